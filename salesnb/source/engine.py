"""The embedded engine, set up so that it never asks the network and gives the same answer every
time.
"""

import duckdb

from salesnb.params import Params
from salesnb.source.leftovers import own_folder


def connect(params: Params | None = None) -> duckdb.DuckDBPyConnection:
    """A connection of its own, without extensions to download; what does not fit into memory goes
    into the temporary folder of this process, not into the folder where it was started.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    if own := own_folder():
        config["temp_directory"] = str(own / "spilled")
    con = _told(duckdb.connect(config=config))
    # a list of words behind IN would become a join that carries the whole row: with one in each of
    # hundreds of columns the work grows with the cube of the width
    con.execute("SET disabled_optimizers = 'in_clause'")
    if params is not None and params.memory_limit:
        con.execute(f"SET memory_limit = '{params.memory_limit}'")
    return con


def another(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """A connection to the same tables for another thread: a thread may not use that of another.

    >>> con = connect()
    >>> _ = con.execute("CREATE TABLE one AS SELECT 1 AS n")
    >>> another(con).execute("SELECT n, current_setting('TimeZone') FROM one").fetchall()
    [(1, 'UTC')]
    """
    return _told(con.cursor())


def _told(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The settings that each connection has for itself."""
    con.execute("SET TimeZone = 'UTC'")
    return con
