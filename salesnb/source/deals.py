"""From typed deals to canonical ones: spellings, merges, what is set aside, channel, owner, repeat
clients.
"""

import datetime as dt

import duckdb

from salesnb.errors import DataError
from salesnb.formats.fold import fold
from salesnb.params import Params
from salesnb.schema import DEPARTMENT, UNKNOWN
from salesnb.source.parsed import Assumption, folded, listed, text_literal
from salesnb.source.patterns import TEST_TITLE
from salesnb.source.people import spans
from salesnb.source.read import quoted
from salesnb.source.typed import Typed, note_mended, set_aside


def spell(con: duckdb.DuckDBPyConnection, typed: Typed, params: Params) -> None:
    """One name for several spellings, in every column that `values` names: `column`, or
    `table.column` in that table alone.
    """
    columns = {c.lower(): c for c in [*typed.mapping, *typed.extras]}
    for column, names in params.values.spellings.items():
        key = column.lower().removeprefix(f"{typed.table}.")
        if key not in columns:
            continue
        name = quoted(columns[key])
        cases = " ".join(
            f"WHEN {folded(name)} IN ({listed(fold(s) for s in [*spelled, right])}) THEN "
            f"{text_literal(right)}"
            for right, spelled in names.items()
        )
        con.execute(
            f"UPDATE {typed.relation} SET {name} = CASE {cases} ELSE {name} END WHERE {name} IS "
            "NOT NULL"
        )


def set_aside_unusable(con: duckdb.DuckDBPyConnection, typed: Typed, params: Params) -> None:
    """Rows that are no deal: without an id or a creation date, tests, ignored pipelines."""
    set_aside(con, typed, "no deal id", "deal_id IS NULL", "title")
    set_aside(con, typed, "no creation date", "created_at IS NULL", "deal_id")
    if "title" in typed.mapping:
        _tests(con, typed, params)
    ignored = [name for name, pipeline in params.pipelines.items() if pipeline == "ignore"]
    if ignored:
        set_aside(
            con,
            typed,
            "ignored pipeline",
            f"{folded('pipeline')} IN ({listed(map(fold, ignored))})",
            "pipeline",
        )


def _tests(con, typed: Typed, params: Params) -> None:
    """Deals whose title says that they are tests, left out unless the params keep them: that they
    are none is possible.
    """
    if params.data.reading_of("deals").tests == "keep":
        return
    rows = set_aside(
        con, typed, "test", f"regexp_matches({folded('title')}, '{TEST_TITLE}')", "title"
    )
    if rows:
        titles = con.execute(
            f"SELECT title, count(*) AS n FROM {typed.relation} WHERE _fate = 'test' GROUP BY 1 "
            "ORDER BY n DESC, 1 LIMIT 5"
        ).fetchall()
        values = {
            "table": "deals",
            "heading": typed.mapping["title"],
            "rows": rows,
            "examples": [title for title, _ in titles],
        }
        typed.assumed.append(
            Assumption("tests left out", values, {"data": {"reading": {"tests": "keep"}}})
        )


def set_aside_impossible(
    con: duckdb.DuckDBPyConnection, typed: Typed, snapshot: dt.date, params: Params
) -> None:
    """Closings that cannot be: before the creation, or after the day on which the
    export was made.
    """
    closed = "status IN ('won', 'lost') AND closed_at IS NOT NULL"
    set_aside(
        con,
        typed,
        "closed before created",
        f"{closed} AND closed_at::DATE < created_at::DATE",
        "closed_at",
    )
    set_aside(
        con,
        typed,
        "closed in the future",
        f"{closed} AND closed_at::DATE > DATE '{snapshot}'",
        "closed_at",
    )
    set_aside(
        con, typed, "created in the future", f"created_at::DATE > DATE '{snapshot}'", "created_at"
    )
    _undated(con, typed, params)


def _undated(con, typed: Typed, params: Params) -> None:
    """Won and lost deals that are in no month: listed; above a few, or where they are missing
    unequally, a remark by result.
    """
    note_mended(
        con, typed, "no closing date", "status IN ('won', 'lost') AND closed_at IS NULL", "deal_id"
    )
    counts = con.execute(
        f"""SELECT count(*) FILTER (status = 'won'), count(*) FILTER (status = 'lost'),
                   count(*) FILTER (status = 'won' AND closed_at IS NULL), count(*) FILTER (status =
                   'lost' AND closed_at IS NULL)
            FROM {typed.relation} WHERE _fate IS NULL"""
    ).fetchall()[0]
    from salesnb.stats.missing import Missing  # loads SciPy: only while an export is read

    found = Missing(*counts)
    if found.blank > params.thresholds.unread_share * found.cases or found.unequal:
        values = {
            "rows": found.blank,
            "of": found.cases,
            "won": found.blank_hits,
            "won_of": found.hits,
            "lost": found.blank_others,
            "lost_of": found.others,
            "unequal": found.unequal,
            "dated": found.known,
            "all": found.whole,
        }
        typed.notices.append(("no closing date", values))


