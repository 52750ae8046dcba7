"""How was conversion worked with: what did the heads do in the month, with whom, and on which
deals?
"""

from dataclasses import dataclass
from typing import ClassVar

import narwhals as nw
import pandas as pd

from salesnb.formats import Voice
from salesnb.measures.frames import BookLike, collect, count, within
from salesnb.render.display import Text
from salesnb.topics import words
from salesnb.topics.result import Result

NAMED = 3  # people who are named one by one; more are counted
EVERYBODY = ""  # in place of a name: an action with nobody in particular


@dataclass(frozen=True, repr=False, eq=False)
class HeadActions(Result):
    """What the heads did in the month, without saying what came of it.

    Attributes
    ----------
    actions : kind, manager ("" is everybody), times, deals (of the Book, that the log names); a
        channel's has the people who sell in it
    logged : whether the company has a log of actions
    """

    actions: pd.DataFrame
    logged: bool
    keys: ClassVar = ("kind", "manager")

    @property
    def data(self) -> dict[str, pd.DataFrame]:
        """actions: how often each kind with each person."""
        return {"actions": self.actions}

    def members(self) -> pd.DataFrame:
        return _named(self.book).assign(deals=True)

    def text(self) -> Text:
        """A line per kind."""
        return _answer(self, self.book.voice)


def head_actions(book: BookLike) -> HeadActions:
    """What the heads did.

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": ["Ann", "Bo"], "status": "open",
    ...     "created_at": pd.Timestamp("2026-09-01")})
    >>> log = pd.DataFrame({"at": pd.Timestamp("2026-09-10"), "head": "H", "kind": "one-to-one",
    ...     "manager": ["Ann", "Ann", "Bo"], "deal_id": ["1", None, None]})
    >>> found = head_actions(s.book(deals, actions=log, month="2026-09", as_of="2026-09-30"))
    >>> found.actions.values.tolist()
    [['one-to-one', 'Ann', 2, 1], ['one-to-one', 'Bo', 1, 0]]
    >>> found.deals(manager="Ann")["deal_id"].tolist()
    ['1']
    """
    if book.actions is None:
        return HeadActions(book, pd.DataFrame(columns=["kind", "manager", "times", "deals"]), False)
    table = count(book.actions.filter(within("at", book.month)), ["kind", "manager"]).rename(
        columns={"rows": "times"}
    )
    table["manager"] = table["manager"].fillna(EVERYBODY)
    if book.channel is not None:
        own = collect(book.deals.select("manager").unique())["manager"]
        table = table[table["manager"].isin([EVERYBODY, *own])]
    named = _named(book).groupby(["kind", "manager"]).size().rename("deals").reset_index()
    table = (
        table.merge(named, on=["kind", "manager"], how="left")
        .fillna({"deals": 0})
        .astype({"deals": "int64"})
    )
    return HeadActions(book, table, True)


def _named(book) -> pd.DataFrame:
    """Deals of the Book that the log of the month names, once per kind and person: deal_id, kind,
    manager.
    """
    if book.actions is None:
        return pd.DataFrame(columns=["deal_id", "kind", "manager"])
    log = book.actions.filter(within("at", book.month) & ~nw.col("deal_id").is_null())
    found = collect(log.select("deal_id", "kind", "manager").unique())
    known = collect(book.deals.select("deal_id"))["deal_id"]
    found["manager"] = found["manager"].fillna(EVERYBODY)
    return found[found["deal_id"].isin(known)].sort_values(
        ["kind", "manager", "deal_id"], ignore_index=True
    )


def _answer(found: HeadActions, voice: Voice) -> Text:
    if not found.logged:
        text = voice.say(
            "This cannot be told: ask your analyst to add the heads' log of one-to-ones and group "
            "tasks to the export."
        )
        return Text(text, kind="refusal")
    if found.actions.empty:
        return Text(voice.say("The heads' log holds nothing for this month."), kind="answer")
    lines = [_kind(kind, part, voice) for kind, part in found.actions.groupby("kind", sort=True)]
    return Text(*lines, voice.say("This says what was done, not what came of it."), kind="answer")


def _kind(kind: str, part: pd.DataFrame, voice: Voice) -> str:
    """People by how often, the largest group first."""
    groups = [
        (int(times), [name for name in names if name != EVERYBODY])
        for times, names in part.groupby("times", sort=True)["manager"]
    ]
    said = [
        _times(times, people, voice)
        for times, people in sorted(groups, key=lambda one: -len(one[1]))
    ]
    return f"{words.kind(voice, kind)}: {'; '.join(said)}."


def _times(times: int, people: list[str], voice: Voice) -> str:
    n = voice.count(times)
    if not people:
        return voice.say("{n} for everybody", n=n)
    if len(people) > NAMED:
        return voice.say("{n} with each of {people} people", n=n, people=voice.count(len(people)))
    return voice.say("{n} with {names}", n=n, names=voice.listing(sorted(people)))
