"""The five factors beside each other: index, change, evidence, association, share of the gap."""

import pandas as pd

from salesnb.drivers.fit import fitted
from salesnb.drivers.gaps import gaps
from salesnb.drivers.terms import factor_verdict, p_values
from salesnb.factors import channels, process, qualification, target, touchpoints
from salesnb.features import FACTORS

LEAST_CALLS = 8  # scored calls from which a mean is firm enough to point at one person


def overview(book, parts: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row per factor.

    Parameters
    ----------
    parts : the `gaps` of the book, where they are known already

    Returns
    -------
    DataFrame: factor, index (a share 0..1; the mean score 0..100 of qualification), previous, low, high, n, p_holm, verdict
    (associated, no evidence, refused), evidence (measured, proxy, no data), gap_points (0..1: mean size of the factor's part in the gaps of the month)
    """
    fit = fitted(book)
    p = p_values(fit) if fit.model is not None else {}
    parts = gaps(book) if parts is None else parts
    sizes = parts.assign(points=parts["points"].abs()).groupby("part")["points"].mean()
    rows = []
    for factor in FACTORS:
        value, previous, low, high, n = INDEXES[factor](book)
        rows.append({
            "factor": factor, "index": value, "previous": previous, "low": low, "high": high, "n": n,
            "p_holm": p.get(factor, float("nan")), "verdict": factor_verdict(fit, factor, p), "evidence": EVIDENCE[factor](book),
            "gap_points": sizes.get(factor, float("nan")),
        })  # fmt: skip
    return pd.DataFrame(rows)


def _share(table: pd.DataFrame):
    if table.empty:
        return (float("nan"),) * 4 + (0,)
    row = table.iloc[0]
    return row["share"], row["before"], row.get("low", float("nan")), row.get("high", float("nan")), int(row["deals"])


def _score(table: pd.DataFrame):
    if table.empty:
        return (float("nan"),) * 4 + (0,)
    row = table.iloc[0]
    return row["score"], row["before"], row["low"], row["high"], int(row["calls"])


INDEXES = {
    "target": lambda book: _share(target.index(book)),
    "process": lambda book: _share(process.index(book)),
    "qualification": lambda book: _score(qualification.index(book)),
    "touchpoints": lambda book: _share(touchpoints.index(book)),
    "channels": lambda book: _share(channels.index(book)),
}
EVIDENCE = {
    "target": target.evidence,
    "process": process.evidence,
    "qualification": qualification.evidence,
    "touchpoints": touchpoints.evidence,
    "channels": channels.evidence,
}


def next_steps(book, tables: dict) -> dict[str, dict]:
    """Facts for what to look at next in each factor, from tables that the report shows anyway; a factor without data is left out.

    Parameters
    ----------
    book : Book
    tables : scores (`qualification.index` by manager), answered (`touchpoints.index`), tasks (`touchpoints.without_task`),
        reasons (`process.reasons_by_stage`), channels (`channels.economics`), each as shown
    """
    steps = {
        "target": _outside(target.index(book, channels.grouping(book))),
        "process": _largest_pair(tables["reasons"]),
        "qualification": _lowest(tables["scores"]),
        "touchpoints": _unanswered(tables["answered"], tables["tasks"]),
        "channels": _most_leads(tables["channels"]),
    }
    return {factor: values for factor, values in steps.items() if values}


def _outside(table: pd.DataFrame) -> dict:
    found = table.assign(misses=table["deals"] - table["hits"]).dropna(subset=[table.columns[0]])
    if found.empty or not found["misses"].max() > 0:
        return {}
    row = found.sort_values(["misses", found.columns[0]], ascending=[False, True], kind="stable").iloc[0]
    return {"name": str(row.iloc[0]), "misses": int(row["misses"]), "deals": int(row["deals"])}


def _largest_pair(table: pd.DataFrame) -> dict:
    stages = [c for c in table.columns if c not in ("lost_reason", "deals")]
    named = table[table["lost_reason"] != "not given"]
    if named.empty or not stages:
        return {}
    pairs = named.melt("lost_reason", stages, "stage", "lost").sort_values(
        ["lost", "lost_reason", "stage"], ascending=[False, True, True]
    )
    row = pairs.iloc[0]
    return {
        "stage": row["stage"],
        "reason": row["lost_reason"],
        "deals": int(row["lost"]),
        "all": int(table["deals"].sum()),
    }


def _lowest(table: pd.DataFrame) -> dict:
    known = table.dropna(subset=["score"]) if "manager" in table else table.head(0)
    known = known[known["calls"] >= LEAST_CALLS] if len(known) else known
    if known.empty:
        return {}
    row = known.sort_values(["score", "manager"], kind="stable").iloc[0]
    return {"name": row["manager"], "score": float(row["score"]), "calls": int(row["calls"])}


def _unanswered(answered: pd.DataFrame, tasks: pd.DataFrame) -> dict:
    if answered.empty or tasks.empty:
        return {}
    late = answered["deals"].sum() - answered["hits"].sum()
    return {
        "without": int(tasks["without"].sum()),
        "open": int(tasks["open"].sum()),
        "late": int(late),
        "deals": int(answered["deals"].sum()),
    }


def _most_leads(table: pd.DataFrame) -> dict:
    if len(table) < 2:
        return {}
    row = table.sort_values(["leads", "name"], ascending=[False, True], kind="stable").iloc[0]
    return {"name": row["name"], "leads": int(row["leads"]), "all": int(table["leads"].sum())}
