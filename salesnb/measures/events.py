"""What each person did on each day: calls by direction, talk time, tasks done and overdue."""

import datetime as dt
from typing import TypeAlias

import narwhals as nw
import pandas as pd

from salesnb.measures import touches
from salesnb.measures.frames import BookLike, count, flag, names
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
    return whole.kept("_daily_events", lambda: _daily(whole))


def known_events(book: BookLike) -> Known:
    """Which of the events an export can tell at all: nowhere a direction, no count of either."""
    whole = book.unfiltered
    return whole.kept("_known_events", lambda: _known(whole))


def deals_behind(book: BookLike, start: dt.datetime, end: dt.datetime) -> pd.DataFrame:
    """Deals whose calls or tasks are counted in a period: manager, deal_id, called, tasked."""
    whole = book.unfiltered
    if whole.touches is None:
        return pd.DataFrame(columns=["manager", "deal_id", "called", "tasked"])
    near = [(nw.col(name) >= start) & (nw.col(name) < end) for name in ("at", "done_at", "due_at")]
    near = [one.fill_null(False) for one in near]
    here = (nw.col("_day") >= start) & (nw.col("_day") < end) & ~nw.col("deal_id").is_null()
    rows = _counted(whole, near[0] | near[1] | near[2]).filter(here)
    sums = {"called": flag(nw.col("kind") == "call"), "tasked": flag(nw.col("kind") == "task")}
    table = count(rows, ["_who", "deal_id"], **sums).rename(columns={"_who": "manager"})
    return table.assign(called=table["called"] > 0, tasked=table["tasked"] > 0).drop(columns="rows")


def _counted(whole, which: nw.Expr | None = None) -> nw.LazyFrame:
    """Calls and tasks that count, with whose they are (`_who`) and the time at which they count
    (`_day`): of a call when it was made, of a task when it was done, else when it was due. `which`
    : only these touches are looked at.
    """
    human = whole.touches.filter(
        nw.col("kind").is_in(["call", "task"]) & ~nw.col("by_robot").fill_null(False)
    )
    human = human if which is None else human.filter(which)
    owners = whole.deals.select("deal_id", _owner="manager", _closed="closed_at")
    joined = touches.joined(human, whole.deals).join(owners, on="deal_id", how="left")
    end = dt.datetime.combine(whole.as_of, dt.time()) + dt.timedelta(days=1)
    own = nw.col("_closed").is_null() | (nw.col("done_at") < nw.col("_closed").dt.truncate("1m"))
    late = nw.col("done_at").is_null() & (nw.col("due_at") < end)
    due = nw.when(late).then(nw.col("due_at"))
    done = nw.when(own & ~nw.col("done_at").is_null()).then(nw.col("done_at")).otherwise(due)
    when = nw.when(nw.col("kind") == "call").then(nw.col("at")).otherwise(done)
    found = joined.with_columns(_who=touches.whose("_owner"), _day=when)
    return found.filter(~nw.col("_day").is_null())


def _daily(whole) -> pd.DataFrame | None:
    if whole.touches is None:
        return None
    call, task = nw.col("kind") == "call", nw.col("kind") == "task"
    out, in_ = call & (nw.col("direction") == "out"), call & (nw.col("direction") == "in")
    missed = nw.col("result") == "missed"
    talk = call & touches.is_talk(whole.thresholds.talk_seconds)
    seconds = nw.when(talk).then(nw.col("duration_s").round(0)).otherwise(nw.lit(0.0))
    sums = {
        "calls_out": flag(out),
        "unanswered": flag(out & missed),
        "calls_in": flag(in_),
        "missed": flag(in_ & missed),
        "talks": flag(talk),
        "seconds": seconds.cast(nw.Int64),
        "undirected": flag(call & nw.col("direction").is_null()),
        "tasks_done": flag(task & ~nw.col("done_at").is_null()),
        "tasks_overdue": flag(task & nw.col("done_at").is_null()),
    }
    dated = _counted(whole).with_columns(_day=nw.col("_day").dt.truncate("1d"))
    table = count(dated, ["_who", "_day"], **sums).drop(columns="rows")
    table["_day"] = pd.to_datetime(table["_day"]).dt.date
    table = table.rename(columns={"_who": "manager", "_day": "day"})
    table["manager"] = names(table["manager"].replace({UNKNOWN: None})).astype(object)
    return table


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
