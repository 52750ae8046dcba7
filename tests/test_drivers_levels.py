"""Levels that cannot carry odds are named: never won, too small, blank too often; deals without an owner are nobody."""

import numpy as np
import pandas as pd
import pytest

from salesnb.errors import ParamError
from salesnb.model import drivers, fitted, gap, gaps, manager_rates, quality
from salesnb.model.levels import OWN_SOURCE
from salesnb.source.book import book, load_sample
from tests.companies import company

CHANNELS = {"channels": ["channel"]}
COLUMN = {"target": "is_target", "process": "deviation", "touchpoints": "touch_bin", "channels": "channel"}


def department(seed=2, managers=12, n=200, **more) -> pd.DataFrame:
    """Target clients win more often, the two channels are alike."""
    rng = np.random.default_rng(seed)
    size = managers * n
    target = rng.random(size) < 0.5
    frame = pd.DataFrame({
        "manager": np.repeat([f"M{m:02d}" for m in range(managers)], n), "is_target": np.where(target, "yes", "no"),
        "channel": np.where(np.arange(size) % 2, "A", "B"), "month": [f"2026-0{1 + k // 2 % 8}" for k in range(size)],
        "status": np.where(rng.random(size) < 0.2 + 0.25 * target, "won", "lost"),
    })  # fmt: skip
    return frame.assign(**more)


def with_a_fair(frame, share=10):
    """Every tenth deal comes from a channel that never wins, more of them to some managers than to others."""
    people = frame["manager"].str[1:].astype(int)
    fair = np.random.default_rng(9).random(len(frame)) < people / people.max() * 2 / share
    extra = frame[fair].assign(channel="Fair", status="lost")
    return pd.concat([frame, extra], ignore_index=True), len(extra)


@pytest.mark.parametrize("seed", [2, 5, 7])
def test_a_large_channel_that_never_wins_is_named_and_bends_nothing(seed):
    frame = department(seed)
    factors = {"target": ["is_target"]} | CHANNELS
    both, closed = with_a_fair(frame)
    assert closed >= 100
    found = quality(both, factors)
    assert found["refused"] is None and fitted(both, factors).model is not None
    assert found["dropped"]["channels: Fair"] == ("separated", {"won": 0, "closed": closed})
    assert found["merged"] == []
    terms, without = (drivers(x, factors).set_index(["factor", "level"]) for x in (both, frame))
    fair = terms.loc[("channels", "Fair")]
    assert fair[["odds_ratio", "low", "high", "points"]].isna().all() and fair["verdict"] == "refused"
    assert fair["deals"] == closed
    told = terms["odds_ratio"].dropna()
    assert len(told) == 2 and (told < 100).all() and np.isfinite(terms[["low", "high"]].dropna()).all(axis=None)
    kept = ["odds_ratio", "low", "high"]
    assert set(without.index) < set(terms.index)
    for level in without.index:  # the channel that never wins tells nothing of the others
        assert terms.loc[level, kept].tolist() == pytest.approx(without.loc[level, kept].tolist(), rel=0.01)


def test_no_other_level_is_blamed_when_the_largest_one_never_won():
    frame = department(3)
    big = frame.assign(channel="Big", status="lost")
    both = pd.concat([frame, big], ignore_index=True)
    dropped = quality(both, CHANNELS)["dropped"]
    assert dropped["channels: Big"] == ("separated", {"won": 0, "closed": len(frame)})
    assert not {"channels: A", "channels: B"} & set(dropped)
    terms = drivers(both, CHANNELS)
    assert set(terms["reference"]) <= {"A", "B"} and np.isnan(terms.set_index("level").loc["Big", "odds_ratio"])


def test_a_book_with_such_a_channel_names_it_too():
    made = company("real", 3, managers=8, per_manager=200)
    deals = made.frames["deals"]
    closed = deals["closed_at"].between("2025-10-01", "2026-09-30 23:59") & (deals["channel"] == "Fair")
    life = (deals["closed_at"] - deals["created_at"]) / pd.Timedelta(days=1)
    counted = int((closed & (life >= 7)).sum())
    assert counted >= 100
    deals = deals.assign(
        status=deals["status"].where((deals["channel"] != "Fair") | (deals["status"] == "open"), "lost")
    )
    found = book(deals, month="2026-09")
    reason, counts = quality(found)["dropped"]["channels: Fair"]
    assert reason == "separated" and counts["won"] == 0
    assert abs(counts["closed"] - counted) <= 0.05 * counted  # the seventh day by the calendar
    terms = drivers(found)
    assert (terms["odds_ratio"].dropna() < 100).all() and len(terms["odds_ratio"].dropna()) >= 2


