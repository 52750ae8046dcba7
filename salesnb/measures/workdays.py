"""Whose working day is it: the one calendar of every person, by country, schedule, absences, first
and last day at work.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import holidays
import narwhals as nw
import numpy as np
import pandas as pd

from salesnb.formats.periods import PeriodLike
from salesnb.measures import touches
from salesnb.measures.frames import BookLike, collect, names

FIVE_TWO = re.compile(r"\s*5\s*[/\\xх×:на–-]+\s*2\s*", re.I)
NONE: frozenset[dt.date] = frozenset()
YEARS = pd.DateOffset(years=20)  # around as_of, in which a day of absence is looked for
COLUMNS = ["manager", "working_days", "basis", "traced_days", "without_trace"]


@dataclass(frozen=True)
class Workdays:
    """The working days of every person of a company.

    Attributes
    ----------
    country : production calendar
    until : last day that is known
    hired, left : first and last day at work of each person; whoever is not named was always there
    away : days of absence of each person
    traced : days on which each person left a trace in the CRM: a touch, a task set or done, or a
        stage move of a deal of theirs
    shifts : people of another schedule than 5/2: their working days are those with a trace
    """

    country: str
    until: dt.date
    hired: Mapping[str, dt.date] = field(default_factory=dict)
    left: Mapping[str, dt.date] = field(default_factory=dict)
    away: Mapping[str, frozenset[dt.date]] = field(default_factory=dict)
    traced: Mapping[str, frozenset[dt.date]] = field(default_factory=dict)
    shifts: frozenset[str] = frozenset()

    def days(self, manager: str, start: dt.date, end: dt.date) -> list[dt.date]:
        """The working days of a person from `start` to `end`, both counted, as far as they are
        known.

        >>> calendar = Workdays("RU", dt.date(2026, 10, 5), hired={"Bo": dt.date(2026, 9, 16)},
        ...     away={"Ann": frozenset(pd.date_range("2026-09-09", "2026-09-13").date)})
        >>> month = dt.date(2026, 9, 1), dt.date(2026, 9, 30)
        >>> [len(calendar.days(name, *month)) for name in ("Ann", "Bo", "Cy")]
        [19, 11, 22]
        """
        start = max(start, self.hired.get(manager, start))
        end = min(end, self.until, self.left.get(manager, end))
        if manager in self.shifts:
            found = self.traced.get(manager, NONE)
            there = [day for day in found if start <= day <= end]
        else:
            there = _company_days(self.country, start, end)
        return sorted(set(there) - self.away.get(manager, NONE))

    def answering(self, manager: str | None, start: dt.date, end: dt.date) -> frozenset[dt.date]:
        """Days on which a client of a person may expect an answer: those of the person, and days of
        an absence with a trace, since whoever answers is there; before the first day at work and
        after the last, and of nobody's clients, those of the country.

        >>> calendar = Workdays("RU", dt.date(2026, 9, 4),
        ...     away={"Ann": frozenset(pd.date_range("2026-09-01", "2026-09-04").date)},
        ...     traced={"Ann": frozenset([dt.date(2026, 9, 3)])})
        >>> sorted(calendar.answering("Ann", dt.date(2026, 9, 1), dt.date(2026, 9, 4)))
        [datetime.date(2026, 9, 3)]
        """
        whole = _company_days(self.country, start, end)
        if manager is None:
            return frozenset(whole)
        first, last = self.hired.get(manager, start), self.left.get(manager, end)
        there = self.traced.get(manager, NONE)
        open_ = (day for day in whole if day in there or not first <= day <= last)
        return frozenset([*self.days(manager, start, end), *open_])

    def is_away(self, manager: str, day: dt.date) -> bool:
        """Whether a person has an absence on a day."""
        return day in self.away.get(manager, NONE)

    def is_here(self, manager: str, day: dt.date) -> bool:
        """Whether a person is with the company on a day, and not absent."""
        there = self.hired.get(manager, day) <= day <= self.left.get(manager, day)
        return there and not self.is_away(manager, day)

    def on_payroll(self, manager: str, start: dt.date, end: dt.date) -> tuple[int, int]:
        """Working days of the country within the time of a person at the company, and of the whole
        time from `start` to `end`: absence does not count here.

        >>> calendar = Workdays("RU", dt.date(2026, 9, 30), hired={"Bo": dt.date(2026, 9, 16)})
        >>> calendar.on_payroll("Bo", dt.date(2026, 9, 1), dt.date(2026, 9, 30))
        (11, 22)
        """
        first, last = (
            max(start, self.hired.get(manager, start)),
            min(end, self.left.get(manager, end)),
        )
        whole = _company_days(self.country, start, end)
        return len(_company_days(self.country, first, last)), len(whole)

    def since_hired(self, manager: str, day: dt.date) -> int | None:
        """Working days of a person from the first at work to `day`; None where nobody knows the
        first.
        """
        first = self.hired.get(manager)
        return None if first is None else len(self.days(manager, first, day))

    def basis(self, manager: str) -> str:
        """What the working days of a person stand on: "calendar" or "traces"."""
        return "traces" if manager in self.shifts else "calendar"


def workdays(book: BookLike) -> Workdays:
    """The calendar of a company as a Book knows it, memoised on the Book.

    Source
    ------
    definitions: production calendar of the country, by the person's schedule (5/2 assumed; another
    one: days with a trace), minus absences, within hired_on..left_on. One function.
    """
    whole = book.unfiltered
    return whole.kept("_workdays", lambda: _made(whole))


def working_time(book: BookLike, people: Iterable[str], period: PeriodLike) -> pd.DataFrame:
    """Working days of people in a period, as far as the Book knows it.

    Returns
    -------
    DataFrame, a row per person in the order given: manager, working_days, basis ("calendar", or
        "traces" for another schedule than 5/2), traced_days (working days with a trace in the CRM;
        NaN where the company has neither touches nor stages), without_trace (working days without
        one; NaN by traces)

    Examples
    --------
    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open",
    ...     "created_at": "2026-09-01"})
    >>> calls = pd.DataFrame({"deal_id": "1", "at": pd.to_datetime(["2026-09-01 10:00",
    ...     "2026-09-06 12:00"]), "kind": "call"})
    >>> off = pd.DataFrame({"manager": ["Ann"], "from": ["2026-09-14"], "to": ["2026-09-18"]})
    >>> found = book(deals, touches=calls, absences=off, month="2026-09", as_of="2026-09-30")
    >>> working_time(found, ["Ann"], "2026-09")  # the call of a Sunday is on no working day
      manager  working_days     basis  traced_days  without_trace
    0     Ann            17  calendar          1.0           16.0
    """
    calendar = workdays(book)
    start, end = book.bounds(period)
    first, last = start.date(), (end - dt.timedelta(microseconds=1)).date()
    known = book.unfiltered.touches is not None or book.unfiltered.stages is not None
    rows = []
    for name in people:
        days, basis = calendar.days(name, first, last), calendar.basis(name)
        seen = len(set(days) & calendar.traced.get(name, NONE)) if known else np.nan
        lacking = np.nan if basis == "traces" else len(days) - seen
        rows.append([name, len(days), basis, float(seen), float(lacking)])
    return pd.DataFrame(rows, columns=COLUMNS)


def working_days(country: str, starts: pd.Series) -> frozenset[dt.date]:
    """Working days of the country in the years of the given times and the year after them.

    >>> days = working_days("DE", pd.Series([pd.Timestamp("2026-09-01")]))
    >>> dt.date(2026, 9, 4) in days, dt.date(2026, 9, 5) in days  # a Friday and a Saturday
    (True, False)
    """
    if not len(starts):
        return NONE
    first, last = pd.Timestamp(starts.min()).year, pd.Timestamp(starts.max()).year
    return frozenset(_company_days(country, dt.date(first, 1, 1), dt.date(last + 1, 12, 31)))


def _company_days(country: str, start: dt.date, end: dt.date) -> list[dt.date]:
    """Working days of the country from `start` to `end`, both counted."""
    return [
        day
        for year in range(start.year, end.year + 1)
        for day in _year(country, year)
        if start <= day <= end
    ]


def is_five_two(schedule: object) -> bool:
    """Whether a schedule is five days of work and two off; a blank one is.

    >>> [is_five_two(word) for word in ("5/2", "5 x 2", "5-2", None, "2/2", "6/1")]
    [True, True, True, True, False, False]
    """
    text = "" if schedule is None or schedule != schedule else str(schedule).strip()
    return not text or FIVE_TWO.fullmatch(text) is not None


@lru_cache(maxsize=256)
def _year(country: str, year: int) -> tuple[dt.date, ...]:
    known = holidays.country_holidays(country, years=year)
    days = pd.date_range(f"{year}-01-01", f"{year}-12-31")
    return tuple(day.date() for day in days if known.is_working_day(day.date()))


def _made(book: BookLike) -> Workdays:
    staff = _staff(book)
    away: dict[str, set[dt.date]] = defaultdict(set)
    start = (pd.Timestamp(book.as_of) - YEARS).date()
    every = list(pd.date_range(start, pd.Timestamp(book.as_of) + YEARS).date)
    for name, first, last in _absences(book):
        places = (first.date() - start).days, (last.date() - start).days + 1
        away[name].update(every[slice(*places)])
    traced: dict[str, set[dt.date]] = defaultdict(set)
    for name, day in _traces(book):
        traced[name].add(day)
    return Workdays(
        book.params.country,
        book.as_of,
        _dates(staff, "hired_on"),
        _dates(staff, "left_on"),
        {name: frozenset(days) for name, days in away.items()},
        {name: frozenset(days) for name, days in traced.items()},
        frozenset(staff.loc[[not is_five_two(word) for word in staff["schedule"]], "manager"]),
    )


def _staff(book) -> pd.DataFrame:
    columns = ["manager", "hired_on", "left_on", "schedule"]
    if book.managers is None:
        return pd.DataFrame(columns=columns)
    return collect(book.managers.select(*columns))


def _dates(staff: pd.DataFrame, column: str) -> dict[str, dt.date]:
    known = staff[staff[column].notna()]
    return dict(zip(known["manager"], pd.to_datetime(known[column]).dt.date, strict=True))


def _absences(book) -> list[tuple]:
    """Person, first and last day of each absence, as far as a day of it can be asked for: an end in
    another century is a slip of the pen or "until further notice".
    """
    if book.absences is None:
        return []
    known = book.absences.filter(~nw.col("from").is_null() & ~nw.col("to").is_null())
    table = collect(known.select("manager", "from", "to"))
    early, late = pd.Timestamp(book.as_of) - YEARS, pd.Timestamp(book.as_of) + YEARS
    first, last = (pd.to_datetime(table[name]).clip(early, late) for name in ("from", "to"))
    apart = (pd.to_datetime(table["to"]) < early) | (pd.to_datetime(table["from"]) > late)
    table = table.assign(**{"from": first, "to": last})[~apart]
    return list(table.itertuples(index=False))


def _traces(book) -> list[tuple[str, dt.date]]:
    """Person and day of every trace."""
    owners = book.deals.select("deal_id", _owner="manager")
    parts = []
    if book.touches is not None:
        own = book.touches.filter(~nw.col("by_robot").fill_null(False))
        own = own.join(owners, on="deal_id", how="left")
        own = own.with_columns(_who=touches.whose("_owner"))
        done = own.filter(nw.col("kind") == "task")
        parts += [
            own.select("_who", _day=nw.col("at")),
            done.select("_who", _day=nw.col("done_at")),
        ]
    if book.stages is not None:
        parts.append(_moves(book, owners))
    found: set[tuple[str, dt.date]] = set()
    for part in parts:
        known = part.filter(~nw.col("_who").is_null() & ~nw.col("_day").is_null())
        days = known.with_columns(_day=nw.col("_day").dt.truncate("1d")).unique(["_who", "_day"])
        table = collect(days)
        found.update(zip(names(table["_who"]), pd.to_datetime(table["_day"]).dt.date, strict=True))
    return sorted(found)


def _moves(book, owners) -> nw.LazyFrame:
    """Stage moves by the owner of the deal at that time; the first stage is the creation of the
    deal and no move.
    """
    first = book.stages.group_by("deal_id").agg(_first=nw.col("entered_at").min())
    moved = book.stages.select("deal_id", "entered_at").join(first, on="deal_id", how="inner")
    moved = moved.filter(nw.col("entered_at") > nw.col("_first")).drop("_first")
    if book.owners is None:
        return moved.join(owners, on="deal_id", how="left").select(_who="_owner", _day="entered_at")
    before = book.owners.select("deal_id", _new="manager", _from="from")
    both = moved.join(before, on="deal_id", how="left")
    then = both.filter(nw.col("_from") <= nw.col("entered_at"))
    last = then.group_by("deal_id", "entered_at").agg(_from=nw.col("_from").max())
    named = then.join(last, on=["deal_id", "entered_at", "_from"], how="inner")
    named = named.group_by("deal_id", "entered_at").agg(_new=nw.col("_new").min())
    known = moved.join(named, on=["deal_id", "entered_at"], how="left")
    known = known.join(owners, on="deal_id", how="left")
    who = nw.when(nw.col("_new").is_null()).then(nw.col("_owner")).otherwise(nw.col("_new"))
    return known.select(_who=who, _day="entered_at")
