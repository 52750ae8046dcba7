"""Groups made from a column: in order, the same on every engine, whatever the order of the rows."""

import duckdb
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import salesnb as s
from salesnb.errors import DataError, ParamError

AMOUNTS = [0.0, 49_999.99, 50_000.0, 199_999.0, 200_000.0, 3_000_000.0, None, -5.0]
EDGES = [0, 50_000, 200_000]


@pytest.fixture
def deals():
    times = pd.date_range("2026-09-07 08:30", periods=8, freq="27h")  # Monday first
    return pd.DataFrame(
        {"deal_id": list("abcdefgh"), "manager": "Ann", "status": ["won", "lost"] * 4, "amount": AMOUNTS,
         "created_at": times, "closed_at": times + pd.Timedelta(days=9)}
    )  # fmt: skip


def engine_of(name, frame):
    columns = {column: [None if pd.isna(value) else value for value in frame[column]] for column in frame}
    if name == "duckdb":
        return duckdb.sql("SELECT * FROM frame")
    return {"pandas": frame, "polars": pl.DataFrame(columns), "book": s.book(frame, month="2026-09")}[name]


@pytest.mark.parametrize("engine", ["pandas", "polars", "duckdb", "book"])
def test_bands_stand_in_order_and_an_edge_belongs_to_the_band_above(deals, engine):
    found = s.conversion(engine_of(engine, deals), by=s.bands("amount", EDGES))
    assert found["amount_band"].cat.ordered
    assert found["amount_band"].astype(object).where(found["amount_band"].notna(), None).tolist() == [
        "<0", "0–50k", "50k–200k", "≥200k", None]  # fmt: skip
    assert found["closed"].tolist() == [1, 2, 2, 2, 1]


@pytest.mark.parametrize("engine", ["pandas", "polars", "duckdb", "book"])
def test_weekdays_begin_on_monday_and_hours_are_in_order(deals, engine):
    frame = engine_of(engine, deals)
    days = s.conversion(frame, by=s.weekday("created_at"))
    wanted = deals["created_at"].dt.strftime("%a").value_counts()
    assert days["created_weekday"].tolist() == [
        d for d in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun") if d in wanted
    ]
    assert days.set_index("created_weekday")["closed"].to_dict() == wanted.to_dict()
    hours = s.conversion(frame, by=s.hour("created_at"))["created_hour"].tolist()
    assert hours == sorted(deals["created_at"].dt.strftime("%H").unique())
    assert s.conversion(frame, by=s.month("closed_at"))["closed_month"].tolist() == ["2026-09"]


def test_every_measure_takes_them(deals):
    book = s.book(deals, month="2026-09", as_of="2026-09-30")
    key = s.bands("amount", EDGES)
    assert s.deal_length(book, by=key)["deals"].sum() == 8
    assert s.conversion_by_amount(book, by=["manager", key])["won_amount"].sum() == deals.loc[::2, "amount"].sum()
    assert s.lost_reasons(deals.assign(lost_reason="Price"), by=s.weekday("created_at"))["deals"].sum() == 4
    assert s.cohort_conversion(book, by=key, days=(5,), min_at_risk=1)["amount_band"].nunique() == 4
    assert s.open_ages(deals.assign(status="open", closed_at=pd.NaT), "2026-09-30", by=key)["open"].sum() == 8
    now, before = (s.conversion(deals[part], by=key) for part in (slice(0, 5), slice(3, 8)))
    assert s.conversion_change(now, before, by=key)["amount_band"].tolist() == now["amount_band"].tolist()


def test_a_key_is_a_column_of_a_table_of_ones_own(deals):
    shuffled = deals.sample(frac=1, random_state=3)
    found = shuffled.assign(size=s.bands("amount", EDGES), day=s.weekday("created_at"))
    assert found.loc[0, ["size", "day"]].tolist() == ["0–50k", "Mon"] and found["size"].cat.ordered


@given(st.lists(st.floats(-1e7, 1e7, allow_nan=False), min_size=1, max_size=60), st.integers(2, 8), st.randoms())
def test_bands_of_equal_size_lose_no_row_and_do_not_know_the_order_of_rows(values, bins, random):
    frame = pd.DataFrame({"status": "won", "amount": values})
    found = s.conversion(frame, by=s.bands("amount", bins=bins))
    assert found["closed"].sum() == len(values) and len(found) <= bins and found["amount_band"].notna().all()
    order = list(range(len(values)))
    random.shuffle(order)
    pd.testing.assert_frame_equal(found, s.conversion(frame.iloc[order], by=s.bands("amount", bins=bins)))


def test_bands_of_equal_size_are_of_about_equal_size():
    frame = pd.DataFrame({"status": "won", "amount": range(1000, 11_000)})
    assert s.conversion(frame, by=s.bands("amount"))["closed"].between(1900, 2100).all()


@pytest.mark.parametrize(
    ("ask", "error", "says"),
    [
        (lambda d: s.bands("amount", [5, 5]), ParamError, "must rise"),
        (lambda d: s.bands("amount", []), ParamError, "must rise"),
        (lambda d: s.bands("amount", bins=1), ParamError, "at least 2"),
        (lambda d: s.conversion(d, by=s.bands("ammount")), DataError, "Did you mean 'amount'"),
        (lambda d: s.conversion(d, by=s.bands("manager")), DataError, "no numbers"),
        (lambda d: s.conversion(d, by=s.weekday("manager")), DataError, "no times"),
        (lambda d: s.conversion(d, by=s.bands("amount", name="manager")), ParamError, "another `name`"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(deals, ask, error, says):
    with pytest.raises(error, match=says):
        ask(deals)


def test_an_export_by_day_has_no_hours_and_one_by_month_no_weekdays():
    days = pd.DataFrame({"status": "won", "created_at": pd.date_range("2025-01-01", periods=24, freq="D")})
    with pytest.raises(DataError, match="dated by day"):
        s.conversion(days, by=s.hour("created_at"))
    assert s.conversion(days, by=s.weekday("created_at"))["closed"].sum() == 24
    months = days.assign(created_at=pd.date_range("2024-01-01", periods=24, freq="MS"))
    with pytest.raises(DataError, match="dated by month"):
        s.conversion(months, by=s.weekday("created_at"))


def test_the_months_of_each_group_are_those_of_the_group_alone(deals):
    frame = deals.assign(source=["Fair", "Web", None, "Fair"] * 2)
    found = s.monthly(frame, "2026-09", months=2, first="2026-08", by="source")
    assert found["source"].fillna("–").tolist() == ["Fair"] * 2 + ["Web"] * 2 + ["–"] * 2
    for name in ("Fair", "Web"):
        alone = s.monthly(frame[frame["source"] == name], "2026-09", months=2, first="2026-08")
        own = found[found["source"] == name].drop(columns="source").reset_index(drop=True)
        pd.testing.assert_frame_equal(own, alone)
    book = s.book(frame, month="2026-09")
    assert s.monthly(book, months=1, by=s.bands("amount", EDGES))["closed"].tolist() == [1, 2, 2, 2, 1]
    with pytest.raises(ParamError, match="which is the last"):
        s.monthly(frame, by="source")
