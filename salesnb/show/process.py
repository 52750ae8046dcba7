"""The sales process in tables and charts: deviations, paths, time in stage, reasons, competitors."""

import pandas as pd

from salesnb.formats import Voice
from salesnb.show import words
from salesnb.show.charts.rates import bars
from salesnb.show.display import Figure, Group, Table, Text
from salesnb.show.funnel import reason
from salesnb.show.tables import Column, table

KINDS = {
    "skipped": lambda v: v.say("skipped a stage"), "back": lambda v: v.say("went back a stage"),
    "overdue": lambda v: v.say("stood in a stage longer than nine of ten deals"),
}  # fmt: skip


def kinds_table(frame: pd.DataFrame, voice: Voice) -> Table | Group:
    if frame.empty:
        return Group()
    say = voice.say
    kept = frame.assign(kind=[KINDS[k](voice) for k in frame["kind"]])
    return table(kept, voice, say("Deviations over the whole life of the deals closed in the window"), [Column("kind", say("Deviation")), Column("deals", say("Deals"), "count"), Column("share", say("Share"), "percent")],
                 note=say("A description only: longer deals have more time to deviate, so this is not held against conversion."))  # fmt: skip


def paths_table(frame: pd.DataFrame, voice: Voice) -> Table:
    say = voice.say
    return table(
        frame,
        voice,
        say("Stages that won and lost deals passed"),
        [
            Column("path", say("Path")),
            Column("won", say("Won"), "count"),
            Column("lost", say("Lost"), "count"),
            Column("deals", say("Deals"), "count"),
        ],
        empty=say("No data on stages."),
    )


def times_table(frame: pd.DataFrame, name: str | None, voice: Voice) -> Table:
    say = voice.say
    columns = [
        Column("stage", say("Stage")),
        Column("deals", say("Stays"), "count"),
        Column("median_days", say("Median"), "days"),
        Column("theirs", name or say("Benchmark"), "days"),
    ]
    return table(
        frame, voice, say("Days in each stage, beside the benchmark"), columns, empty=say("No data on stages.")
    )


def competitors_chart(frame: pd.DataFrame, voice: Voice) -> Figure | Text:
    if frame.empty:
        return Text(
            voice.say(
                "No lost deal names a competitor. A field for it in the CRM would tell to whom deals go, and at which stage."
            ),
            kind="note",
        )
    sums = (
        frame.groupby("competitor", as_index=False)["deals"]
        .sum()
        .sort_values(["deals", "competitor"], ascending=[False, True])
        .head(8)
    )
    stage = frame.sort_values(["deals", "competitor"], ascending=[False, True]).groupby("competitor")["stage"].first()
    kept = sums.assign(
        label=[
            voice.say("{n}, most often from {stage}", n=voice.count(r.deals), stage=stage[r.competitor])
            for r in sums.itertuples()
        ]
    )
    listed = "; ".join(f"{r.competitor}: {r.label}" for r in kept.itertuples())
    alt = voice.say("Bar chart of deals lost to named competitors: {listed}.", listed=listed)
    return bars(
        kept,
        voice,
        voice.say("Lost to competitors"),
        voice.say("trailing window"),
        alt,
        name="competitor",
        value="deals",
        label="label",
    )


def reasons_stages(frame: pd.DataFrame, voice: Voice) -> Table:
    say = voice.say
    kept = frame.assign(lost_reason=[reason(r, voice) for r in frame["lost_reason"]])
    stages = [c for c in frame.columns if c not in ("lost_reason", "deals")]
    return table(
        kept,
        voice,
        say("Lost reasons by the last stage"),
        [
            Column("lost_reason", say("Lost reason")),
            *(Column(s, s, "count") for s in stages),
            Column("deals", say("Deals"), "count"),
        ],
        limit=12,
    )


def calls_table(frame: pd.DataFrame, voice: Voice) -> Table:
    say = voice.say
    kept = frame.assign(
        company=[say("ours") if c is None or c != c else c for c in frame["company"]],
        call_type=[words.kind(voice, code) for code in frame["call_type"]],
    )
    return table(
        kept,
        voice,
        say("Calls scored on the same sheet: ours and the competitors'"),
        [
            Column("company", say("Whose calls")),
            Column("call_type", say("Type")),
            Column("calls", say("Calls"), "count"),
            Column("score", say("Mean score"), "number", digits=1),
        ],
        empty=say("No call has a score."),
    )
