"""Scores of calls as quality desks write them: shares, points or percent; a column for each item of
the checklist; who scored, a person or a program.

The whole column tells its scale, and what it tells is an assumption that is said; a score that fits
no scale is set aside.
"""

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import duckdb
import pandas as pd

from salesnb.formats.fold import fold
from salesnb.source.parse import NO, YES
from salesnb.source.parsed import BLANK, Assumption
from salesnb.source.read import quoted

if TYPE_CHECKING:
    from salesnb.source.typed import Typed

PERCENT = 100.0
SCALES = (2.0, 3.0, 5.0, 10.0)  # of points; between 10 and 50 nothing tells of how many
FEW_POINTS, MANY_POINTS = SCALES[-1], 50.0
OVER = 0.05  # share of scores above 100 from which the column is on another scale
SUMS = 0.95  # share of rows in which a total is the sum of its items, or it is none
EXAMPLES = 5
# a "4 из 5", and the most that a heading names: "Балл (макс. 20)", "Score /50", "Оценка из 12"
RATIO = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:/|из|of|out of)\s*(\d+(?:[.,]\d+)?)", re.I)
MOST = re.compile(r"(?:\bmax\w*|\bмакс\w*|\bиз|\bof|(?<!\d)/|\b0\s*[-–—…])\W{0,3}(\d+)\b", re.I)
MARKS_YES = {*YES, "✓", "✔", "☑", "v", "выполнено", "выполнен", "выполнил", "выполнила",
    "соблюдено", "зачет", "зачтено", "pass", "passed", "done", "ok", "ок", "есть"}  # fmt: skip
MARKS_NO = {*NO, "✗", "✘", "☐", "не выполнено", "не выполнен", "не выполнил", "не выполнила",
    "не соблюдено", "незачет", "не зачет", "не зачтено", "fail", "failed", "not done",
    "отсутствует", "не было"}  # fmt: skip
PARTLY = {"частично", "partly", "partial", "partially", "+/-", "+-", "±", "половина"}
DASHES = {"-", "–", "—"}  # "no" beside a plus, else nothing
NOT_APPLICABLE = {
    "н/п",
    "н.п.",
    "не применимо",
    "неприменимо",
    "not applicable",
    "na",
    "н/а",
    "x/a",
}
BY_AI = r"\b(ai|ии|gpt\S*|chatgpt\S*|llm|нейросет\w*|искусственн\w+ интеллект\w*|робот\w*|robot|bot|бот|auto|авто|automatic\w*|автоматическ\w*|программа|program)\b"  # noqa: E501
BY_PEOPLE = r"\b(человек\w*|human|person|manual\w*|вручную|ручн\w+|люди|people|контролер\w*)\b"


@dataclass(frozen=True)
class Scale:
    """Of how much a column of scores is: `most` is 100 of 100; None where nothing tells.

    `aside` are values that are not on it.
    """

    most: float | None
    aside: frozenset[float] = frozenset()


@dataclass
class Items:
    """Results of checklist items: per row, item → 0..1; what of each item the rows can have at
    most, and its points.
    """

    found: dict[int, dict[str, float]] = field(default_factory=dict)
    points: dict[int, float] = field(default_factory=dict)  # row → sum of the points
    most: float = 0.0  # points of all items


def scale_of(values: Sequence[float]) -> Scale:
    """The scale that a column of scores tells.

    >>> scale_of([0.8, 0.55, 1]).most, scale_of([3, 5, 4]).most, scale_of([7, 10, 4.5]).most
    (1.0, 5.0, 10.0)
    >>> scale_of([80, 95, 0]).most, scale_of([120, 90, 140]).most
    (100.0, None)
    >>> sorted(scale_of([*range(40, 80), 0.85, 130]).aside)
    [0.85, 130]
    """
    highest = max(values, default=0.0)
    if highest <= 1:
        shares = any(value > 0 for value in values)
        return Scale(1.0 if shares else PERCENT, frozenset(v for v in values if v < 0))
    if highest <= FEW_POINTS:
        most = next(scale for scale in (5.0, 10.0) if highest <= scale)
        return Scale(most, frozenset(v for v in values if v < 0))
    over = [value for value in values if value > PERCENT]
    if len(over) > OVER * len(values):
        return Scale(None, frozenset(values))
    among = any(0 < v < 1 for v in values)
    tiny = [v for v in values if among and 0 < v <= 1]
    return Scale(PERCENT, frozenset({*over, *tiny, *(v for v in values if v < 0)}))


