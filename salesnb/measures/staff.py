"""What is known of the sales reps themselves: who they are, who has left, the scores of their
calls, months at work, talk time.
"""

import datetime as dt

import narwhals as nw
import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from salesnb.measures import touches
from salesnb.measures.frames import BookLike, collect, count, flag, within
from salesnb.measures.workdays import workdays, working_time
from salesnb.schema import TABLES, UNKNOWN
from salesnb.stats import mean_interval

DAYS_A_MONTH = 365.25 / 12
SUMS = ["calls", "s", "q"]  # of hundredths of points, so that no order of rows changes a mean


def leavers(book: BookLike) -> list[str]:
    """Managers who had left by as_of: they count in totals and get no line or card of their own."""
    if book.managers is None:
        return []
    end = pd.Timestamp(book.as_of).to_pydatetime()
    return sorted(
        collect(book.managers.filter(nw.col("left_on") <= end).select("manager"))["manager"]
    )


def staff_on(book: BookLike, day: dt.date) -> pd.DataFrame:
    """The list of employees as it was on a day, at most as_of: one row a person; no rows without a
    list.

    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open",
    ...     "created_at": "2026-09-01"})
    >>> staff = pd.DataFrame({"manager": "Ann", "from": [None, "2026-10-01"],
    ...     "role": ["hunter", "closer"]})
    >>> found = book(deals, month="2026-09", managers=staff, as_of="2026-10-05")
    >>> collect(found.managers)["role"].tolist()
    ['closer']
    >>> staff_on(found, dt.date(2026, 9, 30))["role"].tolist()
    ['hunter']
    """
    if book.managers is None:
        return pd.DataFrame(columns=list(TABLES["managers"].names))
    table = collect(book.managers)
    if day >= book.as_of or not (pd.to_datetime(table["from"]) > pd.Timestamp(day)).any():
        return table
    return staff_on(book.kept(f"_on {day}", lambda: book.as_known(str(day)[:7], day)), day)


def without_leavers(table: pd.DataFrame, book: BookLike) -> pd.DataFrame:
    """A table of managers without those who have left; attributes are kept."""
    kept = table[~table["manager"].isin(leavers(book))].reset_index(drop=True)
    kept.attrs = table.attrs
    return kept


def recent_deals(book: BookLike, every: bool = False) -> nw.LazyFrame:
    """Closer deals that were created or closed in the trailing window: who has one sells here.
    `every` : of every function.
    """
    ended = within("closed_at", book.window_period).fill_null(False)
    deals = book.deals if every else book.closer_deals
    return deals.filter(within("created_at", book.window_period) | ended)


def closers(book: BookLike) -> list[str]:
    """Managers with closer deals created or closed in the trailing window, those who left left out.

    Functions are never pooled, and nobody is judged who is gone.

    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": ["Ann", "Hal"],
    ...     "function": ["closer", "hunter"],
    ...     "status": "open", "created_at": "2026-09-01"})
    >>> closers(book(deals, month="2026-09"))
    ['Ann']
    """
    names = count(recent_deals(book), ["manager"])["manager"].dropna()
    gone = set(leavers(book))
    return [name for name in names if name not in gone]


def heard_by_people(reviews: nw.LazyFrame) -> nw.LazyFrame:
    """Reviews as people scored them, each call once: manager, company, call_type, at, score (mean
    of its hearings, in whole hundredths).

    A program's scores are of another scale: they say nothing here. Hearings of one call (same
    `call_id`) are one call.

    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open",
    ...     "created_at": "2026-09-01"})
    >>> calls = pd.DataFrame({"manager": "Ann", "at": "2026-09-02", "call_type": "needs",
    ...     "score": [60.0, 70.0, 80.0, 10.0], "call_id": ["a", "a", None, "b"],
    ...     "ai": [False, None, False, True]})
    >>> found = heard_by_people(book(deals, reviews=calls, as_of="2026-09-30").reviews)
    >>> sorted(collect(found)["score"])
    [65.0, 80.0]
    """
    by = ["manager", "company", "call_type"]
    kept = reviews.filter(~nw.col("score").is_null() & ~nw.col("ai").fill_null(False))
    kept = kept.with_columns(_s=(nw.col("score") * 100).round(0).cast(nw.Int64))
    named = ~nw.col("call_id").is_null()
    totals = [nw.col("at").min(), nw.col("_s").sum().alias("_total"), nw.len().alias("_n")]
    calls = kept.filter(named).group_by(*by, "call_id").agg(*totals)
    mean = nw.col("_total").cast(nw.Float64) / nw.col("_n").cast(nw.Float64)
    once = calls.with_columns(_s=(mean + 0.5).floor().cast(nw.Int64))
    columns = [*by, "at", "_s"]
    both = nw.concat([kept.filter(~named).select(*columns), once.select(*columns)])
    return both.select(*by, "at", score=nw.col("_s").cast(nw.Float64) / 100)


