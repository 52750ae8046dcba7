"""Sentences, tables and charts of deal length, time in stage and age."""

import pandas as pd

from salesnb.formats import Voice
from salesnb.params import Thresholds
from salesnb.render.charts.ages import lengths
from salesnb.render.display import Figure, Group, Table, Text
from salesnb.render.tables import Column, table
from salesnb.show import untold, words
from salesnb.show.remarks import cleaned


def answer(length: pd.DataFrame, usual: dict, month: str, voice: Voice, thresholds: Thresholds) -> Text:
    """How long deals took, beside the month before and the year; with few deals no mean, since one long deal makes it.

    Parameters
    ----------
    length : one row of `deal_length`;  usual : its mean beside the year (`of_length.usual`)
    """
    row = length.iloc[0]
    name = voice.month(month)
    if row["deals"] == 0:
        return Text(voice.say("Nothing was closed in {month}, so there is no deal length.", month=name), kind="answer")
    if row["deals"] < thresholds.min_percent:
        return Text(
            voice.plural(
                "{n} deal was closed in {month}: too few to speak of a deal length.",
                "{n} deals were closed in {month}: too few to speak of a deal length.", int(row["deals"]), month=name,
            ),
            kind="answer",
        )  # fmt: skip
    if usual.get("grain"):
        return Text(untold.coarse(usual["grain"], voice), kind="refusal")
    values = {"month": name, "mean": voice.days(row["mean_days"]), "p90": voice.days(row["p90_days"], 0)}
    if untold.no_rate(usual.get("untold", "")):
        first = ONE_OUTCOME[usual["untold"]](voice, values)
    elif row["deals"] < thresholds.min_verdict:
        first = voice.say("Deals closed in {month} took {mean} on average.", **values)
    else:
        first = voice.say("Deals closed in {month} took {mean} on average, nine of ten of them up to {p90}.", **values)
    return Text(first, _beside(usual, voice), kind="answer")


ONE_OUTCOME = {
    "no lost": lambda v, x: v.say("Deals won in {month} took {mean} on average; lost ones are not in the export.", **x),
    "no won": lambda v, x: v.say("Deals lost in {month} took {mean} on average; won ones are not in the export.", **x),
}


def _beside(usual: dict, voice: Voice) -> str:
    """The mean beside the month before and the range of the year: a move within it is no news."""
    if pd.isna(usual["before"]):
        return voice.say("There is no earlier month to compare with.")
    if usual["few"]:
        return voice.say("This month or the one before has too few closed deals to compare them.")
    values = {
        "before": voice.days(usual["before"]),
        "low": voice.number(usual["low"], 1),
        "high": voice.number(usual["high"], 1),
        "n": voice.count(usual["months"]),
    }
    places = {
        "usual": lambda: voice.say("The month before it was {before}; both lie within what is usual ({low} to {high} days).", **values),
        "lowest": lambda: voice.say("The month before it was {before}. It is the shortest of {n} months; the others lie between {low} and {high} days.", **values),
        "highest": lambda: voice.say("The month before it was {before}. It is the longest of {n} months; the others lie between {low} and {high} days.", **values),
        "": lambda: voice.say("The month before it was {before}; there are too few months yet to say what is usual.", **values),
    }  # fmt: skip
    if usual["place"] == "usual" and values["low"] == values["high"]:
        return voice.say("The month before it was {before}, as in every earlier month of the year.", **values)
    if usual["place"] and values["low"] == values["high"]:
        return voice.say("The month before it was {before}; in all {n} months but this it was {low} days.", **values)
    return places[usual["place"]]()


def waiting_answer(waiting: dict, voice: Voice) -> Text:
    """How long deals take with the open ones counted in; nothing where the export holds only some of them."""
    if waiting.get("untold"):
        return Text(kind="answer")
    if pd.isna(waiting["median"]):
        return Text(voice.say("Fewer than half of the deals of the last 12 months are closed yet."), kind="answer")
    text = voice.say(
        "With the deals that are still open counted in, half of all deals of the last 12 months are closed after {days}.",
        days=voice.days(waiting["median"], 0),
    )  # fmt: skip
    return Text(text, kind="answer")


def enough(frame: pd.DataFrame, n: str, thresholds: Thresholds, **columns: str) -> pd.DataFrame:
    """The frame with each of `columns` hidden where too few deals stand behind it.

    `columns` : column=kind; a "mean" or a "median" needs `min_percent` deals, a "p90" `min_verdict`, counted in column `n`.

    >>> enough(pd.DataFrame({"n": [4, 9], "days": [1.0, 2.0], "late": [1.0, 2.0]}), "n", Thresholds(), days="median", late="p90")
       n  days  late
    0  4   NaN   NaN
    1  9   2.0   NaN
    """
    least = {"mean": thresholds.min_percent, "median": thresholds.min_percent, "p90": thresholds.min_verdict}
    return frame.assign(**{name: frame[name].where(frame[n] >= least[kind]) for name, kind in columns.items()})


def _few_note(voice: Voice, thresholds: Thresholds) -> str:
    return voice.say(
        "n/a: fewer than {few} deals, for “nine of ten” fewer than {more}.",
        few=voice.count(thresholds.min_percent), more=voice.count(thresholds.min_verdict),
    )  # fmt: skip


