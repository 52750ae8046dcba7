"""Workbooks: the right sheet, and cells as lossless text."""

import datetime as dt
import io

from python_calamine import CalamineError, CalamineWorkbook

from salesnb.errors import DataError, unknown
from salesnb.source.files import RawFile
from salesnb.source.headings import fold_heading

EXACT = 2**53  # above this a number in a workbook is no longer the one that was written


def sheet_records(raw: RawFile, sheet: str | None, table: str, wanted):
    """Headings and (row number, cells as text) of one sheet: the named one, else the one with the most known headings."""
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(raw.content()))
    except (CalamineError, OSError, ValueError) as error:
        raise DataError(
            f"{table}: {raw.label} cannot be opened as a workbook ({error}). If it has a password, save it without one."
        ) from None
    names = workbook.sheet_names
    if sheet is not None and sheet not in names:
        raise DataError(str(unknown("sheet", sheet, names, where=raw.label)))
    chosen = [sheet] if sheet else names
    tables = {name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in chosen}
    name = max(chosen, key=lambda n: (_known(tables[n], wanted), len(tables[n]) > 1, -names.index(n)))
    rows = tables[name]
    start = _heading_place(rows, wanted)
    if start is None:
        raise DataError(f"{table}: {raw.label} has no rows in sheet {name!r}; its sheets: {', '.join(names)}.")
    headings = ["" if cell is None else str(cell) for cell in rows[start]]
    while headings and not headings[-1].strip():
        headings.pop()
    body = enumerate(rows[start + 1 :], start=start + 2)
    return headings, (
        (n, [as_text(c, h, n, raw.label) for c, h in zip(row, headings, strict=False)]) for n, row in body
    )


def _known(rows, wanted) -> int:
    return max(
        (len({fold_heading(cell) for cell in row if cell not in (None, "")} & wanted) for row in rows[:20]), default=0
    )


def _heading_place(rows, wanted) -> int | None:
    full = [(n, row) for n, row in enumerate(rows[:20]) if any(cell not in (None, "") for cell in row)]
    if not full:
        return None
    known = {n: len({fold_heading(cell) for cell in row if cell not in (None, "")} & wanted) for n, row in full}
    widths = {n: sum(cell not in (None, "") for cell in row) for n, row in full}
    best = max(known.values())
    if best:
        return next(n for n, _ in full if known[n] == best)
    return next(n for n, _ in full if widths[n] >= max(1, max(widths.values()) // 2))


def as_text(cell, heading: str, row: int, label: str) -> str | None:
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
                f"{label}, row {row}, column {heading!r}: {cell:.0f} has more digits than a workbook keeps in a number. "
                "Export this column as text, or export CSV."
            )
        return str(int(cell)) if cell.is_integer() and abs(cell) < EXACT else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, (dt.date, dt.time)):
        return cell.isoformat()
    return str(cell)
