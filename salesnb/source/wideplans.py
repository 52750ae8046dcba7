"""Plans with a column for each metric: one row a person and month becomes one for each of them."""

import re

import duckdb

from salesnb.params import Params
from salesnb.source.headings import fold_heading, unlike
from salesnb.source.parsed import text_literal
from salesnb.source.read import RawTable, Shape, quoted
from salesnb.source.vocabulary import value_of

LAYOUT = "wide plans"
# what a heading says besides the metric: "План звонков, шт.", "Target: revenue (RUB)"
BESIDE = re.compile(
    r"\b(план\w*|plan|planned|target|goal|quota|цель|норма|шт|руб|rub|usd|eur|за месяц)\b"
    r"|[,:;.()%₽$€]"
)


def metric_of(heading: str) -> str | None:
    """The metric that a heading names; None where it names none that the schema has.

    >>> [metric_of(h) for h in ("Исходящие звонки", "План: выручка, руб.", "Talk time", "Звонки")]
    ['calls_out', 'amount', 'talk_minutes', None]
    """
    bare = " ".join(BESIDE.sub(" ", heading.casefold()).split())
    return value_of(heading, "plans", "metric") or (
        value_of(bare, "plans", "metric") if bare else None
    )


def is_wide(headings: tuple[str, ...], params: Params) -> bool:
    """Whether values of plans stand under headings of metrics, with no column of metrics."""
    named = params.headings("plans")
    there = {fold_heading(heading) for heading in headings}
    values = {fold_heading(heading) for heading in named.get("value", ())}
    return bool(values) and values <= there and not {"metric"} & {*named, *there}


def shaped_plans(con: duckdb.DuckDBPyConnection, raw: RawTable, params: Params) -> RawTable:
    """The raw table with a row for every filled cell of a metric; those of one line count as of
    several files, so that file and line still tell one from another.
    """
    wanted = [fold_heading(heading) for heading in params.headings("plans")["value"]]
    by_fold = {fold_heading(heading): heading for heading in reversed(raw.headings)}
    names = {
        name: unlike(f"{name} of the plan", {h.casefold() for h in raw.headings})
        for name in ("metric", "value")
    }
    wide = [by_fold[one] for one in wanted]
    rest = [heading for heading in raw.headings if heading not in wide]
    kept = ", ".join(f"r.{quoted(h)}" for h in rest)
    parts = []
    for number, heading in enumerate(wide):
        metric = text_literal(metric_of(heading) or heading)
        parts.append(
            f"SELECT {kept}, {metric} AS {quoted(names['metric'])}, {quoted(heading)} AS "
            f"{quoted(names['value'])}, _file, _line, _file_no * {len(wide)} + {number} AS "
            f"_file_no FROM {raw.relation} r WHERE {quoted(heading)} IS NOT NULL"
        )
    con.execute(f"CREATE OR REPLACE TABLE _plans AS {' UNION ALL '.join(parts)}")
    con.execute(
        f"CREATE OR REPLACE TABLE {raw.relation} AS SELECT *, NULL::VARCHAR AS _rule, "
        "NULL::VARCHAR AS _rule_value FROM _plans ORDER BY _file_no, _line"
    )
    con.execute("DROP TABLE _plans")
    return raw.with_shape(Shape(LAYOUT, {**names}), (*rest, *names.values()))


def without_values(params: Params) -> Params:
    """The params once the headings of the values have become rows."""
    plans = {name: made for name, made in params.columns["plans"].items() if name != "value"}
    return params.model_copy(update={"columns": params.columns | {"plans": plans}})
