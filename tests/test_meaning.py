"""What an export cannot say is said first, and nothing on the page claims it all the same."""

import datetime as dt
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import salesnb as s
from salesnb.errors import DataError, RunError
from salesnb.formats import Voice
from salesnb.measures.bulk_close import bulk_closings
from salesnb.measures.grain import of_days
from salesnb.measures.told import told, untold, withheld
from salesnb.measures.year import span_of_year
from salesnb.model.fitting import fitted
from salesnb.model.leak import verdict as leak_verdict
from salesnb.params import Thresholds
from salesnb.report.check import check_lines, next_step
from salesnb.report.run import run
from salesnb.source.snapshot import latest
from salesnb.stats.validation import auc_interval
from salesnb.topics.by_manager import ByManager
from salesnb.topics.notices import notice
from salesnb.topics.refusals import refusal
from salesnb.topics.trend import Trend
from tests import meaning_exports as exports
from tests.exports import opened as read
from tests.exports import rules, said
from tests.pages import page, section
from tests.reports import small_company, write_deals

VOICE = Voice("en", "USD")
BOOK = SimpleNamespace(voice=VOICE, thresholds=Thresholds())


@pytest.fixture(autouse=True)
def undrawn(monkeypatch):
    """Charts are laid out and described, not drawn: only what they say is read here."""
    monkeypatch.setattr("salesnb.render.theme.finish", lambda drawing: b"")


def small(**more):
    return exports.frames(managers=4, per_manager=40, **more)


# ---- no lost deals, no won deals


NEVER_WITHOUT_A_RATE = (
    "conversion of", "so far the best", "strengthen", "above average", "below average", "moved on", "same leads, ", "95% interval",
    "too close to call", "corridor", "chance of", "higher by", "lower by",
)  # fmt: skip


def test_an_export_without_lost_deals_has_no_conversion_anywhere():
    book = exports.opened(exports.without_status(small(), "lost"))
    first, records = section(book, "00-summary")
    assert first[0].startswith("The export holds no lost deals, so there is no conversion.")
    assert (
        "all statuses" in first[0] and "September 2026: 1 deal was won." in first[0] and "Lost:" not in "\n".join(first)
    )
    text = "\n".join(first) + page(book, ("01-funnel", "02-deal-length", "05-manager-drivers"))
    assert "100.0%" not in text and "100%" not in text
    assert [claim for claim in NEVER_WITHOUT_A_RATE if claim in text] == []
    assert "lost ones are not in it, so this is no conversion" in text  # the cohort stands, called what it is
    rates = records["conversion"]
    assert rates["won"] == rates["closed"] > 0
    assert {rates[name] for name in ("value", "low", "high", "previous", "by_amount")} == {None}


def test_factors_and_channels_without_lost_deals_are_counts():
    book = exports.opened(exports.without_status(small(), "lost"))
    text = page(book, ("04-conversion-factors",))
    assert "no lost deals" in text and "so far the best" not in text and "were won, of others" not in text
    channels = s.channels(book).economics
    assert channels[["conversion", "low", "high", "p_best", "same_leads"]].isna().all(axis=None)
    assert channels["won"].sum() > 0 and set(channels["advice"]) == {""}
    assert s.drivers(book).attrs["refused"] == "no lost"
    people = s.manager_rates(book)
    assert people[["conversion", "standardised", "p_above"]].isna().all(axis=None) and set(people["verdict"]) == {
        "too few"
    }


def test_a_channel_of_an_export_without_lost_deals_has_no_conversion_either():
    book = exports.opened(exports.without_status(small(), "lost"), channel="Site")
    said_, records = section(book, "00-summary")
    assert said_[0].startswith("The export holds no lost deals") and records["conversion"]["value"] is None


