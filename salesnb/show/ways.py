"""Whether the verdict of the month holds when the deals are counted in another fair way."""

import pandas as pd

from salesnb.formats import Voice
from salesnb.params import Thresholds
from salesnb.render.display import Details, Group, Table, Text
from salesnb.render.tables import Column, table
from salesnb.show import untold

WAYS = {
    "headline": lambda v: v.say("As in the headline: closed in the month"),
    "no unreached": lambda v: v.say("Without clients who were not reached or were no buyers"),
    "old open as lost": lambda v: v.say("Old open deals counted as lost"),
    "no mass closings": lambda v: v.say("Without days on which one person closed very many deals"),
    "unsettled as lost": lambda v: v.say("Deals of words not yet settled counted as lost"),
    "unsettled as won": lambda v: v.say("Deals of words not yet settled counted as won, where that is plausible"),
    "by creation": lambda v: v.say("Only deals created and closed within the month"),
    "by amount": lambda v: v.say("By amount: won sum of the closed sum"),
}
VERDICTS = {
    "up": lambda v: v.say("higher"),
    "down": lambda v: v.say("lower"),
    "too close": lambda v: v.say("too close to call"),
    "few": lambda v: v.say("too few deals"),
    "withheld": lambda v: v.say("no verdict"),
    "": lambda v: "–",
}


def quoted(name: str, voice: Voice) -> str:
    """A name in the quotation marks of the language.

    >>> quoted("Price", Voice())
    '“Price”'
    """
    return voice.say("“{name}”", name=name)


def ways_answer(stands: dict, voice: Voice) -> Text:
    """Whether the verdict holds under the other ways, in a sentence: a warning when it does not."""
    verdict, differ = stands["verdict"], _named(stands["differ"], voice)
    if stands.get("untold", ""):
        return untold.refusal(stands.get("untold", ""), voice)
    if not stands["known_before"]:
        text = voice.say("The export begins with this month: there is no earlier one to compare with.")
    elif verdict == "":
        text = voice.say("Nothing was closed in the month before: there is no change to count in another way.")
    elif verdict == "few":
        text = voice.say("With so few closed deals there is no verdict to hold.")
    elif verdict == "withheld":
        text = voice.say(
            "No: counted in another fair way it is not the same: {ways}. Do not build a decision on it.", ways=differ
        )
    elif verdict in ("up", "down") and differ:
        text = voice.say("Yes, but for one way of looking at it: {ways}.", ways=differ)
    elif verdict in ("up", "down"):
        text = voice.say("Yes: wherever the number of deals allows a verdict, it stays the same.")
    elif differ:
        text = voice.say(
            "The change is too close to call; it would be clear only if counted so: {ways}. One way out of several is no result.",
            ways=differ,
        )
    else:
        text = voice.say("No fair way of counting gives the change a verdict: it stays too close to call.")
    return Text(text, kind="warning" if verdict == "withheld" else "answer")


def _named(differ: dict[str, str], voice: Voice) -> str:
    """Ways with their verdicts as a sentence has them."""
    return voice.listing(
        f"{quoted(WAYS[way](voice), voice)} ({VERDICTS[found](voice)})" for way, found in differ.items()
    )


def ways_table(frame: pd.DataFrame, owners: dict[str, int], voice: Voice, thresholds: Thresholds) -> Details | Group:
    """The same month under each way of counting, folded; a row with too few deals shows no rate and has no verdict.

    Nothing where the export gives no conversion.
    """
    if untold.no_rate(untold.of(frame)):
        return Group()
    say = voice.say
    kept = frame.assign(label=[WAYS[way](voice) for way in frame["way"]])
    note = say(
        "By the current owner instead of the owner at closing the total is the same; {moved} of {closed} deals would count for another sales rep.",
        moved=voice.count(owners["moved"]), closed=voice.count(owners["closed"]),
    ) if owners["moved"] else ""  # fmt: skip
    first, caption = Column("label", say("Way of counting")), say("The same month, counted in other fair ways")
    return Details(say("Other fair ways to count"), compared_table(kept, first, caption, note, voice, thresholds))


def counted(code: str, voice: Voice) -> list[Column]:
    """Won, closed and conversion; of an export that holds one outcome only the deals of that one.

    >>> [column.name for column in counted("", Voice())], [column.name for column in counted("no lost", Voice())]
    (['won', 'closed', 'conversion'], ['won'])
    """
    say = voice.say
    won, lost = Column("won", say("Won"), "count"), Column("lost", say("Lost"), "count")
    if untold.no_rate(code):
        return [won if code == "no lost" else lost]
    rate = Column("conversion", say("Conversion"), "percent", low="low", high="high", n="closed")
    return [won, Column("closed", say("Closed"), "count"), rate]


def compared_table(
    frame: pd.DataFrame, first: Column, caption: str, note: str, voice: Voice, thresholds: Thresholds
) -> Table:
    """Conversion of two months beside each other with the verdict on the change, a row for each of what `first` names.

    Parameters
    ----------
    frame : `compared` or `fair_ways`, with the column of `first` in words
    """
    say = voice.say
    kept = frame.assign(
        said=[VERDICTS[verdict](voice) for verdict in frame["verdict"]],
        least=frame[["closed", "closed_before"]].min(axis=1),
    )
    columns = [
        first, *counted(untold.of(frame), voice),
        Column("change", say("Change"), "points", low="change_low", high="change_high", n="least"), Column("said", say("Verdict")),
    ]  # fmt: skip
    if untold.of(frame):
        columns = [
            c for c in columns if c.name != "said" and not (c.name == "change" and untold.no_rate(untold.of(frame)))
        ]
    return table(kept, voice, caption, columns, thresholds=thresholds, note=note)
