"""Measures of the deal length notebook: lengths, time in stage, age of open deals, cohorts."""

import narwhals as nw
import pandas as pd

from salesnb.measures.cohorts import cohort_conversion, cohort_curve, event_counts, time_to_close
from salesnb.measures.conversion import conversion
from salesnb.measures.frames import by_size, count
from salesnb.measures.length import deal_length, open_ages
from salesnb.measures.of_book import mass, months, without_leavers, year
from salesnb.measures.stages import stage_times
from salesnb.measures.standing import against_year

__all__ = ["ages", "cohort_curves", "cohorts", "has_open", "lengths", "mass", "open_age", "times", "usual",
           "waiting"]  # fmt: skip


def usual(book) -> dict:
    """Mean deal length of the month beside the month before and the range of the year: `against_year`."""
    return against_year(months(book), "mean_days", "closed", thresholds=book.thresholds)


def lengths(book) -> pd.DataFrame:
    """Deal length of the month per sales rep, most deals first, without those who left: columns of `deal_length`, won, lost."""
    found = deal_length(book.closer_deals, by="manager", period=book.month)
    closed = conversion(book.closer_deals, by="manager", period=book.month)[["manager", "won", "lost"]]
    kinds = {"manager": object}  # a month without a closing has a column of names without a type
    both = found.astype(kinds).merge(closed.astype(kinds), on="manager")
    return by_size(without_leavers(both, book), "manager", "deals")


def times(book) -> pd.DataFrame:
    """Time in stage; empty without a history of stages."""
    if book.stages is None:
        return pd.DataFrame(columns=["stage", "deals", "median_days", "p90_days"])
    return stage_times(book.closer_deals, book.stages, book.as_of, book.stage_order)


def has_open(book) -> bool:
    """Whether the export holds open deals: without them no cohort can be followed."""
    return bool(count(book.department.closer_deals.filter(nw.col("status") == "open"), [])["rows"].iloc[0])


def cohorts(book) -> pd.DataFrame:
    """Cohort conversion of the deals created in the 12 months that end on as_of; no figures without open deals.

    ``.attrs["deals"]`` is how many were created.
    """
    end = pd.Timestamp(book.as_of) + pd.Timedelta(days=1)
    cuts, span = book.thresholds, (str(end - pd.DateOffset(months=12)), str(end))
    table = cohort_conversion(book.closer_deals, book.as_of, None, cuts.cohort_days, span, cuts.cohort_min_at_risk)
    if not has_open(book):
        table[["won", "lost", "open", "low", "high"]] = float("nan")
    events = event_counts(book.closer_deals, book.as_of, None, span)
    table.attrs["deals"] = int(events[["won", "lost", "open"]].to_numpy().sum())
    return table


def cohort_curves(book, quarters=4) -> dict[str, pd.DataFrame]:
    """Curve of each of the last quarters of creation ("2026Q3"), up to the age at which too few deals are at risk."""
    last = pd.Period(book.month, "M").asfreq("Q")
    found: dict[str, pd.DataFrame] = {}
    if not has_open(book):
        return found
    for back in range(quarters - 1, -1, -1):
        quarter = last - back
        events = event_counts(book.closer_deals, book.as_of, None, str(quarter))
        if events[["won", "lost", "open"]].to_numpy().sum() >= book.thresholds.cohort_min_at_risk:
            found[str(quarter)] = _curve(events, book)
    return {name: curve for name, curve in found.items() if len(curve)}


def _curve(events: pd.DataFrame, book) -> pd.DataFrame:
    curve = cohort_curve(events)
    still = events.loc[events["open"] > 0, "days"]
    reached = still.min() if len(still) else float("inf")
    curve = curve.assign(mature=curve["day"] <= reached)
    return curve[curve["mature"] | (curve["at_risk"] >= book.thresholds.cohort_min_at_risk)].reset_index(drop=True)


def waiting(book) -> dict:
    """Time to close with the open deals counted in, of the deals created in the last 12 months."""
    return time_to_close(book.closer_deals, book.as_of, year(book))


def ages(book) -> pd.DataFrame:
    """Age of the open deals per sales rep, most open deals first: also of those who left, since somebody must take these."""
    return by_size(open_ages(book.closer_deals, book.as_of, "manager"), "manager", "open")


def open_age(book) -> pd.Series:
    """Age of all open deals: open, median_days, p90_days, oldest_days."""
    return open_ages(book.closer_deals, book.as_of).iloc[0]
