"""`salesnb init`: which CRM, which columns, which words; what could not be mapped and what that means."""

import pytest
import yaml

from salesnb.errors import DataError
from salesnb.measures.conversion import conversion
from salesnb.params import load_params
from salesnb.source.book import open_book
from salesnb.source.recognise import init, recognise
from tests.exports import said, written
from tests.test_source_crm import BITRIX, HUBSPOT, OPPORTUNITIES, PIPEDRIVE, SALESFORCE

HEAD = ["deal_id", "manager", "created_at", "closed_at", "status", "amount"]


def made(folder, rows):
    """The lines of `init`, what it wrote as text and as params; what it wrote is read as it is."""
    written(folder, rows, "export.csv")
    out = folder / "p.yaml"
    lines = list(init([str(folder / "export.csv")], out))
    return lines, out.read_text(encoding="utf-8"), load_params(out)


def test_an_api_export_of_salesforce_is_recognised_and_its_flags_are_used(tmp_path):
    assert recognise(SALESFORCE).name == "salesforce"
    lines, text, params = made(tmp_path, OPPORTUNITIES[:-1])
    assert lines[0] == "recognised: Salesforce" and "status = IsWon and IsClosed" in lines[1]
    assert "won and lost: by the columns IsWon and IsClosed" in lines
    assert "values" not in yaml.safe_load(text)
    assert "stage_order" not in text  # one open stage is no order; stages of closed deals are none at all
    row = conversion(open_book(params, "2026-09").closer_deals, period="2026-09").iloc[0]
    assert (row.won, row.closed) == (1, 3)


def test_money_with_its_currency_gives_the_currency_of_the_reports(tmp_path):
    rows = [BITRIX, ["1", "Сделка успешна", "12 500,00|KZT", "Анна", "01.09.2026", "30.09.2026", "Y"],
            ["2", "Сделка провалена", "1,00|KZT", "Анна", "01.09.2026", "30.09.2026", "Y"]]  # fmt: skip
    lines, _, params = made(tmp_path, rows)
    assert params.currency == "KZT" and not [
        line for line in lines if "KZT is a guess" in line or "not a known" in line
    ]
    assert open_book(params).deals.collect(backend="pandas").to_native().amount.sum() == 12501.0


def test_a_currency_by_name_gives_its_code_and_an_unknown_one_is_told(tmp_path):
    rows = [[*HEAD, "currency"], ["1", "A", "2026-09-01", "2026-09-30", "won", "1", "Доллар США"],
            ["2", "A", "2026-09-01", "2026-09-30", "lost", "1", "Шекель-2"]]  # fmt: skip
    lines, _, params = made(tmp_path, rows)
    assert params.currency == "USD"
    assert "not a known currency: Шекель-2 (1)" in "\n".join(
        lines
    ) and "values: {currency: {USD: [Шекель-2]}}" in "\n".join(lines)


def test_amounts_without_a_currency_are_told_as_a_guess(tmp_path):
    lines, _, params = made(
        tmp_path, [HEAD, ["1", "A", "2026-09-01", "2026-09-30", "won", "1"], ["2", "A", "2026-09-01", "", "lost", "1"]]
    )
    assert params.currency == "USD" and "no amount names its currency: USD is a guess" in "\n".join(lines)


def test_closings_apart_are_told_as_the_closing_date(tmp_path):
    rows = [
        PIPEDRIVE,
        ["1", "a", "Ann", "10", "Won", "2026-09-01", "2026-09-30", ""],
        ["2", "b", "Bo", "10", "Lost", "2026-09-01", "", "2026-09-02"],
    ]
    lines, _, params = made(tmp_path, rows)
    assert "closed_at = Deal - Won time and Deal - Lost time" in lines[1] and "closed_at" not in "".join(lines[2:])
    assert open_book(params).closer_deals.collect(backend="pandas").to_native().closed_at.notna().all()


