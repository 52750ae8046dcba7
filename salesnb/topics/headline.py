"""How did the month go: what was conversion, may its change be believed, what was won, and how much
of the plan is done?
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from salesnb.formats import Voice
from salesnb.measures.conversion import conversion_by_amount
from salesnb.measures.frames import BookLike
from salesnb.measures.plan import completion_so_far, of_place, standing
from salesnb.measures.sensitivity import month_sensitivity
from salesnb.measures.so_far import SoFar, earlier, so_far
from salesnb.measures.summary import COUNTS, first_month, month_members
from salesnb.measures.told import Lacking, untold
from salesnb.measures.verdict import Assessment, month_verdict
from salesnb.measures.year import against_year, months_so_far
from salesnb.params import Thresholds
from salesnb.render.display import Shown, Text
from salesnb.topics import untold as refusals
from salesnb.topics import words
from salesnb.topics.headline_cards import cards
from salesnb.topics.headline_money import money
from salesnb.topics.result import Result

FIGURES = (
    "won_amount",
    "won",
    "average_order",
    "mean_days",
    "new_deals",
    "open_deals",
    "open_amount",
)
AVERAGES = {
    "average_order": "won",
    "mean_days": "closed",
}  # figure → the deals that it is an average of
SUMS = {
    "won_amount": "won",
    "won": "won",
    "new_deals": "new_deals",
    "open_deals": "open_deals",
    "open_amount": "open_deals",
}
MOST_WORDS = 4  # words that nothing settles that are named; more are counted
MONEY = ("won_amount", "average_order", "open_amount")


@dataclass(frozen=True, repr=False, eq=False)
class Headline(Result):
    """The month: conversion with its verdict, money, plan, and every headline figure beside its
    year.

    Attributes
    ----------
    conversion : the month's own row of `sensitivity`: won, lost, closed, conversion, change and
        their intervals
    assessment : what may be said of it
    months : table of `monthly`, 13 months with this one last
    figures : figure → the month beside the month before and the year (`against_year`), in the order
        of the cards
    plan : month, fact, plan, share of this channel or the department; no rows without a plan
    plan_done : the plan of the month and its place among the others (`measures.plan.standing`);
        None where it has none
    untold : which outcome the export lacks: "no lost", "no won"; ""
    part : how much of the month has gone, where it is not over: `months`, `figures`, `plan` and
        `assessment` then hold earlier months against it up to the same working day
    """

    conversion: pd.Series
    assessment: Assessment
    months: pd.DataFrame
    figures: dict[str, dict]
    plan: pd.DataFrame
    plan_done: dict | None
    untold: Lacking
    part: SoFar | None = None
    keys: ClassVar = ("month",)
    counts: ClassVar = COUNTS

    @property
    def data(self) -> dict[str, pd.DataFrame]:
        """months: this month and the one before; figures: each beside its year; plan: fact and plan
        by month.
        """
        figures = pd.DataFrame([{"figure": name, **found} for name, found in self.figures.items()])
        return {"months": self._known_months(), "figures": figures, "plan": self.plan}

    def members(self) -> pd.DataFrame:
        then, deals = earlier(self.book), self.book.closer_deals
        months = self._known_months()["month"]
        found = [month_members(then[m].closer_deals if m in then else deals, [m]) for m in months]
        return pd.concat(found or [month_members(deals, [])], ignore_index=True)

    def text(self) -> Text:
        """The rate, the verdict on its change, its place in the year."""
        return _answer(self, self.book.voice, self.book.thresholds)

    def money(self) -> Text:
        """What was won and lost beside the month before, in deals and money, and how much of the
        plan is done.
        """
        return money(self.months, self.untold, self.plan_done, self.book.voice)

    def charts(self) -> dict[str, Callable[[], Shown]]:
        return {"cards": lambda: cards(self)}

    def record(self) -> dict:
        """conversion and money of the month."""
        now, before = self.months.iloc[-1], self.months.iloc[-2]
        counts = {name: 0 if pd.isna(now[name]) else int(now[name]) for name in COUNTS}
        weighted = conversion_by_amount(self.book.closer_deals, period=self.book.month)[
            "by_amount"
        ].iloc[0]
        rates = {
            "value": now["conversion"],
            "low": now["low"],
            "high": now["high"],
            "previous": before["conversion"],
        }
        rates["by_amount"] = None if self.untold else weighted
        begins = first_month(
            self.book.closer_deals
        )  # of a channel that begins later nothing is known
        sums = {name: now[name] if begins and begins <= self.book.month else None for name in MONEY}
        return {
            "conversion": {name: counts[name] for name in ("won", "lost", "closed")} | rates,
            "money": sums | {name: counts[name] for name in ("new_deals", "open_deals")},
        }

    def _known_months(self) -> pd.DataFrame:
        return self.months.tail(2).dropna(subset=["closed"]).reset_index(drop=True)


def headline(book: BookLike) -> Headline:
    """How the month went.

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1", "2", "3"], "manager": "Ann", "status": ["won", "won",
    ...     "lost"], "amount": [10.0, 20.0, 5.0],
    ...     "created_at": pd.Timestamp("2026-08-01"), "closed_at": pd.to_datetime(["2026-08-05",
    ...         "2026-09-05", "2026-09-09"])})
    >>> found = headline(s.book(deals, month="2026-09"))
    >>> found.conversion[["won", "closed",
    ...     "won_before"]].to_dict(), found.figures["won_amount"]["now"]
    ({'won': 1, 'closed': 2, 'won_before': 1}, 20.0)
    >>> found.deals(month="2026-09", counted_in="won")["deal_id"].tolist()
    ['2']
    """
    table, thresholds = months_so_far(book), book.thresholds
    figures = {
        name: against_year(table, name, AVERAGES.get(name, ""), SUMS.get(name, ""), thresholds)
        for name in FIGURES
    }
    part, plan = so_far(book), of_place(completion_so_far(book), book.channel)
    row, done = month_sensitivity(book).iloc[0], standing(plan, book.month, part)
    assessment = month_verdict(book)
    return Headline(book, row, assessment, table, figures, plan, done, untold(book), part)


def _answer(found: Headline, voice: Voice, thresholds: Thresholds) -> Text:
    row, known = found.conversion, found.assessment
    names = {
        "place": voice.titled(words.place(voice, found.book.channel)),
        "month": voice.month(found.book.month),
    }
    open_words = _open_words(known, voice, thresholds)
    if refusals.no_rate(known.untold):  # of no rate the two rates are not said, but the words are
        alone = _alone(row, known.untold, names, voice)
        return Text(
            refusals.full(known.untold, voice),
            alone,
            *open_words[:1],
            *open_words[-1:],
            kind="headline",
        )
    if row["closed"] == 0:
        text = voice.say(
            "{place}, {month}: nothing was closed, so there is no conversion to speak of.", **names
        )
        return Text(text, *open_words, kind="headline")
    lines = _rate(row, known.span, names, voice, thresholds) + _so_far(found.part, names, voice)
    lines += open_words
    if known.undated:
        return Text(*lines, refusals.both_ways(known.undated, voice), kind="headline")
    return Text(
        *lines, _change(found, voice, thresholds), _place_in_year(known, voice), kind="headline"
    )


def _so_far(part: SoFar | None, names: dict, voice: Voice) -> list[str]:
    """That a month is not over, and what earlier months are held against it with."""
    if part is None:
        return []
    return [
        voice.say(
            "{month} is not over, {days} of {of} working days have gone: earlier months are "
            "counted "
            "up to the same working day.",
            month=names["month"],
            days=voice.count(part.days),
            of=voice.count(part.of),
        )
    ]


def _open_words(known: Assessment, voice: Voice, thresholds: Thresholds) -> list[str]:
    """The headline both ways, where deals carry a word of which nothing says whether it is won,
    lost or open.
    """
    found = known.unsettled
    if not found:
        return []
    named = [
        f"{words.quoted(voice, word or voice.say('blank'))} ({voice.count(rows)})"
        for word, rows in found["words"]
    ]
    more = len(named) - MOST_WORDS
    if more > 0:
        named = [*named[:MOST_WORDS], voice.plural("{n} more word", "{n} more words", more)]
    first = voice.plural(
        "{n} more deal has a closing date in that time and a status of which it is not known "
        "whether it is won, lost or open: {words}. It counts as open.",
        "{n} more deals have a closing date in that time and a status of which it is not known "
        "whether it is won, lost or open: {words}. They count as open.",
        found["rows"],
        words=voice.listing(named),
    )
    rates = {
        name: words.share(
            voice, found[name]["won"], found[name]["closed"], thresholds.min_percent, 1
        )
        for name in ("open", "lost", "won")
        if found[name]
    }
    if "won" in rates:
        second = voice.say(
            "Conversion is {open} with them as open, {lost} as lost and {won} as won.", **rates
        )
    else:
        second = voice.say("Conversion is {open} with them as open and {lost} as lost.", **rates)
    return [
        first,
        second,
        voice.say("To settle it, move each word under “values: status” of the params."),
    ]


def _alone(row: pd.Series, code: str, names: dict, voice: Voice) -> str:
    """How many deals of the one outcome that the export holds were closed in the month."""
    if code == "no lost":
        return voice.plural(
            "{place}, {month}: {n} deal was won.",
            "{place}, {month}: {n} deals were won.",
            int(row["won"]),
            **names,
        )
    return voice.plural(
        "{place}, {month}: {n} deal was lost.",
        "{place}, {month}: {n} deals were lost.",
        int(row["lost"]),
        **names,
    )


def _rate(
    row: pd.Series, span: dict | None, names: dict, voice: Voice, thresholds: Thresholds
) -> list[str]:
    """Won of closed and the rate; a month with few deals stands behind the whole time that the
    export knows.
    """
    counts = {"won": voice.count(row["won"]), "closed": voice.count(row["closed"])}
    if span is not None:
        alone = voice.say(
            "{month} alone, {won} of {closed}, is too little to judge by.",
            month=names["month"],
            **counts,
        )
        return [_span(span, names, voice), alone]
    if row["closed"] < thresholds.min_percent:
        return [
            voice.say(
                "{place}, {month}: {won} of {closed} closed deals were won. So few deals carry no "
                "percentage.",
                **names,
                **counts,
            )
        ]
    rate = {
        "rate": voice.percent(row["conversion"]),
        "interval": voice.interval(row["low"], row["high"]),
    }
    return [
        voice.say(
            "{place}, {month}: {won} of {closed} closed deals were won, a conversion of {rate} "
            "(95% interval {interval}).",
            **names,
            **counts,
            **rate,
        )
    ]


def _span(span: dict, names: dict, voice: Voice) -> str:
    return voice.say(
        "{place}, {first} to {month}: {won} of {closed} closed deals were won, a conversion of "
        "{rate} (95% interval {interval}).",
        **names,
        first=voice.month(span["first"]),
        won=voice.count(span["won"]),
        closed=voice.count(span["closed"]),
        rate=voice.percent(span["conversion"]),
        interval=voice.interval(span["low"], span["high"]),
    )


CHANGES = {
    "up": lambda v, x: v.say(
        "Against {previous}: {change} ({interval}), higher by more than "
        "chance alone would explain.",
        **x,
    ),
    "down": lambda v, x: v.say(
        "Against {previous}: {change} ({interval}), lower by more than chance alone would explain.",
        **x,
    ),
    "too close": lambda v, x: v.say(
        "Against {previous}: {change}. With so few deals the "
        "difference may lie anywhere from {interval}: too close to "
        "call.",
        **x,
    ),
}


def _change(found: Headline, voice: Voice, thresholds: Thresholds) -> str:
    """The verdict on the change: lower, higher, too close to call, withheld, or why
    there is none.
    """
    row, known = found.conversion, found.assessment
    values = {
        "previous": voice.month(found.book.previous),
        "change": voice.points(row["change"]),
        "interval": voice.points_interval(row["change_low"], row["change_high"]),
    }
    if known.verdict in ("", "few"):
        return _no_verdict(row, known, values, voice, thresholds)
    if known.verdict in CHANGES:
        return CHANGES[known.verdict](voice, values)
    named = voice.listing(
        words.quoted(voice, words.definition(voice, name)) for name in known.against
    )
    return voice.say(
        "Against {previous}: {change} ({interval}). No verdict is given: counted in another fair "
        "way this change does not hold ({ways}).",
        **values,
        ways=named,
    )


def _no_verdict(
    row: pd.Series, known: Assessment, values: dict, voice: Voice, thresholds: Thresholds
) -> str:
    before = known.closed_before
    if not known.known_before:
        return voice.say(
            "The export begins with this month: there is no earlier one to compare with."
        )
    if before == 0:
        return voice.say(
            "Nothing was closed in {previous}: there is nothing to compare with.",
            previous=values["previous"],
        )
    if before < thresholds.min_percent:
        return voice.plural(
            "The previous month had {n} closed deal: nothing to compare.",
            "The previous month had {n} closed deals: nothing to compare.",
            before,
        )
    if row["closed"] < thresholds.min_percent:
        return ""
    return voice.say(
        "Against {previous}: {change} ({interval}). With {closed} and {before} closed deals there "
        "is no verdict: it takes {n} in each month.",
        **values,
        closed=voice.count(row["closed"]),
        before=voice.count(before),
        n=voice.count(thresholds.min_verdict),
    )


def _place_in_year(known: Assessment, voice: Voice) -> str:
    """Where the month lies among the months of the year, when that says something."""
    if known.place == "lowest":
        return voice.say("It is the lowest of {n} months.", n=voice.count(known.known))
    if known.place == "highest":
        return voice.say("It is the highest of {n} months.", n=voice.count(known.known))
    if known.like is None:
        return ""
    rate, month = voice.percent(known.like["conversion"]), voice.month(known.like["month"])
    return voice.say("Such months occur: {rate} in {month}.", rate=rate, month=month)
