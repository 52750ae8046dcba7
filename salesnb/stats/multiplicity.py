"""Many tests at once: adjusted p-values."""

import numpy as np
from numpy.typing import ArrayLike


def _adjusted(p, step):
    p = np.asarray(p, float)
    out = np.full(p.shape, np.nan)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    out[order] = step(p[order])
    return out


def holm(p: ArrayLike) -> np.ndarray:
    """Holm's adjusted p-values: below 5 % keeps the chance of any false finding below 5 %.

    Parameters
    ----------
    p : array of p-values; NaN = not tested, stays NaN and does not count

    Returns
    -------
    array, 0..1, in the order given

    Source
    ------
    Holm (1979), Scandinavian Journal of Statistics 6, 65-70.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    return _adjusted(
        p, lambda q: np.minimum(np.maximum.accumulate(q * np.arange(len(q), 0, -1)), 1)
    )


def benjamini_hochberg(p: ArrayLike) -> np.ndarray:
    """Adjusted p-values: naming those below 5 % keeps the share of false names below 5 %.

    Parameters
    ----------
    p : array of p-values; NaN = not tested, stays NaN and does not count

    Returns
    -------
    array, 0..1, in the order given

    Source
    ------
    Benjamini and Hochberg (1995), JRSS B 57, 289-300.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.04, 0.04]
    """

    def step(q):
        scaled = q * len(q) / np.arange(1, len(q) + 1)
        return np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1)

    return _adjusted(p, step)
