"""How do hunters and farmers stand? They have figures of their own and are not compared with
closers.
"""

from dataclasses import dataclass
from math import nan
from typing import ClassVar

import pandas as pd

from salesnb.formats import Voice
from salesnb.measures.conversion import closings
from salesnb.measures.frames import BookLike
from salesnb.measures.summary import function_figures
from salesnb.measures.told import untold_of
from salesnb.params import Thresholds
from salesnb.render.display import Text
from salesnb.topics import words
from salesnb.topics.result import Result

COLUMNS = ["function", "won", "lost", "closed", "value", "low", "high", "untold"]


@dataclass(frozen=True, repr=False, eq=False)
class Functions(Result):
    """Figures of hunters and farmers in the month, where there are any.

    Attributes
    ----------
    figures : hunter or farmer → won, lost, closed, value (share won, 0..1), low, high, untold
        (which outcome the export lacks of that function; ""); for farmers also revenue and clients
    """

    figures: dict[str, dict]
    keys: ClassVar = ("function",)
    counts: ClassVar = ("won", "lost", "closed")

    @property
    def data(self) -> dict[str, pd.DataFrame]:
        """functions: a row for each."""
        rows = [{"function": name, **found} for name, found in self.figures.items()]
        return {"functions": pd.DataFrame(rows, columns=None if rows else COLUMNS)}

    def members(self) -> pd.DataFrame:
        found = closings(self.book.deals, "function", period=self.book.month)
        return found[found["function"].isin(self.figures)]

    def text(self) -> Text:
        """A sentence for each."""
        return _answer(self.figures, self.book.voice, self.book.thresholds)

    def record(self) -> dict:
        """functions of the month."""
        return {"functions": self.figures}


def functions(book: BookLike) -> Functions:
    """Hunters and farmers.

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1", "2", "3"], "manager": "Hal", "function": ["hunter",
    ...     "hunter", "closer"],
    ...     "status": ["won", "lost", "won"], "created_at": pd.Timestamp("2026-09-01"),
    ...     "closed_at": pd.Timestamp("2026-09-09")})
    >>> found = functions(s.book(deals, month="2026-09"))
    >>> found.data["functions"][["function", "won", "closed"]].values.tolist()
    [['hunter', 1, 2]]
    >>> found.deals(function="hunter", counted_in="lost")["deal_id"].tolist()
    ['2']
    """
    found = {
        name: function_figures(book.deals, name, book.month)
        for name in book.functions
        if name != "closer"
    }
    for name, figures in found.items():
        code = untold_of(book, name)
        figures |= {"untold": code} | (dict.fromkeys(("value", "low", "high")) if code else {})
    return Functions(book, found)


def _answer(figures: dict[str, dict], voice: Voice, thresholds: Thresholds) -> Text:
    if not figures:
        return Text(
            voice.say("No deal is marked as one of hunters or farmers: all count as closers."),
            kind="answer",
        )
    lines = [_function(name, found, voice, thresholds) for name, found in figures.items()]
    return Text(
        *lines, voice.say("These figures are not comparable with those of closers."), kind="answer"
    )


def _function(name: str, found: dict, voice: Voice, thresholds: Thresholds) -> str:
    if found.get("untold"):
        return _one_outcome(name, found, voice)
    values = {"won": voice.count(found["won"]), "closed": voice.count(found["closed"])}
    few = found["closed"] < thresholds.min_percent
    values["rate"] = (
        ""
        if few
        else f" ({voice.percent(found['value'])}, {voice.interval(found['low'], found['high'])})"
    )
    if name == "hunter":
        return voice.say(
            "Hunters handed over {won} of the {closed} deals that they closed{rate}.", **values
        )
    values |= {
        "clients": voice.count(found.get("clients", nan)),
        "money": voice.short_money(found.get("revenue", nan)),
    }
    if pd.isna(found.get("revenue")):
        return voice.say(
            "Farmers won {won} of the {closed} repeat deals that were closed{rate}, "
            "from {clients} clients.",
            **values,
        )
    return voice.say(
        "Farmers won {won} of the {closed} repeat deals that were closed{rate}, worth {money} "
        "from {clients} clients.",
        **values,
    )


def _one_outcome(name: str, found: dict, voice: Voice) -> str:
    """Deals of the one outcome that the export holds of a function."""
    who = words.function(voice, name)
    if found["untold"] == "no lost":
        return voice.plural(
            "{who}: {n} deal handed over or won; the export holds none that came "
            "to nothing, so there is no share.",
            "{who}: {n} deals handed over or won; the export holds none that came to nothing, so "
            "there is no share.",
            found["won"],
            who=who,
        )
    return voice.plural(
        "{who}: {n} deal came to nothing; the export holds none handed over or "
        "won, so there is no share.",
        "{who}: {n} deals came to nothing; the export holds none handed over or won, so there is "
        "no share.",
        found["lost"],
        who=who,
    )
