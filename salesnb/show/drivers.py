"""What conversion is associated with, in sentences and a table: one place for what a model may say."""

import pandas as pd

from salesnb.formats import Voice
from salesnb.render.display import Details, Group, Table, Text
from salesnb.render.tables import Column, table
from salesnb.show import words
from salesnb.show.refusals import dropped, merged, refusal

WEAK = 1.25  # an unmeasured cause of less than this strength would do: the association is called a hint


def drivers_table(frame: pd.DataFrame, found: dict, voice: Voice) -> Group:
    """Why there is no model or what took no part in it; the odds of every level to unfold, where they may be spoken of."""
    reason = found["refused"] or found["gate"]
    items = [refusal(reason, voice)] if reason is not None else []
    if found["low_precision"] is not None:
        items.append(refusal(found["low_precision"], voice))
    if found["dropped"]:
        items.append(dropped(found["dropped"], voice))
    apart = [one for one in found["merged"] if one[0] not in found["dropped"]]
    if apart:
        items.append(merged(apart, voice))
    if len(frame) and reason is None:
        items.append(
            Details(voice.say("For the analyst: every level of the factors"), _terms(frame, voice), paper=False)
        )
    return Group(*items)


def _terms(frame: pd.DataFrame, voice: Voice) -> Table:
    say = voice.say
    kept = frame.assign(
        name=[words.factor(voice, f) for f in frame["factor"]],
        against=[words.level(voice, f, v) for f, v in zip(frame["factor"], frame["reference"], strict=True)],
        level=[words.level(voice, f, v) for f, v in zip(frame["factor"], frame["level"], strict=True)],
    )
    columns = [
        Column("name", say("Factor")), Column("level", say("Level")), Column("against", say("Compared with")), Column("deals", say("Deals"), "count"),
        Column("odds_ratio", say("Odds ratio"), "number", low="low", high="high", digits=2), Column("points", say("Difference in the rate"), "points"),
        Column("e_value", say("E-value: estimate"), "number", digits=2), Column("e_limit", say("E-value: end of the interval"), "number", digits=2),
    ]  # fmt: skip
    note = say(
        "Odds within the same sales rep and month; call scores between sales reps. The verdict belongs to a whole factor: an interval that has 1 in it says that this level alone cannot be told from the one it is compared with. E-value: how strongly an unmeasured cause would have to go with both to leave nothing of the estimate, or to bring its interval to no difference."
    )
    return table(kept, voice, say("Levels of the factors: odds of winning, last 12 months"), columns, note=note)


def p_words(voice: Voice, p: float) -> str:
    """A p value; very small ones as a bound, missing ones as a dash."""
    if pd.isna(p):
        return "–"
    return "< " + voice.number(0.001, 3) if p < 0.001 else voice.number(p, 3)


def _weak(group: pd.DataFrame) -> bool:
    """Whether something that the CRM does not hold would easily account for the factor: by its firmest level."""
    limit = group["e_limit"].max()
    return bool(pd.notna(limit) and limit < WEAK)


def short_answer(frame: pd.DataFrame, found: dict, voice: Voice) -> Text:
    """For the summary: what conversion was associated with over the window, in a sentence, or why that cannot be told."""
    reason = found["refused"] or found["gate"]
    if reason is not None:
        return refusal(reason, voice)
    groups = dict(list(frame.groupby("factor", sort=False)))
    seen = [f for f, g in groups.items() if (g["verdict"] == "associated").any()]
    firm, hints = ([f for f in seen if _weak(groups[f]) is weak] for weak in (False, True))
    none = [f for f, g in groups.items() if f not in seen and (g["verdict"] == "no evidence").any()]
    say = voice.say
    lines = []
    if firm:
        listed = voice.listing(
            f"{words.part_inside(voice, f)} ({voice.size_points(_largest(groups[f]), 0)})" for f in firm
        )
        lines.append(
            say(
                "Over the last 12 months conversion was associated with: {names}. In brackets: the largest difference between two groups of deals.",
                names=listed,
            )
        )
    if hints:
        lines.append(
            say(
                "As a hint only, which something unrecorded could account for: {names}.",
                names=words.factors(voice, hints),
            )
        )
    if none:
        lines.append(
            say(
                "No evidence of an association: {names}. With few sales reps or deals this means little.",
                names=words.factors(voice, none),
            )
        )
    return Text(*lines or [_nothing(voice)], kind="answer")


def _largest(group: pd.DataFrame) -> float:
    """The largest difference among the levels of a factor whose interval leaves out none, 0..1; all of them where none does."""
    clear = _clear(group)
    return float((clear if len(clear) else group)["points"].abs().max())


def _clear(group: pd.DataFrame) -> pd.DataFrame:
    """The levels whose interval leaves out no difference."""
    return group[(group["low"] > 1) | (group["high"] < 1)]


def _nothing(voice: Voice) -> str:
    return voice.say(
        "No factor can be said to be associated with conversion here. That is not the same as no association: it may take more deals or months to see one."
    )


def drivers_answer(frame: pd.DataFrame, found: dict, voice: Voice) -> Text:
    """What conversion is associated with, a plain sentence for each level that can be told, and which of it is a hint only."""
    if found["refused"] or found["gate"]:
        return Text(kind="answer")  # the reason stands above
    kept = frame[frame["verdict"] == "associated"] if len(frame) else frame
    if not len(kept):
        return Text(_nothing(voice), kind="answer")
    lines = [line for _, group in kept.groupby("factor", sort=False) for line in _told(group, voice)]
    if not found["testable"]:
        lines.append(
            voice.say(
                "There are too few months to test the model on unseen ones: the verdicts rest on the corrected p values alone."
            )
        )
    return Text(*lines, kind="answer")


