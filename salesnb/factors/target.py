"""Factor 1, target clients: how many deals meet the written rule, and conversion inside and outside it."""

import narwhals as nw
import numpy as np
import pandas as pd

from salesnb.factors.shares import for_page, share, with_change
from salesnb.measures.conversion import conversion
from salesnb.measures.frames import count, kept_with, keys, within
from salesnb.measures.told import untold
from salesnb.schema import UNKNOWN
from salesnb.stats import wilson

KINDS = ("yes", "no", UNKNOWN)  # meets the rule, does not, no mark


def evidence(book) -> str:
    """measured, or no data where no deal has the mark.

    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open", "created_at": "2026-09-01"})
    >>> evidence(book(deals, month="2026-09")), evidence(book(deals.assign(is_target=True), month="2026-09"))
    ('no data', 'measured')
    """
    known = count(book.closer_deals.filter(~nw.col("is_target").is_null()), [])["rows"].iloc[0]
    return "measured" if known else "no data"


def index(book, by=None) -> pd.DataFrame:
    """Share of target clients among the deals created in the month, with its change.

    Parameters
    ----------
    book : Book
    by : manager, channel, source or None

    Returns
    -------
    DataFrame: by…, hits, deals (with the mark), unknown (deals without it: a class of its own, in no share), share (0..1; NaN
    where no deal has the mark), low, high, before, change, change_low, change_high, clear. Managers who have left are in the
    whole only. Empty by group where the company marks nothing.

    Examples
    --------
    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": list("abcd"), "manager": ["Ann", "Ann", "Ann", "Bo"], "status": "open",
    ...     "created_at": "2026-09-01", "is_target": [True, False, None, True]})
    >>> index(book(deals, month="2026-09"), "manager")[["manager", "hits", "deals", "unknown", "share"]]
      manager  hits  deals  unknown  share
    0      Bo     1      1        0    1.0
    1     Ann     1      2        1    0.5
    """
    marked = ~nw.col("is_target").is_null()
    known, by = book.closer_deals.filter(marked), keys(by)
    now, before = (share(known, nw.col("is_target"), by, "created_at", month) for month in (book.month, book.previous))
    blank = count(book.closer_deals.filter(~marked & within("created_at", book.month)), by)
    blank = blank.rename(columns={"rows": "unknown"})
    if not by:
        return with_change(now.assign(unknown=blank["unknown"]), before, by)
    if not len(now):
        return with_change(now, before, by).assign(unknown=pd.Series(dtype="int64"))
    both = now.merge(blank, on=by, how="outer")
    both = both.fillna({"hits": 0, "deals": 0, "unknown": 0}).astype(
        dict.fromkeys(("hits", "deals", "unknown"), "int64")
    )
    return for_page(with_change(both, before, by), book, by)


def inside_and_outside(book, by=None) -> pd.DataFrame:
    """Conversion of target and other clients over the trailing window.

    Returns
    -------
    DataFrame: by…, kind (yes, no, unknown), won, lost, closed, conversion (0..1), low, high; no rows where the export gives no
    conversion

    Examples
    --------
    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": list("abc"), "manager": "Ann", "status": ["won", "lost", "lost"],
    ...     "created_at": "2026-09-01", "closed_at": "2026-09-09", "is_target": [True, False, None]})
    >>> inside_and_outside(book(deals, month="2026-09"))[["kind", "won", "closed"]].to_dict("split")["data"]
    [['no', 0, 1], ['unknown', 0, 1], ['yes', 1, 1]]
    """
    kind = (
        nw.when(nw.col("is_target"))
        .then(nw.lit("yes"))
        .when(~nw.col("is_target"))
        .then(nw.lit("no"))
        .otherwise(nw.lit(UNKNOWN))
    )
    deals = book.closer_deals.with_columns(kind=kind)
    table = conversion(deals, by=[*keys(by), "kind"], period=book.window_period)
    return table.head(0) if untold(book) else table


