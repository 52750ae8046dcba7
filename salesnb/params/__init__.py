"""Params: one YAML file per company, checked in full before anything runs."""

from salesnb.params.load import find_params, load_params, make_params, parse_month, project_root
from salesnb.params.models import (
    ChannelSettings,
    Data,
    FileSource,
    Join,
    Params,
    Pipeline,
    Source,
    SqlSource,
    Target,
    Thresholds,
    Values,
)

__all__ = [
    "ChannelSettings",
    "Data",
    "FileSource",
    "Join",
    "Params",
    "Pipeline",
    "Source",
    "SqlSource",
    "Target",
    "Thresholds",
    "Values",
    "find_params",
    "load_params",
    "make_params",
    "parse_month",
    "project_root",
]