def _told(group: pd.DataFrame, voice: Voice) -> list[str]:
    """Sentences of one factor: its levels whose interval leaves out no difference."""
    factor = group["factor"].iloc[0]
    lines = [_sentence(factor, row, voice) for row in _clear(group).to_dict("records")]
    if not lines:
        lines = [
            voice.say(
                "{factor}: associated as a whole; no single level can be told apart.",
                factor=words.factor(voice, factor),
            )
        ]
    if _weak(group):
        lines[-1] += " " + voice.say("A hint only: something that the CRM does not hold could easily account for it.")
    return lines


def _sentence(factor: str, row: dict, voice: Voice) -> str:
    values = {"level": words.level(voice, factor, row["level"]), "reference": words.level(voice, factor, row["reference"]),
              "points": voice.size_points(row["points"], 0)}  # fmt: skip
    return (MORE if row["points"] > 0 else LESS)[factor](voice, values)


MORE = {
    "target": lambda v, x: v.say("Deals of {level}: won {points} more often than those of {reference}, with the same sales rep.", **x),
    "process": lambda v, x: v.say("Deals {level}: won {points} more often than those {reference}, with the same sales rep.", **x),
    "touchpoints": lambda v, x: v.say("Deals with {level} touches in the first days: won {points} more often than those with {reference}, with the same sales rep.", **x),
    "channels": lambda v, x: v.say("{level}: won {points} more often than {reference}, with the same sales rep and the same kind of deals.", **x),
    "qualification": lambda v, x: v.say("Sales reps whose call score is {level}: they won {points} more often.", **x),
}  # fmt: skip
LESS = {
    "target": lambda v, x: v.say("Deals of {level}: won {points} less often than those of {reference}, with the same sales rep.", **x),
    "process": lambda v, x: v.say("Deals {level}: won {points} less often than those {reference}, with the same sales rep.", **x),
    "touchpoints": lambda v, x: v.say("Deals with {level} touches in the first days: won {points} less often than those with {reference}, with the same sales rep.", **x),
    "channels": lambda v, x: v.say("{level}: won {points} less often than {reference}, with the same sales rep and the same kind of deals.", **x),
    "qualification": lambda v, x: v.say("Sales reps whose call score is {level}: they won {points} less often.", **x),
}  # fmt: skip


def quality_text(found: dict, voice: Voice) -> Details | Group:
    """How far the model can be trusted, to unfold: its size, its skill on unseen months, what was predicted and what came."""
    say = voice.say
    if found["spread"] is None or found["parameters"] == 1:
        return Group()  # there is no model of factors, which is said above
    lines = [
        say("Closed deals in the model: {deals}. Sales reps: {managers}. Parameters: {parameters}.", deals=voice.count(found["deals"]),
            managers=voice.count(found["managers"]), parameters=voice.count(found["parameters"]))
    ]  # fmt: skip
    spread = voice.size_points(found["spread"])
    lines.append(
        say("Beyond the factors, sales reps differ by about {points} (one standard deviation).", points=spread)
    )
    if found["clients"] > CLUSTERED:
        times = voice.number(found["clients"], 1)
        lines.append(say("Several deals of one client go together: variances are taken {x} times as large.", x=times))
    v = found["validation"]
    if v is None:
        lines.append(say("There are too few months to test the model on unseen ones."))
        return Details(say("How far can the model be trusted?"), Text(*lines))
    lines += _skill(v, voice)
    return Details(say("How far can the model be trusted?"), Text(*lines), _reliability(v, voice))


CLUSTERED = 1.05  # inflation of the variance by clients that is worth a sentence


def _skill(v: dict, voice: Voice) -> list[str]:
    first = voice.say(
        "On {months} months that the model had not seen, the factors alone predicted {skill} better than the plain rate (lower bound of the gain {low}) and {own} better than the sales reps' own rates.",
        months=voice.count(v["months"]), skill=voice.percent(v["skill"]), low=voice.number(v["gain_low"], 4), own=voice.percent(v["skill_groups"]),
    )  # fmt: skip
    second = voice.say(
        "Calibration slope {slope}, off by {points} on the whole; AUC {auc}; Brier score {brier}.",
        slope=voice.number(v["slope"], 2), points=voice.points(v["in_the_large"]), auc=voice.number(v["auc"], 2), brier=voice.number(v["brier"], 3),
    )  # fmt: skip
    return [first, second]


def _reliability(v: dict, voice: Voice) -> Table:
    say = voice.say
    frame = pd.DataFrame(v["reliability"], columns=["cases", "predicted", "observed", "low", "high"])
    frame["fifth"] = [voice.count(n) for n in range(1, len(frame) + 1)]
    columns = [
        Column("fifth", say("Fifth of the deals, by the prediction")), Column("cases", say("Deals"), "count"),
        Column("predicted", say("Predicted"), "percent"), Column("observed", say("Came true"), "percent", low="low", high="high"),
    ]  # fmt: skip
    return table(frame, voice, say("What the model predicted and what came"), columns)
