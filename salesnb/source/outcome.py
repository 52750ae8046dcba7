"""How deals ended, where the column that is called status does not say it: another column of words,
or one of yes and no.

A closing date is the column that is filled on the deals that ended and blank on the others,
whatever stands on all of them.
"""

from collections.abc import Callable
from itertools import combinations

import duckdb

from salesnb.formats.fold import fold
from salesnb.source.concepts import concepts
from salesnb.source.match import LIKELY, PLAIN, Match, Profile, heading_score
from salesnb.source.meanings import forms_of, looks
from salesnb.source.parse import YES, text_sql
from salesnb.source.parsed import folded, listed
from salesnb.source.presets import CANONICAL
from salesnb.source.read import RawTable, quoted

MOST_WORDS = 60  # different words: a column of more is no status
KNOWN = {
    "won": {fold(word) for word in CANONICAL.won},
    "lost": {fold(word) for word in CANONICAL.lost},
}
LETTERS = {"w": "won", "l": "lost", "o": "open"}
CLOSED = {"c": "won", "l": "lost", "o": "open"}  # closed, but for those that are lost
SILENTLY = {"date", "deal", "closed"}  # beside won or lost they say nothing more
# concepts of a heading that is not of an end
NO_END = {"created", "modified", "expected", "due", "started"}
# shares of cells from which a column counts as filled, and up to which it counts as blank
MOSTLY, HARDLY = 0.95, 0.05
# meaning → between which shares the first and the second of two columns of closings are filled
ENDED = {
    "won": ((MOSTLY, 1), (0, HARDLY)),
    "lost": ((0, HARDLY), (MOSTLY, 1)),
    "open": ((0, HARDLY), (0, HARDLY)),
}


def ending_words(
    con: duckdb.DuckDBPyConnection, raw: RawTable, status: str, stage: str, seen: dict[str, Profile]
) -> Match | None:
    """A column beside the status of which some words look like won or lost, best both, where those
    of the status do not.

    Parameters
    ----------
    con, raw : the engine and the raw deals
    status, stage : their headings as far as known; "" otherwise
    seen : heading → what its values look like
    """
    rivals = [
        heading
        for heading, one in seen.items()
        if heading != status
        and 2 <= one.distinct <= MOST_WORDS
        and one.times < 0.5
        and (heading == stage or heading_score("deals", "status", heading) >= LIKELY)
    ]
    told = {heading: len(ends_said(con, raw, heading)) for heading in rivals}
    one = [
        heading
        for heading in rivals
        if told[heading] and heading_score("deals", "status", heading) >= PLAIN
    ]
    found = [heading for heading in rivals if told[heading] == 2] or one
    best = max(found, key=lambda heading: heading_score("deals", "status", heading), default=None)
    return Match(best, LIKELY, (status,) if status else ()) if best else None


def ends_said(con: duckdb.DuckDBPyConnection, raw: RawTable, heading: str) -> set[str]:
    """Which of the ends the words of a column tell, by the lists or by what they look like: likely
    won, likely lost.
    """
    return {end_of(word) for word in _words(con, raw, heading)} - {"unclear"}


def _words(con, raw: RawTable, heading: str) -> list[str]:
    """The different words of a column; of more than a status has, one more than that."""
    cell = text_sql("r." + quoted(heading))
    found = con.execute(
        f"SELECT DISTINCT {cell} AS w FROM {raw.relation} r WHERE w IS NOT NULL LIMIT "
        f"{MOST_WORDS + 1}"
    )
    return [word for (word,) in found.fetchall()]


def end_of(word: str) -> str:
    """likely won, likely lost or unclear.

    >>> end_of("closedwon"), end_of("Closed lost"), end_of("Победа полная"), end_of("Demo")
    ('likely won', 'likely lost', 'likely won', 'unclear')
    """
    forms = forms_of(word, CANONICAL)
    return next(
        (f"likely {end}" for form in forms for end in ("won", "lost") if form in KNOWN[end]),
        looks(word),
    )


def letters(con: duckdb.DuckDBPyConnection, raw: RawTable, status: str) -> dict[str, list[str]]:
    """What W, L and O, or C, L and O, mean where a status has no other words: won, lost, open →
    words; {} for any other status.
    """
    words = _words(con, raw, status)
    for known in (LETTERS, CLOSED):
        told = {word: known.get(fold(word)) for word in words}
        if {"won", "lost"} <= set(told.values()) <= set(known.values()):
            return {
                meaning: sorted(w for w, of in told.items() if of == meaning)
                for meaning in known.values()
                if meaning in told.values()
            }
    return {}


