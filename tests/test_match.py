"""Headings of any export are told by what their words mean and their values confirm."""

import csv

import pytest

from salesnb.schema import TABLES
from salesnb.source.book import open_book
from salesnb.source.concepts import concepts
from salesnb.source.match import Profile, heading_score, match, table_scores
from salesnb.source.recognise import init
from tests.exports import deals

# headings, and what they are: typed after the documentation of CRMs, their interfaces and public tables
LAYOUTS = {
    "bitrix24 rest": "ID=deal_id STAGE_ID=stage ASSIGNED_BY_ID=manager OPPORTUNITY=amount DATE_CREATE=created_at CLOSEDATE=closed_at",
    "hubspot api": "hs_object_id=deal_id dealname=title dealstage=stage hubspot_owner_id=manager createdate=created_at closedate=closed_at amount=amount",
    "pipedrive api": "id=deal_id title=title owner_name=manager status=status value=amount add_time=created_at close_time=closed_at",
    "salesforce loader": "External_Id__c=deal_id Name=title Owner.External_Id__c=manager StageName=stage CloseDate=closed_at CreatedDate=created_at",
    "a database": "deal_id=deal_id owner_rep_id=manager deal_created_at=created_at close_at=closed_at outcome=status",
    "another database": "opp_id=deal_id rep_name=manager created_date=created_at close_date=closed_at stage=stage",
    "kommo in spanish": "ID=deal_id|Nombre del lead=title|Presupuesto=amount|Usuario responsable=manager|Fecha de creación=created_at|Fecha de cierre=closed_at|Etapa del lead=stage|Embudo de ventas=pipeline",
    "copper": "Opportunity ID=deal_id|Owned By=manager|Value=amount|Status=status|Created At=created_at|Completed Date=closed_at|Expected Close Date=expected_close_at|Loss Reason=lost_reason",
    "close": "id=deal_id|user_name=manager|status_type=status|value=amount|date_created=created_at",
    "dynamics": "Topic=title|Owner=manager|Status=status|Est. Revenue=amount|Created On=created_at|Actual Close Date=closed_at|Est. Close Date=expected_close_at",
    "freshsales": "Deal Id=deal_id|Deal name=title|Sales owner=manager|Deal stage=stage|Deal value=amount|Created at=created_at|Closed date=closed_at|Expected close date=expected_close_at",
    "notion": "Owner=manager|Stage=stage|Amount=amount|Created=created_at|Close date=closed_at",
    "a russian table": "№=deal_id|Менеджер=manager|Статус сделки=status|Сумма, руб.=amount|Дата создан.=created_at|Дата закрытия сделки=closed_at|Заказчик=client_id",
    "german": "Nr.=deal_id|Verantwortlicher=manager|Status=status|Betrag=amount|Erstellt am=created_at|Abgeschlossen am=closed_at|Kunde=client_id|Verlustgrund=lost_reason",
}  # fmt: skip


def profile(column: str) -> Profile:
    """What the values of a canonical column look like in a file of a hundred deals."""
    kind = TABLES["deals"].column(column).type
    if column in ("status", "stage"):
        return Profile(1, 5, 100, won=0.2, lost=0.4)
    if column in ("deal_id", "title"):
        return Profile(1, 100, 100)
    return Profile(1, 60, 100, times=1) if kind == "time" else Profile(1, 60, 100, numbers=1) if kind == "money" else Profile(1, 8, 100)  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_layouts_of_public_documents_are_told(layout):
    pairs = dict(pair.split("=") for pair in (layout.split("|") if "|" in layout else layout.split()))
    found = match("deals", {heading: profile(column) for heading, column in pairs.items()})
    told = {one.heading: column for column, one in found.items()}
    assert {heading: told.get(heading) for heading in pairs} == pairs


def test_a_column_of_other_values_is_not_taken_for_its_heading():
    found = match("deals", {"Created": Profile(1, 3, 100), "Owner": Profile(1, 4, 100, times=1)})
    assert found == {}


def test_the_expected_date_is_not_the_closing():
    headings = {"Expected close date": profile("closed_at"), "Created": profile("created_at")}
    assert "closed_at" not in match("deals", headings)


def test_unknown_words_lower_a_score_and_exact_ones_win():
    assert heading_score("deals", "manager", "Owner") > heading_score("deals", "manager", "Owner's mood")
    assert concepts("ответственный_id") == ("owner", "id")


@pytest.mark.parametrize(
    ("headings", "table"),
    [
        ("deal_id stage entered_at", "stages"),
        ("deal_id manager from", "owners"),
        ("lead_id created_at status source deal_id", "leads"),
        ("client_id name phone email", "clients"),
        ("touch_id at kind deal_id direction result duration_s", "touches"),
        ("manager at call_type score reviewer", "reviews"),
        ("manager team head role hired_on", "managers"),
        ("manager from to kind", "absences"),
        ("at head kind manager note", "actions"),
        ("month manager metric value", "plans"),
        ("deal_id amount due_on paid_on status", "payments"),
        ("date client_id product amount quantity", "sales"),
        ("channel month amount", "costs"),
        ("Deal Id,Sales owner,Deal stage,Created at,Closed date", "deals"),
    ],
)
def test_a_table_is_told_by_its_headings(headings, table):
    names = headings.split(",") if "," in headings else headings.split()
    assert next(iter(table_scores(names))) == table


def test_init_reads_a_table_of_nobody_it_knows(tmp_path, monkeypatch):
    (tmp_path / "pyproject.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    rows = [
        ["opp_ref", "Sales agent name", "Opened on", "Finished on", "Outcome", "Deal worth"],
        ["a1", "Ann", "2026-08-01", "2026-09-05", "won", "100"],
        ["a2", "Ann", "2026-08-02", "2026-09-06", "lost", "200"],
        ["a3", "Bo", "2026-08-02", "2026-09-07", "lost", "300"],
        ["a4", "Bo", "2026-08-03", "2026-09-30", "lost", "400"],
    ]
    with open("deals.csv", "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    list(init(["deals.csv"], tmp_path / "p.yaml"))
    found = deals(open_book(tmp_path / "p.yaml", "2026-09"))
    assert list(found["status"]) == ["won", "lost", "lost", "lost"]
    assert list(found["manager"]) == ["Ann", "Ann", "Bo", "Bo"]
    assert list(found["amount"]) == [100, 200, 300, 400]


def test_of_two_headings_that_fit_as_well_the_first_is_taken_whatever_stands_beside_them():
    ids, text = Profile(1, 2, 2, numbers=1), Profile(1, 1, 2)
    for more in range(12):
        found = match("deals", {"id": ids, "_id (2)": text, **{f"F{n}": text for n in range(more)}})
        assert found["deal_id"].heading == "id"


def test_of_two_columns_of_owners_the_one_that_is_filled_is_taken():
    few, all_ = Profile(0.07, 4, 300), Profile(1, 6, 300)
    assert match("deals", {"owner-id": few, "responsible-party-id": all_})["manager"].heading == "responsible-party-id"
