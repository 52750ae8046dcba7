"""What should be looked at first? The deals that wait, from the topics that find them, in one list."""

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from salesnb.formats import Voice
from salesnb.render.display import Text
from salesnb.schema import UNKNOWN
from salesnb.topics import words
from salesnb.topics.clients import Clients, clients
from salesnb.topics.losses import Losses, losses
from salesnb.topics.result import Result
from salesnb.topics.stuck import Stuck, stuck
from salesnb.topics.touchpoints import touchpoints


@dataclass(frozen=True, repr=False, eq=False)
class Priorities(Result):
    """What to look at first: deals that wait, deals without a next task or an answer, the reason named most often.

    Attributes
    ----------
    stuck, losses, clients : the results of these questions
    tasks : manager, open, without (a next task);  no rows where the export has no tasks
    answered : one row of hits and deals, or none
    untouched : open deals that no person has touched
    """

    stuck: Stuck
    losses: Losses
    clients: Clients
    tasks: pd.DataFrame
    answered: pd.DataFrame
    untouched: int
    keys: ClassVar = ("item",)

    @property
    def data(self) -> dict[str, pd.DataFrame]:
        """priorities: each item and how many deals it is about."""
        return {"priorities": pd.DataFrame({"item": ["stuck"], "deals": [len(self.stuck.stuck)]})}

    def members(self) -> pd.DataFrame:
        return self.stuck.stuck[["deal_id"]].assign(item="stuck", deals=True)

    def text(self) -> Text:
        """The list, a line for each."""
        return _answer(self, self.book.voice)


def priorities(book) -> Priorities:
    """What to look at first."""
    contact = touchpoints(book)
    silent = int(contact.open["untouched"].sum())
    return Priorities(book, stuck(book), losses(book), clients(book), contact.tasks, contact.whole, silent)


def _answer(found: Priorities, voice: Voice) -> Text:
    blank = voice.say("These deals name no channel: fill it in in the CRM, and they will count on the page of their own channel.")  # fmt: skip
    untouched = found.untouched
    lines = [
        blank if found.book.channel == UNKNOWN else "",
        found.stuck.sentence(),
        _without_task(found, voice),
        voice.plural(
            "{n} open deal was never touched by a person.", "{n} open deals were never touched by a person.", untouched
        )
        if untouched
        else "",
        _unanswered(found, voice),
        found.clients.sentence(),
        found.losses.sentence(),
    ]
    told = [line for line in lines if line]
    if not told and found.tasks.empty:
        told = [voice.say("No open deal is stuck; whether each has a next task cannot be told from the export.")]
    elif not told:
        told = [voice.say("Nothing waits: no open deal is stuck or without a next task.")]
    return Text(*told, kind="answer")


def _without_task(found: Priorities, voice: Voice) -> str:
    """Open deals without a next task, and who has the highest share of them among those with enough open deals."""
    tasks = found.tasks
    if tasks.empty or not tasks["without"].sum():
        return ""
    text = voice.say(
        "{without} of {open} open deals have no next task.",
        without=voice.count(tasks["without"].sum()), open=voice.count(tasks["open"].sum()),
    )  # fmt: skip
    kept = tasks[(tasks["open"] >= found.book.thresholds.min_percent) & (tasks["without"] > 0)]
    if kept.empty:
        return text
    kept = kept.assign(share=kept["without"] / kept["open"])
    most = kept.sort_values(["share", "open", "manager"], ascending=[False, False, True], kind="stable").iloc[0]
    person = voice.say(
        "Highest share: {manager}, {without} of {open}.", manager=words.group(voice, most["manager"]),
        without=voice.count(most["without"]), open=voice.count(most["open"]),
    )  # fmt: skip
    return f"{text} {person}"


def _unanswered(found: Priorities, voice: Voice) -> str:
    """New deals that nobody answered within the agreed time."""
    answered = found.answered
    if answered.empty or not answered["deals"].iloc[0] or answered["hits"].iloc[0] == answered["deals"].iloc[0]:
        return ""
    row = answered.iloc[0]
    return voice.say(
        "{late} of {deals} new deals were not answered within {minutes} working minutes, the norm in the params.",
        late=voice.count(row["deals"] - row["hits"]), deals=voice.count(row["deals"]),
        minutes=voice.count(found.book.thresholds.sla_minutes),
    )  # fmt: skip
