"""Small exports written by hand, and what is asked of every book that is read from one."""

import csv
import io

import pandas as pd

from salesnb.params import make_params
from salesnb.source.book import open_book


def written(folder, rows, name="deals.csv", separator=",", encoding="utf-8"):
    """A text file of `rows`, the first being the headings."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=separator).writerows(rows)
    (folder / name).write_bytes(stream.getvalue().encode(encoding))
    return folder / name


def opened(folder, rows=None, name="deals.csv", preset="canonical", month=None, channel=None, **more):
    """The book of an export: every record of it is kept, merged or set aside."""
    if rows is not None:
        written(folder, rows, name)
    made = make_params({"company": "T", "data": {"deals": name, "preset": preset}} | more, root=folder)
    found = open_book(made, month=month, channel=channel)
    assert found.rows["read"] == found.rows["kept"] + found.rows["merged"] + found.rows["set_aside"]
    if rows is not None:
        assert found.rows["read"] == len(rows) - 1
    return found


def deals(found) -> pd.DataFrame:
    return found.deals.sort("deal_id").collect(backend="pandas").to_native().set_index("deal_id")


def said(found) -> dict:
    """Remarks on the reading: code → values."""
    return {one.code: one.values for one in found.notices}


def rules(found) -> dict:
    """The ledger: (rule, outcome) → rows."""
    return {(one.rule, one.outcome): one.rows for one in found.rules.itertuples()}
