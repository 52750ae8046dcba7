"""The eight parts of a gap by hand: in every state of the model, whatever the order and the names, with mix and rate of a change."""

import numpy as np
import pandas as pd
import pytest

from salesnb import stats
from salesnb.errors import ParamError
from salesnb.model import change, drivers, fitted, gap, gaps, manager_rates, quality
from salesnb.source.book import book
from tests.companies import STAGE_ORDER, company
from tests.counted import LAST, as_book, deals, several_months

FIVE = ["target", "process", "qualification", "touchpoints", "channels"]
# name → won and lost of target clients, of others, and of deals closed within three days, in each month
MATTERS = {
    "Ann": {"yes": (9, 7), "no": (2, 10), "quick": (2, 3)},
    "Bo": {"yes": (4, 4), "no": (5, 19), "quick": (0, 5)},
    "Cy": {"yes": (7, 9), "no": (2, 8), "quick": (1, 1)},
    "Di": {"yes": (3, 3), "no": (5, 15), "quick": (3, 1)},
}
MATTERS_NOT = {name: counts | {"yes": (5, 10), "no": (4, 8)} for name, counts in MATTERS.items()}
STATES = {
    "model": (several_months(MATTERS), None),
    "gate": (several_months(MATTERS_NOT), "no skill"),
    "no factors": (several_months({n: {"yes": (2, 5), "no": (1 + (n < "B") - (n > "D"), 4), "quick": (0, 1)} for n in MATTERS}, [LAST]), "no factors"),
    "few deals": (several_months({n: {"yes": (0, 3), "no": (2 * (n < "C"), 4), "quick": (0, 2 * (n > "D"))} for n in MATTERS}, [LAST]), "few deals"),
}  # fmt: skip


def counts(frame, names):
    """Won and closed of the month, all and within seven days, from the rows."""
    rows = frame[frame["manager"].isin(names) & (frame["closed_at"] >= f"{LAST}-01")]
    early = rows[rows["closed_at"] - rows["created_at"] < pd.Timedelta(days=7)]
    return tuple(int(n) for part in (rows, early) for n in ((part["status"] == "won").sum(), len(part)))


def quick_part(one, other):
    """Kitagawa over deals closed early and later: the change of the share of each, and the rate of the early ones."""
    share, other_share = one[3] / one[1], other[3] / other[1]
    early, later = one[2] / one[3], (one[0] - one[2]) / (one[1] - one[3])
    other_early, other_later = other[2] / other[3], (other[0] - other[2]) / (other[1] - other[3])
    middle = (one[0] / one[1] + other[0] / other[1]) / 2
    mix = (share - other_share) * ((early + other_early) / 2 - middle)
    mix += (other_share - share) * ((later + other_later) / 2 - middle)
    return mix + (share + other_share) / 2 * (early - other_early)


@pytest.mark.parametrize("state", STATES)
def test_the_parts_add_up_and_the_quick_one_is_kitagawas_in_every_state(state):
    frame, refused = STATES[state]
    found = as_book(frame)
    people = sorted(frame["manager"].unique())
    for name in people:
        one = counts(frame, [name])
        for benchmark, others in [("department", people), *((other, [other]) for other in people)]:
            other = counts(frame, others)
            parts = gap(found, name, benchmark=benchmark)
            points = parts.set_index("part")["points"]
            assert (parts.attrs["refused"], len(parts)) == (refused, 8)
            assert points.sum() == pytest.approx(one[0] / one[1] - other[0] / other[1], abs=1e-9)
            assert points["quick"] == pytest.approx(quick_part(one, other), abs=1e-9)
            assert points[FIVE[1:]].isna().all()  # nothing is known of them
            assert np.isnan(points["target"]) == (state != "model")
    assert max(abs(quick_part(counts(frame, [n]), counts(frame, people))) for n in people) > 0.001


def test_where_no_model_may_be_fitted_the_manager_part_is_the_difference_of_the_shrunken_rates():
    frame, _ = STATES["few deals"]
    won = (frame["status"] == "won").groupby(frame["manager"]).agg(["sum", "size"]).sort_index()
    shrunk = stats.beta_binomial(won["sum"].to_numpy(), won["size"].to_numpy())
    found = as_book(frame)
    for place, name in enumerate(won.index):
        row = gap(found, name).set_index("part").loc["manager"]
        assert row["points"] == pytest.approx(shrunk.rate[place] - won["sum"].sum() / won["size"].sum(), abs=1e-9)
        assert row["low"] < row["points"] < row["high"]


def later_weight(one, other):
    return ((1 - one[3] / one[1]) + (1 - other[3] / other[1])) / 2


