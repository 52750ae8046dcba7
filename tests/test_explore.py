"""Exploring by choosing: tables worked by hand, code that gives what is seen, widgets set from code, hostile names."""

import builtins
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbclient import NotebookClient

import salesnb as s
from salesnb.errors import ParamError, RunError, SalesnbError
from salesnb.lab import options
from salesnb.lab.choices import MOST, Choices
from salesnb.lab.figures import MEASURES
from salesnb.measures.conversion import conversion
from salesnb.render.display import Figure
from salesnb.schema import TABLES

ROOT = Path(__file__).parents[1]
NASTY = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
HOSTILE = [
    "<script>alert(1)</script>",
    "both \" and '",
    "two\nlines",
    "\\n {x} %s",
    "</textarea>",
    "\u202eturned",
    "a",
    "b & c",
]


def by_hand():
    """Six closers' deals: of September Ann won 1 of 2 from the fair, Bo 1 of 1 from the web; one is of August, one open."""
    return pd.DataFrame(
        {
            "deal_id": list("123456"),
            "manager": ["Ann", "Ann", "Bo", "Bo", "Bo", "Ann"],
            "status": ["won", "lost", "won", "lost", "open", "won"],
            "source": ["Fair", "Fair", "Web", "Web", "Web", None],
            "amount": [100.0, 900.0, 300.0, 50.0, 70.0, None],
            "title": ["one", "two", None, "four", "five", "six"],
            "created_at": pd.to_datetime(["2026-09-01", "2026-09-02", "2026-08-31", "2026-08-01", "2026-09-07", "2026-09-03"]),
            "closed_at": pd.to_datetime(["2026-09-11", "2026-09-04", "2026-09-10", "2026-08-20", None, "2026-09-09"]),
        }
    )  # fmt: skip


@pytest.fixture
def small():
    return s.book(by_hand(), month="2026-09", crm_url="https://crm.example/{deal_id}")


@pytest.fixture(scope="module")
def sample():
    return s.load_sample(month="2026-09")


def run(code: str, book) -> pd.DataFrame:
    """What a cell with this code shows."""
    *lines, last = code.split("\ns.") if "\ns." in code else [code.removeprefix("s.")]
    found = {"s": s, "book": book}
    exec("\n".join(lines), found)
    return eval("s." + last, found)


# ---- figures by hand ----------------------------------------------------------------------------


def test_conversion_by_hand(small):
    found = Choices(period="2026-09", split="source").table(small)
    # Fair 1 won of 2, Web 1 of 1, no source 1 of 1; the largest first, then by name, what is missing last
    assert found[["won", "closed"]].to_numpy().tolist() == [[1, 2], [1, 1], [1, 1]]
    assert found["source"].tolist()[:2] == ["Fair", "Web"] and pd.isna(found["source"].iloc[2])
    low, high = found[["low", "high"]].iloc[0]
    assert low == pytest.approx(0.0945, abs=1e-4) and high == pytest.approx(0.9055, abs=1e-4)  # Wilson, 1 of 2


def test_the_other_measures_by_hand(small):
    september = {"period": "2026-09", "split": "manager"}
    won = Choices(measure="won amount", **september).table(small).set_index("manager")
    # Ann won two, one of them without an amount; Bo one of 300
    assert won.loc["Ann", ["won", "won_amount", "average_order"]].tolist() == [2, 100.0, 100.0]
    assert won.loc["Bo", ["won", "won_amount", "average_order"]].tolist() == [1, 300.0, 300.0]
    length = Choices(measure="deal length", **september).table(small).set_index("manager")
    assert length.loc["Ann", ["deals", "mean_days"]].tolist() == [3, pytest.approx((10 + 2 + 6) / 3)]
    new = Choices(measure="new deals", **september).table(small).set_index("manager")
    assert new["new_deals"].to_dict() == {"Ann": 3, "Bo": 1}


def test_a_range_a_channel_and_an_ordered_split(small):
    found = Choices(segment="amount", between=(100, 900), split="created_at", split_by="weekday").table(small)
    # 100 (Tuesday the 1st of September) and 300 (Monday the 31st of August): 900 is not in it
    assert found[["created_weekday", "won", "closed"]].to_numpy().tolist() == [["Mon", 1, 1], ["Tue", 1, 1]]
    assert Choices(channel="unknown").table(small)["closed"].tolist() == [5]


