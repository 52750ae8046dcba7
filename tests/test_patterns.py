"""Patterns of the engine in every alphabet: tests, footers, and no class of characters that knows English alone."""

import ast
import re
from pathlib import Path

import duckdb
import pytest

from salesnb.errors import ParamError
from salesnb.formats.fold import fold
from salesnb.params import make_params
from salesnb.source.parsed import folded
from salesnb.source.patterns import FOOTER, TEST_TITLE
from tests.exports import deals, opened, written

PACKAGE = Path(__file__).parents[1] / "salesnb"
PERL = re.compile(r"(?<!\\)(?:\\\\)*\\[wWbBdDsS]")


def matches(pattern: str, text: str) -> bool:
    con = duckdb.connect()
    return con.execute(f"SELECT regexp_matches({folded('t')}, '{pattern}') FROM (SELECT ? AS t)", [text]).fetchone()[0]


def engine_strings(path: Path):
    """Literal parts of a module that reach the engine: of every expression that calls one of its regexp functions."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [p.value for p in node.values if isinstance(p, ast.Constant)]
            if any("regexp_" in part for part in parts):
                yield from ((node.lineno, part) for part in parts)
        elif isinstance(node, ast.Constant) and "regexp_" in str(node.value) and id(node) not in docs:
            yield node.lineno, node.value


def test_no_class_of_english_letters_meets_text_in_the_engine():
    found = [
        f"{path.relative_to(PACKAGE)}:{line}: {text.strip()[:80]}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for line, text in engine_strings(path)
        if PERL.search(text)
    ]
    assert not found, found


def test_no_statement_that_reads_an_export_has_a_class_of_english_letters(tmp_path, monkeypatch):
    asked = []

    class Recorded:
        def __init__(self, con):
            self._con = con

        def execute(self, sql, *rest):
            asked.append(sql)
            return self._con.execute(sql, *rest)

        def __getattr__(self, name):
            return getattr(self._con, name)

    from salesnb.source import store

    monkeypatch.setattr(store, "connect", lambda *args: Recorded(duckdb.connect()))
    written(tmp_path, [["at", "kind", "deal_id"], ["3 сен 2026 г. 10:00", "Звонок", "1"]], "touches.csv")
    written(tmp_path, [["month", "metric", "value"], ["2026-09", "deals", "12,5"]], "plans.csv")
    head = [
        "deal_id",
        "title",
        "manager",
        "created_at",
        "closed_at",
        "status",
        "amount",
        "pipeline",
        "stage",
        "source",
        "is_target",
    ]
    rows = [["1", "Насос", "Анна", "01/09/2026 10:00", "30.09.2026", "Won", "1 200,50 ₽", "П", "Э (П)", "нет", "да"]]
    opened(tmp_path, [head, *rows], data={"deals": "deals.csv", "touches": "touches.csv", "plans": "plans.csv"})
    texts = [text for sql in asked for text in re.findall(r"'((?:[^']|'')*)'", sql)]
    assert len(asked) > 50 and not [text for text in texts if PERL.search(text)]


TESTS = {
    "Тест", "тест 2", "ТЕСТ!!!", "Тестовая сделка", "тестовый лид №3", "тестовое", "«Тест»", "test", "Test deal", "test_lead_7", "TEST - 1",
    "тест тест", "Тестова угода", "Тестовая заявка (тест)", "Τεστ", "ΔΟΚΙΜΉ", "Сынақ", "Тест мәміле", "Test Anlaşma", "Test Auftrag",
}  # fmt: skip
DEALS = {
    "Аттестация рабочих мест", "Тестомес для пекарни", 'ООО "Нефтестрой"', "Тестирование склада", "Contest prizes", "Тест-драйв BMW",
    "Протест", "Attest", "Testo GmbH", "Testarossa", "Αττεστ", "Тестілеу қызметі", "Testere", "Тестов Иван", "Latest", "тесто", "Test stand for pumps",
    "Sınav testi", "Teststrecke Nord", "Насос КМ-80", "123",
}  # fmt: skip


@pytest.mark.parametrize("title", sorted(TESTS))
def test_a_title_that_says_that_it_is_a_test(title):
    assert matches(TEST_TITLE, title)


@pytest.mark.parametrize("title", sorted(DEALS))
def test_a_title_with_such_letters_in_a_word_is_a_deal(title):
    assert not matches(TEST_TITLE, title)


FOOTERS = {
    "Итого", "Итого:", "ИТОГО: 2", "Всего сделок: 10", "Итого по менеджеру Иванова", "Общий итог", "Итоги", "Количество записей: 5", "Барлығы",
    "Жиыны: 5", "Всього", "Разом:", "Summe", "Gesamtsumme: 3", "Zwischensumme", "Total général", "Sous-total", "Toplam", "TOPLAM: 3", "Genel Toplam",
    "Σύνολο", "ΣΎΝΟΛΟ: 4", "Razem", "Celkem", "Grand Totals (8490 records)", "Total", "Subtotal", "Total for September", "Totals:", "合计",
    "Copyright (c) 2000-2026 salesforce.com", "Confidential Information - Do Not Distribute", "— Итого —", "Total 4 deals", "Suma", "Totale",
}  # fmt: skip
CLIENTS = {
    "Итого Плюс", "Total SA", "TotalEnergies", "Всеволод", "Итогов Пётр", "Всегодня", "Summer AG", "Summetz", "Toplamacı", "Totally",
    "Gesamtkunstwerk", "Σύνολος", "Разомов", "Барлығын", "Total Gas Ltd", "Subtotalle", "Иванова",
}  # fmt: skip


@pytest.mark.parametrize("text", sorted(FOOTERS))
def test_a_row_that_sums_up(text):
    assert matches(FOOTER, text)


@pytest.mark.parametrize("text", sorted(CLIENTS))
def test_a_name_that_begins_like_a_total(text):
    assert not matches(FOOTER, text)


@pytest.mark.parametrize("word", ["Итого", "Summe", "Toplam", "Σύνολο", "Барлығы"])
def test_footers_of_every_table_are_set_aside_and_full_rows_stay(tmp_path, word):
    written(
        tmp_path,
        [
            ["deal_id", "amount", "due_on", "paid_on"],
            ["1", "100", "25.09.2026", "25.09.2026"],
            [word, "300000", "", ""],
        ],
        "payments.csv",
    )
    written(tmp_path, [["manager", "team"], ["Иванова", "А"], [word, "Б"], [f"{word}: 2", ""]], "managers.csv")
    written(tmp_path, [["client_id", "name"], ["1", "А"], [word, "Total SA"]], "clients.csv")
    data = {"deals": "deals.csv", "payments": "payments.csv", "managers": "managers.csv", "clients": "clients.csv"}
    rows = [
        ["deal_id", "manager", "created_at", "closed_at", "status"],
        ["1", "Иванова", "2026-09-01", "2026-09-30", "Won"],
    ]
    found = opened(tmp_path, rows, data=data)
    kept = {
        name: getattr(found, name).collect(backend="pandas").to_native().iloc[:, 0].tolist() for name in list(data)[1:]
    }
    assert sorted(kept["managers"]) == sorted(["Иванова", word]) and kept["clients"] == ["1", word]
    assert found.payments.collect(backend="pandas").to_native().amount.tolist() == [100.0]
    assert found.ledger.groupby("table").rule.agg(list).to_dict() == {"managers": ["footer"], "payments": ["footer"]}


TITLED = [
    ["deal_id", "title", "manager", "created_at", "closed_at", "status"],
    ["1", "Аттестация рабочих мест", "А", "2026-09-01", "2026-09-30", "Won"],
    ["2", "Тестирование склада", "А", "2026-09-01", "2026-09-30", "Lost"],
    ["3", "Тест", "А", "2026-09-01", "2026-09-30", "Lost"],
    ["4", "test deal 2", "А", "2026-09-01", "2026-09-30", "Lost"],
]


def test_what_is_left_out_as_a_test_is_an_assumption_and_can_be_kept(tmp_path):
    found = opened(tmp_path, TITLED)
    assert deals(found).index.tolist() == ["1", "2"]
    told = next(one for one in found.assumed if one.code == "tests left out")
    assert told.values == {"table": "deals", "heading": "title", "rows": 2, "examples": ["test deal 2", "Тест"]}
    kept = opened(tmp_path, TITLED, data={"deals": "deals.csv", **told.change["data"]})
    assert deals(kept).index.tolist() == ["1", "2", "3", "4"] and not kept.assumed
    with pytest.raises(ParamError, match="tests"):
        make_params({"company": "T", "data": {"deals": "d.csv", "reading": {"tests": "count"}}})


@pytest.mark.parametrize(
    "word", ["İPTAL", "satış", "SATIŞ", "ΧΑΜΈΝΟΣ", "χαμένος", "Straße", "Ёж\u00a0 ёж", "Қазақ ӘЛЕМ", "Їжак", " Verlorene\tAnfrage "]
)  # fmt: skip
def test_a_word_is_folded_alike_here_and_in_the_engine(word):
    con = duckdb.connect()
    assert con.execute(f"SELECT {folded('t')} FROM (SELECT ? AS t)", [word]).fetchone()[0] == fold(word)


@pytest.mark.parametrize(
    ("won", "lost"),
    [
        ("KAZANILDI", "İptal"),
        ("ΚΕΡΔΙΣΜΈΝΗ", "Χαμένος"),
        ("ЖЕҢІЛДІ ЕМЕС", "жеңілді"),
        ("Gewonnen", "Verlorén ẞ"),
        ("УСПІХ", "Втрачено"),
    ],
)
def test_status_words_are_known_in_any_case_and_alphabet(tmp_path, won, lost):
    rows = [
        ["deal_id", "manager", "created_at", "closed_at", "status"],
        ["1", "А", "2026-09-01", "2026-09-30", won],
        ["2", "А", "2026-09-01", "2026-09-30", lost],
    ]
    words = {"status": {"won": [won.swapcase() if won.isascii() else won.capitalize()], "lost": [lost]}}
    assert deals(opened(tmp_path, rows, values=words)).status.tolist() == ["won", "lost"]
