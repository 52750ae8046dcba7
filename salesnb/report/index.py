"""The index of a month, and of all months beside each other."""

from pathlib import Path
from urllib.parse import quote

import pandas as pd
from markupsafe import Markup

from salesnb.control import plan
from salesnb.formats import Voice
from salesnb.measures.summary import channel_lines
from salesnb.report.files import read_json, write_whole
from salesnb.report.page import render
from salesnb.report.published import moved_deals, restated
from salesnb.report.words import about
from salesnb.schema import DEPARTMENT
from salesnb.show.summary import place
from salesnb.show.tables import Column, table
from salesnb.source.book import Book


def write_month_index(folder: Path, book: Book, result, job) -> Path:
    """reports/<month>/index.html: the department first, then every channel, with failures and their reasons."""
    voice = book.voice
    lines = channel_lines(book.department.closer_deals, book.month)
    done = plan.completion(book)
    rows = [_row(folder, channel, name, result, job, voice, lines, done) for channel, name in _order(result.names)]
    seen = [row for row in rows if row["file"] or row["failed"]]
    left = [row["channel"] for row in rows if row not in seen]
    shown = Markup(_channel_table(pd.DataFrame(seen or rows), voice, job))
    if left:
        shown += Markup("<p>{}</p>").format(voice.say("Not run for this month: {names}.", names=voice.listing(left)))
    blocks = [(voice.say("Channels"), shown)]
    blocks += _restatement(folder, book)
    blocks.append((voice.say("For the analyst"), _analyst_links(folder, result, job, voice)))
    notes = [f"{channel}: {reason}" for channel, reason in result.failures.items()]
    html = render(
        "index.html.j2", voice, title=f"{job.params.company} · {voice.month(job.month)}", company=job.params.company,
        heading=voice.month(job.month).capitalize(), facts=about(book), blocks=blocks, notes=[*notes, *result.notes],
    )  # fmt: skip
    return write_whole(folder / "index.html", html)


def _order(names: dict[str, str]) -> list[tuple[str, str]]:
    return sorted(names.items(), key=lambda pair: (pair[0] != DEPARTMENT, pair[0]))


def _row(folder: Path, channel: str, name: str, result, job, voice: Voice, lines: dict, done: pd.DataFrame) -> dict:
    metrics = read_json(folder / "metrics" / f"{name}.json")
    page = name if job.language == job.params.language else f"{name}.{job.language}"
    label = place(None if channel == DEPARTMENT else channel, voice)
    failed = channel in result.failures
    there = not failed and metrics is not None and (folder / f"{page}.html").exists()
    row = {
        "channel": label,
        "file": f"{page}.html" if there else "",
        "failed": failed,
        "status": _status(failed, there, voice),
    }
    if not there:
        return row
    c, length, money = metrics["conversion"], metrics["deal_length"], metrics["money"]
    change = c["value"] - c["previous"] if c["value"] is not None and c["previous"] is not None else None
    alarms = len(metrics["warnings"])
    own = plan.of_place(done, None if channel == DEPARTMENT else channel)["share"]
    return row | {
        "won": c["won"], "closed": c["closed"], "value": c["value"], "low": c["low"], "high": c["high"], "change": change,
        "length": length["mean_days"], "amount": money["won_amount"], "new": money["new_deals"], "alarms": alarms,
        "plan": own.iloc[-1] if len(own) else None,
        "history": lines.get(None if channel == DEPARTMENT else channel, []),
    }  # fmt: skip


def _status(failed: bool, there: bool, voice: Voice) -> str:
    if failed:
        return "✗ " + voice.say("failed")
    return "✓ " + voice.say("made") if there else "– " + voice.say("not run")


def _channel_table(frame: pd.DataFrame, voice: Voice, job) -> str:
    say = voice.say
    for name in (
        "won",
        "closed",
        "value",
        "low",
        "high",
        "change",
        "length",
        "amount",
        "new",
        "plan",
        "alarms",
        "history",
    ):
        if name not in frame:
            frame[name] = None
    frame = frame.assign(history=[h if isinstance(h, list) else [] for h in frame["history"]])
    columns = [
        Column("channel", say("Channel")), Column("won", say("Won"), "count"), Column("closed", say("Closed"), "count"),
        Column("value", say("Conversion"), "percent", low="low", high="high", n="closed"),
        Column("change", say("Change"), "points", n="closed"), Column("length", say("Deal length"), "days"),
        Column("amount", say("Won amount"), "money"), Column("plan", say("Plan"), "percent", digits=0),
        Column("new", say("New deals"), "count"), Column("alarms", say("Remarks"), "count"),
        Column("history", say("Conversion, the last 12 months"), "spark"), Column("status", say("Status")),
    ]  # fmt: skip
    html = table(frame, voice, say("Channels in {month}", month=voice.month(job.month)), columns).html
    return _linked(html, frame)


