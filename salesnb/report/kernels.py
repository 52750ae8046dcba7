"""The cells of a notebook in a kernel: a cell that fails says so in its place, and the cells after
it still run.
"""

import ast
import asyncio
import contextlib
import copy
import itertools
import logging
import os
import re
import signal
import threading
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_output

from salesnb.errors import RunError
from salesnb.report.forking import ForkProvisioner, Zygote
from salesnb.report.job import CELL_SECONDS
from salesnb.report.runners import Runner
from salesnb.source.leftovers import TEMPORARY, work_folder

START_SECONDS = 120
STARTS = 3  # a kernel that does not start is tried again; one that ends in a cell is not
RESTARTS = 3  # of one notebook: a night must not go by in cells that hang one after another
OUTPUT_SECONDS = 30  # how long outputs may come after the cell itself is through
LONGEST_SOCKET = 90  # bytes of a path that every system takes for a socket
DIED, TOO_LONG = "KernelDied", "CellTooLong"
SECTION = re.compile(r"#{1,2}\s")
QUIET = logging.getLogger("salesnb.kernels")
QUIET.setLevel(
    logging.CRITICAL + 1
)  # what happens to a cell is told on the page, not on the terminal
# kernels run side by side: each with threads for every core of its own, they would only wait for
# one another
ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


class Kernels:
    """The kernels of a run: how long a cell may take, what stands in their environment, and how all
    of them end.

    Parameters
    ----------
    seconds : wall-clock limit of one cell
    environment : variables for every kernel, besides those of this process
    runner : "fork": from a process that has imported everything, "papermill": each by itself
    place : private folder of the run: the sockets of the kernels, their temporary files and their
        profile lie in it; None: each notebook has a folder of its own
    """

    def __init__(
        self,
        seconds: int = CELL_SECONDS,
        environment: Mapping[str, str] | None = None,
        runner: Runner = "papermill",
        place: Path | None = None,
    ):
        self.seconds = seconds
        # the profile of a user of IPython would make other pages on other machines
        own = {} if place is None else {"TMPDIR": str(place), "IPYTHONDIR": str(place / "ipython")}
        self.environment = ENVIRONMENT | own | dict(environment or {})
        self._place, self._numbers = place, itertools.count()
        self.runner = runner
        self._live: set[int] = set()
        self._lock = threading.Lock()
        self._zygote: Zygote | None = None
        self.stopped = False

    def folder(self) -> Path:
        """A new folder for what one notebook needs while it is executed; short, since paths of
        sockets must be.

        Raises
        ------
        RunError
            It cannot be made, as when the run has ended.
        """
        self.check()
        try:
            if self._place is None:
                return work_folder(TEMPORARY)
            made = self._place / str(next(self._numbers))
            made.mkdir(mode=0o700)
        except OSError as error:
            raise RunError(f"the temporary folder cannot be written: {error.strerror}.") from None
        return made

    def zygote(self) -> Zygote:
        """The process that forks the kernels; a new one where it ended."""
        with self._lock:
            if self._zygote is None or not self._zygote.is_running:
                if self._zygote is not None:
                    self._zygote.close()
                self._zygote = Zygote(self.environment)
            return self._zygote

    def prepare(self) -> None:
        """Begin what starts kernels, before the first one is asked for: it loads much."""
        if self.runner == "fork":
            self.zygote()

    def close(self) -> None:
        """End what starts kernels, once the run needs none any more."""
        with self._lock:
            found, self._zygote = self._zygote, None
        if found is not None:
            found.close()

    def begin(self, pid: int) -> None:
        with self._lock:
            self._live.add(pid)
        self.check()

    def end(self, pid: int) -> None:
        with self._lock:
            self._live.discard(pid)

    def check(self) -> None:
        """Go no further once the run is stopped."""
        if self.stopped:
            raise RunError("the run was stopped.")

    def stop(self) -> None:
        """End every kernel at once, and let none begin: those who wait for one notice within a
        second.
        """
        self.stopped = True
        with self._lock:
            for pid in self._live:
                _kill(pid)


def _kill(pid: int) -> None:
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(pid, signal.SIGKILL)  # a kernel leads a group of its own
        else:
            os.kill(pid, signal.SIGTERM)


def run_cells(notebook: NotebookNode, kernels: Kernels, work: Path) -> None:
    """Execute every cell of `notebook` in place, in order.

    A cell that fails keeps its error among its outputs, and the names that it would have made are
    forgotten: nothing later can stand on what an earlier cell left under them. A kernel that ends
    or takes too long costs the rest of the section: a new one runs again what went well, without
    its outputs, and
        goes on at the next heading.

    Parameters
    ----------
    work : folder of this process for the sockets of the kernel

    Raises
    ------
    RunError
        No kernel starts, or the run was stopped.
    """
    cells = _Cells(notebook, kernels, work)
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        _executed(cells)
        return
    with ThreadPoolExecutor(
        1
    ) as pool:  # called from a notebook, say: a thread has at most one loop
        pool.submit(_executed, cells).result()


def _executed(cells: "_Cells") -> None:
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(cells.run())


