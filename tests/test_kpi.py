"""KPI per person, the KPI benchmark, who differs from it by more than chance."""

import numpy as np
import pandas as pd
import pytest

import salesnb as s
from salesnb.errors import DataError, ParamError
from salesnb.measures.benchmark import benchmark_candidates, kpi_benchmarks, objections
from salesnb.measures.differences import differences, scatter
from salesnb.measures.kpi import activity_plans, kpi, kpi_months, people, working_day_counts
from salesnb.params import Thresholds
from salesnb.stats import Dispersion, dispersion, poisson_interval, rate_ratio
from tests.simulation.activity import company, found_share, named, null_share

DEALS = pd.DataFrame(
    {
        "deal_id": ["1", "2"],
        "manager": ["Ann", "Bo"],
        "status": "open",
        "created_at": pd.Timestamp("2026-08-03"),
    }
)


def touch(at, kind="call", deal_id="1", **rest):
    return {"at": pd.Timestamp(at), "kind": kind, "deal_id": deal_id, **rest}


def call(at, direction="out", **rest):
    return touch(at, direction=direction, **rest)


def opened(*touches, deals=DEALS, month="2026-09", as_of="2026-09-30", **tables):
    rows = pd.DataFrame(list(touches))
    for column in ("done_at", "due_at"):
        if column in rows:
            rows[column] = pd.to_datetime(rows[column], format="ISO8601")
    return s.book(deals, touches=rows, month=month, as_of=as_of, country="RU", **tables)


def of(book, name="Ann", period=None):
    return kpi(book, period).set_index("manager").loc[name]


def test_a_rate_counts_all_events_per_working_day():
    """Case A1: away 9-13 and 16-21 September, 41 calls, one of them on a Sunday, on 14 days: 41/15."""
    off = pd.DataFrame({"manager": "Ann", "from": ["2026-09-09", "2026-09-16"], "to": ["2026-09-13", "2026-09-21"]})
    days = ["2026-09-06", *pd.bdate_range("2026-09-01", "2026-09-08").strftime("%Y-%m-%d")]
    days += list(pd.bdate_range("2026-09-22", "2026-09-28").strftime("%Y-%m-%d"))[:40]
    calls = [call(f"{days[n % len(days)]} 10:{n:02d}") for n in range(41)]
    row = of(opened(*calls, absences=off))
    assert (row["calls_out"], row["working_days"]) == (41, 15)
    assert len(set(days)) < 15  # fewer days with a call than working days: the two rates differ
    assert row["calls_out_day"] == pytest.approx(41 / 15) and round(row["calls_out_day"], 2) == 2.73
    low, high = poisson_interval(41)
    assert (row["calls_out_low"], row["calls_out_high"]) == pytest.approx((low / 15, high / 15))
    assert (round(float(low), 2), round(float(high), 2)) == (29.42, 55.62)  # Garwood's table


def test_ten_seconds_are_a_talk_and_nine_are_none():
    row = of(
        opened(
            call("2026-09-01", duration_s=10),
            call("2026-09-01", duration_s=9),
            call("2026-09-01", direction="in", duration_s=50, result="answered"),
            call("2026-09-01", duration_s=600, result="missed"),
        )
    )
    assert (row["talks"], row["talk_minutes"]) == (2, 1.0)
    assert (row["calls_out"], row["unanswered"], row["calls_in"], row["missed"]) == (3, 1, 1, 0)


def test_whose_call_it_is():
    """The caller's, else the owner's of its deal; a robot's never; one of nobody counts apart."""
    book = opened(
        call("2026-09-01", manager="Bo"),
        call("2026-09-01"),
        call("2026-09-01", by_robot=True),
        call("2026-09-01", direction="in", deal_id=None, result="missed"),
        call("2026-09-01", manager="Secretary", deal_id=None),
    )
    found = kpi(book)
    assert found[["manager", "calls_out", "calls_in"]].values.tolist() == [["Ann", 1, 0], ["Bo", 1, 0]]
    unowned, others = found.attrs["unowned"], found.attrs["others"]
    assert (unowned["calls_in"], unowned["missed"], unowned["calls_out"]) == (1, 1, 0)
    assert others["calls_out"] == 1
    said = s.activity(book).text().plain
    assert "1 call of the month has no sales rep" in said


