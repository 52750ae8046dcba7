"""Counts of events: intervals, how much more they scatter than chance alone, ratios of rates."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import chi2, norm, t

from salesnb.stats.intervals import wilson


@dataclass(frozen=True)
class Dispersion:
    """How many times as much counts scatter as independent events would.

    Attributes
    ----------
    value : at least 1; NaN where nothing tells it
    df : degrees of freedom that it stands on
    """

    value: float
    df: int


@dataclass(frozen=True)
class RateRatio:
    """Rates beside a reference rate.

    Attributes
    ----------
    ratio, low, high : times the reference; p : of no difference. Arrays, NaN where not told
    """

    ratio: np.ndarray
    low: np.ndarray
    high: np.ndarray
    p: np.ndarray


def poisson_interval(events: ArrayLike, confidence: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Exact interval of the mean behind a count of independent events.

    Parameters
    ----------
    events : number or array, counts
    confidence : float
        0..1.

    Returns
    -------
    (low, high) : in events; NaN where `events` is missing

    Source
    ------
    Garwood (1936), Biometrika 28, 437-442.

    Examples
    --------
    >>> [round(float(end), 3) for end in poisson_interval(10)]
    [4.795, 18.39]
    """
    n, tail = np.asarray(events, float), (1 - confidence) / 2
    low = np.where(n == 0, 0.0, chi2.ppf(tail, 2 * np.where(n == 0, 1, n)) / 2)
    return low[()], (chi2.ppf(1 - tail, 2 * (n + 1)) / 2)[()]


def dispersion(values: ArrayLike, exposure: ArrayLike, cell: ArrayLike) -> Dispersion:
    """Pearson's dispersion of counts around the rate of their cell.

    Parameters
    ----------
    values : counts, or sums that scatter as counts do;  exposure : time behind each
    cell : int, which values share a rate

    Source
    ------
    McCullagh and Nelder (1989), Generalized Linear Models, 4.5; never below 1.

    Examples
    --------
    >>> dispersion([0, 4, 0, 4], [1, 1, 1, 1], [0, 0, 0, 0])
    Dispersion(value=2.6666666666666665, df=3)
    """
    y, e, cell = np.asarray(values, float), np.asarray(exposure, float), np.asarray(cell, int)
    if not len(y):
        return Dispersion(float("nan"), 0)
    sums, times = np.bincount(cell, y), np.bincount(cell, e)
    rate = np.divide(sums, times, out=np.zeros_like(sums), where=times > 0)
    expected = rate[cell] * e
    kept = expected > 0
    df = int(kept.sum()) - len(np.unique(cell[kept]))
    if df < 1:
        return Dispersion(float("nan"), 0)
    total = float((((y - expected) ** 2)[kept] / expected[kept]).sum())
    return Dispersion(max(1.0, total / df), df)


def rate_ratio(
    events: ArrayLike,
    exposure: ArrayLike,
    reference: tuple[float, float],
    scatter: Dispersion,
    confidence: float = 0.95,
) -> RateRatio:
    """Rates beside a reference that is a count itself, allowing for counts that scatter more than
    chance.

    Given both counts together the one is binomial; the interval is Wilson's of that share, with as
    many events as the scatter leaves and Student's for its unknown size. It leaves out 1 where p is
    below its level.

    Parameters
    ----------
    events, exposure : arrays, counts and the time behind each
    reference : (events, exposure) of what they are held against
    scatter : `dispersion` of such counts

    Source
    ------
    Przyborowski and Wilenski (1940), Biometrika 31, 313-323, with the quasi-likelihood of McCullagh
    and Nelder (1989).

    Examples
    --------
    >>> found = rate_ratio([60], [20], (120, 20), Dispersion(1.5, 60))
    >>> float(found.ratio[0]), found.low.round(2), found.high.round(2), found.p.round(4)
    (0.5, array([0.34]), array([0.73]), array([0.0005]))
    """
    y, e = np.asarray(events, float), np.asarray(exposure, float)
    y0, e0 = reference
    blank = np.full(y.shape, np.nan)
    if not (e0 > 0 and y0 > 0 and scatter.df > 0):
        return RateRatio(blank, blank, blank, blank)
    both = np.where((e > 0) & (y + y0 > 0), y + y0, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = e / (e + e0)
        z = (y - both * share) / np.sqrt(scatter.value * both * share * (1 - share))
        reach = 2 * norm.cdf(t.ppf(0.5 + confidence / 2, scatter.df)) - 1
        ends = wilson(y / scatter.value, both / scatter.value, reach)
        low, high = (end / (1 - end) * e0 / e for end in ends)
        return RateRatio(y / e / (y0 / e0), low, high, 2 * t.sf(np.abs(z), scatter.df))


def ratio_to_tell(events: float, scatter: Dispersion, tests: int, power: float = 0.8) -> float:
    """The ratio below 1 that would be told from a reference as long as it, in `power` of the cases.

    Parameters
    ----------
    events : of the reference;  tests : how many comparisons are made (Bonferroni, at 5 % of all)

    Returns
    -------
    float, 0..1; 0 where not even none at all would be told, NaN where nothing tells the scatter

    Examples
    --------
    >>> round(ratio_to_tell(100, Dispersion(1.0, 100), 8), 2)
    0.55
    """
    if not (events > 0 and scatter.df > 0):
        return float("nan")
    reach = t.isf(0.025 / max(1, tests), scatter.df) + norm.ppf(power)
    tried = np.linspace(0.0, 1.0, 1001)
    z = (1 - tried) * events / np.sqrt(scatter.value * events * (1 + tried))
    return float(tried[z >= reach].max(initial=0.0))
