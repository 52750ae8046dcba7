"""Histories as CRMs write them become stages and owners; every row is in a table or in the ledger."""

import datetime as dt
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from salesnb import book
from salesnb.formats import Voice
from salesnb.source.match import table_scores
from salesnb.topics.notices import notice
from tests.exports import deals, opened, said, written

HEAD = ["deal_id", "manager", "created_at", "closed_at", "status", "stage", "title"]


def history(found, table="stages") -> list[tuple]:
    """Rows of a history: deal, value, time to the minute."""
    value, at = ("stage", "entered_at") if table == "stages" else ("manager", "from")
    frame = getattr(found, table).collect(backend="pandas").to_native().sort_values(["deal_id", at])
    return [(r["deal_id"], r[value], f"{r[at]:%d.%m %H:%M}") for _, r in frame.iterrows()]


def ledger(found, table) -> dict:
    own = found.ledger[found.ledger["table"] == table]
    return own.groupby("rule").size().to_dict()


def accounted(found, table) -> dict:
    row = found.summary.set_index("table").loc[table]
    assert row["read"] == row["kept"] + row["merged"] + row["set_aside"]
    return {"read": int(row["read"]), "kept": int(row["kept"]), "set_aside": int(row["set_aside"])}


def read(folder, export, rows, tables=("stages",), columns=None, **more):
    """The book of `rows` (of deals) with the history `export` under `tables`."""
    written(folder, export, "history.csv")
    data = {"deals": "deals.csv", **dict.fromkeys(tables, "history.csv")}
    written(folder, [HEAD, *rows])
    return opened(folder, data=data, columns=columns or {}, month="2026-09", **more)


# Object Reference for the Salesforce Platform, "OpportunityFieldHistory"
FIELDS = ["Id", "OpportunityId", "Field", "OldValue", "NewValue", "CreatedById", "CreatedDate", "IsDeleted"]
ANN, BO = "005A0000001aaaaAAA", "005A0000001bbbbAAA"
CHANGES = [
    FIELDS,
    ["1", "006A", "created", "", "", ANN, "2026-09-01T06:00:00.000Z", "false"],
    ["2", "006A", "StageName", "Prospecting", "Proposal", ANN, "2026-09-03T07:00:00.000Z", "false"],
    ["3", "006A", "Amount", "100", "200", ANN, "2026-09-03T07:00:00.000Z", "false"],
    ["4", "006A", "StageName", "Proposal", "Closed Won", ANN, "2026-09-10T07:00:00.000Z", "false"],
    ["5", "006A", "Owner", "Ann Lee", "Bo Ray", ANN, "2026-09-12T07:00:00.000Z", "false"],
    ["6", "006A", "Owner", ANN, BO, ANN, "2026-09-12T07:00:00.000Z", "false"],
    ["7", "006B", "StageName", "Proposal", "Closed Lost", BO, "2026-09-05T07:00:00.000Z", "false"],
    ["8", "006B", "CloseDate", "2026-09-30", "2026-09-05", BO, "2026-09-05T07:00:00.000Z", "false"],
    ["9", "006C", "StageName", "Prospecting", "Proposal", BO, "2026-09-07T07:00:00.000Z", "false"],
    ["10", "006C", "StageName", "Proposal", "Prospecting", BO, "2026-09-08T07:00:00.000Z", "true"],
    ["11", "006D", "Owner", "Bo Ray", "Ann Lee", BO, "2026-09-04T07:00:00.000Z", "false"],
]
OPPORTUNITIES = [
    ["006A", "Bo Ray", "2026-09-01 09:00", "2026-09-10", "Won", "Closed Won", "a"],
    ["006B", "Bo Ray", "2026-08-20 09:00", "2026-09-05", "Lost", "Closed Lost", "b"],
    ["006C", "Bo Ray", "2026-09-02 09:00", "", "Open", "Proposal", "c"],
    ["006D", "Ann Lee", "2026-09-02 09:00", "2026-09-20", "Won", "Closed Won", "d"],
]


