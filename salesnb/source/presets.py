"""What each CRM calls things: headings, status words, and how it exports.

Headings are compared folded (case, spaces, punctuation and look-alike letters do not count); the first one found wins.
Collected from real exports and from the code of the CRMs and their importers.
"""

from dataclasses import dataclass, field

# words of any export, so that no company has to list them; params add to them
WON = ("won", "closed won", "closedwon", "успешно реализовано", "сделка успешна", "успешна", "выиграна", "выиграно",
       "выигранная", "продано", "142", "payment done", "closed - won", "выполнена")  # fmt: skip
LOST = ("lost", "closed lost", "closedlost", "закрыто и не реализовано", "закрыта и не реализована", "сделка провалена",
        "провалена", "проиграна", "проиграно", "проигранная", "отказ", "143", "closed - lost", "не реализовано",
        "анализ причины провала", "closed lost to competition", "closed-lost to competition")  # fmt: skip


@dataclass(frozen=True)
class Preset:
    """One CRM's export of deals."""

    name: str
    title: str
    headings: dict[str, tuple[str, ...]]
    marks: tuple[str, ...] = ()  # headings that only this CRM writes: how an export is recognised
    won: tuple[str, ...] = WON
    lost: tuple[str, ...] = LOST
    status_from_stage: bool = False  # no status column: the stage says it
    one_close_column: bool = False  # one column holds both the closing and the expected date
    won_flags: tuple[str, ...] = ()  # a flag that the deal is won, and one that it is closed: surer than words
    closed_flags: tuple[str, ...] = ()
    closed_from: tuple[str, ...] = ()  # columns that hold closings apart, where there is none for both
    pipeline_in_words: bool = False  # a stage may be followed by its pipeline in brackets
    lines: bool = False  # writes one row per product line
    day_first: bool = True
    other_tables: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)

    def wanted(self, table: str) -> dict[str, tuple[str, ...]]:
        """Headings of a table: canonical name → spellings."""
        return self.headings if table == "deals" else self.other_tables.get(table, {})


