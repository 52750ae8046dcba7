"""How do we stay in touch: the first answer, the touches of the first days, open
deals that wait?
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Literal

import narwhals as nw
import pandas as pd

from salesnb.formats import Voice
from salesnb.formats.periods import PeriodLike
from salesnb.measures import touches
from salesnb.measures.frames import BookLike, collect, count, flag, keys, within
from salesnb.measures.length import open_ages
from salesnb.measures.response import answered, first_answers, minutes_of, response_counts
from salesnb.measures.shares import COLUMNS, apart_from_rest, for_page, rated, with_change
from salesnb.measures.so_far import month_before
from salesnb.measures.told import coarsest, grain_of, told
from salesnb.measures.waiting import SILENCE, silences, waits, with_next_task, without_task
from salesnb.measures.workdays import workdays
from salesnb.render.display import Group, Shown, Table, Text
from salesnb.render.tables import Column, table
from salesnb.schema import UNKNOWN
from salesnb.topics import untold as refusals
from salesnb.topics.factor import Evidence, Factor, no_data, share_sentence
from salesnb.topics.first_days import FirstDays, first_days, first_days_members

KINDS = {
    "call": lambda v: v.say("call"),
    "email": lambda v: v.say("e-mail"),
    "meeting": lambda v: v.say("meeting"),
    "message": lambda v: v.say("message"),
    "task": lambda v: v.say("task"),
}
DIRECTIONS = {"in": lambda v: v.say("from the client"), "out": lambda v: v.say("from us")}
MIX = ["kind", "direction", "touches", "by_robot", "loose"]


@dataclass(frozen=True, repr=False, eq=False)
class Touchpoints(Factor):
    """How soon new deals are answered, what the touches of the first days go with, and which open
    deals wait.

    Attributes
    ----------
    whole, people : hits (answered by a person within `sla_minutes` of the owner's working time),
        deals, share, low, high, median_minutes (to the first answer, of the answered ones), away
        (came while the owner was absent), before, change, change_low, change_high, clear: of the
        deals created in the month. No rows without touches, or where the export writes days
        without times
    grain : day, week or month where the export dates deals or touches no finer; else ""
    open : manager, open, age_days (median), silent_days (median longest time without a person's
        touch), untouched (by anybody), without (a next task); most without a task first (without
        tasks: longest silence first). A column of which the company keeps no record is missing
            throughout, and so is one in days where days are not known. Those who left are left out
    tasks : manager, open, without: everybody; no rows where the export holds no task at all, which
        would accuse everybody
    """

    grain: Literal["day", "week", "month", ""]
    open: pd.DataFrame
    tasks: pd.DataFrame
    keys: ClassVar = ("manager", "touch_bin")
    counts: ClassVar = (
        "hits",
        "deals",
        "won",
        "lost",
        "closed",
        "early_untouched",
        "early",
        "open",
        "untouched",
        "without",
    )

    @property
    def data(self) -> dict[str, pd.DataFrame]:
        """whole, people: answers in time; first_days: by touches; early: those without; open,
        tasks: open deals; mix: kinds of touches.
        """
        first = {"whole": self.whole, "people": self.people}
        first |= {"first_days": self.first_days.touches, "early": self.first_days.people}
        return first | {"open": self.open, "tasks": self.tasks, "mix": self.mix}

    @cached_property
    def first_days(self) -> FirstDays:
        """Conversion by the touches of the first days."""
        return first_days(self.book)

    @cached_property
    def mix(self) -> pd.DataFrame:
        """Touches of the month, most first: kind, direction, touches, by_robot, loose (that belong
        to no deal).
        """
        return _mix(self.book)

    def members(self) -> pd.DataFrame:
        return self._together(
            _new_members(self), first_days_members(self.book), _open_members(self)
        )

    def text(self) -> Text:
        """How many new deals a person answered in time, and how long half of the answered ones
        waited.
        """
        return _answer(self, self.book.voice)

    def charts(self) -> dict[str, Callable[[], Shown]]:
        return {"first_days": lambda: self.first_days.chart(self.book)}

    def tables_shown(self) -> dict[str, Callable[[], Shown]]:
        voice = self.book.voice
        caption = voice.say("New deals answered in time")
        return {
            "people": lambda: self._people_table(voice.say("Answered in time"), caption),
            "open": lambda: _open_table(self.open, voice),
            "touches": lambda: self._fold(
                voice.say("Touches by sales rep and by kind"), "early", "mix"
            ),
            "early": lambda: self.first_days.table(self.book),
            "mix": lambda: _mix_table(self.mix, voice),
        }

    def _next(self, voice: Voice, facts: dict) -> str:
        return _next(
            voice, {name: voice.count(n) if name != "name" else n for name, n in facts.items()}
        )


def touchpoints(book: BookLike) -> Touchpoints:
    """Points of contact; memoised on the book.

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": "Ann", "status": "open",
    ...     "created_at": ["2026-09-01 10:00"] * 2})
    >>> calls = pd.DataFrame({"deal_id": ["1", "2"], "at": ["2026-09-01 10:30", "2026-09-01 12:00"],
    ...     "kind": "call", "direction": "out"})
    >>> found = touchpoints(s.book(deals, month="2026-09", as_of="2026-09-30", touches=calls))
    >>> found.whole[["hits", "deals", "share", "median_minutes"]]
       hits  deals  share  median_minutes
    0     1      2    0.5            75.0
    >>> found.deals(counted_in="hits")["deal_id"].tolist()
    ['1']
    """
    return book.kept("_touchpoints", lambda: _made(book))


def _made(book) -> Touchpoints:
    finest = coarsest(told(book).created, grain_of(book, "touches", "at"))
    grain = "" if finest == "time" else finest
    counts = [_response_counts(book, month, grain) for month in (book.month, month_before(book))]
    whole, people = (_index(book, by, *counts) for by in (None, "manager"))
    tasks = _without_task(book)
    look_at = _unanswered(whole, tasks, book.thresholds.min_percent)
    evidence: Evidence = "no data" if book.touches is None else "measured"
    return Touchpoints(
        book, evidence, whole, people, look_at, grain, _open_deals(book, tasks), tasks
    )


def _response_counts(book, month: PeriodLike, grain: str) -> pd.DataFrame:
    human = None if grain else touches.by_people(book)
    if human is None:
        return pd.DataFrame(columns=["manager", "minutes", "away", "rows"])
    return response_counts(book.closer_deals, human, month, workdays(book), book.thresholds)


def _index(book, by, now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Share of the deals created in the month that a person answered in time, with its change."""
    by = keys(by)
    now, before = (answered(counts, by, book.thresholds.sla_minutes) for counts in (now, before))
    if now.empty:
        return pd.DataFrame(columns=[*by, *COLUMNS, "median_minutes", "away"])
    if before.empty and not by:
        before = rated(pd.DataFrame({"hits": [0], "deals": [0]}))
    return for_page(with_change(now, before, by), book, by)


