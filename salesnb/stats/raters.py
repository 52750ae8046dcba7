"""People who score the same things: who gives more than the others, and how far two agree."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.stats import f as f_ratio
from scipy.stats import t


@dataclass(frozen=True)
class Raters:
    """How much each rater gives above the average rating of the same things.

    Attributes
    ----------
    points, low, high, p : arrays (raters,); points above the average rating, its Student interval
        and the p-value of no difference; NaN where a rater shares nothing with another, or no
        degree of freedom is left
    spread, df : standard deviation of a single rating around the model, its degrees of freedom
    """

    points: np.ndarray
    low: np.ndarray
    high: np.ndarray
    p: np.ndarray
    spread: float
    df: int


def severity(
    rater: ArrayLike, cell: ArrayLike, score: ArrayLike, confidence: float = 0.95
) -> Raters:
    """Fixed effect of each rater beside one of each cell, by least squares.

    Parameters
    ----------
    rater, cell : whole numbers from 0; score : numbers; arrays of one length
        A cell is what would have one mean if one rater had scored all of it.

    Returns
    -------
    Raters
        Raters are compared only where cells tie them together, directly or by way of others; the
        effects of raters that are tied sum to zero over their ratings.

    Source
    ------
    The additive two-way model without interaction, unbalanced (Searle 1971, Linear Models, ch. 7);
    connectedness: Weeks and Williams (1964), Technometrics 6, 319-324.

    Examples
    --------
    >>> found = severity([0, 0, 1, 1, 0, 1], [0, 0, 0, 0, 1, 1], [70, 72, 75, 77, 50, 55])
    >>> found.points.round(2).tolist(), round(found.spread, 2), found.df
    ([-2.5, 2.5], 1.15, 3)
    """
    rater, cell, y = np.asarray(rater, int), np.asarray(cell, int), np.asarray(score, float)
    raters, cells = int(rater.max(initial=-1)) + 1, int(cell.max(initial=-1)) + 1
    parts, label = _ties(rater, cell, raters, cells)
    design = _within(np.eye(raters)[rater], cell, cells)
    inverse = np.linalg.pinv(design.T @ design)
    effect = inverse @ (design.T @ _within(y[:, None], cell, cells)[:, 0])
    rest = _within(y[:, None], cell, cells)[:, 0] - design @ effect
    df = len(y) - raters - cells + parts
    spread = float(np.sqrt((rest**2).sum() / df)) if df > 0 else float("nan")
    contrast = _contrasts(np.bincount(rater, minlength=raters), label)
    points = contrast @ effect
    se = spread * np.sqrt(np.clip(np.diag(contrast @ inverse @ contrast.T), 0, None))
    half = t.ppf(0.5 + confidence / 2, max(df, 1)) * se
    with np.errstate(invalid="ignore", divide="ignore"):
        p = 2 * t.sf(np.abs(points) / se, max(df, 1))
    return Raters(points, points - half, points + half, p, spread, df)


def _ties(rater, cell, raters: int, cells: int) -> tuple[int, np.ndarray]:
    """Number of parts that nothing ties together, and the part of each rater."""
    edges = coo_matrix((np.ones(len(rater)), (rater, raters + cell)), (raters + cells,) * 2)
    parts, label = connected_components(edges, directed=False)
    return int(parts), label[:raters]


def _within(columns: np.ndarray, cell: np.ndarray, cells: int) -> np.ndarray:
    """Columns less the mean of their cell."""
    n = np.bincount(cell, minlength=cells)
    means = np.stack([np.bincount(cell, one, cells) for one in columns.T]) / np.maximum(n, 1)
    return columns - means.T[cell]


def _contrasts(n: np.ndarray, part: np.ndarray) -> np.ndarray:
    """Each rater less the average rating of its part; NaN for one alone in its part."""
    same = part[:, None] == part[None, :]
    weights = same * n[None, :]
    contrast = np.eye(len(n)) - weights / weights.sum(axis=1, keepdims=True)
    contrast[same.sum(axis=1) < 2] = np.nan
    return contrast


def icc(scores: ArrayLike, confidence: float = 0.95) -> tuple[float, float, float]:
    """Agreement of raters on single ratings: ICC(2,1), two-way random, absolute agreement.

    Parameters
    ----------
    scores : array (targets, raters), complete

    Returns
    -------
    (icc, low, high) : 1 is full agreement; NaN with fewer than two targets or raters, or where all
        scores are equal

    Source
    ------
    Shrout and Fleiss (1979), Intraclass correlations: uses in assessing rater reliability,
    Psychological Bulletin 86, 420-428, case 2 and its interval.

    Examples
    --------
    >>> table = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9],
    ...     [6, 2, 4, 7]]
    >>> [round(x, 2) for x in icc(table)]  # their table 2
    [0.29, 0.02, 0.76]
    """
    x = np.asarray(scores, float)
    n, k = x.shape if x.ndim == 2 else (0, 0)
    if n < 2 or k < 2:
        return (float("nan"),) * 3
    whole, rows, columns = x.mean(), x.mean(axis=1), x.mean(axis=0)
    between = k * ((rows - whole) ** 2).sum() / (n - 1)
    judges = n * ((columns - whole) ** 2).sum() / (k - 1)
    rest = ((x - rows[:, None] - columns + whole) ** 2).sum() / ((n - 1) * (k - 1))
    total = between + (k - 1) * rest + k * (judges - rest) / n
    if not total > 0:
        return (float("nan"),) * 3
    found = (between - rest) / total
    return (float(found), *_icc_ends(float(found), between, judges, rest, n, k, confidence))


def _icc_ends(found, between, judges, rest, n: int, k: int, confidence) -> tuple[float, float]:
    if rest == 0 and judges == 0:  # each rater gave each target the same
        return found, found
    ratio = judges / rest if rest > 0 else np.inf
    if np.isinf(ratio):
        df = float(k - 1)
    else:
        a, b = k * ratio * found, n * (1 + (k - 1) * found) - k * found
        df = (k - 1) * (n - 1) * (a + b) ** 2 / ((n - 1) * a**2 + b**2)
    tail = 0.5 + confidence / 2
    upper, lower = f_ratio.ppf(tail, n - 1, df), f_ratio.ppf(tail, df, n - 1)
    shared = k * judges + (k * n - k - n) * rest
    low = n * (between - upper * rest) / (upper * shared + n * between)
    high = n * (lower * between - rest) / (shared + n * lower * between)
    return float(low), float(high)
