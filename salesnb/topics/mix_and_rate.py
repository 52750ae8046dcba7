"""What accounts for the change of conversion on the previous month: the mix of the deals, the
people, or the rates?
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from salesnb.formats import Voice
from salesnb.formats.periods import PeriodLike
from salesnb.measures.conversion import closings, conversion
from salesnb.measures.frames import BookLike
from salesnb.measures.so_far import month_before, so_far
from salesnb.measures.told import Withheld
from salesnb.model import month_change
from salesnb.model.features import FACTORS
from salesnb.model.gaps import PARTS
from salesnb.render.charts.parts import parts, with_total
from salesnb.render.display import Details, Figure, Group, Shown, Table, Text
from salesnb.render.tables import Column, table
from salesnb.topics import untold as refusals
from salesnb.topics import words
from salesnb.topics.result import Result


@dataclass(frozen=True, repr=False, eq=False)
class MixAndRate(Result):
    """The change of conversion between the month before and the report month, in parts that add up;
    of a month that is not over, both up to the same working day.

    Attributes
    ----------
    parts : table of `month_change`;  months : the two months as `conversion` has them, with their
        names as month
    total, mix, people, rest : the change, and what of it another mix of deals accounts for, other
        people closing them, and neither; -1..1, NaN where the change cannot be taken apart
    clear : whether the change itself is more than chance; when it is not, its parts explain noise
    before : whether the export reaches back to the month before
    untold : why the export tells no rates or no verdict: "no lost", "no won", "undated"; ""
    """

    parts: pd.DataFrame
    months: pd.DataFrame
    total: float
    mix: float
    people: float
    rest: float
    clear: bool
    before: bool
    untold: Withheld
    keys: ClassVar = ("month",)
    counts: ClassVar = ("closed", "won", "lost")

    @property
    def data(self) -> dict[str, pd.DataFrame]:
        """months: what was closed in each; parts: of the change, with mix and rate by each factor
        alone.
        """
        return {"months": self.months, "parts": self.parts}

    def members(self) -> pd.DataFrame:
        frames = [
            closings(self.book.closer_deals, "closed_at", period=one).assign(month=month)
            for month, one in _periods(self.book)
        ]
        return pd.concat(frames).sort_values("deal_id", kind="stable", ignore_index=True)

    def text(self) -> Text:
        """What the mix of the deals and what the rest accounts for, or that the
        change is chance.
        """
        return _answer(self, self.book.voice)

    def charts(self) -> dict[str, Callable[[], Shown]]:
        return {"parts": lambda: _taken_apart(self, self.book.voice)}

    def tables_shown(self) -> dict[str, Callable[[], Shown]]:
        return {"mix": lambda: _table(self, self.book.voice)}


def mix_and_rate(book: BookLike) -> MixAndRate:
    """The change of conversion on the previous month, taken apart.

    Examples
    --------
    >>> import salesnb as s
    >>> closed_at = pd.to_datetime(["2026-08-20"] * 60 + ["2026-09-20"] * 60)
    >>> deals = pd.DataFrame({"deal_id": range(120), "manager": ["Ann", "Bo", "Cy"] * 40,
    ...     "closed_at": closed_at,
    ...     "status": ["won"] * 15 + ["lost"] * 45 + ["won"] * 40 + ["lost"] * 20,
    ...     "created_at": pd.Timestamp("2026-08-01")})
    >>> found = mix_and_rate(s.book(deals, month="2026-09"))
    >>> round(found.total, 3), found.clear, len(found.deals(month="2026-08", counted_in="won"))
    (0.417, True, 15)
    """
    change = month_change(book)
    points = change.set_index("part")["points"]
    points = (
        points if points.isna().all() else points.fillna(0.0)
    )  # a part that is not known accounts for nothing
    total, mix, people = (
        float(points[list(names)].sum(skipna=False)) for names in (PARTS, FACTORS, ["manager"])
    )
    both = [
        conversion(book.closer_deals, period=one).assign(month=month)
        for month, one in _periods(book)
    ]
    months = pd.concat(both, ignore_index=True)
    clear, before, untold = change.attrs["clear"], change.attrs["before"], change.attrs["untold"]
    return MixAndRate(
        book, change, months, total, mix, people, total - mix - people, clear, before, untold
    )


def _periods(book) -> list[tuple[str, PeriodLike]]:
    """The two months with the time of each that counts."""
    return [(book.previous, month_before(book)), (book.month, book.month)]


def _answer(found: MixAndRate, voice: Voice) -> Text:
    say, change = voice.say, voice.points(found.total)
    if found.untold:
        return refusals.refusal(found.untold, voice)
    if not found.before:
        return Text(
            say("The export begins with this month: there is no earlier one to compare with."),
            kind="answer",
        )
    if pd.isna(found.total):
        least = voice.count(found.book.thresholds.min_verdict)
        return Text(
            say(
                "What accounts for the change cannot be told: one of the two months has "
                "fewer than {n} closed deals.",
                n=least,
            ),
            kind="answer",
        )
    if not found.clear:
        return Text(
            say(
                "The change of {change} is too close to call: to take it apart would be "
                "to explain chance.",
                change=change,
            ),
            kind="answer",
        )
    said = say(
        "Of the change of {change}, another mix of deals accounts for {mix} and other people "
        "closing them for {people}; the rest, {rest}, is in deals closed within days, in the "
        "rates within the groups and in chance.",
        change=change,
        mix=voice.points(found.mix),
        people=voice.points(found.people),
        rest=voice.points(found.rest),
    )
    part = ""
    if so_far(found.book) is not None:
        part = voice.say(
            "{month} is not over: {previous} is counted up to the same working day.",
            month=voice.month(found.book.month),
            previous=voice.month(found.book.previous),
        )
    return Text(said, part, kind="answer")


def _taken_apart(found: MixAndRate, voice: Voice) -> Group:
    """The parts with the table of mix and rate: open where the change is clear, else to unfold."""
    if pd.isna(found.total):
        return Group()
    chart, mix = _chart(found, voice), _table(found, voice)
    if found.clear:
        return Group(chart, Details(voice.say("Mix and rate, factor by factor"), mix))
    return Group(Details(voice.say("The change taken apart all the same"), chart, mix, paper=False))


def _chart(found: MixAndRate, voice: Voice) -> Figure:
    say, frame = voice.say, found.parts
    names = {"manager": say("Who closed the deals"), "chance": say("Rates within, and chance")}
    kept = frame.assign(
        part=[names[part] if part in names else words.part(voice, part) for part in frame["part"]]
    )
    total = say("Change")
    both = with_total(kept, total)
    listed = "; ".join(f"{r.part} {voice.points(r.points)}" for r in both.itertuples())
    between = {"previous": voice.month(found.book.previous), "month": voice.month(found.book.month)}
    alt = say(
        "What accounts for the change from {previous} to {month}: {listed}.",
        listed=listed,
        **between,
    )
    subtitle = say(
        "{previous} to {month}: mix of each factor, and the rest; lines: 95% intervals", **between
    )
    return parts(both, voice, say("What accounts for the change"), subtitle, alt, total=total)


def _table(found: MixAndRate, voice: Voice) -> Table:
    """What each factor alone accounts for, by its mix and by the rates within."""
    say = voice.say
    kept = found.parts.dropna(subset=["mix"])
    kept = kept.assign(part=[words.part(voice, part) for part in kept["part"]])
    columns = [
        Column("part", say("Factor")),
        Column("mix", say("Change of the mix"), "points"),
        Column("rate", say("Change of the rates"), "points"),
    ]
    note = say(
        "Each row takes one factor alone, by the rates as they are; the chart takes all factors "
        "together, by the model, so its mix of a factor can differ."
    )
    caption = say("Mix and rate by factor, deals open on the landmark day")
    return table(
        kept, voice, caption, columns, note=note, empty=say("No factor can be taken apart here.")
    )
