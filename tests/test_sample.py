"""The sample company: made again with the same bytes, and true to truth.json when its raw files are read plainly."""

import csv
import datetime as dt
import gzip
import json
import subprocess
import sys
import zipfile
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from salesnb.params import load_params
from tests.plain_sample import SAMPLE, closers, in_window, moment, plain_deals, records, sheet

ROOT = Path(__file__).parents[1]
TRUTH = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))
SOURCES = {"README.md", "make_sample.py"}


def made_files(folder):
    found = (path for path in folder.rglob("*") if path.is_file())
    names = (path.relative_to(folder).as_posix() for path in found)
    return sorted(name for name in names if Path(name).name not in SOURCES and not name.startswith("company/"))


@pytest.fixture(scope="module")
def again(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample")
    subprocess.run([sys.executable, SAMPLE / "make_sample.py", folder], check=True)
    return folder


def contents(path):
    """What a file holds: packed forms are unpacked, since how they are packed differs between platforms."""
    if path.suffix == ".gz":
        return gzip.decompress(path.read_bytes())
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            return {name: book.read(name) for name in book.namelist()}
    if path.suffix == ".parquet":
        return duckdb.sql(f"SELECT * FROM '{path.as_posix()}'").fetchall()
    return path.read_bytes()


def test_made_again_it_is_the_same_file_by_file(again):
    assert made_files(again) == made_files(SAMPLE)
    for name in made_files(SAMPLE):
        assert contents(again / name) == contents(SAMPLE / name), name


def test_it_is_small():
    assert sum((SAMPLE / name).stat().st_size for name in made_files(SAMPLE)) < 8e6


def test_the_params_name_every_table_and_every_file_is_there():
    params = load_params(ROOT / "params" / "sample.yaml")
    for table in TRUTH["files"]:
        source = params.data.source(table)
        paths = source if isinstance(source, list) else [getattr(source, "path", source)]
        assert all((ROOT / path).is_file() for path in paths), table


def test_every_record_of_deals_is_accounted_for():
    account = TRUTH["deals"]
    main, update = records("deals.csv"), records("deals_update.csv", "cp1251", ";")
    assert account["read"] == len(main) + len(update)
    assert account["read"] == account["kept_with_ignored"] + account["merged"] + sum(account["set_aside"].values())
    assert len(plain_deals()) == account["kept_with_ignored"] - sum(account["ignored_pipelines"].values())
    lines = [deal["lines"] for deal in plain_deals().values()]
    assert sum(lines) - len(lines) == account["merged"]
    assert Counter(lines)[1] == len(lines) - account["faults"]["product lines"]


@pytest.mark.parametrize("name", ["all", "Site", "Phone", "Partners", "Выставки", "unknown"])
def test_figures_of_the_month_hold_in_the_raw_files(name):
    truth = TRUTH["closers"][name]
    deals = [deal for deal in closers("2026-09") if name in ("all", deal["channel"])]
    won = [deal for deal in deals if deal["status"] == "won"]
    days = [(deal["closed_at"].date() - deal["created_at"].date()).days for deal in deals]
    assert (len(won), len(deals) - len(won)) == (truth["won"], truth["lost"])
    assert sum(days) / len(days) == pytest.approx(truth["mean_days"], abs=1e-9)
    rates = {"RUB": Decimal(1), "EUR": Decimal("98.5")}
    total = sum(deal["amount"] * rates[deal["currency"]] for deal in won if deal["currency"] in rates)
    assert total == Decimal(truth["won_amount"])


def test_the_month_before_holds_too():
    deals = closers("2026-08")
    assert sum(deal["status"] == "won" for deal in deals) == TRUTH["closers_previous"]["all"]["won"]
    assert len(deals) == TRUTH["closers_previous"]["all"]["closed"]


def test_open_and_new_deals_of_the_month_hold_in_the_raw_files():
    end = dt.datetime(2026, 10, 1)
    known = [deal for deal in closers() if deal["created_at"] < end]
    still = [deal for deal in known if deal["status"] == "open" or (deal["closed_at"] and deal["closed_at"] >= end)]
    assert len(still) == TRUTH["closers"]["all"]["open_deals"]
    new = [deal for deal in known if f"{deal['created_at']:%Y-%m}" == "2026-09"]
    assert len(new) == TRUTH["closers"]["all"]["new_deals"]


def test_closings_just_after_midnight_are_written_in_universal_time():
    texts = [row["closed_at"] for row in records("deals.csv")]
    assert Counter(text for text in texts if text in ("2026-09-30T21:30:00Z", "2026-08-31T21:40:00Z")) == {
        "2026-09-30T21:30:00Z": 2,
        "2026-08-31T21:40:00Z": 2,
    }


def test_every_fault_is_in_the_raw_files_as_often_as_the_truth_says():
    faults, rows = TRUTH["deals"]["faults"], records("deals.csv")
    words = Counter(row["status"] for row in rows)
    assert sum(row["closed_at"].find("2099") >= 0 for row in rows) == faults["closed in the future"]
    assert words["On hold"] == faults["unlisted word, open"]
    assert words["Archived"] == faults["unlisted word, closed"]
    assert sum(row["channel"] == "" for row in rows if row["pipeline"] == "Sales") == faults["blank channel"]
    assert sum(row["channel"] == "Bыставки" for row in rows) == faults["look-alike letter"]
    assert sum("\n" in row["title"] for row in rows) == faults["line break in title"]
    assert sum(row["status"] == "Won" and not row["closed_at"] for row in rows) == faults["no closing date"]
    texts = Counter(tuple(row.values()) for row in rows)
    assert sum(count - 1 for count in texts.values()) == faults["duplicate"]
    assert (
        sum(row["product"] in ("BaristaPro", "Бариста Про") for row in rows)
        == TRUTH["files"]["deals"]["product spelled another way"]
    )


def test_long_ids_are_one_number_to_a_float_and_many_to_a_reader():
    ids = [row["deal_id"] for row in records("deals.csv") if len(row["deal_id"]) == 19]
    assert len(set(ids)) > 500
    assert len({float(text) for text in ids}) < len(set(ids)) / 10


def test_the_company_has_the_promised_shape():
    people = sheet("people.xlsx", "managers")
    assert len(people) == 15
    here = [person for person in people if not person["left_on"]]
    assert Counter(person["head"] for person in here).most_common(1)[0][1] == 8
    assert len({person["head"] for person in people}) == 2
    assert len({person["team"] for person in people}) == 3
    sellers = Counter(person["channel"] for person in here if person["role"] == "closer")
    assert sellers.total() >= 9
    assert sum(count >= 3 for count in sellers.values()) == 2
    assert {person["role"] for person in people} == {"hunter", "closer", "farmer"}
    months = {f"{deal['created_at']:%Y-%m}" for deal in plain_deals().values()}
    assert (min(months), max(months), len(months)) == ("2024-07", "2026-10", 28)
    assert {deal["channel"] for deal in closers()} == {"Site", "Phone", "Partners", "Выставки", "unknown"}


def test_the_window_is_large_enough_for_the_model_and_numbers_of_a_person_are_small():
    window = [
        deal
        for deal in closers()
        if deal["closed_at"] and dt.datetime(2025, 10, 1) <= deal["closed_at"] < dt.datetime(2026, 10, 1)
    ]
    assert len(window) == TRUTH["window"]["closed"]
    assert min(Counter(deal["status"] for deal in window).values()) >= 70
    late = [deal for deal in window if deal["closed_at"] - deal["created_at"] > dt.timedelta(days=7)]
    assert len(late) == TRUTH["window"]["open_at_day_7"]
    assert len(late) / len(window) > 0.9
    month = Counter(deal["manager"] for deal in closers("2026-09"))
    assert min(month.values()) >= 8
    assert max(month.values()) <= 35


def test_touches_of_the_first_week_are_those_of_the_truth():
    early = Counter()
    deals = {deal["deal_id"]: deal for deal in closers()}
    one = defaultdict(list)
    owner = {row["deal_id"]: row["Client number"] for row in records("deals.csv")}
    for deal_id, client in owner.items():
        one[client].append(deal_id)
    for row in {tuple(row.items()): row for row in records("touches.csv.gz")}.values():
        if row["kind"] == "task" or row["by_robot"]:
            continue
        deal = deals.get(row["deal_id"] or (one[row["client_id"]] or [""])[0])
        if deal and moment(row["at"]) - deal["created_at"] < dt.timedelta(days=7):
            early[deal["deal_id"]] += 1
    late = [deal for deal in closers() if in_window(deal)]
    bins = Counter(min(2, (early[deal["deal_id"]] + 1) // 2) for deal in late)
    for i, share in enumerate(TRUTH["window"]["touch_bins"]):
        assert bins[i] / len(late) == pytest.approx(share, abs=0.003)


def test_other_tables_hold_as_many_records_as_the_truth_says():
    read = {
        "stages": records("stages.csv.gz"), "touches": records("touches.csv.gz"), "leads": records("leads.csv.gz"),
        "clients": records("clients.csv.gz"), "owners": records("owners.csv"), "actions": records("actions.csv"),
        "reviews": records("reviews.csv", "cp1251", ";"), "payments": records("payments.csv", sep=";"),
        "costs": records("costs.csv", "utf-16", "\t"), "managers": sheet("people.xlsx", "managers"),
        "absences": sheet("people.xlsx", "absences"), "plans": sheet("plans.xlsx", "plans"),
    }  # fmt: skip
    for name, rows in read.items():
        assert len(rows) == TRUTH["files"][name]["read"], name


def test_stage_entries_of_a_reopened_deal_end_twice():
    rows = [row for row in records("stages.csv.gz") if row["pipeline"] == "Sales" and row["stage"] in ("Won", "Lost")]
    ends = Counter(row["deal_id"] for row in {tuple(row.items()): row for row in rows}.values())
    assert sorted(deal_id for deal_id, count in ends.items() if count > 1) == TRUTH["odd"]["reopened"]


def test_one_person_closed_many_deals_on_one_day():
    mass = TRUTH["odd"]["mass closing"]
    day = dt.date.fromisoformat(mass["day"])
    deals = [
        deal for deal in closers("2026-09") if deal["closed_at"].date() == day and deal["manager"] == mass["manager"]
    ]
    assert len(deals) >= mass["deals"] > 20


@pytest.mark.parametrize("name", sorted(json.loads((SAMPLE / "crm" / "columns.json").read_text(encoding="utf-8"))))
def test_a_slice_holds_every_expected_deal(name):
    about = json.loads((SAMPLE / "crm" / "columns.json").read_text(encoding="utf-8"))[name]
    expected = {row["deal_id"] for row in records("crm/expected.csv")}
    assert len(expected) == 120
    if name.endswith(".xlsx"):
        rows = sheet(f"crm/{name}", "deals")
        ids = [str(row["Record ID"]) for row in rows]
    else:
        lines = list(
            csv.reader(
                (SAMPLE / "crm" / name).read_text(encoding="utf-8-sig").splitlines(),
                delimiter=";" if "bitrix" in name else ",",
            )
        )
        headings = [heading.lower() for heading in lines[0]]
        place = next(i for i, heading in enumerate(headings) if heading.endswith("id") or "(18 digit)" in heading)
        ids = [line[place] for line in lines[1:] if len(line) == len(headings)]
        rows = [line for line in lines[1:] if any(line)]
    assert set(ids) == expected
    assert len(rows) == about["records"]
