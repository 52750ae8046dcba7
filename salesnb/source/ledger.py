"""The ledger: what became of every record of an export.

Every row is kept, merged or set aside; rows that are kept may have been mended. Kept rows are
counted, all others are listed with file, line, rule and value.
"""

import re

import duckdb
import pandas as pd

from salesnb.schema import TABLES

OUTCOMES = ("kept", "mended", "merged", "set aside")
COLUMNS = ("table", "file", "line", "rule", "outcome", "value")
MOST_FACTS = 100_000  # mended rows of one file, or of one column, that are listed


def write(con: duckdb.DuckDBPyConnection, rows: list[tuple]) -> None:
    """Add rows to the table `ledger`: (table, file, line, rule, outcome, value), in one statement
    however many they are.
    """
    if not rows:
        return
    words = {name: "string" for name in COLUMNS if name != "line"}
    con.register(
        "_facts",
        pd.DataFrame(rows, columns=list(COLUMNS), dtype=object).astype({"line": "int64", **words}),
    )
    con.execute("INSERT INTO ledger SELECT * FROM _facts")
    con.unregister("_facts")


def masked(ledger: pd.DataFrame) -> pd.DataFrame:
    """The ledger as it may be shown: every value masked as its rule and table ask for; each
    distinct one is looked at once.
    """
    doubtful = ledger["value"].notna() & (
        ledger["value"].str.contains("@", regex=False)
        | ledger["value"].str.contains(r"\d", regex=True)
    )
    if not doubtful.any():
        return ledger
    keys = ledger.loc[doubtful, ["table", "rule", "value"]]
    shown = {
        key: discreet(key[0], key[2], *_of_rule(key[1]))
        for key in set(keys.itertuples(index=False, name=None))
    }
    values = ledger["value"].astype(object)
    values[doubtful] = [shown[key] for key in keys.itertuples(index=False, name=None)]
    return ledger.assign(value=values.astype(ledger["value"].dtype))


def _of_rule(rule: str) -> tuple[str | None]:
    """Of which column the value of a rule is: "created_at: not a time" of created_at; a heading has
    a word of its own.
    """
    return (RULES.get(rule) or (rule.split(":")[0] if ": not a " in rule else None),)


def mask(value: str | None) -> str | None:
    """A personal value with every letter and digit hidden, so that not even its length can be told.

    >>> mask("+7 916 123-45-67"), mask("anna@mail.ru"), mask("90000")
    ('+*** *** ***-***-***', '***@***.***', '***')
    """
    return re.sub(r"\w+", "***", value) if value else value


def discreet(table: str, value: str | None, column: str | None = None) -> str | None:
    """A value as the ledger may show it: no e-mail and no phone where they can stand, of people no
    figure but a date.

    Parameters
    ----------
    table, column : where the value stood; `column` is None where that is not known, and HEADING for
        a heading

    >>> discreet("deals", "ask anna@mail.ru or +7 (999) 777-66-70, 12 500"), discreet("managers",
    ...     "paid 765436 from 01.02.2026")
    ('ask ***@***.*** or ***, 12 500', 'paid *** from 01.02.2026')
    >>> discreet("deals", "2026-10-01 00:30:00+05", "created_at"), discreet("deals",
    ...     "UF_CRM_1234567890", HEADING)
    ('2026-10-01 00:30:00+05', 'UF_CRM_1234567890')
    >>> discreet("deals", "79161234567", "deal_id"), discreet("deals", "79161234567", "title")
    ('79161234567', '***')
    """
    if not isinstance(value, str) or column == HEADING:
        return value
    known = (
        next((one for one in TABLES[table].columns if one.name == column), None)
        if table in TABLES
        else None
    )
    if known is not None and known.personal:
        return mask(value)
    kept = MAIL.sub("***@***.***", value)
    written = SPELLED if column in IDS or (known is not None and known.type != "text") else PHONE
    kept = re.sub(f"({MOMENT})|{written}", lambda found: found[1] or "***", kept)
    if table == "managers":
        kept = re.sub(f"({MOMENT})|{SUM}", lambda found: found[1] or "***", kept)
    return kept


HEADING = "(heading)"
# rules whose value is not of the column that stands before ": not a"
RULES = {
    "merged cell": HEADING,
    "invisible characters": HEADING,
    "fewer cells than headings": HEADING,
    "currency converted": HEADING,
    "no rate for the currency": HEADING,
    "duplicate": "deal_id",
    "superseded": "deal_id",
    "product line": "deal_id",
    "no closing date": "deal_id",
    "no creation date": "deal_id",
    "closed before created": "closed_at",
    "closed in the future": "closed_at",
    "created in the future": "created_at",
}
IDS = ("deal_id", "client_id", "lead_id", "touch_id", "parent_deal_id", "call_id")
MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
# a day or a moment, however written: it has as many digits as a phone
MOMENT = (
    r"(?<!\d)(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./](?:\d{4}|\d{2}))(?!\d)"
    r"(?:[T ,]*\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)?(?:\s*[+-]\d{2}(?::?\d{2})?(?!\d))?"
)
# a figure, each cell of a line of text by itself
SUM = r"\d+(?:[\s.,]\d{3}(?!\d))*(?:[.,]\d{1,2}(?![\d.]))?"
# a phone as only a phone is written: with a plus, with its code in brackets, or in the groups of
# one
SPELLED = (
    r"\+\d[\s().-]*(?:\d[\s().-]*){8,13}\d|(?<![\w+])(?:\d[\s-]*)?\(\d{2,5}\)[\s.-]*\d[\d\s.-]{4,}\d"
    r"|(?<![\w.,+-])(?:[78][\s-])?\d{3}[\s-]\d{3}-\d{2}-?\d{2}(?![\w-])"
)
# and as any run of its digits, where it is not the end of a name such as UF_CRM_1234567890
PHONE = rf"{SPELLED}|(?<![\w.,#№:/+-])\d(?:[\s().-]*\d){{9,14}}(?![\w])"


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
            {
                "table": table,
                "read": total,
                "kept": kept,
                "mended": len(mended),
                "merged": merged,
                "set_aside": aside,
            }
        )
    return pd.DataFrame(rows, columns=["table", "read", "kept", "mended", "merged", "set_aside"])


def by_rule(ledger: pd.DataFrame) -> pd.DataFrame:
    """Per table and rule: outcome, rows, and one example (file, line, value)."""
    if ledger.empty:
        return pd.DataFrame(columns=["table", "outcome", "rule", "rows", "file", "line", "value"])
    ordered = ledger.sort_values(["table", "outcome", "rule", "file", "line"], kind="stable")
    groups = ordered.groupby(["table", "outcome", "rule"], sort=True, dropna=False)
    return groups.agg(
        rows=("line", "size"),
        file=("file", "first"),
        line=("line", "first"),
        value=("value", "first"),
    ).reset_index()


def reasons(ledger: pd.DataFrame) -> str:
    """Rules that set deals aside, with how many rows each."""
    own = ledger[(ledger["table"] == "deals") & (ledger["outcome"] == "set aside")]
    return ", ".join(f"{rule} ({rows})" for rule, rows in own["rule"].value_counts().items())
