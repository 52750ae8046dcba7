"""Every file in tests/bad has one fault, and one message that says what was found and what to do."""

import shutil
from pathlib import Path

import pytest

from salesnb.errors import DataError
from salesnb.params import make_params
from salesnb.source.book import open_book

BAD = Path(__file__).parent / "bad"
MESSAGES = {
    "all-tests.csv": r"not one of the 2 rows can be used: test \(2\)",
    "binary.csv": "is not a text file",
    "broken.csv.gz": "not a readable gz file",
    "broken.parquet": "is not a readable Parquet file. Export it again",
    "broken.xlsx": "cannot be opened as a workbook",
    "broken.zip": "not a readable zip file",
    "thai.csv": r"the encoding of thai.csv cannot be told.*encoding",
    "empty-sheet.xlsx": "has headings but no rows",
    "empty.csv": "empty.csv is empty",
    "far-corner.xlsx": r"reaches to XFD1048576: 17,179,869,105 blank cells.*blank_cells",
    "headings-only.csv": "has headings but no rows",
    "long-id.xlsx": "has more digits than a workbook keeps",
    "names-for-ids.csv": r"12 of 12 rows of names-for-ids.csv share their id.*deal_id: row",
    "no-dates.csv": "parses as a date.*'soon'.*created_at",
    "no-headings.csv": r"has no row of headings: its first row is '1 | Ann | Deal 1 ",
    "no-id.csv": r"not one of the 4 rows can be used: no deal id \(4\)",
    "no-manager.csv": "no column for manager.*columns:",
    "no-status-words.csv": "neither won, lost nor open by anything known: 'Zakryto' .*values: status",
    "one-column.csv": "does not look like a table",
    "only-a-footer.csv": r"not one of the 1 rows can be used: footer \(1\)",
    "open-quote.csv": "a quote that opens in line 3 is never closed",
    "page.xls": "is a web page that is named as a table",
    "prose.csv": "does not look like a table",
    "readme.zip": "readme.txt does not look like a table",
    "report.pdf": "is a PDF, not a table",
    "rounded-ids.csv": r"rounded by a spreadsheet: '1.23E\+18' in row 2, 12 like it",
    "two-quotes.csv": "a quote opens in line 6 and closes in line 10, with records between",
    "two-separators.csv": "parted by ',', but in 10 lines, the first in line 12, by ';': two exports in one file",
    "wrong-bit.csv.gz": r"not a readable gz file: CRC check failed",
    "wrong-bit.zip": r"not a readable zip file",
    "zero-filled-ids.csv": r"rounded by a spreadsheet: '1234567890123400000'",
}


def params(folder, name):
    return make_params({"company": "T", "data": {"deals": name}}, root=folder)


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_a_bad_file_gives_one_message_that_says_what_to_do(name, tmp_path):
    shutil.copy(BAD / name, tmp_path / name)
    with pytest.raises(DataError, match=f"(?s){MESSAGES[name]}") as raised:
        open_book(params(tmp_path, name))
    assert str(tmp_path) not in str(raised.value)


@pytest.mark.parametrize("note", ["Moscow, Tver street\n5, flat 2", "a\nb, c, d, e, f, g\nh", "one,\ntwo"])
def test_a_note_of_several_lines_is_no_record(tmp_path, note):
    head = "deal_id,title,manager,status,amount,created_at,closed_at"
    (tmp_path / "d.csv").write_text(f'{head}\n1,"{note}",Ann,won,5,2026-08-01,2026-08-02\n')
    assert open_book(params(tmp_path, "d.csv"), "2026-08").rows["read"] == 1


def test_a_line_that_is_a_note_with_another_separator_is_no_second_export(tmp_path):
    head = "deal_id,title,manager,status,amount,created_at,closed_at"
    (tmp_path / "d.csv").write_text(f"{head}\n1,A,Ann,won,5,2026-08-01,2026-08-02\na;b;c;d;e;f;g\n")
    assert open_book(params(tmp_path, "d.csv"), "2026-08").rows["read"] == 2


def test_every_bad_file_is_tried():
    assert {path.name for path in BAD.iterdir()} == set(MESSAGES)


def test_a_missing_file_names_what_lies_beside_it(tmp_path):
    (tmp_path / "deal.csv").write_text("deal_id\n1\n")
    with pytest.raises(DataError, match="there is no file 'deals.csv'. Did you mean 'deal.csv'"):
        open_book(params(tmp_path, "deals.csv"))
