"""Rates with their intervals: one row per group, the department as a line."""

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from salesnb.formats import Voice
from salesnb.show.display import Figure
from salesnb.show.look import BLUE, FAINT, INK, ORANGE, SOFT, canvas, drawable, finish, heading, row_height


def rates(frame: pd.DataFrame, voice: Voice, title: str, subtitle: str, alt: str, *, name: str, value="conversion",
          low="low", high="high", n="closed", reference: float | None = None, other: str = "") -> Figure:  # fmt: skip
    """Points with 95 % intervals, one row per group, in the order of the frame (first row on top).

    Parameters
    ----------
    frame : columns `name`, `value`, `low`, `high` (0..1), `n` (deals); `other`: a second value drawn as a hollow mark
    reference : rate of the department, 0..1, drawn as a line
    """
    shown = frame[frame[value].notna()]
    with canvas(row_height(len(shown)) + 0.35) as (drawing, axes):
        places = range(len(shown) - 1, -1, -1)
        for place, row in zip(places, shown.to_dict("records"), strict=True):
            axes.plot([row[low] * 100, row[high] * 100], [place, place], color=BLUE, lw=2.2, alpha=0.55)
            axes.plot(row[value] * 100, place, "o", color=BLUE, ms=6.5)
            if other and pd.notna(row[other]):
                axes.plot(row[other] * 100, place, "D", color=ORANGE, mfc="white", ms=5)
            _beside(axes, place, voice.percent(row[value]), f"n = {voice.count(row[n])}")
        if reference is not None and pd.notna(reference):
            axes.axvline(reference * 100, color=INK, lw=1, ls="--")
        axes.set_yticks(list(places), [drawable(text) for text in shown[name]])
        furthest = max([v for c in (high, other) if c for v in shown[c].dropna()], default=1)
        axes.set_xlim(0, min(100, furthest * 100 * 1.06 + 1))
        axes.set_ylim(-0.7, max(len(shown), 1) - 0.3)
        percent_axis(axes, voice)
        axes.tick_params(axis="y", labelcolor=INK)
        axes.grid(axis="x")
        axes.spines["left"].set_visible(False)
        heading(axes, title, subtitle)
        return finish(drawing, alt)


def _beside(axes, place: int, rate: str, deals: str) -> None:
    """A rate and its number of deals in two columns right of the axes, where no mark can cross them."""
    at = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "va": "center", "fontsize": 8.5}
    axes.annotate(rate, (1, place), (46, 0), ha="right", color=INK, **at)
    axes.annotate(deals, (1, place), (100, 0), ha="right", color=SOFT, **at)


def percent_axis(axes, voice: Voice, which="x") -> None:
    """Ticks of an axis that holds per cents."""
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_major_formatter(lambda value, _: voice.percent(value / 100, 0))


def bars(
    frame: pd.DataFrame, voice: Voice, title: str, subtitle: str, alt: str, *, name: str, value: str, label: str
) -> Figure:
    """Horizontal bars with their finished `label` at the end, in the order of the frame."""
    with canvas(row_height(len(frame), 0.32)) as (drawing, axes):
        places = list(range(len(frame) - 1, -1, -1))
        axes.barh(places, frame[value], color=BLUE, height=0.62)
        for place, row in zip(places, frame.to_dict("records"), strict=True):
            axes.annotate(
                drawable(row[label], 60),
                (row[value], place),
                (5, 0),
                textcoords="offset points",
                va="center",
                fontsize=8,
                color=SOFT,
            )
        axes.set_yticks(places, [drawable(text) for text in frame[name]])
        axes.set_xlim(0, (frame[value].max() if len(frame) else 1) * 1.35 or 1)
        axes.tick_params(axis="y", labelcolor=INK)
        axes.xaxis.set_visible(False)
        for side in ("left", "bottom"):
            axes.spines[side].set_visible(False)
        heading(axes, title, subtitle)
        return finish(drawing, alt)


def stages(frame: pd.DataFrame, voice: Voice, title: str, subtitle: str, alt: str) -> Figure:
    """The stage funnel: entered per stage, and what share moved on with its interval."""
    with canvas(row_height(len(frame), 0.52, 1.2)) as (drawing, axes):
        places = list(range(len(frame) - 1, -1, -1))
        axes.barh(places, frame["entered"], color="#dbe6f1", height=0.66)
        axes.barh(places, frame["reached_next"], color=BLUE, height=0.66)
        for place, row in zip(places, frame.to_dict("records"), strict=True):
            text = voice.say(
                "{next} of {entered} moved on: {rate} ({interval})", next=voice.count(row["reached_next"]), entered=voice.count(row["entered"]),
                rate=voice.percent(row["conversion"]), interval=voice.interval(row["low"], row["high"]),
            )  # fmt: skip
            axes.annotate(
                text, (row["entered"], place), (6, 0), textcoords="offset points", va="center", fontsize=8, color=SOFT
            )
        axes.set_yticks(places, [drawable(text) for text in frame["stage"]])
        axes.set_xlim(0, (frame["entered"].max() if len(frame) else 1) * 1.75 or 1)
        axes.tick_params(axis="y", labelcolor=INK)
        axes.xaxis.set_visible(False)
        for side in ("left", "bottom"):
            axes.spines[side].set_visible(False)
        heading(axes, title, subtitle)
        return finish(drawing, alt)


