"""The five factors by hand: every index, table and next step on companies small enough to count."""

import numpy as np
import pandas as pd
import pytest

import salesnb as s
from salesnb import book as in_memory
from salesnb.measures import touches
from salesnb.measures.staff import score_interval, talk
from salesnb.measures.waiting import silences

DAY = pd.Timestamp("2026-09-01 10:00")  # a Tuesday
ORDER = ["New", "Offer", "Contract"]


def deals(rows, **columns):
    """Rows of (manager, status, days from creation to closing); created on 1 September at ten."""
    frame = pd.DataFrame(rows, columns=["manager", "status", "days"])
    closed = [
        DAY + pd.Timedelta(days=d) if s != "open" else pd.NaT for s, d in zip(frame.status, frame.days, strict=True)
    ]
    return frame.assign(deal_id=[str(n) for n in range(1, len(frame) + 1)], created_at=DAY, closed_at=closed, **columns).drop(columns="days")  # fmt: skip


def september(frame, **rest):
    return in_memory(frame, month="2026-09", **({"as_of": "2026-09-30", "country": "DE", "currency": "USD"} | rest))


def calls(rows, **columns):
    """Rows of (deal, hours after its creation): human calls of ours."""
    frame = pd.DataFrame(rows, columns=["deal_id", "hours"]).astype({"deal_id": object})
    at = DAY + pd.to_timedelta(frame.pop("hours"), unit="h")
    return frame.assign(**({"at": at, "kind": "call", "direction": "out"} | columns))


def history(*walks):
    """Stages of deals 1, 2, …: one a day from the creation on."""
    rows = [
        (str(n), stage, DAY + pd.Timedelta(days=day))
        for n, walk in enumerate(walks, 1)
        for day, stage in enumerate(walk)
    ]
    return pd.DataFrame(rows, columns=["deal_id", "stage", "entered_at"])


# ---- target clients ---------------------------------------------------------------------------------------------------


def test_the_share_of_target_clients_counts_marked_deals_and_names_the_others():
    frame = deals([("Ann", "open", 0)] * 8, is_target=[True, True, True, False, False, False, None, None])
    row = s.target(september(frame)).whole.iloc[0]
    assert (row.hits, row.deals, row.unknown) == (3, 6, 2) and row.share == 0.5


def test_an_own_row_for_each_source_also_where_no_deal_is_marked():
    frame = deals([("Ann", "open", 0)] * 7, source=["Ads"] * 6 + ["Post"], is_target=[True] * 5 + [False, None])
    table = s.target(september(frame)).sources.set_index("source")
    assert table.loc["Ads", ["hits", "deals", "unknown"]].tolist() == [5, 6, 0]
    assert table.loc["Post", ["hits", "deals", "unknown"]].tolist() == [0, 0, 1] and np.isnan(
        table.loc["Post", "share"]
    )


def test_conversion_at_the_departments_share_of_target_clients_by_hand():
    # Ann: target 6 of 8, others 1 of 8. Bo: target 3 of 6, others 2 of 18. Of all 40 marked deals 14 are target clients,
    # so Ann has 14/40 × 6/8 + 26/40 × 1/8 and Bo 14/40 × 3/6 + 26/40 × 2/18
    won = [1] * 6 + [0] * 2 + [1] + [0] * 7 + [1] * 3 + [0] * 3 + [1] * 2 + [0] * 16
    rows = [("Ann" if n < 16 else "Bo", "won" if w else "lost", 9) for n, w in enumerate(won)]
    marks = [True] * 8 + [False] * 8 + [True] * 6 + [False] * 18
    table = s.target(september(deals(rows, is_target=marks))).groups["manager"].set_index("manager")
    assert table.loc["Ann", "reference"] == pytest.approx(14 / 40 * 6 / 8 + 26 / 40 * 1 / 8)
    assert table.loc["Bo", "reference"] == pytest.approx(14 / 40 * 3 / 6 + 26 / 40 * 2 / 18)
    assert (table.reference_low < table.reference).all() and (table.reference < table.reference_high).all()


def test_a_class_with_under_five_closed_deals_gives_no_conversion_at_the_reference():
    rows = [("Ann", "won", 9)] * 5 + [("Ann", "lost", 9)] * 4
    table = s.target(september(deals(rows, is_target=[True] * 5 + [False] * 4))).groups["manager"]
    assert table.rate_yes[0] == 1 and table.rate_no[0] == 0 and np.isnan(table.reference[0])