@pytest.mark.parametrize("seed", range(1, 6))
def test_a_tiny_company_finishes_and_lists_why_there_is_no_model(seed):
    frames = dict(company("tiny", seed).frames)
    tiny = book(
        frames.pop("deals"), frames.pop("stages"), **frames, stage_order=["New", "Qualified", "Proposal", "Contract"]
    )
    found = quality(tiny)
    assert found["refused"].code == "few deals" and found["refused"].values["won"] < found["refused"].values["need"]
    assert drivers(tiny).empty and drivers(tiny).attrs["refused"] == "few deals"
    rates = manager_rates(tiny)
    assert rates[["standardised", "std_low", "std_high"]].map(np.isfinite).all(axis=None)
    assert (rates["std_high"] > rates["std_low"]).all()
    assert set(rates["verdict"]) <= {"too few", "cannot tell"}
    parts = gaps(tiny)
    assert not np.isinf(parts["points"]).any()


def test_small_levels_are_counted_with_others_and_named():
    rng = np.random.default_rng(0)
    frame = department(4)
    few = rng.choice(len(frame), 80, replace=False)
    frame.loc[few[:28], "channel"] = "Fax"
    frame.loc[few[28:50], "channel"] = "Mail"
    assert quality(frame, CHANNELS)["merged"] == [("channels", ["Fax", "Mail"], "other")]  # 50 together stand alone
    terms = drivers(frame, CHANNELS)
    assert set(terms["level"]) | set(terms["reference"]) == {"A", "B", "other"}
    frame.loc[few[20:50], "channel"] = "A"  # 20 are too few even together: they are counted with the largest
    largest = frame["channel"].value_counts().index[0]
    assert quality(frame, CHANNELS)["merged"] == [("channels", ["Fax"], largest)]


def test_a_small_bin_of_touches_joins_its_larger_neighbour():
    frame = department(5)
    thirds = np.arange(len(frame)) % 3 == 0
    for largest, small in (("0", "3+"), ("3+", "0")):  # never the largest one at the other end
        bins = np.where(thirds, "1-2", largest)
        bins[:20] = small
        found = quality(frame.assign(touch_bin=bins), {"touchpoints": ["touch_bin"]})
        assert found["merged"] == [("touchpoints", [small], "1-2")]


def test_not_known_of_a_mark_stays_a_class_of_its_own():
    frame = department(6)
    rng = np.random.default_rng(3)
    frame.loc[rng.choice(len(frame), 25, replace=False), "is_target"] = None
    found = quality(frame, {"target": ["is_target"]})
    assert found["merged"] == [] and "target" not in found["dropped"]
    assert set(drivers(frame, {"target": ["is_target"]})["level"]) == {"unknown", "yes"}


def test_a_factor_that_goes_with_the_month_or_the_manager_alone_is_named_and_gets_no_odds():
    frame = department(11)
    by_month = frame["month"].map(lambda month: "AB"[int(month[-1]) % 2])
    by_manager = frame["manager"].map(lambda name: "AB"[int(name[-1]) % 2])
    for channel in (by_month, by_manager):
        both, factors = frame.assign(channel=channel), {"target": ["is_target"]} | CHANNELS
        assert quality(both, factors)["dropped"]["channels"][0] == "untold"
        terms = drivers(both, factors).set_index("factor")
        assert np.isnan(terms.loc["channels", "odds_ratio"]) and terms.loc["target", "verdict"] == "associated"


LEVELS = {"target": ["yes", "no"], "process": ["yes", "no"], "touchpoints": ["0", "1-2", "3+"], "channels": ["A", "B"]}


def blank(factor, chance_lost, chance_won, seed=8):
    frame = department(seed)
    rng = np.random.default_rng(seed)
    values = rng.choice(LEVELS[factor], len(frame)).astype(object)
    gone = rng.random(len(frame)) < np.where(frame["status"] == "won", chance_won, chance_lost)
    values[gone] = None
    return frame.assign(**{COLUMN[factor]: values}), gone


