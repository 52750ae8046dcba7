"""What a telephony export is: the parts of a record of a call, and the words that it uses."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Telephony:
    """One system's list of calls.

    Attributes
    ----------
    roles : part → spellings of its heading; the first one found is meant. from and to: whoever
        called and was called, by number, extension or name; from_ext and to_ext: the extension
        alone, where it has a column; from_channel and to_channel: the technical channel; answered:
        who took the call; direction, status: its words; talk: seconds of talk; total: seconds of
        ringing and talk together; start, answer, finish: moments as unix seconds; call: what the
        legs of one call share; id
    needed : parts without which it is not this system's list; "talk|total" is one of the two
    answered, missed : words of the status, folded
    inward, outward, inner : words of the direction, folded
    total_is_talk : `total` counts from the answer, so it is talk where the call was answered
    """

    name: str
    title: str
    roles: dict[str, tuple[str, ...]]
    needed: tuple[str, ...]
    answered: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    inward: tuple[str, ...] = ()
    outward: tuple[str, ...] = ()
    inner: tuple[str, ...] = ()
    total_is_talk: bool = False
    tables: tuple[str, ...] = ("touches",)


INWARD = ("in", "incoming", "inbound", "входящий", "входящие", "входящая", "вх")
OUTWARD = (
    "out",
    "outgoing",
    "outbound",
    "исходящий",
    "исходящие",
    "исходящая",
    "исх",
    "callback",
    "обратный звонок",
)
INNER = ("internal", "inner", "local", "внутренний", "внутренние", "внутренняя")
ANSWERED = (
    "answered",
    "answer",
    "успешный",
    "отвечен",
    "отвечено",
    "состоялся",
    "принят",
    "принятый",
)
MISSED = (
    "no answer", "noanswer", "not answered", "unanswered", "busy", "failed", "cancel", "cancelled",
        "canceled", "congestion", "missed",
    "не отвечен", "не отвечено", "неотвечен", "неотвеченный", "пропущен", "пропущенный",
        "нет ответа", "занято", "отменен", "отклонен", "сброшен",
    "недоступен", "ошибка",
    "voicemail", "voice mail", "answering machine", "machine", "автоответчик", "голосовая почта",
)  # fmt: skip
