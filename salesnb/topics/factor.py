"""What the five factors of conversion share: an index of the month, the same per sales rep, and
what to look at next.
"""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from salesnb.formats import Voice
from salesnb.params import Thresholds
from salesnb.render.display import Group, Shown, Table, Text, fold
from salesnb.render.tables import Column, table
from salesnb.topics.result import Result

Evidence: TypeAlias = Literal["measured", "proxy", "no data"]

FIGURES = ["index", "previous", "low", "high", "change", "change_low", "change_high", "n"]


@dataclass(frozen=True, repr=False, eq=False)
class Factor(Result):
    """One of the five factors.

    Attributes
    ----------
    evidence : measured, proxy (something stands in for it) or no data
    whole : index of the month with its interval and its change on the month before; no rows where
        it cannot be told
    people : the same per sales rep; those who left are in the whole only
    look_at : facts of what to look at next; {} where nothing is told apart from the rest
    """

    evidence: Evidence
    whole: pd.DataFrame
    people: pd.DataFrame
    look_at: dict

    @abstractmethod
    def _next(self, voice: Voice, facts: dict) -> str:
        """What to look at next, in words."""

    def next_step(self) -> Text | Group:
        """What to look at next in the factor; nothing where nothing is told apart from the rest."""
        voice = self.book.voice
        if not self.look_at:
            return Group()
        return Text(
            voice.say("To look at next: {what}", what=self._next(voice, self.look_at)),
            kind="answer",
        )

    def figures(self) -> dict:
        """The index as the five factors stand beside each other: its figures, n (deals), people,
        name of what it counts.
        """
        none = {"people": np.nan, "name": None}
        if self.whole.empty:
            return dict.fromkeys(FIGURES, np.nan) | {"n": 0} | none
        row = self.whole.iloc[0]
        names = {"index": "share", "previous": "before", "n": "deals"}
        return (
            {name: row[names.get(name, name)] for name in FIGURES} | {"n": int(row["deals"])} | none
        )

    def _together(self, *parts: pd.DataFrame) -> pd.DataFrame:
        """Members of several tables as one: a part without a key or a count has none."""
        found = pd.concat([part.astype(object) for part in parts], ignore_index=True)
        found = found.reindex(columns=["deal_id", *self.keys, *self.counts])
        return found.assign(**{name: found[name].eq(True) for name in self.counts})

    def _fold(self, title: str, *names: str) -> Shown:
        """Tables by their names under one line to unfold, on the screen only."""
        return fold(title, *(self.table(name) for name in names), paper=False)

    def _people_table(self, hits: str, caption: str) -> Table | Group:
        """The index per sales rep, `hits` the heading of what it counts; nothing where every share
        would be hidden.
        """
        frame, voice, thresholds = self.people, self.book.voice, self.book.thresholds
        if frame.empty or frame["deals"].max() < thresholds.min_percent:
            return Group()
        say = voice.say
        columns = [
            Column("manager", say("Sales rep")),
            Column("hits", hits, "count"),
            Column("deals", say("Deals"), "count"),
            Column("share", say("Share"), "percent", low="low", high="high", n="deals"),
            Column(
                "change", say("Change"), "points", low="change_low", high="change_high", n="deals"
            ),
        ]
        if "unknown" in frame and frame["unknown"].sum():
            columns.insert(3, Column("unknown", say("Not known"), "count", minor=True))
        if "median_minutes" in frame:
            columns.append(Column("median_minutes", say("Median, working minutes"), "number"))
        note = say("In a table this long one or two changes look real by chance alone.")
        return table(frame, voice, caption, columns, thresholds=thresholds, note=note)


def no_data(export: str, voice: Voice) -> Text:
    """That nothing is known of a factor; `export` says what would bring it."""
    return Text(voice.say("No data on this factor.") + " " + export, kind="refusal")


def share_sentence(row: dict, voice: Voice, thresholds: Thresholds) -> str:
    """An index that is a share, with its interval and its change on the month before: nothing but
    counts for few deals.

    >>> row = {"share": 0.5, "low": 0.4, "high": 0.6, "deals": 90, "before": 0.4, "change": 0.1,
    ...     "change_low": -0.05, "change_high": 0.2}
    >>> share_sentence(row, Voice(), Thresholds()).replace("\\xa0", " ")
    'That is 50.0% (40–60%); the month before 40.0%: +10.0 pp, too close to call.'
    """
    if row["deals"] < thresholds.min_percent or pd.isna(row["share"]):
        return voice.say("Too few deals for a share.")
    now = f"{voice.percent(row['share'])} ({voice.interval(row['low'], row['high'])})"
    change = change_of(row | {"n": row["deals"]}, voice, thresholds)
    if change == voice.missing:
        return voice.say("That is {now}.", now=now)
    before = voice.percent(row["before"])
    return voice.say(
        "That is {now}; the month before {before}: {change}.", now=now, before=before, change=change
    )


def change_of(row: dict, voice: Voice, thresholds: Thresholds, score: bool = False) -> str:
    """The change with its verdict; "too close to call" stands for an interval that has zero in it.

    Parameters
    ----------
    row : change, change_low, change_high, n;  score : they are points of a score, else shares
    """
    if pd.isna(row["change"]) or row["n"] < thresholds.min_verdict:
        return voice.missing
    change = voice.signed(row["change"], 1) if score else voice.points(row["change"])
    if pd.isna(row["change_low"]) or row["change_low"] <= 0 <= row["change_high"]:
        return voice.say("{change}, too close to call", change=change)
    if not score:
        return f"{change} ({voice.points_interval(row['change_low'], row['change_high'])})"
    low, high = (voice.signed(row[end], 1) for end in ("change_low", "change_high"))
    between = voice.say("{low} to {high}", low=low, high=high)
    return f"{change} ({between})"
