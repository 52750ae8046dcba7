"""Logistic model with group effects whose spread is not known but averaged over.

For 17 spreads tau from 0.02 to 1.5 log-odds the mode is found (`penalised.fit_mode`); each gets the
weight of its Laplace marginal likelihood times a Gamma(2, scale 0.25) prior, which avoids the
collapse to tau = 0 (Chung et al. 2013, Psychometrika 78, 685-709). Every figure is the average over
the spreads, and its interval knows both the uncertainty at each spread and that between them. Many
groups with few cases say little about tau, so there the prior speaks (docs/method.md, the bars A8).

The slope of a column that is one number per group has the same spread tau: it rests on as many
cases as there are groups, and left free it would by itself put somebody above or below the others
in one of twenty departments of equals (A9).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from salesnb.errors import DataError
from salesnb.stats.cells import Cells, expit, make_cells
from salesnb.stats.penalised import SLOPE_PENALTY, fit_mode

TAUS = np.exp(np.linspace(np.log(0.02), np.log(1.5), 17))
PRIOR_SCALE = 0.25  # the prior expects groups to differ by about 0.25 to 0.5 in log-odds
NO_WEIGHT = 1e-12  # a spread with less weight changes no figure by more than rounding
Z95 = 1.959963984540054


@dataclass(frozen=True)
class MixedLogistic:
    """A fitted model; T spreads, J groups, columns = intercept, k columns of `x`, q columns of
    `own`.

    Attributes
    ----------
    tau, weight : (T,) spread of group effects in log-odds, and its posterior weight (adds to 1)
    slopes : (T, 1 + k + q);  effects : (T, J)
    slope_cov : (T, 1 + k + q, same);  cross : (T, J, 1 + k + q);  precision : (T, J)
        curvature as in `penalised.Mode`
    own : (J, q) columns that belong to the group (all its cells have the same value)
    trials : (J,) cases of each group
    log_likelihood : float, average over the spreads, without the penalty
    """

    tau: np.ndarray
    weight: np.ndarray
    slopes: np.ndarray
    effects: np.ndarray
    slope_cov: np.ndarray
    cross: np.ndarray
    precision: np.ndarray
    own: np.ndarray
    trials: np.ndarray
    log_likelihood: float

    def variance(self, slope_gradient: np.ndarray, effect_gradient: np.ndarray) -> np.ndarray:
        """Variance at each spread of quantities with these gradients.

        Parameters: (T, Q, 1 + k + q) and (T, Q, J). Returns (T, Q).
        """
        direct = np.einsum("tqj,tj->tq", effect_gradient**2, 1 / self.precision)
        rest = slope_gradient - np.einsum("tqj,tji->tqi", effect_gradient, self.cross)
        return direct + np.einsum("tqi,tij,tqj->tq", rest, self.slope_cov, rest)

    def mix(self, value: np.ndarray, variance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and standard deviation over the spreads of quantities (T, Q) with
        variances (T, Q).
        """
        mean = self.weight @ value
        # around the mean, not as a difference of squares: no loss of digits
        return mean, np.sqrt(self.weight @ (variance + (value - mean) ** 2))

    def coefficients(self) -> dict[str, np.ndarray]:
        """Slopes (intercept first) in log-odds: dict of mean, sd, low, high, each (1 + k + q,)."""
        return _summary(*self.mix(self.slopes, np.einsum("tii->ti", self.slope_cov)))

    def group_effects(self) -> dict[str, np.ndarray]:
        """Group effects in log-odds: dict of mean, sd, low, high, each (J,)."""
        rest = np.einsum("tji,tik,tjk->tj", self.cross, self.slope_cov, self.cross)
        return _summary(*self.mix(self.effects, 1 / self.precision + rest))

    def spread(self) -> tuple[float, float, float]:
        """Mean of tau and the 2.5 % and 97.5 % points of its weights, log-odds."""
        steps = np.cumsum(self.weight)
        low, high = self.tau[np.minimum(np.searchsorted(steps, [0.025, 0.975]), len(steps) - 1)]
        return float(self.weight @ self.tau), float(low), float(high)

    def predict(
        self, x: ArrayLike, group: ArrayLike | None = None, own: ArrayLike | None = None
    ) -> np.ndarray:
        """Predicted share for rows of `x`, 0..1.

        With `group` the group's own columns and effect are used; without it the effect is left out
        and `own` (rows, q) gives the group-level columns.
        """
        design = (
            self.design(x, group) if group is not None else _with_own(x, own, self.own.shape[1])
        )
        score = self.slopes[:, :1] + np.einsum("tk,rk->tr", self.slopes[:, 1:], design)
        if group is not None:
            score = score + self.effects[:, np.asarray(group, int)]
        return self.weight @ expit(score)

    def design(self, x: ArrayLike, group: ArrayLike) -> np.ndarray:
        """Columns of `x` with the group-level columns behind them, (rows, k + q)."""
        return np.column_stack([np.asarray(x, float), self.own[np.asarray(group, int)]])


