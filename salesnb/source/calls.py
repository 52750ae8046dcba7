"""Lists of calls of telephony systems as touches: direction, result, talk time, who of ours it was.

An extension is a number of two to five digits; a longer one is a number of the world outside. Where
a list has no column for the direction, these two tell it; where they do not, it is missing and
said. See docs/how-to/histories.md.
"""

import duckdb

from salesnb.formats.fold import fold
from salesnb.source.headings import unlike
from salesnb.source.parsed import folded, listed, text_literal
from salesnb.source.presets.calls import Telephony
from salesnb.source.read import RawTable, Shape, quoted

MADE = ("kind", "manager", "direction", "result", "duration_s")
FILLED = (*MADE, "at", "touch_id", "record_url")
HIDDEN = ("_phone",)
SIDES = ("from", "to", "answered")
SHOWN = 12  # extensions that a remark names
# PJSIP/101-0000ab12; a trunk has a name there
CHANNEL = "^(?:SIP|PJSIP|IAX2|SCCP|DAHDI|Local)/([0-9]{2,5})(?:@[^-]*)?-"


def shaped_calls(
    con: duckdb.DuckDBPyConnection, raw: RawTable, layout: Telephony, parts: dict[str, str]
) -> RawTable:
    """The raw table with the columns of touches beside the others, and the fate of calls within the
    company.

    Parameters
    ----------
    layout, parts : the system that wrote the list, and the heading of each of its parts
    """
    cell = {role: f"r.{quoted(heading)}" for role, heading in parts.items()}
    names = {
        name: unlike(f"{name} of the call", {h.casefold() for h in raw.headings}) for name in MADE
    }
    steps = (
        _cells(cell),
        _numbers(cell),
        _ends(cell),
        _way(layout, cell),
        _ours(con, layout, cell),
        _legs(cell),
        _touch(layout, cell, names),
    )
    con.execute(
        "CREATE OR REPLACE TABLE _calls AS SELECT *, row_number() OVER (ORDER BY _file_no, "
        f"_line) AS _call FROM {raw.relation}"
    )
    made: list[str] = ["_call"]
    for columns in steps:
        columns = columns() if callable(columns) else columns
        added = ", ".join(
            f"CAST({sql} AS VARCHAR) AS {quoted(name)}" for name, sql in columns.items()
        )
        con.execute(f"CREATE OR REPLACE TABLE _calls AS SELECT r.*, {added} FROM _calls r")
        made += columns
    kept = (*names.values(), *HIDDEN, "_rule", "_rule_value")
    dropped = ", ".join(quoted(name) for name in made if name not in kept)
    con.execute(
        f"CREATE OR REPLACE TABLE {raw.relation} AS SELECT * EXCLUDE ({dropped}) FROM _calls "
        "ORDER BY _file_no, _line"
    )
    con.execute("DROP TABLE _calls")
    given = dict.fromkeys(FILLED) | names | {"at": parts["at"], "touch_id": parts.get("id")}
    if not {"talk", "answer"} & set(parts) and not layout.total_is_talk:
        given["duration_s"] = None
    return raw.with_shape(Shape(layout.name, given, HIDDEN, _remarks(con, raw, names)))


def _cells(cell: dict[str, str]) -> dict[str, str]:
    """The digits of either end and of who took the call, and the extension that stands before a
    name: 205 (Anna) 65.
    """
    found = {}
    for side in SIDES:
        one = cell.get(side, "NULL::VARCHAR")
        inside = (
            f"CASE WHEN contains({one}, '<') THEN coalesce(nullif(regexp_extract({one}, "
            f"'<([^>]*)>', 1), ''), {one}) ELSE {one} END"
        )
        found[f"_{side}_digits"] = f"regexp_replace({inside}, '[^0-9]', '', 'g')"  # "Anna" <205>
        before = (
            f"nullif(regexp_extract({one}, '^[\\pZ\\t]*([0-9]{{2,5}})[\\pZ\\t]*[(].*\\pL', 1), '')"
        )
        found[f"_{side}_before"] = f"CASE WHEN contains({one}, '(') THEN {before} END"
    for side in ("from", "to"):
        channel = cell.get(f"{side}_channel")
        found[f"_{side}_channel"] = (
            f"nullif(regexp_extract({channel}, '{CHANNEL}', 1), '')" if channel else "NULL"
        )
    return found


def _numbers(cell: dict[str, str]) -> dict[str, str]:
    """Extension, name and outer number of either end, as its own cell tells them."""
    found = {}
    for side in SIDES:
        one, digits, before = cell.get(side, "NULL::VARCHAR"), f"_{side}_digits", f"_{side}_before"
        short = (
            f"CASE WHEN length({digits}) BETWEEN 2 AND 5 THEN regexp_extract({one}, '[0-9]+') END"
        )
        found[f"_{side}_ext"] = f"coalesce({before}, {short})"
        found[f"_{side}_name"] = _person(one)
        found[f"_{side}_number"] = (
            f"CASE WHEN {before} IS NULL AND length({digits}) >= 6 THEN {digits} END"
        )
    sip = cell.get("sip", "NULL::VARCHAR")
    found["_sip"] = f"nullif(regexp_extract({sip}, '(?:^|-)([0-9]{{2,5}})$', 1), '')"
    return found


