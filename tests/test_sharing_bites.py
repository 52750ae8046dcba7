"""Where forking and sharing could bite: connections, threads, random numbers, and what one notebook changes."""

import ast
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import salesnb as s
from salesnb.params import load_params, read_text
from salesnb.report.kernels import DIED, Kernels
from salesnb.report.notebooks import attempt
from salesnb.source.leftovers import work_folder
from salesnb.source.reading import SHARED, VARIABLE, tell_kernels, told_shared
from salesnb.source.store import stored
from tests.test_forking import gone, notebook, values

SAMPLE = "params/sample.yaml"
BOOK = f"import salesnb as s\nbook = s.open_book({SAMPLE!r}, month='2026-09', channel='Site')"
PID = "import os\nos.getpid()"


def told_by(work):
    params = load_params(SAMPLE)
    path = (params.root / SAMPLE).resolve()
    return tell_kernels(work, path, read_text(path), params, stored(params))


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    return tmp_path_factory.mktemp("work")


@pytest.fixture(scope="module")
def kernels(work):
    """Forked kernels of a run of the sample: they share its folder."""
    found = Kernels(300, told_by(work), "fork", work)
    yield found
    found.close()


def test_closing_the_connection_collecting_and_leaving_end_a_forked_kernel_cleanly(tmp_path, work, capfd):
    kernels = Kernels(300, told_by(tmp_path), "fork", tmp_path)  # what its kernels say in dying is caught here
    path = notebook(
        tmp_path, BOOK, "s.funnel(book)\nimport os; os.getpid()",
        "import gc, duckdb\nheld = s.open_book(book.params, '2026-08')\nbook._con.close(); del book; gc.collect() >= 0",
        "more = [duckdb.connect() for _ in range(3)]\nfound = [one.sql('SELECT sum(i) FROM range(100000) r(i)').fetchall() for one in more]\n"
        "del more; gc.collect() >= 0 and found[2]", "exit()", "1 + 1",
    )  # fmt: skip
    try:
        found = values(attempt(path, {}, kernels))
    finally:
        kernels.close()
    assert found[2:4] == ["True", "[(4999950000,)]"] and found[5] in ("2", DIED), found
    assert gone([int(found[1])])
    told = "".join(capfd.readouterr())
    assert not [word for word in ("Fatal", "terminate", "Traceback", "Segmentation") if word in told], told


SPILLS = """
from salesnb.source.engine import connect
con = connect(book.params.model_copy(update={"memory_limit": "150MB"}))
con.execute("SET threads = 1")
con.execute("CREATE TEMP TABLE a AS SELECT i, md5(i::VARCHAR) AS name FROM range(1500000) r(i) ORDER BY md5(i::VARCHAR)")
con.execute("CREATE TEMP TABLE b AS SELECT i + 500000 AS i, md5((i + 500000)::VARCHAR) AS name FROM range(1500000) r(i)")
spilled = con.sql("SELECT count(*) FROM duckdb_temporary_files()").fetchall()[0][0]
con.sql("SELECT count(*), sum(a.i), sum(b.i) FROM a JOIN b USING (name)").fetchall()[0], spilled > 0
"""


def test_a_join_that_does_not_fit_into_memory_gives_right_figures_in_kernels_side_by_side(tmp_path, work, kernels):
    path = notebook(tmp_path, BOOK, SPILLS, "import tempfile\ntempfile.gettempdir(), con.sql(\"SELECT current_setting('temp_directory')\").fetchall()[0][0]")  # fmt: skip
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: values(attempt(path, {}, kernels)), range(2)))
    sums = sum(range(500_000, 1_500_000))
    for found in both:
        assert found[1] == f"((1000000, {sums}, {sums}), True)"
        temporary, spilled = ast.literal_eval(found[2])
        assert temporary == str(work) and spilled.startswith(f"{work}/salesnb-")
    assert ast.literal_eval(both[0][2])[1] != ast.literal_eval(both[1][2])[1]  # one kernel never writes into another's


def test_trees_are_fitted_in_every_kernel_after_the_first(tmp_path, kernels):
    fit = """import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
x = np.random.default_rng(1).random((2000, 5))
HistGradientBoostingClassifier(max_iter=30).fit(x, x[:, 0] > x[:, 1]).predict_proba(x[:3])[:, 1].round(9).tolist()"""
    found = [values(attempt(notebook(tmp_path, fit), {}, kernels))[0] for _ in range(4)]
    assert len(set(found)) == 1 and found[0].startswith("[0.")


