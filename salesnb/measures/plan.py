"""Plan and fact: how much of a month's plan is done by each person, team and channel, and by the
department.
"""

import narwhals as nw
import pandas as pd

from salesnb.formats.periods import period_bounds
from salesnb.measures.frames import (
    BookLike,
    collect,
    count,
    minor,
    money,
    month_name,
    month_number,
    months_before,
    within,
)
from salesnb.measures.so_far import SoFar, earlier
from salesnb.measures.year import ENOUGH_MONTHS, against_year
from salesnb.schema import UNKNOWN

LEVELS = ("department", "channel", "team", "manager")
COLUMNS = ["level", "name", "month", "fact", "plan", "share"]
# what a plan may be measured in, the best match of the fact first
METRICS = {"payments": ("payments", "amount"), "won": ("amount", "payments")}


def completion(book: BookLike, months: int = 1) -> pd.DataFrame:
    """Fact and plan of the last `months` months, in money.

    The fact is what was paid (won, where there is no table of payments or ``plan_fact`` says so); a
    refund counts as negative in the month in which it was paid back. A payment belongs to the owner
    and the channel of its deal; without a deal to those of the client's latest deal by then. The
    plan of a team, a channel or the department is the row that names it, else the sum of the plans
    of its people (there is no such sum for a channel: people sell in several).

    Parameters
    ----------
    book : Book
        Needs `plans`. Its department is counted, whatever channel it has.
    months : how many months that end with the Book's

    Returns
    -------
    DataFrame, one row per level, name and month, sorted by them
        level (department, channel, team, manager), name ("" for the department), month, fact and
        plan (money), share (fact / plan; NaN where the plan is missing or not above zero). No rows
        without a table of plans.

    Source
    ------
    definitions: fact / plan per manager, team (Σ/Σ), channel, department; plan 0 or missing is n/a.

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": ["Ann", "Bo"], "status": ["won",
    ...     "won"], "amount": [90.0, 30.0],
    ...     "created_at": pd.to_datetime(["2026-09-01"] * 2),
    ...     "closed_at": pd.to_datetime(["2026-09-05"] * 2)})
    >>> plans = pd.DataFrame({"month": ["2026-09"] * 2, "metric": "amount", "manager": ["Ann",
    ...     "Bo"], "value": [100.0, 0.0]})
    >>> completion(s.book(deals, plans=plans, month="2026-09"))[["level", "name", "fact", "plan",
    ...     "share"]]
            level     name   fact   plan  share
    0     channel  unknown  120.0    NaN    NaN
    1  department           120.0  100.0    1.2
    2     manager      Ann   90.0  100.0    0.9
    3     manager       Bo   30.0    0.0    NaN
    """
    whole = book.department
    if whole.plans is None:
        return pd.DataFrame(columns=COLUMNS)
    first = months_before(whole.month, months - 1)
    facts, plans, teams = _facts(whole, first), _plans(whole, first), _teams(whole)
    both = pd.concat([_level(level, facts, plans, teams) for level in LEVELS], ignore_index=True)
    both["share"] = both["fact"] / both["plan"].where(both["plan"] > 0)
    table = (
        both[COLUMNS].sort_values(["level", "name", "month"], kind="stable").reset_index(drop=True)
    )
    table.attrs["fact"] = "payments" if by_payments(whole) else "won"
    return table


def completion_so_far(book: BookLike) -> pd.DataFrame:
    """`completion` of 13 months; of a month that is not over each up to the same working day."""
    table, then = completion(book, months=13), earlier(book)
    if not then or table.empty:
        return table
    now = table[table["month"] == book.month]
    found = pd.concat([*(completion(one) for one in then.values()), now], ignore_index=True)
    found = found.sort_values(["level", "name", "month"], kind="stable").reset_index(drop=True)
    found.attrs = dict(table.attrs)
    return found


def of_place(table: pd.DataFrame, channel: str | None) -> pd.DataFrame:
    """The rows of `completion` of one channel, or of the department for None: month, fact, plan,
    share, oldest first.

    ``.attrs["fact"]`` : what the fact is, "payments" or "won".
    """
    level, name = ("department", "") if channel is None else ("channel", channel)
    kept = table[(table["level"] == level) & (table["name"] == name)]
    return kept[["month", "fact", "plan", "share"]].reset_index(drop=True)


def standing(table: pd.DataFrame, month: str, part: SoFar | None = None) -> dict | None:
    """The plan of a month and its place among the earlier ones; None where the month has none.

    Parameters
    ----------
    table : rows of one place (`of_place`);  month : "2026-09"
    part : how much of a month has gone that is not over (`measures.so_far`); None: the whole

    Returns
    -------
    dict: fact, plan, share; kind (what the fact is); place (lowest, highest, usual; "" with too few
        earlier months) among `months` months; of a part month `days` of `of` working days, and the
        usual share by that day (`usual`: the middle one; None with fewer than six earlier months)
    """
    if table.empty or table["month"].iloc[-1] != month or pd.isna(table["share"].iloc[-1]):
        return None
    year = against_year(table, "share")
    kept = {"kind": table.attrs["fact"], "place": year["place"], "months": year["months"]}
    if part is not None:  # beside its own usual share by that day, which has no place among wholes
        usual = table["share"].iloc[:-1].dropna()
        enough = len(usual) >= ENOUGH_MONTHS
        kept |= {"place": "", "days": part.days, "of": part.of}
        kept |= {"usual": float(usual.median()) if enough else None}
    return table.iloc[-1][["fact", "plan", "share"]].to_dict() | kept


