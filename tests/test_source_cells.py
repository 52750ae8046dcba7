"""Cells that look alike and are not, cells that stand for several rows, columns that are blank, names that are taken."""

import datetime as dt

import openpyxl
import pandas as pd
import pytest

from salesnb.errors import ParamError
from salesnb.measures.conversion import conversion
from salesnb.params import make_params
from salesnb.source.book import book, open_book
from tests.exports import deals, opened, rules, said, written

HEAD = ["deal_id", "manager", "created_at", "closed_at", "status", "amount", "channel"]
DAY, END = dt.date(2026, 9, 1), dt.date(2026, 9, 30)


def workbook(folder, rows, merged, name="deals.xlsx"):
    work = openpyxl.Workbook()
    for row in rows:
        work.active.append(row)
    for cells in merged:
        work.active.merge_cells(cells)
    work.save(folder / name)


def test_a_cell_merged_over_rows_says_the_same_of_each(tmp_path):
    rows = [
        ["Deals of September", *[None] * 6],
        HEAD,
        [1, "Ann", DAY, END, "Won", 10, "Site"],
        [2, None, DAY, END, "Lost", 20, None],
        [3, None, DAY, END, "Won", 30, None],
        [4, "Bo", DAY, END, "Won", 40, "Phone"],
        [None] * 7,
        [5, None, DAY, END, "Lost", 50, "Phone"],
    ]
    workbook(tmp_path, rows, ["A1:G1", "B3:B5", "G3:G5", "B6:B8"])
    found = opened(tmp_path, name="deals.xlsx")
    assert found.rows == {"read": 5, "kept": 5, "merged": 0, "set_aside": 0}  # the blank row stays blank
    assert deals(found).manager.tolist() == ["Ann", "Ann", "Ann", "Bo", "Bo"]
    rates = conversion(found.closer_deals, by="manager", period="2026-09").set_index("manager")
    assert (rates.won["Ann"], rates.closed["Ann"], rates.won["Bo"], rates.closed["Bo"]) == (2, 3, 1, 2)
    filled = found.ledger[found.ledger.rule == "merged cell"]
    assert list(zip(filled.line, filled.value, strict=True)) == [
        (4, "channel"), (4, "manager"), (5, "channel"), (5, "manager"), (8, "manager"),
    ]  # fmt: skip
    assert found.summary.mended[0] == 3


def test_a_sum_merged_over_product_lines_is_counted_once(tmp_path):
    rows = [
        [*HEAD, "product"],
        ["1", "Ann", DAY, END, "Won", 100, "Site", "A"],
        [None, None, None, None, None, None, None, "B"],
    ]
    workbook(tmp_path, rows, [f"{letter}2:{letter}3" for letter in "ABCDEFG"])
    found = opened(tmp_path, name="deals.xlsx")
    assert found.rows == {"read": 2, "kept": 1, "merged": 1, "set_aside": 0}
    assert deals(found).amount.tolist() == [100.0]


def test_headings_under_merged_titles_are_found(tmp_path):
    rows = [
        ["deal_id", "manager", "dates", None, "money", None, "channel"],
        [None, None, "created_at", "closed_at", "status", "amount", None],
        ["1", "Ann", DAY, END, "Won", 10, "Site"],
    ]
    workbook(tmp_path, rows, ["A1:A2", "B1:B2", "C1:D1", "E1:F1", "G1:G2"])
    found = opened(tmp_path, name="deals.xlsx")
    assert found.rows["kept"] == 1 and rules(found) == {}
    assert deals(found)[["manager", "channel", "amount"]].iloc[0].tolist() == ["Ann", "Site", 10.0]


def test_characters_that_nobody_sees_do_not_make_two_people(tmp_path):
    people = [
        "Анна Иванова",
        "\ufeffАнна Иванова\u00a0",
        "Анна\u00a0Иванова",
        "Анна\u200b Ива\u00adнова",
        " Анна  Иванова ",
    ]
    channels = ["Site", "Site\u200d", "\u00a0Site", "Si\u2060te", "Site\u200c"]
    rows = [
        [str(n), who, "2026-09-01", "2026-09-30", "Won" if n < 2 else "Lost", "1\u00a0000,50", where]
        for n, (who, where) in enumerate(zip(people, channels, strict=True))
    ]
    found = opened(tmp_path, [HEAD, *rows])
    rates = conversion(found.closer_deals, by=["manager", "channel"], period="2026-09")
    assert rates[["manager", "channel", "won", "closed"]].values.tolist() == [["Анна Иванова", "Site", 2, 5]]
    assert deals(found).amount.tolist() == [1000.5] * 5
    told = found.ledger[found.ledger.rule == "invisible characters"]
    assert dict(zip(told.line, told.value, strict=True)) == {
        3: "manager, channel", 4: "manager, channel", 5: "manager, channel", 6: "channel",
    }  # fmt: skip


