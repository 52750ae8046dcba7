"""Does a model predict months that it has not seen? Rolling origin, gain over the base rate,
calibration.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from salesnb.errors import DataError
from salesnb.stats.beta_binomial import shrunk_rates
from salesnb.stats.cells import distinct_rows, logit
from salesnb.stats.intervals import wilson
from salesnb.stats.logistic import logistic

DRAWS = 1000
SEED = 20260901  # of the block bootstrap: the same input gives the same bound
FLOOR = 1e-6

# rates of the new cells from (x, group, wins, trials) of the cells before them and (x, group) of
# the new ones
Predict: TypeAlias = Callable[
    [np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray], np.ndarray
]


@dataclass(frozen=True)
class Validation:
    """How a model predicted the months after those that it was fitted on.

    Attributes
    ----------
    skill : 1 - log-loss / log-loss of the base rate of the training months
    gain, gain_low : mean gain in log-loss per case, and its lower 95 % bound (block bootstrap by
        group and month)
    slope, in_the_large : calibration slope; mean prediction minus the rate, 0..1
    auc, brier : 0..1;  auc_low, auc_high : 95 % interval of the former
    cases, months : how many were predicted
    skill_groups : as `skill`, against the groups' own shrunk rates of the training months instead
        of the base rate
    reliability : five bins of equal size by the predicted rate: dicts of cases, predicted,
        observed, low, high (0..1, Wilson)
    """

    skill: float
    gain: float
    gain_low: float
    slope: float
    in_the_large: float
    auc: float
    brier: float
    cases: float
    months: int
    skill_groups: float
    reliability: tuple[dict, ...]
    auc_low: float = float("nan")
    auc_high: float = float("nan")


def rolling_origin(
    x: np.ndarray,
    group: np.ndarray,
    month: np.ndarray,
    wins: np.ndarray,
    trials: np.ndarray,
    predict: Predict,
    first: int = 3,
) -> Validation | None:
    """Train on the months before each month, predict it, pool the predictions.

    Parameters
    ----------
    x : (cells, k);  group, month : (cells,) int;  wins, trials : (cells,) counts
    predict : function (x, group, wins, trials of the training cells, x and group of the new ones)
        -> rates
    first : months before the first prediction; at least 9 of 12 months are then predicted

    Returns
    -------
    Validation, or None with fewer than `first` + 1 months
    """
    x, group, month = np.asarray(x, float), np.asarray(group, int), np.asarray(month, int)
    wins, trials = np.asarray(wins, float), np.asarray(trials, float)
    months = np.unique(month)
    if len(months) <= first:
        return None
    guess, base, own = (np.full(len(wins), np.nan) for _ in range(3))
    used = np.zeros(len(wins), bool)
    for now in months[first:]:
        before, new = month < now, month == now
        if not 0 < wins[before].sum() < trials[before].sum():
            continue
        guess[new] = predict(
            x[before], group[before], wins[before], trials[before], x[new], group[new]
        )
        base[new] = wins[before].sum() / trials[before].sum()
        own[new] = _own_rates(group, wins, trials, before)[group[new]]
        used |= new
    return (
        _scores(*(v[used] for v in (guess, base, own, group, month, wins, trials)))
        if used.any()
        else None
    )


def _own_rates(group, wins, trials, before):
    """Shrunk rate of every group in the training months; the overall one for a group that has none
    yet.
    """
    groups = int(group.max()) + 1
    won, all_ = (
        np.bincount(group[before], wins[before], groups),
        np.bincount(group[before], trials[before], groups),
    )
    return shrunk_rates(won, all_)


def _scores(guess, base, own, group, month, wins, trials) -> Validation:
    order = np.lexsort((wins, trials, guess, month))
    guess, base, own, group, month, wins, trials = (
        v[order] for v in (guess, base, own, group, month, wins, trials)
    )
    guess, base, own = (np.clip(rate, FLOOR, 1 - FLOOR) for rate in (guess, base, own))
    loss, base_loss, own_loss = (log_loss(rate, wins, trials) for rate in (guess, base, own))
    total = trials.sum()
    slope = calibration_slope(guess, wins, trials)
    return Validation(
        float(1 - loss.sum() / base_loss.sum()),
        float((base_loss - loss).sum() / total),
        _lower_bound(base_loss - loss, trials, group, month),
        slope,
        float((guess @ trials - wins.sum()) / total),
        auc(guess, wins, trials),
        brier(guess, wins, trials),
        float(total),
        len(np.unique(month)),
        float(1 - loss.sum() / own_loss.sum()),
        reliability(guess, wins, trials),
        *auc_interval(auc(guess, wins, trials), wins.sum(), (trials - wins).sum()),
    )


def reliability(
    guess: np.ndarray, wins: np.ndarray, trials: np.ndarray, bins: int = 5
) -> tuple[dict, ...]:
    """What was predicted beside what came, in `bins` groups of equal size by the predicted rate.

    >>> rows = reliability(np.array([0.1, 0.5]), np.array([1, 6]), np.array([10, 10]), bins=2)
    >>> [(row["cases"], row["predicted"], row["observed"]) for row in rows]
    [(10, 0.1, 0.1), (10, 0.5, 0.6)]
    """
    guess, wins, trials = (np.asarray(v, float) for v in (guess, wins, trials))
    values, place = np.unique(np.round(guess, 12), return_inverse=True)
    won, all_ = np.bincount(place, wins, len(values)), np.bincount(place, trials, len(values))
    middle = (np.cumsum(all_) - all_ / 2) / all_.sum()
    slot = np.minimum((middle * bins).astype(int), bins - 1)
    rows = []
    for one in np.unique(slot):
        here = slot == one
        n, w = all_[here].sum(), won[here].sum()
        low, high = wilson(w, n)
        predicted = float(values[here] @ all_[here] / n)
        rows.append(
            {
                "cases": int(n),
                "predicted": predicted,
                "observed": float(w / n),
                "low": float(low),
                "high": float(high),
            }
        )
    return tuple(rows)


def log_loss(rate: np.ndarray, wins: np.ndarray, trials: np.ndarray) -> np.ndarray:
    """Log-loss of each cell, summed over its cases."""
    return -(wins * np.log(rate) + (trials - wins) * np.log(1 - rate))


def _lower_bound(gain, trials, group, month) -> float:
    """Lower 95 % bound (one-sided 2.5 %) of the mean gain: whole groups' months are drawn again
    together.
    """
    blocks = distinct_rows(np.column_stack([month, group]))[1]
    sums, sizes = np.bincount(blocks, gain), np.bincount(blocks, trials)
    order = np.lexsort((sums, sizes))  # the names of the groups must not matter
    sums, sizes = sums[order], sizes[order]
    draws = np.random.default_rng(SEED).integers(0, len(sums), (DRAWS, len(sums)))
    return float(np.quantile(sums[draws].sum(axis=1) / sizes[draws].sum(axis=1), 0.025))


def calibration_slope(rate: np.ndarray, wins: np.ndarray, trials: np.ndarray) -> float:
    """Slope of the outcome on the predicted log-odds: 1 is right, under 1 too bold; NaN when
    predictions do not vary.
    """
    score = logit(rate)
    if np.ptp(score) < 1e-9:
        return float("nan")
    try:
        return float(logistic(score[:, None], wins, trials).coefficients[1])
    except DataError:
        return float("nan")


def auc(rate: np.ndarray, wins: np.ndarray, trials: np.ndarray) -> float:
    """Chance that a won case had a higher predicted rate than a lost one; ties count half.

    >>> auc(np.array([0.2, 0.8]), np.array([0, 5]), np.array([5, 5]))
    1.0
    """
    from sklearn.metrics import roc_auc_score

    if wins.sum() == 0 or (trials - wins).sum() == 0:
        return float("nan")
    won, score, weight = _cases(np.round(rate, 12), wins, trials)
    return float(roc_auc_score(won, score, sample_weight=weight))


def brier(rate: np.ndarray, wins: np.ndarray, trials: np.ndarray) -> float:
    """Mean squared distance of the predicted rate from what came (1 or 0), per case.

    >>> round(brier(np.array([0.2, 0.8]), np.array([0, 5]), np.array([5, 5])), 12)
    0.04
    """
    from sklearn.metrics import brier_score_loss

    won, score, weight = _cases(rate, wins, trials)
    return float(brier_score_loss(won, score, sample_weight=weight, pos_label=1))


def _cases(rate, wins, trials) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Outcome, rate and weight of the won and of the lost cases of each cell, for scikit-learn."""
    weight = np.concatenate([wins, trials - wins])
    return np.repeat([1, 0], len(rate)), np.tile(rate, 2), weight


def auc_interval(value: float, won: float, lost: float) -> tuple[float, float]:
    """95 % interval of an AUC from the number of won and lost cases; (NaN, NaN) where either is
    missing.

    Source
    ------
    Hanley and McNeil (1982), Radiology 143, 29-36.

    Examples
    --------
    >>> [round(end, 2) for end in auc_interval(0.8, 100, 300)], [round(end, 3)
    ...     for end in auc_interval(0.8, 10_000, 30_000)]
    ([0.74, 0.86], [0.794, 0.806])
    """
    if not (won and lost and value == value):
        return float("nan"), float("nan")
    one, two = value / (2 - value), 2 * value**2 / (1 + value)
    spread = value * (1 - value) + (won - 1) * (one - value**2) + (lost - 1) * (two - value**2)
    half = 1.96 * np.sqrt(max(spread, 0.0) / (won * lost))
    return float(max(0.0, value - half)), float(min(1.0, value + half))
