"""Exports of amoCRM, outside Russia called Kommo.

Headings of the screens: Russian, github hromov/jevelina (package amoimport, a header of 76 columns)
and two other importers of real files; Portuguese, public importers of the Excel file of Kommo
(required columns "Lead usuário responsável", "Etapa do lead", "Funil de vendas", "Data Criada");
names of the API, "Kommo API reference: Leads" and good.bi, "AmoCRM. Подключение коннектора:
описание таблиц".
"""

from salesnb.source.presets.base import LOST, OPEN, WON, Cell, Lookup, Preset, spelled

RU = spelled(
    deal_id=("ID", "ID сделки"),
    manager=("Ответственный", "Ответственный пользователь", "Ответственный за сделку"),
    created_at=("Дата создания сделки", "Дата создания", "Создана"),
    closed_at=("Дата закрытия", "Дата закрытия сделки", "Закрыта"),
    modified_at="Дата редактирования",
    stage=("Этап сделки", "Этап", "Статус", "Статус сделки"),
    pipeline=("Воронка", "Название воронки"),
    amount=("Бюджет", "Бюджет ₽", "Бюджет, ₽", "Сумма"),
    title="Название сделки",
    client_id=("Компания", "Полное имя контакта", "Основной контакт", "Компания контакта"),
    source=("Источник", "Источник трафика", "Источник сделки"),
    product=("Товар", "Продукт"),
    lost_reason="Причина отказа",
    utm="utm_source",
    next_task_at="Ближайшая задача",  # not confirmed by a public document
)
# not confirmed by a public document: by the Russian and Portuguese files, and what importers look
# for
EN = spelled(
    deal_id="ID",
    manager=("Responsible user", "Lead responsible", "Lead responsible user"),
    created_at=("Created at", "Lead created date", "Date created"),
    closed_at=("Closed at", "Date closed"),
    modified_at=("Last modified", "Updated at"),
    stage=("Lead stage", "Lead status"),
    pipeline=("Pipeline", "Sales pipeline"),
    amount=("Sale", "Budget"),
    title=("Lead title", "Lead name"),
    client_id=("Company", "Main contact", "Company lead's", "Contact's company"),
    source="Source",
    product="Product",
    lost_reason=("Reason for loss", "Loss reason"),
    utm="utm_source",
)
# not confirmed by a public document: by the Portuguese files and the words of the screens
ES = spelled(
    deal_id="ID",
    manager=("Lead usuario responsable", "Usuario responsable"),
    created_at=("Fecha de creación", "Fecha creada", "Creado en"),
    closed_at=("Fecha de cierre", "Fecha cerrada", "Cerrado en"),
    modified_at=("Última modificación",),
    stage=("Etapa del lead", "Estatus del lead"),
    pipeline="Embudo de ventas",
    amount=("Venta", "Presupuesto"),
    title=("Nombre del lead", "Lead título"),
    client_id=("Compañía", "Contacto principal", "Compañía del contacto"),
    source=("Fuente", "Origen"),
    lost_reason=("Razón de pérdida", "Motivo de pérdida"),
)
PT = spelled(
    deal_id=("ID", "ID do lead"),
    manager=("Lead usuário responsável", "Usuário responsável"),
    created_at=("Data Criada", "Data de criação"),
    closed_at=("Data Fechada", "Data de fechamento", "Fechado em"),
    modified_at="Última modificação",
    stage="Etapa do lead",
    pipeline="Funil de vendas",
    amount="Venda",
    title=("Lead título", "Nome do lead"),  # not confirmed by a public document
    client_id=("Empresa lead 's", "Contato principal", "Empresa do contato", "ID do contato"),
    source="Origem",
    lost_reason="Motivo de insucesso",
)
API = spelled(
    deal_id=("id", "lead_id"),
    manager=("responsible_user_name", "responsible_user_id"),
    created_at="created_at",
    closed_at="closed_at",
    modified_at="updated_at",
    stage=("status_name", "status_id"),
    pipeline=("pipeline_name", "pipeline_id"),
    amount="price",
    title="name",
    client_id=("company_id", "main_contact"),
    source="source_id",
    lost_reason=("loss_reason_name", "loss_reason_id"),
    next_task_at="closest_task_at",
    team="group_id",
)

AMOCRM = Preset(
    "amocrm",
    "amoCRM",
    {"ru": RU, "en": EN, "es": ES, "pt": PT, "api": API},
    marks=(
        *(
            "Название сделки",
            "Этап сделки",
            "Дата создания сделки",
            "Кем создана сделка",
            "Полное имя контакта",
            "Бюджет",
        ),
        *(
            "Lead title",
            "Lead stage",
            "Lead responsible",
            "Lead responsible user",
            "Responsible user",
            "Lead created date",
        ),
        *(
            "Lead usuario responsable",
            "Usuario responsable",
            "Etapa del lead",
            "Embudo de ventas",
            "Nombre del lead",
        ),
        *(
            "Lead usuário responsável",
            "Usuário responsável",
            "Etapa do lead",
            "Funil de vendas",
            "Lead tags",
        ),
        *(
            "responsible_user_id",
            "responsible_user_name",
            "closest_task_at",
            "loss_reason_id",
            "status_id",
            "price",
        ),
    ),
    # stages that every pipeline ends with: 142 and 143; their names can be changed, also by the
    # language of the account
    won=(
        *WON,
        "142",
        "venda ganha",
        "venta ganada",
        "logrado con éxito",
    ),  # the last two: not confirmed by a public document
    lost=(
        *LOST,
        "143",
        "venda perdida",
        "venta perdida",
        "venta perdido",
        "ventas perdidas",
        "ventas perdidos",
    ),  # the last four: not confirmed
    open=(*OPEN, "incoming leads", "initial contact", "contato inicial", "contacto inicial"),
    status_from_stage=True,
    other_tables={
        # "Kommo API reference: Tasks"; the calls lie in the notes of the leads
        "touches": spelled(
            touch_id="id",
            at="created_at",
            kind=("note_type", "task_type_id"),
            deal_id="entity_id",
            manager=("responsible_user_name", "responsible_user_id"),
            due_at="complete_till",
            result=("call_status", "is_completed"),
            duration_s="duration",
        ),
    },
    lookups=(
        # "Kommo API reference: Users" and "Pipelines and stages"
        Lookup("people", ("id", "user_id"), (("name",), ("email",))),
        Lookup("pipelines", ("pipeline_id", "id"), (("pipeline_name",), ("name",)), ("sort",)),
        Lookup(
            "stages",
            ("status_id", "id"),
            (("status_name",), ("name",)),
            ("sort",),
            won=Cell(("status_id", "id"), "words", ("142",)),
            lost=Cell(("status_id", "id"), "words", ("143",)),
        ),
    ),
)
