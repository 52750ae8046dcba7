"""The one model of a department: what it holds, who has an effect in it, and why it was refused."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from salesnb.model.cells import Cells
from salesnb.model.levels import OWN_SOURCE
from salesnb.schema import UNKNOWN
from salesnb.stats import Validation, beta_binomial, cluster_inflation, within, within_tests
from salesnb.stats.beta_binomial import Shrunk
from salesnb.stats.mixed import MixedLogistic
from salesnb.stats.within import Test, Within

# log-odds; a wider interval means that no deal tells this level from the managers or the factor
# that go with it
WIDEST = 9.0

# no model: the export cannot tell, or holds too little; its factors may not be spoken of; with
# fewer deals than it should have
RefusalCode: TypeAlias = Literal[
    "no lost",
    "no won",
    "undated",
    "coarse",
    "few managers",
    "few deals",
    "no factors",
    "leak",
    "maybe leak",
    "no skill",
    "not calibrated",
    "low precision",
    "few months",
]


@dataclass(frozen=True)
class Refusal:
    """Why something cannot be told: a code, what there is and what it would take."""

    code: RefusalCode
    values: dict = field(default_factory=dict)


def at_once(name: str, make: Callable[[], Any]) -> Any:
    """How a fit that no Book keeps has what is asked of it: made now."""
    return make()


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
    model : MixedLogistic or None;  refused : why there is no model, or why its factors may not be
        used
    validation : Validation or None;  low_precision : Refusal or None
    base_of : on a channel's page, what gives the fit of the department: its verdicts and gates
        hold, so that no page claims what another refuses; this fit only adds the sources within the
        channel, and judges people by the page's deals (`units`)
    keep : how what is asked of the fit more than once is kept by its name
    """

    cells: Cells
    managers: list[str]
    group: np.ndarray
    x: np.ndarray
    names: list[tuple[str, str, str, str]]
    own: np.ndarray
    columns: dict[str, list[int]]
    model: MixedLogistic | None = None
    refused: Refusal | None = None
    gate: Refusal | None = None
    validation: Validation | None = None
    low_precision: Refusal | None = None
    testable: bool = True
    separated: list[int] = field(default_factory=list)
    base_of: "Callable[[], Fit] | None" = None
    keep: Callable[[str, Callable[[], Any]], Any] = at_once

    @property
    def base(self) -> "Fit | None":
        """The fit of the department on a channel's page."""
        return None if self.base_of is None else self.base_of()

    @property
    def suspect(self) -> bool:
        """Whether a column of the leads is known to tell the outcome, or may well do."""
        return self.gate is not None and self.gate.code in ("leak", "maybe leak")

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

        A manager's deals on the page and those on other pages have an effect each, drawn from one
        spread: a verdict of a page stands on the deals that the page shows. On the department's
            page these are its managers.
        """
        own = self.cells.table["own"].astype(bool)
        return sorted(set(zip(self.cells.table["manager"], own, strict=True)))

    @cached_property
    def unit(self) -> np.ndarray:
        """Number of each cell's unit, (cells,)."""
        place = {unit: n for n, unit in enumerate(self.units)}
        own = self.cells.table["own"].astype(bool)
        return np.array(
            [place[unit] for unit in zip(self.cells.table["manager"], own, strict=True)], int
        )

    @cached_property
    def month(self) -> np.ndarray:
        """Place of each cell's month among the months, (cells,); -1 of a deal without one."""
        place = {month: n for n, month in enumerate(self.cells.months)}
        return self.cells.table["month"].map(place).fillna(-1).to_numpy(int)

    @cached_property
    def own_counts(self) -> pd.DataFrame:
        """Closed deals of the page, those closed early told apart: manager, month, won, closed,
        quick_won, quick_closed.
        """
        own = self.cells.quick[self.cells.quick["own"]]
        figures = ["won", "closed", "quick_won", "quick_closed"]
        return own.groupby(["manager", "month"], as_index=False, dropna=False)[figures].sum()

    @cached_property
    def stands_apart(self) -> bool:
        """Whether the model has a level for the page's channel, so that its rates are not drawn to
        those of other channels.
        """
        own = self.cells.table["own"].to_numpy(bool)
        if own.all():
            return True
        if "channel" not in self.cells.factors.get("channels", []):
            return False
        channel = self.cells.table["channel"]
        level = channel[own].unique()
        separated = {self.names[p][1:3] for p in self.separated}
        return (
            len(level) == 1
            and not (channel[~own] == level[0]).any()
            and (level[0], "channel") not in separated
        )

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
        """All closed deals of the page in the window, those without an owner too: index manager,
        won, closed.
        """
        own = self.cells.quick[self.cells.quick["own"]]
        return own.groupby("manager")[["won", "closed"]].sum().sort_index()

    @cached_property
    def shrunk(self) -> tuple[list[str], Shrunk]:
        """Managers of the window by name, and their rates drawn towards each other."""
        people = self.window.drop(index=UNKNOWN, errors="ignore")
        return list(people.index), beta_binomial(
            people["won"].to_numpy(), people["closed"].to_numpy()
        )

    @property
    def dated_x(self) -> np.ndarray:
        """The design with a level for every month behind it: what a season does to all deals is no
        property of a factor.
        """
        return np.column_stack([self.x, *self._month_columns(self.cells.table)])

    def _month_columns(self, table: pd.DataFrame) -> list[np.ndarray]:
        """1 in the rows of each month but the first."""
        return [(table["month"] == month).to_numpy(float) for month in self.cells.months[1:]]

    @cached_property
    def inflation(self) -> dict[str, float]:
        """By how much several deals of one client inflate the variance of each factor's slopes; 1
        where there are none.
        """
        return self.keep("inflation", self._inflation)

    def _inflation(self) -> dict[str, float]:
        if self.cells.by_client is None or not self.deal_columns:
            return dict.fromkeys(self.columns, 1.0)
        table = self.cells.by_client
        place = {name: n for n, name in enumerate(self.managers)}
        levels = [
            (table[c] == level).to_numpy(float) for _, level, c, _ in self.names if c in table
        ]
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
        return self.keep("inside", lambda: within(self.dated_x, self.group, self.wins, self.trials))

    @cached_property
    def factor_tests(self) -> dict[str, Test]:
        """The test of each factor of single deals within managers and months, with several deals of
        a client counted for what they are; on a channel's page that of its own sources alone.
        """
        columns = self.deal_columns
        if self.base_of is not None:
            own = [place for place, name in enumerate(self.names) if name[2] == OWN_SOURCE]
            columns = {"channels": own} if own else {}
        return self.keep("tests", lambda: self._tests(columns)) if columns else {}

    def _tests(self, columns: dict[str, list[int]]) -> dict[str, Test]:
        return within_tests(
            self.dated_x, self.group, self.wins, self.trials, columns, self.inflation, self.inside
        )

    @cached_property
    def untold(self) -> set[str]:
        """Factors that the data cannot tell from who sells or from another factor: no deal differs
        in them alone.
        """
        width = self.inside.high - self.inside.low
        kept = {
            f: [p for p in places if p not in self.separated]
            for f, places in self.deal_columns.items()
        }
        return {
            f for f, places in kept.items() if places and all(width[p] > WIDEST for p in places)
        }

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


def codes(fit: Fit) -> RefusalCode | None:
    """Code of what is refused for the whole model: no model, or a gate."""
    found = fit.refused or fit.gate
    return None if found is None else found.code
