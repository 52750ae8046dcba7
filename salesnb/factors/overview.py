"""The five factors beside each other: index, change, evidence, association, share of the gap."""

import pandas as pd

from salesnb.drivers.fit import fitted
from salesnb.drivers.terms import factor_verdict, p_values
from salesnb.factors import channels, process, qualification, target, touchpoints
from salesnb.features import FACTORS


def overview(book) -> pd.DataFrame:
    """One row per factor.

    Returns
    -------
    DataFrame: factor, index (a share 0..1; the mean score 0..100 of qualification), previous, low, high, n, p_holm, verdict
    (associated, no evidence, refused), evidence (measured, proxy, no data)
    """
    fit = fitted(book)
    p = p_values(fit) if fit.model is not None else {}
    rows = []
    for factor in FACTORS:
        value, previous, low, high, n = INDEXES[factor](book)
        rows.append({
            "factor": factor, "index": value, "previous": previous, "low": low, "high": high, "n": n,
            "p_holm": p.get(factor, float("nan")), "verdict": factor_verdict(fit, factor, p), "evidence": EVIDENCE[factor](book),
        })  # fmt: skip
    return pd.DataFrame(rows)


def _share(table: pd.DataFrame):
    if table.empty:
        return (float("nan"),) * 4 + (0,)
    row = table.iloc[0]
    return row["share"], row["before"], row.get("low", float("nan")), row.get("high", float("nan")), int(row["deals"])


def _score(table: pd.DataFrame):
    if table.empty:
        return (float("nan"),) * 4 + (0,)
    row = table.iloc[0]
    return row["score"], row["before"], row["low"], row["high"], int(row["calls"])


INDEXES = {
    "target": lambda book: _share(target.index(book)),
    "process": lambda book: _share(process.index(book)),
    "qualification": lambda book: _score(qualification.index(book)),
    "touchpoints": lambda book: _share(touchpoints.index(book)),
    "channels": lambda book: _share(channels.index(book)),
}
EVIDENCE = {
    "target": target.evidence,
    "process": process.evidence,
    "qualification": qualification.evidence,
    "touchpoints": touchpoints.evidence,
    "channels": channels.evidence,
}
