"""What a Book knows on an earlier day is what an export of that day would have said."""

import json

import pandas as pd
import pytest
import yaml
from hypothesis import settings

import salesnb as s
from salesnb.measures.otherwise import other_readings
from salesnb.params import make_params
from salesnb.schema import TABLES
from salesnb.source.book import open_book
from tests.cutter import cut
from tests.odd_companies import PLAIN, tables
from tests.plain_sample import records
from tests.raw_cutter import PARAMS, known, write_cut
from tests.test_topics import QUESTIONS

EVERY = ["2026-09-29", "2026-09-17", "2026-09-10", "2026-08-31", "2026-08-12"]
SHORT = settings().max_examples < 100  # by `make test`, by `make fuzz`
DAYS = EVERY[1:2] if SHORT else EVERY
SAMPLE_DAYS = ["2026-09-17", "2026-06-17", "2026-08-31", "2026-01-12", "2025-11-20"]
THERE = dict.fromkeys(("sales", "owners", "actions", "absences"), "there")
FILES = {
    "deals.csv": (), "stages.csv.gz": (), "touches.csv.gz": (), "payments.csv": ("utf-8", ";"), "reviews.csv": ("cp1251", ";"),
}  # fmt: skip
DATES = [
    ("deals.csv", "created_at"), ("deals.csv", "closed_at"), ("deals.csv", "modified_at"), ("stages.csv.gz", "entered_at"),
    ("touches.csv.gz", "at"), ("touches.csv.gz", "done_at"), ("payments.csv", "paid_on"), ("reviews.csv", "at"),
]  # fmt: skip
TRAITS = PLAIN | THERE | {"deals": 400, "managers": 14, "seed": 7}


def company() -> dict[str, pd.DataFrame]:
    """A simulated company in which deals changed hands, payments came late and some were paid back."""
    made = {name: table for name, table in tables(TRAITS).items() if table is not None}
    deals, owners, payments = made["deals"], made["owners"], made["payments"]
    moved = owners.iloc[::5].assign(manager="Rep B")
    moved["from"] = moved["from"] + pd.Timedelta(days=9)
    made["owners"] = pd.concat([owners, moved], ignore_index=True)
    last = made["owners"].sort_values("from", kind="stable").groupby("deal_id")["manager"].last()
    deals["manager"] = deals["deal_id"].map(last)
    payments["paid_on"] = payments["paid_on"] + pd.to_timedelta([n % 30 for n in range(len(payments))], unit="D")
    payments.loc[payments["paid_on"] > pd.Timestamp("2026-09-30"), "paid_on"] = pd.NaT
    payments["status"] = payments["paid_on"].isna().map({True: "planned", False: "paid"})
    payments.loc[payments.index[::11], "status"] = "refunded"
    return made


