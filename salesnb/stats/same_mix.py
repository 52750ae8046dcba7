"""Two sides of cases at one mix: what a difference of their rates would be were the mixes alike.

The mix is the mean of the two, as in Kitagawa's split, of which the difference at that mix is the
part of the rates and the rest the part of the mix. Direct standardisation over joint cells would
leave out every cell that one side has not, with several factors most of them; so the rates come
from a logistic model with the factors and the side, whose mean on each side is the rate as it is.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri
from scipy.stats import t

from salesnb.errors import DataError
from salesnb.stats.cells import expit
from salesnb.stats.logistic import logistic
from salesnb.stats.mixed import Z95


@dataclass(frozen=True)
class SameMix:
    """The difference of two rates, first less second, in what the mix and what the rates account
    for.

    Attributes
    ----------
    raw : float, -1..1; the sum of `mix` and `rate`
    mix, rate : float, -1..1;  low, high : 95 % interval of `rate`
    first, second : rates of the two sides at the same mix, 0..1
    """

    raw: float
    mix: float
    rate: float
    low: float
    high: float
    first: float
    second: float


def same_mix(
    x: ArrayLike, side: ArrayLike, won: ArrayLike, cluster: ArrayLike | None = None
) -> SameMix:
    """The difference of the rates of two sides at the same mix of their cases.

    Parameters
    ----------
    x : (cases, k) array
        Levels of the factors, 0 or 1, without a reference level; k may be 0.
    side, won : (cases,) bool
        Whether the case is of the first side; whether it was won.
    cluster : (cases,) int, optional
        Cases that go together, such as those of one client; None: each by itself.

    Returns
    -------
    SameMix; the interval allows for the model being wrong, for clusters, and for the mixes being
    samples themselves (the influence of each case, with Student's quantile)

    Raises
    ------
    DataError
        A side without cases.

    Source
    ------
    Kitagawa (1955), JASA 50, 1168-1194; standardisation by a logistic model: Lane and Nelder
    (1982), Biometrics 38, 613-621; its variance: Ye, Bannick, Yi and Shao (2023), Statistical
    Theory and Related Fields 7, 159-163; Liang and Zeger (1986), Biometrika 73, 13-22.

    Examples
    --------
    Of cases of a good kind 6 in 10 are won on both sides, of others 2 in 10; the first side has
    more good ones. All of the difference is mix.

    >>> good = np.array([1] * 40 + [0] * 10 + [1] * 10 + [0] * 40)
    >>> won = np.repeat([1, 0] * 4, [24, 16, 2, 8, 6, 4, 8, 32])
    >>> found = same_mix(good[:, None], np.arange(100) < 50, won)
    >>> round(found.raw, 3), round(found.mix, 3), abs(round(found.rate, 3))
    (0.24, 0.24, 0.0)
    """
    side, won = np.asarray(side, bool), np.asarray(won, float)
    x = np.asarray(x, float).reshape(len(won), -1)
    n = np.array([side.sum(), (~side).sum()], float)
    if not n.all():
        raise DataError("one of the two sides has no cases.")
    fit = logistic(np.column_stack([side, x]), won, np.ones(len(won)), penalty=_penalty(x))
    design = np.column_stack([np.ones(len(won)), side, x])
    share = np.where(side, 0.5 / n[0], 0.5 / n[1])  # the mean of the two mixes
    ends, slopes = [], []
    for as_first in (1.0, 0.0):
        moved = design.copy()
        moved[:, 1] = as_first
        rate = expit(moved @ fit.coefficients)
        ends.append(rate)
        slopes.append((share * rate * (1 - rate)) @ moved)
    first, second = (float(share @ rate) for rate in ends)
    raw = float(won[side].mean() - won[~side].mean())
    residual = won - expit(design @ fit.coefficients)
    score = (design * residual[:, None]) @ (fit.covariance @ (slopes[0] - slopes[1]))
    apart = ends[0] - ends[1]
    centre = np.where(side, apart[side].mean(), apart[~side].mean())
    influence = score + share * (apart - centre)
    half = _half(influence, cluster, design.shape[1])
    gap = first - second
    return SameMix(raw, raw - gap, gap, gap - half, gap + half, first, second)


def _penalty(x: np.ndarray) -> np.ndarray:
    """Next to none: it only keeps a level that never won from running away."""
    return np.concatenate([[1e-9], np.full(x.shape[1], 1e-4)])


def _half(influence: np.ndarray, cluster: ArrayLike | None, parameters: int) -> float:
    """Half the interval of a sum of influences."""
    if cluster is not None:
        influence = np.bincount(np.unique(cluster, return_inverse=True)[1].ravel(), influence)
    n = len(influence)
    df = max(n - parameters, 1)
    return float(t.ppf(0.975, df) * np.sqrt(n / df * (influence**2).sum()))


def cases_to_tell(rate: float, difference: float = 0.1, power: float = 0.8) -> int:
    """How many cases each of two sides needs for a difference of their rates to show.

    Parameters
    ----------
    rate : of both sides together, 0..1;  power : in which share of the cases it should show

    Returns
    -------
    int, by the normal approximation, at an interval of 95 %

    Source
    ------
    Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, 4.

    Examples
    --------
    >>> cases_to_tell(0.3)
    330
    """
    reach = Z95 + ndtri(power)
    return int(np.ceil(2 * rate * (1 - rate) * (reach / difference) ** 2))
