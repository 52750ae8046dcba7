"""A raw table with its canonical columns typed, in the engine: the step between reading and
cleaning.
"""

import datetime as dt
from collections.abc import Container
from dataclasses import dataclass, field, replace

import duckdb

from salesnb.errors import DataError
from salesnb.formats.currency import THREE_DECIMALS, currency_code
from salesnb.params import Params
from salesnb.schema import TABLES, Column
from salesnb.source.flags import Flags, flags_of, tied
from salesnb.source.ids import has_own, id_expression, stop_at_rounded
from salesnb.source.ledger import IDS, MOST_FACTS, discreet, write
from salesnb.source.mapping import (
    closings_apart,
    extra_headings,
    map_columns,
    preset_of,
    wanted_headings,
)
from salesnb.source.parse import id_sql, parse_column, text_sql
from salesnb.source.parsed import (
    DOUBTFUL,
    NOT_YET,
    ZERO_DATES,
    Assumption,
    Parsed,
    Settings,
    folded,
    listed,
    nothing,
)
from salesnb.source.patterns import FOOTER
from salesnb.source.read import AT_ONCE, RawTable, laid, quoted, read_source
from salesnb.source.scores import read_reviews
from salesnb.source.shapes import shaped
from salesnb.source.timechecks import before_reading, far_dates
from salesnb.source.times import never_sql
from salesnb.source.wideplans import LAYOUT as WIDE
from salesnb.source.wideplans import without_values

SQL_TYPES = {
    "text": "VARCHAR",
    "time": "TIMESTAMP",
    "date": "DATE",
    "money": "DOUBLE",
    "number": "DOUBLE",
    "bool": "BOOLEAN",
    "month": "VARCHAR",
}
# texts that are words of a list of their own, or sentences: there a «нет» is a word like any other
WORDED = (
    "status",
    "stage",
    "title",
    "note",
    "kind",
    "direction",
    "result",
    "metric",
    "role",
    "call_type",
    "lost_class",
)
# columns in which a word for nothing may have been a name: said with its count
NAMES = (
    "manager",
    "channel",
    "source",
    "client_id",
    "lost_reason",
    "product",
    "team",
    "head",
    "competitor",
)
PEOPLE = ("manager", "head", "reviewer")
BEHIND = "%Y-%m-%d"


