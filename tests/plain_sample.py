"""The sample's raw files read by hand, row by row with the csv module, without the package."""

import csv
import datetime as dt
import gzip
import re
from collections import defaultdict
from decimal import Decimal
from functools import cache
from pathlib import Path

import openpyxl

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
MOSCOW = dt.timezone(dt.timedelta(hours=3))


@cache
def records(name, encoding="utf-8-sig", sep=","):
    """Data records of a file as dicts by stripped heading; blank ones left out."""
    data = (SAMPLE / name).read_bytes()
    text = (gzip.decompress(data) if name.endswith(".gz") else data).decode(encoding)
    rows = csv.reader(text.splitlines(keepends=True), delimiter=sep)
    headings = [heading.strip() for heading in next(rows)]
    return [dict(zip(headings, row, strict=True)) for row in rows if any(row)]


def moment(text):
    """A naive Moscow time from any form that the sample holds; None for a blank."""
    if not text:
        return None
    if re.match(r"\d{4}-\d\d-\d\d", text):
        found = dt.datetime.fromisoformat(text)
        return found.astimezone(MOSCOW).replace(tzinfo=None) if found.tzinfo else found
    for pattern in ("%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%b %d, %Y %H:%M"):
        try:
            return dt.datetime.strptime(text, pattern)
        except ValueError:
            continue
    raise ValueError(text)


def money(text):
    """An exact amount; None for a blank."""
    digits = re.sub(r"[^\d.,-]", "", text)
    if re.search(r",\d{2}$", digits):
        digits = digits.replace(",", ".")
    return Decimal(digits.replace(",", "")) if digits else None


@cache
def plain_deals():
    """One dict per deal as a careful person would take it from the two files, by hand."""
    main = [row for row in records("deals.csv") if not row["deal_id"].startswith("Grand Totals")]
    rows = [(0, row) for row in main] + [(1, row) for row in records("deals_update.csv", "cp1251", ";")]
    by_id = defaultdict(list)
    for order, row in rows:
        by_id[row["deal_id"]].append((moment(row["modified_at"]), order, row))
    deals = []
    for versions in by_id.values():
        latest = max(key[:2] for key in versions)
        lines = [row for *key, row in versions if tuple(key) == latest]
        lines = list({tuple(row.items()): row for row in lines}.values())
        deals.append(_plain(lines))
    good = [deal for deal in deals if not deal["impossible"] and deal["pipeline"] not in ("Test", "Отгрузка")]
    return {deal["deal_id"]: deal for deal in good}


def _plain(lines):
    row = lines[0]
    status = {"Won": "won", "Handed over": "won", "Lost": "lost", "Rejected": "lost"}.get(row["status"], "open")
    created, closed = moment(row["created_at"]), moment(row["closed_at"]) if status != "open" else None
    impossible = closed is not None and (closed.date() < created.date() or closed.year == 2099)
    amounts = [money(line["amount"]) for line in lines]
    return {
        "deal_id": row["deal_id"], "pipeline": row["pipeline"], "status": status, "created_at": created, "closed_at": closed,
        "channel": row["channel"].replace("Bы", "Вы") or "unknown", "impossible": impossible, "lines": len(lines),
        "amount": None if None in amounts else sum(amounts), "currency": row["currency"], "quality": row["quality"],
        "manager": " ".join(row["manager"].split()), "client_id": row["Client number"],
        "lost_reason": row["lost_reason"].replace("Недозвон", "No answer"),
    }  # fmt: skip


def closers(month=None):
    deals = [deal for deal in plain_deals().values() if deal["pipeline"] == "Sales"]
    return [deal for deal in deals if month is None or (deal["closed_at"] and f"{deal['closed_at']:%Y-%m}" == month)]


def sheet(name, title):
    rows = openpyxl.load_workbook(SAMPLE / name, read_only=True)[title].iter_rows(values_only=True)
    headings = next(rows)
    return [dict(zip(headings, row, strict=True)) for row in rows]


def in_window(deal):
    closed = deal["closed_at"]
    known = closed and dt.datetime(2025, 10, 1) <= closed < dt.datetime(2026, 10, 1)
    return bool(known and closed - deal["created_at"] > dt.timedelta(days=7))