def test_the_reference_mix_is_the_departments_also_on_a_channels_page():
    rows = [("Ann", "won", 9), ("Ann", "lost", 9)] * 10
    frame = deals(rows, is_target=[True] * 10 + [False] * 10, source="Ads", channel=["Site"] * 15 + ["Fair"] * 5)
    table = s.target(september(frame, channel="Site", channels=["Site", "Fair"])).groups["source"]
    assert table.reference[0] == pytest.approx(0.5 * table.rate_yes[0] + 0.5 * table.rate_no[0])


def test_people_who_left_are_in_the_whole_and_in_no_row():
    people = pd.DataFrame({"manager": ["Ann", "Bo"], "left_on": [None, "2026-09-15"]})
    found = s.target(september(deals([("Ann", "open", 0), ("Bo", "open", 0)], is_target=True), managers=people))
    assert found.whole.deals[0] == 2 and found.people.manager.tolist() == ["Ann"]


# ---- the process ------------------------------------------------------------------------------------------------------


def test_one_skip_and_one_step_back_make_two_deviations_of_four():
    frame = deals([("Ann", "won", 20)] * 4)
    walks = [ORDER, ["New", "Contract"], ["New", "Offer", "New"], ORDER]
    found = s.process(september(frame, stages=history(*walks), stage_order=ORDER))
    row = found.whole.iloc[0]
    assert (row.hits, row.deals) == (2, 4)
    assert sorted(found.deals(counted_in="hits").deal_id) == ["2", "3"]
    assert found.deals(kind="skipped", counted_in="deviating").deal_id.tolist() == ["2"]
    assert found.deals(kind="back", counted_in="deviating").deal_id.tolist() == ["3"]


def test_a_stay_longer_than_nine_of_ten_is_overdue_and_counts_only_when_that_was_known_by_the_landmark():
    # ten deals leave New after 1 day, one after 15: the limit is 1 day, which was passed on day 2
    frame = deals([("Ann", "won", 20)] * 11)
    rows = [(str(n), "New", DAY) for n in range(1, 12)]
    rows += [(str(n), "Offer", DAY + pd.Timedelta(days=1 if n < 11 else 15)) for n in range(1, 12)]
    stages = pd.DataFrame(rows, columns=["deal_id", "stage", "entered_at"])
    found = s.process(september(frame, stages=stages, stage_order=ORDER))
    assert found.whole.iloc[0][["hits", "deals"]].tolist() == [1, 11]
    assert found.kinds.set_index("kind").loc["overdue", ["deviating", "all"]].tolist() == [1, 11]
    short = september(frame, stages=stages, stage_order=ORDER, thresholds={"landmark_days": 1})
    assert s.process(short).whole.hits[0] == 0  # on day 1 nothing was overdue yet


def test_deals_won_on_the_day_of_creation_are_counted():
    found = s.process(september(deals([("Ann", "won", 0), ("Ann", "won", 1), ("Ann", "lost", 0)])))
    assert found.same_day == {"won": 2, "same_day": 1, "share": 0.5}


def test_a_path_is_the_way_that_was_walked():
    frame = deals([("Ann", "won", 20), ("Ann", "won", 20), ("Ann", "lost", 20), ("Ann", "lost", 20)])
    walks = [ORDER, ORDER, ["New", "New", "Contract"], ["New", "Offer", "New"]]
    table = s.process(september(frame, stages=history(*walks), stage_order=ORDER)).paths.set_index("path")
    assert table.loc["New → Offer → Contract"].tolist() == [False, False, 2, 0, 2]
    assert table.loc["New → Contract"].tolist() == [True, False, 0, 1, 1]  # twice in New is one step
    assert table.loc["New → Offer → New"].tolist() == [False, True, 0, 1, 1]


def test_a_funnel_of_eleven_stages_is_spelled_out_and_only_a_longer_walk_ends_in_dots():
    order = [f"S{n}" for n in range(1, 12)]
    frame = deals([("Ann", "won", 20), ("Ann", "lost", 20), ("Ann", "lost", 20)])
    walks = history(order, order[:8], [*order, "S1"])
    table = s.process(september(frame, stages=walks, stage_order=order)).paths
    straight = " → ".join(order)
    assert set(table.path) == {straight, " → ".join(order[:8]), straight + " → …"}
    assert table.set_index("path").loc[straight, ["won", "lost"]].tolist() == [1, 0]


