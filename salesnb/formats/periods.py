"""Periods that a caller names: a month, a quarter, a half, a year, a day, or a pair of days."""

import datetime as dt
import re
from typing import TypeAlias

import pandas as pd

from salesnb.errors import ParamError

PeriodLike: TypeAlias = str | int | pd.Period | tuple | list  # as `period_bounds` takes it
MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
RUSSIAN_NAMES = ("янв", "фев", "мар", "апр", "ма", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
EXAMPLES = "write 2026-09, 2026Q3, 2026H1, 2026, last 6 months, or a pair (start, end)"
EDGE = re.compile(r"\d{4}-\d{1,2}(-\d{1,2}([ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?)?")


def period_bounds(period: PeriodLike, month: str | None = None) -> tuple[dt.datetime, dt.datetime]:
    """Start and end of a period, the end not included.

    `period` is a pandas Period, "2026", "2026-09", "2026Q3", "2026H1", a day as 2026-09-01, "last 6
    months", or a pair (start, end) of which `end` is not included. `month` is the last of the last
    months: that of a Book.

    >>> period_bounds("last 2 months", "2026-09")
    (datetime.datetime(2026, 8, 1, 0, 0), datetime.datetime(2026, 10, 1, 0, 0))
    >>> period_bounds("2026Q3")
    (datetime.datetime(2026, 7, 1, 0, 0), datetime.datetime(2026, 10, 1, 0, 0))

    Raises
    ------
    ParamError
        Anything else, with what was probably meant: no text is guessed at.

    >>> period_bounds("01.09.2026")
    Traceback (most recent call last):
    ...
    salesnb.errors.ParamError: period '01.09.2026' is not a period: it is a day; did you mean "2026-09"? Else write 2026-09, 2026Q3, 2026H1, 2026, last 6 months, or a pair (start, end).
    """  # noqa: E501
    if isinstance(period, (tuple, list)):
        return _pair(period)
    if isinstance(period, pd.Period):
        return period.start_time.to_pydatetime(), (period + 1).start_time.to_pydatetime()
    text = (
        str(period).strip()
        if isinstance(period, (str, int)) and not isinstance(period, bool)
        else ""
    )
    if found := re.fullmatch(r"last ([1-9]\d?\d?) months?|last month", text.casefold()):
        if month is None:
            raise ParamError(
                f"period {period!r}: a frame alone does not say which month is the "
                "last. Give a Book, or a pair (start, end)."
            )
        last = pd.Period(month, "M")
        return (last - (int(found[1] or 1) - 1)).start_time.to_pydatetime(), (
            last + 1
        ).start_time.to_pydatetime()
    if found := re.fullmatch(r"((?:19|20|21)\d\d)-?[Hh]([12])", text):
        year, half = int(found[1]), int(found[2])
        return dt.datetime(year, 6 * half - 5, 1), dt.datetime(
            year + half - 1, 7 if half == 1 else 1, 1
        )
    if re.fullmatch(r"(19|20|21)\d\d(-?[Qq][1-4]|-\d{1,2}(-\d{1,2})?)?", text):
        try:
            found = pd.Period(text)
        except ValueError:
            raise _refused(period) from None
        return found.start_time.to_pydatetime(), (found + 1).start_time.to_pydatetime()
    raise _refused(period)


def _pair(pair) -> tuple[dt.datetime, dt.datetime]:
    if len(pair) != 2:
        raise _refused(pair)
    start, end = (_edge(edge, pair) for edge in pair)
    if end < start:
        raise ParamError(
            f"period {tuple(pair)!r} is not a period: it ends before it starts; write (start, end)."
        )
    return start, end


def _edge(edge, pair) -> dt.datetime:
    """A day or a time of a pair."""
    if isinstance(edge, pd.Period):
        return edge.start_time.to_pydatetime()
    if isinstance(edge, dt.date) and not pd.isna(edge):  # a datetime and a Timestamp are dates too
        if getattr(edge, "tzinfo", None) is not None:
            raise ParamError(
                f"period {tuple(pair)!r} has a time with a zone: write the days of the company, "
                "such as 2026-09-01."
            )
        return pd.Timestamp(edge).to_pydatetime()
    text = str(edge).strip()
    try:
        if EDGE.fullmatch(text):
            return pd.Timestamp(text).to_pydatetime()
        return pd.Timestamp(
            edge.isoformat() if hasattr(edge, "isoformat") else _iso(edge)
        ).to_pydatetime()
    except ValueError:
        raise _refused(tuple(pair), text) from None


def _iso(edge) -> str:
    """A numpy day as text; any other value is none."""
    if type(edge).__name__ == "datetime64":
        return str(edge)
    raise ValueError(edge)


def _refused(period, text: str | None = None) -> ParamError:
    found = _meant(str(period).strip() if text is None else text)
    what = f"{found[0]}; did you mean {found[1]}? Else {EXAMPLES}" if found else EXAMPLES
    return ParamError(f"period {period!r} is not a period: {what}.")


def _meant(text: str) -> tuple[str, str] | None:
    """What a text is that is no period, and what its writer probably meant.

    >>> _meant("Sept"), _meant("Sep 2026"), _meant("Q3 2026"), _meant("soon")
    (('it names no year', '"2026-09" (of the year you mean)'), ('it is not written as a month', '"2026-09"'), ('it is not written as a quarter', '"2026Q3"'), None)
    """  # noqa: E501
    plain = text.casefold()
    if day := re.fullmatch(r"(\d{1,2})([./-])(\d{1,2})[./-](\d{4})(?:[ t].*)?", plain):
        first, second = int(day[1]), int(day[3])
        months = [second, first] if day[2] == "/" else [second if second <= 12 else first]
        told = [f'"{day[4]}-{month:02d}"' for month in dict.fromkeys(months) if 1 <= month <= 12]
        return ("it is a day", " or ".join(told)) if told else None
    if day := re.fullmatch(r"(\d{4})[./-]?(\d{2})[./-]?(\d{2})(?:[ t].*)?", plain):
        return ("it is a day", f'"{day[1]}-{day[2]}"') if 1 <= int(day[2]) <= 12 else None
    if quarter := re.fullmatch(r"q([1-4])[ \-/]*(\d{4})|([1-4]) ?(?:q|кв)\.? ?(\d{4})", plain):
        return (
            "it is not written as a quarter",
            f'"{quarter[2] or quarter[4]}Q{quarter[1] or quarter[3]}"',
        )
    if month := re.fullmatch(r"(\d{1,2})[./-](\d{4})|(\d{4})[./ ]?(\d{1,2})", plain):
        number, year = int(month[1] or month[4]), month[2] or month[3]
        return (
            ("it is not written as a month", f'"{year}-{number:02d}"')
            if 1 <= number <= 12
            else None
        )
    return _month_in_words(plain)


def _month_in_words(plain: str) -> tuple[str, str] | None:
    words = re.findall(r"[^\W\d_]+", plain)
    number = next((_month_of(word) for word in words if _month_of(word)), None)
    if number is None:
        return None
    year = re.search(r"(?<!\d)(?:19|20|21)\d\d(?!\d)", plain)
    if year:
        return "it is not written as a month", f'"{year[0]}-{number:02d}"'
    return "it names no year", f'"2026-{number:02d}" (of the year you mean)'


def _month_of(word: str) -> int | None:
    """The number of a month by the beginning of its name."""
    for names in (MONTH_NAMES, RUSSIAN_NAMES):
        for number, name in enumerate(names, start=1):
            if word.startswith(name) and (len(word) >= 3):
                return number if name != "ма" or word[2] in "йяе" else 3
    return None
