"""What an analyst may look at: each measure with its door, its figures and the deals that it
counts.
"""

from collections.abc import Callable
from dataclasses import dataclass

import narwhals as nw
import pandas as pd

from salesnb.formats.periods import PeriodLike
from salesnb.measures.conversion import conversion
from salesnb.measures.frames import closed
from salesnb.measures.length import deal_length
from salesnb.measures.sums import created, new_deals, won_amounts

Counted = Callable[[nw.LazyFrame, PeriodLike | None], nw.LazyFrame]


@dataclass(frozen=True)
class Measure:
    """One measure.

    Attributes
    ----------
    door : its name in ``import salesnb as s``;  make : itself
    size : the column of its table that counts deals: the largest groups have most of them
    value : the figure that a chart draws
    needs : columns that `counted` takes
    counted : the deals of a period that it counts
    """

    door: str
    make: Callable[..., pd.DataFrame]
    size: str
    value: str
    needs: tuple[str, ...]
    counted: Counted


def _won(deals: nw.LazyFrame, period: PeriodLike | None) -> nw.LazyFrame:
    return closed(deals, period).filter(nw.col("status") == "won")


def _timed(deals: nw.LazyFrame, period: PeriodLike | None) -> nw.LazyFrame:
    dated = ~nw.col("closed_at").is_null() & ~nw.col("created_at").is_null()
    return closed(deals, period).filter(dated)


SHUT = ("status", "closed_at")
MEASURES: dict[str, Measure] = {
    "conversion": Measure("conversion", conversion, "closed", "conversion", SHUT, closed),
    "won amount": Measure("won_amounts", won_amounts, "won", "won_amount", SHUT, _won),
    "average won deal": Measure("won_amounts", won_amounts, "won", "average_order", SHUT, _won),
    "deal length": Measure(
        "deal_length", deal_length, "deals", "mean_days", (*SHUT, "created_at"), _timed
    ),
    "new deals": Measure(
        "new_deals", new_deals, "new_deals", "new_deals", ("created_at",), created
    ),
}
