"""Exports of Bitrix24.

Headings of the screens: component.php of crm.deal.list in Russian and English (github
vazzdaky/OtusBitrix) and in Ukrainian (github qvab/aupcontrol.dev7); names of REST: "Bitrix24 REST:
crm.deal.list, crm.deal.fields, crm.item.fields".
"""

from salesnb.source.presets.base import LOST, OPEN, WON, Cell, Lookup, Preset, choice, flag, spelled

# of STAGE_SEMANTIC_ID and of its names in the screens
WON_GROUP = ("s", "success", "successful", "won", "deal won", "успех", "успешно", "успешна",
    "успешные", "успешная",
             "сделка успешна", "сделка заключена", "угода успішна")  # fmt: skip
LOST_GROUP = ("f", "failed", "failure", "unsuccessful", "lost", "deal lost", "провал", "провальные",
    "провальная", "провалена",
              "неуспешные", "неуспешная", "сделка провалена", "сделка проиграна",
                  "угода провалена")  # fmt: skip
OPEN_GROUP = (
    "p",
    "in progress",
    "process",
    "в работе",
    "в процессе",
    "сделка в работе",
    "в роботі",
)

RU = spelled(
    deal_id="ID",
    manager="Ответственный",
    created_at="Дата создания",
    closed_at=("Дата закрытия", "Предполагаемая дата закрытия", "Дата завершения"),
    modified_at="Дата изменения",
    stage=("Стадия сделки", "Стадия заявки", "Стадия"),
    pipeline=("Воронка", "Направление"),
    amount="Сумма",
    currency="Валюта",
    title=("Название сделки", "Название заявки", "Название"),
    client_id=("Компания", "Контакт", "Клиент"),
    source="Источник",
    product=("Товар", "Название товара"),
    lost_reason=(
        "Причина отказа",
        "Причина провала",
    ),  # columns of one's own: there is none by default
)
EN = spelled(
    deal_id="ID",
    manager=("Responsible", "Responsible person"),
    created_at=("Created", "Created on"),
    closed_at=("Assumed close date", "Expected close date", "End date"),
    modified_at=("Modified", "Modified on"),
    stage=("Stage", "Deal stage"),
    pipeline=("Pipeline", "Sales pipeline"),
    amount=("Income", "Amount", "Total"),
    currency="Currency",
    title="Deal Name",
    client_id=("Company", "Contact", "Client"),
    source="Source",
    product="Product",
    lost_reason="Reason for failure",
    utm="UTM Source",
)
UA = spelled(
    deal_id="ID",
    manager="Відповідальний",
    created_at="Дата створення",
    closed_at=("Орієнтовна дата закриття", "Дата закриття"),
    modified_at="Дата змінення",
    stage=("Стадія угоди", "Стадія"),
    pipeline=("Напрямок", "Воронка"),
    amount="Сума",
    currency="Валюта",
    title=("Назва", "Назва угоди"),
    client_id=("Компанія", "Контакт", "Клієнт"),
    source="Джерело",
    product=("Товар", "Продукт"),
    lost_reason="Причина відмови",  # a column of one's own
)
# crm.item.list writes the same names in another case: stageId, assignedById; "createdTime" and
# "updatedTime" are its own
REST = spelled(
    deal_id="ID",
    manager=("ASSIGNED_BY_NAME", "ASSIGNED_BY_ID"),
    created_at=("DATE_CREATE", "createdTime"),
    closed_at="CLOSEDATE",
    modified_at=("DATE_MODIFY", "updatedTime"),
    stage="STAGE_ID",
    pipeline="CATEGORY_ID",
    amount="OPPORTUNITY",
    currency="CURRENCY_ID",
    title="TITLE",
    client_id=("COMPANY_ID", "CONTACT_ID"),
    source="SOURCE_ID",
    utm="UTM_SOURCE",
)

