"""What accounts for the gaps between sales reps and for the change of the month: tables, cards, charts."""

import pandas as pd

from salesnb.formats import Voice
from salesnb.params import Thresholds
from salesnb.show import words
from salesnb.show.charts.parts import parts
from salesnb.show.display import Details, Figure, Group, Table, Text
from salesnb.show.tables import Column, table

SHOWN_GAPS = 12  # cards of managers on a page; the workbook has all


def gap_table(frame: pd.DataFrame, voice: Voice) -> Table | Text:
    """Parts of every manager's gap, one row per manager."""
    say = voice.say
    if len(frame) and frame["points"].isna().all():
        return Text(
            say("Nobody closed 10 deals in the month, so no gap is taken apart. The rates of the year above say more."),
            kind="refusal",
        )
    # one of the parts has the name of the key
    wide = (
        frame.assign(part="part " + frame["part"]).pivot(index="manager", columns="part", values="points").reset_index()
    )
    names = [f"part {p}" for p in words.PARTS if f"part {p}" in wide]
    wide["gap"] = wide[names].sum(axis=1, min_count=1)
    columns = [
        Column("manager", say("Sales rep")),
        Column("gap", say("Gap"), "bare_points"),
        *(Column(p, words.part(voice, p.removeprefix("part ")), "bare_points") for p in names),
    ]
    note = say(
        "The parts of a row add up to its gap. Not available: fewer than 10 closed deals in the month, or the model may not speak of factors."
    )
    return table(
        wide,
        voice,
        say("What accounts for the gap to the department in the month, percentage points"),
        columns,
        note=note,
        empty=say("Nobody closed a deal in the month."),
    )


def gap_cards(
    frame: pd.DataFrame, rates_: pd.DataFrame, rate: float, month: str, voice: Voice, thresholds: Thresholds
) -> Group:
    """A card per manager: figures, what accounts for the gap, what cannot be told, what to look at."""
    busy = rates_[rates_["closed"] > 0].sort_values(["closed", "manager"], ascending=[False, True]).head(SHOWN_GAPS)
    cards = [
        _card(row, frame[frame["manager"] == row["manager"]], rate, month, voice, thresholds)
        for row in busy.to_dict("records")
    ]
    return Group(*cards) if cards else Group(Text(voice.say("Nobody closed a deal in the month."), kind="note"))


def _card(row: dict, own: pd.DataFrame, rate: float, month: str, voice: Voice, thresholds: Thresholds) -> Details:
    say = voice.say
    few = row["closed"] < thresholds.min_percent
    head = say(
        "{name}: {won} of {closed}", name=row["manager"], won=voice.count(row["won"]), closed=voice.count(row["closed"])
    )
    head += "" if few else f" · {voice.percent(row['conversion'])} ({voice.interval(row['low'], row['high'])})"
    known = own.dropna(subset=["points"])
    if known.empty:
        text = say(
            "What accounts for the gap cannot be told from {closed} closed deals; it takes {need}. Until then look at the deals themselves, not at the rate.",
            closed=voice.count(row["closed"]),
            need=voice.count(thresholds.min_verdict),
        )
        return Details(head, Text(text, kind="refusal"))
    said = _card_lines(row, known, rate, voice)
    return Details(head, Text(*said, kind="answer"), _card_chart(row, own, month, voice))


def _card_lines(row: dict, known: pd.DataFrame, rate: float, voice: Voice) -> list[str]:
    """The year beside the month, what accounts for the gap, what cannot be told, what to look at."""
    clear = known[(known["low"] > 0) | (known["high"] < 0)]
    clear = clear[(clear["part"] != "chance") & (clear["points"].abs() >= LEAST_POINTS)]
    clear = clear.sort_values("points", key=lambda points: -points.abs(), kind="stable")
    return [
        text
        for text in (
            _year(row, rate, voice),
            *_accounted(known, clear, voice),
            _untold(known, voice),
            _look(known, clear, voice),
        )
        if text
    ]


LEAST_POINTS = 0.01  # parts under one percentage point are in the chart; a sentence about them would be noise


def _year(row: dict, rate: float, voice: Voice) -> str:
    """The month beside the window, so that nobody is judged by the month."""
    if pd.isna(row["standardised"]):
        return ""
    return voice.say(
        "Over the last 12 months, at the same leads: {rate} ({interval}); the department: {department}.",
        rate=voice.percent(row["standardised"]),
        interval=voice.interval(row["std_low"], row["std_high"]),
        department=voice.percent(rate),
    )


def _accounted(known: pd.DataFrame, clear: pd.DataFrame, voice: Voice) -> list[str]:
    gap = known["points"].sum()
    lines = [voice.say("The month lies {gap} from the department.", gap=voice.points(gap))]
    if len(clear):
        listed = [f"{words.part(voice, r.part)} {voice.points(r.points)}" for r in clear.itertuples()]
        lines.append(voice.say("What accounts for it, as far as the data tell: {listed}.", listed="; ".join(listed)))
    else:
        lines.append(voice.say("Of what is recorded, nothing can be said to account for it."))
    return lines


