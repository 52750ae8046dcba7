"""Words of closed lists, words for nothing, wrapped cells, and what the ledger hides."""

import pytest

from salesnb.source.ledger import HEADING, discreet
from salesnb.source.vocabulary import WORDS, _plain, value_of
from tests.exports import deals, opened, rules, said, written

HEAD = ["deal_id", "manager", "created_at", "closed_at", "status", "channel", "source"]


def row(number, channel="Site", source="web", manager="Ann"):
    return [str(number), manager, "2026-09-01", "2026-09-30", "Won", channel, source]


def table(found, name):
    return getattr(found, name).collect(backend="pandas").to_native()


def beside(folder, name, rows):
    """A book of one deal and another table."""
    written(folder, rows, f"{name}.csv")
    return opened(folder, [HEAD, row(1)], data={"deals": "deals.csv", name: f"{name}.csv"})


MEANT = {
    ("touches", "result", "missed"): "пропущенный пропущенная пропущено пропущены Пропущенные пропущен неотвеченный непринятый BUSY FAILED CANCEL занято отменён отменена Недозвон NOANSWER",
    ("touches", "result", "answered"): "ANSWERED отвечен отвечена отвеченный Принятый принято Connected состоялся состоялась",
    ("touches", "result", "done"): "выполнена выполнено выполнены Выполненная завершён завершена COMPLETED",
    ("touches", "direction", "in"): "входящий входящая входящее Входящие incoming INBOUND",
    ("touches", "direction", "out"): "исходящий исходящая исходящее Исходящие outgoing OUTBOUND",
    ("touches", "kind", "call"): "call Звонок звонки Вызов Anruf қоңырау дзвінок",
    ("touches", "kind", "message"): "whatsapp WhatsApp Telegram СМС сообщение чат",
    ("payments", "status", "paid"): "оплачен Оплачена оплачено оплачены оплаченный проведён Paid",
    ("payments", "status", "invoiced"): "выставлен выставлена неоплачен неоплаченный unpaid",
    ("payments", "status", "refunded"): "возврат возвращён возвращена Refund",
    ("managers", "role", "farmer"): "Farmer фармер KAM",
    ("plans", "metric", "payments"): "оплаты Поступления payments",
}  # fmt: skip


@pytest.mark.parametrize(("table", "column", "value"), MEANT)
def test_a_word_in_any_gender_number_and_alphabet(table, column, value):
    words = MEANT[table, column, value].split()
    assert {word: value_of(word, table, column) for word in words} == dict.fromkeys(words, value)


@pytest.mark.parametrize(
    ("word", "kind", "direction", "result"),
    [
        ("Входящий звонок", "call", "in", None), ("исходящее письмо", "email", "out", None), ("Пропущенный вызов", "call", None, "missed"),
        ("incoming call", "call", "in", None), ("call_out", "call", "out", None), ("не отвечен", None, None, "missed"), ("NO ANSWER", None, None, "missed"),
        ("note", None, None, None), ("Заметка", None, None, None), ("Voicemail", None, None, "missed"), ("автоответчик", None, None, "missed"),
        ("Голосовая почта", None, None, "missed"), ("machine detected", None, None, "missed"), ("Left message", None, None, None), ("Connected - left info", None, None, None),
        ("calling card", None, None, None),
    ],
)  # fmt: skip
def test_words_of_two_parts_and_words_in_no_list(word, kind, direction, result):
    assert [value_of(word, "touches", column) for column in ("kind", "direction", "result")] == [
        kind,
        direction,
        result,
    ]


def test_no_word_stands_for_two_values():
    for lists in WORDS.values():
        meant = {}
        for value, words in lists.items():
            for word in (*words, value):
                assert meant.setdefault(_plain(word), value) == value, word


@pytest.mark.parametrize(
    ("preset", "heading", "column", "code", "value"),
    [
        ("bitrix24", "TYPE_ID", "kind", "2", "call"), ("bitrix24", "DIRECTION", "direction", "2", "out"),
        ("bitrix24", "CALL_TYPE", "direction", "2", "in"), ("bitrix24", "CALL_FAILED_CODE", "result", "304", "missed"),
        ("amocrm", "call_status", "result", "4", "answered"), ("canonical", "DIRECTION", "direction", "2", None),
        ("hubspot", "hs_call_disposition", "result", "9d9162e7-6cf3-4944-bf63-4dff82258764", "missed"),
    ],
)  # fmt: skip
def test_codes_of_an_api_are_known_under_its_preset_alone(preset, heading, column, code, value):
    assert value_of(code, "touches", column, preset, heading) == value


