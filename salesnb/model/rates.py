"""Managers beside each other: raw, at the same mix of leads, and who stands out."""

from collections.abc import Mapping, Sequence
from typing import Literal

import narwhals as nw
import numpy as np
import pandas as pd
from scipy.special import ndtr

from salesnb.errors import unknown
from salesnb.measures.conversion import with_rate
from salesnb.measures.frames import Frame, count, flag, is_book, names
from salesnb.measures.told import UNDATED
from salesnb.model.fit import Fit
from salesnb.model.fitting import fitted, memoised
from salesnb.params import Thresholds
from salesnb.schema import UNKNOWN
from salesnb.stats import benjamini_hochberg, limits, mid_p_z, outlying, standardised
from salesnb.stats.mixed import MixedLogistic
from salesnb.stats.standardised import Pair, pair

COLUMNS = [
    "manager",
    "won",
    "lost",
    "closed",
    "conversion",
    "low",
    "high",
    "closed_window",
    "standardised",
    "std_low",
    "std_high",
    "p_above",
    "p_best",
    "z",
    "verdict",
]
CORRIDOR = ["low95", "high95", "low998", "high998"]
# closed deals at which a difference of ten points is seen in two cases of three (power of a 95 %
# limit)
TEN_POINTS = 100


def manager_rates(x: Frame, factors: Mapping[str, Sequence[str]] | None = None) -> pd.DataFrame:
    """Every manager's conversion: raw, at the department's mix, and whether it stands out.

    Parameters
    ----------
    x : Book, or any frame with manager, status and the columns that `factors` names
    factors : {"target": ["is_target"], …}, for frames

    Returns
    -------
    DataFrame, one row per manager, sorted by name
        won, lost, closed, conversion, low, high : of the report month (of the whole frame, for a
            frame)
        closed_window : deals of the page closed in the trailing window, on which the rest stands:
        on a channel's page the deals in that channel alone, whatever the person sold elsewhere
        standardised, std_low, std_high : 0..1, expected at the page's mix of leads; beta-binomial
        where no model may be fitted, or where it has no level for the page's channel (then the mix
        is ignored)
        p_above, p_best : chance of being above the average of all managers of the page, however few
        their deals; of being the best of those with enough deals
        z : won against expected, allowing for the ordinary spread of managers
        verdict : above, below, cannot tell, too few
        With fewer managers than a comparison takes, all of these are missing and nobody is above or
        below. Where the export cannot tell rates (``.attrs["untold"]``: it holds no lost or no won
        deals, or their closing dates are missing unequally) all of these are missing and everybody
        is "too few"; without lost or won deals so is conversion. ``.attrs["method"]`` is "model" or
        "beta-binomial"; ``.attrs["refused"]`` says why there is no model; ``.attrs["overall"]`` is
        that average (0..1, each manager weighted by deals): by the model it stands on the deals
        that were open at the landmark and is not the raw rate; else it is won of closed; missing
        without a comparison; ``.attrs["counted"]`` is the number of managers in it;
        ``.attrs["months"]`` that of months with a closed deal

    Source
    ------
    See docs/method.md, Managers.

    Examples
    --------
    Nine won deals are too few for a model, twelve closed ones too few to tell half from a quarter.

    >>> deals = pd.DataFrame({"manager": ["Ann"] * 12 + ["Bo"] * 12 + ["Cy"] * 3,
    ...     "status": ["won"] * 6 + ["lost"] * 6 + ["won"] * 3 + ["lost"] * 12})
    >>> found = manager_rates(deals)
    >>> found[["manager", "won", "closed", "conversion", "verdict"]]
      manager  won  closed  conversion      verdict
    0     Ann    6      12        0.50  cannot tell
    1      Bo    3      12        0.25  cannot tell
    2      Cy    0       3        0.00      too few
    >>> found.attrs["method"], found.attrs["refused"], round(found.attrs["overall"], 3)
    ('beta-binomial', 'few deals', 0.333)
    """
    return memoised(x, "_manager_rates", lambda: _rates(x, factors))


