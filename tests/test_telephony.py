"""Lists of calls of telephony systems become touches: direction, result, talk time, who it was; nothing is lost."""

import pytest

from salesnb.formats import Voice
from salesnb.source.match import table_scores
from salesnb.topics.notices import notice
from tests.exports import opened, said, written
from tests.test_histories import accounted, ledger

DEALS = [
    ["deal_id", "manager", "created_at", "closed_at", "status"],
    ["7", "Анна", "2026-08-01", "2026-08-30", "Won"],
    ["8", "Борис", "2026-08-01", "2026-09-20", "Lost"],
]


def calls(found) -> list[tuple]:
    """Calls in their order: time, direction, result, seconds of talk, who."""
    frame = found.touches.collect(backend="pandas").to_native().sort_values(["at", "manager"])
    assert set(frame.kind) == {"call"}
    columns = [
        frame[name].astype(object).where(frame[name].notna(), None)
        for name in ("direction", "result", "duration_s", "manager")
    ]
    return list(zip(frame["at"].dt.strftime("%d.%m %H:%M"), *columns, strict=True))


def read(folder, export, separator=",", encoding="utf-8", more=None, **params):
    written(folder, export, "calls.csv", separator, encoding)
    data = {"deals": "deals.csv", "touches": "calls.csv"} | (more or {})
    return opened(folder, DEALS, data=data, month="2026-09", **params)


# Asterisk documentation, "CDR Fields"
CDR = [
    "calldate",
    "clid",
    "src",
    "dst",
    "dcontext",
    "channel",
    "dstchannel",
    "lastapp",
    "duration",
    "billsec",
    "disposition",
    "uniqueid",
    "linkedid",
]
ASTERISK = [
    CDR,
    # Anna (101) calls a client: 65 s of talk of 80 s
    ["2026-09-01 10:00:00", '"Anna" <101>', "101", "79161234567", "from-internal", "PJSIP/101-00000001", "PJSIP/trunk-00000002", "Dial", "80", "65", "ANSWERED", "1.1", "1.1"],
    # nobody takes it; it rang for 30 s, and that is no talk
    ["2026-09-01 10:05:00", '"Anna" <101>', "101", "79161234567", "from-internal", "PJSIP/101-00000003", "PJSIP/trunk-00000004", "Dial", "30", "0", "NO ANSWER", "2.1", "2.1"],
    ["2026-09-01 10:06:00", '"Anna" <101>', "101", "79161234567", "from-internal", "PJSIP/101-00000005", "PJSIP/trunk-00000006", "Dial", "3", "0", "BUSY", "3.1", "3.1"],
    # Boris (102) shows the number of the company: his channel tells that it is his
    ["2026-09-01 10:10:00", "74951112233", "74951112233", "79160000001", "from-internal", "PJSIP/102-00000007", "PJSIP/trunk-00000008", "Dial", "50", "40", "ANSWERED", "4.1", "4.1"],
    # a client calls Boris directly
    ["2026-09-01 11:00:00", '"79161234567" <79161234567>', "79161234567", "102", "from-trunk", "PJSIP/trunk-00000009", "PJSIP/102-0000000a", "Dial", "130", "120", "ANSWERED", "5.1", "5.1"],
    # a client calls the queue 600: it rings at 101 and 102, who takes it
    ["2026-09-01 12:00:00", "79160000002", "79160000002", "600", "ext-queues", "PJSIP/trunk-0000000b", "PJSIP/101-0000000c", "Queue", "15", "0", "NO ANSWER", "6.1", "6.1"],
    ["2026-09-01 12:00:00", "79160000002", "79160000002", "600", "ext-queues", "PJSIP/trunk-0000000b", "PJSIP/102-0000000d", "Queue", "75", "60", "ANSWERED", "6.2", "6.1"],
    # another rings at both and nobody takes it: one missed call, of nobody
    ["2026-09-01 13:00:00", "79160000003", "79160000003", "600", "ext-queues", "PJSIP/trunk-0000000e", "PJSIP/101-0000000f", "Queue", "20", "0", "NO ANSWER", "7.1", "7.1"],
    ["2026-09-01 13:00:00", "79160000003", "79160000003", "600", "ext-queues", "PJSIP/trunk-0000000e", "PJSIP/102-00000010", "Queue", "20", "0", "NO ANSWER", "7.2", "7.1"],
    # a menu takes it and the client gives up: 25 s that nobody talked
    ["2026-09-01 14:00:00", "79160000004", "79160000004", "s", "ivr-1", "PJSIP/trunk-00000011", "", "BackGround", "25", "25", "ANSWERED", "8.1", "8.1"],
    # colleagues, and a code of the system
    ["2026-09-01 15:00:00", '"Anna" <101>', "101", "102", "from-internal", "PJSIP/101-00000012", "PJSIP/102-00000013", "Dial", "60", "55", "ANSWERED", "9.1", "9.1"],
    ["2026-09-01 15:10:00", '"Anna" <101>', "101", "*97", "from-internal", "PJSIP/101-00000014", "", "VoiceMailMain", "9", "9", "ANSWERED", "10.1", "10.1"],
]  # fmt: skip


