"""Sentences, tables and charts of the stage funnel and of the reasons for losing."""

import pandas as pd

from salesnb.formats import Voice
from salesnb.schema import UNKNOWN_LOST_REASON
from salesnb.show import untold, words
from salesnb.show.charts.rows import bars, stages
from salesnb.show.display import Details, Figure, Group, Table, Text, fold
from salesnb.show.tables import Column, table
from salesnb.show.ways import quoted


def funnel_answer(funnel: pd.DataFrame, found: dict | None, voice: Voice) -> Text:
    """Where the funnel is narrow and where to begin: one answer.

    Parameters
    ----------
    funnel : table of `stage_funnel`, empty without stages;  found : `narrowest` of it
    """
    if untold.of(funnel):
        return untold.refusal(untold.of(funnel), voice)
    if funnel.empty:
        return no_stages(voice)
    if funnel["entered"].iloc[0] == 0:
        return Text(voice.say("No deal entered the funnel in this time."), kind="answer")
    if found is None:
        return Text(voice.say("Too few deals entered the funnel to say where it is narrow."), kind="answer")
    first = voice.say(
        "The narrowest place is {stage}: {next} of {entered} moved on, {rate} ({interval}).", stage=found["stage"], next=voice.count(found["reached_next"]),
        entered=voice.count(found["entered"]), rate=voice.percent(found["conversion"]), interval=voice.interval(found["low"], found["high"]),
    )  # fmt: skip
    return Text(first, _begin(found, voice), kind="answer")


def _begin(found: dict, voice: Voice) -> str:
    """Where to begin: at the narrowest place, or at the one that loses most among those that cannot be told apart."""
    stage, names = found["stage"], [name for name, _ in found["most_lost"]]
    if found["alike"]:
        begin = next((name for name in names if name in (stage, *found["alike"])), stage)
        values = {"stages": voice.listing(found["alike"]), "begin": begin}
        lost = dict(found["most_lost"]).get(begin)
        if lost is None:
            return voice.say("By its share it cannot be told apart from {stages}. Begin with {begin}.", **values)
        return voice.say("By its share it cannot be told apart from {stages}. Begin with {begin}, where most deals are lost ({n}).", **values, n=voice.count(lost))  # fmt: skip
    if not names:
        return ""
    counts = [voice.count(n) for _, n in found["most_lost"]]
    if names == [stage]:
        return voice.say("Most deals are lost there too ({n}): begin with it.", n=counts[0])
    if stage in names:
        values = {"stages": voice.listing(names), "counts": voice.listing(counts, again=True), "stage": stage}
        return voice.say("{stages} lose about as many deals ({counts}). Begin with {stage}.", **values)
    values = {"other": names[0], "n": counts[0], "stage": stage}
    return voice.say(
        "More deals are lost from {other} ({n}), where more arrive. Begin with {stage}: it loses the larger share.",
        **values,
    )


def never(visited: pd.DataFrame, voice: Voice) -> Text | Group:
    """A warning of stages in which no deal ever stood: their name may be spelt otherwise in the CRM; nothing without any.

    `visited` : `of_funnel.funnel` by the rule "visited"
    """
    names = visited.loc[visited["entered"] == 0, "stage"].tolist() if len(visited) else []
    if not names or len(names) == len(visited):
        return Group()
    text = voice.say("No deal ever stood in {names}: is the name in the order of stages that of the CRM? The funnel counts on it.", names=voice.listing(names))  # fmt: skip
    return Text(text, kind="warning")


def no_stages(voice: Voice) -> Text:
    return Text(
        voice.say(
            "How far deals come cannot be told: ask your analyst to add the history of stage changes to the export."
        ),
        kind="refusal",
    )


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


def funnel_table(frame: pd.DataFrame, period: str, voice: Voice) -> Table | Group:
    """What became of the deals that entered each stage; nothing without stages."""
    if frame.empty:
        return Group()
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


def rules_table(frames: dict[str, pd.DataFrame], voice: Voice) -> Details | Group:
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
    both = pd.DataFrame({"stage": first["stage"]} | {rule: frame["entered"] for rule, frame in frames.items()})
    columns = [Column("stage", say("Stage")), *(Column(rule, labels[rule], "count") for rule in frames)]
    text = Text(say("A deal can skip a stage or go back: stricter rules count fewer deals."))
    shown = table(both, voice, say("Deals that entered each stage, under three rules"), columns)
    return Details(say("The same under stricter rules"), text, shown)


def folded(shown: Table | Group, voice: Voice) -> Details | Group:
    """A table under a line to unfold, where a chart has said most of it; nothing where there is no table."""
    return fold(voice.say("In figures"), shown) if isinstance(shown, Table) else shown


def reason(text: str, voice: Voice) -> str:
    """A reason in the company's words; the blank one in ours."""
    return voice.say("not given") if text == UNKNOWN_LOST_REASON else text


