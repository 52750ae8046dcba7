"""The five factors beside each other, and what each section shares: its answer, its index, what to look at next."""

import pandas as pd

from salesnb.formats import Voice
from salesnb.params import Thresholds
from salesnb.render.display import Group, Shown, Table, Text, fold
from salesnb.render.tables import Column, table
from salesnb.show import words
from salesnb.show.drivers import drivers_answer, p_words
from salesnb.show.refusals import refusal
from salesnb.show.steps import next_step as next_step

INDEX = {
    "target": lambda v, x: v.say("target clients among the new deals"),
    "process": lambda v, x: v.say(
        "closed deals that skipped, went back or overstayed a stage in the first {days} days; fewer is better", days=v.count(x["days"])
    ),
    "qualification": lambda v, x: v.say("mean call score of the last {months} months", months=v.count(x["months"])),
    "touchpoints": lambda v, x: v.say("new deals answered within {minutes} working minutes", minutes=v.count(x["minutes"])),
    "channels": lambda v, x: v.say("new deals from {name}, so far the best", name=words.group(v, x["name"])),
}  # fmt: skip
EXPORT = {
    "target": lambda v: v.say("Name the rule of a target client under values: target in the params."),
    "process": lambda v: v.say("Export the history of stage changes and name the stages under stage_order."),
    "qualification": lambda v: v.say("Export the scores of your quality department, or the list of employees."),
    "touchpoints": lambda v: v.say("Export calls, e-mails, meetings and tasks."),
    "channels": lambda v: v.say(
        "Name the column of the channel (on the page of a channel: of the source), or map pipelines to channels."
    ),
}
HITS = {
    "target": lambda v, x: v.say("Target clients"), "process": lambda v, x: v.say("With a deviation"),
    "touchpoints": lambda v, x: v.say("Answered in time"), "channels": lambda v, x: v.say("From {name}", name=words.group(v, x)),
}  # fmt: skip


def overview(frame: pd.DataFrame, voice: Voice, thresholds: Thresholds | None = None) -> Table | Group:
    """The five factors beside each other; nothing where none has data: each section says so and what would bring them."""
    if frame["index"].isna().all():
        return Group()
    say, cuts = voice.say, thresholds or Thresholds()
    rows = [
        {"factor": words.factor(voice, r["factor"]), "verdict": r["verdict"], "what": _what(r, frame.attrs, voice), "now": _now(r, cuts, voice),
         "change": _change(r, cuts, voice), "n": _counted(r, voice), "evidence": words.evidence(voice, r["evidence"]), "gap": r["gap_points"],
         "p": p_words(voice, r["p_holm"])}
        for r in frame.to_dict("records")
    ]  # fmt: skip
    columns = [
        Column("factor", say("Factor")), Column("verdict", say("Conversion"), "verdict", said=words.verdict), Column("what", say("Index")), Column("now", say("This month")),
        Column("change", say("Change on the previous month")), Column("n", say("Counted")), Column("evidence", say("Evidence")),
        Column("gap", say("Part of a gap, on average"), "size_points"), Column("p", say("p, corrected")),
    ]  # fmt: skip
    silent = {"evidence": (frame["evidence"] == "measured").all(), "change": frame["change"].isna().all(),
              "gap": frame["gap_points"].isna().all(), "p": frame["p_holm"].isna().all()}  # fmt: skip
    columns = [column for column in columns if not silent.get(column.name)]
    notes = {
        "gap": say("Part of a gap: how much of the distance between a sales rep's month and the average this factor accounts for, up or down, on average; parts that cannot be told from zero are counted too."),
        "p": say("The p value is corrected for looking at several factors."),
    }  # fmt: skip
    tested = say("The index is what can be watched from day to day. Held against conversion were, for points of contact, the touches of the first {days} days.", days=voice.count(frame.attrs["days"]))  # fmt: skip
    shown = [text for name, text in notes.items() if not silent[name]]
    if (frame.loc[frame["factor"] == "touchpoints", "verdict"] == "associated").any():
        shown.insert(0, tested)
    note = " ".join(shown)
    return table(pd.DataFrame(rows), voice, say("The five factors"), columns, note=note)


def _what(row: dict, values: dict, voice: Voice) -> str:
    if row["evidence"] == "proxy":
        return voice.say("mean months at work, as no call has a score")
    if row["factor"] == "channels" and not isinstance(row["name"], str):
        return voice.say("new deals from the best channel")
    return INDEX[row["factor"]](voice, values | {"name": row["name"]})


def score(row: dict, voice: Voice) -> str:
    """A mean score, or months at work, with its interval where there is one."""
    ends = "" if pd.isna(row["low"]) else f" ({voice.number(row['low'], 1)}–{voice.number(row['high'], 1)})"
    return voice.number(row["index"], 1) + ends


def _now(row: dict, cuts: Thresholds, voice: Voice) -> str:
    if pd.isna(row["index"]):
        return voice.missing
    if row["factor"] == "qualification":
        return score(row, voice)
    if row["n"] < cuts.min_percent:
        return voice.say("n < {n}", n=cuts.min_percent)
    return f"{voice.percent(row['index'])} ({voice.interval(row['low'], row['high'])})"


