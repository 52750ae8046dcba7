"""Points of contact in sentences, tables and charts: the first answer, touches of the first days, kinds, open deals."""

import pandas as pd

from salesnb.formats import Voice
from salesnb.params import Thresholds
from salesnb.render.charts.rates import rates
from salesnb.render.display import Figure, Group, Table, Text
from salesnb.render.tables import Column, table
from salesnb.show import untold, words
from salesnb.show.factors import no_data, share_sentence

KINDS = {
    "call": lambda v: v.say("call"), "email": lambda v: v.say("e-mail"), "meeting": lambda v: v.say("meeting"),
    "message": lambda v: v.say("message"), "task": lambda v: v.say("task"),
}  # fmt: skip
WAYS = {"in": lambda v: v.say("from the client"), "out": lambda v: v.say("from us")}


def answer(index: pd.DataFrame, voice: Voice, thresholds: Thresholds, evidence: str = "measured") -> Text:
    """How many new deals of the month a person answered in time, and how long half of the answered ones waited.

    Parameters
    ----------
    index : `factors.touchpoints.index` of the whole
    """
    if evidence == "no data":
        return no_data("touchpoints", voice)
    if index.attrs.get("grain"):
        return Text(untold.coarse("day", voice), kind="refusal")
    if index.empty:
        return Text(voice.say("No deal was created in the month."), kind="answer")
    row = index.iloc[0].to_dict()
    first = voice.say(
        "{hits} of {deals} new deals of the month were answered by a person within {minutes} working minutes.",
        hits=voice.count(row["hits"]), deals=voice.count(row["deals"]), minutes=voice.count(thresholds.sla_minutes),
    )  # fmt: skip
    lines = [first + " " + share_sentence(row, voice, thresholds)]
    if pd.notna(row["median_minutes"]) and row["deals"] >= thresholds.min_percent:
        lines.append(
            voice.say("Of those answered at all, half waited up to {n} working minutes.", n=voice.count(row["median_minutes"]))
        )  # fmt: skip
    return Text(*lines, kind="answer")


def touches_chart(
    frame: pd.DataFrame, voice: Voice, days: int = 7, thresholds: Thresholds | None = None
) -> Figure | Group:
    """Conversion by touches of the first `days`, bins with too few closed deals left out; nothing without touches."""
    kept = frame[frame["closed"] >= (thresholds or Thresholds()).min_percent]
    if kept.empty:
        return Group()
    kept = kept.assign(touches=[words.level(voice, "touchpoints", name) for name in kept["touches"]])
    listed = "; ".join(f"{r.touches}: {words.share(voice, r.won, r.closed, digits=1)}" for r in kept.itertuples())
    first = voice.count(days)
    alt = voice.say(
        "Conversion by touches of the first {days} days, deals still open then: {listed}.", days=first, listed=listed
    )
    title = voice.say("Conversion by touches of the first {days} days", days=first)
    subtitle = voice.say("only deals still open on day {days}; later touches do not count", days=first)
    return rates(kept, voice, title, subtitle, alt, name="touches")


def untouched_table(frame: pd.DataFrame, days: int, voice: Voice, thresholds: Thresholds) -> Table | Group:
    """Deals without a touch in the first days per sales rep; nothing without touches."""
    if frame.empty or frame["deals"].max() < thresholds.min_percent:
        return Group()
    say, first = voice.say, voice.count(days)
    columns = [
        Column("manager", say("Sales rep")), Column("hits", say("Without a touch"), "count"), Column("deals", say("Deals"), "count"),
        Column("share", say("Share"), "percent", low="low", high="high", n="deals"),
    ]  # fmt: skip
    caption = say("Deals without a touch in the first {days} days, of those still open then", days=first)
    return table(frame, voice, caption, columns, thresholds=thresholds)


def mix_table(frame: pd.DataFrame, voice: Voice) -> Table | Group:
    """Touches of the month by kind, and how many belong to no deal; nothing without touches."""
    if frame.empty:
        return Group()
    say = voice.say
    kept = frame.assign(
        kind=[KINDS[k](voice) if k in KINDS else str(k) for k in frame["kind"]],
        direction=[WAYS[d](voice) if d in WAYS else "" for d in frame["direction"]],
    )
    columns = [
        Column("kind", say("Kind")), Column("direction", say("Direction")), Column("touches", say("Touches"), "count"),
        Column("by_robot", say("Made by a robot"), "count"),
    ]  # fmt: skip
    loose = int(frame["loose"].sum())
    note = voice.plural("{n} of them belongs to no deal and counts for none.", "{n} of them belong to no deal and count for none.", loose) if loose else ""  # fmt: skip
    return table(kept, voice, say("Touches and tasks of the month by kind"), columns, note=note)


def open_table(frame: pd.DataFrame, voice: Voice) -> Table | Group:
    """Open deals by sales rep in one table: age, silence, never touched, without a next task; nothing without open deals."""
    if frame.empty:
        return Group()
    say = voice.say
    columns = [
        Column("manager", say("Sales rep")), Column("open", say("Open"), "count"), Column("without", say("Without a next task"), "count"),
        Column("untouched", say("Never touched"), "count"), Column("silent_days", say("Longest silence, median"), "days", digits=0),
        Column("age_days", say("Age, median"), "days", digits=0),
    ]  # fmt: skip
    columns = [c for c in columns if c.name == "manager" or frame[c.name].notna().any()]
    note = say("Silence: days without a touch by a person.") if frame["silent_days"].notna().any() else ""
    return table(frame, voice, say("Open deals by sales rep"), columns, note=note)
