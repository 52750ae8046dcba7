"""A line without axes, small enough for a table cell or a card: the past at a glance."""

from collections.abc import Sequence
from html import escape

import pandas as pd

WIDE, HIGH, EDGE = 104, 26, 3


def spark(
    values: Sequence[float | None],
    label: str,
    band: tuple[float, float] | None = None,
    span: tuple[float, float] | None = None,
) -> str:
    """An inline SVG of `values` in order, its last point marked; missing values leave a gap.

    `label` is what a screen reader says: name the figure, its first and its last value. `band` is
    the neutral band. `span` is the scale from bottom to top where several lines are compared;
    without it each takes its own.

    >>> spark([], "Conversion, 12 months")
    ''
    >>> spark([1, 2], "up").count("<circle"), 'aria-label="a &lt; b"' in spark([1, 2], "a < b")
    (1, True)
    >>> 'points="3.0,13.0 101.0,3.0"' in spark([1, 2], "half of the scale, then all of it", span=(0,
    ...     2))
    True
    """
    known = [
        (i, float(value))
        for i, value in enumerate(values if values is not None else [])
        if value is not None and not pd.isna(value)
    ]
    if not known:
        return ""
    ends = [value for _, value in known] + list(band or ()) + list(span or ())
    low, height, steps = min(ends), (max(ends) - min(ends)) or 1.0, max(len(values) - 1, 1)

    def at(i, value):
        return EDGE + (WIDE - 2 * EDGE) * i / steps, HIGH - EDGE - (HIGH - 2 * EDGE) * (
            value - low
        ) / height

    x, y = at(*known[-1])
    shaded = _band(at(0, band[1])[1], at(0, band[0])[1]) if band else ""
    lines = "".join(_line([at(i, value) for i, value in run]) for run in runs(known))
    return (
        f'<svg class="spark" viewBox="0 0 {WIDE} {HIGH}" width="{WIDE}" height="{HIGH}" role="img" '
        f'aria-label="{escape(label)}">{shaded}{lines}<circle class="now" cx="{x:.1f}" '
        f'cy="{y:.1f}" r="2.6"/></svg>'
    )


def runs(known: list[tuple[int, float]]) -> list[list[tuple[int, float]]]:
    """Stretches of neighbouring known values."""
    found: list[list[tuple[int, float]]] = []
    for point in known:
        if found and found[-1][-1][0] == point[0] - 1:
            found[-1].append(point)
        else:
            found.append([point])
    return found


def _line(points: list[tuple[float, float]]) -> str:
    if len(points) == 1:
        return f'<circle class="past" cx="{points[0][0]:.1f}" cy="{points[0][1]:.1f}" r="1.2"/>'
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline class="past" fill="none" points="{path}"/>'


def _band(top: float, bottom: float) -> str:
    return (
        f'<rect class="band" x="0" y="{top:.1f}" width="{WIDE}" '
        f'height="{max(bottom - top, 1):.1f}"/>'
    )
