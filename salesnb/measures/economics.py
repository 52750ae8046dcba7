"""Channels, or the sources of one: what came of them and what they cost, over the trailing window
of a Book.
"""

import narwhals as nw
import numpy as np
import pandas as pd

from salesnb.measures.conversion import conversion
from salesnb.measures.frames import BookLike, collect, count, minor, money, months_before, within
from salesnb.measures.length import deal_length
from salesnb.measures.so_far import last_whole_month
from salesnb.measures.told import of_page, told
from salesnb.schema import UNKNOWN
from salesnb.stats import beta_binomial, difference_interval
from salesnb.stats.best import probability_best

COUNTS = ["leads", "won", "lost", "closed"]


def economics(book: BookLike, by: str) -> pd.DataFrame:
    """Deals, money and cost of every channel that has any of them.

    Parameters
    ----------
    by : channel or source; deals without one are "unknown"

    Returns
    -------
    DataFrame: name, leads (deals created), won, lost, closed, conversion, low, high, mean_days,
    revenue (won), cost, cost_per_lead (without a table of leads per deal created), cost_per_won
    (NaN without a table of costs); costs and what they are divided by are of the months that are
    over, since a cost is of a whole month. What the export does not know is missing; no rows where
    no deal has a channel

    Examples
    --------
    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": "Ann", "status": ["won", "lost"],
    ...     "channel": ["Site", "Ads"],
    ...     "created_at": "2026-09-01", "closed_at": "2026-09-09"})
    >>> costs = pd.DataFrame({"channel": ["Site", "Radio"], "month": "2026-09", "amount": [10.0,
    ...     5.0]})
    >>> economics(book(deals, month="2026-09", channels=["Site", "Ads"], costs=costs),
    ...     "channel")[["name", "leads", "won", "cost"]]
        name  leads  won  cost
    0    Ads      1    0   NaN
    1  Radio      0    0   5.0
    2   Site      1    1  10.0
    """
    table = _counts(book, by)
    table["cost_per_lead"] = table["cost"] / table["enquiries"].where(table["enquiries"] > 0)
    table["cost_per_won"] = table["cost"] / table["paid"].where(table["paid"] > 0)
    if not told(book).in_days:
        table["mean_days"] = np.nan
    if not of_page(book).priced:
        table["revenue"] = np.nan
    return table.drop(columns=["enquiries", "paid"])


def named(deals: nw.LazyFrame, by: str) -> nw.LazyFrame:
    """Deals with the name of their channel; "unknown" where there is none."""
    return deals.with_columns(nw.col(by).fill_null(UNKNOWN).alias(by))


def _counts(book, by: str) -> pd.DataFrame:
    period = book.window_period
    deals = named(book.closer_deals, by)
    table = conversion(deals, by=by, period=period)
    created = count(deals.filter(within("created_at", period)), [by]).rename(
        columns={"rows": "leads"}
    )
    won = deals.filter((nw.col("status") == "won") & within("closed_at", period))
    revenue = count(won, [by], cents=minor("amount"))
    revenue = revenue[[by]].assign(revenue=money(revenue["cents"]))
    length = deal_length(deals, by=by, period=period)[[by, "mean_days"]]
    paid = conversion(deals, by=by, period=_over(book))[[by, "won"]].rename(columns={"won": "paid"})
    for other in (created, length, revenue, paid, _costs(book, by), _enquiries(book, by)):
        table = table.merge(other, on=by, how="outer")
    counts = [*COUNTS, "enquiries", "paid"]
    table = table.fillna(dict.fromkeys([*counts, "revenue"], 0)).rename(columns={by: "name"})
    table = table[(table["leads"] > 0) | (table["closed"] > 0) | (table["cost"] > 0)]
    return (
        table.head(0)
        if (table["name"] == UNKNOWN).all()
        else table.astype(dict.fromkeys(counts, "int64"))
    )


def _over(book) -> tuple[str, str]:
    """The window as a period, without a month that is not over."""
    return book.window_period[0], f"{months_before(last_whole_month(book), -1)}-01"


def _enquiries(book, by: str) -> pd.DataFrame:
    """Leads of the months that are over, per channel; without a table of leads every created deal
    is one.
    """
    born = book.closer_deals if book.leads is None else book.leads
    leads = born.filter(within("created_at", _over(book)))
    return count(named(leads, by), [by]).rename(columns={"rows": "enquiries"})


def _costs(book, by: str) -> pd.DataFrame:
    if book.costs is None:
        return pd.DataFrame({by: pd.Series(dtype=object), "cost": pd.Series(dtype=float)})
    first, last = book.window[0], last_whole_month(book)
    kept = book.costs.filter(
        (nw.col("month") >= first) & (nw.col("month") <= last) & ~nw.col(by).is_null()
    )
    table = collect(
        kept.with_columns(_c=minor("amount")).group_by(by).agg(cents=nw.col("_c").sum())
    )
    return table[[by]].assign(cost=money(table["cents"]))


def judged(table: pd.DataFrame, least: int) -> pd.Series:
    """Whether a channel has a name and enough closed deals to be judged."""
    return (table["closed"] >= least) & (table["name"] != UNKNOWN)


def raw_best(table: pd.DataFrame, least: int) -> np.ndarray:
    """Chance of each channel with enough deals to have the highest raw rate, rates shrunk towards
    each other, in log-odds.

    >>> table = pd.DataFrame({"name": ["Site", "Ads", "Fair"], "won": [40, 10, 1], "closed": [60,
    ...     60, 2]})
    >>> raw_best(table, 30).round(2).tolist()
    [1.0, 0.0, nan]
    """
    enough = judged(table, least).to_numpy()
    result = np.full(len(table), np.nan)
    if enough.sum() < 2:
        return result
    found = beta_binomial(table.loc[enough, "won"], table.loc[enough, "closed"])
    middle, low, high = (
        np.log(np.clip(v, 1e-9, 1 - 1e-9) / (1 - np.clip(v, 1e-9, 1 - 1e-9)))
        for v in (found.rate, found.low, found.high)
    )
    result[enough] = probability_best(middle[None, :], ((high - low) / 3.92)[None, :], np.ones(1))
    return result


def cheaper(table: pd.DataFrame, least: int) -> tuple[str | None, list[str]]:
    """The channel in which a won deal costs least, and those that it is clearly cheaper than at
    conversion not clearly lower.

    Cost of a won deal = cost of a closed deal / conversion: clear where not even the ends of the
    two conversions change the order.

    >>> from salesnb.measures.conversion import with_rate
    >>> table = with_rate(pd.DataFrame({"won": [50, 50], "lost": [50, 50]})).assign(name=["Site",
    ...     "Fair"], cost=[500.0, 2000.0])
    >>> table["cost_per_won"] = table["cost"] / table["won"]
    >>> cheaper(table, 30), cheaper(table.assign(cost=[500.0, 600.0]), 30)
    (('Site', ['Fair']), (None, []))
    """
    known = table[judged(table, least) & (table["cost"] > 0) & (table["won"] > 0)]
    if len(known) < 2:
        return None, []
    per_closed = known["cost"] / known["closed"]
    row = known.loc[known["cost_per_won"].idxmin()]
    most = row["cost"] / row["closed"] / row["low"]
    *_, high = difference_interval(
        row["won"], row["closed"], known["won"].to_numpy(), known["closed"].to_numpy()
    )
    others = known[(high >= 0) & (per_closed / known["high"] > most).to_numpy()]
    names = others.loc[others["name"] != row["name"], "name"].tolist()
    return (row["name"], sorted(names)) if names else (None, [])
