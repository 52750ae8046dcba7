"""What each CRM calls things, one file per CRM: headings, status words, and how it exports."""

from dataclasses import replace

from salesnb.source.presets.amocrm import AMOCRM
from salesnb.source.presets.base import LOST_TIMES, WON_TIMES, Preset, Says, deleted
from salesnb.source.presets.bitrix24 import BITRIX24
from salesnb.source.presets.dynamics import DYNAMICS
from salesnb.source.presets.hubspot import HUBSPOT
from salesnb.source.presets.odoo import ODOO, ODOO_ALONE
from salesnb.source.presets.pipedrive import PIPEDRIVE
from salesnb.source.presets.salesforce import SALESFORCE
from salesnb.source.presets.synonyms import SYNONYMS
from salesnb.source.presets.zoho import ZOHO

# headings that may mean something else in a table of no known CRM: there they say nothing
LOOSE = {"Won", "Closed", "Закрыта", "Deleted", "Deal Category"}


def _sure(says: tuple[Says, ...]) -> tuple[Says, ...]:
    """What columns say whose headings are unmistakable; in which stage an active deal of Odoo is tells nothing elsewhere."""
    kept = [
        tuple(replace(cell, headings=tuple(h for h in cell.headings if h not in LOOSE)) for cell in one.cells)
        for one in says
    ]
    alone = zip(says, kept, strict=True)
    return tuple(replace(one, cells=cells) for one, cells in alone if one not in ODOO_ALONE)


KNOWN = (SALESFORCE, HUBSPOT, BITRIX24, ZOHO, ODOO, DYNAMICS)
CANONICAL = Preset(
    "canonical",
    "a table of its own",
    {},
    says=(
        *(one for preset in KNOWN for one in _sure(preset.says)),
        *deleted(("Status", "Deal status", "Статус"), WON_TIMES, LOST_TIMES),
    ),
)
PRESETS = {p.name: p for p in (CANONICAL, AMOCRM, BITRIX24, DYNAMICS, HUBSPOT, ODOO, PIPEDRIVE, SALESFORCE, ZOHO)}

__all__ = ["CANONICAL", "PRESETS", "SYNONYMS", "Preset"]
