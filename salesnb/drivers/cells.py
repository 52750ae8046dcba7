"""Counts on which everything stands: manager × month × factor levels, grouped by the engine."""

from dataclasses import dataclass, field

import narwhals as nw
import numpy as np
import pandas as pd
from scipy.stats import chi2_contingency

from salesnb.errors import lacking
from salesnb.features import COLUMNS, FACTORS, features, quick_counts, refuse_late
from salesnb.measures.frames import collect, lazy, need
from salesnb.params import Thresholds
from salesnb.schema import UNKNOWN
from salesnb.stats import benjamini_hochberg

OTHER = "other"
ELSEWHERE = "–"  # source of the deals of other channels: on a channel's page only its own sources are told apart
ONE_PERIOD = "all"  # the month of a frame that has none
MISSING_P = 0.05  # false-discovery rate of "missing differs between won and lost"


@dataclass
class Cells:
    """Counts and what stands behind them.

    Attributes
    ----------
    table : DataFrame, one row per manager, month, own (whether the row belongs to the page's channel) and factor levels:
        manager, month, own, one column per categorical factor, won, closed
    factors : factor → its columns in `table`
    scores : manager → number of the qualification factor (empty without one)
    quick : manager, month, own, won, closed (all closed deals), quick_won, quick_closed
    month : report month; `months` : all, in order
    dropped : factor → reason code and values
    merged : (factor, small levels, the level that they are counted in)
    """

    table: pd.DataFrame
    factors: dict[str, list[str]]
    scores: dict[str, float]
    quick: pd.DataFrame
    month: str
    months: list[str]
    dropped: dict[str, tuple[str, dict]] = field(default_factory=dict)
    merged: list[tuple[str, list[str], str]] = field(default_factory=list)
    thresholds: Thresholds = field(default_factory=Thresholds)
    has_months: bool = True
    in_window: bool = True  # a Book's: the month is part of a longer window; a frame is one period
    one_channel: bool = False
    window: int | None = None  # months of the trailing window; None for a frame
    planned: int = 1  # parameters that all levels would take, before small ones are merged


def make(x, factors=None) -> Cells:
    """Cells of a Book or of a frame."""
    return of_book(x) if hasattr(x, "closer_deals") else of_frame(x, factors)


def of_book(book) -> Cells:
    """Cells of the whole department of a Book; `own` marks the deals of its channel."""
    whole = book.department
    found = features(whole)
    days = found.landmark_days
    frame = found.with_columns(channel=nw.col("channel"))
    columns = [c for f, c in COLUMNS.items() if f != "qualification"]
    extra = []
    if book.channel is not None:
        own_source = (
            nw.when(nw.col("channel") == book.channel)
            .then(nw.col("source").fill_null(UNKNOWN))
            .otherwise(nw.lit(ELSEWHERE))
        )
        frame = frame.with_columns(own_source=own_source)
        extra = ["own_source"]
    table = _count(frame, ["manager", "month", "channel", *[c for c in columns if c != "channel"], *extra])
    scores = _mean_scores(found)
    quick = quick_counts(whole, days)
    own = book.channel
    table["own"] = True if own is None else table["channel"] == own
    quick["own"] = True if own is None else quick["channel"] == own
    spec = {f: [c] for f, c in COLUMNS.items() if f != "qualification"}
    if extra:
        spec["channels"] = ["channel", "own_source"]
    cells = Cells(
        table, spec, scores, quick, book.month, sorted(table["month"].unique()), thresholds=book.thresholds,
        one_channel=book.channel is not None, window=book.params.window_months,
    )  # fmt: skip
    return _usable(cells)


def of_frame(x, factors=None) -> Cells:
    """Cells of any frame with manager, status and the columns that `factors` names."""
    frame = lazy(x)
    has = frame.collect_schema().names()
    spec = factors if factors is not None else {f: [c] for f, c in COLUMNS.items() if c in has}
    columns = [c for names in spec.values() for c in names]
    refuse_late(columns)
    frame = need(x, "the frame", ["manager", "status", *columns])
    unknown = set(spec) - set(FACTORS)
    if unknown:
        raise lacking("the factors", sorted(unknown), FACTORS)
    has_months = "month" in has
    if not has_months:
        frame = frame.with_columns(month=nw.lit(ONE_PERIOD))
    frame = frame.filter(nw.col("status").is_in(["won", "lost"])).with_columns(month=nw.col("month").cast(nw.String))
    flat = {f: names for f, names in spec.items() if f != "qualification"}
    text = [nw.col(c).cast(nw.String).fill_null("unknown") for names in flat.values() for c in names]
    groups = ["manager", "month", *[c for names in flat.values() for c in names]]
    table = _count(frame.with_columns(*text), groups)
    table["own"] = True
    scores = (
        _mean_scores(frame.with_columns(checklist=nw.col(spec["qualification"][0]).cast(nw.Float64)))
        if "qualification" in spec
        else {}
    )
    sums = table.groupby(["manager", "month", "own"], as_index=False)[["won", "closed"]].sum()
    quick = sums.assign(quick_won=0, quick_closed=0)
    months = sorted(table["month"].unique())
    return _usable(
        Cells(
            table,
            flat,
            scores,
            quick,
            months[-1] if months else ONE_PERIOD,
            months,
            thresholds=Thresholds(),
            has_months=has_months,
            in_window=False,
        )  # fmt: skip
    )


