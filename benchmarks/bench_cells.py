"""Fit on counted cells against a fit on rows: the same logistic model of managers and four factors.

    python benchmarks/bench_cells.py [DEALS] [ROWS]

Prints how long one GROUP BY and the mixed model take on DEALS deals (ten million), the peak memory, and the ratio to
scikit-learn's newton-cholesky on the plain rows of ROWS deals (two hundred thousand): a fit on all of them does not fit
into the memory of a laptop.
"""

import resource
import sys
import time

import duckdb
import numpy as np
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


def main(deals=10_000_000, rows=200_000) -> None:
    con = duckdb.connect()
    con.execute(DEALS.format(managers=MANAGERS, deals=deals))
    seconds, cells = on_cells(con)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    plain = on_rows(con, rows)
    # the model on cells is fitted for 17 spreads of the managers, the one on rows for a single given penalty
    print(
        f"{deals:,} deals: GROUP BY to {cells:,} cells and the mixed model (17 spreads) {seconds:.1f} s, peak {peak:.1f} GiB"
    )
    print(f"{rows:,} rows, one penalty, scikit-learn newton-cholesky: {plain:.1f} s")
    print(f"seconds per million deals: rows / cells = {plain / rows / (seconds / deals):.0f}")


if __name__ == "__main__":
    main(*(int(text) for text in sys.argv[1:]))
