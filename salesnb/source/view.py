"""What was known on a day, of one channel: canonical tables as relations of the engine."""

import datetime as dt
from typing import Any

import duckdb

from salesnb.schema import OTHER, TABLES
from salesnb.source.parsed import text_literal
from salesnb.source.read import quoted
from salesnb.source.reading import in_kernel
from salesnb.source.segment import Condition
from salesnb.source.store import Stored

# tables whose rows became known when their time says; the others are known whole
DATED = ("stages", "owners", "leads", "touches", "reviews", "actions", "sales")
# of a deal that closed later nobody knew yet when, nor why it was lost
KNOWN_AT_CLOSING = ("closed_at", "lost_reason", "lost_class", "competitor")
# columns by which a table without deals can be told to be of a segment: a plan is of none
SEGMENT_OF = {
    "plans": (),
    "leads": ("channel", "source", "manager"),
    "costs": ("channel", "source"),
}


def table_query(source: Any, name: str) -> str:
    """SQL of a canonical table."""
    if isinstance(source, Stored):
        return f"SELECT * FROM '{str(source.folder / name).replace(chr(39), chr(39) * 2)}.parquet'"
    return source.query(name)


def known_tables(
    con: duckdb.DuckDBPyConnection,
    source: Any,
    as_of: dt.date,
    channel: str | None,
    others: tuple[str, ...],
    segment: tuple[Condition, ...] = (),
) -> dict:
    """Relations of all tables of `channel` as known at the end of `as_of`; of a segment, those that
    can be told by its deals.
    """
    queries = {"deals": _of_segment(_deals(source, as_of, channel, others), segment)}
    for name in source.tables:
        if name != "deals":
            query = _other(source, name, as_of, channel, others, queries["deals"], bool(segment))
            told = SEGMENT_OF.get(name)
            if told is None or not segment:
                queries[name] = query
            elif all(one.column in told for one in segment):
                queries[name] = _of_segment(query, segment)
    return {name: con.sql(query) for name, query in queries.items()}


def _of_segment(query: str, segment: tuple[Condition, ...]) -> str:
    where = " AND ".join(one.sql for one in segment)
    return f"SELECT * FROM ({query}) r WHERE {where}" if where else query


def set_aside_rows(
    con: duckdb.DuckDBPyConnection,
    source: Any,
    channel: str | None,
    others: tuple[str, ...],
    segment: tuple[Condition, ...] = (),
) -> duckdb.DuckDBPyRelation | None:
    """Rows of deals of the channel that the reading set aside or merged; None where no export was
    read.

    Of a segment none either, where it names what only a deal that counts has.
    """
    if not isinstance(source, Stored):
        return None
    query = (
        f"SELECT * EXCLUDE (channel), {_channel_sql(others)} AS channel FROM "
        f"({table_query(source, 'aside')})"
    )
    if segment and not {one.column for one in segment} <= set(con.sql(query).columns):
        return None
    query = _of_segment(query, segment)
    return con.sql(
        query
        if channel is None
        else f"SELECT * FROM ({query}) WHERE channel = {text_literal(channel)}"
    )


def _deals(source: Any, as_of: dt.date, channel: str | None, others: tuple[str, ...]) -> str:
    """Deals created by the day; those closed later are still open on it, with the stage and the
    owner that the histories give.

    On the day of the export itself what stands in the export is the state of a deal; on an earlier
    one only a history knows.
    """
    end = f"TIMESTAMP '{as_of + dt.timedelta(days=1)}'"
    later = f"(status <> 'open' AND closed_at >= {end})"
    under_way = f"({later} OR status = 'open')" if as_of < source.snapshot else later
    joins, helpers = [], []
    made = {
        "status": f"CASE WHEN {later} THEN 'open' ELSE status END",
        **{column: f"CASE WHEN {later} THEN NULL ELSE {column} END" for column in KNOWN_AT_CLOSING},
        "unsettled_at": f"CASE WHEN unsettled_at < {end} THEN unsettled_at END",
        "stage": "stage",
        "channel": _channel_sql(others),
    }
    if "stages" in source.tables:
        joins.append(_last(source, "stages", "stage", "entered_at", end))
        helpers += ["_stages_deal", "_stage"]
        made["stage"] = (
            f"CASE WHEN {under_way} THEN coalesce(_stage, stage) ELSE coalesce(stage, _stage) END"
        )
    if "owners" in source.tables and as_of < source.snapshot:
        joins.append(_last(source, "owners", "manager", '"from"', end))
        helpers += ["_owners_deal", "_manager"]
        made["manager"] = f"CASE WHEN {under_way} THEN coalesce(_manager, manager) ELSE manager END"
        made["current_manager"] = "coalesce(_manager, current_manager)"
    columns = ", ".join(f"{sql} AS {name}" for name, sql in made.items())
    base = f"""SELECT * {f"EXCLUDE ({', '.join(helpers)})" if helpers else ""} REPLACE ({columns})
               FROM ({table_query(source, "deals")}) {" ".join(joins)} WHERE created_at < {end}"""
    return (
        base
        if channel is None
        else f"SELECT * FROM ({base}) WHERE channel = {text_literal(channel)}"
    )


