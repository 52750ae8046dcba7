"""run.json: what a run was, from which export each page was made, what failed; one company to a
folder.
"""

import hashlib
import json
import platform
import sys
from importlib.metadata import version
from pathlib import Path

from salesnb import __version__
from salesnb.errors import ParamError
from salesnb.params import Params
from salesnb.report.files import read_json
from salesnb.report.found import PACKAGED
from salesnb.report.job import Job, PageKeys, Result
from salesnb.report.names import ANALYST_PAGE, slug
from salesnb.source.book import Book

PACKAGES = ("pandas", "numpy", "scipy", "duckdb", "narwhals", "papermill")


def one_company(out: Path, company: str) -> None:
    """Refuse a folder of reports that holds another company: their months and figures would stand
    in one index.

    Raises
    ------
    ParamError
        Names the other company, and a folder that is free.
    """
    others = _others(out, company)
    if others:
        raise ParamError(
            f"{out.name}/ holds the reports of {others[0]}; these are of {company}. Each company "
            "needs a folder of its own: "
            f"--out {free_folder(out, company).as_posix()}"
        )


def free_folder(out: Path, company: str) -> Path:
    """`out`, or a folder in it where that one holds another company.

    >>> free_folder(Path("no such folder"), "Sample Ltd").name
    'no such folder'
    """
    return out / slug(company).lower() if _others(out, company) else out


def _others(out: Path, company: str) -> list[str]:
    return sorted({name for name in _companies(out) if name != company})


def _companies(out: Path):
    """Companies named in a folder of reports: by its runs, its metrics and what it
    has published.
    """
    for pattern in ("*/run.json", "*/to-date/run.json", "*/metrics/*.json", ".published/*/*.json"):
        for path in sorted(out.glob(pattern)):
            found = read_json(path)
            if isinstance(found, dict) and found.get("company"):
                yield found["company"]


def data_key(book: Book) -> str:
    """One name for an export: the content of its files, and the last day of which they tell."""
    return _hash([json.dumps(book._source.inputs, sort_keys=True), str(book.snapshot)])


def page_keys(job: Job, book: Book, names: dict[str, str]) -> dict[str, PageKeys]:
    """Everything that a page depends on, in one name, and the same of each of its notebooks: file
    name of the page → keys.

    The thresholds of another channel are no part of it, but for a notebook of the company's own,
    which may ask for any channel.
    """
    common = [data_key(book), __version__, job.month, job.as_of, _code()]
    hashes = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in job.notebooks}
    ours = {path: _is_ours(path) for path in job.notebooks}
    whole = job.params.model_dump_json(exclude={"root"})
    found = {}
    for channel, name in names.items():
        own = _params_of(job.params, channel)
        notebooks = {
            path.name: _hash([*common, channel, digest, own if ours[path] else whole])
            for path, digest in hashes.items()
        }
        found[name] = PageKeys(_hash(list(notebooks.values())), notebooks)
    return found


def _params_of(params: Params, channel: str) -> str:
    """The params as text, without the thresholds of other channels."""
    told = params.model_dump(mode="json", exclude={"root"})
    for entry in told["channels"] if isinstance(told["channels"], list) else []:
        if isinstance(entry, dict) and entry["name"] != channel:
            entry.pop("thresholds", None)
    return json.dumps(told, sort_keys=True)


def _is_ours(path: Path) -> bool:
    """Whether a notebook is one of salesnb, unchanged."""
    ours = PACKAGED / path.name
    return ours.is_file() and ours.read_bytes() == path.read_bytes()


def _code() -> str:
    """One name for the package that makes figures and pages."""
    own = Path(__file__).parent
    files = [*sorted(own.parent.rglob("*.py")), *sorted(own.glob("template/*"))]
    return _hash([hashlib.sha256(path.read_bytes()).hexdigest() for path in files])


