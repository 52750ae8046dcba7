"""Intervals for shares, differences of shares and means."""

from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import norm, t

Ends = TypeVar("Ends", float, np.ndarray)


def wilson(
    successes: ArrayLike, n: ArrayLike, confidence: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    """Score interval of a share; good also for few cases, never outside 0..1.

    Parameters
    ----------
    successes, n : numbers or arrays of one shape
        Cases with the outcome, and all cases (may be fractional, as an effective number is).
    confidence : float
        0..1.

    Returns
    -------
    (low, high) : arrays (floats for numbers), 0..1; NaN where `n` is 0

    Source
    ------
    Wilson (1927), JASA 22, 209-212; recommended by Brown, Cai and DasGupta (2001), Statistical
    Science 16, 101-133.

    Examples
    --------
    >>> low, high = wilson(3, 5)
    >>> round(float(low), 4), round(float(high), 4)
    (0.2307, 0.8824)
    """
    successes, n = np.broadcast_arrays(np.asarray(successes, float), np.asarray(n, float))
    z2 = norm.ppf(0.5 + confidence / 2) ** 2
    known = np.where(n > 0, n, np.nan)
    share = successes / known
    centre = (successes + z2 / 2) / (known + z2)
    half = np.sqrt(z2 * known * (share * (1 - share) + z2 / (4 * known))) / (known + z2)
    low = np.where(successes == 0, np.where(n > 0, 0.0, np.nan), np.clip(centre - half, 0, 1))
    high = np.where((successes == n) & (n > 0), 1.0, np.clip(centre + half, 0, 1))
    return low[()], high[()]


def difference_interval(
    successes: ArrayLike,
    n: ArrayLike,
    successes_before: ArrayLike,
    n_before: ArrayLike,
    confidence: float = 0.95,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Change of a share between two independent samples, with its interval.

    Parameters
    ----------
    successes, n, successes_before, n_before : numbers or arrays
    confidence : float
        0..1.

    Returns
    -------
    (change, low, high) : share minus the share before, -1..1; NaN where either sample is empty

    Source
    ------
    Newcombe (1998), Statistics in Medicine 17, 873-890, method 10 (from the two Wilson intervals).

    Examples
    --------
    >>> [float(round(x, 4)) for x in difference_interval(56, 70, 48, 80)]
    [0.2, 0.0524, 0.3339]
    """
    low, high = wilson(successes, n, confidence)
    low_before, high_before = wilson(successes_before, n_before, confidence)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.asarray(successes, float) / np.asarray(n, float)
        before = np.asarray(successes_before, float) / np.asarray(n_before, float)
    change, below, above = minus((share, low, high), (before, low_before, high_before))
    return change[()], below[()], above[()]


def minus(one: tuple[Ends, Ends, Ends], other: tuple[Ends, Ends, Ends]) -> tuple[Ends, Ends, Ends]:
    """Difference of two independent figures with its interval, from the interval of each.

    Parameters
    ----------
    one, other : (value, low, high), numbers or arrays

    Returns
    -------
    (difference, low, high)

    Source
    ------
    MOVER: Zou and Donner (2008), Statistics in Medicine 27, 1693-1702; for two shares it is
        Newcombe's method 10.

    Examples
    --------
    >>> [float(end) for end in minus((10, 7, 13), (6, 2, 10))]
    [4.0, -1.0, 9.0]
    """
    (a, a_low, a_high), (b, b_low, b_high) = one, other
    difference = a - b
    return (
        difference,
        difference - np.hypot(a - a_low, b_high - b),
        difference + np.hypot(a_high - a, b - b_low),
    )


def mean_interval(
    mean: ArrayLike, sd: ArrayLike, n: ArrayLike, confidence: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    """Student interval of a mean.

    Parameters
    ----------
    mean, sd : numbers or arrays
        Sample mean and sample standard deviation (ddof 1), in any one unit.
    n : number or array
        Cases.

    Returns
    -------
    (low, high) : in the unit of `mean`; NaN where `n` < 2

    Source
    ------
    Student (1908), Biometrika 6, 1-25.

    Examples
    --------
    >>> [round(float(x), 3) for x in mean_interval(12, 2.739, 5)]
    [8.599, 15.401]
    """
    n = np.where(np.asarray(n, float) >= 2, n, np.nan)
    half = t.ppf(0.5 + confidence / 2, n - 1) * np.asarray(sd, float) / np.sqrt(n)
    return (mean - half)[()], (mean + half)[()]


def t_interval(
    value: ArrayLike, se: ArrayLike, df: ArrayLike, confidence: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    """Student interval of anything with a standard error and its degrees of freedom.

    Returns
    -------
    (low, high) : in the unit of `value`; NaN where one of the three is missing or `df` < 1

    Source
    ------
    Student (1908), Biometrika 6, 1-25.

    Examples
    --------
    >>> [round(float(x), 3) for x in t_interval(12, 2.739 / 5**0.5, 4)]
    [8.599, 15.401]
    """
    df = np.asarray(df, float)
    known = np.where(df >= 1, df, np.nan)
    half = t.ppf(0.5 + confidence / 2, known) * np.asarray(se, float)
    return (np.asarray(value, float) - half)[()], (np.asarray(value, float) + half)[()]
