"""The sales process in sentences and tables: deviations, paths, time in stage, reasons, competitors."""

import pandas as pd

from salesnb.formats import Voice
from salesnb.params import Thresholds
from salesnb.render.display import Group, Table, Text
from salesnb.render.tables import LIST_ROWS, Column, enough, table
from salesnb.schema import UNKNOWN
from salesnb.show import untold, words
from salesnb.show.factors import no_data, share_sentence
from salesnb.show.reasons import none_given, reason

KINDS = {
    "skipped": lambda v: v.say("skipped a stage"), "back": lambda v: v.say("went back a stage"),
    "overdue": lambda v: v.say("stood in a stage longer than nine of ten deals"),
}  # fmt: skip


def answer(index: pd.DataFrame, days: int, voice: Voice, thresholds: Thresholds) -> Text:
    """How many of the month's closed deals left the process in the first days.

    Parameters
    ----------
    index : `factors.process.index` of the whole;  days : of the landmark
    """
    if index.attrs.get("grain"):
        return Text(untold.coarse(index.attrs["grain"], voice), kind="refusal")
    if index.empty or not index["deals"].iloc[0]:
        return no_data("process", voice) if index.empty else Text(voice.say("Nothing was closed in the month."))
    row = index.iloc[0].to_dict()
    first = voice.say(
        "{hits} of {deals} closed deals of the month skipped a stage, went back or stood too long in one within {days} days of creation; fewer is better.",
        hits=voice.count(row["hits"]), deals=voice.count(row["deals"]), days=voice.count(days),
    )  # fmt: skip
    return Text(first + " " + share_sentence(row, voice, thresholds), kind="answer")


def same_day_text(found: dict, months: int, voice: Voice, thresholds: Thresholds) -> Text | Group:
    """Deals won on the day they were created; a warning above the threshold, nothing where there are none."""
    if not found["same_day"]:
        return Group()
    text = voice.say(
        "{same} of {won} deals won in the last {months} months ({share}) were won on the day they were created.",
        same=voice.count(found["same_day"]), won=voice.count(found["won"]), months=voice.count(months), share=voice.percent(found["share"]),
    )  # fmt: skip
    if found["share"] <= thresholds.skipped_day_share:
        return Text(text, kind="note")
    more = voice.say("That is many: they may be entered after the fact, and then no stage, touch or date of theirs says how they were sold.")  # fmt: skip
    return Text(text + " " + more, kind="warning")


def kinds_table(frame: pd.DataFrame, voice: Voice) -> Table | Group:
    if frame.empty:
        return Group()
    say = voice.say
    kept = frame.assign(kind=[KINDS[k](voice) for k in frame["kind"]]).sort_values("deals", ascending=False)
    return table(kept, voice, say("Deviations over the whole life of the deals closed in the window"), [Column("kind", say("Deviation")), Column("deals", say("Deals"), "count"), Column("share", say("Share"), "percent", n="all")],
                 note=say("A description only: longer deals have more time to deviate, so this is not held against conversion."))  # fmt: skip


def paths_table(frame: pd.DataFrame, voice: Voice) -> Table | Group:
    """Paths as they were walked, with what is unusual about each; nothing without a history of stages."""
    if frame.empty:
        return Group()
    say = voice.say
    unusual = [
        voice.listing([KINDS[k](voice) for k in ("skipped", "back") if row[k]]) for row in frame.to_dict("records")
    ]
    columns = [
        Column("path", say("Path")), Column("unusual", say("Deviation")), Column("won", say("Won"), "count"), Column("lost", say("Lost"), "count"),
        Column("deals", say("Deals"), "count"),
    ]  # fmt: skip
    note = say("Step by step as the deals went. A description only: a won deal has gone further than a lost one.")
    return table(frame.assign(unusual=unusual), voice, say("Paths of won and lost deals"), columns, note=note)


def times_table(frame: pd.DataFrame, name: str | None, voice: Voice, thresholds: Thresholds | None = None) -> Table | Group:  # fmt: skip
    """Days in each stage, beside those of the benchmark where there is one; nothing without a history of stages."""
    if frame.empty:
        return Group()
    say = voice.say
    columns = [Column("stage", say("Stage")), Column("median_days", say("Half of the stays up to"), "days"), Column("deals", say("Stays"), "count")]  # fmt: skip
    if name is None:
        note = say("There is nobody to lay beside: a benchmark cannot be told.")
        return table(frame, voice, say("Days in each stage, deals closed in the last 12 months"), columns, note=note)
    kept = enough(frame, "their_deals", thresholds or Thresholds(), theirs="median")
    columns += [Column("theirs", name, "days"), Column("their_deals", say("Stays of {name}", name=name), "count")]
    return table(
        kept, voice, say("Days in each stage, deals closed in the last 12 months, beside the benchmark"), columns
    )


def competitors_table(frame: pd.DataFrame, voice: Voice) -> Table | Text:
    """Deals lost to named competitors by the stage they were lost from."""
    if frame.empty:
        return Text(
            voice.say(
                "No lost deal names a competitor. A field for it in the CRM would tell to whom deals go, and at which stage."
            ),
            kind="note",
        )
    say = voice.say
    columns = [Column("competitor", say("Competitor")), *_stages(frame, "competitor", voice), Column("deals", say("Deals"), "count")]  # fmt: skip
    return table(frame, voice, say("Lost to competitors, by the stage they were lost from"), columns, limit=LIST_ROWS)


def _stages(frame: pd.DataFrame, name: str, voice: Voice) -> list[Column]:
    stages = [c for c in frame.columns if c not in (name, "deals", "share", "cum_share")]
    return [Column(s, words.group(voice, s) if s == UNKNOWN else s, "count") for s in stages]


def reasons_stages(frame: pd.DataFrame, voice: Voice) -> Table | Group:
    """Lost reasons by the stage lost from, the largest first with the running share; nothing where no deal has a reason."""
    if frame.empty or none_given(frame):
        return Group()
    say = voice.say
    kept = frame.assign(lost_reason=[reason(r, voice) for r in frame["lost_reason"]])
    columns = [
        Column("lost_reason", say("Lost reason")), Column("deals", say("Deals"), "count"), Column("cum_share", say("With those above"), "percent"),
        *_stages(frame, "lost_reason", voice),
    ]  # fmt: skip
    return table(kept, voice, say("Lost reasons by the last stage"), columns, limit=LIST_ROWS)


def calls_table(frame: pd.DataFrame, voice: Voice) -> Table | Group:
    """Competitors' calls beside ours; nothing where no competitor's call was scored."""
    if frame.empty:
        return Group()
    say = voice.say
    kept = frame.assign(
        company=[say("ours") if c is None or c != c else c for c in frame["company"]],
        call_type=[words.kind(voice, code) for code in frame["call_type"]],
    )
    columns = [
        Column("company", say("Whose calls")), Column("call_type", say("Type")), Column("calls", say("Calls"), "count"),
        Column("score", say("Mean score"), "number", low="low", high="high", digits=1),
    ]  # fmt: skip
    return table(kept, voice, say("Calls scored on the same sheet: ours and the competitors'"), columns)
