"""Exports of Pipedrive."""

from salesnb.source.presets.base import LOST_TIMES, WON_TIMES, Preset, deleted

STATUS = ("Deal - Status", "Status")
WON_TIME, LOST_TIME = ("Deal - Won time", *WON_TIMES), ("Deal - Lost time", *LOST_TIMES)

PIPEDRIVE = Preset(
    "pipedrive",
    "Pipedrive",
    {
        "deal_id": ("Deal - ID",),
        "manager": ("Deal - Owner",),
        "created_at": ("Deal - Deal created", "Deal - Add time", "Deal - Creation date"),
        "closed_at": ("Deal - Deal closed on", "Deal - Closed on", "Deal - Close time"),
        "expected_close_at": ("Deal - Expected close date",),
        "modified_at": ("Deal - Update time",),
        "status": ("Deal - Status",),
        "stage": ("Deal - Stage", "Deal - Stage (pipeline)"),
        "pipeline": ("Deal - Pipeline",),
        "amount": ("Deal - Value",),
        "currency": ("Deal - Currency of Value", "Deal - Currency"),
        "title": ("Deal - Title",),
        "client_id": (
            "Deal - Organization ID",
            "Deal - Organization",
            "Deal - Contact person ID",
            "Deal - Contact person",
        ),
        "source": ("Deal - Source channel", "Deal - Source origin"),
        "product": ("Deal - Product name",),
        "lost_reason": ("Deal - Lost reason",),
        "next_task_at": ("Deal - Next activity date",),
    },
    marks=("Deal - ID", "Deal - Title", "Deal - Owner", "Deal - Status"),
    says=deleted(STATUS, WON_TIME, LOST_TIME),
    won_times=WON_TIME,
    lost_times=LOST_TIME,
    day_first=False,
)
