"""What to look at next in each factor: only what the figures tell apart from the rest."""

import numpy as np
import pandas as pd

from salesnb.factors import target
from salesnb.factors.shares import apart_from_rest
from salesnb.schema import UNKNOWN, UNKNOWN_LOST_REASON
from salesnb.stats.intervals import minus

FIGURES = ("deals", "share", "cum_share")  # columns of the table of reasons that are no stage
TWO_SIDED = 1.96  # of the difference of two counts, in its standard errors


def next_steps(book, tables: dict) -> dict[str, dict]:
    """Facts for what to look at next in each factor, from tables that the report shows anyway.

    Parameters
    ----------
    book : Book
    tables : scores (`qualification.people`), answered (`touchpoints.index` without groups), tasks (`open_deals.without_task`),
        reasons (`losses.reasons_by_stage`), channels (`channels.economics`)

    Returns
    -------
    dict: factor → facts; a factor without data, or in which nothing is told apart from the rest, is left out

    Examples
    --------
    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": range(60), "manager": "Ann", "status": "open", "created_at": "2026-09-01",
    ...     "source": ["Ads"] * 30 + ["Fair"] * 30, "is_target": [False] * 28 + [True] * 32})
    >>> nothing = pd.DataFrame(columns=["lost_reason", "deals", "share", "cum_share"])
    >>> tables = {"scores": pd.DataFrame(columns=["manager", "calls", "score", "low", "high"]), "reasons": nothing,
    ...     "answered": pd.DataFrame(), "tasks": pd.DataFrame(), "channels": pd.DataFrame(columns=["advice"])}
    >>> next_steps(book(deals, month="2026-09"), tables)
    {'target': {'name': 'Ads', 'misses': 28, 'deals': 30}}
    """
    cuts = book.thresholds
    steps = {
        "target": outside(target.index(book, "source"), cuts.min_verdict),
        "process": largest_pairs(tables["reasons"], cuts.min_percent),
        "qualification": lowest(tables["scores"], cuts.min_calls),
        "touchpoints": unanswered(tables["answered"], tables["tasks"], cuts.min_percent),
        "channels": put_more(tables["channels"]),
    }
    return {factor: values for factor, values in steps.items() if values}


def outside(table: pd.DataFrame, least: int) -> dict:
    """The source that clearly brings fewer target clients than the others do, after looking at all of them.

    >>> table = pd.DataFrame({"source": ["Ads", "Fair"], "hits": [2, 20], "deals": [30, 30]})
    >>> outside(table, 10), outside(table.assign(hits=[9, 10]), 10)
    ({'name': 'Ads', 'misses': 28, 'deals': 30}, {})

    One stands out above the others, none below them:

    >>> outside(pd.DataFrame({"source": list("ABCDE"), "hits": [20, 20, 20, 20, 60], "deals": 100}), 10)
    {}
    """
    named = table[table.iloc[:, 0].notna() & (table.iloc[:, 0] != UNKNOWN)]
    apart = apart_from_rest(named, least)
    low = apart[apart["difference"] < 0]
    if low.empty:
        return {}
    low = low.assign(misses=low["deals"] - low["hits"])
    row = low.sort_values(["misses", low.columns[0]], ascending=[False, True], kind="stable").iloc[0]
    return {"name": str(row.iloc[0]), "misses": int(row["misses"]), "deals": int(row["deals"])}


