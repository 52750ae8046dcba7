"""Notebooks: which there are, what they take, how one is executed."""

import contextlib
import hashlib
import logging
import os
import shutil
import tempfile
import warnings
from pathlib import Path

import nbformat
import papermill
from jupyter_client.manager import KernelManager
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

from salesnb.errors import RunError, nearest

PARAMETERS = ("params", "month", "channel", "as_of", "language")
CELL_SECONDS = 900  # wall-clock limit of one cell
STARTS = 3  # a kernel that does not start is tried again; a cell that fails is not
# kernels run side by side: each with threads for every core of its own, they would only wait for one another
KERNEL_ENV = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def find_notebooks(folder: Path) -> list[Path]:
    """The notebooks of a monthly run, in order: those whose name starts with two digits and a dash.

    Raises
    ------
    RunError
        There is none.
    """
    found = sorted(p for p in folder.glob("[0-9][0-9]-*.ipynb"))
    if not found:
        raise RunError(f"no notebooks NN-topic.ipynb in {folder.name}/; the run needs at least one.")
    return found


def check_parameters(paths: list[Path]) -> None:
    """Refuse a notebook whose parameters are not those that the run gives: papermill itself would only warn.

    Raises
    ------
    RunError
        All notebooks with wrong parameters, with the nearest right name.
    """
    problems = []
    for path in paths:
        try:
            with _quiet():
                found = papermill.inspect_notebook(str(path))
        except ValueError:
            problems.append(f"{path.name}: names no kernel: open it in JupyterLab, choose Python and save it.")
            continue
        if not found:
            problems.append(f"{path.name}: no cell is tagged `parameters`.")
            continue
        for name in found:
            if name not in PARAMETERS:
                near = nearest(name, PARAMETERS)
                problems.append(
                    f"{path.name}: unknown parameter {name!r}." + (f" Did you mean {near!r}?" if near else "")
                )
        missing = [name for name in PARAMETERS if name not in found]
        if missing:
            problems.append(f"{path.name}: lacks the parameters {', '.join(missing)}.")
    if problems:
        raise RunError("\n".join(problems))


def execute(path: Path, values: dict[str, str]) -> nbformat.NotebookNode:
    """The notebook executed with `values`, tidied so that equal results are equal bytes.

    Raises
    ------
    RunError
        A cell failed, took too long, or was not executed: the message names the notebook and the error.
    """
    work = Path(tempfile.mkdtemp(prefix="salesnb-"))
    try:
        for attempt in range(STARTS):
            try:
                _execute(path, work / "out.ipynb", values, work)
                break
            except (RuntimeError, DeadKernelError) as error:
                if attempt == STARTS - 1 or isinstance(error, CellTimeoutError):
                    raise RunError(f"{path.name}: {_last_line(error)}") from None
        notebook = nbformat.read(work / "out.ipynb", as_version=4)
    except (PapermillExecutionError, CellExecutionError) as error:
        raise RunError(f"{path.name}: {_failure(error)}") from None
    except CellTimeoutError:
        raise RunError(f"{path.name}: a cell took longer than {CELL_SECONDS} seconds.") from None
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return tidy(verify(notebook, path.name))


def _execute(path: Path, out: Path, values: dict[str, str], work: Path) -> None:
    # a socket of its own: with TCP two kernels can meet on one port, and other users of the machine could listen
    socket = {"transport": "ipc", "ip": str(work / "k")} if os.name == "posix" else {}
    kernel = KernelManager(kernel_name="python3", **socket)
    kernel.kernel_spec.env.update(KERNEL_ENV)
    with _quiet():
        try:
            papermill.execute_notebook(
                str(path), str(out), parameters=values, kernel_name="python3", progress_bar=False, log_output=False,
                execution_timeout=CELL_SECONDS, start_timeout=120, request_save_on_cell_execute=False,
                km=kernel,
            )  # fmt: skip
        finally:
            if kernel.has_kernel:
                kernel.shutdown_kernel(now=True)


@contextlib.contextmanager
def _quiet():
    logging.getLogger("papermill").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _failure(error) -> str:
    name, value = getattr(error, "ename", type(error).__name__), getattr(error, "evalue", "") or _last_line(error)
    ours = name in ("DataError", "ParamError", "RunError")
    return value if ours else f"{name}: {value}"


def _last_line(error) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[-1]


def verify(notebook, name: str):
    """The notebook, once it is known that every cell was executed and none failed.

    papermill marks a notebook that ran out of time as completed, so its own marks do not count.
    """
    for cell in notebook.cells:
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        if cell.get("execution_count") is None:
            raise RunError(f"{name}: a cell was not executed: {cell.source.splitlines()[0][:60]}")
        for output in cell.outputs:
            if output.output_type == "error":
                raise RunError(f"{name}: {output.ename}: {output.evalue}")
    return notebook


def tidy(notebook):
    """Without timings, random ids and paths of this machine; the code of a cell is folded in JupyterLab."""
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
        cell["id"] = hashlib.sha256(f"{number}".encode()).hexdigest()[:8]
    return notebook
