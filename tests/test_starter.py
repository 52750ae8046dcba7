"""The starter of `salesnb new-notebook` runs as it is, in the monthly run and by plain papermill."""

from pathlib import Path

import nbformat
import papermill

from salesnb.report.notebooks import check_parameters, execute

ROOT = Path(__file__).parents[1]
STARTER = ROOT / "salesnb" / "starter" / "starter.ipynb"


def outputs(notebook) -> str:
    return "\n".join(
        output["data"].get("text/plain", "")
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "data" in output
    )


def values(channel: str) -> dict[str, str]:
    params = str(ROOT / "params" / "sample.yaml")
    return {"params": params, "month": "2026-09", "channel": channel, "as_of": "", "language": "en"}


def test_the_monthly_run_executes_the_starter_as_it_is():
    check_parameters([STARTER])
    for channel in ("", "Site"):
        assert "sales reps" in outputs(execute(STARTER, values(channel)))


def test_plain_papermill_executes_the_starter_as_it_is(tmp_path):
    papermill.execute_notebook(
        STARTER, tmp_path / "out.ipynb", parameters=values(""), progress_bar=False, log_output=False
    )
    done = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    assert "sales reps" in outputs(done)
