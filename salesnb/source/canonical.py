"""All tables of a company, raw to canonical: what is read, in which order it is cleaned, what is
written.
"""

import datetime as dt
from dataclasses import dataclass, field, replace

import duckdb
import pandas as pd

from salesnb.params import Params
from salesnb.schema import DEPARTMENT, TABLES
from salesnb.source import deals as rules
from salesnb.source import status
from salesnb.source.entered import entered_headings
from salesnb.source.histories import COMPUTED, complete, say_other_deals, say_other_names
from salesnb.source.ids import id_expression, stop_at_joins
from salesnb.source.join import add_columns
from salesnb.source.ledger import COLUMNS, masked, summary, write
from salesnb.source.merge import merge_rows
from salesnb.source.money import convert_money, say_unread
from salesnb.source.onename import one_name
from salesnb.source.parsed import Assumption, text_literal
from salesnb.source.people import one_row_a_day
from salesnb.source.read import RawTable, quoted
from salesnb.source.snapshot import latest
from salesnb.source.times import parse_time
from salesnb.source.typed import Typed, read_typed, set_aside, settings_of
from salesnb.source.vocabulary import known_words

WHEN = {  # the column that says when a row of each table became known
    "deals": "created_at",
    "stages": "entered_at",
    "owners": "from",
    "leads": "created_at",
    "touches": "at",
    "reviews": "at",
    "actions": "at",
    "sales": "date",
}
SNAPSHOT = {  # what tells on which day the export was made: planned dates and reviews do not
    # a word that looks like an end stands beside a closing, though it is not counted as one
    "deals": (
        "created_at",
        "modified_at",
        "CASE WHEN status <> 'open' OR unsettled LIKE 'likely %' THEN closed_at END",
    ),
    "stages": ("entered_at",),
    "touches": ("CASE WHEN kind <> 'task' THEN \"at\" END",),
    "payments": ("paid_on",),
    "sales": ("date",),
}


@dataclass
class Canonical:
    """Canonical tables in the engine (`c_<table>`) and what happened on the way.

    `holds` : first day on which the same export reads the same, and the first day on which it does
        not any more;
    `contents` : table, and name of a join → what its raw rows are, in any order
    """

    tables: list[str]
    snapshot: dt.date
    ledger: pd.DataFrame
    summary: pd.DataFrame
    notices: list[tuple[str, dict]] = field(default_factory=list)
    channel_from: str = ""
    assumed: list[Assumption] = field(default_factory=list)
    holds: tuple[dt.date, dt.date] = (dt.date.min, dt.date.max)
    contents: dict[str, str] = field(default_factory=dict)


def make_canonical(
    con: duckdb.DuckDBPyConnection, params: Params, today: dt.date, most: int | None = None
) -> Canonical:
    """Read every table that the params name and clean it; see the contract of `salesnb check` for
    the rules.

    `most` rows of each file are enough to see whether it can be read; default: all.
    """
    con.execute(
        'CREATE OR REPLACE TABLE ledger ("table" VARCHAR, file VARCHAR, line BIGINT, rule '
        "VARCHAR, outcome VARCHAR, value VARCHAR)"
    )
    typed = {}
    for name in TABLES:
        if params.data.source(name) is not None:
            typed[name] = read_typed(con, name, params, today, most)
            if name != "deals" and name not in {join.table for join in params.data.joins}:
                _forget(con, typed[name].raw.relation)
    contents = {name: _content(con, table) for name, table in typed.items()}
    stop_at_joins(typed, params)
    contents |= _join(con, typed, params)
    _calls_heard(con, typed)
    complete(con, typed)
    for table in typed.values():
        rules.spell(con, table, params)
    one_name(con, typed)
    for table in typed.values():
        known_words(con, table, params)
        _required(con, table)
    deals = typed["deals"]
    rules.set_aside_unusable(con, deals, params)
    status.read_status(con, deals, params)
    if "stages" not in typed:
        _stages_of_headings(con, deals, typed, params)
    _forget(con, *(table.raw.relation for table in typed.values() if table.own))
    snapshot, holds = snapshot_day(con, typed, today), held_days(con, typed, today)
    merge_rows(con, deals, params)
    status.check_words(con, deals, params, snapshot, today)
    status.closing_dates(con, deals, params)
    rules.set_aside_impossible(con, deals, snapshot, params)
    for table in typed.values():
        convert_money(con, table, params)
    say_unread(con, deals)
    rules.set_function(con, deals, params)
    rules.say_blanks(con, deals, params)
    origin = rules.set_channel(con, deals, params)
    _own_channel_names(con, typed)
    rules.set_target(con, deals, params)
    rules.set_lost_class(con, deals, params)
    for name, table in typed.items():
        if name != "deals":
            _duplicates(con, table)
    if "managers" in typed:
        one_row_a_day(con, typed["managers"])
    for name in [one for one in ("stages", "owners") if one in typed]:
        say_other_deals(con, typed[name], deals)
        say_other_names(con, typed[name], deals, params)
    live = {name: f"(SELECT * FROM {t.relation} WHERE _fate IS NULL)" for name, t in typed.items()}
    rules.set_owner(con, deals, live.get("owners"), live.get("managers"), snapshot)
    rules.set_repeat(con, deals)
    status.set_reopened(con, deals, live.get("stages"), params)
    _write_fates(con, typed)
    read = {name: table.read for name, table in typed.items() if table.own}
    ledger = masked(
        con.execute('SELECT * FROM ledger ORDER BY "table", file, line, rule, "value"')
        .df()
        .astype({"line": "Int64"})[list(COLUMNS)]
    )
    _aside(con, deals)
    for name, table in typed.items():
        _canonical_table(con, name, table)
    notices = [notice for table in typed.values() for notice in table.notices]
    assumed = [one for table in typed.values() for one in table.assumed]
    return Canonical(
        list(typed),
        snapshot,
        ledger,
        summary(ledger, read),
        notices,
        origin,
        assumed,
        holds,
        contents,
    )


