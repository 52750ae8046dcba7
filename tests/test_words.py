"""Every message has its Russian, with the same names in it."""

import ast
import re
from pathlib import Path

import nbformat
import pytest

from salesnb.formats.words import catalogue

ROOT = Path(__file__).parents[1]
NAME = re.compile(r"\{(\w+)\}")


def messages():
    found = set()
    for path in (ROOT / "salesnb").rglob("*.py"):
        if path.name == "cli.py":  # the command line speaks English
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(getattr(node, "func", None), "attr", getattr(getattr(node, "func", None), "id", ""))
            if (
                isinstance(node, ast.Call)
                and name in ("say", "plural")
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                found.add((node.args[0].value, node.args[1].value if name == "plural" else None))
    for path in (ROOT / "salesnb/report/template").glob("*.j2"):
        found |= {
            (a or b, None)
            for a, b in re.findall(r"""say\("([^"]+)"\)|say\('([^']+)'\)""", path.read_text(encoding="utf-8"))
        }
    for path in (ROOT / "notebooks").glob("[0-9]*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            found |= (
                {(cell.source.strip(), None)}
                if cell.cell_type == "markdown"
                else {(m, None) for m in re.findall(r'voice\.say\("([^"]+)"\)', cell.source)}
            )
    return sorted(found, key=str)


@pytest.mark.parametrize(("message", "many"), messages())
def test_every_message_is_translated_with_the_same_names(message, many):
    russian = catalogue("ru")
    if many is None:
        said = russian.gettext(message)
        assert said != message or message == "n < {n}" or not re.search("[A-Za-z]{4,}", message), "untranslated"
        assert set(NAME.findall(said)) == set(NAME.findall(message))
    else:
        for n in (1, 2, 5):
            said = russian.ngettext(message, many, n)
            assert said not in (message, many) and set(NAME.findall(said)) == set(NAME.findall(message))
