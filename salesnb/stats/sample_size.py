"""How many cases a model needs."""

import math

import numpy as np


def minimum_cases(parameters, r2, shrinkage=0.9):
    """Cases for which the model's slopes would shrink by no more than 1 - `shrinkage` in new data.

    Parameters
    ----------
    parameters : int, without the intercept
    r2 : float, Cox-Snell R², 0..1;  shrinkage : float, 0..1

    Returns
    -------
    float; infinite when r2 is 0 or less

    Source
    ------
    Riley et al. (2019), Statistics in Medicine 38, 1276-1296, criterion (i).

    Examples
    --------
    >>> [minimum_cases(7, r2) for r2 in (0.05, 0.08, 0.12)]
    [1225.0, 752.0, 490.0]
    """
    if not r2 > 0:
        return math.inf
    if r2 >= shrinkage:
        return float(parameters)
    return float(math.ceil(parameters / ((shrinkage - 1) * math.log(1 - r2 / shrinkage))))


def cox_snell_r2(log_likelihood, log_likelihood_null, cases):
    """Cox-Snell R² from two log-likelihoods of single outcomes, 0..1.

    >>> round(cox_snell_r2(-600.0, -625.0, 1000), 4)
    0.0488
    """
    return float(1 - np.exp(-2 * (log_likelihood - log_likelihood_null) / cases))