def length_table(frame: pd.DataFrame, mass: pd.DataFrame, voice: Voice, thresholds: Thresholds) -> Table | Group:
    """Deal length per sales rep; nothing where nobody has enough closed deals.

    Parameters
    ----------
    frame : `of_length.lengths`;  mass : days of mass closing (`of_book.mass`)
    """
    if not (frame["deals"] >= thresholds.min_percent).any():
        return Group()
    say = voice.say
    kept = enough(frame, "deals", thresholds, mean_days="mean", median_days="median", p90_days="p90")
    kept = enough(enough(kept, "won", thresholds, mean_days_won="mean"), "lost", thresholds, mean_days_lost="mean")
    kept = kept.assign(manager=[words.group(voice, name) for name in kept["manager"]])
    columns = [
        Column("manager", say("Sales rep")), Column("deals", say("Closed"), "count"), Column("mean_days", say("Mean"), "days"), Column("median_days", say("Median"), "days"),
        Column("p90_days", say("Nine of ten up to"), "days"), Column("mean_days_won", say("Won, mean"), "days"), Column("mean_days_lost", say("Lost, mean"), "days"),
    ]  # fmt: skip
    note = " ".join(text for text in (cleaned(mass, voice), _few_note(voice, thresholds)) if text)
    return table(kept, voice, say("Deal length by sales rep"), columns, note=note)


def length_chart(
    frame: pd.DataFrame,
    month: str,
    voice: Voice,
    thresholds: Thresholds,
    median: float | None = None,
    p90: float | None = None,
) -> Figure | Group:
    """How many deals took how long; nothing with too few to have a shape."""
    if frame[["won", "lost"]].to_numpy().sum() < thresholds.min_percent:
        return Group()
    won, lost = int(frame["won"].sum()), int(frame["lost"].sum())
    longest = int(frame["days"].max())
    alt = voice.say(
        "Histogram of deal length in {month}: {won} won and {lost} lost deals, the longest {days}.",
        month=voice.month(month),
        won=voice.count(won),
        lost=voice.count(lost),
        days=voice.days(longest, 0),
    )
    return lengths(
        frame,
        voice,
        voice.say("How long deals take"),
        voice.say("deals closed in {month}", month=voice.month(month)),
        alt,
        median=median,
        p90=p90,
    )


def ages_answer(whole: pd.Series, voice: Voice, thresholds: Thresholds) -> Text:
    """How old the open deals are together."""
    if not whole["open"]:
        return Text(voice.say("No deal is open."), kind="answer")
    if whole.get("grain") in ("week", "month"):
        first = voice.plural("{n} deal is open.", "{n} deals are open.", int(whole["open"]))
        return Text(first, untold.coarse(whole["grain"], voice), kind="answer")
    values = {"n": voice.count(whole["open"]), "oldest": voice.days(whole["oldest_days"], 0)}
    if whole["open"] < thresholds.min_percent:
        return Text(voice.say("Open deals: {n}, the oldest for {oldest}.", **values), kind="answer")
    median = voice.days(whole["median_days"], 0)
    text = voice.say(
        "Open deals: {n}; half of them for more than {median}, the oldest for {oldest}.", **values, median=median
    )
    return Text(text, kind="answer")


def ages_table(frame: pd.DataFrame, voice: Voice, thresholds: Thresholds) -> Table | Group:
    """Age of the open deals per sales rep; nothing without open deals."""
    if frame.empty:
        return Group()
    say = voice.say
    kept = enough(frame, "open", thresholds, median_days="median", p90_days="p90")
    kept = kept.assign(manager=[words.group(voice, name) for name in kept["manager"]])
    columns = [
        Column("manager", say("Sales rep")),
        Column("open", say("Open"), "count"),
        Column("median_days", say("Median age"), "days"),
        Column("p90_days", say("Nine of ten up to"), "days"),
        Column("oldest_days", say("Oldest"), "days", digits=0),
    ]
    return table(kept, voice, say("Age of the open deals"), columns, note=_few_note(voice, thresholds))


def stages_answer(frame: pd.DataFrame, voice: Voice, thresholds: Thresholds) -> Text:
    """In which stage deals stay longest; without a history of stages what would answer it."""
    if frame.attrs.get("grain"):
        return Text(untold.coarse(frame.attrs["grain"], voice), kind="refusal")
    if frame.empty:
        return Text(
            voice.say("This cannot be told: ask your analyst to add the history of stage changes to the export."),
            kind="refusal",
        )
    kept = frame[frame["deals"] >= thresholds.min_verdict]
    if kept.empty:
        return Text(voice.say("Too few deals have left a stage yet."), kind="answer")
    longest = kept.loc[kept["median_days"].idxmax()]
    text = voice.say(
        "Longest in {stage}: half of the deals leave it within {median}, nine of ten within {p90}.", stage=longest["stage"],
        median=voice.days(longest["median_days"], 0), p90=voice.days(longest["p90_days"], 0),
    )  # fmt: skip
    return Text(text, kind="answer")


def stage_times_table(frame: pd.DataFrame, voice: Voice, thresholds: Thresholds) -> Table | Group:
    """Time in each stage; nothing without a history of stages."""
    if frame.empty:
        return Group()
    say = voice.say
    kept = enough(frame, "deals", thresholds, median_days="median", p90_days="p90")
    columns = [
        Column("stage", say("Stage")),
        Column("deals", say("Stays"), "count"),
        Column("median_days", say("Median"), "days"),
        Column("p90_days", say("Nine of ten up to"), "days"),
    ]
    return table(kept, voice, say("Days in each stage: all stays that the export knows to have ended"), columns)
