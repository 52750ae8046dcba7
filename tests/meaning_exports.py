"""Companies whose exports lack something, as frames in memory: what such an export cannot say must not be said."""

import pandas as pd

import salesnb as s
from tests.companies import STAGE_ORDER, company

MONTH = "2026-09"


def frames(kind="real", seed=3, managers=6, per_manager=60) -> dict[str, pd.DataFrame]:
    """Tables of an ordinary company, to take something away from."""
    return {name: table.copy() for name, table in company(kind, seed, managers, per_manager).frames.items()}


def opened(tables: dict, channel=None, month=MONTH, **params):
    """A Book of the tables, known up to the end of September 2026."""
    return s.book(**tables, month=month, channel=channel, as_of="2026-09-30", stage_order=list(STAGE_ORDER), **params)


def without_status(tables: dict, status: str) -> dict:
    """The export leaves out the deals of one status, with their history."""
    kept = tables["deals"][tables["deals"]["status"] != status]
    rest = {name: tables[name][tables[name]["deal_id"].isin(kept["deal_id"])] for name in ("stages", "touches")}
    return tables | rest | {"deals": kept.reset_index(drop=True)}


def undated(tables: dict, won: float, lost: float) -> dict:
    """Closing dates are missing in a share of the won and in a share of the lost deals, spread evenly over time."""
    deals = tables["deals"].copy()
    for status, share in (("won", won), ("lost", lost)):
        rows = deals.index[deals["status"] == status]
        taken = [row for place, row in enumerate(rows) if (place * share) % 1 < share]
        deals.loc[taken, "closed_at"] = pd.NaT
    return tables | {"deals": deals}


def by_grain(tables: dict, grain: str) -> dict:
    """Every time of the export cut to its day, to the Monday of its week or to the first of its month."""
    cut = {
        "day": lambda times: times.dt.normalize(),
        "week": lambda times: times.dt.normalize() - pd.to_timedelta(times.dt.day_of_week, unit="D"),
        "month": lambda times: times.dt.to_period("M").dt.to_timestamp(),
    }[grain]
    found = dict(tables)
    for name, table in tables.items():
        times = [c for c in table if pd.api.types.is_datetime64_any_dtype(table[c])]
        found[name] = table.assign(**{c: cut(table[c]) for c in times})
    return found


def unpriced(tables: dict, value=None) -> dict:
    """No deal has an amount: blank, or the nought that some CRMs write."""
    return tables | {"deals": tables["deals"].assign(amount=value).astype({"amount": float})}