class _Cells:
    """One notebook on its way through its kernels."""

    def __init__(self, notebook, kernels: Kernels, work: Path):
        self.notebook, self.kernels, self.work = notebook, kernels, work
        self.good: set[int] = set()
        self.client: NotebookClient | None = None
        self.pid = 0
        self.ended = 0

    async def run(self) -> None:
        lost = None  # why the rest of the section, or of the notebook, is not executed
        try:
            for index, cell in enumerate(self.notebook.cells):
                if cell.cell_type == "code" and cell.source.strip():
                    lost = lost or await self._lost(index)
                    if lost:
                        _fail(cell, *lost)
                elif SECTION.match(cell.source) and self.ended <= RESTARTS:
                    lost = None
        finally:
            await self._close()

    async def _lost(self, index: int) -> tuple[str, str] | None:
        """Execute one cell; name and text of the error where the kernel was lost over it."""
        try:
            client = self.client or await self._ready(index)
            cell = await client.async_execute_cell(self.notebook.cells[index], index)
            if failed(cell):
                await self._forget(client, cell)
            else:
                self.good.add(index)
        except (DeadKernelError, CellTimeoutError) as error:
            self.kernels.check()
            task = asyncio.current_task()
            if task is not None and task.cancelling():  # the client takes a stop for a death
                raise asyncio.CancelledError from None
            await self._close()
            self.ended += 1
            return self._reason(error)
        return None

    def _reason(self, error) -> tuple[str, str]:
        if isinstance(error, CellTimeoutError) and "IOPub" not in str(error):
            return TOO_LONG, str(self.kernels.seconds)
        return DIED, "the kernel ended unexpectedly, as it does when memory runs out"

    async def _ready(self, index: int) -> NotebookClient:
        """A kernel that knows all that went well before the cell `index`, and nothing of what
        failed.
        """
        client = await self._started()
        # a copy of its own: what runs again leaves no outputs
        client.nb = copy.deepcopy(self.notebook)
        for number, cell in enumerate(client.nb.cells[:index]):
            if number in self.good:
                await client.async_execute_cell(cell, number)
            elif cell.cell_type == "code":
                await self._forget(client, cell)
        client.nb = self.notebook
        return client

    async def _started(self) -> NotebookClient:
        attempt = 0
        while True:
            attempt += 1
            self.kernels.check()
            try:
                return await self._start()
            except (RuntimeError, OSError) as error:
                await self._close()
                if attempt == STARTS - 1:  # the last attempt is the plain one
                    self.kernels.runner = "papermill"
                if attempt == STARTS:
                    said = (str(error).strip().splitlines() or [type(error).__name__])[-1]
                    raise RunError(f"no kernel starts: {said}") from None

    async def _start(self) -> NotebookClient:
        # a socket of its own: with TCP two kernels can meet on one port, and other users of the
        # machine could listen
        path = str(self.work / f"k{self.ended}")
        own = os.name == "posix" and len(path.encode()) <= LONGEST_SOCKET
        manager = AsyncKernelManager(
            kernel_name="python3",
            # it holds the key of the kernel: not among the files of Jupyter, where it would stay
            connection_file=f"{path}.json",
            **({"transport": "ipc", "ip": path} if own else {}),
        )
        spec = manager.kernel_spec
        if spec is not None:
            spec.env.update(self.kernels.environment)
        if self.kernels.runner == "fork":
            manager.kernel_id = str(uuid.uuid4())
            provisioner = ForkProvisioner(
                kernel_id=manager.kernel_id, kernel_spec=spec, parent=manager
            )
            provisioner.zygote = self.kernels.zygote()
            manager.provisioner = provisioner
        client = self.client = NotebookClient(
            self.notebook,
            km=manager,
            timeout=self.kernels.seconds,
            startup_timeout=START_SECONDS,
            allow_errors=True,
            iopub_timeout=OUTPUT_SECONDS,
            raise_on_iopub_timeout=True,
            log=QUIET,
        )
        await client.async_start_new_kernel()
        # jupyter_client's types know the provisioner by its base class alone; a local one has a
        # process
        self.pid = manager.provisioner.pid  # type: ignore[union-attr]
        self.kernels.begin(self.pid)
        await client.async_start_new_kernel_client()
        return client

    async def _forget(self, client: NotebookClient, cell) -> None:
        """Names that a failed cell would have made are no more: what an earlier cell left under
        them is another thing.
        """
        names = stored_names(cell.source)
        if names and client.kc is not None:
            code = f"for _ in {names!r}: globals().pop(_, None)"
            await client.async_wait_for_reply(
                client.kc.execute(code, silent=True, store_history=False)
            )

    async def _close(self) -> None:
        client, self.client = self.client, None
        with contextlib.suppress(RuntimeError, OSError):
            if client is not None and client.kc is not None:
                client.kc.stop_channels()
            if client is not None and isinstance(client.km, AsyncKernelManager):
                await client.km.shutdown_kernel(now=True)
        self.kernels.end(self.pid)


def failed(cell: NotebookNode) -> bool:
    """Whether a cell ended in an error."""
    return any(output.output_type == "error" for output in cell.get("outputs", []))


def _fail(cell, name: str, text: str) -> None:
    cell.outputs = [
        *cell.get("outputs", []),
        new_output("error", ename=name, evalue=text, traceback=[]),
    ]


def stored_names(source: str) -> list[str]:
    """Names that a cell gives something to; none where the cell is not Python.

    >>> stored_names("import numpy as np\\na, b = 1, [c for c in x]\\nd.e = 2\\nf['g'] = 3")
    ['a', 'b', 'd', 'f', 'np']
    """
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        return []
    found: set[str] = set()
    for statement in body:
        found |= _names_of(statement)
    return sorted(found)


def _names_of(node: ast.AST) -> set[str]:
    """Names that a statement binds or changes: not those inside a comprehension or the body of a
    function.
    """
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {node.name}
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    if isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
        return set()
    found: set[str] = set()
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        found.add(node.id)
    if isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Store):
        found |= _root(node)
    for child in ast.iter_child_nodes(node):
        found |= _names_of(child)
    return found


def _root(node: ast.AST) -> set[str]:
    """The name at the bottom of `a.b["c"]`."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return {node.id} if isinstance(node, ast.Name) else set()
