"""A large company: all pages of 30 channels, 300 managers, 500,000 deals, against the plain loop on two of its channels.

    python benchmarks/bench_many.py [--deals N] [--channels N] [--managers N] [--jobs N] [--repeats N] [--python PATH] [--json]

The company (see make_many.py) is made in a temporary folder, unmeasured. `reading` is `salesnb check` on an empty store,
`pages` is `salesnb run` of every channel and the department afterwards, into an empty folder. The loop (see bench_run.py) is
run on two channels and its seconds scaled to all pages by their number: for the department, which is larger, that is too
little. Memory is the largest of all processes together (see measure.py). Repeated once by default: it takes long.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from bench_run import LOOP
from loop import company, loop_script, plain_notebooks, run_command
from make_many import main as make
from measure import Spent, against, median, ratio, result, show, spend

TRIED = 2  # channels of the loop


def largest(out: Path) -> float:
    """MB of the largest page."""
    return max(path.stat().st_size for path in out.rglob("*.html")) / 1e6


def once(
    given, work: Path, params: str, channels: list[str], found
) -> tuple[dict[str, Spent], float]:
    """Reading, all pages, and the loop on two channels, each once; and the largest page in MB."""
    shutil.rmtree(Path(params).parent / ".salesnb", ignore_errors=True)
    out = Path(tempfile.mkdtemp(dir=work))
    jobs = ("--jobs", str(given.jobs))
    spent = {
        "reading": spend([given.python, "-m", "salesnb", "check", "--params", params], memory=True),
        "pages": spend(run_command(given.python, found, out / "reports", [], *jobs), memory=True),
    }
    script = out / "loop.sh"
    notebooks = plain_notebooks(out / "notebooks")
    script.write_text(
        loop_script(given.python, found, channels, notebooks, out / "loop"), encoding="utf-8"
    )
    spent["loop"] = spend(["sh", str(script)], memory=True)
    return spent, largest(out / "reports")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--deals", type=int, default=500_000)
    parser.add_argument("--channels", type=int, default=30)
    parser.add_argument("--managers", type=int, default=300)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        params = str(make(work / "company", given.deals, given.channels, given.managers))
        found = company(given.python, params)
        pages = len(found.channels)
        tried = [name for name in found.channels if name != "all"][:TRIED]
        runs = [once(given, work, params, tried, found) for _ in range(given.repeats)]
    reading, made, loop = (
        median(spent[name] for spent, _ in runs) for name in ("reading", "pages", "loop")
    )
    scale = pages / len(tried)
    rows = [
        {"what": name, "seconds": one.wall, "cpu seconds": one.cpu, "peak MB": one.peak}
        for name, one in (
            ("reading (salesnb check, empty store)", reading),
            (f"{pages} pages (salesnb run --jobs {given.jobs})", made),
            (f"{LOOP}, {len(tried)} channels", loop),
        )
    ]
    rows[1] |= {
        "seconds a page": made.wall / pages,
        "largest page MB": max(size for _, size in runs),
    }
    rows[2] |= {"seconds a page": loop.wall / len(tried)}
    scaled = f"{LOOP}, scaled to {pages} pages"
    ratios = [
        against("pages, time", scaled, ratio(made.wall, loop.wall * scale)),
        against("pages, cpu", scaled, ratio(made.cpu, loop.cpu * scale)),
        against("pages, peak memory", LOOP, ratio(made.peak, loop.peak)),
    ]
    size = f"{given.deals:,} deals, {given.channels} channels, {given.managers} managers, {found.month}"
    show(
        result("many", f"{size}, medians of {given.repeats}", rows, ratios, (), given.python),
        given.json,
    )


if __name__ == "__main__":
    main()
