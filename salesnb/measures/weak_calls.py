"""The lowest scored calls of a person: what a talk about calls begins with."""

from collections.abc import Sequence

import narwhals as nw
import pandas as pd

from salesnb.measures.checklist import item_calls
from salesnb.measures.frames import BookLike, collect
from salesnb.measures.hearings import CALL
from salesnb.measures.quality import counted_calls

HALF = 0.5  # an item of which less was done was not done
WEAK = ["manager", "at", "call_type", "score", "missed", "call_id", "deal_id", "record_url"]


def weak_calls(book: BookLike, people: Sequence[str], each: int = 2) -> pd.DataFrame:
    """The lowest calls of each of these people in the months of a colour, as people scored them.

    A call that only a program heard is left out. Of equal scores the latest call comes first.

    Returns
    -------
    DataFrame, in the order of `people`, the lowest call first: manager, at, call_type, score,
        missed (items of the checklist that were not done, by name, "; " between them), call_id,
        deal_id (of the call, else of its touch) and record_url (of its touch); missing where there
        is none

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open",
    ...     "created_at": pd.Timestamp("2026-09-01")})
    >>> heard = pd.DataFrame({"manager": "Ann", "at": pd.Timestamp("2026-09-10"),
    ...     "call_type": "needs", "score": [90.0, 40.0, 70.0],
    ...     "items": ["need=1", "need=0; next=0", "need=1; next=0.5"]})
    >>> book = s.book(deals, reviews=heard, month="2026-09", as_of="2026-09-30")
    >>> weak_calls(book, ["Ann"])[["score", "missed"]].values.tolist()
    [[40.0, 'need; next'], [70.0, '']]
    """
    found = counted_calls(book)
    found = found[(found["people"] > 0) & found["manager"].isin(list(people))]
    place = {name: n for n, name in enumerate(people)}
    found = found.assign(_place=found["manager"].map(place), score=found["score"].astype(float))
    order = ["_place", "score", "at", "call_type", "call"]
    found = found.sort_values(order, ascending=[True, True, False, True, True], kind="stable")
    found = with_touches(book, found.groupby("_place").head(each).reset_index(drop=True))
    items = item_calls(book)
    left_out = items[items["done"] < HALF].groupby(CALL)["item"].agg("; ".join).to_dict()
    found["missed"] = [left_out.get(key, "") for key in found[CALL].itertuples(index=False)]
    return found[WEAK]


def with_touches(book: BookLike, found: pd.DataFrame) -> pd.DataFrame:
    """Scored calls with record_url, and with the deal of their touch where they name none.

    `found` : manager, call_id and deal_id among its columns
    """
    ids = sorted(found["call_id"].dropna().unique())
    touches = book.unfiltered.touches
    if touches is None or not ids:
        return found.assign(record_url=None)
    own = touches.filter(nw.col("touch_id").is_in(ids))
    known = collect(own.select("touch_id", "deal_id", "record_url"))
    known = known.sort_values(list(known), kind="stable").groupby("touch_id").first()
    return found.assign(
        deal_id=found["deal_id"].fillna(found["call_id"].map(known["deal_id"])),
        record_url=found["call_id"].map(known["record_url"]),
    )
