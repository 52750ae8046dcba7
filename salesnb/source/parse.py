"""Texts of an export as values: times, numbers, flags, ids.

Common forms are read by the engine; what it cannot read is looked at once per distinct text in Python. How a column
writes its days or its decimals is decided by the column's own evidence.
"""

import datetime as dt
import re
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import pandas as pd

from salesnb.source.read import quoted

BLANK = ("", "-", "–", "—", "null", "none", "nan", "n/a", "не указано", "не выбрано", "нет данных")
ZERO_DATES = ("0000-00-00", "0000-00-00 00:00:00", "00.00.0000", "0")
YES = ("true", "yes", "y", "1", "да", "истина", "x", "+", "t")
NO = ("false", "no", "n", "0", "нет", "ложь", "f")
CURRENCIES = {"₽": "RUB", "руб": "RUB", "р.": "RUB", "$": "USD", "€": "EUR", "£": "GBP", "₸": "KZT", "₴": "UAH"}
CODES = ("RUB", "USD", "EUR", "GBP", "KZT", "UAH", "BYN", "CNY", "PLN", "TRY", "UZS", "CHF", "JPY")
SPACES = r"[\s\x{00A0}\x{2007}\x{2009}\x{202F}'’]"
MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11,
    "dec": 12, "янв": 1, "фев": 2, "мар": 3, "апр": 4, "май": 5, "мая": 5, "июн": 6, "июл": 7, "авг": 8, "сен": 9,
    "окт": 10, "ноя": 11, "дек": 12,
}  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """How to read what a text alone does not say."""

    zone: str = "Europe/Moscow"  # the company's: values are given in it
    source_zone: str | None = None  # of times without a zone, when it is another
    day_first: bool | None = None  # named in the params; None: by evidence
    day_first_default: bool = True  # where there is no evidence


@dataclass(frozen=True)
class Parsed:
    """An SQL expression that gives the value of a column, and what was found on the way.

    `notes` are codes such as "day first by default"; the table `raw` has alias ``r``.
    """

    expression: str
    notes: dict = field(default_factory=dict)


def parse_column(con, relation: str, heading: str, kind: str, settings: Settings, key: str = "") -> Parsed:
    """How to read column `heading` of `relation` as `kind` (a type of the schema)."""
    column = f"r.{quoted(heading)}"
    if kind == "time":
        return parse_time(con, relation, heading, settings, key)
    if kind == "date":
        found = parse_time(con, relation, heading, settings, key)
        return Parsed(f"CAST({found.expression} AS DATE)", found.notes)
    if kind == "month":
        found = parse_time(con, relation, heading, settings, key)
        iso = f"regexp_extract({column}, '^\\s*(\\d{{4}}-\\d{{2}})\\s*$', 1)"
        return Parsed(f"coalesce(nullif({iso}, ''), strftime({found.expression}, '%Y-%m'))", found.notes)
    if kind in ("money", "number"):
        return parse_number(con, relation, heading, decimals=2 if kind == "money" else None)
    if kind == "bool":
        return Parsed(bool_sql(column))
    return Parsed(text_sql(column))


def text_sql(column: str) -> str:
    """Text without padding; what CRMs write for nothing becomes missing."""
    plain = f"trim(regexp_replace({column}, '[\\s\\x{{00A0}}]+', ' ', 'g'))"
    return f"CASE WHEN lower({plain}) IN ({_listed(BLANK)}) THEN NULL ELSE {plain} END"


def id_sql(column: str) -> str:
    """An id: text always; the ".0" that a workbook adds goes, leading zeros and 19 digits stay."""
    return f"regexp_replace({text_sql(column)}, '^(\\d+)\\.0$', '\\1')"


def bool_sql(column: str) -> str:
    """A flag in any of its words; anything else is missing."""
    plain = f"lower(trim({column}))"
    return f"CASE WHEN {plain} IN ({_listed(YES)}) THEN true WHEN {plain} IN ({_listed(NO)}) THEN false END"


def _listed(words) -> str:
    return ", ".join("'" + word.replace("'", "''") + "'" for word in words)


# ---- numbers ------------------------------------------------------------------------------------------------------------


PLAIN_NUMBER = r"-?\d+(\.\d{1,2})?"  # reads one way only: the many forms are tried on the rest


