"""Exports of HubSpot."""

from salesnb.source.presets.base import OPEN, Preset, flag

HUBSPOT = Preset(
    "hubspot",
    "HubSpot",
    {
        "deal_id": ("Record ID", "Deal ID", "Record ID - Deal", "hs_object_id"),
        "manager": ("Deal owner", "HubSpot Owner", "hubspot_owner_id"),
        "created_at": ("Create Date", "Created Date"),
        "closed_at": ("Close Date",),
        "modified_at": ("Last Modified Date", "hs_lastmodifieddate"),
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
    marks=(
        "Record ID",
        "Deal Stage",
        "Deal owner",
        "Create Date",
        "Close Date",
        "hs_object_id",
        "hubspot_owner_id",
        "hs_is_closed",
        "hs_is_closed_won",
    ),
    status_from_stage=True,
    says=(
        *flag("won", "not won", "Is Closed Won", "hs_is_closed_won"),
        *flag("lost", "not lost", "Is closed lost", "hs_is_closed_lost"),
        *flag("closed", "open", "Is Deal Closed?", "Is Closed", "hs_is_closed", "Deal is closed"),
    ),
    open=(
        *OPEN,
        "appointment scheduled",
        "appointmentscheduled",
        "qualified to buy",
        "qualifiedtobuy",
        "presentation scheduled",
        "presentationscheduled",
        "decision maker bought-in",
        "decisionmakerboughtin",
        "contract sent",
        "contractsent",
    ),  # fmt: skip
    one_close_column=True,
    pipeline_in_words=True,
    day_first=False,
)
