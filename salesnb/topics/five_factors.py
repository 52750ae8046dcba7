"""How do the five factors of conversion stand, and with which of them is conversion associated?"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
import pandas as pd

from salesnb.formats import Voice
from salesnb.measures.frames import BookLike, collect
from salesnb.model import drivers, gaps
from salesnb.model import quality as quality_of
from salesnb.model.features import COLUMNS, features, landmark_of
from salesnb.model.terms import factor_verdicts, for_metrics
from salesnb.render.display import Group, Shown, Table, Text, fold
from salesnb.render.tables import Column, table
from salesnb.schema import UNKNOWN
from salesnb.topics import words
from salesnb.topics.associations import (
    associations,
    in_short,
    no_evidence,
    quality_shown,
    terms_shown,
)
from salesnb.topics.channels import channels
from salesnb.topics.factor import Factor, change_of
from salesnb.topics.process import process
from salesnb.topics.qualification import qualification, score_words
from salesnb.topics.refusals import refusal
from salesnb.topics.result import Result
from salesnb.topics.target import target
from salesnb.topics.touchpoints import touchpoints

QUESTIONS = {
    "target": target,
    "process": process,
    "qualification": qualification,
    "touchpoints": touchpoints,
    "channels": channels,
}
RECORDED = ["factor", "index", "previous", "verdict", "evidence"]
INDEX = {
    "target": lambda v, x: v.say("target clients among the new deals"),
    "process": lambda v, x: v.say(
        "closed deals that skipped, went back or overstayed a stage in the first {days} days; "
        "fewer is better",
        days=v.count(x["days"]),
    ),
    "qualification": lambda v, x: v.say(
        "mean call score of the last {months} months", months=v.count(x["months"])
    ),
    "touchpoints": lambda v, x: v.say(
        "new deals answered within {minutes} working minutes", minutes=v.count(x["minutes"])
    ),
    "channels": lambda v, x: v.say(
        "new deals from {name}, so far the best", name=words.group(v, x["name"])
    ),
}


@dataclass(frozen=True, repr=False, eq=False)
class FiveFactors(Result):
    """The five factors beside each other, and what the model says of them.

    Attributes
    ----------
    terms : table of `drivers`: every level of the factors with its odds and its verdict
    quality : how far the model can be trusted: deals, parameters, validation, what was dropped,
        what was refused
    """

    terms: pd.DataFrame
    quality: dict
    keys: ClassVar = ("factor", "level")
    counts: ClassVar = ("counted", "deals")

    @cached_property
    def factors(self) -> dict[str, Factor]:
        """The five results; each is memoised on the book, so that `s.target(book)` gives the same
        one.
        """
        return {name: question(self.book) for name, question in QUESTIONS.items()}

    @cached_property
    def overview(self) -> pd.DataFrame:
        """One row per factor.

        factor; evidence; index, previous, low, high, change, change_low, change_high (a share 0..1;
        the mean score 0..100 of qualification, or the mean months at work where they stand in for
        it; NaN without data); n (deals; calls of qualification, sales reps of the stand-in); people
        (sales reps behind qualification, else NaN); name (the channel that the index of channels
        counts); p_holm (NaN where nothing may be said); verdict (associated, no evidence, refused);
        gap_points (0..1: mean size of the factor's part in the gaps of the month, whatever the
        intervals of the parts).
        """
        parts, verdicts = gaps(self.book), factor_verdicts(self.book)
        sizes = parts.assign(points=parts["points"].abs()).groupby("part")["points"].mean()
        rows = []
        for name, one in self.factors.items():
            verdict, p = verdicts[name]
            row = {"factor": name, "evidence": one.evidence} | one.figures()
            rows.append(
                row | {"p_holm": p, "verdict": verdict, "gap_points": sizes.get(name, np.nan)}
            )
        return pd.DataFrame(rows)

    @property
    def data(self) -> dict[str, pd.DataFrame]:
        """factors: a row per factor, counted: the deals of its index (NaN: it counts none);
        drivers: a row per level.
        """
        counted = self.overview["n"].where(self.overview["factor"] != "qualification")
        return {"factors": self.overview.assign(counted=counted), "drivers": self.terms}

    def members(self) -> pd.DataFrame:
        parts = [*_index_members(self.factors), *_term_members(self)]
        found = pd.concat(parts, ignore_index=True).reindex(
            columns=["deal_id", *self.keys, *self.counts]
        )
        return found.assign(**{name: found[name].eq(True) for name in self.counts})

    def text(self) -> Group:
        """Which factors are associated with conversion and by how much, and which cannot be spoken
        of, with the reason.
        """
        return _answer(self, self.book.voice)

    def short_answer(self) -> Text:
        """What conversion was associated with over the window in a sentence, or why that cannot be
        told: for the summary.
        """
        return in_short(self.terms, self.quality, self.book.voice)

    def tables_shown(self) -> dict[str, Callable[[], Shown]]:
        return {
            "factors": lambda: _table(self, self.book.voice),
            "model": lambda: _model(self, self.book.voice),
        }

    def record(self) -> dict:
        return {"factors": self.overview[RECORDED], "drivers": for_metrics(self.terms)}


def five_factors(book: BookLike) -> FiveFactors:
    """The five factors, and what conversion is associated with.

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": "Ann", "status": "open",
    ...     "created_at": "2026-09-01", "is_target": [True, False]})
    >>> found = five_factors(s.book(deals, month="2026-09"))
    >>> found.overview.loc[:1, ["factor", "index", "n", "verdict", "evidence"]]
        factor  index  n  verdict  evidence
    0   target    0.5  2  refused  measured
    1  process    NaN  0  refused   no data
    >>> len(found.deals(factor="target"))
    2
    """
    return FiveFactors(book, drivers(book), quality_of(book))


def _index_members(factors: dict[str, Factor]):
    """The deals of each index that counts deals."""
    for name, one in factors.items():
        if name != "qualification":
            found = one.members()
            found = found.loc[found["deals"], ["deal_id"]].drop_duplicates()
            yield found.assign(factor=name, counted=True)


def _term_members(found: FiveFactors):
    """The modelled deals of the page by the level of each factor, small levels counted with others
    as in the model.
    """
    book, terms = found.book, found.terms
    columns = [column for factor, column in COLUMNS.items() if factor != "qualification"]
    deals = collect(features(book.department).select("deal_id", "source", *columns))
    if book.channel is not None:  # a channel's page tells its sources apart
        deals = deals[deals["channel"] == book.channel].assign(
            channel=lambda table: table["source"]
        )
    for factor, levels in terms.groupby("factor", sort=False)["level"]:
        moves = {
            name: to
            for one, names, to in found.quality["merged"]
            if one == factor
            for name in names
        }
        for level in levels:
            kept = deals["deal_id"]
            if factor != "qualification":
                kept = kept[deals[COLUMNS[factor]].fillna(UNKNOWN).replace(moves) == level]
            yield pd.DataFrame({"deal_id": kept, "factor": factor, "level": level, "deals": True})


def _answer(found: FiveFactors, voice: Voice) -> Group:
    frame, quality = found.overview, found.quality
    of = {
        v: frame.loc[frame["verdict"] == v, "factor"].tolist()
        for v in ("associated", "no evidence", "refused")
    }
    lines: list[str] = []
    if of["associated"]:
        lines += associations(found.terms, quality, voice).paragraphs
    if of["no evidence"]:
        lines.append(no_evidence(of["no evidence"], voice))
    if of["refused"]:
        lines.append(
            voice.say("Cannot be told: {names}.", names=words.factors(voice, of["refused"]))
        )
    if of["associated"]:
        lines.append(
            voice.say(
                "Associated means that they go together more than chance explains, not that one "
                "makes the other."
            )
        )
    why = quality["refused"] or quality["gate"]
    return Group(Text(*lines, kind="headline"), *([refusal(why, voice)] if why is not None else []))


def _model(found: FiveFactors, voice: Voice) -> Shown:
    """What an analyst asks for, folded and for the screen: tables and texts of the model; nothing
    without any.
    """
    terms = terms_shown(found.terms, found.quality, voice)
    return fold(
        voice.say("For the analyst"), terms, quality_shown(found.quality, voice), paper=False
    )


def _table(found: FiveFactors, voice: Voice) -> Table | Group:
    """The five factors beside each other; nothing where none has data: each section says so and
    what would bring them.
    """
    frame, say = found.overview, voice.say
    if frame["index"].isna().all():
        return Group()
    columns = [
        Column("factor", say("Factor")),
        Column("verdict", say("Conversion"), "verdict", said=words.verdict),
        Column("what", say("Index")),
        Column("now", say("This month")),
        Column("change", say("Change on the previous month")),
        Column("n", say("Counted")),
        Column("evidence", say("Evidence")),
        Column("gap", say("Part of a gap, on average"), "size_points"),
        Column("p", say("p, corrected")),
    ]
    silent = {
        "evidence": (frame["evidence"] == "measured").all(),
        "change": frame["change"].isna().all(),
        "gap": frame["gap_points"].isna().all(),
        "p": frame["p_holm"].isna().all(),
    }
    columns = [column for column in columns if not silent.get(column.name)]
    rows = pd.DataFrame([_row(row, found.book, voice) for row in frame.to_dict("records")])
    note = " ".join(_notes(frame, silent, found.book, voice))
    return table(rows, voice, say("The five factors"), columns, note=note)


def _notes(frame: pd.DataFrame, silent: dict, book, voice: Voice) -> list[str]:
    say, notes = voice.say, []
    if (frame.loc[frame["factor"] == "touchpoints", "verdict"] == "associated").any():
        notes.append(
            say(
                "The index is what can be watched from day to day. Held against conversion were, "
                "for points of contact, the touches of the first {days} days.",
                days=voice.count(landmark_of(book)),
            )
        )
    if not silent["gap"]:
        notes.append(
            say(
                "Part of a gap: how much of the distance between a sales rep's month and the "
                "average this factor accounts for, up or down, on average; parts that cannot be "
                "told from zero are counted too."
            )
        )
    if not silent["p"]:
        notes.append(say("The p value is corrected for looking at several factors."))
    return notes


def _row(row: dict, book, voice: Voice) -> dict:
    """A factor in words."""
    return {
        "factor": words.factor(voice, row["factor"]),
        "verdict": row["verdict"],
        "what": _what(row, book, voice),
        "now": _now(row, book, voice),
        "change": change_of(row, voice, book.thresholds, score=row["factor"] == "qualification"),
        "n": _counted(row, voice),
        "evidence": words.evidence(voice, row["evidence"]),
        "gap": row["gap_points"],
        "p": words.p_value(voice, row["p_holm"]),
    }


def _what(row: dict, book, voice: Voice) -> str:
    """What the index counts."""
    if row["evidence"] == "proxy":
        return voice.say("mean months at work, as no call has a score")
    if row["factor"] == "channels" and not isinstance(row["name"], str):
        return voice.say("new deals from the best channel")
    thresholds = book.thresholds
    values = {
        "days": landmark_of(book),
        "minutes": thresholds.sla_minutes,
        "months": thresholds.review_months,
    }
    return INDEX[row["factor"]](voice, values | {"name": row["name"]})


def _now(row: dict, book, voice: Voice) -> str:
    if pd.isna(row["index"]):
        return voice.missing
    if row["factor"] == "qualification":
        return score_words(row, voice)
    least = book.thresholds.min_percent
    if row["n"] < least:
        return voice.say("n < {n}", n=least)
    return f"{voice.percent(row['index'])} ({voice.interval(row['low'], row['high'])})"


def _counted(row: dict, voice: Voice) -> str:
    deals, people = row["n"], row["people"]
    if row["evidence"] == "no data" or not deals:
        return "–"
    if pd.isna(people):
        return voice.plural("{n} deal", "{n} deals", int(deals))
    named = voice.plural("{n} sales rep", "{n} sales reps", int(people))
    calls = voice.plural("{n} call", "{n} calls", int(deals))
    return named if row["evidence"] == "proxy" else f"{named} ({calls})"
