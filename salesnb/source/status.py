"""Which deals are won, lost and open: by the CRM's flags, else by the words of the export; closing
dates, reopened deals.
"""

import datetime as dt

import duckdb
import pandas as pd

from salesnb.errors import DataError
from salesnb.formats.fold import fold
from salesnb.params import Params
from salesnb.source.concepts import concepts
from salesnb.source.flags import flags_of
from salesnb.source.mapping import preset_of
from salesnb.source.meanings import Meanings, looks
from salesnb.source.parsed import Assumption, folded, listed
from salesnb.source.typed import Typed, set_aside

MOST_TOLD = 40  # words that a message lists; a column with more is hardly one of statuses
# what the words settle where the flags leave something open: only that it is closed, or only that
# it is not won
ENDED = "_says IN ('lost', 'open') OR _looks = 'likely lost' OR _knows_won"
STATUS = f"""CASE WHEN _flag IN ('won', 'lost', 'open') THEN _flag
    WHEN _flag = 'closed' THEN CASE WHEN _says = 'won' THEN 'won' WHEN {ENDED} THEN 'lost' ELSE
    'open' END
    WHEN _flag = 'not won' THEN CASE WHEN _says = 'lost' THEN 'lost' ELSE 'open' END
    WHEN _says IN ('won', 'lost') THEN _says ELSE 'open' END"""
UNSETTLED = f"""CASE WHEN _flag IN ('won', 'lost', 'open') THEN NULL
    WHEN _flag = 'closed' THEN CASE WHEN _says = 'won' OR {ENDED} THEN NULL ELSE _looks END
    WHEN _flag = 'not won' THEN CASE WHEN _says IN ('lost', 'open') THEN NULL ELSE 'likely lost' END
    WHEN _says IN ('won', 'lost', 'open') THEN NULL ELSE _looks END"""


def status_words(params: Params) -> dict[str, list[str]]:
    """Folded words of won, lost and open: of the params and of the preset."""
    meanings = Meanings(params)
    return {name: meanings.words(name) for name in ("won", "lost", "open")}


def read_status(con: duckdb.DuckDBPyConnection, typed: Typed, params: Params) -> None:
    """Status of every deal: the CRM's flags decide, then the lists of words; a deal of any other
    word is open and unsettled.

    Where a flag says only that a deal is closed, a word that is not won means lost, as far as the
    deal's pipeline is known to have a word for won: else that word may be the one. Deals that were
    deleted in the CRM are set aside.
    """
    _word_meanings(con, typed, params)
    con.execute(
        f"""UPDATE {typed.relation} t SET status_word = t.status, _says = m.says, _looks = m.looks
            FROM _meanings m WHERE coalesce(t.status, '') = m.word"""
    )
    con.execute("DROP TABLE _meanings")
    con.execute(
        f"""UPDATE {typed.relation} SET _knows_won = coalesce(pipeline, '') IN (SELECT
            coalesce(pipeline, '')
            FROM {typed.relation} WHERE _fate IS NULL AND _says = 'won' AND coalesce(_flag, '') IN
            ('closed', 'won', ''))"""
    )
    con.execute(f"UPDATE {typed.relation} SET status = {STATUS}, unsettled = {UNSETTLED}")
    set_aside(con, typed, "deleted", "_deleted", "deal_id")
    if preset_of(params).pipeline_in_words:
        _without_pipeline(con, typed)
    _say_differences(con, typed, params)


def _word_meanings(con, typed: Typed, params: Params) -> None:
    """What each distinct word says, as the table ``_meanings``, and empty columns for it in the
    table of deals.
    """
    meanings = Meanings(params)
    found = con.execute(
        f"SELECT DISTINCT coalesce(status, '') FROM {typed.relation} ORDER BY 1"
    ).fetchall()
    rows = [(word, meanings.of(word), looks(word)) for (word,) in found]
    frame = pd.DataFrame(rows, columns=["word", "says", "looks"], dtype=object)
    con.register("_words", frame.astype({"word": "string", "says": "string", "looks": "string"}))
    con.execute("CREATE OR REPLACE TABLE _meanings AS SELECT * FROM _words")
    con.unregister("_words")
    for column in ("_says VARCHAR", "_looks VARCHAR", "_knows_won BOOLEAN"):
        con.execute(f"ALTER TABLE {typed.relation} ADD COLUMN {column}")


def without_brackets(column: str) -> str:
    """SQL of a word without what stands in brackets at its end."""
    return f"trim(regexp_replace({column}, ' *\\([^()]*\\)$', ''))"


def _without_pipeline(con, typed: Typed) -> None:
    """The name of a stage alone, where the deal's own pipeline stands after it in brackets."""
    con.execute(
        f"""UPDATE {typed.relation} SET stage = {without_brackets("stage")}
            WHERE {folded("stage")} LIKE '%(' || {folded("pipeline")} || ')'"""
    )


