"""The month's plain counts, three times over: asked of a Book, as SQL by hand on the Parquet of the store, with pandas.

Each side is a function of the store that returns the seconds of every step and the figures; `bench_month.py` runs each in a
process of its own: `python month_sides.py SIDE JSON`.
"""

import json
import sys
import time

from measure import peak_memory

# a deal that was closed after the day of the report was open on it; its stage on that day stands in the history, unless the
# report is of the day of the export itself
KNOWN = """WITH deals AS (
    SELECT * REPLACE (CASE WHEN closed_at >= TIMESTAMP '{end}' THEN 'open' ELSE status END AS status,
                      CASE WHEN closed_at < TIMESTAMP '{end}' THEN closed_at END AS closed_at)
    FROM '{folder}/deals.parquet' WHERE created_at < TIMESTAMP '{end}' AND function = 'closer'),
  stages AS (SELECT deal_id, stage, entered_at FROM '{folder}/stages.parquet' WHERE entered_at < TIMESTAMP '{end}'),
  month AS (SELECT * FROM deals WHERE status <> 'open' AND closed_at >= TIMESTAMP '{start}'),
  before AS (SELECT * FROM deals WHERE status <> 'open' AND closed_at >= TIMESTAMP '{start}' - INTERVAL 1 MONTH
             AND closed_at < TIMESTAMP '{start}')
"""
COUNTS = "count(*) FILTER (status = 'won') AS won, count(*) AS closed, won / closed AS conversion"
SQL = {
    "conversion": f"""SELECT n.*, n.conversion - b.conversion FROM (SELECT {COUNTS} FROM month) n,
        (SELECT {COUNTS} FROM before) b""",
    "by manager": f"SELECT manager, {COUNTS} FROM month GROUP BY 1",
    "by channel": f"SELECT channel, {COUNTS} FROM month GROUP BY 1",
    "managers, year": f"""SELECT manager, {COUNTS} FROM deals WHERE status <> 'open'
        AND closed_at >= TIMESTAMP '{{year}}' GROUP BY 1""",
    "13 months": """SELECT m.name, (SELECT count(*) FROM deals WHERE created_at >= m.a AND created_at < m.z), c.won, c.closed, c.amount,
          (SELECT count(*) FROM deals WHERE created_at < m.z AND (status = 'open' OR closed_at >= m.z))
        FROM (SELECT strftime(a, '%Y-%m') AS name, a, a + INTERVAL 1 MONTH AS z
              FROM (SELECT TIMESTAMP '{start}' - to_months(k::INT) AS a FROM range(13) AS back(k))) m
        JOIN (SELECT strftime(closed_at, '%Y-%m') AS name, count(*) FILTER (status = 'won') AS won, count(*) AS closed,
                     sum(amount) FILTER (status = 'won') AS amount FROM deals WHERE status <> 'open' GROUP BY 1) c USING (name)""",
    "deal length": """SELECT count(*), avg(days), median(days), quantile_cont(days, 0.9),
        avg(days) FILTER (status = 'won'), avg(days) FILTER (status = 'lost')
        FROM (SELECT status, date_diff('day', created_at, closed_at) AS days FROM month)""",
    "open ages": """SELECT count(*), median(days), quantile_cont(days, 0.9), max(days)
        FROM (SELECT date_diff('day', created_at, DATE '{as_of}') AS days FROM deals WHERE status = 'open')""",
    "stage funnel": """, placed AS (SELECT deal_id, entered_at, list_position({order}, stage) - 1 AS place FROM stages),
        history AS (SELECT deal_id, max(place) AS furthest, arg_max(place, (entered_at, place)) AS last FROM placed
                    WHERE place IS NOT NULL GROUP BY 1),
        own AS (SELECT d.status, h.furthest, CASE WHEN {early} AND d.status = 'open' THEN coalesce(h.last, here) ELSE here END
                AS last
                FROM (SELECT *, list_position({order}, stage) - 1 AS here FROM deals) d LEFT JOIN history h USING (deal_id)
                WHERE created_at >= TIMESTAMP '{year}'),
        kinds AS (SELECT status, CASE status WHEN 'won' THEN len({order}) - 1 ELSE greatest(last, furthest) END AS furthest,
                  last, count(*) AS n FROM own GROUP BY ALL)
        SELECT {order}[p + 1], sum(n), sum(n) FILTER (status = 'won' OR p < furthest),
          coalesce(sum(n) FILTER (status = 'lost' AND p = furthest AND last = p), 0),
          coalesce(sum(n) FILTER (status = 'open' AND p = furthest AND last = p), 0),
          coalesce(sum(n) FILTER (status <> 'won' AND p = furthest AND last < p), 0)
        FROM kinds, range(len({order})) AS places(p) WHERE furthest >= p GROUP BY p""",
    "days in stages": """, stays AS (SELECT deal_id, stage, entered_at,
            lead(entered_at) OVER (PARTITION BY deal_id ORDER BY entered_at) AS next FROM stages)
        SELECT s.stage, count(*), median(days), quantile_cont(days, 0.9)
        FROM (SELECT s.stage, date_diff('day', entered_at, coalesce(next, closed_at)) AS days
              FROM stays s JOIN deals d USING (deal_id)) s WHERE days >= 0 GROUP BY 1""",
    "lost reasons": """SELECT lost_reason, count(*), count(*) / sum(count(*)) OVER (), sum(amount) FROM month
        WHERE status = 'lost' GROUP BY 1""",
    "lost by stage": "SELECT lost_reason, stage, count(*) FROM month WHERE status = 'lost' GROUP BY 1, 2",
}