def test_what_one_notebook_changes_no_other_sees(tmp_path, kernels):
    look = "people = s.process(book).data['people']\nkept = book.kept('mine', lambda: {'rows': [1, 2]})\n"
    shown = "list(people.columns), people.to_csv(), kept, s.funnel(book).data.keys()"
    change = (
        "people.drop(index=people.index, inplace=True)\ndel people[people.columns[0]]\nkept['rows'].append(3)\n"
        "s.funnel(book).data.clear()\nbook.params.channels = []\nTrue"
    )
    first = values(attempt(notebook(tmp_path, BOOK, look + shown, change), {}, kernels))
    second = values(attempt(notebook(tmp_path, BOOK, look + shown, name="b.ipynb"), {}, kernels))
    assert first[2] in ("True", "ValidationError") and second[1] == first[1] and "[1, 2]" in first[1]
    book = s.open_book(SAMPLE, month="2026-09", channel="Site")
    assert repr(s.process(book).data["people"].to_csv()) in second[1]


def test_seeded_numbers_are_equal_in_both_runners_and_others_differ_between_notebooks(tmp_path, kernels):
    path = notebook(
        tmp_path,
        "import random, tempfile, uuid\nimport numpy as np\n"
        "free = random.random(), np.random.random(), np.random.default_rng().random(), str(uuid.uuid4()), tempfile.mktemp()\nfree",
        "random.seed(5); np.random.seed(5)\nrandom.random(), np.random.normal(), np.random.default_rng(5).normal()",
    )
    ran = [values(attempt(path, {}, one)) for one in (kernels, kernels, Kernels(300))]
    assert len({found[1] for found in ran}) == 1
    for numbers in zip(*(ast.literal_eval(found[0].replace("np.float64", "")) for found in ran), strict=True):
        assert len(set(numbers)) == 3


def test_what_is_loaded_as_objects_lies_in_a_private_folder_of_the_run_alone(tmp_path, monkeypatch):
    work = work_folder("salesnb-", tmp_path)
    assert stat.S_IMODE(work.stat().st_mode) == 0o700
    monkeypatch.setenv(VARIABLE, told_by(work)[VARIABLE])
    source = stored(load_params(SAMPLE))
    assert stat.S_IMODE((work / SHARED).stat().st_mode) == 0o700
    assert told_shared(source).folder == work / SHARED
    for mode in (0o755, 0o770, 0o707):  # others could have put something into it: nothing is loaded
        work.chmod(mode)
        assert told_shared(source) is None
    work.chmod(0o700)
    link = tmp_path / "link"
    link.symlink_to(work)
    monkeypatch.setenv(VARIABLE, str(link / "reading.json"))
    assert told_shared(source) is None
    monkeypatch.delenv(VARIABLE)
    assert told_shared(source) is None  # where no run goes on, nothing is shared


LOADERS = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve"}


def test_one_module_alone_loads_objects():
    """A file of the output or of the store is JSON, CSV or Parquet: reading it runs nothing."""
    room = Path(s.__file__).parent
    found = set()
    for path in room.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            loads = isinstance(node, ast.Attribute) and node.attr == "read_pickle"
            allows = isinstance(node, ast.keyword) and node.arg == "allow_pickle"
            if loads or allows or {name.split(".")[0] for name in names} & LOADERS:
                found.add(path.relative_to(room).as_posix())
    assert found == {"source/shared.py"}


@pytest.mark.parametrize("runner", ["fork", "papermill"])
def test_a_kernel_neither_reads_nor_writes_what_its_user_keeps_for_ipython(tmp_path, monkeypatch, runner):
    home, work = tmp_path / "home", tmp_path / "work"
    startup = home / ".ipython" / "profile_default" / "startup"
    for folder in (startup, work):
        folder.mkdir(parents=True)
    (startup / "00.py").write_text("mine = 1")
    kept = sorted((home / ".ipython").rglob("*"))
    monkeypatch.setenv("HOME", str(home))
    kernels = Kernels(300, {}, runner, work)
    try:
        found = values(attempt(notebook(tmp_path, "'mine' in globals()"), {}, kernels))
    finally:
        kernels.close()
    assert found == ["False"] and sorted((home / ".ipython").rglob("*")) == kept
