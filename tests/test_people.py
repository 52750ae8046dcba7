"""Sales reps on the page: who is said to lie above or below, what a card says, what stays unsaid."""

import numpy as np
import pandas as pd
import pytest

from salesnb.formats import Voice
from salesnb.measures.conversion import conversion
from salesnb.model import benchmark_gaps, beyond_chance, manager_rates, outside_corridor, window_gaps
from salesnb.params import Thresholds
from salesnb.show import gaps as gaps_words
from salesnb.show import managers, people, questions
from salesnb.source.book import open_book
from tests.test_sample import ROOT

CUTS, VOICE = Thresholds(), Voice()
NO_MASS = pd.DataFrame(columns=["manager", "day", "rows", "month_closed", "rest_won", "rest_closed"])
PARTS = ("target", "process", "qualification", "touchpoints", "channels", "quick", "manager", "chance")


def rates(*rows, overall=0.3):
    names = ["manager", "won", "lost", "closed", "conversion", "low", "high", "closed_window", "standardised", "std_low", "std_high",
             "p_above", "p_best", "z", "verdict"]  # fmt: skip
    frame = pd.DataFrame(rows, columns=names)
    frame.attrs = {"method": "model", "refused": None, "overall": overall, "counted": len(rows), "months": 12}
    return frame


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
    assert managers.standing(frame, CUTS).tolist() == [
        "likely above",
        "cannot tell",
        "likely below",
        "cannot tell",
        "above",
        "cannot tell",
    ]


def test_the_answer_names_who_is_told_and_else_says_what_it_would_take():
    told = managers.answer(
        rates(person("Ann", p_above=0.99, rate=0.4), person("Bo", p_above=0.01, rate=0.2), person("Cy")),
        None,
        0.07,
        VOICE,
        CUTS,
    )
    assert "above average: Ann." in told.plain and "below average: Bo." in told.plain and "Cy" not in told.plain
    few = managers.answer(rates(*(person(n, window=15) for n in ("Ann", "Bo", "Cy"))), None, None, VOICE, CUTS)
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
    said = managers.answer(frame, None, 0.07, voice, CUTS).plain
    cards = people.cards(frame, gaps_of("Ann"), gaps_of("Ann"), [], NO_MASS, voice, CUTS).plain
    for wrong in ("Nobody is compared", "Никто ни с кем не сравнивается", "outlier", "выброс"):
        assert wrong not in said and wrong not in cards  # of one or two nobody looks for outliers
    judged = [name for name, kind in (("Ann", ann), ("Bo", bo)) if "verdict" not in kind]
    assert all(name in said for name in judged) and "Cy" not in said
    if voice is VOICE:
        assert answer in said and card in cards
        assert "There is no corridor: it takes 3 sales reps with 10 closed deals each" in managers.corridor_answer(frame, frame.head(0), voice, CUTS).plain  # fmt: skip


def test_a_month_within_chance_is_no_reason_to_act_whatever_its_gap():
    frame = rates(person("Ann", won=1, closed=12))
    month = gaps_of("Ann", qualification=(-0.2, -0.3, -0.1))
    said = people.cards(frame, month, gaps_of("Ann"), [], NO_MASS, VOICE, CUTS).plain
    assert "can be chance" in said and "qualification" not in said.lower()


def test_the_card_looks_where_the_year_is_clearly_below_and_never_at_what_helps():
    frame = rates(person("Ann", p_above=0.001, rate=0.2))
    year = gaps_of(
        "Ann", qualification=(0.05, 0.02, 0.08), touchpoints=(-0.04, -0.06, -0.02), channels=(-0.09, -0.2, 0.02)
    )
    said = people.cards(frame, gaps_of("Ann"), year, [], NO_MASS, VOICE, CUTS).plain
    assert "To look at: the first answer and the first week" in said
    assert (
        "staff qualification +5 pp; points of contact −4 pp; the rest, −9 pp, is not certain part by part (sales channels)"
        in said.replace("\xa0", " ")
    )


def test_somebody_above_is_an_example_for_the_others():
    frame = rates(person("Ann", p_above=0.999, rate=0.45))
    year = gaps_of("Ann", qualification=(0.09, 0.05, 0.13))
    said = people.cards(frame, gaps_of("Ann"), year, [], NO_MASS, VOICE, CUTS).plain
    assert "For the others to look at: two of this sales rep's best calls." in said and "To look at:" not in said


def test_where_too_few_sell_enough_nobody_is_laid_beside_anybody():
    few = rates(person("Ann", window=9), person("Bo", window=30), person("Cy", window=30))
    nobody = few.head(0)
    said = managers.corridor_answer(few, nobody, VOICE, CUTS)
    assert said.kind == "refusal" and managers.corridor_chart(few, {}, nobody, VOICE, CUTS).html == ""
    none = rates(person("Ann", window=9), person("Bo", window=1))
    assert managers.rates_chart(none, 0.3, "model", VOICE, CUTS).html == ""
    table = managers.rates_table(none, VOICE, CUTS).plain
    assert "At the same leads" not in table and "Closed in the year" in table
    enough = rates(person("Ann", window=10), person("Bo", window=30), person("Cy", window=30))
    assert managers.corridor_answer(enough, nobody, VOICE, CUTS).plain.startswith("Nobody: all rates")


def test_somebody_with_few_deals_is_looked_at_deal_by_deal():
    frame = rates(person("Ann", won=0, closed=1, window=1))
    said = people.cards(frame, gaps_of("Ann"), gaps_of("Ann"), [], NO_MASS, VOICE, CUTS).plain
    assert "one by one" in said and "three won" not in said


