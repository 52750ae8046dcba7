"""How qualified is the staff: call scores before the month, months at work, talk time?

One figure per person: its n is the sales reps, however many calls stand behind them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import narwhals as nw
import numpy as np
import pandas as pd

from salesnb.formats import Voice
from salesnb.measures.frames import BookLike, collect, keys, months_before, within
from salesnb.measures.shares import for_page
from salesnb.measures.staff import (
    SUMS,
    closers,
    heard_by_people,
    recent_deals,
    score_interval,
    score_sums,
    talk,
    tenure,
)
from salesnb.model.terms import FactorVerdict, factor_verdicts
from salesnb.render.display import Group, Shown, Table, Text
from salesnb.render.tables import Column, table
from salesnb.stats import mean_interval
from salesnb.stats.intervals import minus
from salesnb.topics.factor import FIGURES, Evidence, Factor, no_data

SCORES = [
    "calls",
    "people",
    "score",
    "low",
    "high",
    "before",
    "change",
    "change_low",
    "change_high",
    "clear",
]


@dataclass(frozen=True, repr=False, eq=False)
class Qualification(Factor):
    """The mean checklist score of the closers' calls, or the months at work that stand in for it.

    Attributes
    ----------
    whole : one row: calls, people, score (0..100; NaN without calls), low, high (Student, 95 %),
        before (a month earlier; most of its calls are the same), change, change_low, change_high
        (as if they were not: too wide rather than too narrow), clear: of the calls in the
        `review_months` before the month
    people : manager, deals (of the rep, created or closed in the window), calls, score, low, high,
        before, months (at work on as_of; NaN where unknown), talk_minutes (a working day of the
        month; NaN without calls); highest score first, without scores longest at work first. Those
        who left and those of other functions are left out
    stand_in : people, months, low, high: mean months at work of the closers
    """

    stand_in: dict
    keys: ClassVar = ("manager",)
    counts: ClassVar = ("deals",)

    @property
    def data(self) -> dict[str, pd.DataFrame]:
        """people: what is known of each sales rep; whole: the mean score."""
        return {"people": self.people, "whole": self.whole}

    def members(self) -> pd.DataFrame:
        found = collect(recent_deals(self.book).select("deal_id", "manager"))
        kept = found[found["manager"].isin(list(self.people["manager"]))].assign(deals=True)
        return kept.sort_values("deal_id", kind="stable", ignore_index=True)

    @cached_property
    def verdict(self) -> FactorVerdict:
        """Whether the factor is associated with conversion: associated, no evidence, refused."""
        return factor_verdicts(self.book)["qualification"][0]

    def figures(self) -> dict:
        """Scores; where there are none the months at work, which have no change to speak of."""
        if self.evidence == "measured":
            row = self.whole.iloc[0]
            names = {"index": "score", "previous": "before", "n": "calls"}
            found = {name: row[names.get(name, name)] for name in FIGURES} | {
                "n": int(row["calls"])
            }
            return found | {"people": int(row["people"]), "name": None}
        row = self.stand_in
        found = dict.fromkeys(FIGURES, np.nan) | {
            "index": row["months"],
            "low": row["low"],
            "high": row["high"],
        }
        return found | {"n": row["people"], "people": row["people"], "name": None}

    def text(self) -> Text:
        """The mean score and from how many; where no call has one the months at work, named as a
        stand-in.
        """
        return _answer(self, self.book.voice)

    def tables_shown(self) -> dict[str, Callable[[], Shown]]:
        return {"people": lambda: _table(self.people, self.book)}

    def _next(self, voice: Voice, facts: dict) -> str:
        scores = [voice.number(score) for score in facts["scores"]]
        if len(scores) == 1:
            return voice.say(
                "two recent calls of {name}, whose mean score is the lowest, {score}.",
                name=facts["names"][0],
                score=scores[0],
            )
        listed = voice.listing(
            f"{name} ({score})" for name, score in zip(facts["names"], scores, strict=True)
        )
        return voice.say(
            "two recent calls each of {names}: the two lowest mean scores, not to be told apart.",
            names=listed,
        )


def qualification(book: BookLike) -> Qualification:
    """Qualification of the staff; memoised on the book.

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open",
    ...     "created_at": "2026-09-01"})
    >>> calls = pd.DataFrame({"manager": "Ann", "at": ["2026-08-01", "2026-08-02", "2026-09-02"],
    ...     "call_type": "needs",
    ...     "score": [60.0, 80.0, 0.0]})
    >>> found = qualification(s.book(deals, month="2026-09", reviews=calls))
    >>> found.whole[["calls", "people", "score"]]  # the call of September comes after
       calls  people  score
    0      2       1   70.0
    """
    return book.kept("_qualification", lambda: _made(book))


def _made(book) -> Qualification:
    scores, stand_in = _index(book, "manager"), _stand_in(book)
    evidence: Evidence = "measured" if len(scores) else "proxy" if stand_in["people"] else "no data"
    people = _people(book, scores)
    return Qualification(
        book, evidence, _index(book), people, _lowest(people, book.thresholds.min_calls), stand_in
    )


def _index(book, by=None) -> pd.DataFrame:
    """Mean score of the closers' calls in the months before the month, whole or per manager."""
    by = keys(by)
    if book.reviews is None:
        none = pd.DataFrame([[0, 0] + [np.nan] * 7 + [False]], columns=SCORES)
        return pd.DataFrame(columns=[*by, *SCORES]) if by else none
    now, before = (_scores(book, month, by) for month in (book.month, book.previous))
    return for_page(_with_change(now, before, by), book, by, "score")


