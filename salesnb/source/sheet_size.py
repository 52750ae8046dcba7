"""How far the sheets of a workbook reach, told from its XML before anything of that size is made.

A sheet is read as a rectangle up to its far corner: one stray cell in the last row makes it a
    million rows high.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from xml.parsers import expat

PIECE = 1 << 20
OVERLAP = 256  # of pieces of XML: a mark that is cut in two stands whole in the next
ROW = re.compile(rb"""<(?:\w+:)?row\s[^>]*?\br=["'](\d+)""")
CELLS = re.compile(rb"<(?:\w+:)?c[ />]")
COLUMN = re.compile(rb"""\sr=["']([A-Z]{1,3})\d""")


@dataclass(frozen=True)
class Extent:
    """Rows and columns up to the far corner of a sheet, and the cells that are written."""

    rows: int
    columns: int
    cells: int

    @property
    def area(self) -> int:
        return self.rows * self.columns

    @property
    def blank(self) -> int:
        return max(0, self.area - self.cells)

    @property
    def corner(self) -> str:
        """The far corner as a spreadsheet names it.

        >>> Extent(1048576, 16384, 1).corner, Extent(3, 27, 9).corner
        ('XFD1048576', 'AA3')
        """
        letters, rest = "", self.columns
        while rest:
            rest, letter = divmod(rest - 1, 26)
            letters = chr(65 + letter) + letters
        return f"{letters}{self.rows}"


def unpacked_size(content: bytes) -> int:
    """Bytes that a workbook unpacks to; 0 for one that is not packed."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return sum(info.file_size for info in archive.infolist())


def extents(content: bytes, sheets: list[str]) -> dict[str, Extent]:
    """Extent of each of the `sheets` of .xlsx, .xlsm and .ods; others hold at most 65,536 rows of
    256 cells.
    """
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())
        if "content.xml" in names:
            found = _of_ods(_pieces(archive, "content.xml"))
            return {name: extent for name, extent in found.items() if name in sheets}
        paths = {
            name: path
            for name, path in _sheets(archive, names).items()
            if path in names and path.endswith(".xml")
        }
        return {name: _of_xml(archive, path) for name, path in paths.items() if name in sheets}


def _sheets(archive: zipfile.ZipFile, names: set[str]) -> dict[str, str]:
    """Name of each sheet → its file in the archive."""
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return {name: name for name in names if name.startswith("xl/worksheets/")}
    links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    targets = {}
    for link in re.findall(r"<(?:\w+:)?Relationship\s[^>]*>", links):
        about = dict(re.findall(r"""(\w+)=["']([^"']*)""", link))
        target = about.get("Target", "").lstrip("/")
        targets[about.get("Id", "")] = target if target.startswith("xl/") else f"xl/{target}"
    found = {}
    for sheet in re.findall(
        r"<(?:\w+:)?sheet\s[^>]*>", archive.read("xl/workbook.xml").decode("utf-8", "replace")
    ):
        about = dict(re.findall(r"""([\w:]+)=["']([^"']*)""", sheet))
        key = next((value for name, value in about.items() if name.endswith(":id")), "")
        found[unescape(about.get("name", ""))] = targets.get(key, "")
    return found


def _pieces(archive: zipfile.ZipFile, path: str) -> Iterator[bytes]:
    with archive.open(path) as file:
        while piece := file.read(PIECE):
            yield piece


def _of_xml(archive: zipfile.ZipFile, path: str) -> Extent:
    rows, cells, tail = 0, 0, b""
    letters: set[bytes] = set()
    for piece in _pieces(archive, path):
        text = tail + piece
        rows = max([rows, *map(int, ROW.findall(text))])
        letters |= set(COLUMN.findall(text))
        cells += len(CELLS.findall(piece))
        tail = text[-OVERLAP:]
    return Extent(rows, max(map(_number, letters), default=0), cells)


def _number(letters: bytes) -> int:
    """The number of a column: A is 1, AA is 27.

    >>> _number(b"A"), _number(b"ZZ"), _number(b"XFD")
    (1, 702, 16384)
    """
    found = 0
    for letter in letters:
        found = found * 26 + letter - 64
    return found


def _of_ods(pieces: Iterator[bytes]) -> dict[str, Extent]:
    reader = _OdsReader()
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    for piece in pieces:
        parser.Parse(piece)
    parser.Parse(b"", True)
    return {name: Extent(*found) for name, found in reader.found.items()}


class _OdsReader:
    """Counts the rows and cells of an OpenDocument sheet, in which blanks are repeated
    by a number.
    """

    def __init__(self):
        self.found: dict[str, list[int]] = {}
        self.sheet, self.row, self.column, self.repeat = "", 0, 0, 1

    def start(self, name: str, about: dict[str, str]) -> None:
        if name == "table:table":
            self.sheet, self.row = about.get("table:name", ""), 0
            self.found[self.sheet] = [0, 0, 0]
        elif name == "table:table-row":
            self.repeat = int(about.get("table:number-rows-repeated", 1))
            self.row, self.column = self.row + self.repeat, 0
        elif name in ("table:table-cell", "table:covered-table-cell"):
            times = int(about.get("table:number-columns-repeated", 1))
            self.column += times
            if "office:value-type" in about or "calcext:value-type" in about:
                rows, columns, cells = self.found[self.sheet]
                self.found[self.sheet] = [
                    max(rows, self.row),
                    max(columns, self.column),
                    cells + times * self.repeat,
                ]
