"""What every measure needs: any frame as a lazy one, periods, days, exact money, counting in the engine."""

import datetime as dt
import math
from collections.abc import Iterable, Sequence

import narwhals as nw
import pandas as pd

from salesnb.errors import ParamError, lacking

CLOSED = ("won", "lost")
MINOR_UNITS = 100  # money is summed in whole kopecks or cents, so that no order of rows changes a sum


def lazy(frame) -> nw.LazyFrame:
    """Any frame that Narwhals takes (pandas, Polars, DuckDB relation, Spark) as a lazy Narwhals frame."""
    return nw.from_native(frame).lazy()


def need(frame, table: str, columns: Iterable[str]) -> nw.LazyFrame:
    """`frame` as a lazy one, once it is known to have `columns`.

    Raises
    ------
    DataError
        A column is missing; the message lists what the frame has.
    """
    found = lazy(frame)
    has = found.collect_schema().names()
    missing = [column for column in columns if column not in has]
    if missing:
        raise lacking(table, missing, has)
    return found


def has(frame, column: str) -> bool:
    """Whether the frame has the column."""
    return column in lazy(frame).collect_schema().names()


def keys(by) -> list[str]:
    """Group columns as a list.

    >>> keys(None), keys("manager"), keys(["manager", "channel"])
    ([], ['manager'], ['manager', 'channel'])
    """
    return [] if by is None else [by] if isinstance(by, str) else list(by)


def period_bounds(period) -> tuple[dt.datetime, dt.datetime]:
    """Start and end of a period, the end not included.

    `period` is a pandas Period, "2026", "2026-09", "2026Q3", a day, or a pair (start, end) of which `end` is not
    included.

    >>> period_bounds("2026Q3")
    (datetime.datetime(2026, 7, 1, 0, 0), datetime.datetime(2026, 10, 1, 0, 0))
    """
    if isinstance(period, (tuple, list)):
        start, end = (pd.Timestamp(str(edge)).to_pydatetime() for edge in period)
        return start, end
    try:
        found = period if isinstance(period, pd.Period) else pd.Period(str(period))
    except ValueError:
        raise ParamError(
            f"period {period!r} is not a period: write 2026-09, 2026Q3, 2026, or a pair (start, end)."
        ) from None
    return found.start_time.to_pydatetime(), (found + 1).start_time.to_pydatetime()


def within(column: str, period) -> nw.Expr:
    """Whether a time lies in the period; missing times do not."""
    start, end = period_bounds(period)
    return (nw.col(column) >= start) & (nw.col(column) < end)


def months_before(month: str, months: int) -> str:
    """The month `months` before `month`.

    >>> months_before("2026-02", 3)
    '2025-11'
    """
    return str(pd.Period(month, "M") - months)


def days_between(start: str, end: str) -> nw.Expr:
    """Whole calendar days from one time to another: the same day is 0.

    Midnight to midnight, so that neither the hour nor a change of the clock can add or lose a day.
    """
    gap = nw.col(end).dt.truncate("1d") - nw.col(start).dt.truncate("1d")
    return (gap.dt.total_minutes() / (24 * 60)).round(0)


def minor(column: str) -> nw.Expr:
    """A sum of money in whole minor units; a missing one counts as nothing."""
    return (nw.col(column).fill_null(0.0).cast(nw.Float64) * MINOR_UNITS).round(0).cast(nw.Int64)


def flag(condition: nw.Expr) -> nw.Expr:
    """A condition as 1 or 0, a missing one as 0: summing it counts."""
    return nw.when(condition).then(nw.lit(1)).otherwise(nw.lit(0)).cast(nw.Int64)


def count(frame: nw.LazyFrame, by: Sequence[str], **sums: nw.Expr) -> pd.DataFrame:
    """Sums per group, counted in the engine; `rows` is the number of rows of the group.

    Returns
    -------
    DataFrame, one row per group, sorted by `by`; missing keys form their own group, last
    """
    named = [column.alias(f"_{name}") for name, column in sums.items()]
    kept = frame.with_columns(*named, _all=nw.lit(1)).select(*by, "_all", *(f"_{name}" for name in sums))
    totals = [nw.len().alias("rows"), *(nw.col(f"_{name}").sum().alias(name) for name in sums)]
    table = collect(kept.group_by(*by).agg(*totals) if by else kept.select(*totals))
    for name in ["rows", *sums]:
        table[name] = [int(round(value)) if value is not None and value == value else 0 for value in table[name]]
    return sort(table, by)


def money(minor_units) -> pd.Series:
    """Whole minor units as major ones."""
    return pd.Series(minor_units).astype("int64") / MINOR_UNITS


def collect(frame: nw.LazyFrame) -> pd.DataFrame:
    """A small table of the engine as pandas."""
    native = frame.collect(backend="pandas") if not _is_polars(frame) else frame.collect()
    if _is_polars(frame):
        return pd.DataFrame(native.to_dict(as_series=False), columns=native.columns)
    return native.to_native()


def _is_polars(frame: nw.LazyFrame) -> bool:
    return frame.implementation.is_polars()


def sort(table: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Sorted by `by`, the same on every engine: by text of the key, missing last; missing keys are None."""
    for column in by:
        if table[column].dtype == object or str(table[column].dtype).startswith("str"):
            table[column] = [None if _blank(value) else value for value in table[column]]
    if not by:
        return table.reset_index(drop=True)
    return table.sort_values(list(by), key=_sortable, kind="stable").reset_index(drop=True)


def _blank(value) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value)) or value is pd.NA


def _sortable(column: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
        return column
    return pd.Series(["\U0010ffff" if _blank(value) else str(value) for value in column], index=column.index)


def closed(deals: nw.LazyFrame, period=None) -> nw.LazyFrame:
    """Won and lost deals, of the period when one is given."""
    found = deals.filter(nw.col("status").is_in(list(CLOSED)))
    return found if period is None else found.filter(within("closed_at", period))
