"""Conversion by date of creation: what becomes of the deals created in a period."""

import datetime as dt
from collections.abc import Sequence

import narwhals as nw
import numpy as np
import pandas as pd

from salesnb.formats.periods import PeriodLike
from salesnb.measures.frames import (
    By,
    Frame,
    as_known,
    collect,
    count,
    days_between,
    flag,
    grouped,
    groups,
    keys,
    known_on,
    of_groups,
    of_period,
    require_columns,
    within,
)
from salesnb.params import Thresholds
from salesnb.stats.intervals import wilson
from salesnb.stats.survival import aalen_johansen, kaplan_meier

DEFAULTS = Thresholds()
FATES = ("won", "lost", "open")


def event_counts(
    deals: Frame,
    as_of: dt.date | str | None = None,
    by: By | None = None,
    period: PeriodLike | None = None,
) -> pd.DataFrame:
    """How many deals were won, lost or last seen open after how many days.

    Parameters
    ----------
    deals : any frame that Narwhals takes: status, created_at, closed_at, by…
    as_of : date
        Day on which the open deals are still open.
    period : when the deals were created

    Returns
    -------
    DataFrame, one row per group and day: by…, days, won, lost, open
    """
    period, as_of = of_period(deals, period), known_on(deals, as_of)
    deals, by = grouped(deals, by)
    outcomes = {status: flag(nw.col("status") == status) for status in FATES}
    return count(_timed(deals, as_of, by, period), [*by, "days"], **outcomes).drop(columns="rows")


def lifetimes(
    deals: Frame, as_of: dt.date | str | None = None, period: PeriodLike | None = None
) -> pd.DataFrame:
    """The deals behind `event_counts`, arguments as there: deal_id, days (to the outcome, or open
    so far), sorted by deal.
    """
    timed = _timed(deals, as_of, ["deal_id"], period).filter(nw.col("status").is_in(list(FATES)))
    return collect(timed.select("deal_id", "days")).sort_values(
        "deal_id", kind="stable", ignore_index=True
    )


def _timed(deals, as_of, by: list[str], period) -> nw.LazyFrame:
    """The deals created in a period with the days until they were won, lost or last seen open."""
    period, as_of = of_period(deals, period), known_on(deals, as_of)
    found = as_known(
        require_columns(deals, "deals", ["status", "created_at", "closed_at", *by]), as_of
    )
    if period is not None:
        found = found.filter(within("created_at", period))
    day = nw.lit(pd.Timestamp(as_of).to_pydatetime())
    end = nw.when(nw.col("status") == "open").then(day).otherwise(nw.col("closed_at"))
    timed = found.with_columns(_end=end).filter(~nw.col("_end").is_null())
    return timed.with_columns(days=days_between("created_at", "_end").cast(nw.Int64)).filter(
        nw.col("days") >= 0
    )


def cohort_conversion(
    deals: Frame,
    as_of: dt.date | str | None = None,
    by: By | None = None,
    days: Sequence[int] = DEFAULTS.cohort_days,
    period: PeriodLike | None = None,
    min_at_risk: int = DEFAULTS.cohort_min_at_risk,
) -> pd.DataFrame:
    """Share of deals won by day 30, 60, 90 and 180 after creation.

    Open deals are censored on `as_of`, lost is a competing outcome (Aalen–Johansen): a young cohort
    is not punished for deals that still have time.

    Parameters
    ----------
    deals : a Book (its deals of closers), or any frame that Narwhals takes, one row per deal
        Needs ``status``, ``created_at``, ``closed_at`` and the columns of `by`. Not changed.
    as_of : date; None: the day of the Book
        Day up to which everything is known: deals created later are left out, deals closed later
            are open.
    days : ages at which the curve is read
    period : when the deals were created; None: all

    Returns
    -------
    DataFrame, one row per group and day
        by…, day, at_risk (deals still open before that day), won, lost, open (shares 0..1 that sum
        to 1), low, high (95 % interval of won; where none is won, Wilson's for the deals whose fate
        is known), mature (whether all deals of the group have reached that age). NaN where fewer
        than `min_at_risk` deals reached the day and the group is not mature.

    Source
    ------
    Aalen and Johansen (1978), Scandinavian Journal of Statistics 5, 141-150.

    Examples
    --------
    Four deals created on one day: won on day 10, lost on day 20, two open on day 40.

    >>> created = pd.to_datetime(["2026-01-01"] * 4)
    >>> deals = pd.DataFrame({"status": ["won", "lost", "open", "open"], "created_at": created,
    ...                       "closed_at": pd.to_datetime(["2026-01-11", "2026-01-21", None,
    ...                           None])})
    >>> cohort_conversion(deals, "2026-02-10", days=(30,), min_at_risk=1)[["day", "at_risk", "won",
    ...     "lost", "open"]]
       day  at_risk   won  lost  open
    0   30        2  0.25  0.25   0.5
    """
    table = event_counts(deals, as_of, by, period)
    by = keys(by)
    rows = []
    for place, group in groups(table, by):
        rows += [place | row for row in _read(group, days, min_at_risk)]
    columns = [*by, "day", "at_risk", "won", "lost", "open", "low", "high", "mature"]
    return of_groups(rows, columns, table)


