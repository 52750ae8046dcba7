"""Deals from counts, so that every figure can be worked by hand."""

import pandas as pd

from salesnb.source.book import Book, book

MONTHS = tuple(f"2026-0{n}" for n in range(4, 10))
LAST = MONTHS[-1]


def deals(*groups) -> pd.DataFrame:
    """Canonical deals: each group is (manager, month, won, lost, days of life, other columns)."""
    rows = []
    for manager, month, won, lost, days, columns in groups:
        closed = pd.Timestamp(f"{month}-15 12:00")
        one = {"manager": manager, "closed_at": closed, "created_at": closed - pd.Timedelta(days=days)} | columns
        rows += [one | {"status": "won"}] * won + [one | {"status": "lost"}] * lost
    frame = pd.DataFrame(rows)
    return frame.assign(deal_id=[f"{n:05d}" for n in range(len(frame))])


def several_months(people: dict, months=MONTHS) -> pd.DataFrame:
    """Deals of people: name → {"yes": (won, lost), "no": (won, lost), "quick": (won, lost)} in each month.

    Later months have one won deal more in each kind, so that a month is not the window.
    """
    groups = []
    for number, month in enumerate(months):
        more = number == len(months) - 1
        for name, counts in people.items():
            for kind, (won, lost) in counts.items():
                columns = {"is_target": kind == "yes", "channel": "Site"}
                groups.append((name, month, won + more, lost, 3 if kind == "quick" else 20, columns))
    return deals(*groups)


def as_book(frame: pd.DataFrame, **more) -> Book:
    return book(frame, month=LAST, **more)
