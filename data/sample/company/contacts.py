"""Touches: the first week as drawn before the outcome, then as many as the deal lives long."""

import numpy as np
import pandas as pd

from .setting import SNAPSHOT, rng

DAY = pd.Timedelta(days=1)
WAYS = (
    ("call", "out"),
    ("call", "in"),
    ("email", "out"),
    ("email", "in"),
    ("message", "out"),
    ("message", "in"),
    ("meeting", "out"),
)


def touches(deals: pd.DataFrame, early: np.ndarray, every: float, part: str) -> pd.DataFrame:
    """Human touches and tasks of `deals`: `early` ones in the first 7 days, then one in `every` days of life."""
    draw = rng("touches " + part)
    end = deals["closed_at"].where(deals["closed_at"] <= SNAPSHOT, SNAPSHOT)
    life = ((end - deals["created_at"]) / DAY).to_numpy()
    first = _early(draw, deals, early)
    later_n = draw.poisson(np.maximum(life - 7, 0) / every)
    later = _later(draw, deals, later_n, life)
    table = pd.concat([first, later], ignore_index=True)
    limit = table["deal_id"].map(pd.Series(end.to_numpy(), index=deals["deal_id"]))
    table = table[table["at"] < limit].reset_index(drop=True)
    _ways(draw, table)
    return pd.concat([table, _tasks(draw, deals, end)], ignore_index=True)


def _pick(deals, counts):
    return deals.loc[
        deals.index.repeat(counts), ["deal_id", "client_id", "manager", "created_at"]
    ].reset_index(drop=True)


def _early(draw, deals, early):
    table = _pick(deals, early)
    order = table.groupby("deal_id").cumcount().to_numpy()
    hours = np.exp(np.log(1.6) + 1.1 * draw.standard_normal(len(table))).clip(0.05, 60)
    days = np.where(order == 0, hours / 24, draw.uniform(0.3, 6.2, len(table)))
    table["at"] = _working(
        table["created_at"] + pd.to_timedelta((days * 1440).astype(int) + 2, unit="min")
    )
    return table.assign(early=True)


def _later(draw, deals, counts, life):
    table = _pick(deals, counts)
    span = np.repeat(np.maximum(life - 7.2, 0), counts)
    days = 7.2 + draw.random(len(table)) * span
    table["at"] = _working(
        table["created_at"] + pd.to_timedelta((days * 1440).astype(int), unit="min")
    )
    return table.assign(early=False)


def _working(moment: pd.Series) -> pd.Series:
    """Moves nights to the next working hour; never back."""
    hour = moment.dt.hour
    day = moment.dt.normalize()
    minute = pd.to_timedelta(moment.dt.minute, unit="min")
    morning = day + pd.Timedelta(hours=9) + minute
    return moment.where(hour >= 9, morning).mask(hour >= 20, morning + DAY)


def _ways(draw, table):
    n = len(table)
    way = draw.choice(len(WAYS), n, p=[0.42, 0.12, 0.16, 0.06, 0.08, 0.08, 0.08])
    first = table["early"] & ~table["deal_id"].duplicated()
    way = np.where(
        first, draw.choice([0, 2, 4], n, p=[0.7, 0.2, 0.1]), way
    )  # our own first contact
    table["kind"] = np.array([kind for kind, _ in WAYS])[way]
    table["direction"] = np.array([direction for _, direction in WAYS])[way]
    call = (table["kind"] == "call").to_numpy()
    missed = call & (draw.random(n) < np.where(table["early"], 0.0, 0.22))
    table["result"] = np.select([missed, call], ["missed", "answered"], "done")
    seconds = np.exp(np.log(170) + 0.8 * draw.standard_normal(n)).clip(31, 3600).astype(int)
    table["duration_s"] = pd.Series(seconds, index=table.index).where(call & ~missed)