def test_no_closing_date_is_told_with_what_it_means(tmp_path):
    rows = [
        [h for h in HEAD if h != "closed_at"],
        ["1", "A", "2026-09-01", "won", "1"],
        ["2", "A", "2026-09-30", "lost", "1"],
    ]
    lines, _, params = made(tmp_path, rows)
    assert "not found: closed_at. Without a closing date no deal can be counted in a month until" in "\n".join(lines)
    found = said(open_book(params))["no closing date"]
    assert (found["rows"], found["of"]) == (2, 2)


def test_a_stage_with_its_pipeline_is_recognised_as_won(tmp_path):
    rows = [HUBSPOT, ["1", "a", "Closed Won (Sales Pipeline)", "1", "2026-09-30", "Ann", "Sales Pipeline", "2026-09-01"],
            ["2", "b", "Closed Lost (Sales Pipeline)", "1", "2026-09-10", "Ann", "Sales Pipeline", "2026-09-01"],
            ["3", "c", "Proposal (Sales Pipeline)", "1", "2026-10-10", "Ann", "Sales Pipeline", "2026-09-03"],
            ["4", "d", "New (Sales Pipeline)", "1", "2026-10-10", "Ann", "Sales Pipeline", "2026-09-09"]]  # fmt: skip
    lines, text, params = made(tmp_path, rows)
    assert yaml.safe_load(text)["values"]["status"]["won"] == ["Closed Won"]
    found = open_book(params, "2026-09")
    row = conversion(found.closer_deals, period="2026-09").iloc[0]
    assert (row.won, row.closed) == (1, 2)
    assert found.stage_order == ["New", "Proposal"]  # the youngest first, by the names that the deals have
    assert "stage_order is a guess, by the age of the deals: New, Proposal. Correct it by hand" in lines
    assert (
        "# a guess: the stage whose deals are youngest first. Put the stages in their order by hand.\nstage_order:"
        in text
    )
    assert not [line for line in lines if "no word for" in line]


def test_words_that_nothing_settles_are_asked_about_and_a_missing_end_is_told(tmp_path):
    rows = [
        HEAD,
        ["1", "A", "2026-09-01", "", "Paid", "1"],
        ["2", "A", "2026-09-02", "", "Cancelled", "1"],
        ["3", "A", "2026-09-30", "", "Lost", "1"],
    ]
    lines, text, params = made(tmp_path, rows)
    assert yaml.safe_load(text)["values"]["status"] == {"lost": ["Lost"], "ask": ["Cancelled", "Paid"]}
    assert "- Paid  # 1 row, 0 closed in the past; likely won" in text
    told = "no word for won was recognised: no deal can be counted as won in a month until `values: status` names its words"
    assert f"{told}; the words are Cancelled (1), Lost (1), Paid (1)" in lines
    assert said(open_book(params))["none won"]["words"].count("(1)") == 3


def test_stages_without_a_date_are_left_out_of_the_guessed_order(tmp_path):
    rows = [["deal_id", "manager", "created_at", "closed_at", "stage"], ["1", "A", "2026-08-01", "", "Contract"],
            ["2", "A", "2026-09-02", "", "New"], ["3", "A", "", "", "Prospecting"],
            ["4", "A", "2026-09-01", "2026-09-30", "Won"], ["5", "A", "2026-09-01", "2026-09-30", "Lost"]]  # fmt: skip
    lines, text, _ = made(tmp_path, rows)
    assert yaml.safe_load(text)["stage_order"] == ["New", "Contract"]
    assert [line for line in lines if line.startswith("stage_order is a guess")]


def test_a_blank_column_of_owners_is_told(tmp_path):
    rows = [HEAD, ["1", "", "2026-09-01", "2026-09-30", "won", ""], ["2", "-", "2026-09-01", "2026-09-30", "lost", "1"]]
    lines, _, _ = made(tmp_path, rows)
    assert "the column manager (manager) is blank in 2 of 2 rows: these deals have no sales rep" in lines
    assert "the column amount (amount) is blank in 1 of 2 rows: these deals count in conversion, but in no sum" in lines


