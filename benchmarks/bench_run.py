"""A run of the sample against a plain loop of papermill and nbconvert over the same notebooks and channels.

    python benchmarks/bench_run.py [--repeats N] [--channels NAME …] [--python PATH] [--explore] [--json]

The export was read once before, each repeat writes into an empty folder. The loop executes each notebook with `papermill`
and makes a page of each with `nbconvert` (both of the same environment; requirements/run.lock has them), one command after
another; cells tagged `explore` are taken out of its notebooks first, with --explore they stay. The run does more: two pages a
channel from seven notebooks, an Excel workbook, figures, lists, the index. --python names the interpreter of the
environment that is measured. Processor seconds are of all processes: see measure.py.
"""

import argparse
import itertools
import sys
import tempfile
from pathlib import Path

from loop import Company, company, loop_script, plain_notebooks, run_command
from measure import Spent, against, in_turn, median, ratio, result, show, spend

PARAMS = "params/sample.yaml"
LOOP = "papermill + nbconvert one by one"


def sides(python: str, asked: Company, channels, work: Path, explore: bool) -> dict:
    """What is measured: name → a call that does it once, in a folder that was not there."""
    fresh, notebooks = itertools.count(), plain_notebooks(work / "notebooks", explore)

    def run() -> Spent:
        return spend(run_command(python, asked, work / f"run{next(fresh)}", channels))

    def loop() -> Spent:
        number = next(fresh)
        script = work / f"loop{number}.sh"
        script.write_text(
            loop_script(python, asked, channels, notebooks, work / f"loop{number}"),
            encoding="utf-8",
        )
        return spend(["sh", str(script)])

    return {"salesnb run": run, LOOP: loop}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument(
        "--channels", nargs="*", default=[], help="only these; 'all' is the department"
    )
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--explore", action="store_true")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        found = company(asked.python, PARAMS)
        channels = asked.channels or found.channels
        # once before, unmeasured: bytecode, fonts, and what a run keeps in the store
        spend(run_command(asked.python, found, work / "before", channels[:1]))
        spent = in_turn(sides(asked.python, found, channels, work, asked.explore), asked.repeats)
    medians = {name: median(times) for name, times in spent.items()}
    plain = medians.pop(LOOP)
    rows = [
        {
            "what": name,
            "seconds": one.wall,
            "cpu seconds": one.cpu,
            "seconds a page": one.wall / len(channels),
        }
        for name, one in [*medians.items(), (LOOP, plain)]
    ]
    ratios = [
        against(f"{name}, {what}", LOOP, ratio(getattr(one, figure), getattr(plain, figure)))
        for name, one in medians.items()
        for what, figure in (("time", "wall"), ("cpu", "cpu"))
    ]
    what = f"{len(channels)} pages of the sample, {found.month}, medians of {asked.repeats}"
    explored = "with" if asked.explore else "without"
    notes = [
        f"the loop's notebooks are {explored} the cells tagged explore, which a run leaves out"
    ]
    show(result("run", what, rows, ratios, notes, asked.python), asked.json)


if __name__ == "__main__":
    main()
