"""Why deals are lost."""

from collections.abc import Sequence

import narwhals as nw
import pandas as pd

from salesnb.formats.periods import PeriodLike
from salesnb.measures.frames import (
    By,
    Frame,
    closed,
    count,
    flag,
    grouped,
    minor,
    money,
    of_period,
    require_columns,
    sort,
    when,
)
from salesnb.measures.paths import steps
from salesnb.schema import UNKNOWN, UNKNOWN_LOST_REASON


def lost_reasons(
    deals: Frame, by: By | None = None, period: PeriodLike | None = None
) -> pd.DataFrame:
    """Lost deals per reason, most frequent first.

    Returns
    -------
    DataFrame, one row per group and reason
        by…, lost_reason ("not given" when blank), deals, share (0..1 of the group's lost deals),
        amount (lost money; NaN where none of these deals has an amount above nought: many CRMs
        empty it)

    Examples
    --------
    >>> deals = pd.DataFrame({"status": ["lost"] * 3, "lost_reason": ["price", "price", None],
    ...     "amount": [1.0, 2, 3]})
    >>> lost_reasons(deals)
      lost_reason  deals     share  amount
    0       price      2  0.666667     3.0
    1   not given      1  0.333333     3.0
    """
    period = of_period(deals, period)
    deals, by = grouped(deals, by)
    found = require_columns(
        deals, "deals", ["status", "lost_reason", *by, *when(period)]
    ).with_columns(lost_reason=nw.col("lost_reason").fill_null(UNKNOWN_LOST_REASON))
    if "amount" not in found.collect_schema().names():
        found = found.with_columns(amount=nw.lit(0.0))
    lost = closed(found, period).filter(nw.col("status") == "lost")
    sums = {"minor_units": minor("amount"), "priced": flag(minor("amount") > 0)}
    table = count(lost, [*by, "lost_reason"], **sums).rename(columns={"rows": "deals"})
    totals = (
        table.groupby(by, dropna=False)["deals"].transform("sum") if by else table["deals"].sum()
    )
    table = table.assign(share=table["deals"] / totals, amount=money(table["minor_units"]))
    table["amount"] = table["amount"].where(table["priced"] > 0)
    table = table.sort_values("deals", ascending=False, kind="stable")
    return sort(table, by)[[*by, "lost_reason", "deals", "share", "amount"]]


def lost_by_stage(deals: Frame, period: PeriodLike | None = None) -> pd.DataFrame:
    """Lost deals per reason and the last stage before the loss: lost_reason, stage, deals.

    Examples
    --------
    >>> deals = pd.DataFrame({"status": ["lost", "lost", "lost", "won"],
    ...     "lost_reason": ["price", "price", None, None],
    ...     "stage": ["Offer", "Offer", "New", "Offer"]})
    >>> lost_by_stage(deals).values.tolist()
    [['not given', 'New', 1], ['price', 'Offer', 2]]
    """
    period = of_period(deals, period)
    found = require_columns(
        deals, "deals", ["status", "lost_reason", "stage", *when(period)]
    ).with_columns(lost_reason=nw.col("lost_reason").fill_null(UNKNOWN_LOST_REASON))
    lost = closed(found, period).filter(nw.col("status") == "lost")
    return count(lost, ["lost_reason", "stage"]).rename(columns={"rows": "deals"})


