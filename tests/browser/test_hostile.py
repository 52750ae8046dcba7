"""Text that wants to be more than text, in every text column of an export: shown as it is, and nothing of it runs."""

import csv
import datetime as dt
import json
import re
import shutil

import nbformat
import openpyxl
import pytest

from salesnb.report.pdf import print_pdf
from salesnb.report.run import run
from tests.browser.test_page import ROOT, opened

pytestmark = pytest.mark.browser
EVIL = [
    "<script>window.ran=1</script>",
    "<img src=x onerror=window.ran=2>",
    "=cmd|' /C calc'!A0",
    "[click](javascript:window.ran=3)",
    "\u202egnp.exe right to left",
    "x" * 200,
    "🙂 emoji & \"quotes\" 'single' `tick` $math$",
    "</style><svg onload=window.ran=4>",
    "${window.ran=5}{{7*7}}",
]
HEADINGS = ["deal_id", "manager", "created_at", "closed_at", "status", "amount", "title", "client_id", "source", "channel",
            "stage", "lost_reason", "competitor", "segment", "product", "team", "utm"]  # fmt: skip


def rows(number=160):
    """Deals of two months whose every text is hostile."""
    for n in range(number):
        created = dt.date(2026, 7, 1) + dt.timedelta(days=n % 70)
        closed = created + dt.timedelta(days=9 + n % 15)
        status = "open" if n % 8 == 0 else "won" if n % 3 == 0 else "lost"
        evil = [EVIL[(n + k) % len(EVIL)] for k in range(10)]
        yield [
            f"{n}{EVIL[n % 3]}", EVIL[n % 4], created, "" if status == "open" else closed, status, 1000 + n, evil[0], evil[1], evil[2],
            EVIL[n % 2], EVIL[n % 5], evil[3], evil[4], evil[5], evil[6], evil[7], evil[8],
        ]  # fmt: skip


@pytest.fixture(scope="module")
def report(tmp_path_factory, warm):
    project = tmp_path_factory.mktemp("hostile")
    (project / "pyproject.toml").write_text("")
    shutil.copytree(ROOT / "notebooks", project / "notebooks", ignore=shutil.ignore_patterns("tutorial*"))
    with (project / "deals.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADINGS, *rows()])
    params = {
        "company": "<b onmouseover=window.ran=6>Evil & Co</b>", "data": {"deals": "deals.csv"}, "stage_order": EVIL[:4],
        "values": {"status": {"won": ["won"], "lost": ["lost"]}}, "crm_url": "https://crm.example/{deal_id}",
    }  # fmt: skip
    (project / "p.yaml").write_text(json.dumps(params), encoding="utf-8")
    found = run(project / "p.yaml", "2026-08", [], project / "reports", jobs=2)
    assert found.exit_code == 0, found.failures
    return project / "reports" / "2026-08"


@pytest.mark.parametrize("policy", ["kept", "removed"])
def test_nothing_runs_with_or_without_the_policy(report, browser, policy, tmp_path):
    for number, path in enumerate(sorted(report.glob("*.html"))):
        text = path.read_text(encoding="utf-8")
        bare = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
        assert bare != text
        copy = tmp_path / f"{number}.html"
        copy.write_text(text if policy == "kept" else bare, encoding="utf-8")
        page, seen = opened(browser, copy)
        page.on("dialog", lambda dialog: pytest.fail(dialog.message))
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        page.evaluate("document.querySelectorAll('*').forEach(e => e.dispatchEvent(new Event('mouseover')))")
        assert page.evaluate("window.ran") is None and not [s for s in seen if "http" in s]
        assert page.evaluate("document.querySelectorAll('body [onerror], body [onload], main script').length") == 0
        links = page.evaluate("[...document.querySelectorAll('a')].map(a => a.getAttribute('href'))")
        assert all(not link.lower().startswith("javascript") for link in links)
        page.close()


def test_hostile_text_is_shown_as_text(report, browser):
    page, _ = opened(browser, report / "all.html")
    assert EVIL[0] in page.inner_text("main") and EVIL[1] in page.inner_text("main")


@pytest.mark.parametrize("width", [1440, 390])
def test_long_names_make_no_page_wider_and_no_name_turns_the_figures_round(report, browser, width):
    for path in sorted(report.glob("*.html")):
        page, _ = opened(browser, path, viewport={"width": width, "height": 900})
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path.name
        said = page.evaluate("[...document.querySelectorAll('main p, summary')].map(e => e.textContent).join(' ')")
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", said), path.name
        page.close()


def test_workbooks_and_lists_hold_no_formula(report):
    for path in report.glob("*.xlsx"):
        for sheet in openpyxl.load_workbook(path):
            for row in sheet.iter_rows():
                assert all(cell.data_type != "f" for cell in row)
    with (report / "lists" / "ledger.csv").open(encoding="utf-8-sig", newline="") as file:
        assert not [cell for row in csv.reader(file) for cell in row if cell.startswith(("=", "+", "@"))]


def test_file_names_are_plain_and_notebooks_open(report):
    for path in report.rglob("*"):
        assert re.fullmatch(r"[\w.-]+", path.name) and len(path.name) <= 70
    for path in report.rglob("*.ipynb"):
        nbformat.validate(nbformat.read(path, 4))


def test_the_printed_page_stays_short(report, tmp_path):
    page = shutil.copy(report / "all.html", tmp_path / "all.html")
    made = print_pdf(page)
    pages = re.findall(rb"/Type\s*/Page\b(?!s)", made.read_bytes())
    assert 5 <= len(pages) <= 25
