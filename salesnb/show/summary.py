"""The headline of the month, its trend, and all months in figures."""

import pandas as pd

from salesnb.formats import Voice
from salesnb.params import Thresholds
from salesnb.render.charts.lines import monthly as monthly_chart
from salesnb.render.display import Details, Figure, Group, Text
from salesnb.render.tables import Column, table
from salesnb.schema import UNKNOWN
from salesnb.show import untold, words
from salesnb.show.cards import fact_of_plan
from salesnb.show.ways import WAYS, quoted


def place(channel: str | None, voice: Voice) -> str:
    """The channel, or the department, as a sentence begins."""
    if channel == UNKNOWN:
        return voice.say("Channel not known")
    return words.group(voice, channel) if channel else voice.say("The whole department")


def previous(month: str) -> str:
    """The month before.

    >>> previous("2026-01")
    '2025-12'
    """
    return str(pd.Period(month, "M") - 1)


def headline(ways: pd.DataFrame, stands: dict, place: str, month: str, voice: Voice, thresholds: Thresholds) -> Text:
    """The answer of the month in a few sentences: the rate, the verdict on its change, its place in the year.

    Parameters
    ----------
    ways : table of `fair_ways`; its first row is the headline
    stands : what may be said of it (`standing`)
    place : channel or department as a sentence begins
    """
    row = ways.iloc[0]
    names = {"place": place, "month": voice.month(month)}
    if untold.no_rate(stands.get("untold", "")):
        words_ = _unsettled(stands, voice, thresholds)  # of no rate the two rates are not said, but the words are
        alone = _alone(row, stands["untold"], names, voice)
        return Text(untold.full(stands["untold"], voice), alone, *words_[:1], *words_[-1:], kind="headline")
    if row["closed"] == 0:
        text = voice.say("{place}, {month}: nothing was closed, so there is no conversion to speak of.", **names)
        return Text(text, *_unsettled(stands, voice, thresholds), kind="headline")
    lines = _rate(row, stands["span"], names, voice, thresholds)
    lines += _unsettled(stands, voice, thresholds)
    if stands.get("undated"):
        return Text(*lines, untold.both_ways(stands["undated"], voice), kind="headline")
    return Text(*lines, _change(row, stands, month, voice, thresholds), _place_in_year(stands, voice), kind="headline")


MOST_WORDS = 4


def _unsettled(stands: dict, voice: Voice, thresholds: Thresholds) -> list[str]:
    """The headline both ways, where deals carry a word of which nothing says whether it is won, lost or open."""
    found = stands.get("unsettled")
    if not found:
        return []
    named = [f"{quoted(word or voice.say('blank'), voice)} ({voice.count(rows)})" for word, rows in found["words"]]
    more = len(named) - MOST_WORDS
    if more > 0:
        named = [*named[:MOST_WORDS], voice.plural("{n} more word", "{n} more words", more)]
    first = voice.plural(
        "{n} more deal has a closing date in that time and a status of which it is not known whether it is won, lost or open: {words}. It counts as open.",
        "{n} more deals have a closing date in that time and a status of which it is not known whether it is won, lost or open: {words}. They count as open.",
        found["rows"], words=voice.listing(named),
    )  # fmt: skip
    rates = {
        name: words.share(voice, found[name]["won"], found[name]["closed"], thresholds.min_percent, 1)
        for name in ("open", "lost", "won")
        if found[name]
    }
    if "won" in rates:
        second = voice.say("Conversion is {open} with them as open, {lost} as lost and {won} as won.", **rates)
    else:
        second = voice.say("Conversion is {open} with them as open and {lost} as lost.", **rates)
    return [first, second, voice.say("To settle it, move each word under “values: status” of the params.")]


def _alone(row: pd.Series, code: str, names: dict, voice: Voice) -> str:
    """How many deals of the one outcome that the export holds were closed in the month."""
    if code == "no lost":
        return voice.plural("{place}, {month}: {n} deal was won.", "{place}, {month}: {n} deals were won.", int(row["won"]), **names)  # fmt: skip
    return voice.plural("{place}, {month}: {n} deal was lost.", "{place}, {month}: {n} deals were lost.", int(row["lost"]), **names)  # fmt: skip


