"""Measures of the deal length notebook: lengths, time in stage, age of open deals, cohorts."""

import narwhals as nw
import pandas as pd

from salesnb.measures.cohorts import cohort_conversion, cohort_curve, event_counts, time_to_close
from salesnb.measures.conversion import conversion
from salesnb.measures.frames import CLOSED, by_size, count, within
from salesnb.measures.length import day_counts, deal_length, open_ages
from salesnb.measures.of_book import mass, months, without_leavers, year
from salesnb.measures.stages import stage_times
from salesnb.measures.standing import against_year
from salesnb.measures.told import NO_WON, coarse, coarsest, grain_of, told, untold

__all__ = ["ages", "coarse", "cohort_curves", "cohorts", "days", "has_open", "length", "lengths", "mass", "open_age", "times",
           "usual", "waiting"]  # fmt: skip


def usual(book) -> dict:
    """Mean deal length of the month beside the month before and the range of the year: `against_year`, with
    untold (which outcome the export lacks: the length is of the other alone) and grain (week or month where the export dates
    deals no finer and there is no length in days; else "")."""
    found = against_year(months(book), "mean_days", "closed", thresholds=book.thresholds)
    return found | {"untold": untold(book), "grain": coarse(book)}


def length(book) -> pd.DataFrame:
    """`deal_length` of the month; without days where the export dates deals by week or month."""
    return _in_days(deal_length(book.closer_deals, period=book.month), book)


def days(book) -> pd.DataFrame:
    """`day_counts` of the month; empty where the export dates deals by week or month."""
    table = day_counts(book.closer_deals, period=book.month)
    return table.head(0) if coarse(book) else table


def _in_days(table: pd.DataFrame, book) -> pd.DataFrame:
    kept = [name for name in table if name.endswith(("_days", "_days_won", "_days_lost"))] if coarse(book) else []
    return table.assign(**dict.fromkeys(kept, float("nan")))


def lengths(book) -> pd.DataFrame:
    """Deal length of the month per sales rep, most deals first, without those who left: columns of `deal_length`, won, lost."""
    found = deal_length(book.closer_deals, by="manager", period=book.month)
    closed = conversion(book.closer_deals, by="manager", period=book.month)[["manager", "won", "lost"]]
    kinds = {"manager": object}  # a month without a closing has a column of names without a type
    both = found.astype(kinds).merge(closed.astype(kinds), on="manager")
    table = by_size(without_leavers(both, book), "manager", "deals")
    return table.head(0) if coarse(book) else table


def times(book) -> pd.DataFrame:
    """Time in stage; empty without a history of stages, or with one that is dated by week or month (``.attrs["grain"]``)."""
    grain = coarsest("day", grain_of(book, "stages", "entered_at"))
    if book.stages is None or grain != "day":
        empty = pd.DataFrame(columns=["stage", "deals", "median_days", "p90_days"])
        empty.attrs["grain"] = grain if grain != "day" else ""
        return empty
    return stage_times(book.closer_deals, book.stages, book.as_of, book.stage_order)


def has_open(book) -> bool:
    """Whether the export holds open deals: without them no cohort can be followed."""
    return bool(count(book.department.closer_deals.filter(nw.col("status") == "open"), [])["rows"].iloc[0])


def cohorts(book) -> pd.DataFrame:
    """Cohort conversion of the deals created in the 12 months that end on as_of; no figures without open deals, without won
    ones, or where the export dates deals by week or month.

    ``.attrs``: deals (how many were created and whose fate is known), undated (closed without a date: in none of the figures),
    untold (which outcome the export lacks; ""), grain (week, month; "")
    """
    end = pd.Timestamp(book.as_of) + pd.Timedelta(days=1)
    cuts, span = book.thresholds, (str(end - pd.DateOffset(months=12)), str(end))
    table = cohort_conversion(book.closer_deals, book.as_of, None, cuts.cohort_days, span, cuts.cohort_min_at_risk)
    if not has_open(book) or untold(book) == NO_WON or coarse(book):
        table[["won", "lost", "open", "low", "high"]] = float("nan")
    events = event_counts(book.closer_deals, book.as_of, None, span)
    created = book.closer_deals.filter(within("created_at", span) & nw.col("status").is_in(list(CLOSED)))
    undated = int(count(created.filter(nw.col("closed_at").is_null()), [])["rows"].iloc[0])
    deals = int(events[["won", "lost", "open"]].to_numpy().sum())
    table.attrs = {"deals": deals, "undated": undated, "untold": untold(book), "grain": coarse(book)}
    return table


def cohort_curves(book, quarters=4) -> dict[str, pd.DataFrame]:
    """Curve of each of the last quarters of creation ("2026Q3"), up to the age at which too few deals are at risk."""
    last = pd.Period(book.month, "M").asfreq("Q")
    found: dict[str, pd.DataFrame] = {}
    if not has_open(book) or untold(book) or coarse(book):  # without lost deals every curve would end at 100 %
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
    """Time to close with the open deals counted in, of the deals created in the last 12 months; ``untold`` where the export
    lacks an outcome, or dates deals too coarsely: the quartiles would be of some of the deals only."""
    if untold(book) or coarse(book):
        return {"untold": untold(book) or coarse(book)}
    return time_to_close(book.closer_deals, book.as_of, year(book))


def ages(book) -> pd.DataFrame:
    """Age of the open deals per sales rep, most open deals first: also of those who left, since somebody must take these."""
    table = by_size(open_ages(book.closer_deals, book.as_of, "manager"), "manager", "open")
    return table if told(book).created not in ("week", "month") else table.head(0)


def open_age(book) -> pd.Series:
    """Age of all open deals: open, median_days, p90_days, oldest_days; grain (week, month) where creation is dated no finer,
    and an age in days cannot be told."""
    created = told(book).created
    return pd.concat([open_ages(book.closer_deals, book.as_of).iloc[0], pd.Series({"grain": created})])
