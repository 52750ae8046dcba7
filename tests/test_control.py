"""Plan and fact by hand: payments, refunds, loose payments, people's plans summed, and the sample against its raw files."""

import pandas as pd
import pytest

from salesnb.measures import plan
from salesnb.source.book import book, open_book
from tests.test_sample import ROOT

DEALS = pd.DataFrame(
    [
        ("1", "Ann", "Site", "c1", "2026-08-20", "2026-09-03", "won", 100.0),
        ("2", "Bo", "Phone", "c2", "2026-08-21", "2026-09-04", "won", 300.0),
        ("3", "Ann", "Site", "c2", "2026-09-10", None, "open", 50.0),
        ("4", "Bo", "Phone", "c3", "2026-08-01", "2026-09-05", "lost", 70.0),
    ],
    columns=["deal_id", "manager", "channel", "client_id", "created_at", "closed_at", "status", "amount"],
).astype({"created_at": "datetime64[us]", "closed_at": "datetime64[us]"})
PAYMENTS = pd.DataFrame(
    [
        ("1", "c1", 60.0, "2026-09-05", "paid"),
        ("1", "c1", 40.0, None, "invoiced"),
        ("2", "c2", 300.0, "2026-08-31", "paid"),
        ("2", "c2", 25.0, "2026-09-20", "refunded"),  # written without a minus
        (None, "c2", 10.0, "2026-09-30", "paid"),  # c2's latest deal is Ann's
        (None, "c9", 5.0, "2026-09-30", "paid"),  # nobody's client
    ],
    columns=["deal_id", "client_id", "amount", "paid_on", "status"],
).astype({"paid_on": "datetime64[us]"})
PLANS = pd.DataFrame(
    [
        ("2026-09", "payments", "Ann", None, None, 100.0),
        ("2026-09", "payments", "Bo", None, None, 0.0),
        ("2026-09", "amount", "Ann", None, None, 999.0),
        ("2026-09", "amount", None, None, "Site", 200.0),
        ("2026-08", "payments", "Bo", None, None, 400.0),
        ("2026-09", "deals", None, None, None, 7.0),
    ],
    columns=["month", "metric", "manager", "team", "channel", "value"],
)
MANAGERS = pd.DataFrame({"manager": ["Ann", "Bo"], "team": ["North", "North"]})


def done(months=1, **more):
    found = plan.completion(
        book(DEALS, plans=PLANS, managers=MANAGERS, month="2026-09", as_of="2026-09-30", **more), months
    )
    return found.set_index(["level", "name", "month"])


def test_the_fact_is_what_was_paid_and_a_refund_is_negative_in_its_month():
    found = done(2, payments=PAYMENTS)
    assert found.loc[("manager", "Ann", "2026-09"), ["fact", "plan", "share"]].tolist() == [70.0, 100.0, 0.7]
    bo = found.loc[("manager", "Bo", "2026-09")]
    assert (bo.fact, bo.plan) == (-25.0, 0.0) and pd.isna(bo.share)
    assert found.loc[("manager", "Bo", "2026-08"), ["fact", "plan", "share"]].tolist() == [300.0, 400.0, 0.75]
    assert found.loc[("manager", "unknown", "2026-09"), "fact"] == 5.0


def test_plans_of_people_add_up_where_the_team_or_the_department_has_none():
    found = done(payments=PAYMENTS)
    assert found.loc[("team", "North", "2026-09"), ["fact", "plan"]].tolist() == [45.0, 100.0]
    assert found.loc[("department", "", "2026-09"), ["fact", "plan", "share"]].tolist() == [50.0, 100.0, 0.5]


def test_a_channel_has_the_plan_that_names_it_and_no_sum_of_people():
    found = done(payments=PAYMENTS)
    assert found.loc[("channel", "Site", "2026-09"), ["fact", "plan"]].tolist() == [70.0, 200.0]
    assert pd.isna(found.loc[("channel", "Phone", "2026-09"), "plan"])


