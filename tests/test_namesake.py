"""`init` takes the name of the owner where the deals have only an id for it under a heading that speaks of it."""

import csv

import pytest
import yaml

from salesnb.source.book import open_book
from salesnb.source.recognise import init

PEOPLE = {"300100": "Ann Lee", "300200": "Иван Петров", "300300": "Zoë Krämer"}


def written(tmp_path, monkeypatch, head, cells, more=None):
    """Owners of the deals as the book has them, the params, and what `init` says; `cells` gives a deal's last cells by its number."""
    (tmp_path / "pyproject.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    files = {"deals.csv": [["OptyId", "Name", "Status", "CreationDate", "CloseDate", *head]]}
    for n in range(40):
        row = [f"{n + 1}", f"Deal {n}", ("Won", "Lost")[n % 2], "2026-08-01", "2026-09-05", *cells(n)]
        files["deals.csv"].append(row)
    files |= more or {}
    for name, rows in files.items():
        with open(name, "w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
    lines = list(init(list(files), tmp_path / "p.yaml"))
    owners = open_book(tmp_path / "p.yaml", "2026-09").table("deals", columns=["deal_id", "manager"])
    return owners["manager"].tolist(), yaml.safe_load((tmp_path / "p.yaml").read_text()), "\n".join(lines)


def test_the_name_that_goes_with_the_id_is_taken(tmp_path, monkeypatch):
    ids = list(PEOPLE)
    owners, params, said = written(
        tmp_path, monkeypatch, ["OwnerResourcePartyId", "PartyName1", "Region"],
        lambda n: (ids[n % 3], PEOPLE[ids[n % 3]], ("North", "South")[n % 2]),
    )  # fmt: skip
    assert set(owners) == set(PEOPLE.values()) and params["columns"]["deals"]["manager"] == "PartyName1"
    assert "PartyName1 is taken, which has one name for each value of OwnerResourcePartyId" in said


@pytest.mark.parametrize("name", [lambda n: "Client " + "ABCDEFG"[n % 7], lambda n: ("Ann Lee", "Bo Ray")[n % 2]])
def test_names_that_do_not_go_with_the_id_are_not(tmp_path, monkeypatch, name):
    owners, _, _ = written(tmp_path, monkeypatch, ["OwnerId", "PartyName"], lambda n: (list(PEOPLE)[n % 3], name(n)))
    assert set(owners) == set(PEOPLE)


def test_a_list_of_people_with_first_name_and_name_gives_whole_names(tmp_path, monkeypatch):
    people = [["id", "first_name", "name", "login"]]
    people += [[code, *name.split(" "), f"u{code}@x.example"] for code, name in PEOPLE.items()]
    owners, _, _ = written(tmp_path, monkeypatch, ["user_id"], lambda n: (list(PEOPLE)[n % 3],), {"users.csv": people})
    assert set(owners) == set(PEOPLE.values())


def test_a_name_that_holds_the_first_name_is_whole_already(tmp_path, monkeypatch):
    people = [["id", "first_name", "name"], *([code, name.split(" ")[0], name] for code, name in PEOPLE.items())]
    owners, _, _ = written(tmp_path, monkeypatch, ["user_id"], lambda n: (list(PEOPLE)[n % 3],), {"users.csv": people})
    assert set(owners) == set(PEOPLE.values())


def test_a_tax_is_no_amount(tmp_path, monkeypatch):
    _, params, _ = written(
        tmp_path, monkeypatch, ["Owner", "totalSalesTax", "Total excl. tax"], lambda n: ("Ann", "19.00", "100.00")
    )
    assert params["columns"]["deals"]["amount"] == "Total excl. tax"


def test_a_part_of_the_owners_record_is_no_client_and_a_name_is_taken_before_its_id(tmp_path, monkeypatch):
    names = list(PEOPLE.values())
    _, params, _ = written(
        tmp_path, monkeypatch, ["user.id", "user.name", "category.id", "category.name"],
        lambda n: (list(PEOPLE)[n % 3], names[n % 3], f"{n % 2}", ("Retail", "Trade")[n % 2]),
    )  # fmt: skip
    deals = params["columns"]["deals"]
    assert deals["manager"] == "user.name" and "client_id" not in deals and deals["segment"] == "category.name"


def test_a_list_of_stages_does_not_name_the_pipelines(tmp_path, monkeypatch):
    stages = [["id", "name", "lead_pipeline_id"], ["1", "New", "1"], ["2", "Offer", "1"], ["3", "Contract", "1"]]
    _, params, _ = written(
        tmp_path, monkeypatch, ["Owner", "lead_pipeline_id", "lead_pipeline_stage_id"],
        lambda n: ("Ann", "1", f"{n % 3 + 1}"), {"stages.csv": stages},
    )  # fmt: skip
    (join,) = params["data"]["joins"]
    assert join["on"] == {"lead_pipeline_stage_id": "id"} and join["columns"] == {"stage": "name"}
