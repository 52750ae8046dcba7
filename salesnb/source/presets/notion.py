"""Exports of Notion: a database whose properties every company names as it likes.

No document was found for the properties of the template of a sales CRM that Notion offers.
"""

from salesnb.source.presets.base import Preset, spelled

TEMPLATE = spelled(  # not confirmed by a public document
    deal_id="ID",
    manager=("Account Owner", "Deal Owner", "Owner"),
    created_at=("Created time", "Created", "Date Added"),
    closed_at=("Close Date", "Closed Date"),
    expected_close_at=("Expected Close", "Expected Close Date"),
    modified_at="Last edited time",
    stage=("Stage", "Status"),
    amount=("Estimated Value", "Deal Value", "Value"),
    title=("Name", "Deal Name"),
    client_id=("Company", "Account"),
    source=("Lead Source", "Source"),
    lost_reason="Lost Reason",
)

NOTION = Preset(
    "notion",
    "Notion",
    {"en": TEMPLATE},
    marks=(
        "Account Owner",
        "Estimated Value",
        "Expected Close",
        "Last Contact",
        "Last edited time",
        "Created time",
    ),
    status_from_stage=True,
    day_first=False,
)
