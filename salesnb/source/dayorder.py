"""Whether 05/03 is 5 March or 3 May, decided for each file of a table from all its dates and from
what else it tells.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import duckdb

from salesnb.source.parsed import Assumption, Settings
from salesnb.source.read import RawTable, quoted
from salesnb.source.times import EITHER, common_sql, either_sql

PAIRS = {
    "deals": (("created_at", "closed_at"), ("created_at", "modified_at")),
    "touches": (("at", "done_at"),),
    "leads": (),
}
SAMPLE = 1000  # cells of a column by which it is seen whether it holds dates
CLEAR = 4  # how many times fewer contradictions one order must have than the other
# letters and words of headings in languages that write the day first
OTHER_LETTERS = r"[\p{Cyrillic}\p{Greek}äöüßéèêëçñãõáíóúğışłåøæőűčřžš]"
OTHER_WORDS = frozenset(
    [
        "fecha",
        "etapa",
        "estado",
        "cierre",
        "importe",
        "datum",
        "erstellt",
        "betrag",
        "quelle",
        "status_des_vertrags",
        "criado",
        "valor",
        "fechamento",
        "montant",
        "date_de_création",
        "étape",
        "importo",
        "chiusura",
        "tarih",
        "kwota",
        "etap",
        "utworzono",
    ]
)
DECIMAL_COMMA, DECIMAL_POINT = "[0-9],[0-9]{1,2}([^0-9]|$)", "[0-9][.][0-9]{1,2}([^0-9]|$)"
OTHER_MONEY = r"[€£₽₴₸₹₺₼₾]|руб|(^|[^\pL])(р|EUR|GBP|RUB|RUR|UAH|KZT|BYN|PLN|TRY|INR|BRL|AED|UZS|GEL|AMD|AZN|CHF|AUD|NZD)([^\pL]|$)"  # noqa: E501
NAMES = {True: "day first", False: "month first"}


@dataclass
class Seen:
    """Cells of one column in one file that have two numbers before a year."""

    days: int = 0  # can only be read day first
    months: int = 0  # can only be read month first
    either: int = 0  # two readings
    points: int = 0  # of those, with points between
    cells: int = 0


@dataclass
class Decided:
    """The order of every heading and file, and what is to be said of it."""

    orders: dict[str, dict[int, bool]] = field(default_factory=dict)
    notices: list[tuple[str, dict]] = field(default_factory=list)
    assumed: list[Assumption] = field(default_factory=list)


@dataclass(frozen=True)
class Context:
    """The raw table whose files are decided, its mapping, and how it is read."""

    con: duckdb.DuckDBPyConnection
    raw: RawTable
    table: str
    mapping: dict[str, str]
    settings: Settings
    change: Callable[[str], dict]  # order → params that read the table in that order

    def ask(self, sql: str) -> list[tuple]:
        return self.con.execute(sql).fetchall()


def decide(ctx: Context, kinds: dict[str, str]) -> Decided:
    """The day order of each file of a table.

    Parameters
    ----------
    ctx : the raw table and how it is read
    kinds : heading → type (time, date or month) of the columns that will be read

    Returns
    -------
    Decided
        `orders` has every heading of `kinds` in which a cell has two numbers before a year. What no
        cell of a file says outright is an assumption: "day order", with the evidence by which it
            was chosen.
    """
    decided = Decided()
    if ctx.settings.day_first is not None:
        return decided
    seen = {heading: _seen(ctx, heading, kind) for heading, kind in kinds.items()}
    decided.orders = {heading: {} for heading in kinds}
    files = sorted({number for found in seen.values() for number in found})
    by_file = {
        number: {h: found[number] for h, found in seen.items() if number in found}
        for number in files
    }
    sure = {
        number: order
        for number, columns in by_file.items()
        if (order := _outright(columns)) is not None
    }
    mixed = {number: counts for number, columns in by_file.items() if (counts := _both(columns))}
    unsure: dict[tuple, list[int]] = {}
    for number, columns in by_file.items():
        if number in sure:
            order, by, counts = (
                sure[number],
                "most dates" if number in mixed else "dates",
                mixed.get(number, {}),
            )
        else:
            order, by, counts = _chosen(ctx, number, columns, sure)
        for heading, cells in columns.items():
            own = _outright({heading: cells})
            decided.orders[heading][number] = order if own is None else own
        _remark(ctx, decided, columns, order, by)
        if by not in ("dates", "points") and any(cells.either for cells in columns.values()):
            unsure.setdefault((order, by, tuple(sorted(counts.items()))), []).append(number)
    for (order, by, counts), numbers in unsure.items():
        decided.assumed.append(
            _assumption(
                ctx, by_file, order, by, dict(counts), numbers, bool(set(sure) - set(numbers))
            )
        )
    return decided


def _seen(ctx: Context, heading: str, kind: str) -> dict[int, Seen]:
    rows = ctx.ask(
        f"""SELECT _file_no, count(*) FILTER (a BETWEEN 13 AND 31 AND b BETWEEN 1 AND 12), count(*)
            FILTER (b BETWEEN 13 AND 31 AND a BETWEEN 1 AND 12),
                   count(*) FILTER (a BETWEEN 1 AND 12 AND b BETWEEN 1 AND 12 AND a <> b), count(*)
                   FILTER (point), count(*),
                   count(DISTINCT a), count(DISTINCT b), min(a), min(b)
            FROM ({either_sql(ctx.raw.relation, heading, ", r._file_no")}) GROUP BY 1 ORDER BY 1"""
    )
    found = {}
    for number, days, months, either, points, cells, many_a, many_b, least_a, least_b in rows:
        if kind == "month" and not days and not months:  # months are written by their first day
            days = cells if (many_a, least_a) == (1, 1) and many_b > 1 else 0
            months = cells if (many_b, least_b) == (1, 1) and many_a > 1 else 0
        found[number] = Seen(days, months, either, points, cells)
    return found


def _outright(columns: dict[str, Seen]) -> bool | None:
    """The order that dates say which can be read one way only; None where there are none."""
    days, months = (
        sum(getattr(cells, name) for cells in columns.values()) for name in ("days", "months")
    )
    return days >= months if days or months else None


def _both(columns: dict[str, Seen]) -> dict[str, int]:
    """How many dates of a file fit its order and how many do not; nothing where all do."""
    days, months = (
        sum(getattr(cells, name) for cells in columns.values()) for name in ("days", "months")
    )
    return {"fit": max(days, months), "do not": min(days, months)} if days and months else {}


def _chosen(
    ctx: Context, number: int, columns: dict[str, Seen], sure: dict[int, bool]
) -> tuple[bool, str, dict]:
    """The order of a file whose dates can all be read both ways, by the best evidence that there
    is, and its counts.
    """
    points = [cells for cells in columns.values() if cells.points]
    if points and all(
        cells.points == cells.cells for cells in points
    ):  # 05.03.2026 is written day first everywhere
        return True, "points", {}
    for evidence in (_other_columns, _pairs, _sequence):
        found = evidence(ctx, number)
        if found is not None:
            return found
    if len(set(sure.values())) == 1:
        return next(iter(sure.values())), "other files", {"others": len(sure)}
    for says in (_language, _money):
        if says(ctx, number):
            return True, says.__name__.strip("_"), {}
    return ctx.settings.day_first_default, "default", {}


def _other_columns(ctx: Context, number: int) -> tuple[bool, str, dict] | None:
    """Dates in columns that are not read, such as the day of the first call."""
    days = months = 0
    for heading in ctx.raw.headings:
        if heading in ctx.mapping.values():
            continue
        cell = f"r.{quoted(heading)}"
        dated, of = ctx.ask(
            f"""SELECT count(*) FILTER (regexp_matches(c, '{EITHER}')), count(*) FROM (SELECT {cell}
                AS c FROM {ctx.raw.relation} r
                WHERE r._file_no = {number} AND {cell} IS NOT NULL LIMIT {SAMPLE})"""
        )[0]
        if dated and dated * 2 >= of:
            cells = _seen(ctx, heading, "date").get(number, Seen())
            days, months = days + cells.days, months + cells.months
    if not days and not months:
        return None
    return days >= months, "other columns", {"fit": max(days, months), "do not": min(days, months)}


def _pairs(ctx: Context, number: int) -> tuple[bool, str, dict] | None:
    """Nothing is closed before it is created: rows that would be, under either order."""
    pairs = [pair for pair in PAIRS.get(ctx.table, ()) if all(name in ctx.mapping for name in pair)]
    if not pairs:
        return None
    wrong = {}
    for order in (True, False):
        tests = " + ".join(
            f"coalesce(CAST({_value(ctx, later, order)} AS DATE) < "
            f"CAST({_value(ctx, first, order)} AS DATE), false)::INT"
            for first, later in pairs
        )
        wrong[order] = ctx.ask(
            f"SELECT count(*) FILTER (({tests}) > 0) FROM {ctx.raw.relation} r WHERE r._file_no = "
            f"{number}"
        )[0][0]
    return _clear(wrong, "what is closed is created first", least=1)


def _sequence(ctx: Context, number: int) -> tuple[bool, str, dict] | None:
    """A later id has a later creation: steps back in time from one id to the next, under either
    order.
    """
    ids, created = f"{ctx.table[:-1]}_id", "at" if ctx.table == "touches" else "created_at"
    if ids not in ctx.mapping or created not in ctx.mapping:
        return None
    back = {}
    for order in (True, False):
        back[order] = ctx.ask(
            f"""SELECT count(*) FILTER (day < before) FROM (SELECT day, lag(day) OVER (ORDER BY id,
                day) AS before FROM (
                SELECT try_cast(r.{quoted(ctx.mapping[ids])} AS BIGINT) AS id,
                CAST({_value(ctx, created, order)} AS DATE) AS day
                FROM {ctx.raw.relation} r WHERE r._file_no = {number}) WHERE id IS NOT NULL AND day
                IS NOT NULL)"""
        )[0][0]
    return _clear(back, "ids in the order of creation", least=2)


def _clear(wrong: dict[bool, int], by: str, least: int) -> tuple[bool, str, dict] | None:
    """The order with far fewer contradictions."""
    best = wrong[True] <= wrong[False]
    if wrong[not best] < least or wrong[best] * CLEAR > wrong[not best]:
        return None
    return best, by, {"against": wrong[best], "against the other": wrong[not best]}


def _value(ctx: Context, column: str, order: bool) -> str:
    return f"({common_sql('r.' + quoted(ctx.mapping[column]), order, ctx.settings)})"


def _language(ctx: Context, number: int) -> bool:
    """Headings, stages or status words in a language that writes the day first."""
    words = [heading.casefold() for heading in ctx.raw.headings]
    foreign = (letter.isalpha() and not letter.isascii() for word in words for letter in word)
    if any(word.replace(" ", "_") in OTHER_WORDS for word in words) or any(foreign):
        return True
    columns = {
        ctx.mapping[name]
        for name in ("status", "stage", "manager", "pipeline")
        if name in ctx.mapping
    }
    texts = ", ".join(
        f"string_agg(DISTINCT r.{quoted(heading)}, ' ')" for heading in sorted(columns)
    )
    sample = f"(SELECT * FROM {ctx.raw.relation} r WHERE r._file_no = {number} LIMIT {SAMPLE})"
    found = columns and ctx.ask(
        f"SELECT regexp_matches(lower(concat_ws(' ', {texts})), '{OTHER_LETTERS}') FROM {sample} r"
    )
    return bool(found and found[0][0])


def _money(ctx: Context, number: int) -> bool:
    """Amounts with a decimal comma, or in money of a country that writes the day first."""
    cells = [
        f"r.{quoted(ctx.mapping[name])}" for name in ("amount", "currency") if name in ctx.mapping
    ]
    if not cells:
        return False
    text = f"concat_ws(' ', {', '.join(cells)})"
    commas, points, money = ctx.ask(
        f"""SELECT count(*) FILTER (regexp_matches({cells[0]}, '{DECIMAL_COMMA}')), count(*) FILTER
            (regexp_matches({cells[0]}, '{DECIMAL_POINT}')),
                   count(*) FILTER (regexp_matches({text}, '{OTHER_MONEY}')) * 2 > count(*) AND
                   count(*) > 0
            FROM {ctx.raw.relation} r WHERE r._file_no = {number} AND {cells[0]} IS NOT NULL"""
    )[0]
    return bool(money) or (commas > 0 and not points)


def _remark(ctx: Context, decided: Decided, columns: dict[str, Seen], order: bool, by: str) -> None:
    """A remark on each column that contradicts itself or its file, and on one that can be read both
    ways by nothing.
    """
    for heading, cells in columns.items():
        against = cells.months if order else cells.days
        if by == "most dates" and against:
            _say(decided, "both day orders", ctx.table, heading, against)
        if by == "default" and cells.either:
            _say(decided, "day order by default", ctx.table, heading, cells.cells)


def _say(decided: Decided, code: str, table: str, heading: str, rows: int) -> None:
    told = next((v for c, v in decided.notices if c == code and v["heading"] == heading), None)
    if told is None:
        decided.notices.append((code, {"table": table, "heading": heading, "rows": rows}))
    else:
        told["rows"] += rows


def _assumption(
    ctx: Context, by_file, order: bool, by: str, counts: dict, numbers: list[int], others_sure: bool
):
    """What was taken for true, and the params that read it the other way: none where they would
    turn sure files too.
    """
    headings = [h for number in numbers for h, cells in by_file[number].items() if cells.either]
    rows = sum(cells.either for number in numbers for cells in by_file[number].values())
    told = {
        "table": ctx.table,
        "files": [ctx.raw.files[number] for number in numbers],
        "headings": list(dict.fromkeys(headings)),
        "chosen": NAMES[order],
        "alternative": NAMES[not order],
        "cells": rows,
        "evidence": by,
        **counts,
    }
    return Assumption("day order", told, {} if others_sure else ctx.change(NAMES[not order]))
