"""Signs that the times of a table are not what they seem: swapped by a spreadsheet, far from today, without a zone."""

import datetime as dt

from salesnb.source.parsed import Assumption, Settings
from salesnb.source.read import RawTable, quoted
from salesnb.source.times import either_sql

SWAPPED = 3  # cells of each kind from which a spreadsheet is suspected
BACK, AHEAD = 15, 5  # years from today beyond which a date is far
CLOCK = r":[0-9]{2}(?:[.,][0-9]+)? *(?:[AaPp][.]?[Mm][.]?)?"
ZONED = rf"{CLOCK} *[(]?(?:[Zz+-]|\pL{{3}})"


def swapped(con, raw: RawTable, table: str, heading: str) -> list[tuple[str, dict]]:
    """Remarks on files of which a spreadsheet took some dates for others.

    A spreadsheet of another country turns 05/09 into a date of its own order and leaves 13/09, which it cannot read, as
    text: then all true dates have a day up to 12, and all texts one above.
    """
    cell = f"r.{quoted(heading)}"
    iso = f"try_cast(regexp_extract({cell}, '^[0-9]{{4}}-[0-9]{{2}}-([0-9]{{2}})', 1) AS INT)"
    found = con.execute(
        f"""SELECT _file_no, true_dates, texts FROM
                (SELECT r._file_no, count({iso}) AS true_dates, max({iso}) AS latest FROM {raw.relation} r WHERE {cell} IS NOT NULL GROUP BY 1)
                JOIN (SELECT _file_no, count(*) AS texts, min(a) AS least_a, min(b) AS least_b
                      FROM ({either_sql(raw.relation, heading, ", r._file_no")}) GROUP BY 1) USING (_file_no)
            WHERE true_dates >= {SWAPPED} AND texts >= {SWAPPED} AND latest <= 12 AND (least_a > 12 OR least_b > 12) ORDER BY 1"""
    ).fetchall()
    return [
        ("swapped days", {"table": table, "heading": heading, "file": raw.files[number], "rows": dates, "texts": texts})
        for number, dates, texts in found
    ]


def far_dates(con, relation: str, value: str, heading: str, today: dt.date) -> dict | None:
    """What to say of a column whose dates are mostly far from today: it may hold no dates at all; None when they are near.

    `value` is SQL of the time in `relation`, alias ``r``.
    """
    near = f"year(v) BETWEEN {today.year - BACK} AND {today.year + AHEAD}"
    far, dated, first, last = con.execute(
        f"SELECT count(*) FILTER (NOT ({near})), count(v), min(v), max(v) FROM (SELECT {value} AS v FROM {relation} r)"
    ).fetchall()[0]
    if not far or far * 2 <= dated:
        return None
    return {"heading": heading, "rows": far, "of": dated, "first": f"{first:%Y-%m-%d}", "last": f"{last:%Y-%m-%d}"}


def zone_assumed(con, raw: RawTable, table: str, headings: list[str], settings: Settings) -> list[Assumption]:
    """That times without a zone are by the company's clock; where others have one, they may be UTC just as well."""
    if settings.source_zone is not None or not headings:
        return []
    bare = zoned = 0
    for heading in headings:
        cell = f"r.{quoted(heading)}"
        counts = con.execute(
            f"""SELECT count(*) FILTER (NOT zoned AND NOT midnight), count(*) FILTER (zoned) FROM (
                    SELECT regexp_matches({cell}, '{ZONED}') AS zoned, contains({cell}, ' 00:00') OR contains({cell}, 'T00:00') AS midnight
                    FROM {raw.relation} r WHERE contains({cell}, ':'))"""
        ).fetchall()[0]
        bare, zoned = bare + counts[0], zoned + counts[1]
    if not bare:
        return []
    told = {"table": table, "headings": headings, "chosen": settings.zone, "cells": bare, "with a zone": zoned}
    doubt = zoned and settings.zone != "UTC"
    change = {"data": {"reading": {"timezone": "UTC"}}} if doubt else {}
    return [Assumption("zone", told | ({"alternative": "UTC"} if doubt else {}), change)]
