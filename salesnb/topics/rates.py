"""Columns of conversion that tables share, and the table of two months beside each other."""

import pandas as pd

from salesnb.formats import Voice
from salesnb.params import Thresholds
from salesnb.render.display import Table
from salesnb.render.tables import Column, table
from salesnb.topics.untold import no_rate

CHANGES = {
    "up": lambda v: v.say("higher"),
    "down": lambda v: v.say("lower"),
    "too close": lambda v: v.say("too close to call"),
    "few": lambda v: v.say("too few deals"),
    "withheld": lambda v: v.say("no verdict"),
    "": lambda v: "–",
}


def counted(code: str, voice: Voice) -> list[Column]:
    """Won, closed and conversion; of an export that holds one outcome only the deals of that one.

    >>> [column.name for column in counted("", Voice())], [column.name
    ...     for column in counted("no lost", Voice())]
    (['won', 'closed', 'conversion'], ['won'])
    """
    say = voice.say
    won, lost = Column("won", say("Won"), "count"), Column("lost", say("Lost"), "count")
    if no_rate(code):
        return [won if code == "no lost" else lost]
    rate = Column("conversion", say("Conversion"), "percent", low="low", high="high", n="closed")
    return [won, Column("closed", say("Closed"), "count"), rate]


def compared_table(
    frame: pd.DataFrame,
    untold: str,
    first: Column,
    caption: str,
    voice: Voice,
    thresholds: Thresholds,
    note: str = "",
) -> Table:
    """Conversion of two months beside each other with the verdict on the change, a row for each of
    what `first` names.

    Parameters
    ----------
    frame : `compared` or `sensitivity`, with the column of `first` in words
    untold : why there are no rates or no verdicts; ""
    """
    kept = frame.assign(
        said=[CHANGES[verdict](voice) for verdict in frame["verdict"]],
        least=frame[["closed", "closed_before"]].min(axis=1),
    )
    change = Column(
        "change", voice.say("Change"), "points", low="change_low", high="change_high", n="least"
    )
    columns = [first, *counted(untold, voice)]
    columns += [] if no_rate(untold) else [change]
    columns += [] if untold else [Column("said", voice.say("Verdict"))]
    return table(kept, voice, caption, columns, thresholds=thresholds, note=note)