def largest_pairs(table: pd.DataFrame, least: int) -> dict:
    """The reason and the stage with the most lost deals; the next one too where so few deals cannot tell which is larger.

    A pair with fewer than `least` deals is not worth a look.

    >>> table = pd.DataFrame({"lost_reason": ["price", "late"], "New": [40, 9], "Offer": [36, 5], "deals": [76, 14]})
    >>> largest_pairs(table, 5)["pairs"]
    [('New', 'price', 40), ('Offer', 'price', 36)]
    """
    stages = [c for c in table.columns if c not in ("lost_reason", UNKNOWN, *FIGURES)]
    named = table[table["lost_reason"] != UNKNOWN_LOST_REASON]
    if named.empty or not stages:
        return {}
    pairs = named.melt("lost_reason", stages, "stage", "lost").sort_values(
        ["lost", "lost_reason", "stage"], ascending=[False, True, True]
    )
    pairs = pairs[pairs["lost"] >= least].head(2)
    if pairs.empty:
        return {}
    counts = pairs["lost"].to_numpy(float)
    alike = len(counts) > 1 and counts[0] - counts[1] < TWO_SIDED * np.sqrt(counts.sum())
    kept = pairs if alike else pairs.head(1)
    listed = [(str(r.stage), str(r.lost_reason), int(r.lost)) for r in kept.itertuples()]
    return {"pairs": listed, "all": int(table["deals"].sum())}


def lowest(table: pd.DataFrame, least: int) -> dict:
    """Whose calls have the lowest mean score; the two lowest together where their calls cannot tell who is lower.

    >>> table = pd.DataFrame({"manager": ["Ann", "Bo"], "calls": 20, "score": [57.0, 60.0], "low": [54.0, 56.0], "high": [60.0, 64.0]})
    >>> lowest(table, 8)["names"], lowest(table.assign(score=[57.0, 80.0], low=[54.0, 76.0], high=[60.0, 84.0]), 8)["names"]
    (['Ann', 'Bo'], ['Ann'])
    """
    known = table[table["score"].notna() & (table["calls"] >= least)] if "score" in table else table.head(0)
    if len(known) < 2:
        return {}
    known = known.sort_values(["score", "manager"], kind="stable")
    first, second = known.iloc[0], known.iloc[1]
    _, low, _ = minus(*(row[["score", "low", "high"]] for row in (second, first)))
    alike = low <= 0
    kept = known.head(2) if alike else known.head(1)
    return {"names": kept["manager"].tolist(), "scores": kept["score"].astype(float).tolist()}


def unanswered(answered: pd.DataFrame, tasks: pd.DataFrame, least: int) -> dict:
    """Open deals without a next task and new deals not answered in time; who has clearly the most without a task.

    >>> tasks = pd.DataFrame({"manager": ["Ann", "Bo"], "open": [20, 20], "without": [19, 3]})
    >>> unanswered(pd.DataFrame({"hits": [7], "deals": [10]}), tasks, 5)
    {'late': 3, 'deals': 10, 'without': 22, 'open': 40, 'name': 'Ann', 'own': 19, 'own_open': 20}
    """
    found = {}
    if len(answered):
        found |= {"late": int((answered["deals"] - answered["hits"]).sum()), "deals": int(answered["deals"].sum())}
    if len(tasks) and tasks["open"].sum():
        found |= {"without": int(tasks["without"].sum()), "open": int(tasks["open"].sum())}
        named = tasks[tasks.iloc[:, 0].notna() & (tasks.iloc[:, 0] != UNKNOWN)]
        clear = apart_from_rest(named.rename(columns={"without": "hits", "open": "deals"}), least)
        clear = clear[clear["difference"] > 0].sort_values("difference", ascending=False, kind="stable")
        if len(clear):
            row = clear.iloc[0]
            found |= {"name": str(row.iloc[0]), "own": int(row["hits"]), "own_open": int(row["deals"])}
    return found


def put_more(table: pd.DataFrame) -> dict:
    """The channel that the table calls the one to strengthen, else the one in which a won deal costs clearly less.

    >>> put_more(pd.DataFrame({"name": ["Site", "Ads"], "leads": [30, 70], "advice": ["cheaper", "alike"]}))
    {'name': 'Site', 'leads': 30, 'all': 100}
    """
    for code in ("strengthen", "cheaper"):
        found = table[table["advice"] == code]
        if len(found):
            row = found.iloc[0]
            return {"name": row["name"], "leads": int(row["leads"]), "all": int(table["leads"].sum())}
    return {}
