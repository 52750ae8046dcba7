"""Exports of Dynamics 365 Sales."""

from salesnb.source.presets.base import LOST, WON, Preset, choice

STATES = choice(
    "statecode",
    "State Code",
    "statecodename",
    won=(*WON, "1"),
    lost=(*LOST, "2"),
    open=("open", "0"),
)

DYNAMICS = Preset(
    "dynamics",
    "Dynamics 365",
    {
        "deal_id": ("(Do Not Modify) Opportunity", "opportunityid", "Opportunity ID"),
        "manager": ("Owner", "owneridname", "ownerid", "_ownerid_value"),
        "created_at": ("Created On", "createdon"),
        "closed_at": ("Actual Close Date", "actualclosedate"),
        "expected_close_at": ("Est. Close Date", "Est. close date", "estimatedclosedate"),
        "modified_at": ("Modified On", "modifiedon", "(Do Not Modify) Modified On"),
        "status": ("Status", "statecodename", "statecode"),
        "stage": ("Pipeline Phase", "stepname", "Sales Stage", "salesstage"),
        "amount": ("Est. Revenue", "Est. revenue", "estimatedvalue", "Total Amount", "totalamount", "Actual Revenue"),
        "currency": ("Currency", "transactioncurrencyidname"),
        "title": ("Topic", "name"),
        "client_id": ("Account", "Potential Customer", "customeridname", "_customerid_value"),
        "lost_reason": ("Status Reason", "statuscodename"),
    },
    marks=(
        "(Do Not Modify) Opportunity",
        "Est. Close Date",
        "Actual Close Date",
        "Est. Revenue",
        "Topic",
        "Potential Customer",
        "Status Reason",
        "opportunityid",
        "statecode",
        "estimatedclosedate",
        "actualclosedate",
        "estimatedvalue",
    ),
    says=STATES,
    day_first=False,
)
