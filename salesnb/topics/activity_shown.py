"""The activity of everybody as a table and a picture: a second part of `activity`."""

from typing import Any

import pandas as pd

from salesnb.formats import Voice
from salesnb.render import tables
from salesnb.render.charts.ratios import ratios
from salesnb.render.display import Figure, Group, Table
from salesnb.render.tables import Column
from salesnb.topics import words

DIFFER = ("below", "above")
MOST = 25  # rows that one picture can hold
DOWN = {"below": "▼", "above": "▲"}


def different(found: Any) -> pd.DataFrame:
    """Those who differ from the benchmark by more than chance, function by function, the lowest
    ratio first. `found` : `Activity`.
    """
    kept = found.beside
    if kept.empty or "verdict" not in kept:
        return kept.head(0)
    kept = kept[kept["verdict"].isin(DIFFER)]
    return kept.sort_values(["function", "ratio", "manager", "metric"], ignore_index=True)


def chart(found: Any, voice: Voice) -> Figure | Group:
    """Who differs from the benchmark by more than chance, and in what; nothing without anybody."""
    every = different(found)
    if every.empty:
        return Group()
    kept = every.sort_values("p_adjusted", kind="stable").head(MOST).sort_index()
    name = [f"{row.manager}: {words.activity(voice, row.metric)}" for row in kept.itertuples()]
    kept = kept.assign(name=name)
    listed = "; ".join(
        f"{row.name} {voice.percent(row.ratio, 0)} ({voice.interval(row.low, row.high)})"
        for row in kept.itertuples(index=False)
    )
    alt = voice.say(
        "Activity per working day in per cent of the benchmark of the same function, those who "
        "differ by more than chance, with 95% intervals: {listed}.",
        listed=listed,
    )
    title = voice.say("Who differs from the benchmark, and in what")
    subtitle = voice.say(
        "per working day, in per cent of the benchmark of the same function; line: 95% interval; "
        "dashed: the benchmark"
    )
    if len(every) > MOST:
        counts = {"n": voice.count(MOST), "all": voice.count(len(every))}
        subtitle += "; " + voice.say("the {n} clearest of {all}", **counts)
    return ratios(kept, voice, title, subtitle, alt, name="name")


def table(found: Any, voice: Voice) -> Table | Group:
    """Everybody's month, function by function; nobody is ranked."""
    frame, least = found.people, found.book.unfiltered.thresholds.min_count
    if frame.empty:
        return Group()
    frame = frame.assign(
        role=[words.function(voice, code) for code in frame["function"]],
        differs=[_differs(found, name, voice) for name in frame["manager"]],
    )
    caption = voice.say("Activity of the sales reps in the month")
    columns = _known(frame, _columns(voice, least))
    return tables.table(frame, voice, caption, columns, note=_note(found, voice))


def counts(found: Any, voice: Voice) -> Table | Group:
    """All counts of everybody's month and their shares of the plan."""
    if found.people.empty:
        return Group()
    frame = found.people.assign(**_planned(found))
    caption = voice.say("Calls, talk and tasks of the month, and their plans")
    columns = _known(frame, _all_columns(found, voice))
    shares = any(one.blank is not None and frame[one.name].isna().any() for one in columns)
    note = voice.say("–: no plan.") if shares else ""
    return tables.table(frame, voice, caption, columns, note=note)


def _known(frame: pd.DataFrame, columns: list[Column]) -> list[Column]:
    return [one for one in columns if frame[one.name].notna().any()]


def _columns(voice: Voice, least: int) -> list[Column]:
    say, talk = voice.say, voice.say("Talk, minutes a working day")
    return [
        Column("manager", say("Sales rep")),
        Column("role", say("Function")),
        Column("differs", say("Beside the benchmark")),
        _rate("calls_out", say("Outgoing, a working day"), least),
        Column("missed", say("Missed by us"), "count"),
        Column("talk_minutes_day", talk, "count", n="talks", least=least),
        _rate("tasks_done", say("Tasks, a working day"), least),
        Column("tasks_overdue", say("Tasks overdue"), "count"),
        Column("working_days", say("Working days"), "count"),
        Column("without_trace", say("Days without a trace"), "count"),
    ]


def _all_columns(found, voice: Voice) -> list[Column]:
    say = voice.say
    columns = [
        Column("manager", say("Sales rep")),
        Column("calls_out", say("Outgoing calls"), "count"),
        Column("unanswered", say("Not answered"), "count"),
        Column("calls_in", say("Incoming calls"), "count"),
        Column("missed", say("Missed by us"), "count"),
        Column("talk_minutes", say("Talk, minutes"), "count"),
        Column("tasks_done", say("Tasks done"), "count"),
        Column("tasks_overdue", say("Tasks overdue"), "count"),
        Column("working_days", say("Working days"), "count"),
    ]
    plans = {
        "calls_out": say("Outgoing calls, of plan"),
        "calls_in": say("Incoming calls, of plan"),
        "talk_minutes": say("Talk time, of plan"),
        "tasks_done": say("Tasks done, of plan"),
    }
    planned = set(found.plans["metric"]) if len(found.plans) else set()
    shares = [
        Column(f"{name}_share", label, "percent", digits=0, blank="–")
        for name, label in plans.items()
        if name in planned
    ]
    return columns + shares


def _rate(metric: str, label: str, least: int) -> Column:
    """A count per working day with its interval."""
    name, low, high = (f"{metric}_{end}" for end in ("day", "low", "high"))
    return Column(name, label, "number", low=low, high=high, digits=1, n=metric, least=least)


def _planned(found) -> dict[str, pd.Series]:
    """Share of the plan of each metric that has one, in the order of the people."""
    if not len(found.plans):
        return {}
    names = found.people["manager"]
    return {
        f"{metric}_share": names.map(rows.set_index("manager")["share"])
        for metric, rows in found.plans.groupby("metric")
    }


def _differs(found, name: str, voice: Voice) -> str:
    """In what a person differs by more than chance, with a mark that is no colour."""
    base = found.benchmarks.values()
    if any(one.manager == name for one in base):
        return voice.say("the benchmark")
    own = different(found)
    own = own[own["manager"] == name]
    return ", ".join(
        f"{DOWN[row.verdict]} {words.activity(voice, row.metric)} {voice.percent(row.ratio, 0)}"
        for row in own.itertuples()
    )


def _note(found, voice: Voice) -> str:
    say, thresholds = voice.say, found.book.unfiltered.thresholds
    lines = [
        say(
            "Rates: all events of the month per working day of the person; those of fewer than "
            "{n} events are left out. Talk: answered calls of at least {seconds} seconds. Fewer "
            "missed calls and overdue tasks are better.",
            n=voice.count(thresholds.min_count),
            seconds=voice.count(thresholds.talk_seconds),
        ),
        say(
            "A task that was still undone in the minute in which its deal was closed is not "
            "counted as done: a CRM completes it by itself."
        ),
    ]
    if found.book.unfiltered is not found.book:
        lines.append(say("These are the people with deals on this page; their figures are whole."))
    if (found.people["basis"] == "traces").any():
        lines.append(
            say(
                "Working days of those who do not work five days of seven are days with a trace in "
                "the CRM."
            )
        )
    return " ".join(lines)
