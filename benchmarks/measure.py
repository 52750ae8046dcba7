"""What the benchmarks share: the time, the processor time and the memory of a command with all that it starts; medians,
the machine, versions, how a result is printed.

**Processor time of a tree of processes.** The system adds a child's time to its parent when the parent waits for it; what a
command and all whom it waited for spent comes so from `wait4`, exactly. Two kinds of processes are in no such sum:

- orphans, whose parent ended first: this process adopts them (`PR_SET_CHILD_SUBREAPER`) and waits for them, exactly too;
- children of a parent that ignores SIGCHLD, such as forked kernels: nobody waits for them. Their time is read from
  /proc/PID/stat every 20 ms, so of each at most its last 20 ms are missing.

**Memory of a tree** is the largest sum of `Pss` (/proc/PID/smaps_rollup: a page that processes share is counted once), looked
at four times a second. Both need Linux; elsewhere only what was waited for is counted, and memory is not. Looking takes about
4 % of a core.
"""

import contextlib
import ctypes
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROC = Path("/proc")
LINUX = (PROC / "self" / "stat").exists()
TICK = os.sysconf("SC_CLK_TCK") if LINUX else 100
PR_SET_CHILD_SUBREAPER = 36
SIGCHLD_IGNORED = 1 << 16  # bit of signal 17 in SigIgn
LOOK, LOOK_MEMORY = 0.02, 0.25  # seconds between two looks at the tree
LAST = 10.0  # seconds that orphans have to end
PACKAGES = ("duckdb", "pandas", "papermill", "nbconvert")


@dataclass(frozen=True)
class Spent:
    """Seconds by the clock, seconds of processors, and the peak of memory in MB (0 where nobody asked)."""

    wall: float
    cpu: float
    peak: float = 0.0


@dataclass
class Tree:
    """The processes below this one that a command started: pid → its parent, and what nobody will be told of it."""

    root: int
    parents: dict[int, int] = field(default_factory=dict)
    strangers: set[int] = field(default_factory=set)
    unwaited: dict[int, float] = field(default_factory=dict)  # pid → seconds that it has spent
    peak: float = 0.0

    def look(self) -> None:
        """See who is there, and read the time of those whom nobody waits for."""
        there = {int(name) for name in os.listdir(PROC) if name.isdigit()}
        self.strangers &= there
        new = {
            pid: found
            for pid in there - self.strangers - set(self.parents)
            if (found := parent(pid)) is not None
        }
        while mine := {
            pid
            for pid in new
            if pid == self.root or new[pid] in self.parents or new[pid] == os.getpid()
        }:
            for pid in mine:
                self.parents[pid] = new.pop(pid)
                if ignores_children(self.parents[pid]):
                    self.unwaited[pid] = 0.0
        self.strangers |= set(new)
        for pid in self.unwaited:
            self.unwaited[pid] = spent_by(pid) or self.unwaited[pid]

    def look_at_memory(self) -> None:
        self.peak = max(self.peak, sum(map(memory_of, self.parents)))


