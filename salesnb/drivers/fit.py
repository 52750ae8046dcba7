"""The one model of a department: its design, the gates that it must pass, and why it was refused."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from salesnb.drivers import leak
from salesnb.drivers.cells import Cells, make
from salesnb.drivers.levels import OWN_SOURCE, drop, told_apart
from salesnb.measures.frames import kept_with
from salesnb.schema import UNKNOWN
from salesnb.stats import (
    Validation,
    beta_binomial,
    cluster_inflation,
    cox_snell,
    logistic,
    mixed_logistic,
    riley_minimum,
    rolling_origin,
    separated,
    within,
    within_tests,
)
from salesnb.stats.beta_binomial import Shrunk
from salesnb.stats.within import Test, Within

WIDEST = 9.0  # log-odds; a wider interval means that no deal tells this level from the managers or the factor that go with it
FIRST_MONTHS = 3  # months of training before the first prediction: 9 of 12 are then predicted


@dataclass(frozen=True)
class Refusal:
    """Why something cannot be told: a code, what there is and what it would take."""

    code: str
    values: dict = field(default_factory=dict)


@dataclass
class Fit:
    """A fitted department.

    Attributes
    ----------
    cells : Cells
    managers : names in order; `group` : (cells,) their numbers
    x : (cells, k) design;  names : (factor, level, column, reference) of each column
    own : (J, q) qualification in standard deviations (q = 1 or 0)
    columns : factor → numbers of its columns of [x, own]
    separated : columns of levels that never won or never lost: no odds are said of them
    model : MixedLogistic or None;  refused : why there is no model, or why its factors may not be used
    validation : Validation or None;  low_precision : Refusal or None
    base : on a channel's page, the fit of the department: its verdicts and gates hold, so that no page claims what
        another refuses; this fit only adds the sources within the channel, and judges people by the page's deals (`units`)
    """

    cells: Cells
    managers: list[str]
    group: np.ndarray
    x: np.ndarray
    names: list[tuple[str, str, str, str]]
    own: np.ndarray
    columns: dict[str, list[int]]
    model: object = None
    refused: Refusal | None = None
    gate: Refusal | None = None
    validation: Validation | None = None
    low_precision: Refusal | None = None
    testable: bool = True
    separated: list[int] = field(default_factory=list)
    base: "Fit | None" = None

    @property
    def wins(self) -> np.ndarray:
        return self.cells.table["won"].to_numpy(float)

    @property
    def trials(self) -> np.ndarray:
        return self.cells.table["closed"].to_numpy(float)

    @property
    def people(self) -> list[str]:
        """Managers by name: deals without an owner are fitted, but are nobody."""
        return [name for name in self.managers if name != UNKNOWN]

    @cached_property
    def units(self) -> list[tuple[str, bool]]:
        """Who has an effect in the model: (manager, whether the deals are the page's), in order.

        A manager's deals on the page and those on other pages have an effect each, drawn from one spread: a verdict of a
        page stands on the deals that the page shows. On the department's page these are its managers.
        """
        own = self.cells.table["own"].astype(bool)
        return sorted(set(zip(self.cells.table["manager"], own, strict=True)))

    @cached_property
    def unit(self) -> np.ndarray:
        """Number of each cell's unit, (cells,)."""
        place = {unit: n for n, unit in enumerate(self.units)}
        own = self.cells.table["own"].astype(bool)
        return np.array([place[unit] for unit in zip(self.cells.table["manager"], own, strict=True)], int)

    @cached_property
    def stands_apart(self) -> bool:
        """Whether the model has a level for the page's channel, so that its rates are not drawn to those of other channels."""
        own = self.cells.table["own"].to_numpy(bool)
        if own.all():
            return True
        if "channel" not in self.cells.factors.get("channels", []):
            return False
        channel = self.cells.table["channel"]
        level = channel[own].unique()
        separated = {self.names[p][1:3] for p in self.separated}
        return len(level) == 1 and not (channel[~own] == level[0]).any() and (level[0], "channel") not in separated

    @property
    def compared(self) -> bool:
        """Whether the page has people enough to hold one against the others."""
        people = self.window.index[self.window["closed"] > 0].drop(UNKNOWN, errors="ignore")
        return len(people) >= self.cells.thresholds.min_managers

    @property
    def own_of_units(self) -> np.ndarray:
        """Rows of `own` of each unit's manager, (units, q)."""
        place = {name: n for n, name in enumerate(self.managers)}
        return self.own[[place[name] for name, _ in self.units]]

    @cached_property
    def window(self) -> pd.DataFrame:
        """All closed deals of the page in the window, those without an owner too: index manager, won, closed."""
        own = self.cells.quick[self.cells.quick["own"]]
        return own.groupby("manager")[["won", "closed"]].sum().sort_index()

    @cached_property
    def shrunk(self) -> tuple[list[str], Shrunk]:
        """Managers of the window by name, and their rates drawn towards each other."""
        people = self.window.drop(index=UNKNOWN, errors="ignore")
        return list(people.index), beta_binomial(people["won"].to_numpy(), people["closed"].to_numpy())

    @cached_property
    def dated_x(self) -> np.ndarray:
        """The design with a level for every month behind it: what a season does to all deals is no property of a factor."""
        return np.column_stack([self.x, *self._month_columns(self.cells.table)])

    def _month_columns(self, table: pd.DataFrame) -> list[np.ndarray]:
        """1 in the rows of each month but the first."""
        return [(table["month"] == month).to_numpy(float) for month in self.cells.months[1:]]

    @cached_property
    def inflation(self) -> dict[str, float]:
        """By how much several deals of one client inflate the variance of each factor's slopes; 1 where there are none."""
        if self.cells.by_client is None or not self.deal_columns:
            return dict.fromkeys(self.columns, 1.0)
        table = self.cells.by_client
        place = {name: n for n, name in enumerate(self.managers)}
        levels = [(table[c] == level).to_numpy(float) for _, level, c, _ in self.names if c in table]
        rows = np.column_stack([*levels, *self._month_columns(table)])
        client = pd.factorize(table["client_id"], sort=True)[0]
        clustered = (
            rows,
            table["manager"].map(place).to_numpy(int),
            table["won"].to_numpy(float),
            table["closed"].to_numpy(float),
            client,
        )
        cells = (self.dated_x, self.group, self.wins, self.trials)
        return cluster_inflation(*cells, clustered, self.deal_columns, self.inside)

    @cached_property
    def inside(self) -> Within:
        """Slopes within managers and months."""
        return within(self.dated_x, self.group, self.wins, self.trials)

    def tests(self, columns: dict[str, list[int]]) -> dict[str, Test]:
        """Tests within managers and months, with several deals of a client counted for what they are."""
        return within_tests(self.dated_x, self.group, self.wins, self.trials, columns, self.inflation, self.inside)

    @cached_property
    def factor_tests(self) -> dict[str, Test]:
        """The test of each factor of single deals: the page speaks of it in several places."""
        return self.tests(self.deal_columns) if self.deal_columns else {}

    @cached_property
    def untold(self) -> set[str]:
        """Factors that the data cannot tell from who sells or from another factor: no deal differs in them alone."""
        width = self.inside.high - self.inside.low
        kept = {f: [p for p in places if p not in self.separated] for f, places in self.deal_columns.items()}
        return {f for f, places in kept.items() if places and all(width[p] > WIDEST for p in places)}

    @property
    def silent(self) -> bool:
        """Whether nothing at all is said of rates: the export cannot tell them."""
        return bool(self.cells.untold)

    @property
    def deal_columns(self) -> dict[str, list[int]]:
        """Factors of single deals: columns of x."""
        return {f: c for f, c in self.columns.items() if f != "qualification"}

    @property
    def usable(self) -> bool:
        """Whether the factors of the model may be spoken of."""
        return self.model is not None and self.gate is None


def fitted(x, factors=None) -> Fit:
    """The fit of a Book or frame; a Book keeps its own, so that a page fits once."""
    if hasattr(x, "closer_deals"):
        return kept_with(x, "_fit", lambda: _fit(make(x, factors), None if x.channel is None else fitted(x.department)))
    return _fit(make(x, factors))


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
        fit.base, fit.gate, fit.validation, fit.testable = base, base.gate, base.validation, base.testable
        fit.low_precision = base.low_precision
    return fit


def _cannot_tell(cells: Cells) -> Refusal | None:
    """Why the export itself allows no model: an outcome that it lacks, closing dates missing unequally, days that it does not know."""
    if cells.untold:
        return Refusal(cells.untold)
    return Refusal("coarse", {"grain": cells.coarse}) if cells.coarse else None


def _too_little(fit: Fit) -> Refusal | None:
    """Why no model may be fitted: too few managers, or too few won or lost deals for its parameters."""
    cells = fit.cells
    parameters = 1 + fit.x.shape[1] + fit.own.shape[1]
    if not fit.x.shape[1]:  # too few deals even for one level beside another: it takes what was asked for
        parameters = max(parameters, cells.planned)
    won, lost = int(fit.wins.sum()), int((fit.trials - fit.wins).sum())
    need = int(cells.thresholds.deals_per_parameter * parameters)
    if len(fit.people) < cells.thresholds.min_managers:
        return Refusal("few managers", {"have": len(fit.people), "need": cells.thresholds.min_managers})
    if min(won, lost) < need:
        counts = {"won": won, "lost": lost, "need": need, "parameters": parameters}
        return Refusal("few deals", counts | {"months": len(cells.months), "window": cells.window})
    return None


def _design(cells: Cells) -> Fit:
    table = cells.table
    managers = sorted(table["manager"].unique())
    group = table["manager"].map({name: n for n, name in enumerate(managers)}).to_numpy(int)
    parts, names, columns = [], [], {}
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
    """The level that the others are compared with: the usual or the largest one, but none that never won or never lost."""
    mixed = sums[(sums["won"] > 0) & (sums["won"] < sums["closed"])]
    kept = mixed if len(mixed) else sums
    if usual in kept.index:
        return usual
    return kept.sort_index(ascending=False).sort_values("closed", kind="stable").index[-1]


REFERENCES = {"is_target": "no", "deviation": "no", "touch_bin": "1-2"}


def _own(cells: Cells, managers: list[str]) -> np.ndarray:
    """Call scores in standard deviations between managers; managers without scores stand at the mean."""
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
    """Levels that never won or never lost are named and get no odds; they stay in the model under its small penalty.

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
    """What the factors must pass before they are spoken of: skill and calibration on unseen months, no leak."""
    cuts, cells, x = fit.cells.thresholds, fit.cells, _full(fit)
    if not x.shape[1]:
        fit.gate, fit.testable = Refusal("no factors"), False
        return
    if len(cells.months) >= cuts.skill_min_months:
        month = cells.table["month"].map({m: n for n, m in enumerate(cells.months)}).to_numpy(int)
        fit.validation = rolling_origin(x, fit.group, month, fit.wins, fit.trials, leak.predict, FIRST_MONTHS)
    fit.testable = fit.validation is not None
    if fit.testable:
        found = fit.validation
        reached = (found.auc, found.auc_low, found.auc_high)
    else:  # without unseen months the leak is looked for among the seen ones
        reached = leak.seen_auc(x, fit.wins, fit.trials)
    code = leak.verdict(*reached[1:], cuts.auc_alarm)
    failed = _failed(fit.validation, cuts) if fit.testable else None
    if code == "leak" or code and failed is None:  # what predicts nothing is not suspected of knowing the outcome
        values = dict(zip(("auc", "low", "high"), reached, strict=True)) | {"most": cuts.auc_alarm}
        fit.gate = Refusal(code, values | leak.best_alone(fit.names, x, fit.wins, fit.trials))
    else:
        fit.gate = failed


def _failed(found: Validation, cuts) -> Refusal | None:
    """The gate that a validation does not pass."""
    if not found.gain_low > 0:
        return Refusal("no skill", {"skill": found.skill, "low": found.gain_low, "months": found.months})
    low, high = cuts.calibration_slope
    if not low <= found.slope <= high or abs(found.in_the_large) > cuts.calibration_large:
        return Refusal("not calibrated", {"slope": found.slope, "in_the_large": found.in_the_large})
    return None


def codes(fit: Fit) -> str | None:
    """Code of what is refused for the whole model: no model, or a gate."""
    found = fit.refused or fit.gate
    return None if found is None else found.code
