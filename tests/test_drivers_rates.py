"""Sales reps beside each other on the sample, scores that come before the deals, and sources looked at on every page."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from salesnb import stats
from salesnb.model import drivers, manager_rates, quality
from salesnb.params import load_params
from salesnb.source.book import book, open_book
from tests.companies import STAGE_ORDER, company
from tests.counted import deals

ROOT = Path(__file__).parents[1]
TWO = {"target": ["is_target"], "qualification": ["checklist"]}


@cache
def page(channel=None):
    """A page of the sample company, read and fitted once."""
    return open_book(load_params(ROOT / "params" / "sample.yaml"), "2026-09", channel)


def test_z_and_the_chance_of_lying_above_point_the_same_way():
    rates = manager_rates(page())
    told = rates[(rates["p_above"] - 0.5).abs() > 0.2]
    assert len(told) >= 6 and set(np.sign(told["p_above"] - 0.5)) == {1, -1}
    assert (np.sign(told["z"]) == np.sign(told["p_above"] - 0.5)).all()


@pytest.mark.parametrize("channel", [None, "Site"])
def test_the_line_of_all_together_lies_amid_the_rates_at_the_same_leads(channel):
    rates = manager_rates(page(channel))
    own = rates[rates["closed_window"] >= 20]
    middle = np.average(own["standardised"], weights=own["closed_window"])
    assert rates.attrs["overall"] == pytest.approx(middle, abs=0.01)
    assert own["standardised"].min() < rates.attrs["overall"] < own["standardised"].max()


def test_the_line_is_that_of_the_deals_open_on_the_seventh_day():
    # every fifth deal is lost on its third day: of those left half are won, of all four in ten
    groups = [(name, f"2026-0{m}", 10, 10, 20, {"is_target": m % 2 == 0}) for name in "ABCDE" for m in range(4, 10)]
    groups += [(name, month, 0, 5, 3, more) for name, month, _, _, _, more in groups]
    rates = manager_rates(book(deals(*groups), month="2026-09"))
    assert rates.attrs["method"] == "model" and rates.attrs["overall"] == pytest.approx(0.5, abs=0.005)
    assert rates["standardised"].tolist() == pytest.approx([0.5] * 5, abs=0.01)
    assert rates["conversion"].tolist() == pytest.approx([0.4] * 5, abs=1e-12)


def test_without_a_model_z_is_that_of_the_raw_counts():
    won = {"A": 6, "B": 0, "C": 3}  # nine won deals: one too few even for a model without factors
    status = {name: ["won"] * n + ["lost"] * (12 - n) for name, n in won.items()}
    rates = manager_rates(pd.DataFrame({"manager": np.repeat(["A", "B", "C"], 12), "status": sum(status.values(), [])}))
    expected = stats.outlying([6, 0, 3], [12, 12, 12], 0.25).z_adjusted
    assert rates.attrs["method"] == "beta-binomial" and rates["z"].tolist() == pytest.approx(
        expected.tolist(), abs=1e-9
    )


def alike(seed, feedback: bool, people=12, months=12, deals_a_month=20) -> pd.DataFrame:
    """Managers who are all alike; each month's score dates from the six months before, and follows their results or not."""
    rng = np.random.default_rng(seed)
    rows = []
    for name in range(people):
        target = rng.random((months, deals_a_month)) < 0.5
        won = rng.random((months, deals_a_month)) < np.where(target, 0.45, 0.18)
        noise, rate = rng.normal(0, 3, months), won.mean(axis=1)
        for month in range(months):
            past = slice(max(0, month - 6), month)
            follows = 100 * (rate[past].mean() - 0.315) if feedback and month else 0.0
            score = 70 + (noise[past].mean() if month else rng.normal(0, 3)) + follows
            rows.append(pd.DataFrame({
                "manager": f"M{name:02d}", "month": f"2025-{month + 1:02d}", "checklist": score,
                "status": np.where(won[month], "won", "lost"), "is_target": np.where(target[month], "yes", "no"),
            }))  # fmt: skip
    return pd.concat(rows, ignore_index=True)


