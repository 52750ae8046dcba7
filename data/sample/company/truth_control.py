"""The control of the team in the last month, by definition, on the clean tables."""

from decimal import Decimal

import holidays
import pandas as pd

from .setting import REPORT, SHIFT_WORKER, SNAPSHOT
from .truth_calls import attempts_of, joined

DAY = pd.Timedelta(days=1)
START, END = pd.Timestamp(REPORT), pd.Timestamp(REPORT) + pd.offsets.MonthBegin()
TALK_SECONDS, CUTS, FEW, FEW_EACH = 10, (60, 80), 8, 3
NO_CONTACT = "No answer"
MAIN_SHARE, MIN_NEW, MIN_DEPARTMENT, MAX_REPORTS = 0.8, 10, 3, 7
FUNCTIONS = {"Sales": "closer", "Qualification": "hunter", "Repeat sales": "farmer"}


def control_truth(tables: dict[str, pd.DataFrame]) -> dict:
    """`kpi`, `quality`, `payments`, `three_missed` and `organisation`."""
    deals = tables["deals"]
    kept = deals[~deals["set_aside"] & deals["pipeline"].isin(list(FUNCTIONS))]
    touches = joined(tables["touches"], kept)
    return {
        "kpi": _kpi(tables, kept, touches),
        "quality": _quality(tables["reviews"], tables["managers"]),
        "payments": _payments(tables["payments"]),
        "three_missed": {
            "2026-09-30": _three_missed(kept, touches, START, END),
            "2026-10-05": _three_missed(kept, touches, END, SNAPSHOT.normalize() + DAY),
        },
        "organisation": _organisation(tables["managers"], kept, tables["owners"]),
    }


def _in(moments: pd.Series, start=START, end=END) -> pd.Series:
    return (moments >= start) & (moments < end)


def _there(managers, start, end) -> pd.DataFrame:
    """People who were with the company on any day of [start, end)."""
    return managers[(managers["hired_on"] < end) & ~(managers["left_on"] < start)]


def _kpi(tables, deals, touches):
    """Per person of the month; `nobody` has the calls that nobody took from the queue."""
    people = touches[~touches["by_robot"].fillna(False).astype(bool)]
    calls = people[(people["kind"] == "call") & _in(people["at"])]
    tasks = people[people["kind"] == "task"]
    closed = tasks["deal_id"].map(deals.set_index("deal_id")["closed_at"]).dt.floor("min")
    done = _in(tasks["done_at"]) & ~(tasks["done_at"] >= closed)
    overdue = _in(tasks["due_at"]) & ~(tasks["done_at"] < END)
    result = {}
    for person in _there(tables["managers"], START, END).itertuples():
        theirs = tasks["manager"] == person.manager
        result[person.manager] = _activity(calls[calls["manager"] == person.manager]) | {
            "tasks_done": int((done & theirs).sum()),
            "tasks_overdue": int((overdue & theirs).sum()),
            "working_days": len(_working_days(person, tables, people)),
        }
    result["nobody"] = _activity(calls[calls["manager"].isna()])
    return result


def _activity(calls):
    out, missed = calls["direction"] == "out", calls["result"] == "missed"
    talked = (calls["result"] == "answered") & (calls["duration_s"] >= TALK_SECONDS)
    return {
        "calls_out": int(out.sum()),
        "unanswered": int((out & missed).sum()),
        "calls_in": int((~out).sum()),
        "missed": int((~out & missed).sum()),
        "talk_minutes": round(int(calls.loc[talked, "duration_s"].sum()) / 60, 6),
    }


def _working_days(person, tables, people):
    """Days of the production calendar, or those with a trace where the schedule is another, at the company and not away."""
    days = pd.date_range(START, END - DAY)
    if person.schedule == "5/2":
        russia = holidays.country_holidays("RU", years=days[0].year)
        days = [day for day in days if russia.is_working_day(day.date())]
    else:
        days = _traces(person.manager, tables, people).intersection(days)
    away = tables["absences"][tables["absences"]["manager"] == person.manager]
    gone = {day for row in away.itertuples() for day in pd.date_range(row[2], row[3])}
    first, last = person.hired_on, END if pd.isna(person.left_on) else person.left_on
    return [day for day in days if first <= day <= last and day not in gone]


def _traces(name, tables, people):
    """Days with a touch, a task set or done, or a stage move of an own deal; the first stage is no move."""
    assert name == SHIFT_WORKER  # whose deals never change hands
    own, stages = people[people["manager"] == name], tables["stages"]
    moved = stages["entered_at"] > stages.groupby("deal_id")["entered_at"].transform("min")
    deals = tables["deals"]
    theirs = stages["deal_id"].isin(deals.loc[deals["manager"] == name, "deal_id"])
    moments = [own["at"], own["done_at"], stages.loc[moved & theirs, "entered_at"]]
    return pd.DatetimeIndex(pd.concat(moments).dropna().dt.normalize().unique())


