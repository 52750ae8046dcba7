"""Cases of one client go together: by how much that makes intervals too short and
tests too bold.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from salesnb.stats.cells import expit
from salesnb.stats.within import Within, within


def cluster_inflation(
    x: np.ndarray,
    group: np.ndarray,
    wins: np.ndarray,
    trials: np.ndarray,
    clustered: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    factors: Mapping[str, Sequence[int]],
    fit: Within | None = None,
) -> dict[str, float]:
    """How many times larger the variance of each factor's slopes is than independent cases would
    have it.

    Parameters
    ----------
    x, group, wins, trials : as in `within`, all cells
    clustered : tuple (x, group, wins, trials, client)
        The part of the cells whose cases come in clients, told apart by client: (rows, k), (rows,),
            …; `client` is int.
    factors : dict of name -> list of columns of `x`
    fit : Within, optional
        `within` of the same cells, where it is known already.

    Returns
    -------
    dict of name -> factor, at least 1: a chi-square is divided by it, a standard error multiplied
    by its root

    Source
    ------
    First-order correction of Rao and Scott (1984), Annals of Statistics 12, 46-60, with the
    sandwich variance of Liang and Zeger (1986), Biometrika 73, 13-22; group levels are profiled
    out.

    Examples
    --------
    >>> x, group, client = np.tile([[0.0], [1.0]], (10, 1)), np.zeros(20, int), np.arange(20)
    >>> wins, trials = np.array([0, 3, 3, 0] * 5), np.full(20,
    ...     3)  # the three deals of a client always end alike
    >>> round(cluster_inflation(x, group, wins, trials, (x, group, wins, trials, client),
    ...     {"a": [0]})["a"], 1)
    3.0
    """
    x, group = np.asarray(x, float), np.asarray(group, int)
    wins, trials = np.asarray(wins, float), np.asarray(trials, float)
    fit = within(x, group, wins, trials) if fit is None else fit
    rate = expit(fit.level[group] + x @ fit.slope)
    weight = trials * rate * (1 - rate)
    centre = _centres(x, group, weight)
    inner = x - centre[group]
    bread = np.linalg.inv((inner * weight[:, None]).T @ inner + 1e-9 * np.eye(x.shape[1]))
    more_x, more_group, more_wins, more_trials, client = clustered
    their_rate = expit(fit.level[more_group] + more_x @ fit.slope)
    their_inner = more_x - centre[more_group]
    scores = np.zeros((int(client.max()) + 1, x.shape[1]))
    np.add.at(scores, client, their_inner * (more_wins - more_trials * their_rate)[:, None])
    meat = (
        _alone(inner, wins, trials, rate)
        - _alone(their_inner, more_wins, more_trials, their_rate)
        + scores.T @ scores
    )
    robust = bread @ meat @ bread
    return {name: _ratio(bread, robust, columns) for name, columns in factors.items()}


def _centres(x, group, weight):
    """Weighted mean of the columns in each group."""
    groups = int(group.max()) + 1
    total = np.maximum(np.bincount(group, weight, groups), 1e-12)
    return np.column_stack([np.bincount(group, weight * column, groups) / total for column in x.T])


def _alone(inner, wins, trials, rate):
    """Sum of squared scores with every case by itself."""
    squares = wins * (1 - rate) ** 2 + (trials - wins) * rate**2
    return (inner * squares[:, None]).T @ inner


def _ratio(naive, robust, columns) -> float:
    block = np.ix_(columns, columns)
    return max(1.0, float(np.trace(np.linalg.solve(naive[block], robust[block])) / len(columns)))
