"""The monthly run: every channel's notebooks executed, their page, metrics and workbook written,
the index last.
"""

import contextlib
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

from salesnb.errors import RunError, SalesnbError, unknown
from salesnb.formats import Voice
from salesnb.measures.otherwise import other_readings
from salesnb.params import Params, find_params, parse_params, read_text
from salesnb.report.channel import make_channel
from salesnb.report.disk import alone, check_room, said, stopped
from salesnb.report.files import read_json, write_json
from salesnb.report.forking import known_runner
from salesnb.report.index import write_month_index
from salesnb.report.job import Job, Result
from salesnb.report.kernels import CELL_SECONDS, Kernels
from salesnb.report.lists import write_lists
from salesnb.report.manifest import carried, carried_sections, input_key, manifest, one_company
from salesnb.report.months import write_months_index
from salesnb.report.names import file_names
from salesnb.report.notebooks import check_parameters, find_notebooks, notebook_folder
from salesnb.report.parts import missing_sections
from salesnb.report.pay import write_pay
from salesnb.report.pdf import find_browser
from salesnb.report.published import moved_deals, publish, restated
from salesnb.schema import DEPARTMENT
from salesnb.source.asked import known_day
from salesnb.source.book import Book, open_book
from salesnb.source.leftovers import TEMPORARY, remove, sweep_temporary, work_folder
from salesnb.source.reading import tell_kernels
from salesnb.source.store import input_hashes, stored
from salesnb.topics import words


def run(
    params: str | Path = "params/sample.yaml",
    month: str | None = None,
    channels: Sequence[str] = (),
    out: str | Path = "reports",
    jobs: int = 1,
    language: str | None = None,
    as_of: str | None = None,
    pdf: bool = False,
    force: bool = False,
    tell: Callable[[str], None] = lambda text: None,
    advance: Callable[[int, int], None] = lambda done, of: None,
    cell_seconds: int = CELL_SECONDS,
    runner: str | None = None,
) -> Result:
    """Make the reports of a month. The export and the params are read once: every page stands on
    that reading.

    Parameters
    ----------
    params : path of the params file
    month, as_of, language : as in `open_book`; as_of makes the month to date
    channels : names; empty: all, and the whole department
    out : folder of the reports of this company
    jobs : channels at a time
    pdf, force : print PDFs; run again what was already run on the same input
    tell : gets a line of progress at a time
    advance : gets how many channels are through, and of how many
    cell_seconds : longest time that one step of a notebook may take
    runner : how kernels are started: "fork" (from a process that has imported everything; Linux) or
        "papermill" (each by itself); None: forked where that can be

    Raises
    ------
    SalesnbError
        The call, the params or the data are wrong, the folder holds another company or cannot be
        written: nothing was written. `disk.DiskError`: no more could be written; what is in its
        place stands.
    """
    how, path = known_runner(runner), find_params(params)
    text = read_text(path)
    loaded = parse_params(text, path)
    _check_call(Path(out), month, as_of)
    one_company(Path(out), loaded.company)
    month = month or (str(known_day(as_of))[:7] if as_of else None)
    source = stored(loaded)
    department = open_book(loaded, month, None, as_of, language, source=source)
    if as_of and known_day(as_of) > department.snapshot:
        raise RunError(
            f"--as-of {as_of}: the export goes up to {department.snapshot}. Choose a day up to "
            "then."
        )
    if department.no_month:
        raise RunError(f"deals: {department.no_month}")
    own = department.channels
    wanted = _wanted(own, list(channels))
    sweep_temporary()
    folder = Path(out) / department.month / ("to-date" if as_of else "")
    with alone(folder), _work_folder() as work:
        told = tell_kernels(work, path, text, loaded, source)
        kernels = Kernels(cell_seconds, told, how, work)
        job = _job(path, loaded, department, folder, as_of, pdf, force, kernels)
        check_room(Path(out), job.folder, len(wanted))
        # counted while the export is still the one that was read: the kernels find it counted
        other_readings(department)
        result = Result(
            job.folder / "index.html",
            file_names(own, job.before.get("channels")) | {DEPARTMENT: DEPARTMENT},
        )
        started = time.monotonic()
        try:
            _make_all(job, department, wanted, result, started, jobs, tell, advance)
            _finish(job, department, result, started)
        except OSError as error:
            raise stopped(error, job.folder) or error from None
        finally:
            kernels.close()
    return result


@contextlib.contextmanager
def _work_folder():
    """A private folder for the time of the run."""
    try:
        work = work_folder(TEMPORARY)
    except OSError as error:
        raise RunError(
            f"the temporary folder {tempfile.gettempdir()} cannot be written: "
            f"{said(error)}. Free space there, or name another in TMPDIR."
        ) from None
    try:
        yield work
    finally:
        remove(work)


def _check_call(out: Path, month, as_of) -> None:
    """Refuse a folder that is a file, and a day that is not in the month, before
    anything is read.
    """
    if os.path.exists(out) and not os.path.isdir(out):
        raise RunError(
            f"--out {out.name}: is a file, not a folder. Name a folder, or one that does not "
            "exist yet."
        )
    if as_of and month and str(known_day(as_of))[:7] != str(month):
        raise RunError(
            f"--as-of {as_of}: is not a day of --month {month}. Leave out --month, or choose a "
            "day of that month."
        )


