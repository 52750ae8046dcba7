"""What the pages of the summary, the funnel, the length and the classes say, and what they must not say."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from salesnb.formats import Voice
from salesnb.measures.plan import standing
from salesnb.measures.verdict import Assessment
from salesnb.params import Thresholds
from salesnb.topics.by_channel import ByChannel
from salesnb.topics.by_manager import ByManager
from salesnb.topics.clients import Clients
from salesnb.topics.cohorts import Cohorts
from salesnb.topics.data_quality import DataQuality
from salesnb.topics.functions import Functions
from salesnb.topics.funnel import Funnel
from salesnb.topics.head_actions import HeadActions
from salesnb.topics.headline import Headline
from salesnb.topics.leads import Leads
from salesnb.topics.length import Length
from salesnb.topics.losses import Losses
from salesnb.topics.new_and_repeat import Difference, NewAndRepeat
from salesnb.topics.priorities import Priorities
from salesnb.topics.reasons import vague_reasons
from salesnb.topics.robustness import Robustness
from salesnb.topics.stays import OpenAges, StageDays
from salesnb.topics.stuck import Stuck
from salesnb.topics.trend import Trend

VOICE, CUTS = Voice("en", "USD"), Thresholds()
EMPTY = pd.DataFrame()


def of_channel(channel, notices=()):
    """What a result asks of its Book when it speaks."""
    params = SimpleNamespace(crm_url=None)
    return SimpleNamespace(
        voice=VOICE,
        thresholds=CUTS,
        month="2026-09",
        previous="2026-08",
        channel=channel,
        params=params,
        notices=notices,
    )


BOOK, SITE = of_channel(None), of_channel("Site")


def a_funnel(stages, narrow=None):
    return Funnel(BOOK, stages, {"reached": stages, "visited": stages}, narrow, "", "reached")


def the_losses(reasons, usual=None, bulk=None, unreached=EMPTY, vague=0.0, span="month"):
    usual = reasons if usual is None else usual
    return Losses(BOOK, reasons, span, usual, span, EMPTY if bulk is None else bulk, unreached, vague, "")


def the_clients(classes=EMPTY, sold=True, concentration=None, steadiness=None, matrix=EMPTY, moves=None):
    moves = pd.DataFrame(columns=["value", "value_before", "before", "direction"]) if moves is None else moves
    return Clients(BOOK, classes, sold, concentration or {"of": 0}, steadiness or {"of": 0}, matrix, {}, moves)


def lengths(month=EMPTY, managers=EMPTY, verdict="all", usual=None, bulk=EMPTY, stages=EMPTY, ages=EMPTY):
    whole, none = pd.DataFrame({"open": [0]}), pd.DataFrame(columns=["days", "won", "lost"])
    parts = StageDays(stages, None, ""), OpenAges(whole, ages, "")
    return Length(BOOK, month, none, managers, verdict, usual or {}, None, bulk, *parts)


def cohort(verdict="", created=10, **shares):
    row = {"day": 30, "at_risk": 1, "won": 0.0, "low": 0.0, "high": 0.3, "lost": 0.5, "open": 0.5} | shares
    return Cohorts(BOOK, pd.DataFrame([row]), {}, created, 0, verdict, "")


def one_way(
    won=30,
    closed=100,
    before=100,
    change=-0.1,
    low=-0.2,
    high=-0.01,
    definition="headline",
    verdict="down",
    flips=False,
):
    return {
        "definition": definition, "won": won, "closed": closed, "conversion": won / closed if closed else np.nan, "low": 0.2, "high": 0.4,
        "won_before": 40, "closed_before": before, "change": change, "change_low": low, "change_high": high, "verdict": verdict,
        "flips": flips,
    }  # fmt: skip


def stands(verdict="down", **more):
    usual = {"against": [], "differ": {}, "known_before": True, "closed_before": 100, "place": "", "known": 13}
    return Assessment(**(usual | {"verdict": verdict} | more))


NO_PLAN = pd.DataFrame(columns=["month", "fact", "plan", "share"])


def the_month(row, known, table=None, figures=None, done=None, untold=""):
    table = months(20, 20) if table is None else table
    return Headline(SITE, pd.Series(row), known, table, figures or {}, NO_PLAN, done, untold)


def headline(row, known):
    return repr(the_month(row, known).text())


def change_of(row, known):
    """What the card of conversion says of its change."""
    return repr(the_month(row, known).chart()).splitlines()[0]


def held(known, *rows):
    table = pd.DataFrame(rows or [one_way()])
    return Robustness(BOOK, table, known, pd.DataFrame(columns=["deal_id", "manager", "current_manager"]))


def test_the_headline_has_one_of_three_verdicts():
    down = headline(one_way(), stands())
    assert "30.0%" in down and "Against August 2026: −10.0" in down and "lower by more than chance" in down
    assert "higher by more than chance" in headline(one_way(change=0.1, low=0.01, high=0.2), stands("up"))
    close = headline(one_way(low=-0.2, high=0.02), stands("too close"))
    assert "too close to call" in close and "more than chance" not in close


def test_a_withheld_verdict_is_not_given_anywhere():
    found = stands("withheld", against=["no unreached"], differ={"no unreached": "too close"})
    said = headline(one_way(), found)
    assert "No verdict is given" in said and "not reached" in said and "more than chance" not in said
    card = change_of(one_way(), found)
    assert "no verdict" in card and "lower" not in card
    answer = held(found).text()
    assert answer.kind == "warning" and "Do not build a decision on it" in repr(answer)


@pytest.mark.parametrize(
    ("closed", "before", "found", "expected"),
    [
        (8, 3, stands("few", closed_before=3), "The previous month had 3 closed deals: nothing to compare."),
        (8, 1, stands("few", closed_before=1), "The previous month had 1 closed deal: nothing to compare."),
        (13, 8, stands("few", closed_before=8), "With 13 and 8 closed deals there is no verdict: it takes 10 in each month."),
        (13, 0, stands("", closed_before=0), "Nothing was closed in August 2026"),
        (13, 0, stands("", closed_before=0, known_before=False), "The export begins with this month"),
    ],
)  # fmt: skip
def test_months_with_few_deals_are_not_compared(closed, before, found, expected):
    said = headline(one_way(won=2, closed=closed, before=before), found)
    assert expected in said and "too close" not in said
    if before < 5:
        assert "pp" not in said
        assert "nothing to compare with" in change_of(one_way(closed=closed), found)


def test_fewer_than_five_closed_deals_carry_no_percentage():
    said = headline(one_way(won=1, closed=4), stands("few"))
    assert "1 of 4" in said and "%" not in said
    assert "nothing was closed" in headline(one_way(won=0, closed=0), stands(""))


def test_a_small_month_begins_with_the_whole_time():
    span = {"first": "2026-05", "months": 5, "won": 19, "closed": 60, "conversion": 19 / 60, "low": 0.21, "high": 0.44}
    said = headline(one_way(won=4, closed=13, before=8), stands("few", closed_before=8, span=span))
    assert said.startswith("Site, May 2026 to September 2026: 19 of 60") and "September 2026 alone, 4 of 13" in said


def test_the_place_in_the_year_is_said_when_it_says_something():
    assert "It is the lowest of 13 months." in headline(one_way(), stands(place="lowest"))
    like = stands(place="usual", like={"month": "2026-04", "conversion": 0.486})
    assert "Such months occur: 48.6% in April 2026." in headline(one_way(), like)


def months(*closed):
    """Months that end with September 2026, each with a fifth of its deals won; None: not known."""
    names = [str(pd.Period("2026-09", "M") - back) for back in range(len(closed) - 1, -1, -1)]
    n = np.array(closed, float)
    return pd.DataFrame({"month": names, "closed": n, "won": n / 5, "conversion": np.where(n > 0, 0.2, np.nan), "low": 0.1, "high": 0.4,
                         "won_amount": n, "average_order": n, "mean_days": n, "new_deals": n, "open_deals": n})  # fmt: skip


def figure(**more):
    return {
        "now": 9.0,
        "before": 22.0,
        "ratio": -0.59,
        "few": False,
        "months": 13,
        "place": "usual",
        "low": 1.0,
        "high": 30.0,
    } | more


def card_of(found, table=None):
    return repr(the_month(one_way(), stands(), table, {"new_deals": found}).chart()).splitlines()


def test_a_card_says_usual_lowest_or_that_there_is_too_little():
    assert "−59%, usual" in card_of(figure())[1]
    assert "−59%, lowest of 13 months" in card_of(figure(place="lowest"))[1]
    few = card_of(figure(few=True))
    assert "too few deals to compare" in few[1] and "%" not in few[1] and "Usual" not in few[-1]
    assert "nothing to compare with" in card_of(figure(before=np.nan, ratio=np.nan))[1]


def test_a_card_leaves_out_what_the_export_does_not_know():
    first = card_of(figure(), months(*[None] * 11, 3, 20))[0]
    assert "Aug 2026 1 of 3" in first and "2025" not in first
    assert "2026" not in card_of(figure(), months(*[None] * 12, 20))[0]


def test_a_card_shades_the_middle_half_of_the_earlier_months_once_there_are_six():
    def line(table):
        return the_month(one_way(), stands(), table, {"new_deals": figure()}).chart().html

    table = months(*[20] * 8).assign(new_deals=[1.0, 2, 3, 4, 5, 6, 7, 20])
    assert line(table).count('class="band"') == 2 and 'class="band"' not in line(table.tail(6))


def test_the_way_of_counting_answers_what_the_headline_asked():
    close = repr(held(stands("too close")).text())
    assert close == "No fair way of counting gives the change a verdict: it stays too close to call."
    one = repr(held(stands("too close", differ={"by creation": "down"})).text())
    assert "created and closed within the month” (lower)" in one and "no result" in one
    assert "stays the same" in repr(held(stands("down")).text())
    but = repr(held(stands("down", differ={"by creation": "too close"})).text())
    assert "stays the same" not in but and "within the month” (too close to call)" in but
    assert "no verdict to hold" in repr(held(stands("few")).text())


def test_rows_of_the_ways_with_few_deals_show_no_rate_and_no_verdict():
    rows = [
        one_way(),
        one_way(definition="by creation", won=0, closed=3, before=4, verdict="few", change=-0.5),
        one_way(definition="by amount", verdict="", low=np.nan),
    ]
    lines = repr(held(stands(), *rows).table()).splitlines()
    small = next(line for line in lines if "within the month" in line)
    assert small.count("n < 5") == 2 and "too few deals" in small and "%" not in small
    assert next(line for line in lines if line.startswith("By amount")).endswith("–")


def channel(name, closed, verdict, change=0.1, before=50):
    return {"channel": name, "won": closed // 2, "closed": closed, "conversion": 0.5, "low": 0.4, "high": 0.6, "closed_before": before,
            "change": change, "change_low": change - 0.1, "change_high": change + 0.1, "verdict": verdict,
            "usual_won": closed // 2, "usual_closed": closed}  # fmt: skip


def channels(table, book=BOOK):
    return ByChannel(book, table, "")


def test_channels_are_answered_in_words_before_the_table():
    close = pd.DataFrame(
        [channel("Site", 79, "too close"), channel("Phone", 78, "too close"), channel("unknown", 1, "few", before=0)]
    )
    said = repr(channels(close).text())
    assert "Site: 79 of 158" in said and "cannot be told from chance" in said
    clear = repr(channels(close.assign(verdict=["too close", "down", "few"])).text())
    assert "Phone (+10.0" in clear and "Site (" not in clear
    assert "analyst" in repr(channels(close.tail(1)).text())
    assert not repr(channels(close.tail(1)).table())
    assert not repr(channels(close, SITE).table())


def test_a_channel_without_an_earlier_month_shows_no_change():
    table = pd.DataFrame([channel("Site", 8, "few", before=3)])
    row = repr(channels(table).table()).splitlines()[2]
    assert "50.0%" in row and "+10" not in row and "too few deals" in row


MASS = pd.DataFrame(
    [{"manager": "Elena", "day": "2026-09-29", "rows": 28, "month_closed": 34, "rest_won": 5, "rest_closed": 6}]
)
ALARM = {"manager": "Elena", "day": "2026-09-29", "rows": 28, "won": 0, "lost": 28, "clean_up": 1, "reason": "No answer", "reason_rows": 26,
         "amount": 9.74e6, "age_days": 41.0, "whole_rows": 28, "month_closed": 34, "rest_won": 5, "rest_closed": 6, "all_won": 53, "all_closed": 194, "all_conversion": 53 / 194, "least": 5}  # fmt: skip


def quality(bridge=EMPTY, alarms=()):
    return DataQuality(BOOK, bridge, list(alarms), MASS.head(0), [], None, [])


def alarm(**more):
    return repr(quality(alarms=[("mass closings", ALARM | more)]).warning())


def test_a_clean_up_is_said_with_what_is_left_without_it():
    said = alarm()
    assert "28 deals as lost on 29 Sep 2026 (26 with “No answer”)" in said and "clean-up" in said
    assert "the month is 27.3% (53 of 194), and Elena 5 of 6" in said and "Ask what was cleaned up before" in said
    assert "worth $9.74M. Half of them were at most 41 days old." in said and "all channels" not in said
    part = alarm(rows=4, lost=4, amount=None, age_days=None)
    assert "In all channels together it was 28 deals that day." in part and "worth" not in part and "old" not in part
    won = alarm(won=28, lost=0, clean_up=0)
    assert "as lost" not in won and "far more than on a usual day" in won
    few = alarm(all_won=1, all_closed=4, all_conversion=0.25)
    assert "the month is 1 of 4" in few and "%" not in few
    assert not repr(quality().warning())


def people(**more):
    row = {"manager": "Elena", "won": 5, "closed": 34, "conversion": 5 / 34, "low": 0.06, "high": 0.3, "year_won": 70, "year_closed": 265,
           "year_conversion": 70 / 265, "year_low": 0.22, "year_high": 0.32}  # fmt: skip
    return pd.DataFrame([row | more])


def test_tables_of_people_carry_the_clean_up_and_no_change_of_the_month():
    said = repr(ByManager(BOOK, people(), 2, MASS, "").table())
    assert "Elena: 28 of 34 deals of the month were closed on 29 Sep 2026; without them 5 of 6." in said
    assert "2 deals were closed by people who have left" in said and "pp" not in said and "26.4%" in said
    assert "n < 5" in repr(ByManager(BOOK, people(closed=3), 0, MASS.head(0), "").table())


def length_row(deals, **more):
    days = {"mean_days": 20.0, "median_days": 15.0, "p90_days": 50.0, "mean_days_won": 30.0, "mean_days_lost": 10.0}
    return {"manager": "Elena", "deals": deals, "won": deals // 2, "lost": deals - deals // 2} | days | more


def test_lengths_of_few_deals_are_hidden():
    frame = pd.DataFrame([length_row(34), length_row(9, manager="Nine"), length_row(4, manager="Four")])
    lines = repr(lengths(managers=frame, bulk=MASS).table()).splitlines()
    assert lines[2].count("days") == 5
    assert lines[3].count("n/a") == 2  # nine deals: no nine of ten, and only four were won
    assert lines[4].count("n/a") == 5 and "without them 5 of 6" in lines[5]
    assert not repr(lengths(managers=frame.tail(1), bulk=MASS).table())


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("usual", "both lie within what is usual (1.0 to 30.0 days)"),
        ("lowest", "It is the shortest of 13 months"),
        ("highest", "It is the longest of 13 months"),
        ("", "too few months yet"),
    ],
)
def test_a_length_is_compared_with_its_year_and_never_called_better(place, expected):
    said = repr(lengths(pd.DataFrame([length_row(40)]), usual=figure(place=place)).text())
    assert expected in said and "better" not in said and "nine of ten of them up to 50 days" in said


def test_few_closed_deals_have_no_length():
    usual = figure(few=True)
    nine = repr(lengths(pd.DataFrame([length_row(9)]), verdict="mean", usual=usual).text())
    assert "20.0 days" in nine and "nine of ten" not in nine and "too few closed deals to compare" in nine
    four = repr(lengths(pd.DataFrame([length_row(4)]), verdict="few", usual=usual).text())
    assert four == "4 deals were closed in September 2026: too few to speak of a deal length."


def a_list(by, *deals, people=None, book=None):
    frame = pd.DataFrame(deals, columns=["deal_id", "title", "manager", "stage", "amount", "days", "usual_days"])
    return Stuck(book or BOOK, frame, PEOPLE if people is None else people, by, [])


BIG = ("7", "Big deal", "Bo", "New", 900.0, 55, 20.0)
SMALL = ("8", None, "Ann", "New", 100.0, 169, 20.0)
PEOPLE = pd.DataFrame({"manager": ["Bo", "Ann"], "deals": [1, 1], "amount": [900.0, 100.0]})


def test_stuck_deals_begin_with_the_money():
    said = a_list("stage", BIG, SMALL).sentence()
    assert (
        "2 open deals" in said
        and "worth $1.00K" in said
        and "with Bo ($900)" in said
        and "Big deal, $900, 55 days" in said
    )
    assert "most" not in said.replace("almost", "")  # a largest part need not be most of it


def test_another_threshold_is_what_the_words_say():
    half = SimpleNamespace(**vars(BOOK) | {"thresholds": Thresholds(stuck_quantile=0.5)})
    said = a_list("stage", BIG, book=half)
    assert "longer in its stage than 50% of won deals were" in said.sentence() and "than 50% of won" in repr(
        said.table()
    )
    assert "No open deal is older than 50% of won deals were" in repr(a_list("age", book=half).text())


def test_a_stand_in_by_age_says_so_and_what_is_not_measured_is_not_fine():
    by_age = repr(a_list("age", BIG, SMALL).text())
    assert "older than nine of ten won deals were (20 days)" in by_age and "goes by the age" in by_age
    none = a_list("").text()
    assert none.kind == "refusal" and "cannot be told" in repr(none) and "No open deal" not in repr(none)
    assert "No open deal has been in its stage longer" in repr(a_list("stage").text())
    assert repr(a_list("none open").text()) == "No deal is open."


def test_money_is_not_said_where_most_deals_carry_none():
    bare = [(str(n), None, "Ann", None, None, 99, 20.0) for n in range(3)]
    who = pd.DataFrame({"manager": ["Bo", "Ann"], "deals": [1, 3], "amount": [900.0, 0.0]})
    said = a_list("age", BIG, *bare, people=who).sentence()
    assert "$" not in said and "with Ann (3)" in said


NO_TASKS = pd.DataFrame(columns=["manager", "open", "without"])


NO_MASS = MASS.head(0)


NO_REASONS = pd.DataFrame(columns=["lost_reason", "deals", "share"])


def first_steps(tasks=NO_TASKS, losses=None, answered=EMPTY, waiting=None, untouched=0, book=BOOK):
    waiting = a_list("stage") if waiting is None else waiting
    losses = the_losses(NO_REASONS) if losses is None else losses
    contact = SimpleNamespace(tasks=tasks, whole=answered, open=pd.DataFrame({"untouched": [untouched]}))
    return repr(Priorities(book, waiting, contact, the_clients(), losses).text())


def test_the_person_named_has_the_highest_share_and_not_the_most_deals():
    tasks = pd.DataFrame({"manager": ["Ivan", "Timur", "Two"], "open": [20, 7, 2], "without": [7, 6, 2]})
    said = first_steps(tasks)
    assert "15 of 29 open deals have no next task. Highest share: Timur, 6 of 7." in said
    assert "Highest" not in first_steps(tasks.tail(1))  # two open deals name nobody


def test_the_reason_named_is_the_one_without_the_clean_up_and_says_of_which_time():
    table = pd.DataFrame({"lost_reason": ["not given", "Price"], "deals": [9, 5], "share": [0.64, 0.36]})
    assert "“Price”, 5 of 14 lost deals of the month." in first_steps(losses=the_losses(table))
    assert "without days on which one person closed very many" in the_losses(table, bulk=MASS).sentence()
    assert "of the last 12 months." in the_losses(table, span="year").sentence()


def test_nothing_is_said_to_be_fine_that_was_not_measured():
    assert "cannot be told" in first_steps(waiting=a_list(""))
    assert "whether each has a next task cannot be told" in first_steps()
    every = pd.DataFrame({"manager": ["Ann"], "open": [5], "without": [0]})
    assert first_steps(every) == "Nothing waits: no open deal is stuck or without a next task."
    assert "3 of 5 new deals were not answered within 60 working minutes, the norm in the params." in first_steps(
        answered=pd.DataFrame({"hits": [2], "deals": [5]})
    )


def by_manager(rates):
    return ByManager(BOOK, rates, 0, NO_MASS, "")


def test_few_closings_of_people_carry_no_claim():
    rates = pd.DataFrame({"manager": ["A", "B"], "closed": [4, 1], "conversion": [0.25, 0.0]})
    assert "%" not in repr(by_manager(rates).text())


def test_how_it_was_worked_with_takes_a_line_per_kind():
    rows = [("group task", "", 2), *(("one-to-one", name, 2) for name in "ABCD"), ("one-to-one", "Timur", 3)]
    log = pd.DataFrame(rows, columns=["kind", "manager", "times"])
    said = repr(HeadActions(BOOK, log, True).text()).splitlines()
    assert said[0] == "group task: 2 for everybody." and said[1] == "one-to-one: 2 with each of 4 people; 3 with Timur."
    assert "ask your analyst" in repr(HeadActions(BOOK, EMPTY, False).text())


FOUND = {
    "stage": "Proposal",
    "entered": 1606,
    "reached_next": 959,
    "conversion": 0.597,
    "low": 0.57,
    "high": 0.62,
    "lost": 598,
}
STAGES = pd.DataFrame({"stage": ["Proposal"], "entered": [1606]})


@pytest.mark.parametrize(
    ("alike", "most", "expected"),
    [
        ([], [("Qualified", 606), ("Proposal", 598)], "Qualified and Proposal lose about as many deals (606 and 598). Begin with Proposal."),
        ([], [("Proposal", 598)], "Most deals are lost there too (598): begin with it."),
        ([], [("New", 900)], "More deals are lost from New (900), where more arrive. Begin with Proposal: it loses the larger share."),
        (["Contract"], [("New", 900), ("Contract", 880)], "cannot be told apart from Contract. Begin with Contract"),
    ],
)  # fmt: skip
def test_the_funnel_gives_one_place_to_begin(alike, most, expected):
    said = repr(a_funnel(STAGES, FOUND | {"alike": alike, "most_lost": most}).text())
    assert expected in said and said.count("Begin with") + said.count("begin with") == 1


def test_a_section_without_its_table_says_once_what_is_missing_and_shows_nothing_else():
    assert "ask your analyst" in repr(a_funnel(EMPTY).text())
    assert "ask your analyst" in repr(lengths().in_stages())
    nothing = pd.DataFrame(
        columns=["abc", "xyz", "items", "name", "value", "value_before", "before", "now", "direction"]
    )
    clients = the_clients(EMPTY, matrix=nothing, moves=nothing)
    shown = [
        a_funnel(EMPTY).table(), a_funnel(EMPTY).chart(), a_funnel(EMPTY).table("rules"), the_losses(EMPTY).table(), a_list("").table(),
        lengths().table("stages"), lengths().table("ages"), cohort().chart(), cohort("young", won=np.nan).table(),
        clients.table(), clients.chart(), clients.chart("matrix"), clients.table("fell"), clients.table("rose"),
    ]  # fmt: skip
    assert [repr(one) for one in shown] == [""] * len(shown)
    assert "cannot be told" in repr(clients.moved())


def test_reasons_are_told_with_and_without_the_clean_up():
    frame = pd.DataFrame({"lost_reason": ["No answer", "Price"], "deals": [42, 30], "share": [42 / 72, 30 / 72]})
    usual = pd.DataFrame({"lost_reason": ["Price", "No answer"], "deals": [30, 14], "share": [30 / 44, 14 / 44]})
    unreached = pd.DataFrame({"lost_reason": ["No answer", "Недозвон"], "deals": [42, 8]})
    said = repr(the_losses(frame, usual, MASS, unreached).text()).splitlines()
    assert (
        said[0].startswith("Named most often: No answer, 42 of 72")
        and "Elena" in said[1]
        and "Price, 30 of 44" in said[1]
    )
    assert "50 deals together" in said[2]
    assert len(repr(the_losses(frame, usual, MASS.head(0), unreached.head(1)).text()).splitlines()) == 1


def some_leads(n, listed, new_deals=9):
    row = {"span": "month", "leads": n, "with_deal": n, "deal_share": 1.0, "deal_low": 0.7, "deal_high": 1.0, "won": 1, "open": 2,
           "undated": 0, "won_share": 0.1, "low": 0.0, "high": 0.3}  # fmt: skip
    return Leads(BOOK, pd.DataFrame([row, row | {"span": "year"}]), listed, new_deals, "")


def test_without_a_list_of_leads_nothing_is_said_to_become_a_deal():
    assert "Became a deal" not in repr(some_leads(9, listed=False).table())
    listed_ = repr(some_leads(9, listed=True, new_deals=229).table())
    assert "Became a deal" in listed_ and "the 229 new deals of the summary are those of closers" in listed_
    assert "no list of leads" in repr(some_leads(9, listed=False).text())


def test_classes_that_are_not_sure_are_a_dash_and_an_empty_column_is_left_out():
    rows = {
        "name": ["a", "b"],
        "value": [9.0, 1.0],
        "share": [0.9, 0.1],
        "abc": ["A", "C"],
        "xyz": ["Z", "X"],
        "tag": ["", ""],
    }
    said = repr(the_clients(pd.DataFrame(rows | {"sure": [False, True]})).table()).splitlines()
    assert said[1].split(" | ")[-1] == "XYZ" and said[2].endswith("–") and said[3].endswith("X")
    unsure = repr(the_clients(pd.DataFrame(rows | {"sure": [False, False]})).table())
    assert "XYZ" not in unsure and "Varies" not in unsure


def test_those_that_fell_are_called_first():
    columns = ["name", "value", "value_before", "before", "now", "direction"]
    rows = [
        ("Mint", None, 90.0, "A", "–", "fell"),
        ("Sol", 5.0, 20.0, "B", "C", "fell"),
        ("New", 60.0, None, "–", "A", "new"),
    ]
    found = the_clients(moves=pd.DataFrame(rows, columns=columns))
    said = repr(found.moved())
    assert (
        said.startswith("2 clients fell")
        and "1 of them was in class A: call this one first." in said
        and "1 client is new or rose." in said
    )
    assert "Mint" in repr(found.table("fell")) and "New " not in repr(found.table("fell"))
    assert "new buyer" in repr(found.table("rose"))


def test_new_and_repeat_clients_are_compared_by_their_difference():
    kinds = pd.DataFrame({"kind": ["new", "repeat"], "closed": [149, 73], "conversion": [0.228, 0.26]})
    close, clear = Difference(0.032, -0.08, 0.16, "too close"), Difference(0.032, 0.01, 0.16, "up")
    assert "too close to call" in repr(NewAndRepeat(BOOK, kinds, close, "").text())
    assert "more than chance" in repr(NewAndRepeat(BOOK, kinds, clear, "").text())
    unknown = pd.DataFrame({"kind": ["unknown"], "closed": [13], "conversion": [0.3]})
    nobody = NewAndRepeat(BOOK, unknown, None, "")
    assert nobody.text().kind == "refusal" and not repr(nobody.table())


def test_hunters_and_farmers_are_told_in_sentences():
    found = {"hunter": {"won": 51, "lost": 49, "closed": 100, "value": 0.51, "low": 0.41, "high": 0.61}}
    said = repr(Functions(BOOK, found).text())
    assert "handed over 51 of the 100 deals that they closed (51.0%, 41–61%)" in said and "not comparable" in said
    assert "%" not in repr(Functions(BOOK, {"hunter": found["hunter"] | {"closed": 3}}).text())


def test_the_trend_is_told_beside_what_chance_does():
    found = {"lowest": {"month": "2026-09", "conversion": 0.239}, "highest": {"month": "2025-10", "conversion": 0.367}, "closed": 193,
             "by_chance": 0.065, "pooled": {"conversion": 0.3, "won": 699, "closed": 2328}}  # fmt: skip
    said = repr(Trend(BOOK, EMPTY, found, "").text())
    assert "Between 23.9% (September 2026) and 36.7% (October 2025)" in said and "by 7\xa0pp either way" in said
    assert "no movement to show" in repr(Trend(BOOK, EMPTY, None, "").text())


def test_the_bridge_is_answered_in_counts():
    rows = pd.DataFrame({"step": ["export", "test", "ours"], "rows": [4, 1, 3]})
    said = repr(quality(rows).text())
    assert "3 deals closed in the month are counted." in said and "1 other row" in said
    assert "No row" in repr(quality(rows.assign(rows=[3, 0, 3])).text())


def test_too_few_created_deals_have_no_fate_in_per_cent():
    few, enough = cohort("few", created=9), cohort(created=10)
    assert few.text().kind == "refusal" and few.text().plain.startswith("9 deals were created")
    assert few.table().html == ""
    assert enough.text().kind == "answer" and "30%" in enough.table().plain


def test_deals_without_a_channel_are_first_to_be_given_one():
    said = [first_steps(book=of_channel(name)) for name in ("unknown", "Site", None)]
    assert said[0].startswith("These deals name no channel") and "no channel" not in said[1] + said[2]


def test_where_no_deal_has_a_reason_that_is_said_once():
    blank = pd.DataFrame({"lost_reason": ["not given"], "deals": [9], "share": [1.0], "amount": [0.0]})
    found = the_losses(blank, vague=1.0)
    shown = [
        found.text(), found.warning(), found.chart(), found.table(),
    ]  # fmt: skip
    assert [one.plain != "" for one in shown] == [True, False, False, False]
    assert "Not one of the lost deals has a reason" in shown[0].plain
    other = blank.assign(lost_reason="other")
    assert "100.0% of the lost deals have no telling reason" in vague_reasons(other, 1.0, 0.15, VOICE).plain


def test_months_that_tell_no_letter_make_no_matrix():
    found = {"of": 9, "X": 0, "Y": 0, "Z": 0, "new": 2, "unsure": 7}
    said = the_clients(steadiness=found).steady().plain
    assert said == "The months do not tell yet how steady any of the 9 clients are."
    cells = pd.DataFrame({"abc": ["A", "B"], "xyz": ["unsure", "new"], "items": [7, 2], "value": [9.0, 1.0]})
    assert the_clients(matrix=cells).chart("matrix").html == ""
    assert the_clients(matrix=cells.assign(xyz=["X", "new"])).chart("matrix").html != ""


def test_a_client_that_others_have_passed_is_not_to_be_called():
    moves = pd.DataFrame({"name": ["a", "b", "c"], "value": [260.0, 10.0, np.nan], "value_before": [260.0, 90.0, 80.0],
                          "before": "A", "now": ["B", "B", "–"], "direction": "fell"})  # fmt: skip
    found = the_clients(moves, moves=moves)
    assert found.fell_from_a["name"].tolist() == ["b", "c"] and found.rose.empty
    assert found.sentence().startswith("2 clients of class A buy less")
    assert found.moved().plain.startswith("2 clients fell")
    shown = found.table("fell").plain
    assert "$260" not in shown and "$90" in shown
    assert the_clients(moves, moves=moves.head(1)).sentence() == ""


def test_the_money_of_the_month_is_said_beside_the_month_before_and_the_plan():
    table = pd.DataFrame(
        {"month": [f"2026-{n:02d}" for n in range(1, 9)], "won": 5.0, "lost": 9.0, "closed": 14.0, "won_amount": 1000.0}
    )
    plan = pd.DataFrame({"month": table["month"], "fact": 50.0, "plan": 100.0, "share": [0.9] * 7 + [0.5]})
    plan.attrs["fact"] = "payments"

    def money(table, plan):
        return the_month(one_way(), stands(), table, done=standing(plan, "2026-08")).money().plain

    said = money(table, plan)
    assert said == (
        "Won: 5 deals for $1.00K, after 5 for $1.00K the month before. Lost: 9, after 9.\n"
        "Plan: paid $50 of $100, 50%: the lowest of 8 months."
    )
    assert "lowest" not in money(table, plan.iloc[3:])  # four earlier months are no year
    none = money(table.tail(2), plan.head(0))
    assert "Plan" not in none


def test_a_stage_in_which_no_deal_ever_stood_is_asked_about():
    visited = pd.DataFrame({"stage": ["New", "Qual", "Offer"], "entered": [9, 0, 4]})
    assert "No deal ever stood in Qual" in a_funnel(visited).warning().plain
    assert a_funnel(visited.drop(1)).warning().html == "" and a_funnel(visited.head(0)).warning().html == ""


def test_a_month_without_closings_is_not_called_unrecorded():
    kinds = pd.DataFrame({"kind": ["new"], "closed": [0], "won": [0]})
    assert NewAndRepeat(BOOK, kinds, None, "").text().plain == "Nothing was closed in the month."
    assert the_clients(sold=False).text().plain == "Nothing was sold in the last 12 months."
    assert the_clients().text().kind == "refusal"
