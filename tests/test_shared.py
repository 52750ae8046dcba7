"""What the kernels of a run have in common: made once, whoever asks and whoever dies; each has a copy of its own."""

import multiprocessing
import os
import time

import pandas as pd
import pytest

import salesnb as s
from salesnb.measures.frames import collect
from salesnb.model.fitting import fitted
from salesnb.params import load_params, read_text
from salesnb.source.reading import VARIABLE, tell_kernels
from salesnb.source.shared import Shared
from salesnb.source.store import stored
from tests.pages import section

SAMPLE = "params/sample.yaml"
SPAWN = multiprocessing.get_context("spawn")


@pytest.fixture
def in_a_run(tmp_path, monkeypatch):
    """This process as a kernel of a run of the sample; the folder of what is shared."""
    params = load_params(SAMPLE)
    path = (params.root / SAMPLE).resolve()
    told = tell_kernels(tmp_path, path, read_text(path), params, stored(params))
    monkeypatch.setenv(VARIABLE, told[VARIABLE])
    return tmp_path / "shared"


def _slowly(folder, marks):
    def make():
        (marks / str(os.getpid())).touch()
        time.sleep(0.5)
        return {"made": os.getpid()}

    found = Shared(folder).once("slow", make)
    (marks / f"got {found['made']} {os.getpid()}").touch()


def test_two_processes_that_ask_at_once_make_it_once(tmp_path):
    folder, marks = tmp_path / "shared", tmp_path / "marks"
    folder.mkdir()
    marks.mkdir()
    asking = [SPAWN.Process(target=_slowly, args=(folder, marks)) for _ in range(3)]
    for one in asking:
        one.start()
    for one in asking:
        one.join()
    names = [path.name for path in marks.iterdir()]
    makers = [name for name in names if name.isdigit()]
    assert len(makers) == 1
    assert sum(name.startswith(f"got {makers[0]} ") for name in names) == 3


def _die(folder):
    Shared(folder).once("n", lambda: os._exit(9))


def test_who_dies_in_the_middle_leaves_it_to_the_next(tmp_path):
    one = SPAWN.Process(target=_die, args=(tmp_path,))
    one.start()
    one.join()
    assert one.exitcode == 9
    assert Shared(tmp_path).once("n", lambda: 7) == 7
    assert not [path for path in tmp_path.iterdir() if path.suffix not in (".pickle", ".lock")]


def test_what_fails_is_not_kept(tmp_path):
    def fail():
        raise ValueError("no")

    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            Shared(tmp_path).once("n", fail)
    assert Shared(tmp_path).once("n", lambda: 7) == 7


def test_a_folder_that_is_gone_costs_time_and_no_figure(in_a_run, monkeypatch):
    for path in in_a_run.iterdir():
        path.unlink()
    in_a_run.rmdir()
    lost = s.open_book(SAMPLE, month="2026-09", channel="Site")
    found = s.conversion(lost, by="manager"), s.process(lost).data, collect(s.features(lost))
    monkeypatch.delenv(VARIABLE)
    book = s.open_book(SAMPLE, month="2026-09", channel="Site")
    pd.testing.assert_frame_equal(found[0], s.conversion(book, by="manager"))
    for name, table in s.process(book).data.items():
        pd.testing.assert_frame_equal(found[1][name], table)
    assert len(found[2]) == len(collect(s.features(book)))


def test_a_second_kernel_makes_nothing_and_has_copies_and_books_of_its_own(in_a_run, monkeypatch):
    one = s.open_book(SAMPLE, month="2026-09", channel="Site")
    first, process = fitted(one), s.process(one)
    monkeypatch.setattr("salesnb.model.fitting._fit", lambda *args: pytest.fail("fitted again"))
    monkeypatch.setattr("salesnb.topics.process._made", lambda book: pytest.fail("made again"))
    other = s.open_book(SAMPLE, month="2026-09", channel="Site")
    second = fitted(other)
    assert second is not first
    pd.testing.assert_frame_equal(second.cells.table, first.cells.table)
    assert s.process(other).book is other
    assert str(s.process(other)) == str(process)
    # what one changes no other sees
    for table in process.data.values():
        del table[table.columns[0]]
    assert "manager" in s.process(s.open_book(SAMPLE, month="2026-09", channel="Site")).data["people"]


def test_other_thresholds_other_months_and_other_channels_are_made_apart(in_a_run):
    book = s.open_book(SAMPLE, month="2026-09", channel="Site")
    texts = [
        str(s.touchpoints(one))
        for one in (
            book,
            book.with_thresholds(sla_minutes=30),
            book.at(month="2026-08"),
            book.department,
            book.where(repeat=True),
        )
    ]
    assert len(set(texts)) == len(texts)
    again = s.open_book(SAMPLE, month="2026-09", channel="Site").with_thresholds(sla_minutes=30)
    assert str(s.touchpoints(again)) == texts[1]


def test_every_result_that_notebooks_keep_can_be_shared(in_a_run, monkeypatch):
    """But Books themselves: one that holds what only its process has would be made in every kernel anew."""
    asked, once = {}, Shared.once

    def seen(self, name, *rest):
        asked[name] = self._path(name, ".pickle")
        return once(self, name, *rest)

    monkeypatch.setattr(Shared, "once", seen)
    book = s.open_book(SAMPLE, month="2026-09", channel="Site")
    for topic in ("04-conversion-factors", "05-manager-drivers", "06-team"):
        section(book, topic)
    assert len(asked) > 30
    assert [name for name, path in asked.items() if not path.exists()] == []
