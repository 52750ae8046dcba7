"""Plain logistic model by maximum likelihood on weighted cells."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from salesnb.stats.cells import Cells, expit, log_likelihood, logit, make_cells


@dataclass(frozen=True)
class Logistic:
    """A fitted model; the intercept is the first coefficient.

    Attributes
    ----------
    coefficients, se : (1 + k,) log-odds
    covariance : (1 + k, 1 + k)
    log_likelihood : float, of single outcomes (without the penalty, if any)
    converged : bool; False where a column separates wins from losses
    """

    coefficients: np.ndarray
    se: np.ndarray
    covariance: np.ndarray
    log_likelihood: float
    converged: bool

    def predict(self, x: ArrayLike) -> np.ndarray:
        """Predicted share for rows of `x` (without intercept), 0..1."""
        return expit(self.coefficients[0] + np.asarray(x, float) @ self.coefficients[1:])


def logistic(
    x: ArrayLike, wins: ArrayLike, trials: ArrayLike, penalty: ArrayLike = 0.0, steps: int = 100
) -> Logistic:
    """Coefficients, standard errors and log-likelihood, equal for cells and for single rows.

    Parameters
    ----------
    x : (cells, k) array
        Columns without an intercept.
    wins, trials : (cells,) counts
    penalty : float or (k,) array
        Ridge on the columns (not on the intercept); 0: none.

    Returns
    -------
    Logistic

    Source
    ------
    Newton's method (iteratively reweighted least squares), McCullagh and Nelder (1989), Generalized
    Linear Models.

    Examples
    --------
    >>> fit = logistic([[0], [1]], wins=[10, 20], trials=[40, 40])
    >>> fit.coefficients.round(4).tolist()
    [-1.0986, 1.0986]
    """
    cells = make_cells(x, wins, trials)
    ridge = np.concatenate(
        [[0.0], np.broadcast_to(np.asarray(penalty, float), cells.x.shape[1] - 1)]
    )
    slopes = np.zeros(cells.x.shape[1])
    slopes[0] = logit((cells.wins.sum() + 0.5) / (cells.trials.sum() + 1))
    converged = False
    for _ in range(steps):
        step = _step(cells, slopes, ridge)
        slopes = slopes + step
        converged = bool(np.abs(step).max() < 1e-9)
        if converged:
            break
    covariance = np.linalg.pinv(_information(cells, slopes, ridge), hermitian=True)
    value = float(log_likelihood(cells.x @ slopes, cells.wins, cells.trials))
    return Logistic(slopes, np.sqrt(np.diag(covariance)), covariance, value, converged)


def _information(cells: Cells, slopes, ridge):
    share = expit(cells.x @ slopes)
    weight = cells.trials * share * (1 - share)
    return np.einsum("ci,cj->ij", cells.x, cells.x * weight[:, None]) + np.diag(ridge)


def _step(cells, slopes, ridge):
    residual = cells.wins - cells.trials * expit(cells.x @ slopes)
    gradient = np.einsum("ci,c->i", cells.x, residual) - ridge * slopes
    step = np.linalg.lstsq(_information(cells, slopes, ridge), gradient, rcond=None)[0]
    # a step of more than 5 log-odds only happens far from the answer
    return step * min(1.0, 5.0 / max(np.abs(step).max(), 1e-300))
