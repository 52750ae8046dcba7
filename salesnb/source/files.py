"""Which files a table is read from: paths, globs, lists, packed or not."""

import glob
import gzip
import lzma
import os
import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import TypeAlias

from salesnb.errors import DataError, nearest
from salesnb.params import Limits, Params
from salesnb.source.leftovers import own_folder

KINDS = {
    ".csv": "text",
    ".txt": "text",
    ".tsv": "text",
    ".parquet": "parquet",
    ".xlsx": "sheet",
    ".xls": "sheet",
    ".xlsm": "sheet",
    ".ods": "sheet",
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
}
Table: TypeAlias = tuple[
    list[str], Iterator[tuple[int, list]]
]  # headings of a file, and the line and cells of each row
PIECE = 2**22  # bytes unpacked at a time
# what a file that was cut or has a wrong bit in it raises, and one that is packed in another way or
# has a password
BROKEN = (
    OSError,
    EOFError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    RuntimeError,
    NotImplementedError,
)
RECORDS = re.compile(rb'\s*(\[\s*\{|\{\s*")')  # how JSON begins
SHEET_MARKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True)
class RawFile:
    """One file as it was found: its name for messages, its kind, and its bytes."""

    label: str
    kind: str
    path: Path | None = None
    packed: bytes | None = None

    def content(self) -> bytes:
        if self.packed is not None:
            return self.packed
        return self.on_disk().read_bytes()

    def on_disk(self) -> Path:
        """A path that another reader can open."""
        if self.path is not None:
            return self.path
        if self.packed is None:
            raise ValueError(f"{self.label} has neither a path nor bytes")
        handle, name = tempfile.mkstemp(suffix=Path(self.label).suffix, dir=own_folder())
        with os.fdopen(handle, "wb") as file:
            file.write(self.packed)
        return Path(name)


def find_files(paths: str | list[str], table: str, params: Params) -> list[RawFile]:
    """The files behind one path, a glob or a list of them, unpacked, in order of name.

    Raises
    ------
    DataError
        No such file (with the nearest names in that folder), a folder, an empty or an unknown file.
    """
    found: list[RawFile] = []
    for text in [paths] if isinstance(paths, str) else paths:
        if inside := archive_of(params.path(text)):
            archive, name = inside
            found += _unzip(archive, _label(archive, params), table, params.data.limits, name)
            continue
        for path in _matches(text, table, params):
            found += _unpack(path, _label(path, params), table, params.data.limits)
    return found


def archive_of(path: Path) -> tuple[Path, str] | None:
    """The zip file and the name in it, of a path such as crm.zip/deals.csv; None for any other
    path.
    """
    archive = next(
        (parent for parent in path.parents if parent.suffix.lower() == ".zip" and parent.is_file()),
        None,
    )
    return (archive, path.relative_to(archive).as_posix()) if archive else None


def _matches(text: str, table: str, params: Params) -> list[Path]:
    path = params.path(text)
    if any(mark in text for mark in "*?["):
        found = sorted(Path(name) for name in glob.glob(str(path), recursive=True))
        if not found:
            raise DataError(
                f"{table}: no file matches {text!r}. Look at `data: {table}:` in the params."
            )
        return found
    if path.is_dir():
        raise DataError(
            f"{table}: {text!r} is a folder. Name a file, or all of them with "
            f"{text.rstrip('/')}/*.csv, under `data: {table}:`."
        )
    if not path.exists():
        raise DataError(
            f"{table}: {missing_file(text, path)} Correct `data: {table}:` in the params."
        )
    return [path]


def missing_file(text: str, path: Path) -> str:
    """That there is no file at `path`, and which files of data lie beside it, those of the nearest
    names first.
    """
    beside = (
        sorted(p.name for p in path.parent.iterdir() if _holds_data(p))
        if path.parent.is_dir()
        else []
    )
    near = nearest(path.name, beside)
    beside.sort(
        key=lambda name: -SequenceMatcher(None, path.name.casefold(), name.casefold()).ratio()
    )
    folder = (
        f" Files of data in that folder: {', '.join(beside[:8])}."
        if beside
        else " No file of data lies in that folder."
    )
    return f"there is no file {text!r}." + (f" Did you mean {near!r}?" if near else folder)


