"""How long do deals take, how long do they stay in each stage, how old are the open ones, and which
deals are those?
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

import narwhals as nw
import pandas as pd

from salesnb.formats import Voice
from salesnb.measures.bulk_close import month_bulk_days
from salesnb.measures.cohorts import time_to_close
from salesnb.measures.conversion import conversion
from salesnb.measures.frames import BookLike, by_size, closed, collect, days_between
from salesnb.measures.length import day_counts, deal_length
from salesnb.measures.staff import without_leavers
from salesnb.measures.told import NO_LOST, NO_WON, coarse, untold
from salesnb.measures.year import against_year, months_so_far, year
from salesnb.render.charts.ages import lengths
from salesnb.render.display import Figure, Group, Shown, Table, Text
from salesnb.render.tables import Column, enough, table
from salesnb.topics import untold as refusals
from salesnb.topics import words
from salesnb.topics.result import Result
from salesnb.topics.stays import OpenAges, StageDays, few_note, open_deal_ages, stage_days

LengthVerdict: TypeAlias = Literal[
    "few", "nothing", "week", "month", "no lost", "no won", "mean", "all"
]


@dataclass(frozen=True, repr=False, eq=False)
class Length(Result):
    """Calendar days from creation to closing of the deals closed in the month, and how long the
    open ones wait.

    Attributes
    ----------
    month : one row of `deal_length`; no days where the export dates deals by week or month
    days : table of `day_counts`;  managers : `deal_length` per sales rep with won and lost, most
        deals first, without those who left; both empty where the export dates deals by week or
        month
    verdict : what may be said of the month: "nothing" (closed), "few", "week" or "month" (dates no
        finer), "no lost" or "no won" (the mean of the other), "mean" (too few for nine of ten),
        "all"
    usual : the mean beside the month before and the range of the year: `against_year`
    to_close : quartiles of the days to close with open deals counted in: `time_to_close`, of the
        deals created in the last 12 months; None where the export holds only some of these, or
        dates them by week or month
    bulk : days on which one person closed very many deals
    stages : days in each stage;  ages : of the open deals
    """

    month: pd.DataFrame
    days: pd.DataFrame
    managers: pd.DataFrame
    verdict: LengthVerdict
    usual: dict
    to_close: dict | None
    bulk: pd.DataFrame
    stages: StageDays
    ages: OpenAges
    keys: ClassVar = ("days", "manager")
    counts: ClassVar = ("deals", "won", "lost", "open")

    @property
    def data(self) -> dict[str, pd.DataFrame]:
        """month, managers: deals closed in the month; days: how many took how long; stages; ages,
        open: the open deals.
        """
        ended = {"month": self.month, "days": self.days, "managers": self.managers}
        return ended | {
            "stages": self.stages.counted,
            "ages": self.ages.people,
            "open": self.ages.whole,
        }

    def members(self) -> pd.DataFrame:
        """Each deal with its days: to closing, or open so far."""
        return _members(self)

    def text(self) -> Text:
        """How long deals took, beside the month before and the year."""
        return _answer(self, self.book.voice)

    def waiting(self) -> Text:
        """How long deals take with the open ones counted in; nothing where the export holds only
        some of them.
        """
        return _waiting(self.to_close, self.book.voice)

    def in_stages(self) -> Text:
        """In which stage deals stay longest."""
        return self.stages.text(self.book.voice)

    def still_open(self) -> Text:
        """How old the open deals are."""
        return self.ages.text(self.book)

    def charts(self) -> dict[str, Callable[[], Shown]]:
        return {"days": lambda: _chart(self, self.book.voice)}

    def tables_shown(self) -> dict[str, Callable[[], Shown]]:
        return {
            "managers": lambda: _table(self, self.book.voice),
            "stages": lambda: self.stages.table(self.book),
            "ages": lambda: self.ages.table(self.book),
        }

    def record(self) -> dict:
        return {"deal_length": self.month.iloc[0].to_dict()}


def length(book: BookLike) -> Length:
    """How long the deals closed in the month took, how long deals stay in each stage, and how old
    the open ones are.

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1", "2", "3"], "manager": "Ann", "status": ["won",
    ...     "lost", "open"],
    ...     "created_at": pd.Timestamp("2026-09-01"),
    ...     "closed_at": [pd.Timestamp("2026-09-05"), pd.Timestamp("2026-09-11"), pd.NaT]})
    >>> found = length(s.book(deals, month="2026-09", as_of="2026-09-30"))
    >>> found.month[["deals", "mean_days"]].values.tolist(), found.verdict
    ([[2.0, 7.0]], 'few')
    >>> found.deals(days=4)["deal_id"].tolist(), found.deals(counted_in="open")[["deal_id",
    ...     "days"]].values.tolist()
    (['1'], [['3', 29]])
    """
    month, grain = deal_length(book.closer_deals, period=book.month), coarse(book)
    days, managers = day_counts(book.closer_deals, period=book.month), _managers(book)
    if grain:
        days, managers = days.head(0), managers.head(0)
        month = month.assign(**{name: float("nan") for name in month if "_days" in name})
    known = not (untold(book) or grain)  # else the quartiles would be of some of the deals only
    return Length(
        book,
        month,
        days,
        managers,
        _verdict(book, int(month["deals"].iloc[0])),
        against_year(months_so_far(book), "mean_days", "closed", thresholds=book.thresholds),
        time_to_close(book.closer_deals, book.as_of, year(book)) if known else None,
        month_bulk_days(book),
        stage_days(book),
        open_deal_ages(book),
    )


def _managers(book) -> pd.DataFrame:
    lengths = deal_length(book.closer_deals, by="manager", period=book.month)
    counts = conversion(book.closer_deals, by="manager", period=book.month)[
        ["manager", "won", "lost"]
    ]
    kinds = {"manager": object}  # a month without a closing has a column of names without a type
    both = lengths.astype(kinds).merge(counts.astype(kinds), on="manager")
    return by_size(without_leavers(both, book), "manager", "deals")


def _verdict(book, deals: int) -> LengthVerdict:
    """What may be said of the lengths of so many deals: with few no mean, since one long deal makes
    it.
    """
    if deals < book.thresholds.min_percent:
        return "few" if deals else "nothing"
    return (
        coarse(book) or untold(book) or ("mean" if deals < book.thresholds.min_verdict else "all")
    )


def _members(found: Length) -> pd.DataFrame:
    book, columns = found.book, ("deal_id", "manager", "status", "days")
    ended = closed(book.closer_deals, book.month).with_columns(
        days=days_between("created_at", "closed_at")
    )
    ended = collect(ended.select(columns))
    ended = ended.assign(deals=ended["days"].notna(), open=False)
    day = nw.lit(pd.Timestamp(book.as_of).to_pydatetime())
    still = book.closer_deals.filter((nw.col("status") == "open") & ~nw.col("created_at").is_null())
    still = collect(
        still.with_columns(_day=day)
        .with_columns(days=days_between("created_at", "_day"))
        .select(columns)
    )
    still = still.assign(deals=False, open=True)
    if coarse(book):
        ended["days"] = float("nan")
    if found.ages.grain:
        still["days"] = float("nan")
    both = pd.concat([ended, still], ignore_index=True).sort_values(
        "deal_id", kind="stable", ignore_index=True
    )
    days = [None if pd.isna(days) else int(days) for days in both["days"]]
    return both.assign(days=days, won=both["status"] == "won", lost=both["status"] == "lost").drop(
        columns="status"
    )


def _answer(found: Length, voice: Voice) -> Text:
    row, verdict = found.month.iloc[0], found.verdict
    name = voice.month(found.book.month)
    if verdict == "nothing":
        return Text(
            voice.say("Nothing was closed in {month}, so there is no deal length.", month=name),
            kind="answer",
        )
    if verdict == "few":
        few = voice.plural(
            "{n} deal was closed in {month}: too few to speak of a deal length.",
            "{n} deals were closed in {month}: too few to speak of a deal length.",
            int(row["deals"]),
            month=name,
        )
        return Text(few, kind="answer")
    if verdict in ("week", "month"):
        return Text(refusals.coarse(verdict, voice), kind="refusal")
    values = {
        "month": name,
        "mean": voice.days(row["mean_days"]),
        "p90": voice.days(row["p90_days"], 0),
    }
    return Text(TOOK[verdict](voice, values), _beside(found.usual, voice), kind="answer")


TOOK = {
    NO_LOST: lambda v, x: v.say(
        "Deals won in {month} took {mean} on average; lost ones are not in the export.", **x
    ),
    NO_WON: lambda v, x: v.say(
        "Deals lost in {month} took {mean} on average; won ones are not in the export.", **x
    ),
    "mean": lambda v, x: v.say("Deals closed in {month} took {mean} on average.", **x),
    "all": lambda v, x: v.say(
        "Deals closed in {month} took {mean} on average, nine of ten of them up to {p90}.", **x
    ),
}


def _beside(usual: dict, voice: Voice) -> str:
    """The mean beside the month before and the range of the year: a move within it is no news."""
    if pd.isna(usual["before"]):
        return voice.say("There is no earlier month to compare with.")
    if usual["few"]:
        return voice.say("This month or the one before has too few closed deals to compare them.")
    values = {
        "before": voice.days(usual["before"]),
        "low": voice.number(usual["low"], 1),
        "high": voice.number(usual["high"], 1),
        "n": voice.count(usual["months"]),
    }
    if not usual["place"] or values["low"] != values["high"]:
        return PLACES[usual["place"]](voice, values)
    if usual["place"] == "usual":
        return voice.say(
            "The month before it was {before}, as in every earlier month of the year.", **values
        )
    return voice.say(
        "The month before it was {before}; in all {n} months but this it was {low} days.", **values
    )


PLACES = {
    "usual": lambda v, x: v.say(
        "The month before it was {before}; both lie within what is usual ({low} to {high} days).",
        **x,
    ),
    "lowest": lambda v, x: v.say(
        "The month before it was {before}. It is the shortest of {n} "
        "months; the others lie between {low} and {high} days.",
        **x,
    ),
    "highest": lambda v, x: v.say(
        "The month before it was {before}. It is the longest of {n} "
        "months; the others lie between {low} and {high} days.",
        **x,
    ),
    "": lambda v, x: v.say(
        "The month before it was {before}; there are too few months yet to say what is usual.", **x
    ),
}


def _waiting(to_close: dict | None, voice: Voice) -> Text:
    if to_close is None:
        return Text(kind="answer")
    if pd.isna(to_close["median"]):
        return Text(
            voice.say("Fewer than half of the deals of the last 12 months are closed yet."),
            kind="answer",
        )
    text = voice.say(
        "With the deals that are still open counted in, half of all deals of the last 12 months "
        "are closed after {days}.",
        days=voice.days(to_close["median"], 0),
    )
    return Text(text, kind="answer")


def _chart(found: Length, voice: Voice) -> Figure | Group:
    """How many deals took how long; nothing with too few to have a shape."""
    frame, row = found.days, found.month.iloc[0]
    won, lost = int(frame["won"].sum()), int(frame["lost"].sum())
    if won + lost < found.book.thresholds.min_percent:
        return Group()
    month = voice.month(found.book.month)
    alt = voice.say(
        "Histogram of deal length in {month}: {won} won and {lost} lost deals, the longest {days}.",
        month=month,
        won=voice.count(won),
        lost=voice.count(lost),
        days=voice.days(int(frame["days"].max()), 0),
    )
    subtitle = voice.say("deals closed in {month}", month=month)
    marks = {"median": row["median_days"], "p90": row["p90_days"]}
    return lengths(frame, voice, voice.say("How long deals take"), subtitle, alt, **marks)


def _table(found: Length, voice: Voice) -> Table | Group:
    """Deal length per sales rep; nothing where nobody has enough closed deals."""
    frame, thresholds, say = found.managers, found.book.thresholds, voice.say
    if not (frame["deals"] >= thresholds.min_percent).any():
        return Group()
    kept = enough(
        frame, "deals", thresholds, mean_days="mean", median_days="median", p90_days="p90"
    )
    kept = enough(kept, "won", thresholds, mean_days_won="mean")
    kept = enough(kept, "lost", thresholds, mean_days_lost="mean")
    kept = kept.assign(manager=[words.group(voice, name) for name in kept["manager"]])
    columns = [
        Column("manager", say("Sales rep")),
        Column("deals", say("Closed"), "count"),
        Column("mean_days", say("Mean"), "days"),
        Column("median_days", say("Median"), "days"),
        Column("p90_days", say("Nine of ten up to"), "days"),
        Column("mean_days_won", say("Won, mean"), "days"),
        Column("mean_days_lost", say("Lost, mean"), "days"),
    ]
    note = " ".join(
        text
        for text in (words.without_bulk_days(voice, found.bulk), few_note(voice, thresholds))
        if text
    )
    return table(kept, voice, say("Deal length by sales rep"), columns, note=note)
