"""Where a funnel is narrow, once chance and the number of stages looked at are allowed for."""

import numpy as np
import pandas as pd

from salesnb.params import Thresholds
from salesnb.stats.intervals import difference_interval

DEFAULTS = Thresholds()
TWO_SIGMA = 1.96


def bottleneck(funnel: pd.DataFrame, least: int = DEFAULTS.min_verdict) -> dict | None:
    """The stage that the smallest share leaves forwards, the stages that cannot be told apart from
    it, and where most are lost.

    Parameters
    ----------
    funnel : table of `stage_funnel`
    least : deals that must have entered a stage for it to take part

    Returns
    -------
    dict, None where no stage has enough deals
        stage, entered, reached_next, conversion, low, high, lost : of the bottleneck
        alike : list of stages whose share cannot be told apart from it (the interval of the
        difference has zero in it, at a confidence corrected for the number of stages compared)
        most_lost : list of (stage, deals), most first: those whose number of lost deals differs
        from the largest by no more than chance between two counts

    Source
    ------
    difference: Newcombe (1998), Bonferroni over the other stages; counts: (a - b)² ≤ 1.96² (a + b),
        two Poisson counts.

    Examples
    --------
    >>> funnel = pd.DataFrame({"stage": ["New", "Offer"], "entered": [1000, 800],
    ...     "reached_next": [800, 400],
    ...     "conversion": [0.8, 0.5], "low": 0.0, "high": 1.0, "lost": [200, 390]})
    >>> found = bottleneck(funnel)
    >>> found["stage"], found["alike"], found["most_lost"]
    ('Offer', [], [('Offer', 390)])
    """
    kept = funnel[funnel["entered"] >= least]
    if kept.empty:
        return None
    found = kept.loc[kept["conversion"].astype(float).idxmin()]
    others = kept[kept.index != found.name]
    _, low, _ = difference_interval(
        others["reached_next"].to_numpy(float),
        others["entered"].to_numpy(float),
        found["reached_next"],
        found["entered"],
        1 - 0.05 / max(1, len(others)),
    )
    names = ["stage", "entered", "reached_next", "conversion", "low", "high", "lost"]
    return {name: found[name] for name in names} | {
        "alike": others.loc[np.asarray(low) <= 0, "stage"].tolist(),
        "most_lost": _most_lost(kept),
    }


def _most_lost(funnel: pd.DataFrame) -> list[tuple[str, int]]:
    most = funnel["lost"].max()
    near = (most - funnel["lost"]) ** 2 <= TWO_SIGMA**2 * (most + funnel["lost"])
    table = funnel[near & (funnel["lost"] > 0)].sort_values("lost", ascending=False, kind="stable")
    return [(row.stage, int(row.lost)) for row in table.itertuples()]
