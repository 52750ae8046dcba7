"""The page of a Book as text: the cells of the notebooks run in this process, and what each of them shows."""

import ast
from pathlib import Path

import nbformat

from salesnb.render.display import Record

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
TOPICS = ("00-summary", "01-funnel", "02-deal-length", "03-abc-xyz", "04-conversion-factors", "05-manager-drivers")


def section(book, topic: str) -> tuple[list[str], dict]:
    """What the cells of one notebook show of a Book, and what they record: part → data."""
    said, records = [], {}
    space: dict = {}
    for cell in nbformat.read(NOTEBOOKS / f"{topic}.ipynb", as_version=4).cells:
        if cell.cell_type != "code" or {"parameters", "explore"} & set(cell.metadata.get("tags", [])):
            continue
        source = cell.source.replace("s.open_book(params, month, channel, as_of, language)", "the_book")
        shown = _run(source, space | {"the_book": book}, space)
        if shown is None:
            continue
        if isinstance(shown, Record):
            records |= shown.parts
        elif text := str(shown).strip():
            said.append(text)
    return said, records


def _run(source: str, names: dict, space: dict):
    """The value of the last expression of a cell; the names that it binds go into `space`."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    shown = eval(compile(ast.Expression(last.value), "cell", "eval"), names) if last is not None else None
    space |= {name: value for name, value in names.items() if name not in ("__builtins__", "the_book")}
    return shown


def page(book, topics=TOPICS) -> str:
    """The text of the page of a Book."""
    return "\n".join(text for topic in topics for text in section(book, topic)[0])
