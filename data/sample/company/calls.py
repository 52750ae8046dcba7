"""Calls as a telephony writes them: short ones, machines that answer, queues, robots, and the edges of three missed calls.

They lie later than a week after the creation of their deal, so that no early touch is added.
"""

import numpy as np
import pandas as pd

from .flow import minutes
from .setting import LEAVER, MONTHS, SHIFT_WORKER, SNAPSHOT, rng

DAY, MINUTE = pd.Timedelta(days=1), pd.Timedelta(minutes=1)
EARLY = 7.6 * DAY
SILENT = pd.Timestamp("2026-09-24")  # the client of a case has said nothing from then on
COUNTS = {  # of a month, of the last whole month, of the days after it
    "short": (14, 24, 8),
    "machine": (6, 12, 4),
    "queue": (8, 20, 8),
    "dialler": (3, 8, 3),
    "closing task": (5, 12, 3),
}
# fmt: off
CASES = (  # calls of one deal each: when, direction, result, seconds, by whom
    # the client's e-mail resets, before the month's end and after it
    (("25 10:00", "out", "missed"), ("28 11:00", "out", "missed"), ("29 12:00", "out", "missed"), ("30 15:00", "in", "email"), ("31 10:00", "out", "missed")),
    (("25 10:20", "out", "missed"), ("28 11:20", "out", "missed"), ("29 12:20", "out", "missed"), ("31 15:00", "in", "email")),
    # 1 h 59 min after the last counted attempt, then 2 h 1 min after it; then only the second of two
    (("28 10:00", "out", "missed"), ("29 10:00", "out", "missed"), ("29 11:59", "out", "missed")),
    (("29 10:00", "out", "missed"), ("29 11:59", "out", "missed"), ("29 12:01", "out", "missed"), ("29 13:58", "out", "missed")),
    # the client calls back and nobody takes it: the manager, the queue (bound to the client only), then a talk
    (("25 10:40", "out", "missed"), ("28 11:40", "out", "missed"), ("29 12:40", "out", "missed"), ("29 16:00", "in", "missed")),
    (("25 11:00", "out", "missed"), ("28 12:00", "out", "missed"), ("29 13:00", "out", "missed"), ("31 11:10", "in", "queue")),
    (("25 11:20", "out", "missed"), ("28 12:20", "out", "missed"), ("28 17:20", "in", "missed"), ("29 13:20", "out", "missed"), ("30 10:30", "out", 200)),
    # three within one day; a call of the dialler does not count; 29 seconds are neither
    (("29 10:00", "out", "missed"), ("29 12:00", "out", "missed"), ("29 14:00", "out", "missed")),
    (("25 11:40", "out", "missed"), ("28 12:40", "out", "robot"), ("29 13:40", "out", "missed")),
    (("25 12:00", "out", "missed"), ("28 13:00", "out", "missed"), ("28 17:00", "out", 29), ("29 14:00", "out", "missed")),
    # answered for a time that nobody knows, for exactly 30 seconds; our own e-mail is no contact
    (("25 12:20", "out", "missed"), ("28 13:20", "out", "missed"), ("29 14:20", "out", None), ("30 11:20", "out", "missed")),
    (("25 12:40", "out", "missed"), ("28 13:40", "out", "missed"), ("29 14:40", "out", "missed"), ("30 11:40", "in", 30)),
    (("25 13:00", "out", "missed"), ("28 14:00", "out", "email"), ("28 15:00", "out", "missed"), ("29 15:00", "out", "missed")),
)
# fmt: on


def add_calls(tables: dict[str, pd.DataFrame]) -> None:
    """Appends all of them to `touches`, marked `late`, with ids that go on from the last."""
    touches = tables["touches"]
    pool = _pool(tables)
    away = _away(tables["absences"])
    parts = [_short(pool, away), _machines(pool, away), _diallers(pool), _closing_tasks(pool)]
    parts += [_queue(pool, tables["deals"]), _cases(tables)]
    more = pd.concat(parts, ignore_index=True).assign(early=False, late=True)
    old = touches["touch_id"].notna()
    late = pd.concat([touches[~old], more], ignore_index=True)
    late = late.sort_values(["at", "client_id", "kind", "direction"], ignore_index=True)
    late["touch_id"] = [f"t{int(old.sum()) + i:06d}" for i in range(1, len(late) + 1)]
    talked = (late["result"] == "answered") & (late["duration_s"] >= 3)
    talked &= late["manager"].notna()
    late["record_url"] = ("https://records.example/" + late["touch_id"]).where(talked)
    kinds = {
        name: kind for name, kind in touches.dtypes.items() if name not in ("late", "by_robot")
    }
    tables["touches"] = pd.concat([touches[old], late.astype(kinds)], ignore_index=True)