def _with_change(now: pd.DataFrame, before: pd.DataFrame, by) -> pd.DataFrame:
    """The scores of a month with their change on the month before, as if the calls of the two were
    not mostly the same.
    """
    old = {c: f"{c}_before" for c in ("score", "low", "high")}
    old_ones = before[[*by, *old]].rename(columns=old)
    both = now.merge(old_ones, on=by, how="left") if by else pd.concat([now, old_ones], axis=1)
    now_ends = both["score"], both["low"], both["high"]
    change, low, high = minus(
        now_ends, (both["score_before"], both["low_before"], both["high_before"])
    )
    return both.drop(columns=list(old.values())).assign(
        before=both["score_before"],
        change=change,
        change_low=low,
        change_high=high,
        clear=(low > 0) | (high < 0),
    )


def _scores(book, month: str, by) -> pd.DataFrame:
    span = (f"{months_before(month, book.thresholds.review_months)}-01", f"{month}-01")
    heard = heard_by_people(book.reviews)
    own = heard.filter(nw.col("company").is_null() & within("at", span))
    own = own.filter(nw.col("manager").is_in(closers(book)))
    each = score_sums(own, "manager").assign(people=1)
    each = each.sort_values("manager", kind="stable").reset_index(drop=True)
    sums = each if by else each[[*SUMS, "people"]].sum().to_frame().T
    mean, low, high = score_interval(sums["calls"], sums["s"], sums["q"])
    return sums[[*by, "calls", "people"]].assign(score=mean, low=low, high=high)


def _by_programs(book) -> bool:
    """Whether a program scored some of the calls."""
    return bool(len(collect(book.reviews.filter(nw.col("ai").fill_null(False)).select("ai"))))


def _people(book, scores: pd.DataFrame) -> pd.DataFrame:
    """What is known of each sales rep, in one row: scores before the month, months at work, talk
    time.
    """
    known = scores[["manager", "calls", "score", "low", "high", "before"]]
    known, months, spoken = (
        part.astype({"manager": object}) for part in (known, tenure(book), talk(book))
    )
    found = known.merge(months, on="manager", how="outer").merge(spoken, on="manager", how="outer")
    own = found[found["manager"].isin(closers(book))]
    shown = for_page(own, book, "manager", "score" if own["score"].notna().any() else "months")
    deals = collect(recent_deals(book).select("manager"))["manager"].value_counts()
    shown.insert(1, "deals", shown["manager"].map(deals).astype("int64"))
    return shown


def _stand_in(book) -> dict:
    """Mean months at work of the closers, where no call has a score (Student, 95 %)."""
    months = tenure(book)
    months = months.loc[months["manager"].isin(closers(book)), "months"].to_numpy(float)
    n = len(months)
    mean = float(months.mean()) if n else np.nan
    low, high = mean_interval(mean, float(months.std(ddof=1)) if n > 1 else np.nan, n)
    return {"people": n, "months": mean, "low": float(low), "high": float(high)}


