"""Days on which one person closed far more deals than usual: a clean-up is not a month of selling."""

import narwhals as nw
import pandas as pd

from salesnb.measures.conversion import OUTCOMES, conversion
from salesnb.measures.frames import closed, count, has, lazy, months_before, need
from salesnb.measures.lost import lost_reasons
from salesnb.params import Thresholds
from salesnb.schema import UNKNOWN_LOST_REASON

CUTS = Thresholds()
DAYS = ["manager", "day", "rows", "won", "lost", "clean_up", "reason", "reason_rows", "month_closed", "rest_won", "rest_closed",
        "all_won", "all_closed", "all_conversion"]  # fmt: skip


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
    DataFrame: manager, day, rows, won, lost, clean_up (most were lost), reason (named most often for the deals lost on that
    day; None without one), reason_rows, month_closed (the person's closings of the month), rest_won, rest_closed (the
    person's without them), all_won, all_closed, all_conversion (0..1; everybody's without any; NaN where nothing is left)
    """
    table = mass_closings(deals, month, thresholds)
    table = table[table["day"].astype("datetime64[ns]").dt.strftime("%Y-%m") == month].reset_index(drop=True)
    if table.empty:
        return table.reindex(columns=DAYS)
    rest = without_mass_closings(need(deals, "deals", ["status", "closed_at", "manager"]), month, thresholds)
    by_person = conversion(rest, by="manager", period=month).set_index("manager").reindex(table["manager"])
    whole = conversion(deals, by="manager", period=month).set_index("manager").reindex(table["manager"])
    everybody = conversion(rest, period=month).iloc[0]
    reasons = [_main_reason(deals, row.manager, row.day) for row in table.itertuples()]
    return table.assign(
        clean_up=table["lost"] > table["won"],
        reason=[reason for reason, _ in reasons], reason_rows=[rows for _, rows in reasons],
        month_closed=whole["closed"].to_numpy("int64"),
        rest_won=by_person["won"].fillna(0).to_numpy("int64"), rest_closed=by_person["closed"].fillna(0).to_numpy("int64"),
        all_won=int(everybody["won"]), all_closed=int(everybody["closed"]),
        all_conversion=float(everybody["conversion"]),
    )[DAYS]  # fmt: skip


def _main_reason(deals, manager: str, day) -> tuple[str | None, int]:
    """The reason given most often for what a person lost on a day, and for how many deals."""
    if not has(deals, "lost_reason"):
        return None, 0
    period = (str(day), str(pd.Timestamp(day) + pd.Timedelta(days=1)))
    table = lost_reasons(lazy(deals).filter(nw.col("manager") == manager), period=period)
    named = table[table["lost_reason"] != UNKNOWN_LOST_REASON]
    return (named["lost_reason"].iloc[0], int(named["deals"].iloc[0])) if len(named) else (None, 0)
