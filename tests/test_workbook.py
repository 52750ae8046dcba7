"""The Excel workbook: every table of the page in words and numbers that Excel can use, and nothing that it would run."""

import datetime as dt
import io

import nbformat
import openpyxl
import pandas as pd
from nbformat.v4 import new_code_cell, new_notebook

from salesnb.formats import Voice
from salesnb.render.display import Details, Group, Text
from salesnb.render.tables import Column, table
from salesnb.report.files import safe_cell, write_csv
from salesnb.report.workbook import tables_of, write_workbook
from salesnb.topics import words
from tests.reports import HOSTILE

DEALS = pd.DataFrame(
    {"deal_id": ["=1+1"], "title": [HOSTILE], "status": ["won"], "channel": ["unknown"], "amount": [5.0],
     "closed_at": [pd.Timestamp("2026-09-30")], "link": ["https://x.example/1"]}
)  # fmt: skip


def opened(tables, language="en"):
    made = write_workbook(tables, DEALS, Voice(language))
    assert made == write_workbook(tables, DEALS, Voice(language))
    return openpyxl.load_workbook(io.BytesIO(made))


def sheet(frame, columns, language="en"):
    """The sheet of one table, as rows of cells."""
    shown = table(frame, Voice(language), "Caption", columns)
    return opened(shown.tables, language)["Caption"]


def values(sheet, row):
    return [cell.value for cell in sheet[row]]


def test_text_that_looks_like_a_formula_stays_text(tmp_path):
    frame = pd.DataFrame({"a": ["=1+1", "@x", "-5", "ok"], "n": [-5.0, 1, 2, 3]})
    assert safe_cell(-5.0) == -5.0
    assert "'=1+1" in write_csv(tmp_path / "t.csv", frame).read_text(encoding="utf-8-sig")
    made = {
        "caption": "A/B: [x]",
        "columns": [{"name": "a", "label": "A", "kind": "text"}],
        "rows": [["=HYPERLINK(1)"]],
    }
    book = opened([made])
    assert book.sheetnames[0] == "Contents"
    for cell in (book["A B x"]["A4"], book["Counted deals"]["A2"]):
        assert cell.value in ("=HYPERLINK(1)", "=1+1") and cell.data_type == "s"


def test_tables_inside_folds_and_groups_are_in_the_workbook_and_in_its_contents():
    def one(caption):
        return table(pd.DataFrame({"a": [1]}), Voice(), caption, [Column("a", "A", "count")])

    shown = Group(one("First"), Details("More", Text("words"), one("Second"), Group(one("Third"))))
    bundle = shown._repr_mimebundle_()
    cell = new_code_cell("", outputs=[nbformat.v4.new_output("display_data", bundle)])
    found = tables_of([new_notebook(cells=[cell])])
    assert [one["caption"] for one in found] == ["First", "Second", "Third"]
    contents = opened(found)["Contents"]
    assert [row[0].value for row in contents.iter_rows(min_row=2)] == ["Counted deals", "First", "Second", "Third"]
    assert contents["A5"].hyperlink.location == "'Third'!A1"


def test_points_are_points_and_the_ends_of_an_interval_have_names():
    frame = pd.DataFrame({"m": ["Ann"], "c": [0.3], "low": [0.2], "high": [0.4], "d": [-0.0478]})
    columns = [
        Column("m", "Rep"),
        Column("c", "Conversion", "percent", low="low", high="high"),
        Column("d", "Change", "points"),
    ]
    found = sheet(frame, columns)
    assert values(found, 3) == ["Rep", "Conversion", "Conversion, from", "Conversion, to", "Change"]
    assert values(found, 4) == ["Ann", 0.3, 0.2, 0.4, -4.78]
    assert found["E4"].number_format == '+0.0" pp";"−"0.0" pp";0.0" pp"' and found["B4"].number_format == "0.0%"
    assert "п.\xa0п." in sheet(frame, columns, "ru")["E4"].number_format


def test_what_the_page_withholds_the_workbook_withholds():
    frame = pd.DataFrame({"m": ["Ann", "Bo", "Cy"], "closed": [1, 50, 7], "c": [0.0, 0.3, 0.5], "low": [0.0, 0.2, 0.2],
                          "high": [0.79, 0.4, 0.8], "v": ["below", "above", "above"]})  # fmt: skip
    columns = [Column("m", "Rep"), Column("closed", "Closed", "count"), Column("c", "C", "percent", low="low", high="high", n="closed"),
               Column("v", "Verdict", "verdict", n="closed", said=words.verdict)]  # fmt: skip
    found = sheet(frame, columns)
    assert values(found, 4) == ["Ann", 1, "n < 5", None, None, "– too few deals"]
    assert values(found, 5) == ["Bo", 50, 0.3, 0.2, 0.4, "▲ stands out above"]
    assert values(found, 6)[5] == "– too few deals"


def test_dates_are_dates_links_are_links_and_blanks_are_blank():
    frame = pd.DataFrame({"t": ["a", "b"], "u": ["https://x.example/1", "javascript:alert(1)"], "d": [dt.date(2026, 9, 1)] * 2,
                          "m": ["2026-09"] * 2, "blank": [""] * 2, "x": [5.0, None]})  # fmt: skip
    columns = [Column("t", "T", "link", url="u"), Column("d", "D", "date"), Column("m", "M", "month"), Column("blank", "B"), Column("x", "X", "money")]  # fmt: skip
    found = sheet(frame, columns)
    assert values(found, 4) == ["a", dt.datetime(2026, 9, 1), dt.datetime(2026, 9, 1), None, 5]
    assert values(found, 3)[4] == "X, ₽" and found["E5"].value is None
    assert found["A4"].hyperlink.target == "https://x.example/1" and found["A5"].hyperlink is None
    assert sheet(frame, columns, "ru")["B4"].number_format == "dd.mm.yyyy"
    assert found.freeze_panes == "B4" and found.auto_filter.ref == "A3:E5"


def test_the_counted_deals_stand_in_the_words_of_the_language():
    english, russian = opened([])["Counted deals"], opened([], "ru").worksheets[1]
    assert values(english, 1)[2:4] == ["Channel", "Status"]
    assert "won" in values(english, 2) and "not known" in values(english, 2)
    assert not {"won", "unknown", "Status", "Amount"} & {*values(russian, 1), *values(russian, 2)}
