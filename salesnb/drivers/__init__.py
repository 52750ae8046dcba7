"""What conversion is associated with, and how each manager compares: one model for the department, decomposed per manager."""

import sys
from types import ModuleType

from salesnb.drivers.fit import Fit, Refusal
from salesnb.drivers.fitting import fitted
from salesnb.drivers.gaps import benchmark_gaps, change, gap, gaps, month_change, window_gaps
from salesnb.drivers.rates import benchmark, beyond_chance, department, manager_rates, outside_corridor
from salesnb.drivers.terms import best_channel, drivers, quality

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


class _Room(ModuleType):
    """The front door has a function of the same name as this room: ``s.drivers(book)`` calls it, ``s.drivers.gap`` is in it."""

    def __call__(self, *args, **kwargs):
        return drivers(*args, **kwargs)


sys.modules[__name__].__class__ = _Room