def test_times_lie_beside_those_of_the_benchmark_with_their_number():
    frame = deals([("Ann", "won", 2), ("Bo", "won", 4), ("Bo", "won", 6)])
    found = september(frame, stages=history(["New"], ["New"], ["New"]), stage_order=["New"])
    row = beside("Bo", found).times.iloc[0]
    assert row[["stays", "median_days", "theirs", "their_stays"]].tolist() == [3, 4, 5, 2]
    assert s.process(found).times.theirs.isna().all()


def beside(name, book):
    """The process with a benchmark that is told, whatever the model says of so few deals."""
    found = s.process(book.at())
    vars(found)["benchmark"] = name
    return found


# ---- losses -----------------------------------------------------------------------------------------------------------


def test_reasons_add_up_to_all_lost_deals_with_the_running_share():
    frame = deals(
        [("Ann", "lost", 9)] * 6 + [("Ann", "won", 9)], lost_reason=["price"] * 3 + ["late", "other", None, None],
        stage=["New", "New", "Offer", "New", None, "Offer", "Offer"],
    )  # fmt: skip
    lost = s.process(september(frame, stage_order=ORDER)).lost
    table = lost.by_reason
    assert table.lost_reason.tolist() == ["price", "late", "other", "not given"]
    assert table[["New", "Offer", "unknown", "deals"]].values.tolist() == [[2, 1, 0, 3], [1, 0, 0, 1], [0, 0, 1, 1], [0, 1, 0, 1]]  # fmt: skip
    assert table.cum_share.round(4).tolist() == [0.5, 0.6667, 0.8333, 1.0]
    assert lost.vague == pytest.approx(2 / 6)
    assert lost.reasons.iloc[0].tolist() == ["price", "New", 2] and lost.reasons.lost.sum() == 6


def test_a_lost_deal_in_a_closing_stage_counts_for_the_last_stage_of_its_history():
    frame = deals([("Ann", "lost", 9)] * 2, stage=["Closed and lost", "Offer"], competitor=["Rival", "Rival"])
    found = september(frame, stages=history(["New", "Contract"], ["New"]), stage_order=ORDER)
    assert s.process(found).lost.by_competitor.to_dict("records") == [
        {"competitor": "Rival", "Offer": 1, "Contract": 1, "deals": 2}
    ]


def test_competitors_calls_stand_beside_those_of_the_closers_only():
    frame = deals([("Ann", "open", 0)])
    scored = pd.DataFrame(
        [("Ann", 60.0, None), ("Ann", 80.0, None), ("Hal", 10.0, None), (None, 90.0, "Rival")], columns=["manager", "score", "company"]
    ).assign(at=DAY, call_type="needs")  # fmt: skip
    table = s.process(september(frame, reviews=scored)).lost.calls
    assert (
        table[["calls", "score"]].values.tolist() == [[2, 70.0], [1, 90.0]]
        and table.low[0] < 60
        and np.isnan(table.low[1])
    )
    assert s.process(september(frame, reviews=scored[scored.company.isna()])).lost.calls.empty


# ---- qualification ----------------------------------------------------------------------------------------------------


def scored(*rows):
    return pd.DataFrame(rows, columns=["manager", "at", "score"]).assign(call_type="needs", at=lambda f: pd.to_datetime(f["at"]))  # fmt: skip


def test_the_mean_score_counts_closers_who_are_here_and_calls_before_the_month():
    people = pd.DataFrame({"manager": ["Ann", "Bo", "Cy"], "left_on": [None, None, "2026-08-31"]})
    frame = deals([("Ann", "open", 0), ("Bo", "open", 0), ("Cy", "open", 0)])
    reviews = scored(("Ann", "2026-08-01", 60), ("Ann", "2026-08-02", 70), ("Bo", "2026-03-01", 80), ("Bo", "2026-02-28", 0),
                     ("Bo", "2026-09-01", 0), ("Cy", "2026-08-01", 0), ("Hal", "2026-08-01", 0))  # fmt: skip
    found = s.qualification(september(frame, reviews=reviews, managers=people))
    row = found.whole.iloc[0]
    assert row[["calls", "people", "score"]].tolist() == [3, 2, 70.0]
    assert found.people.set_index("manager").score.to_dict() == {"Bo": 80.0, "Ann": 65.0}


