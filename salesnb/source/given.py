"""What a user hands over: files, globs, folders, archives, workbooks, a database; every table in it
by itself.
"""

import glob
import os
import re
import zipfile
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from python_calamine import CalamineWorkbook, SheetTypeEnum
from sqlalchemy import create_engine, inspect
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from salesnb.errors import DataError
from salesnb.params import FileSource, Params, SqlSource
from salesnb.source.encoding import decode
from salesnb.source.files import BROKEN, KINDS, missing_file
from salesnb.source.jsons import json_lists
from salesnb.source.query import address, scrubbed, spelled_out
from salesnb.source.read import RawTable, read_source

LOOKED_AT = 20_000  # rows of a file by which it is told what it is
URL = re.compile(r"^[a-z0-9+]+://", re.I)
NAMED = "CRM_URL"  # the variable that the params name for an address that was given as it is


@dataclass(frozen=True)
class Given:
    """One table: its name in messages, words that may say what it holds, how the params name it,
    and its first rows.
    """

    label: str
    words: str
    source: str | dict
    raw: RawTable

    def plain_source(self) -> Any:
        """The source as the readers take it."""
        if isinstance(self.source, str):
            return self.source
        return SqlSource(**self.source) if "sql" in self.source else FileSource(**self.source)


def given(
    con: duckdb.DuckDBPyConnection, exports: list[str], params: Params, wanted: Container[str]
) -> tuple[list[Given], list[str]]:
    """Every table of `exports` with its first rows as `raw_given_<n>`, and a line for each that
    cannot be read.

    Parameters
    ----------
    exports : paths from the working folder, globs, folders, ``env:NAME`` or the address of a
        database
    params : give the project's root, from which paths are written
    wanted : folded headings that a table may have

    Raises
    ------
    DataError
        Nothing is there, or nothing of it is a table.
    """
    found: list[Given] = []
    errors: list[str] = []
    for number, (label, words, source) in enumerate(_sources(exports, params.root)):
        one = Given(label, words, source, RawTable("", (), ()))
        try:
            raw = read_source(
                con,
                one.plain_source(),
                "export",
                params,
                wanted,
                most=LOOKED_AT,
                relation=f"raw_given_{number}",
            )
        except DataError as error:
            errors.append(str(error).removeprefix("export: "))
            continue
        found.append(Given(label, words, source, raw))
    if not found:
        raise DataError(
            "\n".join(errors) or f"no table in {', '.join(exports)}. Name a file of your export."
        )
    notes = [f"not read: {error}" for error in errors]
    if any(URL.match(text) for text in exports):
        notes.append(
            f"the address of the database is not written: set the variable {NAMED} to it before "
            "every check and run"
        )
    return found, notes


def _sources(exports: list[str], root: Path) -> Iterator[tuple[str, str, str | dict]]:
    """(name in messages, words that may say what it is, source) of every table."""
    for text in exports:
        if text.startswith("env:") or URL.match(text):
            yield from _tables(text)
            continue
        for path in _files(text):
            yield from _of_file(path, root)


def _files(text: str) -> list[Path]:
    path = Path(text)
    if any(mark in text for mark in "*?["):
        found = sorted(
            Path(name) for name in glob.glob(text, recursive=True) if Path(name).is_file()
        )
        if not found:
            raise DataError(f"no file matches {text!r}.")
        return found
    if path.is_dir():
        found = sorted(
            p for p in path.rglob("*") if p.is_file() and _is_table(p.name) and not _hidden(p, path)
        )
        if not found:
            raise DataError(
                f"no file of data lies in the folder {text!r}: CSV, Excel, Parquet, JSON, each "
                "also as .gz or .zip."
            )
        return found
    if not path.exists():
        raise DataError(
            f"{missing_file(text, path)} Name the export as it lies on the disk: salesnb init "
            "FOLDER/FILE."
        )
    return [path]


def _hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)


def _is_table(name: str) -> bool:
    path = Path(name)
    packed = path.suffix.lower() == ".gz"
    return (Path(path.stem).suffix if packed else path.suffix).lower() in {*KINDS, ".zip"}


def _of_file(path: Path, root: Path) -> Iterator[tuple[str, str, str | dict]]:
    full = path.resolve()
    place = full.relative_to(root).as_posix() if full.is_relative_to(root) else full.as_posix()
    if path.suffix.lower() == ".zip":
        for name in _members(path):
            yield f"{path.name}/{name}", _stem(name), f"{place}/{name}"
    elif KINDS.get(path.suffix.lower()) == "sheet" and len(sheets := _sheets(path)) > 1:
        for sheet in sheets:
            yield f"{path.name}, sheet {sheet}", sheet, {"path": place, "sheet": sheet}
    elif KINDS.get(path.suffix.lower()) == "json" and len(lists := _lists(path)) > 1:
        for name in lists:
            yield f"{path.name}, list {name}", name, {"path": place, "sheet": name}
    else:
        yield path.name, _stem(path.name), place


def _stem(name: str) -> str:
    stem = Path(name).name
    while Path(stem).suffix.lower() in {*KINDS, ".gz", ".zip"}:
        stem = Path(stem).stem
    return stem


def _members(path: Path) -> list[str]:
    """Names of the tables in an archive; one that holds a single table is read as a file."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [
                n
                for n in archive.namelist()
                if not n.endswith("/") and not n.startswith(("__MACOSX", "."))
            ]
    except BROKEN as error:
        raise DataError(
            f"{path.name} is not a readable zip file: {error}. Export or copy it again."
        ) from None
    return sorted(name for name in names if _is_table(name))


def _sheets(path: Path) -> list[str]:
    """Sheets of a workbook that hold something; none where it cannot be opened: reading it will say
    why.
    """
    try:
        workbook = CalamineWorkbook.from_path(str(path))
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException:  # a panic of the reader is no Exception
        return []
    return [
        sheet.name for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet
    ]


def _lists(path: Path) -> list[str]:
    """Lists of records in a JSON file; none where it cannot be read: reading it will say why."""
    try:
        return json_lists(decode(path.read_bytes(), None, path.name, "export", [], []))
    except (OSError, DataError):
        return []


def _tables(text: str) -> Iterator[tuple[str, str, dict]]:
    """Tables and views of a database; its address goes into the params as the name of a variable,
    never as it is.
    """
    named = text if text.startswith("env:") else f"env:{NAMED}"
    if not text.startswith("env:") and os.environ.setdefault(NAMED, text) != text:
        raise DataError(
            f"init: the variable {NAMED} holds another address already. Put this one into a "
            "variable of its own, and name it: "
            "salesnb init env:NAME."
        )
    url = address(named, "init")
    try:
        engine = create_engine(spelled_out(url))
        inspector = inspect(engine)
        names = sorted({*inspector.get_table_names(), *inspector.get_view_names()})
        quote = engine.dialect.identifier_preparer.quote
    except (ArgumentError, ModuleNotFoundError, ValueError):
        raise DataError(
            f"init: {named} is not an address that SQLAlchemy knows, such as "
            "postgresql+psycopg://host/name."
        ) from None
    except SQLAlchemyError as error:
        reason = (str(getattr(error, "orig", None) or error).splitlines() or ["nothing"])[0]
        raise DataError(f"init: the database says: {scrubbed(reason, url)}.") from None
    engine.dispose()
    if not names:
        raise DataError(f"init: the database of {named} has no table that this user can see.")
    for name in names:
        yield f"table {name}", name, {"url": named, "sql": f"select * from {quote(name)}"}
