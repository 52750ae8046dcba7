"""Shares of groups drawn towards their common mean, without looking at the mix."""

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, betaln, digamma, polygamma

from salesnb.stats.cells import expit, logit

STRENGTHS = np.exp(np.linspace(np.log(0.5), np.log(2e4), 45))
GRID = 512


@dataclass(frozen=True)
class Shrunk:
    """Shrunk shares of J groups.

    Attributes
    ----------
    rate, low, high : (J,) posterior mean and 95 % interval, 0..1
    above : (J,) chance of being above the share of all groups together
    best : (J,) chance of being the highest; NaN for groups without cases
    overall : float, share of all cases
    """

    rate: np.ndarray
    low: np.ndarray
    high: np.ndarray
    above: np.ndarray
    best: np.ndarray
    overall: float


def beta_binomial(wins, trials) -> Shrunk:
    """Empirical-Bayes shares of groups: the fewer the cases, the nearer to the common mean.

    The strength M of the common distribution Beta(M mu, M (1 - mu)) is averaged over a grid, with mu at its most
    likely value for each M: plugged in, M makes intervals too short.

    Parameters
    ----------
    wins, trials : (J,) counts

    Returns
    -------
    Shrunk; all NaN when there is no case

    Source
    ------
    Weight of M: likelihood x half-normal(1) of the spread tau = 1 / sqrt((M + 1) mu (1 - mu)) on the log-odds scale
    x tau (logarithmic grid). Gelman et al., Bayesian Data Analysis (3rd ed.), chapter 5.

    Examples
    --------
    >>> result = beta_binomial([9, 30, 3, 28], [10, 100, 10, 100])
    >>> result.rate.round(2).tolist()
    [0.68, 0.31, 0.34, 0.29]
    """
    wins, trials = np.asarray(wins, float), np.asarray(trials, float)
    total = trials.sum()
    if not total > 0:
        nothing = np.full(wins.shape, np.nan)
        return Shrunk(nothing, nothing, nothing, nothing, nothing, np.nan)
    overall = wins.sum() / total
    mean, weight = _common(wins, trials)
    keep = weight > 1e-12
    mean, weight, strength = mean[keep], weight[keep] / weight[keep].sum(), STRENGTHS[keep]
    a = wins[:, None] + strength * mean
    b = (trials - wins)[:, None] + strength * (1 - mean)
    rate = (a / (a + b)) @ weight
    low, high = (_quantile(a, b, weight, q) for q in (0.025, 0.975))
    return Shrunk(rate, low, high, 1 - _below(a, b, weight, overall), _best(a, b, weight, trials), float(overall))


def _common(wins, trials):
    """Most likely mean for each strength, and the strength's weight."""
    # half a case keeps the mean off 0 and 1 where every case was won or lost
    score = np.full(len(STRENGTHS), logit((wins.sum() + 0.5) / (trials.sum() + 1)))
    for _ in range(60):
        step = _mean_step(wins, trials, score)
        score = np.clip(score + step, -8, 8)
        if np.abs(step).max() < 1e-10:
            break
    mean = expit(score)
    a, b = STRENGTHS * mean, STRENGTHS * (1 - mean)
    likelihood = (betaln(wins[:, None] + a, (trials - wins)[:, None] + b) - betaln(a, b)).sum(axis=0)
    tau = 1 / np.sqrt((STRENGTHS + 1) * mean * (1 - mean))
    weight = likelihood - tau**2 / 2 + np.log(tau)
    weight = np.exp(weight - weight.max())
    return mean, weight / weight.sum()


def _mean_step(wins, trials, score):
    """Newton step of the mean's log-odds, at most 1, uphill even where the likelihood is not concave."""
    mean = expit(score)
    a, b, won, lost = STRENGTHS * mean, STRENGTHS * (1 - mean), wins[:, None], (trials - wins)[:, None]
    first = (digamma(won + a) - digamma(a) - digamma(lost + b) + digamma(b)).sum(axis=0)
    second = (polygamma(1, won + a) - polygamma(1, a) + polygamma(1, lost + b) - polygamma(1, b)).sum(axis=0)
    slope = STRENGTHS * mean * (1 - mean)
    bend = slope**2 * second + first * slope * (1 - 2 * mean)
    return np.clip(first * slope / np.maximum(np.abs(bend), 1e-12), -1, 1)


def _below(a, b, weight, value):
    value = np.broadcast_to(np.asarray(value, float), a.shape[:1])
    return betainc(a, b, value[:, None]) @ weight


def _quantile(a, b, weight, q):
    low, high = np.zeros(len(a)), np.ones(len(a))
    for _ in range(50):
        middle = (low + high) / 2
        under = _below(a, b, weight, middle) < q
        low, high = np.where(under, middle, low), np.where(under, high, middle)
    return (low + high) / 2


def _best(a, b, weight, trials):
    """Chance of the highest share: exact for each strength, on a grid of shares."""
    among = trials > 0
    share = expit(np.linspace(-9, 9, GRID))
    best = np.full(len(trials), np.nan)
    best[among] = 0.0
    for i in np.flatnonzero(weight > 1e-6):
        below = np.maximum(betainc(a[among, i, None], b[among, i, None], share), 1e-300)
        all_below = np.exp(np.log(below).sum(axis=0))
        middle = all_below / below
        found = ((middle[:, 1:] + middle[:, :-1]) / 2 * np.diff(below, axis=1)).sum(axis=1)
        best[among] += weight[i] * found / found.sum()
    return best / best[among].sum()
