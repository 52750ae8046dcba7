"""metrics/<channel>.json, part by part: the one schema that every file is checked against, and that
the codebook prints.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Number = float | None


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


def _whole(meaning: str) -> Any:
    return Field(0, description=meaning)


def _figure(meaning: str) -> Any:
    return Field(None, description=meaning)


class Rows(Part):
    """Records of deals in the whole run, the same in every file."""

    read: int = _whole("records read")
    kept: int = _whole("records that are a deal")
    merged: int = _whole("further lines of a deal, and equal rows")
    set_aside: int = _whole("records that count nowhere; the ledger has each")


class Conversion(Part):
    """Conversion of the deals that were closed in the month."""

    won: int = _whole("won deals")
    lost: int = _whole("lost deals")
    closed: int = _whole("won and lost deals")
    value: Number = _figure("won / closed, 0..1")
    low: Number = _figure("lower end of its Wilson 95 % interval")
    high: Number = _figure("upper end")
    previous: Number = _figure("conversion of the month before; of a part month up to its day")
    by_amount: Number = _figure("won amount / closed amount, 0..1")


class Money(Part):
    """Money and volumes of the month, in the company's currency."""

    won_amount: Number = _figure("amount of the won deals")
    average_order: Number = _figure("won amount / won deals with an amount")
    new_deals: int = _whole("deals created in the month")
    open_deals: int = _whole("deals open on as_of")
    open_amount: Number = _figure("amount of the open deals")


class DealLength(Part):
    """Days from creation to closing of the deals closed in the month."""

    deals: int = _whole("closed deals")
    mean_days: Number = _figure("mean")
    median_days: Number = _figure("median")
    p90_days: Number = _figure("nine deals of ten took no longer")
    mean_days_won: Number = _figure("mean of the won deals")
    mean_days_lost: Number = _figure("mean of the lost deals")


class Cohort(Part):
    """Share won by an age, of the deals created in the 12 months that end on as_of."""

    day: int = Field(description="age in days")
    won: Number = _figure("share won by then (Aalen-Johansen), 0..1")
    low: Number = _figure("lower end of its 95 % interval")
    high: Number = _figure("upper end")


class Gap(Part):
    """What the gap to the department's conversion consists of; the parts add up to it, 0..1."""

    target: Number = _figure("target clients")
    process: Number = _figure("sales process")
    qualification: Number = _figure("qualification")
    touchpoints: Number = _figure("points of contact")
    channels: Number = _figure("channels")
    quick: Number = _figure("deals closed before the landmark")
    manager: Number = _figure("the manager")
    chance: Number = _figure("chance")


class Manager(Part):
    """Conversion of a manager; those with a closing in the month."""

    manager: str = Field(description="name")
    won: int = Field(description="won deals of the month")
    lost: int = Field(description="lost deals of the month")
    closed: int = Field(description="both")
    value: Number = _figure("won / closed, 0..1")
    low: Number = _figure("lower end of its Wilson 95 % interval")
    high: Number = _figure("upper end")
    standardised: Number = _figure("rate at the department's mix of leads, of the window, 0..1")
    std_low: Number = _figure("lower end of its 95 % interval")
    std_high: Number = _figure("upper end")
    verdict: Literal["above", "below", "cannot tell", "too few"] = Field(
        description="against the department, at the same leads"
    )
    gap: Gap = Gap()


class Factor(Part):
    """One of the five factors of conversion."""

    factor: Literal["target", "process", "qualification", "touchpoints", "channels"]
    index: Number = _figure("its figure of the month")
    previous: Number = _figure("that of the month before")
    verdict: Literal["associated", "no evidence", "refused"] = Field(
        description="whether conversion is associated with it"
    )
    evidence: Literal["measured", "proxy", "no data"] = Field(description="what it stands on")


class Term(Part):
    """A level of a factor in the model of conversion."""

    factor: str = Field(description="name of the factor")
    level: str = Field(description="level, against the usual one")
    odds_ratio: Number = _figure("odds of winning, as a ratio")
    low: Number = _figure("lower end of its 95 % interval")
    high: Number = _figure("upper end")
    points: Number = _figure("average difference of the predicted rate, -1..1")
    p_holm: Number = _figure("p of the factor, by Holm over the factors")
    verdict: Literal["associated", "no evidence", "refused"]


class Drivers(Part):
    """The model of conversion."""

    refused: str | None = Field(None, description="why there is none")
    skill: Number = _figure("its skill on months that it has not seen")
    terms: list[Term] = []


class AbcXyz(Part):
    """How many items each class has: {"AX": 3}."""

    clients: dict[str, int] = {}
    products: dict[str, int] = {}


class Kpi(Part):
    """What a person did in the month, in all channels; nothing where no export tells it."""

    manager: str = Field(description="name")
    calls_out: int | None = _figure("outgoing calls")
    unanswered: int | None = _figure("of them, calls that nobody took")
    calls_in: int | None = _figure("incoming calls")
    missed: int | None = _figure("of them, calls that we missed")
    talk_minutes: Number = _figure("minutes of answered calls")
    tasks_done: int | None = _figure("tasks done before their deal was closed")
    tasks_overdue: int | None = _figure("tasks due in the month and not done by as_of")
    working_days: int | None = _figure("working days of the person up to as_of")


class Scored(Part):
    """Scored calls of one type."""

    n: int = _whole("calls")
    mean: Number = _figure("mean score, 0..100")


class Quality(Part):
    """Call quality of a person over the last months (`score_months`)."""

    manager: str = Field(description="name")
    needs: Scored = Scored()
    objections: Scored = Scored()
    score: Number = _figure("mean of the two means, 0..100")
    colour: Literal["red", "yellow", "green"] | None = Field(
        None, description="by the cuts `score_cuts`, of the unrounded score"
    )
    p_colour: Number = _figure("chance that the colour is the true one, 0..1")
    state: Literal["sure", "re-check", "preliminary", "none"] = Field(
        description="how far the colour can be trusted"
    )


class Metrics(Part):
    """One file per channel; what no notebook recorded keeps its empty value."""

    schema_: Literal[2] = Field(2, description="number of this shape")
    company: str = Field(description="as in the params")
    month: str = Field(description="YYYY-MM")
    channel: str = Field(description='name; "all": the department')
    as_of: str = Field(description="day up to which everything is known, YYYY-MM-DD")
    rows: Rows = Rows()
    conversion: Conversion = Conversion()
    money: Money = Money()
    deal_length: DealLength = DealLength()
    cohorts: list[Cohort] = []
    functions: dict[str, dict] = Field({}, description="the same figures of hunters and farmers")
    managers: list[Manager] = []
    factors: list[Factor] = []
    drivers: Drivers = Drivers()
    abc_xyz: AbcXyz = AbcXyz()
    kpi: list[Kpi] = []
    quality: list[Quality] = []
    warnings: list = Field([], description="codes of what a reader should know, with their values")


PARTS = tuple(
    name
    for name in Metrics.model_fields
    if name not in ("schema_", "company", "month", "channel", "as_of")
)
LISTED = {  # parts of the codebook's chapter, in its order
    "Metrics": Metrics,
    "rows": Rows,
    "conversion": Conversion,
    "money": Money,
    "deal_length": DealLength,
    "cohorts": Cohort,
    "managers": Manager,
    "managers.gap": Gap,
    "factors": Factor,
    "drivers": Drivers,
    "drivers.terms": Term,
    "abc_xyz": AbcXyz,
    "kpi": Kpi,
    "quality": Quality,
    "quality.needs, quality.objections": Scored,
}
