"""Frames in memory as a source of canonical tables."""

import datetime as dt

import duckdb
import narwhals as nw
import pandas as pd

from salesnb.errors import DataError, missing_columns, unknown
from salesnb.formats.categories import from_polars, labelled
from salesnb.params import Params
from salesnb.schema import STATUSES, TABLES, UNKNOWN
from salesnb.source.deals import own_channel_names
from salesnb.source.histories import COMPUTED, ONE_ENTRY
from salesnb.source.parsed import Assumption, Settings
from salesnb.source.read import quoted
from salesnb.source.snapshot import latest
from salesnb.source.times import parse_time
from salesnb.source.zones import to_zone


class MemorySource:
    """Frames in memory as a source of canonical tables."""

    def __init__(self, con: duckdb.DuckDBPyConnection, params: Params, frames: dict):
        self.tables = tuple(frames)
        self.channel_from = "channel"
        self.dated = False  # whether the caller said up to which day the frames are known
        self.notices: list[tuple[str, dict]] = []
        self.assumed: list[Assumption] = []
        self.ledger = pd.DataFrame(columns=["table", "file", "line", "rule", "outcome", "value"])
        self.settings = Settings(params.timezone, day_first_default=params.country != "US")
        self.relations = {name: self._relation(con, name, frame) for name, frame in frames.items()}
        rows = self._count(con, "deals")
        self.summary = pd.DataFrame(
            [
                {
                    "table": "deals",
                    "read": rows,
                    "kept": rows,
                    "mended": 0,
                    "merged": 0,
                    "set_aside": 0,
                }
            ]
        )
        self.snapshot = self._snapshot(con)

    def _relation(self, con, name: str, frame) -> str:
        """The frame as a canonical table: every column of the schema, missing ones blank."""
        native = nw.from_native(frame).lazy()
        table = (
            native.collect(backend="pandas").to_native()
            if not native.implementation.is_polars()
            else from_polars(native.collect())
        )
        table = table.copy(deep=False)  # the caller's frame stays as it is
        required = [c for c in TABLES[name].required if c not in table.columns]
        if required:
            raise missing_columns(name, required, table.columns)
        for column in TABLES[name].columns:
            if column.type in ("time", "date") and column.name in table:
                table[column.name] = local_times(con, table[column.name], name, self.settings)
        if name == "deals":
            strange = sorted({str(w) for w in table["status"].dropna() if w not in STATUSES})
            if strange:
                raise unknown("status", strange[0], STATUSES, where="deals: status")
        for column in table.select_dtypes("category"):
            table[column] = labelled(table[column])
        # an own copy: the engine takes no columns of which a frame is a view backwards
        con.register(f"_frame_{name}", table.copy())
        given = {c.name for c in TABLES[name].columns if c.name in table.columns}
        types = {
            "time": "TIMESTAMP",
            "date": "DATE",
            "money": "DOUBLE",
            "number": "DOUBLE",
            "bool": "BOOLEAN",
        }
        defaults = {
            "deals": {
                "function": "'closer'",
                "channel": f"'{UNKNOWN}'",
                "owner_from": "'current owner'",
                "current_manager": "manager",
            }
        }.get(name, {})
        values = defaults | {column: quoted(column) for column in given} | COMPUTED.get(name, {})
        columns = []
        for c in TABLES[name].columns:
            kind, value = types.get(c.type, "VARCHAR"), values.get(c.name, "NULL")
            columns.append(f"CAST({value} AS {kind}) AS {quoted(c.name)}")
        columns += [quoted(c) for c in table.columns if c not in TABLES[name].names]
        con.execute(
            f"CREATE OR REPLACE TABLE m_{name} AS SELECT {', '.join(columns)} FROM _frame_{name} "
            + (ONE_ENTRY if name == "stages" else "")
        )
        con.unregister(f"_frame_{name}")
        if name == "deals":
            own_channel_names(con, {"deals": "m_deals"}, "true")
        if name == "deals" and "repeat" not in given:
            con.execute(
                """UPDATE m_deals t SET repeat = coalesce(f.first_won < t.created_at, false) FROM
                   (SELECT client_id, min(closed_at)
                   FILTER (status = 'won') AS first_won FROM m_deals WHERE client_id IS NOT NULL
                   GROUP BY 1) f WHERE t.client_id = f.client_id"""
            )
        return f"m_{name}"

    def _count(self, con, name: str) -> int:
        return con.execute(f"SELECT count(*) FROM m_{name}").fetchall()[0][0]

    def _snapshot(self, con) -> dt.date:
        closed = "CASE WHEN status IN ('won', 'lost') THEN closed_at::DATE END"
        days: dict[dt.date, int] = {}
        for day, rows in con.execute(
            f"SELECT day, count(*) FROM (SELECT unnest([created_at::DATE, {closed}]) AS day FROM "
            "m_deals) WHERE day IS NOT NULL GROUP BY 1"
        ).fetchall():
            days[day] = rows
        found = latest(days)
        if found is None:
            return dt.date(1970, 1, 1)
        if found.stray:
            rows = sum(days[day] for day in found.stray)
            values = {
                "rows": rows,
                "day": str(found.stray[-1]),
                "days": found.gap,
                "snapshot": str(found.day),
                "where": "deals",
            }
            self.notices.append(("stray day", values))
        return found.day

    def query(self, name: str) -> str:
        return f"SELECT * FROM {self.relations[name]}"


