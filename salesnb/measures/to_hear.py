"""Which calls may be heard: those of the last days that nobody has heard yet, and of which type
each is expected to be.
"""

import datetime as dt
from collections.abc import Mapping, Sequence

import narwhals as nw
import pandas as pd

from salesnb.formats.fold import fold
from salesnb.measures import touches
from salesnb.measures.frames import BookLike, collect, names
from salesnb.measures.hearings import TYPES

RECENT_DAYS = 14  # fresh enough to be talked over, and two working weeks of calls to draw from
COLUMNS = ["manager", "at", "touch_id", "duration_s", "record_url", "deal_id", "stage", "type"]
CALL = ["deal_id", "at"]


def calls_to_hear(book: BookLike) -> pd.DataFrame:
    """Answered calls of at least `rota_seconds` of the last 14 days that end on as_of and that
    nobody has heard, whatever the channel; memoised on the Book.

    A call of nobody is one of the owner of its deal. It was heard where a review names it
    (`call_id`), or has the same person and minute; calls of robots are left out.

    Returns
    -------
    DataFrame, sorted by manager, at and touch_id: manager, at, touch_id, duration_s, record_url,
        deal_id (None where the call has no deal), stage (of the deal at the call; None without a
        history), type ("needs", "objections", or what `call_types` names; None: either)

    Source
    ------
    definitions, "Listening rota": answered ≥ 60 s; `call_types`, default the first and the second
    half of the stage order.

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open",
    ...     "created_at": pd.Timestamp("2026-09-01")})
    >>> moves = pd.DataFrame({"deal_id": "1", "stage": ["New", "Offer"],
    ...     "entered_at": pd.to_datetime(["2026-09-01 09:00", "2026-09-28 12:00"])})
    >>> calls = pd.DataFrame({"deal_id": "1", "kind": "call", "duration_s": [90, 59, 60],
    ...     "at": pd.to_datetime(["2026-09-28 10:00", "2026-09-28 11:00", "2026-09-29 10:00"])})
    >>> found = s.book(deals, moves, touches=calls, month="2026-09", as_of="2026-09-30",
    ...     stage_order=["New", "Offer"])
    >>> calls_to_hear(found)[["stage", "type"]].values.tolist()
    [['New', 'needs'], ['Offer', 'objections']]
    """
    whole = book.unfiltered
    return whole.kept("_calls_to_hear", lambda: _calls_to_hear(whole))


def call_types(book: BookLike) -> tuple[str, ...]:
    """The types of calls of which one each is heard at a visit."""
    return tuple(book.params.call_types) or TYPES


def _calls_to_hear(book) -> pd.DataFrame:
    if book.touches is None:
        return pd.DataFrame(columns=COLUMNS)
    calls = _recent(book)
    at = collect(calls)
    found = at.merge(_stages(book, calls), on=CALL, how="left")
    heard_ids, heard_times = _heard(book)
    minutes = zip(found["manager"], found["at"].dt.floor("min"), strict=True)
    unnamed = pd.Series([one in heard_times for one in minutes], index=found.index, dtype=bool)
    heard = found["touch_id"].isin(heard_ids) | unnamed
    found = found[~heard & found["manager"].notna()].copy()
    types = _Types(book)
    found["type"] = pd.Series(
        [types.of(*row) for row in found[["stage", "_pipeline", "_channel"]].itertuples(False)],
        index=found.index,
        dtype=object,
    )
    text = ["touch_id", "record_url", "deal_id", "stage"]
    found[text] = found[text].astype(object).where(found[text].notna(), None)
    order = found.assign(touch_id=found["touch_id"].fillna(""), deal_id=found["deal_id"].fillna(""))
    order = order.sort_values(["manager", "at", "touch_id", "deal_id", "duration_s"], kind="stable")
    return found.loc[order.index, COLUMNS].reset_index(drop=True)