def test_records_of_asterisk(tmp_path):
    found = read(tmp_path, ASTERISK)
    assert calls(found) == [
        ("01.09 10:00", "out", "answered", 65, "101"),
        ("01.09 10:05", "out", "missed", 0, "101"),
        ("01.09 10:06", "out", "missed", 0, "101"),
        ("01.09 10:10", "out", "answered", 40, "102"),
        ("01.09 11:00", "in", "answered", 120, "102"),
        ("01.09 12:00", "in", "answered", 60, "102"),
        ("01.09 13:00", "in", "missed", 0, None),
        ("01.09 14:00", "in", "missed", 0, None),
    ]
    assert ledger(found, "touches") == {"call within the company": 2, "another leg of a call": 2}
    assert accounted(found, "touches") == {"read": 12, "kept": 8, "set_aside": 4}
    told = said(found)["extensions for names"]
    assert told == {"table": "touches", "rows": 6, "of": 8, "words": "101 (3), 102 (3)"}
    assert "values: touches.manager" in notice("extensions for names", told, Voice("en", "RUB"))


def test_an_extension_gets_its_name_in_the_params_and_a_client_by_phone(tmp_path):
    clients = [
        ["client_id", "name", "phone"],
        ["c1", "ООО Окна", "8 (916) 123-45-67"],
        ["c2", "a", "89160000002"],
        ["c3", "b", "+79160000002"],
    ]
    written(tmp_path, clients, "clients.csv")
    names = {"touches.manager": {"Анна": ["101"], "Борис": ["102"]}}
    found = read(tmp_path, ASTERISK, more={"clients": "clients.csv"}, values=names)
    assert [row[4] for row in calls(found)] == ["Анна", "Анна", "Анна", "Борис", "Борис", "Борис", None, None]
    frame = found.touches.collect(backend="pandas").to_native()
    # two clients share the number of the call at 12:00: whose it is cannot be told
    assert frame.client_id.notna().sum() == 4 and set(frame.client_id.dropna()) == {"c1"}


def test_a_record_without_channels_tells_no_direction_between_two_outer_numbers(tmp_path):
    rows = [
        ["calldate", "clid", "src", "dst", "dcontext", "lastapp", "duration", "billsec", "disposition", "uniqueid"],
        ["2026-09-01 10:00:00", "101", "101", "79161234567", "x", "Dial", "80", "65", "ANSWERED", "1"],
        ["2026-09-01 10:10:00", "79161234567", "79161234567", "74951112233", "x", "Dial", "80", "65", "ANSWERED", "2"],
        ["2026-09-01 10:20:00", "79161234567", "79161234567", "101", "x", "Dial", "80", "0", "FAILED", "3"],
    ]
    found = read(tmp_path, rows)
    assert calls(found) == [
        ("01.09 10:00", "out", "answered", 65, "101"),
        ("01.09 10:10", None, "answered", 65, None),
        ("01.09 10:20", "in", "missed", 0, "101"),
    ]
    told = said(found)["calls without direction"]
    assert told == {"table": "touches", "rows": 1, "of": 3}
    assert "Направление 1" in notice("calls without direction", told, Voice("ru", "RUB"))