def test_a_channel_that_lost_nothing_keeps_its_rate_where_the_department_lost_some():
    tables = small()
    deals = tables["deals"]
    kept = deals[~((deals["channel"] == "Fair") & (deals["status"] == "lost"))]
    book = exports.opened(tables | {"deals": kept}, channel="Fair", channels=["Site", "Phone", "Partners", "Fair"])
    assert untold(book) == ""
    table = s.trend(book).months
    assert (table.loc[table["closed"] > 0, "conversion"] == 1.0).all()


def test_an_export_without_won_deals_says_so():
    book = exports.opened(exports.without_status(small(), "won"))
    first, records = section(book, "00-summary")
    assert first[0].startswith("Not one deal of the export is won, so there is no conversion.")
    text = "\n".join(first) + page(book, ("01-funnel", "02-deal-length", "05-manager-drivers"))
    assert "0.0%" not in text and [claim for claim in NEVER_WITHOUT_A_RATE if claim in text] == []
    assert records["conversion"]["value"] is None and records["money"]["won_amount"] is None
    assert "won ones are not in the export" in text and "Won deals:" not in text


@pytest.mark.parametrize("won", [1, 3, 40])
def test_however_few_deals_an_export_of_won_ones_has_no_conversion(won):
    deals = pd.DataFrame({"deal_id": range(won + 1), "manager": "Ann", "status": ["won"] * won + ["open"],
                          "created_at": "2026-09-01", "closed_at": ["2026-09-09"] * won + [None]})  # fmt: skip
    book = s.book(deals, month="2026-09")
    assert untold(book) == "no lost" and s.by_manager(book).people["conversion"].isna().all()
    assert s.conversion(deals)["conversion"].iloc[0] == 1.0  # of a bare frame the arithmetic stands


def test_a_month_before_the_first_lost_deal_is_no_export_without_lost_deals():
    deals = pd.DataFrame({"deal_id": range(40), "manager": "Ann", "status": ["won"] * 20 + ["lost"] * 20, "created_at": "2026-08-01",
                          "closed_at": ["2026-08-09"] * 20 + ["2026-09-09"] * 20})  # fmt: skip
    book = s.book(deals, month="2026-08")
    assert untold(book) == "" and s.trend(book).months["conversion"].iloc[-1] == 1.0


def test_an_export_of_open_deals_alone_is_not_said_to_lack_an_outcome():
    deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open", "created_at": "2026-09-01"})
    assert untold(s.book(deals, month="2026-09")) == ""


def test_hunters_that_never_reject_have_no_share():
    rows = [("hunter", "won")] * 30 + [("closer", "won")] * 10 + [("closer", "lost")] * 10
    deals = pd.DataFrame(rows, columns=["function", "status"]).assign(
        deal_id=range(50), manager="Ann", created_at="2026-09-01", closed_at="2026-09-09"
    )
    book = s.book(deals, month="2026-09")
    found = s.functions(book)
    text = repr(found.text())
    assert "30 deals handed over or won" in text and "no share" in text and "100" not in text
    assert found.figures["hunter"]["value"] is None and untold(book) == ""


def test_the_first_sentence_in_russian():
    book = exports.opened(exports.without_status(small(), "lost"), language="ru")
    first = section(book, "00-summary")[0][0]
    assert first.startswith("В выгрузке нет проигранных сделок, поэтому конверсии нет.")


# ---- closing dates missing unequally


def test_dates_missing_unequally_put_both_rates_beside_each_other_and_give_no_verdict():
    book = exports.opened(exports.undated(small(), 0.4, 0.12))
    facts = told(book).dating
    assert facts.unequal and withheld(book) == "undated"
    first, records = section(book, "00-summary")
    head = first[0]
    assert VOICE.percent(facts.known) in head and VOICE.percent(facts.whole) in head and "no verdict is given" in head
    assert (
        VOICE.percent(facts.blank_hits / facts.hits) in head
        and VOICE.percent(facts.blank_others / facts.others) in head
    )
    assert records["conversion"]["value"] is not None  # the rate of the month stands, the verdict does not
    text = "\n".join(first) + page(book, ("05-manager-drivers",))
    for verdict in (
        "above average",
        "below average",
        "higher by more",
        "lower by more",
        "too close to call",
        "so far the best",
    ):
        assert verdict not in text
    assert s.drivers(book).attrs["refused"] == "undated" and set(s.by_channel(book).channels["verdict"]) == {""}


