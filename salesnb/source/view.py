"""What was known on a day, of one channel: canonical tables as relations of the engine."""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb

from salesnb.formats.fold import fold
from salesnb.params import Params
from salesnb.schema import OTHER, TABLES
from salesnb.source.deals import ended_on
from salesnb.source.parsed import listed, text_literal
from salesnb.source.people import known_managers, spans
from salesnb.source.read import quoted
from salesnb.source.reading import in_kernel
from salesnb.source.segment import Condition
from salesnb.source.shared import Shared
from salesnb.source.status import status_words
from salesnb.source.store import Stored

# tables whose rows became known when their time says; the others are known whole
DATED = ("stages", "owners", "leads", "touches", "reviews", "actions", "sales")
# of a deal that closed later nobody knew yet when, nor why it was lost, nor its last word
KNOWN_AT_CLOSING = ("closed_at", "lost_reason", "lost_class", "competitor", "status_word")
TEAM_HELPERS = ("", "_of", "_since", "_until")  # of a join with the list of managers
# columns by which a table without deals can be told to be of a segment: a plan is of none
SEGMENT_OF = {
    "plans": (),
    "leads": ("channel", "source", "manager"),
    "costs": ("channel", "source"),
}


def table_query(source: Any, name: str) -> str:
    """SQL of a canonical table."""
    if isinstance(source, Stored):
        return f"SELECT * FROM {text_literal(source.folder / f'{name}.parquet')}"
    return source.query(name)


class Relations(Mapping):
    """Tables by name as relations of the engine, each bound when it is first asked for.

    The deals of a day stand in a table of the engine, made with the first relation that needs it
    and shared by every channel, segment and Book of the connection: no figure works out the
    histories anew.

    Examples
    --------
    >>> con = duckdb.connect()
    >>> asked = {"deals": "SELECT n FROM _day WHERE n > 1"}
    >>> found = Relations(con, asked, "_day", "FROM range(3) r(n)")
    >>> con.execute("SHOW TABLES").fetchall(), found["deals"].fetchall()
    ([], [(2,)])
    >>> con.execute("SHOW TABLES").fetchall()
    [('_day',)]
    """

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        queries: dict[str, str],
        made: str,
        query: str,
        shared: Shared | None = None,
    ):
        self._con, self._queries, self._made, self._query = con, queries, made, query
        self._shared = shared
        self._bound: dict[str, duckdb.DuckDBPyRelation] = {}

    def __getitem__(self, name: str) -> duckdb.DuckDBPyRelation:
        if name not in self._bound:
            query = self._queries[name]
            if self._made in query:
                self._make_deals()
            if self._shared is not None and " WHERE " in query:  # else it is a file already
                query = in_file(self._con, self._shared, query, lambda: self._queries[name])
            self._bound[name] = self._con.sql(query)
        return self._bound[name]

    def _make_deals(self) -> None:
        kind, query = "TABLE", self._query  # not a temporary one: those no other thread has
        if self._shared is not None:
            kind, query = "VIEW", in_file(self._con, self._shared, query, lambda: self._query)
        self._con.execute(f"CREATE {kind} IF NOT EXISTS {self._made} AS {query}")

    def __iter__(self) -> Iterator[str]:
        return iter(self._queries)

    def __len__(self) -> int:
        return len(self._queries)


def in_file(
    con: duckdb.DuckDBPyConnection, shared: Shared, name: str, query: Callable[[], str]
) -> str:
    """SQL that reads what `query` gives from a file that the kernels of a run share, made where it
    is not there; the query itself where no file can be written.

    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     con = duckdb.connect()
    ...     summed = "SELECT sum(n) AS n FROM range(4) r(n)"
    ...     kept = in_file(con, Shared(Path(folder)), "n", lambda: summed)
    ...     con.sql(kept).fetchall(), con.sql(kept).types == con.sql("SELECT 1::HUGEINT").types
    ([(6,)], True)
    """
    try:
        path = shared.file(name, lambda part: _copy(con, query(), part))
        casts = shared.once(f"casts {name}", lambda: _casts(con, query(), path))
    except (OSError, duckdb.IOException):
        return query()
    replaced = f" REPLACE ({', '.join(casts)})" if casts else ""
    return f"SELECT *{replaced} FROM {text_literal(path)}"


