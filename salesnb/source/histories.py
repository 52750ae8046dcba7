"""Histories and calls beside the deals: whose change it was, what stood before the first one, which
client was called.
"""

import duckdb

from salesnb.formats.fold import fold
from salesnb.params import Params
from salesnb.source.layouts import BITRIX_HISTORY, SALESFORCE_HISTORY
from salesnb.source.ledger import discreet
from salesnb.source.parsed import folded, listed
from salesnb.source.read import Shape, quoted
from salesnb.source.typed import Typed, set_aside

SALESFORCE_USER = "^005[A-Za-z0-9]{12}([A-Za-z0-9]{3})?$"
SHOWN = 8  # names that a remark tells
# when the deal of a row entered a stage next; rows of the same moment stand side by side
_AT = "CAST(entered_at AS TIMESTAMP)"
LEFT_AT = (
    f"min({_AT}) OVER (PARTITION BY deal_id ORDER BY {_AT} RANGE BETWEEN INTERVAL 1 MICROSECOND "
    "FOLLOWING AND UNBOUNDED FOLLOWING)"
)
# computed columns that the whole table gives: table → column → SQL
COMPUTED = {"stages": {"left_at": LEFT_AT}}
ONE_ENTRY = f"QUALIFY row_number() OVER (PARTITION BY deal_id, stage, {_AT}) = 1"


def complete(con: duckdb.DuckDBPyConnection, typed: dict[str, Typed]) -> None:
    """What a known layout needs other tables for: deals told by their names, the state before the
    first change, clients by phone.
    """
    for name in ("stages", "owners"):
        if name in typed and (shape := typed[name].raw.shape) is not None:
            _complete_history(con, typed[name], shape, typed["deals"])
    touches, clients = typed.get("touches"), typed.get("clients")
    if touches is None or touches.raw.shape is None or "client_id" in touches.mapping:
        return
    if clients is not None and "phone" in clients.mapping:
        _clients(con, touches, clients)


def _complete_history(con, table: Typed, shape: Shape, deals: Typed) -> None:
    if shape.layout == SALESFORCE_HISTORY.name:
        _repeats(con, table)
    if shape.layout == BITRIX_HISTORY.name:
        table.notices.append(("current pipeline only", {"table": table.table, "rows": table.read}))
    _same_ids(con, table, deals)
    if not shape.hidden:
        return
    _by_title(con, table, deals)
    if table.table == "owners":
        _twice(con, table)
    _before(
        con,
        table,
        deals,
        *(("stage", "entered_at") if table.table == "stages" else ("manager", "from")),
    )


def _same_ids(con, table: Typed, deals: Typed) -> None:
    """Salesforce has an id of 15 letters in its screens and the same with 3 more in its files: the
    one of the deals is kept.
    """
    for own, other in ((18, 15), (15, 18)):
        con.execute(
            f"""UPDATE {table.relation} t SET deal_id = d.deal_id FROM (SELECT DISTINCT deal_id FROM
                {deals.relation}) d
                WHERE starts_with(t.deal_id, '006') AND length(t.deal_id) = {own} AND
                length(d.deal_id) = {other}
                  AND left(t.deal_id, 15) = left(d.deal_id, 15)"""
        )


def _by_title(con, table: Typed, deals: Typed) -> None:
    """The id of the deal where the history has only its name, and one deal alone is called so."""
    if "title" not in deals.mapping:
        return
    one = (
        f"SELECT title, min(deal_id) AS id FROM {deals.relation} WHERE title IS NOT NULL GROUP BY "
        "1 HAVING count(DISTINCT deal_id) = 1"
    )
    con.execute(
        f"UPDATE {table.relation} t SET deal_id = o.id FROM ({one}) o WHERE t.deal_id IS NULL AND "
        "trim(t._title) = o.title AND t._fate IS NULL"
    )
    set_aside(
        con, table, "deal not told by its name", "deal_id IS NULL AND _title IS NOT NULL", "_title"
    )


def _repeats(con, table: Typed) -> None:
    """Rows in which the amount or the closing date changed, and not the stage."""
    again = f"""SELECT _rid FROM (SELECT _rid, stage IS NOT DISTINCT FROM lag(stage) OVER (PARTITION
                BY deal_id ORDER BY entered_at, _rid) AS same,
                row_number() OVER (PARTITION BY deal_id ORDER BY entered_at, _rid) AS n FROM
                {table.relation} WHERE _fate IS NULL AND entered_at IS NOT NULL)
                WHERE same AND n > 1"""
    set_aside(con, table, "the same stage again", f"_rid IN ({again})", "stage")


def _twice(con, table: Typed) -> None:
    """Salesforce writes a change of owner twice: by name and by the id of the user. The name is
    kept.
    """
    named = f"""SELECT deal_id, "from" FROM {table.relation} WHERE _fate IS NULL AND NOT regexp_matches(manager, '{SALESFORCE_USER}')"""  # noqa: E501
    set_aside(
        con,
        table,
        "the same change by id",
        f"""regexp_matches(manager, '{SALESFORCE_USER}') AND (deal_id, "from") IN ({named})""",
        "manager",
    )


