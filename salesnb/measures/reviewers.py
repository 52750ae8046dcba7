"""Those who score the calls: who gives more points than the others, how far two agree, and what
the scores would be without it.
"""

from itertools import combinations

import numpy as np
import pandas as pd

from salesnb.measures.frames import BookLike
from salesnb.measures.hearings import calls_of, hearings, of_months
from salesnb.measures.quality import COLOURS, colour_of, colours, counted_calls, means_of
from salesnb.stats import holm, icc, severity

REVIEWERS = ["reviewer", "calls", "points", "low", "high", "p_holm", "clear", "state"]
MICRO = 6  # decimals of a point that are kept, so that no machine gives another byte
AGREEMENT = ["reviewer", "other", "calls", "icc", "low", "high", "difference"]
WITHOUT = ["manager", "score", "colour", "without", "colour_without", "changed"]


def reviewers(book: BookLike) -> pd.DataFrame:
    """How many points each reviewer gives above the average hearing of the same people and types,
    in the months of a colour; memoised on the Book.

    Returns
    -------
    DataFrame, one row per reviewer, sorted by name: reviewer, calls (hearings), points (above the
        average; NaN where not told), low, high (Student, 95 %), p_holm, clear (beyond chance over
        all reviewers), state ("told", "few": under `reviewer_min_calls` calls, "alone": shares no
        person and type with another who has enough)

    Source
    ------
    definitions: fixed effect per reviewer where two heard ≥ 10 calls each. Model: reviewer +
    person × type, least squares.

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open",
    ...     "created_at": pd.Timestamp("2026-09-01")})
    >>> heard = pd.DataFrame({"manager": "Ann", "at": pd.Timestamp("2026-09-10"),
    ...     "call_type": "needs", "score": [70.0, 75, 71, 76] * 5, "reviewer": ["Q", "R"] * 10})
    >>> found = reviewers(s.book(deals, reviews=heard, month="2026-09", as_of="2026-09-30"))
    >>> found[["reviewer", "calls", "points", "state"]].values.tolist()
    [['Q', 10, -2.5, 'told'], ['R', 10, 2.5, 'told']]
    """
    return book.kept("_reviewers", lambda: _reviewers(book))


def _reviewers(book) -> pd.DataFrame:
    heard = by_people(book)
    table = heard.groupby("reviewer").size().rename("calls").reset_index()
    enough = table.loc[table["calls"] >= book.thresholds.reviewer_min_calls, "reviewer"]
    kept = heard[heard["reviewer"].isin(enough)]
    found = pd.DataFrame({"reviewer": pd.Series(sorted(enough), dtype=object)})
    table["reviewer"] = table["reviewer"].astype(object)
    if len(kept):
        cell = pd.factorize(pd.MultiIndex.from_frame(kept[["manager", "call_type"]]))[0]
        names = pd.Categorical(kept["reviewer"], categories=list(found["reviewer"])).codes
        one = severity(names, cell, kept["score"].astype(float))
        ends = {"points": one.points, "low": one.low, "high": one.high}
        found = found.assign(**{name: value.round(MICRO) for name, value in ends.items()})
        p = pd.Series(one.p).dropna()
        found["p_holm"] = pd.Series(holm(p), index=p.index, dtype=float)
    table = table.merge(found, on="reviewer", how="left").reindex(columns=REVIEWERS)
    table["clear"] = table["p_holm"] < book.thresholds.holm_alpha
    few = table["calls"] < book.thresholds.reviewer_min_calls
    told = table["low"].notna()
    table["state"] = np.where(few, "few", np.where(told, "told", "alone"))
    table.loc[~told, ["points", "low", "high", "p_holm"]] = np.nan
    return table.astype(dict.fromkeys(["points", "low", "high", "p_holm"], float))


def by_people(book: BookLike) -> pd.DataFrame:
    """Hearings by named people in the months of a colour."""
    found = of_months(book, hearings(book), book.thresholds.score_months)
    kept = ~found["ai"].astype(bool) & found["reviewer"].notna()
    return found[kept].reset_index(drop=True)


def agreement(book: BookLike) -> pd.DataFrame:
    """How far two reviewers agree on the calls of twelve months that both heard.

    Returns
    -------
    DataFrame, one row per pair that shares a call (same `call_id`): reviewer, other, calls, icc
        (ICC(2,1), 1 is full agreement; NaN under `reviewer_min_calls` calls), low, high (95 %),
        difference (mean points of `reviewer` above `other`)
    """
    found = hearings(book)
    found = found[~found["ai"].astype(bool) & found["call_id"].notna() & found["reviewer"].notna()]
    wide = found.pivot_table(
        index=["manager", "call_type", "call_id"], columns="reviewer", values="score", sort=True
    )
    rows = []
    for one, other in combinations(sorted(wide.columns), 2):
        both = wide[[one, other]].dropna()
        if len(both):
            enough = len(both) >= book.thresholds.reviewer_min_calls
            ends = icc(both.to_numpy(float)) if enough else (np.nan,) * 3
            gap = float((both[one] - both[other]).mean())
            rows.append([one, other, len(both), *ends, gap])
    return pd.DataFrame(rows, columns=AGREEMENT)


def without_severity(book: BookLike) -> pd.DataFrame:
    """Each person's score with what reviewers give above or below the average taken off.

    Returns
    -------
    DataFrame, one row per person with a score, sorted by manager: manager, score, colour, without
        (the score without it), colour_without, changed (whether the colour is another one). No rows
        where no reviewer is told apart from another.
    """
    told = reviewers(book)
    told = told[told["state"] == "told"].set_index("reviewer")["points"]
    people = colours(book)
    people = people[people["score"].notna()]
    if told.empty:
        return pd.DataFrame(columns=WITHOUT)
    heard = hearings(book)
    off = heard["reviewer"].map(told).where(~heard["ai"].astype(bool)).fillna(0.0)
    counted = counted_calls(book, found=calls_of(heard.assign(score=heard["score"] - off)))
    rows = []
    for row in people.to_dict("records"):
        score = means_of(counted[counted["manager"] == row["manager"]])[1]
        if score is None:
            continue
        colour = COLOURS[colour_of(score, book.thresholds.score_cuts)]
        changed = colour != row["colour"]
        rows.append([row["manager"], row["score"], row["colour"], float(score), colour, changed])
    return pd.DataFrame(rows, columns=WITHOUT)
