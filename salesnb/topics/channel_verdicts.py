"""Which channel is to be strengthened? The second part of the channels: every one with its figures
and its verdict.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from salesnb.measures.economics import COUNTS, cheaper, economics, judged, raw_best
from salesnb.measures.frames import BookLike
from salesnb.measures.told import bare, withheld
from salesnb.model import best_channel, drivers
from salesnb.schema import UNKNOWN

COLUMNS = [
    "name",
    *COUNTS,
    "conversion",
    "low",
    "high",
    "same_leads",
    "p_best",
    "mean_days",
    "revenue",
    "cost",
    "cost_per_lead",
    "cost_per_won",
    "advice",
]
SAME_LEADS, RAW = "same leads", "raw"  # what the chance of being the best stands on


@dataclass(frozen=True)
class ChannelVerdicts:
    """Channels (or the sources of one) over the trailing window, each with one verdict.

    Attributes
    ----------
    table : name, leads (deals created), won, lost, closed, conversion, low, high, same_leads
        (difference of the predicted rate to the reference at the same leads; NaN where the model
        may not speak of it), p_best (chance of the highest conversion), mean_days, revenue, cost,
        cost_per_lead, cost_per_won, advice; highest conversion first, those with too few closed
        deals and what is not known last. advice: strengthen (likely the best), cheaper (a won deal
            costs clearly less than elsewhere, at conversion that is not clearly lower), after
            (another one is to be strengthened first), hardly (hardly the best), alike
        (cannot be told from the best), try (too few deals to judge), alone (nothing to compare
        with), fill (deals without a channel); "" where the export gives no verdict
    basis : what p_best stands on: same leads, raw, or "" where nothing is compared
    reference : the level that same_leads is against;  dearer : names that the cheaper one is
        compared with
    """

    table: pd.DataFrame
    basis: str = ""
    reference: str | None = None
    dearer: tuple[str, ...] = ()


def channel_verdicts(book: BookLike, by: str) -> ChannelVerdicts:
    """The channels of a Book (by: channel), or the sources (source), with their verdicts."""
    found = economics(book, by)
    if found.empty:
        return ChannelVerdicts(pd.DataFrame(columns=COLUMNS))
    if withheld(book):
        return ChannelVerdicts(_counted_only(bare(found, book)))
    least = book.thresholds.level_min_closed
    found, basis, reference, may_name = _compared(book, found)
    cheapest, dearer = cheaper(found, least)
    found["advice"] = _advice(found, may_name, cheapest, book.thresholds)
    found = found.assign(
        _small=found["closed"] < least, _blank=found["name"] == UNKNOWN
    ).sort_values(
        ["_blank", "_small", "conversion", "leads", "name"],
        ascending=[True, True, False, False, True],
        kind="stable",
    )
    return ChannelVerdicts(found[COLUMNS].reset_index(drop=True), basis, reference, tuple(dearer))


def _counted_only(found: pd.DataFrame) -> pd.DataFrame:
    """Channels of an export that gives no verdict: their counts and their money, largest first,
    nothing compared.
    """
    found = found.assign(
        same_leads=np.nan, p_best=np.nan, advice="", _blank=found["name"] == UNKNOWN
    )
    order = ["_blank", "closed", "leads", "name"]
    found = found.sort_values(order, ascending=[True, False, False, True], kind="stable")
    return found[COLUMNS].reset_index(drop=True)


def _compared(book, found: pd.DataFrame) -> tuple[pd.DataFrame, str, str | None, bool]:
    """The table with same_leads and p_best; what they stand on, the reference, and whether one may
    be named the best.

    Sources are named only where the model finds the factor associated: they are tested on every
    channel's page, and among so many some look good by chance.
    """
    chances = best_channel(book)
    found = found.assign(same_leads=np.nan)
    if chances:
        terms = drivers(book)
        own = terms[(terms["factor"] == "channels") & terms["reference"].isin(list(chances))]
        points = dict(zip(own["level"], own["points"], strict=True))
        reference = own["reference"].iloc[0] if len(own) else None
        found["same_leads"] = [
            0.0 if n == reference else points.get(n, np.nan) for n in found["name"]
        ]
        found["p_best"] = [
            chances.get(n, np.nan) if n != UNKNOWN else np.nan for n in found["name"]
        ]
        return found, SAME_LEADS, reference, bool((own["verdict"] == "associated").any())
    found["p_best"] = raw_best(found, book.thresholds.level_min_closed)
    return found, RAW if found["p_best"].notna().any() else "", None, book.channel is None


def _advice(found: pd.DataFrame, may_name: bool, cheapest: str | None, thresholds) -> list[str]:
    """One code per channel. Strengthen what works before trying what is new."""
    enough = judged(found, thresholds.level_min_closed)
    best = enough & may_name & (found["p_best"].astype(float) >= thresholds.best_chance)
    hardly = enough & may_name & (found["p_best"].astype(float) < thresholds.hardly_best)

    def one(name: str, enough_: bool, likely: bool, last: bool) -> str:
        if name == UNKNOWN:
            return "fill"
        if not enough_:
            return "try"
        if likely:
            return "strengthen"
        if name == cheapest:
            return "cheaper"
        if enough.sum() < 2:
            return "alone"
        return "after" if best.any() else "hardly" if last else "alike"

    return [one(*row) for row in zip(found["name"], enough, best, hardly, strict=True)]
