"""Conversion of closed deals, its change, and the fair ways to count it."""

import narwhals as nw
import numpy as np
import pandas as pd

from salesnb.formats.periods import PeriodLike
from salesnb.measures.frames import (
    By,
    Frame,
    closed,
    collect,
    count,
    flag,
    grouped,
    keys,
    minor,
    no_clash,
    of_period,
    require_columns,
    when,
)
from salesnb.measures.sums import WON, with_won_amount
from salesnb.params import Thresholds
from salesnb.stats.intervals import difference_interval, wilson

DEFAULTS = Thresholds()

OUTCOMES = {"won": flag(nw.col("status") == "won"), "lost": flag(nw.col("status") == "lost")}


def conversion(
    deals: Frame, by: By | None = None, period: PeriodLike | None = None
) -> pd.DataFrame:
    """Conversion of closed deals, overall or per group, with a 95 % interval.

    Won / (won + lost) of the deals whose last closing falls in the period. Open deals are left out:
    a young month shows fewer deals, not a lower rate.

    Parameters
    ----------
    deals : a Book (its deals of closers), or any frame that Narwhals takes, one row per deal
        Needs ``status``, ``closed_at`` when a period is given, and every column named in `by`. Not
        changed.
    by : str or list of str, optional
        Columns to group by, or keys made from them (`bands`, `weekday`, `hour`, `month`); None
        gives one row for all deals.
    period : Period, "2026-09", "2026Q3", (start, end), "last 6 months" (of a Book) or None
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
    Wilson (1927), JASA 22, 209-212; Brown, Cai and DasGupta (2001), Statistical Science 16,
    101-133.

    Examples
    --------
    >>> deals = pd.DataFrame({"status": ["won", "won", "won", "lost", "lost", "open"],
    ...     "office": list("NNSSSN")})
    >>> conversion(deals).round(3)
       won  lost  closed  conversion    low   high
    0    3     2       5         0.6  0.231  0.882
    >>> conversion(deals, by="office").round(3)
      office  won  lost  closed  conversion    low   high
    0      N    2     0       2       1.000  0.342  1.000
    1      S    1     2       3       0.333  0.061  0.792
    """
    period = of_period(deals, period)
    deals, by = grouped(deals, by)
    no_clash(by, ["closed", "conversion", "low", "high"])
    found = require_columns(deals, "deals", ["status", *by, *when(period)])
    return with_rate(count(closed(found, period), by, **OUTCOMES).drop(columns="rows"))


def closings(deals: Frame, *columns: str, period: PeriodLike | None = None) -> pd.DataFrame:
    """The deals behind conversion, one row each: deal_id, `columns`, won, lost, closed (whether it
    is in that count).

    >>> deals = pd.DataFrame({"deal_id": ["1", "2", "3"], "status": ["won", "lost", "open"],
    ...     "manager": "Ann"})
    >>> closings(deals, "manager").values.tolist()
    [['1', 'Ann', True, False, True], ['2', 'Ann', False, True, True]]
    """
    found = closed(
        require_columns(deals, "deals", ["deal_id", "status", *columns, *when(period)]), period
    )
    table = collect(found.select("deal_id", *columns, "status"))
    won = table.pop("status") == "won"
    return table.assign(won=won, lost=~won, closed=True)


def with_rate(table: pd.DataFrame) -> pd.DataFrame:
    """A table of won and lost with closed, conversion and its interval."""
    total = table["won"] + table["lost"]
    low, high = wilson(table["won"].to_numpy(), total.to_numpy())
    rate = table["won"] / total.where(total > 0)
    return table.assign(closed=total, conversion=rate.astype(float), low=low, high=high)