@pytest.mark.parametrize(("won", "lost"), [(0.0, 0.0), (0.1, 0.1), (0.3, 0.3), (0.02, 0.0)])
def test_dates_missing_alike_or_hardly_at_all_leave_the_verdict(won, lost):
    assert withheld(exports.opened(exports.undated(small(), won, lost))) == ""


def undated_file(folder, won=40, lost=160, blank_won=16, blank_lost=8):
    rows = [["deal_id", "manager", "status", "amount", "created_at", "closed_at"]]
    for status, number, blank in (("won", won, blank_won), ("lost", lost, blank_lost)):
        for n in range(number):
            rows.append(
                [f"{status}{n}", "Ann", status, 5, "2026-08-01", "" if n < blank else f"2026-09-{n % 27 + 1:02d}"]
            )
    rows.append(["open", "Ann", "open", 5, "2026-10-02", ""])
    return read(folder, rows, month="2026-09")


def test_the_remark_names_the_share_by_result_and_both_rates(tmp_path):
    found = said(undated_file(tmp_path))["no closing date"]
    assert (found["won"], found["won_of"], found["lost"], found["lost_of"]) == (16, 40, 8, 160)
    text = notice("no closing date", found, VOICE)
    assert "16 of 40 won deals (40.0%)" in text and "8 of 160 lost ones (5.0%)" in text
    assert "13.6% by the deals with a date and 20.0% by all" in text


def test_missing_dates_alike_are_remarked_on_without_a_second_rate(tmp_path):
    found = said(undated_file(tmp_path, blank_won=8, blank_lost=32))["no closing date"]
    assert not found["unequal"] and "by all closed" not in notice("no closing date", found, VOICE)


def test_wins_without_a_date_stand_apart_from_those_won_so_far():
    book = exports.opened(exports.undated(small(), 0.4, 0.12))
    found = s.leads(book)
    year = found.leads[found.leads["span"] == "year"].iloc[0]
    assert year["undated"] > 0 and year["won"] + year["undated"] + year["lost"] + year["open"] == year["leads"]
    assert f"{year['undated']} more are won without a closing date" in repr(found.text())
    assert len(found.deals(span="year", outcome="undated")) == year["undated"]
    cohort = s.cohorts(book)
    assert cohort.undated == len(cohort.deals(counted_in="undated")) > 0


def test_a_lead_is_won_by_a_dated_sale_before_an_undated_one():
    deals = pd.DataFrame(
        {"deal_id": ["1", "2", "3"], "status": "won", "closed_at": pd.to_datetime(["2026-09-02", None, None])}
    )
    row = s.lead_conversion(None, deals.assign(created_at=pd.Timestamp("2026-09-01"))).iloc[0]
    assert (row["won"], row["undated"], row["open"]) == (1, 2, 0)


# ---- the day of the export


def every_day(first, days, each=10):
    start = dt.date.fromisoformat(first)
    return {start + dt.timedelta(days=n): each for n in range(days)}


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (every_day("2026-01-01", 172) | {dt.date(2026, 12, 11): 1}, "2026-06-21"),  # one row half a year later
        (every_day("2026-01-01", 172) | {dt.date(2026, 12, 11): 1, dt.date(2027, 3, 1): 1}, "2026-06-21"),
        (every_day("2026-01-01", 172) | {dt.date(2026, 8, 20): 3}, "2026-06-21"),
        (every_day("2026-01-01", 172) | {dt.date(2026, 8, 20): 4}, "2026-08-20"),  # four rows are no slip of the pen
        (every_day("2026-01-01", 172) | {dt.date(2026, 7, 20): 1}, "2026-07-20"),  # a month of holidays
        ({dt.date(2026, 1, 1): 5, dt.date(2026, 3, 9): 1}, "2026-03-09"),  # a small export
        (
            {dt.date(2026, n, 1): 30 for n in (1, 4, 7, 10)} | {dt.date(2027, 1, 1): 1},
            "2027-01-01",
        ),  # a trade of quarters
        (
            every_day("2024-01-01", 700, 200) | {dt.date(2027, 1, 1): 100},
            "2025-11-30",
        ),  # less than a thousandth of the facts
        (every_day("2024-01-01", 700, 200) | {dt.date(2027, 1, 1): 200}, "2027-01-01"),
    ],
)
def test_the_export_ends_where_its_facts_end(days, expected):
    assert str(latest(days).day) == expected


