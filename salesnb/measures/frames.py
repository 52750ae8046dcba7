"""What every measure needs: any frame as a lazy one, periods, days, exact money, counting in the
engine.
"""

import datetime as dt
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

import narwhals as nw
import numpy as np
import pandas as pd
from narwhals.typing import IntoFrame

from salesnb.errors import DataError, ParamError, missing_columns, unknown
from salesnb.formats import Voice
from salesnb.formats.categories import from_polars, is_ordered
from salesnb.formats.periods import PeriodLike, period_bounds
from salesnb.params import Params, Thresholds
from salesnb.schema import STATUSES, TABLES, UNKNOWN

if TYPE_CHECKING:
    from typing_extensions import TypeIs

CLOSED = ("won", "lost")
MINOR_UNITS = (
    100  # money is summed in whole kopecks or cents, so that no order of rows changes a sum
)
TEXT = pd.Series([""]).dtype  # the type that pandas gives to text by itself
AFTER_ALL = "\U0010ffff"  # sorted after every text
BLANKS = {type(None), float, type(pd.NA)}  # the types of a missing value, and of numbers
PLAIN = BLANKS | {str, int, bool, dt.date, dt.datetime, pd.Timestamp}
KINDS_OF = {
    name: {column.name: column.type for column in table.columns} for name, table in TABLES.items()
}
KINDS = {column: kind for kinds in KINDS_OF.values() for column, kind in kinds.items()}


class BookLike(Protocol):
    """What measures, models and questions ask of a Book."""

    month: str
    as_of: dt.date
    channel: str | None
    segment: tuple
    params: Params
    snapshot: dt.date
    deals: nw.LazyFrame
    stages: nw.LazyFrame | None
    owners: nw.LazyFrame | None
    managers: nw.LazyFrame | None
    leads: nw.LazyFrame | None
    clients: nw.LazyFrame | None
    touches: nw.LazyFrame | None
    reviews: nw.LazyFrame | None
    absences: nw.LazyFrame | None
    plans: nw.LazyFrame | None
    payments: nw.LazyFrame | None
    sales: nw.LazyFrame | None
    costs: nw.LazyFrame | None
    actions: nw.LazyFrame | None

    @property
    def closer_deals(self) -> nw.LazyFrame: ...
    @property
    def aside(self) -> nw.LazyFrame | None: ...
    @property
    def department(self) -> "BookLike": ...
    @property
    def whole(self) -> "BookLike": ...
    @property
    def unfiltered(self) -> "BookLike": ...
    @property
    def previous(self) -> str: ...
    @property
    def over(self) -> bool: ...
    @property
    def window(self) -> tuple[str, str]: ...
    @property
    def window_period(self) -> tuple[str, str]: ...
    @property
    def stage_order(self) -> list[str]: ...
    @property
    def functions(self) -> list[str]: ...
    @property
    def thresholds(self) -> Thresholds: ...
    @property
    def voice(self) -> Voice: ...
    @property
    def rows(self) -> dict[str, int]: ...
    @property
    def notices(self) -> Sequence: ...
    @property
    def assumed(self) -> list: ...
    def otherwise(self, assumed: list) -> list[pd.DataFrame]: ...
    def where(self, **asked: Any) -> "BookLike": ...
    def as_known(self, month: str, as_of: dt.date) -> "BookLike": ...
    def function_deals(self, function: str) -> nw.LazyFrame: ...
    def bounds(self, period: PeriodLike) -> tuple[dt.datetime, dt.datetime]: ...
    def kept(self, name: str, make: "Callable[[], Made]") -> "Made": ...
    def kept_frame(self, name: str, make: Callable[[], nw.LazyFrame]) -> nw.LazyFrame: ...
    def table(
        self,
        name: str,
        columns: str | Iterable[str] | None = None,
        period: PeriodLike | None = None,
        where: Mapping[str, Any] | None = None,
    ) -> pd.DataFrame: ...


Frame: TypeAlias = (
    IntoFrame | nw.DataFrame | nw.LazyFrame | BookLike
)  # of a Book: its deals of closers


class GroupKey(Protocol):
    """A column to group by that is made from another one: see `measures.derived`."""

    @property
    def column(self) -> str: ...
    @property
    def name(self) -> str: ...
    def expression(self, frame: Frame) -> nw.Expr: ...


