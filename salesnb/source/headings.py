"""Headings as people write them: padded, repeated, with look-alike letters; and which row of a file
they are.
"""

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Container, Iterable
from dataclasses import dataclass
from functools import lru_cache
from statistics import median

# Latin letters that look like Cyrillic ones: both are folded to the Latin form, so that either
# spelling matches
LOOK_ALIKES = str.maketrans("авекмнорстухё", "abekmhopctyxe")
# marks that nobody sees and that tell equal words apart: byte order mark, zero-width spaces and
# joiners, soft hyphen
INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_GONE = str.maketrans("", "", INVISIBLE)
_WRAPPED = re.compile(r'^="(.*)"$')
PREAMBLE = 20  # rows within which the headings are looked for
BELOW = 50  # rows below a heading row by which it is told
# what reading adds to a table of an export; a heading of such a name gets a number
OWN = ("_file", "_line", "_file_no")
_LOOSE = re.compile(r"[\s_\-.,:;!?()\[\]\"'«»№#*/\\]+")

SHEET = "sheet"  # the column that says from which of several sheets a record is


def clean_heading(text: object) -> str:
    """A heading without invisible marks, padding, doubled spaces and what keeps a spreadsheet from
    reading a formula.

    >>> clean_heading("\\ufeffБюджет  "), clean_heading('="ID"')
    ('Бюджет', 'ID')
    """
    plain = re.sub(r"\s+", " ", str(text or "").translate(_GONE)).strip()
    return _WRAPPED.sub(r"\1", plain)


@lru_cache(maxsize=50_000, typed=True)
def fold_heading(text: object) -> str:
    """What is left of a heading when case, spaces, punctuation and look-alike letters do not count.

    >>> fold_heading("Deal - ID") == fold_heading("deal id") == fold_heading("DEAL_ID")
    True
    >>> fold_heading("Статус") == fold_heading("Cтатус")  # the second with a Latin C
    True
    """
    plain = unicodedata.normalize("NFKC", clean_heading(text)).casefold().replace("ё", "е")
    return _LOOSE.sub("", plain).translate(LOOK_ALIKES)


def unique_headings(raw: Iterable) -> list[str]:
    """Clean headings, no two alike but for case and punctuation; blanks are named by place, repeats
    get " (2)", " (3)".

    >>> unique_headings(["ID", "Товар ", "Товар", "", "_line", "deal id", "Deal-ID"])
    ['ID', 'Товар', 'Товар (2)', 'column 4', '_line (2)', 'deal id', 'Deal-ID (2)']
    """
    taken = set(OWN)
    result = []
    for place, text in enumerate(raw, start=1):
        name = unlike(clean_heading(text) or f"column {place}", taken)
        taken |= {name.casefold(), fold_heading(name)}
        result.append(name)
    return result


def unlike(name: str, taken: Collection[str]) -> str:
    """The name, with a number when it is among the `taken` ones (small or folded).

    >>> unlike("Stage", {"stage", "stage (2)"})
    'Stage (3)'
    """

    def free(text: str) -> bool:
        return text.casefold() not in taken and (fold_heading(text) or text) not in taken

    names = (name, *(f"{name} ({n})" for n in range(2, len(taken) + 3)))
    return next(text for text in names if free(text))


@dataclass(frozen=True)
class Line:
    """A row as the search for headings sees it: the places that are filled, their texts and folded
    words, which are data.
    """

    cells: dict[int, str]
    words: dict[int, str]
    data: frozenset[int]

    @property
    def filled(self) -> int:
        return len(self.words)

    @property
    def different(self) -> int:
        return len(set(self.words.values()))

    def known(self, wanted: Container[str]) -> int:
        return len(
            {
                word
                for spot, word in self.words.items()
                if spot not in self.data and self.cells[spot] in wanted
            }
        )

    def like_headings(self, width: float) -> bool:
        """Hardly a number or date, hardly a repeat, and about as wide as the table."""
        tenth = self.filled / 10
        return (
            len(self.data) <= tenth
            and self.filled - self.different <= tenth
            and self.filled * 2 >= width
        )


