"""Exports of Odoo: a lost deal is archived and keeps its stage."""

from salesnb.source.presets.base import LOST, WON, Cell, Preset, Says, choice

ACTIVE = ("Active", "active")
REASON = ("Lost Reason", "Lost Reason/Name", "lost_reason", "lost_reason_id")
PROBABILITY = ("Probability", "Probability (%)", "probability")
STAGE = ("Stage", "Stage/Name", "stage_id", "Стадия")
# sure in an export of Odoo only: elsewhere a probability may stand on a deal that is long closed
ODOO_ALONE = (Says("open", (Cell(ACTIVE, "yes"), Cell(PROBABILITY, "number", range=(0, 99.99)))),)

ODOO = Preset(
    "odoo",
    "Odoo",
    {
        "deal_id": ("ID", "External ID", "id"),
        "manager": ("Salesperson", "Salesperson/Name", "user_id"),
        "created_at": ("Created on", "create_date", "Creation Date"),
        "closed_at": ("Closed Date", "date_closed", "Date Closed"),
        "expected_close_at": ("Expected Closing", "date_deadline"),
        "modified_at": ("Last Updated on", "write_date"),
        "stage": STAGE,
        "amount": ("Expected Revenue", "expected_revenue", "planned_revenue"),
        "title": ("Opportunity", "Opportunity/Name", "name"),
        "client_id": ("Customer", "Customer/Name", "partner_id"),
        "source": ("Source", "Source/Name", "source_id"),
        "team": ("Sales Team", "team_id"),
        "lost_reason": REASON,
    },
    marks=(
        "Salesperson",
        "Expected Revenue",
        "Expected Closing",
        "Opportunity",
        "Lost Reason",
        "Sales Team",
        "user_id",
        "stage_id",
        "date_closed",
        "expected_revenue",
        "lost_reason_id",
    ),
    says=(
        *choice("Won/Lost", "won_status", won=WON, lost=LOST, open=("pending",)),
        Says("won", (Cell(PROBABILITY, "number", range=(100, 100)), Cell(STAGE, "words", WON))),
        Says("lost", (Cell(ACTIVE, "no"), Cell(REASON, "filled"))),
        Says("lost", (Cell(ACTIVE, "no"), Cell(PROBABILITY, "number", range=(0, 0)))),
        *ODOO_ALONE,
    ),
    status_from_stage=True,
    stage_kept=True,
    day_first=False,
)