def _person(cell: str) -> str:
    """The letters of a cell: Anna (205), 205 (Anna) 65; none where it is a number or an address."""
    plain = (
        f"trim(regexp_replace(regexp_replace({cell}, '<[^>]*>|[0-9+()\"«»]', ' ', 'g'), "
        "'[\\pZ\\t]+', ' ', 'g'))"
    )
    return (
        f"CASE WHEN regexp_matches({cell}, '\\pL\\pL') AND NOT regexp_matches({cell}, '[@:/]') "
        f"THEN nullif({plain}, '') END"
    )


def _ends(cell: dict[str, str]) -> dict[str, str]:
    """Whose extension called and was called: by the column of extensions, the cell, the channel.

    An employee who calls out may show the number of the company; the channel is still his. A trunk
    is not, so the channel counts only where the other end is outside.
    """
    caller = (
        f"coalesce({cell.get('from_ext', 'NULL')}, _from_ext, CASE WHEN _to_number IS NOT NULL "
        "THEN _from_channel END)"
    )
    called = (
        f"coalesce({cell.get('to_ext', 'NULL')}, _to_ext, CASE WHEN {caller} IS NULL THEN "
        "_to_channel END)"
    )
    nobody = f"{cell['to_channel']} IS NULL" if "to_channel" in cell else "false"
    return {"_caller": caller, "_called": called, "_nobody": nobody}


def _way(layout: Telephony, cell: dict[str, str]) -> dict[str, str]:
    """in, out, inner, or nothing where that cannot be told; answered, missed, or the word of the
    list.
    """
    cases = []
    if "direction" in cell:
        words = (("in", layout.inward), ("out", layout.outward), ("inner", layout.inner))
        cases += [
            f"WHEN {folded(cell['direction'])} IN ({listed(map(fold, known))}) THEN '{way}'"
            for way, known in words
            if known
        ]
    to = cell["to"]
    cases += [
        "WHEN _caller IS NOT NULL AND _called IS NOT NULL THEN 'inner'",
        f"WHEN _caller IS NOT NULL AND regexp_matches({to}, '^[\\pZ\\t]*[*#]') THEN 'inner'",
    ]
    if "call" in cell:
        cases += [
            f"WHEN starts_with({cell['call']}, '{way}_') THEN '{way}'" for way in ("in", "out")
        ]
    cases += [
        "WHEN _caller IS NOT NULL AND _to_number IS NOT NULL THEN 'out'",
        "WHEN _from_number IS NOT NULL AND _called IS NOT NULL THEN 'in'",
    ]
    if (
        "from_ext" in cell or "from_channel" in cell
    ):  # there every call of an employee is known as his
        cases.append("WHEN _from_number IS NOT NULL AND _caller IS NULL THEN 'in'")
    got = "NULL"
    if "status" in cell:
        word = folded(cell["status"])
        got = f"""CASE WHEN {word} IN ({listed(map(fold, layout.answered))}) THEN 'answered'
                  WHEN {word} IN ({listed(map(fold, layout.missed))}) THEN 'missed' ELSE
                  {cell["status"]} END"""
    elif "answer" in cell:
        got = (
            f"CASE WHEN try_cast({cell['answer']} AS DOUBLE) > 0 THEN 'answered' ELSE 'missed' END"
        )
    return {"_way": f"CASE {' '.join(cases)} END", "_word": got}


def _ours(con, layout: Telephony, cell: dict[str, str]):
    """Who of ours it was, by name where the list knows one for the extension, else by the
    extension.

    Where the list has the channel that was called, an extension that never speaks is a queue or a
    menu, and nobody.
    """

    def columns() -> dict[str, str]:
        took = "coalesce(_answered_ext, _to_channel)"
        alive = (
            "SELECT _caller FROM _calls UNION SELECT _to_channel FROM _calls UNION SELECT "
            "_answered_ext FROM _calls"
        )
        called = (
            f"CASE WHEN _called IN ({alive}) THEN _called END"
            if "to_channel" in cell
            else "_called"
        )
        inside = f"coalesce({took}, {called}, CASE WHEN _way = 'in' THEN _sip END)"
        called_name = "CASE WHEN _to_ext IS NOT NULL THEN _to_name END"
        named = (
            f"CASE WHEN {took} IS NOT NULL AND _answered_ext IS NULL THEN NULL ELSE "
            f"coalesce(_answered_name, {called_name}) END"
        )
        caller_name = "CASE WHEN _from_number IS NULL THEN _from_name END"
        ext = f"CASE _way WHEN 'out' THEN coalesce(_caller, _sip) WHEN 'in' THEN {inside} END"
        who = (
            f"coalesce(CASE _way WHEN 'out' THEN {caller_name} WHEN 'in' THEN {named} END, "
            f"{_named(con, ext)}, {ext})"
        )
        # a menu took the call, no person
        alone = "_nobody::BOOLEAN AND _way = 'in' AND _word = 'answered'"
        return {
            "_who": who,
            "_got": f"CASE WHEN {alone} THEN 'missed' ELSE _word END",
            "_menu": alone,
        }

    return columns


