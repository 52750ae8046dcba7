"""What the control of a team is judged by: a hire, shifts, deals that change hands, absences and plans of activity.

It comes after everything else is drawn, each part from its own stream: no earlier draw moves. Rows that it adds are
marked `late`, so that the raw writers leave the earlier rows as they were.
"""

import pandas as pd

from .calls import add_calls
from .hearings import hearings
from .setting import BY_NAME, HIRE, SHIFT_WORKER, SHIFTS_SINCE, SNAPSHOT, rng

DAY, MINUTE = pd.Timedelta(days=1), pd.Timedelta(minutes=1)
# fmt: off
HIRE_DEALS = (  # created, source, product, roubles, stages entered after New, closed, reason
    ("2026-09-17 11:20", "Google", "Barista Mini", 148_000, (("Qualified", "2026-09-18 12:00"), ("Proposal", "2026-09-29 16:30")), None, ""),
    ("2026-09-21 15:05", "Yandex", "Grinder G2", 66_500, (("Qualified", "2026-09-23 10:15"),), None, ""),
    ("2026-09-24 12:30", "Google", "Milk system", 54_000, (("Qualified", "2026-09-25 17:00"),), "2026-10-02 16:10", "Not our client"),
    ("2026-09-28 10:40", "Direct", "Barista Pro", 325_000, (), None, ""),
    ("2026-10-01 13:15", "Yandex", "Water filter", 19_500, (), None, ""),
)
HIRE_CALLS = (  # number of the deal, when, direction, result, seconds
    (0, "2026-09-17 12:05", "out", "answered", 212), (0, "2026-09-22 11:30", "out", "answered", 340),
    (0, "2026-09-29 16:00", "in", "answered", 155), (1, "2026-09-21 16:10", "out", "missed", None),
    (1, "2026-09-22 10:20", "out", "answered", 187), (1, "2026-09-30 13:45", "out", "missed", None),
    (2, "2026-09-24 13:00", "out", "answered", 96), (2, "2026-10-02 15:40", "out", "answered", 74),
    (3, "2026-09-28 11:15", "out", "answered", 265), (3, "2026-10-01 10:05", "in", "missed", None),
    (4, "2026-10-01 14:30", "out", "missed", None), (4, "2026-10-02 11:00", "out", "answered", 128),
)
HIRE_TASKS = (  # number of the deal, set, due, done
    (0, "2026-09-22 11:45", "2026-09-24 12:00", "2026-09-24 10:30"), (0, "2026-09-29 16:10", "2026-10-07 12:00", None),
    (1, "2026-09-22 10:30", "2026-09-25 15:00", "2026-09-28 09:40"), (1, "2026-09-28 09:45", "2026-09-30 15:00", None),
    (2, "2026-09-25 17:05", "2026-09-29 11:00", "2026-10-02 16:10"), (3, "2026-09-28 11:20", "2026-10-06 11:00", None),
)
ACTIVITY = {  # plan of a month: calls_out, calls_in, talk_minutes, tasks_done
    "Анна Соколова": (70, 15, 260, 30), "Olga Smirnova": (60, None, 200, 25), "Тимур Алиев": (55, None, 150, 25),
    "Артём Лебедев": (40, 10, 120, 45), "Laura Schmidt": (45, None, None, 20),
}
# fmt: on
METRICS = ("calls_out", "calls_in", "talk_minutes", "tasks_done")


def extend(tables: dict[str, pd.DataFrame]) -> None:
    """Adds everything of this module to the clean tables, in place."""
    _people(tables)
    _shifts(tables)
    _reassigned(tables)
    _hire(tables)
    add_calls(tables)
    tables["plans"] = pd.concat([tables["plans"], _plans()], ignore_index=True)
    tables["reviews"] = hearings(tables["reviews"], tables["touches"])


def late_rows(table: pd.DataFrame) -> pd.Series:
    """Which rows this module added."""
    if "late" not in table:
        return pd.Series(False, index=table.index)
    return table["late"].fillna(False).astype(bool)


def append(tables: dict[str, pd.DataFrame], name: str, rows: list[dict]) -> None:
    """Adds late rows to a table, in the types that it has."""
    old = tables[name]
    more = pd.DataFrame(rows).assign(late=True)
    kinds = {column: kind for column, kind in old.dtypes.items() if column in more}
    tables[name] = pd.concat([old, more.astype(kinds)], ignore_index=True)


