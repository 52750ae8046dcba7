"""What was conversion by manager, in the month and over the last 12 months?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from salesnb.formats import Voice
from salesnb.measures.bulk_close import month_bulk_days
from salesnb.measures.conversion import closings, conversion
from salesnb.measures.frames import BookLike, by_size
from salesnb.measures.staff import without_leavers
from salesnb.measures.told import Withheld, bare, withheld
from salesnb.measures.year import year
from salesnb.render.display import Group, Shown, Table, Text
from salesnb.render.tables import Column, table
from salesnb.topics import untold as refusals
from salesnb.topics import words
from salesnb.topics.rates import counted
from salesnb.topics.result import Result


@dataclass(frozen=True, repr=False, eq=False)
class ByManager(Result):
    """Conversion per sales rep; no change, since a month of one person is few deals.

    Attributes
    ----------
    people : manager, won, lost, closed, conversion, low, high, and the same of the last 12 months
        as year_won, year_closed, …; most closed deals first, without those who left
    left : deals closed in the month by people who have left
    bulk : days of mass closing (`bulk_days`)
    untold : why there are no rates: "no lost", "no won"; "undated"; ""
    """

    people: pd.DataFrame
    left: int
    bulk: pd.DataFrame
    untold: Withheld
    keys: ClassVar = ("manager",)
    counts: ClassVar = ("won", "lost", "closed", "year_won", "year_closed")

    @property
    def data(self) -> dict[str, pd.DataFrame]:
        """people: the month and the year of each."""
        return {"people": self.people}

    def members(self) -> pd.DataFrame:
        book = self.book
        whole = closings(book.closer_deals, "manager", period=year(book)).drop(columns="lost")
        whole = whole.rename(columns={"won": "year_won", "closed": "year_closed"})
        month = closings(book.closer_deals, period=book.month)
        both = whole.merge(month, on="deal_id", how="left")
        both[list(self.counts)] = both[list(self.counts)].eq(True)
        return both[both["manager"].isin(self.people["manager"])]

    def text(self) -> Text:
        """Between which rates the sales reps lie who have enough closed deals."""
        return _answer(self, self.book.voice)

    def tables_shown(self) -> dict[str, Callable[[], Shown]]:
        return {"people": lambda: _table(self, self.book.voice)}


def by_manager(book: BookLike) -> ByManager:
    """Conversion by manager.

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1", "2", "3"], "manager": ["Ann", "Ann", "Bo"],
    ...     "status": ["won", "lost", "won"],
    ...     "created_at": pd.Timestamp("2026-08-01"), "closed_at": pd.to_datetime(["2026-09-05",
    ...         "2026-08-05", "2026-09-09"])})
    >>> found = by_manager(s.book(deals, month="2026-09"))
    >>> found.people[["manager", "closed", "year_closed"]].values.tolist()
    [['Ann', 1, 2], ['Bo', 1, 1]]
    >>> found.deals(manager="Ann", counted_in="year_closed")["deal_id"].tolist()
    ['1', '2']
    """
    now, whole = (
        conversion(book.closer_deals, by="manager", period=p) for p in (book.month, year(book))
    )
    whole = whole.drop(columns="lost").rename(
        columns=lambda c: c if c == "manager" else f"year_{c}"
    )
    both = now.merge(whole, on="manager", how="left")
    kept = bare(by_size(without_leavers(both, book), "manager", "closed"), book)
    left = int(both["closed"].sum() - kept["closed"].sum())
    return ByManager(book, kept, left, month_bulk_days(book), withheld(book))


def _answer(found: ByManager, voice: Voice) -> Text:
    rates = found.people
    if refusals.no_rate(found.untold):
        return refusals.refusal(found.untold, voice)
    if not rates["closed"].sum():
        return Text(voice.say("No deal was closed by anybody in the month."), kind="answer")
    kept = rates[rates["closed"] >= found.book.thresholds.min_percent]
    if len(kept) == 1:
        row = kept.iloc[0]
        return Text(
            voice.say(
                "Only {name} has enough closed deals in the month for a rate of their own: "
                "{rate}, {won} of {closed}.",
                name=row["manager"],
                rate=voice.percent(row["conversion"]),
                won=voice.count(row["won"]),
                closed=voice.count(row["closed"]),
            ),
            kind="answer",
        )
    if kept.empty:
        return Text(
            voice.say(
                "Nobody has enough closed deals in the month for a rate of their own; the "
                "section on sales reps looks at a whole year."
            ),
            kind="answer",
        )
    first = _range(kept, voice)
    if found.untold:
        return Text(first, refusals.SHORT[found.untold](voice), kind="answer")
    second = voice.say(
        "A month is too short to compare people: the section on sales reps "
        "compares their year, at the same leads."
    )
    return Text(f"{first} {second}", kind="answer")


def _range(kept: pd.DataFrame, voice: Voice) -> str:
    low, high = voice.percent(kept["conversion"].min()), voice.percent(kept["conversion"].max())
    n = voice.count(len(kept))
    if low == high:
        return voice.say(
            "{rate} with each of the {n} sales reps with enough closed deals.", rate=low, n=n
        )
    return voice.say(
        "Between {low} and {high} among the {n} sales reps with enough closed deals.",
        low=low,
        high=high,
        n=n,
    )


def _table(found: ByManager, voice: Voice) -> Table | Group:
    if found.people.empty:
        return Group()
    say, no_rate = voice.say, refusals.no_rate(found.untold)
    kept = found.people.assign(
        manager=[words.group(voice, name) for name in found.people["manager"]]
    )
    months = say("Last 12 months")
    whole = Column(
        "year_conversion", months, "percent", low="year_low", high="year_high", n="year_closed"
    )
    whole = Column("year_closed", months, "count") if no_rate else whole
    columns = [Column("manager", say("Sales rep")), *counted(found.untold, voice), whole]
    gone = (
        voice.plural(
            "{n} deal was closed by people who have left; it is in the totals only.",
            "{n} deals were closed by people who have left; they are in the totals only.",
            found.left,
        )
        if found.left
        else ""
    )
    note = " ".join(text for text in (words.without_bulk_days(voice, found.bulk), gone) if text)
    caption = say("Closed deals by sales rep") if no_rate else say("Conversion by sales rep")
    return table(kept, voice, caption, columns, thresholds=found.book.thresholds, note=note)
