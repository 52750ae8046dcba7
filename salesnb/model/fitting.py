"""How the model of a department is made: its design, whether there is enough for one, the gates
that it must pass.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from salesnb.measures.frames import BookLike, Frame, closed, collect, is_book
from salesnb.measures.so_far import month_before, so_far
from salesnb.model import leak
from salesnb.model.cells import Cells, make, of_book
from salesnb.model.fit import Fit, Refusal
from salesnb.model.levels import OWN_SOURCE, drop, told_apart
from salesnb.stats import (
    Validation,
    cox_snell,
    logistic,
    mixed_logistic,
    riley_minimum,
    rolling_origin,
    separated,
)

FIRST_MONTHS = 3  # months of training before the first prediction: 9 of 12 are then predicted


def fitted(x: Frame, factors: Mapping[str, Sequence[str]] | None = None) -> Fit:
    """The fit of a Book or frame; a Book keeps its own, so that a page fits once."""
    return _of_book(x, "_fit", lambda: make(x, factors)) if is_book(x) else _fit(make(x, factors))


def _of_book(book: BookLike, name: str, cells: Callable[[], Cells]) -> Fit:
    """The fit that a Book keeps by this name, and that keeps with the Book what is asked of it."""
    base = None if book.channel is None else partial(fitted, book.department)
    fit = book.kept(name, lambda: _fit(cells(), None if base is None else base()))
    fit.base_of = base
    fit.keep = partial(_kept, book, name)
    return fit


def _kept(book: BookLike, name: str, asked: str, make: Callable[[], Any]) -> Any:
    return book.kept(f"{name} {asked}", make)


def fitted_so_far(book: BookLike) -> Fit:
    """`fitted`, without the deals of the month before that closed after the day of it that counts
    beside a month that is not over; memoised on the Book.
    """
    if so_far(book) is None:
        return fitted(book)
    return _of_book(book, "_fit_so_far", lambda: _cells_so_far(book))


def _cells_so_far(book) -> Cells:
    """The deals of the month before that are left out are those of the whole department."""
    ids = [
        set(collect(closed(book.department.closer_deals, period).select("deal_id"))["deal_id"])
        for period in (book.previous, month_before(book))
    ]
    without = sorted(ids[0] - ids[1])
    return of_book(book, without)


def memoised(x: Frame, name: str, make: Callable[[], Any]) -> pd.DataFrame:
    """A table of a Book, made once and memoised on it; each caller has a copy of its own. That of a
    frame is made anew.
    """
    return x.kept(name, make).copy() if is_book(x) else make()


def _fit(cells: Cells, base: Fit | None = None) -> Fit:
    fit = _design(cells)
    if base is not None and base.refused is not None:
        fit.refused = base.refused  # one model, one reason, on every page
        return fit
    fit.refused = _cannot_tell(cells)
    if fit.refused is not None:
        return fit
    fit.refused = _too_little(fit)
    if (
        fit.refused is not None and base is not None
    ):  # the department has enough; the sources of the channel ask for more
        drop(cells, "channels", "few sources", {}, OWN_SOURCE)
        fit = _design(cells)
    if fit.refused is not None:
        return fit
    _name_separated(fit)
    fit.model = mixed_logistic(fit.x, fit.unit, fit.wins, fit.trials, fit.own_of_units)
    if base is None:
        _precision(fit)
        _gates(fit)
    else:
        fit.gate, fit.validation, fit.testable = base.gate, base.validation, base.testable
        fit.low_precision = base.low_precision
    return fit


def _cannot_tell(cells: Cells) -> Refusal | None:
    """Why the export itself allows no model: an outcome that it lacks, closing dates missing
    unequally, days that it does not know.
    """
    if cells.untold:
        return Refusal(cells.untold)
    return Refusal("coarse", {"grain": cells.coarse}) if cells.coarse else None


def _too_little(fit: Fit) -> Refusal | None:
    """Why no model may be fitted: too few managers, or too few won or lost deals for its
    parameters.
    """
    cells = fit.cells
    parameters = 1 + fit.x.shape[1] + fit.own.shape[1]
    if not fit.x.shape[
        1
    ]:  # too few deals even for one level beside another: it takes what was asked for
        parameters = max(parameters, cells.planned)
    won, lost = int(fit.wins.sum()), int((fit.trials - fit.wins).sum())
    need = int(cells.thresholds.deals_per_parameter * parameters)
    if len(fit.people) < cells.thresholds.min_managers:
        return Refusal(
            "few managers", {"have": len(fit.people), "need": cells.thresholds.min_managers}
        )
    if min(won, lost) < need:
        counts = {"won": won, "lost": lost, "need": need, "parameters": parameters}
        return Refusal("few deals", counts | {"months": len(cells.months), "window": cells.window})
    return None


def _design(cells: Cells) -> Fit:
    table = cells.table
    managers = sorted(table["manager"].unique())
    group = table["manager"].map({name: n for n, name in enumerate(managers)}).to_numpy(int)
    parts: list[np.ndarray] = []
    names: list[tuple[str, str, str, str]] = []
    columns: dict[str, list[int]] = {}
    for factor, members in cells.factors.items():
        columns[factor] = []
        for column in members:
            sums = told_apart(table, column).groupby(column)[["won", "closed"]].sum()
            if sums.empty:
                continue
            reference = _reference(sums, REFERENCES.get(column))
            for level in sorted(set(sums.index) - {reference}):
                columns[factor].append(len(parts))
                parts.append((table[column] == level).to_numpy(float))
                names.append((factor, level, column, reference))
    x = np.column_stack(parts) if parts else np.zeros((len(table), 0))
    own = _own(cells, managers)
    if own.shape[1]:
        columns["qualification"] = [x.shape[1]]
        names.append(("qualification", "+1 SD", "checklist", "mean"))
    return Fit(cells, managers, group, x, names, own, columns)


def _reference(sums: pd.DataFrame, usual: str | None) -> str:
    """The level that the others are compared with: the usual or the largest one, but none that
    never won or never lost.
    """
    mixed = sums[(sums["won"] > 0) & (sums["won"] < sums["closed"])]
    kept = mixed if len(mixed) else sums
    if usual is not None and usual in kept.index:
        return usual
    return kept.sort_index(ascending=False).sort_values("closed", kind="stable").index[-1]


REFERENCES = {"is_target": "no", "deviation": "no", "touch_bin": "1-2"}


def _own(cells: Cells, managers: list[str]) -> np.ndarray:
    """Call scores in standard deviations between managers; managers without scores stand at the
    mean.
    """
    if not cells.scores:
        cells.dropped.setdefault("qualification", ("no data", {}))
        return np.zeros((len(managers), 0))
    known = np.array([cells.scores.get(name, np.nan) for name in managers])
    number = int(np.isfinite(known).sum())
    if number < cells.thresholds.qualification_min_managers:
        cells.dropped["qualification"] = (
            "few managers",
            {"have": number, "need": cells.thresholds.qualification_min_managers},
        )
        return np.zeros((len(managers), 0))
    spread = np.nanstd(known, ddof=1)
    if not spread > 1e-9:
        cells.dropped["qualification"] = ("one level", {})
        return np.zeros((len(managers), 0))
    return np.nan_to_num((known - np.nanmean(known)) / spread, nan=0.0)[:, None]


def _name_separated(fit: Fit) -> None:
    """Levels that never won or never lost are named and get no odds; they stay in the model under
    its small penalty.

    Counted with another level they would lower that level's rate and everybody's who sells in it.
    """
    fit.separated = separated(fit.x, fit.wins, fit.trials) if fit.x.shape[1] else []
    for place in fit.separated:
        factor, level, _, _ = fit.names[place]
        here = fit.x[:, place] > 0
        counts = {"won": int(fit.wins[here].sum()), "closed": int(fit.trials[here].sum())}
        fit.cells.dropped[f"{factor}: {level}"] = ("separated", counts)


def _full(fit: Fit) -> np.ndarray:
    return np.column_stack([fit.x, fit.own[fit.group]])


def _precision(fit: Fit) -> None:
    """Riley's minimum: with fewer deals the model stands, labelled low precision."""
    x = _full(fit)
    if not x.shape[1]:
        return
    full = logistic(x, fit.wins, fit.trials, penalty=1e-6)
    null = logistic(np.zeros((len(fit.wins), 0)), fit.wins, fit.trials)
    total = fit.trials.sum()
    r2 = cox_snell(full.log_likelihood, null.log_likelihood, total)
    need = riley_minimum(x.shape[1], r2, fit.cells.thresholds.riley_shrinkage)
    if total < need:
        enough = int(np.ceil(need)) if np.isfinite(need) else None
        fit.low_precision = Refusal("low precision", {"have": int(total), "need": enough})