def won_or_not(
    con: duckdb.DuckDBPyConnection, raw: RawTable, closed: str, seen: dict[str, Profile]
) -> tuple[str, dict[str, list[str]]] | None:
    """A column of yes and no that says by its heading whether a deal is won, and what its words
    mean: won, lost, open.

    No means lost only where it stands on deals that have ended: those with a closing date, while
    blanks stand on the others. Else it is left open what it means, and the word is in no list.

    Parameters
    ----------
    closed : heading of the closing dates; "" where there is none
    """
    for heading, one in seen.items():
        if (
            one.yes_no
            and one.distinct == 2
            and set(concepts(heading)) - {"deal", "status"} == {"won"}
        ):
            break
    else:
        return None
    cell = text_sql("r." + quoted(heading))
    dated = text_sql("r." + quoted(closed)) if closed else "NULL"
    counts = con.execute(
        f"""SELECT CASE WHEN {folded(cell)} IN ({listed(YES)}) THEN 'won' WHEN {cell} IS NULL THEN
            'open' ELSE 'lost' END AS meaning,
                   list(DISTINCT coalesce({cell}, '')), count(*), count({dated}) FROM {raw.relation}
                   r GROUP BY 1"""
    ).fetchall()
    rows = {meaning: (n, ended) for meaning, _, n, ended in counts}
    found = {meaning: sorted(words) for meaning, words, *_ in counts}
    words = {meaning: found[meaning] for meaning in ("won", "lost", "open") if meaning in found}
    lost, open_rows = rows.get("lost", (0, 0)), rows.get("open", (0, 0))
    if lost[1] < MOSTLY * lost[0] or open_rows[1] > HARDLY * open_rows[0]:
        words.pop("lost", None)
    return heading, words


def won_and_lost_days(
    con: duckdb.DuckDBPyConnection, raw: RawTable, status: str, seen: dict[str, Profile]
) -> tuple[list[str], dict[str, list[str]]] | None:
    """The two columns of times of which one is filled when a deal is won and the other when it is
    lost.

    They are told by their headings (won date, lost date), else by the status: each word of it has
    the one, the other or neither, and what has the one looks like won, what has the other like
    lost. With the headings come the meanings of the words: won, lost, open → words.

    Parameters
    ----------
    con, raw : the engine and the raw deals
    status : its heading; "" where there is none
    seen : heading → what its values look like
    """
    times = [h for h, one in seen.items() if one.times >= 0.9 and 0 < one.filled <= MOSTLY]
    named = [[h for h in times if set(concepts(h)) - SILENTLY == {end}] for end in ("won", "lost")]
    # where only the day of a loss has a column of its own, the day of closing is that of a win
    named[0] = named[0] or [h for h in times if set(concepts(h)) - {"date", "deal"} == {"closed"}]
    told_apart = [named[0][0], named[1][0]] if all(named) else []
    dated = told_apart or [h for h in times if not set(concepts(h)) & NO_END]
    counts = _filled_by_word(con, raw, status, dated) if len(dated) > 1 else []
    if not counts or len(counts) > MOST_WORDS:
        return None
    for (m, first), (n, second) in combinations(enumerate(dated), 2):
        told: dict[str, list[str]] = {}
        for word, rows, filled in counts:
            told.setdefault(_end_by_days(filled[m] / rows, filled[n] / rows), []).append(word)
        clear = {"won", "lost"} <= set(told) <= {"won", "lost", "open"}
        ends = [{end_of(word) for word in told.get(end, [])} - {"unclear"} for end in ENDED]
        likely = [{"likely won"}, {"likely lost"}]
        by_words = ends[:2] in (likely, likely[::-1])
        if not told_apart and not (clear and by_words):
            continue
        if _both_filled(con, raw, first, second) > HARDLY * sum(
            filled[m] + filled[n] for *_, filled in counts
        ):
            continue
        meanings = {end: sorted(told[end]) for end in ENDED if end in told}
        return [first, second], meanings if told_apart and status and clear else {}
    return None


