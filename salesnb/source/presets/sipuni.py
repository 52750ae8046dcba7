"""Statistics of Sipuni."""

from salesnb.source.presets.calls import ANSWERED, INNER, INWARD, MISSED, OUTWARD, Telephony

# Sipuni API, "statistic/export" (CSV; the same headings stand in public programs that read it):
# Тип;Статус;Время;Схема; Откуда;Куда;Кто ответил;Длительность звонка, сек;Длительность разговора,
# сек;Время ответа, сек;Оценка;ID записи;Метка; Теги;ID заказа звонка;Запись существует;Новый
# клиент;…; an employee stands as "205 (Name)"
SIPUNI = Telephony(
    "sipuni",
    "Sipuni",
    {
        "at": ("Время",),
        "direction": ("Тип",),
        "status": ("Статус",),
        "from": ("Откуда",),
        "to": ("Куда",),
        "answered": ("Кто ответил", "Кто разговаривал"),
        "talk": ("Длительность разговора, сек", "Длительность разговора"),
        "total": ("Длительность звонка, сек", "Длительность звонка"),
        "id": ("ID записи",),
    },
    ("at", "direction", "status", "from", "to", "talk|total"),
    answered=ANSWERED,
    missed=MISSED,
    inward=INWARD,
    outward=OUTWARD,
    inner=INNER,
)
