"""All times of a table before they are read: their day order, and signs that they are not what they
seem.
"""

import datetime as dt
from collections.abc import Callable

import duckdb

from salesnb.params import FileSource, Params, SqlSource
from salesnb.schema import TABLES
from salesnb.source.dayorder import Context, Decided, decide
from salesnb.source.mapping import entered_headings
from salesnb.source.parsed import Assumption, Settings
from salesnb.source.read import RawTable, quoted
from salesnb.source.times import either_sql

SWAPPED = 3  # cells of each kind from which a spreadsheet is suspected
BACK, AHEAD = 15, 5  # years from today beyond which a date is far
CLOCK = r":[0-9]{2}(?:[.,][0-9]+)? *(?:[AaPp][.]?[Mm][.]?)?"
# a letter of any alphabet, without the engine's list of them all, which takes long to learn:
# between these lie spaces, dashes, signs and brackets
LETTER = r"[A-Za-z\x{C0}-\x{1FFF}\x{2C00}-\x{2DFF}\x{3040}-\x{D7FF}]"
ZONED = rf"{CLOCK} *[(]?(?:[Zz+-]|{LETTER}{{3}})"


def before_reading(
    con: duckdb.DuckDBPyConnection,
    raw: RawTable,
    table: str,
    mapping: dict,
    also: dict,
    params: Params,
    settings: Settings,
) -> Decided:
    """The day order of every file of a table, and what its times leave open.

    Parameters
    ----------
    mapping, also : column → heading, and → every heading where it is read from several
    settings : how the table is read
    """
    kinds: dict[str, str] = {}
    for name, heading in mapping.items():
        if (kind := TABLES[table].column(name).type) in ("time", "date", "month"):
            kinds |= dict.fromkeys(also.get(name, (heading,)), kind)
    if table == "deals":
        kinds |= dict.fromkeys(entered_headings(raw.headings), "time")
    found = decide(Context(con, raw, table, mapping, settings, _dates_of(table, params)), kinds)
    doubtful = (
        kinds
        if settings.day_first is not None
        else [h for h, files in found.orders.items() if files]
    )
    for heading in doubtful:
        found.notices += swapped(con, raw, table, heading)
    if table == "deals":
        counted = [mapping[name] for name in ("created_at", "closed_at") if name in mapping]
        found.assumed += zone_assumed(con, raw, table, counted, settings)
    return found


def _dates_of(table: str, params: Params) -> Callable[[str], dict]:
    """Day order → the params that read a table in it."""
    source = params.data.source(table)
    if table == "deals":
        return lambda order: {"data": {"reading": {"dates": order}}}
    held = {} if isinstance(source, (FileSource, SqlSource)) else {"path": source}
    return lambda order: {"data": {table: held | {"dates": order}}}


def swapped(
    con: duckdb.DuckDBPyConnection, raw: RawTable, table: str, heading: str
) -> list[tuple[str, dict]]:
    """Remarks on files of which a spreadsheet took some dates for others.

    A spreadsheet of another country turns 05/09 into a date of its own order and leaves 13/09,
    which it cannot read, as text: then all true dates have a day up to 12, and all texts one above.
    """
    cell = f"r.{quoted(heading)}"
    iso = f"try_cast(regexp_extract({cell}, '^[0-9]{{4}}-[0-9]{{2}}-([0-9]{{2}})', 1) AS INT)"
    found = con.execute(
        f"""SELECT _file_no, true_dates, texts FROM
                (SELECT r._file_no, count({iso}) AS true_dates, max({iso}) AS latest FROM
                {raw.relation} r WHERE {cell} IS NOT NULL GROUP BY 1)
                JOIN (SELECT _file_no, count(*) AS texts, min(a) AS least_a, min(b) AS least_b
                      FROM ({either_sql(raw.relation, heading, ", r._file_no")}) GROUP BY 1) USING
                      (_file_no)
            WHERE true_dates >= {SWAPPED} AND texts >= {SWAPPED} AND latest <= 12 AND (least_a > 12
            OR least_b > 12) ORDER BY 1"""
    ).fetchall()
    return [
        (
            "swapped days",
            {
                "table": table,
                "heading": heading,
                "file": raw.files[number],
                "rows": dates,
                "texts": texts,
            },
        )
        for number, dates, texts in found
    ]


def far_dates(
    con: duckdb.DuckDBPyConnection, relation: str, value: str, heading: str, today: dt.date
) -> dict | None:
    """What to say of a column whose dates are mostly far from today: it may hold no dates at all;
    None when they are near.

    `value` is SQL of the time in `relation`, alias ``r``.
    """
    near = f"year(v) BETWEEN {today.year - BACK} AND {today.year + AHEAD}"
    far, dated, first, last = con.execute(
        f"SELECT count(*) FILTER (NOT ({near})), count(v), min(v), max(v) FROM (SELECT {value} AS "
        f"v FROM {relation} r)"
    ).fetchall()[0]
    if not far or far * 2 <= dated:
        return None
    return {
        "heading": heading,
        "rows": far,
        "of": dated,
        "first": f"{first:%Y-%m-%d}",
        "last": f"{last:%Y-%m-%d}",
    }


def zone_assumed(
    con: duckdb.DuckDBPyConnection,
    raw: RawTable,
    table: str,
    headings: list[str],
    settings: Settings,
) -> list[Assumption]:
    """That times without a zone are by the company's clock; where others have one, they may be UTC
    just as well.
    """
    if settings.source_zone is not None or not headings:
        return []
    bare = zoned = 0
    for heading in headings:
        cell = f"r.{quoted(heading)}"
        counts = con.execute(
            f"""SELECT count(*) FILTER (NOT zoned AND NOT midnight), count(*) FILTER (zoned) FROM (
                    SELECT regexp_matches({cell}, '{ZONED}') AS zoned, contains({cell}, ' 00:00') OR
                    contains({cell}, 'T00:00') AS midnight
                    FROM {raw.relation} r WHERE contains({cell}, ':'))"""
        ).fetchall()[0]
        bare, zoned = bare + counts[0], zoned + counts[1]
    if not bare:
        return []
    told = {
        "table": table,
        "headings": headings,
        "chosen": settings.zone,
        "cells": bare,
        "with a zone": zoned,
    }
    doubt = zoned and settings.zone != "UTC"
    change = {"data": {"reading": {"timezone": "UTC"}}} if doubt else {}
    return [Assumption("zone", told | ({"alternative": "UTC"} if doubt else {}), change)]
