"""What a call asks for, checked against the data: the month, the day, the names that only the data
know.
"""

import datetime as dt
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd

from salesnb.errors import ParamError, nearest, unknown
from salesnb.formats.fold import fold
from salesnb.params import Params, parse_month
from salesnb.schema import CALL_TYPES, OTHER, UNKNOWN
from salesnb.source.view import table_query

if TYPE_CHECKING:
    from salesnb.source.book import Book


def reported_month(month: str | None, snapshot: dt.date) -> str:
    """The month that is asked for as YYYY-MM, else the last complete one.

    Raises
    ------
    ParamError
        The month begins after the snapshot day: nothing of it can be in the export.
    """
    complete = last_complete_month(snapshot)
    if not month:
        return complete
    month = parse_month(month)
    if pd.Period(month, "M").start_time.date() > snapshot:
        raise ParamError(
            f"month {month} is not in the data: they end on {snapshot}. The last complete month "
            f"is {complete}: "
            f"--month {complete}."
        )
    return month


def no_month(con: duckdb.DuckDBPyConnection, source: Any) -> str:
    """Why no month can be made of the data: not one of the closed deals has a closing date; ""
    where one has.

    Parameters
    ----------
    con, source : the engine and the canonical tables
    """
    closed, dated = con.execute(
        f"SELECT count(*), count(closed_at) FROM ({table_query(source, 'deals')}) WHERE status IN "
        "('won', 'lost')"
    ).fetchall()[0]
    if dated or not closed:
        return ""
    return (
        f"no month can be made: not one of the {closed} won and lost deals has a closing date. "
        "Export the column of the "
        "closing date, or name it under `columns: {closed_at: …}` in the params."
    )


def check_names(con: duckdb.DuckDBPyConnection, params: Params, source: Any) -> None:
    """Names in the params that only the data know: listed channels, the benchmark, the stages of
    the types of calls.

    Raises
    ------
    ParamError
        A name that stands nowhere in the data: with the nearest that does.
    """
    deals = table_query(source, "deals")
    if params.listed_channels:
        there = [*_names(con, f"SELECT channel FROM ({deals})"), OTHER]
        for name in params.listed_channels:
            if name not in there:
                raise unknown("channel", name, there, where="`channels` of the params")
    if params.benchmark != "auto":
        people = f"SELECT manager FROM ({deals})"
        if "managers" in source.tables:
            people += f" UNION SELECT manager FROM ({table_query(source, 'managers')})"
        there = [name for name in _names(con, people) if name != UNKNOWN]
        if params.benchmark not in there:
            raise unknown("sales rep", params.benchmark, there, where="`benchmark` of the params")

    if params.call_types:
        _check_call_types(con, params, source)


def _check_call_types(con, params: Params, source: Any) -> None:
    """Types of calls that are a slip for one that is scored, and stages that no deal ever had."""
    place = "`call_types` of the params"
    scored = set(CALL_TYPES)
    if "reviews" in source.tables:
        scored |= {*_names(con, f"SELECT call_type FROM ({table_query(source, 'reviews')})")}
    for name in params.call_types:
        if name not in scored and nearest(name, sorted(scored)):
            raise unknown("type of calls", name, sorted(scored), where=place)
    there = dict.fromkeys(params.stages_named)
    for table in ("deals", "stages"):
        if table in source.tables:
            there |= dict.fromkeys(_names(con, f"SELECT stage FROM ({table_query(source, table)})"))
    known = {fold(stage) for stage in there}
    for one in params.call_types.values():
        for stage in one.stages:
            if fold(stage) not in known:
                raise unknown("stage", stage, there, where=place)


def _names(con, query: str) -> list[str]:
    found = con.execute(f"SELECT DISTINCT COLUMNS(*) FROM ({query}) ORDER BY 1").fetchall()
    return [name for (name,) in found if name is not None]


def last_complete_month(snapshot: dt.date) -> str:
    """The latest month whose last day is not after the snapshot day.

    >>> last_complete_month(dt.date(2026, 9, 30)), last_complete_month(dt.date(2026, 10, 5))
    ('2026-09', '2026-09')
    """
    month = pd.Period(snapshot, "M")
    return str(month if month.end_time.date() <= snapshot else month - 1)


def known_day(text: dt.date | str) -> dt.date:
    """The day up to which a call wants to know.

    >>> known_day("2026-09-15")
    datetime.date(2026, 9, 15)
    """
    try:
        return pd.Timestamp(str(text)).date()
    except ValueError:
        raise ParamError(f"as-of {text!r} is not a day: write YYYY-MM-DD.") from None


def small_channels(con: duckdb.DuckDBPyConnection, base: "Book", params: Params) -> tuple[str, ...]:
    """Channels with too few closed deals in the window for a page of their own, unless the params
    list them.

    Parameters
    ----------
    con, base : the engine and the Book of the department
    params : give the cut and the listed channels
    """
    start, end = base.window_period
    found = con.execute(
        f"""SELECT channel, count(*) FILTER (status IN ('won', 'lost') AND closed_at >= TIMESTAMP
            '{start}' AND closed_at < TIMESTAMP '{end}') AS n
            FROM ({base._relations["deals"].sql_query()}) GROUP BY 1 ORDER BY 1"""
    ).fetchall()
    small = [
        name
        for name, n in found
        if n < params.thresholds.other_channel_closed and name not in params.listed_channels
    ]
    return tuple(name for name in small if name != UNKNOWN) if len(small) < len(found) else ()
