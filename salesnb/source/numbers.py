"""Numbers and money as people write them: the engine reads the digits, `affixes` what stands around them.

A point or a comma before exactly three digits is the one thing that a number alone does not say: it may stand before
thousands or before decimals. The rest of the column tells; where it does not, what is taken is an assumption.
"""

from dataclasses import dataclass, field

from salesnb.formats.currency import THREE_DECIMALS, readings
from salesnb.source.affixes import HOLE, Affix, read_shape
from salesnb.source.parsed import Assumption, Parsed, Settings, text_literal
from salesnb.source.read import quoted

PLAIN_NUMBER = r"-?[0-9]+(\.[0-9]{1,2})?"  # reads one way only: the many forms are tried on the rest
BODY = r"[0-9]([0-9 .,٫'']*[0-9])?([eE][+-]?[0-9]+)?"  # the digits of a number with what stands between them
LIMIT = 1e15  # above this money is no longer exact to the cent: such a number is an id or a phone
# characters that stand for others: spaces, apostrophes, full-width marks; then those that are not seen
_SPACES = "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_APOSTROPHES = "’‘ʼ`´＇٬"
_UNSEEN = "\u061c\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2069"
_FROM, _TO = _SPACES + _APOSTROPHES + "．，" + _UNSEEN, " " * len(_SPACES) + "''" * len(_APOSTROPHES) + ".,"
_OTHER_DIGITS = r"[^\P{Nd}0-9]"
# zeros of the scripts whose digits stand in exports
_ZEROS = "٠۰०০੦૦௦౦೦൦๐໐０"
_DIGITS_FROM = "".join(chr(ord(zero) + n) for zero in _ZEROS for n in range(10))
_DIGITS_TO = "0123456789" * len(_ZEROS)
# forms of the digits that can be read one way only, and the one that cannot
_GROUPS = "[1-9][0-9]{0,2}"
WHOLE = "[0-9]+"
EXPONENT = r"[0-9]+([.,][0-9]+)?[eE][+-]?[0-9]{1,2}"
SPACED = rf"{_GROUPS}(( [0-9]{{3}})+|(''[0-9]{{3}})+)([.,٫][0-9]+)?|[0-9]+٫[0-9]+"
COMMA_GROUPS = (
    rf"{_GROUPS}(,[0-9]{{3}})+\.[0-9]+|{_GROUPS}(,[0-9]{{3}}){{2,}}|[1-9][0-9]?(,[0-9]{{2}})+,[0-9]{{3}}(\.[0-9]+)?"
)
POINT_GROUPS = rf"{_GROUPS}(\.[0-9]{{3}})+,[0-9]+|{_GROUPS}(\.[0-9]{{3}}){{2,}}"
THREE = rf"{_GROUPS}[.,][0-9]{{3}}"
DECIMALS = "[0-9]+[.,][0-9]+"


@dataclass(frozen=True)
class Evidence:
    """How many cells of a column say which mark stands before the decimals, and how many say nothing.

    `point`, `comma`: cells in which it is surely the decimal mark, or the other one surely parts thousands; `_zero`: of
    these, those with three decimals, as in 0.125. `point_three`, `comma_three`: cells with that mark before exactly three
    digits; `_round`: of these, those that end with a zero.
    """

    point: int = 0
    comma: int = 0
    point_three: int = 0
    comma_three: int = 0
    point_round: int = 0
    comma_round: int = 0
    point_zero: int = 0
    comma_zero: int = 0


@dataclass(frozen=True)
class Shapes:
    """The shapes of a column that are understood, what its cells say of the decimal mark, and one that says nothing."""

    affixes: dict[str, Affix] = field(default_factory=dict)
    evidence: Evidence = Evidence()
    odd: int = 0  # cells that are no plain number
    foreign_digits: bool = False
    examples: dict[str, str] = field(default_factory=dict)  # mark → a cell with it before three digits


@dataclass(frozen=True)
class Decision:
    """Whether a point and a comma before three digits are decimal marks, and whether that is sure."""

    point: bool
    comma: bool
    sure: dict[str, bool] = field(default_factory=dict)


def parse_number(con, relation: str, heading: str, settings: Settings | None = None, money: bool = False) -> Parsed:
    """How to read a column of numbers; `Parsed.currency` gives the word or sign that an amount names.

    Parameters
    ----------
    con, relation, heading : where the column is, as text
    settings : the mark before decimals where the params name it, and the company's currency
    money : amounts: with currencies and words for thousands, rounded to cents; else plain numbers and percent
    """
    column, settings = f"r.{quoted(heading)}", settings or Settings()
    found = _shapes(con, relation, column, settings, money)
    decision, assumed = _decide(found, heading, settings, money)
    number = number_sql(column, found, decision)
    currency = _by_shape(column, found, {s: text_literal(a.currency) for s, a in found.affixes.items() if a.currency})
    return Parsed(f"round({number}, 2)" if money else number, assumed=assumed, currency=currency)


def number_sql(column: str, found: Shapes, decision: Decision) -> str:
    """A number as DOUBLE from text; NULL where it is none, or cannot be read for sure."""
    plain = f"try_cast({column} AS DOUBLE)"
    if found.affixes:
        digits = f"list_transform([regexp_extract(t, '{BODY}')], lambda b: {_digits_sql(decision)})[1]"
        factor = _cases(f"regexp_replace(t, '{BODY}', '{HOLE}')", {s: repr(a.factor) for s, a in found.affixes.items()})
        powers = [text_literal(s) for s, a in found.affixes.items() if abs(a.factor) > 1]
        unsure = [mark for mark, sure in decision.sure.items() if not sure]
        if powers and unsure:  # 1.234 million is as likely a million and a bit as a thousand millions
            doubt = f"regexp_full_match(regexp_extract(t, '{BODY}'), '{_GROUPS}[{''.join(unsure)}][0-9]{{3}}')"
            factor = f"CASE WHEN {doubt} AND regexp_replace(t, '{BODY}', '{HOLE}') IN ({', '.join(powers)}) THEN NULL ELSE {factor} END"
        rare = f"list_transform([{_normal(column, found.foreign_digits)}], lambda t: {digits} * {factor})[1]"
        plain = f"CASE WHEN regexp_full_match({column}, '{PLAIN_NUMBER}') THEN {plain} ELSE {rare} END"
    elif found.odd:
        plain = f"CASE WHEN regexp_full_match({column}, '{PLAIN_NUMBER}') THEN {plain} END"
    return f"list_transform([{plain}], lambda n: CASE WHEN abs(n) < {LIMIT} THEN n END)[1]"


def _digits_sql(decision: Decision) -> str:
    """The digits `b` as DOUBLE, by their form."""
    point = "replace(b, '.', '')" if not decision.point else "b"
    comma = "replace(b, ',', '')" if not decision.comma else "replace(b, ',', '.')"
    return f"""try_cast(CASE WHEN regexp_full_match(b, '{WHOLE}') THEN b
        WHEN regexp_full_match(b, '{EXPONENT}') THEN replace(b, ',', '.')
        WHEN regexp_full_match(b, '{SPACED}') THEN translate(b, ',٫ ''', '..')
        WHEN regexp_full_match(b, '{COMMA_GROUPS}') THEN replace(b, ',', '')
        WHEN regexp_full_match(b, '{POINT_GROUPS}') THEN replace(replace(b, '.', ''), ',', '.')
        WHEN regexp_full_match(b, '{THREE}') THEN CASE WHEN contains(b, ',') THEN {comma} ELSE {point} END
        WHEN regexp_full_match(b, '{DECIMALS}') THEN replace(b, ',', '.') END AS DOUBLE)"""


def _normal(column: str, foreign_digits: bool) -> str:
    """A text with the usual digits, spaces and apostrophes, and a zero before a point that has none."""
    one = f"translate({column}, '{_FROM[: -len(_UNSEEN)] + _UNSEEN}', '{_TO}')"
    if foreign_digits:
        one = f"translate({one}, '{_DIGITS_FROM}', '{_DIGITS_TO}')"
    return f"regexp_replace({one}, '^([−+-]?)([.,][0-9]+)$', '\\10\\2')"


def _cases(text: str, values: dict[str, str]) -> str:
    return f"CASE {text} {' '.join(f'WHEN {text_literal(shape)} THEN {value}' for shape, value in values.items())} END"


def _by_shape(column: str, found: Shapes, values: dict[str, str]) -> str:
    """SQL that gives a value by the shape of a cell; NULL where there is none."""
    if not values:
        return "NULL"
    text = _normal(column, found.foreign_digits)
    return f"CASE WHEN NOT regexp_full_match({column}, '{PLAIN_NUMBER}') THEN {_cases(_shape(text), values)} END"


def _shape(text: str) -> str:
    return f"regexp_replace({text}, '{BODY}', '{HOLE}')"


def _shapes(con, relation: str, column: str, settings: Settings, money: bool) -> Shapes:
    """What the engine finds in a column, each shape understood once."""
    plain = f"regexp_full_match({column}, '{PLAIN_NUMBER}')"
    points, odd, foreign = con.execute(
        f"""SELECT count(*) FILTER (p AND contains(c, '.')), count(*) FILTER (NOT p),
                   coalesce(bool_or(NOT p AND regexp_matches(c, '{_OTHER_DIGITS}')), false)
            FROM (SELECT {column} AS c, {plain} AS p FROM {relation} r WHERE {column} IS NOT NULL)"""
    ).fetchall()[0]
    if not odd:
        return Shapes(evidence=Evidence(point=points))
    rows = con.execute(
        f"""SELECT s, {_COUNTS} FROM (SELECT regexp_extract(t, '{BODY}') AS b, {_shape("t")} AS s FROM
                (SELECT {_normal(column, foreign)} AS t FROM {relation} r WHERE {column} IS NOT NULL AND NOT {plain}))
            WHERE b <> '' AND length(s) <= 60 AND NOT regexp_matches(s, '[0-9]') GROUP BY s ORDER BY count(*) DESC, s"""
    ).fetchall()
    affixes, counts, examples = {}, [points, *[0] * 7], {}
    for shape, *numbers, point_example, comma_example in rows:
        affix = read_shape(shape, settings.currency if money else None)
        if affix is None or (affix.percent if money else affix.currency or abs(affix.factor) != 1):
            continue
        affixes[shape] = affix
        counts = [old + new for old, new in zip(counts, numbers, strict=True)]
        examples |= {mark: cell for mark, cell in ((".", point_example), (",", comma_example)) if cell}
    return Shapes(affixes, Evidence(*counts), odd, foreign, examples)


def _count(pattern: str) -> str:
    return f"count(*) FILTER (regexp_full_match(b, '{pattern}'))"


_SURE = r"[0-9]+{m}[0-9]{{1,2}}|[0-9]+{m}[0-9]{{4,}}|0[0-9]*{m}[0-9]+|[0-9]{{4,}}{m}[0-9]+|[0-9]+([ ''][0-9]{{3}})+{m}[0-9]+"
_POINT, _COMMA = (_SURE.format(m=mark) for mark in (r"\.", ","))
_THREES = [rf"{_GROUPS}{mark}[0-9]{{3}}" for mark in (r"\.", ",")]
_ROUNDS = [rf"{_GROUPS}{mark}[0-9]{{2}}0" for mark in (r"\.", ",")]
_ZEROED = [rf"(0[0-9]*|[0-9]{{4,}}){mark}[0-9]{{3}}" for mark in (r"\.", ",")]
_COUNTS = ", ".join(
    [
        f"{_count(f'{_POINT}|{COMMA_GROUPS}')} + count(*) FILTER (regexp_matches(s, '{HOLE}\\.[−–-]'))",
        f"{_count(f'{_COMMA}|{POINT_GROUPS}')} + count(*) FILTER (regexp_matches(s, '{HOLE},[−–-]'))",
        *(_count(form) for form in (*_THREES, *_ROUNDS, *_ZEROED)),
        *(f"min(b) FILTER (regexp_full_match(b, '{form}'))" for form in _THREES),
    ]
)


def _decide(found: Shapes, heading: str, settings: Settings, money: bool) -> tuple[Decision, tuple[Assumption, ...]]:
    """How a point and a comma before three digits are read, and what of it is assumed."""
    named = {settings.currency or "", *(code for a in found.affixes.values() for code in readings(a.currency or ""))}
    three = settings.three_decimals or bool(named & THREE_DECIMALS)
    decimal, sure, assumed = {}, {}, []
    for mark in ".,":
        own, other, cells, round_, zero = _said(found.evidence, mark)
        if settings.decimal:
            decimal[mark], sure[mark] = settings.decimal == mark, True
        elif own and not other:
            # cents are two: three decimals that end with a zero beside amounts with two were typed by hand, for thousands
            by_hand = money and round_ and not zero and not three
            decimal[mark], sure[mark] = not by_hand or own >= cells, not by_hand or own >= 10 * cells
        elif other and not own:
            decimal[mark], sure[mark] = False, True
        else:
            plain = not money and mark == "."
            decimal[mark], sure[mark] = three or plain, plain
        if cells and not sure[mark]:
            assumed.append(_assumption(mark, decimal[mark], found, cells, heading))
    return Decision(decimal["."], decimal[","], sure), tuple(assumed)


def _said(of: Evidence, mark: str) -> tuple[int, int, int, int, int]:
    """Cells in which `mark` is the decimal one, in which the other is, and those before three digits, round ones, with 0."""
    if mark == ".":
        return of.point, of.comma, of.point_three, of.point_round, of.point_zero
    return of.comma, of.point, of.comma_three, of.comma_round, of.comma_zero


def _assumption(mark: str, decimal: bool, found: Shapes, cells: int, heading: str) -> Assumption:
    """What is taken of a mark before three digits, with a cell in both readings and the evidence."""
    other = {".": ",", ",": "."}
    example = found.examples[mark]
    both = {"decimals": example.replace(",", "."), "thousands": example.replace(mark, "")}
    chosen, alternative = ("decimals", "thousands") if decimal else ("thousands", "decimals")
    own, against, *_ = _said(found.evidence, mark)
    values = {
        "heading": heading, "mark": mark, "cells": cells, "chosen": chosen, "alternative": alternative, "example": example,
        "read": both[chosen], "or": both[alternative], "for_decimals": own, "for_thousands": against,
    }  # fmt: skip
    return Assumption("decimal", values, {"data": {"reading": {"decimal": other[mark] if decimal else mark}}})
