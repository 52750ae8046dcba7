"""Won, lost, open: flags decide before words, a word only seen is unsettled, and what `init` writes silences no guard."""

import pandas as pd
import pytest
import yaml

from salesnb.errors import DataError, ParamError
from salesnb.measures.conversion import conversion
from salesnb.params import load_params, make_params
from salesnb.source.book import open_book
from salesnb.source.meanings import looks
from salesnb.source.otherwise import with_change
from salesnb.source.presets import PRESETS
from salesnb.source.recognise import init, recognise
from tests.exports import deals, opened, rules, said, written

CREATED, CLOSED = "2026-08-01", "2026-09-10"


def month(found, name="2026-09"):
    """(won, closed) of a month."""
    row = conversion(found.closer_deals, period=name).iloc[0]
    return int(row.won), int(row.closed)


def made(folder, rows, name="export.csv", separator=","):
    """What `init` says and writes of an export, and the book of September that is read with it."""
    written(folder, rows, name, separator)
    out = folder / "p.yaml"
    lines = "\n".join(init([str(folder / name)], out))
    return lines, out.read_text(encoding="utf-8"), open_book(load_params(out), "2026-09")


def status_in(text: str) -> dict:
    return (yaml.safe_load(text).get("values") or {}).get("status") or {}


# ---- the CRM's own flags ------------------------------------------------------------------------------------------

