"""Times as people write them: common forms by the engine, rarer ones once per distinct text in
Python.
"""

import datetime as dt
import re
from collections.abc import Collection, Container, Iterator

import duckdb
import pandas as pd

from salesnb.source.monthwords import month_named
from salesnb.source.outlines import outline_sql
from salesnb.source.parsed import ZERO_DATES, Assumption, Parsed, Settings, nothing, text_literal
from salesnb.source.read import quoted
from salesnb.source.written import numbered_time, rare_time

YEAR = "(19[7-9][0-9]|2[01][0-9]{2})"
SHORT_YEAR = "([0-5][0-9]|6[0-8])"
MONTH, DAY = "(0?[1-9]|1[0-2])", "(0?[1-9]|[12][0-9]|3[01])"
MONTHS, DAYS = "(0[1-9]|1[0-2])", "(0[1-9]|[12][0-9]|3[01])"  # always of two digits
CLOCK = "[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.][0-9]{1,9})?)?"
HOURS, MINUTES = "(?:0[0-9]|1[0-4])", "[0-5][0-9]"
OFFSET = f"[+-]{HOURS}(?::?{MINUTES})?"
REST = f"(?:,? +({CLOCK}(?: ?[AaPp][Mm])?))?"  # what may stand after a day
HALVES = "['%Y-%m-%d %I:%M:%S %p', '%Y-%m-%d %I:%M %p']"
# the parts of a pattern that name digits, and what they are in an outline; the longer first
LOOSE = (
    (YEAR, "(9999)"),
    (SHORT_YEAR, "(99)"),
    (DAYS, "(99)"),
    (DAY, "(99?)"),
    (MONTHS, "(99)"),
    (MONTH, "(99?)"),
    (HOURS, "99"),
    (MINUTES, "99"),
)
# two numbers before a year, of which either may be the day
EITHER = "^ *([0-9]{1,2})[/.-]([0-9]{1,2})[/.-](?:[0-9]{4}|[0-9]{2})(?:[^0-9]|$)"
# days that programs write where there is none
NEVER = (
    "0000-00-00",
    "0001-01-01",
    "1753-01-01",
    "1899-12-30",
    "1899-12-31",
    "1900-01-00",
    "1900-01-01",
    "1969-12-31",
    "1970-01-01",
    "9999-12-31",
)
PLAUSIBLE = (dt.datetime(1990, 1, 1), dt.datetime(2101, 1, 1))  # of a deal in a CRM
MOST_OUTLINES = 200  # that are looked at for the forms of a column
MOST_NUMBERS = (
    0.95  # share of bare numbers that must be plausible times, before any of them is taken for one
)


def parse_time(
    con: duckdb.DuckDBPyConnection,
    relation: str,
    heading: str,
    settings: Settings,
    key: str = "",
    known: Container[str] = frozenset(),
) -> Parsed:
    """How to read a column of times, by the company's clock; what no common form fits is read once
    per distinct text.

    Which of two numbers is the day: as the params say, else as was decided for each file
    (`settings.orders`), else by the column alone. Texts of `known` are read elsewhere.
    """
    column = f"r.{quoted(heading)}"
    orders, notes = _orders(con, relation, heading, settings)
    outlines = time_outlines(con, relation, column)
    ways = {
        order: common_sql(column, order, settings, outlines)
        for order in set(orders.values()) or {True}
    }
    common = _by_file(ways, orders)
    found, assumed = _rare(
        con, relation, column, common, settings, set(orders.values()) or {True}, known
    )
    if not found:
        return Parsed(common, notes)
    name = f"times_{key or abs(hash(heading))}"
    frame = pd.DataFrame({"text": list(found)})
    for order in (True, False):
        frame[f"day_{order}".lower()] = pd.to_datetime(
            [values.get(order) for values in found.values()]
        )
    con.register("_times", frame)
    con.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM _times")
    con.unregister("_times")
    rare = {
        order: f"(SELECT any_value(m.day_{order}) FROM {name} m WHERE m.text = trim({column}))".replace(  # noqa: E501
            "True", "true"
        )
        for order in set(orders.values()) or {True}
    }
    return Parsed(f"coalesce({common}, {_by_file(rare, orders)})", notes, assumed)


