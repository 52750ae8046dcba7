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
    con = duckdb.connect(config=config)
    con.execute("SET TimeZone = 'UTC'")
    # a list of words behind IN would become a join that carries the whole row: with one in each of
    # hundreds of columns the work grows with the cube of the width
    con.execute("SET disabled_optimizers = 'in_clause'")
    if params is not None and params.memory_limit:
        con.execute(f"SET memory_limit = '{params.memory_limit}'")
    return con
