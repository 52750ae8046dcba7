"""What can be chosen of a Book: periods, columns and how to split by them, values of a column."""

from typing import Any, Literal, TypeAlias

import narwhals as nw
import pandas as pd

from salesnb.measures.frames import BookLike, closed, collect, count

Kind: TypeAlias = Literal["names", "numbers", "times"]
LAST = ("last 3 months", "last 6 months", "last 12 months")
MOST_MONTHS = 36  # months, and their quarters and years, that a list of periods goes back
MOST_VALUES = 100  # values of a column to choose from, the commonest
SPLITS: dict[Kind, tuple[str, ...]] = {
    "names": ("",),
    "numbers": ("bands",),
    "times": ("weekday", "hour", "month"),
}


def periods(book: BookLike) -> list[str | None]:
    """Periods from the month of a Book back to its first closing; None is all time.

    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": "Ann", "status": "won",
    ...     "created_at": pd.Timestamp("2026-01-01"),
    ...     "closed_at": pd.to_datetime(["2026-08-15", "2026-09-15"])})
    >>> periods(book(deals, month="2026-09"))[3:]
    ['last 12 months', '2026-08', '2026Q3', '2026', None]
    """
    shut = closed(book.closer_deals).select(first=nw.col("closed_at").min())
    first = collect(shut)["first"]
    end = pd.Period(book.month, "M")
    start = end if first.isna().all() else pd.Period(first.iloc[0], "M")
    months = pd.period_range(max(start, end - MOST_MONTHS + 1), end, freq="M")[::-1]
    quarters = dict.fromkeys(str(one.asfreq("Q")) for one in months)
    years = dict.fromkeys(str(one.year) for one in months)
    return [book.month, *LAST, *(str(one) for one in months[1:]), *quarters, *years, None]


def columns(book: BookLike) -> dict[str, Kind]:
    """Columns of deals with anything in them, and what each holds.

    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "won", "amount": 5.0,
    ...     "created_at": pd.Timestamp("2026-09-01"), "closed_at": pd.Timestamp("2026-09-15")})
    >>> found = columns(book(deals, month="2026-09"))
    >>> found["manager"], found["amount"], found["created_at"], "source" in found
    ('names', 'numbers', 'times', False)
    """
    deals = book.closer_deals
    schema = deals.collect_schema()
    kinds = {name: _kind(dtype) for name, dtype in schema.items()}
    asked = [name for name, kind in kinds.items() if kind]
    # by number: a column may have any name, and engines know no case
    counts = {f"n{i}": (~nw.col(name).is_null()).sum() for i, name in enumerate(asked)}
    row = collect(deals.select(**counts)).iloc[0]
    return {name: kinds[name] for i, name in enumerate(asked) if row[f"n{i}"] > 0}  # type: ignore[misc]


def _kind(dtype: Any) -> Kind | None:
    if dtype.is_numeric():
        return "numbers"
    if dtype in (nw.Datetime, nw.Date):
        return "times"
    return "names" if dtype in (nw.String, nw.Boolean, nw.Enum, nw.Categorical) else None


def values(book: BookLike, column: str) -> tuple[list[tuple[Any, int]], int]:
    """The commonest values of a column of names with how many deals have each, and how many values
    there are; a missing value cannot be chosen.

    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1", "2", "3"], "manager": ["Bo", "Ann", "Bo"],
    ...     "status": "won", "created_at": pd.Timestamp("2026-09-01"),
    ...     "closed_at": pd.Timestamp("2026-09-15")})
    >>> values(book(deals, month="2026-09"), "manager")
    ([('Bo', 2), ('Ann', 1)], 2)
    """
    deals = book.closer_deals.select(_value=nw.col(column))
    table = count(deals.filter(~nw.col("_value").is_null()), ["_value"])
    top = table.nlargest(MOST_VALUES, "rows")
    pairs = zip(top["_value"], top["rows"], strict=True)
    return [(_plain(value), int(rows)) for value, rows in pairs], len(table)


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value
