"""How much of a month has gone by the day of a Book: earlier months are held against it up to the
same working day.
"""

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from salesnb.formats.periods import PeriodLike
from salesnb.measures.frames import BookLike
from salesnb.measures.summary import months_back
from salesnb.measures.workdays import working_days


@dataclass(frozen=True)
class SoFar:
    """A month that is not over.

    Attributes
    ----------
    days, of : working days up to the day of the Book; working days of the whole month
    until : month → the last day of it that counts beside this one, for the 12 months before
    """

    days: int
    of: int
    until: dict[str, dt.date]


def so_far(book: BookLike) -> SoFar | None:
    """How much of the month of a Book has gone; None where the Book knows the whole month.

    Source
    ------
    definitions: a part month is held against the same number of working days of earlier months.

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "won",
    ...     "created_at": pd.Timestamp("2026-08-03"), "closed_at": pd.Timestamp("2026-10-05")})
    >>> found = so_far(s.book(deals, month="2026-10", as_of="2026-10-05", country="RU"))
    >>> found.days, found.of, str(found.until["2026-09"])
    (3, 22, '2026-09-03')
    >>> so_far(s.book(deals, month="2026-09", as_of="2026-10-05")) is None
    True
    """
    if book.over:
        return None
    return book.kept("_so_far", lambda: _so_far(book.month, book.as_of, book.params.country))


def month_before(book: BookLike) -> PeriodLike:
    """The month before that of a Book, up to the same working day where the month is not over.

    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "won",
    ...     "created_at": pd.Timestamp("2026-08-03"), "closed_at": pd.Timestamp("2026-10-05")})
    >>> month_before(s.book(deals, month="2026-10", as_of="2026-10-05", country="RU"))
    ('2026-09-01', '2026-09-04')
    """
    part = so_far(book)
    if part is None:
        return book.previous
    return f"{book.previous}-01", str(part.until[book.previous] + dt.timedelta(days=1))


def last_whole_month(book: BookLike) -> str:
    """The month of a Book, or the one before where it is not over: the last that is worth as much
    as any other.

    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "won",
    ...     "created_at": pd.Timestamp("2026-08-03"), "closed_at": pd.Timestamp("2026-10-05")})
    >>> found = s.book(deals, month="2026-10", as_of="2026-10-05", country="RU")
    >>> last_whole_month(found), last_whole_month(found.at("2026-09"))
    ('2026-09', '2026-09')
    """
    return book.month if so_far(book) is None else book.previous


def earlier(book: BookLike) -> dict[str, BookLike]:
    """Month → the Book as it was known on the day of that month that counts beside a month that is
    not over, for the 12 months before; {} where the month is over. Memoised on the Book.
    """
    part = so_far(book)
    until = part.until if part else {}
    return book.kept(
        "_earlier", lambda: {month: book.as_known(month, day) for month, day in until.items()}
    )


def _so_far(month: str, as_of: dt.date, country: str) -> SoFar:
    names = months_back(month)
    span = pd.Series([pd.Timestamp(f"{names[0]}-01"), pd.Timestamp(f"{month}-01")])
    calendar = working_days(country, span)
    own = _working(month, calendar)
    days = sum(day <= as_of for day in own)
    until = {name: _until(name, days, as_of in own, calendar) for name in names[:-1]}
    return SoFar(days, len(own), until)


def _until(month: str, days: int, working: bool, calendar: frozenset[dt.date]) -> dt.date:
    """The day of a month by which as many working days have gone; with the free days after it where
    the day that it is held against is a free one.
    """
    own = _working(month, calendar)
    if working and days <= len(own):
        return own[days - 1]
    return own[days] - dt.timedelta(days=1) if days < len(own) else _last_day(month)


def _working(month: str, calendar: frozenset[dt.date]) -> list[dt.date]:
    first, last = dt.date.fromisoformat(f"{month}-01"), _last_day(month)
    every = (first + dt.timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in every if day in calendar]


def _last_day(month: str) -> dt.date:
    return pd.Period(month, "M").end_time.date()
