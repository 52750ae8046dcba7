"""Measures of a whole Book: which table each needs, and an empty table where the company has none.

A Book is anything with the attributes of `salesnb.source.book.Book`; this room does not know where its frames come from.
"""

import narwhals as nw
import pandas as pd

from salesnb.measures import abc_xyz as classes
from salesnb.measures.cohorts import cohort_conversion, cohort_curve, event_counts, immature, time_to_close
from salesnb.measures.conversion import conversion, conversion_change
from salesnb.measures.frames import collect, count, months_before, within
from salesnb.measures.leads import lead_conversion
from salesnb.measures.length import open_ages
from salesnb.measures.lost import lost_reasons, not_given_share
from salesnb.measures.stages import stage_funnel, stage_times, stuck_deals
from salesnb.measures.summary import function_figures, headline, monthly, opposite
from salesnb.measures.ways import mass_days, without_mass_closings


def year(book) -> tuple[str, str]:
    """The last 12 months as a period."""
    return f"{months_before(book.month, 11)}-01", f"{months_before(book.month, -1)}-01"


def by_group(book, by: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Conversion of the month per group, and its change on the previous month."""
    now = conversion(book.closer_deals, by=by, period=book.month)
    before = conversion(book.closer_deals, by=by, period=book.previous)
    return now, conversion_change(now, before, by=by)


def leavers(book) -> list[str]:
    """Managers who had left by as_of: they count in totals and get no line or card of their own."""
    if book.managers is None:
        return []
    end = pd.Timestamp(book.as_of).to_pydatetime()
    return sorted(collect(book.managers.filter(nw.col("left_on") <= end).select("manager"))["manager"])


def without_leavers(table: pd.DataFrame, book) -> pd.DataFrame:
    """A table of managers without those who have left; attributes are kept."""
    kept = table[~table["manager"].isin(leavers(book))].reset_index(drop=True)
    kept.attrs = table.attrs
    return kept


def functions(book) -> dict[str, dict]:
    """Figures of hunters and farmers, where there are any."""
    return {name: function_figures(book.deals, name, book.month) for name in book.functions if name != "closer"}


def funnel(book, rule="reached") -> pd.DataFrame:
    """Stage funnel of the deals created in the last 12 months; empty without stages."""
    if not book.stage_order:
        return pd.DataFrame(
            columns=["stage", "entered", "reached_next", "conversion", "low", "high", "lost", "open", "back"]
        )
    return stage_funnel(book.closer_deals, book.stages, book.stage_order, rule, year(book))


def times(book) -> pd.DataFrame:
    """Time in stage; empty without a history of stages."""
    if book.stages is None:
        return pd.DataFrame(columns=["stage", "deals", "median_days", "p90_days"])
    return stage_times(book.closer_deals, book.stages, book.as_of, book.stage_order)


def stuck(book) -> pd.DataFrame:
    """Stuck deals; empty without a history of stages."""
    if book.stages is None:
        return pd.DataFrame(columns=["deal_id", "title", "manager", "stage", "amount", "days", "usual_days"])
    return stuck_deals(book.closer_deals, book.stages, book.as_of, book.stage_order, book.thresholds.stuck_quantile)


def has_open(book) -> bool:
    """Whether the export holds open deals: without them no cohort can be followed."""
    return bool(count(book.closer_deals.filter(nw.col("status") == "open"), [])["rows"].iloc[0])


def cohorts(book) -> pd.DataFrame:
    """Cohort conversion of the deals created in the 12 months that end on as_of; no figures without open deals."""
    end = pd.Timestamp(book.as_of) + pd.Timedelta(days=1)
    cuts = book.thresholds
    table = cohort_conversion(
        book.closer_deals,
        book.as_of,
        None,
        cuts.cohort_days,
        (str(end - pd.DateOffset(months=12)), str(end)),
        cuts.cohort_min_at_risk,
    )
    if not has_open(book):
        table[["won", "lost", "open", "low", "high"]] = float("nan")
    return table


def cohort_curves(book, quarters=4) -> dict[str, pd.DataFrame]:
    """Curve of each of the last quarters of creation, up to the age at which too few deals are at risk."""
    last = pd.Period(book.month, "M").asfreq("Q")
    found = {}
    for back in range(quarters - 1, -1, -1):
        quarter = last - back
        events = event_counts(book.closer_deals, book.as_of, None, str(quarter))
        if events[["won", "lost", "open"]].to_numpy().sum() >= book.thresholds.cohort_min_at_risk:
            found[f"{quarter.year} Q{quarter.quarter}"] = _curve(events, book)
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
    """Age of the open deals per sales rep."""
    return open_ages(book.closer_deals, book.as_of, "manager")


def sales(book):
    """The table of sales, else the won deals."""
    return book.sales if book.sales is not None else classes.sales_of_won(book.deals)


def abc_xyz(book, item: str, months_back: int = 0) -> pd.DataFrame:
    """ABC and XYZ of clients or products, up to the month of the book or an earlier one."""
    return classes.abc_xyz(sales(book), item, month=months_before(book.month, months_back), thresholds=book.thresholds)


def matrix_counts(table: pd.DataFrame) -> dict[str, int]:
    """Items per cell, as the metrics have them: {"AX": 3, …}; "new" where there is no letter yet."""
    cells = classes.matrix(table)
    return {f"{r.abc}{r.xyz}": int(r.items) for r in cells.itertuples()}


def month_figures(book) -> dict:
    """The parts of the metrics that the summary records."""
    return headline(book.closer_deals, book.month)


def months(book, months=13) -> pd.DataFrame:
    """Headline figures of the last months."""
    return monthly(book.closer_deals, book.month, months)


def alarms(book) -> list[tuple[str, dict]]:
    """Remarks that come from the figures themselves: an immature month, an opposite cohort, mass closings."""
    found = []
    young = immature(book.closer_deals, book.month, book.thresholds.immature_open_share)
    if young["immature"]:
        found.append(("immature", {"open": young["open"], "created": young["created"]}))
    if opposite(*_both_changes(book)):
        found.append(("opposite", {}))
    for row in mass(book).to_dict("records"):
        counts = {name: int(value) for name, value in row.items() if name not in ("manager", "day")}
        found.append(("mass closings", {"manager": row["manager"], "day": str(row["day"])[:10]} | counts))
    return found


def mass(book) -> pd.DataFrame:
    """Days of the month on which one person closed far more deals than usual, and what is left without them."""
    return mass_days(book.closer_deals, book.month, book.thresholds)


def usual_reasons(book) -> pd.DataFrame:
    """Lost reasons of the month without days of mass closing."""
    usual = without_mass_closings(book.closer_deals, book.month, book.thresholds)
    return lost_reasons(usual, period=book.month)


def _both_changes(book) -> tuple[float, float]:
    """Change of the headline on the previous month, and of the share won by day 30 between the cohorts of the last two
    spans of 60 days that are old enough."""
    now, before = (conversion(book.closer_deals, period=m)["conversion"].iloc[0] for m in (book.month, book.previous))
    end = pd.Timestamp(book.as_of) - pd.Timedelta(days=30)
    spans = [(end - pd.Timedelta(days=60), end), (end - pd.Timedelta(days=120), end - pd.Timedelta(days=60))]
    shares = [
        cohort_conversion(book.closer_deals, book.as_of, None, (30,), (str(a), str(b)), 20)["won"] for a, b in spans
    ]
    last, earlier = (s.iloc[0] if len(s) else float("nan") for s in shares)
    return now - before, last - earlier


def leads(book) -> pd.DataFrame:
    """Lead conversion of the month and of the last 12 months: span (month, year), and the columns of `lead_conversion`."""
    spans = {"month": book.month, "year": year(book)}
    found = [lead_conversion(book.leads, book.deals, period=period).assign(span=span) for span, period in spans.items()]
    return pd.concat(found, ignore_index=True)


def warnings(book, found) -> list[dict]:
    """Remarks on the data and the figures, as the metrics have them: code and values."""
    both = [(one.code, one.values) for one in book.notices] + list(found)
    return [{"code": code, **values} for code, values in both]


def vague_share(reasons: pd.DataFrame) -> float:
    """Share of the lost deals whose reason says nothing."""
    return not_given_share(reasons)


def actions(book) -> pd.DataFrame | None:
    """What the heads did in the month, per kind and manager: kind, manager, rows; None without a log of actions."""
    if book.actions is None:
        return None
    return count(book.actions.filter(within("at", book.month)), ["kind", "manager"])
