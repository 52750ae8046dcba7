"""May a model be fitted, and how far can it be trusted: separation, sample size,
unmeasured causes.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linprog


def separated(x: ArrayLike, wins: ArrayLike, trials: ArrayLike) -> list[int]:
    """Columns whose coefficient would run off to infinity: cells with them never won, or never
    lost.

    Parameters
    ----------
    x : (cells, k) design without an intercept
    wins, trials : (cells,) counts

    Returns
    -------
    list of column numbers, empty when there is none

    Source
    ------
    Konis (2007), Linear Programming Algorithms for Detecting Separated Data in Binary Logistic
    Regression, DPhil thesis, Oxford: maximise the sum of signed scores over bounded coefficients.

    Examples
    --------
    >>> separated([[0], [1], [1]], wins=[3, 0, 0], trials=[6, 4, 2])
    [0]
    >>> separated([[0], [1]], wins=[3, 1], trials=[6, 4])
    []
    """
    x, wins, trials = np.asarray(x, float), np.asarray(wins, float), np.asarray(trials, float)
    design = np.column_stack([np.ones(len(x)), x])
    rows = np.vstack([design[wins > 0], -design[wins < trials]])
    if not len(rows):
        return []
    found = linprog(
        -rows.sum(axis=0),
        A_ub=-rows,
        b_ub=np.zeros(len(rows)),
        bounds=[(-1, 1)] * design.shape[1],
        method="highs",
    )
    if found.status != 0 or -found.fun < 1e-9:
        return []
    return [place for place, value in enumerate(found.x[1:]) if abs(value) > 1e-9]


def riley_minimum(parameters: int, r2: float, shrinkage: float = 0.9) -> float:
    """Cases that a model needs for its coefficients to keep `shrinkage` of their size in new data.

    >>> [int(np.ceil(riley_minimum(7, r2))) for r2 in (0.05, 0.08, 0.12)]
    [1225, 752, 490]

    Source
    ------
    Riley et al. (2019), Statistics in Medicine 38, 1276-1296, criterion 1; `r2` is Cox and Snell's.
    """
    if not 0 < r2 < shrinkage:
        return float("inf") if r2 <= 0 else float(parameters)
    return float(parameters / ((shrinkage - 1) * np.log(1 - r2 / shrinkage)))


def cox_snell(log_likelihood: float, null_log_likelihood: float, cases: float) -> float:
    """Cox and Snell's R², 0..1, from two log-likelihoods on the same cases."""
    return float(1 - np.exp(2 * (null_log_likelihood - log_likelihood) / cases))


def e_value(odds_ratio: ArrayLike) -> np.ndarray:
    """How strongly an unmeasured cause would have to go with both to explain an association away
    (common outcome).

    >>> [round(float(e_value(x)), 2) for x in (1.2, 1.5, 2, 3)]
    [1.42, 1.75, 2.18, 2.86]

    Source
    ------
    VanderWeele and Ding (2017), Annals of Internal Medicine 167, 268-274; square root of the odds
    ratio: VanderWeele (2017).
    """
    ratio = np.sqrt(np.asarray(odds_ratio, float))
    ratio = np.where(ratio < 1, 1 / ratio, ratio)
    return (ratio + np.sqrt(ratio * (ratio - 1)))[()]