def _gates(fit: Fit) -> None:
    """What the factors must pass before they are spoken of: skill and calibration on unseen months,
    no leak.
    """
    thresholds, cells, x = fit.cells.thresholds, fit.cells, _full(fit)
    if not x.shape[1]:
        fit.gate, fit.testable = Refusal("no factors"), False
        return
    if len(cells.months) >= thresholds.skill_min_months:
        fit.validation = rolling_origin(
            x, fit.group, fit.month, fit.wins, fit.trials, leak.predict, FIRST_MONTHS
        )
    found = fit.validation
    fit.testable = found is not None
    if found is not None:
        reached = (found.auc, found.auc_low, found.auc_high)
    else:  # without unseen months the leak is looked for among the seen ones
        reached = leak.seen_auc(x, fit.wins, fit.trials)
    code = leak.verdict(*reached[1:], thresholds.auc_alarm)
    failed = None if found is None else _failed(found, thresholds)
    if code == "leak" or (
        code is not None and failed is None
    ):  # what predicts nothing is not suspected of knowing the outcome
        values = dict(zip(("auc", "low", "high"), reached, strict=True)) | {
            "most": thresholds.auc_alarm
        }
        fit.gate = Refusal(code, values | leak.best_alone(fit.names, x, fit.wins, fit.trials))
    else:
        fit.gate = failed


def _failed(found: Validation, thresholds) -> Refusal | None:
    """The gate that a validation does not pass."""
    if not found.gain_low > 0:
        return Refusal(
            "no skill", {"skill": found.skill, "low": found.gain_low, "months": found.months}
        )
    low, high = thresholds.calibration_slope
    if not low <= found.slope <= high or abs(found.in_the_large) > thresholds.calibration_large:
        return Refusal("not calibrated", {"slope": found.slope, "in_the_large": found.in_the_large})
    return None
