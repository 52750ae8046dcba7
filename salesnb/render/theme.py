"""The one visual language of every chart: colours, sizes, fonts, and text that is safe to draw.

Every mark stands out from white at 3:1 or more and text at 4.5:1; what is ordered takes one hue
from pale to dark, so that it holds for every kind of colour blindness and in grey print; no chart
says anything by colour alone. Each chart is drawn twice: wide for a page and paper, narrow for a
phone, where the same letters stay readable. Drawn without pyplot: no global figure, nothing for a
notebook's hooks to catch.
"""

import io
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import pairwise
from typing import Any

import matplotlib as mpl
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Drawing
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.transforms import offset_copy
from PIL import Image

from salesnb.formats import Voice
from salesnb.render.display import DPI, Figure

BLUE, ORANGE, DEEP = "#0b62a8", "#b8500a", "#063f70"
INK, SOFT, FAINT, GRID, BAND = "#1c2733", "#55606e", "#84909d", "#e3e7ec", "#dbe6f1"
OLDEST = "#8494a5"  # the pale end of the scale of ordered series
MARKERS = ("o", "s", "^", "D", "v")
FAMILY = "DejaVu Sans"

WIDTH, NARROW = (
    6.2,
    3.5,
)  # inches: a page shows a chart at most this wide; a phone shows the narrow one
COLOURS = 64
WHITE = 252  # the mean of colours near 255
TITLE, TEXT, SMALL = (
    10.5,
    8.5,
    8.0,
)  # points; nothing is smaller, so that a phone shows no letter under 9 pixels
EDGE = 0.06  # inches between the edge of the picture and its title

STYLE = {
    "axes.edgecolor": FAINT,
    "axes.labelcolor": SOFT,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "font.family": FAMILY,
    "grid.color": GRID,
    "patch.force_edgecolor": False,
    "text.color": INK,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
}
CONTEXT = {
    "axes.labelsize": TEXT,
    "axes.linewidth": 0.8,
    "font.size": 9,
    "grid.linewidth": 0.8,
    "legend.fontsize": TEXT,
    "lines.linewidth": 1.8,
    "xtick.labelsize": TEXT,
    "xtick.major.size": 0,
    "ytick.labelsize": TEXT,
    "ytick.major.size": 0,
}


def seaborn() -> Any:
    """The library that draws, loaded when the first chart is drawn: importing it takes longer than
    salesnb itself.
    """
    import seaborn

    return seaborn


@lru_cache
def settings() -> dict:
    """The theme: seaborn's white style at the size of a paper, in the colours and sizes of the
    house.
    """
    theme = dict(seaborn().axes_style("white", rc=STYLE)) | dict(
        seaborn().plotting_context("paper", rc=CONTEXT)
    )
    return theme | {"text.parse_math": False, "svg.hashsalt": "salesnb", "xtick.major.pad": 6}


def theme() -> None:
    """Give own charts, of matplotlib, seaborn and pandas, the house style from here on: its
    colours, sizes and font, with names drawn as they are written.

    The size is that of a chart of the page. The charts of `salesnb` itself are the same with and
    without it.

    Examples
    --------
    >>> with mpl.rc_context():
    ...     theme()
    ...     mpl.rcParams["font.family"], mpl.rcParams["axes.prop_cycle"].by_key()["color"][:2]
    (['DejaVu Sans'], ['#0b62a8', '#b8500a'])
    """
    own = {
        "axes.grid": True,
        "axes.prop_cycle": cycler(color=[BLUE, ORANGE, DEEP, FAINT]),
        "axes.titlelocation": "left",
        "axes.titlesize": TITLE,
        "axes.titleweight": "bold",
        "figure.constrained_layout.use": True,
        "figure.dpi": DPI,
        "figure.figsize": (WIDTH, WIDTH / 2),
        "legend.frameon": False,
    }
    mpl.rcParams.update(settings() | own)


def picture(drawn: Any, alt: str) -> Figure:
    """An own chart with the text that says what it shows: a page takes no chart without one.

    Parameters
    ----------
    drawn : axes or a figure of matplotlib, or what seaborn gives
    alt : what it shows, for a reader who does not see it

    Examples
    --------
    >>> drawing = Drawing()
    >>> axes = drawing.add_subplot()
    >>> picture(axes, "Conversion by product: all between 29 and 33 %.")
    Conversion by product: all between 29 and 33 %.
    """
    from matplotlib import pyplot

    drawing = drawn.figure
    pyplot.close(drawing)  # a notebook would show it a second time
    FigureCanvasAgg(drawing)
    drawing.set_dpi(DPI)
    return Figure(finish(drawing), alt)


