"""Does the change of the month hold when deals are counted by another fair definition?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from salesnb.formats import Voice
from salesnb.measures.frames import BookLike
from salesnb.measures.sensitivity import SIDES, month_sensitivity, sensitivity_members
from salesnb.measures.summary import other_owners
from salesnb.measures.verdict import Assessment, month_verdict
from salesnb.render.display import Details, Group, Shown, Text
from salesnb.render.tables import Column
from salesnb.topics import untold as refusals
from salesnb.topics import words
from salesnb.topics.rates import CHANGES, compared_table
from salesnb.topics.result import Result


@dataclass(frozen=True, repr=False, eq=False)
class Robustness(Result):
    """The month under each alternative definition of conversion.

    Attributes
    ----------
    definitions : table of `sensitivity`; the headline is its first row
    assessment : what may be said of the month: its `differ` names the definitions that do not share
        the verdict
    moved : deal_id, manager, current_manager of the deals closed in the month that have another
        owner now (`other_owners`)
    """

    definitions: pd.DataFrame
    assessment: Assessment
    moved: pd.DataFrame
    keys: ClassVar = ("definition",)
    counts: ClassVar = (*SIDES, "moved")

    @property
    def data(self) -> dict[str, pd.DataFrame]:
        """definitions: conversion and its change by each; owners: how many deals would count for
        another sales rep.
        """
        return {
            "definitions": self.definitions,
            "owners": pd.DataFrame({"moved": [len(self.moved)]}),
        }

    def members(self) -> pd.DataFrame:
        book = self.book
        found = sensitivity_members(
            book.closer_deals, book.month, book.thresholds, book.department.closer_deals
        )
        found = found[found["definition"].isin(self.definitions["definition"])]
        moved = found["deal_id"].isin(self.moved["deal_id"]) & (found["definition"] == "headline")
        return found.assign(moved=moved & found["closed"])

    def text(self) -> Text:
        """Whether the verdict holds, in a sentence: a warning when it does not."""
        return _answer(self.assessment, self.book.voice)

    def tables_shown(self) -> dict[str, Callable[[], Shown]]:
        return {"definitions": lambda: _table(self, self.book.voice)}


def robustness(book: BookLike) -> Robustness:
    """Whether the verdict of the month holds under alternative definitions of conversion.

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1", "2", "3"], "manager": "Ann", "status": ["won",
    ...     "lost", "lost"],
    ...     "lost_class": [None, "no_contact", None], "created_at": pd.Timestamp("2026-08-01"),
    ...     "closed_at": pd.Timestamp("2026-09-09")})
    >>> found = robustness(s.book(deals, month="2026-09"))
    >>> found.definitions[["definition", "won", "closed"]].head(2).values.tolist()
    [['headline', 1, 3], ['no unreached', 1, 2]]
    >>> found.deals(definition="no unreached", counted_in="lost")["deal_id"].tolist()
    ['3']
    """
    return Robustness(
        book,
        month_sensitivity(book),
        month_verdict(book),
        other_owners(book.closer_deals, book.month),
    )


def _answer(known: Assessment, voice: Voice) -> Text:
    verdict, differ = known.verdict, _named(known.differ, voice)
    if known.untold:
        return refusals.refusal(known.untold, voice)
    if not known.known_before:
        text = voice.say(
            "The export begins with this month: there is no earlier one to compare with."
        )
    elif verdict == "":
        text = voice.say(
            "Nothing was closed in the month before: there is no change to count in another way."
        )
    elif verdict == "few":
        text = voice.say("With so few closed deals there is no verdict to hold.")
    elif verdict == "withheld":
        text = voice.say(
            "No: counted in another fair way it is not the same: {ways}. Do not build a decision "
            "on it.",
            ways=differ,
        )
    elif verdict in ("up", "down") and differ:
        text = voice.say("Yes, but for one way of looking at it: {ways}.", ways=differ)
    elif verdict in ("up", "down"):
        text = voice.say("Yes: wherever the number of deals allows a verdict, it stays the same.")
    elif differ:
        text = voice.say(
            "The change is too close to call; it would be clear only if counted so: {ways}. One "
            "way out of several is no result.",
            ways=differ,
        )
    else:
        text = voice.say(
            "No fair way of counting gives the change a verdict: it stays too close to call."
        )
    return Text(text, kind="warning" if verdict == "withheld" else "answer")


def _named(differ: dict[str, str], voice: Voice) -> str:
    """Definitions with their verdicts as a sentence has them."""
    return voice.listing(
        f"{words.quoted(voice, words.definition(voice, name))} ({CHANGES[verdict](voice)})"
        for name, verdict in differ.items()
    )


def _table(found: Robustness, voice: Voice) -> Details | Group:
    """The same month by each definition, folded; a row with too few deals shows no rate and has no
    verdict.

    Nothing where the export gives no conversion.
    """
    code = found.assessment.untold
    if refusals.no_rate(code):
        return Group()
    say, frame = voice.say, found.definitions
    kept = frame.assign(label=[words.definition(voice, name) for name in frame["definition"]])
    moved, closed = len(found.moved), int(frame["closed"].iloc[0])
    note = (
        say(
            "By the current owner instead of the owner at closing the total is the same; {moved} "
            "of "
            "{closed} deals would count for another sales rep.",
            moved=voice.count(moved),
            closed=voice.count(closed),
        )
        if moved
        else ""
    )
    first, caption = (
        Column("label", say("Way of counting")),
        say("The same month, counted in other fair ways"),
    )
    shown = compared_table(kept, code, first, caption, voice, found.book.thresholds, note)
    return Details(say("Other fair ways to count"), shown)
