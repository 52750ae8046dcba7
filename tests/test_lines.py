"""Lines that an analyst writes: each just works on the sample, or says what was meant."""

import numpy as np
import openpyxl
import pandas as pd
import polars as pl
import pytest

import salesnb as s
from salesnb.errors import DataError, ParamError

DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


@pytest.fixture(scope="module")
def book():
    return s.load_sample("2026-09")


@pytest.fixture(scope="module")
def deals(book):
    """The deals on which conversion stands, as pandas."""
    return book.table("deals", where={"function": "closer"})


# ---- each just works ------------------------------------------------------------------------------------------------


def test_conversion_by_two_columns_over_the_last_months(book):
    found = s.conversion(book, by=["source", "manager"], period="last 6 months")
    assert list(found)[:2] == ["source", "manager"] and not found.duplicated(["source", "manager"]).any()
    assert found["closed"].sum() == s.conversion(book, period="last 6 months")["closed"].iloc[0]


def test_the_deals_of_one_reason_have_links(book):
    found = s.losses(book).deals(lost_reason="Price")
    assert len(found) and found["link"].str.startswith("https://").all()
    assert set(found["lost_reason"]) == {"Price"}


def test_the_stuck_deals_are_a_table_with_their_owners(book):
    found = s.stuck(book).deals()
    assert (
        len(found) == len(s.stuck(book).stuck) and found["manager"].notna().all() and (found["status"] == "open").all()
    )


def test_a_question_takes_a_part_of_the_book(book):
    part, whole = s.funnel(book.where(channel="Site")), s.funnel(book)
    assert 0 < part.stages["entered"].iloc[0] < whole.stages["entered"].iloc[0]


@pytest.mark.parametrize("labels", [None, ["small", "middle", "large", "largest"]])
def test_bands_of_amount_keep_their_order(deals, labels):
    banded = deals.assign(band=pd.qcut(deals["amount"], 4, labels=labels))
    expected = list(banded["band"].cat.categories)
    for measure in (s.conversion, s.deal_length):
        found = measure(banded, by="band")
        assert found["band"].dropna().tolist() == expected and found["band"].dtype == banded["band"].dtype
        assert found["band"].isna().tolist() == [False] * 4 + [True]  # deals without an amount come last
    months = s.compared(*(s.conversion(banded, "band", month) for month in ("2026-09", "2026-08")), "band")
    assert months["band"].dropna().tolist() == expected


def test_days_of_the_week_keep_their_order(deals):
    days = pd.Categorical(deals["created_at"].dt.day_name(), categories=DAYS, ordered=True)
    dated = deals.assign(weekday=days)
    assert s.conversion(dated, by="weekday")["weekday"].tolist() == DAYS
    for _, own in s.conversion(dated, by=["manager", "weekday"]).groupby("manager"):
        assert own["weekday"].cat.codes.is_monotonic_increasing
    for found in (s.lost_reasons(dated, by="weekday"), s.cohort_conversion(dated, "2026-09-30", by="weekday")):
        assert list(dict.fromkeys(found["weekday"])) == DAYS and found["weekday"].dtype.ordered


def test_categories_keep_their_order_on_every_engine_and_in_a_book():
    sizes, given = ["small", "middle", "large"], ["large", "small", "middle", "small"]
    frame = pd.DataFrame(
        {"deal_id": list("abcd"), "manager": "Ann", "status": ["won", "lost", "won", "won"],
         "created_at": pd.Timestamp("2026-09-01"), "closed_at": pd.Timestamp("2026-09-09")}
    )  # fmt: skip
    ordered = frame.assign(size=pd.Categorical(given, categories=sizes, ordered=True))
    polars = pl.DataFrame(
        {"status": frame["status"].tolist(), "size": given}, schema_overrides={"size": pl.Enum(sizes)}
    )
    known = s.book(ordered, month="2026-09")
    for deals in (ordered, polars, polars.lazy(), known):
        found = s.conversion(deals, by="size")
        assert found["size"].tolist() == sizes and found["size"].dtype.ordered
        assert found["won"].tolist() == [1, 1, 1]
    plain = frame.assign(size=pd.Categorical(given, categories=sizes))  # in no order of their own: by their text
    for deals in (plain, s.book(plain, month="2026-09")):
        assert s.conversion(deals, by="size")["size"].tolist() == sorted(sizes)
    assert s.conversion(known.where(size="small"))["closed"].iloc[0] == 2
    with pytest.raises(ParamError, match="Did you mean 'small'"):
        known.where(size="smal")


