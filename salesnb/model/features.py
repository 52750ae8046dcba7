"""The seam to the models: one row per deal, each feature known by the landmark.

A deal is looked at on its landmark day (day 7 after creation). Only deals still open then are
modelled, and only with what was known then: anything counted over a deal's whole life depends on
    how long it lived, and so on its outcome.
"""

import datetime as dt
import sys
from collections.abc import Iterable, Sequence
from types import ModuleType

import narwhals as nw
import numpy as np
import pandas as pd

from salesnb.errors import DataError
from salesnb.formats.periods import PeriodLike
from salesnb.measures import touches
from salesnb.measures.frames import (
    BookLike,
    By,
    Frame,
    collect,
    count,
    days_between,
    flag,
    grouped,
    month_number,
    number_of_month,
    require_columns,
    sources,
    within,
)
from salesnb.measures.length import day_counts, weighted_quantile
from salesnb.measures.staff import heard_by_people
from salesnb.measures.stages import off_order, place_of, stage_stays

FACTORS = ("target", "process", "qualification", "touchpoints", "channels")
COLUMNS = {
    "target": "is_target",
    "process": "deviation",
    "qualification": "checklist",
    "touchpoints": "touch_bin",
    "channels": "channel",
}
CREATION, LANDMARK, CLOSING = "creation", "landmark", "closing"
# when each column is known: a model takes none that is known after the landmark
KNOWN_AT = {
    "is_target": CREATION,
    "deviation": LANDMARK,
    "checklist": CREATION,
    "touch_bin": LANDMARK,
    "channel": CREATION,
    "source": CREATION,
    "segment": CREATION,
    "product": CREATION,
    "manager": CREATION,
    "month": CREATION,
    "touches": CLOSING,
    "age": CLOSING,
    "days": CLOSING,
    "stages_passed": CLOSING,
    "lost_reason": CLOSING,
    "lost_class": CLOSING,
    "competitor": CLOSING,
    "amount": CLOSING,
    "closed_at": CLOSING,
    "stage": CLOSING,
    "deal_length": CLOSING,
    # these change for as long as a deal lives: the export has their last state
    "current_manager": CLOSING,
    "modified_at": CLOSING,
    "next_task_at": CLOSING,
    "expected_close_at": CLOSING,
    "reopened": CLOSING,
    "status_word": CLOSING,
    "unsettled": CLOSING,
    "unsettled_at": CLOSING,
}


class Features(nw.LazyFrame):
    """A lazy frame of features; `known_at` says when each column is known, `landmark_days` where
    the landmark lies.
    """

    known_at: dict[str, str] = {}
    landmark_days: int = 7

    def to_pandas(self) -> pd.DataFrame:
        """The features as a pandas table, by month of closing, then by deal: the order that a split
        by time takes.

        >>> from salesnb import book
        >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": "Ann", "status": "won",
        ...     "created_at": pd.Timestamp("2026-07-01"),
        ...     "closed_at": pd.to_datetime(["2026-09-15", "2026-08-15"])})
        >>> features(book(deals, month="2026-09")).to_pandas()["deal_id"].tolist()
        ['2', '1']
        """
        table = collect(self)
        order = [column for column in ("month", "deal_id") if column in table]
        return table.sort_values(order, kind="stable", ignore_index=True) if order else table


def refuse_late(columns: Iterable[str]) -> None:
    """Refuse model features that are known only after the landmark.

    >>> refuse_late(["is_target", "touches"])
    Traceback (most recent call last):
    ...
    salesnb.errors.DataError: touches is known only at closing: it depends on the outcome and may not be in a model. Use what is known by the landmark: is_target, deviation, checklist, touch_bin, channel, source, segment, product.

    Raises
    ------
    DataError
    """  # noqa: E501
    late = [column for column in columns if KNOWN_AT.get(column) == CLOSING]
    if late:
        allowed = ", ".join(
            c for c, when in KNOWN_AT.items() if when != CLOSING and c not in ("manager", "month")
        )
        raise DataError(
            f"{', '.join(late)} is known only at closing: it depends on the outcome and may not "
            "be in a model. "
            f"Use what is known by the landmark: {allowed}."
        )


