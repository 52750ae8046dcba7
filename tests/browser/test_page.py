"""The page as a reader has it: offline, in a real browser, wide and narrow, light and dark, in English and Russian."""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from markupsafe import Markup
from pypdf import PdfReader

from salesnb.formats import Voice
from salesnb.render import theme
from salesnb.render.tables import Column, table
from salesnb.report.page import Section, render
from salesnb.report.pdf import print_pdf
from tests.reports import sample_pages

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.browser
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
    return sample_pages(tmp_path_factory)


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
@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 1440), ("light", 390), ("dark", 390)])
def test_the_page_asks_nothing_and_has_no_accessibility_violation(folder, browser, name, scheme, width):
    from axe_playwright_python.sync_playwright import Axe

    page, seen = opened(browser, folder / name, color_scheme=scheme, viewport={"width": width, "height": 900})
    # upon the shade at the edges of a table axe can measure no contrast, and would pass every word of every table
    page.add_style_tag(content=".table .scroll { background: none !important; }")
    kinds = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = Axe().run(page, options={"runOnly": kinds}).response
    assert [(v["id"], v["nodes"][0]["html"][:120]) for v in found["violations"]] == []
    unsure = [node["html"][:120] for v in found["incomplete"] if v["id"] == "color-contrast" for node in v["nodes"]]
    assert seen == [] and (width < 560 or unsure == [])  # on a phone figures lie under the name of their row


@pytest.mark.parametrize("width", [1440, 1024, 820, 390])
@pytest.mark.parametrize("name", ["Site.html", "Site.ru.html"])
def test_the_tools_of_a_table_stand_clear_of_its_caption(folder, browser, name, width):
    page, _ = opened(browser, folder / name, viewport={"width": width, "height": 900})
    page.evaluate("document.querySelectorAll('details.fold').forEach(d => { d.open = true; })")
    covered = page.evaluate("""[...document.querySelectorAll('.table')].filter(t => t.querySelector('.tools')).filter(t => {
        const words = document.createRange();
        words.selectNodeContents(t.querySelector('caption span'));
        const tools = t.querySelector('.tools').getBoundingClientRect();
        return [...words.getClientRects()].some(box => box.right > tools.left && box.bottom > tools.top && box.top < tools.bottom);
    }).map(t => t.querySelector('caption').textContent)""")
    assert page.locator(".tools").count() > 5 and covered == []