def _lowest(people: pd.DataFrame, least: int) -> dict:
    """Whose calls have the lowest mean score; the two lowest together where their calls cannot tell
    who is lower.

    >>> people = pd.DataFrame({"manager": ["Ann", "Bo"], "calls": 20, "score": [57.0, 60.0],
    ...     "low": [54.0, 56.0], "high": [60.0, 64.0]})
    >>> _lowest(people, 8)["names"], _lowest(people.assign(score=[57.0, 80.0], low=[54.0, 76.0],
    ...     high=[60.0, 84.0]), 8)["names"]
    (['Ann', 'Bo'], ['Ann'])
    """
    known = people[people["score"].notna() & (people["calls"] >= least)]
    if len(known) < 2:
        return {}
    known = known.sort_values(["score", "manager"], kind="stable")
    first, second = known.iloc[0], known.iloc[1]
    _, low, _ = minus(_ends(second), _ends(first))
    kept = known.head(2) if low <= 0 else known.head(1)
    return {"names": kept["manager"].tolist(), "scores": kept["score"].astype(float).tolist()}


def _ends(row: pd.Series) -> tuple[float, float, float]:
    return row["score"], row["low"], row["high"]


def _answer(found: Qualification, voice: Voice) -> Text:
    if found.evidence == "no data":
        export = voice.say(
            "Export the scores of your quality department, or the list of employees."
        )
        return no_data(export, voice)
    row = found.figures()
    people = voice.plural("{n} sales rep", "{n} sales reps", int(row["people"]))
    now = score_words(row, voice)
    if found.evidence == "proxy":
        first = voice.say(
            "No call has a score. What stands in for it: months at work, {months} on average, of "
            "{people}.",
            months=now,
            people=people,
        )
        return Text(
            first,
            voice.say("Scores of calls from your quality department would say more."),
            kind="answer",
        )
    first = voice.say(
        "The mean call score is {score}, from {calls} of {people}; a month earlier it was "
        "{before}.",
        score=now,
        calls=voice.plural("{n} call", "{n} calls", int(row["n"])),
        people=people,
        before=voice.number(row["previous"], 1),
    )
    least, few = found.book.thresholds.qualification_min_managers, ""
    if row["people"] < least and found.verdict == "refused":
        few = voice.say(
            "One score per person: under {n} sales reps nothing is said about conversion.",
            n=voice.count(least),
        )
    caution = voice.say(
        "A call score is one figure per person: even a full department gives only as many points "
        "as it has sales reps, so a claim here needs more than a striking pair."
    )
    return Text(first, few, caution, kind="answer")


def score_words(row: dict, voice: Voice) -> str:
    """A mean score, or months at work, with its interval where there is one: index, low, high of
    `figures`.
    """
    ends = (
        ""
        if pd.isna(row["low"])
        else f" ({voice.number(row['low'], 1)}–{voice.number(row['high'], 1)})"
    )
    return voice.number(row["index"], 1) + ends


def _table(frame: pd.DataFrame, book) -> Table | Group:
    """Scores, months at work and talk time of each sales rep; nothing without any of them."""
    voice, say, notes = book.voice, book.voice.say, []
    if frame.empty:
        return Group()
    columns = [Column("manager", say("Sales rep"))]
    if frame["score"].notna().any():
        columns += [
            Column("score", say("Mean score"), "number", low="low", high="high", digits=1),
            Column("calls", say("Calls"), "count"),
            Column("before", say("A month before"), "number", digits=1),
        ]
        n = voice.count(book.thresholds.review_months)
        notes.append(say("Score: calls of the {n} months before the month.", n=n))
        if _by_programs(book):
            notes.append(say("Scores of a program are left out: they are of another scale."))
    if frame["months"].notna().any():
        columns.append(Column("months", say("Months at work"), "count"))
    if frame["talk_minutes"].notna().any():
        columns.append(Column("talk_minutes", say("Talk, minutes a day"), "count"))
        least = voice.count(book.thresholds.talk_seconds)
        notes.append(say("Talk: answered calls of at least {n} seconds, per working day.", n=least))
    if len(columns) == 1:
        return Group()
    return table(
        frame, voice, say("Qualification of the sales reps"), columns, note=" ".join(notes)
    )
