"""Times in every form that exports write: a zone is applied or the cell is unread; the day order is each file's own."""

import datetime as dt
import re

import duckdb
import openpyxl
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesnb.errors import DataError, ParamError
from salesnb.measures.conversion import conversion
from salesnb.measures.length import deal_length
from salesnb.params import load_params, make_params
from salesnb.source.book import book, open_book
from salesnb.source.durations import seconds_of
from salesnb.source.engine import connect
from salesnb.source.monthwords import month_named
from salesnb.source.parsed import Settings
from salesnb.source.recognise import init
from salesnb.source.times import _forms, _loose, common_sql, parse_time
from tests.exports import deals, opened, rules, said, written

MOSCOW = Settings("Europe/Moscow", day_first=True)


def read(texts, settings=MOSCOW):
    """What a column of texts reads as."""
    con = connect()
    con.execute("create table t (x varchar)")
    con.executemany("insert into t values (?)", [[text] for text in texts])
    found = parse_time(con, "t", "x", settings, "k")
    return [value for (value,) in con.execute(f"select {found.expression} from t r").fetchall()]


SAME_MOMENT = [  # half past ten in the evening of 30 September in UTC: half past one of 1 October in Moscow
    "2026-09-30T22:30:00Z", "2026-09-30T22:30:00.000Z", "2026-09-30 22:30:00 UTC", "2026-09-30 22:30:00UTC", "2026-09-30 22:30 GMT",
    "2026-09-30 22:30:00+00", "2026-10-01 00:30:00+02", "2026-10-01 01:30:00+0300", "2026-10-01T01:30:00.000+0300",
    "2026-10-01 01:30:00 +0300", "2026-10-01 01:30:00 +03:00", "2026-10-01 01:30:00.123456789+03:00", "2026-09-30 17:30:00 -0500",
    "2026-10-01 04:00:00 +0530", "2026-10-01 01:30:00 +0300 MSK", "2026-09-30 22:30:00 +0000 UTC",
    "Wed Sep 30 2026 22:30:00 GMT+0000 (Coordinated Universal Time)", "Thu Oct 01 2026 01:30:00 GMT+0300 (Москва, стандартное время)",
    "Wed, 30 Sep 2026 22:30:00 GMT", "Wed, 30 Sep 2026 18:30:00 -0400", "Wed, 30 Sep 2026 18:30:00 EDT", "30 Sep 2026 22:30:00 Z",
    "Wed Sep 30 22:30:00 UTC 2026", "Sep 30, 2026 10:30 PM UTC", "2026-09-30 10:30 PM GMT", "Sep 30, 2026, 10:30:00\u202fPM UTC",
    "9/30/2026 10:30 PM GMT", "30.09.2026 22:30 UTC", "01.10.2026 01:30 МСК", "01.10.2026 01:30 (МСК)", "01.10.2026 01:30 по мск",
    "01.10.2026 03:30 МСК+2", "01.10.2026 01:30 (UTC+3)", "01.10.2026 01:30 UTC+03:00", "01.10.2026 01:30:00 +03:00",
    "1 октября 2026 г. 01:30 МСК", "1 октября 2026 г. в 1:30 (GMT+3)", "четверг, 1 октября 2026 г. 01:30:00 MSK",
    "2026-10-01T01:30:00+03:00[Europe/Moscow]", "2026-10-01 00:30:00 Europe/Berlin", "20260930T223000Z", "20261001T013000+0300",
    "1 Oct 2026 00:30 CEST", "2026-09-30 15:30 PDT", "1 октября 2026 03:30 YEKT",
]  # fmt: skip


@pytest.mark.parametrize("text", SAME_MOMENT)
def test_a_zone_in_any_form_is_applied(text):
    found = read([text])[0]
    assert found is not None and found.replace(microsecond=0) == dt.datetime(2026, 10, 1, 1, 30)


@pytest.mark.parametrize(
    "text",
    [
        "2026-09-30 22:30 IST", "2026-09-30 22:30 CST", "30 Sep 2026 22:30 BST", "Sep 30, 2026 10:30 PM XYZ", "2026-09-30 22:30:00 +25:00",
        "2026-09-30 22:30:00 +9900", "2026-09-30 22:30:00+03:75", "2026-09-30 22:30 Mars/Olympus", "2026-09-30Z", "2026-09-30 22:30 GMT+",
        "2026-09-30 22:30:00 (Coordinated Universal Time)", "30.09.2026 22:30 LMT", "2026-09-30 22:30 10:00",
    ],
)  # fmt: skip
def test_a_zone_that_is_not_understood_leaves_the_cell_unread(text):
    assert read([text]) == [None]