def _before(con, table: Typed, deals: Typed, value: str, at: str) -> None:
    """What stood before the first change of a deal is a row at its creation.

    Only of deals that were created after the history begins: of an older one the first change that
    is known need not be its first, and what stood before it began on a day that nobody knows.
    """
    pipeline = ", _before_pipeline AS pipeline" if value == "stage" else ""
    first = f"""SELECT deal_id, "{at}" AS at, _before, _file, _line, _file_no, _rid{pipeline} FROM
                {table.relation}
                WHERE _fate IS NULL AND deal_id IS NOT NULL AND "{at}" IS NOT NULL
                QUALIFY row_number() OVER (PARTITION BY deal_id ORDER BY "{at}", _rid) = 1"""
    made = f"SELECT deal_id, min(created_at) AS created_at FROM {deals.relation} GROUP BY 1"
    begun = f"""(SELECT min("{at}")::DATE FROM {table.relation})"""
    pairs = f"({first}) f JOIN ({made}) d USING (deal_id) WHERE f._before IS NOT NULL"
    placed = f"d.created_at <= f.at AND d.created_at::DATE >= {begun}"
    rows, older = con.execute(
        f"SELECT count(*) FILTER ({placed}), count(*) FILTER (NOT ({placed})) FROM {pairs}"
    ).fetchall()[0]
    if not rows + older:
        return
    top = con.execute(f"SELECT max(_rid) FROM {table.relation}").fetchall()[0][0]
    more, taken = (", pipeline", ", f.pipeline") if pipeline else ("", "")
    con.execute(
        f"""INSERT INTO {table.relation} (deal_id, {quoted(value)}, "{at}", _file, _line, _file_no,
            _rid, _raw_hash{more})
            SELECT f.deal_id, f._before, d.created_at, f._file, f._line, f._file_no, {top} +
            row_number() OVER (ORDER BY f._rid),
                   hash(f.deal_id, f._before, 'before'){taken} FROM {pairs} AND {placed}"""
    )
    table.notices.append(("state before", {"table": table.table, "rows": rows, "older": older}))


def _clients(con, touches: Typed, clients: Typed) -> None:
    """The client of a call by the last ten digits of the number, where one client alone has it."""
    number = "right(regexp_replace({}, '[^0-9]', '', 'g'), 10)"
    one = f"""SELECT {number.format("phone")} AS number, min(client_id) AS id FROM
              {clients.relation} WHERE length({number.format("phone")}) = 10
              AND _fate IS NULL GROUP BY 1 HAVING count(DISTINCT client_id) = 1"""
    con.execute(
        f"""UPDATE {touches.relation} t SET client_id = o.id FROM ({one}) o
            WHERE t.client_id IS NULL AND {number.format("t._phone")} = o.number"""
    )


def say_other_deals(con: duckdb.DuckDBPyConnection, table: Typed, deals: Typed) -> None:
    """A remark where a history is mostly of deals that the export has not: it is then of nobody
    here.
    """
    if table.raw.shape is None:
        return
    there = f"deal_id NOT IN (SELECT deal_id FROM {deals.relation} WHERE deal_id IS NOT NULL)"
    rows, of, example = con.execute(
        f"SELECT count(*) FILTER ({there}), count(*), min(deal_id) FILTER ({there}) FROM "
        f"{table.relation} WHERE _fate IS NULL"
    ).fetchall()[0]
    if 2 * rows > of:
        table.notices.append(
            ("other deals", {"table": table.table, "rows": rows, "of": of, "example": example})
        )


def say_other_names(
    con: duckdb.DuckDBPyConnection, table: Typed, deals: Typed, params: Params
) -> None:
    """A remark where a history mostly names stages or sales reps that no deal has: codes on one
    side, names on the other.
    """
    value = "stage" if table.table == "stages" else "manager"
    if value not in deals.mapping or table.raw.shape is None:
        return
    order = (
        params.stage_order
        if isinstance(params.stage_order, list)
        else sum(params.stage_order.values(), [])
    )
    spelled = [
        one
        for key in (value, f"{table.table}.{value}")
        for one in params.values.spellings.get(key, {})
    ]
    told = [*(order if value == "stage" else ()), *spelled]
    known = (
        f"SELECT {folded(value)} FROM {deals.relation} WHERE {quoted(value)} IS NOT NULL AND _fate "
        "IS NULL"
    )
    strange = f"{folded(value)} NOT IN ({known})" + (
        f" AND {folded(value)} NOT IN ({listed(map(fold, told))})" if told else ""
    )
    live = f"FROM {table.relation} WHERE _fate IS NULL"
    rows, of = con.execute(f"SELECT count(*) FILTER ({strange}), count(*) {live}").fetchall()[0]
    if 2 * rows > of:
        found = con.execute(
            f"SELECT {quoted(value)}, count(*) AS n {live} AND {strange} GROUP BY 1 ORDER BY n "
            f"DESC, 1 LIMIT {SHOWN}"
        ).fetchall()
        words = ", ".join(f"{discreet(table.table, word)!r} ({n})" for word, n in found)
        table.notices.append(
            (
                "other names",
                {"table": table.table, "column": value, "rows": rows, "of": of, "words": words},
            )
        )
