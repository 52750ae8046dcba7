"""What was known on a day, of one channel: canonical tables as relations of the engine."""

import datetime as dt

from salesnb.schema import OTHER
from salesnb.source.parsed import text_literal
from salesnb.source.read import quoted
from salesnb.source.store import Stored

# the column that says when a row of each table became known; tables that are not here are known whole
WHEN = {
    "stages": "entered_at",
    "owners": "from",
    "leads": "created_at",
    "touches": "at",
    "reviews": "at",
    "actions": "at",
    "sales": "date",
}


def table_query(source, name: str) -> str:
    """SQL of a canonical table."""
    if isinstance(source, Stored):
        return f"SELECT * FROM '{str(source.folder / name).replace(chr(39), chr(39) * 2)}.parquet'"
    return source.query(name)


def known_tables(con, source, as_of: dt.date, channel: str | None, others: tuple[str, ...]) -> dict:
    """Relations of all tables of `channel` as known at the end of `as_of`."""
    queries = {"deals": _deals(source, as_of, channel, others)}
    for name in source.tables:
        if name != "deals":
            queries[name] = _other(source, name, as_of, channel, others, queries["deals"])
    return {name: con.sql(query) for name, query in queries.items()}


def set_aside_rows(con, source, channel: str | None, others: tuple[str, ...]):
    """Rows of deals of the channel that the reading set aside or merged; None where no export was read."""
    if not isinstance(source, Stored):
        return None
    query = f"SELECT * EXCLUDE (channel), {_channel_sql(others)} AS channel FROM ({table_query(source, 'aside')})"
    return con.sql(query if channel is None else f"SELECT * FROM ({query}) WHERE channel = {text_literal(channel)}")


def _deals(source, as_of: dt.date, channel, others) -> str:
    """Deals created by the day; those closed later are still open on it, at the stage that the history gives."""
    end = f"TIMESTAMP '{as_of + dt.timedelta(days=1)}'"
    later = f"(status <> 'open' AND closed_at >= {end})"
    name = _channel_sql(others)
    stage = "stage"
    join = ""
    if "stages" in source.tables:
        join = f"""LEFT JOIN (SELECT deal_id AS _id, arg_max(stage, (entered_at, stage)) AS _stage FROM ({table_query(source, "stages")})
                   WHERE entered_at < {end} GROUP BY 1) ON _id = deal_id"""
        stage = f"CASE WHEN {later} THEN coalesce(_stage, stage) ELSE coalesce(stage, _stage) END"
    base = f"""SELECT * EXCLUDE (status, closed_at, unsettled_at, stage, channel{", _id, _stage" if join else ""}), CASE WHEN {later} THEN 'open' ELSE status END AS status,
                      CASE WHEN {later} THEN NULL ELSE closed_at END AS closed_at,
                      CASE WHEN unsettled_at < {end} THEN unsettled_at END AS unsettled_at, {stage} AS stage, {name} AS channel
               FROM ({table_query(source, "deals")}) {join} WHERE created_at < {end}"""
    return base if channel is None else f"SELECT * FROM ({base}) WHERE channel = {text_literal(channel)}"


def _channel_sql(others) -> str:
    if not others:
        return "channel"
    listed = ", ".join(text_literal(name) for name in others)
    return f"CASE WHEN channel IN ({listed}) THEN '{OTHER}' ELSE channel END"


def _other(source, name: str, as_of: dt.date, channel, others, deals: str) -> str:
    query = table_query(source, name)
    end = f"TIMESTAMP '{as_of + dt.timedelta(days=1)}'"
    if name in WHEN:
        query = f"SELECT * FROM ({query}) WHERE {quoted(WHEN[name])} < {end}"
    if name == "payments":
        query = f"SELECT * REPLACE (CASE WHEN paid_on < {end} THEN paid_on END AS paid_on) FROM ({query})"
    if name == "touches":
        query = f"SELECT * REPLACE (CASE WHEN done_at < {end} THEN done_at END AS done_at) FROM ({query})"
    return query if channel is None else _of_channel(query, name, channel, others, deals)


def _of_channel(query: str, name: str, channel: str, others, deals: str) -> str:
    """Rows that belong to the channel: by the deal, else by the client, else by the manager, else by the channel itself."""
    ids = f"(SELECT deal_id FROM ({deals}))"
    people = f"(SELECT manager FROM ({deals}) UNION SELECT current_manager FROM ({deals}))"
    clients = f"(SELECT client_id FROM ({deals}) WHERE client_id IS NOT NULL)"
    where = {
        "stages": f"deal_id IN {ids}",
        "owners": f"deal_id IN {ids}",
        "leads": f"{_channel_sql(others)} = {text_literal(channel)}",
        "touches": f"CASE WHEN deal_id IS NOT NULL THEN deal_id IN {ids} WHEN client_id IS NOT NULL THEN client_id IN {clients} ELSE manager IN {people} END",
        "payments": f"CASE WHEN deal_id IS NOT NULL THEN deal_id IN {ids} ELSE client_id IN {clients} END",
        "sales": f"client_id IN {clients}",
        "clients": f"client_id IN {clients}",
        "reviews": f"manager IN {people} OR company IS NOT NULL",
        "managers": f"manager IN {people}",
        "absences": f"manager IN {people}",
        "actions": f"manager IS NULL OR manager IN {people}",
        "plans": f"channel = {text_literal(channel)} OR manager IN {people}",
        "costs": f"{_channel_sql(others)} = {text_literal(channel)}",
    }[name]
    return f"SELECT * FROM ({query}) WHERE {where}"
