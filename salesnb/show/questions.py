"""What to look at first, and the given questions that the month's figures answer."""

import pandas as pd

from salesnb.formats import Voice
from salesnb.params import Thresholds
from salesnb.render.display import Text
from salesnb.schema import UNKNOWN
from salesnb.show import untold, words


def first_steps(
    stuck: str, losses: str, tasks: pd.DataFrame, answered: pd.DataFrame, untouched: int, fell: str, voice: Voice,
    thresholds: Thresholds, channel: str | None = None,
) -> Text:  # fmt: skip
    """What to look at first: deals that wait, deals without a next task or an answer, the reason named most often.

    Parameters
    ----------
    stuck, losses, fell : the sentences of `topics.stuck`, `topics.losses` and `topics.clients`; "" where there is nothing
        to say
    tasks : manager, open, without;  answered : one row of hits and deals, or none
    untouched : open deals that no person has touched
    channel : that of the page; deals without one are to be given one before anything else
    """
    blank = voice.say("These deals name no channel: fill it in in the CRM, and they will count on the page of their own channel.")  # fmt: skip
    lines = [
        blank if channel == UNKNOWN else "",
        stuck,
        _without_task(tasks, voice, thresholds),
        voice.plural(
            "{n} open deal was never touched by a person.", "{n} open deals were never touched by a person.", untouched
        )
        if untouched
        else "",
        _unanswered(answered, voice, thresholds),
        fell,
        losses,
    ]
    told = [line for line in lines if line]
    if not told and tasks.empty:
        told = [voice.say("No open deal is stuck; whether each has a next task cannot be told from the export.")]
    elif not told:
        told = [voice.say("Nothing waits: no open deal is stuck or without a next task.")]
    return Text(*told, kind="answer")


def _without_task(tasks: pd.DataFrame, voice: Voice, thresholds: Thresholds) -> str:
    """Open deals without a next task, and who has the highest share of them among those with enough open deals."""
    if tasks.empty or not tasks["without"].sum():
        return ""
    text = voice.say(
        "{without} of {open} open deals have no next task.",
        without=voice.count(tasks["without"].sum()), open=voice.count(tasks["open"].sum()),
    )  # fmt: skip
    kept = tasks[(tasks["open"] >= thresholds.min_percent) & (tasks["without"] > 0)]
    if kept.empty:
        return text
    kept = kept.assign(share=kept["without"] / kept["open"])
    most = kept.sort_values(["share", "open", "manager"], ascending=[False, False, True], kind="stable").iloc[0]
    person = voice.say(
        "Highest share: {manager}, {without} of {open}.", manager=words.group(voice, most["manager"]),
        without=voice.count(most["without"]), open=voice.count(most["open"]),
    )  # fmt: skip
    return f"{text} {person}"


def _unanswered(answered: pd.DataFrame, voice: Voice, thresholds: Thresholds) -> str:
    """New deals that nobody answered within the agreed time."""
    if answered.empty or not answered["deals"].iloc[0] or answered["hits"].iloc[0] == answered["deals"].iloc[0]:
        return ""
    row = answered.iloc[0]
    return voice.say(
        "{late} of {deals} new deals were not answered within {minutes} working minutes, the norm in the params.",
        late=voice.count(row["deals"] - row["hits"]), deals=voice.count(row["deals"]), minutes=voice.count(thresholds.sla_minutes),
    )  # fmt: skip


def by_manager(rates: pd.DataFrame, voice: Voice, thresholds: Thresholds) -> Text:
    """The given question on conversion by manager, answered from the month's table."""
    if untold.no_rate(untold.of(rates)):
        return untold.refusal(untold.of(rates), voice)
    if not rates["closed"].sum():
        return Text(voice.say("No deal was closed by anybody in the month."), kind="answer")
    kept = rates[rates["closed"] >= thresholds.min_percent]
    if len(kept) == 1:
        row = kept.iloc[0]
        return Text(
            voice.say(
                "Only {name} has enough closed deals in the month for a rate of their own: {rate}, {won} of {closed}.", name=row["manager"],
                rate=voice.percent(row["conversion"]), won=voice.count(row["won"]), closed=voice.count(row["closed"]),
            ),
            kind="answer",
        )  # fmt: skip
    if kept.empty:
        return Text(
            voice.say("Nobody has enough closed deals in the month for a rate of their own; the section on sales reps looks at a whole year."),
            kind="answer",
        )  # fmt: skip
    low, high = voice.percent(kept["conversion"].min()), voice.percent(kept["conversion"].max())
    first = voice.say(
        "{rate} with each of the {n} sales reps with enough closed deals.", rate=low, n=voice.count(len(kept))
    ) if low == high else voice.say(
        "Between {low} and {high} among the {n} sales reps with enough closed deals.", low=low, high=high, n=voice.count(len(kept))
    )  # fmt: skip
    if untold.of(rates):
        return Text(first, untold.SHORT[untold.of(rates)](voice), kind="answer")
    second = voice.say("A month is too short to compare people: the section on sales reps compares their year, at the same leads.")  # fmt: skip
    return Text(f"{first} {second}", kind="answer")


NAMED = 3  # people who are named one by one; more are counted


def worked(frame: pd.DataFrame | None, voice: Voice) -> Text:
    """How conversion was worked with: what the heads did in the month, a line per kind, without saying what came of it.

    Parameters
    ----------
    frame : kind, rows (times), people (list of names; empty: everybody), the largest group of a kind first; None: no log
    """
    if frame is None:
        text = voice.say(
            "This cannot be told: ask your analyst to add the heads' log of one-to-ones and group tasks to the export."
        )
        return Text(text, kind="refusal")
    if frame.empty:
        return Text(voice.say("The heads' log holds nothing for this month."), kind="answer")
    lines = [_kind(kind, part, voice) for kind, part in frame.groupby("kind", sort=True)]
    return Text(*lines, voice.say("This says what was done, not what came of it."), kind="answer")


def _kind(kind: str, groups: pd.DataFrame, voice: Voice) -> str:
    said = [_times(int(row.rows), row.people, voice) for row in groups.itertuples()]
    return f"{words.kind(voice, kind)}: {'; '.join(said)}."


def _times(times: int, people: list[str], voice: Voice) -> str:
    n = voice.count(times)
    if not people:
        return voice.say("{n} for everybody", n=n)
    if len(people) > NAMED:
        return voice.say("{n} with each of {people} people", n=n, people=voice.count(len(people)))
    return voice.say("{n} with {names}", n=n, names=voice.listing(sorted(people)))
