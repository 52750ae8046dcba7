"""A run makes only what its input changed: it goes on where one was cut off, and nothing changed is nothing to do."""

import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import nbformat
import pytest

from salesnb.report.executed import KEPT, Executed, executed_at
from salesnb.report.run import run
from salesnb.report.schedule import Schedule
from tests.reports import HEADLINE, OPEN, RECORDS, hostile_company, notebook

pytestmark = pytest.mark.usefixtures("warm")

DEALS = "s.deal_length(book)"


@pytest.fixture
def project(tmp_path):
    """Two channels and the department; three notebooks, each of which counts in a file how often it is executed."""
    folder = hostile_company(tmp_path)
    shutil.rmtree(folder / "notebooks", ignore_errors=True)
    (folder / "notebooks").mkdir()
    for number in range(3):
        cells = [mark(folder, number), OPEN, HEADLINE, *(RECORDS if not number else [DEALS])]
        nbformat.write(notebook(*cells), folder / "notebooks" / f"0{number}-t.ipynb")
    return folder


def mark(folder, number):
    return f"with open({str(folder / 'marks')!r}, 'a') as file:\n    print({number}, channel or 'all', file=file)"


def executed(folder) -> list[str]:
    path = folder / "marks"
    found = sorted(path.read_text().splitlines()) if path.exists() else []
    path.unlink(missing_ok=True)
    return found


def of(*numbers, channels=("Site",)) -> list[str]:
    return sorted(f"{number} {channel}" for number in numbers for channel in channels)


def contents(folder) -> dict[str, bytes]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "run.json"]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def again(project, channels=("Site",), **more):
    return run(project / "p.yaml", out=project / "r", channels=channels, **more)


def change(project, number=1):
    path = project / "notebooks" / f"0{number}-t.ipynb"
    made = nbformat.read(path, as_version=4)
    made.cells.append(nbformat.v4.new_code_cell("1 + 1"))
    nbformat.write(made, path)


def test_a_change_of_one_notebook_executes_that_notebook_alone(project):
    assert again(project).exit_code == 0
    assert executed(project) == of(0, 1, 2)
    change(project)
    assert again(project).exit_code == 0
    assert executed(project) == of(1)
    shutil.rmtree(project / KEPT)  # as if nothing had been kept
    reused = contents(project / "r")
    assert again(project, force=True).exit_code == 0
    assert executed(project) == of(0, 1, 2)
    assert contents(project / "r") == reused


def test_a_change_of_the_export_or_of_the_params_executes_all(project):
    again(project)
    executed(project)
    params = project / "p.yaml"
    params.write_text(params.read_text() + "thresholds: {min_percent: 7}\n")
    again(project)
    assert executed(project) == of(0, 1, 2)
    deals = next(project.glob("*.csv"))
    lines = deals.read_text().splitlines(keepends=True)
    deals.write_text("".join(lines[:-1]))
    again(project)
    assert executed(project) == of(0, 1, 2)


def test_the_thresholds_of_a_channel_execute_that_channel_but_for_own_notebooks(project, monkeypatch):
    again(project, channels=())
    executed(project)
    params = project / "p.yaml"
    told = "channels: [{name: Site, thresholds: {min_percent: 7}}, {name: a/../b}]\n"
    params.write_text(params.read_text().replace("channels: all\n", "") + told)
    again(project, channels=())
    # own notebooks may ask for any channel
    assert executed(project) == of(0, 1, 2, channels=["Site", "a/../b", "all"])
    monkeypatch.setattr("salesnb.report.manifest.PACKAGED", project / "notebooks")
    again(project, channels=())
    executed(project)
    params.write_text(params.read_text().replace("min_percent: 7", "min_percent: 8"))
    again(project, channels=())
    assert executed(project) == of(0, 1, 2)


def test_a_run_that_was_cut_off_is_continued(project):
    """The first run ends, with all that it started, as the third of its notebooks begins."""
    code = f"""
import os
from salesnb.report import making
real, begun = making.execute_one, []
def cut_off(*args):
    begun.append(args)
    if len(begun) == 3:
        os._exit(9)
    return real(*args)
making.execute_one = cut_off
from salesnb.report.run import run
run({str(project / "p.yaml")!r}, out={str(project / "r")!r}, jobs=1, channels=["Site"])
"""
    assert subprocess.run([sys.executable, "-c", code]).returncode == 9
    before = executed(project)
    assert len(before) == 2
    assert again(project).exit_code == 0
    after = executed(project)
    assert sorted(before + after) == of(0, 1, 2)
    once = contents(project / "r")
    assert again(project, force=True).exit_code == 0
    assert contents(project / "r") == once


