"""Measures at the edges: half kopecks, missing numbers, empty frames, wrong types, days to come."""

import datetime as dt

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

from salesnb.errors import DataError, ParamError
from salesnb.measures.cohorts import cohort_conversion, event_counts, time_to_close
from salesnb.measures.conversion import conversion, conversion_by_amount
from salesnb.measures.frames import count, lazy, minor, period_bounds
from salesnb.measures.length import deal_length
from salesnb.measures.lost import lost_reasons
from salesnb.measures.summary import monthly
from salesnb.source.book import book
from tests.test_measures import frame

DAY = dt.datetime(2026, 9, 1)


def three(table: dict) -> dict:
    """The same columns as a frame of each engine."""
    native = pd.DataFrame(table)
    con = duckdb.connect()
    con.register("t", native)
    return {"pandas": native, "duckdb": con.sql("select * from t"), "polars": pl.DataFrame(table, strict=False)}


@pytest.mark.parametrize("engine", ["pandas", "duckdb", "polars"])
def test_half_a_kopeck_goes_up_and_no_number_counts_as_nothing_on_every_engine(engine):
    amounts = {"key": list("abcdefg"), "amount": [0.125, 10.625, 0.375, 1.005, -0.125, float("nan"), None]}
    table = count(lazy(three(amounts)[engine]), ["key"], minor_units=minor("amount"))
    assert table["minor_units"].tolist() == [13, 1063, 38, 100, -12, 0, 0]


@pytest.mark.parametrize("engine", ["pandas", "duckdb", "polars"])
def test_a_company_without_a_single_closing_has_figures_without_rates(engine):
    table = three({"deal_id": ["1", "2"], "status": ["open"] * 2, "created_at": [DAY] * 2, "closed_at": [None] * 2,
                   "amount": [None] * 2, "manager": [None] * 2})[engine]  # fmt: skip
    assert conversion(table, by="manager", period="2026-09").empty
    assert deal_length(table).deals[0] == 0 and pd.isna(deal_length(table).mean_days[0])
    assert monthly(table, "2026-09", 2, first="2026-08").open_deals.tolist() == [0, 2]
    assert pd.isna(conversion_by_amount(table, period="2026-09").by_amount[0])
    assert cohort_conversion(table, "2026-09-30", days=(20, 30), min_at_risk=1).won.tolist()[0] == 0


def test_a_frame_without_rows_gives_tables_without_figures():
    empty = pd.DataFrame({c: [] for c in ("status", "created_at", "closed_at", "amount", "lost_reason", "manager")})
    assert conversion(empty, period="2026-09").closed[0] == 0 and conversion(empty, by="manager").empty
    assert deal_length(empty, by="manager").empty and lost_reasons(empty, period="2026-09").empty
    assert monthly(empty, "2026-09", 2).new_deals.isna().all()  # nothing is known of any month
    assert cohort_conversion(empty, "2026-09-30").won.isna().all()


def test_text_where_times_or_sums_belong_is_refused_by_name():
    table = pd.DataFrame({"status": ["won"], "created_at": ["2026-09-01"], "closed_at": [DAY], "amount": ["12 000"]})
    with pytest.raises(DataError, match="created_at holds text or numbers, not times"):
        deal_length(table)
    with pytest.raises(DataError, match="amount holds text, not numbers"):
        conversion_by_amount(table)


def test_a_further_column_named_as_one_of_another_table_is_grouped_as_it_stands():
    table = pd.DataFrame({"status": ["won", "lost", "won"], "quantity": ["3", "1", "3"]})
    assert conversion(table, by="quantity")[["quantity", "won"]].values.tolist() == [["1", 0], ["3", 2]]


@pytest.mark.parametrize("measure", [conversion, conversion_by_amount, lost_reasons])
def test_a_period_needs_the_day_of_closing_and_says_so(measure):
    table = pd.DataFrame({"status": ["won"], "amount": [1.0], "lost_reason": ["x"]})
    with pytest.raises(DataError, match=r"deals lacks \['closed_at'\]\. It has"):
        measure(table, period="2026-09")


@pytest.mark.parametrize("period", ["2026Q9", "soon", ("x", "y"), ("2026-01",), "2026-13", "0001", "", 3.5])
def test_what_is_no_period_is_refused_with_examples(period):
    with pytest.raises(ParamError, match="is not a period: write 2026-09"):
        period_bounds(period)


