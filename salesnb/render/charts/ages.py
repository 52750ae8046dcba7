"""Ages of deals: curves of cohorts, and how long closed deals took."""

import pandas as pd

from salesnb.formats import Voice
from salesnb.render.display import Figure
from salesnb.render.theme import (
    BLUE,
    FAINT,
    INK,
    MARKERS,
    SMALL,
    SOFT,
    TEXT,
    drawable,
    figure,
    percent_axis,
    seaborn,
    shades,
    spread,
)

TICKS = (0, 30, 60, 90, 120, 150, 180, 240, 300, 360)
LINE = 11  # points from one name above the axes to the next
GLYPHS = dict(zip(MARKERS, "●■▲◆▼", strict=True))  # a mark of a curve, as its name begins
WIDTHS = (
    1,
    2,
    5,
    7,
    10,
    14,
    20,
    30,
    60,
    90,
    180,
    365,
)  # days of a bar: lengths that people count in


def curves(
    groups: dict[str, pd.DataFrame],
    voice: Voice,
    title: str,
    subtitle: str,
    alt: str,
    *,
    until: int = 180,
) -> Figure:
    """Cohort curves: share won by age, solid to the age that the whole cohort has reached, dashed
    after it.

    Parameters
    ----------
    groups : label → DataFrame of day, won, low, high (0..1), mature (bool), the oldest cohort first
    """
    kept = {label: frame[frame["day"] <= until] for label, frame in groups.items()}
    kept = {label: frame for label, frame in kept.items() if len(frame)}
    colours = shades(len(kept))

    def paint(axes, narrow):
        for place, (frame, colour) in enumerate(zip(kept.values(), colours, strict=True)):
            _curve(axes, frame, colour, MARKERS[place % len(MARKERS)], place == len(kept) - 1)
        last = max((frame["day"].iloc[-1] for frame in kept.values()), default=until)
        axes.set_xlim(0, last * 1.02)
        axes.set_ylim(0, max(axes.get_ylim()[1], 0.01) * 1.04)
        _label_ends(axes, kept, colours, last)
        axes.set_xticks([tick for tick in TICKS if tick <= last])
        axes.set_xlabel(voice.say("days since creation"))
        axes.set_ylabel("")
        percent_axis(axes, voice, "y")
        axes.grid(axis="y")

    return figure(paint, voice, title, subtitle, alt, height=2.5)


def _curve(axes, frame: pd.DataFrame, colour: str, marker: str, newest: bool) -> None:
    """One cohort; the newest is the heaviest, and the interval is shaded where the curve is not
    settled.
    """
    solid, dashed = frame[frame["mature"]], frame[~frame["mature"]]
    if len(solid) and len(dashed):
        dashed = pd.concat([solid.tail(1), dashed])
    look = {
        "color": colour,
        "drawstyle": "steps-post",
        "lw": 2.4 if newest else 1.6,
        "errorbar": None,
        "ax": axes,
    }
    for part, dash in ((solid, "-"), (dashed, (0, (3, 2)))):
        if len(part):
            seaborn().lineplot(x=part["day"], y=part["won"] * 100, ls=dash, legend=False, **look)
    if len(dashed):
        low, high = dashed["low"] * 100, dashed["high"] * 100
        axes.fill_between(dashed["day"], low, high, color=colour, alpha=0.1, lw=0, step="post")
    axes.plot(
        frame["day"].iloc[-1],
        frame["won"].iloc[-1] * 100,
        marker,
        color=colour,
        ms=5,
        clip_on=False,
        zorder=5,
    )


def _label_ends(axes, groups: dict[str, pd.DataFrame], colours: list[str], last: float) -> None:
    """Names right of the axes in the order of the curves, each led by a hair line from the end of
    its curve.
    """
    top = axes.get_ylim()[1]
    ends = [(frame["day"].iloc[-1], frame["won"].iloc[-1] * 100) for frame in groups.values()]
    heights = spread([value for _, value in ends], top * 0.085, top)
    lead = {"arrowstyle": "-", "color": SOFT, "lw": 0.4, "shrinkA": 0, "shrinkB": 4}
    look = {
        "fontsize": TEXT,
        "color": INK,
        "va": "center",
        "arrowprops": lead,
        "annotation_clip": False,
    }
    for place, (end, height, label, colour) in enumerate(
        zip(ends, heights, groups, colours, strict=True)
    ):
        weight = "bold" if colour == colours[-1] else "normal"
        axes.annotate(
            f"{GLYPHS[MARKERS[place % len(MARKERS)]]} {drawable(label, 20)}",
            end,
            (last * 1.06, height),
            fontweight=weight,
            **look,
        )


