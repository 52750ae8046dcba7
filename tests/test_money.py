"""Amounts as people write them: read as they are meant or not at all, never with another sign or size."""

import duckdb
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesnb.formats.currency import currency_code, readings
from salesnb.source.numbers import parse_number
from salesnb.source.parsed import Settings
from tests.exports import deals, opened, rules, said, written

HEAD = ["deal_id", "manager", "created_at", "closed_at", "status", "amount"]


def read(cells, money=True, **named):
    """(number, currency) of each cell of one column, and what was assumed."""
    con = duckdb.connect()
    con.execute("CREATE TABLE t (x VARCHAR, i INT)")
    con.executemany("INSERT INTO t VALUES (?, ?)", [[cell, place] for place, cell in enumerate(cells)])
    found = parse_number(con, "t", "x", Settings(**named), money)
    return con.execute(f"SELECT {found.expression}, {found.currency} FROM t r ORDER BY i").fetchall(), found.assumed


def numbers(cells, money=True, **named):
    return [number for number, _ in read(cells, money, **named)[0]]


ONE_WAY = {  # a cell alone in its column → amount and the code of its currency
    "1.5E7": (15e6, None), "1,5E+07": (15e6, None), "2e-1": (0.2, None), "7000.-": (7000, None), "7000,-": (7000, None),
    "400 000,-": (400000, None), "7000.--": (7000, None), "7000,– kr": (7000, "SEK"), "-400,-": (-400, None), "500-": (-500, None),
    "500,00- EUR": (-500, "EUR"), "-500": (-500, None), "−500": (-500, None), "–500": (-500, None), "- 500 ₽": (-500, "RUB"),
    "-$500": (-500, "USD"), "$-500": (-500, "USD"), "$ -500.00": (-500, "USD"), "(1,234.50)": (-1234.5, None), "(1 234,50 ₽)": (-1234.5, "RUB"),
    "($1,234.50)": (-1234.5, "USD"), "$(500)": (-500, "USD"), "+500": (500, None), "500.": (500, None), ".50": (0.5, None), "-,5": (-0.5, None),
    "1000 р": (1000, "RUB"), "2000р": (2000, "RUB"), "2000р.": (2000, "RUB"), "5 руб": (5, "RUB"), "5 руб.": (5, "RUB"), "5 рублей": (5, "RUB"),
    "US$ 1,234.50": (1234.5, "USD"), "R$ 1.234,56": (1234.56, "BRL"), "A$5.50": (5.5, "AUD"), "HK$ 5": (5, "HKD"), "₹1,00,000": (100000, "INR"),
    "₹12,34,567.50": (1234567.5, "INR"), "Rs. 500": (500, "INR"), "₹5 lakh": (500000, "INR"), "₹ 2 Cr": (2e7, "INR"), "zł 500": (500, "PLN"),
    "500,50 zł": (500.5, "PLN"), "kr 2 500": (2500, "SEK"), "¥300": (300, "JPY"), "5000 so'm": (5000, "UZS"), "5000 soʻm": (5000, "UZS"),
    "5000 сум": (5000, "UZS"), "5 000 тенге": (5000, "KZT"), "5 000 ₸": (5000, "KZT"), "6000 грн": (6000, "UAH"), "6000 грн.": (6000, "UAH"),
    "CHF 1'234.50": (1234.5, "CHF"), "1’234’567.80": (1234567.8, None), "500 Kč": (500, "CZK"), "₩5000": (5000, "KRW"), "₺1.234,5": (1234.5, "TRY"),
    "S/ 20": (20, "PEN"), "500 Ft": (500, "HUF"), "฿ 20": (20, "THB"), "20 lei": (20, "RON"), "XOF 500": (500, "XOF"), "$500 USD": (500, "USD"),
    "15 тыс. руб.": (15000, "RUB"), "15 т.р.": (15000, "RUB"), "1.5M": (1.5e6, None), "1,5 млн": (1.5e6, None), "2 млрд руб": (2e9, "RUB"),
    "15k": (15000, None), "15К": (15000, None), "$1.5M": (1.5e6, "USD"), "2 Mio. €": (2e6, "EUR"), "3 mln zł": (3e6, "PLN"), "5k€": (5000, "EUR"),
    "2 million": (2e6, None), "1 bn": (1e9, None), "12 500,00|RUB": (12500, "RUB"), "78050.50|Рубль": (78050.5, "RUB"), "١٢٣٤": (1234, None),
    "١٬٢٣٤٫٥٦": (1234.56, None), "१२३४": (1234, None), "１２３４．５０": (1234.5, None), "1\u202f234,5": (1234.5, None), "1\u2009000": (1000, None),
    "€ 1.234,50": (1234.5, "EUR"), "1,234,567": (1234567, None), "1.234.567": (1234567, None), "1 234.567": (1234.57, None), "0,125": (0.13, None),
    "1234.567": (1234.57, None), "000": (0, None), "0.000": (0, None),
}  # fmt: skip