def test_words_of_touches_in_no_list_are_told_with_counts_and_stay(tmp_path):
    rows = [
        ["at", "kind", "direction", "result", "deal_id"],
        ["2026-09-02", "Звонок", "Входящий", "Пропущенный", "1"],
        *[["2026-09-03", "call", "исходящая", "Connected - left info", "1"]] * 2,
        ["2026-09-04", "whatsapp", "out", "Left message", "1"],
        ["2026-09-05", "note", "", "", "1"],
    ]
    rows[3] = ["2026-09-03 10:00", *rows[2][1:]]
    found = beside(tmp_path, "touches", rows)
    read = table(found, "touches")
    assert read.kind.tolist() == ["call", "call", "call", "message", "note"]
    assert read.direction.tolist()[:4] == ["in", "out", "out", "out"]
    assert read.result.tolist()[:4] == ["missed", "Connected - left info", "Connected - left info", "Left message"]
    told = {n.values["column"]: n.values["words"] for n in found.notices if n.code == "unlisted words"}
    assert told == {"kind": "'note' (1)", "result": "'Connected - left info' (2), 'Left message' (1)"}


@pytest.mark.parametrize(
    ("name", "head", "cells", "column", "words"),
    [
        ("payments", ["deal_id", "amount", "status"], ["оплачен", "частично оплачен"], "status", "'частично оплачен' (1)"),
        ("managers", ["manager", "role", "team"], ["хантер", "стажёр"], "role", "'стажёр' (1)"),
        ("plans", ["month", "metric", "value"], ["Выручка", "NPS"], "metric", "'NPS' (1)"),
        ("touches", ["at", "kind", "direction"], ["вх", "внутренний"], "direction", "'внутренний' (1)"),
        ("touches", ["at", "kind", "result"], ["не выполнена", "непонятно"], "result", "'непонятно' (1)"),
    ],
)  # fmt: skip
def test_every_closed_list_has_its_guard(tmp_path, name, head, cells, column, words):
    fill = {
        "deal_id": "1",
        "amount": "5",
        "month": "2026-09",
        "value": "5",
        "at": "2026-09-02",
        "kind": "call",
        "team": "A",
    }
    lines = [[cell if h == column else fill.get(h, f"M{n}") for h in head] for n, cell in enumerate(cells)]
    found = beside(tmp_path, name, [head, *lines])
    told = said(found)["unlisted words"]
    assert (told["table"], told["column"], told["words"], told["rows"], told["of"]) == (name, column, words, 1, 2)


def test_a_word_in_no_list_can_be_named_in_the_params_of_its_table(tmp_path):
    written(tmp_path, [["deal_id", "amount", "status"], ["1", "5", "Зачтено"]], "payments.csv")
    data = {"deals": "deals.csv", "payments": "payments.csv"}
    found = opened(tmp_path, [HEAD, row(1)], data=data, values={"payments.status": {"paid": ["зачтено"]}})
    assert table(found, "payments").status.tolist() == ["paid"] and "unlisted words" not in said(found)


def test_a_note_is_no_contact(tmp_path):
    from salesnb.measures.touches import by_people

    rows = [
        ["at", "kind", "deal_id"],
        ["2026-09-02", "note", "1"],
        ["2026-09-03", "sms", "1"],
        ["2026-09-04", "task", "1"],
    ]
    found = beside(tmp_path, "touches", rows)
    assert by_people(found).collect(backend="pandas").to_native()["kind"].tolist() == ["message"]


NOTHING = ["\\N", "NaT", "<NA>", "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#Н/Д", "#ЗНАЧ!", "#ССЫЛКА!", "#BEZUG!", "#¡REF!", "#AD?", "null", "NULL",
           "undefined", "(пусто)", "(blank)", "[null]", "N/A", "NA", "нет", "nan", "None", "-", "—", "не указан", "(not set)", "n.a."]  # fmt: skip


@pytest.mark.parametrize("word", NOTHING)
def test_a_word_for_nothing_is_no_channel_no_source_and_no_client(tmp_path, word):
    head = [*HEAD, "client_id", "amount"]
    rows = [[*row(1, word, word), word, word], [*row(2), "7", "5"]]
    found = opened(tmp_path, [head, *rows])
    assert deals(found).loc["1", ["channel"]].tolist() == ["unknown"]
    assert deals(found).loc["1", ["source", "client_id", "amount"]].isna().all()
    told = {n.values["heading"]: n.values["words"] for n in found.notices if n.code == "nothing words"}
    listed = "" if word in ("-", "—") else f"{word!r} (1)"
    assert told.get("channel", "") == told.get("source", "") == listed
    assert word in ("NA", "нет") or "unread amounts" not in said(found)


@pytest.mark.parametrize(
    "word", ["Null Anna", "#1", "#сайт", "Nanette", "Нетология", "N/A Corp", "NATO", "Undefined Ltd", "0"]
)
def test_a_name_with_such_a_word_in_it_stays(tmp_path, word):
    found = opened(tmp_path, [HEAD, row(1, word, word, word)])
    assert deals(found)[["channel", "source", "manager"]].iloc[0].tolist() == [
        word
    ] * 3 and "nothing words" not in said(found)


def test_a_no_beside_a_yes_and_a_region_beside_regions_are_values(tmp_path):
    rows = [row(1, "NA", "нет"), row(2, "EMEA", "да"), row(3, "APAC", "нет")]
    assert deals(opened(tmp_path, [HEAD, *rows]))[["channel", "source"]].values.tolist() == [
        ["NA", "нет"],
        ["EMEA", "да"],
        ["APAC", "нет"],
    ]


