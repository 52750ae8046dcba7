"""The day on which an export was made: the latest day of its facts, unless a few stand far beyond
all others.
"""

import datetime as dt
from dataclasses import dataclass

MANY = 100  # facts without which nothing can be called far beyond the others
FEW_SHARE, FEW_ROWS = 0.001, 3  # rows that may be stray: a thousandth of the facts, or three
# days between the stray rows and all others: longer than a month without a deal, which holidays can
# make
FAR = 45
TWICE = 2  # and twice the longest pause of the two years before
PAUSES = 730


@dataclass(frozen=True)
class Latest:
    """The day up to which an export is believed, and the days beyond it that are not.

    >>> days = {dt.date(2026, 6, 1) + dt.timedelta(days=n): 10 for n in range(20)} | {dt.date(2026,
    ...     12, 11): 1}
    >>> found = latest(days)
    >>> str(found.day), [str(day) for day in found.stray], found.gap
    ('2026-06-20', ['2026-12-11'], 174)
    """

    day: dt.date
    stray: tuple[dt.date, ...] = ()

    @property
    def gap(self) -> int:
        """Days between the day that is believed and the first that is not; 0 without any."""
        return (self.stray[0] - self.day).days if self.stray else 0


def latest(days: dict[dt.date, int]) -> Latest | None:
    """The latest day of the facts: day → number of them. A few far beyond all others are not
    believed; None without facts.

    Far is more than 45 days, and more than twice the longest pause of the two years before: a
        seasonal trade pauses longer.
    """
    order = sorted(days)
    if not order:
        return None
    total = sum(days.values())
    most = max(FEW_ROWS, FEW_SHARE * total)
    beyond, place = 0, len(order) - 1
    believed = place
    while total >= MANY and place > 0:
        beyond += days[order[place]]
        if beyond > most:
            break
        gap = (order[place] - order[place - 1]).days
        if gap > FAR and gap > TWICE * _longest_pause(order[:place]):
            believed = place - 1
        place -= 1
    return Latest(order[believed], tuple(order[believed + 1 :]))


def _longest_pause(order: list[dt.date]) -> int:
    """Days of the longest pause between facts in the two years that end with the last of them."""
    recent = [day for day in order if (order[-1] - day).days <= PAUSES]
    return max(
        ((later - day).days for day, later in zip(recent, recent[1:], strict=False)), default=0
    )
