"""Metrics of a channel for programs: collected from the executed notebooks, checked against one
schema.
"""

import json
from collections.abc import Sequence
from typing import Literal

from nbformat import NotebookNode
from pydantic import BaseModel, ConfigDict, ValidationError

from salesnb.errors import RunError

MIME = "application/vnd.salesnb.metrics+json"
Number = float | None


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Rows(Strict):
    read: int = 0
    kept: int = 0
    merged: int = 0
    set_aside: int = 0


class Conversion(Strict):
    won: int = 0
    lost: int = 0
    closed: int = 0
    value: Number = None
    low: Number = None
    high: Number = None
    previous: Number = None
    by_amount: Number = None


class Money(Strict):
    won_amount: Number = None
    average_order: Number = None
    new_deals: int = 0
    open_deals: int = 0
    open_amount: Number = None


class DealLength(Strict):
    deals: int = 0
    mean_days: Number = None
    median_days: Number = None
    p90_days: Number = None
    mean_days_won: Number = None
    mean_days_lost: Number = None


class Cohort(Strict):
    day: int
    won: Number = None
    low: Number = None
    high: Number = None


class Gap(Strict):
    target: Number = None
    process: Number = None
    qualification: Number = None
    touchpoints: Number = None
    channels: Number = None
    quick: Number = None
    manager: Number = None
    chance: Number = None


class Manager(Strict):
    manager: str
    won: int
    lost: int
    closed: int
    value: Number = None
    low: Number = None
    high: Number = None
    standardised: Number = None
    std_low: Number = None
    std_high: Number = None
    verdict: Literal["above", "below", "cannot tell", "too few"]
    gap: Gap = Gap()


class Factor(Strict):
    factor: Literal["target", "process", "qualification", "touchpoints", "channels"]
    index: Number = None
    previous: Number = None
    verdict: Literal["associated", "no evidence", "refused"]
    evidence: Literal["measured", "proxy", "no data"]


class Term(Strict):
    factor: str
    level: str
    odds_ratio: Number = None
    low: Number = None
    high: Number = None
    points: Number = None
    p_holm: Number = None
    verdict: Literal["associated", "no evidence", "refused"]


class Drivers(Strict):
    refused: str | None = None
    skill: Number = None
    terms: list[Term] = []


class AbcXyz(Strict):
    clients: dict[str, int] = {}
    products: dict[str, int] = {}


class Metrics(Strict):
    """metrics/<channel>.json; what no notebook recorded keeps its empty value."""

    schema_: Literal[1] = 1
    company: str
    month: str
    channel: str
    as_of: str
    rows: Rows = Rows()
    conversion: Conversion = Conversion()
    money: Money = Money()
    deal_length: DealLength = DealLength()
    cohorts: list[Cohort] = []
    functions: dict[str, dict] = {}
    managers: list[Manager] = []
    factors: list[Factor] = []
    drivers: Drivers = Drivers()
    abc_xyz: AbcXyz = AbcXyz()
    warnings: list = []


PARTS = tuple(
    name
    for name in Metrics.model_fields
    if name not in ("schema_", "company", "month", "channel", "as_of")
)


def recorded(notebooks: Sequence[NotebookNode]) -> dict:
    """The parts that executed notebooks recorded: part → data.

    Raises
    ------
    RunError
        Two notebooks recorded the same part differently, or a part that no one knows.
    """
    parts: dict = {}
    for notebook in notebooks:
        for cell in notebook.cells:
            for output in cell.get("outputs", []):
                bundle = output.get("data", {}).get(MIME)
                if bundle is None:
                    continue
                for part, data in bundle.items():
                    if part not in PARTS:
                        raise RunError(
                            f"a notebook recorded {part!r}, which the metrics do not have; they "
                            f"have: {', '.join(PARTS)}."
                        )
                    if part in parts and parts[part] != data:
                        raise RunError(f"two notebooks recorded {part!r} differently.")
                    parts[part] = data
    return parts


def make_metrics(
    company: str, month: str, channel: str, as_of: str, parts: dict, lacking: bool = False
) -> dict:
    """Metrics as they are written, checked.

    `lacking` : a section failed: what no notebook recorded is then unknown, not nought

    >>> make_metrics("A", "2026-09", "all", "2026-09-30", {})["conversion"]["won"]
    0
    >>> found = make_metrics("A", "2026-09", "all", "2026-09-30", {"managers": []}, lacking=True)
    >>> found["conversion"]["won"], found["managers"], found["cohorts"]
    (None, [], None)
    """
    try:
        found = Metrics(company=company, month=month, channel=channel, as_of=as_of, **parts)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise RunError(f"metrics: {place}: {first['msg']}; it is {first['input']!r}.") from None
    dumped = found.model_dump(mode="json")
    for name in set(PARTS) - set(parts) if lacking else ():
        typed = isinstance(getattr(found, name), Strict)
        dumped[name] = dict.fromkeys(dumped[name]) if typed else None
    return json.loads(json.dumps({"schema": dumped.pop("schema_")} | dumped, allow_nan=False))
