"""What truth.json says of the control of the team, obtained again from the raw files, row by row."""

import datetime as dt
import json
from collections import Counter, defaultdict
from decimal import Decimal
from functools import cache
from statistics import mean

import holidays
import pytest

from tests.plain_sample import SAMPLE, closers, moment, money, plain_deals, records, sheet

TRUTH = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))
START, END, NOW = dt.datetime(2026, 9, 1), dt.datetime(2026, 10, 1), dt.datetime(2026, 10, 6)
DAY = dt.timedelta(days=1)
FOREVER = dt.datetime.max


def month(at):
    return bool(at) and START <= at < END


def day(cell):
    """A day of a workbook: a date cell or a bare serial number."""
    return dt.datetime(1899, 12, 30) + cell * DAY if isinstance(cell, int | float) else cell


@cache
def deals_of_clients():
    found = defaultdict(list)
    for deal in plain_deals().values():
        found[deal["client_id"]].append(deal)
    return found


def deal_then(row, at):
    """Of the client's deals that were open that day the caller's, else the latest created."""
    there = [
        deal
        for deal in deals_of_clients()[row["client_id"]]
        if deal["created_at"].date() <= at.date() <= (deal["closed_at"] or FOREVER).date()
    ]
    own = [deal for deal in there if deal["manager"] == row["manager"]]
    latest = max(own or there, key=lambda deal: deal["created_at"], default=None)
    return latest and latest["deal_id"]


@cache
def touches():
    """Touches of people, by time: each record once, with its deal."""
    found = []
    for row in {tuple(row.items()): row for row in records("touches.csv.gz")}.values():
        if row["by_robot"]:
            continue
        times = {name: moment(row[name]) for name in ("at", "due_at", "done_at")}
        deal = row["deal_id"] or (deal_then(row, times["at"]) if row["client_id"] else None)
        seconds = int(row["duration_s"]) if row["duration_s"] else None
        found.append(row | times | {"deal": deal, "seconds": seconds})
    return sorted(found, key=lambda row: row["at"])


def seconds_of_talk(calls):
    return sum(row["seconds"] for row in calls if row["result"] == "answered" and (row["seconds"] or 0) >= 10)


def calls_of(person):
    return [row for row in touches() if row["kind"] == "call" and row["manager"] == person and month(row["at"])]


def has_done(task):
    """Before the minute in which its deal was closed."""
    closed = (plain_deals().get(task["deal"]) or {}).get("closed_at")
    return month(task["done_at"]) and not (closed and task["done_at"] >= closed.replace(second=0))


@pytest.mark.parametrize("name", TRUTH["kpi"])
def test_what_a_person_did_in_the_month_holds_in_the_raw_files(name):
    truth, calls = TRUTH["kpi"][name], calls_of("" if name == "nobody" else name)
    kinds = Counter((row["direction"], row["result"]) for row in calls)
    assert truth["calls_out"] == kinds["out", "answered"] + kinds["out", "missed"]
    assert truth["calls_in"] == kinds["in", "answered"] + kinds["in", "missed"]
    assert (truth["unanswered"], truth["missed"]) == (kinds["out", "missed"], kinds["in", "missed"])
    assert truth["talk_minutes"] * 60 == pytest.approx(seconds_of_talk(calls), abs=1e-3)
    if name == "nobody":
        return
    tasks = [row for row in touches() if row["kind"] == "task" and row["manager"] == name]
    assert truth["tasks_done"] == sum(map(has_done, tasks))
    late = [task for task in tasks if month(task["due_at"]) and not (task["done_at"] and task["done_at"] < END)]
    assert truth["tasks_overdue"] == len(late)


def traces(name):
    """Days with a touch, a task set or done, or a stage move of a deal that the person has."""
    found = {row[column] for row in touches() if row["manager"] == name for column in ("at", "done_at")}
    entries = defaultdict(set)
    for row in records("stages.csv.gz"):
        if plain_deals().get(row["deal_id"], {}).get("manager") == name:
            entries[row["deal_id"]].add(moment(row["entered_at"]))
    for moves in entries.values():
        found |= moves - {min(moves)}
    return {at.date() for at in found if at}


