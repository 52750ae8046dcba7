"""JSON of any interface is read as a table: envelopes, lines, nested values; what is no list of records is one message."""

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesnb.errors import DataError
from salesnb.params import Params, make_params
from salesnb.source.book import open_book
from salesnb.source.engine import connect
from salesnb.source.read import read_source
from salesnb.source.recognise import init
from tests.exports import deals

FLAT = [{"id": "a1", "amount": 7000, "won": True, "note": None}, {"id": "a2", "extra": "x"}]
CELLS = (["id", "amount", "won", "note", "extra"], [("a1", "7000", "true", None, None), ("a2", None, None, None, "x")])


def table(folder, text, name="deals.json", **reading):
    """Headings and rows of a file as the readers hand them on."""
    content = text if isinstance(text, bytes) else text.encode()
    (folder / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    params: Params = make_params({"company": "T", "data": {"deals": {"path": name} | reading}}, root=folder)
    con = connect()
    raw = read_source(con, params.data.deals, "deals", params)
    named = ", ".join(f'"{h}"' for h in raw.headings)
    return list(raw.headings), con.execute(f"SELECT {named} FROM {raw.relation} ORDER BY _line").fetchall()


ENVELOPES = {
    "a list": json.dumps(FLAT),
    "lines": "\n".join(map(json.dumps, FLAT)),
    "pipedrive": json.dumps({"success": True, "data": FLAT, "additional_data": {"pagination": {"start": 0}}}),
    "bitrix24": json.dumps({"result": FLAT, "total": 2, "time": {"start": 1.5}}),
    "salesforce": json.dumps({"totalSize": 2, "done": True, "records": FLAT}),
    "dynamics": json.dumps({"@odata.context": "x", "value": FLAT}),
    "amocrm": json.dumps({"_page": 1, "_links": {"self": {"href": "x"}}, "_embedded": {"leads": FLAT}}),
    "two pages": json.dumps({"data": FLAT[:1], "info": {}}) + "\n" + json.dumps({"data": FLAT[1:], "info": {}}),
    "two lists": json.dumps(FLAT[:1]) + json.dumps(FLAT[1:]),
    "each under its name": json.dumps([{"deal": one} for one in FLAT]),
    "with a mark": "\ufeff" + json.dumps(FLAT, indent=1),
}


@pytest.mark.parametrize("text", ENVELOPES.values(), ids=ENVELOPES)
def test_records_are_found_in_any_envelope(tmp_path, text):
    assert table(tmp_path, text) == CELLS


@pytest.mark.parametrize("name", ["deals.jsonl", "deals.ndjson", "deals.json.gz", "deals.txt", "deals.csv"])
def test_the_content_says_that_it_is_json(tmp_path, name):
    assert table(tmp_path, json.dumps(FLAT), name) == CELLS


def test_nested_values_are_laid_flat(tmp_path):
    record = {
        "id": 12345678901234567890123,
        "properties": {"dealname": "Ёлка", "id": "inner"},
        "owner": {"name": "Ann", "team": {"name": "North"}},
        "tags": ["a", "b"],
        "fields": {"stage": "Demo"},
        "custom_fields_values": [{"field_id": 5, "field_name": "Город", "values": [{"value": "Омск"}]}],
        "contacts": [{"name": "Bo"}],
        "items": [{"sku": 1}, {"sku": 2}],
    }
    headings, rows = table(tmp_path, json.dumps([record]))
    assert dict(zip(headings, rows[0], strict=True)) == {
        "id": "12345678901234567890123", "dealname": "Ёлка", "properties.id": "inner", "owner.name": "Ann",
        "owner.team.name": "North", "tags": "a, b", "stage": "Demo", "Город": "Омск", "contacts.name": "Bo",
        "items": '[{"sku": "1"}, {"sku": "2"}]',
    }  # fmt: skip


def test_a_number_of_three_decimals_parts_no_thousands(tmp_path):
    assert table(tmp_path, '[{"id": "1", "amount": 1.234}, {"id": "2", "amount": 1234.567}]')[1][0] == ("1", "1.2340")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[{"id": 1}, {"id": 2', "line 1"),
        ('[{"id": 1}, {"id": 2}', "not closed"),
        ('[{"id": 1} {"id": 2}]', "not closed"),
        ('[{"id": 1},\n nothing]', "line 2"),
        ('[{"id": 1}, 5]', "'5'"),
        ("[]", "no list of records"),
        ("{}", "no list of records"),
        ('"text"', "no record"),
        ('[{"a": ' + "[" * 100_000 + "]" * 100_000 + "}]", "too deep"),
    ],
)
def test_what_is_no_list_of_records_is_one_message(tmp_path, text, says):
    with pytest.raises(DataError, match=says) as told:
        table(tmp_path, text)
    assert "deals.json" in str(told.value)


plain = st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), min_size=1, max_size=8)
cells = st.dictionaries(st.sampled_from("abcd"), st.one_of(st.integers(), st.booleans(), plain), min_size=1)


