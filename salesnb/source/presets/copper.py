"""Exports of Copper.

Names of the API and the words of its status (Open, Won, Lost, Abandoned): "Copper opportunity
schema" (github api-evangelist/copper) and "Copper schema ERD" of a connector. Whether an abandoned
deal is a lost one the company says.
"""

from salesnb.source.presets.base import Lookup, Preset, spelled

API = spelled(
    deal_id="id",
    manager=("assignee_name", "assignee_id"),
    created_at="date_created",
    closed_at="close_date",
    modified_at="date_modified",
    status="status",
    stage=("pipeline_stage_name", "pipeline_stage_id"),
    pipeline=("pipeline_name", "pipeline_id"),
    amount="monetary_value",
    title="name",
    client_id=("company_id", "company_name", "primary_contact_id"),
    source=("customer_source_name", "customer_source_id"),
    lost_reason=("loss_reason", "loss_reason_id"),
)
SCREEN = spelled(  # not confirmed by a public document
    deal_id=("Copper ID", "Opportunity ID"),
    manager=("Owned By", "Owner"),
    created_at=("Created At", "Date Created"),
    closed_at=("Completed Date", "Close Date"),
    expected_close_at="Expected Close Date",
    modified_at=("Updated At", "Date Modified"),
    status="Status",
    stage=("Stage", "Pipeline Stage"),
    pipeline="Pipeline",
    amount="Value",
    title=("Opportunity Name", "Name"),
    client_id=("Company", "Primary Contact"),
    source="Source",
    lost_reason="Loss Reason",
)

COPPER = Preset(
    "copper",
    "Copper",
    {"api": API, "en": SCREEN},
    marks=(
        *(
            "assignee_id",
            "monetary_value",
            "customer_source_id",
            "pipeline_stage_id",
            "primary_contact_id",
        ),
        *("win_probability", "Copper ID", "Owned By", "Completed Date", "Loss Reason"),
    ),
    one_close_column=True,
    day_first=False,
    lookups=(
        # "Copper schema ERD": user, pipeline_stage, pipeline
        Lookup("people", ("id",), (("name",), ("email",))),
        Lookup("stages", ("id",), (("name",),), ("rank",)),
        Lookup("pipelines", ("id",), (("name",),)),
    ),
)
