"""Refusals in words: calm, with what is missing, when it could be told, and what to do meanwhile."""

from salesnb.formats import Voice
from salesnb.show import words
from salesnb.show.display import Text


def refusal(found, voice: Voice) -> Text:
    """One refusal: `found` has a code and values."""
    return Text(*SENTENCES[found.code](voice, found.values), kind="refusal")


def _few_deals(v: Voice, x: dict) -> list[str]:
    least = min(x["won"], x["lost"])
    months = x["months"] or 1
    more = -(-(x["need"] - least) * months // max(1, least)) if least else None
    lines = [
        v.say(
            "There is no model of the factors: it takes {need} won and {need} lost deals, there are {won} won and {lost} lost.",
            need=v.count(x["need"]),
            won=v.count(x["won"]),
            lost=v.count(x["lost"]),
        )
    ]
    if more is not None:
        lines.append(
            v.plural(
                "At the present pace about {n} more month would be enough.",
                "At the present pace about {n} more months would be enough.",
                more,
            )
        )
    lines.append(v.say("Meanwhile the rates below are drawn towards the department; read them with their intervals."))
    return lines


SENTENCES = {
    "no factors": lambda v, x: [v.say("There is nothing to model: of no factor do the data hold enough.")],
    "few deals": _few_deals,
    "few managers": lambda v, x: [
        v.say(
            "Nobody is compared: there are {have} sales reps, a comparison takes {need}.",
            have=v.count(x["have"]),
            need=v.count(x["need"]),
        ),
        v.say("Meanwhile look at the funnel and at the lost reasons."),
    ],
    "no skill": lambda v, x: [
        v.say(
            "These factors do not predict conversion here: on {months} months that the model had not seen it was no better than the plain rate.",
            months=v.count(x["months"]),
        ),
        v.say(
            "So nothing is said about what accounts for gaps. A cleaner record of the factors, or more months, may change this."
        ),
    ],
    "not calibrated": lambda v, x: [
        v.say(
            "The model is not calibrated on unseen months (slope {slope}, off by {points}): its contributions are not shown.",
            slope=v.number(x["slope"], 2),
            points=v.points(x["in_the_large"]),
        )
    ],
    "leak": lambda v, x: [
        v.say(
            "The model predicts too well to be true (AUC {auc}): some column is filled in after the outcome is known. Find it before anything is concluded.",
            auc=v.number(x["auc"], 2),
        )
    ],
    "low precision": lambda v, x: [
        v.say(
            "Low precision: {have} deals carry this model less firmly than it should be; a longer window would help.",
            have=v.count(x["have"]),
        )
    ],
}


def dropped(found: dict, voice: Voice) -> Text:
    """Factors and levels that took no part, and why."""
    lines = [DROPPED[reason](voice, _name(name, voice), values) for name, (reason, values) in sorted(found.items())]
    return Text(*lines, kind="note")


def _name(name: str, voice: Voice) -> str:
    factor, _, level = name.partition(": ")
    return words.factor(voice, factor) + (f" ({level})" if level else "")


DROPPED = {
    "no data": lambda v, n, x: v.say("{factor}: no data, so nothing is said.", factor=n),
    "small levels": lambda v, n, x: v.say(
        "{factor}: too few deals in each group, so nothing can be compared.", factor=n
    ),
    "few sources": lambda v, n, x: v.say("{factor}: too few deals to tell the sources of one channel apart.", factor=n),
    "one level": lambda v, n, x: v.say("{factor}: all deals are alike, so nothing can be compared.", factor=n),
    "missing": lambda v, n, x: v.say(
        "{factor}: missing in {share} of the deals, too many to say anything.", factor=n, share=v.percent(x["share"], 0)
    ),
    "missing differs": lambda v, n, x: v.say(
        "{factor}: it is missing more often on one side of won and lost, so it would mislead.", factor=n
    ),
    "few managers": lambda v, n, x: v.say(
        "{factor}: known for {have} sales reps; nothing is said under {need}.",
        factor=n,
        have=v.count(x["have"]),
        need=v.count(x["need"]),
    ),
    "separated": lambda v, n, x: v.say(
        "{factor}: {won} of {closed} won, all or nothing, so it has no odds of its own.",
        factor=n,
        won=v.count(x["won"]),
        closed=v.count(x["closed"]),
    ),
}
