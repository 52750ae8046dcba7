"""Words of exports for the values that the schema lists: kinds, directions and results of touches,
states, roles, metrics.

Russian words are listed by their stems: `adjective` and `participle` give every gender and number.
A word that stands in no list stays as it is and is told with its count: it counts as nothing that a
measure asks for.
"""

import re
from typing import TYPE_CHECKING

import duckdb
import pandas as pd

from salesnb.formats.fold import fold
from salesnb.params import Params
from salesnb.source.headings import fold_heading
from salesnb.source.ledger import discreet
from salesnb.source.read import quoted

if TYPE_CHECKING:
    from salesnb.source.typed import Typed

MOST = 12  # unlisted words that a remark names

_HARD = (
    "ый",
    "ий",
    "ой",
    "ая",
    "яя",
    "ое",
    "ее",
    "ые",
    "ие",
    "ого",
    "его",
    "ом",
    "ем",
    "ым",
    "им",
    "ых",
    "их",
    "ую",
    "юю",
)


def adjective(*stems: str) -> tuple[str, ...]:
    """Every form of an adjective: adjective("входящ") has входящий, входящая,
    входящее, входящие …
    """
    return tuple(stem + end for stem in stems for end in _HARD)


def participle(*stems: str) -> tuple[str, ...]:
    """Every form of a passive participle, short and full, with and without не.

    >>> set(participle("пропущен")) >= {"пропущен", "пропущена", "пропущено", "пропущены",
    ...     "пропущенный", "пропущенная"}
    True
    """
    return tuple(
        form
        for stem in stems
        for form in (*(stem + end for end in ("", "а", "о", "ы")), *adjective(f"{stem}н"))
    )


