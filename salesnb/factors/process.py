"""Factor 2, the sales process: deviations, paths of won and lost deals, time in stage, competitors."""

import narwhals as nw
import pandas as pd

from salesnb.factors.shares import share, with_change
from salesnb.features import deviations, landmark_of
from salesnb.measures.frames import closed, collect, count, flag, within
from salesnb.measures.lost import lost_by_stage
from salesnb.measures.stages import stage_times

LONGEST = 8  # stages of a path that are spelled out


def evidence(book) -> str:
    return "measured" if book.stages is not None and book.stage_order else "no data"


def marked_deals(book):
    """Closer deals with skipped, back, overdue (0 or 1) by the landmark; None without a history of stages."""
    found = deviations(book, landmark_of(book))
    if found is None:
        return None
    return book.closer_deals.join(found, on="deal_id", how="inner")


def index(book, by=None) -> pd.DataFrame:
    """Share of the month's closed deals with a deviation within the landmark days: as `target.index`."""
    deals = marked_deals(book)
    if deals is None:
        return pd.DataFrame(
            columns=["hits", "deals", "share", "low", "high", "before", "change", "change_low", "change_high", "clear"]
        )
    hit = (nw.col("skipped") + nw.col("back") + nw.col("overdue")) > 0
    now, before = (share(closed(deals), hit, by, "closed_at", month) for month in (book.month, book.previous))
    return with_change(now, before, by)


def kinds(book) -> pd.DataFrame:
    """Deals of the window with each kind of deviation over their whole life: kind, deals, share."""
    found = deviations(book, None)
    if found is None:
        return pd.DataFrame(columns=["kind", "deals", "share"])
    deals = closed(book.closer_deals, book.window_period).join(found, on="deal_id", how="inner")
    row = count(deals, [], **{kind: flag(nw.col(kind) > 0) for kind in ("skipped", "back", "overdue")}).iloc[0]
    return pd.DataFrame(
        [
            {"kind": kind, "deals": int(row[kind]), "share": row[kind] / row["rows"] if row["rows"] else float("nan")}
            for kind in ("skipped", "back", "overdue")
        ]
    )


def paths(book, limit=10) -> pd.DataFrame:
    """The most frequent paths of won and lost deals of the window: path (stages visited, in the order of the funnel), won, lost.

    Counted by which stages were visited; the way through them is told apart by skips and steps back in `kinds`.
    """
    if book.stages is None or not book.stage_order:
        return pd.DataFrame(columns=["path", "won", "lost", "deals"])
    history = book.stages.filter(nw.col("stage").is_in(book.stage_order))
    seen = [flag(nw.col("stage") == stage).max().alias(f"v{n}") for n, stage in enumerate(book.stage_order[:LONGEST])]
    visited = history.group_by("deal_id").agg(*seen)
    deals = closed(book.closer_deals, book.window_period).join(visited, on="deal_id", how="inner")
    columns = [f"v{n}" for n in range(len(book.stage_order[:LONGEST]))]
    table = count(deals, columns, won=flag(nw.col("status") == "won"), lost=flag(nw.col("status") == "lost"))
    names = [
        " → ".join(s for s, c in zip(book.stage_order, columns, strict=False) if row[c])
        for row in table.to_dict("records")
    ]
    table = table.assign(path=names, deals=table["rows"]).sort_values(
        ["deals", "path"], ascending=[False, True], kind="stable"
    )
    return table[["path", "won", "lost", "deals"]].head(limit).reset_index(drop=True)


def times_beside(book, manager: str | None) -> pd.DataFrame:
    """Median days in each stage of everybody and of the benchmark manager: stage, deals, median_days, theirs."""
    if book.stages is None:
        return pd.DataFrame(columns=["stage", "deals", "median_days", "p90_days", "theirs"])
    deals = book.closer_deals.filter(within("created_at", book.window_period))
    everybody = stage_times(deals, book.stages, book.as_of, book.stage_order)
    if manager is None:
        return everybody.assign(theirs=float("nan"))
    theirs = stage_times(deals.filter(nw.col("manager") == manager), book.stages, book.as_of, book.stage_order)
    return everybody.merge(
        theirs[["stage", "median_days"]].rename(columns={"median_days": "theirs"}), on="stage", how="left"
    )


def competitors(book) -> pd.DataFrame:
    """Losses of the window to named competitors and the stage they were lost from: competitor, stage, deals."""
    lost = closed(book.closer_deals, book.window_period).filter(
        (nw.col("status") == "lost") & ~nw.col("competitor").is_null()
    )
    return (
        count(lost, ["competitor", "stage"])
        .rename(columns={"rows": "deals"})
        .sort_values("deals", ascending=False, kind="stable")
        .reset_index(drop=True)
    )


def reasons_by_stage(book) -> pd.DataFrame:
    """Lost reasons of the window by the last stage: lost_reason, one column per stage, deals."""
    table = lost_by_stage(book.closer_deals, book.window_period)
    wide = table.pivot_table(index="lost_reason", columns="stage", values="deals", aggfunc="sum", fill_value=0)
    kept = [stage for stage in book.stage_order if stage in wide.columns]
    wide = wide[kept].assign(deals=wide.sum(axis=1)).reset_index()
    return wide.sort_values(["deals", "lost_reason"], ascending=[False, True], kind="stable").reset_index(drop=True)


def competitor_calls(book) -> pd.DataFrame:
    """Competitors' calls scored on the same sheet beside ours: company (None: ours), call_type, calls, score."""
    if book.reviews is None:
        return pd.DataFrame(columns=["company", "call_type", "calls", "score"])
    total = nw.col("score").sum().alias("total")
    own = book.reviews.filter(within("at", book.window_period) & ~nw.col("score").is_null())
    table = collect(own.group_by("company", "call_type").agg(nw.len().alias("calls"), total))
    table["company"] = [None if c is None or c != c else c for c in table["company"]]
    table = table.assign(score=table["total"] / table["calls"]).sort_values(
        ["company", "call_type"], na_position="first", kind="stable"
    )
    return table[["company", "call_type", "calls", "score"]].reset_index(drop=True)
