"""What each CRM calls things, one file per CRM: headings, status words, and how it exports."""

from dataclasses import replace

from salesnb.source.presets.amocrm import AMOCRM
from salesnb.source.presets.attio import ATTIO
from salesnb.source.presets.base import LOST_TIMES, WON_TIMES, Cell, Preset, Says, deleted
from salesnb.source.presets.bitrix24 import BITRIX24
from salesnb.source.presets.close import CLOSE
from salesnb.source.presets.copper import COPPER
from salesnb.source.presets.dynamics import DYNAMICS
from salesnb.source.presets.freshsales import FRESHSALES
from salesnb.source.presets.hubspot import HUBSPOT
from salesnb.source.presets.insightly import INSIGHTLY
from salesnb.source.presets.monday import MONDAY
from salesnb.source.presets.notion import NOTION
from salesnb.source.presets.odoo import ODOO, ODOO_ALONE
from salesnb.source.presets.onec import ONEC
from salesnb.source.presets.pipedrive import PIPEDRIVE
from salesnb.source.presets.salesforce import SALESFORCE
from salesnb.source.presets.suitecrm import SUITECRM
from salesnb.source.presets.vtiger import VTIGER
from salesnb.source.presets.zoho import ZOHO

# headings that may mean something else in a table of no known CRM: there they say nothing
LOOSE = {"Won", "Closed", "Закрыта", "Deleted", "Deal Category", "Deal status"}


def _sure(says: tuple[Says, ...]) -> tuple[Says, ...]:
    """What columns say whose headings are unmistakable; in which stage an active deal of Odoo is
    tells nothing elsewhere.
    """
    kept = [
        tuple(
            replace(cell, headings=tuple(h for h in cell.headings if h not in LOOSE))
            for cell in one.cells
        )
        for one in says
    ]
    alone = zip(says, kept, strict=True)
    return tuple(replace(one, cells=cells) for one, cells in alone if one not in ODOO_ALONE)


# a table of its own may still hold the flags of these
KNOWN = (SALESFORCE, HUBSPOT, BITRIX24, ZOHO, ODOO, DYNAMICS)
CANONICAL = Preset(
    "canonical",
    "a table of its own",
    {},
    says=(
        *(one for preset in KNOWN for one in _sure(preset.says)),
        *deleted(("Status", "Deal status", "Статус"), WON_TIMES, LOST_TIMES),
        Says(
            "deleted",
            (
                Cell(
                    ("deleted_at", "deleted on", "date deleted", "deleted time", "дата удаления"),
                    "filled",
                ),
            ),
        ),
    ),
)
CRMS = (AMOCRM, ATTIO, BITRIX24, CLOSE, COPPER, DYNAMICS, FRESHSALES, HUBSPOT, INSIGHTLY, MONDAY,
    NOTION, ODOO, ONEC, PIPEDRIVE,
        SALESFORCE, SUITECRM, VTIGER, ZOHO)  # fmt: skip
PRESETS = {preset.name: preset for preset in (CANONICAL, *CRMS)}

__all__ = ["CANONICAL", "CRMS", "PRESETS", "Preset"]
