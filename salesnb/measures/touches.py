"""Touches and the deal that each of them belongs to."""

import narwhals as nw

from salesnb.measures.frames import BookLike, Frame, days_between, flag, require_columns
from salesnb.schema import TOUCH_KINDS, UNKNOWN

CONTACTS = [kind for kind in TOUCH_KINDS if kind != "task"]
KEYS = [
    "_client",
    "_who",
    "_at",
]  # the client, who made the touch and when: nothing else decides which deal it joins


def joined(touches: Frame, deals: Frame) -> nw.LazyFrame:
    """Touches with the deal that each belongs to, also where the export binds them to a client
    only.

    Such a touch joins the client's deal that was open on that day: that of the person who made it,
    else the latest created one. Where there is none it stays without a deal. Days are calendar
    days.

    Parameters
    ----------
    touches : any frame that Narwhals takes: at, deal_id, client_id, manager and whatever else
    deals : frame of deal_id, client_id, manager, status, created_at, closed_at: every deal of the
        clients, of any channel

    Returns
    -------
    lazy frame: the rows and columns of `touches`, deal_id filled where it can be told

    Raises
    ------
    DataError
        A column is missing.

    Source
    ------
    definitions, Three missed calls: "the caller's, else the latest created, else none".

    Examples
    --------
    >>> import pandas as pd
    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "client_id": "C", "manager": ["Ann", "Bo"],
    ...     "status": "open",
    ...     "created_at": pd.to_datetime(["2026-09-01", "2026-09-05"]), "closed_at": pd.NaT})
    >>> touches = pd.DataFrame({"at": pd.to_datetime(["2026-09-02", "2026-09-06", "2026-09-06"]),
    ...     "deal_id": None,
    ...     "client_id": "C", "manager": ["Bo", "Ann", "Cy"]})
    >>> joined(touches,
    ...     deals).collect().to_native()["deal_id"].tolist()  # Bo's own deal was not there yet
    ['1', '1', '2']
    """
    found = require_columns(touches, "touches", ["at", "deal_id", "client_id", "manager"])
    known = require_columns(
        deals, "deals", ["deal_id", "client_id", "manager", "status", "created_at", "closed_at"]
    )
    marked = found.with_columns(
        _client=nw.col("client_id"),
        _who=nw.col("manager").cast(nw.String).fill_null(""),
        _at=nw.col("at"),
    )
    loose = (
        marked.filter(nw.col("deal_id").is_null() & ~nw.col("client_id").is_null())
        .select(*KEYS)
        .unique(KEYS)
    )
    both = marked.join(_deals_of(loose, known), on=KEYS, how="left")
    deal = nw.when(nw.col("deal_id").is_null()).then(nw.col("_deal")).otherwise(nw.col("deal_id"))
    return both.with_columns(deal_id=deal).drop(*KEYS, "_deal")


def _deals_of(loose: nw.LazyFrame, deals: nw.LazyFrame) -> nw.LazyFrame:
    """The deal of each client, person and time: _client, _who, _at, _deal."""
    named = deals.select(
        _client=nw.col("client_id"),
        _deal=nw.col("deal_id"),
        _owner=nw.col("manager"),
        _status=nw.col("status"),
        _born=nw.col("created_at"),
        _end=nw.col("closed_at"),
    )
    there = (nw.col("_status") == "open") | (days_between("_at", "_end") >= 0)
    pairs = loose.join(named, on="_client", how="inner").filter(
        (days_between("_born", "_at") >= 0) & there
    )
    pairs = pairs.with_columns(_own=flag(nw.col("_owner") == nw.col("_who")))
    return (
        _greatest(_greatest(pairs, "_own"), "_born")
        .group_by(*KEYS)
        .agg(_deal=nw.col("_deal").min())
    )


def _greatest(pairs: nw.LazyFrame, column: str) -> nw.LazyFrame:
    """Of the pairs with the same keys those with the greatest value."""
    top = pairs.group_by(*KEYS).agg(_top=nw.col(column).max())
    return (
        pairs.join(top, on=KEYS, how="inner").filter(nw.col(column) == nw.col("_top")).drop("_top")
    )


def of_book(book: BookLike) -> nw.LazyFrame | None:
    """Touches of a Book with the deal of each; None where the company has none.

    On a channel's page those stay out that belong to a deal of another channel.
    """
    if book.touches is None:
        return None
    found = joined(book.touches, book.department.deals)
    if book.channel is None:
        return found
    own = book.deals.select("deal_id").unique().with_columns(_here=nw.lit(1))
    kept = nw.col("deal_id").is_null() | ~nw.col("_here").is_null()
    return found.join(own, on="deal_id", how="left").filter(kept).drop("_here")


def whose(owner: str) -> nw.Expr:
    """Whose a touch is: of whoever made it; where that is not known, of the owner of its deal (a
    column).
    """
    nobody = nw.col("manager").is_null() | (nw.col("manager") == UNKNOWN)
    return nw.when(nobody).then(nw.col(owner)).otherwise(nw.col("manager"))


def is_talk(least: int) -> nw.Expr:
    """Whether a call was answered and lasted at least so many seconds."""
    answered = (nw.col("result") != "missed").fill_null(True)
    return (nw.col("duration_s") >= least) & answered


def by_people(book: BookLike) -> nw.LazyFrame | None:
    """`of_book` without tasks, kinds in no list (a note) and what a robot did: what people did to
    reach a client.
    """
    found = of_book(book)
    if found is None:
        return None
    return found.filter(nw.col("kind").is_in(CONTACTS) & ~nw.col("by_robot").fill_null(False))