def bare_number(column: str) -> str:
    """The digits of a number with its separators and sign: spaces, currency, percent gone."""
    plain = f"regexp_replace(upper({column}), '{SPACES.replace(chr(39), chr(39) * 2)}', '', 'g')"
    money = "₽|РУБЛЕЙ|РУБЛЯ|РУБЛЬ|РУБ\\.?|Р\\.|\\$|€|£|₸|₴|%|" + "|".join(CODES)
    plain = f"regexp_replace({plain}, '({money})', '', 'g')"
    return f"replace(replace({plain}, '−', '-'), '–', '-')"


def number_sql(column: str, decimal_comma: bool, dot_thousands: bool) -> str:
    """A number as DOUBLE from text, in any common notation; NULL when it is none."""
    bare = bare_number(column)
    comma = "replace(replace(t, '.', ''), ',', '.')"
    point = "replace(t, ',', '')"
    single_comma = "true" if decimal_comma else "NOT regexp_matches(t, ',\\d{3}$')"
    single_dot = "regexp_matches(t, '\\.\\d{3}$')" if dot_thousands else "false"
    body = f"""CASE
        WHEN contains(t, ',') AND contains(t, '.') THEN
            CASE WHEN length(t) - strpos(reverse(t), ',') > length(t) - strpos(reverse(t), '.') THEN {comma} ELSE {point} END
        WHEN length(t) - length(replace(t, ',', '')) > 1 THEN {point}
        WHEN contains(t, ',') THEN CASE WHEN {single_comma} THEN replace(t, ',', '.') ELSE {point} END
        WHEN length(t) - length(replace(t, '.', '')) > 1 OR ({single_dot}) THEN replace(t, '.', '')
        ELSE t END"""
    signed = f"""list_transform([{bare}], lambda b: CASE WHEN regexp_matches(b, '^\\([\\d.,]+\\)$') THEN '-' || b[2:-2]
        WHEN regexp_matches(b, '^[\\d.,]+-$') THEN '-' || b[:-2] ELSE b END)"""
    checked = (
        f"list_transform({signed}, lambda b: CASE WHEN regexp_matches(b, '^[-+]?[\\d.,]*\\d[\\d.,]*$') THEN b END)"
    )
    rare = f"list_transform({checked}, lambda t: try_cast({body} AS DOUBLE))[1]"
    return f"CASE WHEN regexp_full_match({column}, '{PLAIN_NUMBER}') THEN try_cast({column} AS DOUBLE) ELSE {rare} END"


def parse_number(con, relation: str, heading: str, decimals: int | None = None) -> Parsed:
    """How to read a column of numbers; whether a single comma or point is a decimal one is decided by the column."""
    column = f"r.{quoted(heading)}"
    evidence = con.execute(
        f"""SELECT count(*) FILTER (regexp_matches(b, '^[-+(]?[\\d.]+,(\\d{{1,2}}|\\d{{4,}})[)-]?$')),
                   count(*) FILTER (regexp_matches(b, '^[-+(]?\\d{{1,3}}(,\\d{{3}})+\\.\\d+')),
                   count(*) FILTER (regexp_matches(b, '\\.\\d{{3}}$') AND NOT contains(b, ',')),
                   count(*) FILTER (regexp_matches(b, '\\.(\\d{{1,2}}|\\d{{4,}})$') AND NOT contains(b, ','))
            FROM (SELECT {bare_number(column)} AS b FROM {relation} r WHERE {column} IS NOT NULL)"""
    ).fetchall()[0]
    decimal_comma = evidence[0] > 0 and evidence[1] == 0
    dot_thousands = evidence[2] > 0 and evidence[3] == 0 and evidence[0] > 0
    number = number_sql(column, decimal_comma, dot_thousands)
    return Parsed(number if decimals is None else f"round({number}, {decimals})")


def currency_sql(column: str) -> str:
    """The currency that an amount names, as a code; NULL when it names none."""
    cases = " ".join(
        f"WHEN contains(upper({column}), '{mark.upper()}') THEN '{code}'" for mark, code in CURRENCIES.items()
    )
    codes = " ".join(f"WHEN contains(upper({column}), '{code}') THEN '{code}'" for code in CODES)
    return f"CASE {codes} {cases} END"


# ---- times --------------------------------------------------------------------------------------------------------------

CLOCKS = ("", " %H:%M:%S", " %H:%M", " %H:%M:%S.%f")
ISO_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d")
DAY_FIRST = ("%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%y", "%d/%m/%y", "%d-%m-%y")
MONTH_FIRST = ("%m/%d/%Y", "%m-%d-%Y", "%m.%d.%Y", "%m/%d/%y", "%m-%d-%y", "%m.%d.%y")
OFFSET = r"\s*(Z|UTC|[+-]\d{2}:?\d{2})$"