def money(months: pd.DataFrame, plan: dict | None, voice: Voice) -> Text:
    """What was won and lost beside the month before, in deals and money, and how much of the plan is done.

    Parameters
    ----------
    months : table of `monthly`, the month last
    plan : that of the month (`control.plan.standing`); None: nothing is said of it
    """
    now, before = months.iloc[-1], months.iloc[-2]
    if not now["closed"]:
        return Text()
    code = untold.of(months)
    won = _won(now, before, voice) if code != "no won" else ""
    lost = _lost(now, before, voice) if code != "no lost" else ""
    return Text(f"{won} {lost}".strip(), _plan(plan, voice) if plan else "")


def _won(now: pd.Series, before: pd.Series, voice: Voice) -> str:
    """Deals won and their money beside the month before; of what has no amount only the deals."""
    known, amount = not pd.isna(before["closed"]), not pd.isna(now["won_amount"])
    values = {"amount": voice.short_money(now["won_amount"])}
    if known:
        values |= {"before": voice.count(before["won"]), "amount_before": voice.short_money(before["won_amount"])}
    n = int(now["won"])
    if amount and known and not pd.isna(before["won_amount"]):
        return voice.plural(
            "Won: {n} deal for {amount}, after {before} for {amount_before} the month before.",
            "Won: {n} deals for {amount}, after {before} for {amount_before} the month before.", n, **values,
        )  # fmt: skip
    if amount and known:
        return voice.plural("Won: {n} deal for {amount}, after {before} the month before.", "Won: {n} deals for {amount}, after {before} the month before.", n, **values)  # fmt: skip
    if amount:
        return voice.plural("Won: {n} deal for {amount}.", "Won: {n} deals for {amount}.", n, **values)
    if known:
        return voice.plural("Won: {n} deal, after {before} the month before; amounts are not in the export.", "Won: {n} deals, after {before} the month before; amounts are not in the export.", n, **values)  # fmt: skip
    return voice.plural("Won: {n} deal; amounts are not in the export.", "Won: {n} deals; amounts are not in the export.", n)  # fmt: skip


def _lost(now: pd.Series, before: pd.Series, voice: Voice) -> str:
    if pd.isna(before["closed"]):
        return voice.say("Lost: {lost}.", lost=voice.count(now["lost"]))
    return voice.say("Lost: {lost}, after {lost_before}.", lost=voice.count(now["lost"]), lost_before=voice.count(before["lost"]))  # fmt: skip


PLANS = {
    "lowest": lambda v, x: v.say("Plan: {done}, {share}: the lowest of {n} months.", **x),
    "highest": lambda v, x: v.say("Plan: {done}, {share}: the highest of {n} months.", **x),
}


def _plan(plan: dict, voice: Voice) -> str:
    """How much of the plan is done and where that stands among the months."""
    values = {"done": fact_of_plan(plan, plan["kind"], voice), "share": voice.percent(plan["share"], 0)}
    if plan["place"] in PLANS:
        return PLANS[plan["place"]](voice, values | {"n": voice.count(plan["months"])})
    return voice.say("Plan: {done}, {share}.", **values)


def _rate(row: pd.Series, span: dict | None, names: dict, voice: Voice, thresholds: Thresholds) -> list[str]:
    """Won of closed and the rate; a month with few deals stands behind the whole time that the export knows."""
    counts = {"won": voice.count(row["won"]), "closed": voice.count(row["closed"])}
    if span is not None:
        alone = voice.say(
            "{month} alone, {won} of {closed}, is too little to judge by.", month=names["month"], **counts
        )
        return [_span(span, names, voice), alone]
    if row["closed"] < thresholds.min_percent:
        return [
            voice.say(
                "{place}, {month}: {won} of {closed} closed deals were won. So few deals carry no percentage.",
                **names,
                **counts,
            )
        ]
    rate = {"rate": voice.percent(row["conversion"]), "interval": voice.interval(row["low"], row["high"])}
    return [
        voice.say(
            "{place}, {month}: {won} of {closed} closed deals were won, a conversion of {rate} (95% interval {interval}).",
            **names, **counts, **rate,
        )
    ]  # fmt: skip


