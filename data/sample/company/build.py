"""The clean company: every canonical table before anything is made dirty."""

import numpy as np
import pandas as pd

from . import books, contacts, flow, money, others, path
from .setting import BY_NAME, CHANNELS, EUR_RATE, PRODUCTS, SNAPSHOT, SUBSCRIPTIONS, rng

REASONS = {  # lost reason: share, class
    "No answer": (0.22, "no_contact"),
    "Price": (0.22, "other"),
    "Bought from a competitor": (0.16, "competitor"),
    "No budget": (0.12, "other"),
    "Spam": (0.07, "not_buyer"),
    "Not our client": (0.07, "not_buyer"),
    "Duplicate enquiry": (0.03, "duplicate"),
    "Other": (0.05, "other"),
    "": (0.06, ""),
}
RIVALS = ("Rival Coffee", "КофеТех", "Espresso Direct")


def company() -> dict[str, pd.DataFrame]:
    """Clean tables by name; `deals` also carries the truth (p, won, deviation, early, target)."""
    closers = flow.closer_deals()
    clients = others.assign_clients(closers)
    hunters = others.hunter_deals(closers)
    clients = pd.concat([clients, others.more_clients(hunters, len(clients))], ignore_index=True)
    farmers, ignored = others.farmer_deals(closers), others.ignored_deals(closers)
    stages = [
        path.closer_stages(closers),
        path.plain_stages(hunters, "Qualification"),
        path.plain_stages(farmers, "Repeat sales"),
    ]
    stages = _reopen(closers, pd.concat(stages, ignore_index=True))
    deals = _deals(
        pd.concat([closers, hunters, farmers, ignored], ignore_index=True), stages, clients
    )
    touches = _touches(
        closers.assign(
            lost_reason=closers["deal_id"].map(deals.set_index("deal_id")["lost_reason"])
        ),
        hunters,
        farmers,
    )
    next_task = (
        touches[(touches["kind"] == "task") & touches["done_at"].isna()]
        .groupby("deal_id")["due_at"]
        .min()
    )
    deals["next_task_at"] = deals["deal_id"].map(next_task).where(deals["status"] == "open")
    tables = {
        "deals": deals,
        "stages": stages,
        "owners": _owners(deals),
        "clients": clients,
        "touches": touches,
    }
    return tables | books.books(deals) | money.money(deals)


def _deals(deals, stages, clients):
    draw = rng("deals")
    closed = deals["closed_at"] <= SNAPSHOT
    deals["ends_at"] = deals["closed_at"]  # hidden: what will become of the open ones
    deals["closed_at"] = deals["closed_at"].where(closed)
    deals["status"] = np.select([~closed, deals["won"].astype(bool)], ["open", "won"], "lost")
    deals["stage"] = deals["deal_id"].map(path.current_stage(stages)).fillna("New")
    _money(draw, deals)
    _words(draw, deals, clients)
    _dates(draw, deals)
    deals["segment"] = deals["client_id"].map(clients.set_index("client_id")["segment"])
    return _current_owner(draw, deals)


def _money(draw, deals):
    n = len(deals)
    prices = deals["product"].map(PRODUCTS | SUBSCRIPTIONS)
    deals["quantity"] = np.where(
        deals["product"].isin(list(SUBSCRIPTIONS)), draw.integers(2, 12, n), draw.integers(1, 4, n)
    )
    roubles = (
        prices * deals["quantity"] * np.exp(0.3 * draw.standard_normal(n)) / 500
    ).round() * 500
    kopecks = np.where(draw.random(n) < 0.12, draw.integers(1, 100, n) / 100, 0)
    deals["currency"] = "RUB"
    sales = np.flatnonzero(deals["pipeline"] == "Sales")
    foreign = draw.choice(sales, 82, replace=False)
    deals.loc[foreign[:60], "currency"], deals.loc[foreign[60:], "currency"] = "EUR", "USD"
    amount = (roubles + kopecks).where(deals["currency"] == "RUB", (roubles / 95).round())
    deals["amount"] = amount.where(deals["pipeline"] != "Qualification").round(2)
    factor = deals["currency"].map({"RUB": 1.0, "EUR": EUR_RATE})
    deals["roubles"] = (deals["amount"] * factor).round(2)


def _words(draw, deals, clients):
    n = len(deals)
    names = deals["client_id"].map(clients.set_index("client_id")["name"])
    titles = deals["product"].fillna("Qualification").astype(str) + ", " + names
    deals["title"] = deals.get("title", pd.Series(index=deals.index, dtype=object)).fillna(titles)
    good = draw.choice(["A", "B"], n, p=[0.4, 0.6])
    bad = draw.choice(["C", "D"], n, p=[0.7, 0.3])
    target = deals["target"].fillna(pd.Series(draw.random(n) < 0.5)).astype(bool)
    known = (draw.random(n) >= 0.03) & (deals["pipeline"] == "Sales")
    deals["quality"] = pd.Series(np.where(target, good, bad)).where(known, "")
    shares = np.array([share for share, _ in REASONS.values()])
    reason = draw.choice(list(REASONS), n, p=shares / shares.sum())
    soon = (
        deals["closed_at"] - deals["created_at"] < pd.Timedelta(days=16)
    ).to_numpy()  # too soon to say so
    reason = np.where(
        (reason == "No answer") & soon & (draw.random(n) < 0.85), "Not our client", reason
    )
    reason = np.where(deals["mass"].fillna(False).astype(bool), "No answer", reason)
    deals["lost_reason"] = np.where(deals["status"] == "lost", reason, "")
    rival = (deals["lost_reason"] == "Bought from a competitor") & (draw.random(n) < 0.8)
    deals["competitor"] = np.where(rival, draw.choice(RIVALS, n, p=[0.5, 0.3, 0.2]), "")
    deals["team"] = deals["manager"].map({name: person.team for name, person in BY_NAME.items()})
    campaign = draw.choice(["brand", "machines", "autumn"], n)
    marked = deals["channel"].isin(CHANNELS[:1]) & (draw.random(n) < 0.8)
    deals["utm"] = np.where(
        marked, "utm_source=" + deals["source"].str.lower() + "&utm_campaign=" + campaign, ""
    )


