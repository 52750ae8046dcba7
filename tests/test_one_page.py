"""The page of a segment in one call: the same notebooks, asked about another Book, in this process."""

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

import salesnb as s
from salesnb.errors import DataError, RunError


def deals():
    made = pd.DataFrame({"deal_id": list("123456"), "manager": ["Ann", "Bo"] * 3, "source": ["Fair"] * 4 + ["Site"] * 2,
        "status": ["won", "lost", "lost", "lost", "won", "won"]})  # fmt: skip
    return made.assign(created_at=pd.Timestamp("2026-09-01"), closed_at=pd.Timestamp("2026-09-09"))


BOOK = s.book(deals(), month="2026-09")
FAIR = BOOK.where(source="Fair")


def notebook(folder, *cells):
    path = folder / "own.ipynb"
    head = [new_code_cell('month: str = ""', metadata={"tags": ["parameters"]}), new_code_cell("import salesnb as s"),
            new_code_cell("book = s.open_book(params, month, channel, as_of, language)\nvoice = book.voice")]  # fmt: skip
    nbformat.write(new_notebook(cells=[new_markdown_cell("# Own"), *head, *cells]), path)
    return path


def test_every_question_is_of_the_segment_and_the_title_names_it(tmp_path):
    made = s.page(FAIR, tmp_path / "fair.html").read_text(encoding="utf-8")
    assert "<title>The whole department · source: Fair · September 2026" in made
    assert made.count("could not be made") == 0 and "1 of 4" in made and "3 of 6" not in made
    assert "Of the segment are only the people" not in made  # no calls and no scores: nothing is said of them
    assert "**Try this" not in made and "explore" not in made


def test_the_sample_has_the_page_of_a_segment_in_russian_and_for_the_analyst(tmp_path):
    book = s.open_book("params/sample.yaml", month="2026-09", language="ru").where(segment="HoReCa", repeat=True)
    both = [s.page(book, tmp_path / "a.html", analyst=analyst).read_text(encoding="utf-8") for analyst in (False, True)]
    assert len(both[1]) > len(both[0]) and all("13 из 41" in html for html in both)
    assert all("не удалось" not in html and "Конверсия" in html and 'lang="ru"' in html for html in both)
    assert "их звонки, задачи и баллы посчитаны целиком" in both[0]


def test_cells_to_explore_are_left_out_and_the_book_stays_the_one_given(tmp_path):
    path = notebook(tmp_path,
        new_code_cell("raise ValueError", metadata={"tags": ["explore"]}),
        new_code_cell("book.segment_text, voice.segment"),
        new_code_cell('book = s.open_book("gone.yaml")\nlen(book.table("deals"))'))  # fmt: skip
    made = s.page(FAIR, tmp_path / "own.html", [path]).read_text(encoding="utf-8")
    assert "(&#x27;source: Fair&#x27;, &#x27;source: Fair&#x27;)" in made and "<pre>4</pre>" in made


def test_a_cell_that_fails_costs_its_section_and_what_is_not_ours_is_text(tmp_path):
    path = notebook(tmp_path,
        new_markdown_cell("## First"), new_code_cell("lost = 1 / 0"), new_code_cell("lost + 1"),
        new_markdown_cell("## Second"), new_code_cell('class Own:\n    def _repr_mimebundle_(self):\n        return {"text/html": "<script>x</script>", "text/plain": "<b>"}\nOwn()'),
        new_markdown_cell("## Third"), new_code_cell("funnel = s.funnel(book)\nfunnel.text()"))  # fmt: skip
    made = s.page(FAIR, tmp_path / "own.html", [path]).read_text(encoding="utf-8")
    assert made.count("ZeroDivisionError: division by zero") == 1 and "&lt;b&gt;" in made
    assert "<script>x" not in made and "Third" in made
    none = notebook(tmp_path, new_code_cell("1 / 0"))
    with pytest.raises(RunError, match="ZeroDivisionError"):
        s.page(FAIR, tmp_path / "none.html", [none])
    assert not (tmp_path / "none.html").exists()


def test_a_chart_without_words_is_told_and_one_with_words_is_shown(tmp_path, monkeypatch):
    draw = "import seaborn as sns\naxes = sns.barplot(s.conversion(book, by='manager'), x='manager', y='conversion')"
    notebook(tmp_path, new_markdown_cell("## Bare"), new_code_cell(draw), new_markdown_cell("## Said"),
        new_code_cell(draw + "\ns.picture(axes, 'Bars: conversion of each sales rep of the fair.')"))  # fmt: skip
    monkeypatch.chdir(tmp_path)
    made = s.page(FAIR, "own.html", ["own.ipynb"]).read_text(encoding="utf-8")
    assert made.count("a figure has no alt text") == 1 and made.count("Bars: conversion of each sales rep") >= 1
    assert "01" in s.page(FAIR, "funnel.html", ["notebooks/01-funnel.ipynb"]).read_text(
        encoding="utf-8"
    )  # from the project


def test_a_table_of_conversion_is_a_chart_with_every_rate_in_words():
    found = s.rates(s.conversion(BOOK, by=["source", "manager"]), "By source")
    assert found.alt.startswith("By source: Fair · Ann: 50.0% (9–91%) n = 2; ") and "Site · Bo: 100.0%" in found.alt
    many = pd.DataFrame({"status": ["won"] * 33, "product": [f"p{n:02d}" for n in range(33)]})
    long = s.rates(s.conversion(many, by="product"))
    assert "p29" in long.alt and "p30" not in long.alt
    with pytest.raises(DataError, match=r"s.conversion\(…, by=…\)"):
        s.rates(s.conversion(BOOK))