def test_changes_of_fields_are_split_into_stages_and_owners(tmp_path):
    found = read(tmp_path, CHANGES, OPPORTUNITIES, ("stages", "owners"))
    # Moscow is three hours ahead; 006B was created before the history begins: since when it stood in Proposal nobody knows
    assert history(found) == [
        ("006A", "Prospecting", "01.09 09:00"),
        ("006A", "Proposal", "03.09 10:00"),
        ("006A", "Closed Won", "10.09 10:00"),
        ("006B", "Closed Lost", "05.09 10:00"),
        ("006C", "Prospecting", "02.09 09:00"),
        ("006C", "Proposal", "07.09 10:00"),
    ]
    assert history(found, "owners") == [
        ("006A", "Ann Lee", "01.09 09:00"),
        ("006A", "Bo Ray", "12.09 10:00"),
        ("006D", "Bo Ray", "02.09 09:00"),
        ("006D", "Ann Lee", "04.09 10:00"),
    ]
    # 11 rows: 4 moves of stage kept, 1 deleted, 6 of other fields (created, Amount, CloseDate, 3 × Owner)
    assert ledger(found, "stages") == {"another field": 6, "deleted in the CRM": 1}
    assert accounted(found, "stages") == {"read": 11, "kept": 4, "set_aside": 7}
    # 2 changes of owner kept, 1 by id, 1 deleted, 7 of other fields
    assert ledger(found, "owners") == {"another field": 7, "deleted in the CRM": 1, "the same change by id": 1}
    assert accounted(found, "owners") == {"read": 11, "kept": 2, "set_aside": 9}


def test_a_deal_counts_for_who_owned_it_at_its_closing(tmp_path):
    found = read(tmp_path, CHANGES, OPPORTUNITIES, ("stages", "owners"))
    table = deals(found)
    # 006A was won on the 10th, two days before Bo got it; 006D was won after Ann had got it
    assert table.manager.to_dict() == {"006A": "Ann Lee", "006B": "Bo Ray", "006C": "Bo Ray", "006D": "Ann Lee"}
    assert table.owner_from["006A"] == "owners"
    told = [n.values for n in found.notices if n.code == "state before"]
    assert told == [
        {"table": "stages", "rows": 2, "older": 1},
        {"table": "owners", "rows": 2, "older": 0},
    ]
    assert "1 older deals" in notice("state before", told[0], Voice("en", "RUB"))
    assert "создан" in notice("state before", told[1], Voice("ru", "RUB"))


def test_a_history_of_opportunities_has_a_row_for_every_change_of_money_too(tmp_path):
    # Object Reference for the Salesforce Platform, "OpportunityHistory"
    rows = [
        ["Id", "OpportunityId", "StageName", "Amount", "CloseDate", "Probability", "CreatedDate", "IsDeleted"],
        ["1", "006A", "Prospecting", "100", "2026-09-30", "10", "9/1/2026 9:00", "0"],
        ["2", "006A", "Prospecting", "150", "2026-09-30", "10", "9/2/2026 9:00", "0"],
        ["3", "006A", "Proposal", "150", "2026-09-30", "50", "9/13/2026 9:00", "0"],
        ["4", "006A", "Proposal", "150", "2026-10-30", "50", "9/14/2026 9:00", "0"],
        ["5", "006A", "Prospecting", "150", "2026-10-30", "10", "9/15/2026 9:00", "0"],
        ["6", "006B", "Prospecting", "10", "2026-10-30", "10", "9/15/2026 9:00", "0"],
    ]
    found = read(tmp_path, rows, OPPORTUNITIES)
    assert history(found) == [
        ("006A", "Prospecting", "01.09 09:00"),
        ("006A", "Proposal", "13.09 09:00"),
        ("006A", "Prospecting", "15.09 09:00"),  # went back
        ("006B", "Prospecting", "15.09 09:00"),
    ]
    assert ledger(found, "stages") == {"the same stage again": 2}
    assert "state before" not in said(found)


