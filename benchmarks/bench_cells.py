"""Fit on counted cells against a fit on rows: the same logistic model of managers and four factors.

    python benchmarks/bench_cells.py [--deals N] [--rows N] [--repeats N] [--json]

Prints how long one GROUP BY and the mixed model take on so many deals (ten million), the peak memory, and the ratio to
scikit-learn's newton-cholesky on the plain rows of fewer (two hundred thousand), both by million deals: a fit on all of them does not fit
into the memory of a laptop.
"""

import argparse
import statistics
import time

import duckdb
import numpy as np
from measure import against, peak_memory, ratio, result, show
from sklearn.linear_model import LogisticRegression

from salesnb.stats import mixed_logistic

MANAGERS = 100
FACTORS = {"target": 3, "process": 2, "touch": 3, "channel": 40}  # 720 combinations
DEALS = """
    CREATE TABLE deals AS SELECT (hash(i || '-1') % {managers})::INT AS manager, (hash(i || '-2') % 3)::INT AS target,
        (hash(i || '-3') % 2)::INT AS process, (hash(i || '-4') % 3)::INT AS touch, (hash(i || '-5') % 40)::INT AS channel,
        (hash(i || '-6') % 1000 < 250 + 60 * (hash(i || '-2') % 3) - 50 * (hash(i || '-3') % 2))::INT AS won FROM range({deals}) AS rows(i)
"""
CELLS = "SELECT manager, {names}, sum(won) AS won, count(*) AS closed FROM deals GROUP BY ALL ORDER BY ALL"


def design(table) -> np.ndarray:
    """Treatment-coded levels, the first one left out."""
    return np.column_stack(
        [table[f] == level for f, n in FACTORS.items() for level in range(1, n)]
    ).astype(float)


def on_cells(con) -> tuple[float, int]:
    started = time.perf_counter()
    table = con.execute(CELLS.format(names=", ".join(FACTORS))).df()
    none = np.empty((MANAGERS, 0))
    mixed_logistic(
        design(table),
        table["manager"].to_numpy(int),
        table["won"].to_numpy(float),
        table["closed"].to_numpy(float),
        none,
    )
    return time.perf_counter() - started, len(table)


def on_rows(con, rows: int) -> float:
    table = con.execute(f"SELECT * FROM deals LIMIT {rows}").df()
    people = np.eye(MANAGERS)[table["manager"]]
    started = time.perf_counter()
    LogisticRegression(C=0.1, solver="newton-cholesky", tol=1e-10).fit(
        np.hstack([design(table), people]), table["won"]
    )
    return time.perf_counter() - started


def main(deals: int, rows: int, repeats: int, as_json: bool) -> None:
    con = duckdb.connect()
    con.execute(DEALS.format(managers=MANAGERS, deals=deals))
    taken, cells = zip(*(on_cells(con) for _ in range(repeats)), strict=True)
    seconds = statistics.median(taken)
    peak = peak_memory()
    plain = statistics.median(on_rows(con, rows) for _ in range(repeats))
    # the model on cells is fitted for 17 spreads of the managers, the one on rows for a single given penalty
    name, other = (
        "GROUP BY and the mixed model (17 spreads)",
        "scikit-learn newton-cholesky on rows (one penalty)",
    )
    found = [
        {
            "what": f"{name}, {deals:,} deals, {cells[0]:,} cells",
            "seconds": seconds,
            "peak MB": peak,
        },
        {"what": f"{other}, {rows:,} rows", "seconds": plain},
    ]
    ratios = [against("seconds by million deals", other, ratio(seconds / deals, plain / rows))]
    show(result("cells", f"{name}, medians of {repeats}", found, ratios), as_json)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--deals", type=int, default=10_000_000)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    main(given.deals, given.rows, given.repeats, given.json)
