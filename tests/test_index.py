"""The index: what failed, what is of an earlier export, what chance explains; the order, the links, the languages."""

import json
import re
from datetime import date

import nbformat
import pandas as pd
import pytest
from markupsafe import Markup

from salesnb.report.decorate import decorated
from salesnb.report.run import run
from tests.reports import (
    AUGUST_LATER,
    HEADLINE,
    OPEN,
    RECORD,
    RECORDS,
    hostile_company,
    notebook,
    project,
    small_company,
    write_deals,
)
from tests.test_restated import rows

pytestmark = pytest.mark.usefixtures("warm")

CAPTION = "Channels in August 2026"


@pytest.fixture
def small(tmp_path):
    return small_company(tmp_path)


def status_cell(page, channel):
    """Class and words of the status of a channel."""
    row = next(r for r in page.read_text(encoding="utf-8").split("<tr>") if f"<bdi>{channel}</bdi>" in r)
    return re.findall(r"<td([^>]*)>(.*?)(?=<t[dr]|</tbody>|\Z)", row, re.S)[-1]


def failing(channel):
    return notebook(OPEN, f"assert book.channel != {channel!r}, 'no data for {channel}'", RECORD)


def test_one_failing_channel_leaves_the_others_whole_and_is_red_with_its_reason(tmp_path):
    folder = hostile_company(tmp_path)
    nbformat.write(failing("Site"), folder / "notebooks" / "00-a.ipynb")
    found = run(folder / "p.yaml", out=folder / "r")
    assert found.exit_code == 1 and list(found.failures) == ["Site"] and "no data for Site" in found.failures["Site"]
    month = folder / "r" / "2026-09"
    assert (month / "all.html").exists() and not (month / "Site.html").exists()
    attributes, words = status_cell(month / "index.html", "Site")
    assert 'class="words failed"' in attributes and "✗ failed" in words and "no data for Site" in words
    assert json.loads((month / "run.json").read_text())["failures"]


def test_a_failure_stays_until_its_channel_is_made(small):
    whole = notebook(OPEN, RECORD)
    nbformat.write(failing("Phone"), small / "notebooks" / "00-a.ipynb")
    assert run(small / "p.yaml", "2026-08", out=small / "r").exit_code == 1
    nbformat.write(whole, small / "notebooks" / "00-a.ipynb")
    again = run(small / "p.yaml", "2026-08", ["Site"], small / "r")
    assert again.exit_code == 0 and list(again.earlier) == ["Phone"]
    assert "failed" in status_cell(small / "r/2026-08/index.html", "Phone")[0]
    assert rows(small / "r/index.html", "The whole department by month")[0][-1].startswith("✗ 1 channel failed")
    run(small / "p.yaml", "2026-08", ["Phone"], small / "r")
    assert "✓ made" in status_cell(small / "r/2026-08/index.html", "Phone")[1]


def test_a_page_of_an_earlier_export_says_so_and_shows_nothing_of_the_later_one(small):
    run(small / "p.yaml", "2026-08", out=small / "r")
    write_deals(small, AUGUST_LATER)
    run(small / "p.yaml", "2026-08", ["Site"], small / "r")
    page = small / "r/2026-08/index.html"
    attributes, words = status_cell(page, "Phone")
    assert 'class="words earlier"' in attributes and "made from an earlier export" in words and "30 Sep 2026" in words
    assert "✓ made" in status_cell(page, "Site")[1]
    assert "Not from the same run as the rest: The whole department and Phone." in page.read_text()
    whole = rows(page, CAPTION)[0]
    assert whole[1:3] == ["3", "6"] and whole[4] == "n/a" and whole[9] == "n/a"
    months = rows(small / "r/index.html", "The whole department by month")[0]
    assert months[-1] == "! the department was made earlier than the last run"


def test_another_language_keeps_the_pages_that_are_there(small):
    run(small / "p.yaml", "2026-08", out=small / "r")
    run(small / "p.yaml", "2026-08", ["Site"], small / "r", language="ru")
    text = (small / "r/2026-08/index.html").read_text(encoding="utf-8")
    assert 'href="Phone.html"' in text and 'href="all.html"' in text and 'href="Site.ru.html"' in text
    assert '<a href="Site.html">EN</a>' in text and "не запускали" not in text