def test_a_report_of_moves_names_both_stages(tmp_path):
    # Salesforce help, "Opportunity History Report"
    rows = [
        ["Opportunity Name", "Opportunity Owner", "From Stage", "To Stage", "Stage Duration", "Last Modified"],
        ["a", "Bo", "Prospecting", "Proposal", "2", "2026-09-03"],
        ["a", "Bo", "Proposal", "Closed Won", "7", "2026-09-10"],
        ["nobody", "Bo", "Proposal", "Closed Won", "7", "2026-09-10"],
    ]
    found = read(tmp_path, rows, [["006A", "Bo", "2026-09-03", "2026-09-10", "Won", "Closed Won", "a"]])
    assert sorted(history(found)) == [
        ("006A", "Closed Won", "10.09 00:00"),
        ("006A", "Proposal", "03.09 00:00"),
        ("006A", "Prospecting", "03.09 00:00"),
    ]
    assert ledger(found, "stages") == {"deal not told by its name": 1}


def test_bitrix24_has_the_stages_of_the_current_pipeline(tmp_path):
    # Bitrix24 REST, "crm.stagehistory.list": TYPE_ID 1 created, 2 moved, 3 moved to an end stage
    rows = [
        ["ID", "TYPE_ID", "OWNER_ID", "CREATED_TIME", "CATEGORY_ID", "STAGE_SEMANTIC_ID", "STAGE_ID"],
        ["1", "1", "10", "2026-09-01T10:00:00+03:00", "0", "P", "NEW"],
        ["2", "2", "10", "2026-09-02T10:00:00+03:00", "0", "P", "EXECUTING"],
        ["3", "3", "10", "2026-09-05T10:00:00+03:00", "0", "S", "WON"],
        ["4", "1", "11", "2026-09-01T10:00:00+03:00", "4", "P", "C4:NEW"],
        ["5", "3", "11", "2026-09-07T10:00:00+03:00", "4", "F", "C4:LOSE"],
    ]
    sold = [
        ["10", "Анна", "2026-09-01", "2026-09-05", "Won", "Сделка успешна", "a"],
        ["11", "Анна", "2026-09-01", "2026-09-07", "Lost", "Сделка провалена", "b"],
    ]
    found = read(tmp_path, rows, sold)
    assert [row[1] for row in history(found)] == ["NEW", "EXECUTING", "WON", "C4:NEW", "C4:LOSE"]
    assert accounted(found, "stages") == {"read": 5, "kept": 5, "set_aside": 0}
    assert said(found)["current pipeline only"]["rows"] == 5
    assert said(found)["other names"]["rows"] == 5  # the deals have names of stages, the history has codes
    names = {
        "Новая": ["NEW", "C4:NEW"],
        "Сделка успешна": ["WON"],
        "Сделка провалена": ["C4:LOSE"],
        "В работе": ["EXECUTING"],
    }
    named = read(tmp_path, rows, sold, values={"stages.stage": names})
    assert [row[1] for row in history(named)] == ["Новая", "В работе", "Сделка успешна", "Новая", "Сделка провалена"]
    assert "other names" not in said(named)


# Pipedrive API, "List updates about a deal": items of a flow, written flat
FLOW = ["object", "timestamp", "data.id", "data.item_id", "data.user_id", "data.field_key", "data.old_value", "data.new_value",
        "data.additional_data.old_value_formatted", "data.additional_data.new_value_formatted", "data.log_time"]  # fmt: skip


def test_pipedrive_tells_stages_and_owners_by_name_where_it_has_them(tmp_path):
    rows = [
        FLOW,
        ["dealChange", "", "1", "7", "99", "add_time", "", "2026-09-01 08:00:00", "", "", "2026-09-01 08:00:00"],
        ["dealChange", "", "2", "7", "99", "stage_id", "1", "2", "Contact made", "Demo", "2026-09-02 08:00:00"],
        ["activity", "2026-09-02 09:00:00", "5", "", "99", "", "", "", "", "", ""],
        ["dealChange", "", "3", "7", "99", "user_id", "50", "51", "Ann", "Bo", "2026-09-03 08:00:00"],
        ["dealChange", "", "4", "7", "99", "status", "open", "won", "", "", "2026-09-09 08:00:00"],
        ["dealChange", "", "5", "7", "99", "stage_id", "2", "3", "", "", "2026-09-04 08:00:00"],
    ]
    found = read(
        tmp_path, rows, [["7", "Bo", "2026-09-01 08:00", "2026-09-09", "Won", "Demo", "a"]], ("stages", "owners")
    )
    assert history(found) == [
        ("7", "Contact made", "01.09 08:00"),
        ("7", "Demo", "02.09 08:00"),
        ("7", "3", "04.09 08:00"),  # there is no name for it in the flow
    ]
    assert history(found, "owners") == [("7", "Ann", "01.09 08:00"), ("7", "Bo", "03.09 08:00")]
    assert ledger(found, "stages") == {"another field": 3, "not of a deal": 1}  # of six rows; a status is no stage here