def local_times(
    con: duckdb.DuckDBPyConnection, column: pd.Series, table: str, settings: Settings
) -> pd.Series:
    """A column of times by the company's clock, without a zone; texts are read as those of an
    export are.

    Raises
    ------
    DataError
        The column holds numbers, or a text that cannot be read as a time or can be read as two.

    >>> from salesnb.source.engine import connect
    >>> times = pd.Series(pd.to_datetime(["2026-09-30 22:30"]).tz_localize("UTC"), name="closed_at")
    >>> str(local_times(connect(), times, "deals", Settings("Europe/Moscow"))[0])
    '2026-10-01 01:30:00'
    """
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return column.dt.tz_convert(settings.zone).dt.tz_localize(None)
    if pd.api.types.is_datetime64_any_dtype(column):
        return column
    known = column.dropna()
    if any(isinstance(value, str) for value in known):
        return _read_texts(con, column, table, settings)
    if any(not isinstance(value, dt.date) for value in known):
        raise DataError(
            f"{table}: {column.name} holds {known.iloc[0]!r}, which is no time. Convert it first."
        )
    return pd.to_datetime(
        pd.Series(
            [
                to_zone(value, settings.zone) if getattr(value, "tzinfo", None) else value
                for value in known
            ],
            index=known.index,
            dtype=object,
        )
    ).reindex(column.index)


def _read_texts(con, column: pd.Series, table: str, settings: Settings) -> pd.Series:
    texts = pd.DataFrame(
        {"n": range(len(column)), "x": [None if pd.isna(v) else str(v) for v in column]}
    )
    con.register("_texts", texts.astype({"x": "string"}))
    con.execute("CREATE OR REPLACE TABLE _memory_texts AS SELECT n, x::VARCHAR AS x FROM _texts")
    con.unregister("_texts")
    found = parse_time(con, "_memory_texts", "x", settings, "memory")
    rows = con.execute(
        f"SELECT x, CAST({found.expression} AS TIMESTAMP) FROM _memory_texts r ORDER BY n"
    ).fetchall()
    unread = next((text for text, value in rows if text is not None and value is None), None)
    if unread is not None:
        raise DataError(
            f"{table}: {column.name} holds {unread!r}, which cannot be read as a time. Convert it "
            "first."
        )
    if "day order by default" in found.notes:
        raise DataError(
            f"{table}: {column.name} holds texts such as {next(t for t, _ in rows if t)!r}, and "
            "nothing tells whether the day or the "
            "month stands first. Convert it first: pd.to_datetime(…, dayfirst=True) or (…, "
            "dayfirst=False)."
        )
    return pd.Series(pd.to_datetime([value for _, value in rows]), index=column.index)