@contextmanager
def canvas(height: float, width: float = WIDTH) -> Iterator[tuple[Drawing, Axes]]:
    """A drawing with one set of axes in the house style: ``with canvas(3) as (drawing, axes)``."""
    with mpl.rc_context(settings()):
        drawing = Drawing(figsize=(width, height), dpi=DPI, layout="constrained")
        FigureCanvasAgg(drawing)
        yield drawing, drawing.add_subplot()


def figure(
    paint: Callable[[Axes, bool], None],
    voice: Voice,
    title: str,
    subtitle: str,
    alt: str,
    *,
    height: float,
    narrow: float = 0.0,
) -> Figure:
    """What `paint` draws, twice: wide for a page and paper, narrow for a phone.

    Parameters
    ----------
    paint : callable of (axes, narrow)
        Draws the finished table; `narrow` is True for the phone. It may leave ``axes.later``, a
        callable that is run once every place is settled.
    voice : Voice, whose segment is added to the subtitle and to the alt text
    height, narrow : inches under the heading of the wide and of the narrow drawing; `narrow` 0: the
        same
    """
    pictures = []
    for width, tall in ((WIDTH, height), (NARROW, narrow or height)):
        heads = headlines(title, voice.titled(subtitle), width)
        with canvas(tall + heads_room(*heads), width) as (drawing, axes):
            paint(axes, width == NARROW)
            heading(drawing, axes, *heads)
            pictures.append(finish(drawing))
    return Figure(pictures[0], voice.titled(alt), pictures[1])


def finish(drawing: Drawing) -> bytes:
    """The drawing as PNG: 144 dots an inch, at most 64 colours, no metadata, the same bytes each
    time.
    """
    with mpl.rc_context(settings()):
        engine = drawing.get_layout_engine()
        if engine is not None:  # places without a first drawing
            engine.execute(drawing)
        _settle(drawing)
        drawing.canvas.draw()
    # matplotlib's types know the canvas of a drawing by its base class alone; ours is Agg
    pixels = drawing.canvas.buffer_rgba()  # type: ignore[attr-defined]
    picture = Image.frombuffer("RGBA", drawing.canvas.get_width_height(), pixels).convert("RGB")
    reduced = picture.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    # it means its colours: paper stays white
    means = reduced.getpalette() or []
    reduced.putpalette([255 if value >= WHITE else value for value in means])
    with io.BytesIO() as file:
        reduced.save(file, "PNG")
        return file.getvalue()


def _settle(drawing: Drawing) -> None:
    """Places no longer move: titles go to the edge of the picture, and what needs settled places is
    drawn.
    """
    drawing.set_layout_engine("none")
    for axes in drawing.axes:
        edge = axes.transAxes.inverted().transform((EDGE * DPI, 0))[0]
        for text in getattr(axes, "heads", ()):
            text.set_x(edge)
        if hasattr(axes, "later"):
            axes.later()


def headlines(title: str, subtitle: str, width: float) -> tuple[str, str]:
    """Title and subtitle safe to draw, wrapped to a picture `width` inches wide."""
    room = 72 * (width - 2 * EDGE)
    return wrapped(drawable(title, 240), TITLE, room, bold=True), wrapped(
        drawable(subtitle, 240), TEXT, room
    )


def heads_room(title: str, subtitle: str) -> float:
    """Inches that a wrapped title and subtitle take."""
    return (10 + 13 * _lines(title) + 12.5 * _lines(subtitle)) / 72


