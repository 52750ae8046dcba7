"""Conversion of closed deals, its change, and the fair ways to count it."""

import narwhals as nw
import numpy as np
import pandas as pd

from salesnb.measures.frames import closed, count, flag, keys, minor, money, need, when
from salesnb.stats.intervals import difference_interval, wilson

OUTCOMES = {"won": flag(nw.col("status") == "won"), "lost": flag(nw.col("status") == "lost")}


def conversion(deals, by=None, period=None) -> pd.DataFrame:
    """Conversion of closed deals, overall or per group, with a 95 % interval.

    Won / (won + lost) of the deals whose last closing falls in the period. Open deals are left out: a young month
    shows fewer deals, not a lower rate.

    Parameters
    ----------
    deals : any frame that Narwhals takes, one row per deal
        Needs ``status``, ``closed_at`` when a period is given, and every column named in `by`. Not changed.
    by : str or list of str, optional
        Columns to group by; None gives one row for all deals.
    period : Period, "2026-09", "2026Q3", (start, end) or None
        When the deals were closed, the end not included; None: all closed deals.

    Returns
    -------
    DataFrame, one row per group, sorted by `by`; a missing key forms its own group
        ==========  =====  ==================================================
        `by`        --     the group keys
        won, lost   deals
        closed      deals  won + lost
        conversion  0..1   won / closed; NaN when nothing has closed
        low, high   0..1   Wilson 95 % interval; NaN likewise
        ==========  =====  ==================================================

    Raises
    ------
    DataError
        A column is missing; the message lists what there is.

    Source
    ------
    Wilson (1927), JASA 22, 209-212; Brown, Cai and DasGupta (2001), Statistical Science 16, 101-133.

    Examples
    --------
    >>> deals = pd.DataFrame({"status": ["won", "won", "won", "lost", "lost", "open"], "office": list("NNSSSN")})
    >>> conversion(deals).round(3)
       won  lost  closed  conversion    low   high
    0    3     2       5         0.6  0.231  0.882
    >>> conversion(deals, by="office").round(3)
      office  won  lost  closed  conversion    low   high
    0      N    2     0       2       1.000  0.342  1.000
    1      S    1     2       3       0.333  0.061  0.792
    """
    by = keys(by)
    found = need(deals, "deals", ["status", *by, *when(period)])
    return with_rate(count(closed(found, period), by, **OUTCOMES).drop(columns="rows"))


def with_rate(table: pd.DataFrame) -> pd.DataFrame:
    """A table of won and lost with closed, conversion and its interval."""
    total = table["won"] + table["lost"]
    low, high = wilson(table["won"].to_numpy(), total.to_numpy())
    rate = table["won"] / total.where(total > 0)
    return table.assign(closed=total, conversion=rate.astype(float), low=low, high=high)


def conversion_change(now: pd.DataFrame, before: pd.DataFrame, by=None) -> pd.DataFrame:
    """Change of conversion between two tables of `conversion`, in shares, with Newcombe's 95 % interval.

    Returns
    -------
    DataFrame: by…, change, change_low, change_high (-1..1; NaN where either side has nothing closed), clear (whether
    the interval leaves out zero)
    """
    by = keys(by)
    sides = (
        now.merge(before, on=by, how="left", suffixes=("", "_before"))
        if by
        else pd.concat([now, before.add_suffix("_before")], axis=1)
    )
    won, total = sides["won"], sides["closed"]
    won_before, total_before = sides["won_before"].fillna(0), sides["closed_before"].fillna(0)
    change, low, high = difference_interval(
        won.to_numpy(), total.to_numpy(), won_before.to_numpy(), total_before.to_numpy()
    )
    clear = (np.asarray(low) > 0) | (np.asarray(high) < 0)
    return sides[by].assign(change=change, change_low=low, change_high=high, clear=clear)


def conversion_by_amount(deals, by=None, period=None) -> pd.DataFrame:
    """Conversion weighted by the amounts of the deals: won amount / (won + lost amount).

    Deals without an amount take no part; NaN where no closed deal has one.

    >>> deals = pd.DataFrame({"status": ["won", "lost"], "amount": [300.0, 100.0]})
    >>> float(conversion_by_amount(deals).by_amount[0])
    0.75
    """
    by = keys(by)
    found = need(deals, "deals", ["status", "amount", *by, *when(period)])
    won = nw.when(nw.col("status") == "won").then(minor("amount")).otherwise(nw.lit(0)).cast(nw.Int64)
    table = count(closed(found, period), by, won_minor=won, closed_minor=minor("amount"))
    share = table["won_minor"] / table["closed_minor"].where(table["closed_minor"] > 0)
    return table[by].assign(won_amount=money(table["won_minor"]), by_amount=share.astype(float))