class Steps(dict):
    """Seconds of each step, in order."""

    def take(self, name: str, call):
        started = time.perf_counter()
        found = call()
        self[name] = time.perf_counter() - started
        return found


def with_sql(asked: dict) -> tuple[dict, dict, dict]:
    """Seconds of what comes before the first figure, seconds of each figure, the figures."""
    import duckdb

    ready, steps, figures = Steps(), Steps(), {}
    con = ready.take("connect", duckdb.connect)
    for name, query in SQL.items():
        text = (KNOWN + query).format(**asked | {"order": list(asked["order"])})
        figures[name] = steps.take(name, lambda text=text: con.execute(text).fetchall())
    return ready, steps, figures


def with_book(asked: dict, memory: str | None = None) -> tuple[dict, dict, dict]:
    """The same of a Book, by the measures that notebooks call; the engine has so much `memory`."""
    import duckdb  # noqa: F401
    import pandas  # noqa: F401

    import salesnb as s

    for name in (
        "conversion",
        "monthly",
        "deal_length",
        "open_ages",
        "stage_funnel",
        "stage_times",
        "lost_reasons",
    ):
        getattr(s, name)  # imports are counted on no side
    ready, steps = Steps(), Steps()
    book = ready.take(
        "open_book: look at the export, read the store, deals of the day",
        lambda: _open(s, asked, memory),
    )
    month, year = book.month, "last 12 months"

    def conversion():
        now, before = s.conversion(book, period=month), s.conversion(book, period=book.previous)
        return now.assign(change=s.conversion_change(now, before)["change"])

    def funnel():
        period = tuple(asked[name][:10] for name in ("year", "end"))
        return s.stage_funnel(book.closer_deals, book.stages, book.stage_order, period=period)

    rate = ["won", "closed", "conversion"]
    calls = {
        "conversion": (conversion, [*rate, "change"]),
        "by manager": (lambda: s.conversion(book, by="manager", period=month), ["manager", *rate]),
        "by channel": (lambda: s.conversion(book, by="channel", period=month), ["channel", *rate]),
        "managers, year": (
            lambda: s.conversion(book, by="manager", period=year),
            ["manager", *rate],
        ),
        "13 months": (
            lambda: s.monthly(book),
            ["month", "new_deals", "won", "closed", "won_amount", "open_deals"],
        ),
        "deal length": (lambda: s.deal_length(book, period=month), None),
        "open ages": (lambda: s.open_ages(book), None),
        "stage funnel": (funnel, ["stage", "entered", "reached_next", "lost", "open", "back"]),
        "days in stages": (
            lambda: s.stage_times(book.closer_deals, book.stages, book.as_of, book.stage_order),
            None,
        ),
        "lost reasons": (lambda: s.lost_reasons(book, period=month), None),
        "lost by stage": (lambda: s.lost_by_stage(book, period=month), None),
    }
    figures = {}
    for name, (call, columns) in calls.items():
        table = steps.take(name, call)
        figures[name] = (table if columns is None else table[columns]).to_numpy().tolist()
    return ready, steps, figures


def _open(s, asked, memory):
    from salesnb.params import load_params

    params = load_params(asked["params"]).model_copy(update={"memory_limit": memory})
    book = s.open_book(params, asked["month"])
    assert book.deals is not None  # the table of the deals of the day is made here at the latest
    return book


