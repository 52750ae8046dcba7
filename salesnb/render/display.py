"""What a cell of a notebook shows: figure, table, sentences, cards, a fold, a record of figures.

Every object gives the same bytes for the same content (no address, no random id), escapes what
comes from data, and has a plain text that says the same, so that a notebook test compares what a
reader sees.
"""

import base64
import re
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

METRICS_MIME = "application/vnd.salesnb.metrics+json"
TABLE_MIME = "application/vnd.salesnb.table+json"
# marks HTML that is ours: a page shows any other HTML as text
SHOWN_MIME = "application/vnd.salesnb.shown+json"
DPI = 144  # dots an inch of every drawn chart; a page has 96
PHONE = "screen and (max-width: 560px)"  # where the narrow drawing stands
UNBROKEN = re.compile(
    r"\((?=[^()]*\d)[^()]{1,26}\)|[^ ]*\d[^ ]*–[^ ]*\d[^ ]*"
)  # "(−1.2 to +3.4 pp)", "19–30%"
SOLID = re.compile(r"[(]?[\w.,%−]*[)]?")  # no line ends inside "(437)" anyway
TURNS = dict.fromkeys(
    [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)  # marks that turn the direction of what follows
TIED = re.compile(
    r" (?=— )|(?<=\d) (?=[а-яё])"
)  # no Russian line begins with a dash, or with what a number counts
TEXT_KINDS = ("plain", "headline", "answer", "note", "warning", "refusal")


class Shown:
    """Anything that a cell shows as HTML with a plain text beside it."""

    if (
        TYPE_CHECKING
    ):  # a dataclass would take a property of its base for the default of a field of that name

        @property
        def html(self) -> str: ...
        @property
        def plain(self) -> str: ...

    @property
    def tables(self) -> list[dict]:
        """The bare tables in it, in order, for the workbook."""
        return []

    def _repr_mimebundle_(self, include=None, exclude=None):
        bundle = {"text/html": self.html, "text/plain": self.plain, SHOWN_MIME: {}}
        return bundle | {TABLE_MIME: self.tables} if self.tables else bundle

    def __repr__(self):
        return self.plain


def flowing(text: str) -> str:
    """`text` for HTML: escaped, no interval is broken at the end of a line, and no name in it turns
    the figures round.

    >>> flowing("53 of 222, interval 19–30% <b>")
    '53 of 222, interval <span class="whole">19–30%</span> &lt;b&gt;'
    """
    return unbroken(TIED.sub("\u00a0", text.translate(TURNS)))


def unbroken(text: str) -> str:
    """`text` for HTML: escaped, every interval and every bracket with figures in one piece.

    >>> unbroken("39% (437 of 1,123), fewer (is better) (8)")
    '39% <span class="whole">(437 of 1,123)</span>, fewer (is better) (8)'
    """
    pieces, last = [], 0
    for found in UNBROKEN.finditer(text):
        piece = escape(found[0])
        pieces += [
            escape(text[last : found.start()]),
            piece if SOLID.fullmatch(found[0]) else f'<span class="whole">{piece}</span>',
        ]
        last = found.end()
    return "".join(pieces) + escape(text[last:])


@dataclass(frozen=True, repr=False)
class Figure(Shown):
    """A drawn chart with the text that says what it shows; `alt` is required, `narrow` is the
    drawing for a phone.

    >>> Figure(b"", "")
    Traceback (most recent call last):
    ...
    ValueError: a figure needs an alt text made from the table that it draws
    """

    png: bytes
    alt: str
    narrow: bytes = b""

    def __post_init__(self):
        if not self.alt.strip():
            raise ValueError("a figure needs an alt text made from the table that it draws")

    @property
    def base64(self) -> str:
        return base64.b64encode(self.png).decode("ascii")

    @property
    def html(self) -> str:
        narrow = (
            f'<source media="{PHONE}" {_picture("srcset", self.narrow)}>' if self.narrow else ""
        )
        image = f'<img {_picture("src", self.png)} alt="{escape(self.alt)}">'
        return f'<figure class="chart"><picture>{narrow}{image}</picture></figure>'

    @property
    def plain(self) -> str:
        return self.alt

    def _repr_mimebundle_(self, include=None, exclude=None):
        about = {"alt": self.alt}
        if self.narrow:
            about["narrow"] = base64.b64encode(self.narrow).decode("ascii")
        return {"image/png": self.base64, "text/plain": self.alt}, {"image/png": about}


def _picture(attribute: str, png: bytes) -> str:
    """Attributes of a PNG that is part of the page, at its natural size."""
    width, height = (int.from_bytes(png[at : at + 4], "big") * 96 // DPI for at in (16, 20))
    data = base64.b64encode(png).decode("ascii")
    return f'{attribute}="data:image/png;base64,{data}" width="{width}" height="{height}"'


@dataclass(frozen=True, repr=False)
class Table(Shown):
    """A finished table: escaped HTML with a caption, the same as plain text, and the bare values
    for a workbook.
    """

    html: str
    plain: str
    caption: str = ""
    data: dict | None = None

    @property
    def tables(self) -> list[dict]:
        return [] if self.data is None else [self.data]


@dataclass(frozen=True, repr=False)
class Text(Shown):
    """Sentences made from figures; `kind` says how they stand on the page.

    >>> Text("15 of 50 won.", "A < B", kind="answer").html
    '<div class="text answer"><p>15 of 50 won.</p><p>A &lt; B</p></div>'
    """

    paragraphs: tuple[str, ...] = ()
    kind: str = "plain"

    def __init__(self, *paragraphs: str, kind: str = "plain"):
        if kind not in TEXT_KINDS:
            raise ValueError(f"unknown kind of text {kind!r}; there are: {', '.join(TEXT_KINDS)}")
        object.__setattr__(self, "paragraphs", tuple(str(text) for text in paragraphs if text))
        object.__setattr__(self, "kind", kind)

    @property
    def html(self) -> str:
        body = "".join(f"<p>{flowing(text)}</p>" for text in self.paragraphs)
        return f'<div class="text {self.kind}">{body}</div>' if body else ""

    @property
    def plain(self) -> str:
        return "\n".join(self.paragraphs)


@dataclass(frozen=True)
class Card:
    """One headline figure: its name, its value, what stands under it and a small line of its past.

    `notes` are (label, text) pairs; `change` is a sentence such as "+2.1 pp, too close to call";
    `tone` is "good", "bad" or "" (neutral): the words of `change` say the same, colour never speaks
    alone. `spark` is a finished SVG.
    """

    label: str
    value: str
    detail: str = ""
    change: str = ""
    tone: str = ""
    notes: tuple[tuple[str, str], ...] = ()
    spark: str = ""

    @property
    def html(self) -> str:
        change = (
            f'<p class="change {escape(self.tone)}">{flowing(self.change)}</p>'
            if self.change
            else ""
        )
        detail = f'<p class="detail">{flowing(self.detail)}</p>' if self.detail else ""
        notes = "".join(
            f"<div><dt>{escape(name)}</dt><dd>{escape(text)}</dd></div>"
            for name, text in self.notes
        )
        notes = f'<dl class="past">{notes}</dl>' if notes else ""
        head = f'<p class="name">{escape(self.label)}</p><p class="value">{escape(self.value)}</p>'
        return f'<li class="card">{head}{detail}{change}{self.spark}{notes}</li>'

    @property
    def plain(self) -> str:
        rest = [self.detail, self.change, *(f"{name} {text}" for name, text in self.notes)]
        return f"{self.label}: " + "; ".join(part for part in (self.value, *rest) if part)


@dataclass(frozen=True, repr=False)
class Cards(Shown):
    """Headline figures side by side.

    >>> Cards((Card("Conversion", "30.0%", detail="15 of 50"),))
    Conversion: 30.0%; 15 of 50
    """

    cards: tuple[Card, ...] = field(default_factory=tuple)

    @property
    def html(self) -> str:
        return f'<ul class="cards">{"".join(card.html for card in self.cards)}</ul>'

    @property
    def plain(self) -> str:
        return "\n".join(card.plain for card in self.cards)


@dataclass(frozen=True, repr=False)
class Details(Shown):
    """Something that unfolds under a line of text; works without a script.

    With ``paper=False`` it is detail that a printed page leaves out: it stands on the screen only.
    """

    summary: str
    items: tuple[Shown, ...] = ()
    paper: bool = True

    def __init__(self, summary: str, *items: Shown, paper: bool = True):
        object.__setattr__(self, "summary", summary)
        object.__setattr__(self, "items", tuple(items))
        object.__setattr__(self, "paper", paper)

    @property
    def html(self) -> str:
        body = "".join(item.html for item in self.items)
        kind = "fold" if self.paper else "fold screen"
        return (
            f'<details class="{kind}"><summary>{flowing(self.summary)}</summary><div '
            f'class="folded">{body}</div></details>'
        )

    @property
    def plain(self) -> str:
        return "\n".join([self.summary, *(item.plain for item in self.items)])

    @property
    def tables(self) -> list[dict]:
        return [data for item in self.items for data in item.tables]


def fold(summary: str, *items: Shown, paper: bool = True) -> Shown:
    """What there is of `items`, to unfold; nothing where none of them shows anything.

    >>> fold("Details", Group(), Text("One line.")).html
    '<details class="fold"><summary>Details</summary><div class="folded"><div class="text plain"><p>One line.</p></div></div></details>'
    >>> fold("Details", Group()).html
    ''
    """  # noqa: E501
    kept = [item for item in items if item.plain]
    return Details(summary, *kept, paper=paper) if kept else Group()


@dataclass(frozen=True, repr=False)
class Group(Shown):
    """Several shown things one under another, for a cell that answers with more than one."""

    items: tuple[Shown, ...] = ()

    def __init__(self, *items: Shown):
        object.__setattr__(self, "items", tuple(items))

    @property
    def html(self) -> str:
        return "".join(item.html for item in self.items)

    @property
    def plain(self) -> str:
        return "\n".join(item.plain for item in self.items if item.plain)

    @property
    def tables(self) -> list[dict]:
        return [data for item in self.items for data in item.tables]


@dataclass(frozen=True, repr=False)
class Record(Shown):
    """Figures for programs: kept in the executed notebook, invisible on the page."""

    parts: dict[str, object]

    @property
    def plain(self) -> str:
        return f"record: {', '.join(self.parts)}"

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {METRICS_MIME: self.parts, "text/plain": self.plain}
