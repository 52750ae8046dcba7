"""Executed notebooks as one page that opens offline: every output escaped, every figure described,
nothing loaded.
"""

import base64
import hashlib
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from nbconvert.filters import markdown2html
from nbformat import NotebookNode

from salesnb.errors import RunError
from salesnb.formats import Voice
from salesnb.render.display import Figure, Text
from salesnb.report.parts import Part, parts, told

TEMPLATES = Path(__file__).parent / "template"
# only our own displayables carry it: other HTML is shown as text
SHOWN = "application/vnd.salesnb.shown+json"
# which page a cell is on, by its tag; without one it is on both
ANALYST, NOTEBOOK = "analyst", "notebook"
LINK = re.compile(r"""(?:src|href|srcset|action|data)\s*=\s*["']?\s*(?:https?:)?//""", re.I)


@dataclass(frozen=True)
class Section:
    """One heading of the page with what stands under it."""

    id: str
    title: str
    level: int
    body: Markup

    @property
    def screen(self) -> bool:
        """Whether some of it unfolds on the screen and is left out on paper."""
        return '<details class="fold screen">' in self.body


@lru_cache
def environment() -> Environment:
    """Templates with escaping on: what comes from data cannot become markup."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["css_text"] = css_text
    return made


def css_text(text: str) -> str:
    """`text` inside a quoted string of a style sheet: everything but letters and digits by its
    number.

    >>> str(css_text('Site "</style>')).startswith("Site\\\\20 \\\\22 ")
    True
    """
    return Markup("".join(c if c.isalnum() else f"\\{ord(c):x} " for c in str(text)))


def script() -> str:
    """The one script of a page."""
    return (TEMPLATES / "page.js").read_text(encoding="utf-8")


def policy() -> str:
    """Content security policy: no request at all, and exactly our script."""
    digest = base64.b64encode(hashlib.sha256(script().encode()).digest()).decode()
    return (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src "
        f"'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


def sections(
    notebooks: Sequence[NotebookNode], voice: Voice, *, analyst: bool = False
) -> list[Section]:
    """The headings of all notebooks, in order, each with its paragraphs and outputs, or with why it
    could not be made.

    Parameters
    ----------
    notebooks : executed ones; a cell tagged `analyst` is on the page of the analyst alone, one
        tagged `notebook` on none
    analyst : whether it is that page
    """
    left_out = {NOTEBOOK} if analyst else {NOTEBOOK, ANALYST}
    found: list[Section] = []
    for notebook in notebooks:
        for part in parts(notebook):
            for cell in _introduction(part) if part.error else part.cells:
                if left_out & set(cell.metadata.get("tags", [])):
                    continue
                if cell.cell_type == "markdown":
                    _add_prose(found, cell.source, voice)
                elif cell.cell_type == "code":
                    _add(found, Markup("".join(_output(output) for output in cell.outputs)))
            if part.error:
                _add(found, Markup(Text(told(part.error, voice), kind="warning").html))
    return found


def _introduction(part: Part):
    """What stands in a section before the first of its cells that computes."""
    return itertools.takewhile(lambda cell: cell.cell_type == "markdown", part.cells)


def _add_prose(found: list[Section], source: str, voice: Voice) -> None:
    """A markdown cell is one message: translated whole; a heading begins a section."""
    text = voice.say(source.strip())
    heading = re.match(r"^(#{1,4})\s+(.+?)\s*(?:\n+|$)", text)
    if heading:
        level, title = min(len(heading[1]) + 1, 4), heading[2]
        found.append(Section(f"s{len(found) + 1}", title, level, Markup("")))
        text = text[heading.end() :]
    if text.strip():
        _add(found, Markup('<div class="prose">' + str(markdown2html(text)) + "</div>"))


def _add(found: list[Section], body: Markup) -> None:
    if not body:
        return
    if not found:
        found.append(Section("s1", "", 2, Markup("")))
    last = found[-1]
    found[-1] = Section(last.id, last.title, last.level, last.body + body)


def _output(output) -> Markup:
    """One output as HTML; HTML that is not ours is shown as text."""
    if output.output_type == "stream":
        return (
            Markup("")
            if output.get("name") == "stderr"
            else Markup(f"<pre>{escape(output.text)}</pre>")
        )
    data = output.get("data", {})
    if "application/vnd.salesnb.metrics+json" in data:
        return Markup("")
    if "image/png" in data:
        return _figure(data["image/png"], output.get("metadata", {}).get("image/png", {}))
    if SHOWN in data and "text/html" in data:
        return Markup("".join(data["text/html"]))
    text = "".join(data.get("text/plain", ""))
    return Markup(f"<pre>{escape(text)}</pre>") if text and text != "None" else Markup("")


def _figure(png: str, about: dict) -> Markup:
    """A chart with its drawing for a phone, which the notebook keeps beside the alt text."""
    return Markup(
        Figure(base64.b64decode(png), about["alt"], base64.b64decode(about.get("narrow", ""))).html
    )


def render(template: str, voice: Voice, **values: object) -> str:
    """A page of `template`, checked to load nothing from elsewhere.

    Raises
    ------
    RunError
        The page would load something, or a figure is not described.
    """
    html = (
        environment()
        .get_template(template)
        .render(
            say=voice.say,
            plural=voice.plural,
            voice=voice,
            language=voice.language,
            policy=policy(),
            script=Markup(script()),
            style=Markup((TEMPLATES / "style.css").read_text(encoding="utf-8")),
            **values,
        )
    )
    loads = [
        match
        for match in re.findall(
            r"<(?:img|script|link|iframe|object|embed|source|video|audio)\b[^>]*>", html
        )
        if LINK.search(match)
    ]
    if loads:
        raise RunError(f"the page would load {loads[0][:80]} from elsewhere.")
    return html