def _with_own(x, own, q):
    x = np.asarray(x, float)
    own = np.zeros((len(x), q)) if own is None else np.asarray(own, float)
    return np.column_stack([x, own])


def _summary(mean, sd):
    return {"mean": mean, "sd": sd, "low": mean - Z95 * sd, "high": mean + Z95 * sd}


def mixed_logistic(
    x: ArrayLike,
    group: ArrayLike,
    wins: ArrayLike,
    trials: ArrayLike,
    own: ArrayLike | None = None,
    taus: np.ndarray = TAUS,
) -> MixedLogistic:
    """Fit the model on weighted cells.

    Parameters
    ----------
    x : (cells, k) array
        Design columns (0/1 or numbers) without an intercept; k may be 0.
    group : (cells,) int
        0..J-1.
    wins, trials : (cells,) counts
    own : (J, q) array, optional
        Columns that are one number per group, in standard deviations, since their slopes are shrunk
        as the groups are.
    taus : (T,) array
        Grid of spreads, equally spaced in logarithm.

    Returns
    -------
    MixedLogistic

    Raises
    ------
    DataError
        Lengths differ, counts are impossible, or there is no case.

    Source
    ------
    Laplace approximation, Breslow and Clayton (1993), JASA 88, 9-25; prior of the spread, Chung et
    al. (2013).

    Examples
    --------
    >>> model = mixed_logistic(np.zeros((3, 0)), [0, 1, 2], wins=[10, 20, 30], trials=[60, 60, 60])
    >>> model.predict(np.zeros((3, 0)), group=[0, 1, 2]).round(3).tolist()
    [0.201, 0.332, 0.467]
    """
    x, group = np.asarray(x, float), np.asarray(group, int)
    own = np.zeros((int(group.max(initial=0)) + 1, 0)) if own is None else np.asarray(own, float)
    if len(group) and group.max() >= len(own):
        raise DataError(
            f"{len(own)} groups have group-level columns, but the cells name group {group.max()}."
        )
    cells = make_cells(np.column_stack([x, own[group]]), wins, trials, group, groups=len(own))
    if not len(cells.trials):
        raise DataError("no cell has a case: a model needs at least one win and one loss.")
    modes, mode = [], None
    for tau in taus:
        mode = fit_mode(cells, tau, mode, penalty=_penalty(cells.x.shape[1], own.shape[1], tau))
        modes.append(mode)
    return _assemble(np.asarray(taus, float), modes, cells, own)


def _penalty(columns, own, tau):
    """Penalty of each slope, intercept first: hardly any, but that of a group's own column is drawn
    as the groups are.
    """
    return np.concatenate([np.full(columns - own, SLOPE_PENALTY), np.full(own, 1 / tau**2)])


def _log_marginal(tau, mode, own):
    slopes, own_slopes = np.split(mode.slopes, [len(mode.slopes) - own])
    drawn = np.concatenate([mode.effects, own_slopes])
    fit = mode.log_likelihood - drawn @ drawn / (2 * tau**2) - SLOPE_PENALTY * (slopes @ slopes) / 2
    prior = np.log(tau) - tau / PRIOR_SCALE
    # the last term is the Jacobian of the logarithmic grid
    return fit - len(drawn) * np.log(tau) - mode.log_det / 2 + prior + np.log(tau)


def _assemble(taus, modes, cells: Cells, own):
    log_weight = np.array(
        [_log_marginal(tau, mode, own.shape[1]) for tau, mode in zip(taus, modes, strict=True)]
    )
    weight = np.exp(log_weight - log_weight.max())
    keep = np.flatnonzero(weight > NO_WEIGHT * weight.sum())
    weight = weight[keep] / weight[keep].sum()

    def stack(name):
        return np.array([getattr(modes[i], name) for i in keep])

    return MixedLogistic(
        tau=taus[keep],
        weight=weight,
        slopes=stack("slopes"),
        effects=stack("effects"),
        slope_cov=stack("slope_cov"),
        cross=stack("cross"),
        precision=stack("precision"),
        own=own,
        trials=np.bincount(cells.group, cells.trials, cells.groups),
        log_likelihood=float(weight @ stack("log_likelihood")),
    )
