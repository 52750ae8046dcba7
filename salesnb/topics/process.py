"""Is the sales process kept: how many deals leave it, how do deals go through the stages, and where
are they lost?
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import narwhals as nw
import numpy as np
import pandas as pd

from salesnb.formats import Voice
from salesnb.measures.frames import BookLike, closed, collect, count, flag, within
from salesnb.measures.grain import Coarse
from salesnb.measures.paths import COLUMNS as PATHS
from salesnb.measures.paths import paths, spelled_out, walks
from salesnb.measures.shares import COLUMNS, for_page, share, together, with_change
from salesnb.measures.so_far import month_before
from salesnb.measures.staff import without_leavers
from salesnb.measures.stages import stage_times, won_on_creation_day
from salesnb.measures.told import coarse, grain_of, told
from salesnb.model import benchmark, manager_rates
from salesnb.model.features import deviations, landmark_of
from salesnb.render.display import Group, Shown, Table, Text
from salesnb.render.tables import Column, enough, table
from salesnb.topics import untold, words
from salesnb.topics.factor import Evidence, Factor, no_data, share_sentence
from salesnb.topics.lost_where import LostWhere, largest_pairs, lost_members, lost_where, pairs_said

KINDS = {
    "skipped": lambda v, most: v.say("skipped a stage"),
    "back": lambda v, most: v.say("went back a stage"),
    "overdue": lambda v, most: v.say("stood in a stage longer than {most} deals", most=most),
}
TIMES = ["stage", "stays", "median_days", "p90_days", "theirs", "their_stays"]
SHOWN = 10  # the most frequent paths of a page


@dataclass(frozen=True, repr=False, eq=False)
class Process(Factor):
    """How many deals skipped a stage, went back or overstayed one, how they went through the
    stages, where they were lost.

    Attributes
    ----------
    whole, people : hits (with a deviation by the landmark), deals (with a history), share, low,
        high, before, change, change_low, change_high, clear: of the deals closed in the month. No
            rows without a history of stages, or where its days are not known
    grain : "week" or "month" where deals or stages are dated no finer; else ""
    kinds : kind (skipped, back, overdue), deviating, share, all: over the whole life of the deals
        closed in the window; `all` are those with a history, the same in every row
    paths : path, skipped, back, won, lost, walked (won and lost deals of the window), most first
    same_day : deals won on the day they were created, of those won in the window: won, same_day,
        share
    lost : the lost deals of the window by the stage that they were lost from
    """

    grain: Coarse
    kinds: pd.DataFrame
    paths: pd.DataFrame
    same_day: dict
    lost: LostWhere
    keys: ClassVar = (
        "manager",
        "kind",
        "path",
        "skipped",
        "back",
        "lost_reason",
        "competitor",
        "stage",
    )
    counts: ClassVar = ("hits", "deals", "deviating", "all", "won", "lost", "walked")

    @property
    def data(self) -> dict[str, pd.DataFrame]:
        """whole, people: the index; kinds: deviations; paths; times: days in each stage; reasons,
        competitors, calls: of lost deals.
        """
        first = {
            "whole": self.whole,
            "people": self.people,
            "kinds": self.kinds,
            "paths": self.paths,
        }
        lost = {
            "reasons": self.lost.reasons,
            "competitors": self.lost.competitors,
            "calls": self.lost.calls,
        }
        return first | {"times": self.times} | lost

    def members(self) -> pd.DataFrame:
        return self._together(
            _index_members(self), _kinds_members(self), _paths_members(self), _lost_members(self)
        )

    @cached_property
    def benchmark(self) -> str | None:
        """Whose stays lie beside those of everybody: the benchmark of the sales reps, where one can
        be told.
        """
        best = benchmark(without_leavers(manager_rates(self.book), self.book), self.book.thresholds)
        return best["manager"] if best and best["told"] else None

    @cached_property
    def times(self) -> pd.DataFrame:
        """Days in each stage, of the deals created in the window that left it: of everybody, and of
        the benchmark.

        stage, stays, median_days, p90_days, theirs (median days), their_stays (NaN without a
        benchmark)
        """
        return (
            _times(self.book, self.benchmark)
            if _knows_stays(self.book)
            else pd.DataFrame(columns=TIMES)
        )

    def text(self) -> Text:
        """How many of the month's closed deals left the process in the first days."""
        return _answer(self, self.book.voice)

    def warning(self) -> Text | Group:
        """Deals won on the day they were created: a warning where they are many, nothing where
        there are none.
        """
        return _same_day(self, self.book.voice)

    def tables_shown(self) -> dict[str, Callable[[], Shown]]:
        voice = self.book.voice
        most = words.most_of(voice, self.book.thresholds.overdue_quantile)
        caption = voice.say("Closed deals with a deviation in the first days")
        return {
            "people": lambda: self._people_table(voice.say("With a deviation"), caption),
            "stages": lambda: self._fold(
                voice.say("How deals go through the stages"), "kinds", "paths", "times"
            ),
            "lost": lambda: self._fold(
                voice.say("Where deals are lost, for what and to whom"), *self._of_lost
            ),
            "kinds": lambda: _kinds_table(self.kinds, most, voice),
            "paths": lambda: _paths_table(self.paths.head(SHOWN), most, voice),
            "times": lambda: _times_table(self, voice),
            **self._of_lost,
        }

    @property
    def _of_lost(self) -> dict:
        return self.lost.tables(self.book)

    def _next(self, voice: Voice, facts: dict) -> str:
        return pairs_said(facts["pairs"], facts["all"], voice)


