"""Words and order of stages as `init` writes them: by a list of stages where there is one, else by
the deals.
"""

from typing import Any

from salesnb.formats.fold import fold
from salesnb.source.company import Beside
from salesnb.source.links import Link
from salesnb.source.match import MANY
from salesnb.source.meanings import Meanings, looks
from salesnb.source.outcome import HARDLY, MOSTLY
from salesnb.source.parse import text_sql
from salesnb.source.parsed import Settings, listed
from salesnb.source.read import quoted
from salesnb.source.seen import Seen
from salesnb.source.settling import Lists, alone
from salesnb.source.status import without_brackets
from salesnb.source.times import parse_time

MOST_WORDS = 500


def stage_names(seen: Seen, more: Beside) -> Link | None:
    """The join that names the stages of the deals; where the stage says the status, its names say
    it too.
    """
    link = stage_list(more)
    if link and link.heading == seen.mapping.get("status"):
        link.made.setdefault("status", link.made.get("stage", next(iter(link.made.values()))))
        return link
    return None


def take_stage_for_status(seen: Seen, more: Beside) -> None:
    """Where the column of status says nothing of won and lost and the list of stages says both, the
    stage is the status.
    """
    old, stage, link = seen.mapping.get("status"), seen.mapping.get("stage"), stage_list(more)
    if (
        seen.flags
        or link is None
        or old is None
        or stage is None
        or link.column != "stage"
        or old == stage
    ):
        return
    own = seen.company.deals[0].profile(old)
    if own.won or own.lost or not {"won", "lost"} <= _said_by(seen, link):
        return
    seen.mapping["status"] = seen.named["status"] = stage
    more.links = [one for one in more.links if (one.table, one.heading) != ("deals", old)]


def _said_by(seen: Seen, link: Link) -> set[str]:
    """What a list of stages says of the ends: by its own columns, or by the words of its names."""
    label = quoted(link.made["stage"][0])
    names = seen.con.execute(
        f"SELECT DISTINCT {label} FROM {link.given.raw.relation} WHERE {label} IS NOT NULL"
    ).fetchall()
    return {*link.ends.values(), *(_end(name, seen) for (name,) in names)}


def stage_list(more: Beside) -> Link | None:
    """The join of the deals to a list of stages."""
    return next(
        (one for one in more.links if one.table == "deals" and one.column in ("status", "stage")),
        None,
    )


def by_ends(words: list[tuple[str, int]], named: Link) -> dict[str, list[str]]:
    """The words of status as the list of stages says how each ends."""
    found: dict[str, list[str]] = {}
    for word, _ in words:
        if word in named.ends:
            found.setdefault(named.ends[word], []).append(word)
    return found


def status_words(seen: Seen, named: Link | None) -> list[tuple[str, int]]:
    """Words of status with their rows, most frequent first; cells with nothing in them as ""."""
    if "status" not in seen.mapping:
        return []
    word, join = _named(seen, named, f"r.{quoted(seen.mapping['status'])}")
    return seen.ask(
        f"coalesce({text_sql(word)}, '') AS w, count(*) AS n",
        f"{join} GROUP BY 1 ORDER BY n DESC, 1 LIMIT {MOST_WORDS}",
    )


def by_reasons(
    seen: Seen, named: Link | None, words: list[tuple[str, int]]
) -> dict[str, list[str]]:
    """What words or codes mean that no list knows, by what stands beside them: won, lost, open →
    words; {} where it is not plain.

    A deal that has ended has a closing date, one that is open has none; a lost one has a reason
    too. Every word must be one of the three on nearly all its rows, one word alone be won, and no
    word be known to mean something else.
    """
    reason = seen.pairs.get("lost_reason")
    reasons = (reason.heading, *reason.others) if reason else (seen.mapping.get("lost_reason"),)
    found = (_by_reason(seen, named, words, heading) for heading in reasons)
    return next((one for one in found if one), {})


def _by_reason(
    seen: Seen, named: Link | None, words: list[tuple[str, int]], reason: str | None
) -> dict[str, list[str]]:
    status, closing = seen.mapping.get("status"), seen.mapping.get("closed_at")
    if (
        status is None
        or closing is None
        or reason is None
        or not {status, closing, reason} <= set(seen.raw.headings)
    ):
        return {}
    if (
        seen.preset.name != "canonical"
        or (seen.flags and "won" in seen.flags.parts)
        or seen.lacking
    ):
        return {}
    word, join = _named(seen, named, f"r.{quoted(status)}")
    closed, reason = (text_sql(f"r.{quoted(heading)}") for heading in (closing, reason))
    rows = seen.ask(
        f"coalesce({text_sql(word)}, '') AS w, count(*), count({closed}) FILTER (NOT "
        f"starts_with({closed}, '0')), count({reason})",
        f"{join} GROUP BY 1 ORDER BY 1",
    )
    known = Meanings(seen.params)
    found: dict[str, list[str]] = {"won": [], "lost": [], "open": []}
    for one, n, ended, given in rows:
        meaning = _standing(ended / n, given / n)
        if meaning is None and known.of(one) == "lost" and ended / n >= MOSTLY:
            meaning = "lost"  # known by its word; its reasons were not always written down
        if (
            meaning is None
            or known.of(one) not in (None, "ask", meaning)
            or (meaning == "won" and looks(one) == "likely lost")
        ):
            return {}
        found[meaning].append(one)
    asked = any(known.of(one) not in ("won", "lost") for one in (*found["won"], *found["lost"]))
    plain = asked and len(found["won"]) == 1 and found["lost"] and len(words) <= MOST_WORDS
    return found if plain and sum(n for _, n in words) >= MANY else {}


