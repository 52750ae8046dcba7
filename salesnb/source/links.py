"""Joins between the files of a company: which column holds the key of another file, and what that
file says of it.
"""

import re
from dataclasses import dataclass, field

import duckdb

from salesnb.formats.fold import fold
from salesnb.source.concepts import concepts, words_of
from salesnb.source.given import Given
from salesnb.source.match import Profile
from salesnb.source.parsed import listed
from salesnb.source.presets.bitrix24 import LOST_GROUP, OPEN_GROUP, WON_GROUP
from salesnb.source.read import quoted
from salesnb.source.roles import FIRST, MOST_VALUES, NAMED, Seat, first_and_last, spaced, values_of

# of the values of a column: so many stand in the key of another file, or they are no key of it
FOUND = 0.8
# columns that may hold a key → concepts and words of the names of files that explain it
EXPLAINED = {
    "manager": r"user|people|staff|employee|manager|owner|rep|agent|team|member|person|сотрудник|менеджер|пользовател",  # noqa: E501
    "stage": r"stage|status|step|phase|milestone|этап|стади|статус",
    "status": r"stage|status|state|этап|стади|статус",
    "pipeline": r"pipeline|funnel|categor|воронк|направлени",
    "source": r"source|origin|dictionar|status|источник|справочник",
    "channel": r"channel|source|канал",
    "product": r"product|item|товар|продукт",
    "lost_reason": r"reason|причин",
    "segment": r"segment|industr|сегмент|отрасл",
}
LABELS = (
    {"name"},
    {"owner", "name"},
    {"stage", "name"},
    {"pipeline", "name"},
    {"product", "name"},
    {"source", "name"},
    {"person", "name"},
    {"reason", "name"},
    {"channel", "name"},
    {"stage"},
    {"pipeline"},
    {"product"},
    {"source"},
    {"owner"},
    {"reason"},
    {"channel"},
    {"status", "name"},
)
ORDER = r"^(sort|order|position|sequence|seq|order.?nr|display.?order|sort.?order|порядок|сортировка|номер)$"  # noqa: E501


# words that say how a stage ends only where a column has both
DONE = frozenset(
    {"complete", "completed", "done", "выполнен", "выполнено", "завершен", "завершено"}
)
GIVEN_UP = frozenset({"cancel", "canceled", "cancelled", "отменен", "отменено", "отмена"})


@dataclass(frozen=True)
class Link:
    """A join: of a table by a column and a key of another file, what it brings, and how sure it is.

    Attributes
    ----------
    share : of the distinct values of the column so many are found, 0..1
    where : rows of the file that count; empty: all
    ends : label → won or lost, where the file says it; order : labels from first to last, per
        pipeline ("" for one list)
    """

    table: str
    column: str
    heading: str
    given: Given
    key: str
    made: dict[str, list[str]]
    share: float
    where: dict[str, list[str]] = field(default_factory=dict)
    ends: dict[str, str] = field(default_factory=dict)
    order: dict[str, list[str]] = field(default_factory=dict)
    by: str = ""

    @property
    def evidence(self) -> str:
        """What the join stands on."""
        return f"{self.share:.0%} of the values of {self.heading} stand in {self.key}".replace(
            "%", " %"
        )

    def told(self) -> dict:
        """The join as the params have it."""
        on = self.heading if self.heading == self.key else {self.heading: self.key}
        found = {"table": self.table, "file": self.given.source, "on": on}
        found["columns"] = {
            name: made[0] if len(made) == 1 else made for name, made in self.made.items()
        }
        return found | ({"where": self.where} if self.where else {})


def links_of(con: duckdb.DuckDBPyConnection, seat: Seat, others: list[Seat]) -> list[Link]:
    """The joins that give names for ids in `seat`, each column explained by the file that fits it
    best.
    """
    found = []
    for column, heading in seat.mapping.items():
        again = column == "status" and heading == seat.mapping.get("stage")
        if column not in EXPLAINED or again or not seat.profile(heading).filled:
            continue
        tried = [
            _link(con, seat, column, heading, other)
            for other in others
            if other.given is not seat.given
        ]
        options = [one for one in tried if one is not None]
        if options:
            found.append(max(options, key=lambda pair: pair[0])[1])
    return [link for link in found if not _by_chance(link, found)]


