"""Workbooks: the right sheet, and cells as lossless text."""

import datetime as dt
import io
import re
from collections.abc import Container
from decimal import Decimal

from python_calamine import CalamineWorkbook

from salesnb.errors import DataError, unknown
from salesnb.params import Limits
from salesnb.source.files import RawFile, Table
from salesnb.source.headings import fold_heading, heading_place, heading_width, record_for_headings
from salesnb.source.sheet_size import extents, unpacked_size
from salesnb.source.text import without_headings

_LIMITS = Limits()
EXACT = 2**53  # above this a number in a workbook is no longer the one that was written
THREE_DECIMALS = r"^(-?[0-9]{1,3}\.[0-9]{3})$"  # as a text this may be thousands


def sheet_records(
    raw: RawFile,
    sheet: str | None,
    table: str,
    wanted: Container[str],
    once: Container[str] = frozenset(),
    facts: list | None = None,
    limits: Limits = _LIMITS,
) -> Table:
    """Headings and (row number, cells as text) of one sheet: the named one, else the one with the
    most known headings.

    A cell merged over several rows says the same of each of them: it is filled in, and `facts` get
    its rows. Columns of `once` (headings of amounts) are not filled: a sum over several rows is not
    the sum of each.
    """
    workbook = _opened(raw, table)
    names = workbook.sheet_names
    if sheet is not None and sheet not in names:
        raise DataError(str(unknown("sheet", sheet, names, where=raw.label)))
    chosen = [sheet] if sheet else names
    _check_extent(raw, chosen, table, limits)
    tables = {name: _asked(lambda name=name: _read(workbook, name), raw, table) for name in chosen}
    name = max(
        chosen, key=lambda n: (_known(tables[n][0], wanted), len(tables[n][0]) > 1, -names.index(n))
    )
    rows, ranges = tables[name]
    filled = _fill_merged(rows, ranges)
    start = heading_place(rows, wanted)
    if start is None:
        raise DataError(
            f"{table}: {raw.label} has no rows in sheet {name!r}; its sheets: {', '.join(names)}."
        )
    if (record := record_for_headings(rows, start, wanted)) is not None:
        raise without_headings(
            table, raw.label, [as_text(cell, "", 1, raw.label) for cell in record]
        )
    headings = ["" if cell is None else str(cell) for cell in rows[start]][
        : heading_width(rows, start)
    ]
    _take_back(rows, filled, start, headings, once)
    if facts is not None:
        facts += [
            (line + 1, "merged cell", headings[c]) for line, c in sorted(filled) if line > start
        ]
    body = enumerate(rows[start + 1 :], start=start + 2)
    return headings, (
        (n, [as_text(c, h, n, raw.label) for c, h in zip(row, headings, strict=False)])
        for n, row in body
    )


def _opened(raw: RawFile, table: str) -> CalamineWorkbook:
    return _asked(lambda: CalamineWorkbook.from_filelike(io.BytesIO(raw.content())), raw, table)


def _asked(call, raw: RawFile, table: str):
    """What the reader of workbooks gives; whatever a damaged file makes it raise is one message."""
    try:
        return call()
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # a panic of the reader is no Exception
        told = str(error).splitlines()[:1] or [type(error).__name__]
        raise DataError(
            f"{table}: {raw.label} cannot be opened as a workbook ({told[0]}). If it has a "
            "password, save it without one; "
            "if it is damaged, export it again."
        ) from None


def _check_extent(raw: RawFile, sheets: list[str], table: str, limits: Limits) -> None:
    """Refuse a sheet that reaches far beyond what is written in it, before a rectangle of that size
    is made.
    """
    content = raw.content()
    _asked(lambda: unpacked_size(content), raw, table)
    if unpacked_size(content) > limits.unpacked_mb * 2**20:
        raise DataError(
            f"{table}: {raw.label} unpacks to more than the {limits.unpacked_mb:,} MB that `data: "
            "limits: unpacked_mb:` allows."
        )
    found = _asked(lambda: extents(content, sheets), raw, table)
    for name, extent in found.items():
        for size, limit, words, key in (
            (extent.blank, limits.blank_cells, "blank cells", "blank_cells"),
            (extent.area, limits.cells, "cells", "cells"),
        ):
            if size > limit:
                raise DataError(
                    f"{table}: sheet {name!r} of {raw.label} reaches to {extent.corner}: {size:,} "
                    f"{words}, more than the {limit:,} that "
                    f"`data: limits: {key}:` allows. Delete what stands far from the table, or "
                    "export CSV."
                )


def _read(workbook: CalamineWorkbook, name: str) -> tuple[list[list], list]:
    """Rows of a sheet and its merged ranges; the sheet is parsed anew by each call of
    `get_sheet_by_name`, so once.
    """
    sheet = workbook.get_sheet_by_name(name)
    return sheet.to_python(skip_empty_area=False), sheet.merged_cell_ranges or []


def _fill_merged(rows: list[list], ranges) -> set[tuple[int, int]]:
    """Repeat each vertically merged cell in `rows` and give the places filled; rows without
    anything stay blank.
    """
    filled: set[tuple[int, int]] = set()
    if not ranges:
        return filled
    written = [any(cell not in (None, "") for cell in row) for row in rows]
    for (top, left), (bottom, _) in ranges:
        if top >= len(rows) or left >= len(rows[top]) or rows[top][left] in (None, ""):
            continue
        for line in range(top + 1, min(bottom + 1, len(rows))):
            if written[line] and rows[line][left] in (None, ""):
                rows[line][left] = rows[top][left]
                filled.add((line, left))
    return filled


def _take_back(rows, filled: set[tuple[int, int]], start: int, headings: list[str], once) -> None:
    """Undo what was filled in columns of amounts, and beyond the headings."""
    for line, place in list(filled):
        if line > start and (place >= len(headings) or headings[place] in once):
            rows[line][place] = None
            filled.discard((line, place))


def _known(rows, wanted) -> int:
    return max(
        (
            len({fold_heading(cell) for cell in row if cell not in (None, "") and cell in wanted})
            for row in rows[:20]
        ),
        default=0,
    )


def exact(number: float | Decimal) -> str:
    """A number as a text that can be read one way only: with a fourth decimal where there are
    three.

    >>> exact(12.5), exact(1.125), exact(1234.125)
    ('12.5', '1.1250', '1234.125')
    """
    text = repr(number) if isinstance(number, float) else str(number)
    return re.sub(THREE_DECIMALS, r"\g<1>0", text)


def as_text(cell: object, heading: str, row: int, label: str) -> str | None:
    """A cell as text that says the same: dates in ISO, whole numbers without a point.

    Raises
    ------
    DataError
        A whole number of more than 15 digits: the workbook has already lost its last digits.
    """
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        if abs(cell) >= EXACT and "id" in heading.casefold():
            raise DataError(
                f"{label}, row {row}, column {heading!r}: {cell:.0f} has more digits than a "
                "workbook keeps in a number. "
                "Export this column as text, or export CSV."
            )
        return str(int(cell)) if cell.is_integer() and abs(cell) < EXACT else exact(cell)
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, (dt.date, dt.time)):
        return cell.isoformat()
    return str(cell)