@dataclass
class Typed:
    """A typed table in the engine, named ``t_<table>``; its columns: the schema's, extras, _file,
    _line, _file_no, _rid.
    """

    table: str
    relation: str
    raw: RawTable
    mapping: dict[str, str]
    extras: dict[str, str]
    read: int
    also: dict[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # column → every heading that it is read from, when several
    notices: list[tuple[str, dict]] = field(default_factory=list)
    assumed: list[Assumption] = field(default_factory=list)
    money: dict[str, Parsed] = field(default_factory=dict)  # column of amounts → how it is read
    orders: dict[str, dict[int, bool]] = field(
        default_factory=dict
    )  # heading → file → whether the day stands first

    @property
    def own(self) -> bool:
        """Whether a file or a query of its own was read; else it is made of columns of another
        table.
        """
        return bool(self.raw.relation)


def read_typed(
    con: duckdb.DuckDBPyConnection,
    table: str,
    params: Params,
    today: dt.date | None = None,
    most: int | None = None,
) -> Typed:
    """Read one table and type its columns; texts that are no value go to the ledger as mended,
    footers are set aside.

    Raises
    ------
    DataError
        A required column is missing, or a column of times has no time in it.
    """
    source = params.data.source(table)
    if source is None:
        raise ValueError(f"the params name no {table}")
    raw = read_source(con, source, table, params, wanted_headings(table, params), most)
    raw = shaped(con, raw, table, params)
    if raw.shape and raw.shape.layout == WIDE:
        params = without_values(params)
    mapping = _fullest(con, raw, map_columns(raw, table, params), params.columns.get(table, {}))
    for name in (name for name in IDS if name in mapping and has_own(raw, mapping[name])):
        stop_at_rounded(con, raw, mapping[name], table)
    extras = extra_headings(raw, mapping, table)
    read = con.execute(f"SELECT count(*) FROM {raw.relation}").fetchall()[0][0]
    typed = Typed(table, f"t_{table}", raw, mapping, extras, read, assumed=list(raw.assumed))
    if "deal_id" in mapping and not has_own(raw, mapping["deal_id"]):
        typed.notices.append(("row for id", {"rows": read}))
    typed.also.update(_read_from_several(typed, params))
    typed.notices += raw.shape.notices if raw.shape else ()
    times = before_reading(con, raw, table, mapping, typed.also, params, settings_of(table, params))
    typed.orders = times.orders
    typed.notices += times.notices
    typed.assumed += times.assumed
    columns = [
        f"CAST({_expression(con, typed, column, params)} AS {SQL_TYPES[column.type]}) AS "
        f"{quoted(column.name)}"
        for column in TABLES[table].columns
    ]
    columns += [f"r.{quoted(heading)} AS {quoted(name)}" for name, heading in extras.items()]
    columns.append("NULL::VARCHAR AS _unread_amount")
    columns.append(
        f"CAST({next((one.currency for one in typed.money.values()), 'NULL')} AS VARCHAR) AS "
        "_cell_currency"
    )
    if table == "deals":
        columns += _flag_columns(typed, params)
    columns += [f"r.{name}" for name in (raw.shape.hidden if raw.shape else ())]
    fate, told = (
        ("r._rule", "r._rule_value") if raw.shape else ("NULL", "NULL")
    )  # of rows that are not of this table
    raw_row = ", ".join(f"r.{quoted(h)}" for h in raw.headings)
    con.execute(
        f"""CREATE OR REPLACE TABLE {typed.relation} AS
            SELECT {", ".join(columns)}, r._file, r._line, r._file_no, row_number() OVER (ORDER BY
            r._file_no, r._line) AS _rid,
                   {fate}::VARCHAR AS _fate, {told}::VARCHAR AS _fate_value, hash([{raw_row}]) AS
                   _raw_hash
            FROM {raw.relation} r"""
    )
    _clean_extras(con, typed)
    _footers(con, typed)
    if table == "reviews":
        named = params.headings(table).get("items", ())
        read_reviews(con, typed, named if len(named) > 1 else ())
    _unread(con, typed, params.thresholds.unread_share)
    _far(con, typed, today or dt.date.today())
    return typed


def _clean_extras(con, typed: Typed) -> None:
    """Further columns as plain texts, one statement for each that has others: planning many of them
    at once grows with more than their number.
    """
    names, others = list(typed.extras), []
    for first in range(0, len(names), AT_ONCE):
        cells = laid(typed.relation, names[first : first + AT_ONCE], first)
        others += con.execute(
            f"SELECT DISTINCT place::INT FROM ({cells}) WHERE {text_sql('t')} IS DISTINCT FROM t"
        ).fetchall()
    for name in sorted(names[place] for (place,) in others):
        plain = text_sql(quoted(name))
        con.execute(
            f"UPDATE {typed.relation} SET {quoted(name)} = {plain} WHERE {quoted(name)} IS NOT "
            f"NULL AND {plain} IS DISTINCT FROM {quoted(name)}"
        )


def _flag_columns(typed: Typed, params: Params) -> list[str]:
    """What the CRM's own flags say of each deal, and whether it was deleted in the CRM."""
    flags = flags_of(typed.raw.headings, preset_of(params), params) or Flags((), {})
    return [f"CAST({flags.standing} AS VARCHAR) AS _flag", f"{flags.says('deleted')} AS _deleted"]


def _read_from_several(typed: Typed, params: Params) -> dict[str, tuple[str, ...]]:
    """Column → every heading that it is read from, where one heading does not hold it all."""
    several = {
        column: made for column, made in params.headings(typed.table).items() if len(made) > 1
    }
    apart = closings_apart(typed.raw.headings, preset_of(params)) if typed.table == "deals" else ()
    named = "closed_at" in params.columns.get(typed.table, {})
    return several | (
        {"closed_at": apart} if typed.mapping.get("closed_at") in apart and not named else {}
    )


def _far(con, typed: Typed, today: dt.date) -> None:
    """A remark on a column of creations or closings that are mostly far from today."""
    for name in ("created_at", "closed_at"):
        if name in typed.mapping and typed.table in ("deals", "leads"):
            live = f"(SELECT * FROM {typed.relation} WHERE _fate IS NULL)"
            if told := far_dates(con, live, f"r.{quoted(name)}", typed.mapping[name], today):
                typed.notices.append(("far dates", {"table": typed.table, **told}))


def _expression(con, typed: Typed, column: Column, params: Params) -> str:
    """SQL of a column of the schema from the raw table, alias ``r``."""
    heading, raw = typed.mapping.get(column.name), typed.raw
    if heading is None:
        return "NULL"
    if typed.table == "reviews" and column.name == "items":
        return "NULL"  # made of all its columns at once, once the table stands
    if column.name in IDS and not has_own(raw, heading):
        return id_expression(raw, heading)
    if column.type == "text" and column.name not in WORDED:
        texts = []
        for one in typed.also.get(column.name, (heading,)):
            more = doubtful(con, raw, one)
            _say_nothing(con, typed, column, one, more)
            texts.append((id_sql if column.name in IDS else text_sql)(f"r.{quoted(one)}", more))
        if test := tied(raw.headings, preset_of(params), typed.table, column.name):
            texts = [f"CASE WHEN {test} THEN {one} END" for one in texts]
        return _one_of(texts, column)
    settings = replace(settings_of(typed.table, params), orders=typed.orders)
    kind = "duration" if column.name == "duration_s" else column.type
    if column.type == "money":
        settings = replace(settings, three_decimals=_three_decimals(con, typed))
    found = []
    for number, one in enumerate(typed.also.get(column.name, (heading,))):
        key = f"{typed.table}_{column.name}" + (f"_{number}" if number else "")
        parsed = parse_column(con, raw.relation, one, kind, settings, key)
        found.append(parsed.expression)
        typed.assumed += [_placed(typed, told, one) for told in parsed.assumed]
        if column.type == "money":
            typed.money[column.name] = parsed
        typed.notices += [
            (code, {"table": typed.table, "heading": one, "rows": n})
            for code, n in parsed.notes.items()
        ]
    if column.name in params.headings(typed.table):
        return _one_of(found, column)
    return (
        found[0] if len(found) == 1 else f"greatest({', '.join(found)})"
    )  # the last closing counts


def _one_of(parts: list[str], column: Column) -> str:
    """SQL of one value of several cells: a person's name of all of them, of anything else the first
    that is filled.
    """
    if len(parts) == 1:
        return parts[0]
    if column.name in PEOPLE:
        return f"nullif(concat_ws(' ', {', '.join(parts)}), '')"
    return f"coalesce({', '.join(parts)})"


def doubtful(con: duckdb.DuckDBPyConnection, raw: RawTable, heading: str) -> tuple[str, ...]:
    """Which of the doubtful words say nothing in a column: those without their companions, as нет
    without да.
    """
    cell = f"lower(trim({quoted(heading)}))"
    asked = {*DOUBTFUL, *(one for there in DOUBTFUL.values() for one in there)}
    found = con.execute(
        f"SELECT DISTINCT {cell} FROM {raw.relation} WHERE {cell} IN ({listed(sorted(asked))})"
    ).fetchall()
    there = {word for (word,) in found}
    return tuple(
        word for word, beside in DOUBTFUL.items() if word in there and not there & set(beside)
    )


def _say_nothing(con, typed: Typed, column: Column, heading: str, more: tuple[str, ...]) -> None:
    """A remark on the words for nothing that a column of names had: one of them may be somebody's
    name.
    """
    if column.name not in NAMES:
        return
    cell = quoted(heading)
    found = con.execute(
        f"""SELECT trim({cell}) AS word, count(*) AS n FROM {typed.raw.relation} WHERE
            {nothing(cell, more)} GROUP BY 1 ORDER BY n DESC, word"""
    ).fetchall()
    found = [(word, n) for word, n in found if any(map(str.isalpha, word))]
    if found:
        told = ", ".join(f"{word!r} ({n})" for word, n in found[:10])
        values = {
            "table": typed.table,
            "heading": heading,
            "rows": sum(n for _, n in found),
            "words": told,
        }
        typed.notices.append(("nothing words", values))


def _placed(typed: Typed, one: Assumption, heading: str) -> Assumption:
    """An assumption with the table, the files and the heading of the column that it is about."""
    told = {"table": typed.table, "file": ", ".join(typed.raw.files), "heading": heading}
    return replace(one, values=told | one.values)


def _three_decimals(con, typed: Typed) -> bool:
    """Whether the table's column of currencies names one that has three decimals, as the dinar of
    Kuwait.
    """
    heading = typed.mapping.get("currency")
    if heading is None:
        return False
    words = con.execute(
        f"SELECT DISTINCT {quoted(heading)} FROM {typed.raw.relation} LIMIT 200"
    ).fetchall()
    return any(word and currency_code(word) in THREE_DECIMALS for (word,) in words)


def _fullest(con, raw: RawTable, mapping: dict[str, str], named: Container[str]) -> dict[str, str]:
    """Where an export repeats a heading (a field of the contact and of the deal), the one that is
    filled most often.
    """
    found = {}
    for column, heading in mapping.items():
        again = [
            h
            for h in raw.headings
            if h == heading or (h.startswith(f"{heading} (") and h[len(heading) + 2 : -1].isdigit())
        ]
        if len(again) > 1 and column not in named:
            filled = con.execute(
                f"SELECT {', '.join(f'count({quoted(h)})' for h in again)} FROM {raw.relation}"
            ).fetchall()[0]
            heading = again[filled.index(max(filled))]
        found[column] = heading
    return found


def settings_of(table: str, params: Params) -> Settings:
    """How the columns of a table are read: as the params say, with the preset's habits where they
    say nothing.
    """
    named = params.data.reading_of(table)
    day_first = None if named.dates is None else named.dates == "day first"
    habit = params.data.preset != "canonical" and "country" not in params.model_fields_set
    default = preset_of(params).day_first if habit else params.country != "US"
    return Settings(
        params.timezone, named.timezone, day_first, named.decimal, default, currency=params.currency
    )


def set_aside(
    con: duckdb.DuckDBPyConnection, typed: Typed, rule: str, where: str, value: str = "NULL"
) -> int:
    """Mark the rows that fulfil `where` and are not yet marked; `value` is SQL for what to show in
    the ledger.
    """
    found = con.execute(
        f"""UPDATE {typed.relation} SET _fate = '{rule}', _fate_value = CAST({value} AS VARCHAR)
            WHERE _fate IS NULL AND ({where})"""
    ).fetchall()[0]
    return found[0]


def note_mended(
    con: duckdb.DuckDBPyConnection, typed: Typed, rule: str, where: str, value: str = "NULL"
) -> None:
    """List rows that are kept with something about them changed."""
    con.execute(
        f"""INSERT INTO ledger SELECT '{typed.table}', _file, _line, '{rule}', 'mended',
            left(CAST({value} AS VARCHAR), 200)
            FROM {typed.relation} WHERE _fate IS NULL AND ({where}) ORDER BY _rid"""
    )


def _footers(con, typed: Typed) -> None:
    """Rows that sum the others up: the first filled cell says so, and hardly anything else is
    filled; never a full row.
    """
    cells = ", ".join(f"r.{quoted(h)}" for h in typed.raw.headings)
    width = len(typed.raw.headings)
    most = min(max(2, width // 3), max(1, width - 1))
    short = con.execute(
        f"""CREATE OR REPLACE TEMP TABLE _short AS SELECT _file_no, _line, cells[1] AS said
            FROM (SELECT r._file_no, r._line, list_filter([{cells}], lambda cell: cell IS NOT NULL)
            AS cells FROM {typed.raw.relation} r) WHERE len(cells) <= {most}"""
    ).fetchall()[0][0]
    if short:  # the pattern is a long one
        con.execute(
            f"""UPDATE {typed.relation} t SET _fate = 'footer', _fate_value = left(f.said, 200)
                FROM _short f WHERE t._file_no = f._file_no AND t._line = f._line
                AND regexp_matches({folded("f.said")}, '{FOOTER}')"""
        )
    con.execute("DROP TABLE _short")


def _unread(con, typed: Typed, share: float) -> None:
    """Texts that could not be read as what their column holds: listed; above `share` of the column,
    a remark.

    A column of times without any time stops the run.
    """
    table = TABLES[typed.table]
    for name, heading in typed.mapping.items():
        column = table.column(name)
        if column.type == "text":
            continue
        for one in typed.also.get(name, (heading,)):
            _unread_column(con, typed, column, one, share)


def _unread_column(con, typed: Typed, column: Column, heading: str, share: float) -> None:
    raw, cell, name = typed.raw, f"r.{quoted(heading)}", column.name
    left = f"{cell} IS NOT NULL AND t.{quoted(name)} IS NULL"
    pairs = (
        f"{typed.relation} t JOIN {raw.relation} r ON t._file_no = r._file_no AND t._line = r._line"
    )
    if not con.execute(f"SELECT count(*) FROM {pairs} WHERE {left}").fetchall()[0][0]:
        return  # most columns: what follows takes patterns
    said = ZERO_DATES + (NOT_YET if column.type in ("time", "date") else ())
    where = f"{left} AND NOT {nothing(cell, said)}"
    if column.type in ("time", "date"):
        where += f" AND NOT {never_sql(cell)}"
    filled, read, bad, example = con.execute(
        f"SELECT count({cell}), count(t.{quoted(name)}), count(*) FILTER ({where}), "
        f"any_value({cell}) FILTER ({where}) FROM {pairs} WHERE t._fate IS NULL"
    ).fetchall()[0]
    if column.type in ("time", "date") and column.required and bad and not read:
        raise DataError(
            f"{typed.table}: nothing in column {heading!r} of {', '.join(raw.files)} parses as a "
            f"date, for example {example!r}. "
            f"Name another heading under `columns: {typed.table}: {name}:` in the params."
        )
    if bad:
        rows = con.execute(
            f"SELECT r._file, r._line, {cell} FROM {pairs} WHERE t._fate IS NULL AND {where} "
            "ORDER BY t._rid"
        ).fetchall()
        _list_unread(con, typed, column, rows)
        if column.type == "money":
            con.execute(
                f"""UPDATE {typed.relation} t SET _unread_amount = {cell} FROM {raw.relation} r
                    WHERE t._file_no = r._file_no AND t._line = r._line AND {where}"""
            )
        if bad > share * filled or (column.type == "money" and not column.personal):
            shown = discreet(typed.table, rows[0][2][:80], name)
            values = {
                "table": typed.table,
                "heading": heading,
                "rows": bad,
                "of": filled,
                "example": shown,
            }
            if (
                typed.table != "deals" or column.type != "money"
            ):  # of deals it is said with the won ones among them
                typed.notices.append(("unread column", values))


def _list_unread(con, typed: Typed, column: Column, rows: list[tuple]) -> None:
    rule, kept = f"{column.name}: not a {column.type}", rows[:MOST_FACTS]
    write(con, [(typed.table, file, line, rule, "mended", text[:200]) for file, line, text in kept])
