"""How often the second opinion sees a factor: in companies where none matters, and where all do.

`python -m tests.simulation.second 200`: companies of each kind.
"""

import sys

import numpy as np
import pandas as pd

from salesnb.model.second import opinion
from tests.companies import BEGIN, CHANNELS, DAY, END, company

WINDOW = END - pd.DateOffset(months=12)


def rows(kind, seed, managers=20, per_manager=100.0):
    """The deals of a company of tests/companies.py that its model would take, without the tables of a Book."""
    made = company(kind, seed, managers, per_manager)
    truth, deals = made.truth["deals"].reset_index(), made.frames["deals"]
    end = deals["created_at"] + truth["days"] * DAY
    reviews = made.frames["reviews"]
    first = reviews[(reviews["at"] >= BEGIN) & (reviews["at"] < WINDOW)].groupby("manager")["score"].mean()
    kept = (end >= WINDOW) & (end < END) & (truth["days"] >= 7)
    table = pd.DataFrame({"deal_id": truth["deal_id"], "month": end.dt.strftime("%Y-%m"), "manager": truth["manager"]})
    table = table.assign(client=None, won=truth["won"].astype(int))
    table["target"] = np.where(truth["target"], "yes", "no")
    table["process"] = np.where(truth["deviation"], "yes", "no")
    table["qualification"] = truth["manager"].map(first)
    table["touchpoints"] = np.array(["0", "1-2", "3+"])[truth["touches"]]
    table["channels"] = np.array(CHANNELS)[truth["channel"]]
    return table[kept.to_numpy()].reset_index(drop=True)


def null(seed, trap, managers=20, each=100):
    """A company in which no factor matters, with a trap: "leads", better people get other leads; "clients", eight deals a
    client, whose kind they share; "season", what leads there are and what is won change with the month; "two", few people."""
    draw = np.random.default_rng([7, seed])
    managers = {"two": 5}.get(trap, managers)
    n = managers * each
    who, month = draw.integers(0, managers, n), draw.integers(0, 12, n)
    skill, season = draw.normal(0, 0.4, managers), draw.normal(0, 0.4, 12)
    client = np.arange(n)
    shared, chance = np.zeros(n), skill[who]
    if trap == "clients":
        client = draw.integers(0, n // 8, n)
        owner = draw.integers(0, managers, n // 8)
        who = owner[client]
        shared, chance = draw.normal(0, 1, n // 8)[client], skill[who] + draw.normal(0, 1, n // 8)[client]
    if trap == "season":
        chance = chance + season[month]
    pull = {"leads": 2.5 * skill[who], "season": 2.5 * season[month], "clients": 3 * shared}.get(
        trap, 0.8 * draw.normal(size=managers)[who]
    )
    won = draw.random(n) < 1 / (1 + np.exp(1 - chance))

    def levels(number):
        return np.digitize(pull + draw.logistic(size=n), [(-1.0, 0.0, 1.0)[k] for k in range(number - 1)])

    table = pd.DataFrame({"deal_id": [f"{i:06d}" for i in range(n)], "month": [f"m{m:02d}" for m in month]})
    table["manager"] = [f"M{w:02d}" for w in who]
    table["client"] = [f"C{c:05d}" for c in client]
    table["won"] = won.astype(int)
    for name, number in (("target", 2), ("process", 2), ("touchpoints", 3), ("channels", 4)):
        table[name] = levels(number).astype(str)
    table["qualification"] = 70 + 10 * draw.normal(size=managers)[who]
    return table


KINDS = {
    "null": lambda seed: rows("null", seed),
    "null, 8 people, 50 deals": lambda seed: rows("null", seed, 8, 50.0),
    "leads": lambda seed: null(seed, "leads"),
    "clients": lambda seed: null(seed, "clients"),
    "season": lambda seed: null(seed, "season"),
    "two": lambda seed: null(seed, "two"),
    "real": lambda seed: rows("real", seed),
    "real, 8 people, 50 deals": lambda seed: rows("real", seed, 8, 50.0),
}


def seen(kind, runs, first=0):
    """Which factors are seen in each of `runs` companies, one row a company."""
    return pd.DataFrame([opinion(KINDS[kind](first + seed)).seen for seed in range(runs)])


if __name__ == "__main__":
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    for kind in sys.argv[2:] or KINDS:
        found = seen(kind, runs)
        each = ", ".join(f"{name} {share:.1%}" for name, share in found.mean().items())
        sys.stdout.write(f"{kind}: any {found.any(axis=1).mean():.1%} of {runs}; {each}\n")
        sys.stdout.flush()
