"""Who is heard next and which calls: by hand, the same whatever the order of rows, nobody starved, and in simulated teams."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import salesnb as s
from salesnb.measures.rota import LONGEST_WAIT, ROTA_LENGTH, hearings_left, next_days, rota, until_sure
from salesnb.measures.to_hear import calls_to_hear
from salesnb.report.lists import write_lists
from salesnb.stats.hearing import calls_until_sure, hearing_order
from tests.simulation.rota import ours, round_robin, simulate

AS_OF = "2026-09-30"
ORDER = ["New", "Qualified", "Proposal", "Contract"]
PEOPLE = ["Ann", "Bo", "Cy", "Di", "Ed", "Fay"]
DEALS = pd.DataFrame(
    {
        "deal_id": [f"d{n}" for n in range(len(PEOPLE))],
        "manager": PEOPLE,
        "status": "open",
        "created_at": pd.Timestamp("2026-09-01"),
        "title": [f"Deal of {name}" for name in PEOPLE],
        "client_id": "C1",
    }
)


def calls(name, n=6, seconds=90, day="2026-09-28", **rest):
    at = pd.Timestamp(f"{day} 10:00") + pd.Timedelta(minutes=7) * pd.Series(range(n))
    ids = [f"{name}{day}{k}" for k in range(n)]
    made = {"manager": name, "kind": "call", "result": "answered", "duration_s": seconds, "touch_id": ids}
    return pd.DataFrame(
        made | {"at": at, "deal_id": f"d{PEOPLE.index(name)}", "record_url": "https://r.example/x"} | rest
    )


def heard(name, needs, objections, day="2026-09-10"):
    types = ["needs"] * len(needs) + ["objections"] * len(objections)
    at = pd.Timestamp(f"{day} 12:00") + pd.Timedelta(minutes=1) * pd.Series(range(len(types)))
    return pd.DataFrame({"manager": name, "at": at, "call_type": types, "score": [*needs, *objections]})


def book(touches, reviews=None, stages=None, as_of=AS_OF, deals=DEALS, **rest):
    tables = {"touches": pd.concat(touches, ignore_index=True)}
    if reviews:
        tables["reviews"] = pd.concat(reviews, ignore_index=True)
    params = {"month": "2026-09", "as_of": as_of, "country": "RU", "stage_order": ORDER}
    return s.book(deals, stages, **tables, **(params | rest))


# ---- how many hearings -------------------------------------------------------------------------------------------------


def test_hearings_until_sure_by_hand():
    """Case A6."""
    assert calls_until_sure([78.07, 79.6], 8.05, [60, 80]).tolist() == [13, 288]
    assert until_sure([13], [0], people=9) == ([7], [63])
    assert until_sure([13], [0], people=10)[1] == [70]  # past 66: not within a quarter
    assert until_sure([13], [0], people=10, per_day=2)[1] == [35]
    assert until_sure([13], [8], people=9)[0] == [3]  # those heard are counted in


def test_the_nearest_cut_counts():
    assert calls_until_sure([61.0, 69.0, 71.0], 8.0, [60, 80]).tolist() == [46, 1, 1]


def spread_of_eight(n):
    """Scores around 0 whose pooled spread is 8.05 over any number of people."""
    return [8.05 * np.sqrt((n - 1) / n) * (1 if k % 2 else -1) for k in range(n)]


@pytest.mark.parametrize(("mean", "people", "needed", "visits", "within"),
                         [(78.07, 5, 13, 3, True), (79.6, 5, 288, 140, False), (70.0, 5, 8, 0, True)])  # fmt: skip
def test_a_book_counts_those_heard_in(mean, people, needed, visits, within):
    """Eight heard, the spread is 8.05: 13 in all are five more, three visits of five people."""
    reviews = [heard("Ann", [mean + x for x in spread_of_eight(4)], [mean + x for x in spread_of_eight(4)])]
    reviews += [heard(name, [70 + x for x in spread_of_eight(4)], [70 + x for x in spread_of_eight(4)]) for name in PEOPLE[1:people]]  # fmt: skip
    found = hearings_left(book([calls(name) for name in PEOPLE[:people]], reviews)).set_index("manager").loc["Ann"]
    assert (found["needed"], found["visits"], found["days"], found["within"]) == (
        needed,
        visits,
        visits * people,
        within,
    )


def test_calls_that_grow_too_old_while_the_rota_lasts_are_left_out():
    """The rota ends on 7 October; a call of 3 July counts in September and no more by then."""
    reviews = [heard("Ann", [70] * 2, [70] * 2, "2026-07-03"), heard("Ann", [71] * 3, [71] * 3)]
    found = hearings_left(book([calls("Ann")], reviews)).iloc[0]
    assert (found["calls"], found["kept"], found["more"]) == (10, 6, 2)
    later = [heard("Ann", [70] * 2, [70] * 2, "2026-07-08"), heard("Ann", [71] * 3, [71] * 3)]
    assert hearings_left(book([calls("Ann")], later))["kept"].tolist() == [10]


# ---- who ---------------------------------------------------------------------------------------------------------------


def scored_team():
    """Ann is sure; Bo lacks two calls, Cy four; Di is on a cut; Ed was heard last in July; Fay never."""
    wide = [8, -8, 8, -8]
    return [
        heard("Ann", [70 + x for x in wide], [70 + x for x in wide]),
        heard("Bo", [70, 71, 72], [70, 71, 72]),
        heard("Cy", [70, 71], [70, 71]),
        heard("Di", [80 + x for x in wide], [80 + x for x in wide]),
        heard("Ed", [70, 71, 72, 70], [70, 71, 72, 70], "2026-07-20"),
    ]


def test_the_order_is_who_waits_then_the_fewest_hearings_then_the_hopeless_then_the_sure():
    found = hearings_left(book([calls(name) for name in PEOPLE], scored_team()))
    assert found["manager"].tolist() == ["Fay", "Ed", "Bo", "Cy", "Di", "Ann"]
    assert found["group"].tolist() == ["waits", "waits", "unsure", "unsure", "far", "sure"]
    days = rota(book([calls(name) for name in PEOPLE], scored_team())).drop_duplicates("day")
    assert days["manager"].tolist() == ["Fay", "Ed", "Bo", "Cy", "Di"]
    assert [str(day) for day in days["day"]] == ["2026-10-01", "2026-10-02", "2026-10-05", "2026-10-06", "2026-10-07"]


def test_the_rota_does_not_hang_on_the_order_of_rows():
    touches, reviews = [calls(name) for name in PEOPLE], scored_team()
    one = rota(book(touches, reviews))
    mixed = [part.sample(frac=1, random_state=3) for part in touches[::-1]]
    other = rota(book(mixed, [part.sample(frac=1, random_state=4) for part in reviews[::-1]]))
    pd.testing.assert_frame_equal(one, other)
    assert len(one) == 2 * ROTA_LENGTH


def test_the_draw_is_of_the_day_and_the_person():
    def drawn(as_of, names=("Ann", "Bo")):
        found = rota(book([calls(name, 60, day="2026-09-25") for name in names], as_of=as_of))
        return found.drop_duplicates("manager").set_index("manager")["at"]

    found = {day: drawn(f"2026-09-{day}") for day in range(26, 31)}
    assert found[30].equals(drawn(AS_OF)) and found[30]["Ann"] != found[30]["Bo"]
    assert len({str(one["Ann"]) for one in found.values()}) > 2  # by lot, not the first call nor the last


def test_nobody_is_heard_on_a_day_of_absence_nor_before_the_first_day_nor_after_the_last():
    off = pd.DataFrame({"manager": ["Ann"], "from": ["2026-10-01"], "to": ["2026-10-05"]})
    staff = pd.DataFrame({"manager": ["Ann", "Bo", "Cy"], "left_on": [None, "2026-10-02", "2026-09-30"]})
    found = rota(book([calls(name, 12) for name in PEOPLE[:3]], absences=off, managers=staff))
    days = found.groupby("manager")["day"].agg(["min", "max"])
    assert days.loc["Ann", "min"] == dt.date(2026, 10, 6) and days.loc["Bo", "max"] == dt.date(2026, 10, 2)
    assert set(found["manager"]) == {"Ann", "Bo"}  # Cy has left


def test_two_a_day_are_two_people():
    found = rota(book([calls(name) for name in PEOPLE], rota={"per_day": 2}))
    assert found.groupby("day")["manager"].nunique().eq(2).all()
    assert found.drop_duplicates(["day", "manager"])["manager"].value_counts().le(2).all()


# ---- which calls -------------------------------------------------------------------------------------------------------


def test_short_missed_old_robots_and_heard_calls_are_not_for_hearing():
    kept = [calls("Ann", 1, 60), calls("Ann", 1, day="2026-09-17")]
    others = [
        calls("Ann", 1, 59, "2026-09-26"),
        calls("Ann", 1, day="2026-09-25", result="missed"),
        calls("Ann", 1, day="2026-09-24", by_robot=True),
        calls("Ann", 1, day="2026-09-23", kind="meeting"),
        calls("Ann", 1, day="2026-09-16"),  # fifteen days before
        calls("Ann", 1, day="2026-09-22"),  # heard, by its id
        calls("Ann", 1, day="2026-09-21"),  # heard, by person and minute
        calls("Ann", 1, day="2026-10-01"),  # nobody knows of it yet
    ]
    reviews = pd.DataFrame({"manager": "Ann", "call_type": "needs", "score": 70.0, "call_id": ["Ann2026-09-220", None],
                            "at": pd.to_datetime(["2026-09-01 10:00:00", "2026-09-21 10:00:40"])})  # fmt: skip
    found = calls_to_hear(book([*kept, *others], [reviews]))
    assert [str(at.date()) for at in found["at"]] == ["2026-09-17", "2026-09-28"]


def moves(*entered):
    return pd.DataFrame([["d0", stage, pd.Timestamp(at)] for stage, at in entered], columns=["deal_id", "stage", "entered_at"])  # fmt: skip


def test_a_type_is_expected_by_the_stage_at_the_call():
    stages = moves(("New", "2026-09-01"), ("Proposal", "2026-09-28 10:10"), ("Lost", "2026-09-28 10:20"))
    found = calls_to_hear(book([calls("Ann", 4)], stages=stages))
    assert found["type"].tolist() == ["needs", "needs", "objections", None]
    own = {"needs": {"stages": ["proposal"]}, "objections": {"stages": ["New"]}}
    assert calls_to_hear(book([calls("Ann", 4)], stages=stages, call_types=own))["type"].tolist() == [
        "objections",
        "objections",
        "needs",
        None,
    ]
    assert calls_to_hear(book([calls("Ann", 4)]))["type"].isna().all()  # no history: either


def test_each_pipeline_has_halves_of_its_own():
    deals = DEALS.assign(pipeline=["A", "B", "A", "A", "A", "A"])
    stages = pd.DataFrame({"deal_id": ["d0", "d1"], "stage": "Offer", "entered_at": pd.Timestamp("2026-09-02")})
    order = {"A": ["Offer", "Deal"], "B": ["New", "Offer"]}
    found = calls_to_hear(book([calls("Ann", 1), calls("Bo", 1)], stages=stages, deals=deals, stage_order=order))
    assert found["type"].tolist() == ["needs", "objections"]


def test_a_recording_comes_before_the_type_and_no_call_of_the_other_type_is_taken():
    stages = moves(("New", "2026-09-01"), ("Contract", "2026-09-28"))
    early = calls("Ann", 2, day="2026-09-25", record_url=[None, "https://r.example/1"])
    found = rota(book([early], stages=stages))
    assert found["expected"].tolist()[:1] == ["needs"] and found["record_url"].iloc[0] == "https://r.example/1"
    assert "objections" not in set(found["expected"])
    either = calls("Ann", 1, day="2026-09-24", deal_id=None)
    both = rota(book([calls("Ann", 1, day="2026-09-25", record_url=None), either], stages=stages))
    assert both.iloc[0]["touch_id"] == either["touch_id"].iloc[0]


# ---- nobody starves ----------------------------------------------------------------------------------------------------


@given(st.integers(2, 22), st.integers(0, 10_000))
def test_whoever_waits_a_month_is_heard_before_all_others(people, seed):
    draw = np.random.default_rng(seed)
    since = np.where(draw.random(people) < 0.1, np.nan, draw.integers(1, 40, people))
    visits, chance = draw.integers(0, 50, people), draw.random(people)
    sure = draw.random(people) < 0.4
    group, order = hearing_order(visits, chance, since, sure, draw.random(people) < 0.3, LONGEST_WAIT)
    waits = np.nan_to_num(since, nan=np.inf) >= LONGEST_WAIT
    assert sorted(order) == list(range(people))
    assert set(order[: waits.sum()]) == set(np.flatnonzero(waits)) and (group == 0).tolist() == waits.tolist()


def test_a_team_of_fourteen_is_heard_within_a_month_and_a_week():
    found = simulate(ours, 20, seed=5)
    assert LONGEST_WAIT <= found["longest"] <= LONGEST_WAIT + ROTA_LENGTH + 3


# ---- what it gives -----------------------------------------------------------------------------------------------------


def test_more_colours_are_sure_than_in_turn_for_the_same_hearings():
    own, turn = (simulate(policy, 50, seed=11) for policy in (ours, round_robin))
    assert own[22][1] >= 1.25 * turn[22][1]
    assert own[44][1] > 1.05 * turn[44][1] and own[66][1] > 1.02 * turn[66][1]
    own, turn = (simulate(policy, 50, seed=12, start="full") for policy in (ours, round_robin))
    assert all(own[day][1] > turn[day][1] for day in (22, 44, 66))  # also where all were heard before


# ---- what is shown -----------------------------------------------------------------------------------------------------


def test_without_calls_it_is_refused_and_without_scores_everybody_comes_in_turn():
    assert s.rota(s.book(DEALS, month="2026-09")).text().kind == "refusal"
    found = s.rota(book([calls(name) for name in PEOPLE]))
    assert "everybody is heard in turn" in found.text().plain and len(found.calls) == 2 * ROTA_LENGTH
    assert "Nothing to hear" in s.rota(book([calls("Ann", 2, 30)])).text().plain


def test_the_page_of_a_channel_has_its_own_people_only():
    deals = DEALS.assign(channel=["Site", "Phone"] * 3)
    whole = book([calls(name) for name in PEOPLE], deals=deals, channels=["Site", "Phone"])
    own = s.rota(whole.at(channel="Phone"))
    assert set(own.people["manager"]) == {"Bo", "Di", "Fay"} >= set(own.calls["manager"])
    shown = s.rota(whole).calls
    pd.testing.assert_frame_equal(own.calls, shown[shown["manager"].isin(own.people["manager"])].reset_index(drop=True))
    assert len(own.deals(manager="Bo")) == own.people.set_index("manager").loc["Bo", "deals"]


def test_the_list_of_a_run_runs_nothing_and_holds_no_phone_or_mail(tmp_path):
    deals = DEALS.assign(title=["=cmd|' /C calc'!A0", "+7 (916) 123-45-67 Ivan", "ask a@b.example", "12 500", "t", "t"])
    clients = pd.DataFrame({"client_id": ["C1"], "phone": ["+49 30 1234567890"], "email": ["a@b.example"]})
    urls = {"Ann": "https://r.example/1695912345.123", "Bo": "https://r.example/79161234567.mp3",
            "Cy": "https://r.example/a?to=493012345 67890", "Di": "https://r.example/a@b.example"}  # fmt: skip
    touches = [calls(name, record_url=urls.get(name, "https://r.example/x")) for name in PEOPLE]
    found = book(touches, deals=deals, clients=clients, language="ru", crm_url="https://crm.example/{deal_id}")
    write_lists(tmp_path, found)
    text = (tmp_path / "listening-rota.csv").read_text(encoding="utf-8-sig")
    assert text.startswith("День,Менеджер,") and ",https://crm.example/d0," in text
    assert "1695912345.123" in text and "'=cmd" in text and ",=cmd" not in text
    for private in ("9161234567", "123-45-67", "a@b.example", "1234567890", "12345 67890"):
        assert private not in text, private
    write_lists(tmp_path, s.book(DEALS, month="2026-09", as_of=AS_OF))
    assert not (tmp_path / "listening-rota.csv").exists() and (tmp_path / "ledger.csv").exists()


def test_a_run_says_how_many_hearings_each_colour_still_takes():
    reviews = [heard("Ann", [80 + x for x in (8, -8, 8, -8)], [79.9 + x for x in (8, -8, 8, -8)]), *scored_team()[1:]]
    found = s.rota(book([calls(name) for name in PEOPLE], reviews, rota={"per_day": 2})).calls.drop_duplicates(
        "manager"
    )
    said = dict(zip(found["manager"], found["until"], strict=True))
    assert said["Bo"] == "2 calls in 3 working days" and said["Di"] == "not within a quarter"
    table = s.rota(book([calls(name) for name in PEOPLE], reviews)).table("people").plain
    assert "calls: not within a quarter" in table


def test_the_days_are_working_days_of_the_country():
    assert [str(day) for day in next_days(book([calls("Ann")], as_of="2026-09-25"))][:2] == ["2026-09-28", "2026-09-29"]
    assert str(next_days(book([calls("Ann", day="2025-12-30")], as_of="2025-12-31", month="2025-12",
                              deals=DEALS.assign(created_at=pd.Timestamp("2025-12-01"))))[0]) > "2026-01-08"  # fmt: skip
