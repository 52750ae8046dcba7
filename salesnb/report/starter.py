"""A new notebook of an analyst: a starter that the monthly run can execute."""

import re
import shutil
from pathlib import Path

from salesnb.errors import RunError
from salesnb.report.names import slug

STARTER = Path(__file__).parents[1] / "starter" / "starter.ipynb"


def new_notebook(name: str, folder: Path) -> Path:
    """Copy the starter into `folder` under the next free number.

    Raises
    ------
    RunError
        There is a notebook of that name, the name holds no letter, or there is no such folder.
    """
    if not folder.is_dir():
        raise RunError(f"there is no folder {folder}/ here: run this in the folder of the project.")
    topic = slug(re.sub(r"^\d\d-|\.ipynb$", "", name.strip())).lower()
    if not any(letter.isalnum() for letter in re.sub(r"\.ipynb$", "", name)):
        raise RunError(
            f"{name!r} is no topic: name the notebook in a word or two, such as discounts."
        )
    taken = sorted(folder.glob("*.ipynb"))
    if any(re.sub(r"^\d\d-", "", path.stem) == topic for path in taken):
        raise RunError(f"there is a notebook on {topic!r} in {folder}/ already.")
    numbers = [int(path.name[:2]) for path in taken if re.match(r"\d\d-", path.name)]
    target = folder / f"{max([*numbers, 49]) + 1:02d}-{topic}.ipynb"
    shutil.copyfile(STARTER, target)
    return target
