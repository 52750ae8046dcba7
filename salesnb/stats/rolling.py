"""Does a model predict cases that it has not seen? Rolling origin: each month is predicted from the months before."""

from dataclasses import dataclass

import numpy as np

from salesnb.stats.mixed import mixed_logistic
from salesnb.stats.scores import cell_log_loss
from salesnb.stats.shrinkage import beta_binomial

DRAWS = 2000


@dataclass(frozen=True)
class Rolling:
    """Predictions out of time, pooled over the predicted months; one entry per cell.

    Attributes
    ----------
    factors : predicted share from the columns alone (group effects left out)
    full : with the group effects
    base : rate of the training months;  by_group : the group's own rate of the training months, shrunk
    wins, trials, group, month : of the cells
    """

    factors: np.ndarray
    full: np.ndarray
    base: np.ndarray
    by_group: np.ndarray
    wins: np.ndarray
    trials: np.ndarray
    group: np.ndarray
    month: np.ndarray


@dataclass(frozen=True)
class Skill:
    """Skill out of time.

    Attributes
    ----------
    skill : 1 - log-loss / log-loss of the baseline; NaN without cases
    gain, low, high : mean gain of log-loss per case over the baseline, nats, with the 95 % interval
    cases : float
    """

    skill: float
    gain: float
    low: float
    high: float
    cases: float


def rolling_origin(x, group, wins, trials, month, own=None, last=9, least=3) -> Rolling:
    """Predict each of the `last` months from all the months before it.

    Parameters
    ----------
    x : (cells, k) array;  group : (cells,) int;  wins, trials : (cells,) counts;  own : (J, q) array, optional
        As in `mixed_logistic`; cells of one month each.
    month : (cells,) sortable numbers
        Time order; gaps do no harm.
    last : int
        Months predicted, at most;  least : months of training, at least.

    Returns
    -------
    Rolling; empty when there are `least` months or fewer

    Examples
    --------
    >>> month = np.repeat([1, 2, 3, 4], 2)
    >>> x = np.tile([[0.0], [1.0]], (4, 1))
    >>> done = rolling_origin(x, np.zeros(8, int), [2, 8] * 4, [10] * 8, month)
    >>> done.factors.round(2).tolist(), done.base.round(2).tolist()
    ([0.2, 0.8], [0.5, 0.5])
    """
    x, group, month = np.asarray(x, float), np.asarray(group, int), np.asarray(month)
    wins, trials = np.asarray(wins, float), np.asarray(trials, float)
    own = np.zeros((int(group.max(initial=0)) + 1, 0)) if own is None else np.asarray(own, float)
    months = np.unique(month[trials > 0])
    parts = []
    for origin in months[least:][-last:]:
        seen, now = (month < origin) & (trials > 0), (month == origin) & (trials > 0)
        shares = _predicted(x, group, wins, trials, own, seen, now)
        parts.append((*shares, wins[now], trials[now], group[now], month[now]))
    empty = [np.zeros(0)] * 8
    return Rolling(*(np.concatenate(columns) for columns in (zip(*parts, strict=True) if parts else zip(empty))))


def _predicted(x, group, wins, trials, own, seen, now):
    model = mixed_logistic(x[seen], group[seen], wins[seen], trials[seen], own)
    base = (wins[seen].sum() + 0.5) / (trials[seen].sum() + 1)
    size = len(own)
    shrunk = beta_binomial(np.bincount(group[seen], wins[seen], size), np.bincount(group[seen], trials[seen], size))
    return (
        model.predict(x[now], own=own[group[now]]),
        model.predict(x[now], group=group[now]),
        np.full(now.sum(), base),
        shrunk.rate[group[now]],
    )


def skill(probability, baseline, wins, trials, group, month, seed=20260901) -> Skill:
    """Gain of log-loss over a baseline, with an interval from resampling group-months as blocks.

    Parameters
    ----------
    probability, baseline : (cells,) predicted shares;  wins, trials : (cells,) counts
    group, month : (cells,) keys of the blocks
    seed : int
        The same seed and data give the same interval, whatever the order of the rows.

    Returns
    -------
    Skill; NaN when there is no cell. The claim "the model has skill" needs `low` > 0.

    Source
    ------
    Block bootstrap: Davison and Hinkley (1997), Bootstrap Methods and their Application, chapter 8.

    Examples
    --------
    >>> found = skill([0.2, 0.8] * 6, [0.5] * 12, [2, 8] * 6, [10] * 12, [0] * 12, np.repeat(range(6), 2))
    >>> round(found.skill, 3), bool(found.low > 0)
    (0.278, True)
    """
    trials = np.asarray(trials, float)
    if not trials.sum():
        return Skill(np.nan, np.nan, np.nan, np.nan, 0.0)
    base = cell_log_loss(baseline, wins, trials)
    gain = base - cell_log_loss(probability, wins, trials)
    gains, cases = _blocks(gain, trials, group, month)
    draws = np.random.default_rng(seed).multinomial(len(cases), np.full(len(cases), 1 / len(cases)), DRAWS)
    resampled = (draws @ gains) / (draws @ cases)
    low, high = np.quantile(resampled, [0.025, 0.975])
    total = gains.sum()
    return Skill(float(total / base.sum()), float(total / cases.sum()), float(low), float(high), float(cases.sum()))


def _blocks(gain, trials, group, month):
    """Gain and cases of each block, in an order that names cannot change."""
    keys = np.column_stack([np.asarray(group, float), np.asarray(month, float)])
    cell_order = np.lexsort([gain, trials])
    _, where = np.unique(keys[cell_order], axis=0, return_inverse=True)
    gains = np.bincount(where.ravel(), gain[cell_order])
    cases = np.bincount(where.ravel(), trials[cell_order])
    order = np.lexsort([gains, cases])
    return gains[order], cases[order]