def _linked(html: str, frame: pd.DataFrame) -> str:
    """The first cell of each row leads to its page: file names are our own slugs."""
    body = html.split("<tbody>")
    rows = body[1].split("<tr>")
    for number, file in enumerate(frame["file"], start=1):
        if file:
            rows[number] = (
                rows[number].replace("<bdi>", f'<a href="{quote(file)}"><bdi>', 1).replace("</bdi>", "</bdi></a>", 1)
            )
    return body[0] + "<tbody>" + "<tr>".join(rows)


def _restatement(folder: Path, book: Book) -> list[tuple[str, Markup]]:
    """What a past month says now and said when it was first run, with the deals that moved."""
    voice = book.voice
    changed = restated(folder, book.month)
    if not changed:
        return []
    rows = [
        {"channel": place(None if one["channel"] == DEPARTMENT else one["channel"], voice), "before": one["before"]["value"], "won_before": one["before"]["won"],
         "closed_before": one["before"]["closed"], "now": one["now"]["value"], "won": one["now"]["won"], "closed": one["now"]["closed"]}
        for one in changed
    ]  # fmt: skip
    say = voice.say
    figures = table(
        pd.DataFrame(rows), voice, say("Conversion as published and as now"),
        [Column("channel", say("Channel")), Column("won_before", say("Won, published"), "count"), Column("closed_before", say("Closed, published"), "count"),
         Column("before", say("Conversion, published"), "percent"), Column("won", say("Won, now"), "count"),
         Column("closed", say("Closed, now"), "count"), Column("now", say("Conversion, now"), "percent")],
    )  # fmt: skip
    deals = table(
        moved_deals(folder, book), voice, say("Deals that moved since the month was published"),
        [Column("deal_id", say("Deal")), Column("status_before", say("Status, published")), Column("status", say("Status, now")),
         Column("amount_before", say("Amount, published"), "money"), Column("amount", say("Amount, now"), "money")], limit=100,
    )  # fmt: skip
    return [(say("This month was restated"), Markup(figures.html + deals.html))]


def _analyst_links(folder: Path, result, job, voice: Voice) -> Markup:
    """Executed notebooks, workbooks, metrics and the ledger."""
    lines = []
    for channel, name in _order(result.names):
        page = name if job.language == job.params.language else f"{name}.{job.language}"
        if not (folder / "notebooks" / page).is_dir():
            continue
        label = place(None if channel == DEPARTMENT else channel, voice)
        notebooks = [
            (p.name, f"notebooks/{page}/{p.name}") for p in sorted((folder / "notebooks" / page).glob("*.ipynb"))
        ]
        others = [(f"{page}.xlsx", f"{page}.xlsx"), ("metrics.json", f"metrics/{name}.json")]
        if (folder / f"{page}.pdf").exists():
            others.append(("PDF", f"{page}.pdf"))
        links = Markup(" · ").join(
            Markup('<a href="{}">{}</a>').format(quote(href), text) for text, href in [*others, *notebooks]
        )
        lines.append(Markup("<li><strong>{}</strong>: {}</li>").format(label, links))
    ledger = Markup('<li><a href="lists/ledger.csv">{}</a></li>').format(
        voice.say("Ledger: every row that was mended, merged or set aside")
    )
    return Markup("<ul>") + Markup("").join([*lines, ledger]) + Markup("</ul>")


def write_months_index(root: Path, voice: Voice, company: str) -> Path:
    """reports/index.html: all months beside each other, the newest first."""
    say = voice.say
    months = sorted((p.name for p in root.iterdir() if (p / "run.json").exists()), reverse=True)
    rows = []
    for month in months:
        run = read_json(root / month / "run.json")
        metrics = read_json(root / month / "metrics" / f"{DEPARTMENT}.json")
        row = {"month": voice.month(month).capitalize(), "file": f"{month}/index.html", "failed": len(run["failures"])}
        if metrics:
            c = metrics["conversion"]
            row |= {"won": c["won"], "closed": c["closed"], "value": c["value"], "low": c["low"], "high": c["high"],
                    "length": metrics["deal_length"]["mean_days"], "amount": metrics["money"]["won_amount"]}  # fmt: skip
        rows.append(row | {"restated": len(restated(root / month, month))})
    frame = pd.DataFrame(rows).reindex(
        columns=["month", "file", "won", "closed", "value", "low", "high", "length", "amount", "restated", "failed"]
    )
    columns = [
        Column("month", say("Month")), Column("won", say("Won"), "count"), Column("closed", say("Closed"), "count"),
        Column("value", say("Conversion"), "percent", low="low", high="high", n="closed"), Column("length", say("Deal length"), "days"),
        Column("amount", say("Won amount"), "money"), Column("restated", say("Restated channels"), "count"), Column("failed", say("Failures"), "count"),
    ]  # fmt: skip
    body = Markup(_linked(table(frame, voice, say("The whole department by month"), columns).html, frame))
    html = render(
        "index.html.j2",
        voice,
        title=company,
        company=company,
        heading=say("All months"),
        facts=[],
        blocks=[(say("Months"), body)],
        notes=[],
    )
    return write_whole(root / "index.html", html)