def heading_place(rows: list, wanted: Container[str] = frozenset()) -> int | None:
    """Which of the first rows of a table are its headings, told by the rows below; None when all
    are blank.

    Headings are words over numbers and dates, each once, as wide as the table, and often known; a
    record may have known words too ("No", "web"), but it stands below a row that could be the
    headings.

    Parameters
    ----------
    rows : lists of cells, texts or values
    wanted : headings that the table may have, asked by `in`

    >>> heading_place([["Report of September"], [], ["Ref", "No", "Source"], ["x1", "web",
    ...     "Source"], ["x2", "web", ""]])
    2
    """
    full = [(place, _line(row)) for place, row in enumerate(rows[: PREAMBLE + BELOW])]
    full = [(place, line) for place, line in full if line.filled]
    if not full:
        return None
    lines = [line for _, line in full]
    widths = [
        median(line.filled for line in lines[n + 1 :] or lines[n:]) for n in range(len(lines))
    ]
    first = [n for n, (place, _) in enumerate(full) if place < PREAMBLE] or [0]
    different = {frozenset(line.words.items()) for line in lines}
    shared = Counter(pair for words in different for pair in words)
    scores = {n: _likely(lines, n, widths, shared, wanted) for n in first}
    return full[max(first, key=lambda n: (scores[n], -n))][0]


def record_for_headings(
    rows: list, place: int, wanted: Container[str] = frozenset()
) -> list | None:
    """The first row where the likeliest heading row is a record itself: numbers and dates over the
    same, no known word.
    """
    line, others = (
        _line(rows[place]),
        [_line(row) for n, row in enumerate(rows[:BELOW]) if n != place],
    )
    over = _data_below(others)
    same = len(line.data & over)
    if (
        line.known(wanted)
        or not same
        or same * 4 < line.filled
        or (set(line.words) - line.data) & over
    ):
        return None
    return next(row for row in rows if _line(row).filled)


def heading_width(rows: list, place: int) -> int:
    """Cells of the heading row that count: up to the last heading, or to the last column that half
    of the records fill.
    """
    named = max(_line(rows[place]).words, default=-1) + 1
    below = [line for row in rows[place + 1 : place + 1 + BELOW] if (line := _line(row)).filled]
    counts = Counter(spot for line in below for spot in line.words)
    return max([named, *(spot + 1 for spot, n in counts.items() if n * 2 >= len(below) >= 2)])


def _likely(
    lines: list[Line], n: int, widths: list[float], shared: Counter[tuple[int, str]], wanted
) -> float:
    """How well row `n` does as headings: points for known words and words over data, against what
    records have. `shared` says how many different rows have a word in a place.
    """
    line, below = lines[n], lines[n + 1 : n + 1 + BELOW]
    over = _data_below(below)
    repeated = sum(
        shared[spot, word] > 1 for spot, word in line.words.items() if spot not in line.data
    )
    known = line.known(wanted)
    points = (
        2 * known
        + 1.5 * len((set(line.words) - line.data) & over)
        - 2 * len(line.data)
        - 2 * repeated
    )
    points -= (line.filled - line.different) + 2 * max(0, widths[n] - line.filled)
    above = [
        h
        for h, w in zip(lines[:n], widths, strict=False)
        if h.like_headings(w) and h.filled * 5 >= line.filled * 4
    ]
    surer = (
        known >= 3 + max((h.known(wanted) for h in above), default=0)
        and known * 5 >= line.filled * 3
    )
    return points - (2 * line.filled if above and not (surer and not line.data) else 0)


def _data_below(below: list[Line]) -> set[int]:
    """Places that mostly hold numbers and dates."""
    filled = Counter(spot for line in below for spot in line.words)
    data = Counter(spot for line in below for spot in line.data)
    return {spot for spot, n in data.items() if n * 5 >= filled[spot] * 3}


def _line(row) -> Line:
    cells = {spot: cell for spot, cell in enumerate(row) if cell is not None and str(cell).strip()}
    words = {spot: fold_heading(cell) or str(cell).strip() for spot, cell in cells.items()}
    texts = {spot: str(cell) for spot, cell in cells.items()}
    return Line(texts, words, frozenset(spot for spot, cell in cells.items() if _is_data(cell)))


def _is_data(cell) -> bool:
    """Whether a cell is no heading: a number, a date, an address.

    >>> [_is_data(text) for text in ("12 500,00 ₽", "2026-09-01 10:00", "a@b.ru", "Q1",
    ...     "Amount, 1000 $", "x1")]
    [True, True, True, False, False, False]
    """
    if not isinstance(cell, str):
        return isinstance(cell, (int, float, dt.date, dt.time))
    if "@" in cell or "://" in cell:
        return True
    digits = sum(map(str.isdigit, cell))
    return bool(digits) and 2 * digits > sum(map(str.isalnum, cell))
