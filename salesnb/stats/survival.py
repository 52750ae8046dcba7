"""Time to an event with open cases: Kaplan–Meier and Aalen–Johansen, from counts per time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import norm


@dataclass(frozen=True)
class Survival:
    """Share still without the event after each time: arrays of one length, times with an event
    only.
    """

    time: np.ndarray
    at_risk: np.ndarray
    survival: np.ndarray
    se: np.ndarray

    def quantile(self, share: float) -> float:
        """The first time by which `share` of the cases had the event; NaN when that was not
        reached.
        """
        reached = self.time[self.survival <= 1 - share + 1e-12]
        return float(reached[0]) if len(reached) else float("nan")


@dataclass(frozen=True)
class Incidence:
    """Cumulative incidence of two competing events: arrays of one length, times with an
    event only.
    """

    time: np.ndarray
    at_risk: np.ndarray
    survival: np.ndarray
    incidence1: np.ndarray
    incidence2: np.ndarray
    se1: np.ndarray
    low1: np.ndarray
    high1: np.ndarray


def _by_time(time, *counts):
    """Counts summed per distinct time, in order of time."""
    time = np.asarray(time, float)
    times, place = np.unique(time, return_inverse=True)
    return times, *(np.bincount(place, np.asarray(c, float), minlength=len(times)) for c in counts)


def kaplan_meier(time: ArrayLike, events: ArrayLike, censored: ArrayLike) -> Survival:
    """Kaplan–Meier curve from counts.

    Parameters
    ----------
    time : array, in any order, times may repeat
    events, censored : arrays of counts at each time; a case censored at a time is at risk of the
        events of that time

    Source
    ------
    Kaplan and Meier (1958), JASA 53, 457-481; variance by Greenwood.

    Examples
    --------
    >>> kaplan_meier([1, 2, 3], [1, 1, 0], [0, 0, 2]).survival.tolist()
    [0.75, 0.5]
    """
    times, d, c = _by_time(time, events, censored)
    at_risk = np.cumsum((d + c)[::-1])[::-1]
    times, d, at_risk = times[d > 0], d[d > 0], at_risk[d > 0]
    survival = np.cumprod(1 - d / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        se = survival * np.sqrt(np.cumsum(d / (at_risk * (at_risk - d))))
    return Survival(times, at_risk, survival, np.where(survival > 0, se, np.nan))


def aalen_johansen(
    time: ArrayLike,
    events1: ArrayLike,
    events2: ArrayLike,
    censored: ArrayLike,
    confidence: float = 0.95,
) -> Incidence:
    """Cumulative incidence of two competing events from counts; ties need no jitter.

    Parameters
    ----------
    time : array, in any order, times may repeat
    events1, events2, censored : arrays of counts at each time
    confidence : of the interval of the first event

    Returns
    -------
    Incidence; `incidence1` + `incidence2` + `survival` = 1 at every time

    Source
    ------
    Aalen and Johansen (1978); variance by the delta method (Marubini and Valsecchi 1995, p. 341),
    by prefix sums.

    Examples
    --------
    >>> found = aalen_johansen([10, 20, 40], [1, 0, 0], [0, 1, 0], [0, 0, 2])
    >>> found.incidence1.tolist(), found.incidence2.tolist()
    ([0.25, 0.25], [0.0, 0.25])
    """
    times, d1, d2, c = _by_time(time, events1, events2, censored)
    at_risk = np.cumsum((d1 + d2 + c)[::-1])[::-1]
    some = (d1 + d2) > 0
    times, d1, d2, at_risk = times[some], d1[some], d2[some], at_risk[some]
    d = d1 + d2
    after = np.cumprod(1 - d / at_risk) if len(d) else np.zeros(0)
    before = np.concatenate([[1.0], after[:-1]]) if len(d) else after
    incidence1, incidence2 = np.cumsum(before * d1 / at_risk), np.cumsum(before * d2 / at_risk)
    se = np.sqrt(np.maximum(_variance(incidence1, before, d, d1, at_risk), 0))
    z = norm.ppf(0.5 + confidence / 2)
    low, high = np.clip(incidence1 - z * se, 0, 1), np.clip(incidence1 + z * se, 0, 1)
    return Incidence(times, at_risk, after, incidence1, incidence2, se, low, high)


def _variance(incidence, before, d, d1, n):
    """Delta-method variance at each time t: sums over s <= t of terms in (I(t) - I(s)), expanded
    into prefix sums.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        a = np.where(n > d, d / (n * (n - d)), 0.0)
    b = before**2 * (n - d1) * d1 / n**3
    e = before * d1 / n**2
    term1 = (
        incidence**2 * np.cumsum(a)
        - 2 * incidence * np.cumsum(a * incidence)
        + np.cumsum(a * incidence**2)
    )
    term3 = incidence * np.cumsum(e) - np.cumsum(e * incidence)
    return term1 + np.cumsum(b) - 2 * term3
