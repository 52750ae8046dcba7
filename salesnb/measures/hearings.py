"""The scored calls of a company's own people: each hearing, and each call once."""

from fractions import Fraction

import narwhals as nw
import pandas as pd

from salesnb.measures.frames import BookLike, collect, within
from salesnb.measures.staff import leavers
from salesnb.schema import CALL_TYPES, UNKNOWN

TYPES = CALL_TYPES
YEAR = 12  # months that are looked back where the months of a colour have too few calls
KEPT = ["manager", "call_type", "at", "call_id", "deal_id", "reviewer", "ai", "score", "items"]
CALL = ["manager", "call_type", "call"]


def hearings(book: BookLike) -> pd.DataFrame:
    """Every score of an own call of the last twelve months that end on as_of, whatever the channel.

    A competitor's call (`company` is filled), a call of nobody and one without a score are left
    out. Memoised on the Book.

    Returns
    -------
    DataFrame, one row per hearing, in one order whatever that of the export: manager, call_type,
        at, call_id, deal_id, reviewer, ai (False where the export does not say), score, items,
        call (the call_id, or a name of its own where the export has none: rows with equal manager,
        call_type and call are hearings of one call)
    """
    whole = book.unfiltered
    return whole.kept("_hearings", lambda: _hearings(whole))


def _hearings(book) -> pd.DataFrame:
    if book.reviews is None:
        return pd.DataFrame(columns=[*KEPT, "call"])
    own = book.reviews.filter(
        nw.col("company").is_null()
        & ~nw.col("score").is_null()
        & ~nw.col("manager").is_null()
        & (nw.col("manager") != UNKNOWN)
        & within("at", last_months(book, YEAR))
    )
    found = collect(own.select(*KEPT))
    found["call_type"] = found["call_type"].fillna(UNKNOWN)
    found["ai"] = [value is True or value == 1 for value in found["ai"].fillna(False)]
    found["score"] = found["score"].astype(float)
    order = found.assign(**{c: found[c].astype(object).fillna("").astype(str) for c in KEPT[3:6]})
    order["items"] = found["items"].astype(object).fillna("").astype(str)
    found = found.loc[order.sort_values(KEPT, kind="stable").index].reset_index(drop=True)
    alone = found["call_id"].isna()
    found["call"] = found["call_id"].astype(object).where(~alone, [f"\0{n}" for n in found.index])
    return found


def last_months(book: BookLike, months: int) -> tuple[str, str]:
    """The period of so many months that ends with as_of: from the day after the same day.

    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1"], "manager": "Ann", "status": "open",
    ...     "created_at": pd.Timestamp("2026-08-03")})
    >>> last_months(s.book(deals, month="2026-09", as_of="2026-09-30"), 3)
    ('2026-07-01', '2026-10-01')
    """
    end = pd.Timestamp(book.as_of) + pd.Timedelta(days=1)
    return str((end - pd.DateOffset(months=months)).date()), str(end.date())


def of_months(book: BookLike, found: pd.DataFrame, months: int) -> pd.DataFrame:
    """Those of `hearings` or `calls` that were made in the last months."""
    start, end = last_months(book, months)
    return found[(found["at"] >= start) & (found["at"] < end)].reset_index(drop=True)


def exact(score: float) -> Fraction:
    """A score as it was written: sums of these are exact, so that 59.999 never becomes 60.

    >>> exact(59.9) + exact(60.1) == 120, exact(59.999) < 60
    (True, True)
    """
    return Fraction(repr(float(score)))


def calls(book: BookLike) -> pd.DataFrame:
    """Each call of `hearings` once: a call that several people heard has the mean of their scores.

    Returns
    -------
    DataFrame, sorted by manager, call_type and call: manager, call_type, call, at, call_id,
        deal_id, people (hearings by people), programs (by programs), score (mean of the people's,
        an exact Fraction; None where only a program heard it), program_score (mean of the
        programs', else None)
    """
    return book.unfiltered.kept("_scored_calls", lambda: calls_of(hearings(book)))


def calls_of(heard: pd.DataFrame) -> pd.DataFrame:
    """`calls` of the hearings given."""
    rows: dict[tuple, dict] = {}
    for one in heard.to_dict("records"):
        key = tuple(one[name] for name in CALL)
        row = rows.setdefault(
            key,
            {name: one[name] for name in (*CALL, "at", "call_id", "deal_id")}
            | {"people": 0, "programs": 0, "_people": Fraction(0), "_programs": Fraction(0)},
        )
        kind = "programs" if one["ai"] else "people"
        row[kind] += 1
        row[f"_{kind}"] += exact(one["score"])
    for row in rows.values():
        row["score"] = row.pop("_people") / row["people"] if row["people"] else None
        total = row.pop("_programs")
        row["program_score"] = total / row["programs"] if row["programs"] else None
    columns = [*CALL, "at", "call_id", "deal_id", "people", "programs", "score", "program_score"]
    table = pd.DataFrame(
        {
            name: pd.Series([row[name] for row in rows.values()], dtype=_kind(name))
            for name in columns
        }
    )
    return table.sort_values(CALL, kind="stable", ignore_index=True)


def _kind(name: str) -> str:
    return {"at": "datetime64[us]", "people": "int64", "programs": "int64"}.get(name, "object")


def shown_people(book: BookLike) -> list[str]:
    """Whose calls a page shows: people with a scored own call who are here; on the page of a
    channel or a segment those of them with its deals.
    """
    if book.reviews is None:
        return []
    own = book.reviews.filter(nw.col("company").is_null())
    here = set(collect(own.select("manager").unique())["manager"].dropna())
    return sorted(here & set(hearings(book)["manager"]) - set(leavers(book)))
