"""What `salesnb init` reads off an export: words of status, currency, order of stages; and what it could not map."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import yaml

from salesnb.errors import DataError
from salesnb.formats.currency import currency_code, readings
from salesnb.formats.fold import fold
from salesnb.params import Params, make_params
from salesnb.source.canonical import make_canonical
from salesnb.source.company import Beside, Company, beside, evidence
from salesnb.source.draft import text_of
from salesnb.source.engine import connect
from salesnb.source.flags import Flags, flags_of
from salesnb.source.homes import home
from salesnb.source.links import Link, named_in
from salesnb.source.mapping import closings_apart, entered_headings
from salesnb.source.match import Match
from salesnb.source.meanings import looks
from salesnb.source.numbers import parse_number
from salesnb.source.offers import offered
from salesnb.source.parse import text_sql
from salesnb.source.parsed import Settings, listed
from salesnb.source.presets import Preset
from salesnb.source.read import RawTable, quoted
from salesnb.source.settling import Lists, alone, settle
from salesnb.source.status import without_brackets
from salesnb.source.timechecks import far_dates
from salesnb.source.times import parse_time

MOST_WORDS, MOST_SHOWN = 500, 25
# what a report cannot say without a column
MEANS = {
    "deal_id": "Without an id a deal cannot be told from another.",
    "manager": "Without an owner no sales rep can be told from another.",
    "created_at": "Without it no deal can be counted in a month.",
    "status": "Without it no deal is won or lost, and there is no conversion.",
    "closed_at": "Without a closing date no deal can be counted in a month until `columns: deals: closed_at:` names its heading.",
}
OPTIONAL = ("channel", "amount", "stage", "lost_reason", "client_id", "source")


@dataclass(frozen=True)
class Seen:
    """An export as `init` saw it: the engine, its raw table, the CRM, canonical name → heading, those that must be named.

    `pairs` : the pairing behind each that must be named; `company` : the other files; `lacking` : required columns that
    are not there
    """

    con: duckdb.DuckDBPyConnection
    raw: RawTable
    preset: Preset
    mapping: dict[str, str]
    named: dict[str, str]
    params: Params
    pairs: dict[str, Match]
    company: Company
    lacking: tuple[str, ...] = ()

    def ask(self, columns: str, rest: str = "") -> list[tuple]:
        """Rows of SELECT `columns` FROM the raw table, alias ``r``, and the `rest` of the query."""
        return self.con.execute(f"SELECT {columns} FROM {self.raw.relation} r {rest}").fetchall()

    @property
    def flags(self) -> Flags | None:
        """The CRM's own columns that say how a deal stands; None without any."""
        found = flags_of(self.raw.headings, self.preset)
        return found if found and found.headings else None

    @property
    def russian(self) -> bool:
        return any("а" <= letter.lower() <= "я" for heading in self.raw.headings for letter in heading)


Ask = Callable[[str, list[str], int], int]


def params_text(seen: Seen, source, ask: Ask | None = None) -> tuple[str, list[str]]:
    """The params file, and lines that say what was mapped, what was not and what that means."""
    more = beside(seen.con, seen.company, seen.mapping)
    named = stage_names(seen, more)
    words = _status_words(seen, named)
    currency, currency_notes = _currency(seen)
    told, comments = _head(seen, source, currency, more), dict(more.comments)
    _columns_told(seen, told, comments)
    flags = seen.flags
    by_flags = flags is not None and "won" in flags.parts
    if named and named.ends and not by_flags:
        told["values"] = {"status": _by_ends(words, named)}
    lists = Lists() if seen.lacking else settle(words, told, seen.params, by_flags)
    told.pop("values", None)
    dropped = [] if seen.lacking else _tried(seen, told, more, lists)
    asked = _questions(lists, more, told, comments, ask)
    order = _order_told(seen, named) or _stage_order(seen, _under_way(seen, words, lists, by_flags), named)
    words_told = lists.yaml()
    names = {link.column: named_in(seen.con, link) for link in more.links if link.table == "deals"}
    offers = offered(seen.con, seen.raw, seen.mapping, names, bool(words_told))
    body = text_of(told, comments) + words_told + offers
    if order:
        if not (named and named.order):
            body += "# a guess: the stage whose deals are youngest first. Put the stages in their order by hand.\n"
        body += _yaml({"stage_order": order})
    counts = "\n".join(f"#   {word or '(blank)'}: {n}" for word, n in words[:MOST_SHOWN])
    head = f"# Written by salesnb init from {seen.preset.title}. Every key is explained in docs/codebook.md.\n"
    head += f"# Status words in the export and on how many rows they stand:\n{counts}\n"
    notes = [
        *_mapped(seen),
        *_not_mapped(seen),
        *_said(words, lists, flags),
        *_blank(seen),
        *_dated(seen),
        *currency_notes,
    ]
    notes += [*more.notes, *dropped, *asked]
    if offers:
        notes.append(
            f"names that may be one, as ready lines under `values:`: {'; '.join(line.strip(' #') for line in offers.splitlines() if ': {' in line)}"
        )
    notes.append(
        f"country {told['country']} and timezone {told['timezone']} are a guess by the currency {currency} and the language of the "
        "headings: correct them if they are others"
    )
    if order and not (named and named.order):
        notes.append(f"stage_order is a guess, by the age of the deals: {', '.join(order)}. Correct it by hand")
    return head + body, notes


