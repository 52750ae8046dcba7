"""What conversion is associated with, and how each manager compares: one model for the department,
decomposed per manager.
"""

from salesnb.model.fit import Fit, Refusal
from salesnb.model.fitting import fitted
from salesnb.model.gaps import benchmark_gaps, change, gap, gaps, month_change, window_gaps
from salesnb.model.rates import (
    TEN_POINTS,
    benchmark,
    department,
    manager_rates,
    months_to_tell,
    outside_corridor,
    rep_pair,
    significant_reps,
    year_verdict,
)
from salesnb.model.sides import Sides, sides_at_same_leads
from salesnb.model.terms import best_channel, drivers, quality

__all__ = [
    "TEN_POINTS",
    "Fit",
    "Refusal",
    "Sides",
    "benchmark",
    "benchmark_gaps",
    "best_channel",
    "significant_reps",
    "change",
    "department",
    "drivers",
    "fitted",
    "gap",
    "gaps",
    "manager_rates",
    "month_change",
    "months_to_tell",
    "outside_corridor",
    "quality",
    "rep_pair",
    "sides_at_same_leads",
    "window_gaps",
    "year_verdict",
]
