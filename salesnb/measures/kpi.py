"""KPI of each person: calls, talk time and tasks, in all and per working day."""

import datetime as dt

import narwhals as nw
import numpy as np
import pandas as pd

from salesnb.errors import DataError
from salesnb.formats.periods import PeriodLike
from salesnb.measures.events import COUNTED, daily_events, known_events
from salesnb.measures.frames import BookLike, collect, count
from salesnb.measures.so_far import so_far
from salesnb.measures.staff import recent_deals, staff_on
from salesnb.measures.summary import months_back
from salesnb.measures.workdays import workdays, working_time
from salesnb.schema import ACTIVITY_METRICS, FUNCTIONS, TABLES, UNKNOWN
from salesnb.stats import poisson_interval

METRICS = ACTIVITY_METRICS
SHOWN = (
    "calls_out", "unanswered", "calls_in", "missed", "talk_minutes", "tasks_done", "tasks_overdue"
)  # fmt: skip
BEHIND = {"talk_minutes": "talks"}  # what is counted where the figure itself is no count
ORDER = {name: place for place, name in enumerate(("closer", "hunter", "farmer"))}


def kpi(book: BookLike, period: PeriodLike | None = None) -> pd.DataFrame:
    """Activity of each person who was there in a period, of all channels together.

    Parameters
    ----------
    period : None: the month of the Book; as far as the Book knows it

    Returns
    -------
    DataFrame, one row per closer, hunter and farmer who had not left before it; on a channel's page
    and of a segment those who have deals there in the window: manager, function, calls_out,
    unanswered (of them), calls_in, missed (of them), talk_minutes and talks (answered, at least
    `talk_seconds`), tasks_done, tasks_overdue, working_days, basis, traced_days, without_trace (as
    `working_time`); of calls_out, calls_in, talk_minutes, tasks_done also ``_day`` (all events of
    the period per working day; NaN without one), and of the counts ``_low``, ``_high`` (per working
    day, exact Poisson, 95 %). What the export tells nowhere is NaN.

    ``.attrs["unowned"]``, ``["others"]`` : counts of nobody, and of people of no function here

    Raises
    ------
    DataError
        The company has no touches: the message names the export.

    Source
    ------
    definitions, Control of the team, KPI; Garwood (1936) for the intervals.

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open",
    ...     "created_at": "2026-09-01"})
    >>> calls = pd.DataFrame({"deal_id": "1", "kind": "call", "direction": "out",
    ...     "at": pd.date_range("2026-09-01 10:00", periods=11, freq="D")})
    >>> found = kpi(s.book(deals, touches=calls, month="2026-09", as_of="2026-09-30"))
    >>> found[["manager", "calls_out", "working_days", "calls_out_day", "calls_in"]]
      manager  calls_out  working_days  calls_out_day  calls_in
    0     Ann         11            22            0.5         0
    """
    period = book.month if period is None else period
    start, end = known_bounds(book, period)
    whole, name = book.unfiltered, f"_kpi {start} {end}"
    table = whole.kept(name, lambda: _of_everybody(whole, period, start, end))
    found = table[table["manager"].isin(list(shown(book, table["manager"])))]
    found = found.reset_index(drop=True)
    found.attrs = dict(table.attrs)
    return found


def _of_everybody(whole, period: PeriodLike, start, end) -> pd.DataFrame:
    who = people(whole, period)
    table = _with_counts(whole, who, start, end)
    unowned, others = _rest(whole, who, start, end)
    table.attrs = {"unowned": unowned, "others": others}
    return table


def everybody(book: BookLike, period: PeriodLike | None = None) -> pd.DataFrame:
    """`kpi` of the whole department, whatever page asks."""
    return kpi(book.unfiltered, period)


def people(book: BookLike, period: PeriodLike) -> pd.DataFrame:
    """Closers, hunters and farmers who had not left before a period: manager, function.

    The function is the role in the list of employees, as it was at the end of the period; else that
    of most of the deals that the person owns in the window.

    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1", "2", "3"], "manager": ["Ann", "Hal", "Bo"],
    ...     "function": ["closer", "hunter", "closer"], "status": "open",
    ...     "created_at": "2026-09-01"})
    >>> staff = pd.DataFrame({"manager": ["Bo", "Cy"], "role": ["farmer", "closer"],
    ...     "left_on": [None, "2026-08-31"]})
    >>> people(s.book(deals, managers=staff, month="2026-09"), "2026-09").values.tolist()
    [['Ann', 'closer'], ['Hal', 'hunter'], ['Bo', 'farmer']]
    """
    whole = book.unfiltered
    start, end = known_bounds(whole, period)
    roles, away = _staff(whole, start, end)
    found = {**_by_deals(whole), **roles}
    rows = [(name, function) for name, function in found.items() if name not in away]
    rows = sorted(rows, key=lambda row: (ORDER[row[1]], row[0]))
    return pd.DataFrame(rows, columns=["manager", "function"])


