"""Exports of Bitrix24."""

from salesnb.source.presets.base import LOST, WON, Preset

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
