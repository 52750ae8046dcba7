"""Every cut of the workbook: each stands here once, with its default and its unit."""

from typing import Annotated

from pydantic import Field, field_validator, model_validator

from salesnb.params.checks import rising
from salesnb.params.strict import Strict

AT_MOST = (  # pairs of cuts of which the first must not be above the second
    ("min_percent", "min_verdict"),
    ("xyz_min_months", "xyz_sure_months"),
    ("xyz_min_months", "xyz_months"),
    ("xyz_months", "xyz_season_months"),
)

WHILE_READING = (
    "unread_share",
    "unlisted_status_share",
    "shared_id_share",
    "other_channel_closed",
)  # act before a Book is made

Share = Annotated[float, Field(ge=0, le=1)]


class Thresholds(Strict):
    """Every cut of the workbook, with its default and its unit."""

    min_percent: int = Field(
        5, ge=0, description="deals; fewer closed: counts only, no percentage on the page"
    )
    min_verdict: int = Field(10, ge=0, description="deals; fewer closed: interval, but no verdict")
    mass_closing_floor: int = Field(
        20,
        ge=0,
        description="deals; closings of one person in one day above this may be mass closing",
    )
    mass_closing_factor: float = Field(
        5.0, gt=0, description="times the median day; the other part of the mass-closing rule"
    )
    old_open_quantile: Share = Field(
        0.90, description="0..1; open deals older than this quantile of won length are old"
    )
    cohort_days: tuple[int, ...] = Field(
        (30, 60, 90, 180), description="days at which cohort conversion is read"
    )
    cohort_min_at_risk: int = Field(20, ge=0, description="deals; below this a cohort curve ends")
    immature_open_share: Share = Field(
        0.50,
        description="0..1; open share of the deals created in the period above which conversion "
        "is immature",
    )
    stuck_quantile: Share = Field(
        0.90, description="0..1; an open deal is stuck above this quantile of won deals' stage age"
    )
    overdue_quantile: Share = Field(
        0.90,
        description="0..1; a stage is overdue above this quantile of its time in the trailing year",
    )
    abc_cuts: tuple[float, float] = Field(
        (0.80, 0.95), description="cumulative shares that end classes A and B"
    )
    abc_inclusive: bool = Field(
        False, description="true: other tools' rule, the item's own share counts"
    )
    xyz_cuts: tuple[float, float] = Field(
        (0.10, 0.25), description="coefficients of variation that end classes X and Y"
    )
    xyz_ddof: int = Field(
        1,
        ge=0,
        le=1,
        description="1: sample standard deviation; 0: population, as some tools have it",
    )
    xyz_months: int = Field(12, ge=1, description="months of the XYZ history")
    xyz_min_months: int = Field(
        6, ge=1, description="months; fewer since the first sale: new, no letter"
    )
    xyz_sure_months: int = Field(12, ge=1, description="months; fewer: the letter is shown in grey")
    xyz_season_months: int = Field(36, ge=1, description="months that the season tag looks at")
    min_managers: int = Field(3, ge=0, description="managers; fewer: no comparison")
    benchmark_chance: Share = Field(
        0.50,
        description="0..1; chance of truly being the best from which somebody is called the "
        "benchmark",
    )
    best_chance: Share = Field(
        0.80,
        description="0..1; chance of the best conversion from which a channel is called the one "
        "to strengthen",
    )
    hardly_best: Share = Field(
        0.05, description="0..1; chance of the best conversion below which a channel is hardly it"
    )
    likely_chance: Share = Field(
        0.975,
        description="0..1; chance of lying above (or below) the department from which it is said",
    )
    benchmark_min_closed: int = Field(
        20, ge=0, description="deals in the window; fewer: not a conversion benchmark"
    )
    outlier_fdr: Share = Field(0.05, description="false-discovery rate of named outliers")
    holm_alpha: Share = Field(0.05, description="family-wise error of the factors' verdicts")
    landmark_days: int = Field(
        7, ge=0, description="days after creation by which a feature of a model must be known"
    )
    landmark_min_open: Share = Field(
        0.80, description="0..1; share of deals that must still be open at the landmark"
    )
    touch_bins: tuple[int, ...] = Field(
        (1, 3), description="touches by the landmark: 0 / 1-2 / 3 and more"
    )
    sla_minutes: int = Field(
        60, ge=0, description="working minutes within which a new deal should be answered"
    )
    working_hours: tuple[int, int] = Field(
        (9, 18), description="hours at which a working day opens and closes"
    )
    response_days: int = Field(
        90, ge=1, description="days after creation at which a first response stops being waited for"
    )
    deals_per_parameter: int = Field(
        10, ge=1, description="won and lost deals that a model needs for each parameter"
    )
    riley_shrinkage: Share = Field(
        0.90, description="0..1; expected shrinkage below which a model has low precision"
    )
    calibration_slope: tuple[float, float] = Field(
        (0.7, 1.3), description="slopes outside which a model is not calibrated"
    )
    calibration_large: Share = Field(
        0.03, description="0..1; mean prediction may differ from the rate by this much"
    )
    skill_min_months: int = Field(
        4, ge=1, description="months; fewer: predictive skill is not testable"
    )
    auc_alarm: Share = Field(
        0.80, description="0..1; an out-of-time AUC above this is a leakage alarm"
    )
    factor_missing: Share = Field(
        0.30, description="0..1; a factor missing in more of the deals is dropped"
    )
    level_min_closed: int = Field(
        30,
        ge=0,
        description="deals; a smaller level of a factor joins other levels: other, the largest, "
        "or a neighbouring bin",
    )
    level_min_outcome: int = Field(
        5,
        ge=0,
        description="won and lost deals; a level in which fewer of either would be expected joins "
        "other levels",
    )
    review_months: int = Field(
        6,
        ge=1,
        description="months of call scores before a month that say how qualified a person was",
    )
    min_calls: int = Field(
        8, ge=1, description="scored calls; a mean of fewer does not point at a person"
    )
    talk_seconds: int = Field(10, ge=0, description="seconds; a shorter answered call is no talk")
    min_count: int = Field(
        10, ge=0, description="events; a count of fewer is shown as few and compared with nothing"
    )
    kpi_fdr: Share = Field(
        0.05, description="0..1; false-discovery rate of those named as different in activity"
    )
    benchmark_months: int = Field(
        3, ge=1, description="months of plan completion that the KPI benchmark stands on"
    )
    benchmark_min_days: int = Field(
        60, ge=0, description="working days since the hire; fewer: not a KPI benchmark"
    )
    benchmark_traces: Share = Field(
        2 / 3,
        description="0..1; share of the working days with a trace in the CRM; fewer: not a KPI "
        "benchmark",
    )
    score_cuts: tuple[float, float] = Field(
        (60.0, 80.0), description="call scores from which a colour is yellow, and green"
    )
    score_months: int = Field(3, ge=1, description="months of scored calls that a colour stands on")
    colour_min_calls: int = Field(
        8, ge=2, description="scored calls; a colour of fewer is preliminary"
    )
    colour_min_each: int = Field(
        3, ge=1, description="scored calls of each type; a colour of fewer is preliminary"
    )
    colour_chance: Share = Field(
        0.80, description="0..1; chance of its colour below which a score is to be checked again"
    )
    pooled_min_calls: int = Field(
        30, ge=2, description="scored calls; the spread of fewer is taken from twelve months"
    )
    reviewer_min_calls: int = Field(
        10, ge=2, description="scored calls of each of two reviewers; fewer: severity is not told"
    )
    ai_min_calls: int = Field(
        30,
        ge=2,
        description="calls scored by a person and a program; fewer: a program's scores "
        "enter no colour",
    )
    rota_seconds: int = Field(60, ge=0, description="seconds; a shorter call is not for hearing")
    rota_days: int = Field(
        66, ge=1, description="working days; a colour that takes more is not told within a quarter"
    )
    pay_share: Share = Field(
        0.30, description="0..1; share of the fixed salary that goes by the colour"
    )
    qualification_min_managers: int = Field(
        8, ge=0, description="managers; fewer: no claim on qualification"
    )
    other_reason_share: Share = Field(
        0.15, description="0..1; 'other / not given' above this is a warning"
    )
    unread_share: Share = Field(
        0.05,
        description="0..1; share of a column's cells that are blank or could not be read, above "
        "which it is a remark",
    )
    other_channel_closed: int = Field(
        10, ge=0, description="deals in the window; smaller channels share 'Other'"
    )
    unlisted_status_share: Share = Field(
        0.05, description="0..1; unlisted status words on closed rows above this stop the run"
    )
    shared_id_share: Share = Field(
        0.05,
        description="0..1; share of a file's rows with the id of another deal, from which the run "
        "stops",
    )
    skipped_day_share: Share = Field(
        0.05, description="0..1; won on the day of creation above this is a warning"
    )

    @field_validator(
        "cohort_days",
        "abc_cuts",
        "xyz_cuts",
        "touch_bins",
        "working_hours",
        "calibration_slope",
        "score_cuts",
    )
    @classmethod
    def _rising(cls, value):
        return rising(value)

    @field_validator("abc_cuts")
    @classmethod
    def _shares(cls, value):
        if value[-1] > 1:
            raise ValueError(f"must be shares from 0 to 1; it is {list(value)}")
        return value

    @field_validator("score_cuts")
    @classmethod
    def _points(cls, value):
        if value[-1] > 100:
            raise ValueError(f"must be scores from 0 to 100; it is {list(value)}")
        return value

    @model_validator(mode="after")
    def _no_contradiction(self):
        for less, more in AT_MOST:
            if getattr(self, less) > getattr(self, more):
                raise ValueError(
                    f"{less} ({getattr(self, less)}) must not be above {more} "
                    f"({getattr(self, more)})"
                )
        return self
