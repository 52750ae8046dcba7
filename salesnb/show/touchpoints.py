"""Points of contact in tables and charts: touches of the first days, kinds, silence, the next task."""

import pandas as pd

from salesnb.formats import Voice
from salesnb.show.charts.rates import rates
from salesnb.show.display import Figure, Group, Table
from salesnb.show.tables import Column, table


def touches_chart(frame: pd.DataFrame, voice: Voice) -> Figure | Group:
    if frame.empty:
        return Group()
    listed = "; ".join(f"{r.touches}: {voice.percent(r.conversion)} ({r.won}/{r.closed})" for r in frame.itertuples())
    alt = voice.say("Conversion by touches of the first days, deals still open then: {listed}.", listed=listed)
    return rates(
        frame,
        voice,
        voice.say("Conversion by touches of the first days"),
        voice.say("only deals still open on the landmark day; later touches do not count"),
        alt,
        name="touches",
    )


def mix_table(frame: pd.DataFrame, voice: Voice) -> Table:
    say = voice.say
    names = {
        "call": say("call"),
        "email": say("e-mail"),
        "meeting": say("meeting"),
        "message": say("message"),
        "task": say("task"),
    }
    ways = {"in": say("from the client"), "out": say("from us")}
    kept = frame.assign(
        kind=[names.get(k, k) for k in frame["kind"]], direction=[ways.get(d, "") for d in frame["direction"]]
    )
    return table(
        kept,
        voice,
        say("Touches of the month by kind"),
        [
            Column("kind", say("Kind")),
            Column("direction", say("Direction")),
            Column("touches", say("Touches"), "count"),
            Column("by_robot", say("Made by a robot"), "count"),
        ],
        empty=say("No data on touches."),
    )


def tasks_table(frame: pd.DataFrame, voice: Voice) -> Table:
    say = voice.say
    return table(
        frame,
        voice,
        say("Open deals without a next task"),
        [
            Column("manager", say("Sales rep")),
            Column("open", say("Open"), "count"),
            Column("without", say("Without a task"), "count"),
        ],
        empty=say("No data on tasks."),
    )


def silence_table(frame: pd.DataFrame, voice: Voice) -> Table:
    """How long open deals have gone without a person's touch."""
    say = voice.say
    columns = [
        Column("manager", say("Sales rep")), Column("open", say("Open"), "count"), Column("median_days", say("Half of them up to"), "days", digits=0),
        Column("p90_days", say("Nine of ten up to"), "days", digits=0), Column("untouched", say("Never touched"), "count"),
    ]  # fmt: skip
    return table(
        frame,
        voice,
        say("Longest silence in the open deals: days without a touch by a person"),
        columns,
        empty=say("No data on touches."),
    )
