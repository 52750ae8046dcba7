"""Groups that no column holds as they are: bands of a number; weekday, hour and month of a time.

Each is a key that stands in `by` beside the names of columns, of any measure and any frame; called
with a pandas table it is the column itself, so that ``deals.assign(band=bands("amount"))`` works.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

import narwhals as nw
import pandas as pd

from salesnb.errors import DataError, ParamError
from salesnb.measures.frames import Frame, collect, month_name, month_number, require_columns
from salesnb.measures.grain import GRAINS, Grain, grain
from salesnb.measures.length import weighted_quantile

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HOURS = tuple(f"{hour:02d}" for hour in range(24))
SIZES = ((10**9, "bn"), (10**6, "M"), (10**3, "k"))
Made = tuple[nw.Expr, Sequence[str]]  # the label of each row, and all labels in their order


@dataclass(frozen=True)
class Key:
    """A column to group by that is made from another one.

    Attributes
    ----------
    column : the column that it is made from
    name : its own name in the table of a measure
    """

    column: str
    name: str
    make: Callable[[nw.LazyFrame, str], Made]

    def expression(self, frame: Frame) -> nw.Expr:
        """The key as an ordered category of the engine; missing stays missing.

        Raises
        ------
        DataError
            The column is not there, or holds what this key cannot be made from.
        """
        found = require_columns(frame, "deals", [self.column])
        label, labels = self.make(found, self.column)
        return label.cast(nw.Enum(list(labels)))

    def __call__(self, frame: Frame) -> pd.Series:
        """The key of each row of a table, as `DataFrame.assign` asks for it."""
        found = require_columns(frame, "deals", [self.column])
        values = collect(found.select(self.expression(found).alias(self.name)))[self.name]
        return values.set_axis(frame.index) if isinstance(frame, pd.DataFrame) else values


def bands(
    column: str, edges: Sequence[float] | None = None, bins: int = 5, name: str | None = None
) -> Key:
    """Bands of a number, in order, to group by.

    Parameters
    ----------
    column : a column of numbers, such as "amount"
    edges : rising; a band is from an edge up to, but not including, the next; below the first and
        from the last on are bands too. None: `bins` bands with about as many rows each, of all rows
        of the frame, their edges rounded to two digits
    bins : how many bands, where `edges` are not given; equal values may leave fewer
    name : of the column in the table; None: "amount_band"

    Returns
    -------
    Key, for `by` of any measure; called with a table, its column

    Raises
    ------
    ParamError
        Edges that are no list or do not rise, fewer than two bins.
    DataError
        (when used) no such column, or no numbers in it

    Examples
    --------
    >>> from salesnb import conversion
    >>> deals = pd.DataFrame({"status": ["won", "lost", "won", "lost", "lost"],
    ...     "amount": [900.0, 50_000, 60_000, 1_500_000, None]})
    >>> found = conversion(deals, by=bands("amount", [50_000, 1_000_000]))
    >>> found[["amount_band", "won", "closed"]].values.tolist()
    [['<50k', 1, 1], ['50k–1M', 1, 2], ['≥1M', 0, 1], [nan, 0, 1]]
    >>> deals.assign(size=bands("amount", bins=2))["size"].tolist()
    ['<55k', '<55k', '≥55k', '≥55k', nan]
    """
    if isinstance(edges, int | float):
        raise ParamError(
            f"bands of {column}: edges are a list of numbers, not {edges}. For so many bands of "
            f"equal size: bins={edges}."
        )
    if edges is not None:
        edges = [float(edge) for edge in edges]
        if not edges or any(not a < b for a, b in pairwise([*edges, float("inf")])):
            raise ParamError(f"bands of {column}: edges must rise; they are {edges}.")
    elif bins < 2:
        raise ParamError(f"bands of {column}: bins={bins!r}: name at least 2.")

    def make(frame: nw.LazyFrame, of: str) -> Made:
        if not frame.collect_schema()[of].is_numeric():
            raise DataError(f"deals: {of} holds no numbers, so it has no bands.")
        found = edges if edges is not None else _even(frame, of, bins)
        return _banded(nw.col(of).cast(nw.Float64), found)

    return Key(column, name or f"{column}_band", make)


def weekday(column: str, name: str | None = None) -> Key:
    """The day of the week of a time, Monday first, to group by.

    Parameters
    ----------
    column : a column of times, such as "created_at"
    name : of the column in the table; None: "created_weekday"

    Returns
    -------
    Key, for `by` of any measure; called with a table, its column

    Raises
    ------
    DataError
        (when used) no such column, no times in it, or an export that dates by week or month

    Examples
    --------
    >>> from salesnb import conversion
    >>> deals = pd.DataFrame({"status": ["won", "lost", "won"],
    ...     "created_at": pd.to_datetime(["2026-09-06", "2026-09-07", "2026-09-14"])})
    >>> found = conversion(deals, by=weekday("created_at"))
    >>> found[["created_weekday", "won", "closed"]].values.tolist()
    [['Mon', 1, 2], ['Sun', 1, 1]]
    """

    def make(frame: nw.LazyFrame, of: str) -> Made:
        _of_times(frame, of, "day", "weekday")
        return _named(nw.col(of).dt.weekday(), dict(enumerate(WEEKDAYS, 1))), WEEKDAYS

    return Key(column, name or f"{column.removesuffix('_at')}_weekday", make)


def hour(column: str, name: str | None = None) -> Key:
    """The hour of the day of a time, "00" to "23", to group by.

    Parameters and errors as in `weekday`; an export that dates by day has no hours.

    Examples
    --------
    >>> from salesnb import conversion
    >>> deals = pd.DataFrame({"status": ["won", "lost"],
    ...     "created_at": pd.to_datetime(["2026-09-06 09:59", "2026-09-07 17:00"])})
    >>> conversion(deals, by=hour("created_at"))[["created_hour", "won"]].values.tolist()
    [['09', 1], ['17', 0]]
    """

    def make(frame: nw.LazyFrame, of: str) -> Made:
        _of_times(frame, of, "time", "hour")
        return _named(nw.col(of).dt.hour(), dict(enumerate(HOURS))), HOURS

    return Key(column, name or f"{column.removesuffix('_at')}_hour", make)


def month(column: str, name: str | None = None) -> Key:
    """The month of a time, "2026-09", to group by.

    Parameters and errors as in `weekday`.

    Examples
    --------
    >>> from salesnb import conversion
    >>> deals = pd.DataFrame({"status": ["won", "lost"],
    ...     "created_at": pd.to_datetime(["2026-09-06", "2026-08-07"])})
    >>> conversion(deals, by=month("created_at"))[["created_month", "won"]].values.tolist()
    [['2026-08', 0], ['2026-09', 1]]
    """

    def make(frame: nw.LazyFrame, of: str) -> Made:
        _of_times(frame, of, "month", "month")
        number = month_number(of).cast(nw.Int64)
        table = collect(frame.select(_n=number).unique())["_n"].dropna().astype(int)
        there = {n: month_name(n) for n in sorted(table)}
        return _named(number, there), list(there.values()) or ["–"]

    return Key(column, name or f"{column.removesuffix('_at')}_month", make)


def _of_times(frame: nw.LazyFrame, column: str, needed: Grain, what: str) -> None:
    kind = frame.collect_schema()[column]
    if kind not in (nw.Datetime, nw.Date):
        raise DataError(f"deals: {column} holds no times, so it has no {what}.")
    told = "day" if kind == nw.Date and needed == "time" else grain(frame, column)
    if GRAINS.index(told) > GRAINS.index(needed):
        raise DataError(f"deals: {column} is dated by {told}, so its {what} is not known.")


def _named(number: nw.Expr, names: dict[int, str]) -> nw.Expr:
    """Numbers by their names; any other, and a missing one, is missing."""
    label = nw.lit(None).cast(nw.String)
    for value, text in names.items():
        label = nw.when(number == value).then(nw.lit(text)).otherwise(label)
    return label


def _even(frame: nw.LazyFrame, column: str, bins: int) -> list[float]:
    """Edges between bands with about as many rows each, counted by value: no order of rows moves
    them.
    """
    known = frame.filter(~nw.col(column).is_null())
    values = collect(known.group_by(column).agg(n=nw.len())).dropna().sort_values(column)
    if values.empty:
        return [0.0]
    ends = [
        weighted_quantile(values[column], values["n"], place / bins) for place in range(1, bins)
    ]
    rounded = sorted({float(f"{float(end):.2g}") for end in ends})
    low = float(values[column].iloc[0])
    return [edge for edge in rounded if edge > low] or [rounded[-1]]


def _banded(value: nw.Expr, edges: Sequence[float]) -> Made:
    names = [_short(edge) for edge in edges]
    labels = [f"<{names[0]}", *(f"{a}–{b}" for a, b in pairwise(names)), f"≥{names[-1]}"]
    label = nw.when(value < edges[0]).then(nw.lit(labels[0]))
    found = label.otherwise(nw.lit(None).cast(nw.String))
    for edge, text in zip(edges, labels[1:], strict=True):
        found = nw.when(value >= edge).then(nw.lit(text)).otherwise(found)
    return nw.when(~(value.is_null() | value.is_nan())).then(found), labels


def _short(value: float) -> str:
    """A number as short as it can be without losing a digit.

    >>> _short(50_000), _short(1_250_000), _short(999.5), _short(-2_000), _short(0)
    ('50k', '1.25M', '999.5', '-2k', '0')
    """
    size, unit = next(((n, u) for n, u in SIZES if abs(value) >= n), (1, ""))
    return f"{(Decimal(str(value)) / size).normalize():f}{unit}"
