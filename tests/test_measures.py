"""Measures: figures by hand, properties over dirty frames, the same on every engine, parity with statsmodels."""

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight

from salesnb.errors import DataError, ParamError
from salesnb.measures.abc_xyz import abc, abc_xyz
from salesnb.measures.classes import concentration, matrix, movement
from salesnb.measures.cohorts import cohort_conversion, cohort_curve, event_counts, time_to_close
from salesnb.measures.conversion import conversion, conversion_by_amount, conversion_change
from salesnb.measures.length import deal_length, weighted_quantile
from salesnb.measures.lost import lost_reasons
from salesnb.measures.stages import RULES, fates_balance, stage_funnel
from salesnb.measures.summary import monthly
from salesnb.measures.xyz import xyz
from tests.strategies import deals as some_deals


def frame(statuses, created="2026-09-01", lengths=None, **columns):
    lengths = lengths or [1] * len(statuses)
    created = pd.to_datetime([created] * len(statuses))
    closed = [
        c + pd.Timedelta(days=d) if s != "open" else None for s, c, d in zip(statuses, created, lengths, strict=True)
    ]
    return pd.DataFrame({"deal_id": [str(n) for n in range(len(statuses))], "status": statuses, "created_at": created,
                         "closed_at": pd.to_datetime(closed)} | columns)  # fmt: skip


def engines(table: pd.DataFrame):
    con = duckdb.connect()
    con.register("t", table)
    native = {
        c: [None if pd.isna(v) else v.to_pydatetime() if isinstance(v, pd.Timestamp) else v for v in table[c]]
        for c in table
    }
    schema = {
        c: pl.Datetime("us")
        if str(table[c].dtype).startswith("datetime")
        else pl.Float64
        if table[c].dtype == float
        else pl.String
        for c in table
    }
    return {"pandas": table, "duckdb": con.sql("select * from t"), "polars": pl.DataFrame(native, schema=schema)}


def same(a: pd.DataFrame, b: pd.DataFrame):
    assert list(a.columns) == list(b.columns) and len(a) == len(b)
    for column in a:
        left, right = a[column].tolist(), b[column].tolist()
        for x, y in zip(left, right, strict=True):
            missing = pd.isna(x), pd.isna(y)
            assert missing[0] == missing[1], column
            if not missing[0]:
                assert x == pytest.approx(y, abs=1e-9) if isinstance(x, (int, float, np.number)) else x == y, column


def test_three_won_of_five_by_hand():
    # p = 0.6, z² = 3.8415, n = 5: centre (0.6 + 0.38415) / 1.7683 = 0.55655; half-width 0.32581
    row = conversion(frame(["won"] * 3 + ["lost"] * 2 + ["open"])).iloc[0]
    assert (row.won, row.lost, row.closed) == (3, 2, 5)
    assert (row.conversion, row.low, row.high) == pytest.approx((0.6, 0.23072, 0.88238), abs=1e-4)


def test_nothing_closed_gives_no_rate_and_never_zero():
    row = conversion(frame(["open", "open"])).iloc[0]
    assert row.closed == 0 and np.isnan(row.conversion) and np.isnan(row.low)


def test_a_closing_on_the_last_minute_of_the_month_counts_and_the_next_minute_does_not():
    table = frame(["won", "won"])
    table["closed_at"] = pd.to_datetime(["2026-09-30 23:59:59", "2026-10-01 00:00:00"])
    assert conversion(table, period="2026-09").won[0] == 1
    assert conversion(table, period="2026Q4").won[0] == 1
    assert conversion(table, period=("2026-09-30", "2026-10-02")).won[0] == 2


def test_the_given_deal_length_ten_fifteen_fifteen_ten_ten_is_twelve():
    row = deal_length(frame(["won", "lost", "won", "lost", "won"], lengths=[10, 15, 15, 10, 10])).iloc[0]
    assert row.mean_days == 12 and row.median_days == 10 and row.mean_days_won == pytest.approx(35 / 3)


