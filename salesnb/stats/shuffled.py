"""How much worse predictions become when a column is shuffled: over all shuffles at once, with its
error.
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

SMALLEST = 1e-12  # a case that adds less to a sum adds nothing


@dataclass(frozen=True)
class Rise:
    """Mean rise of the loss per case when a column is shuffled.

    Attributes
    ----------
    mean : mean rise;  low, high : 95 % interval
    p : chance of a rise at least as far from nought, were the column to say nothing; 1 where the
        loss falls
    strata : sets of cases that it stands on; too few for a degree of freedom: all
        others are NaN
    """

    mean: float
    low: float
    high: float
    p: float
    strata: int


def shuffled_within(
    loss: np.ndarray, level: np.ndarray, stratum: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What each case adds to the rise of the loss when levels are shuffled within strata.

    The mean over all shuffles is exact, so that no random number is drawn. Cases of a stratum that
    has one case or one level add nothing.

    Parameters
    ----------
    loss : (cases, levels) the loss of each case, were it of each level
    level : (cases,) int, the level that it has;  stratum : (cases,) int

    Returns
    -------
    rise : (cases,) their sum is the rise, averaged over all shuffles
    spread : (cases,) the same, scaled so that the sum of squares estimates the variance of that sum

    Source
    ------
    Hoeffding (1951), A combinatorial central limit theorem, Ann. Math. Stat. 22, 558-566.

    Examples
    --------
    Two cases are foretold without loss at their own levels and with a loss of 1 at the other's;
    half of the shuffles exchange them.

    >>> rise, _ = shuffled_within(np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([0, 1]),
    ...     np.array([0, 0]))
    >>> float(rise.sum())
    1.0
    """
    stratum = np.unique(stratum, return_inverse=True)[1].ravel()
    strata, levels = int(stratum.max(initial=-1)) + 1, loss.shape[1]
    size = np.bincount(stratum, minlength=strata).astype(float)
    share = np.zeros((strata, levels))
    np.add.at(share, (stratum, level), 1.0)
    share /= size[:, None]
    at_level = np.zeros((strata, levels))  # mean loss of a stratum's cases, were all of the level
    np.add.at(at_level, stratum, loss)
    at_level /= size[:, None]
    row = (share[stratum] * loss).sum(axis=1)
    column = at_level[stratum, level]
    whole = (share * at_level).sum(axis=1)[stratum]
    rise = row + column - whole - loss[np.arange(len(level)), level]
    n = size[stratum]
    return rise, rise * np.sqrt(n / np.maximum(n - 1, 1))


def rise_of(
    rise: np.ndarray, spread: np.ndarray, stratum: np.ndarray, cluster: np.ndarray, fits: int = 1
) -> Rise:
    """The mean rise of several strata's cases, with its error.

    Strata are independent of each other, and so are clusters; where the two disagree on the error
    the larger one counts. The t distribution has as many degrees of freedom as strata that tell
    anything, less `fits`.

    Parameters
    ----------
    rise, spread : as from `shuffled_within`
    stratum, cluster : (cases,) int
    fits : number of fits that share the strata between them, where each learned from the others'

    Examples
    --------
    >>> one, each = np.array([0.1, 0.3, 0.2, 0.2]), np.arange(4)
    >>> found = rise_of(one, one, each, each)
    >>> round(found.mean, 3), round(found.low, 3), found.p < 0.05
    (0.2, 0.07, True)
    """
    told = np.abs(rise) > SMALLEST
    strata, cases = len(np.unique(stratum[told])), max(1, len(rise))
    if strata < 1 + fits:
        return Rise(*(float("nan"),) * 4, strata)
    variance = max(_variance(rise[told], stratum[told]), _variance(spread[told], cluster[told]))
    total, error = float(rise.sum()), float(np.sqrt(variance))
    half = float(student.ppf(0.975, strata - fits)) * error
    t = total / max(error, 1e-300)
    p = float(2 * student.sf(t, strata - fits)) if t > 0 else 1.0
    return Rise(total / cases, (total - half) / cases, (total + half) / cases, p, strata)


def _variance(value: np.ndarray, cluster: np.ndarray) -> float:
    """Variance of the sum over all clusters, each independent of the others."""
    sums = np.bincount(np.unique(cluster, return_inverse=True)[1].ravel(), value)
    return float(len(sums) / max(1, len(sums) - 1) * ((sums - sums.mean()) ** 2).sum())
