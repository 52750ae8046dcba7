"""Two sides compared: by hand, on simulated truth, and refused where nothing can be told."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

import salesnb as s
from salesnb.errors import DataError, ParamError
from salesnb.stats import standardised
from salesnb.stats.intervals import difference_interval
from salesnb.stats.mixed import mixed_logistic
from salesnb.stats.same_mix import cases_to_tell, same_mix
from salesnb.stats.standardised import pair

X, GROUP = [[0], [1]] * 3, [0, 0, 1, 1, 2, 2]


def model_of(wins, trials):
    return mixed_logistic(X, GROUP, wins, trials)


# ---- two groups at one mix


def drawn(model, mix, rng, n=40_000):
    """Rates of the groups on a mix by plain simulation of the posterior that the model states."""
    rates = np.empty((n, 3))
    for row, t in enumerate(rng.choice(len(model.tau), n, p=model.weight / model.weight.sum())):
        moved = np.linalg.cholesky(model.slope_cov[t]) @ rng.standard_normal(2)
        effect = model.effects[t] - model.cross[t] @ moved + rng.standard_normal(3) / np.sqrt(model.precision[t])
        score = (model.slopes[t] + moved) @ np.array([[1, 1], [0, 1]])
        rates[row] = expit(score[None, :] + effect[:, None]) @ mix
    return rates


def test_the_contrast_of_two_groups_is_that_of_the_simulated_posterior():
    model = model_of([10, 30, 12, 20, 5, 28], [60, 70, 50, 40, 40, 60])
    mix = np.array([0.3, 0.7])
    rates = drawn(model, mix, np.random.default_rng(5))
    found = pair(model, [[0], [1]], mix, 1, 0)
    apart = rates[:, 1] - rates[:, 0]
    assert (found.low, found.difference, found.high) == pytest.approx(
        np.quantile(apart, [0.025, 0.5, 0.975]), abs=0.006
    )
    assert found.better == pytest.approx((apart > 0).mean(), abs=0.01)


def test_the_chance_of_the_better_of_two_is_that_of_the_best_of_two():
    model = model_of([10, 30, 12, 20, 5, 28], [60, 70, 50, 40, 40, 60])
    for first, second in ((0, 1), (1, 2), (2, 0)):
        among = np.isin(np.arange(3), [first, second])
        best = standardised(model, [[0], [1]], [1, 2], among).best
        assert pair(model, [[0], [1]], [1, 2], first, second).better == pytest.approx(best[first], abs=0.005)


def test_the_interval_leaves_out_nought_just_where_the_chance_is_beyond_its_level():
    for won in range(2, 58, 2):
        found = pair(model_of([won, won, 20, 20, 20, 20], [60] * 6), [[0], [1]], [1, 1], 0, 1)
        assert (found.low > 0) == (found.better > 0.975) and (found.high < 0) == (found.better < 0.025)
        back = pair(model_of([won, won, 20, 20, 20, 20], [60] * 6), [[0], [1]], [1, 1], 1, 0)
        assert back.difference == pytest.approx(-found.difference, abs=1e-4) and back.low == pytest.approx(
            -found.high, abs=1e-4
        )


def test_the_interval_of_two_groups_holds_the_truth_as_often_as_it_says():
    rng, held = np.random.default_rng(11), []
    for _ in range(100):
        effects = rng.normal(0, 0.4, 8)
        truth = expit(np.array([-1.2, -0.2])[None, :] + effects[:, None])
        trials = rng.integers(15, 60, (8, 2))
        wins = rng.binomial(trials, truth)
        model = mixed_logistic([[0], [1]] * 8, np.repeat(range(8), 2), wins.ravel(), trials.ravel())
        found = pair(model, [[0], [1]], [1, 1], 0, 1)
        apart = truth[0].mean() - truth[1].mean()
        held.append(found.low <= apart <= found.high)
    assert np.mean(held) >= 0.90


def test_a_group_is_not_compared_with_itself():
    with pytest.raises(DataError, match="with itself"):
        pair(model_of([5] * 6, [10] * 6), [[0], [1]], [1, 1], 1, 1)


# ---- two sides at one mix


def simulated(rng, n, *, apart, interaction=0.0, clients=1):
    """Sides that differ in their mix, and truly by `apart` in log-odds; with the true difference at the mean mix."""

    def rate(side, good, kind):
        return expit(-1 + 0.9 * good + np.array([0, 0.5, -0.7])[kind] + side * (apart + interaction * good))

    mixes = ((0.7, [0.2, 0.5, 0.3]), (0.3, [0.5, 0.2, 0.3]))
    truth = sum(
        0.5 * (p if good else 1 - p) * kinds[kind] * (rate(1, good, kind) - rate(0, good, kind))
        for p, kinds in mixes for good in (0, 1) for kind in range(3)
    )  # fmt: skip
    parts = []
    for side, size, (p, kinds) in zip((1, 0), n, mixes, strict=True):
        heads = size // clients
        good, kind = rng.random(heads) < p, rng.choice(3, heads, p=kinds)
        good, kind, client = (np.repeat(one, clients) for one in (good, kind, np.arange(heads) + side * 10**6))
        luck = np.where(rng.random(len(good)) < 0.5, np.repeat(rng.random(heads), clients), rng.random(len(good)))
        parts.append((good, kind, client, luck < rate(side, good.astype(int), kind), np.full(len(good), bool(side))))
    good, kind, client, won, first = (np.concatenate(one) for one in zip(*parts, strict=True))
    return np.column_stack([good, kind == 1, kind == 2]), first, won, client, truth


@pytest.mark.parametrize("n", [(60, 60), (90, 300)])
@pytest.mark.parametrize("more", [{"apart": 0.0}, {"apart": -0.5, "interaction": 0.8}, {"apart": 0.0, "clients": 3}])
def test_the_difference_at_the_same_mix_is_the_true_one(n, more):
    rng, held, off, raw_off = np.random.default_rng(2), [], [], []
    for _ in range(200):
        x, first, won, client, truth = simulated(rng, n, **more)
        found = same_mix(x, first, won, client)
        held.append(found.low <= truth <= found.high)
        off.append(found.rate - truth)
        raw_off.append(found.raw - truth)
    assert np.mean(held) >= 0.905 and abs(np.mean(off)) < 0.03 < 0.07 < np.mean(raw_off)


def test_deals_of_one_client_widen_the_interval():
    x, first, won, client, _ = simulated(np.random.default_rng(1), (300, 300), apart=0.0, clients=3)
    alone, together = same_mix(x, first, won), same_mix(x, first, won, client)
    assert together.high - together.low > 1.05 * (alone.high - alone.low)


def test_mix_and_rate_add_up_and_without_factors_all_is_rate():
    x, first, won, _, _ = simulated(np.random.default_rng(1), (80, 80), apart=0.5)
    found = same_mix(x, first, won)
    assert found.mix + found.rate == pytest.approx(found.raw) == won[first].mean() - won[~first].mean()
    bare = same_mix(np.zeros((160, 0)), first, won)
    assert bare.rate == pytest.approx(bare.raw, abs=1e-6) and bare.mix == pytest.approx(0, abs=1e-6)


def test_so_many_deals_tell_ten_points():
    n, rng = cases_to_tell(0.3), np.random.default_rng(4)
    one, other = rng.binomial(n, 0.35, 4000), rng.binomial(n, 0.25, 4000)
    assert (difference_interval(one, n, other, n)[1] > 0).mean() == pytest.approx(0.8, abs=0.03)


# ---- the question


def deals(**counts):
    """Deals by source: won and lost of each, created and closed in one month."""
    rows = [(source, status) for source, (won, lost) in counts.items()
            for status in ["won"] * won + ["lost"] * lost]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["source", "status"])
    return frame.assign(deal_id=[f"{n:04d}" for n in range(len(frame))], manager="Ann",
        created_at=pd.Timestamp("2026-08-03"), closed_at=pd.Timestamp("2026-09-09"))  # fmt: skip


def book_of(frame, **more):
    return s.book(frame, month="2026-09", **more)


@pytest.fixture(scope="module")
def sample():
    return s.load_sample("2026-09")


def test_two_sources_by_hand():
    found = s.compare(book_of(deals(Fair=(56, 14), Ads=(48, 32))), source=["Fair", "Ads"])
    row = found.difference.iloc[0]
    assert [round(row[end], 4) for end in ("difference", "low", "high")] == [0.2, 0.0524, 0.3339]  # Newcombe (1998)
    assert found.verdict == "higher" and "Fair: higher by 20.0" in found.text().plain
    assert len(found.deals(side="Ads", counted_in="lost")) == 32
    back = s.compare(book_of(deals(Fair=(56, 14), Ads=(48, 32))), source=["Ads", "Fair"])
    assert back.verdict == "lower" and "Fair: higher by 20.0" in back.text().plain


def test_few_deals_and_a_small_difference_are_said():
    few = s.compare(book_of(deals(Fair=(5, 4), Ads=(40, 60))), source=["Fair", "Ads"])
    assert few.verdict == "few" and "it takes 10 closed deals on each side" in few.text().plain and few.leads is None
    close = s.compare(book_of(deals(Fair=(5, 5), Ads=(40, 60))), source=["Fair", "Ads"])
    assert close.verdict == "too close" and f"about {cases_to_tell(45 / 110)} closed deals" in close.text().plain


def test_an_export_without_lost_deals_has_no_rates():
    found = s.compare(book_of(deals(Fair=(20, 0), Ads=(20, 0))), source=["Fair", "Ads"])
    assert found.verdict == "no lost" and found.sides["conversion"].isna().all() and found.text().kind == "refusal"
    assert "%" not in found.text().plain + found.table().plain and found.chart().plain == ""


def test_deals_on_both_sides_are_said_and_not_compared():
    book = book_of(deals(Fair=(20, 20), Ads=(20, 20)).assign(amount=100.0))
    found = s.compare(book, segment=[{"source": "Fair"}, {"amount": (50, None)}])
    assert (found.verdict, found.shared) == ("overlap", 40) and "40 deals are on both sides" in found.text().plain
    apart = s.compare(book, segment=[{"source": "Fair"}, {"source": "Ads", "amount": (50, None)}])
    assert apart.verdict == "too close" and list(apart.sides["closed"]) == [40, 40]


def test_a_month_that_is_not_over_is_held_against_as_many_working_days():
    frame = pd.concat([deals(Fair=(30, 30)), deals(Fair=(30, 30)), deals(Fair=(30, 30))])
    frame["deal_id"] = [str(n) for n in range(180)]
    frame["closed_at"] = pd.to_datetime(["2026-08-05"] * 60 + ["2026-08-20"] * 60 + ["2026-09-03"] * 60)
    book = book_of(frame.assign(created_at=pd.Timestamp("2026-07-01")), as_of="2026-09-10", country="RU")
    found = s.compare(book, period=["2026-08", "2026-09"])
    assert list(found.sides["closed"]) == [60, 60] and "up to the same working day" in found.text().plain
    whole = s.compare(book, period=["2026H1", "2026Q3"])
    assert whole.verdict == "part" and "2026Q3 is not over" in whole.text().plain


def test_a_period_of_which_most_deals_are_open_is_said():
    frame = deals(Fair=(30, 30), Ads=(30, 30))
    frame.loc[60:, "closed_at"] = pd.Timestamp("2026-08-20")
    young = frame.head(9).assign(deal_id=[f"y{n}" for n in range(9)], status="open", closed_at=pd.NaT,
        created_at=pd.Timestamp("2026-09-20"))  # fmt: skip
    found = s.compare(book_of(pd.concat([frame, young])), period=["2026-08", "2026-09"])
    assert found.young["immature"] and "9 of the 9 deals created in it are still open" in found.text().plain


def test_two_sales_reps_at_the_same_leads(sample):
    pair_ = ["Анна Соколова", "Olga Smirnova"]
    found, rates = s.compare(sample, manager=pair_), s.manager_rates(sample).set_index("manager")
    row = found.difference.iloc[1]
    assert found.method == "model" and list(found.sides["same"]) == list(rates.loc[pair_, "standardised"])
    assert row["difference"] == pytest.approx(
        rates.loc[pair_[0], "standardised"] - rates.loc[pair_[1], "standardised"], abs=0.005
    )
    assert row["low"] < 0 < row["high"] and 0.5 < row["better"] < 0.975
    assert "Chance of the higher conversion" in found.text().plain and "Hardly a lead of one" in found.text().plain


def test_channels_are_held_at_the_mean_of_their_mixes(sample):
    found = s.compare(sample, channel=["Site", "Phone"])
    assert found.method == "mix" and "channels" not in found.leads.held and "target" in found.leads.held
    parts = found.factors[["mix", "rate"]].sum(axis=1)
    assert np.allclose(parts, found.leads.same.raw) and found.difference["difference"].iloc[1] == found.leads.same.rate
    assert found.sides["same"].diff().iloc[1] == pytest.approx(-found.leads.same.rate)


def test_the_order_of_rows_changes_no_byte(sample):
    frame = sample.table("deals", columns=["deal_id", "manager", "status", "source", "channel", "is_target", "client_id",
                                           "created_at", "closed_at"])  # fmt: skip
    texts, tables = set(), []
    for seed in (0, 1):
        mixed = frame.sample(frac=1, random_state=seed)
        for asked in ({"channel": ["Site", "Phone"]}, {"manager": ["Анна Соколова", "Ivan Petrov"]}):
            found = s.compare(s.book(mixed, month="2026-09"), **asked)
            texts.add(found.text().plain)
            tables.append(pd.concat(found.data.values()).to_csv() + found.deals().to_csv())
    assert len(texts) == 2 and tables[:2] == tables[2:]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"source": ["Fare", "Ads"]}, "Did you mean 'Fair'"),
        ({"sorce": ["Fair", "Ads"]}, "Did you mean 'source'"),
        ({"lost_reason": ["Price", "Time"]}, "known only with the outcome"),
        ({"segment": [{"status": "won"}, {"source": "Ads"}]}, "known only with the outcome"),
        ({"function": ["closer", "hunter"]}, "never compared"),
        ({"segment": [{"function": "hunter"}, {"source": "Ads"}]}, "never compared"),
        ({"source": ["Fair"]}, "not a list of two"),
        ({"source": ["Fair", "Fair"]}, "two different"),
        ({"period": ["2026-09", "2026-09"]}, "two different"),
        ({"period": ["2026-09", "2026-10"]}, "book.at"),
        ({"period": ["2026-08", "2026-09"], "over": "2026Q3"}, "leave `over` out"),
        ({}, "name one pair"),
        ({"source": ["Fair", "Ads"], "manager": ["Ann", "Bo"]}, "name one pair"),
    ],
)
def test_what_cannot_be_compared_is_refused(asked, says):
    with pytest.raises(ParamError, match=says):
        s.compare(book_of(deals(Fair=(20, 20), Ads=(20, 20))), **asked)
