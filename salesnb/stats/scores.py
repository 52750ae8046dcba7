"""Means of scores against fixed cuts: the spread within groups, and the chance of each class."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import hypergeom, t


def pooled_spread(n: ArrayLike, sum_of_squares: ArrayLike) -> tuple[float, int]:
    """Standard deviation within groups, one for all of them, and its degrees of freedom.

    Parameters
    ----------
    n : cases of each group
    sum_of_squares : sum of squared deviations of each group from its own mean

    Returns
    -------
    (s, df) : s in the unit of the values, NaN without a degree of freedom; df = cases - groups

    Source
    ------
    The pooled standard deviation of a one-way analysis of variance.

    Examples
    --------
    >>> pooled_spread([3, 2], [8.0, 0.5])  # 8.5 over 3 degrees of freedom
    (1.683..., 3)
    """
    counts = np.asarray(n, int)
    counts = counts[counts > 0]
    df = int(counts.sum() - len(counts))
    return (float(np.sqrt(np.sum(sum_of_squares) / df)) if df > 0 else float("nan")), df


def class_chances(mean: ArrayLike, se: ArrayLike, df: ArrayLike, cuts: ArrayLike) -> np.ndarray:
    """Chance that a true mean lies in each class between rising cuts: Student's t around the mean
    that was seen.

    Parameters
    ----------
    mean, se, df : arrays of one shape
        A mean, its standard error, and the degrees of freedom of that.
    cuts : k rising numbers; a class holds its lower cut

    Returns
    -------
    array (cases, k + 1) : rows sum to 1; NaN where mean, se or df are missing or df < 1; with a
        standard error of 0 the class of the mean has all of it

    Source
    ------
    The fiducial distribution of a mean with normal errors (Fisher 1935): (true - mean) / se is
    Student's t.

    Examples
    --------
    >>> class_chances([79.99], [2.83], [30], [60, 80]).round(2).tolist()
    [[0.0, 0.5, 0.5]]
    """
    mean, se, df = (np.asarray(v, float)[:, None] for v in (mean, se, df))
    edges = np.asarray(cuts, float)[None, :]
    known = np.isfinite(mean) & np.isfinite(se) & (df >= 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        below = np.where(se > 0, t.cdf((edges - mean) / se, np.where(df >= 1, df, 1)), mean < edges)
    below = np.hstack([np.zeros_like(mean), below, np.ones_like(mean)])
    return np.where(known, np.diff(below, axis=1), np.nan)


def fewer_than_rest(
    hits: ArrayLike, n: ArrayLike, all_hits: ArrayLike, all_n: ArrayLike
) -> np.ndarray:
    """Chance of so few hits in a part of the cases if hits fell on all of them alike.

    Parameters
    ----------
    hits, n : hits and cases of the part;  all_hits, all_n : of the whole, the part counted in

    Returns
    -------
    array of p-values, one-sided; NaN where the part is the whole

    Source
    ------
    Fisher (1935), The Design of Experiments: his exact test.

    Examples
    --------
    >>> fewer_than_rest([1], [4], [4], [8]).round(4).tolist()  # (1·1 + 4·4) of 70 tables
    [0.2429]
    """
    hits, n, all_hits, all_n = (np.asarray(v, int) for v in (hits, n, all_hits, all_n))
    return np.where(all_n > n, hypergeom.cdf(hits, all_n, all_hits, n), np.nan)