def test_ringing_is_no_talk_where_a_record_has_no_other_length(tmp_path):
    rows = [
        ["calldate", "src", "dst", "duration", "disposition"],
        ["2026-09-01 10:00:00", "101", "79161234567", "80", "ANSWERED"],
    ]
    assert calls(read(tmp_path, rows)) == [("01.09 10:00", "out", "answered", None, "101")]


def test_statistics_of_zadarma(tmp_path):
    # Zadarma API, "/v1/statistics/pbx/"
    rows = [
        ["call_id", "sip", "callstart", "clid", "destination", "disposition", "seconds", "is_recorded", "pbx_call_id"],
        ["1", "123456-100", "2026-09-01 10:00:00", "100", "79161234567", "answered", "95", "true", "out_a"],
        ["2", "123456-100", "2026-09-01 10:10:00", "100", "79161234567", "no answer", "20", "false", "out_b"],
        ["3", "123456", "2026-09-01 11:00:00", "79161234567", "101", "answered", "33", "true", "in_c"],
        ["4", "123456", "2026-09-01 11:10:00", "79161234567", "74951112233", "cancel", "12", "false", "in_d"],
        ["5", "123456-100", "2026-09-01 12:00:00", "100", "101", "answered", "7", "false", "in_e"],
        ["6", "123456-100", "2026-09-01 12:30:00", "100", "79161234567", "no money, no limit", "0", "false", "out_f"],
        ["7", "123456", "2026-09-01 13:00:00", "79161234567", "74951112233", "answered", "12", "false", ""],
    ]
    found = read(tmp_path, rows)
    assert calls(found) == [
        ("01.09 10:00", "out", "answered", 95, "100"),
        ("01.09 10:10", "out", "missed", None, "100"),
        ("01.09 11:00", "in", "answered", 33, "101"),
        ("01.09 11:10", "in", "missed", None, None),
        ("01.09 12:30", "out", "missed", None, "100"),
        ("01.09 13:00", None, "answered", 12, None),
    ]
    assert ledger(found, "touches") == {"call within the company": 1}
    assert said(found)["calls without direction"]["rows"] == 1


# Sipuni API, "statistic/export"
SIPUNI_HEAD = ["Тип", "Статус", "Время", "Схема", "Откуда", "Куда", "Кто ответил", "Длительность звонка, сек", "Длительность разговора, сек",
               "Время ответа, сек", "Оценка", "ID записи", "Метка", "Теги", "ID заказа звонка", "Запись существует", "Новый клиент"]  # fmt: skip
SIPUNI = [
    [*row.split(";"), "5", "", f"r{n}", "", "", "", "1", "0"]
    for n, row in enumerate(
        [
            "Исходящий;Отвечен;01.09.2026 10:00:00;Основная;205 (Анна);79161234567;;40;31",
            "Исходящий;Не отвечен;01.09.2026 10:05:00;Основная;205 (Анна);79161234567;;25;0",
            "Исходящий;Не отвечен;01.09.2026 10:06:00;Основная;205;79161234567;;25;0",
            "Входящий;Отвечен;01.09.2026 11:00:00;Основная;79161234567;74951112233;206 (Борис);60;44",
            "Входящий;Не отвечен;01.09.2026 11:10:00;Основная;79161234567;74951112233;;60;0",
            "Внутренний;Отвечен;01.09.2026 12:00:00;;205 (Анна);206 (Борис);206 (Борис);10;5",
            "Входящий;Отвечен;02.09.2026 09:00:00;Основная;+7 (916) 123-45-67;206;206;100;90",
            "Исходящий;Отвечен частично;02.09.2026 10:00:00;Основная;207 (Вера);79161234567;;9;4",
        ]
    )
]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251"])
def test_statistics_of_sipuni(tmp_path, encoding):
    found = read(tmp_path, [SIPUNI_HEAD, *SIPUNI], ";", encoding)
    assert calls(found) == [
        ("01.09 10:00", "out", "answered", 31, "Анна"),
        ("01.09 10:05", "out", "missed", 0, "Анна"),
        ("01.09 10:06", "out", "missed", 0, "Анна"),  # the list has a name for 205 elsewhere
        ("01.09 11:00", "in", "answered", 44, "Борис"),
        ("01.09 11:10", "in", "missed", 0, None),
        ("02.09 09:00", "in", "answered", 90, "Борис"),
        ("02.09 10:00", "out", "Отвечен частично", 4, "Вера"),
    ]
    assert ledger(found, "touches") == {"call within the company": 1}
    assert accounted(found, "touches") == {"read": 8, "kept": 7, "set_aside": 1}
    assert said(found)["unlisted words"]["words"] == "'Отвечен частично' (1)"
    assert "extensions for names" not in said(found)