@pytest.mark.parametrize(
    ("period", "hint"),
    [
        ("01.09.2026", 'it is a day; did you mean "2026-09"'),
        ("1.9.2026", '"2026-09"'),
        ("2026-02-31", '"2026-02"'),
        ("25/09/2026", '"2026-09"'),
        ("09/01/2026", '"2026-01" or "2026-09"'),
        ("20260901", '"2026-09"'),
        ("Sept", 'names no year; did you mean "2026-09"'),
        ("сентябрь", '"2026-09"'),
        ("мая 2026", '"2026-05"'),
        ("Sep-26", '"2026-09"'),
        ("Sep 2026", '"2026-09"'),
        ("09.2026", '"2026-09"'),
        ("2026/9", '"2026-09"'),
        ("Q3 2026", '"2026Q3"'),
        (("01.09.2026", "01.10.2026"), '"2026-09"'),
    ],
)
def test_what_was_probably_meant_is_said(period, hint):
    table = pd.DataFrame({"status": ["won"], "closed_at": pd.to_datetime(["2026-09-10"])})
    with pytest.raises(ParamError, match="is not a period") as told:
        conversion(table, period=period)
    assert hint in str(told.value)


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("2026", "2026-01-01", "2027-01-01"),
        ("2026-9", "2026-09-01", "2026-10-01"),
        ("2026-09-05", "2026-09-05", "2026-09-06"),
        ("2026H1", "2026-01-01", "2026-07-01"),
        ("2026h2", "2026-07-01", "2027-01-01"),
        (pd.Period("2026-09", "M"), "2026-09-01", "2026-10-01"),
        ((pd.Timestamp("2026-09-01"), dt.date(2026, 9, 8)), "2026-09-01", "2026-09-08"),
        ((np.datetime64("2026-09-01"), "2026-09-08 12:00"), "2026-09-01", "2026-09-08 12:00"),
    ],
)
def test_a_period_has_a_start_and_an_end(period, start, end):
    assert period_bounds(period) == (pd.Timestamp(start), pd.Timestamp(end))


def test_a_period_that_ends_before_it_starts_or_has_a_zone_is_refused():
    with pytest.raises(ParamError, match="ends before it starts"):
        period_bounds(("2026-10-01", "2026-09-01"))
    with pytest.raises(ParamError, match="time with a zone"):
        period_bounds((pd.Timestamp("2026-09-01", tz="UTC"), pd.Timestamp("2026-10-01", tz="UTC")))


@pytest.mark.parametrize("word", ["WON", "Won", "lots", "closed", "Выиграна"])
@pytest.mark.parametrize("measure", [conversion, lost_reasons, conversion_by_amount])
def test_a_status_that_is_not_ours_is_refused_with_the_nearest(measure, word):
    table = pd.DataFrame({"status": ["won", word], "amount": [1.0, 2.0], "lost_reason": [None, None]})
    with pytest.raises(ParamError, match=f"unknown status '{word}' in deals: status.*There are: won, lost, open"):
        measure(table)
    with pytest.raises(ParamError, match="unknown status"):
        measure(pl.DataFrame(table.to_dict("list"), strict=False))
    with pytest.raises(ParamError, match="unknown status"):
        book(table.assign(deal_id=["1", "2"], manager="A", created_at=pd.Timestamp("2026-09-01")), month="2026-09")


def test_the_nearest_status_is_named():
    with pytest.raises(ParamError, match="'WON'.*Did you mean 'won'"):
        conversion(pd.DataFrame({"status": ["WON"]}))


def test_times_with_a_zone_are_refused_and_a_book_counts_them_in_the_companys():
    # both nights last from half past eleven to half past midnight; between them the clock changes
    table = pd.DataFrame({"deal_id": ["1", "2"], "manager": ["A", "A"], "status": ["won", "won"]})
    table["created_at"] = pd.to_datetime(["2026-03-28 23:30", "2026-03-29 23:30"]).tz_localize("Europe/Berlin")
    table["closed_at"] = pd.to_datetime(["2026-03-29 00:30", "2026-03-30 00:30"]).tz_localize("Europe/Berlin")
    with pytest.raises(DataError, match=r"zone \(Europe/Berlin\).*s\.book\(…, timezone=…\)"):
        deal_length(table, period="2026-03")
    found = book(table, month="2026-03", timezone="Europe/Berlin")
    assert deal_length(found.closer_deals, period="2026-03").mean_days[0] == 1


def test_what_happened_after_the_day_is_not_yet_known():
    # as of 31 January: the first won by then, the second won later and so still open, the third not yet created
    table = pd.DataFrame({"status": ["won", "won", "won"]})
    table["created_at"] = pd.to_datetime(["2026-01-01", "2026-01-01", "2026-02-10"])
    table["closed_at"] = pd.to_datetime(["2026-01-11", "2026-02-20", "2026-02-11"])
    counts = event_counts(table, "2026-01-31")
    assert counts[["days", "won", "open"]].values.tolist() == [[10, 1, 0], [30, 0, 1]]
    row = cohort_conversion(table, "2026-01-31", days=(30,), min_at_risk=1).iloc[0]
    assert (row.won, row.open, row.at_risk) == (0.5, 0.5, 1)
    assert time_to_close(table, "2026-01-31")["median"] == 10


def test_missing_keys_are_a_group_of_their_own_and_come_last():
    table = frame(["won", "lost", "won"], manager=["Ann", None, None])
    for found in (conversion(table, by="manager"), deal_length(table, by="manager")):
        assert found.manager.iloc[0] == "Ann" and pd.isna(found.manager.iloc[1])
