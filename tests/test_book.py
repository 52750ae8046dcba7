"""A Book at home in pandas: tables, segments, other months and thresholds; measures that take it."""

import datetime as dt

import narwhals as nw
import pandas as pd
import pytest

import salesnb as s
from salesnb.errors import DataError, ParamError

DAY = pd.Timestamp


def deals():
    rows = [  # id, manager, status, source, amount, created, closed
        ("1", "Ann", "won", "Fair", 100.0, "2026-07-01", "2026-07-10"),
        ("2", "Ann", "lost", "Fair", 200.0, "2026-08-01", "2026-08-10"),
        ("3", "Bo", "won", "Site", 300.0, "2026-08-02", "2026-09-01"),
        ("4", "Bo", "lost", "Site", None, "2026-08-03", "2026-09-30 23:59:59"),
        ("5", "Bo", "won", None, 500.0, "2026-08-04", "2026-09-15"),
        ("6", "Cy", "open", "Fair", 600.0, "2026-09-05", None),
        ("7", "Cy", "lost", "Site", 200.0, "2026-09-06", "2026-09-07"),
    ]
    table = pd.DataFrame(rows, columns=["deal_id", "manager", "status", "source", "amount", "created_at", "closed_at"])
    return table.assign(created_at=pd.to_datetime(table.created_at), closed_at=pd.to_datetime(table.closed_at, format="mixed"), vip=[True, False] * 3 + [True])  # fmt: skip


@pytest.fixture
def book():
    return s.book(
        deals(),
        stages=pd.DataFrame({"deal_id": list("1234567"), "stage": ["New"] * 7, "entered_at": deals().created_at}),
        touches=pd.DataFrame(
            {"at": deals().created_at, "kind": ["call"] * 7, "deal_id": [*"12345", None, None], "client_id": [None] * 7,
             "manager": deals().manager}
        ),
        payments=pd.DataFrame({"amount": [100.0, 300.0], "deal_id": ["1", "3"], "paid_on": [DAY("2026-07-20"), DAY("2026-09-20")]}),
        plans=pd.DataFrame({"month": ["2026-08", "2026-09"], "metric": ["amount", "amount"], "value": [1.0, 2.0]}),
        leads=pd.DataFrame({"lead_id": ["a", "b"], "created_at": [DAY("2026-09-01")] * 2, "status": ["new", "new"], "source": ["Fair", "Site"]}),
        costs=pd.DataFrame({"channel": ["x", "x"], "month": ["2026-08", "2026-09"], "amount": [5.0, 900.0], "source": ["Fair", "Site"]}),
        month="2026-09", as_of="2026-09-30",
    )  # fmt: skip


def ids(table):
    return sorted(table["deal_id"])


def test_a_table_is_pandas_by_columns_period_and_conditions(book):
    assert ids(book.table("deals")) == list("1234567")
    assert list(book.table("deals", columns=["manager", "amount"]).columns) == ["manager", "amount"]
    assert ids(book.table("deals", period="2026-09")) == ["3", "4", "5", "7"]  # the last second of the month too
    assert ids(book.table("deals", period="last 2 months")) == ["2", "3", "4", "5", "7"]
    assert ids(book.table("deals", period="2026H2")) == ["1", "2", "3", "4", "5", "7"]
    assert ids(book.table("deals", where={"manager": ["Ann", "Cy"], "amount": (200, None)})) == ["2", "6", "7"]
    assert ids(book.table("payments", period="2026Q3")) == ["1", "3"]
    assert list(book.table("plans", period="2026-09").value) == [2.0]
    assert len(book.table("plans", period=("2026-08-01", "2026-09-01"))) == 1


def test_the_rows_of_a_table_are_in_one_order_whatever_that_of_the_export():
    book = s.book(deals().sample(frac=1, random_state=3), month="2026-09", as_of="2026-09-30")
    assert book.table("deals")["deal_id"].tolist() == list("1234567")
    assert book.table("deals", columns="amount", period="2026-09")["amount"].fillna(0).tolist() == [300, 0, 500, 200]


