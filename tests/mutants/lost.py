"""Tables that lost something: what is said must name it, where the figures differ."""

from collections.abc import Callable
from dataclasses import replace

from tests.mutants.exports import COLUMNS, Export, cells_changed, columns_kept

WON = {"успешно реализовано", "сделка успешна", "closed won", "won"}
LOST = {"закрыто и не реализовано", "сделка провалена", "closed lost", "lost"}
# how the words of a remark call a column
CALLED = {
    "closed_at": ("closing date", "in no month"), "amount": ("amount", "no sum"), "manager": ("sales rep",),
    "status": ("status",), "source": ("channel",), "created_at": ("creation date",), "deal_id": ("deal id", "duplicate"),
    "title": (), "flag": ("closed",),
}  # fmt: skip


def lost(export: Export, column: str, *words: str) -> Export:
    """The export with what must be said of it: the column in its heading's, its canonical or our own words, or these `words`."""
    named = COLUMNS[export.preset].get(column, column)
    return replace(export, about=(column, named, *CALLED.get(column, ()), *words))


def _some(rng, export: Export, share: float) -> set[int]:
    return set(rng.sample(range(len(export.rows)), max(1, round(share * len(export.rows)))))


def _share(rng) -> float:
    return rng.choice([0.02, 0.1, 0.3, 0.6, 1.0])


def _column(rng, export: Export, among) -> str:
    return rng.choice([c for c in among if export.place(c) is not None])


def column_dropped(rng, export: Export) -> Export:
    column = _column(rng, export, COLUMNS[export.preset])
    place = export.place(column)
    return lost(columns_kept(export, [i for i in range(len(export.headings)) if i != place]), column)


def heading_of_nonsense(rng, export: Export) -> Export:
    column = _column(rng, export, COLUMNS[export.preset])
    name = rng.choice(["Feld 7", "Столбец12", "F12", "zzz", "данные"])
    changed = replace(
        export, headings=tuple(name if h == COLUMNS[export.preset][column] else h for h in export.headings)
    )
    return replace(lost(export, column), headings=changed.headings)


def cells_emptied(rng, export: Export) -> Export:
    column = _column(
        rng, export, ("closed_at", "amount", "manager", "status", "created_at", "source", "flag", "deal_id")
    )
    gone = _some(rng, export, _share(rng))
    return lost(cells_changed(export, column, lambda n, cell: "" if n in gone else cell), column)


def unknown_words(rng, export: Export) -> Export:
    """Words of no list where a deal was won or lost."""
    word = rng.choice(["Abandoned", "Архив", "Stage 7", "Аннулирована", "Dormant"])
    chosen, which = _some(rng, export, _share(rng)), rng.choice([WON, LOST, WON | LOST])

    def changed(n, cell):
        return word if n in chosen and cell.casefold() in which else cell

    return lost(cells_changed(export, "status", changed), "status", word)


def unreadable_dates(rng, export: Export) -> Export:
    text, column = (
        rng.choice(["n.d.", "soon", "31.02.2026", "2026-13-45", "??", "скоро"]),
        rng.choice(["closed_at", "created_at"]),
    )
    chosen = _some(rng, export, _share(rng))
    return lost(cells_changed(export, column, lambda n, cell: text if n in chosen and cell else cell), column, text)


def unreadable_amounts(rng, export: Export) -> Export:
    text, chosen = (
        rng.choice(["??", "on request", "договорная", "12 000 - 15 000", "1.2.3,4"]),
        _some(rng, export, _share(rng)),
    )
    return lost(cells_changed(export, "amount", lambda n, cell: text if n in chosen else cell), "amount", text)


def rounded_ids(rng, export: Export) -> Export:
    """Ids as a spreadsheet writes long numbers."""
    mark = rng.choice([".", ","])
    return lost(
        cells_changed(export, "deal_id", lambda n, cell: f"{float(cell):.2E}".replace(".", mark)),
        "deal_id",
        "E+07",
        "superseded",
    )


def shared_ids(rng, export: Export) -> Export:
    """Different deals under one id."""
    chosen, place = _some(rng, export, _share(rng)), export.place("deal_id")
    one = export.rows[0][place]
    return lost(
        cells_changed(export, "deal_id", lambda n, cell: one if n in chosen else cell), "deal_id", "superseded", one
    )


def cut_short(rng, export: Export) -> Export:
    """The last row ends in the middle."""
    width = rng.randint(2, len(export.headings) - 1)
    last = (*export.rows[-1][:width], *[""] * (len(export.headings) - width))
    return replace(
        export,
        rows=(*export.rows[:-1], last),
        about=("fewer cells", "blank", "not known", "no closing date", "no creation date", "status", "amount"),
    )


LOSE: tuple[Callable, ...] = (
    column_dropped, heading_of_nonsense, cells_emptied, unknown_words, unreadable_dates, unreadable_amounts, rounded_ids, shared_ids,
    cut_short,
)  # fmt: skip