def landmark_day(deals: Frame, wanted: int, least_open: float) -> int:
    """The landmark: `wanted` days when enough deals are still open then, else the 10th percentile
    of deal length.
    """
    table = day_counts(deals)
    total = (table["won"] + table["lost"]).sum()
    if not total:
        return wanted
    still = (table.loc[table["days"] >= wanted, ["won", "lost"]].to_numpy().sum()) / total
    if still >= least_open:
        return wanted
    return int(min(wanted, weighted_quantile(table["days"], table["won"] + table["lost"], 0.1)))


def landmark_of(book: BookLike) -> int:
    """The landmark of the department that a Book belongs to: every page of a run has the same."""
    whole, thresholds = book.department, book.department.thresholds
    return whole.kept(
        "_landmark",
        lambda: landmark_day(
            _closed_deals(whole), thresholds.landmark_days, thresholds.landmark_min_open
        ),
    )


def features(
    book: BookLike,
    landmark_days: int | None = None,
    period: PeriodLike | None = None,
    columns: By | None = None,
) -> Features:
    """One row per closer deal of the trailing window that was open at the landmark.

    Parameters
    ----------
    book : Book
    landmark_days : days after creation; None: thresholds' landmark_days and its rule
    period : when the deals were closed; None: in the trailing window
    columns : further columns of deals, or keys made from them (`bands`, `weekday`), for a factor of
        one's own; whether such a column is known by the landmark is for the caller to say

    Returns
    -------
    Features (a lazy frame)
        deal_id, client_id, manager (owner at closing), status (won, lost), month (of closing,
        "2026-09"), channel, source, and a column per factor: is_target (yes, no, unknown),
        deviation (yes, no: a skipped stage, a step back or an overdue stage by the landmark),
        checklist (mean call score of the owner in the 6 months before the deal's month), touch_bin
        (human touches by the landmark), and `columns`. A column whose table is missing is null
        throughout.

    Raises
    ------
    DataError
        One of `columns` is not there, or is known only at closing.

    Examples
    --------
    Deal 1 was closed within 7 days. Of the three calls about deal 2 one came later than that, and
    whether its client is a target one is not known.

    >>> from salesnb import book
    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": "Ann", "status": ["won", "lost"],
    ...     "is_target": [True, None], "created_at": pd.Timestamp("2026-09-01"),
    ...     "closed_at": pd.to_datetime(["2026-09-04", "2026-09-15"])})
    >>> calls = pd.DataFrame({"deal_id": "2", "manager": "Ann", "kind": "call",
    ...     "at": pd.to_datetime(["2026-09-02", "2026-09-05", "2026-09-09"])})
    >>> found = features(book(deals, touches=calls, month="2026-09"), landmark_days=7)
    >>> columns = ["deal_id", "status", "is_target", "touch_bin"]
    >>> found.select(columns).collect(backend="pandas").to_native().values.tolist()
    [['2', 'lost', 'unknown', '1-2']]
    >>> found.known_at["touch_bin"]
    'landmark'
    >>> features(book(deals, month="2026-09"), columns="amount")
    Traceback (most recent call last):
    ...
    salesnb.errors.DataError: amount is known only at closing: it depends on the outcome and may not be in a model. Use what is known by the landmark: is_target, deviation, checklist, touch_bin, channel, source, segment, product.
    """  # noqa: E501
    days = landmark_of(book) if landmark_days is None else landmark_days
    when = book.bounds(book.window_period if period is None else period)
    name = f"_features_{days}_{when[0]}_{when[1]}"
    frame = book.kept_frame(name, lambda: _features(book, days, when))
    told = ("is_target", "deviation", "checklist", "touch_bin", "channel", "source")
    found = _as_features(frame, {column: KNOWN_AT[column] for column in told}, days)
    return found if columns is None else _with_columns(found, book, columns)


