"""Faults that change what the company may claim: the clean tables are changed to what a careful reader keeps.

Each step marks its deals in `fault`; text.py writes the raw cells that go with the mark.
"""

import numpy as np
import pandas as pd

from .setting import LEAVER, NEWCOMER, UPDATE_SINCE, rng


def spoil(tables: dict[str, pd.DataFrame]) -> None:
    """Marks deals with one fault each, in place; `fault` is empty for the rest."""
    deals = tables["deals"]
    deals["fault"] = ""
    deals["raw_manager"] = deals["current_manager"]
    _boundaries(deals, tables["stages"])
    draw, taken = rng("spoil"), set(tables["owners"]["deal_id"]) | _reopened(tables["stages"])
    free = (
        (deals["pipeline"] == "Sales")
        & (deals["fault"] == "")
        & (deals["created_at"] < UPDATE_SINCE)
    )
    free &= ~deals["deal_id"].isin(taken) & ~deals["mass"].fillna(False).astype(bool)
    closed, won = free & (deals["status"] != "open"), free & (deals["status"] == "won")
    before = deals["closed_at"] < "2026-09-01"
    plan = [
        ("closed in the future", won & before, 3),
        ("closed before created", closed & before, 4),
        ("no closing date", won & before, 5),
        ("unlisted word, closed", closed & before & (deals["status"] == "lost"), 3),
        ("unlisted word, open", free & (deals["status"] == "open"), 9),
        ("blank channel", closed & deals["closed_at"].between("2025-10-01", "2026-10-01"), 6),
        ("blank channel", closed & (deals["closed_at"] < "2025-10-01"), 9),
        ("look-alike letter", free & (deals["channel"] == "Выставки"), 8),
        ("owner hired later", closed & deals["closed_at"].between("2025-02-01", "2025-09-01"), 4),
        ("owner left before", closed & deals["closed_at"].between("2026-05-01", "2026-08-31"), 2),
        ("product lines", free & deals["amount"].notna() & (deals["currency"] == "RUB"), 40),
        ("duplicate", free, 12),
        ("superseded", closed & (deals["closed_at"] >= "2026-09-24"), 48),
        ("older in update", closed & deals["closed_at"].between("2026-08-01", "2026-09-01"), 6),
        ("line break in title", free, 3),
    ]
    for fault, which, n in plan:
        ready = np.flatnonzero(which & (deals["fault"] == ""))
        deals.loc[np.sort(draw.choice(ready, min(n, len(ready)), replace=False)), "fault"] = fault
    _understand(deals)


def _reopened(stages):
    ends = stages[stages["stage"].isin(["Won", "Lost"])]
    return set(ends.loc[ends["deal_id"].duplicated(), "deal_id"])


def _boundaries(deals, stages):
    """Closings just after a local midnight: in universal time they belong to the month before."""
    for day, minute in (("2026-10-01", 30), ("2026-09-01", 40)):
        start = pd.Timestamp(day)
        on_day = deals[
            (deals["pipeline"] == "Sales")
            & deals["closed_at"].between(start, start + pd.Timedelta(days=1))
        ]
        early = on_day[on_day["created_at"] < start - pd.Timedelta(days=3)].index[:2]
        deals.loc[early, "closed_at"] = start + pd.Timedelta(minutes=minute)
        deals.loc[early, "fault"] = "universal time"
        ends = stages["deal_id"].isin(deals.loc[early, "deal_id"]) & stages["stage"].isin(
            ["Won", "Lost"]
        )
        last = stages[ends].groupby("deal_id").tail(1).index
        stages.loc[last, "entered_at"] = start + pd.Timedelta(minutes=minute)


def _understand(deals):
    """What is left of a faulty row for a careful reader."""
    fault = deals["fault"]
    deals["set_aside"] = fault.isin(["closed in the future", "closed before created"])
    deals["raw_status"], deals["raw_closed_at"], deals["raw_channel"] = (
        deals["status"],
        deals["closed_at"],
        deals["channel"],
    )
    deals.loc[fault == "closed in the future", "raw_closed_at"] = pd.Timestamp("2099-12-31 12:00")
    earlier = deals["created_at"] - pd.Timedelta(days=3)
    deals["raw_closed_at"] = deals["raw_closed_at"].mask(fault == "closed before created", earlier)
    deals.loc[fault == "no closing date", ["closed_at", "raw_closed_at"]] = pd.NaT
    deals.loc[fault == "unlisted word, closed", "raw_status"] = "Archived"
    deals.loc[fault == "unlisted word, closed", "status"] = "open"
    deals.loc[fault == "unlisted word, closed", "closed_at"] = pd.NaT
    deals.loc[fault == "unlisted word, open", "raw_status"] = "On hold"
    deals.loc[fault == "blank channel", ["channel", "raw_channel"]] = ["unknown", ""]
    deals.loc[fault == "look-alike letter", "raw_channel"] = (
        "B" + "ыставки"
    )  # the first letter is Latin
    deals.loc[fault == "owner hired later", ["manager", "raw_manager"]] = ["unknown", NEWCOMER]
    deals.loc[fault == "owner left before", ["manager", "raw_manager"]] = ["unknown", LEAVER]