def test_statistics_of_mango_office(tmp_path):
    # Mango Office, "API Виртуальной АТС", stats/result: moments are unix seconds, an answer at 0 is none
    head = "records,start,finish,answer,from_extension,from_number,to_extension,to_number,disconnect_reason,line_number,location,entry_id"
    rows = [
        head.split(","),
        ["[a]", "1788242400", "1788242490", "1788242410", "10", "sip:anna@vpbx.mangosip.ru", "", "79161234567", "1110", "74951112233", "abonent", "e1"],
        ["[]", "1788242500", "1788242530", "0", "10", "sip:anna@vpbx.mangosip.ru", "", "79161234567", "1120", "74951112233", "abonent", "e2"],
        ["[b]", "1788246000", "1788246100", "1788246040", "", "79161234567", "11", "sip:boris@vpbx.mangosip.ru", "1110", "74951112233", "abonent", "e3"],
        ["[]", "1788246200", "1788246230", "0", "", "79161234567", "", "74951112233", "1121", "74951112233", "ivr", "e4"],
        ["[]", "1788246300", "1788246330", "1788246310", "10", "", "11", "", "1110", "", "abonent", "e5"],
    ]  # fmt: skip
    found = read(tmp_path, rows, ";")
    assert calls(found) == [
        ("01.09 09:00", "out", "answered", 80, "10"),
        ("01.09 09:01", "out", "missed", None, "10"),
        ("01.09 10:00", "in", "answered", 60, "11"),
        ("01.09 10:03", "in", "missed", None, None),
    ]
    assert ledger(found, "touches") == {"call within the company": 1}


def test_a_screen_of_calls_with_names(tmp_path):
    # not confirmed by a public document
    rows = [
        [
            "Дата и время",
            "Тип вызова",
            "Кто звонил",
            "Кому звонили",
            "С кем говорил",
            "Длительность разговора",
            "Результат",
        ],
        ["01.09.2026 10:00", "Исходящий", "Иванова Анна (101)", "79161234567", "", "00:01:05", "Успешный"],
        ["01.09.2026 11:00", "Входящий", "79161234567", "74951112233", "Петров Борис (102)", "0:30", "Успешный"],
        ["01.09.2026 12:00", "Входящий", "79161234567", "74951112233", "", "", "Пропущенный"],
    ]
    assert calls(read(tmp_path, rows)) == [
        ("01.09 10:00", "out", "answered", 65, "Иванова Анна"),
        ("01.09 11:00", "in", "answered", 30, "Петров Борис"),
        ("01.09 12:00", "in", "missed", None, None),
    ]


def test_columns_of_the_params_win_and_a_plain_table_is_read_as_before(tmp_path):
    found = read(tmp_path, ASTERISK, columns={"touches": {"manager": "clid"}})
    assert calls(found)[0] == ("01.09 10:00", "out", "answered", 65, '"Anna" <101>')
    plain = [
        ["at", "kind", "manager", "direction", "result"],
        ["2026-09-01 10:00", "Звонок", "Анна", "исходящий", "отвечен"],
    ]
    assert calls(read(tmp_path, plain)) == [("01.09 10:00", "out", "answered", None, "Анна")]


@pytest.mark.parametrize("headings", [CDR, SIPUNI_HEAD, ["callstart", "clid", "destination", "disposition", "seconds"]])
def test_a_list_of_calls_is_told_by_its_headings(headings):
    assert next(iter(table_scores(headings))) == "touches"
