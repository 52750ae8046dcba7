"""Histories of CRMs as stages and owners: which rows are about a stage, which about an owner, what
stood before the first.

A long table of changes of any field is read once for each table that names it: rows of other fields
    are set aside there.
"""

import duckdb

from salesnb.formats.fold import fold
from salesnb.params import Params
from salesnb.schema import TABLES
from salesnb.source.entered import entered_headings
from salesnb.source.headings import fold_heading, unlike
from salesnb.source.layouts import AMOCRM_LIST, History
from salesnb.source.parsed import folded, listed, text_literal
from salesnb.source.read import RawTable, Shape, quoted

ID_OF_DEAL = (
    "Record ID",
    "Record ID - Deal",
    "hs_object_id",
    "Deal ID",
    "deal_id",
    "Datensatz-ID",
    "ID de registro",
    "ID",
    "id",
)
# names of the field that holds the stage; a "status" is it only where no other field is
STAGE_FIELDS = (
    "StageName", "stage", "stage_id", "deal stage", "dealstage", "opportunity stage", "sales stage",
        "stage name", "lead_status_changed",
    "этап", "этап сделки", "стадия", "стадия сделки", "стадия воронки", "этап воронки",
        "этап продажи",
)  # fmt: skip
STATUS_FIELDS = ("status", "deal status", "статус", "статус сделки", "status_id", "lead status")
OWNER_FIELDS = (
    "owner", "ownerid", "owner_id", "user_id", "deal owner", "opportunity owner", "sales owner",
        "hubspot_owner_id", "assigned_by_id", "assigned to",
    "responsible", "responsible user", "responsible_user_id", "responsible person",
        "entity_responsible_changed", "ответственный",
    "ответственный за сделку", "ответственный пользователь", "менеджер", "владелец",
)  # fmt: skip
STAGE_EVENT = (
    r"(^|[^\pL])(этап|стади|stage|pipeline stage)"  # «Изменен этап», «Смена этапа продажи»
)
OWNER_EVENT = r"ответственн|responsible|owner"
DEAL_ENTITY = ("lead", "leads", "deal", "deals", "dealchange", "opportunity", "сделка", "сделки")
HIDDEN = ("_title", "_before", "_before_pipeline")


def shaped_history(
    con: duckdb.DuckDBPyConnection,
    raw: RawTable,
    table: str,
    layout: History,
    parts: dict[str, str],
) -> RawTable:
    """The raw table with its columns of `table` beside the others, and the fate of the rows that
    are not about it.
    """
    cell = {role: f"r.{quoted(heading)}" for role, heading in parts.items()}
    kind = "stage" if table == "stages" else "owner"
    new, old = _value(cell, "new", kind), _value(cell, "old", kind)
    fate, told = _other_rows(con, raw, parts, layout, table)
    names = {
        name: unlike(f"{name} of the history", {h.casefold() for h in raw.headings})
        for name in TABLES[table].readable
    }
    value = names["stage" if kind == "stage" else "manager"]
    columns = {
        names["deal_id"]: _deal(cell),
        value: f"CASE WHEN {fate} IS NULL THEN {new} END",
        "_title": cell["title"] if "id" not in cell else "NULL",
        "_before": f"CASE WHEN {fate} IS NULL THEN {old} END",
        "_before_pipeline": _pipeline(cell, "old"),
        "_rule": fate,
        "_rule_value": told,
    }
    given: dict[str, str | None] = {
        "deal_id": names["deal_id"],
        "stage" if kind == "stage" else "manager": value,
    }
    given["entered_at" if kind == "stage" else "from"] = parts["at"]
    if kind == "stage":
        pipeline = _pipeline(cell, "new")
        given["pipeline"] = None if pipeline == "NULL" else names["pipeline"]
        columns |= {} if pipeline == "NULL" else {names["pipeline"]: pipeline}
    added = ", ".join(f"CAST({sql} AS VARCHAR) AS {quoted(name)}" for name, sql in columns.items())
    con.execute(
        f"CREATE OR REPLACE TABLE {raw.relation} AS SELECT r.*, {added} FROM {raw.relation} r"
    )
    return raw.with_shape(Shape(layout.name, given, HIDDEN))


def _deal(cell: dict[str, str]) -> str:
    if "id" in cell:
        return cell["id"]
    told = [cell[role] for role in ("title", "entity") if role in cell]
    numbers = [
        f"nullif(regexp_extract({one}, '(?:#|№|/detail/)[\\pZ\\t]*([0-9]+)', 1), '')"
        for one in told
    ]
    return f"coalesce({', '.join(numbers)})" if numbers else "NULL"


def _value(cell: dict[str, str], side: str, kind: str) -> str:
    """SQL of the value before or after a change: as a person reads it, else out of JSON, else as it
    is.
    """
    key = "lead_status" if kind == "stage" else "responsible_user"
    shown = [cell[role] for role in (f"{side}_text", f"{side}_{kind}") if role in cell]
    if side in cell:
        inside = f"nullif(regexp_extract({cell[side]}, '{_json(key, 'id')}', 1), '')"
        shown += [
            f"CASE WHEN regexp_matches({cell[side]}, '[{{}}]') THEN {inside} ELSE {cell[side]} END"
        ]
    return f"coalesce({', '.join(shown)})" if shown else "NULL"