def _mix(book) -> pd.DataFrame:
    made = touches.of_book(book)
    if made is None:
        return pd.DataFrame(columns=MIX)
    month = made.filter(within("at", book.month))
    robot, loose = flag(nw.col("by_robot").fill_null(False)), flag(nw.col("deal_id").is_null())
    found = count(month, ["kind", "direction"], by_robot=robot, loose=loose).rename(
        columns={"rows": "touches"}
    )
    return found[MIX].sort_values("touches", ascending=False, kind="stable").reset_index(drop=True)


def _tasks(book) -> nw.LazyFrame | None:
    """The tasks among the touches that say until when; None where the export holds none."""
    made = touches.of_book(book)
    if made is None:
        return None
    tasks = made.filter((nw.col("kind") == "task") & ~nw.col("due_at").is_null())
    return tasks if count(tasks, [])["rows"].iloc[0] else None


def _without_task(book) -> pd.DataFrame:
    tasks = _tasks(book)
    dated = count(book.deals.filter(~nw.col("next_task_at").is_null()), [])["rows"].iloc[0]
    if tasks is None and not dated:
        return pd.DataFrame(columns=["manager", "open", "without"])
    return without_task(book.closer_deals, tasks, book.as_of)


def _open_deals(book, tasks: pd.DataFrame) -> pd.DataFrame:
    """Open deals per sales rep in one row: age, silence, those never touched and those without a
    next task.
    """
    ages = open_ages(book.closer_deals, book.as_of, "manager")[["manager", "open", "median_days"]]
    ages = ages.rename(columns={"median_days": "age_days"})
    quiet = pd.DataFrame(columns=["manager", *SILENCE])
    human = touches.by_people(book)
    if human is not None:
        quiet = silences(book.closer_deals, human, book.as_of)
    quiet = quiet[["manager", "median_days", "untouched"]].rename(
        columns={"median_days": "silent_days"}
    )
    ages, quiet, tasks = (
        part.astype({"manager": object}) for part in (ages, quiet, tasks[["manager", "without"]])
    )
    found = ages.merge(quiet, on="manager", how="left").merge(tasks, on="manager", how="left")
    found = found.assign(**{c: found[c].astype(float) for c in ("silent_days", "without")})
    if told(book).created in ("week", "month"):
        found["age_days"] = float("nan")
    if coarsest(told(book).created, grain_of(book, "touches", "at")) in ("week", "month"):
        found["silent_days"] = float("nan")
    order = next(
        (c for c in ("without", "silent_days", "age_days") if found[c].notna().any()), "open"
    )
    return for_page(found, book, "manager", order)


