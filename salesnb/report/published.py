"""What a complete month said when it was first run, and what has moved since: the restatement."""

from pathlib import Path

import narwhals as nw
import pandas as pd

from salesnb.report.files import read_json, write_json, write_whole
from salesnb.source.book import Book

FOLDER = ".published"
COLUMNS = ["deal_id", "status", "closed_at", "amount"]


def month_deals(book: Book) -> pd.DataFrame:
    """Deals closed in the month as they are now known: deal_id, status, closed_at, amount."""
    start = pd.Timestamp(f"{book.month}-01")
    end = (pd.Period(book.month, "M") + 1).start_time
    deals = book.department.deals.filter(
        (nw.col("closed_at") >= start.to_pydatetime()) & (nw.col("closed_at") < end.to_pydatetime())
    )
    table = deals.select(*COLUMNS).sort("deal_id").collect(backend="pandas").to_native()
    return table.assign(closed_at=table["closed_at"].dt.strftime("%Y-%m-%d"))


def publish(folder: Path, book: Book, names: dict[str, str], made: list[str]) -> None:
    """Keep the first figures of a complete month; later runs leave them as they are."""
    if book.as_of < pd.Period(book.month, "M").end_time.date():
        return
    target = folder.parent / FOLDER / book.month
    for name in names.values():
        metrics, kept = folder / "metrics" / f"{name}.json", target / f"{name}.json"
        if name in made and metrics.exists() and not kept.exists():
            write_json(kept, read_json(metrics))
    if not (target / "deals.csv").exists():
        write_whole(target / "deals.csv", month_deals(book).to_csv(index=False))


def moved_deals(folder: Path, book: Book) -> pd.DataFrame:
    """Deals of the month that are not as they were published: deal_id, status_before, status, amount_before, amount."""
    path = folder.parent / FOLDER / book.month / "deals.csv"
    if not path.exists():
        return pd.DataFrame(columns=["deal_id", "status_before", "status", "amount_before", "amount"])
    before = pd.read_csv(path, dtype={"deal_id": str, "status": str, "closed_at": str})
    both = before.merge(month_deals(book), on="deal_id", how="outer", suffixes=("_before", ""))
    same_amount = (both["amount_before"] - both["amount"]).abs().fillna(0) < 0.005
    same_amount &= both["amount_before"].isna() == both["amount"].isna()
    moved = both[(both["status_before"].fillna("") != both["status"].fillna("")) | ~same_amount]
    return moved.sort_values("deal_id")[["deal_id", "status_before", "status", "amount_before", "amount"]].reset_index(
        drop=True
    )


def restated(folder: Path, month: str) -> list[dict]:
    """Channels whose conversion is no longer the published one: channel, before and now (won, closed, value)."""
    found = []
    for path in sorted((folder.parent / FOLDER / month).glob("*.json")):
        before, now = read_json(path), read_json(folder / "metrics" / path.name)
        if before and now and before["conversion"] != now["conversion"]:
            found.append({"channel": now["channel"], "before": before["conversion"], "now": now["conversion"]})
    return found
