"""Exports of Salesforce."""

from salesnb.source.presets.base import OPEN, Cell, Preset, Says, flag

SALESFORCE = Preset(
    "salesforce",
    "Salesforce",
    {
        "deal_id": ("Opportunity ID (18 Digit)", "Opportunity ID", "Id"),
        "manager": ("Opportunity Owner", "Owner", "Owner.Name", "Owner Name", "OwnerId"),
        "created_at": ("Created Date", "CreatedDate"),
        "closed_at": ("Close Date", "CloseDate"),
        "modified_at": ("Last Modified Date", "LastModifiedDate"),
        "stage": ("Stage", "StageName"),
        "amount": ("Amount",),
        "currency": ("Amount Currency", "Opportunity Currency", "CurrencyIsoCode"),
        "title": ("Opportunity Name", "Name"),
        "client_id": ("Account ID (18 digit)", "Account ID", "AccountId", "Account Name"),
        "source": ("Lead Source", "LeadSource", "Source", "Primary Campaign Source"),
        "product": ("Product Name",),
        "lost_reason": ("Loss Reason", "Lost Reason", "Closed Lost Reason"),
    },
    marks=(
        "Opportunity Owner",
        "Opportunity Name",
        "Opportunity ID (18 Digit)",
        "Fiscal Period",
        "StageName",
        "IsWon",
        "IsClosed",
        "CloseDate",
        "CreatedDate",
        "OwnerId",
        "LeadSource",
        "ForecastCategory",
        "IsDeleted",
        "Account Name",
    ),
    status_from_stage=True,
    says=(
        *flag("won", "not won", "IsWon", "Won"),
        *flag("closed", "open", "IsClosed", "Closed"),
        Says("deleted", (Cell(("IsDeleted", "Deleted"), "yes"),)),
    ),
    open=(
        *OPEN,
        "id. decision makers",
        "perception analysis",
        "value proposition",
        "proposal/price quote",
        "negotiation/review",
    ),  # fmt: skip
    one_close_column=True,
    day_first=False,
)
