"""Columns that say when a deal entered a stage, one column a stage, as HubSpot writes them."""

import re
from collections.abc import Iterable

# HubSpot knowledge base, "Use stage calculated properties": Date entered [stage]; in a portal the
# stage stands in quotes with its pipeline: Date entered "Closed Won (Sales Pipeline)"
_SCREENS = (
    "Date entered",
    "Datum des Eintritts in",  # not confirmed by a public document
    "Eintrittsdatum",  # not confirmed by a public document
    "Eingetreten am",  # not confirmed by a public document
    "Fecha introducida",  # the same page in Spanish, translated by a program
    "Fecha de entrada en",  # not confirmed by a public document
    "Fecha de entrada a",  # not confirmed by a public document
    "Fecha de ingreso en",  # not confirmed by a public document
    "Date d'entrée dans",  # not confirmed by a public document
    "Date d'entrée en",  # not confirmed by a public document
    "Date d'entrée",  # not confirmed by a public document
)
_QUOTES = r"\"'«»“”„‟‘’‚"
_WORDS = "|".join(re.escape(one).replace("'", "['’]").replace(r"\ ", r"\s+") for one in _SCREENS)
SCREEN = re.compile(
    rf"^(?:{_WORDS})\s+(?:(?:die|der)\s+phase\s+|la\s+etapa\s+|la\s+phase\s+)?[{_QUOTES}]\s*(.+?)(?:\s+\(([^()]*)\))?\s*[{_QUOTES}]$",
    re.I,
)
# HubSpot developers, "CRM API: deals": hs_v2_date_entered_<id of the stage>, and
# hs_date_entered_<id> before it; a stage of the newer kind may be followed by a number that only
# tells equal ids apart
API = re.compile(r"^(?:properties[._])?hs_(v2_)?date_entered_(?!current_stage$)(.+)$", re.I)


def entered_headings(headings: Iterable[str]) -> dict[str, tuple[str, str | None]]:
    """Headings that say when a stage was entered: heading → (stage, pipeline).

    Of two columns of one stage, of the older and of the newer kind of property, the newer one is
    meant.

    >>> entered_headings(['Date entered "Closed Won (Sales Pipeline)"', "Amount"])
    {'Date entered "Closed Won (Sales Pipeline)"': ('Closed Won', 'Sales Pipeline')}
    >>> entered_headings(["hs_date_entered_closedwon", "hs_v2_date_entered_closedwon",
    ...     "hs_v2_date_entered_current_stage"])
    {'hs_v2_date_entered_closedwon': ('closedwon', None)}
    >>> entered_headings(["Fecha de entrada en «Ganado (Ventas)»",
    ...     "hs_v2_date_entered_1113580061_1588033527"])
    {'Fecha de entrada en «Ganado (Ventas)»': ('Ganado', 'Ventas'), 'hs_v2_date_entered_1113580061_1588033527': ('1113580061', None)}
    """  # noqa: E501
    found: dict[str, tuple[str, str | None]] = {}
    newer: set[str] = set()
    for heading in headings:
        if match := SCREEN.match(heading):
            found[heading] = (match[1], match[2])
        elif match := API.match(heading):
            stage = re.sub(r"(?<=.)_\d+$", "", match[2]) if match[1] else match[2]
            found[heading] = (stage, None)
            newer |= {stage} if match[1] else set()
    return {
        heading: told
        for heading, told in found.items()
        if not (_older(heading) and told[0] in newer)
    }


def _older(heading: str) -> bool:
    match = API.match(heading)
    return match is not None and not match[1]
