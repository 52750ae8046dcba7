"""The run: pages, metrics, workbook and index; failures that stay apart; names and files that cannot do harm."""

import re
import shutil
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from salesnb.errors import ParamError, RunError
from salesnb.formats import Voice
from salesnb.report.metrics import make_metrics, recorded
from salesnb.report.names import file_names, slug
from salesnb.report.notebooks import check_parameters, execute
from salesnb.report.page import policy, render, sections
from salesnb.report.run import run
from salesnb.report.starter import new_notebook as copy_starter
from tests.reports import AUGUST, HOSTILE, PARAMETERS, hostile_company, notebook, write_deals

pytestmark = pytest.mark.usefixtures("warm")


@pytest.fixture
def project(tmp_path):
    return hostile_company(tmp_path)


def test_a_run_writes_whole_files_twice_with_the_same_metrics(project):
    one = run(project / "p.yaml", out=project / "one", jobs=2)
    run(project / "p.yaml", out=project / "two", force=True)
    assert one.exit_code == 0 and set(one.names) == {"all", "Site", "a/../b"}
    for name in one.names.values():
        first, second = (project / f / "2026-09" / "metrics" / f"{name}.json" for f in ("one", "two"))
        assert first.read_bytes() == second.read_bytes()
        page = (project / "one" / "2026-09" / f"{name}.html").read_text()
        assert HOSTILE not in page and "&lt;script&gt;" in page and str(project) not in page
        everything = (project / "one" / "2026-09" / f"{name}-analyst.html").read_text()
        assert f'href="{name}-analyst.html"' in page and f'href="{name}.html"' in everything
    assert not list(project.rglob(".writing-*")) and (project / "one" / "index.html").exists()
    said = []
    again = run(project / "p.yaml", out=project / "one", tell=said.append)
    assert sorted(again.skipped) == sorted(one.names) and not [line for line in said if "begins" in line]
    russian = run(project / "p.yaml", channels=["Site"], out=project / "one", language="ru")
    assert russian.exit_code == 0 and (project / "one" / "2026-09" / "Site.ru.html").exists()
    assert (project / "one" / "2026-09" / "Site-analyst.ru.html").exists()
    assert (project / "one/2026-09/metrics/Site.json").read_bytes() == (
        project / "two/2026-09/metrics/Site.json"
    ).read_bytes()


def test_wrong_notebooks_and_calls_are_refused_before_anything_runs(project):
    for made, message in ((notebook(parameters=PARAMETERS.replace("month", "mnth")), "unknown parameter 'mnth'. Did you mean 'month'"),
                          (notebook(tagged=False), "no cell is tagged")):  # fmt: skip
        nbformat.write(made, project / "notebooks" / "00-a.ipynb")
        with pytest.raises(RunError, match=message):
            check_parameters([project / "notebooks" / "00-a.ipynb"])
    with pytest.raises(ParamError, match="unknown channel 'Sit'. Did you mean 'Site'"):
        run(project / "p.yaml", channels=["Sit"], out=project / "r")
    assert not (project / "r").exists()