def shown(book: BookLike, names: pd.Series) -> list[str]:
    """Whom a page shows: everybody; of a channel or a segment those with deals there."""
    if book.unfiltered is book:
        return list(names)
    own = book.kept(
        "_recent_owners",
        lambda: set(count(recent_deals(book, every=True), ["manager"])["manager"].dropna()),
    )
    return [name for name in names if name in own]


def kpi_months(book: BookLike, months: int = 13) -> pd.DataFrame:
    """The main figures of each person month by month: month, manager, calls_out, calls_in,
    talk_minutes, tasks_done, working_days; oldest first.

    Where the month is not over, of every earlier one too the same number of working days counts. A
    month before the first call or task of the export is left out, before the first call or the
    first task it is missing; so it is where somebody neither had a working day nor did anything.
    """
    part, rows = so_far(book), []
    names = people(book, book.month)["manager"]
    names, events = shown(book, names), _events(book)
    first = first_days(book)
    for month in months_back(book.month, months):
        start, end = known_bounds(book, month)
        logged = {metric: day < end.date() for metric, day in first.items()}
        if not any(logged.values()):
            continue
        if part is not None and month in part.until:
            end = dt.datetime.combine(part.until[month], dt.time()) + dt.timedelta(days=1)
        known = known_events(book)
        table = _sums(events, start, end, known).reindex(names)[list(METRICS)]
        days = working_time(book, names, (start, end))["working_days"].to_numpy()
        there = (days > 0) | table.notna().any(axis=1).to_numpy()
        told = [known[metric] and logged[metric] for metric in METRICS]
        table = table.fillna(0.0).where(np.outer(there, told))
        rows.append(table.reset_index(names="manager").assign(month=month, working_days=days))
    columns = ["month", "manager", *METRICS, "working_days"]
    return pd.concat(rows, ignore_index=True)[columns] if rows else pd.DataFrame(columns=columns)


def activity_plans(book: BookLike, table: pd.DataFrame) -> pd.DataFrame:
    """Plans of activity of the month beside the facts: manager, metric, fact, plan, share (fact /
    plan; NaN where the plan is not above zero). Only of people whom a plan names.

    `table` : `kpi` of the month
    """
    columns = ["manager", "metric", "fact", "plan", "share"]
    plans = book.unfiltered.plans
    if plans is None:
        return pd.DataFrame(columns=columns)
    own = plans.filter(
        (nw.col("month") == book.month)
        & nw.col("metric").is_in(list(METRICS))
        & ~nw.col("manager").is_null()
        & ~nw.col("value").is_null()
    )
    known = collect(own.select("manager", "metric", "value"))
    sums = known.sort_values("value").groupby(["manager", "metric"])["value"].sum()
    facts = table.melt("manager", list(METRICS), "metric", "fact")
    both = facts.merge(sums.rename("plan").reset_index(), on=["manager", "metric"])
    both["share"] = both["fact"] / both["plan"].where(both["plan"] > 0)
    return both.sort_values(["manager", "metric"], ignore_index=True)[columns]


def working_day_counts(book: BookLike, names: list[str], months: int) -> pd.DataFrame:
    """Activity of people on each working day of the last months: manager, month, day, calls_out,
    calls_in, talk_minutes, tasks_done.

    What was done on a free day counts on the working day before it, in the month the one after it.
    Days before the first call or task of the export are left out.
    """
    calendar, events = workdays(book), _events(book)
    own = {str(name): rows for name, rows in events.groupby("manager")}
    parts, logged = [], min(first_days(book).values())
    for month in months_back(book.month, months):
        start, end = known_bounds(book, month)
        start = max(start, dt.datetime.combine(logged, dt.time()))
        last = (end - dt.timedelta(days=1)).date()
        for name in names:
            days = calendar.days(name, start.date(), last)
            if days:
                rows = own.get(name, events.head(0))
                parts.append(_on_days(rows, days, start.date(), last, name, month))
    columns = ["manager", "month", "day", *METRICS]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def first_days(book: BookLike) -> dict[str, dt.date]:
    """The day of the first call, or of the first task that was done, of the whole export, by
    metric; the day after as_of where there is none.
    """
    events = _events(book)
    calls = events[["calls_out", "calls_in", "undirected"]].sum(axis=1) > 0
    kinds = {"tasks_done": events["tasks_done"] > 0}
    later = book.as_of + dt.timedelta(days=1)
    return {
        metric: min(events.loc[kinds.get(metric, calls), "day"], default=later)
        for metric in METRICS
    }


