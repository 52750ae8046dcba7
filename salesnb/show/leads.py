"""What becomes of leads: the sentence and the table."""

import pandas as pd

from salesnb.formats import Voice
from salesnb.render.display import Group, Table, Text
from salesnb.render.tables import Column, table
from salesnb.show import untold

SPANS = {"month": lambda v, m: v.month(m), "year": lambda v, m: v.say("last 12 months")}


def leads_answer(frame: pd.DataFrame, listed: bool, voice: Voice) -> Text:
    """What became of the leads of the year; without a list of leads every created deal counts as one."""
    year = frame[frame["span"] == "year"].iloc[0]
    values = {
        "leads": voice.count(year["leads"]), "deals": voice.count(year["with_deal"]), "won": voice.count(year["won"]),
        "open": voice.count(year["open"]), "share": voice.percent(year["won_share"]),
    }  # fmt: skip
    if not year["leads"]:
        return Text(voice.say("No lead was created in the last 12 months."), kind="answer")
    code = untold.of(frame)
    if code == "no won":
        return untold.refusal(code, voice)
    rest = _undated(int(year["undated"]), voice)
    if code == "no lost":
        text = voice.say(
            "Of {leads} created in the last 12 months and in the export {won} were won so far ({share} of these); {open} are still open. Lost ones are not in the export, so this is no conversion.",
            **values,
        )
        return Text(f"{text} {rest}".strip(), kind="answer")
    if listed:
        text = voice.say(
            "Of {leads} leads of the last 12 months {deals} became a deal and {won} were won so far, {share} of all leads; {open} are still open.",
            **values,
        )
        return Text(f"{text} {rest}".strip(), kind="answer")
    text = voice.say(
        "There is no list of leads, so every created deal counts as one: of {leads} created in the last 12 months {won} were won so far ({share}); {open} are still open.",
        **values,
    )
    return Text(f"{text} {rest}".strip(), kind="answer")


def _undated(n: int, voice: Voice) -> str:
    """Won deals of which nothing tells by when: beside those won so far; "" without any."""
    return voice.plural(
        "{n} more is won without a closing date: by when is not known, so it is in none of these figures.",
        "{n} more are won without a closing date: by when is not known, so they are in none of these figures.", n,
    ) if n else ""  # fmt: skip


def leads_table(frame: pd.DataFrame, month: str, listed: bool, new_deals: int, voice: Voice) -> Table | Group:
    """Lead → deal → won. Without a list of leads a lead is a deal, and there is no share that became one.

    `new_deals` : deals of closers created in the month, which the summary counts and which are not the leads' deals
    """
    if not frame["leads"].sum() or untold.of(frame) == "no won":
        return Group()
    say = voice.say
    kept = frame.assign(span=[SPANS[span](voice, month) for span in frame["span"]])
    became = [
        Column("with_deal", say("Became a deal"), "count"),
        Column("deal_share", say("Share"), "percent", low="deal_low", high="deal_high", n="leads"),
    ]
    undated = [Column("undated", say("Won, date not known"), "count")] if frame["undated"].any() else []
    columns = [
        Column("span", say("Leads created")), Column("leads", say("Leads"), "count"), *(became if listed else []),
        Column("won", say("Won so far"), "count"), *undated, Column("open", say("Still open"), "count"),
        Column("won_share", say("Won of all leads"), "percent", low="low", high="high", n="leads"),
    ]  # fmt: skip
    note = say("Young leads can still be won: the last weeks always look low.")
    if listed:
        counted = say(
            "Counted by the day of the lead, with the deals of hunters; the {n} new deals of the summary are those of closers created in {month}.",
            n=voice.count(new_deals),
            month=voice.month(month),
        )
        note = f"{counted} {note}"
    return table(kept, voice, say("Leads, deals and won deals"), columns, note=note)