@pytest.mark.parametrize("cell", sorted(ONE_WAY))
def test_an_amount_that_reads_one_way(cell):
    amount, code = ONE_WAY[cell]
    [(number, word)], assumed = read([cell])
    assert (number, word and currency_code(word), assumed) == (amount, code, ())


UNREAD = [
    "12 5", "12.05.2026", "1|2", "10%", "1e400", "123456789012345678", "+7 916 123-45-67", "12-15", "500 - 700", "~500", "около 500", "от 500",
    ">500", "500/мес", "500 руб. с НДС", "€500 USD", "(500", "500)", "((500))", "(-500)", "--500", "500 CR", "1,2,3", "1.2.3", "1,23,4", "abc12",
    "12abc", "5 т", "5x", "1.234,5.6", "15 лямов", "1.234 млн", "500 (пятьсот)", "№5", "1 000 00", "0.125.000", "2026 500", "12345,678.90", "1000.000.000", "USD - 500", "500 -", "5 apples",
]  # fmt: skip


@pytest.mark.parametrize("cell", UNREAD)
def test_an_amount_that_could_be_read_wrongly_is_not_read(cell):
    assert numbers([cell]) == [None]


@pytest.mark.parametrize(
    ("cells", "named", "amounts", "alternative"),
    [
        (["12.500", "54.900", "7.250", "100"], {}, [12500, 54900, 7250, 100], "."),
        (["12,500", "54,900"], {}, [12500, 54900], ","),
        (["12.500", "54.900"], {"decimal": "."}, [12.5, 54.9], None),
        (["12.500", "54.900"], {"decimal": ","}, [12500, 54900], None),
        (["12,500", "1"], {"decimal": ","}, [12.5, 1], None),
        (["12.500", "0.125"], {}, [12.5, 0.13], None),  # a leading zero: decimals
        (["12.500", "1234.500"], {}, [12.5, 1234.5], None),  # four digits before the point: decimals
        (["12.500", "54.900"], {"currency": "KWD"}, [12.5, 54.9], ","),
        (["12.500 BHD", "54.900 BHD"], {}, [12.5, 54.9], ","),
        (["12.500", "1.234.567"], {}, [12500, 1234567], None),
        (["12.500", "7,50"], {}, [12500, 7.5], None),
        (["12.500", "7000,-"], {}, [12500, 7000], None),
        (["12,500", "7.50"], {}, [12500, 7.5], None),
        (["12.345", "54.921", "3.5"], {}, [12.35, 54.92, 3.5], None),  # as a program writes fractions
        (["12.500", "54.900", "7.100", "3.50"], {}, [12500, 54900, 7100, 3.5], "."),  # as people type thousands
        (["1.234 млн", "1.5 млн"], {}, [1234000, 1500000], None),
    ],
)  # fmt: skip
def test_a_mark_before_three_digits_is_told_by_its_column(cells, named, amounts, alternative):
    found, assumed = read(cells, **named)
    assert [number for number, _ in found] == amounts
    assert [one.change for one in assumed] == ([{"data": {"reading": {"decimal": alternative}}}] if alternative else [])


