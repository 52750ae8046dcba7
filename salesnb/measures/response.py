"""How soon a person answers a new deal, in the working minutes of its owner."""

import datetime as dt

import narwhals as nw
import numpy as np
import pandas as pd

from salesnb.formats.periods import PeriodLike
from salesnb.measures.frames import By, Frame, count, groups, keys, lazy, within
from salesnb.measures.length import weighted_quantile
from salesnb.measures.shares import rated
from salesnb.measures.workdays import Workdays
from salesnb.params import Thresholds

INDEX = ["hits", "deals", "share", "low", "high", "median_minutes", "away"]


def answered(counts: pd.DataFrame, by: By | None, most: float) -> pd.DataFrame:
    """Share of the deals that were answered within `most` working minutes.

    Parameters
    ----------
    counts : table of `response_counts` by `by` or by more

    Returns
    -------
    DataFrame: by…, hits, deals, share, low, high, median_minutes (to the first answer, of the
        answered ones; NaN without any), away (deals that came while their owner was absent)

    Examples
    --------
    >>> counts = pd.DataFrame({"manager": ["Ann", "Ann", "Bo"], "minutes": [30, 120, float("nan")],
    ...     "away": False, "rows": [2, 1, 1]})
    >>> answered(counts, None, 60)[["hits", "deals", "share", "median_minutes"]]
       hits  deals  share  median_minutes
    0     2      4    0.5            30.0
    """
    by, rows = keys(by), []
    for place, group in groups(counts, by) if len(counts) else []:
        known = group.dropna(subset=["minutes"])
        hits = int(known.loc[known["minutes"] <= most, "rows"].sum())
        median = weighted_quantile(known["minutes"], known["rows"], 0.5) if len(known) else np.nan
        away = int(group.loc[group["away"].astype(bool), "rows"].sum())
        deals = int(group["rows"].sum())
        rows.append(place | {"hits": hits, "deals": deals, "median_minutes": median, "away": away})
    columns = [*by, *INDEX]
    return rated(pd.DataFrame(rows))[columns] if rows else pd.DataFrame(columns=columns)


def first_answers(deals: Frame, touches: Frame, period: PeriodLike) -> nw.LazyFrame:
    """Deals created in the period with the minute of creation and that of the first outgoing touch
    after it.

    Parameters
    ----------
    deals : frame of deal_id, manager, created_at;  touches : of people (`touches.by_people`):
        deal_id, at, direction

    Returns
    -------
    lazy frame: deal_id, manager, start, end (null: none yet)
    """
    made = (
        lazy(deals).filter(within("created_at", period)).select("deal_id", "created_at", "manager")
    )
    out = lazy(touches).filter(nw.col("direction") == "out").select("deal_id", "at")
    pairs = out.join(made.select("deal_id", "created_at"), on="deal_id", how="inner")
    pairs = pairs.filter(nw.col("at") >= nw.col("created_at"))
    first = pairs.group_by("deal_id").agg(first=nw.col("at").min())
    both = made.join(first, on="deal_id", how="left")
    start, end = nw.col("created_at").dt.truncate("1m"), nw.col("first").dt.truncate("1m")
    return both.select("deal_id", "manager", start=start, end=end)


def response_counts(
    deals: Frame, touches: Frame, period: PeriodLike, calendar: Workdays, thresholds: Thresholds
) -> pd.DataFrame:
    """Deals created in the period by the working minutes of their owner to the first answer:
    manager, minutes (NaN: none yet), away (whether the owner was absent on the day of creation),
    rows (deals).

    >>> day = pd.Timestamp("2026-09-01 10:00")
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "created_at": day})
    >>> calls = pd.DataFrame({"deal_id": "1", "at": day + pd.to_timedelta([30, 60], unit="min"),
    ...     "direction": "out"})
    >>> calendar = Workdays("DE", until=day.date())
    >>> response_counts(deals, calls, "2026-09", calendar, Thresholds())
      manager  minutes   away  rows
    0     Ann     30.0  False     1
    """
    table = count(first_answers(deals, touches, period), ["manager", "start", "end"])
    table = table.assign(
        minutes=minutes_of(table, calendar, thresholds),
        away=[
            calendar.is_away(name, start.date())
            for name, start in zip(table["manager"], table["start"], strict=True)
        ],
    )
    by = ["manager", "minutes", "away"]
    return table.groupby(by, as_index=False, dropna=False)["rows"].sum()


def minutes_of(table: pd.DataFrame, calendar: Workdays, thresholds: Thresholds) -> list[float]:
    """Working minutes of the manager of each row between its start and end; NaN without an end."""
    if table.empty:
        return []
    first = pd.Timestamp(table["start"].min()).date()
    last = pd.Timestamp(table[["start", "end"]].max().max()).date()
    days = {name: calendar.answering(name, first, last) for name in set(table["manager"])}
    return [
        np.nan if pd.isna(end) else working_minutes(start, end, days[name], thresholds)
        for name, start, end in table[["manager", "start", "end"]].itertuples(index=False)
    ]


def working_minutes(
    start: pd.Timestamp,
    end: pd.Timestamp,
    calendar: frozenset[dt.date],
    thresholds: Thresholds | None = None,
) -> float:
    """Minutes of the working hours (`working_hours`, 9 to 18) on working days between two times, at
    most `response_days` on.

    >>> friday, monday = pd.Timestamp("2026-09-04 17:50"), pd.Timestamp("2026-09-07 09:20")
    >>> days = frozenset([friday.date(), monday.date()])
    >>> working_minutes(friday, monday, days), working_minutes(friday, monday, days,
    ...     Thresholds(working_hours=(10, 19)))
    (30.0, 70.0)
    """
    thresholds = thresholds or Thresholds()
    first, last = (60 * hour for hour in thresholds.working_hours)
    start, end = pd.Timestamp(start), pd.Timestamp(end)
    if (end - start).days > thresholds.response_days:
        end = start + pd.Timedelta(days=thresholds.response_days)
    total, day = 0, start.date()
    while day <= end.date():
        if day in calendar:
            opens = max(first, start.hour * 60 + start.minute) if day == start.date() else first
            closes = min(last, end.hour * 60 + end.minute) if day == end.date() else last
            total += max(0, closes - opens)
        day += dt.timedelta(days=1)
    return float(total)
