"""Figures of months: deals, conversion, money; those of functions and kinds of clients; the bridge
to the CRM.
"""

from collections.abc import Iterable

import narwhals as nw
import pandas as pd

from salesnb.errors import ParamError
from salesnb.formats.periods import PeriodLike
from salesnb.measures.conversion import OUTCOMES, conversion, with_rate
from salesnb.measures.frames import (
    By,
    Frame,
    closed,
    collect,
    count,
    flag,
    grouped,
    is_book,
    minor,
    month_number,
    months_before,
    number_of_month,
    of_groups,
    require_columns,
    sort,
)
from salesnb.measures.length import day_counts
from salesnb.measures.sums import WON, created, unless_unpriced, with_won_amount
from salesnb.params import Thresholds

DEFAULTS = Thresholds()
COUNTS = ("won", "lost", "closed", "new_deals", "open_deals")


def months_back(month: str, months: int = 13) -> list[str]:
    """The `months` months that end with `month`, oldest first."""
    return [months_before(month, back) for back in range(months - 1, -1, -1)]


def monthly(
    deals: Frame,
    month: str | None = None,
    months: int = 13,
    first: str | None = None,
    by: By | None = None,
) -> pd.DataFrame:
    """Headline figures of each month, oldest first, counted in one pass over the deals.

    Parameters
    ----------
    deals : a Book (its deals of closers), or any frame that Narwhals takes: status, created_at,
        closed_at, amount
    month : last month; None: that of the Book
    months : how many
    first : "2026-05", the first month that the export knows; None: that of the first deal. Earlier
        months are missing, never zero: nothing is known of them.
    by : columns to group by, or keys made from them; every group has every month

    Returns
    -------
    DataFrame, one row per month, or per group and month
        by…, month, won, lost, closed, conversion, low, high (0..1), won_amount, average_order (won
        amount / won deals with an amount), new_deals (created), mean_days (deal length), open_deals
        and open_amount (open at the end of the month). A sum is NaN where there are such deals and
        none has an amount.

    Examples
    --------
    One deal was created in August and closed in September, 16 days later; one was both created and
    closed in September, after 8 days; one is still open.

    >>> deals = pd.DataFrame({"status": ["won", "lost", "open"], "amount": [100.0, 50.0, 70.0],
    ...     "created_at": pd.to_datetime(["2026-08-20", "2026-09-02", "2026-09-20"]),
    ...     "closed_at": pd.to_datetime(["2026-09-05", "2026-09-10", None])})
    >>> found = monthly(deals, "2026-09", months=2)
    >>> found[["month", "won", "closed", "conversion", "won_amount"]].values.tolist()
    [['2026-08', 0, 0, nan, 0.0], ['2026-09', 1, 2, 0.5, 100.0]]
    >>> found[["month", "new_deals", "mean_days", "open_deals", "open_amount"]].values.tolist()
    [['2026-08', 1, nan, 1, 100.0], ['2026-09', 2, 12.0, 1, 70.0]]
    >>> monthly(deals, "2026-09", months=1, by="status")[["status", "closed"]].values.tolist()
    [['lost', 1], ['open', 0], ['won', 1]]
    """
    names = months_back(_last(deals, month), months)
    deals, by = grouped(deals, by)
    found = require_columns(deals, "deals", ["status", "created_at", "closed_at", "amount", *by])
    counts = [make(found, by) for make in (_outcomes, _creations, _open_spans, _lengths)]
    table = _of_each(counts, by, names)
    known = table["month"] >= (first or first_month(found) or "9999")
    if known.all():
        return table
    figures = [c for c in table if c not in (*by, "month")]
    return table.assign(**{c: table[c].astype(float).where(known) for c in figures})


def _last(deals: Frame, month: str | None) -> str:
    if month is not None:
        return month
    if is_book(deals):
        return deals.month
    raise ParamError('month: a frame alone does not say which is the last. Name it: "2026-09".')


def _of_each(counts: list[pd.DataFrame], by: list[str], names: list[str]) -> pd.DataFrame:
    """The months of each group: of those that any of the counts has."""
    if not by:
        return _one_group(counts, names)
    there = sort(pd.concat([table[by] for table in counts]).drop_duplicates(), by)
    rows = []
    for place in there.to_dict("records"):
        own = [table[_is_at(table, place)].drop(columns=by) for table in counts]
        rows += [place | row for row in _one_group(own, names).to_dict("records")]
    figures = list(_one_group([table.head(0).drop(columns=by) for table in counts], names))
    found = of_groups(rows, [*by, *figures], there)
    return sort(found.astype(dict.fromkeys(COUNTS, "int64")), by)


