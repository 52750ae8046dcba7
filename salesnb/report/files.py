"""Files that appear whole or not at all."""

import json
import os
import tempfile
from pathlib import Path


def write_whole(path: Path, content: str | bytes) -> Path:
    """Write beside the target, then put in its place in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode("utf-8") if isinstance(content, str) else content
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return path


def write_json(path: Path, value) -> Path:
    """JSON that is the same bytes for the same value, and never NaN."""
    return write_whole(path, json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n")


def read_json(path: Path):
    """The value of a JSON file; None when there is none or it is broken."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def safe_cell(text):
    """Text that a spreadsheet would run as a formula, made plain; numbers stay as they are.

    >>> safe_cell("=1+1"), safe_cell("-5"), safe_cell(-5.0), safe_cell("plain")
    ("'=1+1", "'-5", -5.0, 'plain')
    """
    return f"'{text}" if isinstance(text, str) and text[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else text


def write_csv(path: Path, frame) -> Path:
    """A table as CSV that opens in Excel with the right letters and runs nothing."""
    plain = frame.copy()
    for column in plain.columns:
        if plain[column].dtype == object or str(plain[column].dtype).startswith("str"):
            plain[column] = [safe_cell(value) for value in plain[column]]
    return write_whole(path, "\ufeff" + plain.to_csv(index=False, lineterminator="\r\n"))
