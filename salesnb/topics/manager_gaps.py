"""What accounts for each sales rep's gap to the average and to the benchmark, and what is there to
look at?
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from salesnb.formats import Voice
from salesnb.measures.bulk_close import month_bulk_days
from salesnb.measures.conversion import conversion
from salesnb.measures.frames import BookLike
from salesnb.measures.staff import without_leavers
from salesnb.model import benchmark_gaps, gaps, months_to_tell, significant_reps, window_gaps
from salesnb.model.gaps import certain, largest_first
from salesnb.render.display import Group, Shown, Table, Text, fold
from salesnb.render.tables import Column, table
from salesnb.topics import manager_cards, words
from salesnb.topics import untold as refusals
from salesnb.topics.managers import ABOVE, BELOW, Managers, managers
from salesnb.topics.refusals import LONGEST_WINDOW
from salesnb.topics.result import Result

EXAMPLES = (
    "process",
    "qualification",
    "touchpoints",
    "manager",
)  # what others can take over from somebody above
FROM_RATES = [
    "manager",
    "won",
    "lost",
    "closed",
    "closed_window",
    "standardised",
    "std_low",
    "std_high",
    "year_verdict",
]


@dataclass(frozen=True, repr=False, eq=False)
class ManagerGaps(Result):
    """The gap of each sales rep in parts: of the month to the average and the benchmark, of the
    window to the average.

    Attributes
    ----------
    managers : the rates at the same leads of the same sales reps
    people : a row per sales rep, most closed deals of the month first: columns of `Managers.rates`,
        and
        gap : to the average in the month;  year_gap : in the window, the sum of its known parts
        month_verdict : "significant" after looking at everybody, "chance", "too few" (closed
        deals), "nobody else" (closed any), "not compared"
        look : the part to look at first; "few deals" where it is each deal;  example : whether it
            is for the others to look at
        months_needed : months of deals in which a difference of ten points would show; NaN where
        there are enough deals, or the params allow no such window
    month : table of `gaps`
    year : table of `window_gaps`, with certain (whether something may be said of the part,
        `model.gaps.certain`)
    benchmark : name; None where it cannot be told;  against : table of `benchmark_gaps`, empty
        without one
    bulk : days of the month on which one person closed very many deals
    """

    managers: Managers
    people: pd.DataFrame
    month: pd.DataFrame
    year: pd.DataFrame
    benchmark: str | None
    against: pd.DataFrame
    bulk: pd.DataFrame
    keys: ClassVar = ("manager",)
    counts: ClassVar = ("closed", "won", "lost", "closed_window")

    @property
    def data(self) -> dict[str, pd.DataFrame]:
        """people: each one's gaps and what to look at; month, year: the parts; benchmark: those of
        the month against it.
        """
        return {
            "people": self.people,
            "month": self.month,
            "year": self.year,
            "benchmark": self.against,
        }

    def members(self) -> pd.DataFrame:
        return self.managers.members().drop(columns="won_window")

    def text(self) -> Text:
        """Whether anybody's month says something by itself."""
        return _answer(self, self.book.voice)

    def charts(self) -> dict[str, Callable[[], Shown]]:
        return {"cards": lambda: manager_cards.cards(self, self.book.voice)}

    def tables_shown(self) -> dict[str, Callable[[], Shown]]:
        return {
            "month": lambda: _month_table(self, self.book.voice),
            "benchmark": lambda: _benchmark_table(self, self.book.voice),
        }


def manager_gaps(book: BookLike) -> ManagerGaps:
    """The gaps of all sales reps, each in parts that add up.

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": range(90), "manager": ["Ann", "Bo", "Cy"] * 30,
    ...     "status": ["won", "lost", "lost"] * 20 + ["lost"] * 30,
    ...     "created_at": pd.Timestamp("2026-09-01"), "closed_at": pd.Timestamp("2026-09-05")})
    >>> found = manager_gaps(s.book(deals, month="2026-09"))
    >>> found.people[["manager", "gap", "month_verdict", "look",
    ...     "example"]].round(2).values.tolist()
    [['Ann', 0.44, 'significant', 'manager', True], ['Bo', -0.22, 'significant', 'manager', False], ['Cy', -0.22, 'significant', 'manager', False]]
    >>> len(found.deals(manager="Ann"))
    30
    """  # noqa: E501
    reps = managers(book)
    month, year = without_leavers(gaps(book), book), without_leavers(window_gaps(book), book)
    year["certain"] = certain(year)
    significant = significant_reps(reps.rates, book.thresholds, _looked_at(book))
    name = reps.best["manager"] if reps.best and reps.best["told"] else None
    against = without_leavers(benchmark_gaps(book, name), book) if name else month.head(0)
    return ManagerGaps(
        book,
        reps,
        each_person(reps, month, year, significant),
        month,
        year,
        name,
        against,
        month_bulk_days(book),
    )


def _looked_at(book) -> int:
    """How many people have enough closed deals in the month for a verdict, on all pages of the
    department together.
    """
    deals, least = book.department.closer_deals, book.thresholds.min_verdict
    tables = [
        conversion(deals, by=by, period=book.month) for by in ("manager", ["channel", "manager"])
    ]
    return sum(int((table["closed"] >= least).sum()) for table in tables)