def test_what_stands_beside_a_no_break_space_says_whether_it_is_told(tmp_path):
    titles = {
        "A\u00a0B": True, "A\u00a0\u00a0B": True, "\u00a0\u00a0A": True, "A\u00a0\u00a0": True, "5\u00a0A\u00a0B": True,
        "1\u00a0000": False, "1\u00a0000\u00a0руб": False, "m²\u00a0x": False, "Ⅱ\u00a0x": False, "a -\u00a0- b": False, "A": False,
    }  # fmt: skip
    head = [*HEAD, "title"]
    rows = [[str(n), "A", "2026-09-01", "2026-09-30", "Won", "5", "Site", title] for n, title in enumerate(titles)]
    found = opened(tmp_path, [head, *rows])
    told = set(found.ledger[found.ledger.rule == "invisible characters"].line)
    assert told == {line for line, seen in enumerate(titles.values(), start=2) if seen}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_headings_that_come_again_are_no_deal_and_are_told(tmp_path, kind):
    deal = ["A", "2026-09-01", "2026-09-30", "Won", "5", "Site"]
    rows = [HEAD, ["1", *deal], HEAD, ["2", *deal], ["deal_id", *deal]]
    path = tmp_path / f"d.{kind}"
    table = pd.DataFrame(rows)
    table.to_csv(path, index=False, header=False) if kind == "csv" else table.to_excel(path, index=False, header=False)
    found = open_book(make_params({"company": "T", "data": {"deals": path.name}}, root=tmp_path), "2026-09")
    assert set(deals(found).index) == {"1", "2", "deal_id"}
    told = found.ledger[found.ledger.rule == "headings again"]
    assert told.line.tolist() == [3] and found.rows["read"] == 3


def test_a_blank_column_is_said(tmp_path):
    rows = [[str(n), "" if n else "A", "2026-09-01", "2026-09-30", "Won", "" if n < 2 else "5", ""] for n in range(4)]
    found = opened(tmp_path, [HEAD, *rows])
    told = said(found)
    assert told["blank manager"] == {"heading": "manager", "rows": 3, "of": 4}
    assert told["blank channel"] == {"heading": "channel", "rows": 4, "of": 4}
    assert told["blank amount"] == {"heading": "amount", "rows": 2, "of": 4}
    full = [[str(n), "A", "2026-09-01", "2026-09-30", "Won", "5", "Site"] for n in range(20)]
    full[0][1] = full[0][5] = ""  # one of twenty is the usual gap
    told = said(opened(tmp_path, [HEAD, *full]))
    assert not {code for code in told if code.startswith("blank")}
    assert told["some not known"] == {
        "columns": [["manager", 1, 20], ["amount", 1, 20]]
    }  # said all the same, in one line
    full[0][1] = full[0][5] = "A"
    assert "some not known" not in said(opened(tmp_path, [HEAD, *(row[:5] + ["5", "Site"] for row in full)]))


NAMED = [
    HEAD,
    *[[f"a{n}", "A", "2026-09-01", "2026-09-30", "Won", "1", "all"] for n in range(3)],
    *[[f"s{n}", "A", "2026-09-01", "2026-09-30", "Lost", "1", "Site"] for n in range(2)],
    ["u", "A", "2026-09-01", "2026-09-30", "Lost", "1", "unknown"],
]
SMALL = {"other_channel_closed": 0}


def test_a_channel_that_is_called_as_the_department_can_be_asked_for(tmp_path):
    found = opened(tmp_path, NAMED, thresholds=SMALL)
    assert found.channels == ["Site", "all (2)", "unknown"]
    assert said(found)["channel renamed"] == {"rows": 3, "old": "all", "new": "all (2)"}

    def closed(channel):
        own = opened(tmp_path, channel=channel, thresholds=SMALL)
        return int(conversion(own.closer_deals, period="2026-09").closed.iloc[0])

    assert [closed(name) for name in (None, "all", "all (2)", "Site", "unknown")] == [6, 6, 3, 2, 1]


