"""A time in a rarer form: named months, AM and PM, zones in words. Every part of the text is
understood, or nothing is read.
"""

import datetime as dt
import re
from functools import lru_cache

from salesnb.source.monthwords import MONTHS, WEEKDAYS, YEARLY
from salesnb.source.parsed import Settings
from salesnb.source.zones import from_clock, split_zone, to_zone

CLOCK = re.compile(
    r"(?<![\d:.,])(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?![\d:])(?:\s*([ap])\.?\s?m\b\.?)?"
)
HOUR = re.compile(r"(?<![\d:.,/\-])(\d{1,2})()()()\s*([ap])\.?\s?m\b\.?")
BASIC = re.compile(r"(\d{8})t(\d{2}):?(\d{2}):?(\d{2})?(?:[.,]\d+)?")  # 20260930T223000
YEAR_FIRST = re.compile(
    r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:\s(?:at|в))?|(\d{4})(\d{2})(\d{2})|(\d{4})年(\d{1,2})月(\d{1,2})日"
)
NUMBERED = re.compile(
    r"(?:([^\W\d_]+)\.?,?\s+)?(\d{1,2})([./-])(\d{1,2})\3(\d{4}|\d{2})(?:\s?([^\W\d_]+)\.?)?"
)
# monday's log of a creation: who, and when
LOGGED = re.compile(
    r"\D+ ((?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec) \d{1,2}, \d{4} \d{1,2}:\d{2} [ap]m)"
)
FILLERS = (
    frozenset(
        (
            "at",
            "on",
            "of",
            "the",
            "de",
            "del",
            "um",
            "à",
            "в",
            "день",
            "час",
            "ч",
            "uhr",
            "st",
            "nd",
            "rd",
            "th",
        )
    )
    | YEARLY
)
FIRST_YEAR, LAST_YEAR = 1970, 2200


def rare_time(text: str, day_first: bool, settings: Settings) -> dt.datetime | None:
    """A time in a rarer form, by the company's clock; None where any part of the text is not
    understood.

    A day without a clock is that day in every zone; a clock with a zone is moved into the
    company's. Of a log the name before the time is no part of it.

    >>> rare_time("12 марта 2026 г.", True, Settings()), rare_time("Mar 12, 2026", True, Settings())
    (datetime.datetime(2026, 3, 12, 0, 0), datetime.datetime(2026, 3, 12, 0, 0))
    >>> rare_time("Wed, 30 Sep 2026 22:30:00 GMT", True, Settings())
    datetime.datetime(2026, 10, 1, 1, 30)
    >>> rare_time("Sep 30, 2026 10:30 PM IST", True,
    ...     Settings()) is None  # of Israel, India or Ireland
    True
    >>> rare_time("31.02.2026", True, Settings()) is None
    True
    >>> rare_time("Ann Lee Jan 21, 2026 10:32 AM", True, Settings())
    datetime.datetime(2026, 1, 21, 10, 32)
    """
    plain = " ".join(text.split()).casefold()
    if logged := LOGGED.fullmatch(plain):
        plain = logged[1]
    if basic := BASIC.match(plain):
        plain = f"{basic[1]} {basic[2]}:{basic[3]}:{basic[4] or '00'}{plain[basic.end() :]}"
    clock = CLOCK.search(plain) or HOUR.search(plain)
    if clock is None:
        return _day(plain, day_first)
    before = re.sub(r"(?<=\d)t$", "", plain[: clock.start()])
    after = plain[clock.end() :]
    homes = tuple(dict.fromkeys((settings.zone, settings.source_zone or settings.zone)))
    zone, left = split_zone(after, homes)
    day = _day(f"{before} {left}", day_first)
    moment = None if day is None else _at(day, clock)
    if moment is None:
        return None
    if zone is None:
        return from_clock(moment, settings.source_zone or settings.zone, settings.zone)
    known = zone.of(moment, homes)
    return None if known is None else to_zone(moment.replace(tzinfo=known), settings.zone)


