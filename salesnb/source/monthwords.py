"""Names of months and weekdays as people write them, and texts that name a month without a day."""

import re

NAMES = {
    1: "january январь января january januar janvier enero janeiro gennaio ocak січень січня "
    "jänner",
    2: "february февраль февраля februar février fevrier febrero fevereiro febbraio şubat subat "
    "лютий лютого",
    3: "march март марта märz maerz mars marzo março marco mart березень березня",
    4: "april апрель апреля avril abril aprile nisan квітень квітня",
    5: "may май мая mai mayo maio maggio mayıs mayis травень травня",
    6: "june июнь июня juni juin junio junho giugno haziran червень червня",
    7: "july июль июля juli juillet julio julho luglio temmuz липень липня",
    8: "august август августа août aout agosto ağustos agustos серпень серпня",
    9: "september сентябрь сентября septembre septiembre setembro settembre eylül eylul вересень "
    "вересня",
    10: "october октябрь октября oktober octobre octubre outubro ottobre ekim жовтень жовтня",
    11: "november ноябрь ноября novembre noviembre novembro kasım kasim листопад листопада",
    12: "december декабрь декабря dezember décembre decembre diciembre dezembro dicembre aralık "
    "aralik грудень грудня",
}
WEEKDAYS = frozenset(
    [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "mon",
        "tue",
        "tues",
        "wed",
        "thu",
        "thur",
        "thurs",
        "fri",
        "sat",
        "sun",
        "понедельник",
        "вторник",
        "среда",
        "четверг",
        "пятница",
        "суббота",
        "воскресенье",
        "среду",
        "пятницу",
        "субботу",
        "пн",
        "вт",
        "ср",
        "чт",
        "пт",
        "сб",
        "вс",
        "вск",
        "montag",
        "dienstag",
        "mittwoch",
        "donnerstag",
        "freitag",
        "samstag",
        "sonnabend",
        "sonntag",
        "lundi",
        "mardi",
        "mercredi",
        "jeudi",
        "vendredi",
        "samedi",
        "dimanche",
        "lunes",
        "martes",
        "miércoles",
        "jueves",
        "viernes",
        "sábado",
        "domingo",
    ]
)
SHORTEST = 3  # letters of a month's name from which it may be cut short
YEAR = re.compile(r"(?:19[7-9]\d|2[01]\d\d)")
YEARLY = frozenset(("г", "гг", "год", "года", "year", "y"))  # words that may stand beside a year


def _cut_short() -> dict[str, int]:
    """Every beginning of a month's name that begins no other month's: "sept", "янв", "juil", but
    not "jui".
    """
    found: dict[str, set[int]] = {}
    for month, names in NAMES.items():
        for name in names.split():
            for end in range(SHORTEST, len(name) + 1):
                found.setdefault(name[:end], set()).add(month)
    whole = {name: month for month, names in NAMES.items() for name in names.split()}
    return {word: next(iter(months)) for word, months in found.items() if len(months) == 1} | whole


MONTHS = _cut_short()


def month_named(text: str) -> str | None:
    """A text that names a month and its year, and no day, as YYYY-MM; None when it is anything
    else.

    >>> [month_named(text) for text in ("сентябрь 2026", "09.2026", "Sep-26", "2026/9", "202609",
    ...     "Сент. 2026 г.")]
    ['2026-09', '2026-09', '2026-09', '2026-09', '2026-09', '2026-09']
    >>> [month_named(text) for text in ("26-Sep", "09/26", "13.2026", "12 сентября 2026",
    ...     "September")]
    [None, None, None, None, None]
    """
    plain = " ".join(text.split()).casefold()
    if found := re.fullmatch(r"(\d{4})\s?[-/.]?\s?(\d{2})|(\d{4})\s?[-/.]\s?(\d)", plain):
        return _month(found[1] or found[3], found[2] or found[4])
    if found := re.fullmatch(r"(\d{1,2})\s?[-/.]\s?(\d{4})(?:\s?г\.?)?", plain):
        return _month(found[2], found[1])
    words = [word for word in re.findall(r"[^\W\d_]+", plain) if word not in YEARLY]
    numbers = re.findall(r"\d+", plain)
    if (
        len(words) != 1
        or words[0] not in MONTHS
        or len(numbers) != 1
        or re.search(r"[^\w\s.,'’/-]", plain)
    ):
        return None
    number = numbers[0]
    if len(number) == 2 and plain.index(number) > plain.index(
        words[0]
    ):  # 26-Sep is a day of an unknown year
        number = f"20{number}"
    return _month(number, MONTHS[words[0]])


def _month(year: str, month) -> str | None:
    return f"{year}-{int(month):02d}" if YEAR.fullmatch(year) and 1 <= int(month) <= 12 else None