def _filled_by_word(
    con: duckdb.DuckDBPyConnection, raw: RawTable, status: str, headings: list[str]
) -> list[tuple[str, int, list[int]]]:
    """Each word of the status, its rows, and in how many of them each of some columns is filled;
    without a status all rows under "".
    """
    word = f"coalesce({text_sql('r.' + quoted(status))}, '')" if status else "''"
    filled = ", ".join(f"count({text_sql('r.' + quoted(heading))})" for heading in headings)
    rows = con.execute(f"SELECT {word}, count(*), {filled} FROM {raw.relation} r GROUP BY 1")
    return [(one, n, counts) for one, n, *counts in rows.fetchall()]


def _end_by_days(first: float, second: float) -> str:
    """won, lost or open by the shares of a word's rows in which the first and the second of two
    columns of closings are filled; else mixed.

    >>> _end_by_days(1.0, 0.0), _end_by_days(0.0, 0.0), _end_by_days(0.5, 0.0)
    ('won', 'open', 'mixed')
    """
    for end, ((low, high), (least, most)) in ENDED.items():
        if low <= first <= high and least <= second <= most:
            return end
    return "mixed"


def _both_filled(con: duckdb.DuckDBPyConnection, raw: RawTable, *headings: str) -> int:
    """Rows in which all of some columns are filled."""
    both = " || ".join(text_sql("r." + quoted(heading)) for heading in headings)
    return con.execute(f"SELECT count({both}) FROM {raw.relation} r").fetchall()[0][0]


def _ended(words: dict[str, list[str]]) -> Callable[[str], bool]:
    """Whether a word of the status is of a deal that has ended: by the words whose meaning is
    known, else by what it looks like.
    """
    told = {word: meaning in ("won", "lost") for meaning, own in words.items() for word in own}
    return lambda word: told[word] if word in told else end_of(word) != "unclear"


def says_the_same(
    con: duckdb.DuckDBPyConnection,
    raw: RawTable,
    heading: str,
    status: str,
    words: dict[str, list[str]],
) -> bool:
    """Whether the words of a column only say again whether a deal has ended: "Done" on all that
    have and on none that has not. Such a column is no property of a deal.

    Parameters
    ----------
    heading, status : the column, and that of the status
    words : meaning → words of the status, as far as they are known; others are told by what they
        look like
    """
    has_ended = _ended(words)
    state, cell = (f"coalesce({text_sql('r.' + quoted(name))}, '')" for name in (status, heading))
    sides: dict[str, list[int]] = {}
    for word, value, n in con.execute(
        f"SELECT {state}, {cell}, count(*) FROM {raw.relation} r GROUP BY ALL"
    ).fetchall():
        sides.setdefault(value, [0, 0])[has_ended(word)] += n
    ended = [under_way <= HARDLY * (under_way + done) for under_way, done in sides.values()]
    pure = [min(side) <= HARDLY * sum(side) for side in sides.values()]
    return all(pure) and sum(ended) == 1 and len(ended) > 1


def closing_of_the_ended(
    con: duckdb.DuckDBPyConnection,
    raw: RawTable,
    mapping: dict[str, str],
    words: dict[str, list[str]],
    seen: dict[str, Profile],
) -> Match | None:
    """The column of times that is filled on the deals that ended and blank on the others; None
    where the mapped one is such.

    Parameters
    ----------
    mapping : canonical column → heading; the status must be in it
    words : meaning → words of the status, as far as they are known; others are told by what they
        look like
    seen : heading → what its values look like
    """
    now, status = mapping.get("closed_at", ""), mapping["status"]
    times = [
        h for h, one in seen.items() if one.times >= 0.9 and (h == now or h not in mapping.values())
    ]
    if not times:
        return None
    has_ended = _ended(words)
    ended = [0] * len(times)
    under_way = [0] * len(times)
    of = {True: 0, False: 0}
    for word, n, counts in _filled_by_word(con, raw, status, times):
        ends = has_ended(word)
        of[ends] += n
        sums = ended if ends else under_way
        sums[:] = [a + b for a, b in zip(sums, counts, strict=True)]
    if not of[True] or not of[False]:
        return None
    fits = {
        heading: ended[n] >= MOSTLY * of[True] and under_way[n] <= HARDLY * of[False]
        for n, heading in enumerate(times)
    }
    good = [heading for heading, fit in fits.items() if fit]
    if fits.get(now) or not good or (now in times and under_way[times.index(now)] <= of[False] / 2):
        return None
    best = max(good, key=lambda heading: heading_score("deals", "closed_at", heading))
    return Match(best, LIKELY, (now,) if now else ())