def test_the_new_name_of_a_channel_holds_in_every_table_and_in_memory(tmp_path):
    leads = [
        ["lead_id", "created_at", "status", "channel"],
        ["1", "2026-09-01", "new", "all"],
        ["2", "2026-09-01", "new", "Site"],
    ]
    written(tmp_path, leads, "leads.csv")
    more = {"data": {"deals": "deals.csv", "leads": "leads.csv"}, "thresholds": SMALL}
    own = opened(tmp_path, NAMED, channel="all (2)", **more)
    assert own.leads.collect(backend="pandas").to_native().lead_id.tolist() == ["1"]
    frame = pd.DataFrame(NAMED[1:], columns=HEAD).assign(status=lambda t: t["status"].str.lower(), amount=1.0)
    assert (
        book(frame, month="2026-09", channel="all (2)", thresholds=SMALL).deals.collect(backend="pandas").shape[0] == 3
    )


def test_a_plan_for_all_is_the_departments_where_no_channel_is_called_so(tmp_path):
    written(tmp_path, [["month", "metric", "value", "channel"], ["2026-09", "deals", "5", "all"]], "plans.csv")
    found = opened(tmp_path, [HEAD, NAMED[4]], data={"deals": "deals.csv", "plans": "plans.csv"})
    assert found.plans.collect(backend="pandas").to_native().channel.tolist() == ["all"]
    assert "channel renamed" not in said(found)


def test_a_month_after_the_export_names_the_last_complete_one(tmp_path):
    rows = [HEAD, ["1", "A", "2026-08-01", "2026-09-15", "Won", "1", "Site"]]
    for month in ("2026-10", "2027-03"):
        with pytest.raises(ParamError, match=f"month {month} is not in the data.*2026-09-15.*--month 2026-08"):
            opened(tmp_path, rows, month=month)
    assert opened(tmp_path, rows, month="2026-09").as_of == dt.date(2026, 9, 15)  # the month of the snapshot has begun


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"channels": ["Site", "Sight"]}, "unknown channel 'Sight' in `channels` of the params. Did you mean 'Site'"),
        ({"channels": [{"name": "Phone"}]}, "unknown channel 'Phone'"),
        ({"benchmark": "Boo"}, "unknown sales rep 'Boo' in `benchmark` of the params. Did you mean 'Bo'"),
    ],
)
def test_names_that_the_data_do_not_have_are_refused(tmp_path, change, message):
    rows = [HEAD, ["1", "Bo", "2026-09-01", "2026-09-30", "Won", "1", "Site"]]
    with pytest.raises(ParamError, match=message):
        opened(tmp_path, rows, **change)
    assert opened(tmp_path, rows, channels=["Site", "Other"], benchmark="Bo").channels == ["Site"]


def test_spellings_that_differ_in_case_or_in_letters_that_look_alike_are_one_name_and_said(tmp_path):
    head = ["deal_id", "manager", "created_at", "closed_at", "status", "channel", "source"]
    words = [("Avito", "Выставки"), ("avito", "Выставки"), ("Avito", "Bыставки"), ("AVITO", "Fair"), ("Авито", "fair")]
    rows = [[str(n), "Ann", "2026-08-01", "2026-08-05", "won", *pair] for n, pair in enumerate(words)]
    found = opened(tmp_path, [head, *rows], month="2026-08")
    table = deals(found)
    assert list(table.channel) == [
        "Avito",
        "Avito",
        "Avito",
        "Avito",
        "Авито",
    ]  # another alphabet is another name until told
    assert list(table.source) == ["Выставки"] * 3 + ["Fair"] * 2
    merged = {one.values["heading"]: one.values["words"] for one in found.notices if one.code == "one name"}
    assert merged == {"channel": "AVITO → Avito, avito → Avito", "source": "Bыставки → Выставки, fair → Fair"}


def test_a_product_line_without_an_amount_is_said(tmp_path):
    head = [*HEAD, "product"]
    row = ["Ann", "2026-09-01", "2026-09-30", "Won"]
    lines = [
        ["1", *row, "100", "Site", "Tea"],
        ["1", *row, "", "Site", "Mug"],
        ["2", *row, "7", "Site", "Tea"],
        ["2", *row, "8", "Site", "Mug"],
    ]
    found = opened(tmp_path, [head, *lines])
    assert deals(found).amount.tolist() == [100, 15]
    assert said(found)["lines without an amount"] == {"heading": "amount", "rows": 1, "of": 2, "example": "1"}
    lines[1][5] = "0"
    assert "lines without an amount" not in said(opened(tmp_path, [head, *lines]))
    lines[0][5] = lines[1][5] = ""  # no line has one: the deal has none
    assert "lines without an amount" not in said(opened(tmp_path, [head, *lines]))
