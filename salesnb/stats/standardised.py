"""Rates of groups, and of two of them against each other, on one and the same mix."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import ndtr

from salesnb.errors import DataError
from salesnb.stats.best import probability_best, spread_points
from salesnb.stats.cells import distinct_rows, expit, logit
from salesnb.stats.mixed import Z95, MixedLogistic

NODES, NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(64)
SCENARIOS = 48  # points over which the slopes' uncertainty is spread in `best`


@dataclass(frozen=True)
class Standardised:
    """Rates of J groups on the reference mix.

    Attributes
    ----------
    rate, low, high : (J,) 0..1, with the 95 % interval
    above : (J,) chance that the group's rate is above that of all groups together on the same mix;
        NaN where only one group has cases, since it would be held against itself
    best : (J,) chance that it is the highest of the groups asked for; NaN for the others
    overall : float, rate of all groups together, weighted by their cases
    mean, sd : (J,) on the log-odds scale
    """

    rate: np.ndarray
    low: np.ndarray
    high: np.ndarray
    above: np.ndarray
    best: np.ndarray
    overall: float
    mean: np.ndarray
    sd: np.ndarray


def standardised(
    model: MixedLogistic,
    x: ArrayLike,
    weight: ArrayLike,
    among: ArrayLike | None = None,
    cases: ArrayLike | None = None,
) -> Standardised:
    """What each group's rate would be on the reference mix, shrunk towards the others, with
    intervals.

    Parameters
    ----------
    model : MixedLogistic
    x : (cells, k) array
        Reference mix: columns as in the fit, without the group-level ones (each group keeps its
            own).
    weight : (cells,) array
        Cases in each cell of the mix.
    among : (J,) bool, optional
        Groups that may be the best; None: all with cases. Everybody counts in "all groups
        together", however few the cases.
    cases : (J,) array, optional
        Weight of each group in "all groups together"; None: its cases in the fit.

    Returns
    -------
    Standardised

    Source
    ------
    Standardisation by the model (g-computation): Robins (1986); Varewyck et al. (2014),
    Biostatistics 15, 651-664.

    Examples
    --------
    >>> from salesnb.stats.mixed import mixed_logistic
    >>> model = mixed_logistic([[0], [1], [0], [1]], [0, 0, 1, 1], wins=[10, 30, 30, 60],
    ...     trials=[50, 50, 100, 100])
    >>> result = standardised(model, [[0], [1]], [1, 1])
    >>> result.rate.round(3).tolist()
    [0.412, 0.444]
    """
    among = model.trials > 0 if among is None else np.asarray(among, bool)
    share = np.asarray(model.trials if cases is None else cases, float)
    share = share / share.sum() if share.sum() else np.full(len(share), 1 / len(share))
    rate, slopes, slope_own = _rates(model, np.asarray(x, float), np.asarray(weight, float))
    log_odds = logit(rate)
    scale = 1 / (rate * (1 - rate))
    gradient, effect = slopes * scale[..., None], slope_own * scale
    mean, sd = model.mix(log_odds, model.variance(gradient, _diagonal(effect)))
    above, overall = _above(model, rate, slopes, slope_own, share, (log_odds, gradient, effect))
    if (share > 0).sum() < 2:
        above = np.full(len(above), np.nan)
    best = _best(model, log_odds, gradient, effect, among)
    return Standardised(
        expit(mean), expit(mean - Z95 * sd), expit(mean + Z95 * sd), above, best, overall, mean, sd
    )


def _rates(model, x, weight):
    """Rate (T, J), its gradient in the slopes (T, J, K) and in the group's own effect (T, J)."""
    x, where = distinct_rows(x)
    weight = np.bincount(where, weight, len(x))
    weight = weight / weight.sum()
    k = x.shape[1]
    own = model.own @ model.slopes[:, 1 + k :].T
    rates, slopes = [], []
    for t in range(len(model.tau)):
        mixed = model.slopes[t, 0] + x @ model.slopes[t, 1 : 1 + k]
        share = expit(mixed[None, :] + (own[:, t] + model.effects[t])[:, None])
        rates.append(share @ weight)
        slope = (share * (1 - share)) * weight
        total = slope.sum(axis=1)
        slopes.append(np.column_stack([total, slope @ x, total[:, None] * model.own]))
    gradient = np.array(slopes)
    return np.array(rates), gradient, gradient[..., 0]


def _diagonal(values):
    return values[:, :, None] * np.eye(values.shape[1])


