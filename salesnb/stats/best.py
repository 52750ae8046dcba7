"""Which of several uncertain values is the greatest."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

POINTS = 256


def probability_best(mean: np.ndarray, sd: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Chance that each of J values is the greatest, for values independent and normal within each
    scenario.

    Integrated on a grid, not drawn: the same input gives the same output whatever the order of the
        values.

    Parameters
    ----------
    mean, sd : (S, J) arrays
        One row per scenario; `sd` > 0.
    weight : (S,) array
        Weights of the scenarios, adding to 1.

    Returns
    -------
    (J,) array, adding to 1

    Examples
    --------
    >>> probability_best(np.zeros((1, 4)), np.ones((1, 4)), np.ones(1)).round(6).tolist()
    [0.25, 0.25, 0.25, 0.25]
    """
    mean, sd = np.asarray(mean, float), np.maximum(np.asarray(sd, float), 1e-12)
    total = np.zeros(mean.shape[1])
    for centre, width, share in zip(mean, sd, weight, strict=True):
        low, high = (centre - 8 * width).max(), (centre + 8 * width).max()
        z = (np.linspace(low, high, POINTS) - centre[:, None]) / width[:, None]
        below = np.maximum(ndtr(z), 1e-300)
        density = np.exp(-0.5 * z**2) / width[:, None]
        found = (np.exp(np.log(below).sum(axis=0)) * density / below).sum(axis=1)
        total += share * found / found.sum()
    return total


def spread_points(n: int, dimensions: int) -> np.ndarray:
    """`n` evenly spread standard normal points, the same at every call, (n, dimensions).

    Source: additive recurrence with the generalised golden ratio (Roberts 2018, "The unreasonable
    effectiveness of quasirandom sequences").

    >>> spread_points(4, 2).shape
    (4, 2)
    """
    ratio = 2.0
    for _ in range(60):
        ratio = (1 + ratio) ** (1 / (dimensions + 1))
    steps = ratio ** -np.arange(1, dimensions + 1)
    return ndtri((0.5 + np.outer(np.arange(1, n + 1), steps)) % 1)


def probability_greatest(mean: ArrayLike, cov: ArrayLike, points: int = 4096) -> np.ndarray:
    """Chance that each of K jointly normal values is the greatest.

    Parameters
    ----------
    mean : (K,);  cov : (K, K), of full rank

    Returns
    -------
    (K,) array, adding to 1; over evenly spread points, the same at every call

    Examples
    --------
    >>> probability_greatest([0.0, 0.0], [[1.0, 0.9], [0.9, 1.0]]).round(2).tolist()
    [0.5, 0.5]
    """
    mean = np.asarray(mean, float)
    drawn = mean + spread_points(points, len(mean)) @ np.linalg.cholesky(np.asarray(cov, float)).T
    return np.bincount(drawn.argmax(axis=1), minlength=len(mean)) / points
