"""Params: one YAML file per company, checked in full before anything runs.

An unknown key is refused with the nearest known one. Every cut that the definitions name stands in `Thresholds` with
its default; docs/codebook.md is generated from the descriptions here.
"""

import re
from math import isfinite
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from salesnb.errors import nearest
from salesnb.formats import LANGUAGES, Voice
from salesnb.params.checks import known, known_country, known_currency, once, rising
from salesnb.schema import FUNCTIONS, LOST_CLASSES, STATUSES, TABLES

PRESETS = ("canonical", "amocrm", "bitrix24", "hubspot", "pipedrive", "salesforce", "zoho")
ENGINES = ("duckdb",)


AT_MOST = (  # pairs of cuts of which the first must not be above the second
    ("min_percent", "min_verdict"),
    ("xyz_min_months", "xyz_sure_months"),
    ("xyz_min_months", "xyz_months"),
    ("xyz_months", "xyz_season_months"),
)


class Strict(BaseModel):
    """A model that refuses unknown keys and cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Share = Annotated[float, Field(ge=0, le=1)]


class Thresholds(Strict):
    """Every cut of the workbook, with its default and its unit."""

    min_percent: int = Field(5, ge=0, description="deals; fewer closed: counts only, no percentage on the page")
    min_verdict: int = Field(10, ge=0, description="deals; fewer closed: interval, but no verdict")
    mass_closing_floor: int = Field(
        20, ge=0, description="deals; closings of one person in one day above this may be mass closing"
    )
    mass_closing_factor: float = Field(
        5.0, gt=0, description="times the median day; the other part of the mass-closing rule"
    )
    old_open_quantile: Share = Field(
        0.90, description="0..1; open deals older than this quantile of won length are old"
    )
    cohort_days: tuple[int, ...] = Field((30, 60, 90, 180), description="days at which cohort conversion is read")
    cohort_min_at_risk: int = Field(20, ge=0, description="deals; below this a cohort curve ends")
    immature_open_share: Share = Field(
        0.50, description="0..1; open share of the deals created in the period above which conversion is immature"
    )
    stuck_quantile: Share = Field(
        0.90, description="0..1; an open deal is stuck above this quantile of won deals' stage age"
    )
    overdue_quantile: Share = Field(
        0.90, description="0..1; a stage is overdue above this quantile of its time in the trailing year"
    )
    abc_cuts: tuple[float, float] = Field((0.80, 0.95), description="cumulative shares that end classes A and B")
    abc_inclusive: bool = Field(False, description="true: other tools' rule, the item's own share counts")
    xyz_cuts: tuple[float, float] = Field(
        (0.10, 0.25), description="coefficients of variation that end classes X and Y"
    )
    xyz_ddof: int = Field(
        1, ge=0, le=1, description="1: sample standard deviation; 0: population, as some tools have it"
    )
    xyz_months: int = Field(12, ge=1, description="months of the XYZ history")
    xyz_min_months: int = Field(6, ge=1, description="months; fewer since the first sale: new, no letter")
    xyz_sure_months: int = Field(12, ge=1, description="months; fewer: the letter is shown in grey")
    xyz_season_months: int = Field(36, ge=1, description="months that the season tag looks at")
    min_managers: int = Field(3, ge=0, description="managers; fewer: no comparison")
    benchmark_chance: Share = Field(
        0.50, description="0..1; chance of truly being the best from which somebody is called the benchmark"
    )
    best_chance: Share = Field(
        0.80, description="0..1; chance of the best conversion from which a channel is called the one to strengthen"
    )
    hardly_best: Share = Field(
        0.05, description="0..1; chance of the best conversion below which a channel is hardly it"
    )
    likely_chance: Share = Field(
        0.975, description="0..1; chance of lying above (or below) the department from which it is said"
    )
    benchmark_min_closed: int = Field(20, ge=0, description="deals in the window; fewer: not a conversion benchmark")
    outlier_fdr: Share = Field(0.05, description="false-discovery rate of named outliers")
    holm_alpha: Share = Field(0.05, description="family-wise error of the factors' verdicts")
    landmark_days: int = Field(7, ge=0, description="days after creation by which a feature of a model must be known")
    landmark_min_open: Share = Field(0.80, description="0..1; share of deals that must still be open at the landmark")
    touch_bins: tuple[int, ...] = Field((1, 3), description="touches by the landmark: 0 / 1-2 / 3 and more")
    sla_minutes: int = Field(60, ge=0, description="working minutes within which a new deal should be answered")
    working_hours: tuple[int, int] = Field((9, 18), description="hours at which a working day opens and closes")
    response_days: int = Field(
        90, ge=1, description="days after creation at which a first response stops being waited for"
    )
    deals_per_parameter: int = Field(10, ge=1, description="won and lost deals that a model needs for each parameter")
    riley_shrinkage: Share = Field(0.90, description="0..1; expected shrinkage below which a model has low precision")
    calibration_slope: tuple[float, float] = Field(
        (0.7, 1.3), description="slopes outside which a model is not calibrated"
    )
    calibration_large: Share = Field(0.03, description="0..1; mean prediction may differ from the rate by this much")
    skill_min_months: int = Field(4, ge=1, description="months; fewer: predictive skill is not testable")
    auc_alarm: Share = Field(0.80, description="0..1; an out-of-time AUC above this is a leakage alarm")
    factor_missing: Share = Field(0.30, description="0..1; a factor missing in more of the deals is dropped")
    level_min_closed: int = Field(
        30,
        ge=0,
        description="deals; a smaller level of a factor joins other levels: other, the largest, or a neighbouring bin",
    )
    level_min_outcome: int = Field(
        5, ge=0, description="won and lost deals; a level in which fewer of either would be expected joins other levels"
    )
    review_months: int = Field(
        6, ge=1, description="months of call scores before a month that say how qualified a person was"
    )
    min_calls: int = Field(8, ge=1, description="scored calls; a mean of fewer does not point at a person")
    qualification_min_managers: int = Field(8, ge=0, description="managers; fewer: no claim on qualification")
    other_reason_share: Share = Field(0.15, description="0..1; 'other / not given' above this is a warning")
    unread_share: Share = Field(
        0.05,
        description="0..1; share of a column's cells that are blank or could not be read, above which it is a remark",
    )
    other_channel_closed: int = Field(10, ge=0, description="deals in the window; smaller channels share 'Other'")
    unlisted_status_share: Share = Field(
        0.05, description="0..1; unlisted status words on closed rows above this stop the run"
    )
    skipped_day_share: Share = Field(0.05, description="0..1; won on the day of creation above this is a warning")

    @field_validator("cohort_days", "abc_cuts", "xyz_cuts", "touch_bins", "working_hours", "calibration_slope")
    @classmethod
    def _rising(cls, value):
        return rising(value)

    @field_validator("abc_cuts")
    @classmethod
    def _shares(cls, value):
        if value[-1] > 1:
            raise ValueError(f"must be shares from 0 to 1; it is {list(value)}")
        return value

    @model_validator(mode="after")
    def _no_contradiction(self):
        for less, more in AT_MOST:
            if getattr(self, less) > getattr(self, more):
                raise ValueError(f"{less} ({getattr(self, less)}) must not be above {more} ({getattr(self, more)})")
        return self


class Target(Strict):
    """The written rule of a target client: values of a column, or a least number in it."""

    column: str = Field(description="heading in the export or canonical column")
    in_: list[str] | None = Field(None, alias="in", description="values that make a target client")
    min: float | None = Field(None, description="least number that makes a target client")

    @model_validator(mode="after")
    def _one_rule(self):
        if (self.in_ is None) == (self.min is None):
            raise ValueError("give either `in: [values]` or `min: number`")
        return self


class Pipeline(Strict):
    """What a pipeline is for."""

    function: Literal[FUNCTIONS] = Field("closer", description="hunter, closer or farmer")
    channel: str | None = Field(None, description="channel of the pipeline's deals")


class Join(Strict):
    """A file whose columns are added to a table."""

    table: str = Field(description="table that gets the columns")
    file: str = Field(description="file that has them")
    on: str | dict[str, str] = Field(
        description="column that both have; or {heading in the table: heading in the file}"
    )
    columns: list[str] = Field(description="headings to add")

    @field_validator("table")
    @classmethod
    def _known(cls, value):
        known("table", [value], TABLES)
        return value


class FileSource(Strict):
    """A file with what cannot be seen from it."""

    path: str | list[str] = Field(description="path, glob or list of them")
    sheet: str | None = Field(None, description="sheet of a workbook; default: the one with the table's headings")
    encoding: str | None = Field(None, description="utf-8, utf-16, cp1251; default: recognised")
    separator: str | None = Field(None, description="column separator; default: recognised")
    day_first: bool | None = Field(None, description="whether 05/03/2026 is 5 March; default: recognised per column")
    timezone: str | None = Field(None, description="zone of times without one; default: the company's")


class SqlSource(Strict):
    """A database query."""

    url: str = Field(description="SQLAlchemy address, or env:NAME of the variable that holds it")
    sql: str = Field(description="query that gives the table")
    timezone: str | None = Field(None, description="zone of times without one; default: the company's")


Source = str | list[str] | FileSource | SqlSource


class Data(Strict):
    """Where the tables are."""

    preset: Literal[PRESETS] = Field("canonical", description="whose headings, stages and status words to expect")
    joins: list[Join] = Field([], description="files whose columns are added to a table")
    deals: Source = Field(description=TABLES["deals"].meaning)
    stages: Source | None = None
    owners: Source | None = None
    leads: Source | None = None
    clients: Source | None = None
    touches: Source | None = None
    reviews: Source | None = None
    managers: Source | None = None
    absences: Source | None = None
    actions: Source | None = None
    plans: Source | None = None
    payments: Source | None = None
    sales: Source | None = None
    costs: Source | None = None

    def source(self, table: str) -> Source | None:
        """Where `table` is; None when the company has none."""
        return getattr(self, table)


class ChannelSettings(Strict):
    """A channel that differs from the rest."""

    name: str = Field(description="name of the channel")
    stage_order: list[str] | dict[str, list[str]] | None = Field(None, description="stages of this channel")
    target: Target | None = Field(None, description="target rule of this channel")
    thresholds: dict[str, Any] = Field({}, description="cuts of this channel")

    @field_validator("thresholds")
    @classmethod
    def _known(cls, value):
        known("threshold", value, Thresholds.model_fields)
        return value


def _words(value):
    """YAML reads bare `no` and `on` as booleans and 1 as a number; names are text."""
    if isinstance(value, bool):
        raise ValueError(f"{value!r} is YAML's reading of a bare yes/no/on/off: put the word in quotes")
    return str(value) if isinstance(value, (int, float)) else value


Word = Annotated[str, BeforeValidator(_words)]


class Values(BaseModel):
    """What the words of the export mean; any further key is a column: one name for several spellings."""

    model_config = ConfigDict(extra="allow", frozen=True)

    status: dict[str, list[Word]] = Field({}, description="won, lost (and open): the words of the export")
    target: Target | None = Field(None, description="which deals are of target clients")
    lost_class: dict[str, list[Word]] = Field({}, description="class of each lost reason")

    @field_validator("status")
    @classmethod
    def _statuses(cls, value):
        known("status", value, STATUSES)
        return once(value)

    @field_validator("lost_class")
    @classmethod
    def _classes(cls, value):
        known("lost class", value, LOST_CLASSES)
        return once(value)

    @model_validator(mode="after")
    def _spellings(self):
        for column, names in (self.__pydantic_extra__ or {}).items():
            good = isinstance(names, dict) and all(isinstance(spelled, list) for spelled in names.values())
            if not good:
                raise ValueError(f"`{column}` must map each name to a list of its spellings: {{Name: [spelling, …]}}")
            once(names, column)
        return self

    @property
    def spellings(self) -> dict[str, dict[str, list[str]]]:
        """Column → name → its spellings."""
        return dict(self.__pydantic_extra__ or {})


class Params(Strict):
    """Everything that a run depends on besides the data."""

    company: str = Field(description="name on the reports")
    language: Literal[LANGUAGES] = Field("en", description="language of the reports")
    timezone: str = Field("Europe/Moscow", description="zone in which timestamps are shown and counted")
    currency: str = Field("RUB", description="currency of the reports, three letters")
    rates: dict[str, float] = Field({}, description="units of `currency` for one unit of another currency")
    country: str = Field("RU", description="production calendar, two letters")
    engine: Literal[ENGINES] = Field("duckdb", description="what counts the rows")
    memory_limit: str | None = Field(None, description="most memory that the engine may take, such as 4GB")
    data: Data
    columns: dict[str, dict[str, str]] = Field(
        {}, description="per table, canonical name: heading in the export; wins over the preset"
    )
    values: Values = Field(Values(), description="what the words of the export mean")
    stage_order: list[Word] | dict[str, list[Word]] = Field(
        [], description="stages from first to last; or per pipeline"
    )
    pipelines: dict[str, Pipeline | Literal["ignore"]] = Field(
        {}, description="function and channel of each pipeline; or ignore"
    )
    channels: Literal["all"] | list[str | ChannelSettings] = Field("all", description="channels that get a page")
    crm_url: str | None = Field(None, description="link to a deal, with {deal_id}; http or https")
    pay: bool = Field(False, description="write the soft-salary proposal into pay.xlsx")
    plan_fact: Literal["payments", "won"] = Field("payments", description="what a plan is measured against")
    benchmark: str = Field("auto", description="auto, or the manager whose KPI are the base for the others")
    setup: dict[str, Any] = Field({}, description="answers to the set-up checklist that no data can give")
    window_months: int = Field(12, ge=1, le=60, description="months of the trailing window of the models")
    thresholds: Thresholds = Field(Thresholds(), description="every cut, see below")
    root: Path = Field(Path("."), exclude=True, description="set by the loader: folder from which paths start")

    @field_validator("currency")
    @classmethod
    def _currency(cls, value):
        return known_currency(value)

    @field_validator("rates")
    @classmethod
    def _rates(cls, value):
        for code, rate in value.items():
            if not (rate > 0 and isfinite(rate)):
                raise ValueError(f"the rate of {code} must be above 0; it is {rate}")
        return value

    @field_validator("country")
    @classmethod
    def _country(cls, value):
        return known_country(value)

    @field_validator("memory_limit")
    @classmethod
    def _memory(cls, value):
        if value is not None and not re.fullmatch(r"\d+(\.\d+)?\s*[KMGT]i?B", value, re.I):
            raise ValueError(f"{value!r} is no size of memory: write a number and MB or GB, such as 4GB")
        return value

    @field_validator("channels")
    @classmethod
    def _channels(cls, value):
        names = [] if value == "all" else [entry if isinstance(entry, str) else entry.name for entry in value]
        again = next((name for place, name in enumerate(names) if name in names[:place]), None)
        if again is not None:
            raise ValueError(f"{again!r} is listed twice: keep one")
        return value

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value):
        if value not in available_timezones():
            near = nearest(value, available_timezones())
            raise ValueError(f"unknown time zone {value!r}" + (f". Did you mean {near!r}?" if near else ""))
        return value

    @field_validator("columns")
    @classmethod
    def _columns(cls, value):
        for table, names in value.items():
            known("table", [table], TABLES)
            known("column", names, TABLES[table].readable, where=table)
        return value

    @field_validator("crm_url")
    @classmethod
    def _link(cls, value):
        if value is not None and not (value.startswith(("http://", "https://")) and "{deal_id}" in value):
            raise ValueError(f"{value!r} must start with http:// or https:// and contain {{deal_id}}")
        return value

    @property
    def voice(self) -> Voice:
        """How the reports speak."""
        return Voice(self.language, self.currency)

    @property
    def listed_channels(self) -> tuple[str, ...]:
        """Channels named in the params; empty when all are meant."""
        if self.channels == "all":
            return ()
        return tuple(entry if isinstance(entry, str) else entry.name for entry in self.channels)

    def settings(self, channel: str | None) -> ChannelSettings | None:
        """What differs in `channel`; None when nothing does."""
        entries = [] if self.channels == "all" else self.channels
        return next((e for e in entries if isinstance(e, ChannelSettings) and e.name == channel), None)

    def thresholds_of(self, channel: str | None) -> Thresholds:
        """The cuts that hold in `channel`."""
        settings = self.settings(channel)
        return Thresholds(**(self.thresholds.model_dump() | settings.thresholds)) if settings else self.thresholds

    def stages_of(self, pipeline: str | None = None, channel: str | None = None) -> list[str]:
        """Stages from first to last of a pipeline; empty when the params name none."""
        settings = self.settings(channel)
        order = settings.stage_order if settings and settings.stage_order else self.stage_order
        if isinstance(order, dict):
            return list(order.get(pipeline, next(iter(order.values())) if pipeline is None and order else []))
        return list(order)

    def path(self, text: str) -> Path:
        """A path of the params file, from the project's root."""
        return Path(text) if Path(text).is_absolute() else self.root / text