def test_letters_of_several_zones_mean_the_companys_own():
    assert read(["2026-09-30 22:30 IST"], Settings("Asia/Kolkata")) == [dt.datetime(2026, 9, 30, 22, 30)]
    assert read(["2026-12-30 22:30 CST"], Settings("America/Chicago")) == [dt.datetime(2026, 12, 30, 22, 30)]
    assert read(["2026-09-30 22:30 BST"], Settings("Europe/London")) == [dt.datetime(2026, 9, 30, 22, 30)]
    assert read(["2026-07-30 22:30 CST"], Settings("America/Chicago")) == [None]  # not on the clock there in July


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-02-31", None),
        ("12.2026-02-31", None),
        ("2026-02-30 10:00", None),
        ("31/02/2026", None),
        ("2026-13-01", None),
        ("Feb 30, 2026", None),
        ("Sep-26", None),
        ("22:30", None),
        ("сентябрь 2026", None),
        ("2026-09-30 22:30:75", None),
        ("2026-09-30 25:00", None),
        ("30 Sep 2026 or so", None),
        ("before 30.09.2026", None),
        ("30.09.2026 - 02.10.2026", None),
        ("7 deals, 30 Sep 2026", None),
        ("2026-09-30 24:00:00", dt.datetime(2026, 10, 1)),
        ("30.09.2026 24:00", dt.datetime(2026, 10, 1)),
        ("2026-09-30 22:30:10,5", dt.datetime(2026, 9, 30, 22, 30, 10, 500000)),
        ("2026-09-30 22:30:10.123456789", dt.datetime(2026, 9, 30, 22, 30, 10, 123456)),
        ("01/10/2026  09:05:00 AM", dt.datetime(2026, 10, 1, 9, 5)),
        ("25/09/2026  12:10:00 AM", dt.datetime(2026, 9, 25, 0, 10)),
        ("30/09/2026 12:30 pm", dt.datetime(2026, 9, 30, 12, 30)),
        ("30 September 2026, 10 p.m.", dt.datetime(2026, 9, 30, 22)),
        ("30. September 2026 10:30 Uhr", dt.datetime(2026, 9, 30, 10, 30)),
        ("30 de septiembre de 2026", dt.datetime(2026, 9, 30)),
        ("30 août 2026", dt.datetime(2026, 8, 30)),
        ("5 қазан 2026", None),
        ("30 вересня 2026", dt.datetime(2026, 9, 30)),
        ("30-сен-26", dt.datetime(2026, 9, 30)),
        ("20260930T223000", dt.datetime(2026, 9, 30, 22, 30)),
        ("1790807400", dt.datetime(2026, 10, 1, 1, 30)),
        ("1790807400000", dt.datetime(2026, 10, 1, 1, 30)),
        ("46295", dt.datetime(2026, 9, 30)),
        ("46295,9375", dt.datetime(2026, 9, 30, 22, 30)),
    ],
)
def test_times_that_people_and_programs_write(text, meant):
    assert read([text]) == [meant]


def test_a_clock_without_a_zone_is_that_of_the_export_in_every_form_and_a_day_stays_a_day():
    tokyo = Settings("Europe/Moscow", "Asia/Tokyo", day_first=True)
    forms = [
        "2026-10-01 02:30",
        "01.10.2026 02:30",
        "1/10/2026 2:30 AM",
        "Oct 1, 2026 2:30 AM",
        "1 октября 2026 2:30",
        "46296.1041666667",
    ]
    assert read(forms, tokyo)[:5] == [dt.datetime(2026, 9, 30, 20, 30)] * 5
    assert abs(read(forms, tokyo)[5] - dt.datetime(2026, 9, 30, 20, 30)) < dt.timedelta(seconds=2)
    days = ["2026-10-01", "01.10.2026", "1/10/26", "1 Oct 2026", "20261001", "46296"]
    assert read(days, tokyo) == [dt.datetime(2026, 10, 1)] * 6


def test_hours_that_a_clock_skips_or_shows_twice_are_read_the_same_by_both_readers():
    berlin = Settings("UTC", "Europe/Berlin")
    gap, twice = ["2026-03-29 02:30", "Mar 29, 2026 2:30 AM"], ["2026-10-25 02:30", "25 Oct 2026 2:30"]
    assert read(gap, berlin) == [dt.datetime(2026, 3, 29, 1, 30)] * 2
    assert read(twice, berlin) == [dt.datetime(2026, 10, 25, 1, 30)] * 2


def _js(moment):
    return f"{moment:%a %b %d %Y %H:%M:%S} GMT{moment:%z} (Local Time)"


