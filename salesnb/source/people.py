"""Sales reps whose team, head or role changed: several rows a person, each with the day from which
it holds.
"""

import duckdb

from salesnb.schema import TABLES
from salesnb.source.read import quoted
from salesnb.source.typed import Typed, set_aside

EARLIEST, LATEST = "DATE '0001-01-01'", "DATE '9999-12-31'"
TOLD = tuple(
    name for name in TABLES["managers"].names if name not in ("manager", "from")
)  # what a row says of a person
SHOWN = 8  # people that a remark names


def one_row_a_day(con: duckdb.DuckDBPyConnection, typed: Typed) -> None:
    """Rows of one person from one day are one row: what is blank in the last is filled from the
    others, which are set aside; where they contradict each other, that is said.

    Last is the one hired last; of those, the last by what they hold, whatever the order in the
    file. A rep who came back has rows with two days of hiring: without `from` each holds from its
    own.
    """
    live = f"(SELECT * FROM {typed.relation} WHERE _fate IS NULL)"
    back = f"""SELECT manager FROM {live} WHERE "from" IS NULL GROUP BY 1 HAVING
               count(DISTINCT hired_on) > 1"""
    con.execute(
        f"""UPDATE {typed.relation} SET "from" = hired_on WHERE "from" IS NULL AND manager IN
            ({back})"""
    )
    names = contradicting(con, live)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE _again AS SELECT _rid, row_number() OVER w AS place,
            first_value(_rid) OVER w AS kept, manager, {", ".join(TOLD)} FROM {live}
            WINDOW w AS (PARTITION BY manager, "from" ORDER BY {_later_first()})"""
    )
    filled = ", ".join(f"arg_min({name}, place) AS {name}" for name in TOLD)
    made = {name: f"f.{name}" for name in TOLD}
    made["left_on"] = "CASE WHEN f.hired_on > f.left_on THEN t.left_on ELSE f.left_on END"
    update = ", ".join(f"{name} = {value}" for name, value in made.items())
    con.execute(
        f"""UPDATE {typed.relation} t SET {update} FROM (SELECT kept, {filled} FROM _again GROUP BY
            kept HAVING count(*) > 1) f WHERE t._rid = f.kept"""
    )
    set_aside(
        con,
        typed,
        "another row of the manager",
        "_rid IN (SELECT _rid FROM _again WHERE place > 1)",
        "manager",
    )
    con.execute("DROP TABLE _again")
    if names:
        typed.notices.append(("manager twice", names))


def contradicting(con: duckdb.DuckDBPyConnection, relation: str) -> dict:
    """What a remark needs on people of whom two rows from one day say different things: their
    names, and the columns; empty where there are none.

    >>> from salesnb.source.engine import connect
    >>> rows = '''(SELECT 'Ann' AS manager, NULL::DATE AS "from", unnest(['North', 'South']) AS
    ...     team, 'Bo' AS head, 'closer' AS role, NULL AS channel, NULL AS hired_on, NULL AS
    ...     left_on, NULL AS fixed_salary, NULL AS schedule)'''
    >>> contradicting(connect(), rows)
    {'people': 1, 'names': 'Ann', 'columns': 'team'}
    """
    counts = ", ".join(f"count(DISTINCT {name}) > 1 AS {name}" for name in TOLD)
    rows = con.execute(
        f'SELECT * FROM (SELECT manager, {counts} FROM {relation} GROUP BY manager, "from") '
        f"WHERE {' OR '.join(TOLD)} ORDER BY manager"
    ).fetchall()
    people = list(dict.fromkeys(name for name, *_ in rows))
    if not people:
        return {}
    columns = [name for place, name in enumerate(TOLD, start=1) if any(row[place] for row in rows)]
    names = ", ".join(people[:SHOWN]) + (" …" if len(people) > SHOWN else "")
    return {"people": len(people), "names": names, "columns": ", ".join(columns)}


def spans(query: str) -> str:
    """SQL of the managers with `_since` (counted in) and `_until` (not counted in) of each row, and
    what a blank cell of it takes from the others.

    A person's first row holds before its `from` too. A blank team, head, role or channel is blank
    from that day on. Schedule and salary are taken from earlier
    rows; the days of hiring and leaving from any row, as long as they can be of this time: a rep
    who left and came back has not left.

    Parameters
    ----------
    query : SQL of the canonical table
    """
    return f"""SELECT * EXCLUDE (_from, _place, _hired, _hired_later, _left_before, _left_later)
               REPLACE ({_carried("schedule")} AS schedule, {_carried("fixed_salary")} AS
               fixed_salary, _hired AS hired_on, {_left()} AS left_on)
        FROM (SELECT *, coalesce({_carried("hired_on")}, CASE WHEN _hired_later < _until THEN
              _hired_later END) AS _hired
        FROM (SELECT *, {_since()} AS _since, coalesce(lead(_from) OVER w, {LATEST}) AS _until,
              {_later("hired_on")} AS _hired_later, {_later("left_on")} AS _left_later,
              {_carried("left_on")} AS _left_before
        FROM (SELECT *, row_number() OVER (PARTITION BY manager ORDER BY _from,
              {_earlier_first()}) AS _place
        FROM (SELECT *, coalesce("from", {EARLIEST}) AS _from FROM ({query})))
        WINDOW w AS (PARTITION BY manager ORDER BY _place)))"""


def known_managers(query: str, day: str) -> str:
    """SQL of one row a person: as it was on a day (SQL of a date)."""
    return (
        f"SELECT * EXCLUDE (_since, _until) FROM ({spans(query)}) WHERE {day} >= _since AND {day} "
        "< _until"
    )


def _since() -> str:
    return f"CASE WHEN _place = 1 THEN {EARLIEST} ELSE _from END"


def _carried(name: str) -> str:
    """The value of a row, else the nearest one before it."""
    return (
        f"last_value({name} IGNORE NULLS) OVER (PARTITION BY manager ORDER BY _place ROWS BETWEEN "
        "UNBOUNDED PRECEDING AND CURRENT ROW)"
    )


def _later(name: str) -> str:
    """The nearest value after a row."""
    return (
        f"first_value({name} IGNORE NULLS) OVER (PARTITION BY manager ORDER BY _place ROWS BETWEEN "
        "1 FOLLOWING AND UNBOUNDED FOLLOWING)"
    )


def _left() -> str:
    """The last day at work: of the row, else of another row where it is not before this time."""
    start = "greatest(_since, _hired)"
    parts = [
        f"CASE WHEN {name} >= {start} THEN {name} END" for name in ("_left_before", "_left_later")
    ]
    return f"coalesce(left_on, {', '.join(parts)})"


def _order(first: str, rest: str) -> str:
    return ", ".join([f"hired_on {first}", *(f"{quoted(name)}::VARCHAR {rest}" for name in TOLD)])


def _later_first() -> str:
    return _order("DESC NULLS LAST", "DESC NULLS LAST")


def _earlier_first() -> str:
    return _order("NULLS FIRST", "NULLS FIRST")
