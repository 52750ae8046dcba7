"""Deals whose word for the status nothing settles: they count as open, and here as lost and as won
instead.
"""

from collections.abc import Iterable

import narwhals as nw
import pandas as pd

from salesnb.formats.periods import PeriodLike
from salesnb.measures.conversion import conversion
from salesnb.measures.frames import Frame, count, has, lazy, within

LIKELY_LOST = "likely lost"


def settled(deals: Frame, end: str) -> nw.LazyFrame:
    """Deals of unsettled words counted as closed on the day that their closing date says.

    Parameters
    ----------
    deals : any frame that Narwhals takes: status, closed_at, unsettled, unsettled_at
    end : lost: all of them as lost; won: as won, and as lost where the word looks
        like it

    Examples
    --------
    >>> deals = pd.DataFrame({"status": ["won", "open", "open"],
    ...     "closed_at": pd.to_datetime(["2026-09-01", None, None]),
    ...     "unsettled": [None, "unclear", "likely lost"], "unsettled_at": pd.to_datetime([None,
    ...         "2026-09-02", "2026-09-03"])})
    >>> [conversion(settled(deals, end))[["won", "lost"]].iloc[0].tolist() for end in ("lost",
    ...     "won")]
    [[1, 2], [2, 1]]
    """
    found = lazy(deals)
    late = (nw.col("status") == "open") & ~nw.col("unsettled_at").is_null()
    won = nw.lit(end == "won") & (nw.col("unsettled") != LIKELY_LOST).fill_null(True)
    ended = nw.when(won).then(nw.lit("won")).otherwise(nw.lit("lost"))
    return found.with_columns(
        status=nw.when(late).then(ended).otherwise(nw.col("status")),
        closed_at=nw.when(late).then(nw.col("unsettled_at")).otherwise(nw.col("closed_at")),
    )


def closed_unsettled(deals: Frame, periods: Iterable[PeriodLike | None]) -> nw.LazyFrame | None:
    """The deals of unsettled words that would be closed in one of `periods` (None: at any time);
    None where a frame has none.
    """
    found = lazy(deals)
    if not all(has(found, name) for name in ("status_word", "unsettled", "unsettled_at")):
        return None
    kept = found.filter((nw.col("status") == "open") & ~nw.col("unsettled_at").is_null())
    inside = [within("unsettled_at", period) for period in periods if period is not None]
    return kept.filter(nw.any_horizontal(*inside, ignore_nulls=True)) if inside else kept


def settled_ends(deals: Frame, periods: Iterable[PeriodLike | None]) -> tuple[str, ...]:
    """As what the unsettled deals of `periods` can be counted: lost, and won unless every word
    looks like lost; () without any.
    """
    found = closed_unsettled(deals, periods)
    if found is None:
        return ()
    kinds = count(found, ["unsettled"])
    if kinds.empty or not kinds["rows"].sum():
        return ()
    return ("lost", "won") if (kinds["unsettled"] != LIKELY_LOST).any() else ("lost",)


def unsettled(deals: Frame, period: PeriodLike | None) -> dict | None:
    """What the unsettled words leave open in a period.

    Parameters
    ----------
    deals : any frame that Narwhals takes
    period : as in `conversion`

    Returns
    -------
    dict, None where no deal that would be closed in the period carries such a word
        rows : those deals;  words : [(word, deals)], most first
        open, lost, won : {"won", "closed", "conversion"} with them as open (as the headline
        counts), as lost, as won; won is None where every word looks like lost
    """
    found = closed_unsettled(deals, (period,))
    words = None if found is None else count(found, ["status_word"])
    if words is None or words.empty or not words["rows"].sum():
        return None
    words = words.assign(status_word=words["status_word"].fillna("")).sort_values(
        ["rows", "status_word"], ascending=[False, True]
    )
    ends = settled_ends(deals, (period,))
    rates = {"open": conversion(deals, period=period)}
    rates |= {end: conversion(settled(deals, end), period=period) for end in ends}
    return {
        "rows": int(words["rows"].sum()),
        "words": [
            (word, int(rows))
            for word, rows in zip(words["status_word"], words["rows"], strict=True)
        ],
        "won": None,
    } | {name: _figures(table) for name, table in rates.items()}


def _figures(table: pd.DataFrame) -> dict:
    row = table.iloc[0]
    return {
        "won": int(row["won"]),
        "closed": int(row["closed"]),
        "conversion": float(row["conversion"]),
    }
