"""What conversion is associated with, and how each manager compares: one model for the department, decomposed per manager."""

from salesnb.model.fit import Fit, Refusal
from salesnb.model.fitting import fitted
from salesnb.model.gaps import benchmark_gaps, change, gap, gaps, month_change, window_gaps
from salesnb.model.rates import benchmark, beyond_chance, department, manager_rates, outside_corridor
from salesnb.model.terms import best_channel, drivers, quality

__all__ = [
    "Fit",
    "Refusal",
    "benchmark",
    "benchmark_gaps",
    "best_channel",
    "beyond_chance",
    "change",
    "department",
    "drivers",
    "fitted",
    "gap",
    "gaps",
    "manager_rates",
    "month_change",
    "outside_corridor",
    "quality",
    "window_gaps",
]