def lost_from(
    deals: Frame, stages: Frame, stage_order: Sequence[str], period: PeriodLike | None = None
) -> nw.LazyFrame:
    """Lost deals with the stage that each was lost from.

    That is the deal's own stage, where it is one of the funnel, else the last one of its history:
    many CRMs move a lost deal to a stage of its own. Missing where neither tells.

    Parameters
    ----------
    deals : frame of deals;  stages : frame of deal_id, stage, entered_at, or None;  stage_order
        : () leaves the stages as they are

    Examples
    --------
    >>> deals = pd.DataFrame({"deal_id": ["1"], "status": "lost", "stage": "Closed"})
    >>> history = pd.DataFrame({"deal_id": "1", "stage": ["New", "Offer"],
    ...     "entered_at": pd.to_datetime(["2026-09-01", "2026-09-02"])})
    >>> lost_from(deals, history, ["New", "Offer"]).collect().to_native()["stage"].tolist()
    ['Offer']
    """
    period, order = of_period(deals, period), list(stage_order)
    found = require_columns(deals, "deals", ["deal_id", "status", "stage", *when(period)])
    lost = closed(found, period).filter(nw.col("status") == "lost")
    if not order:
        return lost
    own, last = (
        nw.when(nw.col("stage").is_in(order)).then(nw.col("stage")),
        nw.lit(None).cast(nw.String),
    )
    if stages is None:
        return lost.with_columns(stage=own.otherwise(last))
    walked = steps(lost, stages, order).with_columns(_most=nw.col("_n").max().over("deal_id"))
    ends = (
        walked.filter(nw.col("_n") == nw.col("_most"))
        .group_by("deal_id")
        .agg(_last=nw.col("_place").max())
    )
    for number, name in enumerate(order):
        last = nw.when(nw.col("_last") == number).then(nw.lit(name)).otherwise(last)
    return (
        lost.join(ends, on="deal_id", how="left")
        .with_columns(stage=own.otherwise(last))
        .drop("_last")
    )


def by_stage(long: pd.DataFrame, name: str, stage_order: Sequence[str]) -> pd.DataFrame:
    """Deals per name and stage as a wide table, most deals first: name, the stages of the order
    that occur, unknown, deals.

    Parameters
    ----------
    long : `name`, stage, deals;  stage_order : other stages together are unknown; () leaves out the
        stages

    Examples
    --------
    >>> long = pd.DataFrame({"competitor": ["Rival", "Rival"], "stage": ["New", None], "deals": [2,
    ...     1]})
    >>> by_stage(long, "competitor", ["New", "Offer"])
      competitor  New  unknown  deals
    0      Rival    2        1      3
    """
    order = list(stage_order)
    stage = [one if one in order else UNKNOWN for one in long["stage"]]
    wide = long.assign(stage=stage).pivot_table(
        index=name, columns="stage", values="deals", aggfunc="sum", fill_value=0
    )
    kept = [one for one in order if one in wide.columns] + [
        one for one in (UNKNOWN,) if one in wide.columns and order
    ]
    wide = wide.assign(deals=wide.sum(axis=1))[[*kept, "deals"]].reset_index()
    wide.columns.name = None
    return wide.sort_values(["deals", name], ascending=[False, True], kind="stable").reset_index(
        drop=True
    )


def reasons_by_stage(long: pd.DataFrame, stage_order: Sequence[str]) -> pd.DataFrame:
    """Lost reasons by the stage lost from, as a Pareto table.

    Parameters
    ----------
    long : table of `lost_by_stage`

    Returns
    -------
    DataFrame, most deals first, "not given" last: lost_reason, one column per stage of the order
    that occurs, unknown (deals lost from no stage of it; left out where there are none), deals,
    share (0..1 of all lost deals), cum_share (of this row and those above)

    Examples
    --------
    >>> long = pd.DataFrame({"lost_reason": ["price", "late", "not given"], "stage": ["New", None,
    ...     "Offer"], "deals": [2, 1, 1]})
    >>> reasons_by_stage(long, ["New", "Offer"])
      lost_reason  New  Offer  unknown  deals  share  cum_share
    0       price    2      0        0      2   0.50       0.50
    1        late    0      0        1      1   0.25       0.75
    2   not given    0      1        0      1   0.25       1.00
    """
    wide = by_stage(long, "lost_reason", stage_order)
    last = wide["lost_reason"] == UNKNOWN_LOST_REASON
    wide = pd.concat([wide[~last], wide[last]], ignore_index=True)
    total = max(1, wide["deals"].sum())
    return wide.assign(share=wide["deals"] / total, cum_share=wide["deals"].cumsum() / total)


def not_given_share(
    reasons: pd.DataFrame,
    others: Sequence[str] = ("other", "другое", "прочее", UNKNOWN_LOST_REASON),
) -> float:
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