def _wanted(own: list[str], channels: list[str]) -> list[str]:
    known = [DEPARTMENT, *own]
    for channel in channels:
        if channel not in known:
            raise unknown("channel", channel, known)
    return list(dict.fromkeys(channels)) or known


def _job(
    path: Path,
    params: Params,
    department: Book,
    folder: Path,
    as_of,
    pdf: bool,
    force: bool,
    kernels,
) -> Job:
    notebooks = tuple(find_notebooks(notebook_folder(params)))
    check_parameters(list(notebooks))
    language, before = department.params.language, read_json(folder / "run.json") or {}
    job = Job(
        path,
        params,
        department.month,
        str(as_of or ""),
        folder,
        notebooks,
        language,
        pdf,
        force,
        before,
    )
    moved = None if as_of else moved_deals(folder, department)
    return replace(
        job, key=input_key(job, department), moved=moved, source=department._source, kernels=kernels
    )


def _make_all(
    job: Job,
    book: Book,
    wanted: list[str],
    result: Result,
    started: float,
    jobs: int,
    tell,
    advance,
) -> None:
    """Every wanted channel, `jobs` at a time; what became of each goes into `result` and at once
    into run.json.
    """
    places = {
        channel: f"[{number}/{len(wanted)}] {channel}"
        for number, channel in enumerate(wanted, start=1)
    }
    with ThreadPoolExecutor(max_workers=max(1, jobs)) as pool:
        pending = {
            channel: pool.submit(
                make_channel, job, channel, result.names[channel], partial(tell, f"{place}: begins")
            )
            for channel, place in places.items()
        }
        try:
            for done, (channel, future) in enumerate(pending.items()):
                advance(done, len(wanted))
                _collect(job, result, channel, future, places[channel], tell)
                # a run that is stopped half-way is known for what it made
                _carry(job, result)
                write_json(
                    job.folder / "run.json",
                    manifest(job, book, result, time.monotonic() - started, {}),
                )
        except BaseException:  # also of one who stops the run: nothing of it goes on
            pool.shutdown(wait=False, cancel_futures=True)
            job.kernels.stop()
            raise
        advance(len(wanted), len(wanted))


def _carry(job: Job, result: Result) -> None:
    """Failures that stand from an earlier run."""
    result.earlier = carried(job.before, result)
    result.earlier_sections = carried_sections(job.before, result)


def _collect(job: Job, result: Result, channel: str, future, place: str, tell) -> None:
    try:
        made = future.result()
    except Exception as error:  # a fault of one channel must not take the others with it
        if stop := stopped(error, job.folder):
            raise stop from None
        known = isinstance(error, SalesnbError)
        result.failures[channel] = str(error) if known else f"{type(error).__name__}: {error}"
        tell(f"{place}: FAILED: {result.failures[channel]}")
    else:
        if made is None:
            result.skipped.append(channel)
            tell(f"{place}: nothing changed")
            return
        result.seconds[channel] = round(made.seconds, 1)
        if made.sections:
            result.sections[channel] = made.sections
            result.failures[channel] = missing_sections(made.sections)
            tell(f"{place}: {made.seconds:.1f} s, FAILED in part: {result.failures[channel]}")
        else:
            tell(f"{place}: {made.seconds:.1f} s")


def _pdf_notes(job: Job, voice: Voice, result: Result) -> list[str]:
    """Which pages were not printed, and why as far as it is known."""
    without = [
        c
        for c in (*result.good, *result.partial)
        if not (job.folder / f"{job.page_name(result.names[c])}.pdf").exists()
    ]
    if not job.pdf or not without:
        return []
    if find_browser() is None:
        return [
            voice.say(
                "No PDF: Chromium was not found (package chromium); the pages can be printed from "
                "a browser."
            )
        ]
    names = voice.listing([words.place(voice, None if c == DEPARTMENT else c) for c in without])
    return [
        voice.say(
            "No PDF of {names}: Chromium could not print it. Print the page from a browser.",
            names=names,
        )
    ]


def _changed_notes(job: Job, book: Book) -> list[str]:
    """That the files are others by now than those that were read."""
    try:
        same = (
            job.source is not None and input_hashes(job.params).items() <= job.source.inputs.items()
        )
    except (SalesnbError, OSError):  # gone, or in the middle of being written
        same = False
    told = (
        "The export changed while the run was under way. Every page stands on the export as it was "
        "at the beginning: run again for the new one."
    )
    return [] if same else [book.voice.say(told)]


def _finish(job: Job, book: Book, result: Result, started: float) -> None:
    """Lists, run.json and the indexes, once all channels are through."""
    good = [result.names[channel] for channel in result.good]
    _carry(job, result)
    result.notes += _pdf_notes(job, book.voice, result) + _changed_notes(job, book)
    write_lists(job.folder / "lists", book)
    write_pay(job.folder, book)
    if not job.as_of:
        publish(job.folder, book, result.names, good)
    found = [] if job.as_of else restated(job.folder, job.month)
    told = {
        "channels": [one["name"] for one in found],
        "deals": 0 if job.moved is None else len(job.moved),
    }
    written = manifest(job, book, result, time.monotonic() - started, told)
    write_json(job.folder / "run.json", written)
    write_month_index(book, result, replace(job, before=written), found)
    if not job.as_of:
        write_months_index(job.folder.parent, book.voice, job.params.company)
