"""What accounts for the gap between two sets of cases: exact Shapley values of groups of columns.

With v(S) = the mean predicted share when the factors in S are as in the first set and the others as
in the second, each factor gets its average contribution over all orders in which the factors could
be exchanged. The rest of the gap is the group's own effect (shrunk) and chance, so that the parts
add up to the raw gap.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import factorial

import numpy as np

from salesnb.errors import DataError
from salesnb.stats.cells import distinct_rows, expit
from salesnb.stats.mixed import Z95, MixedLogistic

GROUP, CHANCE = "group", "chance"


@dataclass(frozen=True)
class Side:
    """One of the two sets of cases: cells with the group that each belongs to.

    Attributes
    ----------
    x : (cells, k) columns as in the fit, without the group-level ones
    group : (cells,) int, as in the fit
    wins, trials : (cells,) counts
    """

    x: np.ndarray
    group: np.ndarray
    wins: np.ndarray
    trials: np.ndarray
    margins: dict[tuple[int, ...], tuple[np.ndarray, np.ndarray]] = field(
        default_factory=dict, compare=False, repr=False
    )
    own: list[tuple[MixedLogistic, tuple[np.ndarray, np.ndarray, np.ndarray]]] = field(
        default_factory=list, compare=False, repr=False
    )

    @property
    def rate(self) -> float:
        """Share won of all cases; NaN when there are none."""
        total = np.sum(self.trials)
        return float(np.sum(self.wins) / total) if total else np.nan

    def margin(
        self, model: MixedLogistic, columns: tuple[int, ...]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Different rows of `columns` of the full design, and the share of cases in each."""
        if columns not in self.margins:
            design = model.design(self.x, self.group)[:, list(columns)]
            rows, where = distinct_rows(design)
            share = np.bincount(where, np.asarray(self.trials, float), len(rows))
            self.margins[columns] = rows[share > 0], share[share > 0] / share.sum()
        return self.margins[columns]

    def own_effect(self, model: MixedLogistic) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """What the groups' own effects add to the share at each spread (T,), and its gradients in
        the slopes (T, K) and in the effects (T, J).
        """
        for known, found in self.own:
            if known is model:  # of another model the effects are others
                return found
        self.own.append((model, _own_effect(model, self)))
        return self.own[-1][1]


@dataclass(frozen=True)
class Attribution:
    """Parts of a gap: the factors in their order, then "group" and "chance".

    Attributes
    ----------
    parts : tuple of names;  points, low, high, sd : (parts,) 0..1 scale (0.01 = one percentage
        point)
    gap : float, the raw gap; equal to the sum of `points`
    """

    parts: tuple[str, ...]
    points: np.ndarray
    low: np.ndarray
    high: np.ndarray
    sd: np.ndarray
    gap: float


def shapley(
    model: MixedLogistic, factors: Mapping[str, Sequence[int]], side: Side, benchmark: Side
) -> Attribution:
    """Split the gap `side.rate - benchmark.rate` into factors, group and chance.

    Parameters
    ----------
    model : MixedLogistic
    factors : dict of name -> list of columns of [x, own]
        Every column must be in exactly one factor; at most 12 factors.
    side, benchmark : Side
        Keep and pass the same benchmark object for many sides: its tables are made once.

    Returns
    -------
    Attribution
        Intervals by the delta method over the mixture of spreads; the two mixes count as known.

    Raises
    ------
    DataError
        A column is in no factor or in two; a side has no cases.

    Source
    ------
    Shapley (1953); Shorrocks (2013), Journal of Economic Inequality 11, 99-126.

    Examples
    --------
    >>> from salesnb.stats.mixed import mixed_logistic
    >>> x, group, wins, trials = [[0], [1], [0], [1]], [0, 0, 1, 1], [4, 6, 5, 24], [40, 20, 20, 40]
    >>> model = mixed_logistic(x, group, wins, trials)
    >>> first = Side(np.array([[0], [1]]), [0, 0], [4, 6], [40, 20])
    >>> result = shapley(model, {"target": [0]}, first, Side(np.array(x), group, wins, trials))
    >>> result.parts, bool(abs(result.points.sum() - result.gap) < 1e-12)
    (('target', 'group', 'chance'), True)
    """
    _check(model, factors, side, benchmark)
    value, slope = _contributions(model, list(factors.values()), side, benchmark)
    own, own_slope, own_effect = _group_part(model, side, benchmark)
    value, slope = (
        np.column_stack([value, own]),
        np.concatenate([slope, own_slope[:, None]], axis=1),
    )
    effect = np.zeros((*value.shape, model.effects.shape[1]))
    effect[:, -1] = own_effect
    mean, sd = model.mix(*_with_total(model, value, slope, effect))
    gap = side.rate - benchmark.rate
    # chance is what is left: as uncertain as all that was explained
    points = np.append(mean[:-1], gap - mean[:-1].sum())
    return Attribution(
        (*factors, GROUP, CHANCE), points, points - Z95 * sd, points + Z95 * sd, sd, gap
    )


