"""A slice of the clean closers' deals as six CRMs export them, and the canonical rows that they must give."""

from pathlib import Path

import numpy as np
import pandas as pd

from .crm_formats import FORMATS
from .files import csv_text, write, write_json
from .setting import SNAPSHOT, rng

COLUMNS = [
    "deal_id", "manager", "created_at", "status", "pipeline", "stage", "closed_at", "expected_close_at", "amount",
    "currency", "title", "client_id", "source", "product", "lost_reason", "modified_at",
]  # fmt: skip
TIMES = ("created_at", "closed_at", "expected_close_at", "modified_at")


def write_slices(folder: Path, tables: dict[str, pd.DataFrame]) -> None:
    """Exports of the six CRMs, expected rows and what each export carries."""
    folder.mkdir(exist_ok=True)
    deals = _slice(tables)
    stages = tables["stages"][tables["stages"]["deal_id"].isin(deals["deal_id"])]
    about = {}
    for name, form in FORMATS.items():
        form.write(folder / name, deals, stages)
        about[name] = {
            "preset": form.preset,
            "columns": form.columns,
            "precision": form.precision,
            "records": form.records,
        }
    write_json(folder / "columns.json", about)
    write(folder / "expected.csv", csv_text(deals[COLUMNS]))
    write(folder / "expected_stages.csv", csv_text(_entries(stages)))


def _slice(tables) -> pd.DataFrame:
    """120 deals without any fault: 50 won, 50 lost, 20 open; whole amounts, each client once."""
    draw = rng("crm")
    deals = tables["deals"]
    names = deals["client_id"].map(tables["clients"].set_index("client_id")["name"])
    deals = deals.assign(client_id=names.str.replace("«", '"').str.replace("»", '"'))
    whole = (deals["currency"] == "RUB") & (deals["amount"] % 1 == 0)
    plain = (
        (deals["fault"] == "")
        & deals["moved_at"].isna()
        & (deals["manager"] == deals["current_manager"])
    )
    once = ~deals["deal_id"].isin(_many_entries(tables["stages"]))
    pool = deals[
        whole
        & plain
        & once
        & (deals["pipeline"] == "Sales")
        & (deals["created_at"] >= "2026-02-01")
    ]
    pool = pool.iloc[draw.permutation(len(pool))].drop_duplicates("client_id")
    parts = [
        pool[pool["status"] == status].head(n)
        for status, n in (("won", 50), ("lost", 50), ("open", 20))
    ]
    table = pd.concat(parts).sort_values(["created_at", "deal_id"], ignore_index=True)
    table["expected_close_at"] = table["expected_close_at"].fillna(
        SNAPSHOT.normalize() + pd.Timedelta(days=20)
    )
    table["expected_close_at"] = (
        table["expected_close_at"].dt.normalize().where(table["status"] == "open")
    )
    table["modified_at"] = table["modified_at"].where(table["closed_at"].isna(), table["closed_at"])
    table["lines"] = np.where(np.arange(len(table)) % 6 == 0, 2, 1)
    return table


def _many_entries(stages):
    """Deals that were in one stage twice: columns such as Date entered hold one date each."""
    return stages.loc[stages.duplicated(["deal_id", "stage"]), "deal_id"].unique()


def _entries(stages):
    order = stages.sort_values(["deal_id", "entered_at"], kind="stable")
    return order[["deal_id", "stage", "entered_at"]]
