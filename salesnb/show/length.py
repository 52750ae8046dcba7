"""Sentences, tables and charts of deal length and cohorts."""

import pandas as pd

from salesnb.formats import Voice
from salesnb.show.charts.ages import curves, lengths
from salesnb.show.display import Figure, Group, Table, Text
from salesnb.show.tables import Column, table


def answer(length: pd.DataFrame, before: pd.DataFrame, waiting: dict, month: str, voice: Voice) -> Text:
    """How long deals take, with and without the open ones."""
    row, old = length.iloc[0], before.iloc[0]
    if row["deals"] == 0:
        return Text(
            voice.say("Nothing was closed in {month}, so there is no deal length.", month=voice.month(month)),
            kind="headline",
        )
    lines = [
        voice.say(
            "Deals closed in {month} took {mean} on average, half of them up to {median}, nine of ten up to {p90}.", month=voice.month(month),
            mean=voice.days(row["mean_days"]), median=voice.days(row["median_days"], 0), p90=voice.days(row["p90_days"], 0),
        )
    ]  # fmt: skip
    if pd.notna(old["mean_days"]):
        lines.append(
            voice.say(
                "The month before it was {mean}; for deal length less is better.", mean=voice.days(old["mean_days"])
            )
        )
    if pd.notna(waiting["median"]):
        lines.append(
            voice.say(
                "With the deals that are still open counted in, half of all deals are closed after {days}.",
                days=voice.days(waiting["median"], 0),
            )
        )
    return Text(*lines, kind="headline")


def length_table(frame: pd.DataFrame, by: str, label: str, caption: str, voice: Voice) -> Table:
    say = voice.say
    columns = [
        Column(by, label), Column("deals", say("Closed"), "count"), Column("mean_days", say("Mean"), "days"), Column("median_days", say("Median"), "days"),
        Column("p90_days", say("Nine of ten up to"), "days"), Column("mean_days_won", say("Won, mean"), "days"), Column("mean_days_lost", say("Lost, mean"), "days"),
    ]  # fmt: skip
    return table(frame, voice, caption, columns)


def length_chart(
    frame: pd.DataFrame, month: str, voice: Voice, median: float | None = None, p90: float | None = None
) -> Figure:
    won, lost = int(frame["won"].sum()), int(frame["lost"].sum())
    longest = int(frame["days"].max()) if len(frame) else 0
    alt = voice.say(
        "Histogram of deal length in {month}: {won} won and {lost} lost deals, the longest {days}.",
        month=voice.month(month),
        won=voice.count(won),
        lost=voice.count(lost),
        days=voice.days(longest, 0),
    )
    return lengths(
        frame,
        voice,
        voice.say("How long deals take"),
        voice.say("deals closed in {month}", month=voice.month(month)),
        alt,
        median=median,
        p90=p90,
    )


def ages_table(frame: pd.DataFrame, by: str, label: str, voice: Voice) -> Table:
    say = voice.say
    columns = [
        Column(by, label),
        Column("open", say("Open"), "count"),
        Column("median_days", say("Median age"), "days"),
        Column("p90_days", say("Nine of ten up to"), "days"),
        Column("oldest_days", say("Oldest"), "days", digits=0),
    ]
    return table(frame, voice, say("Age of the open deals"), columns)


def stage_times_table(frame: pd.DataFrame, voice: Voice) -> Table:
    say = voice.say
    columns = [
        Column("stage", say("Stage")),
        Column("deals", say("Stays"), "count"),
        Column("median_days", say("Median"), "days"),
        Column("p90_days", say("Nine of ten up to"), "days"),
    ]
    return table(frame, voice, say("Days in each stage, of the deals that left it"), columns)


def cohort_table(frame: pd.DataFrame, voice: Voice) -> Table:
    say = voice.say
    columns = [
        Column("day", say("Days since creation"), "count"), Column("at_risk", say("Still open before"), "count"),
        Column("won", say("Won by then"), "percent", low="low", high="high"), Column("lost", say("Lost by then"), "percent"), Column("open", say("Still open"), "percent"),
    ]  # fmt: skip
    note = say(
        "Open deals still have time and do not count as lost. Nothing is shown where too few deals are old enough."
    )
    return table(frame, voice, say("Cohort conversion: deals created in the last 12 months"), columns, note=note)


def cohort_chart(groups: dict[str, pd.DataFrame], voice: Voice) -> Figure:
    listed = "; ".join(
        voice.say(
            "{name}: {rate} by day {day}",
            name=name,
            rate=voice.percent(f["won"].iloc[-1]),
            day=voice.count(f["day"].iloc[-1]),
        )
        for name, f in groups.items()
        if len(f)
    )
    alt = voice.say(
        "Curves of the share won by age of the deal, per quarter of creation. {listed}.",
        listed=listed or voice.say("none"),
    )
    subtitle = voice.say("by quarter of creation; dashed: not all deals of the quarter are that old yet")
    return curves(groups, voice, voice.say("Share won by age of the deal"), subtitle, alt)


def cohort_answer(frame: pd.DataFrame, voice: Voice) -> Group:
    known = frame.dropna(subset=["won"])
    if known.empty:
        return Group(
            Text(
                voice.say(
                    "Cohort conversion cannot be told yet: too few deals are old enough. It can be read once 20 deals have reached the age of 30 days."
                ),
                kind="refusal",
            )
        )
    last = known.iloc[-1]
    text = voice.say(
        "Of 100 deals created, about {n} are won by day {day} ({rate}, interval {interval}).",
        n=voice.number(last["won"] * 100),
        day=voice.count(last["day"]),
        rate=voice.percent(last["won"]),
        interval=voice.interval(last["low"], last["high"]),
    )
    return Group(Text(text, kind="answer"))


def no_open(voice: Voice) -> Text:
    return Text(
        voice.say(
            "The export holds no open deals, so the fate of a cohort cannot be told: deals that are still open would be missing from it. Export all statuses."
        ),
        kind="refusal",
    )
