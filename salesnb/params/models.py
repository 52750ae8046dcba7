"""Params: one YAML file per company, checked in full before anything runs.

An unknown key is refused with the nearest known one. Every cut that the definitions name stands in
`Thresholds` with its default; docs/codebook.md is generated from the descriptions here.
"""

import re
from math import isfinite
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from salesnb.errors import ParamError, unknown
from salesnb.formats import Language, Voice
from salesnb.params.checks import known, known_country, known_currency, known_zone, once
from salesnb.params.data import Data
from salesnb.params.strict import Strict
from salesnb.params.thresholds import WHILE_READING, Thresholds
from salesnb.schema import LOST_CLASSES, STATUSES, TABLES, Function

Engine: TypeAlias = Literal["duckdb"]
ENGINES: tuple[Engine, ...] = get_args(Engine)


def _words(value):
    """YAML reads bare `no` and `on` as booleans and 1 as a number; names are text."""
    if isinstance(value, bool):
        raise ValueError(
            f"{value!r} is YAML's reading of a bare yes/no/on/off: put the word in quotes"
        )
    return str(value) if isinstance(value, (int, float)) else value


Word = Annotated[str, BeforeValidator(_words)]


def _people_a_day(value):
    """`one manager` is 1."""
    return 1 if str(value).strip().casefold() == "one manager" else value


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

    function: Function = Field("closer", description="hunter, closer or farmer")
    channel: str | None = Field(None, description="channel of the pipeline's deals")


class CallType(Strict):
    """In which stages of a deal a call of a type is expected."""

    stages: list[Word] = Field(min_length=1, description="stages of the deal at the call")


class Rota(Strict):
    """How many are heard a day."""

    per_day: Annotated[int, BeforeValidator(_people_a_day)] = Field(
        1,
        ge=1,
        le=100,
        description="managers a day, one call of each type: one manager, or a number",
    )


class ChannelSettings(Strict):
    """A channel that differs from the rest."""

    name: str = Field(description="name of the channel")
    stage_order: list[str] | dict[str, list[str]] | None = Field(
        None, description="stages of this channel"
    )
    target: Target | None = Field(None, description="target rule of this channel")
    thresholds: dict[str, Any] = Field({}, description="cuts of this channel")

    @field_validator("thresholds")
    @classmethod
    def _known(cls, value):
        known("threshold", value, Thresholds.model_fields)
        return value


