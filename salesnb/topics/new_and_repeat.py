"""How do new and repeat clients differ in conversion?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal

import pandas as pd

from salesnb.formats import Voice
from salesnb.measures.conversion import closings
from salesnb.measures.frames import BookLike
from salesnb.measures.summary import client_kinds, with_kind
from salesnb.measures.told import Withheld, bare, withheld
from salesnb.render.display import Group, Shown, Table, Text
from salesnb.render.tables import Column, table
from salesnb.stats.intervals import difference_interval
from salesnb.topics import untold as refusals
from salesnb.topics.result import Result


@dataclass(frozen=True)
class Difference:
    """Conversion of repeat clients less that of new ones, -1..1, with its 95 % interval; verdict:
    up, down, too close.
    """

    change: float
    low: float
    high: float
    verdict: Literal["up", "down", "too close"]


@dataclass(frozen=True, repr=False, eq=False)
class NewAndRepeat(Result):
    """Conversion of new and of repeat clients in the month.

    Attributes
    ----------
    kinds : table of `client_kinds`: kind (new, repeat, unknown), won, lost, closed, conversion,
        low, high
    difference : of the two; None where either has too few closed deals for a verdict
    untold : why there are no rates or no verdict: "no lost", "no won", "undated"; ""
    """

    kinds: pd.DataFrame
    difference: Difference | None
    untold: Withheld
    keys: ClassVar = ("kind",)
    counts: ClassVar = ("won", "lost", "closed")

    @property
    def data(self) -> dict[str, pd.DataFrame]:
        """kinds: conversion of each kind of clients."""
        return {"kinds": self.kinds}

    def members(self) -> pd.DataFrame:
        return closings(with_kind(self.book.closer_deals), "kind", period=self.book.month)

    def text(self) -> Text:
        """The two rates, and whether they differ by more than chance."""
        return _answer(self, self.book.voice)

    def tables_shown(self) -> dict[str, Callable[[], Shown]]:
        return {"kinds": lambda: _table(self, self.book.voice)}


def new_and_repeat(book: BookLike) -> NewAndRepeat:
    """New clients beside repeat ones.

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": "Ann", "status": ["won", "lost"],
    ...     "client_id": "c",
    ...     "created_at": pd.to_datetime(["2026-08-01", "2026-09-06"]),
    ...     "closed_at": pd.to_datetime(["2026-09-05", "2026-09-09"])})
    >>> found = new_and_repeat(s.book(deals, month="2026-09"))
    >>> found.kinds[["kind", "won", "closed"]].values.tolist()
    [['new', 1, 1], ['repeat', 0, 1]]
    >>> found.deals(kind="repeat", counted_in="lost")["deal_id"].tolist()
    ['2']
    """
    kinds = bare(client_kinds(book.closer_deals, book.month), book)
    return NewAndRepeat(
        book, kinds, _difference(kinds, book.thresholds.min_verdict), withheld(book)
    )


def _difference(kinds: pd.DataFrame, least: int) -> Difference | None:
    both = kinds.set_index("kind")[["won", "closed"]].reindex(["repeat", "new"]).fillna(0)
    if both["closed"].min() < least:
        return None
    change, low, high = (
        float(x) for x in difference_interval(*both.loc["repeat"], *both.loc["new"])
    )
    return Difference(change, low, high, "up" if low > 0 else "down" if high < 0 else "too close")


def _answer(found: NewAndRepeat, voice: Voice) -> Text:
    if found.untold:
        return refusals.refusal(found.untold, voice)
    rows = {row["kind"]: row for row in found.kinds.to_dict("records") if row["closed"]}
    if not rows:
        return Text(voice.say("Nothing was closed in the month."), kind="answer")
    if not set(rows) - {"unknown"}:
        text = voice.say(
            "New and repeat clients cannot be told apart: ask your analyst to add the client of "
            "each deal to the export."
        )
        return Text(text, kind="refusal")
    difference = found.difference
    if difference is None:
        return Text(
            voice.say(
                "Too few deals of one of the two kinds were closed in the month to compare them."
            ),
            kind="answer",
        )
    values = {
        "change": voice.points(difference.change),
        "interval": voice.points_interval(difference.low, difference.high),
    }
    values |= {kind: voice.percent(rows[kind]["conversion"]) for kind in ("new", "repeat")}
    text = (
        voice.say(
            "Repeat clients {repeat}, new clients {new}: a difference of {change} ({interval}), "
            "too "
            "close to call.",
            **values,
        )
        if difference.verdict == "too close"
        else voice.say(
            "Repeat clients {repeat}, new clients {new}: a difference of {change} ({interval}), "
            "more "
            "than chance alone would explain.",
            **values,
        )
    )
    return Text(text, kind="answer")


def _table(found: NewAndRepeat, voice: Voice) -> Table | Group:
    """Conversion of new and repeat clients; nothing where no client is known."""
    frame = found.kinds
    if set(frame["kind"]) <= {"unknown"} or refusals.no_rate(found.untold):
        return Group()
    say = voice.say
    names = {
        "new": say("New clients"),
        "repeat": say("Repeat clients"),
        "unknown": say("Client not known"),
    }
    kept = frame.assign(kind=[names[kind] for kind in frame["kind"]])
    columns = [
        Column("kind", say("Clients")),
        Column("won", say("Won"), "count"),
        Column("closed", say("Closed"), "count"),
        Column("conversion", say("Conversion"), "percent", low="low", high="high", n="closed"),
    ]
    caption = say("Conversion of new and repeat clients")
    return table(kept, voice, caption, columns, thresholds=found.book.thresholds)