def _read(group: pd.DataFrame, days, min_at_risk: int) -> list[dict]:
    age, won, lost, still = (group[name].to_numpy() for name in ("days", *FATES))
    curve = aalen_johansen(age, won, lost, still)
    everybody = won + lost + still
    youngest = age[still > 0].min() if (still > 0).any() else np.inf
    rows = []
    for day in days:
        at_risk = int(everybody[age >= day].sum())
        mature = bool(len(age) and day <= youngest)
        row: dict[str, float] = {"day": int(day), "at_risk": at_risk, "mature": mature}
        if not (mature or at_risk >= min_at_risk):
            rows.append(row | dict.fromkeys(("won", "lost", "open", "low", "high"), np.nan))
            continue
        ends = curve.incidence1, curve.incidence2, curve.low1, curve.high1
        last = int(np.searchsorted(curve.time, day, side="right")) - 1
        read = [float(end[last]) if last >= 0 else 0.0 for end in ends]
        row |= dict(zip(("won", "lost", "low", "high"), read, strict=True))
        row["open"] = 1 - row["won"] - row["lost"]
        # without a win the delta method knows no error: as many deals without one leave this
        # much open
        if not row["won"]:
            # all but those that are younger and open: of these it is not known
            known = int(everybody.sum() - still[age < day].sum())
            row["high"] = float(wilson(0, known)[1])
        rows.append(row)
    return rows


def cohort_curve(group: pd.DataFrame) -> pd.DataFrame:
    """The whole curve of one cohort: day, at_risk, won, low, high, lost (cumulative incidence)."""
    found = aalen_johansen(
        group["days"].to_numpy(),
        group["won"].to_numpy(),
        group["lost"].to_numpy(),
        group["open"].to_numpy(),
    )
    return pd.DataFrame(
        {
            "day": found.time,
            "at_risk": found.at_risk,
            "won": found.incidence1,
            "low": found.low1,
            "high": found.high1,
            "lost": found.incidence2,
        }
    )


def time_to_close(
    deals: Frame, as_of: dt.date | str | None = None, period: PeriodLike | None = None
) -> dict:
    """Quartiles of the time to close, open deals included (Kaplan–Meier): {"q25", "median", "q75"}
    in days.

    NaN where fewer than that share of deals has closed yet.

    Examples
    --------
    Of four deals one closed after 10 days and one after 20; two are still open after 40. Half of
    them, not all that have closed, closed within 20 days; three quarters have not closed yet.

    >>> deals = pd.DataFrame({"status": ["won", "lost", "open", "open"],
    ...     "created_at": pd.Timestamp("2026-01-01"),
    ...     "closed_at": pd.to_datetime(["2026-01-11", "2026-01-21", None, None])})
    >>> time_to_close(deals, "2026-02-10")
    {'q25': 10.0, 'median': 20.0, 'q75': nan}
    """
    table = event_counts(deals, as_of, None, period)
    found = kaplan_meier(
        table["days"].to_numpy(),
        (table["won"] + table["lost"]).to_numpy(),
        table["open"].to_numpy(),
    )
    return {
        name: found.quantile(share)
        for name, share in (("q25", 0.25), ("median", 0.5), ("q75", 0.75))
    }


def immature(deals: Frame, period: PeriodLike, share: float = DEFAULTS.immature_open_share) -> dict:
    """Whether most deals created in the period are still open: {"created", "open", "share",
    "immature"}.

    Examples
    --------
    Three of the four deals of September are open; that of August is not looked at.

    >>> deals = pd.DataFrame({"status": ["won", "open", "open", "open", "open"],
    ...     "created_at": pd.to_datetime(["2026-09-01"] * 4 + ["2026-08-01"])})
    >>> immature(deals, "2026-09")
    {'created': 4, 'open': 3, 'share': 0.75, 'immature': True}
    """
    found = require_columns(deals, "deals", ["status", "created_at"]).filter(
        within("created_at", period)
    )
    table = count(found, [], open=flag(nw.col("status") == "open")).iloc[0]
    created, still = int(table["rows"]), int(table["open"])
    part = still / created if created else float("nan")
    return {
        "created": created,
        "open": still,
        "share": part,
        "immature": bool(created and part > share),
    }
