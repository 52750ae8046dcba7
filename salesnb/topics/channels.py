"""Which channels work (on a channel's page: which sources), what do they cost, and what is to be
done with each?
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import narwhals as nw
import pandas as pd

from salesnb.formats import Voice
from salesnb.measures.economics import COUNTS, named
from salesnb.measures.frames import CLOSED, BookLike, collect, count, flag, within
from salesnb.measures.shares import COLUMNS as SHARE
from salesnb.measures.shares import for_page, share, together, with_change
from salesnb.measures.so_far import last_whole_month, month_before
from salesnb.measures.told import Withheld, untold, withheld
from salesnb.render.display import Group, Shown, Table, Text
from salesnb.render.tables import Column, table
from salesnb.schema import UNKNOWN
from salesnb.topics import untold as refusals
from salesnb.topics import words
from salesnb.topics.channel_verdicts import SAME_LEADS, ChannelVerdicts, channel_verdicts
from salesnb.topics.factor import Evidence, Factor, no_data
from salesnb.topics.rates import counted

ADVICE = {
    "strengthen": lambda v: v.say("strengthen: likely the best"),
    "cheaper": lambda v: v.say("a won deal costs less here"),
    "after": lambda v: v.say("first strengthen the best"),
    "hardly": lambda v: v.say("unlikely to be the best"),
    "alike": lambda v: v.say("not to be told from the best"),
    "try": lambda v: v.say("too few deals to judge: try, then look"),
    "alone": lambda v: v.say("nothing to compare it with"),
    "fill": lambda v: v.say("fill it in in the CRM"),
}


@dataclass(frozen=True, repr=False, eq=False)
class Channels(Factor):
    """Channels over the trailing window, each with one verdict, and who gets the deals of the
    likely best one.

    Attributes
    ----------
    whole, people : hits (from the channel with the highest chance of the best conversion), deals,
        share, low, high, before, change, change_low, change_high, clear: of the deals created in
            the month. No rows where none can be compared with another
    best : that channel; None likewise
    by : what is compared: channel, or source on a channel's page
    verdicts : every channel with its figures and what to do
    untold : why the export gives no conversion: it is missing then, with all that stands on it, and
        nothing is advised; ""
    """

    best: str | None
    by: str
    verdicts: ChannelVerdicts
    untold: Withheld
    keys: ClassVar = ("name", "manager")
    counts: ClassVar = (*COUNTS, "hits", "deals")

    @property
    def economics(self) -> pd.DataFrame:
        """Table of `ChannelVerdicts`."""
        return self.verdicts.table

    @property
    def data(self) -> dict[str, pd.DataFrame]:
        """economics: a row per channel or source; whole, people: the share of the
        likely best one.
        """
        return {"economics": self.economics, "whole": self.whole, "people": self.people}

    def members(self) -> pd.DataFrame:
        created = within("created_at", self.book.window_period)
        ended = nw.col("status").is_in(list(CLOSED)) & within("closed_at", self.book.window_period)
        found = named(self.book.closer_deals, self.by).filter((created | ended).fill_null(False))
        new = flag(within("created_at", self.book.month))
        marks = {"leads": flag(created), "closed": flag(ended), "deals": new}
        found = collect(found.select("deal_id", "manager", "status", name=nw.col(self.by), **marks))
        found = found.assign(**{mark: found[mark] == 1 for mark in marks})
        won = found["closed"] & (found.pop("status") == "won")
        found = found.assign(
            won=won, lost=found["closed"] & ~won, deals=found["deals"] & (self.best is not None)
        )
        found = found.assign(hits=found["deals"] & (found["name"] == self.best))
        return found.sort_values("deal_id", kind="stable", ignore_index=True)

    def figures(self) -> dict:
        return super().figures() | {"name": self.best}

    def text(self) -> Text:
        """The one verdict: which to strengthen, else which is cheaper at no lower conversion, else
        that it cannot be told.
        """
        return _answer(self, self.book.voice)

    def tables_shown(self) -> dict[str, Callable[[], Shown]]:
        voice = self.book.voice
        caption = voice.say("New deals from the likely best channel or source")
        hits = (
            voice.say("From {name}", name=words.group(voice, self.best))
            if self.best is not None
            else ""
        )
        return {
            "economics": lambda: _tables(self, voice),
            "best": lambda: self._fold(
                voice.say("Who gets the deals of the likely best one"), "people"
            ),
            "people": lambda: self._people_table(hits, caption),
        }

    def _next(self, voice: Voice, facts: dict) -> str:
        return voice.say(
            "where more deals like those of {name} can be had: it brings {leads} of {all} new "
            "deals.",
            name=words.group(voice, facts["name"]),
            leads=voice.count(facts["leads"]),
            all=voice.count(facts["all"]),
        )


def channels(book: BookLike) -> Channels:
    """Channels, or the sources of one; memoised on the book.

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": range(121), "manager": "Ann",
    ...     "status": (["won"] * 40 + ["lost"] * 20) + ["lost"] * 60 + ["open"],
    ...     "channel": ["Site"] * 60 + ["Ads"] * 60 + ["Fair"], "created_at": "2026-09-01",
    ...     "closed_at": ["2026-09-09"] * 120 + [None]})
    >>> found = channels(s.book(deals, month="2026-09", channels=["Site", "Ads", "Fair"]))
    >>> found.economics[["name", "leads", "won", "closed", "advice"]]
       name  leads  won  closed      advice
    0  Site     60   40      60  strengthen
    1   Ads     60    0      60       after
    2  Fair      1    0       0         try
    >>> found.best, found.whole[["hits", "deals"]].values.tolist(), len(found.deals(name="Site",
    ...     counted_in="won"))
    ('Site', [[60, 121]], 40)
    """
    return book.kept("_channels", lambda: _made(book))


def _made(book) -> Channels:
    by = "channel" if book.channel is None else "source"
    known = ~nw.col(by).is_null() & (nw.col(by) != UNKNOWN)
    evidence: Evidence = (
        "measured" if count(book.closer_deals.filter(known), [])["rows"].iloc[0] else "no data"
    )
    verdicts = channel_verdicts(book, by)
    found = verdicts.table
    compared = found[found["p_best"].notna()]
    best = (
        None if compared.empty else compared.loc[compared["p_best"].astype(float).idxmax(), "name"]
    )
    whole, people = _index(book, by, best)
    code = untold(book) if found.empty else withheld(book)
    return Channels(book, evidence, whole, people, _put_more(found), best, by, verdicts, code)


def _index(book, by: str, best: str | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Share of the deals created in the month that come from the likely best channel: of the whole
    and per sales rep.
    """
    if best is None:
        return pd.DataFrame(columns=SHARE), pd.DataFrame(columns=["manager", *SHARE])
    hit = (nw.col(by) == best).fill_null(False)
    now, before = (
        share(book.closer_deals, hit, "manager", "created_at", month)
        for month in (book.month, month_before(book))
    )
    people = for_page(with_change(now, before, "manager"), book, "manager")
    return with_change(together(now), together(before), None), people