def opened(folder, made, **when):
    folder.mkdir()
    for name, table in made.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    data = {name: f"{name}.csv" for name in made}
    params = {"company": "Odd Ltd", "data": data, "stage_order": ["New", "Offer", "Contract"]}
    (folder / "params.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
    return open_book(folder / "params.yaml", **when)


def figures(book) -> dict:
    """The metrics of all questions, but for what counts the rows of the export."""
    found = json.loads(json.dumps(s.record(*(question(book) for question in QUESTIONS)).parts))
    return {name: part for name, part in found.items() if name not in ("rows", "warnings")}


def same_tables(now, then, aside: tuple[str, ...] = ()) -> None:
    """Every table of two Books holds the same cells; the word of a status that was another then is nobody's."""
    for name in TABLES:
        one, other = (book.table(name) if getattr(book, name) is not None else pd.DataFrame() for book in (now, then))
        assert len(one) == len(other), (name, len(one), len(other))
        both = [table.drop(columns=["status_word", *aside], errors="ignore").astype(object) for table in (one, other)]
        both = [table.where(table.notna(), "").astype(str) for table in both]
        both = [table.sort_values(list(table), kind="stable", ignore_index=True) for table in both]
        differ = [column for column in both[0] if not both[0][column].equals(both[1][column])]
        assert not differ, (name, differ, [table[differ] for table in both])


@pytest.mark.parametrize("day", DAYS)
def test_an_earlier_day_is_known_as_its_own_export_would_have_told_it(tmp_path, day):
    made, month = company(), day[:7]
    now = opened(tmp_path / "whole", made, month=month, as_of=day)
    then = opened(tmp_path / "then", cut(made, day), month=month, as_of=day)
    assert now.snapshot > then.snapshot
    same_tables(now, then)
    assert figures(now) == figures(then)


def test_the_cutter_leaves_nothing_that_came_later():
    whole, made, end = company(), cut(company(), "2026-09-17"), pd.Timestamp("2026-09-18")
    timed = {
        "deals": ("created_at", "closed_at"),
        "stages": ("entered_at",),
        "payments": ("paid_on",),
        "touches": ("at", "done_at"),
    }
    for name, columns in timed.items():
        for column in columns:
            times = pd.to_datetime(made[name][column]).dropna()
            assert len(times) and times.max() < end, (name, column)
    assert len(made["deals"]) < len(whole["deals"])
    assert set(made["payments"]["status"]) == {"paid", "planned", "invoiced", "refunded"}
    known = whole["deals"][whole["deals"]["deal_id"].isin(made["deals"]["deal_id"])]
    assert (made["deals"]["status"] == "open").sum() > (known["status"] == "open").sum()


@pytest.mark.parametrize("day", SAMPLE_DAYS[:1] if SHORT else SAMPLE_DAYS)
def test_an_earlier_day_of_the_sample_is_as_its_raw_files_cut_at_that_day(tmp_path, day):
    now, then = (open_book(one, month=day[:7], as_of=day) for one in (PARAMS, write_cut(tmp_path, day)))
    assert str(then.snapshot) == day < str(now.snapshot)
    same_tables(now, then, aside=("team",))  # a raw cell has the team of the owner that came later
    both = now.table("deals").merge(then.table("deals")[["deal_id", "team"]], on="deal_id", suffixes=("", "_raw"))
    moved = both[both["team"].fillna("") != both["team_raw"].fillna("")]
    teams = now.table("managers").set_index("manager")["team"]
    assert len(moved) < 30 and (moved["team"] == moved["manager"].map(teams)).all()
    assert figures(now) == figures(then)


def test_the_raw_cutter_leaves_no_later_time_and_every_fault(tmp_path, monkeypatch):
    end = pd.Timestamp("2026-09-18").to_pydatetime()
    write_cut(tmp_path, "2026-09-17")
    whole = {name: records(name, *form) for name, form in FILES.items()}
    monkeypatch.setattr("tests.plain_sample.SAMPLE", tmp_path / "data" / "sample")
    cut_rows = {name: records.__wrapped__(name, *form) for name, form in FILES.items()}
    for name, column in DATES:
        times = [row[column] for row in cut_rows[name] if row[column] and "2099" not in row[column]]
        assert times and all(known(time, end) for time in times), (name, column)
        assert len(cut_rows[name]) < len(whole[name])
    deals, before = cut_rows["deals.csv"], {row["deal_id"]: row for row in whole["deals.csv"]}
    assert sum("2099" in row["closed_at"] for row in deals) == sum("2099" in r["closed_at"] for r in before.values())
    later = [row for row in deals if row["status"] == "Open" and before[row["deal_id"]]["status"] == "Lost"]
    assert later and not any(row["closed_at"] or row["lost_reason"] or row["competitor"] for row in later)
    late = [row for row in cut_rows["payments.csv"] if row["status"] == "invoiced"]
    assert len(late) > sum(row["status"] == "invoiced" for row in whole["payments.csv"])
    assert any(row["kind"] == "task" and not row["result"] for row in cut_rows["touches.csv.gz"])


def test_a_reopened_deal_stands_in_its_last_open_stage_between_its_two_closings():
    made = pd.to_datetime(["2026-09-01", "2026-09-05", "2026-09-08", "2026-09-10", "2026-09-25"])
    stages = pd.DataFrame({"deal_id": "1", "stage": ["New", "Offer", "Lost", "Offer", "Won"], "entered_at": made})
    deals = pd.DataFrame({
        "deal_id": ["1", "2"], "manager": "Ann", "status": "won", "created_at": made[0], "closed_at": pd.to_datetime([made[4], "2026-09-30"]),
        "reopened": [True, False],
    })  # fmt: skip
    book = s.book(deals, stages, month="2026-09", stage_order=["New", "Offer"])
    found = {day: book.at(as_of=f"2026-09-{day}").table("deals").iloc[0] for day in ("04", "09", "12", "26")}
    assert [row["stage"] for row in found.values()] == ["New", "Offer", "Offer", "Won"]
    assert [bool(row["reopened"]) for row in found.values()] == [False, False, True, True]


def test_a_payment_is_paid_and_a_task_done_by_their_days_and_no_word_written_later():
    day = pd.Timestamp("2026-09-01")
    deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": "Ann", "status": "won", "created_at": [day, pd.Timestamp("2026-10-01")],
        "closed_at": pd.to_datetime(["2026-09-20", "2026-10-05"])})  # fmt: skip
    payments = pd.DataFrame({"deal_id": ["1", "1", "2"], "amount": [1.0, 2.0, 3.0], "status": ["paid", "planned", "invoiced"],
        "paid_on": pd.to_datetime(["2026-10-03", None, None])})  # fmt: skip
    touches = pd.DataFrame({"deal_id": "1", "manager": "Ann", "kind": "task", "at": day, "result": "done",
        "done_at": pd.to_datetime(["2026-10-01 00:00", "2026-09-30 23:59"])})  # fmt: skip
    book = s.book(deals, payments=payments, touches=touches, month="2026-09", as_of="2026-10-05").at(as_of="2026-09-30")
    assert book.table("payments")["status"].tolist() == ["invoiced", "planned"]  # the third is of a deal not yet there
    assert book.table("touches")["result"].fillna("").tolist() == ["", "done"]
    assert book.table("touches")["done_at"].notna().tolist() == [False, True]


