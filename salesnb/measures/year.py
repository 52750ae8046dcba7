"""A month beside the months of its year."""

from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from salesnb.measures.frames import BookLike, months_before
from salesnb.measures.so_far import earlier
from salesnb.measures.summary import first_month, monthly
from salesnb.measures.told import NO_WON, bare, of_page, told, untold
from salesnb.params import Thresholds
from salesnb.stats.intervals import wilson

Place: TypeAlias = Literal[
    "lowest", "highest", "usual", ""
]  # of a month among the earlier ones; "": too few of them

DEFAULTS = Thresholds()
ENOUGH_MONTHS = 6  # real earlier months without which "the range of the year" is an invention


def year(book: BookLike) -> tuple[str, str]:
    """The last 12 months as a period."""
    return f"{months_before(book.month, 11)}-01", f"{months_before(book.month, -1)}-01"


def months(book: BookLike, months: int = 13) -> pd.DataFrame:
    """Headline figures of the last months; those before the first deal of the export are missing.
    Memoised on the Book.
    """
    return book.kept(f"_months_{months}", lambda: _months(book, months))


def _months(book, months: int) -> pd.DataFrame:
    table = monthly(
        book.closer_deals, book.month, months, first_month(book.department.closer_deals)
    )
    gone = [] if of_page(book).priced else ["won_amount", "average_order", "open_amount"]
    gone += ["won_amount", "average_order"] if untold(book) == NO_WON else []
    gone += [] if told(book).in_days else ["mean_days"]
    return bare(table.assign(**dict.fromkeys(gone, float("nan"))), book)


def months_so_far(book: BookLike) -> pd.DataFrame:
    """`months`, of a month that is not over each up to the same working day; memoised
    on the Book.
    """
    if not earlier(book):
        return months(book)
    return book.kept("_months_so_far", lambda: _months_so_far(book))


def _months_so_far(book) -> pd.DataFrame:
    known = months(book)
    rows = []
    for month, then in earlier(book).items():
        whole = known[known["month"] == month]
        rows.append(months(then, 1) if whole["closed"].notna().all() else whole)
    table = pd.concat([*rows, known.tail(1)], ignore_index=True)
    table.attrs = dict(known.attrs)
    return table


def pooled(months: pd.DataFrame) -> dict:
    """The last 12 known months as one: {"first", "months", "won", "closed", "conversion", "low",
    "high"}.
    """
    known = months.iloc[-12:].dropna(subset=["closed"])
    won, closed = int(known["won"].sum()), int(known["closed"].sum())
    low, high = wilson(won, closed)
    return {
        "first": known["month"].iloc[0] if len(known) else None,
        "months": len(known),
        "won": won,
        "closed": closed,
        "conversion": won / closed if closed else float("nan"),
        "low": float(low),
        "high": float(high),
    }


def span_of_year(months: pd.DataFrame, thresholds: Thresholds = DEFAULTS) -> dict | None:
    """How conversion moved over the months, and how far chance alone moves it; None with fewer than
    two months to compare.

    Returns
    -------
    dict: lowest, highest : {"month", "conversion"}; months (with enough closed deals); closed (in
    the middle one); pooled; by_chance (0..1: half the width of the 95 % interval of a month with so
    many deals at the pooled rate)
    """
    usable = months[months["closed"] >= thresholds.min_verdict]
    if len(usable) < 2:
        return None
    whole = pooled(months)
    middle = float(usable["closed"].median())
    low, high = wilson(whole["conversion"] * middle, middle)
    ends = {"lowest": usable["conversion"].idxmin(), "highest": usable["conversion"].idxmax()}
    return {
        name: {
            "month": usable.loc[row, "month"],
            "conversion": float(usable.loc[row, "conversion"]),
        }
        for name, row in ends.items()
    } | {
        "months": len(usable),
        "closed": int(middle),
        "pooled": whole,
        "by_chance": float(high - low) / 2,
    }


def against_year(
    months: pd.DataFrame, name: str, n: str = "", of: str = "", thresholds: Thresholds = DEFAULTS
) -> dict:
    """A figure of the month beside the month before and the range of the earlier months of the
    year.

    Parameters
    ----------
    months : table of `monthly`;  name : column of the figure
    n : column with the deals that an average is of: a month with too few of them does not count
    of : column with the deals that a count or a sum is of: every month counts, but two months with
        few are not compared

    Returns
    -------
    dict: now, before, ratio (now / before - 1; NaN where there is none), few (too few deals to
    compare the two months), months (this one and the earlier ones that count), low, high, place :
    lowest, highest, usual (within low and high, the range of the earlier months), "" with fewer
    than six of them

    Examples
    --------
    >>> months = pd.DataFrame({"month": list("abcdefgh"), "new_deals": [5.0, 6, 7, 8, 5, 6, 10, 9]})
    >>> found = against_year(months, "new_deals")
    >>> found["place"], round(found["ratio"], 2), found["low"], found["high"]
    ('usual', -0.1, 5.0, 10.0)
    """
    values = months[name].astype(float)
    enough = months[n] >= thresholds.min_verdict if n else values.notna()
    now, before = (float(values.iloc[k]) if len(values) >= -k else float("nan") for k in (-1, -2))
    earlier = values.iloc[:-1][enough.iloc[:-1]].dropna()
    ranged = len(earlier) >= ENOUGH_MONTHS and bool(enough.iloc[-1]) and not np.isnan(now)
    low, high = (
        (float(earlier.min()), float(earlier.max())) if ranged else (float("nan"), float("nan"))
    )
    few = (
        not enough.iloc[-2:].all()
        if n
        else bool(of) and not (months[of].iloc[-2:] >= thresholds.min_verdict).any()
    )
    return {
        "now": now,
        "before": before,
        "ratio": now / before - 1 if before else float("nan"),
        "months": len(earlier) + 1,
        "few": bool(few),
        "place": _among(now, low, high) if ranged else "",
        "low": low,
        "high": high,
    }


def _among(now: float, low: float, high: float) -> Place:
    return "lowest" if now < low else "highest" if now > high else "usual"
