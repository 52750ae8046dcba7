"""Quality of calls: scores, colours and how sure they are; reviewers, programs, the checklist."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import salesnb as s
from salesnb.formats.scores import printed_score
from salesnb.measures.checklist import items, items_of_people
from salesnb.measures.quality import ai_line, colours, months, spread
from salesnb.measures.reviewers import agreement, reviewers, without_severity
from salesnb.measures.weak_calls import weak_calls
from salesnb.model.features import scores_by_month
from salesnb.stats import (
    benjamini_hochberg,
    class_chances,
    fewer_than_rest,
    holm,
    icc,
    pooled_spread,
    severity,
)
from tests import simulated_reviews as simulated

DEALS = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open", "created_at": pd.Timestamp("2026-09-01")})
CUTS = (60.0, 80.0)


def heard(manager, needs, objections, at="2026-09-10", **more):
    """Scores of a person's calls of the two types, as rows of reviews."""
    kinds = ["needs"] * len(needs) + ["objections"] * len(objections)
    return pd.DataFrame(
        {"manager": manager, "at": pd.Timestamp(at), "call_type": kinds, "score": [*needs, *objections]}
    ).assign(**more)


def book(*parts, month="2026-09", as_of="2026-09-30", deals=DEALS, **more):
    reviews = pd.concat(parts, ignore_index=True)
    return s.book(deals, reviews=reviews, month=month, as_of=as_of, **more)


def row(*parts, who="Ann", **more):
    return colours(book(*parts, **more)).set_index("manager").loc[who]


# people around whom a single call spreads by exactly 8 within person and type: ±8√(15/16) eight times
EIGHT = 8 * np.sqrt(15 / 16)
WIDE = [70 + EIGHT, 70 - EIGHT] * 8


# ---- cases of the definitions -------------------------------------------------------------------------------------


def test_case_a3_just_below_a_cut():
    found = row(heard("Ann", [84] * 4, [76, 76, 75.96, 75.96]), heard("Bo", WIDE, WIDE))
    assert (found.score, found.colour, printed_score(found.score, CUTS)) == (79.99, "yellow", 79.9)
    # Bo's 30 degrees of freedom hold s = 8; Ann's 6 with next to no spread make it smaller
    assert found.df == 40 - 4 and found.spread == pytest.approx(8 * np.sqrt(30 / 36), rel=1e-4)
    assert found.se == pytest.approx(0.5 * found.spread * np.sqrt(1 / 4 + 1 / 4))
    assert found.p_green == pytest.approx(0.50, abs=0.005) and found.state == "re-check"
    se = 0.5 * 8 * np.sqrt(1 / 4 + 1 / 4)
    assert round(se, 2) == 2.83
    for df in (1, 6, 1000):
        assert class_chances([79.99], [se], [df], CUTS)[0, 2] == pytest.approx(0.50, abs=0.002)


@pytest.mark.parametrize(
    ("needs", "objections", "colour", "printed"),
    [
        ([60] * 4, [60] * 4, "yellow", 60.0),
        ([59.9, 60.1] * 2, [59.9, 60.1] * 2, "yellow", 60.0),
        ([60] * 4, [59.998] * 4, "red", 59.9),
        ([59.999] * 4, [59.999] * 4, "red", 59.9),
        ([80.1, 79.9] * 2, [80] * 4, "green", 80.0),
        ([80] * 4, [79.998] * 4, "yellow", 79.9),
        ([79.9999999] * 4, [80] * 4, "yellow", 79.9),
        ([80.1] * 3, [79.9] * 5, "green", 80.0),
    ],
)
def test_case_a4_at_the_cuts(needs, objections, colour, printed):
    found = row(heard("Ann", needs, objections))
    assert (found.colour, printed_score(found.score, CUTS)) == (colour, printed)


@pytest.mark.parametrize(
    ("needs", "objections", "state"),
    [(5, 3, "sure"), (3, 5, "sure"), (4, 3, "preliminary"), (6, 2, "preliminary"), (8, 0, "none"), (0, 8, "none")],
)
def test_case_a3_how_many_calls_make_a_colour(needs, objections, state):
    found = row(
        heard("Ann", [90, 91] * 4, [89, 90] * 4, at="2026-01-10"),
        heard("Ann", [90.0] * needs, [89.0] * objections),
        heard("Bo", WIDE, WIDE),
    )
    assert found.state == state and found.calls == needs + objections
    assert (found.colour is None) == (state == "none") == np.isnan(found.score)


