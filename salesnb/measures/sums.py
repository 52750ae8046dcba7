"""Won amounts and new deals of any groups and period; `summary.monthly` has them by month."""

import narwhals as nw
import pandas as pd

from salesnb.formats.periods import PeriodLike
from salesnb.measures.frames import (
    MINOR_UNITS,
    By,
    Frame,
    closed,
    count,
    flag,
    grouped,
    minor,
    no_clash,
    of_period,
    require_columns,
    when,
    within,
)

IS_WON = nw.col("status") == "won"
# sums of closed deals: the amount of the won ones in whole minor units, and how many have one
WON = {
    "won_minor": nw.when(IS_WON).then(minor("amount")).otherwise(nw.lit(0)).cast(nw.Int64),
    "priced": flag(IS_WON & ~nw.col("amount").is_null()),
}


def won_amounts(
    deals: Frame, by: By | None = None, period: PeriodLike | None = None
) -> pd.DataFrame:
    """Won deals closed in the period, their amount, and the average won deal.

    Parameters
    ----------
    deals : a Book (its deals of closers), or any frame that Narwhals takes
        Needs ``status``, ``amount``, ``closed_at`` when a period is given, and the columns of `by`.
    by, period : as in `conversion`

    Returns
    -------
    DataFrame, one row per group with a closed deal, sorted by `by`
        by…, won (deals), won_amount (NaN where none of them has an amount), average_order (of those
        with an amount; NaN without any)

    Examples
    --------
    Of three won deals two have an amount.

    >>> deals = pd.DataFrame({"status": ["won", "won", "won", "lost"], "office": list("NNNS"),
    ...     "amount": [100.0, 50.0, None, 70.0]})
    >>> won_amounts(deals, by="office")
      office  won  won_amount  average_order
    0      N    3       150.0           75.0
    1      S    0         0.0            NaN
    """
    period = of_period(deals, period)
    deals, by = grouped(deals, by)
    no_clash(by, ["won_amount", "average_order"])
    found = require_columns(deals, "deals", ["status", "amount", *by, *when(period)])
    table = with_won_amount(count(closed(found, period), by, won=flag(IS_WON), **WON))
    return table[[*by, "won", "won_amount", "average_order"]]


def with_won_amount(table: pd.DataFrame) -> pd.DataFrame:
    """A table of won and the sums of `WON` with won_amount, missing where deals were won and none
    has an amount, and average_order, of those with one.
    """
    amount = unless_unpriced(table["won_minor"] / MINOR_UNITS, table["won"], table["priced"])
    average = amount / table["priced"].where(table["priced"] > 0)
    return table.assign(won_amount=amount, average_order=average.astype(float))


def unless_unpriced(amount: pd.Series, deals: pd.Series, priced: pd.Series) -> pd.Series:
    """A sum of amounts, missing where there are deals and none has an amount: nothing is known of
    it, and 0 would be a claim.
    """
    return amount.where((deals == 0) | (priced > 0))


def new_deals(deals: Frame, by: By | None = None, period: PeriodLike | None = None) -> pd.DataFrame:
    """Deals created in the period, whatever became of them.

    Parameters
    ----------
    deals, by : as in `conversion`; needs ``created_at``
    period : when they were created; None: all

    Returns
    -------
    DataFrame, one row per group, sorted by `by`: by…, new_deals

    Examples
    --------
    >>> deals = pd.DataFrame({"office": list("NNS"),
    ...     "created_at": pd.to_datetime(["2026-09-01", "2026-09-30", "2026-10-01"])})
    >>> new_deals(deals, by="office", period="2026-09").values.tolist()
    [['N', 2]]
    """
    period = of_period(deals, period)
    deals, by = grouped(deals, by)
    no_clash(by, ["new_deals"])
    found = require_columns(deals, "deals", ["created_at", *by])
    return count(created(found, period), by).rename(columns={"rows": "new_deals"})


def created(deals: nw.LazyFrame, period: PeriodLike | None = None) -> nw.LazyFrame:
    """Deals whose creation is dated, of the period when one is given."""
    found = deals.filter(~nw.col("created_at").is_null())
    return found if period is None else found.filter(within("created_at", period))
