"""Names, sorting and counting value by value, as the definitions read: what the measures' own are held against."""

import math

import narwhals as nw
import pandas as pd

from salesnb.measures.frames import collect


def blank(value):
    return value is None or (isinstance(value, float) and math.isnan(value)) or value is pd.NA


def plain_names(values):
    found = [None if blank(value) else value for value in values]
    return pd.Series(found, dtype=None if any(name is not None for name in found) else object)


def plain_key(column):
    if isinstance(column.dtype, pd.CategoricalDtype) and column.dtype.ordered:
        return column.cat.codes.astype(int).replace(-1, len(column.cat.categories))
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
        return column
    return pd.Series(["\U0010ffff" if blank(value) else str(value) for value in column], index=column.index)


def plain_sort(table, by):
    table = table.copy()
    for column in by:
        if table[column].dtype == object or str(table[column].dtype).startswith("str"):
            table[column] = plain_names(table[column]).set_axis(table.index)
    if not by:
        return table.reset_index(drop=True)
    return table.sort_values(list(by), key=plain_key, kind="stable").reset_index(drop=True)


def plain_whole(column):
    whole = [int(round(value)) if value is not None and value == value else 0 for value in column]
    return pd.Series(whole, index=column.index, dtype="int64")


def plain_count(frame, by, **sums):
    """The sums of a lazy frame: grouped by its engine, then made whole and sorted one by one."""
    kept = frame.select(*by, *(column.alias(f"_{name}") for name, column in sums.items()))
    totals = [nw.len().alias("rows"), *(nw.col(f"_{name}").sum().alias(name) for name in sums)]
    table = collect(kept.group_by(*by).agg(*totals))
    return plain_sort(table.assign(**{name: plain_whole(table[name]) for name in ["rows", *sums]}), by)
