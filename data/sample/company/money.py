"""Plans, payments, shipments and costs."""

import numpy as np
import pandas as pd

from .setting import MANAGERS, MONTHS, SEASON, SNAPSHOT, SOURCES, SUBSCRIPTIONS, rng, works

DAY = pd.Timedelta(days=1)


def money(deals: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The tables of money by name, clean."""
    won = deals[
        (deals["status"] == "won")
        & deals["amount"].notna()
        & deals["pipeline"].isin(["Sales", "Repeat sales"])
    ]
    return {
        "plans": _plans(won),
        "payments": _payments(deals, won),
        "sales": _sales(won),
        "costs": _costs(),
    }


def _plans(won):
    """Plans of amount for people, teams, channels and all; of payments, deals and hand-overs beside them."""
    usual = won.groupby("manager")["roubles"].sum() / 24
    usual["Тимур Алиев"] *= 24 / 9
    rows = [row for month in [*MONTHS, "2026-11", "2026-12"] for row in _plan(usual, month)]
    return pd.DataFrame(rows)[["month", "manager", "team", "channel", "metric", "value"]]


def _plan(usual, month):
    season, day = SEASON[int(month[5:]) - 1], pd.Timestamp(month) + 14 * DAY
    people = [person for person in MANAGERS if works(person, day)]
    plan = {
        person: round(usual[person.name] * season * 1.05, -4)
        for person in people
        if person.role != "hunter"
    }
    hunters = {person: round(24 * season) for person in people if person.role == "hunter"}
    rows = []
    for metric, values in (("amount", plan), ("payments", plan), ("handed_over", hunters)):
        rows += [
            {"manager": person.name, "metric": metric, "value": value}
            for person, value in values.items()
        ]
    for column in ("team", "channel"):
        for name in dict.fromkeys(getattr(person, column) for person in plan):
            total = sum(value for person, value in plan.items() if getattr(person, column) == name)
            rows.append({column: name, "metric": "amount", "value": total})
    rows += [{"metric": metric, "value": sum(plan.values())} for metric in ("amount", "payments")]
    rows.append({"metric": "deals", "value": round(58 * season)})
    return [{"month": month} | row for row in rows]


def _payments(deals, won):
    """One or two payments of a won deal; planned ones of open deals at the contract; refunds."""
    draw = rng("payments")
    table = _invoices(draw, won)
    plan = deals[
        (deals["status"] == "open") & (deals["stage"] == "Contract") & deals["roubles"].notna()
    ]
    days = pd.to_timedelta(draw.integers(-5, 45, len(plan)), unit="D")
    due = (SNAPSHOT.normalize() + days).to_series(index=plan.index)
    planned = plan[["deal_id", "client_id"]].assign(
        amount=plan["roubles"], due_on=due, status="planned"
    )
    table = pd.concat([table, planned, _refunds(table)], ignore_index=True)
    table.loc[table.index[::23], "deal_id"] = None  # bound only by client
    return table.sort_values(["due_on", "client_id", "amount"], ignore_index=True)


def _invoices(draw, won):
    value = won["roubles"].fillna(won["amount"] * 92)
    split = draw.random(len(won)) < 0.4
    half = (value / 2).round(2)
    base = won["closed_at"].dt.normalize()
    ids = won[["deal_id", "client_id"]]
    parts = [
        ids.assign(amount=half.where(split, value), due_on=base + 5 * DAY),
        ids.assign(amount=(value - half).round(2), due_on=base + 30 * DAY)[split],
    ]
    table = pd.concat(parts, ignore_index=True)
    paid = table["due_on"] + pd.to_timedelta(draw.integers(-4, 18, len(table)), unit="D")
    table["paid_on"] = paid.where(paid <= SNAPSHOT)
    table["status"] = np.where(table["paid_on"].notna(), "paid", "invoiced")
    return table


def _refunds(table):
    back = table[table["status"] == "paid"].iloc[40::170][:16].copy()
    back["paid_on"] += 12 * DAY
    back["status"], back["amount"] = "refunded", (back["amount"] * 0.5).round(2)
    back.iloc[
        :8, back.columns.get_loc("amount")
    ] *= -1  # some write the minus, some only the status
    return back[back["paid_on"] <= SNAPSHOT]


def _sales(won):
    """Shipments of won deals, monthly subscriptions, and goods that came back."""
    draw = rng("sales")
    won = won[won["roubles"].notna()]
    shipped = won[["client_id", "product", "quantity"]].assign(
        date=won["closed_at"].dt.normalize() + 3 * DAY, amount=won["roubles"]
    )
    buyers = list(dict.fromkeys(won.sort_values("closed_at")["client_id"]))[:90]
    rows = [row for i, client in enumerate(buyers) for row in _subscription(draw, i, client)]
    back = shipped.iloc[25::90].copy()
    back["date"], back["amount"], back["quantity"] = (
        back["date"] + 20 * DAY,
        -back["amount"],
        -back["quantity"],
    )
    table = pd.concat([shipped, pd.DataFrame(rows), back], ignore_index=True)
    table = table[table["date"] <= SNAPSHOT].sort_values(
        ["date", "client_id", "amount"], ignore_index=True
    )
    return table[["date", "client_id", "product", "quantity", "amount"]].astype(
        {"quantity": "int64"}
    )


def _subscription(draw, i, client):
    product = list(SUBSCRIPTIONS)[i % 3]
    level, spread = (
        SUBSCRIPTIONS[product] * float(np.exp(0.9 * draw.standard_normal())),
        (0.05, 0.18, 0.45)[i % 3],
    )
    rows = []
    for month in MONTHS[3 + i % 7 :]:
        amount = level * max(0.05, 1 + spread * draw.standard_normal())
        day = pd.Timestamp(month) + int(draw.integers(0, 4)) * DAY
        goods = {
            "product": product,
            "quantity": max(1, round(amount / 900)),
            "amount": round(amount, 2),
        }
        rows.append({"date": day, "client_id": client} | goods)
    return rows


def _costs():
    draw = rng("costs")
    usual = {"Site": 260_000, "Phone": 120_000, "Partners": 60_000, "Выставки": 90_000}
    rows = []
    for month in MONTHS[:-1]:
        for channel, sources in SOURCES.items():
            for source, share in zip(sources, (0.5, 0.35, 0.15), strict=False):
                amount = (
                    usual[channel]
                    * share
                    * SEASON[int(month[5:]) - 1]
                    * float(np.exp(0.15 * draw.standard_normal()))
                )
                rows.append(
                    {
                        "channel": channel,
                        "month": month,
                        "amount": round(amount, 2),
                        "source": source,
                    }
                )
    return pd.DataFrame(rows)
