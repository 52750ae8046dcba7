"""A mutant written, read and judged."""

import csv
import datetime as dt
import gzip
import io
import json
import tempfile
import traceback
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import xlsxwriter
import yaml

from salesnb.errors import SalesnbError
from salesnb.formats import Voice
from salesnb.params import Params, load_params, make_params
from salesnb.source.canonical import make_canonical
from salesnb.source.engine import connect
from salesnb.source.recognise import init
from salesnb.topics.notices import notice
from tests.mutants.exports import Export, base

TODAY = dt.date(2026, 11, 28)


@dataclass(frozen=True)
class Outcome:
    """What came of reading an export: figures (None: it was refused), what was said, the traceback of a fault of ours."""

    figures: dict | None
    said: frozenset[str]
    fault: str = ""


def write(export: Export, folder: Path) -> Path:
    """The export as a file."""
    if export.packing == "xlsx":
        return _workbook(export, folder / "deals.xlsx")
    stream = io.StringIO()
    made = csv.writer(stream, delimiter=export.separator, quoting=export.quoting, lineterminator=export.newline)
    made.writerows([export.headings, *export.rows])
    content = (export.before + stream.getvalue() + export.after).encode(export.encoding)
    path = folder / "deals.csv"
    if export.packing == "gz":
        path = folder / "deals.csv.gz"
        content = gzip.compress(content)
    if export.packing == "zip":
        path = folder / "deals.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("deals.csv", content)
        return path
    path.write_bytes(content)
    return path


def _workbook(export: Export, path: Path) -> Path:
    book = xlsxwriter.Workbook(
        path, {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet()
    for number, row in enumerate([export.headings, *export.rows]):
        for place, cell in enumerate(row):
            if cell:
                sheet.write_string(number, place, cell)
    book.close()
    return path


def read(export: Export, folder: Path) -> Outcome:
    """What `init` and the run make of the export: figures, and everything that is said of the reading."""
    said: list[str] = []
    try:
        if export.later:
            params = _params_of_before(export, write(export, folder), folder)
        else:
            said += init([str(write(export, folder))], folder / "params.yaml")
            params = load_params(folder / "params.yaml")
        con = connect(params)
        made = make_canonical(con, params, TODAY)
        said += [notice(code, values, Voice("en", params.currency)) for code, values in made.notices]
        said += [json.dumps([one.code, one.values], ensure_ascii=False, default=str) for one in made.assumed]
        said += [f"{one.rule} {one.outcome} {one.value}" for one in made.ledger.itertuples()]
        figures = _figures(con)
        row = made.summary.set_index("table").loc["deals"]
        assert row["read"] == row["kept"] + row["merged"] + row["set_aside"]
        if row["read"] != len(export.rows):
            return Outcome(figures, pieces(said), f"{row['read']} records read of {len(export.rows)}")
    except SalesnbError as error:
        return Outcome(None, frozenset([*said, str(error)]))
    except Exception:
        return Outcome(None, frozenset(said), traceback.format_exc())
    return Outcome(figures, pieces(said))


def _params_of_before(export: Export, path: Path, folder: Path) -> Params:
    """The params that `init` wrote from the plain export, with the name of this file."""
    told = yaml.safe_load(_written(export.preset, export.latin))
    return make_params(told | {"data": told["data"] | {"deals": str(path)}}, root=folder)


@lru_cache
def _written(preset: str, latin: bool) -> str:
    with tempfile.TemporaryDirectory() as folder:
        list(init([str(write(base(preset, latin), Path(folder)))], Path(folder) / "params.yaml"))
        return (Path(folder) / "params.yaml").read_text(encoding="utf-8")


def pieces(said: list[str]) -> frozenset[str]:
    """What was said, line by line; of a line that lists the mapping each column by itself: only what is new in it is new."""
    lines = [line for text in said for line in text.splitlines()]
    listed = [line for line in lines if line.startswith(("columns: ", "kept as they are"))]
    parts = [part for line in listed for part in line.partition(": ")[2].split(", ")]
    return frozenset([*(line for line in lines if line not in listed), *parts])


def _figures(con) -> dict:
    """What the reports stand on: results per month and sales rep, money, length, deals by status, deals created per month."""
    day = "strftime(closed_at, '%Y-%m')"
    queries = {
        "status": "SELECT status, count(*) FROM c_deals GROUP BY 1",
        "month": f"SELECT {day}, status, count(*), sum(round(amount * 100)::BIGINT) FROM c_deals WHERE status <> 'open' GROUP BY 1, 2",
        "manager": "SELECT manager, status, count(*), sum(round(amount * 100)::BIGINT) FROM c_deals GROUP BY 1, 2",
        "length": "SELECT status, sum(date_diff('day', created_at, closed_at)), count(closed_at) FROM c_deals WHERE status <> 'open' GROUP BY 1",
        "created": "SELECT strftime(created_at, '%Y-%m'), count(*) FROM c_deals GROUP BY 1",
        "channel": "SELECT channel, count(*) FROM c_deals GROUP BY 1",
    }  # fmt: skip
    return {name: sorted(map(str, con.execute(query).fetchall())) for name, query in queries.items()}


@lru_cache
def plain(preset: str, latin: bool) -> Outcome:
    """The outcome of the export that mutants are made from."""
    with tempfile.TemporaryDirectory() as folder:
        found = read(base(preset, latin), Path(folder))
    assert found.figures is not None and not found.fault, (preset, found)
    return found


def judge(export: Export, found: Outcome) -> str:
    """What is wrong with the outcome; "" for nothing."""
    right = plain(export.preset, export.latin)
    if found.fault:
        return f"fault: {found.fault}"
    if found.figures == right.figures:
        return ""
    if export.kept:
        return (
            "refused: " + max(found.said, key=len)
            if found.figures is None
            else f"other figures: {differs(right.figures, found.figures)}"
        )
    if found.figures is None:
        return ""  # it was refused with a message
    fresh = " ".join(found.said - right.said).casefold()
    if any(word and word.casefold() in fresh for word in export.about):
        return ""
    return f"quiet: {differs(right.figures, found.figures)}; nothing names {export.about}"


def differs(right: dict, found: dict | None) -> str:
    """The first figures that are not as they should be."""
    if found is None:
        return "refused"
    name = next(name for name in right if right[name] != found[name])
    return f"{name}: right {sorted(set(right[name]) - set(found[name]))[:3]}, got {sorted(set(found[name]) - set(right[name]))[:3]}"
