"""Sections that fail: what stands in their place, what is forgotten, what the metrics say; kernels that die and hang for real."""

import asyncio
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor

import nbformat
import openpyxl
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from salesnb.errors import RunError
from salesnb.formats import Voice
from salesnb.report.kernels import DIED, RESTARTS, TOO_LONG, Kernels, stored_names
from salesnb.report.metrics import make_metrics
from salesnb.report.notebooks import PLACE, attempt, execute
from salesnb.report.page import sections
from salesnb.report.parts import faults, nothing_made, parts, said, without_faults
from salesnb.report.published import moved_figures
from salesnb.report.run import run
from salesnb.source.leftovers import is_running
from tests.reports import HEADLINE, OPEN, RECORDS, sectioned, small_company

pytestmark = pytest.mark.usefixtures("warm")


def error(name, text):
    return new_output("error", ename=name, evalue=text, traceback=["/home/ann/x.py", "secret()"])


def shown(text):
    return new_output("stream", name="stdout", text=text)


def made(*cells):
    """Headings, and (source, output) pairs."""
    return new_notebook(
        cells=[new_markdown_cell(c) if isinstance(c, str) else new_code_cell(c[0], outputs=list(c[1:])) for c in cells]
    )


FAILED = made(
    "# Summary", ("import x", shown("top")), "## Length\n\nHow long.", ("gaps = f()", shown("half"), error("KeyError", "'a'")),
    "Look at this.", ("gaps", error("NameError", "name 'gaps' is not defined")), "## Stuck", ("stuck", shown("7 wait")),
    "### Detail", ("gaps.x", error("NameError", "name 'gaps' is not defined")), "## Leads", ("leads", shown("3 came")),
)  # fmt: skip


def test_one_sentence_stands_in_the_place_of_a_section_and_the_rest_as_it_was():
    page = sections([FAILED], Voice())
    bodies = {section.title: section.body for section in page}
    assert "top" in bodies["Summary"] and "3 came" in bodies["Leads"]
    for title in ("Length", "Stuck"):  # the second lacks a name of the first: one reason
        assert "This section could not be made: KeyError: &#x27;a&#x27;. The rest of the page stands." in bodies[title]
        assert "half" not in bodies[title] and "7 wait" not in bodies[title] and "Look at" not in bodies[title]
    assert "How long." in bodies["Length"] and "Detail" not in bodies
    assert not any(word in str(page) for word in ("secret", "/home/ann", "gaps = f"))
    russian = sections([FAILED], Voice("ru"))
    assert "Этот раздел построить не удалось: KeyError" in russian[1].body


def test_faults_name_the_notebook_the_section_and_the_reason():
    found = faults([FAILED, made("## Good", ("x", shown("1")))], ["01-a.ipynb", "02-b.ipynb"])
    assert [(one["notebook"], one["section"]) for one in found] == [("01-a.ipynb", "Length"), ("01-a.ipynb", "Stuck")]
    assert [cell.source for cell in without_faults(FAILED).cells] == ["# Summary", "import x", "## Leads", "leads"]
    assert nothing_made([FAILED]) == ""
    assert nothing_made([made("# T", ("open()", error("DataError", "no such channel")))]) == "no such channel"
    assert [part.title for part in parts(made("x", "## A\n\ntext", "### B"))] == ["", "A"]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("DataError", "no file\nmore", "no file"), ("ValueError", "", "ValueError"), ("MemoryError", "", "MemoryError"),
        (TOO_LONG, "1", "a step took longer than 1 second"), (TOO_LONG, "900", "a step took longer than 900 seconds"),
        (DIED, "x", "the computation ended unexpectedly, as it does when memory runs out"), ("KeyError", "a" * 999, f"KeyError: {'a' * 300}…"),
    ],
)  # fmt: skip
def test_a_reason_is_one_line(name, text, words):
    assert said({"ename": name, "evalue": text}) == words


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("no file '/home/ann/x/d.csv'", "no file 'd.csv'"), ("1/2/3 of x", "1/2/3 of x"), ("/a/b/c", "c"), ("won / lost", "won / lost"),
        ("see https://a.example/b/c", "see https://a.example/b/c"), (r"no C:\Users\ann\d.csv", "no d.csv"), ("data/sample/d.csv", "data/sample/d.csv"),
    ],
)  # fmt: skip
def test_folders_of_this_machine_are_in_no_reason(text, told):
    assert PLACE.sub("", text) == told


def test_names_that_a_cell_would_have_made():
    assert stored_names("for a in b:\n    c = a\nwith open(x) as d, e: pass") == ["a", "c", "d"]
    assert stored_names("def f():\n    inner = 1\nclass G: y = 1") == ["G", "f"]
    assert stored_names("frame['x'] = 1; a.b.c = 2; (d := 3)") == ["a", "d", "frame"]
    assert stored_names("%matplotlib inline") == [] and stored_names("x == 1\nprint(y)") == []


def test_what_a_failed_section_would_have_recorded_is_unknown_and_not_restated():
    found = make_metrics("A", "2026-09", "all", "2026-09-30", {"money": {"new_deals": 3}}, lacking=True)
    assert found["conversion"]["won"] is None and found["functions"] is None and found["money"]["open_deals"] == 0
    before = make_metrics("A", "2026-09", "all", "2026-09-30", {"conversion": {"won": 2}, "money": {"new_deals": 3}})
    assert moved_figures(before, found) == []
    assert [one["figure"] for one in moved_figures(before, found | {"money": found["money"] | {"new_deals": 4}})] == [
        "new_deals"
    ]


def table(caption):
    return f"import pandas as pd\ns.table(pd.DataFrame({{'a': [1]}}), book.voice, {caption!r}, [s.Column('a', 'A', 'count')])"


