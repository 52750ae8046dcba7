"""Classes of clients: `abc_xyz` against hand-written SQL on the same Parquet.

    python benchmarks/bench_abc_xyz.py [--sales N] [--repeats N] [--json]

Prints both times for so many sales (a million) of an eighth as many clients, medians of five, and their ratio. The SQL gives
ABC and the XYZ letter alone; `abc_xyz` also gives the interval of the variation, whether the letter is sure, and why an
item is not steady.
"""

import argparse
import tempfile

import duckdb
from measure import against, ratio, result, seconds, show

from salesnb.measures.abc_xyz import abc_xyz

SALES = """
    COPY (SELECT DATE '2023-10-01' + (hash(i, 1) % 1096)::INT AS date, 'C' || (hash(i, 2) % ({sales} // 8)) AS client_id,
          ((hash(i, 3) % 400 + 5) * 1000)::DOUBLE AS amount FROM range({sales}) AS rows(i)) TO '{path}' (FORMAT parquet)
"""
SQL = """
    WITH monthly AS (
        SELECT client_id, date_diff('month', DATE '2023-10-01', date) AS month, sum(amount) AS value
        FROM '{path}' GROUP BY ALL),
    items AS (
        SELECT client_id, sum(value) FILTER (month >= 24) AS year, least(12, 36 - min(month)) AS n,
               sum(value) FILTER (month >= 24) / least(12, 36 - min(month)) AS mean,
               sum(value * value) FILTER (month >= 24) AS squares
        FROM monthly GROUP BY 1 HAVING year > 0),
    shares AS (
        SELECT *, (sum(year) OVER (ORDER BY year DESC, client_id) - year) / sum(year) OVER () AS before FROM items)
    SELECT client_id, CASE WHEN before < 0.8 THEN 'A' WHEN before < 0.95 THEN 'B' ELSE 'C' END AS abc,
           CASE WHEN n < 6 THEN 'new' WHEN cv <= 0.1 THEN 'X' WHEN cv <= 0.25 THEN 'Y' ELSE 'Z' END AS xyz
    FROM (SELECT *, sqrt(greatest(0, squares - n * mean * mean) / (n - 1)) / mean AS cv FROM shares)
"""


def main(sales: int, repeats: int, as_json: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/sales.parquet"
        con = duckdb.connect()
        con.execute(SALES.format(sales=sales, path=path))
        sql = SQL.format(path=path)
        found = abc_xyz(con.sql(f"SELECT * FROM '{path}'"), "client_id", month="2026-09")
        plain = con.execute(sql).df()
        same = found.merge(plain, left_on="item", right_on="client_id", suffixes=("", "_sql"))
        assert (
            len(same) == len(found) == len(plain)
            and (same["abc"] == same["abc_sql"]).mean() > 0.999
        )
        assert (same["xyz"] == same["xyz_sql"]).all()
        ours = seconds(
            lambda: abc_xyz(con.sql(f"SELECT * FROM '{path}'"), "client_id", month="2026-09"),
            repeats,
        )
        theirs = seconds(lambda: con.execute(sql).df(), repeats)
    rows = [{"what": "abc_xyz", "seconds": ours}, {"what": "SQL by hand", "seconds": theirs}]
    what = f"{sales:,} sales of {len(found):,} clients, medians of {repeats}; equal classes"
    show(
        result(
            "abc_xyz", what, rows, [against("abc_xyz, time", "SQL by hand", ratio(ours, theirs))]
        ),
        as_json,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sales", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    main(given.sales, given.repeats, given.json)
