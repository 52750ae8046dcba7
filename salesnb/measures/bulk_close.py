"""Days on which one person closed far more deals than usual: a clean-up is not a month
of selling.
"""

import narwhals as nw
import numpy as np
import pandas as pd

from salesnb.measures.conversion import OUTCOMES, conversion
from salesnb.measures.frames import (
    BookLike,
    Frame,
    closed,
    count,
    flag,
    has,
    lazy,
    minor,
    months_before,
    require_columns,
)
from salesnb.measures.grain import coarse_days
from salesnb.measures.length import day_counts, weighted_quantile
from salesnb.measures.lost import lost_reasons
from salesnb.params import Thresholds
from salesnb.schema import UNKNOWN_LOST_REASON

DEFAULTS = Thresholds()
WHOSE = ["manager", "day"]
DAYS = [
    "manager",
    "day",
    "rows",
    "won",
    "lost",
    "clean_up",
    "reason",
    "reason_rows",
    "amount",
    "age_days",
    "whole_rows",
    "month_closed",
    "rest_won",
    "rest_closed",
    "all_won",
    "all_closed",
    "all_conversion",
]


def bulk_closings(deals: Frame, month: str, thresholds: Thresholds = DEFAULTS) -> pd.DataFrame:
    """Days of the 12 months that end with `month` on which one person closed far more deals than
    usual.

    Returns
    -------
    DataFrame: manager, day, rows, won, lost; more than max(20, 5 × the person's median day). None
    where the export dates closings by week or month: a date is then no day.
    """
    found = require_columns(deals, "deals", ["status", "closed_at", "manager"])
    year = (f"{months_before(month, 11)}-01", f"{months_before(month, -1)}-01")
    daily = closed(found, year).with_columns(day=nw.col("closed_at").dt.truncate("1d"))
    table = count(daily, ["manager", "day"], **OUTCOMES)
    if table.empty or coarse_days(pd.to_datetime(table["day"]), table["rows"]):
        return table.head(0)
    usual = table.groupby("manager", dropna=False)["rows"].transform("median")
    limit = (usual * thresholds.mass_closing_factor).clip(lower=thresholds.mass_closing_floor)
    return table[table["rows"] > limit].reset_index(drop=True)


