"""Factor 4, points of contact: first response in working hours, touches by the landmark, kinds, the next task."""

import datetime as dt

import holidays
import narwhals as nw
import numpy as np
import pandas as pd

from salesnb.drivers.fit import fitted
from salesnb.features import bin_names
from salesnb.measures.conversion import conversion_change, with_rate
from salesnb.measures.frames import count, days_between, flag, within
from salesnb.measures.length import weighted_quantile

OPENS, CLOSES = 9 * 60, 18 * 60  # minutes of a working day
SPAN = 90  # days after which a response no longer counts as one


def evidence(book) -> str:
    return "measured" if book.touches is not None else "no data"


def index(book, by=None) -> pd.DataFrame:
    """Share of the deals created in the month that a person answered within the SLA, in working minutes.

    Returns
    -------
    DataFrame: by…, hits, deals, share, low, high, before, change, change_low, change_high, clear, median_minutes
    """
    by = [by] if by else []
    now, before = (_answered(book, month, by) for month in (book.month, book.previous))
    if now.empty:
        return pd.DataFrame(
            columns=[
                *by,
                "hits",
                "deals",
                "share",
                "low",
                "high",
                "before",
                "change",
                "change_low",
                "change_high",
                "clear",
                "median_minutes",
            ]
        )
    change = conversion_change(
        *(t.rename(columns={"hits": "won", "deals": "closed", "share": "conversion"}) for t in (now, before)), by=by
    )
    old = before[[*by, "share"]].rename(columns={"share": "before"})
    if not by:
        return now.assign(
            before=old["before"].iloc[0] if len(old) else np.nan,
            **{c: change[c].iloc[0] for c in ("change", "change_low", "change_high", "clear")},
        )
    return now.merge(old, on=by, how="left").merge(change, on=by, how="left")


def _answered(book, month: str, by) -> pd.DataFrame:
    table = response_counts(book, month, by)
    columns = [*by, "hits", "deals", "share", "low", "high", "median_minutes"]
    if table.empty:
        return pd.DataFrame(columns=columns)
    rows = []
    groups = table.groupby(by, sort=True, dropna=False) if by else [((), table)]
    for name, group in groups:
        known = group.dropna(subset=["minutes"])
        hits = int(known.loc[known["minutes"] <= book.thresholds.sla_minutes, "rows"].sum())
        median = weighted_quantile(known["minutes"], known["rows"], 0.5) if len(known) else np.nan
        rows.append(
            dict(zip(by, name if isinstance(name, tuple) else (name,), strict=True))
            | {"won": hits, "lost": int(group["rows"].sum()) - hits, "median_minutes": median}
        )
    found = with_rate(pd.DataFrame(rows)).rename(columns={"won": "hits", "closed": "deals", "conversion": "share"})
    return found[columns]


def response_counts(book, month: str, by) -> pd.DataFrame:
    """Deals created in the month by the working minutes to the first human outgoing touch (NaN: none yet): by…, minutes, rows."""
    if book.touches is None:
        return pd.DataFrame(columns=[*by, "minutes", "rows"])
    deals = book.closer_deals.filter(within("created_at", month)).select("deal_id", "created_at", *by)
    human = book.touches.filter(
        (nw.col("kind") != "task") & (nw.col("direction") == "out") & ~nw.col("by_robot").fill_null(False)
    )
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
        np.nan if pd.isna(e) else working_minutes(s, e, calendar)
        for s, e in zip(table["start"], table["end"], strict=True)
    ]
    return table.assign(minutes=minutes).groupby([*by, "minutes"], as_index=False, dropna=False)["rows"].sum()


def working_days(book, starts) -> frozenset[dt.date]:
    """Working days of the country around the given times."""
    years = range(pd.Timestamp(starts.min()).year, pd.Timestamp(starts.max()).year + 2) if len(starts) else []
    known = holidays.country_holidays(book.params.country, years=list(years))
    days = pd.date_range(f"{min(years)}-01-01", f"{max(years)}-12-31") if len(starts) else []
    return frozenset(day.date() for day in days if known.is_working_day(day.date()))


def working_minutes(start, end, calendar: frozenset[dt.date]) -> float:
    """Minutes from 9 to 18 on working days between two times.

    >>> friday, monday = pd.Timestamp("2026-09-04 17:50"), pd.Timestamp("2026-09-07 09:20")
    >>> working_minutes(friday, monday, frozenset([friday.date(), monday.date()]))
    30.0
    """
    start, end = pd.Timestamp(start), pd.Timestamp(end)
    if (end - start).days > SPAN:
        end = start + pd.Timedelta(days=SPAN)
    total, day = 0, start.date()
    while day <= end.date():
        if day in calendar:
            opens = max(OPENS, start.hour * 60 + start.minute) if day == start.date() else OPENS
            closes = min(CLOSES, end.hour * 60 + end.minute) if day == end.date() else CLOSES
            total += max(0, closes - opens)
        day += dt.timedelta(days=1)
    return float(total)


