"""Layouts of histories and of telephony: tables that are known by their headings alone, whatever
system wrote them.

A layout names the parts that its table has (`roles`) and which of them make it this layout
(`needed`). What the parts are worth is said in `changes.py` for histories and in `calls.py` for
telephony.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from salesnb.source.headings import fold_heading
from salesnb.source.presets.asterisk import ASTERISK
from salesnb.source.presets.calls import Telephony
from salesnb.source.presets.mango import MANGO, MANGO_SCREEN
from salesnb.source.presets.sipuni import SIPUNI
from salesnb.source.presets.zadarma import ZADARMA, ZADARMA_ACCOUNT


@dataclass(frozen=True)
class History:
    """One layout of a history.

    Attributes
    ----------
    roles : part → spellings of its heading; the first one found is meant
    needed : parts without which it is not this layout; "id|title" is one of the two
    kind : entries (a row is an entry into a stage), moves (a row has the value before and after),
        changes (so, of any field)
    """

    name: str
    tables: tuple[str, ...]
    roles: dict[str, tuple[str, ...]]
    needed: tuple[str, ...]
    kind: str


DEAL_IDS = (
    "OpportunityId", "Opportunity ID", "Opportunity ID (18 Digit)", "item_id", "data.item_id",
        "deal_id", "Deal ID", "Deal - ID",
    "lead_id", "Record ID", "hs_object_id", "ID сделки", "Номер сделки", "№ сделки", "entity_id",
        "object_id",
)  # fmt: skip
TITLES = (
    "Opportunity Name",
    "Deal Name",
    "Deal - Title",
    "Название сделки",
    "Сделка",
    "Deal",
    "Opportunity",
)
WHEN = (
    "CreatedDate", "Created Date", "Edit Date", "log_time", "data.log_time", "Last Modified",
        "Last Modified Date", "timestamp", "time",
    "Changed at", "Changed on", "Change date", "Change time", "Date of change", "Modified Date",
        "Modified Time", "Modified at", "Date",
    "entered_at", "Дата изменения", "Дата и время", "Дата и время изменения", "Время изменения",
        "Когда", "Дата", "created_at",
)  # fmt: skip

# Object Reference for the Salesforce Platform, "OpportunityHistory": a row for every change of
# stage, amount, probability or closing date
SALESFORCE_HISTORY = History(
    "salesforce opportunity history",
    ("stages",),
    {
        "id": ("OpportunityId", "Opportunity ID"),
        "new": ("StageName", "Stage Name"),
        "at": ("CreatedDate", "Created Date"),
        "deleted": ("IsDeleted",),
    },
    ("id", "new", "at"),
    "entries",
)
# Bitrix24 REST, "crm.stagehistory.list": the stages of the current pipeline of a deal
BITRIX_HISTORY = History(
    "bitrix24 stage history",
    ("stages",),
    {
        "id": ("OWNER_ID",),
        "new": ("STAGE_ID",),
        "at": ("CREATED_TIME",),
        "pipeline": ("CATEGORY_ID",),
        "type": ("TYPE_ID",),
    },
    ("id", "new", "at"),
    "entries",
)
# amoCRM developers, "События" (GET /api/v4/events): value_before and value_after are lists of JSON;
# the flattened names are those that programs make of them
AMOCRM_EVENTS = History(
    "amocrm events",
    ("stages", "owners"),
    {
        "id": ("entity_id",),
        "field": ("type",),
        "at": ("created_at",),
        "entity": ("entity_type",),
        "new": ("value_after",),
        "old": ("value_before",),
        "new_stage": ("value_after.lead_status.id", "value_after.0.lead_status.id"),
        "old_stage": ("value_before.lead_status.id", "value_before.0.lead_status.id"),
        "new_pipeline": (
            "value_after.lead_status.pipeline_id",
            "value_after.0.lead_status.pipeline_id",
        ),
        "old_pipeline": (
            "value_before.lead_status.pipeline_id",
            "value_before.0.lead_status.pipeline_id",
        ),
        "new_owner": ("value_after.responsible_user.id", "value_after.0.responsible_user.id"),
        "old_owner": ("value_before.responsible_user.id", "value_before.0.responsible_user.id"),
    },
    ("id", "field", "at", "new|new_stage"),
    "changes",
)
AMOCRM_LIST = History(
    "amocrm list of events",  # not confirmed by a public document
    ("stages", "owners"),
    {
        "at": ("Дата", "Дата события", "Date"),
        "field": ("Событие", "Event"),
        "entity": ("Объект", "Object"),
        "title": ("Название", "Название объекта", "Name"),
        "new": ("Значение после", "Value after"),
        "old": ("Значение до", "Value before"),
    },
    ("at", "field", "title", "new", "entity"),
    "changes",
)
# Object Reference for the Salesforce Platform, "OpportunityFieldHistory"; Salesforce help,
# "Opportunity Field History Report"; Pipedrive API, "List updates about a deal" (flow: object,
# data.field_key, data.old_value, data.log_time); the headings in Russian are not confirmed by a
# public document
FIELD_CHANGES = History(
    "field changes",
    ("stages", "owners"),
    {
        "id": DEAL_IDS,
        "title": TITLES,
        "field": (
            "Field", "Field / Event", "Field Name", "Changed Field", "field_key", "data.field_key",
                "Property", "Property Name", "Attribute",
            "Поле", "Название поля", "Измененное поле", "Изменённое поле",
        ),
        "old": (
            "OldValue", "Old Value", "data.old_value", "Previous Value", "Original Value",
                "Value before", "Было", "Старое значение",
            "Прежнее значение", "Значение до",
        ),
        "new": ("NewValue", "New Value", "data.new_value", "Value after", "Стало", "Новое значение",
            "Значение после"),
        "old_text": (
            "old_value_formatted", "additional_data.old_value_formatted",
                "data.additional_data.old_value_formatted",
        ),
        "new_text": (
            "new_value_formatted", "additional_data.new_value_formatted",
                "data.additional_data.new_value_formatted",
        ),
        "at": WHEN,
        "entity": ("object",),
        "deleted": ("IsDeleted",),
    },
    ("id|title", "field", "new", "at"),
    "changes",
)  # fmt: skip
# Salesforce help, "Opportunity History Report": From Stage, To Stage, Last Modified
STAGE_MOVES = History(
    "moves from stage to stage",
    ("stages",),
    {
        "id": DEAL_IDS,
        "title": TITLES,
        "old": (
            "From Stage", "Old Stage", "Previous Stage", "Stage before", "Предыдущий этап",
                "Прежний этап", "Старый этап", "Этап до",
            "Предыдущая стадия", "Прежняя стадия", "Старая стадия", "Стадия до", "Из этапа",
        ),
        "new": (
            "To Stage", "New Stage", "Next Stage", "Stage after", "Новый этап", "Этап после",
                "Новая стадия", "Стадия после", "В этап",
        ),
        "pipeline": ("Pipeline", "Воронка"),
        "at": WHEN,
    },
    ("id|title", "old", "new", "at"),
    "moves",
)  # fmt: skip
OWNER_MOVES = History(
    "moves from owner to owner",  # not confirmed by a public document
    ("owners",),
    {
        "id": DEAL_IDS,
        "title": TITLES,
        "old": (
            "Old Owner",
            "Previous Owner",
            "From Owner",
            "Предыдущий ответственный",
            "Прежний ответственный",
            "Старый ответственный",
        ),
        "new": ("New Owner", "To Owner", "Новый ответственный"),
        "at": WHEN,
    },
    ("id|title", "old", "new", "at"),
    "moves",
)

# the first that fits is meant
HISTORIES = (
    AMOCRM_EVENTS,
    AMOCRM_LIST,
    BITRIX_HISTORY,
    FIELD_CHANGES,
    STAGE_MOVES,
    OWNER_MOVES,
    SALESFORCE_HISTORY,
)
TELEPHONY = (SIPUNI, MANGO, ZADARMA, ZADARMA_ACCOUNT, ASTERISK, MANGO_SCREEN)


def layout_of(
    headings: Iterable[str], table: str
) -> tuple[History | Telephony, dict[str, str]] | None:
    """The layout of a file that holds `table`, and its parts: role → heading; None for a table of
    its own.

    >>> layout, parts = layout_of(["OpportunityId", "Field", "OldValue", "NewValue", "CreatedDate"],
    ...     "owners")
    >>> layout.name, parts["field"], layout_of(["deal_id", "stage", "entered_at"], "stages")
    ('field changes', 'Field', None)
    """
    by_fold: dict[str, str] = {}
    for heading in headings:
        by_fold.setdefault(fold_heading(heading), heading)
    for layout in (
        HISTORIES if table in ("stages", "owners") else TELEPHONY if table == "touches" else ()
    ):
        if table in layout.tables:
            parts = _parts(layout, by_fold)
            if all(any(role in parts for role in one.split("|")) for one in layout.needed):
                return layout, parts
    return None


def _parts(layout, by_fold: dict[str, str]) -> dict[str, str]:
    """Role → heading; a heading has one role, the first that wants it."""
    found: dict[str, str] = {}
    for role, spelled in layout.roles.items():
        heading = next(
            (by_fold[fold_heading(one)] for one in spelled if fold_heading(one) in by_fold), None
        )
        if heading is not None and heading not in found.values():
            found[role] = heading
    return found


def tables_of(headings: Iterable[str]) -> tuple[str, ...]:
    """The canonical tables of which a file is a known layout.

    >>> tables_of(["calldate", "clid", "src", "dst", "billsec", "disposition"])
    ('touches',)
    """
    return tuple(table for table in ("stages", "owners", "touches") if layout_of(headings, table))


def layout_headings(table: str) -> frozenset[str]:
    """Folded headings of every layout of a table: they find the heading row."""
    known = [layout for layout in (*HISTORIES, *TELEPHONY) if table in layout.tables]
    return frozenset(
        fold_heading(one)
        for layout in known
        for spelled in layout.roles.values()
        for one in spelled
    )
