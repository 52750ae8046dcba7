"""The sample's raw files as its programs would have written them on an earlier day, cell by cell, without the package.

What carries no date stays as it is (`schema.UNDATED`), and so do the faults: a closing in 2099 is no later closing but a
wrong one. Every file keeps its encoding, its headings, its blank lines and its footer.
"""

import csv
import datetime as dt
import gzip
import io
import shutil
from collections import defaultdict
from pathlib import Path

import duckdb
import openpyxl
import yaml

from tests.plain_sample import SAMPLE, moment, money, records

PARAMS = SAMPLE.parents[1] / "params" / "sample.yaml"
FORMS = {"deals_update.csv": ("cp1251", ";"), "reviews.csv": ("cp1251", ";"), "payments.csv": ("utf-8", ";")}
BORN = {
    "stages.csv.gz": "entered_at", "owners.csv": "from", "leads.csv.gz": "created_at", "touches.csv.gz": "at", "reviews.csv": "at",
    "actions.csv": "at", "deals.csv": "created_at", "deals_update.csv": "created_at",
}  # fmt: skip
DEALS = ("deals.csv", "deals_update.csv")
ENDS = ("Won", "Lost", "Handed over", "Rejected")
FAULTY = 2090  # closings of such a year are typed wrong
NEVER = dt.datetime.min


class Rows:
    """A CSV file: its rows as dicts by stripped heading, and the lines that are none (blank, a footer)."""

    def __init__(self, name: str):
        self.name, (self.encoding, self.sep) = name, FORMS.get(name, ("utf-8", ","))
        data = (SAMPLE / name).read_bytes()
        text = (gzip.decompress(data) if name.endswith(".gz") else data).decode(self.encoding)
        self.first, *self.lines = csv.reader(io.StringIO(text, newline=""), delimiter=self.sep)
        self.names = [heading.strip("\ufeff ") for heading in self.first]

    def change(self, row_of) -> None:
        """Every row as `row_of` makes it; None: left out."""
        kept = []
        for line in self.lines:
            if sum(map(bool, line)) < 2:  # a blank line, a footer
                kept.append(line)
            elif (row := row_of(dict(zip(self.names, line, strict=True)))) is not None:
                kept.append([row[name] for name in self.names])
        self.lines = kept

    def write(self, folder: Path) -> None:
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=self.sep, lineterminator="\n").writerows([self.first, *self.lines])
        data = text.getvalue().encode(self.encoding)
        (folder / self.name).write_bytes(gzip.compress(data, mtime=0) if self.name.endswith(".gz") else data)


def write_cut(folder: Path, day: str) -> Path:
    """The sample of `day` in a folder; gives the path of its params."""
    end = dt.datetime.fromisoformat(day) + dt.timedelta(days=1)
    data = folder / "data" / "sample"
    data.mkdir(parents=True)
    for name in ("clients.csv.gz", "plans.xlsx", "costs.csv"):
        shutil.copy(SAMPLE / name, data)
    files = {name: Rows(name) for name in [*BORN, "payments.csv"]}
    for name, column in BORN.items():
        files[name].change(lambda row, column=column: row if known(row[column], end) else None)
    stages = _last(files["stages.csv.gz"], "stage", "entered_at", ENDS)
    owners = _last(files["owners.csv"], "manager", "from")
    newest = _newest(files, end)
    unborn = {
        row["deal_id"]
        for name in DEALS
        for row in records(name, *FORMS.get(name, ()))
        if not known(row["created_at"], end)
    }
    for name in DEALS:
        files[name].change(lambda row, name=name: _deal(row, name, newest, stages, owners, end))
    files["leads.csv.gz"].change(lambda row: row | {"deal_id": "" if row["deal_id"] in unborn else row["deal_id"]})
    files["touches.csv.gz"].change(lambda row: _task(row, end))
    files["payments.csv"].change(lambda row: None if row["deal_id"] in unborn else _payment(row, end))
    for file in files.values():
        file.write(data)
    _sales(data, end)
    _people(data, end)
    params = yaml.safe_load(PARAMS.read_text(encoding="utf-8"))
    (folder / "params.yaml").write_text(yaml.safe_dump(params, allow_unicode=True), encoding="utf-8")
    return folder / "params.yaml"


def known(text: str, end: dt.datetime) -> bool:
    """Whether a time of the export lies before `end`; a blank or a broken one is no time."""
    found = moment(text)
    return found is None or found < end


def _last(file: Rows, column: str, when: str, ends=()) -> dict[str, str]:
    """Deal → what the rows of a history that are left say last of it, but for a closing."""
    found: dict[str, tuple] = {}
    for line in file.lines:
        row = dict(zip(file.names, line, strict=False))
        if row[column] not in ends:
            found[row["deal_id"]] = max(found.get(row["deal_id"], (NEVER, "")), (moment(row[when]), row[column]))
    return {deal: value for deal, (_, value) in found.items()}


def _newest(files: dict[str, Rows], end: dt.datetime) -> dict[str, tuple]:
    """Deal → time and file of its newest row, of the deals changed later: an export has a deal once."""
    found = defaultdict(lambda: (NEVER, ""))
    for name in DEALS:
        for line in files[name].lines:
            row = dict(zip(files[name].names, line, strict=False))
            if not known(row.get("modified_at", ""), end):
                found[row["deal_id"]] = max(found[row["deal_id"]], (moment(row["modified_at"]), name))
    return dict(found)


def _deal(row: dict, name: str, newest: dict, stages: dict, owners: dict, end: dt.datetime) -> dict | None:
    """A deal as it was: closed later is open, changed later was changed nobody knows when."""
    deal, closed = row["deal_id"], moment(row["closed_at"])
    if deal in newest:
        if newest[deal] != (moment(row["modified_at"]), name):
            return None
        row["modified_at"] = ""
    if closed is not None and closed >= end and closed.year < FAULTY:
        row |= {"status": "Open", "closed_at": "", "lost_reason": "", "competitor": ""}
    if row["status"] not in ENDS:
        row["stage"] = stages.get(deal, row["stage"])
    row["manager"] = owners.get(deal, row["manager"])
    return row


def _task(row: dict, end: dt.datetime) -> dict:
    if known(row["done_at"], end):
        return row
    return row | {"done_at": "", "result": "" if row["kind"] == "task" else row["result"]}


def _payment(row: dict, end: dt.datetime) -> dict | None:
    if known(row["paid_on"], end):
        return row
    back = row["status"] == "refunded" or (money(row["amount"]) or 0) < 0
    return None if back else row | {"paid_on": "", "status": "invoiced"}


def _sales(folder: Path, end: dt.datetime) -> None:
    with duckdb.connect() as con:
        rows = f"SELECT * FROM '{(SAMPLE / 'sales.parquet').as_posix()}' WHERE date < DATE '{end:%Y-%m-%d}'"
        con.execute(f"COPY ({rows}) TO '{(folder / 'sales.parquet').as_posix()}' (FORMAT parquet)")


def _people(folder: Path, end: dt.datetime) -> None:
    """Staff whose row begins later is not there yet; absences may be planned."""
    book = openpyxl.load_workbook(SAMPLE / "people.xlsx")
    sheet = book["managers"]
    headings = [cell.value for cell in sheet[1]]
    if "from" in headings:
        place = headings.index("from")
        for number in range(sheet.max_row, 1, -1):
            since = sheet.cell(number, place + 1).value
            if isinstance(since, str):
                since = moment(since)
            if since is not None and since >= end:
                sheet.delete_rows(number)
    book.save(folder / "people.xlsx")
