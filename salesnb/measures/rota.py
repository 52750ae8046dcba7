"""The listening rota: who is heard next, which calls, and how many hearings make a colour sure."""

import datetime as dt
import hashlib

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from salesnb.measures.frames import BookLike, collect, names
from salesnb.measures.hearings import TYPES, hearings
from salesnb.measures.quality import colours, counted_calls
from salesnb.measures.staff import leavers
from salesnb.measures.to_hear import call_types, calls_to_hear
from salesnb.measures.workdays import workdays, working_days
from salesnb.schema import UNKNOWN
from salesnb.stats.hearing import calls_until_sure, hearing_order

ROTA_LENGTH = 5  # working days that are planned at a time
LONGEST_WAIT = 22  # working days, a month: nobody waits longer for a visit
GROUPS = ("waits", "unsure", "far", "sure")  # in the order in which they are heard
PEOPLE = [
    "manager",
    "calls",
    "kept",
    "state",
    "score",
    "p_colour",
    "needed",
    "more",
    "visits",
    "days",
    "within",
    "since",
    "group",
    "to_hear",
]
ROTA = ["day", "manager", "expected", "touch_id", "at", "duration_s", "record_url", "deal_id"]
ROTA += ["stage", "type"]


def next_days(book: BookLike) -> list[dt.date]:
    """The five working days of the company after as_of.

    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open",
    ...     "created_at": pd.Timestamp("2026-09-01")})
    >>> days = next_days(s.book(deals, month="2026-09", as_of="2026-09-30", country="RU"))
    >>> str(days[0]), str(days[-1])
    ('2026-10-01', '2026-10-07')
    """
    calendar = working_days(book.params.country, pd.Series([pd.Timestamp(book.as_of)]))
    return sorted(day for day in calendar if day > book.as_of)[:ROTA_LENGTH]


def hearings_left(book: BookLike) -> pd.DataFrame:
    """Whose calls are heard, in the order in which they are, and how many hearings make each colour
    sure.

    Everybody with a call to hear or a scored call of the last months, of any function, who owns a
    deal or is in the list of employees and has not left. Memoised on the Book.

    Returns
    -------
    DataFrame, the first to be heard first: manager; calls (heard in the months of a colour); kept
        (those of them that still are in these months on the last day of the rota); state, score,
        p_colour (as in `colours`; "none" without a scored call); needed (calls in all until the
        colour is sure, `colour_min_calls` without a score; inf on a cut); more (of them still to
        hear), visits (of one call of each type), days (working days until then, when everybody is
        heard in turn), within (days ≤ `rota_days`); since (working days since the last call that
        was heard to the first day of the rota; NaN: none in a year); group ("waits" a month or
        longer, "unsure", "far": not within a quarter, "sure"); to_hear (calls to draw from)

    Source
    ------
    definitions, "Listening rota": n = (0.842·s/|score − cut|)² calls of both types, those heard
    counted in, at the rota's pace for the whole team; the order is that of decision 0018.
    """
    return book.unfiltered.kept("_hearings_left", lambda: _hearings_left(book.unfiltered))


def rota(book: BookLike) -> pd.DataFrame:
    """The calls to hear on the five working days after as_of: at a visit one call of each type.

    Nobody twice while somebody else can be heard, nobody on a day of absence. Calls with a
    recording come first, then those of the type that is looked for, then those of either; among
    equal ones the draw is seeded with as_of and the manager. Memoised on the Book.

    Returns
    -------
    DataFrame, by day, then in the order of `hearings_left`: day, manager, expected (type that is
        looked for), touch_id, at, duration_s, record_url, deal_id, stage (of the deal at the call),
        type (None: either)
    """
    return book.unfiltered.kept("_rota", lambda: _rota(book.unfiltered))