def cli(project, *arguments):
    done = subprocess.run([sys.executable, "-m", "salesnb", *arguments], cwd=project, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def test_a_users_mistake_is_one_message_and_exit_code_two(project):
    assert cli(project, "--version")[1].strip() == "0.1.0"
    for arguments, message in ((["run", "--params", "none.yaml"], "no params file"), (["run", "--params", "p.yaml", "--month", "May"], "YYYY-MM"),
                               (["run", "--params", "p.yaml", "--month", "2026-10"], "they end on 2026-09-30. The last complete month is 2026-09"),
                               (["init", "deal.csv"], "there is no file 'deal.csv'. Did you mean 'deals.csv'?"), (["new-notebook", " "], "is no topic")):  # fmt: skip
        code, _, error = cli(project, *arguments)
        assert code == 2 and message in error and "Traceback" not in error
    code, out, _ = cli(project, "check", "--params", "p.yaml", "--ledger", "ledger.csv")
    assert code == 0 and "60" in out and (project / "ledger.csv").exists()
    assert "note: There is no history of owners" in out
    assert out.endswith("Next: python -m salesnb run --params p.yaml --month 2026-09\n")
    assert not (project / "reports").exists()


def test_a_folder_of_another_company_is_refused_and_left_as_it_is(project):
    run(project / "p.yaml", channels=["all"], out=project / "r")
    before = {path: path.read_bytes() for path in (project / "r").rglob("*") if path.is_file()}
    (project / "q.yaml").write_text((project / "p.yaml").read_text().replace("company: T", "company: My Export"))
    code, _, error = cli(project, "run", "--params", "q.yaml", "--out", "r")
    assert code == 2 and "r/ holds the reports of T; these are of My Export." in error and "--out r/my-export" in error
    assert before == {path: path.read_bytes() for path in (project / "r").rglob("*") if path.is_file()}
    assert cli(project, "run", "--params", "q.yaml", "--channel", "all", "--out", "r/my-export")[0] == 0


def test_a_channel_named_as_the_department_has_a_page_of_its_own_under_another_name(project):
    write_deals(project, [[*row[:-1], "all" if row[-1] == "Phone" else "Site"] for row in AUGUST])
    found = run(project / "p.yaml", "2026-08", out=project / "r")
    assert found.names == {"all": "all", "Site": "Site", "all (2)": "all-2"} and not found.failures


def test_a_run_tells_what_begins_and_a_stopped_one_is_known_for_what_it_made(project):
    said = []

    def stop(done, of):
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(project / "p.yaml", channels=["all", "Site"], out=project / "r", tell=said.append, advance=stop)
    assert said[0] == "[1/2] all: begins"
    assert run(project / "p.yaml", channels=["all", "Site"], out=project / "r").skipped == ["all"]


def test_slugs_stay_in_the_folder():
    assert slug("../../etc/passwd") == "etc-passwd" and slug("Сайт №1") == "Сайт-1" and slug("///") == "channel"
    assert file_names(["all", "Site", "site", "CON"]) == {
        "all": "all-2",
        "Site": "Site",
        "site": "site-2",
        "CON": "CON-2",
    }
    assert len(slug("x" * 300)) == 60


def test_metrics_refuse_what_the_schema_does_not_know():
    with pytest.raises(RunError, match="metrics: conversion.wn"):
        make_metrics("A", "2026-09", "all", "2026-09-30", {"conversion": {"wn": 1}})
    cell = new_code_cell(
        "",
        outputs=[nbformat.v4.new_output("display_data", {"application/vnd.salesnb.metrics+json": {"x": 1}})],
    )
    with pytest.raises(RunError, match="'x', which the metrics do not have"):
        recorded([new_notebook(cells=[cell])])


def test_html_that_is_not_ours_is_shown_as_text_and_a_figure_without_words_is_not_shown():
    def page(**data):
        meta = data.pop("metadata", {})
        made = new_notebook(
            cells=[new_code_cell("", outputs=[nbformat.v4.new_output("display_data", data, metadata=meta)])]
        )
        return sections([made], Voice())

    assert "&lt;b&gt;" in page(**{"text/html": HOSTILE, "text/plain": "<b>"})[0].body
    wordless = page(**{"image/png": "aGk=", "text/plain": "x"})[0].body
    assert "This section could not be made: a figure has no alt text" in wordless and "<img" not in wordless
    assert re.search(r"script-src 'sha256-[\w+/=]+'", policy())
    with pytest.raises(RunError, match="from elsewhere"):
        render(
            "index.html.j2",
            Voice(),
            title="",
            company="",
            heading="",
            facts=[],
            notes=[],
            links=[],
            blocks=[("", __import__("markupsafe").Markup('<img src="https://x.example/a.png">'))],
        )


def test_a_tag_says_on_which_page_a_cell_is():
    def cell(text, *tags):
        made = new_code_cell("", outputs=[nbformat.v4.new_output("stream", text=text)])
        made.metadata = {"tags": list(tags)}
        return made

    made = new_notebook(cells=[cell("both"), cell("all of it", "analyst"), cell("a trial", "notebook")])
    for analyst, there in ((False, ["both"]), (True, ["both", "all of it"])):
        body = "".join(section.body for section in sections([made], Voice(), analyst=analyst))
        assert [text for text in ("both", "all of it", "a trial") if text in body] == there


def test_a_run_leaves_out_what_is_there_to_explore(tmp_path):
    made = notebook("answer = 1", "answer = 1 / 0", "answer")
    made.cells[3].metadata["tags"] = ["explore"]
    nbformat.write(made, tmp_path / "01-a.ipynb")
    ran = execute(tmp_path / "01-a.ipynb", {})
    assert [cell.source for cell in ran.cells if cell.cell_type == "code"][-2:] == ["answer = 1", "answer"]
    assert ran.cells[-1].outputs[0].data["text/plain"] == "1"


def test_a_new_notebook_passes_the_rules_of_the_run(project):
    made = copy_starter("My question", project / "notebooks")
    assert made.name == "50-my-question.ipynb"
    check_parameters([made])
    for same in ("my question", "50-my-question.ipynb"):
        with pytest.raises(RunError, match="already"):
            copy_starter(same, project / "notebooks")


def test_the_command_says_which_notebook_it_made_and_what_comes_next(tmp_path):
    (tmp_path / "notebooks").mkdir()
    code, out, _ = cli(tmp_path, "new-notebook", "Lost in Spring")
    assert code == 0 and out.splitlines()[0] == "made notebooks/50-lost-in-spring.ipynb"
    assert "`make lab`" in out and "Every run executes it from now on" in out


def test_an_untouched_starter_runs_in_both_languages(project):
    made = copy_starter("discounts", project / "notebooks")
    for language in ("en", "ru"):
        ran = execute(made, {"params": str(project / "p.yaml"), "month": "2026-09", "language": language})
        assert all(cell.metadata["jupyter"]["source_hidden"] for cell in ran.cells if cell.cell_type == "code")


@pytest.mark.browser
def test_pdf_is_printed_where_chromium_is(project):
    from salesnb.report.pdf import print_pdf

    run(project / "p.yaml", channels=["Site"], out=project / "r", pdf=True)
    assert (project / "r" / "2026-09" / "Site.pdf").read_bytes().startswith(b"%PDF")
    assert print_pdf.__doc__ and shutil.which("chromium")


def test_a_call_that_cannot_be_is_refused_before_anything_is_read(project):
    (project / "taken").write_text("")
    with pytest.raises(RunError, match="is a file, not a folder"):
        run(project / "p.yaml", "2026-09", out=project / "taken")
    with pytest.raises(RunError, match="is not a day of --month 2026-09"):
        run(project / "p.yaml", "2026-09", out=project / "new", as_of="2026-08-15")
    with pytest.raises(ParamError, match="not in the data"):
        run(project / "p.yaml", out=project / "new", as_of="2030-01-15")
    assert not (project / "new").exists()


def test_a_channel_keeps_the_name_of_its_files_when_another_of_like_name_appears():
    first = file_names(["a b", "a/b"])
    later = file_names(["a b", "a-b", "a/b"], kept=first)
    assert {name: later[name] for name in first} == first and len(set(later.values())) == 3
    assert file_names(["A-b", "A b"], kept={"A b": "a-b-2", "gone": "A-b"}) == {"A-b": "A-b-3", "A b": "a-b-2"}
