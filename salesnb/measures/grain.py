"""How finely an export writes its dates: by the minute, the day, the week or the month.

A date that is always the first of a month is no day: neither a length in days nor a striking day
    may be read from it.
"""

from typing import Literal, TypeAlias, get_args

import narwhals as nw
import pandas as pd

from salesnb.measures.frames import Frame, count, has, require_columns

Grain: TypeAlias = Literal["time", "day", "week", "month"]
Coarse: TypeAlias = Literal["week", "month", ""]  # "": by the day or finer
GRAINS: tuple[Grain, ...] = get_args(Grain)
ENOUGH = 20  # deals without which a pattern of their dates may be chance
DISTINCT = 3  # different dates likewise: a few days say nothing of how finely days are told
COMMON = 0.99  # share of the dates that fit; the rest are typed by hand


def coarsest(*grains: Grain) -> Grain:
    """The coarsest of several grains.

    >>> coarsest("day", "month", "time")
    'month'
    """
    return max(grains, key=GRAINS.index)


def coarser_than_days(grain: Grain) -> Coarse:
    """The grain where it is coarser than days; else "".

    >>> coarser_than_days("week"), coarser_than_days("day")
    ('week', '')
    """
    return grain if grain == "week" or grain == "month" else ""


def grain(frame: Frame, column: str) -> Grain:
    """How finely a column of times is written: time, day (one clock time), week (one weekday),
    month (first or last day).

    A date that stood at midnight elsewhere stands at one hour of the clock here, or at two over the
    year. "time" too where there are too few dates to tell.

    >>> days = pd.date_range("2025-01-01", periods=24, freq="MS")
    >>> frame = pd.DataFrame({"created_at": days, "closed_at": days + pd.to_timedelta(range(24),
    ...     unit="h") * 25})
    >>> grain(frame, "created_at"), grain(frame, "closed_at")
    ('month', 'time')
    """
    if not has(frame, column):
        return "time"
    known = (
        require_columns(frame, "deals", [column])
        .select(_at=nw.col(column))
        .filter(~nw.col("_at").is_null())
    )
    days = count(known.with_columns(_day=nw.col("_at").dt.truncate("1d")), ["_day"])
    if days.empty:
        return "time"
    minute = nw.col("_at").dt.hour().cast(nw.Int64) * 60 + nw.col("_at").dt.minute()
    clocks = count(known.with_columns(_minute=minute), ["_minute"])["rows"]
    return of_days(pd.to_datetime(days["_day"]), days["rows"], clocks)


def of_days(days: pd.Series, rows: pd.Series, clocks: pd.Series) -> Grain:
    """The grain of dates: distinct `days`, how many `rows` each has, how many stand at each time of
    the clock.
    """
    total = rows.sum()
    if coarse := coarse_days(days, rows):
        return coarse
    return "day" if _enough(days, rows) and clocks.nlargest(2).sum() >= COMMON * total else "time"


def coarse_days(days: pd.Series, rows: pd.Series) -> Coarse:
    """ "month" or "week" where nearly all dates are the first (or last) day of a month, or one
    weekday; else "".
    """
    if not _enough(days, rows):
        return ""
    total = rows.sum()
    if any(rows[end].sum() >= COMMON * total for end in (days.dt.day == 1, days.dt.is_month_end)):
        return "month"
    return "week" if rows.groupby(days.dt.day_of_week).sum().max() >= COMMON * total else ""


def _enough(days: pd.Series, rows: pd.Series) -> bool:
    return bool(rows.sum() >= ENOUGH and days.nunique() >= DISTINCT)