def _span(span: dict, names: dict, voice: Voice) -> str:
    return voice.say(
        "{place}, {first} to {month}: {won} of {closed} closed deals were won, a conversion of {rate} (95% interval {interval}).",
        **names, first=voice.month(span["first"]), won=voice.count(span["won"]), closed=voice.count(span["closed"]),
        rate=voice.percent(span["conversion"]), interval=voice.interval(span["low"], span["high"]),
    )  # fmt: skip


CHANGES = {
    "up": lambda v, x: v.say("Against {previous}: {change} ({interval}), higher by more than chance alone would explain.", **x),
    "down": lambda v, x: v.say("Against {previous}: {change} ({interval}), lower by more than chance alone would explain.", **x),
    "too close": lambda v, x: v.say("Against {previous}: {change}. With so few deals the difference may lie anywhere from {interval}: too close to call.", **x),
}  # fmt: skip


def _change(row: pd.Series, stands: dict, month: str, voice: Voice, thresholds: Thresholds) -> str:
    """The verdict on the change: lower, higher, too close to call, withheld, or why there is none."""
    verdict = stands["verdict"]
    if verdict in ("", "few"):
        return _no_verdict(row, stands, month, voice, thresholds)
    values = {
        "previous": voice.month(previous(month)), "change": voice.points(row["change"]),
        "interval": voice.points_interval(row["change_low"], row["change_high"]),
    }  # fmt: skip
    if verdict in CHANGES:
        return CHANGES[verdict](voice, values)
    named = voice.listing(quoted(WAYS[way](voice), voice) for way in stands["against"])
    return voice.say(
        "Against {previous}: {change} ({interval}). No verdict is given: counted in another fair way this change does not hold ({ways}).",
        **values, ways=named,
    )  # fmt: skip


def _no_verdict(row: pd.Series, stands: dict, month: str, voice: Voice, thresholds: Thresholds) -> str:
    name, before = voice.month(previous(month)), stands["closed_before"]
    if not stands["known_before"]:
        return voice.say("The export begins with this month: there is no earlier one to compare with.")
    if before == 0:
        return voice.say("Nothing was closed in {previous}: there is nothing to compare with.", previous=name)
    if before < thresholds.min_percent:
        return voice.plural(
            "The previous month had {n} closed deal: nothing to compare.",
            "The previous month had {n} closed deals: nothing to compare.",
            before,
        )
    if row["closed"] < thresholds.min_percent:
        return ""
    return voice.say(
        "Against {previous}: {change} ({interval}). With {closed} and {before} closed deals there is no verdict: it takes {n} in each month.",
        previous=name, change=voice.points(row["change"]), interval=voice.points_interval(row["change_low"], row["change_high"]),
        closed=voice.count(row["closed"]), before=voice.count(before), n=voice.count(thresholds.min_verdict),
    )  # fmt: skip


def _place_in_year(stands: dict, voice: Voice) -> str:
    """Where the month lies among the months of the year, when that says something."""
    like = stands["like"]
    if stands["place"] == "lowest":
        return voice.say("It is the lowest of {n} months.", n=voice.count(stands["known"]))
    if stands["place"] == "highest":
        return voice.say("It is the highest of {n} months.", n=voice.count(stands["known"]))
    if like is None:
        return ""
    return voice.say(
        "Such months occur: {rate} in {month}.",
        rate=voice.percent(like["conversion"]),
        month=voice.month(like["month"]),
    )


def trend_answer(found: dict | None, voice: Voice) -> Text:
    """How conversion moved over the year, beside what chance alone does."""
    if found is None:
        return Text(
            voice.say("Fewer than two months have enough closed deals: there is no movement to show yet."),
            kind="answer",
        )
    if "untold" in found:
        return untold.refusal(found["untold"], voice)
    ends = {
        name: {"rate": voice.percent(found[name]["conversion"]), "month": voice.month(found[name]["month"])}
        for name in ("lowest", "highest")
    }
    low, high, whole = ends["lowest"], ends["highest"], found["pooled"]
    first = voice.say(
        "{low} in each of the months with enough closed deals; over all these months together {rate} ({won} of {closed}).",
        low=low["rate"], rate=voice.percent(whole["conversion"]), won=voice.count(whole["won"]), closed=voice.count(whole["closed"]),
    ) if low["rate"] == high["rate"] else voice.say(
        "Between {low} ({low_month}) and {high} ({high_month}); over all these months together {rate} ({won} of {closed}).",
        low=low["rate"], low_month=low["month"], high=high["rate"], high_month=high["month"],
        rate=voice.percent(whole["conversion"]), won=voice.count(whole["won"]), closed=voice.count(whole["closed"]),
    )  # fmt: skip
    second = voice.say(
        "With about {closed} closed deals a month, chance alone easily moves a month by {points} either way.",
        closed=voice.count(found["closed"]), points=voice.size_points(found["by_chance"], 0),
    )  # fmt: skip
    return Text(first, second, kind="answer")


