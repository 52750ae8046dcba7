"""Charts, tables and sentences from finished tables. Nothing is computed here.

One module per topic of the notebooks; `tables`, `charts` and `display` are what they are made of.
"""

from salesnb.render.display import Cards, Details, Figure, Group, Record, Table, Text, fold
from salesnb.render.records import record
from salesnb.render.tables import Column, table
from salesnb.show import (
    assumed,
    cards,
    channels,
    drivers,
    factors,
    groups,
    process,
    questions,
    reasons,
    remarks,
    scores,
    summary,
    target,
    touchpoints,
    ways,
)

__all__ = ["Cards", "Column", "Details", "Figure", "Group", "Record", "Table", "Text", "fold", "record", "table", "assumed", "cards", "channels", "drivers", "factors", "groups", "process", "questions", "reasons", "remarks", "scores", "summary", "target", "touchpoints", "ways"]  # fmt: skip
