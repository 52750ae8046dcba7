"""How do two sides compare: two sales reps, channels, values of a column, periods or segments?

As it was, and at the same leads: what a mere difference of the leads accounts for, and what is left
when their mix is alike.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from salesnb.formats.periods import PeriodLike
from salesnb.measures.cohorts import immature
from salesnb.measures.frames import BookLike
from salesnb.measures.told import UNDATED, Withheld, withheld
from salesnb.measures.two_sides import TwoSides, two_sides
from salesnb.model import Sides, manager_rates, rep_pair, sides_at_same_leads
from salesnb.render.display import Shown, Text
from salesnb.stats import difference_interval
from salesnb.topics import compare_words
from salesnb.topics.result import Result

JUDGED = ("higher", "lower", "too close")
AS_IT_WAS, SAME_LEADS = "as it was", "same leads"


@dataclass(frozen=True, repr=False, eq=False)
class Comparison(Result):
    """Conversion of two sides, their difference, and the difference at the same leads.

    Attributes
    ----------
    asked : what is compared (`TwoSides`)
    sides : side, won, lost, closed, conversion, low, high (0..1, Wilson), same, same_low, same_high
        (at the same leads; the ends only of two sales reps of the model)
    difference : basis ("as it was", "same leads"), difference, low, high (first less second, -1..1,
        95 %), better (chance that the first is the higher; of two sales reps of the model only),
        verdict: higher, lower (of the first side, by more than chance), too close; few (fewer
        closed deals on a side than a verdict takes), overlap (deals on both sides), part (a period
        that is not over beside a whole one), undated, no lost, no won (the export cannot tell);
        at the same leads "" where nothing is told
    factors : factor, mix, rate: what the mix of each factor alone accounts for, and the rest
    leads : `Sides`; None where there is no verdict on the difference as it was
    method : of the same leads: "model" (sales reps shrunk towards each other on the page's mix),
        "mix" (the mean of the two mixes), ""
    shared : deals on both sides
    young : `immature` of the newest of two periods; None of other sides
    untold : why the export tells no rates or no verdict: "no lost", "no won", "undated"; ""
    """

    asked: TwoSides
    sides: pd.DataFrame
    difference: pd.DataFrame
    leads: Sides | None
    method: str
    shared: int
    young: dict | None
    untold: Withheld
    keys: ClassVar = ("side",)
    counts: ClassVar = ("closed", "won", "lost")

    @property
    def factors(self) -> pd.DataFrame:
        empty = pd.DataFrame(columns=["factor", "mix", "rate"])
        return empty if self.leads is None else self.leads.factors

    @property
    def data(self) -> dict[str, pd.DataFrame]:
        """sides: conversion of each; difference: as it was and at the same leads; factors: mix and
        rate by each alone.
        """
        return {"sides": self.sides, "difference": self.difference, "factors": self.factors}

    @property
    def verdict(self) -> str:
        """What is said of the difference as it was."""
        return str(self.difference["verdict"].iloc[0])

    def members(self) -> pd.DataFrame:
        return self.asked.members()

    def text(self) -> Text:
        """The two rates, their difference, and the difference at the same leads."""
        return compare_words.answer(self, self.book.voice)

    def charts(self) -> dict[str, Callable[[], Shown]]:
        return {"sides": lambda: compare_words.chart(self, self.book.voice)}

    def tables_shown(self) -> dict[str, Callable[[], Shown]]:
        return {
            "sides": lambda: compare_words.sides_table(self, self.book.voice),
            "factors": lambda: compare_words.factors_table(self, self.book.voice),
        }


def compare(book: BookLike, *, over: PeriodLike | None = None, **asked: Any) -> Comparison:
    """Two sides beside each other.

    Parameters
    ----------
    book : Book
    over : when the deals were closed; None: in the trailing window of the Book
    **asked : one pair
        ``manager=["Ann", "Bo"]``, ``channel=[…]`` or any other column of deals that is known before
        the closing; a value is as in `book.where` (a list of values, a range, True)
        ``period=["2026-08", "2026-09"]``: any two periods up to the month of the Book
        ``segment=[{"source": "Fair"}, {"amount": (100_000, None)}]``: two sets of conditions

    Returns
    -------
    Comparison
        Two sales reps are held equal by the model of `manager_rates`, on the trailing window; other
        sides, and reps without a model or with `over`, by `stats.same_mix` over the deals that were
        open on the landmark day. Intervals are of one comparison: two sides picked as the highest
        and the lowest of many lie apart by chance more often than they say.

    Raises
    ------
    ParamError
        Not one pair, or what is not there, each with the nearest.

    Source
    ------
    Newcombe (1998), Statistics in Medicine 17, 873-890; see `stats.standardised.pair` and
    `stats.same_mix`.

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": [str(n) for n in range(80)], "manager": ["Ann", "Bo"] * 40,
    ...     "status": ["won", "lost"] * 30 + ["lost"] * 20,
    ...     "created_at": pd.Timestamp("2026-09-01"), "closed_at": pd.Timestamp("2026-09-15")})
    >>> found = compare(s.book(deals, month="2026-09"), manager=["Ann", "Bo"])
    >>> found.sides[["side", "won", "closed"]].values.tolist(), found.verdict
    ([['Ann', 30, 40], ['Bo', 0, 40]], 'higher')
    >>> found.deals(side="Ann", counted_in="lost").shape[0]
    10
    """
    two = two_sides(book, asked, over)
    members = two.members()
    sides, untold = two.rates(members), withheld(book)
    shared = int(members["deal_id"].duplicated().sum())
    row = _as_it_was(sides, _verdict(two, sides, shared, untold, book))
    if untold and untold != UNDATED:
        sides = sides.assign(conversion=np.nan, low=np.nan, high=np.nan)
    leads, same, method = None, {"basis": SAME_LEADS, "verdict": ""}, ""
    if row["verdict"] in JUDGED:
        first, second = (
            set(members.loc[members["side"] == name, "deal_id"]) for name in sides["side"]
        )
        start, end = min(two.first.start, two.second.start), max(two.first.end, two.second.end)
        leads = sides_at_same_leads(book, first, second, (start, end), two.columns)
        sides, same, method = _at_same_leads(book, two, sides, leads, over)
    columns = ["basis", "difference", "low", "high", "better", "verdict"]
    difference = pd.DataFrame([row, same]).reindex(columns=columns)
    table = sides.reindex(columns=[*sides, *(c for c in SAME if c not in sides)])
    return Comparison(book, two, table, difference, leads, method, shared, _young(two), untold)


SAME = ("same", "same_low", "same_high")


def _verdict(two: TwoSides, sides: pd.DataFrame, shared: int, untold: Withheld, book) -> str:
    """Why there is no verdict; "" where there is one."""
    if untold:
        return untold
    if shared:
        return "overlap"
    if two.part:
        return "part"
    return "few" if sides["closed"].min() < book.thresholds.min_verdict else ""


def _as_it_was(sides: pd.DataFrame, code: str) -> dict:
    row: dict = {"basis": AS_IT_WAS, "better": np.nan, "verdict": code}
    if code in ("overlap", "no lost", "no won"):
        return row
    (won, closed), (other, of) = sides[["won", "closed"]].to_numpy(float)
    change, low, high = (float(end) for end in difference_interval(won, closed, other, of))
    ends = {"difference": change, "low": low, "high": high}
    return row | ends | {"verdict": code or _told(low, high)}


def _told(low: float, high: float) -> str:
    return "higher" if low > 0 else "lower" if high < 0 else "too close"


def _at_same_leads(book, two: TwoSides, sides: pd.DataFrame, leads: Sides, over):
    """The rates and the difference at the same leads, and by which method."""
    names, row = list(sides["side"]), {"basis": SAME_LEADS, "verdict": ""}
    if two.by == "manager" and over is None:
        rates = manager_rates(book).set_index("manager")
        pair = rep_pair(book, *names) if set(names) <= set(rates.index) else None
        if pair is not None:
            own = rates.loc[names, ["standardised", "std_low", "std_high"]].to_numpy(float)
            sides = sides.assign(**dict(zip(SAME, own.T, strict=True)))
            return sides, row | vars(pair) | {"verdict": _told(pair.low, pair.high)}, "model"
    if leads.same is None:
        return sides, row, ""
    same = leads.same
    ends = {"difference": same.rate, "low": same.low, "high": same.high}
    sides = sides.assign(same=[same.first, same.second])
    return sides, row | ends | {"verdict": _told(same.low, same.high)}, "mix"


def _young(two: TwoSides) -> dict | None:
    """How many deals of the newest of two periods are still open."""
    if two.by != "period":
        return None
    newest = max((two.first, two.second), key=lambda side: side.end)
    found = immature(
        newest.book.closer_deals,
        (newest.start, newest.end),
        newest.book.thresholds.immature_open_share,
    )
    return found | {"side": newest.name}