def _yaml(told: dict) -> str:
    return yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=110)


def _head(seen: Seen, source, currency: str, more: Beside) -> dict:
    country, zone = home(currency, seen.russian or seen.preset.name in ("amocrm", "bitrix24"))
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
    } | ({"columns": dict(more.columns)} if more.columns else {})  # fmt: skip


def _company(source) -> str:
    """A name for the company, until a better one is written: that of the first file."""
    first = source[0] if isinstance(source, list) else source
    if isinstance(first, dict):
        first = first.get("path") or "company"
    return Path(first).stem.replace("_", " ").replace("-", " ").title()


def _columns_told(seen: Seen, told: dict, comments: dict[tuple, str]) -> None:
    """`columns: deals:` with the evidence of each guess, and a line to fill in for each that is lacking."""
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


def stage_names(seen: Seen, more: Beside) -> Link | None:
    """The join that names the stages of the deals; where the stage says the status, its names say it too."""
    link = next((one for one in more.links if one.table == "deals" and one.column in ("status", "stage")), None)
    if link and link.heading == seen.mapping.get("status"):
        link.made.setdefault("status", link.made.get("stage", next(iter(link.made.values()))))
        return link
    return None


def _by_ends(words: list[tuple[str, int]], named: Link) -> dict[str, list[str]]:
    """The words of status as the list of stages says how each ends."""
    found: dict[str, list[str]] = {}
    for word, _ in words:
        if word in named.ends:
            found.setdefault(named.ends[word], []).append(word)
    return found


def _tried(seen: Seen, told: dict, more: Beside, lists: Lists) -> list[str]:
    """Read everything once as a run will; a table or a join that cannot be read so is left out, and said."""
    notes: list[str] = []
    while more.sources or more.links:
        try:
            con = connect()
            whole = told | ({"values": {"status": lists.told()}} if lists.told() else {})
            make_canonical(con, make_params(whole, root=seen.params.root), dt.date.today())
            con.close()
            return notes
        except DataError as error:
            table = next((name for name in more.sources if str(error).startswith(f"{name}:")), None)
            if table is None and (not more.links or str(error).startswith("deals:")):
                return notes
            notes.append(f"left out: {table or 'a join'}, for it cannot be read so: {str(error).splitlines()[0]}")
            if table:
                more.without(table)
                told["data"].pop(table, None)
                told.get("columns", {}).pop(table, None)
            else:
                wrong = [link for link in more.links if link.given.label in str(error) and link.column in str(error)]
                more.links = [link for link in more.links if link not in (wrong or more.links)]
            told["data"].pop("joins", None)
            if more.joins:
                told["data"]["joins"] = more.joins
    return notes


def _questions(lists: Lists, more: Beside, told: dict, comments: dict[tuple, str], ask: Ask | None) -> list[str]:
    """Ask what moves the figures most, at most three questions; without anybody to ask the likeliest is taken."""
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
                f"no column is the sales channel. {heading} ({names} different) could be: `channel: {heading}` under `joins: columns:`"
            )
    return lines


def _mapped(seen: Seen) -> list[str]:
    """Which heading is which column, and which are kept as they are."""
    mapping, headings = dict(seen.mapping), seen.raw.headings
    apart = closings_apart(headings, seen.preset)
    if mapping.get("closed_at") in apart:
        mapping["closed_at"] = " and ".join(apart)
    flags = seen.flags.headings if seen.flags else ()
    if flags:
        mapping["status"] = " and ".join(flags)
    lines = [f"columns: {', '.join(f'{column} = {heading}' for column, heading in mapping.items())}"]
    used = {*seen.mapping.values(), *apart, *flags, *entered_headings(headings)}
    rest = [heading for heading in headings if heading not in used]
    if rest:
        lines.append(f"kept as they are, not mapped: {', '.join(rest[:20])}" + (" …" if len(rest) > 20 else ""))
    return lines