def _unanswered(whole: pd.DataFrame, tasks: pd.DataFrame, least: int) -> dict:
    """Open deals without a next task and new deals not answered in time; who has clearly the most
    without a task.

    >>> tasks = pd.DataFrame({"manager": ["Ann", "Bo"], "open": [20, 20], "without": [19, 3]})
    >>> _unanswered(pd.DataFrame({"hits": [7], "deals": [10]}), tasks, 5)
    {'late': 3, 'deals': 10, 'without': 22, 'open': 40, 'name': 'Ann', 'own': 19, 'own_open': 20}
    """
    found: dict[str, str | int] = {}
    if len(whole):
        found |= {
            "late": int((whole["deals"] - whole["hits"]).sum()),
            "deals": int(whole["deals"].sum()),
        }
    if not len(tasks) or not tasks["open"].sum():
        return found
    found |= {"without": int(tasks["without"].sum()), "open": int(tasks["open"].sum())}
    named = tasks[tasks["manager"].notna() & (tasks["manager"] != UNKNOWN)]
    clear = apart_from_rest(named.rename(columns={"without": "hits", "open": "deals"}), least)
    clear = clear[clear["difference"] > 0].sort_values("difference", ascending=False, kind="stable")
    if len(clear):
        row = clear.iloc[0]
        found |= {
            "name": str(row["manager"]),
            "own": int(row["hits"]),
            "own_open": int(row["deals"]),
        }
    return found


def _new_members(found: Touchpoints) -> pd.DataFrame:
    """New deals with whether they were answered in time."""
    book = found.book
    human = touches.by_people(book)
    if human is None or found.whole.empty:
        return pd.DataFrame(columns=["deal_id"])
    kept = collect(first_answers(book.closer_deals, human, book.month))
    minutes = pd.Series(minutes_of(kept, workdays(book), book.thresholds), index=kept.index)
    return kept[["deal_id", "manager"]].assign(
        hits=minutes <= book.thresholds.sla_minutes, deals=True
    )


def _open_members(found: Touchpoints) -> pd.DataFrame:
    """Open deals, with whether they were never touched and whether they lack a next task, where the
    company records either.
    """
    book = found.book
    kept = collect(
        with_next_task(book.closer_deals, _tasks(book), book.as_of).select(
            "deal_id", "manager", "planned"
        )
    )
    kept = kept.assign(
        open=True, without=(kept.pop("planned") == 0) & bool(len(found.tasks)), untouched=False
    )
    human = touches.by_people(book)
    if human is not None:
        quiet = collect(waits(book.closer_deals, human, book.as_of).filter(nw.col("never") == 1))
        kept["untouched"] = kept["deal_id"].isin(quiet["deal_id"])
    return kept