def _formats(days) -> str:
    return "[" + ", ".join(f"'{day}{clock}'" for clock in CLOCKS for day in days) + "]"


def parse_time(con, relation: str, heading: str, settings: Settings, key: str = "") -> Parsed:
    """How to read a column of times; what no common form fits is read once per distinct text."""
    column = f"r.{quoted(heading)}"
    day_first, notes = _day_first(con, relation, column, settings)
    common = _time_sql(column, day_first, settings)
    left = con.execute(
        f"""SELECT DISTINCT trim({column}) FROM {relation} r
            WHERE {column} IS NOT NULL AND ({common}) IS NULL AND lower(trim({column})) NOT IN ({_listed(BLANK + ZERO_DATES)})"""
    ).fetchall()
    known = {text: value for (text,) in left if (value := rare_time(text, day_first, settings)) is not None}
    if not known:
        return Parsed(common, notes)
    name = f"times_{key or abs(hash(heading))}"
    frame = pd.DataFrame({"text": list(known), "value": pd.to_datetime(list(known.values()))})
    con.register("_times", frame)
    con.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM _times")
    con.unregister("_times")
    return Parsed(f"coalesce({common}, (SELECT any_value(m.value) FROM {name} m WHERE m.text = trim({column})))", notes)


def _day_first(con, relation: str, column: str, settings: Settings) -> tuple[bool, dict]:
    """Whether 05/03 is 5 March: as the params say, else by dates that can be read one way only, else by default."""
    if settings.day_first is not None:
        return settings.day_first, {}
    pattern = r"'^\s*(\d{1,2})[/\-.](\d{1,2})[/\-.]\d{2,4}'"
    days, months, points, all_ = con.execute(
        f"""SELECT count(*) FILTER (a > 12 AND b <= 12), count(*) FILTER (b > 12 AND a <= 12),
                   count(*) FILTER (contains(t, '.') AND a > 0), count(*) FILTER (a > 0)
            FROM (SELECT {column} AS t, try_cast(regexp_extract({column}, {pattern}, 1) AS INT) AS a,
                         try_cast(regexp_extract({column}, {pattern}, 2) AS INT) AS b FROM {relation} r)"""
    ).fetchall()[0]
    if not all_:
        return True, {}
    if days or months:
        notes = {"both day orders": min(days, months)} if days and months else {}
        return days >= months, notes
    if points == all_:  # 05.03.2026 is written day first everywhere
        return True, {}
    return settings.day_first_default, {"day order by default": all_}


def _time_sql(column: str, day_first: bool, settings: Settings) -> str:
    text = f"replace(trim(regexp_replace({column}, '(\\d)T(\\d)', '\\1 \\2')), ', ', ' ')"
    order = (*DAY_FIRST, *MONTH_FIRST) if day_first else (*MONTH_FIRST, *DAY_FIRST)
    zone, own = settings.zone, settings.source_zone or settings.zone
    formats = _formats((*ISO_DAYS, *order))

    def moment(t: str) -> str:
        parsed = f"try_strptime({t}, {formats})"
        return f"CASE WHEN year({parsed}) BETWEEN 1970 AND 2200 THEN {parsed} END"

    naive = f"CASE WHEN NOT regexp_matches(t, '^\\d{{9,14}}$') OR length(t) = 8 THEN {moment('t')} END"
    if own != zone:
        naive = f"({naive}) AT TIME ZONE '{own}' AT TIME ZONE '{zone}'"
    sign = "CASE WHEN contains(o, '-') THEN -1 ELSE 1 END"
    minutes = "(coalesce(try_cast(o[2:3] AS INT), 0) * 60 + coalesce(try_cast(right(o, 2) AS INT), 0))"
    shift = f"list_transform([regexp_extract(t, '{OFFSET}', 1)], lambda o: CASE WHEN o IN ('Z', 'UTC') THEN 0 ELSE {sign} * {minutes} END)[1]"
    bare = f"regexp_replace(t, '{OFFSET}', '')"
    zoned = f"({moment(bare)} - to_minutes({shift})) AT TIME ZONE 'UTC' AT TIME ZONE '{zone}'"
    has_offset = f"regexp_matches(t, ':\\d{{2}}(\\.\\d+)?{OFFSET}')"
    rare = f"list_transform([{text}], lambda t: CASE WHEN {has_offset} THEN {zoned} ELSE {naive} END)[1]"
    return f"CASE {_plain_times(column, day_first, zone, own)} ELSE {rare} END"


