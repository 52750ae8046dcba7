"""Ratios to a reference with their intervals: one row per case, the reference as a line."""

import pandas as pd

from salesnb.formats import Voice
from salesnb.render.charts.rows import marked_rows, row_word, rows_figure
from salesnb.render.display import Figure
from salesnb.render.theme import BLUE, INK, ORANGE, percent_axis, seaborn

MOST = 3.0  # an interval that reaches further ends at the edge: its words say how far
WORDS = 1.45  # times the drawn length, so that the words at the end have room


def ratios(
    frame: pd.DataFrame,
    voice: Voice,
    title: str,
    subtitle: str,
    alt: str,
    *,
    name: str,
    value: str = "ratio",
    low: str = "low",
    high: str = "high",
) -> Figure:
    """Points with 95 % intervals around 100 %, in the order of the frame (first row on top); those
    below in another colour than those above, and with another mark.

    Parameters
    ----------
    frame : columns `name`, `value`, `low`, `high` (1 is the reference)
    """

    def paint(axes, narrow):
        places = list(range(len(frame) - 1, -1, -1))
        end = min(MOST, max([1.1, *frame[high]]))
        for place, row in zip(places, frame.to_dict("records"), strict=True):
            below = row[value] < 1
            look = {"color": ORANGE if below else BLUE, "clip_on": True}
            axes.hlines(place, row[low] * 100, min(row[high], end) * 100, lw=2.2, alpha=0.7, **look)
            at = {"x": [min(row[value], end) * 100], "y": [place], "ax": axes, "legend": False}
            mark = "v" if below else "^"
            seaborn().scatterplot(**at, s=48, marker=mark, linewidth=0, zorder=3, **look)
            word = f"{voice.percent(row[value], 0)} ({voice.interval(row[low], row[high])})"
            row_word(axes, place, end * 100, word, narrow)  # no line crosses it there
        axes.axvline(100, color=INK, lw=1, ls="--", zorder=1)
        axes.set_xlim(0, end * 100 * (1.04 if narrow else WORDS))
        marked_rows(axes, places, frame[name], narrow)
        percent_axis(axes, voice)
        axes.grid(axis="x")

    return rows_figure(paint, voice, title, subtitle, alt, len(frame))
