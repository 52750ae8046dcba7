"""Which CRM wrote an export, and a params file that runs on it as it is."""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from salesnb.errors import ParamError
from salesnb.params import Params, make_params, project_root
from salesnb.schema import TABLES
from salesnb.source.company import Company
from salesnb.source.creation import created_before_closed
from salesnb.source.engine import connect
from salesnb.source.flags import ENDS, flags_of
from salesnb.source.given import Given, given
from salesnb.source.guess import Ask, params_text
from salesnb.source.headings import SHEET, fold_heading
from salesnb.source.mapping import ROW, closings_apart, stand_ins
from salesnb.source.match import LIKELY, Match, Profile, by_values, heading_score, match
from salesnb.source.monthwords import month_named
from salesnb.source.namesake import name_beside
from salesnb.source.outcome import (
    closing_of_the_ended,
    ending_words,
    ends_said,
    letters,
    says_the_same,
    won_and_lost_days,
    won_or_not,
)
from salesnb.source.presets import CANONICAL, PRESETS, Preset
from salesnb.source.profile import profiles
from salesnb.source.read import RawTable, read_source
from salesnb.source.roles import (
    Seat,
    deals_of,
    first_and_last,
    known_columns,
    seats,
    source_of,
    spaced,
)
from salesnb.source.seen import MEANS, Seen
from salesnb.source.typed import settings_of
from salesnb.source.wanted import Wanted

PROPERTIES = ("segment", "product", "team", "source", "channel")  # of a deal, whatever became of it
NEEDED = 3  # headings that only one CRM writes: fewer do not make it that CRM


def recognise(headings: Iterable[str]) -> Preset:
    """The CRM whose own headings are there; the canonical preset where none is sure.

    >>> recognise(["Deal - ID", "Deal - Title", "Deal - Owner", "Deal - Status"]).name
    'pipedrive'
    >>> recognise(["opportunity_id", "sales_agent"]).name
    'canonical'
    """
    there, spelled = {fold_heading(h) for h in headings}, {_spelling(h) for h in headings}
    scores = {p.name: _score(p, there, spelled) for p in PRESETS.values() if p.marks}
    best = max(scores, key=lambda name: (scores[name], name))
    return PRESETS[best] if scores[best][0] >= NEEDED else CANONICAL


def _spelling(heading: str) -> tuple[str, str]:
    """A heading folded, and how its words are parted: close_date of any table is no CloseDate of
    Salesforce, user.id no user_id.
    """
    text = heading.strip()
    return fold_heading(heading), "." if "." in text else "_" if re.search(r"[ _-]", text) else ""


def _score(preset: Preset, there: set[str], spelled: set[tuple[str, str]]) -> tuple[int, int]:
    known = {fold_heading(s) for names in preset.headings.values() for s in names}
    return len({_spelling(mark) for mark in preset.marks} & spelled), len(known & there)


def init(
    exports: list[str], out: Path, command: str = "salesnb", ask: Ask | None = None
) -> Iterator[str]:
    """Write a params file for the exports of a company; the lines say what was recognised and what
    could not be mapped.

    Parameters
    ----------
    exports : files, globs, folders, archives, workbooks, ``env:NAME`` or the address of a database
    out : the params file
    command : how the user calls salesnb, for the next step
    ask : gives the number of the chosen answer to a question; None: the likeliest is taken

    Raises
    ------
    ParamError
        There is a file at `out` already.
    DataError
        No export can be read, or none of them is a table of deals: the message lists the headings.
    """
    if out.exists():
        raise ParamError(f"{out} exists already: name another with --out, or remove it.")
    root = project_root((out if out.is_absolute() else Path.cwd() / out).resolve())
    con = connect()
    bare = make_params({"company": "x", "data": {"deals": "x"}}, root=root)
    files, unread = given(con, exports, bare, _all_headings())
    preset = _written_by(files)
    found = seats(con, files, preset, settings_of("deals", bare))
    deals = deals_of(found, preset)
    source = source_of(deals)
    first = make_params({"company": "x", "data": {"deals": source}}, root=root)
    raw = read_source(con, first.data.deals, "deals", first, _all_headings())
    if isinstance(source, dict) and isinstance(source.get("sheet"), list):
        deals[0].profiles |= _of_sheets(con, raw, bare, source["sheet"])
        deals[0].given = replace(deals[0].given, raw=raw)
    columns, likely = _columns(con, raw, preset, deals[0])
    ends = _ends(con, raw, preset, deals[0].profiles, columns, likely)
    _without_copies(con, raw, _mapped(raw, preset, columns), ends, columns, likely)
    mapping = _mapped(raw, preset, columns)
    lacking = [name for name in TABLES["deals"].required if name not in mapping]
    without_ids = "deal_id" in lacking
    if without_ids:
        columns["deal_id"] = mapping["deal_id"] = ROW
        lacking.remove("deal_id")
    company = Company(found, deals, preset)
    seen = Seen(con, raw, preset, mapping, columns, first, likely, company, tuple(lacking), ends)
    text, notes = params_text(seen, source, ask)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8")
    yield f"recognised: {preset.title}"
    yield from unread
    yield from notes
    if without_ids:
        yield (
            f"no ids: {MEANS['deal_id']} The params take the row of the file for it (`deal_id: "
            f"{ROW}`); export the id if you can"
        )
    if lacking:
        yield (
            f"not complete: no column for {', '.join(lacking)}; the file has "
            f"{', '.join(raw.headings[:30])}. "
            f"{MEANS[lacking[0]]} Fill in the lines marked `to fill in` in {out}"
        )
    yield f"written: {out}. Next: {command} check --params {shlex.quote(str(out))}"


