"""What becomes of the leads: how many became a deal, how many of these are won, and which deals are
those?
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from salesnb.formats import Voice
from salesnb.measures.frames import BookLike, count, within
from salesnb.measures.leads import OUTCOMES, lead_conversion, lead_members
from salesnb.measures.told import NO_LOST, NO_WON, Lacking, untold
from salesnb.measures.year import year
from salesnb.render.display import Group, Shown, Table, Text
from salesnb.render.tables import Column, table
from salesnb.topics import untold as refusals
from salesnb.topics.result import Result


@dataclass(frozen=True, repr=False, eq=False)
class Leads(Result):
    """What became of the leads that were created in the month and in the last 12 months.

    Attributes
    ----------
    leads : table of `lead_conversion` with span, "month" or "year": the time in which the leads
        were created; no shares of won leads where the export holds no won deals
    listed : whether there is a list of leads; without one every created deal counts as a lead
    new_deals : deals of closers created in the month, which the summary counts and which are not
        the deals of its leads
    untold : "no lost" or "no won" where the export holds no such deals; ""
    """

    leads: pd.DataFrame
    listed: bool
    new_deals: int
    untold: Lacking
    keys: ClassVar = ("span", "outcome")

    @property
    def data(self) -> dict[str, pd.DataFrame]:
        """leads: counts and shares of leads; deals: the deals that they became, by outcome (two
        leads may have one deal).
        """
        rows = pd.MultiIndex.from_product([self.leads["span"], OUTCOMES], names=["span", "outcome"])
        deals = self._members.groupby(["span", "outcome"]).size().reindex(rows, fill_value=0)
        return {"leads": self.leads, "deals": deals.rename("deals").reset_index()}

    def members(self) -> pd.DataFrame:
        book = self.book
        found = [
            lead_members(book.leads, book.deals, period).assign(span=span, deals=True)
            for span, period in _spans(book).items()
        ]
        return pd.concat(found, ignore_index=True)

    def text(self) -> Text:
        """What became of the leads of the last 12 months."""
        return _answer(self, self.book.voice)

    def tables_shown(self) -> dict[str, Callable[[], Shown]]:
        return {"leads": lambda: _table(self, self.book.voice)}


def leads(book: BookLike) -> Leads:
    """What became of the leads; without a list of leads every created deal is one.

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": "Ann", "status": ["won", "open"],
    ...     "created_at": pd.Timestamp("2026-09-01"), "closed_at": [pd.Timestamp("2026-09-05"),
    ...         pd.NaT]})
    >>> calls = pd.DataFrame({"lead_id": ["a", "b", "c"], "status": "new", "deal_id": ["1", "2",
    ...     None],
    ...     "created_at": pd.Timestamp("2026-09-01")})
    >>> found = leads(s.book(deals, leads=calls, month="2026-09"))
    >>> found.leads[["span", "leads", "with_deal", "won", "open"]].values.tolist()
    [['month', 3, 2, 1, 1], ['year', 3, 2, 1, 1]]
    >>> found.deals(span="month", outcome="won")["deal_id"].tolist()
    ['1']
    """
    counted = [
        lead_conversion(book.leads, book.deals, period=period).assign(span=span)
        for span, period in _spans(book).items()
    ]
    found = pd.concat(counted, ignore_index=True)
    if untold(book) == NO_WON:
        found[["won_share", "low", "high"]] = float("nan")
    created = count(book.closer_deals.filter(within("created_at", book.month)), [])
    return Leads(book, found, book.leads is not None, int(created["rows"].iloc[0]), untold(book))


def _spans(book) -> dict:
    return {"month": book.month, "year": year(book)}


def _answer(found: Leads, voice: Voice) -> Text:
    """What became of the leads of the year; without a list of leads every created deal counts as
    one.
    """
    row = found.leads[found.leads["span"] == "year"].iloc[0]
    values = {
        "leads": voice.count(row["leads"]),
        "deals": voice.count(row["with_deal"]),
        "won": voice.count(row["won"]),
        "open": voice.count(row["open"]),
        "share": voice.percent(row["won_share"]),
    }
    if not row["leads"]:
        return Text(voice.say("No lead was created in the last 12 months."), kind="answer")
    if found.untold == NO_WON:
        return refusals.refusal(NO_WON, voice)
    if found.untold == NO_LOST:
        text = voice.say(
            "Of {leads} created in the last 12 months and in the export {won} were won so far "
            "({share} of these); {open} are still open. Lost ones are not in the export, so this "
            "is no conversion.",
            **values,
        )
    elif found.listed:
        text = voice.say(
            "Of {leads} leads of the last 12 months {deals} became a deal and {won} were won so "
            "far, {share} of all leads; {open} are still open.",
            **values,
        )
    else:
        text = voice.say(
            "There is no list of leads, so every created deal counts as one: of {leads} created "
            "in the last 12 months {won} were won so far ({share}); {open} are still open.",
            **values,
        )
    return Text(f"{text} {_undated(int(row['undated']), voice)}".strip(), kind="answer")


def _undated(n: int, voice: Voice) -> str:
    """Won deals of which nothing tells by when: beside those won so far; "" without any."""
    return (
        voice.plural(
            "{n} more is won without a closing date: by when is not known, so it is in none of "
            "these "
            "figures.",
            "{n} more are won without a closing date: by when is not known, so they are in none of "
            "these figures.",
            n,
        )
        if n
        else ""
    )


def _table(found: Leads, voice: Voice) -> Table | Group:
    """Lead → deal → won. Without a list of leads a lead is a deal, and there is no share that
    became one.
    """
    frame = found.leads
    if not frame["leads"].sum() or found.untold == NO_WON:
        return Group()
    say = voice.say
    names = {"month": voice.month(found.book.month), "year": say("last 12 months")}
    became = [
        Column("with_deal", say("Became a deal"), "count"),
        Column("deal_share", say("Share"), "percent", low="deal_low", high="deal_high", n="leads"),
    ]
    undated = [Column("undated", say("Won, date not known"), "count")]
    columns = [
        Column("span", say("Leads created")),
        Column("leads", say("Leads"), "count"),
        *(became if found.listed else []),
        Column("won", say("Won so far"), "count"),
        *(undated if frame["undated"].any() else []),
        Column("open", say("Still open"), "count"),
        Column("won_share", say("Won of all leads"), "percent", low="low", high="high", n="leads"),
    ]
    caption = say("Leads, deals and won deals")
    return table(
        frame.assign(span=frame["span"].map(names)),
        voice,
        caption,
        columns,
        note=_note(found, voice),
    )


def _note(found: Leads, voice: Voice) -> str:
    young = voice.say("Young leads can still be won: the last weeks always look low.")
    if not found.listed:
        return young
    counted = voice.say(
        "Counted by the day of the lead, with the deals of hunters; the {n} new deals of the "
        "summary are those of closers created in {month}.",
        n=voice.count(found.new_deals),
        month=voice.month(found.book.month),
    )
    return f"{counted} {young}"