def reason_span(frame: pd.DataFrame, month: str, voice: Voice) -> str:
    """The time that the reasons are of: the month, or the year where the month has too few."""
    return voice.say("last 12 months") if frame.attrs.get("span") == "year" else voice.month(month)


def reasons_chart(frame: pd.DataFrame, period: str, voice: Voice) -> Figure | Group:
    if frame.empty or none_given(frame):
        return Group()
    kept = frame.head(10).assign(
        label=[f"{voice.count(r.deals)}  ({voice.percent(r.share, 0)})" for r in frame.head(10).itertuples()]
    )
    kept = kept.assign(lost_reason=[reason(r, voice) for r in kept["lost_reason"]])
    listed = "; ".join(f"{r.lost_reason} {r.label}" for r in kept.itertuples())
    alt = voice.say("Bar chart of lost reasons, {period}: {listed}.", period=period, listed=listed)
    return bars(
        kept, voice, voice.say("Why deals are lost"), period, alt, name="lost_reason", value="deals", label="label"
    )


def reasons_table(frame: pd.DataFrame, period: str, voice: Voice) -> Table | Group:
    if frame.empty or none_given(frame):
        return Group()
    say = voice.say
    kept = frame.assign(lost_reason=[reason(r, voice) for r in frame["lost_reason"]])
    columns = [
        Column("lost_reason", say("Lost reason")),
        Column("deals", say("Deals"), "count"),
        Column("share", say("Share"), "percent"),
        *([Column("amount", say("Lost amount"), "money")] if frame["amount"].notna().any() else []),
    ]
    return table(kept, voice, say("Lost reasons, {period}", period=period), columns, limit=15)


def reasons_answer(
    frame: pd.DataFrame, usual: pd.DataFrame, mass: pd.DataFrame, unreached: pd.DataFrame, voice: Voice
) -> Text:
    """The reason named most often, with and without days on which one person closed very many deals.

    Parameters
    ----------
    frame : lost reasons;  usual : those without days of mass closing;  mass : those days
    unreached : reasons that all mean that the client was not reached
    """
    if untold.of(frame) == "no lost":
        return untold.refusal("no lost", voice)
    if frame.empty:
        return Text(voice.say("No deal was lost in this time."), kind="answer")
    if none_given(frame):
        return Text(
            voice.say(
                "Not one of the lost deals has a reason in the export: ask for it when a deal is closed, and export it."
            ),
            kind="warning",
        )
    lines = [voice.say("Named most often: {reason}, {n} of {all} lost deals ({share}).", **_top(frame, voice))]
    return Text(*lines, _without_clean_up(usual, mass, voice), _one_name(unreached, voice), kind="answer")


def _without_clean_up(usual: pd.DataFrame, mass: pd.DataFrame, voice: Voice) -> str:
    """The reason named most often without days on which one person closed very many; "" where there are none."""
    if mass.empty or not (usual["lost_reason"] != UNKNOWN_LOST_REASON).any():
        return ""
    who = voice.listing(words.group(voice, row.manager) for row in mass.itertuples())
    top = _top(usual, voice)
    return voice.say(
        "Without the deals that {who} closed in one day: {reason}, {n} of {all} ({share}).", who=who, **top
    )


def _one_name(unreached: pd.DataFrame, voice: Voice) -> str:
    """That several reasons mean that the client was not reached; "" where one does."""
    if len(unreached) < 2:
        return ""
    names = voice.listing(quoted(name, voice) for name in unreached["lost_reason"])
    n = voice.count(unreached["deals"].sum())
    return voice.say("{names} mean the same, {n} deals together: one name in the CRM would do.", names=names, n=n)


def _top(frame: pd.DataFrame, voice: Voice) -> dict:
    top = frame[frame["lost_reason"] != UNKNOWN_LOST_REASON].iloc[0]
    return {
        "reason": top["lost_reason"], "n": voice.count(top["deals"]), "all": voice.count(frame["deals"].sum()),
        "share": voice.percent(top["share"]),
    }  # fmt: skip


def none_given(frame: pd.DataFrame) -> bool:
    """Whether there are lost deals and not one of them has a reason."""
    return set(frame["lost_reason"]) == {UNKNOWN_LOST_REASON}


def vague_reasons(frame: pd.DataFrame, vague: float, limit: float, voice: Voice) -> Text:
    """A warning when too many reasons say nothing; nothing otherwise, and where none is given at all: that is said alone.

    `frame` : lost reasons;  `vague` : share of those that say nothing, 0..1
    """
    if none_given(frame) or not vague > limit:
        return Text(kind="warning")
    text = voice.say(
        "{share} of the lost deals have no telling reason (other, or not given). Above {limit} the table misleads: ask for the reason when a deal is closed.",
        share=voice.percent(vague), limit=voice.percent(limit, 0),
    )  # fmt: skip
    return Text(text, kind="warning")