def item_scale(highest: float) -> float | None:
    """Of how many points items are that go up to `highest`; None where nothing tells.

    >>> item_scale(2), item_scale(4), item_scale(7), item_scale(15), item_scale(80)
    (2.0, 5.0, 10.0, None, 100.0)
    """
    if highest <= FEW_POINTS:
        return next(scale for scale in SCALES if highest <= scale)
    return PERCENT if MANY_POINTS < highest <= PERCENT else None


def mark(text: str, dash: bool = False) -> float | str | None:
    """A cell of an item: 0..1 where the words say it, its figure as text where only the column
    tells of how much it is, None for nothing.

    Raises
    ------
    ValueError
        The text is none of these.

    >>> mark("Да"), mark("-", dash=True), mark("-"), mark("4 из 5"), mark("80%"), mark("4")
    (1.0, 0.0, None, 0.8, 0.8, '4')
    """
    plain = fold(text)
    if dash and plain in DASHES:
        return 0.0
    if plain in BLANK or plain in NOT_APPLICABLE:
        return None
    if found := RATIO.fullmatch(plain):
        part, whole = _number(found[1]), _number(found[2])
        if whole and part <= whole:
            return part / whole
    elif found := re.fullmatch(r"(\d+(?:[.,]\d+)?)\s*%", plain):
        if _number(found[1]) <= PERCENT:
            return _number(found[1]) / PERCENT
    elif re.fullmatch(r"\d+(?:[.,]\d+)?", plain):
        return plain.replace(",", ".")
    elif plain in PARTLY:
        return 0.5
    elif plain in MARKS_YES or plain in MARKS_NO:
        return float(plain in MARKS_YES)
    raise ValueError(text)


def are_marks(texts: Collection[str]) -> bool:
    """Whether the different texts of a column are marks of an item: yes and no, signs, few points.

    >>> are_marks({"да", "нет"}), are_marks({"1", "5", "3"}), are_marks({"12", "45"})
    (True, True, False)
    """
    found = []
    for text in texts:
        try:
            found.append(mark(text, "+" in texts))
        except ValueError:
            return False
    told = [one for one in found if one is not None]
    return bool(told) and all(float(one) <= FEW_POINTS for one in told) and len(set(told)) <= 12


def most_of(heading: str) -> float | None:
    """The most points that a heading names.

    >>> most_of("Балл (макс. 20)"), most_of("Score / 50"), most_of("Приветствие 0-5"), most_of("Балл")
    (20.0, 50.0, 5.0, None)
    """  # noqa: E501
    found = MOST.search(heading)
    return float(found[1]) if found and float(found[1]) else None


