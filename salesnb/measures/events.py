"""What each person did on each day: calls by direction, talk time, tasks done and overdue."""

import datetime as dt
from typing import TypeAlias

import narwhals as nw
import pandas as pd

from salesnb.measures import touches
from salesnb.measures.frames import BookLike, cached_on, count, flag, names
from salesnb.schema import UNKNOWN

CALLS = ("calls_out", "unanswered", "calls_in", "missed", "talks", "seconds", "undirected")
TASKS = ("tasks_done", "tasks_overdue")
COUNTED = (*CALLS, *TASKS)
Known: TypeAlias = dict[str, bool]


def daily_events(book: BookLike) -> pd.DataFrame | None:
    """Calls and tasks of every person and day, of all channels; None without touches. Memoised.

    A call is its caller's, else the owner's of its deal. A robot's never count. A task is done
    where that was before the minute in which its deal was closed: a CRM completes what is left of a
    deal when it is closed, and such a task is neither done nor overdue.

    Returns
    -------
    DataFrame: manager (None: nobody's), day (date), calls_out, unanswered (of them), calls_in,
        missed (of them), talks (answered, at least `talk_seconds`), seconds (of the talks),
        undirected (calls of an unknown direction), tasks_done (on the day), tasks_overdue (due on
        the day by as_of's end, not done by then).

    Source
    ------
    definitions, Control of the team, KPI.

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open",
    ...     "created_at": "2026-09-01"})
    >>> calls = pd.DataFrame({"deal_id": "1", "at": pd.to_datetime(["2026-09-01 10:00"] * 3),
    ...     "kind": "call", "direction": ["out", "out", "in"], "duration_s": [10, 9, 60]})
    >>> found = daily_events(s.book(deals, touches=calls, month="2026-09"))
    >>> found[["manager", "calls_out", "calls_in", "talks", "seconds"]].values.tolist()
    [['Ann', 2, 1, 2, 70]]
    """
    whole = book.unfiltered
    return cached_on(whole, "_daily_events", lambda: _daily(whole))


def known_events(book: BookLike) -> Known:
    """Which of the events an export can tell at all: nowhere a direction, no count of either."""
    whole = book.unfiltered
    return cached_on(whole, "_known_events", lambda: _known(whole))


def deals_behind(book: BookLike, start: dt.datetime, end: dt.datetime) -> pd.DataFrame:
    """Deals whose calls or tasks are counted in a period: manager, deal_id, called, tasked."""
    whole = book.unfiltered
    named = _named(whole)
    if named is None:
        return pd.DataFrame(columns=["manager", "deal_id", "called", "tasked"])
    here = (nw.col("_day") >= start) & (nw.col("_day") < end) & ~nw.col("deal_id").is_null()
    parts = [
        part.filter(here).select("_who", "deal_id", called=nw.lit(call), tasked=nw.lit(1 - call))
        for part, call in ((_calls(named), 1), (_done(named), 0), (_overdue(named, whole), 0))
    ]
    rows = nw.concat(parts)
    table = count(
        rows, ["_who", "deal_id"], called=nw.col("called"), tasked=nw.col("tasked")
    ).rename(columns={"_who": "manager"})
    return table.assign(called=table["called"] > 0, tasked=table["tasked"] > 0).drop(columns="rows")


def _named(whole) -> nw.LazyFrame | None:
    """Calls and tasks with whose they are and when their deal was closed."""
    found = touches.of_book(whole)
    if found is None:
        return None
    human = found.filter(
        nw.col("kind").is_in(["call", "task"]) & ~nw.col("by_robot").fill_null(False)
    )
    owners = whole.deals.select("deal_id", _owner="manager", _closed="closed_at")
    joined = human.join(owners, on="deal_id", how="left")
    nobody = nw.col("manager").is_null() | (nw.col("manager") == UNKNOWN)
    return joined.with_columns(
        _who=nw.when(nobody).then(nw.col("_owner")).otherwise(nw.col("manager"))
    )


