"""One name for spellings that differ in case or in letters that look alike: Avito, avito, AVITO;
Выставки with a Latin B.
"""

from collections import defaultdict

import duckdb

from salesnb.formats.fold import fold
from salesnb.source.headings import LOOK_ALIKES
from salesnb.source.parsed import text_literal
from salesnb.source.read import quoted
from salesnb.source.typed import Typed

GROUPS = ("channel", "source", "product", "segment", "lost_reason", "competitor", "team", "manager")
MOST = 5_000  # different names of a column: more are no groups
SHOWN = 8  # names that a remark lists


def same(word: str) -> str:
    """What two spellings of one name have in common.

    >>> same("AVITO") == same("avito"), same("Bыставки") == same("Выставки"), same("Avito") == same("Авито")
    (True, True, False)
    """  # noqa: E501
    return fold(word).translate(LOOK_ALIKES)


def one_name(con: duckdb.DuckDBPyConnection, typed: dict[str, Typed]) -> None:
    """Give every spelling of a name its most frequent one, in all tables alike, and say which were
    merged.
    """
    for column in GROUPS:
        tables = [table for table in typed.values() if column in table.mapping]
        counts: dict[str, int] = defaultdict(int)
        for table in tables:
            for word, rows in con.execute(
                f"SELECT {quoted(column)} AS w, count(*) FROM {table.relation} WHERE w IS NOT "
                f"NULL GROUP BY 1 LIMIT {MOST + 1}"
            ).fetchall():
                counts[word] += rows
        if counts and len(counts) <= MOST:
            _merge(con, column, tables, spellings(counts), counts, typed["deals"])


def spellings(counts: dict[str, int]) -> dict[str, str]:
    """Spelling → the most frequent one of its name, for those that are another.

    >>> spellings({"Avito": 9, "avito": 2, "AVITO": 1, "Site": 4})
    {'AVITO': 'Avito', 'avito': 'Avito'}
    """
    groups: dict[str, list[str]] = defaultdict(list)
    for word in sorted(counts):
        groups[same(word)].append(word)
    best = {key: max(words, key=lambda word: counts[word]) for key, words in groups.items()}
    return {word: best[key] for key, words in groups.items() for word in words if word != best[key]}


def _merge(
    con,
    column: str,
    tables: list[Typed],
    merged: dict[str, str],
    counts: dict[str, int],
    deals: Typed,
) -> None:
    if not merged:
        return
    name = quoted(column)
    pairs = ", ".join(
        f"({text_literal(word)}, {text_literal(right)})" for word, right in merged.items()
    )
    for table in tables:
        con.execute(
            f"UPDATE {table.relation} SET {name} = p.good FROM (VALUES {pairs}) p(word, good) "
            f"WHERE {name} = p.word"
        )
    told = [
        f"{word} → {right}"
        for word, right in sorted(merged.items(), key=lambda pair: -counts[pair[0]])
    ]
    words = ", ".join(told[:SHOWN]) + (" …" if len(told) > SHOWN else "")
    rows = sum(counts[word] for word in merged)
    deals.notices.append(
        ("one name", {"heading": deals.mapping.get(column, column), "rows": rows, "words": words})
    )
