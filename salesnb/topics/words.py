"""Codes in words: verdicts, factors, parts of a gap, functions, refusals and notices. One sentence,
one place.
"""

from collections.abc import Callable, Iterable, Mapping

import pandas as pd

from salesnb.errors import unknown
from salesnb.formats import Voice
from salesnb.formats.voice import DASH
from salesnb.schema import OTHER, UNKNOWN

Sayer = Callable[[Voice], str]

VERDICTS: dict[str, Sayer] = {
    "above": lambda voice: voice.say("stands out above"),
    "below": lambda voice: voice.say("stands out below"),
    "likely above": lambda voice: voice.say("above average"),
    "likely below": lambda voice: voice.say("below average"),
    "cannot tell": lambda voice: voice.say("cannot tell"),
    "too few": lambda voice: voice.say("too few deals"),
    "associated": lambda voice: voice.say("associated with conversion"),
    "no evidence": lambda voice: voice.say("no evidence"),
    "refused": lambda voice: voice.say("cannot be told"),
}
SIGNS = {
    "above": "▲",
    "below": "▼",
    "likely above": "△",
    "likely below": "▽",
    "associated": "●",
    "cannot tell": "○",
    "no evidence": "○",
    "refused": "–",
    "too few": "–",
}

FACTORS: dict[str, Sayer] = {
    "target": lambda voice: voice.say("Target clients"),
    "process": lambda voice: voice.say("Sales process"),
    "qualification": lambda voice: voice.say("Staff qualification"),
    "touchpoints": lambda voice: voice.say("Points of contact"),
    "channels": lambda voice: voice.say("Sales channels"),
}
PARTS: dict[str, Sayer] = FACTORS | {
    "quick": lambda voice: voice.say("Quick closings"),
    "manager": lambda voice: voice.say("This sales rep, not recorded why"),
    "chance": lambda voice: voice.say("Chance"),
}
FUNCTIONS: dict[str, Sayer] = {
    "hunter": lambda voice: voice.say("Hunters"),
    "closer": lambda voice: voice.say("Closers"),
    "farmer": lambda voice: voice.say("Farmers"),
}
ACTIVITY: dict[str, Sayer] = {
    "calls_out": lambda voice: voice.say("outgoing calls"),
    "calls_in": lambda voice: voice.say("incoming calls"),
    "talk_minutes": lambda voice: voice.say("talk time"),
    "tasks_done": lambda voice: voice.say("tasks done"),
}
EVIDENCE: dict[str, Sayer] = {
    "measured": lambda voice: voice.say("measured"),
    "proxy": lambda voice: voice.say("by a stand-in measure"),
    "no data": lambda voice: voice.say("no data"),
}


LEVELS: dict[tuple[str, str], Sayer] = {
    ("target", "yes"): lambda voice: voice.say("target clients"),
    ("target", "no"): lambda voice: voice.say("other clients"),
    ("process", "yes"): lambda voice: voice.say("with a deviation from the process"),
    ("process", "no"): lambda voice: voice.say("without a deviation"),
    ("qualification", "+1 SD"): lambda voice: voice.say("one standard deviation above the mean"),
    ("qualification", "mean"): lambda voice: voice.say("the mean"),
}

GROUPS: dict[str, Sayer] = {
    UNKNOWN: lambda voice: voice.say("not known"),
    OTHER: lambda voice: voice.say("Other"),
    "other": lambda voice: voice.say("Other"),
}
# alternative definitions of conversion (`measures.sensitivity`)
DEFINITIONS: dict[str, Sayer] = {
    "headline": lambda voice: voice.say("As in the headline: closed in the month"),
    "no unreached": lambda voice: voice.say(
        "Without clients who were not reached or were no buyers"
    ),
    "old open as lost": lambda voice: voice.say("Old open deals counted as lost"),
    "no mass closings": lambda voice: voice.say(
        "Without days on which one person closed very many deals"
    ),
    "unsettled as lost": lambda voice: voice.say("Deals of words not yet settled counted as lost"),
    "unsettled as won": lambda voice: voice.say(
        "Deals of words not yet settled counted as won, where that is plausible"
    ),
    "by creation": lambda voice: voice.say("Only deals created and closed within the month"),
    "by amount": lambda voice: voice.say("By amount: won sum of the closed sum"),
}
STATUSES: dict[str, Sayer] = {
    "won": lambda voice: voice.say("won"),
    "lost": lambda voice: voice.say("lost"),
    "open": lambda voice: voice.say("still open"),
}
# kinds that the schema names; what a company calls otherwise stays as it is
KINDS: dict[str, Sayer] = {
    "one-to-one": lambda voice: voice.say("one-to-one"),
    "group task": lambda voice: voice.say("group task"),
    "training": lambda voice: voice.say("training"),
    "needs": lambda voice: voice.say("forming the need"),
    "objections": lambda voice: voice.say("handling objections"),
}

