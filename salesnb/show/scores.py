"""Qualification of the staff: the mean score, or what stands in for it, and a table of the sales reps."""

import pandas as pd

from salesnb.formats import Voice
from salesnb.params import Thresholds
from salesnb.render.display import Group, Table, Text
from salesnb.render.tables import Column, table
from salesnb.show.factors import no_data, score


def answer(row: dict, voice: Voice, thresholds: Thresholds) -> Text:
    """The mean score and from how many; where no call has one the months at work, named as a stand-in.

    Parameters
    ----------
    row : the row of qualification in `factors.overview`
    """
    if row["evidence"] == "no data":
        return no_data("qualification", voice)
    people = voice.plural("{n} sales rep", "{n} sales reps", int(row["people"]))
    now = score(row, voice)
    if row["evidence"] == "proxy":
        first = voice.say("No call has a score. What stands in for it: months at work, {months} on average, of {people}.", months=now, people=people)  # fmt: skip
        return Text(first, voice.say("Scores of calls from your quality department would say more."), kind="answer")
    calls = voice.plural("{n} call", "{n} calls", int(row["n"]))
    lines = [
        voice.say("The mean call score is {score}, from {calls} of {people}; a month earlier it was {before}.", score=now, calls=calls, people=people, before=voice.number(row["previous"], 1))
    ]  # fmt: skip
    least = thresholds.qualification_min_managers
    if row["verdict"] == "refused" and row["people"] < least:
        lines.append(
            voice.say("One score per person: under {n} sales reps nothing is said about conversion.", n=voice.count(least))
        )  # fmt: skip
    return Text(*lines, _caution(voice), kind="answer")


def _caution(voice: Voice) -> str:
    return voice.say(
        "A call score is one figure per person: even a full department gives only as many points as it has sales reps, so a claim here needs more than a striking pair."
    )


def scores_table(frame: pd.DataFrame, voice: Voice, thresholds: Thresholds | None = None) -> Table | Group:
    """Scores, tenure and talk time of each sales rep; nothing without any of them."""
    cuts, say = thresholds or Thresholds(), voice.say
    if frame.empty:
        return Group()
    columns = [Column("manager", say("Sales rep"))]
    notes = []
    if frame["score"].notna().any():
        columns += [
            Column("score", say("Mean score"), "number", low="low", high="high", digits=1), Column("calls", say("Calls"), "count"),
            Column("before", say("A month before"), "number", digits=1),
        ]  # fmt: skip
        notes.append(say("Score: calls of the {n} months before the month.", n=voice.count(cuts.review_months)))
    if frame["months"].notna().any():
        columns.append(Column("months", say("Months at work"), "count"))
    if frame["talk_minutes"].notna().any():
        columns.append(Column("talk_minutes", say("Talk, minutes a day"), "count"))
        notes.append(say("Talk: answered calls of at least 10 seconds, per day with a contact."))
    if len(columns) == 1:
        return Group()
    return table(frame, voice, say("Qualification of the sales reps"), columns, note=" ".join(notes))