def test_the_period_is_half_open():
    book = opened(
        call("2026-08-31 23:59:59"), call("2026-09-01 00:00"), call("2026-09-30 23:59:59"), call("2026-10-01 00:00"),
        as_of="2026-10-05",
    )  # fmt: skip
    assert [of(book, period=month)["calls_out"] for month in ("2026-08", "2026-09", "2026-10")] == [1, 2, 1]


CLOSED = DEALS.assign(
    status=["won", "open"], closed_at=[pd.Timestamp("2026-09-10 12:30:40"), pd.NaT], amount=[100.0, None]
)


@pytest.mark.parametrize(
    ("done", "counted"),
    [("2026-09-10 12:29:59", 1), ("2026-09-10 12:30:00", 0), ("2026-09-10 12:30:59", 0), ("2026-09-11 09:00", 0)],
)
def test_a_task_done_at_the_closing_minute_is_not_done(done, counted):
    """A CRM completes what is left of a deal when the deal is closed: neither done nor overdue."""
    row = of(opened(touch("2026-09-01", "task", due_at="2026-09-09", done_at=done), deals=CLOSED))
    assert (row["tasks_done"], row["tasks_overdue"]) == (counted, 0)


def test_a_task_is_done_if_it_was_done_by_the_day():
    """Case A8: as of 30 September a task with done_at 1 October is not done; on 1 October it is."""
    task = touch("2026-09-01", "task", due_at="2026-09-30 18:00", done_at="2026-10-01 09:00")
    other = touch("2026-09-01", "task", due_at="2026-10-01 18:00", done_at="2026-09-02")
    row = of(opened(task, other))
    assert (row["tasks_done"], row["tasks_overdue"]) == (1, 1)
    later = opened(task, other, as_of="2026-10-05")
    assert of(later)["tasks_overdue"] == 0 and of(later, period="2026-10")["tasks_done"] == 1


def test_a_task_that_is_not_due_yet_is_not_overdue():
    due = touch("2026-09-01", "task", due_at="2026-09-10 10:00", done_at=None)
    done = touch("2026-09-01", "task", due_at="2026-09-01", done_at="2026-09-01")
    assert of(opened(due, done, as_of="2026-09-09"))["tasks_overdue"] == 0
    assert of(opened(due, done, as_of="2026-09-10"))["tasks_overdue"] == 1


def test_what_an_export_tells_nowhere_is_missing_and_said():
    book = opened(touch("2026-09-01"), touch("2026-09-02"))
    row = of(book)
    assert row[["calls_out", "calls_in", "unanswered", "talk_minutes", "tasks_done"]].isna().all()
    said = s.activity(opened(call("2026-09-01"))).text().plain
    assert "talk time is not known" in said and "which tasks were done" in said
    assert s.activity(book).record() == {"kpi": []} and "list of calls" in s.activity(book).text().plain


def test_without_touches_the_export_is_named():
    book = s.book(DEALS, month="2026-09", as_of="2026-09-30")
    with pytest.raises(DataError, match="calls, e-mails, meetings and tasks"):
        kpi(book)
    assert "list of calls and tasks" in s.activity(book).text().plain


def test_who_is_there_and_in_which_function():
    """The role of the list, as it was then; else that of most of the deals; who left before is not there."""
    deals = pd.DataFrame(
        {
            "deal_id": [str(n) for n in range(6)],
            "manager": ["Ann", "Ann", "Ann", "Bo", "Cy", "unknown"],
            "function": ["hunter", "hunter", "closer", "closer", "closer", "closer"],
            "status": "open",
            "created_at": pd.Timestamp("2026-08-03"),
        }
    )
    staff = pd.DataFrame(
        {
            "manager": ["Bo", "Cy", "Di", "Ed"],
            "role": ["farmer", "closer", "closer", "hunter"],
            "hired_on": [None, None, None, "2026-10-01"],
            "left_on": [None, "2026-08-31", "2026-09-15", None],
        }
    )
    found = people(opened(call("2026-09-01"), deals=deals, managers=staff), "2026-09")
    assert found.values.tolist() == [["Di", "closer"], ["Ann", "hunter"], ["Bo", "farmer"]]


