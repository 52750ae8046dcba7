"""Charts, tables and sentences from finished tables. Nothing is computed here.

One module per topic of the notebooks; `tables`, `charts` and `display` are what they are made of.
"""

from salesnb.render.display import Cards, Details, Figure, Group, Record, Table, Text, fold
from salesnb.render.records import record
from salesnb.render.tables import Column, table
from salesnb.show import (
    channels,
    drivers,
    factors,
    process,
    reasons,
    scores,
    target,
    touchpoints,
)

__all__ = ["Cards", "Column", "Details", "Figure", "Group", "Record", "Table", "Text", "fold", "record", "table", "channels", "drivers", "factors", "process", "reasons", "scores", "target", "touchpoints"]  # fmt: skip