# ---- which calls count --------------------------------------------------------------------------------------------


def test_own_calls_of_three_months_of_people_who_are_here():
    parts = [
        heard("Ann", [70], [70], at="2026-07-01"),
        heard("Ann", [0], [0], at="2026-06-30 23:59"),
        heard("Ann", [99], [99], company="Rival"),
        heard("Bo", [50], [50]),
        heard("Cy", [50], [50], at="2026-06-01"),
        heard("Ann", [10], [10], at="2026-10-01"),
    ]
    gone = pd.DataFrame({"manager": ["Bo"], "left_on": ["2026-09-20"]})
    found = colours(book(*parts, managers=gone))
    assert found[["manager", "needs", "score"]].values.tolist() == [["Ann", 1, 70.0]]


def test_a_call_that_two_people_heard_counts_once():
    twice = heard("Ann", [60, 70], [], call_id="c1", reviewer=["R", "Q"])
    found = row(twice, heard("Ann", [85], [75, 75]))
    assert (found.needs, found.needs_mean) == (2, 75.0)


def test_the_spread_is_of_twelve_months_where_the_period_has_few_calls():
    now = heard("Ann", [70, 72], [60, 60])
    then = heard("Bo", WIDE, WIDE, at="2026-01-15")
    assert spread(book(now)) == (1.0, 2)  # 2 of squares over 4 - 2
    s_, df = spread(book(now, then))
    assert df == 36 - 4 and s_ == pytest.approx(np.sqrt((2 + 64 * 30) / 32))
    assert spread(book(now, heard("Bo", WIDE, WIDE)))[1] == 32  # of the period itself
    only = row(heard("Ann", [70], [60]))
    assert np.isnan(only.spread) and np.isnan(only.p_colour) and only.colour == "yellow"


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False), st.lists(st.decimals(0, 100, places=3), min_size=9, max_size=25))
def test_the_order_of_rows_changes_nothing(random, scores):
    n = len(scores)
    rows = pd.DataFrame({"manager": [("Ann", "Bo", "Cy")[i % 3] for i in range(n)], "at": pd.Timestamp("2026-09-10"),
        "call_type": [("needs", "objections")[i // 3 % 2] for i in range(n)], "score": [float(x) for x in scores]})  # fmt: skip
    order = list(range(n))
    random.shuffle(order)
    pd.testing.assert_frame_equal(colours(book(rows)), colours(book(rows.iloc[order])), check_exact=True)


# ---- how sure a colour is -----------------------------------------------------------------------------------------


def test_a_score_at_a_cut_is_on_either_side_alike():
    low, middle, high = class_chances([60.0], [3.0], [12], CUTS)[0]
    assert low == pytest.approx(0.5) and low + middle + high == pytest.approx(1)
    # t(10) is above 1.812 with chance 5 %: ten degrees of freedom, not the normal 1.645
    assert class_chances([80 + 1.812461], [1.0], [10], CUTS)[0, 2] == pytest.approx(0.95, abs=1e-6)
    assert class_chances([70.0], [0.0], [10], CUTS)[0].tolist() == [0, 1, 0]
    assert np.isnan(class_chances([70.0, 70.0], [np.nan, 1.0], [10, 0], CUTS)).all()


def test_degrees_of_freedom_are_calls_less_groups():
    found = row(heard("Ann", [70, 80], [60]), heard("Bo", [50, 52, 54], [40, 44]))
    # squares 50, 0, 8 and 8 over 8 calls in 4 groups
    assert found.df == 4 and found.spread == pytest.approx(np.sqrt((50 + 8 + 8) / 4))
    assert found.se == pytest.approx(0.5 * found.spread * np.sqrt(1 / 2 + 1))


def test_a_chance_below_the_threshold_is_checked_again():
    near, far = heard("Ann", [82] * 4, [81] * 4), heard("Cy", [95] * 4, [95] * 4)
    found = colours(book(near, far, heard("Bo", WIDE, WIDE))).set_index("manager")
    assert found.state[["Ann", "Cy"]].tolist() == ["re-check", "sure"]
    assert found.p_colour["Ann"] == found.p_green["Ann"] < 0.8 < found.p_colour["Cy"]
    lenient = book(near, far, heard("Bo", WIDE, WIDE), thresholds={"colour_chance": 0.5})
    assert row_of(lenient, "Ann").state == "sure"


def row_of(known, who):
    return colours(known).set_index("manager").loc[who]


def test_the_chance_of_a_colour_is_honest():
    """By hand (60 companies of 10): where it says 80 % or more the colour is the true one in 97 % of 476 cases, 97 % said;
    below in 60 % of 124, 66 % said.
    """
    rng = np.random.default_rng(5)
    one = simulated.company(rng, people=400)
    found = colours(simulated.book(one.reviews)).set_index("manager")
    true = np.searchsorted(CUTS, one.truth[found.index], side="right")
    right = found["colour"] == np.array(["red", "yellow", "green"])[true]
    sure = found["p_colour"] >= 0.8
    assert right[sure].mean() >= found["p_colour"][sure].mean() - 0.03 and right[sure].mean() > 0.9
    assert abs(right[~sure].mean() - found["p_colour"][~sure].mean()) < 0.12


def test_the_chance_is_honest_in_small_teams():
    """Three people, four or five calls of each type: the spread itself is hardly known. By hand (3,000 teams): 96.6 % right
    where 96.1 % is said.
    """
    rng, said, right = np.random.default_rng(11), [], []
    for _ in range(300):
        true = rng.normal(70, 10, (3, 1)) + rng.normal(0, 4, (3, 2))
        n = rng.integers(4, 6, (3, 2))
        heard = [[rng.normal(true[i, j], 8, n[i, j]) for j in range(2)] for i in range(3)]
        squares = [((x - x.mean()) ** 2).sum() for own in heard for x in own]
        spread_, df = pooled_spread(n.ravel(), squares)
        score = np.array([(a.mean() + b.mean()) / 2 for a, b in heard])
        se = spread_ / 2 * np.sqrt((1 / n).sum(axis=1))
        chances = class_chances(score, se, [df] * 3, CUTS)
        place = np.searchsorted(CUTS, score, side="right")
        said.append(chances[np.arange(3), place])
        right.append(place == np.searchsorted(CUTS, true.mean(axis=1), side="right"))
    said_, right_ = np.concatenate(said), np.concatenate(right)
    sure = said_ >= 0.8
    assert right_[sure].mean() >= said_[sure].mean() - 0.02
    for low, high in ((0.0, 0.8), (0.8, 0.95)):
        part = (said_ >= low) & (said_ < high)
        assert abs(right_[part].mean() - said_[part].mean()) < 0.07


# ---- reviewers ----------------------------------------------------------------------------------------------------


def test_the_points_of_reviewers_are_found_again():
    rng = np.random.default_rng(3)
    one = simulated.company(rng, people=40, calls=(14, 16), reviewers={"A": 0.0, "B": 5.0, "C": -3.0})
    found = reviewers(simulated.book(one.reviews)).set_index("reviewer")
    share = found["calls"] / found["calls"].sum()
    true = pd.Series({"A": 0.0, "B": 5.0, "C": -3.0})
    true = true - (true * share).sum()
    assert ((found["low"] <= true) & (true <= found["high"])).all() and (found["high"] - found["low"]).max() < 4
    assert found["clear"][["B", "C"]].all() and (found["state"] == "told").all()


def test_reviewers_who_share_nobody_cannot_be_compared():
    apart = [heard("Ann", [70, 80] * 5, [], reviewer="A"), heard("Bo", [50, 60] * 5, [], reviewer="B")]
    assert reviewers(book(*apart))["state"].tolist() == ["alone", "alone"]
    few = heard("Ann", [90] * 9, [], reviewer="B")
    assert reviewers(book(apart[0], few))["state"].tolist() == ["alone", "few"]
    tied = heard("Ann", [81, 81], [], reviewer="B")
    found = reviewers(book(*apart, tied))
    # Ann: A gives 75 on average, B 81; twelve calls of B against ten of A: six points apart
    assert found["state"].tolist() == ["told", "told"] and np.diff(found["points"])[0] == pytest.approx(6)
    assert (found["points"] * found["calls"]).sum() == pytest.approx(0, abs=1e-4)


def test_scores_without_the_scale_of_reviewers():
    # each of Ann's types is heard by both, of Bo's only by the generous one
    ann = [heard("Ann", [70] * 4, [70] * 4, reviewer="A"), heard("Ann", [80] * 4, [80] * 4, reviewer="B")]
    bo = heard("Bo", [82] * 4, [82] * 4, reviewer="B")
    cy = heard("Cy", [50] * 4, [50] * 4, reviewer="A")
    found = without_severity(book(*ann, bo, cy)).set_index("manager")
    # 16 calls of each: 5 above and 5 below the average
    assert found["without"].to_dict() == pytest.approx({"Ann": 75.0, "Bo": 77.0, "Cy": 55.0})
    assert found.loc[["Bo", "Cy"], ["colour", "colour_without", "changed"]].values.tolist() == [
        ["green", "yellow", True], ["red", "red", False]]  # fmt: skip
    assert without_severity(book(bo)).empty


def test_agreement_is_told_of_calls_that_both_heard():
    rng = np.random.default_rng(0)
    true = rng.normal(70, 10, 12)
    both = [
        pd.DataFrame(
            {
                "manager": "Ann",
                "at": pd.Timestamp("2026-09-10"),
                "call_type": "needs",
                "reviewer": who,
                "score": true + points,
                "call_id": [f"c{i}" for i in range(12)],
            }
        )  # fmt: skip
        for who, points in (("A", 0.0), ("B", 5.0))
    ]
    found = agreement(book(*both)).iloc[0]
    assert (found.reviewer, found.other, found.calls) == ("A", "B", 12) and found.difference == pytest.approx(-5)
    # absolute agreement: a constant gap counts against it; variance of calls / (variance + 25 / 2)
    assert (
        found.icc == pytest.approx(true.var(ddof=1) / (true.var(ddof=1) + 12.5)) and found.low < found.icc < found.high
    )
    few = agreement(book(*(part.head(9) for part in both))).iloc[0]
    assert few.calls == 9 and np.isnan(few.icc)
    assert agreement(book(both[0], both[1].assign(ai=True))).empty


def test_shrout_and_fleiss():
    table = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    # 1979, tables 2 and 4: ICC(2,1) = .29; the interval as R's psych::ICC has it
    assert icc(table) == pytest.approx((0.2897638, 0.01878651, 0.7610844), abs=1e-6)
    assert icc([[1, 1], [2, 2], [3, 3]]) == (1.0, 1.0, 1.0) and np.isnan(icc([[1, 2]])).all()


def test_reviewers_and_people_alike_are_seldom_named():
    """By hand: 4 % of 800 teams for reviewers, 1 % of 1,000 for items."""
    rng, reviewer, item = np.random.default_rng(2), 0, 0
    for _ in range(150):
        who, cell = rng.integers(0, 3, 120), rng.integers(0, 20, 120)
        found = severity(who, cell, rng.normal(70, 10, 20)[cell] + rng.normal(0, 8, 120))
        reviewer += (holm(found.p) < 0.05).any()
        done = rng.binomial(12, np.tile(rng.uniform(0.3, 0.95, 8), (10, 1)))
        p = fewer_than_rest(done.ravel(), np.full(80, 12), np.tile(done.sum(axis=0), 10), np.full(80, 120))
        item += (benjamini_hochberg(p) < 0.05).any()
    assert reviewer / 150 < 0.1 and item / 150 < 0.08


# ---- programs -----------------------------------------------------------------------------------------------------


def by_both(n, slope=1.0, noise=4.0, seed=1):
    """Calls of Bo that a person and a program scored: the program is 10 points lower."""
    rng = np.random.default_rng(seed)
    true = rng.normal(70, 8, n)
    ids = [f"b{i}" for i in range(n)]
    said = slope * (true - 70) + 60 + rng.normal(0, noise, n)
    person = heard("Bo", true.round(1), [], call_id=ids, ai=False)
    return [person, heard("Bo", said.round(1), [], call_id=ids, ai=True)]


ALONE = heard("Ann", [75] * 4, [75] * 4, ai=True)
PERSON = heard("Ann", [86], [86])


def test_a_program_enters_no_colour_without_thirty_calls_of_both():
    for n, counted in ((29, 0), (30, 8)):
        known = book(*by_both(n), ALONE, PERSON)
        found = row_of(known, "Ann")
        assert (found.ai, found.calls) == (counted, counted + 2)
        assert (found.score == 86.0) == (counted == 0) and (ai_line(known) is None) == (counted == 0)
        assert (s.quality(known).types["scored_by"] == "program").any() == (counted == 0)


def test_a_program_is_read_as_a_person_and_its_error_is_in_the_chance():
    known = book(*by_both(60), ALONE, PERSON)
    found, line = row_of(known, "Ann"), ai_line(known)
    read = line.intercept + 75 * line.slope
    assert 80 < read < 86 and found.score == pytest.approx((8 * read + 2 * 86) / 10)
    plain = 0.5 * found.spread * np.sqrt(1 / 5 + 1 / 5)
    own = line.residual**2 * (4 / 5**2) * 2 / 4  # four calls of five in each type
    weight, lean = 0.8, 0.8 * (75 - line.centre)
    shared = line.residual**2 * (weight**2 / 60 + lean**2 / line.spread)
    assert found.se == pytest.approx(np.sqrt(plain**2 + own + shared)) and found.df <= 58


def test_a_program_that_agrees_with_nobody_stays_apart():
    known = book(*by_both(60, slope=0.0), ALONE, PERSON)
    assert ai_line(known) is None and row_of(known, "Ann").calls == 2
    assert "beyond chance" in s.quality(known).heard_by().plain


def test_a_program_does_not_count_a_call_twice():
    known = book(*by_both(60), PERSON)
    assert row_of(known, "Bo").needs == 60 and row_of(known, "Bo").ai == 0


def test_a_call_to_talk_about_was_heard_by_a_person():
    known = book(*by_both(60), ALONE, PERSON)
    assert row_of(known, "Ann").ai == 8 and weak_calls(known, ["Ann"], each=9)["score"].tolist() == [86, 86]


# ---- items of the checklist ---------------------------------------------------------------------------------------


def test_items_are_read_and_counted_once_a_call():
    rows = heard("Ann", [80] * 4, [], items=['{"hello": true, "next": 2}', "hello=0; next=4", "hello=да", None])
    twice = heard("Ann", [80, 90], [], call_id="c", items=["hello=1", "hello=0"])
    found = items(book(rows, twice)).set_index("item")
    assert found.loc["hello", ["calls", "done"]].tolist() == [4, 2.5]  # 1, 0, 1 and half of the call heard twice
    assert found.loc["next", ["calls", "share"]].tolist() == [2, 0.75]  # 2 and 4 of 4
    program = heard("Ann", [80], [], items="hello=0", ai=True)
    assert items(book(rows, twice, program)).set_index("item").loc["hello", "calls"] == 4


def test_an_item_is_named_only_beyond_chance():
    done = [heard(who, [80] * 20, [], items=["next=1"] * hits + ["next=0"] * (20 - hits))
            for who, hits in (("Ann", 4), ("Bo", 17), ("Cy", 18), ("Di", 16))]  # fmt: skip
    found = items_of_people(book(*done)).set_index("manager")
    assert found["weaker"].to_dict() == {"Ann": True, "Bo": False, "Cy": False, "Di": False}
    assert found.loc["Ann", "others"] == pytest.approx(51 / 60)
    assert items_of_people(book(done[0].head(7), *done[1:]))["manager"].tolist() == ["Bo", "Cy", "Di"]


# ---- the question -------------------------------------------------------------------------------------------------


def test_the_month_that_is_not_over_is_marked():
    parts = [heard("Ann", [70], [60], at="2026-08-10"), heard("Ann", [50], [40], at="2026-09-03")]
    found = months(book(*parts, as_of="2026-09-04"))
    assert found[["month", "mean", "part"]].values.tolist() == [
        ["2026-08", 70, False], ["2026-09", 50, True], ["2026-08", 60, False], ["2026-09", 40, True]]  # fmt: skip
    assert not months(book(*parts))["part"].any()
    assert "is not over" in s.quality(book(*parts, as_of="2026-09-04")).table("months").plain


def test_the_answer_says_whom_to_talk_to_and_about_what():
    calls = [heard("Ann", [58] * 5, [40] * 5, items="next=0"), heard("Bo", WIDE, WIDE, items="next=1"),
             heard("Cy", [82] * 4, [80] * 4, items="next=1"), heard("Di", [90] * 3, [90] * 2), heard("Ed", [50], [])]  # fmt: skip
    found = s.quality(book(*calls))
    text = found.text().plain
    assert "Ann: 49.0, red" in text and "Weaker side: handling objections, 40.0 against 58.0" in text
    assert "“next” (0%, the others 100%)" in text
    assert "Cy (81.0, green" in text and "Di (green, 3 and 2)" in text and "missing: Ed" in text
    assert [one["state"] for one in found.record()["quality"]] == ["sure", "sure", "re-check", "preliminary", "none"]
    assert set(found.record()["quality"][0]) == {
        "manager", "needs", "objections", "score", "colour", "p_colour", "state"}  # fmt: skip
    for shown in (found.chart().alt, found.table().plain):
        assert "red" in shown and "green" in shown and "re-check" in shown


def test_the_calls_to_talk_about_are_the_lowest_of_those_named_that_a_person_heard():
    deals = pd.DataFrame({"deal_id": ["1", "2"], "title": ["Mill", "call +7 912 345-67-89"], "manager": "Ann",
        "status": "open", "created_at": pd.Timestamp("2026-08-01")})  # fmt: skip
    rang = pd.DataFrame({"touch_id": ["t1", "t2"], "deal_id": ["2", "1"], "at": pd.Timestamp("2026-09-02"), "kind": "call",
        "record_url": ["https://calls.test/t1", "https://calls.test/79123456789"]})  # fmt: skip
    low = [heard("Ann", [30], [], call_id="t1", items="ask=0; next=0; hello=1"), heard("Ann", [], [35], deal_id="1"),
           heard("Ann", [50], [], call_id="t2"), heard("Ann", [50], [], call_id="t2")]  # fmt: skip
    rest = [heard("Ann", [58] * 5, [50] * 5), heard("Ann", [1], [1], ai=True), heard("Ann", [2], [], at="2026-05-01"),
            heard("Bo", [85] * 6, [90] * 6), heard("Cy", [10], [12])]  # fmt: skip
    found = s.quality(book(*low, *rest, deals=deals, touches=rang))
    rows = found.weak_calls[["manager", "score", "missed", "deal_id", "title", "record_url"]]
    assert rows.astype(object).where(rows.notna(), None).values.tolist() == [
        ["Ann", 30.0, "ask; next", "2", "call ***", "https://calls.test/t1"], ["Ann", 35.0, "", "1", "Mill", ""]]  # fmt: skip
    assert found.talks.values.tolist() == [["Ann", True]]  # Bo is green, of Cy too little is known
    assert "call ***" in found.table("weak_calls").plain and "912" not in found.table("weak_calls").html
    last = weak_calls(found.book, ["Ann"], each=3).iloc[2]  # a call that two people heard is one
    assert last["score"] == 50 and last["record_url"] == "https://calls.test/79123456789"
    none = s.quality(book(heard("Bo", [85] * 6, [90] * 6)))
    assert none.weak_calls.empty and none.table("weak_calls").plain == ""


def test_no_score_is_refused_with_the_export_that_brings_it():
    none = s.quality(s.book(DEALS, month="2026-09"))
    assert {none.table(name).plain for name in none.tables_shown()} == {""} and not none.heard_by().plain
    text = none.text()
    assert text.kind == "refusal" and "Export the scores" in text.plain
    old = s.quality(book(heard("Ann", [70], [70], at="2026-01-10"))).text()
    assert old.kind == "refusal" and "last 3 months" in old.plain


def test_words_of_the_company_are_types_of_their_own_until_the_params_name_them():
    own = heard("Ann", [70] * 8, []).assign(call_type=["Потребности", "Возражения"] * 4)
    found = s.quality(book(own))
    assert found.people[["calls", "state"]].values.tolist() == [[0, "none"]] and set(found.types["calls"]) == {4}
    assert "values: call_type" in found.text().plain


def test_behind_a_person_are_the_deals_of_the_calls():
    deals = pd.DataFrame(
        {"deal_id": ["1", "2", "3"], "manager": "Ann", "status": "open", "created_at": pd.Timestamp("2026-08-01")}
    )
    rang = pd.DataFrame({"touch_id": ["t1"], "deal_id": ["2"], "at": pd.Timestamp("2026-09-02"), "kind": "call"})
    calls = [heard("Ann", [70], [60], deal_id="1"), heard("Ann", [75], [], call_id="t1"), heard("Ann", [75], [], deal_id="9"),
             heard("Ann", [75], [], deal_id="3", at="2026-01-01")]  # fmt: skip
    found = s.quality(book(*calls, deals=deals, touches=rang))
    assert found.people["deals"].tolist() == [2]
    assert sorted(found.deals(manager="Ann")["deal_id"]) == ["1", "2"]


def test_qualification_counts_a_call_once_and_no_program():
    rows = [heard("Ann", [60, 70], [], at="2026-08-01", call_id="c"), heard("Ann", [80], [], at="2026-08-02"),
            heard("Ann", [5], [], at="2026-08-03", ai=True)]  # fmt: skip
    known = book(*rows)
    found = s.qualification(known).whole.iloc[0]
    assert (found.calls, found.score) == (2, 72.5)
    assert "program are left out" in s.qualification(known).table().plain
    assert scores_by_month(known).set_index("born").checklist.iloc[-1] == 72.5
