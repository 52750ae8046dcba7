"""The exports that mutants are made from: the sample as each CRM writes it, and a table with how it is written."""

import csv
import io
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

CRM = Path(__file__).parents[2] / "data" / "sample" / "crm"
EXPORTS = {
    "amocrm": "amocrm.csv", "bitrix24": "bitrix24.csv", "hubspot": "hubspot.csv", "pipedrive": "pipedrive.csv",
    "salesforce": "salesforce.csv", "zoho": "zoho.csv", "canonical": "expected.csv",
}  # fmt: skip
COLUMNS = {  # preset → canonical column → its heading, of the columns that the figures stand on or that init looks for
    "amocrm": {"deal_id": "ID", "manager": "Ответственный", "created_at": "Дата создания сделки", "closed_at": "Дата закрытия",
               "status": "Этап сделки", "amount": "Бюджет", "title": "Название сделки", "source": "Источник"},
    "bitrix24": {"deal_id": "ID", "manager": "Ответственный", "created_at": "Дата создания", "closed_at": "Предполагаемая дата закрытия",
                 "status": "Стадия сделки", "amount": "Сумма", "title": "Название сделки", "source": "Источник", "flag": "Сделка закрыта"},
    "hubspot": {"deal_id": "Record ID", "manager": "Deal owner", "created_at": "Create Date", "closed_at": "Close Date",
                "status": "Deal Stage", "amount": "Amount", "title": "Deal Name", "source": "Original Source", "flag": "Is Closed Won"},
    "pipedrive": {"deal_id": "Deal - ID", "manager": "Deal - Owner", "created_at": "Deal - Deal created", "closed_at": "Deal - Deal closed on",
                  "status": "Deal - Status", "amount": "Deal - Value", "title": "Deal - Title", "source": "Deal - Source channel"},
    "salesforce": {"deal_id": "Opportunity ID (18 Digit)", "manager": "Opportunity Owner", "created_at": "Created Date", "closed_at": "Close Date",
                   "status": "Stage", "amount": "Amount", "title": "Opportunity Name", "source": "Source"},
    "zoho": {"deal_id": "Id", "manager": "Deal Owner Name", "created_at": "Created Time", "closed_at": "Closing Date",
             "status": "Stage", "amount": "Amount", "title": "Deal Name", "source": "Source"},
    "canonical": {"deal_id": "deal_id", "manager": "manager", "created_at": "created_at", "closed_at": "closed_at", "status": "status",
                  "amount": "amount", "title": "title", "source": "source"},
}  # fmt: skip
CYRILLIC = re.compile("[Ѐ-ӿ]+")
WORDS = (
    "José",
    "Müller",
    "François",
    "Peña",
    "Jürgen",
    "Åsa",
    "Öberg",
    "Lefèvre",
    "Málaga",
    "Besançon",
    "Søren",
    "Zürich",
)
BLANK = 5  # columns without a cell that stay in an export
RUSSIAN = ("amocrm", "bitrix24")  # their headings are
REQUIRED = ("deal_id", "manager", "created_at", "status", "closed_at")


@dataclass(frozen=True)
class Export:
    """A table with how it is written; `about` are the words one of which must be said where its figures differ."""

    preset: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    separator: str = ","
    encoding: str = "utf-8"
    quoting: int = csv.QUOTE_MINIMAL
    newline: str = "\n"
    packing: str = ""  # gz, zip, xlsx
    before: str = ""  # lines above the headings
    after: str = ""  # lines below the rows
    more: int = 0  # rows that are no deals of their own: footers, repeats
    kinds: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    latin: bool = False  # made from the export without Cyrillic
    later: bool = False  # read with the params of the export it was made from, as the next month's is

    @property
    def kept(self) -> bool:
        return not self.about

    def place(self, column: str) -> int | None:
        """Where a canonical column stands."""
        heading = COLUMNS[self.preset].get(column)
        return self.headings.index(heading) if heading in self.headings else None


@lru_cache
def base(preset: str, latin: bool = False, deals: int = 60) -> Export:
    """The first `deals` of the sample as a CRM exports them; `latin` ones hold no letter outside western Europe."""
    text = (CRM / EXPORTS[preset]).read_text(encoding="utf-8-sig")
    separator = ";" if preset == "bitrix24" else ","
    records = csv.reader(io.StringIO(western(text) if latin else text), delimiter=separator)
    rows = [tuple(row) for row in records if len(row) > 1]  # without the lines that Salesforce writes below
    headings, place = rows[0], rows[0].index(COLUMNS[preset]["deal_id"])
    ids = set(list(dict.fromkeys(row[place] for row in rows[1:]))[:deals])
    kept = [row for row in rows[1:] if row[place] in ids]
    blank = [i for i, name in enumerate(headings) if not name or not any(row[i] for row in kept)]
    used = [
        i for i in range(len(headings)) if i not in blank[BLANK:] and headings[i]
    ]  # many blank columns only take time
    whole = Export(preset, tuple(headings), tuple(kept), separator, latin=latin)
    return columns_kept(whole, used)


def western(text: str) -> str:
    """The text with a word of western Europe in the place of every Cyrillic one: encodings are told by how people spell.

    >>> western("Мария Ким, Café")
    'José Müller, Café'
    """
    found = list(dict.fromkeys(CYRILLIC.findall(text)))
    return CYRILLIC.sub(lambda word: WORDS[found.index(word[0]) % len(WORDS)], text)


def columns_kept(export: Export, order) -> Export:
    return replace(
        export,
        headings=tuple(export.headings[i] for i in order),
        rows=tuple(tuple(r[i] for i in order) for r in export.rows),
    )


def cells_changed(export: Export, column: str, change) -> Export:
    """The cells of a column changed; `change` gets the number of the row and the cell."""
    place = export.place(column)
    rows = [(*row[:place], change(n, row[place]), *row[place + 1 :]) for n, row in enumerate(export.rows)]
    return replace(export, rows=tuple(rows))
