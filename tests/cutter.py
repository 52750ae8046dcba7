"""A company's export as it would have been made on an earlier day: what came later is not in it.

Works on canonical tables as frames. What carries no date in an export (next task, expected closing, amount, team, plan,
costs, clients, staff) stays as it is: nobody can tell what it was.
"""

import pandas as pd

WHEN = {
    "stages": "entered_at", "owners": "from", "touches": "at", "reviews": "at", "actions": "at", "sales": "date", "leads": "created_at",
}  # fmt: skip


def cut(tables: dict[str, pd.DataFrame], day: str) -> dict[str, pd.DataFrame]:
    """The tables as an export of `day` would have them.

    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "created_at": ["2026-09-01", "2026-09-03"], "closed_at": ["2026-09-05", None],
    ...     "status": ["won", "open"], "manager": "Ann"})
    >>> cut({"deals": deals}, "2026-09-02")["deals"][["deal_id", "status", "closed_at"]].values.tolist()
    [['1', 'open', NaT]]
    """
    end = pd.Timestamp(day) + pd.Timedelta(days=1)
    made = {name: _by(table, WHEN[name], end) if name in WHEN else table.copy() for name, table in tables.items()}
    made["deals"] = _deals(_by(tables["deals"], "created_at", end), made, end)
    if "leads" in made:  # a lead that became a deal later is none yet
        made["leads"]["deal_id"] = made["leads"]["deal_id"].where(
            made["leads"]["deal_id"].isin(made["deals"]["deal_id"])
        )
    if "touches" in made:
        made["touches"] = _touches(made["touches"], end)
    if "payments" in made:
        made["payments"] = _payments(
            made["payments"], set(tables["deals"]["deal_id"]) - set(made["deals"]["deal_id"]), end
        )
    return made


def _by(table: pd.DataFrame, column: str, end: pd.Timestamp) -> pd.DataFrame:
    return table[pd.to_datetime(table[column]) < end].copy()


def _before(times: pd.Series, end: pd.Timestamp) -> pd.Series:
    times = pd.to_datetime(times)
    return times.where(times < end)


def _deals(deals: pd.DataFrame, others: dict[str, pd.DataFrame], end: pd.Timestamp) -> pd.DataFrame:
    later = pd.to_datetime(deals["closed_at"]) >= end
    deals["closed_at"] = _before(deals["closed_at"], end)
    deals["status"] = deals["status"].where(~later, "open")
    if "lost_reason" in deals:
        deals["lost_reason"] = deals["lost_reason"].where(~later)
    last = {n: others[n].sort_values(WHEN[n], kind="stable") for n in ("stages", "owners") if n in others}
    if "stages" in last:
        stage = deals["deal_id"].map(last["stages"].groupby("deal_id")["stage"].last())
        deals["stage"] = deals["stage"].where((deals["status"] != "open") | stage.isna(), stage)
    if "owners" in last:
        owner = deals["deal_id"].map(last["owners"].groupby("deal_id")["manager"].last())
        deals["manager"] = owner.fillna(deals["manager"])
    return deals


def _touches(touches: pd.DataFrame, end: pd.Timestamp) -> pd.DataFrame:
    later = pd.to_datetime(touches["done_at"]) >= end
    touches["done_at"] = _before(touches["done_at"], end)
    if "result" in touches:
        touches["result"] = touches["result"].where(~later | (touches["kind"] != "task"))
    return touches


def _payments(payments: pd.DataFrame, unborn: set, end: pd.Timestamp) -> pd.DataFrame:
    payments = payments[~payments["deal_id"].isin(unborn)].copy()
    later = pd.to_datetime(payments["paid_on"]) >= end
    back = later & ((payments["status"] == "refunded") | (payments["amount"] < 0))
    payments["status"] = payments["status"].where(~later, "invoiced")
    payments["paid_on"] = _before(payments["paid_on"], end)
    return payments[~back]
