"""What a Book holds, at a glance: its tables with rows and days, and for those that are missing the
export that gives them.
"""

from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from salesnb.errors import DataError
from salesnb.schema import TABLES
from salesnb.source.read import quoted

if TYPE_CHECKING:
    from salesnb.source.book import Book


def contents(book: "Book") -> pd.DataFrame:
    """Table, rows, first and last day of its rows; of a table that is not there, the export that
    would give it.
    """
    return pd.DataFrame([_line(book, name) for name in TABLES])


def _line(book, name: str) -> dict:
    relation, when = book._relations.get(name), TABLES[name].when
    if relation is None:
        missing = (
            "of no segment"
            if book.segment and name in book.department._source.tables
            else TABLES[name].export
        )
        return {"table": name, "rows": "", "from": "", "to": "", "missing": missing}
    times = f"min({quoted(when)}), max({quoted(when)})" if when else "NULL, NULL"
    rows, first, last = book._con.execute(
        f"SELECT count(*), {times} FROM ({relation.sql_query()})"
    ).fetchall()[0]
    return {
        "table": name,
        "rows": f"{rows:,}",
        "from": _day(first),
        "to": _day(last),
        "missing": "",
    }


def _day(value) -> str:
    return "" if value is None else value if isinstance(value, str) else f"{value:%Y-%m-%d}"


def no_table(book: "Book", name: str) -> DataError:
    """The error for a table that the company has not given, or that a segment has not."""
    if book.segment and name in book._source.tables:
        return DataError(
            f"{name}: nothing says which rows are of the segment {book.segment_text}. Ask the "
            "Book without it."
        )
    return DataError(
        f"{name}: the company has no such table. Export {TABLES[name].export}, and name it under "
        f"`data: {name}:` in the params."
    )


def as_html(book: "Book") -> str:
    """The Book as a cell of a notebook shows it."""
    head = [
        f"<b>{escape(book.params.company)}</b>",
        escape(book.month),
        escape(book.channel or "all channels"),
    ]
    head += [escape(book.segment_text)] if book.segment else []
    head.append(f"known on {book.as_of}")
    remarks = len(book.notices)
    told = f"{remarks} remarks on the reading: <code>s.data_quality(book).notices()</code>. "
    told += 'A table as pandas: <code>book.table("deals")</code>; a segment: <code>book.where(source=…)</code>.'  # noqa: E501
    table = contents(book).to_html(index=False, border=0, escape=True)
    return f"<div><p>{' · '.join(head)}</p>{table}<p>{told}</p></div>"