def _named(con, extension: str) -> str:
    """SQL of the name that the list most often has beside an extension."""
    pairs = " UNION ALL ".join(
        f"SELECT _{side}_ext AS ext, _{side}_name AS name FROM _calls WHERE _{side}_ext IS NOT "
        f"NULL AND _{side}_name IS NOT NULL"
        for side in ("from", "to", "answered")
    )
    found = con.execute(
        f"SELECT ext, name FROM ({pairs}) GROUP BY 1, 2 ORDER BY ext, count(*) DESC, name"
    ).fetchall()
    names: dict[str, str] = {}
    for ext, name in found:
        names.setdefault(ext, name)
    cases = " ".join(
        f"WHEN {text_literal(ext)} THEN {text_literal(name)}" for ext, name in names.items()
    )
    return f"CASE {extension} {cases} END" if cases else "NULL"


def _legs(cell: dict[str, str]) -> dict[str, str]:
    """A call that rang at several places has a record for each: what was not answered there is no
    call of its own.
    """
    if "call" not in cell:
        return {"_leg": "false", "_many": "false"}
    same = f"PARTITION BY {cell['call']}, _way"
    taken = f"count(*) FILTER (_got = 'answered') OVER ({same})"
    place = (
        f"row_number() OVER ({same}, _got IS NOT DISTINCT FROM 'answered' ORDER BY _call::BIGINT)"
    )
    known = f"{cell['call']} IS NOT NULL AND _got IS DISTINCT FROM 'answered'"
    return {
        "_leg": f"{known} AND ({taken} > 0 OR {place} > 1)",
        "_many": f"{known} AND {taken} = 0 AND count(DISTINCT _who) OVER ({same}) > 1",
    }


def _touch(layout: Telephony, cell: dict[str, str], names: dict[str, str]) -> dict[str, str]:
    """The columns of touches, the client's number, and the rule that sets a record aside."""
    talk = "NULL"
    if "talk" in cell:
        talk = f"CASE WHEN _menu::BOOLEAN THEN '0' ELSE {cell['talk']} END"
    elif "answer" in cell:
        length = f"try_cast({cell['finish']} AS DOUBLE) - try_cast({cell['answer']} AS DOUBLE)"
        talk = f"CASE WHEN _got = 'answered' THEN ({length})::BIGINT END"
    elif layout.total_is_talk:
        talk = f"CASE WHEN _got = 'answered' THEN {cell['total']} END"
    return {
        names["kind"]: "'call'",
        names["manager"]: "CASE WHEN NOT _many::BOOLEAN THEN _who END",
        names["direction"]: "nullif(_way, 'inner')",
        names["result"]: "_got",
        names["duration_s"]: talk,
        "_phone": "CASE _way WHEN 'in' THEN _from_number WHEN 'out' THEN _to_number END",
        "_rule": "CASE WHEN _way = 'inner' THEN 'call within the company' WHEN _leg::BOOLEAN THEN "
        "'another leg of a call' END",
        "_rule_value": "CASE WHEN _way = 'inner' THEN concat_ws(' - ', _caller, _called) ELSE "
        f"{cell.get('id', 'NULL')} END",
    }


def _remarks(con, raw: RawTable, names: dict[str, str]) -> tuple[tuple[str, dict], ...]:
    """What the list does not say: the direction of a call, the names of its people."""
    live = f"FROM {raw.relation} WHERE _rule IS NULL"
    manager, way = quoted(names["manager"]), quoted(names["direction"])
    bare = f"regexp_full_match({manager}, '[0-9]+')"
    of, unknown, numbers = con.execute(
        f"SELECT count(*), count(*) FILTER ({way} IS NULL), count(*) FILTER ({bare}) {live}"
    ).fetchall()[0]
    found = []
    if unknown:
        found.append(("calls without direction", {"table": "touches", "rows": unknown, "of": of}))
    if numbers:
        words = con.execute(
            f"SELECT {manager}, count(*) AS n {live} AND {bare} GROUP BY 1 ORDER BY n DESC, 1 "
            f"LIMIT {SHOWN}"
        ).fetchall()
        told = ", ".join(f"{word} ({n})" for word, n in words)
        found.append(
            ("extensions for names", {"table": "touches", "rows": numbers, "of": of, "words": told})
        )
    return tuple(found)
