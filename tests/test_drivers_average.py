"""The average of a page is that of everybody on it, by the page's deals; with too few people nobody is compared."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from salesnb import stats
from salesnb.model import benchmark, benchmark_gaps, fitted, gap, gaps, manager_rates, window_gaps
from salesnb.params import Thresholds
from salesnb.source.book import book
from salesnb.stats.beta_binomial import _grid
from tests.counted import LAST, MONTHS, deals

JUDGED = ["standardised", "std_low", "std_high", "p_above", "p_best", "z"]
CHAT = [(2, 21), (1, 20), (2, 13), (0, 17), (0, 9), (0, 8), (0, 7), (1, 5), (0, 6), (0, 4), (0, 12), (0, 3), (0, 11), (0, 4)]  # fmt: skip


def over_months(name, won, lost, **columns):
    """Won and lost of one person spread over the six months, the last ones first."""
    turns = [MONTHS[-1 - n % len(MONTHS)] for n in range(max(won, lost))]
    return [(name, month, int(n < won), int(n < lost), 20, columns) for n, month in enumerate(turns)]


def company(*people, **more):
    """A Book of people: (name, won, lost, channel)."""
    groups = [group for name, won, lost, channel in people for group in over_months(name, won, lost, channel=channel)]
    return book(deals(*groups), month=LAST, **more)


@cache
def chat(channel="Chat", least=20):
    """Fourteen people, two of them with twenty closed deals or more in one channel; all sell a lot in another."""
    people = [(f"R{n:02d}", won, closed - won, "Chat") for n, (won, closed) in enumerate(CHAT)]
    people += [(f"R{n:02d}", 6 if n == 2 else 24, 176, "Site") for n in range(len(CHAT))]
    return company(*people, channel=channel, thresholds={"benchmark_min_closed": least})


def test_two_of_thirteen_is_not_below_an_average_of_six_in_a_hundred_and_forty():
    rates = manager_rates(chat()).set_index("manager")
    assert rates["closed_window"].tolist() == [closed for _, closed in CHAT]
    assert (rates.attrs["method"], rates.attrs["counted"]) == ("model", 14)
    assert rates.attrs["overall"] == pytest.approx(6 / 140, abs=0.002)
    assert rates.loc["R02", "p_above"] > 0.5 and set(rates["verdict"]) == {"cannot tell", "too few"}
    assert rates["p_above"].between(0.05, 0.95).all()


@pytest.mark.parametrize("least", [0, 5, 20, 21, 500])
def test_the_limit_of_a_benchmark_moves_no_average_and_no_chance(least):
    one, other = manager_rates(chat(least=20)), manager_rates(chat(least=least))
    kept = ["standardised", "std_low", "std_high", "p_above", "z", "verdict"]
    assert other.attrs["overall"] == one.attrs["overall"] and other[kept].equals(one[kept])
    enough = other["closed_window"] >= least
    assert other["p_best"].notna().tolist() == enough.tolist()
    if enough.any():
        assert other["p_best"].sum() == pytest.approx(1, abs=1e-6)


def test_the_average_is_each_persons_rate_weighted_by_the_deals_of_the_page():
    for channel, closed in (("Chat", [c for _, c in CHAT]), ("Site", [182 if n == 2 else 200 for n in range(14)])):
        rates = manager_rates(chat(channel))
        assert rates.attrs["overall"] == pytest.approx(np.average(rates["standardised"], weights=closed), abs=0.002)


def test_a_page_judges_by_its_own_deals_whatever_somebody_sells_elsewhere():
    people = [("Ann", 1, 100, "Chat"), ("Ann", 190, 110, "Site")]
    people += [(name, 15, 85, "Chat") for name in ("Bo", "Cy", "Di", "Ed")]
    people += [(name, 60, 240, "Site") for name in ("Bo", "Cy", "Di", "Ed")]
    here, whole = (manager_rates(company(*people, channel=c)).set_index("manager") for c in ("Chat", None))
    assert here.loc["Ann", "p_above"] < 0.01 and here.loc["Ann", "standardised"] < 0.08
    assert whole.loc["Ann", "p_above"] > 0.99
    assert here.loc["Bo", "p_above"] > 0.5 > whole.loc["Bo", "p_above"]
    assert here.attrs["overall"] == pytest.approx(61 / 501, abs=0.002)


def test_the_parts_of_a_channels_page_add_up_and_the_managers_part_is_of_its_deals():
    people = [("Ann", 1, 100, "Chat"), ("Ann", 190, 110, "Site")]
    people += [(name, 15, 85, channel) for name in ("Bo", "Cy", "Di", "Ed") for channel in ("Chat", "Site")]
    found = company(*people, channel="Chat")
    year = window_gaps(found).set_index(["manager", "part"])["points"]
    assert year["Ann"].sum() == pytest.approx(1 / 101 - 61 / 501, abs=1e-9)
    assert year["Ann", "manager"] < -0.03
    for name, own in gaps(found).groupby("manager"):
        assert own["points"].sum() == pytest.approx(gap(found, name).attrs["gap"], abs=1e-9)


@pytest.mark.parametrize("won", [0, 1, 3])
def test_a_channel_too_small_for_a_level_of_its_own_is_measured_by_its_own_deals(won):
    people = [(name, 90, 110, "Site") for name in ("Ann", "Bo", "Cy", "Di")]
    people += [(name, 90, 110, "Shop") for name in ("Ann", "Bo", "Cy", "Di")]
    people += [("Ann", won, 9, "Fair"), ("Bo", 0, 10, "Fair"), ("Cy", 0, 6, "Fair")]
    rates = manager_rates(company(*people, channel="Fair"))
    assert fitted(company(*people, channel="Fair")).model is not None and rates.attrs["method"] == "beta-binomial"
    assert rates.attrs["overall"] == pytest.approx(won / (25 + won), abs=1e-12)


@pytest.mark.parametrize("names", [["Ann"], ["Ann", "Bo"]])
@pytest.mark.parametrize("others", [0, 6])
def test_with_one_or_two_people_on_a_page_nobody_is_compared(names, others):
    people = [(name, 80 - 20 * n, 400, "Chat") for n, name in enumerate(names)]
    people += [(f"Z{n}", 150, 300, "Site") for n in range(others)]
    found = company(*people, channel="Chat" if others else None)
    rates = manager_rates(found)
    assert rates["manager"].tolist() == names and rates[JUDGED].isna().all(axis=None)
    assert set(rates["verdict"]) == {"cannot tell"} and np.isnan(rates.attrs["overall"])
    assert (rates["closed_window"] > 400).all() and rates["conversion"].notna().all()
    for parts in (gaps(found), window_gaps(found), benchmark_gaps(found, "Ann")):
        assert parts["points"].isna().all()
    assert gap(found, "Ann").attrs["refused"] == "few managers" and benchmark(rates, Thresholds()) is None


def test_the_only_person_of_a_frame_is_not_held_against_anything():
    frame = pd.DataFrame({"manager": "Ann", "status": ["won"] * 154 + ["lost"] * 1487})
    rates = manager_rates(frame)
    assert rates[JUDGED].isna().all(axis=None) and rates["conversion"][0] == pytest.approx(154 / 1641, abs=1e-12)


def test_three_people_are_compared_and_one_who_closed_the_month_alone_has_no_gap():
    people = {"Ann": (5, 10, MONTHS), "Bo": (4, 11, MONTHS[:-1]), "Cy": (6, 9, MONTHS[:-1])}
    groups = [(n, month, won, lost, 20, {}) for n, (won, lost, months) in people.items() for month in months]
    found = book(deals(*groups), month=LAST)
    assert manager_rates(found)["p_above"].notna().all()
    alone = gap(found, "Ann")
    assert alone["points"].isna().all() and alone.attrs["refused"] == "few managers"
    assert window_gaps(found).groupby("manager")["points"].sum().abs().max() > 0.01


def test_deals_without_an_owner_are_in_nobodys_average():
    groups = [(name, month, 3, 7, 20, {}) for name in ("Ann", "Bo", "Cy") for month in MONTHS]
    owned = deals(*groups)
    blank = deals(*[("", month, 30, 0, 20, {}) for month in MONTHS]).assign(manager=None)
    frame = pd.concat([owned, blank.assign(deal_id="b" + blank["deal_id"])], ignore_index=True)
    rates = manager_rates(book(frame, month=LAST))
    assert rates["manager"].tolist() == ["Ann", "Bo", "Cy"] and rates.attrs["counted"] == 3
    assert rates.attrs["overall"] == pytest.approx(0.3, abs=0.02)  # with them it would be .65
    assert rates["p_above"].between(0.4, 0.6).all()


def test_everybody_counts_in_the_rate_of_all_whoever_may_be_the_best():
    model = stats.mixed_logistic(np.zeros((3, 0)), [0, 1, 2], wins=[50, 1, 2], trials=[100, 9, 8])
    one = stats.standardised(model, np.zeros((1, 0)), [1])
    few = stats.standardised(model, np.zeros((1, 0)), [1], among=[True, False, False])
    assert few.overall == one.overall and (few.above == one.above).all()
    assert one.overall == pytest.approx(np.average(one.rate, weights=[100, 9, 8]), abs=0.005)
    assert few.best[0] == pytest.approx(1) and np.isnan(few.best[1:]).all()
    alone = stats.standardised(model, np.zeros((1, 0)), [1], cases=[100, 0, 0])
    assert np.isnan(alone.above).all()


@pytest.mark.parametrize(
    ("wins", "trials"),
    [([0, 3, 20], [5, 30, 200]), ([0, 1, 2], [10, 4, 6]), ([150, 0], [1600, 3]), ([1, 0, 0, 2], [3, 3, 50, 10])],
)
def test_the_chance_of_lying_above_all_together_is_that_of_drawing_the_rates(wins, trials):
    wins, trials = np.array(wins, float), np.array(trials, float)
    found = stats.beta_binomial(wins, trials)
    assert found.overall == pytest.approx(wins.sum() / trials.sum(), abs=1e-12)
    mean, strength, weight = _grid(wins, trials)
    rng = np.random.default_rng(7)
    drawn = rng.choice(len(mean), 100_000, p=weight)
    mean, strength = mean[drawn], strength[drawn]
    rate = rng.beta(wins[:, None] + strength * mean, (trials - wins)[:, None] + strength * (1 - mean))
    assert found.above == pytest.approx((rate > trials @ rate / trials.sum()).mean(axis=1), abs=0.012)


def test_of_two_groups_one_lies_above_and_a_group_alone_is_held_against_nobody():
    two = stats.beta_binomial([3, 1], [40, 30]).above
    assert two.sum() == pytest.approx(1, abs=0.01) and two[0] > two[1]
    assert np.isnan(stats.beta_binomial([154], [1641]).above).all()
    assert np.isnan(stats.beta_binomial([154, 0], [1641, 0]).above).all()