def export(folder, rows, **more):
    """A Book of a list of deals in a file."""
    heads = "deal_id,manager,status,created_at,closed_at,amount"
    (folder / "deals.csv").write_text("\n".join([heads, *rows]))
    asked = {"company": "A", "timezone": "UTC", "data": {"deals": "deals.csv"}}
    return open_book(make_params(asked, root=folder), "2026-09", **more)


def test_another_reading_is_counted_up_to_the_day_too(tmp_path):
    rows = ["1,Ann,Won,2026-07-01,01/09/2026,", "2,Ann,Lost,2026-07-01,02/09/2026,", "3,Bo,Won,2026-07-02,08/09/2026,",
        "4,Bo,Lost,2026-07-02,09/08/2026,", "5,Bo,Lost,2026-07-03,09/09/2026,", "6,Bo,Open,2026-09-30,,"]  # fmt: skip
    month = other_readings(export(tmp_path, rows, as_of="2026-09-05"))[0]["month"]
    assert month["before"]["closed"] == 2 and month["closed"] == 0  # 09/08 is 8 September then: after the day
    whole = other_readings(export(tmp_path, rows))[0]["month"]
    assert whole["before"]["closed"] == 4 and whole["closed"] == 2


def test_what_was_left_out_is_left_out_from_its_day_on(tmp_path):
    rows = ["1,Ann,Won,2026-09-01,2026-09-05,", "2,Ann,Lost,2026-09-21,2026-09-20,", "3,Bo,Open,2026-09-30,,"]
    found = {
        day: export(tmp_path, rows, as_of=day).aside.collect(backend="pandas").shape[0]
        for day in ("2026-09-19", "2026-09-30")
    }
    assert found == {"2026-09-19": 0, "2026-09-30": 1}


def test_the_page_of_an_earlier_day_names_what_has_no_date(tmp_path):
    rows = ["1,Ann,Won,2026-09-01,2026-09-05,10", "2,Ann,Open,2026-09-21,,20", "3,Bo,Lost,2026-09-02,2026-09-30,5"]
    told = str(s.data_quality(export(tmp_path, rows, as_of="2026-09-25")).notices())
    assert "This report is of 25 Sep 2026" in told and "as the export of 30 Sep 2026 has them" in told
    assert "the amounts of open deals and the sales reps of deals. No forecast" in told
    assert "This report is of" not in str(s.data_quality(export(tmp_path, rows, as_of="2026-09-30")).notices())
