"""Lines: a measure by month, a concentration; the matrix of classes."""

from collections.abc import Callable

import pandas as pd
from matplotlib.colors import LinearSegmentedColormap

from salesnb.formats import Voice
from salesnb.render.charts.spark import runs
from salesnb.render.display import Figure
from salesnb.render.theme import (
    BAND,
    BLUE,
    FAINT,
    INK,
    MARKERS,
    SMALL,
    SOFT,
    TEXT,
    figure,
    percent_axis,
    seaborn,
)

CLASSES = ("X", "Y", "Z", "unsure", "new")
# ink on its deepest end keeps 8:1, and 5:1 when the night turns it over
DEPTH = LinearSegmentedColormap.from_list("depth", ["#ffffff", "#a3c6e5"])


def monthly(
    frame: pd.DataFrame,
    voice: Voice,
    title: str,
    subtitle: str,
    alt: str,
    *,
    value: str = "conversion",
    low: str = "",
    high: str = "",
    kind: str = "percent",
) -> Figure:
    """A measure by month, with the band of its interval; the last month is marked and labelled.

    Parameters
    ----------
    frame : month ("2026-09"), `value`, and the ends of the interval when `low` and `high` name them
    kind : how values are written: percent, money, days, count
    """
    scale = 100 if kind == "percent" else 1
    says: dict[str, Callable[..., str]] = {
        "percent": voice.percent,
        "money": voice.short_money,
        "days": voice.days,
        "count": voice.count,
    }
    say = says[kind]
    values = frame[value].astype(float).reset_index(drop=True) * scale
    ends = [frame[end].astype(float).reset_index(drop=True) * scale for end in (low, high) if end]

    def paint(axes, narrow):
        _band(axes, ends)
        if values.notna().any():
            at = {
                "color": BLUE,
                "marker": "o",
                "markersize": 4,
                "markeredgewidth": 0,
                "errorbar": None,
                "ax": axes,
                "clip_on": False,
            }
            # a month without a value leaves a gap: lineplot would draw across it
            for run in runs(
                [(place, reached) for place, reached in values.items() if pd.notna(reached)]
            ):
                x, y = zip(*run, strict=True)
                seaborn().lineplot(x=list(x), y=list(y), legend=False, **at)
            _last(axes, values, lambda reached: say(reached / scale))
        _month_axis(axes, frame["month"], voice, 3 if narrow else 1)
        reached = [v for column in (values, *ends) for v in column.dropna()]
        axes.set_ylim(min([0, *reached]), max(reached, default=1) * 1.12 or 1)
        percent_axis(axes, voice, "y") if kind == "percent" else _plain_axis(
            axes, voice, kind == "money"
        )
        axes.grid(axis="y")

    return figure(paint, voice, title, subtitle, alt, height=2.0)


def _band(axes, ends: list[pd.Series]) -> None:
    """The interval, shaded, with edges that hold in print."""
    if not ends:
        return
    low, high = ends
    axes.fill_between(low.index, low, high, color=BAND, lw=0)
    for end in ends:
        axes.plot(end.index, end, color=FAINT, lw=0.8)


def _last(axes, values: pd.Series, say) -> None:
    place = values.last_valid_index()
    axes.plot(place, values[place], "o", color=BLUE, ms=8, clip_on=False, zorder=5)
    axes.annotate(
        say(values[place]),
        (place, values[place]),
        (8, 0),
        textcoords="offset points",
        va="center",
        fontsize=9,
        fontweight="bold",
        color=INK,
        annotation_clip=False,
    )


def _month_axis(axes, months, voice: Voice, every: int) -> None:
    """Short names of months, counted back from the last; years below, so that names never meet."""
    months = [str(month) for month in months]
    places = [place for place in range(len(months)) if (len(months) - 1 - place) % every == 0]
    names, year = [], ""
    for place in places:
        name, now = voice.short_month(months[place]).rsplit(" ", 1)[0], months[place][:4]
        names.append(f"{name}\n{now if now != year else ''}")
        year = now
    axes.set_xticks(places, names)
    axes.set_xlim(-0.4, len(months) - 0.6)
    axes.set(xlabel="", ylabel="")


