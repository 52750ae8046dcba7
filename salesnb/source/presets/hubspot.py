"""Exports of HubSpot."""

from salesnb.source.presets.base import Preset

HUBSPOT = Preset(
    "hubspot",
    "HubSpot",
    {
        "deal_id": ("Record ID", "Deal ID", "Record ID - Deal"),
        "manager": ("Deal owner", "HubSpot Owner"),
        "created_at": ("Create Date", "Created Date"),
        "closed_at": ("Close Date",),
        "modified_at": ("Last Modified Date",),
        "stage": ("Deal Stage",),
        "pipeline": ("Pipeline",),
        "amount": ("Amount", "Amount in company currency"),
        "currency": ("Currency",),
        "title": ("Deal Name",),
        "client_id": (
            "Associated Company",
            "Company Name",
            "Primary Associated Company",
            "Associated Company (Primary)",
        ),
        "source": ("Original Source", "Original Source Type", "Original Traffic Source"),
        "lost_reason": ("Closed Lost Reason",),
    },
    marks=("Record ID", "Deal Stage", "Deal owner", "Create Date", "Close Date"),
    status_from_stage=True,
    won_flags=("Is Closed Won",),
    closed_flags=("Is Deal Closed?", "Is Closed"),
    one_close_column=True,
    pipeline_in_words=True,
    day_first=False,
)
