"""Ids: those that a spreadsheet rounded, those that are none, and exports without any."""

import duckdb

from salesnb.errors import DataError
from salesnb.params import Params
from salesnb.source.mapping import ROW
from salesnb.source.parse import id_sql
from salesnb.source.read import RawTable, quoted

ROUNDED = (
    r"^[+-]?[0-9]([.,][0-9]+)?[Ee]\+[0-9]{1,3}$"  # 1.23E+18, as a spreadsheet shows a long number
)
LONG = r"^[0-9]{17,}$"  # more digits than a spreadsheet keeps: it fills up with zeros


def id_expression(raw: RawTable, heading: str) -> str:
    """SQL of an id from the raw table, alias ``r``; of an export without ids the file's row, "2-17"
    in a second file.
    """
    if has_own(raw, heading):
        return id_sql(f"r.{quoted(heading)}")
    return "CASE WHEN r._file_no = 0 THEN '' ELSE (r._file_no + 1) || '-' END || r._line"


def has_own(raw: RawTable, heading: str) -> bool:
    """Whether the ids stand in the export; where they do not, `ROW` is in the place of
    the heading.
    """
    return heading != ROW or ROW in raw.headings


def stop_at_joins(typed: dict, params: Params) -> None:
    """Refuse what would need the ids of deals where the export has none.

    Raises
    ------
    DataError
        Another table names deals, or the params have links to them.
    """
    deals = typed["deals"]
    if has_own(deals.raw, deals.mapping["deal_id"]):
        return
    by_deal = [
        name for name, table in typed.items() if name != "deals" and "deal_id" in table.mapping
    ]
    needs = [*(f"`data: {name}:`" for name in by_deal), *(["`crm_url`"] if params.crm_url else [])]
    if needs:
        raise DataError(
            f"deals: `columns: deals: deal_id: {ROW}` takes the row of the file for the id, and "
            f"{', '.join(needs)} would look for "
            "deals by their ids. Export the deals with their id, or leave that out of the params."
        )


def stop_at_rounded(
    con: duckdb.DuckDBPyConnection, raw: RawTable, heading: str, table: str
) -> None:
    """Stop where the ids of a column have lost their last digits in a spreadsheet.

    Raises
    ------
    DataError
        An id as 1.23E+18; or two or more different ids of 17 digits and more, all with zeros after
        the 15th.
    """
    cell = f"trim(r.{quoted(heading)})"
    short, example, place = con.execute(
        f"""SELECT count(*), min({cell}), min(r._line) FROM {raw.relation} r WHERE regexp_matches({cell}, '{ROUNDED}')"""  # noqa: E501
    ).fetchall()[0]
    if not short:
        long, zeros, example, place = con.execute(
            f"""SELECT count(DISTINCT {cell}), count(DISTINCT {cell}) FILTER
                (regexp_matches(substr({cell}, 16), '^0+$')), min({cell}), min(r._line)
                FROM {raw.relation} r WHERE regexp_matches({cell}, '{LONG}')"""
        ).fetchall()[0]
        if long < 2 or zeros < long:
            return
        short = zeros
    raise DataError(
        f"{table}: the ids in column {heading!r} of {', '.join(raw.files)} were rounded by a "
        f"spreadsheet: {example!r} in row {place}, "
        f"{short} like it. Different deals share such an id. Export again as CSV and do not save "
        "it from a spreadsheet, or format "
        "the column as text there before the file is opened."
    )
