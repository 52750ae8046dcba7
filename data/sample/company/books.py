"""Everything beside deals and touches: leads, people, reviews, plans, money, the heads' log."""

import numpy as np
import pandas as pd

from .setting import BELOVA, CHANNELS, MANAGERS, MONTHS, ROMANOV, SEASON, SNAPSHOT, SOURCES, SUBSCRIPTIONS, rng

DAY = pd.Timedelta(days=1)


def books(deals: pd.DataFrame, clients: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The other tables by name, clean."""
    managers = _managers()
    return {
        "leads": _leads(deals),
        "reviews": _reviews(),
        "managers": managers,
        "absences": _absences(),
        "actions": _actions(deals),
        "plans": _plans(deals),
        "payments": _payments(deals),
        "sales": _sales(deals, clients),
        "costs": _costs(),
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
    first = deals[deals["pipeline"].isin(["Sales", "Qualification"]) & deals["parent_deal_id"].isna()]
    first = first[draw.random(len(first)) < 0.92]
    table = first[["created_at", "channel", "source", "manager", "deal_id"]].assign(status="Converted", junk_reason="")
    n = 1300
    when = pd.Timestamp(MONTHS[0]) + pd.to_timedelta(draw.integers(0, 820 * 1440, n), unit="min")
    junk = pd.DataFrame({"created_at": when, "channel": draw.choice(CHANNELS[:2], n)})
    junk["source"] = [draw.choice(SOURCES[channel]) for channel in junk["channel"]]
    junk["status"] = np.where(draw.random(n) < 0.93, "Junk", "In work")
    reason = draw.choice(["Spam", "Wrong number", "Looks for a job", "Duplicate"], n)
    junk["junk_reason"] = np.where(junk["status"] == "Junk", reason, "")
    table = pd.concat([table, junk], ignore_index=True)
    table = table[table["created_at"] <= SNAPSHOT].sort_values(["created_at", "source"], ignore_index=True, kind="stable")
    table.insert(0, "lead_id", [f"L{i:06d}" for i in range(1, len(table) + 1)])
    return table


def _works(person, day) -> bool:
    return pd.Timestamp(person.hired_on) <= day and (not person.left_on or day <= pd.Timestamp(person.left_on))


def _reviews():
    """Each working day one manager, one call of each type; now and then a competitor's call."""
    draw = rng("reviews")
    people = [person for person in MANAGERS if person.role != "farmer"]
    rows = []
    for i, day in enumerate(pd.bdate_range(MONTHS[0], SNAPSHOT - DAY)):
        person = people[i % len(people)]
        if not _works(person, day):
            continue
        for kind, shift in (("needs", 3), ("objections", -3)):
            score = float(np.clip(person.checklist + shift + 9 * draw.standard_normal(), 0, 100))
            at = day + pd.Timedelta(minutes=int(draw.integers(600, 1080)))
            rows.append({"manager": person.name, "at": at, "call_type": kind, "score": round(score, 1), "company": ""})
        if i % 12 == 0:
            rival = {"manager": "mystery shopper", "at": day + pd.Timedelta(hours=12), "call_type": "needs"}
            rows.append(rival | {"score": round(float(draw.normal(72, 8)), 1), "company": ("Rival Coffee", "КофеТех")[i % 2]})
    return pd.DataFrame(rows).assign(reviewer="Quality desk")


def _absences():
    draw = rng("absences")
    rows = []
    for person in MANAGERS:
        for year, month in ((2024, 8), (2025, 2), (2025, 7), (2026, 1), (2026, 7)):
            first = pd.Timestamp(year, month, int(draw.integers(1, 15)))
            if _works(person, first):
                rows.append({"manager": person.name, "from": first, "to": first + 13 * DAY, "kind": "vacation"})
        for _ in range(3):
            first = pd.Timestamp("2024-07-01") + int(draw.integers(0, 820)) * DAY
            if _works(person, first):
                rows.append({"manager": person.name, "from": first, "to": first + int(draw.integers(1, 6)) * DAY, "kind": "sick leave"})
    return pd.DataFrame(rows).sort_values(["from", "manager"], ignore_index=True)


def _actions(deals):
    """One-to-ones every second week, a group task a month, trainings."""
    draw = rng("actions")
    notes = ("stuck deals", "second touch within a day", "stage order", "next tasks", "price talk", "plan of payments")
    rows = []
    for week, monday in enumerate(pd.date_range("2024-07-01", SNAPSHOT - 3 * DAY, freq="W-MON")):
        for i, person in enumerate(MANAGERS):
            if (week + i) % 2 == 0 and _works(person, monday):
                at = monday + int(draw.integers(1, 4)) * DAY + pd.Timedelta(hours=int(draw.integers(10, 17)))
                rows.append({"at": at, "head": person.head, "kind": "one-to-one", "manager": person.name, "note": str(draw.choice(notes))})
        if week % 4 == 1:
            for head in (ROMANOV, BELOVA):
                rows.append({"at": monday + pd.Timedelta(hours=9), "head": head, "kind": "group task", "note": str(draw.choice(notes))})
        if week % 13 == 5:
            rows.append({"at": monday + 4 * DAY, "head": BELOVA, "kind": "training", "manager": "Тимур Алиев", "note": "objections"})
    table = pd.DataFrame(rows).sort_values(["at", "head", "manager"], ignore_index=True)
    table = table[table["at"] <= SNAPSHOT].reset_index(drop=True)
    talked = table.index[table["kind"] == "one-to-one"][::9]
    for i in talked:
        at = table.at[i, "at"]
        theirs = deals[(deals["manager"] == table.at[i, "manager"]) & (deals["created_at"] < at) & (deals["ends_at"] > at)]
        table.loc[i, "deal_id"] = theirs["deal_id"].iloc[int(draw.integers(len(theirs)))] if len(theirs) else None
    return table


def _plans(deals):
    """Plans of amount for people, teams, channels and all; of payments, deals and hand-overs beside them."""
    won = deals[(deals["status"] == "won") & deals["roubles"].notna() & deals["pipeline"].isin(["Sales", "Repeat sales"])]
    usual = won.groupby("manager")["roubles"].sum() / 24
    usual["Тимур Алиев"] *= 24 / 9
    rows = []
    for month in [*MONTHS, "2026-11", "2026-12"]:
        season, day = SEASON[int(month[5:]) - 1], pd.Timestamp(month) + 14 * DAY
        people = [person for person in MANAGERS if _works(person, day)]
        plan = {person: round(usual[person.name] * season * 1.05, -4) for person in people if person.role != "hunter"}
        rows += [{"month": month, "manager": person.name, "metric": "amount", "value": value} for person, value in plan.items()]
        rows += [{"month": month, "manager": person.name, "metric": "payments", "value": value} for person, value in plan.items()]
        hand = [person for person in people if person.role == "hunter"]
        rows += [{"month": month, "manager": person.name, "metric": "handed_over", "value": round(24 * season)} for person in hand]
        for column in ("team", "channel"):
            for name in dict.fromkeys(getattr(person, column) for person in plan):
                total = sum(value for person, value in plan.items() if getattr(person, column) == name)
                rows.append({"month": month, column: name, "metric": "amount", "value": total})
        total = sum(plan.values())
        rows += [{"month": month, "metric": metric, "value": total} for metric in ("amount", "payments")]
        rows.append({"month": month, "metric": "deals", "value": round(58 * season)})
    return pd.DataFrame(rows)[["month", "manager", "team", "channel", "metric", "value"]]


def _payments(deals):
    """One or two payments of a won deal; planned ones of open deals at the contract."""
    draw = rng("payments")
    won = deals[(deals["status"] == "won") & deals["amount"].notna() & deals["pipeline"].isin(["Sales", "Repeat sales"])]
    value = won["roubles"].fillna(won["amount"] * 92)
    split = draw.random(len(won)) < 0.4
    half = (value / 2).round(2)
    base = won["closed_at"].dt.normalize()
    parts = [
        pd.DataFrame({"deal_id": won["deal_id"], "client_id": won["client_id"], "amount": half.where(split, value), "due_on": base + 5 * DAY}),
        pd.DataFrame({"deal_id": won["deal_id"], "client_id": won["client_id"], "amount": (value - half).round(2), "due_on": base + 30 * DAY})[split],
    ]
    table = pd.concat(parts, ignore_index=True)
    paid = table["due_on"] + pd.to_timedelta(draw.integers(-4, 18, len(table)), unit="D")
    table["paid_on"] = paid.where(paid <= SNAPSHOT)
    table["status"] = np.where(table["paid_on"].notna(), "paid", "invoiced")
    plan = deals[(deals["status"] == "open") & (deals["stage"] == "Contract") & deals["roubles"].notna()]
    due = (SNAPSHOT.normalize() + pd.to_timedelta(draw.integers(-5, 45, len(plan)), unit="D")).to_series(index=plan.index)
    planned = pd.DataFrame({"deal_id": plan["deal_id"], "client_id": plan["client_id"], "amount": plan["roubles"], "due_on": due, "status": "planned"})
    back = table[table["status"] == "paid"].iloc[40::170][:16].copy()
    back["paid_on"] += 12 * DAY
    back["status"], back["amount"] = "refunded", (back["amount"] * 0.5).round(2)
    back.iloc[:8, back.columns.get_loc("amount")] *= -1  # some write the minus, some only the status
    table = pd.concat([table, planned, back[back["paid_on"] <= SNAPSHOT]], ignore_index=True)
    table.loc[table.index[::23], "deal_id"] = None  # bound only by client
    return table.sort_values(["due_on", "client_id", "amount"], ignore_index=True)


def _sales(deals, clients):
    """Shipments of won deals, monthly subscriptions, and goods that came back."""
    draw = rng("sales")
    won = deals[(deals["status"] == "won") & deals["roubles"].notna() & deals["pipeline"].isin(["Sales", "Repeat sales"])]
    shipped = won[["client_id", "product", "quantity"]].assign(date=won["closed_at"].dt.normalize() + 3 * DAY, amount=won["roubles"])
    buyers = list(dict.fromkeys(won.sort_values("closed_at")["client_id"]))[:90]
    rows = []
    for i, client in enumerate(buyers):
        product = list(SUBSCRIPTIONS)[i % 3]
        level, spread = SUBSCRIPTIONS[product] * float(np.exp(0.9 * draw.standard_normal())), (0.05, 0.18, 0.45)[i % 3]
        for month in MONTHS[3 + i % 7 :]:
            amount = level * max(0.05, 1 + spread * draw.standard_normal())
            day = pd.Timestamp(month) + int(draw.integers(0, 4)) * DAY
            rows.append({"date": day, "client_id": client, "product": product, "quantity": max(1, round(amount / 900)), "amount": round(amount, 2)})
    back = shipped.iloc[25::90].copy()
    back["date"], back["amount"], back["quantity"] = back["date"] + 20 * DAY, -back["amount"], -back["quantity"]
    table = pd.concat([shipped, pd.DataFrame(rows), back], ignore_index=True)
    table = table[table["date"] <= SNAPSHOT].sort_values(["date", "client_id", "amount"], ignore_index=True)
    return table[["date", "client_id", "product", "quantity", "amount"]].astype({"quantity": "int64"})


def _costs():
    draw = rng("costs")
    usual = {"Site": 260_000, "Phone": 120_000, "Partners": 60_000, "Выставки": 90_000}
    rows = []
    for month in MONTHS[:-1]:
        for channel, sources in SOURCES.items():
            for source, share in zip(sources, (0.5, 0.35, 0.15), strict=False):
                amount = usual[channel] * share * SEASON[int(month[5:]) - 1] * float(np.exp(0.15 * draw.standard_normal()))
                rows.append({"channel": channel, "month": month, "amount": round(amount, 2), "source": source})
    return pd.DataFrame(rows)


