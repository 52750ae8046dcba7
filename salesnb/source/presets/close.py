"""Exports of Close.

Names of the API: the opportunities that a client of the API keeps for its tests (package closex,
opportunity.json) and "Close API: List opportunity statuses". Its `value` is in cents, so the words
of `value_formatted` come first; a value a month ("$50 monthly") is not read. No document was found
for the headings of the screens.
"""

from salesnb.source.presets.base import OPEN, Cell, Lookup, Preset, choice, spelled

API = spelled(
    deal_id="id",
    manager=("user_name", "user_id"),
    created_at="date_created",
    modified_at="date_updated",
    status=("status_type", "status_label"),
    stage="status_label",
    pipeline=("pipeline_name", "pipeline_id"),
    amount=("value_formatted", "value"),
    currency="value_currency",
    client_id=("lead_id", "lead_name"),
    title="note",
)
SCREEN = spelled(  # not confirmed by a public document
    deal_id=("Opportunity ID", "ID"),
    manager=("Opportunity User", "User"),
    created_at="Date Created",
    status=("Status Type", "Status Label"),
    stage=("Status Label", "Status"),
    pipeline="Pipeline",
    amount="Value Formatted",
    currency="Value Currency",
    client_id=("Lead ID", "Lead Name"),
)

CLOSE = Preset(
    "close",
    "Close",
    {"api": API, "en": SCREEN},
    marks=(
        "status_type",
        "status_label",
        "value_formatted",
        "value_period",
        "value_currency",
        "lead_name",
        "date_won",
    ),
    # the three types of a status; the status itself has any name. On an active deal date_won is
    # when it is expected
    says=choice("status_type", won=("won",), lost=("lost",), open=("active",)),
    open=(*OPEN, "active"),
    day_first=False,
    lookups=(
        # "Close API: Users" and "List opportunity statuses for your organization"
        Lookup("people", ("id",), (("first_name", "last_name"), ("email",))),
        Lookup(
            "stages",
            ("id",),
            (("label",),),
            won=Cell(("type", "status_type"), "words", ("won",)),
            lost=Cell(("type", "status_type"), "words", ("lost",)),
        ),
        Lookup("pipelines", ("id",), (("name",),)),
    ),
)