def _with_columns(found: Features, book, columns: By) -> Features:
    """The features with further columns of the deals."""
    refuse_late(sources(columns))
    deals, names = grouped(book.closer_deals, columns)
    more = [name for name in names if name not in found.collect_schema().names()]
    own = require_columns(deals, "deals", ["deal_id", *more]).select("deal_id", *more)
    joined = nw.from_native(found.to_native()).lazy().join(own, on="deal_id", how="left")
    known_at = found.known_at | {name: KNOWN_AT.get(name, "not checked") for name in more}
    return _as_features(joined, known_at, found.landmark_days)


def _as_features(frame: nw.LazyFrame, known_at: dict[str, str], days: int) -> Features:
    found = Features(frame._compliant_frame, level=frame._level)
    found.known_at, found.landmark_days = known_at, days
    return found


def _features(book, days: int, when: tuple[dt.datetime, dt.datetime]) -> nw.LazyFrame:
    deals = _closed_deals(book, when)
    open_then = deals.filter(days_between("created_at", "closed_at") >= days)
    base = open_then.select(
        "deal_id",
        "client_id",
        "manager",
        "status",
        "channel",
        "source",
        "created_at",
        "closed_at",
        _target=nw.col("is_target"),
    ).with_columns(
        is_target=nw.when(nw.col("_target"))
        .then(nw.lit("yes"))
        .when(~nw.col("_target"))
        .then(nw.lit("no"))
        .otherwise(nw.lit("unknown")),
        _number=month_number("closed_at"),
    )
    frame = _with_touches(base, book, days, book.thresholds.touch_bins)
    frame = _with_deviations(frame, book, days)
    frame = _with_scores(frame, book)
    return frame.with_columns(month=_month_name(when)).select(
        "deal_id",
        "client_id",
        "manager",
        "status",
        "month",
        "channel",
        "source",
        "is_target",
        "deviation",
        "checklist",
        "touch_bin",
    )


def _closed_deals(book, when=None):
    start, end = book.bounds(book.window_period) if when is None else when
    closed = (
        nw.col("status").is_in(["won", "lost"])
        & (nw.col("closed_at") >= start)
        & (nw.col("closed_at") < end)
    )
    return book.closer_deals.filter(closed)


def quick_counts(book: BookLike, days: int, without: Sequence[str] = ()) -> pd.DataFrame:
    """Won and lost deals per manager, channel and month, with those closed before the landmark, but
    for the deals of `without`: the bridge of the gap.

    Returns
    -------
    DataFrame: manager, channel, month, won, closed, quick_won, quick_closed
    """
    deals = _closed_deals(book)
    if without:
        deals = deals.filter(~nw.col("deal_id").is_in(without))
    early = days_between("created_at", "closed_at") < days
    won = nw.col("status") == "won"

    def one(condition):
        return nw.when(condition).then(nw.lit(1)).otherwise(nw.lit(0)).cast(nw.Int64)

    deals = deals.with_columns(_number=month_number("closed_at"))
    deals = deals.with_columns(month=_month_name(book.bounds(book.window_period)))
    table = count(
        deals,
        ["manager", "channel", "month"],
        won=one(won),
        quick_won=one(won & early),
        quick_closed=one(early),
    )
    return table.rename(columns={"rows": "closed"})


def _month_name(when: tuple[dt.datetime, dt.datetime]) -> nw.Expr:
    """The month of closing as text: a period has few months, so each is named."""
    name = nw.lit("")
    last = when[1] - dt.timedelta(microseconds=1)
    for month in map(str, pd.period_range(when[0], last, freq="M")[::-1]):
        name = (
            nw.when(nw.col("_number") == number_of_month(month)).then(nw.lit(month)).otherwise(name)
        )
    return name


