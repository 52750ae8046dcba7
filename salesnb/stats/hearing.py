"""How many calls make a mean score sure, and whose call to hear next."""

from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike


def calls_until_sure(
    score: ArrayLike, spread: ArrayLike, cuts: ArrayLike, chance: float = 0.80
) -> np.ndarray:
    """Calls in all from which a mean score lies on its side of the nearest cut with a chance of at
    least `chance`.

    Parameters
    ----------
    score : mean scores;  spread : standard deviation of a single call
    cuts : limits between the classes
    chance : 0..1

    Returns
    -------
    array of whole numbers as floats: n = (z · spread / |score − cut|)², rounded up; inf on a cut,
        NaN where the score or the spread is missing

    Source
    ------
    definitions, "Listening rota": z = 0.842 for 80 %, the normal quantile to three decimals.

    Examples
    --------
    >>> calls_until_sure([78.07, 79.6, 80.0, float("nan")], 8.05, [60, 80]).tolist()
    [13.0, 288.0, inf, nan]
    """
    score, spread = np.asarray(score, float), np.asarray(spread, float)
    z = _quantile(chance)
    nearest = np.abs(score[..., None] - np.asarray(cuts, float)).min(-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.ceil(
            np.where(nearest > 0, (z * spread / nearest) ** 2, np.inf) + 0 * (score + spread)
        )


def _quantile(chance: float) -> float:
    """Normal quantile to three decimals: none below an even chance, which no call is needed for."""
    if chance <= 0.5:
        return 0.0
    return round(NormalDist().inv_cdf(chance), 3) if chance < 1 else np.inf


def hearing_order(
    visits: ArrayLike,
    chance: ArrayLike,
    since: ArrayLike,
    sure: ArrayLike,
    hopeless: ArrayLike,
    longest: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Who is heard first: (group, order among all) of people.

    Nobody waits longer than `longest` days; then come those whose class is sure after the fewest
    visits, of these the least sure one; then those whose class no pace makes sure; last those who
    are sure.

    Parameters
    ----------
    visits : visits until the class is sure; 0 for people who are sure
    chance : of the class, 0..1; NaN (too few calls for one) counts as the least sure
    since : days since the last visit; NaN where there was none
    sure, hopeless : whether the class is sure; whether it takes too many visits
    longest : days that nobody waits longer

    Returns
    -------
    (group, order) : of each person 0 (waits too long), 1 (can become sure), 2 (hopeless), 3 (sure);
        positions of the people from the first to be heard to the last, equal ones as they stand

    Examples
    --------
    >>> group, order = hearing_order([40, 2, 0, 1, 1], [0.5, 0.7, 0.9, 0.7, 0.6], [3, 3, 30, 3, 3],
    ...     [False, False, True, False, False], [True, False, False, False, False], 22)
    >>> group.tolist(), order.tolist()
    ([2, 1, 0, 1, 1], [2, 4, 3, 1, 0])
    """
    visits, since = np.asarray(visits, float), np.asarray(since, float)
    waits = np.where(np.isnan(since), np.inf, since)
    rest = np.where(np.asarray(hopeless, bool), 2, 1)
    group = np.where(waits >= longest, 0, np.where(np.asarray(sure, bool) & (visits <= 0), 3, rest))
    reachable = group == 1
    chances = np.nan_to_num(np.asarray(chance, float), nan=0.0)
    keys = (
        -waits,
        np.where(reachable, chances, 0),
        np.where(reachable, visits, 0),
        group,
    )
    return group, np.lexsort(keys)