def _own_channel_names(con, typed: dict[str, Typed]) -> None:
    relations = {name: t.relation for name, t in typed.items() if "channel" in TABLES[name].names}
    if rows := rules.own_channel_names(con, relations, "_fate IS NULL"):
        typed["deals"].notices.append(
            ("channel renamed", {"rows": rows, "old": DEPARTMENT, "new": f"{DEPARTMENT} (2)"})
        )


def _forget(con, *relations: str) -> None:
    """Raw texts that are typed now: of a large export they are half of what the engine holds."""
    for relation in relations:
        con.execute(f"DROP TABLE IF EXISTS {relation}")


def _join(con, typed: dict[str, Typed], params: Params) -> dict[str, str]:
    """Columns of other files, added by a key: an unmatched key is counted, a repeated one in the
    file is refused.

    Gives what each file holds, by the name of the join.
    """
    joins = [join for join in params.data.joins if join.table in typed]
    return {join.name: add_columns(con, typed[join.table], join, params) for join in joins}


def _calls_heard(con, typed: dict[str, Typed]) -> None:
    """A call that reviews name by the link of its recording gets its own id, where one call has
    that link; else the link stands for it.
    """
    reviews, touches = typed.get("reviews"), typed.get("touches")
    if reviews is None or touches is None or not {"record_url", "touch_id"} <= {*touches.mapping}:
        return
    if "call_id" in reviews.mapping:
        con.execute(
            f"""UPDATE {reviews.relation} r SET call_id = t.id FROM (SELECT record_url,
                min(touch_id) AS id FROM {touches.relation} WHERE _fate IS NULL AND record_url IS
                NOT NULL GROUP BY 1 HAVING count(DISTINCT touch_id) = 1) t WHERE r.call_id =
                t.record_url"""
        )


def _required(con, typed: Typed) -> None:
    """Rows of the other tables that lack what makes them a row."""
    if typed.table == "deals":
        return
    for column in TABLES[typed.table].columns:
        if column.required and column.name != "status":
            set_aside(con, typed, f"no {column.name}", f"{quoted(column.name)} IS NULL")


def _duplicates(con, typed: Typed) -> None:
    """Fully equal rows of the other tables are one row, except where equal rows are ordinary
    (sales, payments, costs); a deal enters a stage once at a moment, whatever else a row says.
    """
    if typed.table in ("sales", "payments", "costs") or not typed.own:
        return
    keys = {"touches": "touch_id, _raw_hash", "stages": "deal_id, stage, entered_at"}
    key = keys.get(typed.table, "_raw_hash")
    again = (
        f"SELECT _rid FROM (SELECT _rid, row_number() OVER (PARTITION BY {key} ORDER BY _rid) AS n "
        f"FROM {typed.relation} WHERE _fate IS NULL) WHERE n > 1"
    )
    set_aside(con, typed, "duplicate", f"_rid IN ({again})")


def _stages_of_headings(con, deals: Typed, typed: dict[str, Typed], params: Params) -> None:
    """Stage history from columns such as HubSpot's `Date entered "…"`."""
    found = entered_headings(deals.raw.headings)
    if not found:
        return
    settings = replace(settings_of("deals", params), orders=deals.orders)
    parts = []
    id_column = id_expression(deals.raw, deals.mapping["deal_id"])
    for number, (heading, (stage, pipeline)) in enumerate(found.items()):
        at = parse_time(con, deals.raw.relation, heading, settings, f"entered_{number}").expression
        name = "NULL" if pipeline is None else text_literal(pipeline)
        parts.append(
            f"SELECT {id_column} AS deal_id, {text_literal(stage)} AS stage, CAST({at} AS "
            f"TIMESTAMP) AS entered_at, {name}::VARCHAR AS pipeline FROM {deals.raw.relation} r"
        )
    con.execute(
        f"""CREATE OR REPLACE TABLE t_stages AS SELECT *, row_number() OVER () AS _rid,
            NULL::VARCHAR AS _fate, NULL::VARCHAR AS _fate_value,
            '' AS _file, 0 AS _line, 0 AS _raw_hash FROM ({" UNION ".join(parts)}) WHERE
            entered_at IS NOT NULL AND deal_id IS NOT NULL"""
    )
    typed["stages"] = Typed(
        "stages", "t_stages", RawTable("", (), ()), dict.fromkeys(TABLES["stages"].names, ""), {}, 0
    )


