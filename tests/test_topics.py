"""Every question gives its tables, its words and the deals behind each figure: as many as the cell says."""

import re

import openpyxl
import pandas as pd
import pytest

import salesnb as s
from salesnb.errors import ParamError
from salesnb.render.display import SHOWN_MIME
from salesnb.topics.result import LISTED


def two_months(book):
    """`compare` asks for a pair: the month and the one before, which every Book has."""
    return s.compare(book, period=[book.previous, book.month])


QUESTIONS = (
    s.headline,
    s.trend,
    s.robustness,
    s.by_channel,
    s.by_manager,
    s.new_and_repeat,
    s.functions,
    s.head_actions,
    s.data_quality,
    s.priorities,
    s.funnel,
    s.losses,
    s.stuck,
    s.leads,
    s.length,
    s.cohorts,
    s.clients,
    s.products,
    s.managers,
    s.manager_gaps,
    s.mix_and_rate,
    s.target,
    s.process,
    s.qualification,
    s.rota,
    s.touchpoints,
    s.quality,
    s.channels,
    s.five_factors,
    s.second_opinion,
    s.activity,
    two_months,
)
MOST_ROWS = 30


@pytest.fixture(scope="module")
def sample():
    return s.load_sample("2026-09")


@pytest.fixture(scope="module")
def segment(sample):
    return sample.where(channel="Site")


@pytest.fixture(scope="module", params=["department", "channel", "segment", "young", "deals alone"])
def book(request, sample):
    """The sample whole, a channel, a segment with few lost deals, a month with little before it, and no table but deals."""
    return {
        "department": lambda: sample,
        "channel": lambda: sample.at(channel="Site"),
        "segment": lambda: sample.where(manager=["Elena Novak"], amount=(300_000, None)),
        "young": lambda: s.load_sample("2024-09"),
        "deals alone": lambda: s.book(sample.table("deals"), month="2026-09"),
    }[request.param]()


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: one.__name__)
def test_behind_every_count_are_as_many_deals(book, question, monkeypatch):
    listed, table_of = book.table("deals", columns=list(LISTED)), book.table

    def once(*asked, **more):
        """The list of deals is the same for every cell: it is asked of the engine once."""
        return listed if (asked, more) == (("deals",), {"columns": list(LISTED)}) else table_of(*asked, **more)

    monkeypatch.setattr(book, "table", once)
    found, cells = question(book), 0
    for table in found.data.values():
        keys = [key for key in found.keys if key in table]
        spread = table.iloc[:: 1 + len(table) // MOST_ROWS]  # of hundreds of clients some, from the first to the last
        for row in spread.to_dict("records"):
            for column in set(found.counts) & set(row):
                deals = found.deals(counted_in=column, **{key: row[key] for key in keys})
                counted = 0 if pd.isna(row[column]) else row[column]  # the table stands on no deals
                assert len(deals) == counted and deals["deal_id"].is_unique, (keys, row, column)
                cells += 1
    assert cells or not len(found.data[next(iter(found.data))])


def test_the_rules_of_the_funnel_have_their_own_deals(sample):
    for rule in ("strict", "visited"):
        found = s.funnel(sample, rule)
        last = found.stages.iloc[-1]
        for column in found.counts:
            assert len(found.deals(stage=last["stage"], counted_in=column)) == last[column]


def test_two_leads_may_have_one_deal():
    deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": "Ann", "status": ["won", "open"],
        "created_at": pd.Timestamp("2026-09-01"), "closed_at": [pd.Timestamp("2026-09-09"), pd.NaT]})  # fmt: skip
    rows = pd.DataFrame({"lead_id": list("abc"), "status": "new", "deal_id": ["1", "1", "2"],
        "created_at": pd.Timestamp("2026-09-01")})  # fmt: skip
    found = s.leads(s.book(deals, leads=rows, month="2026-09"))
    assert found.leads["won"].tolist() == [2, 2] and len(found.deals(span="year", outcome="won")) == 1


def test_deals_of_leads_are_as_many_as_the_leads_with_one(sample):
    for book in (sample, sample.at(channel="Site")):
        found = s.leads(book)
        counted = found.data["deals"].pivot(index="span", columns="outcome", values="deals").reset_index()
        assert counted.to_dict("list") == found.leads[list(counted)].to_dict("list")