def test_a_quantity_is_no_money():
    assert numbers(["12.500", "85%", "5 шт", "5м", "5k", "$5", "-3"], money=False) == [
        12.5,
        85,
        None,
        None,
        None,
        None,
        -3,
    ]


def spaced(text, mark):
    return text.replace(",", "\x00").replace(".", mark).replace("\x00", "\u00a0")


NOTATIONS = {  # how cents are written → a column of its own kind reads back
    "english": lambda a: f"{a:,.2f}", "plain": lambda a: f"{a:.2f}", "russian": lambda a: spaced(f"{a:,.2f}", ",") + " ₽",
    "german": lambda a: f"{a:,.2f}".translate(str.maketrans(",.", ".,")) + " €", "swiss": lambda a: "CHF " + f"{a:,.2f}".replace(",", "'"),
    "dollars": lambda a: f"${a:,.2f}" if a >= 0 else f"-${-a:,.2f}", "brackets": lambda a: f"{a:,.2f}" if a >= 0 else f"({-a:,.2f})",
    "after": lambda a: f"{a:,.2f}" if a >= 0 else f"{-a:,.2f}-", "minus": lambda a: f"{a:.2f}".replace("-", "−"), "exponent": lambda a: f"{a:.16E}",
    "thousands": lambda a: f"{a / 1000:.5f} тыс. руб.", "bar": lambda a: f"{a:.2f}".replace(".", ",") + "|RUB",
    "arabic": lambda a: f"{a:.2f}".translate(str.maketrans("0123456789.", "٠١٢٣٤٥٦٧٨٩٫")),
}  # fmt: skip


@settings(deadline=None)
@given(st.sampled_from(sorted(NOTATIONS)), st.lists(st.integers(-(10**11), 10**11), min_size=1, max_size=6))
def test_any_amount_in_any_notation_reads_back_in_a_column_of_its_kind(name, cents):
    amounts = [one / 100 for one in cents]
    assert numbers([NOTATIONS[name](amount) for amount in amounts]) == pytest.approx(amounts, abs=0.005)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(NOTATIONS)), st.integers(-(10**11), 10**11)), min_size=1, max_size=8))
def test_in_a_column_of_many_notations_each_cell_that_is_read_is_right(items):
    got = numbers([NOTATIONS[name](cents / 100) for name, cents in items])
    assert got == pytest.approx([cents / 100 for _, cents in items], abs=0.005)


@settings(deadline=None)
@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=6), st.sampled_from([".", ","]))
def test_thousands_without_decimals_are_never_a_thousandth_of_themselves(amounts, mark):
    assert numbers([f"{amount:,}".replace(",", mark) for amount in amounts]) == amounts


def row(number, amount, status="Won"):
    return [str(number), "A", "2026-09-01", "2026-09-30", status, amount]


def test_one_exponent_among_many_ordinary_amounts_is_in_the_sum(tmp_path):
    found = opened(tmp_path, [HEAD, *[row(n, "1000") for n in range(39)], row(39, "1.5E7")])
    assert deals(found).amount.sum() == 15_039_000 and "unread amounts" not in said(found)


def test_one_unread_amount_is_said_from_the_first(tmp_path):
    rows = [*[row(n, "1000") for n in range(99)], row(99, "15 лямов"), row(100, "около 5", "Lost")]
    told = said(opened(tmp_path, [HEAD, *rows]))["unread amounts"]
    assert told == {
        "table": "deals",
        "heading": "amount",
        "rows": 2,
        "won": 1,
        "of": 100,
        "examples": "'15 лямов', 'около 5'",
    }


