"""The stage funnel, the path of deals through it, time in stage and stuck deals."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Literal, TypeAlias, get_args

import narwhals as nw
import numpy as np
import pandas as pd

from salesnb.errors import ParamError
from salesnb.formats.periods import PeriodLike
from salesnb.measures.frames import (
    By,
    Frame,
    collect,
    count,
    days_between,
    flag,
    grouped,
    lazy,
    of_groups,
    require_columns,
    within,
)
from salesnb.measures.length import weighted_quantile
from salesnb.stats.intervals import wilson

Rule: TypeAlias = Literal[
    "reached", "strict", "visited"
]  # how a deal counts as having entered a stage
RULES: tuple[Rule, ...] = get_args(Rule)
EARLIEST = dt.datetime(1700, 1, 1)  # before every entry into a stage
FATES = [
    "entered",
    "reached_next",
    "lost",
    "open",
    "back",
]  # what is counted of the deals of a stage


def stage_funnel(
    deals: Frame,
    stages: Frame | None,
    stage_order: Sequence[str],
    rule: Rule = "reached",
    period: PeriodLike | None = None,
) -> pd.DataFrame:
    """How many deals entered each stage and what became of them.

    Parameters
    ----------
    deals : any frame that Narwhals takes: deal_id, status, stage
    stages : frame of deal_id, stage, entered_at, or None (then the current stage says how far a
        deal came)
    stage_order : list of str
        Stages from first to last.
    rule : {"reached", "strict", "visited"}
        reached: the furthest stage counts, and all before it; won implies all. strict: all stages
        before were visited. visited: the stage itself was visited.
    period : when the deals were created; None: all

    Returns
    -------
    DataFrame, one row per stage in order
        stage, entered (deals), reached_next (moved on to a later stage or won), conversion
        (reached_next / entered), low, high (Wilson), lost (lost from this stage), open (still
        there), back (left it for an earlier stage)

    Raises
    ------
    ParamError
        An unknown rule, or no stages.

    Examples
    --------
    >>> deals = pd.DataFrame({"deal_id": ["1", "2", "3"], "status": ["won", "lost", "open"],
    ...                       "stage": ["Offer", "New", "Offer"]})
    >>> stage_funnel(deals, None, ["New", "Offer"])[["stage", "entered", "reached_next", "lost",
    ...     "open", "back"]]
       stage  entered  reached_next  lost  open  back
    0    New        3             2     1     0     0
    1  Offer        2             1     0     1     0
    """
    if rule not in RULES:
        raise ParamError(
            f"unknown rule {rule!r} of the stage funnel; there are: {', '.join(RULES)}."
        )
    if not len(stage_order):
        raise ParamError(
            "the stage funnel needs `stage_order` in the params: the stages from first to last."
        )
    paths = deal_paths(deals, stages, list(stage_order), period)
    counted = sum(
        (_fates(row, rule, len(stage_order)) for row in paths.itertuples(index=False)),
        _nothing(stage_order),
    )
    table = pd.DataFrame(counted, columns=FATES).astype("int64")
    low, high = wilson(table["reached_next"].to_numpy(), table["entered"].to_numpy())
    rate = table["reached_next"] / table["entered"].where(table["entered"] > 0)
    table = table.assign(stage=list(stage_order), conversion=rate.astype(float), low=low, high=high)
    return table[
        ["stage", "entered", "reached_next", "conversion", "low", "high", "lost", "open", "back"]
    ]


def _nothing(stage_order) -> np.ndarray:
    return np.zeros((len(stage_order), 5), dtype=np.int64)


def deal_paths(
    deals: Frame, stages: Frame | None, stage_order: Sequence[str], period: PeriodLike | None = None
) -> pd.DataFrame:
    """How many deals share a path: visited (a bit per stage), last (the stage they stand at or left
    from), status, rows.

    Counted in the engine: a path is a number, so there are never more rows than kinds of paths.
    """
    table = count(_paths(deals, stages, list(stage_order), period), ["visited", "last", "status"])
    return table.astype(
        dict.fromkeys(("visited", "last"), "int64")
    )  # with missing values they may have become floats


def stage_members(
    deals: Frame,
    stages: Frame | None,
    stage_order: Sequence[str],
    rule: Rule = "reached",
    period: PeriodLike | None = None,
) -> pd.DataFrame:
    """The deals behind a stage funnel: deal_id, stage, and entered, reached_next, lost, open, back
    as yes or no.

    A row for each deal and stage that it entered; arguments as of `stage_funnel`.

    Examples
    --------
    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "status": ["won", "lost"], "stage": ["Offer",
    ...     "New"]})
    >>> stage_members(deals, None, ["New", "Offer"])[["deal_id", "stage", "reached_next",
    ...     "lost"]].values.tolist()
    [['1', 'New', True, False], ['1', 'Offer', True, False], ['2', 'New', False, True]]
    """
    order = list(stage_order)
    paths = collect(_paths(deals, stages, order, period)).fillna({"visited": 0, "last": -1})
    rows = [
        (path.deal_id, order[place], *map(bool, fates))
        for path in paths.assign(rows=1)
        .astype({"visited": "int64", "last": "int64"})
        .itertuples(index=False)
        for place, fates in enumerate(_fates(path, rule, len(order)))
        if fates[0]
    ]
    return pd.DataFrame(rows, columns=["deal_id", "stage", *FATES]).sort_values(
        "deal_id", kind="stable", ignore_index=True
    )


def _paths(deals, stages, order: list[str], period) -> nw.LazyFrame:
    """The path of each deal: deal_id, visited, last, status."""
    found = require_columns(deals, "deals", ["deal_id", "status", "stage"])
    if period is not None:
        found = found.filter(within("created_at", period))
    own = found.select("deal_id", "status", _here=place_of(nw.col("stage"), order))
    if stages is not None:
        history = require_columns(stages, "stages", ["deal_id", "stage", "entered_at"])
        if period is not None:
            history = history.join(own.select("deal_id"), on="deal_id", how="semi")
        own = own.join(_visits(history, order), on="deal_id", how="left")
    here = nw.col("_here")
    bits = [flag(here == place) for place in range(len(order))]
    last = here
    if stages is not None:
        bits = [
            nw.max_horizontal(bit, nw.col(f"_v{place}").fill_null(0))
            for place, bit in enumerate(bits)
        ]
        known = (here < 0) & ~nw.col("_last").is_null()
        last = nw.when(known).then(nw.col("_last")).otherwise(here)
    mask = sum((bit * 2**place for place, bit in enumerate(bits)), nw.lit(0))
    return own.select("deal_id", "status", visited=mask, last=last.cast(nw.Int64))


def _visits(history: nw.LazyFrame, order: list[str]) -> nw.LazyFrame:
    """What the history tells of each deal: `_v0`, `_v1` … (1 where it was in that stage), and
    `_last`, the place of the stage of the order that it entered last.
    """
    # the moment with the place as its last digit: the largest is the last
    since = nw.col("entered_at") - nw.lit(EARLIEST)
    digit = (len(order) + 1) * since.dt.total_microseconds() + nw.col("_place")
    placed = history.select("deal_id", "entered_at", _place=place_of(nw.col("stage"), order))
    placed = placed.filter(nw.col("_place") >= 0).with_columns(_latest=digit)
    bits = {f"_v{place}": flag(nw.col("_place") == place) for place in range(len(order))}
    visited = [nw.col(name).max() for name in bits]
    found = placed.with_columns(**bits).group_by("deal_id").agg(*visited, nw.col("_latest").max())
    return found.with_columns(_last=nw.col("_latest") % (len(order) + 1)).drop("_latest")


def place_of(stage: nw.Expr, order: Iterable[str]) -> nw.Expr:
    """Number of a stage in the order, from 0; -1 for a stage that is not in it."""
    place = nw.lit(-1)
    for number, name in enumerate(order):
        place = nw.when(stage == name).then(nw.lit(number)).otherwise(place)
    return place.cast(nw.Int64)


def off_order(place: nw.Expr, before: nw.Expr) -> tuple[nw.Expr, nw.Expr]:
    """Whether a step leaves a stage out, and whether it goes back; `before` is the place of the
    step before, null at first.
    """
    return (before.is_null() & (place > 0)) | (place > before + 1), place < before


def _fates(path, rule: str, stages: int) -> np.ndarray:
    """Entered, moved on, lost, open and back per stage for the deals of one path; every entry has
    exactly one fate.
    """
    result = np.zeros((stages, 5), dtype=np.int64)
    entered = _entered(path, rule, stages)
    last = (
        path.last
        if path.last >= 0
        else max((place for place in range(stages) if path.visited >> place & 1), default=-1)
    )
    furthest = max((place for place in range(stages) if entered[place]), default=-1)
    for place in range(stages):
        if not entered[place]:
            continue
        if path.status == "won" or (place < furthest and (rule == "reached" or place < last)):
            fate = 1
        elif place > last or place < last:
            fate = 4 if place > last else 1
        else:
            fate = 2 if path.status == "lost" else 3
        result[place, [0, fate]] = path.rows
    return result


def _entered(path, rule: str, stages: int) -> list[bool]:
    visited = [bool(path.visited >> place & 1) for place in range(stages)]
    if rule == "visited":
        return visited
    if rule == "strict":
        return [all(visited[: place + 1]) for place in range(stages)]
    furthest = (
        stages - 1
        if path.status == "won"
        else max((p for p in range(stages) if visited[p]), default=-1)
    )
    return [place <= furthest for place in range(stages)]


def stage_times(
    deals: Frame,
    stages: Frame,
    as_of: dt.date | str,
    stage_order: Sequence[str] = (),
    by: By | None = None,
) -> pd.DataFrame:
    """Days spent in each stage by the deals that left it: by…, stage, deals, median_days, p90_days.

    A deal leaves a stage when it enters another or is closed.

    Examples
    --------
    Two deals left New after 3 and 5 days; one left Call, 10 days later, when it was won, and the
    other still stands there.

    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "status": ["won", "open"],
    ...     "closed_at": pd.to_datetime(["2026-09-14", None])})
    >>> stages = pd.DataFrame({"deal_id": ["1", "1", "2", "2"], "stage": ["New", "Call"] * 2,
    ...     "entered_at": pd.to_datetime(["2026-09-01", "2026-09-04", "2026-09-01", "2026-09-06"])})
    >>> found = stage_times(deals, stages, "2026-09-30", ["New", "Call"])
    >>> found[["stage", "deals", "median_days"]].values.tolist()
    [['New', 2, 4.0], ['Call', 1, 10.0]]
    """
    deals, by = grouped(deals, by)
    stays = stage_stays(deals, stages, as_of).filter(~nw.col("open_stay"))
    table = count(stays, [*by, "stage", "days"])
    rows = []
    for name, group in table.groupby([*by, "stage"], sort=False, dropna=False):
        rows.append(
            dict(zip([*by, "stage"], name, strict=True))
            | {
                "deals": int(group["rows"].sum()),
                "median_days": weighted_quantile(group["days"], group["rows"], 0.5),
                "p90_days": weighted_quantile(group["days"], group["rows"], 0.9),
            }
        )
    found = of_groups(rows, [*by, "stage", "deals", "median_days", "p90_days"], table)
    return in_order(found, stage_order) if len(stage_order) else found


def in_order(table: pd.DataFrame, stage_order: Sequence[str]) -> pd.DataFrame:
    """Rows of the stages that are in the order, in that order."""
    place = {stage: number for number, stage in enumerate(stage_order)}
    known = table[table["stage"].isin(place)]
    return known.sort_values(
        "stage", key=lambda column: column.map(place), kind="stable"
    ).reset_index(drop=True)


def stage_stays(deals: Frame, stages: Frame, as_of: dt.date | str) -> nw.LazyFrame:
    """One row per stay of a deal in a stage: every column of deals, stage, entered_at, days,
    open_stay.
    """
    own = lazy(deals).drop("stage", "left_at", strict=False)
    stays = _entries(stages).join(own, on="deal_id", how="inner")
    end = (
        nw.when(~nw.col("left_at").is_null()).then(nw.col("left_at")).otherwise(nw.col("closed_at"))
    )
    stays = stays.with_columns(left_at=end)
    still = nw.col("left_at").is_null()
    day = nw.lit(pd.Timestamp(as_of).to_pydatetime())
    stays = stays.with_columns(
        open_stay=still, _end=nw.when(still).then(day).otherwise(nw.col("left_at"))
    )
    return stays.with_columns(days=days_between("entered_at", "_end").cast(nw.Int64)).filter(
        nw.col("days") >= 0
    )


def _entries(stages: Frame) -> nw.LazyFrame:
    """Every entry of a deal into a stage once: deal_id, stage, entered_at, left_at (when the deal
    entered a stage next, null: it has not). The tables of a Book hold it so.
    """
    entry = ["deal_id", "stage", "entered_at"]
    history = require_columns(stages, "stages", entry)
    if "left_at" in history.collect_schema().names():
        return history.select(*entry, "left_at")
    times = history.select("deal_id", "entered_at").unique(["deal_id", "entered_at"])
    after = nw.col("entered_at").shift(-1).over("deal_id", order_by="entered_at")
    nexts = times.with_columns(left_at=after)
    return history.select(*entry).unique(entry).join(nexts, on=entry[::2], how="left")


def fates_balance(funnel: pd.DataFrame) -> bool:
    """Whether moved on + lost + went back + still there = entered in every stage.

    >>> fates_balance(pd.DataFrame({"entered": [2], "reached_next": [1], "lost": [1], "back": [0],
    ...     "open": [0]}))
    True
    """
    return bool(
        (funnel[["reached_next", "lost", "back", "open"]].sum(axis=1) == funnel["entered"]).all()
    )


def won_on_creation_day(deals: Frame, period: PeriodLike | None = None) -> dict:
    """Deals won on the day they were created: {"won", "same_day", "share"}.

    Examples
    --------
    Nine hours within a day are the same day; two hours over midnight are not.

    >>> deals = pd.DataFrame({"status": ["won", "won"],
    ...     "created_at": pd.to_datetime(["2026-09-01 09:00", "2026-09-01 23:00"]),
    ...     "closed_at": pd.to_datetime(["2026-09-01 18:00", "2026-09-02 01:00"])})
    >>> won_on_creation_day(deals)
    {'won': 2, 'same_day': 1, 'share': 0.5}
    """
    found = require_columns(deals, "deals", ["status", "created_at", "closed_at"]).filter(
        nw.col("status") == "won"
    )
    found = found if period is None else found.filter(within("closed_at", period))
    found = found.with_columns(_days=days_between("created_at", "closed_at"))
    table = count(found, [], same_day=flag(nw.col("_days") == 0)).iloc[0]
    won, same = int(table["rows"]), int(table["same_day"])
    return {"won": won, "same_day": same, "share": same / won if won else float("nan")}