def test_no_column_for_the_owner_is_a_line_to_fill_in_and_check_goes_on_from_there(tmp_path):
    written(tmp_path, [[h for h in HEAD if h != "manager"], ["1", "2026-09-01", "", "won", "1"]], "export.csv")
    lines = list(init([str(tmp_path / "export.csv")], tmp_path / "p.yaml"))
    told = next(line for line in lines if line.startswith("not complete"))
    assert "no column for manager" in told and "no sales rep can be told from another" in told
    assert "# to fill in: `manager: HEADING`" in (tmp_path / "p.yaml").read_text()
    with pytest.raises(DataError, match="no column for manager"):
        open_book(load_params(tmp_path / "p.yaml"))


def test_a_missing_export_names_the_files_of_data_beside_it(tmp_path):
    for name in (".hidden.csv", "Makefile", "p.yaml", "zz.csv", "january.csv", "sales.xlsx", "old.csv.gz", "notes.gz"):
        (tmp_path / name).write_text("x")
    with pytest.raises(DataError) as raised:
        list(init([str(tmp_path / "jan-uary.txt")], tmp_path / "p2.yaml"))
    assert "Did you mean 'january.csv'? Name the export as it lies on the disk" in str(raised.value)
    with pytest.raises(DataError) as raised:
        list(init([str(tmp_path / "q")], tmp_path / "p2.yaml"))
    told = str(raised.value).partition("Files of data in that folder: ")[2].partition(". Name")[0]
    assert sorted(told.split(", ")) == ["january.csv", "old.csv.gz", "sales.xlsx", "zz.csv"]
    assert "params" not in str(raised.value)


FOREIGN = {
    # headings and words as three CRMs write them in other languages; the country that the currency and the language say
    "kommo in portuguese": (["ID", "Título do lead", "Usuário responsável", "Etapa do lead", "Funil de vendas", "Venda", "Criado em", "Fechado em"],
                            ["Fechado - ganho", "Fechado - perdido", "Negociação"], "não fechado", "US"),
    "zoho in spanish": (["Id. de registro", "Nombre de Trato", "Propietario de Trato", "Fase", "Importe", "Hora de creación", "Fecha de cierre"],
                        ["Cerrado ganado", "Cerrado perdido frente a la competencia", "Negociación"], "", "US"),
    "bitrix24 in german": (["ID", "Auftragsname", "Verantwortlich", "Auftragsphase", "Betrag", "Erstellt am", "Abschlussdatum"],
                           ["Auftrag gewonnen", "Misserfolg analysieren", "Verhandlung"], "", "US"),
}  # fmt: skip


@pytest.mark.parametrize("name", FOREIGN)
def test_words_of_other_languages_are_known_and_a_foreign_export_is_not_of_russia(tmp_path, name):
    headings, (won, lost, way), not_yet, country = FOREIGN[name]
    pipeline = ["Vendas"] if "Funil de vendas" in headings else []
    rows = [
        [str(n), f"Deal {n}", "Ana Lima" if n % 2 else "Rui Reis", word, *pipeline, "100.50", f"{n:02}.09.2026 09:10:00",
         f"{n + 1:02}.09.2026 10:00:00" if word != way else not_yet]
        for n, word in enumerate([won, lost, won, lost, lost, way] * 3, start=1)
    ]  # fmt: skip
    lines, _, params = made(tmp_path, [headings, *rows])
    book = open_book(params, "2026-09")
    row = conversion(book.closer_deals, period="2026-09").iloc[0]
    assert (row.won, row.closed) == (6, 15) and params.country == country, lines
    assert not book.ledger.rule.str.startswith("closed_at").any() and "Russia" not in "".join(lines)


def test_an_id_of_every_row_is_no_product(tmp_path):
    head = ["Name", "Owner", "Stage", "Creation Log", "Close Date", "Deal Value", "Item ID (auto generated)"]
    rows = [[f"Deal {n}", "Ann" if n % 2 else "Bo", ["Won", "Lost"][n % 2], f"Ann Lee Sep {n % 28 + 1}, 2026 10:32 AM", "2026-09-30", "5", str(7_000_000 + n)]
            for n in range(40)]  # fmt: skip
    lines, _, params = made(tmp_path, [head, *rows])
    assert "product" not in lines[1] and "created_at = Creation Log" in lines[1]
    assert conversion(open_book(params, "2026-09").closer_deals, period="2026-09").iloc[0].closed == 40
