"""Raw exports into the engine: every record as text, with its file and line."""

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

import duckdb
import pandas as pd

from salesnb.errors import DataError
from salesnb.params import FileSource, Limits, Params, Source, SqlSource
from salesnb.schema import TABLES
from salesnb.source.files import RawFile, find_files
from salesnb.source.headings import INVISIBLE, SHEET, fold_heading, unique_headings, unlike
from salesnb.source.jsons import json_records
from salesnb.source.ledger import MOST_FACTS
from salesnb.source.parsed import Assumption
from salesnb.source.presets import PRESETS
from salesnb.source.sheets import THREE_DECIMALS, sheet_records
from salesnb.source.text import text_records
from salesnb.source.wanted import Wanted

CHUNK = 100_000  # rows taken from a Parquet file at a time
AT_ONCE = 200  # columns laid under each other by one query
CHUNK_CELLS = 4_000_000  # cells handed to the engine at a time: bounds the memory of a large export
# what str.strip takes off, for the engine's trim
PADDING = "".join(
    chr(n)
    for n in (
        *range(9, 14),
        *range(28, 33),
        0x85,
        0xA0,
        0x1680,
        *range(0x2000, 0x200B),
        0x2028,
        0x2029,
        0x202F,
        0x205F,
        0x3000,
    )
)
UNSEEN = f"[{INVISIBLE}]"
SPLIT = chr(
    31
)  # between the cells of a record on its way into the engine: the control sign made for that
# what makes one word two without being seen: an invisible mark, or a no-break space between letters
# or at an end
NOTABLE = re.compile(f"{UNSEEN}|^\u00a0|\u00a0\\Z|(.)\u00a0+(?=(.))", re.DOTALL)
# a record that may have it; for the engine, which takes ten times longer to learn what a letter is
_BESIDE = r"[^\x{00A0}0-9]"
PERHAPS_NOTABLE = (
    rf"{UNSEEN}|{_BESIDE}\x{{00A0}}+{_BESIDE}|(^|{SPLIT})\x{{00A0}}|\x{{00A0}}({SPLIT}|$)"
)
# a record with a cell that has to be trimmed
UNTIDY = rf"(^|{SPLIT})[\x00-\x1e\x7f\pZ\x85=''’]|[\x00-\x1e\x7f\pZ\x85]({SPLIT}|$)|\x00|\x{{00A0}}|{UNSEEN}"  # noqa: E501
# ="0012", =0012 and '0012: what exports write so that a spreadsheet keeps a text as it is
WRAPPED = (
    (r'^="(.*)"$', r"\1"),
    (r"^=([0-9][0-9.,]*)$", r"\1"),
    (r"^['’]([0-9=+@-][^'’]*)$", r"\1"),
)
PLACE = ("_file", "_line", "_file_no")


@dataclass(frozen=True)
class Records:
    """Records of one file: its headings and (line, cells) pairs."""

    headings: list[str]
    rows: Iterator[tuple[int, list]]
    facts: list[tuple] = field(default_factory=list)
    assumed: list[Assumption] = field(default_factory=list)


@dataclass(frozen=True)
class Shape:
    """What a known layout makes of a raw table: columns beside those of the file.

    The relation has `_rule` and `_rule_value` too: the fate of the rows that are not of the table.

    Attributes
    ----------
    layout : its name
    given : canonical column → the column of the relation that holds it; None where the layout has
        none
    hidden : columns of the relation that later steps need
    notices : remarks
    """

    layout: str
    given: dict[str, str | None]
    hidden: tuple[str, ...] = ()
    notices: tuple[tuple[str, dict], ...] = ()


@dataclass(frozen=True)
class RawTable:
    """A raw table in the engine: VARCHAR columns named as the headings, and _file, _line, _file_no.

    `facts` are (file, line, rule, value) of rows that had to be mended to be read; `shape` is of a
    file in a known layout.
    """

    relation: str
    headings: tuple[str, ...]
    files: tuple[str, ...]
    facts: tuple[tuple, ...] = ()
    assumed: tuple[Assumption, ...] = ()
    shape: Shape | None = None

    def with_shape(self, shape: Shape, headings: tuple[str, ...] | None = None) -> "RawTable":
        return replace(self, shape=shape, headings=headings or self.headings)