def read_reviews(
    con: duckdb.DuckDBPyConnection, typed: "Typed", headings: tuple[str, ...] = ()
) -> None:
    """Give reviews their scores of 0 to 100, their items as JSON and the mark of a program.

    Parameters
    ----------
    typed : the table of reviews as it was typed, its raw rows beside it
    headings : those of the items, where the params name several
    """
    cells = {name: typed.mapping.get(name) for name in ("score", "ai", "reviewer", "items")}
    wanted = headings or tuple(h for h in (cells["items"],) if h)
    names = list(dict.fromkeys([*(h for h in cells.values() if h), *wanted]))
    picked = ", ".join(f"r.{quoted(h)}" for h in names)
    rows = con.execute(
        f"""SELECT t._rid, t.score, {picked} FROM {typed.relation} t JOIN
            {typed.raw.relation} r ON t._file_no = r._file_no AND t._line = r._line
            WHERE t._fate IS NULL ORDER BY t._rid"""
    ).fetchall()
    table = {row[0]: dict(zip(names, row[2:], strict=True)) for row in rows}
    items = _items(typed, {rid: _pairs(cell, wanted) for rid, cell in table.items()})
    scores, aside = _scores(typed, {row[0]: row[1] for row in rows}, table, items)
    made = pd.DataFrame(
        {
            "rid": list(table),
            "score": [scores.get(rid) for rid in table],
            "fate": ["score out of its scale" if rid in aside else None for rid in table],
            "told": [table[rid][cells["score"] or ""] if rid in aside else None for rid in table],
            "items": [
                json.dumps(items.found[rid], ensure_ascii=False) if items.found.get(rid) else None
                for rid in table
            ],
            "ai": [
                _by_ai(cell.get(cells["ai"] or ""), cell.get(cells["reviewer"] or ""))
                for cell in table.values()
            ],
        }
    ).astype(
        {"score": "Float64", "fate": "string", "told": "string", "items": "string", "ai": "boolean"}
    )
    con.register("_made", made)
    con.execute(
        f"""UPDATE {typed.relation} t SET score = m.score, items = m.items, ai = m.ai, _fate =
            m.fate, _fate_value = left(m.told, 200) FROM _made m WHERE t._rid = m.rid"""
    )
    con.unregister("_made")


def _pairs(cell: dict[str, str | None], wanted: Iterable[str]) -> dict[str, str]:
    """Item → its text, of a row: a column each, or a cell that holds them all."""
    there = {heading: cell[heading] for heading in wanted}
    if len(there) == 1:
        text = next(iter(there.values())) or ""
        return _written(text) or {heading: text for heading in there if text}
    return {heading: text for heading, text in there.items() if text}


def _written(text: str) -> dict[str, str]:
    """Items of one cell: a JSON object, or `item=1; item=0`; nothing where it is neither."""
    if text.lstrip().startswith("{"):
        try:
            found = json.loads(text)
        except ValueError:
            return {}
        return {
            str(name): str(int(value) if isinstance(value, bool) else value)
            for name, value in found.items()
            if value is not None
        }
    parts = [part.partition("=") for part in re.split(r"[;\n]", text) if part.strip()]
    if not parts or not all(mid and name.strip() and value.strip() for name, mid, value in parts):
        return {}
    return {name.strip(): value.strip() for name, _, value in parts}


def _items(typed: "Typed", rows: dict[int, dict[str, str]]) -> Items:
    """Every item of every row as 0..1; what cannot be read is missing, and said."""
    dash = any(fold(text) == "+" for row in rows.values() for text in row.values())
    known: dict[str, dict[int, float | str]] = defaultdict(dict)
    unread: dict[str, list[str]] = defaultdict(list)
    for rid, row in rows.items():
        for item, text in row.items():
            try:
                value = mark(text, dash)
            except ValueError:
                unread[item].append(text)
                continue
            if value is not None:
                known[item][rid] = value
    scales = _scales(typed, known)
    made = Items()
    for item, cells in known.items():
        most = scales[item]
        for rid, value in cells.items():
            points = float(value) if isinstance(value, str) else value * (most or 1.0)
            if most is None or points > most:
                unread[item].append(str(value))
                continue
            made.found.setdefault(rid, {})[item] = round(points / most, 4)
            made.points[rid] = made.points.get(rid, 0.0) + points
        made.most += most or 0.0
    if unread:
        texts = list(dict.fromkeys(text for cells in unread.values() for text in cells))
        told = ", ".join(repr(text[:40]) for text in texts[:EXAMPLES])
        values = {
            "headings": ", ".join(unread),
            "rows": sum(map(len, unread.values())),
            "words": told,
        }
        typed.notices.append(("items not read", values))
    return made


