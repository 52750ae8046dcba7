"""What becomes of the deals created in a period: how many are won by which age, and which deals are
that old?
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

import narwhals as nw
import pandas as pd

from salesnb.formats import Voice
from salesnb.measures.cohorts import FATES, cohort_conversion, cohort_curve, event_counts, lifetimes
from salesnb.measures.frames import CLOSED, BookLike, collect, count, within
from salesnb.measures.told import NO_LOST, NO_WON, Lacking, coarse, untold
from salesnb.render.charts.ages import curves
from salesnb.render.display import Figure, Group, Shown, Table, Text
from salesnb.render.tables import Column, table
from salesnb.topics import untold as refusals
from salesnb.topics.result import Result

CohortVerdict: TypeAlias = Literal["none open", "no won", "week", "month", "few", "young", ""]
SHARES = ["won", "lost", "open", "low", "high"]
QUARTERS = 4  # of creation, each with a curve of its own
DRAWN = ["day", "won", "low", "high", "lost", "mature"]  # of a curve


@dataclass(frozen=True, repr=False, eq=False)
class Cohorts(Result):
    """What became of the deals created in the 12 months that end on the day of the report, by their
    age.

    Attributes
    ----------
    ages : table of `cohort_conversion`; no shares where the verdict is "none open", "no won",
        "week" or "month"
    curves : quarter of creation ("2026Q3") → `cohort_curve` up to the age at which too few deals
        are at risk, and whether all deals of the quarter are that old (mature); only quarters with
        enough deals
    created : deals created whose fate is known;  undated : deals closed without a date, in none of
        the figures
    verdict : why nothing is said of their fate: "none open" (the export may hold closed deals
        only), "no won", "week" or "month" (dates no finer), "few" (created), "young" (too few are
        old enough); ""
    untold : "no lost" or "no won" where the export holds no such deals; ""
    """

    ages: pd.DataFrame
    curves: dict[str, pd.DataFrame]
    created: int
    undated: int
    verdict: CohortVerdict
    untold: Lacking
    keys: ClassVar = ("day",)
    counts: ClassVar = ("created", "at_risk", "undated")

    @property
    def data(self) -> dict[str, pd.DataFrame]:
        """ages: deals still open before each age, and shares; curves: shares won by quarter;
        cohort: the deals it is of.
        """
        drawn = [
            curve[DRAWN].rename(columns={"day": "days"}).assign(quarter=q)
            for q, curve in self.curves.items()
        ]
        curves = (
            pd.concat(drawn, ignore_index=True)
            if drawn
            else pd.DataFrame(columns=["days", *DRAWN[1:], "quarter"])
        )
        cohort = pd.DataFrame({"created": [self.created], "undated": [self.undated]})
        return {"ages": self.ages, "curves": curves, "cohort": cohort}

    def members(self) -> pd.DataFrame:
        book = self.book
        followed = lifetimes(book.closer_deals, book.as_of, _span(book)).assign(
            created=True, undated=False
        )
        undated = collect(_undated(book).select("deal_id")).assign(
            days=pd.NA, created=False, undated=True
        )
        kinds = {"days": "Int64"}
        both = pd.concat([followed.astype(kinds), undated.astype(kinds)], ignore_index=True)
        found = both.sort_values("deal_id", kind="stable").merge(self.ages[["day"]], how="cross")
        return found.assign(at_risk=(found["days"] >= found["day"]).fillna(False).astype(bool))

    def text(self) -> Text:
        """How many of 100 deals are won by which day; else why that cannot be told."""
        return _answer(self, self.book.voice)

    def charts(self) -> dict[str, Callable[[], Shown]]:
        return {"curves": lambda: _chart(self, self.book.voice)}

    def tables_shown(self) -> dict[str, Callable[[], Shown]]:
        return {"ages": lambda: _table(self, self.book.voice)}

    def record(self) -> dict:
        return {"cohorts": self.ages[["day", "won", "low", "high"]]}


def cohorts(book: BookLike) -> Cohorts:
    """What became of the deals created in the 12 months that end on the day of the report.

    Examples
    --------
    Ten deals of one day: six are won after ten days, and the rest are still open after forty.

    >>> import salesnb as s
    >>> created = pd.to_datetime(["2026-08-21"] * 10)
    >>> won = created + pd.Timedelta(days=10)
    >>> deals = pd.DataFrame({"deal_id": [str(n) for n in range(10)], "manager": "Ann",
    ...     "status": ["won"] * 6 + ["open"] * 4,
    ...     "created_at": created, "closed_at": [*won[:6], *[pd.NaT] * 4]})
    >>> found = cohorts(s.book(deals, month="2026-09", as_of="2026-09-30"))
    >>> found.ages[["day", "at_risk", "won"]].head(1)
       day  at_risk  won
    0   30        4  0.6
    >>> found.deals(day=30, counted_in="at_risk")["deal_id"].tolist()
    ['6', '7', '8', '9']
    """
    limits, deals = book.thresholds, book.closer_deals
    ages = cohort_conversion(
        deals, book.as_of, None, limits.cohort_days, _span(book), limits.cohort_min_at_risk
    )
    refused = _refused(book)
    if refused:
        ages[SHARES] = float("nan")
    created = int(event_counts(deals, book.as_of, None, _span(book))[[*FATES]].to_numpy().sum())
    few: CohortVerdict = (
        "few" if created < limits.min_verdict else "young" if ages["won"].isna().all() else ""
    )
    undated = int(count(_undated(book), [])["rows"].iloc[0])
    return Cohorts(
        book, ages, _curves(book, refused), created, undated, refused or few, untold(book)
    )


def _refused(book) -> CohortVerdict:
    """Why the export gives no shares at all: without open deals no cohort can be followed."""
    still = book.department.closer_deals.filter(nw.col("status") == "open")
    if not count(still, [])["rows"].iloc[0]:
        return "none open"
    return NO_WON if untold(book) == NO_WON else coarse(book)


def _span(book) -> tuple[str, str]:
    end = pd.Timestamp(book.as_of) + pd.Timedelta(days=1)
    return str(end - pd.DateOffset(months=12)), str(end)


def _undated(book) -> nw.LazyFrame:
    """Deals of the time that are closed, and nothing tells when."""
    created = book.closer_deals.filter(
        within("created_at", _span(book)) & nw.col("status").is_in(list(CLOSED))
    )
    return created.filter(nw.col("closed_at").is_null())


def _curves(book, refused: str) -> dict[str, pd.DataFrame]:
    if refused or untold(book):  # without lost deals every curve would end at 100 %
        return {}
    last, found = pd.Period(book.month, "M").asfreq("Q"), {}
    for quarter in (str(last - back) for back in range(QUARTERS - 1, -1, -1)):
        events = event_counts(book.closer_deals, book.as_of, None, quarter)
        if events[[*FATES]].to_numpy().sum() >= book.thresholds.cohort_min_at_risk:
            found[quarter] = _curve(events, book.thresholds.cohort_min_at_risk)
    return {quarter: curve for quarter, curve in found.items() if len(curve)}


def _curve(events: pd.DataFrame, least: int) -> pd.DataFrame:
    curve, still = cohort_curve(events), events.loc[events["open"] > 0, "days"]
    curve = curve.assign(mature=curve["day"] <= (still.min() if len(still) else float("inf")))
    return curve[curve["mature"] | (curve["at_risk"] >= least)].reset_index(drop=True)


def _answer(found: Cohorts, voice: Voice) -> Text:
    if found.verdict:
        return Text(REFUSALS[found.verdict](found, voice), kind="refusal")
    last = found.ages.dropna(subset=["won"]).iloc[-1]
    text = voice.say(
        "Of 100 deals created, about {n} are won by day {day} ({rate}, interval {interval}).",
        n=voice.number(last["won"] * 100),
        day=voice.count(last["day"]),
        rate=voice.percent(last["won"]),
        interval=voice.interval(last["low"], last["high"]),
    )
    return Text(text, _left_out(found, voice), kind="answer")


REFUSALS = {
    "none open": lambda found, v: v.say(
        "Not one deal was open at the end of this time, so what "
        "becomes of the deals created in it cannot be told. If "
        "the export leaves open deals out, ask your analyst to "
        "export all statuses."
    ),
    "no won": lambda found, v: refusals.SHORT[NO_WON](v),
    "week": lambda found, v: refusals.coarse("week", v),
    "month": lambda found, v: refusals.coarse("month", v),
    "few": lambda found, v: v.plural(
        "{n} deal was created in the last 12 months: too few to say what becomes of such deals.",
        "{n} deals were created in the last 12 months: too few to say what becomes of such deals.",
        found.created,
    ),
    "young": lambda found, v: v.say(
        "This cannot be told yet: too few deals are old enough. It "
        "can be read once 20 deals have reached the age of 30 days."
    ),
}


def _left_out(found: Cohorts, voice: Voice) -> str:
    """Which deals the cohort does not hold: lost ones that are not in the export, closed ones
    without a date.
    """
    lines = []
    if found.untold == NO_LOST:
        lines.append(
            voice.say(
                "These are won of the deals that the export holds, won and open; lost ones are "
                "not in it, so this is no conversion."
            )
        )
    if found.undated:
        lines.append(
            voice.plural(
                "{n} deal of this time is closed without a date and left out.",
                "{n} deals of this time are closed without a date and left out.",
                found.undated,
            )
        )
    return " ".join(lines)


def _chart(found: Cohorts, voice: Voice) -> Figure | Group:
    """Share won by age, a curve per quarter; nothing where no quarter has enough deals."""
    if not found.curves:
        return Group()
    groups = {voice.quarter(quarter): curve for quarter, curve in found.curves.items()}
    listed = "; ".join(
        voice.say(
            "{name}: {rate} by day {day}",
            name=name,
            rate=voice.percent(curve["won"].iloc[-1]),
            day=voice.count(curve["day"].iloc[-1]),
        )
        for name, curve in groups.items()
    )
    alt = voice.say(
        "Curves of the share won by age of the deal, per quarter of creation. {listed}.",
        listed=listed,
    )
    subtitle = voice.say(
        "by quarter of creation; dashed: not all deals of the quarter are that old yet"
    )
    title = voice.say("Share won by age of the deal")
    return curves(groups, voice, title, subtitle, alt)


def _table(found: Cohorts, voice: Voice) -> Table | Group:
    """What became of the deals by age; ages that too few deals have reached are left out, and all
    of too few deals.
    """
    if found.verdict:
        return Group()
    say = voice.say
    lost = [Column("lost", say("Lost by then"), "percent")] if found.untold != NO_LOST else []
    columns = [
        Column("day", say("Days since creation"), "count"),
        Column("at_risk", say("Still open before"), "count"),
        Column("won", say("Won by then"), "percent", low="low", high="high"),
        *lost,
        Column("open", say("Still open"), "percent"),
    ]
    note = say(
        "Open deals still have time and do not count as lost. Nothing is shown where too few "
        "deals are old enough."
    )
    caption = say("Cohort conversion: deals created in the last 12 months")
    return table(found.ages.dropna(subset=["won"]), voice, caption, columns, note=note)
