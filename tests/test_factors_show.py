"""What the page of the five factors says: few deals, no data, warnings, one verdict for the channels."""

import numpy as np
import pandas as pd
import pytest

from salesnb import factors
from salesnb.factors import channels, losses, process, target, touchpoints
from salesnb.formats import Voice
from salesnb.params import Thresholds, make_params
from salesnb.render.display import Group
from salesnb.show import channels as of_channels
from salesnb.show import factors as said
from salesnb.show import process as of_process
from salesnb.show import scores as of_scores
from salesnb.show import target as of_target
from salesnb.show import touchpoints as of_touches
from salesnb.show.reasons import vague_reasons
from tests.test_factors import costs, deals, history, september, sold

VOICE, CUTS = Voice("en", "USD"), Thresholds()


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
    assert said.share_sentence(row(**values), VOICE, CUTS).replace("\xa0", " ") == sentence


def test_the_table_of_the_factors_shows_evidence_only_where_not_all_is_measured_and_no_p_without_a_claim():
    found = september(deals([("Ann", "open", 0)] * 20, is_target=[True] * 8 + [False] * 12))
    text = plain(said.overview(factors.overview(found), VOICE, CUTS))
    assert "40.0% (22–61%)" in text and "20 deals" in text and "Evidence" in text and "p, corrected" not in text
    measured = factors.overview(found).assign(evidence="measured", p_holm=0.01)
    text = plain(said.overview(measured, VOICE, CUTS))
    assert "Evidence" not in text and "0.010" in text


def test_nothing_is_tabled_where_no_factor_has_data():
    found = september(deals([("Ann", "won", 9), ("Ann", "lost", 9)]))
    table = factors.overview(found)
    assert said.overview(table, VOICE, CUTS).html == ""
    assert plain(said.answer(table, VOICE)).startswith("Cannot be told: target clients, sales process")


def test_each_section_without_data_says_once_what_would_bring_it():
    found = september(deals([("Ann", "won", 9), ("Ann", "lost", 9)]))
    index, classes = target.index(found), target.inside_and_outside(found)
    assert "values: target" in plain(of_target.answer(index, classes, "", 12, VOICE, CUTS))
    assert "history of stage changes" in plain(of_process.answer(process.index(found), 7, VOICE, CUTS))
    assert "calls, e-mails" in plain(
        of_touches.answer(touchpoints.index(found), VOICE, CUTS, touchpoints.evidence(found))
    )
    assert "column of the channel" in plain(of_channels.answer(channels.economics(found), VOICE))
    for shown in (
        said.index_table(target.index(found, "manager"), "target", "x", VOICE, CUTS), of_target.inside_chart(classes, VOICE),
        of_target.classes_tables(target.by_classes(found), VOICE, CUTS), of_process.kinds_table(process.kinds(found), VOICE),
        of_process.times_table(process.times_beside(found, None), None, VOICE), of_process.calls_table(losses.competitor_calls(found), VOICE),
        of_touches.touches_chart(touchpoints.by_touches(found), VOICE), of_touches.mix_table(touchpoints.mix(found), VOICE),
        of_touches.untouched_table(touchpoints.untouched(found), 7, VOICE, CUTS), of_channels.channels_table(channels.economics(found), VOICE),
    ):  # fmt: skip
        assert isinstance(shown, Group) and shown.html == ""


def test_the_rule_of_a_target_client_is_said_from_the_params():
    base = {"company": "A", "data": {"deals": "d.csv"}}
    inside = make_params(base | {"values": {"target": {"column": "quality", "in": ["A", "B"]}}})
    assert of_target.rule(inside, None, VOICE) == "The rule of a target client: quality is one of A, B."
    own = make_params(base | {"channels": [{"name": "Site", "target": {"column": "budget", "min": 2.5}}]})
    assert of_target.rule(own, "Site", VOICE) == "The rule of a target client: budget is at least 2.50."
    assert of_target.rule(own, None, VOICE).endswith("Some channels have a rule of their own.")


def test_conversion_inside_and_outside_is_said_with_its_counts():
    frame = deals(
        [("Ann", "won", 9)] * 6 + [("Ann", "lost", 9)] * 14,
        is_target=[True] * 4 + [False] * 2 + [True] * 4 + [False] * 10,
    )
    found = september(frame)
    text = plain(of_target.answer(target.index(found), target.inside_and_outside(found), "", 12, VOICE, CUTS))
    assert "of target clients 50% (4 of 8) were won, of others 17% (2 of 12)" in text
    tables = plain(of_target.classes_tables(target.by_classes(found), VOICE, CUTS))
    assert "50% (4 of 8)" in tables and "17% (2 of 12)" in tables


def test_many_wins_on_the_day_of_creation_warn_and_few_do_not():
    few = of_process.same_day_text({"won": 100, "same_day": 5, "share": 0.05}, 12, VOICE, CUTS)
    many = of_process.same_day_text({"won": 100, "same_day": 6, "share": 0.06}, 12, VOICE, CUTS)
    assert few.kind == "note" and many.kind == "warning" and plain(many).startswith("6 of 100 deals won")
    assert of_process.same_day_text({"won": 100, "same_day": 0, "share": 0.0}, 12, VOICE, CUTS).html == ""


