"""The lines that `init` says: what was mapped, what tells won and lost, which columns are blank or
hold no dates.
"""

import datetime as dt

from salesnb.formats.fold import fold
from salesnb.source.flags import Flags
from salesnb.source.mapping import closings_apart, entered_headings
from salesnb.source.match import heading_score
from salesnb.source.namesake import OF_CODES
from salesnb.source.outcome import HARDLY, MOSTLY
from salesnb.source.parse import text_sql
from salesnb.source.parsed import Settings, folded, listed
from salesnb.source.read import quoted
from salesnb.source.seen import MEANS, OPTIONAL, Seen
from salesnb.source.settling import Lists
from salesnb.source.timechecks import far_dates
from salesnb.source.times import parse_time

MANY_NAMES = 10  # fewer owners are no doubt, however few their deals


def mapped(seen: Seen) -> list[str]:
    """Which heading is which column, and which are kept as they are."""
    mapping, headings = dict(seen.mapping), seen.raw.headings
    apart = closings_apart(headings, seen.preset)
    if mapping.get("closed_at") in apart:
        mapping["closed_at"] = " and ".join(apart)
    elif isinstance(several := seen.named.get("closed_at"), list):
        mapping["closed_at"] = " and ".join(several)
    flags = seen.flags.headings if seen.flags else ()
    if flags:
        mapping["status"] = " and ".join(flags)
    lines = [
        f"columns: {', '.join(f'{column} = {heading}' for column, heading in mapping.items())}"
    ]
    used = {*seen.mapping.values(), *apart, *flags, *entered_headings(headings)}
    rest = [heading for heading in headings if heading not in used]
    if rest:
        lines.append(
            f"kept as they are, not mapped: {', '.join(rest[:20])}"
            + (" …" if len(rest) > 20 else "")
        )
    return lines


def not_mapped(seen: Seen) -> list[str]:
    missing = [name for name in OPTIONAL if name not in seen.mapping]
    lines = []
    if "closed_at" not in seen.mapping:
        used = {*seen.mapping.values()}
        times = [
            h
            for h, one in seen.company.deals[0].profiles.items()
            if one.times >= 0.9 and h not in used
        ]
        expected = seen.mapping.get("expected_close_at")
        times += [
            f"{expected} (if a deal that has ended shows there the day on which it did)"
        ] * bool(expected)
        could = f" These hold dates and could be it: {', '.join(times[-5:])}." if times else ""
        lines.append(f"not found: closed_at. {MEANS['closed_at']}{could}")
    if missing:
        lines.append(
            f"not found: {', '.join(missing)}. Name them under `columns: deals:` if they have "
            "other headings"
        )
    return lines


def owner_by_values(seen: Seen) -> list[str]:
    """That no heading speaks of the owner, and the column was taken by its values alone."""
    one = seen.pairs.get("manager")
    if one is None or heading_score("deals", "manager", one.heading) > 0:
        return []
    could = f"; {', '.join(one.others)} could be it too" if one.others else ""
    if one.others and seen.company.deals[0].profile(one.others[0]).names <= OF_CODES:
        return [
            f"the owner of a deal: {one.heading} is taken, which has one name for each value of "
            f"{one.others[0]}. Correct "
            "`columns: deals: manager:` if it is another"
        ]
    names = seen.company.deals[0].profile(one.heading).distinct
    return [
        f"no heading speaks of the owner of a deal: {one.heading} is taken for it by its {names} "
        f"names{could}. Correct "
        "`columns: deals: manager:` if it is another"
    ]


def lost_without_day(seen: Seen, lists: Lists) -> list[str]:
    """That the lost deals have no closing date though the won ones do, with the line that takes the
    last change for it.
    """
    closing, changed = seen.mapping.get("closed_at"), seen.mapping.get("modified_at")
    word = seen.mapping.get("status")
    if closing is None or word is None or isinstance(seen.named.get("closed_at"), list):
        return []
    if seen.flags or not {closing, changed, word} <= set(seen.raw.headings):
        return []
    cell, day = (text_sql("r." + quoted(heading)) for heading in (word, closing))
    of = {
        end: f"{folded(cell)} IN "
        f"({listed([fold(one) for one in lists.settled.get(end, [])] or [''])})"
        for end in ("won", "lost")
    }
    counts = ", ".join(
        f"count(*) FILTER ({test}), count({day}) FILTER ({test})" for test in of.values()
    )
    won, won_dated, lost, lost_dated = seen.ask(counts)[0]
    if not won or not lost or won_dated < MOSTLY * won or lost_dated > HARDLY * lost:
        return []
    return [
        f"{closing} stands on {won_dated} of {won} won deals and on {lost_dated} of {lost} lost "
        f"ones: lost deals are in no month. If {changed} is the "
        f"day on which they were lost, write `columns: deals: closed_at: [{closing}, {changed}]`"
    ]


def many_owners(seen: Seen) -> list[str]:
    """That a column of owners has almost as many names as deals: it may be that of the clients."""
    heading = seen.mapping.get("manager", "")
    if heading not in seen.raw.headings:
        return []
    cell = text_sql("r." + quoted(heading))
    names, rows = seen.ask(f"count(DISTINCT {cell}), count({cell})")[0]
    if names < MANY_NAMES or names * 3 < rows:
        return []
    others = seen.pairs["manager"].others if "manager" in seen.pairs else ()
    could = f"; {', '.join(others)} could be it" if others else ""
    return [
        f"the column {heading} (manager) has {names} names in {rows} rows: is it the owner of the "
        f"deals{could}?"
    ]


