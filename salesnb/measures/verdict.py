"""What may be said of the conversion of a month: its verdict, whether other definitions share it,
its place in the year.
"""

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import pandas as pd

from salesnb.measures.bulk_close import month_bulk_days
from salesnb.measures.frames import BookLike, months_before
from salesnb.measures.sensitivity import VERDICTS, month_sensitivity
from salesnb.measures.told import UNDATED, Withheld, of_page, withheld
from salesnb.measures.unsettled import unsettled
from salesnb.measures.year import Place, against_year, months, months_so_far, pooled
from salesnb.params import Thresholds
from salesnb.stats.missing import Missing

DEFAULTS = Thresholds()
Verdict: TypeAlias = Literal[
    "up", "down", "too close", "withheld", "few", "", "no lost", "no won", "undated"
]
# closed deals; with fewer a month says little, and the time since the export begins is said first
FEW_A_MONTH = 30


@dataclass(frozen=True)
class Assessment:
    """What may be said of a month's conversion.

    Attributes
    ----------
    verdict : up, down, too close; withheld (clear, but a deciding definition does not share it; or,
        whatever it is, an unsettled word would change it); few (too few closed in one of the
        months); "" (nothing closed in the month before); no lost, no won, undated where the export
        gives none
    against : deciding definitions that do not share the headline's verdict;  differ : {definition:
        verdict} of all that do not
    known_before : whether the export reaches back to the month before;  closed_before : deals
        closed in it
    place : lowest, highest or usual among `known` months with enough deals; "" with fewer than six
        earlier ones
    like : {"month", "conversion"} of the earlier month that lies farthest in the direction of a
        clear change, where the month itself is not the farthest; else None
    span : the last 12 months as far as the export knows them (`pooled`), where the month has fewer
        than 30 closed deals and others can help; else None
    unsettled : what words that nothing settles leave open (`measures.unsettled`), in the time that
        is said first
    untold : why there is no rate or no verdict: "no lost", "no won", "undated"; ""
    undated : conversion both ways, over the whole time of the export, where closing dates are
        missing unequally; else None
    """

    verdict: Verdict
    against: list[str]
    differ: dict[str, str]
    known_before: bool
    closed_before: int
    place: Place
    known: int
    like: dict | None = None
    span: dict | None = None
    unsettled: dict | None = None
    untold: Withheld = ""
    undated: Missing | None = None


def assess_month(
    definitions: pd.DataFrame,
    months: pd.DataFrame,
    cleaned: bool = False,
    thresholds: Thresholds = DEFAULTS,
    unsettled: dict | None = None,
) -> Assessment:
    """The assessment of a month.

    Parameters
    ----------
    definitions : table of `sensitivity`
    months : table of `monthly`, 13 months with the month last
    cleaned : whether the month has a mass closing: its place among the months is then not said
    unsettled : what words that nothing settles leave open in the month
        (`measures.unsettled.unsettled`)
    """
    head, rest = definitions.iloc[0], definitions.iloc[1:]
    flips = rest.loc[rest["flips"], "definition"].tolist()
    verdict: Verdict = head["verdict"] if head["closed_before"] else ""
    year = against_year(months, "conversion", "closed", thresholds=thresholds)
    place: Place = "" if cleaned or _moved(unsettled) else year["place"]
    asked = verdict in VERDICTS and any(name.startswith("unsettled") for name in flips)
    differ = rest[rest["verdict"].isin(VERDICTS) & (rest["verdict"] != verdict)]
    return Assessment(
        verdict="withheld" if asked or (verdict in ("up", "down") and flips) else verdict,
        against=flips,
        differ=dict(zip(differ["definition"], differ["verdict"], strict=True)),
        known_before=bool(len(months) > 1 and pd.notna(months["closed"].iloc[-2])),
        closed_before=int(head["closed_before"]),
        place=place,
        known=year["months"],
        like=_like(months[months["closed"] >= thresholds.min_verdict], verdict)
        if place == "usual"
        else None,
        span=_span(months, thresholds),
        unsettled=unsettled,
    )


def month_verdict(book: BookLike) -> Assessment:
    """The assessment of the month of a Book; memoised on it."""
    return book.kept("_month_verdict", lambda: _assessed(book))


def _assessed(book) -> Assessment:
    cleaned = not month_bulk_days(book).empty
    found = assess_month(
        month_sensitivity(book), months_so_far(book), cleaned, book.thresholds, open_words(book)
    )
    found = replace(found, span=_span(months(book), book.thresholds))  # of whole months
    code = withheld(book)
    if code:
        span = found.span if code == UNDATED else None
        undated = of_page(book).dating if code == UNDATED else None
        found = replace(
            found,
            verdict=code,
            against=[],
            differ={},
            place="",
            like=None,
            span=span,
            untold=code,
            undated=undated,
        )
    if found.span is None:
        return found
    whole = (f"{found.span['first']}-01", f"{months_before(book.month, -1)}-01")
    return replace(
        found, unsettled=unsettled(book.closer_deals, whole)
    )  # of the time that the headline is of


def open_words(book: BookLike) -> dict | None:
    """What words of status that nothing settles leave open in the month:
    `measures.unsettled.unsettled`; memoised on the Book.
    """
    return book.kept("_unsettled", lambda: unsettled(book.closer_deals, book.month))


def _moved(unsettled: dict | None) -> bool:
    """Whether a word that nothing settles would change how many deals were closed in the month."""
    if unsettled is None:
        return False
    ends = [unsettled[end] for end in ("lost", "won") if unsettled[end]]
    return any(end["closed"] != unsettled["open"]["closed"] for end in ends)


def _like(usable: pd.DataFrame, verdict: str) -> dict | None:
    earlier = usable.iloc[:-1]
    if verdict not in ("up", "down"):
        return None
    row = earlier.loc[
        earlier["conversion"].idxmin() if verdict == "down" else earlier["conversion"].idxmax()
    ]
    return {"month": row["month"], "conversion": float(row["conversion"])}


def _span(months: pd.DataFrame, thresholds: Thresholds) -> dict | None:
    found = pooled(months)
    few = months["closed"].iloc[-1] < FEW_A_MONTH
    return (
        found if few and found["closed"] >= thresholds.min_verdict and found["months"] > 1 else None
    )