AMO = [
    ["7", "Анна", "2026-09-01 09:00", "2026-09-09", "Won", "142", "Сделка #7"],
    ["8", "Борис", "2026-09-01 09:00", "", "Open", "60", "Окна"],
    ["9", "Борис", "2026-09-01 09:00", "", "Open", "60", "Двери"],
    ["10", "Борис", "2026-09-01 09:00", "", "Open", "60", "Двери"],
]


@pytest.mark.parametrize("quote", ['"', "'"])
def test_events_of_amocrm_as_json(tmp_path, quote):
    # amoCRM developers, "События": value_after is [{"lead_status": {"id": …, "pipeline_id": …}}]
    def status(number, pipeline=5):
        return f'[{{"lead_status": {{"id": {number}, "pipeline_id": {pipeline}}}}}]'.replace('"', quote)

    def person(number):
        return f'[{{"responsible_user": {{"id": {number}}}}}]'.replace('"', quote)

    rows = [
        ["id", "type", "entity_id", "entity_type", "created_by", "created_at", "value_after", "value_before"],
        ["e1", "lead_added", "7", "lead", "1", "1788242400", "[]", "[]"],  # 1 September, 9:00 in Moscow
        ["e2", "lead_status_changed", "7", "lead", "1", "1788328800", status(60), status(59)],
        ["e3", "lead_status_changed", "7", "lead", "1", "1788415200", status(142, 6), status(60)],
        ["e4", "entity_responsible_changed", "7", "lead", "1", "1788415200", person(501), person(500)],
        ["e5", "entity_responsible_changed", "900", "contact", "1", "1788415200", person(501), person(500)],
        ["e6", "common_note_added", "7", "lead", "1", "1788415200", '[{"note": {"id": 3}}]', "[]"],
    ]
    found = read(
        tmp_path, rows, AMO, ("stages", "owners"), values={"owners.manager": {"Анна": ["500"], "Борис": ["501"]}}
    )
    assert history(found) == [("7", "59", "01.09 09:00"), ("7", "60", "02.09 09:00"), ("7", "142", "03.09 09:00")]
    frame = found.stages.collect(backend="pandas").to_native().sort_values("entered_at")
    assert frame.pipeline.tolist() == ["5", "5", "6"]
    assert history(found, "owners") == [("7", "Анна", "01.09 09:00"), ("7", "Борис", "03.09 09:00")]
    assert ledger(found, "stages") == {"another field": 3, "not of a deal": 1}
    assert ledger(found, "owners") == {"another field": 4, "not of a deal": 1}


def test_flat_events_of_amocrm(tmp_path):
    rows = [
        [
            "id",
            "type",
            "entity_id",
            "entity_type",
            "created_at",
            "value_after.0.lead_status.id",
            "value_before.0.lead_status.id",
        ],
        ["e1", "lead_status_changed", "7", "lead", "1788328800", "60", "59"],
        ["e2", "lead_status_changed", "7", "lead", "1788415200", "142", "60"],
    ]
    found = read(tmp_path, rows, AMO)
    assert [row[1] for row in history(found)] == ["60", "142"]  # the history begins on the 2nd, the deal is older
    assert said(found)["state before"] == {"table": "stages", "rows": 0, "older": 1}


