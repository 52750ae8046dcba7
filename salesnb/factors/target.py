"""Factor 1, target clients: how many deals meet the written rule, and conversion inside and outside it."""

import narwhals as nw
import pandas as pd

from salesnb.factors.shares import share, with_change
from salesnb.measures.conversion import conversion
from salesnb.measures.frames import count


def evidence(book) -> str:
    """measured, or no data where no deal has the mark."""
    known = count(book.closer_deals.filter(~nw.col("is_target").is_null()), [])["rows"].iloc[0]
    return "measured" if known else "no data"


def index(book, by=None) -> pd.DataFrame:
    """Share of target clients among the deals created in the month (deals without the mark do not count), with its change.

    Returns
    -------
    DataFrame: by…, hits, deals, share, low, high, before, change, change_low, change_high, clear
    """
    known = book.closer_deals.filter(~nw.col("is_target").is_null())
    now, before = (share(known, nw.col("is_target"), by, "created_at", month) for month in (book.month, book.previous))
    return with_change(now, before, by)


def inside_and_outside(book) -> pd.DataFrame:
    """Conversion of target and other clients over the trailing window: kind (yes, no, unknown), won, lost, closed, conversion,
    low, high."""
    kind = (
        nw.when(nw.col("is_target"))
        .then(nw.lit("yes"))
        .when(~nw.col("is_target"))
        .then(nw.lit("no"))
        .otherwise(nw.lit("unknown"))
    )
    return conversion(book.closer_deals.with_columns(kind=kind), by="kind", period=book.window_period)
