"""The quality of calls in words: colours, whom to talk to and about what, who is to be heard
again.
"""

from typing import Any

from salesnb.formats import Voice
from salesnb.formats.scores import printed_cut, printed_score
from salesnb.measures.hearings import TYPES
from salesnb.measures.quality import COLOURS
from salesnb.render.display import Group, Text
from salesnb.topics import words
from salesnb.topics.quality_reviewers import programs_said, reviewers_said

ITEMS = 2  # items of the checklist that are named for a person


def answer(found: Any, voice: Voice) -> Text:
    """The answer of a `Quality`."""
    refusal = _refusal(found, voice)
    if refusal:
        return Text(refusal, kind="refusal")
    return Text(
        words.people_whole(voice),
        _colours(found, voice),
        *_talks(found, voice),
        _again(found, voice),
        _preliminary(found, voice),
        _none(found, voice),
        _least_done(found, voice),
        kind="answer",
    )


def heard_by(found: Any, voice: Voice) -> Text | Group:
    """How far the scores depend on who heard the calls: reviewers and programs; nothing where
    nothing is to be said.
    """
    lines = (
        []
        if _refusal(found, voice)
        else [*reviewers_said(found, voice), programs_said(found, voice)]
    )
    said = [line for line in lines if line]
    return Text(*said) if said else Group()


def _refusal(found, voice: Voice) -> str:
    if found.people.empty and not found.facts["heard"]:
        return voice.say(
            "The quality of calls cannot be told: no call has a score. Export the scores of your "
            "quality department: sales rep, date, type of call, score from 0 to 100."
        )
    if found.people.empty:
        n = voice.count(found.book.thresholds.score_months)
        return voice.say("No call of the last {n} months has a score.", n=n)
    return ""


def _colours(found, voice: Voice) -> str:
    people = found.people
    given = people[people["state"].isin(["sure", "re-check"])]
    n = voice.count(found.book.thresholds.score_months)
    if given.empty:
        return voice.say("No colour by the calls of the last {n} months yet.", n=n)
    counts = {colour: int((given["colour"] == colour).sum()) for colour in COLOURS}
    said = {
        "red": lambda k: voice.plural("{n} is red", "{n} are red", k),
        "yellow": lambda k: voice.plural("{n} is yellow", "{n} are yellow", k),
        "green": lambda k: voice.plural("{n} is green", "{n} are green", k),
    }
    listed = voice.listing((said[c](k) for c, k in counts.items() if k), again=True)
    low, high = (printed_cut(cut, voice) for cut in found.book.thresholds.score_cuts)
    return voice.say(
        "By the calls of the last {n} months: {listed}. The colour is sure for {sure} of {all}. Of "
        "100 points red is below {low}, green from {high}.",
        n=n,
        low=low,
        high=high,
        listed=listed,
        sure=voice.count((given["state"] == "sure").sum()),
        all=voice.count(len(given)),
    )


def _talks(found, voice: Voice) -> list[str]:
    """Those who are surely red or yellow, lowest first, and what their calls ask for; of the yellow
    ones without anything that is clearly weaker only the names.
    """
    people, talks = found.people.set_index("manager", drop=False), found.talks
    if talks.empty:
        sure = (people["state"] == "sure").any()
        return [voice.say("Nobody is surely below green.")] if sure else []
    clear = people.loc[talks.loc[talks["clear"], "manager"]]
    lines = [_talk(row, found, voice) for row in clear.to_dict("records")]
    if lines:
        lines.insert(0, voice.say("Whom to talk to first about calls, and about what:"))
    return [*lines, _without_topic(people.loc[talks.loc[~talks["clear"], "manager"]], found, voice)]


def _without_topic(rows, found, voice: Voice) -> str:
    if rows.empty:
        return ""
    names = voice.listing(
        f"{row['manager']} ({_score(row, found, voice)})" for row in rows.to_dict("records")
    )
    return voice.say(
        "Lowest of those that are surely yellow, with no side or item of the checklist clearly "
        "weaker: {names}. Hear the calls named below before you talk.",
        names=names,
    )


def _talk(row: dict, found, voice: Voice) -> str:
    first = voice.say(
        "{name}: {score}, {colour} (the colour is right with a chance of {chance}).",
        name=row["manager"],
        score=_score(row, found, voice),
        colour=words.colour(voice, row["colour"]),
        chance=voice.chance(row["p_colour"]),
    )
    return " ".join(part for part in (first, _side(row, voice), _items(row, found, voice)) if part)


