"""Open deals that wait: how long nobody has touched them, and whether a next task is set."""

import datetime as dt

import narwhals as nw
import pandas as pd

from salesnb.measures.frames import Frame, count, days_between, flag, lazy
from salesnb.measures.length import weighted_quantile

SILENCE = ["open", "median_days", "p90_days", "untouched"]


def silences(
    deals: Frame, touches: Frame, as_of: dt.date | str, by: str = "manager"
) -> pd.DataFrame:
    """Open deals by their longest time without a person's touch, the days since the last one
    included.

    Parameters
    ----------
    deals : frame of deal_id, status, created_at and `by`;  as_of : day up to which to know
    touches : of people (`touches.by_people`): deal_id, at

    Returns
    -------
    DataFrame, one row per group: by, open, median_days, p90_days (of the longest silence),
        untouched (no touch at all)

    Examples
    --------
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open",
    ...     "created_at": pd.Timestamp("2026-09-01")})
    >>> calls = pd.DataFrame({"deal_id": ["1"],
    ...     "at": pd.Timestamp("2026-09-05")})  # 4 days, then 25
    >>> silences(deals, calls, "2026-09-30")
      manager  open  median_days  p90_days  untouched
    0     Ann     1         25.0      25.0          0
    """
    table = count(waits(deals, touches, as_of, by), [by, "days"], never=nw.col("never"))
    rows = [
        {
            by: name,
            "open": int(part["rows"].sum()),
            "untouched": int(part["never"].sum()),
            "median_days": weighted_quantile(part["days"], part["rows"], 0.5),
            "p90_days": weighted_quantile(part["days"], part["rows"], 0.9),
        }
        for name, part in table.groupby(by, sort=True, dropna=False)
    ]
    return pd.DataFrame(rows, columns=[by, *SILENCE])


def waits(deals: Frame, touches: Frame, as_of: dt.date | str, by: str = "manager") -> nw.LazyFrame:
    """One row per open deal: deal_id, by, days (its longest silence), never (1: no
    touch at all).
    """
    waiting = lazy(deals).filter(nw.col("status") == "open").select("deal_id", "created_at", by)
    pairs = lazy(touches).select("deal_id", "at")
    pairs = pairs.join(waiting.select("deal_id", "created_at"), on="deal_id", how="inner")
    pairs = pairs.filter(nw.col("at") >= nw.col("created_at"))
    before = nw.col("at").shift(1).over("deal_id", order_by="at")
    pairs = pairs.with_columns(_before=before).with_columns(
        _before=nw.when(nw.col("_before").is_null())
        .then(nw.col("created_at"))
        .otherwise(nw.col("_before"))
    )
    gaps = pairs.with_columns(_gap=days_between("_before", "at"))
    longest = gaps.group_by("deal_id").agg(nw.col("_gap").max(), _last=nw.col("at").max())
    both = waiting.join(longest, on="deal_id", how="left").with_columns(
        _since=nw.when(nw.col("_last").is_null())
        .then(nw.col("created_at"))
        .otherwise(nw.col("_last")),
        _end=nw.lit(pd.Timestamp(as_of).to_pydatetime()),
    )
    both = both.with_columns(
        _wait=days_between("_since", "_end"), never=flag(nw.col("_last").is_null())
    )
    longer = (
        nw.when(nw.col("_gap") > nw.col("_wait")).then(nw.col("_gap")).otherwise(nw.col("_wait"))
    )
    return both.select("deal_id", by, "never", days=longer)


def with_next_task(deals: Frame, tasks: Frame | None, as_of: dt.date | str) -> nw.LazyFrame:
    """Open deals with `planned`: 1 where a next task is set in either record of the CRM, the deal's
    own or its tasks.

    Parameters
    ----------
    deals : frame of deal_id, status, next_task_at;  tasks : frame of deal_id, due_at, done_at, or
        None
    """
    day = pd.Timestamp(as_of).to_pydatetime()
    waiting = lazy(deals).filter(nw.col("status") == "open")
    planned = (nw.col("next_task_at") >= day).fill_null(False)
    if tasks is None:
        return waiting.with_columns(planned=flag(planned))
    ahead = nw.col("done_at").is_null() & (nw.col("due_at") >= day) & ~nw.col("deal_id").is_null()
    ahead = lazy(tasks).filter(ahead).select("deal_id").unique().with_columns(_task=nw.lit(1))
    both = waiting.join(ahead, on="deal_id", how="left")
    return both.with_columns(planned=flag(planned | ~nw.col("_task").is_null())).drop("_task")


def without_task(
    deals: Frame, tasks: Frame | None, as_of: dt.date | str, by: str = "manager"
) -> pd.DataFrame:
    """Open deals and those of them without a next task: by, open, without.

    Examples
    --------
    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": "Ann", "status": "open",
    ...     "next_task_at": pd.Series([pd.NaT] * 2)})
    >>> tasks = pd.DataFrame({"deal_id": ["1", "2"], "due_at": pd.to_datetime(["2026-10-05",
    ...     "2026-09-05"]), "done_at": pd.NaT})
    >>> without_task(deals, tasks, "2026-09-30")  # that of deal 2 was due before
      manager  open  without
    0     Ann     2        1
    """
    table = count(with_next_task(deals, tasks, as_of), [by], planned=nw.col("planned"))
    return table.assign(open=table["rows"], without=table["rows"] - table["planned"])[
        [by, "open", "without"]
    ]