def _rates(x, factors) -> pd.DataFrame:
    fit = fitted(x, factors)
    window = fit.window
    month = _month(x, fit)
    people = names(name for name in window.index if name != UNKNOWN)
    table = (
        pd.DataFrame({"manager": people})
        .merge(month, on="manager", how="left")
        .fillna({"won": 0, "lost": 0})
    )
    table = with_rate(table.astype({"won": "int64", "lost": "int64"})[["manager", "won", "lost"]])
    kept = window.loc[people]
    table["closed_window"] = kept["closed"].to_numpy("int64")
    table, measured = _standard(table, fit)
    table = _verdicts(table, fit, kept)[COLUMNS]
    if fit.silent:
        table = _silenced(table, fit.cells.untold)
        measured = measured | {"overall": float("nan")}
    table.attrs = measured | {
        "untold": fit.cells.untold,
        "refused": fit.refused.code if fit.refused else None,
        "months": int(fit.cells.quick["month"].nunique()),
    }
    return table


def _silenced(table: pd.DataFrame, code: str) -> pd.DataFrame:
    """The table without what the export cannot tell: counts stay."""
    gone = ["standardised", "std_low", "std_high", "p_above", "p_best", "z"]
    gone += [] if code == UNDATED else ["conversion", "low", "high"]
    return table.assign(**dict.fromkeys(gone, np.nan), verdict="too few").astype(
        {"verdict": object}
    )


def _month(x, fit: Fit) -> pd.DataFrame:
    """Won and lost of the report month per manager; the whole frame, for a frame."""
    if is_book(x):
        deals = x.closer_deals.filter(nw.col("status").is_in(["won", "lost"]))
        start, end = pd.Timestamp(f"{x.month}-01"), (pd.Period(x.month, "M") + 1).start_time
        deals = deals.filter(
            (nw.col("closed_at") >= start.to_pydatetime())
            & (nw.col("closed_at") < end.to_pydatetime())
        )
        return count(
            deals,
            ["manager"],
            won=flag(nw.col("status") == "won"),
            lost=flag(nw.col("status") == "lost"),
        )[["manager", "won", "lost"]]
    sums = fit.window.reset_index()
    return sums.assign(lost=sums["closed"] - sums["won"])[["manager", "won", "lost"]]


def _standard(table: pd.DataFrame, fit: Fit) -> tuple[pd.DataFrame, dict]:
    """Rates at the same leads beside each manager, and what they are measured by: method, overall,
    counted.
    """
    if not fit.compared:
        blank = dict.fromkeys(["standardised", "std_low", "std_high", "p_above", "p_best"], np.nan)
        return table.assign(**blank), {
            "method": _method(fit),
            "overall": float("nan"),
            "counted": len(table),
        }
    model = _model(fit)
    return _by_counts(table, fit) if model is None else _by_model(table, fit, model)


def _model(fit: Fit) -> MixedLogistic | None:
    """The model where it has a level for the page's channel."""
    return fit.model if fit.model is not None and fit.stands_apart else None


def _method(fit: Fit) -> Literal["model", "beta-binomial"]:
    return "beta-binomial" if _model(fit) is None else "model"


def _by_counts(table: pd.DataFrame, fit: Fit) -> tuple[pd.DataFrame, dict]:
    _, found = fit.shrunk
    table = table.assign(
        standardised=found.rate,
        std_low=found.low,
        std_high=found.high,
        p_above=found.above,
        p_best=np.nan,
    )
    return table, {"method": "beta-binomial", "overall": found.overall, "counted": len(table)}


def _by_model(table: pd.DataFrame, fit: Fit, model: MixedLogistic) -> tuple[pd.DataFrame, dict]:
    """Everybody counts in the average, by the page's deals; only those with enough deals may be the
    best.
    """
    place = {name: n for n, (name, own) in enumerate(fit.units) if own}
    own = fit.cells.table["own"].to_numpy(bool)
    cases = np.bincount(fit.unit[own], fit.trials[own], len(fit.units))
    cases[[n for name, n in place.items() if name == UNKNOWN]] = (
        0  # deals without an owner are nobody's
    )
    enough = table.loc[
        table["closed_window"] >= fit.cells.thresholds.benchmark_min_closed, "manager"
    ]
    among = np.zeros(len(fit.units), bool)
    among[[place[name] for name in enough if name in place]] = True
    found = standardised(model, fit.x[own], fit.trials[own], among, cases)

    def at(values):
        return [
            float(values[place[name]]) if name in place else np.nan for name in table["manager"]
        ]

    table = table.assign(
        standardised=at(found.rate),
        std_low=at(found.low),
        std_high=at(found.high),
        p_above=at(found.above),
        p_best=at(found.best),
    )
    return table, {"method": "model", "overall": found.overall, "counted": int((cases > 0).sum())}


