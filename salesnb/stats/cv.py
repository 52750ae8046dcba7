"""Coefficient of variation: how uneven a series is, how surely that is known, and what mere chance would give."""

import numpy as np
from scipy.stats import chi2


def cv_interval(cv, n, confidence=0.95):
    """Interval of a coefficient of variation.

    Parameters
    ----------
    cv : number or array, sample sd (ddof 1) / mean
    n : number or array, values that it was computed from

    Returns
    -------
    (low, high) : NaN with fewer than 2 values or no cv; `high` infinite where no upper limit exists

    Source
    ------
    Vangel (1996), The American Statistician 50, 21-26 (modified McKay).

    Examples
    --------
    >>> [round(float(x), 3) for x in cv_interval(0.2, 12)]
    [0.14, 0.35]
    """
    cv, n = np.broadcast_arrays(np.asarray(cv, float), np.asarray(n, float))
    n = np.where((n >= 2) & (cv >= 0), n, np.nan)

    def limit(quantile):
        u = chi2.ppf(quantile, n - 1)
        inside = ((u + 2) / n - 1) * cv**2 + u / (n - 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(np.isnan(inside), np.nan, np.where(inside > 0, cv / np.sqrt(np.abs(inside)), np.inf))

    low, high = limit(0.5 + confidence / 2), limit(0.5 - confidence / 2)
    return low[()], high[()]


def poisson_floor(mean):
    """Coefficient of variation of counts that vary by chance alone; NaN for a mean of 0 or less.

    >>> float(poisson_floor(4))
    0.5
    """
    mean = np.asarray(mean, float)
    return (1 / np.sqrt(np.where(mean > 0, mean, np.nan)))[()]


def excess_cv(mean, sd):
    """Coefficient of variation beyond that of chance: sqrt(max(0, sd² - mean)) / mean; for counts only.

    >>> round(float(excess_cv(4, 2.5)), 3)
    0.375
    """
    mean, sd = np.asarray(mean, float), np.asarray(sd, float)
    return (np.sqrt(np.maximum(0, sd**2 - mean)) / np.where(mean > 0, mean, np.nan))[()]
