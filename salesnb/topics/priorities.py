"""What should be looked at first? What waits, from the questions that find it, in one list."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import narwhals as nw
import pandas as pd

from salesnb.formats import Voice
from salesnb.measures.bulk_close import without_bulk_days
from salesnb.measures.frames import BookLike, closed, collect
from salesnb.measures.year import year
from salesnb.render.display import Text
from salesnb.schema import UNKNOWN, UNKNOWN_LOST_REASON
from salesnb.topics import words
from salesnb.topics.clients import Clients, clients
from salesnb.topics.losses import Losses, losses
from salesnb.topics.result import Result
from salesnb.topics.stuck import Stuck, stuck
from salesnb.topics.touchpoints import Touchpoints, touchpoints


@dataclass(frozen=True, repr=False, eq=False)
class Priorities(Result):
    """What to look at first: deals that wait, deals without a next task or an answer, clients to
    call, the reason named most.

    Attributes
    ----------
    stuck, touchpoints, clients, losses : the results of these questions
    """

    stuck: Stuck
    touchpoints: Touchpoints
    clients: Clients
    losses: Losses
    keys: ClassVar = ("item",)

    @property
    def data(self) -> dict[str, pd.DataFrame]:
        """priorities: each item of the list that is about deals, and how many."""
        rows = [(item, n) for item, n in self._counts().items() if n]
        return {"priorities": pd.DataFrame(rows, columns=["item", "deals"])}

    @cached_property
    def untouched(self) -> int:
        """Open deals that no person has touched, of sales reps who are here."""
        return int(self.touchpoints.open["untouched"].sum())

    @cached_property
    def unanswered(self) -> int:
        """New deals of the month that nobody answered in time."""
        whole = self.touchpoints.whole
        return 0 if whole.empty else int(whole["deals"].iloc[0] - whole["hits"].iloc[0])

    def _counts(self) -> dict[str, int]:
        named = _named(self.losses)
        return {
            "stuck": len(self.stuck.stuck),
            "no next task": int(self.touchpoints.tasks["without"].sum()),
            "never touched": self.untouched,
            "not answered": self.unanswered,
            "lost reason": 0 if named is None else int(named["deals"]),
        }

    def members(self) -> pd.DataFrame:
        touched = self.touchpoints.members()
        here = touched["manager"].isin(self.touchpoints.open["manager"])
        found = {
            "stuck": self.stuck.stuck["deal_id"],
            "no next task": touched.loc[touched["without"], "deal_id"],
            "never touched": touched.loc[touched["untouched"] & here, "deal_id"],
            "not answered": touched.loc[touched["deals"] & ~touched["hits"], "deal_id"],
            "lost reason": _lost(self.losses),
        }
        parts = [
            pd.DataFrame({"deal_id": list(deals), "item": item, "deals": True})
            for item, deals in found.items()
        ]
        return pd.concat(parts, ignore_index=True)

    def text(self) -> Text:
        """The list, a line for each."""
        return _answer(self, self.book.voice)


def priorities(book: BookLike) -> Priorities:
    """What to look at first.

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": "Ann", "status": "open",
    ...     "created_at": pd.Timestamp("2026-09-01"),
    ...     "next_task_at": pd.to_datetime(["2026-10-05", None])})
    >>> found = priorities(s.book(deals, month="2026-09", as_of="2026-09-30"))
    >>> found.data["priorities"].values.tolist(), found.deals(item="no next task")["deal_id"].tolist()
    ([['no next task', 1]], ['2'])
    """  # noqa: E501
    return Priorities(book, stuck(book), touchpoints(book), clients(book), losses(book))


def _named(found: Losses) -> pd.Series | None:
    """The reason named most often, as `losses` says it; None where no deal has one."""
    named = found.usual[found.usual["lost_reason"] != UNKNOWN_LOST_REASON]
    return None if named.empty else named.iloc[0]


def _lost(found: Losses) -> list[str]:
    """The deals lost for that reason."""
    named, book = _named(found), found.book
    if named is None:
        return []
    time = year(book) if found.usual_span == "year" else book.month
    lost = closed(without_bulk_days(book), time).filter(
        (nw.col("status") == "lost") & (nw.col("lost_reason") == named["lost_reason"])
    )
    return collect(lost.select("deal_id"))["deal_id"].tolist()


def _answer(found: Priorities, voice: Voice) -> Text:
    blank = voice.say(
        "These deals name no channel: fill it in in the CRM, and they will count on "
        "the page of their own channel."
    )
    untouched = voice.plural(
        "{n} open deal was never touched by a person.",
        "{n} open deals were never touched by a person.",
        found.untouched,
    )
    lines = [
        blank if found.book.channel == UNKNOWN else "",
        found.stuck.sentence(),
        _without_task(found, voice),
        untouched if found.untouched else "",
        _unanswered(found, voice),
        found.clients.sentence(),
        found.losses.sentence(),
    ]
    told = [line for line in lines if line]
    if not told and found.touchpoints.tasks.empty:
        told = [
            voice.say(
                "No open deal is stuck; whether each has a next task cannot be told from the "
                "export."
            )
        ]
    elif not told:
        told = [voice.say("Nothing waits: no open deal is stuck or without a next task.")]
    return Text(*told, kind="answer")


def _without_task(found: Priorities, voice: Voice) -> str:
    """Open deals without a next task, and who has the highest share of them among those with enough
    open deals.
    """
    tasks = found.touchpoints.tasks
    if tasks.empty or not tasks["without"].sum():
        return ""
    text = voice.say(
        "{without} of {open} open deals have no next task.",
        without=voice.count(tasks["without"].sum()),
        open=voice.count(tasks["open"].sum()),
    )
    kept = tasks[(tasks["open"] >= found.book.thresholds.min_percent) & (tasks["without"] > 0)]
    if kept.empty:
        return text
    kept = kept.assign(share=kept["without"] / kept["open"])
    most = kept.sort_values(
        ["share", "open", "manager"], ascending=[False, False, True], kind="stable"
    ).iloc[0]
    person = voice.say(
        "Highest share: {manager}, {without} of {open}.",
        manager=words.group(voice, most["manager"]),
        without=voice.count(most["without"]),
        open=voice.count(most["open"]),
    )
    return f"{text} {person}"


def _unanswered(found: Priorities, voice: Voice) -> str:
    """New deals that nobody answered within the agreed time."""
    if not found.unanswered:
        return ""
    return voice.say(
        "{late} of {deals} new deals were not answered within {minutes} working minutes, the norm "
        "in the params.",
        late=voice.count(found.unanswered),
        deals=voice.count(found.touchpoints.whole["deals"].iloc[0]),
        minutes=voice.count(found.book.thresholds.sla_minutes),
    )