def test_the_interval_of_scores_is_students():
    # 60, 70, 80: mean 70, sd 10, t(2) = 4.302653; 10 × 4.302653 / √3 = 24.84138
    mean, low, high = score_interval([3], [21000], [6000**2 + 7000**2 + 8000**2])
    assert (mean[0], low[0], high[0]) == pytest.approx((70, 70 - 24.84138, 70 + 24.84138), abs=1e-4)


def test_months_at_work_stand_in_only_where_they_are_known():
    frame = deals([("Ann", "open", 0), ("Bo", "open", 0)])
    hired = pd.DataFrame({"manager": ["Ann", "Bo", "Cy"], "hired_on": ["2025-09-30", "2024-09-30", "2000-01-01"]})
    row = s.five_factors(september(frame, managers=hired)).overview.set_index("factor").loc["qualification"]
    assert (
        row.evidence == "proxy" and row["index"] == 18.0 and (row.n, row.people) == (2, 2) and row.verdict == "refused"
    )
    blank = s.five_factors(september(frame, managers=hired.assign(hired_on=None))).overview.set_index("factor")
    assert blank.loc["qualification", "evidence"] == "no data"


def test_talk_time_is_of_answered_calls_per_working_day():
    frame = deals([("Ann", "open", 0)], client_id="C")
    spoken = calls([("1", 0), ("1", 24), ("1", 25), (None, 26)], duration_s=[300, 60, 9, 840], client_id=["C"] * 4)
    off = pd.DataFrame({"manager": "Ann", "from": ["2026-09-09", "2026-09-16"], "to": ["2026-09-13", "2026-09-21"]})
    found = september(frame, touches=spoken, country="RU", absences=off)
    assert talk(found).values.tolist() == [["Ann", 20 / 15]]  # 1,200 seconds on 15 working days
    untimed = september(frame, touches=spoken.assign(duration_s=None), country="RU")
    assert talk(untimed)["talk_minutes"].isna().all()  # no call has its length: not nought minutes


# ---- points of contact ------------------------------------------------------------------------------------------------


def test_an_answer_in_time_is_a_human_outgoing_touch_within_the_working_hour():
    # created on Tuesday at ten: answered after 60 minutes, after 61, the next day at 9:30, by a robot, by the client, never
    frame = deals([("Ann", "open", 0)] * 6)
    touched = calls(
        [("1", 1), ("2", 61 / 60), ("3", 23.5), ("4", 0.1), ("5", 0.1)], direction=["out"] * 4 + ["in"], by_robot=[False] * 3 + [True, False]
    )  # fmt: skip
    row = s.touchpoints(september(frame, touches=touched)).whole.iloc[0]
    assert (row.hits, row.deals) == (1, 6)
    assert row.median_minutes == 61  # of 60, 61 and 8 hours of Tuesday with half an hour of Wednesday


def test_working_hours_and_the_last_day_of_waiting_come_from_the_thresholds():
    frame = deals([("Ann", "open", 0)])
    touched = calls([("1", 9)])  # at 19:00
    assert s.touchpoints(september(frame, touches=touched)).whole.median_minutes[0] == 8 * 60
    later = september(frame, touches=touched, thresholds={"working_hours": [10, 19]})
    assert s.touchpoints(later).whole.median_minutes[0] == 9 * 60


def test_a_touch_of_a_client_joins_the_callers_open_deal_else_the_latest_created():
    frame = pd.DataFrame(
        [("1", "Ann", "2026-08-01", "2026-08-20"), ("2", "Ann", "2026-08-05", None), ("3", "Bo", "2026-08-10", None), ("4", "Bo", "2026-09-20", None)],
        columns=["deal_id", "manager", "created_at", "closed_at"],
    ).assign(client_id="C", status=["lost", "open", "open", "open"])  # fmt: skip
    frame[["created_at", "closed_at"]] = frame[["created_at", "closed_at"]].apply(pd.to_datetime)
    rows = [
        ("Ann", "2026-08-15", "2"),  # two of Ann's were open: the later one
        ("Ann", "2026-08-03", "1"),
        ("Cy", "2026-08-15", "3"),  # Cy has none: the latest created
        ("Cy", "2026-08-04", "1"),
        ("Bo", "2026-09-20", "4"),  # the day of creation counts
        ("Bo", "2026-07-01", None),
    ]
    loose = pd.DataFrame(rows, columns=["manager", "at", "want"]).assign(deal_id=None, client_id="C")
    found = touches.joined(loose.assign(at=pd.to_datetime(loose["at"])), frame).collect().to_native()
    assert len(found) == len(rows)
    assert [None if pd.isna(v) else v for v in found.sort_values(["manager", "at"]).deal_id] == [
        None if pd.isna(v) else v for v in loose.sort_values(["manager", "at"]).want
    ]


