"""The index of a month: the department first, then every channel, how fresh each is, what failed
and what moved.
"""

from pathlib import Path

import pandas as pd
from markupsafe import Markup, escape

from salesnb.formats import Voice
from salesnb.render.cells import aside
from salesnb.render.charts.spark import spark
from salesnb.render.display import flowing
from salesnb.render.tables import Column, table
from salesnb.report.decorate import decorated, link
from salesnb.report.files import write_whole
from salesnb.report.job import Job, Result
from salesnb.report.names import ANALYST_PAGE
from salesnb.report.page import render
from salesnb.report.restated import index_tables
from salesnb.report.rows import FIGURES, change_words, index_rows
from salesnb.report.words import about
from salesnb.source.book import Book


def write_month_index(book: Book, result: Result, job: Job, restated: list[dict]) -> Path:
    """reports/<month>/index.html.

    Parameters
    ----------
    book : Book of the month
    result : what this run did
    job : its `before` is the run.json of this run
    restated : channels whose published figures moved (`published.restated`)
    """
    voice = book.voice
    rows = index_rows(book, result, job)
    blocks = [(voice.say("Channels"), _channels(rows, book, job))]
    moved = index_tables(restated, pd.DataFrame() if job.moved is None else job.moved, book)
    if moved:
        blocks.append(
            (voice.say("This month was restated"), Markup("".join(shown.html for shown in moved)))
        )
    blocks.append((voice.say("For the analyst"), _analyst(rows, job, voice)))
    html = render(
        "index.html.j2",
        voice,
        title=f"{job.params.company} · {voice.month(job.month)}",
        company=job.params.company,
        heading=voice.month(job.month).capitalize(),
        facts=about(book),
        blocks=blocks,
        notes=_notes(rows, result, voice),
        links=[(voice.say("All months"), "../index.html")],
    )
    return write_whole(job.folder / "index.html", html)


def _channels(rows: list[dict], book: Book, job: Job) -> Markup:
    """The table of channels, and which were never run."""
    voice = book.voice
    say = voice.say
    seen = [row for row in rows if row["state"] != "absent"] or rows
    columns = [
        Column("channel", say("Channel")),
        Column("won", say("Won"), "count"),
        Column("closed", say("Closed"), "count"),
        Column("value", say("Conversion"), "percent", low="low", high="high", n="closed"),
        Column("change", say("Change"), "points"),
        Column("length", say("Deal length"), "days"),
        Column("amount", say("Won amount"), "money"),
        Column("plan", say("Plan"), "percent", digits=0),
        Column("new", say("New deals"), "count"),
        Column("history", say("Conversion, the last 12 months"), "spark"),
        Column("status", say("Status and export")),
    ]
    frame = pd.DataFrame(seen).reindex(columns=["channel", "history", "status", *FIGURES])
    frame["history"] = [row.get("history", []) for row in seen]
    frame["status"] = [_state_words(row, voice) for row in seen]
    note = say(
        "The lines share one scale. A change is too close to call when chance alone can make it; "
        "among many channels chance makes larger ones."
    )
    html = table(
        frame, voice, say("Channels in {month}", month=voice.month(job.month)), columns, note=note
    ).html
    cells, classes = _decorations(seen, book, job)
    shown = decorated(html, cells, classes)
    left = [row["channel"] for row in rows if row not in seen]
    if left:
        shown += Markup("<p>{}</p>").format(
            Markup(flowing(say("Not run for this month: {names}.", names=voice.listing(left))))
        )
    return shown


def _decorations(rows: list[dict], book: Book, job: Job) -> tuple[dict, dict]:
    """Cells with links, changes, lines and states; classes of the failed and the older ones."""
    cells, classes, voice = {}, {}, book.voice
    top = max(
        [value for row in rows for value in row.get("history", []) if value is not None],
        default=1.0,
    )
    for number, row in enumerate(rows):
        cells[number, 0] = _name(row, job, voice)
        cells[number, 10] = _status(row, voice)
        if row["state"] in ("failed", "partial", "earlier"):
            classes[number, 10] = "failed" if row["state"] == "partial" else row["state"]
        if "change" in row:
            words, under = change_words(row, voice, book.thresholds)
            cells[number, 4] = Markup("").join(
                [Markup("<bdi>{}</bdi>").format(words), *map(_beside, under)]
            )
        drawn = spark(row.get("history", []), _line_words(row, voice), span=(0.0, top))
        if drawn:
            cells[number, 9] = Markup(drawn)
    return cells, classes


def _name(row: dict, job: Job, voice: Voice) -> Markup:
    """The channel leads to its page; its workbook, its PDF and its other language
    stand beside it.
    """
    label = Markup("<bdi>{}</bdi>").format(row["channel"])
    if row["state"] not in ("made", "partial", "earlier"):
        return label
    files = [(f"{row['page']}.xlsx", "Excel"), (f"{row['page']}.pdf", "PDF")]
    links = [
        link(file, text, f"{text}: {row['channel']}")
        for file, text in files
        if (job.folder / file).exists()
    ]
    everything = f"{job.page_name(row['name'] + ANALYST_PAGE, row['language'])}.html"
    if (job.folder / everything).exists():
        links.append(
            link(
                everything,
                voice.say("For the analyst"),
                f"{voice.say('For the analyst')}: {row['channel']}",
            )
        )
    remarks = voice.plural("{n} remark", "{n} remarks", row["remarks"]) if row["remarks"] else ""
    links += [link(f"{row['page']}.html", remarks)] if remarks else []
    links += [link(f"{page}.html", language.upper()) for language, page in row["others"].items()]
    return link(f"{row['page']}.html", label) + _beside(Markup(" · ").join(links))


