"""Files that appear together or not at all, follow the umask, and a disk that cannot be written: one message."""

import errno
import os
import stat
import subprocess
import sys

import nbformat
import pytest

from salesnb.errors import RunError
from salesnb.report import disk, files
from salesnb.report.disk import DiskError, check_room, stopped
from salesnb.report.files import write_together, write_whole
from salesnb.report.run import run
from salesnb.source.leftovers import mark
from tests.reports import HEADLINE, OPEN, RECORDS, sectioned, small_company

pytestmark = pytest.mark.usefixtures("warm")


def test_files_follow_the_umask(tmp_path):
    code = "import sys; from pathlib import Path; from salesnb.report.files import write_whole; write_whole(Path(sys.argv[1]), 'x')"
    for mask, mode in ((0o022, 0o644), (0o077, 0o600), (0o002, 0o664)):
        path = tmp_path / f"{mask}"
        subprocess.run([sys.executable, "-c", code, str(path)], check=True, umask=mask)
        assert stat.S_IMODE(path.stat().st_mode) == mode


def test_all_files_take_their_places_or_none(tmp_path, monkeypatch):
    old, new = tmp_path / "a.json", tmp_path / "deep" / "b.html"
    old.write_text("old")
    real, places = os.replace, []

    def fails(source, target):
        places.append(target)
        if len(places) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(source, target)

    monkeypatch.setattr(files.os, "replace", fails)
    with pytest.raises(OSError, match="No space left"):
        write_together({old: "new", new: b"page"})
    assert old.read_text() == "old" and not new.exists()
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["a.json"]
    monkeypatch.undo()
    write_together({old: "new", new: b"page"})
    assert old.read_text() == "new" and new.read_bytes() == b"page" and len(list(tmp_path.rglob("*"))) == 3


def test_a_disk_that_fills_up_before_the_first_file_leaves_nothing(tmp_path, monkeypatch):
    written = []

    def fills(path, content):
        if written:
            raise OSError(errno.ENOSPC, "No space left on device")
        written.append(path)
        return real(path, content)

    real = files._staged
    monkeypatch.setattr(files, "_staged", fills)
    with pytest.raises(OSError, match="No space left"):
        write_together({tmp_path / "a": "1", tmp_path / "b": "2"})
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_refused_before_anything_is_made(tmp_path, monkeypatch):
    (tmp_path / "taken").write_text("")
    with pytest.raises(RunError, match="--out .*taken/r: .*taken cannot be written: Not a directory"):
        check_room(tmp_path / "taken" / "r", tmp_path / "taken" / "r" / "2026-08", 3)
    with pytest.raises(RunError, match=r"has .* MB left; 1000000000 reports take .* MB or more"):
        check_room(tmp_path / "r", tmp_path / "r" / "2026-08", 10**9)
    (tmp_path / "r/2026-08/metrics").mkdir(parents=True)
    probe = disk._probe

    def refuse(place):
        if place.name == "metrics":
            raise PermissionError(errno.EACCES, "Permission denied")
        probe(place)

    monkeypatch.setattr(disk, "_probe", refuse)
    with pytest.raises(
        RunError, match=r"metrics cannot be written: Permission denied\. Name a folder that you may write"
    ):
        check_room(tmp_path / "r", tmp_path / "r" / "2026-08", 3)
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "taken"]


def test_what_a_dead_run_left_half_written_is_cleared_away(tmp_path):
    folder = tmp_path / "2026-08"
    folder.mkdir()
    dead, live = folder / f".writing-{mark().split('-')[0]}-4194305-a", folder / f".writing-{mark()}a"
    dead.write_text("")
    live.write_text("")
    check_room(tmp_path, folder, 1)
    assert not dead.exists() and live.exists()


def test_only_a_fault_of_the_disk_stops_a_run(tmp_path):
    told = stopped(OSError(errno.ENOSPC, "No space left on device"), tmp_path / "r" / "2026-08")
    assert isinstance(told, DiskError) and told.exit_code == 1 and "what is there is whole. Free space" in str(told)
    assert (
        stopped(FileNotFoundError(errno.ENOENT, "No such file"), tmp_path) is None
        and stopped(ValueError("x"), tmp_path) is None
    )


