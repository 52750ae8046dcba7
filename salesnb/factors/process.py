"""Factor 2, the sales process: deviations, wins on the day of creation, time in stage. Its paths and losses are rooms of their own."""

import narwhals as nw
import numpy as np
import pandas as pd

from salesnb.factors.shares import COLUMNS, for_page, share, with_change
from salesnb.measures.frames import closed, count, flag, keys, within
from salesnb.measures.stages import stage_times, won_on_creation_day
from salesnb.measures.told import coarse, told
from salesnb.model.features import deviations, landmark_of

KINDS = ("skipped", "back", "overdue")


def evidence(book) -> str:
    """measured, or no data without a history of stages or an order of them.

    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open", "created_at": "2026-09-01"})
    >>> evidence(book(deals, month="2026-09", stage_order=["New", "Offer"]))
    'no data'
    """
    return "measured" if book.stages is not None and book.stage_order else "no data"


def marked_deals(book):
    """Closer deals with skipped, back, overdue (0 or 1) by the landmark; None without a history of stages.

    Deals without a row in the history take no part.

    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "won", "created_at": "2026-09-01", "closed_at": "2026-09-20"})
    >>> history = pd.DataFrame({"deal_id": ["1"], "stage": ["Offer"], "entered_at": ["2026-09-01"]})
    >>> found = marked_deals(book(deals, history, month="2026-09", stage_order=["New", "Offer"]))
    >>> found.collect("pandas").to_native()[["skipped", "back", "overdue"]].values.tolist()
    [[1, 0, 0]]
    """
    found = deviations(book, landmark_of(book))
    if found is None:
        return None
    return book.closer_deals.join(found, on="deal_id", how="inner")


def index(book, by=None) -> pd.DataFrame:
    """Share of the month's closed deals that skipped a stage, went back or overstayed one within the landmark days.

    Returns
    -------
    DataFrame: by…, hits, deals (with a history), share, low, high, before, change, change_low, change_high, clear; no rows
    without a history of stages, or where deals or stages are dated by week or month (``.attrs["grain"]``). Managers who have left are in the whole only.

    Examples
    --------
    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": "Ann", "status": "won", "created_at": "2026-09-01", "closed_at": "2026-09-20"})
    >>> history = pd.DataFrame({"deal_id": ["1", "2"], "stage": ["Offer", "New"], "entered_at": "2026-09-01"})
    >>> index(book(deals, history, month="2026-09", stage_order=["New", "Offer"]))[["hits", "deals", "share"]]
       hits  deals  share
    0     1      2    0.5
    """
    deals, by, grain = marked_deals(book), keys(by), coarse(book, "stages")
    if deals is None or grain:
        empty = pd.DataFrame(columns=[*by, *COLUMNS])
        empty.attrs["grain"] = grain if deals is not None else ""
        return empty
    hit = sum((nw.col(kind) for kind in KINDS[1:]), nw.col(KINDS[0])) > 0
    now, before = (share(closed(deals), hit, by, "closed_at", month) for month in (book.month, book.previous))
    return for_page(with_change(now, before, by), book, by)


def kinds(book) -> pd.DataFrame:
    """Deals of the window with each kind of deviation over their whole life: kind (skipped, back, overdue), deals, share (0..1), all.

    `all` are the closed deals with a history, the same in every row. No rows where the days of the stages are not known.

    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "won", "created_at": "2026-09-01", "closed_at": "2026-09-04"})
    >>> history = pd.DataFrame({"deal_id": "1", "stage": ["New", "Offer", "New"], "entered_at": ["2026-09-01", "2026-09-02", "2026-09-03"]})
    >>> kinds(book(deals, history, month="2026-09", stage_order=["New", "Offer"]))["deals"].tolist()
    [0, 1, 0]
    """
    found = None if coarse(book, "stages") else deviations(book, None)
    if found is None:
        return pd.DataFrame(columns=["kind", "deals", "share", "all"])
    deals = closed(book.closer_deals, book.window_period).join(found, on="deal_id", how="inner")
    row = count(deals, [], **{kind: flag(nw.col(kind) > 0) for kind in KINDS}).iloc[0]
    table = [(kind, int(row[kind]), row[kind] / row["rows"] if row["rows"] else np.nan) for kind in KINDS]
    return pd.DataFrame(table, columns=["kind", "deals", "share"]).assign(all=int(row["rows"]))


def same_day(book) -> dict:
    """Deals won on the day they were created, of those won in the window: {"won", "same_day", "share"} (share NaN without won,
    and where the export dates deals by week or month, so that all look so).

    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": "Ann", "status": "won", "created_at": ["2026-09-01 09:00"] * 2,
    ...     "closed_at": ["2026-09-01 18:00", "2026-09-02 18:00"]})
    >>> same_day(book(deals, month="2026-09"))
    {'won': 2, 'same_day': 1, 'share': 0.5}
    """
    found = won_on_creation_day(book.closer_deals, book.window_period)
    return found if told(book).in_days else found | {"same_day": 0, "share": float("nan")}


def times_beside(book, manager: str | None) -> pd.DataFrame:
    """Days in each stage, of the deals created in the window that left it: of everybody, and of the benchmark manager.

    Returns
    -------
    DataFrame, one row per stage in order: stage, deals, median_days, p90_days, theirs (median days), their_deals (NaN without
    a benchmark)

    Examples
    --------
    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": ["Ann", "Bo"], "status": "won", "created_at": "2026-09-01",
    ...     "closed_at": ["2026-09-03", "2026-09-05"]})
    >>> history = pd.DataFrame({"deal_id": ["1", "2"], "stage": "New", "entered_at": "2026-09-01"})
    >>> times_beside(book(deals, history, month="2026-09", stage_order=["New"]), "Ann")[["stage", "deals", "median_days", "theirs"]]
      stage  deals  median_days  theirs
    0   New      2          3.0     2.0
    """
    if book.stages is None or coarse(book, "stages"):
        return pd.DataFrame(columns=["stage", "deals", "median_days", "p90_days", "theirs", "their_deals"])
    deals = book.closer_deals.filter(within("created_at", book.window_period))
    everybody = stage_times(deals, book.stages, book.as_of, book.stage_order)
    if manager is None:
        return everybody.assign(theirs=np.nan, their_deals=np.nan)
    theirs = stage_times(deals.filter(nw.col("manager") == manager), book.stages, book.as_of, book.stage_order)
    own = theirs[["stage", "median_days", "deals"]].rename(columns={"median_days": "theirs", "deals": "their_deals"})
    return everybody.merge(own, on="stage", how="left")