def conversion_change(
    now: pd.DataFrame, before: pd.DataFrame, by: By | None = None, confidence: float = 0.95
) -> pd.DataFrame:
    """Change of conversion between two tables of `conversion`, in shares, with Newcombe's interval
    (95 % by default).

    Returns
    -------
    DataFrame: by…, change, change_low, change_high (-1..1; NaN where either side has nothing
    closed), clear (whether the interval leaves out zero)

    Examples
    --------
    N won 80 points more than before. A change of ten points on ten deals may be chance, and E
    closed nothing before.

    >>> now = pd.DataFrame({"office": ["N", "S", "E"], "won": [90, 6, 3], "lost": [10, 4, 1]})
    >>> before = pd.DataFrame({"office": ["N", "S"], "won": [10, 5], "lost": [90, 5]})
    >>> found = conversion_change(with_rate(now), with_rate(before), "office")
    >>> found[["office", "change", "clear"]].round(2).values.tolist()
    [['N', 0.8, True], ['S', 0.1, False], ['E', nan, False]]
    """
    by = keys(by)
    sides = (
        now.merge(before, on=by, how="left", suffixes=("", "_before"))
        if by
        else pd.concat([now, before.add_suffix("_before")], axis=1)
    )
    won, total = sides["won"], sides["closed"]
    won_before, total_before = (
        sides[f"{name}_before"].astype(float).fillna(0) for name in ("won", "closed")
    )
    change, low, high = difference_interval(
        won.to_numpy(), total.to_numpy(), won_before.to_numpy(), total_before.to_numpy(), confidence
    )
    clear = (np.asarray(low) > 0) | (np.asarray(high) < 0)
    return sides[by].assign(change=change, change_low=low, change_high=high, clear=clear)


def compared(
    now: pd.DataFrame, before: pd.DataFrame, by: By | None = None, thresholds: Thresholds = DEFAULTS
) -> pd.DataFrame:
    """A table of `conversion` beside that of an earlier period, with what may be said of the
    change.

    Parameters
    ----------
    now, before : tables of `conversion` with the same `by`
    thresholds : `min_verdict` closed deals are needed on both sides for a verdict

    Returns
    -------
    DataFrame, the columns of `now` and
        won_before, closed_before (0 where the group had no closing), change, change_low,
        change_high (-1..1, 95 %)
        verdict : up, down, too close (the interval of the change has zero in it, at a confidence
        corrected for the number of groups looked at), few

    Examples
    --------
    >>> now = with_rate(pd.DataFrame({"office": ["N", "S"], "won": [90, 3], "lost": [10, 1]}))
    >>> before = with_rate(pd.DataFrame({"office": ["N"], "won": [10], "lost": [90]}))
    >>> compared(now, before, "office")[["office", "closed_before", "change", "verdict"]]
      office  closed_before  change verdict
    0      N            100     0.8      up
    1      S              0     NaN     few
    """
    by = keys(by)
    earlier = before[[*by, "won", "closed"]].rename(
        columns={"won": "won_before", "closed": "closed_before"}
    )
    both = now.merge(earlier, on=by, how="left") if by else pd.concat([now, earlier], axis=1)
    both = both.fillna({"won_before": 0, "closed_before": 0}).astype(
        {"won_before": "int64", "closed_before": "int64"}
    )
    enough = (both[["closed", "closed_before"]] >= thresholds.min_verdict).all(axis=1).to_numpy()
    strict = 1 - 0.05 / max(
        1, int(enough.sum())
    )  # Bonferroni: the more groups, the likelier a striking one
    clear = conversion_change(now, before, by, strict)["clear"].to_numpy()
    change = conversion_change(now, before, by).drop(columns=["clear", *by])
    up = change["change"].to_numpy() > 0
    verdict = np.select([~enough, ~clear, up], ["few", "too close", "up"], "down")
    return pd.concat([both, change], axis=1).assign(verdict=verdict.astype(object))


def conversion_by_amount(
    deals: Frame, by: By | None = None, period: PeriodLike | None = None
) -> pd.DataFrame:
    """Conversion weighted by the amounts of the deals: won amount / (won + lost amount).

    Deals without an amount take no part. NaN where no closed deal has one, where fewer than half
    of the won ones have one, and where fewer than half of the lost ones have one above zero: a CRM
    that empties the amount of a lost deal would show 100 %. won_amount is NaN where deals were won
    and none of them has an amount.

    >>> deals = pd.DataFrame({"status": ["won", "lost"], "amount": [300.0, 100.0]})
    >>> float(conversion_by_amount(deals).by_amount[0])
    0.75
    """
    period = of_period(deals, period)
    deals, by = grouped(deals, by)
    found = require_columns(deals, "deals", ["status", "amount", *by, *when(period)])
    sums = OUTCOMES | {
        "closed_minor": minor("amount"),
        "lost_priced": flag((nw.col("status") == "lost") & (minor("amount") > 0)),
    }
    table = with_won_amount(count(closed(found, period), by, **sums, **WON))
    fair = (2 * table["lost_priced"] >= table["lost"]) & (2 * table["priced"] >= table["won"])
    share = table["won_minor"] / table["closed_minor"].where(fair & (table["closed_minor"] > 0))
    return table[[*by, "won_amount"]].assign(by_amount=share.astype(float))
