"""Conversion beside each other: channels, sales reps, new and repeat clients, hunters and farmers."""

import pandas as pd

from salesnb.formats import Voice
from salesnb.params import Thresholds
from salesnb.render.display import Group, Table, Text
from salesnb.render.tables import Column, table
from salesnb.schema import UNKNOWN
from salesnb.show import untold, words
from salesnb.show.remarks import cleaned
from salesnb.show.ways import compared_table, counted


def channels_answer(frame: pd.DataFrame, channel: str | None, voice: Voice) -> Text:
    """The largest channel, and which changes can be told from chance after looking at all of them."""
    if channel is not None:
        return Text(
            voice.say("This page is about one channel; the page of the whole department compares them."), kind="answer"
        )
    if frame.empty:
        return Text(voice.say("Nothing was closed in the month."), kind="answer")
    if set(frame["channel"]) == {UNKNOWN}:
        text = voice.say(
            "Channels cannot be compared: ask your analyst to add the channel or the source of each deal to the export."
        )
        return Text(text, kind="refusal")
    top = frame.iloc[0]
    first = voice.say(
        "Most deals were closed in {name}: {closed} of {all}.",
        name=words.group(voice, top["channel"]), closed=voice.count(top["closed"]), all=voice.count(frame["closed"].sum()),
    )  # fmt: skip
    if untold.of(frame):
        return Text(first, untold.SHORT[untold.of(frame)](voice), kind="answer")
    if not frame["closed_before"].any():
        return Text(
            first, voice.say("Nothing was closed in the month before: there is no change to judge."), kind="answer"
        )
    return Text(first, _changes(frame[frame["verdict"] != "few"], voice), kind="answer")


def _changes(judged: pd.DataFrame, voice: Voice) -> str:
    if judged.empty:
        return voice.say("No channel has enough closed deals in both months to judge its change.")
    clear = judged[~judged["verdict"].isin(["too close", "withheld"])]
    if clear.empty:
        return voice.say("Their changes on the previous month cannot be told from chance.")
    named = voice.listing(
        f"{words.group(voice, row.channel)} ({voice.points(row.change)})" for row in clear.itertuples()
    )
    return voice.say(
        "Changed by more than chance alone would explain, after looking at all channels: {names}.", names=named
    )


def channels_table(
    frame: pd.DataFrame, channel: str | None, voice: Voice, thresholds: Thresholds, rest: list[dict] | None = None
) -> Table | Group:
    """Conversion per channel with its change; nothing where there is only one to show.

    `rest` : rows that a clean-up day has changed, without it (`of_book.cleaned_channels`)
    """
    if channel is not None or frame.empty or set(frame["channel"]) == {UNKNOWN}:
        return Group()
    say = voice.say
    kept = frame.assign(channel=[words.group(voice, name) for name in frame["channel"]])
    looked = say(
        "The verdict allows for the number of channels looked at: the more there are, the likelier a striking one."
    )
    first, caption = Column("channel", say("Channel")), say("Conversion by channel")
    if untold.no_rate(untold.of(frame)):
        return compared_table(kept, first, say("Closed deals by channel"), "", voice, thresholds)
    looked = "" if untold.of(frame) else looked
    note = " ".join(text for text in (_cleaned(rest, voice, thresholds), looked) if text)
    return compared_table(kept, first, caption, note, voice, thresholds)


def _cleaned(rest: list[dict] | None, voice: Voice, thresholds: Thresholds) -> str:
    """What is left of the channels that a clean-up day has changed; "" where there was none."""
    if not rest:
        return ""
    listed = "; ".join(
        f"{words.group(voice, row['channel'])} {words.share(voice, row['won'], row['closed'], thresholds.min_percent, 1)}"
        for row in rest
    )
    return voice.say("Without days on which one person closed very many deals: {listed}.", listed=listed)


def people_table(frame: pd.DataFrame, mass: pd.DataFrame, voice: Voice, thresholds: Thresholds) -> Table | Group:
    """Conversion per sales rep in the month and over the last 12 months; no change, since a month of one person is few deals.

    Parameters
    ----------
    frame : `of_book.people`;  mass : days of mass closing (`of_book.mass`)
    """
    if frame.empty:
        return Group()
    say = voice.say
    kept = frame.assign(manager=[words.group(voice, name) for name in frame["manager"]])
    year = Column(
        "year_conversion", say("Last 12 months"), "percent", low="year_low", high="year_high", n="year_closed"
    )
    if untold.no_rate(untold.of(frame)):
        year = Column("year_closed", say("Last 12 months"), "count")
    columns = [Column("manager", say("Sales rep")), *counted(untold.of(frame), voice), year]
    left = frame.attrs.get("left", 0)
    gone = voice.plural(
        "{n} deal was closed by people who have left; it is in the totals only.",
        "{n} deals were closed by people who have left; they are in the totals only.", left,
    ) if left else ""  # fmt: skip
    note = " ".join(text for text in (cleaned(mass, voice), gone) if text)
    caption = say("Closed deals by sales rep") if untold.no_rate(untold.of(frame)) else say("Conversion by sales rep")
    return table(kept, voice, caption, columns, thresholds=thresholds, note=note)


