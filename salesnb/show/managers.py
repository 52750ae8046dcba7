"""Sentences, tables and charts of managers beside each other."""

import pandas as pd

from salesnb.formats import Voice
from salesnb.params import Thresholds
from salesnb.show.charts.corridor import corridor
from salesnb.show.charts.rates import rates
from salesnb.show.display import Figure, Table, Text
from salesnb.show.tables import Column, table

MOST = 25  # sales reps that one chart can hold


def answer(frame: pd.DataFrame, best: dict | None, voice: Voice, thresholds: Thresholds) -> Text:
    """Who stands out, if anybody; the benchmark; what to do with it."""
    lines = [_named(frame, voice, thresholds), *_likely(frame, voice)]
    if best is None:
        lines.append(
            voice.say(
                "A benchmark cannot be told: fewer than {n} sales reps have enough closed deals.",
                n=thresholds.min_managers,
            )
        )
    elif pd.isna(best["p_best"]):
        lines.append(
            voice.say(
                "Highest rate after shrinking: {name}, {rate}. Whether this is truly the best cannot be told.",
                name=best["manager"],
                rate=voice.percent(best["standardised"]),
            )
        )
    elif best["p_best"] < 0.5:
        lines.append(
            voice.say(
                "Highest rate at the same leads: {name}, {rate}; the chance that this is truly the best is only {chance}, so the benchmark cannot be told.",
                name=best["manager"],
                rate=voice.percent(best["standardised"]),
                chance=voice.chance(best["p_best"]),
            )
        )
    else:
        lines.append(
            voice.say(
                "Benchmark: {name}, {rate} at the same leads; the chance of truly being the best is {chance}.",
                name=best["manager"],
                rate=voice.percent(best["standardised"]),
                chance=voice.chance(best["p_best"]),
            )
        )
    return Text(*lines, kind="headline")


LIKELY = 0.975  # chance of lying above (or below) the department from which a sentence says so


def _likely(frame: pd.DataFrame, voice: Voice) -> list[str]:
    """Who probably lies above or below the department at the same leads, though within the ordinary spread."""
    judged = frame[frame["verdict"] == "cannot tell"]
    above = judged[judged["p_above"] >= LIKELY].sort_values("p_above", ascending=False)
    below = judged[judged["p_above"] <= 1 - LIKELY].sort_values("p_above")
    lines = []
    if len(above):
        lines.append(
            voice.say(
                "Probably above the department at the same leads: {names}.", names=voice.listing(above["manager"])
            )
        )
    if len(below):
        lines.append(voice.say("Probably below it: {names}.", names=voice.listing(below["manager"])))
    if lines:
        lines.append(
            voice.say("Such a spread is ordinary between people: it is a reason to look at their deals, not to judge.")
        )
    return [" ".join(lines)] if lines else []


def _named(frame: pd.DataFrame, voice: Voice, thresholds: Thresholds) -> str:
    judged = frame[frame["verdict"].isin(["above", "below", "cannot tell"])]
    if len(judged) < thresholds.min_managers:
        return voice.say(
            "Fewer than {n} sales reps have enough closed deals: nobody is compared.", n=thresholds.min_managers
        )
    above, below = (judged.loc[judged["verdict"] == v, "manager"].tolist() for v in ("above", "below"))
    if not above and not below:
        return voice.say(
            "After looking at all {n} sales reps, nobody stands out from the others by more than the ordinary spread and chance explain.",
            n=voice.count(len(judged)),
        )
    said = []
    if above:
        said.append(voice.say("above what their leads let expect: {names}", names=voice.listing(above)))
    if below:
        said.append(voice.say("below it: {names}", names=voice.listing(below)))
    return voice.say("Standing out after looking at everybody: {said}.", said="; ".join(said))


def rates_chart(
    frame: pd.DataFrame, rate: float, method: str, voice: Voice, thresholds: Thresholds | None = None
) -> Figure:
    known = frame[frame["standardised"].notna()]
    kept = known.sort_values(["closed_window", "manager"], ascending=[False, True]).head(MOST)
    kept = kept.sort_values(["standardised", "manager"], ascending=[False, True])
    listed = "; ".join(
        f"{r.manager}: {voice.percent(r.standardised)} ({voice.interval(r.std_low, r.std_high)})"
        for r in kept.itertuples()
    )
    alt = voice.say(
        "Rates at the same leads with 95 % intervals: {listed}. The department: {rate}.",
        listed=listed or voice.say("none"),
        rate=voice.percent(rate),
    )
    title = voice.say("Conversion at the same leads")
    subtitle = (
        voice.say("trailing window; hollow: the month as it was; dashed: the department")
        if method == "model"
        else voice.say("drawn towards the department; the mix of leads is not considered")
    )
    if len(known) > MOST:
        subtitle += "; " + voice.say(
            "the {n} with the most deals of {all}", n=voice.count(MOST), all=voice.count(len(known))
        )
    return rates(
        kept,
        voice,
        title,
        subtitle,
        alt,
        name="manager",
        value="standardised",
        low="std_low",
        high="std_high",
        n="closed_window",
        reference=rate,
        other="conversion",
        other_n="closed",
        thresholds=thresholds,
    )


def corridor_chart(frame: pd.DataFrame, around: dict, voice: Voice) -> Figure:
    kept = frame[frame["closed_window"] > 0].assign(closed=frame["closed_window"])
    listed = voice.listing(frame.loc[frame["verdict"].isin(["above", "below"]), "manager"]) or voice.say("nobody")
    alt = voice.say(
        "Funnel plot of conversion against the number of closed deals, around {rate}; outside the corridor and named: {listed}.",
        rate=voice.percent(around["rate"]),
        listed=listed,
    )
    subtitle = voice.say(
        "shade: 95 %, dotted: 99.8 %, ordinary spread included; outside the shade means look, not judge"
    )
    return corridor(kept, around["limits"], voice, voice.say("The corridor of chance"), subtitle, alt)


def with_raw_window(frame: pd.DataFrame, window: pd.DataFrame) -> pd.DataFrame:
    """The raw rate of the window beside each manager, for the funnel plot."""
    return frame.drop(columns=["conversion"]).merge(window[["manager", "conversion"]], on="manager", how="left")


def rates_table(frame: pd.DataFrame, voice: Voice, thresholds: Thresholds) -> Table:
    say = voice.say
    columns = [
        Column("manager", say("Sales rep")), Column("won", say("Won"), "count"), Column("closed", say("Closed"), "count"),
        Column("conversion", say("Month"), "percent", low="low", high="high", n="closed"),
        Column("closed_window", say("Closed in the window"), "count"),
        Column("standardised", say("At the same leads"), "percent", low="std_low", high="std_high"),
        Column("p_above", say("Chance of being above the department"), "chance"), Column("verdict", say("Stands out"), "verdict", n="closed_window"),
    ]  # fmt: skip
    note = say(
        "At the same leads: the trailing window, drawn towards the department where the deals are few. Stands out: by more than chance and the ordinary spread between the sales reps explain, after looking at everybody. A high chance of being above the department is not yet that."
    )
    # likely above or below, yet not beyond the spread between people: "cannot tell" beside "> 99 %" would read as a contradiction
    likely = (frame["verdict"] == "cannot tell") & ((frame["p_above"] >= LIKELY) | (frame["p_above"] <= 1 - LIKELY))
    return table(
        frame.assign(verdict=frame["verdict"].mask(likely, "spread")),
        voice,
        say("Sales reps: the month, and the window at the same leads"),
        columns,
        thresholds=thresholds,
        note=note,
    )