@pytest.mark.parametrize("person", sheet("people.xlsx", "managers"), ids=lambda person: person["manager"])
def test_working_days_hold_in_the_raw_files(person):
    name, left = person["manager"], person["left_on"] or FOREVER
    if left < START:
        assert name not in TRUTH["kpi"]
        return
    away = {
        day(row["from"]).date() + i * DAY
        for row in sheet("people.xlsx", "absences")
        if row["manager"] == name
        for i in range((day(row["to"]) - day(row["from"])).days + 1)
    }
    russia = holidays.RU(years=2026)
    here = traces(name) if person["schedule"] == "2/2" else None
    days = [START.date() + i * DAY for i in range(30)]
    days = [each for each in days if person["hired_on"].date() <= each <= left.date() and each not in away]
    days = [each for each in days if (each in here if here is not None else russia.is_working_day(each))]
    assert TRUTH["kpi"][name]["working_days"] == len(days)


def test_the_calendar_has_a_hire_a_vacation_and_shifts_with_weekends():
    days = {name: kpi["working_days"] for name, kpi in TRUTH["kpi"].items() if name != "nobody"}
    assert (days["Камила Юсупова"], days["Мария Ким"], days["Георгий Панов"]) == (11, 12, 15)
    shifts = sorted(each for each in traces("Георгий Панов") if dt.date(2026, 6, 2) <= each < dt.date(2026, 10, 1))
    assert sum(each.weekday() >= 5 for each in shifts) > 10
    gaps = Counter((each - dt.date(2026, 6, 2)).days % 4 for each in shifts)
    assert gaps[0] + gaps[1] > 0.95 * len(shifts)


def heard():
    return [row for row in records("reviews.csv", "cp1251", ";") if not row["company"]]


@pytest.mark.parametrize("name", TRUTH["quality"])
def test_scores_hold_in_the_raw_files(name):
    truth, means = TRUTH["quality"][name], []
    for kind in ("needs", "objections"):
        scores = [
            float(row["score"].replace(",", "."))
            for row in heard()
            if (row["manager"], row["call_type"], row["ai"]) == (name, kind, "")
            and dt.datetime(2026, 7, 1) <= moment(row["at"]) < END
        ]
        assert truth[kind]["n"] == len(scores)
        if scores:
            means.append(mean(scores))
            assert truth[kind]["mean"] == pytest.approx(means[-1], abs=1e-6)
    if len(means) < 2:
        assert (truth["score"], truth["colour"]) == (None, None)
        return
    score, few = mean(means), min(truth["needs"]["n"], truth["objections"]["n"])
    assert truth["score"] == pytest.approx(score, abs=1e-5)
    assert truth["colour"] == ("red" if score < 60 else "yellow" if score < 80 else "green")
    assert truth["preliminary"] == (few < 3 or truth["needs"]["n"] + truth["objections"]["n"] < 8)


def test_a_heard_call_is_a_recorded_one_of_that_person():
    calls = {row["touch_id"]: row for row in touches()}
    scored = [row for row in heard() if row["call_id"]]
    assert len(scored) > 0.95 * len(heard())
    for row in scored:
        call = calls[row["call_id"]]
        assert (call["kind"], call["result"], call["manager"]) == ("call", "answered", row["manager"])
        assert call["seconds"] >= 60
        assert call["record_url"]
        assert call["at"].replace(second=0) == moment(row["at"])
    once = Counter((row["call_id"], row["reviewer"]) for row in scored)
    assert max(once.values()) == 1