def _not_mapped(seen: Seen) -> list[str]:
    missing = [name for name in OPTIONAL if name not in seen.mapping]
    lines = [] if "closed_at" in seen.mapping else [f"not found: closed_at. {MEANS['closed_at']}"]
    if missing:
        lines.append(f"not found: {', '.join(missing)}. Name them under `columns: deals:` if they have other headings")
    return lines


def _status_words(seen: Seen, named: Link | None) -> list[tuple[str, int]]:
    """Words of status with their rows, most frequent first; cells with nothing in them as ""."""
    if "status" not in seen.mapping:
        return []
    word, join = _named(seen, named, f"r.{quoted(seen.mapping['status'])}")
    return seen.ask(
        f"coalesce({text_sql(word)}, '') AS w, count(*) AS n",
        f"{join} GROUP BY 1 ORDER BY n DESC, 1 LIMIT {MOST_WORDS}",
    )


def _named(seen: Seen, named: Link | None, cell: str) -> tuple[str, str]:
    """A cell by the name that a join gives it, and the join in SQL."""
    if named is None:
        return cell, ""
    where = " AND ".join(f"{quoted(h)} IN ({listed(values)})" for h, values in named.where.items()) or "true"
    label = named.made.get("status") or named.made["stage"]
    join = (
        f"LEFT JOIN (SELECT * FROM {named.given.raw.relation} WHERE {where}) j "
        f"ON trim(r.{quoted(named.heading)}) = trim(j.{quoted(named.key)})"
    )
    return f"coalesce(j.{quoted(label[0])}, {cell})", join


def _order_told(seen: Seen, named: Link | None):
    """The order of stages that a list of stages gives: one list, or one per pipeline by its name in the deals."""
    if named is None or not named.order:
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


def _under_way(seen: Seen, words: list[tuple[str, int]], lists: Lists, by_flags: bool) -> list[str]:
    """Words that may be stages on the way: open ones, and those asked about that look like no end."""
    if by_flags:
        return [word for word, _ in words]
    ends = {fold(word) for name in ("won", "lost") for word in lists.settled.get(name, ())}
    ends |= {fold(one.word) for one in lists.asked if looks(one.word) != "unclear"}
    ends |= {fold(word) for word, _ in lists.flagged}
    return [word for word, _ in words if word and fold(alone(word, seen.preset)) not in ends]


def _said(words: list[tuple[str, int]], lists: Lists, flags: Flags | None) -> list[str]:
    """What tells won and lost, which words nothing settles, and which of the two has no word at all."""
    notes = []
    if flags and "won" in flags.parts:
        notes.append(f"won and lost: by the columns {' and '.join(flags.headings)}")
    elif flags:
        named = " and ".join(flags.headings)
        told = (
            f"closed: by the column {named}; of the closed deals those are won whose word says so, the others are lost"
        )
        if lists.flagged:
            told += f": {_numbered(lists.flagged)}. If one of them means won, name it under `values: status: won`"
        notes.append(told)
    if lists.asked:
        told = "; ".join(f"{one.word or '(blank)'}: {one.told()}" for one in lists.asked[:12])
        more = f" and {len(lists.asked) - 12} more" if len(lists.asked) > 12 else ""
        notes.append(
            "not known to be won, lost or open, so they count as open and the headline is shown both ways until you move them "
            f"from `values: status: ask` to another list: {told}{more}"
        )
    lacking = [
        name for name in ("won", "lost") if lists.settled and not lists.settled[name] and not (flags and name == "lost")
    ]
    if lacking:
        missing = " or ".join(lacking)
        notes.append(
            f"no word for {missing} was recognised: no deal can be counted as {missing} in a month until "
            f"`values: status` names its words; the words are {_numbered(words[:12])}"
        )
    return notes


def _numbered(words) -> str:
    return ", ".join(f"{word or '(blank)'} ({n})" for word, n in words)


def _blank(seen: Seen) -> list[str]:
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
        rows, of = seen.ask(f"count(*) FILTER ({text_sql('r.' + quoted(heading))} IS NULL), count(*)")[0]
        if rows > seen.params.thresholds.unread_share * of:
            lines.append(f"the column {heading} ({name}) is blank in {rows} of {of} rows: {means}")
    return lines