def test_reasons_that_say_nothing_warn_above_the_threshold():
    reasons = ["price"] * 17 + [None] * 3
    at = losses.reasons_by_stage(september(deals([("Ann", "lost", 9)] * 20, lost_reason=reasons)))
    over = losses.reasons_by_stage(september(deals([("Ann", "lost", 9)] * 20, lost_reason=[*reasons[1:], "other"])))
    limit = CUTS.other_reason_share
    assert plain(vague_reasons(at, at.attrs["vague"], limit, VOICE)) == "" and "price" in plain(
        of_process.reasons_stages(at, VOICE)
    )
    assert "20.0% of the lost deals" in plain(vague_reasons(over, over.attrs["vague"], limit, VOICE))
    none = losses.reasons_by_stage(september(deals([("Ann", "lost", 9)] * 20, lost_reason=None)))
    assert plain(vague_reasons(none, none.attrs["vague"], limit, VOICE)) == ""  # the funnel says that none is given
    assert plain(of_process.reasons_stages(none, VOICE)) == ""


def test_times_without_a_benchmark_name_nobody_and_few_stays_of_the_benchmark_are_hidden():
    found = september(
        deals([("Ann", "won", 9), ("Bo", "won", 9)]), stages=history(["New"], ["New"]), stage_order=["New"]
    )
    assert "a benchmark cannot be told" in plain(of_process.times_table(process.times_beside(found, None), None, VOICE))
    text = plain(of_process.times_table(process.times_beside(found, "Bo"), "Bo", VOICE))
    assert text.splitlines()[2].split("|")[3].strip() == "n/a"


def test_the_best_channel_by_raw_rates_is_labelled_so_with_its_cost():
    found = september(sold(("Site", 90, 10), ("Fair", 10, 90)), costs=costs(Site=900.0, Fair=1000.0))
    text = plain(of_channels.answer(channels.economics(found), VOICE))
    assert (
        text.startswith("Site: 90% (90 of 100) of the closed deals are won")
        and "by the raw rates, not at the same leads" in text
    )
    assert "costs $10 there; elsewhere from $100" in text
    table = plain(of_channels.channels_table(channels.economics(found), VOICE))
    assert (
        "strengthen: likely the best" in table
        and "first strengthen the best" in table
        and "stands on the raw rates" in table
    )


def test_the_cheaper_channel_is_said_with_what_it_is_cheaper_than():
    found = september(sold(("Site", 50, 50), ("Fair", 50, 50)), costs=costs(Site=500.0, Fair=2000.0))
    text = plain(of_channels.answer(channels.economics(found), VOICE))
    assert text.startswith("A won deal costs least in Site: $10, clearly less than in Fair ($40).")
    assert (
        "Of its closed deals 50% (50 of 100) are won" in text
        and "cannot be told" in text
        and "cannot be told yet" in text
    )


def test_channels_too_small_to_compare_are_named_with_their_deals():
    text = plain(of_channels.answer(channels.economics(september(sold(("Site", 10, 10), ("Fair", 10, 5)))), VOICE))
    assert text == "Nothing to compare: it takes two with 30 closed deals each, there are Fair 15 and Site 20."


def test_the_stand_in_for_scores_is_called_one():
    hired = pd.DataFrame({"manager": ["Ann", "Bo"], "hired_on": ["2025-09-30", "2024-09-30"]})
    found = september(deals([("Ann", "open", 0), ("Bo", "open", 0)]), managers=hired)
    record = factors.overview(found).set_index("factor").loc["qualification"].to_dict()
    text = plain(of_scores.answer(record, VOICE, CUTS))
    assert "What stands in for it: months at work, 18.0" in text and "of 2 sales reps" in text
    assert "mean months at work" in plain(said.overview(factors.overview(found), VOICE, CUTS))


@pytest.mark.parametrize(
    ("factor", "values", "sentence"),
    [
        ("process", {"pairs": [("New", "price", 40), ("Offer", "price", 36)], "all": 90}, "the deals lost at New with the reason “price” (40) and at Offer with the reason “price” (36), of 90 lost deals"),
        ("qualification", {"names": ["Ann", "Bo"], "scores": [57.0, 60.0]}, "two recent calls each of Ann (57) and Bo (60): the two lowest mean scores, not to be told apart."),
        ("qualification", {"names": ["Ann"], "scores": [57.0]}, "two recent calls of Ann, whose mean score is the lowest, 57."),
        ("touchpoints", {"late": 3, "deals": 10, "without": 22, "open": 40, "name": "Ann", "own": 19, "own_open": 20}, "22 of 40 open deals have no next task; the highest share is with Ann, 19 of 20; 3 of 10 new deals"),
    ],
)  # fmt: skip
def test_the_next_step_is_said(factor, values, sentence):
    assert sentence in plain(said.next_step(factor, {factor: values}, VOICE))
    assert said.next_step(factor, {}, VOICE).html == ""
