"""How did conversion and money move over the year, beside what chance alone does?"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import pandas as pd

from salesnb.formats import Voice
from salesnb.measures.frames import BookLike
from salesnb.measures.so_far import so_far
from salesnb.measures.summary import COUNTS, month_members
from salesnb.measures.told import Lacking, untold
from salesnb.measures.year import months, span_of_year
from salesnb.render.charts.lines import monthly as monthly_chart
from salesnb.render.display import Details, Figure, Group, Shown, Text
from salesnb.render.tables import Column, table
from salesnb.topics import untold as refusals
from salesnb.topics.result import Result


@dataclass(frozen=True, repr=False, eq=False)
class Trend(Result):
    """The headline figures of the month and the 12 before it.

    Attributes
    ----------
    months : table of `monthly`, 13 months; those before the export begins are missing
    span : lowest and highest month, all months together and how far chance moves one
        (`span_of_year`); None with fewer than two months that have enough closed deals, and without
        a conversion
    untold : which outcome the export lacks: "no lost", "no won"; ""
    part : whether the last month is not over: `span` is then of those before
    """

    months: pd.DataFrame
    span: dict | None
    untold: Lacking
    part: bool = False
    keys: ClassVar = ("month",)
    counts: ClassVar = COUNTS

    @property
    def data(self) -> dict[str, pd.DataFrame]:
        """months: the figures of each month that the export knows."""
        return {"months": self.known}

    @cached_property
    def known(self) -> pd.DataFrame:
        """The months that the export knows."""
        return self.months.dropna(subset=["closed"]).reset_index(drop=True)

    def whole(self, months: pd.DataFrame) -> pd.DataFrame:
        """Those of the months that are over."""
        return months[months["month"] != self.book.month] if self.part else months

    def members(self) -> pd.DataFrame:
        return month_members(self.book.closer_deals, self.known["month"])

    def text(self) -> Text:
        """How conversion moved over the year, beside what chance alone does."""
        return _answer(
            self.span, self.untold, self.book.voice, self.book.month if self.part else ""
        )

    def charts(self) -> dict[str, Callable[[], Shown]]:
        """conversion: with its band; money: the won amount."""
        return {
            "conversion": lambda: _conversion_chart(self, self.book.voice),
            "money": lambda: _money_chart(self, self.book.voice),
        }

    def tables_shown(self) -> dict[str, Callable[[], Shown]]:
        return {"months": lambda: _table(self, self.book.voice)}


def trend(book: BookLike) -> Trend:
    """How the month lies among those of its year.

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": range(40), "manager": "Ann", "status": ["won",
    ...     "lost"] * 20, "created_at": pd.Timestamp("2026-08-01"),
    ...     "closed_at": pd.to_datetime(["2026-08-05"] * 20 + ["2026-09-05"] * 20)})
    >>> found = trend(s.book(deals, month="2026-09"))
    >>> found.known[["month", "closed"]].values.tolist(), found.span["pooled"]["conversion"]
    ([['2026-08', 20.0], ['2026-09', 20.0]], 0.5)
    >>> len(found.deals(month="2026-08", counted_in="won"))
    10
    """
    table = months(book)
    code = untold(book)
    part = so_far(book) is not None
    # a month that is not over is no end of the year
    span = None if code else span_of_year(table.iloc[:-1] if part else table, book.thresholds)
    return Trend(book, table, span, code, part)


def _answer(found: dict | None, code: str, voice: Voice, part: str) -> Text:
    if code:
        return refusals.refusal(code, voice)
    if found is None:
        return Text(
            voice.say(
                "Fewer than two months have enough closed deals: there is no movement to show yet."
            ),
            kind="answer",
        )
    ends = {
        name: {
            "rate": voice.percent(found[name]["conversion"]),
            "month": voice.month(found[name]["month"]),
        }
        for name in ("lowest", "highest")
    }
    low, high, whole = ends["lowest"], ends["highest"], found["pooled"]
    first = (
        voice.say(
            "{low} in each of the months with enough closed deals; over all these months together "
            "{rate} ({won} of {closed}).",
            low=low["rate"],
            rate=voice.percent(whole["conversion"]),
            won=voice.count(whole["won"]),
            closed=voice.count(whole["closed"]),
        )
        if low["rate"] == high["rate"]
        else voice.say(
            "Between {low} ({low_month}) and {high} ({high_month}); over all these months together "
            "{rate} ({won} of {closed}).",
            low=low["rate"],
            low_month=low["month"],
            high=high["rate"],
            high_month=high["month"],
            rate=voice.percent(whole["conversion"]),
            won=voice.count(whole["won"]),
            closed=voice.count(whole["closed"]),
        )
    )
    second = voice.say(
        "With about {closed} closed deals a month, chance alone easily moves a month by {points} "
        "either way.",
        closed=voice.count(found["closed"]),
        points=voice.size_points(found["by_chance"], 0),
    )
    apart = (
        voice.say(
            "{month} is not over: it is in the picture of conversion, not in these figures nor in "
            "the picture of the won amount.",
            month=voice.month(part),
        )
        if part
        else ""
    )
    return Text(first, second, apart, kind="answer")


def _conversion_chart(found: Trend, voice: Voice) -> Figure | Group:
    """Conversion with its band; nothing with fewer than two months that have a rate."""
    months = found.known
    enough = months["closed"] >= found.book.thresholds.min_percent
    kept = months.assign(**{c: months[c].where(enough) for c in ("conversion", "low", "high")})
    known = kept.dropna(subset=["conversion"])
    if len(known) < 2:
        return Group()
    rates = found.whole(known)["conversion"]
    best, worst = known.loc[rates.idxmax()], known.loc[rates.idxmin()]
    alt = voice.say(
        "Line chart of conversion by month with its 95% interval: highest {high} in {best}, "
        "lowest {low} in {worst}, last {now} in {month}.",
        high=voice.percent(best["conversion"]),
        best=voice.month(best["month"]),
        low=voice.percent(worst["conversion"]),
        worst=voice.month(worst["month"]),
        now=voice.percent(known["conversion"].iloc[-1]),
        month=voice.month(known["month"].iloc[-1]),
    )
    subtitle = voice.say("won of won and lost, by month of closing; the band is the 95% interval")
    return monthly_chart(
        kept, voice, voice.say("Conversion by month"), subtitle, alt, low="low", high="high"
    )


def _money_chart(found: Trend, voice: Voice) -> Figure | Group:
    """Won amount of the months that are over; nothing with fewer than two of them, or where no deal
    has an amount.
    """
    months = found.whole(found.known)
    if len(months) < 2 or not months["won_amount"].sum():
        return Group()
    best = months.loc[months["won_amount"].idxmax()]
    alt = voice.say(
        "Line chart of the won amount by month: highest {high} in {best}, last {now}.",
        high=voice.short_money(best["won_amount"]),
        best=voice.month(best["month"]),
        now=voice.short_money(months["won_amount"].iloc[-1]),
    )
    title, subtitle = (
        voice.say("Won amount by month"),
        voice.say("sum of the deals won in the month"),
    )
    return monthly_chart(months, voice, title, subtitle, alt, value="won_amount", kind="money")


def _table(found: Trend, voice: Voice) -> Details:
    """All headline figures by month, folded; months before the export begins have no row."""
    say, shown = voice.say, found.known
    columns = [
        Column("month", say("Month"), "month"),
        Column("won", say("Won"), "count"),
        Column("closed", say("Closed"), "count"),
        Column("conversion", say("Conversion"), "percent", low="low", high="high", n="closed"),
        Column("won_amount", say("Won amount"), "money"),
        Column("average_order", say("Average order"), "money"),
        Column("mean_days", say("Deal length"), "days"),
        Column("new_deals", say("New deals"), "count"),
        Column("open_deals", say("Open at the end"), "count"),
    ]
    columns = [c for c in columns if c.name not in _silent(shown, found.untold)]
    notes = []
    if len(shown) < len(found.months) and len(shown):
        notes.append(
            say("The export begins in {month}.", month=voice.month(shown["month"].iloc[0]))
        )
    part = so_far(found.book)
    if part is not None:
        month = voice.month(found.book.month)
        days, of = voice.count(part.days), voice.count(part.of)
        notes.append(
            say(
                "{month} holds {days} of {of} working days, the others are whole.",
                month=month,
                days=days,
                of=of,
            )
        )
    all_months = table(
        shown.iloc[::-1], voice, say("Headline figures by month"), columns, note=" ".join(notes)
    )
    return Details(say("All months in figures"), all_months)


def _silent(months: pd.DataFrame, code: str) -> set[str]:
    """Columns of which the export says nothing: they take no room."""
    gone = {
        name for name in ("won_amount", "average_order", "mean_days") if months[name].isna().all()
    }
    if refusals.no_rate(code):
        gone |= {"conversion", "closed" if code == "no lost" else "won"}
    return gone
