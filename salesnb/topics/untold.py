"""What an export cannot say, said: no lost or no won deals, closing dates missing unequally, dates
too coarse.
"""

import pandas as pd

from salesnb.formats import Voice
from salesnb.render.display import Text
from salesnb.stats.missing import Missing

NO_RATE = ("no lost", "no won")
FULL = {
    "no lost": lambda v: v.say(
        "The export holds no lost deals, so there is no conversion. Ask "
        "your analyst to export the deals of all statuses, the lost ones "
        "too."
    ),
    "no won": lambda v: v.say(
        "Not one deal of the export is won, so there is no conversion. Ask "
        "your analyst to export the deals of all statuses, or to name the "
        "word for won under values: status in the params."
    ),
    "undated": lambda v: v.say(
        "No verdict on conversion is given: closing dates are missing "
        "unequally among won and lost deals. Ask your analyst to export "
        "the closing date of every deal."
    ),
}
SHORT = {
    "no lost": lambda v: v.say("This cannot be told: the export holds no lost deals."),
    "no won": lambda v: v.say("This cannot be told: not one deal of the export is won."),
    "undated": lambda v: v.say(
        "No verdict: closing dates are missing unequally among won and lost deals."
    ),
}
COARSE = {
    "day": lambda v: v.say(
        "The export gives days without the time, so how fast anything was "
        "answered cannot be told. Ask your analyst to export dates with their "
        "time."
    ),
    "week": lambda v: v.say(
        "The export gives dates by week, so no length in days can be told. "
        "Ask your analyst to export the day of each date."
    ),
    "month": lambda v: v.say(
        "The export gives dates by month, so no length in days can be told. "
        "Ask your analyst to export the day of each date."
    ),
}


def no_rate(code: str) -> bool:
    """Whether the code says that there is no conversion at all.

    >>> no_rate("no lost"), no_rate("undated"), no_rate("")
    (True, False, False)
    """
    return code in NO_RATE


def of(frame: pd.DataFrame) -> str:
    """Why a table says nothing of rates or verdicts; "" where it does."""
    return frame.attrs.get("untold") or ""


def full(code: str, voice: Voice) -> str:
    """Why there is no conversion or no verdict, and which export would give it."""
    return FULL[code](voice)


def refusal(code: str, voice: Voice) -> Text:
    """The same in a line, in place of what a section would say."""
    return Text(SHORT[code](voice), kind="refusal")


def coarse(grain: str, voice: Voice) -> str:
    """Why dates by day, week or month do not tell what was asked."""
    return COARSE[grain](voice)


def both_ways(found: Missing, voice: Voice) -> str:
    """Conversion of the dated and of all closed deals over the whole time of the export, and where
    the dates are missing.

    `found` : won and lost deals, and how many of each have no closing date
    """
    return voice.say(
        "{won_share} of the won but {lost_share} of the lost deals have no closing date. Over the "
        "whole time of the export conversion is {dated} ({dated_won} of {dated_closed}) by the "
        "deals with a date, {all} ({won} of {closed}) by all closed ones: no verdict is given.",
        won_share=voice.percent(found.blank_hits / found.hits),
        lost_share=voice.percent(found.blank_others / found.others),
        dated=voice.percent(found.known),
        dated_won=voice.count(found.hits - found.blank_hits),
        dated_closed=voice.count(found.cases - found.blank),
        all=voice.percent(found.whole),
        won=voice.count(found.hits),
        closed=voice.count(found.cases),
    )