def channel_rule(typed: Typed, params: Params) -> tuple[str, str]:
    """Which column or map gives the channel, and its SQL."""
    mapped = {n: p.channel for n, p in params.pipelines.items() if p != "ignore" and p.channel}
    if "channel" in typed.mapping:
        return "channel", "channel"
    if mapped and "pipeline" in typed.mapping:
        cases = " ".join(
            f"WHEN {text_literal(fold(name))} THEN {text_literal(c)}" for name, c in mapped.items()
        )
        return "params", f"CASE {folded('pipeline')} {cases} END"
    if "source" in typed.mapping:
        return "source", "source"
    return ("pipeline", "pipeline") if "pipeline" in typed.mapping else (UNKNOWN, "NULL")


def set_channel(con: duckdb.DuckDBPyConnection, typed: Typed, params: Params) -> str:
    """Fill channel and channel_from; a blank channel is "unknown". Returns which column gave it."""
    origin, sql = channel_rule(typed, params)
    con.execute(
        f"UPDATE {typed.relation} SET channel = coalesce({sql}, '{UNKNOWN}'), channel_from = "
        f"'{origin}'"
    )
    return origin


def own_channel_names(con: duckdb.DuckDBPyConnection, relations: dict[str, str], where: str) -> int:
    """Give channels that are called as the whole department is a name of their own, in every table:
    "all" → "all (2)".

    Parameters
    ----------
    con, relations : connection, and table → relation of it, deals among them
    where : SQL that the rows fulfil which decide whether deals have such a channel

    Returns
    -------
    int
        Deals of that channel; 0 when there is none, and then nothing is changed: a plan for "all"
        is the department's.
    """
    same = f"channel = '{DEPARTMENT}'"
    rows = con.execute(
        f"SELECT count(*) FROM {relations['deals']} WHERE {same} AND {where}"
    ).fetchall()[0][0]
    for name in relations if rows else ():
        con.execute(f"UPDATE {relations[name]} SET channel = '{DEPARTMENT} (2)' WHERE {same}")
    return rows


def say_blanks(con: duckdb.DuckDBPyConnection, typed: Typed, params: Params) -> None:
    """A remark on the columns without which a deal has no sales rep, no channel or no amount: on
    each that is often blank, and one on those
    of which some cells are, or have no value that can be counted.
    """
    live = f"SELECT * FROM {typed.relation} WHERE _fate IS NULL"
    asked = {
        "manager": "true",
        channel_rule(typed, params)[0]: "true",
        "amount": "status = 'won' AND function = 'closer'",
    }
    few = []
    for name, which in asked.items():
        if name not in typed.mapping:
            continue
        blank = f"{quoted(name)} IS NULL"
        rows, of, rest, deals = con.execute(
            f"SELECT count(*) FILTER ({blank} AND {which}), count(*) FILTER ({which}), count(*) "
            f"FILTER ({blank}), count(*) FROM ({live})"
        ).fetchall()[0]
        if rows > params.thresholds.unread_share * of:
            values = {"heading": typed.mapping[name], "rows": rows, "of": of}
            typed.notices.append(
                (f"blank {name}" if name in ("manager", "amount") else "blank channel", values)
            )
        elif rest:
            few.append([typed.mapping[name], rest, deals])
    if few:
        typed.notices.append(("some not known", {"columns": few}))


def set_function(con: duckdb.DuckDBPyConnection, typed: Typed, params: Params) -> None:
    """Function of each deal's pipeline; without a map every deal is a closer's."""
    cases = " ".join(
        f"WHEN {text_literal(fold(name))} THEN '{p.function}'"
        for name, p in params.pipelines.items()
        if p != "ignore"
    )
    sql = f"CASE {folded('pipeline')} {cases} ELSE 'closer' END" if cases else "'closer'"
    con.execute(f"UPDATE {typed.relation} SET function = {sql}")


def set_target(con: duckdb.DuckDBPyConnection, typed: Typed, params: Params) -> None:
    """Whether each deal meets the written rule of a target client; unknown where the column is
    blank.
    """
    rules = {None: params.values.target} | {
        name: settings.target
        for name in params.listed_channels
        if (settings := params.settings(name)) and settings.target
    }
    columns = {c.lower(): c for c in [*typed.mapping, *typed.extras]}
    headings = {heading.lower(): name for name, heading in typed.mapping.items()}
    for channel, rule in rules.items():
        if rule is None:
            continue
        name = columns.get(rule.column.lower()) or headings.get(rule.column.lower())
        if name is None:
            raise DataError(
                f"deals: values: target: there is no column {rule.column!r}; there are: "
                f"{', '.join(columns.values())}."
            )
        cell = quoted(name)
        test = (
            f"{folded(cell)} IN ({listed(map(fold, rule.in_))})"
            if rule.in_ is not None
            else f"try_cast({cell} AS DOUBLE) >= {rule.min}"
        )
        where = "" if channel is None else f" WHERE channel = {text_literal(channel)}"
        con.execute(
            f"UPDATE {typed.relation} SET is_target = CASE WHEN {cell} IS NULL THEN NULL ELSE "
            f"{test} END{where}"
        )


