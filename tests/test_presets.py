"""Presets by layout: every language and API of a CRM is recognised as that CRM; what they hold stands in the schema."""

from pathlib import Path

import pytest
import yaml

from salesnb.measures.conversion import conversion
from salesnb.params import load_params, make_params
from salesnb.params.data import PRESETS as NAMES
from salesnb.schema import TABLES
from salesnb.source.book import open_book
from salesnb.source.headings import fold_heading
from salesnb.source.presets import CRMS, PRESETS
from salesnb.source.recognise import recognise
from tests.crm_exports import BITRIX24

ROOT = Path(__file__).parents[1]
LAYOUTS = [(preset, name) for preset in CRMS for name in preset.layouts]


def export(preset, name: str) -> list[str]:
    """Headings of an export in a layout: the first of every column, and those that are marks of the CRM."""
    marks = {fold_heading(mark) for mark in preset.marks}
    return [h for names in preset.layouts[name].values() for h in names if h == names[0] or fold_heading(h) in marks]


@pytest.mark.parametrize(("preset", "name"), LAYOUTS, ids=[f"{p.name} {name}" for p, name in LAYOUTS])
def test_every_layout_is_recognised_as_its_crm(preset, name):
    assert recognise(export(preset, name)).name == preset.name
    assert recognise([h for names in preset.layouts[name].values() for h in names]).name == preset.name


@pytest.mark.parametrize("left", range(3))
@pytest.mark.parametrize(("preset", "name"), LAYOUTS, ids=[f"{p.name} {name}" for p, name in LAYOUTS])
def test_an_export_with_fewer_columns_is_never_taken_for_another_crm(preset, name, left):
    headings = [h for place, h in enumerate(export(preset, name)) if place % 3 != left]
    assert recognise(headings).name in (preset.name, "canonical")


@pytest.mark.parametrize(
    "headings",
    [
        "id name owner status amount created_at closed_at source channel",
        "deal_id manager created_at closed_at status amount stage pipeline currency title client_id lost_reason",
        "deal_id owner_rep_id deal_created_at close_at outcome stage_id value",
        "id|Название|Менеджер|Статус|Сумма|Дата создания|Дата закрытия|Валюта|Дата изменения|Клиент|Источник",
        "Deal|Owner|Stage|Value|Created|Closed|Currency|Company|Source|Team|Lost reason",
    ],
)
def test_a_table_of_no_crm_stays_a_table_of_its_own(headings):
    assert recognise(headings.split("|") if "|" in headings else headings.split()).name == "canonical"


def test_params_offer_every_preset():
    assert sorted(NAMES) == sorted(PRESETS)


@pytest.mark.parametrize("preset", CRMS, ids=[p.name for p in CRMS])
def test_presets_name_columns_of_the_schema_only(preset):
    for table in ("deals", *preset.other_tables):
        assert set(preset.wanted(table)) <= set(TABLES[table].readable)
    for lookup in preset.lookups:
        assert lookup.kind in ("people", "stages", "pipelines") and lookup.key and lookup.label


@pytest.mark.parametrize("preset", CRMS, ids=[p.name for p in CRMS])
def test_every_layout_has_what_a_deal_needs(preset):
    for name, layout in preset.layouts.items():
        lacking = {"deal_id", "manager", "created_at"} - set(layout)
        assert not lacking, (name, lacking)
        assert "status" in layout or ("stage" in layout and preset.status_from_stage), name


def test_the_params_of_bitrix24_load_and_read_its_export(tmp_path):
    told = yaml.safe_load((ROOT / "params" / "bitrix24.yaml").read_text(encoding="utf-8"))
    assert load_params(ROOT / "params" / "bitrix24.yaml").data.preset == "bitrix24"
    (tmp_path / "DEAL.csv").write_text(BITRIX24, encoding="utf-8")
    data = {"preset": "bitrix24", "reading": told["data"]["reading"], "deals": "DEAL.csv"}
    words = {"status": told["values"]["status"]}
    own = told | {"data": data, "columns": {}, "values": words, "pipelines": {}, "stage_order": []}
    book = open_book(make_params(own, root=tmp_path), "2026-09")
    row = conversion(book.closer_deals, period="2026-09").iloc[0]
    assert (row.won, row.closed) == (2, 5)  # the flag closes «Дубль» too, and it is not won


def test_every_page_of_how_to_is_linked():
    linked = (ROOT / "README.md").read_text(encoding="utf-8")
    pages = sorted(path.name for path in (ROOT / "docs" / "how-to").glob("*.md"))
    assert pages and [page for page in pages if f"docs/how-to/{page}" not in linked] == []
