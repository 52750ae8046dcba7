"""Open deals as points of contact: their silence, their next task, who has touched none of them."""

import narwhals as nw
import pandas as pd

from salesnb.factors.shares import for_page
from salesnb.measures import touches
from salesnb.measures.frames import count, days_between, flag
from salesnb.measures.length import open_ages, weighted_quantile
from salesnb.measures.told import coarsest, grain_of, told

SILENCE = ["open", "median_days", "p90_days", "untouched"]


def open_deals(book, by="manager") -> pd.DataFrame:
    """Open deals per sales rep in one row: age, silence, those never touched and those without a next task.

    Returns
    -------
    DataFrame, most without a task first (without tasks: longest silence first): by, open, age_days (median), silent_days (median
    longest time without a person's touch), untouched, without (a next task). A column of which the company keeps no record is
    missing throughout, and so is one in days where days are not known (dated by week or month). People who have left are left
    out; no rows without open deals.

    Examples
    --------
    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open", "created_at": "2026-09-01"})
    >>> calls = pd.DataFrame({"deal_id": ["1"], "at": ["2026-09-21"], "kind": "call"})
    >>> open_deals(book(deals, month="2026-09", as_of="2026-09-30", touches=calls))
      manager  open  age_days  silent_days  untouched  without
    0     Ann     1      29.0         20.0          0      NaN
    """
    table = open_ages(book.closer_deals, book.as_of, by)[[by, "open", "median_days"]]
    table = table.rename(columns={"median_days": "age_days"})
    quiet = silences(book, by)[[by, "median_days", "untouched"]].rename(columns={"median_days": "silent_days"})
    tasks = without_task(book, by)[[by, "without"]]
    table, quiet, tasks = (part.astype({by: object}) for part in (table, quiet, tasks))
    found = table.merge(quiet, on=by, how="left").merge(tasks, on=by, how="left")
    found = found.assign(**{c: found[c].astype(float) for c in ("silent_days", "without")})
    if told(book).created in ("week", "month"):
        found["age_days"] = float("nan")
    if coarsest(told(book).created, grain_of(book, "touches", "at")) in ("week", "month"):
        found["silent_days"] = float("nan")
    order = next((c for c in ("without", "silent_days", "age_days") if found[c].notna().any()), "open")
    return for_page(found, book, by, order)


def _tasks(book):
    """The tasks among the touches that say until when; None where the export holds none."""
    if book.touches is None:
        return None
    tasks = touches.of_book(book).filter((nw.col("kind") == "task") & ~nw.col("due_at").is_null())
    return tasks if count(tasks, [])["rows"].iloc[0] else None


def without_task(book, by="manager") -> pd.DataFrame:
    """Open deals and those of them without a next task: by, open, without.

    No rows where the export holds no task at all: "no next task" would then accuse everybody.

    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": "Ann", "status": "open", "created_at": "2026-09-01"})
    >>> tasks = pd.DataFrame({"deal_id": ["1", "2"], "at": "2026-09-02", "kind": "task", "due_at": ["2026-10-05", "2026-09-05"]})
    >>> without_task(book(deals, month="2026-09", as_of="2026-09-30", touches=tasks))  # that of deal 2 was due before
      manager  open  without
    0     Ann     2        1
    """
    deals = book.closer_deals.filter(nw.col("status") == "open")
    day = pd.Timestamp(book.as_of).to_pydatetime()
    tasks = _tasks(book)
    dated = count(book.deals.filter(~nw.col("next_task_at").is_null()), [])["rows"].iloc[0]
    if tasks is None and not dated:
        return pd.DataFrame(columns=[by, "open", "without"])
    has = (nw.col("next_task_at") >= day).fill_null(False)  # either record of the CRM will do
    if tasks is not None:
        ahead = tasks.filter(nw.col("done_at").is_null() & (nw.col("due_at") >= day) & ~nw.col("deal_id").is_null())
        deals = deals.join(ahead.select("deal_id").unique().with_columns(_task=nw.lit(1)), on="deal_id", how="left")
        has = has | ~nw.col("_task").is_null()
    table = count(deals, [by], covered=flag(has))
    return table.assign(open=table["rows"], without=table["rows"] - table["covered"])[[by, "open", "without"]]


def silences(book, by="manager") -> pd.DataFrame:
    """Open deals by their longest time without a person's touch, the days since the last one included.

    Returns
    -------
    DataFrame, one row per group: by, open, median_days, p90_days (of the longest silence), untouched (no touch at all); no rows
    without touches

    Examples
    --------
    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open", "created_at": "2026-09-01"})
    >>> calls = pd.DataFrame({"deal_id": ["1"], "at": ["2026-09-05"], "kind": "call"})  # 4 days, then 25
    >>> silences(book(deals, month="2026-09", as_of="2026-09-30", touches=calls))
      manager  open  median_days  p90_days  untouched
    0     Ann     1         25.0      25.0          0
    """
    if book.touches is None:
        return pd.DataFrame(columns=[by, *SILENCE])
    table = count(_waits(book, by), [by, "days"], never=nw.col("_never"))
    rows = [
        {
            by: name, "open": int(part["rows"].sum()), "untouched": int(part["never"].sum()),
            "median_days": weighted_quantile(part["days"], part["rows"], 0.5), "p90_days": weighted_quantile(part["days"], part["rows"], 0.9),
        }
        for name, part in table.groupby(by, sort=True, dropna=False)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=[by, *SILENCE])


def _waits(book, by: str):
    """One row per open deal: by, days (its longest silence), _never (1: no touch at all)."""
    deals = book.closer_deals.filter(nw.col("status") == "open").select("deal_id", "created_at", by)
    human = touches.by_people(book)
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
        _end=nw.lit(pd.Timestamp(book.as_of).to_pydatetime()),
    )
    both = both.with_columns(_wait=days_between("_since", "_end"), _never=flag(nw.col("_last").is_null()))
    return both.with_columns(
        days=nw.when(nw.col("_gap") > nw.col("_wait")).then(nw.col("_gap")).otherwise(nw.col("_wait"))
    )
