"""How far do deals come, where is the funnel narrow, and which deals stand or fell at
each stage?
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import narwhals as nw
import pandas as pd

from salesnb.formats import Voice
from salesnb.measures.bottleneck import bottleneck
from salesnb.measures.frames import BookLike
from salesnb.measures.stages import FATES, RULES, Rule, stage_funnel, stage_members
from salesnb.measures.told import Lacking, grain_of, untold
from salesnb.measures.year import year
from salesnb.render.charts.rows import stages
from salesnb.render.display import Details, Figure, Group, Shown, Table, Text
from salesnb.render.tables import Column, table
from salesnb.topics import untold as refusals
from salesnb.topics.result import Result, in_figures

COLUMNS = ["stage", "entered", "reached_next", "conversion", "low", "high", "lost", "open", "back"]


@dataclass(frozen=True, repr=False, eq=False)
class Funnel(Result):
    """The stage funnel of the deals created in the last 12 months.

    Attributes
    ----------
    stages : table of `stage_funnel` by the rule that was asked for; empty without stages, and where
        lost or won deals are not in the export: the share that moved on would be of those only that
            are
    rules : rule → the same table by each rule
    bottleneck : `measures.bottleneck` of the stages; None where no stage has enough deals
    untold : why there are no rates: "no lost", "no won"; ""
    rule : reached, strict or visited
    """

    stages: pd.DataFrame
    rules: dict[Rule, pd.DataFrame]
    bottleneck: dict | None
    untold: Lacking
    rule: Rule
    keys: ClassVar = ("stage",)
    counts: ClassVar = tuple(FATES)

    @property
    def data(self) -> dict[str, pd.DataFrame]:
        """stages: the funnel; rules: deals that entered each stage, by every rule."""
        entered = {rule: frame["entered"] for rule, frame in self.rules.items()}
        return {
            "stages": self.stages,
            "rules": pd.DataFrame({"stage": self.stages["stage"]} | entered),
        }

    def members(self) -> pd.DataFrame:
        if self.stages.empty:
            return pd.DataFrame(columns=["deal_id", "stage", *FATES])
        return stage_members(
            _deals(self.book), self.book.stages, self.book.stage_order, self.rule, year(self.book)
        )

    def text(self) -> Text:
        """Where the funnel is narrow and where to begin: one answer."""
        return _answer(self.stages, self.bottleneck, self.untold, self.book.voice)

    def warning(self) -> Text | Group:
        """Stages in which no deal ever stood: their name may be spelt otherwise in the CRM; nothing
        without any.
        """
        return _never(self.rules["visited"], self.book.voice)

    def charts(self) -> dict[str, Callable[[], Shown]]:
        return {"stages": lambda: _chart(self.stages, self._period, self.book.voice)}

    def tables_shown(self) -> dict[str, Callable[[], Shown]]:
        return {
            "stages": lambda: in_figures(
                _table(self.stages, self._period, self.book.voice), self.book.voice
            ),
            "rules": lambda: _rules_table(self.rules, self.book.voice),
        }

    @cached_property
    def _period(self) -> str:
        return self.book.voice.say("last 12 months")


def funnel(book: BookLike, rule: Rule = "reached") -> Funnel:
    """How far the deals of the last 12 months came, and where they were lost.

    Parameters
    ----------
    book : Book
    rule : how a deal counts as having entered a stage, as of `stage_funnel`

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1", "2", "3"], "manager": "Ann", "status": ["won",
    ...     "lost", "open"],
    ...     "stage": ["Offer", "New", "Offer"], "created_at": pd.Timestamp("2026-09-01"),
    ...     "closed_at": [pd.Timestamp("2026-09-05"), pd.Timestamp("2026-09-09"), pd.NaT]})
    >>> found = funnel(s.book(deals, month="2026-09", stage_order=["New", "Offer"]))
    >>> found.stages[["stage", "entered", "lost"]].values.tolist()
    [['New', 3, 1], ['Offer', 2, 0]]
    >>> found.deals(stage="New", counted_in="lost")["deal_id"].tolist()
    ['2']
    """
    rules = {name: _stages(book, name) for name in RULES}
    chosen = rules[rule] if rule in rules else _stages(book, rule)
    code = untold(book) if book.stage_order else ""
    return Funnel(book, chosen, rules, bottleneck(chosen, book.thresholds.min_verdict), code, rule)


def _stages(book, rule: Rule) -> pd.DataFrame:
    if not book.stage_order or untold(book):
        return pd.DataFrame(columns=COLUMNS)
    return stage_funnel(_deals(book), book.stages, book.stage_order, rule, year(book))


def _deals(book) -> nw.LazyFrame:
    """The deals of closers; of stages that are dated by week or month none is known to
    be the last.
    """
    if grain_of(book, "stages", "entered_at") in ("week", "month"):
        return book.closer_deals.with_columns(stage=nw.lit(None).cast(nw.String))
    return book.closer_deals


def _answer(funnel: pd.DataFrame, found: dict | None, code: str, voice: Voice) -> Text:
    if code:
        return refusals.refusal(code, voice)
    if funnel.empty:
        return _no_stages(voice)
    if funnel["entered"].iloc[0] == 0:
        return Text(voice.say("No deal entered the funnel in this time."), kind="answer")
    if found is None:
        return Text(
            voice.say("Too few deals entered the funnel to say where it is narrow."), kind="answer"
        )
    first = voice.say(
        "The narrowest place is {stage}: {next} of {entered} moved on, {rate} ({interval}).",
        stage=found["stage"],
        next=voice.count(found["reached_next"]),
        entered=voice.count(found["entered"]),
        rate=voice.percent(found["conversion"]),
        interval=voice.interval(found["low"], found["high"]),
    )
    return Text(first, _begin(found, voice), kind="answer")


def _begin(found: dict, voice: Voice) -> str:
    """Where to begin: at the bottleneck, or at the one that loses most among those that cannot be
    told apart.
    """
    stage, names = found["stage"], [name for name, _ in found["most_lost"]]
    if found["alike"]:
        begin = next((name for name in names if name in (stage, *found["alike"])), stage)
        values = {"stages": voice.listing(found["alike"]), "begin": begin}
        lost = dict(found["most_lost"]).get(begin)
        if lost is None:
            return voice.say(
                "By its share it cannot be told apart from {stages}. Begin with {begin}.", **values
            )
        return voice.say(
            "By its share it cannot be told apart from {stages}. Begin with {begin}, "
            "where most deals are lost ({n}).",
            **values,
            n=voice.count(lost),
        )
    if not names:
        return ""
    counts = [voice.count(n) for _, n in found["most_lost"]]
    if names == [stage]:
        return voice.say("Most deals are lost there too ({n}): begin with it.", n=counts[0])
    if stage in names:
        values = {
            "stages": voice.listing(names),
            "counts": voice.listing(counts, again=True),
            "stage": stage,
        }
        return voice.say(
            "{stages} lose about as many deals ({counts}). Begin with {stage}.", **values
        )
    values = {"other": names[0], "n": counts[0], "stage": stage}
    return voice.say(
        "More deals are lost from {other} ({n}), where more arrive. Begin with {stage}: it loses "
        "the larger share.",
        **values,
    )


def _never(visited: pd.DataFrame, voice: Voice) -> Text | Group:
    names = visited.loc[visited["entered"] == 0, "stage"].tolist() if len(visited) else []
    if not names or len(names) == len(visited):
        return Group()
    text = voice.say(
        "No deal ever stood in {names}: is the name in the order of stages that of "
        "the CRM? The funnel counts on it.",
        names=voice.listing(names),
    )
    return Text(text, kind="warning")


def _no_stages(voice: Voice) -> Text:
    return Text(
        voice.say(
            "How far deals come cannot be told: ask your analyst to add the history of stage "
            "changes to the export."
        ),
        kind="refusal",
    )


def _chart(frame: pd.DataFrame, period: str, voice: Voice) -> Figure | Group:
    if frame.empty:
        return Group()
    steps = "; ".join(
        f"{r.stage}: {voice.count(r.entered)}, {voice.percent(r.conversion)}"
        for r in frame.itertuples()
    )
    alt = voice.say(
        "Stage funnel, {period}: deals entered and share that moved on. {steps}.",
        period=period,
        steps=steps,
    )
    return stages(
        frame,
        voice,
        voice.say("How far deals come"),
        voice.say("{period}; dark: moved on to a later stage or won", period=period),
        alt,
    )


def _table(frame: pd.DataFrame, period: str, voice: Voice) -> Table | Group:
    """What became of the deals that entered each stage; nothing without stages."""
    if frame.empty:
        return Group()
    say = voice.say
    columns = [
        Column("stage", say("Stage")),
        Column("entered", say("Entered"), "count"),
        Column("reached_next", say("Moved on"), "count"),
        Column(
            "conversion", say("Share that moved on"), "percent", low="low", high="high", n="entered"
        ),
        Column("lost", say("Lost here"), "count"),
        Column("open", say("Still here"), "count"),
        Column("back", say("Went back"), "count"),
    ]
    note = say(
        "Moved on, lost, still here and went back add up to entered. A later stage counts as "
        "having passed the earlier ones."
    )
    return table(frame, voice, say("Stage funnel, {period}", period=period), columns, note=note)


def _rules_table(frames: dict[Rule, pd.DataFrame], voice: Voice) -> Details | Group:
    """Entered per stage under the three rules, folded; nothing without stages."""
    first = next(iter(frames.values()))
    if first.empty:
        return Group()
    say = voice.say
    labels = {
        "reached": say("Furthest stage counts"),
        "strict": say("All earlier stages visited"),
        "visited": say("The stage itself visited"),
    }
    both = pd.DataFrame(
        {"stage": first["stage"]} | {rule: frame["entered"] for rule, frame in frames.items()}
    )
    columns = [
        Column("stage", say("Stage")),
        *(Column(rule, labels[rule], "count") for rule in frames),
    ]
    text = Text(say("A deal can skip a stage or go back: stricter rules count fewer deals."))
    shown = table(both, voice, say("Deals that entered each stage, under three rules"), columns)
    return Details(say("The same under stricter rules"), text, shown)