def test_the_list_of_events_of_amocrm_names_deals_by_title(tmp_path):
    # not confirmed by a public document
    rows = [
        ["Дата", "Автор", "Объект", "Название", "Событие", "Значение до", "Значение после"],
        ["01.09.2026 09:00:00", "Анна", "Сделка", "Сделка #7", "Новая сделка", "", "Новая заявка"],
        ["02.09.2026 09:00:00", "Анна", "Сделка", "Сделка #7", "Изменен этап продажи", "Новая заявка", "Переговоры"],
        ["13.09.2026 09:00:00", "Анна", "Сделка", "Окна", "Изменен этап продажи", "Новая заявка", "Переговоры"],
        ["13.09.2026 10:00:00", "Анна", "Сделка", "Двери", "Изменен этап продажи", "Новая заявка", "Переговоры"],
        ["13.09.2026 11:00:00", "Анна", "Сделка", "Окна", "Смена ответственного", "Анна", "Борис"],
        ["13.09.2026 12:00:00", "Анна", "Контакт", "Иван", "Телефон изменен", "1", "2"],
    ]
    found = read(tmp_path, rows, AMO, ("stages", "owners"))
    assert history(found) == [
        ("7", "Новая заявка", "01.09 09:00"),
        ("7", "Переговоры", "02.09 09:00"),
        ("8", "Новая заявка", "01.09 09:00"),
        ("8", "Переговоры", "13.09 09:00"),
    ]
    assert history(found, "owners") == [("8", "Анна", "01.09 09:00"), ("8", "Борис", "13.09 11:00")]
    # two deals are called «Двери»: of which the event is cannot be told
    assert ledger(found, "stages") == {"another field": 3, "deal not told by its name": 1}


HUBSPOT = ["Record ID", "Deal Name", "Deal owner", "Create Date", "Close Date", "Deal Stage"]


@pytest.mark.parametrize(
    "columns",
    [
        ['Date entered "New (Sales)"', "Date entered 'Closed Won (Sales)'"],
        ['Datum des Eintritts in "New (Sales)"', 'Datum des Eintritts in "Closed Won (Sales)"'],
        ['Fecha de entrada en "New (Sales)"', "Fecha de entrada en «Closed Won (Sales)»"],
        ['Fecha introducida "New (Sales)"', 'Fecha introducida "Closed Won (Sales)"'],
        ['Date d\'entrée dans "New (Sales)"', "Date d’entrée dans « Closed Won (Sales) »"],
    ],
)
def test_columns_of_stages_of_hubspot_in_four_languages(tmp_path, columns):
    rows = [
        [*HUBSPOT, *columns, 'Date exited "New (Sales)"'],
        [
            "1",
            "a",
            "Ann",
            "2026-09-01",
            "2026-09-10",
            "Closed Won (Sales)",
            "2026-09-01 10:00",
            "2026-09-10 10:00",
            "2026-09-10",
        ],
        ["2", "b", "Ann", "2026-09-02", "", "New (Sales)", "2026-09-02 10:00", "", ""],
    ]
    found = opened(tmp_path, rows, preset="hubspot", month="2026-09")
    assert history(found) == [
        ("1", "New", "01.09 10:00"),
        ("1", "Closed Won", "10.09 10:00"),
        ("2", "New", "02.09 10:00"),
    ]
    assert set(found.stages.collect(backend="pandas").to_native().pipeline) == {"Sales"}


def test_a_file_of_entered_columns_under_stages(tmp_path):
    rows = [
        ["hs_object_id", "hs_date_entered_new", "hs_v2_date_entered_new", "hs_v2_date_entered_closedwon", "hs_v2_date_entered_current_stage"],
        ["7", "2026-09-01T05:00:00Z", "2026-09-01T06:00:00Z", "2026-09-09T06:00:00Z", "2026-09-09T06:00:00Z"],
        ["8", "2026-09-02T05:00:00Z", "2026-09-02T06:00:00Z", "", "2026-09-02T06:00:00Z"],
        ["9", "", "", "", ""],
    ]  # fmt: skip
    found = read(tmp_path, rows, AMO)
    assert history(found) == [
        ("7", "new", "01.09 09:00"),
        ("7", "closedwon", "09.09 09:00"),
        ("8", "new", "02.09 09:00"),
    ]
    assert ledger(found, "stages") == {"no stage entered": 1}
    assert accounted(found, "stages") == {"read": 4, "kept": 3, "set_aside": 1}