def test_what_is_assumed_of_a_mark_names_its_place_and_reads_the_other_way_when_told(tmp_path):
    rows = [HEAD, *[row(n, amount) for n, amount in enumerate(["12.500", "54.900", "7.250", "100"])]]
    found = opened(tmp_path, rows)
    [told] = [one for one in found.assumed if one.code == "decimal"]
    assert deals(found).amount.tolist() == [12500, 54900, 7250, 100]
    assert told.values.items() >= {"table": "deals", "file": "deals.csv", "heading": "amount", "read": "12500", "or": "12.500", "cells": 3}.items()  # fmt: skip
    other = opened(tmp_path, rows, data={"deals": "deals.csv", **told.change["data"]})
    assert deals(other).amount.tolist() == [12.5, 54.9, 7.25, 100] and not other.assumed


def test_a_number_of_a_workbook_has_no_thousands_mark(tmp_path):
    work = openpyxl.Workbook()
    for line in [
        HEAD,
        ["1", "A", "2026-09-01", "2026-09-30", "Won", 12.345],
        ["2", "A", "2026-09-01", "2026-09-30", "Lost", 100],
    ]:
        work.active.append(line)
    work.save(tmp_path / "deals.xlsx")
    assert deals(opened(tmp_path, name="deals.xlsx")).amount.tolist() == [12.35, 100]


def test_a_decimal_of_parquet_has_no_thousands_mark(tmp_path):
    columns = "'1' AS deal_id, 'A' AS manager, DATE '2026-09-01' AS created_at, DATE '2026-09-30' AS closed_at, 'Won' AS status"
    duckdb.execute(
        f"COPY (SELECT {columns}, 12.5::DECIMAL(12, 3) AS amount) TO '{tmp_path}/deals.parquet' (FORMAT parquet)"
    )
    assert deals(opened(tmp_path, name="deals.parquet")).amount.tolist() == [12.5]


@pytest.mark.parametrize(
    ("word", "own", "codes"),
    [
        ("$", "USD", "USD"), ("$", "CAD", "CAD"), ("$", "RUB", "USD"), ("kr", "NOK", "NOK"), ("kr", "RUB", "SEK"), ("¥", "CNY", "CNY"),
        ("руб.", "BYN", "BYN"), ("руб.", "KZT", "RUB"), ("K", "ZMW", "ZMW"), ("p", "RUB", "RUB"), ("Rs", "PKR", "PKR"),
    ],
)  # fmt: skip
def test_a_shared_sign_is_the_companys_own_else_the_usual_one(word, own, codes):
    assert readings(word, own)[0] == codes


def test_a_letter_is_a_currency_only_where_it_is_the_companys():
    assert readings("K") == readings("p") == readings("p", "EUR") == readings("apples") == ()


def test_a_shared_sign_that_moves_a_sum_is_an_assumption(tmp_path):
    found = opened(tmp_path, [HEAD, row(1, "$100"), row(2, "US$ 100")], currency="CAD")
    assert deals(found).amount.fillna(-1).tolist() == [100, -1]
    [told] = [one for one in found.assumed if one.code == "currency"]
    assert (told.values["word"], told.values["chosen"], told.values["alternative"]) == ("$", "CAD", "USD")
    other = opened(tmp_path, [HEAD, row(1, "$100"), row(2, "US$ 100")], currency="CAD", values=told.change["values"])
    assert deals(other).amount.isna().all() and not other.assumed
    assert not opened(tmp_path, [HEAD, row(1, "$100")], currency="USD").assumed


def test_amounts_of_every_table_are_in_the_companys_currency(tmp_path):
    written(
        tmp_path,
        [
            ["deal_id", "amount", "paid_on"],
            ["1", "$10", "2026-09-30"],
            ["1", "€10", "2026-09-30"],
            ["1", "10", "2026-09-30"],
        ],
        "payments.csv",
    )
    data = {"deals": "deals.csv", "payments": "payments.csv"}
    found = opened(tmp_path, [HEAD, row(1, "1000")], data=data, rates={"USD": 90})
    table = found.payments.collect(backend="pandas").to_native()
    assert table.amount.fillna(-1).tolist() == [900, -1, 10]
    assert said(found)["no rate"] == {"table": "payments", "rows": 1, "of": 3, "words": "EUR (1)"}
    assert rules(found)[("no rate for the currency", "mended")] == 1