def numbered_time(text: str, settings: Settings) -> dt.datetime | None:
    """A bare number as a time: a workbook's day number, unix seconds or milliseconds; None when it
    can be none.

    >>> numbered_time("45000.5", Settings()), numbered_time("1772700000", Settings())
    (datetime.datetime(2023, 3, 15, 12, 0), datetime.datetime(2026, 3, 5, 11, 40))
    """
    plain = text.strip().replace(",", ".")
    if re.fullmatch(r"[0-9]{5}(\.[0-9]+)?", plain):
        moment = dt.datetime(1899, 12, 30) + dt.timedelta(days=float(plain))
        moment = moment.replace(microsecond=0) + dt.timedelta(
            seconds=round(moment.microsecond / 1e6)
        )
        return (
            from_clock(moment, settings.source_zone or settings.zone, settings.zone)
            if "." in plain
            else moment
        )
    if re.fullmatch(r"[0-9]{10}(\.[0-9]+)?|[0-9]{13}", plain):
        whole, _, part = plain.partition(".")
        seconds = int(whole[:10]) + float(f"0.{whole[10:]}{part}0")
        return to_zone(dt.datetime.fromtimestamp(seconds, dt.UTC), settings.zone)
    return None


@lru_cache(maxsize=50_000)
def _day(text: str, day_first: bool) -> dt.datetime | None:
    day = _any_day(text, day_first)
    return day if day is not None and FIRST_YEAR <= day.year < LAST_YEAR else None


def _any_day(text: str, day_first: bool) -> dt.datetime | None:
    plain = text.strip(" ,;")
    if found := YEAR_FIRST.fullmatch(plain):
        year, month, day = [int(part) for part in found.groups() if part and part.isdigit()]
        return _date(year, month, day)
    if found := NUMBERED.fullmatch(plain):
        beside = {word for word in (found[1], found[6]) if word}
        return _numbered_day(found, day_first) if beside <= WEEKDAYS | FILLERS else None
    return _named_day(plain)


def _numbered_day(found, day_first: bool) -> dt.datetime | None:
    first, second, year = int(found[2]), int(found[4]), found[5]
    day, month = (first, second) if (day_first and second <= 12) or first > 12 else (second, first)
    return _date(_whole_year(year), month, day)


def _named_day(text: str) -> dt.datetime | None:
    """A day with the name of its month: one month, a day and a year, and nothing else but fillers
    and a weekday.
    """
    if re.search(r"[^\w\s.,'’/\-]", text):
        return None
    words = [word for word in re.findall(r"[^\W\d_]+", text) if word not in FILLERS]
    days = [word for word in words if word in WEEKDAYS and word not in MONTHS]
    months = [MONTHS[word] for word in words if word in MONTHS]
    numbers = re.findall(r"\d+", text)
    if len(months) != 1 or len(days) > 1 or len(days) + 1 != len(words) or len(numbers) != 2:
        return None
    years = [number for number in numbers if len(number) == 4]
    year = years[0] if len(years) == 1 else numbers[1]
    day = numbers[1] if year is numbers[0] else numbers[0]
    return (
        _date(_whole_year(year), months[0], int(day))
        if len(year) in (2, 4) and len(day) <= 2
        else None
    )


def _whole_year(text: str) -> int:
    """A year of two digits is one from 1969 to 2068."""
    year = int(text)
    return year if len(text) == 4 else 2000 + year if year < 69 else 1900 + year


def _date(year: int, month: int, day: int) -> dt.datetime | None:
    try:
        return dt.datetime(year, month, day)
    except ValueError:
        return None


def _at(day: dt.datetime, clock) -> dt.datetime | None:
    """The day with the time of a clock; 24:00 ends it."""
    hour, minute, second, part, half = (
        int(clock[1]),
        int(clock[2] or 0),
        int(clock[3] or 0),
        clock[4],
        clock[5],
    )
    if half == "a" and hour > 12 or (half and not hour and not clock[2]):
        return None
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    micro = int(((part or "") + "000000")[:6])
    if hour > 24 or minute > 59 or second > 59 or (hour == 24 and (minute or second or micro)):
        return None
    return day + dt.timedelta(hours=hour, minutes=minute, seconds=second, microseconds=micro)
