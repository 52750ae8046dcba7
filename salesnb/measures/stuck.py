"""Open deals that stand longer than won deals did: in their stage, or since their creation where
stages are not known.
"""

import datetime as dt
from collections.abc import Sequence

import narwhals as nw
import pandas as pd

from salesnb.measures.frames import Frame, collect, count, days_between, require_columns
from salesnb.measures.length import weighted_quantile
from salesnb.measures.sensitivity import old_open_age
from salesnb.measures.stages import stage_stays
from salesnb.params import Thresholds

DEFAULTS = Thresholds()
COLUMNS = ["deal_id", "title", "manager", "stage", "amount", "days", "usual_days"]


def stuck_deals(
    deals: Frame,
    stages: Frame,
    as_of: dt.date | str,
    stage_order: Sequence[str] = (),
    quantile: float = DEFAULTS.stuck_quantile,
    least: int = DEFAULTS.min_verdict,
) -> pd.DataFrame:
    """Open deals that stand in their stage longer than the `quantile` of won deals stood there,
    largest amount first.

    A deal that was closed and is open again stands at its closing stage since it came there; where
    a stage has no measure of its own, the longest of the others is taken.

    Parameters
    ----------
    deals, stages : any frames that Narwhals takes: deal_id, status, manager; deal_id, stage,
        entered_at
    as_of : day on which the deals stand
    stage_order : stages that have a measure; empty: all
    least : won deals that must have left a stage for it to have a measure

    Returns
    -------
    DataFrame: deal_id, title, manager, stage, amount, days (in the stage), usual_days (the quantile
    of won deals). ``.attrs["by"]`` is "stage", or "" where no stage has a measure;
    ``.attrs["other"]`` the stages in the list that have none.

    Examples
    --------
    Ten won deals stood 5 days in Offer. Of the open ones deal 10 has stood there for 20 days, and
    deal 11 for 3.

    >>> entered = pd.to_datetime(["2026-09-01"] * 10 + ["2026-09-10", "2026-09-27"])
    >>> ids = [str(n) for n in range(12)]
    >>> deals = pd.DataFrame({"deal_id": ids, "status": ["won"] * 10 + ["open"] * 2,
    ...     "manager": "Ann", "closed_at": pd.to_datetime(["2026-09-06"] * 10 + [None] * 2)})
    >>> stages = pd.DataFrame({"deal_id": ids, "stage": "Offer", "entered_at": entered})
    >>> found = stuck_deals(deals, stages, "2026-09-30")
    >>> found[["deal_id", "stage", "days", "usual_days"]].values.tolist()
    [['10', 'Offer', 20, 5.0]]
    """
    stays = stage_stays(deals, stages, as_of)
    won = count(stays.filter((nw.col("status") == "won") & ~nw.col("open_stay")), ["stage", "days"])
    if len(stage_order):
        won = won[won["stage"].isin(list(stage_order))]
    by_stage = [
        (stage, part)
        for stage, part in won.groupby("stage", sort=True)
        if part["rows"].sum() >= least
    ]
    usual = {
        stage: weighted_quantile(part["days"], part["rows"], quantile) for stage, part in by_stage
    }
    if not usual:
        return nothing_listed("")
    limit = nw.lit(float(max(usual.values())))
    for stage, days in usual.items():
        limit = nw.when(nw.col("stage") == stage).then(nw.lit(float(days))).otherwise(limit)
    waiting = stays.filter(nw.col("open_stay") & (nw.col("status") == "open"))
    table = _listed(waiting.with_columns(usual_days=limit), "stage")
    table.attrs["other"] = sorted(set(table["stage"].dropna()) - set(usual))
    return table


def old_deals(
    deals: Frame,
    as_of: dt.date | str,
    quantile: float = DEFAULTS.stuck_quantile,
    least: int = DEFAULTS.min_verdict,
) -> pd.DataFrame:
    """Open deals older than the `quantile` of won deals were at their closing: the stand-in without
    a history of stages.

    Returns
    -------
    DataFrame as of `stuck_deals`, days since creation. ``.attrs["by"]`` is "age", or "" with fewer
    than `least` won deals.

    Examples
    --------
    >>> created = pd.to_datetime(["2026-08-01"] * 10 + ["2026-08-25", "2026-09-20"])
    >>> deals = pd.DataFrame({"deal_id": [str(n) for n in range(12)],
    ...     "status": ["won"] * 10 + ["open"] * 2, "manager": "Ann",
    ...     "created_at": created, "closed_at": [*(created[:10] + pd.Timedelta(days=20)), pd.NaT,
    ...         pd.NaT]})
    >>> old_deals(deals, "2026-09-30")[["deal_id", "days", "usual_days"]].values.tolist()
    [['10', 36, 20.0]]
    """
    found = require_columns(
        deals, "deals", ["deal_id", "status", "manager", "created_at", "closed_at"]
    )
    won = count(found.filter((nw.col("status") == "won") & ~nw.col("closed_at").is_null()), [])[
        "rows"
    ].iloc[0]
    if won < least:
        return nothing_listed("")
    open_ = found.filter((nw.col("status") == "open") & ~nw.col("created_at").is_null())
    aged = open_.with_columns(_as_of=nw.lit(pd.Timestamp(as_of).to_pydatetime()))
    aged = aged.with_columns(days=days_between("created_at", "_as_of").cast(nw.Int64))
    return _listed(
        aged.with_columns(usual_days=nw.lit(float(old_open_age(found, quantile)))), "age"
    )


def _listed(waiting, by: str) -> pd.DataFrame:
    """The late ones among open deals with days and usual_days, largest amount first."""
    there = waiting.collect_schema().names()
    late = waiting.filter(nw.col("days") > nw.col("usual_days"))
    table = collect(late.select(*(c for c in COLUMNS if c in there))).reindex(columns=COLUMNS)
    table = table.assign(amount=table["amount"].astype(float))
    order = ["amount", "days", "deal_id"]
    table = table.sort_values(
        order, ascending=[False, False, True], na_position="last", kind="stable"
    )
    table = table.reset_index(drop=True)
    table.attrs["by"] = by
    return table


def nothing_listed(by: str) -> pd.DataFrame:
    """A list without deals, and why: ``.attrs["by"]``."""
    table = pd.DataFrame(columns=COLUMNS)
    table.attrs["by"] = by
    return table


def stuck_by_person(stuck: pd.DataFrame) -> pd.DataFrame:
    """Stuck deals per sales rep, most money first: manager, deals, amount.

    >>> stuck_by_person(pd.DataFrame({"manager": ["Ann", "Bo", "Ann"], "amount": [5.0, 9.0,
    ...     None]})).values.tolist()
    [['Bo', 1, 9.0], ['Ann', 2, 5.0]]
    """
    table = stuck.groupby("manager", as_index=False).agg(
        deals=("manager", "size"), amount=("amount", "sum")
    )
    order = ["amount", "deals", "manager"]
    return table.sort_values(order, ascending=[False, False, True], kind="stable").reset_index(
        drop=True
    )
