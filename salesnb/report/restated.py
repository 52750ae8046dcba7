"""The restatement as a reader sees it: which published figures moved, and which deals."""

from collections.abc import Callable

import pandas as pd
from markupsafe import Markup

from salesnb.formats import Voice
from salesnb.render.cells import deal_address
from salesnb.render.display import Details, Table, Text
from salesnb.render.tables import Column, table
from salesnb.report.job import Job
from salesnb.report.page import Section
from salesnb.report.published import moved_figures, of_channel, published_metrics
from salesnb.schema import DEPARTMENT
from salesnb.source.book import Book
from salesnb.topics import words

NAMES: dict[str, tuple[Callable[[Voice], str], Callable[[Voice, float], str]]] = {
    "won": (lambda v: v.say("Won"), Voice.count),
    "closed": (lambda v: v.say("Closed"), Voice.count),
    "value": (lambda v: v.say("Conversion"), Voice.percent),
    "won_amount": (lambda v: v.say("Won amount"), Voice.money),
    "average_order": (lambda v: v.say("Average order"), Voice.money),
    "new_deals": (lambda v: v.say("New deals"), Voice.count),
    "open_deals": (lambda v: v.say("Open deals"), Voice.count),
    "open_amount": (lambda v: v.say("Open amount"), Voice.money),
    "mean_days": (lambda v: v.say("Deal length"), Voice.days),
    "median_days": (lambda v: v.say("Deal length, median"), Voice.days),
    "revenue": (lambda v: v.say("Revenue"), Voice.money),
}
WHAT = {
    "gone": lambda v, row: v.say("no longer counted: gone from the export, or set aside"),
    "reopened": lambda v, row: v.say("open again"),
    "month": lambda v, row: v.say("closed in another month: {day}", day=v.date(row["closed_at"])),
    "new": lambda v, row: v.say("new in this month"),
    "lost": lambda v, row: v.say("now lost"),
    "won": lambda v, row: v.say("now won"),
    "open": lambda v, row: v.say("open again"),
    "amount": lambda v, row: v.say("another amount"),
    "day": lambda v, row: v.say("closed on another day"),
    "channel": lambda v, row: v.say(
        "moved from the channel {name}", name=words.group(v, row["channel_before"])
    ),
    "manager": lambda v, row: v.say(
        "moved from {name}", name=words.group(v, row["manager_before"])
    ),
}
MOST = 100  # rows on a page; the workbook has them all


def figure_rows(channel: str | None, figures: list[dict], voice: Voice) -> list[dict]:
    """Moved figures in words: channel, figure, before, now."""
    rows = []
    for one in figures:
        name, say = NAMES[one["figure"]]
        function = (
            f"{words.function(voice, one['part'])}: " if one["part"] in words.FUNCTIONS else ""
        )
        values = {
            side: voice.missing if one[side] is None else say(voice, one[side])
            for side in ("before", "now")
        }
        rows.append(
            {"channel": words.place(voice, channel), "figure": function + name(voice), **values}
        )
    return rows


def figures_table(rows: list[dict], voice: Voice) -> Table:
    """Figures as published and as now."""
    say = voice.say
    columns = [
        Column("channel", say("Channel")),
        Column("figure", say("Figure")),
        Column("before", say("Published")),
        Column("now", say("Now")),
    ]
    frame = pd.DataFrame(rows, columns=["channel", "figure", "before", "now"])
    return table(frame, voice, say("Figures as published and as they are now"), columns)


def deals_table(moved: pd.DataFrame, book: Book) -> Table:
    """Deals that moved since the month was published, with what happened to each."""
    voice = book.voice
    say = voice.say
    rows = []
    for row in moved.to_dict("records"):
        known = {name: _either(row, name) for name in ("title", "manager", "channel")}
        state = {
            name: words.status(voice, row[name])
            if isinstance(row[name], str) and row[name]
            else None
            for name in ("status", "status_before")
        }
        rows.append(
            row
            | state
            | {
                "title": known["title"] or row["deal_id"],
                "manager": words.group(voice, known["manager"] or ""),
                "channel": words.group(voice, known["channel"] or ""),
                "link": deal_address(book.params.crm_url, row["deal_id"]),
                "what": "; ".join(WHAT[code](voice, row) for code in row["what"]),
            }
        )
    columns = [
        Column("deal_id", say("Deal"), "link", url="link"),
        Column("title", say("Title")),
        Column("what", say("What happened")),
        Column("manager", say("Sales rep")),
        Column("channel", say("Channel")),
        Column("status_before", say("Status, published")),
        Column("status", say("Status, now")),
        Column("closed_at_before", say("Closed, published"), "date"),
        Column("closed_at", say("Closed, now"), "date"),
        Column("amount_before", say("Amount, published"), "money"),
        Column("amount", say("Amount, now"), "money"),
    ]
    frame = pd.DataFrame(rows, columns=[*moved.columns, "link"])
    return table(
        frame, voice, say("Deals that moved since the month was published"), columns, limit=MOST
    )


def _either(row: dict, name: str) -> str:
    """What the export says today; of a deal that is gone, what was published."""
    return next(
        (row[key] for key in (name, f"{name}_before") if isinstance(row[key], str) and row[key]), ""
    )


def channel_tables(job: Job, book: Book, name: str, metrics: dict) -> list[Table]:
    """Moved figures and deals of one channel; nothing where all is as it was published."""
    figures = moved_figures(published_metrics(job.folder, job.month, name), metrics)
    deals = of_channel(job.moved, book.channel) if job.moved is not None else pd.DataFrame()
    found = (
        [figures_table(figure_rows(book.channel, figures, book.voice), book.voice)]
        if figures
        else []
    )
    return found + ([deals_table(deals, book)] if len(deals) else [])


def note(moved: list[Table], voice: Voice) -> list[Section]:
    """What stands on top of the page of a month that no longer says what it first said:
    `channel_tables`, folded.
    """
    if not moved:
        return []
    text = Text(
        voice.say("This month was restated: since it was first run its data have changed."),
        kind="warning",
    )
    fold = Details(voice.say("What moved since the month was published"), *moved)
    return [Section("restated", "", 2, Markup(text.html + fold.html))]


def index_tables(found: list[dict], moved: pd.DataFrame, book: Book) -> list[Table]:
    """Every channel's moved figures, and every moved deal; nothing where all is as it was
    published.
    """
    rows = []
    for one in sorted(found, key=lambda one: (one["channel"] != DEPARTMENT, one["channel"])):
        rows += figure_rows(
            None if one["channel"] == DEPARTMENT else one["channel"], one["figures"], book.voice
        )
    shown = [figures_table(rows, book.voice)] if rows else []
    return shown + ([deals_table(moved, book)] if len(moved) else [])
