"""The cards of the headline: one per figure, with the month before, the year before, and a line of
the year.
"""

from typing import TYPE_CHECKING

import pandas as pd

from salesnb.formats import Voice
from salesnb.params import Thresholds
from salesnb.render.charts.spark import spark
from salesnb.render.display import Card, Cards, Group, Text
from salesnb.topics import untold
from salesnb.topics.headline_money import fact_of_plan

if TYPE_CHECKING:
    from salesnb.topics.headline import Headline

FIGURES = {
    "won_amount": (lambda v: v.say("Won amount"), lambda v: v.short_money),
    "won": (lambda v: v.say("Won deals"), lambda v: v.count),
    "average_order": (lambda v: v.say("Average order"), lambda v: v.short_money),
    "mean_days": (lambda v: v.say("Deal length"), lambda v: v.days),
    "new_deals": (lambda v: v.say("New deals"), lambda v: v.count),
    "open_deals": (lambda v: v.say("Open deals"), lambda v: v.count),
    "open_amount": (lambda v: v.say("Open amount"), lambda v: v.short_money),
}
VERDICTS = {
    "up": lambda v: v.say("higher"),
    "down": lambda v: v.say("lower"),
    "too close": lambda v: v.say("too close to call"),
    "withheld": lambda v: v.say("no verdict: other fair ways to count do not share it"),
    "few": lambda v: v.say("too few deals for a verdict"),
    "undated": lambda v: v.say("no verdict: closing dates are missing unequally"),
}
BANDED = 6  # earlier months from which there is a usual range to shade


def cards(found: "Headline") -> Group:
    """A card per figure, and a line that says what "usual" means."""
    voice, months = found.book.voice, found.months
    told = {
        name: one for name, one in found.figures.items() if not months[name].isna().all()
    }  # of nothing no card
    if found.untold == "no won":
        told.pop("won", None)
    rest = [_card(found, name, one) for name, one in told.items()]
    against = (
        voice.say("Percentages are against the previous month.")
        if found.part is None
        else voice.say(
            "The month is not over: every figure of an earlier month is up to the same working "
            "day, {days} of {of}. Percentages are against the previous month.",
            days=voice.count(found.part.days),
            of=voice.count(found.part.of),
        )
    )
    usual = voice.say(
        "Usual: within the range of the earlier months of the year; the grey band is their middle "
        "half."
    )
    ranged = any(one["place"] and not one["few"] for one in found.figures.values())
    note = f"{against} {usual}" if ranged else against
    return Group(Cards((_conversion(found), *rest, *_plan(found))), Text(note, kind="note"))


def _conversion(found: "Headline") -> Card:
    voice, thresholds, row = found.book.voice, found.book.thresholds, found.conversion
    label, known = voice.say("Conversion"), found.assessment
    if untold.no_rate(known.untold):
        return Card(label, voice.missing, untold.SHORT[known.untold](voice))
    counts = {"won": voice.count(row["won"]), "closed": voice.count(row["closed"])}
    few = row["closed"] < thresholds.min_percent
    interval = voice.interval(row["low"], row["high"])
    detail = (
        ""
        if few
        else voice.say("{won} of {closed}, interval {interval}", **counts, interval=interval)
    )
    alone = voice.say("{won} of {closed}", **counts) if row["closed"] else voice.missing
    return Card(
        label,
        alone if few else voice.percent(row["conversion"]),
        detail,
        _change(found),
        {"up": "good", "down": "bad"}.get(known.verdict, ""),
        _past(found.months, lambda month: _rate(month, voice, thresholds), voice),
        _line(found.months, "conversion", label, voice),
    )


def _change(found: "Headline") -> str:
    """A change of conversion with its interval and its verdict, or that there is nothing to compare
    with.
    """
    voice, row, known = found.book.voice, found.conversion, found.assessment
    if min(row["closed"], known.closed_before) < found.book.thresholds.min_percent:
        return voice.say("nothing to compare with")
    interval = voice.points_interval(row["change_low"], row["change_high"])
    return f"{voice.points(row['change'])} ({interval}), {VERDICTS[known.verdict](voice)}"


def _rate(month: pd.Series, voice: Voice, thresholds: Thresholds) -> str:
    """The rate of an earlier month; with few deals the counts, without any nothing."""
    if pd.isna(month["closed"]) or not month["closed"]:
        return ""
    if month["closed"] < thresholds.min_percent:
        return voice.say(
            "{won} of {closed}", won=voice.count(month["won"]), closed=voice.count(month["closed"])
        )
    return voice.percent(month["conversion"])


def _card(found: "Headline", name: str, figure: dict) -> Card:
    voice, months = found.book.voice, found.months
    label, say = (part(voice) for part in FIGURES[name])
    if name == "mean_days" and months["closed"].iloc[-1] < found.book.thresholds.min_percent:
        figure = figure | {
            "now": float("nan")
        }  # the section on deal length does not speak of so few either
    past = _past(months, lambda month: "" if pd.isna(month[name]) else say(month[name]), voice)
    line = _line(months, name, label, voice)
    return Card(label, say(figure["now"]), change=_moved(figure, voice), notes=past, spark=line)


def _moved(figure: dict, voice: Voice) -> str:
    """The change in per cent and the figure's place in the year; what no two months can tell is not
    said.
    """
    if pd.isna(figure["now"]) or pd.isna(figure["before"]):
        return voice.say("nothing to compare with")
    if figure["few"]:
        return voice.say("too few deals to compare")
    if pd.isna(figure["ratio"]):
        return ""
    text = voice.signed(figure["ratio"] * 100) + voice.percent_sign
    months = voice.count(figure["months"])
    places = {
        "usual": lambda: voice.say("usual"),
        "lowest": lambda: voice.say("lowest of {n} months", n=months),
        "highest": lambda: voice.say("highest of {n} months", n=months),
    }
    return f"{text}, {places[figure['place']]()}" if figure["place"] else text


def _plan(found: "Headline") -> list[Card]:
    """How much of the plan is done; nothing where the month has no plan."""
    voice = found.book.voice
    both = found.months[["month"]].merge(found.plan, on="month", how="left")
    now = both.iloc[-1]
    if pd.isna(now["share"]):
        return []
    detail = fact_of_plan(now, found.plan.attrs["fact"], voice)
    past = _past(
        both,
        lambda month: "" if pd.isna(month["share"]) else voice.percent(month["share"], 0),
        voice,
    )
    label = voice.say("Plan")
    return [
        Card(
            label,
            voice.percent(now["share"], 0),
            detail,
            notes=past,
            spark=_line(both, "share", label, voice),
        )
    ]


def _past(months: pd.DataFrame, say, voice: Voice) -> tuple[tuple[str, str], ...]:
    """The month before and the same month a year ago by name, where the export knows them."""
    rows = [months.iloc[-back] for back in (2, 13) if len(months) >= back]
    known = [(voice.short_month(row["month"], "yyyy"), say(row)) for row in rows]
    return tuple((label, text) for label, text in known if text)


def _line(months: pd.DataFrame, name: str, label: str, voice: Voice) -> str:
    values = [None if pd.isna(v) else float(v) for v in months[name].iloc[-12:]]
    earlier = [value for value in values[:-1] if value is not None]
    # the neutral band: where the middle half of the earlier months lay
    band = tuple(pd.Series(earlier).quantile([0.25, 0.75])) if len(earlier) >= BANDED else None
    return spark(values, voice.say("{label}, the last 12 months", label=label), band)
