"""Lists of deals from 1C (Управление торговлей, КА, ERP): the catalogue «Сделки с клиентами».

Names of OData: public scripts that write to Catalog_СделкиСКлиентами (Статус, Закрыта,
ПричинаПроигрышаСделки_Key, Description). The headings of the list on the screen: no document was
found.
"""

from salesnb.source.presets.base import OPEN, Lookup, Preset, flag, spelled

LIST = spelled(  # not confirmed by a public document
    deal_id=("Код", "Номер", "Сделка.Код"),
    manager=("Ответственный", "Менеджер"),
    created_at=("Дата начала", "Дата создания", "Дата регистрации"),
    closed_at=("Дата окончания", "Дата закрытия"),
    expected_close_at="Плановая дата окончания",
    status=("Статус", "Статус сделки"),
    stage=("Этап", "Текущий этап", "Состояние"),
    pipeline="Вид сделки",
    amount=("Потенциал", "Потенциальная сумма продажи", "Сумма"),
    currency="Валюта",
    title=("Сделка", "Наименование", "Сделка с клиентом"),
    client_id=("Партнер", "Клиент", "Контрагент"),
    source=("Канал привлечения", "Рекламное воздействие", "Источник привлечения"),
    lost_reason=("Причина проигрыша", "Причина проигрыша сделки"),
)
ODATA = spelled(
    deal_id=("Ref_Key", "Code"),
    manager=("Ответственный", "Ответственный_Key"),
    created_at="ДатаНачала",  # not confirmed by a public document
    closed_at="ДатаОкончания",  # likewise
    status="Статус",
    pipeline=("ВидСделки", "ВидСделки_Key"),  # not confirmed by a public document
    amount="ПотенциальнаяСуммаПродажи",  # likewise
    title="Description",
    client_id=("Партнер", "Партнер_Key"),  # likewise
    lost_reason=("ПричинаПроигрышаСделки", "ПричинаПроигрышаСделки_Key"),
)

ONEC = Preset(
    "1c",
    "1С",
    {"ru": LIST, "api": ODATA},
    marks=(
        *(
            "Вид сделки",
            "Партнер",
            "Причина проигрыша",
            "Причина проигрыша сделки",
            "Сделка с клиентом",
            "Потенциал",
        ),
        *("Потенциальная сумма продажи", "Канал привлечения", "Дата окончания"),
        *(
            "Ref_Key",
            "ПричинаПроигрышаСделки_Key",
            "ВидСделки_Key",
            "Партнер_Key",
            "Ответственный_Key",
            "ДатаОкончания",
        ),
    ),
    open=(*OPEN, "вработе"),
    says=flag("closed", "open", "Закрыта"),
    lookups=(
        # the catalogues of OData: Catalog_Пользователи, Catalog_СостоянияПроцессов; not confirmed
        # by a public document
        Lookup("people", ("Ref_Key",), (("Description",),)),
        Lookup("stages", ("Ref_Key",), (("Description",),), ("Порядок",)),
    ),
)
