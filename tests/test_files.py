"""Files that are damaged, very wide, far-cornered or too large; params and addresses that hold what is no value."""

import csv
import gzip
import io
import subprocess
import sys
import time
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesnb.errors import DataError, ParamError
from salesnb.params import SqlSource, load_params, make_params
from salesnb.source.book import open_book
from salesnb.source.engine import connect
from salesnb.source.query import query_records, scrubbed, spelled_out
from salesnb.source.read import read_source
from salesnb.source.sheet_size import Extent, extents

HEADINGS = ["deal_id", "manager", "created_at", "closed_at", "status", "amount"]
ROWS = [
    [str(n), "Ann" if n % 2 else "Bob", "2026-08-01", f"2026-09-{n % 28 + 1:02}", "won" if n % 3 else "lost", str(n)]
    for n in range(1, 60)
]


def text(headings=HEADINGS, rows=ROWS) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([headings, *rows])
    return out.getvalue().encode()


def workbook(path, far=None):
    book = openpyxl.Workbook()
    for row in [HEADINGS, *ROWS]:
        book.active.append(row)
    if far:
        book.active[far] = "x"
    book.save(path)


def opened(folder, name, **limits):
    return open_book(make_params({"company": "T", "data": {"deals": name, "limits": limits}}, root=folder))


def flipped(content: bytes, place: float) -> bytes:
    """The content with one wrong bit."""
    damaged = bytearray(content)
    damaged[int(len(content) * place)] ^= 0x10
    return bytes(damaged)


def zipped(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("deals.csv", content)
    return out.getvalue()


@pytest.mark.parametrize("place", [0.0, 0.3, 0.5, 0.8, 0.99])
@pytest.mark.parametrize(("name", "pack"), [("deals.csv.gz", gzip.compress), ("deals.zip", zipped)])
def test_a_wrong_bit_in_a_packed_file_is_one_message_or_changes_nothing(tmp_path, name, pack, place):
    (tmp_path / name).write_bytes(flipped(pack(text()), place))
    try:
        found = opened(tmp_path, name)
    except DataError as error:
        assert name in str(error) and "\n" not in str(error)
    else:
        assert found.rows["kept"] == len(ROWS)


@pytest.mark.parametrize("kept", [0.2, 0.6, 0.95])
@pytest.mark.parametrize(("name", "pack"), [("deals.csv.gz", gzip.compress), ("deals.zip", zipped)])
def test_a_packed_file_that_was_cut_is_named(tmp_path, name, pack, kept):
    content = pack(text())
    (tmp_path / name).write_bytes(content[: int(len(content) * kept)])
    with pytest.raises(DataError, match=f"{name} is not a readable (gz|zip) file"):
        opened(tmp_path, name)


@pytest.mark.parametrize("place", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_a_wrong_bit_in_a_workbook_is_one_message_or_changes_nothing(tmp_path, place):
    workbook(tmp_path / "whole.xlsx")
    (tmp_path / "deals.xlsx").write_bytes(flipped((tmp_path / "whole.xlsx").read_bytes(), place))
    try:
        found = opened(tmp_path, "deals.xlsx")
    except DataError as error:
        assert "deals.xlsx cannot be opened as a workbook" in str(error)
    else:
        assert found.rows["kept"] == len(ROWS)


@pytest.mark.parametrize(("name", "pack"), [("deals.csv.gz", gzip.compress), ("deals.zip", zipped)])
def test_what_unpacks_to_more_than_the_limit_is_refused_and_the_limit_can_be_raised(tmp_path, name, pack):
    (tmp_path / name).write_bytes(pack(text() + b"," * 3_000_000))
    with pytest.raises(DataError, match="unpacks to more than the 2 MB that `data: limits: unpacked_mb:` allows"):
        opened(tmp_path, name, unpacked_mb=2)
    (tmp_path / name).write_bytes(pack(text()))
    assert opened(tmp_path, name, unpacked_mb=2).rows["kept"] == len(ROWS)


@pytest.mark.parametrize("corner", ["XFD1048576", "A1048576", "XFD2000", "ZZ99999"])
def test_a_stray_cell_in_a_far_corner_is_named_before_a_sheet_of_that_size_is_made(tmp_path, corner):
    workbook(tmp_path / "deals.xlsx", corner)
    start = time.process_time()
    with pytest.raises(
        DataError, match=r"sheet 'Sheet' of deals.xlsx reaches to [A-Z]+\d+: [\d,]+ blank cells.*blank_cells"
    ):
        opened(tmp_path, "deals.xlsx")
    assert time.process_time() - start < 20


def test_a_stray_cell_not_far_away_is_read(tmp_path):
    workbook(tmp_path / "deals.xlsx", "AZ500")
    assert opened(tmp_path, "deals.xlsx").rows["kept"] == len(ROWS)
    with pytest.raises(DataError, match="reaches to AZ500: 25,6[0-9]{2} blank cells, more than the 20,000"):
        opened(tmp_path, "deals.xlsx", blank_cells=20_000)


def test_the_extent_of_a_sheet_is_told_from_its_xml(tmp_path):
    workbook(tmp_path / "deals.xlsx", "AZ500")
    found = extents((tmp_path / "deals.xlsx").read_bytes(), ["Sheet"])["Sheet"]
    # 60 rows of 6 cells and the stray one; A to Z and AA to AZ are 52 columns
    assert found == Extent(500, 52, 361) and found.corner == "AZ500"


@given(st.integers(1, 16384), st.integers(1, 1048576))
def test_the_corner_is_named_as_a_spreadsheet_names_it(columns, rows):
    assert Extent(rows, columns, 0).corner == f"{openpyxl.utils.get_column_letter(columns)}{rows}"


def test_more_columns_than_the_limit_are_refused_and_it_can_be_raised(tmp_path):
    wide = [*HEADINGS, *(f"Field {n}" for n in range(50))]
    (tmp_path / "deals.csv").write_bytes(text(wide, [[*row, *("x" * 50)] for row in ROWS]))
    with pytest.raises(
        DataError, match="deals.csv has 56 columns, more than the 50 that `data: limits: columns:` allows"
    ):
        opened(tmp_path, "deals.csv", columns=50)
    assert opened(tmp_path, "deals.csv", columns=56).rows["kept"] == len(ROWS)


def test_hundreds_of_further_columns_are_kept(tmp_path):
    wide = [*HEADINGS, *(f"Field {n}" for n in range(600))]
    rows = [[*row, *(f"{n}" if (n + int(row[0])) % 3 else "" for n in range(600))] for row in ROWS]
    (tmp_path / "deals.csv").write_bytes(text(wide, rows))
    table = opened(tmp_path, "deals.csv").deals.collect(backend="pandas").to_native()
    first = table.set_index("deal_id").loc["1"]
    assert [first[f"Field {n}"] for n in (0, 1, 3, 598)] == ["0", "1", "3", "598"] and first.isna()["Field 2"]


def test_a_cell_that_is_longer_than_any_is_one_message(tmp_path):
    (tmp_path / "deals.csv").write_bytes(text() + b"99," + b"a" * (2**27 + 10) + b",,,,\n")
    with pytest.raises(
        DataError, match="from line [0-9]+ on it cannot be parted into cells.*at most 128 million signs"
    ):
        opened(tmp_path, "deals.csv")


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("2026-02-31", "line 3 holds '2026-02-31', which is no value: day is out of range"),
        ("2026-13-01", "line 3 holds '2026-13-01', which is no value: month must be"),
        ("9" * 5000, r"line 3 holds '9{20}… \(5000 signs\)', which is no value"),
        ("-" + "9" * 5000, "which is no value"),
        ("2026-02-01T25:00:00", "line 3 holds '2026-02-01T25:00:00'"),
        ("!!int abc", "line 3 holds 'abc', which is no value"),
    ],
)
def test_a_value_of_the_params_that_is_none_is_one_message(tmp_path, value, told):
    (tmp_path / "p.yaml").write_text(f"company: T\ndata: {{deals: d.csv}}\nwindow_months: {value}\n")
    with pytest.raises(ParamError, match=f"p.yaml: .*{told}"):
        load_params(tmp_path / "p.yaml")


