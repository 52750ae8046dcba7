"""Exports of Insightly.

Names of the API: Opportunity, PipelineStage, Pipeline, User, Lead and Organisation of two public
clients (github leapforce-dev/lib-go-insightly, Insightly/insightly-ruby); words of the state:
"Insightly Opportunities API Documentation". Screens: the help pages "What are Opportunities?"
(Forecast Close Date, Current State) and "How to set up opportunity state reasons" (Actual Close
Date); "Insightly
- Create opportunity action" of a connector (Opportunity state, Bid currency); the headings of a
  public reporting tool (InsightlyOpportunitySource.java), which calls OWNER_USER_ID "Opportunity
  Created By".

The first help page counts Suspended among the open states and Abandoned among the closed ones:
whether an abandoned deal is a lost one the company says. A bid may recur, so the value of the
opportunity stands before it.
"""

from salesnb.source.presets.base import OPEN, Lookup, Preset, spelled

SCREEN = spelled(
    deal_id=("Record ID", "Opportunity ID"),  # the first is not confirmed by a public document
    manager=(
        "User Responsible",
        "Responsible User",
        "Opportunity Owner",
    ),  # only the second is confirmed
    created_at=("Date Created", "Opportunity Date Created"),  # only the second
    closed_at="Actual Close Date",
    expected_close_at="Forecast Close Date",
    modified_at=("Date Updated", "Opportunity Date Updated"),  # only the second
    status=("Current State", "Opportunity State"),
    stage=("Pipeline Stage", "Opportunity Stage"),  # only the second
    pipeline=("Pipeline", "Opportunity Pipeline"),  # only the second
    amount=("Opportunity Value", "Bid Amount"),  # only the second
    currency="Bid Currency",
    title="Opportunity Name",
    client_id=("Organization", "Linked Organization"),  # only the second
    lost_reason="State Reason",  # not confirmed by a public document
    next_task_at="Next Activity Date",  # likewise
)
API = spelled(
    deal_id="OPPORTUNITY_ID",
    manager=("RESPONSIBLE_USER_ID", "OWNER_USER_ID"),
    created_at="DATE_CREATED_UTC",
    closed_at="ACTUAL_CLOSE_DATE",
    expected_close_at="FORECAST_CLOSE_DATE",
    modified_at="DATE_UPDATED_UTC",
    status="OPPORTUNITY_STATE",
    stage="STAGE_ID",
    pipeline="PIPELINE_ID",
    amount=("OPPORTUNITY_VALUE", "BID_AMOUNT"),
    currency="BID_CURRENCY",
    title="OPPORTUNITY_NAME",
    client_id="ORGANISATION_ID",
    next_task_at="NEXT_ACTIVITY_DATE_UTC",
)

INSIGHTLY = Preset(
    "insightly",
    "Insightly",
    {"en": SCREEN, "api": API},
    marks=(
        *(
            "User Responsible",
            "Forecast Close Date",
            "Opportunity State",
            "Opportunity Value",
            "State Reason",
        ),
        *("Bid Currency", "Bid Duration", "Opportunity Date Created"),
        *("RESPONSIBLE_USER_ID", "NEXT_ACTIVITY_DATE_UTC"),
    ),
    open=(*OPEN, "suspended"),
    day_first=False,
    other_tables={
        "leads": spelled(
            lead_id="LEAD_ID",
            created_at="DATE_CREATED_UTC",
            status="LEAD_STATUS_ID",
            source="LEAD_SOURCE_ID",
            manager=("RESPONSIBLE_USER_ID", "OWNER_USER_ID"),
            deal_id="CONVERTED_OPPORTUNITY_ID",
        ),
        "clients": spelled(client_id="ORGANISATION_ID", name="ORGANISATION_NAME", phone="PHONE"),
    },
    lookups=(
        Lookup("people", ("USER_ID",), (("FIRST_NAME", "LAST_NAME"), ("EMAIL_ADDRESS",))),
        Lookup("stages", ("STAGE_ID",), (("STAGE_NAME",),), ("STAGE_ORDER",)),
        Lookup("pipelines", ("PIPELINE_ID",), (("PIPELINE_NAME",),)),
    ),
)
