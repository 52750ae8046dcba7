"""The alternative of a run: for each channel and notebook one `papermill` command and one `nbconvert` command, one after
another, as a shell script.

Cells tagged `explore` are taken out of the notebooks first: `salesnb run` leaves them out as well.
"""

import json
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

from measure import ROOT, environment

ASKED = """
import json, sys, salesnb as s
book = s.open_book(sys.argv[1], sys.argv[2])
print("\\n" + json.dumps([book.month, ["all", *book.channels], book.params.language]))
"""


@dataclass(frozen=True)
class Company:
    """What a run of a company would make: params file, month, channels (the department first) and language."""

    params: str
    month: str
    channels: tuple[str, ...]
    language: str


def company(python: str, params: str, month: str = "") -> Company:
    """Read the export once, so that the store has it, and tell what there is."""
    asked = [python, "-c", ASKED, params, month]
    done = subprocess.run(
        asked, cwd=ROOT, env=environment(), check=True, stdout=subprocess.PIPE, text=True
    )
    month, channels, language = json.loads(done.stdout.splitlines()[-1])
    return Company(params, month, tuple(channels), language)


def run_command(python: str, asked: Company, out: Path, channels, *options: str) -> list[str]:
    """`salesnb run` of these channels into a folder."""
    named = [word for channel in channels for word in ("--channel", channel)]
    base = [
        python,
        "-m",
        "salesnb",
        "run",
        "--params",
        asked.params,
        "--month",
        asked.month,
        "--out",
        str(out),
    ]
    return [*base, *named, *options]


def loop_script(python: str, asked: Company, channels, notebooks: Path, out: Path) -> str:
    """The plain loop over channels and notebooks as a shell script."""
    made = ["set -e"]
    for number, channel in enumerate(channels):
        folder = out / str(number)
        made.append(shlex.join(["mkdir", "-p", str(folder)]))
        values = {
            "params": asked.params,
            "month": asked.month,
            "channel": "" if channel == "all" else channel,
            "as_of": "",
            "language": asked.language,
        }
        for path in sorted(notebooks.glob("[0-9][0-9]-*.ipynb")):
            given = [word for name, value in values.items() for word in ("-p", name, value)]
            copy = str(folder / path.name)
            made.append(shlex.join([python, "-m", "papermill", str(path), copy, *given]))
            made.append(shlex.join([python, "-m", "nbconvert", "--to", "html", copy]))
    return "\n".join(made) + "\n"


def plain_notebooks(folder: Path, explore: bool = False, source: Path = ROOT / "notebooks") -> Path:
    """The notebooks of a run, copied into `folder`, without cells tagged `explore` unless they are asked for."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.glob("[0-9][0-9]-*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        kept = [
            cell
            for cell in notebook["cells"]
            if explore or "explore" not in cell["metadata"].get("tags", [])
        ]
        text = json.dumps(notebook | {"cells": kept}, ensure_ascii=False)
        (folder / path.name).write_text(text, encoding="utf-8")
    return folder
