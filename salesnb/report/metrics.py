"""Metrics of a channel for programs: collected from the executed notebooks, checked against one
schema.
"""

import json
from collections.abc import Sequence

from nbformat import NotebookNode
from pydantic import ValidationError

from salesnb.errors import RunError
from salesnb.report.shapes import PARTS, Metrics, Part

MIME = "application/vnd.salesnb.metrics+json"


def recorded(notebooks: Sequence[NotebookNode]) -> dict:
    """The parts that executed notebooks recorded: part → data.

    Raises
    ------
    RunError
        Two notebooks recorded the same part differently, or a part that no one knows.
    """
    parts: dict = {}
    for notebook in notebooks:
        for cell in notebook.cells:
            for output in cell.get("outputs", []):
                bundle = output.get("data", {}).get(MIME)
                if bundle is None:
                    continue
                for part, data in bundle.items():
                    if part not in PARTS:
                        raise RunError(
                            f"a notebook recorded {part!r}, which the metrics do not have; they "
                            f"have: {', '.join(PARTS)}."
                        )
                    if part in parts and parts[part] != data:
                        raise RunError(f"two notebooks recorded {part!r} differently.")
                    parts[part] = data
    return parts


def make_metrics(
    company: str, month: str, channel: str, as_of: str, parts: dict, lacking: bool = False
) -> dict:
    """Metrics as they are written, checked.

    `lacking` : a section failed: what no notebook recorded is then unknown, not nought

    >>> make_metrics("A", "2026-09", "all", "2026-09-30", {})["conversion"]["won"]
    0
    >>> found = make_metrics("A", "2026-09", "all", "2026-09-30", {"managers": []}, lacking=True)
    >>> found["conversion"]["won"], found["managers"], found["cohorts"]
    (None, [], None)
    """
    try:
        found = Metrics(company=company, month=month, channel=channel, as_of=as_of, **parts)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise RunError(f"metrics: {place}: {first['msg']}; it is {first['input']!r}.") from None
    dumped = found.model_dump(mode="json")
    for name in set(PARTS) - set(parts) if lacking else ():
        typed = isinstance(getattr(found, name), Part)
        dumped[name] = dict.fromkeys(dumped[name]) if typed else None
    return json.loads(json.dumps({"schema": dumped.pop("schema_")} | dumped, allow_nan=False))
