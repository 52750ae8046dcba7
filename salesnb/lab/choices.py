"""What an analyst has chosen, the table of it, and the lines of code that give the same table."""

import keyword
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from salesnb.errors import ParamError, unknown
from salesnb.lab.figures import MEASURES, Measure
from salesnb.measures.derived import Key, bands, hour, month, weekday
from salesnb.measures.frames import BookLike
from salesnb.render.display import Shown

if TYPE_CHECKING:
    from salesnb.lab.seen import Seen

MOST = 12  # groups that a table shows
MONTHS = 24  # months likewise: the last of them
MADE: dict[str, Callable[[str], Key]] = {
    "bands": bands,
    "weekday": weekday,
    "hour": hour,
    "month": month,
}
LINE = 88  # letters of a line of code


@dataclass(frozen=True)
class Choices:
    """What to look at.

    Attributes
    ----------
    measure : "conversion", "won amount", "average won deal", "deal length", "new deals"
    period : as the measures take it ("2026-09", "2026Q3", "last 6 months", a pair of days); None:
        all
    channel : one channel; None: all of the Book
    segment : a column of deals, of which either any of `values` or what lies `between` (from, up
        to but not including; None: no limit) is kept; without either the choice does nothing
    split : a column to group by; `split_by`: "bands" of its numbers, "weekday", "hour" or "month"
        of its times; "": its values

    Examples
    --------
    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1", "2", "3"], "manager": ["Ann", "Bo", "Bo"],
    ...     "status": ["won", "lost", "won"], "source": ["Fair", "Fair", "Web"],
    ...     "created_at": pd.Timestamp("2026-09-01"), "closed_at": pd.Timestamp("2026-09-15")})
    >>> found = Choices(period="2026-09", segment="source", values=("Fair",), split="manager")
    >>> found.table(book(deals, month="2026-09"))[["manager", "won", "closed"]].values.tolist()
    [['Ann', 1, 1], ['Bo', 0, 1]]
    >>> print(found.code())
    part = book.where(source="Fair")
    s.conversion(part, by="manager", period="2026-09").nlargest(12, "closed")
    """

    measure: str = "conversion"
    period: str | tuple[str, str] | None = None
    channel: str | None = None
    segment: str | None = None
    values: tuple = ()
    between: tuple | None = None
    split: str | None = None
    split_by: str = ""

    def __post_init__(self):
        if self.measure not in MEASURES:
            raise unknown("measure", self.measure, MEASURES)
        if self.split_by and self.split_by not in MADE:
            raise unknown("split_by", self.split_by, MADE)
        if self.split_by and not self.split:
            raise ParamError(f"split_by={self.split_by!r}: name the column to split in `split`.")
        if self.values and self.between:
            raise ParamError("a segment has values or a range (`between`), not both.")
        if self.channel and "channel" in self._own:
            raise ParamError("the channel is chosen twice: once by itself and once as a segment.")

    @property
    def counted(self) -> Measure:
        """The measure itself."""
        return MEASURES[self.measure]

    @property
    def _own(self) -> dict[str, Any]:
        """The condition of the segment: one value by itself, several as a list."""
        if not self.segment or not (self.values or self.between):
            return {}
        listed = self.values[0] if len(self.values) == 1 else list(self.values)
        return {self.segment: self.between or listed}

    @property
    def conditions(self) -> dict[str, Any]:
        """What `book.where` is asked."""
        return ({"channel": self.channel} if self.channel else {}) | self._own

    @property
    def by(self) -> str | Key | None:
        """What the measure is asked to group by."""
        return MADE[self.split_by](self.split) if self.split and self.split_by else self.split

    @property
    def key(self) -> str | None:
        """The column of the table that tells its rows apart."""
        return self.by.name if isinstance(self.by, Key) else self.by

    def part(self, book: BookLike) -> BookLike:
        """The Book of the channel and the segment."""
        return book.where(**self.conditions) if self.conditions else book

    def every(self, part: BookLike) -> pd.DataFrame:
        """The table with all groups, of the Book of the channel and the segment."""
        return self.counted.make(part, by=self.by, period=self.period)

    def few(self, every: pd.DataFrame) -> pd.DataFrame:
        """The groups that are shown: named ones by size, months the last, bands and days all."""
        if self.split and not self.split_by:
            return every.nlargest(MOST, self.counted.size)
        return every.tail(MONTHS) if self.split_by == "month" else every

    def seen(self, book: BookLike) -> "Seen":
        """What is seen of a Book: table, chart, sentences and deals, worked out once."""
        from salesnb.lab.seen import Seen

        part = self.part(book)
        every = self.every(part)
        return Seen(self, book, part, every, self.few(every))

    def table(self, book: BookLike) -> pd.DataFrame:
        """The table: rates 0..1, missing as NaN."""
        return self.seen(book).table

    def chart(self, book: BookLike) -> Shown:
        """The chart in the house style; nothing where there is nothing to draw."""
        return self.seen(book).chart()

    def deals(self, book: BookLike, row: int | None = None) -> pd.DataFrame:
        """The deals behind the table, largest first; `row`: those of one row of it."""
        return self.seen(book).deals(row)

    def code(self, name: str = "book") -> str:
        """Lines that give the same table, where `name` is the Book and ``s`` is salesnb."""
        lines, of = [], name
        if self.conditions:
            lines.append(f"part = {_call(f'{name}.where', [], self.conditions)}")
            of = "part"
        asked = {"by": self._by_code()} if self.split else {}
        if self.period is not None:
            asked["period"] = _literal(self.period)
        figures = [of, *(f"{word}={text}" for word, text in asked.items())]
        call = _in_lines(f"s.{self.counted.door}", figures)
        if self.split and not self.split_by:
            call += f".nlargest({MOST}, {_literal(self.counted.size)})"
        elif self.split_by == "month":
            call += f".tail({MONTHS})"
        return "\n".join([*lines, call])

    def _by_code(self) -> str:
        column = _literal(self.split)
        return f"s.{self.split_by}({column})" if self.split_by else column


