"""Horizontal rows: their names, and horizontal bars with a finished word at the end."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from salesnb.formats import Voice
from salesnb.render.display import Figure
from salesnb.render.theme import (
    BAND,
    BLUE,
    FAINT,
    INK,
    SMALL,
    SOFT,
    TEXT,
    drawable,
    figure,
    row_height,
    seaborn,
)

NARROW_ROW = 0.42  # inches of a row: on a phone its name stands above its mark, not beside it
ABOVE = 12  # points between the middle of a row and the name above it


def row_names(axes: Axes, places: Sequence[float], names: Iterable[str], narrow: bool) -> None:
    """Names of the rows: left of the axes, or above each row where there is no room beside it."""
    names = [drawable(name, 40 if narrow else 34) for name in names]
    axes.set(xlabel="", ylabel="")
    axes.set_yticks(list(places), [""] * len(names) if narrow else names)
    axes.tick_params(axis="y", labelcolor=INK)
    axes.spines["left"].set_visible(False)
    if narrow:
        for place, name in zip(places, names, strict=True):
            axes.annotate(
                name, (0, place), (0, ABOVE), fontsize=TEXT, color=INK, ha="left", **_beside_row()
            )


def marked_rows(axes: Axes, places: Sequence[float], names: Iterable[str], narrow: bool) -> None:
    """Room and names for rows of marks, the first at the highest place."""
    axes.set_ylim(-0.6, max(len(places), 1) - 0.4 + 0.1 * narrow)
    row_names(axes, places, names, narrow)


def rows_figure(
    paint: Callable[..., None], voice: Voice, title: str, subtitle: str, alt: str, rows: int
) -> Figure:
    """A figure as high as so many rows of marks."""
    wide, tall = row_height(rows), row_height(rows, NARROW_ROW)
    return figure(paint, voice, title, subtitle, alt, height=wide, narrow=tall)


def row_word(axes: Axes, place: float, value: float, word: str, narrow: bool) -> None:
    """A finished word at the end of a row: after its bar, or at the right edge of the line of its
    name.
    """
    if narrow:
        axes.annotate(
            word, (1, place), (0, ABOVE), fontsize=SMALL, color=SOFT, ha="right", **_beside_row()
        )
    else:
        at: dict[str, Any] = {"textcoords": "offset points", "va": "center"}
        axes.annotate(word, (value, place), (5, 0), fontsize=SMALL, color=SOFT, **at)


def _beside_row() -> dict:
    back = {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"}
    return {
        "xycoords": ("axes fraction", "data"),
        "textcoords": "offset points",
        "va": "center",
        "bbox": back,
        "zorder": 5,
    }


def bars(
    frame: pd.DataFrame,
    voice: Voice,
    title: str,
    subtitle: str,
    alt: str,
    *,
    name: str,
    value: str,
    label: str,
) -> Figure:
    """Horizontal bars with their finished `label` at the end, in the order of the frame."""

    def paint(axes, narrow):
        places = list(range(len(frame) - 1, -1, -1))
        _bars(axes, places, frame[value], narrow, color=BLUE)
        for place, row in zip(places, frame.to_dict("records"), strict=True):
            row_word(axes, place, row[value], drawable(row[label], 40 if narrow else 60), narrow)
        _frame(axes, places, frame[name], frame[value].max() * (1 if narrow else 1.35), narrow)

    rows = len(frame)
    return figure(
        paint,
        voice,
        title,
        subtitle,
        alt,
        height=row_height(rows, 0.32, 0.2),
        narrow=row_height(rows, 0.44, 0.2),
    )


def stages(frame: pd.DataFrame, voice: Voice, title: str, subtitle: str, alt: str) -> Figure:
    """The stage funnel: entered per stage, and what share moved on with its interval."""

    def paint(axes, narrow):
        places = list(range(len(frame) - 1, -1, -1))
        _bars(axes, places, frame["entered"], narrow, color=BAND, edgecolor=FAINT, linewidth=0.8)
        _bars(axes, places, frame["reached_next"], narrow, color=BLUE)
        for place, row in zip(places, frame.to_dict("records"), strict=True):
            row_word(axes, place, row["entered"], _moved(row, voice, narrow), narrow)
        _frame(
            axes, places, frame["stage"], frame["entered"].max() * (1 if narrow else 1.75), narrow
        )

    rows = len(frame)
    return figure(
        paint,
        voice,
        title,
        subtitle,
        alt,
        height=row_height(rows, 0.5, 0.2),
        narrow=row_height(rows, 0.5, 0.2),
    )


def _moved(row: dict, voice: Voice, narrow: bool) -> str:
    """What moved on from a stage; on a phone the counts and the rate alone."""
    rate, interval = voice.percent(row["conversion"]), voice.interval(row["low"], row["high"])
    counts = {"next": voice.count(row["reached_next"]), "entered": voice.count(row["entered"])}
    if narrow:
        return voice.say("{next} of {entered}: {rate}", rate=rate, **counts)
    return voice.say(
        "{next} of {entered} moved on: {rate} ({interval})", rate=rate, interval=interval, **counts
    )


def _bars(axes, places, values, narrow: bool, **look) -> None:
    """Bars of given lengths at given places: nothing is averaged, nothing is coloured by value."""
    if len(values):
        wide = 0.36 if narrow else 0.64
        plain = {
            "orient": "h",
            "native_scale": True,
            "errorbar": None,
            "saturation": 1,
            "width": wide,
        }
        seaborn().barplot(x=list(values), y=places, ax=axes, **plain, **look)


def _frame(axes, places, names, end: float, narrow: bool) -> None:
    axes.set_xlim(0, end if end > 0 else 1)
    axes.set_ylim(-0.6, max(len(places), 1) - (0.3 if narrow else 0.4))
    row_names(axes, places, names, narrow)
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)
