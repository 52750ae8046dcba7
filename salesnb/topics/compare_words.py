"""Two sides in words, as a picture and as tables: a second part of `compare`."""

from typing import Any

import pandas as pd

from salesnb.formats import Voice
from salesnb.measures.two_sides import Side
from salesnb.render.charts.rates import rates
from salesnb.render.display import Figure, Group, Table, Text
from salesnb.render.tables import Column, table
from salesnb.stats.same_mix import cases_to_tell
from salesnb.topics import untold as refusals
from salesnb.topics import words
from salesnb.topics.rates import counted


def answer(found: Any, voice: Voice) -> Text:
    """The two rates, their difference, the difference at the same leads. `found` : `Comparison`."""
    if refusals.no_rate(found.untold):
        return Text(refusals.full(found.untold, voice), kind="refusal")
    lines = [*_rates(found, voice), *_verdict(found, voice), *_caveats(found, voice)]
    if found.leads is not None:
        lines += _same_leads(found, voice)
    return Text(*lines, kind="answer")


def name(found: Any, side: str, voice: Voice) -> str:
    """A side as a reader knows it: a month in words."""
    return period_name(side, voice) if found.asked.by == "period" else words.group(voice, side)


def period_name(period: str, voice: Voice) -> str:
    """A month in words; another period as it was asked for.

    >>> period_name("2026-09", Voice()), period_name("2026Q3", Voice())
    ('September 2026', '2026Q3')
    """
    try:
        found = pd.Period(period)
    except ValueError:
        return period
    return voice.month(period) if found.freqstr.startswith("M") else period


def _span(side: Side, voice: Voice) -> str:
    first, last = pd.Timestamp(side.start), pd.Timestamp(side.end) - pd.Timedelta(days=1)
    if first.day > 1 or (last + pd.Timedelta(days=1)).day > 1:
        ends = [voice.date(first), voice.date(last)]
    else:
        ends = [voice.month(str(first.to_period("M"))), voice.month(str(last.to_period("M")))]
    return " – ".join(dict.fromkeys(ends))


def _rates(found: Any, voice: Voice) -> list[str]:
    least, lines = found.book.thresholds.min_percent, []
    for row in found.sides.itertuples():
        side = name(found, row.side, voice)
        share = words.share(voice, row.won, row.closed, least, 1)
        if row.closed < max(1, least):
            lines.append(f"{side}: {share}.")
            continue
        interval = voice.interval(row.low, row.high)
        lines.append(
            voice.say(
                "{side}: {share}, 95% interval {interval}.",
                side=side,
                share=share,
                interval=interval,
            )
        )
    if found.asked.by != "period":
        lines.append(voice.say("Closed deals: {span}.", span=_span(found.asked.first, voice)))
    return lines


def _verdict(found: Any, voice: Voice) -> list[str]:
    say, row = voice.say, found.difference.iloc[0]
    first, second = (name(found, side, voice) for side in found.sides["side"])
    if row.verdict in ("higher", "lower"):
        best, other = (first, second) if row.verdict == "higher" else (second, first)
        ends = (row.low, row.high) if row.verdict == "higher" else (-row.high, -row.low)
        text = say(
            "{best}: higher by {points} ({interval}) than {other}, more than chance alone would "
            "explain.",
            best=best,
            other=other,
            points=voice.size_points(row.difference),
            interval=voice.points_interval(*ends),
        )
        return [text]
    if row.verdict == "too close":
        return [_close(found, row, first, second, voice), *_needed(found, voice)]
    return [_no_verdict(found, voice)]


def _close(found: Any, row, first: str, second: str, voice: Voice) -> str:
    return voice.say(
        "{first} against {second}: {points} ({interval}), too close to call.",
        first=first,
        second=second,
        points=voice.points(row.difference),
        interval=voice.points_interval(row.low, row.high),
    )


def _needed(found: Any, voice: Voice) -> list[str]:
    """How many deals would tell; nothing where there are as many."""
    sums = found.sides[["won", "closed"]].sum()
    enough = cases_to_tell(sums["won"] / sums["closed"])
    if found.sides["closed"].min() >= enough:
        return []
    return [
        voice.say(
            "For a difference of ten points to show it mostly takes about {n} closed deals on "
            "each side: take a longer period, or several values for a side.",
            n=voice.count(enough),
        )
    ]