def test_reviewers_share_calls_and_the_second_is_milder():
    scores = defaultdict(dict)
    for row in heard():
        scores[row["call_id"]][row["reviewer"]] = float(row["score"].replace(",", "."))
    both = [own for own in scores.values() if {"Quality desk", "Second desk"} <= set(own)]
    assert len(both) >= 30
    assert mean(own["Second desk"] - own["Quality desk"] for own in both) == pytest.approx(5, abs=1.5)
    beside = [own for own in scores.values() if {"Quality desk", "Call listener"} <= set(own)]
    assert len(beside) >= 30
    assert sum(set(own) == {"Call listener"} for own in scores.values()) >= 100
    assert {row["reviewer"] for row in heard() if row["ai"]} == {"Call listener"}
    recent = Counter(row["reviewer"] for row in heard() if dt.datetime(2026, 7, 1) <= moment(row["at"]) < END)
    assert min(recent.values()) >= 10


def test_items_of_the_checklist_are_met_or_not():
    for row in heard():
        if not row["items"]:
            continue
        asjson = row["items"].startswith("{")
        items = json.loads(row["items"]) if asjson else dict(part.split("=") for part in row["items"].split("; "))
        assert len(items) == 4
        assert {int(value) for value in items.values()} <= {0, 1}
        assert asjson == (row["reviewer"] == "Second desk")


@pytest.mark.parametrize("name", TRUTH["payments"])
def test_payments_as_known_on_a_day_hold_in_the_raw_file(name):
    about, _, known = name.partition(" on ")
    last = dt.datetime.fromisoformat(known)
    start, end = (START, END) if about == "2026-09" else (END, dt.datetime(2026, 11, 1))
    sums = Counter()
    for row in records("payments.csv", sep=";"):
        due, paid = (dt.datetime.strptime(row[at], "%d.%m.%Y") if row[at] else None for at in ("due_on", "paid_on"))
        amount, arrived = abs(money(row["amount"])), paid is not None and paid <= last
        if row["status"] == "refunded":
            sums["paid_back"] += amount * (arrived and start <= paid < end)
        elif arrived:
            sums["paid"] += amount * (start <= paid < end)
        elif row["status"] == "planned":
            sums["planned"] += amount * (start <= due < end)
        else:
            sums["invoiced"] += amount * (start <= due < end)
            sums["overdue"] += amount * (due < last)
    assert {what: Decimal(text) for what, text in TRUTH["payments"][name].items()} == sums


@cache
def runs(end):
    """Deal → attempts since the last contact, and whether the client has called in vain since then."""
    found = {}
    for row in touches():
        if row["at"] >= end or not row["deal"] or row["kind"] == "task":
            continue
        count, last, back = found.get(row["deal"], (0, None, False))
        theirs = row["direction"] == "in"
        if row["kind"] == "call" and row["result"] == "missed":
            if theirs:
                back = True
            elif last is None or row["at"] - last >= dt.timedelta(hours=2):
                count, last = count + 1, row["at"]
        elif row["kind"] == "call":
            if row["seconds"] is None or row["seconds"] >= 30:
                count, last, back = 0, None, False
        elif row["kind"] in ("message", "email") and theirs:
            count, last, back = 0, None, False
        found[row["deal"]] = count, last, back
    return found


@pytest.mark.parametrize("start, end", [(START, END), (END, NOW)])
@pytest.mark.parametrize("pipeline", ["Sales", "Qualification", "Repeat sales"])
def test_three_missed_calls_hold_in_the_raw_files(pipeline, start, end):
    sums = Counter()
    for deal in plain_deals().values():
        if deal["pipeline"] != pipeline or deal["created_at"] >= end:
            continue
        count, _, back = runs(end).get(deal["deal_id"], (0, None, False))
        more, closed = count >= 3, deal["closed_at"]
        if (deal["status"] == "open") if closed is None else (closed >= end):
            sums["open_3_or_more"] += more
            sums["to_close"] += more and not back
            sums["call_back"] += back
            sums["call_back_3_or_more"] += more and back
        elif deal["status"] == "lost" and closed and start <= closed < end:
            after = "after_3_or_more" if more else "after_fewer"
            sums[f"lost_{after}"] += 1
            sums[f"no_contact_{after}"] += deal["lost_reason"] == "No answer"
    truth = TRUTH["three_missed"][str((end - DAY).date())][pipeline]
    assert truth == {name: sums[name] for name in truth}


