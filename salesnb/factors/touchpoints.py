"""Factor 4, points of contact: first response in working hours, touches by the landmark, their kinds."""

import datetime as dt

import holidays
import narwhals as nw
import numpy as np
import pandas as pd

from salesnb.factors.open_deals import silences as silences
from salesnb.factors.open_deals import without_task as without_task
from salesnb.factors.shares import COLUMNS, for_page, rated, with_change
from salesnb.measures import touches
from salesnb.measures.conversion import OUTCOMES, with_rate
from salesnb.measures.frames import count, flag, groups, keys, within
from salesnb.measures.length import weighted_quantile
from salesnb.measures.told import coarse, coarsest, grain_of, told, untold
from salesnb.model.features import bin_names, features
from salesnb.params import Thresholds


def evidence(book) -> str:
    """measured, or no data without a table of touches.

    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open", "created_at": "2026-09-01"})
    >>> evidence(book(deals, month="2026-09"))
    'no data'
    """
    return "measured" if book.touches is not None else "no data"


def index(book, by=None) -> pd.DataFrame:
    """Share of the deals created in the month that a person answered within the working minutes of `sla_minutes`.

    Returns
    -------
    DataFrame: by…, hits, deals, share, low, high, median_minutes (working minutes to the first answer, of the answered ones;
    NaN without any), before, change, change_low, change_high, clear; no rows without touches, or where the export writes days
    without times (``.attrs["grain"]``). Managers who have left are in the whole only.

    Examples
    --------
    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": "Ann", "status": "open", "created_at": ["2026-09-01 10:00"] * 2})
    >>> calls = pd.DataFrame({"deal_id": ["1", "2"], "at": ["2026-09-01 10:30", "2026-09-01 12:00"], "kind": "call", "direction": "out"})
    >>> index(book(deals, month="2026-09", as_of="2026-09-30", touches=calls))[["hits", "deals", "share", "median_minutes"]]
       hits  deals  share  median_minutes
    0     1      2    0.5            75.0
    """
    by, finest = keys(by), coarsest(told(book).created, grain_of(book, "touches", "at"))
    now, before = (_answered(book, month, by) for month in (book.month, book.previous))
    if now.empty or finest != "time":
        empty = pd.DataFrame(columns=[*by, *COLUMNS, "median_minutes"])
        empty.attrs["grain"] = "" if finest == "time" else finest
        return empty
    if before.empty and not by:
        before = rated(pd.DataFrame({"hits": [0], "deals": [0]}))
    return for_page(with_change(now, before, by), book, by)


def _answered(book, month: str, by) -> pd.DataFrame:
    table = response_counts(book, month, by)
    rows = []
    for place, group in groups(table, by) if len(table) else []:
        known = group.dropna(subset=["minutes"])
        hits = int(known.loc[known["minutes"] <= book.thresholds.sla_minutes, "rows"].sum())
        median = weighted_quantile(known["minutes"], known["rows"], 0.5) if len(known) else np.nan
        rows.append(place | {"hits": hits, "deals": int(group["rows"].sum()), "median_minutes": median})
    columns = [*by, *COLUMNS[:5], "median_minutes"]
    return rated(pd.DataFrame(rows))[columns] if rows else pd.DataFrame(columns=columns)


def response_counts(book, month: str, by) -> pd.DataFrame:
    """Deals created in the month by the working minutes to the first human outgoing touch.

    Returns
    -------
    DataFrame, sorted by `by`: by…, minutes (NaN: none yet), rows (deals); no rows without touches

    Examples
    --------
    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open", "created_at": ["2026-09-01 10:00"]})
    >>> calls = pd.DataFrame({"deal_id": "1", "at": ["2026-09-01 10:05", "2026-09-01 10:30"], "kind": ["email", "call"],
    ...     "direction": "out", "by_robot": [True, False]})
    >>> response_counts(book(deals, month="2026-09", as_of="2026-09-30", touches=calls), "2026-09", [])  # the robot does not count
       minutes  rows
    0     30.0     1
    """
    by = keys(by)
    if book.touches is None:
        return pd.DataFrame(columns=[*by, "minutes", "rows"])
    deals = book.closer_deals.filter(within("created_at", month)).select("deal_id", "created_at", *by)
    human = touches.by_people(book).filter(nw.col("direction") == "out")
    pairs = (
        human.select("deal_id", "at")
        .join(deals.select("deal_id", "created_at"), on="deal_id", how="inner")
        .filter(nw.col("at") >= nw.col("created_at"))
    )
    first = pairs.group_by("deal_id").agg(first=nw.col("at").min())
    both = deals.join(first, on="deal_id", how="left").with_columns(
        start=nw.col("created_at").dt.truncate("1m"), end=nw.col("first").dt.truncate("1m")
    )
    table = count(both, [*by, "start", "end"])
    calendar = working_days(book, table["start"])
    minutes = [
        np.nan if pd.isna(e) else working_minutes(s, e, calendar, book.thresholds)
        for s, e in zip(table["start"], table["end"], strict=True)
    ]
    return table.assign(minutes=minutes).groupby([*by, "minutes"], as_index=False, dropna=False)["rows"].sum()