def expit(score):
    return 1 / (1 + np.exp(-score))


def test_the_part_of_a_factor_is_its_mix_of_the_month_at_the_models_slope():
    frame, _ = STATES["model"]
    found = as_book(frame)
    model, order = fitted(found).model, sorted(MATTERS)

    def target(names):  # share of target clients among the month's deals that were open on day seven
        rows = frame[frame["manager"].isin(names) & (frame["closed_at"] >= f"{LAST}-01")]
        rows = rows[rows["closed_at"] - rows["created_at"] > pd.Timedelta(days=7)]
        return rows["is_target"].mean(), rows.groupby("manager")["is_target"].agg(["sum", "size"])

    def effect(names):  # what the managers' own effects add, at their deals
        _, mix = target(names)
        added = 0.0
        for name, (yes, n) in mix.iterrows():
            u = model.effects[:, order.index(name)]
            for share, slope in ((yes, 1), (n - yes, 0)):
                score = model.slopes[:, 0] + slope * model.slopes[:, 1]
                added += share * (model.weight @ (expit(score + u) - expit(score)))
        return added / mix["size"].sum()

    for name in order:
        points = gap(found, name).set_index("part")["points"]
        step = model.weight @ (expit(model.slopes.sum(axis=1)) - expit(model.slopes[:, 0]))
        weight = later_weight(counts(frame, [name]), counts(frame, order))
        assert points["target"] == pytest.approx(weight * step * (target([name])[0] - target(order)[0]), abs=1e-9)
        assert points["manager"] == pytest.approx(weight * (effect([name]) - effect(order)), abs=1e-9)
    assert abs(gap(found, "Ann").set_index("part").loc["target", "points"]) > 0.03


def test_a_manager_beside_himself_has_no_gap_in_any_part():
    found = as_book(STATES["model"][0])
    parts = gap(found, "Bo", benchmark="Bo").set_index("part")["points"]
    assert parts[["target", "quick", "manager", "chance"]].tolist() == pytest.approx([0] * 4, abs=1e-12)


def drawn_again(won, closed, early_won, early, rng):
    """Counts of 4000 months with the deals drawn again."""
    kinds = [early_won, early - early_won, won - early_won, closed - early - won + early_won]
    drawn = rng.multinomial(closed, np.array(kinds) / closed, 4000)
    return np.column_stack([drawn[:, 0] + drawn[:, 2], np.full(4000, closed), drawn[:, 0], drawn[:, 0] + drawn[:, 1]])


@pytest.mark.parametrize("early", [((20, 60), (10, 12)), ((10, 12), (20, 60)), ((72, 8), (5, 20))])
def test_the_interval_of_the_quick_part_is_that_of_drawing_the_deals_again(early):
    groups = [(name, LAST, *pair, 3, {}) for name, pair in zip(("Ann", "Bo"), early, strict=True)]
    groups += [("Ann", LAST, 150, 350, 20, {}), ("Bo", LAST, 30, 120, 20, {}), ("Cy", LAST, 90, 210, 20, {})]
    frame, rng = deals(*groups), np.random.default_rng(0)
    both = [drawn_again(*counts(frame, [name]), rng) for name in ("Ann", "Bo")]
    draws = np.array([quick_part(a, b) for a, b in zip(*both, strict=True)])
    row = gap(as_book(frame), "Ann", benchmark="Bo").set_index("part").loc["quick"]
    assert (row["high"] - row["low"]) / (2 * 1.96) == pytest.approx(draws.std(), rel=0.06)
    assert (row["high"] + row["low"]) / 2 == pytest.approx(row["points"], abs=1e-9)


def test_without_quick_deals_the_part_is_nothing_and_certain_of_a_frame():
    frame = STATES["model"][0].assign(is_target=lambda t: t["is_target"].map({True: "yes", False: "no"}))
    row = gap(frame, "Ann", factors={"target": ["is_target"]}).set_index("part").loc["quick"]
    assert row["points"] == 0


def test_a_frame_with_months_is_one_period():
    frame = several_months(MATTERS).assign(is_target=lambda t: t["is_target"].map({True: "yes", False: "no"}))
    frame["month"] = frame["closed_at"].dt.strftime("%Y-%m")
    won = frame["status"].eq("won")
    own = frame["manager"] == "Ann"
    dated, plain = (gap(x, "Ann", factors={"target": ["is_target"]}) for x in (frame, frame.drop(columns="month")))
    assert dated.attrs["gap"] == pytest.approx(won[own].mean() - won.mean(), abs=1e-12)
    assert dated["points"].sum() == pytest.approx(won[own].mean() - won.mean(), abs=1e-9)
    assert dated["points"].tolist() == pytest.approx(plain["points"].tolist(), abs=1e-9, nan_ok=True)


