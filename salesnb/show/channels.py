"""Sales channels: one verdict, the table behind it, their money."""

import pandas as pd

from salesnb.formats import Voice
from salesnb.params import Thresholds
from salesnb.render.display import Group, Table, Text
from salesnb.render.tables import Column, table
from salesnb.show import untold, words
from salesnb.show.factors import no_data
from salesnb.show.rates import counted

ADVICE = {
    "strengthen": lambda v: v.say("strengthen: likely the best"), "cheaper": lambda v: v.say("a won deal costs less here"),
    "after": lambda v: v.say("first strengthen the best"), "hardly": lambda v: v.say("unlikely to be the best"),
    "alike": lambda v: v.say("not to be told from the best"), "try": lambda v: v.say("too few deals to judge: try, then look"),
    "alone": lambda v: v.say("nothing to compare it with"), "fill": lambda v: v.say("fill it in in the CRM"),
}  # fmt: skip
LABEL = {"channel": lambda v: v.say("Channel"), "source": lambda v: v.say("Source")}


def answer(frame: pd.DataFrame, voice: Voice, thresholds: Thresholds | None = None) -> Text:
    """The one verdict: which to strengthen, else which is cheaper at no lower conversion, else that it cannot be told.

    Parameters
    ----------
    frame : `factors.channels.economics`, with its attrs
    """
    cuts = thresholds or Thresholds()
    if frame.empty:
        return no_data("channels", voice)
    if untold.of(frame):
        return untold.refusal(untold.of(frame), voice)
    lines = [
        sentence for sentence in (_best(frame, voice), _cheaper(frame, voice), _untold(frame, voice, cuts)) if sentence
    ]
    return Text(*lines, kind="answer")


def _best(frame: pd.DataFrame, voice: Voice) -> str:
    found = frame[frame["advice"] == "strengthen"]
    if found.empty:
        return ""
    row = found.iloc[0].to_dict()
    values = {
        "name": words.group(voice, row["name"]),
        "rate": words.share(voice, row["won"], row["closed"]),
        "chance": voice.chance(row["p_best"]),
    }
    if frame.attrs["basis"] == "same leads":
        text = voice.say("{name}: {rate} of the closed deals are won; at the same leads and the same sales rep it is the best with a chance of {chance}. Strengthen it before trying new ones.", **values)  # fmt: skip
    else:
        text = voice.say("{name}: {rate} of the closed deals are won, the best with a chance of {chance} by the raw rates, not at the same leads. Strengthen it before trying new ones.", **values)  # fmt: skip
    others = frame[(frame["cost_per_won"] > row["cost_per_won"]) & (frame["name"] != row["name"])]
    if len(others):
        text += " " + voice.say("A won deal costs {cost} there; elsewhere from {other}.", cost=voice.money(row["cost_per_won"]), other=voice.money(others["cost_per_won"].min()))  # fmt: skip
    return text


def _cheaper(frame: pd.DataFrame, voice: Voice) -> str:
    dearer = frame[frame["name"].isin(frame.attrs["dearer"])]
    if dearer.empty:
        return ""
    row = frame.loc[frame["cost_per_won"].idxmin()].to_dict()
    if row["advice"] == "strengthen":
        return ""  # its cost is said with it
    listed = voice.listing(
        f"{words.group(voice, r.name)} ({voice.money(r.cost_per_won)})"
        for r in dearer.sort_values("cost_per_won").itertuples(index=False)
    )
    return voice.say(
        "A won deal costs least in {name}: {cost}, clearly less than in {others}. Of its closed deals {rate} are won, not a lower share than theirs as far as the data tell. Costs are as entered; whether more money finds more such deals cannot be told.",
        name=words.group(voice, row["name"]), rate=words.share(voice, row["won"], row["closed"]), cost=voice.money(row["cost_per_won"]), others=listed,
    )  # fmt: skip


