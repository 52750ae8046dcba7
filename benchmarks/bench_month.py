"""The month's plain counts by a Book, by SQL by hand on the same Parquet, and by pandas: time and memory. A second Book has
the params `memory_limit: 200MB`: what does not fit goes to disk.

    python benchmarks/bench_month.py [--deals N] [--month YYYY-MM] [--repeats N] [--folder PATH] [--json]

A company of N deals (a million) with its stages is made and read into the store once, unmeasured. Then each side works in a
process of its own, from opening to eleven figures (conversion and its change, by manager, by channel, 13 months, deal length,
age of open deals, stage funnel, days in stages, lost reasons); the figures of all sides must be equal. The export goes on
after the month, as is usual: deals closed since then were open. Salesnb gives more: intervals, groups without a value.
Importing is on no side. `ready` is what comes before the first figure, `figures` the sum of the eleven.
"""

import argparse
import contextlib
import json
import math
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from make_big import main as make
from measure import ROOT, against, environment, ratio, result, show
from month_sides import SIDES

ASKED = """
import json, sys, pandas as pd, salesnb as s
book = s.open_book(sys.argv[1], sys.argv[2])
start = pd.Timestamp(book.month)
print("\\n" + json.dumps({"params": sys.argv[1], "month": book.month, "folder": str(book._source.folder), "order": book.stage_order,
    "start": str(start), "end": str(start + pd.DateOffset(months=1)), "year": str(start - pd.DateOffset(months=11)),
    "as_of": str(book.as_of), "snapshot": str(book.snapshot), "early": book.as_of < book.snapshot}))
"""


def call(*words: str) -> dict:
    """What a Python command prints as JSON."""
    done = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=environment(),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])  # the engine may have drawn its progress before


def equal(ours: list[list], theirs: list[list]) -> bool:
    """Whether two tables say the same in any order of rows, sums of money to twelve digits."""
    ours, theirs = (
        sorted(table, key=lambda row: [str(one) for one in row[:2]]) for table in (ours, theirs)
    )
    return len(ours) == len(theirs) and all(
        len(row) == len(other) and all(map(_alike, row, other))
        for row, other in zip(ours, theirs, strict=True)
    )


def _alike(one, other) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-12)


def differing(found: dict[str, dict]) -> list[str]:
    """Figures on which a side does not agree with salesnb."""
    ours = found["salesnb"]["figures"]
    return [
        f"{side}: {name}"
        for side, made in found.items()
        for name in ours
        if not equal(ours[name], made["figures"].get(name, []))
    ]


def measured(asked: dict, repeats: int) -> dict[str, list[dict]]:
    """Every side in processes of its own, in turn.

    Raises
    ------
    AssertionError
        The sides do not agree.
    """
    runs: dict[str, list[dict]] = {side: [] for side in SIDES}
    for _ in range(repeats):
        for side in SIDES:
            runs[side].append(call("benchmarks/month_sides.py", side, json.dumps(asked)))
        assert not (wrong := differing({side: made[-1] for side, made in runs.items()})), (
            f"unequal: {wrong}"
        )
    return runs


def summed(runs: list[dict]) -> dict[str, float]:
    """Medians of one side: each figure, what came before, both, and the memory."""
    steps = {
        name: statistics.median(run["steps"][name] for run in runs) for name in runs[0]["steps"]
    }
    ready = statistics.median(sum(run["ready"].values()) for run in runs)
    figures = statistics.median(sum(run["steps"].values()) for run in runs)
    whole = statistics.median(
        sum(run["ready"].values()) + sum(run["steps"].values()) for run in runs
    )
    peak = statistics.median(run["peak"] for run in runs)
    return {"ready": ready} | steps | {"figures": figures, "whole": whole, "peak MB": peak}


def report(asked: dict, deals: int, runs: dict[str, list[dict]], repeats: int) -> dict:
    sides = {side: summed(made) for side, made in runs.items()}
    rows = [
        {"what": name if name == "peak MB" else f"{name}, seconds"}
        | {side: sides[side][name] for side in sides}
        for name in sides["salesnb"]
    ]
    ratios = [
        against(f"{side}: {name}", other, ratio(sides[side][name], sides[other][name]))
        for other in ("SQL", "pandas")
        for side in SIDES
        if side.startswith("salesnb")
        for name in ("figures", "whole", "peak MB")
    ]
    what = f"{deals:,} deals, {asked['month']} of an export up to {asked['snapshot']}, medians of {repeats}; equal figures"
    notes = [
        "memory is the most that one process held, imports included",
        "SQL works out the deals of the day anew in each query, salesnb and pandas once: it stands in `ready`",
    ]
    return result("month", what, rows, ratios, notes)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--deals", type=int, default=1_000_000)
    parser.add_argument("--month", default="2026-08")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument(
        "--folder", default="", help="keep the company here, and take it when it is there"
    )
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with contextlib.ExitStack() as kept:
        folder = Path(given.folder or kept.enter_context(tempfile.TemporaryDirectory()))
        if not (folder / "big.yaml").exists():
            with contextlib.redirect_stdout(sys.stderr):
                make(folder, given.deals, touches=False)
        asked = call("-c", ASKED, str(folder / "big.yaml"), given.month)
        runs = measured(asked, given.repeats)
    show(report(asked, given.deals, runs, given.repeats), given.json)


if __name__ == "__main__":
    main()