@pytest.mark.parametrize(
    ("n", "length", "cohorts"), [(4, "few", "few"), (5, "mean", "few"), (9, "mean", ""), (10, "all", "")]
)
def test_few_deals_have_no_length_and_no_fate(n, length, cohorts):
    created, closed = pd.Timestamp("2026-08-21"), pd.Timestamp("2026-09-05")
    statuses = ["lost", *["won"] * (n - 1), "open"]
    deals = pd.DataFrame({"deal_id": map(str, range(n + 1)), "manager": "Ann", "status": statuses})
    deals = deals.assign(created_at=created, closed_at=[*[closed] * n, pd.NaT])
    book = s.book(deals, month="2026-09", as_of="2026-09-30")
    assert (s.length(book).verdict, s.cohorts(book).verdict) == (length, cohorts)
    assert s.cohorts(book.where(status="won")).verdict == "none open"
    assert s.length(book.at(month="2026-08")).verdict == "nothing"


def test_each_closed_or_open_deal_has_its_days(sample):
    found = s.length(sample)
    slow = found.days["days"].max()
    assert set(found.deals(days=slow)["days"]) == {slow} == {found.deals()["days"].max()}
    assert found.deals(counted_in="open")["days"].max() == found.ages.whole["oldest_days"].iloc[0]


def test_deals_say_what_a_reader_asks_of_each(sample):
    deals = s.losses(sample).deals(lost_reason="Price")
    assert list(deals)[:8] == ["deal_id", "title", "client_id", "amount", "manager", "stage", "status", "link"]
    assert set(deals["status"]) == {"lost"} and set(deals["lost_reason"]) == {"Price"}
    assert deals["link"].str.startswith("https://sample.example/deals/").all()
    assert deals["amount"].is_monotonic_decreasing
    stuck = s.stuck(sample)
    assert {"days", "usual_days"} <= set(stuck.deals()) and list(stuck.deals()["deal_id"]) == list(
        stuck.stuck["deal_id"]
    )
    two = stuck.people["manager"].tolist()[:2]
    assert len(stuck.deals(manager=two)) == stuck.people["deals"].head(2).sum()


def test_the_deals_of_a_sales_rep_are_those_of_the_month_or_of_the_window(sample):
    found = s.managers(sample)
    row = found.rates.iloc[0]
    month = found.deals(manager=row["manager"])
    window = found.deals(manager=row["manager"], counted_in="closed_window")
    assert set(month["closed_at"].dt.strftime("%Y-%m")) == {"2026-09"} and set(month["status"]) == {"won", "lost"}
    assert len(window) == row["closed_window"] > len(month) and set(month["deal_id"]) <= set(window["deal_id"])
    assert len(s.mix_and_rate(sample).deals(month="2026-08")) == s.conversion(sample, period="2026-08")["closed"][0]


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda b: s.losses(b).deals(lost_reason="Prise"), "Did you mean 'Price'"),
        (lambda b: s.losses(b).deals(reason="Price"), "unknown key 'reason'"),
        (lambda b: s.funnel(b).deals(stage="New", counted_in="losst"), "Did you mean 'lost'"),
        (lambda b: s.funnel(b).chart("stage"), "Did you mean 'stages'"),
        (lambda b: s.funnel(b).table("rule"), "Did you mean 'rules'"),
        (lambda b: s.funnel(b, "reachd"), "reachd"),
    ],
)
def test_what_is_not_there_is_refused_with_the_nearest(sample, ask, says):
    with pytest.raises(ParamError, match=says):
        ask(sample)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: one.__name__)
def test_in_a_notebook_a_result_is_its_answer_with_its_picture(sample, question):
    found = question(sample)
    bundle = found._repr_mimebundle_()
    assert bundle["text/plain"].startswith(found.text().plain) and SHOWN_MIME in bundle
    assert bundle["text/html"] == found.text().html + found.chart().html


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: one.__name__)
def test_the_workbook_has_every_table_and_text_stays_text(sample, question, tmp_path):
    found = question(sample)
    book = openpyxl.load_workbook(found.to_excel(tmp_path / "found.xlsx"))
    assert book.sheetnames == [*found.data, "behind"]
    for name, table in found.data.items():
        assert book[name].max_row == len(table) + 1