FORMS = {
    "iso": lambda m: m.isoformat(),
    "iso basic": lambda m: f"{m:%Y%m%dT%H%M%S%z}",
    "hubspot": lambda m: f"{m:%Y-%m-%dT%H:%M:%S}.000{m:%z}",
    "spaced": lambda m: f"{m:%Y-%m-%d %H:%M:%S} {m:%z}",
    "gmt": lambda m: f"{m:%d.%m.%Y %H:%M:%S} GMT{m:%z}",
    "javascript": _js,
    "rfc": lambda m: f"{m:%a, %d %b %Y %H:%M:%S %z}",
    "named": lambda m: f"{m:%B %d, %Y %I:%M:%S %p} UTC{m:%z}",
    "american": lambda m: f"{m:%m/%d/%Y %I:%M:%S %p} {m:%z}" if m.day > 12 else m.isoformat(" "),
    "date": lambda m: f"{m.astimezone(dt.UTC):%a %b %d %H:%M:%S UTC %Y}",
}


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.datetimes(dt.datetime(1990, 1, 2), dt.datetime(2068, 12, 30)),
            st.sampled_from([-600, -300, -210, 0, 60, 180, 330, 345, 765, 840]),
            st.sampled_from(sorted(FORMS)),
        ),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from(["Europe/Moscow", "UTC", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"]),
)
def test_any_moment_in_any_form_with_a_zone_reads_back_by_the_companys_clock(items, zone):
    moments = [
        (m.replace(microsecond=0, tzinfo=dt.timezone(dt.timedelta(minutes=offset))), form) for m, offset, form in items
    ]
    from zoneinfo import ZoneInfo

    wanted = [moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for moment, _ in moments]
    assert read([FORMS[form](moment) for moment, form in moments], Settings(zone, day_first=True)) == wanted


HEAD = ["deal_id", "title", "status", "amount", "created_at", "closed_at", "manager"]
ZONED = [
    HEAD,
    ["1", "A", "won", "100", "Wed Sep 02 2026 12:00:00 GMT+0000 (Coordinated Universal Time)", SAME_MOMENT[16], "Ann"],
    ["2", "B", "won", "100", "Wed, 02 Sep 2026 12:00:00 GMT", "Wed, 30 Sep 2026 22:30:00 GMT", "Ann"],
    ["3", "C", "lost", "100", "2026-09-02 12:00:00 UTC", "2026-09-30 22:30:00 UTC", "Ann"],
    ["5", "E", "won", "100", "Sep 2, 2026 12:00 PM UTC", "Sep 30, 2026 10:30 PM UTC", "Bob"],
    ["7", "G", "won", "100", "2026-09-02T12:00:00Z", "2026-09-30T22:30:00Z", "Bob"],
    ["9", "I", "won", "100", "2026-09-02T12:00:00Z", "2026-09-30 10:30 PM GMT", "Bob"],
]


def closed_in(found, month):
    row = conversion(found.closer_deals, period=month).iloc[0]
    return int(row.won), int(row.closed)


def test_the_same_moment_is_in_the_same_month_however_its_zone_is_written(tmp_path):
    found = opened(tmp_path, ZONED, month="2026-10", timezone="Europe/Moscow")
    assert closed_in(found, "2026-09") == (0, 0) and closed_in(found, "2026-10") == (5, 6)
    assert set(deals(found).closed_at) == {pd.Timestamp("2026-10-01 01:30")}
    assert rules(found) == {}


def test_a_time_whose_zone_is_not_understood_is_listed(tmp_path):
    rows = [HEAD, *ZONED[1:], ["11", "K", "won", "100", "2026-09-02T12:00:00Z", "2026-09-30 22:30 IST", "Bob"]]
    found = opened(tmp_path, rows, month="2026-10", timezone="Europe/Moscow")
    assert closed_in(found, "2026-10") == (5, 6)
    assert rules(found)[("closed_at: not a time", "mended")] == 1


def test_parquet_with_zoned_times_is_counted_by_the_companys_clock(tmp_path):
    con = duckdb.connect()
    for session in ("UTC", "Asia/Tokyo"):
        con.execute(f"SET TimeZone = '{session}'")
        con.execute(
            f"""COPY (SELECT '1' AS deal_id, 'Ann' AS manager, 'won' AS status, TIMESTAMPTZ '2026-09-02 12:00:00+00' AS created_at,
                TIMESTAMPTZ '2026-09-30 22:30:00+00' AS closed_at) TO '{tmp_path}/deals.parquet'"""
        )
        found = opened(tmp_path, name="deals.parquet", month="2026-10", timezone="Europe/Moscow")
        assert closed_in(found, "2026-10") == (1, 1)
        assert closed_in(opened(tmp_path, name="deals.parquet", timezone="UTC", month="2026-09"), "2026-09") == (1, 1)


def frames_in_memory():
    """The same closed deal in every kind of frame, its closing at 22:30 UTC of 30 September."""
    base = {"deal_id": ["1"], "manager": ["Ann"], "status": ["won"]}
    utc, new_york = dt.UTC, "America/New_York"
    aware = [dt.datetime(2026, 9, 2, 12, tzinfo=utc)], [dt.datetime(2026, 9, 30, 22, 30, tzinfo=utc)]
    zoned = pd.DataFrame(base | {"created_at": aware[0], "closed_at": aware[1]})
    con = duckdb.connect()
    con.register("zoned", zoned)
    return {
        "pandas": zoned,
        "pandas of another zone": zoned.assign(closed_at=zoned.closed_at.dt.tz_convert(new_york)),
        "objects": zoned.assign(closed_at=pd.Series(aware[1], dtype=object)),
        "texts": zoned.assign(created_at="2026-09-02T12:00:00Z", closed_at="Wed, 30 Sep 2026 22:30:00 GMT"),
        "polars": pl.DataFrame(base | {"created_at": aware[0], "closed_at": aware[1]}),
        "duckdb": con.sql("SELECT * FROM zoned"),
    }


@pytest.mark.parametrize("kind", ["pandas", "pandas of another zone", "objects", "texts", "polars", "duckdb"])
def test_zoned_frames_in_memory_are_counted_by_the_companys_clock(kind):
    frame = frames_in_memory()[kind]
    before = frame.copy() if isinstance(frame, pd.DataFrame) else None
    found = book(frame, month="2026-10", timezone="Europe/Moscow")
    assert closed_in(found, "2026-10") == (1, 1) and closed_in(found, "2026-09") == (0, 0)
    assert closed_in(book(frame, month="2026-09", timezone="UTC"), "2026-09") == (1, 1)
    with pytest.raises(DataError, match=r"s\.book\(…, timezone=…\)|holds text or numbers"):
        conversion(frame, period="2026-09")
    if before is not None:  # the caller's frame stays as it was
        pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize(
    ("closed", "message"),
    [
        ("30.13.2026", "cannot be read as a time"),
        ("soon", "cannot be read as a time"),
        (20260930, "which is no time"),
        ("05/09/2026", "whether the day or the month"),
    ],
)
def test_what_is_no_time_in_memory_is_refused(closed, message):
    frame = pd.DataFrame(
        {"deal_id": ["1"], "manager": ["A"], "status": ["won"], "created_at": pd.Timestamp("2026-09-01")}
    )
    with pytest.raises(DataError, match=message):
        book(frame.assign(closed_at=closed), month="2026-09")


DAYS = ["id", "created", "closed", "owner", "status", "amount"]
COLUMNS = {"columns": {"deals": {"deal_id": "id", "created_at": "created", "closed_at": "closed", "manager": "owner"}}}


def order_of(found):
    """The one assumption on the day order, if there is one."""
    told = [one for one in found.assumed if one.code == "day order"]
    assert len(told) <= 1
    return told[0] if told else None


def test_one_unambiguous_date_decides_for_all_columns_of_its_file(tmp_path):
    rows = [
        DAYS,
        ["1", "01/09/2026  09:05:00 AM", "15/10/2026  10:55:00 PM", "Ann", "Won", "100"],
        ["2", "02/09/2026  09:05:00 AM", "25/09/2026  12:10:00 AM", "Ann", "Lost", "100"],
        ["3", "03/09/2026  09:05:00 AM", "30/09/2026  12:30:00 PM", "Bob", "Won", "100"],
    ]
    found = opened(tmp_path, rows, month="2026-09", country="US", **COLUMNS)
    assert deals(found).created_at.dt.date.tolist() == [dt.date(2026, 9, day) for day in (1, 2, 3)]
    length = deal_length(found.closer_deals, by="status", period="2026-09").set_index("status")
    assert length.mean_days.to_dict() == {"lost": 23.0, "won": 27.0}
    assert order_of(found) is None and "day order by default" not in said(found)


def test_a_column_that_is_not_read_can_decide(tmp_path):
    rows = [[*DAYS, "first call"], ["1", "05/09/2026", "07/09/2026", "Ann", "Won", "1", "13/08/2026"]]
    found = opened(tmp_path, rows, country="US", month="2026-09", **COLUMNS)
    assert deals(found).closed_at.tolist() == [pd.Timestamp("2026-09-07")]
    assert order_of(found).values["evidence"] == "other columns"


def test_nothing_is_closed_before_it_is_created(tmp_path):
    rows = [DAYS] + [[str(9 - n), f"0{n}/09/2026", "01/10/2026", "Ann", "Won", "1"] for n in range(2, 7)]
    found = opened(tmp_path, rows, country="US", **COLUMNS, month="2026-10")
    told = order_of(found)
    assert told.values["chosen"] == "day first" and told.values["evidence"] == "what is closed is created first"
    assert (told.values["against"], told.values["against the other"]) == (0, 5)
    assert told.change == {"data": {"reading": {"dates": "month first"}}}
    assert deals(found).closed_at.dt.month.tolist() == [10] * 5


def test_ids_come_in_the_order_of_creation(tmp_path):
    # month first: 3 to 8 of May to July, in the order of the ids; day first they would jump back and forth
    days = ["05/03/2026", "05/07/2026", "06/02/2026", "06/09/2026", "07/01/2026", "07/08/2026", "08/02/2026"]
    rows = [DAYS, *[[str(100 + n), day, "", "Ann", "Open", "1"] for n, day in enumerate(days)]]
    found = opened(tmp_path, rows, country="RU", month="2026-08", **COLUMNS)
    assert order_of(found).values["evidence"] == "ids in the order of creation"
    assert deals(found).created_at.dt.month.tolist() == [5, 5, 6, 6, 7, 7, 8]


@pytest.mark.parametrize(
    ("headings", "status", "amount", "evidence"),
    [
        (["ID", "Создана", "Закрыта", "Ответственный", "Статус", "Сумма"], "won", "100", "language"),
        (["id", "created", "closed", "owner", "stage", "amount"], "Успешно реализовано", "100", "language"),
        (["id", "erstellt", "geschlossen am", "owner", "status", "betrag"], "won", "100", "language"),
        (["id", "created", "closed", "owner", "status", "amount"], "won", "1.200,50", "money"),
        (["id", "created", "closed", "owner", "status", "amount"], "won", "£1,200.50", "money"),
        (["id", "created", "closed", "owner", "status", "amount"], "won", "1200.50", "default"),
    ],
)
def test_without_any_date_that_tells_the_language_and_the_money_do(tmp_path, headings, status, amount, evidence):
    named = dict(zip(["deal_id", "created_at", "closed_at", "manager", "status", "amount"], headings, strict=True))
    rows = [headings, ["1", "05/09/2026", "07/09/2026", "Ann", status, amount]]
    first = evidence != "default"
    found = opened(tmp_path, rows, month="2026-09" if first else "2026-07", country="US", columns={"deals": named})
    told = order_of(found)
    assert told.values["evidence"] == evidence
    assert told.values["chosen"] == ("day first" if first else "month first")
    assert deals(found).closed_at.tolist() == [pd.Timestamp("2026-09-07" if first else "2026-07-09")]
    assert ("day order by default" in said(found)) is not first


def test_the_order_can_be_set_and_then_nothing_is_assumed(tmp_path):
    rows = [DAYS, ["1", "05/09/2026", "07/09/2026", "Ann", "Won", "1"]]
    for data, month in [
        ({"deals": "deals.csv", "reading": {"dates": "day first"}}, 9),
        ({"deals": "deals.csv", "reading": {"dates": "month first"}}, 7),
        ({"deals": {"path": "deals.csv", "dates": "day first"}, "reading": {"dates": "month first"}}, 9),
    ]:
        found = opened(tmp_path, rows, month=f"2026-0{month}", country="US", data=data, **COLUMNS)
        assert deals(found).closed_at.dt.month.tolist() == [month] and order_of(found) is None


@pytest.mark.parametrize("day", ["2026-09-05", "05.09.2026", "5 Sep 2026", "09/09/2026"])
def test_what_can_be_read_one_way_only_assumes_nothing(tmp_path, day):
    found = opened(tmp_path, [DAYS, ["1", day, day, "Ann", "Won", "1"]], month="2026-09", country="US", **COLUMNS)
    assert deals(found).closed_at.dt.month.tolist() == [9] and order_of(found) is None


def test_each_file_has_its_own_order(tmp_path):
    written(tmp_path, [DAYS, ["1", "05/09/2026", "25/09/2026", "Ann", "Won", "1"]], "a.csv")
    written(tmp_path, [DAYS, ["2", "09/06/2026", "09/26/2026", "Ann", "Lost", "1"]], "b.csv")
    found = opened(tmp_path, data={"deals": ["a.csv", "b.csv"]}, month="2026-09", **COLUMNS)
    assert deals(found).created_at.tolist() == [pd.Timestamp("2026-09-05"), pd.Timestamp("2026-09-06")]
    assert order_of(found) is None and "both day orders" not in said(found)


def test_a_file_that_does_not_tell_follows_the_others_and_it_is_said(tmp_path):
    written(tmp_path, [DAYS, ["1", "05/08/2026", "25/08/2026", "Ann", "Won", "1"]], "a.csv")
    written(tmp_path, [DAYS, ["2", "05/09/2026", "06/09/2026", "Ann", "Lost", "1"]], "b.csv")
    found = opened(tmp_path, data={"deals": ["a.csv", "b.csv"]}, country="US", month="2026-09", **COLUMNS)
    assert deals(found).closed_at.dt.month.tolist() == [8, 9]
    told = order_of(found)
    assert (told.values["files"], told.values["evidence"]) == (["b.csv"], "other files")
    assert told.change == {}  # the params that would turn b.csv would turn a.csv too


def test_columns_that_contradict_each_other_are_each_read_by_their_own_dates_and_named(tmp_path):
    rows = [
        [*DAYS, "modified_at"],
        ["1", "13/08/2026", "09/25/2026", "Ann", "Won", "1", "10/09/2026"],
        ["2", "05/08/2026", "09/06/2026", "Ann", "Lost", "1", "10/09/2026"],
        ["3", "14/08/2026", "09/07/2026", "Ann", "Lost", "1", "10/09/2026"],
    ]
    found = opened(tmp_path, rows, month="2026-09", **COLUMNS)
    assert deals(found).created_at.dt.month.tolist() == [8, 8, 8]
    assert deals(found).closed_at.dt.month.tolist() == [9, 9, 9]
    assert said(found)["both day orders"]["heading"] == "closed"
    assert order_of(found).values["evidence"] == "most dates"


def test_months_of_a_plan_are_told_from_days_by_the_first(tmp_path):
    written(tmp_path, [["month", "metric", "value"], *[[f"{m}/1/2026", "deals", m] for m in (8, 9, 10)]], "plans.csv")
    row = ["1", "x", "won", "1", "2026-09-01", "2026-09-02", "Ann"]
    found = opened(tmp_path, [HEAD, row], month="2026-09", data={"deals": "deals.csv", "plans": "plans.csv"})
    assert found.plans.collect(backend="pandas").to_native().month.tolist() == ["2026-08", "2026-09", "2026-10"]


def test_days_that_a_spreadsheet_swapped_are_named(tmp_path):
    work = openpyxl.Workbook()
    work.active.append(HEAD)
    for n in range(1, 21):  # a day up to 12 became a date of another order, a later one stayed a text
        day = dt.datetime(2026, n, 9) if n <= 12 else f"{n}/09/2026"
        work.active.append([str(n), "x", "won", 1, day, "", "Ann"])
    work.save(tmp_path / "deals.xlsx")
    told = said(opened(tmp_path, name="deals.xlsx", month="2026-09"))["swapped days"]
    assert (told["heading"], told["rows"], told["texts"]) == ("created_at", 12, 8)


@pytest.mark.parametrize("days", [["2026-09-05"] * 20, ["2026-09-05"] * 9 + ["2026-09-25"] + ["13/09/2026"] * 10,
                                  ["2026-09-05"] * 10 + ["13/09/2026"] * 9 + ["05/09/2026"]])  # fmt: skip
def test_a_column_that_only_looks_a_little_like_swapped_days_is_not_named(tmp_path, days):
    rows = [HEAD, *[[str(n), "x", "open", "1", day, "", "Ann"] for n, day in enumerate(days)]]
    assert "swapped days" not in said(opened(tmp_path, rows, month="2026-09"))


def test_codes_are_not_days_of_a_spreadsheet(tmp_path):
    rows = [HEAD, *[[str(n), "x", "won", "1", str(n * 300), "2026-09-02", "Ann"] for n in range(127)]]  # 0 to 37,800
    with pytest.raises(DataError, match="nothing in column 'created_at'.*parses as a date"):
        opened(tmp_path, rows)
    rows = [HEAD, *[[str(n), "x", "won", "1", "2026-09-01", str(30000 + n * 40), "Ann"] for n in range(127)]]
    found = opened(tmp_path, rows, month="2026-09")
    assert deals(found).closed_at.isna().all() and said(found)["unread column"]["rows"] == 127


def test_days_of_a_spreadsheet_are_read_and_said(tmp_path):
    rows = [HEAD, *[[str(n), "x", "won", "1", str(46266 + n), str(46290 + n / 8), "Ann"] for n in range(5)]]
    found = opened(tmp_path, rows, month="2026-09")
    assert deals(found).created_at.dt.date.tolist() == [dt.date(2026, 9, n) for n in range(1, 6)]
    told = [one.values for one in found.assumed if one.code == "numbers as times"]
    assert [(one["heading"], one["rows"], one["first"]) for one in told] == [
        ("created_at", 5, "2026-09-01"), ("closed_at", 5, "2026-09-25"),
    ]  # fmt: skip


def test_dates_that_are_mostly_far_from_today_are_remarked_on(tmp_path):
    rows = [HEAD, *[[str(n), "x", "won", "1", f"{1985 + n}-09-01", f"{1985 + n}-09-02", "Ann"] for n in range(5)]]
    told = said(opened(tmp_path, rows, month="1989-08"))["far dates"]
    assert (told["rows"], told["of"], told["first"]) == (5, 5, "1985-09-02") or told["first"] == "1985-09-01"
    near = [HEAD, *[[str(n), "x", "won", "1", "2026-09-01", "2026-09-02", "Ann"] for n in range(5)]]
    assert "far dates" not in said(opened(tmp_path, near, month="2026-09"))


@pytest.mark.parametrize("never", ["0000-00-00", "0001-01-01", "0001-01-01 00:00:00", "9999-12-31", "31.12.9999", "1900-01-01",
                                   "01.01.1970 03:00:00", "1970-01-01T00:00:00Z", "1899-12-30 00:00:00", "12/31/9999", "1/1/1900"])  # fmt: skip
def test_a_day_that_stands_for_none_is_nothing(tmp_path, never):
    rows = [
        HEAD,
        ["1", "x", "open", "1", "2026-09-01", never, "Ann"],
        ["2", "x", "won", "1", "2026-09-01", "2026-09-03", "Ann"],
    ]
    found = opened(tmp_path, rows, month="2026-09")
    assert deals(found).closed_at.isna().tolist() == [True, False] and rules(found) == {}


@pytest.mark.parametrize("place", ["deals", "reading"])
def test_a_zone_that_does_not_exist_is_refused_with_the_nearest(place):
    named = {"timezone": "Europe/Moskow"}
    data = {"deals": {"path": "d.csv"} | named} if place == "deals" else {"deals": "d.csv", "reading": named}
    with pytest.raises(ParamError, match="unknown time zone 'Europe/Moskow'. Did you mean 'Europe/Moscow'"):
        make_params({"company": "T", "data": data})


def test_times_without_a_zone_beside_zoned_ones_may_be_utc(tmp_path):
    rows = [HEAD, ["1", "x", "won", "1", "2026-09-01T10:00:00Z", "2026-09-30 22:30", "Ann"]]
    told = [one for one in opened(tmp_path, rows, month="2026-09").assumed if one.code == "zone"]
    assert [(one.values["cells"], one.values["with a zone"], one.change) for one in told] == [
        (1, 1, {"data": {"reading": {"timezone": "UTC"}}})
    ]
    rows[1][4] = "2026-09-01 10:00"
    told = [one for one in opened(tmp_path, rows, month="2026-09").assumed if one.code == "zone"]
    assert [(one.values["cells"], one.change) for one in told] == [(2, {})]
    rows[1][4:6] = ["2026-09-01", "2026-09-30 00:00:00"]
    assert not [one for one in opened(tmp_path, rows, month="2026-09").assumed if one.code == "zone"]


@pytest.mark.parametrize(
    ("clock", "zoned"),
    [
        ("10:00 MSK", True), ("10:00 МСК", True), ("10:00 (UTC)", True), ("10:00+03", True), ("10:00:00 PM GMT", True),
        ("10:00:00\u202fAM", False), ("10:00 ———", False), ("10:00（日本）", False), ("10:00", False),
    ],
)  # fmt: skip
def test_a_zone_is_of_letters_and_no_sign_or_space_is_one(tmp_path, clock, zoned):
    rows = [HEAD, ["1", "x", "won", "1", f"2026-09-01 {clock}", "2026-09-30 22:30", "Ann"],
            ["2", "x", "won", "1", "2026-09-01", "", "Ann"]]  # fmt: skip
    told = [one for one in opened(tmp_path, rows, month="2026-09").assumed if one.code == "zone"]
    assert [(one.values["cells"], one.values["with a zone"]) for one in told] == [(1, 1) if zoned else (2, 0)]


def test_of_a_log_of_monday_the_time_is_read(tmp_path):
    rows = [HEAD, ["1", "x", "won", "1", "Olga Ray Jan 21, 2026 10:32 PM", "2026-09-30 22:30", "Ann"],
            ["2", "x", "won", "1", "May April Jan 22, 2026 10:32 AM", "2026-09-30", "Ann"],
            ["3", "x", "won", "1", "called Jan 22, 2026", "2026-09-30", "Ann"]]  # fmt: skip
    found = opened(tmp_path, rows, month="2026-09")
    assert deals(found).created_at.tolist() == [pd.Timestamp("2026-01-21 22:32"), pd.Timestamp("2026-01-22 10:32")]
    assert rules(found)[("created_at: not a time", "mended")] == 1


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("00:05:12", 312), ("0:00", 0), ("5:12", 312), ("125:30", 7530), ("1 day, 2:03:04", 93784), ("00:05:12.5", 312.5),
        ("5 мин 12 сек", 312), ("5 мин. 12 сек.", 312), ("1 ч 2 мин", 3720), ("5м 12с", 312), ("5m12s", 312), ("1h 2m 3s", 3723),
        ("5 minutes and 12 seconds", 312), ("312 сек", 312), ("1,5 мин", 90), ("PT5M12S", 312), ("PT1H", 3600), ("1899-12-31 00:05:12", 312),
        ("0:75", None), ("1:75:00", None), ("5 12", None), ("12 сек 5 мин", None), ("5 звонков", None), ("нет ответа", None), ("-0:05", None),
    ],
)  # fmt: skip
def test_lengths_of_calls(text, seconds):
    assert seconds_of(text) == seconds