def test_a_night_and_a_change_of_the_clock_are_calendar_days():
    table = frame(["won", "won"])
    table["created_at"] = pd.to_datetime(["2026-03-28 23:30", "2026-03-29 00:30"])
    table["closed_at"] = pd.to_datetime(["2026-03-29 00:10", "2026-03-29 23:30"])
    assert deal_length(table).mean_days[0] == 0.5


def test_amounts_weigh_the_rate_by_hand():
    assert conversion_by_amount(frame(["won", "lost"], amount=[300.0, 100.0])).by_amount[0] == 0.75


def test_change_is_too_close_to_call_when_its_interval_has_zero():
    now, before = conversion(frame(["won"] * 5 + ["lost"] * 5)), conversion(frame(["won"] * 4 + ["lost"] * 6))
    assert not conversion_change(now, before).clear[0]
    far = conversion_change(
        conversion(frame(["won"] * 90 + ["lost"] * 10)), conversion(frame(["won"] * 10 + ["lost"] * 90))
    )
    assert far.clear[0] and far.change[0] == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("values", "letters"),
    [
        ([900, 50, 30, 20], "ABCC"),
        ([50, 25, 15, 6, 4], "AAABC"),
        ([60, 20, 15, 5], "AABC"),
        ([40, 20, 20, 20, 10, 5, 5], "AAAABBB"),
        ([100, 60, 30, 10, -80], "AABCN"),
    ],
)
def test_abc_golden_cases(values, letters):
    found = abc({chr(97 + n): v for n, v in enumerate(values)}).set_index("item")
    assert "".join(found.abc.reindex([chr(97 + n) for n in range(len(values))])) == letters


def test_published_figures_of_supplychainpy_with_its_own_cuts():
    # SKU KR202-225 of supplychainpy's sample data (BSD-3); its documentation: total 25185, std 721, variability 0.344, class Y
    year = [2744, 2770, 2697, 1726, 1776, 2264, 332, 2420, 2722, 1161, 1986, 2587]
    assert sum(year) == 25185
    row = xyz(pd.DataFrame([year], index=["KR202-225"]), cuts=(0.20, 0.60), ddof=0).iloc[0]
    assert row.xyz == "Y" and row.cv == pytest.approx(0.343556, abs=1e-6)


def test_inclusive_rule_of_other_tools_makes_the_giant_a_b():
    assert abc({"a": 900, "b": 50, "c": 30, "d": 20}, inclusive=True).abc.tolist() == ["B", "B", "C", "C"]


def test_xyz_counts_empty_months_from_the_first_sale_and_gives_the_young_no_letter():
    history = pd.DataFrame(
        [[0] * 8 + [100] * 4, [100, 0] * 6, [100.0] * 12, [-5.0] * 12, [0] * 4 + [100.0] * 8],
        index=["new", "gaps", "steady", "returns", "grey"],
    )
    found = xyz(history).set_index("item")
    assert found.xyz.to_dict() == {"new": "new", "gaps": "Z", "steady": "X", "returns": "", "grey": "X"}
    assert found.months["new"] == 4 and not found.sure["grey"] and found.sure["steady"]


def test_a_steady_process_of_small_counts_is_tagged_small_numbers():
    draws = np.random.default_rng(4).poisson(4, (200, 12)).astype(float)
    found = xyz(pd.DataFrame(draws))
    assert (found.tag[found.xyz == "Z"] == "small numbers").mean() >= 0.6


def test_season_and_trend_and_one_month_are_named():
    season = np.tile(100 + 40 * np.sin(np.arange(12) / 12 * 2 * np.pi), 3)
    trend = 100 * 1.05 ** np.arange(36)
    spike = np.where(np.arange(36) == 30, 900.0, 300.0 + np.arange(36) % 3)
    tags = xyz(pd.DataFrame([season, trend, spike], index=["season", "trend", "spike"])).set_index("item").tag
    assert tags.to_dict() == {"season": "season", "trend": "trend", "spike": "one month"}