By: TypeAlias = str | GroupKey | Sequence[str | GroupKey]
Made = TypeVar("Made")


def is_book(frame: object) -> "TypeIs[BookLike]":
    """Whether it is a Book and no frame, by its type: no table of it is touched."""
    return callable(getattr(type(frame), "bounds", None))


def lazy(frame: Frame) -> nw.LazyFrame:
    """Any frame that Narwhals takes (pandas, Polars, DuckDB relation, Spark) as a lazy Narwhals
    frame; of a Book the deals on which conversion stands.
    """
    if is_book(frame):
        return frame.closer_deals
    return nw.from_native(frame).lazy()


def of_period(frame: Frame, period: PeriodLike | None) -> PeriodLike | None:
    """A period as the measures take it: that of a Book may be counted back from its month ("last 6
    months").
    """
    return frame.bounds(period) if period is not None and is_book(frame) else period


def known_on(frame: Frame, as_of: dt.date | str | None) -> dt.date | str:
    """The day up to which a measure knows: as it is asked, else that of the Book."""
    if as_of is not None:
        return as_of
    if is_book(frame):
        return frame.as_of
    raise ParamError(
        "as_of: a frame alone does not say on which day it was known. Give the day, or a Book."
    )


def require_columns(frame: Frame, table: str, columns: Iterable[str]) -> nw.LazyFrame:
    """`frame` as a lazy one, once it is known to have `columns`, with times as times and a status
    that is one of ours.

    Raises
    ------
    DataError
        A column is missing, holds text where the schema has a time or a number, or times with a
        zone; the message lists what there is.
    ParamError
        A status other than won, lost and open.
    """
    found = lazy(frame)
    schema = found.collect_schema()
    missing = [column for column in columns if column not in schema]
    if missing:
        raise missing_columns(table, missing, schema.names())
    # of this table alone: a company's own column may be called as one of another
    kinds = KINDS_OF.get(table, KINDS)
    odd = {
        column: schema[column] for column in columns if _is_odd(schema[column], kinds.get(column))
    }
    recast = [_plain(found, table, column, kind) for column, kind in odd.items()]
    if "status" in columns and table in ("deals", "the frame") and not _of_a_book(frame):
        _known_statuses(found, table)
    return found.with_columns(*recast) if recast else found


def _of_a_book(frame) -> bool:
    """Whether a frame is a table of a Book, whose words were read: only those come as a lazy frame
    over the engine.
    """
    return is_book(frame) or (isinstance(frame, nw.LazyFrame) and frame.implementation.is_duckdb())


def _known_statuses(frame: nw.LazyFrame, table: str) -> None:
    words = collect(frame.select("status").unique())["status"]
    strange = sorted(str(word) for word in words if not _blank(word) and word not in STATUSES)
    if strange:
        raise unknown("status", strange[0], STATUSES, where=f"{table}: status")


def _is_odd(kind, wanted: str | None) -> bool:
    """Whether a column has another type than the schema's: no times, times with a zone, or text for
    numbers.
    """
    if wanted in ("time", "date"):
        return kind != nw.Date and not (
            kind == nw.Datetime and getattr(kind, "time_zone", None) is None
        )
    return wanted in ("money", "number") and not (kind.is_numeric())


def _plain(frame: nw.LazyFrame, table: str, column: str, kind) -> nw.Expr:
    """A column with nothing in it, which has no type of its own on any engine, as missing; objects
    by what they are.

    Neither text nor a zone is guessed at here: reading an export is the work of the source room,
    and only a Book knows by which clock its days are counted.
    """
    times = KINDS_OF.get(table, KINDS)[column] in ("time", "date")
    if times and (
        kind == nw.Datetime or (kind in (nw.Object, nw.Unknown) and _zoned(frame, column))
    ):
        zone = getattr(kind, "time_zone", None) or "several"
        raise DataError(
            f"{table}: {column} holds times with a zone ({zone}), and a frame alone does not say "
            "by which clock its days are "
            "counted. Make a Book first: s.book(…, timezone=…), with the zone of the company, "
            'such as "Europe/Moscow".'
        )
    if kind == nw.String or kind.is_numeric():
        if (
            collect(frame.select((~nw.col(column).is_null()).sum().alias("known")))["known"]
            .fillna(0)
            .iloc[0]
        ):
            what = ("times", "text or numbers") if times else ("numbers", "text")
            raise DataError(f"{table}: {column} holds {what[1]}, not {what[0]}. Convert it first.")
        return nw.lit(None).cast(nw.Datetime("us") if times else nw.Float64).alias(column)
    return nw.col(column).cast(nw.Datetime("us") if times else nw.Float64)


