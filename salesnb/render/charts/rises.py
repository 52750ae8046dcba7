"""How much worse something becomes, by two methods: two marks with their intervals in each row."""

from collections.abc import Sequence

import pandas as pd

from salesnb.formats import Voice
from salesnb.render.charts.rows import marked_rows, rows_figure
from salesnb.render.display import Figure
from salesnb.render.theme import BLUE, INK, ORANGE, percent_axis

APART = 0.15  # of a row, above and below its middle
LOOKS = (("o", BLUE), ("D", ORANGE))  # mark and colour of the first method and of the second


def rises(
    frame: pd.DataFrame,
    voice: Voice,
    title: str,
    subtitle: str,
    alt: str,
    *,
    name: str,
    method: str,
    methods: Sequence[str],
) -> Figure:
    """Rises around nought, a row per name in the order of the frame (first row on top).

    Parameters
    ----------
    frame : columns `name`, `method` (one of the two `methods`), rise, low, high (0..1)
    """
    names = list(dict.fromkeys(frame[name]))
    known = frame.dropna(subset=["low", "high"])

    def paint(axes, narrow):
        for (mark, colour), one, side in zip(LOOKS, methods, (APART, -APART), strict=True):
            own = known[known[method] == one]
            at = [len(names) - 1 - names.index(row) + side for row in own[name]]
            look = {"color": colour, "clip_on": False}
            axes.hlines(at, own["low"] * 100, own["high"] * 100, lw=2.2, alpha=0.7, **look)
            axes.plot(own["rise"] * 100, at, ls="", marker=mark, markersize=6, zorder=3, **look)
        axes.axvline(0, color=INK, lw=1, ls="--", zorder=1)
        marked_rows(axes, list(range(len(names) - 1, -1, -1)), names, narrow)
        percent_axis(axes, voice)
        axes.grid(axis="x")

    return rows_figure(paint, voice, title, subtitle, alt, len(names))