def _say_differences(con, typed: Typed, params: Params) -> None:
    """A remark where a flag and a listed word disagree: the flag decides. What a closed flag makes
    lost is an assumption.
    """
    flags = flags_of(typed.raw.headings, preset_of(params), params)
    if flags is None or not flags.headings:
        return
    live = f"FROM {typed.relation} WHERE _fate IS NULL"
    ends = "'won', 'lost'" if preset_of(params).stage_kept else "'won', 'lost', 'open'"
    found = con.execute(
        f"""SELECT status_word, status, count(*) AS n, any_value(deal_id ORDER BY deal_id) {live}
            AND _flag IS NOT NULL
            AND unsettled IS NULL AND _says IN ({ends}) AND _says <> status GROUP BY 1, 2 ORDER BY n
            DESC, 1, 2"""
    ).fetchall()
    of = con.execute(f"SELECT count(*) {live} AND _flag IS NOT NULL").fetchall()[0][0]
    named = ", ".join(flags.headings)
    if found:
        told = ", ".join(f"{word!r}: {status} ({n})" for word, status, n, _ in found[:MOST_TOLD])
        values = {
            "rows": sum(n for _, _, n, _ in found),
            "of": of,
            "words": told,
            "headings": named,
            "example": found[0][3],
        }
        typed.notices.append(("flag and word differ", values))
    closed = con.execute(
        f"""SELECT status_word, count(*) AS n {live} AND _flag = 'closed' AND status = 'lost' AND
            coalesce(_says, 'ask') = 'ask'
            AND status_word IS NOT NULL GROUP BY 1 ORDER BY n DESC, 1"""
    ).fetchall()
    if closed:
        plausible = [word for word, _ in closed if looks(word) != "likely lost"]
        values = _place(typed) | {
            "flags": named,
            "chosen": "lost",
            "alternative": "won",
            "rows": sum(n for _, n in closed),
            "words": [[word, n] for word, n in closed],
        }
        typed.assumed.append(
            Assumption("closed rule", values, _moved(params, won=plausible) if plausible else {})
        )


def _place(typed: Typed) -> dict:
    return {
        "table": typed.table,
        "files": list(typed.raw.files),
        "heading": typed.mapping["status"],
    }


def _moved(params: Params, **words: list[str]) -> dict:
    """The params in which words stand under the meaning that they are given by, and under nothing
    else.
    """
    moved = {fold(word) for own in words.values() for word in own}
    named = {
        name: [word for word in own if fold(word) not in moved]
        for name, own in params.values.status.items()
    }
    added = {name: [*named.get(name, []), *own] for name, own in words.items() if own}
    return {"values": {"status": named | added}}


def check_words(
    con: duckdb.DuckDBPyConnection, typed: Typed, params: Params, snapshot: dt.date, today: dt.date
) -> None:
    """Words that nothing settles: on which day their deals would have closed, and a remark or a
    stop.

    Raises
    ------
    DataError
        Words that stand in no list at all, not even under ``ask``, are on over 5 % of the rows with
        a past closing date: they are listed with their counts.
    """
    past = f"_fate IS NULL AND closed_at::DATE <= DATE '{snapshot}'"
    con.execute(
        f"""UPDATE {typed.relation} SET unsettled_at = closed_at WHERE unsettled IS NOT NULL
            AND closed_at::DATE BETWEEN created_at::DATE AND DATE '{snapshot}'"""
    )
    # where one column holds both dates, those after the day of the export are expectations; else
    # each date is a closing
    closed = (
        past
        if preset_of(params).one_close_column
        else f"_fate IS NULL AND closed_at::DATE <= DATE '{today}'"
    )
    _stop_at_strange(con, typed, params, closed)
    total = con.execute(f"SELECT count(*) FROM {typed.relation} WHERE {past}").fetchall()[0][0]
    strange = _words_of(con, typed, f"{past} AND unsettled IS NOT NULL AND _says IS NULL")
    if strange:
        values = {"rows": sum(n for _, n in strange), "of": total, "words": _counted(strange[:10])}
        typed.notices.append(("unlisted status", values))
    asked = _words_of(
        con, typed, "_fate IS NULL AND unsettled_at IS NOT NULL AND _says IS NOT NULL"
    )
    if asked:
        values = {"rows": sum(n for _, n in asked), "of": total, "words": _counted(asked[:10])}
        typed.notices.append(("unsettled words", values))
    _assume_open(con, typed, params)
    _say_never(con, typed)


def _stop_at_strange(con, typed: Typed, params: Params, closed: str) -> None:
    """Stop where words in no list are on too many of the rows that are `closed`, as SQL says it."""
    total = con.execute(f"SELECT count(*) FROM {typed.relation} WHERE {closed}").fetchall()[0][0]
    strange = _words_of(con, typed, f"{closed} AND unsettled IS NOT NULL AND _says IS NULL")
    number = sum(n for _, n in strange)
    if number > params.thresholds.unlisted_status_share * total:
        raise DataError(
            f"deals: {number} of {total} rows with a past closing date have a status that is "
            "neither won, lost nor open by "
            f"anything known: {_counted(strange)}. List these words in the params under `values: "
            f"status: {{won: […], "
            "lost: […], open: […]}`, or under `ask: […]`: then they count as open, and the "
            "headline is shown both ways."
        )


