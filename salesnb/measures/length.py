"""Deal length. Everything comes from one small table: how many deals closed after how many days.

Means, medians, percentiles and survival curves of that table are the same on every engine, in any
row order.
"""

import datetime as dt

import narwhals as nw
import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from salesnb.formats.periods import PeriodLike
from salesnb.measures.frames import (
    By,
    Frame,
    as_known,
    closed,
    count,
    days_between,
    flag,
    grouped,
    groups,
    has,
    keys,
    known_on,
    no_clash,
    of_groups,
    of_period,
    require_columns,
)

NEVER = nw.lit(None).cast(nw.Datetime("us"))
LENGTHS = ("deals", "mean_days", "median_days", "p90_days", "mean_days_won", "mean_days_lost")


def day_counts(
    deals: Frame, by: By | None = None, period: PeriodLike | None = None
) -> pd.DataFrame:
    """How many won and lost deals took how many days.

    Returns
    -------
    DataFrame, one row per group and length: by…, days (calendar days from creation to closing),
        won, lost

    Examples
    --------
    Two deals took 10 days and one took 15; the open one has no length yet.

    >>> deals = pd.DataFrame({"status": ["won", "lost", "won", "open"],
    ...     "created_at": pd.Timestamp("2026-09-01"),
    ...     "closed_at": pd.to_datetime(["2026-09-11", "2026-09-11", "2026-09-16", None])})
    >>> day_counts(deals)
       days  won  lost
    0    10    1     1
    1    15    1     0
    """
    period = of_period(deals, period)
    deals, by = grouped(deals, by)
    found = require_columns(deals, "deals", ["status", "created_at", "closed_at", *by])
    timed = closed(found, period).filter(
        ~nw.col("closed_at").is_null() & ~nw.col("created_at").is_null()
    )
    timed = timed.with_columns(days=days_between("created_at", "closed_at").cast(nw.Int64))
    return count(
        timed,
        [*by, "days"],
        won=flag(nw.col("status") == "won"),
        lost=flag(nw.col("status") == "lost"),
    ).drop(columns="rows")


def weighted_quantile(values: ArrayLike, weights: ArrayLike, share: float) -> float:
    """Quantile of values that occur `weights` times each, by linear interpolation as numpy has it.

    >>> weighted_quantile([10, 15], [3, 2], 0.5)
    10.0
    >>> weighted_quantile([1, 2, 3, 4], [1, 1, 1, 1], 0.5)
    2.5
    """
    values, weights = np.asarray(values, float), np.asarray(weights, int)
    order = np.argsort(values, kind="stable")
    values, ends = values[order], np.cumsum(weights[order])
    if not len(ends) or ends[-1] == 0:
        return float("nan")
    place = share * (ends[-1] - 1)
    below, above = (
        values[np.searchsorted(ends, int(spot), side="right")]
        for spot in (np.floor(place), np.ceil(place))
    )
    return float(below + (above - below) * (place - np.floor(place)))


def weighted_mean(values: ArrayLike, weights: ArrayLike) -> float:
    """Mean of values that occur `weights` times each; NaN when there are none."""
    total = int(np.sum(weights))
    return (
        float(np.dot(np.asarray(values, float), np.asarray(weights, float)) / total)
        if total
        else float("nan")
    )