def test_deals_behind_are_as_many_as_the_table_counts(small):
    chosen = Choices(period="2026-09", split="source")
    assert chosen.deals(small)["deal_id"].tolist() == ["2", "3", "1", "6"]  # 900, 300, 100, no amount
    assert [chosen.deals(small, row)["deal_id"].tolist() for row in range(3)] == [["2", "1"], ["3"], ["6"]]
    assert chosen.deals(small)["link"].iloc[0] == "https://crm.example/2"


def test_won_amounts_and_new_deals_are_those_of_monthly(sample):
    month = s.monthly(sample, months=1, by="source").set_index("source")
    won = s.won_amounts(sample, by="source", period="2026-09").set_index("source")
    new = s.new_deals(sample, by="source", period="2026-09").set_index("source")
    kept = month.loc[won.index]
    assert won["won"].tolist() == kept["won"].tolist()
    np.testing.assert_array_equal(won["won_amount"], kept["won_amount"])
    np.testing.assert_array_equal(won["average_order"], kept["average_order"])
    assert new["new_deals"].tolist() == month.loc[new.index, "new_deals"].tolist()


# ---- the code gives the same table --------------------------------------------------------------

SEGMENTS = [
    {},
    {"channel": "Site"},
    {"segment": "source", "values": ("Google",)},
    {"segment": "source", "values": ("Google", "Yandex", "Direct"), "channel": "Site"},
    {"segment": "is_target", "values": (True,)},
    {"segment": "amount", "between": (100_000, None)},
    {"segment": "amount", "between": (50_000.5, 300_000)},
    {"segment": "created_at", "between": ("2026-01-01", "2026-07-01")},
]
SPLITS = [
    ("", ""), ("source", ""), ("title", ""), ("is_target", ""), ("channel", ""), ("amount", "bands"),
    ("created_at", "weekday"), ("created_at", "hour"), ("closed_at", "month"), ("next_task_at", "month"),
]  # fmt: skip
PERIODS = ["2026-09", "2026Q3", "last 6 months", "2025", None, ("2026-08-15", "2026-09-15"), "2031-01"]


@given(
    measure=st.sampled_from([*MEASURES]),
    segment=st.sampled_from(SEGMENTS),
    split=st.sampled_from(SPLITS),
    period=st.sampled_from(PERIODS),
)
def test_code_gives_the_table_that_is_seen(sample, measure, segment, split, period):
    name, way = split
    chosen = Choices(measure=measure, period=period, split=name or None, split_by=way, **segment)
    seen = chosen.seen(sample)
    pd.testing.assert_frame_equal(run(chosen.code(), sample), seen.table)
    assert len(seen.table) <= 25 and seen.text().plain.strip()
    size = chosen.counted.size
    assert len(seen.deals()) == seen.every[size].sum()
    for row in range(min(len(seen.table), 2)):
        assert len(seen.deals(row)) == seen.table[size].iloc[row]