def _untold(frame: pd.DataFrame, voice: Voice, cuts: Thresholds) -> str:
    """Why no best one is named."""
    if (frame["advice"] == "strengthen").any():
        return ""
    named = frame[~frame["advice"].isin(["fill"])]
    judged = named[named["closed"] >= cuts.level_min_closed]
    if len(judged) < 2:
        listed = voice.listing(f"{words.group(voice, r.name)} {voice.count(r.closed)}" for r in named.itertuples(index=False))  # fmt: skip
        return voice.say("Nothing to compare: it takes two with {need} closed deals each, there are {listed}.", need=voice.count(cuts.level_min_closed), listed=listed)  # fmt: skip
    if (frame["advice"] == "cheaper").any():
        return voice.say("Which one converts best at the same leads cannot be told yet.")
    if frame["cost"].notna().any():
        return voice.say("Which one converts best cannot be told from these deals; decide by cost and volume meanwhile.")  # fmt: skip
    return voice.say("Which one converts best cannot be told from these deals; a table of costs would say which one is cheaper.")  # fmt: skip


def channels_table(frame: pd.DataFrame, voice: Voice, months: int = 12, thresholds: Thresholds | None = None) -> Group:
    """Channels (or sources) with what to do, and their money; nothing without channels."""
    if frame.empty:
        return Group()
    label = LABEL[frame.attrs["by"]](voice)
    kept = frame.assign(
        name=[words.group(voice, n) for n in frame["name"]],
        advice=[ADVICE[a](voice) if a else "" for a in frame["advice"]],
    )
    cost = frame["cost"].notna().any()
    note = " ".join(_notes(frame, months, voice))
    first = table(
        kept, voice, _caption(frame, voice), _columns(frame, label, cost, voice), thresholds=thresholds, note=note
    )
    return Group(first, _money(kept, label, cost, voice))


def _columns(frame: pd.DataFrame, label: str, cost: bool, voice: Voice) -> list[Column]:
    """What is known of the channels: the model's figures and the cost only where there are any."""
    say = voice.say
    columns = [
        Column("name", label), Column("advice", say("What to do")), Column("leads", say("New deals"), "count"),
        *counted(untold.of(frame), voice),
    ]  # fmt: skip
    if frame["same_leads"].notna().any():
        reference = words.group(voice, frame.attrs["reference"])
        columns.append(Column("same_leads", say("At the same leads, against {name}", name=reference), "points"))
    if frame["p_best"].notna().any():
        columns.append(Column("p_best", say("Chance of the best rate"), "chance"))
    if cost:
        columns.append(Column("cost_per_won", say("Cost per won deal"), "money"))
    length = [Column("mean_days", say("Deal length"), "days", minor=True)] if frame["mean_days"].notna().any() else []
    return [*columns, *length]


def _notes(frame: pd.DataFrame, months: int, voice: Voice) -> list[str]:
    notes = [
        voice.say("Created and closed in the last {months} months.", months=voice.count(months))
        if untold.of(frame)
        else voice.say("Created and closed in the last {months} months. Strengthen what works before trying what is new.", months=voice.count(months))
    ]  # fmt: skip
    if frame["p_best"].notna().any():
        notes.append(
            voice.say("The chance stands on the same leads and the same sales rep.")
            if frame.attrs["basis"] == "same leads"
            else voice.say("The chance stands on the raw rates: the model may not speak of channels here.")
        )
    return notes


def _caption(frame: pd.DataFrame, voice: Voice) -> str:
    if untold.of(frame):
        return voice.say("Channels") if frame.attrs["by"] == "channel" else voice.say("Sources")
    return (
        voice.say("Channels and what to do") if frame.attrs["by"] == "channel" else voice.say("Sources and what to do")
    )


def _money(kept: pd.DataFrame, label: str, cost: bool, voice: Voice) -> Table | Group:
    """Won amount and cost; nothing where no deal has an amount and no channel a cost."""
    say = voice.say
    if not cost and not kept["revenue"].sum():
        return Group()
    columns = [Column("name", label)]
    if kept["revenue"].notna().any():
        columns.append(Column("revenue", say("Won amount"), "money"))
    if cost:
        columns += [Column("cost", say("Cost"), "money"), Column("cost_per_lead", say("Cost per lead"), "money")]
    return table(kept.sort_values("revenue", ascending=False, kind="stable"), voice, say("Their money"), columns)
