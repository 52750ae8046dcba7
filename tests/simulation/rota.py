"""How many colours a rota makes sure for the same hearings: simulated teams, heard one sales rep a day.

`python -m tests.simulation.rota [teams]` prints the table of decision 0018.
"""

import sys
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from salesnb.measures.rota import LONGEST_WAIT, ROTA_LENGTH, until_sure
from salesnb.stats.hearing import calls_until_sure, hearing_order
from salesnb.stats.scores import class_chances

CUTS, WINDOW, MOST = (60.0, 80.0), 66, 14  # three months are 66 working days; people of the largest team
MIN_CALLS, SURE = 8, 0.80
DAYS = (22, 44, 66)


class Known(NamedTuple):
    """What is known of the people of a team before a rota, an array of each."""

    calls: np.ndarray
    kept: np.ndarray  # calls that still count when the rota ends
    score: np.ndarray
    spread: float
    chance: np.ndarray
    sure: np.ndarray
    since: np.ndarray


Policy = Callable[[Known, np.random.Generator], np.ndarray]


def round_robin(known: Known, draw) -> np.ndarray:
    return np.lexsort((draw.random(len(known.since)), -known.since))


def least_sure(known: Known, draw) -> np.ndarray:
    """By the chance of the colour alone; who has too few calls comes first."""
    chance = np.where(known.calls < MIN_CALLS, 0, known.chance)
    return np.lexsort((draw.random(len(chance)), -known.since, chance))


def ours(known: Known, draw) -> np.ndarray:
    """The order of `measures.rota.hearings_left`."""
    needed = np.fmax(calls_until_sure(known.score, known.spread, CUTS), MIN_CALLS)
    more = needed - known.kept
    more = np.where(known.sure, np.clip(more, 0, None), np.fmax(more, 1))
    visits, days = until_sure(more, np.zeros(len(more)), len(more))
    chance = np.where(known.calls < MIN_CALLS, np.nan, known.chance)
    mixed = draw.permutation(len(more))
    parts = [x[mixed] for x in (visits, chance, known.since, known.sure, (days > WINDOW) & ~known.sure)]
    return mixed[hearing_order(*parts, LONGEST_WAIT)[1]]


POLICIES: dict[str, Policy] = {"round robin": round_robin, "least sure": least_sure, "ours": ours}


def simulate(policy: Policy, teams: int, seed: int, start: str = "some", spread: float = 8.0) -> dict:
    """Share of people whose colour is sure, and sure and right, on the days of `DAYS`; the longest wait for a visit.

    `start` : "some": nought to three visits of each in the three months before; "none"; "full": heard in turn before
    """
    found: dict = {day: [] for day in DAYS}
    longest = 0  # from the first day of the rota on
    for team in range(teams):
        truth = np.random.default_rng([seed, team])
        people = int(truth.integers(9, MOST + 1))
        score = truth.uniform(55, 90, people)
        gap = truth.normal(0, 3, people)
        days = 2 * WINDOW
        noise = truth.normal(0, spread, (people, days, 2))
        calls = np.clip(score[:, None, None] + gap[:, None, None] * [1, -1] + noise, 0, 100).round(1)
        heard = _before(truth, people, start)
        draw = np.random.default_rng([seed, team, 1])
        for day in range(WINDOW, days + 1):
            if day - WINDOW in DAYS:
                known = _known(heard, calls, day)
                right = np.searchsorted(CUTS, known.score, "right") == np.searchsorted(CUTS, score, "right")
                found[day - WINDOW].append((known.sure.sum(), (known.sure & right).sum(), people))
            if day == days:
                break
            if (day - WINDOW) % ROTA_LENGTH == 0:
                order = policy(_known(heard, calls, day), draw)
            who = order[(day - WINDOW) % ROTA_LENGTH]
            last = np.flatnonzero(heard[who, WINDOW:day])
            longest = max(longest, day - WINDOW - (int(last[-1]) if len(last) else 0))
            heard[who, day] = True
    sums = {day: np.sum(rows, axis=0) for day, rows in found.items()}
    return {day: (row[0] / row[2], row[1] / row[2]) for day, row in sums.items()} | {"longest": longest}


def _before(draw, people: int, start: str) -> np.ndarray:
    heard = np.zeros((people, 2 * WINDOW), bool)
    if start == "full":
        heard[np.arange(WINDOW) % people, np.arange(WINDOW)] = True
    if start == "some":
        for own in heard:
            own[draw.choice(WINDOW, draw.integers(0, 4), replace=False)] = True
    return heard


def _known(heard: np.ndarray, calls: np.ndarray, day: int) -> Known:
    """Scores, colours and waits on a day, by the calls of the three months before it."""
    there = heard[:, day - WINDOW : day]
    visits = there.sum(1)
    own = np.where(there[..., None], calls[:, day - WINDOW : day], 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        means = own.sum(1) / visits[:, None]
    squares = np.where(there[..., None], (own - np.nan_to_num(means)[:, None]) ** 2, 0).sum()
    df = 2 * int(visits.sum() - (visits > 0).sum())
    if 2 * visits.sum() < 30:  # twelve months, which have many more calls
        spread, df = 8.0, 200
    else:
        spread = float(np.sqrt(squares / df))
    score = means.mean(1)
    with np.errstate(divide="ignore", invalid="ignore"):
        se = spread / np.sqrt(2 * visits)
    chances = class_chances(score, se, np.full(len(score), df), CUTS)
    place = np.searchsorted(CUTS, np.nan_to_num(score), "right")
    chance = np.take_along_axis(chances, place[:, None], 1)[:, 0]
    last = np.where(heard[:, :day].any(1), day - heard[:, :day][:, ::-1].argmax(1) - 1, -WINDOW)
    sure = (2 * visits >= MIN_CALLS) & (chance >= SURE)
    kept = 2 * heard[:, day - WINDOW + ROTA_LENGTH : day].sum(1)
    return Known(2 * visits, kept, score, spread, chance, sure, (day - last).astype(float))


def table(teams: int, seed: int = 1):
    """Rows of the table: start, policy, then sure and right on each of the days, and the longest wait."""
    for start in ("some", "none", "full"):
        for name, policy in POLICIES.items():
            got = simulate(policy, teams, seed, start)
            shown = "  ".join(f"{day}: {got[day][0]:6.1%} {got[day][1]:6.1%}" for day in DAYS)
            yield f"{start:5} {name:12} {shown}  longest wait {got['longest']}"


if __name__ == "__main__":
    for line in table(int(sys.argv[1]) if len(sys.argv) > 1 else 400):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