def _currency(seen: Seen) -> tuple[str, list[str]]:
    """The most frequent currency of the file: of its own column, else of the amounts; and words that name none."""
    column, amount = seen.mapping.get("currency"), seen.mapping.get("amount")
    cell = "NULL"
    if column:
        cell = f"trim(r.{quoted(column)})"
    elif amount:
        cell = parse_number(seen.con, seen.raw.relation, amount, money=True).currency
    found = seen.ask(f"{cell} AS c, count(*) AS n", "GROUP BY 1 HAVING c IS NOT NULL ORDER BY n DESC, c")
    counts: dict[str, int] = {}
    for word, n in found:
        if code := currency_code(word):
            counts[code] = counts.get(code, 0) + n
    currency = max(counts, key=counts.__getitem__) if counts else "RUB" if seen.russian else "USD"
    strange = [(word, n) for word, n in found if not currency_code(word)]
    if not found:
        return currency, [f"no amount names its currency: {currency} is a guess, correct `currency` if it is another"]
    notes = [doubt] if (doubt := _shared_sign([word for word, _ in found], currency)) else []
    if not strange:
        return currency, notes
    told = ", ".join(f"{word} ({n})" for word, n in strange[:5])
    example = f"values: {{currency: {{{currency}: [{strange[0][0]}]}}}}"
    return currency, [
        *notes,
        f"not a known currency: {told}. These amounts are missing until the params name it: `{example}` if it is {currency}",
    ]


def _shared_sign(words: list[str], currency: str) -> str:
    """That the only sign of the currency is one of several; "" where a word names it alone, or the sign is the rouble's.

    >>> _shared_sign(["kr"], "SEK"), _shared_sign(["kr", "SEK"], "SEK")
    ('kr may be SEK, NOK, DKK, ISK: SEK is a guess, correct `currency` if it is another', '')
    """
    named = {word: codes for word in words if (codes := readings(word)) and codes[0] == currency}
    if currency == "RUB" or not named or any(len(codes) == 1 for codes in named.values()):
        return ""
    word, codes = next(iter(named.items()))
    return f"{word} may be {', '.join(codes[:6])}: {currency} is a guess, correct `currency` if it is another"


def _dated(seen: Seen) -> list[str]:
    """Columns of times that hold none, or mostly such as are far from today: whether they are times is asked."""
    lines = []
    for name in ("created_at", "closed_at"):
        heading = seen.mapping.get(name, "")
        if heading not in seen.raw.headings:
            continue
        cell, settings = f"r.{quoted(heading)}", Settings(seen.params.timezone)
        value = parse_time(seen.con, seen.raw.relation, heading, settings, f"init_{name}").expression
        filled, read, example = seen.ask(f"count({cell}), count({value}), min({cell})")[0]
        ask = f"name another heading under `columns: deals: {name}:` if it holds no dates"
        if filled and not read:
            lines.append(f"nothing in the column {heading} ({name}) reads as a date, for example {example}: {ask}")
        elif told := far_dates(seen.con, seen.raw.relation, value, heading, dt.date.today()):
            span = f"lie far from today, from {told['first']} to {told['last']}"
            lines.append(f"{told['rows']} of {told['of']} dates of the column {heading} ({name}) {span}: {ask}")
    return lines


def _stage_order(seen: Seen, open_words: list[str], named: Link | None = None) -> list[str]:
    """A guess: open stages by the mean age of the deals in them, youngest first; stages without a dated deal are left out."""
    if "stage" not in seen.mapping or "created_at" not in seen.mapping or seen.lacking:
        return []
    key = seen.mapping["created_at"]
    created = parse_time(seen.con, seen.raw.relation, key, Settings(seen.params.timezone), "init").expression
    stage, join = _named(seen, named, f"trim(r.{quoted(seen.mapping['stage'])})")
    name = without_brackets(stage) if seen.preset.pipeline_in_words else stage
    ended = [f"NOT {seen.flags.says(name)}" for name in ("won", "lost", "closed")] if seen.flags else []
    still_open = " AND ".join(ended) or "true"
    found = seen.ask(
        f"{name} AS s, avg(epoch({created})) AS age, min({stage})",
        f"{join} WHERE {stage} IS NOT NULL AND {still_open} GROUP BY 1 HAVING age IS NOT NULL ORDER BY age DESC, s",
    )
    order = [s for s, _, word in found if word in open_words]
    return order if len(order) > 1 else []
