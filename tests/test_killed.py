"""A run of which something is killed, at any moment: the next one gives the figures of an undisturbed one, and nothing
is left behind.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from tests.reports import OPEN, notebook, small_company

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux alone")
MOMENTS = 10
ENDING = 60  # seconds in which all must have ended by itself, on a busy machine
LENGTH = "s.record(s.length(book))"


class Place:
    """A company with two notebooks, and temporary folders of its own."""

    def __init__(self, folder: Path):
        self.project, self.out = small_company(folder), folder / "r"
        nbformat.write(notebook(OPEN, "s.record(s.headline(book))"), folder / "notebooks" / "00-a.ipynb")
        nbformat.write(notebook(OPEN, LENGTH), folder / "notebooks" / "01-b.ipynb")
        self.temporary, self.jupyter = folder / "tmp", folder / "jupyter"
        for one in (self.temporary, self.jupyter):
            one.mkdir(mode=0o700)

    def begin(self) -> subprocess.Popen:
        environment = {"TMPDIR": str(self.temporary), "JUPYTER_RUNTIME_DIR": str(self.jupyter)}
        command = [sys.executable, "-m", "salesnb", "run", "--params", "p.yaml", "--month", "2026-08", "--out", "r"]
        with (self.project / "told").open("w") as told:
            return subprocess.Popen(
                [*command, "--channel", "all", "--channel", "Site"],
                cwd=self.project,
                stdout=told,
                stderr=subprocess.STDOUT,
                env=os.environ | environment,
            )

    @property
    def told(self) -> str:
        return (self.project / "told").read_text()

    def metrics(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (self.out / "2026-08/metrics").iterdir()}

    def published(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (self.out / ".published/2026-08").iterdir()}

    def processes(self) -> dict[int, int]:
        """Process → its parent, of all that a run started."""
        mark = f"SALESNB_READING={self.temporary}/".encode()
        found = {}
        for path in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (path / "environ").read_bytes():
                    found[int(path.name)] = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:  # it ended meanwhile, or is another's
                continue
        return found

    def zygotes(self, run: int) -> list[int]:
        return [pid for pid, parent in self.processes().items() if parent == run]

    def kernels(self, run: int) -> list[int]:
        found = self.processes()
        return [pid for pid, parent in found.items() if found.get(parent) == run]

    def left(self) -> list[str]:
        """What a run should not leave behind."""
        places = self.temporary.iterdir(), self.jupyter.iterdir(), self.out.rglob(".writing-*"),
        store = self.project / ".salesnb" / "store"
        partly = [path for path in store.iterdir() if not (path / "meta.json").exists()] if store.exists() else []
        spilled = self.project.glob(".tmp*")
        return sorted(str(path) for place in (*places, partly, spilled) for path in place)


def ended(ask, seconds=ENDING) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end and ask():
        time.sleep(0.02)
    return not ask()


def forget(place: Place) -> None:
    """As before the first run."""
    for folder in (place.out, place.project / ".salesnb"):
        shutil.rmtree(folder, ignore_errors=True)


def whole(place: Place, expected) -> None:
    """Run again: all is there as without a disturbance, and nothing else."""
    again = place.begin()
    assert again.wait(300) == 0, place.told
    assert "Traceback" not in place.told
    assert (place.metrics(), place.published()) == expected
    assert ended(place.processes) and place.left() == []


def moments(seed: int, length: float) -> list[float]:
    """Random moments, one in each tenth of the length of a run."""
    chance = random.Random(seed)
    return [length * (number + chance.random()) / MOMENTS for number in range(MOMENTS)]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """A place, how long a run takes there, and what it gives."""
    place = Place(tmp_path_factory.mktemp("k"))
    began = time.monotonic()
    assert place.begin().wait(300) == 0, place.told
    length = time.monotonic() - began
    assert ended(place.processes) and place.left() == []
    return place, length, (place.metrics(), place.published())


def test_a_run_that_is_killed_at_any_moment_is_made_whole_by_the_next(undisturbed):
    place, length, expected = undisturbed
    killed = 0
    for moment in moments(1, length):
        forget(place)
        first = place.begin()
        time.sleep(moment)
        killed += first.poll() is None
        first.kill()
        first.wait()
        assert ended(place.processes), place.processes()  # by themselves: nobody waits for them
        whole(place, expected)
    assert killed > MOMENTS / 2


def killing(place: Place, find, waits: list[float]) -> tuple[int, int]:
    """A run in which what `find` gives is killed after each of the waits; its exit code, and how many were killed."""
    run, chance, killed = place.begin(), random.Random(3), 0
    for wait in waits:
        time.sleep(wait)
        while run.poll() is None and not (found := find(run.pid)):
            time.sleep(0.01)
        if run.poll() is not None:
            break
        try:
            os.kill(chance.choice(sorted(found)), signal.SIGKILL)
            killed += 1
        except ProcessLookupError:  # it was just over
            pass
    return run.wait(300), killed


@pytest.mark.parametrize("what", ["zygotes", "kernels"])
def test_what_is_killed_below_a_run_costs_at_most_its_sections(undisturbed, what):
    place, length, expected = undisturbed
    chance, killed = random.Random(2), 0
    for number in (4, 3, 3):
        forget(place)
        code, dead = killing(place, getattr(place, what), [chance.random() * length / 2 for _ in range(number)])
        killed += dead
        assert code in (0, 1) and "Traceback" not in place.told, place.told
        assert code == 0 or "ended unexpectedly" in place.told or "no kernel starts" in place.told
        assert ended(place.processes) and place.left() == []
        whole(place, expected)
    assert killed > MOMENTS / 2
