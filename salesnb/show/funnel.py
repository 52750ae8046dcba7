"""Sentences, tables and charts of the stage funnel."""

import pandas as pd

from salesnb.formats import Voice
from salesnb.show.charts.rates import bars, stages
from salesnb.show.display import Figure, Group, Table, Text
from salesnb.show.tables import Column, table


def funnel_table(frame: pd.DataFrame, period: str, voice: Voice) -> Table:
    """What became of the deals that entered each stage."""
    say = voice.say
    columns = [
        Column("stage", say("Stage")), Column("entered", say("Entered"), "count"), Column("reached_next", say("Moved on"), "count"),
        Column("conversion", say("Share that moved on"), "percent", low="low", high="high", n="entered"),
        Column("lost", say("Lost here"), "count"), Column("open", say("Still here"), "count"), Column("back", say("Went back"), "count"),
    ]  # fmt: skip
    note = say(
        "Moved on, lost, still here and went back add up to entered. A later stage counts as having passed the earlier ones."
    )
    return table(frame, voice, say("Stage funnel, {period}", period=period), columns, note=note)


def funnel_chart(frame: pd.DataFrame, period: str, voice: Voice) -> Figure | Group:
    if frame.empty:
        return Group()
    steps = "; ".join(f"{r.stage}: {voice.count(r.entered)}, {voice.percent(r.conversion)}" for r in frame.itertuples())
    alt = voice.say(
        "Stage funnel, {period}: deals entered and share that moved on. {steps}.", period=period, steps=steps
    )
    return stages(
        frame,
        voice,
        voice.say("How far deals come"),
        voice.say("{period}; dark: moved on to a later stage or won", period=period),
        alt,
    )


def funnel_answer(frame: pd.DataFrame, voice: Voice) -> Text:
    """The narrowest place of the funnel, said with care."""
    if frame.empty:
        return no_stages(voice)
    if frame["entered"].iloc[0] == 0:
        return Text(voice.say("No deal entered the funnel in this time."), kind="answer")
    kept = frame[frame["entered"] >= 10]
    if kept.empty:
        return Text(voice.say("Too few deals entered the funnel to say where it is narrow."), kind="answer")
    narrow = kept.loc[kept["conversion"].idxmin()]
    lines = [
        voice.say(
            "The narrowest place is {stage}: {next} of {entered} moved on, {rate} ({interval}).", stage=narrow["stage"], next=voice.count(narrow["reached_next"]),
            entered=voice.count(narrow["entered"]), rate=voice.percent(narrow["conversion"]), interval=voice.interval(narrow["low"], narrow["high"]),
        )
    ]  # fmt: skip
    others = kept[kept.index != narrow.name]
    close = [r.stage for r in others.itertuples() if r.low < narrow["high"]]
    if close:
        lines.append(
            voice.say("Given so many deals it cannot be told apart from {stages}.", stages=voice.listing(close))
        )
    lost = frame.loc[frame["lost"].idxmax()]
    lines.append(
        voice.say(
            "Most deals are lost from {stage} ({n}): talk through the reasons noted there first.",
            stage=lost["stage"],
            n=voice.count(lost["lost"]),
        )
    )
    return Text(*lines, kind="answer")


def no_stages(voice: Voice) -> Text:
    return Text(
        voice.say(
            "No data on stages: name them under stage_order in the params, or export the history of stage changes."
        ),
        kind="refusal",
    )


def rules_table(frames: dict[str, pd.DataFrame], voice: Voice) -> Table:
    """Entered per stage under the three rules."""
    say = voice.say
    labels = {
        "reached": say("Furthest stage counts"),
        "strict": say("All earlier stages visited"),
        "visited": say("The stage itself visited"),
    }
    first = next(iter(frames.values()))
    both = pd.DataFrame({"stage": first["stage"]} | {rule: frame["entered"] for rule, frame in frames.items()})
    columns = [Column("stage", say("Stage")), *(Column(rule, labels[rule], "count") for rule in frames)]
    return table(both, voice, say("Deals that entered each stage, under three rules"), columns)