def test_a_notebook_with_a_fault_is_executed_again(project):
    path = project / "notebooks" / "01-t.ipynb"
    nbformat.write(notebook(mark(project, 1), OPEN, "# A", f"assert os.path.exists({str(project / 'there')!r})"), path)
    assert again(project).exit_code == 1
    executed(project)
    assert again(project).exit_code == 1
    assert executed(project) == of(1)


def test_where_nothing_changed_nothing_is_written_or_loaded(project):
    again(project)
    before = {path: path.stat().st_mtime_ns for path in (project / "r").rglob("*") if path.is_file()}
    code = f"""
import sys
from salesnb.report.run import run
found = run({str(project / "p.yaml")!r}, out={str(project / "r")!r}, channels=["Site"])
assert found.skipped == ["Site"] and found.exit_code == 0
print([name for name in ("papermill", "scipy", "matplotlib", "sqlalchemy", "nbclient") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert {path: path.stat().st_mtime_ns for path in (project / "r").rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("gone", ["index.html", "2026-09/index.html", "2026-09/Site.xlsx"])
def test_what_was_removed_is_made_again(project, gone):
    again(project)
    before = contents(project / "r")
    (project / "r" / gone).unlink()
    again(project)
    assert contents(project / "r") == before


def test_what_is_kept_is_that_of_the_last_run_and_of_no_other_place(project):
    again(project)
    place = executed_at(project, project / "r" / "2026-09", "en").folder
    first = {path.name for path in place.iterdir()}
    assert len(first) == 3
    change(project)
    again(project)
    second = {path.name for path in place.iterdir()}
    assert len(second) == 3 and len(first & second) == 2
    run(project / "p.yaml", out=project / "other", channels=["Site"])
    assert len(list((project / KEPT).iterdir())) == 2
    assert {path.name for path in place.iterdir()} == second
    old = place.stat().st_mtime - 61 * 24 * 3600
    os.utime(place, (old, old))
    executed_at(project, project / "other", "en")
    assert not place.exists()


def test_what_is_kept_and_cannot_be_read_is_executed_again(tmp_path):
    kept = Executed(tmp_path)
    kept.keep("a", notebook("1"))
    (tmp_path / "a.json").write_text(json.dumps(notebook("1"))[:50])
    assert kept.get("a") is None and kept.get("b") is None


def test_workers_take_channels_that_nobody_works_on_and_then_help_each_other():
    lock, seen, at_once = threading.Lock(), [], []
    busy: dict[str, int] = {}
    meet = threading.Barrier(2, timeout=20)

    def execute(channel, path):
        with lock:
            busy[channel] = busy.get(channel, 0) + 1
            at_once.append(dict(busy))
        meet.wait()  # both workers are always at work
        with lock:
            busy[channel] -= 1
            seen.append((channel, path.name))
        return path.name

    paths = [Path(f"0{number}") for number in range(4)]
    made = Schedule(["a", "b", "c"], paths, lambda channel: None, execute, lambda channel, found: found)
    workers = [threading.Thread(target=made.work) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert sorted(seen) == [(channel, path.name) for channel in "abc" for path in paths]
    assert all(future.result()[1] == [path.name for path in paths] for future in made.futures.values())
    shared = [{name: n for name, n in one.items() if n > 1} for one in at_once]
    assert any(one == {"c": 2} for one in shared)  # the last channel is made by both
    assert not any("a" in one or "b" in one for one in shared)


def test_a_channel_that_fails_costs_no_other():
    def execute(channel, path):
        if channel == "b" and path.name == "01":
            raise ValueError("no")
        return path.name

    paths = [Path("00"), Path("01"), Path("02")]
    made = Schedule(["a", "b", "c"], paths, lambda channel: None, execute, lambda channel, found: found)
    made.work()
    assert made.futures["a"].result()[1] == made.futures["c"].result()[1] == ["00", "01", "02"]
    with pytest.raises(ValueError, match="no"):
        made.futures["b"].result()