def _recent(book) -> nw.LazyFrame:
    """Long answered calls of the last days with the person of each, and pipeline and channel of the
    deal.
    """
    end = pd.Timestamp(book.as_of) + pd.Timedelta(days=1)
    start = end - pd.Timedelta(days=RECENT_DAYS)
    of_deal = book.deals.select(
        "deal_id", _owner="manager", _pipeline=nw.col("pipeline"), _channel=nw.col("channel")
    )
    own = touches.joined(book.touches, book.deals).filter(
        (nw.col("kind") == "call")
        & (nw.col("at") >= start.to_pydatetime())
        & (nw.col("at") < end.to_pydatetime())
        & touches.is_talk(book.thresholds.rota_seconds)
        & ~nw.col("by_robot").fill_null(False)
    )
    named = own.join(of_deal, on="deal_id", how="left")
    kept = ["at", "touch_id", "duration_s", "record_url", "deal_id", "_pipeline", "_channel"]
    return named.with_columns(manager=touches.whose("_owner")).select("manager", *kept)


def _stages(book, calls: nw.LazyFrame) -> pd.DataFrame:
    """The stage in which each deal was at each call: deal_id, at, stage."""
    if book.stages is None:
        return pd.DataFrame({"deal_id": names([]), "at": pd.to_datetime([]), "stage": names([])})
    moments = calls.select(*CALL).filter(~nw.col("deal_id").is_null()).unique(CALL)
    moves = book.stages.select("deal_id", "stage", "entered_at")
    before = moments.join(moves, on="deal_id", how="inner").filter(
        nw.col("entered_at") <= nw.col("at")
    )
    last = before.group_by(*CALL).agg(entered_at=nw.col("entered_at").max())
    there = before.join(last, on=[*CALL, "entered_at"], how="inner")
    return collect(there.group_by(*CALL).agg(stage=nw.col("stage").max()))


def _heard(book) -> tuple[set[str], set[tuple[str, dt.datetime]]]:
    """Ids of the calls that were heard; person and minute of those without an id."""
    if book.reviews is None:
        return set(), set()
    known = collect(book.reviews.select("manager", "at", "call_id"))
    unnamed = known[known["call_id"].isna()]
    times = zip(unnamed["manager"], unnamed["at"].dt.floor("min"), strict=True)
    return set(known["call_id"].dropna()), set(times)


class _Types:
    """Of which type a call is expected to be, by the stage of its deal."""

    def __init__(self, book):
        self._book, self._known = book, {}

    def of(self, stage, pipeline, channel) -> str | None:
        if not isinstance(stage, str):
            return None
        pipeline, channel = (x if isinstance(x, str) else None for x in (pipeline, channel))
        if (pipeline, channel) not in self._known:
            self._known[pipeline, channel] = self._by_stage(pipeline, channel)
        return self._known[pipeline, channel].get(fold(stage))

    def _by_stage(self, pipeline: str | None, channel: str | None) -> dict[str, str]:
        params = self._book.params
        if params.call_types:
            return by_stage({name: one.stages for name, one in params.call_types.items()})
        return by_stage(halves(params.stages_of(pipeline, channel) or self._book.stage_order))


def halves(order: Sequence[str]) -> dict[str, list[str]]:
    """The first and the second half of an order of stages; of an odd number the first has one more.

    >>> halves(["New", "Called", "Interested"])
    {'needs': ['New', 'Called'], 'objections': ['Interested']}
    """
    middle = (len(order) + 1) // 2
    return dict(zip(TYPES, (list(order[:middle]), list(order[middle:])), strict=True))


def by_stage(stages: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The type of each stage; a stage of several types is of none.

    >>> by_stage({"needs": ["New", "Offer"], "objections": ["Offer", "Contract"]})
    {'new': 'needs', 'contract': 'objections'}
    """
    named = [(fold(stage), kind) for kind, listed in stages.items() for stage in listed]
    kinds = {stage: {kind for other, kind in named if other == stage} for stage, _ in named}
    return {stage: kind for stage, kind in named if len(kinds[stage]) == 1}
