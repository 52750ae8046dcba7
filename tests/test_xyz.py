"""XYZ of many items at once is that of each alone."""

import numpy as np
import pandas as pd
import pytest

from salesnb.measures.abc_xyz import _by_name, abc_xyz, monthly_values
from salesnb.measures.xyz import xyz
from salesnb.params import Thresholds
from tests.plain_xyz import plain_monthly_values, plain_xyz

CUTS = Thresholds().xyz_cuts
KINDS = ("noise", "small", "line", "year", "spike", "returns", "late", "none")


def histories(seed, months=30):
    """Items of every kind that has a class or a tag of its own, six of each."""
    rng, at = np.random.default_rng(seed), np.arange(months)
    rows = {
        "noise": lambda: rng.normal(100, rng.uniform(2, 60), months).round(2),
        "small": lambda: rng.poisson(rng.uniform(0.3, 20), months).astype(float),
        "line": lambda: (50 + at * rng.uniform(1, 9) + rng.normal(0, 3, months)).round(2),
        "year": lambda: (100 + 60 * np.sin(at * np.pi / 6) + rng.normal(0, 2, months)).round(2),
        "spike": lambda: np.where(at == rng.integers(18, months), 900.0, 100.0) + rng.normal(0, 1, months).round(2),
        "returns": lambda: rng.normal(0, 30, months).round(2),
        "late": lambda: np.where(at < rng.integers(months), 0.0, rng.normal(100, 20, months).round(2)),
        "none": lambda: np.where(at % 7 == 3, np.nan, 0.0),
    }
    return pd.DataFrame([rows[kind]() for kind in KINDS for _ in range(6)]).rename("i{}".format)


@pytest.mark.parametrize(
    "asked",
    [{}, {"cuts": (0.2, 0.6), "ddof": 0}, {"months": 3, "min_months": 1}, {"season_months": 30}, {"months": 1, "min_months": 1},
     {"min_months": 2, "sure_months": 6, "season_months": 12}],
)  # fmt: skip
def test_every_item_is_classified_as_it_would_be_alone(asked):
    tags, letters = set(), set()
    for seed in range(8):
        history = histories(seed)
        found = xyz(history, **({"season_months": 24} | asked))
        assert found["item"].tolist() == list(history.index)
        for made, row in zip(found.drop(columns="item").itertuples(index=False), history.to_numpy(), strict=True):
            alone = plain_xyz(row, **({"cuts": CUTS} | asked))
            assert made[0] == alone[0] and made[5:] == alone[5:], (row, made, alone)
            assert np.allclose(made[1:5], alone[1:5], rtol=1e-12, atol=0, equal_nan=True)
        tags, letters = tags | set(found["tag"]), letters | set(found["xyz"])
    if not asked:
        assert tags == {"small numbers", "one month", "trend", "season", ""} and letters == {"X", "Y", "Z", "new", ""}


def test_no_item_is_no_row():
    none = xyz(histories(0).head(0))
    assert none.empty and none.columns.tolist() == xyz(histories(0)).columns.tolist()


ITEMS = {
    "text": lambda x: x.astype("str"),
    "objects": lambda x: x.astype("str").astype(object).where(x != 3, None),
    "string": lambda x: x.astype("string"),
    "numbers": lambda x: x.where(x != 3),
    "mixed": lambda x: pd.Series([n if n % 2 else str(n) for n in x.tolist()], dtype=object),
    "sizes": lambda x: x.astype(pd.CategoricalDtype([*range(40)][::-1], ordered=True)),
    "days": lambda x: pd.Timestamp("2026-01-01") + pd.to_timedelta(x, unit="D"),
}


@pytest.mark.parametrize("kind", ITEMS)
@pytest.mark.parametrize("n", [0, 3, 400])
def test_months_are_those_of_a_sorted_and_pivoted_table(kind, n):
    rng = np.random.default_rng(n)
    days = pd.Timestamp("2024-06-15") + pd.to_timedelta(rng.integers(0, 900, n), unit="D")
    amount = rng.choice([0.0, np.nan, -300.0, 10.005, 1 / 3], n)
    sales = pd.DataFrame({"date": days, "client": ITEMS[kind](pd.Series(rng.integers(0, 30, n))), "amount": amount})
    made, plain = (
        monthly_values(sales, "client", "2026-09", months=24),
        plain_monthly_values(sales, "client", "2026-09", 24),
    )
    pd.testing.assert_frame_equal(made, plain, check_exact=True, check_index_type="exact")


def test_the_steadiness_of_an_item_stands_in_its_own_row():
    rng = np.random.default_rng(7)
    sales = pd.DataFrame({
        "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 1000, 3000), unit="D"),
        "client_id": rng.integers(0, 60, 3000).astype(str), "amount": rng.integers(-3, 9, 3000) * 100.0,
        "quantity": rng.integers(1, 4, 3000).astype(float),
    })  # fmt: skip
    found = abc_xyz(sales, "client_id", month="2026-08", steady_by="quantity")
    alone = xyz(monthly_values(sales, "client_id", "2026-08", "quantity")).set_index("item")
    assert len(found) == 60
    pd.testing.assert_frame_equal(
        found.set_index("item")[alone.columns], alone.loc[found["item"]], check_index_type=False
    )


@pytest.mark.parametrize(
    "names", [["b\0", "b", "a"], ["я", "z" * 100, "z", "é", ""], ["b", "a", "B", "😀", "\uffff"], []]
)
def test_clients_stand_in_the_order_of_their_letters(names):
    assert [names[row] for row in _by_name(np.array(names, dtype=object))] == sorted(names)