def _all_headings() -> Wanted:
    """Headings of deals, of every CRM and of any other table: they find the heading row and the
    sheet.
    """
    tables = (preset.headings for preset in PRESETS.values())
    return Wanted(
        (spelled for table in tables for names in table.values() for spelled in names), "deals"
    )


def _written_by(files: list[Given]) -> Preset:
    """The CRM whose own headings most of the files have; the canonical preset where
    none is sure.
    """
    found = [recognise(one.raw.headings) for one in files]
    sure = [preset for preset in found if preset is not CANONICAL]
    return (
        max(sure, key=lambda preset: (sum(one is preset for one in sure), preset.name))
        if sure
        else CANONICAL
    )


def _known(raw: RawTable, preset: Preset) -> dict[str, str]:
    """What the preset maps by itself: canonical column → heading."""
    found = known_columns(raw.headings, preset, "deals")
    return found | stand_ins(raw.headings, preset, found)


def _mapped(raw: RawTable, preset: Preset, columns: dict[str, str | list[str]]) -> dict[str, str]:
    """Canonical column → heading: what the preset knows, and the columns that are named."""
    return _known(raw, preset) | {c: h if isinstance(h, str) else h[0] for c, h in columns.items()}


def _says_more(status: str, seen: dict[str, Profile]) -> bool:
    """Whether a column of status has no word of won or lost, and another one has both."""
    own = seen.get(status, Profile())
    others = (one for h, one in seen.items() if heading_score("deals", "status", h) >= LIKELY)
    return not own.won and not own.lost and any(one.won and one.lost for one in others)


def _of_sheets(con, raw: RawTable, params: Params, names: list[str]) -> dict[str, Profile]:
    """What the names of the sheets look like: those of months are no names of people."""
    found = profiles(con, raw, [SHEET], settings_of("deals", params))
    months = any(month_named(name) or month_named(f"{name} 2026") for name in names)
    return {SHEET: replace(found[SHEET], names=0.0)} if months else found


def _columns(
    con, raw: RawTable, preset: Preset, deals: Seat
) -> tuple[dict[str, str | list[str]], dict[str, Match]]:
    """Columns that the params must name: told by the words of their headings and by their values,
    not known to the preset.

    Gives canonical column → heading, and the pairing behind each.
    """
    known = _known(raw, preset)
    if preset is CANONICAL:  # an empty column leaves its place to another one, if there is one
        seen = deals.profiles
        bare = {column for column, one in known.items() if one in seen and not seen[one].filled}
        rivals = {h: one for h, one in seen.items() if h not in known.values()}
        better = match("deals", rivals, bare) if bare else {}
        known = {column: heading for column, heading in known.items() if column not in better}
    flags = flags_of(raw.headings, preset)
    flagged = flags is not None and bool(flags.headings)
    free = set(TABLES["deals"].readable) - set(known)
    if "status" in known and not flagged and known["status"] == known.get("stage"):
        free.add("status")  # a status of its own is surer than the stage that stands in for it
    if (
        flags is not None
        and flagged
        and "won" not in flags.parts
        and known.get("status") in flags.headings
    ):
        free.add("status")  # a flag says only that a deal is closed: a word beside it says how
    if "status" in known and not flagged and _says_more(known["status"], deals.profiles):
        free.add("status")  # words of a label beside a column that says won and lost
        known.pop("status")
    taken = {*known.values(), *closings_apart(raw.headings, preset)}
    headings = [h for h in raw.headings if h not in taken and h in deals.profiles]
    pairs = match("deals", {h: deals.profiles[h] for h in headings}, free)
    pairs |= by_values(
        {h: deals.profiles[h] for h in headings},
        {c for c in free if c not in pairs},
        known | {c: one.heading for c, one in pairs.items()},
    )
    if "manager" in pairs:
        others = {
            one.heading for column, one in pairs.items() if column not in ("client_id", "title")
        }
        by_name = name_beside(con, raw, pairs["manager"].heading, deals.profiles, taken | others)
        if by_name:
            pairs = {column: one for column, one in pairs.items() if one.heading != by_name.heading}
            pairs["manager"] = by_name
    pairs = _without_the_owner(pairs)
    found: dict[str, str | list[str]] = {column: one.heading for column, one in pairs.items()}
    if "manager" in found:
        found["manager"] = (
            first_and_last({spaced(h): h for h in raw.headings}, pairs["manager"].heading)
            or found["manager"]
        )
    if "status" not in found | known and "stage" in found:
        found["status"] = found["stage"]
    if earlier := created_before_closed(con, raw, known | found, deals.profiles):
        found["created_at"], pairs["created_at"] = earlier.heading, earlier
    return found, pairs


