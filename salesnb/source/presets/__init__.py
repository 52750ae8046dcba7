"""What each CRM calls things, one file per CRM: headings, status words, and how it exports."""

from salesnb.source.presets.amocrm import AMOCRM
from salesnb.source.presets.base import Preset
from salesnb.source.presets.bitrix24 import BITRIX24
from salesnb.source.presets.hubspot import HUBSPOT
from salesnb.source.presets.pipedrive import PIPEDRIVE
from salesnb.source.presets.salesforce import SALESFORCE
from salesnb.source.presets.synonyms import SYNONYMS
from salesnb.source.presets.zoho import ZOHO

CANONICAL = Preset("canonical", "a table of its own", {})
PRESETS = {p.name: p for p in (CANONICAL, AMOCRM, BITRIX24, HUBSPOT, PIPEDRIVE, SALESFORCE, ZOHO)}

__all__ = ["CANONICAL", "PRESETS", "SYNONYMS", "Preset"]
