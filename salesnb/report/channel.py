"""One channel of a run: its notebooks executed, its page, metrics and workbook written."""

from pathlib import Path

import nbformat
import pandas as pd
from nbformat import NotebookNode

from salesnb.errors import RunError
from salesnb.measures.frames import closed
from salesnb.render.cells import deal_address
from salesnb.render.display import Table
from salesnb.report.files import json_text, write_together
from salesnb.report.job import Job
from salesnb.report.kernels import Kernels
from salesnb.report.metrics import make_metrics, recorded
from salesnb.report.names import ANALYST_PAGE
from salesnb.report.notebooks import attempt
from salesnb.report.one_page import html_page
from salesnb.report.parts import faults, nothing_made, without_faults
from salesnb.report.pdf import print_pdf
from salesnb.report.restated import channel_tables, note
from salesnb.report.workbook import tables_of, write_workbook
from salesnb.schema import DEPARTMENT
from salesnb.source.book import Book

COUNTED = (
    "deal_id",
    "title",
    "client_id",
    "manager",
    "channel",
    "status",
    "created_at",
    "closed_at",
    "amount",
    "lost_reason",
)


def execute_one(job: Job, kernels: Kernels, channel: str, name: str, path: Path) -> NotebookNode:
    """One notebook of a channel, executed now or, but for `force`, by an earlier run on the same
    input.
    """
    values = {
        "params": str(job.params_path),
        "month": job.month,
        "channel": "" if channel == DEPARTMENT else channel,
        "as_of": job.as_of,
        "language": job.language,
    }
    key = job.keys[name].notebooks[path.name]
    kept = None if job.executed is None or job.force else job.executed.get(key)
    if kept is not None:
        return kept
    made = attempt(path, values, kernels)
    if job.executed is not None:
        job.executed.keep(key, made)
    return made


def make_channel(
    job: Job, department: Book, channel: str, name: str, executed: list[NotebookNode]
) -> list[dict]:
    """All files of a channel, from its executed notebooks in their order; the sections that its
    page lacks (`parts.faults`). May be called in a thread of its own.

    Raises
    ------
    RunError
        Not one section could be made: nothing is written.
    """
    if reason := nothing_made(executed):
        raise RunError(f"{job.notebooks[0].name}: {reason}")
    failed = faults(executed, [path.name for path in job.notebooks])
    book = department.of_thread(None if channel == DEPARTMENT else channel)
    metrics = make_metrics(
        job.params.company, job.month, channel, str(book.as_of), recorded(executed), bool(failed)
    )
    moved = channel_tables(job, book, name, metrics)
    pages = {
        end: _page(job, book, executed, moved, name, analyst=bool(end))
        for end in ("", ANALYST_PAGE)
    }
    tables = [
        *tables_of(map(without_faults, executed)),
        *(data for shown in moved for data in shown.tables),
    ]
    _write(
        job, name, executed, metrics, pages, write_workbook(tables, counted_deals(book), book.voice)
    )
    return failed


def _page(job: Job, book: Book, executed, moved: list[Table], name: str, *, analyst: bool) -> str:
    """The page for management, or the one of the analyst: each leads to the other."""
    voice = book.voice
    label = voice.say("For management") if analyst else voice.say("For the analyst")
    other = (label, f"{job.page_name(name if analyst else name + ANALYST_PAGE)}.html")
    links = [(voice.say("All channels"), "index.html"), other]
    return html_page(book, executed, note(moved, voice), links, analyst)


def _write(
    job: Job, name: str, executed, metrics: dict, pages: dict[str, str], sheet: bytes
) -> None:
    """All files of a channel or none: a page never stands without its workbook and its metrics."""
    shown = job.page_name(name)
    page = job.folder / f"{shown}.html"
    files: dict[Path, str | bytes] = {
        job.folder / "metrics" / f"{name}.json": json_text(metrics),
        job.folder / f"{shown}.xlsx": sheet,
    }
    for path, notebook in zip(job.notebooks, executed, strict=True):
        # the copy opens anywhere: the path of this machine is not in it
        text = nbformat.writes(notebook).replace(str(job.params_path), job.shown_path)
        files[job.folder / "notebooks" / shown / path.name] = text
    own = {
        job.folder / f"{job.page_name(name + end)}.html": html for end, html in pages.items() if end
    }
    write_together(files | own | {page: pages[""]})
    page.with_suffix(".pdf").unlink(
        missing_ok=True
    )  # one that was printed from an older page would contradict it
    if job.pdf:
        print_pdf(page)


def counted_deals(book: Book) -> pd.DataFrame:
    """Won and lost deals closed in the month, with the address of each in the CRM."""
    kept = closed(book.closer_deals, book.month).select(*COUNTED)
    table = kept.sort("closed_at", "deal_id").collect(backend="pandas").to_native()
    return table.assign(
        link=[deal_address(book.params.crm_url, deal_id) for deal_id in table["deal_id"]]
    )
