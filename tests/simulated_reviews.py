"""Companies of people whose true scores are known, heard by reviewers, to see how honest the chances are."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

import salesnb as s
from salesnb.measures.quality import COLOURS, colours

DEALS = pd.DataFrame({"deal_id": ["1"], "manager": "P00", "status": "open", "created_at": pd.Timestamp("2026-07-01")})


@dataclass
class Company:
    """Reviews of one simulated company and the truth behind them: manager → true score."""

    reviews: pd.DataFrame
    truth: pd.Series


def company(rng, people=10, calls=(8, 16), sd=8.0, reviewers=None, spread=10.0, middle=70.0) -> Company:
    """`reviewers` : points that each gives above the truth, drawn at random for every call."""
    rows, truth = [], {}
    gives = list((reviewers or {"Q": 0.0}).items())
    for n in range(people):
        name = f"P{n:02d}"
        means = np.clip(rng.normal(middle, spread) + rng.normal(0, 4, 2) + [3, -3], 5, 95)
        truth[name] = means.mean()
        for kind, mean in zip(("needs", "objections"), means, strict=True):
            for _ in range(rng.integers(calls[0], calls[1]) // 2):
                who, points = gives[rng.integers(len(gives))]
                rows.append((name, kind, round(mean + points + rng.normal(0, sd), 1), who))
    table = pd.DataFrame(rows, columns=["manager", "call_type", "score", "reviewer"])
    return Company(table.assign(at=pd.Timestamp("2026-08-15")), pd.Series(truth))


def book(reviews: pd.DataFrame, **more):
    return s.book(DEALS, reviews=reviews, month="2026-09", as_of="2026-09-30", **more)


def coverage(companies: int, seed: int = 0, least: float = 0.8, **settings) -> dict:
    """How often the colour is the true one where its chance is at least `least`, and the mean of these chances; the same
    below it: right, said, n.
    """
    rng, found = np.random.default_rng(seed), []
    for _ in range(companies):
        one = company(rng, **settings)
        people = colours(book(one.reviews)).set_index("manager")
        true = np.searchsorted([60, 80], one.truth[people.index], side="right")
        people["right"] = people["colour"] == [COLOURS[place] for place in true]
        found.append(people)
    every = pd.concat(found)
    parts = {"sure": every[every["p_colour"] >= least], "less": every[every["p_colour"] < least]}
    return {
        name: {"right": float(part["right"].mean()), "said": float(part["p_colour"].mean()), "n": len(part)}
        for name, part in parts.items()
    }