def _put_more(found: pd.DataFrame) -> dict:
    """The channel that the table calls the one to strengthen, else the one in which a won deal
    costs clearly less.

    >>> _put_more(pd.DataFrame({"name": ["Site", "Ads"], "leads": [30, 70], "advice": ["cheaper",
    ...     "alike"]}))
    {'name': 'Site', 'leads': 30, 'all': 100}
    """
    for code in ("strengthen", "cheaper"):
        kept = found[found["advice"] == code]
        if len(kept):
            row = kept.iloc[0]
            return {
                "name": row["name"],
                "leads": int(row["leads"]),
                "all": int(found["leads"].sum()),
            }
    return {}


def _answer(found: Channels, voice: Voice) -> Text:
    if found.economics.empty:
        export = voice.say(
            "Name the column of the channel (on the page of a channel: of the source), or map "
            "pipelines to channels."
        )
        return no_data(export, voice)
    if found.untold:
        return refusals.refusal(found.untold, voice)
    return Text(_best(found, voice), _cheaper(found, voice), _not_told(found, voice), kind="answer")


def _best(found: Channels, voice: Voice) -> str:
    frame = found.economics
    best = frame[frame["advice"] == "strengthen"]
    if best.empty:
        return ""
    row = best.iloc[0].to_dict()
    values = {
        "name": words.group(voice, row["name"]),
        "rate": words.share(voice, row["won"], row["closed"]),
        "chance": voice.chance(row["p_best"]),
    }
    text = (
        voice.say(
            "{name}: {rate} of the closed deals are won; at the same leads and the same sales rep "
            "it "
            "is the best with a chance of {chance}. Strengthen it before trying new ones.",
            **values,
        )
        if found.verdicts.basis == SAME_LEADS
        else voice.say(
            "{name}: {rate} of the closed deals are won, the best with a chance of {chance} by the "
            "raw rates, not at the same leads. Strengthen it before trying new ones.",
            **values,
        )
    )
    others = frame[(frame["cost_per_won"] > row["cost_per_won"]) & (frame["name"] != row["name"])]
    if len(others):
        cost, other = voice.money(row["cost_per_won"]), voice.money(others["cost_per_won"].min())
        text += " " + voice.say(
            "A won deal costs {cost} there; elsewhere from {other}.", cost=cost, other=other
        )
    return text


def _cheaper(found: Channels, voice: Voice) -> str:
    frame = found.economics
    dearer = frame[frame["name"].isin(found.verdicts.dearer)]
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
        "A won deal costs least in {name}: {cost}, clearly less than in {others}. Of its closed "
        "deals {rate} are won, not a lower share than theirs as far as the data tell. Costs are "
        "as entered; whether more money finds more such deals cannot be told.",
        name=words.group(voice, row["name"]),
        rate=words.share(voice, row["won"], row["closed"]),
        cost=voice.money(row["cost_per_won"]),
        others=listed,
    )


