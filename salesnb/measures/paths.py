"""The paths of deals through the funnel, step by step as they were walked."""

from collections.abc import Sequence

import narwhals as nw
import pandas as pd

from salesnb.measures.frames import Frame, closed, count, flag, lazy, require_columns
from salesnb.measures.stages import off_order, place_of

# steps of a path that are spelled out at least; a walk straight through the whole funnel always is
LONGEST = 8
MORE = "…"  # ends a path that has more steps than are spelled out
ARROW = " → "
COLUMNS = ["path", "skipped", "back", "won", "lost", "deals"]


def steps(deals: Frame, stages: Frame, stage_order: Sequence[str]) -> nw.LazyFrame:
    """Steps of deals through the stages of the order, one row each.

    Parameters
    ----------
    deals : frame of deal_id;  stages : frame of deal_id, stage, entered_at;  stage_order : stages
        from first to last

    Returns
    -------
    lazy frame: deal_id, _n (0, 1, …), _place, _before (the place of the step before; null at first)

    Examples
    --------
    >>> deals = pd.DataFrame({"deal_id": ["1"]})
    >>> history = pd.DataFrame({"deal_id": "1", "stage": ["New", "New", "Offer"],
    ...     "entered_at": pd.to_datetime(["2026-09-01", "2026-09-02", "2026-09-03"])})
    >>> found = steps(deals, history, ["New", "Offer"])
    >>> found.collect().to_native().sort_values("_n")[["_n", "_place"]].astype(int).values.tolist()
    [[0, 0], [1, 1]]
    """
    history = require_columns(stages, "stages", ["deal_id", "stage", "entered_at"])
    history = history.join(lazy(deals).select("deal_id"), on="deal_id", how="inner")
    place = place_of(nw.col("stage"), stage_order)
    placed = history.select("deal_id", "entered_at", _place=place, _one=nw.lit(1)).filter(
        nw.col("_place") >= 0
    )
    order = {"order_by": ["entered_at", "_place"]}
    placed = placed.with_columns(_before=nw.col("_place").shift(1).over("deal_id", **order))
    moved = placed.filter(nw.col("_before").is_null() | (nw.col("_before") != nw.col("_place")))
    return moved.with_columns(
        _n=nw.col("_one").cum_sum().over("deal_id", **order).cast(nw.Int64) - 1
    )


def walks(
    deals: Frame, stages: Frame, stage_order: Sequence[str]
) -> tuple[nw.LazyFrame, list[str]]:
    """Closed deals with the way that each walked, one row each, and the columns that tell two ways
    apart.
    """
    spelled = range(_spelled(stage_order))
    at = nw.col("_place")
    skipped, back = off_order(at, nw.col("_before"))
    ended = closed(lazy(deals))
    walked = steps(ended, stages, stage_order).with_columns(
        skipped=flag(skipped),
        back=flag(back),
        more=flag(nw.col("_n") >= len(spelled)),
        **{f"p{n}": nw.when(nw.col("_n") == n).then(at).otherwise(nw.lit(-1)) for n in spelled},
    )
    columns = ["skipped", "back", "more", *(f"p{n}" for n in spelled)]
    walked = walked.group_by("deal_id").agg(*(nw.col(c).max() for c in columns))
    return ended.select("deal_id", "manager", "status").join(
        walked, on="deal_id", how="inner"
    ), columns


def paths(deals: Frame, stages: Frame, stage_order: Sequence[str]) -> pd.DataFrame:
    """The paths of closed deals, step by step as they were walked.

    Parameters
    ----------
    deals : frame of deal_id, manager, status;  stages, stage_order : as in `steps`

    Returns
    -------
    DataFrame, most deals first: path (stages in the order of time; longer than the funnel and than
    8 steps: ends in "…"), skipped, back (whether a stage was left out, or entered again from a
    later one), won, lost, deals

    Examples
    --------
    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": "Ann", "status": ["won", "lost"]})
    >>> history = pd.DataFrame({"deal_id": ["1", "1", "1", "2"], "stage": ["New", "Offer", "New",
    ...     "Offer"],
    ...     "entered_at": pd.to_datetime(["2026-09-01", "2026-09-02", "2026-09-03", "2026-09-01"])})
    >>> paths(deals, history, ["New", "Offer"])
                    path  skipped   back  won  lost  deals
    0  New → Offer → New    False   True    1     0      1
    1              Offer     True  False    0     1      1
    """
    both, columns = walks(deals, stages, stage_order)
    table = count(
        both, columns, won=flag(nw.col("status") == "won"), lost=flag(nw.col("status") == "lost")
    )
    table = spelled_out(table.rename(columns={"rows": "deals"}), stage_order)
    # two ways that differ only in the steps behind "…" are one row
    table = table.groupby(COLUMNS[:3], as_index=False)[COLUMNS[3:]].sum()
    return table.sort_values(["deals", "path"], ascending=[False, True], kind="stable").reset_index(
        drop=True
    )


def spelled_out(table: pd.DataFrame, stage_order: Sequence[str]) -> pd.DataFrame:
    """A collected table of `walks` with path in words, and skipped and back as yes or no."""
    most = _spelled(stage_order)
    path = [_path(row, most, list(stage_order)) for row in table.to_dict("records")]
    return table.assign(path=path, skipped=table["skipped"] == 1, back=table["back"] == 1)


def _spelled(stage_order) -> int:
    return max(LONGEST, len(stage_order))


def _path(row: dict, most: int, order: list[str]) -> str:
    stages = [order[int(row[f"p{n}"])] for n in range(most) if row[f"p{n}"] >= 0]
    return ARROW.join([*stages, MORE] if row["more"] else stages)