def set_lost_class(con: duckdb.DuckDBPyConnection, typed: Typed, params: Params) -> None:
    """Class of each lost reason, as the params list them; other reasons are "other"."""
    cases = " ".join(
        f"WHEN {folded('lost_reason')} IN ({listed(map(fold, words))}) THEN '{name}'"
        for name, words in params.values.lost_class.items()
    )
    known = (
        "CASE WHEN lost_class IN ('no_contact','not_buyer','duplicate','competitor','other') THEN "
        f"lost_class {cases} WHEN lost_reason IS NOT NULL THEN 'other' END"
    )
    con.execute(
        f"UPDATE {typed.relation} SET lost_class = CASE WHEN status = 'lost' THEN {known} END"
    )


def set_owner(
    con: duckdb.DuckDBPyConnection,
    typed: Typed,
    owners: str | None,
    managers: str | None,
    snapshot: dt.date,
) -> None:
    """Owner at closing: by the history of owners, else the current one; an impossible owner is
    "unknown". The team, where the export names none, is the owner's at closing, of an open deal
    that of the snapshot day.
    """
    relation = typed.relation
    con.execute(
        f"UPDATE {relation} SET manager = coalesce(manager, '{UNKNOWN}'), current_manager = "
        f"coalesce(manager, '{UNKNOWN}'), owner_from = 'current owner'"
    )
    if owners:
        at_closing = f"""SELECT d.deal_id, arg_max(o.manager, (o."from", o.manager)) AS manager FROM
                         {relation} d JOIN {owners} o
                         ON o.deal_id = d.deal_id AND o."from" <= coalesce(d.closed_at, TIMESTAMP
                         '9999-01-01')
                         WHERE d._fate IS NULL GROUP BY 1"""
        con.execute(
            f"UPDATE {relation} t SET manager = o.manager, owner_from = 'owners' FROM "
            f"({at_closing}) o WHERE t.deal_id = o.deal_id"
        )
    if managers:
        _set_team(con, typed, spans(f"SELECT * FROM {managers}"), snapshot)


def _set_team(con, typed: Typed, people: str, snapshot: dt.date) -> None:
    """What the list of managers says of the owners; `people` are its rows with their days."""
    relation = typed.relation
    impossible = f"""SELECT d._rid FROM {relation} d JOIN ({people}) m ON m.manager = d.manager
                     WHERE d._fate IS NULL AND d.closed_at IS NOT NULL
                       AND d.closed_at::DATE >= m._since AND d.closed_at::DATE < m._until
                       AND (m.hired_on > d.closed_at::DATE OR m.left_on < d.closed_at::DATE)"""
    note_mended(con, typed, "impossible owner", f"_rid IN ({impossible})", "manager")
    con.execute(f"UPDATE {relation} SET manager = '{UNKNOWN}' WHERE _rid IN ({impossible})")
    day = ended_on("t", snapshot)
    con.execute(
        f"UPDATE {relation} t SET team = m.team FROM ({people}) m WHERE m.manager = t.manager AND "
        f"t.team IS NULL AND {day} >= m._since AND {day} < m._until"
    )


def ended_on(deals: str, snapshot: dt.date) -> str:
    """SQL of the day of which a deal of an export has its team: of its closing, else of the
    snapshot.
    """
    closed = f"CASE WHEN {deals}.status <> 'open' THEN {deals}.closed_at::DATE END"
    return f"coalesce({closed}, DATE '{snapshot}')"


def set_repeat(con: duckdb.DuckDBPyConnection, typed: Typed) -> None:
    """Repeat: a deal of the same client was won before this one was created. Unknown without a
    client.
    """
    relation = typed.relation
    first = (
        f"SELECT client_id, min(closed_at) AS first_won FROM {relation} WHERE _fate IS NULL AND "
        "status = 'won' AND client_id IS NOT NULL GROUP BY 1"
    )
    con.execute(f"UPDATE {relation} SET repeat = CASE WHEN client_id IS NOT NULL THEN false END")
    con.execute(
        f"UPDATE {relation} t SET repeat = true FROM ({first}) f WHERE t.client_id = f.client_id "
        "AND f.first_won < t.created_at"
    )
