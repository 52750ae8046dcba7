"""A share of deals with its interval and its change, the order of its groups on a page, and which
groups differ from the rest.
"""

import narwhals as nw
import numpy as np
import pandas as pd

from salesnb.formats.periods import PeriodLike
from salesnb.measures.conversion import conversion_change, with_rate
from salesnb.measures.frames import BookLike, By, count, flag, keys, within
from salesnb.measures.staff import without_leavers
from salesnb.schema import UNKNOWN
from salesnb.stats import difference_interval, wilson

CHANGE = ["before", "change", "change_low", "change_high", "clear"]
COLUMNS = ["hits", "deals", "share", "low", "high", *CHANGE]


def share(
    deals: nw.LazyFrame, hit: nw.Expr, by: By | None, dates: str, period: PeriodLike
) -> pd.DataFrame:
    """Share of the deals of a period for which `hit` holds.

    Parameters
    ----------
    deals : lazy frame, one row per deal
    hit : what is counted; where it is missing the deal does not hit
    by : column or columns, or None
    dates : column of the date by which a deal belongs to the period

    Returns
    -------
    DataFrame, one row per group: by…, hits, deals, share (0..1; NaN where there are no deals), low,
        high (Wilson, 95 %)

    Examples
    --------
    >>> deals = nw.from_native(pd.DataFrame({"day": pd.to_datetime(["2026-09-01"] * 3),
    ...     "good": [True, True, False]})).lazy()
    >>> share(deals, nw.col("good"), None, "day", "2026-09").round(3)
       hits  deals  share    low   high
    0     2      3  0.667  0.208  0.939
    """
    by = keys(by)
    found = deals.filter(within(dates, period)).with_columns(_hit=flag(hit))
    table = count(found, by, won=nw.col("_hit")).rename(columns={"rows": "deals"})
    return rated(table.rename(columns={"won": "hits"}))[[*by, *COLUMNS[:5]]]


def together(table: pd.DataFrame) -> pd.DataFrame:
    """The groups of a table of `share` as one row.

    >>> together(pd.DataFrame({"manager": ["Ann", None], "hits": [1, 1], "deals": [1, 2]})).round(3)
       hits  deals  share    low   high
    0     2      3  0.667  0.208  0.939
    """
    return rated(pd.DataFrame({name: [int(table[name].sum())] for name in ("hits", "deals")}))


def rated(table: pd.DataFrame) -> pd.DataFrame:
    """A table of hits and deals with share, low and high.

    >>> rated(pd.DataFrame({"hits": [2], "deals": [3]})).round(3)
       hits  deals  share    low   high
    0     2      3  0.667  0.208  0.939
    """
    found = with_rate(
        pd.DataFrame(
            {"won": table["hits"], "lost": table["deals"] - table["hits"]}, index=table.index
        )
    )
    return table.assign(share=found["conversion"], low=found["low"], high=found["high"])


def with_change(now: pd.DataFrame, before: pd.DataFrame, by: By | None) -> pd.DataFrame:
    """The index of a month with its change on the month before.

    Parameters
    ----------
    now, before : tables of `share`

    Returns
    -------
    DataFrame, the groups of `now`: …, before (0..1; NaN where the group had no deals), change,
    change_low, change_high (Newcombe, 95 %), clear (whether the interval leaves out zero)

    Examples
    --------
    >>> now, before = (pd.DataFrame({"hits": [h], "deals": [n], "share": [h / n]}) for h, n in ((56,
    ...     70), (48, 80)))
    >>> with_change(now, before, None)[["share", "before", "change", "change_low", "change_high",
    ...     "clear"]].round(4)
       share  before  change  change_low  change_high  clear
    0    0.8     0.6     0.2      0.0524       0.3339   True
    """
    by = keys(by)
    names = {"hits": "won", "deals": "closed", "share": "conversion"}
    change = conversion_change(now.rename(columns=names), before.rename(columns=names), by=by)
    if not by:
        return now.assign(
            before=before["share"].iloc[0], **{c: change[c].iloc[0] for c in CHANGE[1:]}
        )
    old = before[[*by, "share"]].rename(columns={"share": "before"})
    return now.merge(old, on=by, how="left").merge(change, on=by, how="left")


