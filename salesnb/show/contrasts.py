"""How the levels of a factor differ, in the words of a head of sales: one sentence per factor, and what was counted together."""

import pandas as pd

from salesnb.formats import Voice
from salesnb.params import Thresholds
from salesnb.schema import UNKNOWN
from salesnb.show import words
from salesnb.show.display import Group, Text

LEVELS = {
    ("target", "yes"): lambda v: v.say("target clients"), ("target", "no"): lambda v: v.say("other clients"),
    ("process", "yes"): lambda v: v.say("deals that left the process in the first days"), ("process", "no"): lambda v: v.say("deals that kept to it"),
    ("touchpoints", "0"): lambda v: v.say("no touch in the first days"),
    ("qualification", "+1 SD"): lambda v: v.say("a mean call score one standard deviation higher"),
    ("qualification", "mean"): lambda v: v.say("the mean score"),
}  # fmt: skip
ANY = {UNKNOWN: lambda v: v.say("not known"), "other": lambda v: v.say("other")}


def contrast(factor: str, terms: pd.DataFrame, voice: Voice, thresholds: Thresholds) -> str:
    """The levels of a factor whose odds are told apart from the level that they are compared with, in points of conversion.

    Parameters
    ----------
    terms : `drivers` of a book

    Examples
    --------
    >>> terms = pd.DataFrame({"factor": ["target"], "level": ["yes"], "reference": ["no"], "points": [0.16], "low": [1.9], "high": [2.9],
    ...     "e_limit": [2.0]})
    >>> contrast("target", terms, Voice(), Thresholds()).replace("\\xa0", " ")
    'Target clients: target clients +16.0 pp, against other clients.'
    """
    own = terms[(terms["factor"] == factor) & terms["points"].notna()]
    clear = own[(own["low"] > 1) | (own["high"] < 1)]
    kept = clear if len(clear) else own.loc[[own["points"].abs().idxmax()]] if len(own) else own
    if kept.empty:
        return words.factor(voice, factor) + "."
    said = [
        f"{level(factor, r.level, voice)} {voice.points(r.points)}"
        for r in kept.sort_values("points", ascending=False).itertuples()
    ]
    text = voice.say(
        "{factor}: {levels}, against {reference}.", factor=words.factor(voice, factor), levels="; ".join(said),
        reference=level(factor, kept["reference"].iloc[0], voice),
    )  # fmt: skip
    if kept["e_limit"].max() < thresholds.weak_e_value:
        text += " " + voice.say("Weak: little that is not recorded would be enough to bring it within chance.")
    return text


def level(factor: str, name: str, voice: Voice) -> str:
    """A level of a factor in words; names of channels stay as they are.

    >>> level("touchpoints", "0", Voice()), level("touchpoints", "3+", Voice()), level("channels", "Site", Voice())
    ('no touch in the first days', '3+ touches', 'Site')
    """
    known = LEVELS.get((factor, name)) or ANY.get(name)
    if known is not None:
        return known(voice)
    return voice.say("{n} touches", n=name) if factor == "touchpoints" else str(name)


def merged_text(found: dict, voice: Voice) -> Text | Group:
    """Which levels had too few deals to stand alone, and with which one each was counted."""
    if not found["merged"]:
        return Group()
    return Text(
        *(
            voice.say(
                "{factor}: too few deals to stand alone, counted with {target}: {levels}.", factor=words.factor(voice, factor),
                target=level(factor, target, voice), levels=voice.listing(level(factor, name, voice) for name in small),
            )
            for factor, small, target in found["merged"]
        ),
        kind="note",
    )  # fmt: skip
