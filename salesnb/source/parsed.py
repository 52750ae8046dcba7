"""What every reader of a column shares: settings, the words for nothing, what was assumed, the
result.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

# what programs and people write where there is nothing: never a value of any column
BLANK = (
    "", "-", "--", "---", "–", "—", "null", "(null)", "<null>", "[null]", "{null}", "nil", "<nil>",
        "none", "nan", "nat", "<na>",
    "#na", "#n/a", "n/a", "n.a.", "n\\a", "\\n", "undefined", "(undefined)", "<undefined>",
        "(empty)", "<empty>", "(blank)", "<blank>",
    "(none)", "<none>", "(not set)", "not set", "not specified", "not available", "no data",
        "no value", "(no value)",
    "(пусто)", "<пусто>", "[пусто]", "пусто", "(нет)", "(не указано)", "не указано", "не указан",
        "не указана", "не указаны",
    "не выбрано", "не выбран", "не выбрана", "не задано", "не задан", "не задана", "не заполнено",
        "не определено", "нет данных",
    "нет значения", "без значения", "н/д", "н.д.", "#nv", "#н/д", "(leer)", "(vacío)", "(vide)",
        "(boş)", "(порожньо)", "k.a.",
)  # fmt: skip
# the errors of a spreadsheet, in any of its languages: #REF!, #N/A, #ЗНАЧ!, #¿NOMBRE?
SHEET_ERROR = r"#[¡¿]?[LETTER][LETTER/0]*[!?]|#[LETTER]/[LETTER]".replace(
    "LETTER", r"A-Z\x{00C0}-\x{052F}"
)  # of capitals
# words that are nothing in a channel or a reason, and a value in a column of yes and no, or of
# regions
DOUBTFUL = {"na": ("emea", "apac", "latam", "eu", "sa"), "нет": ("да",)}
ZERO_DATES = ("0000-00-00", "0000-00-00 00:00:00", "00.00.0000", "0")
# what CRMs write for a time that has not come
NOT_YET = (
    "не закрыта", "не закрыто", "not closed", "не закрито", "не закрита", "não fechado",
    "não fechada", "no cerrado", "no cerrada", "nicht geschlossen", "non fermé", "non chiuso",
)  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """How to read what a text alone does not say."""

    zone: str = "Europe/Moscow"  # the company's: values are given in it
    source_zone: str | None = None  # of times without a zone, when it is another
    day_first: bool | None = None  # named in the params; None: by evidence
    decimal: str | None = None  # likewise: "." or ","
    day_first_default: bool = True  # where there is no evidence
    currency: str | None = (
        None  # the company's: what a sign that several currencies share means first
    )
    three_decimals: bool = False  # a column of the table names a currency of three decimals
    orders: dict[str, dict[int, bool]] | None = (
        None  # heading → number of the file → day first, once decided for a table
    )


@dataclass(frozen=True)
class Assumption:
    """Something that the reading took for true and the export does not say outright; `check` and
    the page tell it.

    Attributes
    ----------
    code : what was assumed, such as "day order"; `topics.assumptions` has the words
    values : what the words need: table, file, heading, what was chosen, the evidence in counts
    change : the params that read it the other way, as a mapping laid over them
        (``{"data": {"reading": {"dates": "month first"}}}``): `check` recounts conversion with it;
        empty where there is no other reading
    """

    code: str
    values: dict = field(default_factory=dict)
    change: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Parsed:
    """An SQL expression that gives the value of a column, and what was found on the way.

    `notes` are codes such as "day first by default"; the table `raw` has alias ``r``. `currency` is
    SQL of the word or sign of a currency in an amount.
    """

    expression: str
    notes: dict = field(default_factory=dict)
    assumed: tuple[Assumption, ...] = ()
    currency: str = "NULL"


def text_literal(value: str | Path) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def listed(words: Iterable[str]) -> str:
    return ", ".join(map(text_literal, words))


def nothing(column: str, more: tuple[str, ...] = ()) -> str:
    """SQL that is true where a text says nothing: in one of the words of `BLANK` or `more`, or as a
    spreadsheet's error.
    """
    text = f"trim({column})"
    error = (
        f"(starts_with({text}, '#') AND upper({text}) = {text} AND regexp_full_match({text}, "
        f"'{SHEET_ERROR}'))"
    )
    # one pattern of all words is planned and read five times faster than a list of them
    words = "|".join(map(re.escape, (*BLANK, *more)))
    return f"(regexp_full_match(lower({text}), {text_literal(words)}) OR {error})"


# letters of which a word may have either: ё and е, the two sigmas of Greek, the dotted and dotless
# i of Turkish
_EITHER, _ONE = "ёςı", "еσi"
# every space and line end, in patterns of the engine: its \\s knows those of English only
SPACE = r"[\pZ\x{0009}-\x{000D}\x{0085}]"


def folded(column: str) -> str:
    """`fold` of a column, in SQL."""
    plain = f"lower(trim(regexp_replace({column}, '{SPACE}+', ' ', 'g')))"
    return f"replace(translate({plain}, '{_EITHER}', '{_ONE}'), 'i\u0307', 'i')"
