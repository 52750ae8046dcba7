"""Sentences, table and curves of cohorts: what becomes of the deals created in a period."""

import pandas as pd

from salesnb.formats import Voice
from salesnb.params import Thresholds
from salesnb.render.charts.ages import curves
from salesnb.render.display import Figure, Group, Table, Text
from salesnb.render.tables import Column, table
from salesnb.show import untold


def cohort_table(frame: pd.DataFrame, voice: Voice, thresholds: Thresholds) -> Table | Group:
    """What became of the deals by age; ages that too few deals have reached are left out, and all of too few deals."""
    known = frame.dropna(subset=["won"])
    if known.empty or frame.attrs["deals"] < thresholds.min_verdict:
        return Group()
    say = voice.say
    columns = [
        Column("day", say("Days since creation"), "count"), Column("at_risk", say("Still open before"), "count"),
        Column("won", say("Won by then"), "percent", low="low", high="high"), Column("lost", say("Lost by then"), "percent"), Column("open", say("Still open"), "percent"),
    ]  # fmt: skip
    columns = [c for c in columns if c.name != "lost" or frame.attrs.get("untold") != "no lost"]
    note = say(
        "Open deals still have time and do not count as lost. Nothing is shown where too few deals are old enough."
    )
    return table(known, voice, say("Cohort conversion: deals created in the last 12 months"), columns, note=note)


def cohort_chart(groups: dict[str, pd.DataFrame], voice: Voice) -> Figure | Group:
    """Share won by age, a curve per quarter; nothing where no quarter has enough deals."""
    if not groups:
        return Group()
    groups = {voice.quarter(quarter): curve for quarter, curve in groups.items()}
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
    alt = voice.say("Curves of the share won by age of the deal, per quarter of creation. {listed}.", listed=listed)
    subtitle = voice.say("by quarter of creation; dashed: not all deals of the quarter are that old yet")
    return curves(groups, voice, voice.say("Share won by age of the deal"), subtitle, alt)


def cohort_answer(frame: pd.DataFrame, has_open: bool, voice: Voice, thresholds: Thresholds) -> Text:
    """How many of 100 deals are won by which day; why that cannot be told."""
    if not has_open:
        text = voice.say(
            "Not one deal was open at the end of this time, so what becomes of the deals created in it cannot be told. If the export leaves open deals out, ask your analyst to export all statuses."
        )
        return Text(text, kind="refusal")
    if frame.attrs.get("untold") == "no won":
        return untold.refusal("no won", voice)
    if frame.attrs.get("grain"):
        return Text(untold.coarse(frame.attrs["grain"], voice), kind="refusal")
    known = frame.dropna(subset=["won"])
    if frame.attrs["deals"] < thresholds.min_verdict:
        text = voice.plural(
            "{n} deal was created in the last 12 months: too few to say what becomes of such deals.",
            "{n} deals were created in the last 12 months: too few to say what becomes of such deals.", frame.attrs["deals"],
        )  # fmt: skip
        return Text(text, kind="refusal")
    if known.empty:
        text = voice.say(
            "This cannot be told yet: too few deals are old enough. It can be read once 20 deals have reached the age of 30 days."
        )
        return Text(text, kind="refusal")
    last = known.iloc[-1]
    text = voice.say(
        "Of 100 deals created, about {n} are won by day {day} ({rate}, interval {interval}).",
        n=voice.number(last["won"] * 100),
        day=voice.count(last["day"]),
        rate=voice.percent(last["won"]),
        interval=voice.interval(last["low"], last["high"]),
    )
    return Text(text, _left_out(frame.attrs, voice), kind="answer")


def _left_out(attrs: dict, voice: Voice) -> str:
    """Which deals the cohort does not hold: lost ones that are not in the export, closed ones without a date."""
    lines = []
    if attrs.get("untold") == "no lost":
        lines.append(voice.say("These are won of the deals that the export holds, won and open; lost ones are not in it, so this is no conversion."))  # fmt: skip
    if attrs.get("undated"):
        lines.append(
            voice.plural(
                "{n} deal of this time is closed without a date and left out.",
                "{n} deals of this time are closed without a date and left out.", attrs["undated"],
            )
        )  # fmt: skip
    return " ".join(lines)