def _last(source: Any, table: str, column: str, when: str, end: str) -> str:
    """A join of deals with what a history says of each last before `end`: `_<column>`."""
    return f"""LEFT JOIN (SELECT deal_id AS _{table}_deal, arg_max({column}, ({when}, {column})) AS
               _{column}
                          FROM ({table_query(source, table)}) WHERE {when} < {end} GROUP BY 1) ON
                          _{table}_deal = deal_id"""


def _channel_sql(others) -> str:
    if not others:
        return "channel"
    listed = ", ".join(text_literal(name) for name in others)
    return f"CASE WHEN channel IN ({listed}) THEN '{OTHER}' ELSE channel END"


def _other(source, name: str, as_of: dt.date, channel, others, deals: str, narrowed: bool) -> str:
    query = table_query(source, name)
    end = f"TIMESTAMP '{as_of + dt.timedelta(days=1)}'"
    if name in DATED:
        query = f"SELECT * FROM ({query}) WHERE {quoted(TABLES[name].when)} < {end}"
    if name == "payments":
        query = _known_payments(query, end)
    if (
        name == "managers" and in_kernel()
    ):  # what a notebook of a run shows is written and passed on
        query = f"SELECT * REPLACE (CAST(NULL AS DOUBLE) AS fixed_salary) FROM ({query})"
    if name == "touches":
        query = (
            f"SELECT * REPLACE (CASE WHEN done_at < {end} THEN done_at END AS done_at) FROM "
            f"({query})"
        )
    if channel is None and not narrowed:
        return query
    return _of_deals(query, name, channel, others, deals, narrowed)


def _known_payments(query: str, end: str) -> str:
    """Payments as they stood before `end`: paid if paid by then, else invoiced or planned; no
    refund before it was paid back.
    """
    later = f"paid_on >= {end}"
    state = f"""CASE WHEN {later} THEN CASE status WHEN 'planned' THEN status ELSE 'invoiced' END
                     WHEN paid_on < {end} AND status IS DISTINCT FROM 'refunded' THEN 'paid' ELSE
                     status END"""
    return f"""SELECT * REPLACE (CASE WHEN paid_on < {end} THEN paid_on END AS paid_on, {state} AS
               status) FROM ({query})
               WHERE NOT coalesce({later} AND (status = 'refunded' OR amount < 0), false)"""


def _of_deals(
    query: str, name: str, channel: str | None, others, deals: str, narrowed: bool
) -> str:
    """Rows that belong to the deals of a channel or a segment: by the deal, else by the client,
    else by the manager, else by the channel itself. A touch of nobody's deal and of no client says
    nothing of a segment.
    """
    planned = "false" if channel is None else f"channel = {text_literal(channel)}"
    own = "true" if channel is None else f"{_channel_sql(others)} = {text_literal(channel)}"
    ids = f"(SELECT deal_id FROM ({deals}))"
    people = f"(SELECT manager FROM ({deals}) UNION SELECT current_manager FROM ({deals}))"
    clients = f"(SELECT client_id FROM ({deals}) WHERE client_id IS NOT NULL)"
    alone = "false" if narrowed else f"manager IN {people}"
    where = {
        "stages": f"deal_id IN {ids}",
        "owners": f"deal_id IN {ids}",
        "leads": own,
        "touches": f"CASE WHEN deal_id IS NOT NULL THEN deal_id IN {ids} WHEN client_id IS NOT "
        f"NULL THEN client_id IN {clients} ELSE {alone} END",
        "payments": f"CASE WHEN deal_id IS NOT NULL THEN deal_id IN {ids} ELSE client_id IN "
        f"{clients} END",
        "sales": f"client_id IN {clients}",
        "clients": f"client_id IN {clients}",
        "reviews": f"manager IN {people} OR company IS NOT NULL",
        "managers": f"manager IN {people}",
        "absences": f"manager IN {people}",
        "actions": f"manager IS NULL OR manager IN {people}",
        "plans": f"{planned} OR manager IN {people}",
        "costs": own,
    }[name]
    return f"SELECT * FROM ({query}) WHERE {where}"