def process(book: BookLike) -> Process:
    """The sales process; memoised on the book.

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": "Ann", "status": "won",
    ...     "created_at": "2026-09-01", "closed_at": "2026-09-20"})
    >>> history = pd.DataFrame({"deal_id": ["1", "2"], "stage": ["Offer", "New"],
    ...     "entered_at": "2026-09-01"})
    >>> found = process(s.book(deals, history, month="2026-09", stage_order=["New", "Offer"]))
    >>> found.whole[["hits", "deals", "share"]].values.tolist()
    [[1.0, 2.0, 0.5]]
    >>> found.deals(kind="skipped", counted_in="deviating")["deal_id"].tolist()
    ['1']
    """
    return book.kept("_process", lambda: _made(book))


def _made(book) -> Process:
    known = book.stages is not None and bool(book.stage_order)
    grain = coarse(book, "stages") if known else ""
    whole, people = _index(book, known and not grain)
    walked = paths(*_walked(book)) if _knows_walks(book) else pd.DataFrame(columns=PATHS)
    lost = lost_where(book)
    look_at = largest_pairs(lost.reasons, book.thresholds.min_percent)
    evidence: Evidence = "measured" if known else "no data"
    walked = walked.rename(columns={"deals": "walked"})
    return Process(
        book,
        evidence,
        whole,
        people,
        look_at,
        grain,
        _kinds(book),
        walked,
        _won_same_day(book),
        lost,
    )