def _plain_axis(axes, voice: Voice, money: bool) -> None:
    """Ticks as numbers; sums in thousands or millions, with the unit at the axis."""
    size, unit = next(
        (
            step
            for step in ((1e9, "bn"), (1e6, "M"), (1e3, "K"))
            if money and axes.get_ylim()[1] >= step[0]
        ),
        (1, ""),
    )
    ticks = [tick for tick in axes.get_yticks() if tick <= axes.get_ylim()[1]]
    digits = 0 if all(round(tick / size, 6) % 1 == 0 for tick in ticks) else 1
    axes.yaxis.set_major_formatter(lambda value, _: voice.number(value / size, digits))
    if money:
        units = {"bn": voice.say("bn"), "M": voice.say("M"), "K": voice.say("K"), "": ""}
        axes.set_ylabel(f"{units[unit]} {voice.symbol}".strip())


def concentration(frame: pd.DataFrame, voice: Voice, title: str, subtitle: str, alt: str) -> Figure:
    """Cumulative share of value by share of items, largest first; where classes end."""
    kept = frame[frame["value"] > 0]
    items = [100 * (place + 1) / len(kept) for place in range(len(kept))]

    def paint(axes, narrow):
        axes.plot([0, 100], [0, 100], color=FAINT, lw=1, ls=":")
        at = {"color": BLUE, "errorbar": None, "legend": False, "ax": axes}
        seaborn().lineplot(x=[0, *items], y=[0, *(kept["cum_share"] * 100)], **at)
        for letter, marker in zip("ABC", MARKERS, strict=False):
            _class_end(axes, items, kept, letter, marker, voice)
        axes.set_xlim(0, 100)
        axes.set_ylim(0, 114)
        axes.set_yticks(range(0, 101, 20))
        axes.set(xlabel=voice.say("share of items, largest first"), ylabel="")
        percent_axis(axes, voice, "x")
        percent_axis(axes, voice, "y")
        axes.grid()

    return figure(paint, voice, title, subtitle, alt, height=2.4)


def _class_end(axes, items, kept: pd.DataFrame, letter: str, marker: str, voice: Voice) -> None:
    """A mark where a class ends, and above the curve how many items it has; right of the mark where
    there is no room on the left.
    """
    members = [x for x, c in zip(items, kept["abc"], strict=True) if c == letter]
    if not members:
        return
    share = float(kept.loc[kept["abc"] == letter, "cum_share"].iloc[-1]) * 100
    axes.plot(members[-1], share, marker, color=INK, ms=6, clip_on=False, zorder=4)
    left = {"ha": "right", "va": "bottom", "xytext": (-5, 4)}
    side = left if members[-1] > 25 else {"ha": "left", "va": "top", "xytext": (7, -2)}
    at = {"textcoords": "offset points", "fontsize": TEXT, "color": SOFT, "annotation_clip": False}
    axes.annotate(f"{letter}: {voice.count(len(members))}", (members[-1], share), **at, **side)


def matrix(frame: pd.DataFrame, voice: Voice, title: str, subtitle: str, alt: str) -> Figure:
    """3×3 matrix of ABC × XYZ: number of items and share of the value in each cell; beside it what
    has no letter yet.
    """
    total = frame["value"].clip(lower=0).sum() or 1
    cells = {
        (r.abc, r.xyz): (r.items, max(r.value, 0) / total) for r in frame.itertuples(index=False)
    }
    found = [[cells.get((row, column), (0, 0.0)) for column in CLASSES] for row in "ABC"]
    shares = [[share for _, share in row] for row in found]
    words = [
        [f"{voice.count(n)}\n{voice.percent(share)}" if n else "–" for n, share in row]
        for row in found
    ]
    heads = [
        "X\n" + voice.say("steady"),
        "Y\n" + voice.say("swing"),
        "Z\n" + voice.say("uneven"),
        voice.say("not told yet").replace(" ", "\n", 1),
        voice.say("new"),
    ]

    def paint(axes, narrow):
        seaborn().heatmap(
            shares,
            vmin=0,
            vmax=max(map(max, shares)) or 1,
            cmap=DEPTH,
            annot=words,
            fmt="",
            cbar=False,
            ax=axes,
            linewidths=1,
            linecolor=FAINT,
            annot_kws={"fontsize": 9, "color": INK},
            xticklabels=heads,
            yticklabels=list("ABC"),
        )
        axes.tick_params(
            axis="both", labelcolor=INK, rotation=0, labelsize=SMALL if narrow else TEXT
        )

    return figure(paint, voice, title, subtitle, alt, height=2.3)