@pytest.mark.parametrize("width", [1440, 820, 390])
@pytest.mark.parametrize("name", ["Site.html", "Site.ru.html", "index.html"])
def test_no_width_makes_the_page_scroll_sideways(folder, browser, name, width):
    page, _ = opened(browser, folder / name, viewport={"width": width, "height": 900})
    page.evaluate("document.querySelectorAll('details.fold').forEach(d => { d.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [1440, 1280, 1024, 820, 390, 360])
@pytest.mark.parametrize("name", ["Site.html", "Site.ru.html"])
def test_words_and_figures_of_a_card_stay_in_it_and_apart(folder, browser, name, width):
    page, _ = opened(browser, folder / name, viewport={"width": width, "height": 900})
    faults = page.evaluate("""[...document.querySelectorAll('.card')].flatMap(card => {
        const edge = card.getBoundingClientRect();
        const boxes = [...card.querySelectorAll('p, dt, dd')].flatMap(part => {
            const range = document.createRange();
            range.selectNodeContents(part);
            return [...range.getClientRects()].map(box => ({part, box}));
        });
        const out = boxes.filter(({box}) => box.left < edge.left + 2 || box.right > edge.right - 2);
        const met = boxes.filter(({part, box}, n) => boxes.slice(n + 1).some(other => other.part !== part &&
            box.left < other.box.right - 1 && other.box.left < box.right - 1 &&
            box.top < other.box.bottom - 5 && other.box.top < box.bottom - 5));
        return [...out, ...met].map(({part}) => part.textContent);
    })""")
    assert page.locator(".card").count() >= 8 and faults == []


@pytest.mark.parametrize("name", ["Site.html", "Site.ru.html"])
def test_no_verdict_is_cut_at_a_desktop(folder, browser, name):
    page, _ = opened(browser, folder / name, viewport={"width": 1440, "height": 900})
    found = page.evaluate("""[...document.querySelectorAll('td.verdict')].map(cell => {
        const region = cell.closest('.scroll');
        return [region.scrollWidth <= region.clientWidth + 1, cell.scrollWidth <= cell.clientWidth + 1];
    })""")
    assert len(found) > 5 and all(whole and inside for whole, inside in found)


def test_every_letter_of_a_chart_is_nine_pixels_or_more_on_a_phone(folder, browser):
    page, _ = opened(browser, folder / "Site.html", viewport={"width": 390, "height": 844})
    page.evaluate("document.querySelectorAll('details.fold').forEach(d => { d.open = true; })")
    page.wait_for_function(
        "[...document.querySelectorAll('figure.chart img')].every(i => i.complete && i.naturalWidth)"
    )
    sizes = page.evaluate(
        "[...document.querySelectorAll('figure.chart img')].map(i => [i.naturalWidth, i.clientWidth])"
    )
    assert len(sizes) > 10 and {natural for natural, _ in sizes} == {round(theme.NARROW * theme.DPI)}
    assert min(theme.SMALL * theme.DPI / 72 * shown / natural for natural, shown in sizes) >= 9


def test_on_a_phone_the_name_of_a_row_stays_while_its_figures_move(folder, browser):
    page, _ = opened(browser, folder / "Site.html", viewport={"width": 390, "height": 844})
    left = page.evaluate("""() => {
        const region = [...document.querySelectorAll('.scroll')].find(r => r.scrollWidth > r.clientWidth + 60);
        region.scrollLeft = 60;
        const name = region.querySelector('tbody th').getBoundingClientRect().left;
        return [region.scrollLeft, name - region.getBoundingClientRect().left, getComputedStyle(region.querySelector('tbody th')).backgroundColor];
    }""")
    assert left[0] == 60 and 0 <= left[1] <= 2 and left[2] == "rgb(255, 255, 255)"


def test_only_tables_that_scroll_are_stops_of_the_keyboard(folder, browser):
    page, _ = opened(browser, folder / "Site.html", viewport={"width": 390, "height": 844})
    page.wait_for_timeout(200)
    found = page.evaluate(
        "[...document.querySelectorAll('.scroll')].filter(r => r.checkVisibility({contentVisibilityAuto: true}) && !r.closest('details:not([open])')).map(r => [r.tabIndex === 0, r.scrollWidth > r.clientWidth + 1])"
    )
    assert all(stop == scrolls for stop, scrolls in found) and {stop for stop, _ in found} == {True, False}


@pytest.mark.parametrize("width", [1440, 390])
def test_the_contents_say_what_is_being_read_and_stay_in_reach(folder, browser, width):
    page, _ = opened(browser, folder / "Site.html", viewport={"width": width, "height": 900})
    page.evaluate("document.documentElement.style.scrollBehavior = 'auto'")
    head = page.locator("main h2").nth(2)
    head.evaluate("h => h.scrollIntoView()")
    # what stands in the upper quarter of the window is being read: the section, or already its first question
    reading = page.evaluate(
        "[...document.querySelectorAll('main h2, main h3')].filter(h => h.getBoundingClientRect().top < innerHeight / 4).at(-1).innerText"
    )
    page.wait_for_function(
        "wanted => document.querySelector('.contents [aria-current]').textContent === wanted", arg=reading
    )
    assert page.locator(".contents [aria-current]").count() == 1
    bar = page.locator("nav.contents").bounding_box()
    assert bar["y"] >= -1 and bar["y"] + bar["height"] <= 901, "the contents are inside the window"
    # the questions of the section being read are listed, those of the others are not
    inside = page.evaluate(
        "[...document.querySelectorAll('.contents li.level-3')].filter(i => i.classList.contains('near')).length"
    )
    assert 0 < inside < page.locator(".contents li.level-3").count()
    if width == 390:
        assert reading in page.locator("nav.contents summary").inner_text() and bar["height"] < 60
        assert head.bounding_box()["y"] >= bar["height"] - 1, "the bar does not cover the heading"
        page.locator("nav.contents summary").click()
        assert page.locator(".contents li.level-2 a").first.is_visible()


def test_the_page_is_small_quick_and_has_one_first_heading(folder, browser):
    assert (folder / "Site.html").stat().st_size <= 2_000_000
    page, _ = opened(browser, folder / "Site.html")
    timing = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    assert (
        0 < timing <= 5000
    )  # a page without requests; the claim of one second is measured by hand, not by a timed test
    assert page.locator("h1").count() == 1 and page.locator("figure img[alt='']").count() == 0
    assert page.locator("a[href^='#']").count() > 20


def test_sorting_begins_with_the_largest_and_shows_its_sign(folder, browser):
    page, _ = opened(browser, folder / "Site.html")
    table = page.locator("table", has_text="Headline figures by month").first
    page.locator("details", has=table).first.evaluate("d => { d.open = true; }")
    button = table.locator("thead button.sort").nth(1)
    assert float(button.evaluate("b => getComputedStyle(b, '::after').opacity")) >= 0.4
    button.focus()
    for turn in (True, False):
        page.keyboard.press("Enter")
        values = [int(v) for v in table.locator("tbody tr td:nth-child(2)").all_inner_texts()]
        assert values == sorted(values, reverse=turn) and table.locator("th[aria-sort]").count() == 1
    assert table.evaluate("t => t.parentElement.scrollWidth <= t.parentElement.clientWidth + 1"), (
        "the sign needs no room"
    )


def made_page(folder, body):
    """A page with one table of our own, as the report renders it."""
    section = Section("s1", "Rows", 2, Markup(body))
    html = render(
        "page.html.j2", Voice(), title="Rows", company="Sample", channel="Site", period="2026", facts=[], sections=[section],
        definitions=[], links=[],
    )  # fmt: skip
    path = folder / "rows.html"
    path.write_text(html, encoding="utf-8")
    return path


def long_table(rows, name="Client", **kwargs):
    frame = pd.DataFrame({"name": [f"{name} {n:03d}" for n in range(rows)], "deals": range(rows)})
    columns = [Column("name", "Client heading"), Column("deals", "Deals heading", "count")]
    return table(frame, Voice(), "Many rows", columns, **kwargs).html


def test_a_long_table_is_searched_and_says_when_nothing_is_found(tmp_path, browser):
    page, seen = opened(browser, made_page(tmp_path, long_table(30)))
    search = page.locator("input[type=search]")
    search.fill("client 007")
    assert page.locator("tbody tr:visible").all_inner_texts() == ["Client 007\t7"]
    search.fill("no such row")
    assert page.locator("tbody tr:visible").all_inner_texts() == ["Nothing found"]
    search.fill("")
    assert page.locator("tbody tr:visible").count() == 30 and seen == []


def test_a_table_of_more_rows_than_30_is_folded_until_it_is_asked_for(tmp_path, browser):
    page, seen = opened(browser, made_page(tmp_path, long_table(100)))
    rows, more = page.locator("tbody tr:visible"), page.locator("button.more")
    assert rows.count() == 30 and more.inner_text() == "All rows: 100"
    page.locator("button.sort").nth(1).click()  # of the largest figures, not of the first thirty rows
    assert rows.first.inner_text() == "Client 099\t99" and rows.count() == 30
    page.locator("input[type=search]").fill("client 00")
    assert rows.count() == 10
    page.locator("input[type=search]").fill("")
    assert rows.count() == 30
    more.click()
    assert rows.count() == 100 and more.inner_text() == "Fewer rows" and seen == []
    more.click()
    assert rows.count() == 30


def test_figures_sort_by_their_value_again_and_again_and_what_has_none_comes_last(tmp_path, browser):
    shares = [0.5004, 0.5, None, 0.2, 0.50049, 1.0, 0.0, 0.09]  # three of them are said as 50.0%
    frame = pd.DataFrame({"name": list("abcdefgh"), "share": shares, "sum": [1200, 9, 30, 1000, 200, 5, 41, 77]})
    columns = [Column("name", "Name"), Column("share", "Share", "percent"), Column("sum", "Sum", "count")]
    page, seen = opened(browser, made_page(tmp_path, table(frame, Voice(), "Shares", columns).html))
    names, heads = page.locator("tbody th"), page.locator("button.sort")

    def sorted_by(column):
        heads.nth(column).click()
        return "".join(names.all_inner_texts())

    assert sorted_by(1) == "feabdhgc" and sorted_by(1) == "ghdbaefc"
    assert sorted_by(2) == "adehgcbf" and sorted_by(0) == "abcdefgh" and sorted_by(1) == "feabdhgc"
    assert seen == []


def test_a_table_of_30_rows_is_not_folded(tmp_path, browser):
    page, _ = opened(browser, made_page(tmp_path, long_table(30)))
    assert page.locator("button.more").count() == 0


def test_the_first_rows_of_a_longer_list_are_neither_searched_nor_sorted(tmp_path, browser):
    page, _ = opened(browser, made_page(tmp_path, long_table(100, limit=25)))
    assert page.locator("input[type=search], button.sort").count() == 0
    assert page.locator(".tools button").count() == 1 and "75 more rows" in page.inner_text("main")


def test_paper_takes_what_is_seen_of_a_long_table_and_says_how_much_is_left(tmp_path):
    text = printed(made_page(tmp_path, long_table(100)))
    assert len(set(re.findall(r"Client \d\d\d", text))) == 30 and "70 more rows are in the workbook." in text
    text = printed(made_page(tmp_path, long_table(30)))
    assert len(set(re.findall(r"Client \d\d\d", text))) == 30 and "more rows" not in text


def test_paper_takes_all_rows_of_a_long_table_that_was_unfolded(tmp_path, browser):
    page, _ = opened(browser, made_page(tmp_path, long_table(100)))
    note = "getComputedStyle(document.querySelector('div.table'), '::after').content"
    assert page.evaluate(note) == "none"
    page.emulate_media(media="print")
    assert page.locator("tbody tr:visible").count() == 30 and "70 more rows" in page.evaluate(note)
    page.emulate_media(media="screen")
    page.locator("button.more").click()
    page.emulate_media(media="print")
    assert page.locator("tbody tr:visible").count() == 100 and page.evaluate(note) == "none"


def printed(path):
    return "\n".join(sheet.extract_text() for sheet in PdfReader(print_pdf(path)).pages)


def test_every_printed_page_of_a_long_table_has_its_headings(tmp_path):
    tall = long_table(30, "A firm of a long name " * 12 + "Client")
    pages = [page.extract_text() for page in PdfReader(print_pdf(made_page(tmp_path, tall))).pages]
    held = [" ".join(text.split()) for text in pages if re.search(r"Client\s+0\d\d", text)]
    assert len(held) >= 2 and all("Client heading" in text and "Deals heading" in text for text in held)


@pytest.mark.parametrize("name", ["Site.html", "Site.ru.html"])
def test_paper_takes_the_whole_page_unshrunk(folder, browser, name, tmp_path):
    page, _ = opened(browser, folder / name, viewport={"width": 695, "height": 1000})  # A4 less the margins
    page.emulate_media(media="print")
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 695  # a wider page would be printed smaller
    shown = ".contents, .tools, details.screen, .card svg.spark"
    assert page.evaluate("s => [...document.querySelectorAll(s)].filter(e => e.checkVisibility()).map(e => e.tagName.toLowerCase())", shown) == ["svg"] * page.locator(".card svg.spark").count()  # fmt: skip
    printed = PdfReader(print_pdf(Path(shutil.copy(folder / name, tmp_path / name))))
    assert len(printed.pages) <= 25
    heads = {h.strip() for h in page.locator("main h2, main h3").all_inner_texts()}
    for sheet in printed.pages:
        lines = [line.strip() for line in sheet.extract_text().splitlines() if line.strip()]
        text = [line for line in lines if not re.fullmatch(r"\d+ / \d+", line)]
        assert text[-1] not in heads, "a heading stands alone at the foot of a page"


def test_a_russian_page_has_no_english_word_of_ours(folder, browser):
    page, _ = opened(browser, folder / "Site.ru.html")
    page.evaluate("document.querySelectorAll('tbody, figure, svg').forEach(e => e.remove())")
    text = page.inner_text("body")
    data = [ROOT / "data/sample/truth.json", ROOT / "data/sample/deals.csv"]
    # names, titles and reasons are the company's own words, which sentences quote
    names = {w for path in data for w in re.findall(r"\b[A-Z][A-Za-z]+\b", path.read_text(encoding="utf-8-sig"))}
    names |= {"from", "competitor", "answer", "Sample", "Ltd"}
    names |= {"quality"}  # the column of the rule of a target client
    reviews = (ROOT / "data/sample/reviews.csv").read_text(encoding="cp1251")  # reviewers, items of the checklist
    names |= set(re.findall(r"\b[A-Za-z]+\b", reviews))
    left = [w for w in re.findall(r"\b[A-Za-z_]+\b", text) if w not in SHARED | names and len(w) > 1]
    assert left == []
    alts = " ".join(page.evaluate("[...document.images].map(i => i.alt)"))
    assert "None" not in alts
