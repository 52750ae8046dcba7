"""Exports of amoCRM."""

from salesnb.source.presets.base import Preset

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