def by_class(book, by: str) -> pd.DataFrame:
    """Conversion inside and outside the rule per group over the trailing window, and at the department's share of target clients.

    The reference mix is what the department closed in the window, deals without the mark left out. Direct
    standardisation: the rates of a group inside and outside, weighted by the reference.

    Parameters
    ----------
    by : manager, channel or source

    Returns
    -------
    DataFrame, one row per group: by, won, closed, conversion (raw, 0..1), low, high (Wilson), then for yes, no and unknown its won_, closed_ and
    rate_ (NaN where nothing has closed), reference (0..1), reference_low, reference_high: conversion at the reference mix
    (NaN where fewer than `min_percent` deals of either kind have closed). Managers who have left are left out.

    Source
    ------
    The interval joins the Wilson intervals of the two rates (Zou and Donner 2008, MOVER).

    Examples
    --------
    Ann wins 4 of 5 target clients and 1 of 5 others, Bo 5 of 10 and 1 of 10. Half of all 30 deals are of target clients,
    so at the reference Ann wins (0.8 + 0.2) / 2.

    >>> from salesnb import book
    >>> won = [1] * 4 + [0] + [1] + [0] * 4 + [1] * 5 + [0] * 5 + [1] + [0] * 9
    >>> deals = pd.DataFrame({"deal_id": range(30), "manager": ["Ann"] * 10 + ["Bo"] * 20,
    ...     "status": ["won" if w else "lost" for w in won], "created_at": "2026-09-01", "closed_at": "2026-09-09",
    ...     "is_target": [True] * 5 + [False] * 5 + [True] * 10 + [False] * 10})
    >>> by_class(book(deals, month="2026-09"), "manager")[["manager", "rate_yes", "rate_no", "reference"]].round(3)
      manager  rate_yes  rate_no  reference
    0     Ann       0.8      0.2        0.5
    1      Bo       0.5      0.1        0.3
    """
    long = inside_and_outside(book, by)
    long = long[long[by].notna()]
    wide = long.groupby(by, as_index=False)[["won", "closed"]].sum()
    for kind in KINDS:
        own = long[long["kind"] == kind].set_index(by)
        for name in ("won", "closed"):
            wide[f"{name}_{kind}"] = own[name].reindex(wide[by]).fillna(0).to_numpy("int64")
        wide[f"rate_{kind}"] = wide[f"won_{kind}"] / wide[f"closed_{kind}"].where(wide[f"closed_{kind}"] > 0)
    wide["conversion"] = wide["won"] / wide["closed"].where(wide["closed"] > 0)
    wide["low"], wide["high"] = wilson(wide["won"].to_numpy(), wide["closed"].to_numpy())
    value, low, high = at_reference(wide, _reference(book), book.thresholds.min_percent)
    wide = wide.assign(reference=value, reference_low=low, reference_high=high)
    return for_page(wide, book, by, "reference" if np.isfinite(value).any() else "conversion")


def by_classes(book) -> dict[str, pd.DataFrame]:
    """`by_class` with the month's `index`, for channels (in the department), sources and sales reps.

    Returns
    -------
    dict: channel, source, manager → the columns of `by_class`, and hits, deals, unknown, share, share_low, share_high of the deals
    created in the month; empty where the company marks nothing, or where the export gives no conversion

    Examples
    --------
    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": "Ann", "status": ["won", "lost"], "created_at": "2026-09-01", "closed_at": "2026-09-09",
    ...     "channel": "Site", "source": "Ads", "is_target": [True, False]})
    >>> {by: len(table) for by, table in by_classes(book(deals, month="2026-09")).items()}
    {'channel': 1, 'source': 1, 'manager': 1}
    """
    if evidence(book) == "no data" or untold(book):
        return {}
    found = {}
    for by in ["channel", "source", "manager"] if book.channel is None else ["source", "manager"]:
        now = index(book, by).rename(columns={"low": "share_low", "high": "share_high"})
        now = now[[by, "hits", "deals", "unknown", "share", "share_low", "share_high"]]
        found[by] = by_class(book, by).merge(now, on=by, how="left")
    return found


def _reference(book) -> dict[str, float]:
    """Share of target and of other clients among the department's closed deals with the mark; empty where there are none."""
    whole = kept_with(book.department, "_target_mix", lambda: inside_and_outside(book.department))
    whole = whole.set_index("kind")["closed"]
    known = {kind: int(whole.get(kind, 0)) for kind in KINDS[:2]}
    total = sum(known.values())
    return {kind: n / total for kind, n in known.items()} if total else {}


def at_reference(table: pd.DataFrame, shares: dict[str, float], least: int):
    """Rates of groups at a reference mix: (value, low, high), 0..1.

    >>> table = pd.DataFrame({"won_yes": [8], "closed_yes": [10], "won_no": [2], "closed_no": [20]})
    >>> [round(float(v[0]), 3) for v in at_reference(table, {"yes": 0.5, "no": 0.5}, 5)]
    [0.45, 0.291, 0.573]
    """
    value, down, up = (np.zeros(len(table)) for _ in range(3))
    if not shares:
        return (np.full(len(table), np.nan),) * 3
    for kind, share_ in shares.items():
        won, closed = table[f"won_{kind}"].to_numpy(float), table[f"closed_{kind}"].to_numpy(float)
        rate = won / np.where(closed >= least, closed, np.nan)
        low, high = wilson(won, closed)
        value, down, up = value + share_ * rate, down + (share_ * (rate - low)) ** 2, up + (share_ * (high - rate)) ** 2
    return value, value - np.sqrt(down), value + np.sqrt(up)
