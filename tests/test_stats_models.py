"""Models on cells: equal to the same on rows and to scikit-learn and statsmodels; the within test by hand; shrunken rates."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.optimize import minimize
from scipy.stats import chi2
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

from salesnb import stats
from salesnb.stats.cells import distinct_rows


def months_of_cells(seed=2, groups=6, months=8):
    """Counts per month, group and two columns."""
    rng = np.random.default_rng(seed)
    month, group, a, b = (
        v.ravel() for v in np.meshgrid(np.arange(months), np.arange(groups), [0, 1], [0, 1], indexing="ij")
    )
    trials = rng.poisson(6, len(month))
    skill = rng.normal(0, 0.4, groups)
    wins = rng.binomial(trials, 1 / (1 + np.exp(1.2 - 1.0 * a + 0.7 * b - skill[group])))
    return np.column_stack([a, b]).astype(float), group, month, wins.astype(float), trials.astype(float)


def as_rows(x, group, month, wins, trials, seed=0):
    """The same cases one by one, in no order."""
    n = trials.astype(int)
    won = np.concatenate([[1.0] * int(w) + [0.0] * int(t - w) for w, t in zip(wins, trials, strict=True)])
    order = np.random.default_rng(seed).permutation(len(won))
    rows = (np.repeat(x, n, axis=0), np.repeat(group, n), np.repeat(month, n), won, np.ones(len(won)))
    return tuple(v[order] for v in rows)


def predict(x, group, wins, trials, new_x, new_group):
    return stats.logistic(x, wins, trials, 0.1).predict(new_x)


def test_skill_loss_brier_and_auc_are_equal_on_cells_and_on_rows():
    cells = months_of_cells()
    on_cells, on_rows = (stats.rolling_origin(*data, predict) for data in (cells, as_rows(*cells)))
    for name in ("skill", "gain", "gain_low", "slope", "in_the_large", "auc", "brier", "cases", "months"):
        assert getattr(on_rows, name) == pytest.approx(getattr(on_cells, name), abs=1e-8), name


def test_skill_loss_brier_and_auc_equal_scikit_learn_on_the_rows_predicted():
    x, group, month, wins, trials = months_of_cells(3)
    found = stats.rolling_origin(x, group, month, wins, trials, predict)
    rows, _, when, won, ones = as_rows(x, group, month, wins, trials)
    guess, base = np.full(len(won), np.nan), np.full(len(won), np.nan)
    for now in range(3, 8):
        before, new = when < now, when == now
        guess[new] = stats.logistic(rows[before], won[before], ones[before], 0.1).predict(rows[new])
        base[new] = won[before].mean()
    seen = ~np.isnan(guess)
    loss, base_loss = log_loss(won[seen], guess[seen]), log_loss(won[seen], base[seen])
    assert (found.cases, found.months) == (seen.sum(), 5)
    assert found.skill == pytest.approx(1 - loss / base_loss, abs=1e-8) and found.skill > 0.02
    assert found.gain == pytest.approx(base_loss - loss, abs=1e-8)
    assert found.brier == pytest.approx(brier_score_loss(won[seen], guess[seen]), abs=1e-8)
    assert found.auc == pytest.approx(roc_auc_score(won[seen], guess[seen]), abs=1e-8)
    assert found.in_the_large == pytest.approx((guess[seen] - won[seen]).mean(), abs=1e-8)
    score = np.log(guess[seen] / (1 - guess[seen]))
    line = sm.GLM(won[seen], sm.add_constant(score), family=sm.families.Binomial()).fit()
    assert found.slope == pytest.approx(line.params[1], abs=1e-6)


def test_coefficients_of_the_mixed_model_are_equal_on_cells_and_on_rows():
    x, group, month, wins, trials = months_of_cells(4)
    rows, their_group, _, won, ones = as_rows(x, group, month, wins, trials)
    ours, theirs = stats.mixed_logistic(x, group, wins, trials), stats.mixed_logistic(rows, their_group, won, ones)
    for name in ("mean", "sd", "low", "high"):
        assert theirs.coefficients()[name] == pytest.approx(ours.coefficients()[name], abs=1e-8)
        assert theirs.group_effects()[name] == pytest.approx(ours.group_effects()[name], abs=1e-8)
    assert theirs.log_likelihood == pytest.approx(ours.log_likelihood, abs=1e-8)


def test_the_within_statistic_is_the_likelihood_ratio_times_one_minus_parameters_per_case():
    x, group, _, wins, trials = months_of_cells(5, groups=8, months=1)
    kept = trials > 0
    x, group, wins, trials = (v[kept] for v in (x, group, wins, trials))
    counts, levels = np.column_stack([wins, trials - wins]), np.eye(8)[group]

    def likelihood(design):
        return sm.GLM(counts, design, family=sm.families.Binomial()).fit().llf

    full = likelihood(np.column_stack([levels, x]))
    found = stats.within_tests(x, group, wins, trials, {"a": [0], "both": [0, 1]})
    parameters, cases = 8 + 2, trials.sum()
    assert 0.03 < parameters / cases < 0.08  # large enough to be seen
    for name, rest in (("a", np.column_stack([levels, x[:, 1]])), ("both", levels)):
        expected = 2 * (full - likelihood(rest)) * (1 - parameters / cases)
        assert found[name].statistic == pytest.approx(expected, rel=5e-3)  # the ridge on the levels
        assert found[name].p == pytest.approx(chi2.sf(found[name].statistic, found[name].df), rel=1e-12)
    assert (found["a"].df, found["both"].df) == (1, 2)


def test_nobody_is_sure_to_win_nothing_after_160_losses():
    found = stats.beta_binomial([0, 0, 0, 0], [40, 40, 40, 40])
    assert (found.high >= 0.015).all() and (found.high <= 0.088).all()  # not wider than each one's own Wilson interval
    assert np.ptp(found.above) == 0 and 0.2 < found.above[0] < 0.5  # alike: nobody stands out
    turned = stats.beta_binomial([40] * 4, [40] * 4)
    assert turned.low == pytest.approx(1 - found.high, abs=1e-6)


def test_shrunken_intervals_hold_the_true_rate():
    inside = []
    for seed in range(15):
        rng = np.random.default_rng(40_000 + seed)
        trials = np.clip(rng.lognormal(np.log(30), 0.5, 20).round().astype(int), 5, 90)
        truth = 1 / (1 + np.exp(1 - rng.normal(0, 0.4, 20)))
        found = stats.beta_binomial(rng.binomial(trials, truth), trials)
        inside.append(((found.low <= truth) & (truth <= found.high)).mean())
    assert 0.90 <= np.mean(inside) <= 0.96  # 300 sales reps


def test_a_group_without_cases_gets_about_the_overall_rate_and_no_cases_at_all_give_none():
    found = stats.beta_binomial([12, 9, 0], [40, 40, 0])
    assert found.overall == pytest.approx(21 / 80, abs=1e-12)
    # its rate is the mean of those that people are drawn from, which two people leave wide and skew
    assert found.rate[2] == pytest.approx(found.overall, abs=0.02)
    assert found.high[2] - found.low[2] > found.high[0] - found.low[0]
    assert np.isnan(stats.beta_binomial([0, 0], [0, 0]).rate).all()


def test_the_slope_of_a_groups_own_column_is_drawn_as_the_groups_are():
    rng = np.random.default_rng(3)
    own, trials, tau = rng.normal(0, 1, (12, 1)), rng.integers(5, 40, 12), 0.3
    wins = rng.binomial(trials, 0.3)
    model = stats.mixed_logistic(np.zeros((12, 0)), np.arange(12), wins, trials, own, taus=np.array([tau]))

    def lost(theta):
        score = theta[0] + theta[1] * own[:, 0] + theta[2:]
        fit = wins @ score - trials @ np.logaddexp(0, score)
        return theta[1:] @ theta[1:] / (2 * tau**2) + 1e-4 * theta[0] ** 2 / 2 - fit

    best = minimize(lost, np.zeros(14), method="BFGS", options={"gtol": 1e-8}).x
    assert np.allclose([*model.slopes[0], *model.effects[0]], best, atol=1e-5)


def test_rows_are_told_apart_as_numpy_does_it():
    # forty columns of four levels have more combinations than a number of 64 bits: they are counted in steps
    rng = np.random.default_rng(4)
    wide = rng.choice([0.0, 1.0, -0.5, 2.25], (40, 40))
    first, twice = wide.copy(), wide[::2]
    first[:, 0] = 9.0  # rows that differ in their first column alone
    for table in (np.vstack([wide, first, twice]), rng.integers(0, 2, (500, 9)), np.zeros((0, 3)), np.zeros((4, 1))):
        unique, where = np.unique(table, axis=0, return_inverse=True)
        found = distinct_rows(table)
        assert np.array_equal(found[0], unique) and np.array_equal(found[1], where.ravel())
