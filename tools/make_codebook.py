"""Writes docs/codebook.md from the schema and the params; `--check` only says whether it is up to date."""

import sys
from pathlib import Path
from types import UnionType
from typing import get_args, get_origin

from pydantic.fields import FieldInfo

from salesnb.params import (
    CallType,
    ChannelSettings,
    Data,
    FileSource,
    Join,
    Params,
    Pipeline,
    Reading,
    Rota,
    SqlSource,
    Target,
    Thresholds,
    Values,
)
from salesnb.report.shapes import LISTED
from salesnb.schema import TABLES, UNDATED, Column, Table

PATH = Path(__file__).parents[1] / "docs" / "codebook.md"
HEAD = """\
# Codebook

Generated from `salesnb/schema.py` and `salesnb/params` by `make codebook`: do not edit.

Part one: the canonical tables, into which every export is read. Part two: every key of a params file. Part three: the
metrics of a run, for programs.

## Tables

Types: text (ids too), time (timestamp in the company's zone), date, month (YYYY-MM), money (in the report's currency),
number, bool. "Computed" columns are made when the data are read; no export gives them.
"""
METRICS = """\
`metrics/<channel>.json` of a run. Rates are 0..1, money in the company's currency, missing is null and never 0.
"""
MODELS = {
    "Params file": Params,
    "data": Data,
    "data.reading": Reading,
    "data: a table with what cannot be seen from the file": FileSource,
    "data: a table from a database": SqlSource,
    "data.joins": Join,
    "values": Values,
    "target": Target,
    "pipelines": Pipeline,
    "channels: an entry of its own": ChannelSettings,
    "call_types: which calls to hear": CallType,
    "rota": Rota,
    "thresholds": Thresholds,
}


def cell(text) -> str:
    """Text that cannot break a Markdown table."""
    return str(text).replace("|", "\\|").replace("\n", " ")


def column_row(column: Column) -> str:
    kind = "required" if column.required else "computed" if column.computed else ""
    values = f" One of: {', '.join(column.values)}." if column.values else ""
    return f"| {column.name} | {column.type} | {kind} | {cell(column.meaning + values)} |"


def _period(table: Table) -> str:
    return f" A row lies in a period by its `{table.when}`." if table.when else ""


def table_section(table: Table) -> str:
    rows = "\n".join(map(column_row, table.columns))
    return (
        f"### {table.name}\n\n{table.meaning} Export that gives it: {table.export}.{_period(table)}\n\n"
        f"| column | type | | meaning |\n|---|---|---|---|\n{rows}\n"
    )


def default_of(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.default
    return "" if value is None or type(value).__module__.startswith("salesnb") else f"`{value}`"


def type_of(annotation) -> str:
    if get_origin(annotation) is UnionType or str(get_origin(annotation)) == "typing.Union":
        return " or ".join(
            dict.fromkeys(type_of(part) for part in get_args(annotation) if part is not type(None))
        )
    if str(get_origin(annotation)) == "typing.Literal":
        return " / ".join(map(str, get_args(annotation)))
    return {"Any": "anything"}.get(
        getattr(annotation, "__name__", ""), getattr(annotation, "__name__", str(annotation))
    )


def model_section(title: str, model) -> str:
    rows = "\n".join(
        f"| {field.alias or name.rstrip('_')} | {cell(type_of(field.annotation))} | {default_of(field)} | {cell(field.description or '')} |"
        for name, field in model.model_fields.items()
        if name != "root"
    )
    return f"### {title}\n\n{' '.join(model.__doc__.split())}\n\n| key | type | default | meaning |\n|---|---|---|---|\n{rows}\n"


def known_section() -> str:
    """What a report of an earlier day knows, and what it takes from the export as it is."""
    listed = "; ".join(f"{table}: {', '.join(columns)}" for table, columns in UNDATED.items())
    return (
        "### What is known on a day\n\n"
        "Everything in a report is what was known at the end of its day (`--as-of`; else the end of the month, or the day of the "
        "export where that is earlier). Later rows are not there. A deal that closed later is open, without a closing day, a lost "
        "reason and a competitor: these are withheld until the closing. The stage and the owner of an open deal are those of the "
        "histories; a closing followed by another one later leaves the deal in its last open stage. A payment is paid from the "
        "day on which it was, before that invoiced or planned; a refund is none before it was paid back; a task is done from the "
        "day on which it was, and has its result from then on. A row of staff with `from` holds from that day.\n\n"
        f"No date stands beside these in an export, so on an earlier day they are as in the export: {listed}. The stage and the "
        "owner only where there is no table of stages or of owners, team, head and role only where the list of managers has no `from`. "
        "The page of an earlier day names those of them that its figures stand on; no forecast is made from them. An invoice that "
        "was written later cannot be told from one that was there, unless its deal was not.\n"
    )


def codebook() -> str:
    tables = "\n".join(map(table_section, TABLES.values()))
    params = "\n".join(model_section(title, model) for title, model in MODELS.items())
    metrics = "\n".join(model_section(title, model) for title, model in LISTED.items())
    return f"{HEAD}\n{tables}\n{known_section()}\n## Params\n\n{params}\n## Metrics\n\n{METRICS}\n{metrics}"


def main(arguments: list[str]) -> int:
    if "--check" in arguments:
        return 0 if PATH.exists() and PATH.read_text(encoding="utf-8") == codebook() else 1
    PATH.write_text(codebook(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