def by_touches(book) -> pd.DataFrame:
    """Conversion by human touches in the landmark days, among deals open then: touches, won, lost, closed, conversion, low, high."""
    cells = fitted(book).cells
    table = cells.table
    if "touch_bin" not in table or "touchpoints" in cells.dropped:
        return pd.DataFrame(columns=["touches", "won", "lost", "closed", "conversion", "low", "high"])
    sums = table[table["own"]].groupby("touch_bin")[["won", "closed"]].sum()
    names = [name for name in bin_names(book.thresholds.touch_bins) if name in sums.index]
    sums = sums.loc[names]
    return with_rate(
        pd.DataFrame(
            {"touches": names, "won": sums["won"].to_numpy(), "lost": (sums["closed"] - sums["won"]).to_numpy()}
        )
    )


def mix(book) -> pd.DataFrame:
    """Touches of the month by kind and direction: kind, direction, touches, by_robot."""
    if book.touches is None:
        return pd.DataFrame(columns=["kind", "direction", "touches", "by_robot"])
    table = count(
        book.touches.filter(within("at", book.month)),
        ["kind", "direction"],
        by_robot=flag(nw.col("by_robot").fill_null(False)),
    )
    return table.rename(columns={"rows": "touches"})


def _tasks(book):
    """The tasks among the touches; None where the export holds none."""
    if book.touches is None:
        return None
    tasks = book.touches.filter(nw.col("kind") == "task")
    return tasks if count(tasks, [])["rows"].iloc[0] else None


def without_task(book, by="manager") -> pd.DataFrame:
    """Open deals and those of them without a next task: by, open, without.

    No rows where the export holds no task at all: "no next task" would then accuse everybody.
    """
    deals = book.closer_deals.filter(nw.col("status") == "open")
    day = pd.Timestamp(book.as_of).to_pydatetime()
    tasks = _tasks(book)
    if tasks is not None:
        ahead = tasks.filter(nw.col("done_at").is_null() & (nw.col("due_at") >= day) & ~nw.col("deal_id").is_null())
        deals = deals.join(ahead.select("deal_id").unique().with_columns(_task=nw.lit(1)), on="deal_id", how="left")
        has = ~nw.col("_task").is_null()
    elif count(book.deals.filter(~nw.col("next_task_at").is_null()), [])["rows"].iloc[0]:
        has = nw.col("next_task_at") >= day
    else:
        return pd.DataFrame(columns=[by, "open", "without"])
    table = count(deals, [by], covered=flag(has))
    return table.assign(open=table["rows"], without=table["rows"] - table["covered"])[[by, "open", "without"]]


def silences(book, by="manager") -> pd.DataFrame:
    """Open deals by their longest time without a person's touch, the days since the last one included.

    Returns
    -------
    DataFrame, one row per group: by, open, median_days, p90_days (of the longest silence), untouched (no touch at all)
    """
    columns = [by, "open", "median_days", "p90_days", "untouched"]
    if book.touches is None:
        return pd.DataFrame(columns=columns)
    end = pd.Timestamp(book.as_of).to_pydatetime()
    deals = book.closer_deals.filter(nw.col("status") == "open").select("deal_id", "created_at", by)
    human = book.touches.filter((nw.col("kind") != "task") & ~nw.col("by_robot").fill_null(False))
    pairs = human.select("deal_id", "at").join(deals.select("deal_id", "created_at"), on="deal_id", how="inner")
    pairs = pairs.filter(nw.col("at") >= nw.col("created_at"))
    before = nw.col("at").shift(1).over("deal_id", order_by="at")
    pairs = pairs.with_columns(_before=before).with_columns(
        _before=nw.when(nw.col("_before").is_null()).then(nw.col("created_at")).otherwise(nw.col("_before"))
    )
    gaps = pairs.with_columns(_gap=days_between("_before", "at"))
    longest = gaps.group_by("deal_id").agg(nw.col("_gap").max(), _last=nw.col("at").max())
    both = deals.join(longest, on="deal_id", how="left").with_columns(
        _since=nw.when(nw.col("_last").is_null()).then(nw.col("created_at")).otherwise(nw.col("_last")),
        _end=nw.lit(end),
    )
    both = both.with_columns(_wait=days_between("_since", "_end"), _never=flag(nw.col("_last").is_null()))
    both = both.with_columns(
        days=nw.when(nw.col("_gap") > nw.col("_wait")).then(nw.col("_gap")).otherwise(nw.col("_wait"))
    )
    table = count(both, [by, "days"], never=nw.col("_never"))
    rows = [
        {
            by: name, "open": int(part["rows"].sum()), "untouched": int(part["never"].sum()),
            "median_days": weighted_quantile(part["days"], part["rows"], 0.5), "p90_days": weighted_quantile(part["days"], part["rows"], 0.9),
        }
        for name, part in table.groupby(by, sort=True, dropna=False)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)