def _tasks(draw, deals, end):
    """One task a deal: done before closing; of open deals mostly still ahead."""
    table = deals[["deal_id", "client_id", "manager", "created_at"]].reset_index(drop=True)
    end = end.reset_index(drop=True)
    is_open = (deals["closed_at"].isna() | (deals["closed_at"] > SNAPSHOT)).to_numpy()
    share = draw.random(len(table))
    table["at"] = (
        table["created_at"] + (end - table["created_at"]) * (0.2 + 0.5 * share)
    ).dt.floor("min")
    ahead = pd.to_timedelta(draw.integers(-6, 15, len(table)), unit="D")
    due_open = (SNAPSHOT.normalize() + ahead + pd.Timedelta(hours=11)).to_series(index=table.index)
    due_closed = (table["at"] + (end - table["at"]) * 0.6).dt.floor("min")
    table["due_at"] = due_closed.mask(is_open, due_open)
    late = pd.to_timedelta(np.where(draw.random(len(table)) < 0.2, 26, -1), unit="h")
    done = pd.concat(
        [(table["due_at"] + late).dt.floor("min"), end - pd.Timedelta(minutes=1)], axis=1
    ).min(axis=1)
    table["done_at"] = done.where(~is_open)
    table["kind"], table["direction"], table["early"] = "task", "out", False
    table["result"] = np.where(is_open, "", "done")
    keep = (
        (draw.random(len(table)) < 0.85)
        & (table["at"] < end)
        & (table["done_at"].isna() | (table["done_at"] >= table["at"]))
    )
    return table[keep].reset_index(drop=True)


def robots(deals: pd.DataFrame) -> pd.DataFrame:
    """An e-mail that the site sends by itself: no touch of a person."""
    table = deals[deals["channel"] == "Site"][
        ["deal_id", "client_id", "manager", "created_at"]
    ].reset_index(drop=True)
    table["at"] = table["created_at"] + pd.Timedelta(minutes=1)
    return table.assign(kind="email", direction="out", result="done", by_robot=True, early=False)


def missed_series(table: pd.DataFrame, deals: pd.DataFrame) -> pd.DataFrame:
    """Lets some open deals, and those lost for "No answer", end in calls of ours that nobody took."""
    draw = rng("missed")
    waiting = deals[
        (deals["closed_at"] > SNAPSHOT) & deals["created_at"].between("2026-06-01", "2026-09-10")
    ]
    waiting = waiting.iloc[np.sort(draw.choice(len(waiting), 14, replace=False))]
    lost = deals[
        (deals["lost_reason"] == "No answer")
        & ~deals["mass"]
        & (deals["closed_at"] - deals["created_at"] > 16 * DAY)
    ]
    counts = draw.choice([1, 2, 3, 4], len(lost), p=[0.08, 0.14, 0.48, 0.3])
    rows = [row for deal in waiting.itertuples() for row in _series(draw, deal, 3)]
    rows += [
        row
        for deal, n in zip(lost.itertuples(), counts, strict=True)
        for row in _series(draw, deal, n)
    ]
    series = pd.DataFrame(rows)
    start = series.groupby("deal_id")["at"].min()
    silent = table["at"] >= table["deal_id"].map(start).fillna(pd.Timestamp("2100-01-01"))
    table = table[~(silent & (table["kind"] != "task"))]
    return pd.concat([table, series], ignore_index=True).sort_values(
        ["at", "deal_id", "kind"], ignore_index=True
    )


def _series(draw, deal, calls):
    """Calls on days one after the other; four of them hurried within a day or two."""
    end = min(deal.closed_at, SNAPSHOT)
    hours = 3 if calls == 4 else 26
    first = (
        end.normalize()
        - (2 if calls == 4 else 6) * DAY
        + pd.Timedelta(hours=9, minutes=int(draw.integers(0, 40)))
    )
    same = {
        "deal_id": deal.deal_id,
        "client_id": deal.client_id,
        "manager": deal.manager,
        "kind": "call",
    }
    rest = {"direction": "out", "result": "missed", "early": False}
    return [same | rest | {"at": first + pd.Timedelta(hours=hours * i)} for i in range(calls)]