def _not_told(found: Channels, voice: Voice) -> str:
    """Why no best one is named."""
    frame = found.economics
    if (frame["advice"] == "strengthen").any():
        return ""
    kept = frame[frame["advice"] != "fill"]
    least = found.book.thresholds.level_min_closed
    if (kept["closed"] >= least).sum() < 2:
        listed = (
            f"{words.group(voice, r.name)} {voice.count(r.closed)}"
            for r in kept.itertuples(index=False)
        )
        return voice.say(
            "Nothing to compare: it takes two with {need} closed deals each, there are {listed}.",
            need=voice.count(least),
            listed=voice.listing(listed),
        )
    if (frame["advice"] == "cheaper").any():
        return voice.say("Which one converts best at the same leads cannot be told yet.")
    if frame["cost"].notna().any():
        return voice.say(
            "Which one converts best cannot be told from these deals; decide by cost and volume "
            "meanwhile."
        )
    return voice.say(
        "Which one converts best cannot be told from these deals; a table of costs would say "
        "which one is cheaper."
    )


def _tables(found: Channels, voice: Voice) -> Group:
    """Channels (or sources) with what to do, and their money; nothing without channels."""
    frame, say = found.economics, voice.say
    if frame.empty:
        return Group()
    label = say("Channel") if found.by == "channel" else say("Source")
    kept = frame.assign(
        name=[words.group(voice, name) for name in frame["name"]],
        advice=[ADVICE[code](voice) if code else "" for code in frame["advice"]],
    )
    columns, note = _columns(found, label, voice), " ".join(_notes(found, voice))
    caption = _caption(found, voice)
    first = table(kept, voice, caption, columns, thresholds=found.book.thresholds, note=note)
    return Group(first, _money(kept, label, found.book))


def _columns(found: Channels, label: str, voice: Voice) -> list[Column]:
    """What is known of the channels: the model's figures and the cost only where there are any."""
    frame, say = found.economics, voice.say
    columns = [
        Column("name", label),
        Column("advice", say("What to do")),
        Column("leads", say("New deals"), "count"),
        *counted(found.untold, voice),
    ]
    if frame["same_leads"].notna().any():
        reference = words.group(voice, found.verdicts.reference)
        columns.append(
            Column("same_leads", say("At the same leads, against {name}", name=reference), "points")
        )
    if frame["p_best"].notna().any():
        columns.append(Column("p_best", say("Chance of the best rate"), "chance"))
    if frame["cost"].notna().any():
        columns.append(Column("cost_per_won", say("Cost per won deal"), "money"))
    if frame["mean_days"].notna().any():
        columns.append(Column("mean_days", say("Deal length"), "days", minor=True))
    return columns


def _notes(found: Channels, voice: Voice) -> list[str]:
    months = voice.count(found.book.params.window_months)
    notes = [
        voice.say("Created and closed in the last {months} months.", months=months)
        if found.untold
        else voice.say(
            "Created and closed in the last {months} months. Strengthen what works before trying "
            "what is new.",
            months=months,
        )
    ]
    if found.economics["p_best"].notna().any():
        notes.append(
            voice.say("The chance stands on the same leads and the same sales rep.")
            if found.verdicts.basis == SAME_LEADS
            else voice.say(
                "The chance stands on the raw rates: the model may not speak of channels here."
            )
        )
    return notes


def _caption(found: Channels, voice: Voice) -> str:
    if found.untold:
        return voice.say("Channels") if found.by == "channel" else voice.say("Sources")
    return (
        voice.say("Channels and what to do")
        if found.by == "channel"
        else voice.say("Sources and what to do")
    )


def _money(kept: pd.DataFrame, label: str, book) -> Table | Group:
    """Won amount and cost; nothing where no deal has an amount and no channel a cost."""
    voice, last, note = book.voice, last_whole_month(book), ""
    say, cost = voice.say, kept["cost"].notna().any()
    if not cost and not kept["revenue"].sum():
        return Group()
    columns = [Column("name", label)]
    if kept["revenue"].notna().any():
        columns.append(Column("revenue", say("Won amount"), "money"))
    if cost:
        columns += [
            Column("cost", say("Cost"), "money"),
            Column("cost_per_lead", say("Cost per lead"), "money"),
        ]
        if last != book.month:
            note = say(
                "Costs are of whole months: of those up to {month}, as are the leads and the won "
                "deals that they are divided by.",
                month=voice.month(last),
            )
    ordered = kept.sort_values("revenue", ascending=False, kind="stable")
    return table(ordered, voice, say("Their money"), columns, note=note)