def _pool(tables):
    """Deals on whose later life a call may be laid: a person had called out early, and the owner stayed."""
    deals, touches = tables["deals"], tables["touches"]
    born = touches["deal_id"].map(deals.set_index("deal_id")["created_at"])
    ours = touches["early"] & (touches["direction"] == "out") & (touches["at"] < born + 7 * DAY)
    kept = deals["deal_id"].isin(touches.loc[ours, "deal_id"]) & (deals["fault"] == "")
    kept &= ~deals["deal_id"].isin(tables["owners"]["deal_id"])
    kept &= ~deals["manager"].isin([SHIFT_WORKER, LEAVER]) & (deals["first_manager"] != LEAVER)
    pool = deals[kept].copy()
    pool["from"] = pool["created_at"] + EARLY
    pool["until"] = pool["closed_at"].fillna(SNAPSHOT) - 60 * MINUTE
    return pool[pool["until"] - pool["from"] > DAY]


def _away(absences):
    return {
        (row.manager, day)
        for row in absences.itertuples(index=False)
        for day in pd.date_range(row[1], row[2])
    }


def _drawn(draw, pool, part):
    """Rows of the pool with a working moment `at` within their later life, as many as COUNTS says a month."""
    usual, last, after = COUNTS[part]
    found = []
    for month in MONTHS[1:]:
        n = {"2026-09": last, "2026-10": after}.get(month, usual)
        start, end = pd.Timestamp(month), min(pd.Period(month).end_time, SNAPSHOT)
        first, until = pool["from"].clip(lower=start), pool["until"].clip(upper=end)
        ready = pool[until - first > DAY]
        chosen = ready.iloc[np.sort(draw.choice(len(ready), min(n, len(ready)), replace=False))]
        first, until = first[chosen.index], until[chosen.index]
        day = (first + (until - first) * draw.random(len(chosen))).dt.normalize()
        day -= pd.to_timedelta((day.dt.day_of_week - 4).clip(lower=0), unit="D")
        chosen = chosen.assign(at=day + minutes(draw, len(chosen)))
        found.append(chosen[(chosen["at"] > first) & (chosen["at"] < until)])
    return pd.concat(found, ignore_index=True)


def _short(pool, away):
    """Answered calls of 3 to 29 seconds: neither a contact nor an attempt."""
    draw = rng("short calls")
    table = _here(_drawn(draw, pool, "short"), away)
    seconds = draw.integers(3, 30, len(table)).astype(float)
    way = np.where(draw.random(len(table)) < 0.7, "out", "in")
    return _calls(table).assign(direction=way, result="answered", duration_s=seconds)


def _machines(pool, away):
    """A voice mail took our call after a few seconds: the export says answered."""
    draw = rng("machines")
    table = _here(_drawn(draw, pool, "machine"), away)
    seconds = draw.integers(3, 7, len(table)).astype(float)
    return _calls(table).assign(direction="out", result="answered", duration_s=seconds)


def _diallers(pool):
    """A robot that calls by itself: nobody's attempt."""
    table = _calls(_drawn(rng("diallers"), pool, "dialler"))
    return table.assign(direction="out", result="missed", by_robot=True)


def _here(table, away):
    there = [
        (name, day) not in away
        for name, day in zip(table["manager"], table["at"].dt.normalize(), strict=True)
    ]
    return table[there].reset_index(drop=True)


def _calls(table):
    return table[["deal_id", "client_id", "manager", "at"]].assign(kind="call")


