"""The rates at the same leads as a chart and a table: a second part of `managers`."""

from typing import Any

from salesnb.formats import Voice
from salesnb.render import tables
from salesnb.render.charts.rates import rates
from salesnb.render.display import Figure, Group, Table
from salesnb.render.tables import Column
from salesnb.topics import words

MOST = 25  # sales reps that one chart can hold


def chart(found: Any, voice: Voice) -> Figure | Group:
    """Rates of the window with their intervals; nothing where nobody has enough closed deals.
    `found` : `Managers`.
    """
    enough = found.rates["closed_window"] >= found.book.thresholds.min_verdict
    known = found.rates[found.rates["standardised"].notna() & enough]
    if known.empty:
        return Group()
    kept = known.sort_values(["closed_window", "manager"], ascending=[False, True]).head(MOST)
    kept = kept.sort_values(["standardised", "manager"], ascending=[False, True])
    listed = "; ".join(
        f"{r.manager}: {voice.percent(r.standardised)} ({voice.interval(r.std_low, r.std_high)})"
        for r in kept.itertuples()
    )
    alt = voice.say(
        "Rates at the same leads with 95% intervals: {listed}. The average of all {n} sales reps "
        "of this page: {rate}.",
        listed=listed,
        n=voice.count(found.counted),
        rate=voice.percent(found.overall),
    )
    columns = {
        "name": "manager",
        "value": "standardised",
        "low": "std_low",
        "high": "std_high",
        "n": "closed_window",
    }
    title, subtitle = voice.say("Conversion at the same leads"), _subtitle(found, len(known), voice)
    return rates(kept, voice, title, subtitle, alt, **columns, reference=found.overall)


def _subtitle(found, known: int, voice: Voice) -> str:
    text = (
        voice.say(
            "last 12 months, deals open on the landmark day; line: 95% interval; dashed: the "
            "average"
        )
        if found.method == "model"
        else voice.say(
            "last 12 months, drawn towards the average of all; line: 95% interval; the leads are "
            "not considered"
        )
    )
    if known <= MOST:
        return text
    counts = {"n": voice.count(MOST), "all": voice.count(known)}
    return text + "; " + voice.say("the {n} with the most deals of {all}", **counts)


def table(found: Any, voice: Voice) -> Table:
    """The month as it was, and the year at the same leads, highest first."""
    say, frame, thresholds = voice.say, found.rates, found.book.thresholds
    few = (
        frame["closed_window"] < thresholds.min_verdict
    )  # the department's model would speak here, not these deals
    hidden = {
        name: frame[name].mask(few) for name in ("standardised", "std_low", "std_high", "p_above")
    }
    shown = frame.assign(standing=frame["year_verdict"], **hidden)
    shown = shown.sort_values(
        ["standardised", "manager"], ascending=[False, True], na_position="last", kind="stable"
    )
    nothing = shown["standardised"].isna().all()  # then nothing is said at the same leads
    silent = _silent(found.untold) | (set(hidden) if nothing else set())
    whole = say("Sales reps: the year at the same leads, and the month")
    caption = say("Closed deals by sales rep") if found.untold else whole
    columns = [column for column in _columns(voice) if column.name not in silent]
    note = "" if nothing else _note(found, voice)
    return tables.table(shown, voice, caption, columns, thresholds=thresholds, note=note)


def _columns(voice: Voice) -> list[Column]:
    say = voice.say
    return [
        Column("manager", say("Sales rep")),
        Column("standing", say("Over the year"), "verdict", n="closed_window", said=words.verdict),
        Column("standardised", say("At the same leads"), "percent", low="std_low", high="std_high"),
        Column("closed_window", say("Closed in the year"), "count"),
        Column("won", say("Won in the month"), "count"),
        Column("closed", say("Closed in the month"), "count"),
        Column(
            "conversion",
            say("Conversion of the month"),
            "percent",
            low="low",
            high="high",
            n="closed",
        ),
        Column("p_above", say("Chance of being above average"), "chance"),
    ]


def _silent(code: str) -> set[str]:
    """Columns of the table of which an export that cannot tell rates says nothing; none where it
    can.
    """
    gone = {
        "": set(),
        "no lost": {"standing", "conversion", "closed"},
        "no won": {"standing", "conversion", "won"},
    }
    return gone.get(code, {"standing"})


def _note(found, voice: Voice) -> str:
    """What the rates are, and whose deals they and the average stand on."""
    if found.method == "model":
        what = voice.say(
            "At the same leads: what would be expected on the leads of all sales reps of this "
            "page, from deals that were open on the landmark day; where the deals are few it is "
            "drawn towards the average."
        )
    else:
        what = voice.say(
            "Here the leads are not considered: it is won of closed, drawn towards the average "
            "where the deals are few."
        )
    whose = voice.say(
        "Everything stands on the deals of this page alone: what somebody sells in other channels "
        "counts on the pages of those. The average is that of all {n} sales reps of this page, "
        "however few their deals: {rate}.",
        n=voice.count(found.counted),
        rate=voice.percent(found.overall),
    )
    return f"{what} {whose}"