def said_of_yes_and_no(seen: Seen) -> list[str]:
    """What single letters, or yes, no and nothing, mean in a column that says how a deal ended."""
    if not seen.ends:
        return []
    told = {
        name: ", ".join(word or "(blank)" for word in words) for name, words in seen.ends.items()
    }
    line = f"the column {seen.mapping['status']}: " + ", ".join(
        f"{words} is {name}" for name, words in told.items()
    )
    closings = seen.named.get("closed_at")
    if isinstance(closings, list):
        return [f"{line}; by the dates in {' and '.join(closings)}"]
    if not seen.company.deals[0].profile(seen.mapping["status"]).yes_no:
        return [line]
    why = (
        "lost deals have a closing date and the others have none"
        if "lost" in told
        else "what no means is asked"
    )
    return [f"{line}; {why}"]


def said_of_reasons(seen: Seen, found: dict[str, list[str]]) -> list[str]:
    """What words mean by the closing dates and reasons beside them; nothing where these were not
    asked.
    """
    if not found:
        return []
    won, lost, rest = (
        ", ".join(word or "(blank)" for word in found[name]) for name in ("won", "lost", "open")
    )
    closed, reason = seen.mapping["closed_at"], seen.mapping["lost_reason"]
    return [
        f"likely: {won} is won (a date in {closed} and nothing in {reason}), {lost} is lost "
        f"(both), {rest or 'no word'} is open (neither). "
        "Move a word under `values: status:` if it means something else"
    ]


def said_of_words(words: list[tuple[str, int]], lists: Lists, flags: Flags | None) -> list[str]:
    """What tells won and lost, which words nothing settles, and which of the two has no word at
    all.
    """
    notes = []
    if flags and "won" in flags.parts:
        notes.append(f"won and lost: by the columns {' and '.join(flags.headings)}")
    elif flags:
        named = " and ".join(flags.headings)
        told = (
            f"closed: by the column {named}; of the closed deals those are won whose word says so, "
            "the others are lost"
        )
        if lists.flagged:
            told += f": {_numbered(lists.flagged)}. If one of them means won, name it under `values: status: won`"  # noqa: E501
        notes.append(told)
    if lists.asked:
        past = [one for one in lists.asked if one.past]
        told = "; ".join(f"{one.word or '(blank)'}: {one.told()}" for one in past[:12])
        more = f" and {len(past) - 12} more" if len(past) > 12 else ""
        rest = [one.word or "(blank)" for one in lists.asked if not one.past]
        if rest:
            names = f"{', '.join(rest[:12])}{' …' if len(rest) > 12 else ''}"
            more += f"{'; ' if past else ''}with no deal closed in the past: {names}"
        notes.append(
            "not known to be won, lost or open, so they count as open and the headline is shown "
            "both ways until you move them "
            f"from `values: status: ask` to another list: {told}{more}"
        )
    lacking = [
        name
        for name in ("won", "lost")
        if lists.settled and not lists.settled[name] and not (flags and name == "lost")
    ]
    if lacking:
        missing = " or ".join(lacking)
        notes.append(
            f"no word for {missing} was recognised: no deal can be counted as {missing} in a "
            "month until "
            f"`values: status` names its words; the words are {_numbered(words[:12])}"
        )
    return notes


def _numbered(words) -> str:
    return ", ".join(f"{word or '(blank)'} ({n})" for word, n in words)


def blank(seen: Seen) -> list[str]:
    """Columns of which many cells are blank, and what that means."""
    asked = {
        "manager": "these deals have no sales rep",
        "channel" if "channel" in seen.mapping else "source": "these deals are in no channel",
        "amount": "these deals count in conversion, but in no sum",
    }
    lines = []
    for name, means in asked.items():
        if name not in seen.mapping:
            continue
        heading = seen.mapping[name]
        rows, of = seen.ask(
            f"count(*) FILTER ({text_sql('r.' + quoted(heading))} IS NULL), count(*)"
        )[0]
        if rows > seen.params.thresholds.unread_share * of:
            lines.append(f"the column {heading} ({name}) is blank in {rows} of {of} rows: {means}")
    return lines


def dated(seen: Seen) -> list[str]:
    """Columns of times that hold none, or mostly such as are far from today: whether they are times
    is asked.
    """
    lines = []
    for name in ("created_at", "closed_at"):
        heading = seen.mapping.get(name, "")
        if heading not in seen.raw.headings:
            continue
        cell, settings = f"r.{quoted(heading)}", Settings(seen.params.timezone)
        value = parse_time(
            seen.con, seen.raw.relation, heading, settings, f"init_{name}"
        ).expression
        filled, read, example = seen.ask(f"count({cell}), count({value}), min({cell})")[0]
        ask = f"name another heading under `columns: deals: {name}:` if it holds no dates"
        if filled and not read:
            lines.append(
                f"nothing in the column {heading} ({name}) reads as a date, for example "
                f"{example}: {ask}"
            )
        elif told := far_dates(seen.con, seen.raw.relation, value, heading, dt.date.today()):
            span = f"lie far from today, from {told['first']} to {told['last']}"
            lines.append(
                f"{told['rows']} of {told['of']} dates of the column {heading} ({name}) {span}: "
                f"{ask}"
            )
    return lines
