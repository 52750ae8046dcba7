"""What `salesnb init` reads off an export: words of status, currency, order of stages; and what it
could not map.
"""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from salesnb.errors import DataError
from salesnb.params import make_params
from salesnb.source.canonical import make_canonical
from salesnb.source.company import Beside, beside, evidence
from salesnb.source.currencies import currency_of
from salesnb.source.draft import text_of
from salesnb.source.effects import effects
from salesnb.source.engine import connect
from salesnb.source.given import LOOKED_AT
from salesnb.source.homes import home
from salesnb.source.initlines import (
    blank,
    dated,
    lost_without_day,
    many_owners,
    mapped,
    not_mapped,
    owner_by_values,
    said_of_reasons,
    said_of_words,
    said_of_yes_and_no,
)
from salesnb.source.links import named_in
from salesnb.source.offers import offered
from salesnb.source.seen import MEANS, Seen
from salesnb.source.settling import Lists, settle
from salesnb.source.stagewords import (
    by_ends,
    by_reasons,
    order_told,
    stage_list,
    stage_names,
    stage_order,
    status_words,
    take_stage_for_status,
    under_way,
)

MOST_SHOWN = 25  # words of status in the head of the file
Ask = Callable[[str, list[str], int], int]


def params_text(seen: Seen, source: Any, ask: Ask | None = None) -> tuple[str, list[str]]:
    """The params file, and lines that say what was mapped, what was not and what that means."""
    more = beside(seen.con, seen.company, seen.mapping)
    take_stage_for_status(seen, more)
    named = stage_names(seen, more)
    words = status_words(seen, named)
    currency, currency_notes = currency_of(seen)
    told, comments = _head(seen, source, currency, more), dict(more.comments)
    _columns_told(seen, told, comments)
    flags = seen.flags
    by_flags = flags is not None and "won" in flags.parts
    if named and named.ends and not by_flags:
        told["values"] = {"status": by_ends(words, named)}
    elif seen.ends:
        told["values"] = {"status": seen.ends}
    beside_words = {} if "values" in told else by_reasons(seen, named, words)
    if beside_words:
        told["values"] = {"status": beside_words}
    lists = Lists() if seen.lacking else settle(words, told, seen.params, by_flags)
    told.pop("values", None)
    effects(seen, told, lists, comments)
    dropped = [] if seen.lacking else _tried(seen, told, more, lists)
    comments |= {("data", "joins", number): link.evidence for number, link in enumerate(more.links)}
    asked = _questions(lists, more, told, comments, ask)
    listed = order_told(seen, stage_list(more))
    order = listed or stage_order(seen, under_way(seen, words, lists, by_flags), named)
    words_told = lists.yaml()
    if beside_words:
        words_told = (
            "# likely, by closing dates and lost reasons: look at these words\n" + words_told
        )
    names = {link.column: named_in(seen.con, link) for link in more.links if link.table == "deals"}
    offers = offered(seen.con, seen.raw, seen.mapping, names, bool(words_told))
    body = text_of(told, comments) + words_told + offers
    if order:
        if not listed:
            body += "# a guess: the stage whose deals are youngest first. Put the stages in their order by hand.\n"  # noqa: E501
        body += _yaml({"stage_order": order})
    counts = "\n".join(f"#   {word or '(blank)'}: {n}" for word, n in words[:MOST_SHOWN])
    head = (
        f"# Written by salesnb init from {seen.preset.title}. Every key is explained in "
        "docs/codebook.md.\n"
    )
    head += f"# Status words in the export and on how many rows they stand:\n{counts}\n"
    notes = [
        *mapped(seen),
        *not_mapped(seen),
        *said_of_yes_and_no(seen),
        *said_of_reasons(seen, beside_words),
        *said_of_words(words, lists, flags),
        *owner_by_values(seen),
        *lost_without_day(seen, lists),
        *many_owners(seen),
        *blank(seen),
        *dated(seen),
        *currency_notes,
    ]
    notes += [*more.notes, *dropped, *asked]
    if offers:
        notes.append(
            "names that may be one, as ready lines under `values:`: "
            f"{'; '.join(line.strip(' #') for line in offers.splitlines() if ': {' in line)}"
        )
    notes.append(
        f"country {told['country']} and timezone {told['timezone']} are a guess by the currency "
        f"{currency}, the CRM and the language of the headings: correct them if they are others"
    )
    if order and not listed:
        notes.append(
            f"stage_order is a guess, by the age of the deals: {', '.join(order)}. Correct it by "
            "hand"
        )
    return head + body, notes


