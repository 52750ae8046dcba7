"""The store: canonical Parquet, written once per input and used again."""

import datetime as dt
import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
import pandas as pd

from salesnb import __version__
from salesnb.errors import DataError
from salesnb.params import FileSource, Params, SqlSource
from salesnb.schema import TABLES
from salesnb.source.canonical import make_canonical
from salesnb.source.engine import connect
from salesnb.source.files import find_files
from salesnb.source.parsed import Assumption

KEPT_PARAMS = {
    "company",
    "language",
    "crm_url",
    "pay",
    "plan_fact",
    "benchmark",
    "setup",
    "window_months",
    "channels",
    "memory_limit",
}
META = "meta.json"


@dataclass(frozen=True)
class Stored:
    """Canonical tables on disk and what is known of them."""

    folder: Path
    tables: tuple[str, ...]
    snapshot: dt.date
    summary: pd.DataFrame
    ledger: pd.DataFrame
    notices: list[tuple[str, dict]]
    channel_from: str
    assumed: list[Assumption]
    inputs: dict[str, str]  # file → hash of its content
    key: str


def stored(params: Params, today: dt.date | None = None) -> Stored:
    """The canonical tables of `params`: from the store when the same input was read before, else read now.

    Several processes may ask at once: each writes a folder of its own, the first to finish is kept.
    """
    today = today or dt.date.today()
    inputs = input_hashes(params)
    key = _key(params, inputs, today)
    folder = store_folder(params) / key
    if not (folder / META).exists():
        _write(params, today, folder, inputs)
    return _read(folder, inputs, key)


def store_folder(params: Params) -> Path:
    """Where the store is: beside the project, or in a temporary folder when that cannot be written."""
    own = params.root / ".salesnb" / "store"
    try:
        own.mkdir(parents=True, exist_ok=True)
        return own
    except OSError:
        return Path(tempfile.gettempdir()) / "salesnb-store"


def input_hashes(params: Params) -> dict[str, str]:
    """Hash of the content of every input file; a query counts by its text and the day, since its rows can change."""
    found = {}
    for name in TABLES:
        source = params.data.source(name)
        if isinstance(source, SqlSource):
            found[f"{name}: query"] = hashlib.sha256(
                f"{source.url}{source.sql}{dt.datetime.now():%Y-%m-%d %H}".encode()
            ).hexdigest()
        elif source is not None:
            paths = source.path if isinstance(source, FileSource) else source
            for file in find_files(paths, name, params):
                found[file.label] = hashlib.sha256(file.content()).hexdigest()
    for join in params.data.joins:
        for file in find_files(join.file, join.table, params):
            found[file.label] = hashlib.sha256(file.content()).hexdigest()
    return dict(sorted(found.items()))


def _key(params: Params, inputs: dict[str, str], today: dt.date) -> str:
    """One name for one input. The day matters only until the newest date in the data has passed: kept by month."""
    room = Path(__file__).parent
    # all that decides what a cell becomes: the reading, the schema, and the words of the formats
    code = [*room.rglob("*.py"), *(room.parent / "formats").glob("*.py"), room.parent / "schema.py"]
    code = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(code))).hexdigest()
    told = params.model_dump(mode="json", exclude=KEPT_PARAMS)
    told["targets"] = [
        e.model_dump(mode="json")
        for e in (params.channels if params.channels != "all" else [])
        if not isinstance(e, str)
    ]
    text = json.dumps([told, inputs, __version__, code, f"{today:%Y-%m-%d}"], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _write(params: Params, today: dt.date, folder: Path, inputs: dict[str, str]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix="writing-", dir=folder.parent))
    try:
        con = connect(params)
        made = make_canonical(con, params, today)
        for name in [*made.tables, "aside"]:
            con.execute(f"COPY c_{name} TO '{_sql(work / name)}.parquet' (FORMAT parquet)")
        con.register("_ledger", made.ledger)
        con.execute(f"COPY (SELECT * FROM _ledger) TO '{_sql(work / 'ledger')}.parquet' (FORMAT parquet)")
        con.close()
        meta = {
            "tables": made.tables, "snapshot": str(made.snapshot), "summary": made.summary.to_dict("records"),
            "notices": made.notices, "channel_from": made.channel_from,
            "assumed": [asdict(one) for one in made.assumed], "inputs": inputs,
        }  # fmt: skip
        (work / META).write_text(json.dumps(meta, ensure_ascii=False, default=str), encoding="utf-8")
        os.replace(work, folder)
    except OSError:
        if not (folder / META).exists():  # another process may have been first: then its folder is as good
            raise
    except duckdb.OutOfMemoryException:
        raise DataError(
            "the data do not fit into the memory that the engine may take; raise `memory_limit` in the params."
        ) from None
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _sql(path: Path) -> str:
    return str(path).replace("'", "''")


def _read(folder: Path, inputs: dict[str, str], key: str) -> Stored:
    meta = json.loads((folder / META).read_text(encoding="utf-8"))
    ledger = connect().execute(f"SELECT * FROM '{_sql(folder / 'ledger')}.parquet'").df()
    return Stored(
        folder, tuple(meta["tables"]), dt.date.fromisoformat(meta["snapshot"]), pd.DataFrame(meta["summary"]), ledger,
        [tuple(notice) for notice in meta["notices"]], meta["channel_from"],
        [Assumption(**one) for one in meta["assumed"]], inputs, key,
    )  # fmt: skip