def test_a_record_that_is_cut_off_is_named_by_its_own_line(tmp_path):
    lines = [json.dumps({"id": str(n), "title": f"Order {n}"}) for n in range(1, 6)]
    lines[2] = lines[2][:20]
    with pytest.raises(DataError, match="in the record that begins in line 3. Export it again"):
        table(tmp_path, "\n".join(lines))
    lines[2:3] = []
    with pytest.raises(DataError) as told:
        table(tmp_path, "\n".join([*lines, "{oh}"]))
    assert "line 5" in str(told.value) and "begins" not in str(told.value)


@given(st.lists(cells, min_size=1, max_size=6))
def test_no_value_is_lost(tmp_path_factory, records):
    as_text = [
        {k: ("true" if v else "false") if isinstance(v, bool) else str(v) for k, v in one.items()} for one in records
    ]
    headings, rows = table(tmp_path_factory.mktemp("j"), json.dumps(records))
    found = [{h: cell for h, cell in zip(headings, row, strict=True) if cell is not None} for row in rows]
    # a sign that a spreadsheet sets before a text goes, as in any export
    tidy = [{k: v for k, v in one.items() if not v.startswith(("'", "’", "="))} for one in as_text]
    assert len(found) == len(records)
    assert [{k: v for k, v in one.items() if k in there} for one, there in zip(found, tidy, strict=True)] == tidy


def test_init_reads_the_answer_of_an_interface(tmp_path, monkeypatch):
    (tmp_path / "pyproject.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    answer = [
        {"id": n, "title": f"D{n}", "status": status, "owner": {"id": 7 + n % 2, "name": ("Ann", "Bo")[n % 2]}, "value": 100 * n,
         "created": "2026-08-01T10:00:00Z", "closed": closed}
        for n, (status, closed) in enumerate([("won", "2026-09-05T10:00:00Z"), ("lost", "2026-09-06T10:00:00Z"), ("open", None)], 1)
    ]  # fmt: skip
    (tmp_path / "deals.json").write_text(json.dumps({"data": answer, "paging": {"next": None}}))
    list(init(["deals.json"], tmp_path / "p.yaml"))
    found = deals(open_book(tmp_path / "p.yaml", "2026-09"))
    assert list(found["status"]) == ["won", "lost", "open"] and list(found["manager"]) == ["Bo", "Ann", "Bo"]
    assert list(found["amount"]) == [100, 200, 300]


def test_an_object_that_is_nothing_in_some_records_is_no_column_of_its_own(tmp_path):
    records = [
        {"id": 1, "reason": None},
        {"id": 2, "reason": {"id": 5, "name": "Price"}},
        {"id": 3, "reason": None, "left": None},
    ]
    headings, rows = table(tmp_path, json.dumps(records))
    assert headings == ["id", "reason.id", "reason.name", "left"] and rows[1] == ("2", "5", "Price", None)