def _dates(draw, deals):
    n = len(deals)
    ahead = pd.to_timedelta(draw.integers(14, 60, n), unit="D")
    expected = deals["created_at"].dt.normalize() + ahead + pd.Timedelta(hours=12)
    deals["expected_close_at"] = expected.where(draw.random(n) < 0.9)
    share = draw.random(n)
    alive = (deals["created_at"] + (SNAPSHOT - deals["created_at"]) * (0.5 + 0.5 * share)).dt.floor(
        "min"
    )
    after = deals["closed_at"] + pd.to_timedelta(draw.integers(0, 600, n), unit="min")
    deals["modified_at"] = after.fillna(alive).clip(upper=SNAPSHOT)


def _current_owner(draw, deals):
    """Some deals begin with a colleague; those of the leaver get another owner after the end."""
    sales = deals["pipeline"] == "Sales"
    names = [
        name for name, person in BY_NAME.items() if person.role == "closer" and not person.left_on
    ]
    handed = sales & deals["moved_at"].isna() & (draw.random(len(deals)) < 0.05)
    handed &= (deals["ends_at"] - deals["created_at"] > pd.Timedelta(days=10)) & (
        deals["created_at"] > "2025-12-01"
    )
    deals.loc[handed, "first_manager"] = draw.choice(names, int(handed.sum()))
    days = pd.to_timedelta(1 + (draw.random(len(deals)) * 6 * 1440).astype(int), unit="min")
    deals["moved_at"] = deals["moved_at"].mask(handed, deals["created_at"] + days)
    not_yet = deals["moved_at"] > SNAPSHOT  # the colleague still has it
    deals.loc[not_yet, "manager"], deals.loc[not_yet, "moved_at"] = (
        deals.loc[not_yet, "first_manager"],
        pd.NaT,
    )
    deals["current_manager"] = deals["manager"]
    left = (deals["manager"] == "John Miller") & (draw.random(len(deals)) < 0.6)
    deals.loc[left, "current_manager"] = "Мария Ким"
    return deals


def _owners(deals):
    """Changes of owner: those before the end, and the leaver's deals given away afterwards."""
    moved = deals[deals["moved_at"].notna() & (deals["first_manager"] != deals["manager"])]
    away = deals[deals["current_manager"] != deals["manager"]]
    rows = [
        moved.assign(who=moved["first_manager"], since=moved["created_at"]),
        moved.assign(who=moved["manager"], since=moved["moved_at"]),
        away.assign(who=away["manager"], since=away["created_at"]),
        away.assign(who=away["current_manager"], since=pd.Timestamp("2026-03-23 09:00")),
    ]
    table = pd.concat(rows)[["deal_id", "who", "since"]]
    table.columns = ["deal_id", "manager", "from"]
    return table.sort_values(["deal_id", "from"], ignore_index=True)


def _reopen(closers, stages):
    """Fifteen deals were lost, came back to Proposal and were then closed for good."""
    draw = rng("reopened")
    done = closers[closers["closed_at"].between("2025-01-01", "2026-09-30") & ~closers["mass"]]
    last = done["deal_id"].map(
        stages[~stages["stage"].isin(["Won", "Lost"])].groupby("deal_id")["entered_at"].max()
    )
    gap = done["closed_at"] - last
    fit = done[(gap > pd.Timedelta(days=8)) & (last - done["created_at"] > pd.Timedelta(days=8))]
    chosen = fit.iloc[np.sort(draw.choice(len(fit), 15, replace=False))]
    start, gap = last[chosen.index], gap[chosen.index]
    again = [("Lost", start + gap * 0.3), ("Proposal", start + gap * 0.6)]
    rows = [
        pd.DataFrame(
            {
                "deal_id": chosen["deal_id"],
                "stage": stage,
                "entered_at": at.dt.floor("min"),
                "pipeline": "Sales",
            }
        )
        for stage, at in again
    ]
    table = pd.concat([stages, *rows], ignore_index=True)
    return table.sort_values(["deal_id", "entered_at"], ignore_index=True, kind="stable")


def _touches(closers, hunters, farmers):
    draw = rng("all touches")
    table = pd.concat(
        [
            contacts.touches(closers, closers["early"].to_numpy(), 5, "closers"),
            contacts.touches(hunters, draw.poisson(1.6, len(hunters)), 4, "hunters"),
            contacts.touches(farmers, draw.poisson(1.2, len(farmers)), 6, "farmers"),
            contacts.robots(closers),
        ],
        ignore_index=True,
    )
    table = table.sort_values(["at", "deal_id", "kind"], ignore_index=True)
    table = contacts.missed_series(table, closers)
    table["touch_id"] = [f"t{i:06d}" for i in range(1, len(table) + 1)]
    talked = table["result"] == "answered"
    table["record_url"] = ("https://records.example/" + table["touch_id"]).where(talked)
    return table