def test_the_id_of_entered_columns_may_be_named_in_a_list(tmp_path):
    rows = [["Deal key", "hs_v2_date_entered_new"], ["7", "2026-09-01T06:00:00Z"]]
    found = read(tmp_path, rows, AMO, columns={"stages": {"deal_id": ["Deal key"]}})
    assert history(found) == [("7", "new", "01.09 09:00")]


def test_a_russian_table_of_changes(tmp_path):
    # not confirmed by a public document
    rows = [
        ["ID сделки", "Поле", "Было", "Стало", "Дата изменения", "Кто изменил"],
        ["7", "Стадия", "Новая", "Договор", "02.09.2026 10:00", "Анна"],
        ["7", "Сумма", "10", "20", "02.09.2026 10:00", "Анна"],
        ["7", "Ответственный", "Борис", "Анна", "05.09.2026 10:00", "Анна"],
    ]
    found = read(tmp_path, rows, AMO, ("stages", "owners"))
    assert [row[1] for row in history(found)] == ["Договор"]
    assert history(found, "owners") == [("7", "Анна", "05.09 10:00")]
    assert accounted(found, "stages") == {"read": 3, "kept": 1, "set_aside": 2}


def test_a_plain_table_of_stages_is_read_as_before(tmp_path):
    rows = [["deal_id", "stage", "entered_at"], ["7", "Новая", "2026-09-01"], ["7", "Договор", "2026-09-03"]]
    found = read(tmp_path, rows, AMO)
    assert [row[1] for row in history(found)] == ["Новая", "Договор"]
    assert "state before" not in said(found)


def test_the_columns_of_the_params_win(tmp_path):
    found = read(tmp_path, CHANGES, OPPORTUNITIES, columns={"stages": {"deal_id": "Id"}})
    assert {row[0] for row in history(found)} == {"2", "4", "7", "9"}


@pytest.mark.parametrize(
    ("headings", "tables"),
    [
        (FIELDS, ["stages", "owners"]),
        (FLOW, ["stages", "owners"]),
        (["OpportunityId", "StageName", "CreatedDate", "Amount"], ["stages"]),
        (["ID", "TYPE_ID", "OWNER_ID", "CREATED_TIME", "CATEGORY_ID", "STAGE_ID"], ["stages"]),
        (["Opportunity Name", "From Stage", "To Stage", "Last Modified"], ["stages"]),
        (["hs_object_id", "hs_v2_date_entered_new"], ["stages"]),
        ([*HUBSPOT, 'Date entered "New (Sales)"'], ["deals"]),
    ],
)
def test_a_history_is_told_by_its_headings(headings, tables):
    assert list(table_scores(headings))[: len(tables)] == tables


def test_ids_of_salesforce_of_15_and_of_18_letters_are_of_one_deal(tmp_path):
    rows = [
        ["OpportunityId", "StageName", "CreatedDate"],
        ["0065g00000AbcDeAAJ", "Prospecting", "2026-09-01"],
        ["0065g00000AbcDeAAJ", "Closed Won", "2026-09-09"],
        ["0065g00000AbcDFAAZ", "Prospecting", "2026-09-02"],
    ]
    sold = [["0065g00000AbcDe", "Bo", "2026-09-01", "2026-09-09", "Won", "Closed Won", "a"]]
    found = read(tmp_path, rows, sold)
    # the third row is of a deal that the export has not
    assert [row[0] for row in history(found)] == ["0065g00000AbcDFAAZ", "0065g00000AbcDe", "0065g00000AbcDe"]
    assert "other deals" not in said(found)


def test_a_history_of_other_deals_is_said(tmp_path):
    rows = [
        ["deal_id", "Old stage", "New stage", "Changed at"],
        ["70", "a", "b", "2026-09-02"],
        ["71", "a", "b", "2026-09-02"],
    ]
    told = said(read(tmp_path, rows, AMO))["other deals"]
    assert told == {"table": "stages", "rows": 2, "of": 2, "example": "70"}
    assert "70" in notice("other deals", told, Voice("ru", "RUB"))