def test_a_book_takes_bands_of_numbers(deals):
    banded = deals.assign(band=pd.cut(deals["amount"], [0, 100_000, 1_000_000, np.inf]))
    found = s.conversion(s.book(banded, month="2026-09"), by="band")
    assert found["band"].dropna().tolist() == ["(0.0, 100000.0]", "(100000.0, 1000000.0]", "(1000000.0, inf]"]
    assert found["closed"].tolist() == s.conversion(banded, by="band")["closed"].tolist()


@pytest.mark.parametrize(
    ("period", "pair"),
    [
        ("2026Q3", ("2026-07-01", "2026-10-01")),
        ("2026H1", ("2026-01-01", "2026-07-01")),
        ("last 6 months", ("2026-04-01", "2026-10-01")),
        (pd.Period("2026-09"), ("2026-09-01", "2026-10-01")),
        (("2026-01-01", "2026-03-31"), (pd.Timestamp("2026-01-01"), pd.Timestamp("2026-03-31"))),
    ],
)
def test_a_period_is_named_in_many_ways(book, period, pair):
    by_name, by_days = (s.conversion(book, period=one) for one in (period, pair))
    assert by_name["closed"].iloc[0] > 0 and by_name.equals(by_days)


# ---- what is not understood says what was meant ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ask", "error", "says"),
    [
        (lambda b: s.conversion(b, by="mangers"), DataError, "Did you mean 'manager'"),
        (lambda b: s.conversion(b.table("deals"), by=["source", "mangers"]), DataError, "Did you mean 'manager'"),
        (lambda b: s.deal_length(b, by="mangers"), DataError, "Did you mean 'manager'"),
        (lambda b: s.conversion(pd.DataFrame({"status": ["won", "losst"]})), ParamError, "Did you mean 'lost'"),
        (lambda b: s.conversion(pd.DataFrame({"status": ["Won", "lost"]})), ParamError, "Did you mean 'won'"),
        (lambda b: b.mangers, AttributeError, "Did you mean 'managers'"),
        (lambda b: b.tabel, AttributeError, "Did you mean 'table'"),
        (lambda b: s.conversoin, AttributeError, "Did you mean 'conversion'"),
        (lambda b: b.table("deal"), ParamError, "Did you mean 'deals'"),
        (lambda b: b.table("deals", columns=["mangers"]), ParamError, "Did you mean 'manager'"),
        (lambda b: b.where(chanel="Site"), ParamError, "Did you mean 'channel'"),
        (lambda b: b.where(channel="Sight"), ParamError, "Did you mean 'Site'"),
        (lambda b: b.with_thresholds(sla_minute=30), ParamError, "Did you mean 'sla_minutes'"),
        (lambda b: b.at(channel="Sight"), ParamError, "Did you mean 'Site'"),
        (lambda b: s.conversion(b, period="Sept 2026"), ParamError, 'did you mean "2026-09"'),
        (lambda b: s.conversion(b, period="Q3 2026"), ParamError, 'did you mean "2026Q3"'),
        (lambda b: s.conversion(b, period="2026-09-31"), ParamError, "is not a period"),
        (lambda b: s.conversion(b.table("deals"), period="last 6 months"), ParamError, "Give a Book"),
    ],
)
def test_a_slip_of_the_pen_is_refused_with_the_nearest(book, ask, error, says):
    with pytest.raises(error, match=says):
        ask(book)


