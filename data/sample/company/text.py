"""The raw rows of deals as the company's people and programs wrote them: every cell a text."""

import numpy as np
import pandas as pd

from .control import late_rows
from .setting import PRODUCTS, UPDATE_SINCE, rng

HEADINGS = {  # canonical column: heading in the export, some padded
    "deal_id": "deal_id", "title": "title", "manager": " manager", "created_at": "created_at", "status": "status",
    "channel": "channel", "source": "source", "pipeline": "pipeline", "stage": "stage ", "closed_at": "closed_at",
    "expected_close_at": "expected_close_at", "amount": "amount ", "currency": "currency", "product": "product",
    "quantity": "quantity", "client_id": "Client number", "segment": "segment", "quality": "quality",
    "lost_reason": "lost_reason", "competitor": "competitor", "team": "team", "parent_deal_id": "parent_deal_id",
    "next_task_at": "next_task_at", "modified_at": "modified_at", "utm": "utm",
}  # fmt: skip
THIN, NARROW, NO_BREAK = "\u2009", "\u202f", "\u00a0"
WORDS = {
    ("Sales", "won"): "Won", ("Sales", "lost"): "Lost", ("Qualification", "won"): "Handed over",
    ("Qualification", "lost"): "Rejected", ("Repeat sales", "won"): "Won", ("Repeat sales", "lost"): "Lost",
}  # fmt: skip


def files(deals: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, int]]:
    """Rows of the main export, rows of the later one, and how often each dirt was written."""
    late = late_rows(deals)
    deals, more = deals[~late], deals[late]
    draw = rng("text")
    count: dict[str, int] = {}
    raw = _cells(deals)
    new = deals["created_at"] >= UPDATE_SINCE
    update = raw[new | deals["fault"].isin(["superseded", "older in update"])].copy()
    main = raw[~new].copy()
    _older(main, deals["fault"] == "superseded", deals)
    _older(update, deals["fault"] == "older in update", deals)
    count |= {"deals only in the update": int(new.sum())}
    main = _product_lines(draw, main, count)
    twice = main[main["fault"] == "duplicate"]
    main = pd.concat([main, twice]).sort_values("order", kind="stable")
    _spell(draw, main, count)
    _same(main, "duplicate", list(HEADINGS))
    _same(
        main,
        "product lines",
        [name for name in HEADINGS if name not in ("product", "quantity", "amount")],
    )
    more = _cells(more)
    _spell(rng("text late"), more, count)
    main = pd.concat([main, more], ignore_index=True)
    for column in ("created_at", "closed_at", "modified_at", "next_task_at", "expected_close_at"):
        update[column] = [_stamp(moment, "dot") for moment in update[column]]
    update["amount"] = [_decimal(amount).replace(".", ",") for amount in update["amount"]]
    return (
        main[list(HEADINGS)].rename(columns=HEADINGS),
        update[list(HEADINGS)].rename(columns=HEADINGS),
        count,
    )


def _cells(deals):
    raw = deals.reindex(columns=[*HEADINGS, "fault"]).copy()
    raw["manager"], raw["closed_at"], raw["channel"] = (
        deals["raw_manager"],
        deals["raw_closed_at"],
        deals["raw_channel"],
    )
    pairs = zip(deals["pipeline"], deals["raw_status"], strict=True)
    raw["status"] = [
        WORDS.get((pipeline, status), {"open": "Open", "won": "Won"}.get(status, status))
        for pipeline, status in pairs
    ]
    raw["quantity"] = [
        str(int(quantity)) if amount == amount else ""
        for quantity, amount in zip(raw["quantity"], raw["amount"], strict=True)
    ]
    raw["order"] = np.arange(len(raw))
    for column in raw.columns.difference(
        [
            "created_at",
            "closed_at",
            "modified_at",
            "next_task_at",
            "expected_close_at",
            "amount",
            "order",
        ]
    ):
        raw[column] = raw[column].fillna("").astype(str)
    return raw


def _older(raw, which, deals):
    """The row as it was before the deal closed."""
    rows = raw.index[which.reindex(raw.index)]
    raw.loc[rows, ["status", "lost_reason", "competitor"]] = ["Open", "", ""]
    before = (deals.loc[rows, "closed_at"] - pd.Timedelta(days=2)).clip(
        lower=deals.loc[rows, "created_at"]
    )
    raw.loc[rows, "modified_at"] = before
    raw.loc[rows, "closed_at"] = pd.NaT