def lengths(
    frame: pd.DataFrame,
    voice: Voice,
    title: str,
    subtitle: str,
    alt: str,
    *,
    median: float | None = None,
    p90: float | None = None,
) -> Figure:
    """How many won and lost deals took how long; where half and nine of ten of them end.

    Parameters
    ----------
    frame : days, won, lost: deals by length
    median, p90 : days, drawn as lines when given
    """
    width, last, more = bins(frame)
    edges = [place * width for place in range(last + 2)]
    long = frame.melt(
        id_vars="days", value_vars=["won", "lost"], var_name="kind", value_name="deals"
    )
    long = long[long["deals"] > 0].assign(
        days=lambda t: t["days"].clip(upper=edges[-1] - width / 2)
    )

    def paint(axes, narrow):
        if len(long):
            _stacked(axes, long, edges, voice)
        _limits(axes, {voice.say("half"): median, voice.say("nine of ten"): p90}, edges[-1], voice)
        every = -(-(last + 1) // (7 if narrow else 12))
        ticks = [
            *(edge for edge in edges[:last:every] if edges[last] - edge >= width * every),
            edges[last],
        ]
        axes.set_xticks(
            ticks, [voice.count(t) + ("+" if more and t == edges[last] else "") for t in ticks]
        )
        axes.set_xlim(0, edges[-1])
        axes.set(xlabel=voice.say("days from creation to closing"), ylabel=voice.say("deals"))
        axes.grid(axis="y")

    return figure(paint, voice, title, subtitle, alt, height=2.3)


def bins(frame: pd.DataFrame, most: int = 18) -> tuple[int, int, bool]:
    """Days of a bar, the number of the last bar, and whether that one takes the few longest deals
    too.

    >>> bins(pd.DataFrame({"days": [3, 20, 41, 160], "won": [50, 40, 9, 1], "lost": [0, 0, 0, 0]}))
    (5, 9, True)
    """
    counts = (frame["won"] + frame["lost"]).groupby(frame["days"]).sum().sort_index()
    counts = counts[counts > 0]
    if counts.empty:
        return 1, 1, False
    usual, longest = (
        int(counts.index[counts.cumsum() >= 0.98 * counts.sum()][0]),
        int(counts.index[-1]),
    )
    width = next((w for w in WIDTHS if (usual + 1) / w <= most), WIDTHS[-1])
    last = max(min(usual // width + 1, longest // width), 1)
    return width, last, longest >= (last + 1) * width


def _stacked(axes, long: pd.DataFrame, edges: list[int], voice: Voice) -> None:
    """Lost deals upon won ones: the height is all closed deals, to which the marks of half and nine
    of ten belong.
    """
    names = {"won": voice.say("won"), "lost": voice.say("lost")}
    colours = {names["won"]: BLUE, names["lost"]: FAINT}
    shown = long.assign(kind=long["kind"].map(names))
    seaborn().histplot(
        shown,
        x="days",
        weights="deals",
        hue="kind",
        hue_order=[names["lost"], names["won"]],
        bins=edges,
        palette=colours,
        multiple="stack",
        edgecolor="white",
        linewidth=0.6,
        alpha=1,
        ax=axes,
    )
    legend = axes.get_legend()
    legend.set_title("")
    legend.set_frame_on(False)
    legend.set_loc("center right")


def _limits(axes, marks: dict[str, float | None], end: float, voice: Voice) -> None:
    """Lines at the half and at nine of ten, each named above the axes on a line of its own, where
    no bar and no line stands.
    """
    known = {words: days for words, days in marks.items() if days is not None and pd.notna(days)}
    axes.lift = LINE * len(known)
    at = {
        "xycoords": ("data", "axes fraction"),
        "textcoords": "offset points",
        "va": "bottom",
        "fontsize": SMALL,
        "color": SOFT,
    }
    for row, (words, days) in enumerate(known.items()):
        place = min(days, end)
        axes.axvline(place, color=INK, lw=1, ls="--")
        lead = {"arrowstyle": "-", "color": SOFT, "lw": 0.6, "shrinkA": 0, "shrinkB": 0}
        side = {
            "ha": "right" if place > end / 2 else "left",
            "xytext": (0, 1 + LINE * (len(known) - 1 - row)),
        }
        back = {"boxstyle": "square,pad=0.05", "facecolor": "white", "edgecolor": "none"}
        said = axes.annotate(
            f"{words}: {voice.days(days, 0)}",
            (place, 1),
            arrowprops=lead,
            bbox=back,
            zorder=6 - row,
            **at,
            **side,
        )
        said.set_in_layout(False)
