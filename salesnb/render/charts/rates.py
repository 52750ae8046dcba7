"""Rates with their intervals: one row per group, the average as a line."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from salesnb.formats import Voice
from salesnb.render.charts.rows import ABOVE, marked_rows, rows_figure
from salesnb.render.display import Figure
from salesnb.render.theme import (
    BLUE,
    INK,
    SMALL,
    SOFT,
    TEXT,
    percent_axis,
    seaborn,
)


def rates(
    frame: pd.DataFrame,
    voice: Voice,
    title: str,
    subtitle: str,
    alt: str,
    *,
    name: str,
    value: str = "conversion",
    low: str = "low",
    high: str = "high",
    n: str = "closed",
    reference: float | None = None,
) -> Figure:
    """Points with 95 % intervals, one row per group, in the order of the frame (first row on top).

    Parameters
    ----------
    frame : columns `name`, `value`, `low`, `high` (0..1), `n` (deals)
    reference : the average, 0..1, drawn as a line
    """
    shown = frame[frame[value].notna()]

    def paint(axes, narrow):
        places = list(range(len(shown) - 1, -1, -1))
        marks(axes, places, shown[value] * 100, shown[low] * 100, shown[high] * 100)
        for place, row in zip(places, shown.to_dict("records"), strict=True):
            _beside(axes, place, voice.percent(row[value]), f"n = {voice.count(row[n])}", narrow)
        _reference(axes, reference, voice)
        _axes(axes, places, shown[name], shown[high].dropna(), voice, narrow)

    return rows_figure(paint, voice, title, subtitle, alt, len(shown))


def marks(
    axes: Axes, places: Sequence[float], values: pd.Series, lows: pd.Series, highs: pd.Series
) -> None:
    """Intervals as lines, values as points, whole even at 0 %."""
    axes.hlines(places, lows, highs, color=BLUE, lw=2.2, alpha=0.7, clip_on=False)
    at = {
        "orient": "h",
        "jitter": False,
        "native_scale": True,
        "clip_on": False,
        "ax": axes,
        "legend": False,
    }
    if len(places):
        seaborn().stripplot(x=list(values), y=places, color=BLUE, size=6.5, zorder=3, **at)


def _reference(axes, reference: float | None, voice: Voice) -> None:
    """The average: a dashed line, with its name above the axes."""
    if reference is None or pd.isna(reference):
        return
    axes.axvline(reference * 100, color=INK, lw=1, ls="--", zorder=1)
    words = voice.say("average {rate}", rate=voice.percent(reference))
    at = {
        "xycoords": ("data", "axes fraction"),
        "textcoords": "offset points",
        "ha": "center",
        "va": "bottom",
    }
    said = axes.annotate(words, (reference * 100, 1), (0, 2), fontsize=SMALL, color=SOFT, **at)
    said.set_in_layout(False)  # the lift makes its room
    axes.lift = 11


def _axes(axes, places, names, ends, voice: Voice, narrow: bool) -> None:
    axes.set_xlim(0, min(100, max(ends, default=1) * 106 + 1))
    marked_rows(axes, places, names, narrow)
    percent_axis(axes, voice)
    axes.grid(axis="x")


def _beside(axes, place: int, rate: str, deals: str, narrow: bool) -> None:
    """A rate and its number of deals in two columns right of the axes, where no mark can cross
    them.
    """
    at = {
        "xycoords": ("axes fraction", "data"),
        "textcoords": "offset points",
        "va": "center",
        "ha": "right",
    }
    if narrow:
        axes.annotate(f"{deals}   {rate}", (1, place), (0, ABOVE), fontsize=SMALL, color=INK, **at)
        return
    axes.annotate(rate, (1, place), (46, 0), fontsize=TEXT, color=INK, **at)
    axes.annotate(deals, (1, place), (100, 0), fontsize=TEXT, color=SOFT, **at)