def _product_lines(draw, main, count):
    """Two or three lines for some deals: the amounts add up to the deal's."""
    rows = []
    chosen = main["fault"] == "product lines"
    for row in main[chosen].to_dict("records"):
        minor, n = round(row["amount"] * 100), int(draw.integers(2, 4))
        parts = [minor * 6 // 10] + [minor // 10] * (n - 2)
        others = [product for product in PRODUCTS if product != row["product"]]
        names = [row["product"], *draw.choice(others, n - 1, replace=False)]
        for name, part in zip(names, [*parts, minor - sum(parts)], strict=True):
            rows.append(
                row
                | {
                    "product": str(name),
                    "quantity": str(int(draw.integers(1, 5))),
                    "amount": part / 100,
                }
            )
    count["extra product lines"] = len(rows) - int(chosen.sum())
    return pd.concat([main[~chosen], pd.DataFrame(rows)], ignore_index=True).sort_values(
        "order", kind="stable", ignore_index=True
    )


def _same(main, fault, columns):
    """Rows of one deal are written alike, in `columns`."""
    rows = main["fault"] == fault
    main.loc[rows, columns] = main[rows].groupby("order")[columns].transform("first")


def _add(count, what, n):
    count[what] = count.get(what, 0) + n


def _spell(draw, main, count):
    main.reset_index(drop=True, inplace=True)
    for column in ("created_at", "closed_at", "modified_at", "next_task_at"):
        kinds = draw.choice(
            ["space", "T", "dot", "Z", "east", "words"],
            len(main),
            p=[0.62, 0.16, 0.12, 0.05, 0.03, 0.02],
        )
        utc = (main["fault"] == "universal time") & (column == "closed_at")
        kinds = np.where(utc, "Z", kinds)
        filled = main[column].notna()
        odd = int((~np.isin(kinds, ["space", "T"]) & filled).sum())
        _add(count, f"{column} not ISO or with a zone", odd)
        main[column] = [
            _stamp(moment, kind) for moment, kind in zip(main[column], kinds, strict=True)
        ]
    slash = draw.random(len(main)) < 0.3
    main["expected_close_at"] = [
        "" if pd.isna(day) else day.strftime("%d/%m/%Y" if other else "%Y-%m-%d")
        for day, other in zip(main["expected_close_at"], slash, strict=True)
    ]
    ways = draw.choice(
        ["plain", "comma", "thin", "narrow", "sign"], len(main), p=[0.8, 0.06, 0.04, 0.04, 0.06]
    )
    odd = int(((ways != "plain") & main["amount"].notna()).sum())
    _add(count, "amounts with comma, spaces or sign", odd)
    rows = zip(main["amount"], ways, main["currency"], strict=True)
    main["amount"] = [_money(amount, way, currency) for amount, way, currency in rows]
    _names(draw, main, count)


def _names(draw, main, count):
    machine = main["product"] == "Barista Pro"
    other = machine & (draw.random(len(main)) < 0.15)
    main["product"] = main["product"].mask(
        other, pd.Series(draw.choice(["BaristaPro", "Бариста Про"], len(main)))
    )
    _add(count, "product spelled another way", int(other.sum()))
    padded = draw.random(len(main)) < 0.01
    main["manager"] = main["manager"].mask(padded, main["manager"] + "  ")
    no_break = draw.random(len(main)) < 0.003
    main["manager"] = main["manager"].mask(
        no_break, main["manager"].str.replace(" ", NO_BREAK, n=1)
    )
    _add(count, "manager padded or with a no-break space", int((padded | no_break).sum()))
    reason = (main["lost_reason"] == "No answer") & (draw.random(len(main)) < 0.2)
    main["lost_reason"] = main["lost_reason"].mask(reason, "Недозвон")
    broken = main["fault"] == "line break in title"
    main["title"] = main["title"].mask(broken, 'Order "urgent",\n' + main["title"])


def _stamp(moment, kind: str) -> str:
    if pd.isna(moment):
        return ""
    if kind in ("Z", "east"):
        shift, mark = (3, "Z") if kind == "Z" else (-2, "+05:00")
        return (moment - pd.Timedelta(hours=shift)).strftime("%Y-%m-%dT%H:%M:%S") + mark
    patterns = {"space": "%Y-%m-%d %H:%M:%S", "T": "%Y-%m-%dT%H:%M:%S", "dot": "%d.%m.%Y %H:%M"}
    if kind == "words":
        return f"{MONTH_NAMES[moment.month - 1]} {moment.day}, {moment:%Y %H:%M}"
    return moment.strftime(patterns[kind])


MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _decimal(amount) -> str:
    return "" if pd.isna(amount) else f"{amount:.2f}".removesuffix(".00")


def _money(amount, way: str, currency: str) -> str:
    plain = _decimal(amount)
    if not plain or way == "plain":
        return plain
    space = {"comma": "", "thin": THIN, "narrow": NARROW, "sign": NO_BREAK}[way]
    text = f"{amount:,.2f}".replace(",", space).replace(".", ",")
    if way == "sign":
        sign = {"RUB": "₽", "EUR": "€", "USD": "$"}[currency]
        return f"{text}{NO_BREAK}{sign}" if currency == "RUB" else f"{sign}{amount:,.2f}"
    return text
