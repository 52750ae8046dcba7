"""A card per sales rep: the month, the year, what accounts for the year's gap, what cannot be told, what to look at."""

import pandas as pd

from salesnb.formats import Voice
from salesnb.params import Thresholds
from salesnb.render.charts.parts import parts, with_total
from salesnb.render.display import Details, Figure, Group, Text
from salesnb.show import untold, words
from salesnb.show.managers import ENOUGH, nobody_compared, standing
from salesnb.show.refusals import LONGEST_WINDOW

TOLD = ("above", "below", "likely above", "likely below")  # where a sales rep is told from the average
SHOWN = 12  # cards on a page; the workbook has all
LEAST_POINTS = 0.01  # parts under one percentage point are in the chart; a sentence about them would be noise


def cards(rates_: pd.DataFrame, month: pd.DataFrame, year: pd.DataFrame, beyond: list[str], mass: pd.DataFrame,
          voice: Voice, thresholds: Thresholds) -> Group:  # fmt: skip
    """Cards of the sales reps with a closing in the month, most closings first.

    Parameters
    ----------
    rates_ : `manager_rates`, with its attributes
    month, year : gaps of the month (`gaps`) and of the window (`window_gaps`)
    beyond : who differs by more than chance in the month;  mass : days of mass closing (`of_book.mass`)
    """
    if untold.of(rates_):  # counts are in the table; nothing is said of anybody
        return Group()
    placed = rates_.assign(standing=standing(rates_, thresholds))
    busy = placed[placed["closed"] > 0].sort_values(["closed", "manager"], ascending=[False, True]).head(SHOWN)
    made = [
        _card(
            row | {"overall": rates_.attrs["overall"], "counted": rates_.attrs["counted"], "months": rates_.attrs["months"], "beyond": row["manager"] in beyond},
            month[month["manager"] == row["manager"]], year[year["manager"] == row["manager"]],
            mass[mass["manager"] == row["manager"]], voice, thresholds,
        )
        for row in busy.to_dict("records")
    ]  # fmt: skip
    if not made:
        return Group(Text(voice.say("Nobody closed a deal in the month."), kind="note"))
    return Group(*made, _of_scores(busy, year, voice))


def _of_scores(people: pd.DataFrame, year: pd.DataFrame, voice: Voice) -> Text | Group:
    """That a score is one figure per person, where a card may name it."""
    told = people.loc[people["standing"].isin(TOLD), "manager"]
    own = year[(year["part"] == "qualification") & year["manager"].isin(told)]
    if _clear(own.dropna(subset=["points"])).empty:
        return Group()
    return Text(voice.say("The part of staff qualification comes from call scores across all sales reps; about one person it proves nothing."), kind="note")  # fmt: skip


def _card(row: dict, month, year, mass, voice: Voice, thresholds: Thresholds) -> Details:
    head = _head(row, voice, thresholds)
    told = row["standing"] in TOLD
    known = year.dropna(subset=["points"])
    clear = _clear(known)
    lines = [*(_mass(mass, voice) or [_month(row, month, voice, thresholds)]), _year(row, voice, thresholds)]
    if told and len(known):
        lines += _accounted(known, clear, voice)
    lines.append(_look(row, clear if told else clear.head(0), voice, thresholds))
    shown = [Text(*(line for line in lines if line), kind="answer")]
    return Details(head, *shown, *([_chart(row, year, voice)] if told and len(known) else []))


def _head(row: dict, voice: Voice, thresholds: Thresholds) -> str:
    """The year first, since nobody is judged by a month; then the month in counts."""
    values = {"name": row["manager"], "won": voice.count(row["won"]), "closed": voice.count(row["closed"])}
    if row["closed_window"] < thresholds.min_verdict or pd.isna(row["standardised"]):
        return voice.say("{name}: {won} of {closed} in the month", **values)
    values |= {"rate": voice.percent(row["standardised"]), "interval": voice.interval(row["std_low"], row["std_high"])}
    return voice.say("{name}: the year {rate} ({interval}) at the same leads; the month {won} of {closed}", **values)


def _clear(known: pd.DataFrame) -> pd.DataFrame:
    """Parts whose interval leaves out zero, worth a percentage point, the largest first."""
    kept = known[((known["low"] > 0) | (known["high"] < 0)) & (known["part"] != "chance")]
    kept = kept[kept["points"].abs() >= LEAST_POINTS]
    return kept.sort_values("points", key=lambda points: -points.abs(), kind="stable")


def _mass(mass: pd.DataFrame, voice: Voice) -> list[str]:
    """A clean-up day is no month of selling."""
    return [
        voice.say(
            "Closed on one day, {day}: {rows} of the {closed}. Without that day {won} of {rest} were won.", day=voice.date(row["day"]),
            rows=voice.count(row["rows"]), closed=voice.count(row["month_closed"]), won=voice.count(row["rest_won"]), rest=voice.count(row["rest_closed"]),
        )
        for row in mass.to_dict("records")
    ]  # fmt: skip


def _month(row: dict, month: pd.DataFrame, voice: Voice, thresholds: Thresholds) -> str:
    if pd.isna(row["overall"]):
        return ""  # the line of the year says that nobody is compared
    gap = month["points"].sum(min_count=1) if len(month) else float("nan")
    if row["closed"] >= thresholds.min_verdict and pd.isna(gap):
        return voice.say("Nobody else closed a deal in the month, so there is nothing to compare it with.")
    if row["closed"] < thresholds.min_verdict or pd.isna(gap):
        return voice.say("The month is too short of closed deals to be judged: {closed}; it takes {need}.", closed=voice.count(row["closed"]), need=voice.count(thresholds.min_verdict))  # fmt: skip
    if row["beyond"]:
        return voice.say("The month differs from the average by more than chance: {gap}.", gap=voice.points(gap))
    return voice.say(
        "The month's gap to the average ({gap}) can be chance, with everybody looked at: go by the year.",
        gap=voice.points(gap),
    )


