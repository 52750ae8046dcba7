"""The ledger: what became of every record of an export.

Every row is kept, merged or set aside; rows that are kept may have been mended. Kept rows are counted, all others
are listed with file, line, rule and value.
"""

import re

import duckdb
import pandas as pd

OUTCOMES = ("kept", "mended", "merged", "set aside")
COLUMNS = ("table", "file", "line", "rule", "outcome", "value")
MOST_FACTS = 100_000  # mended rows of one file, or of one column, that are listed


def write(con: duckdb.DuckDBPyConnection, rows: list[tuple]) -> None:
    """Add rows to the table `ledger`: (table, file, line, rule, outcome, value), in one statement however many they are."""
    if not rows:
        return
    rows = [(*row[:-1], discreet(row[0], row[-1])) for row in rows]
    words = {name: "string" for name in COLUMNS if name != "line"}
    con.register("_facts", pd.DataFrame(rows, columns=list(COLUMNS), dtype=object).astype({"line": "int64", **words}))
    con.execute("INSERT INTO ledger SELECT * FROM _facts")
    con.unregister("_facts")


def mask(value: str | None) -> str | None:
    """A personal value with every letter and digit hidden, so that not even its length can be told.

    >>> mask("+7 916 123-45-67"), mask("anna@mail.ru"), mask("90000")
    ('+*** *** ***-***-***', '***@***.***', '***')
    """
    return re.sub(r"\w+", "***", value) if value else value


def discreet(table: str, value: str | None) -> str | None:
    """A value as the ledger may show it, in whichever column it stood: no e-mail, no phone, of people no figure at all.

    >>> discreet("deals", "ask anna@mail.ru or +7 (999) 777-66-70, 12 500"), discreet("managers", "not a date 765436")
    ('ask ***@***.*** or ***, 12 500', 'not a date ***')
    """
    if not isinstance(value, str):
        return value
    kept = PHONE.sub("***", MAIL.sub("***@***.***", value))
    return re.sub(r"\d[\d\s.,]*", "***", kept) if table == "managers" else kept


MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
PHONE = re.compile(r"\+?\d[\s(.-]*(?:\d[\s().-]*){8,}\d")  # ten digits or more in one run


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
