"""The team's answers on what an export may hold: later rows, long absences, other orders of rows, slips in the params."""

import time

import numpy as np
import pandas as pd
import pytest

import salesnb as s
from salesnb.errors import ParamError
from salesnb.measures.checklist import items
from salesnb.measures.kpi import kpi_months, people, working_day_counts
from salesnb.measures.pay import soft_salary
from salesnb.measures.rota import hearings_left
from salesnb.measures.to_hear import calls_to_hear
from salesnb.measures.workdays import workdays
from salesnb.source.book import open_book
from salesnb.stats.hearing import calls_until_sure
from tests.odd_companies import PLAIN, tables, write_tables

DEALS = pd.DataFrame({"deal_id": ["1", "2"], "manager": ["Ann", "Bo"], "channel": ["Site", "Fair"], "status": "open",
    "created_at": pd.Timestamp("2026-01-05")})  # fmt: skip


def made(**more):
    return s.book(DEALS, **({"month": "2026-09", "as_of": "2026-09-30"} | more))


def touches(at, kind="call", **more):
    return pd.DataFrame({"deal_id": "1", "at": pd.to_datetime(at), "kind": kind, "direction": "out", **more})


def heard(name, at, items="greeting=1", **more):
    return pd.DataFrame({"manager": name, "at": pd.to_datetime(at), "call_type": "needs", "score": 70.0, "items": items, **more})  # fmt: skip


def test_an_absence_of_two_centuries_is_one_of_every_day_and_costs_nothing():
    off = pd.DataFrame({"manager": ["Ann", "Bo", "Bo"], "from": ["1900-01-01", "1900-01-01", "2200-01-01"],
        "to": ["2250-12-31", "1900-12-31", "2200-12-31"]})  # fmt: skip
    off[["from", "to"]] = off[["from", "to"]].apply(pd.to_datetime)
    off = pd.concat([off, *(off.assign(manager=f"P{n}") for n in range(40))])
    start = time.process_time()
    calendar = workdays(made(absences=off))
    month = pd.Timestamp("2026-09-01").date(), pd.Timestamp("2026-09-30").date()
    assert [len(calendar.days(name, *month)) for name in ("Ann", "Bo")] == [0, 22]
    assert time.process_time() - start < 10
    assert calendar.is_away("Ann", pd.Timestamp("2026-10-07").date())  # the rota asks for days to come


def test_the_first_row_of_a_person_holds_before_its_day_and_a_later_row_does_not():
    staff = pd.DataFrame({"manager": ["Ann", "Bo", "Bo"], "from": ["2026-10-03", None, "2026-10-01"],
        "role": ["hunter", "farmer", "closer"], "hired_on": "2026-09-16", "fixed_salary": [60_000.0, 10_000.0, 99_000.0]})  # fmt: skip
    scores = pd.concat([heard("Bo", ["2026-09-20"] * 4, call_type=kind, score=[90.0, 89, 88, 91]) for kind in ("needs", "objections")])  # fmt: skip
    found = made(managers=staff, as_of="2026-10-05", reviews=scores, pay=True)
    assert people(found, "2026-09").values.tolist() == [["Ann", "hunter"], ["Bo", "farmer"]]
    assert people(found, "2026-08").empty  # nobody was there yet
    paid = soft_salary(found).set_index("manager")
    assert paid["fixed"].to_dict() == {"Ann": 60_000.0, "Bo": 10_000.0}
    assert paid.loc["Bo", ["days", "amount"]].tolist() == [11, 1500.0]


def test_before_the_first_call_there_are_no_calls_to_count_and_no_zeros():
    rows = pd.concat([
        touches(["2026-07-01 09:00"] * 2, "task", done_at=pd.to_datetime(["2026-07-02", "2026-09-02"])),
        touches(["2026-08-17 10:00", "2026-09-01 10:00"]),
        touches(["2026-07-01 09:00"], "task", due_at=pd.Timestamp("1970-01-01")),
    ])  # fmt: skip
    found = made(touches=rows)
    months = kpi_months(found).query("manager == 'Ann'").set_index("month")
    assert months.index.tolist() == ["2026-07", "2026-08", "2026-09"]
    assert months["tasks_done"].tolist() == [1, 0, 1]
    assert np.isnan(months.loc["2026-07", "calls_out"]) and months["calls_out"].tolist()[1:] == [1, 1]
    days = working_day_counts(made(touches=touches(["2026-08-17 10:00"])), ["Ann"], 3)
    assert days["day"].min() == pd.Timestamp("2026-08-17").date()