def stray_file(folder, closed="2024-12-11"):
    rows = [["deal_id", "manager", "status", "created_at", "closed_at"]]
    for n in range(172):
        day = dt.date(2024, 1, 1) + dt.timedelta(days=n)
        rows.append([f"{n}", "Ann", "won" if n % 3 else "lost", str(day), str(day)])
    rows.append(["late", "Ann", "won", "2024-06-01", closed])
    return read(folder, rows)


def test_a_stray_closing_is_remarked_on_and_not_believed(tmp_path):
    found = stray_file(tmp_path)
    assert (str(found.snapshot), found.month) == ("2024-06-20", "2024-05")
    assert rules(found)["closed in the future", "set aside"] == 1
    text = notice("stray day", said(found)["stray day"], VOICE)
    assert "1 row names a day up to 11 Dec 2024" in text and "deals.csv:174" in text and "20 Jun 2024" in text


def test_a_last_day_that_belongs_to_the_others_is_believed(tmp_path):
    found = stray_file(tmp_path, "2024-06-28")
    assert str(found.snapshot) == "2024-06-28" and "stray day" not in said(found)


# ---- dates by day, week or month


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (pd.date_range("2025-01-01", periods=24, freq="MS"), "month"),
        (pd.date_range("2025-01-31", periods=24, freq="ME"), "month"),
        (pd.date_range("2026-01-05", periods=24, freq="7D"), "week"),
        (pd.date_range("2026-01-01", periods=40, freq="D"), "day"),
        (pd.date_range("2026-01-01", periods=40, freq="29h"), "time"),
        (pd.date_range("2025-01-01", periods=12, freq="MS"), "time"),  # too few to tell
    ],
)
def test_how_finely_dates_are_written(days, expected):
    found = pd.Series(days)
    whole = found.dt.normalize().value_counts()
    clocks = (found.dt.hour * 60 + found.dt.minute).value_counts()
    assert of_days(pd.Series(whole.index), pd.Series(whole.to_numpy()), clocks) == expected


def test_a_midnight_elsewhere_is_a_day_here():
    days = pd.Series(pd.date_range("2026-01-01", periods=300, freq="D")) + pd.Timedelta(hours=3)
    frame = pd.DataFrame(
        {"deal_id": range(300), "manager": "Ann", "status": "won", "created_at": days, "closed_at": days}
    )
    assert told(s.book(frame, month="2026-09")).created == "day"


@pytest.mark.parametrize("grain", ["week", "month"])
def test_dates_by_week_or_month_tell_no_length_no_landmark_and_no_clean_up(grain):
    book = exports.opened(exports.by_grain(small(), grain))
    length, _ = section(book, "02-deal-length")
    assert length[0].startswith(f"The export gives dates by {grain}, so no length in days can be told.")
    assert " days" not in "\n".join(length).replace("in days", "")
    assert s.drivers(book).attrs["refused"] == "coarse" and fitted(book).model is None
    assert bulk_closings(book.closer_deals, book.month).empty
    assert s.process(book).same_day["same_day"] == 0
    figures, records = section(book, "00-summary")
    assert "Deal length" not in "\n".join(figures) and "clean-up" not in "\n".join(figures)
    assert records["conversion"]["value"] is not None  # what the months tell is told