def test_lengths_of_calls_in_an_export(tmp_path):
    lengths = ["00:05:12", "0:00", "5 мин 12 сек", "45", "", "long"]
    head = ["at", "kind", "manager", "duration_s"]
    written(
        tmp_path,
        [head, *[[f"2026-09-0{n + 1}", "call", "Ann", length] for n, length in enumerate(lengths)]],
        "touches.csv",
    )
    row = ["1", "x", "won", "1", "2026-09-01", "2026-09-12", "Ann"]
    found = opened(tmp_path, [HEAD, row], month="2026-09", data={"deals": "deals.csv", "touches": "touches.csv"})
    touches = found.touches.sort("at").collect(backend="pandas").to_native()
    assert touches.duration_s.tolist()[:4] == [312, 0, 312, 45] and touches.duration_s.isna().tolist()[4:] == [
        True,
        True,
    ]
    assert rules(found) == {("duration_s: not a number", "mended"): 1}


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("сентябрь 2026", "2026-09"), ("Сентябрь 2026 г.", "2026-09"), ("сентября 2026", "2026-09"), ("09.2026", "2026-09"), ("9/2026", "2026-09"),
        ("2026-09", "2026-09"), ("2026.9", "2026-09"), ("202609", "2026-09"), ("Sep-26", "2026-09"), ("Sept 2026", "2026-09"),
        ("сен.26", "2026-09"), ("мая 2026", "2026-05"), ("2026 March", "2026-03"), ("März 2026", "2026-03"), ("Eylül 2026", "2026-09"),
        ("26-Sep", None), ("September", None), ("13.2026", None), ("2026", None), ("09/26", None), ("итого 2026", None), ("Sep 2026 plan", None),
    ],
)  # fmt: skip
def test_months_in_words_and_figures(text, month):
    assert month_named(text) == month


