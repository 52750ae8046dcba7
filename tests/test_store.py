"""The store: what is damaged is made anew, nothing is keyed by the clock, and what a dead process left is cleared away."""

import datetime as dt
import json
import os
import shutil
import stat
import tempfile
import zipfile
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from sqlalchemy import create_engine, text

from salesnb.errors import DataError
from salesnb.params import load_params, make_params
from salesnb.source import folders, store
from salesnb.source.book import open_book
from salesnb.source.leftovers import mark, remove, sweep, work_folder
from salesnb.source.reading import VARIABLE, tell_kernels
from salesnb.source.store import READINGS, input_hashes, stored
from tests.reports import AUGUST, AUGUST_LATER, COLUMNS, write_deals

DAY = dt.date(2026, 10, 5)


@pytest.fixture
def params(tmp_path):
    write_deals(tmp_path, AUGUST)
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "p.yaml").write_text("company: T\ndata: {deals: deals.csv}\n")
    return load_params(tmp_path / "p.yaml")


def won(source) -> int:
    found = open_book(make_params({"company": "T", "data": {"deals": "deals.csv"}}), "2026-08", source=source)
    return int((found.deals.collect(backend="pandas").to_native()["status"] == "won").sum())


def cut(path):
    path.write_bytes(path.read_bytes()[:-20])