def _beside(words: str) -> Markup:
    return Markup(" " + aside(escape(words))) if words else Markup("")


def _line_words(row: dict, voice: Voice) -> str:
    """What a screen reader says of a line."""
    known = [value for value in row.get("history", []) if value is not None]
    label = voice.say("Conversion, the last 12 months")
    return f"{label}: {voice.percent(known[0])} … {voice.percent(known[-1])}" if known else label


def _state_words(row: dict, voice: Voice) -> str:
    """State of a channel, with the reason of a failure."""
    say = voice.say
    if row["state"] == "failed":
        return f"✗ {say('failed')}: {row['reason']}"
    if row["state"] == "partial":
        return "✗ " + missing_sections(row, voice)
    if row["state"] == "absent":
        return "– " + say("not run")
    if row["state"] == "made":
        return "✓ " + say("made")
    return "! " + (
        say("made before the params or the workbook changed")
        if row["same_data"]
        else say("made from an earlier export")
    )


def section_name(fault: dict, voice: Voice) -> str:
    """The heading of a section in the language of the report; of a section without one its
    notebook.
    """
    for mark in ("## ", "# "):
        told = voice.say(mark + fault["section"]) if fault["section"] else fault["notebook"]
        if told != mark + fault["section"]:
            return told.removeprefix(mark)
    return fault["section"]


def missing_sections(row: dict, voice: Voice) -> str:
    """Which sections the page of a channel lacks."""
    names = [section_name(one, voice) for one in row["lacks"]]
    return voice.plural(
        "{n} section could not be made: {names}",
        "{n} sections could not be made: {names}",
        len(names),
        names=voice.listing(names),
    )


def _status(row: dict, voice: Voice) -> Markup:
    """State, and the export that a page was made from."""
    snapshot = row.get("snapshot") if row["state"] in ("made", "partial", "earlier") else None
    return Markup("<bdi>{}</bdi>").format(_state_words(row, voice)) + _beside(
        voice.date(snapshot) if snapshot else ""
    )


def _notes(rows: list[dict], result: Result, voice: Voice) -> list[Markup]:
    """What stands on top: failures with their reason, and rows that do not belong together."""
    found = [f"{row['channel']}: {row['reason']}" for row in rows if row["state"] == "failed"]
    found += [
        f"{row['channel']}: {section_name(one, voice)}: {one['reason']}"
        for row in rows
        if row["state"] == "partial"
        for one in row["lacks"]
    ]
    older = [row["channel"] for row in rows if row["state"] == "earlier"]
    if older:
        found.append(
            voice.say(
                "Not from the same run as the rest: {names}. Their figures do not add up with the "
                "others; run all channels again.",
                names=voice.listing(older),
            )
        )
    return [Markup(flowing(text)) for text in found + result.notes]


def _analyst(rows: list[dict], job: Job, voice: Voice) -> Markup:
    """Executed notebooks and metrics, channel by file, and the ledger."""
    say = voice.say
    topics = [
        path.stem
        for path in job.notebooks
        if any((job.folder / "notebooks").glob(f"*/{path.name}"))
    ]
    there = [row for row in rows if (job.folder / "notebooks" / row["page"]).is_dir()]
    opened = dict.fromkeys(["metrics", *topics], say("open"))
    frame = pd.DataFrame(
        [{"channel": row["channel"], **opened} for row in there], columns=["channel", *opened]
    )
    columns = [
        Column("channel", say("Channel")),
        Column("metrics", say("Metrics")),
        *(Column(t, t) for t in topics),
    ]
    cells: dict[tuple[int, int], Markup] = {}
    for number, row in enumerate(there):
        files = [
            ("metrics", f"metrics/{row['name']}.json"),
            *((t, f"notebooks/{row['page']}/{t}.ipynb") for t in topics),
        ]
        for column, (topic, href) in enumerate(files, start=1):
            there_is = (job.folder / href).exists()
            cells[number, column] = (
                link(href, say("open"), f"{say('open')}: {topic}, {row['channel']}")
                if there_is
                else Markup("")
            )
    shown = table(frame, voice, say("Executed notebooks and metrics, by channel"), columns).html
    ledger = link("lists/ledger.csv", say("Ledger: every row that was mended, merged or set aside"))
    heard = "lists/listening-rota.csv"
    rota = Markup("<p>{}</p>").format(link(heard, say("Listening rota")))
    lists = Markup("<p>{}</p>").format(ledger) + (rota if (job.folder / heard).exists() else "")
    return Markup('<div class="analyst">{}{}</div>').format(decorated(shown, cells), lists)