def test_months_of_plans_in_an_export(tmp_path):
    months = ["сентябрь 2026", "09.2026", "Sep-26", "2026-09-01", "01.09.2026", "46266", "2026-09"]
    written(
        tmp_path, [["month", "metric", "value"], *[[month, "deals", n] for n, month in enumerate(months)]], "plans.csv"
    )
    row = ["1", "x", "won", "1", "2026-09-01", "2026-09-02", "Ann"]
    found = opened(tmp_path, [HEAD, row], month="2026-09", data={"deals": "deals.csv", "plans": "plans.csv"})
    plans = found.plans.collect(backend="pandas").to_native()
    assert plans.month.tolist() == ["2026-09"] * 7 and sorted(plans.value) == list(range(7))


def begun(folder, rows, monkeypatch):
    """The params that init writes for an export, and the lines that it tells."""
    monkeypatch.chdir(folder)
    written(folder, rows)
    told = list(init(["deals.csv"], folder / "made.yaml"))
    return load_params(folder / "made.yaml"), told


@pytest.mark.parametrize(
    ("headings", "amount", "country", "zone"),
    [
        (["Номер", "Создана", "Закрыта", "Ответственный", "Статус", "Сумма"], "100", "RU", "Europe/Moscow"),
        (["id", "created", "closed", "owner", "status", "amount"], "1 000 ₽", "RU", "Europe/Moscow"),
        (["id", "created", "closed", "owner", "status", "amount"], "£1,000.00", "GB", "Europe/London"),
        (["id", "created", "closed", "owner", "status", "amount"], "€ 1.000,00", "DE", "Europe/Berlin"),
        (["id", "created", "closed", "owner", "status", "amount"], "₸ 1000", "KZ", "Asia/Almaty"),
        (["id", "created", "closed", "owner", "status", "amount"], "$1000", "US", "UTC"),
    ],
)
def test_init_takes_the_country_from_the_money_and_the_language_and_says_so(
    tmp_path, monkeypatch, headings, amount, country, zone
):
    made, told = begun(tmp_path, [headings, ["1", "05/09/2026", "07/09/2026", "Ann", "Won", amount]], monkeypatch)
    assert (made.country, made.timezone) == (country, zone)
    assert any(f"country {country} and timezone {zone} are a guess" in line for line in told)
    month = 9 if country != "US" else 7
    found = open_book(made, month=f"2026-0{month}")
    assert deals(found).closed_at.dt.month.tolist() == [month]


