"""Conversion of a month under alternative definitions, and whether its verdict holds under them."""

from collections.abc import Callable, Iterator

import narwhals as nw
import numpy as np
import pandas as pd

from salesnb.formats.periods import period_bounds
from salesnb.measures.bulk_close import bulk_closings_of_month, without_bulk_closings
from salesnb.measures.conversion import compared, conversion, conversion_by_amount
from salesnb.measures.frames import (
    BookLike,
    Frame,
    closed,
    collect,
    count,
    has,
    months_before,
    require_columns,
    within,
)
from salesnb.measures.length import day_counts, weighted_quantile
from salesnb.measures.so_far import month_before, so_far
from salesnb.measures.told import bare, told, withheld
from salesnb.measures.unsettled import settled, settled_ends
from salesnb.params import Thresholds

DEFAULTS = Thresholds()
# other definitions of the same closings: a verdict that one of them does not share is withheld
DECIDING = (
    "no unreached",
    "old open as lost",
    "no mass closings",
    "unsettled as lost",
    "unsettled as won",
)
VERDICTS = ("up", "down", "too close")
SIDES = (
    "won",
    "lost",
    "closed",
    "won_before",
    "closed_before",
)  # columns of `sensitivity` that count deals

Definition = tuple[str, Callable[[str], nw.LazyFrame]]


def sensitivity(
    deals: Frame, month: str, thresholds: Thresholds = DEFAULTS, whole: Frame | None = None
) -> pd.DataFrame:
    """Conversion of a month under alternative definitions, each with its change on the previous
    month.

    Parameters
    ----------
    deals : any frame that Narwhals takes: status, created_at, closed_at, lost_class, manager;
        amount when there is one
    month : "2026-09"
    whole : the deals in which days of mass closing show, where `deals` are those of one channel;
        default: `deals`

    Returns
    -------
    DataFrame, one row per definition
        definition : headline; no unreached (without no-contact and not-a-buyer losses; where a
        reason is classed so); old open as lost; no mass closings (where there are any); unsettled
        as lost, unsettled as won (where closed deals carry a word that nothing settles); by
        creation (created and closed within the month, so that both months are equally old); by
        amount (weighted) won, lost, closed, conversion, low, high (0..1) of the month; won_before,
        closed_before of the month before; change, change_low, change_high (-1..1)
        verdict : up, down, too close; few (too few closed in one of the months for a verdict); ""
            (no interval: by amount)
        flips : whether a deciding definition has another verdict than the headline

    Source
    ------
    definitions, Robustness line; change: Newcombe (1998).

    Examples
    --------
    Three deals were closed in September. One was never reached; one was created in August; and an
    open one is older than the 10 days that a won deal takes.

    >>> deals = pd.DataFrame({"status": ["won", "lost", "lost", "open"], "manager": "Ann",
    ...     "lost_class": [None, "no_contact", "competitor", None],
    ...     "created_at": pd.to_datetime(["2026-09-01", "2026-09-05", "2026-08-28", "2026-09-10"]),
    ...     "closed_at": pd.to_datetime(["2026-09-11", "2026-09-08", "2026-09-03", None])})
    >>> found = sensitivity(deals, "2026-09")
    >>> found[["definition", "won", "closed", "verdict"]]
             definition  won  closed verdict
    0          headline    1       3     few
    1      no unreached    1       2     few
    2  old open as lost    1       4     few
    3       by creation    1       2     few
    """
    months = (month, months_before(month, 1))
    rows = []
    for name, counted in _definitions(deals, month, thresholds, whole):
        rate = _weighted if name == "by amount" else _plain
        now, before = (rate(counted(one), one) for one in months)
        rows.append(_compared(now, before, thresholds).assign(definition=name))
    table = pd.concat(rows, ignore_index=True)
    head = table["verdict"].iloc[0]
    other = table["verdict"].isin(VERDICTS) & (table["verdict"] != head)
    flips = other & table["definition"].isin(DECIDING) & (head in VERDICTS)
    return table.assign(flips=flips)[
        ["definition", *(c for c in table if c != "definition"), "flips"]
    ]


def sensitivity_members(
    deals: Frame, month: str, thresholds: Thresholds = DEFAULTS, whole: Frame | None = None
) -> pd.DataFrame:
    """The deals behind the counts of `sensitivity`: deal_id, definition, and of each of `SIDES`
    whether the deal is in it.
    """
    parts = []
    for name, counted in _definitions(deals, month, thresholds, whole):
        for one, side in ((month, ""), (months_before(month, 1), "_before")):
            found = collect(closed(counted(one), one).select("deal_id", "status"))
            won = found["status"] == "won"
            flags = {f"won{side}": won, f"closed{side}": True} | ({} if side else {"lost": ~won})
            parts.append(found[["deal_id"]].assign(definition=name, **flags))
    table = pd.concat(parts, ignore_index=True).reindex(columns=["deal_id", "definition", *SIDES])
    table[list(SIDES)] = table[list(SIDES)].eq(True)
    order = {name: place for place, name in enumerate(dict.fromkeys(table["definition"]))}
    return (
        table.groupby(["definition", "deal_id"], as_index=False)[list(SIDES)]
        .any()
        .sort_values(
            "definition", key=lambda column: column.map(order), kind="stable", ignore_index=True
        )
    )


