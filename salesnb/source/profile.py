"""What the values of a raw column look like: how many, how many different, times, numbers, words of won and lost."""

import duckdb

from salesnb.formats.fold import fold
from salesnb.source.match import Profile
from salesnb.source.numbers import parse_number
from salesnb.source.parse import text_sql
from salesnb.source.parsed import Settings, folded, listed
from salesnb.source.presets import PRESETS
from salesnb.source.read import RawTable, quoted
from salesnb.source.times import parse_time

SAMPLE = 5_000  # rows looked at: enough to tell a column of dates from one of names
ASKED = 7  # figures of each column
AT_ONCE = 200  # columns asked about in one query


def profiles(con: duckdb.DuckDBPyConnection, raw: RawTable, headings, settings: Settings) -> dict[str, Profile]:
    """Profile of each of `headings`, from the first rows of the file.

    Parameters
    ----------
    con, raw : connection and a raw table in it
    headings : those to look at
    settings : how times are read

    Returns
    -------
    dict: heading → Profile; shares are 0..1 of the filled cells
    """
    con.execute(f"CREATE OR REPLACE TEMP TABLE _sample AS SELECT * FROM {raw.relation} LIMIT {SAMPLE}")
    found: dict[str, Profile] = {}
    headings = list(headings)
    for start in range(0, len(headings), AT_ONCE):
        found |= _profiles(con, headings[start : start + AT_ONCE], settings)
    con.execute("DROP TABLE _sample")
    return found


def _profiles(con, headings: list[str], settings: Settings) -> dict[str, Profile]:
    words = {kind: sorted({fold(w) for p in PRESETS.values() for w in getattr(p, kind)}) for kind in ("won", "lost")}
    parts = []
    for number, heading in enumerate(headings):
        cell = text_sql(f"r.{quoted(heading)}")
        time = parse_time(con, "_sample", heading, settings, f"profile_{number}").expression
        parts += [
            f"count({cell})", f"count(DISTINCT {cell})", f"count({time})",
            f"count({parse_number(con, '_sample', heading, settings, money=True).expression})",
            *(f"count(*) FILTER (replace({folded(cell)}, '_', ' ') IN ({listed(words[kind])}))" for kind in ("won", "lost")),
            f"count(*) FILTER (regexp_full_match({cell}, '[\\pL .''’-]*\\pL[\\pL .''’-]*'))",
        ]  # fmt: skip
    rows, *values = con.execute(f"SELECT count(*), {', '.join(parts)} FROM _sample r").fetchall()[0]
    return {heading: _made(rows, *values[ASKED * n : ASKED * (n + 1)]) for n, heading in enumerate(headings)}


def _made(rows: int, filled: int, distinct: int, *hits: int) -> Profile:
    shares = (hit / filled if filled else 0.0 for hit in hits)
    return Profile(filled / rows if rows else 0.0, distinct, rows, *shares)
