"""A second opinion: shuffles counted by hand, what is seen of companies with known truth, the same figures whatever the order."""

import itertools
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import salesnb as s
from salesnb.model import second
from salesnb.model.fit import Refusal
from salesnb.model.second import Second, _unseen_months, _unseen_people, opinion, rows_of
from salesnb.stats.shuffled import rise_of, shuffled_within
from salesnb.topics.second_opinion import OUTCOMES, SecondOpinion, _row
from tests.simulation.second import null, rows, seen


@given(st.integers(2, 6), st.integers(2, 3), st.integers(0, 10_000))
def test_the_mean_over_all_shuffles_is_that_of_all_shuffles(cases, levels, seed):
    draw = np.random.default_rng(seed)
    loss, level = draw.random((cases, levels)), draw.integers(0, levels, cases)
    sums = [loss[np.arange(cases), level[list(order)]].sum() for order in itertools.permutations(range(cases))]
    rise, spread = shuffled_within(loss, level, np.zeros(cases, int))
    assert rise.sum() == pytest.approx(np.mean(sums) - loss[np.arange(cases), level].sum(), abs=1e-12)
    # the mean of the squares over all shuffles is the variance of the sum over them
    squares = [
        (shuffled_within(loss, level[list(order)], np.zeros(cases, int))[1] ** 2).sum()
        for order in itertools.permutations(range(cases))
    ]
    assert np.mean(squares) == pytest.approx(np.var(sums), abs=1e-12)


def test_levels_are_exchanged_within_a_stratum_only():
    loss, level = np.array([[0.0, 5.0], [0.0, 5.0], [5.0, 0.0], [5.0, 0.0]]), np.array([0, 0, 1, 1])
    assert shuffled_within(loss, level, np.array([0, 0, 1, 1]))[0].tolist() == [0, 0, 0, 0]
    assert shuffled_within(loss, level, np.zeros(4, int))[0].sum() == pytest.approx(10)  # each at half of 5


def test_cases_of_one_client_are_not_independent():
    rise, each = np.tile([0.3, 0.1, -0.1, 0.2], 10), np.arange(40)
    alone = rise_of(rise, rise, each, each)
    together = rise_of(np.repeat(rise, 4), np.repeat(rise, 4), np.arange(160), np.repeat(each, 4))
    assert together.mean == pytest.approx(alone.mean) and together.low == pytest.approx(alone.low, rel=0.05)
    apart = rise_of(np.repeat(rise, 4), np.repeat(rise, 4), np.arange(160), np.arange(160))
    assert apart.low > 1.2 * together.low and apart.p < together.p < 0.01


def test_a_falling_loss_and_a_lone_stratum_claim_nothing():
    each = np.arange(20)
    assert rise_of(np.full(20, -0.1) + each / 1000, np.full(20, -0.1), each, each).p == 1
    assert np.isnan(rise_of(np.ones(20), np.ones(20), np.zeros(20, int), each).p)


def test_no_client_of_a_month_and_no_later_month_is_learned_from():
    table = null(3, "clients")
    folds = list(_unseen_months(table))
    assert len(folds) == 9
    for old, new in folds:
        assert table["month"].iloc[new].nunique() == 1
        assert table["month"].iloc[old].max() < table["month"].iloc[new].min()
        assert not set(table["client"].iloc[old]) & set(table["client"].iloc[new])
    people = list(_unseen_people(table))
    assert {name for _, new in people for name in table["manager"].iloc[new]} == set(table["manager"])
    for old, new in people:
        assert not set(table["manager"].iloc[old]) & set(table["manager"].iloc[new])
        assert table["month"].iloc[old].max() < table["month"].iloc[new].min()


def trapped(trap, seed):
    """A company of a trap with one factor, which would be seen by a method that looks at deals alone."""
    return null(seed, trap)[["deal_id", "month", "manager", "client", "won", "channels"]]


def test_who_sells_the_season_and_a_repeated_client_are_no_factor():
    found = [opinion(trapped(trap, seed)).p["channels"] for trap in ("leads", "season", "clients") for seed in range(4)]
    assert sum(p < 0.05 for p in found) <= 1 and min(found) > 0.005, found


def test_shuffled_over_all_deals_and_blind_to_who_sells_it_would_see_what_is_not_there(monkeypatch):
    """What the strata are for: the same companies."""

    def pooled(loss, level, stratum):
        return shuffled_within(loss, level, np.zeros(len(level), int))

    monkeypatch.setattr(second, "shuffled_within", pooled)
    monkeypatch.setattr(second, "pipeline", _without_manager(second.pipeline))
    assert sum(opinion(trapped("leads", seed)).seen["channels"] for seed in range(4)) >= 3


def _without_manager(pipeline):
    """The pipeline, blind to who sells."""
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer

    def made(method, names, score=False):
        blind = FunctionTransformer(lambda x: np.column_stack([0 * x[:, 0], x[:, 1:]]))
        return make_pipeline(blind, pipeline(method, names, score))

    return made


def test_known_truth_is_seen_and_nulls_are_not():
    real, nothing = seen("real", 4), seen("null", 6)
    assert real["target"].all() and real[["process", "touchpoints", "channels"]].to_numpy().mean() >= 0.6
    assert nothing.to_numpy().sum() <= 1


