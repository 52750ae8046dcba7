"""Refusals in words: calm, with what is missing, when it could be told, and what to
do meanwhile.
"""

from salesnb.formats import Voice
from salesnb.model.fit import Refusal
from salesnb.render.display import Text
from salesnb.topics import untold, words


def refusal(found: Refusal, voice: Voice) -> Text:
    """One refusal: `found` has a code and values."""
    return Text(*SENTENCES[found.code](voice, found.values), kind="refusal")


def _few_deals(v: Voice, x: dict) -> list[str]:
    lines = [
        v.say(
            "There is no model of the factors yet: it takes {need} won and {need} lost deals that "
            "were open on the landmark day; there are {won} won and {lost} lost.",
            need=v.count(x["need"]),
            won=v.count(x["won"]),
            lost=v.count(x["lost"]),
        )
    ]
    lines += _pace(v, x)
    lines.append(
        v.say(
            "Meanwhile rates of sales reps are drawn towards the average of all; read them with "
            "their intervals."
        )
    )
    return lines


def _pace(v: Voice, x: dict) -> list[str]:
    """When there would be enough: by waiting while the window fills, else by a longer window."""
    least, months = min(x["won"], x["lost"]), x["months"]
    if not least or not months:
        return []
    total = -(-x["need"] * months // least)
    window = x.get("window")
    if window is None:
        return []
    if total <= window:
        return [
            v.plural(
                "At the present pace about {n} more month would be enough.",
                "At the present pace about {n} more months would be enough.",
                total - months,
            )
        ]
    if total <= LONGEST_WINDOW:
        return [
            v.say(
                "At the present pace a window of {n} months would hold enough (window_months in "
                "the params).",
                n=v.count(total),
            )
        ]
    return [v.say("At the present pace no window of five years would hold enough.")]


LONGEST_WINDOW = 60  # months that the params allow


def _no_skill(v: Voice, x: dict) -> list[str]:
    return [
        v.say(
            "These factors do not predict conversion here: on {months} months that the model had "
            "not seen it was no better than the plain rate.",
            months=v.count(x["months"]),
        ),
        v.say(
            "So nothing is said about what accounts for gaps. A cleaner record of the factors, "
            "or more months, may change this."
        ),
    ]


def _not_calibrated(v: Voice, x: dict) -> list[str]:
    return [
        v.say(
            "The model is not calibrated on unseen months (slope {slope}, off by {points}): its "
            "contributions are not shown.",
            slope=v.number(x["slope"], 2),
            points=v.points(x["in_the_large"]),
        ),
        v.say(
            "Months that differ much from each other do this, and few deals. More months may "
            "change it; the rates of sales reps stand all the same."
        ),
    ]


def _leak(v: Voice, x: dict) -> list[str]:
    return [
        v.say(
            "The model predicts too well to be true (AUC {auc}): some column is filled in after "
            "the outcome is known. Find it before anything is concluded.",
            auc=v.number(x["auc"], 2),
        ),
        *_column(v, x),
    ]


COARSE = {
    "week": lambda v: v.say(
        "There is no model of the factors: the export gives dates by week, so "
        "what was known on the landmark day cannot be told."
    ),
    "month": lambda v: v.say(
        "There is no model of the factors: the export gives dates by month, "
        "so what was known on the landmark day cannot be told."
    ),
}


def _low_precision(v: Voice, x: dict) -> list[str]:
    if x["need"] is None:
        return [
            v.say("Low precision: the factors say too little for any number of deals to be enough.")
        ]
    return [
        v.say(
            "Low precision: the model stands on {have} deals and would be firm with about {need}; "
            "until then take its figures as a direction.",
            have=v.count(x["have"]),
            need=v.count(x["need"]),
        )
    ]


def _maybe_leak(v: Voice, x: dict) -> list[str]:
    return [
        v.say(
            "Whether a column is filled in after the outcome is known cannot be told: the model "
            "predicts suspiciously well (AUC {auc}, interval {low}–{high}; from {most} it is too "
            "good to be true). Until that is known its factors are not spoken of.",
            auc=v.number(x["auc"], 2),
            low=v.number(x["low"], 2),
            high=v.number(x["high"], 2),
            most=v.number(x["most"], 2),
        ),
        *_column(v, x),
    ]


def _column(v: Voice, x: dict) -> list[str]:
    """Which column to look at: the one that predicts best alone."""
    if not x.get("column"):
        return [
            v.say("Begin with the factor that has the largest odds: who fills it in, and when?")
        ]
    return [
        v.say(
            "Begin with {factor} (the column {column}), which alone predicts best (AUC "
            "{auc}): who fills it in, and when?",
            factor=words.part_inside(v, x["factor"]),
            column=x["column"],
            auc=v.number(x["alone"], 2),
        )
    ]


SENTENCES = {
    "no lost": lambda v, x: [untold.full("no lost", v)],
    "no won": lambda v, x: [untold.full("no won", v)],
    "undated": lambda v, x: [untold.full("undated", v)],
    "coarse": lambda v, x: [
        COARSE[x["grain"]](v),
        v.say(
            "Rates of sales reps are drawn towards the average of all; the leads are not "
            "considered."
        ),
    ],
    "maybe leak": _maybe_leak,
    "few deals": _few_deals,
    "few managers": lambda v, x: [
        v.say(
            "Nobody is compared: a comparison takes {need} sales reps with deals in the last 12 "
            "months, here there are fewer ({have}).",
            have=v.count(x["have"]),
            need=v.count(x["need"]),
        ),
        v.say("Meanwhile look at the funnel and at the lost reasons."),
    ],
    "no factors": lambda v, x: [
        v.say(
            "There is nothing to model: no factor is recorded so that its deals could be "
            "compared. What each would take stands below."
        ),
    ],
    "no skill": _no_skill,
    "not calibrated": _not_calibrated,
    "leak": _leak,
    "low precision": _low_precision,
    "few months": lambda v, x: [
        v.say(
            "There are too few months to be foretold: it takes {need} with closed deals, there "
            "are {have}.",
            need=v.count(x["need"]),
            have=v.count(x["have"]),
        )
    ],
}


def merged(found: list, voice: Voice) -> Text:
    """Small levels that were counted with another one."""
    lines = [
        voice.say(
            "{factor}: too few deals to stand alone, counted with {target}: {names}.",
            factor=words.factor(voice, factor),
            target=words.level(voice, factor, target),
            names=voice.listing(words.level(voice, factor, name) for name in names),
        )
        for factor, names, target in found
    ]
    return Text(*lines, kind="note")


def dropped(found: dict, voice: Voice) -> Text:
    """Factors and levels that took no part, and why."""
    lines = [
        DROPPED[reason](voice, name, values) for name, (reason, values) in sorted(found.items())
    ]
    return Text(*lines, kind="note")


def _name(name: str, voice: Voice) -> str:
    factor, _, level = name.partition(": ")
    return f"{words.factor(voice, factor)} ({words.level(voice, factor, level)})"


WANTED = {
    "target": lambda v: v.say("a rule of a target client (values: target in the params)"),
    "process": lambda v: v.say("the history of stage changes"),
    "qualification": lambda v: v.say("scores of calls (reviews)"),
    "touchpoints": lambda v: v.say("calls, e-mails and meetings (touches)"),
    "channels": lambda v: v.say("the channel or source of each deal"),
}
DROPPED = {
    "no data": lambda v, n, x: v.say(
        "{factor}: no data; it would take {what}.", factor=words.factor(v, n), what=WANTED[n](v)
    ),
    "one level": lambda v, n, x: v.say(
        "{factor}: all deals are alike, so nothing can be compared.", factor=words.factor(v, n)
    ),
    "small levels": lambda v, n, x: v.say(
        "{factor}: no group has enough deals to be compared.", factor=words.factor(v, n)
    ),
    "few sources": lambda v, n, x: v.say(
        "{factor}: too few deals to tell the sources of this channel apart.",
        factor=words.factor(v, n),
    ),
    "untold": lambda v, n, x: v.say(
        "{factor}: cannot be told from who sells or from another "
        "factor; no deals differ in it alone.",
        factor=words.factor(v, n),
    ),
    "missing": lambda v, n, x: v.say(
        "{factor}: missing in {share} of the deals; nothing is said above {most}.",
        factor=words.factor(v, n),
        share=v.percent(x["share"], 0),
        most=v.percent(x["most"], 0),
    ),
    "missing differs": lambda v, n, x: v.say(
        "{factor}: it is missing more often on one side of "
        "won and lost, so it would mislead. Fill it in "
        "before the outcome is known.",
        factor=words.factor(v, n),
    ),
    "few managers": lambda v, n, x: v.say(
        "{factor}: known for too few sales reps ({have}); it takes {need}.",
        factor=words.factor(v, n),
        have=v.count(x["have"]),
        need=v.count(x["need"]),
    ),
    "separated": lambda v, n, x: v.say(
        "{factor}: won {won} of {closed}, all or nothing, so it has no odds of its own.",
        factor=_name(n, v),
        won=v.count(x["won"]),
        closed=v.count(x["closed"]),
    ),
}
