"""Makes a company of many channels and managers: deals, stages, touches, leads, clients, reviews, payments, sales, managers,
plans, costs and actions of heads as Parquet, and params beside them.

    python benchmarks/make_many.py FOLDER [DEALS] [CHANNELS] [MANAGERS]

Deals, stages and touches are those of make_big.py, but for who and where; nothing in them matters for the outcome.
"""

import sys
from pathlib import Path

import duckdb
from make_big import DEALS, EXPORT, SNAPSHOT, STAGES, TOUCHES

PARAMS = """company: Many Ltd
data:
{files}
values:
  status: {{won: [Won], lost: [Lost]}}
  lost_class: {{no_contact: [No answer], not_buyer: [Spam], competitor: [Bought from a competitor], other: [Price]}}
stage_order: [New, Qualified, Proposal, Contract]
plan_fact: payments
"""
WHERE = "['Site', 'Phone', 'Partners', 'Fair'][(hash(i, 3) % 4)::INT + 1]"
WON = f"win AND created_at + to_minutes(life) < {SNAPSHOT}"
TABLES = {
    "deals": EXPORT,
    "stages": STAGES,
    "touches": TOUCHES,
    "leads": f"""SELECT i AS lead_id, created_at - INTERVAL 2 HOUR AS created_at, channel, manager,
        CASE WHEN hash(i, 21) % 5 = 0 THEN 'Junk' ELSE 'Converted' END AS status,
        CASE WHEN hash(i, 21) % 5 > 0 THEN deal_id END AS deal_id FROM deals
        WHERE created_at - INTERVAL 2 HOUR < {SNAPSHOT} ORDER BY i""",
    "clients": """SELECT client_id, 'Client ' || client_id AS name, ['Small', 'Middle', 'Large'][(hash(client_id) % 3)::INT + 1]
        AS segment FROM (SELECT DISTINCT client_id FROM deals) ORDER BY 1""",
    "reviews": f"""SELECT manager, created_at + INTERVAL 3 HOUR AS at, ['needs', 'objections'][(hash(i, 22) % 2)::INT + 1] AS call_type,
        (40 + hash(i, 23) % 60)::DOUBLE AS score, deal_id, 'Reviewer ' || (hash(i, 24) % 5)::VARCHAR AS reviewer FROM deals
        WHERE hash(i, 25) % 20 = 0 AND created_at + INTERVAL 3 HOUR < {SNAPSHOT} ORDER BY i""",
    "payments": f"""SELECT amount, deal_id, client_id, (created_at + to_minutes(life))::DATE AS due_on,
        (created_at + to_minutes(life))::DATE AS paid_on, 'paid' AS status FROM deals WHERE {WON} ORDER BY i""",
    "sales": f"""SELECT (created_at + to_minutes(life))::DATE AS date, amount, client_id,
        'Product ' || (hash(i, 26) % 40)::VARCHAR AS product FROM deals WHERE {WON} ORDER BY i""",
    "managers": """SELECT manager, 'Team ' || team AS team, 'Head ' || team AS head, DATE '2023-01-09' AS hired_on
        FROM (SELECT DISTINCT manager, (hash(manager) % 20)::VARCHAR AS team FROM deals) ORDER BY 1""",
    "plans": """SELECT strftime(DATE '2025-10-01' + to_months(k::INT), '%Y-%m') AS month, 'payments' AS metric,
        500000.0 AS value, manager FROM (SELECT DISTINCT manager FROM deals), range(12) AS months(k) ORDER BY ALL""",
    "costs": """SELECT channel, strftime(DATE '2025-10-01' + to_months(k::INT), '%Y-%m') AS month, 300000.0 AS amount
        FROM (SELECT DISTINCT channel FROM deals), range(12) AS months(k) ORDER BY ALL""",
    "actions": """SELECT TIMESTAMP '2026-01-12 10:00' + to_days((7 * k)::INT) AS at, 'Head ' || (hash(manager) % 20)::VARCHAR AS head,
        'one-to-one' AS kind, manager FROM (SELECT DISTINCT manager FROM deals), range(36) AS weeks(k) ORDER BY ALL""",
}


def main(folder: Path, deals: int = 500_000, channels: int = 30, managers: int = 300) -> Path:
    """Every table in `folder`, and many.yaml, whose path is the answer."""
    folder.mkdir(parents=True, exist_ok=True)
    where = f"'Channel ' || lpad((hash(i, 3) % {channels} + 1)::VARCHAR, 2, '0')"
    with duckdb.connect(config={"threads": 2}) as base:
        base.execute(
            "CREATE TABLE deals AS "
            + DEALS.replace(WHERE, where).format(deals=deals, managers=managers)
        )
        for name, query in TABLES.items():
            base.execute(
                f"COPY ({query}) TO '{(folder / name).as_posix()}.parquet' (FORMAT parquet)"
            )
    place = folder.resolve().as_posix()
    files = "\n".join(f"  {name}: {place}/{name}.parquet" for name in TABLES)
    path = folder / "many.yaml"
    path.write_text(PARAMS.format(files=files), encoding="utf-8")
    return path


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), *(int(text) for text in sys.argv[2:]))