def _call(function: str, figures: list[str], named: dict[str, Any]) -> str:
    """A call with arguments by name; a name that Python does not take as one goes in by ``**``."""
    plain = {name: value for name, value in named.items() if _is_plain(name)}
    odd = {name: value for name, value in named.items() if name not in plain}
    words = [*figures, *(f"{name}={_literal(value)}" for name, value in plain.items())]
    if odd:
        words.append(f"**{_literal(odd)}")
    return _in_lines(function, words)


def _in_lines(function: str, words: list[str]) -> str:
    """A call in one line, or an argument a line where it would be too long.

    >>> _in_lines("f", ["a", "b=1"])
    'f(a, b=1)'
    """
    short = f"{function}({', '.join(words)})"
    if len(short) <= LINE:
        return short
    return "\n".join([f"{function}(", *(f"    {word}," for word in words), ")"])


def _is_plain(name: str) -> bool:
    """Whether a name can stand before ``=``, and Python reads it as it is written.

    >>> [_is_plain(name) for name in ("source", "Канал", "class", "two words", "ﬁeld")]
    [True, True, False, False, False]
    """
    same = unicodedata.normalize("NFKC", name) == name
    return same and name.isidentifier() and not keyword.iskeyword(name)


def _literal(value: Any) -> str:
    """A value as Python has it, text in double quotes where it holds none.

    >>> _literal("Fair"), _literal(["a", 1, True]), _literal((None, 2.5)), _literal('"')
    ('"Fair"', '["a", 1, True]', '(None, 2.5)', '\\'"\\'')
    """
    if isinstance(value, str):
        plain = repr(str(value))
        swap = plain.startswith("'") and '"' not in plain and "\\" not in plain
        return f'"{plain[1:-1]}"' if swap else plain
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    if isinstance(value, tuple):
        comma = "," if len(value) == 1 else ""
        return f"({', '.join(map(_literal, value))}{comma})"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_literal(k)}: {_literal(v)}' for k, v in value.items())}}}"
    return repr(value)
