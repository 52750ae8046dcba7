"""Small companies that lack what a page is made of: every trait is one thing that an export may not have.

A company is its traits (one value each, the first being the plain one) and a seed; `tables` makes its canonical tables,
`write` puts them on the disk with their params. Hypothesis draws the traits, numpy the rows.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from hypothesis import strategies as st

LAST = pd.Timestamp("2026-09-30")  # the day of the export
TRAITS = {
    "deals": (90, 400, 12, 1, 3),
    "months": (6, 1, 14, 2),
    "managers": (3, 1, 14, 60, "unknown", "odd names"),
    "channels": (3, None, 1, 8, "blank"),
    "ends": ("all", "won", "lost", "open", "won and open", "lost and open", "few won"),
    "groups": ("alike", "one is never closed", "one is all won and one all lost", "one is never target"),
    "closed_at": ("there", "no column", "never", "won only", "half", "holes", "one day", "before the last month"),
    "amount": ("there", "no column", "never", "zero", "won only", "negative", "alike"),
    "source": ("three", None, "one", "blank", "five, one far above"),
    "is_target": ("random", None, "all", "none", "by source"),
    "product": ("three", None, "one", "blank"),
    "client_id": ("some", None, "one", "each"),
    "lost_reason": ("three", None, "one", "blank", "other"),
    "stage": ("there", None, "one"),
    "stages": ("there", None, "one", "no order", "first only"),
    "touches": (
        "there",
        None,
        "tasks without due",
        "no direction",
        "no deal",
        "robots",
        "calls without result",
        "no manager",
        "queue",
        "last month only",
        "e-mails only",
        "due long ago",
        "done before set",
        "minutes and seconds",
    ),
    "reviews": (
        "there",
        None,
        "one type",
        "one manager",
        "no scores",
        "JSON items",
        "text items",
        "rubbish items",
        "own types",
        "alike",
        "one reviewer",
        "reviewers apart",
        "programs only",
        "both",
        "strangers",
        "future",
        "old",
    ),
    "staff": (
        "there",
        None,
        "names only",
        "all left",
        "strangers",
        "two days of four",
        "rubbish schedules",
        "hired later",
        "left before hired",
        "new team",
        "new team later",
        "own head",
        "hired long ago",
        "no roles",
    ),
    "plans": ("there", None, "department", "zero", "past", "one manager", "activity", "odd activity", "strangers"),
    "payments": ("there", None, "no status", "no dates", "no deal"),
    "costs": ("there", None, "zero", "other channel"),
    "leads": ("there", None, "no deal", "no manager"),
    "clients": ("there", None, "ids only"),
    "sales": (None, "there", "no client", "no product", "zero", "one month"),
    "owners": (None, "there"),
    "actions": (None, "there", "no manager"),
    "absences": (None, "there", "turned round", "overlapping", "strangers", "two centuries", "everybody"),
    "tasks": (None, "there", "all"),
    "pipelines": (None, "hunter and closer", "hunter only", "farmer only"),
    "benchmark": ("auto", "first", "last", "who left"),
    "cuts": (
        None,
        "narrow colours",
        "one month",
        "all a day",
        "one day",
        "every trace",
        "no trace",
        "nothing few",
        "own calls",
    ),
    "day": (None, "part month", "later", "first day"),
    "language": ("en", "ru"),
    "page": ("department", "channel", "segment"),
}
CUTS = {
    "narrow colours": {"score_cuts": [60, 60.001]},
    "one month": {"score_months": 1, "benchmark_months": 1},
    "one day": {"rota_days": 1, "benchmark_min_days": 1, "rota_seconds": 1, "talk_seconds": 1},
    "every trace": {"benchmark_traces": 1},
    "no trace": {"benchmark_traces": 0, "benchmark_min_days": 0},
    "nothing few": {"min_count": 0, "min_managers": 0, "min_calls": 1, "colour_min_calls": 2, "colour_min_each": 1,
        "pooled_min_calls": 2, "reviewer_min_calls": 2, "ai_min_calls": 2, "rota_seconds": 0},
}  # fmt: skip
CALLS = {"needs": {"stages": ["New"]}, "closing": {"stages": ["Offer", "Contract"]}}
ODD_NAMES = ('O\'Neil, Ann "A"', "=Bo+1", "Ёлкина Ия", "<b>Cy</b>", "Дарья\u00a0Ли", "E | F; G", "100%", "Zoe {")
PLAIN = {trait: values[0] for trait, values in TRAITS.items()}


@st.composite
def companies(draw) -> dict:
    """Traits and a seed of one company; half of the traits or more are plain."""
    odd = draw(st.sets(st.sampled_from(sorted(TRAITS)), max_size=len(TRAITS) // 2))
    return (
        PLAIN
        | {trait: draw(st.sampled_from(TRAITS[trait])) for trait in sorted(odd)}
        | {"seed": draw(st.integers(0, 999))}
    )


def write(traits: dict, folder: Path) -> Path:
    """The company's tables as CSV and its params; the path of the params."""
    return write_tables(traits, {name: table for name, table in tables(traits).items() if table is not None}, folder)


