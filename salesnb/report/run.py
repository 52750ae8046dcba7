"""The monthly run: every channel's notebooks executed, their page, metrics and workbook written, the index last."""

import hashlib
import platform
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import narwhals as nw
import nbformat
import pandas as pd

from salesnb import __version__
from salesnb.errors import SalesnbError, unknown
from salesnb.params import Params, find_params, load_params
from salesnb.report.files import read_json, write_csv, write_json, write_whole
from salesnb.report.index import write_month_index, write_months_index
from salesnb.report.metrics import make_metrics, recorded
from salesnb.report.names import file_names
from salesnb.report.notebooks import check_parameters, execute, find_notebooks
from salesnb.report.page import render, sections
from salesnb.report.pdf import print_pdf
from salesnb.report.published import publish
from salesnb.report.words import about, definitions
from salesnb.report.workbook import tables_of, write_workbook
from salesnb.schema import DEPARTMENT
from salesnb.show.summary import place
from salesnb.source.book import Book, open_book

PACKAGED = Path(__file__).parents[2] / "notebooks"


@dataclass(frozen=True)
class Job:
    """What one run was asked for."""

    params_path: Path
    params: Params
    month: str
    as_of: str
    folder: Path
    notebooks: tuple[Path, ...]
    language: str
    pdf: bool = False
    force: bool = False


@dataclass
class Result:
    """What a run did: file names of the channels, failures (channel → reason), seconds, the index."""

    index: Path
    names: dict[str, str]
    failures: dict[str, str] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        return 1 if self.failures else 0


def run(
    params="params/sample.yaml", month=None, channels=(), out="reports", jobs=1, language=None, as_of=None, pdf=False,
    force=False, tell: Callable[[str], None] = lambda text: None, advance: Callable[[int, int], None] = lambda done, of: None,
) -> Result:  # fmt: skip
    """Make the reports of a month.

    Parameters
    ----------
    params : path of the params file
    month, as_of, language : as in `open_book`; as_of makes the month to date
    channels : names; empty: all, and the whole department
    out : folder of the reports
    jobs : channels at a time
    pdf, force : print PDFs; run again what was already run on the same input
    tell : gets a line of progress at a time
    advance : gets how many channels are through, and of how many

    Raises
    ------
    SalesnbError
        The call, the params or the data are wrong: nothing was written.
    """
    path = find_params(params)
    loaded = load_params(path)
    department = open_book(loaded, month, None, as_of, language)
    wanted = _wanted(department, list(channels))
    names = file_names(department.channels) | {DEPARTMENT: DEPARTMENT}
    notebooks = tuple(find_notebooks(_notebook_folder(loaded)))
    check_parameters(list(notebooks))
    folder = Path(out) / department.month / ("to-date" if as_of else "")
    job = Job(
        path, loaded, department.month, str(as_of or ""), folder, notebooks, department.params.language, pdf, force
    )
    result = Result(folder / "index.html", names)
    before = read_json(folder / "run.json") or {}
    key = _input_key(job, department)
    started = time.monotonic()
    with ThreadPoolExecutor(max_workers=max(1, jobs)) as pool:
        pending = {
            channel: pool.submit(_one, job, department, channel, names[channel], key, before) for channel in wanted
        }
        for number, (channel, future) in enumerate(pending.items(), start=1):
            advance(number - 1, len(wanted))
            _collect(result, channel, future, f"[{number}/{len(wanted)}]", tell)
        advance(len(wanted), len(wanted))
    _finish(job, department, result, key, before, time.monotonic() - started)
    return result


def _wanted(department: Book, channels: list[str]) -> list[str]:
    known = [DEPARTMENT, *department.channels]
    for channel in channels:
        if channel not in known:
            raise unknown("channel", channel, known)
    return list(dict.fromkeys(channels)) or known


def _notebook_folder(params: Params) -> Path:
    own = params.root / "notebooks"
    return own if own.is_dir() else PACKAGED


def _input_key(job: Job, book: Book) -> str:
    """One name for everything that the figures depend on: data, params, notebooks, package."""
    parts = [book._source.key, __version__, job.month, job.as_of, job.params.model_dump_json(exclude={"root"})]
    parts += [hashlib.sha256(path.read_bytes()).hexdigest() for path in job.notebooks]
    code = sorted(Path(__file__).parents[1].rglob("*.py")) + sorted(Path(__file__).parent.glob("template/*"))
    parts += [hashlib.sha256(path.read_bytes()).hexdigest() for path in code]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _collect(result: Result, channel: str, future, place: str, tell) -> None:
    try:
        seconds = future.result()
    except SalesnbError as error:
        result.failures[channel] = str(error)
        tell(f"{place} {channel}: FAILED: {error}")
    except Exception as error:  # a fault of one channel must not take the others with it
        result.failures[channel] = f"{type(error).__name__}: {error}"
        tell(f"{place} {channel}: FAILED: {type(error).__name__}: {error}")
    else:
        if seconds is None:
            result.skipped.append(channel)
            tell(f"{place} {channel}: nothing changed")
        else:
            result.seconds[channel] = round(seconds, 1)
            tell(f"{place} {channel}: {seconds:.1f} s")


