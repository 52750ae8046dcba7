"""Open cases: Kaplan-Meier and Aalen-Johansen against statsmodels, with ties, and what must add up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight

from salesnb import stats


def cases(seed, n=300, longest=40):
    """Whole days, so that wins, losses and open cases share days; 0 open, 1 won, 2 lost."""
    rng = np.random.default_rng(seed)
    time = np.minimum(rng.geometric(0.06, n), longest)
    return time.astype(float), rng.choice([0, 1, 2], n, p=[0.3, 0.3, 0.4])


@pytest.mark.parametrize("seed", range(4))
def test_kaplan_meier_and_its_error_equal_statsmodels(seed):
    time, status = cases(seed)
    assert len(np.unique(time)) < len(time) / 4  # many ties
    ours = stats.kaplan_meier(time, (status > 0) * 1, (status == 0) * 1)
    theirs = SurvfuncRight(time, (status > 0) * 1)
    assert ours.time.tolist() == list(theirs.surv_times)
    assert ours.at_risk.tolist() == list(theirs.n_risk)
    assert ours.survival == pytest.approx(theirs.surv_prob, abs=1e-9)
    known = ours.survival > 0
    assert known.sum() > 20
    assert ours.se[known] == pytest.approx(np.asarray(theirs.surv_prob_se)[known], abs=1e-9)
    assert np.isnan(ours.se[~known]).all()


@pytest.mark.parametrize("seed", range(4))
def test_incidence_and_its_error_equal_statsmodels_with_ties(seed):
    time, status = cases(10 + seed)
    won, lost, still = ((status == code) * 1 for code in (1, 2, 0))
    theirs = CumIncidenceRight(time, status)
    for place, (first, second) in enumerate([(won, lost), (lost, won)]):
        ours = stats.aalen_johansen(time, first, second, still)
        at = np.searchsorted(theirs.times, ours.time)
        assert np.asarray(theirs.times)[at].tolist() == ours.time.tolist()
        assert ours.incidence1 == pytest.approx(theirs.cinc[place][at], abs=1e-9)
        assert ours.incidence2 == pytest.approx(theirs.cinc[1 - place][at], abs=1e-9)
        assert ours.se1 == pytest.approx(theirs.cinc_se[place][at], abs=1e-9)
        assert ours.se1.max() > 0.02
        assert ours.low1 == pytest.approx(np.clip(ours.incidence1 - 1.959964 * ours.se1, 0, 1), abs=1e-6)
        assert ours.high1 == pytest.approx(np.clip(ours.incidence1 + 1.959964 * ours.se1, 0, 1), abs=1e-6)


COUNTS = st.lists(st.tuples(st.integers(0, 60), *[st.integers(0, 9)] * 3), min_size=1, max_size=30)


@given(COUNTS)
def test_won_lost_and_still_open_add_to_one_at_every_time(rows):
    time, won, lost, still = (np.array(column) for column in zip(*rows, strict=True))
    found = stats.aalen_johansen(time, won, lost, still)
    assert found.incidence1 + found.incidence2 + found.survival == pytest.approx(np.ones(len(found.time)), abs=1e-12)
    assert len(found.time) == len(set(time[(won + lost) > 0].tolist()))


@given(COUNTS)
def test_survival_of_either_event_is_that_of_both_together(rows):
    time, won, lost, still = (np.array(column) for column in zip(*rows, strict=True))
    both = stats.kaplan_meier(time, won + lost, still)
    assert stats.aalen_johansen(time, won, lost, still).survival == pytest.approx(both.survival, abs=1e-12)


def test_four_cases_by_hand():
    # day 1: one of four wins; day 2: one of three loses; two stay open to day 3
    found = stats.aalen_johansen([1, 2, 3, 3], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 1])
    assert found.at_risk.tolist() == [4, 3]
    assert (found.incidence1.tolist(), found.incidence2.tolist()) == ([0.25, 0.25], [0, pytest.approx(0.25)])
    assert found.se1[0] == pytest.approx(np.sqrt(0.25 * 0.75 / 4), abs=1e-12)  # a plain share while nothing is censored


def test_the_median_is_reached_or_missing():
    curve = stats.kaplan_meier([2, 4, 9], [1, 1, 0], [0, 0, 2])
    assert curve.quantile(0.5) == 4 and np.isnan(curve.quantile(0.6))