def _words_of(con, typed: Typed, where: str) -> list[tuple[str, int]]:
    return con.execute(
        f"""SELECT coalesce(status_word, ''), count(*) AS n FROM {typed.relation} WHERE {where}
            GROUP BY 1 ORDER BY n DESC, 1"""
    ).fetchall()


def _assume_open(con, typed: Typed, params: Params) -> None:
    """That deals of unsettled words are open is an assumption: what lost, and where plausible won,
    would make of them; as `measures.unsettled` counts them.
    """
    live = "_fate IS NULL AND unsettled_at IS NOT NULL"
    found = _words_of(con, typed, live)
    if not found:
        return
    words = [word for word, _ in found]
    values = _place(typed) | {
        "chosen": "open",
        "rows": sum(n for _, n in found),
        "words": [[w, n] for w, n in found],
    }
    typed.assumed.append(
        Assumption("unsettled words", values | {"alternative": "lost"}, _moved(params, lost=words))
    )
    plausible = [
        word for word, _ in _words_of(con, typed, f"{live} AND unsettled <> 'likely lost'")
    ]
    if plausible:
        unlikely = [word for word in words if word not in plausible]
        change = _moved(params, won=plausible, lost=unlikely)
        typed.assumed.append(Assumption("unsettled words", values | {"alternative": "won"}, change))


def _say_never(con, typed: Typed) -> None:
    """A remark when not one deal is won, or not one is lost: then some word may mean it and not be
    listed.
    """
    found = con.execute(
        f"""SELECT status_word, count(*) AS n, list(DISTINCT status) FROM {typed.relation} WHERE
            _fate IS NULL
            GROUP BY 1 ORDER BY n DESC, 1"""
    ).fetchall()
    told = _counted([(word, n) for word, n, _ in found[:10]])
    there = {status for _, _, every in found for status in every}
    typed.notices += [
        (f"none {s}", {"words": told}) for s in ("won", "lost") if found and s not in there
    ]


def _counted(words) -> str:
    told = ", ".join(f"{word!r} ({n})" if word else f"blank ({n})" for word, n in words[:MOST_TOLD])
    return told + (f" and {len(words) - MOST_TOLD} more" if len(words) > MOST_TOLD else "")


FEW_OPEN, MOST_DATED = (
    10,
    0.5,
)  # open deals, and the share of them with a closing date, from which that is remarked on


def closing_dates(con: duckdb.DuckDBPyConnection, typed: Typed, params: Params) -> None:
    """A closing date belongs to won and lost deals; what stands there on open ones is when they are
    expected to close.

    Where the date comes from columns that only hold closings (Pipedrive's won and lost time), an
    open deal that has one was opened again: nothing is expected on that day, nor on that of the
    last change. A date on most open deals is remarked on, unless the CRM is known to keep both in
    one column.
    """
    dated, of = con.execute(
        f"SELECT count(closed_at), count(*) FROM {typed.relation} WHERE status = 'open' AND "
        "unsettled IS NULL AND _fate IS NULL"
    ).fetchall()[0]
    if (
        of >= FEW_OPEN
        and dated > MOST_DATED * of
        and "closed_at" not in typed.also
        and not preset_of(params).one_close_column
    ):
        values = {"heading": typed.mapping["closed_at"], "rows": dated, "of": of}
        typed.notices.append(("closing dates of open deals", values))
    changed = (
        "modified" in concepts(typed.mapping["closed_at"])
        if "closed_at" in typed.mapping
        else False
    )
    only_ends = "closed_at" in typed.also or changed
    expected = "expected_close_at" if only_ends else "coalesce(expected_close_at, closed_at)"
    con.execute(
        f"""UPDATE {typed.relation} SET expected_close_at = {expected}, closed_at = NULL
            WHERE status = 'open' AND closed_at IS NOT NULL"""
    )


def set_reopened(
    con: duckdb.DuckDBPyConnection, typed: Typed, stages: str | None, params: Params
) -> None:
    """Reopened: the history has a closing followed by an open stage; the last closing counts."""
    con.execute(f"UPDATE {typed.relation} SET reopened = false")
    if stages is None:
        return
    words = status_words(params)
    ends = listed(words["won"] + words["lost"])
    found = f"""SELECT s.deal_id FROM {stages} s GROUP BY 1
                HAVING min(s.entered_at) FILTER ({folded("s.stage")} IN ({ends})) <
                max(s.entered_at) FILTER ({folded("s.stage")} NOT IN ({ends}))"""
    con.execute(f"UPDATE {typed.relation} SET reopened = true WHERE deal_id IN ({found})")