BITRIX24 = Preset(
    "bitrix24",
    "Bitrix24",
    {"ru": RU, "en": EN, "ua": UA, "api": REST},
    marks=(
        *(
            "Стадия сделки",
            "Предполагаемая дата закрытия",
            "Повторная сделка",
            "Повторное обращение",
            "Сделка закрыта",
        ),
        *(
            "Стадия заявки",
            "Название заявки",
            "Заявка закрыта",
            "Группа стадий",
            "Кем создана",
            "Кем изменена",
        ),
        *(
            "Создана CRM-формой",
            "Дата изменения стадии",
            "Кто изменил стадию",
            "Дополнительно об источнике",
        ),
        *("Assumed close date", "Income", "Responsible", "Repeat deal", "Repeat inquiry"),
        *("Created by CRM form", "Stage changed by", "Stage change date", "Source information"),
        *(
            "Стадія угоди",
            "Орієнтовна дата закриття",
            "Угода закрита",
            "Відповідальний",
            "Повторна угода",
        ),
        *(
            "Повторне звернення",
            "Група стадій",
            "Ким створена",
            "Ким змінена",
            "Створена CRM-формою",
        ),
        *(
            "STAGE_ID",
            "STAGE_SEMANTIC_ID",
            "ASSIGNED_BY_ID",
            "OPPORTUNITY",
            "DATE_CREATE",
            "CATEGORY_ID",
        ),
    ),
    won=(*WON, "угода успішна"),  # not confirmed by a public document
    lost=(
        *LOST,
        "lose",
        "apology",
        "угода провалена",
    ),  # the last: not confirmed by a public document
    open=(
        *OPEN,
        *(
            "preparation",
            "prepayment_invoice",
            "executing",
            "final_invoice",
            "create papers",
            "invoice",
            "final invoice",
        ),
        *("подготовка документов", "счет на предоплату", "cчет на предоплату", "финальный счет"),
    ),
    says=(
        *choice(
            *(
                "STAGE_SEMANTIC_ID",
                "Группа стадий",
                "Группа стадии",
                "Stage group",
                "Deal status",
                "Група стадій",
            ),
            won=WON_GROUP,
            lost=LOST_GROUP,
            open=OPEN_GROUP,
        ),
        *flag(
            "closed",
            "open",
            "Сделка закрыта",
            "Заявка закрыта",
            "Закрыта",
            "Closed",
            "Deal closed",
            "Угода закрита",
        ),
    ),
    prefix="^c[0-9]+:",
    status_from_stage=True,
    one_close_column=True,
    lines=True,
    other_tables={
        # "Bitrix24 REST: crm.stagehistory.list"
        "stages": spelled(
            deal_id="OWNER_ID", stage="STAGE_ID", entered_at="CREATED_TIME", pipeline="CATEGORY_ID"
        ),
        # "Bitrix24 REST: crm.lead.list"
        "leads": spelled(
            lead_id="ID",
            created_at="DATE_CREATE",
            status="STATUS_ID",
            source="SOURCE_ID",
            manager=("ASSIGNED_BY_NAME", "ASSIGNED_BY_ID"),
        ),
        # "Bitrix24 REST: crm.company.list"
        "clients": spelled(
            client_id="ID", name="TITLE", phone="PHONE", email="EMAIL", segment="INDUSTRY"
        ),
        # "Bitrix24 REST: crm.activity.list": OWNER_ID is a deal where OWNER_TYPE_ID is 2
        "touches": spelled(
            touch_id="ID",
            at=("START_TIME", "CREATED"),
            kind="TYPE_ID",
            deal_id="OWNER_ID",
            manager="RESPONSIBLE_ID",
            direction="DIRECTION",
            result="COMPLETED",
            due_at="DEADLINE",
        ),
    },
    tied={("touches", "deal_id"): Cell(("OWNER_TYPE_ID",), "words", ("2", "deal"))},
    lookups=(
        # "Bitrix24 REST: user.get"
        Lookup("people", ("ID",), (("NAME", "LAST_NAME"), ("LAST_NAME",), ("EMAIL",))),
        # "Bitrix24 REST: crm.status.list": the stages of deals are those whose ENTITY_ID begins
        # with DEAL_STAGE
        Lookup(
            "stages",
            ("STATUS_ID",),
            (("NAME",),),
            ("SORT",),
            won=Cell(("SEMANTICS",), "words", ("s",)),
            lost=Cell(("SEMANTICS",), "words", ("f",)),
        ),
        # "Bitrix24 REST: crm.category.list"
        Lookup("pipelines", ("ID",), (("NAME",),), ("SORT",)),
    ),
)
