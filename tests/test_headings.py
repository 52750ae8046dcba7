"""Which row of a file holds the headings, told by the rows below; headings that cannot stand in the engine as they are."""

import random

import openpyxl
import pytest

from salesnb.errors import DataError
from salesnb.params import make_params
from salesnb.source.book import open_book
from salesnb.source.engine import connect
from salesnb.source.headings import heading_place, unique_headings
from salesnb.source.read import read_source
from salesnb.source.recognise import _all_headings

WANTED = _all_headings()


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ([["Ref", "Do Not Call", "Last Activity", "Lead Source"], ["x1", "No", "Modified", "web"]], 0),
        ([["Nr", "Vertreter", "Art"], ["a1", "Email", "Source"], ["a2", "Company", "Status"], ["a3", "Email", "No"]], 0),
        ([["Report of September"], [], ["Nr", "Wer", "Wann"], ["1", "Ann", "2026-09-01"], ["2", "Bo", "2026-09-02"]], 2),
        ([["Filter", "Owner = all"], ["Nr", "Wer", "Wann", "Wert"], ["1", "Ann", "2026-09-01", "5"], ["2", "Bo", "2026-09-02", "7"]], 1),
        ([["Deal", "Deal", "Client", "Client"], ["Title", "Amount", "Company", "Email"], ["A", "5", "Acme", "a@b.c"], ["B", "6", "Bolt", "b@b.c"]], 1),
        ([["", "", ""], ["ID", "Status", "Owner"], ["1", "won", "Ann"]], 1),
        ([["Name", "Status"], ["Name", "Status"], ["A", "won"]], 0),
        ([["Сделка", "Кто", "Когда"], ["Насос", "Анна", "01.09.2026"], ["Кран", "Пётр", "02.09.2026"]], 0),
        ([["ID", None, "Owner"], [1.0, "x", "Ann"], [2.0, "y", "Bo"]], 0),
    ],
)  # fmt: skip
def test_the_heading_row_is_told_by_the_rows_below(rows, place):
    assert heading_place(rows, WANTED) == place


def wide(rng):
    """37 columns, the last heading empty, and records full of words that are headings elsewhere."""
    headings = ["Nr", "Verkäufer", "Angelegt", "Geschlossen", "Ergebnis", *(f"Feld {n}" for n in range(31)), ""]
    words = ["No", "web", "Source", "Email", "Company", "Status", "7", "", ""]
    rows = [
        [
            f"a{n}",
            rng.choice("ABC"),
            f"2026-08-{n % 28 + 1:02}",
            f"2026-09-{n % 28 + 1:02}",
            rng.choice(["won", "lost"]),
        ]
        + [rng.choice(words) for _ in range(32)]
        for n in range(9240)
    ]
    return headings, rows


def test_a_wide_file_whose_last_heading_is_empty_keeps_its_headings_and_its_last_column(tmp_path):
    headings, rows = wide(random.Random(3))
    lines = [",".join(row) for row in [headings, *rows]]
    (tmp_path / "deals.csv").write_text("\n".join(lines), encoding="utf-8")
    params = make_params({"company": "T", "data": {"deals": "deals.csv"}}, root=tmp_path)
    con = connect()
    found = read_source(con, "deals.csv", "deals", params, WANTED)
    assert found.headings == (*headings[:-1], "column 37")
    assert con.execute("SELECT count(*) FROM raw_deals").fetchall() == [(9240,)]


def test_a_workbook_finds_the_same_row_as_a_text(tmp_path):
    headings, rows = wide(random.Random(3))
    book = openpyxl.Workbook()
    for row in [["Export"], headings, *rows[:60]]:
        book.active.append(row)
    book.save(tmp_path / "deals.xlsx")
    params = make_params({"company": "T", "data": {"deals": "deals.xlsx"}}, root=tmp_path)
    found = read_source(connect(), "deals.xlsx", "deals", params, WANTED)
    assert found.headings == (*headings[:-1], "column 37")


def test_a_workbook_without_headings_is_named_as_such(tmp_path):
    book = openpyxl.Workbook()
    for n in range(1, 9):
        book.active.append([n, "Ann", f"2026-09-0{n}", "won", n * 10])
    book.save(tmp_path / "deals.xlsx")
    with pytest.raises(DataError, match="no row of headings: its first row is '1 | Ann | 2026-09-01 | won | 10'"):
        open_book(make_params({"company": "T", "data": {"deals": "deals.xlsx"}}, root=tmp_path))


def test_no_two_headings_are_one_column():
    names = unique_headings(["A", "a", "A (2)", "Deal ID", "deal_id", "_file", "column 7", "", "№", "#"])
    folded = [name.casefold() for name in names]
    assert len(set(folded)) == len(names) and "_file" not in folded
    assert names[:5] == ["A", "a (2)", "A (2) (2)", "Deal ID", "deal_id (2)"]


def test_headings_that_reading_uses_itself_are_kept_as_columns(tmp_path):
    odd = ["_file", "_line", "_file_no", "_id", "_rid", "_fate", "_raw_hash", "_line_hash", "_stage", "_unread_amount", "_flag",
           "column 4", "Note", "NOTE", "note", "select", "rule"]  # fmt: skip
    headings = ["deal_id", "manager", "created_at", "closed_at", "status", *odd]
    rows = [[str(n), "Ann", "2026-08-01", f"2026-09-1{n}", "won", *(f"{name} {n}" for name in odd)] for n in range(4)]
    (tmp_path / "deals.csv").write_text("\n".join(",".join(row) for row in [headings, *rows]), encoding="utf-8")
    found = open_book(make_params({"company": "T", "data": {"deals": "deals.csv"}}, root=tmp_path))
    table = found.deals.collect(backend="pandas").to_native()
    held = {value for column in table.columns for value in table[column].astype(str)}
    assert {f"{name} {n}" for name in odd for n in range(4)} <= held
    assert found.rows == {"read": 4, "kept": 4, "merged": 0, "set_aside": 0}