def each_person(
    reps: Managers, month: pd.DataFrame, year: pd.DataFrame, significant: Collection[str]
) -> pd.DataFrame:
    """What the month and the year say of each sales rep, and what there is to look at:
    `ManagerGaps.people`.

    `significant` : who differs by more than chance in the month
    """
    people = reps.rates[FROM_RATES].sort_values(
        ["closed", "manager"], ascending=[False, True], ignore_index=True
    )
    month_gaps, year_gaps = (_sums(parts) for parts in (month, year))
    least, rows = reps.book.thresholds.min_verdict, []
    for row in people.itertuples():
        gap, own = month_gaps.get(row.manager, float("nan")), year[year["manager"] == row.manager]
        verdict = _month_verdict(row, gap, row.manager in significant, reps.compared, least)
        look, example = _look(row, own, least)
        needed = _months_needed(row.closed_window, reps.months)
        rows.append((gap, verdict, year_gaps.get(row.manager, float("nan")), look, example, needed))
    columns = ["gap", "month_verdict", "year_gap", "look", "example", "months_needed"]
    return people.join(pd.DataFrame(rows, columns=columns, index=people.index))


def _sums(parts: pd.DataFrame) -> dict[str, float]:
    return {name: own["points"].sum(min_count=1) for name, own in parts.groupby("manager")}


def _month_verdict(row, gap: float, significant: bool, compared: bool, least: int) -> str:
    if not compared:
        return "not compared"
    if row.closed < least:
        return "too few"
    if pd.isna(gap):
        return "nobody else"
    return "significant" if significant else "chance"


def _look(row, own: pd.DataFrame, least: int) -> tuple[str, bool]:
    """Where to look: at what certainly goes with being below; else, of those above, at what others
    could take over.
    """
    if row.closed_window < least:
        return "few deals", False
    told = largest_first(own[own["certain"]])
    down, up = (
        told.loc[side, "part"].tolist() for side in (told["points"] < 0, told["points"] > 0)
    )
    if row.year_verdict in BELOW and down:
        return down[0], False
    if row.year_verdict in ABOVE and up and up[0] in EXAMPLES:
        return up[0], True
    return "manager", False


def _months_needed(closed: int, months: int) -> float:
    needed = months_to_tell(closed, months)
    return float("nan") if needed is None or needed > LONGEST_WINDOW else float(needed)


def _answer(found: ManagerGaps, voice: Voice) -> Text:
    if found.managers.untold:
        return refusals.refusal(found.managers.untold, voice)
    thresholds, people = found.book.thresholds, found.people
    if not found.managers.compared:
        return Text(words.nobody_compared(voice, thresholds.min_managers), kind="answer")
    if not (people["closed"] >= thresholds.min_verdict).any():
        text = voice.say(
            "Nobody closed {n} deals in the month, so no gap of the month is taken apart.",
            n=voice.count(thresholds.min_verdict),
        )
        return Text(text, kind="answer")
    names = people.loc[people["month_verdict"] == "significant", "manager"]
    if names.empty:
        return Text(
            voice.say(
                "Nobody's month differs from the average by more than chance: what "
                "to work on is told by the year, a card for each sales rep below."
            ),
            kind="answer",
        )
    return Text(
        voice.say(
            "More than chance explains, after looking at everybody: {names}. The "
            "cards tell what goes with it.",
            names=voice.listing(sorted(names)),
        ),
        kind="answer",
    )


def _month_table(found: ManagerGaps, voice: Voice) -> Shown:
    """The month's gaps to the average, to unfold: mostly chance."""
    caption = voice.say("What accounts for the gap to the average in the month, percentage points")
    shown = _parts_table(found.month, caption, voice)
    return fold(voice.say("The month taken apart, every sales rep"), shown, paper=False)


def _benchmark_table(found: ManagerGaps, voice: Voice) -> Shown:
    """The month's gaps to the benchmark, to unfold."""
    name = found.benchmark
    caption = voice.say(
        "What accounts for the gap to {name} in the month, percentage points", name=name
    )
    shown = _parts_table(found.against, caption, voice)
    return fold(voice.say("The same against the benchmark, {name}", name=name), shown, paper=False)


def _parts_table(parts: pd.DataFrame, caption: str, voice: Voice) -> Table | Group:
    """Parts of every gap, one row per sales rep; nothing where no gap could be taken apart."""
    say = voice.say
    if parts["points"].isna().all():
        return Group()
    named = parts.assign(part="part " + parts["part"])  # one of the parts has the name of the key
    wide = named.pivot(index="manager", columns="part", values="points").reset_index()
    names = [f"part {part}" for part in words.PARTS if f"part {part}" in wide]
    wide["gap"] = wide[names].sum(axis=1, min_count=1)
    columns = [
        Column("manager", say("Sales rep")),
        Column("gap", say("Gap"), "bare_points", digits=0),
        *(
            Column(name, words.part(voice, name.removeprefix("part ")), "bare_points", digits=0)
            for name in names
        ),
    ]
    note = say(
        "Before rounding the parts of a row add up to its gap. A dash: too few closed deals in "
        "the month, no data on the factor, or the model may not speak of it."
    )
    order = wide.assign(gap=wide["gap"].round(9))  # equal gaps may differ in the last digit
    order = order.sort_values(["gap", "manager"], na_position="last", kind="stable")
    return table(wide.loc[order.index], voice, caption, columns, note=note)
