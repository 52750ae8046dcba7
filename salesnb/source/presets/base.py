"""What each CRM calls things: headings, status words, and how it exports.

Headings are compared folded (case, spaces, punctuation and look-alike letters do not count); the first one found wins.
Collected from real exports and from the code of the CRMs and their importers.
"""

from dataclasses import dataclass, field

# words of any export, so that no company has to list them; params add to them
WON = ("won", "closed won", "closedwon", "успешно реализовано", "сделка успешна", "успешна", "выиграна", "выиграно",
       "выигранная", "продано", "142", "payment done", "closed - won", "выполнена")  # fmt: skip
LOST = ("lost", "closed lost", "closedlost", "закрыто и не реализовано", "закрыта и не реализована", "сделка провалена",
        "провалена", "проиграна", "проиграно", "проигранная", "отказ", "143", "closed - lost", "не реализовано",
        "анализ причины провала", "closed lost to competition", "closed-lost to competition")  # fmt: skip


@dataclass(frozen=True)
class Preset:
    """One CRM's export of deals."""

    name: str
    title: str
    headings: dict[str, tuple[str, ...]]
    marks: tuple[str, ...] = ()  # headings that only this CRM writes: how an export is recognised
    won: tuple[str, ...] = WON
    lost: tuple[str, ...] = LOST
    status_from_stage: bool = False  # no status column: the stage says it
    one_close_column: bool = False  # one column holds both the closing and the expected date
    won_flags: tuple[str, ...] = ()  # a flag that the deal is won, and one that it is closed: surer than words
    closed_flags: tuple[str, ...] = ()
    closed_from: tuple[str, ...] = ()  # columns that hold closings apart, where there is none for both
    pipeline_in_words: bool = False  # a stage may be followed by its pipeline in brackets
    lines: bool = False  # writes one row per product line
    day_first: bool = True
    other_tables: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)

    def wanted(self, table: str) -> dict[str, tuple[str, ...]]:
        """Headings of a table: canonical name → spellings."""
        return self.headings if table == "deals" else self.other_tables.get(table, {})