def snapshot_day(
    con: duckdb.DuckDBPyConnection, typed: dict[str, Typed], today: dt.date
) -> dt.date:
    """The latest day that the facts of the export name and that is not after today; a stray one is
    remarked on, not believed.
    """
    days: dict[dt.date, int] = {}
    for relation, day in _facts(typed):
        sql = (
            f"SELECT {day} AS day, count(*) FROM {relation} WHERE _fate IS NULL AND {day} <= DATE "
            f"'{today}' GROUP BY 1"
        )
        for one, rows in con.execute(sql).fetchall():
            days[one] = days.get(one, 0) + rows
    found = latest(days)
    if found is None:
        return today
    if found.stray:
        rows, where = _stray_rows(con, typed, found.stray)
        values = {
            "rows": rows,
            "day": str(found.stray[-1]),
            "days": found.gap,
            "snapshot": str(found.day),
            "where": where,
        }
        typed["deals"].notices.append(("stray day", values))
    return found.day


def _facts(typed: dict[str, Typed]):
    """Relation and SQL of the day of every fact that tells when the export was made."""
    for name, expressions in SNAPSHOT.items():
        if name in typed:
            yield from (
                (typed[name].relation, f"CAST({expression} AS DATE)") for expression in expressions
            )


def _stray_rows(con, typed: dict[str, Typed], days) -> tuple[int, str]:
    """How many rows name one of the days, and where the first few of them stand."""
    named = ", ".join(f"DATE '{day}'" for day in days)
    rows = {
        (file, line)
        for relation, day in _facts(typed)
        for file, line in con.execute(
            f"SELECT _file, _line FROM {relation} WHERE _fate IS NULL AND {day} IN ({named})"
        ).fetchall()
    }
    return len(rows), ", ".join(f"{file}:{line}" for file, line in sorted(rows)[:3])


def held_days(
    con: duckdb.DuckDBPyConnection, typed: dict[str, Typed], today: dt.date
) -> tuple[dt.date, dt.date]:
    """From which day on, and up to which day, the export tells what it tells today: between two of
    its days nothing changes.

    Besides the facts it is the closings of all deals that are held against the day.
    """
    before, after = [], []
    for relation, day in [*_facts(typed), (typed["deals"].relation, "CAST(closed_at AS DATE)")]:
        sql = (
            f"SELECT max({day}) FILTER ({day} <= $today), min({day}) FILTER ({day} > $today) FROM "
            f"{relation} WHERE _fate IS NULL"
        )
        last, first = con.execute(sql, {"today": today}).fetchall()[0]
        before += [last] if last else []
        after += [first] if first else []
    until = min(after, default=dt.date.max)
    if before:
        return max(before), until
    return today, min(
        until, today + dt.timedelta(days=1)
    )  # without a fact the export is of the day on which it is read


def _content(con, table: Typed) -> str:
    """How many rows a table was read from and the sum of what they hold: the same in any order."""
    rows, total = con.execute(
        f"SELECT count(*), sum(_raw_hash::HUGEINT) FROM {table.relation}"
    ).fetchall()[0]
    return f"{sorted(table.raw.headings)} {rows} {total}"


def _write_fates(con, typed: dict[str, Typed]) -> None:
    for table in typed.values():
        if not table.own:
            continue
        con.execute(
            f"""INSERT INTO ledger SELECT '{table.table}', _file, _line, _fate,
                CASE WHEN _fate = 'product line' THEN 'merged' ELSE 'set aside' END,
                left(_fate_value, 200)
                FROM {table.relation} WHERE _fate IS NOT NULL ORDER BY _rid"""
        )
        write(
            con,
            [
                (table.table, file, line, rule, "mended", value)
                for file, line, rule, value in table.raw.facts
            ],
        )


def _aside(con, deals: Typed) -> None:
    """Deals that are not counted, as a filter in the CRM would still show them: `c_aside`. Lines
    have their sum in the deal.
    """
    con.execute(
        f"""CREATE OR REPLACE TABLE c_aside AS SELECT deal_id, manager, channel, function, status,
            created_at, closed_at,
            CASE WHEN _fate <> 'product line' THEN amount END AS amount, _fate AS rule
            FROM {deals.relation} WHERE _fate IS NOT NULL ORDER BY _rid"""
    )


def _canonical_table(con, name: str, table: Typed) -> None:
    extras = [c for c in table.extras if c not in TABLES[name].names]
    made = {c: f"{sql} AS {quoted(c)}" for c, sql in COMPUTED.get(name, {}).items()}
    columns = ", ".join(made.get(c, quoted(c)) for c in [*TABLES[name].names, *extras])
    key = {"deals": "deal_id", "stages": "entered_at, deal_id, stage"}.get(name, "_rid")
    con.execute(
        f"CREATE OR REPLACE TABLE c_{name} AS SELECT {columns} FROM {table.relation} WHERE _fate "
        f"IS NULL ORDER BY {key}"
    )
    _forget(con, table.relation)