def test_another_schedule_has_days_with_a_trace():
    staff = pd.DataFrame({"manager": ["Ann"], "schedule": ["2/2"]})
    row = of(opened(call("2026-09-05"), call("2026-09-06"), call("2026-09-06"), managers=staff))
    assert (row["calls_out_day"], row["basis"]) == (1.5, "traces") and np.isnan(row["without_trace"])


def test_a_part_month_is_held_against_the_same_working_days():
    """Three working days of October: of September the first three count, 4 calls of 24."""
    early = [call(f"2026-09-0{n} 10:00") for n in (1, 2, 3, 3)]
    late = [call("2026-09-21 10:00") for _ in range(20)]
    book = opened(*early, *late, call("2026-10-01"), call("2026-10-05"), month="2026-10", as_of="2026-10-05")
    assert of(book)[["calls_out", "working_days"]].tolist() == [2, 3]
    table = kpi_months(book)
    ann = table[table["manager"] == "Ann"].set_index("month")
    assert ann["calls_out"].to_dict() == {"2026-09": 4.0, "2026-10": 2.0}
    assert ann["working_days"].tolist() == [3, 3]
    assert "3 of 22 working days" in s.activity(book).text().plain
    whole = kpi_months(opened(*early, *late, month="2026-09", as_of="2026-09-30"))
    assert whole.loc[whole["manager"] == "Ann", "calls_out"].tolist() == [24.0]


def test_figures_of_a_channel_page_are_those_of_whole_people():
    deals = DEALS.assign(channel=["Site", "Phone"])
    book = opened(call("2026-09-01", deal_id="1"), call("2026-09-01", deal_id="2", manager="Ann"), deals=deals)
    site = book.at(channel="Site")
    assert kpi(site)[["manager", "calls_out"]].values.tolist() == [["Ann", 2]]
    found = s.activity(site)
    assert found.people["deals"].tolist() == [1] and found.deals(manager="Ann")["deal_id"].tolist() == ["1"]
    assert "their figures are whole" in found.table().plain


def test_a_plan_of_activity_stands_beside_the_fact():
    plans = pd.DataFrame(
        {"month": "2026-09", "metric": ["calls_out", "calls_out", "amount"], "manager": ["Ann", "Bo", "Ann"],
         "value": [4.0, 0.0, 9.0]}
    )  # fmt: skip
    book = opened(call("2026-09-01"), call("2026-09-02"), plans=plans)
    found = activity_plans(book, kpi(book))
    assert found[["manager", "fact", "plan"]].values.tolist() == [["Ann", 2, 4.0], ["Bo", 0, 0.0]]
    assert found["share"].tolist()[0] == 0.5 and np.isnan(found["share"].tolist()[1])


def test_the_record_has_the_shape_of_the_contract():
    record = s.activity(opened(call("2026-09-01", duration_s=60))).record()["kpi"]
    assert [list(row) for row in record][0] == [
        "manager", "calls_out", "unanswered", "calls_in", "missed", "talk_minutes", "tasks_done", "tasks_overdue",
        "working_days",
    ]  # fmt: skip
    assert record[0]["calls_out"] == 1 and record[0]["talk_minutes"] == 1.0


# ---- the benchmark


def candidates(**columns):
    table = pd.DataFrame(
        {"manager": ["X", "Y", "Z"], "function": "closer", "completion": [1.34, 1.02, 0.9], "first": [7, 3, 2],
         "months": 12, "days": 400.0, "traces": 1.0, "verdict": "cannot tell", "colour": None, "p_colour": np.nan}
    )  # fmt: skip
    return table.assign(**columns)