def _zoned(frame: nw.LazyFrame, column: str) -> bool:
    """Whether a column that Narwhals has no type for has a zone, as a whole (of a name with a `_`)
    or in one of its values.
    """
    values = collect(frame.select(column))[column]
    return isinstance(values.dtype, pd.DatetimeTZDtype) or any(
        getattr(v, "tzinfo", None) is not None for v in values
    )


def when(period: PeriodLike | None, column: str = "closed_at") -> list[str]:
    """The time column that a period needs: none without a period.

    >>> when(None), when("2026-09")
    ([], ['closed_at'])
    """
    return [] if period is None else [column]


def has(frame: Frame, column: str) -> bool:
    """Whether the frame has the column."""
    return column in lazy(frame).collect_schema().names()


def keys(by: By | None) -> list[str]:
    """Names of the group columns as a list.

    >>> keys(None), keys("manager"), keys(["manager", "channel"])
    ([], ['manager'], ['manager', 'channel'])
    """
    return [one if isinstance(one, str) else one.name for one in _listed(by)]


def grouped(frame: Frame, by: By | None) -> tuple[Frame, list[str]]:
    """A frame with the columns that `by` makes from others, and the names of all columns to group
    by. The frame itself where `by` only names columns.

    Raises
    ------
    ParamError
        A made column has the name of one that is there.
    """
    made = [one for one in _listed(by) if not isinstance(one, str)]
    if not made:
        return frame, keys(by)
    found = require_columns(frame, "deals", [key.column for key in made])
    there = found.collect_schema().names()
    for key in made:
        if key.name in there:
            raise ParamError(f"deals has a column {key.name!r}: give the key another `name`.")
    with_made = found.with_columns(**{key.name: key.expression(found) for key in made})
    return with_made, keys(by)


def sources(by: By | None) -> list[str]:
    """The columns that `by` stands on: its own, and those that its keys are made from.

    >>> sources(["manager"])
    ['manager']
    """
    return [one if isinstance(one, str) else one.column for one in _listed(by)]


def no_clash(by: Iterable[str], figures: Iterable[str], any_case: bool = False) -> None:
    """Refuse to group by a column that is called as a figure of the table is: one would hide the
    other. SQL engines know no case (`any_case`).

    Raises
    ------
    ParamError
        It names the column.
    """
    known = set(figures)
    clash = [name for name in by if (name.casefold() if any_case else name) in known]
    if clash:
        raise ParamError(
            f"{clash[0]!r} is a column of deals and a figure of the table: give the column another "
            "name to group by it."
        )


def _listed(by: By | None) -> "list[str | GroupKey]":
    if by is None:
        return []
    return list(by) if isinstance(by, Sequence) and not isinstance(by, str) else [by]


def as_known(deals: nw.LazyFrame, as_of: dt.date | str) -> nw.LazyFrame:
    """The deals created by the end of a day; those closed later are still open on it."""
    end = nw.lit((pd.Timestamp(as_of).normalize() + pd.Timedelta(days=1)).to_pydatetime())
    later = (nw.col("closed_at") >= end).fill_null(False)
    known = deals.filter(~nw.col("created_at").is_null()).filter(nw.col("created_at") < end)
    return known.with_columns(
        status=nw.when(later).then(nw.lit("open")).otherwise(nw.col("status"))
    )


def within(column: str, period: PeriodLike) -> nw.Expr:
    """Whether a time lies in the period; missing times do not."""
    start, end = period_bounds(period)
    return (nw.col(column) >= start) & (nw.col(column) < end)


def month_number(column: str) -> nw.Expr:
    """The month of a time as a whole number that counts months: `month_name` reads it."""
    return nw.col(column).dt.year() * 12 + nw.col(column).dt.month() - 1


def number_of_month(month: str) -> int:
    """The same number of a month by its name."""
    period = pd.Period(month, "M")
    return period.year * 12 + period.month - 1