PAGE = {
    "data": [
        {"id": "1", "type": "deals", "attributes": {"name": "A", "status": "x"},
         "relationships": {"owner": {"data": {"type": "people", "id": "7"}}, "tags": {"data": [{"type": "tags", "id": "3"}, {"type": "tags", "id": "4"}]}}},
        {"id": "2", "type": "deals", "attributes": {"name": "B", "owner": "none"}, "relationships": {"owner": {"data": {"type": "people", "id": "9"}}, "status": {"data": None}}},
    ],
    "included": [{"id": "7", "type": "people", "attributes": {"name": "Ann"}}, {"id": "7", "type": "tags", "attributes": {"name": "wrong"}}],
}  # fmt: skip


def test_a_page_of_json_api_has_what_its_records_relate_to(tmp_path):
    headings, rows = table(tmp_path, json.dumps(PAGE))
    found = [dict(zip(headings, row, strict=True)) for row in rows]
    assert found[0] == {"id": "1", "name": "A", "status": "x", "owner.id": "7", "owner.name": "Ann", "tags": "3, 4", "owner": None, "owner.related.id": None}  # fmt: skip
    assert found[1]["owner"] == "none" and found[1]["owner.related.id"] == "9"


LISTS = {
    "deals": [{"id": 10 + n, "owner_id": (7, 8)[n % 2], "stage": ("s1", "s2", "s3")[n % 3], "created": "2026-08-01", "closed": ("2026-09-05", "2026-09-06", None)[n % 3]} for n in range(12)],
    "users": [{"id": 7, "name": "Ann Berg", "email": "a@x.example", "team": "N"}, {"id": 8, "name": "Bo Cole", "email": "b@x.example", "team": "S"}],
    "stages": {"s1": {"name": "Won"}, "s2": {"name": "Lost"}, "s3": {"name": "Talks"}},
    "meta": {"page": 1},
}  # fmt: skip


def test_every_list_of_a_file_is_a_table(tmp_path, monkeypatch):
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "crm.json").write_text(json.dumps(LISTS))
    monkeypatch.chdir(tmp_path)
    said = "\n".join(init(["crm.json"], tmp_path / "p.yaml"))
    assert "crm.json, list users" in said and "crm.json, list stages.key" in said
    found = deals(open_book(tmp_path / "p.yaml", "2026-09"))
    assert list(found["status"]) == ["won", "lost", "open"] * 4 and set(found["manager"]) == {"Ann Berg", "Bo Cole"}
    with pytest.raises(DataError, match="list 'user' .*'users'"):
        table(tmp_path, json.dumps(LISTS), sheet="user")


def test_a_dump_of_models_is_a_table_for_each(tmp_path, monkeypatch):
    (tmp_path / "pyproject.toml").write_text("")
    dump = [
        {"model": "crm.user", "pk": one["id"], "fields": {"name": one["name"], "email": one["email"]}}
        for one in LISTS["users"]
    ]
    dump += [{"model": "crm.stage", "pk": key, "fields": one} for key, one in LISTS["stages"].items()]
    dump += [
        {"model": "crm.deal", "pk": one["id"], "fields": {k: v for k, v in one.items() if k != "id"}}
        for one in LISTS["deals"]
    ]
    (tmp_path / "dump.json").write_text(json.dumps(dump))
    monkeypatch.chdir(tmp_path)
    list(init(["dump.json"], tmp_path / "p.yaml"))
    found = deals(open_book(tmp_path / "p.yaml", "2026-09"))
    assert list(found["status"]) == ["won", "lost", "open"] * 4 and set(found["manager"]) == {"Ann Berg", "Bo Cole"}


def test_two_like_objects_in_a_record_are_no_list(tmp_path):
    records = [{"deal": n, "place": {"bill": {"city": "A"}, "ship": {"city": "B"}}} for n in range(2)]
    headings, rows = table(tmp_path, "\n".join(map(json.dumps, records)))
    assert headings == ["deal", "place.bill.city", "place.ship.city"] and len(rows) == 2
