"""The one visual language of every chart: colours, sizes, fonts, and text that is safe to draw.

Colours hold for the common kinds of colour blindness and keep 4.5:1 against white where text takes them; no chart says
anything by colour alone. Drawn without pyplot: no global figure, nothing for a notebook's hooks to catch.
"""

import io
import unicodedata
from contextlib import contextmanager
from functools import lru_cache
from textwrap import fill

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Drawing
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.transforms import offset_copy
from PIL import Image

from salesnb.show.display import Figure

BLUE, ORANGE, TEAL, PURPLE, PINK = "#0b62a8", "#b8500a", "#0b7a6b", "#6d4aa8", "#b03a76"
INK, SOFT, FAINT, GRID, BAND = "#1c2733", "#55606e", "#8b95a1", "#e3e7ec", "#dbe6f1"
PALE_BLUE, PALE_ORANGE = "#a9c8e6", "#f0c9a8"
SERIES = (BLUE, ORANGE, TEAL, PURPLE, PINK)
MARKERS = ("o", "s", "^", "D", "v")
HEAT = ("#ffffff", "#e8f0f8", "#cfe0f0", "#a9c8e6", "#7aabd6")

WIDTH = 6.2  # inches; a page shows a chart at most this wide, a phone at its full width
DPI = 144
COLOURS = 64
TITLE_WIDTH = 72  # characters in a line of the title

SETTINGS = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "text.parse_math": False,
    "text.color": INK,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": SOFT,
    "axes.labelsize": 8.5,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": False,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "lines.linewidth": 1.8,
    "lines.solid_capstyle": "round",
    "figure.facecolor": "white",
    "axes.facecolor": "white",
    "svg.hashsalt": "salesnb",
}


@contextmanager
def canvas(height: float, width: float = WIDTH):
    """A drawing with one set of axes in the house style: ``with canvas(3) as (drawing, axes)``."""
    with mpl.rc_context(SETTINGS):
        drawing = Drawing(figsize=(width, height), dpi=DPI, layout="constrained")
        FigureCanvasAgg(drawing)
        yield drawing, drawing.add_subplot()


def finish(drawing: Drawing, alt: str) -> Figure:
    """The drawing as a `Figure`: 144 dots an inch, at most 64 colours, no metadata, the same bytes each time."""
    with mpl.rc_context(SETTINGS):
        drawing.canvas.draw()
        _heads_to_the_edge(drawing)
        drawing.canvas.draw()
    picture = Image.frombuffer("RGBA", drawing.canvas.get_width_height(), drawing.canvas.buffer_rgba()).convert("RGB")
    reduced = picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    with io.BytesIO() as file:
        reduced.save(file, "PNG", optimize=True)
        return Figure(file.getvalue(), alt)


def _heads_to_the_edge(drawing: Drawing) -> None:
    """Titles begin where the picture begins, whatever room the labels of the axes take."""
    drawing.set_layout_engine("none")
    for axes in drawing.axes:
        edge = axes.transAxes.inverted().transform((0.06 * DPI, 0))[0]
        for text in getattr(axes, "heads", ()):
            text.set_x(edge)


def heading(axes, title: str, subtitle: str = "") -> None:
    """Title and subtitle above the axes, from the left edge of the picture, wrapped."""
    lines = [drawable(line, 240) for line in (title, subtitle)]
    above = fill(lines[1], TITLE_WIDTH + 10) if lines[1] else ""
    lift = offset_copy(axes.transAxes, axes.figure, 0, 7, units="points")
    size = {"va": "bottom", "ha": "left", "clip_on": False}
    below = axes.text(0, 1, above, transform=lift, fontsize=8.5, color=SOFT, **size)
    higher = offset_copy(lift, axes.figure, 0, 2 + 12.5 * _lines(above) if above else 0, units="points")
    head = axes.text(0, 1, fill(lines[0], TITLE_WIDTH), transform=higher, fontsize=10.5, fontweight="bold", **size)
    axes.heads = (head, below)
    for text in axes.heads:
        text.set_in_layout(False)  # a long line would otherwise squeeze the axes
    room = (10 + 13 * _lines(head.get_text()) + 12.5 * _lines(above)) / 72
    axes.figure.get_layout_engine().set(rect=(0, 0, 1, 1 - room / axes.figure.get_figheight()))


def _lines(text: str) -> int:
    return text.count("\n") + 1 if text else 0


def row_height(rows: int, each: float = 0.34, around: float = 1.1) -> float:
    """Height in inches of a chart with `rows` horizontal bars."""
    return around + each * max(rows, 1)


def drawable(text, limit: int = 34) -> str:
    """`text` as a chart may draw it: one line, no control or direction marks, known letters, at most `limit` long.

    >>> drawable("A\\u202eB\\n C", 10), drawable("x" * 50, 5), drawable("ok 漢")
    ('AB C', 'xxxx…', 'ok □')
    """
    # a joiner or a variation sign has no shape of its own: it goes, a letter without a shape becomes a box
    kept = (" " if letter in "\t\n\r\v\f\x85\u2028\u2029" else letter for letter in str(text))
    letters = [letter for letter in kept if unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co"}]
    known = "".join(letter if ord(letter) in _known_letters() else _unknown(letter) for letter in letters)
    line = " ".join(part for part in known.split(" ") if part)
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _unknown(letter: str) -> str:
    return "" if unicodedata.category(letter) in {"Mn", "Me"} else "□"


@lru_cache
def _known_letters() -> frozenset[int]:
    return frozenset(get_font(findfont(FontProperties(family="DejaVu Sans"))).get_charmap())
