"""Writes environment.yml (conda-forge names) from pyproject.toml; `--check` only says whether it is up to date."""

import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
# names that differ between PyPI and conda-forge
CONDA_NAMES = {
    "duckdb": "python-duckdb",
    "matplotlib": "matplotlib-base",
    "pillow": "pillow",
    "psycopg": "psycopg",
    "seaborn": "seaborn-base",
    "tzdata": "python-tzdata",
}
HEADER = """\
# Generated from pyproject.toml by tools/make_environment.py: do not edit.
# For analysts who use conda: conda env create -f environment.yml && conda activate salesnb && pip install --no-deps -e .
"""


def conda_line(text: str) -> str:
    """A requirement of pyproject.toml as conda writes it.

    >>> conda_line("seaborn>=0.13"), conda_line("psycopg[binary]>=3.3")
    ('seaborn-base >=0.13', 'psycopg >=3.3')
    """
    requirement = Requirement(text)
    return f"{CONDA_NAMES.get(requirement.name, requirement.name)} {requirement.specifier}".strip()


def environment(project: dict) -> str:
    """The text of environment.yml."""
    wanted = project["dependencies"] + project["optional-dependencies"]["lab"] + ["pip"]
    lines = [f"python {project['requires-python']}", *sorted(map(conda_line, wanted))]
    listing = "\n".join(f"  - {line}" for line in lines)
    return f"{HEADER}name: salesnb\nchannels:\n  - conda-forge\n  - nodefaults\ndependencies:\n{listing}\n"


def main(arguments: list[str]) -> int:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    path = ROOT / "environment.yml"
    text = environment(project)
    if "--check" in arguments:
        return 0 if path.read_text(encoding="utf-8") == text else 1
    path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