def _people(tables):
    managers = tables["managers"]
    managers.loc[managers["manager"] == SHIFT_WORKER, "schedule"] = "2/2"
    row = managers.iloc[0].to_dict() | {
        "manager": HIRE.name, "team": HIRE.team, "head": HIRE.head, "role": HIRE.role, "channel": HIRE.channel,
        "hired_on": pd.Timestamp(HIRE.hired_on), "left_on": pd.NaT, "fixed_salary": HIRE.salary, "schedule": "5/2",
    }  # fmt: skip
    tables["managers"] = pd.concat([managers, pd.DataFrame([row])], ignore_index=True)
    away = [
        ("Мария Ким", "2026-09-07", "2026-09-18", "vacation"),
        ("Pavel Horak", "2026-09-15", "2026-09-15", "sick leave"),
        ("Olga Smirnova", "2026-10-02", "2026-10-02", "sick leave"),
    ]
    more = pd.DataFrame(away, columns=["manager", "from", "to", "kind"])
    more[["from", "to"]] = more[["from", "to"]].apply(pd.to_datetime)
    tables["absences"] = pd.concat([tables["absences"], more], ignore_index=True)


def _plans():
    rows = [
        {"month": month, "manager": name, "metric": metric, "value": float(value)}
        for month in ("2026-09", "2026-10")
        for name, plan in ACTIVITY.items()
        for metric, value in zip(METRICS, plan, strict=True)
        if value is not None
    ]
    return pd.DataFrame(rows)


def _shifts(tables):
    """One farmer works two days and rests two: what lay on days off lies in the morning or evening beside them.

    The month of a closing stays.
    """
    deals, stages, touches = tables["deals"], tables["stages"], tables["touches"]
    own = (deals["manager"] == SHIFT_WORKER) & (deals["pipeline"] == "Repeat sales")
    born = deals[own].set_index("deal_id")["created_at"]
    deals.loc[own, "closed_at"] = deals.loc[own, "closed_at"].map(_on_shift)
    deals.loc[own, "raw_closed_at"] = deals.loc[own, "closed_at"]
    deals.loc[own, "modified_at"] = deals.loc[own, ["modified_at", "closed_at"]].max(axis=1)
    first = stages.groupby("deal_id")["entered_at"].transform("min")
    moved = stages["deal_id"].isin(born.index) & (stages["entered_at"] > first)
    stages.loc[moved, "entered_at"] = stages.loc[moved, "entered_at"].map(_on_shift)
    theirs = touches["manager"] == SHIFT_WORKER
    created = touches.loc[theirs, "deal_id"].map(born)
    for column in ("at", "done_at"):
        found = touches.loc[theirs, column].map(_on_shift)
        touches.loc[theirs, column] = found.mask(found < created, created + 2 * MINUTE)
    end = touches["deal_id"].map(deals.set_index("deal_id")["closed_at"])
    last = theirs & (touches["done_at"] >= end.dt.floor("min"))
    touches.loc[last, "done_at"] = end[last] - MINUTE


def on_shift(day: pd.Timestamp) -> bool:
    """Whether the shift worker works on a day."""
    return (day - SHIFTS_SINCE).days % 4 < 2


def _on_shift(moment):
    if pd.isna(moment) or moment < SHIFTS_SINCE or on_shift(moment.normalize()):
        return moment
    day = moment.normalize()
    second = not on_shift(day - DAY)
    later, before = day + (1 if second else 2) * DAY, day - (2 if second else 1) * DAY
    minutes = 30 * (second + (moment - day) / DAY)
    forward = later.month == day.month and later < SNAPSHOT
    start = later + pd.Timedelta(hours=8) if forward else before + pd.Timedelta(hours=20)
    return (start + pd.Timedelta(minutes=minutes)).floor("min")


def _reassigned(tables):
    """Two open deals get another owner: one in the last month, one after it."""
    draw, deals, touches = rng("reassigned"), tables["deals"], tables["touches"]
    free = (deals["pipeline"] == "Sales") & (deals["status"] == "open") & (deals["fault"] == "")
    free &= ~deals["deal_id"].isin(tables["owners"]["deal_id"])
    rows = []
    for old, new, since, moved in (
        ("Ivan Petrov", "Анна Соколова", "2026-08-15", "2026-09-18 10:00"),
        ("Elena Novak", "Olga Smirnova", "2026-09-01", "2026-10-02 12:30"),
    ):
        at = pd.Timestamp(moved)
        ready = deals[free & (deals["manager"] == old)]
        ready = ready[ready["created_at"].between(since, at - 9 * DAY)]
        deal = ready.iloc[int(draw.integers(len(ready)))]
        here = deals.index == deal.name
        deals.loc[here, ["manager", "current_manager", "raw_manager"]] = new
        deals.loc[here, ["moved_at", "team"]] = [at, BY_NAME[new].team]
        deals.loc[here, "modified_at"] = max(deal["modified_at"], at)
        after = (touches["deal_id"] == deal["deal_id"]) & (touches["at"] >= at)
        touches.loc[after, "manager"] = new
        rows += [
            {"deal_id": deal["deal_id"], "manager": old, "from": deal["created_at"]},
            {"deal_id": deal["deal_id"], "manager": new, "from": at},
        ]
    append(tables, "owners", rows)


