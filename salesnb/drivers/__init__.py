"""What conversion is associated with, and how each manager compares: one model for the department, decomposed per manager."""

from salesnb.drivers.fit import Fit, Refusal, fitted
from salesnb.drivers.gaps import change, gap, gaps
from salesnb.drivers.rates import benchmark, department, manager_rates
from salesnb.drivers.terms import drivers, quality

__all__ = [
    "Fit",
    "Refusal",
    "benchmark",
    "change",
    "department",
    "drivers",
    "fitted",
    "gap",
    "gaps",
    "manager_rates",
    "quality",
]