def test_a_touch_joins_no_deal_that_was_closed_before_it_or_created_after_it():
    frame = deals([("Ann", "lost", 5)], client_id="C")
    days = {-1: False, 0: True, 5: True, 6: False}  # the days of creation and of closing count
    loose = calls([(None, 24 * day) for day in days], client_id="C", manager="Ann")
    found = touches.joined(loose, frame).collect().to_native().sort_values("at")
    assert found.deal_id.notna().tolist() == list(days.values())


def test_the_silence_of_a_deal_is_broken_by_a_touch_of_its_client():
    frame = deals([("Ann", "open", 0)], client_id="C")
    loose = calls([(None, 24 * 20)], client_id="C")
    found = september(frame, touches=loose)
    table = silences(found.closer_deals, touches.by_people(found), found.as_of)
    assert table.iloc[0].tolist() == ["Ann", 1, 20, 20, 0]


def test_touches_of_the_client_answer_a_deal_and_count_at_the_landmark():
    frame = deals([("Ann", "won", 20), ("Ann", "lost", 20)], client_id=["C", "D"])
    touched = calls([(None, 0.5)], client_id=["C"])
    found = s.touchpoints(september(frame, touches=touched))
    assert found.whole.iloc[0][["hits", "deals"]].tolist() == [1, 2]
    first = found.first_days.touches[["touch_bin", "won", "lost"]]
    assert first.values.tolist() == [["0", 0, 1], ["1-2", 1, 0]]
    assert found.mix.loose.tolist() == [0]


def test_a_channels_page_counts_no_touch_of_another_channels_deal():
    frame = deals([("Ann", "open", 0), ("Ann", "open", 0)], client_id="C", channel=["Site", "Fair"])
    frame.loc[1, "created_at"] = DAY + pd.Timedelta(days=1)
    touched = calls([(None, 1), (None, 48), (None, 50)], client_id=["C"] * 3)  # one before the second deal, two after
    page = {"touches": touched, "channels": ["Site", "Fair"]}
    assert s.touchpoints(september(frame, channel="Site", **page)).mix.touches.tolist() == [1]
    assert s.touchpoints(september(frame, channel="Fair", **page)).mix.touches.tolist() == [2]


def test_deals_without_a_touch_by_the_landmark_are_counted_per_sales_rep():
    frame = deals([("Ann", "won", 20), ("Ann", "lost", 20), ("Bo", "lost", 20), ("Bo", "lost", 3)])
    table = s.touchpoints(september(frame, touches=calls([("1", 2), ("3", 24 * 8)]))).first_days.people
    # the deal closed on day 3 is not there; that of Bo was touched on day 8, too late
    assert table[["manager", "early_untouched", "early"]].values.tolist() == [["Bo", 1, 1], ["Ann", 1, 2]]


def test_open_deals_stand_in_one_table():
    frame = deals([("Ann", "open", 0), ("Ann", "open", 0), ("Bo", "open", 0)])
    tasks = calls([("1", 1)], kind="task", due_at=pd.Timestamp("2026-10-05"))
    touched = pd.concat([calls([("1", 24), ("3", 24 * 10)]), tasks], ignore_index=True)
    table = s.touchpoints(september(frame, touches=touched)).open.set_index("manager")
    assert table.loc["Ann"].tolist() == [2, 29, (28 + 29) / 2, 1, 1] and table.loc["Bo"].tolist() == [1, 29, 19, 0, 1]
    bare = s.touchpoints(september(frame)).open
    assert bare[["silent_days", "untouched", "without"]].isna().all().all() and bare.open.tolist() == [2, 1]


# ---- channels ---------------------------------------------------------------------------------------------------------


def sold(*groups):
    """Groups of (channel, won, lost)."""
    rows = [(c, s) for c, won, lost in groups for s in ["won"] * won + ["lost"] * lost]
    frame = deals([(f"M{n % 4}", s, 20) for n, (_, s) in enumerate(rows)], amount=100.0)
    return frame.assign(channel=[c for c, _ in rows])