def _copy(con: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    con.execute(f"COPY ({query}) TO {text_literal(path)} (FORMAT parquet)")


def _casts(con: duckdb.DuckDBPyConnection, query: str, path: Path) -> list[str]:
    """What gives columns their types back that the format of the file does not know."""
    was, now = con.sql(query), con.sql(f"SELECT * FROM {text_literal(path)}")
    return [
        f"CAST({quoted(column)} AS {was_type}) AS {quoted(column)}"
        for column, was_type, now_type in zip(was.columns, was.types, now.types, strict=True)
        if was_type != now_type
    ]


def known_tables(
    con: duckdb.DuckDBPyConnection,
    source: Any,
    params: Params,
    as_of: dt.date,
    channel: str | None,
    others: tuple[str, ...],
    segment: tuple[Condition, ...] = (),
    shared: Shared | None = None,
) -> Relations:
    """Relations of all tables of `channel` as known at the end of `as_of`; of a segment, those that
    can be told by its deals.

    `shared` : where the kernels of a run keep the tables that they have in common
    """
    ends = _end_stages(con, source, params) if as_of < source.snapshot else ()
    whole = _deals(source, as_of, others, ends)
    made = f"_made_{hashlib.sha256(whole.encode()).hexdigest()[:16]}"
    own = "" if channel is None else f" WHERE channel = {text_literal(channel)}"
    queries = {"deals": _of_segment(f"SELECT * FROM {made}{own}", segment)}
    for name in source.tables:
        if name != "deals":
            query = _other(source, name, as_of, channel, others, queries["deals"], bool(segment))
            told = SEGMENT_OF.get(name)
            if told is None or not segment:
                queries[name] = query
            elif all(one.column in told for one in segment):
                queries[name] = _of_segment(query, segment)
    return Relations(con, queries, made, whole, shared)


def _end_stages(con: duckdb.DuckDBPyConnection, source: Any, params: Params) -> tuple[str, ...]:
    """Stages of the history that are a closing: a deal under way stands in none of them."""
    if "stages" not in source.tables:
        return ()
    words = status_words(params)
    ends = {*words["won"], *words["lost"]}
    query = f"SELECT DISTINCT stage FROM ({table_query(source, 'stages')}) ORDER BY 1"
    return tuple(stage for (stage,) in con.execute(query).fetchall() if fold(stage) in ends)


def _of_segment(query: str, segment: tuple[Condition, ...]) -> str:
    where = " AND ".join(one.sql for one in segment)
    return f"SELECT * FROM ({query}) r WHERE {where}" if where else query


def set_aside_rows(
    con: duckdb.DuckDBPyConnection,
    source: Any,
    as_of: dt.date,
    channel: str | None,
    others: tuple[str, ...],
    segment: tuple[Condition, ...] = (),
) -> duckdb.DuckDBPyRelation | None:
    """Rows of deals of the channel that the reading set aside or merged, but those that were
    created or closed between the day and that of the export; None where no export was read.

    Of a segment none either, where it names what only a deal that counts has.
    """
    if not isinstance(source, Stored):
        return None
    end = f"TIMESTAMP '{as_of + dt.timedelta(days=1)}'"
    made = f"TIMESTAMP '{source.snapshot + dt.timedelta(days=1)}'"
    later = " OR ".join(
        f"({column} >= {end} AND {column} < {made})" for column in ("created_at", "closed_at")
    )
    query = (
        f"SELECT * EXCLUDE (channel), {_channel_sql(others)} AS channel FROM "
        f"({table_query(source, 'aside')}) WHERE NOT coalesce({later}, false)"
    )
    if segment and not {one.column for one in segment} <= set(con.sql(query).columns):
        return None
    query = _of_segment(query, segment)
    return con.sql(
        query
        if channel is None
        else f"SELECT * FROM ({query}) WHERE channel = {text_literal(channel)}"
    )


def _deals(source: Any, as_of: dt.date, others: tuple[str, ...], ends: tuple[str, ...]) -> str:
    """Deals of all channels created by the day; those closed later are still open on it, with the
    stage and the owner that the histories give.

    On the day of the export itself what stands in the export is the state of a deal; on an earlier
    one only a history knows.
    """
    end = f"TIMESTAMP '{as_of + dt.timedelta(days=1)}'"
    early = as_of < source.snapshot
    later = f"(status <> 'open' AND closed_at >= {end})"
    unsure = f"(status = 'open' AND unsettled_at >= {end})"
    under_way = f"({later} OR status = 'open')" if early else later
    joins, helpers = [], []
    made = {
        "status": f"CASE WHEN {later} THEN 'open' ELSE status END",
        **{
            column: f"CASE WHEN {later} OR {unsure} THEN NULL ELSE {column} END"
            for column in KNOWN_AT_CLOSING
        },
        "unsettled": f"CASE WHEN {unsure} THEN NULL ELSE unsettled END",
        "unsettled_at": f"CASE WHEN unsettled_at < {end} THEN unsettled_at END",
        "modified_at": f"CASE WHEN modified_at < {end} THEN modified_at END",
        "stage": "stage",
        "channel": _channel_sql(others),
    }
    if "stages" in source.tables:
        joins.append(_last_stages(source, end, ends))
        helpers += ["_stages_deal", "_stage", "_way", "_again"]
        made["stage"] = (
            f"CASE WHEN {under_way} THEN coalesce(_way, stage) ELSE coalesce(stage, _stage) END"
        )
        if early:
            made["reopened"] = "reopened AND coalesce(_again, false)"
    if early:
        known = "NULL"
        if "owners" in source.tables:
            joins.append(_last_owners(source, end))
            helpers += ["_owners_deal", "_manager"]
            known = "_manager"
        owner = f"coalesce({known}, d.current_manager)"
        told = f"CASE WHEN {known} IS NULL THEN 'current owner' ELSE 'owners' END"
        made["manager"] = f"CASE WHEN {under_way} THEN {owner} ELSE manager END"
        made["owner_from"] = f"CASE WHEN {under_way} THEN {told} ELSE owner_from END"
        made["current_manager"] = owner
        if "managers" in source.tables:
            joins.append(_teams(source, owner, as_of))
            helpers += [f"_team_{one}{end}" for one in ("told", "then") for end in TEAM_HELPERS]
            made["team"] = (
                f"CASE WHEN {under_way} AND team = _team_told THEN _team_then ELSE team END"
            )
    columns = ", ".join(f"{sql} AS {name}" for name, sql in made.items())
    return f"""SELECT * {f"EXCLUDE ({', '.join(helpers)})" if helpers else ""} REPLACE ({columns})
               FROM ({table_query(source, "deals")}) d {" ".join(joins)} WHERE created_at < {end}"""


def _last_stages(source: Any, end: str, ends: tuple[str, ...]) -> str:
    """A join of deals with their history before `end`: the last stage, the last that is no closing,
    and whether one came after a closing.
    """
    closing = f"stage IN ({listed(ends)})" if ends else "false"
    last = "(entered_at, stage)"
    query = f"""SELECT deal_id AS _stages_deal, arg_max(stage, {last}) AS _stage,
                arg_max(stage, {last}) FILTER (NOT {closing}) AS _way,
                min(entered_at) FILTER ({closing}) < max(entered_at) FILTER (NOT {closing}) AS
                _again FROM ({table_query(source, "stages")}) WHERE entered_at < {end} GROUP BY 1"""
    return f"LEFT JOIN ({query}) ON _stages_deal = deal_id"


def _last_owners(source: Any, end: str) -> str:
    """A join of deals with the owner that the history names last before `end`."""
    query = f"""SELECT deal_id AS _owners_deal, arg_max(manager, ("from", manager)) AS _manager
                FROM ({table_query(source, "owners")}) WHERE "from" < {end} GROUP BY 1"""
    return f"LEFT JOIN ({query}) ON _owners_deal = deal_id"


def _teams(source: Any, owner: str, as_of: dt.date) -> str:
    """A join of deals `d` with the team that the list of managers gave them, `_team_told`, and that
    of the day's owner on the day, `_team_then`.
    """
    people = (
        f"(SELECT manager, team, _since, _until FROM ({spans(table_query(source, 'managers'))}))"
    )
    joins = []
    for name, who, day in (
        ("_team_told", "d.manager", ended_on("d", source.snapshot)),
        ("_team_then", owner, f"DATE '{as_of}'"),
    ):
        joins.append(
            f"LEFT JOIN (SELECT manager AS {name}_of, team AS {name}, _since AS {name}_since, "
            f"_until AS {name}_until FROM {people}) ON {name}_of = {who} AND {day} >= "
            f"{name}_since AND {day} < {name}_until"
        )
    return " ".join(joins)


def _channel_sql(others) -> str:
    if not others:
        return "channel"
    listed = ", ".join(text_literal(name) for name in others)
    return f"CASE WHEN channel IN ({listed}) THEN '{OTHER}' ELSE channel END"


def _other(source, name: str, as_of: dt.date, channel, others, deals: str, narrowed: bool) -> str:
    query = _known(source, name, as_of)
    if channel is None and not narrowed:
        return query
    return _of_deals(query, name, channel, others, deals, narrowed)


def _known(source: Any, name: str, as_of: dt.date) -> str:
    """Rows of a table other than deals as they stood at the end of a day."""
    query, end = table_query(source, name), f"TIMESTAMP '{as_of + dt.timedelta(days=1)}'"
    unborn = f"(SELECT deal_id FROM ({table_query(source, 'deals')}) WHERE created_at >= {end})"
    if name in DATED:
        query = f"SELECT * FROM ({query}) WHERE {quoted(TABLES[name].when)} < {end}"
    if name == "stages":
        return f"""SELECT * REPLACE (CASE WHEN left_at < {end} THEN left_at END AS left_at)
                   FROM ({query})"""
    if name == "payments":
        return _known_payments(query, end, unborn)
    if name == "touches":
        return _known_tasks(query, end)
    if name == "leads" and as_of < source.snapshot:
        born = f"CASE WHEN deal_id NOT IN {unborn} THEN deal_id END AS deal_id"
        return f"SELECT * REPLACE ({born}) FROM ({query})"
    if name == "managers":
        return _without_salaries(known_managers(query, f"DATE '{as_of}'"))
    return query


def _without_salaries(query: str) -> str:
    """In a kernel of a run nobody knows a salary: what its notebook shows is written and passed
    on.
    """
    if not in_kernel():
        return query
    return f"SELECT * REPLACE (CAST(NULL AS DOUBLE) AS fixed_salary) FROM ({query})"


def _known_payments(query: str, end: str, unborn: str) -> str:
    """Payments as they stood before `end`: paid if paid by then, else invoiced or planned; no
    refund before it was paid back, and nothing of a deal that was not there.
    """
    later = f"paid_on >= {end}"
    state = f"""CASE WHEN {later} THEN CASE status WHEN 'planned' THEN status ELSE 'invoiced' END
                     WHEN paid_on < {end} AND status IS DISTINCT FROM 'refunded' THEN 'paid' ELSE
                     status END"""
    return f"""SELECT * REPLACE (CASE WHEN paid_on < {end} THEN paid_on END AS paid_on, {state} AS
               status) FROM ({query})
               WHERE NOT coalesce({later} AND (status = 'refunded' OR amount < 0), false)
               AND NOT coalesce(deal_id IN {unborn}, false)"""


def _known_tasks(query: str, end: str) -> str:
    """Touches as they stood before `end`: a task done later is not done, and has no result."""
    later = f"done_at >= {end}"
    return f"""SELECT * REPLACE (CASE WHEN {later} THEN NULL ELSE done_at END AS done_at,
               CASE WHEN {later} AND kind = 'task' THEN NULL ELSE result END AS result)
               FROM ({query})"""


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
