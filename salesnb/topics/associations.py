"""What is conversion associated with? What a model of a Book, or of any frame, may say, in
sentences and a table.

`terms` are the table of `drivers`, `quality` is that of the same model.
"""

import pandas as pd

from salesnb.formats import Voice
from salesnb.model.terms import clear_levels, hint_only
from salesnb.render.display import Details, Group, Shown, Table, Text
from salesnb.render.tables import Column, table
from salesnb.topics import words
from salesnb.topics.refusals import dropped, merged, refusal

CLUSTERED = 1.05  # inflation of the variance by clients that is worth a sentence


def associations(terms: pd.DataFrame, quality: dict, voice: Voice) -> Text:
    """A plain sentence for each level that can be told, and which of it is a hint only."""
    if quality["refused"] or quality["gate"]:
        return Text(kind="answer")  # the reason stands above
    kept = terms[terms["verdict"] == "associated"] if len(terms) else terms
    if not len(kept):
        return Text(_nothing(voice), kind="answer")
    lines = [
        line for _, group in kept.groupby("factor", sort=False) for line in _told(group, voice)
    ]
    if not quality["testable"]:
        lines.append(
            voice.say(
                "There are too few months to test the model on unseen ones: the verdicts rest on "
                "the corrected p values alone."
            )
        )
    return Text(*lines, kind="answer")


def _nothing(voice: Voice) -> str:
    return voice.say(
        "No factor can be said to be associated with conversion here. That is not the same as no "
        "association: it may take more deals or months to see one."
    )


def _told(group: pd.DataFrame, voice: Voice) -> list[str]:
    """Sentences of one factor: its levels whose interval leaves out no difference."""
    factor = group["factor"].iloc[0]
    lines = [_sentence(factor, row, voice) for row in clear_levels(group).to_dict("records")]
    if not lines:
        whole = words.factor(voice, factor)
        lines = [
            voice.say(
                "{factor}: associated as a whole; no single level can be told apart.", factor=whole
            )
        ]
    if hint_only(group):
        lines[-1] += " " + voice.say(
            "A hint only: something that the CRM does not hold could easily account for it."
        )
    return lines


def _sentence(factor: str, row: dict, voice: Voice) -> str:
    values = {
        "level": words.level(voice, factor, row["level"]),
        "reference": words.level(voice, factor, row["reference"]),
        "points": voice.size_points(row["points"], 0),
    }
    return (MORE if row["points"] > 0 else LESS)[factor](voice, values)


MORE = {
    "target": lambda v, x: v.say(
        "Deals of {level}: won {points} more often than those of "
        "{reference}, with the same sales rep.",
        **x,
    ),
    "process": lambda v, x: v.say(
        "Deals {level}: won {points} more often than those {reference}, with the same sales rep.",
        **x,
    ),
    "touchpoints": lambda v, x: v.say(
        "Deals with {level} touches in the first days: won {points} "
        "more often than those with {reference}, with the same "
        "sales rep.",
        **x,
    ),
    "channels": lambda v, x: v.say(
        "{level}: won {points} more often than {reference}, with the "
        "same sales rep and the same kind of deals.",
        **x,
    ),
    "qualification": lambda v, x: v.say(
        "Sales reps whose call score is {level}: they won {points} more often.", **x
    ),
}
LESS = {
    "target": lambda v, x: v.say(
        "Deals of {level}: won {points} less often than those of "
        "{reference}, with the same sales rep.",
        **x,
    ),
    "process": lambda v, x: v.say(
        "Deals {level}: won {points} less often than those {reference}, with the same sales rep.",
        **x,
    ),
    "touchpoints": lambda v, x: v.say(
        "Deals with {level} touches in the first days: won {points} "
        "less often than those with {reference}, with the same "
        "sales rep.",
        **x,
    ),
    "channels": lambda v, x: v.say(
        "{level}: won {points} less often than {reference}, with the "
        "same sales rep and the same kind of deals.",
        **x,
    ),
    "qualification": lambda v, x: v.say(
        "Sales reps whose call score is {level}: they won {points} less often.", **x
    ),
}


def in_short(terms: pd.DataFrame, quality: dict, voice: Voice) -> Text:
    """What conversion was associated with over the window in a sentence, or why that cannot be
    told.
    """
    reason = quality["refused"] or quality["gate"]
    if reason is not None:
        return refusal(reason, voice)
    groups = dict(list(terms.groupby("factor", sort=False)))
    seen = [f for f, g in groups.items() if (g["verdict"] == "associated").any()]
    firm, hints = ([f for f in seen if hint_only(groups[f]) is hint] for hint in (False, True))
    none = [f for f, g in groups.items() if f not in seen and (g["verdict"] == "no evidence").any()]
    say, lines = voice.say, []
    if firm:
        listed = (
            f"{words.part_inside(voice, f)} ({voice.size_points(_largest(groups[f]), 0)})"
            for f in firm
        )
        lines.append(
            say(
                "Over the last 12 months conversion was associated with: {names}. In brackets: "
                "the largest difference between two groups of deals.",
                names=voice.listing(listed),
            )
        )
    if hints:
        names = words.factors(voice, hints)
        lines.append(
            say(
                "As a hint only, which something unrecorded could account for: {names}.",
                names=names,
            )
        )
    if none:
        lines.append(no_evidence(none, voice))
    return Text(*lines or [_nothing(voice)], kind="answer")