def chosen(table, name="auto"):
    return kpi_benchmarks(table, Thresholds(), name)["closer"]


def test_who_is_red_is_passed_over():
    """Case A7."""
    found = chosen(candidates(colour=["red", "yellow", "green"], p_colour=[0.93, 0.9, 0.9]))
    assert (found.manager, found.first, found.months) == ("Y", 3, 12)
    assert found.passed == (("X", 1.34, ("red",)),)
    assert chosen(candidates(colour=["red", None, None], p_colour=[0.79, 0, 0])).manager == "X"


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"days": [59.0, 400, 400]}, "short"),  # case A2: no benchmark before 60 working days
        ({"traces": [0.66, 1, 1]}, "traces"),
        ({"verdict": ["below", "above", "above"]}, "below"),
    ],
)
def test_who_may_not_be_the_benchmark(columns, reason):
    found = chosen(candidates(**columns))
    assert (found.manager, found.passed) == ("Y", (("X", 1.34, (reason,)),))


def test_what_is_not_known_stands_in_nobodys_way():
    found = chosen(candidates(days=np.nan, traces=np.nan, verdict=None))
    assert found.manager == "X" and found.undated
    assert chosen(candidates(days=60.0, traces=2 / 3)).manager == "X"
    assert objections(candidates().iloc[0].to_dict(), Thresholds()) == ()


def test_without_a_plan_the_median_stands_in_and_params_win():
    assert chosen(candidates(completion=np.nan)).kind == "median"
    found = chosen(candidates(days=[400.0, 400, 10]), "Z")
    assert (found.manager, found.kind, found.passed) == ("Z", "params", (("X", 1.34, ()),))


def test_the_conditions_come_from_the_book():
    """Completion over three months, hire, traces, first by month; hunters by deals handed over."""
    day = pd.Timestamp
    deals = pd.DataFrame(
        {
            "deal_id": [str(n) for n in range(5)],
            "manager": ["Ann", "Ann", "Bo", "Bo", "Hal"],
            "function": ["closer"] * 4 + ["hunter"],
            "status": "won",
            "amount": [50.0, 150.0, 100.0, 300.0, 1.0],
            "created_at": day("2026-06-01"),
            "closed_at": [
                day("2026-07-06"),
                day("2026-09-07"),
                day("2026-08-07"),
                day("2026-06-08"),
                day("2026-09-09"),
            ],
        }
    )
    months = ["2026-06", "2026-07", "2026-08", "2026-09"]
    plans = pd.DataFrame({"month": months * 2, "metric": "amount", "manager": ["Ann"] * 4 + ["Bo"] * 4, "value": 100.0})
    hunter = pd.DataFrame({"month": ["2026-09"], "metric": "handed_over", "manager": "Hal", "value": 2.0})
    staff = pd.DataFrame({"manager": ["Bo", "Ann"], "hired_on": ["2026-09-10", None]})
    book = opened(call("2026-09-01"), deals=deals, plans=pd.concat([plans, hunter]), managers=staff)
    found = benchmark_candidates(book).set_index("manager")
    assert found["completion"].to_dict() == pytest.approx({"Ann": 200 / 300, "Bo": 100 / 300, "Hal": 0.5})
    assert found.loc[["Ann", "Bo"], "first"].tolist() == [2, 2] and found.loc["Ann", "months"] == 4
    assert found.loc["Bo", "days"] == 15 and np.isnan(found.loc["Ann", "days"])  # case A2
    part = benchmark_candidates(book.at(month="2026-09", as_of="2026-09-08")).set_index("manager")
    assert part.loc["Ann", "completion"] == pytest.approx(50 / 300)  # June to August: months that are over


def test_the_params_name_somebody_who_is_known():
    with pytest.raises(ParamError, match="Did you mean 'Ann'"):
        s.activity(opened(call("2026-09-01"), benchmark="Anne"))
    found = s.activity(opened(call("2026-09-01"), benchmark="Bo"))
    assert found.benchmarks["closer"].manager == "Bo" and "Bo, chosen in the params" in found.text().plain


