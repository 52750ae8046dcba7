"""Every CRM from its export to the figures of a month: `init` recognises it, and the params that it writes count as a person would."""

from pathlib import Path

import pytest
import yaml

from salesnb.measures.conversion import conversion
from salesnb.params import load_params
from salesnb.source.book import open_book
from salesnb.source.recognise import init
from tests import crm_exports as typed
from tests.exports import deals, said

ANN, BO = "Ann Lee", "Bo Ray"
# most of the typed exports tell of the same eight deals: closed in September are A won, B lost, C lost, E won, G lost
USUAL = {ANN: (1, 2), BO: (1, 3)}


def read(folder: Path, text: str):
    """The lines of `init`, the params that it wrote, and the book of September."""
    (folder / "export.csv").write_text(text, encoding="utf-8")
    lines = list(init([str(folder / "export.csv")], folder / "p.yaml"))
    return lines, load_params(folder / "p.yaml"), open_book(load_params(folder / "p.yaml"), "2026-09")


def counts(book) -> dict:
    """Manager → (won, closed) of September."""
    table = conversion(book.closer_deals, by="manager", period="2026-09")
    return {row.manager: (row.won, row.closed) for row in table.itertuples()}


EXPORTS = {
    # export → preset, (won, closed) of each manager, sum of the amounts of the deals won in September
    "amocrm": (typed.AMOCRM, "amocrm", {"Иванова": (2, 3), "Петров": (0, 2)}, 200_000),
    "kommo in portuguese": (typed.KOMMO_PT, "amocrm", {"Ana Lima": (2, 3), "Rui Reis": (1, 2)}, 4_100),
    "kommo api": (typed.kommo_api(), "amocrm", {"501": (2, 3), "502": (1, 2)}, 10_500),
    "bitrix24": (typed.BITRIX24, "bitrix24", {"Иванова Анна": (1, 2), "Петров Пётр": (1, 3)}, 15_800),
    "bitrix24 in ukrainian": (typed.BITRIX24_UA, "bitrix24", {"Олена": (1, 3), "Тарас": (1, 2)}, 5_000),
    "bitrix24 rest": (typed.BITRIX24_REST, "bitrix24", {"7": (1, 3), "9": (1, 2)}, 7_000),
    "hubspot in german": (typed.HUBSPOT_DE, "hubspot", {"Eva Roth": (1, 2), "Jan Beck": (1, 3)}, 6_000),
    "hubspot in french": (typed.HUBSPOT_FR, "hubspot", {"Zoé Petit": (1, 2), "Luc Brun": (1, 3)}, 6_000),
    "hubspot api": (typed.HUBSPOT_API, "hubspot", {"771": (1, 2), "772": (1, 2)}, 6_000),
    "pipedrive": (typed.PIPEDRIVE, "pipedrive", {ANN: (1, 2), BO: (1, 2)}, 6_000),
    "pipedrive, short": (typed.PIPEDRIVE_SHORT, "pipedrive", USUAL, 6_000),
    "pipedrive api": (typed.PIPEDRIVE_API, "pipedrive", {"71": (1, 2), "72": (1, 2)}, 6_000),
    "salesforce": (typed.SALESFORCE, "salesforce", USUAL, 6_000),
    "salesforce soql": (typed.SALESFORCE_SOQL, "salesforce", USUAL, 6_000),
    "zoho": (typed.ZOHO, "zoho", USUAL, 6_000),
    "zoho api": (typed.ZOHO_API, "zoho", USUAL, 6_000),
    "dynamics": (typed.DYNAMICS, "dynamics", USUAL, 6_000),
    "dynamics api": (typed.DYNAMICS_API, "dynamics", USUAL, 6_000),
    "odoo": (typed.ODOO, "odoo", USUAL, 6_000),
    "odoo api": (typed.ODOO_API, "odoo", USUAL, 6_000),
    "suitecrm": (typed.SUITECRM, "suitecrm", {"ann": (1, 2), "bo": (1, 3)}, 6_000),
    "vtiger": (typed.VTIGER, "vtiger", USUAL, 6_000),
    "freshsales": (typed.FRESHSALES, "freshsales", USUAL, 6_000),
    "close": (typed.CLOSE, "close", USUAL, 6_000),
    "copper": (typed.COPPER, "copper", {"81": (1, 2), "82": (1, 3)}, 6_000),
    "insightly": (typed.INSIGHTLY, "insightly", USUAL, 6_000),
    "insightly api": (typed.INSIGHTLY_API, "insightly", {"71": (1, 2), "72": (1, 3)}, 6_000),
    "monday": (typed.MONDAY, "monday", USUAL, 6_000),
    "notion": (typed.NOTION, "notion", USUAL, 6_000),
    "attio": (typed.ATTIO, "attio", USUAL, 6_000),
    "1c": (typed.ONEC, "1c", {"Иванова А. А.": (1, 2), "Петров П. П.": (1, 3)}, 6_000),
}  # fmt: skip


