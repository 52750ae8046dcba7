"""The month in figures: one card per figure, with the month before, the year before, and a line of the year."""

from collections.abc import Mapping

import pandas as pd

from salesnb.formats import Voice
from salesnb.params import Thresholds
from salesnb.render.charts.spark import spark
from salesnb.render.display import Card, Cards, Group, Text
from salesnb.show import untold


def cards(
    months: pd.DataFrame, year: dict[str, dict], ways: pd.DataFrame, stands: dict, plan: pd.DataFrame, voice: Voice,
    thresholds: Thresholds,
) -> Group:  # fmt: skip
    """Headline cards, and a line that says what "usual" means.

    Parameters
    ----------
    months : table of `monthly`, the month last
    year : each figure beside its year (`of_book.figures`), in the order of the cards
    ways, stands : of the month's conversion
    plan : fact and plan by month (`control.plan.of_place`); without rows there is no card of it
    """
    first = _conversion(months, ways.iloc[0], stands, voice, thresholds)
    told = {name: found for name, found in year.items() if not months[name].isna().all()}  # of nothing there is no card
    if untold.of(months) == "no won":
        told.pop("won", None)
    rest = [_card(months, name, found, voice, thresholds) for name, found in told.items()]
    against = voice.say("Percentages are against the previous month.")
    ranged = any(found["place"] and not found["few"] for found in year.values())
    usual = (
        voice.say("Usual: within the range of the earlier months of the year; the grey band is their middle half.")
        if ranged
        else ""
    )
    return Group(Cards((first, *rest, *_plan(months, plan, voice))), Text(f"{against} {usual}".strip(), kind="note"))


FIGURES = {
    "won_amount": (lambda v: v.say("Won amount"), lambda v: v.short_money),
    "won": (lambda v: v.say("Won deals"), lambda v: v.count),
    "average_order": (lambda v: v.say("Average order"), lambda v: v.short_money),
    "mean_days": (lambda v: v.say("Deal length"), lambda v: v.days),
    "new_deals": (lambda v: v.say("New deals"), lambda v: v.count),
    "open_deals": (lambda v: v.say("Open deals"), lambda v: v.count),
    "open_amount": (lambda v: v.say("Open amount"), lambda v: v.short_money),
}


def _conversion(months: pd.DataFrame, row: pd.Series, stands: dict, voice: Voice, thresholds: Thresholds) -> Card:
    if untold.no_rate(stands.get("untold", "")):
        return Card(voice.say("Conversion"), voice.missing, untold.SHORT[stands["untold"]](voice))
    counts = voice.say("{won} of {closed}", won=voice.count(row["won"]), closed=voice.count(row["closed"]))
    few = row["closed"] < thresholds.min_percent
    detail = "" if few else voice.say(
        "{won} of {closed}, interval {interval}", won=voice.count(row["won"]), closed=voice.count(row["closed"]),
        interval=voice.interval(row["low"], row["high"]),
    )  # fmt: skip
    return Card(
        voice.say("Conversion"),
        (counts if row["closed"] else voice.missing) if few else voice.percent(row["conversion"]),
        detail,
        change_words(row, stands, voice, thresholds),
        {"up": "good", "down": "bad"}.get(stands["verdict"], ""),
        _past(months, lambda month: _rate(month, voice, thresholds), voice),
        _line(months, "conversion", voice.say("Conversion"), voice),
    )


def change_words(row: pd.Series, stands: dict, voice: Voice, thresholds: Thresholds) -> str:
    """A change of conversion with its interval and its verdict, or that there is nothing to compare with.

    >>> row = pd.Series({"closed": 50, "change": 0.02, "change_low": -0.05, "change_high": 0.09})
    >>> change_words(row, {"verdict": "too close", "closed_before": 50}, Voice(), Thresholds())
    '+2.0\\xa0pp (−5.0 to +9.0\\xa0pp), too close to call'
    """
    if min(row["closed"], stands["closed_before"]) < thresholds.min_percent:
        return voice.say("nothing to compare with")
    verdicts = {
        "up": lambda: voice.say("higher"), "down": lambda: voice.say("lower"), "too close": lambda: voice.say("too close to call"),
        "withheld": lambda: voice.say("no verdict: other fair ways to count do not share it"), "few": lambda: voice.say("too few deals for a verdict"),
        "undated": lambda: voice.say("no verdict: closing dates are missing unequally"),
    }  # fmt: skip
    text = f"{voice.points(row['change'])} ({voice.points_interval(row['change_low'], row['change_high'])})"
    return text + ", " + verdicts[stands["verdict"]]()


