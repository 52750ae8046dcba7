"""XYZ item by item, as the definition reads: what the measure is held against."""

import narwhals as nw
import numpy as np
import pandas as pd

from salesnb.measures.frames import minor, money, month_number
from salesnb.stats import cv_interval
from tests.plain_frames import plain_count

SLACK = 1e-12


def letter(cv, cuts):
    return "XYZ"[int(np.searchsorted(cuts, cv - SLACK, side="left"))]


def plain_xyz(row, cuts=(0.1, 0.25), ddof=1, months=12, min_months=6, sure_months=12, season_months=24):
    """months, mean, cv, low, high, letter, sure and tag of one item."""
    values = np.nan_to_num(np.asarray(row, float))
    sold = np.flatnonzero(values)
    longest = values[sold[0] :] if len(sold) else values[:0]
    values = longest[-months:]
    known, nan = len(values), float("nan")
    mean = float(values.mean()) if known else nan
    if known < max(2, min(min_months, months)):
        return known, mean, nan, nan, nan, "new", False, ""
    if not mean > 0:
        return known, mean, nan, nan, nan, "", False, ""
    cv = float(values.std(ddof=ddof) / mean)
    low, high = (float(end) for end in cv_interval(cv, known))
    named = letter(cv, cuts)
    sure = known >= min(sure_months, months) and letter(low, cuts) == letter(high, cuts) and not np.isnan(high)
    tag = "" if named == "X" else plain_tag(longest[-season_months:], values, cuts)
    return known, mean, cv, low, high, named, bool(sure), tag


def plain_tag(longest, values, cuts):
    mean, target = values.mean(), cuts[1]
    counts = np.all(values == np.round(values)) and mean < 1 / cuts[0] ** 2
    if counts and np.sqrt(max(0.0, values.var(ddof=1) - mean)) / mean <= target:
        return "small numbers"
    rest = np.delete(values, np.argmax(np.abs(values - np.median(values))))
    if (
        len(rest) > 1
        and rest.mean() > 0
        and rest.std(ddof=1) / rest.mean() <= target
        and values.std(ddof=1) / mean > target
    ):
        return "one month"
    line = np.polyval(np.polyfit(np.arange(len(values)), values, 1), np.arange(len(values)))
    if np.sqrt(((values - line) ** 2).sum() / max(1, len(values) - 2)) / mean <= cuts[0]:
        return "trend"
    years = len(longest) // 12
    if years < 2 or longest.mean() <= 0:
        return ""
    table = longest[-12 * years :].reshape(years, 12)
    left = (table - table.mean(axis=0)).std() / table.mean() * np.sqrt(years / (years - 1))
    return "season" if left <= cuts[0] else ""


def plain_monthly_values(sales, item, month, months):
    """Sales of every item and month counted and sorted, then spread over the months."""
    first = pd.Timestamp(f"{month}-01") - pd.DateOffset(months=months - 1)
    kept = sales[(sales["date"] >= first) & (sales["date"] < pd.Timestamp(f"{month}-01") + pd.DateOffset(months=1))]
    frame = nw.from_native(kept[kept[item].notna()]).lazy().with_columns(_month=month_number("date"))
    table = plain_count(frame, [item, "_month"], minor_units=minor("amount"))
    table = table.assign(value=money(table["minor_units"])).pivot(index=item, columns="_month", values="value")
    start = first.year * 12 + first.month - 1
    table = table.reindex(columns=range(start, start + months)).fillna(0.0)
    table.columns = [str(pd.Period(first, "M") + step) for step in range(months)]
    return table
