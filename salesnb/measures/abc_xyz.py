"""ABC by value, XYZ by steadiness, and the two together."""

import narwhals as nw
import numpy as np
import pandas as pd

from salesnb.measures.frames import (
    Frame,
    collect,
    minor,
    money,
    month_number,
    months_before,
    number_of_month,
    require_columns,
    sort,
    unsorted_count,
    within,
)
from salesnb.measures.xyz import SLACK, xyz
from salesnb.params import Thresholds

DEFAULTS = Thresholds()
SHORT = 64  # letters of a name


def abc(
    items: Frame,
    value: str = "value",
    cuts: tuple[float, float] = DEFAULTS.abc_cuts,
    inclusive: bool = DEFAULTS.abc_inclusive,
) -> pd.DataFrame:
    """ABC classes by the cumulative share before the item.

    Parameters
    ----------
    items : Series (item → value), mapping, or DataFrame with columns item and `value`
    cuts : (float, float)
        Cumulative shares that end A and B, 0..1.
    inclusive : bool
        True reproduces tools that count the item's own share: an item with 90 % of the total is
        then B.

    Returns
    -------
    DataFrame, by value, largest first: item, value, share (of the positive total), cum_share, abc
    (A, B, C; N for zero and negative values, whose share is NaN; missing for a missing value,
    last). Equal values share the class of the first of them.

    Examples
    --------
    >>> abc({"a": 900, "b": 50, "c": 30, "d": 20}).abc.tolist()
    ['A', 'B', 'C', 'C']
    >>> abc({"a": 100, "b": 60, "c": 30, "d": 10, "e": -80}).abc.tolist()
    ['A', 'A', 'B', 'C', 'N']
    >>> abc({"a": 100, "b": float("nan")}).abc.tolist()
    ['A', nan]
    """
    table = _items(items, value)
    # items that are in order already stay so among equal values
    ties = [] if table["item"].is_monotonic_increasing else ["item"]
    table = table.sort_values(
        ["value", *ties], ascending=[False, *(True for _ in ties)], kind="stable"
    ).reset_index(drop=True)
    positive = table["value"].clip(lower=0)
    total = positive.sum()
    share = positive / total if total > 0 else positive * float("nan")
    after = share.cumsum()
    measured = after if inclusive else after - share
    first_of_tie = measured.groupby(table["value"].to_numpy()).transform(
        "last" if inclusive else "first"
    )
    edge = SLACK if inclusive else -SLACK
    letters = np.where(
        first_of_tie < cuts[0] + edge, "A", np.where(first_of_tie < cuts[1] + edge, "B", "C")
    )
    none = ~(table["value"] > 0)
    classes = pd.Series(np.where(none, "N", letters), index=table.index, dtype=object).where(
        table["value"].notna()
    )
    return table.assign(share=share.where(~none), cum_share=after.where(~none), abc=classes)


def _items(items, value: str) -> pd.DataFrame:
    if isinstance(items, pd.DataFrame):
        return items.rename(columns={value: "value"})[["item", "value"]].reset_index(drop=True)
    series = pd.Series(items)
    return pd.DataFrame({"item": series.index, "value": series.to_numpy(float)})


def monthly_values(
    sales: Frame,
    item: str,
    month: str,
    value: str = "amount",
    months: int = DEFAULTS.xyz_season_months,
) -> pd.DataFrame:
    """Values per item and month of the `months` that end with `month`: one row per item, a column
    per month.
    """
    found = require_columns(sales, "sales", ["date", item, value]).filter(~nw.col(item).is_null())
    first = months_before(month, months - 1)
    kept = found.filter(within("date", (f"{first}-01", f"{months_before(month, -1)}-01")))
    kept = kept.with_columns(_month=month_number("date"))
    table = unsorted_count(kept, [item, "_month"], minor_units=minor(value))
    row, index = _rows(table[item])
    values = np.zeros((len(index), months))
    column = table["_month"].to_numpy("int64") - number_of_month(first)
    values[row, column] = money(table["minor_units"]).to_numpy()
    period = pd.Period(first, "M")
    names = [str(period + step) for step in range(months)]
    return pd.DataFrame(values, index=index, columns=names, copy=False)


def _rows(items: pd.Series) -> tuple[np.ndarray, pd.Index]:
    """The row of each value in a table with one row per item, and the index of that table."""
    codes, unique = pd.factorize(items, use_na_sentinel=False)
    if len(items) and items.dtype == "str":
        order = _by_name(unique.to_numpy(object))
        index = unique[order].rename(items.name)
    else:
        first = np.empty(len(unique), dtype=int)
        first[codes[::-1]] = np.arange(len(codes))[::-1]
        keys = items.iloc[first].to_frame("item").assign(code=np.arange(len(first)), one=0)
        # a pivot sorts what can be sorted, and leaves other items in the order of their texts
        wide = sort(keys, ["item"]).pivot(index="item", columns="one", values="code")
        order, index = wide.to_numpy("int64").ravel(), wide.index.rename(items.name)
    row = np.empty(len(unique), dtype=int)
    row[order] = np.arange(len(unique))
    return row[codes], index


