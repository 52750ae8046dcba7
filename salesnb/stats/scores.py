"""How good predicted shares are, on weighted cells: every figure equals that of the single rows."""

import numpy as np

from salesnb.stats.cells import logit
from salesnb.stats.logistic import logistic


def log_loss(probability, wins, trials):
    """Mean log-loss of single outcomes, nats; infinite where the impossible happened.

    >>> round(float(log_loss([0.5], [1], [2])), 4)
    0.6931
    """
    return cell_log_loss(probability, wins, trials).sum() / np.sum(trials)


def cell_log_loss(probability, wins, trials):
    """Log-loss of each cell, summed over its cases, nats.

    >>> cell_log_loss([0.5, 0.9], [1, 1], [2, 1]).round(4).tolist()
    [1.3863, 0.1054]
    """
    p, wins, trials = (np.asarray(values, float) for values in (probability, wins, trials))
    with np.errstate(divide="ignore", invalid="ignore"):
        won = np.where(wins > 0, wins * np.log(p), 0.0)
        lost = np.where(trials > wins, (trials - wins) * np.log1p(-p), 0.0)
    return -(won + lost)


def brier(probability, wins, trials):
    """Mean squared difference between outcome (0 or 1) and predicted share, 0..1.

    >>> float(brier([0.5], [1], [2]))
    0.25
    """
    p, wins, trials = (np.asarray(values, float) for values in (probability, wins, trials))
    return (wins * (1 - p) ** 2 + (trials - wins) * p**2).sum() / trials.sum()


def auc(probability, wins, trials):
    """Chance that a won case was predicted higher than a lost one, ties counted half; NaN without both.

    >>> float(auc([0.2, 0.8], [1, 3], [4, 4]))
    0.75
    """
    p, wins, trials = (np.asarray(values, float) for values in (probability, wins, trials))
    values, where = np.unique(p, return_inverse=True)
    won = np.bincount(where, wins, len(values))
    lost = np.bincount(where, trials - wins, len(values))
    if not (won.sum() and lost.sum()):
        return np.nan
    below = np.cumsum(lost) - lost
    return (won * (below + lost / 2)).sum() / (won.sum() * lost.sum())


def calibration(probability, wins, trials):
    """Calibration of predicted shares.

    Returns
    -------
    (slope, intercept, large) : slope and intercept of a logistic line on the predicted log-odds (1 and 0: perfect;
        NaN when all predictions are equal), and calibration in the large = mean prediction less the rate, 0..1 scale

    Source
    ------
    Cox (1958), Biometrika 45, 562-565; Van Calster et al. (2019), BMC Medicine 17, 230.

    Examples
    --------
    >>> slope, intercept, large = calibration([0.3, 0.7], [25, 75], [100, 100])
    >>> round(slope, 3), round(abs(intercept), 3), round(large, 3)
    (1.297, 0.0, 0.0)
    """
    p, wins, trials = (np.asarray(values, float) for values in (probability, wins, trials))
    large = (p @ trials - wins.sum()) / trials.sum()
    if np.ptp(p) < 1e-12:
        return np.nan, np.nan, float(large)
    line = logistic(logit(np.clip(p, 1e-12, 1 - 1e-12))[:, None], wins, trials)
    return float(line.coefficients[1]), float(line.coefficients[0]), float(large)


def reliability(probability, wins, trials, bins=5):
    """Predicted against real share in bins of about equal numbers of cases.

    Returns
    -------
    (predicted, wins, trials) : arrays, one entry per bin that is not empty, from the lowest predictions up

    Examples
    --------
    >>> predicted, wins, trials = reliability([0.1, 0.2, 0.6, 0.7], [1, 2, 6, 7], [10, 10, 10, 10], bins=2)
    >>> predicted.round(2).tolist(), wins.tolist(), trials.tolist()
    ([0.15, 0.65], [3.0, 13.0], [20.0, 20.0])
    """
    p, where = np.unique(np.asarray(probability, float), return_inverse=True)
    won, cases = np.bincount(where, np.asarray(wins, float)), np.bincount(where, np.asarray(trials, float))
    middle = (np.cumsum(cases) - cases / 2) / cases.sum()
    index = np.minimum((middle * bins).astype(int), bins - 1)
    total = np.bincount(index, cases, bins)
    kept = total > 0
    predicted = np.bincount(index, p * cases, bins)[kept] / total[kept]
    return predicted, np.bincount(index, won, bins)[kept], total[kept]
