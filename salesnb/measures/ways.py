"""Other fair ways to count the conversion of a month, and whether its verdict holds under them."""

import narwhals as nw
import numpy as np
import pandas as pd

from salesnb.measures.conversion import OUTCOMES, conversion, conversion_by_amount, conversion_change
from salesnb.measures.frames import closed, count, has, months_before, need, within
from salesnb.measures.length import day_counts, weighted_quantile
from salesnb.params import Thresholds

CUTS = Thresholds()
# ways of counting the same closings: a verdict that one of them does not share is withheld
DECIDING = ("no unreached", "old open as lost", "no mass closings")


def fair_ways(deals, month: str, as_of, thresholds: Thresholds = CUTS) -> pd.DataFrame:
    """Conversion of a month under other fair ways of counting, each with its change on the previous month.

    Parameters
    ----------
    deals : any frame that Narwhals takes: status, created_at, closed_at, lost_class, manager; amount when there is one
    month : "2026-09";  as_of : day up to which the deals are known

    Returns
    -------
    DataFrame, one row per way
        way : headline; no unreached (without no-contact and not-a-buyer losses); old open as lost; no mass closings; by
        creation (created and closed within the month, so that both months are equally old); by amount (weighted)
        won, lost, closed, conversion, low, high (0..1) of the month; change, change_low, change_high (-1..1)
        verdict : up, down, too close; few (too few closed in one of the months for a rate); "" (no interval: by amount)
        flips : whether a deciding way has another verdict than the headline

    Source
    ------
    definitions, Robustness line; change: Newcombe (1998).
    """
    before = months_before(month, 1)
    rows = [
        {"way": way} | _compared(counted(month), counted(before), thresholds)
        for way, counted in _ways(deals, as_of, thresholds)
    ]
    table = pd.DataFrame(rows)
    head = table["verdict"].iloc[0]
    other = table["verdict"].isin(["up", "down", "too close"]) & (table["verdict"] != head)
    table["flips"] = other & table["way"].isin(DECIDING) & (head != "few")
    return table


def _ways(deals, as_of, thresholds):
    """Each way by name, as a function of the month that gives won, lost, closed, conversion and its interval."""
    found = need(deals, "deals", ["status", "created_at", "closed_at", "lost_class", "manager"])
    unreached = nw.col("lost_class").is_in(["no_contact", "not_buyer"]).fill_null(False)
    old = old_open_age(found, thresholds.old_open_quantile)
    yield "headline", lambda month: conversion(found, period=month)
    yield (
        "no unreached",
        lambda month: conversion(found.filter(~((nw.col("status") == "lost") & unreached)), period=month),
    )
    if old == old:
        yield "old open as lost", lambda month: conversion(_old_as_lost(found, month, old), period=month)
    yield "no mass closings", lambda month: conversion(without_mass_closings(found, month, thresholds), period=month)
    yield "by creation", lambda month: conversion(found.filter(within("created_at", month)), period=month)
    if has(found, "amount"):
        yield "by amount", lambda month: _weighted(found, month)


def _weighted(deals, month: str) -> pd.DataFrame:
    """Weighted by the amounts: a sum of money has no interval of its own."""
    rate = conversion_by_amount(deals, period=month)["by_amount"].iloc[0]
    return conversion(deals, period=month).assign(conversion=rate, low=np.nan, high=np.nan)


def _compared(now: pd.DataFrame, before: pd.DataFrame, thresholds) -> dict:
    row = now.iloc[0].to_dict()
    if pd.isna(row["low"]) and row["closed"]:
        change = row["conversion"] - before["conversion"].iloc[0]
        return row | {"change": change, "change_low": np.nan, "change_high": np.nan, "verdict": ""}
    change = conversion_change(now, before).iloc[0]
    few = min(row["closed"], before["closed"].iloc[0]) < thresholds.min_percent
    verdict = "few" if few else "too close" if not change["clear"] else "up" if change["change"] > 0 else "down"
    return row | change.drop("clear").to_dict() | {"verdict": verdict}


