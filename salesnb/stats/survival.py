"""Time to an event when some cases have not had it yet: Kaplan-Meier and Aalen-Johansen from counts per time."""

from dataclasses import dataclass

import numpy as np

from salesnb.errors import DataError
from salesnb.stats.intervals import wilson


@dataclass(frozen=True)
class Survival:
    """Share still without the event after each time.

    Attributes
    ----------
    time : (m,) increasing;  at_risk, events : (m,) counts
    survival, se, low, high : (m,) 0..1
    """

    time: np.ndarray
    at_risk: np.ndarray
    events: np.ndarray
    survival: np.ndarray
    se: np.ndarray
    low: np.ndarray
    high: np.ndarray


@dataclass(frozen=True)
class Incidence:
    """Share that has had the first or the second event by each time.

    Attributes
    ----------
    time : (m,) increasing;  at_risk : (m,) counts
    events : (2, m) counts;  survival : (m,) share with neither event
    incidence, se, low, high : (2, m) 0..1
    """

    time: np.ndarray
    at_risk: np.ndarray
    events: np.ndarray
    survival: np.ndarray
    incidence: np.ndarray
    se: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def at(self, times):
        """Read the curves at `times`: dict of at_risk (q,), survival (q,), incidence, low, high (2, q).

        `at_risk` counts the cases observed up to that time at least; 0 means that the curve says nothing there.
        """
        times = np.asarray(times, float)
        index = np.searchsorted(self.time, times, side="right")
        later = np.searchsorted(self.time, times, side="left")
        total = self.at_risk[0] if len(self.at_risk) else 0.0
        low, high = wilson(0.0, total)
        return {
            "at_risk": np.append(self.at_risk, 0.0)[later],
            "survival": np.append(1.0, self.survival)[index],
            "incidence": _read(self.incidence, 0.0, index),
            "low": _read(self.low, low, index),
            "high": _read(self.high, high, index),
        }


def _read(curves, first, index):
    return np.column_stack([np.full(2, first), curves])[:, index]


def _table(time, *counts):
    time = np.asarray(time, float)
    counts = [np.asarray(count, float) for count in counts]
    if any(count.shape != time.shape for count in counts):
        raise DataError("times and counts differ in length: give one count of each kind for every time.")
    if (time < 0).any() or np.isnan(time).any() or any((count < 0).any() for count in counts):
        raise DataError("a time or a count is negative or missing: set such cases aside first.")
    keep = sum(counts) > 0 if len(time) else np.zeros(0, bool)
    unique, where = np.unique(time[keep], return_inverse=True)
    counts = [np.bincount(where, count[keep], len(unique)) for count in counts]
    leaving = sum(counts)
    at_risk = np.cumsum(leaving[::-1])[::-1]
    return unique, at_risk, counts


