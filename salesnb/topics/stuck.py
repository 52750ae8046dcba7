"""Which open deals are stuck, whose are they, and with which to begin?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import narwhals as nw
import pandas as pd

from salesnb.formats import Voice
from salesnb.measures.frames import BookLike, count
from salesnb.measures.stuck import nothing_listed, old_deals, stuck_by_person, stuck_deals
from salesnb.measures.told import coarse, grain_of
from salesnb.render.cells import deal_address
from salesnb.render.display import Group, Shown, Table, Text
from salesnb.render.tables import LIST_ROWS, Column, table
from salesnb.topics import words
from salesnb.topics.result import Result


@dataclass(frozen=True, repr=False, eq=False)
class Stuck(Result):
    """Open deals that stand longer than most of the won deals did (`stuck_quantile`).

    Attributes
    ----------
    stuck : table of `stuck_deals`, largest amount first;  people : the same per sales rep, most
        money first
    by : "stage"; "age" where there is no history of stages, or none that says enough; "" where
        neither can be told, "week" or "month" where the export dates deals no finer, "none open"
        where no deal is open
    other : stages in the list that are none on the way to won
    """

    stuck: pd.DataFrame
    people: pd.DataFrame
    by: str
    other: list[str]
    keys: ClassVar = ("manager",)

    @property
    def data(self) -> dict[str, pd.DataFrame]:
        """people: deals and money per sales rep; stuck: the deals, with days and what is usual."""
        return {"people": self.people, "stuck": self.stuck}

    def members(self) -> pd.DataFrame:
        return self.stuck[["deal_id", "manager", "days", "usual_days"]].assign(deals=True)

    def deals(self, counted_in: str | None = None, **which: Any) -> pd.DataFrame:
        """As of every result; the stage is that of the list, which the history tells."""
        found = super().deals(counted_in, **which)
        if self.by != "stage":
            return found
        stages = self.stuck.set_index("deal_id")["stage"]
        return found.assign(stage=found["deal_id"].map(stages))

    def text(self) -> Text:
        """How many deals are stuck, what they are worth, with whom and with which to begin."""
        return _answer(self, self.book.voice)

    def sentence(self) -> str:
        """The same in a line of the list of what to look at first; "" where no deal is stuck."""
        return _sentence(self, self.book.voice)

    def tables_shown(self) -> dict[str, Callable[[], Shown]]:
        return {"stuck": lambda: _table(self, self.book.voice)}


def stuck(book: BookLike) -> Stuck:
    """Stuck deals; by their age where there is no history of stages.

    Examples
    --------
    >>> import salesnb as s
    >>> created = pd.to_datetime(["2026-08-01"] * 10 + ["2026-08-25", "2026-09-20"])
    >>> deals = pd.DataFrame({"deal_id": [str(n) for n in range(12)],
    ...     "status": ["won"] * 10 + ["open"] * 2, "manager": "Ann",
    ...     "created_at": created, "closed_at": [*(created[:10] + pd.Timedelta(days=20)), pd.NaT,
    ...         pd.NaT]})
    >>> found = stuck(s.book(deals, month="2026-09", as_of="2026-09-30"))
    >>> found.by, found.deals()[["deal_id", "days"]].values.tolist()
    ('age', [['10', 36]])
    """
    table = _listed(book)
    return Stuck(
        book, table, stuck_by_person(table), table.attrs["by"], table.attrs.get("other", [])
    )


def _listed(book) -> pd.DataFrame:
    thresholds = book.thresholds
    if not count(book.closer_deals.filter(nw.col("status") == "open"), [])["rows"].iloc[0]:
        return nothing_listed("none open")
    limits = {"quantile": thresholds.stuck_quantile, "least": thresholds.min_verdict}
    if book.stages is not None and grain_of(book, "stages", "entered_at") not in ("week", "month"):
        found = stuck_deals(book.closer_deals, book.stages, book.as_of, book.stage_order, **limits)
        if found.attrs["by"]:
            return found
    if coarse(book):
        return nothing_listed(coarse(book))
    return old_deals(book.closer_deals, book.as_of, **limits)


def _sentence(found: Stuck, voice: Voice) -> str:
    by, stuck = found.by, found.stuck
    if by in ("week", "month"):
        return voice.say(
            "Which open deals are stuck cannot be told: the export does not give the days of its "
            "dates."
        )
    if not by:
        return voice.say(
            "Which open deals are stuck cannot be told yet: it takes {n} won deals to compare "
            "with.",
            n=voice.count(found.book.thresholds.min_verdict),
        )
    if stuck.empty:
        return ""
    n, days, most = len(stuck), stuck["usual_days"].iloc[0], _most(found)
    first = (
        voice.plural(
            "{n} open deal is stuck: longer in its stage than {most} won deals were.",
            "{n} open deals are stuck: longer in their stage than {most} won deals were.",
            n,
            most=most,
        )
        if by == "stage"
        else voice.plural(
            "{n} open deal is older than {most} won deals were ({days}).",
            "{n} open deals are older than {most} won deals were ({days}).",
            n,
            most=most,
            days=voice.days(days, 0),
        )
    )
    return f"{first} {_worth(stuck, found.people, by, voice)}"


def _most(found: Stuck) -> str:
    return words.most_of(found.book.voice, found.book.thresholds.stuck_quantile)


def _worth(stuck: pd.DataFrame, people: pd.DataFrame, by: str, voice: Voice) -> str:
    """The money in them, where most of the deals have an amount; the person and the deal to begin
    with.
    """
    top, person = stuck.iloc[0], people.iloc[0]
    priced = stuck["amount"].fillna(0) > 0
    values = {
        "amount": voice.short_money(stuck["amount"].sum()),
        "manager": words.group(voice, person["manager"]),
        "own": voice.short_money(person["amount"]),
        "title": _title(top, voice),
        "days": voice.days(top["days"], 0),
        "largest": voice.short_money(top["amount"]),
    }
    if 2 * priced.sum() < len(stuck):
        most = people.sort_values(
            ["deals", "manager"], ascending=[False, True], kind="stable"
        ).iloc[0]
        return voice.say(
            "The largest part of them is with {manager} ({n}).",
            manager=words.group(voice, most["manager"]),
            n=voice.count(most["deals"]),
        )
    if by == "stage":
        return voice.say(
            "They are worth {amount}; the largest part lies with {manager} ({own}). Begin with "
            "the largest: {title}, {largest}, {days} in the stage.",
            **values,
        )
    return voice.say(
        "They are worth {amount}; the largest part lies with {manager} ({own}). Begin with the "
        "largest: {title}, {largest}, {days} old.",
        **values,
    )


def _title(deal: pd.Series, voice: Voice) -> str:
    """The deal's name, else its number."""
    return (
        voice.say("deal {id}", id=deal["deal_id"]) if pd.isna(deal["title"]) else str(deal["title"])
    )