@pytest.mark.parametrize(
    ("asked", "right"),
    [
        ({"source": "Fair"}, "126"), ({"source": ["Fair", "Site"]}, "123467"), ({"amount": (200, 500)}, "237"), ({"amount": (None, 200)}, "1"),
        ({"amount": 200}, "27"), ({"vip": True}, "1357"), ({"created_at": "2026-08"}, "2345"),
        ({"created_at": "last 2 months"}, "234567"),
        ({"created_at": ("2026-08-02", "2026-08-04")}, "34"), ({"closed_at": (None, "2026-09-01")}, "12"), ({"status": "lost", "source": "Site"}, "47"),
    ],
)  # fmt: skip
def test_a_segment_has_the_deals_that_meet_every_condition_and_no_missing_value_meets_one(book, asked, right):
    assert ids(book.where(**asked).table("deals")) == list(right)


def test_a_segment_narrows_what_belongs_to_its_deals_and_its_department_alike(book):
    fair = book.where(source="Fair")
    assert ids(fair.table("stages")) == ["1", "2", "6"] and ids(fair.table("payments")) == ["1"]
    assert ids(fair.table("touches")) == ["1", "2"]  # a touch of no deal is of no segment
    assert fair.plans is None and list(fair.table("leads").lead_id) == ["a"] and len(fair.table("costs")) == 1
    assert ids(fair.department.table("deals")) == ids(fair.whole.table("deals")) == ["1", "2", "6"]
    large = book.where(amount=(250, None))
    assert large.costs is None and large.leads is None  # the amount of a cost is not that of a deal
    assert ids(large.where(source="Site").table("deals")) == ["3"]  # a segment of a segment
    assert "amount: ≥ 250 · source: Site" in repr(large.where(source="Site")) and repr(book).count("where") == 0
    with pytest.raises(DataError, match="plans: nothing says which rows are of the segment source: Fair"):
        fair.table("plans")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"sorce": "Fair"}, "Did you mean 'source'"), ({"source": "Fare"}, "Did you mean 'Fair'"), ({"source": None}, "a missing value meets no condition"),
        ({"amount": "200"}, "amount holds numbers"), ({"amount": ("a", None)}, "ends of a range of numbers"), ({"amount": (1, 2, 3)}, "a pair is"),
        ({"amount": (None, None)}, "has no end"), ({"source": ("Fair", "Site")}, r"write a list: \['Fair', 'Site'\]"), ({"source": []}, "has no value in it"),
        ({"created_at": "01.09.2026"}, 'did you mean "2026-09"'), ({"vip": "yes"}, "True or False"), ({"amount": True}, "amount holds numbers"),
    ],
)  # fmt: skip
def test_a_condition_that_is_not_understood_is_refused_with_what_to_write(book, asked, said):
    with pytest.raises(ParamError, match=said):
        book.where(**asked)


def test_another_month_channel_and_day_of_the_same_reading(book):
    august = book.at(month="2026-08")
    assert (august.month, august.as_of) == ("2026-08", dt.date(2026, 8, 31)) and august.table(
        "deals"
    ).status.tolist().count("open") == 3
    assert book.at(as_of="2026-09-10").as_of == dt.date(2026, 9, 10)
    assert book.where(source="Fair").at(month="2026-08").segment_text == "source: Fair"


def test_other_thresholds_hold_everywhere_and_those_of_the_reading_are_refused(book):
    other = book.with_thresholds(min_verdict=1, min_percent=1)
    assert (
        other.thresholds.min_verdict == other.department.thresholds.min_verdict == 1
        and book.thresholds.min_verdict == 10
    )
    with pytest.raises(ParamError, match="Did you mean 'min_verdict'"):
        book.with_thresholds(min_verdicts=1)
    with pytest.raises(ParamError, match="acts while the export is read"):
        book.with_thresholds(unread_share=0.5)
    with pytest.raises(ParamError, match="min_percent"):
        book.with_thresholds(min_percent=-1)


def test_thresholds_of_a_channel_yield_to_those_that_are_asked_for():
    channels = [{"name": "Site", "thresholds": {"min_verdict": 5, "min_calls": 3}}]
    made = s.book(deals().assign(channel="Site"), month="2026-09", channels=channels).at(channel="Site")
    assert made.thresholds.min_verdict == 5
    other = made.with_thresholds(min_verdict=7).thresholds
    assert (other.min_verdict, other.min_calls) == (7, 3)


