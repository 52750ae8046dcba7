"""What to look at next in each factor, in a sentence."""

from salesnb.formats import Voice
from salesnb.render.display import Group, Text
from salesnb.show import words
from salesnb.show.reasons import reason


def next_step(factor: str, found: dict, voice: Voice) -> Text | Group:
    """What to look at next in a factor; nothing is said where nothing is told apart from the rest."""
    values = found.get(factor)
    if not values:
        return Group()
    return Text(voice.say("To look at next: {what}", what=NEXT[factor](voice, values)), kind="answer")


def _pairs(v: Voice, x: dict) -> str:
    listed = [
        v.say("at {stage} with the reason “{reason}” ({deals})", stage=stage, reason=reason(name, v), deals=v.count(n))
        for stage, name, n in x["pairs"]
    ]
    return v.say(
        "the deals lost {pairs}, of {all} lost deals: no other pair has more.", pairs=v.listing(listed), all=v.count(x["all"])
    )  # fmt: skip


def _calls(v: Voice, x: dict) -> str:
    scores = [v.number(score) for score in x["scores"]]
    if len(scores) == 1:
        return v.say("two recent calls of {name}, whose mean score is the lowest, {score}.", name=x["names"][0], score=scores[0])  # fmt: skip
    listed = v.listing(f"{name} ({score})" for name, score in zip(x["names"], scores, strict=True))
    return v.say("two recent calls each of {names}: the two lowest mean scores, not to be told apart.", names=listed)


def _touches(v: Voice, x: dict) -> str:
    said = []
    if "open" in x:
        said.append(
            v.say(
                "{without} of {open} open deals have no next task", without=v.count(x["without"]), open=v.count(x["open"])
            )
        )  # fmt: skip
    if "name" in x:
        said.append(
            v.say(
                "the highest share is with {name}, {own} of {open}", name=x["name"], own=v.count(x["own"]), open=v.count(x["own_open"])
            )
        )  # fmt: skip
    if "deals" in x:
        said.append(
            v.say(
                "{late} of {deals} new deals of the month were not answered in time", late=v.count(x["late"]), deals=v.count(x["deals"])
            )
        )  # fmt: skip
    return "; ".join(said) + "."


NEXT = {
    "target": lambda v, x: v.say("where the deals of {name} come from: {misses} of its {deals} new deals do not meet the rule, clearly more than elsewhere.", name=words.group(v, x["name"]), misses=v.count(x["misses"]), deals=v.count(x["deals"])),
    "process": _pairs, "qualification": _calls, "touchpoints": _touches,
    "channels": lambda v, x: v.say("where more deals like those of {name} can be had: it brings {leads} of {all} new deals.", name=words.group(v, x["name"]), leads=v.count(x["leads"]), all=v.count(x["all"])),
}  # fmt: skip
