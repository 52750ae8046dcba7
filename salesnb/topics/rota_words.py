"""What the listening rota says: why a person is heard, and how far a colour is from being sure."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesnb.formats import Voice
from salesnb.measures.to_hear import RECENT_DAYS
from salesnb.render.display import Text
from salesnb.topics import words

if TYPE_CHECKING:
    from salesnb.measures.frames import BookLike
    from salesnb.topics.rota import Rota


def why(row: dict, book: "BookLike", voice: Voice) -> str:
    """Why a person is heard: a row of `measures.rota.hearings_left` in words."""
    if row["group"] == "waits":
        if pd.isna(row["since"]):
            return voice.say("no call of the last twelve months was heard")
        n = int(row["since"])
        return voice.plural(
            "the last heard call is {n} working day old",
            "the last heard call is {n} working days old",
            n,
        )
    if row["group"] == "far":
        return voice.say("the score is close to a cut; heard in turn")
    if row["group"] == "sure":
        return voice.say("the colour is sure; heard in turn")
    if row["state"] == "sure":
        n = book.unfiltered.thresholds.score_months
        return voice.plural(
            "heard calls grow older than {n} month, the colour would rest on too few",
            "heard calls grow older than {n} months, the colour would rest on too few",
            n,
        )
    if row["state"] == "re-check":
        chance = voice.chance(row["p_colour"])
        return voice.say("the colour is right with a chance of {chance}", chance=chance)
    return voice.say("too few heard calls for a colour")


def until(row: dict, voice: Voice) -> str:
    """How many hearings make the colour of a person sure, and how long that takes."""
    if row["more"] <= 0:
        return voice.say("sure")
    if not np.isfinite(row["more"]):
        return voice.say("not within a quarter")
    calls = voice.plural("{n} call", "{n} calls", int(row["more"]))
    if not row["within"]:
        return voice.say("{calls}: not within a quarter", calls=calls)
    days = voice.plural("{n} working day", "{n} working days", int(row["days"]))
    return voice.say("{calls} in {days}", calls=calls, days=days)


def answer(found: "Rota", voice: Voice) -> Text:
    """Who is next, and how many colours are sure."""
    if not found.logged:
        said = voice.say(
            "This cannot be told: ask your analyst to add the list of calls to the export."
        )
        return Text(said, kind="refusal")
    if found.people.empty or not (found.people["to_hear"] > 0).any():
        least = voice.count(found.book.unfiltered.thresholds.rota_seconds)
        said = voice.say(
            "Nothing to hear: no answered call of the last {days} days is {least} seconds long and "
            "not heard yet.",
            days=voice.count(RECENT_DAYS),
            least=least,
        )
        return Text(said, kind="answer")
    visits = found.calls.drop_duplicates(["day", "manager"])
    named = [
        voice.say("{name} on {day}", name=row["manager"], day=voice.date(row["day"]))
        for row in visits.to_dict("records")
    ]
    said = (
        voice.say("To be heard next: {names}.", names=voice.listing(named))
        if named
        else (voice.say("On the next working days nobody of this page is heard."))
    )
    none = "" if found.scored else voice.say("No call was scored yet: everybody is heard in turn.")
    whole = words.people_whole(voice)
    return Text(whole, said, _colours(found.people, voice), none, kind="answer")


def _colours(people: pd.DataFrame, voice: Voice) -> str:
    sure = people["state"] == "sure"
    return voice.say(
        "Colours that are sure: {sure} of {all}; can become so within a quarter when all are heard "
        "in turn: {soon}; not within a quarter: {far}.",
        sure=voice.count(sure.sum()),
        all=voice.count(len(people)),
        soon=voice.count((~sure & people["within"]).sum()),
        far=voice.count((~sure & ~people["within"]).sum()),
    )
