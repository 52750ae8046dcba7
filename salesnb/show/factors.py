"""Sentences, tables and charts of the five factors."""

import pandas as pd

from salesnb.formats import Voice
from salesnb.params import Thresholds
from salesnb.show import words
from salesnb.show.charts.rates import bars, rates
from salesnb.show.display import Figure, Group, Table, Text
from salesnb.show.funnel import reason
from salesnb.show.tables import Column, table

INDEX = {
    "target": lambda v: v.say("target clients among the new deals"),
    "process": lambda v: v.say("closed deals with a deviation in the first days"),
    "qualification": lambda v: v.say("mean call score of the last 6 months"),
    "touchpoints": lambda v: v.say("new deals answered in time"),
    "channels": lambda v: v.say("new deals from the best channel"),
}
EXPORT = {
    "target": lambda v: v.say("Name the rule of a target client under values: target in the params."),
    "process": lambda v: v.say("Export the history of stage changes and name the stages under stage_order."),
    "qualification": lambda v: v.say("Export the scores of your quality department, or the list of employees."),
    "touchpoints": lambda v: v.say("Export calls, e-mails, meetings and tasks."),
    "channels": lambda v: v.say("Name the column of the channel, or map pipelines to channels."),
}
KINDS = {
    "skipped": lambda v: v.say("skipped a stage"), "back": lambda v: v.say("went back a stage"),
    "overdue": lambda v: v.say("stood in a stage longer than nine of ten deals"),
}  # fmt: skip
ANSWERS = {
    "yes": lambda v: v.say("Target clients"),
    "no": lambda v: v.say("Other clients"),
    "unknown": lambda v: v.say("Not known"),
}
ADVICE = {
    "strengthen": lambda v: v.say("strengthen: probably the best"), "try": lambda v: v.say("too few deals to judge"), "": lambda v: "",
}  # fmt: skip


def overview(frame: pd.DataFrame, voice: Voice) -> Table:
    """The five factors beside each other."""
    say = voice.say
    rows = [
        {"factor": words.factor(voice, r.factor), "what": INDEX[r.factor](voice), "now": _index(r.factor, r.index_, voice), "before": _index(r.factor, r.previous, voice),
         "n": r.n, "evidence": words.evidence(voice, r.evidence), "verdict": r.verdict}
        for r in frame.rename(columns={"index": "index_"}).itertuples()
    ]  # fmt: skip
    columns = [
        Column("factor", say("Factor")), Column("what", say("Index")), Column("now", say("This month")), Column("before", say("Previous month")),
        Column("n", say("From"), "count"), Column("evidence", say("Evidence")), Column("verdict", say("Conversion"), "verdict"),
    ]  # fmt: skip
    return table(pd.DataFrame(rows), voice, say("The five factors"), columns)


def _index(factor: str, value, voice: Voice) -> str:
    if pd.isna(value):
        return voice.missing
    return voice.number(value, 1) if factor == "qualification" else voice.percent(value)


def answer(frame: pd.DataFrame, voice: Voice) -> Text:
    """Which factors are associated with conversion, and which cannot be spoken of."""
    groups = {
        v: [words.factor(voice, f) for f in frame.loc[frame["verdict"] == v, "factor"]]
        for v in ("associated", "no evidence", "refused")
    }
    lines = []
    if groups["associated"]:
        lines.append(voice.say("Associated with conversion: {names}.", names=voice.listing(groups["associated"])))
    if groups["no evidence"]:
        lines.append(
            voice.say(
                "No evidence of an association: {names}. With few sales reps or deals this means little.",
                names=voice.listing(groups["no evidence"]),
            )
        )
    if groups["refused"]:
        lines.append(voice.say("Cannot be told: {names}.", names=voice.listing(groups["refused"])))
    lines.append(
        voice.say("Associated means that they go together more than chance explains, not that one makes the other.")
    )
    return Text(*lines, kind="headline")


def no_data(factor: str, voice: Voice) -> Text:
    return Text(voice.say("No data on this factor.") + " " + EXPORT[factor](voice), kind="refusal")


def index_table(frame: pd.DataFrame, factor: str, caption: str, voice: Voice, thresholds: Thresholds) -> Table | Text:
    """The index of a factor per sales rep."""
    if frame.empty:
        return no_data(factor, voice)
    say = voice.say
    columns = [Column("manager", say("Sales rep")), Column("hits", say("Deals with it"), "count"), Column("deals", say("Deals"), "count"),
               Column("share", say("Share"), "percent", low="low", high="high", n="deals"), Column("change", say("Change"), "points", low="change_low", high="change_high", n="deals")]  # fmt: skip
    if "median_minutes" in frame:
        columns.append(Column("median_minutes", say("Median, working minutes"), "number"))
    return table(frame, voice, caption, columns, thresholds=thresholds)


