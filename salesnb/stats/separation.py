"""Separation: columns for which no finite odds ratio exists, because a level only won or only lost."""

import numpy as np
from scipy.optimize import linprog

from salesnb.stats.cells import make_cells


def separated_columns(x, wins, trials):
    """Columns of `x` along which wins and losses are (quasi-)completely separated.

    Parameters
    ----------
    x : (cells, k) array
        Columns without an intercept.
    wins, trials : (cells,) counts

    Returns
    -------
    list of int, sorted; empty when the maximum-likelihood estimate exists. Where the reference level itself only won
    or lost, every other level is separated from it and all of them are named.

    Source
    ------
    Konis (2007), Linear programming algorithms for detecting separated data, thesis, Oxford.

    Examples
    --------
    >>> separated_columns([[0, 0], [1, 0], [0, 1]], wins=[3, 2, 0], trials=[9, 5, 8])
    [1]
    """
    cells = make_cells(x, wins, trials)
    only_won, only_lost = cells.wins == cells.trials, cells.wins == 0
    signed = cells.x * np.where(only_won, 1.0, -1.0)[:, None]
    one_sided = only_won | only_lost
    mixed = cells.x[~one_sided]
    if not one_sided.any():
        return []
    found = linprog(
        -signed[one_sided].sum(axis=0),
        A_ub=-signed[one_sided],
        b_ub=np.zeros(one_sided.sum()),
        A_eq=mixed if len(mixed) else None,
        b_eq=np.zeros(len(mixed)) if len(mixed) else None,
        bounds=(-1, 1),
        method="highs",
    )
    if -found.fun < 1e-7:
        return []
    return [int(i) for i in np.flatnonzero(np.abs(found.x[1:]) > 1e-7)]
