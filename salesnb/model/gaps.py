"""What a gap is made of: five factors, quick closings, the manager, chance. The parts add up
exactly.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from salesnb.errors import unknown
from salesnb.measures.frames import BookLike, Frame
from salesnb.measures.summary import first_month
from salesnb.model.features import FACTORS
from salesnb.model.fit import Fit, codes
from salesnb.model.fitting import fitted, fitted_so_far, memoised
from salesnb.schema import UNKNOWN
from salesnb.stats import Side, bridge, difference_interval, kitagawa, shapley
from salesnb.stats.beta_binomial import Shrunk
from salesnb.stats.intervals import minus
from salesnb.stats.mixed import Z95, MixedLogistic

PARTS = (*FACTORS, "quick", "manager", "chance")
DEPARTMENT, BEST = "department", "best"
LEAST_POINTS = 0.01  # of a part under one percentage point nothing is said: it would be noise


def gap(
    x: Frame,
    manager: str,
    benchmark: str = DEPARTMENT,
    factors: Mapping[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """The gap between a manager's conversion of the month and the benchmark's, taken apart.

    Parameters
    ----------
    x : Book or frame, as in `manager_rates`
    manager : name
    benchmark : "department" (the managers of the channel) or another manager's name

    Returns
    -------
    DataFrame of eight rows: part (target, process, qualification, touchpoints, channels, quick,
    manager, chance), points (0..1: 0.01 is a percentage point), low, high (95 %)
        They add up to the raw gap, which is ``.attrs["gap"]``. All are NaN with fewer than 10 deals
        closed in the month (``.attrs["refused"]`` = "few in month") and where there are too few
        managers for a comparison, or nobody else closed a deal ("few managers"); the five factors
        are NaN where the model may not speak of factors.

    Raises
    ------
    ParamError
        No such manager; the nearest name is given.

    Examples
    --------
    Ann won half of her deals and all three together a third. Of the factors nothing is said, since
    nine won deals are too few for a model; the other parts add up to the gap of a sixth.

    >>> deals = pd.DataFrame({"manager": ["Ann"] * 12 + ["Bo"] * 12 + ["Cy"] * 3,
    ...     "status": ["won"] * 6 + ["lost"] * 6 + ["won"] * 3 + ["lost"] * 12})
    >>> found = gap(deals, "Ann")
    >>> found.dropna(subset="points")["part"].tolist(), found.attrs["refused"]
    (['quick', 'manager', 'chance'], 'few deals')
    >>> round(float(found["points"].sum()), 3), round(found.attrs["gap"], 3)
    (0.167, 0.167)
    >>> gap(deals, "Cy").attrs
    {'refused': 'few in month', 'closed': 3, 'need': 10}
    """
    fit = fitted(x, factors)
    people = _people(fit)
    if manager not in people:
        raise unknown("manager", manager, people)
    if benchmark != DEPARTMENT and benchmark not in people:
        raise unknown("benchmark", benchmark, [DEPARTMENT, *people])
    month = _month(fit)
    return _gap(fit, ([manager], month), (None if benchmark == DEPARTMENT else [benchmark], month))


def gaps(x: Frame, factors: Mapping[str, Sequence[str]] | None = None) -> pd.DataFrame:
    """Gaps to the department of all managers with a closing in the month: manager, part, points,
    low, high.

    Examples
    --------
    The parts of each add up to the distance from a third: Ann won half, and Bo a quarter. The three
    deals of Cy are too few.

    >>> deals = pd.DataFrame({"manager": ["Ann"] * 12 + ["Bo"] * 12 + ["Cy"] * 3,
    ...     "status": ["won"] * 6 + ["lost"] * 6 + ["won"] * 3 + ["lost"] * 12})
    >>> found = gaps(deals).groupby("manager")["points"]
    >>> found.size().to_dict(), found.sum(min_count=1).round(3).to_dict()
    ({'Ann': 8, 'Bo': 8, 'Cy': 8}, {'Ann': 0.167, 'Bo': -0.083, 'Cy': nan})
    """

    def made():
        fit = fitted(x, factors)
        return _to_department(fit, _month(fit))

    return memoised(x, "_gaps", made)


def window_gaps(x: Frame, factors: Mapping[str, Sequence[str]] | None = None) -> pd.DataFrame:
    """`gaps` over the whole trailing window instead of the month: far less of it is chance."""
    return _to_department(fitted(x, factors), None)


def _to_department(fit: Fit, month: str | None) -> pd.DataFrame:
    side = _side(fit, None, month)
    return _together(
        {name: _gap(fit, ([name], month), (None, month), side) for name in _people(fit, month)}
    )


def benchmark_gaps(
    x: Frame, name: str, factors: Mapping[str, Sequence[str]] | None = None
) -> pd.DataFrame:
    """Gaps of the month to another manager instead of the department: manager, part, points, low,
    high.
    """
    fit = fitted(x, factors)
    month = _month(fit)
    others = [one for one in _people(fit, month) if one != name]
    return _together({one: _gap(fit, ([one], month), ([name], month)) for one in others})


def certain(parts: pd.DataFrame) -> pd.Series:
    """Of which parts something may be said: the interval leaves out zero, and the part is worth a
    percentage point.

    >>> parts = pd.DataFrame({"part": ["target", "quick", "chance"], "points": [0.05, 0.004, 0.09]})
    >>> certain(parts.assign(low=0.001, high=0.1)).tolist()
    [True, False, False]
    """
    apart = ((parts["low"] > 0) | (parts["high"] < 0)) & (parts["part"] != "chance")
    return apart & (parts["points"].abs() >= LEAST_POINTS)


def largest_first(parts: pd.DataFrame) -> pd.DataFrame:
    """Parts by how much they account for, whichever way."""
    return parts.sort_values("points", key=lambda points: -points.abs(), kind="stable")


def _together(found: dict[str, pd.DataFrame]) -> pd.DataFrame:
    columns = ["manager", "part", "points", "low", "high"]
    if not found:
        return pd.DataFrame(columns=columns)
    return pd.concat(part.assign(manager=name) for name, part in found.items())[
        columns
    ].reset_index(drop=True)


def _month(fit: Fit) -> str | None:
    """The month of a Book; None for a frame, which is one period whatever months it has."""
    return fit.cells.month if fit.cells.window is not None else None


def _people(fit: Fit, month: str | None = None) -> list[str]:
    """Managers of the page with a closed deal in the month (None: at all), by name."""
    counts = fit.own_counts
    kept = counts if month is None else counts[counts["month"] == month]
    return sorted(set(kept["manager"]) - {UNKNOWN})


def _rows(fit: Fit, managers, month: str | None) -> np.ndarray:
    rows = fit.cells.table["own"].to_numpy(bool)
    if month is not None:
        rows = rows & np.isin(fit.month, _places(fit.cells.months, [month]))
    if managers is None:
        return rows
    return rows & np.isin(fit.group, _places(fit.managers, managers))


def _places(names: list[str], asked) -> list[int]:
    """Places of the names asked for; none of one that is not there."""
    return [names.index(one) for one in asked if one in names]


def _side(fit: Fit, managers, month: str | None) -> Side:
    rows = _rows(fit, managers, month)
    return Side(fit.x[rows], fit.unit[rows], fit.wins[rows], fit.trials[rows])


def _totals(fit: Fit, managers, month: str | None) -> tuple[float, float, float, float]:
    kept = fit.own_counts
    if managers is not None:
        kept = kept[kept["manager"].isin(managers)]
    if month:
        kept = kept[kept["month"] == month]
    won, closed, quick_won, quick_closed = (
        float(kept[c].sum()) for c in ("won", "closed", "quick_won", "quick_closed")
    )
    return won, closed, quick_won, quick_closed


def _gap(fit: Fit, one, other, other_side: Side | None = None) -> pd.DataFrame:
    """Parts of the gap between two sides, each (managers or None for all, month or None for the
    whole period).
    """
    own, against = _totals(fit, *one), _totals(fit, *other)
    thresholds = fit.cells.thresholds
    if fit.silent:
        return _frame({}, refused=fit.cells.untold)
    if one[0] is not None and not _compared(fit, one, other):
        return _frame({}, refused="few managers", need=thresholds.min_managers)
    if min(own[1], against[1]) < thresholds.min_verdict:
        return _frame(
            {},
            refused="few in month",
            closed=int(min(own[1], against[1])),
            need=thresholds.min_verdict,
        )
    raw = own[0] / own[1] - against[0] / against[1]
    quick, weight = bridge(*own, *against)
    half = Z95 * np.sqrt(_quick_variance(own, against) + _quick_variance(against, own))
    points = {"quick": (quick, quick - half, quick + half)} if not fit.cells.coarse else {}
    side, other_side = _side(fit, *one), other_side or _side(fit, *other)
    if fit.model is None:
        points["manager"] = _shrunk_difference(fit, one[0], other[0])
    elif side.trials.sum() and other_side.trials.sum():
        points |= _modelled(fit, fit.model, side, other_side, weight)
        if one[0] is not None and not any(name in fit.cells.scores for name in one[0]):
            points.pop("qualification", None)  # nobody scored this person: there is nothing to say
    if fit.model is not None:
        points = {
            name: value
            for name, value in points.items()
            if name not in (fit.untold if fit.usable else {*FACTORS, *fit.columns})
        }
    points.setdefault("manager", (0.0, 0.0, 0.0))
    rest = raw - sum(value for name, (value, _, _) in points.items() if name != "chance")
    half = (points["chance"][2] - points["chance"][1]) / 2 if "chance" in points else np.nan
    points["chance"] = (rest, rest - half, rest + half)
    return _frame(points, gap=raw, refused=None if fit.usable else codes(fit))


def _compared(fit: Fit, one, other) -> bool:
    """Whether there is somebody to hold a manager against: enough people on the page, and not this
    one alone in the period.
    """
    return fit.compared and (
        other[0] is not None or len(_people(fit, other[1])) > 1 or one[1] != other[1]
    )


def _quick_variance(one, other) -> float:
    """Variance of the quick part that comes from the counts of one side: the share closed early,
    and the rate among them.
    """
    won, closed, quick_won, quick_closed = one
    share, rate = quick_closed / closed, (quick_won + 0.5) / (quick_closed + 1)
    step = 1e-4

    def part(moved_share, moved_rate):
        early = moved_share * closed
        late_rate = (won - quick_won) / max(closed - quick_closed, 1e-9)
        counts = (
            early * moved_rate + (closed - early) * late_rate,
            closed,
            early * moved_rate,
            early,
        )
        return bridge(*counts, *other)[0]

    by_share = (part(share + step, rate) - part(share - step, rate)) / (2 * step)
    by_rate = (part(share, rate + step) - part(share, rate - step)) / (2 * step)
    return by_share**2 * share * (1 - share) / closed + by_rate**2 * rate * (1 - rate) / max(
        quick_closed, 1
    )


def _modelled(fit: Fit, model: MixedLogistic, side: Side, against: Side, weight: float) -> dict:
    found = shapley(model, fit.columns, side, against)
    names = [*fit.columns, "manager", "chance"]
    halves = {
        n: (b - a) / 2 * fit.inflation.get(n, 1.0) ** 0.5
        for n, a, b in zip(names, found.low, found.high, strict=True)
    }
    values = dict(zip(names, found.points, strict=True))
    return {
        n: (v * weight, (v - halves[n]) * weight, (v + halves[n]) * weight)
        for n, v in values.items()
    }


def _shrunk_difference(fit: Fit, managers, others):
    """Difference of the rates drawn towards each other, of the window; none between the same people
    at two times.
    """
    if managers == others:
        return 0.0, 0.0, 0.0
    names, found = fit.shrunk
    place = names.index(managers[0])
    one = _ends(found, place)
    if others is None:
        return tuple(float(end - found.overall) for end in one)
    return tuple(float(end) for end in minus(one, _ends(found, names.index(others[0]))))


def _ends(found: Shrunk, place: int) -> tuple[float, float, float]:
    return found.rate[place], found.low[place], found.high[place]


def _frame(points: dict, **attrs) -> pd.DataFrame:
    own = [name for name in points if name not in PARTS]  # factors of a name of the caller's
    parts = [*FACTORS, *own, *PARTS[len(FACTORS) :]]
    rows = [(part, *points.get(part, (np.nan, np.nan, np.nan))) for part in parts]
    table = pd.DataFrame(rows, columns=["part", "points", "low", "high"])
    table.attrs = attrs
    return table


def change(
    x: Frame, month: str, previous: str, factors: Mapping[str, Sequence[str]] | None = None
) -> pd.DataFrame:
    """The change of the department's conversion between two months, taken apart, with mix and rate
    of each factor.

    Returns
    -------
    DataFrame of eight rows: part, points, low, high (as in `gap`: what the mix of each factor
    accounts for; `manager` is who closed the deals; `chance` the rest), mix, rate (Kitagawa by this
    factor alone; they add up to the change of the deals that were open at the landmark; NaN for the
    other parts)

    Raises
    ------
    ParamError
        A month that is not there.

    Examples
    --------
    Of target clients 10 of 20 were won and then 18 of 30, of others 2 of 20 and then 1 of 10. That
    target clients became more accounts for 11.25 of the 17.5 points, that more of them were won for
    6.25. With one manager there is no model, and so no part of the factor.

    >>> counts = [("2026-08", "yes", 10, 10), ("2026-08", "no", 2, 18),
    ...     ("2026-09", "yes", 18, 12), ("2026-09", "no", 1, 9)]
    >>> rows = [("Ann", month, target, status) for month, target, won, lost in counts
    ...     for status in ["won"] * won + ["lost"] * lost]
    >>> deals = pd.DataFrame(rows, columns=["manager", "month", "is_target", "status"])
    >>> found = change(deals, "2026-09", "2026-08")
    >>> found[["part", "points", "mix", "rate"]].round(4).values.tolist()[0]
    ['target', nan, 0.1125, 0.0625]
    >>> round(found.attrs["gap"], 3), found.attrs["refused"]
    (0.175, 'few managers')
    """
    fit = fitted(x, factors)
    for name in (month, previous):
        if name not in fit.cells.months:
            raise unknown("month", name, fit.cells.months)
    return _change(fit, month, previous)


def _change(fit: Fit, month: str, previous: str) -> pd.DataFrame:
    table = _gap(fit, (None, month), (None, previous))
    splits = {
        factor: _mix_rate(fit, factor, month, previous)
        for factor in fit.deal_columns
        if not fit.cells.coarse
    }
    table["mix"] = [splits.get(part, (np.nan, np.nan))[0] for part in table["part"]]
    table["rate"] = [splits.get(part, (np.nan, np.nan))[1] for part in table["part"]]
    return table


def _mix_rate(fit: Fit, factor: str, month: str, previous: str) -> tuple[float, float]:
    columns = fit.cells.factors[factor]
    own = fit.cells.table[fit.cells.table["own"]]
    sums = {
        m: own[own["month"] == m].groupby(columns)[["won", "closed"]].sum()
        for m in (month, previous)
    }
    index = sums[month].index.union(sums[previous].index)
    now, before = (sums[m].reindex(index, fill_value=0) for m in (month, previous))

    def rate(part):
        return (part["won"] / part["closed"].where(part["closed"] > 0)).fillna(0).to_numpy(float)

    split = kitagawa(
        before["closed"].to_numpy(float), rate(before), now["closed"].to_numpy(float), rate(now)
    )
    return split.mix_total, split.rate_total


def month_change(book: BookLike) -> pd.DataFrame:
    """`change` between the report month and the one before, of a month that is not over up to the
    same working day; all missing where the window does not hold both.

    ``.attrs["clear"]`` : whether the change itself is more than chance; when it is not, its parts
    explain noise.

    Examples
    --------
    Two of twenty deals were won in August and eighteen in September: more than chance, though with
    one manager there is no model that would say why. Without August there is no change.

    >>> from salesnb import book
    >>> closed = pd.to_datetime(["2026-08-20"] * 20 + ["2026-09-20"] * 20)
    >>> deals = pd.DataFrame({"deal_id": [str(n) for n in range(40)], "manager": "Ann",
    ...     "status": ["won"] * 2 + ["lost"] * 18 + ["won"] * 18 + ["lost"] * 2,
    ...     "created_at": closed - pd.Timedelta(days=10), "closed_at": closed})
    >>> found = month_change(book(deals, month="2026-09"))
    >>> round(found.attrs["gap"], 3), found.attrs["clear"], found.attrs["refused"]
    (0.8, True, 'few managers')
    >>> found = month_change(book(deals[20:], month="2026-09"))
    >>> found.attrs["clear"], found.attrs["refused"], bool(found["points"].isna().all())
    (False, 'few in month', True)
    """
    fit = fitted_so_far(book)
    if not {book.month, book.previous} <= set(fit.cells.months):
        attrs = {
            "refused": "few in month",
            "clear": False,
            "untold": fit.cells.untold,
            "before": _known_before(book),
        }
        return _frame({}, **attrs).assign(mix=np.nan, rate=np.nan)
    table = _change(fit, book.month, book.previous)
    now, before = (_totals(fit, None, month)[:2] for month in (book.month, book.previous))
    _, low, high = difference_interval(*now, *before)
    table.attrs["clear"] = bool(low > 0 or high < 0) and not fit.silent
    table.attrs |= {"untold": fit.cells.untold, "before": True}
    return table


def _known_before(book) -> bool:
    """Whether the export reaches back to the month before."""
    first = first_month(book.department.closer_deals)
    return first is not None and first <= book.previous