def quoted(name: str) -> str:
    """A column name as SQL has it.

    >>> print(quoted('a"b'))
    "a""b"
    """
    return '"' + name.replace('"', '""') + '"'


def laid(relation: str, columns: list[str], first: int = 0) -> str:
    """SQL of all filled cells of some columns under each other, `t`, with the number of the column,
    `place`: one expression on all of them is planned once.

    >>> con = duckdb.connect()
    >>> con.execute(laid("(SELECT 'x' AS a, NULL AS b, 'y' AS c)", ["a", "b", "c"])).fetchall()
    [('0', 'x'), ('2', 'y')]
    """
    named = ", ".join(
        f'{quoted(column)} AS "{place}"' for place, column in enumerate(columns, start=first)
    )
    return (
        f"SELECT place, t FROM (UNPIVOT (SELECT {named} FROM {relation}) "
        "ON COLUMNS(*) INTO NAME place VALUE t)"
    )


ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def read_source(
    con: duckdb.DuckDBPyConnection,
    source: Source,
    table: str,
    params: Params,
    wanted: Container[str] = (),
    most: int | None = None,
    relation: str = "",
) -> RawTable:
    """Read the files or the query of `source` into the engine as text.

    Parameters
    ----------
    con : connection that gets the table ``raw_<table>``
    source : what the params say about `table`
    wanted : headings that the table may have; they find the heading row and the sheet
    most : rows of each file that are read; default: all
    relation : name of the table in the engine, where it is another

    Raises
    ------
    DataError
        No such file, nothing in it, or not a table: one message that names the file and the line of
            the params.
    """
    wanted = wanted if isinstance(wanted, Wanted) else Wanted(wanted)
    parts = list(_parts(source, table, params, wanted))
    headings = list(dict.fromkeys(name for _, records in parts for name in records.headings))
    folded: dict[str, str] = {}
    for name in headings:
        folded.setdefault(fold_heading(name) or name, name)
    names = list(folded.values())
    if len(names) > params.data.limits.columns:
        raise DataError(
            f"{table}: {', '.join(label for label, _ in parts)} has {len(names):,} columns, more "
            "than the "
            f"{params.data.limits.columns:,} that `data: limits: columns:` allows. Export those "
            "that you need, or raise it."
        )
    relation = relation or f"raw_{table}"
    columns = ", ".join(f"{quoted(name)} VARCHAR" for name in names)
    con.execute(
        f"CREATE OR REPLACE TABLE {relation} (_file VARCHAR, _line BIGINT, _file_no BIGINT, "
        f"{columns})"
    )
    facts, assumed = [], []
    for number, (label, records) in enumerate(parts):
        place = {name: records.headings.index(name) for name in records.headings}
        by_fold = {fold_heading(name) or name: spot for name, spot in reversed(place.items())}
        first = records if most is None else replace(records, rows=islice(records.rows, most))
        _insert(con, relation, label, number, first, [by_fold.get(key) for key in folded])
        facts += [(label, *fact) for fact in records.facts[:MOST_FACTS]]
        assumed += records.assumed
    count = con.execute(f"SELECT count(*) FROM {relation}").fetchall()[0][0]
    if not count:
        files = ", ".join(label for label, _ in parts)
        if not names:
            raise DataError(f"{table}: {files} is empty. Export it again.")
        raise DataError(
            f"{table}: {files} has headings but no rows: {names[:8]}. Export it again, or name "
            f"another file under `data: {table}:`."
        )
    return RawTable(
        relation, tuple(names), tuple(label for label, _ in parts), tuple(facts), tuple(assumed)
    )


def _parts(source: Source, table: str, params: Params, wanted) -> Iterator[tuple[str, Records]]:
    if isinstance(source, SqlSource):
        from salesnb.source.query import query_records  # loads SQLAlchemy: only for a database

        headings, rows = query_records(source, table)
        yield "query", Records(unique_headings(headings), rows)
        return
    named = source if isinstance(source, FileSource) else FileSource(path=source)
    settings = named.model_copy(update=params.data.reading_of(table).model_dump())
    amounts = _amount_headings(table, params)
    for raw in find_files(settings.path, table, params):
        if isinstance(settings.sheet, list) and raw.kind == "sheet":
            for sheet in settings.sheet:
                one = settings.model_copy(update={"sheet": sheet})
                records = _records(raw, one, table, wanted, amounts, params.data.limits)
                yield f"{raw.label}, sheet {sheet}", _with_sheet(records, sheet)
        else:
            yield raw.label, _records(raw, settings, table, wanted, amounts, params.data.limits)