def _with_touches(deals, book, days: int, bins):
    """Human touches by the landmark, in bins fixed for the whole company."""
    made = touches.by_people(book)
    if made is None:
        return deals.with_columns(touch_bin=nw.lit(None).cast(nw.String))
    human = made.filter(~nw.col("deal_id").is_null()).select("deal_id", "at")
    pairs = human.join(deals.select("deal_id", "created_at"), on="deal_id", how="inner")
    early = pairs.filter(
        (nw.col("at") >= nw.col("created_at")) & (days_between("created_at", "at") < days)
    )
    counted = early.group_by("deal_id").agg(_touches=nw.len())
    joined = deals.join(counted, on="deal_id", how="left").with_columns(
        _touches=nw.col("_touches").fill_null(0)
    )
    label = nw.lit(bin_names(bins)[0])
    for edge, name in zip(bins, bin_names(bins)[1:], strict=True):
        label = nw.when(nw.col("_touches") >= edge).then(nw.lit(name)).otherwise(label)
    return joined.with_columns(touch_bin=label)


def bin_names(edges: Sequence[int]) -> list[str]:
    """Names of bins that begin at 0 and at each edge.

    >>> bin_names((1, 3))
    ['0', '1-2', '3+']
    """
    starts, ends = [0, *edges], [edge - 1 for edge in edges]
    names = [f"{a}-{b}" if b > a else str(a) for a, b in zip(starts, ends, strict=False)]
    return [*names, f"{starts[-1]}+"]


def deviations(book: BookLike, days: int | None) -> nw.LazyFrame | None:
    """Deals with a skipped stage, a step back or an overdue stage within `days` of creation (None:
    over their whole life).

    Overdue is a stay longer than most of the stays that ended in the trailing window
    (`overdue_quantile`); within `days` it counts only when that limit itself was passed by then.

    Returns
    -------
    lazy frame: deal_id, skipped, back, overdue (0 or 1); None without a history or an order of
        stages
    """
    if book.stages is None or not book.stage_order:
        return None
    name = "_deviations" if days is None else f"_deviations_{days}"
    return book.kept_frame(name, lambda: _deviations(book, days))


def _deviations(book, days: int | None) -> nw.LazyFrame:
    stays, limit = _placed_stays(book), _overdue_limit(book)
    since = days_between("created_at", "entered_at")
    late = nw.col("days") > limit
    if days is not None:
        stays, late = stays.filter(since < days), late & (since + limit < days)
    skipped, back = off_order(nw.col("_place"), nw.col("_before"))
    marked = stays.with_columns(_s=flag(skipped), _b=flag(back), _o=flag(late))
    return marked.group_by("deal_id").agg(
        skipped=nw.col("_s").max(), back=nw.col("_b").max(), overdue=nw.col("_o").max()
    )


def _placed_stays(book):
    """Stays of the deals in stages of the order, each with its place and the place before it."""
    place = place_of(nw.col("stage"), book.stage_order)
    stays = stage_stays(book.closer_deals, book.stages, book.as_of).with_columns(_place=place)
    before = nw.col("_place").shift(1).over("deal_id", order_by=["entered_at", "_place"])
    return stays.filter(nw.col("_place") >= 0).with_columns(_before=before)


def _overdue_limit(book) -> nw.Expr:
    """Days above which a stay in its stage is overdue, by the stays that ended in the trailing
    window.
    """
    limit = nw.lit(None).cast(nw.Float64)
    for stage, usual in book.kept("_usual_stays", lambda: _usual_stays(book)).items():
        limit = nw.when(nw.col("stage") == stage).then(nw.lit(usual)).otherwise(limit)
    return limit


def _usual_stays(book) -> dict[str, float]:
    stays = stage_stays(book.closer_deals, book.stages, book.as_of)
    ended = stays.filter(~nw.col("open_stay") & within("left_at", book.window_period))
    ended = ended.filter(nw.col("stage").is_in(book.stage_order))
    most = book.thresholds.overdue_quantile
    return {
        stage: float(weighted_quantile(found["days"], found["rows"], most))
        for stage, found in count(ended, ["stage", "days"]).groupby("stage", sort=True)
    }


