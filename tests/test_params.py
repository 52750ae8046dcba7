"""Params: each wrong value is refused with one plain line that names the key as it stands in the file."""

import re

import pytest

from salesnb.errors import ParamError
from salesnb.params import Thresholds, load_params, make_params

INSIDE = re.compile(
    r"Input should|valid (dictionary|list|string)|function-|union\[|list\[|literal\[|NoneType|instance of|pydantic"
)
REFUSED = [
    ({"channels": 5}, "channels: must be `all`, or a list of names; it is 5."),
    ({"channels": [5]}, "channels.0: must be a name, or {name: NAME, …}; it is 5."),
    ({"channels": ["Site", "Site"]}, "channels: 'Site' is listed twice: keep one"),
    ({"stage_order": "New"}, "stage_order: must be a list of stages, or {pipeline: [stages]}; it is 'New'."),
    ({"pipelines": {"X": {"function": "seller"}}}, "unknown pipelines.X.function 'seller'. There are: hunter, closer, farmer."),
    ({"pipelines": {"X": {"function": "closr"}}}, "unknown pipelines.X.function 'closr'. Did you mean 'closer'? There are: hunter, closer, farmer."),
    ({"data": {"deals": 5}}, "data.deals: must be a path, a list of paths, {path: …} or {url: …, sql: …}; it is 5."),
    ({"data": {"deals": "d.csv", "preset": "bitrix"}}, "unknown data.preset 'bitrix'. Did you mean 'bitrix24'?"),
    ({"data": {"deals": {"path": "d.csv", "sheeet": "a"}}}, "unknown key 'data.deals.sheeet'. Did you mean 'sheet'?"),
    ({"values": {"status": {"won": "Won"}}}, "values.status.won: must be a list: [one, another]; it is 'Won'."),
    ({"window_months": 0}, "window_months: must be at least 1; it is 0."),
    ({"window_months": "a year"}, "window_months: must be a whole number; it is 'a year'."),
    ({"pay": "maybe"}, "pay: must be true or false; it is 'maybe'."),
    ({"company": None}, "company: must be one word or text; it is None."),
    ({"country": "ZZ"}, "country: there is no production calendar for 'ZZ': write two letters, such as RU or US."),
    ({"currency": "rubles"}, "currency: 'rubles' is no code of a currency. Did you mean 'RUB'?"),
    ({"currency": "RUR"}, "currency: 'RUR' is no code of a currency. Did you mean 'RUB'?"),
    ({"currency": "ZZ"}, "currency: 'ZZ' is no code of a currency: write three letters, such as RUB, USD or EUR"),
    ({"rates": {"EUR": -98.5}}, "rates: the rate of EUR must be above 0; it is -98.5"),
    ({"rates": {"EUR": float("nan")}}, "rates: the rate of EUR must be above 0; it is nan"),
    ({"memory_limit": "lots"}, "memory_limit: 'lots' is no size of memory: write a number and MB or GB, such as 4GB"),
    ({"values": {"status": {"won": ["won", "lost"], "lost": [" Lost"]}}}, "values.status: ' Lost' stands under both won and lost: keep it under one"),
    ({"values": {"status": {"open": ["Новый"], "lost": ["новый"]}}}, "values.status: 'новый' stands under both open and lost: keep it under one"),
    ({"values": {"lost_class": {"other": ["Price"], "competitor": ["Price"]}}}, "values.lost_class: 'Price' stands under both other and competitor"),
    ({"values": {"product": {"A": ["x"], "B": ["x"]}}}, "values: product: 'x' stands under both A and B"),
    ({"thresholds": {"min_percent": -1}}, "thresholds.min_percent: must be at least 0; it is -1."),
    ({"thresholds": {"outlier_fdr": 5}}, "thresholds.outlier_fdr: must be at most 1.0; it is 5."),
    ({"thresholds": {"abc_cuts": [0.95, 0.8]}}, "thresholds.abc_cuts: must be rising numbers from 0 on; it is [0.95, 0.8]"),
    ({"thresholds": {"abc_cuts": [80, 95]}}, "thresholds.abc_cuts: must be shares from 0 to 1; it is [80.0, 95.0]"),
    ({"thresholds": {"cohort_days": []}}, "thresholds.cohort_days: must be rising numbers from 0 on; it is []"),
    ({"thresholds": {"min_percent": 20}}, "thresholds: min_percent (20) must not be above min_verdict (10)"),
    ({"channels": [{"name": "Site", "thresholds": {"min_verdict": -2}}]}, "channels: Site: thresholds: min_verdict: must be at least 0; it is -2."),
    ({"channels": [{"name": "Site", "thresholds": {"min_percent": 30}}]}, "channels: Site: thresholds: min_percent (30) must not be above min_verdict (10)"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "message"), REFUSED, ids=[message[:50] for _, message in REFUSED])
def test_a_wrong_value_is_one_plain_line(change, message):
    with pytest.raises(ParamError) as raised:
        make_params({"company": "T", "data": {"deals": "d.csv"}} | change)
    lines = str(raised.value).splitlines()
    assert len(lines) == 1 and lines[0].startswith(f"params: {message}"), lines
    assert not INSIDE.search(lines[0])


def test_every_problem_has_its_line():
    with pytest.raises(ParamError) as raised:
        make_params({"company": 5, "data": {"deals": {"pth": "d.csv"}}, "country": "ZZ"})
    assert str(raised.value).splitlines() == [
        "params: company: must be one word or text; it is 5.",
        "params: country: there is no production calendar for 'ZZ': write two letters, such as RU or US.",
        "params: 'data.deals.path' is missing.",
        "params: unknown key 'data.deals.pth'. Did you mean 'path'?",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("company: A\ndata: {deals: d.csv}\ncompany: B\n", "p.yaml: the key 'company' stands in line 1 and again in line 3: keep one."),
        ("company: A\ndata: {deals: d.csv}\nvalues:\n  status:\n    won: [a]\n    won: [b]\n", "the key 'won' stands in line 5 and again in line 6: keep one."),
        ("", "p.yaml must hold `key: value` lines; it is empty."),
        ("hello", "p.yaml must hold `key: value` lines; it holds the one text 'hello'."),
        ("- a\n", "p.yaml must hold `key: value` lines; it holds a list."),
        ("company: [\n", "p.yaml is not readable YAML"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_params_file_says_so(tmp_path, text, message):
    (tmp_path / "p.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ParamError) as raised:
        load_params(tmp_path / "p.yaml")
    assert message in str(raised.value) and not INSIDE.search(str(raised.value))


def test_one_key_in_two_mappings_is_no_repetition(tmp_path):
    (tmp_path / "p.yaml").write_text(
        "company: A\ndata: {deals: d.csv, preset: zoho}\nchannels: [{name: A}, {name: B}]\n"
    )
    assert load_params(tmp_path / "p.yaml").listed_channels == ("A", "B")


def test_small_letters_of_a_code_and_the_usual_sizes_are_taken():
    made = make_params(
        {"company": "T", "data": {"deals": "d.csv"}, "currency": "eur", "country": "kz", "memory_limit": "1.5 GiB"}
    )
    assert (made.currency, made.country) == ("EUR", "KZ")


def test_the_defaults_contradict_nothing():
    assert Thresholds(**Thresholds().model_dump()) == Thresholds()
