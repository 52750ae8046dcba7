"""Measures of the funnel notebook: stages, leads, reasons for losing, stuck deals."""

import narwhals as nw
import pandas as pd

from salesnb.measures.frames import closed, count, within
from salesnb.measures.leads import lead_conversion
from salesnb.measures.lost import not_given_share
from salesnb.measures.of_book import mass, reasons, usual_reasons, year
from salesnb.measures.stages import stage_funnel
from salesnb.measures.stuck import nothing_listed, old_deals, stuck_deals
from salesnb.measures.told import NO_WON, coarse, grain_of, untold

__all__ = ["funnel", "leads", "mass", "new_deals", "reasons", "stuck", "unreached", "usual_reasons", "vague_share"]


def funnel(book, rule="reached") -> pd.DataFrame:
    """Stage funnel of the deals created in the last 12 months; empty without stages, and where lost or won deals are not in
    the export: the share that moved on would be of those only that are (``.attrs["untold"]`` says so)."""
    if not book.stage_order or untold(book):
        empty = pd.DataFrame(
            columns=["stage", "entered", "reached_next", "conversion", "low", "high", "lost", "open", "back"]
        )
        empty.attrs["untold"] = untold(book) if book.stage_order else ""
        return empty
    deals = book.closer_deals
    if grain_of(book, "stages", "entered_at") in (
        "week",
        "month",
    ):  # of stages of one month none is known to be the last
        deals = deals.with_columns(stage=nw.lit(None).cast(nw.String))
    return stage_funnel(deals, book.stages, book.stage_order, rule, year(book))


def stuck(book) -> pd.DataFrame:
    """Stuck deals, largest amount first; by age where there is no history of stages, or none that says enough.

    ``.attrs["by"]`` is "stage", "age", "" where neither can be told, "week" or "month" where the export dates deals no finer,
    "none open" where no deal is open.
    """
    cuts = book.thresholds
    if not count(book.closer_deals.filter(nw.col("status") == "open"), [])["rows"].iloc[0]:
        return nothing_listed("none open")
    if book.stages is not None and grain_of(book, "stages", "entered_at") not in ("week", "month"):
        order = book.stage_order
        found = stuck_deals(book.closer_deals, book.stages, book.as_of, order, cuts.stuck_quantile, cuts.min_verdict)
        if found.attrs["by"]:
            return found
    if coarse(book):
        return nothing_listed(coarse(book))
    return old_deals(book.closer_deals, book.as_of, cuts.stuck_quantile, cuts.min_verdict)


def leads(book) -> pd.DataFrame:
    """Lead conversion of the month and of the last 12 months: span (month, year), and the columns of `lead_conversion`."""
    spans = {"month": book.month, "year": year(book)}
    found = [lead_conversion(book.leads, book.deals, period=period).assign(span=span) for span, period in spans.items()]
    table = pd.concat(found, ignore_index=True)
    if untold(book) == NO_WON:
        table[["won_share", "low", "high"]] = float("nan")
    table.attrs["untold"] = untold(book)
    return table


def new_deals(book) -> int:
    """Deals of closers created in the month."""
    return int(count(book.closer_deals.filter(within("created_at", book.month)), [])["rows"].iloc[0])


def unreached(book) -> pd.DataFrame:
    """Reasons of the month that are all classed as no contact: lost_reason, deals. More than one name is one too many."""
    lost = closed(book.closer_deals, book.month).filter(nw.col("lost_class") == "no_contact")
    table = count(lost.filter(~nw.col("lost_reason").is_null()), ["lost_reason"]).rename(columns={"rows": "deals"})
    return table.sort_values("deals", ascending=False, kind="stable").reset_index(drop=True)


def vague_share(reasons: pd.DataFrame) -> float:
    """Share of the lost deals whose reason says nothing."""
    return not_given_share(reasons)