def write_tables(traits: dict, made: dict[str, pd.DataFrame], folder: Path) -> Path:
    """These tables with the params of the traits; the path of the params."""
    for name, table in made.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    params = {"company": "Odd Ltd", "language": traits["language"], "data": {name: f"{name}.csv" for name in made}}
    if traits["stages"] != "no order":
        params["stage_order"] = ["New", "Offer", "Contract"]
    if traits["pipelines"]:
        closer = {"hunter only": "hunter", "farmer only": "farmer"}.get(traits["pipelines"], "closer")
        first = "farmer" if closer == "farmer" else "hunter"
        params["pipelines"] = {"Calls": {"function": first}, "Deals": {"function": closer}}
    if traits["cuts"] in CUTS:
        params["thresholds"] = CUTS[traits["cuts"]]
    if traits["cuts"] == "all a day":
        params["rota"] = {"per_day": 100}
    if traits["cuts"] == "own calls" and traits["stages"] == "there":
        params["call_types"] = CALLS
    people = sorted(made["deals"]["manager"].dropna().unique())
    if people and people != ["unknown"] and traits["benchmark"] in ("first", "last"):
        params["benchmark"] = str(people[0 if traits["benchmark"] == "first" else -1])
    if traits["benchmark"] == "who left" and traits["staff"] == "there":
        params["benchmark"] = "Left Already"
    (folder / "params.yaml").write_text(yaml.safe_dump(params, allow_unicode=True), encoding="utf-8")
    return folder / "params.yaml"


def tables(traits: dict) -> dict[str, pd.DataFrame | None]:
    """Canonical tables by name; None where the company has no such table."""
    rng = np.random.default_rng(traits["seed"])
    deals = _deals(rng, traits)
    made = {"deals": _without(deals, traits)}
    for name, make in OTHERS.items():
        made[name] = None if traits[name] is None else make(rng, deals, traits[name])
    made["managers"] = None if traits["staff"] is None else _staff(rng, deals, traits["staff"])
    return made


