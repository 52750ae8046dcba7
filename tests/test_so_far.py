"""A month that is not over is held against the same number of working days of earlier months."""

import datetime as dt

import pandas as pd
import pytest

import salesnb as s
from salesnb.measures.economics import economics
from salesnb.measures.so_far import month_before, so_far
from salesnb.measures.year import months, months_so_far
from salesnb.model.fitting import fitted, fitted_so_far
from tests.test_topics import QUESTIONS

DAY = pd.Timedelta(days=1)
BESIDE = (
    "before",
    "won_before",
    "closed_before",
    "previous",
    "change",
    "change_low",
    "change_high",
    "place",
    "mix",
    "rate",
)
HELD = ("by_channel", "mix_and_rate", "target", "process", "touchpoints", "channels")
# these stand on the year or on whole months, and hold no month against another
YEARLY = (s.clients, s.products, s.managers, s.manager_gaps, s.cohorts, s.priorities)


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
    drawn = str(year.charts()["money"]())
    assert "October 2026" not in drawn and year.known["won_amount"].iloc[-2] > year.known["won_amount"].iloc[-1]


def test_a_month_of_which_nothing_is_known_stays_unknown():
    made = company()
    deals = made["deals"][made["deals"]["created_at"] >= "2026-07-20"]
    found = months_so_far(s.book(deals, month="2026-10", as_of="2026-10-05", country="RU")).set_index("month")
    assert found.loc["2026-06", "closed"] != found.loc["2026-06", "closed"]  # not a number: nothing is known
    assert found.loc["2026-08", "closed"] == 10  # Monday, 3 August to Wednesday, and the weekend before


def rich(late: str) -> s.Book:
    """Three people, two channels and a rule of targets; what came after the third working day of September is `late`."""
    made = company(per_day=12)
    deals, numbers = made["deals"], pd.Series(range(len(made["deals"])))
    deals["manager"] = numbers.mod(3).map(dict(enumerate(("Ann", "Bo", "Cy"))))
    deals["channel"] = numbers.mod(4).map(lambda one: "Site" if one < 2 else "Ads")
    deals["client_id"], deals["product"] = "c" + numbers.mod(7).astype(str), "Mill"
    deals["is_target"] = numbers.mod(5) < 2
    deals["status"] = deals["status"].where(numbers.mod(3) > 0, deals["status"].replace("won", "lost"))
    calls = pd.DataFrame({"deal_id": deals["deal_id"], "manager": deals["manager"], "kind": "call", "direction": "out",
        "result": "answered", "at": deals["created_at"] + pd.Timedelta(minutes=20)})  # fmt: skip
    late_days = pd.Timestamp("2026-09-04"), pd.Timestamp("2026-09-30")
    closed = deals["closed_at"].between(*late_days, inclusive="both")
    born = deals["created_at"].between(*late_days, inclusive="left")  # all of them closed in September
    if late == "other":
        deals.loc[closed, "status"] = "won"  # an amount has no date: only of deals that were not there
        deals.loc[born, "amount"], deals.loc[born, "is_target"] = 9_000.0, True
        moved = born & (deals["created_at"] < "2026-09-27")  # none of them into October
        calls.loc[moved.to_numpy(), "at"] += 3 * DAY
    return s.book(deals, touches=calls, plans=made["plans"], month="2026-10", as_of="2026-10-05", country="RU",
        stage_order=["New"])  # fmt: skip


@pytest.mark.parametrize("question", [one for one in QUESTIONS if one not in YEARLY], ids=lambda one: one.__name__)
def test_what_earlier_months_did_after_that_day_is_beside_no_part_month(books, question):
    one, other = (question(book) for book in books)
    compared = 0
    for name, table in one.data.items():
        rows = other.data[name]
        for column in BESIDE:
            if column in table and "month" not in table:
                held, then = (frame[column].astype(object).where(frame[column].notna(), "") for frame in (table, rows))
                assert [_rounded(one) for one in held] == [_rounded(one) for one in then], (name, column)
                compared += 1
    assert compared or question.__name__ not in HELD


def _rounded(value):
    return round(value, 6) if isinstance(value, float) else value


@pytest.fixture(scope="module")
def books():
    return rich("same"), rich("other")


def test_the_two_books_differ_in_what_a_whole_month_would_say(books):
    one, other = (book.at(as_of="2026-10-05").at(month="2026-09") for book in books)
    assert s.headline(other).conversion["conversion"] > s.headline(one).conversion["conversion"] + 0.2


def test_the_change_is_taken_apart_up_to_the_same_working_day(books):
    found = s.mix_and_rate(books[1])
    assert found.months.set_index("month").loc["2026-09", "closed"] == 36  # three days of twelve
    assert len(found.deals(month="2026-09", counted_in="closed")) == 36
    assert found.total == pytest.approx(s.headline(books[1]).conversion["change"])
    assert "September 2026 is counted up to the same working day" in str(found.text()) or not found.clear


def test_classes_of_clients_end_with_the_last_whole_month(books):
    part, whole = books[0], books[0].at(month="2026-09", as_of="2026-09-30")
    assert s.clients(part).classes.equals(s.clients(whole).classes) and s.clients(part).moves.equals(
        s.clients(whole).moves
    )
    assert "the 12 months end with September 2026" in str(s.products(part).basis())
    assert "not over" not in str(s.products(whole).basis())


def test_a_cost_of_a_whole_month_is_not_divided_by_some_days_of_it():
    made = company()
    deals = made["deals"].assign(channel="Site")
    costs = pd.DataFrame({"channel": "Site", "month": ["2026-08", "2026-09", "2026-10"], "amount": 6_200.0})
    book = s.book(
        deals, costs=costs, month="2026-10", as_of="2026-10-05", window_months=3, channels=["Site"], country="RU"
    )
    row = economics(book, "channel").iloc[0]
    assert row["cost"] == 12_400 and row["cost_per_lead"] == pytest.approx(12_400 / 122)  # 61 days of two deals
    assert row["leads"] == 132 and row["won"] > row["cost"] / row["cost_per_won"]


def test_the_fit_up_to_the_same_day_has_tests_of_its_own():
    book = s.load_sample(month="2026-10", as_of="2026-10-05")
    whole, part = fitted(book), fitted_so_far(book)
    assert part.trials.sum() < whole.trials.sum()
    assert (whole.inside.trials, part.inside.trials) == (whole.trials.sum(), part.trials.sum())
