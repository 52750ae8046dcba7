"""Whose calls are heard next, which ones, and how many hearings make each colour sure?"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from salesnb.formats import Voice
from salesnb.measures.frames import BookLike, collect
from salesnb.measures.rota import hearings_left
from salesnb.measures.rota import rota as planned
from salesnb.measures.to_hear import RECENT_DAYS
from salesnb.render.cells import deal_address
from salesnb.render.display import Group, Shown, Table, Text
from salesnb.render.tables import Column, table
from salesnb.topics import words
from salesnb.topics.result import Result

OF_DEAL = ("deal_id", "title", "client_id")
MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
NUMBER = re.compile(r"(?<!\d)\+?\d(?:[\s()\-\u00a0]*\d){9,13}(?!\d)")
MOBILE = re.compile(r"[78]9\d{9}")  # a Russian mobile phone that no client of the list has


@dataclass(frozen=True, repr=False, eq=False)
class Rota(Result):
    """The listening rota of the next working days.

    Attributes
    ----------
    calls : one row per call to hear: day, manager, expected (type), touch_id, at, duration_s,
        record_url, deal_id, title, client_id, stage (at the call), link (to the deal in the CRM; ""
        without `crm_url`), why and until (in words); a channel's has the people who sell in it. A
        title or an address that holds a phone or an e-mail is shown without it
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
        return _answer(self, self.book.voice)

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
    if book.channel is not None:
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
    voice, hide = book.voice, _contacts_hidden(book)
    deals = collect(book.unfiltered.deals.select(*OF_DEAL))
    deals = deals[deals["deal_id"].isin(calls["deal_id"].dropna())]
    found = calls.merge(deals.astype(object), on="deal_id", how="left")
    rows = {row["manager"]: row for row in people.to_dict("records")}
    blank = found.astype(object).where(found.notna(), None)
    urls = [url if url == hide(url) else "" for url in blank["record_url"].fillna("")]
    return found.assign(
        title=[hide(title) for title in blank["title"].fillna("")],
        client_id=[hide(client) for client in blank["client_id"].fillna("")],
        record_url=urls,
        link=[deal_address(book.params.crm_url, deal) if deal else "" for deal in blank["deal_id"]],
        why=[_why(rows[name], book, voice) for name in found["manager"]],
        until=[_until(rows[name], voice) for name in found["manager"]],
    )


def _contacts_hidden(book) -> Callable[[str], str]:
    """Text without e-mails and phones: long numbers that are a client's, or look like a mobile
    phone. Ids and times in an address stay.
    """
    clients = book.unfiltered.clients
    known = set() if clients is None else set(collect(clients.select("phone"))["phone"].dropna())
    phones = {re.sub(r"\D", "", str(phone))[-10:] for phone in known}

    def hidden(found: re.Match) -> str:
        digits = re.sub(r"\D", "", found[0])
        is_phone = digits[-10:] in phones or MOBILE.fullmatch(digits)
        return "***" if is_phone else found[0]

    return lambda text: NUMBER.sub(hidden, MAIL.sub("***", str(text)))


def _why(row: dict, book, voice: Voice) -> str:
    if row["group"] == "waits":
        if pd.isna(row["since"]):
            return voice.say("no call of the last twelve months was heard")
        n = int(row["since"])
        return voice.plural(
            "the last heard call is {n} working day old",
            "the last heard call is {n} working days old",
            n,
        )
    if row["group"] == "far":
        return voice.say("the score is close to a cut; heard in turn")
    if row["group"] == "sure":
        return voice.say("the colour is sure; heard in turn")
    if row["state"] == "sure":
        n = book.thresholds.score_months
        return voice.plural(
            "heard calls grow older than {n} month, the colour would rest on too few",
            "heard calls grow older than {n} months, the colour would rest on too few",
            n,
        )
    if row["state"] == "re-check":
        chance = voice.chance(row["p_colour"])
        return voice.say("the colour is right with a chance of {chance}", chance=chance)
    return voice.say("too few heard calls for a colour")


def _until(row: dict, voice: Voice) -> str:
    if row["more"] <= 0:
        return voice.say("sure")
    if not np.isfinite(row["more"]):
        return voice.say("not within a quarter")
    calls = voice.plural("{n} call", "{n} calls", int(row["more"]))
    if not row["within"]:
        return voice.say("{calls}: not within a quarter", calls=calls)
    days = voice.plural("{n} working day", "{n} working days", int(row["days"]))
    return voice.say("{calls}, {days}", calls=calls, days=days)


def _answer(found: Rota, voice: Voice) -> Text:
    if not found.logged:
        said = voice.say(
            "This cannot be told: ask your analyst to add the list of calls to the export."
        )
        return Text(said, kind="refusal")
    if found.people.empty or not (found.people["to_hear"] > 0).any():
        least = voice.count(found.book.thresholds.rota_seconds)
        said = voice.say(
            "Nothing to hear: no answered call of the last {days} days is {least} seconds long and "
            "not heard yet.",
            days=voice.count(RECENT_DAYS),
            least=least,
        )
        return Text(said, kind="answer")
    visits = found.calls.drop_duplicates(["day", "manager"])
    named = [
        voice.say("{name} on {day}", name=row["manager"], day=voice.date(row["day"]))
        for row in visits.to_dict("records")
    ]
    said = (
        voice.say("To be heard next: {names}.", names=voice.listing(named))
        if named
        else (voice.say("On the next working days nobody of this page is heard."))
    )
    none = "" if found.scored else voice.say("No call was scored yet: everybody is heard in turn.")
    return Text(said, _colours(found.people, voice), none, kind="answer")


def _colours(people: pd.DataFrame, voice: Voice) -> str:
    sure = people["state"] == "sure"
    return voice.say(
        "Colours that are sure: {sure} of {all}; can become so within a quarter when all are heard "
        "in turn: {soon}; not within a quarter: {far}.",
        sure=voice.count(sure.sum()),
        all=voice.count(len(people)),
        soon=voice.count((~sure & people["within"]).sum()),
        far=voice.count((~sure & ~people["within"]).sum()),
    )


def _calls_table(found: Rota) -> Table | Group:
    """The rota, day by day; nothing without a call."""
    voice, say, calls = found.book.voice, found.book.voice.say, found.calls
    if calls.empty:
        return Group()
    deals = [
        title or (say("deal {id}", id=deal) if deal else say("no deal"))
        for title, deal in zip(calls["title"], calls["deal_id"].fillna(""), strict=True)
    ]
    made = [f"{voice.date(at)}, {at:%H:%M}" for at in calls["at"]]
    shown = calls.assign(
        deal=deals,
        made=made,
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
    shown = people.assign(until=[_until(row, voice) for row in people.to_dict("records")])
    columns = [
        Column("manager", say("Sales rep")),
        Column("calls", say("Calls heard"), "count"),
        Column("p_colour", say("Chance of the colour"), "chance"),
        Column("until", say("Until the colour is sure")),
        Column("since", say("Working days since the last heard call"), "count"),
        Column("to_hear", say("Calls to draw from"), "count", minor=True),
    ]
    months = found.book.thresholds.score_months
    note = voice.plural(
        "The working days are those when all are heard in turn. Calls older than {n} month no "
        "longer count: those that grow so old while this rota lasts are left out.",
        "The working days are those when all are heard in turn. Calls older than {n} months no "
        "longer count: those that grow so old while this rota lasts are left out.",
        months,
    )
    return table(shown, voice, say("How many hearings make a colour sure"), columns, note=note)