def test_a_formula_in_a_reason_stays_text(tmp_path):
    deals = pd.DataFrame(
        {"deal_id": ["1"], "manager": "Ann", "status": "lost", "lost_reason": "=1+1",
         "created_at": pd.Timestamp("2026-09-01"), "closed_at": pd.Timestamp("2026-09-02")}
    )  # fmt: skip
    found = s.losses(s.book(deals, month="2026-09"))
    cell = openpyxl.load_workbook(found.to_excel(tmp_path / "x.xlsx"))["reasons"]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_the_segment_is_in_the_titles(segment):
    part = segment
    length, cohorts = s.length(part), s.cohorts(part)
    whole = (s.funnel(part).chart(), s.leads(part).table(), s.losses(part).table(), s.stuck(part).table())
    more = (length.chart(), *(length.table(name) for name in ("managers", "stages", "ages")), cohorts.table())
    trend, managers, gaps = s.trend(part), s.managers(part), s.manager_gaps(part)
    rest = (
        trend.chart(), trend.chart("money"), trend.table(), managers.chart(), managers.chart("corridor"), managers.table(),
        gaps.table("month"), s.mix_and_rate(part).chart(), s.mix_and_rate(part).table(), s.by_channel(part).table(), s.by_manager(part).table(),
        s.new_and_repeat(part).table(), s.robustness(part).table(),
    )  # fmt: skip
    for shown in (*whole, *more, *rest, cohorts.chart()):
        assert "channel: Site" in shown.plain


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: one.__name__)
def test_every_picture_and_table_can_be_drawn_and_its_title_names_the_segment(segment, question):
    found = question(segment)
    made = [*found.charts().values(), *found.tables_shown().values()]
    titles = re.findall(r'<caption>(.*?)</caption>|<img[^>]* alt="(.*?)"', "".join(one().html for one in made))
    assert [title for title in map("".join, titles) if "channel: Site" not in title] == []
    words_alone = (s.functions, s.head_actions, s.priorities, s.headline)
    assert titles or question in words_alone


def test_clients_and_products_fill_one_part_of_the_metrics_together(sample):
    clients, products = s.clients(sample), s.products(sample)
    parts = s.record(clients, products).parts
    assert set(parts["abc_xyz"]) == {"clients", "products"} and sum(parts["abc_xyz"]["clients"].values()) > 0
    with pytest.raises(ValueError, match="two results record 'abc_xyz'"):
        s.record(clients, clients)


def test_the_value_of_won_deals_is_that_of_the_deals_behind_it(sample):
    found = s.clients(s.book(sample.table("deals"), month="2026-09"))
    top = found.classes.iloc[0]
    assert found.deals(client_id=top["client_id"])["amount"].sum() == pytest.approx(top["value"])
    in_a = found.classes[found.classes["abc"] == "A"]
    assert len(found.deals(abc="A")) == in_a["deals"].sum() and set(found.deals(abc="A")["status"]) == {"won"}


def test_the_purchases_behind_a_value_add_up_to_it(sample):
    own_deals = s.book(sample.table("deals"), month="2026-09")
    for found in (s.clients(sample), s.products(sample), s.clients(own_deals)):
        values = found.classes.set_index(found.item)["value"]
        sums = found.sales().groupby(found.item)["amount"].sum().reindex(values.index, fill_value=0)
        assert sums.tolist() == pytest.approx(values.tolist())
        assert set(found.sales(abc=["A", "C"])["abc"]) == {"A", "C"}
    with pytest.raises(ParamError, match="Did you mean 'Barista Pro'"):
        s.products(sample).sales(product="Barista Prow")


def test_without_a_product_there_is_no_purchase_of_one():
    deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "won", "amount": 5.0})
    deals = deals.assign(created_at=pd.Timestamp("2026-09-01"), closed_at=pd.Timestamp("2026-09-09"))
    assert s.products(s.book(deals, month="2026-09")).sales().empty


def test_a_table_of_sales_is_not_made_of_deals(sample):
    found = s.products(sample)
    assert found.classes["deals"].isna().all() and found.deals().empty
    with pytest.raises(ParamError, match="Did you mean 'Barista Pro'"):
        found.deals(product="Barista Prow")
