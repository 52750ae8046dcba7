"""Sentences, tables and charts of ABC and XYZ."""

import pandas as pd

from salesnb.formats import Voice
from salesnb.show.charts.lines import concentration as concentration_chart
from salesnb.show.charts.lines import matrix as matrix_chart
from salesnb.show.display import Figure, Group, Table, Text
from salesnb.show.tables import Column, table

TAGS = {
    "season": lambda v: v.say("the season"),
    "trend": lambda v: v.say("a trend"),
    "one month": lambda v: v.say("one month"),
    "small numbers": lambda v: v.say("small numbers"),
    "": lambda v: "",
}


def answer(found: dict, what: str, voice: Voice) -> Text:
    """The true concentration, not "20/80"."""
    if not found["of"]:
        return Text(
            voice.say("There is nothing to class here: no sale of the last 12 months names {what}.", what=what),
            kind="refusal",
        )
    return Text(
        voice.say(
            "{items} of {of} {what} ({share}) bring {value} of the value of the last 12 months.",
            items=voice.count(found["items"]),
            of=voice.count(found["of"]),
            what=what,
            share=voice.percent(found["share_of_items"], 0),
            value=voice.percent(found["share"], 0),
        ),
        kind="headline",
    )


def curve(classes: pd.DataFrame, what: str, voice: Voice) -> Figure | Group:
    if classes.empty:
        return Group()
    sizes = classes["abc"].value_counts()
    alt = voice.say(
        "Curve of the cumulative share of value over {what}: A {a}, B {b}, C {c}.",
        what=what,
        a=voice.count(int(sizes.get("A", 0))),
        b=voice.count(int(sizes.get("B", 0))),
        c=voice.count(int(sizes.get("C", 0))),
    )
    return concentration_chart(
        classes,
        voice,
        voice.say("Share of value by {what}", what=what),
        voice.say("last 12 months, largest first; marks: ends of the classes"),
        alt,
    )


def cells(frame: pd.DataFrame, what: str, voice: Voice) -> Figure | Group:
    if not frame["items"].sum():
        return Group()
    known = frame[frame["abc"].isin(list("ABC")) & (frame["items"] > 0)]
    listed = ", ".join(
        f"{r.abc}{voice.say('new') if r.xyz == 'new' else r.xyz} {voice.count(r.items)}" for r in known.itertuples()
    )
    alt = voice.say("Matrix of ABC by XYZ for {what}: {listed}.", what=what, listed=listed or voice.say("none"))
    return matrix_chart(
        frame,
        voice,
        voice.say("ABC by value, XYZ by steadiness"),
        voice.say("number of {what} and their share of the value", what=what),
        alt,
    )


def items_table(classes: pd.DataFrame, label: str, caption: str, voice: Voice) -> Table:
    say = voice.say
    kept = classes.assign(
        letter=[_letter(r, voice) for r in classes.itertuples()],
        tag=[TAGS[t](voice) if isinstance(t, str) else "" for t in classes["tag"]],
    )
    columns = [
        Column("item", label), Column("value", say("Value"), "money"), Column("share", say("Share"), "percent"), Column("abc", say("ABC")),
        Column("letter", say("XYZ"), note=say("a letter in brackets is not sure: its interval reaches into another class, or there are fewer than 12 months")),
        Column("cv", say("Variation"), "percent", low="cv_low", high="cv_high"), Column("tag", say("Varies with")),
    ]  # fmt: skip
    return table(kept, voice, caption, columns, limit=12)


def _letter(row, voice: Voice) -> str:
    if row.xyz == "new":
        return voice.say("new")
    if not isinstance(row.xyz, str) or not row.xyz:
        return "–"
    return row.xyz if row.sure else f"({row.xyz})"


def moves_table(frame: pd.DataFrame, label: str, voice: Voice) -> Table:
    say = voice.say
    columns = [
        Column("item", label),
        Column("value", say("Value"), "money"),
        Column("before", say("Class a month ago")),
        Column("now", say("Class now")),
    ]
    return table(
        frame,
        voice,
        say("Moved to another class since the previous month"),
        columns,
        limit=12,
        empty=say("Nothing moved."),
    )


def no_sales(voice: Voice) -> Text:
    return Text(voice.say("No data on sales: neither a table of sales nor won deals with an amount."), kind="refusal")
