"""The simulated companies are what they claim to be."""

import numpy as np
import pandas as pd
import pytest

from salesnb.schema import TABLES
from tests import companies
from tests.companies import DAY, END, KINDS, company

WINDOW = END - pd.DateOffset(months=12)


def closed_in_window(deals):
    return deals[deals["closed_at"] >= WINDOW]


def with_truth(made):
    truth = made.truth["deals"][["p", "won", "days", "target", "deviation", "touches"]]
    return made.frames["deals"].merge(truth, left_on="deal_id", right_index=True)


@pytest.mark.parametrize("kind", KINDS)
def test_frames_have_the_required_canonical_columns_and_nothing_after_the_end(kind):
    made = company(kind, 1)
    assert set(made.frames) == {"deals", "stages", "touches", "managers", "reviews"}
    for name, frame in made.frames.items():
        assert set(TABLES[name].required) <= set(frame.columns)
        assert set(frame.columns) <= set(TABLES[name].names)
        assert not frame[list(TABLES[name].required)].isna().to_numpy().any()
        for column in frame.select_dtypes("datetime"):
            assert not (frame[column] >= END).any()


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_company_and_another_seed_another(kind):
    first, again, other = company(kind, 7), company(kind, 7), company(kind, 8)
    for name in first.frames:
        pd.testing.assert_frame_equal(first.frames[name], again.frames[name])
    assert not first.frames["deals"].equals(other.frames["deals"])


@pytest.mark.parametrize("kind", KINDS)
def test_every_closed_deal_ends_as_the_truth_says_and_after_it_began(kind):
    deals = with_truth(company(kind, 2))
    closed = deals[deals["status"] != "open"]
    assert ((closed["status"] == "won") == closed["won"]).all()
    assert (closed["closed_at"] > closed["created_at"]).all()
    assert deals.loc[deals["status"] == "open", "closed_at"].isna().all()


@pytest.mark.parametrize("kind", KINDS)
def test_touches_of_the_first_week_are_those_drawn_before_the_outcome(kind):
    made = company(kind, 3)
    deals = with_truth(made)
    deals = deals[(deals["days"] > 7) & (deals["created_at"] < END - 8 * DAY)]
    touches = made.frames["touches"].merge(deals[["deal_id", "created_at"]], on="deal_id")
    early = touches[touches["at"] < touches["created_at"] + 7 * DAY].groupby("deal_id").size()
    counted = deals["deal_id"].map(early).fillna(0)
    assert (np.digitize(counted, (1, 3)) == deals["touches"]).all()


@pytest.mark.parametrize("kind", KINDS)
def test_a_deviation_shows_in_the_stages_within_a_week(kind):
    made = company(kind, 4)
    deals = with_truth(made)
    deals = deals[(deals["days"] > 7) & (deals["created_at"] < END - 8 * DAY)]
    stages = made.frames["stages"].merge(deals[["deal_id", "created_at"]], on="deal_id")
    days = (stages["entered_at"] - stages["created_at"]) / DAY
    step = stages["stage"].map({name: i for i, name in enumerate(companies.STAGE_ORDER)})
    move = step.groupby(stages["deal_id"]).diff()
    odd = stages[(days < 7) & ((move > 1) | (move < 0))]["deal_id"]
    slow = stages[(stages["stage"] == "Qualified") & (move == 1) & (days > 4)]["deal_id"]
    shown = deals["deal_id"].isin([*odd, *slow])
    assert (shown == deals["deviation"]).all()


def test_factors_and_length_are_unrelated_to_the_outcome_where_no_factor_matters():
    deals = [with_truth(company("null", seed)) for seed in range(10)]
    z = [score(frame[column], frame["won"]) for frame in deals for column in ("touches", "target", "deviation", "days")]
    assert abs(np.mean(z)) < 0.5
    assert np.quantile(np.abs(z), 0.9) < 3.5  # managers differ in both, so the spread is wider than of pure chance


def score(values, won):
    """Standard score of the rank correlation with the outcome."""
    return float(np.corrcoef(values.rank(), won)[0, 1] * np.sqrt(len(won)))


def test_the_true_factors_move_the_chance_to_win_in_a_real_company():
    deals = with_truth(company("real", 1))
    logit = np.log(deals["p"] / (1 - deals["p"]))
    pairs = (
        deals.assign(logit=logit)
        .groupby(["manager", "channel", "deviation", "touches", "target"])["logit"]
        .first()
        .unstack()
    )
    np.testing.assert_allclose((pairs[True] - pairs[False]).dropna(), 0.8, atol=1e-9)


def test_touches_of_a_leak_grow_with_life_and_won_deals_live_longer():
    made = company("leak", 1)
    deals = with_truth(made)
    closed = deals[deals["status"] != "open"]
    touched = closed["deal_id"].map(made.frames["touches"].groupby("deal_id").size()).fillna(0)
    life = closed["closed_at"] - closed["created_at"]
    assert np.corrcoef(touched, life / DAY)[0, 1] > 0.8
    assert touched[closed["won"]].mean() > 1.5 * touched[~closed["won"]].mean()
    assert closed.loc[closed["won"], "days"].median() > 2 * closed.loc[~closed["won"], "days"].median()


def test_conversion_of_a_surge_is_constant_in_truth_and_falls_in_the_closed_period():
    falls = []
    for seed in range(5):
        made = company("surge", seed)
        deals = with_truth(made)
        assert made.truth["deals"]["p"].std() < 1e-9
        assert made.truth["deals"]["p"].mean() == pytest.approx(0.30, abs=1e-6)
        leads = deals.groupby(deals["created_at"].dt.to_period("M")).size()
        assert 1.6 < leads[-2:].mean() / leads[:-2].mean() < 2.4
        before = deals[deals["closed_at"].between(WINDOW, END - pd.DateOffset(months=2))]
        last = deals[deals["closed_at"] >= END - pd.DateOffset(months=2)]
        falls.append((before["status"] == "won").mean() - (last["status"] == "won").mean())
    assert np.mean(falls) > 0.03


@pytest.mark.parametrize("seed", range(20))
def test_a_tiny_company_has_six_managers_with_few_deals_and_a_channel_that_never_wins(seed):
    deals = closed_in_window(company("tiny", seed).frames["deals"])
    each = deals.groupby("manager").size()
    assert len(each) == 6
    assert each.min() >= 3
    assert each.max() <= 12
    fair = deals[deals["channel"] == "Fair"]
    assert len(fair) > 0
    assert set(fair["status"]) == {"lost"}


def test_scores_of_the_calls_follow_the_true_qualification_and_come_before_the_deals():
    made = company("real", 5)
    reviews = made.frames["reviews"]
    assert reviews["at"].min() < made.frames["deals"]["created_at"].min()
    scores = reviews.groupby("manager")["score"].mean()
    assert scores.corr(made.truth["managers"]["z"]) > 0.95
