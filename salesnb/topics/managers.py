"""How do the sales reps compare at the same leads, over the year and in the month?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from salesnb.formats import Voice
from salesnb.measures.conversion import closings, conversion
from salesnb.measures.frames import BookLike
from salesnb.measures.staff import without_leavers
from salesnb.measures.told import Withheld
from salesnb.model import (
    TEN_POINTS,
    benchmark,
    department,
    gaps,
    manager_rates,
    outside_corridor,
    quality,
    year_verdict,
)
from salesnb.render.display import Shown, Text
from salesnb.topics import corridor, same_leads, words
from salesnb.topics import untold as refusals
from salesnb.topics.result import Result

JUDGED = ("above", "below", "cannot tell")  # verdicts of those with enough closed deals
ABOVE, BELOW = ("above", "likely above"), ("below", "likely below")
IN_METRICS = [
    "manager",
    "won",
    "lost",
    "closed",
    "value",
    "low",
    "high",
    "standardised",
    "std_low",
    "std_high",
    "verdict",
]


@dataclass(frozen=True, repr=False, eq=False)
class Managers(Result):
    """Sales reps at the same leads, without those who have left.

    Attributes
    ----------
    rates : table of `manager_rates` and year_verdict (of the function of that name)
    everybody : table of `manager_rates`, those who have left among them
    window : manager, won_window, closed_window, conversion (0..1, as it was), side of the corridor
        ("above", "below", "")
    limits : the corridor of chance: n, centre, low95, high95, low998, high998;  centre : the rate
        around which it lies
    best : `benchmark`; None with too few people
    spread : how far sales reps differ beyond the factors, one standard deviation, 0..1; None
        without a model
    overall : the average that everybody is held against, 0..1; NaN where nobody is compared
    counted : how many sales reps are in it;  months : how many months have a closed deal
    method : "model" or "beta-binomial"
    untold : why the export tells no rates or no verdict: "no lost", "no won", "undated"; ""
    """

    rates: pd.DataFrame
    everybody: pd.DataFrame
    window: pd.DataFrame
    limits: pd.DataFrame
    centre: float
    best: dict | None
    spread: float | None
    overall: float
    counted: int
    months: int
    method: str
    untold: Withheld
    keys: ClassVar = ("manager",)
    counts: ClassVar = ("closed", "won", "lost", "closed_window", "won_window")

    @property
    def compared(self) -> bool:
        """Whether the page has people enough to hold one against the others."""
        return not pd.isna(self.overall)

    @property
    def judged(self) -> pd.DataFrame:
        """The rates of those with enough closed deals for a verdict."""
        return self.rates[self.rates["verdict"].isin(JUDGED)]

    @property
    def has_corridor(self) -> bool:
        """Whether enough sales reps have enough closed deals in the window to be compared, and the
        export tells rates.
        """
        thresholds = self.book.thresholds
        enough = self.rates["closed_window"] >= thresholds.min_verdict
        return not self.untold and int(enough.sum()) >= thresholds.min_managers

    @property
    def data(self) -> dict[str, pd.DataFrame]:
        """rates: the month as it was and the year at the same leads; corridor: the year as it was;
        limits: its lines.
        """
        return {"rates": self.rates, "corridor": self.window, "limits": self.limits}

    def members(self) -> pd.DataFrame:
        found = closings(
            self.book.closer_deals, "manager", "closed_at", period=self.book.window_period
        )
        found = found[found["manager"].isin(self.rates["manager"])].assign(
            won_window=lambda table: table["won"]
        )
        start, end = self.book.bounds(self.book.month)
        now = (found["closed_at"] >= start) & (found["closed_at"] < end)
        found = found.assign(
            closed=now, won=now & found["won"], lost=now & found["lost"], closed_window=True
        )
        return found.sort_values("deal_id", kind="stable", ignore_index=True)

    def text(self) -> Text:
        """Who converts above or below the average over the year, whether anybody is an outlier, who
        is the benchmark.
        """
        return _answer(self, self.book.voice)

    def corridor(self) -> Text:
        """Who lies outside the corridor of chance."""
        return corridor.answer(self, self.book.voice)

    def charts(self) -> dict[str, Callable[[], Shown]]:
        return {
            "rates": lambda: same_leads.chart(self, self.book.voice),
            "corridor": lambda: corridor.chart(self, self.book.voice),
        }

    def tables_shown(self) -> dict[str, Callable[[], Shown]]:
        return {"rates": lambda: same_leads.table(self, self.book.voice)}

    def record(self) -> dict:
        return {"managers": _for_metrics(self.everybody, gaps(self.book))}


def managers(book: BookLike) -> Managers:
    """Conversion of every sales rep: of the month as it was, of the window at the same leads.

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": range(90), "manager": ["Ann", "Bo", "Cy"] * 30,
    ...     "status": ["won", "lost", "lost"] * 20 + ["lost"] * 30,
    ...     "created_at": pd.Timestamp("2026-09-01"), "closed_at": pd.Timestamp("2026-09-05")})
    >>> found = managers(s.book(deals, month="2026-09"))
    >>> found.rates[["manager", "won", "closed", "year_verdict"]].values.tolist()
    [['Ann', 20, 30, 'likely above'], ['Bo', 0, 30, 'likely below'], ['Cy', 0, 30, 'likely below']]
    >>> len(found.deals(manager="Ann", counted_in="lost"))
    10
    """
    everybody, around = manager_rates(book), department(book)
    rates = without_leavers(everybody, book)
    rates = rates.assign(year_verdict=year_verdict(rates, book.thresholds))
    best, spread = benchmark(rates, book.thresholds), quality(book)["spread"]
    facts = {
        name: everybody.attrs[name] for name in ("overall", "counted", "months", "method", "untold")
    }
    window = _window(book, rates, around["limits"])
    return Managers(
        book, rates, everybody, window, around["limits"], around["rate"], best, spread, **facts
    )


def _window(book, rates: pd.DataFrame, limits: pd.DataFrame) -> pd.DataFrame:
    """Deals closed in the window as they are, and on which side of the corridor their rate lies."""
    raw = conversion(book.closer_deals, by="manager", period=book.window_period)
    both = rates[["manager"]].merge(
        raw[["manager", "won", "closed", "conversion"]], on="manager", how="left"
    )
    sides = outside_corridor(both, limits).set_index("manager")["side"]
    both["side"] = [sides.get(name, "") for name in both["manager"]]
    return both.rename(columns={"won": "won_window", "closed": "closed_window"})


def _for_metrics(rates: pd.DataFrame, month_gaps: pd.DataFrame) -> list[dict]:
    """Those with a closing in the month as the metrics have them, each with the parts
    of the gap.
    """
    parts = {
        name: dict(zip(own["part"], own["points"], strict=True))
        for name, own in month_gaps.groupby("manager")
    }
    kept = rates[rates["closed"] > 0].rename(columns={"conversion": "value"})
    return [
        row | {"gap": parts.get(row["manager"], {})} for row in kept[IN_METRICS].to_dict("records")
    ]


def _answer(found: Managers, voice: Voice) -> Text:
    if found.untold:
        return Text(refusals.full(found.untold, voice), kind="headline")
    least = found.book.thresholds.min_managers
    if not found.compared:
        return Text(words.nobody_compared(voice, least), kind="headline")
    many = len(found.judged) >= least
    return Text(
        *(_year if many else _year_of_few)(found, voice),
        _average(found, voice),
        *(_outliers(found, voice) if many else []),
        _benchmark(found.best, least, voice),
        kind="headline",
    )


def _told(found: Managers, voice: Voice) -> list[str]:
    """Who lies above and who below the average; nothing where nobody can be told from it."""
    by_rate = found.judged.sort_values(
        ["standardised", "manager"], ascending=[False, True], kind="stable"
    )
    above = by_rate.loc[by_rate["year_verdict"].isin(ABOVE), "manager"].tolist()
    below = by_rate.loc[by_rate["year_verdict"].isin(BELOW), "manager"].tolist()[::-1]
    say, lines = voice.say, []
    if above:
        lines.append(
            say(
                "Over the last 12 months, at the same leads, above average: {names}.",
                names=voice.listing(above),
            )
        )
    if below:
        lines.append(
            say(
                "Over the last 12 months, at the same leads, below average: {names}.",
                names=voice.listing(below),
            )
        )
    return lines


def _year(found: Managers, voice: Voice) -> list[str]:
    lines, say = _told(found, voice), voice.say
    if lines:
        return lines
    counts = found.judged["closed_window"]
    least, most = (voice.count(counts.quantile(share)) for share in (0, 1))
    if counts.median() >= TEN_POINTS:
        return [
            say(
                "Over the last 12 months nobody can be told from the average, though most "
                "have enough closed deals ({least} to {most}) for a difference of ten points "
                "to show.",
                least=least,
                most=most,
            )
        ]
    return [
        say(
            "Over the last 12 months nobody can be told from the average: with {least} to {most} "
            "closed deals each, a difference of ten points would mostly go unseen. It takes about "
            "{enough} each.",
            least=least,
            most=most,
            enough=voice.count(TEN_POINTS),
        )
    ]


def _year_of_few(found: Managers, voice: Voice) -> list[str]:
    """The same where everybody is in the average, but hardly anybody has the deals that a verdict
    takes.
    """
    say, deals = voice.say, voice.count(found.book.thresholds.min_verdict)
    if found.judged.empty:
        return [
            say(
                "Nobody can be told from the average: a verdict takes {deals} closed deals in "
                "the last 12 months.",
                deals=deals,
            )
        ]
    who = say(
        "Closed deals enough for a verdict, {deals} in the last 12 months: only {names}.",
        deals=deals,
        names=voice.listing(found.judged["manager"]),
    )
    lines = _told(found, voice) or [
        say(
            "Over the last 12 months nobody can be told from the "
            "average: mostly it takes about {enough} closed deals for "
            "a difference of ten points to show.",
            enough=voice.count(TEN_POINTS),
        )
    ]
    return [who, *lines]


def _average(found: Managers, voice: Voice) -> str:
    """What everybody was held against, and whose deals it stands on."""
    return voice.say(
        "The average is that of all {n} sales reps of this page, {rate}; it and every rate stand "
        "on the deals of this page alone.",
        n=voice.count(found.counted),
        rate=voice.percent(found.overall),
    )


def _outliers(found: Managers, voice: Voice) -> list[str]:
    """Whether anybody lies outside the spread of the others, and how wide that spread is."""
    named = found.judged[found.judged["verdict"].isin(["above", "below"])]
    if len(named):
        return [
            voice.say(
                "Outliers, far outside the usual spread of the others: {names}.",
                names=voice.listing(named["manager"]),
            )
        ]
    if found.spread is None:
        return []
    return [
        voice.say(
            "Nobody is an outlier: beyond what is recorded, sales reps here differ by about "
            "{points} (one standard deviation), and nobody lies far outside that usual spread.",
            points=voice.size_points(found.spread, 0),
        )
    ]


def _benchmark(best: dict | None, least: int, voice: Voice) -> str:
    if best is None:
        return voice.say(
            "A benchmark cannot be told: fewer than {n} sales reps have enough closed deals.",
            n=voice.count(least),
        )
    rate, chance = voice.percent(best["standardised"]), voice.chance(best["p_best"])
    values = {"name": best["manager"], "rate": rate, "chance": chance}
    if pd.isna(best["p_best"]):
        return voice.say(
            "Highest rate after shrinking: {name}, {rate}. Whether this is truly the best cannot "
            "be told.",
            **values,
        )
    if not best["told"]:
        return voice.say(
            "Highest rate at the same leads: {name}, {rate}; the chance that this is truly the "
            "best is only {chance}, so the benchmark cannot be told.",
            **values,
        )
    return voice.say(
        "Benchmark: {name}, {rate} at the same leads; the chance of truly being the best is "
        "{chance}.",
        **values,
    )