COLOURS: dict[str, Sayer] = {
    "red": lambda voice: voice.say("red"),
    "yellow": lambda voice: voice.say("yellow"),
    "green": lambda voice: voice.say("green"),
}
COLOUR_STATES: dict[str, Sayer] = {
    "sure": lambda voice: voice.say("sure"),
    "re-check": lambda voice: voice.say("re-check"),
    "preliminary": lambda voice: voice.say("preliminary"),
    "none": lambda voice: voice.say("no colour"),
}


def colour(voice: Voice, code: str | None) -> str:
    """A colour of the traffic light; "" where there is none.

    >>> colour(Voice(), "red"), colour(Voice(), None)
    ('red', '')
    """
    return "" if code is None else _look_up("colour", COLOURS, voice, code)


def colour_state(voice: Voice, code: str) -> str:
    """How sure a colour is.

    >>> colour_state(Voice(), "none")
    'no colour'
    """
    return _look_up("state", COLOUR_STATES, voice, code)


def group(voice: Voice, name: object) -> str:
    """A channel or a sales rep by name; the two names that are ours are said in the language of the
    report.

    >>> group(Voice("ru"), "unknown"), group(Voice("ru"), "Site")
    ('неизвестно', 'Site')
    """
    return GROUPS[name](voice) if name in GROUPS else str(name)


def place(voice: Voice, channel: str | None) -> str:
    """The channel, or the department for None, as a sentence begins.

    >>> place(Voice(), None), place(Voice(), "Site")
    ('The whole department', 'Site')
    """
    if channel == UNKNOWN:
        return voice.say("Channel not known")
    return group(voice, channel) if channel else voice.say("The whole department")


def quoted(voice: Voice, name: str) -> str:
    """A name in the quotation marks of the language.

    >>> quoted(Voice(), "Price")
    '“Price”'
    """
    return voice.say("“{name}”", name=name)


def without_bulk_days(voice: Voice, bulk: pd.DataFrame) -> str:
    """Who closed very many deals on one day, and what is left without them: a note of tables of
    people; "" without any.

    `bulk` : days of mass closing (`measures.bulk_close.bulk_days`)
    """
    return " ".join(
        voice.say(
            "{manager}: {rows} of {closed} deals of the month were closed on {day}; without them "
            "{won} of {rest}.",
            manager=group(voice, row.manager),
            rows=voice.count(row.rows),
            closed=voice.count(row.month_closed),
            day=voice.date(row.day),
            won=voice.count(row.rest_won),
            rest=voice.count(row.rest_closed),
        )
        for row in bulk.itertuples()
    )


def share(voice: Voice, won: float, closed: float, least: int = 1, digits: int = 0) -> str:
    """A rate with what it is of; with fewer than `least` closed deals the counts alone.

    >>> share(Voice(), 270, 729), share(Voice(), 1, 4, least=5)
    ('37% (270 of 729)', '1 of 4')
    """
    counts = voice.say("{won} of {closed}", won=voice.count(won), closed=voice.count(closed))
    return counts if closed < least else f"{voice.percent(won / closed, digits)} ({counts})"


def most_of(voice: Voice, quantile: float) -> str:
    """A share of the deals, as what stands out is held against.

    >>> most_of(Voice(), 0.9), most_of(Voice(), 0.75)
    ('nine of ten', '75% of')
    """
    if quantile == 0.9:
        return voice.say("nine of ten")
    return voice.say("{share} of", share=voice.percent(quantile, 0))