def no_evidence(factors: list[str], voice: Voice) -> str:
    """That nothing is seen of these factors, and how little that means."""
    return voice.say(
        "No evidence of an association: {names}. With few sales reps or deals this means little.",
        names=words.factors(voice, factors),
    )


def _largest(group: pd.DataFrame) -> float:
    """The largest difference among the levels of a factor whose interval leaves out none, 0..1; all
    of them where none does.
    """
    clear = clear_levels(group)
    return float((clear if len(clear) else group)["points"].abs().max())


def terms_shown(terms: pd.DataFrame, quality: dict, voice: Voice) -> Group:
    """Why there is no model or what took no part in it; the odds of every level to unfold, where
    they may be spoken of.
    """
    reason = quality["refused"] or quality["gate"]
    items: list[Shown] = [refusal(reason, voice)] if reason is not None else []
    if quality["low_precision"] is not None:
        items.append(refusal(quality["low_precision"], voice))
    if quality["dropped"]:
        items.append(dropped(quality["dropped"], voice))
    apart = [one for one in quality["merged"] if one[0] not in quality["dropped"]]
    if apart:
        items.append(merged(apart, voice))
    if len(terms) and reason is None:
        title = voice.say("For the analyst: every level of the factors")
        items.append(Details(title, _terms_table(terms, voice), paper=False))
    return Group(*items)


def _terms_table(terms: pd.DataFrame, voice: Voice) -> Table:
    say = voice.say
    kept = terms.assign(
        name=[words.factor(voice, f) for f in terms["factor"]],
        against=[
            words.level(voice, f, v)
            for f, v in zip(terms["factor"], terms["reference"], strict=True)
        ],
        level=[
            words.level(voice, f, v) for f, v in zip(terms["factor"], terms["level"], strict=True)
        ],
    )
    columns = [
        Column("name", say("Factor")),
        Column("level", say("Level")),
        Column("against", say("Compared with")),
        Column("deals", say("Deals"), "count"),
        Column("odds_ratio", say("Odds ratio"), "number", low="low", high="high", digits=2),
        Column("points", say("Difference in the rate"), "points"),
        Column("e_value", say("E-value: estimate"), "number", digits=2),
        Column("e_limit", say("E-value: end of the interval"), "number", digits=2),
    ]
    note = say(
        "Odds within the same sales rep and month; call scores between sales reps. The verdict "
        "belongs to a whole factor: an interval that has 1 in it says that this level alone "
        "cannot be told from the one it is compared with. E-value: how strongly an unmeasured "
        "cause would have to go with both to leave nothing of the estimate, or to bring its "
        "interval to no difference."
    )
    return table(
        kept,
        voice,
        say("Levels of the factors: odds of winning, last 12 months"),
        columns,
        note=note,
    )


def quality_shown(quality: dict, voice: Voice) -> Details | Group:
    """How far the model can be trusted, to unfold: its size, its skill on unseen months, what was
    predicted and what came.
    """
    say = voice.say
    if quality["spread"] is None or quality["parameters"] == 1:
        return Group()  # there is no model of factors, which is said above
    size = say(
        "Closed deals in the model: {deals}. Sales reps: {managers}. Parameters: {parameters}.",
        **{name: voice.count(quality[name]) for name in ("deals", "managers", "parameters")},
    )
    spread = voice.size_points(quality["spread"])
    lines = [
        size,
        say(
            "Beyond the factors, sales reps differ by about {points} (one standard deviation).",
            points=spread,
        ),
    ]
    if quality["clients"] > CLUSTERED:
        times = voice.number(quality["clients"], 1)
        lines.append(
            say(
                "Several deals of one client go together: variances are taken {x} times as large.",
                x=times,
            )
        )
    title, tested = say("How far can the model be trusted?"), quality["validation"]
    if tested is None:
        return Details(
            title, Text(*lines, say("There are too few months to test the model on unseen ones."))
        )
    return Details(title, Text(*lines, *_skill(tested, voice)), _reliability(tested, voice))


def _skill(tested: dict, voice: Voice) -> list[str]:
    first = voice.say(
        "On {months} months that the model had not seen, the factors alone predicted {skill} "
        "better than the plain rate (lower bound of the gain {low}) and {own} better than the "
        "sales reps' own rates.",
        months=voice.count(tested["months"]),
        skill=voice.percent(tested["skill"]),
        low=voice.number(tested["gain_low"], 4),
        own=voice.percent(tested["skill_groups"]),
    )
    second = voice.say(
        "Calibration slope {slope}, off by {points} on the whole; AUC {auc}; Brier score {brier}.",
        slope=voice.number(tested["slope"], 2),
        points=voice.points(tested["in_the_large"]),
        auc=voice.number(tested["auc"], 2),
        brier=voice.number(tested["brier"], 3),
    )
    return [first, second]


def _reliability(tested: dict, voice: Voice) -> Table:
    say = voice.say
    frame = pd.DataFrame(
        tested["reliability"], columns=["cases", "predicted", "observed", "low", "high"]
    )
    frame["fifth"] = [voice.count(n) for n in range(1, len(frame) + 1)]
    columns = [
        Column("fifth", say("Fifth of the deals, by the prediction")),
        Column("cases", say("Deals"), "count"),
        Column("predicted", say("Predicted"), "percent"),
        Column("observed", say("Came true"), "percent", low="low", high="high"),
    ]
    return table(frame, voice, say("What the model predicted and what came"), columns)