def _calls(named: nw.LazyFrame) -> nw.LazyFrame:
    return named.filter(nw.col("kind") == "call").with_columns(_day=nw.col("at"))


def _done(named: nw.LazyFrame) -> nw.LazyFrame:
    own = nw.col("_closed").is_null() | (nw.col("done_at") < nw.col("_closed").dt.truncate("1m"))
    done = (nw.col("kind") == "task") & ~nw.col("done_at").is_null() & own
    return named.filter(done).with_columns(_day=nw.col("done_at"))


def _overdue(named: nw.LazyFrame, whole) -> nw.LazyFrame:
    end = dt.datetime.combine(whole.as_of, dt.time()) + dt.timedelta(days=1)
    late = nw.col("done_at").is_null() & (nw.col("due_at") < end)
    return named.filter((nw.col("kind") == "task") & late).with_columns(_day=nw.col("due_at"))


def _daily(whole) -> pd.DataFrame | None:
    named = _named(whole)
    if named is None:
        return None
    out, in_ = nw.col("direction") == "out", nw.col("direction") == "in"
    missed = nw.col("result") == "missed"
    talk = (nw.col("duration_s") >= whole.thresholds.talk_seconds) & ~missed.fill_null(False)
    seconds = nw.when(talk).then(nw.col("duration_s").round(0)).otherwise(nw.lit(0.0))
    sums = {
        "calls_out": flag(out),
        "unanswered": flag(out & missed),
        "calls_in": flag(in_),
        "missed": flag(in_ & missed),
        "talks": flag(talk),
        "seconds": seconds.cast(nw.Int64),
        "undirected": flag(nw.col("direction").is_null()),
    }
    parts = [_by_day(_calls(named), **sums)]
    done, late = _done(named), _overdue(named, whole)
    parts.append(_by_day(done, tasks_done=flag(nw.col("kind") == "task")))
    parts.append(_by_day(late, tasks_overdue=flag(nw.col("kind") == "task")))
    both = pd.concat(parts, ignore_index=True).reindex(columns=["manager", "day", *COUNTED])
    both = both.fillna(dict.fromkeys(COUNTED, 0))
    table = both.groupby(["manager", "day"], dropna=False, sort=True)[list(COUNTED)].sum()
    table = table.astype("int64").reset_index()
    table["manager"] = names(table["manager"].replace({UNKNOWN: None}))
    return table


def _by_day(rows: nw.LazyFrame, **sums: nw.Expr) -> pd.DataFrame:
    dated = rows.with_columns(_day=nw.col("_day").dt.truncate("1d"))
    table = count(dated, ["_who", "_day"], **sums).drop(columns="rows")
    table["_day"] = pd.to_datetime(table["_day"]).dt.date
    return table.rename(columns={"_who": "manager", "_day": "day"}).astype({"manager": object})


def _known(whole) -> Known:
    if whole.touches is None:
        return dict.fromkeys(COUNTED, False)
    call, task = nw.col("kind") == "call", nw.col("kind") == "task"
    sums = {
        "way": flag(call & ~nw.col("direction").is_null()),
        "result": flag(call & ~nw.col("result").is_null()),
        "length": flag(call & ~nw.col("duration_s").is_null()),
        "done": flag(task & ~nw.col("done_at").is_null()),
        "due": flag(task & ~nw.col("due_at").is_null()),
    }
    own = whole.touches.filter(~nw.col("by_robot").fill_null(False))
    has = {name: bool(n) for name, n in count(own, [], **sums).iloc[0].items()}
    directed = dict.fromkeys(("calls_out", "calls_in"), has["way"])
    untaken = dict.fromkeys(("unanswered", "missed"), has["way"] and has["result"])
    talked = dict.fromkeys(("talks", "seconds", "talk_minutes"), has["length"])
    tasks = {"tasks_done": has["done"], "tasks_overdue": has["done"] and has["due"]}
    return directed | untaken | talked | tasks | {"undirected": True}
