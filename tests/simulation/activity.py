"""Companies whose activity is drawn: everybody of a function at one rate per working day, in clusters."""

import numpy as np
import pandas as pd

from salesnb.measures.differences import differences
from salesnb.measures.kpi import METRICS
from salesnb.params import Thresholds

SIZES = {"closer": (5, 10), "hunter": (3, 5), "farmer": (2, 4)}
TOLD = ("below", "above")
DAYS = pd.bdate_range("2026-07-01", "2026-09-30")
WEEK, MONTH, DAY = DAYS.isocalendar().week.to_numpy(int), DAYS.strftime("%Y-%m"), DAYS.date


def company(rng, by_day=0.4, by_week=0.15, own=0.0, less=None):
    """Three months of a company: (table of the last month, days, benchmark of each function).

    by_day, by_week : variance of the factor that a person has on a day, and in a week
    own : how far people differ in how much they cluster;  less : times as much as the others does the second closer
    """
    rows = []
    for function, (low, high) in SIZES.items():
        rate = {"calls_out": rng.uniform(2, 25), "calls_in": rng.uniform(0.5, 5), "tasks_done": rng.uniform(1, 5)}
        for n in range(rng.integers(low, high + 1)):
            times = less if less is not None and function == "closer" and n == 1 else 1.0
            rows.append(
                _person(rng, function, f"{function} {n}", rate, by_day * np.exp(own * rng.normal()), by_week, times)
            )
    days = pd.concat(rows, ignore_index=True)
    last = days[days["month"] == days["month"].max()]
    sums = last.groupby(["function", "manager"], sort=True)[[*METRICS, "talks"]].sum()
    table = sums.assign(working_days=last.groupby(["function", "manager"]).size()).reset_index()
    return table, days, {function: f"{function} 0" for function in SIZES}


def named(table, days, benchmarks, thresholds=None):
    found = differences(table, days, benchmarks, thresholds or Thresholds())
    return found[found["verdict"].isin(TOLD)]


def null_share(companies, seed, **kind):
    """Share of companies in which nobody is named, though nobody differs."""
    rng = np.random.default_rng(seed)
    return np.mean([named(*company(rng, **kind)).empty for _ in range(companies)])


def found_share(companies, seed, less, **kind):
    """Share of companies in which the one who calls `less` times as often is named for calls."""
    rng = np.random.default_rng(seed)
    hits = 0
    for _ in range(companies):
        found = named(*company(rng, less=less, **kind))
        hits += ((found["manager"] == "closer 1") & (found["metric"] == "calls_out")).any()
    return hits / companies


def _person(rng, function, name, rate, by_day, by_week, times):
    n = len(DAYS)
    away = rng.integers(0, n) if rng.random() < 0.5 else n
    there = np.ones(n, bool)
    there[away : away + rng.integers(2, 11)] = False
    if rng.random() < 0.1:
        there[: rng.integers(0, n - 5)] = False
    factor = _gamma(rng, by_week, 60)[WEEK] * _gamma(rng, by_day, n) * times
    made = {metric: rng.poisson(mean * factor) for metric, mean in rate.items()}
    talks = rng.binomial(made["calls_out"], 0.7) + made["calls_in"]
    minutes = rng.gamma(talks * 0.9, 3.3)  # a talk of three minutes, now and then a long one
    table = pd.DataFrame({"function": function, "manager": name, "month": MONTH, "day": DAY})
    return table.assign(**made, talk_minutes=minutes, talks=talks)[there].reset_index(drop=True)


def _gamma(rng, variance, size):
    return rng.gamma(1 / variance, variance, size) if variance else np.ones(size)
