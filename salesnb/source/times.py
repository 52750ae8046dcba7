"""Times as people write them: common forms by the engine, rarer ones once per distinct text in Python."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pandas as pd

from salesnb.source.parsed import ZERO_DATES, Parsed, Settings, nothing
from salesnb.source.read import quoted

MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11,
    "dec": 12, "янв": 1, "фев": 2, "мар": 3, "апр": 4, "май": 5, "мая": 5, "июн": 6, "июл": 7, "авг": 8, "сен": 9,
    "окт": 10, "ноя": 11, "дек": 12,
}  # fmt: skip
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
            WHERE {column} IS NOT NULL AND ({common}) IS NULL AND NOT {nothing(column, ZERO_DATES)}"""
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