def _above(model, rate, slopes, slope_own, share, own):
    """Chance that the contrast with all groups together is above 0, from a normal mixture; and that
    overall rate.
    """
    log_odds, gradient, effect = own
    overall = rate @ share
    scale = (1 / (overall * (1 - overall)))[:, None]
    overall_gradient = np.einsum("tjk,j->tk", slopes, share) * scale
    overall_effect = slope_own * share * scale
    contrast = log_odds - logit(overall)[:, None]
    variance = model.variance(
        gradient - overall_gradient[:, None], _diagonal(effect) - overall_effect[:, None]
    )
    chance = ndtr(contrast / np.sqrt(np.maximum(variance, 1e-24)))
    return model.weight @ chance, float(model.weight @ overall)


def _best(model, log_odds, gradient, effect, among):
    """Given the slopes the groups are independent: average the exact answer over
    spread-out slopes.
    """
    best = np.full(len(among), np.nan)
    if not among.any():
        return best
    points = spread_points(SCENARIOS, model.slopes.shape[1])
    root = np.linalg.cholesky(model.slope_cov)
    lever = gradient - effect[..., None] * model.cross
    shift = np.einsum("tjk,tkl,sl->tsj", lever, root, points)
    mean = (log_odds[:, None] + shift)[..., among].reshape(-1, among.sum())
    sd = np.repeat(np.abs(effect) / np.sqrt(model.precision), SCENARIOS, axis=0)[:, among]
    best[among] = probability_best(mean, sd, np.repeat(model.weight / SCENARIOS, SCENARIOS))
    return best


@dataclass(frozen=True)
class Pair:
    """Two groups on one and the same mix.

    Attributes
    ----------
    difference, low, high : first less second, -1..1, with the 95 % interval
    better : chance that the first is the higher; above 97.5 % just where `low` is above 0
    """

    difference: float
    low: float
    high: float
    better: float


def pair(model: MixedLogistic, x: ArrayLike, weight: ArrayLike, first: int, second: int) -> Pair:
    """How far the rates of two groups lie apart on the reference mix, and the chance that the first
    is the higher.

    At each spread the two rates are normal together on the log-odds scale; what is said of their
    difference is the mixture over the spreads, so no end lies beyond ±1.

    Parameters
    ----------
    model, x, weight : as in `standardised`
    first, second : numbers of two groups

    Returns
    -------
    Pair: the median of the difference with its ends of 95 %

    Raises
    ------
    DataError
        The two groups are one.

    Examples
    --------
    >>> from salesnb.stats.mixed import mixed_logistic
    >>> model = mixed_logistic([[0], [1], [0], [1]], [0, 0, 1, 1], wins=[10, 30, 60, 80],
    ...     trials=[50, 50, 100, 100])
    >>> found = pair(model, [[0], [1]], [1, 1], 1, 0)
    >>> [round(end, 2) for end in (found.difference, found.low, found.high, found.better)]
    [0.27, 0.16, 0.38, 1.0]
    """
    if first == second:
        raise DataError("a group is not compared with itself: name two.")
    rate, slopes, slope_own = _rates(model, np.asarray(x, float), np.asarray(weight, float))
    two = [first, second]
    rate, scale = rate[:, two], 1 / (rate * (1 - rate))[:, two]
    effect = np.zeros((*rate.shape, model.effects.shape[1]))
    for place, group in enumerate(two):
        effect[:, place, group] = slope_own[:, group] * scale[:, place]
    gradient = slopes[:, two] * scale[..., None]
    sides = (logit(rate), gradient, effect)
    contrast = sides[0][:, 0] - sides[0][:, 1]
    apart = model.variance(*(part[:, :1] - part[:, 1:] for part in sides[1:]))[:, 0]
    better = float(model.weight @ ndtr(contrast / np.sqrt(apart)))
    middle, low, high = (_quantile(model, sides, apart, share) for share in (0.5, 0.025, 0.975))
    return Pair(middle, low, high, better)


def _quantile(model, sides, apart, share: float) -> float:
    """The difference of the two rates that is not passed with the chance `share`."""
    log_odds, gradient, effect = sides
    first, second = model.variance(gradient, effect).T
    cov = (first + second - apart) / 2
    at = log_odds[:, 1:] + np.sqrt(second)[:, None] * NODES
    mean = log_odds[:, :1] + (cov / np.sqrt(second))[:, None] * NODES
    sd = np.sqrt(np.maximum(first - cov**2 / second, 1e-24))[:, None]

    def below(difference: float) -> float:
        with np.errstate(divide="ignore"):
            edge = np.clip(expit(at) + difference, 0, 1)
            z = (np.log(edge) - np.log1p(-edge) - mean) / sd
        inside = ndtr(z) @ (NODE_WEIGHTS / NODE_WEIGHTS.sum())
        return float(model.weight @ inside) - share

    return float(brentq(below, -1.0, 1.0, xtol=1e-10))
