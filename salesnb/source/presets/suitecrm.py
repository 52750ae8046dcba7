"""Exports of SuiteCRM: the labels of the module, or the names of the columns of its database.

Labels: github salesagility/SuiteCRM, modules/Opportunities/language/en_us.lang.php. The database
keeps one date of closing: expected until the deal is closed.
"""

from salesnb.source.presets.base import OPEN, Lookup, Preset, spelled

SCREEN = spelled(
    deal_id="ID",
    manager=("Assigned User", "Assigned to", "Assigned User Name"),
    created_at="Date Created",  # not confirmed by a public document
    closed_at="Expected Close Date",
    modified_at="Date Modified",  # likewise
    stage="Sales Stage",
    amount=("Opportunity Amount", "Amount"),
    currency=("Currency Name", "Currency"),
    title="Opportunity Name",
    client_id=("Account ID", "Account Name"),
    source="Lead Source",
)
DATABASE = spelled(
    deal_id="id",
    manager=("assigned_user_name", "assigned_user_id"),
    created_at="date_entered",
    closed_at="date_closed",
    modified_at="date_modified",
    stage="sales_stage",
    amount=("amount", "amount_usdollar"),
    currency=("currency_name", "currency_id"),
    title="name",
    client_id=("account_id", "account_name"),
    source="lead_source",
)

SUITECRM = Preset(
    "suitecrm",
    "SuiteCRM",
    {"en": SCREEN, "api": DATABASE},
    marks=(
        *(
            "Sales Stage",
            "Opportunity Amount",
            "Assigned User",
            "Assigned to",
            "Date Created",
            "Date Modified",
        ),
        *(
            "date_entered",
            "date_modified",
            "assigned_user_id",
            "assigned_user_name",
            "amount_usdollar",
        ),
    ),
    open=(
        *OPEN,
        *(
            "id. decision makers",
            "perception analysis",
            "value proposition",
            "proposal/price quote",
            "negotiation/review",
        ),
    ),
    status_from_stage=True,
    one_close_column=True,
    day_first=False,
    lookups=(
        # github salesagility/SuiteCRM, modules/Users/vardefs.php
        Lookup("people", ("id",), (("first_name", "last_name"), ("full_name",), ("user_name",))),
    ),
)
