"""Lead conversion: from a lead to a deal to a won deal."""

import narwhals as nw
import numpy as np
import pandas as pd

from salesnb.formats.periods import PeriodLike
from salesnb.measures.frames import (
    CLOSED,
    By,
    Frame,
    collect,
    count,
    flag,
    grouped,
    has,
    require_columns,
    within,
)
from salesnb.stats.intervals import wilson


def lead_conversion(
    leads: Frame | None, deals: Frame, by: By | None = None, period: PeriodLike | None = None
) -> pd.DataFrame:
    """How many leads became deals and how many of these were won so far; without leads every
    created deal is one.

    A lead is won when its deal is, or when a deal that was opened from its deal is (a hunter's deal
    handed to a closer).

    Parameters
    ----------
    leads : any frame that Narwhals takes with lead_id, created_at, deal_id; None: every deal counts
        as a lead
    deals : any frame that Narwhals takes with deal_id, status, created_at; parent_deal_id when
        there is one
    by : str or list of str, optional
        Columns of the leads to group by.
    period : when the leads were created, as in `conversion`; None: all

    Returns
    -------
    DataFrame, one row per group
        by…, leads, with_deal, deal_share, deal_low, deal_high (0..1, Wilson), won, lost, open (of
        those with a deal), undated (won without a closing date: won, but nothing tells by when, so
        in none of the others), won_share, low, high (0..1: of all leads, without the undated). A
        share is NaN without leads. Young leads can still be won.

    Raises
    ------
    DataError
        A column is missing; the message lists what there is.

    Examples
    --------
    >>> leads = pd.DataFrame({"lead_id": list("abcd"), "deal_id": ["1", "2", None, "3"],
    ...     "created_at": pd.Timestamp("2026-09-01")})
    >>> deals = pd.DataFrame({"deal_id": ["1", "2", "3"], "status": ["won", "lost", "open"]})
    >>> lead_conversion(leads, deals)[["leads", "with_deal", "won", "lost", "open", "won_share"]]
       leads  with_deal  won  lost  open  won_share
    0      4          3    1     1     1       0.25
    """
    if leads is None:
        deals, by = grouped(deals, by)
    else:
        leads, by = grouped(leads, by)
    found = _leads(leads, deals, [*by, *([] if period is None else ["created_at"])])
    if period is not None:
        found = found.filter(within("created_at", period))
    both = found.select("deal_id", *by).join(_outcomes(deals), on="deal_id", how="left")
    sums = {
        "with_deal": flag(~nw.col("_won").is_null()),
        "won": nw.col("_won").fill_null(0),
        "open": nw.col("_open").fill_null(0),
        "undated": nw.col("_undated").fill_null(0),
    }
    table = count(both, by, **sums).rename(columns={"rows": "leads"})
    table["lost"] = table["with_deal"] - table["won"] - table["open"] - table["undated"]
    for share, low, high, hits in SHARES:
        table[share] = table[hits] / table["leads"].where(table["leads"] > 0)
        table[low], table[high] = wilson(table[hits].to_numpy(), table["leads"].to_numpy())
    return table[[*by, *COLUMNS]]


OUTCOMES = ("won", "lost", "open", "undated")
SHARES = (("deal_share", "deal_low", "deal_high", "with_deal"), ("won_share", "low", "high", "won"))
COLUMNS = [
    "leads",
    "with_deal",
    "deal_share",
    "deal_low",
    "deal_high",
    "won",
    "lost",
    "open",
    "undated",
    "won_share",
    "low",
    "high",
]


def lead_members(
    leads: Frame | None, deals: Frame, period: PeriodLike | None = None
) -> pd.DataFrame:
    """The deals behind `lead_conversion`, each once, however many leads became it; arguments as
    there.

    Returns
    -------
    DataFrame, sorted by deal: deal_id, outcome (won, lost, open, undated)

    Examples
    --------
    >>> leads = pd.DataFrame({"lead_id": list("abc"), "deal_id": ["1", "1", None]})
    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "status": ["won", "open"]})
    >>> lead_members(leads, deals).values.tolist()
    [['1', 'won']]
    """
    found = _leads(leads, deals, [] if period is None else ["created_at"])
    if period is not None:
        found = found.filter(within("created_at", period))
    both = collect(
        found.select("deal_id").unique().join(_outcomes(deals), on="deal_id", how="inner")
    )
    marks = [both[f"_{name}"] == 1 for name in ("won", "open", "undated")]
    both["outcome"] = np.select(marks, ["won", "open", "undated"], "lost").astype(object)
    return both[["deal_id", "outcome"]].sort_values("deal_id", kind="stable", ignore_index=True)


def _leads(leads, deals, columns: list[str]) -> nw.LazyFrame:
    """The leads; without a list of them the deals, of which one that was opened from another is not
    a new lead.
    """
    if leads is not None:
        return require_columns(leads, "leads", ["deal_id", *columns])
    found = require_columns(deals, "deals", ["deal_id", *columns])
    return (
        found.filter(nw.col("parent_deal_id").is_null()) if has(found, "parent_deal_id") else found
    )


def _outcomes(deals) -> nw.LazyFrame:
    """What became of each deal, or of the deals opened from it: deal_id, _won, _open, _undated (0
    or 1).

    Sold is 2 with a closing date and 1 without: a dated sale wins over one of which nobody knows
        when it was made.
    """
    found = require_columns(deals, "deals", ["deal_id", "status"])
    won = nw.col("status") == "won"
    dated = ~nw.col("closed_at").is_null() if has(found, "closed_at") else won
    passed = (
        won & (nw.col("function") == "hunter") if has(found, "function") else won & ~won
    )  # handed over, not yet sold
    marks = found.select(
        "deal_id",
        _sold=_sale(won & ~passed, dated),
        _on=flag(~nw.col("status").is_in(list(CLOSED)) | passed),
    )
    marks = marks.group_by("deal_id").agg(nw.col("_sold").max(), nw.col("_on").max())
    if has(found, "parent_deal_id"):
        later = found.filter(~nw.col("parent_deal_id").is_null())
        later = later.select(
            nw.col("parent_deal_id").alias("deal_id"),
            _won_later=_sale(won, dated),
            _on_later=flag(~nw.col("status").is_in(list(CLOSED))),
        )
        later = later.group_by("deal_id").agg(nw.col("_won_later").max(), nw.col("_on_later").max())
        marks = marks.join(later, on="deal_id", how="left")
        followed = ~nw.col("_won_later").is_null()
        both = nw.col("_won_later") > nw.col("_sold")
        sold = nw.when(both.fill_null(False)).then(nw.col("_won_later")).otherwise(nw.col("_sold"))
        still = nw.when(followed).then(nw.col("_on_later")).otherwise(nw.col("_on"))
        marks = marks.select("deal_id", _sold=sold, _on=still)
    still = nw.when(nw.col("_sold") > 0).then(nw.lit(0)).otherwise(nw.col("_on"))
    return marks.select(
        "deal_id", _won=flag(nw.col("_sold") == 2), _open=still, _undated=flag(nw.col("_sold") == 1)
    )


def _sale(won: nw.Expr, dated: nw.Expr) -> nw.Expr:
    return flag(won) + flag(won & dated)
