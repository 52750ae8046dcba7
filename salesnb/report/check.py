"""What `salesnb check` prints: what was read, mended, set aside and why."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from salesnb.formats import Voice
from salesnb.params import load_params
from salesnb.report.files import write_csv
from salesnb.report.manifest import free_folder
from salesnb.schema import TABLES
from salesnb.show.remarks import notice
from salesnb.source.book import open_book


def check_lines(params: str) -> Iterator[str]:
    """Lines of the report on the reading."""
    book = open_book(load_params(params))
    yield f"{book.params.company}: export of {book.snapshot}, last complete month {book.month}"
    yield f"channels ({book.channel_from}): {', '.join(book.channels)}"
    yield ""
    yield from _lines(book.summary)
    absent = [name for name in TABLES if getattr(book, name) is None]
    if absent:
        yield ""
        yield "no data for: " + ", ".join(absent)
    rules = book.rules
    if len(rules):
        yield ""
        yield "what was mended, merged or set aside, with the first example:"
        shown = rules.assign(
            example=[f"{r.file}:{r.line} {'' if pd.isna(r.value) else r.value}".strip() for r in rules.itertuples()]
        )
        yield from _lines(shown[["table", "outcome", "rule", "rows", "example"]])
    for note in book.notices:
        yield f"note: {notice(note.code, note.values, Voice('en', book.params.currency))}"


def next_step(params: str) -> str:
    """The arguments of `salesnb run` for the last complete month of the data, in a folder of reports that is free."""
    loaded = load_params(params)
    month = open_book(loaded).month
    out = free_folder(Path("reports"), loaded.company)
    rest = "" if out == Path("reports") else f" --out {out.as_posix()}"
    return f"--params {params} --month {month}{rest}"


def _lines(frame: pd.DataFrame) -> list[str]:
    cells = [list(frame.columns), *frame.astype(str).to_numpy().tolist()]
    widths = [max(len(row[place]) for row in cells) for place in range(len(frame.columns))]
    numbers = [pd.api.types.is_numeric_dtype(frame[c]) for c in frame.columns]
    return [
        "  "
        + "  ".join(
            text.rjust(w) if right else text.ljust(w) for text, w, right in zip(row, widths, numbers, strict=True)
        ).rstrip()
        for row in cells
    ]


def write_ledger(params: str, path: Path) -> Path:
    """Every row of the ledger as CSV."""
    return write_csv(path, open_book(load_params(params)).ledger)