AMOCRM = Preset(
    "amocrm",
    "amoCRM",
    {
        "deal_id": ("ID", "ID сделки"),
        "manager": (
            "Ответственный",
            "Ответственный пользователь",
            "Ответственный за сделку",
            "Responsible user",
            "Lead responsible",
        ),
        "created_at": ("Дата создания сделки", "Дата создания", "Создана", "Created at", "Lead created date"),
        "closed_at": ("Дата закрытия", "Дата закрытия сделки", "Закрыта", "Closed at"),
        "modified_at": ("Дата редактирования", "Last modified"),
        "stage": ("Этап сделки", "Этап", "Статус", "Статус сделки", "Lead stage", "Lead status"),
        "pipeline": ("Воронка", "Название воронки", "Pipeline"),
        "amount": ("Бюджет", "Бюджет ₽", "Бюджет, ₽", "Сумма", "Sale", "Budget"),
        "title": ("Название сделки", "Lead title"),
        "client_id": (
            "Компания",
            "Полное имя контакта",
            "Основной контакт",
            "Компания контакта",
            "Company",
            "Main contact",
        ),
        "source": ("Источник", "Источник трафика", "Источник сделки", "Source"),
        "product": ("Товар", "Продукт", "Product"),
        "lost_reason": ("Причина отказа", "Reason for loss"),
        "utm": ("utm_source",),
    },
    marks=(
        "Название сделки",
        "Этап сделки",
        "Дата создания сделки",
        "Кем создана сделка",
        "Полное имя контакта",
        "Бюджет",
    ),
    status_from_stage=True,
)
BITRIX24 = Preset(
    "bitrix24",
    "Bitrix24",
    {
        "deal_id": ("ID",),
        "manager": ("Ответственный", "Responsible", "Responsible person"),
        "created_at": ("Дата создания", "Created", "Created on"),
        "closed_at": (
            "Дата закрытия",
            "Предполагаемая дата закрытия",
            "Дата завершения",
            "Assumed close date",
            "Expected close date",
            "End date",
        ),
        "modified_at": ("Дата изменения", "Modified", "Modified on"),
        "stage": ("Стадия сделки", "Стадия заявки", "Stage", "Deal stage"),
        "pipeline": ("Воронка", "Направление", "Pipeline", "Sales pipeline"),
        "amount": ("Сумма", "Income", "Amount", "Total"),
        "currency": ("Валюта", "Currency"),
        "title": ("Название сделки", "Название заявки", "Название", "Deal Name"),
        "client_id": ("Компания", "Контакт", "Клиент", "Company", "Contact", "Client"),
        "source": ("Источник", "Source"),
        "product": ("Товар", "Product", "Название товара"),
        "lost_reason": ("Причина отказа", "Причина провала", "Reason for failure"),
        "utm": ("UTM Source", "UTM_SOURCE"),
    },
    marks=(
        "Стадия сделки",
        "Предполагаемая дата закрытия",
        "Повторная сделка",
        "Повторное обращение",
        "Сделка закрыта",
        "Assumed close date",
        "Income",
        "Responsible",
        "Repeat deal",
        "Repeat inquiry",
    ),
    won=(*WON, "deal won"),
    lost=(*LOST, "deal lost"),
    status_from_stage=True,
    one_close_column=True,
    lines=True,
)
HUBSPOT = Preset(
    "hubspot",
    "HubSpot",
    {
        "deal_id": ("Record ID", "Deal ID", "Record ID - Deal"),
        "manager": ("Deal owner", "HubSpot Owner"),
        "created_at": ("Create Date", "Created Date"),
        "closed_at": ("Close Date",),
        "modified_at": ("Last Modified Date",),
        "stage": ("Deal Stage",),
        "pipeline": ("Pipeline",),
        "amount": ("Amount", "Amount in company currency"),
        "currency": ("Currency",),
        "title": ("Deal Name",),
        "client_id": (
            "Associated Company",
            "Company Name",
            "Primary Associated Company",
            "Associated Company (Primary)",
        ),
        "source": ("Original Source", "Original Source Type", "Original Traffic Source"),
        "lost_reason": ("Closed Lost Reason",),
    },
    marks=("Record ID", "Deal Stage", "Deal owner", "Create Date", "Close Date"),
    status_from_stage=True,
    won_flags=("Is Closed Won",),
    closed_flags=("Is Deal Closed?", "Is Closed"),
    one_close_column=True,
    pipeline_in_words=True,
    day_first=False,
)
PIPEDRIVE = Preset(
    "pipedrive",
    "Pipedrive",
    {
        "deal_id": ("Deal - ID",),
        "manager": ("Deal - Owner",),
        "created_at": ("Deal - Deal created", "Deal - Add time", "Deal - Creation date"),
        "closed_at": ("Deal - Deal closed on", "Deal - Closed on", "Deal - Close time"),
        "expected_close_at": ("Deal - Expected close date",),
        "modified_at": ("Deal - Update time",),
        "status": ("Deal - Status",),
        "stage": ("Deal - Stage", "Deal - Stage (pipeline)"),
        "pipeline": ("Deal - Pipeline",),
        "amount": ("Deal - Value",),
        "currency": ("Deal - Currency of Value", "Deal - Currency"),
        "title": ("Deal - Title",),
        "client_id": (
            "Deal - Organization ID",
            "Deal - Organization",
            "Deal - Contact person ID",
            "Deal - Contact person",
        ),
        "source": ("Deal - Source channel", "Deal - Source origin"),
        "product": ("Deal - Product name",),
        "lost_reason": ("Deal - Lost reason",),
        "next_task_at": ("Deal - Next activity date",),
    },
    marks=("Deal - ID", "Deal - Title", "Deal - Owner", "Deal - Status"),
    closed_from=("Deal - Won time", "Deal - Lost time"),
    day_first=False,
)
SALESFORCE = Preset(
    "salesforce",
    "Salesforce",
    {
        "deal_id": ("Opportunity ID (18 Digit)", "Opportunity ID", "Id"),
        "manager": ("Opportunity Owner", "Owner", "Owner.Name", "Owner Name", "OwnerId"),
        "created_at": ("Created Date", "CreatedDate"),
        "closed_at": ("Close Date", "CloseDate"),
        "modified_at": ("Last Modified Date", "LastModifiedDate"),
        "stage": ("Stage", "StageName"),
        "amount": ("Amount",),
        "currency": ("Amount Currency", "Opportunity Currency", "CurrencyIsoCode"),
        "title": ("Opportunity Name", "Name"),
        "client_id": ("Account ID (18 digit)", "Account ID", "AccountId", "Account Name"),
        "source": ("Lead Source", "LeadSource", "Source", "Primary Campaign Source"),
        "product": ("Product Name",),
        "lost_reason": ("Loss Reason", "Lost Reason", "Closed Lost Reason"),
    },
    marks=(
        "Opportunity Owner",
        "Opportunity Name",
        "Opportunity ID (18 Digit)",
        "Fiscal Period",
        "StageName",
        "IsWon",
        "IsClosed",
        "CloseDate",
        "CreatedDate",
        "OwnerId",
        "LeadSource",
        "ForecastCategory",
        "IsDeleted",
        "Account Name",
    ),
    status_from_stage=True,
    won_flags=("IsWon", "Won"),
    closed_flags=("IsClosed", "Closed"),
    one_close_column=True,
    day_first=False,
)
ZOHO = Preset(
    "zoho",
    "Zoho",
    {
        "deal_id": ("Id", "Record Id", "Deal Id"),
        "manager": ("Deal Owner Name", "Deal Owner", "Deal Owner.id"),
        "created_at": ("Created Time",),
        "closed_at": ("Closing Date",),
        "modified_at": ("Modified Time",),
        "stage": ("Stage",),
        "pipeline": ("Pipeline",),
        "amount": ("Amount", "Offer Total Amount"),
        "currency": ("Currency",),
        "title": ("Deal Name",),
        "client_id": ("Account Name", "Contact Name", "Account Name.id"),
        "source": ("Lead Source", "Source"),
        "product": ("Product",),
        "lost_reason": ("Reason For Loss", "Lost Reason", "Reason For Loss__s"),
    },
    marks=("Closing Date", "Deal Owner", "Deal Owner Name", "Created Time", "Reason For Loss", "Modified Time"),
    won=(*WON, "payment done"),
    status_from_stage=True,
    one_close_column=True,
    day_first=False,
)
# other names under which exports of no known CRM hold the canonical columns: for `init` and the canonical preset
SYNONYMS = {
    "deal_id": ("deal id", "id", "opportunity id", "opportunity_id", "deal number", "номер сделки", "номер", "№"),
    "manager": (
        "manager",
        "owner",
        "sales agent",
        "sales rep",
        "rep",
        "salesperson",
        "responsible",
        "менеджер",
        "ответственный",
    ),
    "created_at": (
        "created at",
        "created",
        "creation date",
        "create date",
        "engage date",
        "open date",
        "opened",
        "дата создания",
        "создано",
        "дата создан",
    ),
    "closed_at": (
        "closed at",
        "closed",
        "close date",
        "closing date",
        "won time",
        "дата закрытия",
        "закрыто",
        "дата закрытия сделки",
    ),
    "status": ("status", "deal status", "outcome", "result", "статус", "результат"),
    "stage": ("stage", "deal stage", "этап", "стадия", "этап сделки"),
    "amount": ("amount", "value", "close value", "deal value", "sum", "revenue", "сумма", "сумма сделки", "бюджет"),
    "client_id": ("client id", "client", "account", "customer", "company", "клиент", "заказчик", "компания"),
    "channel": ("channel", "sales channel", "канал", "канал продаж"),
    "source": ("source", "lead source", "источник", "источник клиента"),
    "product": ("product", "item", "товар", "продукт", "услуга"),
    "title": ("title", "name", "deal", "deal name", "название", "сделка"),
    "lost_reason": ("lost reason", "loss reason", "причина отказа", "причина потери"),
    "currency": ("currency", "валюта"),
    "pipeline": ("pipeline", "воронка"),
    "team": ("team", "команда", "отдел"),
    "segment": ("segment", "сегмент"),
    "expected_close_at": ("expected close date", "дата план", "expected close at"),
    "modified_at": ("modified at", "updated at", "дата изменения"),
}
CANONICAL = Preset("canonical", "a table of its own", {})
PRESETS = {p.name: p for p in (CANONICAL, AMOCRM, BITRIX24, HUBSPOT, PIPEDRIVE, SALESFORCE, ZOHO)}