def _answer(found: Touchpoints, voice: Voice) -> Text:
    if found.evidence == "no data":
        return no_data(voice.say("Export calls, e-mails, meetings and tasks."), voice)
    if found.grain:
        return Text(refusals.coarse("day", voice), kind="refusal")
    if found.whole.empty:
        return Text(voice.say("No deal was created in the month."), kind="answer")
    row, thresholds = found.whole.iloc[0].to_dict(), found.book.thresholds
    first = voice.say(
        "{hits} of {deals} new deals of the month were answered by a person within {minutes} "
        "working minutes.",
        hits=voice.count(row["hits"]),
        deals=voice.count(row["deals"]),
        minutes=voice.count(thresholds.sla_minutes),
    )
    half = ""
    if pd.notna(row["median_minutes"]) and row["deals"] >= thresholds.min_percent:
        minutes = voice.count(row["median_minutes"])
        half = voice.say(
            "Of those answered at all, half waited up to {n} working minutes.", n=minutes
        )
    away = ""
    if row["away"]:
        away = voice.plural(
            "{n} new deal came while its sales rep was away: its clock starts when the rep is "
            "back.",
            "{n} new deals came while their sales rep was away: their clock starts when the rep is "
            "back.",
            int(row["away"]),
        )
    return Text(first + " " + share_sentence(row, voice, thresholds), half, away, kind="answer")


def _next(voice: Voice, x: dict) -> str:
    said = []
    if "open" in x:
        said.append(
            voice.say(
                "{without} of {open} open deals have no next task",
                without=x["without"],
                open=x["open"],
            )
        )
    if "name" in x:
        most = voice.say(
            "the highest share is with {name}, {own} of {open}",
            name=x["name"],
            own=x["own"],
            open=x["own_open"],
        )
        said.append(most)
    if "deals" in x:
        late = voice.say(
            "{late} of {deals} new deals of the month were not answered in time",
            late=x["late"],
            deals=x["deals"],
        )
        said.append(late)
    return "; ".join(said) + "."


def _mix_table(frame: pd.DataFrame, voice: Voice) -> Table | Group:
    """Touches of the month by kind, and how many belong to no deal; nothing without touches."""
    if frame.empty:
        return Group()
    say = voice.say
    kept = frame.assign(
        kind=[KINDS[k](voice) if k in KINDS else str(k) for k in frame["kind"]],
        direction=[DIRECTIONS[d](voice) if d in DIRECTIONS else "" for d in frame["direction"]],
    )
    columns = [
        Column("kind", say("Kind")),
        Column("direction", say("Direction")),
        Column("touches", say("Touches"), "count"),
        Column("by_robot", say("Made by a robot"), "count"),
    ]
    loose = int(frame["loose"].sum())
    note = voice.plural(
        "{n} of them belongs to no deal and counts for none.",
        "{n} of them belong to no deal and count for none.",
        loose,
    )
    return table(
        kept,
        voice,
        say("Touches and tasks of the month by kind"),
        columns,
        note=note if loose else "",
    )


def _open_table(frame: pd.DataFrame, voice: Voice) -> Table | Group:
    """Open deals by sales rep in one table: age, silence, never touched, without a next task;
    nothing without open deals.
    """
    if frame.empty:
        return Group()
    say = voice.say
    columns = [
        Column("manager", say("Sales rep")),
        Column("open", say("Open"), "count"),
        Column("without", say("Without a next task"), "count"),
        Column("untouched", say("Never touched"), "count"),
        Column("silent_days", say("Longest silence, median"), "days", digits=0),
        Column("age_days", say("Age, median"), "days", digits=0),
    ]
    columns = [c for c in columns if c.name == "manager" or frame[c.name].notna().any()]
    note = (
        say("Silence: days without a touch by a person.")
        if frame["silent_days"].notna().any()
        else ""
    )
    return table(frame, voice, say("Open deals by sales rep"), columns, note=note)
