"""A whole page of a company without a kernel: the cells of every notebook run here, then the files of the channel are made."""

import ast
import json
import re
from dataclasses import replace
from functools import lru_cache
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from unittest.mock import patch

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import salesnb
from salesnb.render import theme
from salesnb.report.channel import counted_deals
from salesnb.report.metrics import make_metrics, recorded
from salesnb.report.page import render, sections
from salesnb.report.words import about, definitions
from salesnb.report.workbook import tables_of, write_workbook
from salesnb.source.book import open_book
from salesnb.topics import words

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("[0-9][0-9]-*.ipynb"))
# a missing value in words, an unfilled blank, brackets with nothing in them, a comma before the end of a list that is empty
UNMADE = re.compile(
    r"(?<![\w.-])(nan|NaN|NaT|None(?! of)|null|inf|<NA>|n/an)(?![\w-])|\{\w*\}|\[\]|\(\)|,\s*[,.;]|\s[,.;:](?=\s)"
)


DOTS = 36  # an inch of the charts here: whether they can be drawn is asked, not how they look


class Page(NamedTuple):
    """What a channel's page is made of: HTML, what a reader sees of it, metrics, workbook."""

    html: str
    text: str
    metrics: dict
    workbook: bytes


class CellFailed(Exception):
    """A cell that could not be made: which, and why."""


@lru_cache
def cells(path: Path) -> list[tuple[str, str, tuple[str, ...]]]:
    """(type, source, tags) of the cells of a notebook."""
    found = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [(c["cell_type"], "".join(c["source"]), tuple(c["metadata"].get("tags", ()))) for c in found]


def executed(path: Path, values: dict):
    """The notebook with the outputs of its cells, as a run would have it."""
    room, made = {}, []
    for kind, source, tags in cells(path):
        if "explore" in tags:
            continue  # a run leaves them out
        if kind == "markdown":
            made.append(new_markdown_cell(source, metadata={"tags": list(tags)}))
            continue
        try:
            shown = _run(source, room)
        except Exception as error:
            raise CellFailed(f"{path.name}: {source.splitlines()[-1]}") from error
        if "parameters" in tags:
            room |= values
        made.append(new_code_cell(source, outputs=_outputs(shown), execution_count=1, metadata={"tags": list(tags)}))
    return new_notebook(cells=made)


def _run(source: str, room: dict):
    """The value of the last line of a cell, where it is an expression."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), room)
    return None if last is None else eval(compile(ast.Expression(last.value), "cell", "eval"), room)


def _outputs(shown) -> list:
    if shown is None:
        return []
    bundle = shown._repr_mimebundle_()
    data, about_it = bundle if isinstance(bundle, tuple) else (bundle, {})
    return [new_output("execute_result", data, metadata=about_it, execution_count=1)]


def whole_page(params: Path, month: str = "", channel: str = "", as_of: str = "", where: dict | None = None) -> Page:
    """The page, metrics and workbook of one channel, as `salesnb run` makes them; `where` : of a segment of it."""
    values = {"params": str(params), "month": month, "channel": channel, "as_of": as_of, "language": ""}
    book = open_book(str(params), month, channel, as_of)
    book = book.where(**where) if where else book
    one_book = patch.object(salesnb, "open_book", lambda *given: book)  # its models are fitted once
    with one_book, patch.object(theme, "DPI", DOTS):
        notebooks = [executed(path, values) for path in NOTEBOOKS]
        team(book)
    voice, name = book.voice, words.place(book.voice, book.channel)
    html = render(
        "page.html.j2", voice, title=name, company=book.params.company, channel=name, period=voice.month(book.month),
        facts=about(book), sections=sections(notebooks, voice), definitions=definitions(voice, book.thresholds), links=[],
    )  # fmt: skip
    metrics = make_metrics(book.params.company, book.month, channel or "all", str(book.as_of), recorded(notebooks))
    return Page(html, seen(html), metrics, write_workbook(tables_of(notebooks), counted_deals(book), voice))


def team(book) -> None:
    """Every answer on the team in the language that the page has not: words, pictures, tables; the workbook, and as many
    deals as each cell says.
    """
    other = "en" if book.params.language == "ru" else "ru"
    for question in (salesnb.activity, salesnb.quality, salesnb.rota):
        found = question(book)
        for table in found.data.values():
            _deals_as_counted(found, table)
        with TemporaryDirectory() as folder:
            assert found.to_excel(Path(folder) / "a.xlsx").read_bytes().startswith(b"PK")
        json.dumps(salesnb.record(found).parts, allow_nan=False)
        told = replace(found, book=_speaking(book, other))
        shown = [told.text(), *(made() for part in (told.charts(), told.tables_shown()) for made in part.values())]
        lines = [line for one in shown for line in unmade(seen(f"<main>{one.html}")) + unmade(one.plain)]
        assert not lines, (question.__name__, other, lines)


def _speaking(book, language: str):
    """The Book in another language, over the same reading."""
    return book._like(params=book.params.model_copy(update={"language": language}))


def _deals_as_counted(found, table) -> None:
    """The first, the last and a middle row of a table count as many deals as are behind them."""
    counts, keys = set(found.counts) & set(table), [key for key in found.keys if key in table]
    for row in table.iloc[sorted({0, len(table) // 2, len(table) - 1} & set(range(len(table))))].to_dict("records"):
        for column in counts if keys else ():
            behind = found.deals(counted_in=column, **{key: row[key] for key in keys})
            assert len(behind) == row[column] and behind["deal_id"].is_unique, (row, column)


def seen(html: str) -> str:
    """What a reader or a screen reader gets of a page, a line per element."""
    body = re.sub(r"<(script|style|svg)\b.*?</\1>", "", html[html.index("<main") :], flags=re.S)
    described = re.sub(r'<img[^>]*\balt="([^"]*)"[^>]*>', r"\n\1\n", body)
    whole = re.sub(r"</?(span|b|i|em|strong|a|abbr|small)\b[^>]*>", "", described)
    lines = (" ".join(unescape(line).split()) for line in re.sub(r"<[^>]+>", "\n", whole).splitlines())
    return "\n".join(line for line in lines if line)


def unmade(text: str) -> list[str]:
    """Lines in which a missing value or an unfilled blank stands, where words should be."""
    return [line for line in text.splitlines() if UNMADE.search(line)]
