"""Factor 3, qualification of the staff: call scores before the month, tenure, talk time.

One figure per person: its n is the sales reps, however many calls stand behind them.
"""

import narwhals as nw
import numpy as np
import pandas as pd

from salesnb.factors.shares import for_page
from salesnb.measures import of_book, touches
from salesnb.measures.frames import collect, count, flag, keys, months_before, within
from salesnb.stats import mean_interval
from salesnb.stats.intervals import minus

LEAST_SECONDS = 10  # a shorter call is no talk
DAYS_A_MONTH = 365.25 / 12
SCORES = ["calls", "people", "score", "low", "high", "before", "change", "change_low", "change_high", "clear"]
SUMS = ["calls", "s", "q"]  # of hundredths of points, so that no order of rows changes a mean


def evidence(book) -> str:
    """measured where calls have scores; proxy where only the time at work is known; else no data.

    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open", "created_at": "2026-09-01"})
    >>> people = pd.DataFrame({"manager": ["Ann"], "hired_on": ["2024-09-01"]})
    >>> evidence(book(deals, month="2026-09")), evidence(book(deals, month="2026-09", managers=people))
    ('no data', 'proxy')
    """
    if len(index(book, "manager")):
        return "measured"
    return "proxy" if tenure_index(book)["people"].iloc[0] else "no data"


def index(book, by=None) -> pd.DataFrame:
    """Mean checklist score of the closers' calls in the months before the month (`review_months`), those who left left out.

    Parameters
    ----------
    by : "manager" or None

    Returns
    -------
    DataFrame, one row, or one per manager (lowest score last, none without scores): manager?, calls, people, score (0..100;
    NaN without calls), low, high (Student, 95 %), before (a month earlier; most of its calls are the same), change,
    change_low, change_high (as if they were not: too wide rather than too narrow), clear

    Examples
    --------
    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open", "created_at": "2026-09-01"})
    >>> calls = pd.DataFrame({"manager": "Ann", "at": ["2026-08-01", "2026-08-02", "2026-09-02"], "call_type": "needs",
    ...     "score": [60.0, 80.0, 0.0]})
    >>> index(book(deals, month="2026-09", reviews=calls))[["calls", "people", "score"]]  # the call of September comes after
       calls  people  score
    0      2       1   70.0
    """
    by = keys(by)
    if book.reviews is None:
        none = pd.DataFrame([[0, 0] + [np.nan] * 7 + [False]], columns=SCORES)
        return pd.DataFrame(columns=[*by, *SCORES]) if by else none
    now, before = (_scores(book, month, by) for month in (book.month, book.previous))
    return for_page(_with_change(now, before, by), book, by, "score")


def _with_change(now: pd.DataFrame, before: pd.DataFrame, by) -> pd.DataFrame:
    """The scores of a month with their change on the month before, as if the calls of the two were not mostly the same."""
    old = {c: f"{c}_before" for c in ("score", "low", "high")}
    old_ones = before[[*by, *old]].rename(columns=old)
    both = now.merge(old_ones, on=by, how="left") if by else pd.concat([now, old_ones], axis=1)
    change, low, high = minus(*([both[c] for c in ends] for ends in (old, old.values())))
    return both.drop(columns=list(old.values())).assign(
        before=both["score_before"], change=change, change_low=low, change_high=high, clear=(low > 0) | (high < 0)
    )


def _scores(book, month: str, by) -> pd.DataFrame:
    span = (f"{months_before(month, book.thresholds.review_months)}-01", f"{month}-01")
    own = book.reviews.filter(nw.col("company").is_null() & ~nw.col("score").is_null() & within("at", span))
    own = own.filter(nw.col("manager").is_in(closers(book)))
    each = score_sums(own, "manager").assign(people=1)
    each = each.sort_values("manager", kind="stable").reset_index(drop=True)
    table = each if by else each[[*SUMS, "people"]].sum().to_frame().T
    mean, low, high = score_interval(table["calls"], table["s"], table["q"])
    return table[[*by, "calls", "people"]].assign(score=mean, low=low, high=high)


def score_sums(reviews, *by: str) -> pd.DataFrame:
    """Per group: calls, and the sums of the hundredths of their scores (s) and of the squares of these (q), whole and exact."""
    hundredths = (nw.col("score") * 100).round(0).cast(nw.Int64)
    own = reviews.with_columns(_s=hundredths).with_columns(_q=nw.col("_s") * nw.col("_s"))
    sums = [nw.len().alias("calls"), nw.col("_s").sum().alias("s"), nw.col("_q").sum().alias("q")]
    return collect(own.group_by(*by).agg(*sums)).astype(dict.fromkeys(SUMS, "int64"))


def score_interval(calls, total, squares):
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


def people(book) -> pd.DataFrame:
    """What is known of each sales rep's qualification, in one row: scores before the month, tenure, talk time.

    Returns
    -------
    DataFrame, highest score first (without scores: longest at work first): manager, calls, score (0..100), low, high, before
        (as in `index`), months (at work on as_of; NaN where unknown), talk_minutes (a day with at least one touch, in the
        month; NaN without calls). Those who left and those of other functions are left out.

    Examples
    --------
    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open", "created_at": "2026-09-01"})
    >>> hired = pd.DataFrame({"manager": ["Ann"], "hired_on": ["2024-09-01"]})
    >>> people(book(deals, month="2026-09", managers=hired))[["manager", "score", "months"]]
      manager score  months
    0     Ann   NaN    24.0
    """
    scores = index(book, "manager")[["manager", "calls", "score", "low", "high", "before"]]
    scores, months, spoken = (part.astype({"manager": object}) for part in (scores, tenure(book), talk(book)))
    table = scores.merge(months, on="manager", how="outer").merge(spoken, on="manager", how="outer")
    own = table[table["manager"].isin(closers(book))]
    return for_page(own, book, "manager", "score" if own["score"].notna().any() else "months")