def test_a_book_shows_what_is_in_it_and_which_export_gives_what_is_not(book):
    shown = book._repr_html_()
    assert "<td>7</td>" in shown and "2026-07-10" in shown and "the list of employees" in shown and "remark" in shown
    assert "of no segment" in book.where(source="Fair")._repr_html_()
    assert "&lt;b&gt;" in s.book(deals(), month="2026-09", company="<b>")._repr_html_()


def test_names_that_are_not_there_are_met_with_the_nearest(book):
    with pytest.raises(AttributeError, match="Did you mean 'payments'"):
        book.paymnts  # noqa: B018
    with pytest.raises(ParamError, match="unknown table 'deal'. Did you mean 'deals'"):
        book.table("deal")
    with pytest.raises(ParamError, match="unknown column 'amout' in deals. Did you mean 'amount'"):
        book.table("deals", columns=["amout"])
    with pytest.raises(DataError, match="reviews: the company has no such table. Export the scores"):
        book.table("reviews")
    with pytest.raises(DataError, match="Did you mean 'manager'"):
        s.conversion(book, by="mangers")


def test_measures_take_a_book_and_count_its_last_months_from_its_month(book):
    by_source = s.conversion(book, by=["source", "manager"], period="last 2 months")
    right = s.conversion(book.closer_deals, by=["source", "manager"], period=("2026-08-01", "2026-10-01"))
    pd.testing.assert_frame_equal(by_source, right)
    assert by_source.closed.sum() == 5
    assert s.conversion(book, period="2026-09").closed.iloc[0] == 4
    assert s.deal_length(book, period="last month").deals.iloc[0] == 4
    assert s.lost_reasons(book, by="manager").deals.sum() == 3
    pd.testing.assert_frame_equal(s.cohort_conversion(book), s.cohort_conversion(book.closer_deals, book.as_of))
    assert s.conversion(book.where(source="Fair"))[["won", "lost"]].iloc[0].tolist() == [1, 1]
    for frame in (deals(), nw.from_native(deals())):
        with pytest.raises(ParamError, match="which month is the last"):
            s.conversion(frame, period="last 2 months")
        with pytest.raises(ParamError, match="as_of"):
            s.cohort_conversion(frame)


def test_the_headline_of_a_segment_names_it(book):
    named, whole = (s.headline(one).text().plain for one in (book.where(source="Fair"), book))
    assert named.startswith("The whole department · source: Fair, ") and "source" not in whole


def test_models_are_fitted_on_the_segment_of_the_department():
    made = s.open_book("params/sample.yaml")
    site = made.where(source=sorted(made.table("deals", columns="source").source.dropna().unique())[:2])
    of_all, of_site = s.manager_rates(made), s.manager_rates(site)
    assert of_site.closed_window.sum() < of_all.closed_window.sum()
    assert of_site.closed_window.sum() == len(site.table("deals", period=site.window_period, where={"status": ["won", "lost"], "function": "closer"}))  # fmt: skip


def test_the_front_door_opens_the_sample_tells_versions_and_the_nearest_name(capsys):
    assert s.load_sample(month="2026-08").month == "2026-08"
    s.show_versions()
    shown = capsys.readouterr().out
    assert "salesnb: " in shown and "duckdb: " in shown and "machine: " in shown
    with pytest.raises(AttributeError, match="Did you mean 'conversion'"):
        s.convertion  # noqa: B018


def test_a_frame_turned_round_is_read_as_it_stands():
    deals = pd.DataFrame(
        {
            "deal_id": ["1", "2"],
            "manager": "Ann",
            "status": "open",
            "amount": [1.0, 2.0],
            "created_at": pd.to_datetime(["2026-09-01", "2026-09-02"]),
        }
    )
    found = s.book(deals.iloc[::-1], month="2026-09").table("deals", columns=["deal_id", "amount"])
    assert sorted(found.itertuples(index=False, name=None)) == [("1", 1.0), ("2", 2.0)]