def _answer(found: Stuck, voice: Voice) -> Text:
    """The answer to "which open deals are stuck?"; a stand-in by age says that it is one."""
    said, by = _sentence(found, voice), found.by
    if not by or by in ("week", "month"):
        return Text(said, kind="refusal")
    if by == "none open":
        return Text(voice.say("No deal is open."), kind="answer")
    if not said and by == "stage":
        said = voice.say(
            "No open deal has been in its stage longer than {most} won deals were.",
            most=_most(found),
        )
    elif not said:
        said = voice.say("No open deal is older than {most} won deals were.", most=_most(found))
    stand_in = voice.say(
        "This goes by the age of the deal; with a history of stages it would go by the time in "
        "the stage. Ask your analyst to add it to the export."
    )
    return Text(said, stand_in if by == "age" else "", kind="answer")


def _table(found: Stuck, voice: Voice) -> Table | Group:
    """The list, largest amount first; nothing without a deal."""
    stuck = found.stuck
    if stuck.empty:
        return Group()
    say = voice.say
    by_stage = found.by == "stage"
    kept = stuck.assign(
        link=[deal_address(found.book.params.crm_url, deal_id) for deal_id in stuck["deal_id"]],
        title=[_title(deal, voice) for _, deal in stuck.iterrows()],
        manager=[words.group(voice, name) for name in stuck["manager"]],
    )
    stage = [Column("stage", say("Stage"))] if by_stage else []
    days = say("Days in the stage") if by_stage else say("Age in days")
    columns = [
        Column("title", say("Deal"), "link", url="link"),
        Column("manager", say("Sales rep")),
        *stage,
        Column("amount", say("Amount"), "money"),
        Column("days", days, "count"),
        Column("usual_days", say("Won deals: up to"), "days", digits=0),
    ]
    most = _most(found)
    caption = say("Stuck deals: open, and longer in their stage than {most} won deals", most=most)
    if not by_stage:
        caption = say("Old deals: open, and older than {most} won deals were", most=most)
    other = [name for name in found.other if name in set(stuck["stage"].head(LIST_ROWS))]
    note = (
        say(
            "{names}: no stage on the way to won; the deal was closed there and is open again, "
            "or the stage is missing in the order of stages.",
            names=voice.listing(other),
        )
        if other
        else ""
    )
    return table(kept, voice, caption, columns, limit=LIST_ROWS, note=note)