def _one(job: Job, department: Book, channel: str, name: str, key: str, before: dict) -> float | None:
    """One channel: all its notebooks, then all its files; None when it was already made from the same input."""
    page = job.folder / f"{_page_name(job, name)}.html"
    done = before.get("inputs_key") == key and name in before.get("made", {}).get(job.language, [])
    if done and not job.force and page.exists() and (not job.pdf or page.with_suffix(".pdf").exists()):
        return None
    started = time.monotonic()
    values = {
        "params": str(job.params_path), "month": job.month, "channel": "" if channel == DEPARTMENT else channel,
        "as_of": job.as_of, "language": job.language,
    }  # fmt: skip
    executed = [execute(path, values) for path in job.notebooks]
    book = open_book(job.params, job.month, channel, job.as_of or None, job.language)
    parts = recorded(executed)
    metrics = make_metrics(job.params.company, job.month, channel, str(book.as_of), parts)
    html = _page(job, book, executed)
    sheet = write_workbook(tables_of(executed), counted_deals(book), book.voice)
    _write(job, name, executed, metrics, html, sheet)
    return time.monotonic() - started


def _page_name(job: Job, name: str) -> str:
    return name if job.language == job.params.language else f"{name}.{job.language}"


def _page(job: Job, book: Book, executed) -> str:
    voice = book.voice
    channel = place(book.channel, voice)
    return render(
        "page.html.j2", voice, title=f"{channel} · {voice.month(job.month)} · {job.params.company}", company=job.params.company,
        channel=channel, period=voice.month(job.month), facts=about(book), sections=sections(executed, voice),
        definitions=definitions(voice), links=[(voice.say("All channels"), "index.html")],
    )  # fmt: skip


def _write(job: Job, name: str, executed, metrics: dict, html: str, sheet: bytes) -> None:
    for path, notebook in zip(job.notebooks, executed, strict=True):
        # the copy opens anywhere: the path of this machine is not in it
        text = nbformat.writes(notebook).replace(str(job.params_path), _shown_path(job))
        write_whole(job.folder / "notebooks" / _page_name(job, name) / path.name, text)
    page = write_whole(job.folder / f"{_page_name(job, name)}.html", html)
    write_whole(job.folder / f"{_page_name(job, name)}.xlsx", sheet)
    write_json(job.folder / "metrics" / f"{name}.json", metrics)
    page.with_suffix(".pdf").unlink(missing_ok=True)  # one that was printed from an older page would contradict it
    if job.pdf:
        print_pdf(page)


def _shown_path(job: Job) -> str:
    try:
        return job.params_path.relative_to(job.params.root.resolve()).as_posix()
    except ValueError:
        return job.params_path.name


def counted_deals(book: Book) -> pd.DataFrame:
    """Won and lost deals closed in the month, with the address of each in the CRM."""
    start, end = f"{book.month}-01", f"{pd.Period(book.month, 'M') + 1}-01"
    kept = book.closer_deals.filter(
        nw.col("status").is_in(["won", "lost"])
        & (nw.col("closed_at") >= pd.Timestamp(start).to_pydatetime())
        & (nw.col("closed_at") < pd.Timestamp(end).to_pydatetime())
    )
    columns = [
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
    ]
    table = kept.select(*columns).sort("closed_at", "deal_id").collect(backend="pandas").to_native()
    link = book.params.crm_url
    return table.assign(link=[link.replace("{deal_id}", str(i)) if link else None for i in table["deal_id"]])


def _finish(job: Job, book: Book, result: Result, key: str, before: dict, seconds: float) -> None:
    """Lists, run.json and the indexes, once all channels are through."""
    made = dict(before.get("made", {})) if before.get("inputs_key") == key else {}
    good = [result.names[c] for c in [*result.seconds, *result.skipped]]
    made[job.language] = sorted({*made.get(job.language, []), *good})
    if job.pdf and not any((job.folder / f"{_page_name(job, n)}.pdf").exists() for n in good):
        result.notes.append(
            book.voice.say(
                "No PDF: Chromium was not found (package chromium); the pages can be printed from a browser."
            )
        )
    write_csv(job.folder / "lists" / "ledger.csv", book.ledger)
    if not job.as_of:
        publish(job.folder, book, result.names, made[job.language])
    write_json(job.folder / "run.json", _manifest(job, book, result, key, made, seconds))
    write_month_index(job.folder, book, result, job)
    if not job.as_of:
        write_months_index(job.folder.parent, book.voice, job.params.company)


def _manifest(job: Job, book: Book, result: Result, key: str, made: dict, seconds: float) -> dict:
    packages = ("pandas", "numpy", "scipy", "duckdb", "narwhals", "papermill")
    return {
        "schema": 1,
        "parameters": {
            "params": _shown_path(job),
            "month": job.month,
            "as_of": str(book.as_of),
            "language": job.language,
        },
        "channels": result.names,
        "made": made,
        "inputs": book._source.inputs,
        "inputs_key": key,
        "rows": book.summary.to_dict("records"),
        "versions": {"salesnb": __version__, "python": platform.python_version()}
        | {name: version(name) for name in packages},
        "seconds": result.seconds | {"whole run": round(seconds, 1)},
        "failures": result.failures,
    }
