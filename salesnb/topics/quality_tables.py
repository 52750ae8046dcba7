"""Tables of the quality of calls: people, types, months, items, reviewers."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from salesnb.formats import Voice
from salesnb.formats.scores import printed_score
from salesnb.render.display import Group, Shown
from salesnb.render.tables import Column, table
from salesnb.topics import words
from salesnb.topics.calls_named import deal_names, made_at


def shown(found: Any) -> dict[str, Callable[[], Shown]]:
    """The tables of a `Quality` by name; one without rows shows nothing."""
    voice = found.book.voice
    made: dict[str, Callable[[], Shown]] = {
        "people": lambda: _people(found, voice),
        "types": lambda: _types(found.types, voice),
        "months": lambda: _months(found.months, voice),
        "items": lambda: _items(found.items, voice),
        "items_of_people": lambda: _items_of_people(found.items_of_people, voice),
        "weak_calls": lambda: _weak_calls(found.weak_calls, voice),
        "reviewers": lambda: _reviewers(found.reviewers, voice),
        "agreement": lambda: _agreement(found.agreement, voice),
        "without": lambda: _without(found, voice),
    }
    data = found.data
    return {name: one if len(data[name]) else Group for name, one in made.items()}


def _people(found, voice: Voice) -> Shown:
    say, cuts = voice.say, found.book.thresholds.score_cuts
    frame = found.people.sort_values(["score", "manager"], kind="stable")
    frame = frame.assign(
        score=[printed_score(x, cuts) for x in frame["score"]],
        colour=[words.colour(voice, x) for x in frame["colour"]],
        state=[words.colour_state(voice, x) for x in frame["state"]],
        of_types=[
            f"{voice.count(a)} + {voice.count(b)}"
            for a, b in zip(frame["needs"], frame["objections"], strict=True)
        ],
    )
    columns = [
        Column("manager", say("Sales rep")),
        Column("score", say("Score"), "number", low="low", high="high", digits=1),
        Column("colour", say("Colour")),
        Column("p_colour", say("Chance of the colour"), "chance"),
        Column("state", say("How sure")),
        Column("needs_mean", say("Forming the need"), "number", digits=1, minor=True),
        Column("objections_mean", say("Handling objections"), "number", digits=1, minor=True),
        Column("of_types", say("Calls of the two"), minor=True),
    ]
    if frame["ai"].any():
        columns.append(Column("ai", say("by a program"), "count", minor=True))
    note = say(
        "Score: half of the sum of the two means. A single call lies {spread} points around the "
        "mean of its sales rep and type (one standard deviation, {df} degrees of freedom).",
        spread=voice.number(found.facts["spread"], 1),
        df=voice.count(found.facts["df"]),
    )
    n = voice.count(found.book.thresholds.score_months)
    caption = say("Call scores and colours, last {n} months", n=n)
    return table(frame, voice, caption, columns, note=note)


def _types(frame: pd.DataFrame, voice: Voice) -> Shown:
    say = voice.say
    by = {"people": say("a person"), "program": say("a program: in no score")}
    frame = frame.assign(
        call_type=[words.kind(voice, code) for code in frame["call_type"]],
        scored_by=[by[code] for code in frame["scored_by"]],
        low=frame["low"].clip(0, 100),
        high=frame["high"].clip(0, 100),
    )
    columns = [
        Column("manager", say("Sales rep")),
        Column("call_type", say("Type")),
        Column("mean", say("Mean score"), "number", low="low", high="high", digits=1),
        Column("calls", say("Calls"), "count"),
    ]
    if frame["scored_by"].nunique() > 1:
        columns.append(Column("scored_by", say("Scored by")))
    note = say("A colour stands on two types: forming the need and handling objections.")
    return table(frame, voice, say("Call scores by type"), columns, note=note)


def _months(frame: pd.DataFrame, voice: Voice) -> Shown:
    """A row per person and type, a column per month: the mean with its calls."""
    say = voice.say
    cells = [f"{voice.number(r.mean, 1)} ({voice.count(r.calls)})" for r in frame.itertuples()]
    names = sorted(frame["month"].unique())
    wide = frame.assign(cell=cells).pivot(
        index=["manager", "call_type"], columns="month", values="cell"
    )
    wide = wide.reset_index().fillna("")
    wide["call_type"] = [words.kind(voice, code) for code in wide["call_type"]]
    columns = [Column("manager", say("Sales rep")), Column("call_type", say("Type"))]
    recent = names[-3:]
    columns += [Column(m, voice.short_month(m), minor=m not in recent) for m in names]
    part = frame.loc[frame["part"], "month"]
    note = ""
    if len(part):
        note = say(
            "{month} is not over: its means are not held against those of whole months.",
            month=voice.month(part.iloc[0]),
        )
    caption = say("Call scores by month: mean and number of calls")
    return table(wide, voice, caption, columns, note=note)


def _items(frame: pd.DataFrame, voice: Voice) -> Shown:
    say = voice.say
    columns = [
        Column("item", say("Item of the checklist")),
        Column("share", say("Done"), "percent", low="low", high="high"),
        Column("calls", say("Calls"), "count"),
    ]
    return table(frame, voice, say("Checklist: how often each item is done"), columns)


def _items_of_people(frame: pd.DataFrame, voice: Voice) -> Shown:
    say = voice.say
    less = say("less often than the others")
    frame = frame.assign(weaker=[less if one else "" for one in frame["weaker"]])
    columns = [
        Column("manager", say("Sales rep")),
        Column("item", say("Item of the checklist")),
        Column("share", say("Done"), "percent", low="low", high="high"),
        Column("calls", say("Calls"), "count"),
        Column("others", say("The others"), "percent"),
        Column("weaker", say("Beyond chance")),
    ]
    note = say("Named only where chance among all these rows hardly gives such a difference.")
    return table(frame, voice, say("Checklist by sales rep"), columns, note=note)


def _weak_calls(frame: pd.DataFrame, voice: Voice) -> Shown:
    say = voice.say
    frame = frame.assign(
        made=made_at(frame, voice),
        call_type=[words.kind(voice, code) for code in frame["call_type"]],
        deal=deal_names(frame, voice),
    )
    columns = [
        Column("manager", say("Sales rep")),
        Column("made", say("Call"), "link", url="record_url"),
        Column("call_type", say("Type"), minor=True),
        Column("score", say("Score"), "number", digits=1),
        Column("missed", say("Not done of the checklist")),
        Column("deal", say("Deal"), "link", url="link"),
    ]
    note = say(
        "The lowest calls of those named above: where a talk can begin. Among many calls some are "
        "always low; how good a person is, the score says."
    )
    return table(frame, voice, say("Calls to talk about"), columns, note=note)


def _reviewers(frame: pd.DataFrame, voice: Voice) -> Shown:
    say = voice.say
    states = {
        "told": "",
        "few": say("too few calls"),
        "alone": say("shares no sales rep with another reviewer"),
    }
    frame = frame.assign(state=[states[one] for one in frame["state"]])
    columns = [
        Column("reviewer", say("Reviewer")),
        Column("calls", say("Calls"), "count"),
        Column(
            "points", say("Points above the average"), "number", low="low", high="high", digits=1
        ),
        Column("state", say("Cannot be told")),
    ]
    note = say("Points at the same sales reps and types, with the 95% interval.")
    return table(frame, voice, say("Reviewers: who gives more, who less"), columns, note=note)


def _agreement(frame: pd.DataFrame, voice: Voice) -> Shown:
    say = voice.say
    ends = {
        "low": [voice.number(x, 2) for x in frame["low"]],
        "high": [voice.number(x, 2) for x in frame["high"]],
    }
    known = frame["icc"].notna()
    interval = [
        f"{low}–{high}" if one else ""
        for low, high, one in zip(ends["low"], ends["high"], known, strict=True)
    ]
    frame = frame.assign(interval=interval)
    columns = [
        Column("reviewer", say("Reviewer")),
        Column("other", say("Second reviewer")),
        Column("calls", say("Calls that both heard"), "count"),
        Column("icc", say("Agreement"), "number", digits=2),
        Column("interval", say("95% interval")),
        Column("difference", say("Points above the other"), "number", digits=1),
    ]
    note = say("Agreement: ICC(2,1), 1 is full agreement, 0 is none.")
    return table(frame, voice, say("How far reviewers agree"), columns, note=note)


def _without(found, voice: Voice) -> Shown:
    say, cuts = voice.say, found.book.thresholds.score_cuts
    frame = found.without
    frame = frame.assign(
        score=[printed_score(x, cuts) for x in frame["score"]],
        without=[printed_score(x, cuts) for x in frame["without"]],
        colour=[words.colour(voice, x) for x in frame["colour"]],
        colour_without=[words.colour(voice, x) for x in frame["colour_without"]],
        changed=[say("another colour") if one else "" for one in frame["changed"]],
    )
    columns = [
        Column("manager", say("Sales rep")),
        Column("score", say("Score"), "number", digits=1),
        Column("colour", say("Colour")),
        Column("without", say("Reviewers taken off"), "number", digits=1),
        Column("colour_without", say("Colour then")),
        Column("changed", say("Change")),
    ]
    note = say("Points that a reviewer gives above or below the average are taken off.")
    return table(
        frame, voice, say("Scores with and without the reviewers' own scale"), columns, note=note
    )
