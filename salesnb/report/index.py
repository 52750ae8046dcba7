"""The index of a month: the department first, then every channel, how fresh each is, what failed and what moved."""

from pathlib import Path

import pandas as pd
from markupsafe import Markup

from salesnb.control import plan
from salesnb.formats import Voice
from salesnb.measures.conversion import conversion, conversion_change
from salesnb.measures.of_book import by_group
from salesnb.measures.summary import channel_lines
from salesnb.report.dress import dressed, link
from salesnb.report.files import read_json, write_whole
from salesnb.report.job import Job, Result
from salesnb.report.manifest import data_key, made_from
from salesnb.report.page import render
from salesnb.report.restated import index_tables
from salesnb.report.words import about
from salesnb.schema import DEPARTMENT, OTHER, UNKNOWN
from salesnb.show.charts.spark import spark
from salesnb.show.summary import place
from salesnb.show.tables import Column, table
from salesnb.source.book import Book

FIGURES = ("won", "closed", "value", "low", "high", "change", "length", "amount", "plan", "new")
LAST = {OTHER: 1, UNKNOWN: 2}  # what is no channel of its own stands below those that are


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
        blocks.append((voice.say("This month was restated"), Markup("".join(shown.html for shown in moved))))
    blocks.append((voice.say("For the analyst"), _analyst(rows, job, voice)))
    html = render(
        "index.html.j2", voice, title=f"{job.params.company} · {voice.month(job.month)}", company=job.params.company,
        heading=voice.month(job.month).capitalize(), facts=about(book), blocks=blocks, notes=_notes(rows, result, voice),
    )  # fmt: skip
    return write_whole(job.folder / "index.html", html)


def ordered(names: dict[str, str]) -> list[tuple[str, str]]:
    """Channels and their file names: the department first, the rest by name, what is not known last.

    >>> [channel for channel, _ in ordered({"unknown": "unknown", "Site": "Site", "Other": "Other", "all": "all"})]
    ['all', 'Site', 'Other', 'unknown']
    """
    return sorted(names.items(), key=lambda pair: (pair[0] != DEPARTMENT, LAST.get(pair[0], 0), pair[0]))


def index_rows(book: Book, result: Result, job: Job) -> list[dict]:
    """One row per channel: label, name, page, state (made, earlier, failed, absent), reason, and its figures."""
    changes, done = _changes(book), plan.completion(book)
    lines = channel_lines(book.department.closer_deals, book.month)
    rows = []
    for channel, name in ordered(result.names):
        own = None if channel == DEPARTMENT else channel
        source = made_from(job.before, job.language).get(name, {})
        metrics = read_json(job.folder / "metrics" / f"{name}.json")
        row = {"channel": place(own, book.voice), "name": name, "page": job.page_name(name), "reason": result.failed.get(channel, ""),
               "snapshot": source.get("snapshot"), "same_data": source.get("data") == data_key(book)}  # fmt: skip
        row["state"] = _state(job, row, source, metrics)
        if row["state"] in ("made", "earlier"):
            row |= _figures(metrics)
        if row["state"] == "made":  # the book of today says nothing of a page that was made from another export
            share = plan.of_place(done, own)["share"]
            row |= {
                "plan": share.iloc[-1] if len(share) else None,
                "history": lines.get(own, []),
                **changes.get(own, {}),
            }
        rows.append(row)
    return rows


def _state(job: Job, row: dict, source: dict, metrics: dict | None) -> str:
    if row["reason"]:
        return "failed"
    if metrics is None or not (job.folder / f"{row['page']}.html").exists():
        return "absent"
    return "made" if source.get("key") == job.key else "earlier"


def _figures(metrics: dict) -> dict:
    found = {name: metrics["conversion"][name] for name in ("won", "closed", "value", "low", "high")}
    money = metrics["money"]
    return found | {
        "length": metrics["deal_length"]["mean_days"], "amount": money["won_amount"], "new": money["new_deals"],
        "remarks": len(metrics["warnings"]),
    }  # fmt: skip


