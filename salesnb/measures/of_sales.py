"""Measures of the clients and products notebook."""

import pandas as pd

from salesnb.measures.abc_xyz import abc_xyz as classify
from salesnb.measures.abc_xyz import sales_of_won
from salesnb.measures.classes import matrix
from salesnb.measures.frames import collect, count, months_before, need, within
from salesnb.measures.of_book import year


def sales(book):
    """The table of sales, else the won deals."""
    return book.sales if book.sales is not None else sales_of_won(book.deals)


def abc_xyz(book, item: str, months_back: int = 0) -> pd.DataFrame:
    """ABC and XYZ of clients or products, up to the month of the book or an earlier one."""
    return classify(sales(book), item, month=months_before(book.month, months_back), thresholds=book.thresholds)


def sold(book) -> bool:
    """Whether anything was sold in the last 12 months, to whomever."""
    found = need(sales(book), "sales", ["date"]).filter(within("date", year(book)))
    return bool(count(found, [])["rows"].iloc[0])


def matrix_counts(table: pd.DataFrame) -> dict[str, int]:
    """Items per cell, as the metrics have them: {"AX": 3, …}; "new" where there is no letter yet."""
    cells = matrix(table)
    return {f"{r.abc}{r.xyz}": int(r.items) for r in cells.itertuples()}


def named(table: pd.DataFrame, book) -> pd.DataFrame:
    """A table of clients by name, where the table of clients knows one; equal names are told apart by the client's id."""
    if book.clients is None or table.empty:
        return table
    known = collect(book.clients.select("client_id", "name")).dropna().drop_duplicates("client_id")
    # among all clients, so that a client is called the same in every table
    twice = known["name"].duplicated(keep=False)
    known["name"] = known["name"].where(~twice, known["name"] + " (" + known["client_id"].astype(str) + ")")
    names = known[known["client_id"].isin(table["item"])].set_index("client_id")["name"]
    kept = table.assign(item=[names.get(item, item) for item in table["item"]])
    kept.attrs = table.attrs
    return kept