def test_a_manager_called_null_is_said(tmp_path):
    found = opened(tmp_path, [HEAD, row(1, manager="Null"), row(2)])
    assert said(found)["nothing words"] == {"table": "deals", "heading": "manager", "rows": 1, "words": "'Null' (1)"}


@pytest.mark.parametrize("cell", ['="0012"', "=0012", "'0012", "’0012", " 0012 ", '"0012"'[1:-1]])
def test_a_wrapped_id_joins(tmp_path, cell):
    written(tmp_path, [['="deal_id"', "team"], ['="0012"', "A"]], "teams.csv")
    joins = [{"table": "deals", "file": "teams.csv", "on": "deal_id", "columns": ["team"]}]
    found = opened(tmp_path, [HEAD, row(cell), row("13")], data={"deals": "deals.csv", "joins": joins})
    assert deals(found).team.fillna("").to_dict() == {"0012": "A", "13": ""}
    assert said(found)["join without partner"]["rows"] == 1


@pytest.mark.parametrize("name", ["'t Hooft", "O'Neil", "'Ndrangheta", "=", "Ann's", "'12' Ltd'"])
def test_a_name_with_an_apostrophe_stays(tmp_path, name):
    assert deals(opened(tmp_path, [HEAD, row(1, manager=name)])).manager.tolist() == [name]


def test_a_wrapped_amount_is_read(tmp_path):
    rows = [[*row(n), cell] for n, cell in enumerate(['="1 200,50"', "=1200", "'-5", "'+7"])]
    assert deals(opened(tmp_path, [[*HEAD, "amount"], *rows])).amount.tolist() == [1200.5, 1200, -5, 7]


SHOWN = [  # table, column, value → what the ledger shows
    ("deals", "created_at", "2026-10-01 00:30:00+05", "2026-10-01 00:30:00+05"), ("deals", "created_at", "01.10.2026 25:30:00", "01.10.2026 25:30:00"),
    ("deals", "created_at", "20261001003000", "20261001003000"), ("deals", None, "closed 2026-10-01T00:30:00.123456+05:00", "closed 2026-10-01T00:30:00.123456+05:00"),
    ("deals", "created_at", "1790812800", "1790812800"), ("deals", "created_at", "+7 916 123-45-67", "***"), ("deals", "amount", "8 (916) 123-45-67", "***"),
    ("deals", HEADING, "UF_CRM_1234567890", "UF_CRM_1234567890"), ("deals", None, "UF_CRM_1234567890", "UF_CRM_1234567890"),
    ("deals", "deal_id", "31015529001", "31015529001"), ("deals", "client_id", "+7 916 123-45-67", "***"), ("deals", "client_id", "anna@mail.ru", "***@***.***"),
    ("deals", "title", "звонок 8 916 123-45-67", "звонок ***"), ("deals", "title", "от 79161234567", "от ***"), ("deals", "title", "Насос 12 500", "Насос 12 500"),
    ("deals", "amount", "12 500 000 000 лямов", "12 500 000 000 лямов"), ("deals", "deal_id", "1000000000000000001", "1000000000000000001"),
    ("managers", "fixed_salary", "90 000 rub", "*** *** ***"), ("managers", None, "Ann,90000,01.02.2026", "Ann,***,01.02.2026"),
    ("managers", "hired_on", "31.02.2026", "31.02.2026"), ("clients", "phone", "916", "***"), ("touches", "touch_id", "79161234567", "79161234567"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "column", "value", "shown"), SHOWN)
def test_the_mask_knows_where_a_value_stood(name, column, value, shown):
    assert discreet(name, value, column) == shown


def test_the_ledger_hides_phones_and_salaries_and_no_date_heading_or_id(tmp_path):
    people = [["manager", "fixed_salary", "hired_on"], ["Ann", "90 тысяч!", "2026-02-31"], ["Bo", "70000", "x 80000"]]
    written(tmp_path, people, "managers.csv")
    head = [*HEAD, "title", "UF_CRM_1234567890"]
    rows = [
        [*row(1), "x", "a\u200bb"],
        ["2", "A", "2026-09-01 25:30:00+05", "", "New", "S", "w", "call +7 916 123-45-67", ""],
        ["3", "A", "+7 916 123-45-67", "", "New", "S", "w", "z", ""],
        ["", "A", "2026-09-01", "", "New", "S", "w", "call 8 (916) 123-45-67 anna@mail.ru", ""],
    ]
    found = opened(tmp_path, [head, *rows], data={"deals": "deals.csv", "managers": "managers.csv"})
    shown = found.ledger.groupby("rule")["value"].agg(list).to_dict()
    assert shown["created_at: not a time"] == ["2026-09-01 25:30:00+05", "***"]
    assert shown["invisible characters"] == ["UF_CRM_1234567890"] and shown["no creation date"] == ["2", "3"]
    assert shown["no deal id"] == ["call *** ***@***.***"]
    assert shown["fixed_salary: not a money"] == ["*** ***!"] and shown["hired_on: not a date"] == [
        "2026-02-31",
        "x ***",
    ]
    assert rules(found)[("no creation date", "set aside")] == 2
