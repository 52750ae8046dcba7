"""The bars of the method at reduced size, fixed seeds; tolerances widened by the Monte-Carlo error of the smaller size."""

import numpy as np

from salesnb import stats
from salesnb.measures.of_book import alarms
from salesnb.source.book import book
from tests.companies import company
from tests.simulation import bars
from tests.simulation.department import department


def test_standardised_rates_are_closer_to_the_truth_and_their_intervals_hold():
    found = bars.rates(20, 100)  # 400 managers instead of 4000: coverage +-2.2 points more
    assert 0.90 <= found["A2"] <= 0.995
    assert found["A3"] <= 0.68 and found["A4"] <= 1.0 and found["A5"] >= 0.0


def test_chances_of_lying_above_the_average_hold_however_few_the_deals():
    for found in (bars.chances(45, 1000), bars.counted_chances(60, 1000)):
        off = bars.worst(bars.calibration(*found), least=70)  # 70 managers: two standard errors are up to 12 points
        assert {"under 10", "10 to 19"} <= set(off) and max(off.values()) <= 0.15
    assert bars.told_among_equals(25, 1100) <= 0.12


def test_contributions_are_close_to_those_of_the_true_model():
    found = bars.contributions(6, 200)
    assert found["B4"] <= 0.014 and found["B5"] >= 0.75 and 0.86 <= found["B6"] <= 1.0


def test_factors_are_found_when_real_and_rarely_when_not():
    assert bars.false_factors(40, 300) <= 0.15  # 2 of 40 expected
    assert bars.power(10, 400) >= 0.8


def test_nobody_is_named_among_equals_and_no_skill_is_claimed_without_effects():
    assert bars.named_outliers(200, 500) <= 0.09
    assert bars.skill_claims(10, 600, False) <= 0.1 and bars.skill_claims(8, 700, True) >= 0.75


def test_incidence_is_unbiased_and_covers():
    bias, inside = bars.incidence(30, 800)
    assert abs(bias) <= 0.012 and inside >= 0.85


def test_companies_without_effects_get_no_claim_and_the_others_do():
    assert sum(map(bool, bars.companies("null", range(4)))) <= 1
    assert sum("target" in one for one in bars.companies("real", range(3))) == 3


def test_a_surge_of_leads_is_called_immature():
    for seed in (1, 2):
        made = company("surge", seed)
        frames = {name: frame for name, frame in made.frames.items() if frame is not None}
        found = alarms(book(frames.pop("deals"), frames.pop("stages"), **frames, month=made.truth["month"]))
        assert "immature" in [code for code, _ in found] or "opposite" in [code for code, _ in found]


def test_managers_who_are_alike_are_drawn_together_and_never_without_an_interval():
    away, width = [], []
    for seed in range(30):  # A6: no residual skill, no factor
        d = department(900 + seed, skill=0.0, effects=False)
        ones = np.ones(len(d.group))
        found = stats.standardised(stats.mixed_logistic(d.x, d.group, d.won, ones, d.own), d.x, ones)
        away.append(np.abs(found.rate - d.won.mean()).mean())
        width.append((found.high - found.low).min())
    assert np.mean(away) <= 0.035 and min(width) > 0.01
