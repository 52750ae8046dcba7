"""A raw table in a known layout gets its canonical columns beside those of the file; any other
stays as it is.
"""

import duckdb

from salesnb.params import Params
from salesnb.source.calls import shaped_calls
from salesnb.source.changes import shaped_columns, shaped_history
from salesnb.source.layouts import History, layout_of
from salesnb.source.read import RawTable
from salesnb.source.wideplans import is_wide, shaped_plans


def shaped(con: duckdb.DuckDBPyConnection, raw: RawTable, table: str, params: Params) -> RawTable:
    """The raw table of a history, of calls or of wide plans as the canonical table needs it.

    Parameters
    ----------
    table : what the params call it
    """
    if table == "plans" and is_wide(raw.headings, params):
        return shaped_plans(con, raw, params)
    found = layout_of(raw.headings, table)
    if found is None:
        return shaped_columns(con, raw, params) if table == "stages" else raw
    layout, parts = found
    if isinstance(layout, History):
        return shaped_history(con, raw, table, layout, parts)
    return shaped_calls(con, raw, layout, parts)
