"""Funnel plot: which groups are further from the centre than chance and ordinary spread would put them."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import binom, norm

from salesnb.stats.multiplicity import benjamini_hochberg

WINSOR = 0.10
LONGEST = 5000  # cases up to which the distribution of the number won is computed exactly


@dataclass(frozen=True)
class Overdispersion:
    """Ordinary spread between groups beyond chance.

    Attributes
    ----------
    phi : mean of the winsorised squared z;  tau2 : variance between groups in the unit of 1 / precision
    z : (J,) z-scores with that spread allowed for
    """

    phi: float
    tau2: float
    z: np.ndarray


def funnel_limits(n, centre, level=0.95, tau2=0.0):
    """Limits of the funnel for groups of `n` cases, 0..1.

    Parameters
    ----------
    n : array of counts;  centre : share of all groups together
    level : 0.95 "look at", 0.998 "signal"
    tau2 : variance of shares between groups, as from `overdispersion`

    Returns
    -------
    (low, high) : NaN where n is 0. Without spread: exact binomial limits, interpolated; with it: normal.

    Source
    ------
    Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202, appendix A.1.

    Examples
    --------
    >>> [limit.round(3).tolist() for limit in funnel_limits([10, 100], 0.3)]
    [[0.0, 0.207], [0.561, 0.387]]
    """
    n = np.asarray(n, float)
    size = np.where(n > 0, n, np.nan)
    if tau2 > 0:
        half = norm.ppf(0.5 + level / 2) * np.sqrt(centre * (1 - centre) / size + tau2)
        return np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)
    return tuple(_exact_limit(size, centre, 0.5 + side * level / 2) for side in (-1, 1))


def _exact_limit(n, centre, p):
    r = binom.ppf(p, n, centre)
    inside = binom.pmf(r, n, centre)
    return np.clip((r - (binom.cdf(r, n, centre) - p) / inside) / n, 0, 1)


def exact_z(wins, n, centre):
    """z-score of a group from the mid-p exact binomial distribution; NaN where n is 0.

    >>> exact_z([3, 0], [10, 10], 0.3).round(3).tolist()
    [0.041, -2.194]
    """
    wins, n = np.asarray(wins, float), np.asarray(n, float)
    half = binom.pmf(wins, n, centre) / 2
    return np.where(n > 0, _z(binom.cdf(wins - 1, n, centre) + half, binom.sf(wins, n, centre) + half), np.nan)


def _z(below, above):
    """z from the two tail areas, from the smaller one so that far tails keep their digits."""
    tail = np.clip(np.minimum(below, above), 1e-300, 0.5)
    return np.where(below < above, norm.ppf(tail), -norm.ppf(tail))


def normal_z(wins, n, centre):
    """z-score of a group by the normal approximation (as published funnel plots have it); NaN where n is 0.

    >>> round(float(normal_z(102, 143, 0.88038566)), 2)
    -6.16
    """
    wins, n = np.asarray(wins, float), np.asarray(n, float)
    size = np.where(n > 0, n, np.nan)
    return ((wins / size - centre) / np.sqrt(centre * (1 - centre) / size))[()]


def expected_z(wins, probability, trials):
    """z-score of one group whose cases had different chances: mid-p of the exact distribution of the number won.

    Parameters
    ----------
    wins : number won by the group
    probability, trials : (cells,) predicted share and cases of each of its cells

    Returns
    -------
    (z, variance) : variance of the number won; z NaN when there is no case. Above 5,000 cases, and in tails too far
        for the exact sum, the normal approximation.

    Source
    ------
    Poisson-binomial distribution by its characteristic function: Hong (2013), CSDA 59, 41-51.

    Examples
    --------
    >>> z, variance = expected_z(0, [0.3], [10])
    >>> round(z, 3), round(variance, 3)
    (-2.194, 2.1)
    """
    p, trials = np.asarray(probability, float), np.asarray(trials, float)
    n, variance = int(round(trials.sum())), float((trials * p * (1 - p)).sum())
    if n == 0 or variance <= 0:
        return np.nan, variance
    approximate = float((wins - trials @ p) / np.sqrt(variance))
    if n > LONGEST or abs(approximate) > 5:
        return approximate, variance
    turns = np.exp(2j * np.pi * np.arange(n + 1) / (n + 1))
    logs = np.log(1 + np.outer(turns - 1, p)) @ trials
    chances = np.clip(np.fft.fft(np.exp(logs)).real / (n + 1), 0, 1)
    half = chances[int(wins)] / 2
    return float(_z(chances[: int(wins)].sum() + half, chances[int(wins) + 1 :].sum() + half)), variance


def overdispersion(z, precision) -> Overdispersion:
    """Ordinary spread between groups, and z-scores that allow for it.

    Parameters
    ----------
    z : (J,) z-scores; NaN: does not count
    precision : (J,) 1 / variance of the group's figure by chance: n / (p (1 - p)) for shares, the variance of the
        number won for figures in log-odds

    Returns
    -------
    Overdispersion; tau2 is 0 unless phi J > J - 1

    Source
    ------
    Spiegelhalter (2005), as above; DerSimonian and Laird (1986), Controlled Clinical Trials 7, 177-188.

    Examples
    --------
    >>> found = overdispersion([-2.5, 2.0, -1.5, 1.8, 0.2], [100] * 5)
    >>> round(found.phi, 2), round(found.tau2, 4), found.z.round(2).tolist()
    (2.73, 0.0241, [-1.35, 1.08, -0.81, 0.98, 0.11])
    """
    z, precision = np.asarray(z, float), np.asarray(precision, float)
    known = np.isfinite(z)
    if known.sum() < 2:
        return Overdispersion(np.nan, 0.0, z)
    low, high = np.quantile(z[known], [WINSOR, 1 - WINSOR])
    count, w = int(known.sum()), precision[known]
    phi = float(np.mean(np.clip(z[known], low, high) ** 2))
    room = w.sum() - (w**2).sum() / w.sum()
    tau2 = max(0.0, (count * phi - (count - 1)) / room) if room > 0 else 0.0
    return Overdispersion(phi, float(tau2), z / np.sqrt(1 + tau2 * precision))


def outlier_p(z):
    """Two-sided p-values of z-scores, adjusted for looking at all groups (false-discovery rate).

    >>> outlier_p([-3.5, 0.1, 0.4]).round(4).tolist()
    [0.0014, 0.9203, 0.9203]
    """
    return benjamini_hochberg(2 * norm.sf(np.abs(np.asarray(z, float))))