@pytest.mark.parametrize(("text", "preset", "right", "won"), EXPORTS.values(), ids=EXPORTS)
def test_an_export_of_the_crm_counts_as_a_person_would(tmp_path, text, preset, right, won):
    _, params, book = read(tmp_path, text)
    assert params.data.preset == preset and counts(book) == right
    table = deals(book)
    september = table[(table.status == "won") & table.closed_at.between("2026-09-01", "2026-10-01", inclusive="left")]
    assert september.amount.sum() == won
    assert not {"flag and word differ", "none won", "none lost"} & set(said(book))


def test_a_word_of_hubspot_that_nothing_settles_is_asked_about(tmp_path):
    _, params, book = read(tmp_path, typed.HUBSPOT)
    assert params.data.preset == "hubspot" and counts(book) == {ANN: (1, 2), BO: (1, 2)}
    assert params.values.status["ask"] == ["Closed Lost - No Budget"]


def test_an_abandoned_deal_of_copper_is_asked_about(tmp_path):
    _, params, _ = read(tmp_path, typed.COPPER)
    assert params.values.status["ask"] == ["Abandoned"]


def test_a_suspended_deal_of_insightly_is_open_and_an_abandoned_one_is_asked_about(tmp_path):
    for text, word in ((typed.INSIGHTLY, "Abandoned"), (typed.INSIGHTLY_API, "ABANDONED")):
        _, params, book = read(tmp_path, text)
        assert params.values.status["ask"] == [word] and deals(book).status["8"] == "open"
        (tmp_path / "p.yaml").unlink()


def test_stage_ids_of_kommo_that_nobody_named_are_asked_about(tmp_path):
    _, params, book = read(tmp_path, typed.kommo_api())
    assert params.values.status["ask"] == ["9001", "9002"] and params.values.status["won"] == ["142"]
    assert str(deals(book).closed_at["31"].date()) == "2026-09-10"


def test_attio_without_a_closing_date_says_so(tmp_path):
    text = "\n".join(line.rsplit(",", 1)[0] for line in typed.ATTIO.strip().splitlines())
    (tmp_path / "export.csv").write_text(text, encoding="utf-8")
    lines = list(init([str(tmp_path / "export.csv")], tmp_path / "p.yaml"))
    assert lines[0] == "recognised: Attio" and [line for line in lines if line.startswith("not found: closed_at.")]


def test_the_amounts_of_close_are_not_its_cents(tmp_path):
    _, _, book = read(tmp_path, typed.CLOSE)
    table = deals(book)
    assert table.amount.tolist() == [1000 * n for n in range(1, 8)]  # the eighth was created in October
    assert table.closed_at["oppo_4"] != table.closed_at["oppo_4"]  # expected, not closed


def test_the_deal_that_pipedrive_deleted_is_set_aside(tmp_path):
    for text in (typed.PIPEDRIVE, typed.PIPEDRIVE_API):
        _, _, book = read(tmp_path, text)
        assert book.rows["set_aside"] == 1 and "7" not in deals(book).index
        (tmp_path / "p.yaml").unlink()


def test_params_that_init_writes_name_only_what_the_preset_does_not_know(tmp_path):
    for text in (typed.SALESFORCE_SOQL, typed.DYNAMICS_API, typed.ODOO_API, typed.ZOHO_API):
        read(tmp_path, text)
        assert "columns" not in yaml.safe_load((tmp_path / "p.yaml").read_text(encoding="utf-8"))
        (tmp_path / "p.yaml").unlink()