def test_without_payments_the_won_amounts_are_measured_against_the_plan_of_amounts():
    found = done()
    assert found.loc[("manager", "Ann", "2026-09"), ["fact", "plan"]].tolist() == [100.0, 999.0]
    assert found.loc[("manager", "Bo", "2026-09"), "fact"] == 300.0


def test_a_company_without_plans_has_no_rows():
    assert plan.completion(book(DEALS, month="2026-09")).empty


def test_the_fact_of_the_sample_is_the_sum_of_its_raw_payments():
    raw = pd.read_csv(ROOT / "data" / "sample" / "payments.csv", sep=";", dtype=str, encoding="utf-8-sig")
    month = raw[raw["paid_on"].fillna("").str.endswith(".09.2026")].drop_duplicates()
    amount = month["amount"].str.replace(r"\s", "", regex=True).str.replace(",", ".").astype(float).abs()
    want = amount.where(month["status"] != "refunded", -amount).sum()
    table = plan.completion(open_book(ROOT / "params" / "sample.yaml", "2026-09"))
    assert plan.of_place(table, None)["fact"].tolist() == [pytest.approx(want, abs=0.005)]
    people = table[table["level"] == "manager"]
    assert people["fact"].sum() == pytest.approx(want, abs=0.005)


def test_the_fact_is_called_what_it_is():
    found = open_book(ROOT / "params" / "sample.yaml", "2026-09")
    assert plan.of_place(plan.completion(found), None).attrs["fact"] == "payments"
    assert plan.of_place(plan.completion(book(DEALS, plans=PLANS, month="2026-09")), None).attrs["fact"] == "won"


def test_a_payment_is_paid_from_the_day_on_which_it_was_and_a_refund_is_none_before():
    payments = pd.DataFrame(
        [
            ("paid later", 10.0, "2026-10-03", "paid"), ("paid", 20.0, "2026-09-30", "invoiced"), ("planned", 30.0, None, "planned"),
            ("paid back later", 40.0, "2026-10-04", "refunded"), ("paid back", 50.0, "2026-09-20", "refunded"), ("less", -5.0, "2026-10-01", "paid"),
        ],
        columns=["client_id", "amount", "paid_on", "status"],
    ).assign(deal_id="1", due_on="2026-09-01")  # fmt: skip
    found = book(DEALS, payments=payments, month="2026-09", as_of="2026-10-05")
    known = {day: found.at(as_of=day).table("payments").set_index("client_id") for day in ("2026-09-30", "2026-10-05")}
    assert known["2026-09-30"]["status"].to_dict() == {
        "paid later": "invoiced", "paid": "paid", "planned": "planned", "paid back": "refunded",
    }  # fmt: skip
    assert known["2026-09-30"].loc["paid later", ["paid_on"]].isna().all() and len(known["2026-10-05"]) == 6
    assert known["2026-10-05"].loc["paid later", "status"] == "paid"


def test_a_task_is_done_and_a_reason_is_known_from_the_day_on_which_they_were():
    touches = pd.DataFrame(
        {
            "at": pd.to_datetime(["2026-09-20"]),
            "kind": "task",
            "deal_id": "1",
            "done_at": pd.to_datetime(["2026-10-01 09:00"]),
        }
    )
    deals = DEALS.assign(status="lost", closed_at=pd.Timestamp("2026-10-02"), lost_reason="Price", competitor="Acme")
    found = book(deals, touches=touches, month="2026-09", as_of="2026-10-05")
    early = found.at(as_of="2026-09-30")
    assert early.table("touches")["done_at"].isna().all() and found.table("touches")["done_at"].notna().all()
    assert set(early.table("deals")["status"]) == {"open"}
    assert early.table("deals")[["lost_reason", "competitor", "closed_at"]].isna().all(axis=None)
    assert set(found.table("deals")["lost_reason"]) == {"Price"}