class Values(BaseModel):
    """What the words of the export mean; any further key is a column, or table.column: one name for
    several spellings.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    status: dict[str, list[Word]] = Field(
        {},
        description="won, lost, open: the words of the export; ask: words of which it is not "
        "known, they count as open and the headline is shown both ways",
    )
    target: Target | None = Field(None, description="which deals are of target clients")
    lost_class: dict[str, list[Word]] = Field({}, description="class of each lost reason")

    @field_validator("status")
    @classmethod
    def _statuses(cls, value):
        known("status", value, (*STATUSES, "ask"))
        return once(value)

    @field_validator("lost_class")
    @classmethod
    def _classes(cls, value):
        known("lost class", value, LOST_CLASSES)
        return once(value)

    @model_validator(mode="after")
    def _spellings(self):
        for column, names in (self.__pydantic_extra__ or {}).items():
            good = isinstance(names, dict) and all(
                isinstance(spelled, list) for spelled in names.values()
            )
            if not good:
                raise ValueError(
                    f"`{column}` must map each name to a list of its spellings: {{Name: "
                    f"[spelling, …]}}"
                )
            once(names, column)
        return self

    @property
    def spellings(self) -> dict[str, dict[str, list[str]]]:
        """Column → name → its spellings."""
        return dict(self.__pydantic_extra__ or {})


class Params(Strict):
    """Everything that a run depends on besides the data."""

    company: str = Field(description="name on the reports")
    language: Language = Field("en", description="language of the reports")
    timezone: str = Field(
        "Europe/Moscow", description="zone in which timestamps are shown and counted"
    )
    currency: str = Field("RUB", description="currency of the reports, three letters")
    rates: dict[str, float] = Field(
        {}, description="units of `currency` for one unit of another currency"
    )
    country: str = Field("RU", description="production calendar, two letters")
    engine: Engine = Field("duckdb", description="what counts the rows")
    memory_limit: str | None = Field(
        None,
        description="most memory that the engine may take, such as 4GB; what does not fit goes to "
        "the temporary folder. Default: four fifths of the machine's",
    )
    data: Data
    columns: dict[str, dict[str, str | list[str]]] = Field(
        {},
        description="per table, canonical name: heading in the export; wins over the preset. Of "
        "several headings the first that is filled counts; those of a person make one "
        "name, those of `reviews: items` are each an item of the checklist (0 and 1, yes and no, "
        "+ and -, points), and `plans: value` without a column of metrics is a metric each",
    )
    values: Values = Field(Values(), description="what the words of the export mean")
    stage_order: list[Word] | dict[str, list[Word]] = Field(
        [], description="stages from first to last; or per pipeline"
    )
    pipelines: dict[str, Pipeline | Literal["ignore"]] = Field(
        {}, description="function and channel of each pipeline; or ignore"
    )
    channels: Literal["all"] | list[str | ChannelSettings] = Field(
        "all", description="channels that get a page"
    )
    crm_url: str | None = Field(None, description="link to a deal, with {deal_id}; http or https")
    pay: bool = Field(False, description="write the soft-salary proposal into pay.xlsx")
    pay_scale: Literal["steps", "linear"] = Field(
        "steps",
        description="how a colour is paid: steps (red 0, yellow half, green all) or linear between "
        "the two cuts of the score",
    )
    call_types: dict[str, CallType] = Field(
        {},
        description="which calls to hear for each type of the checklist; default: needs in the "
        "first half of the stages, objections in the second",
    )
    rota: Rota = Field(Rota(), description="how calls to hear are drawn")
    plan_fact: Literal["payments", "won"] = Field(
        "payments", description="what a plan is measured against"
    )
    benchmark: str = Field(
        "auto", description="auto, or the manager whose KPI are the base for the others"
    )
    setup: dict[str, Any] = Field(
        {}, description="answers to the set-up checklist that no data can give"
    )
    window_months: int = Field(
        12, ge=1, le=60, description="months of the trailing window of the models"
    )
    thresholds: Thresholds = Field(Thresholds(), description="every cut, see below")
    root: Path = Field(
        Path("."), exclude=True, description="set by the loader: folder from which paths start"
    )

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
            raise ValueError(
                f"{value!r} is no size of memory: write a number and MB or GB, such as 4GB"
            )
        return value

    @field_validator("channels")
    @classmethod
    def _channels(cls, value):
        names = (
            []
            if value == "all"
            else [entry if isinstance(entry, str) else entry.name for entry in value]
        )
        again = next((name for place, name in enumerate(names) if name in names[:place]), None)
        if again is not None:
            raise ValueError(f"{again!r} is listed twice: keep one")
        return value

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value):
        return known_zone(value)

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
        if value is not None and not (
            value.startswith(("http://", "https://")) and "{deal_id}" in value
        ):
            raise ValueError(
                f"{value!r} must start with http:// or https:// and contain {{deal_id}}"
            )
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
        return next(
            (e for e in entries if isinstance(e, ChannelSettings) and e.name == channel), None
        )

    def thresholds_of(self, channel: str | None) -> Thresholds:
        """The cuts that hold in `channel`."""
        settings = self.settings(channel)
        return (
            Thresholds(**(self.thresholds.model_dump() | settings.thresholds))
            if settings
            else self.thresholds
        )

    def stages_of(self, pipeline: str | None = None, channel: str | None = None) -> list[str]:
        """Stages from first to last of a pipeline; empty when the params name none."""
        settings = self.settings(channel)
        order = settings.stage_order if settings and settings.stage_order else self.stage_order
        if isinstance(order, dict):
            return list(
                next(iter(order.values()), []) if pipeline is None else order.get(pipeline, [])
            )
        return list(order)

    @property
    def stages_named(self) -> list[str]:
        """Every stage of every order in the params."""
        settings = [] if self.channels == "all" else self.channels
        orders = [one.stage_order for one in settings if isinstance(one, ChannelSettings)]
        listed = [
            stages
            for order in (self.stage_order, *orders)
            for stages in (order.values() if isinstance(order, dict) else [order or []])
        ]
        return list(dict.fromkeys(stage for stages in listed for stage in stages))

    def headings(self, table: str) -> dict[str, tuple[str, ...]]:
        """Canonical column → the headings that `columns` names for it."""
        named = self.columns.get(table, {})
        return {
            column: (made,) if isinstance(made, str) else tuple(made)
            for column, made in named.items()
        }

    def path(self, text: str) -> Path:
        """A path of the params file, from the project's root."""
        return Path(text) if Path(text).is_absolute() else self.root / text


def with_thresholds(params: Params, changes: dict) -> Params:
    """The params with other thresholds, in every channel.

    >>> from salesnb.params import make_params
    >>> with_thresholds(make_params({"company": "x", "data": {"deals": "x"}}), {"min_verdicts": 20})
    Traceback (most recent call last):
    ...
    salesnb.errors.ParamError: unknown threshold 'min_verdicts'. Did you mean 'min_verdict'? There are: ...

    Raises
    ------
    ParamError
        No such threshold, no such value of it, or one that acts while an export is read.
    """  # noqa: E501
    for name in changes:
        if name not in Thresholds.model_fields:
            raise unknown("threshold", name, Thresholds.model_fields)
        if name in WHILE_READING:
            raise ParamError(
                f"the threshold {name} acts while the export is read: write it under "
                "`thresholds:` in the params, and open the Book again."
            )
    try:
        thresholds = Thresholds(**(params.thresholds.model_dump() | changes))
    except ValidationError as error:
        raise ParamError(
            "; ".join(
                f"threshold {'.'.join(map(str, one['loc'])) or list(changes)}: {one['msg']}"
                for one in error.errors()
            )
        ) from None
    entries = params.channels
    if entries != "all":
        entries = [
            _without(entry, changes) if isinstance(entry, ChannelSettings) else entry
            for entry in entries
        ]
    return params.model_copy(update={"thresholds": thresholds, "channels": entries})


def _without(entry: ChannelSettings, names) -> ChannelSettings:
    kept = {name: value for name, value in entry.thresholds.items() if name not in names}
    return entry.model_copy(update={"thresholds": kept})
