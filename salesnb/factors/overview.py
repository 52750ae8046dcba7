"""The five factors beside each other: index, change, evidence, association, part of the gap."""

import numpy as np
import pandas as pd

from salesnb.factors import channels, process, qualification, target, touchpoints
from salesnb.model.features import FACTORS, landmark_of
from salesnb.model.fitting import fitted
from salesnb.model.gaps import gaps
from salesnb.model.terms import factor_verdict, p_values

FIGURES = ["index", "previous", "low", "high", "change", "change_low", "change_high", "n"]
EVIDENCE = {
    "target": target.evidence,
    "process": process.evidence,
    "qualification": qualification.evidence,
    "touchpoints": touchpoints.evidence,
    "channels": channels.evidence,
}


def overview(book, parts: pd.DataFrame | None = None, economics: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row per factor.

    Parameters
    ----------
    parts : the `gaps` of the book, where they are known already
    economics : `channels.economics` of the book, likewise

    Returns
    -------
    DataFrame
        factor; index, previous, low, high, change, change_low, change_high (a share 0..1; the mean score 0..100 of qualification,
        or the mean months at work where they stand in for it; NaN without data); n (deals; calls of qualification, sales reps of
        the stand-in), people (sales reps behind qualification, else NaN), name (the channel that the index of channels
        counts), p_holm (NaN where nothing may be said), verdict (associated, no evidence, refused), evidence (measured, proxy, no data),
        gap_points (0..1: mean size of the factor's part in the gaps of the month, whatever the intervals of the parts).
        ``.attrs``: days (of the landmark), minutes (of an answer in time), months (of scores): what the indexes stand on

    Examples
    --------
    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": "Ann", "status": "open", "created_at": "2026-09-01", "is_target": [True, False]})
    >>> overview(book(deals, month="2026-09")).loc[:1, ["factor", "index", "n", "verdict", "evidence"]]
        factor  index  n  verdict  evidence
    0   target    0.5  2  refused  measured
    1  process    NaN  0  refused   no data
    """
    fit = fitted(book)
    p = p_values(fit) if fit.model is not None else {}
    parts = gaps(book) if parts is None else parts
    sizes = parts.assign(points=parts["points"].abs()).groupby("part")["points"].mean()
    rows = []
    for factor in FACTORS:
        verdict = factor_verdict(fit, factor, p)
        found = {"factor": factor, "evidence": EVIDENCE[factor](book)}
        found |= _figures(factor, found["evidence"], book, economics)
        found |= {"p_holm": p.get(factor, np.nan) if verdict != "refused" else np.nan, "verdict": verdict}
        rows.append(found | {"gap_points": sizes.get(factor, np.nan)})
    table = pd.DataFrame(rows)
    cuts = book.thresholds
    table.attrs = {"days": landmark_of(book), "minutes": cuts.sla_minutes, "months": cuts.review_months}
    return table


def _figures(factor: str, evidence: str, book, economics) -> dict:
    if factor == "qualification":
        return _qualification(book, evidence)
    if factor == "channels":
        table = channels.index(book, None, economics)
        return _share(table) | {"people": np.nan, "name": table.attrs.get("name")}
    index = {"target": target, "process": process, "touchpoints": touchpoints}[factor].index
    return _share(index(book)) | {"people": np.nan, "name": None}


def _share(table: pd.DataFrame) -> dict:
    if table.empty:
        return dict.fromkeys(FIGURES, np.nan) | {"n": 0}
    row = table.iloc[0]
    names = {"index": "share", "previous": "before", "n": "deals"}
    return {name: row[names.get(name, name)] for name in FIGURES} | {"n": int(row["deals"])}


def _qualification(book, evidence: str) -> dict:
    """Scores; where there are none the months at work, which have no change to speak of."""
    if evidence == "measured":
        row = qualification.index(book).iloc[0]
        names = {"index": "score", "previous": "before", "n": "calls"}
        found = {name: row[names.get(name, name)] for name in FIGURES} | {"n": int(row["calls"])}
        return found | {"people": int(row["people"]), "name": None}
    row = qualification.tenure_index(book).iloc[0]
    found = dict.fromkeys(FIGURES, np.nan) | {"index": row["months"], "low": row["low"], "high": row["high"]}
    return found | {"n": int(row["people"]), "people": int(row["people"]), "name": None}
