"""Those who score the calls in words: reviewers beside each other, and what a program's scores are
worth.
"""

from typing import Any

import pandas as pd

from salesnb.formats import Voice
from salesnb.topics import words


def reviewers_said(found: Any, voice: Voice) -> list[str]:
    """Who of the reviewers gives more or less, what that changes, how far two agree."""
    table = found.reviewers
    if not found.facts["named"]:
        return [
            voice.say("The export does not name the reviewers: their scales cannot be compared.")
        ]
    told = table[table["state"] == "told"]
    if told.empty:
        least = voice.count(found.book.thresholds.reviewer_min_calls)
        if (table["state"] == "alone").sum() < 2:
            return []  # with one reviewer there is nobody to compare
        return [
            voice.say(
                "Reviewers with {n} calls each share no sales rep, so who gives more cannot be "
                "told: let two of them hear the same person.",
                n=least,
            )
        ]
    clear = told[told["clear"]]
    lines = [_reviewer(row, voice) for row in clear.to_dict("records")]
    if clear.empty:
        lines = [voice.say("The reviewers' scales do not differ beyond chance.")]
    else:
        lines.append(_changes(found, voice))
    return [" ".join(lines), *_agreements(found, voice)]


def _reviewer(row: dict, voice: Voice) -> str:
    values = {
        "name": row["reviewer"],
        "points": voice.number(abs(row["points"]), 1),
        "calls": voice.plural("{n} call", "{n} calls", int(row["calls"])),
    }
    if row["points"] > 0:
        return voice.say(
            "{name} scores {points} points above the average reviewer for the same sales reps, "
            "over {calls}.",
            **values,
        )
    return voice.say(
        "{name} scores {points} points below the average reviewer for the same sales reps, over "
        "{calls}.",
        **values,
    )


def _changes(found, voice: Voice) -> str:
    changed = found.without[found.without["changed"].astype(bool)]
    if changed.empty:
        return voice.say("With that taken off every colour stays.")
    names = voice.listing(
        f"{row['manager']} ({words.colour(voice, row['colour'])} → "
        f"{words.colour(voice, row['colour_without'])})"
        for row in changed.to_dict("records")
    )
    return voice.say("With that taken off the colour is another one: {names}.", names=names)


def _agreements(found, voice: Voice) -> list[str]:
    return [
        voice.say(
            "{one} and {other} both heard {calls}: agreement {icc} ({low} to {high}, full is one).",
            one=row["reviewer"],
            other=row["other"],
            calls=voice.plural("{n} call", "{n} calls", int(row["calls"])),
            icc=voice.number(row["icc"], 2),
            low=voice.number(row["low"], 2),
            high=voice.number(row["high"], 2),
        )
        for row in found.agreement.to_dict("records")
        if not pd.isna(row["icc"])
    ]


def programs_said(found: Any, voice: Voice) -> str:
    """What became of the scores that a program gave."""
    n, both, line = found.facts["programs"], found.facts["both"], found.line
    if not n:
        return ""
    calls = voice.plural("{n} call", "{n} calls", n)
    if line is not None:
        return voice.say(
            "A program alone scored {calls}. They count as a person would score them, by a "
            "straight line over {both} calls that both scored; a single one misses by {points} "
            "points (one standard deviation), and the chances take that in.",
            calls=calls,
            both=voice.count(both),
            points=voice.number(line.residual, 1),
        )
    least = found.book.thresholds.ai_min_calls
    if both < least:
        return voice.say(
            "A program alone scored {calls}: they stand apart and enter no colour. People scored "
            "{both} of the program's calls, {least} are needed to read its scores as theirs.",
            calls=calls,
            both=voice.count(both),
            least=voice.count(least),
        )
    return voice.say(
        "A program alone scored {calls}: they stand apart and enter no colour. Over {both} calls "
        "that people scored too, its higher scores do not go with theirs beyond chance.",
        calls=calls,
        both=voice.count(both),
    )
