"""Factor 3, qualification of the staff: call scores before the month, tenure, talk time. One figure per manager: its n is the managers."""

import narwhals as nw
import pandas as pd

from salesnb.features import REVIEW_MONTHS
from salesnb.measures import of_book
from salesnb.measures.frames import collect, count, flag, months_before, within
from salesnb.stats import mean_interval

LEAST_SECONDS = 10  # a shorter call is no talk
DAYS_A_MONTH = 365.25 / 12


def evidence(book) -> str:
    return "measured" if book.reviews is not None else "proxy" if book.managers is not None else "no data"


def index(book, by=None) -> pd.DataFrame:
    """Mean checklist score of the closers' calls in the 6 months before the month: by…, calls, score (0..100), low, high, before."""
    by = [by] if by else []
    columns = [*by, "calls", "score", "low", "high", "before"]
    if book.reviews is None:
        return pd.DataFrame(columns=columns)
    now, before = (_scores(book, month, by) for month in (book.month, book.previous))
    if not by:
        return now.assign(before=before["score"].iloc[0] if len(before) else float("nan"))[columns]
    return now.merge(before[[*by, "score"]].rename(columns={"score": "before"}), on=by, how="left")[columns]


def _scores(book, month: str, by) -> pd.DataFrame:
    span = (f"{months_before(month, REVIEW_MONTHS)}-01", f"{month}-01")
    own = book.reviews.filter(nw.col("company").is_null() & ~nw.col("score").is_null() & within("at", span))
    own = own.filter(nw.col("manager").is_in(closers(book)))
    own = own.with_columns(_s=(nw.col("score") * 100).round(0).cast(nw.Int64)).with_columns(
        _q=nw.col("_s") * nw.col("_s")
    )
    sums = [nw.len().alias("calls"), nw.col("_s").sum().alias("s"), nw.col("_q").sum().alias("q")]
    table = collect(own.group_by(*by).agg(*sums) if by else own.select(*sums))
    table = table.sort_values(by, kind="stable").reset_index(drop=True) if by else table
    n, s = table["calls"].astype(float), table["s"].astype(float)
    mean = s / n.where(n > 0) / 100
    variance = (table["q"].astype(float) - s * s / n.where(n > 0)) / (n - 1).where(n > 1) / 1e4
    low, high = mean_interval(mean.to_numpy(float), variance.clip(lower=0).to_numpy(float) ** 0.5, n.to_numpy(float))
    return table[by].assign(calls=table["calls"].astype("int64"), score=mean, low=low, high=high)


def people(book) -> pd.DataFrame:
    """What is known of each sales rep's qualification, in one row: scores before the month, tenure, talk time.

    Returns
    -------
    DataFrame, sorted by manager: manager, calls, score (0..100), low, high, before (as in `index`), months (at work on
        as_of; NaN where unknown), talk_minutes (a day with at least one touch, in the month; NaN without calls)
    """
    table = (
        index(book, "manager")
        .merge(tenure(book), on="manager", how="outer")
        .merge(talk(book), on="manager", how="outer")
    )
    known = table["calls"].notna() | table["talk_minutes"].notna()  # nobody stands here for the date of hire alone
    own = table[known & table["manager"].isin(closers(book))]
    return of_book.without_leavers(own, book).sort_values("manager", kind="stable").reset_index(drop=True)


def closers(book) -> list[str]:
    """Managers with closer deals created or closed in the trailing window: functions are never pooled."""
    recent = within("created_at", book.window_period) | within("closed_at", book.window_period).fill_null(False)
    return count(book.closer_deals.filter(recent), ["manager"])["manager"].dropna().tolist()


def tenure(book) -> pd.DataFrame:
    """Months at work of each manager on as_of: manager, months. Leavers and people without a date of hire are left out."""
    if book.managers is None:
        return pd.DataFrame({"manager": pd.Series(dtype=object), "months": pd.Series(dtype=float)})
    end = pd.Timestamp(book.as_of)
    people_ = collect(book.managers.filter(~nw.col("hired_on").is_null()).select("manager", "hired_on", "left_on"))
    here = people_["left_on"].isna() | (pd.to_datetime(people_["left_on"]) > end)
    kept = people_[here & (pd.to_datetime(people_["hired_on"]) <= end)]
    days = (end - pd.to_datetime(kept["hired_on"])).dt.days
    return kept[["manager"]].assign(months=(days / DAYS_A_MONTH).round(1)).sort_values("manager").reset_index(drop=True)


def talk(book) -> pd.DataFrame:
    """Minutes of answered calls of at least 10 seconds per active day of the month: manager, talk_minutes.

    An active day has at least one touch of the person; without a table of absences this stands in for the working day.
    """
    whole = book.department  # a person talks to the clients of all channels
    if whole.touches is None:
        return pd.DataFrame({"manager": pd.Series(dtype=object), "talk_minutes": pd.Series(dtype=float)})
    owners = whole.deals.select("deal_id", owner="manager")
    human = whole.touches.filter(within("at", book.month) & ~nw.col("by_robot").fill_null(False))
    owned = human.filter(nw.col("kind") != "task").join(owners, on="deal_id", how="left")
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