def score_sums(reviews: nw.LazyFrame, *by: str) -> pd.DataFrame:
    """Per group: calls, and the sums of the hundredths of their scores (s) and of the squares of
    these (q), whole and exact.
    """
    hundredths = (nw.col("score") * 100).round(0).cast(nw.Int64)
    own = reviews.with_columns(_s=hundredths).with_columns(_q=nw.col("_s") * nw.col("_s"))
    sums = [nw.len().alias("calls"), nw.col("_s").sum().alias("s"), nw.col("_q").sum().alias("q")]
    return collect(own.group_by(*by).agg(*sums)).astype(dict.fromkeys(SUMS, "int64"))


def score_interval(
    calls: ArrayLike, total: ArrayLike, squares: ArrayLike
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean of scores with Student's 95 % interval, from whole numbers: (mean, low, high), 0..100.

    Parameters
    ----------
    calls : cases;  total, squares : sums of hundredths of points and of their squares

    Examples
    --------
    >>> [round(float(v[0]), 2) for v in score_interval([2], [6000 + 8000], [6000**2 + 8000**2])]
    [70.0, -57.06, 197.06]
    """
    n, s, q = (np.asarray(values, float) for values in (calls, total, squares))
    some, more = np.where(n > 0, n, np.nan), np.where(n > 1, n, np.nan)
    variance = np.clip((q - s * s / some) / (more - 1), 0, None) / 1e4
    mean = s / some / 100
    return mean, *mean_interval(mean, np.sqrt(variance), n)


def tenure(book: BookLike) -> pd.DataFrame:
    """Months at work of each manager on as_of: manager, months. Leavers and people without a date
    of hire are left out.

    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open",
    ...     "created_at": "2026-09-30"})
    >>> hired = pd.DataFrame({"manager": ["Ann", "Bo"], "hired_on": ["2025-09-30", "2020-01-01"],
    ...     "left_on": [None, "2026-08-31"]})
    >>> tenure(book(deals, month="2026-09", managers=hired))
      manager  months
    0     Ann    12.0
    """
    calendar = workdays(book)
    months = {
        name: round((book.as_of - first).days / DAYS_A_MONTH, 1)
        for name, first in sorted(calendar.hired.items())
        if first <= book.as_of < calendar.left.get(name, dt.date.max)
    }
    names = pd.Series(list(months), dtype=object)
    return pd.DataFrame({"manager": names, "months": pd.Series(list(months.values()), dtype=float)})


def talk(book: BookLike) -> pd.DataFrame:
    """Minutes of answered calls of at least `talk_seconds` per working day of the month: manager,
    talk_minutes (NaN without a call, without a working day, and where no call has its length).

    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open",
    ...     "created_at": "2026-09-01"})
    >>> calls = pd.DataFrame({"deal_id": "1", "at": pd.to_datetime(["2026-09-01 10:00",
    ...     "2026-09-02 10:00", "2026-09-02 11:00"]),
    ...     "kind": "call", "duration_s": [60, 60, 5]})
    >>> talk(book(deals, month="2026-09", as_of="2026-09-04", country="RU",
    ...     touches=calls))  # two minutes on four working days
      manager  talk_minutes
    0     Ann           0.5
    """
    whole = book.unfiltered  # a person talks to the clients of all channels
    human = touches.by_people(whole)
    if human is None:
        return pd.DataFrame(
            {"manager": pd.Series(dtype=object), "talk_minutes": pd.Series(dtype=float)}
        )
    owners = whole.deals.select("deal_id", owner="manager")
    owned = human.filter(within("at", book.month)).join(owners, on="deal_id", how="left")
    named = owned.with_columns(who=touches.whose("owner"))
    somebody = ~nw.col("who").is_null() & (nw.col("who") != UNKNOWN)
    calls = named.filter(somebody & (nw.col("kind") == "call"))
    talked = touches.is_talk(book.thresholds.talk_seconds)
    seconds = nw.when(talked).then(nw.col("duration_s")).otherwise(nw.lit(0)).cast(nw.Int64)
    timed = flag(~nw.col("duration_s").is_null())
    sums = count(calls, ["who"], seconds=seconds, timed=timed)
    days = working_time(book, sums["who"], book.month)["working_days"]
    known = (days > 0) & bool(sums["timed"].sum())
    minutes = (sums["seconds"] / 60 / days.where(known)).to_numpy(float)
    return pd.DataFrame({"manager": sums["who"].astype(object), "talk_minutes": minutes})
