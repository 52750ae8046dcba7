"""Quality of calls: scores, colours and how sure they are; reviewers, programs, the checklist."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import salesnb as s
from salesnb.formats.scores import printed_score
from salesnb.measures.quality import colours, spread
from salesnb.stats import class_chances

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