def until_sure(
    needed: ArrayLike, kept: ArrayLike, people: int, per_day: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """Visits of two calls until so many are heard, and the working days that they take when all
    `people` are heard in turn, `per_day` of them a day.

    >>> visits, days = until_sure([13, 13], [0, 8], people=9)
    >>> visits.tolist(), days.tolist()
    ([7.0, 3.0], [63.0, 27.0])
    >>> until_sure([13], [0], people=10)[1].tolist()
    [70.0]
    """
    more = np.asarray(needed, float) - np.asarray(kept, float)
    visits = np.ceil(np.clip(more, 0, None) / len(TYPES))
    return visits, np.ceil(visits * people / per_day)


def _hearings_left(book) -> pd.DataFrame:
    found, cut = _people(book), book.thresholds
    score = found["score"].to_numpy(float)
    needed = calls_until_sure(score, found["spread"], cut.score_cuts, cut.colour_chance)
    needed = np.fmax(needed, cut.colour_min_calls)
    sure = (found["state"] == "sure").to_numpy()
    short = [cut.colour_min_each - found[f"kept_{kind}"].to_numpy() for kind in TYPES]
    by_type = len(TYPES) * np.clip(np.max(short, axis=0), 0, None)
    more = np.fmax(needed - found["kept"].to_numpy(), by_type)
    more = np.where(sure, np.clip(more, 0, None), np.fmax(more, 1))
    visits, days = until_sure(more, np.zeros(len(found)), len(found), book.params.rota.per_day)
    within = days <= cut.rota_days
    group, order = hearing_order(
        visits,
        np.where(found["calls"] < cut.colour_min_calls, np.nan, found["p_colour"]),
        found["since"],
        sure,
        ~within & ~sure,
        LONGEST_WAIT,
    )
    found = found.assign(
        needed=needed,
        more=more,
        visits=visits,
        days=days,
        within=within,
        group=[GROUPS[place] for place in group],
    )
    return found.iloc[order][[c for c in PEOPLE if c in found]].reset_index(drop=True)


def _people(book) -> pd.DataFrame:
    """People by name with what of them was heard; calls still counted at the end of the rota."""
    known, scored = colours(book), counted_calls(book)
    to_hear = calls_to_hear(book)["manager"].value_counts()
    listed = sorted((set(to_hear.index) | set(known["manager"])) & _staff(book))
    found = pd.DataFrame({"manager": names(listed)}).merge(known, on="manager", how="left")
    found["calls"] = found["calls"].fillna(0).astype("int64")
    found["state"] = found["state"].astype(object).where(found["state"].notna(), "none")
    end = pd.Timestamp((next_days(book) or [book.as_of])[-1]) + pd.Timedelta(days=1)
    start = end - pd.DateOffset(months=book.thresholds.score_months)
    kept = scored[(scored["at"] >= start) & scored["call_type"].isin(TYPES)]
    for kind in TYPES:
        own = kept.loc[kept["call_type"] == kind, "manager"].value_counts()
        found[f"kept_{kind}"] = found["manager"].map(own).fillna(0).astype("int64")
    found["kept"] = sum(found[f"kept_{kind}"] for kind in TYPES)
    found["since"] = _since(book, found["manager"])
    found["to_hear"] = found["manager"].map(to_hear).fillna(0).astype("int64")
    return found


def _staff(book) -> set[str]:
    """Who may be heard: owners of deals and the people of the list, those who left taken out."""
    parts = [book.deals.select("manager")]
    if book.managers is not None:
        parts.append(book.managers.select("manager"))
    found = {name for part in parts for name in collect(part.unique())["manager"].dropna()}
    return found - set(leavers(book)) - {UNKNOWN}


def _since(book, people: pd.Series) -> list[float]:
    """Working days from the last call of each that was heard to the first day of the rota."""
    heard = hearings(book)
    last = heard.groupby("manager")["at"].max() if len(heard) else pd.Series(dtype="datetime64[us]")
    if last.empty:
        return [np.nan] * len(people)
    days = working_days(book.params.country, pd.Series([last.min(), pd.Timestamp(book.as_of)]))
    past = np.array(sorted(day for day in days if day <= book.as_of), dtype="datetime64[D]")
    return [
        float((past > np.datetime64(last[name].date())).sum() + 1) if name in last else np.nan
        for name in people
    ]


def _rota(book) -> pd.DataFrame:
    people, calls, calendar = hearings_left(book), calls_to_hear(book), workdays(book)
    left = dict(iter(calls.groupby("manager", sort=False)))
    order = [name for name in people["manager"] if name in left]
    times, rows = dict.fromkeys(order, 0), []
    for day in next_days(book):
        here = [name for name in order if len(left[name]) and calendar.is_here(name, day)]
        for name in sorted(here, key=lambda one: times[one])[: book.params.rota.per_day]:
            times[name] += 1
            for kind in call_types(book):
                drawn = _draw(left[name], kind, f"{book.as_of} {name}")
                if drawn is not None:
                    rows.append({"day": day, "expected": kind} | left[name].loc[drawn].to_dict())
                    left[name] = left[name].drop(index=drawn)
    table = pd.DataFrame(rows, columns=ROTA)
    return table.astype({"at": "datetime64[us]", "duration_s": float})


def _draw(calls: pd.DataFrame, kind: str, seed: str):
    """The row of the call that is drawn; None where each is of another type."""
    fit = calls[calls["type"].isna() | (calls["type"] == kind)]
    if fit.empty:
        return None
    keys = [
        (url is None, other is None, hashlib.sha256(f"{seed} {call}".encode()).hexdigest())
        for url, other, call in zip(fit["record_url"], fit["type"], _marks(fit), strict=True)
    ]
    return fit.index[min(range(len(keys)), key=keys.__getitem__)]


def _marks(calls: pd.DataFrame) -> list[str]:
    """What tells each call from the others, whatever the order of rows."""
    kept = calls[["touch_id", "at", "deal_id", "duration_s"]].itertuples(index=False)
    return [" ".join(str(value) for value in row) for row in kept]
