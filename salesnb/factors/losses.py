"""What deals are lost for, from which stage and to whom; competitors' calls on our own sheet."""

import narwhals as nw
import pandas as pd

from salesnb.factors.paths import steps
from salesnb.factors.qualification import closers, score_interval, score_sums
from salesnb.measures.frames import closed, count, within
from salesnb.measures.lost import lost_by_stage, not_given_share
from salesnb.schema import UNKNOWN, UNKNOWN_LOST_REASON


def lost_deals(book):
    """Lost closer deals of the window with the stage that each was lost from.

    That is the deal's own stage, where it is one of the funnel, else the last one of its history: many CRMs move a lost deal to
    a stage of its own. Missing where neither tells.

    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "lost", "stage": "Closed", "created_at": "2026-09-01", "closed_at": "2026-09-05"})
    >>> history = pd.DataFrame({"deal_id": "1", "stage": ["New", "Offer"], "entered_at": ["2026-09-01", "2026-09-02"]})
    >>> found = lost_deals(book(deals, history, month="2026-09", stage_order=["New", "Offer"]))
    >>> found.collect("pandas").to_native()["stage"].tolist()
    ['Offer']
    """
    lost = closed(book.closer_deals, book.window_period).filter(nw.col("status") == "lost")
    order = list(book.stage_order)
    if not order:
        return lost
    own, last = nw.when(nw.col("stage").is_in(order)).then(nw.col("stage")), nw.lit(None).cast(nw.String)
    if book.stages is None:
        return lost.with_columns(stage=own.otherwise(last))
    walked = steps(book, lost).with_columns(_most=nw.col("_n").max().over("deal_id"))
    ends = walked.filter(nw.col("_n") == nw.col("_most")).group_by("deal_id").agg(_last=nw.col("_place").max())
    for number, name in enumerate(order):
        last = nw.when(nw.col("_last") == number).then(nw.lit(name)).otherwise(last)
    return lost.join(ends, on="deal_id", how="left").with_columns(stage=own.otherwise(last)).drop("_last")


def _by_stage(long: pd.DataFrame, name: str, order) -> pd.DataFrame:
    """Deals per name and stage as a wide table: name, the stages of the order that occur, unknown (other stages), deals."""
    stage = [s if s in order else UNKNOWN for s in long["stage"]]
    wide = long.assign(stage=stage).pivot_table(
        index=name, columns="stage", values="deals", aggfunc="sum", fill_value=0
    )
    kept = [s for s in order if s in wide.columns] + [s for s in (UNKNOWN,) if s in wide.columns and order]
    wide = wide.assign(deals=wide.sum(axis=1))[[*kept, "deals"]].reset_index()
    wide.columns.name = None
    return wide.sort_values(["deals", name], ascending=[False, True], kind="stable").reset_index(drop=True)


def competitors(book) -> pd.DataFrame:
    """Losses of the window to named competitors by the stage they were lost from: competitor, a column per stage, deals.

    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": "Ann", "status": "lost", "stage": ["New", "Offer"], "competitor": ["Rival", None],
    ...     "created_at": "2026-09-01", "closed_at": "2026-09-05"})
    >>> competitors(book(deals, month="2026-09", stage_order=["New", "Offer"]))
      competitor  New  deals
    0      Rival    1      1
    """
    named = count(lost_deals(book).filter(~nw.col("competitor").is_null()), ["competitor", "stage"])
    return _by_stage(named.rename(columns={"rows": "deals"}), "competitor", list(book.stage_order))


def reasons_by_stage(book) -> pd.DataFrame:
    """Lost reasons of the window by the stage lost from, as a Pareto table.

    Returns
    -------
    DataFrame, most deals first, "not given" last: lost_reason, one column per stage of the order that occurs, unknown (deals lost
    from no stage of it; left out where there are none), deals, share (0..1 of all lost deals), cum_share (of this row and those above).
    ``.attrs["vague"]``: share of "other" and "not given" (0..1; NaN without lost deals)

    Examples
    --------
    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": list("abcd"), "manager": "Ann", "status": "lost", "stage": ["New", "New", "Offer", None],
    ...     "lost_reason": ["price", "price", None, "late"], "created_at": "2026-09-01", "closed_at": "2026-09-05"})
    >>> reasons_by_stage(book(deals, month="2026-09", stage_order=["New", "Offer"]))
      lost_reason  New  Offer  unknown  deals  share  cum_share
    0       price    2      0        0      2   0.50       0.50
    1        late    0      0        1      1   0.25       0.75
    2   not given    0      1        0      1   0.25       1.00
    """
    wide = _by_stage(lost_by_stage(lost_deals(book)), "lost_reason", list(book.stage_order))
    last = wide["lost_reason"] == UNKNOWN_LOST_REASON
    wide = pd.concat([wide[~last], wide[last]], ignore_index=True)
    total = wide["deals"].sum()
    wide = wide.assign(share=wide["deals"] / max(1, total), cum_share=wide["deals"].cumsum() / max(1, total))
    wide.attrs["vague"] = not_given_share(wide) if total else float("nan")
    return wide


def competitor_calls(book) -> pd.DataFrame:
    """Competitors' calls scored on the same sheet beside those of our closers, over the window.

    Returns
    -------
    DataFrame, ours first: company (None: ours), call_type, calls, score (0..100), low, high (Student, 95 %; NaN for one call).
    No rows where no competitor's call has a score: ours alone are in `qualification`.

    Examples
    --------
    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open", "created_at": "2026-09-01"})
    >>> calls = pd.DataFrame({"manager": ["Ann", None], "at": "2026-09-02", "call_type": "needs", "score": [70.0, 80.0], "company": [None, "Rival"]})
    >>> competitor_calls(book(deals, month="2026-09", as_of="2026-09-30", reviews=calls))[["company", "calls", "score"]].values.tolist()
    [[None, 1, 70.0], ['Rival', 1, 80.0]]
    """
    columns = ["company", "call_type", "calls", "score", "low", "high"]
    if book.reviews is None:
        return pd.DataFrame(columns=columns)
    ours = nw.col("company").is_null() & nw.col("manager").is_in(closers(book))
    own = book.reviews.filter(within("at", book.window_period) & ~nw.col("score").is_null())
    own = own.filter(ours | ~nw.col("company").is_null())
    table = score_sums(own, "company", "call_type")
    table["company"] = pd.Series([None if c is None or c != c else c for c in table["company"]], dtype=object)
    table = table.sort_values(["company", "call_type"], na_position="first", kind="stable")
    score, low, high = score_interval(table["calls"], table["s"], table["q"])
    table = table.assign(score=score, low=low, high=high)[columns].reset_index(drop=True)
    return table if table["company"].notna().any() else table.head(0)
