"""Which canonical table each file is: by its headings, its values, its name, and by what the others
are.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from salesnb.errors import DataError
from salesnb.formats.fold import fold
from salesnb.schema import TABLES
from salesnb.source.files import KINDS
from salesnb.source.given import Given
from salesnb.source.headings import SHEET, fold_heading
from salesnb.source.match import (
    LIKELY,
    PATTERNS,
    Match,
    Profile,
    by_values,
    heading_score,
    match,
    plain_heading,
    table_scores,
)
from salesnb.source.parsed import Settings
from salesnb.source.presets import Preset
from salesnb.source.profile import profiles
from salesnb.source.read import quoted
from salesnb.source.scores import are_marks
from salesnb.source.wideplans import metric_of

# words of file and sheet names that say which table it is
NAMED = {
    "deals": r"\bdeals?\b|opportunit|\bopps?\b|pipeline\b|сделк|угод|negocio|oportunidad",
    "leads": r"\bleads?\b|лид",
    "stages": r"stage.?hist|history|stages?\b|истори|этап|стади|flow",
    "owners": r"\bowners?\b.*(hist|change)|owners?\b|ответственн",
    "clients": r"\bclients?\b|customer|account|compan|contact|organi[sz]ation|клиент|компани|контакт|контрагент",  # noqa: E501
    "touches": r"touch|\bcalls?\b|\bcdr\b|activit|task|email|message|meeting|telephon|звонк|дела|задач|активност|касани",  # noqa: E501
    "managers": r"managers?\b|people|staff|\busers?\b|team|employee|reps?\b|сотрудник|менеджер|пользовател",  # noqa: E501
    "absences": r"absen|vacation|leaves?\b|holiday|отпуск|отсутств",
    "reviews": r"review|quality|score|оценк|прослуш|качеств",
    "actions": r"\bactions?\b|one.?to.?one|training|действи",
    "plans": r"\bplans?\b|target|quota|goal|budget|план",
    "payments": r"payment|invoice|оплат|плат[её]ж|счет",
    "sales": r"\bsales?\b|order|product.?rows?|line.?items?|продаж|заказ|реализац|отгрузк",
    "costs": r"costs?\b|spend|expens|advert|\bads\b|расход|затрат|реклам",
}
FIRST = r"^(|.*? )(first ?name|given ?name|vorname|nombre|имя|name|prenom|prénom)$"
LAST = r"^(|.*? )(last ?name|surname|family ?name|nachname|apellidos?|фамилия|nom)$"
NAME_BONUS, OTHER_NAME = 0.5, 0.25
SAME_HEADINGS = 0.75  # of the headings of two files: they are parts of one table
# besides its required columns a table needs one of each of these to be told from any other list
EITHER = {
    "clients": (("phone", "email", "segment"),),
    "managers": (
        ("team", "head", "role", "channel", "hired_on", "left_on", "fixed_salary", "schedule"),
    ),
    "touches": (("deal_id", "client_id", "manager"),),
    "payments": (("deal_id", "client_id"), ("due_on", "paid_on", "status")),
    "sales": (("client_id", "product"),),
}
# of the names of a column: so many are owners of deals, or it is not the column of the owners
OWN = 0.5
MOST_MARKS = 12  # different texts of a column of marks
MOST_VALUES = 20_000  # different values of a column that are looked at
WIDE = 80  # columns of a table of which every one is looked at


@dataclass
class Seat:
    """What one file is taken for.

    Attributes
    ----------
    table : canonical table; "" for a file that is only looked up, or not used
    columns : canonical column → its pairing, as far as the preset does not know it
    known : canonical column → heading that the preset or the canonical name gives
    several : canonical column → all its headings, where each is a part of it: items, metrics
    rivals : other tables that it could be, with their scores
    """

    given: Given
    profiles: dict[str, Profile]
    table: str = ""
    known: dict[str, str] = field(default_factory=dict)
    columns: dict[str, Match] = field(default_factory=dict)
    several: dict[str, list[str]] = field(default_factory=dict)
    score: float = 0.0
    rivals: dict[str, float] = field(default_factory=dict)

    def profile(self, heading: str) -> Profile:
        """What the values of a column look like; nothing where it was not looked at."""
        return self.profiles.get(heading) or Profile()

    @property
    def named(self) -> dict[str, list[str]]:
        """Canonical column → the headings that the params must name; a person by first and last
        name.
        """
        found = {column: [one.heading] for column, one in self.columns.items()}
        if "manager" in found:
            plain = {spaced(h): h for h in self.given.raw.headings}
            found["manager"] = first_and_last(plain, found["manager"][0]) or found["manager"]
        return found | self.several

    @property
    def mapping(self) -> dict[str, str]:
        """Canonical column → heading."""
        return {column: one.heading for column, one in self.columns.items()} | self.known


def first_and_last(plain: dict[str, str], of: str = "") -> list[str]:
    """The headings of a first and a last name that belong together; `plain` is folded heading →
    heading.

    `of` is a heading beside which they must stand, such as an id: user.id, user.firstname,
        user.lastname.

    >>> first_and_last({"user firstname": "user.firstname", "user lastname": "user.lastname",
    ...     "name": "name"}, "user.id")
    ['user.firstname', 'user.lastname']
    >>> first_and_last({"firstname": "firstname", "lastname": "lastname", "name": "name"})
    ['firstname', 'lastname']
    """
    firsts: dict[str, str] = {}
    for text, heading in plain.items():
        found = re.match(FIRST, text)
        if found and (
            found[2] != "name" or found[1] not in firsts
        ):  # a "first name" is surer than a "name"
            firsts[found[1]] = heading
    lasts = {m[1]: h for text, h in plain.items() if (m := re.match(LAST, text))}
    start = spaced(of)
    pairs = [
        (prefix, [first, lasts[prefix]]) for prefix, first in firsts.items() if prefix in lasts
    ]
    return next(
        (
            pair
            for prefix, pair in pairs
            if not of or of in pair or (prefix and start.startswith(prefix))
        ),
        [],
    )


def spaced(heading: str) -> str:
    """A heading folded, its words parted by spaces."""
    return fold(re.sub(r"[_\-.]+", " ", re.sub(r"(?<=[a-zа-яё])(?=[A-ZА-ЯЁ])", " ", heading)))


def seats(
    con: duckdb.DuckDBPyConnection, files: list[Given], preset: Preset, settings: Settings
) -> list[Seat]:
    """What each file is taken for; several of one table are parts of it, of like headings.

    Parameters
    ----------
    con : connection that holds the raw tables
    files : the tables that the user handed over
    preset : the CRM that wrote them
    settings : how times are read
    """
    found = []
    for one in files:
        headings = one.raw.headings
        looked = headings if len(headings) <= WIDE else [h for h in headings if _speaks(h)]
        seen = profiles(con, one.raw, looked, settings)
        found.append((one, seen, _options(one, seen, preset, _items(con, one, seen))))
    return _seated(found)


def _speaks(heading: str) -> bool:
    """Whether a heading says anything that some table has."""
    return any(
        heading_score(table, column, heading)
        for table, columns in PATTERNS.items()
        for column in columns
    )


def _items(con, one: Given, seen: dict[str, Profile]) -> list[str]:
    """Headings whose cells are marks of a checklist and that name no column of any table, of a file
    that can be one of reviews.
    """
    if "reviews" not in table_scores(one.raw.headings):
        return []
    return [
        heading
        for heading, profile in seen.items()
        if profile.distinct <= MOST_MARKS
        and are_marks(values_of(con, one, heading))
        and not any(plain_heading(table, heading) for table in PATTERNS)
    ]


def _options(
    one: Given, seen: dict[str, Profile], preset: Preset, items: list[str]
) -> dict[str, Seat]:
    """Every table that a file can be, with its columns and how well they fit."""
    likely = table_scores(one.raw.headings)
    options = {}
    for table in TABLES:
        known = known_columns(one.raw.headings, preset, table)
        if (
            table not in likely
            and table != "deals"
            and not set(TABLES[table].required) <= set(known)
            and not (table == "plans" and any(map(metric_of, one.raw.headings)))
        ):
            continue
        seat = taken_for(one, seen, preset, table, items)
        if seat is not None:
            options[table] = seat
    return options


def known_columns(headings: Iterable[str], preset: Preset, table: str) -> dict[str, str]:
    """Canonical column → heading that the preset knows, or that bears the canonical name."""
    by_fold: dict[str, str] = {}
    for one in headings:
        by_fold.setdefault(fold_heading(one), one)
    spelled = preset.wanted(table)
    found = {}
    for column in TABLES[table].readable:
        names = [*spelled.get(column, ()), column]
        heading = next(
            (by_fold[fold_heading(name)] for name in names if fold_heading(name) in by_fold), None
        )
        if heading:
            found[column] = heading
    return found


def taken_for(
    one: Given, seen: dict[str, Profile], preset: Preset, table: str, items: Iterable[str] = ()
) -> Seat | None:
    """The file as `table`; None where a required column of it is not there.

    `items` are headings that can be items of a checklist.
    """
    known = known_columns(one.raw.headings, preset, table)
    free = [h for h in one.raw.headings if h not in known.values()]
    columns = match(
        table, {h: seen[h] for h in free if h in seen}, set(TABLES[table].readable) - set(known)
    )
    several = _several(seen, table, known, columns, items)
    columns |= {c: Match(made[0], 1.0) for c, made in several.items()}
    there = {*known, *columns}
    if table == "plans" and several:
        there.add("metric")
    if table == "deals" and "status" not in there and "stage" in there:
        there.add("status")
    lacking = set(TABLES[table].required) - there - ({"deal_id"} if table == "deals" else set())
    told = all(there & set(one) for one in EITHER.get(table, ()))
    if table == "clients" and not re.search(NAMED["clients"], spaced(one.words)):
        told &= not re.search(NAMED["managers"], spaced(one.words))
    elif (
        table == "clients" and "name" in there
    ):  # a list of ids and names is one of clients where its name says so
        told = True
    if lacking or not there or not told:
        return None
    fits = len(known) + sum(m.score for m in columns.values())
    fits += sum(len(made) - 1 for made in several.values())
    needed = len(TABLES[table].required)
    score = fits / max(len(one.raw.headings), needed) + fits / len(TABLES[table].readable)
    words = spaced(one.words)
    if re.search(NAMED[table], words):
        score += NAME_BONUS
    elif any(re.search(pattern, words) for name, pattern in NAMED.items() if name != table):
        score -= OTHER_NAME
    return Seat(one, seen, table, known, columns, several, round(score, 3))


def _several(
    seen: dict[str, Profile],
    table: str,
    known: dict[str, str],
    columns: dict[str, Match],
    items: Iterable[str],
) -> dict[str, list[str]]:
    """Canonical column → the headings that are each a part of it: items of a checklist; metrics of
    plans, by their names, where no column names them.
    """
    used = {*known.values(), *(m.heading for m in columns.values())}
    if table == "reviews" and "items" not in known:
        made = [heading for heading in items if heading not in used]
        return {"items": made} if made else {}
    if table == "plans" and not {"metric", "value"} & {*known} and "metric" not in columns:
        numbers = [h for h, profile in seen.items() if profile.numbers >= OWN]
        made = [h for h in numbers if h not in known.values() and metric_of(h)]
        return {"value": made} if made else {}
    return {}


def _seated(found) -> list[Seat]:
    """Each file at the table that it fits best: deals first, then the surest; a table takes only
    files of like headings.
    """
    made: dict[int, Seat] = {}
    taken: dict[str, Seat] = {}
    deals = [
        (options["deals"].score, -n) for n, (*_, options) in enumerate(found) if "deals" in options
    ]
    order = []
    if deals:
        best = -max(deals)[1]
        order.append((float("inf"), best, "deals"))
        own = found[best][2]["deals"]
        alike = [
            n
            for n, (*_, options) in enumerate(found)
            if "deals" in options and same_sheets(own, options["deals"])
        ]
        order += [(float("inf"), n, "deals") for n in alike if n != best]
    for n, (_, _, options) in enumerate(found):
        order += [(seat.score, n, table) for table, seat in options.items()]
    for score, n, table in sorted(order, key=lambda one: (-one[0], one[1], one[2])):
        seat = found[n][2][table]
        if n in made or score < LIKELY:
            continue
        first = taken.get(table)
        if first is not None and not _alike(first, seat):
            continue
        taken.setdefault(table, seat)
        seat.rivals = {t: s.score for t, s in found[n][2].items() if t != table}
        made[n] = seat
    left = {
        n: {table: seat.score for table, seat in options.items()}
        for n, (*_, options) in enumerate(found)
    }
    return [made.get(n, Seat(one, seen, rivals=left[n])) for n, (one, seen, _) in enumerate(found)]


def source_of(parts: list[Seat]) -> str | list[str] | dict:
    """The source of a table: its file, or the files or sheets of one make that are parts of it; of
    several queries the first.
    """
    sources = [part.given.source for part in parts_of(parts)]
    first, files = sources[0], [source for source in sources if isinstance(source, str)]
    if len(sources) == 1 or isinstance(first, str):
        return first if len(sources) == 1 else files
    return {
        "path": first["path"],
        "sheet": [one["sheet"] for one in sources if isinstance(one, dict)],
    }


def parts_of(seats: list[Seat]) -> list[Seat]:
    """Those of the files of a table that are read as it: all files, or the sheets of one workbook
    that have the same headings.
    """
    first = seats[0]
    if isinstance(first.given.source, str):
        return [seat for seat in seats if isinstance(seat.given.source, str)]
    return [seat for seat in seats if seat is first or same_sheets(first, seat)]


def same_sheets(one: Seat, other: Seat) -> bool:
    """Whether two tables are sheets of one workbook with the same headings: a sheet for each sales
    rep, or each month.
    """
    first, second = one.given.source, other.given.source
    if isinstance(first, str) or isinstance(second, str) or not {"sheet", "path"} <= set(first):
        return False
    workbook = KINDS.get(Path(first["path"]).suffix.lower()) == "sheet"
    return workbook and first["path"] == second.get("path") and _folded(one) == _folded(other)


def _folded(seat: Seat) -> set[str]:
    return {fold_heading(heading) for heading in seat.given.raw.headings if heading != SHEET}


def _alike(first: Seat, second: Seat) -> bool:
    """Whether two files have the same headings, but for a few."""
    one, other = _folded(first), _folded(second)
    return len(one & other) >= SAME_HEADINGS * len(one | other)


def settle_owners(con: duckdb.DuckDBPyConnection, found: list[Seat], deals: Seat) -> None:
    """In every other file the column of owners is the one that holds the owners of the deals,
    whatever its heading says.

    A list of sales reps with a heading "manager" for their head would make reps of the heads.
    """
    heading = deals.mapping.get("manager")
    if heading not in deals.given.raw.headings:
        return
    owners = values_of(con, deals.given, heading)
    for seat in found:
        if seat.table in ("", "deals") or "manager" not in TABLES[seat.table].names:
            continue
        shares = {}
        for one in seat.given.raw.headings:
            names = values_of(con, seat.given, one) if seat.profile(one).names >= OWN else set()
            shares[one] = len(names & owners) / len(names) if names else 0.0
        now = seat.mapping.get("manager")
        best = max(shares, key=lambda one: shares[one], default=None)
        if (
            best is None
            or best == now
            or shares[best] < OWN
            or (now is not None and shares.get(now, 0.0) >= OWN)
        ):
            continue
        for mapped in (seat.known, seat.columns):
            for column in [c for c, h in seat.mapping.items() if h == best or c == "manager"]:
                mapped.pop(column, None)
        seat.columns["manager"] = Match(best, 1.0)
        if now and seat.table == "managers" and "head" not in seat.mapping:
            seat.columns["head"] = Match(now, LIKELY)


def values_of(con: duckdb.DuckDBPyConnection, one: Given, heading: str) -> set[str]:
    """The different values of a column, of the rows that were looked at."""
    cell = quoted(heading)
    rows = con.execute(
        f"SELECT DISTINCT trim({cell}) FROM {one.raw.relation} WHERE {cell} IS NOT NULL LIMIT "
        f"{MOST_VALUES}"
    ).fetchall()
    return {value for (value,) in rows if value}


def deals_of(found: list[Seat], preset: Preset) -> list[Seat]:
    """The files of deals; where none is one by its headings, the file whose values are most like
    deals.

    Raises
    ------
    DataError
        No file has both dates and words of won and lost, or a name: the message lists what there
            is.
    """
    deals = [seat for seat in found if seat.table == "deals"]
    if deals:
        return deals
    scores = [
        (_like_deals(seat, preset), _rows(seat), -number) for number, seat in enumerate(found)
    ]
    best, _, number = max(scores)
    if best < 2:
        there = "; ".join(
            f"{seat.given.label}: {', '.join(seat.given.raw.headings[:25])}" for seat in found[:8]
        )
        raise DataError(
            "deals: no file has a table of deals: an owner, a date and a word for won or lost "
            f"each. {there}. "
            "Export all columns of the deals, or write the params by hand after params/sample.yaml."
        )
    first = found[-number]
    alike = [first, *(seat for seat in found if seat is not first and same_sheets(first, seat))]
    for seat in alike:
        seat.table, seat.known = "deals", known_columns(seat.given.raw.headings, preset, "deals")
    return alike


def _rows(seat: Seat) -> int:
    return max((one.rows for one in seat.profiles.values()), default=0)


def _like_deals(seat: Seat, preset: Preset) -> int:
    """How much of what a deal needs a file has, by its headings or its values: dates, words of won
    or lost, an owner.
    """
    known = known_columns(seat.given.raw.headings, preset, "deals")
    seen = {h: one for h, one in seat.profiles.items() if h not in known.values()}
    there = {*known, *match("deals", seen)}
    there |= set(by_values(seen, {"manager", "status", "created_at"} - there, known))
    return (
        ("created_at" in there or "closed_at" in there)
        + ("status" in there or "stage" in there)
        + ("manager" in there)
    )
