"""Texts of an export as values: which reader each type of column has; flags, ids and plain texts.

How a column writes its days or its decimals is decided by the column's own evidence.
"""

import duckdb

from salesnb.source.durations import parse_duration
from salesnb.source.numbers import parse_number
from salesnb.source.parsed import SPACE, Parsed, Settings, listed, nothing
from salesnb.source.read import quoted
from salesnb.source.times import parse_month, parse_time

YES = (
    "true",
    "yes",
    "y",
    "1",
    "да",
    "истина",
    "x",
    "+",
    "t",
    "так",
    "ja",
    "wahr",
    "oui",
    "vrai",
    "sí",
    "verdadero",
    "sim",
)
NO = (
    "false",
    "no",
    "n",
    "0",
    "нет",
    "ложь",
    "f",
    "ні",
    "nein",
    "falsch",
    "non",
    "faux",
    "falso",
    "não",
)


def parse_column(
    con: duckdb.DuckDBPyConnection,
    relation: str,
    heading: str,
    kind: str,
    settings: Settings,
    key: str = "",
) -> Parsed:
    """How to read column `heading` of `relation` as `kind` (a type of the schema)."""
    column = f"r.{quoted(heading)}"
    if kind == "time":
        return parse_time(con, relation, heading, settings, key)
    if kind == "date":
        found = parse_time(con, relation, heading, settings, key)
        return Parsed(f"CAST({found.expression} AS DATE)", found.notes, found.assumed)
    if kind == "month":
        return parse_month(con, relation, heading, settings, key)
    if kind == "duration":
        return parse_duration(con, relation, heading, settings, key)
    if kind in ("money", "number"):
        return parse_number(con, relation, heading, settings, money=kind == "money")
    if kind == "bool":
        return Parsed(bool_sql(column))
    return Parsed(text_sql(column))


def text_sql(column: str, more: tuple[str, ...] = ()) -> str:
    """Text without padding; what programs and people write for nothing, and `more` words of that
    kind, becomes missing.
    """
    plain = f"trim(regexp_replace({column}, '{SPACE}+', ' ', 'g'))"
    return f"CASE WHEN {nothing(column, more)} THEN NULL ELSE {plain} END"


def id_sql(column: str, more: tuple[str, ...] = ()) -> str:
    """An id: text always; the ".0" that a workbook adds goes, leading zeros and 19 digits stay."""
    return f"regexp_replace({text_sql(column, more)}, '^([0-9]+)\\.0+$', '\\1')"


def bool_sql(column: str) -> str:
    """A flag in any of its words; anything else is missing."""
    plain = f"lower(trim({column}))"
    return (
        f"CASE WHEN {plain} IN ({listed(YES)}) THEN true WHEN {plain} IN ({listed(NO)}) THEN false "
        "END"
    )