def test_a_thousand_closings_of_the_first_of_the_month_are_no_clean_up():
    days = pd.date_range("2025-10-01", periods=12, freq="MS")
    deals = pd.DataFrame({"deal_id": range(1200), "manager": "Ann", "status": ["lost", "won", "lost"] * 400,
                          "created_at": np.repeat(days, 100), "closed_at": np.repeat(days, 100)})  # fmt: skip
    last = [
        deals.tail(100).assign(deal_id=range(n, n + 100)) for n in range(2000, 3000, 100)
    ]  # eleven times a usual day
    book = s.book(pd.concat([deals, *last]), month="2026-09")
    quality = s.data_quality(book)
    assert quality.bulk.empty and not any(code == "mass closings" for code, _ in quality.alarms)


def test_days_without_times_tell_no_minutes():
    book = exports.opened(exports.by_grain(small(), "day"))
    found = s.touchpoints(book)
    assert found.whole.empty and found.grain == "day"
    assert found.text().plain.startswith("The export gives days without the time")
    assert s.deal_length(book.closer_deals, period=book.month)["mean_days"].notna().all()  # days are known


# ---- amounts, ranges, plurals, names


@pytest.mark.parametrize("value", [None, 0.0])
def test_without_amounts_nothing_is_said_of_money(value):
    book = exports.opened(exports.unpriced(small(), value))
    text, records = section(book, "00-summary")
    joined = "\n".join(text)
    assert "₽0" not in joined and "amounts are not in the export" in joined
    assert "Won amount:" not in joined and records["money"]["won_amount"] is None
    reasons = s.losses(book).reasons
    assert reasons["amount"].isna().all()


def test_one_value_is_no_range():
    months = pd.DataFrame(
        {"month": ["2026-08", "2026-09"], "won": [10, 10], "closed": [20, 20], "conversion": [0.5, 0.5]}
    )
    text = repr(Trend(BOOK, months, span_of_year(months), "").text())
    assert "50.0% in each of the months" in text and "Between" not in text
    people = pd.DataFrame({"manager": ["Ann", "Bo"], "closed": [10, 10], "conversion": [0.5, 0.5]})
    said_ = repr(ByManager(BOOK, people, 0, people.head(0), "").text())
    assert "50.0% with each of the 2 sales reps" in said_ and "Between" not in said_


def test_a_clean_up_elsewhere_that_took_one_deal_is_none_here():
    usual = pd.date_range("2026-01-02", periods=270, freq="D")
    rows = [("Ann", "lost", "Site", day) for day in usual] + [("Ann", "lost", "Fair", pd.Timestamp("2026-09-10"))]
    rows += [("Ann", "lost", "Site", pd.Timestamp("2026-09-10"))] * 60 + [("Bo", "won", "Fair", day) for day in usual]
    deals = pd.DataFrame(rows, columns=["manager", "status", "channel", "closed_at"]).assign(
        created_at=pd.Timestamp("2026-01-01")
    )
    deals = deals.assign(deal_id=range(len(deals)))
    department = s.book(deals, month="2026-09", as_of="2026-09-30", channels=["Site", "Fair"])
    fair = s.book(deals, month="2026-09", as_of="2026-09-30", channels=["Site", "Fair"], channel="Fair")
    whole, own = s.data_quality(department), s.data_quality(fair)
    assert whole.bulk["rows"].tolist() == [62] and own.bulk.empty
    assert not any(code == "mass closings" for code, _ in own.alarms)


@pytest.mark.parametrize(("n", "expected"), [(1, "закрыто сделок — 1"), (21, "закрыто сделок — 21")])
def test_counts_agree_with_what_they_count(n, expected):
    row = {"manager": "Ann", "day": "2026-09-10", "clean_up": False, "rows": n, "lost": 0, "reason": None, "amount": None, "age_days": None,
           "whole_rows": n, "untold": "no lost"}  # fmt: skip
    english = notice("mass closings", row, VOICE)
    assert (f"closed {n} deal on" in english) == (n == 1) and "1 deals" not in english.replace("21 deals", "")
    assert expected in notice("mass closings", row, Voice("ru"))