# IEEE 1849 (XES): a trace is a case, its concept:name the id; an event has concept:name, time:timestamp, org:resource
XES = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
  <trace><string key="concept:name" value="7"/>
    <event><string key="concept:name" value="New"/><date key="time:timestamp" value="2026-09-01T10:00:00+03:00"/></event>
    <event><string key="concept:name" value="Offer"/><date key="time:timestamp" value="2026-09-03T10:00:00+03:00"/>
      <string key="lifecycle:transition" value="start"/></event>
    <event><string key="concept:name" value="Offer"/><date key="time:timestamp" value="2026-09-04T10:00:00+03:00"/>
      <string key="lifecycle:transition" value="complete"/><string key="org:resource" value="Анна"/></event>
  </trace>
  <trace><string key="concept:name" value="8"/>
    <event><string key="concept:name" value="New"/><date key="time:timestamp" value="2026-09-02T10:00:00+03:00"/></event>
  </trace>
</log>"""


def test_the_recipe_for_event_logs_works(tmp_path):
    page = (Path(__file__).parents[1] / "docs/how-to/event-logs.md").read_text(encoding="utf-8")
    (tmp_path / "xes.py").write_text(re.search("```python\n(.*?)```", page, re.S)[1], encoding="utf-8")
    (tmp_path / "log.xes").write_text(XES, encoding="utf-8")
    subprocess.run([sys.executable, "xes.py", "log.xes", "stages.csv"], cwd=tmp_path, check=True)
    written(tmp_path, [HEAD, *AMO])
    found = opened(tmp_path, data={"deals": "deals.csv", "stages": "stages.csv"}, month="2026-09")
    assert history(found) == [("7", "New", "01.09 10:00"), ("7", "Offer", "04.09 10:00"), ("8", "New", "02.09 10:00")]


def left(found) -> list[tuple]:
    """Rows of the stages of a book: deal, stage, when it was left."""
    frame = found.stages.collect(backend="pandas").to_native().sort_values(["deal_id", "entered_at", "stage"])
    return [
        (r["deal_id"], r["stage"], "" if r["left_at"] is pd.NaT else f"{r['left_at']:%d.%m}")
        for _, r in frame.iterrows()
    ]


ENTRIES = [
    ["deal_id", "stage", "entered_at", 'event of "left_at"'],  # a heading of the company's own
    ["1", "New", "2026-09-01 10:00", "a"],
    ["1", "New", "2026-09-01 10:00", "b"],  # the same entry under another id of the CRM
    ["1", "Call", "2026-09-03 10:00", "c"],
    ["1", "Offer", "2026-09-03 10:00", "d"],  # two at the same moment: neither is left for the other
    ["1", "New", "2026-09-09 10:00", "e"],
    ["2", "New", "2026-09-02 10:00", "f"],
]
LEFT = [("1", "New", "03.09"), ("1", "Call", "09.09"), ("1", "Offer", "09.09"), ("1", "New", ""), ("2", "New", "")]


def test_a_stage_is_left_when_the_deal_enters_another_later(tmp_path):
    rows = [[one, "Ann", "2026-09-01", "", "open", "New", "A"] for one in ("1", "2")]
    found = read(tmp_path, ENTRIES, rows)
    assert left(found) == LEFT
    assert ledger(found, "stages") == {"duplicate": 1}
    assert accounted(found, "stages") == {"read": 6, "kept": 5, "set_aside": 1}
    # on the 5th nobody knew yet that the deal would go back to the first stage
    early = found.as_known("2026-09", dt.date(2026, 9, 5))
    assert left(early) == [("1", "New", "03.09"), ("1", "Call", ""), ("1", "Offer", ""), ("2", "New", "")]


def test_frames_in_memory_know_when_a_stage_was_left():
    deals = pd.DataFrame(
        {"deal_id": ["1", "2"], "manager": "Ann", "status": "open", "created_at": pd.Timestamp("2026-09-01")}
    )
    stages = pd.DataFrame(ENTRIES[1:], columns=ENTRIES[0]).iloc[:, :3]
    assert left(book(deals, stages, month="2026-09", as_of="2026-09-30")) == LEFT
