"""Factors and their levels: odds, points, and whether they are associated with conversion."""

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from salesnb.measures.frames import Frame
from salesnb.model.features import FACTORS
from salesnb.model.fit import WIDEST, Fit, codes
from salesnb.model.fitting import fitted
from salesnb.model.levels import OWN_SOURCE
from salesnb.stats import between_test, e_value, holm
from salesnb.stats.best import probability_greatest
from salesnb.stats.cells import expit
from salesnb.stats.mixed import Z95, MixedLogistic

FactorVerdict: TypeAlias = Literal["associated", "no evidence", "refused"]
FARTHEST = np.log(100)  # odds beyond 100 to 1 say that a level stands for the outcome itself
# an unmeasured cause of less than this strength would do: the association is called a hint
WEAK = 1.25
COLUMNS = [
    "factor",
    "level",
    "deals",
    "share",
    "odds_ratio",
    "low",
    "high",
    "points",
    "p_holm",
    "verdict",
]


def drivers(x: Frame, factors: Mapping[str, Sequence[str]] | None = None) -> pd.DataFrame:
    """What conversion is associated with.

    Parameters
    ----------
    x : Book or frame, as in `manager_rates`

    Returns
    -------
    DataFrame, one row per level of a factor
        deals, share (of the modelled deals), odds_ratio, low, high (95 %, within managers; between
        managers for qualification), points (average change of the predicted rate, level against
        reference, 0..1), p_holm (of the whole factor, corrected over the factors tested), verdict
        (associated, no evidence, refused), reference, e_value, e_limit (strength of an unmeasured
        cause that would account for the estimate, or bring the interval to no difference)
        ``.attrs["refused"]`` : why there is no model or no claim (a code); ``.attrs["skill"]``
        : out-of-time skill

    Examples
    --------
    Each of three managers won 24 of 40 target clients and 12 of 40 others: odds of 24 : 16 against
    12 : 28. Two of them are too few for a model.

    >>> rows = [(name, target, status) for name in ("Ann", "Bo", "Cy")
    ...     for target, won in (("yes", 24), ("no", 12))
    ...     for status in ["won"] * won + ["lost"] * (40 - won)]
    >>> deals = pd.DataFrame(rows, columns=["manager", "is_target", "status"])
    >>> found = drivers(deals)
    >>> found[["level", "reference", "deals", "odds_ratio", "points", "verdict"]].round(
    ...     2).values.tolist()
    [['yes', 'no', 120, 3.5, 0.3, 'associated']]
    >>> drivers(deals[deals["manager"] != "Cy"]).attrs["refused"]
    'few managers'
    """
    fit = fitted(x, factors)
    table = (
        _terms(fit, fit.model)
        if fit.model is not None
        else pd.DataFrame(columns=[*COLUMNS, "reference", "e_value", "e_limit"])
    )
    table.attrs = {"refused": codes(fit), "skill": fit.validation.skill if fit.validation else None}
    return table


def p_values(fit: Fit) -> dict[str, float]:
    """p of each factor, corrected by Holm over those tested. On a channel's page those of the
    department, but for its sources.
    """
    found = raw_p_values(fit.base or fit)
    if fit.base is not None:
        found.pop("channels", None)
        own = fit.factor_tests.get("channels")
        if own:  # the sources of every channel are tested, each on its page: all these looks count
            found["channels"] = min(1.0, own.p * fit.cells.sibling_tests)
    known = {factor: p for factor, p in found.items() if np.isfinite(p)}
    return (
        dict(zip(known, (float(p) for p in holm(np.array(list(known.values())))), strict=True))
        if known
        else {}
    )


def raw_p_values(fit: Fit) -> dict[str, float]:
    """p of each factor of the fit by itself."""
    found = {factor: test.p for factor, test in fit.factor_tests.items()}
    if fit.cells.one_channel:
        found.pop("channels", None)
    if "qualification" in fit.columns:
        found["qualification"] = _between(fit)[3].p
    return found


def _between(fit: Fit):
    level = fit.inside
    scored = np.array([name in fit.cells.scores for name in fit.managers])
    z = np.where(scored, fit.own[:, 0], np.nan)
    return between_test(level.level, level.level_variance, z)