def test_colours_are_taken_where_they_are_known():
    plans = pd.DataFrame({"month": "2026-09", "metric": "amount", "manager": ["Ann", "Bo"], "value": [10.0, 10.0]})
    deals = DEALS.assign(status="won", amount=[20.0, 10.0], closed_at=pd.Timestamp("2026-09-09"))
    trace = [call(f"2026-09-{n:02d}", manager=name) for n in range(1, 31) for name in ("Ann", "Bo")]
    assert (
        s.activity(opened(*trace, deals=deals, plans=plans).with_thresholds(benchmark_months=1))
        .benchmarks["closer"]
        .manager
        == "Ann"
    )
    kinds, scores = ["needs", "objections"] * 5, [50.0, 48.0, 52.0, 47.0, 53.0] * 2
    red = pd.DataFrame({"manager": "Ann", "at": pd.Timestamp("2026-09-10"), "call_type": kinds, "score": scores})
    book = opened(*trace, deals=deals, plans=plans, reviews=red)
    found = s.activity(book.with_thresholds(benchmark_months=1))
    assert found.benchmarks["closer"].manager == "Bo"
    assert "Ann has 200% of the plan and is not the benchmark: call quality is red" in found.text().plain


# ---- who differs by more than chance


def test_the_ratio_agrees_with_its_interval():
    """With independent counts it is the conditional test of two Poisson means; scatter widens it."""
    found = rate_ratio([30, 60], [20, 20], (60, 20), Dispersion(1.0, 10_000))
    assert found.ratio.tolist() == [0.5, 1.0] and found.high[0] < 1 and found.p[0] < 0.05 and found.p[1] == 1
    assert found.p[0] == pytest.approx(0.00157, abs=2e-5)  # z = (30 - 45) / sqrt(90 / 4)
    wide = rate_ratio([30, 60], [20, 20], (60, 20), Dispersion(4.0, 20))
    assert wide.high[0] > 1 and wide.p[0] > 0.05
    for y in range(10, 60):
        one = rate_ratio([y], [20], (40, 20), Dispersion(2.0, 30))
        assert (one.p[0] < 0.05) == (one.low[0] > 1 or one.high[0] < 1)


def test_scatter_of_independent_counts_is_one_and_of_clusters_more():
    rng = np.random.default_rng(0)
    cell = np.repeat(np.arange(20), 50)
    plain, clustered = rng.poisson(4, 1000), rng.poisson(4 * rng.gamma(2, 0.5, 1000))
    assert dispersion(plain, np.ones(1000), cell).value == pytest.approx(1, abs=0.15)
    assert dispersion(clustered, np.ones(1000), cell).value == pytest.approx(3, abs=0.4)
    weeks = np.repeat(rng.gamma(2, 0.5, 10), 5)
    days = pd.DataFrame({"manager": "A", "month": "m", "day": pd.bdate_range("2026-06-01", periods=50).date})
    assert scatter(days.assign(calls_out=rng.poisson(20 * weeks)), "calls_out").df == 9  # weeks scatter more


def table(*counts, function="closer", days=20):
    names = [f"P{n}" for n in range(len(counts))]
    made = pd.DataFrame({"manager": names, "function": function, "calls_out": counts, "working_days": days})
    return made.assign(calls_in=0, talk_minutes=np.nan, tasks_done=0, talks=0)


def even(found):
    rows = []
    for row in found.itertuples():
        day = pd.bdate_range("2026-09-01", periods=20).date
        rows.append(pd.DataFrame({"manager": row.manager, "month": "2026-09", "day": day,
                                  "calls_out": row.calls_out / 20}))  # fmt: skip
    return pd.concat(rows).assign(calls_in=0.0, talk_minutes=np.nan, tasks_done=0.0)


def verdicts(found, benchmark="P0"):
    beside = differences(found, even(found), {"closer": benchmark}, Thresholds())
    return beside[beside["metric"] == "calls_out"]["verdict"].tolist()


