"""XYZ: how steady the monthly values of items are, and why some are not."""

import numpy as np
import pandas as pd

from salesnb.params import Thresholds
from salesnb.stats.cv import cv_interval

DEFAULTS = Thresholds()
LETTERS = ("X", "Y", "Z")
# shares and deviations are sums of floats: one of exactly a cut must not depend on the order of
# adding
SLACK = 1e-12
COLUMNS = ["item", "months", "mean", "cv", "cv_low", "cv_high", "xyz", "sure", "tag"]


def xyz(
    history: pd.DataFrame,
    cuts: tuple[float, float] = DEFAULTS.xyz_cuts,
    ddof: int = DEFAULTS.xyz_ddof,
    months: int = DEFAULTS.xyz_months,
    min_months: int = DEFAULTS.xyz_min_months,
    sure_months: int = DEFAULTS.xyz_sure_months,
    season_months: int = DEFAULTS.xyz_season_months,
) -> pd.DataFrame:
    """XYZ classes by the coefficient of variation of monthly values.

    Parameters
    ----------
    history : DataFrame
        One row per item, one column per month in order; missing months count as zero from the
        item's first sale on.
    cuts : (float, float)
        Coefficients of variation that end X and Y.
    ddof : int
        1 sample, 0 population standard deviation.

    Returns
    -------
    DataFrame, in the order of `history`: item, months (since the first sale, at most `months`),
    mean, cv, cv_low, cv_high (McKay's interval as modified by Vangel), xyz (X, Y, Z, "new" or ""
    where there is no mean above zero), sure (the interval lies in one class and enough months), tag
    ("season", "trend", "one month", "small numbers" or "")

    Examples
    --------
    >>> history = pd.DataFrame([[100.0] * 12, [0, 0, 200] * 4], index=["steady", "jumpy"])
    >>> xyz(history)[["item", "xyz"]].values.tolist()
    [['steady', 'X'], ['jumpy', 'Z']]
    """
    if history.empty:
        return pd.DataFrame(columns=COLUMNS)
    values = history.to_numpy(float)
    values = np.ascontiguousarray(np.where(np.isnan(values), 0.0, values))
    sold = values != 0
    since = np.where(sold.any(axis=1), values.shape[1] - sold.argmax(axis=1), 0)
    n, known_months = len(history), np.minimum(since, months)
    means, cv, low, high = np.full((4, n), np.nan)
    letters, sure = np.full(n, "new", dtype=object), np.zeros(n, dtype=bool)
    # one month alone varies in no way
    least, surely = max(2, min(min_months, months)), min(sure_months, months)
    for known in np.unique(known_months[known_months > 0]):
        rows = np.flatnonzero(known_months == known)
        block = np.ascontiguousarray(values[rows, -known:])
        mean = block.mean(axis=1)
        means[rows] = mean
        if known < least:
            continue
        letters[rows] = ""
        above = mean > 0
        rows, block, mean = rows[above], block[above], mean[above]
        if len(rows):
            cv[rows], low[rows], high[rows] = ends = _variation(block, mean, ddof)
            letters[rows] = _letters(ends[0], cuts)
            one_class = _letters(ends[1], cuts) == _letters(ends[2], cuts)
            sure[rows] = one_class & ~np.isnan(ends[2]) & (known >= surely)
    tags = _tags(values, since, known_months, np.isin(letters, ["Y", "Z"]), cuts, season_months)
    columns = [history.index, known_months, means, cv, low, high, letters, sure, tags]
    return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True))).astype({"xyz": object})


def _variation(
    values: np.ndarray, mean: np.ndarray, ddof: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Variation and its interval of items that have equally many months and a mean above zero."""
    cv = values.std(axis=1, ddof=ddof) / mean
    return cv, *cv_interval(cv, values.shape[1])


def _letters(cv: np.ndarray, cuts: tuple[float, float]) -> np.ndarray:
    return np.array(LETTERS, dtype=object)[np.searchsorted(cuts, cv - SLACK, side="left")]


def _tags(
    values: np.ndarray,
    since: np.ndarray,
    months: np.ndarray,
    asked: np.ndarray,
    cuts: tuple[float, float],
    season_months: int,
) -> np.ndarray:
    """`variation_tags` of the items that are asked about, by their months since the first sale and
    those of their class; "" of the others.
    """
    tags = np.full(len(values), "", dtype=object)
    longest = np.minimum(since, season_months)
    wide = values.shape[1] + 1
    alike = np.where(asked, months * wide + longest, -1)
    for both in np.unique(alike[asked]):
        rows = np.flatnonzero(alike == both)
        known, long = divmod(int(both), wide)
        whole, own = (np.ascontiguousarray(values[rows, -size:]) for size in (long, known))
        tags[rows] = variation_tags(whole, own, cuts)
    return tags


def variation_tags(
    longest: np.ndarray, values: np.ndarray, cuts: tuple[float, float]
) -> np.ndarray:
    """Why items are not steady, when one plain reason is enough.

    In this order: "small numbers" (whole counts that vary no more than chance does), "one month"
    (steady but for one), "trend" (steady around a line), "season" (steady around the months' own
    level, 24 months needed), "".

    Parameters
    ----------
    longest, values : a row per item, a column per month up to the same last one; `values` are the
        months that the class stands on, their mean above zero
    """
    mean, variance = values.mean(axis=1), values.var(axis=1, ddof=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        whole = (values == np.round(values)).all(axis=1) & (mean < 1 / cuts[0] ** 2)
        excess = np.sqrt(np.maximum(0.0, variance - mean)) / mean
        few = whole & (excess <= cuts[1])
        one = _steady_but_for_one(values, cuts[1]) & (np.sqrt(variance) / mean > cuts[1])
        trend = _around_a_line(values, mean) / mean <= cuts[0]
        season = _around_the_months(longest) <= cuts[0]
    names = ["small numbers", "one month", "trend", "season"]
    return np.select([few, one, trend, season], names, "").astype(object)


def _steady_but_for_one(values: np.ndarray, target: float) -> np.ndarray:
    """Whether the others are steady once the month furthest from the median is left out."""
    n, known = values.shape
    if known < 3:  # one month that is left varies in no way
        return np.zeros(n, dtype=bool)
    far = np.abs(values - np.median(values, axis=1, keepdims=True)).argmax(axis=1)
    rest = values[np.arange(known) != far[:, None]].reshape(n, known - 1)
    mean = rest.mean(axis=1)
    return (mean > 0) & (rest.std(axis=1, ddof=1) / mean <= target)


def _around_a_line(values: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Standard deviation around a straight line."""
    known = values.shape[1]
    months = np.arange(known) - (known - 1) / 2
    slope = (values * months).sum(axis=1) / (months**2).sum()
    rest = values - mean[:, None] - slope[:, None] * months
    return np.sqrt((rest**2).sum(axis=1) / max(1, known - 2))


def _around_the_months(values: np.ndarray) -> np.ndarray:
    """Variation left around each calendar month's own level; widened since the level is itself
    estimated. Missing for less than two years, and without a mean above zero.
    """
    n, long = values.shape
    years = long // 12
    if years < 2:
        return np.full(n, np.nan)
    table = np.ascontiguousarray(values[:, -12 * years :]).reshape(n, years, 12)
    rest = (table - table.mean(axis=1, keepdims=True)).reshape(n, -1)
    level = table.reshape(n, -1).mean(axis=1)
    spread = rest.std(axis=1) / level * np.sqrt(years / (years - 1))
    return np.where(values.mean(axis=1) > 0, spread, np.nan)