def trend(months: pd.DataFrame, voice: Voice, thresholds: Thresholds) -> Figure | Group:
    """Conversion of the known months of the last 13 with its band; nothing with fewer than two."""
    shown = _known(months)
    kept = shown.assign(
        **{c: shown[c].where(shown["closed"] >= thresholds.min_percent) for c in ("conversion", "low", "high")}
    )
    known = kept.dropna(subset=["conversion"])
    if len(known) < 2:
        return Group()
    best, worst = known.loc[known["conversion"].idxmax()], known.loc[known["conversion"].idxmin()]
    alt = voice.say(
        "Line chart of conversion by month with its 95% interval: highest {high} in {best}, lowest {low} in {worst}, last {now} in {month}.",
        high=voice.percent(best["conversion"]), best=voice.month(best["month"]), low=voice.percent(worst["conversion"]),
        worst=voice.month(worst["month"]), now=voice.percent(known["conversion"].iloc[-1]), month=voice.month(known["month"].iloc[-1]),
    )  # fmt: skip
    subtitle = voice.say("won of won and lost, by month of closing; the band is the 95% interval")
    return monthly_chart(kept, voice, voice.say("Conversion by month"), subtitle, alt, low="low", high="high")


def money_trend(months: pd.DataFrame, voice: Voice) -> Figure | Group:
    """Won amount of the known months of the last 13; nothing with fewer than two, or where no deal has an amount."""
    shown = _known(months)
    if len(shown) < 2 or not shown["won_amount"].sum():
        return Group()
    best = shown.loc[shown["won_amount"].idxmax()]
    alt = voice.say(
        "Line chart of the won amount by month: highest {high} in {best}, last {now}.", high=voice.short_money(best["won_amount"]),
        best=voice.month(best["month"]), now=voice.short_money(shown["won_amount"].iloc[-1]),
    )  # fmt: skip
    title, subtitle = voice.say("Won amount by month"), voice.say("sum of the deals won in the month")
    return monthly_chart(shown, voice, title, subtitle, alt, value="won_amount", kind="money")


def months_table(months: pd.DataFrame, voice: Voice) -> Details:
    """All headline figures by month, folded; months before the export begins have no row."""
    say = voice.say
    columns = [
        Column("month", say("Month"), "month"), Column("won", say("Won"), "count"), Column("closed", say("Closed"), "count"),
        Column("conversion", say("Conversion"), "percent", low="low", high="high", n="closed"), Column("won_amount", say("Won amount"), "money"),
        Column("average_order", say("Average order"), "money"), Column("mean_days", say("Deal length"), "days"),
        Column("new_deals", say("New deals"), "count"), Column("open_deals", say("Open at the end"), "count"),
    ]  # fmt: skip
    shown = _known(months)
    columns = [c for c in columns if c.name not in _silent(shown, untold.of(months))]
    begins = len(shown) < len(months) and len(shown)
    note = say("The export begins in {month}.", month=voice.month(shown["month"].iloc[0])) if begins else ""
    return Details(
        say("All months in figures"),
        table(shown.iloc[::-1], voice, say("Headline figures by month"), columns, note=note),
    )


def _silent(months: pd.DataFrame, code: str) -> set[str]:
    """Columns of which the export says nothing: they take no room."""
    gone = {name for name in ("won_amount", "average_order", "mean_days") if months[name].isna().all()}
    if untold.no_rate(code):
        gone |= {"conversion", "closed" if code == "no lost" else "won"}
    return gone


def _known(months: pd.DataFrame) -> pd.DataFrame:
    return months.dropna(subset=["closed"]).reset_index(drop=True)
