"""CSV in any dress: encoding, separator, heading row, quoting."""

import csv
import io
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from typing import TYPE_CHECKING

from salesnb.errors import DataError
from salesnb.params import FileSource
from salesnb.source.encoding import decode
from salesnb.source.files import RawFile, Table
from salesnb.source.headings import (
    PREAMBLE,
    clean_heading,
    fold_heading,
    heading_place,
    heading_width,
    record_for_headings,
)

if TYPE_CHECKING:
    from _csv import Reader

SEPARATORS = (",", ";", "\t", "|")
MOST = 2**27  # signs of a cell
PARTED = 2  # lines with another separator from which they are no notes
PARTS = 5  # separators within a cell from which it is no address or note
csv.field_size_limit(MOST)


def text_records(
    raw: RawFile,
    settings: FileSource,
    table: str,
    wanted: Container[str],
    facts: list,
    assumed: list,
) -> Table:
    """Headings and (line, cells) of a text file; facts get what had to be mended, assumed what was
    taken for true.
    """
    text = decode(raw.content(), settings.encoding, raw.label, table, facts, assumed)
    text, separator = _declared(text, settings.separator)
    head = "\n".join(text.split("\n", 200)[:200])
    try:
        separator = separator or guess_separator(head, wanted)
        start, headings, record = heading_row(head, separator, wanted)
    except csv.Error as error:
        raise _too_long(
            f"{table}: {raw.label}", _broken_line(head, separator or ","), error
        ) from None
    if len([h for h in headings if clean_heading(h)]) < 2 and table == "deals":
        raise DataError(
            f"{table}: {raw.label} does not look like a table: its first line is "
            f"{head.splitlines()[0][:80]!r}. "
            f"Name the separator under `data: {table}: {{path: …, separator: …}}`, or export CSV "
            "or Excel."
        )
    if record:
        raise without_headings(table, raw.label, record)
    return headings, _rows(text, separator, start, len(headings), facts, f"{table}: {raw.label}")


def _too_long(label: str, line: int, error: csv.Error) -> DataError:
    return DataError(
        f"{label}: from line {line} on it cannot be parted into cells ({error}): a cell holds at "
        f"most {MOST // 2**20} million signs. "
        "A quote that is never closed makes one cell of all that follows: close it, or export the "
        "file again."
    )


def _broken_line(head: str, separator: str) -> int:
    reader = _parse(head, separator)
    try:
        for _ in reader:
            pass
    except csv.Error:
        pass
    return reader.line_num


def _unbroken(reader, label: str) -> Iterator[list[str]]:
    """The rows of a CSV reader; a cell that is too long is one message."""
    try:
        yield from reader
    except csv.Error as error:
        raise _too_long(label, reader.line_num, error) from None


def without_headings(table: str, label: str, row: Iterable) -> DataError:
    """The error for a table whose first row is a record."""
    shown = " | ".join(str(cell) for cell in row if cell is not None)[:200]
    return DataError(
        f"{table}: {label} has no row of headings: its first row is {shown!r}. "
        "Export it with headings, or write them into the first line."
    )


def _declared(text: str, named: str | None) -> tuple[str, str | None]:
    """Excel's own first line `sep=;` names the separator; it becomes blank so that line numbers
    stay true.
    """
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) >= 5:
        return "\n" + rest, named or first.strip()[4]
    return text, named


def guess_separator(head: str, wanted: Container[str] = frozenset()) -> str:
    """The separator that gives the most known headings, else the most regular table.

    >>> guess_separator("a;b;c\\n1,5;2;3\\n")
    ';'
    """

    def score(separator: str):
        rows = [row for row in _parse(head, separator) if any(cell.strip() for cell in row)][:50]
        widths = Counter(len(row) for row in rows)
        width, often = max(
            widths.items(), key=lambda pair: (pair[1] * (pair[0] > 1), pair[0]), default=(1, 0)
        )
        known = max(
            (len({fold_heading(c) for c in row if c in wanted}) for row in rows[:PREAMBLE]),
            default=0,
        )
        return (known, often * (width > 1), width)

    return max(SEPARATORS, key=score)


def heading_row(
    head: str, separator: str, wanted: Container[str] = frozenset()
) -> tuple[int, list[str], list[str] | None]:
    """Number of records before the data, the headings, and the first row where these
    are a record.
    """
    rows = list(_parse(head, separator))
    place = heading_place(rows, wanted)
    if place is None:
        return 0, [], None
    width = heading_width(rows, place)
    row = rows[place][:width]
    return place + 1, row + [""] * (width - len(row)), record_for_headings(rows, place, wanted)


def _parse(text: str, separator: str) -> "Reader":
    # a StringIO would hold four bytes for each letter of a large export
    lines = io.TextIOWrapper(
        io.BytesIO(text.encode("utf-8", "surrogatepass")), "utf-8", "surrogatepass", newline=""
    )
    return csv.reader(lines, delimiter=separator)


def _rows(
    text: str, separator: str, start: int, width: int, facts: list, label: str
) -> Iterator[tuple[int, list[str]]]:
    reader = _parse(text, separator)
    odd_quotes = text.count('"') % 2 == 1
    del text  # the reader has its own copy
    line = first = 1
    others: dict[str, list[int]] = {}  # separator → lines that are parted by it
    for number, row in enumerate(_unbroken(reader, label)):
        first, line = line, reader.line_num + 1
        if number < start:
            continue
        if line - first > 1 and any(
            _holds_records(cell, place, separator, width) for place, cell in enumerate(row)
        ):
            raise DataError(
                f"{label}: a quote opens in line {first} and closes in line {line - 1}, with "
                "records between that would be one cell. Take both quotes out, or export the file "
                "again."
            )
        if len(row) == 1 and (other := _other_separator(row[0], separator, width)):
            others.setdefault(other, []).append(first)
        extra = [cell for cell in row[width:] if cell.strip()]
        if extra:
            facts.append((first, "more cells than headings", " | ".join(extra)[:200]))
        elif 1 < len(row) < width and any(cell.strip() for cell in row):
            facts.append((first, "fewer cells than headings", str(len(row))))
        yield first, row[:width]
    if odd_quotes and line - first > 2:  # the last cell ran to the end of the file
        raise DataError(
            f"{label}: a quote that opens in line {first} is never closed: the {line - first - 1} "
            "lines after it would be one cell. "
            "Close it, or export the file again."
        )
    for other, lines in others.items():
        if len(lines) >= PARTED:
            raise DataError(
                f"{label}: cells are parted by {separator!r}, but in {len(lines)} lines, the first "
                f"in line {lines[0]}, by {other!r}: two exports in one file. Part them, or export "
                "the file again."
            )


def _holds_records(cell: str, place: int, separator: str, width: int) -> bool:
    """Whether a cell of several lines is the end of one record, whole ones, and the
    start of another.

    >>> _holds_records("Ann,3,won\\n8,b,Bo,4,lost\\n9,c", 1, ",", 5)
    False
    >>> _holds_records("a,Ann,3,won\\n8,b,Bo,4,lost\\n9,c", 1, ",", 5)
    True
    """
    parted = [line.count(separator) for line in cell.split("\n")]
    whole = width - 1
    asked = [whole - place, *[whole] * (len(parted) - 2), place]
    return parted == asked and sum(parted) >= PARTS


def _other_separator(text: str, separator: str, width: int) -> str:
    """The separator by which a line that is one cell would have as many as the others."""
    found = (one for one in SEPARATORS if one != separator and text.count(one) == width - 1)
    return next(found, "") if width > 2 else ""
