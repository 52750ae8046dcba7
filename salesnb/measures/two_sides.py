"""Two sides of deals to hold against each other: two values of a column, periods, or segments."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from salesnb.errors import ParamError
from salesnb.formats.periods import PeriodLike
from salesnb.measures.conversion import closings, with_rate
from salesnb.measures.frames import BookLike
from salesnb.measures.so_far import so_far

# known only at the closing, of one outcome alone, or the outcome itself
OUTCOME = (
    "status",
    "status_word",
    "stage",
    "lost_reason",
    "lost_class",
    "competitor",
    "closed_at",
    "unsettled",
    "unsettled_at",
)
HOW = 'name one pair, such as manager=["Ann", "Bo"] or period=["2026-08", "2026-09"]'


@dataclass(frozen=True)
class Side:
    """One side.

    Attributes
    ----------
    name : as a reader knows it;  book : the Book of its deals
    period : as it was asked for;  start, end : when its deals were closed, the end not included
    """

    name: str
    book: BookLike
    period: PeriodLike
    start: dt.datetime
    end: dt.datetime


@dataclass(frozen=True)
class TwoSides:
    """What is compared.

    Attributes
    ----------
    by : "period", "segment" or the column;  columns : those that tell the sides apart
    first, second : the sides
    cut : the month that is counted up to the same working day as one that is not over; ""
    part : a period that is not over and is held against a whole one; ""
    """

    by: str
    columns: tuple[str, ...]
    first: Side
    second: Side
    cut: str = ""
    part: str = ""

    def members(self) -> pd.DataFrame:
        """The closed deals of both sides: deal_id, side, won, lost, closed."""
        both = [
            closings(side.book.closer_deals, period=(side.start, side.end)).assign(side=side.name)
            for side in (self.first, self.second)
        ]
        found = pd.concat(both, ignore_index=True)
        return found.sort_values(["deal_id", "side"], kind="stable", ignore_index=True)

    def rates(self, members: pd.DataFrame) -> pd.DataFrame:
        """Conversion of each side: side, won, lost, closed, conversion, low, high."""
        own = [members[members["side"] == side.name] for side in (self.first, self.second)]
        table = pd.DataFrame({"side": [self.first.name, self.second.name]})
        for outcome in ("won", "lost"):
            table[outcome] = [int(one[outcome].sum()) for one in own]
        return with_rate(table)


def two_sides(book: BookLike, asked: Mapping[str, Any], over: PeriodLike | None = None) -> TwoSides:
    """The two sides that a caller asks for.

    Parameters
    ----------
    book : Book
    asked : one entry: a column of deals, or "period", or "segment", and a list of two
    over : when the deals were closed; None: in the trailing window

    Raises
    ------
    ParamError
        Not one pair of two different ones; a column, value or period that is not there, each with
        the nearest; what is known only at the closing; functions.

    Examples
    --------
    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1", "2", "3"], "manager": ["Ann", "Ann", "Bo"],
    ...     "status": ["won", "lost", "lost"], "created_at": pd.Timestamp("2026-09-01"),
    ...     "closed_at": pd.Timestamp("2026-09-09")})
    >>> found = two_sides(book(deals, month="2026-09"), {"manager": ["Ann", "Bo"]})
    >>> found.rates(found.members())[["side", "won", "closed"]].values.tolist()
    [['Ann', 1, 2], ['Bo', 0, 1]]
    """
    by, (one, other) = _pair(asked)
    if by == "period":
        if over is not None:
            raise ParamError("compare: periods are the sides here: leave `over` out.")
        sides = [_side(book, _period_name(period), period) for period in (one, other)]
        return _of_months(book, sides)
    when = book.window_period if over is None else over
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        wanted = [dict(one), dict(other)]
    else:
        wanted = [{by: one}, {by: other}]
    columns = tuple(dict.fromkeys(column for each in wanted for column in each))
    _check(columns)
    parts = [book.where(**each) for each in wanted]
    names = [_name(book, part, each) for part, each in zip(parts, wanted, strict=True)]
    if names[0] == names[1]:
        raise ParamError(f"compare: both sides are {names[0]!r}: name two different ones.")
    first, second = (_side(part, name, when) for part, name in zip(parts, names, strict=True))
    return TwoSides(by, columns, first, second)


def _pair(asked: Mapping[str, Any]) -> tuple[str, list]:
    if len(asked) != 1:
        raise ParamError(f"compare: {HOW}; it got {', '.join(sorted(asked)) or 'none'}.")
    ((by, pair),) = asked.items()
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        raise ParamError(f"compare: {by}={pair!r} is not a list of two: {HOW}.")
    if by == "function":
        raise ParamError("compare: functions are never compared: their deals are of another kind.")
    return by, list(pair)


def _check(columns: tuple[str, ...]) -> None:
    for column in columns:
        if column in OUTCOME:
            raise ParamError(
                f"compare: {column} is known only with the outcome, so conversion says nothing of "
                "it. Compare by what is known before the closing."
            )
        if column == "function":
            raise ParamError("compare: functions are never compared.")


def _name(book: BookLike, part: BookLike, wanted: Mapping[str, Any]) -> str:
    """A value by itself, anything else as a title has it."""
    if len(wanted) == 1 and all(isinstance(value, str) for value in wanted.values()):
        return str(next(iter(wanted.values())))
    if len(wanted) == 1 and all(isinstance(value, list) for value in wanted.values()):
        return ", ".join(map(str, next(iter(wanted.values()))))
    own = part.segment[len(book.segment) :]
    return " · ".join(one.told(book.params.voice) for one in own)


def _period_name(period: PeriodLike) -> str:
    return " – ".join(map(str, period)) if isinstance(period, list | tuple) else str(period)


def _side(book: BookLike, name: str, period: PeriodLike) -> Side:
    start, end = book.bounds(period)
    last = (pd.Period(book.month, "M") + 1).start_time.to_pydatetime()
    if end > last:
        month = str(pd.Period(end - dt.timedelta(microseconds=1), "M"))
        raise ParamError(
            f"compare: {name} ends after {book.month}, the month of this Book, and what came later "
            f'is not known to it. Take book.at(month="{month}"), or a period that ends before.'
        )
    return Side(name, book, period, start, end)


def _of_months(book: BookLike, sides: list[Side]) -> TwoSides:
    """Two periods; a month that is not over is held against another up to the same working day."""
    first, second = sides
    if (first.start, first.end) == (second.start, second.end):
        raise ParamError(f"compare: both periods are {first.name}: name two different ones.")
    part, known = so_far(book), dt.datetime.combine(book.as_of, dt.time()) + dt.timedelta(days=1)
    late = [side for side in sides if part is not None and side.end > known]
    if part is None or not late:
        return TwoSides("period", (), first, second)
    other = second if late[0] is first else first
    month = str(pd.Period(other.start, "M"))
    whole = book.bounds(month) == (other.start, other.end)
    if len(late) == 1 and _is_month(book, late[0]) and whole and month in part.until:
        until = dt.datetime.combine(part.until[month], dt.time()) + dt.timedelta(days=1)
        cut = Side(other.name, other.book, other.period, other.start, until)
        two = (first, cut) if other is second else (cut, second)
        return TwoSides("period", (), *two, cut=month)
    return TwoSides("period", (), first, second, part=late[0].name)


def _is_month(book: BookLike, side: Side) -> bool:
    return book.bounds(book.month) == (side.start, side.end)