def test_calls_of_a_queue_are_those_of_the_owners_in_every_figure():
    rows = touches(["2026-09-28 10:00"] * 2, manager=["unknown", None], duration_s=120)
    found = made(touches=rows)
    assert s.activity(found).people.query("manager == 'Ann'")["calls_out"].tolist() == [2]
    assert set(calls_to_hear(found)["manager"]) == {"Ann"}
    assert s.qualification(found) is not None
    assert "unknown" not in hearings_left(found)["manager"].tolist()
    assert pd.Timestamp("2026-09-28").date() in workdays(found).traced["Ann"]


def test_a_channel_with_months_of_its_own_does_not_change_the_items_of_the_others():
    rows = pd.concat([heard("Ann", ["2026-09-20"] * 3), heard("Ann", ["2026-07-20"] * 5, "greeting=0")])
    more = {"channels": [{"name": "Site", "thresholds": {"score_months": 1}}, "Fair"], "reviews": rows}
    found = made(**more)
    first = found.at(channel="Site")
    vars(first)["department"] = vars(first)["unfiltered"] = found
    assert items(first)["calls"].tolist() == [3] and items(found)["calls"].tolist() == [8]


def test_the_rota_of_a_segment_has_its_people():
    rows = pd.concat([touches(["2026-09-28 10:00"] * 2, duration_s=90), touches(["2026-09-28 10:00"], duration_s=90).assign(deal_id="2")])  # fmt: skip
    found = s.rota(made(touches=rows).where(manager="Bo"))
    assert found.calls["manager"].tolist() == ["Bo"] and found.people["manager"].tolist() == ["Bo"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [({"needs": {"stages": ["Ofer"]}}, "unknown stage 'Ofer' in `call_types` of the params. Did you mean 'Offer'"),
     ({"objection": {"stages": ["Offer"]}}, "unknown type of calls 'objection' in `call_types` of the params. Did you mean 'objections'")],
)  # fmt: skip
def test_a_slip_in_the_types_of_calls_is_told_with_the_nearest(asked, said):
    moves = pd.DataFrame({"deal_id": "1", "stage": ["New", "Offer"], "entered_at": pd.to_datetime(["2026-09-01", "2026-09-02"])})  # fmt: skip
    with pytest.raises(ParamError, match=said.replace("(", r"\(")):
        made(stages=moves, call_types=asked)
    made(stages=moves, call_types={"needs": {"stages": ["new"]}, "Final talk": {"stages": ["Contract"]}}, stage_order=["New", "Contract"])  # fmt: skip


def test_cuts_above_a_hundred_are_refused():
    with pytest.raises(ParamError, match="scores from 0 to 100"):
        made(thresholds={"score_cuts": [60, 180]})


def test_no_call_makes_an_impossible_chance_and_none_is_needed_for_an_even_one():
    found = [calls_until_sure([70.0], 8.0, [60, 80], chance).tolist()[0] for chance in (0.0, 0.2, 0.5, 1.0)]
    assert found == [0, 0, 0, np.inf]


ODD = {"managers": 14, "touches": "queue", "reviews": "both", "staff": "new team", "plans": "activity", "absences": "overlapping", "seed": 3}  # fmt: skip


def test_the_order_of_rows_changes_no_figure_and_no_word(tmp_path):
    rng, shown = np.random.default_rng(1), []
    for order in ("plain", "other"):
        there = {name: table for name, table in tables(PLAIN | ODD).items() if table is not None}
        if order == "other":
            there = {name: table.iloc[rng.permutation(len(table))] for name, table in there.items()}
        (tmp_path / order).mkdir()
        book = open_book(str(write_tables(PLAIN | ODD, there, tmp_path / order)))
        found = [question(book) for question in (s.activity, s.quality, s.rota)]
        tables_of = [table.to_csv() for one in found for table in one.data.values()]
        shown.append([str(s.record(*found).parts), *tables_of, *(one.text().plain for one in found)])
    assert shown[0] == shown[1]


def test_where_anybody_may_be_compared_nobody_still_is_no_benchmark():
    found = made(touches=touches(["2026-09-28 10:00"]), thresholds={"min_managers": 0, "min_count": 0})
    assert s.activity(found).conversion_best is None
