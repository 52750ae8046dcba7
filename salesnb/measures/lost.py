"""Why deals are lost."""

import narwhals as nw
import pandas as pd

from salesnb.measures.frames import closed, count, flag, keys, minor, money, need, of_period, sort, when
from salesnb.schema import UNKNOWN_LOST_REASON


def lost_reasons(deals, by=None, period=None) -> pd.DataFrame:
    """Lost deals per reason, most frequent first.

    Returns
    -------
    DataFrame, one row per group and reason
        by…, lost_reason ("not given" when blank), deals, share (0..1 of the group's lost deals), amount (lost money; NaN where
        none of these deals has an amount above nought: many CRMs empty it)

    Examples
    --------
    >>> deals = pd.DataFrame({"status": ["lost"] * 3, "lost_reason": ["price", "price", None], "amount": [1.0, 2, 3]})
    >>> lost_reasons(deals)
      lost_reason  deals     share  amount
    0       price      2  0.666667     3.0
    1   not given      1  0.333333     3.0
    """
    by, period = keys(by), of_period(deals, period)
    found = need(deals, "deals", ["status", "lost_reason", *by, *when(period)]).with_columns(
        lost_reason=nw.col("lost_reason").fill_null(UNKNOWN_LOST_REASON)
    )
    if "amount" not in found.collect_schema().names():
        found = found.with_columns(amount=nw.lit(0.0))
    lost = closed(found, period).filter(nw.col("status") == "lost")
    sums = {"minor_units": minor("amount"), "priced": flag(minor("amount") > 0)}
    table = count(lost, [*by, "lost_reason"], **sums).rename(columns={"rows": "deals"})
    totals = table.groupby(by, dropna=False)["deals"].transform("sum") if by else table["deals"].sum()
    table = table.assign(share=table["deals"] / totals, amount=money(table["minor_units"]))
    table["amount"] = table["amount"].where(table["priced"] > 0)
    table = table.sort_values("deals", ascending=False, kind="stable")
    return sort(table, by)[[*by, "lost_reason", "deals", "share", "amount"]]


def lost_by_stage(deals, period=None) -> pd.DataFrame:
    """Lost deals per reason and the last stage before the loss: lost_reason, stage, deals."""
    period = of_period(deals, period)
    found = need(deals, "deals", ["status", "lost_reason", "stage", *when(period)]).with_columns(
        lost_reason=nw.col("lost_reason").fill_null(UNKNOWN_LOST_REASON)
    )
    lost = closed(found, period).filter(nw.col("status") == "lost")
    return count(lost, ["lost_reason", "stage"]).rename(columns={"rows": "deals"})


def not_given_share(reasons: pd.DataFrame, others=("other", "другое", "прочее", UNKNOWN_LOST_REASON)) -> float:
    """Share of lost deals whose reason says nothing; NaN when nothing is lost.

    >>> not_given_share(pd.DataFrame({"lost_reason": ["Other", "price"], "deals": [1, 3]}))
    0.25
    >>> not_given_share(lost_reasons(pd.DataFrame({"status": ["won"], "lost_reason": [None]})))
    nan
    """
    total = reasons["deals"].sum()
    if not total:
        return float("nan")  # a column without rows is no text, so there is nothing to compare
    vague = reasons["lost_reason"].str.casefold().isin(others)
    return float(reasons.loc[vague, "deals"].sum() / total)
