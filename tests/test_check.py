"""`check` says whether a reading can be trusted, and what conversion would be under the other reading."""

import pytest

from salesnb.measures.conversion import conversion
from salesnb.measures.otherwise import other_readings
from salesnb.report.check import check_lines
from salesnb.source.book import open_book
from salesnb.topics.data_quality import data_quality

HEAD = "id,owner,status,created,closed,amount\n"
# read day first, the last two were closed in September; read month first, in August and in October
ROWS = [
    "1,Ann,Won,2026-07-01,01/09/2026,10",
    "2,Ann,Lost,2026-07-01,02/09/2026,10",
    "3,Bo,Won,2026-07-02,08/09/2026,10",
    "4,Bo,Lost,2026-07-02,09/08/2026,10",
    "5,Bo,Lost,2026-07-03,09/09/2026,10",
    "6,Bo,Open,2026-09-30,,10",
]
PARAMS = """company: T
timezone: UTC
data: {deals: deals.csv%s}
columns: {deals: {deal_id: id, manager: owner, created_at: created, closed_at: closed}}
"""


@pytest.fixture
def company(tmp_path):
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "deals.csv").write_text(HEAD + "\n".join(ROWS) + "\n")

    def made(more=""):
        (tmp_path / "p.yaml").write_text(PARAMS % more)
        return tmp_path / "p.yaml"

    return made


def test_the_other_order_of_days_is_recounted(company):
    book = open_book(company(), "2026-09")
    reading = next(one for one in other_readings(book) if one["assumption"].code == "day order")
    assert (reading["month"]["before"]["won"], reading["month"]["before"]["closed"]) == (2, 4)
    assert (reading["month"]["won"], reading["month"]["closed"]) == (0, 2)
    told = data_quality(book.with_thresholds(min_percent=1)).assumed().plain
    assert "would be 0.0% (0 of 2) and not 50.0% (2 of 4)" in told


def test_the_other_reading_is_what_the_setting_gives(company):
    book = open_book(company(), "2026-09")
    reading = next(one for one in other_readings(book) if one["assumption"].code == "day order")
    other = open_book(company(", reading: {dates: month first}"), "2026-09")
    row = conversion(other.closer_deals, period="2026-09").iloc[0]
    assert (row["won"], row["closed"]) == (reading["month"]["won"], reading["month"]["closed"])
    assert not [one for one in other.assumed if one.code == "day order"]


def test_of_a_segment_the_other_reading_is_not_counted(company):
    book = open_book(company(), "2026-09")
    assert other_readings(book) and other_readings(book.where(manager="Ann")) == []


def test_what_is_counted_once_is_kept_beside_the_reading(company):
    book = open_book(company(), "2026-09")
    first = book.otherwise(book.assumed)
    assert [table.equals(again) for table, again in zip(first, book.otherwise(book.assumed), strict=True)]


def test_check_fits_a_screen_and_says_what_was_assumed(company):
    lines = list(check_lines(str(company())))
    assert len(lines) <= 20
    text = "\n".join(lines)
    assert "read: deals 6" in text
    assert "taken for true" in text and "day first" in text and "0.0% (0 of 2)" in text


def test_a_sure_reading_assumes_nothing(tmp_path):
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "deals.csv").write_text(
        HEAD + "1,Ann,Won,2026-07-01,2026-09-01,10\n2,Bo,Lost,2026-07-01,2026-09-30,10\n"
    )
    (tmp_path / "p.yaml").write_text(PARAMS % "")
    book = open_book(tmp_path / "p.yaml", "2026-09")
    assert book.assumed == [] and other_readings(book) == []


def test_months_without_deals_are_named(tmp_path):
    (tmp_path / "pyproject.toml").write_text("")
    rows = "1,Ann,Won,2026-05-01,2026-05-09,10\n2,Bo,Lost,2026-09-01,2026-09-30,10\n"
    (tmp_path / "deals.csv").write_text(HEAD + rows)
    (tmp_path / "p.yaml").write_text(PARAMS % "")
    assert any("2026-06, 2026-07, 2026-08" in line for line in check_lines(str(tmp_path / "p.yaml")))
