"""What the values of a raw column look like: how many, how many different, times, numbers, words of
won and lost.
"""

from collections import defaultdict
from collections.abc import Iterable

import duckdb

from salesnb.formats.fold import fold
from salesnb.source.concepts import concepts
from salesnb.source.match import Profile
from salesnb.source.numbers import parse_number
from salesnb.source.parse import NO, YES, text_sql
from salesnb.source.parsed import Settings, folded, listed
from salesnb.source.presets import PRESETS
from salesnb.source.read import AT_ONCE, RawTable, laid
from salesnb.source.times import common_sql, read_rarely, time_outlines, unread_sql

SAMPLE = 5_000  # rows looked at: enough to tell a column of dates from one of names
NUMBERED = 0.9  # share of numbers from which an id is a number


def profiles(
    con: duckdb.DuckDBPyConnection, raw: RawTable, headings: Iterable[str], settings: Settings
) -> dict[str, Profile]:
    """Profile of each of `headings`, from the first rows of the file.

    The texts of all columns are laid under each other, so that the engine plans the long
    expressions that read a time or a number once, however wide the file is.

    Parameters
    ----------
    con, raw : connection and a raw table in it
    headings : those to look at
    settings : how times are read

    Returns
    -------
    dict: heading → Profile; shares are 0..1 of the filled cells
    """
    headings = list(headings)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE _sample AS SELECT * FROM {raw.relation} LIMIT {SAMPLE}"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE _texts (place INTEGER, t VARCHAR, plain VARCHAR, n BIGINT)"
    )
    for start in range(0, len(headings), AT_ONCE):
        _lay(con, headings[start : start + AT_ONCE], start)
    rows = con.execute("SELECT count(*) FROM _sample").fetchall()[0][0]
    common = common_sql("r.t", True, settings, time_outlines(con, "_texts", "r.t"))
    rare = _rare_times(con, settings, common)
    found = {
        place: _made(headings[place], rows, filled, distinct, times + rare[place], *hits)
        for place, filled, distinct, times, *hits in _counted(con, settings, common)
    }
    con.execute("DROP TABLE _sample")
    con.execute("DROP TABLE _texts")
    return {heading: found.get(place, Profile(rows=rows)) for place, heading in enumerate(headings)}


def _made(heading: str, rows: int, filled: int, distinct: int, *hits: int) -> Profile:
    times, numbers, won, lost, names, yes_no = (hit / filled for hit in hits)
    told = concepts(heading)
    if (
        "id" in told and "date" not in told and numbers >= NUMBERED
    ):  # 41213 is an id there, and no day of a spreadsheet
        times = 0.0
    only_flags = yes_no == 1.0 and (
        distinct == 2 or (distinct == 1 and not numbers)
    )  # 1 alone is an id
    return Profile(
        filled / rows, distinct, rows, times, numbers, won, lost, names, float(only_flags)
    )


def _lay(con, headings: list[str], first: int) -> None:
    """The different texts of some columns, each with the number of its column and of its cells."""
    con.execute(
        f"""INSERT INTO _texts SELECT place::INTEGER, t, {text_sql("r.t")}, n
            FROM (SELECT place, t, count(*) AS n FROM ({laid("_sample", headings, first)})
                  GROUP BY ALL) r"""
    )


def _counted(con, settings: Settings, common: str) -> list[tuple]:
    """Number of a column, its filled cells and different texts, and the cells that are times (as
    `common` reads them), numbers, words, names.
    """
    # without codes of stages: among the numbers of rows there would be one of won and one of lost
    words = {
        kind: sorted(
            {fold(w) for p in PRESETS.values() for w in getattr(p, kind) if not w.isdigit()}
        )
        for kind in ("won", "lost")
    }
    counts = [
        "plain IS NOT NULL",
        f"({common}) IS NOT NULL",
        f"({parse_number(con, '_texts', 't', settings, money=True).expression}) IS NOT NULL",
        *(
            f"translate({folded('plain')}, '_-', '  ') IN ({listed(words[kind])})"
            for kind in ("won", "lost")
        ),
        "regexp_full_match(translate(plain, ' .''’-', ''), '\\pL+')",
        f"lower(plain) IN ({listed((*YES, *NO))})",
    ]
    filled, *hits = (f"coalesce(sum(n) FILTER ({one}), 0)" for one in counts)
    return con.execute(
        f"""SELECT place, {filled} AS filled, count(DISTINCT plain), {", ".join(hits)} FROM _texts r
            GROUP BY place HAVING filled > 0 ORDER BY place"""
    ).fetchall()


def _rare_times(con, settings: Settings, common: str) -> dict[int, int]:
    """Number of a column → cells that hold a time which `common`, the engine's, does not read."""
    left: dict[int, list[tuple[str, int]]] = defaultdict(list)
    query = f"SELECT place, trim(t), sum(n) FROM _texts r WHERE {unread_sql('r.t', common)}"
    for place, text, rows in con.execute(f"{query} GROUP BY ALL ORDER BY ALL").fetchall():
        left[place].append((text, rows))
    found: dict[int, int] = defaultdict(int)
    for place, texts in left.items():
        times, _ = read_rarely(texts, settings, {True})
        found[place] = sum(rows for text, rows in texts if text in times)
    return found
