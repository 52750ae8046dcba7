"""Reasons for losing, as every section says them."""

import pandas as pd

from salesnb.formats import Voice
from salesnb.render.display import Text
from salesnb.schema import UNKNOWN_LOST_REASON


def reason(text: str, voice: Voice) -> str:
    """A reason in the company's words; the blank one in ours."""
    return voice.say("not given") if text == UNKNOWN_LOST_REASON else text


def none_given(frame: pd.DataFrame) -> bool:
    """Whether there are lost deals and not one of them has a reason."""
    return set(frame["lost_reason"]) == {UNKNOWN_LOST_REASON}


def vague_reasons(frame: pd.DataFrame, vague: float, limit: float, voice: Voice) -> Text:
    """A warning when too many reasons say nothing; nothing otherwise, and where none is given at
    all: that is said alone.

    `frame` : lost reasons;  `vague` : share of those that say nothing, 0..1
    """
    if none_given(frame) or not vague > limit:
        return Text(kind="warning")
    text = voice.say(
        "{share} of the lost deals have no telling reason (other, or not given). Above {limit} "
        "the table misleads: ask for the reason when a deal is closed.",
        share=voice.percent(vague),
        limit=voice.percent(limit, 0),
    )
    return Text(text, kind="warning")
