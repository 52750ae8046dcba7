"""Lists that are made of whole columns are those made one group, month and day at a time."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesnb.measures.bulk_close import bulk_closings, bulk_days, without_bulk_closings
from salesnb.measures.cohorts import cohort_conversion, cohort_curve, event_counts
from salesnb.measures.conversion import conversion
from salesnb.measures.frames import collect, groups, lazy, month_name, number_of_month
from salesnb.measures.length import deal_length
from salesnb.measures.lost import lost_reasons
from salesnb.model.cells import of_frame
from salesnb.model.features import scores_by_month
from salesnb.source.book import book
from salesnb.stats.intervals import wilson
from tests.strategies import deals


def plain_cohort(counts, place, day, least):
    """What became of one cohort by one day, read off its curve."""
    ages, still = counts["days"], counts["open"]
    at_risk = int(counts.loc[ages >= day, ["won", "lost", "open"]].to_numpy().sum())
    mature = bool(day <= ages[still > 0].min()) if (still > 0).any() else bool(len(counts))
    if not mature and at_risk < least:
        return place | {"day": day, "at_risk": at_risk, "mature": mature}
    curve = cohort_curve(counts)
    curve = curve[curve["day"] <= day]
    last = curve.iloc[-1] if len(curve) else {"won": 0.0, "lost": 0.0, "low": 0.0, "high": 0.0}
    high = last["high"]
    if not last["won"]:
        high = wilson(0, int(counts[["won", "lost", "open"]].to_numpy().sum() - still[ages < day].sum()))[1]
    left = 1 - float(last["won"]) - float(last["lost"])
    read = {"won": last["won"], "lost": last["lost"], "open": left, "low": last["low"], "high": float(high)}
    return place | {"day": day, "at_risk": at_risk, "mature": mature} | read


@given(deals(), st.sampled_from([None, "manager", ["manager", "stage"]]), st.integers(0, 4))
def test_a_cohort_reads_as_its_curve_does(frame, by, least):
    days, names = (0, 5, 30, 90), [] if by is None else [by] if isinstance(by, str) else by
    found = cohort_conversion(frame, "2025-12-31", by, days, min_at_risk=least)
    counts = event_counts(frame, "2025-12-31", by)
    plain = [plain_cohort(part, place, day, least) for place, part in groups(counts, names) for day in days]
    assert len(found) == len(plain)
    for made, row in zip(found.to_dict("records"), plain, strict=True):
        for name, value in made.items():
            expected = row.get(name, np.nan)
            assert value == expected or (pd.isna(value) and pd.isna(expected)), (name, made, row)


@pytest.mark.parametrize("calls", [1, 40, 400])
def test_the_score_before_a_month_is_the_mean_of_the_months_before_it(calls):
    rng = np.random.default_rng(calls)
    reviews = pd.DataFrame({
        "manager": rng.choice(["Bo", "Ann", "Zoe", "Ольга"], calls), "score": rng.integers(0, 10001, calls) / 100, "call_type": "x",
        "at": pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 640, calls) * (rng.integers(0, 3, calls) > 0), unit="D"),
    })  # fmt: skip
    made = pd.Timestamp("2026-09-01")
    one = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open", "created_at": made})
    known = book(one, reviews=reviews, month="2026-09", as_of="2026-10-05")
    final, span, rows = number_of_month("2026-09"), known.thresholds.review_months, []
    reviews["month"] = reviews["at"].dt.strftime("%Y-%m")
    for manager, own in reviews.groupby("manager"):
        for month in range(final - known.params.window_months - 24, final + 1):
            past = own[(own["month"] < month_name(month)) & (own["month"] >= month_name(month - span))]
            if len(past):
                cents = (past["score"] * 100).round().sum()
                rows.append((manager, month, cents / len(past) / 100))
    found = scores_by_month(known)
    assert found.astype(object).values.tolist() == [list(row) for row in rows]


def test_levels_that_are_missing_are_unknown_whatever_they_are():
    frame = pd.DataFrame({
        "manager": "Ann", "status": ["won", "lost"] * 30, "size": ["S", None, "L"] * 20, "floor": [1.0, np.nan] * 30,
    })  # fmt: skip
    cells = of_frame(frame, {"size": ["size"], "floor": ["floor"]})
    assert set(cells.table["size"]) == {"S", "unknown", "L"}
    assert "unknown" in set(cells.table["floor"])


def in_polars(frame):
    return pl.DataFrame(frame.astype(object).where(frame.notna(), None).to_dict("list"))


def cleaned_up(seed):
    """Deals of a year, with days of a clean-up: of persons, of nobody, and one in another month."""
    rng = np.random.default_rng(seed)
    closed = pd.Timestamp("2025-10-01") + pd.to_timedelta(rng.integers(0, 365 * 1440, 900), unit="min")
    days = [("Ann", "09-07", 40), ("Bo", "09-07", 25), ("Bo", "09-20", 33), ("Ann", "06-02", 50), (None, "09-08", 60)]
    extra = [(who, pd.Timestamp(f"2026-{day} {rng.integers(24):02d}:30")) for who, day, n in days for _ in range(n)]
    who = [*rng.choice(["Ann", "Bo", "Zoe", None], 900), *(name for name, _ in extra)]
    frame = pd.DataFrame({"manager": who, "closed_at": [*closed, *(at for _, at in extra)]})
    n = len(frame)
    return frame.assign(
        deal_id=np.arange(n).astype(str),
        status=rng.choice(["won", "lost"], n, p=[0.3, 0.7]),
        created_at=frame["closed_at"] - pd.to_timedelta(rng.integers(0, 99, n), unit="D"),
        amount=np.where(rng.random(n) < 0.3, np.nan, rng.integers(1, 9999, n) / 100),
        lost_reason=rng.choice(["price", "spam", None], n),
        channel=rng.choice(["Site", "Fair"], n),
    )


@pytest.mark.parametrize(
    "engine", [lambda frame: frame, in_polars, lambda frame: lazy(book(frame, as_of="2026-10-05"))]
)
@pytest.mark.parametrize("part", [None, "Site"])
def test_a_day_of_clean_up_is_told_as_it_would_be_alone(engine, part):
    for seed in range(3):
        frame = cleaned_up(seed)
        own = frame if part is None else frame[frame["channel"] == part]
        deals, whole = engine(own), engine(frame)
        found = bulk_days(deals, "2026-09", whole=whole).set_index(["manager", "day"])
        assert len(found) == 3 and len(bulk_closings(whole, "2026-09")) == 5, "nobody's day is none of the three"
        for (who, day), row in found.iterrows():
            alone = own[(own["manager"] == who) & (own["closed_at"].dt.floor("D") == day)]
            counts, lost = conversion(alone).iloc[0], alone[alone["status"] == "lost"]
            reasons = lost_reasons(alone).set_index("lost_reason")["deals"].drop("not given")
            assert (row["rows"], row["won"], row["lost"]) == (counts["closed"], counts["won"], counts["lost"])
            assert (row["reason"], row["reason_rows"]) == (reasons.index[0], reasons.iloc[0])
            assert row["amount"] == pytest.approx(lost["amount"].sum())
            assert row["age_days"] == deal_length(alone)["median_days"].iloc[0]
            assert row["whole_rows"] == ((frame["manager"] == who) & (frame["closed_at"].dt.floor("D") == day)).sum()
        days = {(who, str(day)[:10]) for who, day in found.index} | {("Ann", "2026-06-02")}
        left = [key not in days for key in zip(own["manager"], own["closed_at"].astype(str).str[:10], strict=True)]
        kept = collect(without_bulk_closings(lazy(deals), "2026-09", whole=whole))
        assert sorted(kept["deal_id"]) == sorted(own["deal_id"][left])