def test_a_month_without_a_closing_has_no_cards():
    frame = rates(person("Ann")).assign(closed=0)
    frame.attrs = rates(person("Ann")).attrs
    said = people.cards(frame, gaps_of("Ann"), gaps_of("Ann"), [], NO_MASS, VOICE, CUTS).plain
    assert said == "Nobody closed a deal in the month."


def test_a_day_of_mass_closing_is_said_first():
    mass = pd.DataFrame(
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
    said = people.cards(
        rates(person("Ann", won=5, closed=34)), gaps_of("Ann"), gaps_of("Ann"), [], mass, VOICE, CUTS
    ).plain
    assert "28 of the 34. Without that day 5 of 6 were won." in said.split("\n")[1]


def test_months_are_called_different_only_after_looking_at_everybody():
    # 20 people at 6 of 20, one at 12: p = .008 alone, but 20 looks make .16 of it
    many = pd.DataFrame({"manager": [f"M{n}" for n in range(20)], "won": [12] + [6] * 19, "closed": 20})
    assert beyond_chance(many, CUTS) == []
    far = many.assign(won=[18] + [6] * 19)
    assert beyond_chance(far, CUTS) == ["M0"]


def test_outside_the_corridor_is_beyond_its_95_percent_limits():
    limits = pd.DataFrame({"n": [10, 1000], "low95": [0.2, 0.2], "high95": [0.4, 0.4]})
    window = pd.DataFrame({"manager": ["A", "B", "C"], "closed": [50, 50, 50], "conversion": [0.41, 0.3, 0.19]})
    assert outside_corridor(window, limits).to_dict("list") == {"manager": ["A", "C"], "side": ["above", "below"]}


@pytest.fixture(scope="module")
def sample():
    return open_book(ROOT / "params" / "sample.yaml", "2026-09")


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
    assert beyond_chance(month, CUTS) == ["Ann"] and beyond_chance(month, CUTS, looked=60) == []


RU = Voice("ru")


@pytest.mark.parametrize(("p_above", "side"), [(0.999, "above the average"), (0.001, "below the average"), (0.5, "cannot be told from the average")])  # fmt: skip
def test_a_card_says_of_whom_the_average_is(p_above, side):
    frame = rates(person("Ann", p_above=p_above), *(person(f"M{n}", closed=0) for n in range(13)), overall=0.043)
    said = people.cards(frame, gaps_of("Ann"), gaps_of("Ann"), [], NO_MASS, VOICE, CUTS).plain
    assert f"{side} of all 14 sales reps of this page, 4.3%." in said
    russian = people.cards(frame, gaps_of("Ann"), gaps_of("Ann"), [], NO_MASS, RU, CUTS).plain
    assert "по всем менеджерам этой страницы (их 14), 4,3" in russian


def test_the_answer_the_chart_and_the_table_say_whose_average_and_whose_deals():
    frame = rates(*(person(n) for n in ("Ann", "Bo", "Cy")), overall=0.043)
    told = managers.answer(frame, None, None, VOICE, CUTS).plain
    assert "The average is that of all 3 sales reps of this page, 4.3%; it and every rate stand on the deals of this page alone." in told  # fmt: skip
    assert "The average of all 3 sales reps of this page: 4.3%." in managers.rates_chart(frame, 0.043, "model", VOICE, CUTS).alt  # fmt: skip
    note = managers.rates_table(frame, VOICE, CUTS).plain
    assert "what somebody sells in other channels counts on the pages of those" in note and "landmark" in note
    frame.attrs["method"] = "beta-binomial"
    note = managers.rates_table(frame, VOICE, CUTS).plain
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
    cards = people.cards(frame, none, none, [], NO_MASS, VOICE, CUTS).plain
    assert "Nobody is compared: a comparison takes 3 sales reps with closed deals" in cards and "14 of 154" in cards
    for wrong in ("average", "too short", "too few", "nan"):
        assert wrong not in cards
    reason = managers.nobody_compared(VOICE, CUTS)
    assert reason in cards and managers.answer(frame, None, None, VOICE, CUTS).plain == reason
    assert gaps_words.gap_answer([], frame, VOICE, CUTS).plain == reason
    table = managers.rates_table(frame, VOICE, CUTS).plain
    assert "average" not in table and "At the same leads" not in table
    assert managers.rates_chart(frame, np.nan, "model", VOICE, CUTS).html == ""


def test_a_month_closed_by_one_person_alone_is_compared_with_nothing():
    frame = rates(person("Ann", won=6, closed=20), person("Bo", closed=0), person("Cy", closed=0))
    missing = gaps_of("Ann").assign(points=np.nan)
    said = people.cards(frame, missing, gaps_of("Ann"), [], NO_MASS, VOICE, CUTS).plain
    assert "Nobody else closed a deal in the month" in said and "too short" not in said


def test_the_conversion_of_one_person_is_no_range_and_not_nobodys():
    frame = rates(person("Solo", won=14, closed=154))
    frame["conversion"] = frame["won"] / frame["closed"]
    said = questions.by_manager(frame, VOICE, CUTS).plain
    assert said == "Only Solo has enough closed deals in the month for a rate of their own: 9.1%, 14 of 154."
    same, apart = rates(person("Ann"), person("Bo")), rates(person("Ann"), person("Bo")).assign(conversion=[0.3, 0.4])
    assert "Between 30.0% and 40.0%" in questions.by_manager(apart, VOICE, CUTS).plain
    assert questions.by_manager(same, VOICE, CUTS).plain.startswith(
        "30.0% with each of the 2 sales reps"
    )  # one value is no range
