"""Which clients bring the value, which are to be called, and how steadily do they buy?"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import pandas as pd

from salesnb.formats import Voice
from salesnb.measures.classes import movement
from salesnb.measures.frames import BookLike, collect
from salesnb.render.display import Group, Shown, Table, Text
from salesnb.render.tables import LIST_ROWS, Column, table
from salesnb.topics.abc_xyz import Classes, classes_of, classified, items_table


@dataclass(frozen=True, repr=False, eq=False)
class Clients(Classes):
    """Clients by the value and the steadiness of the last 12 months, and those whose class is
    another than a month ago.

    Attributes
    ----------
    classes : client_id, name (equal ones told apart by the id; of a client without one the id) and
        the columns of `Classes`
    moves : client_id, name and the columns of `movement`
    """

    moves: pd.DataFrame
    keys: ClassVar = ("client_id", "abc")
    item: ClassVar = "client_id"
    name: ClassVar = "clients"

    @property
    def data(self) -> dict[str, pd.DataFrame]:
        """clients: value, share, classes and deals of each; matrix: their number and value per
        cell; moves; fell: to call.
        """
        return super().data | {"moves": self.moves, "fell": self.fell}

    @cached_property
    def fell(self) -> pd.DataFrame:
        """Those of `moves` to call: they fell to a lower class or away, and buy less; not those
        whom others only passed.
        """
        less = ~(
            self.moves["value"] >= self.moves["value_before"]
        )  # of one that is away the value is missing
        return self.moves[(self.moves["direction"] == "fell") & less].reset_index(drop=True)

    @cached_property
    def rose(self) -> pd.DataFrame:
        """Those of `moves` that are new or rose."""
        return self.moves[self.moves["direction"] != "fell"].reset_index(drop=True)

    @property
    def fell_from_a(self) -> pd.DataFrame:
        """Those of `fell` that were in class A: to be called first."""
        return self.fell[self.fell["before"] == "A"]

    def called(self) -> str:
        return self.book.voice.say("clients")

    def why_none(self) -> str:
        return self.book.voice.say(
            "No sale of the last 12 months names its client: ask your analyst to add the client "
            "of each deal, or the list of sales."
        )

    def moved(self) -> Text:
        """How many fell, how many of them from A, and how many are new or rose."""
        return _moved(self, self.book.voice)

    def sentence(self) -> str:
        """How many of class A are to be called: a line of the list of what to look at first; ""
        where nobody is.
        """
        if self.fell_from_a.empty:
            return ""
        return self.book.voice.plural(
            "{n} client of class A buys less and fell out of it: see the section on clients.",
            "{n} clients of class A buy less and fell out of it: see the section on clients.",
            len(self.fell_from_a),
        )

    def tables_shown(self) -> dict[str, Callable[[], Shown]]:
        say = self.book.voice.say
        return {
            "clients": lambda: items_table(
                self, "name", say("Client"), say("Clients by value of the last 12 months")
            ),
            "fell": lambda: _fell_table(self, self.book.voice),
            "rose": lambda: _rose_table(self, self.book.voice),
        }


def clients(book: BookLike) -> Clients:
    """Clients by value and steadiness, and who moved since the month before.

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1", "2", "3"], "client_id": ["X", "X", "Y"],
    ...     "amount": [60.0, 30.0, 10.0],
    ...     "manager": "Ann", "status": "won", "created_at": pd.Timestamp("2026-07-01"),
    ...     "closed_at": pd.to_datetime(["2026-07-05", "2026-09-08", "2026-09-09"])})
    >>> found = clients(s.book(deals, month="2026-09"))
    >>> found.classes[["client_id", "value", "abc", "deals"]].values.tolist()
    [['X', 90.0, 'A', 2], ['Y', 10.0, 'B', 1]]
    >>> found.rose["client_id"].tolist(), found.deals(client_id="X")["deal_id"].tolist()
    (['Y'], ['1', '2'])
    """
    facts = classified(book, "client_id")
    now = facts["classes"].rename(columns={"client_id": "item"})
    names = _names(book)
    facts["classes"] = _named(facts["classes"], names)
    moves = movement(now, classes_of(book, "client_id", 1)).rename(columns={"item": "client_id"})
    return Clients(book, **facts, moves=_named(moves, names))


def _names(book) -> pd.Series:
    """client_id → name, where the table of clients knows one; equal names are told apart by the
    client's id.
    """
    if book.clients is None:
        return pd.Series(dtype=object)
    known = collect(book.clients.select("client_id", "name")).dropna().drop_duplicates("client_id")
    # among all clients, so that a client is called the same in every table
    twice = known["name"].duplicated(keep=False)
    known["name"] = known["name"].where(
        ~twice, known["name"] + " (" + known["client_id"].astype(str) + ")"
    )
    return known.set_index("client_id")["name"]


def _named(found: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """A table of clients with their names beside their ids."""
    known = names[names.index.isin(found["client_id"])].to_dict()
    named = found.copy()
    named.insert(1, "name", [known.get(client, client) for client in found["client_id"]])
    return named


def _moved(found: Clients, voice: Voice) -> Text:
    fell, first, rose = len(found.fell), len(found.fell_from_a), len(found.rose)
    if found.classes.empty and found.moves.empty:
        return Text(voice.say("This cannot be told for the same reason."), kind="refusal")
    if found.moves.empty:
        return Text(
            voice.say("No client changed its class since the previous month."), kind="answer"
        )
    lines = [
        voice.plural(
            "{n} client fell to a lower class or has bought nothing for a year.",
            "{n} clients fell to a lower class or have bought nothing for a year.",
            fell,
        )
        if fell
        else voice.say("No client fell to a lower class."),
        voice.plural(
            "{n} of them was in class A: call this one first.",
            "{n} of them were in class A: call these first.",
            first,
        )
        if first
        else "",
        voice.plural("{n} client is new or rose.", "{n} clients are new or rose.", rose)
        if rose
        else "",
    ]
    return Text(" ".join(line for line in lines if line), kind="answer")


def _fell_table(found: Clients, voice: Voice) -> Table | Group:
    """Clients to call; nothing where nobody fell."""
    if found.fell.empty:
        return Group()
    say = voice.say
    columns = [
        Column("item", say("Client")),
        Column("value_before", say("Value a month ago"), "money"),
        Column("value", say("Value now"), "money"),
        Column("before", say("Class a month ago")),
        Column("now", say("Class now")),
    ]
    note = say(
        "Values are of the 12 months up to then. A dash: nothing bought in the last 12 months."
    )
    kept = found.fell.assign(item=found.fell["name"], value=found.fell["value"].fillna(0.0))
    caption = say("Fell to a lower class: call them")
    return table(kept, voice, caption, columns, limit=LIST_ROWS, note=note)


def _rose_table(found: Clients, voice: Voice) -> Table | Group:
    """Clients that are new or rose; nothing where there are none."""
    if found.rose.empty:
        return Group()
    say = voice.say
    before = [say("new buyer") if letter == "–" else letter for letter in found.rose["before"]]
    columns = [
        Column("item", say("Client")),
        Column("value", say("Value now"), "money"),
        Column("before", say("Class a month ago")),
        Column("now", say("Class now")),
    ]
    caption = say("New, or rose to a higher class")
    kept = found.rose.assign(item=found.rose["name"], before=before)
    return table(kept, voice, caption, columns, limit=LIST_ROWS)
