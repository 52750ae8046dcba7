"""Exports of Zoho."""

from salesnb.source.presets.base import OPEN, Preset, choice

STAGE_TYPES = (
    "Stage Type",
    "Stage Category",
    "Deal Category",
    "Deal Category Status",
    "Deal Stage Type",
    "Forecast Type",
)

ZOHO = Preset(
    "zoho",
    "Zoho",
    {
        "deal_id": ("Id", "Record Id", "Deal Id"),
        "manager": ("Deal Owner Name", "Deal Owner", "Deal Owner.id"),
        "created_at": ("Created Time",),
        "closed_at": ("Closing Date",),
        "modified_at": ("Modified Time",),
        "stage": ("Stage",),
        "pipeline": ("Pipeline",),
        "amount": ("Amount", "Offer Total Amount"),
        "currency": ("Currency",),
        "title": ("Deal Name",),
        "client_id": ("Account Name", "Contact Name", "Account Name.id"),
        "source": ("Lead Source", "Source"),
        "product": ("Product",),
        "lost_reason": ("Reason For Loss", "Lost Reason", "Reason For Loss__s"),
    },
    marks=("Closing Date", "Deal Owner", "Deal Owner Name", "Created Time", "Reason For Loss", "Modified Time"),
    open=(
        *OPEN,
        "value proposition",
        "identify decision makers",
        "id. decision makers",
        "proposal/price quote",
        "negotiation/review",
    ),  # fmt: skip
    says=choice(
        *STAGE_TYPES,
        won=("closed won", "won", "closed-won"),
        lost=("closed lost", "lost", "closed-lost"),
        open=("open", "pipeline"),
        closed=("closed",),
    ),
    status_from_stage=True,
    one_close_column=True,
    day_first=False,
)
