"""The soft salary by hand, and that no salary is in any other file."""

import base64
import re
import struct
import zipfile

import duckdb
import openpyxl
import pandas as pd
import pytest

import salesnb as s
from salesnb.errors import ParamError
from salesnb.measures.pay import soft_salary
from salesnb.params import load_params
from salesnb.report.pay import pay_workbook
from salesnb.report.run import run
from salesnb.source.reading import tell_kernels
from salesnb.source.store import stored
from tests.reports import OPEN, project

pytestmark = pytest.mark.usefixtures("warm")

DEALS = pd.DataFrame({"deal_id": ["1"], "manager": ["Ann"], "status": "open", "created_at": pd.Timestamp("2026-08-03")})
SEPTEMBER = pd.Timestamp("2026-09-10 10:00")
# around a mean of 0 with the spread of a single call close to 0: whatever the mean, it is sure
NEAR = (0.1, -0.1, 0.1, -0.1)
PEOPLE = ("Ann", "Bo", "Cy", "Di", "Ed", "Fay")


def heard(name, needs, objections, at=SEPTEMBER):
    return pd.DataFrame(
        {
            "manager": name,
            "at": at,
            "call_type": ["needs"] * len(needs) + ["objections"] * len(objections),
            "score": [*needs, *objections],
        }
    )


def level(name, mean):
    """Eight calls of a mean that is told apart from the cuts."""
    return heard(name, [mean + off for off in NEAR], [mean + off for off in NEAR])


def company(reviews, salary=60_000.0, as_of="2026-09-30", month="2026-09", managers=None, **params):
    staff = pd.DataFrame({"manager": PEOPLE, "fixed_salary": salary}) if managers is None else managers
    return s.book(
        DEALS,
        reviews=pd.concat(reviews),
        managers=staff,
        month=month,
        as_of=as_of,
        country="RU",
        **({"pay": True} | params),
    )


def line(book, name="Ann"):
    return soft_salary(book).set_index("manager").loc[name]


@pytest.mark.parametrize(("mean", "steps", "linear"), [(59, 0, 0), (70, 9_000, 9_000), (75, 9_000, 13_500), (90, 18_000, 18_000)])  # fmt: skip
def test_a_colour_is_a_part_of_a_third_of_the_salary(mean, steps, linear):
    """Case A5."""
    assert line(company([level("Ann", mean)]))["amount"] == steps
    assert line(company([level("Ann", mean)], pay_scale="linear"))["amount"] == linear


def test_hire_counts_and_absence_does_not():
    """Case A5: hired on the 16th, 11 of 22 working days."""
    staff = pd.DataFrame({"manager": PEOPLE[:2], "fixed_salary": 60_000.0, "hired_on": ["2026-09-16", "2020-01-01"]})
    off = pd.DataFrame({"manager": PEOPLE[:2], "from": "2026-09-17", "to": "2026-09-25"})
    book = company([level("Ann", 90), level("Bo", 90)], managers=staff, absences=off)
    assert line(book)[["days", "of", "amount"]].tolist() == [11, 22, 9_000]
    assert line(book, "Bo")[["days", "of", "amount"]].tolist() == [22, 22, 18_000]


def test_a_score_at_a_cut_is_to_be_checked_again_and_not_paid():
    """Case A3: 79.99 with a spread of 8 is yellow with half a chance."""
    rows = heard("Ann", [84] * 4, [76, 76, 75.96, 75.96])
    noise = [heard(name, [50, 66, 50, 66], [50, 66, 50, 66]) for name in PEOPLE[1:]]
    found = company([rows, *noise])
    one = line(found)
    assert one["colour"] == "yellow" and one["blank"] == "re-check"
    assert pd.isna(one["amount"]) and pd.isna(one["part"])


def test_a_blank_amount_has_its_reason():
    staff = pd.DataFrame(
        {
            "manager": PEOPLE,
            "fixed_salary": [60_000.0, 60_000, None, 60_000, 60_000, 0],
            "left_on": [None, None, None, None, "2026-09-15", None],
        }
    )
    reviews = [
        heard("Ann", [90] * 4, [90] * 3),  # seven calls
        heard("Bo", [90] * 9, []),  # one type
        *[level(name, 90) for name in ("Cy", "Ed", "Fay")],
    ]
    found = soft_salary(company(reviews, managers=staff))
    assert found[["manager", "blank"]].values.tolist() == [
        ["Ann", "preliminary"],
        ["Bo", "none"],
        ["Cy", "no salary"],
        ["Di", "none"],
        ["Ed", "left"],
        ["Fay", "no salary"],
    ]
    assert found["amount"].isna().all() and found["days"].tolist() == [22, 22, 22, 22, 11, 22]


