"""The sections of an executed notebook, and which of them could not be made."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nbformat import NotebookNode

from salesnb.formats import Voice
from salesnb.report.kernels import DIED, SECTION, TOO_LONG, failed, stored_names

OURS = ("DataError", "ParamError", "RunError")  # errors whose text says all by itself
UNKNOWN_NAME = re.compile(r"name '(\w+)' is not defined")
NO_WORDS = {
    "ename": "RunError",
    "evalue": "a figure has no alt text: show it with s.picture(axes, alt), where alt says what "
    "it shows",
}
LONGEST = 300  # characters of a reason


@dataclass(frozen=True)
class Part:
    """The cells from one heading of the first two levels to the next; `error` (ename, evalue) says
    why it failed.
    """

    title: str
    cells: tuple
    error: dict[str, str] | None = None

    @property
    def computes(self) -> bool:
        """Whether it holds more than prose and the parameters."""
        return any(
            cell.cell_type == "code" and "parameters" not in " ".join(cell.metadata.get("tags", []))
            for cell in self.cells
        )


def parts(notebook: NotebookNode) -> list[Part]:
    """The sections of an executed notebook, in order.

    A section fails with the first cell of it that failed. Where a cell lacks only a name that an
    earlier one could not make, the error of that earlier one is the reason.
    """
    found: list[list] = [[]]
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and SECTION.match(cell.source):
            found.append([])
        found[-1].append(cell)
    lost: dict[str, dict] = {}
    return [_part(cells, lost) for cells in found if cells]


def _part(cells: list, lost: dict[str, dict]) -> Part:
    error = None
    for cell in cells:
        reason = _reason(cell, lost)
        if reason is not None:
            lost |= dict.fromkeys(stored_names(cell.source), reason)
            error = error or reason
    first = cells[0]
    heading = (
        SECTION.sub("", first.source, count=1)
        if first.cell_type == "markdown" and SECTION.match(first.source)
        else ""
    )
    return Part((heading.strip().splitlines() or [""])[0], tuple(cells), error)


def _reason(cell, lost: dict[str, dict]) -> dict | None:
    if cell.cell_type != "code":
        return None
    for output in cell.outputs if failed(cell) else []:
        if output.output_type == "error":
            name = UNKNOWN_NAME.search(output.evalue) if output.ename == "NameError" else None
            return lost.get(name[1] if name else "") or {
                "ename": output.ename,
                "evalue": output.evalue,
            }
    return NO_WORDS if any(map(_wordless, cell.outputs)) else None


def _wordless(output) -> bool:
    """Whether it is a picture that nothing describes."""
    about = output.get("metadata", {}).get("image/png", {})
    return "image/png" in output.get("data", {}) and not about.get("alt", "").strip()


def faults(notebooks: Sequence[NotebookNode], names: Iterable[str]) -> list[dict[str, str]]:
    """Sections that could not be made: notebook (its name), section (its heading), reason, as
    run.json has them.
    """
    return [
        {"notebook": name, "section": part.title, "reason": said(part.error)}
        for notebook, name in zip(notebooks, names, strict=True)
        for part in parts(notebook)
        if part.error
    ]


def missing_sections(faults: list[dict[str, str]]) -> str:
    """The sections that a page lacks, in one line.

    >>> missing_sections([{"notebook": "01-a.ipynb", "section": "Stuck", "reason": "Error: 'x'"}])
    "Stuck (01-a.ipynb): Error: 'x'"
    """
    return "; ".join(
        f"{one['section']} ({one['notebook']}): {one['reason']}"
        if one["section"]
        else f"{one['notebook']}: {one['reason']}"
        for one in faults
    )


def nothing_made(notebooks: Sequence[NotebookNode]) -> str:
    """The first reason, where not one section of any notebook could be made; else an empty text."""
    computed = [part.error for notebook in notebooks for part in parts(notebook) if part.computes]
    errors = [error for error in computed if error]
    return said(errors[0]) if errors and len(errors) == len(computed) else ""


def without_faults(notebook: NotebookNode) -> NotebookNode:
    """The notebook with nothing of the sections that could not be made."""
    cells = [cell for part in parts(notebook) if not part.error for cell in part.cells]
    return NotebookNode(notebook | {"cells": cells})


def said(error: Mapping[str, str], voice: Voice | None = None) -> str:
    """The error of a cell in one line: a message of ours as it is, any other with its name.

    >>> said({"ename": "ValueError", "evalue": "x\\nmore"}), said({"ename": "DataError",
    ...     "evalue": "no file"})
    ('ValueError: x', 'no file')
    """
    voice, name = voice or Voice(), error["ename"]
    if name == TOO_LONG:
        return voice.plural(
            "a step took longer than {n} second",
            "a step took longer than {n} seconds",
            int(error["evalue"]),
        )
    if name == DIED:
        return voice.say("the computation ended unexpectedly, as it does when memory runs out")
    text = (str(error["evalue"]).strip().splitlines() or [""])[0]
    if len(text) > LONGEST:
        text = text[:LONGEST] + "…"
    return text if text and name in OURS else f"{name}: {text}".removesuffix(": ")


def told(error: Mapping[str, str], voice: Voice) -> str:
    """What stands in the place of a section that could not be made."""
    reason = said(error, voice).rstrip(". ")
    return voice.say(
        "This section could not be made: {reason}. The rest of the page stands.", reason=reason
    )