def _with_sheet(records: Records, sheet: str) -> Records:
    """The records with the name of their sheet in a column of its own."""
    width = len(records.headings)
    name = unlike(SHEET, {heading.casefold() for heading in records.headings})
    rows = (
        (line, [*row[:width], *[None] * (width - len(row)), sheet if any(row) else None])
        for line, row in records.rows
    )
    return replace(records, headings=[*records.headings, name], rows=rows)


def _records(
    raw: RawFile, settings: FileSource, table: str, wanted, once, limits: Limits
) -> Records:
    facts: list[tuple] = []
    assumed: list[Assumption] = []
    if raw.kind == "parquet":
        headings, rows = _parquet_records(raw, table)
    elif raw.kind == "sheet":
        sheet = (
            settings.sheet if isinstance(settings.sheet, str) else None
        )  # several are read one by one
        headings, rows = sheet_records(raw, sheet, table, wanted, once, facts, limits)
    elif raw.kind == "json":
        headings, rows = json_records(raw, settings, table, facts, assumed)
    else:
        headings, rows = text_records(raw, settings, table, wanted, facts, assumed)
    records = _without_headings(headings, rows, facts)
    return Records(unique_headings(headings), records, facts, assumed)


def _without_headings(headings: list, rows: Iterator, facts: list) -> Iterator[tuple[int, list]]:
    """The rows but those that repeat the headings, as exports put together and boards of several
    groups do: these are no records, and are told.

    >>> told = []
    >>> list(_without_headings(["Id", "Name"], [(2, ["1", "Ann"]), (3, ["Id", "Name"])], told))
    [(2, ['1', 'Ann'])]
    >>> told
    [(3, 'headings again', 'Id')]
    """
    place = next((n for n, heading in enumerate(headings) if heading), 0)
    for line, row in rows:
        if len(row) > place and row[place] == headings[place]:  # else it need not be looked at
            filled = [
                (cell, heading)
                for cell, heading in zip(row, headings, strict=False)
                if cell not in (None, "")
            ]
            if len(filled) > 1 and all(cell == heading for cell, heading in filled):
                facts.append((line, "headings again", str(row[place])))
                continue
        yield line, row


def _amount_headings(table: str, params: Params) -> Wanted:
    """Headings of the columns of money and numbers of a table."""
    if table not in TABLES:
        return Wanted()
    names = tuple(c.name for c in TABLES[table].columns if c.type in ("money", "number"))
    spelled, named = PRESETS[params.data.preset].wanted(table), params.headings(table)
    return Wanted(
        (h for n in names for h in (n, *named.get(n, ()), *spelled.get(n, ()))), table, names
    )


def _parquet_records(raw: RawFile, table: str):
    con = duckdb.connect()
    con.execute(
        "SET TimeZone = 'UTC'"
    )  # times with a zone are written with an offset, on every machine the same
    path = raw.on_disk()
    try:
        found = con.execute(_parquet_sql(con, str(path)), [str(path)])
    except duckdb.Error:
        raise DataError(
            f"{table}: {raw.label} is not a readable Parquet file. Export it again, or export CSV."
        ) from None
    headings = [column[0] for column in found.description]

    def rows():
        number = 0
        while chunk := found.fetchmany(CHUNK):
            for row in chunk:
                number += 1
                yield number, list(row)
        if raw.path is None:  # unpacked for this reading alone
            path.unlink(missing_ok=True)

    return headings, rows()


def _parquet_sql(con, path: str) -> str:
    """Every column as text; a number with three decimals gets a fourth, so that its point cannot
    part thousands.
    """
    columns = con.execute("DESCRIBE SELECT * FROM read_parquet(?)", [path]).fetchall()
    cells = []
    for name, kind, *_ in columns:
        text = f"{quoted(name)}::VARCHAR"
        if kind in ("FLOAT", "DOUBLE") or kind.startswith("DECIMAL"):
            text = f"regexp_replace({text}, '{THREE_DECIMALS}', '\\10')"
        cells.append(f"{text} AS {quoted(name)}")
    return f"SELECT {', '.join(cells)} FROM read_parquet(?)"