def company_of_two_months(folder):
    """August 60 of 100, September 35 of 100 on the Site; 12 of 30 and 11 of 30 by phone; 2 of 4 each by nobody knows what."""
    months = {
        "08": {"Site": (60, 100), "Phone": (12, 30), "": (2, 4)},
        "09": {"Site": (35, 100), "Phone": (11, 30), "": (2, 4)},
    }
    found = [
        [f"{month}{channel}{n}", "Ann", "2026-07-01", f"2026-{month}-10", "Won" if n < won else "Lost", 10, channel]
        for month, channels in months.items() for channel, (won, closed) in channels.items() for n in range(closed)
    ]  # fmt: skip
    write_deals(folder, [*found, ["last", "Ann", "2026-09-30", "", "Open", 1, "Site"]])
    return project(folder, "company: T\ndata: {deals: deals.csv}\n", OPEN, HEADLINE, *RECORDS)


def test_a_change_has_its_interval_or_is_too_close_to_call_and_the_unknown_is_last(tmp_path):
    folder = company_of_two_months(tmp_path)
    run(folder / "p.yaml", "2026-09", out=folder / "r")
    found = {row[0].split()[0]: row for row in rows(folder / "r/2026-09/index.html", "Channels in September 2026")}
    assert list(found) == ["The", "Phone", "Site", "Channel"]
    # Wilson: 0.2636–0.4475 of 35/100, 0.5020–0.6906 of 60/100; Newcombe: −0.25 − √(0.0864² + 0.0906²), + √(0.0975² + 0.0980²)
    assert found["Site"][4] == "−25.0 pp −37.5 to −11.2 pp"
    assert found["Phone"][4].startswith("−3.3 pp too close to call −26.")
    assert found["Channel"][4] == "n/a"


def test_links_to_the_files_stand_in_the_row_and_in_one_table_for_the_analyst(small):
    run(small / "p.yaml", "2026-08", out=small / "r")
    text = (small / "r/2026-08/index.html").read_text()
    row = next(r for r in text.split("<tr>") if "<bdi>Site</bdi>" in r)
    assert '<a href="Site.html"><bdi>Site</bdi></a>' in row and 'href="Site.xlsx"' in row and "Site.pdf" not in row
    analyst = text[text.index('<div class="analyst">') :]
    assert (
        analyst.count("<table") == 1
        and 'href="notebooks/Site/00-a.ipynb"' in analyst
        and 'href="lists/ledger.csv"' in analyst
    )
    for href in re.findall(r'href="([^"#]+)"', text):
        assert href.startswith("http") or (small / "r/2026-08" / href).exists(), href


def test_a_dressed_cell_keeps_its_neighbours_and_what_it_holds():
    plain = '<tbody><tr><th scope="row">a<td class="words quiet">n/a<td>2<tr><th scope="row">b<td>3<td>4</tbody>'
    made = decorated(plain, {(0, 1): Markup("<b>one</b>")}, {(0, 1): "failed", (1, 2): "earlier"})
    assert made == (
        '<tbody><tr><th scope="row">a<td class="words failed"><b>one</b><td>2'
        '<tr><th scope="row">b<td>3<td class="earlier">4</tbody>'
    )


def test_a_month_in_which_nothing_closed_makes_a_calm_page(tmp_path):
    found = [
        [f"{month}{day}", ("Ann", "Bo", "Cy")[day % 3], f"2026-{month}-{day:02d}", f"2026-{month}-{day + 3:02d}", "Won" if day % 3 else "Lost", 100 * day, "Site"]
        for month in ("05", "06", "07", "09") for day in range(1, 25)
    ]  # fmt: skip
    write_deals(tmp_path, found)
    (tmp_path / "p.yaml").write_text("company: Calm\ndata: {deals: deals.csv}\n")
    for _ in range(2):  # the second run compares with what the first one published: nothing
        assert run(tmp_path / "p.yaml", "2026-08", ["all"], tmp_path / "r", force=True).failures == {}
    text = (tmp_path / "r/2026-08/all.html").read_text()
    assert "nothing was closed" in text and "Error" not in text and "nan" not in re.sub("<[^>]+>", " ", text)
    assert pd.Timestamp(date(2026, 8, 31)).strftime("%Y-%m-%d") in (tmp_path / "r/2026-08/metrics/all.json").read_text()
