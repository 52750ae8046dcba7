"""The second sentence of the headline: what was won and lost in deals and money, and how much of
the plan is done.
"""

from collections.abc import Mapping

import pandas as pd

from salesnb.formats import Voice
from salesnb.render.display import Text


def money(months: pd.DataFrame, untold: str, plan: dict | None, voice: Voice) -> Text:
    """What was won and lost beside the month before, in deals and money, and how much of the plan
    is done.

    Parameters
    ----------
    months : table of `monthly`, the month last;  untold : which outcome the export lacks
    plan : that of the month (`measures.plan.standing`); None: nothing is said of it
    """
    now, before = months.iloc[-1], months.iloc[-2]
    if pd.isna(now["closed"]) or not now["closed"]:  # no month before the first deal is known
        return Text()
    won = _won(now, before, voice) if untold != "no won" else ""
    lost = _lost(now, before, voice) if untold != "no lost" else ""
    return Text(f"{won} {lost}".strip(), _plan(plan, voice) if plan else "")


def _won(now: pd.Series, before: pd.Series, voice: Voice) -> str:
    """Deals won and their money beside the month before; of what has no amount only the deals."""
    known, amount = not pd.isna(before["closed"]), not pd.isna(now["won_amount"])
    values = {"amount": voice.short_money(now["won_amount"])}
    if known:
        values |= {
            "before": voice.count(before["won"]),
            "amount_before": voice.short_money(before["won_amount"]),
        }
    n = int(now["won"])
    if amount and known and not pd.isna(before["won_amount"]):
        return voice.plural(
            "Won: {n} deal for {amount}, after {before} for {amount_before} the month before.",
            "Won: {n} deals for {amount}, after {before} for {amount_before} the month before.",
            n,
            **values,
        )
    if amount and known:
        return voice.plural(
            "Won: {n} deal for {amount}, after {before} the month before.",
            "Won: {n} deals for {amount}, after {before} the month before.",
            n,
            **values,
        )
    if amount:
        return voice.plural(
            "Won: {n} deal for {amount}.", "Won: {n} deals for {amount}.", n, **values
        )
    if known:
        return voice.plural(
            "Won: {n} deal, after {before} the month before; amounts are not in the export.",
            "Won: {n} deals, after {before} the month before; amounts are not in the export.",
            n,
            **values,
        )
    return voice.plural(
        "Won: {n} deal; amounts are not in the export.",
        "Won: {n} deals; amounts are not in the export.",
        n,
    )


def _lost(now: pd.Series, before: pd.Series, voice: Voice) -> str:
    if pd.isna(before["closed"]):
        return voice.say("Lost: {lost}.", lost=voice.count(now["lost"]))
    return voice.say(
        "Lost: {lost}, after {lost_before}.",
        lost=voice.count(now["lost"]),
        lost_before=voice.count(before["lost"]),
    )


PLANS = {
    "lowest": lambda v, x: v.say("Plan: {done}, {share}: the lowest of {n} months.", **x),
    "highest": lambda v, x: v.say("Plan: {done}, {share}: the highest of {n} months.", **x),
}


def _plan(plan: dict, voice: Voice) -> str:
    """How much of the plan is done and where that stands among the months."""
    values = {
        "done": fact_of_plan(plan, plan["kind"], voice),
        "share": voice.percent(plan["share"], 0),
    }
    if plan.get("days") is not None:
        values |= {"days": voice.count(plan["days"]), "of": voice.count(plan["of"])}
        if plan["usual"] is None:
            return voice.say("Plan: {done}, {share} after {days} of {of} working days.", **values)
        return voice.say(
            "Plan: {done}, {share} after {days} of {of} working days; usually {usual} by then.",
            usual=voice.percent(plan["usual"], 0),
            **values,
        )
    if plan["place"] in PLANS:
        return PLANS[plan["place"]](voice, values | {"n": voice.count(plan["months"])})
    return voice.say("Plan: {done}, {share}.", **values)


def fact_of_plan(row: Mapping | pd.Series, fact: str, voice: Voice) -> str:
    """The fact beside the plan, called by what it is: payments or won deals.

    >>> fact_of_plan(pd.Series({"fact": 90.0, "plan": 120.0}), "payments", Voice("en", "USD"))
    'paid $90 of $120'
    """
    values = {"fact": voice.short_money(row["fact"]), "plan": voice.short_money(row["plan"])}
    if fact == "payments":
        return voice.say("paid {fact} of {plan}", **values)
    return voice.say("won {fact} of {plan}", **values)
