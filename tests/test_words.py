"""Every message has its Russian, with the same names in it; nothing that a reader sees claims a cause."""

import ast
import html
import re
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import openpyxl
import pytest
from babel.messages.pofile import read_po

from salesnb.formats.words import catalogue
from salesnb.measures.frames import collect
from salesnb.params import load_params
from salesnb.schema import TABLES
from salesnb.source.book import open_book
from tests.reports import sample_pages

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
    for path in (ROOT / "notebooks").glob("[0-4]*.ipynb"):  # from 50 on they are an analyst's own
        for cell in nbformat.read(path, as_version=4).cells:
            if "explore" in cell.metadata.get("tags", []):
                continue  # for the reader of the notebook: on no page
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


CLAIMS = re.compile(
    r"\b(drives|driven by|causes|caused|because|effects? of|would raise|would (?:rise|fall|drop)|conversion would)\b"
    r"|приводит|приведёт|приведет|вызыва|вызван|зависит от|зависят от|влия|благодаря|из-за",
    re.I,
)
# given questions, quoted as they are: only of these two may the words be borrowed
QUOTED = ("What affects it?", "Что на неё влияет?", "Что на это влияет?", "Что влияет на неё?")


def claims(text: str, values=()) -> list[str]:
    """Forbidden words of a text with what stands around them, data values and given questions left out."""
    for quoted in (*QUOTED, *values):
        text = text.replace(quoted, "·")
    return [text[max(0, m.start() - 60) : m.end() + 40] for m in CLAIMS.finditer(text)]


def test_the_scan_sees_a_claim_and_leaves_quotes_and_data_alone():
    for said in ("It is so because of the calls", "which drives it", "the effect of calls", "это приводит к росту", "Длина зависит от канала",
                 "благодаря звонкам", "Из-за цены", "на это повлияло", "вызывает рост", "conversion would be higher"):  # fmt: skip
        assert claims(said), said
    assert not claims("Что на неё влияет? Lost: из-за цены. associated with", ["из-за цены"])


def documented(tree) -> set[int]:
    """Docstrings of a module: for its developers, on no page."""
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    bodies = [node.body for node in ast.walk(tree) if isinstance(node, owners) and node.body]
    return {id(body[0].value) for body in bodies if isinstance(body[0], ast.Expr)}


def literals(source: str) -> list[str]:
    """Every string of a module, pieces that are joined taken together; a value put into it is a dot."""
    tree = ast.parse(source)
    notes, inside, found = documented(tree), set(), []
    for node in ast.walk(tree):  # outer before inner
        if isinstance(node, ast.JoinedStr):
            inside |= {id(part) for part in node.values}
            found.append("".join(part.value if isinstance(part, ast.Constant) else "·" for part in node.values))
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            pieces = [side.value for side in (node.left, node.right) if isinstance(side, ast.Constant)]
            found.append("".join(piece for piece in pieces if isinstance(piece, str)))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in notes | inside:
            found.append(node.value)
    return found


def test_strings_that_are_joined_are_scanned_whole():
    assert claims(" ".join(literals('say("Ordinary, because "\n    "of the calls.")')))
    assert claims(" ".join(literals('x = f"the effect {n}" + "s of calls" + f"be" "cause"')))
    assert not literals('def f():\n    """Because of a reason."""')


MODULES = sorted((ROOT / "salesnb").rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_string_of_a_module_claims_a_cause(path):
    assert [hit for text in literals(path.read_text(encoding="utf-8")) for hit in claims(text)] == []


def test_no_template_and_no_notebook_claims_a_cause():
    for path in (ROOT / "salesnb/report/template").glob("*.j2"):
        assert claims(re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.S)) == [], path
    for path in [*(ROOT / "notebooks").glob("*.ipynb"), ROOT / "salesnb/starter/starter.ipynb"]:
        for cell in nbformat.read(path, as_version=4).cells:
            said = [cell.source] if cell.cell_type == "markdown" else literals(cell.source)
            assert [hit for text in said for hit in claims(text)] == [], path


@pytest.mark.parametrize(
    "path", sorted((ROOT / "salesnb/formats/locale").rglob("*.po")), ids=lambda path: path.parent.name
)
def test_no_message_and_no_translation_claims_a_cause(path):
    with path.open("rb") as file:
        entries = [entry for entry in read_po(file) if entry.id]
    assert len(entries) > 300
    for entry in entries:
        texts = [t for side in (entry.id, entry.string) for t in ([side] if isinstance(side, str) else side)]
        assert [hit for text in texts for hit in claims(text)] == [], entry.id


class Visible(HTMLParser):
    """What a reader of a page sees or hears: text and the words of pictures and controls."""

    def __init__(self):
        super().__init__()
        self.said, self.hidden = [], 0

    def handle_starttag(self, tag, attrs):
        self.hidden += tag in ("script", "style")
        self.said += [value for name, value in attrs if name in ("alt", "title", "aria-label", "placeholder") and value]

    def handle_endtag(self, tag):
        self.hidden -= tag in ("script", "style")

    def handle_data(self, data):
        if not self.hidden:
            self.said.append(data)


def seen(page: str) -> str:
    reader = Visible()
    reader.feed(page)
    return re.sub(r"\s+", " ", html.unescape(" ".join(reader.said)))


def cells_of(path) -> list[str]:
    sheets = openpyxl.load_workbook(path, read_only=True).worksheets
    return [v for sheet in sheets for row in sheet.iter_rows(values_only=True) for v in row if isinstance(v, str)] + [
        sheet.title for sheet in sheets
    ]


@pytest.fixture(scope="session")
def reports(tmp_path_factory):
    """Pages and workbooks of one channel of the sample company in both languages, and the values that its data hold."""
    folder = sample_pages(tmp_path_factory)
    book = open_book(load_params(ROOT / "params" / "sample.yaml"), "2026-09")
    values = set()
    for name in TABLES:
        table = getattr(book, name)
        if table is not None:
            text = [c for c, kind in table.collect_schema().items() if str(kind) == "String"]
            values |= {
                v for c in text for v in collect(table.select(c).unique())[c] if isinstance(v, str) and len(v) > 2
            }
    return folder, sorted(values, key=len, reverse=True)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_no_page_and_no_workbook_that_is_made_claims_a_cause(reports, language):
    folder, values = reports
    # the index is in the language of the last run
    files = [
        path for path in folder.rglob("*.*") if (".ru." in path.name or path.stem == "index") == (language == "ru")
    ]
    pages, books = (sorted(path for path in files if path.suffix == kind) for kind in (".html", ".xlsx"))
    texts = {path.name: seen(path.read_text(encoding="utf-8")) for path in pages}
    texts |= {path.name: " | ".join(cells_of(path)) for path in books}
    assert len(pages) >= 2 and len(books) >= 1
    assert max(map(len, texts.values())) > 5000 and ("конверси" in " ".join(texts.values())) == (language == "ru")
    data = [value for value in values if CLAIMS.search(value)]  # only these can hide a word
    assert {name: claims(text, data) for name, text in texts.items() if claims(text, data)} == {}