def flipped(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(bytes(data))


def other_snapshot(path):
    told = json.loads(path.read_text())
    path.write_text(json.dumps(told | {"snapshot": "2020-01-01"}))


DAMAGES = {
    "a table is cut": lambda f: cut(f / "deals.parquet"), "a byte is another": lambda f: flipped(f / "deals.parquet"),
    "a table is gone": lambda f: (f / "deals.parquet").unlink(), "the ledger is empty": lambda f: (f / "ledger.parquet").write_bytes(b""),
    "meta is cut": lambda f: cut(f / "meta.json"), "meta is gone": lambda f: (f / "meta.json").unlink(),
    "meta is a list": lambda f: (f / "meta.json").write_text("[1]"), "meta says another day": lambda f: other_snapshot(f / "meta.json"),
    "an empty folder": lambda f: (shutil.rmtree(f), f.mkdir()), "a file": lambda f: (shutil.rmtree(f), f.write_text("x")),
    "meta is a folder": lambda f: ((f / "meta.json").unlink(), (f / "meta.json").mkdir()), "meta is no text": lambda f: (f / "meta.json").write_bytes(b"\xff\xfe\x00"),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_store_is_made_anew(params, damage):
    first = stored(params, DAY)
    assert won(first) == 3  # 1, 2 and 4: the seventh was still open in August
    DAMAGES[damage](first.folder)
    again = stored(params, DAY)
    assert again.folder == first.folder and again.snapshot == first.snapshot and won(again) == 3
    assert [path.name for path in first.folder.parent.iterdir()] == [first.folder.name]


def test_a_store_copied_from_elsewhere_and_foreign_files_are_not_believed(params, tmp_path):
    first = stored(params, DAY)
    write_deals(tmp_path, AUGUST_LATER)
    other = stored(params, DAY)
    shutil.rmtree(other.folder)
    shutil.copytree(first.folder, other.folder)  # the tables of another export under this name
    (other.folder.parent / "notes.txt").write_text("mine")
    assert won(stored(params, DAY)) == 2 and len(stored(params, DAY).ledger) == len(other.ledger)
    assert stored(params, DAY).inputs == other.inputs and (other.folder.parent / "notes.txt").exists()


def test_a_store_that_cannot_be_replaced_is_named(params, monkeypatch):
    folder = stored(params, DAY).folder
    cut(folder / "deals.parquet")

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(folders.os, "replace", refuse)
    with pytest.raises(DataError, match=rf"{folder.name} is damaged and cannot be removed\. Remove it by hand"):
        stored(params, DAY)


def test_a_full_disk_is_one_message(params, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store.folders, "seal", full)
    with pytest.raises(DataError, match="cannot be kept in .*No space left on device"):
        stored(params, DAY)
    assert not list((params.root / ".salesnb/store").iterdir())


def test_the_day_has_no_part_in_the_name_unless_a_fact_was_still_to_come(params, tmp_path):
    assert stored(params, DAY).folder == stored(params, DAY + dt.timedelta(days=400)).folder
    # a deal created on 1 November is no fact in October; from that day on it is
    write_deals(tmp_path, [*AUGUST, ["9", "Ann", "2026-11-01", "", "Open", 1, "Site"]])
    early, late = stored(params, DAY), stored(params, dt.date(2026, 11, 1))
    assert (str(early.snapshot), str(late.snapshot)) == ("2026-09-30", "2026-11-01")
    assert early.folder == stored(params, dt.date(2026, 10, 31)).folder != late.folder
    assert late.folder == stored(params, dt.date(2027, 1, 1)).folder


def test_an_export_that_changes_while_it_is_read_is_read_again_or_refused(params, tmp_path, monkeypatch):
    made, times, changes = store.make_canonical, [], iter(range(100, 200))

    def changing(con, told, today):
        found = made(con, told, today)
        times.append(1)
        if len(times) <= limit:
            write_deals(tmp_path, [*AUGUST, [str(next(changes)), *AUGUST[0][1:]]])
        return found

    monkeypatch.setattr(store, "make_canonical", changing)
    limit = 1
    assert stored(params, DAY).inputs == input_hashes(params) and len(times) == 2
    write_deals(tmp_path, AUGUST)
    limit = 99
    times.clear()
    with pytest.raises(DataError, match="the export changes while it is read"):
        stored(params, DAY)
    assert len(times) == READINGS


def test_a_query_is_asked_every_time_and_named_by_what_came(tmp_path, monkeypatch):
    monkeypatch.setenv("CRM_URL", f"sqlite:///{tmp_path / 'crm.db'}")
    engine = create_engine(os.environ["CRM_URL"])
    add = text(f"insert into d values ({', '.join(f':{c}' for c in COLUMNS)})")
    with engine.begin() as con:
        con.execute(text(f"create table d ({', '.join(f'{c} text' for c in COLUMNS)})"))
        con.execute(add, [dict(zip(COLUMNS, map(str, row), strict=True)) for row in AUGUST])
    asked = make_params(
        {"company": "T", "data": {"deals": {"url": "env:CRM_URL", "sql": "select * from d"}}}, root=tmp_path
    )
    first = stored(asked, DAY)
    other_order = make_params(
        {"company": "T", "data": {"deals": {"url": "env:CRM_URL", "sql": "select * from d"}}}, root=tmp_path
    )
    with engine.begin() as con:  # the same rows in another order
        con.execute(text("create table e as select * from d order by deal_id desc"))
        con.execute(text("delete from d"))
        con.execute(text("insert into d select * from e"))
    assert stored(other_order, DAY).folder == first.folder
    with engine.begin() as con:
        con.execute(text("update d set status = 'Won' where deal_id = '3'"))
    assert stored(asked, DAY).folder != first.folder and won(stored(asked, DAY)) == 4


def test_the_kernels_of_a_run_stand_on_its_reading_whatever_becomes_of_the_files(params, tmp_path, monkeypatch):
    source = stored(params)
    text = (tmp_path / "p.yaml").read_text()
    work = work_folder("kernels-", tmp_path)
    environment = tell_kernels(work, tmp_path / "p.yaml", text, params, source)
    monkeypatch.setenv(VARIABLE, environment[VARIABLE])
    write_deals(tmp_path, AUGUST_LATER)
    (tmp_path / "p.yaml").write_text(text.replace("company: T", "company: Other"))
    found = open_book(tmp_path / "p.yaml", "2026-08")
    assert found.params.company == "T" and found._source.folder == source.folder
    (tmp_path / "q.yaml").write_text(text)  # another company's params in the same kernel are read as they are
    (tmp_path / "later.csv").write_text((tmp_path / "deals.csv").read_text())
    (tmp_path / "q.yaml").write_text(text.replace("deals.csv", "later.csv"))
    assert open_book(tmp_path / "q.yaml", "2026-08")._source.inputs != source.inputs
    monkeypatch.delenv(VARIABLE)
    assert open_book(tmp_path / "p.yaml", "2026-08")._source.inputs != source.inputs


def test_a_project_that_cannot_be_written_has_its_store_in_a_private_folder(params, tmp_path, monkeypatch):
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / ".salesnb").write_text("")  # no folder can be made here
    folder = stored(params, DAY).folder.parent
    assert folder.parent == tmp_path / "tmp" and stat.S_IMODE(folder.stat().st_mode) == 0o700
    folder.chmod(0o777)
    (folder / "planted").write_text("")
    assert not (stored(params, DAY).folder.parent / "planted").exists()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    shutil.rmtree(folder)
    (tmp_path / "elsewhere").mkdir()
    folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DataError, match="belongs to somebody else"):
        stored(params, DAY)