def _level(level: str, facts: pd.DataFrame, plans: pd.DataFrame, teams: dict) -> pd.DataFrame:
    named = {
        "channel": facts["channel"],
        "manager": facts["manager"],
        "team": facts["manager"].map(teams),
    }
    keys = named.get(level, pd.Series("", index=facts.index)).rename("name")
    sums = facts.groupby([keys, "month"])["minor"].sum()
    planned = _planned(level, plans, teams)
    both = (
        pd.DataFrame({"minor": sums})
        .join(planned, how="outer")
        .reset_index(names=["name", "month"])
    )
    return both.assign(level=level, fact=money(both["minor"].fillna(0)))


def _planned(level: str, plans: pd.DataFrame, teams: dict) -> pd.Series:
    """Plan by name and month: the rows of the level itself, and sums of people's plans where there
    are none.
    """
    own = plans[plans["level"] == level].groupby(["name", "month"])["plan"].sum()
    people = plans[plans["level"] == "manager"]
    if level == "team":
        people = people.assign(name=people["name"].map(teams)).dropna(subset=["name"])
    elif level == "department":
        people = people.assign(name="")
    else:
        return own
    return own.combine_first(people.groupby(["name", "month"])["plan"].sum()).rename("plan")


def _plans(book, first: str) -> pd.DataFrame:
    """Plans in money from the month `first` on: level, name, month, plan. Each level in the metric
    that fits the fact best.
    """
    kept = book.plans.filter((nw.col("month") >= first) & (nw.col("month") <= book.month))
    table = collect(kept.select("month", "metric", "manager", "team", "channel", "value"))
    table = table[table["metric"].isin(METRICS["won"])].dropna(subset=["value"]).copy()
    keys = table[["manager", "team", "channel"]].notna()
    table["level"] = keys.idxmax(axis=1).where(keys.any(axis=1), "department") if len(table) else []
    table["name"] = [row.get(row["level"], "") for row in table.to_dict("records")]
    order = METRICS["payments" if by_payments(book) else "won"]
    table["rank"] = table["metric"].map(order.index)
    best = table.groupby(["level", "month"])["rank"].transform("min")
    return table[table["rank"] == best].rename(columns={"value": "plan"})[
        ["level", "name", "month", "plan"]
    ]


def by_payments(book: BookLike) -> bool:
    """Whether plans are measured against payments: where there are any, unless the params say
    otherwise.
    """
    return book.payments is not None and book.params.plan_fact == "payments"


def _facts(book, first: str) -> pd.DataFrame:
    """Money in whole minor units by manager, channel and month."""
    period = (f"{first}-01", f"{months_before(book.month, -1)}-01")
    frame = _paid(book, period) if by_payments(book) else _won(book, period)
    numbered = frame.with_columns(_month=month_number("day"))
    table = count(numbered, ["manager", "channel", "_month"], minor=nw.col("minor"))
    months = [month_name(n) for n in table["_month"]]
    return table.assign(month=months).fillna({"manager": UNKNOWN, "channel": UNKNOWN})


def _won(book, period):
    won = book.deals.filter(
        (nw.col("status") == "won") & (nw.col("function") != "hunter") & within("closed_at", period)
    )
    return won.select("manager", "channel", day="closed_at", minor=minor("amount"))


def _paid(book, period):
    """Payments with the owner and channel of their deal, or of the client's latest deal created by
    the day of the payment.
    """
    _, end = period_bounds(period)
    paid = book.payments.filter(~nw.col("paid_on").is_null() & within("paid_on", period))
    sum_ = minor("amount")
    paid = paid.with_columns(
        minor=nw.when(nw.col("status") == "refunded").then(-sum_.abs()).otherwise(sum_)
    )
    paid = paid.select("deal_id", "client_id", "minor", day="paid_on")
    owners = book.deals.select("deal_id", "manager", "channel")
    bound = paid.filter(~nw.col("deal_id").is_null()).join(owners, on="deal_id", how="left")
    deals = book.deals.filter(~nw.col("client_id").is_null() & (nw.col("created_at") < end))
    newest = deals.group_by("client_id").agg(created_at=nw.col("created_at").max())
    latest = deals.join(newest, on=["client_id", "created_at"], how="inner")
    latest = latest.group_by("client_id").agg(nw.col("manager").min(), nw.col("channel").min())
    loose = paid.filter(nw.col("deal_id").is_null()).join(latest, on="client_id", how="left")
    columns = ["manager", "channel", "day", "minor"]
    return nw.concat([bound.select(*columns), loose.select(*columns)])


def _teams(book) -> dict[str, str]:
    """Team of each manager, where it is known."""
    if book.managers is None:
        return {}
    table = collect(book.managers.filter(~nw.col("team").is_null()).select("manager", "team"))
    return dict(table.sort_values(["manager", "team"]).itertuples(index=False))