def parse_month(
    con: duckdb.DuckDBPyConnection, relation: str, heading: str, settings: Settings, key: str = ""
) -> Parsed:
    """How to read a column of months, as YYYY-MM: a month and a year in any form, else the month of
    a day.
    """
    column = f"r.{quoted(heading)}"
    texts = con.execute(
        f"SELECT DISTINCT trim({column}) FROM {relation} r WHERE {column} IS NOT NULL ORDER BY 1"
    ).fetchall()
    known = {text: month for (text,) in texts if (month := month_named(text))}
    found = parse_time(con, relation, heading, settings, key, frozenset(known))
    cases = " ".join(f"WHEN {text_literal(text)} THEN '{month}'" for text, month in known.items())
    day = f"strftime({found.expression}, '%Y-%m')"
    return Parsed(
        f"CASE trim({column}) {cases} ELSE {day} END" if cases else day, found.notes, found.assumed
    )


def time_outlines(con: duckdb.DuckDBPyConnection, relation: str, column: str) -> set[str] | None:
    """The outlines of a column's texts that begin with a digit, as every common form does; None
    where they are too many: of addresses, or of prose.
    """
    rows = con.execute(
        f"SELECT DISTINCT {outline_sql(column)} FROM {relation} r "
        f"WHERE regexp_matches({column}, '^[0-9]') LIMIT {MOST_OUTLINES + 1}"
    ).fetchall()
    return {outline for (outline,) in rows} if len(rows) <= MOST_OUTLINES else None


def never_sql(column: str) -> str:
    """Whether a cell holds a day that stands for none: 0001-01-01, 01.01.1970, 12/31/9999, with a
    clock or without.
    """
    days = {
        form
        for day in NEVER
        for year, month, rest in [day.split("-")]
        for form in _ways(year, month, rest)
    }
    return (
        f"regexp_full_match(trim({column}), '(?:{'|'.join(sorted(days))})(?:[ T]{CLOCK}(?: "
        f"?[AaPp][Mm])?)?(?:Z|{OFFSET})?')"
    )


def _ways(year: str, month: str, day: str) -> tuple[str, ...]:
    return (
        f"{year}[-/.]{month}[-/.]{day}",
        f"{day}[-/.]{month}[-/.]{year}",
        f"{int(month)}/{int(day)}/{year}",
    )


def _by_file(expressions: dict[bool, str], orders: dict[int, bool]) -> str:
    """SQL of a value whose reading depends on whether the row's file writes the day first."""
    if len(expressions) == 1:
        return next(iter(expressions.values()))
    first = ", ".join(str(number) for number, day_first in sorted(orders.items()) if day_first)
    return (
        f"CASE WHEN r._file_no IN ({first}) THEN {expressions[True]} ELSE {expressions[False]} END"
    )


def _orders(con, relation: str, heading: str, settings: Settings) -> tuple[dict[int, bool], dict]:
    """Whether 05/03 is 5 March in each file, and notes; without a decision for the files by the
    column's own dates.
    """
    if settings.day_first is not None:
        return {0: settings.day_first}, {}
    if settings.orders is not None:
        return settings.orders.get(heading, {}), {}
    days, months, points, all_ = con.execute(
        f"""SELECT count(*) FILTER (a > 12 AND b <= 12), count(*) FILTER (b > 12 AND a <= 12),
            count(*) FILTER (point), count(*)
            FROM ({either_sql(relation, heading)})"""
    ).fetchall()[0]
    if not all_:
        return {0: True}, {}
    if days or months:
        return {0: days >= months}, {
            "both day orders": min(days, months)
        } if days and months else {}
    if points == all_:  # 05.03.2026 is written day first everywhere
        return {0: True}, {}
    return {0: settings.day_first_default}, {"day order by default": all_}


