"""Simulated companies whose truth is known, as clean canonical tables in memory.

`company(kind, seed)` gives one of

real   the five factors matter and managers have residual skill
null   managers differ, no factor matters
leak   as null, but touches accumulate over a deal's life and won deals live longer
surge  constant true conversion; leads double in the last two months, losses are fast, wins slow
tiny   six managers with 3 to 12 closed deals, and one channel that never wins

Target, deviation and early touches (first seven days) are drawn before the outcome.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

KINDS = ("real", "null", "leak", "surge", "tiny")
CHANNELS = ("Site", "Phone", "Partners", "Fair")
STAGE_ORDER = ("New", "Qualified", "Proposal", "Contract")
MONTH, MONTHS = "2026-09", 18
END = pd.Timestamp("2026-10-01")
BEGIN = END - pd.DateOffset(months=MONTHS)
DAY = pd.Timedelta(days=1)
EFFECTS = {
    "target": 0.8,
    "deviation": -0.6,
    "touches": (-0.4, 0.0, 0.35),
    "channel": (0.0, 0.5, -0.5, 0.2),
    "qualification": 0.25,
}
NO_EFFECTS = {"target": 0.0, "deviation": 0.0, "touches": (0.0,) * 3, "channel": (0.0,) * 4, "qualification": 0.0}
LENGTHS = {"real": (31, 20), "null": (25, 25), "leak": (55, 20), "surge": (60, 12), "tiny": (25, 20)}  # won, lost; days
SKILL = {"real": 0.3, "null": 0.4, "leak": 0.4, "surge": 0.0, "tiny": 0.3}


class Company(NamedTuple):
    """Tables by name, ready for `s.book(**frames, month=truth["month"])`, and what is true of them."""

    frames: dict[str, pd.DataFrame]
    truth: dict


def company(kind: str, seed: int, managers: int = 20, per_manager: float = 100) -> Company:
    """One simulated company of `kind`.

    Parameters
    ----------
    managers : number of managers (six when `kind` is tiny)
    per_manager : closed deals that a manager has in twelve months, on average (log-normal between managers)

    Returns
    -------
    Company : frames deals, stages, touches, managers, reviews; truth with month, effects, `managers` (z, skill: log-odds
        beside qualification) and `deals` (p: chance to win, target, deviation, touches, channel, won: the end that the
        deal will have, days: its full length)
    """
    draw = np.random.default_rng([KINDS.index(kind), seed])
    people = _people(draw, kind, 6 if kind == "tiny" else managers, per_manager)
    deals = _factors(draw, kind, people)
    effects = EFFECTS if kind == "real" else NO_EFFECTS
    _outcome(draw, kind, deals, people, effects)
    deals = _few(deals) if kind == "tiny" else deals
    frames = {
        "deals": _deals(deals),
        "stages": _stages(draw, deals),
        "touches": _touches(draw, deals, 4.0 if kind == "leak" else None),
        "managers": people[["manager", "role", "hired_on"]].copy(),
        "reviews": _reviews(draw, people),
    }
    truth = {"kind": kind, "month": MONTH, "effects": effects, "skill_sd": SKILL[kind]}
    truth["managers"] = people.set_index("manager")[["z", "skill"]]
    truth["deals"] = deals.set_index("deal_id")[
        ["manager", "p", "target", "deviation", "touches", "channel", "won", "days"]
    ]
    return Company(frames, truth)


def _people(draw, kind, n, per_manager):
    volume = per_manager / 12 * np.exp(0.5 * draw.standard_normal(n) - 0.125)
    people = pd.DataFrame({"manager": [f"Manager {i + 1:02d}" for i in range(n)], "role": "closer"})
    people["hired_on"] = pd.Timestamp("2020-01-01")
    people["volume"] = draw.uniform(0.3, 0.8, n) if kind == "tiny" else volume.clip(per_manager / 60, per_manager / 4)
    z = draw.standard_normal(n)
    people["z"] = (z - z.mean()) / z.std(ddof=1)
    people["skill"] = SKILL[kind] * draw.standard_normal(n)
    for name, level in (("target", 0.0), ("deviation", -1.3)):  # managers' mixes differ by 0.8 log-odds
        people[name] = 1 / (1 + np.exp(-(level + 0.8 * draw.standard_normal(n))))
    people["eagerness"] = 0.8 * draw.standard_normal(n)
    return people


def _factors(draw, kind, people):
    leads = np.full(MONTHS, 1.0)
    if kind == "surge":
        leads[-2:] = 2.0
    counts = draw.poisson(people["volume"].to_numpy()[:, None] * leads)
    if kind == "tiny":
        counts[:, 3:] = np.maximum(counts[:, 3:], np.arange(MONTHS - 3) % 4 == 1)
    who = np.repeat(np.arange(len(people)), counts.sum(axis=1))
    month = np.concatenate([np.repeat(np.arange(MONTHS), row) for row in counts])
    starts = pd.date_range(BEGIN, periods=MONTHS + 1, freq="MS")
    lengths = (starts[1:] - starts[:-1]) / DAY
    minutes = ((draw.random(len(who)) * lengths[month]) * 1440).astype(int)
    deals = pd.DataFrame({"who": who, "created_at": starts[month] + pd.to_timedelta(minutes, unit="min")})
    deals["manager"] = people["manager"].to_numpy()[who]
    deals["target"] = draw.random(len(who)) < people["target"].to_numpy()[who]
    deals["deviation"] = draw.random(len(who)) < people["deviation"].to_numpy()[who]
    reached = people["eagerness"].to_numpy()[who] + draw.logistic(size=len(who))
    deals["touches"] = np.digitize(reached, (-1.4, 0.6))  # 0: none, 1: one or two, 2: three and more
    shares = draw.dirichlet((1.6, 1.6, 1.2, 1.0), len(people)).cumsum(axis=1)
    deals["channel"] = (draw.random(len(who))[:, None] > shares[who, :3]).sum(axis=1)
    deals = deals.sort_values(["created_at", "who"], ignore_index=True)
    deals.insert(0, "deal_id", [f"{i:06d}" for i in range(1, len(deals) + 1)])
    return deals


def _outcome(draw, kind, deals, people, effects):
    manager = (effects["qualification"] * people["z"] + people["skill"]).to_numpy()[deals["who"]]
    logit = (
        effects["target"] * deals["target"]
        + effects["deviation"] * deals["deviation"]
        + np.array(effects["touches"])[deals["touches"]]
        + np.array(effects["channel"])[deals["channel"]]
        + manager
    ).to_numpy()
    deals["p"] = 1 / (1 + np.exp(-(logit + _level(logit, 0.30 if kind == "surge" else 0.28))))
    if kind == "tiny":
        deals["p"] = deals["p"].where(deals["channel"] != CHANNELS.index("Fair"), 0.0)
    deals["won"] = draw.random(len(deals)) < deals["p"]
    middle = np.where(deals["won"], *LENGTHS[kind])
    spread = np.where(deals["won"], 0.5, 0.55)
    deals["days"] = np.exp(np.log(middle) + spread * draw.standard_normal(len(deals)))


def _level(logit, rate) -> float:
    """Intercept at which the mean chance to win is `rate`."""
    low, high = -10.0, 10.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if (1 / (1 + np.exp(-(logit + middle)))).mean() > rate else (middle, high)
    return middle


def _ends(deals):
    return deals["created_at"] + pd.to_timedelta((deals["days"] * 1440).astype(int), unit="min")


def _few(deals):
    """At most twelve deals that each manager closed in the last twelve months."""
    end = _ends(deals)
    recent = (end < END) & (end >= END - pd.DateOffset(months=12))
    order = recent.groupby(deals["manager"]).cumsum()
    return deals[~recent | (order <= 12)].reset_index(drop=True)


def _deals(deals):
    end = _ends(deals)
    closed = end < END
    table = deals[["deal_id", "manager", "created_at"]].copy()
    table["status"] = np.select([~closed, deals["won"]], ["open", "won"], "lost")
    table["closed_at"] = end.where(closed)
    table["channel"] = np.array(CHANNELS)[deals["channel"]]
    table["source"] = table["channel"]
    table["is_target"] = deals["target"]
    table["amount"] = 100_000.0
    table["currency"] = "RUB"
    return table


def _stages(draw, deals):
    """Entries into stages. A deviation (skip, step back, overdue) shows within seven days of creation."""
    n = len(deals)
    kind = np.where(deals["deviation"], draw.choice(3, n, p=[0.4, 0.2, 0.4]), -1)
    skip, back, overdue = (kind == i for i in range(3))
    moved = np.where(
        overdue, draw.uniform(4.5, 6.8, n), np.exp(np.log(0.8) + 0.7 * draw.standard_normal(n)).clip(0.05, 2.9)
    )
    furthest = np.where(deals["won"], 3, draw.choice([1, 2, 3], n, p=[0.45, 0.35, 0.2]))
    furthest = np.where(skip, np.maximum(furthest, 2), furthest)
    settled = np.where(back, 5.5, moved)
    rest = np.maximum(deals["days"] - settled, 0.0)
    later = settled[:, None] + np.sort(draw.beta(1.3, 1.6, (n, 2)), axis=1) * 0.9 * rest.to_numpy()[:, None]
    proposal = np.where(skip, moved, later[:, 0])
    steps = [
        ("New", np.zeros(n), np.ones(n, bool)),
        ("Qualified", moved, ~skip),
        ("New", np.full(n, 3.5), back),
        ("Qualified", np.full(n, 5.5), back),
        ("Proposal", proposal, furthest >= 2),
        ("Contract", later[:, 1], furthest >= 3),
    ]
    end = _ends(deals)
    rows = [_entered(deals, end, name, days, which) for name, days, which in steps]
    last = pd.DataFrame(
        {"deal_id": deals["deal_id"], "stage": np.where(deals["won"], "Won", "Lost"), "entered_at": end}
    )
    table = pd.concat([*rows, last[end < END]], ignore_index=True)
    return table.sort_values(["deal_id", "entered_at"], ignore_index=True, kind="stable")


def _entered(deals, end, stage, days, which):
    at = deals["created_at"] + pd.to_timedelta((days * 1440).astype(int), unit="min")
    keep = which & (at < end) & (at < END)
    return pd.DataFrame({"deal_id": deals["deal_id"], "stage": stage, "entered_at": at})[keep]


def _touches(draw, deals, every):
    """Touches of the first 6.9 days as drawn before the outcome; with `every`, one more in so many days of life."""
    early = np.select(
        [deals["touches"] == 0, deals["touches"] == 1],
        [0, draw.integers(1, 3, len(deals))],
        3 + draw.poisson(0.8, len(deals)),
    )
    parts = [_at(draw, deals, early, 0.0, np.full(len(deals), 6.9))]
    if every:
        life = np.minimum(deals["days"], (END - deals["created_at"]) / DAY).to_numpy()
        parts.append(_at(draw, deals, draw.poisson(np.maximum(life - 7, 0) / every), 7.0, np.maximum(life, 7.0)))
    table = pd.concat(parts, ignore_index=True)
    table["kind"] = draw.choice(["call", "email", "meeting", "message"], len(table), p=[0.6, 0.2, 0.1, 0.1])
    call = (table["kind"] == "call").to_numpy()
    table["direction"], table["result"] = "out", np.where(call, "answered", "done")
    table["duration_s"] = np.where(call, 120.0, np.nan)
    return table.sort_values(["at", "deal_id"], ignore_index=True)


def _at(draw, deals, counts, low, high):
    index = np.repeat(np.arange(len(deals)), counts)
    days = low + draw.random(len(index)) * (high[index] - low)
    picked = deals.iloc[index]
    at = picked["created_at"] + pd.to_timedelta((days * 1440).astype(int) + 1, unit="min")
    table = pd.DataFrame({"at": at, "deal_id": picked["deal_id"], "manager": picked["manager"]})
    return table[(at < _ends(picked)) & (at < END)]


def _reviews(draw, people):
    """Two scored calls a month of each manager, from half a year before the first deal."""
    months = pd.date_range(BEGIN - pd.DateOffset(months=6), END, freq="MS", inclusive="left")
    at = np.tile(months.repeat(2) + pd.to_timedelta([5, 19] * len(months), unit="D"), len(people))
    table = pd.DataFrame({"manager": people["manager"].repeat(2 * len(months)).to_numpy(), "at": at})
    table["call_type"] = np.tile(["needs", "objections"], len(months) * len(people))
    z = people["z"].repeat(2 * len(months)).to_numpy()
    table["score"] = (70 + 10 * z + 6 * draw.standard_normal(len(table))).clip(0, 100).round(1)
    return table