def with_pandas(asked: dict) -> tuple[dict, dict, dict]:
    """The same with pandas: tables into memory, then groupby and merge. DuckDB reads the Parquet, only the columns that are
    needed (pyarrow, which `pandas.read_parquet` takes, is in no lock)."""
    import duckdb
    import pandas as pd

    ready, steps = Steps(), Steps()
    day = {name: pd.Timestamp(asked[name]) for name in ("start", "end", "year", "as_of")}
    order = {name: place for place, name in enumerate(asked["order"])}

    def load():
        columns = "deal_id, manager, channel, status, stage, created_at, closed_at, amount, lost_reason, function"
        deals = duckdb.sql(f"SELECT {columns} FROM '{asked['folder']}/deals.parquet'").df()
        stages = duckdb.sql(
            f"SELECT deal_id, stage, entered_at FROM '{asked['folder']}/stages.parquet'"
        ).df()
        deals = deals[(deals["created_at"] < day["end"]) & (deals["function"] == "closer")]
        later = deals["closed_at"] >= day["end"]
        deals = deals.assign(
            status=deals["status"].mask(later, "open"), closed_at=deals["closed_at"].mask(later)
        )
        return deals, stages[stages["entered_at"] < day["end"]]

    deals, stages = ready.take("read_parquet, deals of the day", load)
    closed = ready.take(
        "closed deals",
        lambda: deals[deals["status"] != "open"].assign(won=deals["status"] == "won"),
    )
    month = ready.take("of the month", lambda: closed[closed["closed_at"] >= day["start"]])

    def rate(table, by):
        found = table.groupby(by, as_index=False)["won"].agg(["sum", "size"])
        return found.assign(conversion=found["sum"] / found["size"])

    def conversion():
        first = day["start"] - pd.DateOffset(months=1)
        before = closed[(closed["closed_at"] >= first) & (closed["closed_at"] < day["start"])]
        now, then = month["won"].mean(), before["won"].mean()
        return pd.DataFrame([[month["won"].sum(), len(month), now, now - then]])

    def monthly():
        rows = []
        made, shut = deals["created_at"].dt.to_period("M"), deals["closed_at"].dt.to_period("M")
        for name in pd.period_range(end=asked["month"], periods=13, freq="M"):
            of = closed[shut.loc[closed.index] == name]
            still = (made <= name) & ((deals["status"] == "open") | (shut > name))
            money = of.loc[of["won"], "amount"].sum()
            rows.append(
                [str(name), (made == name).sum(), of["won"].sum(), len(of), money, still.sum()]
            )
        return pd.DataFrame(rows)

    def days(start, end):
        return (end.dt.normalize() - start.dt.normalize()).dt.days

    def length():
        taken = days(month["created_at"], month["closed_at"])
        means = [taken[month["won"]].mean(), taken[~month["won"]].mean()]
        return pd.DataFrame(
            [[len(taken), taken.mean(), taken.median(), taken.quantile(0.9), *means]]
        )

    def ages():
        waiting = (
            day["as_of"] - deals.loc[deals["status"] == "open", "created_at"].dt.normalize()
        ).dt.days
        return pd.DataFrame(
            [[len(waiting), waiting.median(), waiting.quantile(0.9), waiting.max()]]
        )

    def funnel():
        placed = stages.assign(place=stages["stage"].map(order)).dropna(subset="place")
        last = (
            placed.sort_values(["entered_at", "place"])
            .groupby("deal_id")["place"]
            .agg(["last", "max"])
        )
        own = deals.loc[deals["created_at"] >= day["year"], ["deal_id", "status", "stage"]]
        own = own.merge(last, left_on="deal_id", right_index=True, how="left")
        here, is_open, won = (
            own["stage"].map(order),
            own["status"] == "open",
            own["status"] == "won",
        )
        stands = own["last"].where(is_open & own["last"].notna() & asked["early"], here)
        furthest = pd.concat([stands, own["max"]], axis=1).max(axis=1).mask(won, len(order) - 1)
        rows = []
        for name, p in order.items():
            ends = ~won & (furthest == p)
            rows.append(
                [name, (furthest >= p).sum(), (won | (furthest > p)).sum()]
                + [
                    (ends & (stands == p) & (own["status"] == status)).sum()
                    for status in ("lost", "open")
                ]
                + [(ends & (stands < p)).sum()]
            )
        return pd.DataFrame(rows)

    def stays():
        path = stages.sort_values(["deal_id", "entered_at"])
        path = path.assign(next=path.groupby("deal_id")["entered_at"].shift(-1))
        path = path.merge(deals[["deal_id", "closed_at"]], on="deal_id")
        path = path.assign(days=days(path["entered_at"], path["next"].fillna(path["closed_at"])))
        grouped = path[path["days"] >= 0].groupby("stage")["days"]
        return pd.concat(
            [grouped.size(), grouped.median(), grouped.quantile(0.9)], axis=1
        ).reset_index()

    def reasons():
        lost = month[~month["won"]]
        found = lost.groupby("lost_reason")["amount"].agg(["size", "sum"]).reset_index()
        return found.assign(share=found["size"] / len(lost))[
            ["lost_reason", "size", "share", "sum"]
        ]

    calls = {
        "conversion": conversion,
        "by manager": lambda: rate(month, "manager"),
        "by channel": lambda: rate(month, "channel"),
        "managers, year": lambda: rate(closed[closed["closed_at"] >= day["year"]], "manager"),
        "13 months": monthly,
        "deal length": length,
        "open ages": ages,
        "stage funnel": funnel,
        "days in stages": stays,
        "lost reasons": reasons,
        "lost by stage": lambda: (
            month[~month["won"]].groupby(["lost_reason", "stage"]).size().reset_index()
        ),
    }
    return (
        ready,
        steps,
        {name: steps.take(name, call).to_numpy().tolist() for name, call in calls.items()},
    )


LITTLE = "200MB"
SIDES = {
    "salesnb": with_book,
    f"salesnb, {LITTLE}": lambda asked: with_book(asked, LITTLE),
    "SQL": with_sql,
    "pandas": with_pandas,
}


def main(side: str, asked: dict) -> None:
    ready, steps, figures = SIDES[side](asked)
    found = {"ready": ready, "steps": steps, "figures": figures, "peak": peak_memory()}
    print(json.dumps(found, default=float))


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
