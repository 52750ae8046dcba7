"""Statistics: parity with statsmodels, published figures, identities, refusals of impossible models."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from salesnb import stats
from salesnb.stats.attribution import Side

COUNTS = st.tuples(st.integers(0, 200), st.integers(0, 200)).map(lambda pair: (min(pair), max(pair)))


@given(COUNTS.filter(lambda pair: pair[1] > 0))
def test_wilson_equals_statsmodels(pair):
    won, n = pair
    assert stats.wilson(won, n) == pytest.approx(proportion_confint(won, n, method="wilson"), abs=1e-12)


def test_wilson_of_nothing_is_missing_and_of_one_is_wide():
    assert all(np.isnan(v) for v in stats.wilson(0, 0))
    low, high = stats.wilson(1, 1)
    assert low == pytest.approx(0.2065, abs=1e-4) and high == 1


def test_logistic_on_cells_and_on_rows_equals_statsmodels():
    rng = np.random.default_rng(3)
    x = rng.integers(0, 2, (60, 3)).astype(float)
    trials = rng.integers(1, 30, 60)
    wins = rng.binomial(trials, 1 / (1 + np.exp(-(x @ [0.8, -0.6, 0.3] - 1))))
    ours = stats.logistic(x, wins, trials)
    theirs = sm.GLM(np.column_stack([wins, trials - wins]), sm.add_constant(x), family=sm.families.Binomial()).fit()
    assert ours.coefficients == pytest.approx(theirs.params, abs=1e-6) and ours.se == pytest.approx(
        theirs.bse, abs=1e-6
    )
    rows = np.repeat(x, trials, axis=0)
    outcome = np.concatenate([[1.0] * w + [0.0] * (n - w) for w, n in zip(wins, trials, strict=True)])
    single = stats.logistic(rows, outcome, np.ones(len(outcome)))
    assert single.coefficients == pytest.approx(ours.coefficients, abs=1e-8)
    assert single.log_likelihood == pytest.approx(ours.log_likelihood, abs=1e-8)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_and_benjamini_hochberg_equal_statsmodels(p):
    assert stats.holm(np.array(p)) == pytest.approx(multipletests(p, method="holm")[1], abs=1e-12)
    assert stats.benjamini_hochberg(np.array(p)) == pytest.approx(multipletests(p, method="fdr_bh")[1], abs=1e-12)


def test_das_gupta_headship_rates_1970_and_1985():
    # Das Gupta (1993), US Census, example 5.1: sizes and rates by age; published age structure 1.2269, rate 1.7403
    size70, rate70 = (
        [12.9, 10.9, 9.5, 8.0, 7.8, 8.4, 8.6, 7.8, 7.0, 5.9, 4.7, 3.6, 4.9],
        [1.9, 25.8, 45.7, 49.6, 51.2, 51.6, 51.8, 54.9, 58.7, 60.4, 62.8, 66.6, 66.8],
    )
    size85, rate85 = (
        [10.1, 11.2, 11.6, 10.9, 9.4, 7.7, 6.3, 6.0, 6.3, 5.9, 5.1, 4.0, 5.5],
        [2.2, 24.3, 45.8, 52.5, 56.1, 55.6, 56.0, 57.4, 57.2, 61.2, 63.9, 68.6, 72.2],
    )
    split = stats.kitagawa(size70, rate70, size85, rate85)
    assert split.mix_total == pytest.approx(1.2269, abs=5e-5) and split.rate_total == pytest.approx(1.7403, abs=5e-5)


def test_simpson_example_of_mix_and_rate():
    split = stats.kitagawa([70, 30], [0.50, 0.15], [30, 70], [0.53, 0.18])
    assert (split.mix_total, split.rate_total) == pytest.approx((-0.14, 0.03), abs=1e-9)


def test_bristol_is_far_outside_and_named_among_the_hospitals_of_1991():
    # child heart surgery 1991 (Spiegelhalter, The Art of Statistics, MIT): operations and survivors
    hospitals = {"Bristol": (143, 102), "Leicester": (187, 162), "Leeds": (323, 299), "Oxford": (122, 99), "Guys": (164, 139),
                 "Liverpool": (405, 363), "Southampton": (239, 215), "Great Ormond St": (482, 429), "Newcastle": (195, 169),
                 "Harefield": (177, 152), "Birmingham": (581, 523), "Brompton": (301, 270)}  # fmt: skip
    n, won = (np.array(v, float) for v in zip(*hospitals.values(), strict=True))
    assert (n.sum(), won.sum()) == (3319, 2922)
    z = dict(zip(hospitals, stats.normal_z(won, n, won.sum() / n.sum()), strict=True))
    assert z["Bristol"] == pytest.approx(-6.16, abs=0.005) and z["Leeds"] == pytest.approx(2.51, abs=0.005)
    assert z["Oxford"] == pytest.approx(-2.35, abs=0.005)
    assert min(z, key=z.get) == "Bristol"


def department(seed, groups=12, n=40, effect=0.8, spread=0.3):
    rng = np.random.default_rng(seed)
    x, group, wins, trials = [], [], [], []
    for g in range(groups):
        share, skill = rng.uniform(0.2, 0.8), rng.normal(0, spread)
        for level in (0, 1):
            size = rng.binomial(n, share if level else 1 - share)
            x.append([level])
            group.append(g)
            trials.append(size)
            wins.append(rng.binomial(size, 1 / (1 + np.exp(1 - effect * level - skill))))
    return np.array(x, float), np.array(group), np.array(wins, float), np.array(trials, float)


def test_gap_adds_up_and_a_side_compared_with_itself_has_none():
    x, group, wins, trials = department(1)
    model = stats.mixed_logistic(x, group, wins, trials)
    whole = Side(x, group, wins, trials)
    one = Side(x[group == 3], group[group == 3], wins[group == 3], trials[group == 3])
    found = stats.shapley(model, {"target": [0]}, one, whole)
    assert found.points.sum() == pytest.approx(one.rate - whole.rate, abs=1e-9)
    assert stats.shapley(model, {"target": [0]}, one, one).points == pytest.approx(0, abs=1e-12)


def test_names_and_order_of_groups_change_nothing():
    x, group, wins, trials = department(2)
    rates = stats.standardised(stats.mixed_logistic(x, group, wins, trials), x, trials).rate
    order = np.random.default_rng(0).permutation(len(group))
    renamed = (len(set(group)) - 1 - group)[order]
    again = stats.standardised(
        stats.mixed_logistic(x[order], renamed, wins[order], trials[order]), x[order], trials[order]
    ).rate
    assert again[::-1] == pytest.approx(rates, abs=1e-9)


def test_standardised_rates_cover_the_truth_and_beat_the_raw_ones():
    errors, raw_errors, inside = [], [], []
    for seed in range(12):
        rng = np.random.default_rng(100 + seed)
        skill, share = rng.normal(0, 0.3, 20), rng.uniform(0.15, 0.85, 20)
        x, group = np.tile([[0.0], [1.0]], (20, 1)), np.repeat(np.arange(20), 2)
        trials = np.column_stack([30 - np.round(30 * share), np.round(30 * share)]).ravel()
        wins = rng.binomial(trials.astype(int), 1 / (1 + np.exp(1.2 - 0.9 * x[:, 0] - skill[group])))
        mix = np.bincount(x[:, 0].astype(int), trials) / trials.sum()
        truth = (1 / (1 + np.exp(1.2 - 0.9 * np.arange(2)[None, :] - skill[:, None]))) @ mix
        found = stats.standardised(stats.mixed_logistic(x, group, wins, trials), x, trials)
        raw = np.bincount(group, wins) / np.bincount(group, trials)
        errors.append((found.rate - truth) ** 2)
        raw_errors.append((raw - truth) ** 2)
        inside.append((found.low <= truth) & (truth <= found.high))
    assert np.sqrt(np.mean(errors)) <= 0.65 * np.sqrt(np.mean(raw_errors))
    assert 0.90 <= np.mean(inside) <= 0.995  # 240 managers: 92.0-98.5 % and Monte-Carlo error


def test_identical_managers_are_rarely_named():
    named = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        trials = np.clip(rng.lognormal(3.3, 0.5, 20).astype(int), 5, 90)
        found = stats.outlying(rng.binomial(trials, 0.27), trials, 0.27)
        named += bool((stats.benjamini_hochberg(found.p) < 0.05).any())
    assert named <= 14  # 5 % of 200, and two standard errors


def test_null_departments_rarely_get_a_factor():
    false = 0
    for seed in range(120):
        x, group, wins, trials = department(1000 + seed, groups=20, n=30, effect=0.0, spread=0.5)
        false += stats.within_tests(x, group, wins, trials, {"a": [0]})["a"].p < 0.05
    assert false <= 13  # 5 % of 120 is 6; three standard errors


def test_separation_names_the_level_that_never_won():
    assert stats.separated([[0, 0], [1, 0], [0, 1]], [3, 2, 0], [6, 4, 5]) == [1]


def test_beta_binomial_shrinks_and_never_collapses():
    found = stats.beta_binomial([3, 3, 3, 3], [10, 10, 10, 10])
    assert found.rate == pytest.approx(0.3, abs=0.02) and (found.high - found.low > 0.02).all()
    order = stats.beta_binomial([1, 9, 5], [10, 10, 10]).rate
    assert stats.beta_binomial([9, 5, 1], [10, 10, 10]).rate == pytest.approx(order[[1, 2, 0]], abs=1e-12)


def test_interval_of_a_coefficient_of_variation_covers_it():
    draws = np.random.default_rng(0).normal(1, 0.2, (20_000, 12))
    low, high = stats.cv_interval(draws.std(axis=1, ddof=1) / draws.mean(axis=1), 12)
    assert 0.93 <= ((low <= 0.2) & (high >= 0.2)).mean() <= 0.97


def test_a_model_without_signal_has_no_skill_and_one_with_signal_has():
    def claim(effect, seed):
        rng = np.random.default_rng(seed)
        month, level, group = (v.ravel() for v in np.meshgrid(np.arange(12), [0, 1], np.arange(10), indexing="ij"))
        trials = rng.poisson(5, len(month))
        wins = rng.binomial(trials, 1 / (1 + np.exp(1 - effect * level)))
        x = level[:, None].astype(float)
        return stats.rolling_origin(
            x, group, month, wins, trials, lambda a, _g, w, n, b, _h: stats.logistic(a, w, n, 1.0).predict(b)
        )

    assert sum(claim(0.0, seed).gain_low > 0 for seed in range(20)) <= 2
    assert sum(claim(0.9, seed).gain_low > 0 for seed in range(20)) >= 17
