"""Names, sorting and counting of whole columns are those of each value by itself."""

import datetime as dt
import enum
from decimal import Decimal

import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal, assert_series_equal

from salesnb.measures.frames import collect, count, names, sort
from tests.plain_frames import plain_count, plain_names, plain_sort


class Office(str, enum.Enum):  # noqa: UP042 - its text is not its value
    NORTH = "a"


NAN = float("nan")
TEXTS = st.sampled_from(["a", "b", "B", "", "Ольга", "10", "9", "\U0010ffff", "\U0010ffffa", "é", "1.0", "nan", "None"])
MISSING = st.sampled_from([None, NAN, pd.NA, np.float64("nan")])
DAYS = st.sampled_from([dt.date(2026, 9, 1), dt.date(2025, 12, 31)])
TIMES = st.sampled_from([pd.Timestamp("2026-09-01"), pd.Timestamp("2025-12-31 10:00"), pd.NaT])
ODD = st.sampled_from([
    1, 0, -1, 10, True, False, 1.0, -0.0, 0.0, 1.5, np.int64(1), np.float32(1), np.float32("nan"), np.str_("a"), pd.NaT,
    Decimal("1.0"), Decimal("1.00"), Decimal("NaN"), Office.NORTH, (1, 2), ("a",), dt.date(2026, 9, 1), dt.datetime(2026, 9, 1),
    pd.Timestamp("2026-09-01", tz="UTC"), pd.Timestamp("2026-09-01 03:00", tz="Europe/Moscow"), pd.Timedelta("1D"), b"a",
])  # fmt: skip
SIZES = ["S", "M", "L"]


def listed(values, least, most):
    return st.lists(values, min_size=least, max_size=most)


def columns(n):
    """Columns of n values of every type that a key can have, and some that none should."""
    typed = {
        "str": TEXTS | st.none(), "string": TEXTS | st.none(), "Int64": st.integers(-3, 3) | st.none(),
        "float64": st.sampled_from([0.0, -0.0, 1.5, NAN, float("inf"), -1.0]), "int64": st.integers(-3, 3), "bool": st.booleans(),
        "boolean": st.booleans() | st.none(), "datetime64[us]": TIMES, "timedelta64[us]": st.sampled_from([pd.Timedelta("1D"), pd.NaT]),
        "category": TEXTS | st.none(), "period[M]": st.sampled_from([pd.Period("2026-09", "M"), pd.NaT]),
    }  # fmt: skip
    plain = (TEXTS, TEXTS | MISSING, MISSING, ODD, TEXTS | MISSING | ODD, DAYS | MISSING, st.integers(-3, 3))
    made = [listed(values, n, n).map(objects) for values in plain]
    made += [
        listed(values, n, n).map(lambda found, kind=kind: pd.Series(objects(found)).astype(kind))
        for kind, values in typed.items()
    ]
    ordered = st.sampled_from([*SIZES, None])
    made.append(listed(ordered, n, n).map(lambda found: pd.Series(pd.Categorical(found, SIZES, ordered=True))))
    numbers = st.sampled_from([3, 10, None])
    made.append(listed(numbers, n, n).map(lambda found: pd.Series(pd.Categorical(found, [10, 3]))))
    return st.one_of(*made)


def objects(values):
    """A column of objects as they are: pandas guesses no type."""
    column = np.empty(len(values), dtype=object)
    for place, value in enumerate(values):
        column[place] = value
    return pd.Series(column, dtype=object)


@st.composite
def tables(draw):
    n = draw(st.integers(0, 12))
    found = pd.DataFrame(
        {name: draw(columns(n)) for name in draw(st.sampled_from(["", "k", "kl", "klm"]))} | {"row": range(n)}
    )
    if draw(st.booleans()):
        found.index = draw(listed(st.integers(0, 3), n, n))
    return found, [name for name in found.columns if name != "row"]


def same(made, plain):
    """Equal to the type of each value: frames alone would take 1 for True and None for NaN."""
    assert_frame_equal(made, plain, check_exact=True)
    for name in plain:
        pairs = zip(made[name].tolist(), plain[name].tolist(), strict=True)
        assert all(type(a) is type(b) and repr(a) == repr(b) for a, b in pairs), name


def tried(call):
    """What a call gives, or the type of its error."""
    try:
        return call(), None
    except Exception as error:
        return None, type(error)


@settings(max_examples=200)
@given(tables())
def test_a_table_is_sorted_as_value_by_value(drawn):
    table, by = drawn
    plain, failed = tried(lambda: plain_sort(table, by))
    made, refused = tried(lambda: sort(table.copy(), by))
    assert refused is failed
    if failed is None:
        same(made, plain)


@settings(max_examples=200)
@given(st.integers(0, 12).flatmap(columns))
def test_names_are_those_of_each_value(column):
    for values in (column, column.tolist(), column.set_axis([5] * len(column)).rename("x"), iter(column.tolist())):
        again = column.tolist() if not isinstance(values, pd.Series | list) else values
        plain, failed = tried(lambda again=again: plain_names(again))
        made, refused = tried(lambda values=values: names(values))
        assert refused is failed
        if failed is None:
            assert_series_equal(made, plain, check_exact=True)
            same(made.to_frame("x"), plain.to_frame("x"))


SCHEMA = {"k": pl.String, "size": pl.Enum(SIZES), "x": pl.Float64, "n": pl.Int64}


@pytest.mark.parametrize("engine", ["pandas", "polars"])
@given(
    listed(
        st.tuples(
            TEXTS | st.none(),
            st.sampled_from([*SIZES, None]),
            st.none() | st.floats(-1e6, 1e6) | st.sampled_from([0.5, 1.5, -0.5, 2.5, -0.0, 1e17]),
            st.integers(-(2**40), 2**40),
        ),
        0,
        15,
    )
)
def test_sums_are_whole_and_in_order_as_one_by_one(engine, rows):
    table = pd.DataFrame(rows, columns=list(SCHEMA)).astype({"k": object, "x": float, "n": "int64"})
    if engine == "polars":
        table = table.astype(object).where(table.notna(), None)
        frame = nw.from_native(pl.DataFrame(table.to_dict("list"), schema=SCHEMA)).lazy()
    else:
        table["size"] = pd.Categorical(table["size"], SIZES, ordered=True)
        frame = nw.from_native(table).lazy()
    for by in (["k"], ["size", "k"], ["k", "size"]):
        same(count(frame, by, x=nw.col("x"), n=nw.col("n")), plain_count(frame, by, x=nw.col("x"), n=nw.col("n")))


def test_a_sum_too_large_for_a_whole_number_fails():
    frame = nw.from_native(pd.DataFrame({"k": ["a"], "x": [1e19]})).lazy()
    assert len(collect(frame)) == 1
    with pytest.raises(OverflowError):
        count(frame, ["k"], x=nw.col("x"))
