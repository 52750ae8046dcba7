"""What a CRM's own columns say of a deal: closed flags, groups of stages, archived with a reason;
surer than any word.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from salesnb.formats.fold import fold
from salesnb.params import Params
from salesnb.source.headings import fold_heading
from salesnb.source.parse import bool_sql, text_sql
from salesnb.source.parsed import folded, listed
from salesnb.source.presets import Preset
from salesnb.source.presets.base import Cell
from salesnb.source.read import quoted

ENDS = ("won", "lost", "closed", "not won", "not lost", "open")  # in the order in which they decide


@dataclass(frozen=True)
class Flags:
    """The columns of an export that say how a deal stands.

    Attributes
    ----------
    headings : those that say won, lost, open or closed; none where they only tell which deals are
        deleted
    parts : meaning → conditions in SQL on the raw table, alias ``r``; where one of them holds, the
        deal is that
    """

    headings: tuple[str, ...]
    parts: dict[str, tuple[str, ...]]

    def says(self, meaning: str) -> str:
        """Whether a record is `meaning`, in SQL."""
        found = self.parts.get(meaning)
        return f"coalesce({' OR '.join(found)}, false)" if found else "false"

    @property
    def standing(self) -> str:
        """won, lost, open, closed (won or lost), not won (lost or open), or missing where the flags
        say nothing, in SQL.
        """
        closed, not_won, not_lost = (self.says(name) for name in ("closed", "not won", "not lost"))
        cases = [
            (self.says("deleted won"), "won"),
            (self.says("deleted lost"), "lost"),
            (self.says("won"), "won"),
            (self.says("lost"), "lost"),
            (f"{closed} AND {not_won}", "lost"),
            (f"{closed} AND {not_lost}", "won"),
            (closed, "closed"),
            (f"{self.says('open')} OR ({not_won} AND {not_lost})", "open"),
            (not_won, "not won"),
        ]
        whens = " ".join(f"WHEN {test} THEN '{name}'" for test, name in cases)
        return f"CASE {whens} END"


def flags_of(headings: Iterable[str], preset: Preset, params: Params | None = None) -> Flags | None:
    """The flags of an export; None where it has none. A heading that the params map to another
    column is no flag.

    >>> from salesnb.source.presets import PRESETS
    >>> flags_of(["Id", "IsClosed", "IsWon"], PRESETS["salesforce"]).headings
    ('IsWon', 'IsClosed')
    >>> flags_of(["Id", "Stage"], PRESETS["salesforce"]) is None
    True
    """
    named = params.headings("deals") if params else {}
    free = ("status", "stage", "lost_reason")
    taken = {
        fold_heading(heading)
        for name, made in named.items()
        if name not in free
        for heading in made
    }
    by_fold = {fold_heading(h): h for h in reversed(list(headings)) if fold_heading(h) not in taken}
    used: list[str] = []
    parts: dict[str, list[str]] = {}
    for one in preset.says:
        places = [place for cell in one.cells if (place := _place(cell, by_fold)) is not None]
        if len(places) < len(one.cells):
            continue
        tests = [_test(cell, heading) for cell, heading in zip(one.cells, places, strict=True)]
        parts.setdefault(one.meaning, []).append(f"({' AND '.join(tests)})")
        if one.meaning in ENDS:
            used += places
    if not parts:
        return None
    return Flags(
        tuple(dict.fromkeys(used)), {meaning: tuple(found) for meaning, found in parts.items()}
    )


def tied(headings: Iterable[str], preset: Preset, table: str, column: str) -> str:
    """SQL of what a record must hold for the id in `column` to be one of that kind; "" where
    nothing is asked.

    >>> from salesnb.source.presets import PRESETS
    >>> tied(["OWNER_ID"], PRESETS["bitrix24"], "touches", "deal_id")
    ''
    """
    cell = preset.tied.get((table, column))
    if cell is None:
        return ""
    heading = _place(cell, {fold_heading(h): h for h in headings})
    return _test(cell, heading) if heading else ""


def _place(cell: Cell, by_fold: dict[str, str]) -> str | None:
    return next(
        (by_fold[fold_heading(name)] for name in cell.headings if fold_heading(name) in by_fold),
        None,
    )


def _test(cell: Cell, heading: str) -> str:
    """Whether the cell of a record holds what is asked of it, in SQL that is never missing."""
    column = f"r.{quoted(heading)}"
    if cell.holds in ("yes", "no"):
        return f"coalesce({bool_sql(column)} = {cell.holds == 'yes'}, false)"
    if cell.holds in ("filled", "blank"):
        return f"{text_sql(column)} IS {'NOT ' if cell.holds == 'filled' else ''}NULL"
    if cell.holds == "number":
        number = f"try_cast(replace(trim({column}, ' %'), ',', '.') AS DOUBLE)"
        return f"coalesce({number} BETWEEN {cell.range[0]} AND {cell.range[1]}, false)"
    return f"coalesce({folded(column)} IN ({listed(map(fold, cell.words))}), false)"
