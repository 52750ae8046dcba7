"""The outlines of a column of numbers: its texts with every digit as a 9, and what each of them
says.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from salesnb.source.affixes import HOLE, Affix, read_shape
from salesnb.source.parsed import Settings

PLAIN_NUMBER = (
    r"-?[0-9]+(\.[0-9]{1,2})?"  # reads one way only: the many forms are tried on the rest
)
# the digits of a number with what stands between them, as SQL has it
BODY = r"[0-9]([0-9 .,٫'']*[0-9])?([eE][+-]?[0-9]+)?"
LONGEST = 60  # letters; a longer text is a sentence
MOST = 20_000  # outlines that are looked at; a column with more holds no numbers
THREE = {
    ".": "point three",
    ",": "comma three",
}  # forms that may stand for thousands and for decimals
# characters that stand for others: spaces, apostrophes, full-width marks, and those that are not
# seen
_SPACES = "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"  # noqa: E501
_APOSTROPHES = "’‘ʼ`´＇٬"
_UNSEEN = "\u061c\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2069"
_STANDS_FOR = (
    dict.fromkeys(_SPACES, " ")
    | dict.fromkeys(_APOSTROPHES, "''")
    | dict.fromkeys(_UNSEEN, "")
    | {"．": ".", "，": ","}
)
# the scripts whose own digits stand in exports, by their zeros
_DIGITS = {chr(ord(zero) + n): str(n) for zero in "٠۰०০੦૦௦౦೦൦๐໐０" for n in range(10)}
_SPACED = r"9{1,3}(?:( 999)+|('999)+)"  # one mark parts all thousands of a number
_FORMS = tuple(
    (re.compile(pattern), form)
    for pattern, form in (
        (r"9+", "whole"),
        (r"9+([.,]9+)?[eE][+-]?9{1,2}", "exponent"),
        (_SPACED, "groups"),
        (rf"{_SPACED}\.9+|9{{1,3}}(,999)+\.9+|99?(,99)+,999\.9+", "groups, point"),
        (rf"{_SPACED}[,٫]9+|9{{1,3}}(\.999)+,9+", "groups, comma"),
        (r"9{1,3}(,999){2,}|99?(,99)+,999", "comma groups"),
        (r"9{1,3}(\.999){2,}", "point groups"),
        (r"9{1,3}\.999", THREE["."]),
        (r"9{1,3},999", THREE[","]),
        (r"9+\.9+", "point"),
        (r"9+[,٫]9+", "comma"),
    )
)
_BODY = re.compile(BODY.replace("''", "'"))
_LEADING = re.compile(r"([−+-]?)[.,]9+")


@dataclass(frozen=True)
class Outline:
    """An outline that is understood: what stands around its digits, their form, and how many cells
    have it.
    """

    text: str
    affix: Affix
    body: str
    form: str
    cells: int


@dataclass(frozen=True)
class Column:
    """A column of numbers.

    Attributes
    ----------
    sql, normal : SQL of its texts, and of its texts with the usual digits, spaces and apostrophes
    odd, points : cells that are no plain number; plain numbers with a point
    outlines : of the odd cells, those that are understood
    """

    sql: str
    normal: str
    odd: int = 0
    points: int = 0
    outlines: tuple[Outline, ...] = ()


def plain_sql(column: str) -> str:
    return f"regexp_full_match({column}, '{PLAIN_NUMBER}')"


def outline_sql(text: str) -> str:
    return f"translate({text}, '012345678', '999999999')"


def look(
    con: duckdb.DuckDBPyConnection, relation: str, column: str, settings: Settings, money: bool
) -> Column:
    """What the engine finds in a column, each outline understood once."""
    points, odd, strange = con.execute(
        f"""SELECT count(*) FILTER (p AND contains(c, '.')), count(*) FILTER (NOT p),
                   coalesce(bool_or(NOT p AND regexp_matches(c, '[^ -_a-~]')), false)
            FROM (SELECT {column} AS c, {plain_sql(column)} AS p FROM {relation} r WHERE {column} IS
            NOT NULL)"""
    ).fetchall()[0]
    if not odd:
        return Column(column, column, points=points)
    where = (
        f"FROM {relation} r WHERE {column} IS NOT NULL AND NOT {plain_sql(column)} AND "
        f"length({column}) <= {LONGEST}"
    )
    normal = _normal(column, _letters(con, column, where)) if strange else column
    rows = con.execute(
        f"""SELECT {outline_sql(normal)} AS k, count(*) AS n {where} GROUP BY k HAVING contains(k,
            '9')
            ORDER BY n DESC, k LIMIT {MOST}"""
    ).fetchall()
    return Column(column, normal, odd, points, tuple(_understood(rows, settings, money)))


def _letters(con, column: str, where: str) -> str:
    """The characters of a column that stand for others."""
    odd = "".join((*_STANDS_FOR, *_DIGITS))
    found = con.execute(
        f"SELECT DISTINCT unnest(regexp_extract_all({column}, '[{odd}]')) {where}"
    ).fetchall()
    return "".join(sorted(letter for (letter,) in found))


def _normal(column: str, letters: str) -> str:
    """SQL of a text with the usual digits, spaces and apostrophes; `letters` are those of the
    column that are not.
    """
    digits = "".join(letter for letter in letters if letter in _DIGITS)
    for letter in letters:
        if letter in _STANDS_FOR:
            column = f"replace({column}, '{letter}', '{_STANDS_FOR[letter]}')"
    return (
        f"translate({column}, '{digits}', '{''.join(_DIGITS[one] for one in digits)}')"
        if digits
        else column
    )


def _understood(rows, settings: Settings, money: bool) -> Iterator[Outline]:
    """The outlines that can be read; what stands around the digits is looked up once."""
    known: dict[str, Affix | None] = {}
    for text, cells in rows:
        form: str | None
        if lead := _LEADING.fullmatch(text):
            shape, body, form = f"{lead[1]}{HOLE}", text, "leading"
        elif found := _BODY.search(text):
            shape, body = text[: found.start()] + HOLE + text[found.end() :], found[0]
            form = next((form for pattern, form in _FORMS if pattern.fullmatch(body)), None)
        if form is None or "9" in shape:
            continue
        if shape not in known:
            known[shape] = _affix(shape, settings, money)
        if affix := known[shape]:
            yield Outline(text, affix, body, form, cells)


def _affix(shape: str, settings: Settings, money: bool) -> Affix | None:
    affix = read_shape(shape, settings.currency if money else None)
    if affix is None or (affix.percent if money else affix.currency or abs(affix.factor) != 1):
        return None
    return affix
