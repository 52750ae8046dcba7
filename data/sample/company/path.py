"""The way of a deal through the stages: deviations within the first days, then on to its end."""

import numpy as np
import pandas as pd

from .setting import SNAPSHOT, STAGES, WORDS, rng


def closer_stages(deals: pd.DataFrame) -> pd.DataFrame:
    """Stage entries of closers' deals up to the snapshot; the flag `deviation` shows within seven days."""
    draw = rng("stages")
    rows = [row for deal in deals.itertuples() for row in _path(draw, deal)]
    return _table(rows, "Sales")


def plain_stages(deals: pd.DataFrame, pipeline: str) -> pd.DataFrame:
    """Stage entries of hunters' or farmers' deals: one after the other, no deviations."""
    draw = rng("stages " + pipeline)
    rows = []
    for deal in deals.itertuples():
        names = STAGES[pipeline]
        last = len(names) if deal.won else 1 + draw.integers(0, len(names))
        rows += _entries(deal, names[:last], np.sort(draw.random(last)) * draw.uniform(0.5, 0.95))
        rows.append((deal.deal_id, WORDS[pipeline][0 if deal.won else 1], deal.closed_at))
    return _table(rows, pipeline)


def _path(draw, deal):
    names = _visited(draw, deal)
    length = (deal.closed_at - deal.created_at) / pd.Timedelta(days=1)
    first = _first_days(draw, deal, names)
    rest = len(names) - 1 - len(first)
    start = first[-1] if first else 0.0
    later = (
        start + np.sort(draw.beta(1.2, 1.6, rest)) * max(length - start, 0) * 0.92 if rest else []
    )
    starts = np.array([0.0, *first, *later])
    if starts[-1] >= length:  # a quick deal: the same order, pressed together
        starts = starts / starts[-1] * length * 0.9
    rows = _entries(deal, names, starts / max(length, 1e-9))
    return [*rows, (deal.deal_id, WORDS["Sales"][0 if deal.won else 1], deal.closed_at)]


def _visited(draw, deal) -> list[str]:
    new, qualified, proposal, contract = STAGES["Sales"]
    if deal.closed_at.date() == deal.created_at.date():
        return [new]
    furthest = 4 if deal.won else draw.choice([2, 3, 4], p=[0.45, 0.35, 0.2])
    way = [new, qualified, proposal, contract][:furthest]
    if deal.deviation == "skip":
        return [new, proposal, contract][: max(2, furthest - 1)]
    if deal.deviation == "back":
        return [new, qualified, new, *way[1:]]
    if deal.deviation == "overdue" and not deal.won and draw.random() < 0.4:
        return [new]
    if furthest == 4 and draw.random() < 0.05:  # long after the first week: of no effect
        return [new, qualified, proposal, contract, proposal, contract]
    return way


def _first_days(draw, deal, names) -> list[float]:
    """Days of the moves that are drawn with the deviation, before anything else."""
    if len(names) == 1:
        return []
    if deal.deviation == "overdue":
        return [draw.uniform(4.5, 11)]
    moved = float(np.clip(np.exp(np.log(0.8) + 0.8 * draw.standard_normal()), 0.05, 2.9))
    if deal.deviation == "back":
        returned = draw.uniform(3.2, 5.5)
        return [moved, returned, returned + draw.uniform(0.2, 1.2)]
    return [moved]


def _entries(deal, names, shares):
    """Rows (deal, stage, entered_at) at shares of the deal's life, at least a minute apart."""
    life = deal.closed_at - deal.created_at
    moments, last = [], None
    for share in shares:
        moment = (deal.created_at + life * float(share)).floor("min")
        last = moment if last is None else max(moment, last + pd.Timedelta(minutes=1))
        moments.append(deal.created_at if not moments else last)
        last = moments[-1]
    return [(deal.deal_id, name, moment) for name, moment in zip(names, moments, strict=True)]


def _table(rows, pipeline) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["deal_id", "stage", "entered_at"])
    table["pipeline"] = pipeline
    return table[table["entered_at"] <= SNAPSHOT].reset_index(drop=True)


def current_stage(stages: pd.DataFrame) -> pd.Series:
    """Last open stage of each deal, by deal_id."""
    ends = [word for words in WORDS.values() for word in words]
    return stages[~stages["stage"].isin(ends)].groupby("deal_id")["stage"].last()