def test_init_asks_about_a_column_of_codes_and_one_of_far_dates(tmp_path, monkeypatch):
    rows = [["id", "created at", "closed at", "owner", "status"]]
    rows += [[str(n), str(n * 300 + 7), f"{1990 + n % 5}-09-01", "Ann", "Won"] for n in range(120)]
    told = " | ".join(begun(tmp_path, rows, monkeypatch)[1])
    assert "nothing in the column created at (created_at) reads as a date" in told
    assert (
        "120 of 120 dates of the column closed at (closed_at) lie far from today, from 1990-09-01 to 1994-09-01" in told
    )


PATTERNS = sorted({pattern for order in (True, False) for own in (None, "Asia/Almaty")
                for pattern, _ in _forms("c", order, Settings("Europe/Moscow", own))})  # fmt: skip


@given(st.data())
def test_no_form_that_a_column_has_is_left_out_for_its_outlines(data):
    form = data.draw(st.sampled_from(PATTERNS))
    text = data.draw(st.from_regex(re.compile(form, re.ASCII), fullmatch=True))
    outline = re.sub("[0-8]", "9", text)
    assert re.fullmatch(_loose(form), outline), (form, text)


def test_a_form_that_no_text_of_a_column_has_is_not_planned():
    few = common_sql("c", True, Settings("Europe/Moscow"), {"99.99.9999 99:99"})
    assert (
        0
        < few.count("regexp_full_match")
        < common_sql("c", True, Settings("Europe/Moscow")).count("regexp_full_match") / 3
    )