def test_money_is_rounded_once_and_half_up():
    # 1,000 × 30 % × ½ × 11/22 = 75; 1,003.33 … = 75.25; 1,006.67 … = 75.5 → 76
    staff = pd.DataFrame({"manager": PEOPLE[:3], "hired_on": "2026-09-16"})
    for salary, amount in ((1_000.0, 75), (1_003.0, 75), (1_006.66, 75), (1_006.67, 76)):
        book = company([level("Ann", 70)], managers=staff.assign(fixed_salary=salary))
        assert line(book)["amount"] == amount, salary


def test_people_come_by_name_whatever_the_order_of_rows_and_who_was_not_there_is_left_out():
    staff = pd.DataFrame(
        {
            "manager": PEOPLE[:4],
            "fixed_salary": [1e5, 2e5, 3e5, 4e5],
            "hired_on": ["2020-01-01", None, "2026-10-01", "2020-01-01"],
            "left_on": [None, None, None, "2026-08-31"],
        }
    )
    reviews = [level("Ann", 70), level("Bo", 90)]
    one, other = (
        company(reviews, managers=staff),
        company(reviews[::-1], managers=staff.sort_values("manager", ascending=False)),
    )
    assert soft_salary(one)["manager"].tolist() == ["Ann", "Bo"]
    assert soft_salary(one).equals(soft_salary(other)) and pay_workbook(one) == pay_workbook(other)


def test_no_proposal_of_part_of_a_month_nor_where_pay_is_off(tmp_path):
    part = company([level("Ann", 90)], as_of="2026-09-29")
    with pytest.raises(ParamError, match="is not over"):
        soft_salary(part)
    with pytest.raises(ParamError, match="pay is off"):
        soft_salary(company([level("Ann", 90)], pay=False))
    (tmp_path / "pay.xlsx").write_bytes(pay_workbook(part))
    rows = list(openpyxl.load_workbook(tmp_path / "pay.xlsx").active.values)
    assert len(rows) == 1 and "is not over" in rows[0][0]


def test_the_amount_is_a_formula_over_its_line(tmp_path):
    (tmp_path / "pay.xlsx").write_bytes(pay_workbook(company([level("Ann", 90), level("Bo", 70)])))
    formulas = openpyxl.load_workbook(tmp_path / "pay.xlsx").active
    values = openpyxl.load_workbook(tmp_path / "pay.xlsx", data_only=True).active
    heads = [cell.value for cell in formulas[5]]
    place = heads.index("Proposal, ₽")
    for number, (fixed, part, amount) in {6: (60_000, 1, 18_000), 7: (60_000, 0.5, 9_000)}.items():
        assert formulas[number][place].value == f"=ROUND(B{number}*C{number}*G{number}*H{number}/I{number},0)"
        row = [cell.value for cell in values[number]]
        assert (row[1], row[6], row[place]) == (fixed, part, amount)
        assert round(row[1] * row[2] * row[6] * row[7] / row[8]) == amount
    assert formulas[6][heads.index("How it is counted")].value == "60,000 × 30% × 1 × 22/22 = 18,000"
    assert formulas[8][place].value is None and "not heard" in formulas[8][heads.index("Why there is no amount")].value


# ---- no salary anywhere else -------------------------------------------------------------------------------------------

SALARY, SOFT = 712_345_678.91, 213_703_704


def private_company(folder, pay):
    """Ann is green and has a salary that stands nowhere else; one salary cannot be read."""
    rows = [[str(n), "Ann", "2026-08-01", "2026-09-11", "Won" if n % 2 else "Lost", 100] for n in range(20)]
    rows.append(["20", "Ann", "2026-10-01", "", "Open", 100])
    pd.DataFrame(rows, columns=["deal_id", "manager", "created_at", "closed_at", "status", "amount"]).to_csv(
        folder / "deals.csv", index=False
    )
    staff = [["Ann", f"{SALARY}", "2020-01-01"], ["Bo", "712 345 678,91 or so", "2020-01-01"]]
    pd.DataFrame(staff, columns=["manager", "fixed_salary", "hired_on"]).to_csv(folder / "people.csv", index=False)
    hours = pd.Timedelta(hours=1) * pd.Series(range(8))
    level("Ann", 90).assign(at=SEPTEMBER + hours).to_csv(folder / "reviews.csv", index=False)
    calls = [["1", "Ann", f"2026-09-2{n} 10:00", "call", "answered", 90, f"c{n}"] for n in range(9)]
    pd.DataFrame(calls, columns=["deal_id", "manager", "at", "kind", "result", "duration_s", "touch_id"]).to_csv(
        folder / "touches.csv", index=False
    )
    params = (
        "company: T\ncountry: RU\nlanguage: ru\n"
        "data: {deals: deals.csv, managers: people.csv, reviews: reviews.csv, touches: touches.csv}\n"
    )
    shown = 's.table(book.table("managers"), book.voice, "T", [s.Column("manager", "M"), s.Column("fixed_salary", "S", "money")])'
    record = "s.record(s.headline(book))"
    return project(folder, params + f"pay: {str(pay).lower()}\n", OPEN, "s.headline(book)", shown, record)


