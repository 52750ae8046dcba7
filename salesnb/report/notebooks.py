"""Notebooks: which there are, what they take, how one is executed."""

import contextlib
import hashlib
import logging
import re
import warnings
from pathlib import Path

import nbformat
import papermill
from nbformat import NotebookNode

from salesnb.errors import RunError, nearest
from salesnb.report.kernels import Kernels, failed, run_cells
from salesnb.report.parts import said
from salesnb.source.leftovers import remove

EXPLORE = "explore"  # tag of cells that are for the reader of a notebook: a run leaves them out
PARAMETERS = ("params", "month", "channel", "as_of", "language")
# folders of this machine before the name of a file
PLACE = re.compile(r"""(?<![\w</:])/(?:[^/\s'"]+/)+|\b[A-Za-z]:\\\\?(?:[^\\\s'"]+\\\\?)+""")


def check_parameters(paths: list[Path]) -> None:
    """Refuse a notebook whose parameters are not those that the run gives: papermill itself would
    only warn.

    Raises
    ------
    RunError
        All notebooks with wrong parameters, with the nearest right name.
    """
    problems = []
    for path in paths:
        try:
            with _quiet():
                found = papermill.inspect_notebook(_literal(path))
        except ValueError:
            problems.append(
                f"{path.name}: names no kernel: open it in JupyterLab, choose Python and save it."
            )
            continue
        if not found:
            problems.append(f"{path.name}: no cell is tagged `parameters`.")
            continue
        for name in found:
            if name not in PARAMETERS:
                near = nearest(name, PARAMETERS)
                problems.append(
                    f"{path.name}: unknown parameter {name!r}."
                    + (f" Did you mean {near!r}?" if near else "")
                )
        missing = [name for name in PARAMETERS if name not in found]
        if missing:
            problems.append(f"{path.name}: lacks the parameters {', '.join(missing)}.")
    if problems:
        raise RunError("\n".join(problems))


def _literal(path: Path) -> str:
    """A path as papermill takes it, to which braces are places for parameters.

    >>> _literal(Path("{a}.ipynb"))
    '{{a}}.ipynb'
    """
    return str(path).replace("{", "{{").replace("}", "}}")


def execute(
    path: Path, values: dict[str, str], kernels: Kernels | None = None
) -> nbformat.NotebookNode:
    """The notebook executed with `values`, tidied so that equal results are equal bytes.

    Raises
    ------
    RunError
        A cell failed, took too long, or was not executed: the message names the notebook and the
            error.
    """
    return verify(attempt(path, values, kernels or Kernels()), path.name)


def attempt(path: Path, values: dict[str, str], kernels: Kernels) -> nbformat.NotebookNode:
    """As `execute`, but a cell that fails keeps its error among its outputs, and the sections after
    it still run. Cells tagged `explore` are left out.

    Raises
    ------
    RunError
        The notebook cannot be read, or no kernel starts.
    """
    work = kernels.folder()
    try:
        with _quiet():
            notebook = papermill.execute_notebook(
                _literal(path),
                _literal(work / path.name),
                parameters=values,
                kernel_name="python3",
                progress_bar=False,
                prepare_only=True,
            )
        notebook.cells = [cell for cell in notebook.cells if not _explores(cell)]
        run_cells(notebook, kernels, work)
    except RunError as error:
        raise RunError(f"{path.name}: {error}") from None
    finally:
        remove(work)
    return tidy(_executed(notebook, path.name))


def _explores(cell: NotebookNode) -> bool:
    return EXPLORE in cell.metadata.get("tags", [])


@contextlib.contextmanager
def _quiet():
    logging.getLogger("papermill").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def verify(notebook: NotebookNode, name: str) -> NotebookNode:
    """The notebook, once it is known that no cell of it failed."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                raise RunError(f"{name}: {said(output)}")
    return notebook


def _executed(notebook, name: str):
    """The notebook, once it is known that every cell was executed, or says why not."""
    for cell in notebook.cells:
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        if cell.get("execution_count") is None and not failed(cell):
            raise RunError(f"{name}: a cell was not executed: {cell.source.splitlines()[0][:60]}")
    return notebook


def tidy(notebook: NotebookNode) -> NotebookNode:
    """Without timings, random ids, paths of this machine and tracebacks; the code of a cell is
    folded in JupyterLab.
    """
    title = notebook.metadata.get("title")
    notebook.metadata = nbformat.NotebookNode(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
        | ({"title": title} if title else {})
    )
    for number, cell in enumerate(notebook.cells):
        tags = cell.metadata.get("tags")
        folded = {"jupyter": {"source_hidden": True}} if cell.cell_type == "code" else {}
        cell.metadata = nbformat.NotebookNode(({"tags": tags} if tags else {}) | folded)
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                output["traceback"], output["evalue"] = [], PLACE.sub("", output["evalue"])
        cell["id"] = hashlib.sha256(f"{number}".encode()).hexdigest()[:8]
    return notebook