def costs(**amounts):
    return pd.DataFrame({"channel": list(amounts), "month": "2026-09", "amount": list(amounts.values())})


def test_the_clearly_better_channel_is_to_strengthen_first_by_raw_rates_and_labelled_so():
    found = s.channels(september(sold(("Site", 90, 10), ("Fair", 10, 90))))
    table = found.economics
    assert table.name.tolist() == ["Site", "Fair"] and table.p_best[0] > 0.99
    assert table.advice.tolist() == ["strengthen", "after"] and found.verdicts.basis == "raw"
    assert found.best == "Site"


def test_like_channels_cannot_be_told_apart_and_a_lone_one_has_nothing_beside_it():
    def advice(*groups, **rest):
        return s.channels(september(sold(*groups), **rest)).economics.advice.tolist()

    assert advice(("Site", 30, 30), ("Fair", 31, 30)) == ["alike", "alike"]
    assert advice(("Site", 100, 50)) == ["alone"]
    assert advice(("Site", 100, 50), ("Post", 5, 3), channels=["Site", "Post"]) == ["alone", "try"]


def test_a_channel_with_leads_and_costs_but_no_closing_stays_and_is_to_try():
    new = deals([("Ann", "open", 0)] * 3, channel="Fair", amount=np.nan).assign(deal_id=["a", "b", "c"])
    frame = pd.concat([sold(("Site", 30, 30)), new], ignore_index=True)
    found = september(frame, costs=costs(Site=600.0, Fair=90.0, Radio=50.0), channels=["Site", "Fair"])
    table = s.channels(found).economics.set_index("name")
    assert table.loc["Fair", ["leads", "closed", "advice", "cost_per_lead"]].tolist() == [3, 0, "try", 30.0]
    assert np.isnan(table.loc["Fair", "conversion"]) and np.isnan(table.loc["Fair", "cost_per_won"])
    assert table.loc["Site", "cost_per_won"] == 20.0 and table.loc["Site", "revenue"] == 3000.0
    assert table.loc["Radio", ["leads", "cost"]].tolist() == [0, 50.0]  # money was spent and nothing came


def test_a_lead_costs_its_share_of_the_leads_where_there_is_a_list_of_them():
    leads = pd.DataFrame(
        {"lead_id": range(150), "created_at": "2026-09-02", "status": "new", "channel": ["Site"] * 120 + ["Fair"] * 30}
    )
    found = september(sold(("Site", 30, 30), ("Fair", 30, 30)), costs=costs(Site=600.0, Fair=600.0), leads=leads)
    table = s.channels(found).economics.set_index("name")
    assert table["cost_per_lead"].to_dict() == {"Site": 5.0, "Fair": 20.0}


def test_deals_without_a_channel_are_neither_best_nor_in_the_comparison():
    frame = sold(("unknown", 90, 10), ("Site", 30, 30), ("Fair", 30, 31))
    table = s.channels(september(frame)).economics
    assert table.name.iloc[-1] == "unknown" and table.advice.tolist() == ["alike", "alike", "fill"]
    assert np.isnan(table.p_best.iloc[-1]) and table.p_best.sum() == pytest.approx(1)


def test_the_cheaper_of_two_like_channels_is_named_and_a_small_difference_of_cost_is_not():
    frame = sold(("Site", 50, 50), ("Fair", 50, 50))
    cheap = s.channels(september(frame, costs=costs(Site=500.0, Fair=2000.0)))
    assert cheap.economics.set_index("name").advice.to_dict() == {"Site": "cheaper", "Fair": "alike"}
    assert cheap.verdicts.dearer == ("Fair",)
    near = s.channels(september(frame, costs=costs(Site=500.0, Fair=600.0)))
    assert set(near.economics.advice) == {"alike"} and near.verdicts.dearer == ()


def test_a_cheap_channel_with_clearly_lower_conversion_is_not_recommended_for_its_cost():
    frame = sold(("Site", 70, 30), ("Fair", 30, 70))
    table = s.channels(september(frame, costs=costs(Site=50000.0, Fair=100.0))).economics
    assert table.set_index("name").advice.to_dict() == {"Site": "strengthen", "Fair": "after"}