def either_sql(relation: str, heading: str, more: str = "") -> str:
    """SQL: the two numbers `a` and `b` before the year of each cell that has them, and whether
    points stand between.
    """
    column = f"r.{quoted(heading)}"
    return f"""SELECT try_cast(found.a AS INT) AS a, try_cast(found.b AS INT) AS b, * EXCLUDE
               (found)
               FROM (SELECT regexp_extract({column}, '{EITHER}', ['a', 'b']) AS found,
               contains({column}, '.') AS point{more}
                     FROM {relation} r WHERE {column} IS NOT NULL AND {column} NOT LIKE '____-%')
                     WHERE found.a <> ''"""


def common_sql(
    column: str, day_first: bool, settings: Settings, outlines: Collection[str] | None = None
) -> str:
    """SQL of the forms that most exports write; missing for any other text.

    `outlines` are those of the column's texts, each digit as a 9: forms that none of them has are
    left out, for the engine takes longer to plan fifteen patterns than to read ten thousand cells
    by one.
    """
    forms = [
        (pattern, read)
        for pattern, read in _forms(column, day_first, settings)
        if outlines is None or any(map(re.compile(_loose(pattern)).fullmatch, outlines))
    ]
    cases = " ".join(
        f"WHEN regexp_full_match({column}, '{pattern}') THEN {read}" for pattern, read in forms
    )
    return f"CASE {cases} END" if cases else "CAST(NULL AS TIMESTAMP)"


def _forms(column: str, day_first: bool, settings: Settings) -> Iterator[tuple[str, str]]:
    """(pattern, SQL that reads a text of that pattern), the likelier first."""
    zone, own = settings.zone, settings.source_zone or settings.zone
    moved = (
        "" if own == zone else f" AT TIME ZONE '{own}' AT TIME ZONE '{zone}'"
    )  # a day without a clock has no zone
    spaced = f"regexp_replace({column}, ' ?(?:UTC|GMT)?([+-][0-9:]+)$', '\\1')"
    iso = f"{YEAR}-{MONTHS}-{DAYS}"
    yield from _straight(iso, "[ T]", column, moved)
    yield (
        f"{iso}[ T]{CLOCK}(?:Z| ?UTC| ?GMT|{OFFSET})",
        f"try_cast({column} AS TIMESTAMPTZ) AT TIME ZONE '{zone}'",
    )
    if day_first:
        turned = f"{column}[7:10] || '-' || {column}[4:5] || '-' || {column}[1:2] || {column}[11:]"
        yield from _straight(f"{DAYS}\\.{MONTHS}\\.{YEAR}", " ", turned, moved)
    yield (
        f"{iso}[ T]{CLOCK} ?(?:UTC|GMT)?{OFFSET}",
        f"try_cast({spaced} AS TIMESTAMPTZ) AT TIME ZONE '{zone}'",
    )
    first, second = f"{DAY}[/.-]{MONTH}", f"{MONTH}[/.-]{DAY}"
    ways = [(first, "\\2-\\1"), (second, "\\1-\\2")][:: 1 if day_first else -1]
    for pattern, turned in ways:
        yield _turned(column, f"{pattern}[/.-]{YEAR}{REST}", f"\\3-{turned} \\4", moved)
        yield _turned(column, f"{pattern}[/.-]{SHORT_YEAR}{REST}", f"20\\3-{turned} \\4", moved)
    yield _turned(column, f"{YEAR}[/.-]{MONTH}[/.-]{DAY}{REST}", "\\1-\\2-\\3 \\4", moved)
    yield _turned(column, f"{YEAR}{MONTHS}{DAYS}(?: ({CLOCK}))?", "\\1-\\2-\\3 \\4", moved)


def _loose(pattern: str) -> str:
    """A pattern of `_forms` as it meets outlines."""
    for strict, loose in LOOSE:
        pattern = pattern.replace(strict, loose)
    return pattern


