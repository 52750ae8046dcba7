"""Two sets of deals at the same mix of leads: what their mix and what their rates account for."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from salesnb.formats.periods import PeriodLike
from salesnb.measures.frames import BookLike, collect
from salesnb.measures.told import coarse
from salesnb.model.cells import Cells
from salesnb.model.features import COLUMNS, features, landmark_of
from salesnb.model.fitting import fitted
from salesnb.model.levels import usable
from salesnb.params import Thresholds
from salesnb.schema import UNKNOWN
from salesnb.stats import kitagawa
from salesnb.stats.same_mix import SameMix, same_mix

# share of the deals that lie in levels of both sides, below which a factor is the side by another
# name
LEAST_SHARED = 0.1
SidesRefusal: TypeAlias = Literal["coarse", "leak", "few on a side", "few deals", "no factors", ""]


@dataclass(frozen=True)
class Sides:
    """Two sides of deals that were open on the landmark day.

    Attributes
    ----------
    same : SameMix, first side less second; None where `refused`
    factors : factor, mix, rate: what each factor held equal accounts for alone (Kitagawa); the sum
        of a row is the difference of the two rates
    held : factors that are held equal;  left_out : factor → why not: "side" (hardly a deal of one
        side has a level of the other), "few deals", or a code of `Cells.dropped`
    refused : why the mixes cannot be held equal; "" where they are
    won, closed : deals of the two sides;  need : won and lost deals that it takes
    landmark : days after creation
    """

    same: SameMix | None
    factors: pd.DataFrame
    held: list[str]
    left_out: dict[str, str]
    refused: SidesRefusal
    won: tuple[int, int] = (0, 0)
    closed: tuple[int, int] = (0, 0)
    need: int = 0
    landmark: int = 0


def sides_at_same_leads(
    book: BookLike, first: set[str], second: set[str], period: PeriodLike, by: tuple[str, ...] = ()
) -> Sides:
    """Two sets of closed deals at the same mix of their leads.

    Parameters
    ----------
    book : Book, whose department holds both
    first, second : deal ids, none in both
    period : when they were closed
    by : columns by which the sides are told apart: these are not held equal

    Returns
    -------
    Sides; people are not held equal, nor is their qualification

    Examples
    --------
    Five deals of each source are too few.

    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": [str(n) for n in range(10)], "manager": "Ann",
    ...     "status": ["won", "lost"] * 5, "created_at": pd.Timestamp("2026-08-01"),
    ...     "closed_at": pd.Timestamp("2026-09-09")})
    >>> ids = deals["deal_id"].tolist()
    >>> sides_at_same_leads(book(deals), set(ids[:5]), set(ids[5:]), "2026-09").refused
    'few on a side'
    """
    days = landmark_of(book)
    empty = Sides(None, pd.DataFrame(columns=["factor", "mix", "rate"]), [], {}, "", landmark=days)
    if coarse(book, "touches", "stages"):
        return _refused(empty, "coarse")
    if fitted(book.department).suspect:  # to hold such factors equal would hold the outcome equal
        return _refused(empty, "leak")
    columns = _columns(book, by)
    table = _deals(book, first, second, period, list(columns.values()))
    won, closed = (
        tuple(int(table.loc[table["first"] == side, name].sum()) for side in (True, False))
        for name in ("won", "closed")
    )
    counted = {"won": won, "closed": closed}
    least = book.thresholds.level_min_outcome
    if min(*won, *(n - w for n, w in zip(closed, won, strict=True))) < least:
        return _refused(empty, "few on a side", need=least, **counted)
    return _held(empty, table, columns, book.thresholds, counted)


def _refused(empty: Sides, code: SidesRefusal, **more) -> Sides:
    return Sides(**(vars(empty) | {"refused": code} | more))


def _columns(book: BookLike, by: tuple[str, ...]) -> dict[str, str]:
    """Factor → its column; within one channel it is the source that tells leads apart."""
    columns = {f: c for f, c in COLUMNS.items() if f != "qualification"}
    if book.channel is not None:
        columns["channels"] = "source"
    return {f: c for f, c in columns.items() if c not in by}


def _deals(book, first, second, period, columns: list[str]) -> pd.DataFrame:
    """One row per deal of either side, by deal: its levels as text, whether it is of the first."""
    found = features(book.department, landmark_of(book), period)
    table = collect(found.select("deal_id", "client_id", "status", *columns))
    table = table[table["deal_id"].isin(first | second)].sort_values("deal_id", ignore_index=True)
    for column in columns:
        table[column] = [UNKNOWN if pd.isna(value) else str(value) for value in table[column]]
    won = (table["status"] == "won").astype("int64")
    return table.assign(first=table["deal_id"].isin(first), won=won, closed=1)


def _held(
    empty: Sides, table: pd.DataFrame, columns: dict[str, str], thresholds: Thresholds, counted
) -> Sides:
    """The mixes held equal by as many factors, in the order of the five, as the deals allow."""
    cells = usable(Cells(table, {f: [c] for f, c in columns.items()}, table.head(0), "", [],
        thresholds=thresholds))  # fmt: skip
    left_out = {factor: reason for factor, (reason, _) in cells.dropped.items()}
    fewer = int(min(table["won"].sum(), len(table) - table["won"].sum()))
    parts: list[pd.DataFrame] = []
    held: list[str] = []
    parameters, needs = 2, [0]
    for factor in cells.factors:
        levels = _levels(cells.table, columns[factor])
        need = thresholds.deals_per_parameter * (parameters + levels.shape[1])
        if _shared(cells.table, columns[factor]) < LEAST_SHARED:
            left_out[factor] = "side"
        elif fewer < need:
            left_out[factor], needs = "few deals", [*needs, need]
        else:
            held, parts = [*held, factor], [*parts, levels]
            parameters += levels.shape[1]
    if not held:
        code: SidesRefusal = "few deals" if "few deals" in left_out.values() else "no factors"
        return _refused(empty, code, left_out=left_out, need=min(needs[1:] or needs), **counted)
    x = np.column_stack(parts)
    client = _clients(table)
    same = same_mix(x, table["first"], table["won"], client)
    factors = pd.DataFrame([_alone(cells.table, f, columns[f]) for f in held])
    more = {"held": held, "left_out": left_out}
    return Sides(**(vars(empty) | {"same": same, "factors": factors} | more | counted))


def _levels(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """1 in the rows of each level but the largest."""
    counts = table.groupby(column)["closed"].sum().sort_index(ascending=False)
    largest = counts.sort_values(kind="stable").index[-1]
    return pd.DataFrame(
        {level: table[column] == level for level in sorted(set(counts.index) - {largest})}
    ).astype(float)


def _shared(table: pd.DataFrame, column: str) -> float:
    """How far the shares of the levels on the two sides overlap, 0..1."""
    shares = pd.crosstab(table[column], table["first"], normalize="columns")
    return float(shares.min(axis=1).sum())


def _clients(table: pd.DataFrame) -> np.ndarray:
    """Deals of one client under one number; a deal without a client by itself."""
    own = table["client_id"].where(table["client_id"].notna(), "deal " + table["deal_id"])
    return pd.factorize(own.astype(str), sort=True)[0]


def _alone(table: pd.DataFrame, factor: str, column: str) -> dict:
    sums = table.groupby(["first", column])[["won", "closed"]].sum().unstack("first", fill_value=0)
    closed = {side: sums["closed"][side].to_numpy(float) for side in (True, False)}
    rate = {side: sums["won"][side] / np.maximum(closed[side], 1) for side in (True, False)}
    split = kitagawa(closed[False], rate[False], closed[True], rate[True])
    return {"factor": factor, "mix": split.mix_total, "rate": split.rate_total}
