"""The paths of won and lost deals through the funnel, step by step as they were walked."""

import narwhals as nw
import pandas as pd

from salesnb.measures.frames import closed, count, flag
from salesnb.measures.stages import off_order, place_of
from salesnb.measures.told import grain_of

LONGEST = 8  # steps of a path that are spelled out at least; a walk straight through the whole funnel always is
MORE = "…"  # ends a path that has more steps than are spelled out
ARROW = " → "


def steps(book, deals):
    """Steps of deals through the stages of the order, one row each: deal_id, _n (0, 1, …), _place, _before (of the step before).

    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open", "created_at": "2026-09-01"})
    >>> history = pd.DataFrame({"deal_id": "1", "stage": ["New", "New", "Offer"], "entered_at": ["2026-09-01", "2026-09-02", "2026-09-03"]})
    >>> found = book(deals, history, month="2026-09", as_of="2026-09-30", stage_order=["New", "Offer"])
    >>> steps(found, found.closer_deals).collect("pandas").to_native().sort_values("_n")[["_n", "_place"]].astype(int).values.tolist()
    [[0, 0], [1, 1]]
    """
    place = place_of(nw.col("stage"), book.stage_order)
    history = book.stages.join(deals.select("deal_id"), on="deal_id", how="inner")
    placed = history.select("deal_id", "entered_at", _place=place, _one=nw.lit(1)).filter(nw.col("_place") >= 0)
    order = {"order_by": ["entered_at", "_place"]}
    placed = placed.with_columns(_before=nw.col("_place").shift(1).over("deal_id", **order))
    moved = placed.filter(nw.col("_before").is_null() | (nw.col("_before") != nw.col("_place")))
    return moved.with_columns(_n=nw.col("_one").cum_sum().over("deal_id", **order).cast(nw.Int64) - 1)


def paths(book, limit=10) -> pd.DataFrame:
    """The most frequent paths of the deals closed in the window, step by step as they were walked.

    Returns
    -------
    DataFrame, most deals first: path (stages in the order of time; longer than the funnel and than 8 steps: ends in "…"), skipped,
    back (whether a stage was left out, or entered again from a later one), won, lost, deals. No rows without a history, or
    with one dated by week or month: in which order the stages of a month were entered is then not known.

    Examples
    --------
    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": "Ann", "status": ["won", "lost"], "created_at": "2026-09-01", "closed_at": "2026-09-20"})
    >>> history = pd.DataFrame({"deal_id": ["1", "1", "1", "2"], "stage": ["New", "Offer", "New", "Offer"],
    ...     "entered_at": ["2026-09-01", "2026-09-02", "2026-09-03", "2026-09-01"]})
    >>> paths(book(deals, history, month="2026-09", stage_order=["New", "Offer"]))
                    path  skipped   back  won  lost  deals
    0  New → Offer → New    False   True    1     0      1
    1              Offer     True  False    0     1      1
    """
    if book.stages is None or not book.stage_order or grain_of(book, "stages", "entered_at") in ("week", "month"):
        return pd.DataFrame(columns=["path", "skipped", "back", "won", "lost", "deals"])
    deals = closed(book.closer_deals, book.window_period)
    spelled = range(max(LONGEST, len(book.stage_order)))
    at = nw.col("_place")
    skipped, back = off_order(at, nw.col("_before"))
    walked = steps(book, deals).with_columns(
        skipped=flag(skipped), back=flag(back), more=flag(nw.col("_n") >= len(spelled)),
        **{f"p{n}": nw.when(nw.col("_n") == n).then(at).otherwise(nw.lit(-1)) for n in spelled},
    )  # fmt: skip
    columns = ["skipped", "back", "more", *(f"p{n}" for n in spelled)]
    walked = walked.group_by("deal_id").agg(*(nw.col(c).max() for c in columns))
    both = deals.select("deal_id", "status").join(walked, on="deal_id", how="inner")
    table = count(both, columns, won=flag(nw.col("status") == "won"), lost=flag(nw.col("status") == "lost"))
    table = table.rename(columns={"rows": "deals"}).assign(
        path=[_spelled(row, len(spelled), book.stage_order) for row in table.to_dict("records")],
        skipped=table["skipped"] == 1, back=table["back"] == 1,
    )  # fmt: skip
    # two ways that differ only in the steps behind "…" are one row
    table = table.groupby(["path", "skipped", "back"], as_index=False)[["won", "lost", "deals"]].sum()
    table = table.sort_values(["deals", "path"], ascending=[False, True], kind="stable")
    return table.head(limit).reset_index(drop=True)


def _spelled(row: dict, most: int, order) -> str:
    stages = [order[int(row[f"p{n}"])] for n in range(most) if row[f"p{n}"] >= 0]
    return ARROW.join([*stages, MORE] if row["more"] else stages)
