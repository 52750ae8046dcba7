"""What a report of an earlier day takes from the export as it is: no date says when it was so."""

from typing import Literal, TypeAlias, get_args

import narwhals as nw

from salesnb.measures.frames import BookLike, count, flag

Thing: TypeAlias = Literal[
    "amount", "stage", "owner", "next task", "target", "plans", "staff", "costs"
]
THINGS: tuple[Thing, ...] = get_args(Thing)


def as_exported(book: BookLike) -> list[Thing]:
    """What the figures of a Book stand on though no date says whether it was so on its day; []
    on the day of the export.

    Of `schema.UNDATED` that which the company has and a figure uses: no figure uses the day on
    which a deal is expected to close, nor the status of a lead.

    Examples
    --------
    >>> import pandas as pd
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": "Ann", "status": ["won", "open"],
    ...     "amount": 9.0, "created_at": pd.Timestamp("2026-09-01"),
    ...     "closed_at": [pd.Timestamp("2026-10-05"), pd.NaT]})
    >>> found = s.book(deals, month="2026-10", as_of="2026-10-05")
    >>> as_exported(found), as_exported(found.at(as_of="2026-10-02"))
    ([], ['amount', 'owner'])

    Source
    ------
    definitions: what carries no date is said for an earlier day.
    """
    if book.as_of >= book.snapshot:
        return []
    there = nw.col("status") == "open"
    row = count(
        book.deals,
        [],
        amount=flag(there & (nw.col("amount") != 0).fill_null(False)),
        stage=flag(there & ~nw.col("stage").is_null()),
        task=flag(there & ~nw.col("next_task_at").is_null()),
        target=flag(~nw.col("is_target").is_null()),
    ).iloc[0]
    stands = {
        "amount": row["amount"],
        "stage": row["stage"] and book.stages is None,
        "owner": book.owners is None,
        "next task": row["task"],
        "target": row["target"],
        "plans": book.plans is not None,
        "staff": _staff_alone(book),
        "costs": book.costs is not None,
    }
    return [thing for thing in THINGS if stands[thing]]


def _staff_alone(book) -> bool:
    """Whether the list of employees says teams, heads or roles without saying since when."""
    if book.managers is None:
        return False
    told = [~nw.col(name).is_null() for name in ("team", "head", "role")]
    row = count(
        book.managers,
        [],
        told=flag(told[0] | told[1] | told[2]),
        since=flag(~nw.col("from").is_null()),
    ).iloc[0]
    return bool(row["told"] and not row["since"])