def _side(row: dict, voice: Voice) -> str:
    means = {kind: voice.number(row[f"{kind}_mean"], 1) for kind in TYPES}
    if not row["weaker"]:
        sides = {f"{kind}_name": words.kind(voice, kind) for kind in TYPES}
        return voice.say(
            "Neither side is clearly weaker: {needs_name} {needs}, {objections_name} "
            "{objections}; begin with the lower one.",
            **means,
            **sides,
        )
    other = next(kind for kind in TYPES if kind != row["weaker"])
    return voice.say(
        "Weaker side: {type}, {mean} against {other}.",
        type=words.kind(voice, row["weaker"]),
        mean=means[row["weaker"]],
        other=means[other],
    )


def _items(row: dict, found, voice: Voice) -> str:
    own = found.items_of_people
    own = own[own["weaker"] & (own["manager"] == row["manager"])]
    if own.empty:
        return ""
    own = own.sort_values(["p_fdr", "item"], kind="stable").head(ITEMS)
    listed = voice.listing(
        voice.say(
            "“{item}” ({share}, the others {others})",
            item=one["item"],
            share=voice.percent(one["share"], 0),
            others=voice.percent(one["others"], 0),
        )
        for one in own.to_dict("records")
    )
    return voice.say("Less often than the others: {items}.", items=listed)


def _again(found, voice: Voice) -> str:
    rows = _of_state(found, "re-check")
    if not rows:
        return ""
    names = voice.listing(
        voice.say(
            "{name} ({score}, {colour}, chance {chance})",
            name=row["manager"],
            score=_score(row, found, voice),
            colour=words.colour(voice, row["colour"]),
            chance=voice.chance(row["p_colour"]),
        )
        for row in rows
    )
    return voice.say(
        "To be checked again, the colour may still be chance: {names}. Meanwhile hear more of "
        "these calls before anything is decided by the colour.",
        names=names,
    )


def _preliminary(found, voice: Voice) -> str:
    rows = _of_state(found, "preliminary")
    if not rows:
        return ""
    names = voice.listing(
        voice.say(
            "{name} ({colour}, {needs} and {objections})",
            name=row["manager"],
            colour=words.colour(voice, row["colour"]),
            needs=voice.count(row["needs"]),
            objections=voice.count(row["objections"]),
        )
        for row in rows
    )
    cuts = found.book.thresholds
    return voice.say(
        "Preliminary, with fewer than {calls} calls or fewer than {each} of one of the two types: "
        "{names}. Not for pay: first hear the calls that are missing.",
        calls=voice.count(cuts.colour_min_calls),
        each=voice.count(cuts.colour_min_each),
        names=names,
    )


def _none(found, voice: Voice) -> str:
    rows = _of_state(found, "none")
    if not rows:
        return ""
    if not found.people["calls"].any() and not found.facts["programs"]:
        return voice.say(
            "No call is of the type “needs” or “objections”, on which a colour stands. Say which "
            "of your types they are in the params, under `values: call_type:`."
        )
    return voice.say(
        "No colour, calls of one or both of the two types are missing: {names}.",
        names=voice.listing(row["manager"] for row in rows),
    )


def _least_done(found, voice: Voice) -> str:
    """The item that is done least often; two where they cannot be told apart."""
    table = found.items[found.items["calls"] >= found.book.thresholds.min_calls]
    if len(table) < 2:
        return ""
    first, second = (row for row in table.head(2).to_dict("records"))
    share = voice.percent(first["share"], 0)
    if first["high"] < second["low"]:
        return voice.say(
            "Of the checklist “{item}” is done least often: {share} of the calls.",
            item=first["item"],
            share=share,
        )
    return voice.say(
        "Of the checklist “{item}” ({share}) and “{other}” ({second}) are done least often.",
        item=first["item"],
        share=share,
        other=second["item"],
        second=voice.percent(second["share"], 0),
    )


def _of_state(found, state: str) -> list[dict]:
    kept = found.people[found.people["state"] == state]
    return kept.sort_values("manager", kind="stable").to_dict("records")


def _score(row: dict, found, voice: Voice) -> str:
    return voice.number(printed_score(row["score"], found.book.thresholds.score_cuts), 1)
