"""What becomes of the leads of a Book."""

import pandas as pd

from salesnb.measures.frames import count, within
from salesnb.measures.leads import lead_conversion
from salesnb.measures.of_book import year
from salesnb.measures.told import NO_WON, untold


def leads(book) -> pd.DataFrame:
    """Lead conversion of the month and of the last 12 months: span (month, year), and the columns of `lead_conversion`."""
    spans = {"month": book.month, "year": year(book)}
    found = [lead_conversion(book.leads, book.deals, period=period).assign(span=span) for span, period in spans.items()]
    table = pd.concat(found, ignore_index=True)
    if untold(book) == NO_WON:
        table[["won_share", "low", "high"]] = float("nan")
    table.attrs["untold"] = untold(book)
    return table


def new_deals(book) -> int:
    """Deals of closers created in the month."""
    return int(count(book.closer_deals.filter(within("created_at", book.month)), [])["rows"].iloc[0])
