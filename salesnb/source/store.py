"""The store: canonical Parquet, written once per input and used again."""

import datetime as dt
import hashlib
import json
import shutil
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import duckdb
import pandas as pd

from salesnb import __version__
from salesnb.errors import DataError
from salesnb.params import FileSource, Params, SqlSource
from salesnb.schema import TABLES
from salesnb.source import folders
from salesnb.source.canonical import Canonical, make_canonical
from salesnb.source.engine import connect
from salesnb.source.files import find_files
from salesnb.source.leftovers import sweep, work_folder
from salesnb.source.parsed import Assumption, text_literal

KEPT_PARAMS = {
    "company",
    "language",
    "crm_url",
    "pay_scale",
    "plan_fact",
    "benchmark",
    "setup",
    "window_months",
    "channels",
    "memory_limit",
}
READINGS = 3  # of files that change while they are read


@dataclass(frozen=True)
class Stored:
    """Canonical tables on disk and what is known of them."""

    folder: Path
    tables: tuple[str, ...]
    snapshot: dt.date
    summary: pd.DataFrame
    notices: list[tuple[str, dict]]
    channel_from: str
    assumed: list[Assumption]
    inputs: dict[str, str]  # file or query → hash of its content
    key: str

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """Every row that was mended, merged or set aside."""
        file = self.folder / "ledger.parquet"
        return connect().execute(f"SELECT * FROM {text_literal(file)}").df()


def stored(params: Params, today: dt.date | None = None) -> Stored:
    """The canonical tables of `params`: from the store when the same input was read before, else
    read now.

    Several processes may ask at once: each writes a folder of its own, the first to finish is kept.
    Tables of a database are asked for at every call: whether they are the same is known only when
    they have come.

    Raises
    ------
    DataError
        The data cannot be used, they change while they are read, or the store cannot be written.
    """
    today = today or dt.date.today()
    place = folders.store_folder(params.root)
    sweep(place, folders.WRITING)
    for _ in range(READINGS):
        inputs = input_hashes(params)
        kept = None if _queries(params) else _kept(place, _key(params, inputs), today)
        if kept is not None:
            return read_stored(kept)
        folder = _make(params, today, place, inputs)
        if folder is not None:
            return read_stored(folder)
    raise DataError(
        "the export changes while it is read. Wait until it is written, then run again."
    )


def input_hashes(params: Params) -> dict[str, str]:
    """Hash of the content of every input file."""
    found = {}
    for name in TABLES:
        source = params.data.source(name)
        if source is not None and not isinstance(source, SqlSource):
            paths = source.path if isinstance(source, FileSource) else source
            for file in find_files(paths, name, params):
                found[file.label] = hashlib.sha256(file.content()).hexdigest()
    for join in params.data.joins:
        if not isinstance(join.file, SqlSource):
            paths = join.file.path if isinstance(join.file, FileSource) else join.file
            for file in find_files(paths, join.table, params):
                found[file.label] = hashlib.sha256(file.content()).hexdigest()
    return dict(sorted(found.items()))


def _queries(params: Params) -> dict[str, SqlSource]:
    found = {name: params.data.source(name) for name in TABLES}
    found |= {join.name: join.file for join in params.data.joins}
    return {name: source for name, source in found.items() if isinstance(source, SqlSource)}


def contents(params: Params, made: Canonical) -> dict[str, str]:
    """`input_hashes`, and a hash of every query with what came back: its rows in any order."""
    queried = {
        f"{name}: query": hashlib.sha256(
            f"{source.url}{source.sql}{made.contents[name]}".encode()
        ).hexdigest()
        for name, source in _queries(params).items()
    }
    return dict(sorted({**input_hashes(params), **queried}.items()))


@lru_cache
def reading_code() -> str:
    """One name for the code that decides what a cell becomes: the reading, the schema, and the
    words of the formats.
    """
    room = Path(__file__).parent
    files = [
        *room.rglob("*.py"),
        *(room.parent / "formats").glob("*.py"),
        room.parent / "schema.py",
    ]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(files))).hexdigest()


