"""The same table in other clothes: its figures must not change."""

import csv
import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from tests.mutants.exports import Export, cells_changed, columns_kept


def encoded(rng, export: Export) -> Export:
    """Another encoding that holds every letter of it."""
    text = "".join(map("".join, (export.headings, *export.rows)))
    choices = ["utf-8-sig", "utf-16", "utf-16-le", "cp1251", "cp1252"]
    good = [name for name in choices if text.encode(name, "ignore").decode(name) == text]
    return replace(export, encoding=rng.choice(good))


def separated(rng, export: Export) -> Export:
    return replace(export, separator=rng.choice([",", ";", "\t", "|"]))


def columns_moved(rng, export: Export) -> Export:
    order = rng.sample(range(len(export.headings)), len(export.headings))
    return columns_kept(export, order)


def rows_moved(rng, export: Export) -> Export:
    return replace(export, rows=tuple(rng.sample(export.rows, len(export.rows))))


def quoted_otherwise(rng, export: Export) -> Export:
    return replace(export, quoting=rng.choice([csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC, csv.QUOTE_MINIMAL]))


def headings_in_another_case(rng, export: Export) -> Export:
    change = rng.choice(
        [str.upper, str.lower, str.title, lambda text: f" {text} ", lambda text: text.replace(" ", "\u00a0")]
    )
    return replace(export, headings=tuple(map(change, export.headings)))


def other_line_ends(rng, export: Export) -> Export:
    return replace(export, newline=rng.choice(["\r\n", "\r", "\n"]))


def blank_lines(rng, export: Export) -> Export:
    return replace(export, after=export.newline * rng.randint(1, 4), before=rng.choice(["", export.newline]))


def a_footer(rng, export: Export) -> Export:
    word = rng.choice(["Total", "Итого", "Grand Total", "Всего"])
    row = (word, *[""] * (len(export.headings) - 1))
    return replace(export, rows=(*export.rows, row), more=export.more + 1)


def more_columns(rng, export: Export) -> Export:
    """Columns that nothing here knows, at the end or at the beginning."""
    makes = [lambda n: f"note {n}", lambda n: str(n * 17 % 1000), lambda n: "", lambda n: "2026-01-05", lambda n: "да"]
    names = [f"{rng.choice(['Поле', 'Custom', 'x_field', 'Reserved'])} {n}" for n in range(rng.randint(1, 6))]
    filled = [rng.choice(makes) for _ in names]
    rows = [[make(n) for make in filled] for n in range(len(export.rows))]
    if rng.random() < 0.5:
        return replace(
            export,
            headings=(*export.headings, *names),
            rows=tuple((*r, *new) for r, new in zip(export.rows, rows, strict=True)),
        )
    return replace(
        export,
        headings=(*names, *export.headings),
        rows=tuple((*new, *r) for r, new in zip(export.rows, rows, strict=True)),
    )


def packed(rng, export: Export) -> Export:
    return replace(export, packing=rng.choice(["gz", "zip", "xlsx"]))


def dates_in_another_form(rng, export: Export) -> Export:
    """Every time of the export in one form that can be read one way only: no finer than it was, no coarser."""
    forms = ["%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y/%m/%d %H:%M:%S", "%d-%b-%Y %H:%M:%S"]
    days = ["%Y-%m-%d", "%d.%m.%Y", "%Y/%m/%d", "%d-%b-%Y", "%d %b %Y"]
    number = rng.randrange(len(forms))
    return replace(
        export, rows=tuple(tuple(_redated(cell, forms[number], days[number]) for cell in row) for row in export.rows)
    )


def _redated(cell: str, form: str, day: str) -> str:
    for known in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M:%S", "%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y"):
        try:
            found = dt.datetime.strptime(cell, known)
        except ValueError:
            continue
        return found.strftime(form if "%H" in known else day)
    return cell


def amounts_in_another_form(rng, export: Export) -> Export:
    """Whole amounts with marks that can be read one way only."""
    place = export.place("amount")
    forms = [lambda n: f"{n:,}".replace(",", "\u00a0"), lambda n: f"{n}.00", lambda n: f"{n},00", lambda n: f"{n:,}.50".replace(".50", ".00"),
             lambda n: f"{n:,}".replace(",", " ") + ",00", lambda n: f"{n:,}".replace(",", ".") + ",00", lambda n: f"{n:,}".replace(",", "'") + ".00"]  # fmt: skip
    form = rng.choice(forms)
    return (
        cells_changed(export, "amount", lambda n, cell: form(int(float(cell))) if cell else cell)
        if place is not None
        else export
    )


def repeated_rows(rng, export: Export) -> Export:
    """Some rows twice, byte for byte; where every row is a product line they would be more products."""
    if export.preset == "bitrix24":
        return export
    again = rng.sample(export.rows, 5)
    return replace(export, rows=(*export.rows, *again), more=export.more + 5)


KEEP: tuple[Callable, ...] = (
    encoded, separated, columns_moved, rows_moved, quoted_otherwise, headings_in_another_case, other_line_ends, blank_lines,
    a_footer, more_columns, packed, dates_in_another_form, amounts_in_another_form, repeated_rows,
)  # fmt: skip
# what looks for a column by its heading comes before what moves or renames it
CLOTHES = (encoded, separated, columns_moved, headings_in_another_case, quoted_otherwise, other_line_ends, packed)
