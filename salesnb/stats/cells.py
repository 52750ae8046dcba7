"""Weighted cells: what a logistic model needs of the data, in one order whatever the order of the
rows.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from salesnb.errors import DataError

CODES = 2**62  # numbers that tell rows apart: less than an int64 holds


@dataclass(frozen=True)
class Cells:
    """Rows with equal group and equal columns, counted together.

    Attributes
    ----------
    x : (cells, k) design, first column the intercept
    group : (cells,) int, 0..groups-1
    wins, trials : (cells,) counts
    groups : int
    """

    x: np.ndarray
    group: np.ndarray
    wins: np.ndarray
    trials: np.ndarray
    groups: int


def make_cells(
    x: ArrayLike,
    wins: ArrayLike,
    trials: ArrayLike,
    group: ArrayLike | None = None,
    groups: int | None = None,
) -> Cells:
    """Cells sorted by group and columns, equal ones merged, empty ones dropped, an intercept in
    front.

    Sorting before any summing makes every result the same, to the last bit, whatever the order of
    the rows.

    Parameters
    ----------
    x : (rows, k) array
        Design columns without an intercept; k may be 0.
    wins, trials : (rows,) counts
    group : (rows,) int, optional
        None: one group.
    groups : int, optional
        Number of groups when the last ones may have no rows.

    Raises
    ------
    DataError
        Lengths differ, a value is missing, or wins are not within 0..trials.

    Examples
    --------
    >>> cells = make_cells([[1], [0], [1]], wins=[1, 0, 2], trials=[2, 3, 2])
    >>> cells.x.tolist(), cells.wins.tolist(), cells.trials.tolist()
    ([[1.0, 0.0], [1.0, 1.0]], [0.0, 3.0], [3.0, 4.0])
    """
    x, wins, trials = np.asarray(x, float), np.asarray(wins, float), np.asarray(trials, float)
    group = np.zeros(len(wins), int) if group is None else np.asarray(group, int)
    _check(x, wins, trials, group)
    groups = groups or (int(group.max()) + 1 if len(group) else 1)
    rows = np.column_stack([group, x])[trials > 0]
    unique, where = distinct_rows(rows)
    size = len(unique)
    return Cells(
        x=np.column_stack([np.ones(size), unique[:, 1:]]),
        group=unique[:, 0].astype(int),
        wins=np.bincount(where, wins[trials > 0], size),
        trials=np.bincount(where, trials[trials > 0], size),
        groups=groups,
    )


def distinct_rows(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The different rows of a matrix without missing values, sorted by its columns from the first
    on, and which of them each row is: what `numpy.unique` gives along an axis, by comparing one
    number a row instead of all columns.

    >>> unique, where = distinct_rows(np.array([[1, 0.5], [0, 2], [1, 0.5]]))
    >>> unique.tolist(), where.tolist()
    ([[0.0, 2.0], [1.0, 0.5]], [1, 0, 1])
    """
    code, size = np.zeros(len(rows), np.int64), 1
    for column in rows.T:
        levels, place = _ranked(column)
        if size * levels > CODES:
            known, code = np.unique(code, return_inverse=True)
            size = len(known)
        code, size = code * levels + place, size * levels
    _, first, where = np.unique(code, return_index=True, return_inverse=True)
    return rows[first], where


def _ranked(column: np.ndarray) -> tuple[int, np.ndarray]:
    """How many values a column may have, and the rank of each row's."""
    yes = column == 1
    if (yes | (column == 0)).all():
        return 2, yes.astype(np.int64)
    values, place = np.unique(column, return_inverse=True)
    return len(values), place


def _check(x, wins, trials, group):
    if x.ndim != 2 or not len(x) == len(wins) == len(trials) == len(group):
        raise DataError(
            f"the design has shape {x.shape}, but there are {len(wins)} wins, {len(trials)} "
            "trials and "
            f"{len(group)} groups: give one row of columns for each count."
        )
    if not (np.isfinite(x).all() and np.isfinite(trials).all()):
        raise DataError(
            "a column of the design or a count is missing: leave such rows out or give them a "
            "level."
        )
    if (wins < 0).any() or (wins > trials).any() or np.isnan(wins).any():
        raise DataError("wins must lie within 0..trials in every cell.")
    if len(group) and group.min() < 0:
        raise DataError("a group index is negative: number the groups 0, 1, 2 …")


def expit(score: ArrayLike) -> np.ndarray:
    """Logistic function, without overflow.

    >>> float(expit(0.0))
    0.5
    """
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(score, float)))


def logit(share: ArrayLike) -> np.ndarray:
    """Log-odds of a share; minus or plus infinity at 0 and 1.

    >>> float(logit(0.5))
    0.0
    """
    with np.errstate(divide="ignore"):
        return np.log(share) - np.log1p(-np.asarray(share, float))


def log_likelihood(score: ArrayLike, wins: ArrayLike, trials: ArrayLike) -> float:
    """Log-likelihood of single outcomes (no binomial constant), so equal for cells and for rows.

    >>> round(float(log_likelihood([0.0], [1], [2])), 4)
    -1.3863
    """
    return np.sum(np.asarray(wins) * score - np.asarray(trials) * np.logaddexp(0, score))