def test_a_full_disk_stops_the_run_with_one_message_and_leaves_no_page_alone(tmp_path, monkeypatch):
    project = small_company(tmp_path)
    real = files._staged

    def fills(path, content):
        if path.name in ("all.html", "all.xlsx"):
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(path, content)

    monkeypatch.setattr(files, "_staged", fills)
    with pytest.raises(DiskError, match="No space left on device. The run stopped"):
        run(project / "p.yaml", "2026-08", ["all", "Site", "Phone"], project / "r", jobs=1)
    assert not [path.name for path in (project / "r").rglob("*") if path.is_file()]
    assert write_whole(project / "x", "1").read_text() == "1"


def test_two_runs_at_once_never_write_into_one_folder(tmp_path):
    project = small_company(tmp_path)
    asked = []

    def meanwhile(done, of):
        if done == 0 and not asked:
            asked.append(True)
            with pytest.raises(RunError, match=r"another run is writing into .*/r/2026-08\. Wait until it is through"):
                run(project / "p.yaml", "2026-08", ["Site"], project / "r")
            with pytest.raises(RunError, match="nobody holds this one"), disk.alone(project / "q" / "2026-08"):
                raise RunError("nobody holds this one")

    first = run(project / "p.yaml", "2026-08", ["Phone"], project / "r", advance=meanwhile)
    assert asked and first.exit_code == 0 and not (project / "q").exists()
    second = run(project / "p.yaml", "2026-08", ["Site"], project / "r")
    assert second.exit_code == 0
    assert run(project / "p.yaml", "2026-08", ["Phone", "Site"], project / "r").skipped == ["Phone", "Site"]


def test_what_a_killed_run_left_is_cleared_from_every_folder_it_writes_into(tmp_path):
    host, folder = mark().split("-")[0], tmp_path / "2026-08"
    places = [tmp_path, folder, folder / "metrics", folder / "notebooks/Site", tmp_path / ".published/2026-08"]
    dead = [place / f".writing-{host}-4194305.0abc-a" for place in places]
    for path in dead:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    check_room(tmp_path, folder, 1)
    assert not [path for path in dead if path.exists()]


def test_a_folder_that_nobody_may_write_is_one_message_of_the_command(tmp_path):
    project = small_company(tmp_path)
    if not os.path.isdir("/sys/kernel") or "linux" not in sys.platform:
        pytest.skip("no folder that not even root may write")
    command = [sys.executable, "-m", "salesnb", "run", "--params", "p.yaml", "--month", "2026-08"]
    done = subprocess.run([*command, "--out", "/sys/kernel/r"], cwd=project, capture_output=True, text=True)
    assert done.returncode == 2 and done.stderr.count("\n") == 1 and "cannot be written" in done.stderr


def test_a_notebook_that_raises_hangs_and_ends_is_one_line_of_the_command_each(tmp_path):
    project = small_company(tmp_path)
    cells = (OPEN, HEADLINE, *RECORDS, "## Raises", "1 / 0", "## Hangs", "import time; time.sleep(600)", "## Ends", "import os; os._exit(1)", "## Goes on", "print('so it goes')")  # fmt: skip
    nbformat.write(sectioned(*cells), project / "notebooks" / "00-a.ipynb")
    command = [sys.executable, "-m", "salesnb", "run", "--params", "p.yaml", "--month", "2026-08", "--channel", "all"]
    done = subprocess.run([*command, "--cell-seconds", "10"], cwd=project, capture_output=True, text=True)
    told = done.stdout + done.stderr
    assert done.returncode == 1 and "Traceback" not in told, told
    for words in ("division by zero", "took longer than 10 seconds", "ended unexpectedly"):
        assert told.count(words) == 1, told
    page = (project / "reports/2026-08/all.html").read_text()
    assert "so it goes" in page and page.count("This section could not be made") == 3
