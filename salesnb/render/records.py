"""Figures of a notebook on their way to metrics/<channel>.json: plain JSON values,
missing as null.
"""

import datetime as dt
import math
from typing import Any

import numpy as np
import pandas as pd

DECIMALS = 10  # the last bits of a double differ between machines; no figure is known so finely


def plain_json(value: object) -> Any:
    """`value` as JSON holds it.

    Parameters
    ----------
    value : dict, list, DataFrame, Series or a single value
        Numbers stay as they are (rates 0..1, nothing suppressed); a DataFrame becomes a list of
        rows, a Series a dict; NaN, NaT and infinities become null; dates become YYYY-MM-DD, months
        YYYY-MM.

    Raises
    ------
    TypeError
        A value that JSON cannot hold.

    >>> plain_json({"won_amount": np.float64(10), "open_amount": float("nan")})
    {'won_amount': 10.0, 'open_amount': None}
    >>> plain_json(pd.DataFrame({"day": [30], "won": [float("nan")]}))
    [{'day': 30, 'won': None}]
    """
    if isinstance(value, pd.DataFrame):
        return [plain_json(row) for row in value.to_dict("records")]
    if isinstance(value, pd.Series):
        value = value.to_dict()
    if isinstance(value, dict):
        return {str(key): plain_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain_json(item) for item in value]
    return _scalar(value)


def _scalar(value):
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return round(float(value), DECIMALS) if math.isfinite(value) else None
    if isinstance(value, (pd.Period, str)):
        return str(value)
    if isinstance(value, (dt.date, pd.Timestamp)):
        return str(value)[:10]
    raise TypeError(f"metrics cannot hold {type(value).__name__}: {value!r}")