def _straight(day: str, between: str, iso: str, moved: str) -> Iterator[tuple[str, str]]:
    """Forms that a cast reads as they stand; two of them only where a clock means another moment
    than it shows.
    """
    read = f"try_cast({iso} AS TIMESTAMP)"
    if not moved:
        yield f"{day}(?:{between}{CLOCK})?", read
    else:
        yield day, read
        yield f"{day}{between}{CLOCK}", f"{read}{moved}"


def _turned(column: str, pattern: str, order: str, moved: str) -> tuple[str, str]:
    """A form whose text is read as the ISO text that `order` makes of its groups."""
    iso = f"rtrim(regexp_replace({column}, '^{pattern}$', '{order}'))"
    read = (
        f"CASE WHEN regexp_matches({column}, '[AaPp][Mm]$') THEN try_strptime({iso}, {HALVES}) "
        f"ELSE try_cast({iso} AS TIMESTAMP) END"
    )
    if moved:
        read = f"CASE WHEN contains({column}, ':') THEN ({read}){moved} ELSE {read} END"
    return pattern, read


def _rare(
    con, relation: str, column: str, common: str, settings: Settings, orders: set[bool], known
):
    """The texts of a column that the engine did not read, read one by one."""
    some = f"SELECT 1 FROM {relation} r WHERE {column} IS NOT NULL AND ({common}) IS NULL LIMIT 1"
    if not con.execute(some).fetchall():  # most columns: what follows takes patterns
        return {}, ()
    left = con.execute(
        f"SELECT trim({column}), count(*) FROM {relation} r WHERE {unread_sql(column, common)} "
        "GROUP BY 1 ORDER BY 1"
    ).fetchall()
    return read_rarely([(text, rows) for text, rows in left if text not in known], settings, orders)


def unread_sql(column: str, common: str) -> str:
    """SQL that is true of a text which `common` does not read and which does not stand
    for no time.
    """
    return (
        f"{column} IS NOT NULL AND ({common}) IS NULL AND NOT {nothing(column, ZERO_DATES)} AND "
        f"NOT {never_sql(column)}"
    )


def read_rarely(
    left: list[tuple[str, int]], settings: Settings, orders: set[bool]
) -> tuple[dict[str, dict[bool, dt.datetime | None]], tuple[Assumption, ...]]:
    """Text → time per day order, of the texts of one column that the engine did not read, each with
    the number of its cells; and what was taken for true of bare numbers.
    """
    numbers = {text: rows for text, rows in left if re.fullmatch(r"[0-9]+([.,][0-9]+)?", text)}
    times, assumed = _numbers(numbers, settings)
    found: dict[str, dict[bool, dt.datetime | None]] = {
        text: dict.fromkeys(orders, moment) for text, moment in times.items()
    }
    for text, _ in left:
        values = (
            {} if text in numbers else {order: rare_time(text, order, settings) for order in orders}
        )
        if any(value is not None for value in values.values()):
            found[text] = values
    return found, assumed


def _numbers(
    rows: dict[str, int], settings: Settings
) -> tuple[dict[str, dt.datetime], tuple[Assumption, ...]]:
    """Bare numbers as times: all of a column or none, for a column of codes has some that could be
    a day's number.
    """
    read = {text: numbered_time(text, settings) for text in rows}
    first, last = PLAUSIBLE
    good = {
        text: moment
        for text, moment in read.items()
        if moment is not None and first <= moment < last
    }
    count = sum(rows[text] for text in good)
    if not good or count < MOST_NUMBERS * sum(rows.values()):
        return {}, ()
    days = sorted(good.values())
    told = {
        "chosen": "days counted by a spreadsheet, or seconds since 1970",
        "rows": count,
        "first": f"{days[0]:%Y-%m-%d}",
        "last": f"{days[-1]:%Y-%m-%d}",
        "example": next(iter(good)),
    }
    return good, (Assumption("numbers as times", told),)