def _is_at(table: pd.DataFrame, place: dict) -> pd.Series:
    """Rows of one group; a missing key is one of its own."""
    found = pd.Series(True, index=table.index)
    for column, value in place.items():
        found &= table[column].isna() if pd.isna(value) else (table[column] == value)
    return found.fillna(False).astype(bool)


def _one_group(counts: list[pd.DataFrame], names: list[str]) -> pd.DataFrame:
    closings, created, spans, days = counts
    table = _closed_by_month(closings, names)
    for other in (
        _created_by_month(created, names),
        _open_by_month(spans, names),
        _length_by_month(days, names),
    ):
        table = table.merge(other, on="month", how="left")
    return table.astype(dict.fromkeys(COUNTS, "int64"))


def month_members(deals: Frame, months: Iterable[str]) -> pd.DataFrame:
    """The deals behind the counts of `monthly` in the months named: deal_id, month, and of each
    count whether it is in it.

    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "status": ["won", "open"],
    ...     "created_at": pd.Timestamp("2026-08-02"),
    ...     "closed_at": pd.to_datetime(["2026-09-01", None])})
    >>> month_members(deals, ["2026-09"])
      deal_id    month    won   lost  closed  new_deals  open_deals
    0       1  2026-09   True  False    True      False       False
    1       2  2026-09  False  False   False      False        True
    """
    found = require_columns(deals, "deals", ["deal_id", "status", "created_at", "closed_at"])
    numbered = found.with_columns(
        _created=month_number("created_at"), _closed=month_number("closed_at")
    )
    table = collect(numbered.select("deal_id", "status", "_created", "_closed"))
    created, shut = table["_created"].astype(float), table["_closed"].astype(float)
    parts = []
    for name in months:
        number = number_of_month(name)
        won, lost = ((table["status"] == status) & (shut == number) for status in ("won", "lost"))
        still = (shut > number) | (shut.isna() & (table["status"] == "open"))
        flags = {
            "won": won,
            "lost": lost,
            "closed": won | lost,
            "new_deals": created == number,
            "open_deals": still & (created <= number),
        }
        part = table[["deal_id"]].assign(month=name, **flags)
        parts.append(part[part[list(COUNTS)].any(axis=1)])
    empty = pd.DataFrame(columns=["deal_id", "month", *COUNTS])
    return pd.concat(parts or [empty], ignore_index=True)


def first_month(deals: Frame) -> str | None:
    """Month of the first deal; None without deals."""
    found = require_columns(deals, "deals", ["created_at"])
    first = collect(found.select(nw.col("created_at").min().alias("first")))["first"]
    return None if first.isna().all() else str(pd.Timestamp(first.iloc[0]).to_period("M"))


def empty_months(deals: Frame, month: str) -> list[str]:
    """Months between the first deal and `month` in which no deal was created: an export made in
    parts may lack them.

    >>> deals = pd.DataFrame({"created_at": pd.to_datetime(["2026-06-03", "2026-09-01"])})
    >>> empty_months(deals, "2026-09")
    ['2026-07', '2026-08']
    """
    found = require_columns(deals, "deals", ["created_at"]).filter(~nw.col("created_at").is_null())
    there = set(count(found.with_columns(_month=month_number("created_at")), ["_month"])["_month"])
    first = first_month(deals)
    names = [] if first is None else [str(one) for one in pd.period_range(first, month, freq="M")]
    return [name for name in names if number_of_month(name) not in there]


