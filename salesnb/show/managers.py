"""Sentences, tables and charts of managers and of what conversion is associated with."""

import pandas as pd

from salesnb.formats import Voice
from salesnb.params import Thresholds
from salesnb.show import words
from salesnb.show.charts.rates import corridor, parts, rates
from salesnb.show.display import Details, Figure, Group, Table, Text
from salesnb.show.refusals import dropped, refusal
from salesnb.show.tables import Column, table

SHOWN_GAPS = 12  # cards of managers on a page; the workbook has all


def answer(frame: pd.DataFrame, best: dict | None, voice: Voice, thresholds: Thresholds) -> Text:
    """Who stands out, if anybody; the benchmark; what to do with it."""
    lines = [_named(frame, voice, thresholds)]
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
                chance=voice.percent(best["p_best"], 0),
            )
        )
    else:
        lines.append(
            voice.say(
                "Benchmark: {name}, {rate} at the same leads; the chance of truly being the best is {chance}.",
                name=best["manager"],
                rate=voice.percent(best["standardised"]),
                chance=voice.percent(best["p_best"], 0),
            )
        )
    return Text(*lines, kind="headline")


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


def rates_chart(frame: pd.DataFrame, rate: float, method: str, voice: Voice) -> Figure:
    kept = frame[frame["standardised"].notna()].sort_values(["standardised", "manager"], ascending=[False, True])
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
        "dark band: 95 %, light band: 99.8 %, ordinary spread included; outside the dark band means look, not judge"
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
        Column("p_above", say("Chance of being above"), "percent", digits=0), Column("verdict", say("Verdict"), "verdict", n="closed_window"),
    ]  # fmt: skip
    note = say(
        "At the same leads: the trailing window, drawn towards the department where the deals are few. A verdict names only whom chance and the ordinary spread do not explain, after looking at everybody."
    )
    return table(
        frame,
        voice,
        say("Sales reps: the month, and the window at the same leads"),
        columns,
        thresholds=thresholds,
        note=note,
    )


def drivers_table(frame: pd.DataFrame, found: dict, voice: Voice) -> Group:
    """Factors and levels, or why there is no model."""
    reason = found["refused"] or found["gate"]
    items = [refusal(reason, voice)] if reason is not None else []
    if found["low_precision"] is not None:
        items.append(refusal(found["low_precision"], voice))
    if found["dropped"]:
        items.append(dropped(found["dropped"], voice))
    if len(frame):
        items.append(_terms(frame, voice))
    return Group(*items)


def _terms(frame: pd.DataFrame, voice: Voice) -> Table:
    say = voice.say
    kept = frame.assign(
        p_text=[_p(voice, p) for p in frame["p_holm"]],
        name=[words.factor(voice, f) for f in frame["factor"]],
        against=[_level(voice, v) for v in frame["reference"]],
        level=[_level(voice, v) for v in frame["level"]],
    )
    columns = [
        Column("name", say("Factor")), Column("level", say("Level")), Column("against", say("Compared with")), Column("deals", say("Deals"), "count"),
        Column("odds_ratio", say("Odds ratio"), "number", low="low", high="high", digits=2), Column("points", say("Difference in the rate"), "points"),
        Column("p_text", say("p, corrected")), Column("verdict", say("Verdict"), "verdict"),
    ]  # fmt: skip
    note = say(
        "Odds within the same sales rep; call scores between sales reps. The p value belongs to the whole factor and is corrected for looking at several."
    )
    return table(kept, voice, say("What conversion is associated with"), columns, note=note)


def _p(voice: Voice, p: float) -> str:
    """A p value; very small ones as a bound, missing ones as a dash."""
    if pd.isna(p):
        return "–"
    return "< " + voice.number(0.001, 3) if p < 0.001 else voice.number(p, 3)


LEVELS = {
    "yes": lambda v: v.say("yes"), "no": lambda v: v.say("no"), "unknown": lambda v: v.say("not known"), "other": lambda v: v.say("other"),
    "+1 SD": lambda v: v.say("one standard deviation more"), "mean": lambda v: v.say("the mean"),
}  # fmt: skip


def _level(voice: Voice, text: str) -> str:
    return LEVELS[text](voice) if text in LEVELS else str(text)