def _yaml(told: dict) -> str:
    return yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=110)


def _head(seen: Seen, source, currency: str, more: Beside) -> dict:
    country, zone = home(currency, _of_russia(seen))
    data = {"preset": seen.preset.name, "deals": source, **more.sources}
    if more.joins:
        data["joins"] = more.joins
    return {
        "company": _company(source),
        "language": "ru" if seen.russian else "en",
        "timezone": zone,
        "currency": currency,
        "country": country,
        "data": data,
    } | ({"columns": dict(more.columns)} if more.columns else {})


def _of_russia(seen: Seen) -> bool:
    """Whether the headings are Russian; of a CRM that is sold there most also English ones."""
    other = any(not letter.isascii() for heading in seen.raw.headings for letter in heading)
    return seen.russian or (seen.preset.name in ("amocrm", "bitrix24") and not other)


def _company(source) -> str:
    """A name for the company, until a better one is written: that of the first file."""
    first = source[0] if isinstance(source, list) else source
    if isinstance(first, dict):
        first = first.get("path") or "company"
    return Path(first).stem.replace("_", " ").replace("-", " ").title()


def _columns_told(seen: Seen, told: dict, comments: dict[tuple, str]) -> None:
    """`columns: deals:` with the evidence of each guess, and a line to fill in for each that is
    lacking.
    """
    if not seen.named and not seen.lacking:
        return
    told["columns"] = {"deals": dict(seen.named)} | told.get("columns", {})
    for column, one in seen.pairs.items():
        if note := evidence(one):
            comments["columns", "deals", column] = note
    for column in seen.lacking:
        comments["columns", "deals"] = f"to fill in: `{column}: HEADING`. {MEANS[column]}"
    if seen.lacking and not seen.named:
        told["columns"]["deals"] = {}


def _tried(seen: Seen, told: dict, more: Beside, lists: Lists) -> list[str]:
    """Read the first rows of everything once as a run will; a table or a join that cannot be read
    so is left out, and said.
    """
    notes: list[str] = []
    while more.sources or more.links:
        try:
            con = connect()
            whole = told | ({"values": {"status": lists.told()}} if lists.told() else {})
            make_canonical(
                con, make_params(whole, root=seen.params.root), dt.date.today(), LOOKED_AT
            )
            con.close()
            return notes
        except DataError as error:
            table = next((name for name in more.sources if str(error).startswith(f"{name}:")), None)
            if table is None and (not more.links or str(error).startswith("deals:")):
                return notes
            notes.append(
                f"left out: {table or 'a join'}, for it cannot be read so: "
                f"{str(error).splitlines()[0]}"
            )
            if table:
                more.without(table)
                told["data"].pop(table, None)
                told.get("columns", {}).pop(table, None)
            else:
                wrong = [
                    link
                    for link in more.links
                    if link.given.label in str(error) and link.column in str(error)
                ]
                more.links = [link for link in more.links if link not in (wrong or more.links)]
            told["data"].pop("joins", None)
            if more.joins:
                told["data"]["joins"] = more.joins
    return notes


def _questions(
    lists: Lists, more: Beside, told: dict, comments: dict[tuple, str], ask: Ask | None
) -> list[str]:
    """Ask what moves the figures most, at most three questions; without anybody to ask the
    likeliest is taken.
    """
    lines = []
    for one in [one for one in lists.asked if one.past][:2]:
        if ask is None:
            break
        options = ["ask later: count it as open and show both figures", "won", "lost", "open"]
        chosen = ask(f"What is {one.word or '(blank)'!r}? {one.told()}", options, 0)
        if chosen:
            lists.asked.remove(one)
            lists.settled.setdefault(options[chosen], []).append(one.word)
    if more.offers:
        heading, names = more.offers[0]
        question = f"No column is the sales channel. Is it {heading} ({names} different)?"
        if ask is not None and ask(question, ["no", f"yes, a page for each of {names}"], 0):
            more.take_channel(heading)
            told["data"]["joins"] = more.joins
        else:
            comments["data", "joins"] = f"{question} If it is, add to the join: channel: {heading}"
            lines.append(
                f"no column is the sales channel. {heading} ({names} different) could be: "
                f"`channel: {heading}` under `joins: columns:`"
            )
    return lines
