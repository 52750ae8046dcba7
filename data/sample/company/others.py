"""Clients, hunters' deals (qualification), farmers' deals (repeat sales) and pipelines that do not count."""

import numpy as np
import pandas as pd

from .flow import minutes, moments
from .setting import MONTHS, SNAPSHOT, SOURCES, START, SUBSCRIPTIONS, rng

HUNTERS = {"Site": "Nina Volkova", "Phone": "Артём Лебедев"}
FARMERS = ("Laura Schmidt", "Георгий Панов")
FIRST_FARMER_ID = 4_876_876_000_000_100_001  # 19 digits: neighbours are one number to a spreadsheet
KINDS = ("Кафе", "Ресторан", "ООО", "Hotel", "Пекарня", "Office")
NAMES = (
    "Лаванда", "Полюс", "Аврора", "Тёплый дом", "Маяк", "Сова", "Gusto", "Olive", "Старый город", "Бриз", "Nord", "Орион",
    "Крошка", "Milano", "Перец", "Ваниль", "Atlas", "Рассвет", "Корица", "Verde", "Гавань", "Имбирь", "Sol", "Мята",
)  # fmt: skip
CITIES = (
    "Москва",
    "Казань",
    "Тула",
    "Самара",
    "Пермь",
    "Riga",
    "Воронеж",
    "Almaty",
    "Томск",
    "Псков",
)


def assign_clients(deals: pd.DataFrame) -> pd.DataFrame:
    """Client of each closer's deal: new, or (12 %) one who bought before. Returns the clients."""
    draw = rng("clients")
    ids, sold, known = [], [], 0
    back = draw.random(len(deals)) < 0.12
    for deal, again in zip(deals.itertuples(), back, strict=True):
        ready = (
            [client for client, moment in sold[-150:] if moment < deal.created_at] if again else []
        )
        if ready:
            ids.append(ready[draw.integers(len(ready))])
        else:
            known += 1
            ids.append(f"C-{known:05d}")
        if deal.won and deal.closed_at < SNAPSHOT:
            sold.append((ids[-1], deal.closed_at))
    deals["client_id"] = ids
    return _clients(draw, deals, known)


def _clients(draw, deals, known):
    numbers = np.arange(1, known + 1)
    table = pd.DataFrame({"client_id": [f"C-{i:05d}" for i in numbers]})
    parts = zip(
        draw.choice(KINDS, known),
        draw.choice(NAMES, known),
        draw.choice(CITIES, known),
        strict=True,
    )
    table["name"] = [f"{kind} «{name}», {city}" for kind, name, city in parts]
    table["phone"] = [f"+7 000 {i // 1000:03d}-{i % 1000 // 10:02d}-{i % 10:02d}" for i in numbers]
    table["email"] = [f"info@client{i}.example" for i in numbers]
    segments = deals.drop_duplicates("client_id").set_index("client_id")["segment"]
    table["segment"] = table["client_id"].map(segments)
    deals["segment"] = deals["client_id"].map(segments)
    return table


def hunter_deals(closers: pd.DataFrame) -> pd.DataFrame:
    """Qualification: about half is handed over and becomes a closer's deal, the rest is rejected."""
    draw = rng("hunters")
    parents = closers[closers["channel"].isin(HUNTERS) & (draw.random(len(closers)) < 0.38)]
    parents = parents[parents["created_at"] > "2024-07-10"]
    won = pd.DataFrame(
        {
            "channel": parents["channel"],
            "source": parents["source"],
            "client_id": parents["client_id"],
        }
    )
    won["closed_at"] = parents["created_at"] - pd.to_timedelta(
        draw.integers(1, 9, len(won)), unit="min"
    )
    days = np.exp(np.log(3) + 0.7 * draw.standard_normal(len(won))).clip(0.1, 30)
    won["created_at"] = won["closed_at"] - pd.to_timedelta((days * 1440).astype(int), unit="min")
    won["child"], won["won"] = parents["deal_id"], True
    deals = pd.concat([won, _rejected(draw, len(won))], ignore_index=True)
    deals["manager"], deals["pipeline"] = deals["channel"].map(HUNTERS), "Qualification"
    deals = deals[deals["created_at"] >= START].sort_values(
        ["created_at", "channel"], ignore_index=True
    )
    deals["deal_id"] = [str(52_000_003 + 7 * i) for i in range(len(deals))]
    closers["parent_deal_id"] = closers["deal_id"].map(
        deals.dropna(subset="child").set_index("child")["deal_id"]
    )
    return deals