def factor_verdict(fit: Fit, factor: str, p: dict[str, float]) -> FactorVerdict:
    """associated, no evidence or refused."""
    if not fit.usable or factor not in p or factor in fit.untold:
        return "refused"
    return "associated" if p[factor] < fit.cells.thresholds.holm_alpha else "no evidence"


def factor_verdicts(
    x: Frame, factors: Mapping[str, Sequence[str]] | None = None
) -> dict[str, tuple[FactorVerdict, float]]:
    """Every factor with its verdict (associated, no evidence, refused) and its corrected p; NaN
    where nothing may be said.
    """
    fit = fitted(x, factors)
    p = p_values(fit) if fit.model is not None else {}
    verdicts = {factor: factor_verdict(fit, factor, p) for factor in FACTORS}
    return {
        f: (verdict, p.get(f, np.nan) if verdict != "refused" else np.nan)
        for f, verdict in verdicts.items()
    }


def clear_levels(terms: pd.DataFrame) -> pd.DataFrame:
    """The levels whose interval leaves out no difference.

    >>> clear_levels(pd.DataFrame({"level": ["yes", "3+"], "low": [1.2, 0.8], "high": [2.0,
    ...     1.4]}))["level"].tolist()
    ['yes']
    """
    return terms[(terms["low"] > 1) | (terms["high"] < 1)]


def hint_only(terms: pd.DataFrame) -> bool:
    """Whether something that the CRM does not hold would easily account for a factor: by its
    firmest level.

    >>> hint_only(pd.DataFrame({"e_limit": [1.1, 1.2]})), hint_only(pd.DataFrame({"e_limit": [1.1,
    ...     2.0]}))
    (True, False)
    """
    limit = terms["e_limit"].max()
    return bool(pd.notna(limit) and limit < WEAK)


def _terms(fit: Fit, model: MixedLogistic) -> pd.DataFrame:
    p = p_values(fit)
    slopes, scores = _slopes(fit), _scores(fit, model)
    own = fit.cells.table["own"].to_numpy(bool)
    trials = np.where(own, fit.trials, 0.0)
    rows = []
    for place, (factor, level, column, reference) in enumerate(fit.names):
        if fit.cells.one_channel and column == "channel":
            continue  # a channel's page tells its sources apart, not the other channels
        slope, low, high = slopes[column, level]
        told = high - low < WIDEST and abs(slope) < FARTHEST and place not in fit.separated
        here = trials if factor == "qualification" else trials * (fit.x[:, place] > 0)
        odds = np.exp([slope, low, high]) if told else np.full(3, np.nan)
        rows.append(
            {
                "factor": factor,
                "level": level,
                "deals": int(here.sum()),
                "share": here.sum() / max(1.0, trials.sum()),
                "odds_ratio": odds[0],
                "low": odds[1],
                "high": odds[2],
                "points": _points(fit, model, scores, place, slope, trials) if told else np.nan,
                "p_holm": p.get(factor, np.nan),
                "verdict": factor_verdict(fit, factor, p) if told else "refused",
                "reference": reference,
                "e_value": float(e_value(odds[0])),
                "e_limit": float(e_value(_nearest_to_one(odds))),
            }
        )
    return pd.DataFrame(rows, columns=[*COLUMNS, "reference", "e_value", "e_limit"])


def _slopes(fit: Fit) -> dict[tuple[str, str], tuple[float, float, float]]:
    """Slope of each column and level with its interval; those that the department's fit has are
    that fit's.
    """
    inside = fit.inside
    own = {}
    for n, (factor, level, column, _) in enumerate(fit.names[: fit.x.shape[1]]):
        half = Z95 * inside.se[n] * fit.inflation.get(factor, 1.0) ** 0.5
        own[column, level] = inside.slope[n], inside.slope[n] - half, inside.slope[n] + half
    if "qualification" in fit.columns:
        _, level, column, _ = fit.names[-1]
        own[column, level] = _between(fit)[:3]
    return own | ({} if fit.base is None else _slopes(fit.base))