def level(voice: Voice, factor: str, code: str) -> str:
    """A level of a factor: ours in words, the company's own as it is.

    >>> level(Voice(), "process", "yes"), level(Voice(), "channels", "Site"), level(Voice(),
    ...     "touchpoints", "1-2")
    ('with a deviation from the process', 'Site', '1–2')
    """
    if factor == "touchpoints":
        return str(code).replace("-", DASH)
    return LEVELS[factor, code](voice) if (factor, code) in LEVELS else group(voice, code)


def kind(voice: Voice, code: object) -> str:
    """What a head did, or the type of a call; a word of the company's own stays as it is.

    >>> kind(Voice(), "needs"), kind(Voice(), "Разбор")
    ('forming the need', 'Разбор')
    """
    return KINDS[code](voice) if code in KINDS else str(code)


def _look_up(kind: str, words: Mapping[str, Sayer], voice: Voice, code) -> str:
    if code not in words:
        raise unknown(kind, code, words)
    return words[code](voice)


def verdict(voice: Voice, code: str) -> str:
    """A verdict with its sign, so that colour is never the only one.

    >>> verdict(Voice(), "likely above")
    '△ above average'
    """
    return (
        f"{SIGNS[code]} {VERDICTS[code](voice)}"
        if code in VERDICTS
        else _look_up("verdict", VERDICTS, voice, code)
    )


def factor(voice: Voice, code: str) -> str:
    """The name of one of the five factors.

    >>> factor(Voice(), "target")
    'Target clients'
    """
    return _look_up("factor", FACTORS, voice, code)


def factors(voice: Voice, codes: Iterable[str]) -> str:
    """Factors listed inside a sentence, where they begin with a small letter.

    >>> factors(Voice(), ["target", "process"])
    'target clients and sales process'
    """
    return voice.listing(part_inside(voice, code) for code in codes)


def part(voice: Voice, code: str) -> str:
    """The name of a part of a gap or a change: a factor, quick closings, the manager, chance."""
    return _look_up("part", PARTS, voice, code)


def part_inside(voice: Voice, code: str) -> str:
    """The name of a part inside a sentence.

    >>> part_inside(Voice(), "quick")
    'quick closings'
    """
    name = part(voice, code)
    return name[:1].lower() + name[1:]


def function(voice: Voice, code: str) -> str:
    """The name of a function of the department."""
    return _look_up("function", FUNCTIONS, voice, code)


def activity(voice: Voice, code: str) -> str:
    """What somebody does in a day, inside a sentence."""
    return _look_up("metric", ACTIVITY, voice, code)


def evidence(voice: Voice, code: str) -> str:
    """How a factor is known: measured, by a stand-in, or not at all."""
    return _look_up("evidence", EVIDENCE, voice, code)


def definition(voice: Voice, code: str) -> str:
    """An alternative definition of conversion, by its name."""
    return _look_up("definition", DEFINITIONS, voice, code)


def p_value(voice: Voice, p: float) -> str:
    """A p value; very small ones as a bound, missing ones as a dash.

    >>> p_value(Voice(), 0.0004), p_value(Voice(), 0.02), p_value(Voice(), float("nan"))
    ('< 0.001', '0.020', '–')
    """
    if pd.isna(p):
        return "–"
    return "< " + voice.number(0.001, 3) if p < 0.001 else voice.number(p, 3)


def status(voice: Voice, code: str) -> str:
    """What became of a deal: won, lost, or still open."""
    return _look_up("status", STATUSES, voice, code)


def down_is_good(measure: str) -> bool:
    """Whether less of `measure` is better: deal length, missed calls, overdue tasks, response
    time.
    """
    return measure in {"deal_length", "missed_calls", "overdue_tasks", "response_time"}


def people_whole(voice: Voice) -> str:
    """That calls, tasks and scores of people do not follow the segment; "" without one.

    >>> people_whole(Voice())
    ''
    """
    if not voice.segment:
        return ""
    return voice.say(
        "Of the segment are only the people, those with deals in it: their calls, tasks and scores "
        "are counted whole."
    )


def nobody_compared(voice: Voice, least: int) -> str:
    """Why a page has no average: too few people with closed deals, however many deals each has."""
    return voice.say(
        "Nobody is compared: a comparison takes {n} sales reps with closed deals in "
        "the last 12 months on the same page.",
        n=voice.count(least),
    )