def expected(fit: Fit) -> pd.DataFrame:
    """Won and closed deals at the landmark per manager, and what the model expects of anybody with
    these leads.

    What belongs to the manager is left out: the effect, and the call score too, which is no
        property of the leads.
    """
    own = fit.cells.table["own"].to_numpy(bool)
    table = fit.cells.table[own][["manager", "won", "closed"]].copy()
    if fit.model is None:
        rate = np.full(own.sum(), fit.wins[own].sum() / max(1.0, fit.trials[own].sum()))
    else:
        slopes = fit.model.weight @ fit.model.slopes
        score = slopes[0] + fit.x[own] @ slopes[1 : 1 + fit.x.shape[1]]
        rate = 1 / (1 + np.exp(-score))
    table["expected"] = rate * table["closed"]
    return table.groupby("manager")[["won", "closed", "expected"]].sum().sort_index()


def _verdicts(table: pd.DataFrame, fit: Fit, window: pd.DataFrame) -> pd.DataFrame:
    """Named only by a false-discovery rate over adjusted z; too few deals or managers give no
    verdict.
    """
    thresholds = fit.cells.thresholds
    sums = expected(fit) if _method(fit) == "model" else _raw(window)
    sums = sums.reindex(table["manager"]).fillna(0)
    rate = (
        (sums["expected"] / sums["closed"].where(sums["closed"] > 0))
        .fillna(0.5)
        .clip(1e-6, 1 - 1e-6)
    )
    enough = (table["closed_window"] >= thresholds.min_verdict).to_numpy()
    z, p = np.full(len(table), np.nan), np.full(len(table), np.nan)
    if enough.any() and fit.compared:
        found = outlying(sums["won"][enough], sums["closed"][enough], rate[enough])
        z[enough], p[enough] = found.z_adjusted, found.p
    verdict = np.where(enough, "cannot tell", "too few").astype(object)
    if enough.sum() >= thresholds.min_managers and fit.compared:
        named = benjamini_hochberg(p[enough]) < thresholds.outlier_fdr
        verdict[np.flatnonzero(enough)[named]] = np.where(z[enough][named] > 0, "above", "below")
    return table.assign(z=z, verdict=verdict)


def _raw(window: pd.DataFrame) -> pd.DataFrame:
    rate = window["won"].sum() / max(1, window["closed"].sum())
    return window.assign(expected=window["closed"] * rate)


def department(x: Frame, factors: Mapping[str, Sequence[str]] | None = None) -> dict:
    """Rate of the page's managers in the window and the corridor of chance around it: {"rate",
    "closed", "limits"}.
    """
    fit = fitted(x, factors)
    window = fit.window
    closed, won = int(window["closed"].sum()), int(window["won"].sum())
    rate = won / closed if closed else float("nan")
    largest = int(window["closed"].max()) if len(window) else 1
    numbers = np.unique(np.linspace(5, max(10, largest * 1.08), 60).astype(int))
    frame = pd.DataFrame({"n": numbers, "centre": rate, **dict.fromkeys(CORRIDOR, np.nan)})
    if closed:
        spread = outlying(window["won"], window["closed"], min(max(rate, 1e-6), 1 - 1e-6)).tau2
        for name, confidence in (("95", 0.95), ("998", 0.998)):
            frame[f"low{name}"], frame[f"high{name}"] = limits(numbers, rate, spread, confidence)
    return {"rate": rate, "closed": closed, "limits": frame}


def significant_reps(rates: pd.DataFrame, thresholds: Thresholds, looked: int = 0) -> list[str]:
    """Managers whose month differs from the month of all of them by more than chance, after looking
    at everybody.

    Parameters
    ----------
    rates : as from `manager_rates`: manager, won, closed
    looked : how many people are looked at on all pages together, when `rates` are those of one
        page: the more are looked at, the likelier a striking one

    Returns
    -------
    list of names: mid-p exact binomial against the month's rate, false-discovery rate 5 %; people
        with fewer closed deals than a verdict takes are left out

    Examples
    --------
    >>> from salesnb.params import Thresholds
    >>> month = pd.DataFrame({"manager": ["Ann", "Bo", "Cy"], "won": [30, 12, 13], "closed": [40,
    ...     40, 40]})
    >>> significant_reps(month, Thresholds())
    ['Ann']
    """
    kept = rates[rates["closed"] >= thresholds.min_verdict]
    if len(kept) < thresholds.min_managers or rates.attrs.get("untold"):
        return []
    z = mid_p_z(kept["won"], kept["closed"], rates["won"].sum() / rates["closed"].sum())
    p = 2 * ndtr(-np.abs(z))
    others = np.ones(max(0, looked - len(p)))  # of the other pages nothing is taken to stand out
    adjusted = benjamini_hochberg(np.concatenate([p, others]))[: len(p)]
    return kept.loc[adjusted < thresholds.outlier_fdr, "manager"].tolist()