def month_sensitivity(book: BookLike) -> pd.DataFrame:
    """`sensitivity` of the month of a Book, without rates and verdicts that its export cannot give;
    memoised on the Book.
    """
    return book.kept("_sensitivity", lambda: _of_month(book))


def _of_month(book) -> pd.DataFrame:
    own, whole = (_to_the_same_day(one, book) for one in (book, book.department))
    table = sensitivity(own, book.month, book.thresholds, whole)
    if not told(book).in_days:  # which open deals are old cannot be told
        table = table[table["definition"] != "old open as lost"].reset_index(drop=True)
    return bare(table.assign(flips=table["flips"] & (not withheld(book))), book)


def _to_the_same_day(own: BookLike, book: BookLike) -> nw.LazyFrame:
    """The closers' deals; beside a month that is not over without those that closed in the month
    before after the same working day.
    """
    if so_far(book) is None:
        return own.closer_deals
    _, end = period_bounds(month_before(book))
    late = within("closed_at", (end, f"{book.month}-01"))
    return own.closer_deals.filter(~late.fill_null(False))


def _definitions(deals, month: str, thresholds: Thresholds, whole) -> Iterator[Definition]:
    """Each definition by name, with the deals as it counts them in a month."""
    found = require_columns(
        deals, "deals", ["status", "created_at", "closed_at", "lost_class", "manager"]
    )
    before = months_before(month, 1)
    unreached = (nw.col("status") == "lost") & nw.col("lost_class").is_in(
        ["no_contact", "not_buyer"]
    ).fill_null(False)
    old = old_open_age(found, thresholds.old_open_quantile)
    yield "headline", lambda month: found
    if count(found.filter(unreached), [])["rows"].iloc[0]:
        yield "no unreached", lambda month: found.filter(~unreached)
    if old == old:
        yield "old open as lost", lambda month: _old_as_lost(found, month, old)
    if _has_bulk_days(found, month, thresholds, whole):
        yield (
            "no mass closings",
            lambda month: without_bulk_closings(found, month, thresholds, whole),
        )
    for end in settled_ends(found, (before, month)):
        yield f"unsettled as {end}", _settled_as(found, end)
    yield "by creation", lambda month: found.filter(within("created_at", month))
    if has(found, "amount"):
        yield "by amount", lambda month: found


def _settled_as(deals: nw.LazyFrame, end: str) -> Callable[[str], nw.LazyFrame]:
    return lambda month: settled(deals, end)


def _has_bulk_days(deals, month: str, thresholds: Thresholds, whole) -> bool:
    """Whether a mass closing of the month or of the one before took some of these deals."""
    return any(
        len(bulk_closings_of_month(deals, m, thresholds, whole))
        for m in (month, months_before(month, 1))
    )


def _plain(deals, month: str) -> pd.DataFrame:
    return conversion(deals, period=month)


def _weighted(deals, month: str) -> pd.DataFrame:
    """Weighted by the amounts: a sum of money has no interval of its own."""
    rate = conversion_by_amount(deals, period=month)["by_amount"].iloc[0]
    return conversion(deals, period=month).assign(conversion=rate, low=np.nan, high=np.nan)


def _compared(now: pd.DataFrame, before: pd.DataFrame, thresholds: Thresholds) -> pd.DataFrame:
    both = compared(now, before, None, thresholds)
    if both["low"].isna().all() and both["closed"].all():
        change = now["conversion"] - before["conversion"]
        return both.assign(change=change, change_low=np.nan, change_high=np.nan, verdict="")
    return both


def old_open_age(deals: Frame, quantile: float) -> float:
    """Days that `quantile` of the won deals did not exceed: an open deal older than this is old.
    NaN without won deals.
    """
    table = day_counts(deals)
    return (
        weighted_quantile(table["days"], table["won"], quantile)
        if table["won"].sum()
        else float("nan")
    )


def _old_as_lost(deals, month: str, old: float):
    """Deals still open at the end of the month that became old during it count as lost in it."""
    start, end = pd.Timestamp(f"{month}-01"), (pd.Period(month, "M") + 1).start_time
    turned = nw.col("created_at") + nw.lit(pd.Timedelta(days=int(old)).to_pytimedelta())
    still = (nw.col("status") == "open") | (nw.col("closed_at") >= end.to_pydatetime())
    late = still & (turned >= start.to_pydatetime()) & (turned < end.to_pydatetime())
    return deals.with_columns(
        status=nw.when(late).then(nw.lit("lost")).otherwise(nw.col("status")),
        closed_at=nw.when(late).then(turned).otherwise(nw.col("closed_at")),
    )
