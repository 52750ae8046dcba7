"""What must not lie about after a run: the password of a database and salaries, in no byte of any file."""

import base64
import re
import tempfile
import zipfile

import duckdb
import nbformat
import pandas as pd
import pytest
from sqlalchemy import create_engine

from salesnb.report.run import run
from tests.reports import AUGUST, COLUMNS, HEADLINE, OPEN, RECORDS, project, sectioned

PASSWORD = "Zq7rUnguessable"
SALARY = 987_654_321


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """A run on a database whose address holds a password, with salaries that nobody asks for; its folder, its TMPDIR."""
    home, temporary = (tmp_path_factory.mktemp(name) for name in ("secret", "t"))
    with create_engine(f"sqlite:///{home / 'crm.db'}").begin() as con:
        pd.DataFrame(AUGUST, columns=COLUMNS).to_sql("d", con, index=False)
        people = {"manager": ["Ann", "Bo"], "function": ["closer", "closer"], "fixed_salary": [SALARY, SALARY + 1]}
        pd.DataFrame(people).to_sql("m", con, index=False)
    asked = "{{url: 'env:CRM_ADDRESS', sql: 'select * from {}'}}"
    project(home, f"company: T\ndata:\n  deals: {asked.format('d')}\n  managers: {asked.format('m')}\n", OPEN)
    cells = (OPEN, HEADLINE, *RECORDS, "## Shown", "s.losses(book).table()", "s.funnel(book)", "book.params",
             "## Fails", "s.open_book(params, '2019-01')", "## Ends", "import os; os._exit(1)")  # fmt: skip
    nbformat.write(sectioned(*cells), home / "notebooks" / "00-a.ipynb")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRM_ADDRESS", f"sqlite:///file:{home / 'crm.db'}?mode=ro&password={PASSWORD}&uri=true")
        patch.setenv("TMPDIR", str(temporary))
        patch.setattr(tempfile, "tempdir", str(temporary))
        patch.setenv("JUPYTER_RUNTIME_DIR", str(temporary))
        found = run(home / "p.yaml", "2026-08", out=home / "r")
        assert found.partial, found.failures  # sections fail on purpose: what fails tells most
    return home, temporary


def unpacked(path):
    """The bytes of a file, of what is packed in it, and of all that stands in it as base64."""
    plain = [path.read_bytes()]
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            plain += [packed.read(name) for name in packed.namelist()]
    for data in plain:
        yield data
        for found in re.findall(rb"[A-Za-z0-9+/]{24,}", data):
            for start in range(4):
                piece = found[start:]
                yield base64.b64decode(piece[: len(piece) // 4 * 4])


def holding(folder, *secrets):
    """Files below a folder that hold a secret, as text of one or two bytes a letter, or as base64."""
    forms = [
        form for one in secrets for form in (one.encode(), one.encode("utf-16-le"), base64.b64encode(one.encode())[:-4])
    ]
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "crm.db"]
    return [path.name for path in files if any(form in data for data in unpacked(path) for form in forms)]


def test_a_secret_is_found_where_it_is(tmp_path):
    (tmp_path / "plain").write_text(f"x{PASSWORD}")
    (tmp_path / "coded").write_text(base64.b64encode(f"some text {PASSWORD} and more".encode()).decode())
    with zipfile.ZipFile(tmp_path / "packed", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a", f"<v>{PASSWORD}</v>")
    (tmp_path / "other").write_text("nothing")
    assert sorted(holding(tmp_path, PASSWORD)) == ["coded", "packed", "plain"]


def test_the_password_of_a_database_is_in_no_byte(ran):
    home, temporary = ran
    assert {".html", ".xlsx", ".json", ".ipynb"} <= {path.suffix for path in (home / "r").rglob("*")}
    assert holding(home, PASSWORD) == [] and holding(temporary, PASSWORD) == []


def test_no_salary_is_in_any_byte_nor_in_the_store(ran):
    home, temporary = ran
    written = [f"{SALARY + n:{sign}}".replace(",", mark) for n in (0, 1) for sign, mark in ((",", ","), (",", " "), (",", "\u00a0"), ("", ""))]  # fmt: skip
    assert holding(home, *written) == [] and holding(temporary, *written) == []
    (people,) = (home / ".salesnb").rglob("managers.parquet")
    assert duckdb.sql(f"SELECT count(*), count(fixed_salary) FROM '{people}'").fetchall() == [(2, 0)]


def test_nothing_lies_in_the_temporary_folder_after_the_run(ran):
    assert [path.name for path in ran[1].iterdir() if not path.name.startswith("salesnb-")] == []
    assert not [path for path in ran[1].rglob("*") if path.is_file()]