def parts(
    frame: pd.DataFrame,
    voice: Voice,
    title: str,
    subtitle: str,
    alt: str,
    *,
    name="part",
    value="points",
    low="low",
    high="high",
    total: str = "",
) -> Figure:
    """Parts of a difference in percentage points around zero, with intervals; the last row is their sum."""
    with canvas(row_height(len(frame), 0.34)) as (drawing, axes):
        places = list(range(len(frame) - 1, -1, -1))
        for place, row in zip(places, frame.to_dict("records"), strict=True):
            if pd.isna(row[value]):
                axes.annotate(
                    voice.missing, (0, place), (6, 0), textcoords="offset points", va="center", fontsize=8, color=SOFT
                )
                continue
            last = row[name] == total
            colour = INK if last else BLUE if row[value] >= 0 else ORANGE
            axes.barh(place, row[value] * 100, color=colour, height=0.55, alpha=1 if last else 0.8)
            if pd.notna(row[low]):
                axes.plot([row[low] * 100, row[high] * 100], [place, place], color=INK, lw=1)
            edge = max(row[value], row[high] if pd.notna(row[high]) else row[value], 0) * 100
            axes.annotate(
                voice.points(row[value]),
                (edge, place),
                (5, 0),
                textcoords="offset points",
                va="center",
                fontsize=8,
                color=SOFT,
            )
        ends = [abs(v) * 100 for column in (value, low, high) for v in frame[column] if pd.notna(v)]
        reach = max(ends, default=1) * 1.35
        axes.set_xlim(-reach, reach * 1.15)
        axes.xaxis.set_major_locator(MaxNLocator(8, integer=reach > 4, steps=[1, 2, 5, 10]))
        axes.axvline(0, color=INK, lw=1)
        axes.set_yticks(places, [drawable(text) for text in frame[name]])
        axes.tick_params(axis="y", labelcolor=INK)
        axes.xaxis.set_major_formatter(lambda v, _: voice.number(v, 0 if reach > 4 else 1))
        axes.set_xlabel(voice.say("percentage points"))
        axes.grid(axis="x")
        axes.spines["left"].set_visible(False)
        heading(axes, title, subtitle)
        return finish(drawing, alt)


NAMED = 20  # points that can carry a name each; above this only those outside the corridor do


def _names(axes, frame: pd.DataFrame, name: str, limits: pd.DataFrame, top: float) -> None:
    """Names beside their points, moved up or down to where no other name and no point stands."""
    if len(frame) > NAMED:
        low, high = (np.interp(frame["closed"], limits["n"], limits[end]) for end in ("low95", "high95"))
        frame = frame[(frame["conversion"] < low) | (frame["conversion"] > high)]
    width, tall = limits["n"].max() * 1.12, top * 0.055
    points = [
        (x - width * 0.012, x + width * 0.012, y * 100)
        for x, y in zip(frame["closed"], frame["conversion"], strict=True)
    ]
    taken = list(points)
    for row in frame.sort_values(["conversion", name]).to_dict("records"):
        text, place = drawable(row[name], 20), row["conversion"] * 100
        start = row["closed"] + width * 0.016
        end = start + width * 0.0135 * len(text)
        steps = sorted((k * tall / 2 for k in range(-12, 13)), key=abs)
        free = [
            place + s
            for s in steps
            if not any(a < end and b > start and abs(place + s - y) < tall for a, b, y in taken)
        ]
        height = min(max(free[0] if free else place, tall / 2), top - tall / 2)
        taken.append((start, end, height))
        lead = {"arrowstyle": "-", "color": SOFT, "lw": 0.5, "shrinkB": 3} if abs(height - place) > tall * 0.6 else None
        axes.annotate(
            text, (row["closed"], place), (start, height), fontsize=7.5, color=SOFT, va="center", arrowprops=lead
        )


def corridor(
    frame: pd.DataFrame, limits: pd.DataFrame, voice: Voice, title: str, subtitle: str, alt: str, *, name="manager"
) -> Figure:
    """Funnel plot: rate against the number of deals, with the corridor of chance.

    Parameters
    ----------
    frame : name, closed, conversion (0..1)
    limits : n, centre, low95, high95, low998, high998 (0..1)
    """
    with canvas(3.6) as (drawing, axes):
        axes.fill_between(limits["n"], limits["low998"] * 100, limits["high998"] * 100, color="#eef3f8", lw=0)
        axes.fill_between(limits["n"], limits["low95"] * 100, limits["high95"] * 100, color="#dbe6f1", lw=0)
        axes.plot(limits["n"], limits["centre"] * 100, color=INK, lw=1, ls="--")
        axes.plot(frame["closed"], frame["conversion"] * 100, "o", color=BLUE, ms=6)
        axes.set_xlim(0, limits["n"].max() * 1.12)
        top = max(limits["high95"].iloc[len(limits) // 8 :].max(), frame["conversion"].max() if len(frame) else 0) * 100
        top = min(100, top + 8)
        axes.set_ylim(0, top)
        _names(axes, frame, name, limits, top)
        axes.set_xlabel(voice.say("closed deals"))
        percent_axis(axes, voice, "y")
        axes.grid(axis="y", color=FAINT, alpha=0.3)
        heading(axes, title, subtitle)
        return finish(drawing, alt)