def _deals(rng, t: dict) -> pd.DataFrame:
    """Every column that a deal can have; what the company lacks is taken away by `_without`."""
    n = t["deals"]
    start = (LAST - pd.DateOffset(months=t["months"] - 1)).replace(day=1)
    span = max((LAST - start).days, 1)
    created = start + pd.to_timedelta(np.sort(rng.integers(0, span * 1440, n)), unit="min")
    deals = pd.DataFrame({"deal_id": [f"d{i}" for i in range(1, n + 1)], "created_at": created})
    deals["manager"] = _names(rng, n, "Unknown" if t["managers"] == "unknown" else "Rep", t["managers"])
    deals["channel"] = _names(rng, n, "Channel", t["channels"] or 1)
    sources = {"three": 3, "one": 1, "five, one far above": 5}.get(t["source"], 3)
    deals["source"] = _names(rng, n, "Source", sources)
    deals["status"] = _status(rng, deals, t)
    deals["closed_at"] = _closed_at(rng, deals, t["closed_at"])
    deals["amount"] = rng.integers(1, 500, n) * 1000.0
    deals["is_target"] = _is_target(rng, deals, t)
    deals["product"] = _names(rng, n, "Product", 1 if t["product"] == "one" else 3)
    clients = {"one": 1, "each": n}.get(t["client_id"], max(n // 3, 1))
    deals["client_id"] = [f"c{i}" for i in (range(n) if t["client_id"] == "each" else rng.integers(0, clients, n))]
    reasons = {"one": ["Price"], "other": ["Other"]}.get(t["lost_reason"], ["Price", "No answer", "Chose a competitor"])
    deals["lost_reason"] = np.where(deals["status"] == "lost", rng.choice(reasons, n), None)
    stage = np.where(
        deals["status"] == "won", "Contract", rng.choice(["New"] if t["stage"] == "one" else ["New", "Offer"], n)
    )
    deals["stage"] = stage
    deals["title"] = [f"Deal {i}" for i in range(1, n + 1)]
    waits = rng.random(n) < (1.0 if t["tasks"] == "all" else 0.5)
    task = (LAST + pd.to_timedelta(rng.integers(-20, 20, n), unit="D")).strftime("%Y-%m-%d")
    deals["next_task_at"] = np.where(waits & (deals["status"] == "open"), task, None)
    deals["pipeline"] = rng.choice(["Calls", "Deals"], n)
    return deals


def _names(rng, n: int, word: str, many) -> list[str | None]:
    """`n` names out of `many`, the first the most often; none at all where there is nobody."""
    if many == "odd names":
        return list(rng.choice(ODD_NAMES, n)) if word == "Rep" else _names(rng, n, word, 3)
    if not isinstance(many, int):
        return [None if word != "Unknown" else "unknown"] * n
    weights = 1 / np.arange(1, many + 1)
    return [f"{word} {chr(65 + i % 26)}{i // 26 or ''}" for i in rng.choice(many, n, p=weights / weights.sum())]


def _status(rng, deals: pd.DataFrame, t: dict) -> np.ndarray:
    chances = {"won": (1, 0, 0), "lost": (0, 1, 0), "open": (0, 0, 1), "won and open": (0.5, 0, 0.5), "lost and open": (0, 0.6, 0.4),
               "few won": (0.03, 0.77, 0.2)}.get(t["ends"], (0.3, 0.5, 0.2))  # fmt: skip
    status = rng.choice(["won", "lost", "open"], len(deals), p=chances)
    first = {column: (deals[column] == deals[column].iloc[0]).to_numpy() for column in ("manager", "channel", "source")}
    if t["groups"] == "one is never closed":
        status[first["channel"] | first["source"]] = "open"
    if t["groups"] == "one is all won and one all lost":
        status[first["source"] & (status != "open")] = "won"
        status[first["manager"] & (status != "open")] = "lost"
    return status


def _closed_at(rng, deals: pd.DataFrame, kind: str) -> pd.Series:
    """Days of closing of won and lost deals, none after the day of the export."""
    days = rng.exponential(20, len(deals)).astype(int)
    closed = (deals["created_at"] + pd.to_timedelta(days, unit="D") + pd.Timedelta(hours=1)).clip(upper=LAST)
    closed = closed.where(closed >= deals["created_at"], deals["created_at"])
    if kind == "one day":
        closed[:] = LAST
    if kind == "holes":
        closed = closed.where(closed.dt.month % 2 == 1)
    if kind == "before the last month":
        closed = closed.where(closed < LAST.replace(day=1))
    if kind == "won only":
        closed = closed.where(deals["status"] == "won")
    if kind == "half":
        closed = closed.where(rng.random(len(deals)) < 0.5)
    return closed.where((deals["status"] != "open") & (kind != "never"))


def _is_target(rng, deals: pd.DataFrame, t: dict) -> np.ndarray:
    if t["source"] == "five, one far above":
        return rng.random(len(deals)) < np.where(deals["source"] == "Source A", 0.9, 0.2)
    if t["groups"] == "one is never target":
        return (deals["source"] != "Source B").to_numpy()
    chance = {"all": 1.0, "none": 0.0}.get(t["is_target"], 0.5)
    return (
        (deals["source"] == "Source A").to_numpy() if t["is_target"] == "by source" else rng.random(len(deals)) < chance
    )


def _without(deals: pd.DataFrame, t: dict) -> pd.DataFrame:
    """The deals as the export has them: columns that are not there are dropped, those that are never filled are blank."""
    deals = deals.copy()
    amount = {"zero": 0.0, "alike": 1000.0}.get(t["amount"])
    deals["amount"] = deals["amount"] if amount is None else amount
    if t["amount"] == "won only":
        deals["amount"] = deals["amount"].where(deals["status"] == "won")
    if t["amount"] == "negative":
        deals.loc[deals.index % 3 == 0, "amount"] *= -1
    for column in ("amount", "closed_at"):
        deals[column] = None if t[column] == "never" else deals[column]
    for column in ("source", "product", "lost_reason"):
        deals[column] = None if t[column] == "blank" else deals[column]
    dropped = [c for c in ("source", "product", "client_id", "lost_reason", "stage", "is_target") if t[c] is None]
    dropped += [c for c in ("amount", "closed_at") if t[c] == "no column"]
    dropped += ["channel"] * (t["channels"] is None) + ["pipeline"] * (t["pipelines"] is None)
    dropped += ["next_task_at"] * (t["tasks"] is None)
    return deals.drop(columns=dropped)


def _stages(rng, deals, kind):
    """One row of each deal on the day that it was created, and of some a later one; won and lost at the end."""
    steps = ["New"] if kind == "one" else ["New", "Offer", "Contract"]
    rows = []
    for deal in deals.itertuples():
        reached = 1 if kind == "first only" else rng.integers(1, len(steps) + 1)
        for place, stage in enumerate(steps[:reached]):
            rows.append((deal.deal_id, stage, min(deal.created_at + pd.Timedelta(days=3 * place), LAST)))
    return pd.DataFrame(rows, columns=["deal_id", "stage", "entered_at"])


def _touches(rng, deals, kind):
    n = (3 if kind != "last month only" else 1) * len(deals)
    at = deals.sample(n, replace=True, random_state=int(rng.integers(1000)))
    days = pd.to_timedelta(rng.integers(0, 14 * 1440, n), unit="min")
    touches = pd.DataFrame({"at": (at["created_at"].reset_index(drop=True) + days).clip(upper=LAST)})
    touches["kind"] = rng.choice(["call", "email", "meeting", "message", "task"], n)
    touches["deal_id"], touches["manager"] = at["deal_id"].to_numpy(), at["manager"].to_numpy()
    touches["direction"], touches["result"] = rng.choice(["in", "out"], n), rng.choice(["answered", "missed"], n)
    touches["duration_s"] = rng.integers(0, 600, n)
    touches["due_at"] = (touches["at"] + pd.Timedelta(days=2)).where(touches["kind"] == "task")
    touches["done_at"] = (touches["at"] + pd.Timedelta(days=3)).where(
        (touches["kind"] == "task") & (rng.random(n) < 0.5)
    )
    touches["by_robot"] = kind == "robots"
    touches["touch_id"] = [f"t{i}" for i in range(n)]
    if kind == "last month only":
        touches = touches[touches["at"] >= LAST - pd.Timedelta(days=9)]
    if kind == "e-mails only":
        touches["kind"], touches["due_at"], touches["done_at"] = "email", None, None
    if kind == "due long ago":
        touches.loc[touches["kind"] == "task", "due_at"] = pd.Timestamp("1970-01-01")
    if kind == "done before set":
        touches["done_at"] = (touches["at"] - pd.Timedelta(days=40)).where(touches["done_at"].notna())
    if kind == "minutes and seconds":
        touches["duration_s"] = [f"{s // 60:02d}:{s % 60:02d}" for s in touches["duration_s"]]
    if kind == "queue":
        touches["manager"] = touches["manager"].where(rng.random(len(touches)) < 0.5, "unknown")
        touches["deal_id"] = touches["deal_id"].where(rng.random(len(touches)) < 0.5)
    if kind == "no manager":
        touches["manager"] = None
    if kind == "tasks without due":
        return touches[touches["kind"] == "task"].drop(columns=["due_at", "done_at"])
    dropped = {"no direction": ["direction"], "no deal": ["deal_id"], "calls without result": ["result", "duration_s"]}
    return touches.drop(columns=dropped.get(kind, []))


def _reviews(rng, deals, kind):
    n = 60 if deals["manager"].nunique() < 20 else 400
    reviews = pd.DataFrame({"manager": rng.choice(deals["manager"].fillna("Nobody"), n)})
    days = rng.integers(150, 350, n) if kind == "old" else rng.integers(0, 200, n)
    reviews["at"] = LAST - pd.to_timedelta(days, unit="D")
    types = {"one type": ["needs"], "own types": ["First talk", "Closing talk", None]}.get(
        kind, ["needs", "objections"]
    )
    reviews["call_type"] = rng.choice(types, n)
    reviews["score"] = None if kind == "no scores" else 80 if kind == "alike" else rng.integers(20, 100, n)
    reviews["reviewer"], reviews["ai"] = rng.choice(["Quinn", "Rae"], n), kind == "programs only"
    done = rng.random((n, 2)).round(1)
    items = {
        "JSON items": [f'{{"greeting": {one}, "need": {"true" if other > 0.4 else "false"}}}' for one, other in done],
        "text items": [f"greeting={one:.0f}; need={other}" for one, other in done],
        "rubbish items": list(rng.choice(["", "[1, 2]", "=", '{"a": {"b": 1}}', "greeting", "x=inf; y=-1; z=no"], n)),
    }
    reviews["items"] = items.get(kind)
    if kind == "one manager":
        reviews["manager"] = reviews["manager"].iloc[0]
    if kind == "one reviewer":
        reviews["reviewer"] = "Quinn"
    if kind == "reviewers apart":
        reviews["reviewer"] = np.where(reviews["manager"] == reviews["manager"].iloc[0], "Quinn", "Rae")
    if kind == "both":
        other = reviews.assign(ai=True, reviewer=None, score=(reviews["score"] + rng.integers(0, 9, n)).clip(0, 100))
        third = reviews.assign(reviewer="Sam", score=(reviews["score"] - 5).clip(0, 100))
        reviews = pd.concat([table.assign(call_id=[f"t{i}" for i in range(n)]) for table in (reviews, other, third)])
        return reviews.iloc[: n * 2 + n // 2].reset_index(drop=True)
    if kind == "strangers":
        reviews["manager"] = rng.choice(["Stranger A", "unknown", None], n)
    if kind == "future":
        reviews["at"] = LAST + pd.Timedelta(hours=23, minutes=59) + pd.to_timedelta(rng.integers(0, 3, n), unit="D")
    return reviews


def _staff(rng, deals, kind):
    names = sorted(deals["manager"].dropna().unique()) or ["Nobody"]
    staff = pd.DataFrame({"manager": ["Stranger A", "Stranger B"] if kind == "strangers" else names})
    if kind == "names only":
        return staff
    staff["team"], staff["head"], staff["role"] = "Team", "Head", "closer"
    staff["hired_on"], staff["left_on"], staff["schedule"] = "2026-01-10", None, None
    if kind == "there":
        gone = {"manager": "Left Already", "hired_on": "2020-01-10", "left_on": "2026-08-31", "role": "closer"}
        return pd.concat([staff, pd.DataFrame([gone])], ignore_index=True)
    if kind == "all left":
        staff["left_on"] = "2026-08-20"
    if kind == "two days of four":
        staff["schedule"] = "2/2"
    if kind == "rubbish schedules":
        staff["schedule"] = rng.choice(["6/1", "5/2", "sometimes", "09:00-18:00", "-"], len(staff))
    if kind == "hired later":
        staff["hired_on"] = "2026-10-12"
    if kind == "left before hired":
        staff["left_on"] = "2025-12-31"
    if kind == "own head":
        staff["head"] = staff["manager"]
    if kind == "hired long ago":
        staff["hired_on"] = "1899-12-30"
    if kind == "no roles":
        staff["role"] = None
    if kind in ("new team", "new team later"):
        since = "2026-10-01" if kind == "new team later" else "2026-09-15"
        second = staff.assign(**{"from": since, "role": "hunter", "schedule": "2/2", "hired_on": None})
        return pd.concat([staff.iloc[:-1].assign(**{"from": None}), second], ignore_index=True)
    return staff


def _plans(rng, deals, kind):
    months = ["2026-07", "2026-08"] if kind == "past" else ["2026-08", "2026-09"]
    people = (
        []
        if kind == "department"
        else sorted(deals["manager"].dropna().unique())[: 1 if kind == "one manager" else None]
    )
    people = ["Stranger A", "Stranger B"] if kind == "strangers" else people
    rows = [(month, metric, 0 if kind == "zero" else 500_000 if metric == "amount" else 10, name)
            for month in months for metric in ("amount", "deals") for name in [None, *people]]  # fmt: skip
    if kind in ("activity", "odd activity", "strangers"):
        values = [0, -5, None, 1e9, 0.1] if kind == "odd activity" else [200]
        rows += [(month, metric, values[place % len(values)], name) for month in months for place, (metric, name) in
            enumerate((m, n) for m in ("calls_out", "calls_in", "talk_minutes", "tasks_done") for n in [None, *people])]  # fmt: skip
    return pd.DataFrame(rows, columns=["month", "metric", "value", "manager"])


def _payments(rng, deals, kind):
    won = deals[deals["status"] == "won"]
    payments = pd.DataFrame({"amount": won["amount"] if len(won) else [100.0]})
    payments["deal_id"] = won["deal_id"] if len(won) else None
    payments["due_on"] = won["closed_at"].dt.normalize() if len(won) else LAST
    payments["paid_on"] = payments["due_on"].where(rng.random(len(payments)) < 0.7)
    payments["status"] = np.where(payments["paid_on"].notna(), "paid", "planned")
    dropped = {"no status": ["status"], "no dates": ["due_on", "paid_on"], "no deal": ["deal_id"]}
    return payments.drop(columns=dropped.get(kind, []))


def _costs(rng, deals, kind):
    names = ["Elsewhere"] if kind == "other channel" else sorted(deals["channel"].dropna().unique()) or ["Elsewhere"]
    rows = [(name, month, 0 if kind == "zero" else 40_000) for name in names for month in ("2026-08", "2026-09")]
    return pd.DataFrame(rows, columns=["channel", "month", "amount"])


def _leads(rng, deals, kind):
    leads = deals[["created_at", "channel", "source", "manager", "deal_id"]].copy()
    leads["lead_id"] = [f"l{i}" for i in range(len(leads))]
    leads["status"], leads["junk_reason"] = "processed", None
    leads["deal_id"] = leads["deal_id"].where(rng.random(len(leads)) < 0.6)
    return leads.drop(columns={"no deal": ["deal_id"], "no manager": ["manager"]}.get(kind, []))


def _clients(rng, deals, kind):
    clients = pd.DataFrame({"client_id": sorted(deals["client_id"].unique())})
    return (
        clients if kind == "ids only" else clients.assign(name=["Firm " + c for c in clients["client_id"]], segment="A")
    )


def _sales(rng, deals, kind):
    n = max(len(deals), 5)
    months = 1 if kind == "one month" else 12
    sales = pd.DataFrame({"date": LAST - pd.to_timedelta(rng.integers(0, 30 * months, n), unit="D")})
    sales["amount"] = 0 if kind == "zero" else rng.integers(-10, 100, n) * 100
    sales["client_id"], sales["product"] = rng.choice(deals["client_id"], n), rng.choice(deals["product"], n)
    return sales.drop(columns={"no client": ["client_id"], "no product": ["product"]}.get(kind, []))


def _owners(rng, deals, kind):
    return deals[["deal_id", "manager", "created_at"]].rename(columns={"created_at": "from"}).dropna()


def _actions(rng, deals, kind):
    actions = pd.DataFrame({"at": pd.date_range("2026-08-01", LAST, freq="9D"), "head": "Head", "kind": "one-to-one"})
    actions["manager"] = None if kind == "no manager" else deals["manager"].iloc[0]
    return actions.assign(note="calls")


def _absences(rng, deals, kind):
    first = deals["manager"].iloc[0]
    rows = {
        "turned round": [(first, "2026-09-30", "2026-09-01")],
        "overlapping": [(first, "2026-09-01", "2026-09-20"), (first, "2026-09-10", "2026-09-30")],
        "strangers": [("Stranger A", "2026-09-01", "2026-09-30"), (None, "2026-09-01", "2026-09-02")],
        "two centuries": [(first, "1900-01-01", "2100-12-31")],
        "everybody": [(name, "2025-01-01", "2027-01-01") for name in sorted(deals["manager"].dropna().unique())],
    }.get(kind, [(first, "2026-09-01", "2026-09-30")])
    return pd.DataFrame(rows, columns=["manager", "from", "to"]).assign(kind="ill")


OTHERS = {
    "stages": _stages, "touches": _touches, "reviews": _reviews, "plans": _plans, "payments": _payments, "costs": _costs,
    "leads": _leads, "clients": _clients, "sales": _sales, "owners": _owners, "actions": _actions, "absences": _absences,
}  # fmt: skip