def _count(frame, groups) -> pd.DataFrame:
    won = nw.when(nw.col("status") == "won").then(nw.lit(1)).otherwise(nw.lit(0)).cast(nw.Int64)
    counted = (
        frame.with_columns(_won=won)
        .select(*groups, "_won")
        .group_by(*groups)
        .agg(won=nw.col("_won").sum(), closed=nw.len())
    )
    table = collect(counted)
    for column in groups:
        table[column] = [UNKNOWN if v is None or v != v else str(v) for v in table[column]]
    table = table.groupby(groups, as_index=False, sort=True)[["won", "closed"]].sum()
    return table.astype({"won": "int64", "closed": "int64"})


def _mean_scores(frame) -> dict[str, float]:
    """Mean score of each manager over the deals, exact in hundredths."""
    hundredths = (nw.col("checklist") * 100).round(0).cast(nw.Int64)
    known = frame.filter(~nw.col("checklist").is_null()).with_columns(_h=hundredths)
    table = collect(known.group_by("manager").agg(n=nw.len(), total=nw.col("_h").sum()))
    return {str(r.manager): float(r.total) / float(r.n) / 100 for r in table.sort_values("manager").itertuples()}


def _usable(cells: Cells) -> Cells:
    """Factors that the data carry: those missing too often, missing differently for won and lost, or without a second level
    are dropped and named."""
    _without_missing(cells)
    cells.planned = 1 + sum(cells.table[c].nunique() - 1 for names in cells.factors.values() for c in names)
    for factor in list(cells.factors):
        for column in cells.factors[factor]:
            _merge(cells, factor, column)
        cells.factors[factor] = [c for c in cells.factors[factor] if cells.table[c].nunique() > 1]
        if not cells.factors[factor]:
            _drop(cells, factor, "one level", {})
    return cells


def _without_missing(cells: Cells) -> None:
    """Drop columns that are blank too often, or blank more often on one side of won and lost."""
    found = {
        (factor, column): cells.table[column] != UNKNOWN for factor, names in cells.factors.items() for column in names
    }
    if cells.scores:
        found["qualification", ""] = cells.table["manager"].isin(cells.scores)
    p_values = {}
    for (factor, column), known in found.items():
        asked = cells.table[cells.table[column] != ELSEWHERE] if column else cells.table
        missing = float(asked.loc[~known[asked.index], "closed"].sum() / max(1, asked["closed"].sum()))
        if not known.any():
            _drop(cells, factor, "no data", {}, column)
        elif missing > cells.thresholds.factor_missing:
            _drop(cells, factor, "missing", {"share": missing, "most": cells.thresholds.factor_missing}, column)
        elif missing and column:  # a score is missing for a person, not for a deal
            p_values[factor, column] = _missing_p(asked, known[asked.index])
    adjusted = benjamini_hochberg(np.array(list(p_values.values()))) if p_values else []
    for (factor, column), p in zip(p_values, adjusted, strict=True):
        if p < MISSING_P:
            _drop(cells, factor, "missing differs", {"p": float(p)}, column)


def _merge(cells: Cells, factor: str, column: str) -> None:
    """Small levels join "other" or the largest level, and are remembered by name."""
    told_apart = cells.table[cells.table[column] != ELSEWHERE]
    small, target = small_levels(told_apart, column, cells.thresholds)
    moved = [level for level in small if level != target]
    if moved:
        cells.table[column] = cells.table[column].where(~cells.table[column].isin(moved), target)
        cells.merged.append((factor, moved, target))


def _drop(cells: Cells, factor: str, reason: str, values: dict, column: str = "") -> None:
    """Leave a factor out and say why; one of several columns alone (the sources of a channel) leaves the others in."""
    cells.dropped[factor] = (reason, values)
    rest = [c for c in cells.factors.get(factor, []) if column and c != column]
    cells.factors.pop(factor, None)
    if rest:
        cells.factors[factor] = rest
    if factor == "qualification":
        cells.scores = {}


def _missing_p(table: pd.DataFrame, known) -> float:
    """Chance of such a difference in missingness between won and lost, were there none."""
    won, lost = table["won"], table["closed"] - table["won"]
    square = np.array([[won[known].sum(), won[~known].sum()], [lost[known].sum(), lost[~known].sum()]], float)
    if (square.sum(axis=0) == 0).any() or (square.sum(axis=1) == 0).any():
        return 1.0
    return float(chi2_contingency(square, correction=True).pvalue)


def small_levels(table: pd.DataFrame, column: str, thresholds: Thresholds) -> tuple[list[str], str]:
    """Levels of a factor with too few deals to stand alone, and the level that takes them in.

    Small is a level with few closed deals, or one in which few won or lost deals would be *expected*: a large level that
    won nothing is no small one, its very lack of won deals tells. Together they are "other"; when that is small too, they
    are counted with the largest level. Either is said on the page.

    >>> counts = pd.DataFrame({"channel": ["Site", "Ads", "Fair"], "won": [200, 0, 3], "closed": [700, 300, 9]})
    >>> small_levels(counts, "channel", Thresholds())
    (['Fair'], 'Site')
    """
    sums = table.groupby(column)[["won", "closed"]].sum()
    total = sums.sum()
    rarer = min(total["won"], total["closed"] - total["won"]) / max(1, total["closed"])

    def few(closed):
        return (closed < thresholds.level_min_closed) | (closed * rarer < thresholds.level_min_outcome)

    small = few(sums["closed"])
    if not small.any():
        return [], ""
    together = sums.loc[small, "closed"].sum()
    largest = sums.sort_values("closed", kind="stable").index[-1]
    return sums.index[small].tolist(), str(largest) if few(together) else OTHER
