"""Ids that a spreadsheet rounded, ids that are none, exports without ids; joined headings that would replace a column."""

import re

import pandas as pd
import pytest

from salesnb.errors import DataError
from salesnb.params import load_params, make_params
from salesnb.source.book import open_book
from salesnb.source.recognise import init

HEADINGS = ["deal_id", "manager", "title", "created_at", "closed_at", "status", "amount"]


def deals(n=40, **columns):
    """`n` deals as texts, each different; `columns` are laid over them."""
    rows = [
        [str(i), "Ann" if i % 2 else "Bob", f"Deal {i}", "2026-08-01", f"2026-09-{i % 28 + 1:02}", "won" if i % 3 else "lost", "10"]
        for i in range(1, n + 1)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=HEADINGS).assign(**columns)


def opened(folder, frame, **more):
    frame.to_csv(folder / "deals.csv", index=False)
    data = {"deals": "deals.csv", **more.pop("data", {})}
    return open_book(make_params({"company": "T", "data": data, **more}, root=folder))


@pytest.mark.parametrize("short", ["1.23E+18", "1,23E+18", "1.23457E+11", "1E+15", "9.8e+17", "1.23E+018"])
def test_an_id_that_a_spreadsheet_shortened_stops_the_run(tmp_path, short):
    frame = deals()
    frame.loc[7, "deal_id"] = short
    with pytest.raises(DataError, match=rf"column 'deal_id' of deals.csv were rounded.*{re.escape(short)}.*as text"):
        opened(tmp_path, frame)


@pytest.mark.parametrize("column", ["client_id", "parent_deal_id"])
def test_so_does_any_other_id(tmp_path, column):
    with pytest.raises(DataError, match=f"the ids in column '{column}'"):
        opened(tmp_path, deals(**{column: "7,91612E+10"}))


def test_an_id_of_a_stage_is_looked_at_too(tmp_path):
    stages = pd.DataFrame({"deal_id": ["1.23E+18"], "stage": ["New"], "entered_at": ["2026-08-01"]})
    stages.to_csv(tmp_path / "stages.csv", index=False)
    with pytest.raises(DataError, match="stages: the ids in column 'deal_id' of stages.csv"):
        opened(tmp_path, deals(), data={"stages": "stages.csv"})


def test_long_ids_that_all_end_with_zeros_were_rounded_and_others_were_not(tmp_path):
    whole = deals(deal_id=[f"12345678901234{i:02}{i:02}7" for i in range(40)])
    assert opened(tmp_path, whole).rows["kept"] == 40
    with pytest.raises(DataError, match="rounded by a spreadsheet: '1234567890123[0-9]*0000'"):
        opened(tmp_path, deals(deal_id=[f"1234567890123{i:02}0000" for i in range(40)]))


@pytest.mark.parametrize("plain", ["1E5", "E+12", "12E+18X", "3.5", "A-1.23", "0012"])
def test_an_id_that_only_looks_like_one_stays(tmp_path, plain):
    frame = deals()
    frame.loc[7, "deal_id"] = plain
    assert plain in set(opened(tmp_path, frame).deals.collect(backend="pandas").to_native()["deal_id"])


def test_a_key_of_a_join_that_was_rounded_stops_the_run(tmp_path):
    pd.DataFrame({"ref": ["1.2E+15"], "region": ["North"]}).to_csv(tmp_path / "more.csv", index=False)
    join = {"table": "deals", "file": "more.csv", "on": "ref", "columns": ["region"]}
    with pytest.raises(DataError, match="joins: the ids in column 'ref' of more.csv were rounded"):
        opened(tmp_path, deals(ref=[str(i) for i in range(40)]), data={"joins": [join]})


@pytest.mark.parametrize(
    "other",
    [{"manager": "Eve"}, {"title": "Other"}, {"created_at": "2026-08-02"}, {"manager": "Eve", "title": "Other"}],
)
def test_one_shared_id_is_a_remark(tmp_path, other):
    # 2 of 101 rows: 2.0 %, under the 5 % that stop
    frame = pd.concat([deals(100), deals(100).iloc[[4]].assign(**other)])
    found = opened(tmp_path, frame)
    told = next(note.values for note in found.notices if note.code == "shared ids")
    assert (told["rows"], told["of"], told["example"]) == (2, 101, "5")
    assert found.rows == {"read": 101, "kept": 100, "merged": 0, "set_aside": 1}


def test_from_a_twentieth_of_the_rows_shared_ids_stop_the_run(tmp_path):
    # 1 pair of 40 rows is 2 / 40 = 5 %, of 41 rows 2 / 41 = 4.9 %
    pair = deals(2).assign(deal_id="2")
    with pytest.raises(DataError, match="2 of 40 rows of deals.csv share their id.*column 'deal_id' is no id"):
        opened(tmp_path, pd.concat([pair, deals(40).iloc[2:]]))
    assert opened(tmp_path, pd.concat([pair, deals(41).iloc[2:]])).rows["set_aside"] == 1


def test_a_name_that_was_taken_for_an_id_loses_no_deals_quietly(tmp_path):
    frame = deals(60).assign(deal_id=[f"Pump {i % 9}" for i in range(60)])
    with pytest.raises(DataError, match="60 of 60 rows of deals.csv share their id"):
        opened(tmp_path, frame)
    assert (
        opened(tmp_path, frame, thresholds={"shared_id_share": 1.0}, columns={"deals": {"deal_id": "row"}}).rows["kept"]
        == 60
    )


def test_product_lines_and_repeats_share_an_id_rightly(tmp_path):
    lines = pd.concat([deals(10), deals(10).assign(product="More", amount="5"), deals(10)])
    found = opened(tmp_path, lines)
    assert not [note for note in found.notices if note.code == "shared ids"]
    assert found.rows == {"read": 30, "kept": 10, "merged": 10, "set_aside": 10}