def heading(drawing: Drawing, axes: Axes, title: str, subtitle: str = "") -> None:
    """Wrapped title and subtitle above the axes, from the left edge of the picture."""
    lift = offset_copy(axes.transAxes, drawing, 0, 7 + getattr(axes, "lift", 0), units="points")
    size: dict[str, Any] = {"va": "bottom", "ha": "left", "clip_on": False}
    below = axes.text(0, 1, subtitle, transform=lift, fontsize=TEXT, color=SOFT, **size)
    higher = offset_copy(
        lift, drawing, 0, 2 + 12.5 * _lines(subtitle) if subtitle else 0, units="points"
    )
    head = axes.text(0, 1, title, transform=higher, fontsize=TITLE, fontweight="bold", **size)
    vars(axes)["heads"] = (head, below)  # for `_settle`
    for text in (head, below):
        text.set_in_layout(False)  # a long line would otherwise squeeze the axes
    room = heads_room(title, subtitle) + getattr(axes, "lift", 0) / 72
    engine = drawing.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):  # that of `canvas`
        engine.set(rect=(0, 0, 1, 1 - room / drawing.get_figheight()))


def _lines(text: str) -> int:
    return text.count("\n") + 1 if text else 0


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Points that a line takes.

    >>> text_width("wide", 8) > text_width("ill", 8) > 0
    True
    """
    font = get_font(findfont(FontProperties(family=FAMILY, weight="bold" if bold else "normal")))
    font.set_size(size, 72)
    font.set_text(text, 0.0)
    return font.get_width_height()[0] / 64


def wrapped(text: str, size: float, room: float, bold: bool = False) -> str:
    """`text` broken between words into lines of at most `room` points.

    >>> wrapped("one two three", 8, 40)
    'one two\\nthree'
    """
    words = re.split(r"[ \n]+", text.strip())  # a no-break space is none to break at
    lines: list[str] = []

    def width(n: int) -> float:
        return text_width(" ".join(words[:n]), size, bold)

    # measuring a line costs as much as drawing it: all that is left mostly fits, else the most
    # words that do, at least one, are found by halves
    while words:
        most = len(words)
        if width(most) > room:
            most = 1 + bisect_right(range(2, most), room, key=width)
        lines.append(" ".join(words[:most]))
        words = words[most:]
    return "\n".join(lines)


def shades(number: int) -> list[str]:
    """Colours of `number` ordered series in one hue, the oldest pale, the newest dark.

    >>> shades(1), shades(3)[0] == OLDEST
    (['#063f70'], True)
    """
    return (
        [DEEP][:number]
        if number < 2
        else seaborn().blend_palette([OLDEST, BLUE, DEEP], number).as_hex()
    )


def row_height(rows: int, each: float = 0.34, around: float = 0.5) -> float:
    """Height in inches of `rows` horizontal rows."""
    return around + each * max(rows, 1)


def percent_axis(axes: Axes, voice: Voice, which: str = "x") -> None:
    """Ticks of an axis that holds per cents."""
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_major_formatter(lambda value, _: voice.percent(value / 100, 0))


def spread(heights: Sequence[float], gap: float, top: float) -> list[float]:
    """Heights moved as little as keeps neighbours `gap` apart and all under `top`, in the order
    given.

    >>> spread([1, 1.2, 5], 1, 6)
    [1, 2, 5]
    >>> spread([5.5, 5.8], 1, 6)
    [5, 6]
    """
    order = sorted(range(len(heights)), key=lambda place: heights[place])
    placed = [heights[place] for place in order]
    for low, high in pairwise(range(len(placed))):
        placed[high] = max(placed[high], placed[low] + gap)
    for place in reversed(range(len(placed))):
        placed[place] = min(placed[place], top - gap * (len(placed) - 1 - place))
    return [placed[order.index(place)] for place in range(len(placed))]


def drawable(text: object, limit: int = 34) -> str:
    """`text` as a chart may draw it: one line, no control or direction marks, known letters, at
    most `limit` long.

    >>> drawable("A\\u202eB\\n C", 10), drawable("x" * 50, 5), drawable("ok 漢")
    ('AB C', 'xxxx…', 'ok □')
    """
    # a joiner or a variation sign has no shape of its own: it goes, a letter without a shape
    # becomes a box
    kept = (" " if letter in "\t\n\r\v\f\x85\u2028\u2029" else letter for letter in str(text))
    letters = [
        letter for letter in kept if unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co"}
    ]
    known = "".join(
        letter if ord(letter) in _known_letters() else _unknown(letter) for letter in letters
    )
    line = " ".join(part for part in known.split(" ") if part)
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _unknown(letter: str) -> str:
    return "" if unicodedata.category(letter) in {"Mn", "Me"} else "□"


@lru_cache
def _known_letters() -> frozenset[int]:
    return frozenset(get_font(findfont(FontProperties(family=FAMILY))).get_charmap())
