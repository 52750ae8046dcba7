"""What a run makes: every channel's notebooks executed, their page, metrics and workbook written,
the index last.
"""

import contextlib
import os
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from salesnb.errors import RunError, SalesnbError
from salesnb.formats import Voice
from salesnb.measures.otherwise import other_readings
from salesnb.report.channel import execute_one, make_channel
from salesnb.report.disk import alone, check_room, said, stopped
from salesnb.report.executed import executed_at
from salesnb.report.files import read_json, write_json
from salesnb.report.index import write_month_index
from salesnb.report.job import Job, Result, places
from salesnb.report.kernels import Kernels
from salesnb.report.lists import write_lists
from salesnb.report.manifest import (
    carried,
    carried_sections,
    finished,
    is_finished,
    is_whole,
    manifest,
)
from salesnb.report.months import write_months_index
from salesnb.report.notebooks import check_parameters
from salesnb.report.parts import missing_sections
from salesnb.report.pay import write_pay
from salesnb.report.pdf import find_browser
from salesnb.report.published import moved_deals, publish, restated
from salesnb.report.runners import Runner
from salesnb.report.schedule import Schedule
from salesnb.schema import DEPARTMENT
from salesnb.source.book import Book
from salesnb.source.leftovers import TEMPORARY, remove, work_folder
from salesnb.source.reading import tell_kernels
from salesnb.source.store import input_hashes
from salesnb.topics import words


def make(
    job: Job,
    department: Book,
    wanted: list[str],
    result: Result,
    out: Path,
    text: str,
    seconds: int,
    runner: Runner,
    jobs: int | None,
    tell: Callable[[str], None],
    advance: Callable[[int, int], None],
) -> Result:
    """Make what is wanted and is not there; `result` says what became of it.

    Parameters
    ----------
    out : folder of the reports, as the user named it
    text : what the params file held as the run began
    seconds, runner : of `Kernels`
    jobs, tell, advance : as in `run.run`
    """
    check_parameters(list(job.notebooks))
    with alone(job.folder), _work_folder() as work:
        told = tell_kernels(work, job.params_path, text, job.params, department._source)
        kernels = Kernels(seconds, told, runner, work)
        try:
            kernels.prepare()
            check_room(out, job.folder, len(wanted))
            job = replace(
                job,
                before=read_json(job.folder / "run.json") or {},  # another run may have ended
                moved=None if job.as_of else moved_deals(job.folder, department),
                executed=executed_at(job.params.root, job.folder, job.language),
            )
            # counted while the export is still the one that was read: the kernels find it counted
            other_readings(department)
            started, many = time.monotonic(), jobs or cores() + 1
            _make_all(job, kernels, department, wanted, result, started, many, tell, advance)
            if result.seconds or result.failures or job.force or not is_finished(job):
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


def cores() -> int:
    """How many processors this process may use.

    >>> cores() >= 1
    True
    """
    known = getattr(os, "sched_getaffinity", None)
    return max(1, len(known(0)) if known else os.cpu_count() or 1)


def _make_all(
    job: Job,
    kernels: Kernels,
    book: Book,
    wanted: list[str],
    result: Result,
    started: float,
    jobs: int,
    tell,
    advance,
) -> None:
    """Every wanted channel, `jobs` notebooks at a time; what became of each goes into `result` and
    at once into run.json.
    """
    place, names = places(wanted), result.names
    schedule = Schedule(
        [channel for channel in wanted if not is_whole(job, names[channel])],
        list(job.notebooks),
        begin=lambda channel: tell(f"{place[channel]}: begins"),
        execute=lambda channel, path: execute_one(job, kernels, channel, names[channel], path),
        finish=lambda channel, executed: make_channel(job, book, channel, names[channel], executed),
    )
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        for _ in range(jobs):
            pool.submit(schedule.work)
        try:
            for done, channel in enumerate(wanted):
                advance(done, len(wanted))
                future = schedule.futures.get(channel)
                _collect(job, result, channel, future, place[channel], tell)
                if future is None:
                    continue
                # a run that is stopped half-way is known for what it made
                _carry(job, result)
                write_json(
                    job.folder / "run.json",
                    manifest(job, book, result, time.monotonic() - started, {}),
                )
        except BaseException:  # also of one who stops the run: nothing of it goes on
            schedule.stop()
            kernels.stop()
            raise
        advance(len(wanted), len(wanted))


def _carry(job: Job, result: Result) -> None:
    """Failures that stand from an earlier run."""
    result.earlier = carried(job.before, result)
    result.earlier_sections = carried_sections(job.before, result)


def _collect(
    job: Job, result: Result, channel: str, future: Future | None, place: str, tell
) -> None:
    if future is None:
        result.skipped.append(channel)
        tell(f"{place}: nothing changed")
        return
    try:
        seconds, sections = future.result()
    except Exception as error:  # a fault of one channel must not take the others with it
        if stop := stopped(error, job.folder):
            raise stop from None
        known = isinstance(error, SalesnbError)
        result.failures[channel] = str(error) if known else f"{type(error).__name__}: {error}"
        tell(f"{place}: FAILED: {result.failures[channel]}")
        return
    result.seconds[channel] = round(seconds, 1)
    if sections:
        result.sections[channel] = sections
        result.failures[channel] = missing_sections(sections)
        tell(f"{place}: {seconds:.1f} s, FAILED in part: {result.failures[channel]}")
    else:
        tell(f"{place}: {seconds:.1f} s")


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
    write_month_index(book, result, replace(job, before=written), found)
    if job.executed is not None:
        job.executed.forget(
            but=[key for keys in job.keys.values() for key in keys.notebooks.values()]
        )
    write_json(job.folder / "run.json", written | finished(job))
    if not job.as_of:  # it stands on the run.json of every month
        write_months_index(job.folder.parent, book.voice, job.params.company)
