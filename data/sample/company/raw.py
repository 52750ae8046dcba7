"""Writes every table as the company exported it, and counts what was written."""

from pathlib import Path

import numpy as np
import pandas as pd

from .control import late_rows
from .files import csv_text, write, write_parquet, write_workbook
from .setting import rng
from .text import files

UTF8_BOM = "utf-8-sig"
TOUCHES = [
    "touch_id", "at", "kind", "deal_id", "client_id", "manager", "direction", "result", "duration_s", "due_at", "done_at",
    "record_url", "by_robot",
]  # fmt: skip
REVIEWS = [
    "manager", "at", "call_type", "score", "company", "reviewer", "call_id", "ai", "items",
]  # fmt: skip


def write_tables(folder: Path, tables: dict[str, pd.DataFrame]) -> dict[str, dict[str, int]]:
    """Files of all tables in `folder`; data records and dirt per table."""
    counts = {"deals": _deals(folder, tables["deals"])}
    for name, writer in _WRITERS.items():
        counts[name] = writer(folder, tables[name].copy(), rng("raw " + name))
    _people(folder, tables)
    _plans(folder, tables["plans"])
    for name in ("managers", "absences", "plans"):
        counts[name] = {"read": len(tables[name])}
    return counts


def _deals(folder, deals):
    main, update, dirt = files(deals)
    lines = csv_text(main).splitlines(keepends=True)
    commas = "," * (len(main.columns) - 1)
    lines.insert(200, commas + "\n")
    lines.append("\n")
    lines.append(f"Grand Totals ({len(main)} records){commas}\n")
    write(folder / "deals.csv", "".join(lines), UTF8_BOM)
    write(folder / "deals_update.csv", csv_text(update, ";"), "cp1251")
    return {"read": len(main) + len(update) + 1, "footers": 1, "blank rows": 2} | dirt


def _stamps(draw, moments: pd.Series) -> list[str]:
    """Most as ISO, some with dots, some in universal time."""
    kinds = draw.choice(3, len(moments), p=[0.85, 0.1, 0.05])
    texts = [moments.dt.strftime("%Y-%m-%d %H:%M:%S"), moments.dt.strftime("%d.%m.%Y %H:%M:%S")]
    texts.append((moments - pd.Timedelta(hours=3)).dt.strftime("%Y-%m-%dT%H:%M:%SZ"))
    rows = zip(kinds, *texts, strict=True)
    return ["" if every[0] != every[0] else every[kind] for kind, *every in rows]


def _apart(draw, name: str, table: pd.DataFrame, column: str) -> list[str]:
    """Stamps of a column; late rows draw theirs from their own stream, so that the earlier ones stay."""
    late = late_rows(table)
    return [
        *_stamps(draw, table.loc[~late, column]),
        *_stamps(rng(f"raw late {name} {column}"), table.loc[late, column]),
    ]


def _stages(folder, table, draw):
    table["entered_at"] = _apart(draw, "stages", table, "entered_at")
    table = table[["deal_id", "stage", "entered_at", "pipeline"]]
    orphans = table.iloc[[100, 2000, 9000]].assign(deal_id=["99000001", "99000002", "99000003"])
    table = pd.concat([table, table.iloc[500:505], orphans], ignore_index=True)
    write(folder / "stages.csv.gz", csv_text(table))
    return {"read": len(table), "duplicates": 5, "of unknown deals": 3}


def _touches(folder, table, draw):
    late = late_rows(table)
    old = table[~late]
    by_client = _one_deal_clients(old) & (draw.random(len(old)) < 0.06)
    answered = (old["kind"] == "call") & (old["result"] == "answered")
    alone = (draw.random(len(old)) < 0.003) & ~old["early"] & answered
    by_client, alone = (mark.reindex(table.index, fill_value=False) for mark in (by_client, alone))
    table.loc[by_client | alone, "deal_id"] = None
    bound = late & table["deal_id"].isna()
    table.loc[(~by_client & ~bound) | alone, "client_id"] = None
    for column in ("at", "due_at", "done_at"):
        table[column] = _apart(draw, "touches", table, column)
    table["duration_s"] = [
        "" if seconds != seconds else str(int(seconds)) for seconds in table["duration_s"]
    ]
    table["by_robot"] = np.where(table["by_robot"].fillna(False).astype(bool), "yes", "")
    nothing = bound & table["client_id"].isna()
    table = table[TOUCHES]
    nobody = table.iloc[[3000, 6000]].assign(
        deal_id=None, client_id=None, manager=None, touch_id=["t900001", "t900002"]
    )
    twice = table.iloc[700:708]
    rows = [table[~late], twice, nobody, table[late]]
    written = pd.concat(rows, ignore_index=True)
    write(folder / "touches.csv.gz", csv_text(written))
    return {
        "read": len(written), "duplicates": 8, "bound to nothing": 2 + int(nothing.sum()),
        "by client only": int((by_client & ~alone).sum()) + int((bound & ~nothing).sum()),
        "by manager only": int(alone.sum()),
    }  # fmt: skip


