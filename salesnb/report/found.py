"""Which notebooks there are: found before anything is loaded that executes them."""

from pathlib import Path

from salesnb.errors import RunError
from salesnb.params import Params

PACKAGED = Path(__file__).parents[2] / "notebooks"


def notebook_folder(params: Params) -> Path:
    """Where the notebooks of a company are: beside its params, else those of salesnb itself."""
    own = params.root / "notebooks"
    return own if own.is_dir() else PACKAGED


def find_notebooks(folder: Path) -> list[Path]:
    """The notebooks of a monthly run, in order: those whose name starts with two digits and a dash.

    Raises
    ------
    RunError
        There is none.
    """
    found = sorted(p for p in folder.glob("[0-9][0-9]-*.ipynb"))
    if not found:
        raise RunError(
            f"no notebooks NN-topic.ipynb in {folder.name}/; the run needs at least one."
        )
    return found