def for_page(
    table: pd.DataFrame, book: BookLike, by: By | None, figure: str = "share"
) -> pd.DataFrame:
    """The rows that a page shows, in its order: the figure from high to low, then missing ones and
    those of too few deals to show, what is not known last.

    Of sales reps those who have left, and deals without an owner, count in totals only.

    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open",
    ...     "created_at": "2026-09-01"})
    >>> table = pd.DataFrame({"source": ["unknown", "Ads", "Fair", "Post"], "share": [0.9, 0.2,
    ...     float("nan"), 0.4]})
    >>> for_page(table, book(deals, month="2026-09"), "source")["source"].tolist()
    ['Post', 'Ads', 'Fair', 'unknown']
    """
    if not keys(by):
        return table
    name = keys(by)[0]
    if name == "manager":
        table = without_leavers(
            table[table["manager"].notna() & (table["manager"] != UNKNOWN)], book
        )
    blank = table[name].isna() | (table[name] == UNKNOWN)
    few = (
        table["deals"] < book.thresholds.min_percent
        if figure == "share" and "deals" in table
        else False
    )
    order = table.assign(_blank=blank, _few=few, _name=table[name].astype(str)).sort_values(
        ["_blank", "_few", figure, "_name"],
        ascending=[True, True, False, True],
        na_position="last",
        kind="stable",
    )
    return order.drop(columns=["_blank", "_few", "_name"]).reset_index(drop=True)


def apart_from_rest(table: pd.DataFrame, least: int) -> pd.DataFrame:
    """Groups whose share is told apart from that of all others together, after looking at every
    group.

    Parameters
    ----------
    table : hits, deals, one row per group
    least : deals below which a group is not looked at

    Returns
    -------
    DataFrame: the rows of `table` whose difference to the rest leaves out zero, with difference
    (-1..1). The confidence grows with the number of groups looked at (Bonferroni).

    Examples
    --------
    >>> table = pd.DataFrame({"name": ["Ads", "Fair", "Post"], "hits": [10, 90, 95], "deals": [100,
    ...     200, 200]})
    >>> apart_from_rest(table, 10)[["name", "difference"]].round(4)
       name  difference
    0   Ads     -0.3625
    2  Post      0.1417
    """
    looked = table[table["deals"] >= least]
    if len(looked) < 2:
        return looked.head(0).assign(difference=pd.Series(dtype=float))
    hits, deals = looked["hits"].to_numpy(float), looked["deals"].to_numpy(float)
    confidence = 1 - 0.05 / len(looked)
    difference, low, high = difference_interval(
        hits, deals, table["hits"].sum() - hits, table["deals"].sum() - deals, confidence
    )
    return looked.assign(difference=difference)[np.asarray((low > 0) | (high < 0))]


def at_reference(
    frame: pd.DataFrame, shares: dict[str, float], least: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rates of groups at a reference mix: (value, low, high), 0..1; NaN where fewer than `least`
    deals of a kind have closed.

    Parameters
    ----------
    frame : won_ and closed_ of every kind, one row per group;  shares : kind → its share of the
        reference mix

    Source
    ------
    Direct standardisation; the interval joins the Wilson intervals of the rates (Zou and Donner
    2008, MOVER).

    Examples
    --------
    >>> frame = pd.DataFrame({"won_yes": [8], "closed_yes": [10], "won_no": [2], "closed_no": [20]})
    >>> [round(float(v[0]), 3) for v in at_reference(frame, {"yes": 0.5, "no": 0.5}, 5)]
    [0.45, 0.291, 0.573]
    """
    value, down, up = (np.zeros(len(frame)) for _ in range(3))
    if not shares:
        unknown = np.full(len(frame), np.nan)
        return unknown, unknown, unknown
    for kind, share_ in shares.items():
        won, closed = frame[f"won_{kind}"].to_numpy(float), frame[f"closed_{kind}"].to_numpy(float)
        rate = won / np.where(closed >= least, closed, np.nan)
        low, high = wilson(won, closed)
        value, down, up = (
            value + share_ * rate,
            down + (share_ * (rate - low)) ** 2,
            up + (share_ * (high - rate)) ** 2,
        )
    return value, value - np.sqrt(down), value + np.sqrt(up)
