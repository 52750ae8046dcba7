"""The KPI benchmark: whose activity is the base for the others of the same function."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import narwhals as nw
import pandas as pd

from salesnb.errors import unknown
from salesnb.measures.frames import (
    BookLike,
    collect,
    count,
    month_name,
    month_number,
    months_before,
    within,
)
from salesnb.measures.kpi import people
from salesnb.measures.plan import completion
from salesnb.measures.staff import leavers
from salesnb.measures.workdays import workdays, working_time
from salesnb.params import Thresholds
from salesnb.schema import UNKNOWN

Reason: TypeAlias = Literal["short", "traces", "below", "red"]
Kind: TypeAlias = Literal["plan", "params", "median"]
Passed: TypeAlias = tuple[str, float, tuple[Reason, ...]]
AUTO = "auto"
FIRST_MONTHS = 12  # months of which it is said how often somebody was first
FACTS = ["manager", "month", "fact", "plan"]
CANDIDATES = [
    "manager", "function", "completion", "first", "months", "days", "traces", "verdict", "colour",
    "p_colour",
]  # fmt: skip


@dataclass(frozen=True)
class KpiBenchmark:
    """Whose activity is the base for the others of a function.

    Attributes
    ----------
    function : closer, hunter or farmer
    manager : None: nobody may be the benchmark, the function's median stands in
    kind : "plan" (highest completion), "params" (chosen there) or "median"
    completion : of the plan, 1 is all of it; NaN where there is no plan
    first, months : in how many of how many months this person was first by plan
    passed : who leads by plan but may not be the benchmark, the highest first: (manager,
        completion, reasons); reasons: short (too few working days since the hire), traces, below
        (at the same leads), red
    undated : nobody knows when this person was hired
    """

    function: str
    manager: str | None
    kind: Kind
    completion: float = float("nan")
    first: int = 0
    months: int = 0
    passed: tuple[Passed, ...] = ()
    undated: bool = False


def kpi_benchmarks(
    table: pd.DataFrame, thresholds: Thresholds, named: str = AUTO
) -> dict[str, KpiBenchmark]:
    """The KPI benchmark of every function.

    Parameters
    ----------
    table : one row per person: manager, function, completion (fact / plan over the months; NaN
        without a plan), first, months, days (working days since the hire; NaN where unknown, which
        stands in nobody's way), traces (0..1, share of the working days with a trace; NaN where
        nothing tells it, likewise), verdict (at the same leads), colour, p_colour
    named : the person that the params name, or "auto"

    Source
    ------
    definitions, KPI benchmark.

    Examples
    --------
    The one with the highest completion is red, so the next is the benchmark.

    >>> table = pd.DataFrame({"manager": ["X", "Y"], "function": "closer",
    ...     "completion": [1.34, 1.02], "first": [7, 3], "months": 12, "days": 400, "traces": 1.0,
    ...     "verdict": "cannot tell", "colour": ["red", "yellow"], "p_colour": [0.93, 0.9]})
    >>> found = kpi_benchmarks(table, Thresholds())["closer"]
    >>> found.manager, found.kind, found.first, found.passed
    ('Y', 'plan', 3, (('X', 1.34, ('red',)),))
    """
    ordered = table.sort_values(
        ["completion", "manager"], ascending=[False, True], na_position="last", kind="stable"
    )
    return {
        function: _of_function(str(function), rows, thresholds, named)
        for function, rows in ordered.groupby("function", sort=True)
    }


def objections(row: dict, thresholds: Thresholds) -> tuple[Reason, ...]:
    """Why a person may not be the KPI benchmark; () where nothing stands in the way."""
    found: list[Reason] = []
    if row["days"] < thresholds.benchmark_min_days:
        found.append("short")
    if row["traces"] < thresholds.benchmark_traces:
        found.append("traces")
    if row["verdict"] == "below":
        found.append("below")
    if row["colour"] == "red" and row["p_colour"] >= thresholds.colour_chance:
        found.append("red")
    return tuple(found)


def benchmark_candidates(
    book: BookLike, verdicts: pd.DataFrame | None = None, colours: pd.DataFrame | None = None
) -> pd.DataFrame:
    """What `kpi_benchmarks` decides by, of everybody who works on the day of the Book.

    The months are those that are over: the last `benchmark_months` of them for the completion and
    the traces, the last 12 for how often somebody was first.

    Parameters
    ----------
    verdicts : manager, verdict (of `manager_rates`);  colours : manager, colour, p_colour; None:
        not known

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "won", "amount": 90.0,
    ...     "created_at": pd.Timestamp("2026-09-01"), "closed_at": pd.Timestamp("2026-09-05")})
    >>> plans = pd.DataFrame({"month": ["2026-09"], "metric": "amount", "manager": "Ann",
    ...     "value": 60.0})
    >>> found = benchmark_candidates(s.book(deals, plans=plans, month="2026-09"))
    >>> found[["manager", "function", "completion", "first"]].values.tolist()
    [['Ann', 'closer', 1.5, 1]]
    """
    whole = book.unfiltered
    last = whole.month if whole.over else whole.previous
    table = people(whole, whole.month)
    table = table[~table["manager"].isin(leavers(whole))].reset_index(drop=True)
    plans, least = _completions(whole, last, table), whole.thresholds.benchmark_months
    recent = plans[plans["month"] > months_before(last, least)]
    sums = recent.groupby("manager")[["fact", "plan"]].sum()
    table["completion"] = table["manager"].map(sums["fact"] / sums["plan"]).astype(float)
    table = table.merge(_firsts(plans, table), on="manager", how="left")
    calendar = workdays(whole)
    table["days"] = [calendar.since_hired(name, whole.as_of) for name in table["manager"]]
    table["days"] = table["days"].astype(float)
    span = (f"{months_before(last, least - 1)}-01", f"{months_before(last, -1)}-01")
    time = working_time(whole, table["manager"], span)
    some = time["working_days"].where(time["working_days"] > 0)
    table["traces"] = (time["traced_days"] / some).to_numpy(float)
    for known, columns in ((verdicts, ["verdict"]), (colours, ["colour", "p_colour"])):
        if known is None:
            table = table.assign(**dict.fromkeys(columns))
        else:
            table = table.merge(known[["manager", *columns]], on="manager", how="left")
    return table[CANDIDATES]


def named_benchmark(book: BookLike) -> str:
    """The person that the params name, who must be known; "auto" where they name nobody.

    Raises
    ------
    ParamError
        Nobody has that name: the message has the nearest one.
    """
    name, whole = book.params.benchmark, book.unfiltered
    if name == AUTO:
        return AUTO
    owners = set(count(whole.deals, ["manager"])["manager"].dropna())
    if whole.managers is not None:
        owners |= set(collect(whole.managers.select("manager"))["manager"].dropna())
    if name not in owners:
        raise unknown("manager", name, sorted(owners - {UNKNOWN}), where="benchmark")
    return name


def _of_function(function: str, rows: pd.DataFrame, thresholds: Thresholds, named: str):
    listed = rows.to_dict("records")
    chosen = next((row for row in listed if row["manager"] == named), None)
    passed: list[Passed] = []
    planned = [row for row in listed if row["completion"] == row["completion"]]
    for row in planned:
        if row["manager"] == named:
            break
        reasons = objections(row, thresholds)
        if not reasons:
            if chosen is not None:  # whoever leads by plan stands beside the one who is chosen
                passed.append((row["manager"], row["completion"], ()))
                break
            return _told(function, row, "plan", passed)
        passed.append((row["manager"], row["completion"], reasons))
    if chosen is not None:
        return _told(function, chosen, "params", passed)
    return KpiBenchmark(function, None, "median", passed=tuple(passed))


def _told(function: str, row: dict, kind: Kind, passed: list[Passed]) -> KpiBenchmark:
    return KpiBenchmark(
        function,
        row["manager"],
        kind,
        float(row["completion"]),
        int(row["first"]),
        int(row["months"]),
        tuple(passed),
        bool(row["days"] != row["days"]),
    )


def _completions(whole, last: str, table: pd.DataFrame) -> pd.DataFrame:
    """Fact and plan of people in the months that are over, where there is a plan: in money, of
    hunters in deals handed over where that is planned: manager, month, fact, plan.
    """
    back = FIRST_MONTHS + (0 if whole.over else 1)
    money = completion(whole, months=back)
    money = money[money["level"] == "manager"].rename(columns={"name": "manager"})
    handed = _handed_over(whole)
    hunters = set(table.loc[table["function"] == "hunter", "manager"]) & set(handed["manager"])
    both = pd.concat([money.loc[~money["manager"].isin(hunters), FACTS], handed])
    first = months_before(last, FIRST_MONTHS - 1)
    here = (both["month"] >= first) & (both["month"] <= last) & (both["plan"] > 0)
    return both[here & both["manager"].isin(table["manager"])].reset_index(drop=True)


def _handed_over(whole) -> pd.DataFrame:
    if whole.plans is None:
        return pd.DataFrame(columns=FACTS)
    own = (nw.col("metric") == "handed_over") & ~nw.col("manager").is_null()
    plans = collect(whole.plans.filter(own).select("manager", "month", plan="value"))
    plans = plans.dropna(subset=["plan"]).groupby(["manager", "month"])["plan"].sum().reset_index()
    if plans.empty:
        return pd.DataFrame(columns=FACTS)
    won = whole.function_deals("hunter").filter(
        (nw.col("status") == "won")
        & within(
            "closed_at", (f"{plans['month'].min()}-01", f"{months_before(whole.month, -1)}-01")
        )
    )
    facts = count(won.with_columns(_month=month_number("closed_at")), ["manager", "_month"]).rename(
        columns={"rows": "fact"}
    )
    facts["month"] = [month_name(n) for n in facts["_month"]]
    both = plans.merge(facts, on=["manager", "month"], how="left").fillna({"fact": 0})
    return both[FACTS].astype({"fact": float})


def _firsts(plans: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """In how many months each person was first of the function by plan, and of how many in which
    two or more had one: manager, first, months. Equals are first together.
    """
    both = plans.merge(table[["manager", "function"]], on="manager")
    both["share"] = both["fact"] / both["plan"]
    by = both.groupby(["function", "month"])["share"]
    both = both.assign(best=both["share"] == by.transform("max"), some=by.transform("size"))
    many = both[both["some"] >= 2] if (both["some"] >= 2).any() else both
    months = many.groupby("function")["month"].nunique()
    first = many[many["best"]].groupby("manager").size()
    return pd.DataFrame(
        {
            "manager": table["manager"],
            "first": table["manager"].map(first).fillna(0).astype("int64"),
            "months": table["function"].map(months).fillna(0).astype("int64"),
        }
    )
