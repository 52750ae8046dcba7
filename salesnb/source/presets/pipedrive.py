"""Exports of Pipedrive.

Headings of the screens: a script "matching the manual Pipedrive CSV export structure" and the CSV
headings that public scripts read ("Deal - Deal created", "Deal - Deal closed on", "Deal - Won
time"); the list of one view leaves "Deal - " out. Names of the API: "Pipedrive API: Deals".
"""

from salesnb.source.presets.base import (
    LOST_TIMES,
    WON_TIMES,
    Cell,
    Lookup,
    Preset,
    Says,
    deleted,
    spelled,
)

STATUS = ("Deal - Status", "Status")
WON_TIME, LOST_TIME = ("Deal - Won time", *WON_TIMES), ("Deal - Lost time", *LOST_TIMES)

WHOLE = spelled(
    deal_id="Deal - ID",
    manager="Deal - Owner",
    created_at=(
        "Deal - Deal created",
        "Deal - Deal created on",
        "Deal - Add time",
        "Deal - Creation date",
    ),
    closed_at=("Deal - Deal closed on", "Deal - Closed on", "Deal - Close time"),
    expected_close_at="Deal - Expected close date",
    modified_at="Deal - Update time",
    status="Deal - Status",
    stage=("Deal - Stage", "Deal - Stage (pipeline)"),
    pipeline="Deal - Pipeline",
    amount="Deal - Value",
    currency=("Deal - Currency of Value", "Deal - Currency"),
    title="Deal - Title",
    client_id=(
        "Deal - Organization ID",
        "Deal - Organization",
        "Deal - Contact person ID",
        "Deal - Contact person",
    ),
    source=("Deal - Source channel", "Deal - Source origin"),
    product="Deal - Product name",
    lost_reason="Deal - Lost reason",
    next_task_at="Deal - Next activity date",
)
SHORT = {
    column: tuple(name.removeprefix("Deal - ") for name in names) for column, names in WHOLE.items()
}
API = spelled(
    deal_id="id",
    manager=("owner_name", "user_id.name", "owner_id", "user_id"),
    created_at="add_time",
    closed_at="close_time",
    expected_close_at="expected_close_date",
    modified_at="update_time",
    status="status",
    stage=("stage_name", "stage_id"),
    pipeline=("pipeline_name", "pipeline_id"),
    amount="value",
    currency="currency",
    title="title",
    client_id=("org_id", "org_id.value", "org_name", "person_id", "person_name"),
    source=("channel", "origin"),
    lost_reason="lost_reason",
    next_task_at="next_activity_date",
)

PIPEDRIVE = Preset(
    "pipedrive",
    "Pipedrive",
    {"whole": WHOLE, "short": SHORT, "api": API},
    marks=(
        *(
            "Deal - ID",
            "Deal - Title",
            "Deal - Owner",
            "Deal - Status",
            "Deal - Deal created",
            "Deal - Won time",
        ),
        *(
            "Deal - Lost time",
            "Deal - Deal closed on",
            "Deal - Organization",
            "Deal - Contact person",
            "Deal - Lost reason",
        ),
        *(
            "Deal created",
            "Deal created on",
            "Deal closed on",
            "Weighted value",
            "Organization",
            "Contact person",
        ),
        *("Next activity date", "Currency of Value", "Source channel"),
        *(
            "add_time",
            "update_time",
            "close_time",
            "won_time",
            "lost_time",
            "org_id",
            "stage_change_time",
        ),
    ),
    # a deal that is archived keeps its status; one that is deleted says so in its status, or in a
    # flag of the API
    says=(*deleted(STATUS, WON_TIME, LOST_TIME), Says("deleted", (Cell(("is_deleted",), "yes"),))),
    won_times=WON_TIME,
    lost_times=LOST_TIME,
    day_first=False,
    other_tables={
        # "Pipedrive API: Activities"
        "touches": spelled(
            touch_id=("Activity - ID", "id"),
            at=("Activity - Add time", "add_time"),
            kind=("Activity - Type", "type"),
            deal_id=("Deal - ID", "deal_id"),
            manager=("Activity - Assigned to user", "owner_name", "owner_id", "user_id"),
            result=("Activity - Done", "done"),
            due_at=("Activity - Due date", "due_date"),
            done_at=("Activity - Marked as done time", "marked_as_done_time"),
        ),
        # "Pipedrive API: Organizations"
        "clients": spelled(
            client_id=("Organization - ID", "id"), name=("Organization - Name", "name")
        ),
    },
    lookups=(
        # "Pipedrive API: Users", "Stages" and "Pipelines"
        Lookup("people", ("id",), (("name",), ("email",))),
        Lookup("stages", ("id",), (("name",),), ("order_nr",)),
        Lookup("pipelines", ("id",), (("name",),), ("order_nr",)),
    ),
)