def _holds_data(path: Path) -> bool:
    packed = path.suffix.lower() in (".gz", ".zip")
    kind = Path(path.stem).suffix if packed else path.suffix
    return (
        path.is_file()
        and not path.name.startswith(".")
        and (kind.lower() in KINDS or path.suffix.lower() == ".zip")
    )


def _label(path: Path, params: Params) -> str:
    try:
        return path.resolve().relative_to(params.root.resolve()).as_posix()
    except ValueError:
        return path.name


def _unpack(path: Path, label: str, table: str, limits: Limits) -> Iterator[RawFile]:
    if path.stat().st_size == 0:
        raise DataError(f"{table}: {label} is empty. Export it again.")
    if path.suffix.lower() == ".gz":
        content = _gunzip(path, label, table, limits)
        yield RawFile(label, _kind(path.stem, content[:2048], label, table), packed=content)
    elif path.suffix.lower() == ".zip":
        yield from _unzip(path, label, table, limits)
    else:
        with path.open("rb") as file:
            start = file.read(2048)
        yield RawFile(label, _kind(path.name, start, label, table), path=path)


def _gunzip(path: Path, label: str, table: str, limits: Limits) -> bytes:
    pieces, size = [], 0
    try:
        with gzip.open(path) as file:
            while piece := file.read(PIECE):
                pieces.append(piece)
                size += len(piece)
                _check_size(size, label, table, limits)
    except BROKEN as error:
        raise DataError(
            f"{table}: {label} is not a readable gz file: {error}. Export or copy it again."
        ) from None
    if not size:
        raise DataError(f"{table}: {label} is empty. Export it again.")
    return b"".join(pieces)


def _unzip(path: Path, label: str, table: str, limits: Limits, only: str = "") -> Iterator[RawFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            _check_size(sum(info.file_size for info in archive.infolist()), label, table, limits)
            names = sorted(
                n
                for n in archive.namelist()
                if not n.endswith("/") and not n.startswith("__MACOSX")
            )
            if only and only not in names:
                raise DataError(
                    f"{table}: there is no {only!r} in {label}; it has {', '.join(names[:12])}."
                )
            for name in [only] if only else names:
                content = archive.read(name)
                inner = f"{label}/{name}"
                yield RawFile(inner, _kind(name, content[:2048], inner, table), packed=content)
    except BROKEN as error:
        raise DataError(
            f"{table}: {label} is not a readable zip file: {error}. Export or copy it again."
        ) from None


def _check_size(size: int, label: str, table: str, limits: Limits) -> None:
    if size > limits.unpacked_mb * 2**20:
        raise DataError(
            f"{table}: {label} unpacks to more than the {limits.unpacked_mb:,} MB that `data: "
            "limits: unpacked_mb:` allows. "
            "Raise it in the params if the file is what you expect."
        )


def _kind(name: str, start: bytes, label: str, table: str) -> str:
    """What a file is: by its name, and by its first bytes where these say otherwise."""
    kind = KINDS.get(Path(name).suffix.lower(), "text")
    if start.startswith(b"%PDF"):
        raise DataError(
            f"{table}: {label} is a PDF, not a table. Export CSV or Excel from the CRM."
        )
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith(SHEET_MARKS):
        return "sheet"
    if (
        start.lstrip(b"\xef\xbb\xbf \r\n\t")
        .lower()
        .startswith((b"<!doctype html", b"<html", b"<table"))
    ):
        raise DataError(
            f"{table}: {label} is a web page that is named as a table. Export CSV or a true Excel "
            "file from the CRM."
        )
    if RECORDS.match(start.removeprefix(b"\xef\xbb\xbf")):
        return "json"
    return "text" if kind == "sheet" else kind