def _nearest_to_one(odds) -> float:
    """The end of an interval of odds that is nearer to no difference; 1 where the interval has it
    inside.
    """
    _, low, high = odds
    return (
        float("nan")
        if not np.isfinite(low)
        else 1.0
        if low <= 1 <= high
        else low
        if low > 1
        else high
    )


def best_channel(x: Frame, factors: Mapping[str, Sequence[str]] | None = None) -> dict[str, float]:
    """Chance of each channel (on a channel's page: of each source within it) to have the highest
    rate at the same leads.

    By the slopes within managers, so that neither who works a channel nor the kind of its clients
    counts for it.

    Returns
    -------
    dict: level → 0..1, adding to 1; empty where the model may not speak of the factor. A level that
        was counted with another one, or that never won or never lost, is not in it.
    """
    fit = fitted(x, factors)
    column = OWN_SOURCE if fit.cells.one_channel else "channel"
    places = [n for n, name in enumerate(fit.names) if name[2] == column and n not in fit.separated]
    if not fit.usable or not places:
        return {}
    inside = fit.inside
    mean = np.append(0.0, inside.slope[places])  # the level that the others are compared with
    cov = np.zeros((len(mean), len(mean)))
    cov[1:, 1:] = inside.cov[np.ix_(places, places)] * fit.inflation.get("channels", 1.0)
    cov[0, 0] = 1e-12
    chances = probability_greatest(mean, cov)
    names = [fit.names[places[0]][3], *(fit.names[n][1] for n in places)]
    return dict(zip(names, (float(p) for p in chances), strict=True))


def _scores(fit: Fit, model: MixedLogistic) -> np.ndarray:
    """Log-odds of every cell by the model, group effects included, averaged over the spreads."""
    slopes, effects = model.weight @ model.slopes, model.weight @ model.effects
    return slopes[0] + np.column_stack([fit.x, fit.own[fit.group]]) @ slopes[1:] + effects[fit.unit]


def _points(
    fit: Fit, model: MixedLogistic, base: np.ndarray, place: int, slope: float, trials
) -> float:
    """Average predicted rate of the page's deals with everybody at the level minus with everybody
    at the reference; `base` are the scores of the cells as they are.
    """
    factor, _, column, _ = fit.names[place]
    if factor != "qualification":
        same = [p for p, name in enumerate(fit.names[: fit.x.shape[1]]) if name[2] == column]
        base = base - fit.x[:, same] @ (model.weight @ model.slopes)[1:][same]
    return float((trials @ (expit(base + slope) - expit(base))) / max(1.0, trials.sum()))


def quality(x: Frame, factors: Mapping[str, Sequence[str]] | None = None) -> dict:
    """How far the model can be trusted: deals, parameters, validation, what was dropped, what was
    refused.
    """
    fit = fitted(x, factors)
    found = fit.validation
    return {
        "deals": int(fit.trials.sum()),
        "parameters": 1 + fit.x.shape[1] + fit.own.shape[1],
        "managers": len(fit.people),
        "spread": _spread(fit, fit.model) if fit.model is not None else None,
        "validation": None if found is None else vars(found),
        "testable": fit.testable,
        "refused": fit.refused,
        "gate": fit.gate,
        "low_precision": fit.low_precision,
        "clients": max(fit.inflation.values(), default=1.0) if fit.model is not None else 1.0,
        "dropped": fit.cells.dropped
        | {factor: ("untold", {}) for factor in (fit.untold if fit.model is not None else ())},
        "merged": list(fit.cells.merged),
    }


def _spread(fit: Fit, model: MixedLogistic) -> float:
    """How far managers differ beyond the factors, as a share 0..1: one standard deviation at the
    rates that there are.
    """
    rate = expit(_scores(fit, model))
    return float(model.weight @ model.tau * (fit.trials @ (rate * (1 - rate)) / fit.trials.sum()))


def for_metrics(table: pd.DataFrame) -> dict:
    """The terms as the metrics have them: {"refused", "skill", "terms"}."""
    columns = ["factor", "level", "odds_ratio", "low", "high", "points", "p_holm", "verdict"]
    return {
        "refused": table.attrs["refused"],
        "skill": table.attrs["skill"],
        "terms": table[columns],
    }
