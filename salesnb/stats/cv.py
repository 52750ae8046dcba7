"""Coefficient of variation: its interval, and the least that chance alone makes."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import chi2


def cv_interval(
    cv: ArrayLike, n: ArrayLike, confidence: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    """Interval of a coefficient of variation estimated from `n` values (sample standard deviation).

    Parameters
    ----------
    cv : number or array, sample standard deviation / mean
    n : number of values

    Returns
    -------
    (low, high) : NaN for fewer than 2 values; high is infinite where the data cannot bound it

    Source
    ------
    McKay (1932) as modified by Vangel (1996), The American Statistician 50, 21-26.

    Examples
    --------
    >>> [round(float(x), 4) for x in cv_interval(0.2, 12)]
    [0.1403, 0.3501]
    """
    k, n = np.asarray(cv, float), np.asarray(n, float)
    known = np.where(n > 1, n, np.nan)
    tail = (1 - confidence) / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        ends = []
        for share in (1 - tail, tail):
            u = chi2.ppf(share, known - 1)
            inside = ((u + 2) / known - 1) * k**2 + u / (known - 1)
            ends.append(np.where(inside > 0, k / np.sqrt(np.where(inside > 0, inside, 1)), np.inf))
    low, high = (np.where(n > 1, end, np.nan)[()] for end in ends)
    return low, high


def poisson_floor(mean: ArrayLike) -> np.ndarray:
    """Least coefficient of variation of counts with this mean: 1/√mean, from chance alone.

    >>> float(poisson_floor(4))
    0.5
    """
    mean = np.asarray(mean, float)
    return np.where(mean > 0, 1 / np.sqrt(np.where(mean > 0, mean, 1)), np.nan)[()]