def texts(path):
    """A file as texts: workbooks unpacked, tables of the store as rows, what is packed as base64 unpacked too."""
    raw = path.read_bytes()
    assert struct.pack("<d", SALARY) not in raw and struct.pack(">d", SALARY) not in raw, path
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as packed:
            yield from (packed.read(name).decode() for name in packed.namelist())
    elif path.suffix == ".parquet":
        yield duckdb.read_parquet(str(path)).df().astype(str).to_csv()
    else:
        text = raw.decode("utf-8")
        yield text
        for packed in re.findall(r"[A-Za-z0-9+/]{200,}={0,2}", text):
            yield base64.b64decode(packed + "=" * (-len(packed) % 4)).decode("latin-1")


def tells_a_salary(path):
    for text in texts(path):
        plain = re.sub(r"(?<=\d)[\s\u00a0\u202f.,'_](?=\d)", "", text)
        if re.search(f"{int(SALARY)}|{int(SALARY) + 1}|{SOFT}|{SOFT - 1}|7[,.]123456789", plain):
            return True
    return False


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A run with pay, then the same project without; each with the files that stood after it."""
    folder = private_company(tmp_path_factory.mktemp("pay"), True)
    reports = folder / "reports" / "2026-09"
    assert run(folder / "p.yaml", "2026-09", ["all"], out=folder / "reports").exit_code == 0
    files = [path for path in (folder / "reports").rglob("*") if path.is_file() and path.name != "pay.xlsx"]
    paid = {path: tells_a_salary(path) for path in files}
    rows = list(openpyxl.load_workbook(reports / "pay.xlsx", data_only=True).active.values)
    bytes_ = (reports / "pay.xlsx").read_bytes()
    run(folder / "p.yaml", "2026-09", ["all"], out=folder / "reports")
    again = (reports / "pay.xlsx").read_bytes() == bytes_
    fresh = private_company(tmp_path_factory.mktemp("nopay"), False)
    (fresh / "reports" / "2026-09").mkdir(parents=True)
    (fresh / "reports" / "2026-09" / "pay.xlsx").write_bytes(bytes_)  # of an earlier run
    assert run(fresh / "p.yaml", "2026-09", ["all"], out=fresh / "reports").exit_code == 0
    return paid, rows, again, fresh


def test_a_salary_is_in_pay_xlsx_and_in_no_other_file_of_the_run(runs):
    paid, rows, again, _ = runs
    assert len(paid) > 8 and not [path for path, told in paid.items() if told]
    assert {p.suffix for p in paid} >= {".html", ".xlsx", ".json", ".ipynb", ".csv"}
    ann, bo = rows[5], rows[6]
    assert (ann[0], ann[1], ann[9]) == ("Ann", SALARY, SOFT) and bo[0] == "Bo" and bo[1] is None
    assert again, "the same input is the same bytes"


def test_without_pay_no_salary_is_in_any_byte_written(runs):
    """Case C7, the store taken in."""
    fresh = runs[3]
    assert not list(fresh.rglob("pay.xlsx"))
    files = [p for p in fresh.rglob("*") if p.is_file() and p.parent not in (fresh, fresh / "notebooks")]
    kinds = {path.suffix for path in files}
    assert kinds >= {".html", ".xlsx", ".json", ".ipynb", ".csv", ".parquet"} and len(files) > 12
    assert not [path for path in files if tells_a_salary(path)]


def test_the_search_finds_a_salary_in_every_kind_of_file(runs, tmp_path):
    _, _, _, fresh = runs
    (tmp_path / "a.html").write_text("<td>712\u00a0345\u00a0678,91</td>")
    (tmp_path / "b.json").write_text('{"x": 712345678.91}')
    (tmp_path / "c.html").write_text(base64.b64encode(b"x" * 300 + b"712,345,679").decode())
    pd.DataFrame({"a": [f"{SOFT}"]}).to_excel(tmp_path / "d.xlsx")
    duckdb.sql("SELECT '712345678.91' AS a").write_parquet(str(tmp_path / "e.parquet"))
    assert all(tells_a_salary(path) for path in tmp_path.iterdir())


def test_an_analyst_sees_salaries_where_pay_is_on_and_no_notebook_of_a_run_does(tmp_path, monkeypatch):
    folder = private_company(tmp_path, True)
    params = load_params(folder / "p.yaml")

    def salaries(**changes):
        return s.open_book(params.model_copy(update=changes), "2026-09").table("managers")["fixed_salary"].tolist()

    assert SALARY in salaries() and SALARY not in salaries(pay=False)
    text = (folder / "p.yaml").read_text()
    (work := tmp_path / "work").mkdir()
    for name, value in tell_kernels(work, folder / "p.yaml", text, params, stored(params)).items():
        monkeypatch.setenv(name, value)
    assert SALARY not in salaries()