def test_sources_are_named_only_where_the_model_finds_them_associated():
    frame = sold(("Site", 100, 100)).assign(source=["Ads"] * 50 + ["Post"] * 50 + ["Ads"] * 10 + ["Post"] * 90)
    # one lone channel, four people: no model speaks of sources here
    table = s.channels(september(frame, channel="Site")).economics
    assert table.p_best.max() > 0.99 and "strengthen" not in set(table.advice)


def test_the_index_of_channels_is_the_share_of_new_deals_per_person():
    frame = sold(("Site", 90, 10), ("Fair", 10, 90))
    table = s.channels(september(frame)).people.set_index("manager")
    assert table.loc["M0", ["hits", "deals"]].tolist() == [25, 50] and table.share.tolist() == [0.5] * 4


# ---- what to look at next ---------------------------------------------------------------------------------------------


def of_sources(**counts):
    """What to look at where each source brought (target clients, new deals)."""
    marks = [(name, n < hits) for name, (hits, new) in counts.items() for n in range(new)]
    frame = deals([("Ann", "open", 0)] * len(marks), source=[m[0] for m in marks], is_target=[m[1] for m in marks])
    return s.target(september(frame)).look_at


def test_a_source_is_pointed_at_only_when_told_apart_from_the_rest_and_the_unknown_one_never():
    assert of_sources(Ads=(5, 40), Fair=(30, 50), unknown=(0, 90)) == {"name": "Ads", "misses": 35, "deals": 40}
    assert of_sources(Ads=(20, 40), Fair=(25, 50), unknown=(0, 90)) == {}


def test_the_more_groups_are_looked_at_the_more_it_takes_to_stand_apart():
    # 12 of 40 against 180 of 360: the interval leaves out zero at 97.5 % (one of two groups), not at 99.5 % (one of ten)
    ten = dict.fromkeys("bcdefghij", (20, 40)) | {"a": (12, 40)}
    assert of_sources(Ads=(12, 40), Fair=(180, 360))["name"] == "Ads" and of_sources(**ten) == {}


def test_a_source_above_and_none_below_is_no_source_to_look_at():
    usual = dict.fromkeys("ABCD", (20, 100))
    assert of_sources(**usual, E=(60, 100)) == {}
    assert of_sources(**dict.fromkeys("ABCD", (60, 100)), E=(20, 100)) == {"name": "E", "misses": 80, "deals": 100}
    assert of_sources(**usual, E=(20, 100)) == of_sources(**dict.fromkeys("ABCDE", (0, 100))) == {}


def test_the_two_lowest_scores_are_named_together_when_their_calls_cannot_tell_them_apart():
    def look_at(**means):
        calls = {"Cy": 3}  # three calls point at nobody
        rows = [(name, "2026-08-01", mean + (7 if n % 2 else -7)) for name, mean in means.items() for n in range(calls.get(name, 20))]  # fmt: skip
        frame = deals([(name, "open", 0) for name in means])
        return s.qualification(september(frame, reviews=scored(*rows))).look_at

    assert look_at(Ann=57, Bo=60, Cy=20) == {"names": ["Ann", "Bo"], "scores": [57.0, 60.0]}
    assert look_at(Ann=40, Bo=60, Cy=20)["names"] == ["Ann"]


def test_nobody_is_named_for_missing_tasks_unless_clearly_above_the_rest():
    def look_at(**people):
        rows = [(name, n < without) for name, (without, open_) in people.items() for n in range(open_)]
        due = [None if without else pd.Timestamp("2026-10-05") for _, without in rows]
        frame = deals([(name, "open", 0) for name, _ in rows], next_task_at=due)
        return s.touchpoints(september(frame)).look_at

    assert "name" not in look_at(Ann=(10, 20), Bo=(11, 21))
    assert look_at(Ann=(19, 20), Bo=(3, 21)) == {"without": 22, "open": 41, "name": "Ann", "own": 19, "own_open": 20}


def test_the_next_step_of_channels_follows_the_verdict_of_their_table():
    found = s.channels(september(sold(("Site", 90, 10), ("Fair", 10, 190))))
    assert found.look_at == {"name": "Site", "leads": 100, "all": 300}  # not the largest, the one to strengthen
    assert s.channels(september(sold(("Site", 30, 30), ("Fair", 31, 30)))).look_at == {}


# ---- beside each other ------------------------------------------------------------------------------------------------


