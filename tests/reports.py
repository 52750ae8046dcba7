"""A small company with hostile names, and notebooks of a few cells, for the tests of a run."""

import os
from pathlib import Path

import nbformat
import pandas as pd
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from salesnb.report.run import run
from salesnb.source.locks import lock

ROOT = Path(__file__).parents[1]
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"
PARAMETERS = "\n".join(f'{name}: str = ""' for name in ("params", "month", "channel", "as_of", "language"))
OPEN = "import salesnb as s\nbook = s.open_book(params, month, channel, as_of, language)"
TABLE = "s.losses(book).table()"
RECORD = "s.record(s.headline(book))"
HEADLINE = "headline, length = s.headline(book), s.length(book)"
RECORDS = ["s.record(headline)", "s.record(length)"]


def sample_pages(factory) -> Path:
    """A channel of the sample company in English, then in Russian: made once for all workers of a test run."""
    base = factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    place = base / "sample-pages"
    with (base / "sample-pages.lock").open("w") as held:
        lock(held)  # the first one makes them, the others wait
        if not (place / "made").exists():
            for language in ("en", "ru"):
                made = run(ROOT / "params" / "sample.yaml", "2026-09", ["Site"], place, language=language)
                assert made.exit_code == 0, made.failures
            (place / "made").touch()
    return place / "2026-09"


def notebook(*cells, tagged=True, parameters=PARAMETERS):
    first = new_code_cell(parameters)
    if tagged:
        first.metadata["tags"] = ["parameters"]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return new_notebook(cells=[new_markdown_cell("# T"), first, *(new_code_cell(c) for c in cells)], metadata=kernel)


def sectioned(*cells):
    """A notebook whose cells that begin with # are headings."""
    made = notebook()
    made.cells += [new_markdown_cell(c) if c.startswith("#") else new_code_cell(c) for c in cells]
    return made


def hostile_company(folder):
    """Sixty deals closed in September 2026, in the channels Site and a/../b."""
    rows = [[f"{n}", "Ann" if n % 2 else HOSTILE, f"2026-08-{n % 27 + 1:02d}", f"2026-09-{n % 27 + 1:02d}" if n % 5 else "2026-09-30",
             "Won" if n % 3 else "Lost", n, "Site" if n < 30 else "a/../b", "=cmd|' /C calc'!A0" if n % 2 else HOSTILE] for n in range(60)]  # fmt: skip
    frame = pd.DataFrame(
        rows, columns=["deal_id", "manager", "created_at", "closed_at", "status", "amount", "channel", "lost_reason"]
    )
    frame.assign(title=HOSTILE, client_id="=1+1").to_csv(folder / "deals.csv", index=False)
    return project(folder, "company: T\ndata: {deals: deals.csv}\ncrm_url: 'https://crm.example/{deal_id}'\n", OPEN, TABLE, RECORD)  # fmt: skip


COLUMNS = ["deal_id", "manager", "created_at", "closed_at", "status", "amount", "channel"]
AUGUST = [
    ["1", "Ann", "2026-08-01", "2026-08-11", "Won", 100, "Site"],
    ["2", "Ann", "2026-08-01", "2026-08-11", "Won", 200, "Site"],
    ["3", "Bo", "2026-08-01", "2026-08-11", "Lost", 50, "Site"],
    ["4", "Bo", "2026-08-01", "2026-08-11", "Won", 300, "Phone"],
    ["5", "Bo", "2026-08-01", "2026-08-11", "Lost", 10, "Phone"],
    ["6", "Ann", "2026-08-01", "2026-08-21", "Lost", 70, "Site"],
    ["7", "Ann", "2026-08-20", "2026-09-30", "Won", 30, "Site"],
]
# the same export later: 1 is lost, 2 has another amount, 3 is gone, 4 closed in September, 8 is new
AUGUST_LATER = [
    ["1", "Ann", "2026-08-01", "2026-08-11", "Lost", 100, "Site"],
    ["2", "Ann", "2026-08-01", "2026-08-11", "Won", 250, "Site"],
    ["4", "Bo", "2026-08-01", "2026-09-02", "Won", 300, "Phone"],
    *AUGUST[4:],
    ["8", "Ann", "2026-08-02", "2026-08-12", "Won", 400, "Site"],
]


def write_deals(folder, rows):
    pd.DataFrame(rows, columns=COLUMNS).to_csv(folder / "deals.csv", index=False)


def small_company(folder):
    """The seven deals of `AUGUST`, in the channels Site and Phone."""
    write_deals(folder, AUGUST)
    text = "company: T\ndata: {deals: deals.csv}\nchannels: [Site, Phone]\ncrm_url: 'https://crm.example/{deal_id}'\n"
    return project(folder, text, OPEN, HEADLINE, *RECORDS)


def project(folder, params, *cells):
    (folder / "pyproject.toml").write_text("")
    (folder / "p.yaml").write_text(params)
    (folder / "notebooks").mkdir()
    nbformat.write(notebook(*cells), folder / "notebooks" / "00-a.ipynb")
    return folder
