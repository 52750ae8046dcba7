"""Measures of a whole Book that several questions ask: its year, its months, who has left, days of mass closing.

A Book is anything with the attributes of `salesnb.source.book.Book`; this room does not know where its frames come from.
"""

import narwhals as nw
import pandas as pd

from salesnb.measures.frames import collect, kept_with, months_before
from salesnb.measures.mass import mass_days, without_mass_closings
from salesnb.measures.summary import first_month, monthly
from salesnb.measures.told import NO_WON, bare, of_page, told, untold


def year(book) -> tuple[str, str]:
    """The last 12 months as a period."""
    return f"{months_before(book.month, 11)}-01", f"{months_before(book.month, -1)}-01"


def leavers(book) -> list[str]:
    """Managers who had left by as_of: they count in totals and get no line or card of their own."""
    if book.managers is None:
        return []
    end = pd.Timestamp(book.as_of).to_pydatetime()
    return sorted(collect(book.managers.filter(nw.col("left_on") <= end).select("manager"))["manager"])


def without_leavers(table: pd.DataFrame, book) -> pd.DataFrame:
    """A table of managers without those who have left; attributes are kept."""
    kept = table[~table["manager"].isin(leavers(book))].reset_index(drop=True)
    kept.attrs = table.attrs
    return kept


def months(book, months=13) -> pd.DataFrame:
    """Headline figures of the last months; those before the first deal of the export are missing. Memoised on the Book."""
    return kept_with(book, f"_months_{months}", lambda: _months(book, months))


def _months(book, months: int) -> pd.DataFrame:
    table = monthly(book.closer_deals, book.month, months, first_month(book.department.closer_deals))
    gone = [] if of_page(book).priced else ["won_amount", "average_order", "open_amount"]
    gone += ["won_amount", "average_order"] if untold(book) == NO_WON else []
    gone += [] if told(book).in_days else ["mean_days"]
    return bare(table.assign(**dict.fromkeys(gone, float("nan"))), book)


def mass(book) -> pd.DataFrame:
    """Days of the month on which one person closed far more deals than usual, and what is left without them.

    Such a day shows in the deals of the whole department; a channel's table has the part of it that is its own.
    """
    whole = book.department.closer_deals
    return kept_with(book, "_mass", lambda: mass_days(book.closer_deals, book.month, book.thresholds, whole))


def without_bulk_days(book):
    """The closers' deals without those closed on a day of mass closing anywhere in the department."""
    return without_mass_closings(book.closer_deals, book.month, book.thresholds, book.department.closer_deals)
