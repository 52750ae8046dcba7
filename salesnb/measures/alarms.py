"""What the figures of a month call for by themselves: it is immature, its cohorts moved the other
way, a day of mass closing.
"""

import pandas as pd

from salesnb.measures.bulk_close import month_bulk_days
from salesnb.measures.cohorts import cohort_conversion, immature
from salesnb.measures.conversion import conversion, conversion_change
from salesnb.measures.frames import BookLike
from salesnb.measures.so_far import month_before
from salesnb.measures.told import untold, withheld
from salesnb.stats.intervals import minus

COHORT_SPAN, COHORT_DAY = (
    60,
    30,
)  # days of creation of a cohort, and the age at which two of them are compared
LEAST_MOVE = 0.02  # a change of less than two points points nowhere

Change = tuple[float, float, float]


def alarms(book: BookLike) -> list[tuple[str, dict]]:
    """Remarks that come from the figures themselves, as codes with their values."""
    found: list[tuple[str, dict]] = []
    young = immature(book.closer_deals, book.month, book.thresholds.immature_open_share)
    if young["immature"]:
        found.append(("immature", {"open": young["open"], "created": young["created"]}))
    if not withheld(book) and opposite(_headline_change(book), _cohort_change(book)):
        found.append(("opposite", {}))
    return found + [
        ("mass closings", _bulk_day(row, book)) for row in month_bulk_days(book).to_dict("records")
    ]


def opposite(one: Change, other: Change) -> bool:
    """Whether two changes (value, low, high) point in opposite directions, and not by chance alone.

    Both move by at least two points, and either both intervals leave out zero or that of their
    difference does.

    >>> opposite((-0.08, -0.12, -0.04), (0.05, 0.01, 0.09)), opposite((-0.08, -0.20, 0.04), (0.03,
    ...     -0.06, 0.12))
    (True, False)
    """
    known = one[0] == one[0] and other[0] == other[0]
    if not known or one[0] * other[0] >= 0 or min(abs(one[0]), abs(other[0])) < LEAST_MOVE:
        return False
    return all(_significant(change) for change in (one, other)) or _significant(minus(one, other))


def _significant(change: Change) -> bool:
    return bool(change[1] > 0 or change[2] < 0)


def _bulk_day(row: dict, book) -> dict:
    """A row of `month_bulk_days` in plain values."""
    words = {"manager": row["manager"], "day": str(row["day"])[:10], "reason": row["reason"]}
    sizes = {
        name: None if pd.isna(row[name]) else float(row[name])
        for name in ("all_conversion", "amount", "age_days")
    }
    counts = {name: int(value) for name, value in row.items() if name not in (*words, *sizes)}
    return words | counts | sizes | {"least": book.thresholds.min_percent, "untold": untold(book)}


def _headline_change(book) -> Change:
    """Change of conversion on the previous month, with its interval."""
    now, before = (
        conversion(book.closer_deals, period=m) for m in (book.month, month_before(book))
    )
    row = conversion_change(now, before).iloc[0]
    return float(row["change"]), float(row["change_low"]), float(row["change_high"])


def _cohort_change(book) -> Change:
    """Change of the share won by day 30 between the last two spans of 60 days of creation that are
    old enough.
    """
    end = pd.Timestamp(book.as_of) - pd.Timedelta(days=COHORT_DAY)
    span = pd.Timedelta(days=COHORT_SPAN)
    spans = [(end - span, end), (end - 2 * span, end - span)]
    least = book.thresholds.cohort_min_at_risk
    deals = book.closer_deals
    found = [
        cohort_conversion(deals, book.as_of, None, (COHORT_DAY,), (str(a), str(b)), least)
        for a, b in spans
    ]
    if any(table.empty for table in found):
        return float("nan"), float("nan"), float("nan")
    now, before = (table.iloc[0] for table in found)
    return minus(
        (now["won"], now["low"], now["high"]), (before["won"], before["low"], before["high"])
    )
