"""What is true of the sample: effects, counts and a few exact figures, by plain pandas on the clean tables."""

from decimal import Decimal

import numpy as np
import pandas as pd

from .setting import (
    CHANNELS,
    CLOSERS,
    EFFECTS,
    EUR_RATE,
    HIRE,
    INTERCEPT,
    MANAGERS,
    REPORT,
    SEED,
    SNAPSHOT,
    skill_of,
)
from .truth_calls import attempts_of
from .truth_control import control_truth

DAY = pd.Timedelta(days=1)


def truth(tables: dict[str, pd.DataFrame], counts: dict[str, dict[str, int]]) -> dict:
    """Everything that a test may want to compare with."""
    deals = tables["deals"]
    kept = deals[~deals["set_aside"]]
    closers = kept[kept["pipeline"] == "Sales"]
    return {
        "seed": SEED,
        "snapshot": SNAPSHOT.isoformat(),
        "month": REPORT,
        "rates": {"EUR": EUR_RATE},
        "effects": EFFECTS | {"intercept": INTERCEPT},
        "managers": _managers(closers),
        "files": counts,
        "deals": _accounting(deals, counts["deals"]),
        "closers": {"all": _figures(closers)}
        | {name: _figures(closers[closers["channel"] == name]) for name in [*CHANNELS, "unknown"]},
        "closers_previous": {"all": _figures(closers, "2026-08")},
        "window": _window(closers),
        "functions": {
            name: _figures(kept[kept["pipeline"] == name])
            for name in ("Qualification", "Repeat sales")
        },
        "missed_calls": _missed(closers, tables["touches"]),
        "odd": _odd(closers, tables["stages"]),
    } | control_truth(tables)


def _managers(closers):
    scores = np.array([closer.checklist for closer in CLOSERS])
    month = (
        closers[_in(closers, REPORT)].groupby(["manager", "status"]).size().unstack(fill_value=0)
    )
    result = {}
    for person in (*MANAGERS, HIRE):
        entry = {
            "role": person.role,
            "team": person.team,
            "head": person.head,
            "channel": person.channel,
            "checklist": person.checklist,
        }
        if person.role == "closer":
            entry["qualification_z"] = round(
                float((person.checklist - scores.mean()) / scores.std(ddof=1)), 6
            )
            entry |= {"residual_skill": person.skill, "skill": round(skill_of(person), 6)}
            entry |= {status: int(month[status].get(person.name, 0)) for status in ("won", "lost")}
        result[person.name] = entry
    return result


def _accounting(deals, counts):
    """Every data record of the two deals files: it is kept, merged or set aside."""
    faults = deals["fault"].value_counts().to_dict()
    faults.pop("", None)
    aside = {
        "footer": counts["footers"],
        "duplicate": faults["duplicate"],
        "superseded": faults["superseded"] + faults["older in update"],
        "closed in the future": faults["closed in the future"],
        "closed before created": faults["closed before created"],
    }
    merged = counts["extra product lines"]
    ignored = deals["pipeline"].value_counts()[["Test", "Отгрузка"]].to_dict()
    kept = counts["read"] - merged - sum(aside.values())
    assert kept == len(deals) - faults["closed in the future"] - faults["closed before created"]
    return {
        "read": counts["read"], "merged": merged, "set_aside": aside, "kept_with_ignored": kept,
        "ignored_pipelines": ignored, "faults": faults, "blank_records": counts["blank rows"],
    }  # fmt: skip


def _in(deals, month):
    return deals["closed_at"].dt.strftime("%Y-%m") == month


def _figures(deals, month=REPORT):
    """Won, lost, conversion, length and money of one month, in the company's words: definitions of the README."""
    closed = deals[_in(deals, month)]
    won = closed["status"] == "won"
    days = (closed["closed_at"].dt.normalize() - closed["created_at"].dt.normalize()) / DAY
    money = [Decimal(str(amount)) * rate for amount, rate in _roubles(closed[won])]
    end = pd.Period(month).end_time
    known = deals[deals["created_at"] <= end]
    later = known["closed_at"].notna() & (known["closed_at"] > end)
    return {
        "won": int(won.sum()),
        "lost": int((~won).sum()),
        "closed": len(closed),
        "conversion": _round(won.mean()),
        "mean_days": _round(days.mean()),
        "median_days": _round(days.median()),
        "mean_days_won": _round(days[won].mean()),
        "mean_days_lost": _round(days[~won].mean()),
        "won_amount": str(sum(money, Decimal(0))),
        "won_without_amount": int(won.sum()) - len(money),
        "new_deals": int((deals["created_at"].dt.strftime("%Y-%m") == month).sum()),
        "open_deals": int(((known["status"] == "open") | later).sum()),
    }


def _roubles(won):
    rates = {"RUB": Decimal(1), "EUR": Decimal(str(EUR_RATE))}
    pairs = zip(won["amount"], won["currency"], strict=True)
    return [
        (amount, rates[currency])
        for amount, currency in pairs
        if amount == amount and currency in rates
    ]


def _round(value):
    return None if value != value else round(float(value), 9)


def _window(closers):
    """Twelve months to the report month: what the models stand on."""
    closed = closers[closers["closed_at"].between("2025-10-01", pd.Period(REPORT).end_time)]
    at_risk = closed[closed["closed_at"] - closed["created_at"] > 7 * DAY]
    quick = 1 - len(at_risk) / len(closed)
    return {
        "closed": len(closed), "won": int((closed["status"] == "won").sum()), "open_at_day_7": len(at_risk),
        "quick_share": round(quick, 6), "deviating": round(float((at_risk["deviation"] != "").mean()), 6),
        "target": round(float(at_risk["target"].astype(bool).mean()), 6),
        "touch_bins": [round(float((at_risk["touch_bin"] == i).mean()), 6) for i in range(3)],
    }  # fmt: skip


def _missed(closers, touches):
    """Attempts since the last contact of deals known on the last day."""
    runs = attempts_of(touches)
    attempts = closers["deal_id"].map({deal: found[0] for deal, found in runs.items()}).fillna(0)
    no_contact = closers["lost_reason"].isin(["No answer"]) & (closers["status"] == "lost")
    return {
        "open with 3 or more at the snapshot": int(
            ((closers["status"] == "open") & (attempts >= 3)).sum()
        ),
        "lost, no answer, after fewer than 3": int((no_contact & (attempts < 3)).sum()),
        "lost, no answer, after 3 or more": int((no_contact & (attempts >= 3)).sum()),
    }


def _odd(closers, stages):
    ends = stages[(stages["pipeline"] == "Sales") & stages["stage"].isin(["Won", "Lost"])]
    same_day = (closers["status"] == "won") & (
        closers["closed_at"].dt.date == closers["created_at"].dt.date
    )
    mass = closers[closers["mass"].fillna(False).astype(bool) & (closers["status"] == "lost")]
    return {
        "reopened": sorted(ends.loc[ends["deal_id"].duplicated(), "deal_id"]),
        "won on the day of creation": int(same_day.sum()),
        "mass closing": {
            "manager": mass["manager"].iloc[0],
            "day": "2026-09-29",
            "deals": len(mass),
        },
        "foreign": closers["currency"].value_counts().to_dict(),
    }
