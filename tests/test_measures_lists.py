"""Lists that a head works through, by hand: stuck deals, the narrow place, classes that moved."""

from collections import Counter

import duckdb
import numpy as np
import pandas as pd
import pytest

from salesnb.measures.abc_xyz import abc
from salesnb.measures.bottleneck import bottleneck
from salesnb.measures.classes import concentration, movement, steadiness
from salesnb.measures.frames import by_size
from salesnb.measures.stages import deal_paths
from salesnb.measures.stuck import old_deals, stuck_by_person, stuck_deals
from salesnb.source.book import book
from salesnb.stats.intervals import wilson
from salesnb.topics.clients import clients
from salesnb.topics.length import length
from salesnb.topics.losses import losses
from salesnb.topics.stuck import stuck

DAY = pd.Timedelta(days=1)
END = pd.Timestamp("2026-09-30")


def company(stays: dict):
    """Ten deals that were won after five days in New, and open ones: name → (stage, days in it, amount)."""
    won = [(f"w{n}", "won", "Ann", END - 60 * DAY, END - 55 * DAY, 1.0) for n in range(10)]
    open_ = [(name, "open", "Bo", END - 90 * DAY, None, amount) for name, (_, _, amount) in stays.items()]
    columns = ["deal_id", "status", "manager", "created_at", "closed_at", "amount"]
    deals = pd.DataFrame([*won, *open_], columns=columns).assign(closed_at=lambda t: pd.to_datetime(t["closed_at"]))
    entered = [(name, "New", END - 60 * DAY) for name, *_ in won] + [
        (n, stage, END - days * DAY) for n, (stage, days, _) in stays.items()
    ]
    return deals, pd.DataFrame(entered, columns=["deal_id", "stage", "entered_at"])


def test_stuck_deals_are_listed_by_money_and_a_reopened_one_is_among_them():
    deals, stages = company(
        {"a": ("New", 6, 100.0), "b": ("New", 7, 300.0), "c": ("Lost", 20, None), "d": ("New", 5, 900.0)}
    )
    found = stuck_deals(deals, stages, END, ["New"])
    # won deals left New after five days: d is not yet longer there; c stands at its closing stage for twenty days
    assert found["deal_id"].tolist() == ["b", "a", "c"] and found["days"].tolist() == [7, 6, 20]
    assert set(found["usual_days"]) == {5.0} and found.attrs["by"] == "stage"
    assert stuck_by_person(found).values.tolist() == [["Bo", 3, 400.0]]


def test_with_fewer_than_ten_won_deals_nothing_is_called_stuck_and_nothing_is_called_fine():
    deals, stages = company({"a": ("New", 60, 100.0)})
    few = deals[deals["deal_id"] != "w0"]
    assert stuck_deals(few, stages, END, ["New"]).attrs["by"] == "" and old_deals(few, END).attrs["by"] == ""


def test_without_a_history_of_stages_the_age_stands_in_and_is_labelled():
    deals, stages = company({"a": ("New", 60, 100.0)})
    found = stuck(book(deals, month="2026-09", as_of="2026-09-30"))
    assert found.by == "age" and found.stuck[["deal_id", "days", "usual_days"]].values.tolist() == [["a", 90, 5.0]]
    assert stuck(book(deals, stages, month="2026-09", as_of="2026-09-30")).by == "stage"
    closed = deals[deals["status"] == "won"]
    assert stuck(book(closed, month="2026-09", as_of="2026-09-30")).by == "none open"


def funnel(*stages):
    table = pd.DataFrame(stages, columns=["stage", "entered", "reached_next", "lost"])
    low, high = wilson(table["reached_next"].to_numpy(), table["entered"].to_numpy())
    return table.assign(conversion=table["reached_next"] / table["entered"], low=low, high=high)


def test_the_narrowest_place_of_the_sample_is_told_apart_by_the_difference():
    # 59.7 and 65.0 %: their intervals touch, their difference of 5.2 points has z = 2.7
    found = bottleneck(
        funnel(("Qualified", 2275, 1606, 606), ("Proposal", 1606, 959, 598), ("Contract", 959, 623, 278))
    )
    assert found["stage"] == "Proposal" and found["alike"] == []
    assert found["most_lost"] == [("Qualified", 606), ("Proposal", 598)]  # eight apart, chance alone gives 68


def test_stages_that_chance_may_swap_are_named_together():
    found = bottleneck(funnel(("A", 100, 50, 40), ("B", 50, 27, 20), ("C", 9, 1, 8)))
    assert found["stage"] == "A" and found["alike"] == ["B"]  # C has too few deals to take part
    assert bottleneck(funnel(("C", 9, 1, 8))) is None


def test_clients_that_fell_come_first_by_class_and_value():
    before = pd.DataFrame({"item": list("abcde"), "value": [90.0, 80.0, 20.0, 10.0, 5.0], "abc": list("AABCC")})
    now = pd.DataFrame({"item": list("bcdef"), "value": [8.0, 20.0, 60.0, 5.0, 70.0], "abc": list("CBACA")})
    found = movement(now, before)
    assert found["item"].tolist() == ["a", "b", "f", "d"] and found["direction"].tolist() == [
        "fell",
        "fell",
        "new",
        "rose",
    ]
    assert found["now"].tolist() == ["–", "C", "A", "A"] and found["value_before"].tolist()[:2] == [90.0, 80.0]