def _rejected(draw, n):
    months = draw.choice(MONTHS[:-1], n)
    frame = pd.DataFrame({"created_at": [moments(draw, month, 1)[0] for month in months]})
    frame["channel"] = draw.choice(list(HUNTERS), n, p=[0.6, 0.4])
    frame["source"] = [draw.choice(SOURCES[channel]) for channel in frame["channel"]]
    days = np.exp(np.log(5) + 0.9 * draw.standard_normal(n))
    frame["closed_at"] = (
        frame["created_at"] + pd.to_timedelta(1 + days, unit="D")
    ).dt.normalize() + minutes(draw, n)
    frame["won"] = False
    return frame


def farmer_deals(closers: pd.DataFrame) -> pd.DataFrame:
    """Repeat sales to clients who bought one to twelve months before."""
    draw = rng("farmers")
    base = closers[closers["won"] & (closers["closed_at"] < "2026-08-20")]
    base = base.iloc[np.sort(draw.choice(len(base), int(len(base) * 0.75), replace=False))]
    frame = base[["client_id", "channel", "source", "segment"]].copy()
    days = draw.uniform(25, 330, len(base))
    frame["created_at"] = (
        base["closed_at"] + pd.to_timedelta(days, unit="D")
    ).dt.normalize() + minutes(draw, len(base))
    frame = frame[frame["created_at"] < SNAPSHOT].sort_values(
        ["created_at", "client_id"], ignore_index=True
    )
    n = len(frame)
    frame["won"] = draw.random(n) < 0.58
    length = np.exp(np.log(np.where(frame["won"], 14, 9)) + 0.6 * draw.standard_normal(n))
    frame["closed_at"] = (
        frame["created_at"] + pd.to_timedelta(1 + length, unit="D")
    ).dt.normalize() + minutes(draw, n)
    frame["manager"] = draw.choice(FARMERS, n, p=[0.55, 0.45])
    frame["product"] = draw.choice(list(SUBSCRIPTIONS), n, p=[0.5, 0.3, 0.2])
    frame["pipeline"] = "Repeat sales"
    frame["deal_id"] = [str(FIRST_FARMER_ID + i) for i in range(n)]
    return frame


def ignored_deals(closers: pd.DataFrame) -> pd.DataFrame:
    """Deliveries of sold goods and tests of the CRM: pipelines that the params ignore."""
    draw = rng("ignored")
    base = (
        closers[closers["won"] & (closers["closed_at"] < SNAPSHOT)]
        .sample(60, random_state=7)
        .sort_index()
    )
    frame = base[["client_id", "channel", "source", "segment", "manager", "product"]].copy()
    frame["created_at"] = base["closed_at"] + pd.Timedelta(hours=1)
    frame["closed_at"] = frame["created_at"] + pd.to_timedelta(
        draw.integers(2, 12, len(base)), unit="D"
    )
    frame["won"] = True
    frame["pipeline"] = ["Test"] * 4 + ["Отгрузка"] * 56
    frame["title"] = ["TEST please ignore"] * 4 + [None] * 56
    frame["deal_id"] = [str(77_000_001 + i) for i in range(60)]
    return frame.reset_index(drop=True)


def more_clients(hunters: pd.DataFrame, known: int) -> pd.DataFrame:
    """Clients of the rejected deals."""
    draw = rng("more clients")
    new = hunters["client_id"].isna()
    hunters.loc[new, "client_id"] = [f"C-{known + i:05d}" for i in range(1, int(new.sum()) + 1)]
    deals = pd.DataFrame({"client_id": hunters.loc[new, "client_id"]})
    deals["segment"] = draw.choice(["HoReCa", "Office", "Retail"], len(deals))
    return _clients(draw, deals, known + len(deals)).iloc[known:]
