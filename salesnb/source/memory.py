"""Frames in memory as a source of canonical tables."""

import datetime as dt

import duckdb
import narwhals as nw
import pandas as pd

from salesnb.errors import lacking
from salesnb.params import Params
from salesnb.schema import TABLES, UNKNOWN
from salesnb.source.deals import own_channel_names
from salesnb.source.read import quoted
from salesnb.source.snapshot import latest


class MemorySource:
    """Frames in memory as a source of canonical tables."""

    def __init__(self, con: duckdb.DuckDBPyConnection, params: Params, frames: dict):
        self.tables = tuple(frames)
        self.channel_from, self.notices, self.assumed = "channel", [], []
        self.ledger = pd.DataFrame(columns=["table", "file", "line", "rule", "outcome", "value"])
        self.relations = {name: self._relation(con, name, frame) for name, frame in frames.items()}
        rows = self._count(con, "deals")
        self.summary = pd.DataFrame(
            [{"table": "deals", "read": rows, "kept": rows, "mended": 0, "merged": 0, "set_aside": 0}]
        )
        self.snapshot = self._snapshot(con)

    def _relation(self, con, name: str, frame) -> str:
        """The frame as a canonical table: every column of the schema, missing ones blank."""
        native = nw.from_native(frame).lazy().collect()
        table = (
            native.to_pandas()
            if not native.implementation.is_polars()
            else pd.DataFrame(native.to_dict(as_series=False))
        )
        required = [c for c in TABLES[name].required if c not in table.columns]
        if required:
            raise lacking(name, required, table.columns)
        for column in TABLES[name].columns:
            if column.type in ("time", "date") and column.name in table:
                table[column.name] = pd.to_datetime(table[column.name])
        con.register(f"_frame_{name}", table)
        given = {c.name for c in TABLES[name].columns if c.name in table.columns}
        types = {"time": "TIMESTAMP", "date": "DATE", "money": "DOUBLE", "number": "DOUBLE", "bool": "BOOLEAN"}
        defaults = {
            "function": "'closer'",
            "channel": f"'{UNKNOWN}'",
            "owner_from": "'current owner'",
            "current_manager": "manager",
        }
        columns = []
        for c in TABLES[name].columns:
            kind = types.get(c.type, "VARCHAR")
            value = quoted(c.name) if c.name in given else defaults.get(c.name, "NULL") if name == "deals" else "NULL"
            columns.append(f"CAST({value} AS {kind}) AS {quoted(c.name)}")
        columns += [quoted(c) for c in table.columns if c not in TABLES[name].names]
        con.execute(f"CREATE OR REPLACE TABLE m_{name} AS SELECT {', '.join(columns)} FROM _frame_{name}")
        con.unregister(f"_frame_{name}")
        if name == "deals":
            own_channel_names(con, {"deals": "m_deals"}, "true")
        if name == "deals" and "repeat" not in given:
            con.execute(
                """UPDATE m_deals t SET repeat = coalesce(f.first_won < t.created_at, false) FROM (SELECT client_id, min(closed_at)
                   FILTER (status = 'won') AS first_won FROM m_deals WHERE client_id IS NOT NULL GROUP BY 1) f WHERE t.client_id = f.client_id"""
            )
        return f"m_{name}"

    def _count(self, con, name: str) -> int:
        return con.execute(f"SELECT count(*) FROM m_{name}").fetchall()[0][0]

    def _snapshot(self, con) -> dt.date:
        closed = "CASE WHEN status IN ('won', 'lost') THEN closed_at::DATE END"
        days: dict[dt.date, int] = {}
        for day, rows in con.execute(
            f"SELECT day, count(*) FROM (SELECT unnest([created_at::DATE, {closed}]) AS day FROM m_deals) WHERE day IS NOT NULL GROUP BY 1"
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
