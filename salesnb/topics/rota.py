"""Whose calls are heard next, which ones, and how many hearings make each colour sure?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from salesnb.measures.frames import BookLike, collect
from salesnb.measures.rota import hearings_left
from salesnb.measures.rota import rota as planned
from salesnb.render.display import Group, Shown, Table, Text
from salesnb.render.tables import Column, table
from salesnb.topics import words
from salesnb.topics.calls_named import deal_names, made_at, with_deals
from salesnb.topics.result import Result
from salesnb.topics.rota_words import answer, until, why


@dataclass(frozen=True, repr=False, eq=False)
class Rota(Result):
    """The listening rota of the next working days.

    Attributes
    ----------
    calls : one row per call to hear: day, manager, expected (type), touch_id, at, duration_s,
        record_url, deal_id, title, client_id, stage (at the call), link (to the deal in the CRM; ""
        without `crm_url`), why and until (in words); a channel's and a segment's have the people
        with deals there. A title or an address that holds a phone or an e-mail is shown without it
    people : one row per person, the first to be heard first (`measures.rota.hearings_left`), and
        deals: those of the Book among the calls
    logged, scored : whether the company has touches; whether a call of its own was ever scored
    """

    calls: pd.DataFrame
    people: pd.DataFrame
    logged: bool
    scored: bool
    keys: ClassVar = ("manager",)

    @property
    def data(self) -> dict[str, pd.DataFrame]:
        """calls: what is heard when, and why; people: how far each colour is from being sure."""
        return {"calls": self.calls, "people": self.people}

    def members(self) -> pd.DataFrame:
        return _own_deals(self.book, self.calls).assign(deals=True)

    def text(self) -> Text:
        """Who is next; how many colours are sure, can become so, and cannot at this pace."""
        return answer(self, self.book.voice)

    def tables_shown(self) -> dict[str, Callable[[], Shown]]:
        return {"calls": lambda: _calls_table(self), "people": lambda: _people_table(self)}

    def listing(self) -> pd.DataFrame:
        """The calls under the headings of the list of the run, which a CSV takes as it stands."""
        say, voice = self.book.voice.say, self.book.voice
        kept = self.calls.assign(
            expected=[words.kind(voice, one) for one in self.calls["expected"]],
            duration_s=(self.calls["duration_s"] / 60).round(1),
        )
        names = {
            "day": say("Day"),
            "manager": say("Sales rep"),
            "expected": say("Type expected"),
            "touch_id": say("Call"),
            "at": say("Made at"),
            "duration_s": say("Minutes"),
            "record_url": say("Recording"),
            "deal_id": say("Deal"),
            "title": say("Title"),
            "client_id": say("Client"),
            "stage": say("Stage at the call"),
            "link": say("Link to the CRM"),
            "why": say("Why this person"),
            "until": say("Until the colour is sure"),
        }
        return kept[list(names)].rename(columns=names)


def rota(book: BookLike) -> Rota:
    """The listening rota of the five working days after as_of.

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": ["Ann", "Bo"], "status": "open",
    ...     "created_at": pd.Timestamp("2026-09-01")})
    >>> calls = pd.DataFrame({"deal_id": ["1", "1", "2"], "kind": "call", "duration_s": 90,
    ...     "touch_id": ["a", "b", "c"], "at": pd.Timestamp("2026-09-29 10:00")})
    >>> found = s.rota(s.book(deals, touches=calls, month="2026-09", as_of="2026-09-30"))
    >>> sorted(found.calls["touch_id"])
    ['a', 'b', 'c']
    >>> found.deals(manager="Bo")["deal_id"].tolist()
    ['2']
    """
    people, calls = hearings_left(book), planned(book)
    if book.unfiltered is not book:
        own = set(collect(book.deals.select("manager").unique())["manager"])
        people, calls = (part[part["manager"].isin(own)] for part in (people, calls))
    counted = _own_deals(book, calls)["manager"].value_counts()
    people = people.assign(deals=people["manager"].map(counted).fillna(0).astype("int64"))
    told = _told(book, calls, people).reset_index(drop=True)
    scored = bool((people["calls"] > 0).any() or people["since"].notna().any())
    return Rota(book, told, people.reset_index(drop=True), book.touches is not None, scored)


def _own_deals(book, calls: pd.DataFrame) -> pd.DataFrame:
    """Deals of the Book among the calls, once per person: deal_id, manager."""
    known = collect(book.deals.select("deal_id"))["deal_id"]
    found = calls[["deal_id", "manager"]].dropna().drop_duplicates()
    found = found[found["deal_id"].isin(known)]
    return found.sort_values(["manager", "deal_id"], ignore_index=True)


def _told(book, calls: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """The calls with their deals, and why each person is heard."""
    found = with_deals(book, calls)
    rows = {row["manager"]: row for row in people.to_dict("records")}
    return found.assign(
        why=[why(rows[name], book, book.voice) for name in found["manager"]],
        until=[until(rows[name], book.voice) for name in found["manager"]],
    )


def _calls_table(found: Rota) -> Table | Group:
    """The rota, day by day; nothing without a call."""
    voice, say, calls = found.book.voice, found.book.voice.say, found.calls
    if calls.empty:
        return Group()
    shown = calls.assign(
        deal=deal_names(calls, voice),
        made=made_at(calls, voice),
        expected=[words.kind(voice, one) for one in calls["expected"]],
        minutes=calls["duration_s"] / 60,
        stage=calls["stage"].astype(object).where(calls["stage"].notna(), ""),
    )
    columns = [
        Column("day", say("Day"), "date"),
        Column("manager", say("Sales rep")),
        Column("expected", say("Type expected")),
        Column("made", say("Call"), "link", url="record_url"),
        Column("minutes", say("Minutes"), "number", digits=1, minor=True),
        Column("deal", say("Deal"), "link", url="link"),
        Column("stage", say("Stage at the call"), minor=True),
        Column("why", say("Why this person")),
        Column("until", say("Until the colour is sure")),
    ]
    note = say(
        "What type a call is shows only when it is heard; expected is what the stage of its deal "
        "suggests. Calls are drawn by lot, those with a recording first."
    )
    return table(shown, voice, say("Listening rota"), columns, note=note)


def _people_table(found: Rota) -> Table | Group:
    """Everybody in the order in which they are heard; nothing without people."""
    voice, say, people = found.book.voice, found.book.voice.say, found.people
    if people.empty:
        return Group()
    shown = people.assign(until=[until(row, voice) for row in people.to_dict("records")])
    columns = [
        Column("manager", say("Sales rep")),
        Column("calls", say("Calls heard"), "count"),
        Column("p_colour", say("Chance of the colour"), "chance"),
        Column("until", say("Until the colour is sure")),
        Column("since", say("Working days since the last heard call"), "count"),
        Column("to_hear", say("Calls to draw from"), "count", minor=True),
    ]
    months = found.book.unfiltered.thresholds.score_months
    note = voice.plural(
        "The working days are those when all are heard in turn. Calls older than {n} month no "
        "longer count: those that grow so old while this rota lasts are left out.",
        "The working days are those when all are heard in turn. Calls older than {n} months no "
        "longer count: those that grow so old while this rota lasts are left out.",
        months,
    )
    return table(shown, voice, say("How many hearings make a colour sure"), columns, note=note)