def _json(key: str, name: str) -> str:
    """Pattern of a number within an object of a JSON text; programs write it with either kind of
    quotes.
    """
    quote = "[\"''\\\\]*"
    return f"{quote}{key}{quote}[\\pZ\\t]*:[\\pZ\\t]*\\{{[^{{}}]*?[\"'']{name}[\"''\\\\]*[\\pZ\\t]*:[\\pZ\\t]*{quote}([0-9]+)"  # noqa: E501


def _pipeline(cell: dict[str, str], side: str) -> str:
    if side == "new" and "pipeline" in cell:
        return cell["pipeline"]
    shown = [cell[f"{side}_pipeline"]] if f"{side}_pipeline" in cell else []
    if side in cell:
        shown += [
            f"nullif(regexp_extract({cell[side]}, '{_json('lead_status', 'pipeline_id')}', 1), '')"
        ]
    return f"coalesce({', '.join(shown)})" if shown else "NULL"


def _other_rows(
    con, raw: RawTable, parts: dict[str, str], layout: History, table: str
) -> tuple[str, str]:
    """SQL of the rule by which a row is not of the table, NULL where it is, and SQL of what the
    ledger shows.
    """
    cell = {role: f"r.{quoted(heading)}" for role, heading in parts.items()}
    cases = []
    if "deleted" in cell:
        cases.append(
            f"WHEN lower({cell['deleted']}) IN ('true', '1', 'yes') THEN 'deleted in the CRM'"
        )
    if "entity" in cell and "title" not in cell:
        cases.append(
            f"WHEN {cell['entity']} IS NOT NULL AND {folded(cell['entity'])} NOT IN "
            f"({listed(DEAL_ENTITY)}) THEN 'not of a deal'"
        )
    if layout.kind == "changes":
        mine = _fields(con, raw, parts["field"], layout is AMOCRM_LIST)[
            0 if table == "stages" else 1
        ]
        cases.append(
            f"WHEN {cell['field']} IS NULL OR {cell['field']} NOT IN ({listed(mine) or 'NULL'}) "
            "THEN 'another field'"
        )
    told = cell.get("field", "NULL")
    return (f"CASE {' '.join(cases)} END" if cases else "NULL", told)


def _fields(con, raw: RawTable, heading: str, events: bool) -> tuple[list[str], list[str]]:
    """The words of a column of fields that mean the stage, and those that mean the owner."""
    words = [
        w
        for (w,) in con.execute(
            f"SELECT DISTINCT {quoted(heading)} FROM {raw.relation} WHERE {quoted(heading)} IS "
            "NOT NULL ORDER BY 1"
        ).fetchall()
    ]
    stage, status, owner = (
        _known(words, known) for known in (STAGE_FIELDS, STATUS_FIELDS, OWNER_FIELDS)
    )
    if events:
        stage += [w for w in words if w not in stage and _is(con, w, STAGE_EVENT)]
        owner += [w for w in words if w not in [*owner, *stage] and _is(con, w, OWNER_EVENT)]
    return stage or status, owner


def _known(words: list[str], known: tuple[str, ...]) -> list[str]:
    wanted = {fold_heading(one) for one in known}
    return [word for word in words if fold_heading(word) in wanted]


def _is(con, word: str, pattern: str) -> bool:
    return con.execute("SELECT regexp_matches(?, ?)", [fold(word), pattern]).fetchall()[0][0]


def shaped_columns(con: duckdb.DuckDBPyConnection, raw: RawTable, params: Params) -> RawTable:
    """A file of deals with a column per stage as a long table of entries: a row for every column
    that is filled.

    A record without any is a row by itself, so that it stands in the ledger.
    """
    found = entered_headings(raw.headings)
    wanted = [*params.headings("stages").get("deal_id", ()), *ID_OF_DEAL]
    by_fold = {fold_heading(h): h for h in reversed(raw.headings)}
    heading = next(
        (by_fold[fold_heading(one)] for one in wanted if one and fold_heading(one) in by_fold), None
    )
    own = {"stage", "enteredat"} <= set(by_fold) or {"stage", "entered_at"} & set(
        params.columns.get("stages", {})
    )
    if not found or heading is None or own:
        return raw
    place = "_file, _line, _file_no"
    parts = [
        f"""SELECT {place}, {quoted(heading)}, {text_literal(stage)} AS stage, {quoted(name)} AS
            entered_at,
            {"NULL" if pipeline is None else text_literal(pipeline)} AS pipeline FROM {raw.relation}
            WHERE {quoted(name)} IS NOT NULL"""
        for name, (stage, pipeline) in found.items()
    ]
    none = " AND ".join(f"{quoted(name)} IS NULL" for name in found)
    parts.append(
        f"SELECT {place}, {quoted(heading)}, NULL, NULL, NULL FROM {raw.relation} WHERE {none}"
    )
    con.execute(
        f"""CREATE OR REPLACE TABLE {raw.relation} AS SELECT *, CASE WHEN stage IS NULL THEN
            'no stage entered' END AS _rule,
            {quoted(heading)} AS _rule_value FROM ({" UNION ALL ".join(parts)}) ORDER BY _file_no,
            _line, entered_at, stage"""
    )
    shape = Shape("date entered", {"deal_id": heading})
    return raw.with_shape(shape, (heading, "stage", "entered_at", "pipeline"))