def test_concentration_matrix_and_movement():
    classes = abc({"a": 900, "b": 50, "c": 30, "d": 20})
    assert concentration(classes)["items"] == 1
    sales = pd.DataFrame(
        {
            "date": pd.date_range("2025-10-01", periods=12, freq="MS").repeat(2),
            "amount": [100.0, 5.0] * 12,
            "client_id": ["a", "b"] * 12,
        }
    )
    found = abc_xyz(sales, "client_id")
    assert matrix(found)["items"].sum() == 2 and found.item.tolist() == ["a", "b"]
    assert movement(found, found).empty


def test_a_company_that_sold_no_product_has_empty_classes():
    sales = pd.DataFrame({"date": [pd.Timestamp("2026-09-01")], "amount": [5.0], "product": [None]}).astype(
        {"product": object}
    )
    found = abc_xyz(sales, "product", month="2026-09")
    assert found.empty and matrix(found).empty and concentration(found)["of"] == 0 and movement(found, found).empty


def test_stage_funnel_by_hand_under_three_rules():
    deals = pd.DataFrame(
        {"deal_id": list("1234"), "status": ["won", "lost", "open", "open"], "stage": ["Deal", "Offer", "Offer", "New"]}
    )
    stages = pd.DataFrame(
        {"deal_id": list("1122344"), "stage": ["New", "Deal", "New", "Offer", "Offer", "Offer", "New"],
         "entered_at": pd.to_datetime([f"2026-01-0{d}" for d in (1, 2, 1, 2, 1, 1, 2)])}
    )  # fmt: skip
    order = ["New", "Offer", "Deal"]
    reached = stage_funnel(deals, stages, order)
    assert reached.entered.tolist() == [4, 4, 1] and reached.back.tolist() == [0, 1, 0] or fates_balance(reached)
    assert stage_funnel(deals, stages, order, "visited").entered.tolist() == [3, 3, 1]
    assert stage_funnel(deals, stages, order, "strict").entered.tolist() == [3, 2, 0]
    assert all(fates_balance(stage_funnel(deals, stages, order, rule)) for rule in RULES)


def test_the_funnel_refuses_an_unknown_rule_and_missing_stages():
    deals = frame(["won"], stage=["New"])
    with pytest.raises(ParamError, match="there are: reached, strict, visited"):
        stage_funnel(deals, None, ["New"], "best")
    with pytest.raises(ParamError, match="stage_order"):
        stage_funnel(deals, None, [])


def test_a_missing_column_says_what_there_is_and_what_to_do():
    with pytest.raises(DataError, match=r"deals lacks \['office'\]\. It has .*columns: deals"):
        conversion(frame(["won"]), by="office")


def test_cohort_curve_equals_statsmodels_with_ties():
    rng = np.random.default_rng(5)
    days, kind = rng.integers(1, 60, 400), rng.integers(0, 3, 400)
    statuses = np.array(["open", "won", "lost"])[kind]
    table = frame(list(statuses), created="2026-01-01", lengths=[int(d) for d in days])
    table.loc[statuses == "open", "created_at"] = pd.Timestamp("2026-06-01") - pd.to_timedelta(
        days[statuses == "open"], unit="D"
    )
    curve = cohort_curve(event_counts(table, "2026-06-01"))
    theirs = CumIncidenceRight(days, kind)
    at = np.isin(theirs.times, curve.day)
    assert np.abs(theirs.cinc[0][at] - curve.won).max() < 1e-9 and np.abs(theirs.cinc[1][at] - curve.lost).max() < 1e-9
    survival = SurvfuncRight(days, (kind > 0).astype(int))
    median = time_to_close(table, "2026-06-01")["median"]
    assert median == survival.quantile(0.5)


def test_open_deals_are_censored_and_a_young_cohort_says_nothing():
    table = frame(["won", "lost", "open", "open"], created="2026-01-01", lengths=[10, 20, 0, 0])
    row = cohort_conversion(table, "2026-02-10", days=(30, 60), min_at_risk=1)
    assert row.won.tolist()[0] == 0.25 and row.mature.tolist() == [True, False] and np.isnan(row.won[1])


