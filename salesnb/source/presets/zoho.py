"""Exports of Zoho.

Headings of the screens: a real file of a school and "Zoho CRM: Create deal action" of a connector;
names of the API: the scripts of Zoho's own gallery (Deal_Name, Account_Name, Lead_Source, Stage,
Owner) and "Zoho CRM API: Deals".
"""

from salesnb.source.presets.base import OPEN, Lookup, Preset, choice, spelled

STAGE_TYPES = (
    *(
        "Stage Type",
        "Stage Category",
        "Deal Category",
        "Deal Category Status",
        "Deal Stage Type",
        "Forecast Type",
    ),
)

SCREEN = spelled(
    deal_id=("Id", "Record Id", "Deal Id"),
    manager=("Deal Owner Name", "Deal Owner", "Deal Owner.id"),
    created_at="Created Time",
    closed_at="Closing Date",
    modified_at="Modified Time",
    stage="Stage",
    pipeline="Pipeline",
    amount=("Amount", "Offer Total Amount"),
    currency="Currency",
    title="Deal Name",
    client_id=("Account Name", "Contact Name", "Account Name.id"),
    source=("Lead Source", "Source"),
    product="Product",
    lost_reason=("Reason For Loss", "Lost Reason"),
)
API = spelled(
    deal_id="id",
    manager=("Owner.name", "Owner", "Owner.id"),
    created_at="Created_Time",
    closed_at="Closing_Date",
    modified_at="Modified_Time",
    stage="Stage",
    pipeline="Pipeline",
    amount="Amount",
    currency="Currency",
    title="Deal_Name",
    client_id=(
        "Account_Name.id",
        "Account_Name.name",
        "Account_Name",
        "Contact_Name.name",
        "Contact_Name",
    ),
    source="Lead_Source",
    lost_reason="Reason_For_Loss__s",
)

ZOHO = Preset(
    "zoho",
    "Zoho",
    {"en": SCREEN, "api": API},
    marks=(
        "Closing Date",
        "Deal Owner",
        "Deal Owner Name",
        "Created Time",
        "Reason For Loss",
        "Modified Time",
        "Owner.id",
        "Reason_For_Loss__s",
    ),
    open=(
        *OPEN,
        *("value proposition", "identify decision makers", "id. decision makers"),
        *("proposal/price quote", "negotiation/review"),
    ),
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
    other_tables={
        "leads": spelled(
            lead_id=("Record Id", "Lead Id", "id"),
            created_at=("Created Time", "Created_Time"),
            status=("Lead Status", "Lead_Status"),
            source=("Lead Source", "Lead_Source"),
            manager=("Lead Owner", "Owner.name", "Owner"),
        ),
        "clients": spelled(
            client_id=("Record Id", "Account Id", "id"),
            name=("Account Name", "Account_Name"),
            phone="Phone",
            segment="Industry",
        ),
    },
    lookups=(
        # "Zoho CRM API: Users"; the stages: "Get pipelines", forecast_type is not confirmed by a
        # public document
        Lookup("people", ("id",), (("full_name",), ("first_name", "last_name"), ("email",))),
        Lookup("stages", ("id", "actual_value"), (("display_value",),), ("sequence_number",)),
    ),
)
