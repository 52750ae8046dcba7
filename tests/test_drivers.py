"""Drivers: parts add up, names do not matter, leaks are refused, every refusal is said, simulated companies read as they are."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from salesnb.errors import DataError, ParamError
from salesnb.model import change, drivers, gap, manager_rates, quality
from salesnb.model.features import bin_names, features, refuse_late
from salesnb.params import load_params
from salesnb.source.book import book, open_book
from tests.companies import company

ROOT = Path(__file__).parents[1]
FACTORS = {"target": ["is_target"], "touchpoints": ["touch_bin"]}


@pytest.fixture(scope="module")
def sample():
    return open_book(load_params(ROOT / "params" / "sample.yaml"), "2026-09")


def department(seed=0, managers=10, n=120, effect=0.9, spread=0.3, months=8):
    rng = np.random.default_rng(seed)
    rows = []
    for m in range(managers):
        skill, share = rng.normal(0, spread), rng.uniform(0.2, 0.8)
        target = rng.random(n) < share
        touch = rng.choice(["0", "1-2", "3+"], n)
        p = 1 / (1 + np.exp(1 - effect * target - 0.35 * (touch == "3+") - skill))
        won = rng.random(n) < p
        rows.append(pd.DataFrame({"manager": f"M{m:02d}", "status": np.where(won, "won", "lost"), "is_target": np.where(target, "yes", "no"),
                                  "touch_bin": touch, "month": [f"2026-{1 + k % months:02d}" for k in range(n)]}))  # fmt: skip
    return pd.concat(rows, ignore_index=True)


def test_the_eight_parts_sum_to_the_raw_gap_of_the_month(sample):
    rates = manager_rates(sample)
    whole = rates[["won", "closed"]].sum()
    unknown = 222 - whole.closed, 53 - whole.won
    rate = (whole.won + unknown[1]) / (whole.closed + unknown[0])
    for row in rates[rates.closed >= 10].itertuples():
        parts = gap(sample, row.manager)
        assert len(parts) == 8 and parts.points.sum() == pytest.approx(row.conversion - rate, abs=1e-9)
    two = gap(sample, "Elena Novak", benchmark="Olga Smirnova")
    assert two.points.sum() == pytest.approx(5 / 34 - 9 / 26, abs=1e-9)
    assert gap(sample, "Elena Novak", benchmark="Elena Novak").points.tolist() == pytest.approx([0.0] * 8, abs=1e-12)


def test_the_true_effects_of_the_sample_lie_in_their_intervals(sample):
    truth = json.loads((ROOT / "data" / "sample" / "truth.json").read_text(encoding="utf-8"))["effects"]
    terms = drivers(sample).set_index(["factor", "level"])
    want = {("target", "yes"): truth["target"], ("process", "yes"): truth["deviation"], ("touchpoints", "0"): truth["touches"]["0"],
            ("touchpoints", "3+"): truth["touches"]["3+"], ("qualification", "+1 SD"): truth["qualification_per_sd"]}  # fmt: skip
    want |= {("channels", name): effect for name, effect in truth["channel"].items() if effect}
    outside = [key for key, effect in want.items() if not terms.low[key] <= np.exp(effect) <= terms.high[key]]
    assert outside == []
    assert set(terms.verdict) == {"associated"}


def test_contract_columns_and_verdicts(sample):
    assert list(manager_rates(sample).columns) == ["manager", "won", "lost", "closed", "conversion", "low", "high", "closed_window", "standardised",
                                                   "std_low", "std_high", "p_above", "p_best", "z", "verdict"]  # fmt: skip
    assert {"factor", "level", "deals", "share", "odds_ratio", "low", "high", "points", "p_holm", "verdict"} <= set(
        drivers(sample).columns
    )
    found = change(sample, "2026-09", "2026-08")
    assert found.points.sum() == pytest.approx(53 / 222 - 47 / 150, abs=1e-9)
    with pytest.raises(ParamError, match="unknown manager 'Elena Novik'. Did you mean 'Elena Novak'"):
        gap(sample, "Elena Novik")


def test_a_channel_page_shows_its_own_managers_and_tells_its_sources_apart():
    found = open_book(load_params(ROOT / "params" / "sample.yaml"), "2026-09", "Phone")
    assert set(manager_rates(found).manager) < set(manager_rates(found.department).manager)
    assert not set(drivers(found).query("factor == 'channels'").level) & {"Site", "Partners", "Phone"}


def test_features_are_known_by_the_landmark_and_late_ones_are_refused(sample):
    found = features(sample)
    assert set(found.known_at.values()) <= {"creation", "landmark"} and found.landmark_days == 7
    for late in ("touches", "age", "stages_passed", "lost_reason", "deal_length"):
        with pytest.raises(DataError, match=f"{late} is known only at closing"):
            refuse_late([late])
    frame = department().assign(touches=3)
    with pytest.raises(DataError, match="may not be in a model"):
        drivers(frame, {"touchpoints": ["touches"]})
    assert bin_names((1, 3)) == ["0", "1-2", "3+"]


def test_a_factor_of_ones_own_name_is_tested_and_has_its_part_of_the_gap():
    frame = department(2, n=400)
    own = {"target": ["is_target"], "contacts": ["touch_bin"]}
    found, usual = drivers(frame, own), drivers(frame, FACTORS)
    assert found.replace("contacts", "touchpoints").equals(usual)
    parts, theirs = gap(frame, "M01", factors=own), gap(frame, "M01", factors=FACTORS)
    assert parts.points.sum() == pytest.approx(parts.attrs["gap"], abs=1e-9)
    there = theirs.set_index("part").points
    assert parts.set_index("part").points["contacts"] == pytest.approx(there["touchpoints"], abs=1e-9)
    null = gap(department(3, effect=0.0), "M01", factors={"mark": ["is_target"]})
    assert "mark" not in set(null.dropna().part) and null.points.sum() == pytest.approx(null.attrs["gap"], abs=1e-9)
    with pytest.raises(DataError, match="did you mean 'target'"):
        drivers(frame, {"targte": ["is_target"]})


def test_row_order_and_names_change_nothing():
    frame = department(1)
    rates = manager_rates(frame, FACTORS).set_index("manager").standardised
    renamed = frame.assign(manager="Z" + frame.manager.str[1:].map(lambda n: f"{99 - int(n):02d}")).sample(
        frac=1, random_state=3
    )
    again = manager_rates(renamed, FACTORS).set_index("manager").standardised
    assert again.to_numpy()[::-1] == pytest.approx(rates.to_numpy(), abs=1e-9)


def test_real_effects_are_found_and_absent_ones_are_not_claimed():
    assert set(drivers(department(2, n=400), FACTORS).verdict) == {"associated"}
    null = drivers(department(3, effect=0.0), {"target": ["is_target"]})
    assert set(null.verdict) <= {"refused", "no evidence"} and null.attrs["refused"] == "no skill"
    parts = gap(department(3, effect=0.0), "M01", factors={"target": ["is_target"]})
    assert parts.points[:5].isna().all() and parts.points.sum() == pytest.approx(parts.attrs["gap"], abs=1e-9)


def test_too_few_deals_give_shrunken_rates_and_say_how_many_it_takes():
    frame = department(4, managers=5, n=12)
    found = manager_rates(frame, FACTORS)
    assert (found.attrs["method"], found.attrs["refused"]) == ("beta-binomial", "few deals")
    assert (found.std_high > found.std_low).all() and drivers(frame, FACTORS).empty
    assert quality(frame, FACTORS)["refused"].values["need"] == 10 * 4


def test_managers_with_few_deals_get_no_verdict_and_two_managers_no_comparison():
    frame = pd.concat([department(5), department(6, managers=1, n=6).assign(manager="New")])
    found = manager_rates(frame, FACTORS).set_index("manager")
    assert found.verdict["New"] == "too few"
    assert gap(frame, "New", factors=FACTORS).attrs["refused"] == "few in month"
    assert quality(department(7, managers=2, n=400), FACTORS)["refused"].code == "few managers"


def test_without_months_the_gate_is_not_testable_and_verdicts_rest_on_holm():
    frame = department(8, n=300).drop(columns="month")
    assert quality(frame, FACTORS)["testable"] is False
    assert "associated" in set(drivers(frame, FACTORS).verdict)


def test_fewer_than_eight_managers_give_no_claim_on_qualification():
    frame = department(12, managers=6, n=200).assign(checklist=lambda t: 60.0 + t.manager.str[1:].astype(int))
    found = quality(frame, FACTORS | {"qualification": ["checklist"]})
    assert found["dropped"]["qualification"] == ("few managers", {"have": 6, "need": 8})


def of(kind, seed):
    tables = {name: frame for name, frame in company(kind, seed).frames.items() if frame is not None}
    extra = {}
    if "stages" in tables:
        known = tables["stages"].groupby("stage", sort=False)["entered_at"].size().index.tolist()
        extra["stage_order"] = [s for s in known if s.lower() not in ("won", "lost")]
    return book(tables.pop("deals"), tables.pop("stages", None), **tables, **extra)


def test_leaking_companies_get_no_claim():
    claimed = [set(drivers(of("leak", seed)).query("verdict == 'associated'").factor) for seed in (1, 2, 3)]
    assert sum(bool(c) for c in claimed) <= 1


def test_real_companies_get_their_factors():
    found = drivers(of("real", 1)).query("verdict == 'associated'").factor
    assert {"target", "touchpoints"} <= set(found)


def test_a_company_without_sources_or_touches_reads_calmly_on_every_channel():
    from salesnb.topics.channels import channels
    from salesnb.topics.five_factors import five_factors

    rng = np.random.default_rng(2)
    n = 300
    created = pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 200, n), unit="D")
    frame = pd.DataFrame({"deal_id": [str(i) for i in range(n)], "manager": rng.choice(["A", "B", "C", "D"], n), "channel": rng.choice(["X", "Y"], n),
                          "created_at": created, "closed_at": created + pd.to_timedelta(rng.integers(1, 40, n), unit="D"),
                          "status": rng.choice(["won", "lost"], n), "amount": 10.0})  # fmt: skip
    for channel in (None, "X"):
        found = book(frame, month="2026-06", channel=channel)
        of_channels = "measured" if channel is None else "no data"  # without sources a channel has nothing to compare
        assert five_factors(found).overview.evidence.tolist() == [*["no data"] * 4, of_channels]
        assert channels(found).economics.empty == (channel is not None)
        assert set(manager_rates(found).verdict) <= {"cannot tell", "too few"}


def drifting(seed=3):
    """A factor that truly matters, and a base rate that leaps in the last months: skill without calibration."""
    rng = np.random.default_rng(seed)
    month = np.repeat(np.arange(12), 200)
    target = rng.random(len(month)) < 0.5
    won = rng.random(len(month)) < 0.1 + 0.5 * target + 0.2 * (month >= 6)
    return pd.DataFrame({
        "manager": [f"M{k % 8}" for k in range(len(month))], "status": np.where(won, "won", "lost"),
        "is_target": np.where(target, "yes", "no"), "month": [f"2025-{m + 1:02d}" for m in month],
    })  # fmt: skip


def test_a_model_off_its_calibration_speaks_of_no_factor():
    frame, factors = drifting(), {"target": ["is_target"]}
    found = quality(frame, factors)
    assert found["gate"].code == "not calibrated"
    assert set(drivers(frame, factors)["verdict"]) == {"refused"}
    parts = gap(frame, "M1", factors=factors).set_index("part")["points"]
    assert parts[["target", "touchpoints", "channels"]].isna().all()
    rest = parts[["quick", "manager", "chance"]].sum()
    assert rest == pytest.approx(gap(frame, "M1", factors=factors).attrs["gap"], abs=1e-9)
    assert manager_rates(frame, factors)["standardised"].notna().all()


def test_a_model_on_few_deals_is_called_imprecise():
    frame = department(11, managers=6, n=60, effect=0.5)
    found = quality(frame, FACTORS)
    assert found["refused"] is None and found["low_precision"].values["have"] == 360
