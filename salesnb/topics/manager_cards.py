"""A card per sales rep: the month, the year, what accounts for its gap, what to look at. A second
part of `manager_gaps`.
"""

from functools import partial
from typing import Any

import pandas as pd

from salesnb.formats import Voice
from salesnb.model.gaps import LEAST_POINTS, largest_first
from salesnb.render.charts.parts import parts, with_total
from salesnb.render.display import Details, Figure, Group, Text
from salesnb.topics import words
from salesnb.topics.managers import ABOVE, BELOW

TOLD = ABOVE + BELOW  # verdicts of those told from the average
SHOWN = 12  # cards on a page; the workbook has all


def cards(found: Any, voice: Voice) -> Group:
    """Cards of the sales reps with a closing in the month, most closings first. `found`
    : `ManagerGaps`.
    """
    if found.managers.untold:  # counts are in the table; nothing is said of anybody
        return Group()
    busy = found.people[found.people["closed"] > 0].head(SHOWN)
    if busy.empty:
        return Group(Text(voice.say("Nobody closed a deal in the month."), kind="note"))
    return Group(
        *(_card(found, row, voice) for row in busy.to_dict("records")),
        _of_scores(busy, found.year, voice),
    )


def _of_scores(people: pd.DataFrame, year: pd.DataFrame, voice: Voice) -> Text | Group:
    """That a score is one figure per person, where a card may name it."""
    told = people.loc[people["year_verdict"].isin(TOLD), "manager"]
    if not (year["certain"] & (year["part"] == "qualification") & year["manager"].isin(told)).any():
        return Group()
    return Text(
        voice.say(
            "The part of staff qualification comes from call scores across all "
            "sales reps; about one person it proves nothing."
        ),
        kind="note",
    )


def _card(found, row: dict, voice: Voice) -> Details:
    year, bulk = (table[table["manager"] == row["manager"]] for table in (found.year, found.bulk))
    least = found.book.thresholds.min_verdict
    rated = row["closed_window"] >= least and not pd.isna(row["standardised"])
    taken_apart = row["year_verdict"] in TOLD and year["points"].notna().any()
    lines = [
        *(_bulk(bulk, voice) or [MONTHS[row["month_verdict"]](voice, row, least)]),
        _year(found.managers, row, rated, voice),
        _accounted(year.dropna(subset=["points"]), voice) if taken_apart else "",
        (SHARE if row["example"] else LOOK)[row["look"]](voice),
    ]
    chart = [_chart(row["manager"], year, voice)] if taken_apart else []
    return Details(_head(row, rated, voice), Text(*lines, kind="answer"), *chart)


def _head(row: dict, rated: bool, voice: Voice) -> str:
    """The year first, since nobody is judged by a month; then the month in counts."""
    values = {
        "name": row["manager"],
        "won": voice.count(row["won"]),
        "closed": voice.count(row["closed"]),
    }
    if not rated:
        return voice.say("{name}: {won} of {closed} in the month", **values)
    values |= {
        "rate": voice.percent(row["standardised"]),
        "interval": voice.interval(row["std_low"], row["std_high"]),
    }
    return voice.say(
        "{name}: the year {rate} ({interval}) at the same leads; the month {won} of {closed}",
        **values,
    )


def _bulk(days: pd.DataFrame, voice: Voice) -> list[str]:
    """A clean-up day is no month of selling."""
    return [
        voice.say(
            "Closed on one day, {day}: {rows} of the {closed}. Without that day {won} of {rest} "
            "were won.",
            day=voice.date(row["day"]),
            rows=voice.count(row["rows"]),
            closed=voice.count(row["month_closed"]),
            won=voice.count(row["rest_won"]),
            rest=voice.count(row["rest_closed"]),
        )
        for row in days.to_dict("records")
    ]


# the month by its verdict; where nobody is compared the line of the year says so
MONTHS = {
    "not compared": lambda v, row, least: "",
    "nobody else": lambda v, row, least: v.say(
        "Nobody else closed a deal in the month, so there is nothing to compare it with."
    ),
    "too few": lambda v, row, least: v.say(
        "The month is too short of closed deals to be judged: {closed}; it takes {need}.",
        closed=v.count(row["closed"]),
        need=v.count(least),
    ),
    "significant": lambda v, row, least: v.say(
        "The month differs from the average by more than chance: {gap}.", gap=v.points(row["gap"])
    ),
    "chance": lambda v, row, least: v.say(
        "The month's gap to the average ({gap}) can be chance, "
        "with everybody looked at: go by the year.",
        gap=v.points(row["gap"]),
    ),
}