def _quality(reviews, managers):
    """Scores that people gave in the last three months: each hearing is a scored call."""
    start = END - pd.DateOffset(months=3)
    heard = reviews[(reviews["ai"] != "yes") & (reviews["company"] == "")]
    heard = heard[_in(heard["at"], start, END)]
    result = {}
    for person in _there(managers, START, END)["manager"]:
        entry = {}
        for kind in ("needs", "objections"):
            own = heard[(heard["manager"] == person) & (heard["call_type"] == kind)]["score"]
            exact = sum((Decimal(str(score)) for score in own), Decimal(0))
            mean = float(exact / len(own)) if len(own) else None
            entry[kind] = {"n": len(own), "mean": None if mean is None else round(mean, 6)}
        result[person] = entry | _colour(entry)
    return result


def _colour(entry):
    counts = [entry[kind]["n"] for kind in ("needs", "objections")]
    if not min(counts):
        return {"score": None, "colour": None, "preliminary": None}
    score = (entry["needs"]["mean"] + entry["objections"]["mean"]) / 2
    few = sum(counts) < FEW or min(counts) < FEW_EACH
    colour = "red" if score < CUTS[0] else "yellow" if score < CUTS[1] else "green"
    return {"score": round(score, 6), "colour": colour, "preliminary": few}


def _payments(payments):
    return {
        "2026-09 on 2026-09-30": _money(payments, START, END, END),
        "2026-09 on 2026-10-05": _money(payments, START, END, SNAPSHOT.normalize() + DAY),
        "2026-10 on 2026-10-05": _money(
            payments, END, END + pd.DateOffset(months=1), SNAPSHOT.normalize() + DAY
        ),
    }


def _money(payments, start, end, known):
    """Sums of a month as known before `known`: paid and paid back in it, invoiced and planned for it, overdue."""
    minor = payments["amount"].map(lambda amount: round(abs(amount) * 100))
    refund = payments["status"] == "refunded"
    later = ~(payments["paid_on"] < known)
    invoiced = later & payments["status"].isin(["invoiced", "paid"])
    planned = payments["status"] == "planned"
    due = _in(payments["due_on"], start, end)
    paid = ~later & _in(payments["paid_on"], start, end)
    sums = {
        "paid": paid & ~refund,
        "paid_back": paid & refund,
        "invoiced": invoiced & due,
        "planned": planned & due,
        "overdue": invoiced & (payments["due_on"] < known - DAY),
    }
    return {name: str(Decimal(int(minor[which].sum())) / 100) for name, which in sums.items()}


def _three_missed(deals, touches, start, end):
    """Per pipeline, as known before `end`: open deals by attempts, and losses for no contact in [start, end)."""
    runs = attempts_of(touches[touches["at"] < end])
    known = deals[deals["created_at"] < end]
    attempts = known["deal_id"].map({deal: run[0] for deal, run in runs.items()}).fillna(0)
    back = known["deal_id"].map({deal: run[1] for deal, run in runs.items()}).eq(True)
    is_open = known["closed_at"].isna() & (known["status"] == "open") | (known["closed_at"] >= end)
    lost = (known["status"] == "lost") & _in(known["closed_at"], start, end)
    silent = lost & (known["lost_reason"] == NO_CONTACT)
    sets = {
        "open_3_or_more": is_open & (attempts >= 3),
        "to_close": is_open & (attempts >= 3) & ~back,
        "call_back": is_open & back,
        "call_back_3_or_more": is_open & back & (attempts >= 3),
        "no_contact_after_fewer": silent & (attempts < 3),
        "no_contact_after_3_or_more": silent & (attempts >= 3),
        "lost_after_fewer": lost & (attempts < 3),
        "lost_after_3_or_more": lost & (attempts >= 3),
    }
    return {
        pipeline: {name: int((which & (known["pipeline"] == pipeline)).sum()) for name, which in sets.items()}
        for pipeline in FUNCTIONS
    }  # fmt: skip


def _organisation(managers, deals, owners):
    """On the last day of the month."""
    last = END - DAY
    here = _there(managers, last, END)
    reports = here["head"].value_counts()
    heads = {
        head: {"reports": int(n), "since": _since(here[here["head"] == head])}
        for head, n in reports.items()
        if n > MAX_REPORTS
    }
    return {
        "reports": {head: int(n) for head, n in reports.sort_index().items()},
        "too_many": heads,
        "several_channels": _several(deals[_in(deals["created_at"])], owners),
        "functions_without_people": sorted(set(FUNCTIONS.values()) - set(here["role"])),
        "functions_lacking": {
            channel: sorted(set(FUNCTIONS.values()) - set(found))
            for channel, found in here.groupby("channel")["role"]
        },
        "small_teams": _small(here["team"]),
        "small_channels": _small(here["channel"]),
    }


def _since(reports):
    """The day on which the head got one report too many."""
    return str(sorted(reports["hired_on"])[MAX_REPORTS].date())


def _small(names):
    return {
        name: int(n) for name, n in names.value_counts().sort_index().items() if n < MIN_DEPARTMENT
    }


def _several(deals, owners):
    """People whose new deals of the month come from several channels, by their owner on the last day."""
    before = owners[owners["from"] < END].sort_values("from").groupby("deal_id")["manager"].last()
    moved = deals["deal_id"].map(before)
    owner = moved.where(moved.notna() & ~(deals["closed_at"] < END), deals["manager"])
    result = {}
    for name, channels in deals["channel"].groupby(owner):
        top = channels.value_counts().iloc[0]
        if len(channels) >= MIN_NEW and top < MAIN_SHARE * len(channels) and name != "unknown":
            result[name] = {"main": int(top), "new": len(channels)}
    return result