def claims(frame) -> bool:
    terms = drivers(frame, TWO).set_index("factor")
    return terms.loc["qualification", "verdict"] == "associated"


@pytest.mark.parametrize("feedback", [True, False])
def test_scores_that_follow_past_results_are_not_claimed_of_people_who_are_alike(feedback):
    assert sum(claims(alike(seed, feedback)) for seed in range(12)) <= 1


def test_scores_given_later_change_nothing():
    frame = alike(3, False)
    later = frame.assign(
        checklist=frame["checklist"].where(frame["month"] == "2025-01", 20.0 + 5 * frame["manager"].str[1:].astype(int))
    )
    pd.testing.assert_frame_equal(drivers(frame, TWO), drivers(later, TWO))
    assert quality(frame, TWO)["validation"] == quality(later, TWO)["validation"]


def of(frames, **more):
    tables = dict(frames)
    return book(tables.pop("deals"), tables.pop("stages"), **tables, stage_order=list(STAGE_ORDER), **more)


def test_calls_heard_after_the_window_began_change_no_odds_of_a_book():
    frames = company("real", 1, managers=10, per_manager=120).frames
    reviews = frames["reviews"]
    late = reviews["at"] >= "2025-10-01"  # the window is October 2025 to September 2026
    turned = reviews.assign(score=reviews["score"].where(~late, 100 - reviews["score"]))
    one, other = drivers(of(frames)), drivers(of(frames | {"reviews": turned}))
    pd.testing.assert_frame_equal(one, other)
    early = reviews.assign(score=reviews["score"].where(late, 100 - reviews["score"]))
    turned_early = drivers(of(frames | {"reviews": early})).set_index("factor").loc["qualification", "odds_ratio"]
    assert turned_early == pytest.approx(1 / one.set_index("factor").loc["qualification", "odds_ratio"], rel=1e-6)
    assert abs(np.log(turned_early)) > 0.05


def sources(others: int):
    """A channel with two sources that differ; each of `others` more channels has two sources too, else one."""
    groups = []
    for name in "ABCDE":
        for number, month in enumerate(f"2026-0{m}" for m in range(4, 10)):
            groups += [(name, month, 9, 11, 20, {"channel": "Site", "source": "Ads"}), (name, month, 7, 13, 20, {"channel": "Site", "source": "Direct"})]  # fmt: skip
            for place, channel in enumerate(("Phone", "Fair", "Mail")):
                two = place < others and number % 2
                groups.append((name, month, 8, 12, 20, {"channel": channel, "source": f"{channel} {int(two)}"}))
    return drivers(book(deals(*groups), month="2026-09", channel="Site")).set_index("factor").loc["channels", "p_holm"]


def test_sources_are_corrected_for_the_pages_of_all_channels_that_have_some():
    alone = sources(0)
    assert 1e-6 < alone < 0.05
    assert sources(1) == pytest.approx(2 * alone, rel=1e-9)
    assert sources(3) == pytest.approx(4 * alone, rel=1e-9)


@pytest.mark.parametrize("channel", ["Site", "Выставки"])
def test_no_page_of_the_sample_claims_its_sources_which_were_drawn_by_chance(channel):
    terms = drivers(page(channel))
    assert "associated" not in set(terms.loc[terms["factor"] == "channels", "verdict"])


def test_a_page_shows_the_odds_and_verdicts_of_the_one_fit_of_the_department():
    one, whole = (drivers(page(channel)).set_index(["factor", "level"]) for channel in ("Site", None))
    shared = [key for key in whole.index if key[0] != "channels"]
    assert len(shared) >= 5
    kept = ["odds_ratio", "low", "high", "verdict"]
    assert one.loc[shared, kept].equals(whole.loc[shared, kept])
    assert (one.loc[shared, "deals"] < whole.loc[shared, "deals"]).all()