def test_a_message_does_not_list_every_client(book):
    with pytest.raises(ParamError, match=r"and [\d]+ more\.$") as said:
        book.where(client_id="C-0000l")
    assert "Did you mean" in str(said.value) and len(str(said.value)) < 2000


# ---- ten questions of the second month, each in at most three lines -------------------------------------------------


def test_1_source_by_manager_as_a_pivot(book):
    rates = s.conversion(book, by=["source", "manager"], period="last 6 months")
    pivot = rates.pivot(index="source", columns="manager", values="conversion")
    assert pivot.max().max() <= 1 and pivot.loc["Google"].notna().any()


def test_2_by_product_with_intervals_as_a_chart(book):
    rates = s.conversion(book, by="product", period="last 6 months")
    chart = s.rates(rates, "By product", "last 6 months", book.voice)
    assert chart.html.startswith("<") and chart.png[:4] == b"\x89PNG"


def test_3_by_the_size_of_the_deal_in_order(book):
    deals = book.table("deals", where={"function": "closer"}, period="last 12 months")
    rates = s.conversion(deals.assign(size=pd.qcut(deals["amount"], 4, labels=["S", "M", "L", "XL"])), by="size")
    assert rates["size"].dropna().tolist() == ["S", "M", "L", "XL"]


def test_4_by_weekday_of_creation(book):
    deals = book.table("deals", where={"function": "closer"})
    day = pd.Categorical(deals["created_at"].dt.day_name(), DAYS, ordered=True)
    rates = s.conversion(deals.assign(weekday=day), by="weekday")
    assert rates["weekday"].tolist() == DAYS and rates["closed"].sum() == s.conversion(book)["closed"].iloc[0]


def test_5_repeat_clients_of_one_segment(book):
    part = book.where(repeat=True, segment="HoReCa")
    shown = s.funnel(part), s.losses(part), s.stuck(part), s.products(part)
    assert all(one.text().plain for one in shown) and "segment: HoReCa" in shown[0].chart().plain
    assert part.table("deals", columns=["repeat", "segment"]).drop_duplicates().values.tolist() == [[True, "HoReCa"]]


def test_6_two_managers_at_the_same_leads(book):
    two = ["Olga Smirnova", "Анна Соколова"]
    rates = s.manager_rates(book).set_index("manager").loc[two, ["standardised", "std_low", "std_high", "p_above"]]
    between = s.gap(book, *two).set_index("part").loc["manager"]  # what is left of their gap at the same leads
    assert rates["p_above"].between(0, 1).all() and between["low"] < between["points"] < between["high"]


def test_7_the_lost_deals_of_one_reason_to_excel(book, tmp_path):
    s.losses(book).deals(lost_reason="Price").to_excel(tmp_path / "price.xlsx", index=False)
    sheet = openpyxl.load_workbook(tmp_path / "price.xlsx").active
    heads = [cell.value for cell in sheet[1]]
    assert sheet.cell(2, 1 + heads.index("link")).value.startswith("https://")


def test_8_another_threshold_is_another_book(book):
    strict = book.with_thresholds(sla_minutes=30)
    assert strict.thresholds.sla_minutes == 30 and book.thresholds.sla_minutes == 60
    assert s.conversion(strict, period=book.month).equals(s.conversion(book, period=book.month))


def test_9_touches_of_the_first_week_in_a_chart_of_ones_own(book):
    rates = s.conversion(s.features(book), by="touch_bin")
    with s.render.theme.canvas(3) as (drawing, axes):
        s.render.theme.seaborn().barplot(rates, x="touch_bin", y="conversion", ax=axes)
    assert rates["touch_bin"].tolist() == ["0", "1-2", "3+"] and len(drawing.axes[0].patches) == 3


def test_10_whose_the_stuck_deals_are(book):
    stuck = s.stuck(book)
    whose = stuck.deals()["manager"].value_counts()
    assert whose.to_dict() == stuck.people.set_index("manager")["deals"].to_dict()
    assert f"{len(stuck.deals())} open deals are stuck" in stuck.text().plain
