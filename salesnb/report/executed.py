"""Executed notebooks that a later run need not execute again: that of a run which was cut off, and
those that a change of another notebook or of another channel leaves alone.
"""

import contextlib
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterable
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from salesnb.report.files import write_whole
from salesnb.report.kernels import failed

KEPT = Path(".salesnb") / "executed"
DAYS = 60  # of a place that no run has used for so long nothing is kept


class Executed:
    """Notebooks by the key of all that their outputs depend on, for the reports of one place.

    Parameters
    ----------
    folder : where they lie; made when the first one comes

    Examples
    --------
    >>> import tempfile
    >>> from nbformat.v4 import new_code_cell, new_notebook
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     there = Executed(Path(folder))
    ...     there.keep("key", new_notebook(cells=[new_code_cell("1")]))
    ...     there.get("key").cells[0].source, there.get("other")
    ('1', None)
    """

    def __init__(self, folder: Path):
        self.folder = folder

    def get(self, key: str) -> NotebookNode | None:
        """The notebook of a key; None where there is none that can be read."""
        try:
            found = json.loads(self._path(key).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return nbformat.from_dict(found) if isinstance(found, dict) else None

    def keep(self, key: str, notebook: NotebookNode) -> None:
        """Keep a notebook all cells of which went well; where it cannot be written, it is executed
        again.
        """
        if not any(map(failed, notebook.cells)):
            with contextlib.suppress(OSError):
                # not by nbformat, which would sort what a cell records
                write_whole(self._path(key), json.dumps(notebook, ensure_ascii=False))

    def forget(self, but: Iterable[str]) -> None:
        """Remove all but what stands under these keys."""
        kept = {self._path(key).name for key in but}
        for path in self.folder.glob("*.json"):
            if path.name not in kept:
                path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            os.utime(self.folder)

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.json"


def executed_at(root: Path, folder: Path, language: str) -> Executed:
    """What is kept beside the params for the reports of a folder in a language; what belongs to
    reports that nobody makes any more is removed.
    """
    kept = root / KEPT
    for place in kept.glob("*"):
        with contextlib.suppress(OSError):
            if time.time() - place.stat().st_mtime > DAYS * 24 * 3600:
                shutil.rmtree(place, ignore_errors=True)
    named = hashlib.sha256(f"{folder.resolve()}\n{language}".encode()).hexdigest()[:16]
    return Executed(kept / named)
