"""How strong an unseen common cause would have to be to explain an association away."""

import numpy as np


def e_value(odds_ratio, low=None, high=None):
    """E-value of an odds ratio of a common outcome, and of the limit of its interval nearer to 1.

    Parameters
    ----------
    odds_ratio : number;  low, high : its interval, optional

    Returns
    -------
    (estimate, limit) : 1 or more; `limit` is 1 when the interval holds 1, NaN without an interval

    Source
    ------
    VanderWeele and Ding (2017), Annals of Internal Medicine 167, 268-274; square root of the odds ratio:
    VanderWeele (2017), American Journal of Epidemiology 186, 626.

    Examples
    --------
    >>> [round(e_value(x)[0], 2) for x in (1.2, 1.5, 2, 3)]
    [1.42, 1.75, 2.18, 2.86]
    >>> round(e_value(2, 1.3, 3.1)[1], 2)
    1.54
    """
    estimate = _e(odds_ratio)
    if low is None or high is None:
        return estimate, np.nan
    if low <= 1 <= high:
        return estimate, 1.0
    return estimate, _e(low if low > 1 else high)


def _e(odds_ratio):
    ratio = np.sqrt(odds_ratio if odds_ratio >= 1 else 1 / odds_ratio)
    return float(ratio + np.sqrt(ratio * (ratio - 1)))