def _year(managers, row: dict, rated: bool, voice: Voice) -> str:
    """The window beside the month, so that nobody is judged by the month."""
    if not managers.compared:
        return words.nobody_compared(voice, managers.book.thresholds.min_managers)
    if not rated:
        return voice.say(
            "The last 12 months hold too few closed deals for a rate of their own: {n}.",
            n=voice.count(row["closed_window"]),
        )
    say = partial(
        voice.say,
        rate=voice.percent(row["standardised"]),
        interval=voice.interval(row["std_low"], row["std_high"]),
        n=voice.count(managers.counted),
        average=voice.percent(managers.overall),
    )
    if row["year_verdict"] in ABOVE:
        return say(
            "The last 12 months, at the same leads: {rate} ({interval}), above the average of all "
            "{n} sales reps of this page, {average}."
        )
    if row["year_verdict"] in BELOW:
        return say(
            "The last 12 months, at the same leads: {rate} ({interval}), below the average of all "
            "{n} sales reps of this page, {average}."
        )
    told = say(
        "The last 12 months, at the same leads: {rate} ({interval}); it cannot be told from the "
        "average of all {n} sales reps of this page, {average}."
    )
    if pd.isna(row["months_needed"]):
        return told
    return f"{told} " + voice.say(
        "At this pace it takes about {n} months of deals to see a difference of ten points.",
        n=voice.count(row["months_needed"]),
    )


def _accounted(known: pd.DataFrame, voice: Voice) -> str:
    """What accounts for the year's gap as far as the data tell; the rest with what it is made of,
    so that all adds up.
    """
    certain = largest_first(known[known["certain"]])
    rest = known[~known["certain"]]
    worth = largest_first(rest[rest["points"].abs() >= LEAST_POINTS])
    values = {
        "gap": voice.points(known["points"].sum(), 0),
        "rest": voice.points(rest["points"].sum(), 0),
        "listed": "; ".join(
            f"{words.part_inside(voice, r.part)} {voice.points(r.points, 0)}"
            for r in certain.itertuples()
        ),
        "vague": voice.listing(words.part_inside(voice, part) for part in worth["part"]),
    }
    if certain.empty:
        return voice.say(
            "Of the year's gap as it was ({gap}) nothing that is recorded can be "
            "said to account for anything.",
            **values,
        )
    if worth.empty:
        return voice.say("Of the year's gap as it was ({gap}): {listed}.", **values)
    return voice.say(
        "Of the year's gap as it was ({gap}): {listed}; the rest, {rest}, is not "
        "certain part by part ({vague}).",
        **values,
    )


LOOK = {
    "few deals": lambda v: v.say("To look at: the closed deals one by one, since there are few."),
    "target": lambda v: v.say("To look at: which leads this sales rep gets, and from where."),
    "process": lambda v: v.say(
        "To look at: skipped and overdue stages of the deals opened lately."
    ),
    "qualification": lambda v: v.say(
        "To look at: two recent calls of each type, with the checklist."
    ),
    "touchpoints": lambda v: v.say(
        "To look at: the first answer and the first week of the new deals."
    ),
    "channels": lambda v: v.say(
        "To look at: the channels and sources of the deals before comparing people."
    ),
    "quick": lambda v: v.say(
        "To look at: deals closed within the first days, and for what reason."
    ),
    "manager": lambda v: v.say("To look at: three won and three lost deals, together."),
}
SHARE = {
    "process": lambda v: v.say(
        "For the others to look at: how this sales rep keeps to the stages."
    ),
    "qualification": lambda v: v.say(
        "For the others to look at: two of this sales rep's best calls."
    ),
    "touchpoints": lambda v: v.say(
        "For the others to look at: how this sales rep answers and follows up in the first week."
    ),
    "manager": lambda v: v.say(
        "For the others to look at: three deals that this sales rep won, together."
    ),
}


def _chart(name: str, year: pd.DataFrame, voice: Voice) -> Figure:
    total = voice.say("Gap")
    frame = with_total(year.assign(part=[words.part(voice, part) for part in year["part"]]), total)
    listed = "; ".join(f"{r.part} {voice.points(r.points)}" for r in frame.itertuples())
    alt = voice.say(
        "What accounts for the gap of {name} over the last 12 months: {listed}.",
        name=name,
        listed=listed,
    )
    title = voice.say("What accounts for the gap of {name}", name=name)
    subtitle = voice.say(
        "last 12 months, all closed deals, against the average; lines: 95% intervals"
    )
    return parts(frame, voice, title, subtitle, alt, total=total)
