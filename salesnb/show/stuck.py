"""Open deals that stand longer than won deals did: the sentence and the list."""

import pandas as pd

from salesnb.formats import Voice
from salesnb.params import Thresholds
from salesnb.show import words
from salesnb.show.cells import deal_address
from salesnb.show.display import Group, Table, Text
from salesnb.show.tables import LIST_ROWS, Column, table


def stuck_sentence(stuck: pd.DataFrame, people: pd.DataFrame, voice: Voice, thresholds: Thresholds) -> str:
    """How many deals are stuck, what they are worth, with whom most of the money lies and which to begin with.

    Parameters
    ----------
    stuck : largest amount first; ``.attrs["by"]``: stage, age, "none open", or "" where nothing could be measured
    people : the same per sales rep, most money first
    """
    by = stuck.attrs.get("by", "stage")
    if by in ("week", "month"):
        return voice.say("Which open deals are stuck cannot be told: the export does not give the days of its dates.")
    if not by:
        return voice.say(
            "Which open deals are stuck cannot be told yet: it takes {n} won deals to compare with.",
            n=voice.count(thresholds.min_verdict),
        )
    if stuck.empty:
        return ""
    n, days = len(stuck), stuck["usual_days"].iloc[0]
    first = voice.plural(
        "{n} open deal is stuck: longer in its stage than nine of ten won deals were.",
        "{n} open deals are stuck: longer in their stage than nine of ten won deals were.", n,
    ) if by == "stage" else voice.plural(
        "{n} open deal is older than nine of ten won deals were ({days}).",
        "{n} open deals are older than nine of ten won deals were ({days}).", n, days=voice.days(days, 0),
    )  # fmt: skip
    return f"{first} {_worth(stuck, people, by, voice)}"


def _worth(stuck: pd.DataFrame, people: pd.DataFrame, by: str, voice: Voice) -> str:
    """The money in them, where most of the deals have an amount; the person and the deal to begin with."""
    top, person = stuck.iloc[0], people.iloc[0]
    priced = stuck["amount"].fillna(0) > 0
    values = {
        "amount": voice.short_money(stuck["amount"].sum()), "manager": words.group(voice, person["manager"]),
        "own": voice.short_money(person["amount"]), "title": _title(top, voice), "days": voice.days(top["days"], 0),
        "largest": voice.short_money(top["amount"]),
    }  # fmt: skip
    if 2 * priced.sum() < len(stuck):
        most = people.sort_values(["deals", "manager"], ascending=[False, True], kind="stable").iloc[0]
        return voice.say(
            "The largest part of them is with {manager} ({n}).",
            manager=words.group(voice, most["manager"]),
            n=voice.count(most["deals"]),
        )
    if by == "stage":
        return voice.say(
            "They are worth {amount}; the largest part lies with {manager} ({own}). Begin with the largest: {title}, {largest}, {days} in the stage.",
            **values,
        )
    return voice.say(
        "They are worth {amount}; the largest part lies with {manager} ({own}). Begin with the largest: {title}, {largest}, {days} old.",
        **values,
    )


def _title(deal: pd.Series, voice: Voice) -> str:
    """The deal's name, else its number."""
    return voice.say("deal {id}", id=deal["deal_id"]) if pd.isna(deal["title"]) else str(deal["title"])


def stuck_answer(stuck: pd.DataFrame, people: pd.DataFrame, voice: Voice, thresholds: Thresholds) -> Text:
    """The answer to "which open deals are stuck?"; a stand-in by age says that it is one."""
    said = stuck_sentence(stuck, people, voice, thresholds)
    by = stuck.attrs.get("by", "stage")
    if not by or by in ("week", "month"):
        return Text(said, kind="refusal")
    if by == "none open":
        return Text(voice.say("No deal is open."), kind="answer")
    if not said and by == "stage":
        said = voice.say("No open deal has been in its stage longer than nine of ten won deals were.")
    elif not said:
        said = voice.say("No open deal is older than nine of ten won deals were.")
    stand_in = voice.say(
        "This goes by the age of the deal; with a history of stages it would go by the time in the stage. Ask your analyst to add it to the export."
    )
    return Text(said, stand_in if by == "age" else "", kind="answer")


def stuck_table(stuck: pd.DataFrame, voice: Voice, crm_url: str | None) -> Table | Group:
    """The list, largest amount first; nothing without a deal."""
    if stuck.empty:
        return Group()
    say = voice.say
    by_stage = stuck.attrs.get("by", "stage") == "stage"
    kept = stuck.assign(
        link=[deal_address(crm_url, deal_id) for deal_id in stuck["deal_id"]],
        title=[_title(deal, voice) for _, deal in stuck.iterrows()],
        manager=[words.group(voice, name) for name in stuck["manager"]],
    )
    stage = [Column("stage", say("Stage"))] if by_stage else []
    days = say("Days in the stage") if by_stage else say("Age in days")
    columns = [
        Column("title", say("Deal"), "link", url="link"), Column("manager", say("Sales rep")), *stage,
        Column("amount", say("Amount"), "money"), Column("days", days, "count"), Column("usual_days", say("Won deals: up to"), "days", digits=0),
    ]  # fmt: skip
    caption = say("Stuck deals: open, and longer in their stage than nine of ten won deals")
    if not by_stage:
        caption = say("Old deals: open, and older than nine of ten won deals were")
    other = [name for name in stuck.attrs.get("other", []) if name in set(stuck["stage"].head(LIST_ROWS))]
    note = say("{names}: no stage on the way to won; the deal was closed there and is open again, or the stage is missing in the order of stages.", names=voice.listing(other)) if other else ""  # fmt: skip
    return table(kept, voice, caption, columns, limit=LIST_ROWS, note=note)
