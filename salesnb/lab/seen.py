"""What is seen of a Book with given choices: a sentence, a chart, a table, and the deals behind."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from salesnb.formats import Voice
from salesnb.formats.voice import DASH
from salesnb.lab.choices import Choices
from salesnb.measures.conversion import with_rate
from salesnb.measures.frames import BookLike, collect, grouped, require_columns
from salesnb.measures.length import deal_length
from salesnb.measures.sums import won_amounts
from salesnb.measures.told import withheld
from salesnb.measures.two_sides import OUTCOME
from salesnb.render.charts.rates import rates
from salesnb.render.charts.rows import bars
from salesnb.render.display import Group, Shown, Text
from salesnb.render.tables import LIST_ROWS, Column, enough, table
from salesnb.topics import untold, words
from salesnb.topics.rates import counted
from salesnb.topics.result import LISTED, with_links

NAME = "_row"  # the column with the names of the rows, in words
LONGEST = 60  # letters of a name in a table
SPLITS = {
    "": lambda voice, column: column,
    "bands": lambda voice, column: voice.say("{column}, in bands", column=column),
    "weekday": lambda voice, column: voice.say("weekday of {column}", column=column),
    "hour": lambda voice, column: voice.say("hour of {column}", column=column),
    "month": lambda voice, column: voice.say("month of {column}", column=column),
}
MEASURES = {
    "conversion": lambda voice: voice.say("Conversion"),
    "won amount": lambda voice: voice.say("Won amount"),
    "average won deal": lambda voice: voice.say("Average won deal"),
    "deal length": lambda voice: voice.say("Deal length"),
    "new deals": lambda voice: voice.say("New deals"),
}


@dataclass(frozen=True, repr=False, eq=False)
class Seen(Shown):
    """What is seen.

    Attributes
    ----------
    choices : what was chosen;  book : of which Book;  part : its channel and segment
    every : the table with all its groups;  table : with those that are shown
    """

    choices: Choices
    book: BookLike
    part: BookLike
    every: pd.DataFrame
    table: pd.DataFrame

    @property
    def voice(self) -> Voice:
        return self.part.voice

    @property
    def refused(self) -> str:
        """Why the export gives no conversion: a code of `untold`; "" where it does, and for other
        measures.
        """
        rate = self.choices.measure == "conversion"
        return withheld(self.book.unfiltered) if rate else ""

    @property
    def empty(self) -> bool:
        """Whether there is no deal to show anything of."""
        return not self.every[self.choices.counted.size].sum()

    def text(self) -> Text:
        """The figure of all that is chosen, and what the reader of the table should know."""
        voice = self.voice
        if self.empty:
            return Text(_nothing(self.choices, voice), kind="answer")
        if untold.no_rate(self.refused):
            return Text(untold.full(self.refused, voice), kind="refusal")
        notes = [_others(self, voice), _outcome(self.choices, voice)]
        if self.refused:
            notes.append(untold.full(self.refused, voice))
        return Text(_whole(self, voice), *notes, kind="answer")

    def chart(self) -> Shown:
        """Rates with their intervals, or bars; nothing without deals."""
        rate = self.choices.measure == "conversion"
        if self.empty or (rate and untold.no_rate(self.refused)):
            return Group()
        return _rates(self) if rate else _bars(self)

    def shown(self) -> Shown:
        """The table in words: what too few deals stand behind is hidden."""
        if self.empty:
            return Group()
        first = Column(NAME, _split(self.choices, self.voice) or self.voice.say("Deals"))
        columns = [first, *_columns(self.choices.measure, self.refused, self.voice)]
        thresholds, frame = self.part.thresholds, _named(self)
        if self.choices.measure == "deal length":
            marks = {"mean_days": "mean", "median_days": "median", "p90_days": "p90"}
            frame = enough(frame, "deals", thresholds, **marks)
        return table(frame, self.voice, _title(self), columns, thresholds=thresholds)

    def deals(self, row: int | None = None) -> pd.DataFrame:
        """The deals that the table counts, or one row of it: deal_id, title, client_id, amount,
        manager, stage, status, link and the split; largest amount first.
        """
        measure, key = self.choices.counted, self.choices.key
        frame, by = grouped(self.part, self.choices.by)
        needed = require_columns(frame, "deals", ["deal_id", *measure.needs, *by])
        period = self.choices.period
        bounds = None if period is None else self.part.bounds(period)
        found = collect(measure.counted(needed, bounds).select(*dict.fromkeys(["deal_id", *by])))
        if key and row is not None:
            value = self.table[key].iloc[row]
            found = found[found[key].isna() if pd.isna(value) else found[key] == value]
        more = [name for name in found if name not in LISTED[1:]]
        return with_links(self.part, found[more])

    def deals_shown(self, row: int | None = None) -> Shown:
        """The largest of the deals, with their links."""
        voice, found = self.voice, self.deals(row)
        say, listed = voice.say, found.head(LIST_ROWS)
        kept = listed.assign(
            title=[
                short(deal_id if pd.isna(title) or not str(title).strip() else title)
                for title, deal_id in zip(listed["title"], listed["deal_id"], strict=True)
            ],
            status=[words.STATUSES[status](voice) for status in listed["status"]],
        )
        columns = [
            Column("title", say("Deal"), "link", url="link"),
            Column("amount", say("Amount"), "money"),
            Column("manager", say("Sales rep")),
            Column("stage", say("Stage")),
            Column("status", say("Status")),
        ]
        note = voice.plural("{n} deal in all.", "{n} deals in all.", len(found))
        return table(kept, voice, say("Deals behind, largest first"), columns, note=note)

    def names(self) -> list[str]:
        """The rows of the table in words."""
        return _named(self)[NAME].tolist()

    @property
    def html(self) -> str:
        return Group(self.text(), self.chart(), self.shown()).html

    @property
    def plain(self) -> str:
        return Group(self.text(), self.shown()).plain


def _columns(measure: str, refused: str, voice: Voice) -> list[Column]:
    say = voice.say
    if measure == "conversion":
        return counted(refused, voice)
    if measure == "deal length":
        return [
            Column("deals", say("Deals"), "count"),
            Column("mean_days", say("Mean"), "days"),
            Column("median_days", say("Median"), "days"),
            Column("p90_days", say("Nine of ten up to"), "days"),
        ]
    if measure == "new deals":
        return [Column("new_deals", say("New deals"), "count")]
    return [
        Column("won", say("Won"), "count"),
        Column("won_amount", say("Won amount"), "money"),
        Column("average_order", say("Average won deal"), "money"),
    ]


def short(name: object) -> str:
    """A name as one line of a list or a table.

    >>> short("two\\nlines"), len(short("x" * 99))
    ('two lines', 60)
    """
    text = " ".join(str(name).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _named(seen: Seen) -> pd.DataFrame:
    """The table with the names of its rows in words."""
    key, voice = seen.choices.key, seen.voice
    if key is None:
        return seen.table.assign(**{NAME: voice.say("All that is chosen")})
    said = [_name(value, voice) for value in seen.table[key]]
    return seen.table.assign(**{NAME: said})


def _name(value: object, voice: Voice) -> str:
    if pd.isna(value):
        return voice.say("no value")
    if isinstance(value, bool | np.bool_):
        return voice.say("yes") if value else voice.say("no")
    return short(words.group(voice, value))


def _split(choices: Choices, voice: Voice) -> str:
    return SPLITS[choices.split_by](voice, choices.split) if choices.split else ""


def _title(seen: Seen) -> str:
    voice, split = seen.voice, short(_split(seen.choices, seen.voice))
    measure = MEASURES[seen.choices.measure](voice)
    if split:
        measure = voice.say("{measure} by {split}", measure=measure, split=split)
    return f"{measure}, {_span(seen.choices.period, voice)}"


def _span(period: str | tuple[str, str] | None, voice: Voice) -> str:
    if period is None:
        return voice.say("all time")
    if isinstance(period, tuple):
        return f" {DASH} ".join(map(str, period))
    if last := re.fullmatch(r"last (\d+) months?", period):
        return voice.plural("last {n} month", "last {n} months", int(last[1]))
    if re.fullmatch(r"\d{4}-\d\d", period):
        return voice.month(period)
    return voice.quarter(period) if re.fullmatch(r"\d{4}Q[1-4]", period) else period


def _nothing(choices: Choices, voice: Voice) -> str:
    if choices.measure == "new deals":
        return voice.say("No such deal was created then: choose another period or segment.")
    if choices.counted.size == "won":
        return voice.say("No such deal was won then: choose another period or segment.")
    return voice.say("No such deal was closed then: choose another period or segment.")


def _whole(seen: Seen, voice: Voice) -> str:
    """The figure of all deals that are chosen."""
    every, measure = seen.every, seen.choices.measure
    if measure == "conversion":
        row = with_rate(every[["won", "lost"]].sum().to_frame().T).iloc[0]
        return voice.say(
            "Conversion {rate}: {won} of {closed} closed deals, 95% interval {interval}.",
            rate=voice.percent(row["conversion"]),
            won=voice.count(row["won"]),
            closed=voice.count(row["closed"]),
            interval=voice.interval(row["low"], row["high"]),
        )
    if measure == "deal length":
        row = deal_length(seen.part, period=seen.choices.period).iloc[0]
        return voice.say(
            "{n} closed deals took {mean} on average, half of them up to {median}.",
            n=voice.count(row["deals"]),
            mean=voice.days(row["mean_days"]),
            median=voice.days(row["median_days"]),
        )
    if measure == "new deals":
        n = int(every["new_deals"].sum())
        return voice.plural("{n} deal was created.", "{n} deals were created.", n)
    row = won_amounts(seen.part, period=seen.choices.period).iloc[0]
    return voice.plural(
        "{n} won deal: {amount} in all, {average} on average.",
        "{n} won deals: {amount} in all, {average} on average.",
        int(row["won"]),
        amount=voice.money(row["won_amount"]),
        average=voice.money(row["average_order"]),
    )


def _others(seen: Seen, voice: Voice) -> str:
    """How many groups are not shown, and what they hold."""
    size = seen.choices.counted.size
    left = len(seen.every) - len(seen.table)
    if not left:
        return ""
    rest = int(seen.every[size].sum() - seen.table[size].sum())
    deals = voice.plural("{n} deal", "{n} deals", rest)
    if seen.choices.split_by == "month":
        return voice.plural(
            "{n} earlier month with {deals} is not shown.",
            "{n} earlier months with {deals} are not shown.",
            left,
            deals=deals,
        )
    return voice.plural(
        "The largest groups are shown; {n} other has {deals}.",
        "The largest groups are shown; {n} others have {deals}.",
        left,
        deals=deals,
    )


def _outcome(choices: Choices, voice: Voice) -> str:
    """A warning where conversion is split by, or asked of, what only the outcome tells."""
    chosen = (choices.split, *choices.conditions)
    told = [one for one in chosen if one in OUTCOME and one != "closed_at"]
    if choices.measure != "conversion" or not told:
        return ""
    return voice.say(
        "{column} is known only with the outcome, so conversion by it says nothing.",
        column=told[0],
    )


def _rates(seen: Seen) -> Shown:
    voice = seen.voice
    least = seen.part.thresholds.min_percent
    frame = _named(seen)
    frame = frame.assign(conversion=frame["conversion"].where(frame["closed"] >= least))
    frame = frame[frame["conversion"].notna()]
    if frame.empty:
        return Group()
    listed = "; ".join(
        voice.say(
            "{name} {rate} ({interval}, n = {n})",
            name=row[NAME],
            rate=voice.percent(row["conversion"]),
            interval=voice.interval(row["low"], row["high"]),
            n=voice.count(row["closed"]),
        )
        for row in frame.to_dict("records")
    )
    alt = voice.say("Conversion with 95% intervals: {listed}.", listed=listed)
    whole = seen.every["won"].sum() / seen.every["closed"].sum()
    average = whole if seen.choices.split else None
    subtitle = voice.say("closed deals with 95% intervals")
    return rates(frame, voice, _title(seen), subtitle, alt, name=NAME, reference=average)


def _bars(seen: Seen) -> Shown:
    voice, value = seen.voice, seen.choices.counted.value
    say = {"mean_days": voice.days, "new_deals": voice.count}.get(value, voice.short_money)
    frame = _named(seen)
    frame = frame[frame[value].notna()]
    if value == "mean_days":
        frame = frame[frame["deals"] >= seen.part.thresholds.min_percent]
    if frame.empty or not (frame[value] > 0).any():
        return Group()
    frame = frame.assign(label=[say(one) for one in frame[value]])
    listed = "; ".join(f"{row[NAME]} {row['label']}" for row in frame.to_dict("records"))
    alt = f"{_title(seen)}: {listed}."
    subtitle = {
        "mean_days": voice.say("mean of won and lost deals, in days"),
        "new_deals": voice.say("deals created"),
        "won_amount": voice.say("won deals"),
        "average_order": voice.say("won deals with an amount"),
    }[value]
    return bars(frame, voice, _title(seen), subtitle, alt, name=NAME, value=value, label="label")