def _index(book, known: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Share of the month's closed deals that skipped a stage, went back or overstayed one within
    the landmark days: of the whole and per sales rep."""
    if not known:
        return pd.DataFrame(columns=COLUMNS), pd.DataFrame(columns=["manager", *COLUMNS])
    deals, hit = _marked(book, landmark_of(book))
    now, before = (
        share(closed(deals), hit, "manager", "closed_at", month)
        for month in (book.month, month_before(book))
    )
    people = for_page(with_change(now, before, "manager"), book, "manager")
    return with_change(together(now), together(before), None), people


def _marked(book, days: int | None) -> tuple[nw.LazyFrame, nw.Expr]:
    """Closer deals with skipped, back, overdue (0 or 1), and whether any is so; those without a
    history take no part.
    """
    deals = book.closer_deals.join(deviations(book, days), on="deal_id", how="inner")
    return deals, nw.col("skipped") + nw.col("back") + nw.col("overdue") > 0


def _knows_kinds(book) -> bool:
    return book.stages is not None and bool(book.stage_order) and not coarse(book, "stages")


def _kinds(book) -> pd.DataFrame:
    """Deals of the window with each kind of deviation over their whole life."""
    if not _knows_kinds(book):
        return pd.DataFrame(columns=["kind", "deviating", "share", "all"])
    deals = closed(_marked(book, None)[0], book.window_period)
    row = count(deals, [], **{kind: flag(nw.col(kind) > 0) for kind in KINDS}).iloc[0]
    rows = [
        (kind, int(row[kind]), row[kind] / row["rows"] if row["rows"] else np.nan) for kind in KINDS
    ]
    return pd.DataFrame(rows, columns=["kind", "deviating", "share"]).assign(all=int(row["rows"]))


def _won_same_day(book) -> dict:
    """No deal and no share where the export dates deals by week or month, so that all look so."""
    found = won_on_creation_day(book.closer_deals, book.window_period)
    return found if told(book).in_days else found | {"same_day": 0, "share": float("nan")}


def _knows_walks(book) -> bool:
    """In which order the stages of a week or a month were entered is not known."""
    known = book.stages is not None and bool(book.stage_order)
    return known and grain_of(book, "stages", "entered_at") not in ("week", "month")


def _walked(book) -> tuple:
    return closed(book.closer_deals, book.window_period), book.stages, book.stage_order


def _knows_stays(book) -> bool:
    return book.stages is not None and not coarse(book, "stages")


def _times(book, manager: str | None) -> pd.DataFrame:
    deals = book.closer_deals.filter(within("created_at", book.window_period))

    def stays(of) -> pd.DataFrame:
        return stage_times(of, book.stages, book.as_of, book.stage_order).rename(
            columns={"deals": "stays"}
        )

    everybody = stays(deals)
    if manager is None:
        return everybody.assign(theirs=np.nan, their_stays=np.nan)
    theirs = stays(deals.filter(nw.col("manager") == manager))[["stage", "median_days", "stays"]]
    theirs = theirs.rename(columns={"median_days": "theirs", "stays": "their_stays"})
    return everybody.merge(theirs, on="stage", how="left")


def _index_members(found: Process) -> pd.DataFrame:
    if found.whole.empty:
        return pd.DataFrame(columns=["deal_id"])
    deals, hit = _marked(found.book, landmark_of(found.book))
    kept = collect(closed(deals, found.book.month).select("deal_id", "manager", hits=flag(hit)))
    return kept.assign(hits=kept["hits"] > 0, deals=True)


def _kinds_members(found: Process) -> pd.DataFrame:
    if found.kinds.empty:
        return pd.DataFrame(columns=["deal_id"])
    kept = collect(
        closed(_marked(found.book, None)[0], found.book.window_period).select(
            "deal_id", "manager", *KINDS
        )
    )
    long = kept.melt(["deal_id", "manager"], list(KINDS), "kind", "deviating")
    return long.assign(deviating=long["deviating"] > 0, all=True)


def _paths_members(found: Process) -> pd.DataFrame:
    if found.paths.empty:
        return pd.DataFrame(columns=["deal_id"])
    walked, columns = walks(*_walked(found.book))
    kept = spelled_out(
        collect(walked.select("deal_id", "manager", "status", *columns)), found.book.stage_order
    )
    won = kept["status"] == "won"
    return kept[["deal_id", "manager", "path", "skipped", "back"]].assign(
        won=won, lost=~won, walked=True
    )


def _lost_members(found: Process) -> pd.DataFrame:
    kept = lost_members(found.book).assign(lost=True)
    return kept if len(kept) else pd.DataFrame(columns=["deal_id"])


def _answer(found: Process, voice: Voice) -> Text:
    if found.grain:
        return Text(untold.coarse(found.grain, voice), kind="refusal")
    if found.whole.empty:
        export = voice.say(
            "Export the history of stage changes and name the stages under stage_order."
        )
        return no_data(export, voice)
    row = found.whole.iloc[0].to_dict()
    if not row["deals"]:
        return Text(voice.say("Nothing was closed in the month."))
    first = voice.say(
        "{hits} of {deals} closed deals of the month skipped a stage, went back or stood too long "
        "in one within {days} days of creation; fewer is better.",
        hits=voice.count(row["hits"]),
        deals=voice.count(row["deals"]),
        days=voice.count(landmark_of(found.book)),
    )
    return Text(first + " " + share_sentence(row, voice, found.book.thresholds), kind="answer")


def _same_day(found: Process, voice: Voice) -> Text | Group:
    row = found.same_day
    if not row["same_day"]:
        return Group()
    text = voice.say(
        "{same} of {won} deals won in the last {months} months ({share}) were won on the day they "
        "were created.",
        same=voice.count(row["same_day"]),
        won=voice.count(row["won"]),
        months=voice.count(found.book.params.window_months),
        share=voice.percent(row["share"]),
    )
    if row["share"] <= found.book.thresholds.skipped_day_share:
        return Text(text, kind="note")
    more = voice.say(
        "That is many: they may be entered after the fact, and then no stage, touch or date of "
        "theirs says how they were sold."
    )
    return Text(text + " " + more, kind="warning")


def _kinds_table(frame: pd.DataFrame, most: str, voice: Voice) -> Table | Group:
    """Deviations over the whole life of deals; nothing without a history of stages."""
    if frame.empty:
        return Group()
    say = voice.say
    kept = frame.rename(columns={"deviating": "deals"}).sort_values("deals", ascending=False)
    kept = kept.assign(kind=[KINDS[k](voice, most) for k in kept["kind"]])
    columns = [
        Column("kind", say("Deviation")),
        Column("deals", say("Deals"), "count"),
        Column("share", say("Share"), "percent", n="all"),
    ]
    caption = say("Deviations over the whole life of the deals closed in the window")
    note = say(
        "A description only: longer deals have more time to deviate, so this is not held against "
        "conversion."
    )
    return table(kept, voice, caption, columns, note=note)


def _paths_table(frame: pd.DataFrame, most: str, voice: Voice) -> Table | Group:
    """Paths as they were walked, with what is unusual about each; nothing without a history of
    stages.
    """
    if frame.empty:
        return Group()
    say = voice.say
    kinds = ("skipped", "back")
    unusual = [
        voice.listing([KINDS[k](voice, most) for k in kinds if row[k]])
        for row in frame.to_dict("records")
    ]
    columns = [
        Column("path", say("Path")),
        Column("unusual", say("Deviation")),
        Column("won", say("Won"), "count"),
        Column("lost", say("Lost"), "count"),
        Column("deals", say("Deals"), "count"),
    ]
    note = say(
        "Step by step as the deals went. A description only: a won deal has gone further than a "
        "lost one."
    )
    kept = frame.rename(columns={"walked": "deals"}).assign(unusual=unusual)
    return table(kept, voice, say("Paths of won and lost deals"), columns, note=note)


def _times_table(found: Process, voice: Voice) -> Table | Group:
    """Days in each stage, beside those of the benchmark where there is one; nothing without a
    history of stages.
    """
    frame, name, say = found.times, found.benchmark, voice.say
    if frame.empty:
        return Group()
    frame = frame.rename(columns={"stays": "deals", "their_stays": "their_deals"})
    columns = [
        Column("stage", say("Stage")),
        Column("median_days", say("Half of the stays up to"), "days"),
        Column("deals", say("Stays"), "count"),
    ]
    if name is None:
        note = say("There is nobody to lay beside: a benchmark cannot be told.")
        return table(
            frame,
            voice,
            say("Days in each stage, deals closed in the last 12 months"),
            columns,
            note=note,
        )
    frame = enough(frame, "their_deals", found.book.thresholds, theirs="median")
    columns += [
        Column("theirs", name, "days"),
        Column("their_deals", say("Stays of {name}", name=name), "count"),
    ]
    caption = say("Days in each stage, deals closed in the last 12 months, beside the benchmark")
    return table(frame, voice, caption, columns)
