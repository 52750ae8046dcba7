"""What each CRM writes in its own way: money with its currency, currencies by name, flags, closings in columns apart."""

import pytest

from salesnb.formats.currency import currency_code
from salesnb.measures.conversion import conversion
from salesnb.source.engine import connect
from salesnb.source.numbers import parse_number
from tests.exports import deals, opened, rules, said

BITRIX = [
    "ID",
    "Стадия сделки",
    "Сумма",
    "Ответственный",
    "Дата создания",
    "Предполагаемая дата закрытия",
    "Сделка закрыта",
]
WON, LOST = "Сделка успешна", "Сделка провалена"


def test_money_and_currency_in_one_cell_are_both_read(tmp_path):
    rows = [
        BITRIX,
        ["1", WON, "12 500,00|RUB", "Анна", "01.09.2026", "10.09.2026", "Y"],
        ["2", WON, "1\u00a0000,50|RUB", "Анна", "01.09.2026", "11.09.2026", "Y"],
        ["3", LOST, "10|USD", "Анна", "01.09.2026", "30.09.2026", "Y"],
        ["4", WON, "10|EUR", "Анна", "01.09.2026", "12.09.2026", "Y"],
        ["4", WON, "2,50|EUR", "Анна", "01.09.2026", "12.09.2026", "Y"],
    ]
    found = opened(tmp_path, rows, preset="bitrix24", rates={"EUR": 100})
    table = deals(found)
    assert found.rows == {"read": 5, "kept": 4, "merged": 1, "set_aside": 0}  # deal 4 has two product lines
    assert table.amount.fillna(-1).tolist() == [12500.0, 1000.5, -1, 1250.0]  # (10 + 2.50) euros at 100
    assert table.currency.tolist() == ["RUB", "RUB", "USD", "EUR"]
    assert rules(found)[("no rate for the currency", "mended")] == 1
    assert said(found)["no rate"] == {"table": "deals", "rows": 1, "of": 4, "words": "USD (1)"}


@pytest.mark.parametrize(
    ("cell", "amount", "word"),
    [
        ("12 500,00|RUB", 12500.0, "RUB"),
        ("78050.50|Рубль", 78050.5, "Рубль"),
        ("100|", 100.0, None),
        ("1|2", None, None),
        ("5", 5.0, None),
    ],
)
def test_the_bar_of_a_cell_of_money(cell, amount, word):
    con = connect()
    con.execute("create table t (x varchar)")
    con.execute("insert into t values (?)", [cell])
    found = parse_number(con, "t", "x", money=True)
    assert con.execute(f"select {found.expression}, {found.currency} from t r").fetchall() == [(amount, word)]


def test_an_amount_in_old_roubles_is_in_roubles():
    con = connect()
    con.execute("create table t as select '500 RUR' as x")
    found = parse_number(con, "t", "x", money=True)
    assert con.execute(f"select {found.expression}, {found.currency} from t r").fetchall() == [(500.0, "RUR")]
    assert currency_code("RUR") == "RUB"


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("Рубль", "RUB"), ("руб.", "RUB"), ("₽", "RUB"), ("RUR", "RUB"), ("Российский рубль", "RUB"), ("rub", "RUB"),
        ("Доллар США", "USD"), ("US Dollar", "USD"), ("$", "USD"), ("Euro", "EUR"), ("Евро", "EUR"), ("Тенге", "KZT"),
        ("Белорусский рубль", "BYN"), ("RUB - Russian Ruble", "RUB"), ("USD / EUR", None), ("у.е.", None), ("", None),
    ],
)  # fmt: skip
def test_a_currency_is_known_by_its_name(word, code):
    assert currency_code(word) == code