def _insert(con, relation: str, label: str, number: int, records: Records, places: list) -> None:
    """Hand the records over in chunks; blank records are not records.

    A record goes over as one text and is split in the engine: a text or an expression for each of
    thousands of columns would take many times longer.
    """
    cells = ", ".join(
        "NULL" if place is None else f"nullif(cells[{place + 1}], '')" for place in places
    )
    split = f"string_split(cells, '{SPLIT}')"
    rows = ((line, _joined(row)) for line, row in records.rows)
    while chunk := list(islice(rows, _chunk_rows(len(places)))):
        con.register(
            "_chunk", pd.DataFrame(chunk, columns=["line", "cells"]).astype({"line": "int64"})
        )
        if len(records.facts) < MOST_FACTS:
            records.facts.extend(_unseen(con, records))
        con.execute(
            f"""INSERT INTO {relation} SELECT $label, line, $number, {cells} FROM (
                    SELECT line, CASE WHEN regexp_matches(cells, '{UNTIDY}') THEN
                    list_transform({split}, lambda cell: {_trimmed("cell")})
                                      ELSE {split} END AS cells
                    FROM _chunk WHERE regexp_matches(cells, '[^{SPLIT}]'))
                WHERE array_to_string(cells, '') <> ''""",
            {"label": label, "number": number},
        )
        con.unregister("_chunk")


def _chunk_rows(width: int) -> int:
    return max(100, CHUNK_CELLS // max(1, width))


def _joined(row: list) -> str:
    """The cells of a record as one text."""
    try:
        text = SPLIT.join(row)
    except TypeError:  # cells of a workbook or a query: numbers, and nothing
        row = ["" if cell is None else str(cell) for cell in row]
        text = SPLIT.join(row)
    if text.count(SPLIT) != len(row) - 1:
        text = SPLIT.join(cell.replace(SPLIT, " ") for cell in row)
    return ESCAPED.sub(_unescaped, text) if "_x" in text else text


def _unescaped(found: re.Match) -> str:
    """A character that an interface of Microsoft writes by its number: In_x0020_Progress."""
    letter = chr(int(found[1], 16))
    return letter if letter.isprintable() and letter != SPLIT else " "


def _unseen(con, records: Records) -> list[tuple]:
    """(line, rule, headings) of the rows of the chunk with characters that nobody sees; what stood
    there is not told.
    """
    found = con.execute(
        "SELECT line, cells FROM _chunk WHERE regexp_matches(cells, ?)", [PERHAPS_NOTABLE]
    ).fetchall()
    notable = [
        (
            line,
            [
                heading
                for heading, cell in zip(records.headings, cells.split(SPLIT), strict=False)
                if _is_notable(cell)
            ],
        )
        for line, cells in found
    ]
    return [
        (line, "invisible characters", ", ".join(headings))
        for line, headings in notable
        if headings
    ]


def _is_notable(cell: str) -> bool:
    """Whether a cell has an invisible mark, or a no-break space between letters or at an end.

    >>> _is_notable("a\\u00a0b"), _is_notable("a\\u00a0"), _is_notable("5\\u00a0000\\u00a0₽")
    (True, True, False)
    """
    return any(
        found[1] is None or (found[1].isalpha() and found[2].isalpha())
        for found in NOTABLE.finditer(cell)
    )


def _trimmed(column: str) -> str:
    """A text without padding, wrapping and invisible marks, NULL when nothing is left; the long way
    only where there is any.
    """
    seen = (
        f"regexp_replace(replace(replace({column}, chr(0), ''), chr(160), ' '), '{UNSEEN}', '', "
        "'g')"
    )
    odd = rf"^[[:cntrl:]\pZ\x85=''’]|[[:cntrl:]\pZ\x85]$|\x00|\x{{00A0}}|{UNSEEN}"
    bare = _unwrapped(f"trim({seen}, '{PADDING}')")
    return (
        f"CASE WHEN regexp_matches({column}, '{odd}') THEN nullif({bare}, '') ELSE "
        f"nullif({column}, '') END"
    )


def _unwrapped(text: str) -> str:
    """SQL of a text without what keeps a spreadsheet from reading it as a number or a formula:
    ="0012", =0012, '0012.
    """
    for pattern, kept in WRAPPED:
        text = f"regexp_replace({text}, '{pattern.replace(chr(39), chr(39) * 2)}', '{kept}', 's')"
    return text