def _hash(parts: list[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def made_from(before: dict, language: str) -> dict[str, dict]:
    """From what each page of a language was made: file name → snapshot, data (its key), key (of
    everything).
    """
    return dict(before.get("exports", {}).get(language, {}))


def finished(job: Job) -> dict:
    """What run.json says once everything beside the pages is written: for which input, and which
    files there are.
    """
    place = job.folder
    made = [path for path in (*place.glob("*"), *place.glob("lists/*")) if path.is_file()]
    files = sorted(path.relative_to(place).as_posix() for path in made)
    files += [] if job.as_of else ["../index.html"]  # that of all months
    return {"finished": {"key": _all_keys(job), "language": job.language, "files": files}}


def is_finished(job: Job) -> bool:
    """Whether all that a run writes was written for this input, and stands there."""
    told = job.before.get("finished", {})
    same = told.get("key") == _all_keys(job) and told.get("language") == job.language
    return same and all((job.folder / name).is_file() for name in told["files"])


def _all_keys(job: Job) -> str:
    return _hash([f"{name} {keys.page}" for name, keys in sorted(job.keys.items())])


def is_whole(job: Job, name: str) -> bool:
    """Whether all files of a channel were made before from the same input, and stand there."""
    page = job.folder / f"{job.page_name(name)}.html"
    whole = [
        page,
        page.with_suffix(".xlsx"),
        job.folder / f"{job.page_name(name + ANALYST_PAGE)}.html",
        job.folder / "metrics" / f"{name}.json",
        *[page.with_suffix(".pdf")] * job.pdf,
    ]
    same = is_of(job, name, made_from(job.before, job.language).get(name, {}))
    return same and not job.force and all(path.exists() for path in whole)


def is_of(job: Job, name: str, source: dict) -> bool:
    """Whether what a page was made from is the input of this run."""
    return name in job.keys and source.get("key") == job.keys[name].page


def carried(before: dict, result: Result) -> dict[str, str]:
    """Failures of an earlier run whose channels this run left alone.

    >>> carried({"failures": {"Site": "no data", "Old": "x"}}, Result(Path("i"), {"Site": "Site",
    ...     "all": "all"}, seconds={"all": 1.0}))
    {'Site': 'no data'}
    """
    done = {*result.good, *result.failures}
    return {
        c: why
        for c, why in before.get("failures", {}).items()
        if c in result.names and c not in done
    }


def carried_sections(before: dict, result: Result) -> dict[str, list[dict]]:
    """Sections that the pages of these failures lack (`carried`)."""
    return {c: lacking for c, lacking in before.get("sections", {}).items() if c in result.earlier}


def exports(job: Job, book: Book, result: Result) -> dict[str, dict]:
    """From what every page was made, after this run: language → file name → snapshot, data, key."""
    mine = {"snapshot": str(book.snapshot), "data": data_key(book)}
    found = {
        name: made
        for name, made in made_from(job.before, job.language).items()
        if name in result.names.values()
    }
    for channel in result.failures:
        found.pop(result.names[channel], None)
    for channel in result.good:
        name = result.names[channel]
        found[name] = mine | {"key": job.keys[name].page}
    # of this export, but not whole: the next run makes it again
    found |= {result.names[channel]: mine | {"key": ""} for channel in result.partial}
    return job.before.get("exports", {}) | {job.language: dict(sorted(found.items()))}


def manifest(job: Job, book: Book, result: Result, seconds: float, restated: dict) -> dict:
    """What run.json says.

    `restated` : what moved since the month was published: {"channels": [name…], "deals": n}
    """
    sources = exports(job, book, result)
    made = {
        lang: [name for name, one in pages.items() if is_of(job, name, one)]
        for lang, pages in sources.items()
    }
    parameters = {
        "params": job.shown_path,
        "month": job.month,
        "as_of": str(book.as_of),
        "language": job.language,
    }
    return {
        "schema": 1,
        "company": job.params.company,
        "parameters": parameters,
        "channels": result.names,
        "made": made,
        "exports": sources,
        "inputs": book._source.inputs,
        "inputs_key": _all_keys(job),
        "rows": book.summary.to_dict("records"),
        "versions": versions(),
        "seconds": result.seconds | {"whole run": round(seconds, 1)},
        "failures": result.failed,
        "sections": result.lacks,
        "restated": restated,
    }


def versions() -> dict[str, str]:
    """Versions of this package, of Python and of what figures and pages are made with."""
    return {"salesnb": __version__, "python": platform.python_version()} | {
        name: version(name) for name in PACKAGES
    }


def show_versions() -> None:
    """Print `versions` and the machine, to be pasted into a report of a fault.

    Examples
    --------
    >>> show_versions()  # doctest: +ELLIPSIS
    salesnb: ...
    python: ...
    pandas: ...
    """
    told = versions() | {"machine": f"{platform.system()} {platform.machine()}"}
    sys.stdout.write("".join(f"{name}: {value}\n" for name, value in told.items()))
