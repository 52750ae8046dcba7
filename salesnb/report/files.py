"""Files that appear whole or not at all."""

import json
import os
import secrets
import shutil
from pathlib import Path
from typing import Any

import pandas as pd

from salesnb.report.disk import WRITING
from salesnb.source.leftovers import mark


def write_whole(path: Path, content: str | bytes) -> Path:
    """Write beside the target, then put in its place in one step."""
    write_together({path: content})
    return path


def write_together(files: dict[Path, str | bytes]) -> None:
    """Write all files or none: each stands beside its place before the first takes it, and an old
    one comes back on a fault.
    """
    staged: dict[Path, Path] = {}
    try:
        for path, content in files.items():
            staged[path] = _staged(path, content)
        _replace(staged)
    finally:
        for name in staged.values():
            name.unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    return path.with_name(f"{WRITING}{mark()}{secrets.token_hex(4)}")


def _staged(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode("utf-8") if isinstance(content, str) else content
    name = _beside(path)
    try:
        with name.open("xb") as file:  # opened anew it follows the umask
            file.write(data)
    except BaseException:
        name.unlink(missing_ok=True)
        raise
    return name


def _replace(staged: dict[Path, Path]) -> None:
    before: dict[Path, Path | None] = {}
    try:
        for path, name in staged.items():
            before[path] = _kept(path)
            os.replace(name, path)
    except BaseException:
        for path, old in before.items():
            if old is not None:
                os.replace(old, path)
            elif (
                path not in staged or not staged[path].exists()
            ):  # it took its place, and nothing was there before
                path.unlink(missing_ok=True)
        raise
    finally:
        for old in before.values():
            if old is not None:
                old.unlink(missing_ok=True)


def _kept(path: Path) -> Path | None:
    """The old file under a second name; None where there is none."""
    if not path.exists():
        return None
    old = _beside(path)
    try:
        os.link(path, old)
    except OSError:  # a disk without second names
        shutil.copyfile(path, old)
    return old


def write_json(path: Path, value: object) -> Path:
    """JSON that is the same bytes for the same value, and never NaN."""
    return write_whole(path, json_text(value))


def json_text(value: object) -> str:
    """The text of `write_json`."""
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def read_json(path: Path) -> Any:
    """The value of a JSON file; None when there is none or it is broken."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def safe_cell(text: object) -> object:
    """Text that a spreadsheet would run as a formula, made plain; numbers stay as they are.

    >>> safe_cell("=1+1"), safe_cell("-5"), safe_cell(-5.0), safe_cell("plain")
    ("'=1+1", "'-5", -5.0, 'plain')
    """
    return (
        f"'{text}"
        if isinstance(text, str) and text[:1] in ("=", "+", "-", "@", "\t", "\r", "\n")
        else text
    )


def write_csv(path: Path, frame: pd.DataFrame) -> Path:
    """A table as CSV that opens in Excel with the right letters and runs nothing."""
    plain = frame.copy()
    for column in plain.columns:
        if plain[column].dtype == object or str(plain[column].dtype).startswith("str"):
            plain[column] = [safe_cell(value) for value in plain[column]]
    return write_whole(path, "\ufeff" + plain.to_csv(index=False, lineterminator="\r\n"))