def test_the_overview_has_intervals_and_changes_and_no_p_where_nothing_may_be_said():
    before = deals([("Ann", "open", 0)] * 40, is_target=[True] * 10 + [False] * 30).assign(
        created_at=DAY - pd.Timedelta(days=20)
    )
    now = deals([("Ann", "open", 0)] * 40, is_target=[True] * 30 + [False] * 10)
    frame = pd.concat([before.assign(deal_id=[f"b{n}" for n in range(40)]), now], ignore_index=True)
    row = s.five_factors(september(frame)).overview.set_index("factor").loc["target"]
    assert row[["index", "previous", "change", "n"]].tolist() == [0.75, 0.25, 0.5, 40]
    assert 0 < row.change_low < 0.5 < row.change_high and row.low < 0.75 < row.high
    assert np.isnan(row.p_holm) and row.verdict == "refused" and row.evidence == "measured"


def test_a_company_without_any_factor_has_no_index_and_no_next_step():
    found = s.five_factors(september(deals([("Ann", "won", 9), ("Ann", "lost", 9)])))
    assert found.overview["index"].isna().all() and set(found.overview.evidence) == {"no data"}
    assert [one.look_at for one in found.factors.values()] == [{}] * 5


def test_the_five_results_are_those_of_their_own_questions():
    book = september(deals([("Ann", "won", 9), ("Ann", "lost", 9)]))
    found = s.five_factors(book)
    for name in ("target", "process", "qualification", "touchpoints", "channels"):
        assert found.factors[name] is getattr(s, name)(book)


def test_a_first_month_and_a_quiet_one_have_their_points_of_contact():
    deal = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open", "created_at": "2026-09-01"})
    calls = pd.DataFrame({"deal_id": ["1"], "at": ["2026-09-01 10:30"], "kind": "call", "direction": "out"})
    first = in_memory(deal, month="2026-09", as_of="2026-09-30", touches=calls)
    row = s.touchpoints(first).people.iloc[0]
    assert row["deals"] == 1 and np.isnan(row["change"])
    quiet = in_memory(deal.assign(created_at="2026-08-01"), month="2026-09", as_of="2026-09-30", touches=calls.assign(at="2026-08-01 10:30"))  # fmt: skip
    assert len(s.qualification(quiet).people) <= 1  # nobody fails: there is no touch, no score and no date of hiring


def test_a_next_task_in_either_record_of_the_crm_is_one():
    deals_ = pd.DataFrame({"deal_id": ["1", "2", "3"], "manager": "Ann", "status": "open", "created_at": "2026-09-01",
                           "next_task_at": ["2026-10-05", None, None]})  # fmt: skip
    tasks = pd.DataFrame({"deal_id": ["2", "1"], "at": "2026-09-02", "kind": "task", "due_at": ["2026-10-07", None]})
    found = in_memory(deals_, month="2026-09", as_of="2026-09-30", touches=tasks)
    assert s.touchpoints(found).tasks[["open", "without"]].values.tolist() == [[3, 1]]
    undated = in_memory(
        deals_.drop(columns="next_task_at"), month="2026-09", as_of="2026-09-30", touches=tasks.assign(due_at=None)
    )
    assert s.touchpoints(undated).tasks.empty  # tasks without a day say nothing of what comes next


def test_the_clock_of_an_answer_stands_still_while_the_owner_is_away():
    """A deal of Wednesday, its owner away until Thursday: answered on Friday at 9:30; Bo was there all the time."""
    frame = deals([("Ann", "open", 1), ("Bo", "open", 1)])
    made = frame["created_at"].iloc[0].normalize()
    there = calls([("1", 0), ("2", 0)], direction="out").assign(at=made + pd.Timedelta(days=2, hours=9, minutes=30))
    off = pd.DataFrame({"manager": ["Ann"], "from": [made], "to": [made + pd.Timedelta(days=1)]})
    row = s.touchpoints(september(frame, touches=there, absences=off, country="RU"))
    people = row.people.set_index("manager")
    assert people.loc["Ann", "median_minutes"] == 30 and people.loc["Bo", "median_minutes"] > 60
    assert people["away"].to_dict() == {"Ann": 1, "Bo": 0} and row.whole["away"].tolist() == [1]
    assert "came while" in row.text().plain
    on_leave = calls([("1", 0)], direction="out").assign(at=made + pd.Timedelta(days=1, hours=12))
    answered = s.touchpoints(september(frame, touches=on_leave, absences=off, country="RU"))
    assert answered.people.set_index("manager").loc["Ann", "median_minutes"] == 180  # not nought: she was there