@pytest.fixture(scope="module")
def partial(tmp_path_factory):
    """A run of a page of five sections: one raises, one kills its kernel, one lacks what the first would have made."""
    folder = small_company(tmp_path_factory.mktemp("partial"))
    cells = [
        OPEN, HEADLINE, "old = 'stale'", "## Raises", "old = 1 / 0", "s.record(length)",
        "## Dies", table("dead"), "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "## Lacks", "print(old)",
        "## Whole", table("whole"), RECORDS[0], "print('names stand:', headline.book is length.book)",
    ]  # fmt: skip
    nbformat.write(sectioned(*cells), folder / "notebooks" / "00-a.ipynb")
    said = []
    return folder, run(folder / "p.yaml", "2026-08", ["all"], folder / "r", tell=said.append), said


def test_a_fault_costs_its_section_and_neither_the_page_nor_the_figures(partial):
    folder, found, told = partial
    month = folder / "r/2026-08"
    page = (month / "all.html").read_text()
    assert page.count("This section could not be made") == 3 and page.count("division by zero") == 2
    assert "names stand: True" in page and "stale" not in page and "memory runs out" in page
    assert found.exit_code == 1 and found.partial == ["all"] and not found.good and "FAILED in part" in told[-1]
    metrics = json.loads((month / "metrics/all.json").read_text())
    assert metrics["conversion"]["won"] == 3 and metrics["deal_length"]["deals"] == 6 and metrics["cohorts"] is None
    tables = [row[1].value for row in openpyxl.load_workbook(month / "all.xlsx").worksheets[0].iter_rows(min_row=2)]
    assert tables[1:] == ["whole"]  # after the counted deals; that of the dead section is left out
    assert str(folder) not in (month / "notebooks/all/00-a.ipynb").read_text()


def test_the_index_and_run_json_say_which_sections_a_page_lacks(partial):
    folder, found, _ = partial
    index = (folder / "r/2026-08/index.html").read_text()
    assert "✗ 3 sections could not be made: Raises, Dies and Lacks" in index and 'href="all.html"' in index
    told = json.loads((folder / "r/2026-08/run.json").read_text())
    assert [one["section"] for one in told["sections"]["all"]] == ["Raises", "Dies", "Lacks"] and "all" in told[
        "failures"
    ]
    assert "✗ 1 page lacks a section" in (folder / "r/index.html").read_text()


def test_a_page_without_a_section_is_not_published_and_is_made_again(partial):
    folder, _, _ = partial
    assert not (folder / "r/.published").exists()
    nbformat.write(sectioned(OPEN, HEADLINE, "## Whole", *RECORDS), folder / "notebooks" / "00-a.ipynb")
    again = run(folder / "p.yaml", "2026-08", ["all"], folder / "r")
    assert again.exit_code == 0 and again.good == ["all"] and (folder / "r/.published/2026-08/all.json").exists()
    assert json.loads((folder / "r/2026-08/run.json").read_text())["sections"] == {}


def test_a_hanging_cell_is_told_at_the_limit_and_its_kernel_is_gone(tmp_path):
    pid = tmp_path / "pid"
    hang = f"import os, time\nopen({str(pid)!r}, 'w').write(str(os.getpid()))\ntime.sleep(3600)"
    nbformat.write(sectioned("x = 5", "## Hangs", hang, "x = 6", "## Goes on", "print(x)"), tmp_path / "a.ipynb")
    began = time.monotonic()
    ran = attempt(tmp_path / "a.ipynb", {"month": "2026-08"}, Kernels(10))
    assert time.monotonic() - began < 120
    # the rest of the section is not run, and what it would have made is no more
    assert [one["reason"] for one in faults([ran], ["a"])] == ["a step took longer than 10 seconds"] * 2
    assert not is_running(int(pid.read_text()))


def test_a_notebook_whose_cells_all_end_its_kernel_comes_to_an_end(tmp_path):
    cells = [part for n in range(RESTARTS + 3) for part in (f"## S{n}", "import os; os._exit(1)")]
    nbformat.write(sectioned(*cells), tmp_path / "a.ipynb")
    ran = attempt(tmp_path / "a.ipynb", {}, Kernels())
    assert len(faults([ran], ["a"])) == RESTARTS + 3
    with pytest.raises(RunError, match=r"a\.ipynb: the computation ended unexpectedly"):
        execute(tmp_path / "a.ipynb", {})


def test_a_stopped_run_leaves_no_kernel(tmp_path):
    folder = small_company(tmp_path)
    hang = f"import os, time\nopen({str(tmp_path)!r} + f'/{{os.getpid()}}.pid', 'w').close()\ntime.sleep(3600)"
    nbformat.write(sectioned(OPEN, "## Hangs", hang), folder / "notebooks" / "01-b.ipynb")

    def stop(done, of):
        end = time.monotonic() + 90
        while not list(tmp_path.glob("*.pid")) and time.monotonic() < end:
            time.sleep(0.2)
        raise KeyboardInterrupt

    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run(folder / "p.yaml", "2026-08", out=folder / "r", jobs=2, advance=stop)
    pids = [int(path.stem) for path in tmp_path.glob("*.pid")]
    assert pids and not any(map(is_running, pids)) and time.monotonic() - began < 150
    assert not [name for name in os.listdir(folder) if name == "reports"]


def test_a_notebook_is_executed_where_a_loop_already_runs(tmp_path):
    nbformat.write(sectioned("x = 5", "print(x)"), tmp_path / "a.ipynb")

    async def called():
        return execute(tmp_path / "a.ipynb", {})

    with ThreadPoolExecutor(1) as pool:  # a thread of its own: this one may have a loop already
        ran = pool.submit(lambda: asyncio.run(called())).result()
    assert ran.cells[-1].outputs[0].text == "5\n"
