"""The corridor of chance: rates against the number of deals, every name beside its point."""

import numpy as np
import pandas as pd

from salesnb.formats import Voice
from salesnb.render.display import Figure
from salesnb.render.theme import (
    BAND,
    BLUE,
    INK,
    SMALL,
    SOFT,
    drawable,
    figure,
    percent_axis,
    seaborn,
    spread,
    text_width,
    wrapped,
)

NAMED = 20  # points that can carry a name each; above this only those outside the corridor do
EDGES = {"low95": "-", "high95": "-", "low998": ":", "high998": ":"}
REACH = 6  # points between the middle of a mark and its name
TALL = 10  # points that a name takes upwards


def corridor(
    frame: pd.DataFrame,
    limits: pd.DataFrame,
    voice: Voice,
    title: str,
    subtitle: str,
    alt: str,
    *,
    name: str = "manager",
) -> Figure:
    """Funnel plot: rate against the number of deals, with the corridor of chance.

    Parameters
    ----------
    frame : name, closed, conversion (0..1)
    limits : n, centre, low95, high95, low998, high998 (0..1)
    """
    fewest = frame["closed"].min() if len(frame) else limits["n"].min()
    near = limits[limits["n"] >= 0.6 * fewest]
    near = near if len(near) > 1 else limits

    def paint(axes, narrow):
        _corridor(axes, near)
        if len(frame):
            at = {"x": frame["closed"], "y": frame["conversion"] * 100, "ax": axes, "legend": False}
            seaborn().scatterplot(**at, color=BLUE, s=38, linewidth=0, zorder=4)
        top = max(
            near.loc[near["n"] >= fewest, "high998"].max(),
            frame["conversion"].max() if len(frame) else 0,
        )
        axes.set_xlim(near["n"].min(), near["n"].max())
        axes.set_ylim(0, min(100, top * 100 + 3))
        axes.set_xlabel(voice.say("closed deals"))
        axes.set_ylabel("")
        percent_axis(axes, voice, "y")
        _edges(axes, near.iloc[-1], voice)
        axes.later = lambda: _names(axes, frame, name, near)

    return figure(paint, voice, title, subtitle, alt, height=3.1, narrow=3.1)


def _corridor(axes, limits: pd.DataFrame) -> None:
    """What chance explains: shaded within 95 %, its edges drawn so that they hold in print, and the
    department.
    """
    axes.fill_between(limits["n"], limits["low95"] * 100, limits["high95"] * 100, color=BAND, lw=0)
    for end, dash in EDGES.items():
        axes.plot(limits["n"], limits[end] * 100, color=SOFT, lw=0.9, ls=dash, zorder=2)
    axes.plot(limits["n"], limits["centre"] * 100, color=INK, lw=1, ls="--", zorder=2)


def _edges(axes, last: pd.Series, voice: Voice) -> None:
    """What each line is, right of the axes, where it ends."""
    average = voice.say("average {rate}", rate=voice.percent(last["centre"]))
    said = {
        "centre": wrapped(average, SMALL, 62),
        "low95": voice.percent(0.95, 0),
        "low998": voice.percent(0.998),
    }
    said |= {"high95": said["low95"], "high998": said["low998"]}
    top = axes.get_ylim()[1]
    heights = spread([last[end] * 100 for end in said], top * 0.085, top)
    at = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "va": "center"}
    for height, word in zip(heights, said.values(), strict=True):
        axes.annotate(
            word, (1, height), (4, 0), fontsize=SMALL, color=SOFT, annotation_clip=False, **at
        )


def _names(axes, frame: pd.DataFrame, name: str, limits: pd.DataFrame) -> None:
    """Names beside their points, where no other name, no point and no line stands; led by a line
    when moved.
    """
    if not len(frame):
        return
    data = frame[["closed", "conversion"]].to_numpy(float) * [1, 100]
    points = axes.transData.transform(data) * _points(axes)
    edges = [np.column_stack([limits["n"], limits[end] * 100]) for end in (*EDGES, "centre")]
    lines = [axes.transData.transform(edge) * _points(axes) for edge in edges]
    taken = [(x - 4, x + 4, y - 4, y + 4) for x, y in points]
    for place in _named(frame, name, limits):
        text, at = drawable(frame[name].iloc[place], 20), points[place]
        box = _free(axes, at, text_width(text, SMALL), taken, lines)
        taken.append(box)
        shift = (box[0] - at[0], (box[2] + box[3]) / 2 - at[1])
        lead = {"arrowstyle": "-", "color": SOFT, "lw": 0.6, "shrinkA": 0, "shrinkB": 3}
        beside = abs(shift[1]) < 1
        axes.annotate(
            text,
            data[place],
            shift,
            textcoords="offset points",
            fontsize=SMALL,
            color=INK,
            va="center",
            arrowprops=None if beside else lead,
            zorder=5,
        )


def _points(axes) -> float:
    """Points in a pixel of the drawing."""
    return 72 / axes.figure.dpi


def _named(frame: pd.DataFrame, name: str, limits: pd.DataFrame) -> list[int]:
    """Which rows carry a name: all, or those outside the corridor where there are too many."""
    order = frame.reset_index(drop=True).sort_values(["conversion", name]).index
    if len(frame) <= NAMED:
        return list(order)
    low, high = (
        np.interp(frame["closed"], limits["n"], limits[end]) for end in ("low95", "high95")
    )
    outside = ((frame["conversion"] < low) | (frame["conversion"] > high)).to_numpy()
    return [place for place in order if outside[place]]


def _free(
    axes, at, width: float, taken: list[tuple], lines: list
) -> tuple[float, float, float, float]:
    """The nearest place of a name to its point that meets nothing; else the one that
    meets least.
    """
    frame = axes.get_window_extent()
    left, right, bottom, top = (
        edge * _points(axes) for edge in (frame.x0, frame.x1, frame.y0, frame.y1)
    )
    boxes: list[tuple[float, tuple[float, float, float, float]]] = []
    for step in range(0, 90, 3):
        if boxes and min(boxes)[0] < step:
            break  # whatever is further away costs at least its distance
        for far, side in ((0, at[0] + REACH), (8, at[0] - REACH - width), (6, at[0] - width / 2)):
            for y in (at[1] + step, at[1] - step):
                box = (side, side + width, y - TALL / 2, y + TALL / 2)
                if left <= box[0] and box[1] <= right and bottom <= box[2] and box[3] <= top:
                    boxes.append((step + far + _met(box, taken, lines), box))
    beside = (at[0] + REACH, at[0] + REACH + width, at[1] - TALL / 2, at[1] + TALL / 2)
    return min(boxes, default=(0, beside))[1]


def _met(box, taken: list[tuple], lines: list) -> int:
    """What a box meets, in points of distance that a name would rather move: never upon a name,
    seldom upon a line.
    """
    names = sum(box[0] < b and box[1] > a and box[2] < d and box[3] > c for a, b, c, d in taken)
    across = np.linspace(box[0], box[1], 9)
    heights = [np.interp(across, line[:, 0], line[:, 1]) for line in lines]
    return 500 * names + 40 * sum(bool(((h > box[2]) & (h < box[3])).any()) for h in heights)
