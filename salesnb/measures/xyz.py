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
    values = np.ascontiguousarray(np.nan_to_num(history.to_numpy(float), nan=0.0))
    sold = values != 0
    since = np.where(sold.any(axis=1), values.shape[1] - sold.argmax(axis=1), 0)
    found = pd.DataFrame({"item": history.index, "months": np.minimum(since, months)})
    found = found.assign(mean=np.nan, cv=np.nan, cv_low=np.nan, cv_high=np.nan)
    found = found.assign(xyz="new", sure=False, tag="").astype({"xyz": object, "tag": object})
    # one month alone varies in no way
    least, surely = max(2, min(min_months, months)), min(sure_months, months)
    for known in np.unique(since[since > 0].clip(max=months)):
        rows = np.flatnonzero(found["months"] == known)
        block = np.ascontiguousarray(values[rows, -known:])
        mean = block.mean(axis=1)
        found.loc[rows, "mean"] = mean
        if known < least:
            continue
        found.loc[rows, "xyz"] = ""
        rows, block = rows[mean > 0], block[mean > 0]
        if len(rows):
            made = _varied(block, cuts, ddof)
            made["sure"] &= known >= surely
            found.loc[rows, list(made)] = made.set_axis(rows)
    found["tag"] = _tags(values, since, found, cuts, season_months)
    return found[COLUMNS]


def _varied(values: np.ndarray, cuts: tuple[float, float], ddof: int) -> pd.DataFrame:
    """Variation and class of items that have equally many months and a mean above zero."""
    cv = values.std(axis=1, ddof=ddof) / values.mean(axis=1)
    low, high = cv_interval(cv, values.shape[1])
    one_class = _letters(low, cuts) == _letters(high, cuts)
    letters = _letters(cv, cuts)
    sure = one_class & ~np.isnan(high)
    return pd.DataFrame({"cv": cv, "cv_low": low, "cv_high": high, "xyz": letters, "sure": sure})


def _letters(cv: np.ndarray, cuts: tuple[float, float]) -> np.ndarray:
    return np.array(LETTERS, dtype=object)[np.searchsorted(cuts, cv - SLACK, side="left")]


def _tags(
    values: np.ndarray, since: np.ndarray, found: pd.DataFrame, cuts, season_months: int
) -> np.ndarray:
    """`variation_tags` of the items that have a class other than X; "" of the others."""
    tags = np.full(len(found), "", dtype=object)
    months = found["months"].to_numpy()
    asked = found["xyz"].isin(["Y", "Z"]).to_numpy()
    longest = np.minimum(since, season_months)
    for known, long in {*zip(months[asked], longest[asked], strict=True)}:
        rows = np.flatnonzero(asked & (months == known) & (longest == long))
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
    mean, deviation = values.mean(axis=1), values.std(axis=1, ddof=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        whole = (values == np.round(values)).all(axis=1) & (mean < 1 / cuts[0] ** 2)
        excess = np.sqrt(np.maximum(0.0, values.var(axis=1, ddof=1) - mean)) / mean
        few = whole & (excess <= cuts[1])
        one = _steady_but_for_one(values, cuts[1]) & (deviation / mean > cuts[1])
        trend = _around_a_line(values) / mean <= cuts[0]
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


def _around_a_line(values: np.ndarray) -> np.ndarray:
    """Standard deviation around a straight line."""
    known = values.shape[1]
    months = np.arange(known)
    slope, level = np.polyfit(months, values.T, 1)
    rest = values - (slope[:, None] * months + level[:, None])
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
