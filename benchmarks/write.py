"""Runs every benchmark and writes docs/benchmarks.md.

    python benchmarks/write.py [--lean PATH] [--full PATH] [--quick] [--only NAME …] [--with NAME=OPTIONS …] [--out FILE]

--lean and --full name interpreters of environments that hold requirements/run.lock and requirements/lab.lock: the run of the
sample is then measured in each. --with 'run=--channels all Site' gives a benchmark options of its own, and the page says so.
--quick takes sizes at which only the program is tried, never the speed.
"""

import argparse
import datetime as dt
import json
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from measure import ROOT, environment, number

HEAD = """# Benchmarks

`make bench` wrote this page on {day}; every figure is of that machine and that day.

Each benchmark holds salesnb against a named alternative that was measured in the same run. A ratio is salesnb / alternative:
below 1 salesnb spends less. Figures are medians. Processor seconds are those of all processes that a command started.

- machine: {arch}, {cores} cores, {memory_gib} GiB of memory, {system}
- versions: {versions}
"""


@dataclass(frozen=True)
class Bench:
    """One benchmark: its file, heading, what its numbers mean, and options at which it is only tried."""

    name: str
    heading: str
    meaning: str
    quick: tuple[str, ...]

    @property
    def file(self) -> str:
        return f"benchmarks/bench_{self.name}.py"


BENCHES = (
    Bench(
        "run",
        "The month of the sample",
        "All pages of the sample company, against the same notebooks executed with papermill and turned into pages with "
        "nbconvert, one command after another. The export had been read before on both sides; cells that a run leaves out "
        "are left out of the loop as well. The run also writes workbooks, a second page, lists and the index.",
        ("--repeats", "1", "--channels", "Site"),
    ),
    Bench(
        "many",
        "A large company",
        "Reading and all pages of a synthetic company. The loop is run on two of its channels and scaled by the number of "
        "pages. Memory is that of all processes together, shared pages counted once.",
        ("--deals", "3000", "--channels", "2", "--managers", "6"),
    ),
    Bench(
        "month",
        "The month's counts of a million deals",
        "Eleven tables of counts, equal on all sides to the last digit of a count. `ready` is what comes before the first "
        "figure (opening the Book with its deals of the day; loading the tables into pandas), `whole` is that and the figures. "
        "The second Book has `memory_limit: 200MB` in its params: what does not fit goes to disk.",
        ("--deals", "5000", "--repeats", "1"),
    ),
    Bench(
        "start",
        "Start-up",
        "Commands that do next to nothing, against Python itself and against importing pandas.",
        ("--repeats", "1", "--channels", "Site"),
    ),
    Bench(
        "abc_xyz",
        "Classes of clients",
        "ABC and XYZ against SQL by hand that gives the classes alone, without intervals.",
        ("--sales", "20000", "--repeats", "1"),
    ),
    Bench(
        "cells",
        "The model on counted cells",
        "The mixed model on counts of equal deals, against scikit-learn on the rows.",
        ("--deals", "100000", "--rows", "5000", "--repeats", "1"),
    ),
)


def measured(bench: Bench, options: list[str]) -> dict:
    """The result of a benchmark."""
    command = [sys.executable, bench.file, *options, "--json"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(), check=True, stdout=subprocess.PIPE, text=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def table(rows: list[dict]) -> list[str]:
    """Rows as a Markdown table; the columns are those that any row has.

    >>> table([{"what": "a", "seconds": 1.0}, {"what": "b", "peak MB": 30.0}])
    ['| what | seconds | peak MB |', '|---|---|---|', '| a | 1.00 |  |', '| b |  | 30.0 |']
    """
    names = list(dict.fromkeys(name for row in rows for name in row))
    body = [[number(row[name]) if name in row else "" for name in names] for row in rows]
    return [f"| {' | '.join(cells)} |" for cells in [names]] + [
        "|" + "---|" * len(names),
        *(f"| {' | '.join(cells)} |" for cells in body),
    ]


def section(bench: Bench, shown: list[str], where: str, found: dict) -> str:
    """One benchmark as Markdown."""
    ratios = [
        {"salesnb": one["ratio"], "alternative": one["against"], "ratio": one["value"]}
        for one in found["ratios"]
    ]
    command = " ".join(["python", bench.file, *shown])
    title = bench.heading + (f", {where}" if where else "")
    about = (
        f"{found['what']}; {found['versions']['packages']} packages installed."
        if where
        else f"{found['what']}."
    )
    notes = [f"- {note}" for note in found["notes"]]
    parts = [f"## {title}", f"    {command}", bench.meaning, about, "\n".join(table(found["rows"]))]
    return "\n\n".join([*parts, "\n".join(table(ratios)), *(["\n".join(notes)] if notes else [])])


def page(sections: list[str], first: dict, day: str) -> str:
    versions = ", ".join(
        f"{name} {of}" for name, of in first["versions"].items() if name != "packages"
    )
    return "\n".join(
        [HEAD.format(day=day, versions=versions, **first["machine"]), "\n\n".join(sections), ""]
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lean", default="", help="interpreter of requirements/run.lock")
    parser.add_argument("--full", default="", help="interpreter of requirements/lab.lock")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", nargs="*", default=[], choices=[bench.name for bench in BENCHES])
    parser.add_argument("--with", dest="options", nargs="*", default=[])
    parser.add_argument("--out", default="docs/benchmarks.md")
    given = parser.parse_args()
    places = {"lean environment": given.lean, "full environment": given.full}
    named = {where: python for where, python in places.items() if python}
    more = dict(text.split("=", 1) for text in given.options)
    if unknown := set(more) - {bench.name for bench in BENCHES}:
        parser.error(f"--with: there is no benchmark {', '.join(sorted(unknown))}")
    sections, results = [], []
    for bench in BENCHES:
        if given.only and bench.name not in given.only:
            continue
        options = list(bench.quick) if given.quick else []
        options += shlex.split(more.get(bench.name, ""))
        for where, python in (named if bench.name == "run" and named else {"": ""}).items():
            print(f"{bench.heading} {where} …", file=sys.stderr, flush=True)
            results.append(measured(bench, [*options, *(["--python", python] if python else [])]))
            sections.append(section(bench, options, where, results[-1]))
    (ROOT / given.out).write_text(
        page(sections, results[0], f"{dt.date.today()}"), encoding="utf-8"
    )
    print(Path(given.out))


if __name__ == "__main__":
    main()