def drivers_answer(frame: pd.DataFrame, found: dict, voice: Voice) -> Text:
    """What conversion is associated with, in a sentence; and how strong an unmeasured cause would have to be."""
    kept = frame[frame["verdict"] == "associated"] if len(frame) else frame
    if not len(kept):
        return Text(
            voice.say(
                "No factor can be said to be associated with conversion here. That is not the same as no association: it may take more deals or months to see one."
            ),
            kind="answer",
        )
    lines = []
    for factor, group in kept.groupby("factor", sort=False):
        row = group.loc[group["points"].abs().idxmax()]
        values = {
            "factor": words.factor(voice, factor),
            "level": _level(voice, row["level"]),
            "reference": _level(voice, row["reference"]),
            "points": voice.points(row["points"]),
        }
        lines.append(
            voice.say("{factor} ({level} against {reference}): associated with {points} in the rate.", **values)
        )
    weakest = kept.groupby("factor")["e_value"].max().min()
    lines.append(
        voice.say(
            "An unmeasured cause tied {x}-fold to both would be enough to explain the weakest of these away.",
            x=voice.number(weakest, 1),
        )
    )
    if not found["testable"]:
        lines.append(
            voice.say(
                "There are too few months to test the model on unseen ones: the verdicts rest on the corrected p values alone."
            )
        )
    return Text(*lines, kind="answer")


def quality_text(found: dict, voice: Voice) -> Details:
    """How far the model can be trusted, to unfold."""
    lines = [
        voice.say(
            "{deals} deals of {managers} sales reps, {parameters} parameters.",
            deals=voice.count(found["deals"]),
            managers=voice.count(found["managers"]),
            parameters=voice.count(found["parameters"]),
        )
    ]
    if found["spread"] is not None:
        lines.append(
            voice.say(
                "Beyond the factors, sales reps differ by about {points} (one standard deviation).",
                points=voice.points(found["spread"] * 0.2),
            )
        )
    v = found["validation"]
    if v is not None:
        lines.append(
            voice.say(
                "On {months} months that the model had not seen: skill {skill} over the base rate (lower bound of the gain {low}), calibration slope {slope}, AUC {auc}.",
                months=voice.count(v["months"]),
                skill=voice.percent(v["skill"]),
                low=voice.number(v["gain_low"], 4),
                slope=voice.number(v["slope"], 2),
                auc=voice.number(v["auc"], 2),
            )
        )
    else:
        lines.append(voice.say("There are too few months to test the model on unseen ones."))
    return Details(voice.say("How far can the model be trusted?"), Text(*lines))


def gap_table(frame: pd.DataFrame, voice: Voice) -> Table:
    """Parts of every manager's gap, one row per manager."""
    say = voice.say
    # one of the parts has the name of the key
    wide = (
        frame.assign(part="part " + frame["part"]).pivot(index="manager", columns="part", values="points").reset_index()
    )
    names = [f"part {p}" for p in words.PARTS if f"part {p}" in wide]
    wide["gap"] = wide[names].sum(axis=1, min_count=1)
    columns = [
        Column("manager", say("Sales rep")),
        Column("gap", say("Gap"), "points"),
        *(Column(p, words.part(voice, p.removeprefix("part ")), "points") for p in names),
    ]
    note = say(
        "The parts of a row add up to its gap. Not available: fewer than 10 closed deals in the month, or the model may not speak of factors."
    )
    return table(
        wide,
        voice,
        say("What accounts for the gap to the department in the month"),
        columns,
        note=note,
        empty=say("Nobody closed a deal in the month."),
    )


def gap_cards(frame: pd.DataFrame, rates_: pd.DataFrame, month: str, voice: Voice, thresholds: Thresholds) -> Group:
    """A card per manager: figures, what accounts for the gap, what cannot be told, what to look at."""
    busy = rates_[rates_["closed"] > 0].sort_values(["closed", "manager"], ascending=[False, True]).head(SHOWN_GAPS)
    cards = [
        _card(row, frame[frame["manager"] == row["manager"]], month, voice, thresholds)
        for row in busy.to_dict("records")
    ]
    return Group(*cards) if cards else Group(Text(voice.say("Nobody closed a deal in the month."), kind="note"))


def _card(row: dict, own: pd.DataFrame, month: str, voice: Voice, thresholds: Thresholds) -> Details:
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
    items = [Text(*_card_lines(row, known, voice), kind="answer"), _card_chart(row, own, month, voice)]
    return Details(head, *items)


def _card_lines(row: dict, known: pd.DataFrame, voice: Voice) -> list[str]:
    gap = known["points"].sum()
    lines = [voice.say("The month lies {gap} from the department.", gap=voice.points(gap))]
    parts_ = known[known["part"] != "chance"]
    largest = parts_.loc[parts_["points"].abs().idxmax()]
    chance = known.loc[known["part"] == "chance", "points"]
    if abs(largest["points"]) >= 0.005:
        lines.append(
            voice.say(
                "Largest part: {part}, which accounts for {points}.",
                part=words.part(voice, largest["part"]),
                points=voice.points(largest["points"]),
            )
        )
    if len(chance) and abs(chance.iloc[0]) > abs(gap) / 2:
        lines.append(voice.say("More than half of it is chance or not explained: do not act on this month alone."))
    lines.append(LOOK[largest["part"]](voice))
    return lines


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
