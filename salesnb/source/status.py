"""Which deals are won, lost and open: the words of the export, closing dates, deals that were opened again."""

from salesnb.errors import DataError
from salesnb.formats.fold import fold
from salesnb.params import Params
from salesnb.source.mapping import preset_of
from salesnb.source.parsed import folded, listed
from salesnb.source.presets import Preset
from salesnb.source.typed import Typed


def status_words(params: Params) -> dict[str, list[str]]:
    """Folded words of won, lost and open: the params' own, else the preset's."""
    preset, named = preset_of(params), params.values.status
    return {
        "won": [fold(w) for w in (named.get("won", preset.won))],
        "lost": [fold(w) for w in (named.get("lost", preset.lost))],
        "open": [fold(w) for w in [*named.get("open", []), *_stage_words(params)]] + ["open", "открыта", "в работе"],
    }


def _stage_words(params: Params) -> list[str]:
    order = params.stage_order
    return [stage for stages in order.values() for stage in stages] if isinstance(order, dict) else list(order)


def read_status(con, typed: Typed, params: Params) -> None:
    """Status by the listed words; every other word is open. Unlisted words on rows with a closing date are counted.

    Raises
    ------
    DataError
        Over 5 % of the rows with a closing date carry unlisted words: the words are listed with their counts.
    """
    words, preset = status_words(params), preset_of(params)
    con.execute(f"ALTER TABLE {typed.relation} ADD COLUMN _status_word VARCHAR")
    con.execute(f"UPDATE {typed.relation} SET _status_word = status, status = {_status_sql(words, preset)}")
    if preset.pipeline_in_words:
        _without_pipeline(con, typed)
    _say_unlisted(con, typed, params, words)
    _say_never(con, typed)


def _status_sql(words: dict[str, list[str]], preset: Preset) -> str:
    """Status of a word: as it stands, else without the pipeline that HubSpot writes after it in brackets."""
    forms = [folded("status")] + ([without_brackets(folded("status"))] if preset.pipeline_in_words else [])
    cases = [f"WHEN {form} IN ({listed(words[s])}) THEN '{s}'" for form in forms for s in ("won", "lost", "open")]
    return f"CASE {' '.join(cases)} ELSE 'open' END"


def without_brackets(column: str) -> str:
    """SQL of a word without what stands in brackets at its end."""
    return f"trim(regexp_replace({column}, '\\s*\\([^()]*\\)$', ''))"


def _without_pipeline(con, typed: Typed) -> None:
    """The name of a stage alone, where the deal's own pipeline stands after it in brackets."""
    con.execute(
        f"""UPDATE {typed.relation} SET stage = {without_brackets("stage")}
            WHERE {folded("stage")} LIKE '%(' || {folded("pipeline")} || ')'"""
    )


def _say_unlisted(con, typed: Typed, params: Params, words: dict[str, list[str]]) -> None:
    preset, word = preset_of(params), folded("_status_word")
    known = f"{word} IN ({listed(words['open'])})"
    if preset.pipeline_in_words:
        known = f"({known} OR {without_brackets(word)} IN ({listed(words['open'])}))"
    closed = f"SELECT * FROM {typed.relation} WHERE _fate IS NULL AND closed_at IS NOT NULL"
    total = con.execute(f"SELECT count(*) FROM ({closed})").fetchall()[0][0]
    found = con.execute(
        f"""SELECT _status_word, count(*) AS n FROM ({closed}) WHERE status = 'open' AND NOT coalesce({known}, false)
            GROUP BY 1 ORDER BY n DESC, 1"""
    ).fetchall()
    number = sum(n for _, n in found)
    if not number:
        return
    told = _counted(found[:10])
    if number > params.thresholds.unlisted_status_share * total and not preset.one_close_column:
        raise DataError(
            f"deals: {number} of {total} rows with a closing date have a status that is neither won nor lost: {told}. "
            "List these words in the params under `values: status: {won: […], lost: […], open: […]}`."
        )
    typed.notices.append(("unlisted status", {"rows": number, "of": total, "words": told}))


def _say_never(con, typed: Typed) -> None:
    """A remark when not one deal is won, or not one is lost: then some word may mean it and not be listed."""
    found = con.execute(
        f"""SELECT _status_word, count(*) AS n, any_value(status) FROM {typed.relation} WHERE _fate IS NULL
            GROUP BY 1 ORDER BY n DESC, 1"""
    ).fetchall()
    told = _counted([(word, n) for word, n, _ in found[:10]])
    there = {status for _, _, status in found}
    typed.notices += [(f"none {s}", {"words": told}) for s in ("won", "lost") if found and s not in there]


def _counted(words) -> str:
    return ", ".join(f"{word!r} ({n})" for word, n in words)


def closing_dates(con, typed: Typed) -> None:
    """A closing date belongs to won and lost deals; what stands there on open ones is when they are expected to close.

    Where the date comes from columns that only hold closings (Pipedrive's won and lost time), an open deal that has one
    was opened again: nothing is expected on that day.
    """
    expected = "expected_close_at" if "closed_at" in typed.also else "coalesce(expected_close_at, closed_at)"
    con.execute(
        f"""UPDATE {typed.relation} SET expected_close_at = {expected}, closed_at = NULL
            WHERE status = 'open' AND closed_at IS NOT NULL"""
    )


def set_reopened(con, typed: Typed, stages: str | None, params: Params) -> None:
    """Reopened: the history has a closing followed by an open stage; the last closing counts."""
    con.execute(f"UPDATE {typed.relation} SET reopened = false")
    if stages is None:
        return
    words = status_words(params)
    ends = listed(words["won"] + words["lost"])
    found = f"""SELECT s.deal_id FROM {stages} s GROUP BY 1
                HAVING min(s.entered_at) FILTER ({folded("s.stage")} IN ({ends})) < max(s.entered_at) FILTER ({folded("s.stage")} NOT IN ({ends}))"""
    con.execute(f"UPDATE {typed.relation} SET reopened = true WHERE deal_id IN ({found})")