def _hire(tables):
    """Five deals of the hire, their clients, stages, calls and tasks: one is lost in October, the rest are open."""
    known = len(tables["clients"])
    number = tables["deals"].loc[tables["deals"]["pipeline"] == "Sales", "deal_id"].astype(int)
    ids = [str(number.max() + 13 * (i + 1)) for i in range(len(HIRE_DEALS))]
    clients = [f"C-{known + i + 1:05d}" for i in range(len(HIRE_DEALS))]
    append(tables, "clients", [_client(known + i + 1, name) for i, name in enumerate(clients)])
    deals, stages = [], []
    for deal_id, client, deal in zip(ids, clients, HIRE_DEALS, strict=True):
        ahead = [
            pd.Timestamp(task[2]) for task in HIRE_TASKS if task[0] == len(deals) and not task[3]
        ]
        row = _hire_deal(deal_id, client, *deal) | {"next_task_at": min(ahead, default=pd.NaT)}
        deals.append(row)
        stages += _hire_stages(deal_id, deal)
    append(tables, "deals", deals)
    append(tables, "stages", stages)
    append(tables, "touches", [_hire_call(ids, clients, *call) for call in HIRE_CALLS])
    append(tables, "touches", [_hire_task(ids, clients, *task) for task in HIRE_TASKS])


def _client(i, client):
    return {
        "client_id": client, "name": f"Кафе «Первое {i % 100}», Москва", "email": f"info@client{i}.example", "segment": "HoReCa",
        "phone": f"+7 000 {i // 1000:03d}-{i % 1000 // 10:02d}-{i % 10:02d}",
    }  # fmt: skip


def _hire_deal(deal_id, client, created, source, product, amount, moves, closed, reason):
    created, closed = pd.Timestamp(created), pd.Timestamp(closed) if closed else pd.NaT
    status, stage = ("lost" if reason else "open"), (moves[-1][0] if moves else "New")
    last = closed if reason else pd.Timestamp(moves[-1][1]) if moves else created + 60 * MINUTE
    return {
        "deal_id": deal_id, "client_id": client, "manager": HIRE.name, "first_manager": HIRE.name,
        "current_manager": HIRE.name, "raw_manager": HIRE.name, "team": HIRE.team, "channel": "Site", "raw_channel": "Site",
        "source": source, "pipeline": "Sales", "product": product, "quantity": 1, "amount": float(amount),
        "roubles": float(amount), "currency": "RUB", "title": f"{product}, first deal", "segment": "HoReCa", "quality": "B",
        "target": True, "created_at": created, "closed_at": closed, "raw_closed_at": closed, "ends_at": closed,
        "status": status, "raw_status": status, "stage": stage, "won": False, "mass": False, "set_aside": False, "fault": "",
        "deviation": "", "lost_reason": reason, "competitor": "", "utm": f"utm_source={source.lower()}&utm_campaign=autumn",
        "expected_close_at": created.normalize() + 30.5 * DAY, "modified_at": last,
    }  # fmt: skip


def _hire_stages(deal_id, deal):
    created, _, _, _, moves, closed, _ = deal
    ways = [("New", created), *moves, *([("Lost", closed)] if closed else [])]
    return [
        {"deal_id": deal_id, "stage": stage, "entered_at": pd.Timestamp(at), "pipeline": "Sales"}
        for stage, at in ways
    ]


def _hire_call(ids, clients, i, at, direction, result, seconds):
    return {
        "deal_id": ids[i], "client_id": clients[i], "manager": HIRE.name, "at": pd.Timestamp(at), "early": True,
        "kind": "call", "direction": direction, "result": result, "duration_s": seconds,
    }  # fmt: skip


def _hire_task(ids, clients, i, at, due, done):
    return {
        "deal_id": ids[i], "client_id": clients[i], "manager": HIRE.name, "at": pd.Timestamp(at), "early": False,
        "kind": "task", "direction": "out", "result": "done" if done else "", "due_at": pd.Timestamp(due),
        "done_at": pd.Timestamp(done) if done else pd.NaT,
    }  # fmt: skip
