"""Funnel plot: who lies outside the corridor of chance."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import binom, norm


@dataclass(frozen=True)
class Outlying:
    """How far J groups lie from the centre.

    Attributes
    ----------
    z : (J,) from the mid-p exact binomial;  z_adjusted : allowing for the ordinary spread of groups
    p : (J,) two-sided, of z_adjusted
    phi : float, overdispersion (1 = chance alone);  tau2 : additive spread between groups, on the
        rate scale
    """

    z: np.ndarray
    z_adjusted: np.ndarray
    p: np.ndarray
    phi: float
    tau2: float


def mid_p_z(wins: ArrayLike, trials: ArrayLike, rate: ArrayLike) -> np.ndarray:
    """z of a count of wins against an expected rate, by the mid-p exact binomial; 0 without cases.

    >>> round(float(mid_p_z(5, 10, 0.5)), 6)
    0.0
    """
    wins, trials = np.asarray(wins, float), np.asarray(trials, float)
    below = binom.cdf(wins - 1, trials, rate) + binom.pmf(wins, trials, rate) / 2
    return np.where(trials > 0, norm.ppf(np.clip(below, 1e-15, 1 - 1e-15)), 0.0)


def normal_z(wins: ArrayLike, trials: ArrayLike, rate: ArrayLike) -> np.ndarray:
    """z by the normal approximation, as published funnel plots have it.

    Bristol 1991, child heart surgery (Spiegelhalter): 102 of 143 survived where 88.04 % did
    overall.

    >>> round(float(normal_z(102, 143, 2922 / 3319)), 2)
    -6.16
    """
    wins, trials, rate = (np.asarray(v, float) for v in (wins, trials, rate))
    return (wins / trials - rate) / np.sqrt(rate * (1 - rate) / trials)


def outlying(wins: ArrayLike, trials: ArrayLike, rate: ArrayLike) -> Outlying:
    """z of every group, raw and adjusted for overdispersion.

    Parameters
    ----------
    wins, trials : (J,) counts
    rate : float or (J,) expected rate, 0..1

    Source
    ------
    Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202: phi from 10 % winsorised z; additive
    spread by DerSimonian and Laird where phi J > J - 1.

    Examples
    --------
    >>> found = outlying([30, 31, 29, 60], [100, 100, 100, 100], 0.3)
    >>> bool(abs(found.z_adjusted[3]) < abs(found.z[3]))
    True
    """
    wins, trials = np.asarray(wins, float), np.asarray(trials, float)
    rate = np.broadcast_to(np.asarray(rate, float), wins.shape)
    z = mid_p_z(wins, trials, rate)
    used = trials > 0
    count = int(used.sum())
    if count < 2:
        return Outlying(z, z, 2 * norm.sf(np.abs(z)), 1.0, 0.0)
    low, high = np.quantile(z[used], [0.1, 0.9])
    phi = float(np.mean(np.clip(z[used], low, high) ** 2))
    tau2 = 0.0
    if phi * count > count - 1:
        w = trials[used] / (rate * (1 - rate))[used]
        tau2 = float((count * phi - (count - 1)) / (w.sum() - (w**2).sum() / w.sum()))
    spread = np.sqrt(1 + tau2 * trials / (rate * (1 - rate)))
    adjusted = z / spread
    return Outlying(z, adjusted, 2 * norm.sf(np.abs(adjusted)), phi, tau2)


def limits(
    trials: ArrayLike, rate: float, tau2: float = 0.0, confidence: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    """Corridor of chance at each number of cases: (low, high), 0..1, widened by the ordinary spread
    of groups.
    """
    trials = np.asarray(trials, float)
    z = norm.ppf(0.5 + confidence / 2)
    half = z * np.sqrt(rate * (1 - rate) / trials + tau2)
    return np.clip(rate - half, 0, 1), np.clip(rate + half, 0, 1)