def test_the_companys_own_currency_needs_no_rate_however_it_is_named(tmp_path):
    head = ["deal_id", "manager", "created_at", "closed_at", "status", "amount", "currency"]
    names = ["Рубль", "руб.", "₽", "RUR", "", "Доллар США", "Тугрик", "Кредит"]
    rows = [[str(n), "A", "2026-09-01", "2026-09-30", "Won", "10", name] for n, name in enumerate(names)]
    spelled = {"currency": {"RUB": ["Кредит"]}}
    found = opened(tmp_path, [head, *rows], rates={"USD": 90}, values=spelled)
    table = deals(found)
    assert table.amount.fillna(-1).tolist() == [10.0] * 5 + [900.0, -1, 10.0]
    assert table.currency.tolist() == ["RUB"] * 5 + ["USD", "ТУГРИК", "RUB"]
    assert said(found)["no rate"]["words"] == "ТУГРИК (1)"


SALESFORCE = [
    "Id",
    "Name",
    "StageName",
    "Amount",
    "CloseDate",
    "CreatedDate",
    "IsClosed",
    "IsWon",
    "OwnerId",
    "LeadSource",
]
OPPORTUNITIES = [
    SALESFORCE,
    ["006A", "a", "Contract Signed", "10", "9/20/2026", "9/1/2026", "true", "true", "Ann", "Web"],
    ["006B", "b", "Dropped", "20", "9/30/2026", "9/1/2026", "true", "false", "Ann", "Web"],
    ["006C", "c", "Dropped", "30", "9/29/2026", "9/2/2026", "1", "0", "Bo", "Web"],
    ["006D", "d", "Prospecting", "40", "12/1/2026", "9/3/2026", "false", "false", "Bo", "Web"],
    ["006E", "e", "Closed Won", "50", "9/25/2026", "9/3/2026", "", "", "Bo", "Web"],
]


def test_flags_of_an_api_export_say_what_is_won_and_lost(tmp_path):
    found = opened(tmp_path, OPPORTUNITIES, preset="salesforce", month="2026-09")
    table = deals(found)
    assert table.status.tolist() == ["won", "lost", "lost", "open", "won"]  # the last has no flags: its stage says it
    assert table.stage.tolist() == [row[2] for row in OPPORTUNITIES[1:]]
    row = conversion(found.closer_deals, period="2026-09").iloc[0]
    assert (row.won, row.closed, row.conversion) == (2, 4, 0.5)
    assert str(table.expected_close_at["006D"].date()) == "2026-12-01"


def test_flags_decide_before_the_words_of_the_params(tmp_path):
    words = {"status": {"won": ["Dropped"], "lost": ["Contract Signed", "Closed Won"], "open": ["Prospecting"]}}
    found = opened(tmp_path, OPPORTUNITIES, preset="salesforce", month="2026-09", values=words)
    assert deals(found).status.tolist() == ["won", "lost", "lost", "open", "lost"]  # the last has no flags
    assert said(found)["flag and word differ"]["rows"] == 3


PIPEDRIVE = ["Deal - ID", "Deal - Title", "Deal - Owner", "Deal - Value", "Deal - Status", "Deal - Deal created",
             "Deal - Won time", "Deal - Lost time"]  # fmt: skip


def test_won_and_lost_times_are_closing_dates(tmp_path):
    rows = [
        PIPEDRIVE,
        ["1", "a", "Ann", "10", "Won", "2026-09-01 10:00:00", "2026-09-11 10:00:00", ""],
        ["2", "b", "Ann", "20", "Lost", "2026-09-01 10:00:00", "", "2026-09-06 10:00:00"],
        ["3", "c", "Bo", "30", "Won", "2026-09-01 10:00:00", "2026-09-30 10:00:00", "2026-09-02 10:00:00"],
        ["4", "d", "Bo", "40", "Open", "2026-09-01 10:00:00", "", "2026-09-02 10:00:00"],
        ["5", "e", "Bo", "50", "Lost", "2026-09-01 10:00:00", "", "soon"],
        ["6", "f", "Bo", "60", "Lost", "2026-09-01 10:00:00", "2026-09-02 10:00:00", "2026-09-20 10:00:00"],
    ]
    found = opened(tmp_path, rows, preset="pipedrive")
    table = deals(found)
    days = [None if d != d else d.day for d in table.closed_at]
    assert days == [11, 6, 30, None, None, 20]  # deals 3 and 6 were closed twice: the last closing counts
    assert table.expected_close_at.isna().all()  # deal 4 was opened again: nothing is expected on the day it was lost
    row = conversion(found.closer_deals, period="2026-09").iloc[0]
    assert (row.won, row.closed) == (2, 4)
    assert rules(found) == {("closed_at: not a time", "mended"): 1, ("no closing date", "mended"): 1}
    told = {"rows": 1, "of": 5, "won": 0, "won_of": 2, "lost": 1, "lost_of": 3}
    assert said(found)["no closing date"] == told | {"unequal": False, "dated": 0.5, "all": 0.4}