def test_the_largest_fifth_and_steadiness_by_hand():
    classes = abc({"a": 50, "b": 20, "c": 10, "d": 10, "e": 5, "f": 5, "g": -1})
    assert concentration(classes)["fifth"] == 1 and concentration(classes)["fifth_share"] == pytest.approx(0.5)
    table = classes.assign(xyz=["X", "Z", "Z", "new", "Y", "", "X"], sure=[True, True, False, False, True, False, True])
    assert steadiness(table) == {"of": 6, "X": 1, "Y": 1, "Z": 1, "new": 1, "unsure": 2}  # g sold nothing


def test_clients_go_by_name_and_equal_names_are_told_apart():
    table = pd.DataFrame({"client_id": ["1", "2", "3", "4"], "name": ["Sol", "Sol", "Mint", None]})
    deals = pd.DataFrame(
        {"deal_id": list("abcde"), "client_id": list("12345"), "amount": [50.0, 40, 30, 20, 10], "status": "won",
         "manager": "Ann", "created_at": END - 9 * DAY, "closed_at": END - DAY}
    )  # fmt: skip
    found = clients(book(deals, clients=table, month="2026-09"))
    assert found.classes["name"].tolist() == ["Sol (1)", "Sol (2)", "Mint", "4", "5"]
    assert found.classes["client_id"].tolist() == list("12345")
    alone = clients(book(deals[1:2], clients=table, month="2026-09"))  # the other Sol has bought nothing
    assert alone.classes["name"].tolist() == ["Sol (2)"]
    assert clients(book(deals, month="2026-09")).classes["name"].tolist() == list("12345")


def test_rows_go_by_size_and_nobody_comes_last():
    table = pd.DataFrame({"manager": [None, "Bo", "unknown", "Ann", "Cy"], "n": [9, 2, 8, 2, 5]})
    assert by_size(table, "manager", "n")["manager"].tolist()[:3] == ["Cy", "Ann", "Bo"]


def test_one_meaning_under_two_names_is_found():
    rows = [("No answer", "no_contact")] * 3 + [("Not reached", "no_contact")] * 2 + [("Price", "other")]
    deals = pd.DataFrame(rows, columns=["lost_reason", "lost_class"]).assign(
        deal_id=list("123456"), manager="Ann", status="lost", created_at=END - 20 * DAY, closed_at=END - 3 * DAY
    )
    found = losses(book(deals, month="2026-09", as_of="2026-09-30")).unreached
    assert found.values.tolist() == [["No answer", 3], ["Not reached", 2]]


def test_lengths_know_how_many_were_won_and_come_largest_first():
    rows = [("Ann", "won", 3), ("Bo", "won", 4), ("Bo", "lost", 6)]
    deals = pd.DataFrame(rows, columns=["manager", "status", "days"])
    deals = deals.assign(deal_id=list("123"), created_at=END - 20 * DAY, closed_at=END - 20 * DAY + deals["days"] * DAY)
    found = length(book(deals, month="2026-09", as_of="2026-09-30")).managers
    assert found[["manager", "deals", "mean_days", "won", "lost"]].values.tolist() == [
        ["Bo", 2, 5.0, 1, 1],
        ["Ann", 1, 3.0, 1, 0],
    ]


ORDER = ["New", "Call", "Offer"]


def path_by_hand(stage: str, entries: list) -> tuple[int, int]:
    """Stages that a deal was in, a bit each, and the place where it stands or from which it was closed."""
    at = [(day, ORDER.index(name)) for name, day in entries if name in ORDER]
    here = ORDER.index(stage) if stage in ORDER else -1
    visited = {place for _, place in at} | ({here} - {-1})
    return sum(1 << place for place in visited), here if here >= 0 else max(at, default=(0, -1))[1]


def test_the_paths_of_deals_are_those_that_one_walks_by_hand():
    rng, day, words = np.random.default_rng(5), pd.Timestamp("2026-09-01"), [*ORDER, "Won"]
    ids, own = [str(n) for n in range(400)], rng.choice(words, 400)
    deals = pd.DataFrame({"deal_id": ids, "status": rng.choice(["won", "lost", "open"], 400), "stage": own})
    deals["created_at"] = [day + pd.Timedelta(days=40 * (n % 4 == 0)) for n in range(400)]
    stages = pd.DataFrame({"deal_id": rng.choice(ids, 900), "stage": rng.choice(words, 900)})
    stages["entered_at"] = day + pd.to_timedelta(rng.integers(0, 4, 900), unit="D")
    entries = {
        name: list(zip(rows["stage"], rows["entered_at"], strict=True)) for name, rows in stages.groupby("deal_id")
    }
    paths = [path_by_hand(stage, entries.get(name, [])) for name, stage in zip(ids, own, strict=True)]
    wanted = Counter((*path, status) for path, status in zip(paths, deals["status"], strict=True))
    for frames in ((deals, stages), (duckdb.sql("SELECT * FROM deals"), duckdb.sql("SELECT * FROM stages"))):
        found = deal_paths(*frames, ORDER)
        kinds = found[["visited", "last", "status"]].itertuples(index=False, name=None)
        assert dict(zip(kinds, found["rows"], strict=True)) == wanted
    assert deal_paths(deals, stages, ORDER, "2026-09")["rows"].sum() == 300
