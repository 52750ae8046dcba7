"""What a Book knows on an earlier day is what an export of that day would have said."""

import json

import pandas as pd
import pytest
import yaml
from hypothesis import settings

import salesnb as s
from salesnb.source.book import open_book
from tests.cutter import cut
from tests.odd_companies import PLAIN, tables
from tests.test_topics import QUESTIONS

EVERY = ["2026-09-29", "2026-09-17", "2026-09-10", "2026-08-31", "2026-08-12"]
DAYS = EVERY[1:2] if settings().max_examples < 100 else EVERY  # by `make test`, by `make fuzz`
THERE = dict.fromkeys(("sales", "owners", "actions", "absences"), "there")
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


@pytest.mark.parametrize("day", DAYS)
def test_an_earlier_day_is_known_as_its_own_export_would_have_told_it(tmp_path, day):
    made, month = company(), day[:7]
    now = opened(tmp_path / "whole", made, month=month, as_of=day)
    then = opened(tmp_path / "then", cut(made, day), month=month, as_of=day)
    assert now.snapshot > then.snapshot
    for name in ("deals", "payments", "touches", "leads"):
        one, other = (book.table(name) for book in (now, then))
        keys = [column for column in ("deal_id", "at", "amount", "lead_id") if column in one]
        both = [table.sort_values(keys, kind="stable").reset_index(drop=True) for table in (one, other)]
        differ = [
            c for c in both[0] if c != "status_word" and not both[0][c].astype(str).equals(both[1][c].astype(str))
        ]
        assert not differ, (name, differ, [table[differ] for table in both])
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