def _with_deviations(deals, book, days: int):
    found = deviations(book, days)
    if found is None:
        return deals.with_columns(deviation=nw.lit(None).cast(nw.String))
    marked = deals.join(found, on="deal_id", how="left")
    any_ = (
        nw.col("skipped").fill_null(0)
        + nw.col("back").fill_null(0)
        + nw.col("overdue").fill_null(0)
    ) > 0
    known = nw.when(nw.col("skipped").is_null()).then(nw.lit("unknown"))
    return marked.with_columns(
        deviation=known.when(any_).then(nw.lit("yes")).otherwise(nw.lit("no"))
    )


def scores_by_month(book: BookLike) -> pd.DataFrame:
    """Mean call score of each manager in the months (`review_months`) before each month of the
    window and before: manager, born, checklist.
    """
    return book.kept("_scores_by_month", lambda: _scores_by_month(book))


def _scores_by_month(book) -> pd.DataFrame:
    reviews = book.department.reviews
    if reviews is None:
        return pd.DataFrame(columns=["manager", "born", "checklist"])
    own = heard_by_people(reviews).filter(nw.col("company").is_null())
    own = own.with_columns(
        _number=month_number("at"),
        _hundredths=(nw.col("score") * 100).round(0).cast(nw.Int64),
    )
    table = collect(
        own.group_by("manager", "_number").agg(n=nw.len(), total=nw.col("_hundredths").sum())
    )
    final = number_of_month(book.month)
    first = final - book.params.window_months - 24
    return _trailing_means(table, first, final, book.thresholds.review_months)


def _trailing_means(table: pd.DataFrame, first: int, final: int, span: int) -> pd.DataFrame:
    """The mean of the `span` months before each month from `first` to `final`, of sums per manager
    and month; no row where there is nothing before.
    """
    place, managers = pd.factorize(table["manager"], sort=True)
    month = table["_number"].to_numpy("int64") - (first - span)
    there = (place >= 0) & (month >= 0) & (month < final - first + span)
    place, month = place[there], month[there]
    # whole numbers, whose sums are exact: a span of months is a difference of running sums
    shape = (len(managers), final - first + span + 1)
    spans = []
    for sums in (np.ones(len(table)), table["n"].to_numpy(float), table["total"].to_numpy(float)):
        running = np.zeros(shape)
        np.add.at(running, (place, month + 1), np.nan_to_num(sums[there]))
        running = running.cumsum(axis=1)
        spans.append(running[:, span:] - running[:, : running.shape[1] - span])
    rows, n, total = spans
    who, born = np.nonzero(rows)
    if not len(who):
        return pd.DataFrame(columns=["manager", "born", "checklist"])
    means = total[who, born] / n[who, born] / 100
    return pd.DataFrame(
        {"manager": managers.take(who).tolist(), "born": born + first, "checklist": means}
    )


def _with_scores(deals, book):
    """Score of the owner before the deal's month of creation: a manager by month table, small
    enough to spell out.
    """
    table = scores_by_month(book)
    if table.empty:
        return deals.with_columns(checklist=nw.lit(None).cast(nw.Float64))
    lookup = nw.from_native(table).lazy()
    dated = deals.with_columns(born=month_number("created_at"))
    if not deals.implementation.is_pandas():
        lookup = _same_engine(deals, table)
    return dated.join(lookup, on=["manager", "born"], how="left")


def _same_engine(deals, table: pd.DataFrame):
    """The small table in the engine of `deals`."""
    native = deals.to_native()
    if deals.implementation.is_duckdb():
        rows = ", ".join(
            f"({_sql(r.manager)}, {r.born}, {r.checklist!r})" for r in table.itertuples(index=False)
        )
        return nw.from_native(
            native.query(
                "_ignored", f"SELECT * FROM (VALUES {rows}) AS scores(manager, born, checklist)"
            )
        ).lazy()
    raise DataError(f"call scores cannot be joined on the engine {deals.implementation}.")


def _sql(text: str) -> str:
    return "'" + str(text).replace("'", "''") + "'"


class _Room(ModuleType):
    """The front door has a function of the same name as this room:
    ``s.features(book)`` calls it.
    """

    def __call__(self, *args, **kwargs):
        return features(*args, **kwargs)


sys.modules[__name__].__class__ = _Room
