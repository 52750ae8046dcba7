"""Which column of an export is which canonical one: by the concepts of its heading, confirmed by
its values.

A heading gives a score by the best pattern that it fits; the values raise or lower it: a time
column holds times, an owner has few names, a status has words of won and lost. Headings and columns
are then paired so that the scores add up most.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from salesnb.schema import TABLES
from salesnb.source.concepts import concepts, words_of
from salesnb.source.entered import entered_headings
from salesnb.source.headings import SHEET
from salesnb.source.layouts import tables_of

SURE, LIKELY = 0.8, 0.5  # scores from which a pairing is written without and with a mark
SILENT = (
    "date",
    "name",
    "id",
    "person",
    "user",
    "deal",
)  # concepts of a heading that do not say what of a deal it is
LAYOUT = 4.0  # the score of a table whose layout is known by name: above any that words give
# score from which the words of a heading alone tell that it is one, and no cell of a record
PLAIN = 0.95
UNKNOWN_WORD = 0.15  # what each concept that a pattern does not name takes off

# column → patterns of concepts, the best first, with their scores; the concept of the table itself
# never counts
PATTERNS: dict[str, dict[str, dict[str, float]]] = {
    "deals": {
        "deal_id": {"id": 1.0, "lead id": 0.6},
        "manager": {"owner name": 1.0, "owner": 0.98, "owner person": 0.95, "owner id": 0.7,
            "owner email": 0.6, "client owner": 0.95, "client owner name": 0.95,
            "client owner id": 0.7, "user": 0.6, "user name": 0.65, "user id": 0.55,
            "user id name": 0.55, "owner user": 0.95, "person": 0.5, "person name": 0.5},
        "created_at": {"created date": 1.0, "created": 0.9, "started date": 0.9, "started": 0.8,
            "lead created date": 0.6, "date": 0.4},
        "closed_at": {"closed date": 1.0, "closed": 0.75, "status modified date": 0.78,
            "status modified": 0.7, "stage modified date": 0.6, "stage modified": 0.6},
        "expected_close_at": {"expected closed date": 1.0, "expected closed": 0.9,
            "expected date": 0.9},
        "status": {"status": 1.0, "status name": 0.9, "status won lost": 0.9, "status stage": 0.8,
            "lead status": 0.7, "status id": 0.6},
        "stage": {"stage": 1.0, "stage name": 1.0, "stage status": 0.8, "stage id": 0.7,
            "lead stage": 0.7},
        "pipeline": {"pipeline": 1.0, "pipeline name": 1.0, "pipeline id": 0.7},
        "amount": {"amount": 1.0, "closed amount": 0.9, "won amount": 0.85, "expected amount": 0.7,
            "currency amount": 0.6, "product amount": 0.5, "deal": 0.6},
        "currency": {"currency": 1.0, "currency amount": 0.9, "currency name": 0.8,
            "currency id": 0.8},
        "title": {"name": 1.0, "lead name": 0.6, "deal": 0.7, "product name": 0.4,
            "person name": 0.0, "owner name": 0.0},
        "client_id": {"client id": 1.0, "client": 0.98, "client name": 0.97, "person": 0.55,
            "person name": 0.55, "person id": 0.5, "client owner": 0.3, "client owner id": 0.3,
            "client owner name": 0.3},
        "source": {"source": 1.0, "lead source": 1.0, "source name": 0.95, "source id": 0.6,
            "client source": 0.8},
        "channel": {"channel": 1.0, "channel name": 1.0, "source channel": 0.7},
        "product": {"product": 1.0, "product name": 1.0},
        "segment": {"segment": 1.0, "client segment": 0.9},
        "lost_reason": {"reason lost": 1.0, "reason lost name": 1.0, "reason name": 0.65,
            "reason lost id": 0.7, "reason closed lost": 1.0, "reason closed": 0.8, "reason": 0.6,
            "status reason": 0.5},
        "competitor": {"competitor": 1.0, "competitor name": 1.0},
        "team": {"team": 1.0, "team name": 1.0, "owner team": 0.9},
        "parent_deal_id": {"parent id": 1.0, "parent": 0.8},
        "modified_at": {"modified date": 1.0, "modified": 0.7, "status modified date": 0.4,
            "status modified": 0.4, "stage modified date": 0.5, "stage modified": 0.5},
        "utm": {"campaign": 0.9, "campaign source": 1.0},
    },
    "stages": {
        "deal_id": {"deal id": 1.0, "id": 0.55, "deal": 0.6, "lead id": 0.6},
        "stage": {"stage": 1.0, "stage name": 1.0, "status": 0.7, "stage id": 0.8, "stage to": 0.9},
        "entered_at": {"started date": 0.9, "modified date": 1.0, "created date": 0.95, "date": 0.9,
            "stage date": 0.95, "modified stage date": 1.0, "modified": 0.7},
        "pipeline": {"pipeline": 1.0, "pipeline name": 1.0, "pipeline id": 0.8, "direction": 0.6},
    },
    "owners": {
        "deal_id": {"deal id": 1.0, "id": 0.5},
        "manager": {"owner": 1.0, "owner name": 1.0, "owner id": 0.7, "owner person": 0.95},
        "from": {"from": 1.0, "from date": 1.0, "started date": 0.9, "modified date": 0.9,
            "date": 0.8, "created date": 0.7},
    },
    "leads": {
        "lead_id": {"id": 1.0},
        "created_at": {"created date": 1.0, "created": 0.9, "date": 0.4},
        "status": {"status": 1.0, "stage": 0.8, "status id": 0.7},
        "channel": {"channel": 1.0, "channel name": 1.0},
        "source": {"source": 1.0, "source name": 0.95, "source id": 0.6},
        "manager": {"owner": 1.0, "owner name": 1.0, "owner person": 0.95, "owner id": 0.7},
        "deal_id": {"deal id": 1.0, "deal": 0.7},
        "junk_reason": {"reason junk": 1.0, "junk": 0.8, "reason": 0.6},
    },
    "clients": {
        "client_id": {"id": 1.0, "client": 0.9, "client name": 0.8},
        "name": {"name": 1.0},
        "phone": {"phone": 1.0},
        "email": {"email": 1.0},
        "segment": {"segment": 1.0, "type": 0.5},
    },
    "touches": {
        "at": {"date": 1.0, "created date": 0.9, "started date": 0.95, "from date": 0.95,
            "call date": 1.0, "created": 0.7},
        "kind": {"type": 1.0, "task type": 1.0, "type id": 0.7},
        "deal_id": {"deal id": 1.0, "deal": 0.7, "owner id": 0.3},
        "client_id": {"client id": 1.0, "client": 0.9, "client name": 0.8},
        "manager": {"owner": 1.0, "owner name": 1.0, "owner person": 0.95, "person": 0.8,
            "owner id": 0.6, "person name": 0.8},
        "direction": {"direction": 1.0, "call direction": 1.0},
        "result": {"status": 0.9, "call status": 1.0},
        "duration_s": {"duration": 1.0, "call duration": 1.0, "duration date": 0.9},
        "due_at": {"due": 0.9, "due date": 1.0},
        "done_at": {"done date": 1.0, "closed date": 0.9, "done": 0.7},
        "touch_id": {"id": 1.0, "call id": 1.0, "task id": 1.0},
        "record_url": {"record": 1.0, "record call": 1.0},
        "by_robot": {"robot": 1.0},
    },
    "reviews": {
        "manager": {"owner": 1.0, "owner name": 1.0, "person": 0.7},
        "at": {"date": 1.0, "call date": 1.0, "record date": 0.9, "started date": 0.9,
            "check date": 0.6, "score date": 0.6, "reviewer date": 0.6},
        "call_type": {"call type": 1.0, "type": 0.9, "check type": 0.9, "stage call": 0.8,
            "call status stage": 0.8, "checklist": 0.8, "type checklist": 0.9},
        "score": {"score": 1.0, "score call": 0.9, "amount score": 1.0, "status score": 1.0,
            "check score": 0.9, "check status": 0.7, "status": 0.65, "amount": 0.6},
        "deal_id": {"deal id": 1.0, "deal": 0.7},
        "call_id": {"call id": 1.0, "record": 0.85, "record call": 0.95, "record id": 0.9,
            "call": 0.6},
        "reviewer": {"reviewer": 1.0, "reviewer name": 1.0, "reviewer user": 1.0,
            "check user": 1.0, "check user name": 1.0, "score user": 0.9},
        "ai": {"ai": 1.0, "ai score": 0.95, "ai check": 0.95, "robot": 0.9, "robot score": 0.9},
        "company": {"client": 0.6, "competitor": 1.0},
    },
    "managers": {
        "manager": {"owner": 1.0, "owner name": 1.0, "name": 0.9, "person": 0.7,
            "person name": 0.9},
        "team": {"team": 1.0, "team name": 1.0},
        "from": {"from": 1.0, "from date": 1.0, "due from": 1.0, "modified date": 0.8},
        "head": {"head": 1.0, "head name": 0.9, "team head": 0.9, "head owner": 0.9},
        "role": {"role": 1.0},
        "channel": {"channel": 1.0},
        "hired_on": {"hired date": 1.0, "hired": 0.9, "started date": 0.8, "started": 0.7},
        "left_on": {"left date": 1.0, "left": 0.9},
        "fixed_salary": {"salary": 1.0},
        "schedule": {"schedule": 1.0},
    },
    "absences": {
        "manager": {"owner": 1.0, "owner name": 1.0, "name": 0.8, "person": 0.8},
        "from": {"from": 1.0, "from date": 1.0, "started date": 0.9, "started": 0.9,
            "first date": 0.95, "created date": 0.7, "created": 0.7},
        "to": {"to": 1.0, "to date": 1.0, "closed date": 0.9, "closed": 0.9,
            "modified date": 0.85},
        "kind": {"type": 1.0, "type absence": 1.0, "reason": 0.85, "reason absence": 0.9,
            "absence": 0.8},
    },
    "actions": {
        "at": {"date": 1.0, "action date": 1.0},
        "head": {"head": 1.0, "head name": 0.9},
        "kind": {"action type": 1.0, "type": 0.9, "action": 0.8},
        "manager": {"owner": 1.0, "owner name": 1.0},
        "deal_id": {"deal id": 1.0},
        "note": {"note": 1.0},
    },
    "plans": {
        "month": {"month": 1.0, "month date": 0.9},
        "metric": {"metric": 1.0, "metric name": 0.95, "type": 0.6},
        "value": {"plan": 0.9, "amount": 0.9, "expected": 0.8, "expected amount": 0.9},
        "manager": {"owner": 1.0, "owner name": 1.0},
        "team": {"team": 1.0, "team name": 1.0},
        "channel": {"channel": 1.0},
    },
    "payments": {
        "amount": {"amount": 1.0, "payment amount": 1.0, "payment": 0.6},
        "deal_id": {"deal id": 1.0, "deal": 0.8},
        "client_id": {"client id": 1.0, "client": 0.9},
        "due_on": {"due date": 1.0, "due": 0.9, "expected date": 0.9, "expected payment date": 0.9},
        "paid_on": {"paid date": 1.0, "payment date": 0.9, "paid": 0.8},
        "status": {"status": 1.0, "payment status": 1.0},
    },
    "sales": {
        "date": {"date": 1.0, "amount date": 0.9},
        "amount": {"amount": 1.0, "currency amount": 0.7},
        "client_id": {"client id": 1.0, "client": 0.95, "client name": 0.9},
        "product": {"product": 1.0, "product name": 1.0, "product id": 0.8},
        "quantity": {"quantity": 1.0},
    },
    "costs": {
        "channel": {"channel": 1.0, "channel name": 1.0, "source channel": 0.7},
        "month": {"month": 1.0, "date": 0.5},
        "amount": {"cost": 1.0, "amount": 0.9, "cost amount": 1.0},
        "source": {"source": 1.0, "campaign": 0.7},
    },
}  # fmt: skip
for _columns in PATTERNS.values():  # a user is a person who uses the CRM
    for _patterns in _columns.values():
        _more = {
            name.replace("person", "user"): score
            for name, score in _patterns.items()
            if "person" in name
        }
        _patterns.update({name: score for name, score in _more.items() if name not in _patterns})
# the noun of a table says nothing in its own headings
NOUN = {
    "deals": "deal",
    "leads": "lead",
    "clients": "client",
    "payments": "payment",
    "plans": "plan",
    "costs": "cost",
    "absences": "absence",
}
PLAINLY = {
    table: {
        frozenset(p.split())
        for patterns in columns.values()
        for p, score in patterns.items()
        if score >= PLAIN
    }
    for table, columns in PATTERNS.items()
}
# ids of these are not the id of a deal
OTHERS = {"owner", "person", "user", "client", "product", "task", "call", "payment", "team", "head",
    "pipeline", "stage", "status", "source",
          "campaign", "reason", "currency", "parent"}  # fmt: skip
OTHERS_ID = 0.3
# what a deal is worth times its chance, and amounts in hundredths or millionths, which would be
# read as whole ones
NO_AMOUNT = {"weighted", "?micros", "?cents", "?kopecks", "?minor"}
TAX = {
    "?tax",
    "?taxes",
    "?vat",
    "?ндс",
    "?iva",
    "?tva",
    "?steuer",
    "?btw",
    "?pdv",
    "?gst",
    "?impuesto",
    "?impuestos",
    "?imposto",
}
BESIDE_TAX = {"excl", "excluding", "exclusive", "incl", "including", "inclusive", "before", "after",
    "without", "with", "net", "gross", "ex", "inc", "ohne", "mit", "inkl", "exkl", "zzgl", "sin",
    "con", "sem", "com", "hors", "ht", "ttc", "avec", "sans", "senza", "без", "с", "в", "вкл",
    "netto", "brutto"}  # fmt: skip
NO_STAGE = {"weighted", "?next", "?следующий"}
EVERY = 0.98  # share of filled cells from which a column stands on every row
OTHER_PEOPLE = 0.6  # who created, changed or closed a record is not for that its owner
MANY = 30  # rows from which one value in all of them, or none twice, says something
OF_PEOPLE = {"managers", "absences", "plans", "actions"}  # in which every row may have another name
LONGEST_HEADING = 80  # letters: a longer text is no heading that stands by its words


@dataclass(frozen=True)
class Profile:
    """What the values of a column look like; shares are of the filled cells, 0..1.

    `won`, `lost` : shares of cells that hold a word of won, of lost; `names` : of letters and
    spaces alone; `yes_no` : words of yes and no where the column holds nothing else
    """

    filled: float = 0.0
    distinct: int = 0
    rows: int = 0
    times: float = 0.0
    numbers: float = 0.0
    won: float = 0.0
    lost: float = 0.0
    names: float = 0.0
    yes_no: float = 0.0


@dataclass(frozen=True)
class Match:
    """One pairing: the heading, its score 0..1, and the next best headings for the column."""

    heading: str
    score: float
    others: tuple[str, ...] = field(default=())

    @property
    def sure(self) -> bool:
        return self.score >= SURE


@lru_cache(maxsize=50_000)
def heading_score(table: str, column: str, heading: str) -> float:
    """How well the concepts of a heading fit a column, 0..1.

    >>> heading_score("deals", "manager", "owner_rep_id"), heading_score("deals", "closed_at",
    ...     "closedate")
    (0.7, 1.0)
    >>> heading_score("deals", "closed_at", "Expected close date") < heading_score("deals",
    ...     "closed_at", "Close date")
    True
    """
    told = _told(table, heading)
    if column == "amount" and (told & NO_AMOUNT or _is_tax(told, heading)):
        return 0.0
    if (
        column in ("stage", "status") and told & NO_STAGE
    ):  # the chance of a stage is not its name, nor is what comes next
        return 0.0
    if (table, column) == ("deals", "deal_id") and told & OTHERS:
        return OTHERS_ID if "id" in told else 0.0
    if (
        column == "closed_at" and "due" in told
    ):  # the day by which an answer is due is no day of an end
        return 0.0
    others = (
        OTHER_PEOPLE if column == "manager" and told & {"modified", "created", "closed"} else 1.0
    )
    best = 0.0
    for pattern, score in PATTERNS[table].get(column, {}).items():
        wanted = set(pattern.split())
        if wanted == told:
            return score * others
        if wanted <= told:
            best = max(best, score - UNKNOWN_WORD * len(told - wanted))
    return max(0.0, round(best * others, 3))


def _is_tax(told: set[str], heading: str) -> bool:
    """Whether a heading names the tax itself, and no amount with or without it.

    >>> [_is_tax({"?tax"}, one) for one in ("totalSalesTax", "Amount excl. tax", "Сумма с НДС")]
    [True, False, False]
    """
    return bool(told & TAX) and not set(words_of(heading)) & BESIDE_TAX


def _told(table: str, heading: str) -> set[str]:
    """The concepts of a heading without the noun of its table."""
    there = concepts(heading)
    return {one for one in there if one != NOUN.get(table, "")} or set(there)


def plain_heading(table: str, text: str) -> bool:
    """Whether a text is a heading of the table by its words alone: all of them, and none besides.

    >>> [plain_heading("deals", text) for text in ("Sales rep", "Дата создания сделки",
    ...     "Acme company", "5")]
    [True, True, False, False]
    """
    return len(text) <= LONGEST_HEADING and frozenset(_told(table, text)) in PLAINLY.get(table, ())


def value_factor(table: str, column: str, seen: Profile) -> float:
    """What the values say to a pairing, as a factor on the score of the heading."""
    kind = TABLES[table].column(column).type
    if not seen.filled:
        return 0.3
    if kind in ("time", "date"):
        return 1.0 if seen.times >= 0.5 else 0.1
    if kind in ("money", "number"):
        return 1.0 if seen.numbers >= 0.5 else 0.1
    if column == "deal_id" and table == "deals":
        return 1.0 if seen.distinct >= 0.5 * seen.rows * seen.filled else 0.5
    if column == "deal_id" and table in (
        "stages",
        "owners",
        "touches",
    ):  # one that is never twice is the id of the row
        return 0.6 if seen.rows >= MANY and seen.distinct >= seen.rows * seen.filled else 1.0
    if column == "status":
        # another word in every row is no status
        if seen.rows >= MANY and seen.distinct > 0.5 * seen.rows * seen.filled:
            return 0.1
        return (
            1.2 if seen.won or seen.lost else 0.85 if seen.distinct <= 60 else 0.2
        )  # few ids: a list may name them
    if column in ("manager", "stage", "pipeline", "channel"):
        few = table in OF_PEOPLE or seen.distinct <= max(30, 0.3 * seen.rows)
        there = (
            0.5 + seen.filled / 2 if column == "manager" else 1.0
        )  # of two columns of owners the one that is filled
        return (
            there * (1.0 if few else 0.4) * (1.0 if seen.times < 0.5 else 0.1) * (1 - seen.yes_no)
        )
    if column == "product" and seen.rows >= MANY and seen.distinct >= seen.rows * seen.filled:
        return 0.1  # never twice: the id of the row
    if (
        column in ("product", "source", "segment", "client_id", "lost_reason", "competitor", "team")
        and seen.yes_no
    ):
        return 0.1
    if column == "currency":  # the number of a currency in the CRM's own list, or a rate
        return 0.1 if seen.numbers >= 0.9 else 1.0
    if column == "title":  # the same few names over and over are those of people
        few = seen.names >= 0.8 and seen.rows >= MANY and seen.distinct <= 0.1 * seen.rows
        return 0.3 if max(seen.times, seen.numbers) >= 0.9 or few else 1.0
    return 1.0 if seen.times < 0.9 or kind != "text" else 0.3


def _tells(heading: str, seen: Profile) -> float:
    """A factor for a column with one value in every row: "user" under "owner.type" is a kind, and
    nobody's name.
    """
    if seen.distinct != 1 or seen.rows < MANY:
        return 1.0
    return 0.6 if "type" in concepts(heading) else 0.95


def match(
    table: str, profiles: dict[str, Profile], wanted: Iterable[str] | None = None
) -> dict[str, Match]:
    """Canonical column → its heading, for the pairings that are at least likely.

    Parameters
    ----------
    table : a canonical table
    profiles : heading → what its values look like, in the order of the file
    wanted : canonical columns that are looked for; default: all that have patterns

    Examples
    --------
    >>> text, time = Profile(1, 3, 10), Profile(1, 10, 10, times=1)
    >>> found = match("deals", {"opp_id": Profile(1, 10, 10), "rep_name": text,
    ...     "created_date": time, "close_date": time})
    >>> {column: one.heading for column, one in found.items()}
    {'deal_id': 'opp_id', 'manager': 'rep_name', 'created_at': 'created_date', 'closed_at': 'close_date'}
    """  # noqa: E501
    columns, headings = (
        [c for c in PATTERNS[table] if wanted is None or c in wanted],
        list(profiles),
    )
    if not headings or not columns:
        return {}
    scores = np.array(
        [
            [
                heading_score(table, c, h)
                * value_factor(table, c, profiles[h])
                * _tells(h, profiles[h])
                for h in headings
            ]
            for c in columns
        ]
    )
    early = np.linspace(
        1e-4, 0, len(headings)
    )  # of two that fit as well, the one that stands first
    from scipy.optimize import linear_sum_assignment  # slower to load than to run

    rows, places = linear_sum_assignment(-(scores + early * (scores > 0)))
    found = {}
    for row, place in sorted(zip(rows, places, strict=True)):
        if scores[row, place] >= LIKELY:
            order = [
                int(k)
                for k in np.argsort(-scores[row], kind="stable")
                if k != place and scores[row, k] >= LIKELY
            ]
            others = tuple(headings[k] for k in order[:3])
            found[columns[row]] = Match(
                headings[place], round(min(1.0, float(scores[row, place])), 3), others
            )
    return _by_name(found, profiles)


def _by_name(found: dict[str, Match], profiles: dict[str, Profile]) -> dict[str, Match]:
    """The pairings, with the name of a thing in place of its id where both stand in one record:
    category.name, category.id.
    """
    used = {one.heading for one in found.values()}
    names = {
        heading.rpartition(".")[0]: heading
        for heading, seen in profiles.items()
        if "." in heading
        and heading not in used
        and seen.filled
        and concepts(heading)[-1:] == ("name",)
    }
    for column, one in found.items():
        start, _, end = one.heading.rpartition(".")
        if column.endswith("_id") or concepts(end) != ("id",) or start not in names:
            continue
        others = [heading for heading in (one.heading, *one.others) if heading != names[start]]
        found[column] = Match(names[start], one.score, tuple(others[:3]))
    return found


def by_values(
    seen: dict[str, Profile], wanted: Iterable[str], mapping: dict[str, str]
) -> dict[str, Match]:
    """What a deal cannot be without, told by the values alone where no heading speaks of it:
    status, dates, owner.

    Parameters
    ----------
    seen : heading → what its values look like
    wanted : columns that are still looked for
    mapping : canonical column → heading, as far as known

    Examples
    --------
    >>> names = Profile(1, 4, 100, names=1)
    >>> dates, ends = Profile(1, 90, 100, times=1), Profile(0.6, 50, 100, times=1)
    >>> words = Profile(1, 3, 100, won=0.2, lost=0.4, names=1)
    >>> found = by_values({"F1": names, "F2": dates, "F3": ends, "F4": words}, {"manager", "status",
    ...     "created_at", "closed_at"}, {})
    >>> {column: one.heading for column, one in found.items()}
    {'status': 'F4', 'created_at': 'F2', 'closed_at': 'F3', 'manager': 'F1'}
    """
    left = {
        heading: one
        for heading, one in seen.items()
        if heading not in mapping.values() and one.filled
    }
    mute = {
        heading
        for heading in left
        if all(c.startswith("?") or c in SILENT for c in concepts(heading))
    }
    found: dict[str, Match] = {}

    def take(column: str, options: list[str], best) -> None:
        if column in wanted and options:
            order = sorted(options, key=best, reverse=True)
            found[column] = Match(order[0], LIKELY, tuple(order[1:4]))
            left.pop(order[0])

    take(
        "status",
        [h for h, one in left.items() if one.won and one.lost],
        lambda h: left[h].won + left[h].lost,
    )
    # five digits are a day of a spreadsheet, or a postcode: with nothing in the heading they are no
    # day
    days = [h for h, one in left.items() if h in mute and one.times >= 0.9 and one.numbers < 0.5]
    take("created_at", days, lambda h: left[h].filled)
    # a closing day is blank on what is under way; a day on every row is that of a creation, a
    # change or a deadline
    ends = [h for h in days if h in left]
    take("closed_at", ends, lambda h: (left[h].filled < EVERY, left[h].filled))
    people = [
        h
        for h, one in left.items()
        if h in mute and one.names >= 0.8 and 2 <= one.distinct <= max(30, 0.3 * one.rows)
    ]
    # a workbook with a sheet for each of them has their names on its sheets
    take(
        "manager",
        people,
        lambda h: (h == SHEET, left[h].filled, "name" in concepts(h), left[h].distinct),
    )
    return found


def table_scores(headings: Collection[str]) -> dict[str, float]:
    """How well the headings of a file fit each canonical table that has its required columns, best
    first.

    >>> next(iter(table_scores(["deal_id", "stage", "entered_at"])))
    'stages'
    >>> list(table_scores(["OpportunityId", "Field", "OldValue", "NewValue", "CreatedDate"]))[:2]
    ['stages', 'owners']
    """
    found = {}
    for table in PATTERNS:
        best = {
            c: max((heading_score(table, c, h) for h in headings), default=0.0)
            for c in PATTERNS[table]
        }
        if table == "deals":  # the stage says it where there is no status
            best["status"] = max(best["status"], best["stage"])
        needed = [best[c] for c in TABLES[table].required if c in best]
        if needed and min(needed) >= LIKELY:
            told = sum(score for score in best.values() if score >= LIKELY)
            found[table] = round(told / max(len(headings), 1) + told / len(best) + min(needed), 3)
    for table in tables_of(headings):
        found[table] = LAYOUT
    if "deals" not in found and entered_headings(headings):
        found["stages"] = LAYOUT
    return dict(sorted(found.items(), key=lambda pair: -pair[1]))
