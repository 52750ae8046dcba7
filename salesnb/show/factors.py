"""The five factors beside each other, and what each section shares: its index, its refusal, what to look at next."""

import pandas as pd

from salesnb.formats import Voice
from salesnb.params import Thresholds
from salesnb.show import words
from salesnb.show.charts.rates import rates
from salesnb.show.display import Figure, Group, Table, Text
from salesnb.show.drivers import p_words
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
         "n": r.n, "gap": r.gap_points, "p": p_words(voice, r.p_holm), "evidence": words.evidence(voice, r.evidence), "verdict": r.verdict}
        for r in frame.rename(columns={"index": "index_"}).itertuples()
    ]  # fmt: skip
    columns = [
        Column("factor", say("Factor")), Column("what", say("Index")), Column("now", say("This month")), Column("before", say("Previous month")),
        Column("n", say("From"), "count"), Column("evidence", say("Evidence")), Column("gap", say("Share of a gap, on average"), "size_points"),
        Column("p", say("p, corrected")), Column("verdict", say("Conversion"), "verdict"),
    ]  # fmt: skip
    note = say(
        "Share of a gap: how far the factor moves a sales rep's conversion of the month from the department's, up or down, on average. The p value is corrected for looking at several factors."
    )
    return table(pd.DataFrame(rows), voice, say("The five factors"), columns, note=note)


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


def index_table(
    frame: pd.DataFrame, gaps: pd.DataFrame, factor: str, caption: str, voice: Voice, thresholds: Thresholds
) -> Table | Text:
    """The index of a factor per sales rep, and what it accounts for in the gap of each."""
    if frame.empty:
        return no_data(factor, voice)
    say = voice.say
    columns = [Column("manager", say("Sales rep")), Column("hits", say("Deals with it"), "count"), Column("deals", say("Deals"), "count"),
               Column("share", say("Share"), "percent", low="low", high="high", n="deals"), Column("change", say("Change"), "points", low="change_low", high="change_high", n="deals")]  # fmt: skip
    if "median_minutes" in frame:
        columns.append(Column("median_minutes", say("Median, working minutes"), "number"))
    if gaps["points"].notna().any():
        own = gaps[gaps["part"] == factor]
        frame = frame.merge(own[["manager", "points"]], on="manager", how="left")
        columns.append(Column("points", say("Of the gap"), "points"))
    note = (
        say("Of the gap: what this factor accounts for in the gap between the sales rep and the department this month.")
        if "points" in frame
        else ""
    )
    return table(frame, voice, caption, columns, thresholds=thresholds, note=note)


def inside_chart(frame: pd.DataFrame, voice: Voice) -> Figure | Group:
    kept = frame[frame["closed"] > 0].assign(label=[ANSWERS[k](voice) for k in frame.loc[frame["closed"] > 0, "kind"]])
    if set(kept["kind"]) <= {"unknown"}:  # the table of the index says so
        return Group()
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


def scores_table(frame: pd.DataFrame, voice: Voice) -> Table | Text:
    if frame.empty:
        return no_data("qualification", voice)
    say = voice.say
    columns = [
        Column("manager", say("Sales rep")),
        Column("calls", say("Calls"), "count"),
        Column("score", say("Mean score"), "number", low="low", high="high", digits=1),
        Column("before", say("A month before"), "number", digits=1),
        Column("months", say("Months at work"), "count"),
        Column("talk_minutes", say("Talk, minutes a day"), "count"),
    ]
    note = say(
        "Score: calls of the 6 months before the month. Talk: answered calls of at least 10 seconds, per day with a contact."
    )
    return table(frame, voice, say("Qualification of the sales reps"), columns, note=note)


def channels_table(frame: pd.DataFrame, label: str, voice: Voice) -> Group:
    say = voice.say
    kept = frame.assign(
        name=[words.group(voice, n) for n in frame["name"]], advice=[ADVICE[a](voice) for a in frame["advice"]]
    )
    rates_ = [
        Column("name", label), Column("leads", say("New deals"), "count"), Column("won", say("Won"), "count"), Column("closed", say("Closed"), "count"),
        Column("conversion", say("Conversion"), "percent", low="low", high="high", n="closed"), Column("mean_days", say("Deal length"), "days"),
        Column("p_best", say("Chance of the best rate"), "chance"), Column("advice", say("What to do")),
    ]  # fmt: skip
    money = [
        Column("name", label), Column("revenue", say("Won amount"), "money"), Column("cost", say("Cost"), "money"),
        Column("cost_per_lead", say("Cost per lead"), "money"), Column("cost_per_won", say("Cost per won deal"), "money"),
    ]  # fmt: skip
    note = say("Conversion here is not at the same leads. Strengthen the channel that works before trying new ones.")
    first = table(kept, voice, say("Channels over the trailing window"), rates_, note=note)
    return Group(first, table(kept, voice, say("Money of the channels over the trailing window"), money))


def channels_answer(frame: pd.DataFrame, voice: Voice) -> Group:
    if frame.empty:
        return Group(no_data("channels", voice))
    best = frame[frame["advice"] == "strengthen"]
    if len(best):
        row = best.iloc[0]
        text = voice.say(
            "{name} has the highest conversion with a chance of {chance}: strengthen it before trying new channels.",
            name=words.group(voice, row["name"]),
            chance=voice.chance(row["p_best"]),
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


def next_step(factor: str, found: dict, voice: Voice) -> Text | Group:
    """What to look at next in a factor, from its own table; nothing is said where there is no data."""
    values = found.get(factor)
    if not values:
        return Group()
    shown = {k: v if isinstance(v, str) else voice.count(v) for k, v in values.items()}
    return Text(voice.say("To look at next: {what}", what=NEXT[factor](voice, shown)), kind="answer")


NEXT = {
    "target": lambda v, x: v.say("where the deals of {name} come from: {misses} of its {deals} new deals do not meet the rule.", name=words.group(v, x["name"]), misses=x["misses"], deals=x["deals"]),
    "process": lambda v, x: v.say("the deals lost at {stage} with the reason “{reason}”: {deals} of {all} lost deals of the last 12 months, more than any other pair.", stage=x["stage"], reason=reason(x["reason"], v), deals=x["deals"], all=x["all"]),
    "qualification": lambda v, x: v.say("two recent calls of {name}, whose mean score is the lowest, {score} from {calls} calls.", name=x["name"], score=x["score"], calls=x["calls"]),
    "touchpoints": lambda v, x: v.say("{without} of {open} open deals have no next task, and {late} of {deals} new deals of the month were not answered in time.", without=x["without"], open=x["open"], late=x["late"], deals=x["deals"]),
    "channels": lambda v, x: v.say("{name}, which brings the most new deals ({leads} of {all}): its sources and the cost of each won deal.", name=words.group(v, x["name"]), leads=x["leads"], all=x["all"]),
}  # fmt: skip
