"""Sales reps on the page: who is said to lie above or below, what a card says, what stays unsaid."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from salesnb.formats import Voice
from salesnb.measures.conversion import conversion
from salesnb.model import (
    benchmark_gaps,
    gaps,
    manager_rates,
    outside_corridor,
    significant_reps,
    window_gaps,
    year_verdict,
)
from salesnb.model.gaps import certain
from salesnb.params import Thresholds
from salesnb.source.book import open_book
from salesnb.topics import words
from salesnb.topics.by_manager import ByManager
from salesnb.topics.manager_gaps import ManagerGaps, each_person
from salesnb.topics.managers import Managers
from tests.test_sample import ROOT

CUTS, VOICE = Thresholds(), Voice()
NO_BULK = pd.DataFrame(columns=["manager", "day", "rows", "month_closed", "rest_won", "rest_closed"])
PARTS = ("target", "process", "qualification", "touchpoints", "channels", "quick", "manager", "chance")


def rates(*rows, overall=0.3):
    names = ["manager", "won", "lost", "closed", "conversion", "low", "high", "closed_window", "standardised", "std_low", "std_high",
             "p_above", "p_best", "z", "verdict"]  # fmt: skip
    frame = pd.DataFrame(rows, columns=names)
    frame.attrs = {"method": "model", "overall": overall, "counted": len(rows), "months": 12, "untold": ""}
    return frame


def the_managers(frame, best=None, spread=None, voice=VOICE):
    """The Result of a table as `manager_rates` gives it, nobody of whom lies outside the corridor."""
    judged = frame.assign(year_verdict=year_verdict(frame, CUTS))
    window = frame[["manager", "closed_window", "conversion"]].assign(side="")
    book = SimpleNamespace(voice=voice, thresholds=CUTS, month="2026-09")
    return Managers(book, judged, frame, window, pd.DataFrame(), 0.3, best, spread, **frame.attrs)


def the_gaps(frame, month, year, significant=(), bulk=None, voice=VOICE):
    reps, year = the_managers(frame, voice=voice), year.assign(certain=certain(year))
    people = each_person(reps, month, year, significant)
    return ManagerGaps(reps.book, reps, people, month, year, None, month.head(0), NO_BULK if bulk is None else bulk)


def cards(frame, month, year, **more):
    return the_gaps(frame, month, year, **more).chart("cards").plain


def person(name, won=6, closed=20, window=200, rate=0.3, p_above=0.5, verdict="cannot tell"):
    return (
        name,
        won,
        closed - won,
        closed,
        won / closed if closed else np.nan,
        0.1,
        0.5,
        window,
        rate,
        rate - 0.05,
        rate + 0.05,
        p_above,
        0.2,
        0.0,
        verdict,
    )


def gaps_of(name, **points):
    rows = [(name, p, *points.get(p, (0.0, -0.01, 0.01))) for p in PARTS]
    return pd.DataFrame(rows, columns=["manager", "part", "points", "low", "high"])


def test_above_and_below_are_said_at_a_chance_of_ninety_seven_and_a_half_per_cent():
    frame = rates(person("A", p_above=0.976), person("B", p_above=0.974), person("C", p_above=0.024), person("D", p_above=0.026),
                  person("E", p_above=0.999, verdict="above"), person("F", p_above=np.nan))  # fmt: skip
    assert year_verdict(frame, CUTS).tolist() == [
        "likely above",
        "cannot tell",
        "likely below",
        "cannot tell",
        "above",
        "cannot tell",
    ]


def test_the_answer_names_who_is_told_and_else_says_what_it_would_take():
    told = the_managers(
        rates(person("Ann", p_above=0.99, rate=0.4), person("Bo", p_above=0.01, rate=0.2), person("Cy")), spread=0.07
    ).text()
    assert "above average: Ann." in told.plain and "below average: Bo." in told.plain and "Cy" not in told.plain
    few = the_managers(rates(*(person(n, window=15) for n in ("Ann", "Bo", "Cy")))).text()
    assert "nobody can be told" in few.plain and "It takes about 100 each." in few.plain


FEW = {"window": 4, "verdict": "too few"}  # under the ten closed deals that a verdict takes


@pytest.mark.parametrize(
    ("ann", "bo", "answer", "card"),
    [
        ({"p_above": 0.5, "window": 30}, FEW, "nobody can be told from the average", "it cannot be told from the average of all 4"),
        ({"p_above": 0.999}, {"p_above": 0.5}, "above average: Ann.", "above the average of all 4"),
        ({"p_above": 0.001}, FEW, "below average: Ann.", "below the average of all 4"),
        (FEW | {"p_above": 0.999}, FEW, "Nobody can be told from the average", "too few closed deals for a rate of their own"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("voice", [VOICE, Voice("ru")], ids=["en", "ru"])
def test_the_answer_and_the_cards_agree_where_few_have_deals_enough(ann, bo, answer, card, voice):
    frame = rates(person("Ann", **ann), person("Bo", **bo), person("Cy", **FEW), person("Di", **FEW))
    found = the_managers(frame, spread=0.07, voice=voice)
    said, carded = found.text().plain, cards(frame, gaps_of("Ann"), gaps_of("Ann"), voice=voice)
    for wrong in ("Nobody is compared", "Никто ни с кем не сравнивается", "outlier", "выброс"):
        assert wrong not in said and wrong not in carded  # of one or two nobody looks for outliers
    judged = [name for name, kind in (("Ann", ann), ("Bo", bo)) if "verdict" not in kind]
    assert all(name in said for name in judged) and "Cy" not in said
    if voice is VOICE:
        assert answer in said and card in carded
        assert "There is no corridor: it takes 3 sales reps with 10 closed deals each" in found.corridor().plain  # fmt: skip


def test_a_month_within_chance_is_no_reason_to_act_whatever_its_gap():
    frame = rates(person("Ann", won=1, closed=12))
    month = gaps_of("Ann", qualification=(-0.2, -0.3, -0.1))
    said = cards(frame, month, gaps_of("Ann"))
    assert "can be chance" in said and "qualification" not in said.lower()


def test_equal_gaps_stand_in_the_order_of_the_names_whatever_their_last_digit():
    frame = rates(person("Ann"), person("Bo"))
    parts = gaps_of("Ann", target=(0.1, 0, 1), process=(0.2, 0, 1)), gaps_of("Bo", target=(0.3, 0, 1))
    assert sum(parts[0]["points"]) > sum(parts[1]["points"])  # 0.1 + 0.2 is more than 0.3 to a machine
    shown = the_gaps(frame, pd.concat(parts), pd.concat(parts)).table("month").plain
    assert shown.index("Ann") < shown.index("Bo")


def test_the_card_looks_where_the_year_is_clearly_below_and_never_at_what_helps():
    frame = rates(person("Ann", p_above=0.001, rate=0.2))
    year = gaps_of(
        "Ann", qualification=(0.05, 0.02, 0.08), touchpoints=(-0.04, -0.06, -0.02), channels=(-0.09, -0.2, 0.02)
    )
    said = cards(frame, gaps_of("Ann"), year)
    assert "To look at: the first answer and the first week" in said
    assert (
        "staff qualification +5 pp; points of contact −4 pp; the rest, −9 pp, is not certain part by part (sales channels)"
        in said.replace("\xa0", " ")
    )


def test_somebody_above_is_an_example_for_the_others():
    frame = rates(person("Ann", p_above=0.999, rate=0.45))
    year = gaps_of("Ann", qualification=(0.09, 0.05, 0.13))
    said = cards(frame, gaps_of("Ann"), year)
    assert "For the others to look at: two of this sales rep's best calls." in said and "To look at:" not in said


def test_where_too_few_sell_enough_nobody_is_laid_beside_anybody():
    few = rates(person("Ann", window=9), person("Bo", window=30), person("Cy", window=30))
    said = the_managers(few).corridor()
    assert said.kind == "refusal" and the_managers(few).chart("corridor").html == ""
    none = the_managers(rates(person("Ann", window=9), person("Bo", window=1)))
    assert none.chart().html == ""
    table = none.table().plain
    assert "At the same leads" not in table and "Closed in the year" in table
    enough = rates(person("Ann", window=10), person("Bo", window=30), person("Cy", window=30))
    assert the_managers(enough).corridor().plain.startswith("Nobody: all rates")


def test_what_to_look_at_and_what_it_takes_are_facts_of_the_result():
    frame = rates(
        person("Ann", p_above=0.001, closed=20), person("Bo", p_above=0.999, closed=19), person("Cy", closed=12, window=30),
        person("Di", closed=9, window=15), person("Ed", closed=1, window=4, verdict="too few"),
    )  # fmt: skip
    year = pd.concat([
        gaps_of("Ann", touchpoints=(-0.04, -0.06, -0.02)), gaps_of("Bo", channels=(0.2, 0.1, 0.3), process=(0.1, 0.05, 0.2)),
        *(gaps_of(name) for name in ("Cy", "Di", "Ed")),
    ])  # fmt: skip
    people = the_gaps(frame, year, year, ["Cy"]).people.set_index("manager")
    assert people["look"].to_dict() == {"Ann": "touchpoints", "Bo": "manager", "Cy": "manager", "Di": "manager", "Ed": "few deals"}  # fmt: skip
    assert not people["example"].any()  # the channels of somebody above are none for the others
    assert people["month_verdict"].tolist() == ["chance", "chance", "significant", "too few", "too few"]
    assert people["months_needed"].dropna().to_dict() == {"Cy": 40.0}  # 15 a year would take longer than params allow


def test_somebody_with_few_deals_is_looked_at_deal_by_deal():
    frame = rates(person("Ann", won=0, closed=1, window=1))
    said = cards(frame, gaps_of("Ann"), gaps_of("Ann"))
    assert "one by one" in said and "three won" not in said


def test_a_month_without_a_closing_has_no_cards():
    frame = rates(person("Ann")).assign(closed=0)
    frame.attrs = rates(person("Ann")).attrs
    said = cards(frame, gaps_of("Ann"), gaps_of("Ann"))
    assert said == "Nobody closed a deal in the month."


def test_a_day_of_mass_closing_is_said_first():
    bulk = pd.DataFrame(
        [
            {
                "manager": "Ann",
                "day": pd.Timestamp("2026-09-29"),
                "rows": 28,
                "month_closed": 34,
                "rest_won": 5,
                "rest_closed": 6,
            }
        ]
    )
    said = cards(rates(person("Ann", won=5, closed=34)), gaps_of("Ann"), gaps_of("Ann"), bulk=bulk)
    assert "28 of the 34. Without that day 5 of 6 were won." in said.split("\n")[1]


def test_months_are_called_different_only_after_looking_at_everybody():
    # 20 people at 6 of 20, one at 12: p = .008 alone, but 20 looks make .16 of it
    many = pd.DataFrame({"manager": [f"M{n}" for n in range(20)], "won": [12] + [6] * 19, "closed": 20})
    assert significant_reps(many, CUTS) == []
    far = many.assign(won=[18] + [6] * 19)
    assert significant_reps(far, CUTS) == ["M0"]


def test_outside_the_corridor_is_beyond_its_95_percent_limits():
    limits = pd.DataFrame({"n": [10, 1000], "low95": [0.2, 0.2], "high95": [0.4, 0.4]})
    window = pd.DataFrame({"manager": ["A", "B", "C"], "closed": [50, 50, 50], "conversion": [0.41, 0.3, 0.19]})
    assert outside_corridor(window, limits).to_dict("list") == {"manager": ["A", "C"], "side": ["above", "below"]}


@pytest.fixture(scope="module")
def sample():
    return open_book(ROOT / "params" / "sample.yaml", "2026-09")


def test_each_caller_has_a_table_of_its_own(sample):
    for make in (manager_rates, gaps):
        first = make(sample)
        first["manager"] = "somebody"
        again = make(sample)
        assert (again["manager"] != "somebody").all() and again.attrs == first.attrs


def test_the_year_and_the_benchmark_are_taken_apart_exactly(sample):
    table = manager_rates(sample).set_index("manager")
    year = window_gaps(sample).groupby("manager")["points"].sum()
    raw = conversion(sample.closer_deals, by="manager", period=sample.window_period).set_index("manager")["conversion"]
    whole = conversion(sample.closer_deals, period=sample.window_period)["conversion"][0]
    assert year.to_dict() == pytest.approx((raw - whole)[year.index].to_dict(), abs=1e-9)
    against = benchmark_gaps(sample, "Olga Smirnova").groupby("manager")["points"].sum()
    assert against["Elena Novak"] == pytest.approx(5 / 34 - 9 / 26, abs=1e-9)
    assert "Olga Smirnova" not in against.index and set(year.index) == set(table.index)


def test_leads_alone_are_expected_so_z_and_the_rate_at_the_same_leads_agree_in_sign(sample):
    table = manager_rates(sample)
    clear = table[(table.p_above > 0.9) | (table.p_above < 0.1)]
    assert len(clear) > 4 and ((clear.z > 0) == (clear.p_above > 0.5)).all()
    mean = np.average(table.standardised, weights=table.closed_window)
    assert table.attrs["overall"] == pytest.approx(mean, abs=0.01)


def test_who_stands_out_on_one_page_is_looked_at_among_the_people_of_all_pages():
    month = pd.DataFrame({"manager": ["Ann", "Bo", "Cy"], "won": [27, 12, 13], "closed": [40, 40, 40]})
    # alone the three name Ann; as three of sixty nobody
    assert significant_reps(month, CUTS) == ["Ann"] and significant_reps(month, CUTS, looked=60) == []


RU = Voice("ru")


@pytest.mark.parametrize(("p_above", "side"), [(0.999, "above the average"), (0.001, "below the average"), (0.5, "cannot be told from the average")])  # fmt: skip
def test_a_card_says_of_whom_the_average_is(p_above, side):
    frame = rates(person("Ann", p_above=p_above), *(person(f"M{n}", closed=0) for n in range(13)), overall=0.043)
    said = cards(frame, gaps_of("Ann"), gaps_of("Ann"))
    assert f"{side} of all 14 sales reps of this page, 4.3%." in said
    russian = cards(frame, gaps_of("Ann"), gaps_of("Ann"), voice=RU)
    assert "по всем менеджерам этой страницы (их 14), 4,3" in russian


def test_the_answer_the_chart_and_the_table_say_whose_average_and_whose_deals():
    frame = rates(*(person(n) for n in ("Ann", "Bo", "Cy")), overall=0.043)
    found = the_managers(frame)
    told = found.text().plain
    assert "The average is that of all 3 sales reps of this page, 4.3%; it and every rate stand on the deals of this page alone." in told  # fmt: skip
    assert "The average of all 3 sales reps of this page: 4.3%." in found.chart().alt
    note = found.table().plain
    assert "what somebody sells in other channels counts on the pages of those" in note and "landmark" in note
    frame.attrs["method"] = "beta-binomial"
    note = the_managers(frame).table().plain
    assert "Here the leads are not considered" in note and "landmark" not in note


def nobody_beside(*names):
    """The rates of a page with too few people for a comparison, as `manager_rates` gives them."""
    frame = rates(*(person(n, won=14, closed=154, window=1641, rate=np.nan, p_above=np.nan) for n in names), overall=np.nan)  # fmt: skip
    return frame.assign(p_best=np.nan, std_low=np.nan, std_high=np.nan, z=np.nan)


@pytest.mark.parametrize("names", [["Solo"], ["Ann", "Bo"]])
def test_with_too_few_people_the_page_holds_nobody_against_anything(names):
    frame = nobody_beside(*names)
    frame.attrs["counted"] = len(names)
    none = pd.concat([gaps_of(n).assign(manager=n, points=np.nan) for n in names])
    found = the_gaps(frame, none, none)
    carded = found.chart("cards").plain
    assert "Nobody is compared: a comparison takes 3 sales reps with closed deals" in carded and "14 of 154" in carded
    for wrong in ("average", "too short", "too few", "nan"):
        assert wrong not in carded
    reason = words.nobody_compared(VOICE, CUTS.min_managers)
    assert reason in carded and found.managers.text().plain == reason
    assert found.text().plain == reason
    table = found.managers.table().plain
    assert "average" not in table and "At the same leads" not in table
    assert found.managers.chart().html == ""


def test_a_month_closed_by_one_person_alone_is_compared_with_nothing():
    frame = rates(person("Ann", won=6, closed=20), person("Bo", closed=0), person("Cy", closed=0))
    missing = gaps_of("Ann").assign(points=np.nan)
    said = cards(frame, missing, gaps_of("Ann"))
    assert "Nobody else closed a deal in the month" in said and "too short" not in said


def by_manager(frame):
    book = SimpleNamespace(voice=VOICE, thresholds=CUTS)
    none = pd.DataFrame(columns=["manager", "day", "rows", "month_closed", "rest_won", "rest_closed"])
    return ByManager(book, frame, 0, none, "").text().plain


def test_the_conversion_of_one_person_is_no_range_and_not_nobodys():
    frame = rates(person("Solo", won=14, closed=154))
    frame["conversion"] = frame["won"] / frame["closed"]
    said = by_manager(frame)
    assert said == "Only Solo has enough closed deals in the month for a rate of their own: 9.1%, 14 of 154."
    same, apart = rates(person("Ann"), person("Bo")), rates(person("Ann"), person("Bo")).assign(conversion=[0.3, 0.4])
    assert "Between 30.0% and 40.0%" in by_manager(apart)
    assert by_manager(same).startswith("30.0% with each of the 2 sales reps")  # one value is no range
