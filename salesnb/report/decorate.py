"""Finished tables decorated for the index: links, classes and reasons in their cells."""

import re
from collections.abc import Mapping
from urllib.parse import quote

from markupsafe import Markup

CELL = re.compile(r"<(th|td)\b([^>]*)>(.*?)(?=<t[hd]\b|\Z)", re.S)
KIND = re.compile(r' class="([^"]*)"')


def link(href: str, text: str, label: str = "") -> Markup:
    """A link to a file of the run; `label` is what a screen reader says where `text` alone would
    not do.
    """
    named = Markup(' aria-label="{}"').format(label) if label else ""
    return Markup('<a href="{}"{}>{}</a>').format(quote(href), named, text)


def decorated(
    html: str,
    cells: Mapping[tuple[int, int], Markup],
    classes: Mapping[tuple[int, int], str] | None = None,
) -> Markup:
    """A table's HTML with the insides and the classes of some cells of its body replaced.

    Parameters
    ----------
    html : str, as `render.tables.table` makes it
    cells : (row, column) → finished HTML, escaped by the caller; both count from 0
    classes : (row, column) → class of the cell

    Examples
    --------
    >>> print(decorated("<table><tbody><tr><th>a<td>b</tbody></table>", {(0,
    ...     1): Markup("<i>c</i>")}, {(0, 1): "failed"}))
    <table><tbody><tr><th>a<td class="failed"><i>c</i></tbody></table>
    """
    before, opening, rest = html.partition("<tbody>")
    body, closing, after = rest.partition("</tbody>")
    rows = body.split("<tr>")
    rows[1:] = [_row(row, number, cells, classes or {}) for number, row in enumerate(rows[1:])]
    return Markup(before + opening + "<tr>".join(rows) + closing + after)


def _row(row: str, number: int, cells, classes) -> str:
    places = iter(range(len(row)))

    def one(found: re.Match) -> str:
        place = (number, next(places))
        tag, attributes, inner = found.groups()
        if place in cells or place in classes:
            had = KIND.search(attributes)
            kinds = had[1].split() if had else []
            kinds = [kind for kind in kinds if kind != "quiet" or place not in cells]
            kinds += [classes[place]] if place in classes else []
            named = f' class="{" ".join(kinds)}"' if kinds else ""
            attributes = KIND.sub("", attributes) + named
        return f"<{tag}{attributes}>{cells.get(place, inner)}"

    return CELL.sub(one, row)
