"""The five factors of conversion, one module each: an index per manager and period, and what belongs to the factor alone."""

from salesnb.factors import channels, losses, open_deals, paths, process, qualification, target, touchpoints
from salesnb.factors.next_steps import next_steps
from salesnb.factors.overview import overview

__all__ = [
    "channels",
    "losses",
    "next_steps",
    "open_deals",
    "overview",
    "paths",
    "process",
    "qualification",
    "target",
    "touchpoints",
]
