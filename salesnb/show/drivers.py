"""What conversion is associated with, in sentences and a table: one place for what a model may say."""

import pandas as pd

from salesnb.formats import Voice
from salesnb.show import words
from salesnb.show.display import Details, Group, Table, Text
from salesnb.show.refusals import dropped, refusal
from salesnb.show.tables import Column, table


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
        name=[words.factor(voice, f) for f in frame["factor"]],
        against=[_level(voice, v) for v in frame["reference"]],
        level=[_level(voice, v) for v in frame["level"]],
    )
    columns = [
        Column("name", say("Factor")), Column("level", say("Level")), Column("against", say("Compared with")), Column("deals", say("Deals"), "count"),
        Column("odds_ratio", say("Odds ratio"), "number", low="low", high="high", digits=2), Column("points", say("Difference in the rate"), "points"),
    ]  # fmt: skip
    note = say(
        "Odds within the same sales rep; call scores between sales reps. The verdict above belongs to a whole factor: an interval that has 1 in it says that this level alone cannot be told from the one it is compared with."
    )
    return table(kept, voice, say("Levels of the factors: odds of winning, last 12 months"), columns, note=note)


def p_words(voice: Voice, p: float) -> str:
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


def short_answer(frame: pd.DataFrame, found: dict, voice: Voice) -> Text:
    """For the summary: what conversion was associated with over the window, in a sentence, or why that cannot be told."""
    reason = found["refused"] or found["gate"]
    if reason is not None:
        return refusal(reason, voice)
    verdicts = frame.groupby("factor", sort=False)["verdict"].agg(
        lambda v: "associated" if "associated" in set(v) else v.iloc[0]
    )
    seen = [words.factor(voice, f) for f in verdicts.index[verdicts == "associated"]]
    none = [words.factor(voice, f) for f in verdicts.index[verdicts == "no evidence"]]
    lines = (
        [voice.say("Over the last 12 months conversion was associated with: {names}.", names=voice.listing(seen))]
        if seen
        else []
    )
    if none:
        lines.append(
            voice.say(
                "No evidence of an association: {names}. With few sales reps or deals this means little.",
                names=voice.listing(none),
            )
        )
    return Text(*lines or [_nothing(voice)], kind="answer")


def _nothing(voice: Voice) -> str:
    return voice.say(
        "No factor can be said to be associated with conversion here. That is not the same as no association: it may take more deals or months to see one."
    )


def drivers_answer(frame: pd.DataFrame, found: dict, voice: Voice) -> Text:
    """What conversion is associated with, in a sentence; and how strong an unmeasured cause would have to be."""
    kept = frame[frame["verdict"] == "associated"] if len(frame) else frame
    if not len(kept):
        return Text(_nothing(voice), kind="answer")
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
                points=voice.size_points(found["spread"] * 0.2),
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