def simpson():
    """Two kinds at 50 and 15 %, then 53 and 18 %, while their mix turns from 70/30 to 30/70; a channel goes, another comes."""
    groups = []
    for month, yes, no in (("2026-08", (350, 700), (45, 300)), ("2026-09", (159, 300), (126, 700))):
        for kind, (won, closed) in (("yes", yes), ("no", no)):
            groups.append(("Ann", month, won // 2, closed // 2 - won // 2, 20, {"is_target": kind}))
            groups.append(("Bo", month, won - won // 2, closed - closed // 2 - won + won // 2, 20, {"is_target": kind}))
    frame = deals(*groups)
    frame["month"] = frame["closed_at"].dt.strftime("%Y-%m")
    return pd.concat([frame, frame.assign(manager="Cy"), frame.assign(manager="Di")], ignore_index=True)


def test_a_change_has_mix_and_rate_of_each_factor_as_by_hand():
    found = change(simpson(), "2026-09", "2026-08", {"target": ["is_target"]}).set_index("part")
    assert found.loc["target", ["mix", "rate"]].tolist() == pytest.approx([-0.14, 0.03], abs=1e-9)
    assert found["points"].sum() == pytest.approx(0.285 - 0.395, abs=1e-9)
    assert found.drop("target")[["mix", "rate"]].isna().all(axis=None)


def test_a_channel_that_comes_and_one_that_goes_are_mix_alone():
    groups = []
    for name in ("Ann", "Bo", "Cy", "Di"):
        groups += [
            (name, "2026-08", 60, 90, 20, {"channel": "Site"}),
            (name, "2026-08", 25, 75, 20, {"channel": "Fair"}),
        ]
        groups += [(name, "2026-09", 60, 60, 20, {"channel": "Site"}), (name, "2026-09", 16, 64, 20, {"channel": "Ads"})]  # fmt: skip
    frame = deals(*groups)
    frame["month"] = frame["closed_at"].dt.strftime("%Y-%m")
    row = change(frame, "2026-09", "2026-08", {"channels": ["channel"]}).set_index("part").loc["channels"]
    # Site: 60 % of the deals at 40 %, then 60 % at 50 %; Fair 40 % at 25 % gives way to Ads 40 % at 20 %
    assert row["rate"] == pytest.approx(0.6 * 0.1, abs=1e-9)
    assert row["mix"] == pytest.approx((0.6 * 0.5 + 0.4 * 0.2) - (0.6 * 0.4 + 0.4 * 0.25) - 0.06, abs=1e-9)


def test_a_month_that_is_not_there_is_refused_with_the_nearest_name():
    with pytest.raises(ParamError, match="unknown month '2026-07'"):
        change(simpson(), "2026-09", "2026-07", {"target": ["is_target"]})


def everything(frames):
    tables = dict(frames)
    found = book(tables.pop("deals"), tables.pop("stages"), **tables, stage_order=list(STAGE_ORDER))
    return manager_rates(found), gaps(found), drivers(found), quality(found)["validation"]


def test_rows_in_another_order_and_managers_of_another_name_change_no_figure_of_a_book():
    frames = company("real", 1, managers=8, per_manager=250).frames
    names = sorted(frames["managers"]["manager"])
    renamed = {name: f"Z{99 - n:02d}" for n, name in enumerate(names)}
    turned = {
        key: frame.assign(manager=frame["manager"].map(renamed)) if "manager" in frame else frame
        for key, frame in frames.items()
    }
    turned = {
        key: frame.sample(frac=1, random_state=n, ignore_index=True) for n, (key, frame) in enumerate(turned.items())
    }
    (rates, parts, terms, validation), (rates2, parts2, terms2, validation2) = everything(frames), everything(turned)
    assert (
        parts["points"].notna().sum() >= 40
        and rates["standardised"].notna().sum() == 8
        and terms["odds_ratio"].notna().sum() >= 6
    )
    rates2 = rates2.assign(manager=rates2["manager"].map({v: k for k, v in renamed.items()})).sort_values("manager")
    close(rates, rates2.reset_index(drop=True))
    parts2 = parts2.assign(manager=parts2["manager"].map({v: k for k, v in renamed.items()}))
    close(parts, parts2.sort_values("manager", kind="stable").reset_index(drop=True))
    close(terms, terms2)
    close(pd.json_normalize(validation), pd.json_normalize(validation2))


def close(one, other):
    pd.testing.assert_frame_equal(one, other, check_exact=False, rtol=0, atol=1e-9)
