"""The department's report of the sample company in Russian: no salary, no phone, no e-mail, no word of ours in English."""

import io
import json
import re
import zipfile
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import pytest

from salesnb.params import load_params
from salesnb.report.run import run

pytestmark = pytest.mark.usefixtures("warm")

ROOT = Path(__file__).parents[1]
DATA = ROOT / "data" / "sample"
LIST = "retargeting.csv"  # the only file that may hold phones and e-mails
SHARED = {"CRM", "ABC", "XYZ", "AX", "SLA", "KPI", "n", "p", "salesnb"}  # words that both languages share
WORD = re.compile(r"[A-Za-z]{2,}")


@pytest.fixture(scope="module")
def salaries():
    """Salaries that stand nowhere else in the data, one for each person of the sample.

    Nine digits: seven were once found within the decimals of a share.
    """
    people = pd.read_excel(DATA / "people.xlsx", sheet_name="managers", engine="calamine")
    assert people["fixed_salary"].notna().all()
    return [987_654_501 + number for number in range(len(people))]


@pytest.fixture(scope="module")
def folder(tmp_path_factory, salaries):
    """A run of the department on the sample company, whose people have those salaries; pay is false."""
    home = tmp_path_factory.mktemp("private")
    sheets = pd.read_excel(DATA / "people.xlsx", sheet_name=None, engine="calamine")
    with pd.ExcelWriter(home / "people.xlsx") as writer:
        for name, sheet in sheets.items():
            (sheet.assign(fixed_salary=salaries) if name == "managers" else sheet).to_excel(
                writer, sheet_name=name, index=False
            )
    text = (ROOT / "params" / "sample.yaml").read_text(encoding="utf-8")
    text = text.replace("data/sample/people.xlsx", "people.xlsx").replace("data/sample/", DATA.as_posix() + "/")
    (home / "p.yaml").write_text(text, encoding="utf-8")
    assert not load_params(home / "p.yaml").pay
    assert run(home / "p.yaml", "2026-09", ["all"], home / "r", language="ru").exit_code == 0
    return home / "r"


def texts(folder):
    """Every file of the run as text: the sheets of a workbook unpacked, pictures left out."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.name != LIST):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as packed:
                yield path, "\n".join(packed.read(name).decode() for name in packed.namelist())
        else:
            text = path.read_text(encoding="utf-8")
            text = re.sub(r"base64,[A-Za-z0-9+/=]+", "", text)
            yield path, re.sub(r'"image/png": "[^"]*"', "", text)


def test_no_salary_is_in_any_file_of_the_run(folder, salaries):
    seen = 0
    for path, text in texts(folder):
        plain = re.sub(r"(?<=\d)[\s\u00a0\u202f,'](?=\d)", "", text)
        assert not [salary for salary in salaries if str(salary) in plain], path
        seen += 1
    kinds = {path.suffix for path in folder.rglob("*") if path.is_file()}
    assert seen > 10 and kinds >= {".html", ".xlsx", ".json", ".ipynb", ".csv"}


def test_phones_and_e_mails_are_in_no_file_but_the_one_list(folder):
    clients = pd.read_csv(DATA / "clients.csv.gz", dtype=str)
    phones = {re.sub(r"\D", "", phone)[-10:] for phone in clients["phone"].dropna()}
    mails = set(clients["email"].dropna())
    assert len(phones) > 100 and len(mails) > 100
    for path, text in texts(folder):
        assert not mails & set(re.findall(r"[\w.+-]+@[\w.-]+", text)), path
        plain = re.sub(r"(?<=\d)[\s\u00a0()+-]+(?=\d)", "", text)
        assert not phones & {run[-10:] for run in re.findall(r"\d{10,12}", plain)}, path


DATA_VALUES = {"Lost"}  # the stage at which a deal that was closed and opened again still stands


def company_words():
    """Words of the company's own data, which stay as they are in every language."""
    found = set()
    for path in (DATA / "deals.csv", DATA / "deals_update.csv", DATA / "reviews.csv", ROOT / "params" / "sample.yaml"):
        found |= set(WORD.findall(path.read_text(encoding="latin-1")))
    found |= set(
        WORD.findall(json.dumps(json.loads((DATA / "truth.json").read_text(encoding="utf-8")), ensure_ascii=False))
    )
    for path in ("stages.csv.gz", "leads.csv.gz", "clients.csv.gz"):
        found |= set(WORD.findall(pd.read_csv(DATA / path, dtype=str).to_csv()))
    found |= set(WORD.findall(duckdb.read_parquet(str(DATA / "sales.parquet")).df().astype(str).to_csv()))
    return found - {
        "won",
        "lost",
        "open",
        "low",
        "high",
        "needs",
        "objections",
        "spread",
        "associated",
        "below",
        "above",
        "Won",
        "Lost",
    }


def test_the_russian_workbook_has_no_english_word_of_ours(folder):
    book = openpyxl.load_workbook(io.BytesIO((folder / "2026-09" / "all.ru.xlsx").read_bytes()))
    ours, data = set(), company_words() | SHARED
    for number, sheet in enumerate(book.worksheets):
        head = 1 if number < 2 else 3
        cells = [sheet.title, *(c.value for row in sheet.iter_rows(max_row=head) for c in row)]
        cells += [c.value for row in sheet.iter_rows(min_row=head + 1) for c in row]
        ours |= {
            (sheet.title, word)
            for value in cells
            if isinstance(value, str)
            for word in WORD.findall(value)
            if word not in data and value not in DATA_VALUES and not value.startswith("E-value")
        }
    assert not ours


def test_every_table_of_the_page_is_in_the_workbook(folder):
    page = (folder / "2026-09" / "all.ru.html").read_text(encoding="utf-8")
    captions = [re.sub("<[^>]+>", "", caption) for caption in re.findall(r"<caption>(.*?)</caption>", page)]
    book = openpyxl.load_workbook(folder / "2026-09" / "all.ru.xlsx")
    listed = [row[1].value for row in book.worksheets[0].iter_rows(min_row=2)]
    assert len(captions) > 20 and set(captions) <= {
        c.replace("&", "&amp;").replace("'", "&#x27;").replace('"', "&quot;") for c in listed
    }
    for row in book.worksheets[0].iter_rows(min_row=2):
        assert row[0].hyperlink.location == f"'{row[0].value}'!A1" and row[0].value in book.sheetnames
