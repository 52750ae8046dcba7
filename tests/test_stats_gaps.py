"""Gaps taken apart: Shapley values against a count of every order by hand, mix and rate with segments that come and go."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesnb import stats
from salesnb.stats.attribution import Side

FACTORS = {"target": [0], "process": [1], "touchpoints": [2, 3], "channels": [4, 5], "qualification": [6]}


def department(seed=5, managers=4, cases=60):
    """Cells of one case each: seven columns in five factors, the last one a number per manager."""
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(managers), cases)
    touch, channel = rng.integers(0, 3, len(group)), rng.integers(0, 3, len(group))
    target = rng.random(len(group)) < np.linspace(0.2, 0.8, managers)[group]
    x = np.column_stack(
        [target, rng.random(len(group)) < 0.3, touch == 0, touch == 2, channel == 1, channel == 2]
    ).astype(float)
    own = rng.normal(0, 1, (managers, 1))
    score = -1 + x @ [0.9, -0.7, -0.4, 0.5, 0.8, -0.8] + 0.4 * own[group, 0]
    won = (rng.random(len(group)) < 1 / (1 + np.exp(-score))).astype(float)
    return x, group, won, np.ones(len(group)), own


def side(x, group, won, trials, manager) -> Side:
    here = group == manager
    return Side(x[here], group[here], won[here], trials[here])


def mean_of_all_waterfalls(intercept, slopes, ours, theirs, factors):
    """Each factor's step averaged over every order in which the factors can be exchanged, one deal beside another."""

    def score(design, names):
        return sum((design[:, factors[name]] @ slopes[factors[name]] for name in names), np.zeros(len(design)))

    def mean_rate(exchanged):
        kept = [name for name in factors if name not in exchanged]
        pairs = intercept + score(ours, exchanged)[:, None] + score(theirs, kept)[None, :]
        return (1 / (1 + np.exp(-pairs))).mean()

    rates, steps = {}, dict.fromkeys(factors, 0.0)
    orders = list(permutations(factors))
    for order in orders:
        for place, name in enumerate(order):
            before, after = frozenset(order[:place]), frozenset(order[: place + 1])
            for names in (before, after):
                rates.setdefault(names, mean_rate(names))
            steps[name] += rates[after] - rates[before]
    return {name: total / len(orders) for name, total in steps.items()}, len(orders)


def test_contributions_are_the_mean_over_all_120_orders_of_a_waterfall():
    x, group, won, trials, own = department()
    model = stats.mixed_logistic(x, group, won, trials, own)
    assert len(model.tau) > 1 and np.ptp(model.slopes, axis=0).max() > 1e-3  # a mixture, and one that matters
    found = stats.shapley(model, FACTORS, side(x, group, won, trials, 0), Side(x, group, won, trials))
    design = np.column_stack([x, own[group]])
    by_hand = dict.fromkeys(FACTORS, 0.0)
    for weight, slopes in zip(model.weight, model.slopes, strict=True):
        steps, orders = mean_of_all_waterfalls(slopes[0], slopes[1:], design[group == 0], design, FACTORS)
        assert orders == 120
        for name, step in steps.items():
            by_hand[name] += weight * step
    assert dict(zip(found.parts, found.points, strict=True)) | by_hand == pytest.approx(
        dict(zip(found.parts, found.points, strict=True)), abs=1e-9
    )
    assert max(abs(step) for step in by_hand.values()) > 0.02


def test_the_manager_part_is_what_the_effect_adds_on_one_side_less_on_the_other():
    x, group, won, trials, own = department()
    model = stats.mixed_logistic(x, group, won, trials, own)
    design = np.column_stack([x, own[group]])

    def added(rows):
        score = model.slopes[:, :1] + model.slopes[:, 1:] @ design[rows].T
        with_effect = score + model.effects[:, group[rows]]
        return model.weight @ (1 / (1 + np.exp(-with_effect)) - 1 / (1 + np.exp(-score))).mean(axis=1)

    found = stats.shapley(model, FACTORS, side(x, group, won, trials, 1), side(x, group, won, trials, 2))
    assert found.points[5] == pytest.approx(added(group == 1) - added(group == 2), abs=1e-9)
    assert found.points.sum() == pytest.approx(won[group == 1].mean() - won[group == 2].mean(), abs=1e-9)


