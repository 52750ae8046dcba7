"""Factor 3, qualification of the staff: call scores before the month, tenure. One figure per manager, so its n is the managers."""

import narwhals as nw
import pandas as pd

from salesnb.features import REVIEW_MONTHS
from salesnb.measures.frames import collect, months_before, within
from salesnb.stats import mean_interval


def evidence(book) -> str:
    return "measured" if book.reviews is not None else "proxy" if book.managers is not None else "no data"


def index(book, by=None) -> pd.DataFrame:
    """Mean checklist score of the calls in the 6 months before the month: by…, calls, score (0..100), low, high, before."""
    by = [by] if by else []
    columns = [*by, "calls", "score", "low", "high", "before"]
    if book.reviews is None:
        return pd.DataFrame(columns=columns)
    now, before = (_scores(book, month, by) for month in (book.month, book.previous))
    if not by:
        return now.assign(before=before["score"].iloc[0] if len(before) else float("nan"))[columns]
    return now.merge(before[[*by, "score"]].rename(columns={"score": "before"}), on=by, how="left")[columns]


def _scores(book, month: str, by) -> pd.DataFrame:
    span = (f"{months_before(month, REVIEW_MONTHS)}-01", f"{month}-01")
    own = book.reviews.filter(nw.col("company").is_null() & ~nw.col("score").is_null() & within("at", span))
    own = own.with_columns(_s=(nw.col("score") * 100).round(0).cast(nw.Int64)).with_columns(
        _q=nw.col("_s") * nw.col("_s")
    )
    sums = [nw.len().alias("calls"), nw.col("_s").sum().alias("s"), nw.col("_q").sum().alias("q")]
    table = collect(own.group_by(*by).agg(*sums) if by else own.select(*sums))
    table = table.sort_values(by, kind="stable").reset_index(drop=True) if by else table
    n, s = table["calls"].astype(float), table["s"].astype(float)
    mean = s / n.where(n > 0) / 100
    variance = (table["q"].astype(float) - s * s / n.where(n > 0)) / (n - 1).where(n > 1) / 1e4
    low, high = mean_interval(mean.to_numpy(float), variance.clip(lower=0).to_numpy(float) ** 0.5, n.to_numpy(float))
    return table[by].assign(calls=table["calls"].astype("int64"), score=mean, low=low, high=high)


def tenure(book) -> pd.DataFrame:
    """Months at work of each manager on as_of: manager, months."""
    if book.managers is None:
        return pd.DataFrame(columns=["manager", "months"])
    people = collect(
        book.managers.filter(~nw.col("hired_on").is_null() & nw.col("left_on").is_null()).select("manager", "hired_on")
    )
    days = (pd.Timestamp(book.as_of) - pd.to_datetime(people["hired_on"])).dt.days
    return people[["manager"]].assign(months=(days / 30.4375).round(1)).sort_values("manager").reset_index(drop=True)