def _changes(book: Book) -> dict[str | None, dict]:
    """Change of conversion on the previous month per channel (None: the department): change, change_low, change_high, clear, before."""
    deals = book.department.closer_deals
    now, before = (conversion(deals, period=month) for month in (book.month, book.previous))
    whole = conversion_change(now, before).iloc[0].to_dict() | {"before": before["closed"].iloc[0]}
    closed = conversion(deals, by="channel", period=book.previous).set_index("channel")["closed"]
    _, table_ = by_group(book.department, "channel")
    own = {row["channel"]: row | {"before": closed.get(row["channel"], 0)} for row in table_.to_dict("records")}
    return {None: whole} | {name: {k: v for k, v in row.items() if k != "channel"} for name, row in own.items()}


def change_words(row: dict, voice: Voice, thresholds) -> tuple[str, str]:
    """The change in words, and its interval: no figure from too few deals, no verdict from few, and none that chance explains.

    >>> from salesnb.params import Thresholds
    >>> row = {"closed": 40, "before": 50, "change": -0.2, "change_low": -0.35, "change_high": -0.04, "clear": True}
    >>> change_words(row, Voice(), Thresholds())
    ('−20.0\\xa0pp', '−35.0 to −4.0\\xa0pp')
    >>> change_words(row | {"change_high": 0.01, "clear": False}, Voice(), Thresholds())
    ('too close to call', '−35.0 to +1.0\\xa0pp')
    """
    least = min(row.get("closed") or 0, row.get("before") or 0)
    if least < thresholds.min_percent or pd.isna(row["change"]):
        return voice.missing, ""
    interval = voice.points_interval(row["change_low"], row["change_high"])
    if row["clear"] or least < thresholds.min_verdict:
        return voice.points(row["change"]), interval
    return voice.say("too close to call"), interval


def _channels(rows: list[dict], book: Book, job: Job) -> Markup:
    """The table of channels, and which were never run."""
    voice = book.voice
    say = voice.say
    seen = [row for row in rows if row["state"] != "absent"] or rows
    columns = [
        Column("channel", say("Channel")), Column("won", say("Won"), "count"), Column("closed", say("Closed"), "count"),
        Column("value", say("Conversion"), "percent", low="low", high="high", n="closed"), Column("change", say("Change"), "points"),
        Column("length", say("Deal length"), "days"), Column("amount", say("Won amount"), "money"), Column("plan", say("Plan"), "percent", digits=0),
        Column("new", say("New deals"), "count"), Column("history", say("Conversion, the last 12 months"), "spark"), Column("status", say("Status")),
    ]  # fmt: skip
    frame = pd.DataFrame(seen).reindex(columns=["channel", "history", "status", *FIGURES])
    frame["history"] = [row.get("history", []) for row in seen]
    note = say("The lines share one scale. A change is too close to call when its interval has zero in it.")
    html = table(frame, voice, say("Channels in {month}", month=voice.month(job.month)), columns, note=note).html
    cells, classes = _dress(seen, book, job)
    shown = dressed(html, cells, classes)
    left = [row["channel"] for row in rows if row not in seen]
    if left:
        shown += Markup("<p>{}</p>").format(say("Not run for this month: {names}.", names=voice.listing(left)))
    return shown


def _dress(rows: list[dict], book: Book, job: Job) -> tuple[dict, dict]:
    """Cells with links, changes, lines and states; classes of the failed and the older ones."""
    cells, classes, voice = {}, {}, book.voice
    top = max([value for row in rows for value in row.get("history", []) if value is not None], default=1.0)
    for number, row in enumerate(rows):
        cells[number, 0] = _name(row, job)
        cells[number, 10] = _status(row, voice)
        if row["state"] in ("failed", "earlier"):
            classes[number, 10] = row["state"]
        if "change" in row:
            words, interval = change_words(row, voice, book.thresholds)
            cells[number, 4] = Markup('<bdi>{}</bdi> <span class="beside">{}</span>').format(words, interval)
        drawn = spark(row.get("history", []), _line_words(row, voice), span=(0.0, top))
        if drawn:
            cells[number, 9] = Markup(drawn)
    return cells, classes


