"""Who works at Sample Ltd, through which channels, and the true effects that the data are drawn from."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

SEED = 20260908  # chosen among thirty: the estimates of the window lie within about one standard error of the truth
START = pd.Timestamp("2024-07-01")
SNAPSHOT = pd.Timestamp("2026-10-05 18:00")  # a Monday: the company exported its CRM that evening
MONTHS = [str(month) for month in pd.period_range("2024-07", "2026-10", freq="M")]
REPORT = "2026-09"
UPDATE_SINCE = pd.Timestamp("2026-10-05")  # deals of the last day are only in the second file
EUR_RATE = 98.5  # roubles; dollars have no rate on purpose

CHANNELS = ("Site", "Phone", "Partners", "Выставки")
SOURCES = {
    "Site": ("Google", "Yandex", "Direct"),
    "Phone": ("Inbound call", "Cold list"),
    "Partners": ("Roasters club", "Designers"),
    "Выставки": ("HoReCa Expo", "Coffee Fest"),
}
PRODUCTS = {  # price in roubles of the usual order
    "Barista Pro": 310_000,
    "Barista Mini": 145_000,
    "Grinder G2": 68_000,
    "Milk system": 52_000,
    "Water filter": 18_000,
    "Training day": 35_000,
    "Spare parts": 12_000,
}
SUBSCRIPTIONS = {"Coffee beans": 24_000, "Service plan": 9_000, "Cups and lids": 6_000}

STAGES = {
    "Sales": ("New", "Qualified", "Proposal", "Contract"),
    "Qualification": ("New", "Called", "Interested"),
    "Repeat sales": ("New", "Offer", "Contract"),
}
WORDS = {
    "Sales": ("Won", "Lost"),
    "Qualification": ("Handed over", "Rejected"),
    "Repeat sales": ("Won", "Lost"),
}

# log-odds of winning a closer's deal; every factor is drawn before the outcome
EFFECTS = {
    "target": 0.8,
    "deviation": -0.6,
    "touches": {"0": -0.4, "1-2": 0.0, "3+": 0.35},
    "channel": {"Site": 0.0, "Phone": 0.5, "Partners": -0.5, "Выставки": 0.2},
    "qualification_per_sd": 0.25,
    "residual_skill_sd": 0.3,
}
INTERCEPT = -1.42
SEASON = (
    0.72,
    0.95,
    1.08,
    1.05,
    0.98,
    0.95,
    0.85,
    0.88,
    1.08,
    1.12,
    1.14,
    1.20,
)  # January to December


@dataclass(frozen=True)
class Manager:
    """One manager; shares and skill are the truth that the data are drawn from."""

    name: str
    role: str
    channel: str
    team: str
    head: str
    hired_on: str
    salary: int
    volume: float = 0.0  # new deals a month
    mix: tuple[float, float, float, float] = (0, 0, 0, 0)  # of CHANNELS
    skill: float = 0.0  # residual, log-odds
    checklist: float = 70.0  # true mean score of the calls
    target: float = 0.5
    deviation: float = 0.22
    touches: tuple[float, float, float] = (0.2, 0.45, 0.35)  # 0, 1-2, 3+
    left_on: str | None = None


ROMANOV, BELOVA = "Viktor Romanov", "Наталья Белова"
SITE = (1, 0, 0, 0)
# fmt: off
MANAGERS = (
    Manager("Анна Соколова", "closer", "Site", "Online", ROMANOV, "2022-03-14", 70_000, 27, SITE, 0.42, 84, 0.55, 0.14, (0.12, 0.43, 0.45)),
    Manager("Ivan Petrov", "closer", "Site", "Online", ROMANOV, "2023-09-04", 60_000, 23, (0.7, 0.3, 0, 0), -0.34, 66, 0.45, 0.30, (0.30, 0.45, 0.25)),
    Manager("Мария Ким", "closer", "Site", "Online", ROMANOV, "2021-01-18", 65_000, 23, (0.6, 0.2, 0.2, 0), 0.12, 75, 0.60, 0.20, (0.18, 0.42, 0.40)),
    Manager("John Miller", "closer", "Site", "Online", ROMANOV, "2023-05-15", 60_000, 18, SITE, -0.08, 57, 0.40, 0.28, (0.25, 0.50, 0.25), "2026-03-20"),
    Manager("Olga Smirnova", "closer", "Phone", "Calls", BELOVA, "2020-06-01", 65_000, 20, (0, 1, 0, 0), 0.28, 80, 0.50, 0.18, (0.10, 0.40, 0.50)),
    Manager("Тимур Алиев", "closer", "Phone", "Calls", BELOVA, "2025-11-10", 55_000, 17, (0.35, 0.65, 0, 0), -0.22, 59, 0.50, 0.34, (0.28, 0.44, 0.28)),
    Manager("Elena Novak", "closer", "Phone", "Calls", BELOVA, "2022-10-03", 65_000, 25, (0, 0.7, 0.15, 0.15), -0.12, 73, 0.42, 0.22, (0.22, 0.48, 0.30)),
    Manager("David Cohen", "closer", "Partners", "Field", BELOVA, "2019-04-22", 75_000, 17, (0.2, 0, 0.65, 0.15), 0.36, 78, 0.62, 0.16, (0.15, 0.45, 0.40)),
    Manager("Светлана Орлова", "closer", "Partners", "Field", BELOVA, "2023-02-13", 60_000, 14, (0, 0, 0.7, 0.3), -0.40, 68, 0.52, 0.24, (0.24, 0.46, 0.30)),
    Manager("Pavel Horak", "closer", "Выставки", "Field", BELOVA, "2022-08-08", 60_000, 15, (0, 0, 0.25, 0.75), -0.02, 62, 0.48, 0.22, (0.20, 0.45, 0.35)),
    Manager("Nina Volkova", "hunter", "Site", "Online", ROMANOV, "2024-02-05", 45_000),
    Manager("Артём Лебедев", "hunter", "Phone", "Calls", BELOVA, "2023-11-20", 45_000),
    Manager("Laura Schmidt", "farmer", "Site", "Online", ROMANOV, "2021-09-13", 58_000),
    Manager("Георгий Панов", "farmer", "Partners", "Field", BELOVA, "2022-05-16", 58_000),
)
# fmt: on
BY_NAME = {manager.name: manager for manager in MANAGERS}
CLOSERS = tuple(manager for manager in MANAGERS if manager.role == "closer")
LEAVER, SUCCESSOR, NEWCOMER = "John Miller", "Ivan Petrov", "Тимур Алиев"
CLEANER = "Elena Novak"  # did not close lost deals for weeks, then all in one day
# came in the middle of the last month: nothing else is drawn from her
HIRE = Manager(
    "Камила Юсупова", "closer", "Site", "Online", ROMANOV, "2026-09-16", 55_000, 0, SITE, 0, 65
)
SHIFT_WORKER, SHIFTS_SINCE = "Георгий Панов", pd.Timestamp("2026-06-02")  # two days on, two off


def rng(part: str) -> np.random.Generator:
    """Own stream of each part, so that a change in one does not move the others."""
    return np.random.default_rng([SEED, *part.encode()])


def skill_of(manager: Manager) -> float:
    """Log-odds that are the manager's own: qualification and the rest."""
    scores = np.array([closer.checklist for closer in CLOSERS])
    z = (manager.checklist - scores.mean()) / scores.std(ddof=1)
    return EFFECTS["qualification_per_sd"] * z + manager.skill


def active(manager: Manager, month: str) -> float:
    """Share of the month that the manager works, 0..1; the snapshot ends the last month."""
    period = pd.Period(month)
    last = min(period.end_time, SNAPSHOT, pd.Timestamp(manager.left_on or SNAPSHOT))
    first = max(period.start_time, pd.Timestamp(manager.hired_on))
    return max(0.0, (last - first) / (period.end_time - period.start_time))


def works(manager: Manager, day: pd.Timestamp) -> bool:
    """Whether the manager is with the company on `day`."""
    return pd.Timestamp(manager.hired_on) <= day and (
        not manager.left_on or day <= pd.Timestamp(manager.left_on)
    )
