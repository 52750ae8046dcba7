"""How do the channels stand in the month, and which of their changes can be told from chance?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from salesnb.formats import Voice
from salesnb.measures.bulk_close import without_bulk_days
from salesnb.measures.changes import changes
from salesnb.measures.conversion import closings, conversion
from salesnb.measures.frames import BookLike, by_size
from salesnb.measures.so_far import month_before
from salesnb.measures.told import Withheld, withheld
from salesnb.render.display import Group, Shown, Table, Text
from salesnb.render.tables import Column
from salesnb.schema import UNKNOWN
from salesnb.topics import untold as refusals
from salesnb.topics import words
from salesnb.topics.rates import compared_table
from salesnb.topics.result import Result


@dataclass(frozen=True, repr=False, eq=False)
class ByChannel(Result):
    """Conversion of the month per channel, beside the month before.

    Attributes
    ----------
    channels : table of `changes` per channel, largest first, with usual_won and usual_closed:
        without days on which one person closed very many deals
    untold : why there are no rates or no verdicts: "no lost", "no won", "undated"; ""
    """

    channels: pd.DataFrame
    untold: Withheld
    keys: ClassVar = ("channel",)
    counts: ClassVar = (
        "won",
        "lost",
        "closed",
        "won_before",
        "closed_before",
        "usual_won",
        "usual_closed",
    )

    @property
    def data(self) -> dict[str, pd.DataFrame]:
        """channels: conversion of each with its change."""
        return {"channels": self.channels}

    @property
    def comparable(self) -> bool:
        """Whether there are channels to compare: not on the page of one, and not where none is
        known.
        """
        return self.book.channel is None and bool(set(self.channels["channel"]) - {UNKNOWN})

    def members(self) -> pd.DataFrame:
        book = self.book
        now = closings(book.closer_deals, "channel", period=book.month)
        left = now["deal_id"].isin(closings(without_bulk_days(book), period=book.month)["deal_id"])
        now = now.assign(usual_won=now["won"] & left, usual_closed=left)
        before = closings(book.closer_deals, "channel", period=month_before(book))
        before = before[before["channel"].isin(now["channel"])].drop(columns="lost")
        earlier = before.rename(columns={"won": "won_before", "closed": "closed_before"})
        both = pd.concat([now, earlier], ignore_index=True)
        both[list(self.counts)] = both[list(self.counts)].eq(True)
        return both[["deal_id", "channel", *self.counts]]

    def text(self) -> Text:
        """The largest channel, and which changes can be told from chance after looking at all of
        them.
        """
        return _answer(self, self.book.voice)

    def tables_shown(self) -> dict[str, Callable[[], Shown]]:
        return {"channels": lambda: _table(self, self.book.voice)}


def by_channel(book: BookLike) -> ByChannel:
    """How the channels stand.

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1", "2", "3"], "manager": "Ann", "status": ["won", "won",
    ...     "lost"], "channel": ["Site", "Fair", "Site"],
    ...     "created_at": pd.Timestamp("2026-08-01"), "closed_at": pd.to_datetime(["2026-09-05",
    ...         "2026-09-05", "2026-09-09"])})
    >>> found = by_channel(s.book(deals, month="2026-09", channels=["Site", "Fair"]))
    >>> found.channels[["channel", "won", "closed"]].values.tolist()
    [['Site', 1, 2], ['Fair', 1, 1]]
    >>> found.deals(channel="Site", counted_in="lost")["deal_id"].tolist()
    ['3']
    """
    table = by_size(changes(book, "channel"), "channel", "closed")
    usual = conversion(without_bulk_days(book), by="channel", period=book.month).set_index(
        "channel"
    )
    left = usual[["won", "closed"]].reindex(table["channel"], fill_value=0)
    table = table.assign(
        usual_won=left["won"].to_numpy("int64"), usual_closed=left["closed"].to_numpy("int64")
    )
    return ByChannel(book, table, withheld(book))


def _answer(found: ByChannel, voice: Voice) -> Text:
    frame = found.channels
    if found.book.channel is not None:
        return Text(
            voice.say(
                "This page is about one channel; the page of the whole department compares them."
            ),
            kind="answer",
        )
    if frame.empty:
        return Text(voice.say("Nothing was closed in the month."), kind="answer")
    if not found.comparable:
        text = voice.say(
            "Channels cannot be compared: ask your analyst to add the channel or the source of "
            "each deal to the export."
        )
        return Text(text, kind="refusal")
    top = frame.iloc[0]
    first = voice.say(
        "Most deals were closed in {name}: {closed} of {all}.",
        name=words.group(voice, top["channel"]),
        closed=voice.count(top["closed"]),
        all=voice.count(frame["closed"].sum()),
    )
    if found.untold:
        return Text(first, refusals.SHORT[found.untold](voice), kind="answer")
    if not frame["closed_before"].any():
        return Text(
            first,
            voice.say("Nothing was closed in the month before: there is no change to judge."),
            kind="answer",
        )
    return Text(first, _changes(frame[frame["verdict"] != "few"], voice), kind="answer")


def _changes(judged: pd.DataFrame, voice: Voice) -> str:
    if judged.empty:
        return voice.say("No channel has enough closed deals in both months to judge its change.")
    significant = judged[~judged["verdict"].isin(["too close", "withheld"])]
    if significant.empty:
        return voice.say("Their changes on the previous month cannot be told from chance.")
    named = voice.listing(
        f"{words.group(voice, row.channel)} ({voice.points(row.change)})"
        for row in significant.itertuples()
    )
    return voice.say(
        "Changed by more than chance alone would explain, after looking at all channels: {names}.",
        names=named,
    )


def _table(found: ByChannel, voice: Voice) -> Table | Group:
    """Conversion per channel with its change; nothing where there is only one to show."""
    if not found.comparable:
        return Group()
    say, frame, thresholds = voice.say, found.channels, found.book.thresholds
    kept = frame.assign(channel=[words.group(voice, name) for name in frame["channel"]])
    first = Column("channel", say("Channel"))
    if refusals.no_rate(found.untold):
        return compared_table(
            kept, found.untold, first, say("Closed deals by channel"), voice, thresholds
        )
    looked = say(
        "The verdict allows for the number of channels looked at: the more there are, the "
        "likelier a striking one."
    )
    notes = [_without_bulk_days(found, voice), "" if found.untold else looked]
    note = " ".join(text for text in notes if text)
    return compared_table(
        kept, found.untold, first, say("Conversion by channel"), voice, thresholds, note
    )


def _without_bulk_days(found: ByChannel, voice: Voice) -> str:
    """What is left of the channels that a day of mass closing has changed; "" where
    there was none.
    """
    frame, least = found.channels, found.book.thresholds.min_percent
    rest = frame[frame["usual_closed"] < frame["closed"]]
    if rest.empty:
        return ""
    listed = "; ".join(
        f"{words.group(voice, row.channel)} "
        f"{words.share(voice, row.usual_won, row.usual_closed, least, 1)}"
        for row in rest.itertuples()
    )
    return voice.say(
        "Without days on which one person closed very many deals: {listed}.", listed=listed
    )