BITRIX = ["ID", "Стадия сделки", "Ответственный", "Дата создания", "Предполагаемая дата закрытия"]
SALESFORCE = ["Id", "StageName", "OwnerId", "CreatedDate", "CloseDate"]
HUBSPOT = ["hs_object_id", "dealstage", "hubspot_owner_id", "createdate", "closedate"]
ZOHO = ["Record Id", "Stage", "Deal Owner", "Created Time", "Closing Date"]
ODOO = ["External ID", "Stage", "Salesperson", "Created on", "Closed Date"]
DYNAMICS = ["opportunityid", "stepname", "owneridname", "createdon", "actualclosedate"]
PIPEDRIVE = ["Deal - ID", "Deal - Stage", "Deal - Owner", "Deal - Deal created", "Deal - Deal closed on"]
OWN = ["deal_id", "stage", "manager", "created_at", "closed_at"]
FLAGS = [
    # a closed flag alone: the word says won, every other closed deal is lost, whatever its word
    ("bitrix24", BITRIX, ["Сделка закрыта"], [("Сделка успешна", "да"), ("Дубль", "да"), ("В работе", "Да"), ("Согласие", "нет")],
     ["won", "lost", "lost", "open"]),
    ("bitrix24", BITRIX, ["CLOSED"], [("C3:WON", "Y"), ("C3:LOSE", "Y"), ("C3:UC_1X", "Y"), ("C3:NEW", "N")],
     ["won", "lost", "lost", "open"]),
    ("bitrix24", BITRIX, ["STAGE_SEMANTIC_ID"], [("Оплата", "S"), ("Оплата", "F"), ("Сделка успешна", "P")],
     ["won", "lost", "open"]),
    ("bitrix24", BITRIX, ["Группа стадий", "Сделка закрыта"], [("A", "Успешные", "да"), ("B", "Провал", "да"), ("C", "В работе", "нет")],
     ["won", "lost", "open"]),
    ("hubspot", HUBSPOT, ["hs_is_closed", "hs_is_closed_won"], [("99", "true", "true"), ("98", "true", "false"), ("closedwon", "false", "false"),
     ("closedwon", "", ""), ("97", "false", "")], ["won", "lost", "open", "won", "open"]),
    ("hubspot", HUBSPOT, ["Is Closed Won", "Is closed lost"], [("9", "true", "false"), ("8", "false", "true"), ("7", "false", "false")],
     ["won", "lost", "open"]),
    ("salesforce", SALESFORCE, ["IsClosed"], [("Closed Won", "true"), ("Parked", "true"), ("Parked", "false")],
     ["won", "lost", "open"]),
    ("salesforce", SALESFORCE, ["IsWon", "IsClosed"], [("Signed", "1", "1"), ("Closed Won", "0", "1"), ("Closed Lost", "0", "0")],
     ["won", "lost", "open"]),
    ("zoho", ZOHO, ["Deal Category Status"], [("Подписали", "Closed Won"), ("No", "Closed Lost"), ("Closed Won", "Open")],
     ["won", "lost", "open"]),
    ("zoho", ZOHO, ["Stage Type"], [("A", "Closed Won"), ("B", "closed lost"), ("C", "OPEN")], ["won", "lost", "open"]),
    ("odoo", ODOO, ["Active", "Lost Reason", "Probability"], [("Won", "True", "", "100"), ("Qualified", "False", "Too expensive", "0"),
     ("Proposition", "False", "", "0.0"), ("Proposition", "True", "", "40"), ("Won", "False", "", "100.00")],
     ["won", "lost", "lost", "open", "won"]),
    ("dynamics", DYNAMICS, ["statecode"], [("3-Propose", "1"), ("3-Propose", "2"), ("4-Close", "0"), ("4-Close", "Won")],
     ["won", "lost", "open", "won"]),
    ("pipedrive", PIPEDRIVE, ["Deal - Status", "Deal - Archive status"], [("Offer", "Won", "Archived"), ("Offer", "Lost", "Archived"),
     ("Offer", "Open", "Not archived")], ["won", "lost", "open"]),
    # a table of no known CRM with an unmistakable flag
    ("canonical", OWN, ["IsClosed", "IsWon"], [("Won", "yes", "no"), ("Gone", "yes", "yes"), ("Won", "no", "no")], ["lost", "won", "open"]),
    ("canonical", OWN, ["Active", "Lost reason"], [("Won", "yes", ""), ("Proposal", "no", "Price"), ("Proposal", "yes", "")],
     ["won", "lost", "open"]),
    ("canonical", OWN, ["Сделка закрыта"], [("Won", "да"), ("Спрятали", "да"), ("New", "нет")], ["won", "lost", "open"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("preset", "head", "flags", "rows", "statuses"), FLAGS, ids=[f"{f[0]} {f[2][0]}" for f in FLAGS]
)
def test_flags_decide_and_closed_that_is_not_won_is_lost(tmp_path, preset, head, flags, rows, statuses):
    export = [[*head, *flags]]
    export += [[f"a{n}", word, "Ann", CREATED, CLOSED, *cells] for n, (word, *cells) in enumerate(rows)]
    export.append(["z", "Won", "Ann", "2026-09-30", "", *[""] * len(flags)])  # the day of the export
    table = deals(opened(tmp_path, export, preset=preset, month="2026-09", columns=_named(preset)))
    assert table.status.tolist()[: len(rows)] == statuses
    assert table.closed_at.notna().tolist()[: len(rows)] == [s != "open" for s in statuses]


def _named(preset):
    return {"deals": {"status": "stage"}} if preset == "canonical" else {}


def test_a_flag_decides_before_the_words_of_the_params_and_the_difference_is_told(tmp_path):
    head = [*SALESFORCE, "IsClosed", "IsWon"]
    rows = [["1", "Signed", "Ann", CREATED, CLOSED, "true", "false"], ["2", "Signed", "Ann", CREATED, CLOSED, "true", "true"],
            ["3", "Closed Lost", "Ann", CREATED, "2026-12-01", "false", "false"]]  # fmt: skip
    found = opened(
        tmp_path, [head, *rows], preset="salesforce", month="2026-09", values={"status": {"won": ["Signed"]}}
    )
    assert deals(found).status.tolist() == ["lost", "won", "open"]
    told = said(found)["flag and word differ"]
    assert (told["rows"], told["of"], told["example"]) == (2, 3, "3")
    assert told["words"] == "'Closed Lost': open (1), 'Signed': lost (1)" and told["headings"] == "IsWon, IsClosed"


def test_a_heading_that_the_params_use_otherwise_is_no_flag(tmp_path):
    rows = [[*SALESFORCE, "Won", "Closed"], ["1", "Closed Lost", "Ann", CREATED, CLOSED, "1", "1"]]
    columns = {"deals": {"segment": "Won", "utm": "Closed"}}
    assert deals(opened(tmp_path, rows, preset="salesforce", month="2026-09", columns=columns)).status.tolist() == [
        "lost"
    ]


def test_a_word_for_won_that_nobody_knows_is_asked_about_and_not_lost(tmp_path):
    # both pipelines are closed by the flag; in the second no word is known for won, so «Отгружено» may be it
    head = [*BITRIX[:2], "Воронка", *BITRIX[2:], "Сделка закрыта"]
    rows = [
        ("Сделка успешна", "Общая"),
        ("Дубль", "Общая"),
        ("Отгружено", "Опт"),
        ("Отгружено", "Опт"),
        ("Отказ: цена", "Опт"),
    ]
    rows = [[str(n), word, pipe, "Ann", CREATED, CLOSED, "да"] for n, (word, pipe) in enumerate(rows)]
    with pytest.raises(DataError, match=r"2 of 5 rows with a past closing date .*'Отгружено' \(2\)"):
        opened(tmp_path, [head, *rows], preset="bitrix24", month="2026-08")
    settled = opened(tmp_path, None, preset="bitrix24", month="2026-09", values={"status": {"won": ["Отгружено"]}})
    assert deals(settled).status.tolist() == ["won", "lost", "won", "won", "lost"]


def test_what_a_closed_flag_makes_lost_is_an_assumption_that_can_be_turned(tmp_path):
    rows = [
        [*BITRIX, "Сделка закрыта"],
        ["1", "Сделка успешна", "Ann", CREATED, CLOSED, "да"],
        ["2", "Согласование", "Ann", CREATED, "2026-09-30", "да"],
    ]
    found = opened(tmp_path, rows, preset="bitrix24")
    (one,) = [one for one in found.assumed if one.code == "closed rule"]
    assert one.values["words"] == [["Согласование", 1]] and one.values["flags"] == "Сделка закрыта"
    assert month(found) == (1, 2) and month(open_book(with_change(found.params, one.change), "2026-09")) == (2, 2)


def test_words_of_closed_deals_that_look_lost_have_no_other_reading(tmp_path):
    head = ["ID", "Название сделки", "Воронка", "Стадия сделки", "Сумма", "Ответственный", "Дата создания",
            "Предполагаемая дата закрытия", "Сделка закрыта", "Источник", ""]  # fmt: skip
    rows = [("Сделка успешна", "20.09.2026", "да"), ("Отказ клиента: дорого", "21.09.2026", "да"), ("Дубль", "22.09.2026", "да"),
            ("В работе", "22.12.2026", "нет"), ("Сделка провалена", "23.09.2026", "да"), ("Сделка успешна", "01.10.2026", "да")]  # fmt: skip
    rows = [[str(n), "Насос", "Общая", word, "5 000,00", "Анна", "01.09.2026 10:00:00", day, shut, "Звонок", ""]
            for n, (word, day, shut) in enumerate(rows)]  # fmt: skip
    lines, text, found = made(tmp_path, [head, *rows], separator=";")
    assert "recognised: Bitrix24" in lines and month(found) == (1, 4)
    assert "closed: by the column Сделка закрыта" in lines and "Дубль (1), Отказ клиента: дорого (1)" in lines
    assert status_in(text) == {"won": ["Сделка успешна"], "lost": ["Сделка провалена"], "open": ["В работе"]}
    (one,) = [one for one in found.assumed if one.code == "closed rule"]
    assert one.values["rows"] == 2 and one.change == {}
    assert deals(found).loc["1", "stage"] == "Отказ клиента: дорого"


def test_deleted_deals_are_set_aside_by_a_rule_and_it_is_known_how_they_had_ended(tmp_path):
    head = [
        "Deal - ID",
        "Deal - Title",
        "Deal - Owner",
        "Deal - Status",
        "Deal - Deal created",
        "Deal - Won time",
        "Deal - Lost time",
    ]
    rows = [["1", "a", "Ann", "Won", CREATED, "2026-09-01", ""], ["2", "b", "Ann", "Lost", CREATED, "", "2026-09-30"],
            ["3", "c", "Ann", "Deleted", CREATED, "", "2026-09-02"], ["4", "d", "Ann", "Deleted", CREATED, "2026-09-03", ""],
            ["5", "e", "Ann", "deleted", CREATED, "", ""]]  # fmt: skip
    found = opened(tmp_path, [head, *rows], preset="pipedrive")
    assert found.rows == {"read": 5, "kept": 2, "merged": 0, "set_aside": 3} and month(found) == (1, 2)
    assert rules(found)[("deleted", "set aside")] == 3 and not said(found).get("unlisted status")
    aside = found.aside.collect(backend="pandas").to_native().sort_values("deal_id")
    assert aside.status.tolist() == ["lost", "won", "open"]  # what the bridge to the CRM shows of the rule


def test_odoo_keeps_the_stage_and_no_difference_is_told(tmp_path):
    rows = [["External ID", "Opportunity", "Stage", "Active", "Lost Reason", "Salesperson", "Created on", "Closed Date"],
            ["a", "A", "Won", "True", "", "Ann", CREATED, "2026-09-30"], ["b", "B", "Qualified", "False", "Price", "Ann", CREATED, CLOSED]]  # fmt: skip
    assert recognise(rows[0]).name == "odoo"
    lines, text, found = made(tmp_path, rows)
    assert "recognised: Odoo" in lines and month(found) == (1, 2) and "flag and word differ" not in said(found)
    assert deals(found).stage.tolist() == ["Won", "Qualified"] and "ask" not in status_in(text)


# ---- words that nothing settles -----------------------------------------------------------------------------------

LIST = """101,A,Ann,Won,1000.0,9/10/2026,8/1/2026
102,B,Ann,Lost,500.0,9/11/2026,8/1/2026
103,C,Bob,Abandoned,700.0,9/12/2026,8/1/2026
104,D,Bob,Open,900.0,12/12/2026,8/1/2026
105,E,Bob,Won,900.0,10/1/2026,8/1/2026"""
HEAD = ["id", "Name", "Owner", "Status", "Value", "Close Date", "Created At"]


def test_init_asks_about_a_word_only_seen_and_the_run_shows_the_month_both_ways(tmp_path):
    from salesnb.topics.data_quality import data_quality
    from salesnb.topics.headline import headline

    lines, text, found = made(tmp_path, [HEAD, *(row.split(",") for row in LIST.splitlines())])
    assert status_in(text) == {"won": ["Won"], "lost": ["Lost"], "open": ["Open"], "ask": ["Abandoned"]}
    figures = "1 row, 1 closed in the past; conversion 2 of 3 (66.7 %), as lost 2 of 4 (50.0 %); likely lost"
    assert f"- Abandoned  # {figures}" in text and f"Abandoned: {figures}" in lines
    assert month(found) == (1, 2)
    unsettled = headline(found).assessment.unsettled
    assert unsettled["open"]["closed"] == 2 and unsettled["lost"]["closed"] == 3
    assert unsettled["won"] is None and unsettled["words"] == [("Abandoned", 1)]
    said_ = headline(found).text().plain
    assert "1 more deal has a closing date in that time" in said_ and "“Abandoned” (1)" in said_
    assert "Conversion is 1 of 2 with them as open and 1 of 3 as lost." in said_
    (warning,) = [one for one in data_quality(found).record()["warnings"] if one["code"] == "unsettled"]
    assert warning["words"] == [["Abandoned", 1]] and warning["lost"]["closed"] == 3 and "won" not in warning
    (one,) = [one for one in found.assumed if one.code == "unsettled words"]
    assert month(open_book(with_change(found.params, one.change), "2026-09")) == (1, 3)


def test_the_other_readings_of_check_are_those_of_the_headline(tmp_path):
    from salesnb.topics.headline import headline

    words = ["Won", "Lost", "Paid in part", "Paid in part", "Rejected by us", "Pilot", "Open"]
    days = ["9/10/2026"] * 6 + ["12/12/2026"]
    rows = [
        [str(n), "x", "Ann", word, "1", day, "8/1/2026"] for n, (word, day) in enumerate(zip(words, days, strict=True))
    ]
    _, text, found = made(tmp_path, [HEAD, *rows])
    assert status_in(text)["ask"] == ["Paid in part", "Pilot", "Rejected by us"]
    unsettled = headline(found).assessment.unsettled
    others = {one.values["alternative"]: one.change for one in found.assumed if one.code == "unsettled words"}
    assert others.keys() == {"lost", "won"} and (unsettled["won"]["won"], unsettled["won"]["closed"]) == (4, 6)
    for end, change in others.items():
        read = month(open_book(with_change(found.params, change), "2026-09"))
        assert read == (unsettled[end]["won"], unsettled[end]["closed"])


def test_init_asks_about_custom_ends_of_hubspot_for_every_pipeline(tmp_path):
    head = ["Record ID", "Deal Name", "Deal Stage", "Amount", "Close Date", "Deal owner", "Pipeline", "Create Date"]
    words = [("Closed Won", "Sales", "10"), ("Closed Lost - No Budget", "Sales", "11"), ("Closed Lost - No Budget", "Partners", "12"),
             ("Disqualified", "Sales", "12"), ("Closed Lost", "Sales", "30"), ("Negotiation", "Sales", "30")]  # fmt: skip
    rows = [[str(n), "x", f"{word} ({pipe} Pipeline)", "1", f"2026-09-{day}", "Ann", f"{pipe} Pipeline", CREATED]
            for n, (word, pipe, day) in enumerate(words)]  # fmt: skip
    _, text, found = made(tmp_path, [head, *rows])
    assert status_in(text) == {"won": ["Closed Won"], "lost": ["Closed Lost"], "open": ["Negotiation"],
                               "ask": ["Closed Lost - No Budget", "Disqualified"]}  # fmt: skip
    assert (
        "- Closed Lost - No Budget  # 2 rows, 2 closed in the past; conversion 1 of 2 (50.0 %), as lost 1 of 4 (25.0 %)"
        in text
    )
    assert month(found) == (1, 2) and said(found)["unsettled words"]["rows"] == 3
    moved = yaml.safe_load(text)
    moved["values"]["status"]["lost"] += moved["values"]["status"].pop("ask")
    assert month(open_book(make_params(moved, root=tmp_path), "2026-09")) == (1, 5)


BOTH = [
    # word, as lost and as won of a month with 2 won of 3; None: it is not plausible that it is won
    ("Abandoned", (2, 4), None),
    ("Отказ клиента: дорого", (2, 4), None),
    ("Оплачено частично", (2, 4), (3, 4)),
    ("Parked", (2, 4), (3, 4)),
    ("Disqualified", (2, 4), None),
    ("Perdido - precio", (2, 4), None),
]


@pytest.mark.parametrize(("word", "lost", "won"), BOTH, ids=[word for word, *_ in BOTH])
def test_an_unsettled_word_counts_as_open_and_each_other_way_is_counted(tmp_path, word, lost, won):
    rows = [["1", "A", "Won"], ["2", "A", "Won"], ["3", "A", "Lost"], ["4", "A", word]]
    rows = [[*row, CREATED, "2026-09-20"] for row in rows]
    found = opened(tmp_path, [["deal_id", "manager", "status", "created_at", "closed_at"], *rows], month="2026-09",
                   values={"status": {"ask": [word]}})  # fmt: skip
    from salesnb.measures.unsettled import unsettled

    stands = unsettled(found.closer_deals, "2026-09")
    assert month(found) == (2, 3) and deals(found).status["4"] == "open"
    assert (stands["lost"]["won"], stands["lost"]["closed"]) == lost
    assert (won is None) == (stands["won"] is None)
    if won:
        assert (stands["won"]["won"], stands["won"]["closed"]) == won
    assert unsettled(found.closer_deals, "2026-08") is None
    assert said(found)["unsettled words"] == {"rows": 1, "of": 4, "words": f"{word!r} (1)"}
    assert (
        open_book(found.params, "2026-09", as_of="2026-09-15")
        .deals.collect(backend="pandas")
        .to_native()
        .unsettled_at.isna()
        .all()
    )


def stage_export(preset, words, days):
    """An export with one column of dates: a won, a lost and an open deal, and one of each word."""
    head = {"hubspot": ["Record ID", "Deal Stage", "Deal owner", "Create Date", "Close Date"], "salesforce": SALESFORCE, "zoho": ZOHO,
            "bitrix24": BITRIX, "amocrm": ["ID", "Этап сделки", "Ответственный", "Дата создания сделки", "Дата закрытия"]}[preset]  # fmt: skip
    won, lost = {
        "bitrix24": ("Сделка успешна", "Сделка провалена"),
        "amocrm": ("Успешно реализовано", "Закрыто и не реализовано"),
    }.get(preset, ("Closed Won", "Closed Lost"))
    rows = [[won, "2026-08-01", "2026-09-01"], [lost, "2026-08-01", "2026-09-02"], [won, "2026-09-30", "2026-09-30"]]
    rows += [[word, "2026-08-02", day] for word, day in zip(words, days, strict=True)]
    return [head, *([f"d{n}", word, "Ann", *dates] for n, (word, *dates) in enumerate(rows))]


@pytest.mark.parametrize("preset", ["hubspot", "salesforce", "zoho", "bitrix24", "amocrm"])
def test_words_in_no_list_on_rows_closed_in_the_past_stop_the_run(tmp_path, preset):
    word = "Closed Lost - No Budget (Sales Pipeline)"
    export = stage_export(preset, [word, "Zeta"], ["2026-09-11", "2026-09-12"])
    with pytest.raises(DataError) as raised:
        opened(tmp_path, export, preset=preset)
    assert "2 of 5 rows with a past closing date" in str(raised.value)
    assert f"{word!r} (1), 'Zeta' (1)" in str(raised.value) and "values: status" in str(raised.value)
    asked = opened(tmp_path, None, preset=preset, values={"status": {"ask": [word], "lost": ["Zeta"]}})
    assert month(asked) == (2, 4) and said(asked)["unsettled words"]["rows"] == 1


def test_a_date_still_to_come_stops_nothing_where_one_column_holds_both_dates(tmp_path):
    found = opened(tmp_path, stage_export("hubspot", ["Zeta", "Eta"], ["2026-10-11", "2026-12-12"]), preset="hubspot")
    assert month(found) == (2, 3) and "unlisted status" not in said(found)
    assert [str(day.date()) for day in deals(found).expected_close_at.dropna()] == ["2026-10-11", "2026-12-12"]


def test_the_last_closing_of_an_export_may_be_of_a_word_that_looks_like_an_end(tmp_path):
    rows = [
        row.split(",") for row in LIST.splitlines()[:4]
    ]  # nothing settled after 11 September; Abandoned on the 12th
    _, text, found = made(tmp_path, [HEAD, *rows])
    assert str(found.snapshot) == "2026-09-12"
    assert "1 closed in the past; conversion 1 of 2 (50.0 %), as lost 1 of 3 (33.3 %)" in text


def test_few_such_rows_are_a_remark_with_both_figures(tmp_path):
    export = stage_export("salesforce", ["Closed Won"] * 37 + ["Zeta"], ["2026-09-03"] * 38)
    found = opened(tmp_path, export, preset="salesforce")
    assert said(found)["unlisted status"] == {"rows": 1, "of": 41, "words": "'Zeta' (1)"}
    assert [one.values["alternative"] for one in found.assumed if one.code == "unsettled words"] == ["lost", "won"]


def test_a_blank_status_can_be_asked_about(tmp_path):
    rows = [["deal_id", "manager", "status", "created_at", "closed_at"], ["1", "A", "Won", CREATED, CLOSED], ["2", "A", "", CREATED, "2026-09-11"],
            ["3", "A", "Lost", CREATED, "2026-09-30"]]  # fmt: skip
    with pytest.raises(DataError, match=r"1 of 3 rows .*blank \(1\)"):
        opened(tmp_path, rows)
    _, text, found = made(tmp_path, rows)
    assert status_in(text)["ask"] == [""] and month(found) == (1, 2)
    assert said(found)["unsettled words"]["words"] == "blank (1)"


def test_a_guessed_order_of_stages_settles_no_word_and_a_written_one_does(tmp_path):
    export = stage_export("zoho", ["Demo", "Pilot", "Rejected by us"], ["2026-10-01", "2026-09-20", "2026-09-21"])
    lines, text, found = made(tmp_path, export)
    assert status_in(text)["ask"] == ["Pilot", "Rejected by us", "Demo"]  # those closed in the past first
    assert yaml.safe_load(text)["stage_order"] == ["Demo", "Pilot"]  # an end is no stage on the way
    assert deals(found).unsettled.dropna().tolist() == ["unclear", "unclear", "likely lost"]
    params = make_params(yaml.safe_load(text) | {"values": {"status": {"ask": ["Rejected by us"]}}}, root=tmp_path)
    assert deals(open_book(params, "2026-09")).unsettled.dropna().tolist() == ["likely lost"]


def test_the_params_win_over_the_preset_in_both_directions(tmp_path):
    export = stage_export("zoho", ["Negotiation/Review"], ["2026-09-20"])
    found = opened(
        tmp_path, export, preset="zoho", values={"status": {"lost": ["negotiation/review"], "ask": ["Closed Won"]}}
    )
    assert deals(found).status.tolist() == ["open", "lost", "open", "lost"]


def test_a_word_stands_under_one_name_only():
    with pytest.raises(ParamError, match="'Gone' stands under both lost and ask"):
        make_params(
            {"company": "T", "data": {"deals": "d.csv"}, "values": {"status": {"lost": ["Gone"], "ask": ["Gone"]}}}
        )
    with pytest.raises(ParamError, match="unknown status 'asks'. Did you mean 'ask'"):
        make_params({"company": "T", "data": {"deals": "d.csv"}, "values": {"status": {"asks": ["Gone"]}}})


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_no_preset_has_a_word_that_means_two_things(preset):
    lists = [{word.lower() for word in getattr(PRESETS[preset], name)} for name in ("won", "lost", "open")]
    assert not (lists[0] & lists[1] or lists[0] & lists[2] or lists[1] & lists[2])
    assert all(looks(word) != "likely won" for word in lists[1]) and all(
        looks(word) != "likely lost" for word in lists[0]
    )


# ---- closings in columns apart ------------------------------------------------------------------------------------

APART = [
    (["won time", "lost time"], "canonical"),
    (["Won at", "Lost at"], "canonical"),
    (["Date won", "Date lost"], "canonical"),
    (["Дата выигрыша", "Дата проигрыша"], "canonical"),
    (["lost_date", "won_date"], "canonical"),
    (["Won on", "Lost time"], "canonical"),
]


@pytest.mark.parametrize(("names", "preset"), APART, ids=[names[0] for names, _ in APART])
def test_won_and_lost_times_apart_are_the_closing_date_in_any_export(tmp_path, names, preset):
    won_first = "won" in names[0].lower() or "выигр" in names[0].lower()
    rows = [("won", "2026-09-10", ""), ("lost", "", "2026-09-11"), ("lost", "", "2026-09-12"), ("open", "", "")]
    rows = [[str(n), "A", "Ann", word, "1000", "2026-08-01" if n < 3 else "2026-10-01", *(ends if won_first else ends[::-1])]
            for n, (word, *ends) in enumerate(rows)]  # fmt: skip
    lines, text, found = made(tmp_path, [["id", "title", "owner", "status", "value", "created", *names], *rows])
    assert month(found) == (1, 3) and f"closed_at = {names[0]} and {names[1]}" in lines
    assert "closed_at" not in text and "no closing date" not in said(found)


def test_the_time_of_one_end_alone_dates_no_deal(tmp_path):
    head = ["id", "title", "owner", "status", "value", "created", "won time"]
    rows = [["1", "A", "Ann", "won", "1", "2026-08-01", "2026-09-10"], ["2", "B", "Ann", "lost", "1", "2026-09-30", ""]]
    lines, _, found = made(tmp_path, [head, *rows])
    assert month(found) == (0, 0) and "not found: closed_at" in lines  # not 1 of 1


# ---- verdicts -----------------------------------------------------------------------------------------------------


def frame(*parts):
    """Parts are (status, number, month of closing, word): so many deals; a word makes them unsettled."""
    rows = [
        {"status": status, "created_at": f"{when}-01", "closed_at": None if word else f"{when}-11", "manager": "Ann", "lost_class": None,
         "channel": "Site", "amount": 1.0, "status_word": word or status, "unsettled": "unclear" if word else None,
         "unsettled_at": f"{when}-12" if word else None}
        for status, number, when, word in parts
        for _ in range(number)
    ]  # fmt: skip
    times = dict.fromkeys(["created_at", "closed_at", "unsettled_at"], "datetime64[us]")
    return pd.DataFrame(rows).assign(deal_id=[str(n) for n in range(len(rows))]).astype(times)


AUGUST = [("won", 50, "2026-08", None), ("lost", 50, "2026-08", None)]


@pytest.mark.parametrize(
    ("september", "verdict"),
    [
        # 25 of 100 against 50 of 100: lower; 5 more as won give 30 of 105, still lower
        ([("won", 25, "2026-09", None), ("lost", 75, "2026-09", None), ("open", 5, "2026-09", "Parked")], "down"),
        # 60 more as won give 85 of 160: nothing can be said
        ([("won", 25, "2026-09", None), ("lost", 75, "2026-09", None), ("open", 60, "2026-09", "Parked")], "withheld"),
        # 50 of 100 is too close; with 60 more as lost it is 50 of 160: lower
        ([("won", 50, "2026-09", None), ("lost", 50, "2026-09", None), ("open", 60, "2026-09", "Parked")], "withheld"),
        ([("won", 50, "2026-09", None), ("lost", 50, "2026-09", None)], "too close"),
    ],
)
def test_no_verdict_is_given_where_the_ways_differ(september, verdict):
    from salesnb.measures.verdict import month_verdict
    from salesnb.source.book import book
    from salesnb.topics.by_channel import by_channel

    found = book(frame(*AUGUST, *september), month="2026-09", as_of="2026-09-30")
    known = month_verdict(found)
    assert known.verdict == verdict
    assert by_channel(found).channels["verdict"].tolist() == [verdict]
    assert (known.unsettled is None) == (len(september) == 2)


def test_a_word_of_another_month_changes_nothing_in_this_one():
    from salesnb.measures.sensitivity import sensitivity

    table = sensitivity(frame(*AUGUST, ("won", 50, "2026-09", None), ("open", 9, "2026-03", "Parked")), "2026-09")
    assert not [name for name in table["definition"] if name.startswith("unsettled")]


def test_a_closing_date_on_most_open_deals_is_remarked_on(tmp_path):
    head = ["deal_id", "manager", "created_at", "closed_at", "status"]
    ended = [[str(n), "Ann", "2026-09-01", "2026-09-10", "won" if n % 2 else "lost"] for n in range(10)]

    def told(dated):
        still_open = [[str(20 + n), "Ann", "2026-09-01", "2026-12-10" if n < dated else "", "open"] for n in range(12)]
        return said(opened(tmp_path, [head, *ended, *still_open], month="2026-09")).get("closing dates of open deals")

    assert told(8) == {"heading": "closed_at", "rows": 8, "of": 12} and told(6) is None


def test_codes_of_a_crm_and_words_with_hyphens(tmp_path):
    head = ["deal_id", "manager", "created_at", "closed_at", "status"]
    rows = [
        ["1", "Ann", "2026-09-01", "2026-09-10", "Closed-Won"],
        ["2", "Ann", "2026-09-01", "2026-09-10", "closed_lost"],
    ]
    assert list(deals(opened(tmp_path, [head, *rows], month="2026-09")).status) == ["won", "lost"]
    codes = {"142": "won", "143": "lost"}
    assert {code: PRESETS["amocrm"].won.count(code) + 2 * PRESETS["amocrm"].lost.count(code) for code in codes} == {
        "142": 1,
        "143": 2,
    }
    assert not {*codes} & {*PRESETS["canonical"].won, *PRESETS["canonical"].lost}