def _spread(table: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """One row per month, months without rows as zero."""
    wide = table.set_index("_month").reindex(
        [number_of_month(name) for name in names], fill_value=0
    )
    return wide.assign(month=names).reset_index(drop=True)


def _shut(deals) -> nw.LazyFrame:
    """Closed deals with the month of their closing; a closing without a date is in no month."""
    dated = closed(deals).filter(~nw.col("closed_at").is_null())
    return dated.with_columns(_month=month_number("closed_at"))


def _outcomes(deals, by) -> pd.DataFrame:
    return count(_shut(deals), [*by, "_month"], **OUTCOMES, **WON)


def _closed_by_month(closings, names) -> pd.DataFrame:
    table = with_won_amount(with_rate(_spread(closings, names)))
    columns = ["month", "won", "lost", "closed", "conversion", "low", "high"]
    return table[[*columns, "won_amount", "average_order"]]


def _creations(deals, by) -> pd.DataFrame:
    dated = created(deals).with_columns(_month=month_number("created_at"))
    return count(dated, [*by, "_month"])


def _created_by_month(creations, names) -> pd.DataFrame:
    table = _spread(creations, names)
    return table.rename(columns={"rows": "new_deals"})[["month", "new_deals"]]


def _open_spans(deals, by) -> pd.DataFrame:
    """From which month to which deals were open. A closing without a date is in no month."""
    dated = deals.filter(
        ~nw.col("created_at").is_null()
        & (~nw.col("closed_at").is_null() | (nw.col("status") == "open"))
    )
    dated = dated.with_columns(
        _from=month_number("created_at"),
        _to=nw.when(nw.col("closed_at").is_null())
        .then(nw.lit(10**6))
        .otherwise(month_number("closed_at")),
    )
    priced = flag(~nw.col("amount").is_null())
    return count(dated, [*by, "_from", "_to"], cents=minor("amount"), priced=priced)


def _open_by_month(table, names) -> pd.DataFrame:
    """Open at the end of each month: created by then and not closed by then."""
    rows = []
    for name in names:
        number = number_of_month(name)
        still = table[(table["_from"] <= number) & (table["_to"] > number)]
        rows.append(
            {
                "month": name,
                "open_deals": still["rows"].sum(),
                "open_amount": still["cents"].sum() / 100,
                "priced": still["priced"].sum(),
            }
        )
    found = pd.DataFrame(rows)
    amount = unless_unpriced(found["open_amount"], found["open_deals"], found["priced"])
    return found.assign(open_amount=amount).drop(columns="priced")


def _lengths(deals, by) -> pd.DataFrame:
    return day_counts(_shut(deals), [*by, "_month"])


def _length_by_month(table, names) -> pd.DataFrame:
    total = table["won"] + table["lost"]
    sums = (
        pd.DataFrame({"_month": table["_month"], "days": table["days"] * total, "deals": total})
        .groupby("_month")
        .sum()
    )
    wide = sums.reindex([number_of_month(name) for name in names])
    return pd.DataFrame(
        {"month": names, "mean_days": (wide["days"] / wide["deals"]).to_numpy(float)}
    )


def channel_lines(
    deals: Frame, month: str, months: int = 12, least: int = DEFAULTS.min_percent
) -> dict[str | None, list[float | None]]:
    """Conversion of each of the last months per channel, and of all channels under None; None where
    fewer than `least` closed.

    >>> deals = pd.DataFrame({"status": ["won"] * 3 + ["lost"] * 3, "channel": "Site",
    ...     "closed_at": pd.Timestamp("2026-09-01")})
    >>> channel_lines(deals, "2026-09", 2)
    {None: [None, 0.5], 'Site': [None, 0.5]}
    """
    names = months_back(month, months)
    found = require_columns(deals, "deals", ["status", "closed_at", "channel"])
    period = (f"{names[0]}-01", f"{months_before(month, -1)}-01")
    table = count(
        closed(found, period).with_columns(_month=month_number("closed_at")),
        ["channel", "_month"],
        **OUTCOMES,
    )
    lines = {}
    for name, part in [(None, table), *table.groupby("channel")]:
        sums = (
            part.groupby("_month")[["won", "rows"]]
            .sum()
            .reindex([number_of_month(n) for n in names], fill_value=0)
        )
        lines[name] = [
            float(w / n) if n >= least else None for w, n in sums.itertuples(index=False)
        ]
    return lines


def client_kinds(deals: Frame, period: PeriodLike) -> pd.DataFrame:
    """Conversion of new and of repeat clients: kind (new, repeat, unknown), won, lost, closed,
    conversion, low, high.

    Examples
    --------
    >>> deals = pd.DataFrame({"status": ["won", "won", "won", "lost"],
    ...     "repeat": [True, True, False, False], "closed_at": pd.Timestamp("2026-09-09")})
    >>> found = client_kinds(deals, "2026-09")
    >>> found[["kind", "won", "closed", "conversion"]].values.tolist()
    [['new', 1, 2, 0.5], ['repeat', 2, 2, 1.0]]
    """
    return conversion(with_kind(deals), by="kind", period=period)


def with_kind(deals: Frame) -> nw.LazyFrame:
    """Deals with the kind of their client."""
    repeat = nw.col("repeat")
    known = nw.when(repeat).then(nw.lit("repeat")).when(~repeat).then(nw.lit("new"))
    return require_columns(deals, "deals", ["repeat"]).with_columns(
        kind=known.otherwise(nw.lit("unknown"))
    )


def other_owners(deals: Frame, month: str) -> pd.DataFrame:
    """Deals closed in the month that have another owner now than at the closing: deal_id, manager,
    current_manager.

    Examples
    --------
    Deal 2 was Ann's when it was lost and is Bo's now; deal 3 too, but it was closed in August.

    >>> deals = pd.DataFrame({"deal_id": ["1", "2", "3"], "status": ["won", "lost", "lost"],
    ...     "closed_at": pd.to_datetime(["2026-09-01", "2026-09-02", "2026-08-31"]),
    ...     "manager": "Ann", "current_manager": ["Ann", "Bo", "Bo"]})
    >>> other_owners(deals, "2026-09").values.tolist()
    [['2', 'Ann', 'Bo']]
    """
    columns = ["deal_id", "manager", "current_manager"]
    found = require_columns(deals, "deals", ["status", "closed_at", *columns])
    moved = closed(found, month).filter(nw.col("manager") != nw.col("current_manager"))
    return sort(collect(moved.select(*columns)), ["deal_id"])


def function_figures(deals: Frame, function: str, period: PeriodLike) -> dict:
    """Figures of hunters or farmers, which are never compared with closers: {"closed", "won",
    "value", "low", "high"} and, for farmers, {"revenue", "clients"}."""
    own = require_columns(
        deals, "deals", ["function", "status", "closed_at", "amount", "client_id"]
    ).filter(nw.col("function") == function)
    row = conversion(own, period=period).iloc[0]
    figures = {
        "won": int(row["won"]),
        "lost": int(row["lost"]),
        "closed": int(row["closed"]),
        "value": row["conversion"],
        "low": row["low"],
        "high": row["high"],
    }
    if function == "farmer":
        won = closed(own, period).filter(nw.col("status") == "won")
        money_row = count(won, [], cents=minor("amount")).iloc[0]
        clients = count(won.select("client_id").unique(), [])["rows"].iloc[0]
        revenue = (
            int(money_row["cents"]) / 100 if money_row["cents"] or not money_row["rows"] else None
        )
        figures |= {"revenue": revenue, "clients": int(clients)}
    return figures


def bridge(deals: Frame, aside: Frame | None, month: str) -> pd.DataFrame:
    """From what a filter in the CRM shows for the month to our figure, in deals closed in the
    month.

    Parameters
    ----------
    deals : counted deals of every function: status, closed_at, amount, function
    aside : rows that are not counted, with the `rule` that says why; None: there are none
    month : "2026-09"

    Returns
    -------
    DataFrame: step, rows, won, lost, amount (won). Steps: "export" (all rows of the export closed
    in the month), one per rule, one per other function, "ours". Export minus the others is ours, in
    every column.

    Examples
    --------
    Four deals of the export were closed in September: one was only a test, one is a farmer's,
    and two are ours.

    >>> deals = pd.DataFrame({"status": ["won", "lost", "won"], "amount": [10.0, 20.0, 30.0],
    ...     "closed_at": pd.Timestamp("2026-09-09"), "function": ["closer", "closer", "farmer"]})
    >>> aside = pd.DataFrame({"status": ["lost"], "amount": [5.0],
    ...     "closed_at": pd.Timestamp("2026-09-09"), "rule": "test"})
    >>> bridge(deals, aside, "2026-09")
         step  rows  won  lost  amount
    0  export     4    2     2    40.0
    1    test     1    0     1     0.0
    2  farmer     1    1     0    30.0
    3    ours     2    1     1    10.0
    """
    found = require_columns(deals, "deals", ["status", "closed_at", "amount", "function"])
    columns = ["status", "closed_at", "amount", "rule"]
    parts = (
        [_closings(require_columns(aside, "deals", columns), month, "rule")]
        if aside is not None
        else []
    )
    functions = _closings(found, month, "function")
    other = functions[functions["step"] != "closer"]
    ours = functions[functions["step"] == "closer"].assign(step="ours")
    if ours.empty:
        ours = pd.DataFrame([{"step": "ours", "rows": 0, "won": 0, "lost": 0, "amount": 0.0}])
    steps = pd.concat([*parts, other], ignore_index=True)
    whole = pd.concat([steps, ours], ignore_index=True)[["rows", "won", "lost", "amount"]].sum()
    export = pd.DataFrame([{"step": "export", **whole}])
    table = pd.concat([export, steps, ours], ignore_index=True)
    return table.astype({"rows": "int64", "won": "int64", "lost": "int64"}).assign(
        amount=table["amount"].round(2)
    )


def _closings(frame, month: str, by: str) -> pd.DataFrame:
    """Closings of the month by `by`: step, rows, won, lost, amount."""
    table = count(closed(frame, month), [by], **OUTCOMES, cents=WON["won_minor"])
    table = table.assign(step=table[by], amount=table["cents"] / 100)
    return table[["step", "rows", "won", "lost", "amount"]]