PASSWORDS = ["p@sswordX", "se/cr@etQ?x", "a:b@c#dWq", "percent%40Zed", "@@startsWith", "пароль@хост"]


@pytest.mark.parametrize("password", PASSWORDS)
def test_no_piece_of_a_password_is_printed(password):
    url = f"postgresql+psycopg://ann:{password}@nohost.invalid/sales"
    with pytest.raises(DataError) as raised:
        query_records(SqlSource(url=url, sql="SELECT 1"), "deals")
    pieces = [piece for piece in password.replace("%40", "@").replace("/", "@").replace("?", "@").replace(":", "@").replace("#", "@").split("@") if len(piece) > 2]  # fmt: skip
    assert pieces and not [piece for piece in pieces if piece in str(raised.value)]


@given(st.text("ab@:/?#[]%&= é", min_size=1, max_size=12), st.sampled_from(["host", "host:5432"]))
def test_an_address_keeps_its_host_whatever_its_password(password, host):
    from sqlalchemy import make_url

    found = make_url(spelled_out(f"postgresql://ann:{password.replace('%', '')}x@{host}/sales"))
    assert (found.username, found.host, found.database) == ("ann", "host", "sales")
    assert found.password == password.replace("%", "") + "x"


def test_what_a_driver_repeats_of_an_address_is_taken_out():
    url = "mysql://ann@host/sales?password=hunter22&charset=utf8"
    assert scrubbed(f"cannot reach {url}", url) == "cannot reach …"
    assert scrubbed("user ann with hunter22 failed", url) == "user ann with … failed"


def test_a_wide_far_cornered_sheet_leaves_the_process_alive(tmp_path):
    workbook(tmp_path / "deals.xlsx", "XFD1048576")
    code = (
        "from pathlib import Path\nfrom salesnb.params import make_params\nfrom salesnb.source.book import open_book\n"
        f"open_book(make_params({{'company': 'T', 'data': {{'deals': 'deals.xlsx'}}}}, root=Path({str(tmp_path)!r})))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "reaches to XFD1048576" in done.stderr


def test_cells_that_hold_the_sign_between_cells_move_nothing(tmp_path):
    (tmp_path / "deals.csv").write_bytes(text(rows=[[*ROWS[0][:5], "1\x1f2"], *ROWS[1:]]))
    con = connect()
    params = make_params({"company": "T", "data": {"deals": "deals.csv"}}, root=tmp_path)
    read_source(con, "deals.csv", "deals", params, {"dealid", "manager"})
    assert con.execute("SELECT status, amount FROM raw_deals WHERE deal_id = '1'").fetchall() == [("won", "1 2")]
