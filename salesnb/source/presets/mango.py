"""Statistics of Mango Office."""

from salesnb.source.presets.calls import ANSWERED, INNER, INWARD, MISSED, OUTWARD, Telephony

# Mango Office, "API Виртуальной АТС", stats/request: records, start, finish, answer,
# from_extension, from_number, to_extension, to_number, disconnect_reason, line_number, location,
# entry_id; moments are unix seconds, answer is 0 where nobody took the call. The answer itself has
# no heading row: the names of the request are written above it
MANGO = Telephony(
    "mango",
    "Mango Office",
    {
        "at": ("start",),
        "start": ("start",),
        "answer": ("answer",),
        "finish": ("finish",),
        "from_ext": ("from_extension",),
        "to_ext": ("to_extension",),
        "from": ("from_number",),
        "to": ("to_number",),
        "id": ("entry_id", "records"),
    },
    ("at", "answer", "finish", "from_ext", "to_ext", "from", "to"),
)
# the list of calls in the account; not confirmed by a public document
MANGO_SCREEN = Telephony(
    "mango screen",
    "Mango Office",
    {
        "at": ("Дата и время", "Дата/время", "Начало", "Время начала", "Дата"),
        "direction": ("Тип вызова", "Тип звонка", "Направление", "Тип"),
        "status": ("Результат", "Результат вызова", "Статус", "Статус вызова"),
        "from": ("Кто звонил", "Кто звонит", "Откуда"),
        "to": ("Кому звонили", "Кому звонил", "Куда"),
        "answered": ("С кем говорил", "С кем разговаривал", "Кто ответил", "Сотрудник"),
        "talk": ("Длительность разговора", "Время разговора", "Разговор"),
        "total": ("Длительность", "Длительность вызова"),
    },
    ("at", "direction", "from", "to", "talk|total"),
    answered=ANSWERED,
    missed=MISSED,
    inward=INWARD,
    outward=OUTWARD,
    inner=INNER,
)
