"""A change of a rate as change of mix and change of rates (Kitagawa), symmetric and exact."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True)
class MixRate:
    """Parts of `rate - rate_before`, per segment and in all.

    Attributes
    ----------
    mix, rate : (segments,) what the segment's share and its rate account for
    change : float; equal to the sum of all parts; NaN when either side is empty
    """

    mix: np.ndarray
    rate: np.ndarray
    change: float

    @property
    def mix_total(self) -> float:
        return float(self.mix.sum())

    @property
    def rate_total(self) -> float:
        return float(self.rate.sum())


def kitagawa(
    weight_before: ArrayLike, rate_before: ArrayLike, weight: ArrayLike, rate: ArrayLike
) -> MixRate:
    """Split the change of an overall rate into mix (who) and rate (how well within each segment).

    Parameters
    ----------
    weight_before, weight : (segments,) arrays
        Cases (or shares) of each segment on the two sides; need not add to 1.
    rate_before, rate : (segments,) arrays
        Rates; anything where the weight is 0. A segment seen on one side only has no change of
        rate: all that it brings is mix.

    Returns
    -------
    MixRate

    Source
    ------
    Kitagawa (1955), JASA 50, 1168-1194; Das Gupta (1993), US Bureau of the Census P23-186.

    Examples
    --------
    >>> split = kitagawa([70, 30], [0.50, 0.15], [30, 70], [0.53, 0.18])
    >>> round(split.change, 3), round(split.mix_total, 3), round(split.rate_total, 3)
    (-0.11, -0.14, 0.03)
    """
    before, now = (np.asarray(values, float) for values in (weight_before, weight))
    if not (before.sum() > 0 and now.sum() > 0):
        nothing = np.full(before.shape, np.nan)
        return MixRate(nothing, nothing, np.nan)
    before, now = before / before.sum(), now / now.sum()
    old, new = _filled(np.asarray(rate_before, float), before, np.asarray(rate, float), now)
    middle = (before @ old + now @ new) / 2
    mix = (now - before) * ((new + old) / 2 - middle)
    change = now @ new - before @ old
    return MixRate(mix, (now + before) / 2 * (new - old), float(change))


def _filled(rate_before, before, rate, now):
    first = np.where(before > 0, rate_before, np.where(now > 0, rate, 0.0))
    return first, np.where(now > 0, rate, first)


def bridge(
    wins: float,
    trials: float,
    early_wins: float,
    early_trials: float,
    other_wins: float,
    other_trials: float,
    other_early_wins: float,
    other_early_trials: float,
) -> tuple[float, float]:
    """Part of a gap that the early cases account for, and the weight with which the others' gap
    counts.

    With gap = rate - other rate over all cases, and the later cases being those not early:
    `gap = quick + weight * (later rate - other later rate)`, exactly.

    Parameters
    ----------
    wins, trials, early_wins, early_trials : numbers
        All cases of the side, and the early ones among them.
    other_... : numbers
        The same of the benchmark.

    Returns
    -------
    (quick, weight) : quick on the 0..1 scale; weight 0..1; NaN when either side is empty. Where one
    side has only
        early cases the later gap counts as 0.

    Examples
    --------
    >>> quick, weight = bridge(30, 100, 10, 20, 20, 100, 5, 25)
    >>> later = 20 / 80 - 15 / 75
    >>> bool(abs(quick + weight * later - 0.10) < 1e-12)
    True
    """
    now = np.array([early_trials, trials - early_trials], float)
    before = np.array([other_early_trials, other_trials - other_early_trials], float)
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = np.array([early_wins, wins - early_wins]) / now
        rate_before = np.array([other_early_wins, other_wins - other_early_wins]) / before
    split = kitagawa(before, rate_before, now, rate)
    weight = (
        (now[1] / now.sum() + before[1] / before.sum()) / 2
        if now.sum() and before.sum()
        else np.nan
    )
    return float(split.mix_total + split.rate[0]), float(weight)
