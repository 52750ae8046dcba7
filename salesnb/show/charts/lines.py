"""Lines: a measure by month, curves of a cohort, a concentration."""

import pandas as pd
from matplotlib.patches import Rectangle

from salesnb.formats import Voice
from salesnb.show.charts.rates import percent_axis
from salesnb.show.display import Figure
from salesnb.show.look import BLUE, FAINT, INK, MARKERS, SERIES, SOFT, canvas, drawable, finish, heading


def monthly(
    frame: pd.DataFrame,
    voice: Voice,
    title: str,
    subtitle: str,
    alt: str,
    *,
    value="conversion",
    low="",
    high="",
    kind="percent",
) -> Figure:
    """A measure by month, with the band of its interval; the last month is marked and labelled.

    Parameters
    ----------
    frame : month ("2026-09"), `value`, and the ends of the interval when `low` and `high` name them
    kind : how values are written: percent, money, days, count
    """
    scale = 100 if kind == "percent" else 1
    say = {"percent": voice.percent, "money": voice.short_money, "days": voice.days, "count": voice.count}[kind]
    with canvas(2.5) as (drawing, axes):
        places = list(range(len(frame)))
        values = frame[value].astype(float) * scale
        if low:
            axes.fill_between(
                places, frame[low].astype(float) * scale, frame[high].astype(float) * scale, color="#dbe6f1", lw=0
            )
        axes.plot(places, values, color=BLUE, marker="o", ms=3.5)
        known = values.last_valid_index()
        if known is not None:
            place = list(frame.index).index(known)
            axes.plot(place, values[known], "o", color=BLUE, ms=8)
            axes.annotate(
                say(frame[value][known]),
                (place, values[known]),
                (8, 0),
                textcoords="offset points",
                va="center",
                fontsize=9,
                fontweight="bold",
                color=INK,
            )
        axes.set_xticks(places, _months(frame["month"], voice), fontsize=8)
        axes.set_xlim(-0.4, len(frame) - 0.2)
        highest = max([v for c in (value, high) if c for v in frame[c].dropna()], default=1) * scale
        lowest = min(0, values.min() if values.notna().any() else 0)
        axes.set_ylim(lowest, highest * 1.15 or 1)
        if kind == "percent":
            percent_axis(axes, voice, "y")
        else:
            _plain_axis(axes, voice, kind == "money")
        axes.grid(axis="y")
        heading(axes, title, subtitle)
        return finish(drawing, alt)


def _months(months, voice: Voice) -> list[str]:
    """Short names of months; the year stands below the first one and each January, so that names never meet."""
    names = [voice.short_month(month).rsplit(" ", 1)[0] for month in months]
    years = [str(month)[:4] if place == 0 or str(month).endswith("-01") else "" for place, month in enumerate(months)]
    return [f"{name}\n{year}" for name, year in zip(names, years, strict=True)]


def _plain_axis(axes, voice: Voice, money: bool) -> None:
    """Ticks as numbers; sums in thousands or millions, with the unit at the axis."""
    size, unit = next(
        (step for step in ((1e9, "bn"), (1e6, "M"), (1e3, "K")) if money and axes.get_ylim()[1] >= step[0]), (1, "")
    )
    ticks = [tick for tick in axes.get_yticks() if tick <= axes.get_ylim()[1]]
    digits = 0 if all(round(tick / size, 6) % 1 == 0 for tick in ticks) else 1
    axes.yaxis.set_major_formatter(lambda value, _: voice.number(value / size, digits))
    if money:
        units = {"bn": voice.say("bn"), "M": voice.say("M"), "K": voice.say("K"), "": ""}
        axes.set_ylabel(f"{units[unit]} {voice.symbol}".strip())


def curves(
    groups: dict[str, pd.DataFrame], voice: Voice, title: str, subtitle: str, alt: str, *, until: int = 180
) -> Figure:
    """Cohort curves: share won by age, solid to the age that the whole cohort has reached, dashed after it.

    Parameters
    ----------
    groups : label → DataFrame of day, won, low, high (0..1), mature (bool)
    """
    with canvas(3.0) as (drawing, axes):
        ends = []
        for place, (label, frame) in enumerate(groups.items()):
            kept = frame[frame["day"] <= until]
            colour = SERIES[place % len(SERIES)]
            solid, dashed = kept[kept["mature"]], kept[~kept["mature"]]
            if len(solid) and len(dashed):
                dashed = pd.concat([solid.tail(1), dashed])
            axes.plot(solid["day"], solid["won"] * 100, drawstyle="steps-post", color=colour)
            axes.plot(dashed["day"], dashed["won"] * 100, drawstyle="steps-post", color=colour, ls=(0, (3, 2)))
            if len(dashed):
                axes.fill_between(
                    dashed["day"], dashed["low"] * 100, dashed["high"] * 100, color=colour, alpha=0.1, lw=0, step="post"
                )
            if len(kept):
                ends.append([kept["day"].iloc[-1], kept["won"].iloc[-1] * 100, label, colour])
        axes.set_xlim(0, until * 1.25)
        axes.set_ylim(0, max(axes.get_ylim()[1], 0.01) * 1.08)
        _label_ends(axes, ends, until * 1.06)
        axes.set_xticks([0, *[d for d in (30, 60, 90, 120, 150, 180) if d <= until]])
        axes.set_xlabel(voice.say("days since creation"))
        percent_axis(axes, voice, "y")
        axes.grid(axis="y")
        heading(axes, title, subtitle)
        return finish(drawing, alt)


