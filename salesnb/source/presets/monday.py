"""Exports of monday CRM: the board of deals, whose columns every company names as it likes.

No document was found for the headings of the board that monday delivers.
"""

from salesnb.source.presets.base import Preset, spelled

BOARD = spelled(  # not confirmed by a public document
    deal_id=("Item ID", "Item ID (auto generated)"),
    manager=("Owner", "Deal owner"),
    created_at=("Deal creation date", "Creation log", "Created"),
    closed_at=("Deal close date", "Close date"),
    expected_close_at="Expected close date",
    stage="Stage",
    amount=("Deal Value", "Actual deal value"),
    title=("Name", "Deal"),
    client_id=("Accounts", "Contacts"),
    source="Source",
    lost_reason=("Lost reason", "Reason for loss"),
)

MONDAY = Preset(
    "monday",
    "monday CRM",
    {"en": BOARD},
    marks=(
        *(
            "Deal creation date",
            "Deal length",
            "Close probability",
            "Forecast value",
            "Item ID (auto generated)",
        ),
        *("Deal close date", "Subitems", "Actual deal value", "Item ID", "Creation log"),
    ),
    status_from_stage=True,
    one_close_column=True,
    day_first=False,
)