def test_a_side_that_was_held_against_others_by_one_model_serves_another():
    x, group, won, trials, own = department()
    models = [stats.mixed_logistic(x, group, wins, trials, own) for wins in (won, trials - won)]
    whole = Side(x, group, won, trials)
    kept, anew = (
        [stats.shapley(model, FACTORS, side(x, group, won, trials, 1), of()).points for model in models]
        for of in (lambda: whole, lambda: Side(x, group, won, trials))
    )
    assert np.array_equal(kept, anew) and not np.allclose(kept[0], kept[1])


def test_naming_the_factors_otherwise_and_in_another_order_changes_nothing():
    x, group, won, trials, own = department(6)
    model = stats.mixed_logistic(x, group, won, trials, own)
    one, whole = side(x, group, won, trials, 3), Side(x, group, won, trials)
    usual = stats.shapley(model, FACTORS, one, whole)
    turned = {f"_{name}": FACTORS[name][::-1] for name in reversed(FACTORS)}
    again = stats.shapley(model, turned, side(x, group, won, trials, 3), Side(x, group, won, trials))
    places = [again.parts.index(f"_{name}") for name in FACTORS] + [5, 6]
    for field in ("points", "low", "high", "sd"):
        assert getattr(again, field)[places] == pytest.approx(getattr(usual, field), abs=1e-9)


def test_two_sides_with_the_same_cases_have_no_contribution_at_all():
    x, group, won, trials, own = department(7)
    model = stats.mixed_logistic(x, group, won, trials, own)
    found = stats.shapley(model, FACTORS, side(x, group, won, trials, 2), side(x, group, won, trials, 2))
    assert found.points == pytest.approx(np.zeros(7), abs=1e-12)


@pytest.mark.parametrize("nothing", [0.0, 0.99, float("nan")])
def test_a_segment_seen_on_one_side_only_has_no_rate_part_and_goes_to_mix(nothing):
    # before: 60 cases at 20 %, 40 at 50 %; now: 50 at 30 %, and 50 of a new kind at 60 %: 32 % to 45 %
    split = stats.kitagawa([60, 40, 0], [0.2, 0.5, nothing], [50, 0, 50], [0.3, nothing, 0.6])
    # the one kind seen twice: (60 % + 50 %) / 2 x (30 % - 20 %)
    assert split.rate == pytest.approx([0.055, 0, 0], abs=1e-12)
    middle = (0.32 + 0.45) / 2
    assert split.mix == pytest.approx([-0.1 * (0.25 - middle), -0.4 * (0.5 - middle), 0.5 * (0.6 - middle)], abs=1e-12)
    assert (split.change, split.mix_total) == pytest.approx((0.13, 0.075), abs=1e-12)


SEGMENTS = st.lists(st.tuples(*[st.integers(0, 40)] * 4), min_size=1, max_size=8)


@given(SEGMENTS.filter(lambda rows: sum(r[0] for r in rows) and sum(r[2] for r in rows)))
def test_mix_and_rate_add_up_whatever_comes_and_goes(rows):
    before, won_before, now, won = (np.array(column, float) for column in zip(*rows, strict=True))
    won_before, won = np.minimum(won_before, before), np.minimum(won, now)
    with np.errstate(invalid="ignore", divide="ignore"):
        split = stats.kitagawa(before, won_before / before, now, won / now)
    change = won.sum() / now.sum() - won_before.sum() / before.sum()
    assert split.mix_total + split.rate_total == pytest.approx(change, abs=1e-9)
    assert split.change == pytest.approx(change, abs=1e-9)
    assert (split.rate[(before == 0) | (now == 0)] == 0).all()


def test_a_change_from_nothing_is_missing():
    split = stats.kitagawa([0, 0], [0.2, 0.5], [10, 10], [0.3, 0.6])
    assert np.isnan(split.change) and np.isnan(split.mix_total) and np.isnan(split.rate_total)