def inside_chart(frame: pd.DataFrame, voice: Voice) -> Figure | Text:
    kept = frame[frame["closed"] > 0].assign(label=[ANSWERS[k](voice) for k in frame.loc[frame["closed"] > 0, "kind"]])
    if set(kept["kind"]) <= {"unknown"}:
        return no_data("target", voice)
    listed = "; ".join(f"{r.label} {voice.percent(r.conversion)} ({r.won}/{r.closed})" for r in kept.itertuples())
    alt = voice.say("Conversion of target and other clients with 95 % intervals: {listed}.", listed=listed)
    return rates(
        kept,
        voice,
        voice.say("Conversion inside and outside the rule"),
        voice.say("trailing window"),
        alt,
        name="label",
    )


def kinds_table(frame: pd.DataFrame, voice: Voice) -> Table | Text:
    if frame.empty:
        return no_data("process", voice)
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
    kept = frame.assign(company=[say("ours") if c is None or c != c else c for c in frame["company"]])
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


def scores_table(frame: pd.DataFrame, voice: Voice) -> Table | Text:
    if frame.empty:
        return no_data("qualification", voice)
    say = voice.say
    columns = [
        Column("manager", say("Sales rep")),
        Column("calls", say("Calls"), "count"),
        Column("score", say("Mean score"), "number", low="low", high="high", digits=1),
        Column("before", say("A month before"), "number", digits=1),
    ]
    return table(frame, voice, say("Call scores of the 6 months before the month"), columns)


def touches_chart(frame: pd.DataFrame, voice: Voice) -> Figure | Text:
    if frame.empty:
        return no_data("touchpoints", voice)
    listed = "; ".join(f"{r.touches}: {voice.percent(r.conversion)} ({r.won}/{r.closed})" for r in frame.itertuples())
    alt = voice.say("Conversion by touches of the first days, deals still open then: {listed}.", listed=listed)
    return rates(
        frame,
        voice,
        voice.say("Conversion by touches of the first days"),
        voice.say("only deals still open on the landmark day; later touches do not count"),
        alt,
        name="touches",
    )


def mix_table(frame: pd.DataFrame, voice: Voice) -> Table:
    say = voice.say
    names = {
        "call": say("call"),
        "email": say("e-mail"),
        "meeting": say("meeting"),
        "message": say("message"),
        "task": say("task"),
    }
    ways = {"in": say("from the client"), "out": say("from us")}
    kept = frame.assign(
        kind=[names.get(k, k) for k in frame["kind"]], direction=[ways.get(d, "") for d in frame["direction"]]
    )
    return table(
        kept,
        voice,
        say("Touches of the month by kind"),
        [
            Column("kind", say("Kind")),
            Column("direction", say("Direction")),
            Column("touches", say("Touches"), "count"),
            Column("by_robot", say("Made by a robot"), "count"),
        ],
        empty=say("No data on touches."),
    )


def tasks_table(frame: pd.DataFrame, voice: Voice) -> Table:
    say = voice.say
    return table(
        frame,
        voice,
        say("Open deals without a next task"),
        [
            Column("manager", say("Sales rep")),
            Column("open", say("Open"), "count"),
            Column("without", say("Without a task"), "count"),
        ],
    )


def channels_table(frame: pd.DataFrame, label: str, voice: Voice) -> Table:
    say = voice.say
    kept = frame.assign(advice=[ADVICE[a](voice) for a in frame["advice"]])
    columns = [
        Column("name", label), Column("leads", say("New deals"), "count"), Column("won", say("Won"), "count"), Column("closed", say("Closed"), "count"),
        Column("conversion", say("Conversion"), "percent", low="low", high="high", n="closed"), Column("mean_days", say("Deal length"), "days"),
        Column("revenue", say("Won amount"), "money"), Column("cost_per_lead", say("Cost per lead"), "money"), Column("cost_per_won", say("Cost per won deal"), "money"),
        Column("p_best", say("Chance of the best rate"), "percent", digits=0), Column("advice", say("What to do")),
    ]  # fmt: skip
    note = say("Conversion here is not at the same leads. Strengthen the channel that works before trying new ones.")
    return table(kept, voice, say("Channels over the trailing window"), columns, note=note)


def channels_answer(frame: pd.DataFrame, voice: Voice) -> Group:
    if frame.empty:
        return Group(no_data("channels", voice))
    best = frame[frame["advice"] == "strengthen"]
    if len(best):
        row = best.iloc[0]
        text = voice.say(
            "{name} has the highest conversion with a chance of {chance}: strengthen it before trying new channels.",
            name=row["name"],
            chance=voice.percent(row["p_best"], 0),
        )
        return Group(Text(text, kind="answer"))
    return Group(
        Text(
            voice.say(
                "Which channel converts best cannot be told from these deals; decide by cost and volume meanwhile."
            ),
            kind="answer",
        )
    )
