"""Re-executes the notebooks on the sample company and keeps their outputs, without the noise that changes every time.

Look at `git diff notebooks/` afterwards: a number that moved needs its reason in the commit.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from rich.console import Console

ROOT = Path(__file__).parents[1]
KEPT_METADATA = {"tags"}
LIVE = "explore.ipynb"  # widgets: kept without outputs, which only a running kernel can show


def tidy(notebook):
    """Counts and outputs stay (nbval compares them); timings, trust and editor settings go."""
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        **({"title": notebook.metadata["title"]} if "title" in notebook.metadata else {}),
    }
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number:02d}"
        cell.metadata = {key: value for key, value in cell.metadata.items() if key in KEPT_METADATA}
    return notebook


def bare(notebook):
    """The notebook as before its first run."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def accept(path: Path) -> None:
    """Execute one notebook where it is and write it back."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": path.parent}}
    ).execute()
    nbformat.write(bare(tidy(notebook)) if path.name == LIVE else tidy(notebook), path)


def main(names: list[str]) -> int:
    console = Console()
    paths = [Path(name) for name in names] or sorted((ROOT / "notebooks").glob("*.ipynb"))
    for path in paths:
        console.print(f"executing {path.name}")
        accept(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
