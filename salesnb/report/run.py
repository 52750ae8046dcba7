"""The monthly run: what is asked, and whether anything of it has to be made (`making`)."""

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from salesnb.errors import RunError, unknown
from salesnb.params import find_params, parse_params, read_text
from salesnb.report.files import read_json
from salesnb.report.found import find_notebooks, notebook_folder
from salesnb.report.job import CELL_SECONDS, Job, Result, places
from salesnb.report.manifest import is_finished, is_whole, one_company, page_keys
from salesnb.report.names import file_names
from salesnb.report.runners import known_runner
from salesnb.schema import DEPARTMENT
from salesnb.source.asked import known_day
from salesnb.source.book import open_book
from salesnb.source.leftovers import sweep_temporary
from salesnb.source.store import stored


def run(
    params: str | Path = "params/sample.yaml",
    month: str | None = None,
    channels: Sequence[str] = (),
    out: str | Path = "reports",
    jobs: int | None = None,
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
    jobs : notebooks at a time; None: one more than this process has processors, since a kernel that
        begins or ends mostly waits
    pdf, force : print PDFs; run again what was already run on the same input (else a page is made
        anew only where its input changed, and of its notebooks those alone that changed)
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
    before = read_json(folder / "run.json") or {}
    names = file_names(own, before.get("channels")) | {DEPARTMENT: DEPARTMENT}
    job = Job(
        path,
        loaded,
        department.month,
        str(as_of or ""),
        folder,
        tuple(find_notebooks(notebook_folder(loaded))),
        department.params.language,
        pdf,
        force,
        before,
        source=source,
    )
    job = replace(job, keys=page_keys(job, department, names))
    result = Result(job.folder / "index.html", names)
    fresh = [channel for channel in wanted if not is_whole(job, names[channel])]
    if not fresh and not force and is_finished(job):
        for place in places(wanted).values():
            tell(f"{place}: nothing changed")
        result.skipped = list(wanted)
        return result
    # what executes notebooks takes longer to load than all of this takes
    from salesnb.report.making import make

    return make(
        job, department, wanted, result, Path(out), text, cell_seconds, how, jobs, tell, advance
    )


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