@given(values=st.lists(st.one_of(NASTY, st.sampled_from(HOSTILE)), min_size=2, max_size=6, unique=True), data=st.data())
def test_code_of_any_name_is_code(values, data):
    column = data.draw(st.sampled_from(["two words", 'odd "name"', "class", "ﬁeld", "line\nbreak", "self", "Канал"]))
    deals = pd.DataFrame(
        {
            "deal_id": [str(n) for n in range(len(values))],
            "manager": "Ann",
            "status": ["won", "lost"] * (len(values) // 2) + ["won"] * (len(values) % 2),
            "created_at": pd.Timestamp("2026-09-01"),
            "closed_at": pd.Timestamp("2026-09-15"),
            column: values,
        }
    )
    book = s.book(deals, month="2026-09")
    there = [value for value, _ in options.values(book, column)[0]]
    if not there:
        return
    chosen = Choices(segment=column, values=tuple(there[:2]), split=column)
    pd.testing.assert_frame_equal(run(chosen.code(), book), chosen.table(book))
    only_ours(chosen.seen(book).shown().html)


# ---- one plain sentence where nothing can be told -----------------------------------------------


def test_a_column_with_very_many_values_shows_the_largest_and_says_how_many_others():
    deals = pd.DataFrame(
        {
            "deal_id": [str(n) for n in range(5010)],
            "manager": "Ann",
            "status": ["won", "lost"] * 2505,
            "title": [f"t{n % 5000}" for n in range(5010)],
            "created_at": pd.Timestamp("2026-09-01"),
            "closed_at": pd.Timestamp("2026-09-15"),
        }
    )
    book = s.book(deals, month="2026-09")
    seen = Choices(split="title").seen(book)
    assert len(seen.table) == MOST and seen.table["closed"].tolist() == [2] * 10 + [1] * 2
    assert "4,988 others have 4,988 deals" in seen.text().plain
    explorer = s.explore(book)
    explorer.segment.value = "title"
    assert len(explorer.values.options) == options.MOST_VALUES and "100 commonest of 5,000" in explorer.hint.value


@pytest.mark.parametrize(("measure", "verb"), [("conversion", "closed"), ("deal length", "closed"), ("won amount", "won"), ("new deals", "created")])  # fmt: skip
def test_nothing_in_the_period_is_one_sentence(small, measure, verb):
    seen = Choices(measure=measure, period="2031", split="manager").seen(small)
    assert seen.text().plain == f"No such deal was {verb} then: choose another period or segment."
    assert seen.chart().plain == "" and seen.shown().plain == "" and seen.deals().empty


def test_an_export_without_lost_deals_has_no_rate(small):
    deals = by_hand()[lambda d: d["status"] != "lost"]
    seen = Choices(split="manager").seen(s.book(deals, month="2026-09"))
    assert "holds no lost deals" in seen.text().plain and seen.chart().plain == "" and "%" not in seen.plain
    won = Choices(segment="status", values=("won",)).seen(small)  # a segment of won ones: not the export's fault
    assert "100.0%" in won.text().plain and "status is known only with the outcome" in won.text().plain


def test_too_few_deals_have_no_rate_and_no_mark(small):
    seen = Choices(period="2026-09", split="source").seen(small)
    assert "n < 5" in seen.shown().plain and seen.chart().plain == ""
    assert "no value" in seen.shown().plain


@pytest.mark.parametrize("name", ["won", "Won", "rows", "_won"])
@pytest.mark.parametrize("measure", ["conversion", "won amount", "deal length"])
def test_a_column_called_as_a_figure_is_refused_by_its_name(name, measure):
    book = s.book(by_hand().assign(**{name: "x"}), month="2026-09")
    explorer = s.explore(book)
    explorer.measure.value, explorer.split.value = measure, (name, "")
    assert explorer.seen is None or len(explorer.table) == 1
    if measure == "conversion":
        assert repr(name) in explorer.problem and explorer.code() and explorer.table.empty


@pytest.mark.parametrize("name", ["closed", "conversion", "low"])
def test_a_key_is_never_overwritten_by_a_figure(name):
    with pytest.raises(ParamError, match=f"'{name}' is a column of deals and a figure"):
        conversion(by_hand().assign(**{name: "x"}), by=name)


def test_choices_that_mean_nothing_are_refused():
    for wrong in ({"measure": "conversions"}, {"split": "a", "split_by": "week"}, {"split_by": "month"},
                  {"segment": "a", "values": ("x",), "between": (1, 2)}, {"channel": "Site", "segment": "channel", "values": ("Phone",)}):  # fmt: skip
        with pytest.raises(ParamError):
            Choices(**wrong)


# ---- widgets set from code ----------------------------------------------------------------------


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.attributes = set(), set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


OURS = {"style", "div", "p", "figure", "picture", "source", "img", "table", "caption", "span", "small", "thead", "tbody", "tr", "th", "td", "bdi", "a"}  # fmt: skip


def only_ours(html: str) -> None:
    """No tag and no handler that a name brought with it."""
    found = Tags()
    found.feed(html)
    assert found.tags <= OURS, found.tags - OURS
    assert not [name for name in found.attributes if name.startswith("on")]


def test_widgets_show_what_is_chosen_and_write_it(sample):
    explorer = s.explore(sample)
    assert explorer.period.value == "2026-09" and "53 of 222" in explorer.answer.value
    explorer.period.value, explorer.split.value, explorer.channel.value = "last 6 months", ("source", ""), "Site"
    explorer.segment.value = "is_target"
    explorer.values.value = (True,)
    expected = s.conversion(sample.where(channel="Site", is_target=True), by="source", period="last 6 months")
    pd.testing.assert_frame_equal(explorer.table, expected.nlargest(12, "closed"))
    assert explorer.text.value == "" and explorer.text.layout.display == "none"
    explorer.button.click()
    assert explorer.text.value.splitlines() == [
        'part = book.where(channel="Site", is_target=True)',
        's.conversion(part, by="source", period="last 6 months").nlargest(12, "closed")',
    ]
    pd.testing.assert_frame_equal(run(explorer.text.value, sample), explorer.table)
    explorer.measure.value = "deal length"  # the code that stands there follows
    assert "s.deal_length(part" in explorer.text.value
    assert s.explore(sample, name="mine").code() == 's.conversion(mine, period="2026-09")'


def test_every_choice_stays_in_sight_and_the_other_kind_of_segment_is_hidden(sample):
    explorer = s.explore(sample)
    hidden = {"values", "low", "high", "hint"}
    names = ["measure", "period", "channel", "split", "segment", *hidden]

    def seen():
        return {name for name in names if getattr(explorer, name).layout.display != "none"}

    assert seen() == set(names) - hidden
    explorer.segment.value = "source"
    assert seen() & hidden == {"values"}
    explorer.segment.value = "amount"
    assert seen() & hidden == {"low", "high", "hint"}
    explorer.low.value = "100000"
    assert explorer.code() == 'part = book.where(amount=(100000, None))\ns.conversion(part, period="2026-09")'
    explorer.segment.value = ""
    assert seen() == set(names) - hidden and explorer.choices.conditions == {}


def test_deals_are_listed_once_they_are_unfolded(sample, monkeypatch):
    explorer = s.explore(sample)
    assert explorer.behind.value == ""
    explorer.split.value = ("source", "")
    explorer.fold.selected_index = 0
    assert "https://sample.example/deals/" in explorer.behind.value and "222 deals in all" in explorer.behind.value
    explorer.row.value = 1
    assert f"{explorer.table['closed'].iloc[1]} deals in all" in explorer.behind.value
    assert len(explorer.deals()) == explorer.table["closed"].iloc[1]
    looked = []
    monkeypatch.setattr(Choices, "seen", lambda *a: looked.append(a) or pytest.fail("no change, no work"))
    explorer.split.value = ("source", "")
    assert looked == []


@pytest.mark.parametrize("typed", ["many", "1,000", "nan", "1e999"])
def test_what_is_typed_and_is_no_number_is_one_sentence(sample, typed):
    explorer = s.explore(sample)
    explorer.segment.value = "amount"
    explorer.high.value = typed
    assert "is not a number" in explorer.answer.value and explorer.seen is None and explorer.table.empty
    explorer.button.click()
    assert explorer.text.value == ""
    explorer.high.value = "1e6"
    assert explorer.problem == "" and "amount=(None, 1000000)" in explorer.text.value


def test_a_range_of_times_says_what_it_cannot_read(sample):
    explorer = s.explore(sample)
    explorer.segment.value = "created_at"
    explorer.low.value = "01.09.2026"
    assert "is not a period" in explorer.answer.value
    explorer.low.value = "2026-09-01"
    assert explorer.problem == "" and not explorer.table.empty


def test_hostile_names_are_text_everywhere(monkeypatch):
    rows = len(HOSTILE) * 6
    names = [HOSTILE[n % len(HOSTILE)] for n in range(rows)]
    deals = pd.DataFrame(
        {
            "deal_id": [f"{n}<i>" for n in range(rows)],
            "manager": names,
            "status": ["won", "lost"] * (rows // 2),
            "title": names,
            "<img src=x onerror=alert(1)>": names,
            "created_at": pd.Timestamp("2026-09-01"),
            "closed_at": pd.Timestamp("2026-09-15"),
        }
    )
    book = s.book(deals, month="2026-09", crm_url="https://crm.example/{deal_id}")
    explorer = s.explore(book)
    column = "<img src=x onerror=alert(1)>"
    explorer.segment.value, explorer.split.value = column, (column, "")
    explorer.fold.selected_index = 0
    there = [value for _, value in explorer.values.options]
    assert len(there) == len(HOSTILE)
    for value in there:
        explorer.values.value = (value,)
        explorer.button.click()
        assert explorer.problem == "" and explorer.table["closed"].tolist() == [6]
        pd.testing.assert_frame_equal(run(explorer.text.value, book), explorer.table)
        only_ours(explorer.answer.value)
        only_ours(explorer.behind.value)
        assert 'href="https://crm.example/' in explorer.behind.value
    labels = [label for w in (explorer.values, explorer.segment, explorer.row) for label, _ in w.options]
    assert not [label for label in labels if "\n" in label]


def test_every_column_and_measure_of_the_sample_is_told_without_a_traceback(sample):
    explorer = s.explore(sample)
    for label, (column, way) in explorer.split.options:
        try:
            assert Choices(split=column or None, split_by=way).seen(sample).plain, label
        except SalesnbError as error:
            assert way == "hour" and "is dated by day" in str(error), label
    explorer.split.value = ("source", "")
    for measure in MEASURES:
        explorer.measure.value = measure
        assert explorer.seen is not None and isinstance(explorer.seen.chart(), Figure)


def test_options_are_those_of_the_book(sample):
    site = sample.at(channel="Site")
    explorer = s.explore(site)
    assert [label for label, _ in explorer.channel.options] == ["Site"]
    assert {value for _, value in s.explore(sample).channel.options} == {"", *sample.channels}
    kinds = options.columns(sample)
    assert kinds["amount"] == "numbers" and kinds["closed_at"] == "times" and kinds["is_target"] == "names"
    assert set(kinds) <= {*TABLES["deals"].names, "quantity", "quality"}
    periods = options.periods(sample)
    assert periods[0] == "2026-09" and periods[-1] is None and len(periods) == len(set(periods))
    for period in periods:
        assert Choices(period=period).table(sample)["closed"].iloc[0] >= 0


def test_without_ipywidgets_one_message_says_what_to_do(small, monkeypatch):
    real = builtins.__import__

    def without(name, *rest, **more):
        if name == "ipywidgets":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(RunError, match="needs ipywidgets.*`make lab`"):
        s.explore(small)
    assert Choices(split="manager").table(small)["closed"].sum() == 5  # choices need no widgets


def test_ipywidgets_is_loaded_by_the_widgets_alone():
    code = "import sys, salesnb as s; s.explore, s.conversion; from salesnb.lab import seen; assert 'ipywidgets' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_an_explorer_of_a_russian_book_speaks_russian():
    explorer = s.explore(s.load_sample(month="2026-09", language="ru"))
    assert "закрытых сделок" in explorer.answer.value and explorer.button.description == "Записать ячейкой"


def test_errors_are_ours():
    book = s.book(by_hand(), month="2026-09")
    for wrong in ({"segment": "sauce", "values": ("Fair",)}, {"segment": "source", "values": ("Fairr",)}, {"split": "sauce"},
                  {"split": "manager", "split_by": "bands"}, {"split": "manager", "split_by": "month"}, {"period": "Sept"}, {"channel": "Sight"}):  # fmt: skip
        with pytest.raises(SalesnbError):
            Choices(**wrong).seen(book)


# ---- the notebook -------------------------------------------------------------------------------


def test_the_notebook_runs_on_the_sample_and_is_kept_without_outputs():
    path = ROOT / "notebooks" / "explore.ipynb"
    notebook = nbformat.read(path, as_version=4)
    assert "widgets" not in notebook.metadata
    assert not [cell for cell in notebook.cells if cell.get("outputs") or cell.get("execution_count")]
    NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": path.parent}}
    ).execute()
    shown = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert {output.output_type for output in shown} == {"execute_result"}
    live = [output.data for output in shown if "application/vnd.jupyter.widget-view+json" in output.data]
    assert len(live) == 1 and "53 of 222" in live[0]["text/plain"]