def _no_verdict(found: Any, voice: Voice) -> str:
    code, say = found.verdict, voice.say
    if code == "overlap":
        return voice.plural(
            "{n} deal is on both sides, so the sides are not held against each other: add a "
            "condition that tells them apart.",
            "{n} deals are on both sides, so the sides are not held against each other: add a "
            "condition that tells them apart.",
            found.shared,
        )
    if code == "part":
        return say(
            "{period} is not over, and a part is not held against a whole: compare two months, "
            "which are counted up to the same working day, or periods that are over.",
            period=period_name(found.asked.part, voice),
        )
    if code == "few":
        return say(
            "No verdict: it takes {n} closed deals on each side. Take a longer period, or several "
            "values for a side.",
            n=voice.count(found.book.thresholds.min_verdict),
        )
    return refusals.full(code, voice)


def _caveats(found: Any, voice: Voice) -> list[str]:
    lines, two = [], found.asked
    if two.cut:
        lines.append(
            voice.say(
                "{month} is not over: {previous} is counted up to the same working day.",
                month=voice.month(found.book.month),
                previous=voice.month(two.cut),
            )
        )
    if found.young is not None and found.young["immature"]:
        lines.append(
            voice.say(
                "{period}: {open} of the {created} deals created in it are still open, and their "
                "result is not in its conversion yet. Conversion by date of creation holds young "
                "periods against each other.",
                period=period_name(found.young["side"], voice),
                open=voice.count(found.young["open"]),
                created=voice.count(found.young["created"]),
            )
        )
    return lines


def _same_leads(found: Any, voice: Voice) -> list[str]:
    if found.method == "model":
        return _by_model(found, voice)
    if found.method == "mix":
        return _by_mix(found, voice)
    return [_refusal(found, voice)]


def _by_model(found: Any, voice: Voice) -> list[str]:
    row, sides = found.difference.iloc[1], found.sides
    first, second = sides["side"]
    values = {
        "first": first,
        "second": second,
        "one": voice.percent(sides["same"].iloc[0]),
        "other": voice.percent(sides["same"].iloc[1]),
        "points": voice.points(row.difference),
        "interval": voice.points_interval(row.low, row.high),
    }
    told = (
        voice.say(
            "At the same leads: {first} {one}, {second} {other}; the difference of {points} "
            "({interval}) is too close to call.",
            **values,
        )
        if row.verdict == "too close"
        else voice.say(
            "At the same leads: {first} {one}, {second} {other}; the difference of {points} "
            "({interval}) is more than chance alone would explain.",
            **values,
        )
    )
    best, chance = (first, row.better) if row.better >= 0.5 else (second, 1 - row.better)
    said = voice.say(
        "Chance of the higher conversion at the same leads: {name}, {chance}.",
        name=best,
        chance=voice.chance(chance),
    )
    return [told, said, *_borrowed(found.leads, voice)]


def _borrowed(leads: Any, voice: Voice) -> list[str]:
    """Where two sales reps have hardly a lead alike, so that the model knows only from others what
    the difference of the leads is worth.
    """
    side = [factor for factor, why in leads.left_out.items() if why == "side"]
    if not side:
        return []
    return [
        voice.say(
            "Hardly a lead of one is like a lead of the other in this: {factors}. What that is "
            "worth is told by the deals of the other sales reps alone.",
            factors=words.factors(voice, side),
        )
    ]


def _by_mix(found: Any, voice: Voice) -> list[str]:
    row, same = found.difference.iloc[1], found.leads.same
    values = {
        "days": voice.count(found.leads.landmark),
        "raw": voice.points(same.raw),
        "mix": voice.points(same.mix),
        "points": voice.points(row.difference),
        "interval": voice.points_interval(row.low, row.high),
    }
    told = (
        voice.say(
            "Deals still open {days} days after creation differ by {raw}: another mix of leads "
            "accounts for {mix}; at the same mix the difference of {points} ({interval}) is too "
            "close to call.",
            **values,
        )
        if row.verdict == "too close"
        else voice.say(
            "Deals still open {days} days after creation differ by {raw}: another mix of leads "
            "accounts for {mix}; at the same mix the difference of {points} ({interval}) is more "
            "than chance alone would explain.",
            **values,
        )
    )
    return [told, *_held(found.leads, found.asked.by, voice)]


