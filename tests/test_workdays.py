"""The one calendar of every person."""

import datetime as dt

import pandas as pd

import salesnb as s
from salesnb.measures.workdays import workdays, working_time

DEALS = pd.DataFrame(
    {
        "deal_id": ["1", "2"],
        "manager": ["Ann", "Bo"],
        "status": "open",
        "created_at": pd.Timestamp("2026-08-03"),
    }
)


def days(period="2026-09", as_of="2026-09-30", people=("Ann", "Bo"), **tables):
    found = s.book(DEALS, month="2026-09", as_of=as_of, country="RU", **tables)
    return working_time(found, people, period)


def test_absences_take_working_days_off():
    """Case A1: 22 working days, away 9-13 and 16-21 September."""
    off = pd.DataFrame({"manager": "Ann", "from": ["2026-09-09", "2026-09-16"], "to": ["2026-09-13", "2026-09-21"]})
    assert days(absences=off)["working_days"].tolist() == [15, 22]


def test_hire_and_leaving_end_the_calendar():
    """Case A2: hired on the 10th 15 days, on the 16th 11; the last day at work counts."""
    staff = pd.DataFrame(
        {
            "manager": ["Ann", "Bo", "Cy"],
            "hired_on": ["2026-09-10", "2026-09-16", None],
            "left_on": [None, None, "2026-09-02"],
        }
    )
    found = days(people=["Ann", "Bo", "Cy"], managers=staff)
    assert found["working_days"].tolist() == [15, 11, 2]


def test_overlapping_absences_count_once():
    off = pd.DataFrame({"manager": "Ann", "from": ["2026-09-07", "2026-09-08"], "to": ["2026-09-09", "2026-09-11"]})
    assert days(absences=off)["working_days"].tolist() == [17, 22]


def test_no_day_after_the_day_of_knowledge():
    assert days(as_of="2026-09-03")["working_days"].tolist() == [3, 3]


def test_another_schedule_works_on_days_with_a_trace():
    staff = pd.DataFrame({"manager": ["Ann"], "schedule": ["2/2"]})
    calls = pd.DataFrame(
        {
            "deal_id": ["1", "1", "1", "2"],
            "at": pd.to_datetime(["2026-09-05 10:00", "2026-09-05 15:00", "2026-09-06 10:00", "2026-09-07 10:00"]),
            "kind": "call",
        }
    )
    found = days(managers=staff, touches=calls)
    assert found["working_days"].tolist() == [2, 22]  # a Saturday and a Sunday count for Ann
    assert found["basis"].tolist() == ["traces", "calendar"]
    assert found["without_trace"].isna().tolist() == [True, False]
    assert found["without_trace"].iloc[1] == 21


def test_a_stage_move_is_a_trace_of_the_owner_of_that_day():
    """The first stage is the creation of a deal: a site may have made it."""
    stages = pd.DataFrame(
        {
            "deal_id": "1",
            "stage": ["New", "Offer", "Contract"],
            "entered_at": pd.to_datetime(["2026-09-01 09:00", "2026-09-02 10:00", "2026-09-08 10:00"]),
        }
    )
    owners = pd.DataFrame(
        {
            "deal_id": "1",
            "manager": ["Bo", "Ann"],
            "from": pd.to_datetime(["2026-08-03", "2026-09-07"]),
        }
    )
    calendar = workdays(s.book(DEALS, stages=stages, owners=owners, month="2026-09", as_of="2026-09-30"))
    assert calendar.traced == {
        "Ann": frozenset({dt.date(2026, 9, 8)}),
        "Bo": frozenset({dt.date(2026, 9, 2)}),
    }


def test_a_robot_and_a_task_done_later():
    """A robot leaves no trace; a task leaves one when it is set and one when it is done."""
    touches = pd.DataFrame(
        {
            "deal_id": "1",
            "at": pd.to_datetime(["2026-09-01", "2026-09-02"]),
            "kind": ["email", "task"],
            "by_robot": [True, None],
            "done_at": pd.to_datetime([None, "2026-09-10 12:00"]),
        }
    )
    calendar = workdays(s.book(DEALS, touches=touches, month="2026-09", as_of="2026-09-30"))
    assert calendar.traced["Ann"] == {dt.date(2026, 9, 2), dt.date(2026, 9, 10)}


def test_a_segment_does_not_shorten_a_day():
    calls = pd.DataFrame(
        {
            "deal_id": ["1", "2"],
            "manager": "Ann",
            "at": pd.to_datetime(["2026-09-01 10:00", "2026-09-02 10:00"]),
            "kind": "call",
        }
    )
    found = s.book(DEALS, touches=calls, month="2026-09", as_of="2026-09-30")
    assert len(workdays(found.where(manager="Ann")).traced["Ann"]) == 2