@pytest.mark.parametrize("factor", COLUMN)
def test_a_factor_blank_in_more_than_three_deals_of_ten_is_left_out_and_named(factor):
    frame, gone = blank(factor, 0.35, 0.35)
    reason, values = quality(frame, {factor: [COLUMN[factor]], **OTHER[factor]})["dropped"][factor]
    assert (reason, values["most"]) == ("missing", 0.3) and values["share"] == pytest.approx(gone.mean(), abs=1e-9)
    parts = gap(frame, "M03", factors={factor: [COLUMN[factor]], **OTHER[factor]}).set_index("part")["points"]
    assert np.isnan(parts[factor])  # not in the model: missing, never 0


OTHER = {factor: {} if factor == "target" else {"target": ["is_target"]} for factor in COLUMN}


@pytest.mark.parametrize("factor", COLUMN)
def test_a_factor_blank_more_often_among_lost_deals_is_left_out_and_named(factor):
    frame, _ = blank(factor, 0.25, 0.10)
    reason, values = quality(frame, {factor: [COLUMN[factor]]})["dropped"][factor]
    assert reason == "missing differs" and values["p"] < 0.001


@pytest.mark.parametrize("factor", COLUMN)
def test_a_factor_blank_now_and_then_and_alike_stays(factor):
    frame, _ = blank(factor, 0.12, 0.12)
    assert factor not in quality(frame, {factor: [COLUMN[factor]]})["dropped"]


def test_the_second_column_of_a_factor_is_looked_at_too():
    frame, _ = blank("process", 0.5, 0.1)
    factors = {"target": ["is_target", "deviation"]}
    assert quality(frame, factors)["dropped"]["target"][0] in ("missing", "missing differs")
    assert {place[2] for place in fitted(frame, factors).names} == {"is_target"}


def test_scores_of_too_few_deals_are_left_out_and_named():
    frame = department(9)
    number = frame["manager"].str[1:].astype(int)
    frame["checklist"] = (60.0 + number).where(
        number < 8
    )  # eight of twelve people have scores: a third of the deals have none
    found = quality(frame, {"target": ["is_target"], "qualification": ["checklist"]})
    assert found["dropped"]["qualification"] == ("missing", {"share": pytest.approx(4 / 12), "most": 0.3})
    frame["checklist"] = (60.0 + number).where(number < 10)
    factors = {"target": ["is_target"], "qualification": ["checklist"]}
    assert "qualification" not in quality(frame, factors)["dropped"]
    of = {name: gap(frame, name, factors=factors).set_index("part")["points"] for name in ("M03", "M11")}
    assert np.isfinite(of["M03"]["qualification"]) and np.isnan(
        of["M11"]["qualification"]
    )  # never scored: nothing to say
    assert of["M11"].sum() == pytest.approx(gap(frame, "M11", factors=factors).attrs["gap"], abs=1e-9)


def test_deals_without_an_owner_are_counted_but_are_nobody():
    frame = department(10, managers=3, n=400)
    frame["manager"] = frame["manager"].where(frame["manager"] != "M02", None)
    found = quality(frame, {"target": ["is_target"]})
    assert found["refused"].code == "few managers" and found["refused"].values == {"have": 2, "need": 3}
    assert (found["managers"], found["deals"]) == (2, 1200)
    assert manager_rates(frame, {"target": ["is_target"]})["manager"].tolist() == ["M00", "M01"]
    assert set(gaps(frame, {"target": ["is_target"]})["manager"]) == {"M00", "M01"}
    with pytest.raises(ParamError, match="unknown manager 'unknown'"):
        gap(frame, "unknown", factors={"target": ["is_target"]})
    assert gap(frame, "M00", factors={"target": ["is_target"]}).attrs["refused"] == "few managers"
    frame = department(10, managers=4, n=400)
    frame["manager"] = frame["manager"].where(frame["manager"] != "M03", None)
    won = frame["status"].eq("won")
    raw = won[frame["manager"] == "M00"].mean() - won.mean()  # they are part of the department
    assert gap(frame, "M00", factors={"target": ["is_target"]}).attrs["gap"] == pytest.approx(raw, abs=1e-12)


def test_a_page_of_a_channel_tests_its_own_sources_alone():
    fit = fitted(load_sample(month="2026-09", channel="Site"))
    own = [name for name in fit.names if name[2] == OWN_SOURCE]
    assert {factor: test.df for factor, test in fit.factor_tests.items()} == {"channels": len(own)} and own
    assert set(fit.base.factor_tests) == set(fit.base.deal_columns) and fit.base.base is None
