"""Everything beside deals and touches: leads, people, reviews, the heads' log."""

import numpy as np
import pandas as pd

from .setting import (
    BELOVA,
    CHANNELS,
    MANAGERS,
    MONTHS,
    NEWCOMER,
    ROMANOV,
    SNAPSHOT,
    SOURCES,
    rng,
    works,
)

DAY = pd.Timedelta(days=1)


def books(deals: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The other tables by name, clean."""
    return {
        "leads": _leads(deals),
        "reviews": _reviews(),
        "managers": _managers(),
        "absences": _absences(),
        "actions": _actions(deals),
    }


def _managers():
    rows = [
        {
            "manager": person.name, "team": person.team, "head": person.head, "role": person.role, "channel": person.channel,
            "hired_on": pd.Timestamp(person.hired_on), "left_on": pd.Timestamp(person.left_on) if person.left_on else pd.NaT,
            "fixed_salary": person.salary, "schedule": "5/2",
        }
        for person in MANAGERS
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _leads(deals):
    """A lead for most first deals of a chain, and enquiries that never became a deal."""
    draw = rng("leads")
    first = deals[
        deals["pipeline"].isin(["Sales", "Qualification"]) & deals["parent_deal_id"].isna()
    ]
    first = first[draw.random(len(first)) < 0.92]
    table = first[["created_at", "channel", "source", "manager", "deal_id"]].assign(
        status="Converted", junk_reason=""
    )
    n = 1300
    when = pd.Timestamp(MONTHS[0]) + pd.to_timedelta(draw.integers(0, 820 * 1440, n), unit="min")
    junk = pd.DataFrame({"created_at": when, "channel": draw.choice(CHANNELS[:2], n)})
    junk["source"] = [draw.choice(SOURCES[channel]) for channel in junk["channel"]]
    junk["status"] = np.where(draw.random(n) < 0.93, "Junk", "In work")
    reason = draw.choice(["Spam", "Wrong number", "Looks for a job", "Duplicate"], n)
    junk["junk_reason"] = np.where(junk["status"] == "Junk", reason, "")
    table = pd.concat([table, junk], ignore_index=True)
    table = table[table["created_at"] <= SNAPSHOT].sort_values(
        ["created_at", "source"], ignore_index=True, kind="stable"
    )
    table.insert(0, "lead_id", [f"L{i:06d}" for i in range(1, len(table) + 1)])
    return table


def _reviews():
    """Each working day one manager, one call of each type; now and then a competitor's call."""
    draw = rng("reviews")
    people = [person for person in MANAGERS if person.role != "farmer"]
    rows = []
    for i, day in enumerate(pd.bdate_range(MONTHS[0], SNAPSHOT - DAY)):
        person = people[i % len(people)]
        if not works(person, day):
            continue
        for kind, shift in (("needs", 3), ("objections", -3)):
            score = float(np.clip(person.checklist + shift + 9 * draw.standard_normal(), 0, 100))
            at = day + pd.Timedelta(minutes=int(draw.integers(600, 1080)))
            rows.append(
                {
                    "manager": person.name,
                    "at": at,
                    "call_type": kind,
                    "score": round(score, 1),
                    "company": "",
                }
            )
        if i % 12 == 0:
            rival = {
                "manager": "mystery shopper",
                "at": day + pd.Timedelta(hours=12),
                "call_type": "needs",
            }
            rows.append(
                rival
                | {
                    "score": round(float(draw.normal(72, 8)), 1),
                    "company": ("Rival Coffee", "КофеТех")[i % 2],
                }
            )
    return pd.DataFrame(rows).assign(reviewer="Quality desk")


def _absences():
    draw = rng("absences")
    rows = []
    for person in MANAGERS:
        for year, month in ((2024, 8), (2025, 2), (2025, 7), (2026, 1), (2026, 7)):
            first = pd.Timestamp(year, month, int(draw.integers(1, 15)))
            if works(person, first):
                rows.append(
                    {
                        "manager": person.name,
                        "from": first,
                        "to": first + 13 * DAY,
                        "kind": "vacation",
                    }
                )
        for _ in range(3):
            first = pd.Timestamp("2024-07-01") + int(draw.integers(0, 820)) * DAY
            if works(person, first):
                rows.append(
                    {
                        "manager": person.name,
                        "from": first,
                        "to": first + int(draw.integers(1, 6)) * DAY,
                        "kind": "sick leave",
                    }
                )
    return pd.DataFrame(rows).sort_values(["from", "manager"], ignore_index=True)


NOTES = (
    "stuck deals",
    "second touch within a day",
    "stage order",
    "next tasks",
    "price talk",
    "plan of payments",
)


def _actions(deals):
    """One-to-ones every second week, a group task a month, trainings."""
    draw = rng("actions")
    weeks = enumerate(pd.date_range("2024-07-01", SNAPSHOT - 3 * DAY, freq="W-MON"))
    rows = [row for week, monday in weeks for row in _week(draw, week, monday)]
    table = pd.DataFrame(rows).sort_values(["at", "head", "manager"], ignore_index=True)
    table = table[table["at"] <= SNAPSHOT].reset_index(drop=True)
    for i in table.index[table["kind"] == "one-to-one"][::9]:
        at = table.at[i, "at"]
        alive = (deals["created_at"] < at) & (deals["ends_at"] > at)
        theirs = deals.loc[alive & (deals["manager"] == table.at[i, "manager"]), "deal_id"]
        table.loc[i, "deal_id"] = (
            theirs.iloc[int(draw.integers(len(theirs)))] if len(theirs) else None
        )
    return table


def _week(draw, week, monday):
    rows = []
    for i, person in enumerate(MANAGERS):
        if (week + i) % 2 == 0 and works(person, monday):
            at = (
                monday
                + int(draw.integers(1, 4)) * DAY
                + pd.Timedelta(hours=int(draw.integers(10, 17)))
            )
            rows.append(
                _action(at, person.head, "one-to-one", str(draw.choice(NOTES)), person.name)
            )
    if week % 4 == 1:
        nine = monday + pd.Timedelta(hours=9)
        rows += [
            _action(nine, head, "group task", str(draw.choice(NOTES))) for head in (ROMANOV, BELOVA)
        ]
    if week % 13 == 5:
        rows.append(_action(monday + 4 * DAY, BELOVA, "training", "objections", NEWCOMER))
    return rows


def _action(at, head, kind, note, manager=None):
    return {"at": at, "head": head, "kind": kind, "manager": manager, "note": note}
