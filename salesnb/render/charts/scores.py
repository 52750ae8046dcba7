"""Scores of 0 to 100 with their intervals, one row per person, and the classes between the cuts."""

from collections.abc import Sequence
from itertools import pairwise

import pandas as pd

from salesnb.formats import Voice
from salesnb.render.charts.rates import marks
from salesnb.render.charts.rows import marked_rows, row_word, rows_figure
from salesnb.render.display import Figure
from salesnb.render.theme import BAND, FAINT, INK, SMALL, SOFT, TEXT

FIRST, SECOND = 46, 56  # points right of the axes: where the first word ends, the second begins


def scores(
    frame: pd.DataFrame,
    voice: Voice,
    title: str,
    subtitle: str,
    alt: str,
    *,
    name: str,
    label: str,
    word: str,
    cuts: Sequence[float],
    classes: Sequence[str],
) -> Figure:
    """Points with 95 % intervals on 0..100, in the order of the frame (first row on top); the
    classes between the cuts are named above.

    Parameters
    ----------
    frame : columns `name`, score, low, high (0..100; an interval may be missing), `label` (the
        finished score), `word` (what is said beside it)
    """

    def paint(axes, narrow):
        places = list(range(len(frame) - 1, -1, -1))
        marks(axes, places, frame["score"], frame["low"], frame["high"])
        for place, row in zip(places, frame.to_dict("records"), strict=True):
            _beside(axes, place, row[label], row[word], narrow)
        _classes(axes, cuts, classes)
        axes.set_xlim(0, 100)
        marked_rows(axes, places, frame[name], narrow)
        axes.set_xticks(sorted({0, *cuts, 100}))
        axes.xaxis.set_major_formatter(lambda value, _: voice.number(value))

    return rows_figure(paint, voice, title, subtitle, alt, len(frame))


def _classes(axes, cuts: Sequence[float], classes: Sequence[str]) -> None:
    """The cuts as lines, every second class shaded, the name of each above it."""
    edges = [0, *cuts, 100]
    at = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points", "va": "bottom"}
    for place, (start, end) in enumerate(pairwise(edges)):
        if place % 2:
            axes.axvspan(start, end, color=BAND, lw=0, zorder=0)
        middle = (start + end) / 2
        said = axes.annotate(
            classes[place], (middle, 1), (0, 2), fontsize=SMALL, color=SOFT, ha="center", **at
        )
        said.set_in_layout(False)  # the lift makes its room
    for cut in cuts:
        axes.axvline(cut, color=FAINT, lw=1, zorder=1)
    axes.lift = 11


def _beside(axes, place: int, label: str, word: str, narrow: bool) -> None:
    """The score and its word right of the axes, where no mark can cross them; on a phone above
    the row.
    """
    if narrow:
        row_word(axes, place, 0, f"{word}   {label}", narrow)
        return
    at = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "va": "center"}
    axes.annotate(label, (1, place), (FIRST, 0), fontsize=TEXT, color=INK, ha="right", **at)
    axes.annotate(word, (1, place), (SECOND, 0), fontsize=TEXT, color=SOFT, ha="left", **at)
