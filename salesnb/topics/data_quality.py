"""Can the figures be trusted? What the reading remarked on and took for true, what was left out,
what a figure calls for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from salesnb.formats import Voice
from salesnb.measures.alarms import alarms
from salesnb.measures.as_exported import Thing, as_exported
from salesnb.measures.bulk_close import month_bulk_days
from salesnb.measures.conversion import closings
from salesnb.measures.frames import BookLike
from salesnb.measures.otherwise import other_readings
from salesnb.measures.summary import bridge
from salesnb.measures.verdict import open_words
from salesnb.render.display import Details, Shown, Text
from salesnb.render.tables import Column, table
from salesnb.topics.assumptions import assumed, moved
from salesnb.topics.notices import notice
from salesnb.topics.result import Result

SAID_ELSEWHERE = ("unsettled words",)  # the headline stands both ways
SEEN = 0.0005  # a smaller change of a rate is not seen in its one decimal
BULK = ["manager", "day", "rows", "won", "lost", "reason", "amount", "age_days"]

STEPS = {
    "closed before created": lambda v: v.say("closed before it was created"),
    "closed in the future": lambda v: v.say("closed after the day of the export"),
    "created in the future": lambda v: v.say("created after the day of the export"),
    "duplicate": lambda v: v.say("the same row twice"),
    "footer": lambda v: v.say("a line of totals, not a deal"),
    "ignored pipeline": lambda v: v.say("a pipeline that is set to be left out"),
    "product line": lambda v: v.say("further product lines of a deal, added to it"),
    "superseded": lambda v: v.say("an older version of a deal"),
    "no deal id": lambda v: v.say("a row without the number of the deal"),
    "no creation date": lambda v: v.say("a row without a creation date"),
    "test": lambda v: v.say("a test"),
    "deleted": lambda v: v.say("a deal that was deleted in the CRM"),
    "export": lambda v: v.say("Closed in the month, as a filter in the CRM shows it"),
    "hunter": lambda v: v.say("deals of hunters, who hand over"),
    "farmer": lambda v: v.say("deals of farmers, who sell again"),
    "ours": lambda v: v.say("Our figure"),
}

AS_EXPORTED: dict[Thing, Callable[[Voice], str]] = {
    "amount": lambda v: v.say("the amounts of open deals"),
    "stage": lambda v: v.say("their stages"),
    "owner": lambda v: v.say("the sales reps of deals"),
    "next task": lambda v: v.say("their next tasks"),
    "target": lambda v: v.say("which clients are target clients"),
    "plans": lambda v: v.say("plans"),
    "staff": lambda v: v.say("teams, heads and roles"),
    "costs": lambda v: v.say("costs"),
}


@dataclass(frozen=True, repr=False, eq=False)
class DataQuality(Result):
    """What a reader should know about the figures of the month.

    Attributes
    ----------
    bridge : from the rows of the export that were closed in the month to our figure (`bridge`)
    alarms : remarks that the figures themselves call for: code, values
    bulk : days on which one person closed very many deals (`bulk_days`)
    readings : assumptions of the reading whose other reading changes conversion (`other_readings`)
    unsettled : what words of status that nothing settles leave open in the month; None
    as_exported : what stands as in the export, though the report is of an earlier day
        (`as_exported`)
    """

    bridge: pd.DataFrame
    alarms: list[tuple[str, dict]]
    bulk: pd.DataFrame
    readings: list[dict]
    unsettled: dict | None
    as_exported: list[Thing]
    keys: ClassVar = ("manager", "day")
    counts: ClassVar = ("deals", "won", "lost")

    @property
    def data(self) -> dict[str, pd.DataFrame]:
        """bulk: days of very many closings; bridge: rows of the export by step; remarks: code and
        words.
        """
        rows = {"won": "won_rows", "lost": "lost_rows"}  # rows of the export: some are no deal
        remarks = [(code, notice(code, values, self.book.voice)) for code, values in self._remarks]
        return {
            "bulk": self.bulk[BULK].rename(columns={"rows": "deals"}),
            "bridge": self.bridge.rename(columns=rows),
            "remarks": pd.DataFrame(remarks, columns=["code", "remark"]),
        }

    @property
    def _remarks(self) -> list[tuple[str, dict]]:
        """Code and values of what the reading remarked on, then of what the figures call for."""
        return [(one.code, one.values) for one in self.book.notices] + self.alarms

    def members(self) -> pd.DataFrame:
        found = closings(self.book.closer_deals, "manager", "closed_at", period=self.book.month)
        found["day"] = found.pop("closed_at").dt.normalize().astype("datetime64[ns]")
        days = self.bulk[["manager", "day"]].astype({"manager": object, "day": "datetime64[ns]"})
        return found.rename(columns={"closed": "deals"}).merge(days, on=["manager", "day"])

    def text(self) -> Text:
        """How many rows of the month are counted, and how many are not."""
        return _answer(self.bridge, self.book.voice)

    def warning(self) -> Text:
        """Remarks that the figures themselves call for; nothing without any, since a clear change
        needs none to be one.
        """
        return Text(
            *(notice(code, values, self.book.voice) for code, values in self.alarms), kind="warning"
        )

    def assumed(self) -> Text:
        """The assumption that moves the headline most, and how many others do; nothing where none
        does.
        """
        return _assumed(self.readings, self.book.voice, self.book.thresholds.min_percent)

    def notices(self) -> Text:
        """What the reading of the export remarked on, and what has no date in it."""
        voice = self.book.voice
        lines = [notice(one.code, one.values, voice) for one in self.book.notices]
        lines = lines or [voice.say("Nothing in the data needs a remark.")]
        return Text(*lines, _as_exported(self), kind="note")

    def tables_shown(self) -> dict[str, Callable[[], Shown]]:
        return {"bridge": lambda: _bridge(self.bridge, self.book.voice)}

    def record(self) -> dict:
        """rows of the whole run, and all warnings: code and values."""
        found = self._remarks
        if self.unsettled:
            known = {name: value for name, value in self.unsettled.items() if value is not None}
            found.append(
                ("unsettled", known | {"words": [list(pair) for pair in self.unsettled["words"]]})
            )
        return {
            "rows": self.book.rows,
            "warnings": [{"code": code, **values} for code, values in found],
        }


def data_quality(book: BookLike) -> DataQuality:
    """Whether the figures can be trusted.

    Examples
    --------
    >>> import salesnb as s
    >>> deals = pd.DataFrame({"deal_id": ["1", "2"], "manager": "Ann", "status": ["won", "lost"],
    ...     "created_at": pd.Timestamp("2026-09-01"),
    ...     "closed_at": pd.Timestamp("2026-09-09")})
    >>> found = data_quality(s.book(deals, month="2026-09"))
    >>> found.bridge[["step", "rows"]].values.tolist(), found.alarms
    ([['export', 2], ['ours', 2]], [])
    >>> found.text()
    2 deals closed in the month are counted.
    No row that was closed in the month is left out.
    """
    steps = bridge(book.deals, book.aside, book.month)
    return DataQuality(
        book,
        steps,
        alarms(book),
        month_bulk_days(book),
        other_readings(book),
        open_words(book),
        as_exported(book),
    )


def _as_exported(found: DataQuality) -> str:
    """What nobody can tell of an earlier day; "" on the day of the export."""
    if not found.as_exported:
        return ""
    book, voice = found.book, found.book.voice
    return voice.say(
        "This report is of {day}. Without a date in the export, and so as the export of {export} "
        "has them: {things}. No forecast is made from them.",
        day=voice.date(book.as_of),
        export=voice.date(book.snapshot),
        things=voice.listing(AS_EXPORTED[thing](voice) for thing in found.as_exported),
    )


def _answer(frame: pd.DataFrame, voice: Voice) -> Text:
    rows = frame.set_index("step")["rows"]
    ours, excluded = int(rows["ours"]), int(rows["export"] - rows["ours"])
    first = voice.plural(
        "{n} deal closed in the month is counted.",
        "{n} deals closed in the month are counted.",
        ours,
    )
    if not ours and not excluded:
        return Text(voice.say("Nothing was closed in the month."), kind="answer")
    if not excluded:
        return Text(
            first, voice.say("No row that was closed in the month is left out."), kind="answer"
        )
    second = voice.plural(
        "{n} other row that the CRM shows as closed in the month is not, for the reason below.",
        "{n} other rows that the CRM shows as closed in the month are not, for the reasons below.",
        excluded,
    )
    return Text(first, second, kind="answer")


def _bridge(frame: pd.DataFrame, voice: Voice) -> Details:
    """From the rows of the export to our figure, to unfold."""
    say = voice.say
    kept = frame.assign(label=[STEPS[s](voice) if s in STEPS else s for s in frame["step"]])
    steps, ours = kept[kept["step"] != "ours"], kept[kept["step"] == "ours"]
    minus = ["" if step == "export" else "− " for step in steps["step"]]
    steps = steps.assign(
        label=[sign + label for sign, label in zip(minus, steps["label"], strict=True)]
    )
    columns = [
        Column("label", say("Step")),
        Column("rows", say("Rows"), "count"),
        Column("won", say("Won"), "count"),
        Column("lost", say("Lost"), "count"),
        Column("amount", say("Won amount"), "money"),
    ]
    if not frame["amount"].any():  # nothing has an amount: a nought would be a claim
        columns = columns[:-1]
    shown = table(
        steps, voice, say("From the CRM's own figure of the month to ours"), columns, foot=ours
    )
    text = say(
        "The first row minus the others is our figure. The ledger names every row that is not "
        "counted, with its file and line."
    )
    return Details(say("Reconciliation with the CRM"), Text(text), shown)


def _assumed(readings: list[dict], voice: Voice, least: int) -> Text:
    moving = [
        one
        for one in readings
        if one["assumption"].code not in SAID_ELSEWHERE and _moves(one["month"])
    ]
    if not moving:
        return Text()
    first, more = moving[0], len(moving) - 1
    told = f"{assumed(first['assumption'], voice)}; {moved(first, voice, least)}."
    rest = voice.plural(
        "{n} more assumption moves it: salesnb check.",
        "{n} more assumptions move it: salesnb check.",
        more,
    )
    return Text(told, rest if more else "", kind="warning")


def _moves(month: dict) -> bool:
    """Whether the rate of the month is another, as it is printed."""
    before = month["before"]
    if not month["closed"] or not before["closed"]:
        return month["closed"] != before["closed"]
    return abs(month["conversion"] - before["conversion"]) >= SEEN
