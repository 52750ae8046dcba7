"""Writing: the same bytes every time."""

import datetime as dt
import gzip
import json
from pathlib import Path

import duckdb
import pandas as pd
import xlsxwriter

BORN = dt.datetime(2026, 10, 5)  # workbooks carry their day of creation


def csv_text(table: pd.DataFrame, sep: str = ",") -> str:
    """CSV with a line feed at the end of every row."""
    return table.to_csv(index=False, sep=sep, lineterminator="\n")


def write(path: Path, text: str, encoding: str = "utf-8") -> None:
    """Text in an encoding; `.gz` names are packed without a time stamp."""
    data = text.encode(encoding)
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)


def write_json(path: Path, data) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def write_parquet(path: Path, table: pd.DataFrame, types: dict[str, str]) -> None:
    """One row group, one thread, columns cast to `types`."""
    with duckdb.connect(config={"threads": 1}) as base:
        base.register("rows", table)
        columns = ", ".join(f'"{name}"::{kind} AS "{name}"' for name, kind in types.items())
        base.execute(
            f"COPY (SELECT {columns} FROM rows) TO '{path.as_posix()}' (FORMAT parquet, COMPRESSION zstd)"
        )


def write_workbook(path: Path, sheets: dict[str, tuple[list[str], list[list]]]) -> None:
    """Sheets of headings and rows; dates become date cells, a blank is an empty cell."""
    with xlsxwriter.Workbook(path, {"default_date_format": "dd.mm.yyyy"}) as book:
        book.set_properties({"created": BORN})
        for name, (headings, rows) in sheets.items():
            sheet = book.add_worksheet(name)
            for i, row in enumerate([headings, *rows]):
                for j, cell in enumerate(row):
                    if cell is not None and cell == cell:
                        sheet.write(
                            i, j, cell.to_pydatetime() if isinstance(cell, pd.Timestamp) else cell
                        )
