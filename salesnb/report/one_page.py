"""The page of any Book, such as that of a segment, made in this process: the notebooks of the
monthly run, asked about it.
"""

import ast
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_output

import salesnb
from salesnb.errors import RunError
from salesnb.report.files import write_whole
from salesnb.report.found import find_notebooks, notebook_folder
from salesnb.report.kernels import stored_names
from salesnb.report.notebooks import EXPLORE
from salesnb.report.page import Section, render, sections
from salesnb.report.parts import NO_WORDS, nothing_made
from salesnb.report.words import about, definitions
from salesnb.source.book import Book
from salesnb.topics import words

LEFT_OUT = {EXPLORE, "parameters"}


def page(
    book: Book,
    path: str | Path,
    notebooks: Sequence[str | Path] | None = None,
    analyst: bool = False,
) -> Path:
    """Write every question of the report about a Book as one page to send: the way to the page of a
    segment, `book.where(…)`.

    A cell that fails takes its section with it, which says why; the rest of the page stands.

    Parameters
    ----------
    book : any Book; its segment stands in the title
    path : of the HTML file
    notebooks : paths; None: those of the monthly run
    analyst : whether it is the page with the parts for the analyst

    Returns
    -------
    The path.

    Raises
    ------
    RunError
        There is no notebook, or not one section could be made.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "source": "Fair", "status": "won",
    ...     "created_at": pd.Timestamp("2026-09-01"), "closed_at": pd.Timestamp("2026-09-09")})
    >>> fair = salesnb.book(deals, month="2026-09").where(source="Fair")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     made = page(fair, f"{folder}/fair.html", ["notebooks/01-funnel.ipynb"])
    ...     "source: Fair" in made.read_text(encoding="utf-8")
    True
    """
    paths = (
        find_notebooks(notebook_folder(book.params))
        if notebooks is None
        else [_found(Path(one), book) for one in notebooks]
    )
    answered = [_answered(nbformat.read(one, as_version=4), book) for one in paths]
    if reason := nothing_made(answered):
        raise RunError(f"{paths[0].name}: {reason}")
    return write_whole(Path(path), html_page(book, answered, analyst=analyst))


def html_page(
    book: Book,
    executed: Sequence[NotebookNode],
    first: Sequence[Section] = (),
    links: Sequence[tuple[str, str]] = (),
    analyst: bool = False,
) -> str:
    """The page of a Book from executed notebooks.

    Parameters
    ----------
    first : sections before those of the notebooks;  links : label and address of other pages
    analyst : whether it is the page with the parts for the analyst
    """
    voice, place = book.voice, book.voice.titled(words.place(book.voice, book.channel))
    return render(
        "page.html.j2",
        voice,
        title=f"{place} · {voice.month(book.month)} · {book.params.company}",
        company=book.params.company,
        channel=place,
        period=voice.month(book.month),
        facts=about(book),
        sections=[*first, *sections(executed, voice, analyst=analyst)],
        definitions=definitions(voice, book.thresholds),
        links=links,
    )


def _found(path: Path, book: Book) -> Path:
    """A path from where the caller is, else from the project of the Book."""
    return path if path.exists() else notebook_folder(book.params).parent / path


def _answered(notebook: NotebookNode, book: Book) -> NotebookNode:
    """The notebook with the cells of the page executed here, on this Book."""
    names: dict[str, Any] = {"book": book, "s": salesnb}
    cells = [one for one in notebook.cells if not LEFT_OUT & set(one.metadata.get("tags", []))]
    for cell in cells:
        if cell.cell_type == "code":
            cell.outputs = _outputs(cell.source, names)
    return NotebookNode(notebook | {"cells": cells})


def _outputs(source: str, names: dict[str, Any]) -> list[NotebookNode]:
    """What a cell shows: the value of its last line, or the error. The Book stays the one given."""
    before = _drawn()
    try:
        body = [one for one in ast.parse(source).body if not _opens(one)]
        last = body[-1] if body and isinstance(body[-1], ast.Expr) else None
        body = body[:-1] if last else body
        exec(compile(ast.Module(body, []), "<cell>", "exec"), names)
        value = None
        if last is not None:
            value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)
        if wordless := _drawn() - before:
            _close(wordless)
            return [new_output("error", traceback=[], **NO_WORDS)]
    except Exception as error:  # of somebody's cell: it is told in the place of its section
        for name in stored_names(source):
            names.pop(name, None)
        told = {"ename": type(error).__name__, "evalue": str(error), "traceback": []}
        return [new_output("error", **told)]
    return [] if value is None else [_shown(value)]


def _drawn() -> set[int]:
    """Numbers of the charts of matplotlib that a kernel would show."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    return set(pyplot.get_fignums()) if pyplot else set()


def _close(numbers: set[int]) -> None:
    for number in numbers:
        sys.modules["matplotlib.pyplot"].close(number)


def _opens(statement: ast.stmt) -> bool:
    """Whether it gives `book` a value."""
    return isinstance(statement, ast.Assign) and any(
        isinstance(target, ast.Name) and target.id == "book" for target in statement.targets
    )


def _shown(value: Any) -> NotebookNode:
    """As a kernel would: a bundle may come with what is said of it."""
    made = getattr(value, "_repr_mimebundle_", lambda: {"text/plain": repr(value)})()
    data, said = made if isinstance(made, tuple) else (made, {})
    return new_output("execute_result", data=data, metadata=said)