def test_a_name_stands_once_in_a_list():
    assert VOICE.listing(["Ulysses Adams"] * 3) == "Ulysses Adams"
    assert VOICE.listing(["Ann", "Bo", "Ann"]) == "Ann and Bo" and VOICE.listing([30, 30], again=True) == "30 and 30"


# ---- the first month, the alarm, the classes


def first_month_book():
    deals = pd.DataFrame({"deal_id": range(600), "manager": ["Ann", "Bo", "Cy"] * 200, "status": ["won", "lost"] * 300,
                          "created_at": "2026-09-01", "closed_at": "2026-09-09", "channel": "Site"})  # fmt: skip
    return s.book(deals, month="2026-09", as_of="2026-09-30")


def test_the_first_month_of_an_export_has_no_earlier_one_however_large_it_is():
    book = first_month_book()
    text = repr(s.robustness(book).text())
    assert "no earlier one to compare with" in text and "so few" not in text
    assert "so few" not in repr(s.mix_and_rate(book).text())
    assert "enough closed deals" not in repr(s.by_channel(book).text())


@pytest.mark.parametrize(
    ("value", "n", "expected"),
    [(0.79, 400, "maybe leak"), (0.81, 400, "maybe leak"), (0.83, 4000, "leak"), (0.7, 4000, None)],
)
def test_the_alarm_has_a_zone_in_which_it_cannot_tell(value, n, expected):
    low, high = auc_interval(value, n, n)
    assert leak_verdict(low, high, 0.8) == expected and low < value < high


def test_a_leak_names_the_column_that_predicts_best():
    draw = np.random.default_rng(1)
    won = draw.random(3000) < 0.4
    touch = np.where(won ^ (draw.random(3000) < 0.08), "3+", "0")
    frame = pd.DataFrame({"manager": draw.choice(list("ABCD"), 3000), "status": np.where(won, "won", "lost"), "touch_bin": touch,
                          "is_target": draw.choice(["yes", "no"], 3000), "month": draw.integers(1, 9, 3000)})  # fmt: skip
    gate = fitted(frame, {"touchpoints": ["touch_bin"], "target": ["is_target"]}).gate
    assert gate.code == "leak" and gate.values["column"] == "touch_bin" and gate.values["low"] > 0.8
    text = repr(refusal(gate, VOICE))
    assert "touch_bin" in text and "points of contact" in text


def test_a_missing_value_has_no_class():
    table = s.abc({"a": 100, "b": np.nan, "c": 0, "d": -5})
    assert table.set_index("item")["abc"].fillna("none").to_dict() == {"a": "A", "b": "none", "c": "N", "d": "N"}


# ---- no closing date at all


def test_check_says_that_no_month_can_be_made_and_the_run_too(tmp_path):
    folder = small_company(tmp_path)
    rows = [
        [str(n), "Ann", f"2026-0{n % 2 + 7}-01", "", "Won" if n % 2 else "Lost", 10, "Site" if n < 4 else "Phone"]
        for n in range(8)
    ]
    write_deals(folder, rows)
    lines = list(check_lines(str(folder / "p.yaml")))
    assert "no month can be made" in lines[0]
    assert next_step(str(folder / "p.yaml")) == ""
    with pytest.raises(RunError, match="no month can be made: not one of the 8 won and lost deals"):
        run(folder / "p.yaml", out=folder / "out")


def test_an_export_of_one_day_without_closing_dates_says_the_same(tmp_path):
    folder = small_company(tmp_path)
    write_deals(folder, [[str(n), "Ann", "2026-08-01", "", "Won", 10, "Site"] for n in range(3)])
    with pytest.raises(DataError, match="no month can be made"):
        list(check_lines(str(folder / "p.yaml")))
