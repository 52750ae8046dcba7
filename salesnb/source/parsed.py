"""What every reader of a column shares: settings, the words for nothing, what was assumed, the result."""

from dataclasses import dataclass, field

BLANK = ("", "-", "–", "—", "null", "none", "nan", "n/a", "не указано", "не выбрано", "нет данных")
ZERO_DATES = ("0000-00-00", "0000-00-00 00:00:00", "00.00.0000", "0")
NOT_YET = ("не закрыта", "не закрыто", "not closed")  # what CRMs write for a time that has not come


@dataclass(frozen=True)
class Settings:
    """How to read what a text alone does not say."""

    zone: str = "Europe/Moscow"  # the company's: values are given in it
    source_zone: str | None = None  # of times without a zone, when it is another
    day_first: bool | None = None  # named in the params; None: by evidence
    decimal: str | None = None  # likewise: "." or ","
    day_first_default: bool = True  # where there is no evidence


@dataclass(frozen=True)
class Assumption:
    """Something that the reading took for true and the export does not say outright; `check` and the page tell it.

    Attributes
    ----------
    code : what was assumed, such as "day order"; `show.assumed` has the words
    values : what the words need: table, file, heading, what was chosen, the evidence in counts
    change : the params that read it the other way, as a mapping laid over them (``{"data": {"reading": {"dates": "month
        first"}}}``): `check` recounts conversion with it; empty where there is no other reading
    """

    code: str
    values: dict = field(default_factory=dict)
    change: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Parsed:
    """An SQL expression that gives the value of a column, and what was found on the way.

    `notes` are codes such as "day first by default"; the table `raw` has alias ``r``.
    """

    expression: str
    notes: dict = field(default_factory=dict)
    assumed: tuple[Assumption, ...] = ()


def text_literal(value: str) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def listed(words) -> str:
    return ", ".join(map(text_literal, words))


def folded(column: str) -> str:
    """`fold` of a column, in SQL."""
    return f"replace(lower(trim(regexp_replace({column}, '\\s+', ' ', 'g'))), 'ё', 'е')"
