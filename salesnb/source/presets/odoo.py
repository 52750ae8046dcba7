"""Exports of Odoo: a lost deal is archived and keeps its stage.

Labels and names of the fields: github odoo/odoo, addons/crm/models/crm_lead.py and its
translations; what the file looks like: "Odoo documentation: Export and import data".
"""

from salesnb.source.presets.base import LOST, WON, Cell, Lookup, Preset, Says, choice, spelled

ACTIVE = ("Active", "active")
REASON = ("Lost Reason", "Lost Reason/Name", "lost_reason", "lost_reason_id", "lost_reason_id/name")
PROBABILITY = ("Probability", "Probability (%)", "probability")
STAGE = ("Stage", "Stage/Name", "stage_id", "stage_id/name", "Стадия")
# sure in an export of Odoo only: elsewhere a probability may stand on a deal that is long closed
ODOO_ALONE = (
    Says("open", (Cell(ACTIVE, "yes"), Cell(PROBABILITY, "number", range=(0, 99.99)))),
    Says("won", (Cell(PROBABILITY, "number", range=(100, 100)), Cell(STAGE, "words", WON))),
)

SCREEN = spelled(
    deal_id=("ID", "External ID"),
    manager=("Salesperson", "Salesperson/Name"),
    created_at=("Created on", "Creation Date"),
    closed_at=("Closed Date", "Date Closed"),
    expected_close_at="Expected Closing",
    modified_at="Last Updated on",
    stage=("Stage", "Stage/Name", "Стадия"),
    amount="Expected Revenue",
    title=("Opportunity", "Opportunity/Name"),
    client_id=("Customer", "Customer/Name"),
    source=("Source", "Source/Name"),
    team=("Sales Team", "Sales Team/Name"),
    lost_reason=("Lost Reason", "Lost Reason/Name"),
)
API = spelled(
    deal_id=("id", ".id"),
    manager=("user_id/name", "user_id"),
    created_at="create_date",
    closed_at="date_closed",
    expected_close_at="date_deadline",
    modified_at="write_date",
    stage=("stage_id/name", "stage_id"),
    amount=("expected_revenue", "planned_revenue"),
    title="name",
    client_id=("partner_id", "partner_id/name", "partner_name"),
    source=("source_id/name", "source_id"),
    team=("team_id/name", "team_id"),
    lost_reason=("lost_reason_id/name", "lost_reason_id", "lost_reason"),
)

ODOO = Preset(
    "odoo",
    "Odoo",
    {"en": SCREEN, "api": API},
    marks=(
        *(
            "Salesperson",
            "Expected Revenue",
            "Expected Closing",
            "Opportunity",
            "Lost Reason",
            "Sales Team",
        ),
        *(
            "user_id",
            "stage_id",
            "date_closed",
            "expected_revenue",
            "lost_reason_id",
            "date_deadline",
            "write_date",
        ),
        "create_date",
    ),
    says=(
        *choice("Won/Lost", "won_status", won=WON, lost=LOST, open=("pending",)),
        Says("lost", (Cell(ACTIVE, "no"), Cell(REASON, "filled"))),
        Says("lost", (Cell(ACTIVE, "no"), Cell(PROBABILITY, "number", range=(0, 0)))),
        *ODOO_ALONE,
    ),
    status_from_stage=True,
    stage_kept=True,
    day_first=False,
    other_tables={
        # github odoo/odoo, odoo/addons/base/models/res_partner.py
        "clients": spelled(
            client_id=("ID", "id"), name=("Display Name", "Name", "name"), phone=("Phone", "phone")
        ),
    },
    lookups=(
        # github odoo/odoo: res_users.py, crm_stage.py, crm_team.py
        Lookup("people", ("ID", "id"), (("Name",), ("name",), ("display_name",))),
        Lookup(
            "stages",
            ("ID", "id"),
            (("Stage Name",), ("name",)),
            ("Sequence", "sequence"),
            won=Cell(("Is Won Stage?", "is_won"), "yes"),
        ),
    ),
)