def deal_length(
    deals: Frame, by: By | None = None, period: PeriodLike | None = None
) -> pd.DataFrame:
    """Calendar days from creation to closing, over won and lost deals closed in the period.

    The same day is 0 days. Negative lengths do not occur: such rows are set aside when the data are
        read.

    Parameters
    ----------
    deals : a Book (its deals of closers), or any frame that Narwhals takes, one row per deal
        Needs ``status``, ``created_at``, ``closed_at`` and the columns of `by`. Not changed.
    by : str or list of str, optional
    period : Period, text, (start, end) or None
        When the deals were closed.

    Returns
    -------
    DataFrame, one row per group, sorted by `by`
        ===================================  =====  =======================================
        `by`                                 --     the group keys
        deals                                deals  won and lost ones with both dates
        mean_days, median_days, p90_days     days   NaN when there are none
        mean_days_won, mean_days_lost        days   won and lost apart; NaN likewise
        ===================================  =====  =======================================

    Examples
    --------
    The given example: 10, 15, 15, 10 and 10 days make 12.

    >>> created = pd.to_datetime(["2026-09-01"] * 5)
    >>> deals = pd.DataFrame({"status": ["won", "lost", "won", "lost", "won"],
    ...     "created_at": created,
    ...                       "closed_at": created + pd.to_timedelta([10, 15, 15, 10, 10],
    ...                           unit="D")})
    >>> deal_length(deals)[["deals", "mean_days", "median_days"]]
       deals  mean_days  median_days
    0      5       12.0         10.0
    """
    no_clash(keys(by), ["days", *LENGTHS], any_case=True)
    table = day_counts(deals, by, period)
    by = keys(by)
    rows = [place | _summary(group) for place, group in groups(table, by)]
    columns = [*by, *LENGTHS]
    return of_groups(rows, columns, table).astype({"deals": "int64"})


def _summary(table: pd.DataFrame) -> dict:
    days, both = table["days"], table["won"] + table["lost"]
    return {
        "deals": int(both.sum()),
        "mean_days": weighted_mean(days, both),
        "median_days": weighted_quantile(days, both, 0.5),
        "p90_days": weighted_quantile(days, both, 0.9),
        "mean_days_won": weighted_mean(days, table["won"]),
        "mean_days_lost": weighted_mean(days, table["lost"]),
    }


def open_ages(
    deals: Frame, as_of: dt.date | str | None = None, by: By | None = None
) -> pd.DataFrame:
    """Age of the open deals on a day; of a Book on its own day.

    Returns
    -------
    DataFrame, one row per group: by…, open (deals), median_days, p90_days, oldest_days

    Examples
    --------
    Three open deals are 9, 19 and 29 days old; the 90th percentile lies four fifths of the way from
    19 to 29.

    >>> deals = pd.DataFrame({"status": ["open", "open", "open", "won"],
    ...     "created_at": pd.to_datetime(["2026-09-01", "2026-09-11", "2026-09-21", "2026-01-01"])})
    >>> open_ages(deals, "2026-09-30")
       open  median_days  p90_days  oldest_days
    0     3         19.0      27.0         29.0
    >>> open_ages(deals, "2026-09-15")["open"].tolist()
    [2]
    """
    table = open_day_counts(deals, as_of, by)
    by = keys(by)
    rows = []
    for place, group in groups(table, by):
        days, number = group["days"], group["rows"]
        rows.append(
            place
            | {
                "open": int(number.sum()),
                "median_days": weighted_quantile(days, number, 0.5),
                "p90_days": weighted_quantile(days, number, 0.9),
                "oldest_days": float(days.max()) if len(days) else float("nan"),
            }
        )
    return of_groups(rows, [*by, "open", "median_days", "p90_days", "oldest_days"], table)


def open_day_counts(
    deals: Frame, as_of: dt.date | str | None = None, by: By | None = None
) -> pd.DataFrame:
    """How many open deals are how many days old on a day: by…, days, rows."""
    day = pd.Timestamp(known_on(deals, as_of)).to_pydatetime()
    deals, by = grouped(deals, by)
    closing = ["closed_at"] if has(deals, "closed_at") else []
    found = require_columns(deals, "deals", ["status", "created_at", *closing, *by])
    there = as_known(found if closing else found.with_columns(closed_at=NEVER), day)
    aged = there.filter(nw.col("status") == "open").with_columns(_as_of=nw.lit(day))
    aged = aged.with_columns(days=days_between("created_at", "_as_of").cast(nw.Int64))
    return count(aged, [*by, "days"])
