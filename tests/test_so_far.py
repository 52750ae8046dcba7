"""A month that is not over is held against the same number of working days of earlier months."""

import datetime as dt

import pandas as pd
import pytest

import salesnb as s
from salesnb.measures.so_far import month_before, so_far
from salesnb.measures.year import months, months_so_far

DAY = pd.Timedelta(days=1)


def company(per_day: int = 2, plan: float = 100_000.0) -> dict[str, pd.DataFrame]:
    """Every day from October 2025 to 5 October 2026 so many deals of 1,000 are created and closed a day later, half of them won."""
    days = pd.date_range("2025-09-01", "2026-10-05")
    created = days.repeat(per_day) + pd.Timedelta(hours=10)
    deals = pd.DataFrame(
        {"deal_id": [f"d{n}" for n in range(len(created))], "created_at": created, "closed_at": created + DAY}
    )
    deals["status"] = ["won", "lost"] * (len(deals) // 2)
    deals.loc[deals["closed_at"] >= "2026-10-06", ["status", "closed_at"]] = ["open", pd.NaT]
    deals["manager"], deals["amount"] = "Ann", 1000.0
    names = [str(one) for one in pd.period_range("2025-09", "2026-10", freq="M")]
    return {"deals": deals, "plans": pd.DataFrame({"month": names, "metric": "amount", "value": plan, "manager": None})}


def opened(as_of="2026-10-05", month="2026-10", **more):
    frames = company(**more)
    return s.book(frames.pop("deals"), **frames, month=month, as_of=as_of, country="RU")


@pytest.mark.parametrize(
    ("day", "gone", "until"),
    [
        ("2026-10-01", 1, "2026-09-01"),  # Thursday; 1 September was a Tuesday
        ("2026-10-05", 3, "2026-09-03"),
        ("2026-10-04", 2, "2026-09-02"),  # a Sunday after two working days: up to the day before the third
        ("2026-10-30", 22, "2026-09-30"),
    ],
)
def test_working_days_so_far_and_the_day_of_the_month_before(day, gone, until):
    found = so_far(opened(as_of=day))
    assert (found.days, found.of) == (gone, 22) and str(found.until["2026-09"]) == until
    assert month_before(opened(as_of=day)) == ("2026-09-01", str(dt.date.fromisoformat(until) + dt.timedelta(days=1)))


def test_new_year_has_free_days_before_its_first_working_one():
    # the first working day of 2026 is 12 January; the first of December 2025 was a Monday
    found = so_far(opened(month="2026-01", as_of="2026-01-11"))
    assert found.days == 0 and str(found.until["2025-12"]) == "2025-11-30"


def test_a_whole_month_and_frames_without_a_day_have_no_part():
    assert so_far(opened(month="2026-09", as_of="2026-10-05")) is None
    frames = company()
    alone = s.book(frames["deals"], month="2026-10", country="RU")
    assert so_far(alone) is None and so_far(alone.at(as_of="2026-10-02")).days == 2
    assert month_before(alone) == "2026-09" and months_so_far(alone).equals(months(alone))


def test_earlier_months_are_counted_up_to_the_same_working_day():
    found = months_so_far(opened()).set_index("month")
    # two deals a day: created on the first three days of September, closed from the 1st on
    assert found.loc["2026-09", ["new_deals", "closed", "won", "open_deals"]].tolist() == [6, 6, 3, 2]
    assert found.loc["2026-10", ["new_deals", "closed", "won"]].tolist() == [10, 10, 5]  # the weekend counts too
    whole = months(opened()).set_index("month")
    assert whole.loc["2026-09", "closed"] == 60 and found.loc["2026-10"].equals(whole.loc["2026-10"])


def test_a_usual_beginning_is_neither_the_lowest_nor_the_highest():
    found = s.headline(opened(per_day=20))
    assert {found.figures[name]["place"] for name in ("won", "new_deals", "open_deals")} <= {"usual", "highest"}
    said = f"{found.text()} {found.money()}"
    assert "3 of 22 working days have gone" in said and "lowest" not in said
    # 20 deals a day, 10 of them won: 50 of 100 by the third working day of October, usually the same or a little less
    assert "50% after 3 of 22 working days; usually" in said
    assert found.plan_done["days"] == 3 and 0.2 <= found.plan_done["usual"] <= 0.6 and found.plan_done["place"] == ""


def test_behind_the_month_before_stand_the_deals_up_to_that_day():
    found = s.headline(opened(per_day=20))
    rows = found.data["months"].set_index("month")
    for name in ("won", "closed", "new_deals", "open_deals"):
        assert len(found.deals(month="2026-09", counted_in=name)) == rows.loc["2026-09", name]
    assert rows.loc["2026-09", "closed"] < 100


def test_the_change_is_against_the_same_days_and_the_year_keeps_whole_months():
    made = company(per_day=20)
    late = (made["deals"]["closed_at"] >= "2026-09-04") & (made["deals"]["closed_at"] < "2026-10-01")
    made["deals"].loc[late, "status"] = "won"  # a month that ends with nothing but wins
    part = s.book(made["deals"], plans=made["plans"], month="2026-10", as_of="2026-10-05", country="RU")
    row = s.headline(part).conversion
    assert row["closed_before"] == 60 and row["won_before"] == 30 and abs(row["change"]) < 0.01
    year = s.trend(part)
    assert year.part and year.span["highest"]["month"] == "2026-09"
    assert "October 2026 is not over" in str(year.text())


def test_a_month_of_which_nothing_is_known_stays_unknown():
    made = company()
    deals = made["deals"][made["deals"]["created_at"] >= "2026-07-20"]
    found = months_so_far(s.book(deals, month="2026-10", as_of="2026-10-05", country="RU")).set_index("month")
    assert found.loc["2026-06", "closed"] != found.loc["2026-06", "closed"]  # not a number: nothing is known
    assert found.loc["2026-08", "closed"] == 10  # Monday, 3 August to Wednesday, and the weekend before
