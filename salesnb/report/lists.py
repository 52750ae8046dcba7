"""The lists of a run, which people work through: what became of every record, whom to hear."""

from pathlib import Path

from salesnb.report.files import write_csv
from salesnb.source.book import Book
from salesnb.topics.rota import rota

LEDGER, ROTA = "ledger.csv", "listening-rota.csv"


def write_lists(folder: Path, book: Book) -> None:
    """The lists of the whole department, in `folder`; a list with nothing in it is not there."""
    write_csv(folder / LEDGER, book.ledger)
    calls = rota(book).listing()
    if calls.empty:
        (folder / ROTA).unlink(missing_ok=True)
    else:
        write_csv(folder / ROTA, calls)