def kaplan_meier(time, events, censored) -> Survival:
    """Kaplan-Meier curve from a table of counts; a case censored at a time was at risk at it.

    Parameters
    ----------
    time : (rows,) numbers >= 0, any order, repeats allowed
    events, censored : (rows,) counts

    Returns
    -------
    Survival
        `se` by Greenwood's formula, NaN once nobody is left. The interval is Wilson's with the effective number
        S (1 - S) / se², so it lies in 0..1 and is never of zero width.

    Raises
    ------
    DataError
        Lengths differ, or a time or count is negative.

    Source
    ------
    Kaplan and Meier (1958), JASA 53, 457-481; interval: Rothman (1978), Journal of Chronic Diseases 31, 557-560.

    Examples
    --------
    >>> curve = kaplan_meier([1, 2, 3], events=[1, 0, 1], censored=[0, 1, 1])
    >>> curve.survival.round(3).tolist()
    [0.75, 0.75, 0.375]
    """
    time, at_risk, (events, censored) = _table(time, events, censored)
    survival = np.cumprod(1 - events / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        se = survival * np.sqrt(np.cumsum(events / (at_risk * (at_risk - events))))
    low, high = _interval(survival, se, at_risk + np.cumsum(events) - events)
    return Survival(time, at_risk, events, survival, se, low, high)


def aalen_johansen(time, first, second, censored) -> Incidence:
    """Cumulative incidence of two outcomes that exclude each other, from a table of counts.

    Parameters
    ----------
    time : (rows,) numbers >= 0, any order, repeats allowed
    first, second, censored : (rows,) counts of the first outcome, the second, and neither so far

    Returns
    -------
    Incidence
        `se` by the delta method; interval as in `kaplan_meier`.

    Raises
    ------
    DataError
        Lengths differ, or a time or count is negative.

    Source
    ------
    Aalen and Johansen (1978), Scandinavian Journal of Statistics 5, 141-150; variance: Marubini and Valsecchi (1995),
    Analysing Survival Data from Clinical Trials, 10.12.

    Examples
    --------
    >>> curve = aalen_johansen([1, 2, 3], first=[1, 0, 1], second=[0, 1, 0], censored=[0, 0, 1])
    >>> curve.incidence.round(3).tolist()
    [[0.25, 0.25, 0.5], [0.0, 0.25, 0.25]]
    """
    time, at_risk, (first, second, censored) = _table(time, first, second, censored)
    events = np.array([first, second])
    both = first + second
    survival = np.cumprod(1 - both / at_risk) if len(time) else both
    reach = np.append(1.0, survival)[: len(time)] / at_risk
    incidence = np.cumsum(reach * events, axis=1)
    se = np.array([_incidence_se(curve, events[k], both, at_risk, reach) for k, curve in enumerate(incidence)])
    known = at_risk + np.cumsum(both) - both
    low, high = _interval(incidence, se, known)
    return Incidence(time, at_risk, events, survival, incidence, se, low, high)


def _incidence_se(curve, events, both, at_risk, reach):
    """Delta method, by running sums (one pass over the times)."""
    left = at_risk - both
    # where all that are left have the event no later time exists, so the term is multiplied by 0
    hazard = np.where(left > 0, both / (at_risk * np.where(left > 0, left, 1)), 0.0)
    total = curve**2 * np.cumsum(hazard) - 2 * curve * np.cumsum(curve * hazard) + np.cumsum(curve**2 * hazard)
    total += np.cumsum(reach**2 * (at_risk - events) * events / at_risk)
    step = reach * events / at_risk
    total += 2 * np.cumsum(curve * step) - 2 * curve * np.cumsum(step)
    return np.sqrt(np.maximum(total, 0.0))


def _interval(share, se, known):
    """Wilson interval with the effective number; `known` = cases not censored before, for shares of 0 and 1."""
    with np.errstate(divide="ignore", invalid="ignore"):
        effective = share * (1 - share) / se**2
    inside = (share > 1e-12) & (share < 1 - 1e-12) & np.isfinite(effective) & (effective > 0)
    effective = np.where(inside, effective, known)
    return wilson(np.clip(share, 0, 1) * effective, effective)


def survival_quantile(curve: Survival, share):
    """Time by which `share` of the cases have had the event, with its 95 % interval.

    Returns
    -------
    (time, low, high) : NaN where the curve (or its limit) does not reach that far

    Source
    ------
    Brookmeyer and Crowley (1982), Biometrics 38, 29-41: the times at which the interval of the curve crosses.

    Examples
    --------
    >>> survival_quantile(kaplan_meier([10, 20, 30], [40, 40, 20], [0, 0, 0]), 0.5)
    (20.0, 20.0, 20.0)
    """
    return tuple(_first_below(curve.time, values, 1 - share) for values in (curve.survival, curve.low, curve.high))


def _first_below(time, values, level):
    reached = np.flatnonzero(values <= level + 1e-12)
    return float(time[reached[0]]) if len(reached) else np.nan
