"""The run: pages, metrics, workbook and index; failures that stay apart; names and files that cannot do harm."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import openpyxl
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from salesnb.errors import ParamError, RunError
from salesnb.formats import Voice
from salesnb.report.files import safe_cell, write_csv
from salesnb.report.metrics import make_metrics, recorded
from salesnb.report.names import file_names, slug
from salesnb.report.notebooks import check_parameters
from salesnb.report.page import policy, render, sections
from salesnb.report.run import run
from salesnb.report.starter import new_notebook as copy_starter
from salesnb.report.workbook import write_workbook

ROOT = Path(__file__).parents[1]
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"
PARAMETERS = "\n".join(f'{name}: str = ""' for name in ("params", "month", "channel", "as_of", "language"))


def notebook(*cells, tagged=True, parameters=PARAMETERS):
    first = new_code_cell(parameters)
    if tagged:
        first.metadata["tags"] = ["parameters"]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return new_notebook(cells=[new_markdown_cell("# T"), first, *(new_code_cell(c) for c in cells)], metadata=kernel)


OPEN = "import salesnb as s\nbook = s.open_book(params, month, channel, as_of, language)"
TABLE = "s.show.funnel.reasons_table(s.lost_reasons(book.closer_deals), 'x', book.voice)"
RECORD = "s.record('conversion', {'won': int(s.conversion(book.closer_deals, period=book.month).won[0])})"


@pytest.fixture
def project(tmp_path):
    """A small company with hostile names and one notebook."""
    rows = [[f"{n}", "Ann" if n % 2 else HOSTILE, f"2026-08-{n % 27 + 1:02d}", f"2026-09-{n % 27 + 1:02d}" if n % 5 else "2026-09-30",
             "Won" if n % 3 else "Lost", n, "Site" if n < 30 else "a/../b", "=cmd|' /C calc'!A0" if n % 2 else HOSTILE] for n in range(60)]  # fmt: skip
    frame = pd.DataFrame(
        rows, columns=["deal_id", "manager", "created_at", "closed_at", "status", "amount", "channel", "lost_reason"]
    )
    frame.assign(title=HOSTILE, client_id="=1+1").to_csv(tmp_path / "deals.csv", index=False)
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "p.yaml").write_text("company: T\ndata: {deals: deals.csv}\ncrm_url: 'https://crm.example/{deal_id}'\n")
    (tmp_path / "notebooks").mkdir()
    nbformat.write(notebook(OPEN, TABLE, RECORD), tmp_path / "notebooks" / "00-a.ipynb")
    return tmp_path


def test_a_run_writes_whole_files_twice_with_the_same_metrics(project):
    one = run(project / "p.yaml", out=project / "one", jobs=2)
    run(project / "p.yaml", out=project / "two", force=True)
    assert one.exit_code == 0 and set(one.names) == {"all", "Site", "a/../b"}
    for name in one.names.values():
        first, second = (project / f / "2026-09" / "metrics" / f"{name}.json" for f in ("one", "two"))
        assert first.read_bytes() == second.read_bytes()
        page = (project / "one" / "2026-09" / f"{name}.html").read_text()
        assert HOSTILE not in page and "&lt;script&gt;" in page and str(project) not in page
    assert not list(project.rglob(".writing-*")) and (project / "one" / "index.html").exists()
    again = run(project / "p.yaml", out=project / "one")
    assert sorted(again.skipped) == sorted(one.names)
    russian = run(project / "p.yaml", channels=["Site"], out=project / "one", language="ru")
    assert russian.exit_code == 0 and (project / "one" / "2026-09" / "Site.ru.html").exists()
    assert (project / "one/2026-09/metrics/Site.json").read_bytes() == (
        project / "two/2026-09/metrics/Site.json"
    ).read_bytes()


def test_one_failing_channel_leaves_the_others_whole(project):
    broken = "assert book.channel != 'Site', 'no data for Site'"
    nbformat.write(notebook(OPEN, broken, RECORD), project / "notebooks" / "00-a.ipynb")
    found = run(project / "p.yaml", out=project / "r")
    assert found.exit_code == 1 and list(found.failures) == ["Site"] and "no data for Site" in found.failures["Site"]
    folder = project / "r" / "2026-09"
    assert (folder / "all.html").exists() and not (folder / "Site.html").exists()
    index = (folder / "index.html").read_text()
    assert "failed" in index and "no data for Site" in index
    assert json.loads((folder / "run.json").read_text())["failures"]


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
                               (["init", "nothing.csv"], "there is no file")):  # fmt: skip
        code, _, error = cli(project, *arguments)
        assert code == 2 and message in error and "Traceback" not in error
    code, out, _ = cli(project, "check", "--params", "p.yaml", "--ledger", "ledger.csv")
    assert code == 0 and "60" in out and (project / "ledger.csv").exists()


def test_a_restated_month_says_what_moved(project):
    run(project / "p.yaml", out=project / "r")
    table = pd.read_csv(project / "deals.csv")
    table.loc[table.deal_id == 1, "status"] = "Lost"
    table.to_csv(project / "deals.csv", index=False)
    run(project / "p.yaml", out=project / "r")
    assert "This month was restated" in (project / "r" / "2026-09" / "index.html").read_text()


def test_slugs_stay_in_the_folder():
    assert slug("../../etc/passwd") == "etc-passwd" and slug("Сайт №1") == "Сайт-1" and slug("///") == "channel"
    assert file_names(["all", "Site", "site", "CON"]) == {
        "all": "all-2",
        "Site": "Site",
        "site": "site-2",
        "CON": "CON-2",
    }
    assert len(slug("x" * 300)) == 60


def test_text_that_looks_like_a_formula_stays_text(tmp_path):
    frame = pd.DataFrame({"a": ["=1+1", "@x", "-5", "ok"], "n": [-5.0, 1, 2, 3]})
    assert safe_cell(-5.0) == -5.0
    assert "'=1+1" in write_csv(tmp_path / "t.csv", frame).read_text(encoding="utf-8-sig")
    deals = pd.DataFrame({"deal_id": ["=1+1"], "title": [HOSTILE], "status": ["won"], "link": ["https://x.example/1"]})
    table = {
        "caption": "A/B: [x]",
        "columns": [{"name": "a", "label": "A", "kind": "text"}],
        "rows": [["=HYPERLINK(1)"]],
    }
    first = write_workbook([table], deals, Voice())
    assert first == write_workbook([table], deals, Voice())
    (tmp_path / "t.xlsx").write_bytes(first)
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert (
        book.sheetnames[0] == "Contents"
        and book["A B x"]["A4"].value == "=HYPERLINK(1)"
        and book["A B x"]["A4"].data_type == "s"
    )


def test_metrics_refuse_what_the_schema_does_not_know():
    with pytest.raises(RunError, match="metrics: conversion.wn"):
        make_metrics("A", "2026-09", "all", "2026-09-30", {"conversion": {"wn": 1}})
    cell = new_code_cell(
        "",
        outputs=[
            nbformat.v4.new_output("display_data", {"application/vnd.salesnb.metrics+json": {"part": "x", "data": 1}})
        ],
    )
    with pytest.raises(RunError, match="'x', which the metrics do not have"):
        recorded([new_notebook(cells=[cell])])


def test_html_that_is_not_ours_is_shown_as_text_and_a_figure_without_words_is_refused():
    def page(**data):
        meta = data.pop("metadata", {})
        made = new_notebook(
            cells=[new_code_cell("", outputs=[nbformat.v4.new_output("display_data", data, metadata=meta)])]
        )
        return sections([made], Voice())

    assert "&lt;b&gt;" in page(**{"text/html": HOSTILE, "text/plain": "<b>"})[0].body
    with pytest.raises(RunError, match="no alt text"):
        page(**{"image/png": "aGk=", "text/plain": "x"})
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
            blocks=[("", __import__("markupsafe").Markup('<img src="https://x.example/a.png">'))],
        )


def test_a_new_notebook_passes_the_rules_of_the_run(project):
    made = copy_starter("My question", project / "notebooks")
    assert made.name == "50-my-question.ipynb"
    check_parameters([made])
    with pytest.raises(RunError, match="already"):
        copy_starter("my question", project / "notebooks")


@pytest.mark.browser
def test_pdf_is_printed_where_chromium_is(project):
    from salesnb.report.pdf import print_pdf

    run(project / "p.yaml", channels=["Site"], out=project / "r", pdf=True)
    assert (project / "r" / "2026-09" / "Site.pdf").read_bytes().startswith(b"%PDF")
    assert print_pdf.__doc__ and shutil.which("chromium")
