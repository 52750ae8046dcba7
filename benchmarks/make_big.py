"""Makes a large company for speed and memory: N deals and 3 N touches as CSV, and params beside them.

    python benchmarks/make_big.py FOLDER [DEALS]

Then `salesnb check --params FOLDER/big.yaml` and `salesnb run --params FOLDER/big.yaml --channel Site`.
The same numbers every time with one version of DuckDB; nothing in it matters for the outcome.
"""

import sys
import time
from pathlib import Path

import duckdb

PARAMS = """company: Big Ltd
data:
  deals: {folder}/deals.csv
  stages: {folder}/stages.csv
{touches}values:
  status: {{won: [Won], lost: [Lost]}}
stage_order: [New, Qualified, Proposal, Contract]
"""
# hash() of the row number is the source of chance: no state, the same on any number of threads
DEALS = """
    SELECT i, 1000000000000000000 + i AS deal_id,
        'Manager ' || lpad((hash(i, 1) % {managers} + 1)::VARCHAR, 3, '0') AS manager,
        TIMESTAMP '2024-07-01' + to_minutes((hash(i, 2) % (820 * 1440))::BIGINT) AS created_at,
        ['Site', 'Phone', 'Partners', 'Fair'][(hash(i, 3) % 4)::INT + 1] AS channel,
        hash(i, 4) % 100 < 30 AS win,
        (720 + hash(i, 5) % 72000 + hash(i, 6) % (CASE WHEN hash(i, 4) % 100 < 30 THEN 30000 ELSE 1 END))::BIGINT AS life,
        'C' || (hash(i, 7) % ({deals} * 3 // 4 + 1))::VARCHAR AS client_id,
        (hash(i, 8) % 400 + 5) * 1000 AS amount,
        hash(i, 9) % 2 = 0 AS is_target,
        ['Price', 'No answer', 'Spam', 'Bought from a competitor'][(hash(i, 10) % 4)::INT + 1] AS lost_reason
    FROM range({deals}) AS rows(i)
"""
SNAPSHOT = "TIMESTAMP '2026-10-01 00:00'"
EXPORT = f"""
    SELECT deal_id, manager, created_at, channel, client_id, amount, is_target,
        CASE WHEN ends >= {SNAPSHOT} THEN 'Open' WHEN win THEN 'Won' ELSE 'Lost' END AS status,
        CASE WHEN ends < {SNAPSHOT} THEN ends END AS closed_at,
        ['New', 'Qualified', 'Proposal', 'Contract'][(i % 4)::INT + 1] AS stage,
        CASE WHEN ends < {SNAPSHOT} AND NOT win THEN lost_reason END AS lost_reason
    FROM (SELECT *, created_at + to_minutes(life) AS ends FROM deals) ORDER BY i
"""
STAGES = f"""
    SELECT deal_id, ['New', 'Qualified', 'Proposal', 'Contract'][k + 1] AS stage,
        created_at + to_minutes(life * k // 5) AS entered_at
    FROM deals, range(4) AS steps(k)
    WHERE k <= i % 4 AND created_at + to_minutes(life * k // 5) < {SNAPSHOT} ORDER BY i, k
"""
TOUCHES = f"""
    SELECT 3 * i + k AS touch_id, created_at + to_minutes((hash(i, k, 11) % life)::BIGINT) AS at,
        ['call', 'call', 'email', 'meeting'][(hash(i, k, 12) % 4)::INT + 1] AS kind, deal_id, manager,
        CASE WHEN hash(i, k, 13) % 5 = 0 THEN 'in' ELSE 'out' END AS direction,
        CASE WHEN hash(i, k, 12) % 4 > 1 THEN 'done' WHEN hash(i, k, 14) % 4 = 0 THEN 'missed' ELSE 'answered' END AS result,
        CASE WHEN hash(i, k, 12) % 4 < 2 AND hash(i, k, 14) % 4 > 0 THEN 30 + hash(i, k, 15) % 600 END AS duration_s
    FROM deals, range(3) AS times(k)
    WHERE created_at + to_minutes((hash(i, k, 11) % life)::BIGINT) < {SNAPSHOT} ORDER BY i, k
"""


def main(folder: Path, deals: int, touches: bool = True) -> None:
    """Deals, stages, touches (if they are wanted) and big.yaml in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    managers = max(20, min(300, deals // 5000))
    with duckdb.connect(config={"threads": 2}) as base:
        base.execute("CREATE TABLE deals AS " + DEALS.format(deals=deals, managers=managers))
        wanted = {"deals": EXPORT, "stages": STAGES} | ({"touches": TOUCHES} if touches else {})
        for name, query in wanted.items():
            start = time.perf_counter()
            path = folder / f"{name}.csv"
            base.execute(f"COPY ({query}) TO '{path.as_posix()}' (HEADER, DELIMITER ',')")
            print(
                f"{path.name}: {path.stat().st_size / 1e6:.0f} MB in {time.perf_counter() - start:.1f} s"
            )
    place = folder.resolve().as_posix()
    line = f"  touches: {place}/touches.csv\n" if touches else ""
    (folder / "big.yaml").write_text(PARAMS.format(folder=place, touches=line), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000)