def _label_ends(axes, ends, where: float) -> None:
    """Labels right of the lines, one below another, each led by a thin line from the end of its curve."""
    gap = axes.get_ylim()[1] * 0.075
    height = -gap
    for day, value, label, colour in sorted(ends, key=lambda end: (end[1], end[2])):
        height = max(value, height + gap)
        axes.plot([day, where - 2], [value, height], color=colour, lw=0.6, alpha=0.6)
        axes.plot(day, value, "o", color=colour, ms=3)
        axes.text(where, height, drawable(label, 22), fontsize=8.5, color=colour, va="center")


def lengths(frame: pd.DataFrame, voice: Voice, title: str, subtitle: str, alt: str, *, bins: int = 20) -> Figure:
    """How many won and lost deals took how long: days, won, lost."""
    with canvas(2.7) as (drawing, axes):
        longest = int(frame["days"].max()) if len(frame) else 1
        width = max(1, -(-(longest + 1) // bins))
        edges = [place * width for place in range(-(-(longest + 1) // width))]
        slot = (frame["days"] // width).astype(int)
        for place, (name, label) in enumerate((("won", voice.say("won")), ("lost", voice.say("lost")))):
            sums = frame[name].groupby(slot).sum().reindex(range(len(edges)), fill_value=0)
            shift = width * (0.25 + 0.5 * place)
            axes.bar(
                [e + shift for e in edges],
                sums,
                width=width * 0.46,
                color=(BLUE, SERIES[1])[place],
                label=label,
                hatch=("", "///")[place],
                edgecolor="white",
                lw=0.3,
            )
        axes.legend(frameon=False, fontsize=8.5)
        axes.set_xlabel(voice.say("days from creation to closing"))
        axes.set_ylabel(voice.say("deals"))
        axes.grid(axis="y")
        heading(axes, title, subtitle)
        return finish(drawing, alt)


def concentration(frame: pd.DataFrame, voice: Voice, title: str, subtitle: str, alt: str) -> Figure:
    """Cumulative share of value by share of items, largest first; where classes end."""
    kept = frame[frame["value"] > 0]
    with canvas(2.8) as (drawing, axes):
        items = [100 * (place + 1) / len(kept) for place in range(len(kept))] if len(kept) else []
        axes.plot([0, *items], [0, *(kept["cum_share"] * 100)], color=BLUE)
        for letter, marker in zip("ABC", MARKERS, strict=False):
            members = [x for x, c in zip(items, kept["abc"], strict=True) if c == letter]
            if members:
                share = float(kept.loc[kept["abc"] == letter, "cum_share"].iloc[-1]) * 100
                axes.plot(members[-1], share, marker, color=INK, ms=6)
                axes.annotate(
                    f"{letter}: {voice.count(len(members))}",
                    (members[-1], share),
                    (6, -10),
                    textcoords="offset points",
                    fontsize=8.5,
                    color=SOFT,
                )
        axes.plot([0, 100], [0, 100], color=FAINT, lw=1, ls=":")
        axes.set_xlim(0, 108)
        axes.set_ylim(0, 106)
        axes.set_xlabel(voice.say("share of items, largest first"))
        percent_axis(axes, voice, "x")
        percent_axis(axes, voice, "y")
        axes.grid()
        heading(axes, title, subtitle)
        return finish(drawing, alt)


def matrix(frame: pd.DataFrame, voice: Voice, title: str, subtitle: str, alt: str) -> Figure:
    """3×3 matrix of ABC × XYZ: number of items and share of the value in each cell; "new" beside it."""
    rows, columns = ["A", "B", "C"], ["X", "Y", "Z", "new"]
    total = frame["value"].clip(lower=0).sum() or 1
    cells = {(r.abc, r.xyz): (r.items, max(r.value, 0) / total) for r in frame.itertuples(index=False)}
    with canvas(2.6) as (drawing, axes):
        deepest = max((share for _, share in cells.values()), default=1) or 1
        for y, row in enumerate(rows):
            for x, column in enumerate(columns):
                items, share = cells.get((row, column), (0, 0.0))
                axes.add_patch(_cell(x, 2 - y, share / deepest))
                text = f"{voice.count(items)}\n{voice.percent(share)}" if items else "–"
                axes.text(x + 0.5, 2.5 - y, text, ha="center", va="center", fontsize=9, color=INK)
        axes.set_xlim(0, 4)
        axes.set_ylim(0, 3)
        axes.set_xticks([0.5, 1.5, 2.5, 3.5], ["X", "Y", "Z", voice.say("new")])
        axes.set_yticks([2.5, 1.5, 0.5], rows)
        for side in ("left", "bottom"):
            axes.spines[side].set_visible(False)
        heading(axes, title, subtitle)
        return finish(drawing, alt)


def _cell(x: int, y: int, depth: float):
    return Rectangle(
        (x, y), 1, 1, facecolor=(1 - 0.52 * depth, 1 - 0.33 * depth, 1 - 0.16 * depth), edgecolor="white", lw=2
    )
