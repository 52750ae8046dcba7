"""Is a factor associated with the outcome? Tests that leave the differences between groups aside.

Factors of single cases are tested within groups (every group has its own level); a number per group
is tested between groups. A pooled test mixes the two and finds factors that are not there (up to 76
% of null departments).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import chi2, t

from salesnb.stats.cells import make_cells
from salesnb.stats.mixed import Z95
from salesnb.stats.penalised import Mode, fit_mode

# a ridge of 1e-2 on the group levels: finite where a group won all or nothing, else no pull
LEVEL_SPREAD = 10.0


@dataclass(frozen=True)
class Test:
    """A test: `statistic` (chi-square or t), its degrees of freedom `df`, and `p` (NaN: could not
    be tested).
    """

    statistic: float
    df: float
    p: float


@dataclass(frozen=True)
class Within:
    """Slopes from the variation within groups.

    Attributes
    ----------
    slope, se, low, high : (k,) log-odds per column, with the 95 % interval
    cov : (k, k) covariance of the slopes
    level, level_variance : (J,) log-odds of each group at zero columns, and its variance (infinite:
        no cases)
    log_likelihood : float;  columns : int, all parameters;  trials : float
    """

    slope: np.ndarray
    se: np.ndarray
    low: np.ndarray
    high: np.ndarray
    level: np.ndarray
    level_variance: np.ndarray
    log_likelihood: float
    columns: int
    trials: float
    cov: np.ndarray


def within(x: ArrayLike, group: ArrayLike, wins: ArrayLike, trials: ArrayLike) -> Within:
    """Logistic model with a level of its own for every group.

    Parameters
    ----------
    x : (cells, k) array;  group : (cells,) int;  wins, trials : (cells,) counts

    Returns
    -------
    Within

    Examples
    --------
    >>> fit = within([[0], [1], [0], [1]], [0, 0, 1, 1], wins=[2, 4, 10, 14], trials=[20, 20, 20,
    ...     20])
    >>> fit.slope.round(2).tolist(), fit.columns
    ([0.83], 3)
    """
    cells = make_cells(x, wins, trials, group)
    mode = fit_mode(cells, LEVEL_SPREAD)
    slope, se = mode.slopes[1:], np.sqrt(np.diag(mode.slope_cov)[1:])
    level, variance = _levels(mode)
    seen = np.bincount(cells.group, cells.trials, cells.groups)
    return Within(
        slope,
        se,
        slope - Z95 * se,
        slope + Z95 * se,
        np.where(seen > 0, level, np.nan),
        np.where(seen > 0, variance, np.inf),
        mode.log_likelihood,
        len(slope) + int((seen > 0).sum()),
        float(cells.trials.sum()),
        mode.slope_cov[1:, 1:],
    )


def _levels(mode: Mode):
    lever = -mode.cross.copy()
    lever[:, 0] += 1
    rest = np.einsum("gi,ij,gj->g", lever, mode.slope_cov, lever)
    return mode.slopes[0] + mode.effects, 1 / mode.precision + rest


def within_tests(
    x: ArrayLike,
    group: ArrayLike,
    wins: ArrayLike,
    trials: ArrayLike,
    factors: Mapping[str, Sequence[int]],
    inflation: Mapping[str, float] | None = None,
    full: Within | None = None,
) -> dict[str, Test]:
    """Likelihood-ratio test of each factor, given all the others and the groups.

    The statistic is multiplied by (1 - parameters / cases), without which it finds a little too
    much in small samples.

    Parameters
    ----------
    x, group, wins, trials : as in `within`
    factors : dict of name -> list of columns of `x`
    inflation : dict of name -> number, optional
        By what the statistic is divided where cases are not independent (`cluster_inflation`).
    full : Within, optional
        `within` of the same cells, where it is known already.

    Returns
    -------
    dict of name -> Test with df = number of the factor's columns

    Examples
    --------
    >>> tests = within_tests([[0], [1], [0], [1]], [0, 0, 1, 1], [2, 4, 10, 14], [20, 20, 20, 20],
    ...     {"a": [0]})
    >>> round(tests["a"].statistic, 2), tests["a"].df
    (2.38, 1)
    """
    x = np.asarray(x, float)
    full = within(x, group, wins, trials) if full is None else full
    shrink = max(0.0, 1 - full.columns / full.trials)
    tests = {}
    for name, columns in factors.items():
        without = within(np.delete(x, columns, axis=1), group, wins, trials)
        statistic = max(0.0, 2 * (full.log_likelihood - without.log_likelihood)) * shrink
        statistic /= (inflation or {}).get(name, 1.0)
        tests[name] = Test(float(statistic), len(columns), float(chi2.sf(statistic, len(columns))))
    return tests


def between_test(
    level: ArrayLike, variance: ArrayLike, z: ArrayLike
) -> tuple[float, float, float, Test]:
    """Is a number per group associated with the groups' levels? Weighted regression, Student's t
    with J - 2 df.

    Parameters
    ----------
    level, variance : (J,) arrays
        As from `within`; groups with missing values do not count.
    z : (J,) array
        The number per group.

    Returns
    -------
    (slope, low, high, Test) : log-odds per unit of `z` with its 95 % interval; NaN with fewer than
    3 groups or
        when `z` does not vary

    Source
    ------
    Random-effects meta-regression: spread by Paule and Mandel (1982); t by Knapp and Hartung
    (2003), Statistics in Medicine 22, 2693-2710.

    Examples
    --------
    >>> slope, low, high, test = between_test([-1, -0.8, -0.3, 0.1], [0.01] * 4, [-1, 0, 1, 2])
    >>> round(slope, 2), test.df, round(test.p, 3)
    (0.38, 2, 0.012)
    """
    y, spread, x = (np.asarray(values, float) for values in (level, variance, z))
    known = np.isfinite(y) & np.isfinite(spread) & np.isfinite(x)
    y, spread, x = y[known], spread[known], x[known]
    df = len(x) - 2
    if df < 1 or np.ptp(x) < 1e-12:
        return np.nan, np.nan, np.nan, Test(np.nan, df, np.nan)
    slope, se = _weighted_line(x, y, 1 / (spread + _spread(x, y, spread)))
    half = t.ppf(0.975, df) * se
    return (
        float(slope),
        float(slope - half),
        float(slope + half),
        Test(float(slope / se), df, _p(slope, se, df)),
    )


def _p(slope, se, df):
    return float(2 * t.sf(abs(slope / se), df))


def _weighted_line(z, y, weight):
    """Slope of a weighted regression and its standard error from the residuals."""
    centre = (weight @ z) / weight.sum()
    lever = weight @ (z - centre) ** 2
    slope = (weight * (z - centre)) @ y / lever
    residual = y - (weight @ y) / weight.sum() - slope * (z - centre)
    return slope, max(np.sqrt(weight @ residual**2 / (len(z) - 2) / lever), 1e-12)


def _spread(z, y, variance):
    """Variance between groups at which the weighted squared residuals equal their degrees of
    freedom.
    """

    def excess(tau2):
        weight = 1 / (variance + tau2)
        centre = (weight @ z) / weight.sum()
        slope = (weight * (z - centre)) @ y / (weight @ (z - centre) ** 2)
        residual = y - (weight @ y) / weight.sum() - slope * (z - centre)
        return weight @ residual**2 - (len(z) - 2)

    low, high = 0.0, 100.0
    if excess(0.0) <= 0:
        return 0.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return (low + high) / 2