def month_name(number: int) -> str:
    """The month of such a number.

    >>> month_name(number_of_month("2026-01"))
    '2026-01'
    """
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


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
    """A sum of money in whole minor units, half a unit upwards; a missing one counts as nothing.

    Not by the engines' own rounding: half a kopeck goes up in one of them and to the even one in
    another.
    """
    value = nw.col(column).cast(nw.Float64).fill_null(0.0)
    value = nw.when(value.is_nan()).then(nw.lit(0.0)).otherwise(value)
    return (value * MINOR_UNITS + 0.5).floor().cast(nw.Int64)


def flag(condition: nw.Expr) -> nw.Expr:
    """A condition as 1 or 0, a missing one as 0: summing it counts."""
    return nw.when(condition).then(nw.lit(1)).otherwise(nw.lit(0)).cast(nw.Int64)


def count(frame: nw.LazyFrame, by: Sequence[str], **sums: nw.Expr) -> pd.DataFrame:
    """Sums per group, counted in the engine; `rows` is the number of rows of the group.

    Returns
    -------
    DataFrame, one row per group, sorted by `by`; missing keys form their own group, last
    """
    return sort(unsorted_count(frame, by, **sums), by)


def unsorted_count(frame: nw.LazyFrame, by: Sequence[str], **sums: nw.Expr) -> pd.DataFrame:
    """`count` with the groups as the engine gives them, for tables that get an order of their own.

    >>> frame = nw.from_native(pd.DataFrame({"who": ["Ann", "Ann"], "n": [1.0, 2.0]})).lazy()
    >>> unsorted_count(frame, ["who"], n=nw.col("n")).values.tolist()
    [['Ann', 2, 3]]
    """
    inside = ["rows", *sums, *(f"_{name}" for name in sums)]
    kind = frame.implementation
    no_clash(by, inside, any_case=kind.is_duckdb() or kind.is_spark_like())
    # a column of the frame is always among them: constants alone would be one row
    some = by or frame.collect_schema().names()[:1]
    kept = frame.select(*some, *(column.alias(f"_{name}") for name, column in sums.items()))
    totals = [nw.len().alias("rows"), *(nw.col(f"_{name}").sum().alias(name) for name in sums)]
    table = collect(kept.group_by(*by).agg(*totals) if by else kept.select(*totals))
    for name in ["rows", *sums]:
        table[name] = pd.Series(
            _whole(table[name]), index=table.index, dtype="int64"
        )  # no rows are whole numbers too
    return table


def _whole(sums: pd.Series) -> np.ndarray | list[int]:
    """Sums as whole numbers, missing ones as 0."""
    if isinstance(sums.dtype, np.dtype) and sums.dtype.kind in "bif":
        values = sums.to_numpy()
        if values.dtype.kind == "f":
            values = np.where(np.isnan(values), 0, np.rint(values))
        # what is too large for a whole number here must fail, not turn over
        if values.dtype.kind != "f" or (np.abs(values) < 2.0**63).all():
            return values.astype("int64")
    return [int(round(value)) if value is not None and value == value else 0 for value in sums]


def money(minor_units: object) -> pd.Series:
    """Whole minor units as major ones."""
    return pd.Series(minor_units).astype("int64") / MINOR_UNITS


def collect(frame: nw.LazyFrame) -> pd.DataFrame:
    """A small table of the engine as pandas."""
    if _is_polars(frame):
        return from_polars(frame.collect())
    return frame.collect(backend="pandas").to_native()


def _is_polars(frame: nw.LazyFrame) -> bool:
    return frame.implementation.is_polars()


def groups(table: pd.DataFrame, by: Sequence[str]) -> Iterator[tuple[dict, pd.DataFrame]]:
    """Each group of a sorted table with its keys: pairs of {column: key} and rows; without `by` the
    whole table.

    >>> [(place, len(rows)) for place, rows in groups(pd.DataFrame({"manager": ["Ann", None,
    ...     None]}), ["manager"])]
    [({'manager': 'Ann'}, 1), ({'manager': None}, 2)]
    """
    if not by:
        yield {}, table
        return
    for name, rows in table.groupby(list(by), sort=False, dropna=False):
        yield dict(zip(by, (None if _blank(key) else key for key in name), strict=True)), rows


