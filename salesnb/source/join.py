"""Columns of another file, added to a table by a key."""

import duckdb

from salesnb.errors import DataError
from salesnb.params import Join, Params
from salesnb.schema import TABLES
from salesnb.source.headings import fold_heading
from salesnb.source.ids import stop_at_rounded
from salesnb.source.mapping import RESERVED
from salesnb.source.parse import text_sql
from salesnb.source.parsed import listed, text_literal
from salesnb.source.read import quoted, read_source
from salesnb.source.typed import SQL_TYPES, Typed


def add_columns(con: duckdb.DuckDBPyConnection, typed: Typed, join: Join, params: Params) -> str:
    """Add the columns of `join` to `typed`; rows without a partner keep what they have and are
    counted in a notice.

    A heading that `columns` maps, or that is named as a canonical column, becomes that column. A
    name in the place of its id may replace the column that holds the id. Gives what the rows of the
    file are, in any order.

    Raises
    ------
    DataError
        The key or a column is not there, or a key stands twice in the file.
    """
    left_key, right_key = join.keys
    wanted = {
        fold_heading(h)
        for h in (right_key, *join.where, *(h for made in join.targets.values() for h in made))
    }
    raw = read_source(con, join.file, f"{typed.table}_join", params, wanted)
    stop_at_rounded(con, raw, _heading(right_key, raw.headings, join.label), "joins")
    left = f"r.{quoted(_heading(left_key, typed.raw.headings, ', '.join(typed.raw.files)))}"
    stop_at_rounded(con, typed.raw, _heading(left_key, typed.raw.headings, ""), typed.table)
    right = quoted(_heading(right_key, raw.headings, join.label))
    rows = f"(SELECT * FROM {raw.relation} WHERE {_where(join, raw)})"
    twice = con.execute(
        f"SELECT {right} FROM {rows} WHERE {right} IS NOT NULL GROUP BY 1 HAVING count(*) > 1 "
        "ORDER BY 1 LIMIT 3"
    ).fetchall()
    if twice:
        raise DataError(
            f"joins: {join.label} has {right} {twice[0][0]!r} more than once; a join needs each "
            "key once."
        )
    targets = _targets(typed, join, params)
    for column, made in targets.items():
        _refuse_override(typed, join, made[0], column, params)
    for column, made in targets.items():
        cells = [text_sql(f"j.{quoted(_heading(one, raw.headings, join.label))}") for one in made]
        text = cells[0] if len(cells) == 1 else f"nullif(concat_ws(' ', {', '.join(cells)}), '')"
        if column not in TABLES[typed.table].names:
            con.execute(
                f"ALTER TABLE {typed.relation} ADD COLUMN IF NOT EXISTS {quoted(column)} VARCHAR"
            )
            typed.extras[column] = made[0]
        else:
            typed.mapping[column] = made[0]
            kind = SQL_TYPES[TABLES[typed.table].column(column).type]
            text = text if kind == "VARCHAR" else f"try_cast({text} AS {kind})"
        con.execute(
            f"""UPDATE {typed.relation} t SET {quoted(column)} = {text} FROM {typed.raw.relation} r
                JOIN {rows} j
                ON trim({left}) = trim(j.{right}) WHERE t._file_no = r._file_no AND t._line =
                r._line"""
        )
    alone = con.execute(
        f"""SELECT count(*), any_value({left}) FROM {typed.raw.relation} r
            WHERE {left} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {rows} j WHERE trim(j.{right}) =
            trim({left}))"""
    ).fetchall()[0]
    if alone[0]:
        typed.notices.append(
            ("join without partner", {"file": join.label, "rows": alone[0], "example": alone[1]})
        )
    named = ", ".join(quoted(heading) for heading in raw.headings)
    count, total = con.execute(
        f"SELECT count(*), sum(hash([{named}])::HUGEINT) FROM {raw.relation}"
    ).fetchall()[0]
    return f"{sorted(raw.headings)} {count} {total}"


def _where(join: Join, raw) -> str:
    """SQL of the rows of the file that count."""
    tests = ["true"]
    for heading, values in join.where.items():
        cell = f"lower(trim({quoted(_heading(heading, raw.headings, join.label))}))"
        plain = [value.casefold() for value in values if not value.endswith("*")]
        starts = [
            f"starts_with({cell}, {text_literal(v[:-1].casefold())})"
            for v in values
            if v.endswith("*")
        ]
        tests.append(
            "(" + " OR ".join([*([f"{cell} IN ({listed(plain)})"] if plain else []), *starts]) + ")"
        )
    return " AND ".join(tests)


def _targets(typed: Typed, join: Join, params: Params) -> dict[str, list[str]]:
    """Column of the table → headings of the file that make it."""
    if isinstance(join.columns, list):
        return {_target(typed, heading, params): [heading] for heading in join.columns}
    return join.targets


def _heading(name: str, headings, where: str) -> str:
    found = next(
        (heading for heading in headings if fold_heading(heading) == fold_heading(name)), None
    )
    if found is None:
        raise DataError(f"joins: there is no heading {name!r} in {where}; it has {list(headings)}.")
    return found


def _refuse_override(typed: Typed, join: Join, heading: str, column: str, params: Params) -> None:
    """A joined heading fills what the table itself has not: it replaces no column that is mapped or
    of the same name.
    """
    own = typed.mapping.get(column) or typed.extras.get(column)
    if own is None:
        return
    made = (
        typed.raw.shape.given.values() if typed.raw.shape else ()
    )  # what the layout of a history made of its ids
    held = {fold_heading(h) for h in (own, *typed.also.get(column, ()))}
    if isinstance(join.columns, dict) and (fold_heading(join.keys[0]) in held or own in made):
        return  # a name in the place of its id
    named = next(iter(params.headings(typed.table).get(column, ())), None)
    same = fold_heading(own) == fold_heading(heading)
    if named is not None and fold_heading(named) == fold_heading(heading) and not same:
        return  # the params say that the joined heading is this column
    if named is None and not same and list(typed.mapping.values()).count(own) > 1:
        return  # another column only stood in for it
    by = (
        f"`columns: {typed.table}: {column}: {named}` names"
        if named
        else f"the heading {own!r} of the table gives"
    )
    raise DataError(
        f"joins: {join.label}: the heading {heading!r} would replace {column!r}, which {by}. "
        f"Name it otherwise in the file, or say which column it is: `columns: {typed.table}: "
        f"{{team: {heading}}}`."
    )


def _target(typed: Typed, heading: str, params: Params) -> str:
    """The canonical column that a joined heading fills, else its own name."""
    named = {fold_heading(made[0]): c for c, made in params.headings(typed.table).items()}
    readable = {fold_heading(c): c for c in TABLES[typed.table].readable}
    key = fold_heading(heading)
    free = {*TABLES[typed.table].names, *RESERVED}
    return (
        named.get(key)
        or readable.get(key)
        or (f"{heading} (export)" if heading.casefold() in free else heading)
    )
