"""Params: one YAML file per company, checked in full before anything runs."""

from salesnb.params.data import Data, FileSource, Join, Limits, Reading, Source, SqlSource
from salesnb.params.load import (
    find_params,
    load_params,
    make_params,
    parse_month,
    parse_params,
    project_root,
    read_text,
)
from salesnb.params.models import (
    CallType,
    ChannelSettings,
    Params,
    Pipeline,
    Rota,
    Target,
    Values,
    with_thresholds,
)
from salesnb.params.thresholds import Thresholds

__all__ = [
    "CallType",
    "ChannelSettings",
    "Data",
    "FileSource",
    "Join",
    "Limits",
    "Params",
    "Pipeline",
    "Reading",
    "Rota",
    "Source",
    "SqlSource",
    "Target",
    "Thresholds",
    "Values",
    "find_params",
    "load_params",
    "make_params",
    "parse_month",
    "parse_params",
    "project_root",
    "read_text",
    "with_thresholds",
]
