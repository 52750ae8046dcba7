"""What the page of the five factors says: few deals, no data, warnings, one verdict for the channels."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import salesnb as s
from salesnb.formats import Voice
from salesnb.params import Thresholds
from salesnb.render.display import Group
from salesnb.topics.factor import share_sentence
from salesnb.topics.lost_where import LostWhere
from salesnb.topics.process import Process
from salesnb.topics.qualification import Qualification
from salesnb.topics.touchpoints import Touchpoints
from tests.test_factors import beside, costs, deals, history, september, sold

VOICE, CUTS = Voice("en", "USD"), Thresholds()
EMPTY = pd.DataFrame()
BOOK = SimpleNamespace(voice=VOICE, thresholds=CUTS, params=SimpleNamespace(window_months=12))
NO_LOSSES = LostWhere(EMPTY, EMPTY, EMPTY, EMPTY, EMPTY, np.nan)


def plain(shown) -> str:
    return shown.plain.replace("\xa0", " ")


def row(**rest):
    return {"share": 0.5, "low": 0.4, "high": 0.6, "deals": 90, "before": 0.4, "change": 0.1, "change_low": 0.02, "change_high": 0.2} | rest  # fmt: skip


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "That is 50.0% (40–60%); the month before 40.0%: +10.0 pp (+2.0 to +20.0 pp)."),
        ({"change_low": -0.01}, "That is 50.0% (40–60%); the month before 40.0%: +10.0 pp, too close to call."),
        ({"deals": 9}, "That is 50.0% (40–60%)."),
        ({"before": np.nan, "change": np.nan}, "That is 50.0% (40–60%)."),
        ({"deals": 4}, "Too few deals for a share."),
    ],
)
def test_a_share_is_said_with_its_change_only_as_far_as_the_deals_carry_it(values, sentence):
    assert share_sentence(row(**values), VOICE, CUTS).replace("\xa0", " ") == sentence


def test_the_table_of_the_factors_shows_evidence_only_where_not_all_is_measured_and_no_p_without_a_claim():
    found = s.five_factors(september(deals([("Ann", "open", 0)] * 20, is_target=[True] * 8 + [False] * 12)))
    text = plain(found.table())
    assert "40.0% (22–61%)" in text and "20 deals" in text and "Evidence" in text and "p, corrected" not in text
    measured = replace(found)
    vars(measured)["overview"] = found.overview.assign(evidence="measured", p_holm=0.01)
    text = plain(measured.table())
    assert "Evidence" not in text and "0.010" in text


def test_nothing_is_tabled_where_no_factor_has_data():
    found = s.five_factors(september(deals([("Ann", "won", 9), ("Ann", "lost", 9)])))
    assert found.table().html == ""
    assert plain(found.text()).startswith("Cannot be told: target clients, sales process")


def test_each_section_without_data_says_once_what_would_bring_it():
    found = september(deals([("Ann", "won", 9), ("Ann", "lost", 9)]))
    says = {
        s.target: "values: target", s.process: "history of stage changes", s.touchpoints: "calls, e-mails",
        s.channels: "column of the channel", s.qualification: "quality department",
    }  # fmt: skip
    for question, export in says.items():
        assert export in plain(question(found).text())
    process, touchpoints = s.process(found), s.touchpoints(found)
    for shown in (
        s.target(found).table("people"), s.target(found).chart(), s.target(found).table("groups"), process.table("kinds"),
        process.table("times"), process.table("calls"), touchpoints.chart(), touchpoints.table("mix"), touchpoints.table("early"),
        s.channels(found).table("economics"),
    ):  # fmt: skip
        assert isinstance(shown, Group) and shown.html == ""


def test_the_rule_of_a_target_client_is_said_from_the_params():
    def said(**params):
        frame = deals([("Ann", "open", 0)] * 2, channel="Site", is_target=[True, False])
        return plain(s.target(september(frame, **params)).text()).splitlines()[-1]

    inside = {"values": {"target": {"column": "quality", "in": ["A", "B"]}}}
    assert said(**inside) == "The rule of a target client: quality is one of A, B."
    own = {"channels": [{"name": "Site", "target": {"column": "budget", "min": 2.5}}]}
    assert said(**own, channel="Site") == "The rule of a target client: budget is at least 2.50."
    assert said(**own).endswith("Some channels have a rule of their own.")


def test_conversion_inside_and_outside_is_said_with_its_counts():
    frame = deals(
        [("Ann", "won", 9)] * 6 + [("Ann", "lost", 9)] * 14,
        is_target=[True] * 4 + [False] * 2 + [True] * 4 + [False] * 10,
    )
    found = s.target(september(frame))
    assert "of target clients 50% (4 of 8) were won, of others 17% (2 of 12)" in plain(found.text())
    tables = plain(found.table("groups"))
    assert "50% (4 of 8)" in tables and "17% (2 of 12)" in tables


def a_process(same_day=None, look_at=None):
    return Process(BOOK, "measured", EMPTY, EMPTY, look_at or {}, "", EMPTY, EMPTY, same_day or {}, NO_LOSSES)


def test_many_wins_on_the_day_of_creation_warn_and_few_do_not():
    few, many, none = (a_process({"won": 100, "same_day": n, "share": n / 100}).warning() for n in (5, 6, 0))
    assert few.kind == "note" and many.kind == "warning" and plain(many).startswith("6 of 100 deals won")
    assert none.html == ""


def test_reasons_that_say_nothing_warn_above_the_threshold():
    def lost(reasons):
        return s.process(september(deals([("Ann", "lost", 9)] * 20, lost_reason=reasons)))

    reasons = ["price"] * 17 + [None] * 3
    at, over, none = lost(reasons), lost([*reasons[1:], "other"]), lost(None)
    assert plain(at.table("vague")) == "" and "price" in plain(at.table("reasons"))
    assert "20.0% of the lost deals" in plain(over.table("vague"))
    assert plain(none.table("vague")) == ""  # the funnel says that none is given
    assert plain(none.table("reasons")) == ""


def test_times_without_a_benchmark_name_nobody_and_few_stays_of_the_benchmark_are_hidden():
    found = september(
        deals([("Ann", "won", 9), ("Bo", "won", 9)]), stages=history(["New"], ["New"]), stage_order=["New"]
    )
    assert "a benchmark cannot be told" in plain(s.process(found).table("times"))
    text = plain(beside("Bo", found).table("times"))
    assert text.splitlines()[2].split("|")[3].strip() == "n/a"


def test_the_best_channel_by_raw_rates_is_labelled_so_with_its_cost():
    found = s.channels(september(sold(("Site", 90, 10), ("Fair", 10, 90)), costs=costs(Site=900.0, Fair=1000.0)))
    text = plain(found.text())
    assert text.startswith("Site: 90% (90 of 100) of the closed deals are won")
    assert "by the raw rates, not at the same leads" in text and "costs $10 there; elsewhere from $100" in text
    table = plain(found.table("economics"))
    assert "strengthen: likely the best" in table and "first strengthen the best" in table
    assert "stands on the raw rates" in table


def test_the_cheaper_channel_is_said_with_what_it_is_cheaper_than():
    found = s.channels(september(sold(("Site", 50, 50), ("Fair", 50, 50)), costs=costs(Site=500.0, Fair=2000.0)))
    text = plain(found.text())
    assert text.startswith("A won deal costs least in Site: $10, clearly less than in Fair ($40).")
    assert "Of its closed deals 50% (50 of 100) are won" in text
    assert "cannot be told" in text and "cannot be told yet" in text


def test_channels_too_small_to_compare_are_named_with_their_deals():
    text = plain(s.channels(september(sold(("Site", 10, 10), ("Fair", 10, 5)))).text())
    assert text == "Nothing to compare: it takes two with 30 closed deals each, there are Fair 15 and Site 20."


def test_the_stand_in_for_scores_is_called_one():
    hired = pd.DataFrame({"manager": ["Ann", "Bo"], "hired_on": ["2025-09-30", "2024-09-30"]})
    found = september(deals([("Ann", "open", 0), ("Bo", "open", 0)]), managers=hired)
    text = plain(s.qualification(found).text())
    assert "What stands in for it: months at work, 18.0" in text and "of 2 sales reps" in text
    assert "mean months at work" in plain(s.five_factors(found).table())


def a_qualification(look_at):
    return Qualification(BOOK, "measured", EMPTY, EMPTY, look_at, {})


def the_touchpoints(look_at):
    return Touchpoints(BOOK, "measured", EMPTY, EMPTY, look_at, "", EMPTY, EMPTY)


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (a_process(look_at={"pairs": [("New", "price", 40), ("Offer", "price", 36)], "all": 90}), "the deals lost at New with the reason “price” (40) and at Offer with the reason “price” (36), of 90 lost deals"),
        (a_qualification({"names": ["Ann", "Bo"], "scores": [57.0, 60.0]}), "two recent calls each of Ann (57) and Bo (60): the two lowest mean scores, not to be told apart."),
        (a_qualification({"names": ["Ann"], "scores": [57.0]}), "two recent calls of Ann, whose mean score is the lowest, 57."),
        (the_touchpoints({"late": 3, "deals": 10, "without": 22, "open": 40, "name": "Ann", "own": 19, "own_open": 20}), "22 of 40 open deals have no next task; the highest share is with Ann, 19 of 20; 3 of 10 new deals"),
    ],
)  # fmt: skip
def test_the_next_step_is_said(found, sentence):
    assert sentence in plain(found.next_step())
    assert replace(found, look_at={}).next_step().html == ""


def test_another_norm_of_an_answer_is_another_book():
    touched = pd.DataFrame({"deal_id": ["1"], "at": ["2026-09-01 10:45"], "kind": "call", "direction": "out"})
    book = september(deals([("Ann", "open", 0)]), touches=touched)
    assert plain(s.touchpoints(book).text()).startswith("1 of 1 new deals of the month were answered")
    strict = s.touchpoints(book.with_thresholds(sla_minutes=30))
    assert plain(strict.text()).startswith("0 of 1") and "within 30 working minutes" in plain(strict.text())