def test_few_are_compared_with_nothing_and_two_people_are_alone():
    assert verdicts(table(100, 40, 9, 10)) == ["benchmark", "below", "few", "below"]
    assert verdicts(table(9, 40, 90, 100)) == ["benchmark", "few", "few", "few"]
    assert verdicts(table(100, 20)) == ["benchmark", "alone"]
    assert verdicts(table(100, 250, 105), None) == ["cannot tell", "above", "cannot tell"]


def test_functions_are_never_held_against_each_other():
    """A hunter who calls five times as often is held against hunters alone."""
    closers, hunters = table(100, 100, 100), table(500, 500, 500, function="hunter")
    both = pd.concat([closers, hunters.assign(manager=["H0", "H1", "H2"])])
    found = differences(both, even(both), {"closer": "P0", "hunter": "H0"}, Thresholds())
    assert not found["verdict"].isin(["below", "above"]).any()
    calls = found[found["metric"] == "calls_out"].groupby("function")["base"].unique()
    assert calls["closer"].tolist() == [5.0] and calls["hunter"].tolist() == [25.0]


def test_working_day_counts_keep_every_event():
    calls = [call(day) for day in ("2026-09-05", "2026-09-06", "2026-09-07", "2026-08-01", "2026-08-31")]
    book = opened(*calls)
    found = working_day_counts(book, ["Ann"], 2)
    assert found["calls_out"].sum() == 5
    busy = found[found["calls_out"] > 0].set_index("day")["calls_out"]
    assert {str(day): n for day, n in busy.items()} == {
        "2026-08-03": 1, "2026-08-31": 1, "2026-09-04": 2, "2026-09-07": 1,
    }  # fmt: skip


def test_a_company_of_equals_names_nobody():
    """At least 92 % of companies in which all of a function call at one rate, in clusters."""
    assert null_share(120, 5) >= 0.92


def test_one_who_hardly_calls_is_found():
    assert found_share(25, 7, 0.25, by_day=0.15, by_week=0.03) >= 0.7


def test_pure_chance_without_clusters_names_somebody_where_there_is_a_difference():
    rng = np.random.default_rng(3)
    found = named(*company(rng, by_day=0, by_week=0, less=0.4))
    assert ("closer 1", "calls_out") in set(zip(found["manager"], found["metric"], strict=True))


def test_the_order_of_rows_changes_nothing():
    table_, days, base = company(np.random.default_rng(4))
    mixed = differences(table_.sample(frac=1, random_state=1), days.sample(frac=1, random_state=2), base, Thresholds())
    plain = differences(table_, days, base, Thresholds())
    order = ["function", "manager", "metric"]
    pd.testing.assert_frame_equal(
        plain.sort_values(order, ignore_index=True), mixed.sort_values(order, ignore_index=True)
    )


# ---- the page


def test_the_answer_names_whom_to_talk_to_about_calls_and_draws_them():
    days = pd.bdate_range("2026-09-01", "2026-09-30").strftime("%Y-%m-%d")
    often = {"Ann": 6, "Bo": 6, "Cy": 1}
    calls = [call(f"{day} 10:0{n}", manager=name, deal_id=None, duration_s=60) for name, k in often.items()
             for day in days for n in range(k)]  # fmt: skip
    deals = pd.concat([DEALS, DEALS.tail(1).assign(deal_id="3", manager="Cy")])
    for language, talk in (("en", "To talk to about calls: Cy."), ("ru", "С кем поговорить о звонках: Cy.")):
        found = s.activity(opened(*calls, deals=deals, benchmark="Ann", language=language))
        said = found.text().plain
        assert talk in said and "Cy" in found.chart().plain and "17" in found.chart().plain
        assert set(found.beside.loc[found.beside["verdict"] == "below", "metric"]) == {"calls_out", "talk_minutes"}
        assert "Bo" not in found.chart().plain


def test_without_calls_every_table_is_empty():
    found = s.activity(s.book(DEALS, month="2026-09", as_of="2026-09-30"))
    assert [found.table(name).plain for name in found.tables_shown()] == ["", "", ""] and found.record() == {"kpi": []}
