"""A run of which something is killed, at any moment: the next one gives the figures of an undisturbed one, and nothing
is left behind.
"""

import contextlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import pytest

from salesnb.report.run import run
from salesnb.source.leftovers import own_folder
from tests.reports import OPEN, notebook, small_company
from tests.warm import Command, warm_runs

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

    def begin(self) -> Command:
        """The command, warm: it is killed while it works, not while it imports."""
        asked = [
            "run",
            "--params",
            "p.yaml",
            "--month",
            "2026-08",
            "--out",
            "r",
            "--channel",
            "all",
            "--channel",
            "Site",
        ]
        return Command(asked, self.project, self.project / "told")

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

    def zygotes(self, first: int) -> list[int]:
        return [pid for pid, parent in self.processes().items() if parent == first]

    def kernels(self, first: int) -> list[int]:
        found = self.processes()
        return [pid for pid, parent in found.items() if found.get(parent) == first]

    def left(self) -> list[str]:
        """What a run should not leave behind."""
        places = (
            self.temporary.iterdir(),
            self.jupyter.iterdir(),
            self.out.rglob(".writing-*"),
        )
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
    """Run again, here: all is there as without a disturbance, and nothing else."""
    again = run(place.project / "p.yaml", "2026-08", ["all", "Site"], place.out, jobs=2)
    assert again.exit_code == 0, again.failures
    assert (place.metrics(), place.published()) == expected
    assert ended(place.processes) and place.left() == []


def moments(seed: int, length: float) -> list[float]:
    """Random moments, one in each tenth of the length of a run."""
    chance = random.Random(seed)
    return [length * (number + chance.random()) / MOMENTS for number in range(MOMENTS)]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """A place, how long a run takes there, and what it gives; the runs of this process have its folders as well."""
    own_folder()  # that of the tests stays out of it
    place = Place(tmp_path_factory.mktemp("k"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(place.temporary))
        patch.setenv("TMPDIR", str(place.temporary))
        patch.setenv("JUPYTER_RUNTIME_DIR", str(place.jupyter))
        yield place, *_first(place)


def _first(place: Place) -> tuple:
    began = time.monotonic()
    assert place.begin().wait(300) == 0, place.told
    length = time.monotonic() - began
    assert ended(place.processes) and place.left() == []
    return length, (place.metrics(), place.published())


def test_a_run_that_is_killed_at_any_moment_is_made_whole_by_the_next(undisturbed):
    place, length, expected = undisturbed
    drawn = moments(1, length)
    for early, late in zip(drawn[: MOMENTS // 2], drawn[MOMENTS // 2 :], strict=True):
        # the length was that of one run: where another is over before its moment, both are tried sooner
        while not killed_twice(place, early, late):
            early, late = 0.8 * early, 0.8 * late
        whole(place, expected)


def killed_twice(place: Place, early: float, late: float) -> bool:
    """Whether a run was killed at the first moment, and the one that goes on from what it left at the second."""
    forget(place)
    for moment in (early, late):
        begun = place.begin()
        time.sleep(moment)
        in_time = begun.poll() is None
        begun.kill()
        begun.wait()
        assert ended(place.processes), place.processes()  # by themselves: nobody waits for them
        if not in_time:
            return False
    return True


def killing(place: Place, find, chance: random.Random, longest: float, most: int) -> tuple[int, int]:
    """A run in which what `find` gives is killed again and again; its exit code, and how many were killed."""
    first, killed = place.begin(), 0
    while killed < most:
        while first.poll() is None and not find(first.pid):
            time.sleep(0.01)
        time.sleep(chance.random() * longest)
        if first.poll() is not None:
            break
        for pid in find(first.pid)[:1]:
            with contextlib.suppress(ProcessLookupError):  # it was just over
                os.kill(pid, signal.SIGKILL)
                killed += 1
    return first.wait(300), killed


@pytest.mark.parametrize(("what", "part"), [("zygotes", 0.15), ("kernels", 0.04)])
def test_what_is_killed_below_a_run_costs_at_most_its_sections(undisturbed, what, part):
    place, length, expected = undisturbed
    chance, killed = random.Random(2), 0
    for _ in range(MOMENTS):
        if killed == MOMENTS:
            break
        forget(place)
        most = MOMENTS - killed
        code, dead = killing(place, getattr(place, what), chance, part * length, most)
        killed += dead
        assert code in (0, 1) and "Traceback" not in place.told, place.told
        assert code == 0 or "ended unexpectedly" in place.told or "no kernel starts" in place.told
        assert ended(place.processes) and place.left() == []
        with warm_runs():  # all that is left of the run that was disturbed has ended
            whole(place, expected)
    assert killed == MOMENTS
