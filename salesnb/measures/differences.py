"""Who differs from the benchmark of the same function by more than chance, and in what."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from salesnb.measures.kpi import BEHIND, METRICS
from salesnb.params import Thresholds
from salesnb.stats import Dispersion, benjamini_hochberg, dispersion, rate_ratio, ratio_to_tell

MEDIAN_COST = np.pi / 2  # variance of a median beside that of a mean of as many
COLUMNS = [
    "function", "manager", "metric", "events", "rate", "base", "ratio", "low", "high", "p",
    "p_adjusted", "verdict",
]  # fmt: skip


def differences(
    table: pd.DataFrame,
    days: pd.DataFrame,
    benchmarks: Mapping[str, str | None],
    thresholds: Thresholds,
) -> pd.DataFrame:
    """Rates per working day beside those of the benchmark of the same function.

    The benchmark's own counts are as random as anybody's. Calls come in clusters: how much more
    they scatter than chance is taken from the working days and the weeks of everybody of the
    function, each around the rate of the person and month, whichever scatter more.

    Parameters
    ----------
    table : `kpi` of a period, of those who are compared
    days : `working_day_counts` of the same people, the period among them
    benchmarks : function → manager; None: the median of the rates of the function

    Returns
    -------
    DataFrame, a row per person and metric: function, manager, metric, events (counted; of talk
        minutes the talks), rate and base (per working day; base of the benchmark), ratio, low, high
        (95 %), p, p_adjusted (false discovery over everybody and everything that is compared),
        verdict: "below", "above", "cannot tell", "few" (counts under `min_count`, of the person or
        of the benchmark), "benchmark", "no data", "alone" (fewer people than a comparison takes)

    Source
    ------
    docs/method.md, Activity; `stats.rate_ratio`.
    """
    parts = []
    for function, rows in table.groupby("function", sort=True):
        own = _grouped(days[days["manager"].isin(list(rows["manager"]))])
        base = benchmarks.get(str(function))
        parts += [_of_metric(rows, own, metric, base, thresholds) for metric in METRICS]
    if not parts:
        return pd.DataFrame(columns=COLUMNS)
    found = pd.concat(parts, ignore_index=True)
    found["p_adjusted"] = benjamini_hochberg(found["p"])
    told = found["p_adjusted"] < thresholds.kpi_fdr
    side = np.where(found["ratio"] < 1, "below", "above")
    found["verdict"] = found["verdict"].mask(told, pd.Series(side, index=found.index))
    return found[COLUMNS]


def least_told(
    table: pd.DataFrame, days: pd.DataFrame, beside: pd.DataFrame, function: str
) -> float:
    """Times the outgoing calls of the benchmark of a function below which a difference would mostly
    be told; NaN where nobody is compared in them.

    Parameters
    ----------
    table, days : as `differences` takes them;  beside : what it gives
    """
    own = beside[(beside["function"] == function) & (beside["metric"] == "calls_out")]
    own = own[own["p"].notna()]
    if own.empty:
        return float("nan")
    rows = table[table["manager"].isin(list(own["manager"]))]
    events = float(own["base"].iloc[0] * rows["working_days"].median())
    everybody = table.loc[table["function"] == function, "manager"]
    kept = days[days["manager"].isin(list(everybody))]
    return ratio_to_tell(events, scatter(kept, "calls_out"), int(beside["p"].notna().sum()))


def scatter(days: pd.DataFrame, metric: str) -> Dispersion:
    """How much more a metric scatters than chance, by working days or by weeks, whichever more.

    `days` : manager, month, day, the metric

    >>> days = pd.DataFrame({"manager": "Ann", "month": "2026-09",
    ...     "day": pd.date_range("2026-09-07", periods=10, freq="D").date,
    ...     "calls_out": [1.0, 3.0] * 5})
    >>> scatter(days, "calls_out")
    Dispersion(value=1.0, df=9)
    """
    return _scatter(_grouped(days), metric)


def _grouped(days: pd.DataFrame) -> pd.DataFrame:
    """Days with the cell of equal rate and the week of each, numbered."""
    week = [(day.toordinal() - 1) // 7 for day in days["day"]]
    cell = days.groupby(["manager", "month"], sort=True).ngroup()
    days = days.assign(_cell=cell, _week=week)
    return days.assign(_week=days.groupby(["_cell", "_week"], sort=True).ngroup())


def _scatter(days: pd.DataFrame, metric: str) -> Dispersion:
    cell, week = days["_cell"].to_numpy(int), days["_week"].to_numpy(int)
    values = days[metric].to_numpy(float)
    by_day = dispersion(values, np.ones(len(days)), cell)
    of_week = np.zeros(len(np.unique(week)), int)
    of_week[week] = cell
    by_week = dispersion(np.bincount(week, values), np.bincount(week), of_week)
    return by_week if by_week.value > by_day.value else by_day


def _of_metric(rows, days, metric, benchmark, thresholds) -> pd.DataFrame:
    values, time = rows[metric].to_numpy(float), rows["working_days"].to_numpy(float)
    events = rows[BEHIND.get(metric, metric)].to_numpy(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = np.where(time > 0, values / time, np.nan)
    own = (rows["manager"] == benchmark).to_numpy()
    base = _base(values, time, rate, events, own)
    few = (events < thresholds.min_count) | (time == 0) | (base[2] < thresholds.min_count)
    made = rows[["function", "manager"]].reset_index(drop=True).assign(metric=metric)
    made = made.assign(events=events, rate=rate, base=base[0] / base[1] if base[1] else np.nan)
    made["verdict"] = np.select(
        [np.isnan(values), own, np.full(len(rows), len(rows) < thresholds.min_managers), few],
        ["no data", "benchmark", "alone", "few"],
        "cannot tell",
    )
    found = rate_ratio(values, time, base[:2], _scatter(days, metric))
    shown = made["verdict"].isin(["cannot tell", "alone"]).to_numpy() & ~few
    tested = (made["verdict"] == "cannot tell").to_numpy()
    made["ratio"] = np.where(shown, found.ratio, np.nan)
    for name in ("low", "high", "p"):
        made[name] = np.where(tested, getattr(found, name), np.nan)
    return made


def _base(values, time, rate, events, own) -> tuple[float, float, float]:
    """What is held against: its sum, its working days, and the events behind it. A median is as
    good as a mean of fewer days.
    """
    if own.any():
        return float(values[own][0]), float(time[own][0]), float(events[own][0])
    known = ~np.isnan(rate)
    if not known.any():
        return np.nan, 0.0, 0.0
    days = float(time[known].sum() / MEDIAN_COST)
    return float(np.median(rate[known])) * days, days, float(np.median(events[known]))
