"""XYZ of many items at once is that of each alone."""

import numpy as np
import pandas as pd
import pytest

from salesnb.measures.xyz import xyz
from salesnb.params import Thresholds
from tests.plain_xyz import plain_xyz

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
