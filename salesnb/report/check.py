"""What `salesnb check` prints: can this reading be trusted? What was read, assumed, set aside, and
what would change.
"""

import shlex
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from salesnb.formats import Voice
from salesnb.measures.conversion import conversion
from salesnb.measures.otherwise import other_readings
from salesnb.measures.summary import empty_months
from salesnb.measures.told import untold
from salesnb.params import load_params
from salesnb.report.files import write_csv
from salesnb.report.manifest import free_folder
from salesnb.schema import TABLES
from salesnb.source.book import Book, open_book
from salesnb.topics.assumptions import assumed, moved
from salesnb.topics.data_quality import STEPS
from salesnb.topics.notices import notice
from salesnb.topics.untold import full
from salesnb.topics.words import share

MOST_RULES = 8  # rules of the ledger that are listed with an example; the others are counted


def check_lines(params: str) -> Iterator[str]:
    """Lines of the report on the reading, twenty or so."""
    book = open_book(load_params(params))
    voice = Voice("en", book.params.currency)
    yield _headline(book, voice)
    yield f"channels ({book.channel_from}): {', '.join(book.channels)}"
    yield from _read(book, voice)
    yield from _assumed(book, voice)
    yield from _rules(book, voice)
    if months := empty_months(book.deals, book.month):
        yield f"no deal was created in: {', '.join(months)}"
    for note in book.notices:
        yield f"note: {notice(note.code, note.values, voice)}"


def _headline(book: Book, voice: Voice) -> str:
    if book.no_month:
        return f"{book.params.company}: export of {voice.date(book.snapshot)}; {book.no_month}"
    row = conversion(book.closer_deals, period=book.month).iloc[0]
    if untold(book):
        told = f"not told: {full(untold(book), voice)}"
        return (
            f"{book.params.company}: export of {voice.date(book.snapshot)}, last complete month "
            f"{book.month}, conversion {told}"
        )
    told = share(voice, row["won"], row["closed"], 1, 1) if row["closed"] else "nothing closed"
    day = voice.date(book.snapshot)
    return (
        f"{book.params.company}: export of {day}, last complete month {book.month}, conversion "
        f"{told}"
    )


def _read(book: Book, voice: Voice) -> Iterator[str]:
    """What was read: deals on a line of their own, the other tables together, those that are not
    there.
    """
    rows = {row["table"]: row for row in book.summary.to_dict("records")}
    yield f"read: deals {_counts(rows.pop('deals'), voice)}"
    if rows:
        yield "also read: " + "; ".join(
            f"{name} {_counts(row, voice)}" for name, row in rows.items()
        )
    absent = [name for name in TABLES if getattr(book, name) is None]
    if absent:
        yield "no data for: " + ", ".join(absent)


def _counts(row: dict, voice: Voice) -> str:
    parts = [
        f"{voice.count(row[name])} {name.replace('_', ' ')}"
        for name in ("merged", "set_aside", "mended")
        if row[name]
    ]
    return voice.count(row["read"]) + (f" ({', '.join(parts)})" if parts else "")


def _assumed(book: Book, voice: Voice) -> Iterator[str]:
    """Every assumption; first those that move conversion, the largest change first."""
    if not book.assumed:
        return
    readings = other_readings(book)
    yield "taken for true, since the export does not say it outright:"
    for reading in readings:
        yield f"  {assumed(reading['assumption'], voice)}; {moved(reading, voice)}"
    moving = [reading["assumption"] for reading in readings]
    for one in book.assumed:
        if one not in moving:
            yield f"  {assumed(one, voice)}" + (
                "; the other reading gives the same conversion" if one.change else ""
            )


def _rules(book: Book, voice: Voice) -> Iterator[str]:
    """What was set aside, merged or mended, by rule with an example, most rows first and what is
    not counted before the rest.
    """
    rules = book.rules
    if not len(rules):
        return
    counted = rules["outcome"].map({"set aside": 0, "merged": 1, "mended": 2})
    order = 2 * counted + (rules["table"] != "deals")
    rules = rules.assign(_order=order).sort_values(
        ["_order", "rows"], ascending=[True, False], kind="stable"
    )
    yield "set aside, merged or mended, with the first example:"
    for row in rules.head(MOST_RULES).itertuples():
        value = "" if pd.isna(row.value) else f" {row.value}"
        rule = STEPS[row.rule](voice) if row.rule in STEPS else row.rule
        yield (
            f"  {row.table}: {voice.count(row.rows)} {row.outcome}: {rule} "
            f"({row.file}:{row.line}{value})"
        )
    if len(rules) > MOST_RULES:
        rest = rules.iloc[MOST_RULES:]
        yield (
            f"  and {voice.count(rest['rows'].sum())} rows by {len(rest)} more rules: --ledger "
            "FILE.csv lists every row"
        )


def next_step(params: str) -> str:
    """The arguments of `salesnb run` for the last complete month of the data, in a folder of
    reports that is free.

    "" where no month can be made.
    """
    loaded = load_params(params)
    book = open_book(loaded)
    if book.no_month:
        return ""
    month = book.month
    out = free_folder(Path("reports"), loaded.company)
    rest = "" if out == Path("reports") else f" --out {shlex.quote(out.as_posix())}"
    return f"--params {shlex.quote(params)} --month {month}{rest}"


def write_ledger(params: str, path: Path) -> Path:
    """Every row of the ledger as CSV."""
    return write_csv(path, open_book(load_params(params)).ledger)