def test_only_what_a_dead_process_of_this_machine_left_is_cleared_away(tmp_path):
    host = mark().split("-")[0]
    dead, mine, other, plain = (
        tmp_path / f"writing-{name}" for name in (f"{host}-4194305-a", f"{mark()}a", "00000000-1-a", "abc")
    )
    for folder in (dead, mine, other, plain):
        folder.mkdir()
    (tmp_path / f"writing-{host}-4194305-file").write_text("")
    assert {path.name for path in sweep(tmp_path, "writing-")} == {dead.name, f"{dead.name[:-1]}file"}
    old = dt.datetime.now().timestamp() - 2 * 86_400
    for folder in (mine, other, plain):
        os.utime(folder, (old, old))
    assert sweep(tmp_path, "writing-") == sorted([other, plain]) and mine.exists()
    assert sweep(Path("no such folder"), "writing-") == []


def test_a_number_that_another_process_has_by_now_and_the_folders_of_others_are_told_apart(tmp_path):
    host = mark().split("-")[0]
    mine = work_folder("salesnb-", tmp_path)
    assert f"-{os.getpid()}." in mine.name or not Path("/proc/self/stat").exists()
    again = tmp_path / f"salesnb-{host}-{os.getpid()}.zzzz-a".replace(
        "zzzz", "0000" if ".0000-" not in mark() else "0001"
    )
    others = tmp_path / "salesnb-notes"  # somebody's own, of any age
    for folder in (again, others):
        folder.mkdir()
    os.utime(others, (0, 0))
    there = {mine.name, others.name} | (set() if Path("/proc/self/stat").exists() else {again.name})
    sweep(tmp_path, "salesnb-", marked=True)
    assert {path.name for path in tmp_path.iterdir()} == there


def test_a_folder_into_which_somebody_still_writes_is_removed(tmp_path, monkeypatch):
    place, real, times = tmp_path / "work", shutil.rmtree, []
    place.mkdir()

    def crossed(path, **rest):
        real(path, **rest)
        times.append(path)
        if len(times) < 3:  # a kernel that is about to end made the folder full again
            place.mkdir()
            (place / "late").write_text("x")

    monkeypatch.setattr(shutil, "rmtree", crossed)
    remove(place)
    assert not place.exists() and len(times) == 3


def test_what_is_left_half_written_goes_also_when_nothing_is_read_anew(params):
    folder = stored(params, DAY).folder
    dead = folder.parent / f"writing-{mark().split('-')[0]}-4194305-a"
    dead.mkdir()
    assert stored(params, DAY).folder == folder and not dead.exists()


def test_a_packed_parquet_file_leaves_no_copy(params, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "t"))
    (tmp_path / "t").mkdir()
    monkeypatch.setattr("salesnb.source.leftovers._own", {})
    frame = pd.DataFrame(AUGUST, columns=COLUMNS)
    duckdb.from_df(frame).write_parquet(str(tmp_path / "deals.parquet"))
    with zipfile.ZipFile(tmp_path / "crm.zip", "w") as packed:
        packed.write(tmp_path / "deals.parquet", "deals.parquet")
    (tmp_path / "p.yaml").write_text("company: T\ndata: {deals: crm.zip/deals.parquet}\n")
    assert won(stored(load_params(tmp_path / "p.yaml"), DAY)) == 3
    assert not [path for path in (tmp_path / "t").rglob("*") if path.is_file()]