def test_a_cohort_without_a_win_is_not_certain_to_have_none():
    table = frame(["lost"] * 8 + ["open"] * 2, created="2026-01-01", lengths=[10] * 8 + [0] * 2)
    young = frame(["open"] * 5, created="2026-02-01", lengths=[0] * 5)
    row = cohort_conversion(pd.concat([table, young]), "2026-02-10", days=(30,), min_at_risk=1).iloc[0]
    # of 15 deals the five young ones cannot say: Wilson's upper end of 0 in 10 is z² / (10 + z²)
    assert (row.won, row.low) == (0, 0) and row.high == pytest.approx(1.959964**2 / (10 + 1.959964**2))


def test_monthly_figures_by_hand():
    table = frame(["won", "won", "lost", "open"], amount=[100.5, 50.25, 10.0, 7.0])
    last = monthly(table, "2026-09", 2).iloc[-1]
    assert (last.won, last.lost, last.new_deals, last.open_deals) == (2, 1, 4, 1)
    assert last.won_amount == 150.75 and last.average_order == 75.375 and last.open_amount == 7.0


def test_a_sum_of_deals_without_any_amount_is_missing_and_of_no_deals_is_nothing():
    bare = monthly(frame(["won", "open"], amount=[np.nan, np.nan]), "2026-09", 2).iloc[-1]
    assert np.isnan(bare.won_amount) and np.isnan(bare.open_amount) and (bare.won, bare.open_deals) == (1, 1)
    some = monthly(frame(["won", "open", "open"], amount=[5.0, np.nan, 0.0]), "2026-09", 2).iloc[-1]
    assert (some.won_amount, some.open_amount) == (5.0, 0.0)
    none = monthly(frame(["lost"], amount=[np.nan]), "2026-09", 2).iloc[-1]
    assert (none.won_amount, none.open_amount) == (0.0, 0.0)


def test_weighted_quantiles_are_those_of_numpy():
    rng = np.random.default_rng(1)
    values, weights = np.arange(12.0), rng.integers(0, 5, 12)
    flat = np.repeat(values, weights)
    for share in (0.1, 0.5, 0.9):
        assert weighted_quantile(values, weights, share) == pytest.approx(np.quantile(flat, share))


@given(some_deals())
def test_groups_add_up_to_the_whole_and_rates_lie_within_their_intervals(table):
    whole, parts = conversion(table).iloc[0], conversion(table, by="manager")
    assert parts.won.sum() == whole.won and parts.lost.sum() == whole.lost
    known = parts.dropna()
    assert ((known.low <= known.conversion + 1e-12) & (known.conversion <= known.high + 1e-12)).all()
    assert ((known.low >= 0) & (known.high <= 1)).all()


@given(some_deals())
def test_row_order_and_open_deals_change_nothing_and_the_frame_is_not_changed(table):
    before = table.copy()
    shuffled = table.sample(frac=1, random_state=1)
    for measure in (conversion, deal_length, lost_reasons):
        same(measure(table, by="manager"), measure(shuffled, by="manager"))
        same(measure(table, by="manager"), measure(table[table.status != "open"], by="manager"))
    pd.testing.assert_frame_equal(table, before)


@given(some_deals())
def test_every_engine_gives_the_same_figures(table):
    found = {name: (conversion(t, by="manager"), deal_length(t), lost_reasons(t), monthly(t, "2025-12", 6),
                    cohort_conversion(t, "2026-06-01", min_at_risk=1), stage_funnel(t, None, ["New", "Offer", "Deal"]))
             for name, t in engines(table).items()}  # fmt: skip
    for name in ("duckdb", "polars"):
        for ours, theirs in zip(found["pandas"], found[name], strict=True):
            same(ours, theirs)


@given(some_deals())
def test_every_entry_of_the_funnel_has_one_fate(table):
    for rule in RULES:
        assert fates_balance(stage_funnel(table, None, ["New", "Offer", "Deal"], rule))


@given(some_deals(least=1))
def test_scaling_money_scales_values_and_leaves_rates(table):
    double = table.assign(amount=table.amount * 2)
    one, two = lost_reasons(table), lost_reasons(double)
    assert two.amount.tolist() == pytest.approx([2 * v for v in one.amount], nan_ok=True)
    same(conversion(table), conversion(double))