def outside_corridor(window: pd.DataFrame, limits_: pd.DataFrame) -> pd.DataFrame:
    """Managers whose rate of the window lies outside the 95 % corridor: manager, side ("above" or
    "below").

    Parameters
    ----------
    window : manager, closed, conversion (0..1);  limits_ : as `department` gives them
    """
    low, high = (
        np.interp(window["closed"], limits_["n"], limits_[end]) for end in ("low95", "high95")
    )
    side = np.where(
        window["conversion"] > high, "above", np.where(window["conversion"] < low, "below", "")
    )
    found = window[["manager"]].assign(side=side)
    return found[found["side"] != ""].reset_index(drop=True)


def benchmark(rates: pd.DataFrame, thresholds: Thresholds) -> dict | None:
    """The conversion benchmark: highest standardised rate among those with enough deals, with its
    chance of being the best.

    Returns
    -------
    dict of the row of `manager_rates` with "told" (whether the chance is at least
    `benchmark_chance`), or None with too few people
    """
    kept = rates[
        (rates["closed_window"] >= thresholds.benchmark_min_closed) & rates["standardised"].notna()
    ]
    if kept.empty or len(kept) < thresholds.min_managers:
        return None
    row = kept.sort_values(["standardised", "manager"], ascending=[False, True]).iloc[0].to_dict()
    return row | {"told": bool(row["p_best"] >= thresholds.benchmark_chance)}


def year_verdict(rates: pd.DataFrame, thresholds: Thresholds) -> pd.Series:
    """The verdict of each manager on the year, with those told from the average by their chance.

    Parameters
    ----------
    rates : as from `manager_rates`: verdict, p_above

    Returns
    -------
    Series: "above" and "below" are outliers; "likely above" and "likely below" are not, but their
        chance of being above average is at least `likely_chance`, or at most what that leaves; else
        "cannot tell" or "too few"

    Examples
    --------
    >>> from salesnb.params import Thresholds
    >>> rates = pd.DataFrame({"verdict": ["above", "cannot tell", "cannot tell"], "p_above": [0.999,
    ...     0.01, None]})
    >>> year_verdict(rates, Thresholds()).tolist()
    ['above', 'likely below', 'cannot tell']
    """
    open_ = rates["verdict"] == "cannot tell"  # a missing chance compares as false both ways
    above = open_ & (rates["p_above"] >= thresholds.likely_chance)
    below = open_ & (rates["p_above"] <= 1 - thresholds.likely_chance)
    return rates["verdict"].mask(above, "likely above").mask(below, "likely below")


def months_to_tell(closed: int, months: int) -> int | None:
    """Months of deals in which a difference of ten points would show, at the pace of `closed` deals
    in `months`.

    None where there are enough already, or no deal to tell the pace.

    >>> months_to_tell(60, 12), months_to_tell(100, 12), months_to_tell(0, 12)
    (20, None, None)
    """
    if not months or not 0 < closed < TEN_POINTS:
        return None
    return -(-TEN_POINTS * months // closed)


def rep_pair(x: Frame, first: str, second: str) -> Pair | None:
    """How far two managers lie apart at the page's mix of leads, over the trailing window.

    Returns
    -------
    Pair, first less second; None where no model speaks of both (`manager_rates` says why)

    Raises
    ------
    ParamError
        A name that is not there, with the nearest.

    Examples
    --------
    Nine won deals are too few for a model.

    >>> deals = pd.DataFrame({"manager": ["Ann"] * 12 + ["Bo"] * 12 + ["Cy"] * 3,
    ...     "status": ["won"] * 6 + ["lost"] * 6 + ["won"] * 3 + ["lost"] * 12})
    >>> rep_pair(deals, "Ann", "Bo") is None
    True
    """
    fit = fitted(x)
    people = sorted(name for name in fit.window.index if name != UNKNOWN)
    for name in (first, second):
        if name not in people:
            raise unknown("manager", name, people)
    model = None if fit.silent or not fit.compared else _model(fit)
    place = {name: n for n, (name, own) in enumerate(fit.units) if own}
    if model is None or not {first, second} <= set(place):
        return None
    own = fit.cells.table["own"].to_numpy(bool)
    return pair(model, fit.x[own], fit.trials[own], place[first], place[second])