def repeat_answer(frame: pd.DataFrame, difference: dict | None, voice: Voice) -> Text:
    """New against repeat clients: the two rates, and whether they differ by more than chance."""
    if untold.of(frame):
        return untold.refusal(untold.of(frame), voice)
    rows = {row["kind"]: row for row in frame.to_dict("records") if row["closed"]}
    if not rows:
        return Text(voice.say("Nothing was closed in the month."), kind="answer")
    if not set(rows) - {"unknown"}:
        text = voice.say(
            "New and repeat clients cannot be told apart: ask your analyst to add the client of each deal to the export."
        )
        return Text(text, kind="refusal")
    if difference is None:
        return Text(
            voice.say("Too few deals of one of the two kinds were closed in the month to compare them."), kind="answer"
        )
    values = {
        "change": voice.points(difference["change"]),
        "interval": voice.points_interval(difference["low"], difference["high"]),
    }
    values |= {kind: voice.percent(rows[kind]["conversion"]) for kind in ("new", "repeat")}
    close = difference["verdict"] == "too close"
    text = voice.say(
        "Repeat clients {repeat}, new clients {new}: a difference of {change} ({interval}), too close to call.", **values
    ) if close else voice.say(
        "Repeat clients {repeat}, new clients {new}: a difference of {change} ({interval}), more than chance alone would explain.", **values
    )  # fmt: skip
    return Text(text, kind="answer")


def repeat_table(frame: pd.DataFrame, voice: Voice, thresholds: Thresholds) -> Table | Group:
    """Conversion of new and repeat clients; nothing where no client is known."""
    if set(frame["kind"]) <= {"unknown"} or untold.no_rate(untold.of(frame)):
        return Group()
    say = voice.say
    names = {"new": say("New clients"), "repeat": say("Repeat clients"), "unknown": say("Client not known")}
    kept = frame.assign(kind=[names[kind] for kind in frame["kind"]])
    columns = [
        Column("kind", say("Clients")), Column("won", say("Won"), "count"), Column("closed", say("Closed"), "count"),
        Column("conversion", say("Conversion"), "percent", low="low", high="high", n="closed"),
    ]  # fmt: skip
    return table(kept, voice, say("Conversion of new and repeat clients"), columns, thresholds=thresholds)


def functions(figures: dict[str, dict], voice: Voice, thresholds: Thresholds) -> Text:
    """Hunters and farmers in sentences of their own: they are not compared with closers."""
    if not figures:
        return Text(voice.say("No deal is marked as one of hunters or farmers: all count as closers."), kind="answer")
    lines = [_function(name, found, voice, thresholds) for name, found in figures.items()]
    return Text(*lines, voice.say("These figures are not comparable with those of closers."), kind="answer")


def _function(name: str, found: dict, voice: Voice, thresholds: Thresholds) -> str:
    if found.get("untold"):
        return _one_outcome(name, found, voice)
    values = {"won": voice.count(found["won"]), "closed": voice.count(found["closed"])}
    few = found["closed"] < thresholds.min_percent
    values["rate"] = "" if few else f" ({voice.percent(found['value'])}, {voice.interval(found['low'], found['high'])})"
    if name == "hunter":
        return voice.say("Hunters handed over {won} of the {closed} deals that they closed{rate}.", **values)
    values |= {"clients": voice.count(found.get("clients")), "money": voice.short_money(found.get("revenue"))}
    if pd.isna(found.get("revenue")):
        return voice.say("Farmers won {won} of the {closed} repeat deals that were closed{rate}, from {clients} clients.", **values)  # fmt: skip
    return voice.say(
        "Farmers won {won} of the {closed} repeat deals that were closed{rate}, worth {money} from {clients} clients.",
        **values,
    )


def _one_outcome(name: str, found: dict, voice: Voice) -> str:
    """Deals of the one outcome that the export holds of a function."""
    who = words.function(voice, name)
    if found["untold"] == "no lost":
        return voice.plural("{who}: {n} deal handed over or won; the export holds none that came to nothing, so there is no share.", "{who}: {n} deals handed over or won; the export holds none that came to nothing, so there is no share.", found["won"], who=who)  # fmt: skip
    return voice.plural("{who}: {n} deal came to nothing; the export holds none handed over or won, so there is no share.", "{who}: {n} deals came to nothing; the export holds none handed over or won, so there is no share.", found["lost"], who=who)  # fmt: skip