def reading_key(params: Params) -> str:
    """One name for all that decides what a cell of the export becomes, besides the
    export itself.
    """
    told = params.model_dump(mode="json", exclude=KEPT_PARAMS)
    told["targets"] = [
        e.model_dump(mode="json")
        for e in (params.channels if params.channels != "all" else [])
        if not isinstance(e, str)
    ]
    text = json.dumps([told, __version__, reading_code()], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _key(params: Params, inputs: dict[str, str]) -> str:
    """One name for one input: neither the hour nor the day has a part in it."""
    text = reading_key(params) + json.dumps(dict(sorted(inputs.items())))
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _kept(place: Path, key: str, today: dt.date) -> Path | None:
    """The sound folder of an input, made on a day on which the export told the same as it does
    today.

    Dates that were still to come may be facts by now: a folder holds from the last fact that it saw
    to the first one that it did not believe yet.
    """
    for folder in sorted(place.glob(f"{key}-*")):
        meta = folders.meta_of(folder)
        if meta is not None and meta["holds"][0] <= str(today) < meta["holds"][1]:
            return folder
    return None


def _make(params: Params, today: dt.date, place: Path, inputs: dict[str, str]) -> Path | None:
    """The folder of an input, read now; None when the files are others by now than those of
    `inputs`.
    """
    try:
        work = work_folder(folders.WRITING, place)
    except OSError as error:
        raise folders.unwritable(place, error) from None
    try:
        made = _write(params, today, work)
        found = contents(params, made)
        if not found.items() >= inputs.items():
            return None
        inputs = found
        key = f"{_key(params, inputs)}-{made.holds[0]}"
        folders.seal(work, _meta(made, inputs, key))
        return folders.settle(work, place / key)
    except OSError as error:
        raise folders.unwritable(place, error) from None
    except duckdb.OutOfMemoryException:
        raise DataError(
            "the data do not fit into the memory that the engine may take; raise `memory_limit` "
            "in the params."
        ) from None
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _write(params: Params, today: dt.date, work: Path) -> Canonical:
    con = connect(params)
    made = make_canonical(con, params, today)
    con.register("_ledger", made.ledger)
    tables = {
        **{name: f"SELECT * FROM c_{name}" for name in [*made.tables, "aside"]},
        "ledger": "SELECT * FROM _ledger",
    }
    if not params.pay and "managers" in tables:  # nobody asks for salaries: none lies about
        tables["managers"] = (
            "SELECT * REPLACE (CAST(NULL AS DOUBLE) AS fixed_salary) FROM c_managers"
        )
    try:
        for name, query in tables.items():
            con.execute(
                f"COPY ({query}) TO {text_literal(work / f'{name}.parquet')} (FORMAT parquet)"
            )
    except duckdb.IOException as error:
        raise OSError(str(error).splitlines()[0]) from None
    con.close()
    return made


def _meta(made: Canonical, inputs: dict[str, str], key: str) -> dict:
    return {
        "tables": made.tables,
        "snapshot": str(made.snapshot),
        "summary": made.summary.to_dict("records"),
        "notices": made.notices,
        "channel_from": made.channel_from,
        "assumed": [asdict(one) for one in made.assumed],
        "inputs": inputs,
        "key": key,
        "holds": [str(day) for day in made.holds],
    }


def read_stored(folder: Path, deep: bool = True) -> Stored:
    """What a folder of the store holds.

    `deep` : look into every file, and read the ledger now; without it only whether all are there in
        their size
    """
    meta = folders.meta_of(folder, deep)
    if meta is None:
        raise DataError(
            f"the store {folder.parent.name}/{folder.name} was changed or removed while it was in "
            "use. Run again."
        )
    found = Stored(
        folder,
        tuple(meta["tables"]),
        dt.date.fromisoformat(meta["snapshot"]),
        pd.DataFrame(meta["summary"]),
        [tuple(notice) for notice in meta["notices"]],
        meta["channel_from"],
        [Assumption(**one) for one in meta["assumed"]],
        meta["inputs"],
        meta["key"],
    )
    if deep:
        _ = found.ledger
    return found
