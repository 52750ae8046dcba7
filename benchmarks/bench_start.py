"""How long the commands take that do next to nothing, against Python itself and against importing pandas.

    python benchmarks/bench_start.py [--repeats N] [--python PATH] [--json]

`nothing changed` is `salesnb run` of the sample for the second time into the same folder: it looks at the export and at what
stands there, and makes no page.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from loop import company, run_command
from measure import against, in_turn, median, ratio, result, show, spend

PASS, PANDAS = "python -c pass", 'python -c "import pandas"'


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=11)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument(
        "--channels", nargs="*", default=[], help="only these; 'all' is the department"
    )
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    python = asked.python
    with tempfile.TemporaryDirectory() as folder:
        found = company(python, "params/sample.yaml")
        channels = asked.channels or found.channels
        again = run_command(python, found, Path(folder) / "reports", channels)
        commands = {
            PASS: [python, "-c", "pass"],
            PANDAS: [python, "-c", "import pandas"],
            'python -c "import salesnb"': [python, "-c", "import salesnb"],
            "salesnb --version": [python, "-m", "salesnb", "--version"],
            "salesnb --help": [python, "-m", "salesnb", "--help"],
            f"salesnb run, nothing changed, {len(channels)} channels": again,
        }
        for (
            command
        ) in commands.values():  # the first time is not measured: it makes the pages, and bytecode
            spend(command)
        calls = {name: lambda command=command: spend(command) for name, command in commands.items()}
        medians = {name: median(times) for name, times in in_turn(calls, asked.repeats).items()}
    rows = [
        {"what": name, "seconds": one.wall, "cpu seconds": one.cpu} for name, one in medians.items()
    ]
    ratios = [
        against(f"{name}, time", base, ratio(one.wall, medians[base].wall))
        for name, one in medians.items()
        for base in (PASS, PANDAS)
        if name not in (PASS, PANDAS)
    ]
    show(
        result("start", f"start-up, medians of {asked.repeats}", rows, ratios, (), python),
        asked.json,
    )


if __name__ == "__main__":
    main()