def _rate(month: pd.Series, voice: Voice, thresholds: Thresholds) -> str:
    """The rate of an earlier month; with few deals the counts, without any nothing."""
    if pd.isna(month["closed"]) or not month["closed"]:
        return ""
    if month["closed"] < thresholds.min_percent:
        return voice.say("{won} of {closed}", won=voice.count(month["won"]), closed=voice.count(month["closed"]))
    return voice.percent(month["conversion"])


def _card(months: pd.DataFrame, name: str, found: dict, voice: Voice, thresholds: Thresholds) -> Card:
    label, say = (part(voice) for part in FIGURES[name])
    if name == "mean_days" and months["closed"].iloc[-1] < thresholds.min_percent:
        found = found | {"now": float("nan")}  # the section on deal length does not speak of so few either
    past = _past(months, lambda month: "" if pd.isna(month[name]) else say(month[name]), voice)
    return Card(
        label, say(found["now"]), change=_moved(found, voice), notes=past, spark=_line(months, name, label, voice)
    )


def _moved(found: dict, voice: Voice) -> str:
    """The change in per cent and the figure's place in the year; what no two months can tell is not said."""
    if pd.isna(found["now"]) or pd.isna(found["before"]):
        return voice.say("nothing to compare with")
    if found["few"]:
        return voice.say("too few deals to compare")
    if pd.isna(found["ratio"]):
        return ""
    text = voice.signed(found["ratio"] * 100) + voice.percent_sign
    months = voice.count(found["months"])
    places = {
        "usual": lambda: voice.say("usual"), "lowest": lambda: voice.say("lowest of {n} months", n=months),
        "highest": lambda: voice.say("highest of {n} months", n=months),
    }  # fmt: skip
    return f"{text}, {places[found['place']]()}" if found["place"] else text


def _plan(months: pd.DataFrame, plan: pd.DataFrame, voice: Voice) -> list[Card]:
    """How much of the plan is done; nothing where the month has no plan."""
    both = months[["month"]].merge(plan, on="month", how="left")
    now = both.iloc[-1]
    if pd.isna(now["share"]):
        return []
    detail = fact_of_plan(now, plan.attrs["fact"], voice)
    past = _past(both, lambda month: "" if pd.isna(month["share"]) else voice.percent(month["share"], 0), voice)
    label = voice.say("Plan")
    return [Card(label, voice.percent(now["share"], 0), detail, notes=past, spark=_line(both, "share", label, voice))]


def fact_of_plan(row: Mapping | pd.Series, fact: str, voice: Voice) -> str:
    """The fact beside the plan, called by what it is: payments or won deals.

    >>> fact_of_plan(pd.Series({"fact": 90.0, "plan": 120.0}), "payments", Voice("en", "USD"))
    'paid $90 of $120'
    """
    values = {"fact": voice.short_money(row["fact"]), "plan": voice.short_money(row["plan"])}
    return (
        voice.say("paid {fact} of {plan}", **values)
        if fact == "payments"
        else voice.say("won {fact} of {plan}", **values)
    )


def _past(months: pd.DataFrame, say, voice: Voice) -> tuple[tuple[str, str], ...]:
    """The month before and the same month a year ago by name, where the export knows them."""
    rows = [months.iloc[-back] for back in (2, 13) if len(months) >= back]
    known = [(voice.short_month(row["month"], "yyyy"), say(row)) for row in rows]
    return tuple((label, text) for label, text in known if text)


BANDED = 6  # earlier months from which there is a usual range to shade


def _line(months: pd.DataFrame, name: str, label: str, voice: Voice) -> str:
    values = [None if pd.isna(v) else float(v) for v in months[name].iloc[-12:]]
    earlier = [value for value in values[:-1] if value is not None]
    # the neutral band: where the middle half of the earlier months lay
    band = tuple(pd.Series(earlier).quantile([0.25, 0.75])) if len(earlier) >= BANDED else None
    return spark(values, voice.say("{label}, the last 12 months", label=label), band)