def _standing(ended: float, reasons: float) -> str | None:
    """won, lost or open by the shares of the rows of a word with a closing date and with a reason;
    None where neither is plain.

    >>> _standing(1.0, 0.99), _standing(1.0, 0.0), _standing(0.0, 0.0), _standing(1.0,
    ...     0.4), _standing(0.5, 0.0)
    ('lost', 'won', 'open', None, None)
    """
    if reasons <= HARDLY and ended <= HARDLY:
        return "open"
    if ended < MOSTLY or HARDLY < reasons < MOSTLY:
        return None
    return "lost" if reasons >= MOSTLY else "won"


def _named(seen: Seen, named: Link | None, cell: str) -> tuple[str, str]:
    """A cell by the name that a join gives it, and the join in SQL."""
    if named is None:
        return cell, ""
    where = (
        " AND ".join(f"{quoted(h)} IN ({listed(values)})" for h, values in named.where.items())
        or "true"
    )
    label = named.made.get("status") or named.made["stage"]
    join = (
        f"LEFT JOIN (SELECT * FROM {named.given.raw.relation} WHERE {where}) j "
        f"ON trim(r.{quoted(named.heading)}) = trim(j.{quoted(named.key)})"
    )
    return f"coalesce(j.{quoted(label[0])}, {cell})", join


def order_told(seen: Seen, named: Link | None) -> Any:
    """The order of stages that a list of stages gives: one list, or one per pipeline by its name in
    the deals.
    """
    if named is None:
        return None
    lists = {by: stages for by, stages in named.order.items() if stages}
    if len(lists) < 2 or "pipeline" not in seen.mapping:
        return (
            next(iter(lists.values()))
            if len(lists) == 1
            else list(dict.fromkeys(s for one in lists.values() for s in one)) or None
        )
    word, join = _named(seen, named, f"r.{quoted(seen.mapping['stage'])}")
    found = {}
    for pipeline, stages in seen.ask(
        f"trim(r.{quoted(seen.mapping['pipeline'])}) AS p, list(DISTINCT {word})",
        f"{join} GROUP BY 1 HAVING p IS NOT NULL ORDER BY 1",
    ):
        best = max(lists, key=lambda by: len(set(lists[by]) & set(stages)))
        found[pipeline] = lists[best]
    return found


def under_way(seen: Seen, words: list[tuple[str, int]], lists: Lists, by_flags: bool) -> list[str]:
    """Words that may be stages on the way: open ones, and those asked about that look
    like no end.
    """
    if by_flags:
        return [
            word for word, _ in words if word and looks(word) == "unclear" and not _end(word, seen)
        ]
    ends = {fold(word) for name in ("won", "lost") for word in lists.settled.get(name, ())}
    ends |= {fold(one.word) for one in lists.asked if looks(one.word) != "unclear"}
    ends |= {fold(word) for word, _ in lists.flagged}
    return [word for word, _ in words if word and fold(alone(word, seen.preset)) not in ends]


def _end(word: str, seen: Seen) -> str:
    """won or lost by the CRM's own lists; "" for any other word."""
    plain = fold(alone(word, seen.preset))
    return next(
        (end for end in ("won", "lost") if plain in map(fold, getattr(seen.preset, end))), ""
    )


def stage_order(seen: Seen, open_words: list[str], named: Link | None = None) -> list[str]:
    """A guess: open stages by the mean age of the deals in them, youngest first; stages without a
    dated deal are left out.
    """
    if "stage" not in seen.mapping or "created_at" not in seen.mapping or seen.lacking:
        return []
    if (
        not seen.flags and seen.mapping.get("status") != seen.mapping["stage"]
    ):  # the words of status are no stages
        return []
    key = seen.mapping["created_at"]
    created = parse_time(
        seen.con, seen.raw.relation, key, Settings(seen.params.timezone), "init"
    ).expression
    stage, join = _named(seen, named, f"trim(r.{quoted(seen.mapping['stage'])})")
    name = without_brackets(stage) if seen.preset.pipeline_in_words else stage
    ended = (
        [f"NOT {seen.flags.says(name)}" for name in ("won", "lost", "closed")] if seen.flags else []
    )
    still_open = " AND ".join(ended) or "true"
    found = seen.ask(
        f"{name} AS s, avg(epoch({created})) AS age, min({stage})",
        f"{join} WHERE {stage} IS NOT NULL AND {still_open} GROUP BY 1 HAVING age IS NOT NULL "
        "ORDER BY age DESC, s",
    )
    order = [s for s, _, word in found if word in open_words]
    return order if len(order) > 1 else []
