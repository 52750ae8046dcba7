"""What the benchmarks measure with, and that the sides of the month agree; no time is asserted but by its order."""

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BURN = "import os, signal, time\nend = lambda: exec('while time.process_time() < 0.3: pass')\n"
FORKED = BURN + "{first}\nif os.fork() == 0:\n    end()\n    os._exit(0)\n{then}\n"
TREES = {
    "by itself": BURN + "end()",
    "child waited for": FORKED.format(first="", then="os.wait()"),
    "child of one who ignores SIGCHLD": FORKED.format(
        first="signal.signal(signal.SIGCHLD, signal.SIG_IGN)", then="time.sleep(0.9)"
    ),
    "orphan": FORKED.format(first="", then="os._exit(0)"),
}
linux = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="a tree of processes is followed on Linux alone"
)


@pytest.fixture
def bench(monkeypatch):
    """A module of benchmarks/ by its name."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return importlib.import_module


@linux
@pytest.mark.parametrize("tree", TREES)
def test_processor_time_of_all_that_a_command_started_is_counted_once(bench, tree):
    spent = bench("measure").spend([sys.executable, "-c", TREES[tree]])
    assert 0.25 < spent.cpu < 0.55


@linux
def test_memory_of_a_tree_is_seen(bench):
    spent = bench("measure").spend([sys.executable, "-c", "x = b'1' * 150_000_000; import time; time.sleep(0.6)"], True)
    assert 140 < spent.peak < 300


@linux
def test_the_memory_of_a_process_is_not_that_of_its_parent(bench):
    bench("measure")
    child = [sys.executable, "-c", "from measure import peak_memory; print(peak_memory())"]
    parent = f"import subprocess\nheld = b'1' * 300_000_000\nsubprocess.run({child!r}, check=True)"
    done = subprocess.run(
        [sys.executable, "-c", parent], cwd=ROOT / "benchmarks", capture_output=True, text=True, check=True
    )
    assert 5 < float(done.stdout) < 100


def test_a_command_that_fails_says_why(bench):
    with pytest.raises(RuntimeError, match=r"exit 3\nbecause"):
        bench("measure").spend([sys.executable, "-c", "import sys; print('because'); sys.exit(3)"])


def test_medians_and_ratios(bench):
    measure = bench("measure")
    found = measure.median([measure.Spent(1, 9, 3), measure.Spent(2, 7, 5), measure.Spent(9, 8, 4)])
    assert found == measure.Spent(2, 8, 5)
    assert measure.ratio(1, 4) == 0.25
    assert [measure.number(x) for x in (1234.5, 12.345, 0.0123, 7, "text")] == ["1,234", "12.3", "0.012", "7", "text"]


def test_the_machine_has_no_name(bench):
    assert set(bench("measure").machine()) == {"cores", "memory_gib", "arch", "system"}


def test_the_loop_has_a_command_for_each_notebook_and_page_and_no_cell_to_explore(bench, tmp_path):
    loop = bench("loop")
    notebooks = loop.plain_notebooks(tmp_path / "plain")
    asked = loop.Company("params/sample.yaml", "2026-09", ("all", "Site"), "en")
    script = loop.loop_script("python", asked, ["all", "Site"], notebooks, tmp_path / "out")
    number = 2 * len(list(notebooks.glob("*.ipynb")))
    assert script.count(" -m papermill ") == script.count(" -m nbconvert ") == number
    assert "-p channel '' " in script and "-p channel Site " in script
    cells = [
        cell for path in notebooks.glob("*.ipynb") for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
    ]
    assert cells and not any("explore" in cell["metadata"].get("tags", []) for cell in cells)


def test_book_sql_and_pandas_count_the_same_month(bench, tmp_path):
    month = bench("bench_month")
    month.make(tmp_path, 1500, touches=False)
    asked = month.call("-c", month.ASKED, str(tmp_path / "big.yaml"), "2026-08")
    assert asked["early"]
    found = {side: make(asked) for side, make in bench("month_sides").SIDES.items()}
    figures = {side: {"figures": tables} for side, (_, _, tables) in found.items()}
    assert month.differing(figures) == []
    assert len(figures["salesnb"]["figures"]) == 11 and all(figures["salesnb"]["figures"].values())
    figures["SQL"]["figures"]["by channel"][0] = ["Site", 1, 2, 0.5]
    assert month.differing(figures) == ["SQL: by channel"]


def test_a_page_names_commands_and_ratios(bench):
    write = bench("write")
    found = {"what": "2 pages", "rows": [{"what": "a", "seconds": 1.0}], "notes": ["said"]}
    found["ratios"] = [{"ratio": "a, time", "against": "b", "value": 0.25}]
    found["machine"] = {"arch": "x", "cores": 2, "memory_gib": 4.0, "system": "Linux"}
    found["versions"] = {"python": "3", "packages": "9"}
    text = write.page([write.section(write.BENCHES[0], [], "lean environment", found)], found, "2026-10-01")
    assert "| a, time | b | 0.25 |" in text and "    python benchmarks/bench_run.py\n" in text
    assert all((ROOT / one.file).is_file() for one in write.BENCHES)