def closers(book) -> list[str]:
    """Managers with closer deals created or closed in the trailing window, those who left left out.

    Functions are never pooled, and nobody is judged who is gone.

    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": ["Ann", "Hal"], "function": ["closer", "hunter"],
    ...     "status": "open", "created_at": "2026-09-01"})
    >>> closers(book(deals, month="2026-09"))
    ['Ann']
    """
    recent = within("created_at", book.window_period) | within("closed_at", book.window_period).fill_null(False)
    names = count(book.closer_deals.filter(recent), ["manager"])["manager"].dropna()
    gone = set(of_book.leavers(book))
    return [name for name in names if name not in gone]


def tenure(book) -> pd.DataFrame:
    """Months at work of each manager on as_of: manager, months. Leavers and people without a date of hire are left out.

    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open", "created_at": "2026-09-30"})
    >>> hired = pd.DataFrame({"manager": ["Ann", "Bo"], "hired_on": ["2025-09-30", "2020-01-01"], "left_on": [None, "2026-08-31"]})
    >>> tenure(book(deals, month="2026-09", managers=hired))
      manager  months
    0     Ann    12.0
    """
    if book.managers is None:
        return pd.DataFrame({"manager": pd.Series(dtype=object), "months": pd.Series(dtype=float)})
    end = pd.Timestamp(book.as_of)
    people_ = collect(book.managers.filter(~nw.col("hired_on").is_null()).select("manager", "hired_on", "left_on"))
    here = people_["left_on"].isna() | (pd.to_datetime(people_["left_on"]) > end)
    kept = people_[here & (pd.to_datetime(people_["hired_on"]) <= end)]
    days = (end - pd.to_datetime(kept["hired_on"])).dt.days
    return kept[["manager"]].assign(months=(days / DAYS_A_MONTH).round(1)).sort_values("manager").reset_index(drop=True)


def tenure_index(book) -> pd.DataFrame:
    """Mean months at work of the closers, the stand-in where no call has a score: people, months, low, high (Student, 95 %).

    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": ["Ann", "Bo"], "status": "open", "created_at": "2026-09-30"})
    >>> hired = pd.DataFrame({"manager": ["Ann", "Bo"], "hired_on": ["2025-09-30", "2024-09-30"]})
    >>> tenure_index(book(deals, month="2026-09", managers=hired))[["people", "months"]]
       people  months
    0       2    18.0
    """
    months = tenure(book)
    months = months.loc[months["manager"].isin(closers(book)), "months"].to_numpy(float)
    n = len(months)
    mean = float(months.mean()) if n else np.nan
    low, high = mean_interval(mean, float(months.std(ddof=1)) if n > 1 else np.nan, n)
    return pd.DataFrame([{"people": n, "months": mean, "low": float(low), "high": float(high)}])


def talk(book) -> pd.DataFrame:
    """Minutes of answered calls of at least 10 seconds per active day of the month: manager, talk_minutes.

    An active day has at least one touch of the person; without a table of absences this stands in for the working day.

    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open", "created_at": "2026-09-01"})
    >>> calls = pd.DataFrame({"deal_id": "1", "at": pd.to_datetime(["2026-09-01 10:00", "2026-09-02 10:00", "2026-09-02 11:00"]),
    ...     "kind": "call", "duration_s": [120, 60, 5]})
    >>> talk(book(deals, month="2026-09", as_of="2026-09-30", touches=calls))  # three minutes on two days
      manager  talk_minutes
    0     Ann           1.5
    """
    whole = book.department  # a person talks to the clients of all channels
    if whole.touches is None:
        return pd.DataFrame({"manager": pd.Series(dtype=object), "talk_minutes": pd.Series(dtype=float)})
    owners = whole.deals.select("deal_id", owner="manager")
    human = touches.by_people(whole).filter(within("at", book.month))
    owned = human.join(owners, on="deal_id", how="left")
    named = owned.with_columns(
        who=nw.when(nw.col("manager").is_null()).then(nw.col("owner")).otherwise(nw.col("manager"))
    )
    talked = (
        (nw.col("kind") == "call")
        & (nw.col("duration_s") >= LEAST_SECONDS)
        & (nw.col("result") != "missed").fill_null(True)
    )
    daily = named.filter(~nw.col("who").is_null()).with_columns(day=nw.col("at").dt.truncate("1d"))
    seconds = nw.when(talked).then(nw.col("duration_s")).otherwise(nw.lit(0)).cast(nw.Int64)
    table = count(daily, ["who", "day"], seconds=seconds, calls=flag(nw.col("kind") == "call"))
    sums = table.groupby("who").agg(days=("day", "size"), seconds=("seconds", "sum"), calls=("calls", "sum"))
    minutes = (sums["seconds"] / 60 / sums["days"]).where(sums["calls"] > 0)
    return pd.DataFrame({"manager": sums.index, "talk_minutes": minutes.to_numpy(float)}).reset_index(drop=True)
