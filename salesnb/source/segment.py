"""Conditions on the rows of a table, as an analyst writes them: a value, any of a list, from (a) up
to, not including, (b).
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb

from salesnb.errors import ParamError, unknown
from salesnb.formats import Voice
from salesnb.formats.periods import period_bounds
from salesnb.source.parsed import text_literal
from salesnb.source.read import quoted

MOST_LISTED = 20_000  # different values of a column of which a condition may name one


@dataclass(frozen=True)
class Condition:
    """One condition: `values`, any of which a row must have, or the `bounds` in which it must lie;
    a missing value meets none.
    """

    column: str
    values: tuple = ()
    bounds: tuple | None = None

    @property
    def sql(self) -> str:
        """The condition on an alias ``r``; true only where the value is there."""
        cell = f"r.{quoted(self.column)}"
        if self.bounds is None:
            return f"coalesce({cell} IN ({', '.join(map(_literal, self.values))}), false)"
        tests = [
            f"{cell} {sign} {_literal(edge)}"
            for sign, edge in zip((">=", "<"), self.bounds, strict=True)
            if edge is not None
        ]
        return f"coalesce({' AND '.join(tests)}, false)"

    def told(self, voice: Voice) -> str:
        """The condition as a title has it."""
        if self.bounds is None:
            return f"{self.column}: {', '.join(_word(value, voice) for value in self.values)}"
        start, end = ("" if edge is None else _edge_text(edge, voice) for edge in self.bounds)
        return f"{self.column}: {'≥ ' + start if start else ''}{', ' if start and end else ''}{'< ' + end if end else ''}"  # noqa: E501


def _word(value: object, voice: Voice) -> str:
    if isinstance(value, bool):
        return voice.say("yes") if value else voice.say("no")
    return str(value)


def conditions(
    con: duckdb.DuckDBPyConnection,
    relation: str,
    types: Mapping[str, str],
    asked: Mapping,
    month: str,
    table: str = "deals",
) -> tuple[Condition, ...]:
    """The conditions that a caller asks for, checked against a table.

    Parameters
    ----------
    con, relation : the engine, and SQL of the table
    types : column → type of the engine
    asked : column → a value, a list of values, a pair (from, up to but not including; None: no
        limit), and for a time also a period ("2026-09", "2026Q3", "last 6 months")
    month : the month with which "last 6 months" ends

    Raises
    ------
    ParamError
        No such column, no such value (each with the nearest that there is), or a condition that a
        column of its type cannot have.
    """
    return tuple(
        _condition(con, relation, types, column, value, month, table)
        for column, value in asked.items()
    )


def _condition(
    con, relation: str, types: Mapping[str, str], column: str, value, month: str, table: str
) -> Condition:
    if column not in types:
        raise unknown("column", column, types, where=table)
    kind = _kind(types[column])
    if value is None:
        raise ParamError(
            f"{table}: {column}=None: a missing value meets no condition. Leave the condition out."
        )
    if isinstance(value, tuple):
        return Condition(column, bounds=_bounds(value, kind, column, table))
    if kind == "time":
        return Condition(column, bounds=period_bounds(value, month))
    listed = isinstance(value, Iterable) and not isinstance(value, str)
    values = tuple(value) if listed else (value,)
    if not values:
        raise ParamError(f"{table}: {column}=[] has no value in it. Name at least one.")
    if kind == "text":
        values = tuple(str(one) for one in values)
        _stop_at_strangers(con, relation, column, values)
    else:
        wanted = bool if kind == "bool" else (int, float)
        for one in values:
            if not isinstance(one, wanted) or (kind == "number" and isinstance(one, bool)):
                raise ParamError(f"{table}: {column} holds {_means(kind)}, and {one!r} is none.")
    return Condition(column, values)


def _bounds(pair: tuple, kind: str, column: str, table: str) -> tuple:
    if len(pair) != 2:
        raise ParamError(
            f"{table}: {column}={pair!r}: a pair is (from, up to but not including); "
            "for any of several write a list."
        )
    if kind == "time":
        edges = [None if edge is None else period_bounds((edge, edge))[0] for edge in pair]
    elif kind == "number":
        edges = list(pair)
    else:
        raise ParamError(
            f"{table}: {column} holds {_means(kind)}, which has no range; for any of "
            f"several write a list: {list(pair)!r}."
        )
    if kind == "number" and not all(
        edge is None or (isinstance(edge, (int, float)) and not isinstance(edge, bool))
        for edge in edges
    ):
        raise ParamError(
            f"{table}: {column}={pair!r}: the ends of a range of numbers are numbers, or None."
        )
    if all(edge is None for edge in edges):
        raise ParamError(f"{table}: {column}={pair!r} has no end. Name at least one.")
    return tuple(edges)


def _stop_at_strangers(con, relation: str, column: str, values: tuple[str, ...]) -> None:
    cell = quoted(column)
    found = con.execute(
        f"SELECT DISTINCT {cell} FROM ({relation}) WHERE {cell} IS NOT NULL ORDER BY 1 LIMIT "
        f"{MOST_LISTED}"
    ).fetchall()
    there = [name for (name,) in found]
    for value in values:
        if value not in there and len(there) < MOST_LISTED:
            raise unknown(column, value, there)


def _kind(type_: str) -> str:
    if type_.startswith(("TIMESTAMP", "DATE")):
        return "time"
    if type_ == "BOOLEAN":
        return "bool"
    return (
        "text" if type_.startswith(("VARCHAR", "ENUM")) else "number"
    )  # a category is named by its text


def _means(kind: str) -> str:
    return {"bool": "True or False", "number": "numbers", "text": "text"}[kind]


def _literal(value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.datetime):
        return f"TIMESTAMP '{value}'"
    return text_literal(value) if isinstance(value, str) else repr(value)


def _edge_text(edge, voice: Voice) -> str:
    return f"{edge:%Y-%m-%d}" if isinstance(edge, dt.date) else voice.number(edge)
