"""Which factors and levels of the cells the data can carry: what is blank too often, what is too
small to stand alone.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.stats import chi2_contingency

from salesnb.model.features import COLUMNS, bin_names
from salesnb.params import Thresholds
from salesnb.schema import UNKNOWN
from salesnb.stats import benjamini_hochberg

if TYPE_CHECKING:
    from salesnb.model.cells import Cells

OTHER = "other"
OWN_SOURCE = "own_source"  # column of a channel's page: the sources within the channel
# source of the deals of other channels: on a channel's page only its own sources are told apart
ELSEWHERE = "–"
MISSING_P = 0.05  # false-discovery rate of "missing differs between won and lost"
MARKS = ("is_target", "deviation")  # yes, no and, as a class of its own however small, not known


def usable(cells: "Cells") -> "Cells":
    """The cells with what they cannot carry dropped or merged, each by name."""
    _without_missing(cells)
    cells.planned = 1 + sum(
        cells.table[c].nunique() - 1 for names in cells.factors.values() for c in names
    )
    for factor in list(cells.factors):
        for column in cells.factors[factor]:
            _merge(cells, factor, column)
        cells.factors[factor] = [
            c for c in cells.factors[factor] if told_apart(cells.table, c)[c].nunique() > 1
        ]
        if not cells.factors[factor]:
            small = any(name == factor for name, _, _ in cells.merged)
            drop(cells, factor, "small levels" if small else "one level", {})
    return cells


def told_apart(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """The rows whose level of `column` is told apart: on a channel's page not the sources of the
    other channels.
    """
    return table[table[column] != ELSEWHERE]


def _without_missing(cells) -> None:
    """Drop columns that are blank too often, or blank more often on one side of won and lost."""
    p_values: dict[tuple[str, str], float] = {}
    for factor, column in [(f, c) for f, names in cells.factors.items() for c in names]:
        asked = told_apart(cells.table, column)
        known = asked[column] != UNKNOWN
        missing = _share(asked, ~known)
        if not known.any():
            drop(cells, factor, "no data", {}, column)
        elif missing > cells.thresholds.factor_missing:
            drop(
                cells,
                factor,
                "missing",
                {"share": missing, "most": cells.thresholds.factor_missing},
                column,
            )
        elif missing:
            p_values[factor, column] = _missing_p(asked, known)
    adjusted = benjamini_hochberg(np.array(list(p_values.values()))) if p_values else np.zeros(0)
    for (factor, column), p in zip(p_values, adjusted, strict=True):
        if p < MISSING_P:
            drop(cells, factor, "missing differs", {"p": float(p)}, column)
    if (
        cells.scores
    ):  # a score is missing for a person or for the time before the first one, not for a deal
        missing = _share(cells.table, ~cells.table["scored"])
        if missing > cells.thresholds.factor_missing:
            cells.scores = {}
            drop(
                cells,
                "qualification",
                "missing",
                {"share": missing, "most": cells.thresholds.factor_missing},
            )


def _share(table: pd.DataFrame, rows) -> float:
    return float(table.loc[rows, "closed"].sum() / max(1, table["closed"].sum()))


def _missing_p(table: pd.DataFrame, known) -> float:
    """Chance of such a difference in missingness between won and lost, were there none."""
    won, lost = table["won"], table["closed"] - table["won"]
    square = np.array(
        [[won[known].sum(), won[~known].sum()], [lost[known].sum(), lost[~known].sum()]], float
    )
    if (square.sum(axis=0) == 0).any() or (square.sum(axis=1) == 0).any():
        return 1.0
    return float(chi2_contingency(square, correction=True).pvalue)


def _merge(cells, factor: str, column: str) -> None:
    """Small levels join others, and are remembered by name."""
    moves = merges(told_apart(cells.table, column), column, cells.thresholds)
    if moves:
        for table in (cells.table, cells.by_client):
            if table is not None:
                table[column] = table[column].replace(moves)
        for target in sorted(set(moves.values())):
            cells.merged.append(
                (factor, sorted(level for level, to in moves.items() if to == target), target)
            )


def merges(table: pd.DataFrame, column: str, thresholds: Thresholds) -> dict[str, str]:
    """Levels of a factor with too few deals to stand alone → the level that takes each in.

    Small is a level with few closed deals, or one in which few won or lost deals would be
    *expected*: a large level that won nothing is no small one, its very lack of won deals tells.
    Bins of touches join their neighbour. Other small levels are "other" together; when that is
    small too, they are counted with the largest level. "Not known" of a yes-or-no mark stays a
    class of its own.

    >>> counts = pd.DataFrame({"channel": ["Site", "Ads", "Fair"], "won": [200, 0, 3],
    ...     "closed": [700, 300, 9]})
    >>> merges(counts, "channel", Thresholds())
    {'Fair': 'Site'}
    """
    sums = table.groupby(column)[["won", "closed"]].sum()
    total = sums.sum()
    rarer = min(total["won"], total["closed"] - total["won"]) / max(1, total["closed"])

    def few(closed):
        return (closed < thresholds.level_min_closed) | (
            closed * rarer < thresholds.level_min_outcome
        )

    small = [
        level
        for level in sums.index[few(sums["closed"])]
        if not (column in MARKS and level == UNKNOWN)
    ]
    largest = str(sums.sort_values("closed", kind="stable").index[-1]) if len(sums) else ""
    if column == COLUMNS["touchpoints"]:
        return _into_neighbours(sums, small, bin_names(thresholds.touch_bins))
    together = sums.loc[small, "closed"].sum()
    target = largest if few(together) else OTHER
    return {level: target for level in small if level != target}


def _into_neighbours(sums: pd.DataFrame, small: list[str], order: list[str]) -> dict[str, str]:
    """Bins have an order: a small one joins the larger of its neighbours, so that opposite ends are
    never pooled.

    >>> counts = pd.DataFrame({"closed": [1, 2, 3, 90]}, index=["0", "1", "2", "3+"])
    >>> _into_neighbours(counts, ["0", "1", "2"], ["0", "1", "2", "3+"])
    {'0': '3+', '1': '3+', '2': '3+'}
    """
    kept = [level for level in order if level in sums.index]
    moves: dict[str, str] = {}
    for level in [one for one in small if one in kept]:
        place = kept.index(level)
        beside = [
            kept[p] for p in (place - 1, place + 1) if 0 <= p < len(kept) and kept[p] not in moves
        ]
        if beside:
            moves[level] = max(beside, key=lambda other: sums.loc[other, "closed"])
    for level in moves:  # a neighbour that itself moved on takes the bin along, however far
        while moves[level] in moves:
            moves[level] = moves[moves[level]]
    return moves


def drop(cells: "Cells", factor: str, reason: str, values: dict, column: str = "") -> None:
    """Leave a factor out and say why; one of several columns alone (the sources of a channel)
    leaves the others in.
    """
    cells.dropped[factor] = (reason, values)
    rest = [c for c in cells.factors.get(factor, []) if column and c != column]
    cells.factors.pop(factor, None)
    if rest:
        cells.factors[factor] = rest