def _by_name(names: np.ndarray) -> np.ndarray:
    """The order of texts by their letters: of short ones side by side in memory, a third of the
    time; those would lose a letter 0 at their end.
    """
    widest = max(map(len, names), default=0)
    side_by_side = widest <= SHORT and "\0" not in "".join(names)
    return np.argsort(names.astype(f"U{max(1, widest)}") if side_by_side else names, kind="stable")


def abc_xyz(
    sales: Frame,
    item: str,
    value: str = "amount",
    month: str | None = None,
    thresholds: Thresholds = DEFAULTS,
    steady_by: str | None = None,
) -> pd.DataFrame:
    """ABC by the value of the last 12 months and XYZ of the monthly values, per item.

    Parameters
    ----------
    sales : any frame that Narwhals takes: date, `item`, `value`
    item : str
        Column whose values are classified: client_id, product, manager, channel.
    month : "2026-09" or None
        Last month of the history; None: the month of the last sale.
    steady_by : str, optional
        Column for XYZ when it differs from `value`, such as quantity when prices move.

    Returns
    -------
    DataFrame, largest value first: item, value, share, cum_share, abc, months, mean, cv, cv_low,
        cv_high, xyz, sure, tag

    Examples
    --------
    Steady makes 84 % of all by itself, Jumpy buys every third month, and Late came in the last one.

    >>> months = pd.date_range("2025-10-01", "2026-09-01", freq="MS")
    >>> sales = pd.DataFrame({"date": [*months, *months[2::3], months[-1]],
    ...     "client_id": ["Steady"] * 12 + ["Jumpy"] * 4 + ["Late"],
    ...     "amount": [700.0] * 12 + [300.0] * 4 + [400.0]})
    >>> abc_xyz(sales, "client_id")[["item", "value", "abc", "xyz"]].values.tolist()
    [['Steady', 8400.0, 'A', 'X'], ['Jumpy', 1200.0, 'B', 'Z'], ['Late', 400.0, 'C', 'new']]
    """
    month = month or last_month(sales)
    history = monthly_values(
        sales, item, month, value, max(thresholds.xyz_season_months, thresholds.xyz_months)
    )
    last = history.iloc[:, -12:]
    year = last.sum(axis=1).round(2).to_numpy()
    sold = (year != 0) | (last != 0).any(axis=1).to_numpy()
    # by the row of an item: rows are in the order of the names, and cost no look-up
    classes = abc(
        pd.DataFrame({"item": np.flatnonzero(sold), "value": year[sold]}),
        cuts=thresholds.abc_cuts,
        inclusive=thresholds.abc_inclusive,
    )
    rows = classes["item"].to_numpy()
    names = history.index[rows]
    other = (
        monthly_values(sales, item, month, steady_by, history.shape[1]).reindex(names)
        if steady_by
        else history.take(rows)
    )
    steady = xyz(
        other,
        thresholds.xyz_cuts,
        thresholds.xyz_ddof,
        thresholds.xyz_months,
        thresholds.xyz_min_months,
        thresholds.xyz_sure_months,
        thresholds.xyz_season_months,
    )
    classes["item"] = names.astype(object)
    return pd.concat([classes, steady.drop(columns="item")], axis=1)


def last_month(sales: Frame) -> str:
    """Month of the latest sale."""
    latest = collect(require_columns(sales, "sales", ["date"]).select(nw.col("date").max()))[
        "date"
    ].iloc[0]
    return str(pd.Timestamp(latest).to_period("M"))


def sales_of_won(deals: Frame) -> nw.LazyFrame:
    """Won deals as sales: date, amount, client_id, product, quantity (1). What ABC stands on where
    there is no table of sales.

    Examples
    --------
    A lost deal is no sale, and neither is a won one whose day is not known.

    >>> deals = pd.DataFrame({"status": ["won", "lost", "won"],
    ...     "closed_at": pd.to_datetime(["2026-09-01", "2026-09-02", None]),
    ...     "amount": [10.0, 20.0, 30.0], "client_id": ["c1", "c2", "c3"], "product": "Beans"})
    >>> found = sales_of_won(deals).collect().to_native()
    >>> found[["client_id", "product", "amount"]].values.tolist()
    [['c1', 'Beans', 10.0]]
    """
    found = require_columns(
        deals, "deals", ["status", "closed_at", "amount", "client_id", "product"]
    )
    won = found.filter((nw.col("status") == "won") & ~nw.col("closed_at").is_null())
    return won.select(
        nw.col("closed_at").alias("date"), "amount", "client_id", "product", quantity=nw.lit(1.0)
    )