def test_a_column_of_all_closings_wins_over_those_apart(tmp_path):
    rows = [
        [*PIPEDRIVE, "Deal - Deal closed on"],
        ["1", "a", "Ann", "10", "Won", "2026-09-01 10:00:00", "2026-09-11 10:00:00", "", "2026-09-12 10:00:00"],
    ]
    assert deals(opened(tmp_path, rows, preset="pipedrive", month="2026-09")).closed_at.iloc[0].day == 12


HUBSPOT = ["Record ID", "Deal Name", "Deal Stage", "Amount", "Close Date", "Deal owner", "Pipeline", "Create Date"]


def test_a_stage_followed_by_its_pipeline_is_that_stage(tmp_path):
    rows = [
        HUBSPOT,
        ["1", "a", "Closed Won (Sales Pipeline)", "10", "2026-09-10", "Ann", "Sales Pipeline", "2026-09-01"],
        ["2", "b", "Closed Lost (Sales Pipeline)", "20", "2026-09-30", "Ann", "Sales Pipeline", "2026-09-01"],
        ["3", "c", "Negotiation (price)", "30", "2026-10-30", "Bo", "Sales Pipeline", "2026-09-02"],
        ["4", "d", "Closed Won (Partners)", "40", "2026-09-12", "Bo", "Partners", "2026-09-02"],
    ]
    table = deals(opened(tmp_path, rows, preset="hubspot", month="2026-09"))
    assert table.status.tolist() == ["won", "lost", "open", "won"]
    assert table.stage.tolist() == ["Closed Won", "Closed Lost", "Negotiation (price)", "Closed Won"]


def test_a_closing_date_from_the_days_on_which_end_stages_were_entered(tmp_path):
    head = [h for h in HUBSPOT if h != "Close Date"]
    head += ['Date entered "Closed Won (Sales Pipeline)"', 'Date entered "Closed Lost (Sales Pipeline)"']
    rows = [
        head,
        ["1", "a", "Closed Won", "10", "Ann", "Sales Pipeline", "2026-09-01", "2026-09-05", ""],
        ["2", "b", "Closed Lost", "20", "Ann", "Sales Pipeline", "2026-09-01", "", "2026-09-30"],
    ]
    found = opened(tmp_path, rows, preset="hubspot")
    assert [day.day for day in deals(found).closed_at] == [5, 30]
    assert found.stages.collect(backend="pandas").shape[0] == 2


def test_an_export_in_which_nothing_is_won_says_which_words_it_has(tmp_path):
    head = ["deal_id", "manager", "created_at", "closed_at", "status"]
    found = opened(
        tmp_path, [head, ["1", "A", "2026-09-01", "", "Paid"], ["2", "A", "2026-09-30", "2026-09-30", "Lost"]]
    )
    assert said(found)["none won"] == {"words": "'Lost' (1), 'Paid' (1)"} and "none lost" not in said(found)


def test_not_yet_closed_is_nothing_and_a_column_that_cannot_be_read_is_a_remark(tmp_path):
    head = ["deal_id", "manager", "created_at", "closed_at", "status", "amount"]
    rows = [
        ["1", "A", "2026-09-01", "не закрыта", "New", "x"],
        ["2", "A", "2026-09-01", "2026-09-30", "Won", "5"],
        ["3", "A", "2026-09-01", "2026-09-30", "Lost", "5"],
    ]
    found = opened(tmp_path, [head, *rows])
    assert rules(found) == {("amount: not a money", "mended"): 1}
    told = {"table": "deals", "heading": "amount", "rows": 1, "won": 0, "of": 1, "examples": "'x'"}
    assert said(found)["unread amounts"] == told and "unread column" not in said(found)
