"""An index that is a share of deals: per group and month, with its interval and its change."""

import narwhals as nw
import pandas as pd

from salesnb.measures.conversion import conversion_change, with_rate
from salesnb.measures.frames import count, flag, keys, within


def share(deals, hit: nw.Expr, by, dates: str, period) -> pd.DataFrame:
    """Share of the deals of a period for which `hit` holds: by…, hits, deals, share, low, high."""
    by = keys(by)
    table = count(deals.filter(within(dates, period)), by, won=flag(hit), lost=flag(~hit)).drop(columns="rows")
    found = with_rate(table)
    return found.rename(columns={"won": "hits", "closed": "deals", "conversion": "share"})[
        [*by, "hits", "deals", "share", "low", "high"]
    ]


def with_change(now: pd.DataFrame, before: pd.DataFrame, by) -> pd.DataFrame:
    """The index with its change on the period before: …, before, change, change_low, change_high, clear."""
    by = keys(by)
    sides = [t.rename(columns={"hits": "won", "deals": "closed", "share": "conversion"}) for t in (now, before)]
    change = conversion_change(*sides, by=by)
    if not by:
        return now.assign(
            before=before["share"].iloc[0],
            **{c: change[c].iloc[0] for c in ("change", "change_low", "change_high", "clear")},
        )
    return now.merge(before[[*by, "share"]].rename(columns={"share": "before"}), on=by, how="left").merge(
        change, on=by, how="left"
    )