def test_scores_alone_are_judged_and_have_fewer_degrees_of_freedom_than_people():
    table = rows("real", 2, 10, 60.0)[["deal_id", "month", "manager", "client", "won", "qualification"]]
    assert set(opinion(table).table["factor"]) == {"qualification"}
    one, each = np.array([0.1, 0.3, 0.2, 0.2, 0.3, 0.1]), np.arange(6)
    assert rise_of(one, one, each, each, 5).p > 10 * rise_of(one, one, each, each).p
    assert np.isnan(rise_of(one[:5], one[:5], each[:5], each[:5], 5).p)


@pytest.fixture(scope="module")
def sample():
    return s.load_sample("2026-09")


def test_the_same_figures_whatever_the_order_and_the_threads(sample):
    table = rows("real", 5, 8, 60.0)
    first = opinion(table)
    again = opinion(table.sample(frac=1, random_state=1).reset_index(drop=True))
    pd.testing.assert_frame_equal(first.table, again.table, check_exact=True)
    code = (
        "from tests.simulation.second import rows; from salesnb.model.second import opinion;"
        "print(opinion(rows('real', 5, 8, 60.0)).table.to_json(double_precision=15))"
    )
    for threads in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True, text=True, check=True, env=os.environ | {"OMP_NUM_THREADS": threads},
        )  # fmt: skip
        assert done.stdout.strip() == first.table.to_json(double_precision=15)


FORKED = """
import os, signal
import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from salesnb.model.second import opinion
from tests.simulation.second import rows
x = np.random.default_rng(0).random((20000, 5))
HistGradientBoostingClassifier(max_iter=5).fit(x, x[:, 0] > 0.5)  # the pool of threads is made
table = rows("real", 5, 8, 60.0)
child = os.fork()
if not child:
    signal.alarm(60)
    opinion(table)
    os._exit(0)
print(os.waitpid(child, 0)[1])
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_trees_do_not_hang_in_a_process_forked_after_threads_ran():
    done = subprocess.run(
        [sys.executable, "-c", FORKED],
        capture_output=True, text=True, timeout=120, env=os.environ | {"OMP_NUM_THREADS": "2"},
    )  # fmt: skip
    assert done.stdout.strip() == "0", done.stderr


def test_threads_are_one_from_the_first_fit_on():
    code = (
        "from threadpoolctl import threadpool_info; from salesnb.model import second;"
        "from tests.simulation.second import rows;"
        "second._scores = lambda rows: ();"
        "second._deal_factors = lambda rows: print({(p['user_api'], p['num_threads']) for p in threadpool_info()}) or ();"
        "second.opinion(rows('real', 5, 8, 60.0))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, check=True, env=os.environ | {"OMP_NUM_THREADS": "2"},
    )  # fmt: skip
    assert "('openmp', 1)" in done.stdout and ", 2)" not in done.stdout


def test_scikit_learn_is_loaded_by_nothing_that_does_not_need_it():
    code = (
        "import sys, salesnb as s; b = s.load_sample('2026-09'); s.funnel(b), s.second_opinion, s.five_factors;"
        "print('sklearn' in sys.modules); s.second_opinion(b); print('sklearn' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


def test_the_sample_is_seen_by_both(sample):
    found = s.second_opinion(sample)
    together = found.overview.set_index("factor")["together"]
    assert (together[["target", "process", "touchpoints", "channels"]] == "both").all()
    assert "Both see it: target clients" in found.text().plain and found.second.months == 9
    clients = rows_of(sample, s.model.fitted(sample))["client"]
    assert clients.nunique() < clients.notna().sum()  # some came back
    assert found.chart().plain and "Two opinions" in found.table().plain
    page = s.second_opinion(sample.at(channel="Site"))
    assert "whole department" in page.text().plain and page.second.table.equals(found.second.table)


def test_where_the_model_is_refused_so_is_the_second_opinion():
    deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "won", "created_at": pd.Timestamp("2026-09-01"),
        "closed_at": pd.Timestamp("2026-09-20")})  # fmt: skip
    found = s.second_opinion(s.book(deals, month="2026-09"))
    assert found.second.refused == s.model.fitted(s.book(deals, month="2026-09")).refused
    assert "no second opinion" in found.text().plain and not found.charts() and not found.table().plain


def test_a_leak_is_no_second_opinion_and_few_months_are_none(sample, monkeypatch):
    fit = s.model.fitted(sample)
    for gate, months, code in (
        (Refusal("leak", {}), fit.cells.months, "leak"),
        (Refusal("no skill", {}), fit.cells.months, None),
        (None, fit.cells.months[:4], "few months"),
    ):
        monkeypatch.setattr(fit, "gate", gate)
        monkeypatch.setattr(fit.cells, "months", months)
        monkeypatch.setattr(second, "opinion", lambda *_: Second(pd.DataFrame()))
        refused = second._of_department(sample).refused
        assert (refused and refused.code) == code


@pytest.mark.parametrize(("verdict", "seen"), list(OUTCOMES))
def test_every_pair_of_opinions_has_its_words(sample, verdict, seen):
    their = Second(pd.DataFrame(), seen={"target": seen == "seen"})
    found = SecondOpinion(sample, their, pd.DataFrame([_row("target", verdict, their)]), False)
    said = found.text().plain
    assert {"both": "Both see", "model": "Only the model", "second": "Only the second opinion", "neither": "Neither",
        "no verdict": "gives no verdict"}[OUTCOMES[verdict, seen]] in said  # fmt: skip
    assert _row("target", verdict, Second(pd.DataFrame()))["together"] == "not compared"
