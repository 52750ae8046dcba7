"""What does everybody do in a day: calls, talk time, tasks? Who differs from the benchmark by more
than chance, and in what?
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from salesnb.measures.benchmark import (
    KpiBenchmark,
    benchmark_candidates,
    kpi_benchmarks,
    named_benchmark,
)
from salesnb.measures.differences import differences, least_told
from salesnb.measures.events import deals_behind, known_events
from salesnb.measures.frames import BookLike, collect
from salesnb.measures.kpi import (
    SHOWN,
    activity_plans,
    everybody,
    known_bounds,
    kpi,
    kpi_months,
    working_day_counts,
)
from salesnb.measures.quality import colours
from salesnb.measures.so_far import SoFar, so_far
from salesnb.measures.staff import leavers, without_leavers
from salesnb.model import benchmark, manager_rates
from salesnb.render.display import Group, Shown, Text, fold
from salesnb.topics import activity_shown, activity_words
from salesnb.topics.result import Result

IN_METRICS = ["manager", *SHOWN, "working_days"]
BEHIND = ["manager", "deal_id", "called", "tasked"]
LEADER = ["function", "manager", "kind", "completion", "first", "months", "passed"]


@dataclass(frozen=True, repr=False, eq=False)
class Activity(Result):
    """What everybody does in a day, of all channels together.

    Attributes
    ----------
    people : table of `measures.kpi.kpi`, and deals (of the Book, whose calls or tasks are counted),
        called (those with a counted call), tasked (with a counted task)
    beside : table of `measures.differences.differences`, without those who have left
    benchmarks : function → who is the base for the others
    sizes : function → how many people of the company are in it
    least : function → times the benchmark's outgoing calls, below which a difference would mostly
        be told; NaN where nothing tells it
    months : table of `kpi_months`;  plans : table of `activity_plans`
    known : which figures the export tells at all; {} without calls and tasks
    unowned : counts of nobody
    conversion_best : who is the benchmark of conversion; None where it cannot be told
    named : whom the params name as the benchmark, "auto" without
    part : how much of a month has gone that is not over
    """

    people: pd.DataFrame
    beside: pd.DataFrame
    benchmarks: Mapping[str, KpiBenchmark]
    sizes: Mapping[str, int]
    least: Mapping[str, float]
    months: pd.DataFrame
    plans: pd.DataFrame
    known: Mapping[str, bool]
    unowned: Mapping[str, float]
    conversion_best: str | None
    named: str
    part: SoFar | None
    keys: ClassVar = ("manager",)
    counts: ClassVar = ("deals", "called", "tasked")

    @property
    def data(self) -> dict[str, pd.DataFrame]:
        """people: the month; beside: held against the benchmark; benchmarks; months: the main
        figures of 13; plans.
        """
        rows = [
            {name: getattr(one, name) for name in LEADER[:-1]}
            | {"passed": ", ".join(name for name, _, _ in one.passed)}
            for one in self.benchmarks.values()
        ]
        return {
            "people": self.people,
            "beside": self.beside,
            "benchmarks": pd.DataFrame(rows, columns=LEADER),
            "months": self.months,
            "plans": self.plans,
        }

    def members(self) -> pd.DataFrame:
        return _behind(self.book, self.people["manager"]).assign(deals=True)

    def text(self) -> Text | Group:
        """Who differs from the benchmark by more than chance and in what, whom to talk to about
        calls, who was there without a trace, whose activity is the base.
        """
        return activity_words.answer(self, self.book.voice)

    def charts(self) -> dict[str, Callable[[], Shown]]:
        return {"beside": lambda: activity_shown.chart(self, self.book.voice)}

    def tables_shown(self) -> dict[str, Callable[[], Shown]]:
        voice = self.book.voice
        return {
            "people": lambda: activity_shown.table(self, voice),
            "counts": lambda: activity_shown.counts(self, voice),
            "all": lambda: fold(
                voice.say("All counts, and plans"), self.table("counts"), paper=False
            ),
        }

    def record(self) -> dict:
        """kpi of the month."""
        return {"kpi": self.people[IN_METRICS].to_dict("records") if len(self.people) else []}


def activity(book: BookLike) -> Activity:
    """Activity of everybody in the month; memoised on the book.

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": ["Ann", "Bo"], "status": "open",
    ...     "created_at": pd.Timestamp("2026-09-01")})
    >>> calls = pd.DataFrame({"deal_id": ["1"] * 3 + ["2"], "kind": "call", "direction": "out",
    ...     "at": pd.Timestamp("2026-09-01 10:00")})
    >>> found = activity(s.book(deals, touches=calls, month="2026-09", as_of="2026-09-30"))
    >>> found.people[["manager", "calls_out", "working_days", "deals"]].values.tolist()
    [['Ann', 3, 22, 1], ['Bo', 1, 22, 1]]
    >>> found.deals(manager="Bo", counted_in="called")["deal_id"].tolist()
    ['2']
    """
    return book.kept("_activity", lambda: _made(book))


def _made(book) -> Activity:
    known = {name: told for name, told in known_events(book).items() if name in SHOWN}
    if not any(known.values()):
        return _nothing(book)
    people, whole = kpi(book), book.unfiltered
    rates = manager_rates(whole)
    leaders, judged, beside, least = whole.kept("_beside", lambda: _beside(whole))
    best = benchmark(without_leavers(rates, whole), whole.thresholds)
    functions = set(people["function"])
    return Activity(
        book,
        _with_deals(book, people),
        beside[beside["manager"].isin(list(people["manager"]))].reset_index(drop=True),
        {name: one for name, one in leaders.items() if name in functions},
        judged["function"].value_counts().reindex(sorted(functions), fill_value=0).to_dict(),
        {name: least.get(name, float("nan")) for name in sorted(functions)},
        kpi_months(book),
        activity_plans(book, people),
        known,
        people.attrs["unowned"],
        best["manager"] if best is not None and best["told"] else None,
        named_benchmark(whole),
        so_far(book),
    )


def _beside(whole) -> tuple[dict, pd.DataFrame, pd.DataFrame, dict]:
    """Everybody of the company beside the best of their function, which no channel changes: the
    best, who is judged, the differences, and the least that can be told by function.
    """
    candidates = benchmark_candidates(whole, manager_rates(whole), colours(whole))
    leaders = kpi_benchmarks(candidates, whole.thresholds, named_benchmark(whole))
    judged = everybody(whole)
    judged = judged[~judged["manager"].isin(leavers(whole))].reset_index(drop=True)
    days = working_day_counts(whole, list(judged["manager"]), whole.thresholds.benchmark_months)
    base = {function: one.manager for function, one in leaders.items()}
    found = differences(judged, days, base, whole.thresholds)
    least = {name: least_told(judged, days, found, name) for name in set(judged["function"])}
    return leaders, judged, found, least


def _nothing(book) -> Activity:
    columns = ["manager", "function", *SHOWN, "working_days", "deals", "called", "tasked"]
    blank = pd.DataFrame(columns=columns)
    none = pd.DataFrame({"manager": pd.Series(dtype=object)})
    return Activity(book, blank, none, {}, {}, {}, none, none, {}, {}, None, "auto", None)


def _behind(book, names: pd.Series) -> pd.DataFrame:
    """Deals of the Book whose calls or tasks of the month are counted, with whose they are."""
    found = deals_behind(book, *known_bounds(book, book.month))
    known = collect(book.deals.select("deal_id"))["deal_id"]
    here = found["manager"].isin(list(names)) & found["deal_id"].isin(list(known))
    return found.loc[here, BEHIND].sort_values(["manager", "deal_id"], ignore_index=True)


def _with_deals(book, people: pd.DataFrame) -> pd.DataFrame:
    found = _behind(book, people["manager"]).assign(deals=True)
    sums = found.groupby("manager")[["deals", "called", "tasked"]].sum()
    counts = sums.reindex(people["manager"]).fillna(0).astype("int64").reset_index(drop=True)
    return pd.concat([people, counts], axis=1)
