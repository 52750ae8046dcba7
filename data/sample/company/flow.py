"""Closers' deals: factors first, then the outcome, then how long it takes."""

import numpy as np
import pandas as pd

from .setting import (
    BY_NAME,
    CHANNELS,
    CLEANER,
    CLOSERS,
    EFFECTS,
    INTERCEPT,
    LEAVER,
    MONTHS,
    PRODUCTS,
    SEASON,
    SNAPSHOT,
    SOURCES,
    SUCCESSOR,
    active,
    rng,
    skill_of,
)  # fmt: skip

MASS_DAY = pd.Timestamp("2026-09-29")


def closer_deals() -> pd.DataFrame:
    """Every closer's deal with its truth; `closed_at` may lie after the snapshot (the deal is open then)."""
    draw = rng("closers")
    deals = pd.concat(
        [_month(draw, closer, month) for closer in CLOSERS for month in MONTHS], ignore_index=True
    )
    deals = deals[deals["created_at"] < SNAPSHOT].sort_values(
        ["created_at", "manager"], ignore_index=True
    )
    _factors(draw, deals)
    _outcome(draw, deals)
    _length(draw, deals)
    _mass_closing(draw, deals)
    _leaver(deals)
    deals["pipeline"] = "Sales"
    deals["deal_id"] = [str(31_000_007 + 13 * i) for i in range(len(deals))]
    deals["product"] = draw.choice(
        list(PRODUCTS), len(deals), p=[0.24, 0.26, 0.16, 0.12, 0.08, 0.08, 0.06]
    )
    deals["segment"] = draw.choice(["HoReCa", "Office", "Retail"], len(deals), p=[0.55, 0.3, 0.15])
    return deals


def _month(draw, closer, month) -> pd.DataFrame:
    stop = (
        "2026-02-10" if closer.name == LEAVER else None
    )  # the last weeks before leaving bring no new deals
    mean = (
        closer.volume
        * SEASON[int(month[5:]) - 1]
        * active(closer, month)
        * (0.9 + 0.008 * MONTHS.index(month))
    )
    frame = pd.DataFrame({"created_at": moments(draw, month, draw.poisson(mean))})
    frame["manager"] = closer.name
    frame["channel"] = draw.choice(CHANNELS, len(frame), p=closer.mix)
    hired = frame["created_at"] >= pd.Timestamp(closer.hired_on)
    return frame[hired & (frame["created_at"] < pd.Timestamp(stop or SNAPSHOT))]


def moments(draw, month: str, n: int) -> pd.DatetimeIndex:
    """`n` working moments of a month: mostly weekdays, 9 to 19 o'clock, whole minutes."""
    days = pd.date_range(month, pd.Period(month).end_time.normalize())
    days = days[days < SNAPSHOT]
    weight = np.where(days.day_of_week < 5, 1.0, 0.12)
    return draw.choice(days, n, p=weight / weight.sum()) + minutes(draw, n)


def minutes(draw, n: int) -> pd.TimedeltaIndex:
    """Times of a working day."""
    return pd.to_timedelta(draw.triangular(9 * 60, 13 * 60, 19 * 60, n).astype(int), unit="min")


def _factors(draw, deals):
    people = [BY_NAME[name] for name in deals["manager"]]
    deals["source"] = [draw.choice(SOURCES[channel]) for channel in deals["channel"]]
    deals["target"] = draw.random(len(deals)) < [person.target for person in people]
    deviates = draw.random(len(deals)) < [person.deviation for person in people]
    kind = draw.choice(["skip", "back", "overdue"], len(deals), p=[0.36, 0.22, 0.42])
    deals["deviation"] = np.where(deviates, kind, "")
    shares = np.cumsum([person.touches for person in people], axis=1)
    deals["touch_bin"] = (draw.random(len(deals))[:, None] > shares[:, :2]).sum(axis=1)
    deals["early"] = np.select(
        [deals["touch_bin"] == 0, deals["touch_bin"] == 1],
        [0, 1 + draw.integers(0, 2, len(deals))],
        3 + draw.poisson(0.8, len(deals)),
    )


def _outcome(draw, deals):
    touches = np.array(list(EFFECTS["touches"].values()))[deals["touch_bin"]]
    logit = (
        INTERCEPT
        + EFFECTS["target"] * deals["target"]
        + EFFECTS["deviation"] * (deals["deviation"] != "")
        + touches
        + deals["channel"].map(EFFECTS["channel"])
        + deals["manager"].map({closer.name: skill_of(closer) for closer in CLOSERS})
    )
    deals["p"] = 1 / (1 + np.exp(-logit))
    deals["won"] = draw.random(len(deals)) < deals["p"]


def _length(draw, deals):
    n = len(deals)
    won = np.exp(np.log(31) + 0.55 * draw.standard_normal(n))
    lost = np.exp(np.log(19) + 0.75 * draw.standard_normal(n))
    days = np.where(deals["won"], won, lost)
    at_once = deals["won"] & (
        draw.random(n) < 0.02
    )  # won on the day of creation: entered after the event
    day = (
        deals["created_at"] + pd.to_timedelta(np.where(at_once, 0, np.maximum(1, days)), unit="D")
    ).dt.normalize()
    to_monday = day.dt.day_of_week.map({5: 2, 6: 1}).fillna(0)
    day += pd.to_timedelta(np.where(at_once, 0, to_monday), unit="D")
    same_day = deals["created_at"] + pd.Timedelta(minutes=25)
    deals["closed_at"] = (day + minutes(draw, n)).where(~at_once, same_day)


def _mass_closing(draw, deals):
    late = deals["closed_at"].between("2026-08-20", "2026-10-25") & (
        deals["created_at"] < "2026-09-20"
    )
    late &= ~deals["won"] & (deals["manager"] == CLEANER)
    day = MASS_DAY + pd.to_timedelta(17 * 60 + draw.integers(0, 40, len(deals)), unit="min")
    deals["closed_at"] = deals["closed_at"].mask(late, pd.Series(day, index=deals.index))
    deals["mass"] = late


def _leaver(deals):
    left = pd.Timestamp(BY_NAME[LEAVER].left_on) + pd.Timedelta(days=1)
    deals["first_manager"] = deals["manager"]
    moved = (deals["manager"] == LEAVER) & (deals["closed_at"] >= left)
    deals.loc[moved, "manager"] = SUCCESSOR
    deals["moved_at"] = pd.Series(pd.NaT, index=deals.index).mask(
        moved, left + pd.Timedelta(hours=10)
    )
