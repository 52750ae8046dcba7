"""Counts on which everything stands: manager × month × factor levels, grouped by the engine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import narwhals as nw
import pandas as pd

from salesnb.errors import DataError, nearest
from salesnb.measures.frames import (
    BookLike,
    Frame,
    collect,
    is_book,
    lazy,
    month_name,
    require_columns,
)
from salesnb.measures.grain import Coarse
from salesnb.measures.told import Withheld, coarse, withheld
from salesnb.model.features import (
    COLUMNS,
    FACTORS,
    features,
    quick_counts,
    refuse_late,
    scores_by_month,
)
from salesnb.model.levels import ELSEWHERE, OWN_SOURCE, usable
from salesnb.params import Thresholds
from salesnb.schema import STATUSES, UNKNOWN

ONE_PERIOD = "all"  # the month of a frame that has none


@dataclass
class Cells:
    """Counts and what stands behind them.

    Attributes
    ----------
    table : DataFrame, one row per manager, month, own (whether the row belongs to the page's
        channel) and factor levels: manager, month, own, one column per categorical factor, won,
        closed
    factors : factor → its columns in `table`
    scores : manager → number of the qualification factor (empty without one), known before the
        deals
    quick : manager, month, own, won, closed (all closed deals), quick_won, quick_closed
    month : report month; `months` : all, in order
    dropped : factor → reason code and values
    merged : (factor, small levels, the level that they are counted in)
    by_client : `table` told apart by client, for clients with several deals; None where clients are
        not known, have one deal each, or are too many to look at
    """

    table: pd.DataFrame
    factors: dict[str, list[str]]
    quick: pd.DataFrame
    month: str
    months: list[str]
    scores: dict[str, float] = field(default_factory=dict)
    dropped: dict[str, tuple[str, dict]] = field(default_factory=dict)
    merged: list[tuple[str, list[str], str]] = field(default_factory=list)
    thresholds: Thresholds = field(default_factory=Thresholds)
    one_channel: bool = False
    sibling_tests: int = 1  # channels whose sources are tested, each on a page of its own
    by_client: pd.DataFrame | None = None
    window: int | None = (
        None  # months of the trailing window of a Book; None for a frame, which is one period
    )
    planned: int = 1  # parameters that all levels would take, before small ones are merged
    untold: Withheld = (
        ""  # why nothing is said of rates: no lost, no won, undated (`measures.told`)
    )
    # "week" or "month" where the export dates deals no finer: nothing is known by the landmark
    coarse: Coarse = ""


def make(x: Frame, factors: Mapping[str, Sequence[str]] | None = None) -> Cells:
    """Cells of a Book or of a frame."""
    return of_book(x) if is_book(x) else of_frame(x, factors)


def of_book(book: BookLike, without: Sequence[str] = ()) -> Cells:
    """Cells of the whole department of a Book, but for the deals of `without`; `own` marks the
    deals of its channel.
    """
    whole = book.department
    found = features(whole)
    days = found.landmark_days
    frame = found.with_columns(channel=nw.col("channel"))
    if without:
        frame = frame.filter(~nw.col("deal_id").is_in(without))
    columns = [c for f, c in COLUMNS.items() if f != "qualification"]
    extra = []
    if book.channel is not None:
        own_source = (
            nw.when(nw.col("channel") == book.channel)
            .then(nw.col("source").fill_null(UNKNOWN))
            .otherwise(nw.lit(ELSEWHERE))
        )
        frame = frame.with_columns(own_source.alias(OWN_SOURCE))
        extra = [OWN_SOURCE]
    groups = ["manager", "month", "channel", *[c for c in columns if c != "channel"], *extra]
    table = _count(frame, groups)
    quick = quick_counts(whole, days, without)
    own = book.channel
    table["own"] = True if own is None else table["channel"] == own
    quick["own"] = True if own is None else quick["channel"] == own
    spec = {f: [c] for f, c in COLUMNS.items() if f != "qualification"}
    if extra:
        spec["channels"] = ["channel", OWN_SOURCE]
    cells = Cells(
        table,
        spec,
        quick,
        book.month,
        sorted(table["month"].unique()),
        thresholds=book.thresholds,
        one_channel=book.channel is not None,
        window=book.params.window_months,
        sibling_tests=_channels_with_sources(found) if extra else 1,
        by_client=_by_client(frame, groups),
        untold=withheld(book),
        coarse=coarse(book, "touches", "stages"),
    )
    _take_scores(cells, _scores_of_book(whole))
    return usable(cells)


def _channels_with_sources(found) -> int:
    """Channels whose sources can be compared: each has a page with a test of its own, and all of
    them are looked at.
    """
    pairs = collect(
        found.filter(~nw.col("source").is_null()).group_by("channel", "source").agg(n=nw.len())
    )
    return max(1, int((pairs.groupby("channel").size() > 1).sum()))


def _scores_of_book(whole) -> pd.DataFrame:
    """Mean call score of each manager in the 6 months before each month: manager, month, score."""
    table = scores_by_month(whole)
    months = pd.Series([month_name(n) for n in table["born"]], dtype=object)
    return table.assign(month=months).rename(columns={"checklist": "score"})[
        ["manager", "month", "score"]
    ]


def _take_scores(cells: "Cells", scores: pd.DataFrame) -> None:
    """The first score that each manager has in the window: one number a person, made of calls
    before the deals.

    A mean over the window would mix in calls that were made, and judged, after the deals that it is
    to go with. Deals closed before the first score count as deals without one (`unscored`).
    """
    place = {month: number for number, month in enumerate(cells.months)}
    known = scores.assign(place=scores["month"].map(place)).dropna(subset=["place"])
    first = known.sort_values(["manager", "place"]).drop_duplicates("manager").set_index("manager")
    cells.scores = first["score"].astype(float).to_dict()
    since = cells.table["manager"].map(first["place"]).fillna(len(place))
    cells.table["scored"] = cells.table["month"].map(place) >= since


def of_frame(x: Frame, factors: Mapping[str, Sequence[str]] | None = None) -> Cells:
    """Cells of any frame with manager, status and the columns that `factors` names."""
    has = lazy(x).collect_schema().names()
    spec = _spec(
        factors if factors is not None else {f: [c] for f, c in COLUMNS.items() if c in has}
    )
    flat = {f: names for f, names in spec.items() if f != "qualification"}
    frame = _outcomes(
        require_columns(
            x, "the frame", ["manager", "status", *(c for names in spec.values() for c in names)]
        )
    )
    frame = frame if "month" in has else frame.with_columns(month=nw.lit(ONE_PERIOD))
    months = _in_order(frame)
    text = [nw.col(c).cast(nw.String).fill_null(UNKNOWN) for names in flat.values() for c in names]
    frame = frame.with_columns(nw.col("month").cast(nw.String), *text)
    groups = ["manager", "month", *(c for names in flat.values() for c in names)]
    table = _count(frame, groups)
    table["own"] = True
    sums = table.groupby(["manager", "month", "own"], as_index=False)[["won", "closed"]].sum()
    cells = Cells(
        table,
        flat,
        sums.assign(quick_won=0, quick_closed=0),
        months[-1] if months else ONE_PERIOD,
        months,
        thresholds=Thresholds(),
        by_client=_by_client(frame, groups) if "client_id" in has else None,
    )
    if "qualification" in spec:
        _take_scores(cells, _scores_of_frame(frame, spec["qualification"][0]))
    return usable(cells)


def _spec(factors) -> dict[str, list[str]]:
    """The factors in our order, whatever the caller's, then those of a name of his own: each column
    in one factor, none known too late.
    """
    columns = [c for names in factors.values() for c in names]
    refuse_late(columns)
    own = sorted(set(factors) - set(FACTORS))
    for name in own:
        if near := nearest(name, FACTORS):
            raise DataError(
                f"the factor {name!r}: did you mean {near!r}? A factor of your own needs a name "
                "that is less like it."
            )
    twice = sorted({c for c in columns if columns.count(c) > 1})
    if twice:
        raise DataError(f"the column {twice[0]!r} is named in two factors: name it in one.")
    return {f: list(factors[f]) for f in [*FACTORS, *own] if f in factors}


def _outcomes(frame):
    """The won and lost deals; a word that is none of the three statuses is refused,
    not left out.
    """
    words = sorted(str(w) for w in collect(frame.select("status").unique())["status"].dropna())
    odd = [word for word in words if word not in STATUSES]
    if odd:
        raise DataError(
            f"the frame: status holds {odd}; it must be one of {list(STATUSES)}. Translate the "
            "words first."
        )
    return frame.filter(nw.col("status").is_in(["won", "lost"]))


def _in_order(frame) -> list[str]:
    """Months of a frame from first to last, as text: numbers in the order of numbers. Deals without
    one are in no month.
    """
    found = collect(frame.select("month").unique())["month"].dropna()
    return [str(month) for month in sorted(found)]


def _scores_of_frame(frame, column: str) -> pd.DataFrame:
    """Mean of the score column of each manager and month, exact in hundredths: manager, month,
    score.
    """
    hundredths = (nw.col(column).cast(nw.Float64) * 100).round(0).cast(nw.Int64)
    known = frame.filter(~nw.col(column).is_null()).with_columns(_h=hundredths)
    table = collect(known.group_by("manager", "month").agg(n=nw.len(), total=nw.col("_h").sum()))
    score = table["total"].astype(float) / table["n"].astype(float) / 100
    return table.assign(manager=table["manager"].astype(str), score=score)[
        ["manager", "month", "score"]
    ]


MOST_PAIRS = 300_000  # of clients and cells: above this it is said that clients were not looked at


def _by_client(frame, groups) -> pd.DataFrame | None:
    """Cells told apart by client, of the clients with several deals."""
    known = frame.filter(~nw.col("client_id").is_null()).select(*groups, "status", "client_id")
    sized = known.with_columns(_deals=nw.len().over("client_id"))
    several = sized.filter(nw.col("_deals") > 1)
    if not 0 < collect(several.select(n=nw.len()))["n"].iloc[0] <= MOST_PAIRS:
        return None
    return _count(several, [*groups, "client_id"])


def _count(frame, groups) -> pd.DataFrame:
    won = nw.when(nw.col("status") == "won").then(nw.lit(1)).otherwise(nw.lit(0)).cast(nw.Int64)
    counted = (
        frame.with_columns(_won=won)
        .select(*groups, "_won")
        .group_by(*groups)
        .agg(won=nw.col("_won").sum(), closed=nw.len())
    )
    table = collect(counted)
    for column in groups:
        table[column] = _texts(table[column])
    table = table.groupby(groups, as_index=False, sort=True)[["won", "closed"]].sum()
    return table.astype({"won": "int64", "closed": "int64"})


def _texts(levels: pd.Series) -> pd.Series | list[str]:
    """Levels as text, missing ones as the unknown one."""
    if len(levels) and levels.dtype == "str":
        return levels.fillna(UNKNOWN)
    return [UNKNOWN if v is None or v != v else str(v) for v in levels]