def _scales(typed: "Typed", known: dict[str, dict[int, float | str]]) -> dict[str, float | None]:
    """Item → of how many points it is: by its heading, else by all items together."""
    figures = {
        item: [float(value) for value in cells.values() if isinstance(value, str)]
        for item, cells in known.items()
    }
    named = {item: most_of(item) for item in known}
    points = {item for item, f in figures.items() if max(f, default=0) > 1 and not named[item]}
    lowest = min((min(figures[item]) for item in points), default=0.0)
    ones = {item for item, f in figures.items() if f and set(f) == {1.0} and not named[item]}
    if points and lowest >= 1:  # from 1 up: a column of ones is the lowest mark, and no yes
        points |= ones
    highest = max((max(figures[item]) for item in points), default=0.0)
    common = item_scale(highest) if points else None
    if points and common is not None:
        shown = ", ".join(item for item in known if item in points)
        values: dict[str, object] = {"highest": highest, "scale": common, "headings": shown}
        values |= {"table": typed.table, "file": ", ".join(typed.raw.files)}
        typed.assumed.append(Assumption("item scale", values))
    return {item: named[item] or (common if item in points else 1.0) for item in known}


def _scores(
    typed: "Typed", read: dict[int, float | None], table: dict[int, dict], items: Items
) -> tuple[dict[int, float], set[int]]:
    """Row → score of 0 to 100, and the rows whose score is on no scale."""
    heading = typed.mapping["score"]
    texts = {rid: fold(cell[heading] or "") for rid, cell in table.items()}
    sure: dict[int, float] = {}
    for rid, text in texts.items():
        if found := RATIO.fullmatch(text):
            part, whole = _number(found[1]), _number(found[2])
            if whole and part <= whole:
                sure[rid] = PERCENT * part / whole
        elif text.endswith("%"):
            percent = read[rid]
            if percent is not None and 0 <= percent <= PERCENT:
                sure[rid] = percent
    plain = {rid: value for rid, value in read.items() if value is not None and rid not in sure}
    scale, most = scale_of(list(plain.values())), most_of(heading)
    if most is None and _is_sum(plain, items):
        most = items.most
    if most is not None:
        scale = Scale(most, frozenset(v for v in plain.values() if not 0 <= v <= most))
    aside = {rid for rid, value in plain.items() if value in scale.aside}
    _say(typed, heading, plain, scale, aside)
    factor = PERCENT / (scale.most or PERCENT)
    told = {rid: round(value * factor, 4) for rid, value in plain.items()}
    return {**told, **{rid: round(value, 4) for rid, value in sure.items()}}, aside


def _is_sum(scores: dict[int, float], items: Items) -> bool:
    """Whether the scores are the sums of the points of their items."""
    both = [rid for rid in scores if rid in items.points]
    same = sum(abs(scores[rid] - items.points[rid]) < 1e-6 for rid in both)
    return bool(both) and items.most > 1 and same >= SUMS * len(both)


def _say(
    typed: "Typed", heading: str, plain: dict[int, float], scale: Scale, aside: set[int]
) -> None:
    place: dict[str, object] = {"table": typed.table, "heading": heading}
    place["file"] = ", ".join(typed.raw.files)
    kept = [value for rid, value in plain.items() if rid not in aside]
    highest = max(kept, default=0.0)
    if scale.most not in (None, PERCENT) and kept:
        values = place | {"rows": len(kept), "highest": highest, "scale": scale.most}
        typed.assumed.append(Assumption("score scale", values))
    elif kept and FEW_POINTS < highest <= MANY_POINTS:
        typed.notices.append(("low scores", place | {"rows": len(kept), "highest": highest}))
    if aside:
        shown = ", ".join(
            f"{value:g}" for value in sorted({plain[rid] for rid in aside})[:EXAMPLES]
        )
        values = place | {"rows": len(aside), "of": len(plain), "words": shown}
        typed.notices.append(("scores aside", values))


def _by_ai(cell: str | None, reviewer: str | None) -> bool | None:
    """Whether a program scored: by the column that marks it, else by the name of who scored."""
    plain = fold(cell or "")
    if plain in YES or plain in NO:
        return plain in YES
    if re.search(BY_AI, plain):
        return True
    if re.search(BY_PEOPLE, plain):
        return False
    return True if not plain and re.search(BY_AI, fold(reviewer or "")) else None


def _number(text: str) -> float:
    return float(text.replace(",", "."))