def _one_deal_clients(table):
    """Touches whose client has no other deal: the deal can be found again."""
    deals = table.drop_duplicates(["client_id", "deal_id"])["client_id"].value_counts()
    return table["client_id"].map(deals) == 1


def _owners(folder, table, draw):
    table = table[["deal_id", "manager", "from"]]
    table["from"] = table["from"].dt.strftime("%Y-%m-%dT%H:%M:%S+03:00")
    write(folder / "owners.csv", csv_text(table))
    return {"read": len(table)}


def _leads(folder, table, draw):
    table["created_at"] = _stamps(draw, table["created_at"])
    write(folder / "leads.csv.gz", csv_text(table))
    return {"read": len(table)}


def _clients(folder, table, draw):
    table = table.drop(columns="late")
    write(folder / "clients.csv.gz", csv_text(table))
    return {"read": len(table)}


def _reviews(folder, table, draw):
    table["at"] = table["at"].dt.strftime("%d.%m.%Y %H:%M")
    table["score"] = [f"{score:.1f}".replace(".", ",") for score in table["score"]]
    table = table[REVIEWS]
    write(folder / "reviews.csv", csv_text(table, ";"), "cp1251")
    return {"read": len(table)}


def _actions(folder, table, draw):
    table["at"] = table["at"].dt.strftime("%Y-%m-%d %H:%M")
    write(folder / "actions.csv", csv_text(table))
    return {"read": len(table)}


def _payments(folder, table, draw):
    for column in ("due_on", "paid_on"):
        table[column] = table[column].dt.strftime("%d.%m.%Y").fillna("")
    table["amount"] = [
        f"{amount:,.2f}".replace(",", "\u00a0").replace(".", ",") for amount in table["amount"]
    ]
    write(folder / "payments.csv", csv_text(table, ";"))
    return {"read": len(table), "refunds": int((table["status"] == "refunded").sum())}


def _sales(folder, table, draw):
    types = {
        "date": "DATE",
        "client_id": "VARCHAR",
        "product": "VARCHAR",
        "quantity": "INTEGER",
        "amount": "DECIMAL(14, 2)",
    }
    write_parquet(folder / "sales.parquet", table, types)
    return {"read": len(table), "goods returned": int((table["amount"] < 0).sum())}


def _costs(folder, table, draw):
    table["amount"] = [f"{amount:.2f}".replace(".", ",") for amount in table["amount"]]
    write(folder / "costs.csv", csv_text(table, "\t"), "utf-16")
    return {"read": len(table)}


_WRITERS = {
    "stages": _stages, "owners": _owners, "leads": _leads, "clients": _clients, "touches": _touches, "reviews": _reviews,
    "actions": _actions, "payments": _payments, "sales": _sales, "costs": _costs,
}  # fmt: skip


def _people(folder, tables):
    """One workbook for two tables; every fourth day of an absence is a bare serial number."""
    managers, absences = tables["managers"], tables["absences"]
    rows = absences.astype(object).to_numpy().tolist()
    for row in rows[::4]:
        row[1] = (row[1] - pd.Timestamp("1899-12-30")).days
    sheets = {
        "managers": (
            list(managers.columns),
            managers.astype(object).where(managers.notna(), None).to_numpy().tolist(),
        ),
        "absences": (list(absences.columns), rows),
    }
    write_workbook(folder / "people.xlsx", sheets)


def _plans(folder, plans):
    """Months as date cells and, in the later rows, as text."""
    rows = plans.astype(object).where(plans.notna(), None).to_numpy().tolist()
    for row in rows[: len(rows) // 2]:
        row[0] = pd.Timestamp(row[0])
    write_workbook(folder / "plans.xlsx", {"plans": (list(plans.columns), rows)})
