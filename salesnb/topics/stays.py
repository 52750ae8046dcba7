"""How long do deals stay in each stage, and how old are the open ones? Two parts of the answer on
deal length.
"""

from dataclasses import dataclass

import pandas as pd

from salesnb.formats import Voice
from salesnb.measures.frames import BookLike, by_size
from salesnb.measures.grain import Coarse, coarser_than_days, coarsest
from salesnb.measures.length import open_ages
from salesnb.measures.stages import stage_times
from salesnb.measures.told import grain_of, told
from salesnb.params import Thresholds
from salesnb.render.display import Group, Table, Text
from salesnb.render.tables import Column, enough, table
from salesnb.topics import untold as refusals
from salesnb.topics import words


@dataclass(frozen=True, eq=False)
class StageDays:
    """Days that deals stayed in each stage that they have left.

    Attributes
    ----------
    stages : table of `stage_times`; empty without a history of stages
    longest : the stage that takes longest among those with enough stays; None where none has
    grain : "week" or "month" where the history is dated no finer, and there are no days; ""
    """

    stages: pd.DataFrame
    longest: pd.Series | None
    grain: Coarse

    def text(self, voice: Voice) -> Text:
        """In which stage deals stay longest; without a history of stages what would answer it."""
        if self.grain:
            return Text(refusals.coarse(self.grain, voice), kind="refusal")
        if self.stages.empty:
            return Text(
                voice.say(
                    "This cannot be told: ask your analyst to add the history of stage changes to "
                    "the export."
                ),
                kind="refusal",
            )
        if self.longest is None:
            return Text(voice.say("Too few deals have left a stage yet."), kind="answer")
        text = voice.say(
            "Longest in {stage}: half of the deals leave it within {median}, nine of ten within "
            "{p90}.",
            stage=self.longest["stage"],
            median=voice.days(self.longest["median_days"], 0),
            p90=voice.days(self.longest["p90_days"], 0),
        )
        return Text(text, kind="answer")

    @property
    def counted(self) -> pd.DataFrame:
        """The table with stays named so: a deal may come back to a stage, and these
        are no deals.
        """
        return self.stages.rename(columns={"deals": "stays"})

    def table(self, book: BookLike) -> Table | Group:
        """Time in each stage; nothing without a history of stages."""
        if self.stages.empty:
            return Group()
        say = book.voice.say
        kept = enough(self.stages, "deals", book.thresholds, median_days="median", p90_days="p90")
        columns = [
            Column("stage", say("Stage")),
            Column("deals", say("Stays"), "count"),
            Column("median_days", say("Median"), "days"),
            Column("p90_days", say("Nine of ten up to"), "days"),
        ]
        caption = say("Days in each stage: all stays that the export knows to have ended")
        return table(kept, book.voice, caption, columns)


def stage_days(book: BookLike) -> StageDays:
    """Days in each stage, in the order of stages."""
    grain = coarsest("day", grain_of(book, "stages", "entered_at"))
    if grain != "day" or book.stages is None:
        nothing = pd.DataFrame(columns=["stage", "deals", "median_days", "p90_days"])
        return StageDays(nothing, None, coarser_than_days(grain))
    found = stage_times(book.closer_deals, book.stages, book.as_of, book.stage_order)
    known = found[found["deals"] >= book.thresholds.min_verdict]
    return StageDays(found, None if known.empty else known.loc[known["median_days"].idxmax()], "")


@dataclass(frozen=True, eq=False)
class OpenAges:
    """Days since the creation of the open deals.

    Attributes
    ----------
    whole : one row of `open_ages`
    people : the same per sales rep, most open deals first: also of those who left, since somebody
        must take these
    grain : "week" or "month" where creation is dated no finer, and there are no days; ""
    """

    whole: pd.DataFrame
    people: pd.DataFrame
    grain: Coarse

    def text(self, book: BookLike) -> Text:
        """How old the open deals are together."""
        voice, row = book.voice, self.whole.iloc[0]
        if not row["open"]:
            return Text(voice.say("No deal is open."), kind="answer")
        if self.grain:
            first = voice.plural("{n} deal is open.", "{n} deals are open.", int(row["open"]))
            return Text(first, refusals.coarse(self.grain, voice), kind="answer")
        values = {"n": voice.count(row["open"]), "oldest": voice.days(row["oldest_days"], 0)}
        if row["open"] < book.thresholds.min_percent:
            return Text(
                voice.say("Open deals: {n}, the oldest for {oldest}.", **values), kind="answer"
            )
        text = voice.say(
            "Open deals: {n}; half of them for more than {median}, the oldest for {oldest}.",
            **values,
            median=voice.days(row["median_days"], 0),
        )
        return Text(text, kind="answer")

    def table(self, book: BookLike) -> Table | Group:
        """Age of the open deals per sales rep; nothing without open deals."""
        if self.people.empty:
            return Group()
        voice, say = book.voice, book.voice.say
        kept = enough(self.people, "open", book.thresholds, median_days="median", p90_days="p90")
        kept = kept.assign(manager=[words.group(voice, name) for name in kept["manager"]])
        columns = [
            Column("manager", say("Sales rep")),
            Column("open", say("Open"), "count"),
            Column("median_days", say("Median age"), "days"),
            Column("p90_days", say("Nine of ten up to"), "days"),
            Column("oldest_days", say("Oldest"), "days", digits=0),
        ]
        caption = say("Age of the open deals")
        return table(kept, voice, caption, columns, note=few_note(voice, book.thresholds))


def open_deal_ages(book: BookLike) -> OpenAges:
    """Ages of the open deals on the day of the report."""
    grain = coarser_than_days(told(book).created)
    people = by_size(open_ages(book.closer_deals, book.as_of, "manager"), "manager", "open")
    return OpenAges(
        open_ages(book.closer_deals, book.as_of), people.head(0) if grain else people, grain
    )


def few_note(voice: Voice, thresholds: Thresholds) -> str:
    """Below a table of lengths: which of them are not shown."""
    return voice.say(
        "n/a: fewer than {few} deals, for “nine of ten” fewer than {more}.",
        few=voice.count(thresholds.min_percent),
        more=voice.count(thresholds.min_verdict),
    )
