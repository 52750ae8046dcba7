"""The rooms of the package and the only direction in which they may import."""

import ast
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "salesnb"
# rooms on one line stand side by side and do not import each other
LAYERS = [
    {"errors"},
    {"formats"},
    {"schema"},
    {"params"},
    {"stats"},
    {"source", "measures"},
    {"model", "render"},
    {"topics"},
    {"report", "lab"},
    {"cli"},
]
LEVEL = {room: level for level, rooms in enumerate(LAYERS) for room in rooms}


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(path: Path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names = [node.module]
            if node.module == "salesnb":
                names = [f"salesnb.{alias.name}" for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "salesnb" and len(parts) > 1 and not parts[1].startswith("__"):
                yield parts[1]


def test_rooms_import_only_downwards():
    wrong = []
    for path in PACKAGE.rglob("*.py"):
        room = room_of(path)
        if room in {"__init__", "__main__"} or "starter" in path.parts:
            continue
        for other in imported_rooms(path):
            if other != room and LEVEL[other] >= LEVEL[room]:
                wrong.append(f"{path.relative_to(PACKAGE)} imports {other}")
    assert not wrong, wrong


def test_every_room_is_known():
    rooms = {room_of(path) for path in PACKAGE.rglob("*.py")} - {"__init__", "__main__"}
    assert rooms <= set(LEVEL), rooms - set(LEVEL)


def test_stats_does_not_know_what_a_deal_is():
    wrong = [p.name for p in (PACKAGE / "stats").glob("*.py") if set(imported_rooms(p)) - {"stats", "errors"}]
    assert not wrong, wrong


def test_render_knows_no_figure():
    wrong = [
        p.name for p in (PACKAGE / "render").rglob("*.py") if set(imported_rooms(p)) & {"stats", "measures", "model"}
    ]
    assert not wrong, wrong


def public_functions(body: list[ast.stmt]):
    """Functions of a module and methods of its classes whose name does not begin with "_"."""
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            if isinstance(node, ast.ClassDef):
                yield from public_functions(node.body)
            else:
                yield node


def holes(function) -> list[str]:
    """Parameters of a function without a type, and "return"."""
    given = function.args
    every = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    blank = [one.arg for one in every if one and one.annotation is None and one.arg not in ("self", "cls")]
    return blank + ["return"] * (function.returns is None)


def test_no_public_signature_has_a_hole():
    wrong = [
        f"{path.relative_to(PACKAGE)}:{function.lineno} {function.name}: {', '.join(blank)}"
        for path in PACKAGE.rglob("*.py")
        for function in public_functions(ast.parse(path.read_text(encoding="utf-8")).body)
        if (blank := holes(function))
    ]
    assert not wrong, wrong


def test_every_door_of_the_package_has_an_example():
    import salesnb

    found = {name: getattr(salesnb, name) for name in salesnb.__all__ if name not in ("Voice", "__version__")}
    wrong = [name for name, one in found.items() if callable(one) and ">>>" not in (one.__doc__ or "")]
    assert not wrong, wrong


def test_import_reads_no_file_and_prints_nothing():
    code = "import salesnb"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "" and done.stderr == ""