def without_bulk_closings(
    deals: nw.LazyFrame, month: str, thresholds: Thresholds = DEFAULTS, whole: Frame | None = None
) -> nw.LazyFrame:
    """The deals without those closed on a day of mass closing by the same person.

    `whole` : the deals in which such days show, where `deals` are a part of them (the deals of one
        channel); default: `deals`
    """
    found = bulk_closings(deals if whole is None else whole, month, thresholds)
    named = found[found["manager"].notna()]
    days = [_of_day(row.manager, row.day) for row in named.itertuples(index=False)]
    # in pairs, and pairs of these: an engine goes only so deep into one condition
    while len(days) > 1:
        odd = days[len(days) // 2 * 2 :]
        days = [a | b for a, b in zip(days[::2], days[1::2], strict=False)] + odd
    return deals.filter(~days[0]) if days else deals


def bulk_closings_of_month(
    deals: Frame, month: str, thresholds: Thresholds = DEFAULTS, whole: Frame | None = None
) -> pd.DataFrame:
    """The rows of `bulk_closings` in `whole` (default: `deals`) that lie in the month and took
    enough of `deals` to matter.

    Enough is as many as a verdict takes, or half of what was closed in the month: on the page of a
    channel a clean-up elsewhere that took a deal or two of many is none.
    """
    found = bulk_closings(deals if whole is None else whole, month, thresholds)
    found = found[found["day"].astype("datetime64[ns]").dt.strftime("%Y-%m") == month]
    if found.empty:
        return found
    own = count(_by_day(lazy(deals), month), WHOSE)
    least = max(1, min(thresholds.min_verdict, own["rows"].sum() / 2))
    rows = {key: part["rows"].iloc[0] for key, part in _by_key(own).items()}
    took = [rows.get(key, 0) >= least for key in _keys(found)]
    return found[np.array(took, dtype=bool)]


def _by_day(deals: nw.LazyFrame, month: str) -> nw.LazyFrame:
    """The deals closed in a month, with the day."""
    return closed(deals, month).with_columns(day=nw.col("closed_at").dt.truncate("1d"))


def _keys(table: pd.DataFrame) -> list[tuple[str, pd.Timestamp]]:
    """The person and the day of each row."""
    return list(zip(table["manager"], map(pd.Timestamp, table["day"]), strict=True))


def _by_key(table: pd.DataFrame) -> dict[tuple[str, pd.Timestamp], pd.DataFrame]:
    """The rows of each person and day; none of nobody's."""
    parts = table.groupby(WHOSE, sort=False)
    return {(manager, pd.Timestamp(day)): part for (manager, day), part in parts}


def _of_day(manager: str, day) -> nw.Expr:
    """Whether a deal was closed by one person on one day."""
    begin = pd.Timestamp(day)
    end = begin + pd.Timedelta(days=1)
    at = nw.col("closed_at")
    same = (
        (nw.col("manager") == manager) & (at >= begin.to_pydatetime()) & (at < end.to_pydatetime())
    )
    return same.fill_null(False)


def bulk_days(
    deals: Frame, month: str, thresholds: Thresholds = DEFAULTS, whole: Frame | None = None
) -> pd.DataFrame:
    """Mass closings of the month, each with what is left without the person's: a clean-up is not a
    month of selling.

    Parameters
    ----------
    deals : status, closed_at, manager; lost_reason, amount, created_at when there are any
    whole : the deals in which such days show, where `deals` are a part of them (the deals of one
        channel); default: `deals`

    Returns
    -------
    DataFrame: manager, day, rows, won, lost, clean_up (most were lost), reason (named most often
    for the deals lost on that day; None without one), reason_rows, amount (of what was lost; NaN
    where none is known), age_days (median from creation to closing; NaN where unknown), whole_rows
    (closed by the person on that day in `whole`), month_closed (the person's closings of the
    month), rest_won, rest_closed (the person's without them), all_won, all_closed, all_conversion
    (0..1; everybody's without any; NaN where nothing is left)
    """
    found = bulk_closings_of_month(deals, month, thresholds, whole)
    if found.empty:
        return pd.DataFrame(columns=[*DAYS[:10], "whole_rows"]).reindex(columns=DAYS)
    table = _bulk_days(deals, month, found).assign(whole_rows=found["rows"].to_numpy("int64"))
    rest = without_bulk_closings(
        require_columns(deals, "deals", ["status", "closed_at", "manager"]),
        month,
        thresholds,
        whole,
    )
    left = (
        conversion(rest, by="manager", period=month).set_index("manager").reindex(table["manager"])
    )
    own = (
        conversion(deals, by="manager", period=month).set_index("manager").reindex(table["manager"])
    )
    everybody = conversion(rest, period=month).iloc[0]
    return table.assign(
        month_closed=own["closed"].to_numpy("int64"),
        rest_won=left["won"].fillna(0).to_numpy("int64"),
        rest_closed=left["closed"].fillna(0).to_numpy("int64"),
        all_won=int(everybody["won"]),
        all_closed=int(everybody["closed"]),
        all_conversion=float(everybody["conversion"]),
    )[DAYS]


def _bulk_days(deals: Frame, month: str, found: pd.DataFrame) -> pd.DataFrame:
    """What was closed on each of the days found by its person: how many won and lost, for which
    reason, how much money, how old.
    """
    keys = _keys(found)
    kept = _by_day(lazy(deals), month).filter(
        nw.col("manager").is_in(list({manager for manager, _ in keys})),
        nw.col("day").is_in(list({day.to_pydatetime() for _, day in keys})),
    )
    lost = nw.col("status") == "lost"
    sums = dict(OUTCOMES)
    if has(deals, "amount"):
        cents = nw.when(lost).then(minor("amount")).otherwise(nw.lit(0)).cast(nw.Int64)
        sums |= {"cents": cents, "priced": flag(lost & ~nw.col("amount").is_null())}
    counts = _by_key(count(kept, WHOSE, **sums))
    reasons = _by_key(lost_reasons(kept, WHOSE)) if has(deals, "lost_reason") else {}
    ages = _by_key(day_counts(kept, WHOSE)) if has(deals, "created_at") else {}
    rows = []
    for key in keys:
        row = counts[key].iloc[0]
        reason, reason_rows = _main_reason(reasons.get(key))
        age = ages.get(key)
        rows.append(
            {
                "manager": key[0],
                "day": key[1],
                "rows": int(row["won"] + row["lost"]),
                "won": int(row["won"]),
                "lost": int(row["lost"]),
                "clean_up": bool(row["lost"] > row["won"]),
                "reason": reason,
                "reason_rows": reason_rows,
                "amount": float(row["cents"] / 100) if row.get("priced", 0) else float("nan"),
                "age_days": float("nan")
                if age is None
                else weighted_quantile(age["days"], age["won"] + age["lost"], 0.5),
            }
        )
    return pd.DataFrame(rows, columns=DAYS[:10])


def _main_reason(table: pd.DataFrame | None) -> tuple[str | None, int]:
    """The reason given most often for what was lost, and for how many deals."""
    if table is None:
        return None, 0
    named = table[table["lost_reason"] != UNKNOWN_LOST_REASON]
    return (named["lost_reason"].iloc[0], int(named["deals"].iloc[0])) if len(named) else (None, 0)


def month_bulk_days(book: BookLike) -> pd.DataFrame:
    """`bulk_days` of the month of a Book; memoised on it.

    Such a day shows in the deals of the whole department; a channel's table has the part of it that
    is its own.
    """
    whole = book.department.closer_deals
    return book.kept(
        "_bulk_days", lambda: bulk_days(book.closer_deals, book.month, book.thresholds, whole)
    )


def without_bulk_days(book: BookLike) -> nw.LazyFrame:
    """The closers' deals without those closed on such a day anywhere in the department."""
    return without_bulk_closings(
        book.closer_deals, book.month, book.thresholds, book.department.closer_deals
    )
