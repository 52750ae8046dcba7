"""What the headline would be if an assumption of the reading were wrong."""

import narwhals as nw
import pandas as pd

from salesnb.measures.conversion import conversion, with_rate
from salesnb.measures.frames import BookLike


def other_readings(book: BookLike) -> list[dict]:
    """Assumptions of the reading whose other reading changes the headline, the largest change
    first.

    Parameters
    ----------
    book : a Book; its own channel and month are recounted

    Returns
    -------
    list of dict
        assumption : what was assumed
        month, whole : {"won", "closed", "conversion", "before": {the same as it stands now}} of the
            month of the Book, and of all dated closings; conversion is 0..1, NaN with nothing
            closed
        change : the larger of the two changes of conversion, 0..1; 1 where one of the readings has
            nothing closed

    Examples
    --------
    Nothing in this export says whether 08/09/2026 is in September or in August.

    >>> import tempfile
    >>> from pathlib import Path
    >>> from salesnb import open_book
    >>> from salesnb.params import make_params
    >>> rows = ["1,Ann,Won,2026-07-01,01/09/2026", "2,Ann,Lost,2026-07-01,02/09/2026",
    ...     "3,Bo,Won,2026-07-02,08/09/2026", "4,Bo,Lost,2026-07-02,09/08/2026",
    ...     "5,Bo,Lost,2026-07-03,09/09/2026", "6,Bo,Open,2026-09-30,"]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     heads = "deal_id,manager,status,created_at,closed_at"
    ...     _ = Path(folder, "deals.csv").write_text("\\n".join([heads, *rows]))
    ...     asked = {"company": "A", "timezone": "UTC", "data": {"deals": "deals.csv"}}
    ...     found = other_readings(open_book(make_params(asked, root=Path(folder)), "2026-09"))
    >>> month = found[0]["month"]
    >>> found[0]["assumption"].code, month["before"]["conversion"], month["conversion"]
    ('day order', 0.5, 0.0)
    """
    return book.kept("_other_readings", lambda: _other_readings(book))


def _other_readings(book) -> list[dict]:
    asked = [one for one in book.assumed if one.change]
    tables = book.otherwise(asked) if asked else []
    if not tables:  # of a segment the other readings are not counted
        return []
    now = {
        "month": _figures(conversion(book.closer_deals, period=book.month)),
        "whole": _figures(conversion(_dated(book))),
    }
    found = []
    for one, table in zip(asked, tables, strict=True):
        own = table if book.channel is None else table[table["channel"] == book.channel]
        if table.empty:
            continue
        own = own.dropna(subset=["day"])
        of_month = own["day"].astype(str).str.startswith(book.month)
        then = {"month": _summed(own[of_month]), "whole": _summed(own)}
        if any(
            (then[p]["won"], then[p]["closed"]) != (now[p]["won"], now[p]["closed"]) for p in now
        ):
            parts = {part: then[part] | {"before": now[part]} for part in now}
            found.append({"assumption": one, **parts, "change": max(map(_change, parts.values()))})
    return sorted(found, key=lambda row: (-row["change"], row["assumption"].code))


def _dated(book):
    return book.closer_deals.filter(~nw.col("closed_at").is_null())


def _summed(table: pd.DataFrame) -> dict:
    sums = table[["won", "lost"]].astype("int64").sum()
    return _figures(with_rate(pd.DataFrame([sums])))


def _figures(table: pd.DataFrame) -> dict:
    row = table.iloc[0]
    return {
        "won": int(row["won"]),
        "closed": int(row["closed"]),
        "conversion": float(row["conversion"]),
    }


def _change(part: dict) -> float:
    before = part["before"]
    if not part["closed"] or not before["closed"]:
        return float(part["closed"] != before["closed"])
    return abs(part["conversion"] - before["conversion"])
