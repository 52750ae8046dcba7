"""Exports of Attio: deals have no closing date unless the company adds an attribute for it.

Names and slugs of the attributes, and the stages of a new workspace (Lead, In Progress, Won 🎉,
Lost): "Attio docs: Deals" and "Attio docs: Standard objects".
"""

from salesnb.source.presets.base import OPEN, WON, Lookup, Preset, spelled

SCREEN = spelled(
    deal_id="Record ID",
    manager="Deal owner",
    created_at="Created at",
    closed_at=("Close date", "Closed at", "Closed date"),  # attributes of one's own
    expected_close_at="Expected close date",  # likewise
    stage="Deal stage",
    amount="Deal value",
    title=("Deal name", "Name", "Record"),
    client_id=("Associated company", "Associated people"),
    source="Source",  # an attribute of one's own
    lost_reason="Lost reason",  # likewise
)
API = spelled(
    deal_id="record_id",
    manager="owner",
    created_at="created_at",
    closed_at=("close_date", "closed_at"),
    stage="stage",
    amount="value",
    title="name",
    client_id=("associated_company", "associated_people"),
)

ATTIO = Preset(
    "attio",
    "Attio",
    {"en": SCREEN, "api": API},
    marks=(
        "Record ID",
        "Deal stage",
        "Deal owner",
        "Deal value",
        "Associated people",
        "Associated company",
    ),
    won=(*WON, "won 🎉"),
    open=(*OPEN, "lead"),
    status_from_stage=True,
    day_first=False,
    lookups=(
        # "Attio docs: List workspace members" and "List statuses"; not confirmed by a public
        # document
        Lookup(
            "people", ("workspace_member_id",), (("first_name", "last_name"), ("email_address",))
        ),
        Lookup("stages", ("status_id",), (("title",),)),
    ),
)
