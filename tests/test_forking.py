"""Forked kernels: the same outputs as kernels started each by itself, nothing shared, nothing left behind."""

import os
import signal
import time

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from salesnb.errors import RunError, SalesnbError
from salesnb.report.forking import GONE, Zygote
from salesnb.report.kernels import DIED, TOO_LONG, Kernels, failed
from salesnb.report.notebooks import attempt
from salesnb.report.runners import known_runner, usual_runner
from salesnb.source.leftovers import is_running

PARAMETERS = new_code_cell('params: str = ""', metadata={"tags": ["parameters"]})


@pytest.fixture(scope="module")
def forked():
    kernels = Kernels(60, runner="fork")
    yield kernels
    kernels.close()


def notebook(folder, *sources, name="a.ipynb"):
    made = [new_markdown_cell(one) if one.startswith("#") else new_code_cell(one) for one in sources]
    nbformat.write(new_notebook(cells=[PARAMETERS, *made]), folder / name)
    return folder / name


def values(ran):
    """What each cell after the parameters shows, or the name of its error."""
    found = []
    for cell in ran.cells[1:]:
        shown = [
            one.get("ename") or one.get("text") or one["data"].get("text/plain") for one in cell.get("outputs", [])
        ]
        found.append(shown[-1] if shown else None)
    return found


def gone(pids, seconds=5.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end and any(map(is_running, pids)):
        time.sleep(0.05)
    return not any(map(is_running, pids))


def test_both_runners_give_the_same_outputs_cell_by_cell(tmp_path, forked):
    path = notebook(tmp_path,
        "import os, sys\nos.getcwd(), os.environ['OMP_NUM_THREADS'], os.environ.get('MPLBACKEND')",
        "__name__, sys.modules['__main__'].__dict__ is globals(), sys.path[0]",
        "import numpy as np\nnp.random.default_rng(3).random(2), np.random.seed(4), np.random.random()",
        "import pandas as pd, seaborn as sns\n_ = sns.barplot(pd.DataFrame({'a': [1, 2], 'b': [3, 4]}), x='a', y='b')",
        "import salesnb as s\nbook = s.open_book('params/sample.yaml', month='2026-09')\nbook",
        "s.funnel(book)",
        "from sklearn.ensemble import HistGradientBoostingClassifier as Trees\n"
        "x = np.random.default_rng(1).random((400, 3))\nTrees().fit(x, x[:, 0] > 0.5).predict_proba(x[:5]).round(6)",
        "import duckdb\nduckdb.sql('SELECT sum(a.i * b.i) FROM range(3000) a(i) JOIN range(3000) b(i) ON a.i % 7 = b.i % 7').fetchall()",
        "import pickle\nclass Own: pass\ntype(pickle.loads(pickle.dumps(Own()))) is Own",
        "print('said'); 1 / 0",
        "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'exit(3)']).returncode")  # fmt: skip
    ours, theirs = (attempt(path, {}, kernels) for kernels in (forked, Kernels(60)))
    assert [cell.get("outputs") for cell in ours.cells] == [cell.get("outputs") for cell in theirs.cells]
    assert (
        values(ours)[9] == "ZeroDivisionError" and values(ours)[10] == "3" and "image/png" in str(ours.cells[4].outputs)
    )


def test_a_kernel_knows_nothing_of_the_one_before(tmp_path, forked):
    change = notebook(
        tmp_path, "import salesnb, numpy as np, os\nsalesnb.mark = 1\nos.environ['MARK'] = '1'", "np.random.random()"
    )
    look = notebook(
        tmp_path, "import salesnb, os\nhasattr(salesnb, 'mark'), 'MARK' in os.environ, os.getpid()", name="b.ipynb"
    )
    first, second = (values(attempt(change, {}, forked))[1] for _ in range(2))
    assert first != second  # what nobody seeds differs
    assert values(attempt(look, {}, forked))[0].startswith("(False, False, ")


def test_a_kernel_that_ends_or_hangs_costs_its_section_and_leaves_nothing(tmp_path, forked):
    short = Kernels(3, runner="fork")
    path = notebook(tmp_path, "# First", "import os, subprocess\nsleeper = subprocess.Popen(['sleep', '600'])\nos.getpid(), sleeper.pid",
        "os.kill(os.getpid(), 9)", "# Second", "2", "# Third", "import time\ntime.sleep(60)", "# Fourth", "4")  # fmt: skip
    try:
        ran = attempt(path, {}, short)
        said = [value for value in values(ran) if value]
        assert said[1] == DIED and said[2:] == ["2", TOO_LONG, "4"], said
        zygote = short.zygote().pid
    finally:
        short.close()
    assert gone([*eval(said[0]), zygote])  # also what a cell started


def test_when_the_process_that_forks_is_killed_its_kernels_end_and_the_next_has_a_new_one(tmp_path):
    kernels = Kernels(60, runner="fork")
    try:
        first = kernels.zygote()
        pid = eval(values(attempt(notebook(tmp_path, "import os\nos.getpid()"), {}, kernels))[0])
        assert gone([pid])
        os.kill(first.pid, signal.SIGKILL)
        first._process.wait()
        with pytest.raises(RuntimeError, match=GONE):
            first.fork(["-f", "x"], {}, None)
        assert values(attempt(notebook(tmp_path, "1 + 1"), {}, kernels)) == ["2"]
        assert kernels.zygote() is not first
    finally:
        kernels.close()


def test_where_nothing_can_be_forked_kernels_are_started_by_themselves(tmp_path, monkeypatch):
    asked = []

    def refused(self, args, env, cwd):
        asked.append(args)
        raise RuntimeError("2 threads")

    monkeypatch.setattr(Zygote, "fork", refused)
    kernels = Kernels(60, runner="fork")
    try:
        assert values(attempt(notebook(tmp_path, "1 + 1"), {}, kernels)) == ["2"] and len(asked) == 2
    finally:
        kernels.close()


def test_the_end_of_the_run_ends_the_process_and_every_kernel():
    zygote = Zygote({"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"})
    pid = zygote.fork(["-f", "/nonexistent/kernel.json"], dict(os.environ), None)
    assert is_running(zygote.pid) and os.getsid(pid) == pid
    zygote.close()
    assert gone([pid, zygote.pid])


def test_a_runner_is_known_or_refused(monkeypatch):
    assert known_runner(None) == usual_runner() and known_runner("papermill") == "papermill"
    with pytest.raises(SalesnbError, match="'fork'"):
        known_runner("frok")
    monkeypatch.setattr("sys.platform", "darwin")
    assert known_runner("") == "papermill"
    with pytest.raises(RunError, match="on Linux alone"):
        known_runner("fork")


def test_a_cell_that_fails_is_told_in_its_place(tmp_path, forked):
    ran = attempt(notebook(tmp_path, "a = 1", "raise ValueError('no')", "a"), {}, forked)
    assert [failed(cell) for cell in ran.cells[1:]] == [False, True, False] and values(ran)[2] == "1"
