"""From which stage are deals lost, for what reason and to whom? The second part of the sales
process.
"""

from dataclasses import dataclass

import narwhals as nw
import numpy as np
import pandas as pd

from salesnb.formats import Voice
from salesnb.measures.frames import BookLike, collect, count, within
from salesnb.measures.lost import by_stage, lost_from, not_given_share, reasons_by_stage
from salesnb.measures.staff import closers, heard_by_people, score_interval, score_sums
from salesnb.render.display import Group, Table, Text
from salesnb.render.tables import LIST_ROWS, Column, table
from salesnb.schema import UNKNOWN, UNKNOWN_LOST_REASON
from salesnb.topics import words
from salesnb.topics.reasons import none_given, reason, vague_reasons

CALLS = ["company", "call_type", "calls", "score", "low", "high"]
TWO_SIDED = 1.96  # of the difference of two counts, in its standard errors


@dataclass(frozen=True)
class LostWhere:
    """The lost deals of the trailing window by the stage that they were lost from.

    Attributes
    ----------
    reasons : lost_reason, stage, lost;  competitors : competitor, stage, lost, where one is named.
        Deals that were lost from no stage of the order have the stage "unknown"
    by_reason : the same as a Pareto table: table of `reasons_by_stage`;  by_competitor : a column
        per stage, deals
    calls : competitors' calls scored on the same sheet beside those of our closers, ours first:
        company (None: ours), call_type, calls, score (0..100), low, high (Student, 95 %). No rows
        where no competitor's call has a score
    vague : share of the lost deals whose reason says nothing, 0..1; NaN without lost deals
    """

    reasons: pd.DataFrame
    competitors: pd.DataFrame
    by_reason: pd.DataFrame
    by_competitor: pd.DataFrame
    calls: pd.DataFrame
    vague: float

    def tables(self, book: BookLike) -> dict:
        """What a page shows of them, by name."""
        voice = book.voice
        return {
            "reasons": lambda: _reasons_table(self.by_reason, voice),
            "vague": lambda: vague_reasons(
                self.by_reason, self.vague, book.thresholds.other_reason_share, voice
            ),
            "competitors": lambda: _competitors_table(self.by_competitor, voice),
            "calls": lambda: _calls_table(self.calls, voice),
        }


def lost_where(book: BookLike) -> LostWhere:
    """The lost deals of a Book by the stage that they were lost from."""
    order = list(book.stage_order)
    counted = count(_lost(book), ["lost_reason", "competitor", "stage"]).rename(
        columns={"rows": "deals"}
    )
    counted = counted.fillna({"lost_reason": UNKNOWN_LOST_REASON})
    named = counted[counted["competitor"].notna()]
    wide, whom = reasons_by_stage(counted, order), by_stage(named, "competitor", order)
    reasons, competitors = (_long(counted, "lost_reason", order), _long(named, "competitor", order))
    return LostWhere(
        reasons, competitors, wide, whom, competitor_calls(book), not_given_share(wide)
    )


def lost_members(book: BookLike) -> pd.DataFrame:
    """The lost deals one by one: deal_id, manager, lost_reason, competitor (None: not named),
    stage.
    """
    found = collect(_lost(book).select("deal_id", "manager", "lost_reason", "competitor", "stage"))
    stage = [one if one in book.stage_order else UNKNOWN for one in found["stage"]]
    return found.assign(stage=stage, lost_reason=found["lost_reason"].fillna(UNKNOWN_LOST_REASON))


def _lost(book) -> nw.LazyFrame:
    return lost_from(book.closer_deals, book.stages, book.stage_order, book.window_period)


def _long(counted: pd.DataFrame, name: str, order: list[str]) -> pd.DataFrame:
    """Deals per name and stage: name, stage (those of the order, else unknown), lost;
    most first.
    """
    stage = [one if one in order else UNKNOWN for one in counted["stage"]]
    sums = counted.assign(stage=stage).groupby([name, "stage"], as_index=False)["deals"].sum()
    sums = sums.rename(columns={"deals": "lost"})
    return sums.sort_values(
        ["lost", name, "stage"], ascending=[False, True, True], ignore_index=True
    )


def competitor_calls(book: BookLike) -> pd.DataFrame:
    """Competitors' calls of the window beside ours, as `LostWhere` has them."""
    if book.reviews is None:
        return pd.DataFrame(columns=CALLS)
    ours = nw.col("company").is_null() & nw.col("manager").is_in(closers(book))
    own = heard_by_people(book.reviews).filter(within("at", book.window_period))
    own = own.filter(ours | ~nw.col("company").is_null())
    found = score_sums(own, "company", "call_type")
    found["company"] = pd.Series(
        [None if c is None or c != c else c for c in found["company"]], dtype=object
    )
    found = found.sort_values(["company", "call_type"], na_position="first", kind="stable")
    score, low, high = score_interval(found["calls"], found["s"], found["q"])
    found = found.assign(score=score, low=low, high=high)[CALLS].reset_index(drop=True)
    return found if found["company"].notna().any() else found.head(0)


