"""The ledger: what became of every record of an export.

Every row is kept, merged or set aside; rows that are kept may have been mended. Kept rows are counted, all others
are listed with file, line, rule and value.
"""

import duckdb
import pandas as pd

OUTCOMES = ("kept", "mended", "merged", "set aside")
COLUMNS = ("table", "file", "line", "rule", "outcome", "value")
MOST_FACTS = 100_000  # mended rows of one file, or of one column, that are listed


def write(con: duckdb.DuckDBPyConnection, rows: list[tuple]) -> None:
    """Add rows to the table `ledger`: (table, file, line, rule, outcome, value), in one statement however many they are."""
    if not rows:
        return
    words = {name: "string" for name in COLUMNS if name != "line"}
    con.register("_facts", pd.DataFrame(rows, columns=list(COLUMNS), dtype=object).astype({"line": "int64", **words}))
    con.execute("INSERT INTO ledger SELECT * FROM _facts")
    con.unregister("_facts")


def mask(value: str | None) -> str | None:
    """A personal value with its middle hidden.

    >>> mask("+7 916 123-45-67"), mask("anna@mail.ru"), mask("90000")
    ('+7*************7', 'an*********u', '9***0')
    """
    if not value:
        return value
    head = 2 if len(value) > 6 else 1
    return value[:head] + "*" * max(1, len(value) - head - 1) + value[-1:]


def summary(ledger: pd.DataFrame, read: dict[str, int]) -> pd.DataFrame:
    """Per table: read, kept, mended, merged, set_aside. Checks that nothing is lost.

    Raises
    ------
    AssertionError
        read ≠ kept + merged + set aside: a fault of the program, never of the data.
    """
    rows = []
    for table, total in read.items():
        own = ledger[ledger["table"] == table]
        number = own["outcome"].value_counts()
        merged, aside = int(number.get("merged", 0)), int(number.get("set aside", 0))
        kept = total - merged - aside
        assert kept >= 0, f"{table}: {total} read, {merged} merged, {aside} set aside"
        mended = own.loc[own["outcome"] == "mended", ["file", "line"]].drop_duplicates()
        rows.append(
            {"table": table, "read": total, "kept": kept, "mended": len(mended), "merged": merged, "set_aside": aside}
        )
    return pd.DataFrame(rows, columns=["table", "read", "kept", "mended", "merged", "set_aside"])


def by_rule(ledger: pd.DataFrame) -> pd.DataFrame:
    """Per table and rule: outcome, rows, and one example (file, line, value)."""
    if ledger.empty:
        return pd.DataFrame(columns=["table", "outcome", "rule", "rows", "file", "line", "value"])
    ordered = ledger.sort_values(["table", "outcome", "rule", "file", "line"], kind="stable")
    groups = ordered.groupby(["table", "outcome", "rule"], sort=True, dropna=False)
    return groups.agg(
        rows=("line", "size"), file=("file", "first"), line=("line", "first"), value=("value", "first")
    ).reset_index()


def reasons(ledger: pd.DataFrame) -> str:
    """Rules that set deals aside, with how many rows each."""
    own = ledger[(ledger["table"] == "deals") & (ledger["outcome"] == "set aside")]
    return ", ".join(f"{rule} ({rows})" for rule, rows in own["rule"].value_counts().items())