def old_open_age(deals, quantile: float) -> float:
    """Days that `quantile` of the won deals did not exceed: an open deal older than this is old. NaN without won deals."""
    table = day_counts(deals)
    return weighted_quantile(table["days"], table["won"], quantile) if table["won"].sum() else float("nan")


def _old_as_lost(deals, month: str, old: float):
    """Deals still open at the end of the month that became old during it count as lost in it."""
    start, end = pd.Timestamp(f"{month}-01"), (pd.Period(month, "M") + 1).start_time
    turned = nw.col("created_at") + nw.lit(pd.Timedelta(days=int(old)).to_pytimedelta())
    still = (nw.col("status") == "open") | (nw.col("closed_at") >= end.to_pydatetime())
    late = still & (turned >= start.to_pydatetime()) & (turned < end.to_pydatetime())
    return deals.with_columns(
        status=nw.when(late).then(nw.lit("lost")).otherwise(nw.col("status")),
        closed_at=nw.when(late).then(turned).otherwise(nw.col("closed_at")),
    )


def mass_closings(deals, month: str, thresholds: Thresholds = CUTS) -> pd.DataFrame:
    """Days of the 12 months that end with `month` on which one person closed far more deals than usual.

    Returns
    -------
    DataFrame: manager, day, rows, won, lost; more than max(20, 5 × the person's median day)
    """
    found = need(deals, "deals", ["status", "closed_at", "manager"])
    year = (f"{months_before(month, 11)}-01", f"{months_before(month, -1)}-01")
    daily = closed(found, year).with_columns(day=nw.col("closed_at").dt.truncate("1d"))
    table = count(daily, ["manager", "day"], **OUTCOMES)
    if table.empty:
        return table
    usual = table.groupby("manager", dropna=False)["rows"].transform("median")
    limit = (usual * thresholds.mass_closing_factor).clip(lower=thresholds.mass_closing_floor)
    return table[table["rows"] > limit].reset_index(drop=True)


def without_mass_closings(deals, month: str, thresholds: Thresholds = CUTS):
    """The deals without those closed on a day of mass closing by the same person."""
    kept = deals
    for row in mass_closings(deals, month, thresholds).itertuples(index=False):
        day = pd.Timestamp(row.day)
        same = (nw.col("manager") == row.manager) & (nw.col("closed_at") >= day.to_pydatetime())
        kept = kept.filter(
            ~(same & (nw.col("closed_at") < (day + pd.Timedelta(days=1)).to_pydatetime())).fill_null(False)
        )
    return kept


def mass_days(deals, month: str, thresholds: Thresholds = CUTS) -> pd.DataFrame:
    """Mass closings of the month, each with what is left without the person's: a clean-up is not a month of selling.

    Returns
    -------
    DataFrame: manager, day, rows, won, lost, month_closed (the person's closings of the month), rest_won, rest_closed (the
    person's without them), all_won, all_closed (everybody's without any)
    """
    table = mass_closings(deals, month, thresholds)
    table = table[table["day"].astype("datetime64[ns]").dt.strftime("%Y-%m") == month].reset_index(drop=True)
    if table.empty:
        return table.assign(month_closed=0, rest_won=0, rest_closed=0, all_won=0, all_closed=0)
    rest = without_mass_closings(need(deals, "deals", ["status", "closed_at", "manager"]), month, thresholds)
    by_person = conversion(rest, by="manager", period=month).set_index("manager").reindex(table["manager"])
    whole = conversion(deals, by="manager", period=month).set_index("manager").reindex(table["manager"])
    everybody = conversion(rest, period=month).iloc[0]
    return table.assign(
        month_closed=whole["closed"].to_numpy("int64"),
        rest_won=by_person["won"].fillna(0).to_numpy("int64"), rest_closed=by_person["closed"].fillna(0).to_numpy("int64"),
        all_won=int(everybody["won"]), all_closed=int(everybody["closed"]),
    )  # fmt: skip
