"""The page as a reader has it: offline, in a real browser, wide and narrow, light and dark, in English and Russian."""

import re
from pathlib import Path

import pytest

from salesnb.report.run import run

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.browser
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
# data values and the words that both languages share
SHARED = {
    "KPI",
    "CRM",
    "ABC",
    "XYZ",
    "SLA",
    "AUC",
    "Excel",
    "PDF",
    "stage_order",
    "values",
    "target",
    "actions",
    "n",
    "p",
    "A",
    "B",
    "C",
    "N",
    "X",
    "Y",
    "Z",
    "AX",
    "Q",
}


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("reports")
    for language in (None, "ru"):
        assert run(ROOT / "params" / "sample.yaml", "2026-09", ["Site"], out, language=language).exit_code == 0
    return out / "2026-09"


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        import shutil

        found = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield found
        found.close()


def opened(browser, path, **context):
    page = browser.new_context(offline=True, **context).new_page()
    seen = []
    page.on("console", lambda message: seen.append(message.text))
    page.on("pageerror", lambda error: seen.append(str(error)))
    page.on(
        "request", lambda request: seen.append(request.url) if not request.url.startswith(("file:", "data:")) else None
    )
    page.goto(path.as_uri())
    return page, seen


@pytest.mark.parametrize("name", ["Site.html", "Site.ru.html", "index.html"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_asks_nothing_and_has_no_accessibility_violation(folder, browser, name, scheme):
    from axe_playwright_python.sync_playwright import Axe

    page, seen = opened(browser, folder / name, color_scheme=scheme)
    found = (
        Axe()
        .run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
        .response["violations"]
    )
    assert [(v["id"], v["nodes"][0]["html"][:120]) for v in found] == []
    assert seen == []


@pytest.mark.parametrize("width", [1440, 820, 390])
def test_no_width_makes_the_page_scroll_sideways(folder, browser, width):
    page, _ = opened(browser, folder / "Site.html", viewport={"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_page_is_small_quick_and_has_one_first_heading(folder, browser):
    assert (folder / "Site.html").stat().st_size <= 2_000_000
    page, _ = opened(browser, folder / "Site.html")
    timing = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    assert (
        0 < timing <= 5000
    )  # a page without requests; the claim of one second is measured by hand, not by a timed test
    assert page.locator("h1").count() == 1 and page.locator("figure img[alt='']").count() == 0
    assert page.locator("a[href^='#']").count() > 20


def test_the_script_sorts_and_searches_and_the_keyboard_reaches_it(folder, browser):
    page, _ = opened(browser, folder / "Site.html")
    table = page.locator("table", has_text="Headline figures by month").first
    page.locator("details", has=table).first.evaluate("d => { d.open = true; }")
    table.locator("thead button.sort").nth(1).focus()
    page.keyboard.press("Enter")
    values = [int(v) for v in table.locator("tbody tr td:nth-child(2)").all_inner_texts()]
    assert values == sorted(values) and table.locator("th[aria-sort]").count() == 1
    search = page.locator("input[type=search]").first
    search.fill("no such row at all")
    assert (
        page.locator("div.table").first.locator("tbody tr:visible").count() == 0
        or page.locator("tr[hidden]").count() > 0
    )


def test_a_russian_page_has_no_english_word_of_ours(folder, browser):
    page, _ = opened(browser, folder / "Site.ru.html")
    page.evaluate("document.querySelectorAll('tbody, figure, svg').forEach(e => e.remove())")
    text = page.inner_text("body")
    data = [ROOT / "data/sample/truth.json", ROOT / "data/sample/deals.csv"]
    # names, titles and reasons are the company's own words, which sentences quote
    names = {w for path in data for w in re.findall(r"\b[A-Z][A-Za-z]+\b", path.read_text(encoding="utf-8-sig"))}
    names |= {"from", "competitor", "Sample", "Ltd"}
    left = [w for w in re.findall(r"\b[A-Za-z_]+\b", text) if w not in SHARED | names and len(w) > 1]
    assert left == []
    alts = " ".join(page.evaluate("[...document.images].map(i => i.alt)"))
    assert "None" not in alts