def _without_the_owner(pairs: dict[str, Match]) -> dict[str, Match]:
    """The pairings without a client that is a part of the owner's record: user.id
    beside user.name.
    """
    owner = pairs["manager"].heading.rpartition(".")[0] if "manager" in pairs else ""
    one = pairs.get("client_id")
    if one is None or not owner or not one.heading.startswith(f"{owner}."):
        return pairs
    left = [heading for heading in one.others if not heading.startswith(f"{owner}.")]
    rest = {column: pair for column, pair in pairs.items() if column != "client_id"}
    return rest | ({"client_id": Match(left[0], LIKELY, tuple(left[1:]))} if left else {})


def _without_copies(
    con,
    raw: RawTable,
    mapping: dict[str, str],
    words: dict[str, list[str]],
    columns: dict,
    pairs: dict[str, Match],
) -> None:
    """Take out of `columns` and `pairs` what only says again how a deal stands."""
    status = mapping.get("status")
    for column in [name for name in PROPERTIES if isinstance(columns.get(name), str)]:
        heading = columns[column]
        there = heading != status and {status, heading} <= set(raw.headings)
        if there and says_the_same(con, raw, heading, str(status), words):
            columns.pop(column), pairs.pop(column, None)


def _ends(
    con,
    raw: RawTable,
    preset: Preset,
    seen: dict[str, Profile],
    columns: dict,
    pairs: dict[str, Match],
) -> dict[str, list[str]]:
    """Put the column that tells how deals ended in the place of a status that does not, and of a
    closing date that open deals have.

    Changes `columns` and `pairs`; gives the meaning of the words where it is no word that tells,
    but yes and no: won, lost, open → words. A CRM that is known says it itself.
    """
    flags = flags_of(raw.headings, preset)
    if preset is not CANONICAL or (
        flags is not None and set(flags.parts) & set(ENDS) - {"won", "not won"}
    ):
        return {}
    mapping = _mapped(raw, preset, columns)
    words: dict[str, list[str]] = {}
    status, better = mapping.get("status", ""), None
    if not status or not ends_said(con, raw, status):
        better = ending_words(con, raw, status, mapping.get("stage", ""), seen)
        if better is None and (yes_no := won_or_not(con, raw, mapping.get("closed_at", ""), seen)):
            better, words = Match(yes_no[0], LIKELY), yes_no[1]
    if better:
        columns["status"], pairs["status"] = better.heading, better
        for column in [
            c for c, h in columns.items() if h == better.heading and c not in ("status", "stage")
        ]:
            columns.pop(column), pairs.pop(column, None)
    mapping = _mapped(raw, preset, columns)
    if not words and mapping.get("status") in raw.headings:
        words = letters(con, raw, mapping["status"])
    apart = (
        won_and_lost_days(con, raw, mapping["status"], seen)
        if mapping.get("status") in raw.headings
        else None
    )
    if apart and mapping.get("closed_at") not in closings_apart(raw.headings, preset):
        (first, second), told = apart
        columns["closed_at"], pairs["closed_at"] = [first, second], Match(first, LIKELY)
        return words or told
    if "status" in mapping and (closing := closing_of_the_ended(con, raw, mapping, words, seen)):
        columns["closed_at"], pairs["closed_at"] = closing.heading, closing
    return words