def _name(row: dict, job: Job) -> Markup:
    """The channel leads to its page; its workbook and its PDF stand beside it."""
    label = Markup("<bdi>{}</bdi>").format(row["channel"])
    if row["state"] not in ("made", "earlier"):
        return label
    files = [(f"{row['page']}.xlsx", "Excel"), (f"{row['page']}.pdf", "PDF")]
    links = [link(file, text, f"{text}: {row['channel']}") for file, text in files if (job.folder / file).exists()]
    beside = Markup('<span class="beside">{}</span>').format(Markup(" · ").join(links))
    return link(f"{row['page']}.html", label) + Markup(" ") + beside


def _line_words(row: dict, voice: Voice) -> str:
    """What a screen reader says of a line."""
    known = [value for value in row.get("history", []) if value is not None]
    label = voice.say("Conversion, the last 12 months")
    return f"{label}: {voice.percent(known[0])} … {voice.percent(known[-1])}" if known else label


def _status(row: dict, voice: Voice) -> Markup:
    """State in words, with the reason of a failure and the export that a page was made from."""
    say = voice.say
    if row["state"] == "failed":
        return Markup("<bdi>✗ {}: {}</bdi>").format(say("failed"), row["reason"])
    if row["state"] == "absent":
        return Markup("<bdi>– {}</bdi>").format(say("not run"))
    words = "✓ " + say("made")
    if row["state"] == "earlier":
        words = "! " + (
            say("made before the params or the workbook changed")
            if row["same_data"]
            else say("made from an earlier export")
        )
    beside = [say("export of {day}", day=voice.date(row["snapshot"]))] if row["snapshot"] else []
    beside += [voice.plural("{n} remark", "{n} remarks", row["remarks"])] if row["remarks"] else []
    return Markup('<bdi>{}</bdi> <span class="beside">{}</span>').format(words, ", ".join(beside))


def _notes(rows: list[dict], result: Result, voice: Voice) -> list[str]:
    """What stands on top: failures with their reason, and rows that do not belong together."""
    found = [f"{row['channel']}: {row['reason']}" for row in rows if row["state"] == "failed"]
    older = [row["channel"] for row in rows if row["state"] == "earlier"]
    if older:
        found.append(
            voice.say(
                "Not from the same run as the rest: {names}. Their figures do not add up with the others; run all channels again.",
                names=voice.listing(older),
            )
        )
    return found + result.notes


def _analyst(rows: list[dict], job: Job, voice: Voice) -> Markup:
    """Executed notebooks and metrics, channel by file, and the ledger."""
    say = voice.say
    topics = [path.stem for path in job.notebooks]
    there = [row for row in rows if (job.folder / "notebooks" / row["page"]).is_dir()]
    frame = pd.DataFrame([{"channel": row["channel"]} for row in there], columns=["channel", "metrics", *topics])
    columns = [Column("channel", say("Channel")), Column("metrics", say("Metrics")), *(Column(t, t) for t in topics)]
    cells = {}
    for number, row in enumerate(there):
        files = [
            ("metrics", f"metrics/{row['name']}.json"),
            *((t, f"notebooks/{row['page']}/{t}.ipynb") for t in topics),
        ]
        for column, (topic, href) in enumerate(files, start=1):
            if (job.folder / href).exists():
                cells[number, column] = link(href, say("open"), f"{row['channel']}: {topic}")
    shown = table(frame, voice, say("Executed notebooks and metrics, by channel"), columns).html
    ledger = link("lists/ledger.csv", say("Ledger: every row that was mended, merged or set aside"))
    return Markup('<div class="analyst">{}<p>{}</p></div>').format(dressed(shown, cells), ledger)