def known_bounds(book: BookLike, period: PeriodLike) -> tuple[dt.datetime, dt.datetime]:
    """Start and end of a period, as far as the Book knows it."""
    start, end = book.bounds(period)
    known = dt.datetime.combine(book.as_of, dt.time()) + dt.timedelta(days=1)
    return start, max(start, min(end, known))


def _events(book) -> pd.DataFrame:
    found = daily_events(book)
    if found is None:
        raise DataError(f"KPI need touches: ask for {TABLES['touches'].export}.")
    return found


def _with_counts(book, who: pd.DataFrame, start, end) -> pd.DataFrame:
    sums = _sums(_events(book), start, end, known_events(book)).reindex(who["manager"])
    days = working_time(book, who["manager"], (start, end)).drop(columns="manager")
    figures = sums[[*SHOWN, "talks"]].reset_index(drop=True)
    for column in figures:
        if known_events(book).get(column, True):
            kind = "float64" if column == "talk_minutes" else "int64"
            figures[column] = figures[column].fillna(0).astype(kind)
        else:
            figures[column] = np.nan
    return _with_rates(pd.concat([who, figures, days], axis=1))


def _with_rates(table: pd.DataFrame) -> pd.DataFrame:
    days = table["working_days"].where(table["working_days"] > 0)
    made = {}
    for metric in METRICS:
        made[f"{metric}_day"] = table[metric] / days
        if metric not in BEHIND:
            low, high = poisson_interval(table[metric].to_numpy(float))
            made[f"{metric}_low"], made[f"{metric}_high"] = low / days, high / days
    return table.assign(**made)


def _sums(events: pd.DataFrame, start, end, known: dict[str, bool]) -> pd.DataFrame:
    """Sums of a period by person; nobody's stand under the missing name."""
    kept = events[(events["day"] >= start.date()) & (events["day"] < end.date())]
    sums = kept.groupby("manager", dropna=False)[list(COUNTED)].sum()
    sums["talk_minutes"] = sums["seconds"] / 60
    return sums.assign(**{name: np.nan for name, told in known.items() if not told})


def _rest(book, who: pd.DataFrame, start, end) -> tuple[dict, dict]:
    """Counts of nobody, and of people who are not among `who`."""
    sums = _sums(_events(book), start, end, known_events(book))[[*SHOWN, "undirected"]]
    blank = sums.index.isna()
    other = ~blank & ~sums.index.isin(list(who["manager"]))
    return sums[blank].sum().to_dict(), sums[other].sum().to_dict()


def _on_days(rows: pd.DataFrame, days: list, first, last, name: str, month: str) -> pd.DataFrame:
    kept = rows[(rows["day"] >= first) & (rows["day"] <= last)]
    order = np.array([day.toordinal() for day in days])
    at = np.array([day.toordinal() for day in kept["day"]], int)
    place = np.clip(np.searchsorted(order, at, side="right") - 1, 0, None)
    table = pd.DataFrame({"manager": name, "month": month, "day": days})
    for metric in METRICS:
        values = kept["seconds"] / 60 if metric == "talk_minutes" else kept[metric]
        table[metric] = np.bincount(place, values.to_numpy(float), len(days))
    return table


def _by_deals(whole) -> dict[str, str]:
    """Function of most of the deals of each owner in the window."""
    return whole.kept("_owners_functions", lambda: _functions_of_owners(whole))


def _functions_of_owners(whole) -> dict[str, str]:
    table = count(recent_deals(whole, every=True), ["manager", "function"])
    table = table[table["function"].isin(FUNCTIONS) & table["manager"].notna()]
    table = table[table["manager"] != UNKNOWN]
    table = table.assign(order=table["function"].map(ORDER))
    table = table.sort_values(["rows", "order"], ascending=[True, False], kind="stable")
    return dict(zip(table["manager"], table["function"], strict=True))


def _staff(whole, start, end) -> tuple[dict[str, str], set[str]]:
    """Role of each employee at the end of a period, and who was not there in it."""
    if whole.managers is None:
        return {}, set()
    columns = ["manager", "role", "hired_on", "left_on"]
    last = staff_on(whole, (end - dt.timedelta(days=1)).date())[columns]
    last = last.dropna(subset=["manager"]).set_index("manager")
    for column in ("hired_on", "left_on"):
        last[column] = pd.to_datetime(last[column])
    gone = (last["left_on"] < start) | (last["hired_on"] >= end)
    roles = last.loc[last["role"].isin(FUNCTIONS), "role"]
    return roles.to_dict(), set(last.index[gone])
