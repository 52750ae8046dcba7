"""What accounts for the gaps between sales reps and for the change of the month: tables, cards, charts."""

import pandas as pd

from salesnb.formats import Voice
from salesnb.params import Thresholds
from salesnb.render.charts.parts import parts, with_total
from salesnb.render.display import Details, Figure, Group, Shown, Table, Text, fold
from salesnb.render.tables import Column, table
from salesnb.show import untold, words
from salesnb.show.managers import nobody_compared


def gap_answer(beyond: list[str], rates_: pd.DataFrame, voice: Voice, thresholds: Thresholds) -> Text:
    """Whether anybody's month says something by itself."""
    if untold.of(rates_):
        return untold.refusal(untold.of(rates_), voice)
    if pd.isna(rates_.attrs["overall"]):
        return Text(nobody_compared(voice, thresholds), kind="answer")
    if not (rates_["closed"] >= thresholds.min_verdict).any():
        text = voice.say("Nobody closed {n} deals in the month, so no gap of the month is taken apart.", n=voice.count(thresholds.min_verdict))  # fmt: skip
        return Text(text, kind="answer")
    if not beyond:
        return Text(voice.say("Nobody's month differs from the average by more than chance: what to work on is told by the year, a card for each sales rep below."), kind="answer")  # fmt: skip
    return Text(voice.say("More than chance explains, after looking at everybody: {names}. The cards tell what goes with it.", names=voice.listing(beyond)), kind="answer")  # fmt: skip


def gap_table(frame: pd.DataFrame, caption: str, voice: Voice) -> Table | Group:
    """Parts of every manager's gap, one row per manager; nothing where no gap could be taken apart."""
    say = voice.say
    if not len(frame) or frame["points"].isna().all():
        return Group()
    # one of the parts has the name of the key
    wide = (
        frame.assign(part="part " + frame["part"]).pivot(index="manager", columns="part", values="points").reset_index()
    )
    names = [f"part {p}" for p in words.PARTS if f"part {p}" in wide]
    wide["gap"] = wide[names].sum(axis=1, min_count=1)
    columns = [
        Column("manager", say("Sales rep")),
        Column("gap", say("Gap"), "bare_points", digits=0),
        *(Column(p, words.part(voice, p.removeprefix("part ")), "bare_points", digits=0) for p in names),
    ]
    note = say(
        "Before rounding the parts of a row add up to its gap. A dash: too few closed deals in the month, no data on the factor, or the model may not speak of it."
    )
    ordered = wide.sort_values(["gap", "manager"], na_position="last", kind="stable")
    return table(ordered, voice, caption, columns, note=note)


def gap_fold(frame: pd.DataFrame, voice: Voice) -> Shown:
    """The month's gaps to the department, to unfold: mostly chance."""
    shown = gap_table(
        frame, voice.say("What accounts for the gap to the average in the month, percentage points"), voice
    )
    return fold(voice.say("The month taken apart, every sales rep"), shown, paper=False)


def benchmark_fold(frame: pd.DataFrame, name: str, voice: Voice) -> Shown:
    """The month's gaps to the benchmark, to unfold."""
    caption = voice.say("What accounts for the gap to {name} in the month, percentage points", name=name)
    shown = gap_table(frame, caption, voice)
    return fold(voice.say("The same against the benchmark, {name}", name=name), shown, paper=False)


def change_answer(frame: pd.DataFrame, voice: Voice, thresholds: Thresholds) -> Text:
    """The change of the month in words: what the mix of the deals and what the rest accounts for, or that it is chance."""
    if untold.of(frame):
        return untold.refusal(untold.of(frame), voice)
    if not frame.attrs.get("before", True):
        return Text(
            voice.say("The export begins with this month: there is no earlier one to compare with."), kind="answer"
        )
    if frame["points"].isna().all():
        return Text(voice.say("What accounts for the change cannot be told: one of the two months has fewer than {n} closed deals.", n=voice.count(thresholds.min_verdict)), kind="answer")  # fmt: skip
    total = frame["points"].sum()
    if not frame.attrs.get("clear"):
        return Text(voice.say("The change of {change} is too close to call: to take it apart would be to explain chance.", change=voice.points(total)), kind="answer")  # fmt: skip
    mix = frame.loc[~frame["part"].isin(["manager", "chance", "quick"]), "points"].sum()
    people = frame.loc[frame["part"] == "manager", "points"].sum()
    said = voice.say(
        "Of the change of {change}, another mix of deals accounts for {mix} and other people closing them for {people}; the rest, {rest}, is in deals closed within days, in the rates within the groups and in chance.",
        change=voice.points(total), mix=voice.points(mix), people=voice.points(people), rest=voice.points(total - mix - people),
    )  # fmt: skip
    return Text(said, kind="answer")


def change_parts(frame: pd.DataFrame, month: str, previous: str, voice: Voice) -> Group:
    """Chart and table of the change: open where the change is clear, else to unfold."""
    if frame["points"].isna().all():
        return Group()
    shown = (_change_chart(frame, month, previous, voice), _change_table(frame, voice))
    if frame.attrs.get("clear"):
        return Group(shown[0], Details(voice.say("Mix and rate, factor by factor"), shown[1]))
    return Group(Details(voice.say("The change taken apart all the same"), *shown, paper=False))


def _change_chart(frame: pd.DataFrame, month: str, previous: str, voice: Voice) -> Figure:
    say = voice.say
    names = {"manager": say("Who closed the deals"), "chance": say("Rates within, and chance")}
    kept = frame.assign(part=[names[p] if p in names else words.part(voice, p) for p in frame["part"]])
    total = say("Change")
    both = with_total(kept, total)
    listed = "; ".join(f"{r.part} {voice.points(r.points)}" for r in both.itertuples())
    between = {"previous": voice.month(previous), "month": voice.month(month)}
    alt = say("What accounts for the change from {previous} to {month}: {listed}.", listed=listed, **between)
    subtitle = say("{previous} to {month}: mix of each factor, and the rest; lines: 95% intervals", **between)
    return parts(both, voice, say("What accounts for the change"), subtitle, alt, total=total)


def _change_table(frame: pd.DataFrame, voice: Voice) -> Table:
    say = voice.say
    kept = frame.dropna(subset=["mix"])
    kept = kept.assign(part=[words.part(voice, p) for p in kept["part"]])
    columns = [Column("part", say("Factor")), Column("mix", say("Change of the mix"), "points"), Column("rate", say("Change of the rates"), "points")]  # fmt: skip
    note = say(
        "Each row takes one factor alone, by the rates as they are; the chart takes all factors together, by the model, so its mix of a factor can differ."
    )
    caption = say("Mix and rate by factor, deals open on the landmark day")
    return table(kept, voice, caption, columns, note=note, empty=say("No factor can be taken apart here."))