def stat_of(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat from the state on; None when it is gone."""
    try:
        return (PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return None


def parent(pid: int) -> int | None:
    fields = stat_of(pid)
    return None if fields is None else int(fields[1])


def spent_by(pid: int) -> float | None:
    """Processor seconds of a process and of the children that it has waited for."""
    fields = stat_of(pid)
    return None if fields is None else sum(map(int, fields[11:15])) / TICK


def said_of(pid: int | str, file: str, name: str) -> str | None:
    """The value of a line `name: value` in a file of the system on a process; None where there is none."""
    with contextlib.suppress(OSError):
        for line in (PROC / str(pid) / file).read_text(errors="replace").splitlines():
            if line.startswith(f"{name}:"):
                return line.split()[1]
    return None


def ignores_children(pid: int) -> bool:
    """Whether a process ignores SIGCHLD: nobody is then told what its children spent."""
    ignored = said_of(pid, "status", "SigIgn")
    return ignored is not None and bool(int(ignored, 16) & SIGCHLD_IGNORED)


def memory_of(pid: int) -> float:
    """MB of a process, its share of what it shares."""
    return int(said_of(pid, "smaps_rollup", "Pss") or 0) / 1024


def peak_memory() -> float:
    """MB that this process held at most. Not `ru_maxrss`: that of a process begins with what its parent held."""
    most = said_of("self", "status", "VmHWM") or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(most) / 1024


def adopt(orphans: bool) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, int(orphans), 0, 0, 0)


def spend(command: Sequence[str], memory: bool = False, cwd: Path = ROOT) -> Spent:
    """Run a command to its end and measure it with all that it starts.

    Raises
    ------
    RuntimeError
        It failed: the message has the end of what it wrote.
    """
    with tempfile.TemporaryFile() as said:
        if LINUX:
            before = {
                pid
                for name in os.listdir(PROC)
                if name.isdigit() and parent(pid := int(name)) == os.getpid()
            }
            adopt(True)
        started = time.perf_counter()
        process = subprocess.Popen(
            list(command),
            cwd=cwd,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )
        tree, over = Tree(process.pid, strangers=before if LINUX else set()), threading.Event()
        watcher = threading.Thread(target=_watch, args=(tree, over, memory))
        if LINUX:
            watcher.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - started
            process.returncode = os.waitstatus_to_exitcode(status)
        finally:
            over.set()
            if LINUX:
                watcher.join()
        cpu = usage.ru_utime + usage.ru_stime
        if LINUX:
            cpu += _of_orphans(tree)
            adopt(False)
        if process.returncode:
            said.seek(max(0, said.seek(0, os.SEEK_END) - 2000))
            raise RuntimeError(
                f"{' '.join(command)}: exit {process.returncode}\n{said.read().decode(errors='replace')}"
            )
    return Spent(wall, cpu, tree.peak)


def _watch(tree: Tree, over: threading.Event, memory: bool) -> None:
    last = 0.0
    while not over.is_set():
        tree.look()
        if memory and time.monotonic() - last > LOOK_MEMORY:
            tree.look_at_memory()
            last = time.monotonic()
        over.wait(LOOK)


def _of_orphans(tree: Tree) -> float:
    """Seconds of all but the command itself and those that somebody waited for; orphans end first."""
    waited, end = 0.0, time.monotonic() + LAST
    while True:
        tree.look()
        left = [pid for pid in tree.parents if pid != tree.root and parent(pid) == os.getpid()]
        for pid in left:
            with contextlib.suppress(ChildProcessError):
                ended, _, usage = os.wait4(pid, os.WNOHANG)
                if ended:
                    waited += usage.ru_utime + usage.ru_stime
                    tree.unwaited.pop(pid, None)
        if time.monotonic() > end or not any(
            parent(pid) is not None for pid in tree.parents if pid != tree.root
        ):
            break
        time.sleep(LOOK)
    return waited + sum(tree.unwaited.values())


def environment() -> dict[str, str]:
    """The environment of what is measured: this folder's salesnb, bytecode kept."""
    own = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return own | {"PYTHONPATH": str(ROOT)}


def median(spent: Iterable[Spent]) -> Spent:
    """Medians of each figure by itself; of memory the largest.

    >>> median([Spent(1, 5, 10), Spent(2, 4, 30), Spent(9, 3, 20)])
    Spent(wall=2, cpu=4, peak=30)
    """
    found = list(spent)
    return Spent(
        statistics.median(one.wall for one in found),
        statistics.median(one.cpu for one in found),
        max(one.peak for one in found),
    )


def in_turn(sides: dict[str, Callable[[], Spent]], repeats: int) -> dict[str, list[Spent]]:
    """Each side once, then each once more: what the machine does meanwhile falls on all alike."""
    spent: dict[str, list[Spent]] = {name: [] for name in sides}
    for _ in range(repeats):
        for name, run in sides.items():
            spent[name].append(run())
    return spent


def seconds(call: Callable[[], object], repeats: int = 5) -> float:
    """Median seconds of a call within this process."""
    spent = []
    for _ in range(repeats):
        started = time.perf_counter()
        call()
        spent.append(time.perf_counter() - started)
    return statistics.median(spent)


def machine() -> dict:
    """Cores, memory and kind of processor; no name of the machine."""
    pages = (
        os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 0
    )
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "cores": cores,
        "memory_gib": round(pages / 2**30, 1),
        "arch": platform.machine(),
        "system": platform.system(),
    }


def versions(python: str = sys.executable) -> dict[str, str]:
    """Versions in the environment of an interpreter."""
    code = (
        "import json, platform, importlib.metadata as m, salesnb\n"
        f"print(json.dumps({{'python': platform.python_version(), 'salesnb': salesnb.__version__}} | "
        f"{{name: m.version(name) for name in {PACKAGES}}} | {{'packages': str(len(list(m.distributions())))}}))"
    )
    done = subprocess.run(
        [python, "-c", code],
        cwd=ROOT,
        env=environment(),
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout)


def ratio(ours: float, theirs: float) -> float:
    """Ours / theirs: below 1 we spend less. NaN where they spent nothing that can be measured."""
    return ours / theirs if theirs else float("nan")


def result(
    bench: str,
    what: str,
    rows: list[dict],
    ratios: list[dict],
    notes: Sequence[str] = (),
    python=None,
) -> dict:
    """A result as it is printed: rows of figures, then ratios (name, alternative, value)."""
    found = {"bench": bench, "what": what, "rows": rows, "ratios": ratios, "notes": list(notes)}
    return found | {"machine": machine(), "versions": versions(python or sys.executable)}


def against(name: str, alternative: str, value: float) -> dict:
    """One ratio against a named alternative."""
    return {"ratio": name, "against": alternative, "value": value}


def number(value: object) -> str:
    """A figure as it is shown: three digits that say something.

    >>> [number(x) for x in (1234.5, 12.345, 0.0123, 7, "text")]
    ['1,234', '12.3', '0.012', '7', 'text']
    """
    if not isinstance(value, float):
        return f"{value:,}" if isinstance(value, int) else str(value)
    for limit, digits in ((100, 0), (10, 1), (0.1, 2)):
        if abs(value) >= limit:
            return f"{value:,.{digits}f}"
    return f"{value:.3f}"


def lines(found: dict) -> list[str]:
    """A result as plain lines."""
    about, made = found["machine"], found["versions"]
    head = f"{about['arch']}, {about['cores']} cores, {about['memory_gib']} GiB; " + ", ".join(
        f"{name} {version}" for name, version in made.items()
    )
    rows = [
        "  " + ", ".join(f"{name}: {number(value)}" for name, value in row.items())
        for row in found["rows"]
    ]
    ratios = [
        f"  {one['ratio']}: {number(one['value'])} times {one['against']}"
        for one in found["ratios"]
    ]
    return [found["what"], head, *rows, *ratios, *(f"  note: {note}" for note in found["notes"])]


def show(found: dict, as_json: bool) -> None:
    print(json.dumps(found) if as_json else "\n".join(lines(found)), flush=True)