def working_days(book, starts) -> frozenset[dt.date]:
    """Working days of the country in the years of the given times and the year after them.

    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open", "created_at": "2026-09-01"})
    >>> days = working_days(book(deals, month="2026-09", country="DE"), pd.Series([pd.Timestamp("2026-09-01")]))
    >>> dt.date(2026, 9, 4) in days, dt.date(2026, 9, 5) in days  # a Friday and a Saturday
    (True, False)
    """
    years = range(pd.Timestamp(starts.min()).year, pd.Timestamp(starts.max()).year + 2) if len(starts) else []
    known = holidays.country_holidays(book.params.country, years=list(years))
    days = pd.date_range(f"{min(years)}-01-01", f"{max(years)}-12-31") if len(starts) else []
    return frozenset(day.date() for day in days if known.is_working_day(day.date()))


def working_minutes(start, end, calendar: frozenset[dt.date], thresholds: Thresholds | None = None) -> float:
    """Minutes of the working hours (`working_hours`, 9 to 18) on working days between two times, at most `response_days` on.

    >>> friday, monday = pd.Timestamp("2026-09-04 17:50"), pd.Timestamp("2026-09-07 09:20")
    >>> days = frozenset([friday.date(), monday.date()])
    >>> working_minutes(friday, monday, days), working_minutes(friday, monday, days, Thresholds(working_hours=(10, 19)))
    (30.0, 70.0)
    """
    cuts = thresholds or Thresholds()
    first, last = (60 * hour for hour in cuts.working_hours)
    start, end = pd.Timestamp(start), pd.Timestamp(end)
    if (end - start).days > cuts.response_days:
        end = start + pd.Timedelta(days=cuts.response_days)
    total, day = 0, start.date()
    while day <= end.date():
        if day in calendar:
            opens = max(first, start.hour * 60 + start.minute) if day == start.date() else first
            closes = min(last, end.hour * 60 + end.minute) if day == end.date() else last
            total += max(0, closes - opens)
        day += dt.timedelta(days=1)
    return float(total)


def by_touches(book, by=None) -> pd.DataFrame:
    """Conversion by human touches in the landmark days, among the deals of the window that were open at the landmark.

    Counted before the model merges bins with few deals, so that a row holds what its name says.

    Returns
    -------
    DataFrame, in the order of the bins: by…, touches ("0", "1-2", "3+"), won, lost, closed, conversion, low, high; no rows
    without touches

    Examples
    --------
    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": "Ann", "status": ["won", "lost"], "created_at": "2026-09-01", "closed_at": "2026-09-20"})
    >>> calls = pd.DataFrame({"deal_id": ["1", "2"], "at": ["2026-09-02", "2026-09-12"], "kind": "call"})  # day 11 is too late
    >>> by_touches(book(deals, month="2026-09", touches=calls))[["touches", "won", "lost"]]
      touches  won  lost
    0       0    0     1
    1     1-2    1     0
    """
    by = keys(by)
    if book.touches is None or untold(book) or coarse(book, "touches"):
        return pd.DataFrame(columns=[*by, "touches", "won", "lost", "closed", "conversion", "low", "high"])
    found = features(book)
    table = count(found, [*by, "touch_bin"], **OUTCOMES).rename(columns={"touch_bin": "touches"}).drop(columns="rows")
    order = {name: place for place, name in enumerate(bin_names(book.thresholds.touch_bins))}
    table = table.assign(_place=table["touches"].map(order)).sort_values([*by, "_place"], kind="stable")
    return with_rate(table.drop(columns="_place").reset_index(drop=True))


def untouched(book, by="manager") -> pd.DataFrame:
    """Share of the deals of the window, open at the landmark, that nobody had touched by then.

    Returns
    -------
    DataFrame: by, hits (without a touch), deals, share, low, high; fewest touched first. No rows without touches.

    Examples
    --------
    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": "Ann", "status": ["won", "lost"], "created_at": "2026-09-01", "closed_at": "2026-09-20"})
    >>> calls = pd.DataFrame({"deal_id": ["1"], "at": ["2026-09-02"], "kind": "call"})
    >>> untouched(book(deals, month="2026-09", touches=calls))[["manager", "hits", "deals", "share"]]
      manager  hits  deals  share
    0     Ann     1      2    0.5
    """
    table = by_touches(book, by)
    if table.empty:
        return pd.DataFrame(columns=[by, *COLUMNS[:5]])
    none = table["closed"].where(table["touches"] == bin_names(book.thresholds.touch_bins)[0], 0)
    sums = table.assign(hits=none).groupby(by, as_index=False)[["hits", "closed"]].sum()
    return for_page(rated(sums.rename(columns={"closed": "deals"})), book, by)[[by, *COLUMNS[:5]]]


def mix(book) -> pd.DataFrame:
    """Touches of the month by kind and direction, most first: kind, direction, touches, by_robot, loose (that belong to no deal).

    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open", "created_at": "2026-09-01"})
    >>> calls = pd.DataFrame({"deal_id": ["1", None], "manager": "Ann", "at": "2026-09-02", "kind": "call", "direction": ["out", "in"]})
    >>> mix(book(deals, month="2026-09", as_of="2026-09-30", touches=calls)).values.tolist()
    [['call', 'in', 1, 0, 1], ['call', 'out', 1, 0, 0]]
    """
    if book.touches is None:
        return pd.DataFrame(columns=["kind", "direction", "touches", "by_robot", "loose"])
    table = count(
        touches.of_book(book).filter(within("at", book.month)),
        ["kind", "direction"],
        by_robot=flag(nw.col("by_robot").fill_null(False)),
        loose=flag(nw.col("deal_id").is_null()),
    )
    table = table.rename(columns={"rows": "touches"})[["kind", "direction", "touches", "by_robot", "loose"]]
    return table.sort_values("touches", ascending=False, kind="stable").reset_index(drop=True)
