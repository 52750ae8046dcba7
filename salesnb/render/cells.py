"""One cell of a table: the words that a reader sees, the value that it sorts by, the HTML that is
safe to show.

Kinds: text, count, number, percent, interval, points, points_interval, bare_points, chance, money,
    days, date, month, verdict, link, spark.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from salesnb.formats import Voice
from salesnb.params import Thresholds
from salesnb.render.charts.spark import spark
from salesnb.render.display import unbroken

NUMERIC = {
    "count",
    "number",
    "percent",
    "interval",
    "points",
    "points_interval",
    "money",
    "days",
    "chance",
    "bare_points",
    "size_points",
}
SHARES = {"percent", "interval", "points", "points_interval", "bare_points", "size_points"}
KINDS = NUMERIC | {"text", "date", "month", "verdict", "link", "spark"}


@dataclass(frozen=True)
class Column:
    """How one column of a frame is shown.

    `label` is the finished heading, `note` its explanation under the table. `low` and `high` name
    the columns of the ends: an interval takes them alone, a percent, points or days shows them
    beside the value. `url` names the column with the address of a link. `n` names the column with
    the number of deals behind the value: too
        few hide it, fewer than `least` where that is given, of any kind. `blank` stands in place of
        a missing value.
    `minor` columns leave a phone to the others. `span` is the scale of a spark, which draws shares.
    `said` puts the codes of a verdict into words.

    Examples
    --------
    >>> shown = Column("rate", "Conversion", "percent", low="low", high="high", n="closed")
    >>> row = {"rate": 0.3, "low": 0.19, "high": 0.44, "closed": 50}
    >>> cell(row, shown, Voice(), Thresholds()).plain
    '30.0% (19–44%)'
    >>> cell(row | {"closed": 4}, shown, Voice(), Thresholds()).plain
    'n < 5'
    >>> calls = Column("calls_day", "Calls a day", "number", n="calls", least=10, blank="–")
    >>> cell({"calls_day": 0.4, "calls": 9}, calls, Voice(), Thresholds()).plain
    'n < 10'
    >>> cell({"calls_day": None, "calls": 12}, calls, Voice(), Thresholds()).plain
    '–'
    """

    name: str
    label: str
    kind: str = "text"
    note: str = ""
    low: str = ""
    high: str = ""
    url: str = ""
    n: str = ""
    least: int = 0
    blank: str | None = None
    digits: int | None = None
    minor: bool = False
    span: tuple[float, float] | None = None
    said: Callable[[Voice, str], str] | None = None

    def __post_init__(self):
        if self.kind not in KINDS:
            raise ValueError(
                f"unknown kind of column {self.kind!r}; there are: {', '.join(sorted(KINDS))}"
            )
        if (self.kind == "verdict") != (self.said is not None):
            raise ValueError(
                f"column {self.name!r}: a verdict, and nothing else, needs `said`, its codes in "
                "words"
            )

    @property
    def numeric(self) -> bool:
        return self.kind in NUMERIC


@dataclass(frozen=True)
class Cell:
    """What a cell says: `words`, the small print `beside` them, the `sort` key, and a `link` or a
    drawn `svg`. One that is `quiet` says why there is no value.
    """

    words: str
    beside: str = ""
    sort: str = ""
    link: str = ""
    svg: str = ""
    quiet: bool = False
    others: bool = False  # words of other people, not ours

    @property
    def plain(self) -> str:
        return f"{self.words} ({self.beside})" if self.beside else self.words

    @property
    def inner(self) -> str:
        """The cell's HTML without its tags; every word escaped, other people's words kept apart
        from ours.
        """
        if self.svg:
            return self.svg + aside(safe(self.beside))
        words = unbroken(clean(self.words))
        if self.others and turns(self.words):
            words = f"<bdi>{words}</bdi>"
        if self.link:
            words = (
                f'<a href="{escape(self.link)}" target="_blank" rel="noopener '
                f'noreferrer">{words}</a>'
            )
        return f"{words} {aside(safe(self.beside))}".rstrip()


def cell(row: dict, column: Column, voice: Voice, thresholds: Thresholds) -> Cell:
    """The cell of `column` in `row`, hidden where too few deals stand behind it.

    >>> cell({"c": 0.3, "closed": 50}, Column("c", "", "percent", n="closed"), Voice(),
    ...     Thresholds()).plain
    '30.0%'
    >>> cell({"c": 0.5, "closed": 4}, Column("c", "", "percent", n="closed"), Voice(),
    ...     Thresholds()).plain
    'n < 5'
    """
    return withheld(row, column, voice, thresholds) or _shown(row, column, voice)


def withheld(row: dict, column: Column, voice: Voice, thresholds: Thresholds) -> Cell | None:
    """What stands in place of a share or a verdict with too few deals behind it; None where enough
    are.
    """
    behind = row.get(column.n) if column.n else None
    if behind is None or missing(behind):
        return None
    if column.least:
        few = voice.say("n < {n}", n=column.least)
        return Cell(few, quiet=True) if behind < column.least else None
    if column.kind in SHARES and not behind:
        return Cell(voice.missing, quiet=True)
    if column.kind in SHARES and behind < thresholds.min_percent:
        return Cell(voice.say("n < {n}", n=thresholds.min_percent), quiet=True)
    if column.said is not None and behind < thresholds.min_verdict:
        return Cell(column.said(voice, "too few"), quiet=True)
    return None


def _shown(row: dict, column: Column, voice: Voice) -> Cell:
    value: Any = row.get(
        column.low if column.kind in {"interval", "points_interval"} else column.name
    )
    if column.kind == "spark":
        return _sparked(value, column, voice)
    if missing(value):
        blank = BLANKS.get(column.kind, voice.missing) if column.blank is None else column.blank
        return Cell(blank, quiet=True)
    words, beside = _words(value, row, column, voice), _beside(row, column, voice)
    sort = _sort(value, column)
    # what is sorted by its words alone needs no key beside them
    sort = "" if sort == words and not beside else sort
    others = column.kind in {"text", "link"}
    return Cell(words, beside, sort, _address(row, column), others=others)


def _sort(value, column: Column) -> str:
    """What a cell is sorted by: whole numbers as they are, others to more digits than are shown."""
    if column.numeric:
        return f"{float(value):.0f}" if float(value).is_integer() else f"{float(value):.7g}"
    return str(value)[:10] if column.kind in {"date", "month"} else ""


BLANKS = {
    "text": "",
    "bare_points": "–",
}  # what stands in place of "n/a": a matrix of parts would be full of it


def _sparked(values, column: Column, voice: Voice) -> Cell:
    """A line of the past on the scale of its column, with its first and last figure in words."""
    known = [
        value
        for value in (values if isinstance(values, (list, tuple)) else [])
        if not missing(value)
    ]
    if not known:
        return Cell(voice.missing, quiet=True)
    ends = " → ".join(voice.percent(value) for value in (known[0], known[-1]))
    return Cell(column.label, ends, svg=spark(values, f"{column.label}: {ends}", span=column.span))


def _words(value, row: dict, column: Column, voice: Voice) -> str:
    if column.kind in {"interval", "points_interval"}:
        return _ends(row, column, voice)
    if column.kind in {"text", "link"}:
        return str(value)
    if column.said is not None:  # a verdict: its codes in words
        return column.said(voice, value)
    say = getattr(voice, column.kind)
    return say(value) if column.digits is None else say(value, column.digits)


def _beside(row: dict, column: Column, voice: Voice) -> str:
    if (
        not column.low
        or column.kind in {"interval", "points_interval"}
        or missing(row.get(column.low))
    ):
        return ""
    return _ends(row, column, voice)


def _ends(row: dict, column: Column, voice: Voice) -> str:
    low: Any = row.get(column.low)
    high: Any = row.get(column.high)
    if column.kind in {"points", "points_interval"}:
        return voice.points_interval(low, high)
    if column.kind in {"percent", "interval"}:
        return voice.interval(low, high)
    digits = 1 if column.digits is None else column.digits
    return f"{voice.number(low, digits)}–{voice.number(high, digits)}"


def deal_address(crm_url: str | None, deal_id: object) -> str:
    """Where the CRM shows a deal, by the pattern of the params; nothing without one.

    >>> deal_address("https://crm.example/deals/{deal_id}", "17"), deal_address(None, "17")
    ('https://crm.example/deals/17', '')
    """
    return crm_url.replace("{deal_id}", str(deal_id)) if crm_url else ""


def _address(row: dict, column: Column) -> str:
    """An address that a click may open: http or https, nothing else."""
    address = str(row.get(column.url) or "").strip() if column.kind == "link" else ""
    clean = not any(
        unicodedata.category(letter) in {"Cc", "Cf"} or letter.isspace() for letter in address
    )
    return address if clean and address.lower().startswith(("http://", "https://")) else ""


def missing(value: object) -> bool:
    """Whether a cell has no value; a list never counts as missing."""
    return not isinstance(value, (list, tuple)) and bool(pd.isna(value))


def safe(text: object) -> str:
    """`text` for HTML: escaped, without control letters that no page may hold.

    >>> safe("<b>\\x00&")
    '&lt;b&gt;&amp;'
    """
    return escape(clean(text))


def aside(html: str) -> str:
    """Finished HTML as the small print beside what a cell says; nothing where there is none."""
    return f"<small>{html}</small>" if html else ""


# letters that run from right to left, and marks that turn the direction of what follows
TURNING = {"R", "AL", "AN", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI", "PDF", "PDI"}


def turns(text: str) -> bool:
    """Whether a name must stand apart from our words, or it would turn them round.

    >>> turns("Ann & Söhne"), turns("דנה"), turns("a\u202eb")
    (False, True, True)
    """
    return not text.isascii() and any(unicodedata.bidirectional(c) in TURNING for c in text)


def clean(text: object) -> str:
    """`text` without control letters that no page may hold."""
    text = str(text)
    if text.isprintable():
        return text
    return "".join(c for c in text if c in "\t\n" or unicodedata.category(c) not in {"Cc", "Cs"})
