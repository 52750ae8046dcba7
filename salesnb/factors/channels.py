"""Factor 5, sales channels: volume, conversion, length, revenue and cost; which to strengthen, which to try."""

import narwhals as nw
import numpy as np
import pandas as pd

from salesnb.measures.conversion import conversion
from salesnb.measures.frames import collect, count, minor, within
from salesnb.measures.length import deal_length
from salesnb.stats import beta_binomial
from salesnb.stats.best import probability_best

COLUMNS = ["name", "leads", "won", "lost", "closed", "conversion", "low", "high", "mean_days", "revenue", "cost",
           "cost_per_lead", "cost_per_won", "p_best", "advice"]  # fmt: skip
ENOUGH = 0.8  # chance of being the best from which a channel is called the one to strengthen


def evidence(book) -> str:
    return "measured" if book.channel_from != "unknown" else "no data"


def index(book) -> pd.DataFrame:
    """The best channel's share of the deals created in the month (on a channel's page: the best source's).

    Returns
    -------
    DataFrame, one row: name, hits, deals, share, before
    """
    by = grouping(book)
    table = economics(book)
    if table.empty or table["p_best"].isna().all():
        return pd.DataFrame([{"name": None, "hits": 0, "deals": 0, "share": np.nan, "before": np.nan}])
    best = table.loc[table["p_best"].idxmax(), "name"]
    shares = []
    for month in (book.month, book.previous):
        counts = count(book.closer_deals.filter(within("created_at", month)), [by])
        total = counts["rows"].sum()
        own = counts.loc[counts[by] == best, "rows"].sum()
        shares.append((int(own), int(total), own / total if total else np.nan))
    (hits, deals, now), (_, _, before) = shares
    return pd.DataFrame([{"name": best, "hits": hits, "deals": deals, "share": now, "before": before}])


def grouping(book) -> str:
    """What is compared: channels in the department, sources on a channel's page."""
    return "channel" if book.channel is None else "source"


def economics(book) -> pd.DataFrame:
    """Channels (or the sources of a channel) over the trailing window.

    Returns
    -------
    DataFrame, largest first: name, leads (deals created), won, lost, closed, conversion, low, high, mean_days, revenue, cost,
    cost_per_lead, cost_per_won (NaN without a table of costs), p_best (chance of the highest conversion, from rates drawn
    towards each other), advice ("strengthen", "try", "" : a code)
    """
    by, period = grouping(book), book.window_period
    deals = book.closer_deals.filter(~nw.col(by).is_null())
    if not count(deals, [])["rows"].iloc[0]:  # an export without sources
        return pd.DataFrame(columns=COLUMNS)
    table = conversion(deals, by=by, period=period).merge(
        deal_length(deals, by=by, period=period)[[by, "mean_days"]], on=by, how="left"
    )
    table = table.merge(
        count(deals.filter(within("created_at", period)), [by]).rename(columns={"rows": "leads"}), on=by, how="left"
    )
    won = deals.filter((nw.col("status") == "won") & within("closed_at", period))
    money = count(won, [by], cents=minor("amount"))
    table = table.merge(money.assign(revenue=money["cents"] / 100)[[by, "revenue"]], on=by, how="left").merge(
        _costs(book, by), on=by, how="left"
    )
    table = table.fillna({"leads": 0, "revenue": 0.0}).rename(columns={by: "name"})
    table["cost_per_lead"] = table["cost"] / table["leads"].where(table["leads"] > 0)
    table["cost_per_won"] = table["cost"] / table["won"].where(table["won"] > 0)
    table["p_best"] = _best(table, book.thresholds.level_min_closed)
    table["advice"] = _advice(table)
    return table.sort_values(["leads", "name"], ascending=[False, True], kind="stable").reset_index(drop=True)


def _costs(book, by: str) -> pd.DataFrame:
    if book.costs is None:
        return pd.DataFrame({by: pd.Series(dtype=object), "cost": pd.Series(dtype=float)})
    first, last = book.window
    kept = book.costs.filter((nw.col("month") >= first) & (nw.col("month") <= last) & ~nw.col(by).is_null())
    table = collect(kept.with_columns(_c=minor("amount")).group_by(by).agg(cents=nw.col("_c").sum()))
    return table.assign(cost=table["cents"].astype(float) / 100)[[by, "cost"]]


def _best(table: pd.DataFrame, least: int):
    """Chance of each group with enough deals to have the highest rate, on the log-odds scale."""
    enough = (table["closed"] >= least).to_numpy()
    result = np.full(len(table), np.nan)
    if enough.sum() < 2:
        return result
    found = beta_binomial(table.loc[enough, "won"], table.loc[enough, "closed"])
    middle = np.log(found.rate / (1 - found.rate))
    ends = [np.log(np.clip(v, 1e-9, 1 - 1e-9) / (1 - np.clip(v, 1e-9, 1 - 1e-9))) for v in (found.low, found.high)]
    result[enough] = probability_best(middle[None, :], ((ends[1] - ends[0]) / 3.92)[None, :], np.ones(1))
    return result


def _advice(table: pd.DataFrame) -> list[str]:
    """Strengthen what works before trying what is new: the likely best with volume; small ones are to try, not to judge."""
    return ["strengthen" if p >= ENOUGH else "try" if pd.isna(p) else "" for p in table["p_best"]]
