"""Parts of a difference, each from where the part before it ended, so that they visibly add up to
the whole.
"""

from collections.abc import Iterable

import pandas as pd
from matplotlib.ticker import MaxNLocator

from salesnb.formats import Voice
from salesnb.render.charts.rows import NARROW_ROW, row_names
from salesnb.render.display import Figure
from salesnb.render.theme import BLUE, FAINT, INK, ORANGE, TEXT, figure, row_height

GAP = 0.35  # rows of air between the parts and their sum
COLUMN = 62  # points right of the axes that the longest word takes


def with_total(frame: pd.DataFrame, total: str) -> pd.DataFrame:
    """The parts and below them a row named `total` with their sum: part, points, low, high.

    >>> with_total(pd.DataFrame({"part": ["a"], "points": [0.1], "low": [0.0], "high": [0.2]}),
    ...     "Gap")["part"].tolist()
    ['a', 'Gap']
    """
    last = pd.DataFrame(
        [
            {
                "part": total,
                "points": frame["points"].sum(),
                "low": float("nan"),
                "high": float("nan"),
            }
        ]
    )
    return pd.concat([frame[["part", "points", "low", "high"]], last], ignore_index=True)


def parts(
    frame: pd.DataFrame, voice: Voice, title: str, subtitle: str, alt: str, *, total: str = ""
) -> Figure:
    """Parts of a difference in percentage points, each beginning where the one above it ends, with
    its interval.

    Parameters
    ----------
    frame : part, points, low, high (0..1); the row named `total` is their sum and begins at zero
    """
    rows = steps(frame["points"], frame["low"], frame["high"], (frame["part"] == total).tolist())

    def paint(axes, narrow):
        places = [len(rows) - 1 - place - GAP * row["whole"] for place, row in enumerate(rows)]
        for place, row in zip(places, rows, strict=True):
            _bar(axes, place, row, voice, narrow)
        for upper, lower, row, following in zip(places, places[1:], rows, rows[1:], strict=False):
            end = row["end"] if not following["whole"] else following["end"]
            axes.plot([end, end], [upper, lower], color=FAINT, lw=0.8, zorder=1)
        names = [text[:1].upper() + text[1:] for text in frame["part"]]
        if narrow:  # nothing stands at the right edge, where the line of zero may run
            names = [
                f"{name} {voice.points(row['value'])}"
                for name, row in zip(names, rows, strict=True)
            ]
        row_names(axes, places, names, narrow)
        _axes(axes, rows, voice, narrow)

    wide, tall = row_height(len(frame), 0.32, 0.75), row_height(len(frame), NARROW_ROW, 0.75)
    return figure(paint, voice, title, subtitle, alt, height=wide, narrow=tall)


def steps(
    values: Iterable[float], lows: Iterable[float], highs: Iterable[float], wholes: Iterable[bool]
) -> list[dict]:
    """Where each bar begins and ends and where its interval lies, in percentage points; a missing
    part moves nothing.

    >>> [(row["start"], row["end"]) for row in steps([0.05, -0.02, 0.03], [None] * 3, [None] * 3,
    ...     [False, False, True])]
    [(0.0, 5.0), (5.0, 3.0), (0.0, 3.0)]
    """
    rows, reached = [], 0.0
    for value, low, high, whole in zip(values, lows, highs, wholes, strict=True):
        start = 0.0 if whole else reached
        end = start if pd.isna(value) else start + value * 100
        ends = () if pd.isna(low) or pd.isna(value) else (start + low * 100, start + high * 100)
        rows.append({"start": start, "end": end, "ends": ends, "value": value, "whole": whole})
        reached = end
    return rows


def _bar(axes, place: float, row: dict, voice: Voice, narrow: bool) -> None:
    """One bar with its interval; its points stand right of the axes, where no bar and no name can
    cross them.
    """
    if pd.notna(row["value"]):
        colour = INK if row["whole"] else BLUE if row["value"] >= 0 else ORANGE
        tall = 0.36 if narrow else 0.58
        axes.barh(
            place, row["end"] - row["start"], left=row["start"], color=colour, height=tall, zorder=2
        )
        if row["ends"]:
            axes.plot(
                row["ends"], [place, place], color="white", lw=3, solid_capstyle="butt", zorder=3
            )
            axes.plot(row["ends"], [place, place], color=INK, lw=1.2, zorder=4)
    if not narrow:
        at = {
            "xycoords": ("axes fraction", "data"),
            "textcoords": "offset points",
            "va": "center",
            "ha": "right",
        }
        axes.annotate(
            voice.points(row["value"]), (1, place), (COLUMN, 0), fontsize=TEXT, color=INK, **at
        )


def _axes(axes, rows: list[dict], voice: Voice, narrow: bool) -> None:
    """The axis holds what is drawn, with a little air on both sides."""
    reached = [0.0, *(x for row in rows for x in (row["start"], row["end"], *row["ends"]))]
    low, high = min(reached), max(reached)
    room = (high - low or 1.0) * 0.03
    low, high = low - room, high + room
    axes.set_xlim(low, high)
    axes.set_ylim(-0.6 - GAP, max(len(rows), 1) - 0.3)
    whole = high - low > 8
    axes.xaxis.set_major_locator(
        MaxNLocator(5 if narrow else 8, integer=whole, steps=[1, 2, 5, 10])
    )
    axes.xaxis.set_major_formatter(lambda v, _: voice.number(v, 0 if whole else 1))
    axes.axvline(0, color=INK, lw=1, zorder=1)
    axes.set_xlabel(voice.say("percentage points"))
    axes.grid(axis="x")
