"""Who lies outside the corridor of chance? A second part of `managers`, in words and
as a picture.
"""

from typing import Any

import pandas as pd

from salesnb.formats import Voice
from salesnb.render.charts.corridor import corridor
from salesnb.render.display import Figure, Group, Text


def answer(found: Any, voice: Voice) -> Text:
    """Who lies outside, in words; that there is no corridor where too few have enough deals.
    `found` : `Managers`.
    """
    thresholds, say = found.book.thresholds, voice.say
    if not found.has_corridor:
        if found.untold or not found.compared:
            return Text(say("This cannot be told for the same reason."), kind="refusal")
        return Text(
            say(
                "There is no corridor: it takes {n} sales reps with {deals} closed deals "
                "each in the last 12 months.",
                n=voice.count(thresholds.min_managers),
                deals=voice.count(thresholds.min_verdict),
            ),
            kind="refusal",
        )
    above, below = (_names(found.window, side) for side in ("above", "below"))
    if not above and not below:
        return Text(
            say(
                "Nobody: all rates of the last 12 months lie where chance and the spread of the "
                "others would put them."
            ),
            kind="answer",
        )
    lines = [say("Above it: {names}.", names=voice.listing(above))] if above else []
    lines += [say("Below it: {names}.", names=voice.listing(below))] if below else []
    lines.append(
        say(
            "One in twenty lies outside by chance alone, and leads are not considered here: look, "
            "do not judge."
        )
    )
    return Text(" ".join(lines), kind="answer")


def _names(window: pd.DataFrame, *sides: str) -> list[str]:
    return window.loc[window["side"].isin(sides), "manager"].tolist()


def chart(found: Any, voice: Voice) -> Figure | Group:
    """Funnel plot of the window; nothing where too few sales reps have enough closed deals."""
    if not found.has_corridor:
        return Group()
    kept = found.window[found.window["closed_window"] > 0]
    alt = voice.say(
        "Funnel plot of conversion against the number of closed deals, around {rate}; outside the "
        "95% corridor: {listed}.",
        rate=voice.percent(found.centre),
        listed=voice.listing(_names(found.window, "above", "below")) or voice.say("nobody"),
    )
    subtitle = voice.say(
        "last 12 months, all closed deals as they are; shade: 95%, dotted: 99.8%, spread of the "
        "sales reps included"
    )
    title = voice.say("Where chance would put the sales reps")
    points = kept.rename(columns={"closed_window": "closed"})
    return corridor(points, found.limits, voice, title, subtitle, alt)