def of_groups(rows: list[dict], columns: Sequence[str], table: pd.DataFrame) -> pd.DataFrame:
    """Rows made from the `groups` of a table; a key that is an ordered category there is one here.

    >>> table = pd.DataFrame({"size": pd.Categorical(["S", "L"], categories=["S", "L"],
    ...     ordered=True), "n": [1, 2]})
    >>> of_groups([key | {"n": 1} for key, _ in groups(table, ["size"])], ["size", "n"],
    ...     table)["size"].dtype.ordered
    True
    """
    kinds = {
        column: table[column].dtype
        for column in columns
        if column in table and is_ordered(table[column])
    }
    return pd.DataFrame(rows, columns=list(columns)).astype(kinds)


def sort(table: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Sorted by `by`, the same on every engine: ordered categories in their order, else by text of
    the key; missing last.

    Missing keys of text are None.
    """
    for column in by:
        key = table[column]
        if not _are_names(key) and (key.dtype == object or str(key.dtype).startswith("str")):
            table[column] = names(key).set_axis(table.index)
    if not by:
        return table.reset_index(drop=True)
    return table.sort_values(list(by), key=_sortable, kind="stable").reset_index(drop=True)


def names(values: Iterable) -> pd.Series:
    """Names as a column of text, missing ones as None: also where there are none, which would be a
    column of numbers.

    A table without rows is joined to others by its keys as any other is.

    >>> names([]).dtype, names([float("nan")]).tolist()
    (dtype('O'), [None])
    """
    if isinstance(values, pd.Series) and _are_names(values):
        return pd.Series(values.array)
    found = _values(values)
    kinds = set(map(type, found))
    if kinds <= PLAIN:
        objects = np.array(found, dtype=object)
        blank = pd.isna(objects)
        if blank.any():
            objects[blank] = None
            found = objects.tolist()
    else:
        found = [None if _blank(value) else value for value in found]
    known = any(name is not None for name in found)
    return pd.Series(found, dtype=None if known else object)


def _are_names(column: pd.Series) -> bool:
    """Whether `names` would change nothing: text of pandas' own type, and not all of it missing."""
    return (
        isinstance(column.dtype, pd.StringDtype)
        and column.dtype == TEXT
        and not column.array.isna().all()
    )


def _values(values: Iterable) -> list:
    """The values of a column or of anything else, one by one."""
    if isinstance(values, pd.Series) and isinstance(values.dtype, np.dtype | pd.StringDtype):
        return values.tolist()
    return list(values)


def by_size(table: pd.DataFrame, name: str, size: str) -> pd.DataFrame:
    """Rows by the column `size`, largest first, then by name; what has no name comes last.
    Attributes are kept.

    >>> by_size(pd.DataFrame({"who": ["Bo", "unknown", "Ann"], "n": [2, 9, 2]}), "who",
    ...     "n")["who"].tolist()
    ['Ann', 'Bo', 'unknown']
    """
    nameless = table[name].isna() | (table[name] == UNKNOWN)
    keyed = table.assign(_last=nameless, _name=table[name].fillna("").astype(str))
    keyed = keyed.sort_values(
        ["_last", size, "_name"], ascending=[True, False, True], kind="stable"
    )
    return keyed.drop(columns=["_last", "_name"]).reset_index(drop=True)


def _blank(value) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value)) or value is pd.NA


def _sortable(column: pd.Series) -> pd.Series:
    if is_ordered(column):
        return column.cat.codes.astype(int).replace(-1, len(column.cat.categories))
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
        return column
    values = _values(column)
    kinds = set(map(type, values))
    if kinds <= BLANKS | {str}:
        codes, unique = pd.factorize(np.array(values, dtype=object))
        # a number among names, which is no missing one, is sorted by its text below
        if set(map(type, unique)) <= {str}:
            texts = [*unique, AFTER_ALL]  # the code of a missing one is -1
            place = {text: place for place, text in enumerate(sorted(set(texts)))}
            return pd.Series(np.array([place[text] for text in texts])[codes], index=column.index)
    return pd.Series(
        [AFTER_ALL if _blank(value) else str(value) for value in values], index=column.index
    )


def closed(deals: nw.LazyFrame, period: PeriodLike | None = None) -> nw.LazyFrame:
    """Won and lost deals, of the period when one is given."""
    told = [] if period is None else [within("closed_at", period)]
    return deals.filter(nw.col("status").is_in(list(CLOSED)), *told)