def _plain_times(column: str, day_first: bool, zone: str, own: str) -> str:
    """The forms that most exports write, which read one way only: ISO, with an offset or without, and points."""
    local = "" if own == zone else f" AT TIME ZONE '{own}' AT TIME ZONE '{zone}'"
    year, month, day = r"(19[7-9]\d|20\d\d)", r"(0[1-9]|1[0-2])", r"(0[1-9]|[12]\d|3[01])"
    clock = r"\d\d:\d\d(:\d\d(\.\d{1,6})?)?"
    iso = f"{year}-{month}-{day}"
    cases = f"""WHEN regexp_full_match({column}, '{iso}([ T]{clock})?') THEN try_cast({column} AS TIMESTAMP){local}
        WHEN regexp_full_match({column}, '{iso}[ T]{clock}(Z|[+-]\\d\\d:\\d\\d)')
            THEN try_cast({column} AS TIMESTAMPTZ) AT TIME ZONE '{zone}' """
    if not day_first:
        return cases
    turned = f"{column}[7:10] || '-' || {column}[4:5] || '-' || {column}[1:2] || {column}[11:]"
    return f"""{cases} WHEN regexp_full_match({column}, '{day}\\.{month}\\.{year}( {clock})?')
        THEN try_cast({turned} AS TIMESTAMP){local} """


def rare_time(text: str, day_first: bool, settings: Settings) -> dt.datetime | None:
    """A time in a rarer form: month names, AM/PM, a workbook's day number, unix seconds; None when it is none.

    >>> rare_time("12 марта 2026 г.", True, Settings()), rare_time("Mar 12, 2026", True, Settings())
    (datetime.datetime(2026, 3, 12, 0, 0), datetime.datetime(2026, 3, 12, 0, 0))
    >>> rare_time("45000.5", True, Settings())
    datetime.datetime(2023, 3, 15, 12, 0)
    >>> rare_time("31.02.2026", True, Settings()) is None
    True
    """
    plain = text.strip().casefold()
    if re.fullmatch(r"\d{5}([.,]\d+)?", plain):
        moment = dt.datetime(1899, 12, 30) + dt.timedelta(days=float(plain.replace(",", ".")))
        return moment.replace(microsecond=0) + dt.timedelta(seconds=round(moment.microsecond / 1e6))
    if re.fullmatch(r"\d{10}|\d{13}", plain):
        seconds = int(plain) / (1000 if len(plain) == 13 else 1)
        return dt.datetime.fromtimestamp(seconds, dt.UTC).astimezone(ZoneInfo(settings.zone)).replace(tzinfo=None)
    clock = re.search(r"(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([ap])?\.?m?\.?", plain)
    rest = plain.replace(clock.group(0), " ") if clock else plain
    day = _named_day(rest) or _numbered_day(rest, day_first)
    if day is None:
        return None
    return _at(day, clock)


def _named_day(text: str) -> dt.datetime | None:
    words = re.findall(r"[a-zа-яё]+|\d+", text)
    months = [MONTHS[word[:3]] for word in words if word[:3] in MONTHS]
    numbers = [int(word) for word in words if word.isdigit()]
    if len(months) != 1 or len(numbers) < 2:
        return None
    year = next((n for n in numbers if n > 31), None)
    day = next((n for n in numbers if n != year), None)
    return _date(year if year is not None else 2000 + numbers[1], months[0], day)


def _numbered_day(text: str, day_first: bool) -> dt.datetime | None:
    found = re.fullmatch(r"(\d{1,2})[./-](\d{1,2})[./-](\d{2}|\d{4})", text.strip(" ,"))
    if not found:
        return None
    first, second, year = (int(part) for part in found.groups())
    day, month = (first, second) if day_first or first > 12 else (second, first)
    return _date(year if year > 99 else 2000 + year, month, day)


def _date(year, month, day) -> dt.datetime | None:
    try:
        return dt.datetime(year, month, day)
    except (ValueError, TypeError):
        return None


def _at(day: dt.datetime, clock) -> dt.datetime | None:
    if clock is None:
        return day
    hour, minute, second, half = int(clock[1]), int(clock[2]), int(clock[3] or 0), clock[4]
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return day.replace(hour=hour, minute=minute, second=second)
    except ValueError:
        return None
