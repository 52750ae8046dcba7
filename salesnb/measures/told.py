"""What an export can tell at all: whether it has won and lost deals, when they were closed, what
they are worth.

An export lacks what it lacks in every month and on every page: these facts are of the whole
department, as the export knows it on its own day. Tables of rates go through `bare`, so that none
says what the export cannot.
"""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import narwhals as nw
import numpy as np
import pandas as pd

from salesnb.measures.frames import (
    BookLike,
    Frame,
    collect,
    flag,
    has,
    minor,
    require_columns,
)
from salesnb.measures.grain import Coarse, Grain, coarser_than_days, coarsest, grain
from salesnb.stats.missing import Missing

RATES = (
    "conversion",
    "low",
    "high",
    "change",
    "change_low",
    "change_high",
    "year_conversion",
    "year_low",
    "year_high",
)
Lacking: TypeAlias = Literal[
    "no lost", "no won", ""
]  # why there is no conversion; "": there is one
Withheld: TypeAlias = Literal[
    "no lost", "no won", "undated", ""
]  # why no verdict on a rate is given
NO_LOST: Final = "no lost"
NO_WON: Final = "no won"
UNDATED: Final = "undated"


@dataclass(frozen=True)
class Told:
    """What is known of the closed deals of an export.

    Attributes
    ----------
    won, lost : closed deals;  won_undated, lost_undated : those of them without a closing date
    priced : whether any deal has an amount other than nought
    created, closed : how finely the dates of creation and of closing are written: time, day, week,
        month
    """

    won: int
    lost: int
    won_undated: int = 0
    lost_undated: int = 0
    priced: bool = True
    created: Grain = "time"
    closed: Grain = "time"

    @property
    def missing_outcome(self) -> Lacking:
        """ "no lost" or "no won" where the export holds closed deals of one kind only; else ""."""
        if not self.won + self.lost:
            return ""
        return NO_LOST if not self.lost else NO_WON if not self.won else ""

    @property
    def length(self) -> Grain:
        """How finely a length from creation to closing is known: the coarser of the two."""
        return coarsest(self.created, self.closed)

    @property
    def in_days(self) -> bool:
        """Whether deals are dated finely enough for a length in days."""
        return self.length not in ("week", "month")

    @property
    def dating(self) -> Missing:
        """In how many won and lost deals the closing date is missing, and what conversion is either
        way.
        """
        return Missing(self.won, self.lost, self.won_undated, self.lost_undated)


def of_deals(deals: Frame) -> Told:
    """The facts of any frame of deals: status; closed_at, created_at and amount where there are
    any.

    >>> deals = pd.DataFrame({"status": ["won", "won", "lost"],
    ...     "closed_at": pd.to_datetime(["2026-09-01", None, "2026-09-02"])})
    >>> found = of_deals(deals)
    >>> found.missing_outcome, found.won_undated, found.dating.known, round(found.dating.whole,
    ...     2), found.priced
    ('', 1, 0.5, 0.67, False)
    """
    columns = [name for name in ("closed_at", "created_at", "amount") if has(deals, name)]
    found = require_columns(deals, "deals", ["status", *columns])
    won, lost = nw.col("status") == "won", nw.col("status") == "lost"
    blank = nw.col("closed_at").is_null() if "closed_at" in columns else ~won & won
    worth = minor("amount") != 0 if "amount" in columns else ~won & won
    sums = {
        "won": won,
        "lost": lost,
        "won_undated": won & blank,
        "lost_undated": lost & blank,
        "priced": worth,
    }
    row = collect(
        found.with_columns(**{f"_{n}": flag(c) for n, c in sums.items()}).select(
            *(nw.col(f"_{n}").sum() for n in sums)
        )
    )
    counts = {name: int(row[f"_{name}"].fillna(0).iloc[0]) for name in sums}
    priced = bool(counts.pop("priced"))
    created, closed = grain(found, "created_at"), grain(found.filter(won | lost), "closed_at")
    return Told(**counts, priced=priced, created=created, closed=closed)


def told(book: BookLike) -> Told:
    """The facts of the export that a Book is of."""
    whole = book.whole
    return whole.kept("_told", lambda: of_deals(whole.closer_deals))


def of_page(book: BookLike) -> Told:
    """The facts of the deals of one page: those of its channel."""
    return (
        told(book)
        if book.channel is None
        else book.kept("_told", lambda: of_deals(book.closer_deals))
    )


def grain_of(book: BookLike, table: str, column: str) -> Grain:
    """How finely a column of another table of the export is written; "time" without the table."""
    whole = book.whole
    frame = getattr(whole, table)
    return "time" if frame is None else whole.kept(f"_grain_{table}", lambda: grain(frame, column))


def coarse(book: BookLike, *tables: str) -> Coarse:
    """ "week" or "month" where nothing is known by the day of deals, or of the `tables` named
    (stages, touches); else "".
    """
    when = {"stages": "entered_at", "touches": "at"}
    found = coarsest(told(book).length, *(grain_of(book, name, when[name]) for name in tables))
    return coarser_than_days(found)


def untold(book: BookLike) -> Lacking:
    """Why the export gives no conversion: "no lost", "no won", or ""."""
    return told(book).missing_outcome


def untold_of(book: BookLike, function: str) -> Lacking:
    """The same of one function: hunters or farmers."""
    whole = book.whole
    return whole.kept(
        f"_told_{function}", lambda: of_deals(whole.function_deals(function))
    ).missing_outcome


def withheld(book: BookLike) -> Withheld:
    """Why no verdict on a rate is given: that there is no rate, "undated" (closing dates are
    missing unequally), or "".
    """
    found = told(book)
    return found.missing_outcome or (
        UNDATED if found.dating.unequal or of_page(book).dating.unequal else ""
    )


def bare(table: pd.DataFrame, book: BookLike) -> pd.DataFrame:
    """A table without the rates and the verdicts that the export cannot give; ``.attrs["untold"]``
    says why ("": it can).

    Counts stay. Where closing dates are missing unequally the rates stay and the verdicts go.
    """
    attrs, code = dict(table.attrs), withheld(book)
    if code:
        gone = [c for c in RATES if c in table] if code != UNDATED else []
        table = table.assign(**dict.fromkeys(gone, np.nan))
        if "verdict" in table:
            table = table.assign(verdict=pd.Series("", index=table.index, dtype=object))
    table.attrs = attrs | {"untold": code}
    return table