def _untold(known: pd.DataFrame, voice: Voice) -> str:
    """How much is chance or not recorded, and which parts cannot be told from zero."""
    gap = known["points"].sum()
    chance = known.loc[known["part"] == "chance", "points"].sum()
    vague = known[(known["low"] < 0) & (known["high"] > 0) & (known["part"] != "chance")]
    said = []
    if len(vague):
        listed = voice.listing(words.part(voice, part) for part in vague["part"])
        said.append(voice.say("Cannot be told from zero: {listed}.", listed=listed))
    if abs(chance) >= LEAST_POINTS:
        said.append(voice.say("Chance, or what no record shows: {points}.", points=voice.points(chance)))
    if abs(chance) > abs(gap) / 2:
        said.append(voice.say("That is more than half of the gap: do not act on this month alone."))
    return " ".join(said)


def _look(known: pd.DataFrame, clear: pd.DataFrame, voice: Voice) -> str:
    """Where to look: at what clearly holds this sales rep back, else at what others could take over."""
    down, up = clear[clear["points"] < 0], clear[clear["points"] > 0]
    if len(down):
        return LOOK[down["part"].iloc[0]](voice)
    if len(up) and known["points"].sum() > 0 and up["part"].iloc[0] in SHARE:
        return SHARE[up["part"].iloc[0]](voice)
    return LOOK["manager"](voice)


LOOK = {
    "target": lambda v: v.say("To look at: which leads this sales rep gets, and from where."),
    "process": lambda v: v.say("To look at: skipped and overdue stages of the deals opened lately."),
    "qualification": lambda v: v.say("To look at: two recent calls of each type, with the checklist."),
    "touchpoints": lambda v: v.say("To look at: the first answer and the first week of the new deals."),
    "channels": lambda v: v.say("To look at: the channels and sources of the deals before comparing people."),
    "quick": lambda v: v.say("To look at: deals closed within the first days, and for what reason."),
    "manager": lambda v: v.say(
        "To look at: three won and three lost deals together; the recorded factors do not show where the difference lies."
    ),
}
SHARE = {
    "process": lambda v: v.say("For the others to look at: how this sales rep keeps to the stages."),
    "qualification": lambda v: v.say("For the others to look at: two of this sales rep's best calls."),
    "touchpoints": lambda v: v.say(
        "For the others to look at: how this sales rep answers and follows up in the first week."
    ),
    "manager": lambda v: v.say("For the others to look at: three deals that this sales rep won, together."),
}


def _card_chart(row: dict, own: pd.DataFrame, month: str, voice: Voice) -> Figure:
    total = voice.say("gap")
    kept = own.assign(part=[words.part(voice, p) for p in own["part"]])
    last = pd.DataFrame([{"part": total, "points": own["points"].sum(), "low": float("nan"), "high": float("nan")}])
    frame = pd.concat([kept, last], ignore_index=True)
    listed = "; ".join(f"{r.part} {voice.points(r.points)}" for r in frame.itertuples())
    alt = voice.say(
        "What accounts for the gap of {name}, {month}: {listed}.",
        name=row["manager"],
        month=voice.month(month),
        listed=listed,
    )
    return parts(
        frame,
        voice,
        voice.say("What accounts for the gap of {name}", name=row["manager"]),
        voice.say("{month}, against the department; lines: 95 % intervals", month=voice.month(month)),
        alt,
        total=total,
    )


def change_chart(frame: pd.DataFrame, month: str, previous: str, voice: Voice) -> Figure | Text:
    """What accounts for the change of the department on the previous month."""
    if frame["points"].isna().all():
        return Text(
            voice.say(
                "What accounts for the change cannot be told: one of the two months has fewer than 10 closed deals."
            ),
            kind="refusal",
        )
    total = voice.say("change")
    kept = frame.assign(
        part=[
            voice.say("Who closed the deals")
            if p == "manager"
            else voice.say("Rates within, and chance")
            if p == "chance"
            else words.part(voice, p)
            for p in frame["part"]
        ]
    )
    last = pd.DataFrame([{"part": total, "points": frame["points"].sum(), "low": float("nan"), "high": float("nan")}])
    both = pd.concat([kept[["part", "points", "low", "high"]], last], ignore_index=True)
    listed = "; ".join(f"{r.part} {voice.points(r.points)}" for r in both.itertuples())
    alt = voice.say(
        "What accounts for the change from {previous} to {month}: {listed}.",
        previous=voice.month(previous),
        month=voice.month(month),
        listed=listed,
    )
    return parts(
        both,
        voice,
        voice.say("What accounts for the change"),
        voice.say(
            "{previous} to {month}: mix of each factor, and the rest",
            previous=voice.month(previous),
            month=voice.month(month),
        ),
        alt,
        total=total,
    )


def change_table(frame: pd.DataFrame, voice: Voice) -> Table:
    say = voice.say
    kept = frame.dropna(subset=["mix"])
    kept = kept.assign(part=[words.part(voice, p) for p in kept["part"]])
    columns = [
        Column("part", say("Factor")),
        Column("mix", say("Change of the mix"), "points"),
        Column("rate", say("Change of the rates"), "points"),
    ]
    note = say(
        "Each row takes one factor alone: what a different mix accounts for, and what different rates within its levels account for."
    )
    return table(
        kept,
        voice,
        say("Mix and rate by factor, deals open on the landmark day"),
        columns,
        note=note,
        empty=say("No factor can be taken apart here."),
    )