def _with_total(model, value, slope, effect):
    """Values and variances with the sum of all parts behind them."""
    value = np.column_stack([value, value.sum(axis=1)])
    slope = np.concatenate([slope, slope.sum(axis=1, keepdims=True)], axis=1)
    effect = np.concatenate([effect, effect.sum(axis=1, keepdims=True)], axis=1)
    return value, model.variance(slope, effect)


def _check(model, factors, side, benchmark):
    named = sorted(column for columns in factors.values() for column in columns)
    if named != list(range(model.slopes.shape[1] - 1)):
        raise DataError(
            f"the model has columns 0..{model.slopes.shape[1] - 2}, the factors name {named}: "
            "each column must be in "
            "one factor, and in one only."
        )
    if not (np.sum(side.trials) > 0 and np.sum(benchmark.trials) > 0):
        raise DataError("one side of the comparison has no cases: there is no gap to split.")


def _contributions(model, factors, side, benchmark):
    """Shapley values (T, factors) and their gradients in the slopes (T, factors, K)."""
    count = len(factors)
    value = np.zeros((len(model.tau), count))
    slope = np.zeros((len(model.tau), count, model.slopes.shape[1]))
    for size in range(count + 1):
        for inside in combinations(range(count), size):
            v, gradient = _coalition(model, factors, inside, side, benchmark)
            for g in range(count):
                sign = _shapley_weight(g in inside, size, count)
                value[:, g] += sign * v
                slope[:, g] += sign * gradient
    return value, slope


def _shapley_weight(inside, size, count):
    before = size - 1 if inside else size
    weight = (
        factorial(before) * factorial(count - before - 1) / factorial(count)
        if before < count
        else 0.0
    )
    return weight if inside else -weight


def _coalition(model, factors, inside, side, benchmark):
    """v(S) at each spread (T,), and its gradient in the slopes (T, K)."""
    first = tuple(column for g in inside for column in factors[g])
    second = tuple(
        column for g, columns in enumerate(factors) if g not in inside for column in columns
    )
    (rows, share), (others, other_share) = (
        side.margin(model, first),
        benchmark.margin(model, second),
    )
    score = (
        model.slopes[:, :1, None] + (model.slopes[:, [1 + c for c in first]] @ rows.T)[:, :, None]
    )
    predicted = expit(score + (model.slopes[:, [1 + c for c in second]] @ others.T)[:, None, :])
    slope = predicted * (1 - predicted)
    by_row, by_other = (slope @ other_share) * share, (share @ slope) * other_share
    gradient = np.zeros(model.slopes.shape)
    gradient[:, 0] = by_row.sum(axis=1)
    gradient[:, [1 + c for c in first]] = by_row @ rows
    gradient[:, [1 + c for c in second]] = by_other @ others
    return (predicted @ other_share) @ share, gradient


def _group_part(model, side, benchmark):
    """What the groups' own effects add on the side, less the same on the benchmark: (T,), (T, K),
    (T, J).
    """
    first, second = side.own_effect(model), benchmark.own_effect(model)
    return tuple(a - b for a, b in zip(first, second, strict=True))


def _own_effect(model, side):
    columns = (*range(model.slopes.shape[1] - 1),)
    design = np.column_stack(
        [np.asarray(side.group), model.design(side.x, side.group)[:, list(columns)]]
    )
    rows, where = distinct_rows(design)
    share = np.bincount(where, np.asarray(side.trials, float), len(rows))
    group, x, share = (
        rows[:, 0].astype(int),
        np.column_stack([np.ones(len(rows)), rows[:, 1:]]),
        share / share.sum(),
    )
    score = model.slopes @ x.T
    without, with_effect = expit(score), expit(score + model.effects[:, group])
    slope, base = with_effect * (1 - with_effect) * share, without * (1 - without) * share
    effect = np.array([np.bincount(group, row, model.effects.shape[1]) for row in slope])
    return (with_effect - without) @ share, (slope - base) @ x, effect
