"""Whether a model predicts too well to be true: some column is then filled in after the outcome is
known.
"""

from typing import Literal

import numpy as np

from salesnb.stats import logistic
from salesnb.stats.validation import auc, auc_interval


def predict(
    x: np.ndarray,
    group: np.ndarray | None,
    wins: np.ndarray,
    trials: np.ndarray,
    new_x: np.ndarray,
    new_group: np.ndarray | None,
) -> np.ndarray:
    """Rates of new cells by the factors alone: what the gate asks is whether the factors predict.

    The small penalty keeps an early month with few deals from running off, and a level that never
    won finite.
    """
    return logistic(x, wins, trials, penalty=0.1).predict(new_x)


def seen_auc(x: np.ndarray, wins: np.ndarray, trials: np.ndarray) -> tuple[float, float, float]:
    """AUC of a model on the deals that it was fitted on, with its 95 % interval."""
    value = auc(predict(x, None, wins, trials, x, None), wins, trials)
    return value, *auc_interval(value, wins.sum(), (trials - wins).sum())


def verdict(low: float, high: float, most: float) -> Literal["leak", "maybe leak"] | None:
    """ "leak" where the AUC is surely above the alarm, "maybe leak" where its interval holds the
    alarm, else None.

    A month more or less moves the AUC of one and the same column by a few hundredths: a cut without
    a zone around it would be one verdict in May and another in June.

    >>> verdict(0.83, 0.87, 0.8), verdict(0.77, 0.83, 0.8), verdict(0.60, 0.66, 0.8)
    ('leak', 'maybe leak', None)
    """
    if not high > most:
        return None
    return "leak" if low > most else "maybe leak"


def best_alone(
    names: list[tuple[str, str, str, str]], x: np.ndarray, wins: np.ndarray, trials: np.ndarray
) -> dict:
    """The column that predicts best by itself: {"factor", "column", "alone"} (its AUC among the
    deals that it was fitted on).

    Parameters
    ----------
    names : (factor, level, column, reference) of each column of the design `x`
    """
    found = []
    for column in dict.fromkeys(name[2] for name in names):
        places = np.array([n for n, name in enumerate(names) if name[2] == column])
        found.append((seen_auc(x[:, places], wins, trials)[0], names[places[0]][0], column))
    alone, factor, column = max(found)
    return {"factor": factor, "column": column, "alone": alone}
