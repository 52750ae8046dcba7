"""Several rows of one deal: product lines, repeats, versions; and rows that share an id without
being one deal.
"""

import duckdb

from salesnb.errors import DataError
from salesnb.params import Params
from salesnb.source.mapping import preset_of
from salesnb.source.read import quoted
from salesnb.source.typed import Typed, set_aside

LINE_COLUMNS = ("product", "quantity", "amount")


def merge_rows(con: duckdb.DuckDBPyConnection, typed: Typed, params: Params) -> None:
    """One row per deal: product lines are added up, repeats and superseded versions set aside."""
    relation = typed.relation
    same = [c for c in [*typed.mapping, *typed.extras] if c.lower() not in LINE_COLUMNS]
    if preset_of(
        params
    ).lines:  # this CRM writes a row per product line: every row of a deal in a file is one
        same = ["deal_id"]
    con.execute(f"ALTER TABLE {relation} ADD COLUMN _line_hash UBIGINT")
    con.execute(
        f"UPDATE {relation} SET _line_hash = "
        f"hash({', '.join(f'coalesce({quoted(c)}::VARCHAR, chr(0))' for c in same)})"
    )
    if not preset_of(params).lines:
        first = f"""SELECT _rid FROM (SELECT _rid, row_number() OVER (PARTITION BY deal_id,
                    _file_no, _raw_hash ORDER BY _rid) AS n
                    FROM {relation} WHERE _fate IS NULL) WHERE n > 1"""
        set_aside(con, typed, "duplicate", f"_rid IN ({first})", "deal_id")
    _shared_ids(con, typed, params)
    _newest_version(con, typed)
    groups = f"""SELECT deal_id, _file_no, _line_hash, min(_rid) AS head, count(*) AS n,
                        sum(CAST(round(amount * 100) AS BIGINT)) AS minor, count(amount) AS priced
                        FROM {relation}
                 WHERE _fate IS NULL GROUP BY 1, 2, 3 HAVING count(*) > 1"""
    con.execute(f"CREATE OR REPLACE TABLE _lines AS {groups}")
    con.execute(
        f"""UPDATE {relation} t SET _fate = 'product line', _fate_value = t.deal_id FROM _lines l
            WHERE t._fate IS NULL AND t.deal_id = l.deal_id AND t._file_no = l._file_no AND
            t._line_hash = l._line_hash AND t._rid <> l.head"""
    )
    con.execute(
        f"UPDATE {relation} t SET amount = l.minor / 100.0 FROM _lines l WHERE t._rid = l.head "
        "AND l.minor IS NOT NULL"
    )
    _say_unpriced(con, typed)
    con.execute("DROP TABLE _lines")


def _say_unpriced(con, typed: Typed) -> None:
    """A remark on deals of several product lines of which some have no amount: theirs is the sum of
    the others.
    """
    if "amount" not in typed.mapping:
        return
    rows, of, example = con.execute(
        """SELECT count(*) FILTER (priced BETWEEN 1 AND n - 1), count(*), min(deal_id) FILTER
           (priced BETWEEN 1 AND n - 1)
           FROM _lines"""
    ).fetchall()[0]
    if rows:
        values = {"heading": typed.mapping["amount"], "rows": rows, "of": of, "example": example}
        typed.notices.append(("lines without an amount", values))


def _newest_version(con, typed: Typed) -> None:
    """Of versions that differ, the latest modified_at wins, else the later file, else the later
    row.
    """
    relation = typed.relation
    versions = f"""SELECT deal_id, _file_no, _line_hash, max(modified_at) AS modified, max(_rid) AS
                   latest FROM {relation}
                   WHERE _fate IS NULL GROUP BY 1, 2, 3"""
    best = f"""SELECT deal_id, _file_no, _line_hash FROM (SELECT *, row_number() OVER (PARTITION BY
               deal_id
               ORDER BY modified DESC NULLS LAST, _file_no DESC, latest DESC) AS n FROM
               ({versions})) WHERE n > 1"""
    con.execute(
        f"""UPDATE {relation} t SET _fate = 'superseded', _fate_value = t.deal_id FROM ({best}) o
            WHERE t._fate IS NULL AND t.deal_id = o.deal_id AND t._file_no = o._file_no AND
            t._line_hash = o._line_hash"""
    )


def _shared_ids(con, typed: Typed, params: Params) -> None:
    """A remark where rows of one file share an id and are different deals; above a share of the
    file's rows a stop.

    Rows of one deal have one owner, title and creation: where these differ, the column is no id.

    Raises
    ------
    DataError
        From `shared_id_share` of the rows of a file.
    """
    parts = [c for c in ("manager", "title", "created_at") if c in typed.mapping]
    differ = " OR ".join(f"count(DISTINCT {quoted(c)}) > 1" for c in parts)
    live = f"FROM {typed.relation} WHERE _fate IS NULL"
    con.execute(
        f"""CREATE OR REPLACE TABLE _shared AS SELECT deal_id, _file_no, count(*) AS n, min(_line)
            AS line, max(_line) AS other {live}
            GROUP BY 1, 2 HAVING count(*) > 1 AND ({differ})"""
    )
    found = con.execute(
        f"""SELECT any_value(_file), count(*), any_value(s.rows), any_value(s.example),
            any_value(s.line), any_value(s.other)
            FROM {typed.relation} t JOIN (SELECT _file_no, sum(n) AS rows, arg_min(deal_id, (line,
            deal_id)) AS example,
                min(line) AS line, arg_min(other, (line, deal_id)) AS other FROM _shared GROUP BY 1)
                s USING (_file_no)
            WHERE t._fate IS NULL GROUP BY _file_no ORDER BY any_value(s.rows) / count(*) DESC,
            _file_no"""
    ).fetchall()
    con.execute("DROP TABLE _shared")
    heading = typed.mapping["deal_id"]
    for file, of, rows, example, line, other in found:
        rows = int(rows)
        if rows >= params.thresholds.shared_id_share * of:
            raise DataError(
                f"deals: {rows} of {of} rows of {file} share their id with another row that has "
                "another owner, title or creation, for "
                f"example {example!r} in rows {line} and {other}: column {heading!r} is no id. "
                "Name the column of ids under "
                f"`columns: deals: deal_id:`, or write `deal_id: row` where the export has none."
            )
        values = {"heading": heading, "file": file, "rows": rows, "of": of, "example": example}
        typed.notices.append(("shared ids", values))