def _year(row: dict, voice: Voice, thresholds: Thresholds) -> str:
    """The window beside the month, so that nobody is judged by the month."""
    if pd.isna(row["overall"]):
        return nobody_compared(voice, thresholds)
    if row["closed_window"] < thresholds.min_verdict or pd.isna(row["standardised"]):
        return voice.say(
            "The last 12 months hold too few closed deals for a rate of their own: {n}.",
            n=voice.count(row["closed_window"]),
        )
    values = {"rate": voice.percent(row["standardised"]), "interval": voice.interval(row["std_low"], row["std_high"]), "n": voice.count(row["counted"]), "average": voice.percent(row["overall"])}  # fmt: skip
    if row["standing"] in ("above", "likely above"):
        return voice.say(
            "The last 12 months, at the same leads: {rate} ({interval}), above the average of all {n} sales reps of this page, {average}.",
            **values,
        )
    if row["standing"] in ("below", "likely below"):
        return voice.say(
            "The last 12 months, at the same leads: {rate} ({interval}), below the average of all {n} sales reps of this page, {average}.",
            **values,
        )
    said = voice.say("The last 12 months, at the same leads: {rate} ({interval}); it cannot be told from the average of all {n} sales reps of this page, {average}.", **values)  # fmt: skip
    return said + _when(row, voice)


def _when(row: dict, voice: Voice) -> str:
    """From how long a window a difference of ten points could be told, at the present pace."""
    if row["closed_window"] >= ENOUGH or not row["months"]:
        return ""
    window = -(-ENOUGH * row["months"] // row["closed_window"])
    if window > LONGEST_WINDOW:
        return ""
    return " " + voice.say("At this pace it takes about {n} months of deals to see a difference of ten points.", n=voice.count(window))  # fmt: skip


def _accounted(known: pd.DataFrame, clear: pd.DataFrame, voice: Voice) -> list[str]:
    """What accounts for the year's gap as far as the data tell; the rest with what it is made of, so that all adds up."""
    gap = known["points"].sum()
    rest = known[~known["part"].isin(clear["part"])]
    worth = rest[rest["points"].abs() >= LEAST_POINTS].sort_values("points", key=lambda p: -p.abs(), kind="stable")
    values = {"gap": voice.points(gap, 0), "rest": voice.points(rest["points"].sum(), 0)}
    values["listed"] = "; ".join(f"{words.part_inside(voice, r.part)} {voice.points(r.points, 0)}" for r in clear.itertuples())  # fmt: skip
    values["vague"] = voice.listing(words.part_inside(voice, part) for part in worth["part"])
    if not len(clear):
        return [voice.say("Of the year's gap as it was ({gap}) nothing that is recorded can be said to account for anything.", **values)]  # fmt: skip
    if not len(worth):
        return [voice.say("Of the year's gap as it was ({gap}): {listed}.", **values)]
    said = voice.say("Of the year's gap as it was ({gap}): {listed}; the rest, {rest}, is not certain part by part ({vague}).", **values)  # fmt: skip
    return [said]


def _look(row: dict, clear: pd.DataFrame, voice: Voice, thresholds: Thresholds) -> str:
    """Where to look: at what clearly goes with being below; else, of those above, at what others could take over."""
    if row["closed_window"] < thresholds.min_verdict:
        return voice.say("To look at: the closed deals one by one, since there are few.")
    down, up = clear[clear["points"] < 0], clear[clear["points"] > 0]
    if row["standing"] in ("below", "likely below") and len(down):
        return LOOK[down["part"].iloc[0]](voice)
    if row["standing"] in ("above", "likely above") and len(up) and up["part"].iloc[0] in SHARE:
        return SHARE[up["part"].iloc[0]](voice)
    return LOOK["manager"](voice)


LOOK = {
    "target": lambda v: v.say("To look at: which leads this sales rep gets, and from where."),
    "process": lambda v: v.say("To look at: skipped and overdue stages of the deals opened lately."),
    "qualification": lambda v: v.say("To look at: two recent calls of each type, with the checklist."),
    "touchpoints": lambda v: v.say("To look at: the first answer and the first week of the new deals."),
    "channels": lambda v: v.say("To look at: the channels and sources of the deals before comparing people."),
    "quick": lambda v: v.say("To look at: deals closed within the first days, and for what reason."),
    "manager": lambda v: v.say("To look at: three won and three lost deals, together."),
}
SHARE = {
    "process": lambda v: v.say("For the others to look at: how this sales rep keeps to the stages."),
    "qualification": lambda v: v.say("For the others to look at: two of this sales rep's best calls."),
    "touchpoints": lambda v: v.say(
        "For the others to look at: how this sales rep answers and follows up in the first week."
    ),
    "manager": lambda v: v.say("For the others to look at: three deals that this sales rep won, together."),
}


def _chart(row: dict, own: pd.DataFrame, voice: Voice) -> Figure:
    total = voice.say("Gap")
    kept = own.assign(part=[words.part(voice, p) for p in own["part"]])
    frame = with_total(kept, total)
    listed = "; ".join(f"{r.part} {voice.points(r.points)}" for r in frame.itertuples())
    alt = voice.say(
        "What accounts for the gap of {name} over the last 12 months: {listed}.", name=row["manager"], listed=listed
    )
    title = voice.say("What accounts for the gap of {name}", name=row["manager"])
    subtitle = voice.say("last 12 months, all closed deals, against the average; lines: 95% intervals")
    return parts(frame, voice, title, subtitle, alt, total=total)