def _not(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(form for word in words for form in (f"не {word}", f"не{word}"))


_ANSWERED = participle("отвечен", "принят", "состоявш") + (
    "принята",
    "принято",
    "приняты",
    *adjective("принят", "успешн"),
)
_DONE = participle("выполнен", "завершен", "закончен", "сделан", "закрыт") + adjective("закрыт")
_PAID = participle("оплачен", "проведен", "получен", "зачислен") + (
    "оплата",
    "оплата получена",
    "поступила",
    "поступил",
    "поступило",
)
_MISSED = participle("пропущен", "потерян", "сброшен", "отклонен")

WORDS: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {
    ("touches", "kind"): {
        "call": ("call", "calls", "phone", "phone call", "telephone", "call_in", "call_out",
            "звонок", "звонки", "вызов", "телефонный звонок",
                 "anruf", "llamada", "appel", "arama", "κλήση", "қоңырау", "дзвінок", "cold call",
                     "холодный звонок"),
        "email": ("email", "e-mail", "emails", "mail", "письмо", "письма", "электронное письмо",
            "почта", "имейл", "e-posta", "correo", "лист",
                  "incoming email", "outgoing email", "email reply"),
        "meeting": ("meeting", "meetings", "встреча", "встречи", "lunch", "visit", "visits",
            "визит", "event", "demo", "demonstration", "демонстрация",
                    "показ", "презентация", "presentation", "online meeting", "video call",
                        "видеозвонок", "zoom", "toplantı", "termin",
                    "besprechung", "reunión", "réunion", "кездесу", "зустріч", "συνάντηση"),
        "message": ("message", "messages", "сообщение", "сообщения", "chat", "чат", "whatsapp",
            "whats app", "вотсап", "ватсап", "telegram",
                    "телеграм", "телеграмм", "viber", "вайбер", "sms", "смс", "sms_in", "sms_out",
                        "instagram", "wechat", "vk", "вк", "вконтакте",
                    "facebook", "messenger", "мессенджер", "linkedin", "linkedin message",
                        "whatsapp message", "nachricht", "mensaje", "mesaj",
                    "повідомлення", "хабарлама", "imessage", "line", "avito", "авито",
                        "открытая линия", "live chat"),
        "task": ("task", "tasks", "задача", "задачи", "дело", "дела", "deadline", "to-do", "todo",
            "to do", "follow up", "follow-up", "followup",
                 "напоминание", "reminder", "aufgabe", "tarea", "tâche", "görev", "завдання",
                     "тапсырма", "εργασία"),
    },
    ("touches", "direction"): {
        "in": ("in", "incoming", "inbound", "received", "to us", "call_in", "sms_in", "вх", "вход",
            "eingehend", "entrante", "entrant", "gelen",
               "εισερχόμενη", "кіріс", *adjective("входящ", "вхідн"), "вхідний", "вхідна", "вхідне",
                   "вхідні", "inbound call", "incoming call"),
        "out": ("out", "outgoing", "outbound", "sent", "from us", "call_out", "sms_out", "исх",
            "исход", "ausgehend", "saliente", "sortant", "giden",
                "εξερχόμενη", "шығыс", *adjective("исходящ", "вихідн"), "вихідний", "вихідна",
                    "вихідне", "вихідні", "outbound call", "outgoing call"),
    },
    ("touches", "result"): {
        "answered": ("answered", "answer", "connected", "success", "successful", "successful call",
            "spoke", "talked", "contacted", "reached", "picked up",
                     "left live message", "разговор", "разговор состоялся", "состоялся",
                         "состоялась", "состоялось", "состоялись", "дозвон",
                     "дозвонился", "дозвонилась", "дозвонились", "поговорил", "поговорили",
                         "ответил", "ответила", "ответили", "трубка взята",
                     "успешно", "beantwortet", "angenommen", "respondida", "contestada", "répondu",
                         "cevaplandı", "yanıtlandı", "απαντήθηκε",
                     "жауап берілді", "відповіли", *_ANSWERED),
        "missed": ("missed", "no answer", "no_answer", "noanswer", "no-answer", "not answered",
            "unanswered", "did not answer", "no response", "no pickup",
                   "busy", "line busy", "failed", "fail", "cancel", "cancelled", "canceled",
                       "canceled by caller", "abandoned", "rejected", "declined",
                   "unavailable", "not available", "unreachable", "not reached", "hung up",
                       "congestion", "chanunavail", "wrong number",
                   "недозвон", "не дозвонился", "не дозвонилась", "не дозвонились", "нет ответа",
                       "без ответа", "не ответил", "не ответила",
                   "не ответили", "не отвечает", "не берет трубку", "не взял трубку",
                       "не взяли трубку", "занято", "занят", "абонент занят",
                   "недоступен", "недоступна", "абонент недоступен", "вне зоны",
                       "вне зоны действия", "отмена", "отменен", "отменена", "отменено",
                   "отменены", *adjective("отмененн"), "сброс", "ошибка", "неуспешно",
                       *adjective("неуспешн", "пропущенн", "потерянн", "неотвеченн"),
                   "неверный номер", "номер не существует",
                   # a machine took it: nobody spoke
                   "voicemail", "voice mail", "left voicemail", "left voice mail", "voicemail left",
                       "went to voicemail", "sent to voicemail", "answering machine", "machine",
                       "machine detected", "answered by machine", "autoanswer", "auto answer",
                       "auto-answer", "amd machine", "mailbox",
                   "автоответчик", "автоответ", "голосовая почта", "голосовая почта оператора",
                       "ответил автоответчик", "попал на автоответчик",
                       "включилась голосовая почта",
                   "автовідповідач", "голосова пошта", "anrufbeantworter", "mailbox erreicht",
                       "buzón de voz", "répondeur", "messagerie vocale", "telesekreter",
                   "verpasst", "nicht erreicht", "besetzt", "perdida", "ocupado", "manqué",
                       "occupé", "cevapsız", "meşgul", "αναπάντητη",
                   "қабылданбаған", "пропущений", "пропущена", "пропущено", "не відповіли",
                       *_MISSED, *_not(_ANSWERED)),
        "done": ("done", "completed", "complete", "finished", "closed", "held", "y", "erledigt",
            "hecho", "terminé", "tamamlandı", "виконано",
                 "виконана", "орындалды", "sent", "delivered", "read", "replied", "opened",
                     "отправлено", "доставлено", "прочитано", "проведена",
                 "проведено", "проведены", *participle("отправлен", "доставлен", "прочитан"),
                     *_DONE),
        "not done": ("not done", "open", "new", "planned", "scheduled", "in progress",
            "not started", "pending", "waiting", "deferred", "overdue",
                     "postponed", "rescheduled", "n", "новая", "новый", "новое", "новые",
                         "в работе", "в процессе", "ждет", "ожидает", "ожидает выполнения",
                     "ждет выполнения", "ждет контроля", "выполняется", "запланирована",
                         "запланировано", "запланирован", "запланированы",
                     "не начата", "не начато", "не начат", *participle("отложен", "просрочен",
                         "перенесен", "поставлен"), *_not(_DONE)),
    },
    ("reviews", "call_type"): {
        "needs": ("need", "needs", "needs analysis", "needs assessment", "needs identification",
            "needs discovery", "discovery", "discovery call", "qualification",
            "qualification call", "qualifying", "intro call",
                  "выявление потребности", "выявление потребностей", "потребность", "потребности",
                      "выяснение потребности", "выяснение потребностей", "анализ потребностей",
                      "определение потребностей", "сбор потребностей", "квалификация",
                  "bedarfsanalyse", "bedarfsermittlung", "виявлення потреб", "потреби"),
        "objections": ("objection", "objections", "objection handling", "handling objections",
            "objections handling", "handling of objections", "overcoming objections",
            "work with objections",
                       "работа с возражениями", "работа с возражением", "возражение", "возражения",
                           "отработка возражений", "отработка возражения", "обработка возражений",
                           "преодоление возражений", "закрытие возражений", "снятие возражений",
                       "einwandbehandlung", "робота із запереченнями", "заперечення"),
    },
    ("managers", "role"): {
        "hunter": ("hunter", "hunters", "хантер", "хантеры", "лидоген", "лидогенератор", "sdr",
            "bdr", "isr", "lead generation", "телемаркетолог",
                   "холодные продажи", "prospector"),
        "closer": ("closer", "closers", "клоузер", "клозер", "ae", "account executive",
            "закрывающий менеджер", "закрытие"),
        "farmer": ("farmer", "farmers", "фармер", "kam", "key account manager", "account manager",
            "customer success", "csm", "аккаунт",
                   "аккаунт менеджер", "аккаунт-менеджер", "сопровождение", "повторные продажи"),
    },
    ("payments", "status"): {
        "planned": ("planned", "plan", "expected", "scheduled", "upcoming", "draft", "план",
            "планируется", "ожидается", "ожидаемый", "ожидаемая",
                    "не выставлен", "черновик", *participle("запланирован"), *adjective("планов")),
        "invoiced": ("invoiced", "invoice sent", "sent", "issued", "billed", "unpaid", "due",
            "overdue", "open", "outstanding", "awaiting payment",
                     "счет выставлен", "счет отправлен", "выставлен счет", "к оплате",
                         "ожидает оплаты", "ждет оплаты", "просрочен", "просрочена",
                     "просрочено", "просрочены", *participle("выставлен", "неоплачен"),
                         *_not(participle("оплачен"))),
        "paid": ("paid", "payment received", "received", "settled", "completed", "succeeded",
            "bezahlt", "pagado", "payé", "ödendi", "оплачений",
                 "сплачено", "сплачений", "төленді", "πληρώθηκε", *_PAID),
        "refunded": ("refunded", "refund", "returned", "reversed", "chargeback", "возврат",
            "возврат средств", *participle("возвращен")),
    },
    ("plans", "metric"): {
        "amount": ("amount", "revenue", "sales", "turnover", "сумма", "выручка", "выручки",
            "оборот", "оборота", "продажи", "сумма сделок", "сумма продаж", "план продаж",
            "umsatz"),
        "payments": ("payments", "payment", "cash", "cash in", "collections", "оплаты", "оплата",
            "оплат", "поступления", "поступление", "поступлений", "платежи", "платежей", "деньги"),
        "deals": ("deals", "deal", "won deals", "number of deals", "сделки", "сделок",
            "количество сделок", "число сделок", "кол-во сделок", "успешные сделки"),
        "handed_over": ("handed_over", "handed over", "передано", "передан", "переданные",
            "передано сделок", "квалифицировано", "qualified"),
        "calls_out": ("calls_out", "calls out", "outgoing calls", "outgoing", "outbound calls",
            "calls made", "dials", "исходящие", "исходящих", "исходящие звонки",
            "исходящих звонков", "звонки исходящие", "звонков исходящих", "звонки исх",
            "исх звонки", "количество исходящих звонков", "исходящие вызовы"),
        "calls_in": ("calls_in", "calls in", "incoming calls", "incoming", "inbound calls",
            "calls taken", "входящие", "входящих", "входящие звонки", "входящих звонков",
            "звонки входящие", "звонков входящих", "звонки вх", "вх звонки", "входящие вызовы"),
        "talk_minutes": ("talk_minutes", "talk minutes", "talk time", "talk time minutes",
            "talk time min", "minutes of talk", "minutes", "call minutes", "минуты", "минут",
            "минуты разговора", "минут разговора", "минуты разговоров", "минут разговоров",
            "время разговора", "время разговора мин", "время разговора минут",
            "минуты на линии", "минут на линии"),
        "tasks_done": ("tasks_done", "tasks done", "tasks", "completed tasks", "tasks completed",
            "выполненные задачи", "выполненных задач", "выполнено задач", "задачи", "задач",
            "закрытые задачи", "закрыто задач"),
    },
    ("deals", "lost_class"): {
        "no_contact": ("no_contact", "no contact", "недозвон", "нет связи", "нет контакта"),
        "not_buyer": ("not_buyer", "not a buyer", "не покупатель", "нецелевой", "спам"),
        "duplicate": ("duplicate", "дубль", "дубликат"),
        "competitor": ("competitor", "конкурент", "конкуренты", "ушел к конкуренту"),
        "other": ("other", "другое", "прочее", "иное"),
    },
}  # fmt: skip
# codes of a CRM's own API, which mean nothing elsewhere: preset → (table, column) → heading (or ""
# for any) → code → value
CODES: dict[str, dict[tuple[str, str], dict[str, dict[str, str]]]] = {
    "bitrix24": {
        ("touches", "kind"): {"": {"1": "meeting", "2": "call", "3": "task", "4": "email"}},
        ("touches", "direction"): {
            "direction": {"1": "in", "2": "out"},
            "call_type": {"1": "out", "2": "in", "3": "in", "4": "out"},
        },
        ("touches", "result"): {
            "completed": {"y": "done", "n": "not done"},
            "call_failed_code": {
                "200": "answered",
                **dict.fromkeys(
                    ("304", "402", "403", "404", "423", "480", "484", "486", "503", "603", "603-s"),
                    "missed",
                ),
            },
        },
    },
    "amocrm": {
        ("touches", "kind"): {
            "": {
                "10": "call",
                "11": "call",
                "amomail_message": "email",
                "102": "message",
                "103": "message",
            }
        },
        ("touches", "direction"): {"note_type": {"10": "in", "11": "out"}},
        ("touches", "result"): {
            "call_status": {
                "1": "missed",
                "2": "missed",
                "3": "missed",
                "4": "answered",
                "5": "missed",
                "6": "missed",
                "7": "missed",
            },
        },
    },
    "hubspot": {
        ("touches", "result"): {
            "": {
                "f240bbac-87c9-4f6e-bf70-924b57d47db7": "answered",
                "a4c4c377-d246-4b32-a13b-75a56a4cd0ff": "answered",
                "b2cf5968-551e-4856-9783-52b3da59a7d0": "missed",
                "73a0d17f-1163-4015-bdd5-ec830791da20": "missed",
                "9d9162e7-6cf3-4944-bf63-4dff82258764": "missed",
                "17b47fee-58de-441e-a44c-c6300d46f273": "missed",
            },
        },
    },
}
# words that name the thing and not its value, beside one that does: "входящий звонок", "incoming
# call"
_THINGS = frozenset(
    [
        "звонок",
        "звонка",
        "звонки",
        "вызов",
        "вызова",
        "call",
        "calls",
        "phone",
        "телефонный",
        "telephone",
        "email",
        "e-mail",
        "mail",
        "письмо",
        "message",
        "сообщение",
        "задача",
        "task",
        "встреча",
        "платеж",
        "счет",
        "оплата",
        "payment",
        "invoice",
        "sms",
        "смс",
    ]
)


def known_words(con: duckdb.DuckDBPyConnection, typed: "Typed", params: Params) -> None:
    """Words of the export as the values that the schema lists; those in no list stay and are told
    with their counts.
    """
    for table, column in WORDS:
        if table != typed.table or column not in typed.mapping:
            continue
        name, heading = quoted(column), typed.mapping[column]
        found = con.execute(
            f"SELECT {name}, count(*) FILTER (_fate IS NULL) AS n FROM {typed.relation} WHERE "
            f"{name} IS NOT NULL GROUP BY 1 ORDER BY n DESC, 1"
        ).fetchall()
        meant = {
            word: value_of(word, table, column, params.data.preset, heading) for word, _ in found
        }
        _rename(
            con,
            typed.relation,
            name,
            {word: value for word, value in meant.items() if value and value != word},
        )
        strange = [(word, n) for word, n in found if n and meant[word] is None]
        if strange:
            told = ", ".join(f"{discreet(table, word[:60])!r} ({n})" for word, n in strange[:MOST])
            values = {
                "table": table,
                "column": column,
                "heading": heading,
                "rows": sum(n for _, n in strange),
                "of": sum(n for _, n in found),
                "kinds": len(strange),
                "words": told,
                "known": list(WORDS[table, column]),
            }
            typed.notices.append(("unlisted words", values))


def _rename(con, relation: str, name: str, meant: dict[str, str]) -> None:
    if not meant:
        return
    con.register(
        "_meant", pd.DataFrame({"word": list(meant), "value": list(meant.values())}, dtype="string")
    )
    con.execute(f"UPDATE {relation} t SET {name} = m.value FROM _meant m WHERE t.{name} = m.word")
    con.unregister("_meant")


def value_of(
    word: str, table: str, column: str, preset: str = "canonical", heading: str = ""
) -> str | None:
    """The value that a word of an export means; None when it stands in no list.

    >>> [value_of(word, "touches", "result") for word in ("Пропущенный", "НЕ ОТВЕЧЕН", "ANSWERED",
    ...     "пропущенный вызов", "Voicemail", "Left message")]
    ['missed', 'missed', 'answered', 'missed', 'missed', None]
    >>> value_of("2", "touches", "kind"), value_of("2", "touches", "kind", "bitrix24")
    (None, 'call')
    """
    plain = _plain(word)
    if code := _code(plain, table, column, preset, heading):
        return code
    known = _known(table, column)
    if plain in known:
        return known[plain]
    parts = plain.split()
    rest = " ".join(part for part in parts if part not in _THINGS)
    if rest and rest != plain and rest in known:
        return known[rest]
    if column == "kind":  # "входящий звонок" is a call
        kinds = {known[part] for part in parts if part in known}
        beside = _known("touches", "direction") | _known("touches", "result")
        others = [part for part in parts if part not in known and part not in beside]
        return kinds.pop() if len(kinds) == 1 and not others else None
    if column == "direction":  # "call, incoming"
        found = {known[part] for part in parts if part in known}
        return found.pop() if len(found) == 1 else None
    return None


def _code(plain: str, table: str, column: str, preset: str, heading: str) -> str | None:
    by_heading = CODES.get(preset, {}).get((table, column), {})
    named = by_heading.get("", {}) | next(
        (
            codes
            for name, codes in by_heading.items()
            if name and fold_heading(name) == fold_heading(heading)
        ),
        {},
    )
    return named.get(plain)


def _plain(word: str) -> str:
    """A word as the lists have it: folded, underscores and marks as spaces."""
    return " ".join(re.sub(r"[_.,:;!()\[\]«»\"]+", " ", fold(word)).split()) or fold(word)


def _known(table: str, column: str) -> dict[str, str]:
    key = (table, column)
    if key not in _READY:
        _READY[key] = {
            _plain(word): value for value, words in WORDS[key].items() for word in (*words, value)
        }
    return _READY[key]


_READY: dict[tuple[str, str], dict[str, str]] = {}