def _change(row: dict, cuts: Thresholds, voice: Voice) -> str:
    """The change with its verdict; "too close to call" stands for an interval that has zero in it."""
    if pd.isna(row["change"]) or row["n"] < cuts.min_verdict:
        return voice.missing
    score = row["factor"] == "qualification"
    change = voice.signed(row["change"], 1) if score else voice.points(row["change"])
    if pd.isna(row["change_low"]) or row["change_low"] <= 0 <= row["change_high"]:
        return voice.say("{change}, too close to call", change=change)
    ends = [voice.signed(row[c], 1) for c in ("change_low", "change_high")]
    between = (
        voice.say("{low} to {high}", low=ends[0], high=ends[1])
        if score
        else voice.points_interval(row["change_low"], row["change_high"])
    )
    return f"{change} ({between})"


def _counted(row: dict, voice: Voice) -> str:
    deals, people = row["n"], row["people"]
    if row["evidence"] == "no data" or not deals:
        return "–"
    if pd.isna(people):
        return voice.plural("{n} deal", "{n} deals", int(deals))
    named = voice.plural("{n} sales rep", "{n} sales reps", int(people))
    calls = voice.plural("{n} call", "{n} calls", int(deals))
    return named if row["evidence"] == "proxy" else f"{named} ({calls})"


def answer(frame: pd.DataFrame, voice: Voice, terms: pd.DataFrame | None = None, found: dict | None = None) -> Group:
    """Which factors are associated with conversion and by how much, and which cannot be spoken of, with the reason.

    `terms` are `drivers` of the book, `found` its `quality`; without them only the names are said.
    """
    of = {v: frame.loc[frame["verdict"] == v, "factor"].tolist() for v in ("associated", "no evidence", "refused")}
    lines = []
    if of["associated"] and found is not None:
        lines += drivers_answer(terms, found, voice).paragraphs
    elif of["associated"]:
        lines.append(voice.say("Associated with conversion: {names}.", names=words.factors(voice, of["associated"])))
    if of["no evidence"]:
        lines.append(
            voice.say(
                "No evidence of an association: {names}. With few sales reps or deals this means little.",
                names=words.factors(voice, of["no evidence"]),
            )
        )
    if of["refused"]:
        lines.append(voice.say("Cannot be told: {names}.", names=words.factors(voice, of["refused"])))
    if of["associated"]:
        lines.append(
            voice.say("Associated means that they go together more than chance explains, not that one makes the other.")
        )
    why = None if found is None else found["refused"] or found["gate"]
    return Group(Text(*lines, kind="headline"), *([refusal(why, voice)] if why is not None else []))


def analyst(voice: Voice, *items: Shown) -> Shown:
    """What an analyst asks for, folded and for the screen: tables and texts of the model; nothing without any."""
    return fold(voice.say("For the analyst"), *items, paper=False)


def no_data(factor: str, voice: Voice) -> Text:
    return Text(voice.say("No data on this factor.") + " " + EXPORT[factor](voice), kind="refusal")


def index_table(frame: pd.DataFrame, factor: str, caption: str, voice: Voice, thresholds: Thresholds) -> Table | Group:
    """The index of a factor per sales rep; nothing without data."""
    if frame.empty or frame["deals"].max() < thresholds.min_percent:  # a table of hidden shares says nothing
        return Group()
    say = voice.say
    columns = [Column("manager", say("Sales rep")), Column("hits", HITS[factor](voice, frame.attrs.get("name")), "count"), Column("deals", say("Deals"), "count"),
               Column("share", say("Share"), "percent", low="low", high="high", n="deals"), Column("change", say("Change"), "points", low="change_low", high="change_high", n="deals")]  # fmt: skip
    if "unknown" in frame and frame["unknown"].sum():
        columns.insert(3, Column("unknown", say("Not known"), "count", minor=True))
    if "median_minutes" in frame:
        columns.append(Column("median_minutes", say("Median, working minutes"), "number"))
    note = say("In a table this long one or two changes look real by chance alone.")
    return table(frame, voice, caption, columns, thresholds=thresholds, note=note)


def share_sentence(row: dict, voice: Voice, thresholds: Thresholds) -> str:
    """An index that is a share, with its interval and its change on the month before: nothing but counts for few deals.

    >>> row = {"share": 0.5, "low": 0.4, "high": 0.6, "deals": 90, "before": 0.4, "change": 0.1, "change_low": -0.05, "change_high": 0.2}
    >>> share_sentence(row, Voice(), Thresholds()).replace("\\xa0", " ")
    'That is 50.0% (40–60%); the month before 40.0%: +10.0 pp, too close to call.'
    """
    if row["deals"] < thresholds.min_percent or pd.isna(row["share"]):
        return voice.say("Too few deals for a share.")
    now = f"{voice.percent(row['share'])} ({voice.interval(row['low'], row['high'])})"
    change = _change({"factor": "", "n": row["deals"]} | row, thresholds, voice)
    if change == voice.missing:
        return voice.say("That is {now}.", now=now)
    before = voice.percent(row["before"])
    return voice.say("That is {now}; the month before {before}: {change}.", now=now, before=before, change=change)
