"""What the summary stands on, by hand: the bridge to the CRM, other owners, leads, silence and tasks."""

import duckdb
import pandas as pd
import polars as pl
import pytest

from salesnb.measures import touches as of_touches
from salesnb.measures.leads import lead_conversion
from salesnb.measures.sensitivity import sensitivity
from salesnb.measures.summary import bridge, other_owners
from salesnb.measures.waiting import silences
from salesnb.source.book import book, open_book
from salesnb.topics.touchpoints import touchpoints
from tests.test_sample import ROOT

DEALS = pd.DataFrame(
    [
        ("1", "Ann", "2026-08-20", "2026-09-03", "won", 100.0, "closer", "Ann", None),
        ("2", "Ann", "2026-08-21", "2026-09-04", "lost", 300.0, "closer", "Bo", None),
        ("3", "Bo", "2026-09-01", "2026-09-20", "won", 200.0, "closer", "Bo", "5"),
        ("4", "Bo", "2026-09-02", None, "open", 50.0, "closer", "Bo", None),
        ("5", "Hal", "2026-08-25", "2026-09-01", "won", None, "hunter", "Hal", None),
        ("6", "Hal", "2026-08-26", "2026-09-02", "lost", None, "hunter", "Hal", None),
        ("7", "Ann", "2026-07-01", "2026-08-05", "won", 100.0, "closer", "Ann", None),
        ("8", "Ann", "2026-07-02", "2026-08-06", "lost", 100.0, "closer", "Ann", None),
    ],
    columns=["deal_id", "manager", "created_at", "closed_at", "status", "amount", "function", "current_manager", "parent_deal_id"],
).assign(lost_class=None).astype({"created_at": "datetime64[us]", "closed_at": "datetime64[us]", "lost_class": "object"})  # fmt: skip
ASIDE = pd.DataFrame(
    [("test", "won", "2026-09-05", 999.0), ("test", "lost", "2026-08-05", 1.0), ("duplicate", "lost", "2026-09-06", 5.0)],
    columns=["rule", "status", "closed_at", "amount"],
).astype({"closed_at": "datetime64[us]"})  # fmt: skip


def test_the_bridge_of_the_month_by_hand():
    table = bridge(DEALS, ASIDE, "2026-09").set_index("step")
    assert table.loc["ours"].tolist() == [3, 2, 1, 300.0]
    assert table.loc["hunter"].tolist() == [2, 1, 1, 0.0]
    assert table.loc["test"].tolist() == [1, 1, 0, 999.0] and table.loc["duplicate"].tolist() == [1, 0, 1, 0.0]
    assert table.loc["export"].tolist() == table.drop("export").sum().tolist() == [7, 4, 3, 1299.0]


def test_the_bridge_of_the_sample_adds_up_on_every_channel():
    for channel in (None, "Site", "Phone"):
        found = open_book(ROOT / "params" / "sample.yaml", "2026-09", channel)
        table = bridge(found.deals, found.aside, "2026-09").set_index("step")
        assert table.loc["export"].tolist() == pytest.approx(table.drop("export").sum().tolist())
        assert table.loc["ours", "won"] > 0 and len(table) > 3


def test_by_amount_and_by_the_current_owner_by_hand():
    closers = DEALS[DEALS["function"] == "closer"]
    ways = sensitivity(closers, "2026-09").set_index("definition")
    assert ways.loc["by amount", "conversion"] == pytest.approx(300 / 600)
    assert ways.loc["by amount", "change"] == pytest.approx(0.0) and pd.isna(ways.loc["by amount", "low"])
    assert ways.loc["headline", "closed"] == 3 and other_owners(closers, "2026-09")["deal_id"].tolist() == ["2"]


LEADS = pd.DataFrame(
    {"lead_id": list("abcde"), "deal_id": ["1", "5", "6", None, "4"], "created_at": pd.Timestamp("2026-08-20")}
)


@pytest.mark.parametrize("engine", ["pandas", "polars", "duckdb"])
def test_a_lead_is_won_when_the_deal_that_followed_the_hunters_deal_is(engine):
    leads, deals = LEADS, DEALS.drop(columns="lost_class")
    if engine == "polars":
        leads, deals = (pl.DataFrame(f.astype(object).where(f.notna(), None).to_dict("list")) for f in (leads, deals))
    if engine == "duckdb":
        leads, deals = duckdb.sql("SELECT * FROM leads"), duckdb.sql("SELECT * FROM deals")
    row = lead_conversion(leads, deals).iloc[0]
    assert row[["leads", "with_deal", "won", "lost", "open"]].tolist() == [5, 4, 2, 1, 1]
    assert row["won_share"] == pytest.approx(2 / 5) and row["low"] < 0.4 < row["high"]


def test_without_leads_every_created_deal_that_follows_no_other_is_one():
    row = lead_conversion(None, DEALS, period="2026-09").iloc[0]
    assert row[["leads", "won", "open"]].tolist() == [1, 0, 1]  # 3 follows 5, which was created in August


def test_silence_and_tasks_by_hand():
    touches = pd.DataFrame(
        [("4", "2026-09-05 10:00", "call", "out", None), ("4", "2026-09-12 10:00", "email", "in", None), ("4", "2026-09-13 00:00", "message", "out", True)],
        columns=["deal_id", "at", "kind", "direction", "by_robot"],
    ).assign(at=lambda t: pd.to_datetime(t["at"]))  # fmt: skip
    frame = DEALS.drop(columns=["lost_class", "current_manager"])
    found = book(frame, touches=touches, month="2026-09", as_of="2026-09-30")
    row = silences(found.closer_deals, of_touches.by_people(found), found.as_of).iloc[0]
    # created on the 2nd, touched on the 5th and the 12th; the robot's message is none; 18 days to the 30th
    assert row.tolist() == ["Bo", 1, 18.0, 18.0, 0]
    assert touchpoints(found).tasks.empty  # no task is kept, so nobody is accused of having none
    task = pd.DataFrame(
        [("4", pd.Timestamp("2026-09-06"), "task", pd.Timestamp("2026-10-02"))],
        columns=["deal_id", "at", "kind", "due_at"],
    )
    with_task = book(frame, touches=pd.concat([touches, task]), month="2026-09", as_of="2026-09-30")
    assert touchpoints(with_task).tasks.iloc[0].tolist() == ["Bo", 1, 0]