def test_the_organisation_on_the_last_day_holds_in_the_raw_files():
    truth, last = TRUTH["organisation"], END - DAY
    people = sheet("people.xlsx", "managers")
    here = [each for each in people if each["hired_on"] <= last and (each["left_on"] or last) >= last]
    assert truth["reports"] == Counter(each["head"] for each in here)
    for head, about in truth["too_many"].items():
        hired = sorted(each["hired_on"] for each in here if each["head"] == head)
        assert (about["reports"], about["since"]) == (len(hired), str(hired[7].date()))
    assert set(truth["too_many"]) == {head for head, n in truth["reports"].items() if n > 7}
    functions = {"closer", "hunter", "farmer"}
    assert set(truth["functions_without_people"]) == functions - {each["role"] for each in here}
    for channel, lacking in truth["functions_lacking"].items():
        assert set(lacking) == functions - {each["role"] for each in here if each["channel"] == channel}
    for what in ("team", "channel"):
        sizes = Counter(each[what] for each in here)
        assert truth[f"small_{what}s"] == {name: n for name, n in sizes.items() if n < 3}


def owner_then(deal):
    """Of a deal that was open at the month's end the owner of that day, else the deal's own."""
    if deal["closed_at"] and deal["closed_at"] < END:
        return deal["manager"]
    changes = [row for row in records("owners.csv") if row["deal_id"] == deal["deal_id"]]
    before = [row for row in changes if moment(row["from"]) < END]
    return max(before, key=lambda row: moment(row["from"]))["manager"] if before else deal["manager"]


def test_people_in_several_channels_hold_in_the_raw_files():
    mix = defaultdict(Counter)
    for deal in plain_deals().values():
        if month(deal["created_at"]):
            mix[owner_then(deal)][deal["channel"]] += 1
    found = {}
    for name, channels in mix.items():
        main, new = max(channels.values()), channels.total()
        if new >= 10 and main < 0.8 * new:
            found[name] = {"main": main, "new": new}
    assert found == TRUTH["organisation"]["several_channels"]


def test_two_open_deals_changed_hands_late():
    late = [row for row in records("owners.csv") if moment(row["from"]) >= dt.datetime(2026, 9, 18)]
    moved = {row["deal_id"]: moment(row["from"]) for row in late}
    deals = {deal["deal_id"]: deal for deal in closers() if deal["deal_id"] in moved and deal["status"] == "open"}
    new = {row["deal_id"]: row["manager"] for row in late}
    known = [at for name, at in moved.items() if name in deals and deals[name]["manager"] == new[name]]
    assert dt.datetime(2026, 9, 18, 10) in known
    assert dt.datetime(2026, 10, 2, 12, 30) in known


def test_short_calls_queues_and_robots_are_there_in_the_month_and_after_it():
    rows = {row["touch_id"]: row for row in records("touches.csv.gz")}.values()
    for start, end, least in ((START, END, 10), (END, NOW, 3)):
        calls = [row for row in rows if row["kind"] == "call" and start <= moment(row["at"]) < end]
        short = [row for row in calls if row["duration_s"] and 3 <= int(row["duration_s"]) < 30 and not row["by_robot"]]
        queue = [row for row in calls if row["result"] == "missed" and not row["manager"]]
        robots = [row for row in calls if row["by_robot"]]
        assert min(len(short), len(queue), len(robots)) >= least
        assert all(row["result"] == "answered" for row in short)
        assert {bool(row["client_id"]) for row in queue} == {True, False}


def test_activity_is_planned_for_some_people():
    plans = sheet("plans.xlsx", "plans")
    for metric in ("calls_out", "calls_in", "talk_minutes", "tasks_done"):
        own = [row for row in plans if row["metric"] == metric]
        assert len({row["manager"] for row in own}) >= 2
        assert len({str(row["month"])[:7] for row in own}) == 2
        assert all(row["value"] > 0 for row in own)