def _by_chance(link: Link, others: list[Link]) -> bool:
    """Whether codes of a status stand among the ids of stages by chance: 1, 2, 3, where another
    column is called by that file.
    """
    own = _same_noun(link.heading, link.given.words)
    rivals = [
        _same_noun(one.heading, one.given.words)
        for one in others
        if one.given is link.given and one is not link
    ]
    return link.column == "status" and max(rivals, default=0.0) > own


def _link(con, seat: Seat, column: str, heading: str, other: Seat) -> tuple[float, Link] | None:
    """How well a file explains a column, and the join; None where it does not."""
    if other.table in (
        "deals",
        "touches",
        "stages",
        "owners",
        "sales",
        "payments",
    ) or not _explains(column, other):
        return None
    values = values_of(con, seat.given, heading)
    if not values or (
        column == "status" and len(values) < 2
    ):  # one value is in any list of numbers
        return None
    best = None
    for key in other.given.raw.headings:
        seen = other.profile(key)
        if seen.times >= 0.5 or not seen.distinct or "id" not in concepts(key):
            continue
        where, keys = _keys(con, other, key, values)
        share = len(values & keys) / len(values)
        label = _label(con, other, key, column)
        if share < FOUND or not label:
            continue
        fit = share + (0.3 if fold(key) in fold(heading) or fold(heading) in fold(key) else 0)
        fit += _same_noun(heading, other.given.words)  # small numbers are ids in every file
        if best is None or fit > best[0]:
            ends, order, by = (
                _stages(con, other, key, label, where)
                if column in ("stage", "status")
                else ({}, {}, "")
            )
            made = {column: label}
            best = (
                fit,
                Link(
                    seat.table,
                    column,
                    heading,
                    other.given,
                    key,
                    made,
                    share,
                    where,
                    ends,
                    order,
                    by,
                ),
            )
    return best


def _same_noun(heading: str, name: str) -> float:
    """How much of the words of a heading and of the name of a file are the same, 0..1.

    >>> _same_noun("user_id", "users"), _same_noun("user_id",
    ...     "persons"), _same_noun("lead_pipeline_id", "lead_pipelines")
    (1.0, 0.0, 1.0)
    """
    one, other = (
        {word.removesuffix("s") for word in words_of(text) if word not in ("id", "ids", "code")}
        for text in (heading, name)
    )
    return len(one & other) / len(one | other) if one | other else 0.0


def _explains(column: str, other: Seat) -> bool:
    """Whether the name or the headings of a file speak of what the column holds."""
    words = spaced(other.given.words)
    if re.search(EXPLAINED[column], words):
        return True
    if column not in ("manager", "stage", "status") and any(
        re.search(p, words) for p in EXPLAINED.values()
    ):
        # its name says that it explains something else; small numbers are ids in every file
        return False
    if column == "manager":  # ids of contacts would fit by chance
        people = other.table == "" and not re.search(NAMED["clients"], words) and _is_people(other)
        named = any(
            set(concepts(heading)) == {"owner", "name"} for heading in other.given.raw.headings
        )
        return other.table == "managers" or people or named
    return (
        column in {c for heading in other.given.raw.headings for c in concepts(heading)}
        and other.table == ""
    )


def _is_people(other: Seat) -> bool:
    headings = [spaced(h) for h in other.given.raw.headings]
    both = bool(first_and_last({h: h for h in headings}))
    return both or (
        any("email" in concepts(h) for h in headings)
        and bool(re.search(NAMED["managers"], fold(other.given.words)))
    )


