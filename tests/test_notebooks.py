"""What nbval does not see: executed in order, thin, prose without figures, pictures described, no forbidden word anywhere."""

import ast
import json
import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
RUN = sorted((ROOT / "notebooks").glob("*.ipynb"))
LIVE = "explore.ipynb"  # widgets live in a running kernel: kept without outputs; tests/test_explore.py executes it
OWN = re.compile(r"[5-9]\d-")  # numbers that `salesnb new-notebook` gives: its copy has no outputs until `make accept`
ALL = [*RUN, ROOT / "salesnb" / "starter" / "starter.ipynb"]
PARAMETERS = ["params", "month", "channel", "as_of", "language"]
FORBIDDEN = re.compile(
    r"\b(drives|causes|caused by|because of|effect of|would raise)\b|влияет|из-за|благодаря|приведёт к", re.I
)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def of_page(cells):
    """The cells that a run executes: those to explore are written as an analyst writes."""
    return [cell for cell in cells if "explore" not in cell.metadata.get("tags", [])]


@pytest.mark.parametrize("path", ALL, ids=lambda p: p.name)
def test_cells_are_thin_and_parameters_are_those_of_the_run(path):
    cells = code(nbformat.read(path, as_version=4))
    assert cells[0].metadata.get("tags") == ["parameters"]
    assert re.findall(r"^(\w+):", cells[0].source, re.M) == PARAMETERS
    for cell in of_page(cells):
        assert len(cell.source.splitlines()) <= 8, cell.source
        kinds = {type(node).__name__ for node in ast.walk(ast.parse(cell.source))}
        assert not kinds & {"FunctionDef", "ClassDef", "Lambda", "For", "While", "Try"}, cell.source
        assert "print(" not in cell.source and "set_option" not in cell.source


@pytest.mark.parametrize("path", [path for path in RUN if path.name != LIVE], ids=lambda p: p.name)
def test_every_cell_was_executed_in_order_without_error_or_warning(path):
    cells = code(nbformat.read(path, as_version=4))
    if OWN.match(path.name) and not any(cell.execution_count for cell in cells):
        return
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    for cell in cells:
        for output in cell.outputs:
            assert output.output_type not in ("error", "stream"), output
            if "image/png" in output.get("data", {}) and of_page([cell]):  # a page says every picture in words
                alt = output["metadata"]["image/png"]["alt"]
                assert len(alt) > 30 and alt == output["data"]["text/plain"]


@pytest.mark.parametrize("path", ALL, ids=lambda p: p.name)
def test_prose_has_no_figure_no_path_and_no_forbidden_word(path):
    notebook = nbformat.read(path, as_version=4)
    for cell in of_page(notebook.cells):
        if cell.cell_type == "markdown":
            assert not re.search(r"\d", cell.source), cell.source
            assert not FORBIDDEN.search(cell.source), cell.source
    assert not re.search(r"/home/|/root/|/tmp/|0x[0-9a-f]{8}", json.dumps(notebook))


def test_no_message_or_generated_sentence_claims_a_cause():
    quoted = ("What affects it?", "Что на неё влияет?")  # the given question, quoted
    for path in [*(ROOT / "salesnb").rglob("*.py"), *(ROOT / "salesnb").rglob("*.po")]:
        text = path.read_text(encoding="utf-8").replace(quoted[0], "").replace(quoted[1], "")
        said = re.findall(r'say\(\s*"([^"]*)"|plural\(\s*"([^"]*)"|^msg(?:id|str)[^"]*"([^"]*)"', text, re.M)
        hits = [s for group in said for s in group if FORBIDDEN.search(s)]
        assert not hits, (path, hits)