def largest_pairs(reasons: pd.DataFrame, least: int) -> dict:
    """The reason and the stage with the most lost deals; the next one too where so few deals cannot
    tell which is larger.

    A pair with fewer than `least` deals is not worth a look.

    >>> reasons = pd.DataFrame({"lost_reason": ["price", "price", "late"], "stage": ["New", "Offer",
    ...     "New"], "lost": [40, 36, 9]})
    >>> largest_pairs(reasons, 5)["pairs"]
    [('New', 'price', 40), ('Offer', 'price', 36)]
    """
    named = reasons[(reasons["lost_reason"] != UNKNOWN_LOST_REASON) & (reasons["stage"] != UNKNOWN)]
    pairs = named.sort_values(["lost", "lost_reason", "stage"], ascending=[False, True, True])
    pairs = pairs[pairs["lost"] >= least].head(2)
    if pairs.empty:
        return {}
    counts = pairs["lost"].to_numpy(float)
    alike = len(counts) > 1 and counts[0] - counts[1] < TWO_SIDED * np.sqrt(counts.sum())
    kept = pairs if alike else pairs.head(1)
    listed = [(str(r.stage), str(r.lost_reason), int(r.lost)) for r in kept.itertuples()]
    return {"pairs": listed, "all": int(reasons["lost"].sum())}


def pairs_said(pairs: list, everything: int, voice: Voice) -> str:
    """The largest pairs of stage and reason in words."""
    listed = [
        voice.say(
            "at {stage} with the reason “{reason}” ({deals})",
            stage=stage,
            reason=reason(name, voice),
            deals=voice.count(n),
        )
        for stage, name, n in pairs
    ]
    return voice.say(
        "the deals lost {pairs}, of {all} lost deals: no other pair has more.",
        pairs=voice.listing(listed),
        all=voice.count(everything),
    )


def _reasons_table(frame: pd.DataFrame, voice: Voice) -> Table | Group:
    """Lost reasons by the stage lost from, the largest first with the running share; nothing where
    no deal has a reason.
    """
    if frame.empty or none_given(frame):
        return Group()
    say = voice.say
    kept = frame.assign(lost_reason=[reason(r, voice) for r in frame["lost_reason"]])
    columns = [
        Column("lost_reason", say("Lost reason")),
        Column("deals", say("Deals"), "count"),
        Column("cum_share", say("With those above"), "percent"),
        *_stages(frame, "lost_reason", voice),
    ]
    return table(kept, voice, say("Lost reasons by the last stage"), columns, limit=LIST_ROWS)


def _stages(frame: pd.DataFrame, name: str, voice: Voice) -> list[Column]:
    stages = [c for c in frame.columns if c not in (name, "deals", "share", "cum_share")]
    return [Column(s, words.group(voice, s) if s == UNKNOWN else s, "count") for s in stages]


def _competitors_table(frame: pd.DataFrame, voice: Voice) -> Table | Text:
    """Deals lost to named competitors by the stage they were lost from."""
    say = voice.say
    if frame.empty:
        text = say(
            "No lost deal names a competitor. A field for it in the CRM would tell to whom deals "
            "go, and at which stage."
        )
        return Text(text, kind="note")
    columns = [
        Column("competitor", say("Competitor")),
        *_stages(frame, "competitor", voice),
        Column("deals", say("Deals"), "count"),
    ]
    return table(
        frame,
        voice,
        say("Lost to competitors, by the stage they were lost from"),
        columns,
        limit=LIST_ROWS,
    )


def _calls_table(frame: pd.DataFrame, voice: Voice) -> Table | Group:
    """Competitors' calls beside ours; nothing where no competitor's call was scored."""
    if frame.empty:
        return Group()
    say = voice.say
    kept = frame.assign(
        company=[say("ours") if c is None or c != c else c for c in frame["company"]],
        call_type=[words.kind(voice, code) for code in frame["call_type"]],
    )
    columns = [
        Column("company", say("Whose calls")),
        Column("call_type", say("Type")),
        Column("calls", say("Calls"), "count"),
        Column("score", say("Mean score"), "number", low="low", high="high", digits=1),
    ]
    return table(
        kept, voice, say("Calls scored on the same sheet: ours and the competitors'"), columns
    )