def _keys(con, other: Seat, key: str, values: set[str]) -> tuple[dict[str, list[str]], set[str]]:
    """The rows of a file in which a column is a key, and its values there; none where it is no key.

    A dictionary of several kinds in one file (statuses of leads and of deals, sources) has one that
    parts them: the kinds that the values speak of are taken, as long as no key stands twice.
    """
    cell, relation = quoted(key), other.given.raw.relation
    rows = con.execute(
        f"SELECT trim({cell}), count(*) FROM {relation} WHERE {cell} IS NOT NULL GROUP BY 1 LIMIT "
        f"{MOST_VALUES}"
    ).fetchall()
    if not rows:
        return {}, set()
    if all(n == 1 for _, n in rows):
        return {}, {value for value, _ in rows}
    for heading, seen in other.profiles.items():
        if heading == key or not 2 <= seen.distinct <= min(200, seen.rows // 2) or seen.filled < 1:
            continue
        kinds: dict[str, set[str]] = {}
        twice = False
        for kind, value, n in con.execute(
            f"SELECT trim({quoted(heading)}), trim({cell}), count(*) FROM {relation} WHERE {cell} "
            "IS NOT NULL GROUP BY 1, 2"
        ).fetchall():
            kinds.setdefault(kind, set()).add(value)
            twice |= n > 1
        if twice:
            continue
        chosen: list[str] = []
        keys: set[str] = set()
        for kind in sorted(kinds, key=lambda one: (-len(kinds[one] & values), one)):
            if kinds[kind] & values and not kinds[kind] & keys:
                chosen.append(kind)
                keys |= kinds[kind]
        if chosen and len(values & keys) >= FOUND * len(values):
            return {heading: sorted(chosen)}, keys
    return {}, set()


def _label(con, other: Seat, key: str, column: str) -> list[str]:
    """Headings that name what the key stands for; a person by first and last name."""
    plain = {spaced(h): h for h in other.given.raw.headings if h != key}
    if column == "manager" and (name := first_and_last(plain) or _surname(con, other, plain)):
        return name
    for wanted in LABELS:
        for heading in plain.values():
            seen = other.profile(heading)
            told = set(concepts(heading))
            if told == wanted and seen.filled and seen.numbers < 0.5 and seen.times < 0.5:
                return [heading]
    if column == "manager":
        return next(([h] for h in plain.values() if "email" in concepts(h)), [])
    return []


def _surname(con, other: Seat, plain: dict[str, str]) -> list[str]:
    """The headings of a first name and of a "name" that does not hold it: the last name; [] where
    there is none such.
    """
    first = next(
        (h for text, h in plain.items() if text != "name" and re.fullmatch(FIRST, text)), None
    )
    last = plain.get("name")
    if first is None or last is None:
        return []
    rows, whole = con.execute(
        f"""SELECT count(*), count(*) FILTER (contains(lower({quoted(last)}),
            lower({quoted(first)})))
            FROM {other.given.raw.relation} WHERE {quoted(last)} IS NOT NULL AND {quoted(first)} IS
            NOT NULL"""
    ).fetchall()[0]
    return [first, last] if whole * 2 < rows else []


def _stages(
    con, other: Seat, key: str, label: list[str], where
) -> tuple[dict[str, str], dict[str, list[str]], str]:
    """How each stage ends and in which order they stand, as the file says; and its column of
    pipelines.
    """
    headings = [h for h in other.given.raw.headings if h not in (key, *label)]
    order = next((h for h in headings if re.match(ORDER, spaced(h))), None)
    by = next((h for h in headings if "pipeline" in concepts(h)), "") or next(iter(where), "")
    cells = [label[0], *headings]
    tests = [f"{quoted(h)} IN ({listed(values)})" for h, values in where.items()]
    sql = f"SELECT {', '.join(f'trim({quoted(h)})' for h in cells)} FROM {other.given.raw.relation}"
    rows = [
        dict(zip(cells, row, strict=True))
        for row in con.execute(
            sql + (" WHERE " + " AND ".join(tests) if tests else "") + " ORDER BY _line"
        ).fetchall()
    ]
    groups = _groups(rows, headings)
    ends: dict[str, str] = {}
    for row in rows:
        meaning = _end(row, headings, other.profiles) or next(
            (said.get(fold(row[h] or ""), "") for h, said in groups), ""
        )
        if meaning and row[label[0]]:
            ends[row[label[0]]] = meaning if ends.get(row[label[0]], meaning) == meaning else ""
    orders: dict[str, list[str]] = {}
    if order:
        for row in sorted(rows, key=lambda one: _number(one[order])):
            name = row[label[0]]
            if name and ends.get(name) not in ("won", "lost"):
                stages = orders.setdefault(row[by] or "" if by else "", [])
                if name not in stages:
                    stages.append(name)
    return {name: one for name, one in ends.items() if one}, orders, by


def _groups(rows: list[dict], headings: list[str]) -> list[tuple[str, dict[str, str]]]:
    """Columns that part the stages into those that are done, those that were given up and others,
    and what their words say.
    """
    found = []
    for heading in headings:
        there = {fold(row[heading] or "") for row in rows}
        if there & DONE and there & GIVEN_UP:
            ends = {
                word: "won" if word in DONE else "lost" if word in GIVEN_UP else "open"
                for word in there
                if word
            }
            found.append((heading, ends))
    return found


def _number(text: str | None) -> float:
    try:
        return float(str(text).replace(",", "."))
    except ValueError:
        return float("inf")


def _end(row: dict, headings: list[str], seen: dict[str, Profile]) -> str:
    """won, lost or open, as the columns of a list of stages say; "" where they say nothing."""
    yes = {"true", "t", "1", "y", "yes", "да", "1.0"}
    flags: dict[str, bool] = {}
    chance = ""
    for heading in headings:
        value, told = fold((row[heading] or "").replace("_", " ")), set(concepts(heading))
        if "probability" in told or "weighted" in told:
            chance = value
            continue
        if value in {fold(w) for w in WON_GROUP}:
            return "won"
        if value in {fold(w) for w in LOST_GROUP}:
            return "lost"
        for name in ("won", "lost", "closed"):
            if (
                name in told
                and not (name == "closed" and told & {"won", "lost"})
                and seen[heading].distinct <= 2
            ):
                flags[name] = value in yes
        if value in {fold(w) for w in OPEN_GROUP}:
            return "open"
    if flags.get("won"):
        return "won"
    if flags.get("lost") or (flags.get("closed") and "won" in flags):
        return "lost"
    if flags.get("closed"):  # of a stage that ends a deal, its probability says how
        return {0.0: "lost", 1.0: "won", 100.0: "won"}.get(_number(chance), "")
    return "open" if flags.get("lost") is False or flags.get("closed") is False else ""


def shared_keys(
    con: duckdb.DuckDBPyConnection, deals: Seat, others: list[Seat]
) -> list[tuple[Link, list[str]]]:
    """Files of which a column of names also stands in the deals, with what they say of each: teams,
    regions, heads.

    Gives the join without what it brings, and the headings that it could bring.
    """
    found = []
    taken = {fold(h) for h in deals.given.raw.headings}
    for other in others:
        if other.given is deals.given or other.table not in ("", "managers"):
            continue
        for column, heading in deals.mapping.items():
            if column not in ("manager", "product", "source", "channel"):
                continue
            values = values_of(con, deals.given, heading)
            for key in other.given.raw.headings:
                if "id" in concepts(key) and fold(key) != fold(heading):
                    continue
                where, keys = _keys(con, other, key, values)
                if where or not values or len(values & keys) < FOUND * len(values):
                    continue
                more = [
                    h
                    for h in other.given.raw.headings
                    if h != key and fold(h) not in taken and other.profile(h).numbers < 0.5
                ]
                if more:
                    share = len(values & keys) / len(values)
                    found.append(
                        (Link("deals", column, heading, other.given, key, {}, share), more)
                    )
                    break
    return found


def lead_of_deal(con: duckdb.DuckDBPyConnection, deals: Seat, leads: Seat) -> Link | None:
    """The join by which a lead knows its deal, where it is the deal that names its lead."""
    if (
        "deal_id" in leads.mapping
        or "deal_id" not in deals.mapping
        or "lead_id" not in leads.mapping
    ):
        return None
    own = leads.mapping["lead_id"]
    for heading in deals.given.raw.headings:
        told = set(concepts(heading))
        if "lead" not in told or heading == deals.mapping["deal_id"]:
            continue
        where, keys = _keys(con, deals, heading, ids := values_of(con, leads.given, own))
        if keys and not where and len(keys & ids) >= 0.5 * len(keys):
            made = {"deal_id": [deals.mapping["deal_id"]]}
            return Link(
                "leads", "deal_id", own, deals.given, heading, made, len(keys & ids) / len(keys)
            )
    return None


def named_in(con: duckdb.DuckDBPyConnection, link: Link) -> list[str]:
    """The names that the file of a join lists in its key, where the deals have names and no ids; []
    otherwise.
    """
    return [] if "id" in concepts(link.key) else sorted(values_of(con, link.given, link.key))