def test_versions_in_two_files_share_an_id_rightly(tmp_path):
    deals(10).to_csv(tmp_path / "a.csv", index=False)
    deals(10).assign(manager="Eve").to_csv(tmp_path / "b.csv", index=False)
    found = open_book(make_params({"company": "T", "data": {"deals": ["a.csv", "b.csv"]}}, root=tmp_path))
    assert found.rows == {"read": 20, "kept": 10, "merged": 0, "set_aside": 10}


def test_an_export_without_ids_is_read_by_its_rows_and_says_so(tmp_path):
    found = opened(tmp_path, deals(6).drop(columns="deal_id"), columns={"deals": {"deal_id": "row"}})
    table = found.deals.collect(backend="pandas").to_native()
    assert list(table["deal_id"].astype(int).sort_values()) == [2, 3, 4, 5, 6, 7]
    assert "row for id" in {note.code for note in found.notices}


def test_rows_of_a_second_file_have_ids_of_their_own(tmp_path):
    for name in ("a.csv", "b.csv"):
        deals(3).drop(columns="deal_id").to_csv(tmp_path / name, index=False)
    raw = {"company": "T", "data": {"deals": ["a.csv", "b.csv"]}, "columns": {"deals": {"deal_id": "row"}}}
    found = open_book(make_params(raw, root=tmp_path))
    assert sorted(found.deals.collect(backend="pandas").to_native()["deal_id"]) == ["2", "2-2", "2-3", "2-4", "3", "4"]


def test_a_heading_that_is_called_row_is_the_column_of_that_name(tmp_path):
    frame = deals(3).rename(columns={"deal_id": "row"})
    found = opened(tmp_path, frame.assign(row=["x", "y", "z"]), columns={"deals": {"deal_id": "row"}})
    assert sorted(found.deals.collect(backend="pandas").to_native()["deal_id"]) == ["x", "y", "z"]


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"data": {"stages": "stages.csv"}}, "`data: stages:`"),
        ({"crm_url": "https://crm.example/{deal_id}"}, "`crm_url`"),
    ],
)
def test_what_needs_the_ids_of_deals_is_refused_where_rows_stand_for_them(tmp_path, more, named):
    stages = pd.DataFrame({"deal_id": ["2"], "stage": ["New"], "entered_at": ["2026-08-01"]})
    stages.to_csv(tmp_path / "stages.csv", index=False)
    with pytest.raises(DataError, match=f"deal_id: row.*{named}"):
        opened(tmp_path, deals(3).drop(columns="deal_id"), columns={"deals": {"deal_id": "row"}}, **more)


def test_init_writes_row_where_no_id_is_there_and_quotes_the_next_command(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    frame = deals(30).drop(columns="deal_id").assign(title=[f"Pump {i % 7}" for i in range(30)])
    frame.to_csv(tmp_path / "my deals.csv", index=False)
    lines = list(init(["my deals.csv"], tmp_path / "my company.yaml"))
    assert load_params("my company.yaml").columns["deals"]["deal_id"] == "row"
    assert any(line.startswith("no ids:") for line in lines)
    assert lines[-1].endswith(f"salesnb check --params '{tmp_path / 'my company.yaml'}'")
    assert open_book(load_params("my company.yaml")).rows["kept"] == 30


JOIN = {"table": "deals", "file": "teams.csv", "on": "sales_agent", "columns": ["manager"]}
AGENTS = [f"Agent {i % 6}" for i in range(40)]


def teams(folder, **columns):
    frame = pd.DataFrame(
        {"sales_agent": [f"Agent {i}" for i in range(6)], "manager": [f"Head {i % 2}" for i in range(6)]}
    )
    frame.assign(**columns).to_csv(folder / "teams.csv", index=False)


def test_a_joined_heading_that_would_replace_a_mapped_column_is_refused(tmp_path):
    teams(tmp_path)
    frame = deals().drop(columns="manager").assign(sales_agent=AGENTS)
    with pytest.raises(DataError, match=r"joins: teams.csv: the heading 'manager' would replace 'manager', which `columns: deals: manager: sales_agent`"):  # fmt: skip
        opened(tmp_path, frame, data={"joins": [JOIN]}, columns={"deals": {"manager": "sales_agent"}})


@pytest.mark.parametrize("heading", ["manager", "Manager", "MANAGER"])
def test_so_is_one_that_the_table_has_itself(tmp_path, heading):
    teams(tmp_path)
    frame = deals().rename(columns={"manager": heading}).assign(sales_agent=AGENTS)
    with pytest.raises(DataError, match="'manager' would replace 'manager'"):
        opened(tmp_path, frame, data={"joins": [JOIN]})


def test_so_is_one_that_is_a_further_column_of_the_table(tmp_path):
    teams(tmp_path, region="North")
    join = JOIN | {"columns": ["region"]}
    with pytest.raises(DataError, match="'region' would replace 'region'"):
        opened(tmp_path, deals().assign(sales_agent=AGENTS, region="South"), data={"joins": [join]})


def test_a_joined_heading_that_the_params_name_as_another_column_is_read_as_that(tmp_path):
    teams(tmp_path)
    frame = deals().drop(columns="manager").assign(sales_agent=AGENTS)
    named = {"deals": {"manager": "sales_agent", "team": "manager"}}
    table = opened(tmp_path, frame, data={"joins": [JOIN]}, columns=named).deals.collect(backend="pandas").to_native()
    assert set(table["manager"]) == set(AGENTS) and set(table["team"]) == {"Head 0", "Head 1"}