def _held(leads: Any, by: str, voice: Voice) -> list[str]:
    """Which factors are alike, and which are not and why."""
    lines = [voice.say("Held equal: {factors}.", factors=words.factors(voice, leads.held))]
    side = [factor for factor, why in leads.left_out.items() if why == "side"]
    few = [factor for factor, why in leads.left_out.items() if why == "few deals"]
    if side:
        lines.append(
            voice.say(
                "Not held equal, for the two sides hardly have a level in common: {factors}.",
                factors=words.factors(voice, side),
            )
        )
    if few:
        lines.append(
            voice.say(
                "Not held equal, for the deals are too few: {factors}.",
                factors=words.factors(voice, few),
            )
        )
    if by != "manager":
        lines.append(voice.say("Who sells is not held equal."))
    return lines


def _refusal(found: Any, voice: Voice) -> str:
    say, leads = voice.say, found.leads
    need = voice.count(leads.need)
    return {
        "few on a side": lambda: say(
            "At the same leads nothing is told: it takes {n} won and {n} lost deals on each side "
            "that were open on the landmark day.",
            n=need,
        ),
        "few deals": lambda: say(
            "At the same leads nothing is told: it takes {n} won and {n} lost deals of both sides "
            "together that were open on the landmark day.",
            n=need,
        ),
        "leak": lambda: say(
            "At the same leads nothing is told: some column of the export is filled in after the "
            "outcome is known. Find it first."
        ),
        "coarse": lambda: say(
            "At the same leads nothing is told: the export gives dates by week or month, so what "
            "was known on the landmark day is not known."
        ),
        "no factors": lambda: say(
            "At the same leads nothing is told: no factor is recorded that both sides share."
        ),
    }[leads.refused]()


def _named(found: Any, voice: Voice) -> pd.DataFrame:
    return found.sides.assign(side=[name(found, side, voice) for side in found.sides["side"]])


def chart(found: Any, voice: Voice) -> Figure | Group:
    """The two rates with their intervals; nothing where neither side has a rate."""
    shown = _named(found, voice)
    shown = shown[shown["closed"] >= max(1, found.book.thresholds.min_percent)]
    shown = shown[shown["conversion"].notna()]
    if shown.empty:
        return Group()
    listed = "; ".join(
        f"{row.side}: {voice.percent(row.conversion)} ({voice.interval(row.low, row.high)})"
        for row in shown.itertuples()
    )
    alt = voice.say("Conversion with 95% intervals: {listed}.", listed=listed)
    subtitle = voice.say("won of won and lost; line: 95% interval")
    return rates(shown, voice, voice.say("Conversion of two sides"), subtitle, alt, name="side")


def sides_table(found: Any, voice: Voice) -> Table:
    """The two sides as they were and, where it is told, at the same leads."""
    say, no_rate = voice.say, refusals.no_rate(found.untold)
    columns = [Column("side", say("Side")), *counted(found.untold, voice)]
    if found.method:
        low, high = ("same_low", "same_high") if found.method == "model" else ("", "")
        columns.append(Column("same", say("At the same leads"), "percent", low=low, high=high))
    caption = say("Closed deals of two sides") if no_rate else say("Conversion of two sides")
    note = say(
        "Two sides picked as the highest and the lowest of many lie apart by chance more often "
        "than these intervals say."
    )
    note = "" if no_rate or found.asked.by == "period" else note
    thresholds = found.book.thresholds
    return table(_named(found, voice), voice, caption, columns, thresholds=thresholds, note=note)


def factors_table(found: Any, voice: Voice) -> Table | Group:
    """What the mix of each factor alone accounts for; nothing where none is held equal."""
    if found.factors.empty:
        return Group()
    say = voice.say
    rows = [
        {"part": words.part(voice, row.factor), "mix": row.mix, "rate": row.rate}
        for row in found.factors.itertuples()
    ]
    same = found.leads.same
    rows.append({"part": say("All together"), "mix": same.mix, "rate": same.rate})
    columns = [
        Column("part", say("Factor")),
        Column("mix", say("Mix of the leads"), "points"),
        Column("rate", say("Rates"), "points"),
    ]
    caption = say("Mix and rate, first side less second: deals open on the landmark day")
    note = say("Each row takes one factor alone, the last one all of them.")
    return table(pd.DataFrame(rows), voice, caption, columns, note=note)
