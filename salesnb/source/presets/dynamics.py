"""Exports of Dynamics 365 Sales.

Display names and logical names: "Opportunity table/entity reference" (github
MicrosoftDocs/dynamics-365-customer-engagement); the Web API writes the words of a choice or a
lookup beside it, after "@OData.Community.Display.V1.FormattedValue".
"""

from salesnb.source.presets.base import LOST, WON, Cell, Lookup, Preset, choice, spelled

WORDS = "@OData.Community.Display.V1.FormattedValue"
STATES = choice(
    *("statecode", "State Code", "statecodename"),
    won=(*WON, "1"),
    lost=(*LOST, "2"),
    open=("open", "0"),
)

SCREEN = spelled(
    deal_id=("(Do Not Modify) Opportunity", "Opportunity ID"),
    manager="Owner",
    created_at="Created On",
    closed_at="Actual Close Date",
    expected_close_at=("Est. Close Date", "Est. close date"),
    modified_at=("Modified On", "(Do Not Modify) Modified On"),
    status="Status",
    stage=("Pipeline Phase", "Sales Stage"),
    amount=("Est. Revenue", "Est. revenue", "Total Amount", "Actual Revenue"),
    currency="Currency",
    title="Topic",
    client_id=("Account", "Potential Customer"),
    source="Source Campaign",
    lost_reason="Status Reason",
)
API = spelled(
    deal_id="opportunityid",
    manager=("owneridname", f"_ownerid_value{WORDS}", "ownerid", "_ownerid_value"),
    created_at="createdon",
    closed_at="actualclosedate",
    expected_close_at="estimatedclosedate",
    modified_at="modifiedon",
    status=("statecodename", f"statecode{WORDS}", "statecode"),
    stage=("stepname", "salesstagename", f"salesstage{WORDS}", "salesstage"),
    amount=("estimatedvalue", "totalamount", "actualvalue"),
    currency=("transactioncurrencyidname", f"_transactioncurrencyid_value{WORDS}"),
    title="name",
    client_id=("customeridname", f"_customerid_value{WORDS}", "_customerid_value"),
    source=("campaignidname", f"_campaignid_value{WORDS}"),
    lost_reason=("statuscodename", f"statuscode{WORDS}"),
)

DYNAMICS = Preset(
    "dynamics",
    "Dynamics 365",
    {"en": SCREEN, "api": API},
    marks=(
        *(
            "(Do Not Modify) Opportunity",
            "Est. Close Date",
            "Actual Close Date",
            "Est. Revenue",
            "Topic",
        ),
        *("Potential Customer", "Status Reason", "Pipeline Phase"),
        *(
            "opportunityid",
            "statecode",
            "estimatedclosedate",
            "actualclosedate",
            "estimatedvalue",
            "statuscode",
        ),
    ),
    says=STATES,
    day_first=False,
    other_tables={
        # "Lead table/entity reference", "Account table/entity reference"
        "leads": spelled(
            lead_id=("(Do Not Modify) Lead", "leadid"),
            created_at=("Created On", "createdon"),
            status=("Status", "statecodename", "statecode"),
            source=("Lead Source", "leadsourcecodename"),
            manager=("Owner", "owneridname", "_ownerid_value"),
        ),
        "clients": spelled(
            client_id=("(Do Not Modify) Account", "accountid"),
            name=("Account Name", "name"),
            phone=("Main Phone", "telephone1"),
            segment=("Industry", "industrycodename"),
        ),
    },
    lookups=(
        # "SystemUser (User) table/entity reference"; the states of deals are always the same three
        Lookup("people", ("systemuserid", "(Do Not Modify) User"), (("fullname",), ("Full Name",))),
        Lookup(
            "stages",
            ("processstageid",),
            (("stagename",),),
            won=Cell(("statecode",), "words", ("1",)),
            lost=Cell(("statecode",), "words", ("2",)),
        ),  # not confirmed by a public document
    ),
)