def reasons_chart(frame: pd.DataFrame, period: str, voice: Voice) -> Figure:
    kept = frame.head(10).assign(
        label=[f"{voice.count(r.deals)}  ({voice.percent(r.share, 0)})" for r in frame.head(10).itertuples()]
    )
    kept = kept.assign(lost_reason=[reason(r, voice) for r in kept["lost_reason"]])
    listed = "; ".join(f"{r.lost_reason} {r.label}" for r in kept.itertuples()) or voice.say("none")
    alt = voice.say("Bar chart of lost reasons, {period}: {listed}.", period=period, listed=listed)
    return bars(
        kept, voice, voice.say("Why deals are lost"), period, alt, name="lost_reason", value="deals", label="label"
    )


def reason(text: str, voice: Voice) -> str:
    """A reason in the company's words; the blank one in ours."""
    return voice.say("not given") if text == "not given" else text


def reasons_table(frame: pd.DataFrame, period: str, voice: Voice) -> Table:
    say = voice.say
    kept = frame.assign(lost_reason=[reason(r, voice) for r in frame["lost_reason"]])
    columns = [
        Column("lost_reason", say("Lost reason")),
        Column("deals", say("Deals"), "count"),
        Column("share", say("Share"), "percent"),
        Column("amount", say("Lost amount"), "money"),
    ]
    return table(kept, voice, say("Lost reasons, {period}", period=period), columns, limit=15)


def reasons_answer(frame: pd.DataFrame, vague: float, limit: float, voice: Voice) -> Group:
    """The main reason, and a warning when too many reasons say nothing."""
    if frame.empty:
        return Group(Text(voice.say("No deal was lost in this time."), kind="answer"))
    named = frame[frame["lost_reason"] != "not given"]
    lines = []
    if len(named):
        top = named.iloc[0]
        lines.append(
            voice.say(
                "Named most often: {reason}, {n} of {all} lost deals ({share}).",
                reason=top["lost_reason"],
                n=voice.count(top["deals"]),
                all=voice.count(frame["deals"].sum()),
                share=voice.percent(top["share"]),
            )
        )
    items = [Text(*lines, kind="answer")] if lines else []
    if vague > limit:
        items.append(
            Text(
                voice.say(
                    "{share} of the lost deals have no telling reason (other, or not given). Above {limit} the table misleads: ask for the reason when a deal is closed.",
                    share=voice.percent(vague),
                    limit=voice.percent(limit, 0),
                ),
                kind="warning",
            )
        )
    return Group(*items)


def stuck_table(frame: pd.DataFrame, voice: Voice, crm_url: str | None) -> Table:
    """Open deals that stand longer than nearly all won deals stood."""
    say = voice.say
    kept = frame.assign(link=[crm_url.replace("{deal_id}", str(i)) if crm_url else "" for i in frame["deal_id"]])
    if "title" not in kept:
        kept["title"] = kept["deal_id"]
    kept["title"] = kept["title"].fillna(kept["deal_id"])
    for name in ("amount",):
        if name not in kept:
            kept[name] = None
    columns = [
        Column("title", say("Deal"), "link", url="link"), Column("manager", say("Sales rep")), Column("stage", say("Stage")),
        Column("amount", say("Amount"), "money"), Column("days", say("Days in the stage"), "count"), Column("usual_days", say("Won deals: up to"), "days"),
    ]  # fmt: skip
    return table(
        kept,
        voice,
        say("Stuck deals: open, and longer in their stage than nine of ten won deals"),
        columns,
        limit=12,
        empty=say("No deal is stuck."),
    )


SPANS = {"month": lambda v, m: v.month(m), "year": lambda v, m: v.say("last 12 months")}


def leads_table(frame: pd.DataFrame, month: str, listed: bool, voice: Voice) -> Table:
    """Lead → deal → won; without a list of leads every deal counts as one, and the note says so."""
    say = voice.say
    kept = frame.assign(span=[SPANS[span](voice, month) for span in frame["span"]])
    columns = [
        Column("span", say("Leads created")), Column("leads", say("Leads"), "count"), Column("with_deal", say("Became a deal"), "count"),
        Column("deal_share", say("Share"), "percent", low="deal_low", high="deal_high", n="leads"), Column("won", say("Won so far"), "count"),
        Column("open", say("Still open"), "count"), Column("won_share", say("Won of all leads"), "percent", low="low", high="high", n="leads"),
    ]  # fmt: skip
    note = say("Young leads can still be won: the last weeks always look low.")
    if not listed:
        note = say("There is no list of leads: every created deal counts as one.") + " " + note
    return table(kept, voice, say("Leads, deals and won deals"), columns, note=note)