def _closing_tasks(pool):
    """Tasks that the CRM completed when it closed their deal: nobody did them."""
    draw = rng("closing tasks")
    closed = pool[pool["closed_at"].notna()].copy()
    closed["month"] = closed["closed_at"].dt.strftime("%Y-%m")
    rows = []
    for month in MONTHS[1:]:
        usual, last, after = COUNTS["closing task"]
        n = {"2026-09": last, "2026-10": after}.get(month, usual)
        ready = closed[closed["month"] == month]
        rows.append(ready.iloc[np.sort(draw.choice(len(ready), min(n, len(ready)), replace=False))])
    table = pd.concat(rows, ignore_index=True)
    life = table["closed_at"] - table["from"]
    table["at"] = (table["from"] + life * draw.uniform(0.1, 0.7, len(table))).dt.floor("min")
    due = table["closed_at"] + pd.to_timedelta(draw.integers(-4, 6, len(table)), unit="D")
    tasks = _calls(table).assign(kind="task", direction="out", result="done")
    return tasks.assign(due_at=due, done_at=table["closed_at"])


def _queue(pool, deals):
    """Calls that nobody took from the queue, some after the voice menu: of a known client or of nobody."""
    draw = rng("queue")
    table = _drawn(draw, pool, "queue")
    born = {client: list(found) for client, found in deals.groupby("client_id")["created_at"]}
    after = draw.random(len(table)) < 0.15  # some clients call when their deal is over
    later = table["at"] + pd.to_timedelta(draw.integers(20, 60, len(table)), unit="D")
    table["at"] = later.where(after & (later < SNAPSHOT), table["at"])
    alone = pd.Series(draw.random(len(table)) < 0.4, index=table.index)
    fresh = [
        min(born[client]) > at - EARLY or any(at - EARLY < day <= at for day in born[client])
        for client, at in zip(table["client_id"], table["at"], strict=True)
    ]
    client = table["client_id"].mask(alone | pd.Series(fresh, index=table.index))
    missed = pd.DataFrame({"at": table["at"], "client_id": client}).assign(
        kind="call", direction="in", result="missed"
    )
    menu = missed[draw.random(len(table)) < 0.5].assign(result="answered", by_robot=True)
    menu["at"] -= MINUTE
    menu["duration_s"] = draw.integers(15, 50, len(menu)).astype(float)
    return pd.concat([missed, menu], ignore_index=True)


def _cases(tables):
    """One open deal for each case: a message of the client, then nothing but the calls of the case."""
    draw, deals, touches = rng("edges of missed calls"), tables["deals"], tables["touches"]
    heard = touches["kind"].eq("call") | touches["direction"].eq("in")
    busy = touches.loc[heard & (touches["at"] >= SILENT), "deal_id"]
    latest = deals.sort_values("created_at").drop_duplicates("client_id", keep="last")["deal_id"]
    ready = deals[
        (deals["status"] == "open")
        & (deals["pipeline"] == "Sales")
        & (deals["fault"] == "")
        & deals["deal_id"].isin(latest)
        & ~deals["deal_id"].isin(busy)
        & ~deals["deal_id"].isin(tables["owners"]["deal_id"])
        & deals["created_at"].between("2026-06-01", SILENT - EARLY)
    ]
    chosen = ready.iloc[np.sort(draw.choice(len(ready), len(CASES), replace=False))]
    rows = [
        _case_row(deal, *call)
        for deal, case in zip(chosen.itertuples(), CASES, strict=True)
        for call in (("24 17:30", "in", "message"), *case)
    ]
    return pd.DataFrame(rows)


def _case_row(deal, when, direction, what):
    day, clock = when.split()
    row = {
        "at": pd.Timestamp("2026-09-01 " + clock) + (int(day) - 1) * DAY,
        "client_id": deal.client_id,
        "deal_id": deal.deal_id,
        "manager": deal.manager,
        "kind": what if what in ("email", "message") else "call",
        "direction": direction,
    }
    if what == "queue":
        return row | {"deal_id": None, "manager": None, "result": "missed"}
    if what == "robot":
        return row | {"result": "missed", "by_robot": True}
    if what in ("missed", "email", "message"):
        return row | {"result": "missed" if what == "missed" else "done"}
    return row | {"result": "answered", "duration_s": what}
